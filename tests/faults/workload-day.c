/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A technician's day as the fault tests cut it off. */

#include "workload.h"

typedef gboolean (*Save) (HemoTxn *txn, gpointer record, GError **error);

typedef struct
{
  Save save;
  gpointer record;
} Saving;

static gboolean
save_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Saving *saving = data;

  return saving->save (txn, saving->record, error);
}

static gboolean
save (Workload *self, gpointer save_record, gpointer record, GError **error)
{
  Saving saving = { (Save)save_record, record };

  return hemo_store_write (hemo_clinic_get_store (self->clinic), self->session, save_job, &saving,
                           NULL, error);
}

static HemoPatient *
register_patient (Workload *self, GError **error)
{
  g_autoptr (HemoPatient) patient = hemo_patient_new ();

  patient->family = g_strdup ("Odhiambo");
  patient->given = g_strdup ("Amina");
  patient->sex = HEMO_SEX_FEMALE;
  patient->birth.date = (HemoDate){ 1992, 0, 0 };
  patient->birth.estimated = TRUE;
  if (!save (self, hemo_patient_save, patient, error))
    return NULL;
  workload_promise (self, "patient %s", patient->uuid);
  return g_steal_pointer (&patient);
}

static HemoSpecimen *
accept_specimen (Workload *self, const HemoPatient *patient, GError **error)
{
  g_autoptr (HemoOrder) order = hemo_order_new (patient->uuid);
  g_autoptr (HemoSpecimen) specimen = hemo_specimen_new ();

  order->tests = HEMO_TEST_DIFFERENTIAL | HEMO_TEST_MORPHOLOGY;
  order->ordered_at = hemo_time_now ();
  if (!save (self, hemo_order_save, order, error))
    return NULL;
  specimen->order = g_strdup (order->uuid);
  specimen->patient = g_strdup (patient->uuid);
  specimen->received_at = hemo_time_now ();
  if (!save (self, hemo_specimen_accept, specimen, error))
    return NULL;
  workload_promise (self, "specimen %s %s", specimen->uuid, specimen->accession);
  return g_steal_pointer (&specimen);
}

static gboolean
bring_in (Workload *self, const char *specimen, const char *path, GError **error)
{
  g_autoptr (HemoImage) image = hemo_image_new (specimen);
  g_autofree char *contents = NULL;
  g_autoptr (GBytes) bytes = NULL;
  gsize length;

  if (!g_file_get_contents (path, &contents, &length, error))
    return FALSE;
  bytes = g_bytes_new_take (g_steal_pointer (&contents), length);
  image->captured_at = hemo_time_now ();
  image->kept_anyway = TRUE;
  if (!hemo_clinic_add_image (self->clinic, self->session, image, bytes, error))
    return FALSE;
  workload_promise (self, "image %s %s", image->uuid, image->sha256);
  return TRUE;
}

typedef struct
{
  const char *count;
  HemoCellClass cell_class;
} Cell;

static gboolean
cell_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Cell *cell = data;

  return hemo_count_add_cell (txn, cell->count, cell->cell_class, NULL, NULL, error);
}

static gboolean
undo_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_count_undo (txn, data, NULL, error);
}

static gboolean
close_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_count_close (txn, data, error);
}

static gboolean
count_cells (Workload *self, const char *specimen, GError **error)
{
  static const HemoCellClass seen[]
      = { HEMO_CELL_SEGMENTED, HEMO_CELL_LYMPHOCYTE, HEMO_CELL_SEGMENTED, HEMO_CELL_MONOCYTE };
  HemoStore *store = hemo_clinic_get_store (self->clinic);
  g_autoptr (HemoCount) count
      = hemo_count_new (specimen, hemo_session_get_user (self->session), 100);
  int cells = 0;

  count->started_at = hemo_time_now ();
  if (!save (self, hemo_count_start, count, error))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (seen); i++)
    {
      Cell cell = { count->uuid, seen[i] };
      if (!hemo_store_write (store, self->session, cell_job, &cell, NULL, error))
        return FALSE;
      workload_promise (self, "cells %s %d", specimen, ++cells);
    }
  /* One back and one more: the number that stands is the same, and each step is whole. */
  if (!hemo_store_write (store, self->session, undo_job, count->uuid, NULL, error))
    return FALSE;
  workload_promise (self, "cells %s %d", specimen, --cells);
  return hemo_store_write (store, self->session, close_job, count->uuid, NULL, error);
}

static gboolean
look (Workload *self, const char *specimen, GError **error)
{
  const char *user = hemo_session_get_user (self->session);
  g_autoptr (HemoMorphology) morphology = hemo_morphology_new (specimen, user);
  g_autoptr (HemoResult) wbc = hemo_result_new (specimen, "wbc", 7.2, "Test analyser");

  hemo_morphology_all_normal (morphology);
  morphology->at = wbc->measured_at = wbc->entered_at = hemo_time_now ();
  wbc->entered_by = g_strdup (user);
  if (!save (self, hemo_morphology_save, morphology, error))
    return FALSE;
  workload_promise (self, "morphology %s", specimen);
  if (!save (self, hemo_result_save, wbc, error))
    return FALSE;
  workload_promise (self, "wbc %s", specimen);
  return TRUE;
}

static gboolean
missing_job (HemoTxn *txn, gpointer specimen, gpointer *result, GError **error)
{
  g_autoptr (HemoCase) loaded = hemo_case_load (txn, specimen, error);

  if (loaded == NULL)
    return FALSE;
  *result = hemo_report_missing (loaded->report, loaded);
  hemo_txn_set_result_free (txn, (GDestroyNotify)g_strfreev);
  return TRUE;
}

/* Three cells are no hundred: each has its own transaction, and that is what is cut off. */
static HemoReport *
sign (Workload *self, const char *specimen, GError **error)
{
  g_auto (GStrv) missing = NULL;
  HemoSigningRequest request = { .status = HEMO_REPORT_FINAL };

  if (!hemo_store_write (hemo_clinic_get_store (self->clinic), self->session, missing_job,
                         (gpointer)specimen, (gpointer *)&missing, error))
    return NULL;
  request.accepted = (const char *const *)missing;
  return hemo_clinic_sign_report_as (self->clinic, self->session, specimen, &request, error);
}

gboolean
workload_day (Workload *self, GError **error)
{
  g_autoptr (HemoPatient) patient = NULL;
  g_autoptr (HemoSpecimen) specimen = NULL;
  g_autoptr (HemoReport) report = NULL;

  patient = register_patient (self, error);
  if (patient == NULL)
    return FALSE;
  specimen = accept_specimen (self, patient, error);
  if (specimen == NULL)
    return FALSE;
  for (guint i = 0; self->fields[i] != NULL; i++)
    if (!bring_in (self, specimen->uuid, self->fields[i], error))
      return FALSE;
  if (!count_cells (self, specimen->uuid, error) || !look (self, specimen->uuid, error))
    return FALSE;
  report = sign (self, specimen->uuid, error);
  if (report == NULL)
    return FALSE;
  workload_promise (self, "report %s %s", specimen->uuid, report->pdf_sha256);
  return TRUE;
}
