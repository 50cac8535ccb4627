/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Each doubt that keeps an original. */

#include "prune-fixture.h"

typedef struct
{
  const char *name;
  const char *breaks;
  const char *mends;
  HemoPruneReason reason;
  guint images;
} Doubt;

#define READING                                                                                    \
  "INSERT INTO reading (uuid, specimen, state, urgency, question, asked_by, asked_us, "            \
  "asked_offset, asked_by_hand, reader, report_version, conclusion, answer, changed_us, "          \
  "changed_offset, changed_by_hand, version) SELECT '%s', uuid, "
#define INCOMING                                                                                   \
  "INSERT INTO incoming (server, type, id, version_id, resource, state, received_us) "
#define NOT_INCOMING "UPDATE incoming SET state = 'kept'"

/* Each of them keeps both pictures but where it is about one. */
static const Doubt doubts[] = {
  { "off", "UPDATE setting SET value = 0 WHERE key = 'images.retention_days'",
    "UPDATE setting SET value = 30 WHERE key = 'images.retention_days'", HEMO_PRUNE_OFF, 2 },
  { "never set", "DELETE FROM setting WHERE key = 'images.retention_days'",
    "INSERT INTO setting (key, value) VALUES ('images.retention_days', 30)", HEMO_PRUNE_OFF, 2 },
  { "young", "UPDATE setting SET value = 46 WHERE key = 'images.retention_days'",
    "UPDATE setting SET value = 45 WHERE key = 'images.retention_days'", HEMO_PRUNE_YOUNG, 2 },
  { "signed in the future", "UPDATE report_version SET signed_us = signed_us + 100 * 86400000000",
    "UPDATE report_version SET signed_us = signed_us - 100 * 86400000000", HEMO_PRUNE_YOUNG, 2 },
  { "dated by hand", "UPDATE report_version SET signed_by_hand = 1",
    "UPDATE report_version SET signed_by_hand = 0", HEMO_PRUNE_CLOCK, 2 },
  { "the clock went back", "UPDATE audit SET at_us = at_us + 3 * 86400000000 WHERE seq = 1",
    "UPDATE audit SET at_us = at_us - 3 * 86400000000 WHERE seq = 1", HEMO_PRUNE_CLOCK, 2 },
  { "preliminary", "UPDATE report_version SET status = 'preliminary'",
    "UPDATE report_version SET status = 'final'", HEMO_PRUNE_UNSIGNED, 2 },
  { "cancelled", "UPDATE report_version SET status = 'cancelled'",
    "UPDATE report_version SET status = 'corrected'", HEMO_PRUNE_UNSIGNED, 2 },
  { "open", "UPDATE case_state SET state = 3", "UPDATE case_state SET state = 5", HEMO_PRUNE_OPEN,
    2 },
  { "touched", "UPDATE case_state SET touched = 1", "UPDATE case_state SET touched = 0",
    HEMO_PRUNE_OPEN, 2 },
  { "version waits", INCOMING "SELECT 's', 'Specimen', uuid, '7', '{}', 'waiting', 0 FROM specimen",
    NOT_INCOMING, HEMO_PRUNE_DISPUTED, 2 },
  { "patient waits", INCOMING "SELECT 's', 'Patient', uuid, '8', '{}', 'waiting', 0 FROM patient",
    NOT_INCOMING, HEMO_PRUNE_DISPUTED, 2 },
  { "result waits that is not here",
    INCOMING "VALUES ('s', 'Observation', 'o', '9', '{}', 'waiting', 0); "
             "INSERT INTO meta (key, value) SELECT 'sync.case.' || uuid, '77 r' || "
             "(SELECT max (seq) FROM incoming) FROM specimen",
    NOT_INCOMING, HEMO_PRUNE_DISPUTED, 2 },
  { "result that nobody looked at",
    "INSERT INTO meta (key, value) SELECT 'sync.results.unread', uuid FROM specimen",
    "DELETE FROM meta WHERE key = 'sync.results.unread'", HEMO_PRUNE_DISPUTED, 2 },
  { "record waits to be sent",
    "UPDATE queue SET state = 'waiting' WHERE seq = (SELECT min (seq) FROM queue WHERE lane = 0)",
    "UPDATE queue SET state = 'received'", HEMO_PRUNE_SENDING, 2 },
  { "damaged", "UPDATE image SET damaged = 1 WHERE field = 1", "UPDATE image SET damaged = 0",
    HEMO_PRUNE_DAMAGED, 1 },
  { "not measured", "UPDATE image SET focus = -focus - 1 WHERE field = 1",
    "UPDATE image SET focus = -focus - 1 WHERE field = 1", HEMO_PRUNE_PREVIEW, 1 },
  { "original waits", "UPDATE queue SET state = 'stuck' WHERE lane = 2",
    "UPDATE queue SET state = 'received'", HEMO_PRUNE_SERVER, 2 },
  { "not proven", "UPDATE remote_object SET proven_us = NULL",
    "UPDATE remote_object SET "
    "proven_us = 1",
    HEMO_PRUNE_SERVER, 2 },
  { "another server", "UPDATE server SET identity = 'x' || identity WHERE kind = 's3'",
    "UPDATE server SET identity = substr (identity, 2) WHERE kind = 's3'", HEMO_PRUNE_SERVER, 2 },
  { "other bytes", "UPDATE remote_object SET bytes = bytes + 1",
    "UPDATE remote_object SET bytes = bytes - 1", HEMO_PRUNE_SERVER, 2 },
  { "other hash", "UPDATE remote_object SET sha256 = lower (hex (zeroblob (32))) WHERE lane = 2",
    "UPDATE remote_object SET sha256 = (SELECT sealed_sha256 FROM image WHERE uuid = object) "
    "WHERE lane = 2",
    HEMO_PRUNE_SERVER, 2 },
  { "no backup", "UPDATE setting SET value = -value WHERE key = 'backup.at'",
    "UPDATE setting SET value = -value WHERE key = 'backup.at'", HEMO_PRUNE_BACKUP, 2 },
  { "backup before it", "UPDATE setting SET value = value - 1000 WHERE key = 'backup.change'",
    "UPDATE setting SET value = value + 1000 WHERE key = 'backup.change'", HEMO_PRUNE_BACKUP, 2 },
};

