/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What others wrote is kept as it came, once, and settled once. */

#include "records-fixture.h"

#include "hemo-incoming-table.h"

typedef struct
{
  Records *records;
} Incoming;

static void
set_up (Incoming *incoming, gconstpointer data)
{
  incoming->records = records_open ();
}

static void
tear_down (Incoming *incoming, gconstpointer data)
{
  records_close (incoming->records);
}

static gint64
add (HemoTxn *txn, const char *version, HemoIncomingState state)
{
  g_autoptr (GError) error = NULL;
  HemoIncoming row = { .type = "Patient",
                       .id = "p1",
                       .version_id = (char *)version,
                       .author = "Station B",
                       .resource = "{\"resourceType\":\"Patient\"}",
                       .state = state,
                       .reason = state == HEMO_INCOMING_WAITING ? "Both changed the name." : NULL };
  gint64 sequence = 0;

  hemo_incoming_add (txn, "v1", &row, &sequence, &error);
  g_assert_no_error (error);
  return sequence;
}

static void
test_once (Incoming *incoming, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) all = NULL;
  gboolean known = TRUE;
  HemoTxn *txn = records_begin (incoming->records, HEMO_ROLE_TECHNICIAN);

  g_assert_true (hemo_incoming_is_known (txn, "v1", "Patient", "p1", "1", &known, &error));
  g_assert_false (known);
  g_assert_cmpint (add (txn, "1", HEMO_INCOMING_APPLIED), >, 0);
  g_assert_cmpint (add (txn, "1", HEMO_INCOMING_WAITING), ==, 0);
  g_assert_cmpint (add (txn, "2", HEMO_INCOMING_WAITING), >, 0);
  g_assert_true (hemo_incoming_is_known (txn, "v1", "Patient", "p1", "1", &known, &error));
  g_assert_true (known);
  g_assert_true (hemo_incoming_is_known (txn, "v2", "Patient", "p1", "1", &known, &error));
  g_assert_false (known);
  all = hemo_incoming_of (txn, "p1", &error);
  g_assert_cmpuint (all->len, ==, 2);
  g_assert_cmpint (((HemoIncoming *)all->pdata[0])->state, ==, HEMO_INCOMING_APPLIED);
  g_assert_cmpstr (((HemoIncoming *)all->pdata[1])->reason, ==, "Both changed the name.");
  g_assert_cmpstr (((HemoIncoming *)all->pdata[1])->author, ==, "Station B");
  records_commit (txn);
}

static void
test_settle (Incoming *incoming, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) before = NULL;
  g_autoptr (GPtrArray) after = NULL;
  HemoTxn *txn = records_begin (incoming->records, HEMO_ROLE_TECHNICIAN);
  gint64 sequence = add (txn, "2", HEMO_INCOMING_WAITING);

  before = hemo_incoming_waiting (txn, 9, &error);
  g_assert_cmpuint (before->len, ==, 1);
  g_assert_cmpint (hemo_incoming_count_waiting (txn, &error), ==, 1);
  g_assert_true (hemo_incoming_settle (txn, sequence, HEMO_INCOMING_OURS, &error));
  g_assert_false (hemo_incoming_settle (txn, sequence, HEMO_INCOMING_APPLIED, &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT);
  g_clear_error (&error);
  g_assert_cmpint (hemo_incoming_count_waiting (txn, &error), ==, 0);
  after = hemo_incoming_of (txn, "p1", &error);
  g_assert_cmpint (((HemoIncoming *)after->pdata[0])->state, ==, HEMO_INCOMING_OURS);
  g_assert_cmpstr (((HemoIncoming *)after->pdata[0])->settled_by, ==, RECORDS_TECHNICIAN);
  records_commit (txn);
}

/* Not even by a statement of its own is it lost or changed. */
static void
test_kept (Incoming *incoming, gconstpointer data)
{
  HemoTxn *txn = records_begin (incoming->records, HEMO_ROLE_TECHNICIAN);

  add (txn, "1", HEMO_INCOMING_KEPT);
  records_commit (txn);
  g_assert_false (hemo_db_execute (incoming->records->db, "DELETE FROM incoming", NULL));
  g_assert_false (
      hemo_db_execute (incoming->records->db, "UPDATE incoming SET resource = '{}'", NULL));
  g_assert_cmpint (records_ask (incoming->records, "SELECT count(*) FROM incoming"), ==, 1);
}

static gint64
add_of (HemoTxn *txn, const char *type, const char *id, const char *resource, const char *tube)
{
  g_autoptr (GError) error = NULL;
  const HemoIncoming row = { .type = (char *)type,
                             .id = (char *)id,
                             .version_id = (char *)"1",
                             .resource = (char *)resource,
                             .state = HEMO_INCOMING_KEPT };
  gint64 sequence = 0;

  hemo_incoming_add (txn, "v1", &row, &sequence, &error);
  g_assert_no_error (error);
  g_assert_true (hemo_incoming_note_case (txn, tube, sequence, &error));
  return sequence;
}

