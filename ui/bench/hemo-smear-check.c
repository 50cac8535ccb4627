/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Saves the low-power check in the reader's own record. */

#include "hemo-smear-check.h"

#include "hemo-records.h"

typedef struct
{
  char *specimen;
  char *reader;
  HemoSmearCheck check;
} Request;

static void
request_free (gpointer data)
{
  Request *self = data;

  g_free (self->specimen);
  g_free (self->reader);
  g_free (self);
}

/* The reader's own record as it is now, or a new one. */
static HemoMorphology *
find_record (const HemoCase *data, const Request *request)
{
  for (guint i = 0; i < data->morphologies->len; i++)
    {
      const HemoMorphology *morphology = g_ptr_array_index (data->morphologies, i);

      if (g_strcmp0 (morphology->reader, request->reader) == 0)
        return hemo_morphology_copy (morphology);
    }
  return hemo_morphology_new (data->specimen->uuid, request->reader);
}

static gboolean
save_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Request *request = data;
  g_autoptr (HemoCase) now = hemo_case_reload (txn, request->specimen, error);
  HemoMorphology *record;
  char *comment;
  gboolean saved;

  if (now == NULL)
    return FALSE;
  record = find_record (now, request);
  comment = hemo_smear_check_replace (record->comment, request->check);
  g_free (record->comment);
  record->comment = comment;
  if (record->at.utc_us == 0)
    record->at = hemo_time_now ();
  saved = hemo_morphology_save (txn, record, error);
  hemo_morphology_free (record);
  return saved;
}

void
hemo_smear_check_save_async (HemoDesk *desk,
                             const char *specimen,
                             HemoSmearCheck check,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  HemoSession *session = hemo_desk_get_session (desk);
  Request *request = g_new0 (Request, 1);

  request->specimen = g_strdup (specimen);
  request->reader = g_strdup (session != NULL ? hemo_session_get_user (session) : NULL);
  request->check = check;
  hemo_desk_write_async (desk, save_job, request, request_free, NULL, NULL, callback, user_data);
}
