/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Originals that leave: made ready first, where nothing is cut off, then pruned. */

#include "workload.h"

#include "hemo-prune.h"

/* A bucket that has them all, and a report of long ago, which cannot be signed today. */
#define LONG_AGO                                                                                   \
  "INSERT INTO server (kind, identity, settings, version) VALUES ('s3', 'there', '{}', 1); "       \
  "INSERT INTO remote_object (server, object, lane, key, sha256, bytes, sent, proven_us) "         \
  "SELECT 'there', uuid, 2, 'images/' || uuid || '.cms', sealed_sha256, sealed_bytes, "            \
  "sealed_bytes, 1 FROM image; "                                                                   \
  "UPDATE queue SET state = 'received'; "                                                          \
  "DROP TRIGGER report_version_is_final; "                                                         \
  "UPDATE report_version SET signed_us = signed_us - 45 * 86400000000"

static gboolean
ready_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_db_execute (hemo_txn_get_db (txn), LONG_AGO, error)
         && hemo_retention_save (txn, HEMO_RETENTION_LEAST, error);
}

gboolean
workload_prune_ready (Workload *self, GError **error)
{
  return hemo_store_write (hemo_clinic_get_store (self->clinic), self->session, ready_job, NULL,
                           NULL, error)
         && hemo_clinic_backup (self->clinic, self->session, self->fields[0], NULL, NULL, NULL,
                                error);
}

static gboolean
ask (const HemoPruneQuestion *question,
     HemoPruneAnswer *answer,
     gpointer data,
     GCancellable *cancellable,
     GError **error)
{
  answer->there = TRUE;
  answer->now_us = g_get_real_time ();
  return TRUE;
}

/* The folder that takes the part of the stick may lie on the one disk that there is. */
static HemoDiskAnswer
compare (const char *here, const char *there)
{
  return HEMO_DISK_OTHER;
}

gboolean
workload_prune (Workload *self, GError **error)
{
  const HemoPruneOptions options = { .backup = self->fields[0], .ask = ask, .compare = compare };
  HemoPruneTally tally = { 0 };

  if (!hemo_clinic_prune (self->clinic, self->session, &options, &tally, NULL, error))
    return FALSE;
  if (tally.images[HEMO_PRUNE_MAY] == 0)
    {
      g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE, "Nothing was pruned.");
      return FALSE;
    }
  workload_promise (self, "pruned");
  return TRUE;
}
