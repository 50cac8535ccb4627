/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whether what was promised is there after the fault. */

#include "workload.h"

#include "hemo-prune.h"

#include <string.h>

#define CHECK_ERROR g_quark_from_static_string ("workload-check")

static gboolean
broken (GError **error, const char *promise)
{
  g_set_error (error, CHECK_ERROR, 0, "A promise is broken: %s", promise);
  return FALSE;
}

static gboolean
patient_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_patient_load (txn, data, error);
  return *result != NULL;
}

static gboolean
case_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_case_load (txn, data, error);
  return *result != NULL;
}

static HemoCase *
load_case (Workload *self, const char *specimen, GError **error)
{
  HemoCase *loaded = NULL;

  hemo_store_write (hemo_clinic_get_store (self->clinic), self->session, case_job,
                    (gpointer)specimen, (gpointer *)&loaded, error);
  return loaded;
}

static gboolean
check_patient (Workload *self, char **words, GError **error)
{
  g_autoptr (HemoPatient) patient = NULL;

  return hemo_store_write (hemo_clinic_get_store (self->clinic), self->session, patient_job,
                           words[1], (gpointer *)&patient, error);
}

static gboolean
check_specimen (Workload *self, char **words, GError **error)
{
  g_autoptr (HemoCase) loaded = load_case (self, words[1], error);

  return loaded != NULL && g_str_equal (loaded->specimen->accession, words[2]);
}

static gboolean
check_image (Workload *self, char **words, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (GBytes) bytes
      = hemo_clinic_open_image (self->clinic, self->session, words[1], &failure);
  g_autofree char *hash = NULL;

  if (g_error_matches (failure, HEMO_STORE_ERROR, HEMO_STORE_ERROR_ELSEWHERE)
      && self->fields[1] != NULL)
    bytes = hemo_clinic_bring_back_from (self->clinic, self->session, words[1], self->fields[1],
                                         error);
  else if (failure != NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  hash = bytes != NULL ? hemo_sha256 (bytes) : NULL;
  return g_strcmp0 (hash, words[2]) == 0;
}

/* The last number promised, or one step further: the cut may have come after the commit. */
static gboolean
check_cells (Workload *self, char **words, GError **error)
{
  g_autoptr (HemoCase) loaded = load_case (self, words[1], error);
  HemoDifferential sum = { 0 };

  if (loaded == NULL)
    return FALSE;
  for (guint i = 0; i < loaded->counts->len; i++)
    hemo_differential_add (&sum, g_ptr_array_index (loaded->counts, i));
  return ABS (sum.denominator - atoi (words[2])) <= 1;
}

static gboolean
check_morphology (Workload *self, char **words, GError **error)
{
  g_autoptr (HemoCase) loaded = load_case (self, words[1], error);

  return loaded != NULL && loaded->morphologies->len == 1;
}

static gboolean
check_wbc (Workload *self, char **words, GError **error)
{
  g_autoptr (HemoCase) loaded = load_case (self, words[1], error);

  return loaded != NULL && loaded->results->len == 1;
}

static gboolean
check_report (Workload *self, char **words, GError **error)
{
  g_autoptr (GBytes) pdf
      = hemo_clinic_open_report (self->clinic, self->session, words[1], 0, error);
  g_autofree char *hash = pdf != NULL ? hemo_sha256 (pdf) : NULL;

  return g_strcmp0 (hash, words[2]) == 0;
}

static gboolean
check_promise (Workload *self, const char *promise, GError **error)
{
  static const struct
  {
    const char *name;
    gboolean (*check) (Workload *, char **, GError **);
    guint words;
  } checks[] = {
    { "patient", check_patient, 2 },       { "specimen", check_specimen, 3 },
    { "image", check_image, 3 },           { "cells", check_cells, 3 },
    { "morphology", check_morphology, 2 }, { "wbc", check_wbc, 2 },
    { "report", check_report, 3 },
  };
  g_auto (GStrv) words = g_strsplit (promise, " ", -1);

  for (gsize i = 0; i < G_N_ELEMENTS (checks); i++)
    if (g_strcmp0 (words[0], checks[i].name) == 0)
      {
        if (g_strv_length (words) != checks[i].words)
          return broken (error, promise);
        return checks[i].check (self, words, error) || (*error == NULL && broken (error, promise));
      }
  return TRUE;
}

/* Of the promised numbers of cells only the last one counts. */
static gboolean
is_last_of_its_kind (char **lines, guint at)
{
  if (!g_str_has_prefix (lines[at], "cells "))
    return TRUE;
  for (guint i = at + 1; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], "cells "))
      return FALSE;
  return TRUE;
}

static gboolean
find_nothing (Workload *self, GError **error)
{
  g_autoptr (GPtrArray) findings = NULL;

  if (!hemo_clinic_verify (self->clinic, self->session, &findings, NULL, NULL, NULL, error))
    return FALSE;
  for (guint i = 0; i < findings->len; i++)
    {
      const HemoVerifyFinding *finding = g_ptr_array_index (findings, i);

      /* A file whose row was never committed is kept aside and told; nothing was promised of it. */
      if (!g_str_equal (finding->code, "orphan"))
        {
          g_set_error (error, CHECK_ERROR, 0, "verify: %s: %s", finding->code, finding->text);
          return FALSE;
        }
    }
  return TRUE;
}

gboolean
workload_check (Workload *self, const char *promises, GError **error)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (promises, &text, NULL, error))
    return FALSE;
  lines = g_strsplit (text, "\n", -1);
  /* Also before anything comes back. */
  if (self->fields[1] != NULL && !find_nothing (self, error))
    return FALSE;
  for (guint i = 0; lines[i] != NULL; i++)
    if (*lines[i] != '\0' && is_last_of_its_kind (lines, i)
        && !check_promise (self, lines[i], error))
      return FALSE;
  return find_nothing (self, error);
}