/* Results and answers are news until somebody looks at the case; a question in hand is none. */
static void
test_unread (Incoming *incoming, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) none = NULL;
  g_auto (GStrv) two = NULL;
  g_auto (GStrv) one = NULL;
  gboolean changed = FALSE;
  HemoTxn *txn = records_begin (incoming->records, HEMO_ROLE_TECHNICIAN);

  add_of (txn, "Media", "m", "{}", "t0");
  add_of (txn, "Task", "a", "{\"status\":\"in-progress\"}", "t0");
  none = hemo_incoming_unread (txn, &error);
  g_assert_cmpuint (g_strv_length (none), ==, 0);
  add_of (txn, "Task", "b", "{\"status\":\"completed\"}", "t1");
  add_of (txn, "Observation", "c", "{}", "t2");
  add_of (txn, "DiagnosticReport", "d", "{}", "t1");
  two = hemo_incoming_unread (txn, &error);
  g_assert_cmpuint (g_strv_length (two), ==, 2);
  g_assert_cmpstr (two[0], ==, "t2");
  g_assert_cmpstr (two[1], ==, "t1");
  g_assert_true (hemo_incoming_mark_read (txn, "t1", &changed, &error));
  g_assert_true (changed);
  g_assert_true (hemo_incoming_mark_read (txn, "t1", &changed, &error));
  g_assert_false (changed);
  one = hemo_incoming_unread (txn, &error);
  g_assert_cmpuint (g_strv_length (one), ==, 1);
  g_assert_cmpstr (one[0], ==, "t2");
  g_assert_true (hemo_incoming_mark_read (txn, "t2", NULL, &error));
  g_assert_no_error (error);
  records_commit (txn);
}

static void
check_unread (HemoTxn *txn, guint count, const char *first, const char *last)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) unread = hemo_incoming_unread (txn, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (unread), ==, count);
  g_assert_cmpstr (unread[0], ==, first);
  g_assert_cmpstr (unread[count - 1], ==, last);
}

/* However much comes, each case is in the list, in the order in which it came, until it is read. */
static void
test_unread_many (Incoming *incoming, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gboolean changed = FALSE;
  HemoTxn *txn = records_begin (incoming->records, HEMO_ROLE_TECHNICIAN);

  for (int i = 0; i < 1200; i++)
    {
      g_autofree char *id = g_strdup_printf ("t%d", i);

      add_of (txn, "Observation", id, "{}", id);
    }
  check_unread (txn, 1200, "t0", "t1199");
  g_assert_true (hemo_incoming_mark_read (txn, "t0", &changed, &error));
  g_assert_true (changed);
  check_unread (txn, 1199, "t1", "t1199");
  /* Of one of the first more came. */
  add_of (txn, "DiagnosticReport", "again", "{}", "t1");
  check_unread (txn, 1199, "t2", "t1");
  for (int i = 2; i < 1000; i++)
    {
      g_autofree char *id = g_strdup_printf ("t%d", i);

      g_assert_true (hemo_incoming_mark_read (txn, id, NULL, &error));
    }
  check_unread (txn, 201, "t1000", "t1");
  for (int i = 0; i < 500; i++)
    {
      g_autofree char *id = g_strdup_printf ("n%d", i);

      add_of (txn, "Observation", id, "{}", id);
    }
  check_unread (txn, 701, "t1000", "n499");
  records_commit (txn);
}

static void
test_reopen (Incoming *incoming, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (incoming->records, HEMO_ROLE_TECHNICIAN);
  gint64 sequence = add (txn, "2", HEMO_INCOMING_WAITING);

  g_assert_false (hemo_incoming_reopen (txn, sequence, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT);
  g_assert_true (hemo_incoming_settle (txn, sequence, HEMO_INCOMING_OURS, &error));
  g_assert_true (hemo_incoming_reopen (txn, sequence, &error));
  g_assert_cmpint (hemo_incoming_count_waiting (txn, &error), ==, 1);
  g_assert_true (hemo_incoming_settle (txn, sequence, HEMO_INCOMING_APPLIED, &error));
  g_assert_no_error (error);
  records_commit (txn);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test) g_test_add (path, Incoming, NULL, set_up, test, tear_down)
  ADD ("/incoming-table/once", test_once);
  ADD ("/incoming-table/settle", test_settle);
  ADD ("/incoming-table/kept", test_kept);
  ADD ("/incoming-table/unread", test_unread);
  ADD ("/incoming-table/unread-many", test_unread_many);
  ADD ("/incoming-table/reopen", test_reopen);
  return g_test_run ();
}