static void
test_doubts (Pruning *self, gconstpointer data)
{
  /* Rows of the audit log and of what came are not changed by anybody but a test. */
  pruning_run_sql (self, "DROP TRIGGER audit_is_final");
  pruning_assert_kept (self, "none", HEMO_PRUNE_BEFORE, 0);
  for (guint i = 0; i < G_N_ELEMENTS (doubts); i++)
    {
      pruning_run_sql (self, doubts[i].breaks);
      pruning_assert_kept (self, doubts[i].name, doubts[i].reason, doubts[i].images);
      pruning_run_sql (self, doubts[i].mends);
      pruning_assert_kept (self, "mended", doubts[i].reason, 0);
    }
  pruning_run_sql (self, "DELETE FROM image_preview");
  pruning_assert_kept (self, "no preview", HEMO_PRUNE_PREVIEW, PICTURES);
  pruning_assert_all_here (self);
}

static void
add_reading (Pruning *self, const char *id, const char *rest)
{
  g_autofree char *head = g_strdup_printf (READING, id);
  g_autofree char *sql = g_strconcat (head, rest, " FROM specimen", NULL);

  pruning_run_sql (self, sql);
}

/* Who is asked to read, who differs, who asks for a picture: until that is settled. */
static void
test_readers (Pruning *self, gconstpointer data)
{
  add_reading (self, "r1", "'requested', 0, '?', 'a', 1, 0, 0, NULL, 0, 'none', NULL, 1, 0, 0, 1");
  pruning_assert_kept (self, "asked to read", HEMO_PRUNE_READING, PICTURES);
  pruning_run_sql (self, "UPDATE reading SET state = 'accepted', reader = 'p'");
  pruning_assert_kept (self, "in hand", HEMO_PRUNE_READING, PICTURES);
  pruning_run_sql (self,
                   "UPDATE reading SET state = 'completed', answer = 'x', conclusion = 'differs', "
                   "report_version = 1");
  pruning_assert_kept (self, "differs", HEMO_PRUNE_DISPUTED, PICTURES);
  pruning_run_sql (self, "UPDATE reading SET conclusion = 'unclear'");
  pruning_assert_kept (self, "unclear", HEMO_PRUNE_DISPUTED, PICTURES);
  pruning_run_sql (self, "UPDATE reading SET conclusion = 'agrees'");
  pruning_assert_kept (self, "agrees", HEMO_PRUNE_DISPUTED, 0);
  pruning_run_sql (
      self, "INSERT INTO picture_request (uuid, image, specimen, state, asked_us, asked_offset, "
            "asked_by_hand, changed_us, changed_offset, changed_by_hand, version) SELECT 'q', "
            "uuid, specimen, 'asked', 1, 0, 0, 1, 0, 0, 1 FROM image WHERE field = 1");
  pruning_assert_kept (self, "picture asked for", HEMO_PRUNE_ASKED, PICTURES);
  pruning_run_sql (self, "UPDATE picture_request SET state = 'sent'");
  pruning_assert_kept (self, "picture sent", HEMO_PRUNE_ASKED, 0);
}

