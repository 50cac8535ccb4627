/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Labels of specimens as PDF. */

#include "hemo-clinic-export.h"
#include "hemo-records.h"
#include "hemo-sealed-private.h"

#include <glib/gi18n.h>

#define COPIES_LIMIT 100

typedef struct
{
  const char *const *specimens;
  int copies;
  GPtrArray *labels;
} Labels;

/* Short words of a label, which has no room for more. */
static const char *
kind_of (const HemoSpecimen *specimen)
{
  switch (specimen->type)
    {
    case HEMO_SPECIMEN_VENOUS_EDTA:
      return "EDTA";
    case HEMO_SPECIMEN_CAPILLARY:
      return "capillary";
    case HEMO_SPECIMEN_MARROW:
      return "marrow";
    case HEMO_SPECIMEN_THIN_FILM:
      return "thin film";
    case HEMO_SPECIMEN_THICK_FILM:
      return "thick film";
    default:
      return NULL;
    }
}

static const char *
sex_letter (HemoSex sex)
{
  return sex == HEMO_SEX_FEMALE ? " F" : sex == HEMO_SEX_MALE ? " M" : "";
}

static HemoLabel *
label_of (const HemoSpecimen *specimen, const HemoPatient *patient)
{
  HemoDate day = hemo_date_of (hemo_specimen_taken_at (specimen));
  g_autofree char *name = hemo_patient_display_name (patient);
  g_autofree char *age = hemo_birth_age_text (&patient->birth, day);
  g_autofree char *detail = g_strconcat (age, sex_letter (patient->sex), NULL);
  g_autofree char *date = hemo_date_to_iso (day);
  return hemo_label_new (specimen->accession, name, detail, date, kind_of (specimen));
}

static gboolean
label_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Labels *self = data;
  for (guint i = 0; self->specimens[i] != NULL; i++)
    {
      g_autoptr (HemoSpecimen) specimen = hemo_specimen_find (txn, self->specimens[i], error);
      /* Who the patient is known as now, as on the report. */
      g_autofree char *standing
          = specimen == NULL ? NULL : hemo_patient_dup_survivor (txn, specimen->patient, error);
      g_autoptr (HemoPatient) patient
          = standing == NULL ? NULL : hemo_patient_load (txn, standing, error);
      if (patient == NULL
          || !hemo_txn_audit (txn, "specimen.label", "specimen", specimen->uuid, NULL, error))
        return FALSE;
      for (int copy = 0; copy < self->copies; copy++)
        g_ptr_array_add (self->labels, label_of (specimen, patient));
    }
  return TRUE;
}

GBytes *
hemo_clinic_render_labels (HemoClinic *self,
                           HemoSession *session,
                           const char *const *specimens,
                           HemoLabelSize size,
                           int copies,
                           int first,
                           GError **error)
{
  HemoStore *store = hemo_sealed_require_store (self, FALSE, error);
  g_autoptr (GPtrArray) labels = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_label_free);
  Labels job = { .specimens = specimens, .copies = copies, .labels = labels };
  if (store == NULL)
    return NULL;
  if (copies < 1 || copies > COPIES_LIMIT)
    {
      g_set_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE,
                   N_ ("Of each label 1 to %d copies can be printed."), COPIES_LIMIT);
      return NULL;
    }
  if (!hemo_store_read (store, session, label_job, &job, NULL, error))
    return NULL;
  return hemo_labels_render_pdf (labels, size, first, error);
}