/* The earlier of the two clocks counts. */
static gboolean
judge_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  gint64 back = *(gint64 *)data, now = hemo_txn_get_time (txn).utc_us;
  g_autoptr (GPtrArray) items = hemo_prune_judge (txn, NULL, now - back, error);

  if (items != NULL)
    *result = GINT_TO_POINTER (((HemoPruneItem *)g_ptr_array_index (items, 0))->reason);
  return items != NULL;
}

static void
test_server_clock (Pruning *self, gconstpointer data)
{
  static const gint64 backs[]
      = { 0, 14 * G_TIME_SPAN_DAY, 16 * G_TIME_SPAN_DAY, -1000 * G_TIME_SPAN_DAY };
  static const HemoPruneReason reasons[]
      = { HEMO_PRUNE_MAY, HEMO_PRUNE_MAY, HEMO_PRUNE_YOUNG, HEMO_PRUNE_MAY };

  for (guint i = 0; i < G_N_ELEMENTS (backs); i++)
    {
      g_autoptr (GError) error = NULL;
      gpointer reason = NULL;

      hemo_store_read (files_store (&self->sync.files), pruning_user (self), judge_job,
                       (gpointer)&backs[i], &reason, &error);
      g_assert_no_error (error);
      g_assert_cmpint (GPOINTER_TO_INT (reason), ==, reasons[i]);
    }
  pruning_set_retention (self, 60);
  pruning_assert_kept (self, "a clock ahead does not help", HEMO_PRUNE_YOUNG, PICTURES);
}

static void
test_retention (Pruning *self, gconstpointer data)
{
  static const int wrong[] = { 1, HEMO_RETENTION_LEAST - 1, -30, G_MAXINT };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (hemo_store_write (files_store (&self->sync.files), pruning_user (self),
                                        pruning_retention_job, GINT_TO_POINTER (wrong[i]), NULL,
                                        &error));
      g_assert_error (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
    }
  pruning_set_retention (self, 0);
  pruning_assert_kept (self, "off", HEMO_PRUNE_OFF, PICTURES);
}

static gboolean
count_left_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  int count = -1;

  if (!hemo_pruned_count (txn, data, &count, error))
    return FALSE;
  *result = GINT_TO_POINTER (count);
  return TRUE;
}

static void
assert_left_behind (Pruning *self, const char *kind, int count)
{
  g_autoptr (GError) error = NULL;
  gpointer found = GINT_TO_POINTER (-1);

  hemo_store_read (files_store (&self->sync.files), pruning_user (self), count_left_job,
                   (gpointer)kind, &found, &error);
  g_assert_no_error (error);
  g_assert_cmpint (GPOINTER_TO_INT (found), ==, count);
}

/* Who changes a server is asked about the originals that this one has: not about those of a server
 * that was left before, nor where the server of the records is changed. */
static void
test_left_behind (Pruning *self, gconstpointer data)
{
  assert_left_behind (self, HEMO_SERVER_S3, 0);
  pruning_run_sql (self, "INSERT INTO pruned_image SELECT uuid, (SELECT identity FROM server WHERE "
                         "kind = 's3'), '2026-01-02', 'u', 1 FROM image WHERE field = 1");
  pruning_run_sql (self,
                   "INSERT INTO pruned_image SELECT uuid, 'left long ago', '2026-01-02', 'u', "
                   "1 FROM image WHERE field = 2");
  g_assert_cmpint (pruning_count (self, "SELECT count(*) FROM pruned_image"), ==, 2);
  assert_left_behind (self, HEMO_SERVER_S3, 1);
  assert_left_behind (self, HEMO_SERVER_FHIR, 0);
  pruning_run_sql (self, "UPDATE server SET identity = 'another' WHERE kind = 's3'");
  assert_left_behind (self, HEMO_SERVER_S3, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, data, function)                                                                  \
  g_test_add ("/prune-judge/" path, Pruning, data, pruning_set_up, function, pruning_tear_down)
  ADD ("doubts", NULL, test_doubts);
  ADD ("readers", NULL, test_readers);
  ADD ("server-clock", NULL, test_server_clock);
  ADD ("retention", NULL, test_retention);
  ADD ("left-behind", NULL, test_left_behind);
  return g_test_run ();
}
