/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The queue of what waits to leave: made with each change, in order, and marked once. */

#include "records-fixture.h"

#include "hemo-image-table-private.h"
#include "hemo-picture-queue.h"
#include "hemo-reading-table.h"
#include "hemo-remote-table.h"

typedef struct
{
  Records *records;
  char *patient;
} Queue;

/* Three changes of one record wait in the lane of results. */
static void
set_up (Queue *queue, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoPatient) patient = NULL;
  HemoTxn *txn;

  queue->records = records_open ();
  txn = records_begin (queue->records, HEMO_ROLE_TECHNICIAN);
  patient = records_add_patient (txn, "Amina", "Otieno", 1990);
  for (int i = 0; i < 2; i++)
    {
      g_free (patient->village);
      patient->village = g_strdup_printf ("Village %d", i);
      hemo_patient_save (txn, patient, &error);
      g_assert_no_error (error);
    }
  records_commit (txn);
  queue->patient = g_strdup (patient->uuid);
}

static void
tear_down (Queue *queue, gconstpointer data)
{
  g_free (queue->patient);
  records_close (queue->records);
}

static GPtrArray *
waiting (HemoTxn *txn, HemoLane lane, int limit)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *items = hemo_queue_waiting (txn, lane, limit, &error);

  g_assert_no_error (error);
  return items;
}

static gint64
count (HemoTxn *txn, HemoLane lane)
{
  g_autoptr (GError) error = NULL;
  gint64 found = hemo_queue_count (txn, lane, &error);

  g_assert_no_error (error);
  return found;
}

static void
test_order (Queue *queue, gconstpointer data)
{
  HemoTxn *txn = records_begin (queue->records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (GPtrArray) items = waiting (txn, HEMO_LANE_RESULTS, 10);
  g_autoptr (GPtrArray) first = waiting (txn, HEMO_LANE_RESULTS, 1);
  g_autoptr (GPtrArray) none = waiting (txn, HEMO_LANE_RESULTS, 0);
  gint64 before = 0;

  g_assert_cmpuint (items->len, ==, 3);
  for (guint i = 0; i < items->len; i++)
    {
      const HemoQueueItem *item = g_ptr_array_index (items, i);

      g_assert_cmpint (item->sequence, >, before);
      g_assert_cmpint (item->version, ==, i + 1);
      g_assert_cmpstr (item->kind, ==, "Patient");
      g_assert_cmpstr (item->object, ==, queue->patient);
      g_assert_true (hemo_uuid_is_valid (item->change));
      g_assert_cmpint (item->lane, ==, HEMO_LANE_RESULTS);
      g_assert_cmpint (item->attempts, ==, 0);
      before = item->sequence;
    }
  g_assert_cmpuint (first->len, ==, 1);
  g_assert_cmpstr (((HemoQueueItem *)g_ptr_array_index (first, 0))->change, ==,
                   ((HemoQueueItem *)g_ptr_array_index (items, 0))->change);
  g_assert_cmpuint (none->len, ==, 0);
  records_commit (txn);
}

static void
test_copy (Queue *queue, gconstpointer data)
{
  HemoTxn *txn = records_begin (queue->records, HEMO_ROLE_TECHNICIAN);
  GPtrArray *items = waiting (txn, HEMO_LANE_RESULTS, 1);
  HemoQueueItem *copy = hemo_queue_item_copy (g_ptr_array_index (items, 0));

  g_ptr_array_unref (items);
  g_assert_cmpstr (copy->object, ==, queue->patient);
  g_assert_cmpstr (copy->kind, ==, "Patient");
  hemo_queue_item_free (copy);
  records_commit (txn);
}

/* Begun is not received: a cut between leaves it waiting, with the try counted. */
static void
test_begin (Queue *queue, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (queue->records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (GPtrArray) items = waiting (txn, HEMO_LANE_RESULTS, 1);
  const HemoQueueItem *item = g_ptr_array_index (items, 0);

  for (int i = 0; i < 3; i++)
    {
      g_assert_true (hemo_queue_begin (txn, item->sequence, &error));
      g_assert_no_error (error);
      records_commit (txn);
      records_reopen (queue->records);
      txn = records_begin (queue->records, HEMO_ROLE_TECHNICIAN);
    }
  g_autoptr (GPtrArray) again = waiting (txn, HEMO_LANE_RESULTS, 1);
  const HemoQueueItem *same = g_ptr_array_index (again, 0);
  g_assert_cmpint (same->sequence, ==, item->sequence);
  g_assert_cmpint (same->attempts, ==, 3);
  g_assert_false (hemo_queue_begin (txn, 99999, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT);
  records_commit (txn);
}

/* What came back late is asked for by its number and its change: both have to fit, and it waits but
 * once. */
static void
test_is_waiting (Queue *queue, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (queue->records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (GPtrArray) items = waiting (txn, HEMO_LANE_RESULTS, 2);
  const HemoQueueItem *item = g_ptr_array_index (items, 0);
  HemoQueueItem other = *item;
  gboolean waits = FALSE;

  g_assert_true (hemo_queue_is_waiting (txn, item, &waits, &error));
  g_assert_true (waits);
  other.change = ((HemoQueueItem *)g_ptr_array_index (items, 1))->change;
  g_assert_true (hemo_queue_is_waiting (txn, &other, &waits, &error));
  g_assert_false (waits);
  other = *item;
  other.sequence = 99999;
  g_assert_true (hemo_queue_is_waiting (txn, &other, &waits, &error));
  g_assert_false (waits);
  other = *item;
  other.object = other.change;
  g_assert_true (hemo_queue_is_waiting (txn, &other, &waits, &error));
  g_assert_false (waits);
  g_assert_true (hemo_queue_received (txn, item, &error));
  g_assert_true (hemo_queue_is_waiting (txn, item, &waits, &error));
  g_assert_false (waits);
  g_assert_no_error (error);
  records_commit (txn);
}

/* Received once, by the one it is; the others go on waiting. */
static void
test_received (Queue *queue, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (queue->records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (GPtrArray) items = waiting (txn, HEMO_LANE_RESULTS, 10);
  const HemoQueueItem *item = g_ptr_array_index (items, 1);

  g_assert_true (hemo_queue_received (txn, item, &error));
  g_assert_no_error (error);
  g_assert_cmpint (count (txn, HEMO_LANE_RESULTS), ==, 2);
  g_assert_false (hemo_queue_received (txn, item, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT);
  g_assert_false (hemo_queue_begin (txn, item->sequence, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT);
  g_assert_false (hemo_queue_shelve (txn, item, "late", &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT);
  records_commit (txn);
  g_assert_cmpint (
      records_ask (queue->records, "SELECT count(*) FROM audit WHERE what = 'queue.received'"), ==,
      1);
  g_assert_cmpint (records_ask (queue->records, "SELECT count(*) FROM queue"), ==, 3);
}

/* What the other side refuses waits on the shelf with its reason, and the queue goes on. */
static void
test_shelf (Queue *queue, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (queue->records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (GPtrArray) items = waiting (txn, HEMO_LANE_RESULTS, 10);
  const HemoQueueItem *stuck = g_ptr_array_index (items, 0);
  g_autoptr (GPtrArray) rest = NULL;

  g_assert_true (hemo_queue_shelve (txn, stuck, "422 refused", &error));
  g_assert_no_error (error);
  rest = waiting (txn, HEMO_LANE_RESULTS, 10);
  g_assert_cmpuint (rest->len, ==, 2);
  g_assert_cmpint (((HemoQueueItem *)g_ptr_array_index (rest, 0))->sequence, ==,
                   ((HemoQueueItem *)g_ptr_array_index (items, 1))->sequence);
  g_assert_false (hemo_queue_received (txn, stuck, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT);
  records_commit (txn);
  g_assert_cmpint (records_ask (queue->records, "SELECT count(*) FROM queue WHERE state = 'stuck' "
                                                "AND reason = '422 refused'"),
                   ==, 1);
  /* The reason of the other side is no part of the audit log: it may hold a name. */
  g_assert_cmpint (records_ask (queue->records, "SELECT count(*) FROM audit WHERE what = "
                                                "'queue.shelved' AND detail IS NULL"),
                   ==, 1);
}

/* Lanes never see each other; a change waits in a lane once. */
static void
test_lanes (Queue *queue, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (queue->records, HEMO_ROLE_TECHNICIAN);

  g_assert_false (hemo_txn_queue (txn, "Media", queue->patient, HEMO_LANE_PREVIEWS, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_assert_true (hemo_txn_log_change (txn, "image.add", "Media", queue->patient, 1,
                                      HEMO_LANE_PREVIEWS, &error));
  g_assert_true (hemo_txn_queue (txn, "Media", queue->patient, HEMO_LANE_ORIGINALS, &error));
  g_assert_true (hemo_txn_queue (txn, "Media", queue->patient, HEMO_LANE_NONE, &error));
  g_assert_no_error (error);
  g_assert_false (hemo_txn_queue (txn, "Media", queue->patient, HEMO_LANE_ORIGINALS, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_cmpint (count (txn, HEMO_LANE_RESULTS), ==, 3);
  g_assert_cmpint (count (txn, HEMO_LANE_PREVIEWS), ==, 1);
  g_assert_cmpint (count (txn, HEMO_LANE_ORIGINALS), ==, 1);
  records_commit (txn);
}

/* A change that never leaves is logged and does not wait. */
static void
test_local (Queue *queue, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (queue->records, HEMO_ROLE_TECHNICIAN);

  g_assert_true (hemo_txn_log_change (txn, "draft", "DiagnosticReport", queue->patient, 1,
                                      HEMO_LANE_NONE, &error));
  g_assert_cmpint (count (txn, HEMO_LANE_RESULTS), ==, 3);
  records_commit (txn);
  g_assert_cmpint (records_ask (queue->records, "SELECT count(*) FROM change WHERE what = 'draft'"),
                   ==, 1);
}

/* From the shelf it goes to its old place. */
static void
test_retry (Queue *queue, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (queue->records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (GPtrArray) items = waiting (txn, HEMO_LANE_RESULTS, 10);
  g_autoptr (GPtrArray) shelf = NULL;
  g_autoptr (GPtrArray) again = NULL;
  const HemoQueueItem *first = items->pdata[0];
  int moved = 0;

  g_assert_true (hemo_queue_shelve (txn, first, "no such code", &error));
  g_assert_true (hemo_queue_shelve (txn, items->pdata[2], "no such unit", &error));
  shelf = hemo_queue_shelf (txn, 9, &error);
  g_assert_cmpuint (shelf->len, ==, 2);
  g_assert_cmpstr (((HemoQueueItem *)shelf->pdata[0])->reason, ==, "no such code");
  g_assert_true (hemo_queue_retry (txn, first->sequence, &moved, &error));
  g_assert_cmpint (moved, ==, 1);
  again = waiting (txn, HEMO_LANE_RESULTS, 10);
  g_assert_cmpint (((HemoQueueItem *)again->pdata[0])->sequence, ==, first->sequence);
  g_assert_null (((HemoQueueItem *)again->pdata[0])->reason);
  g_assert_true (hemo_queue_retry (txn, 0, &moved, &error));
  g_assert_cmpint (moved, ==, 1);
  g_assert_cmpint (count (txn, HEMO_LANE_RESULTS), ==, 3);
  g_assert_false (hemo_queue_retry (txn, first->sequence, &moved, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT);
  records_commit (txn);
}

/* Who changes a patient mends what was refused of her, and nothing of anybody else. */
static void
test_mended (Queue *queue, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (queue->records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoPatient) other = records_add_patient (txn, "Grace", "Chebet", 1985);
  g_autoptr (HemoPatient) patient = hemo_patient_load (txn, queue->patient, &error);
  g_autoptr (HemoOrder) order = records_add_order (txn, queue->patient, HEMO_TEST_DIFFERENTIAL);
  g_autoptr (HemoSpecimen) tube = hemo_specimen_new ();
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (GPtrArray) shelf = NULL;

  tube->order = g_strdup (order->uuid);
  g_assert_true (hemo_specimen_accept (txn, tube, &error));
  items = waiting (txn, HEMO_LANE_RESULTS, 20);
  for (guint i = 0; i < items->len; i++)
    g_assert_true (hemo_queue_shelve (txn, items->pdata[i], "no such day", &error));
  g_set_str (&patient->village, "Bondo");
  g_assert_true (hemo_patient_save (txn, patient, &error));
  g_assert_no_error (error);
  shelf = hemo_queue_shelf (txn, 20, &error);
  g_assert_cmpuint (shelf->len, ==, 1);
  g_assert_cmpstr (((HemoQueueItem *)shelf->pdata[0])->object, ==, other->uuid);
  g_assert_cmpint (count (txn, HEMO_LANE_RESULTS), ==, items->len);
  records_commit (txn);
}

/* (transfer full): a tube with a picture that waits in the lane of originals; @urgency of its order
 */
static HemoSpecimen *
add_case (HemoTxn *txn, const char *patient, HemoUrgency urgency, char **picture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoOrder) order = records_add_order (txn, patient, HEMO_TEST_DIFFERENTIAL);
  HemoSpecimen *tube = hemo_specimen_new ();

  order->urgency = urgency;
  hemo_order_save (txn, order, &error);
  g_assert_no_error (error);
  tube->order = g_strdup (order->uuid);
  hemo_specimen_accept (txn, tube, &error);
  g_assert_no_error (error);
  *picture = records_add_image (txn, tube->uuid, 1);
  hemo_txn_log_change (txn, "image.add", "Binary", *picture, 1, HEMO_LANE_ORIGINALS, &error);
  g_assert_no_error (error);
  return tube;
}

static void
assert_next (HemoTxn *txn, const char *picture, HemoRank rank)
{
  g_autoptr (GPtrArray) pictures = waiting (txn, HEMO_LANE_ORIGINALS, 1);
  const HemoQueueItem *first = pictures->pdata[0];

  g_assert_cmpstr (first->object, ==, picture);
  g_assert_cmpint (first->rank, ==, rank);
}

static void
add_to_report (HemoTxn *txn, const char *picture)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *sql
      = g_strdup_printf ("UPDATE image SET in_report = 1 WHERE uuid = '%s'", picture);

  hemo_db_execute (hemo_txn_get_db (txn), sql, &error);
  g_assert_no_error (error);
}

static void
ask_reading (HemoTxn *txn, const char *tube)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoReading) reading = hemo_reading_new (tube);

  g_set_str (&reading->question, "Are these blasts?");
  hemo_reading_ask (txn, reading, &error);
  g_assert_no_error (error);
}

/* The newest picture goes first, unless it is in a report, of an urgent case, or somebody is asked
 * to read its case. */
static void
test_picture_rank (Queue *queue, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (queue->records, HEMO_ROLE_TECHNICIAN);
  g_autofree char *oldest = NULL, *older = NULL, *stat = NULL, *newest = NULL, *late = NULL;
  g_autoptr (HemoSpecimen) a = add_case (txn, queue->patient, HEMO_URGENCY_ROUTINE, &oldest);
  g_autoptr (HemoSpecimen) b = add_case (txn, queue->patient, HEMO_URGENCY_ROUTINE, &older);
  g_autoptr (HemoSpecimen) c = add_case (txn, queue->patient, HEMO_URGENCY_ROUTINE, &newest);
  g_autoptr (HemoSpecimen) d = NULL;

  assert_next (txn, newest, HEMO_RANK_NORMAL);
  add_to_report (txn, older);
  assert_next (txn, older, HEMO_RANK_REPORT);
  d = add_case (txn, queue->patient, HEMO_URGENCY_STAT, &stat);
  assert_next (txn, stat, HEMO_RANK_CRITICAL);
  ask_reading (txn, a->uuid);
  assert_next (txn, oldest, HEMO_RANK_CONSULTATION);
  late = records_add_image (txn, a->uuid, 2);
  hemo_txn_log_change (txn, "image.add", "Binary", late, 1, HEMO_LANE_ORIGINALS, &error);
  assert_next (txn, late, HEMO_RANK_CONSULTATION);
  records_commit (txn);
}

/* A STAT case overtakes what was queued before it. */
static void
test_urgent (Queue *queue, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) items = NULL;
  HemoTxn *txn = records_begin (queue->records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoOrder) order = records_add_order (txn, queue->patient, HEMO_TEST_DIFFERENTIAL);
  g_autoptr (HemoSpecimen) tube = NULL;

  order->urgency = HEMO_URGENCY_STAT;
  g_assert_true (hemo_order_save (txn, order, &error));
  g_assert_no_error (error);
  tube = hemo_specimen_new ();
  tube->order = g_strdup (order->uuid);
  hemo_specimen_accept (txn, tube, &error);
  g_assert_no_error (error);
  items = waiting (txn, HEMO_LANE_RESULTS, 9);
  g_assert_cmpstr (((HemoQueueItem *)items->pdata[0])->object, ==, tube->uuid);
  g_assert_cmpint (((HemoQueueItem *)items->pdata[0])->rank, ==, HEMO_RANK_CRITICAL);
  records_commit (txn);
}

/* A case is one group, wherever its changes stand; a patient alone is one of its own. */
static void
test_groups (Queue *queue, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) groups = NULL;
  g_autoptr (GPtrArray) one = NULL;
  HemoTxn *txn = records_begin (queue->records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoSpecimen) first = records_add_tube (txn, queue->patient, HEMO_TEST_DIFFERENTIAL);
  g_autoptr (HemoSpecimen) second = records_add_tube (txn, queue->patient, HEMO_TEST_DIFFERENTIAL);
  g_autoptr (HemoSpecimen) slide = records_add_slide (txn, first->uuid);
  const HemoQueueGroup *group;

  groups = hemo_queue_groups (txn, 9, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (groups->len, ==, 3);
  group = groups->pdata[0];
  g_assert_cmpstr (group->type, ==, "Patient");
  g_assert_cmpstr (group->uuid, ==, queue->patient);
  g_assert_cmpuint (group->items->len, ==, 3);
  group = groups->pdata[1];
  g_assert_cmpstr (group->type, ==, "Specimen");
  g_assert_cmpstr (group->uuid, ==, first->uuid);
  /* Order, tube, slide. */
  g_assert_cmpuint (group->items->len, ==, 3);
  group = groups->pdata[2];
  g_assert_cmpstr (group->uuid, ==, second->uuid);
  g_assert_cmpuint (group->items->len, ==, 2);
  one = hemo_queue_groups (txn, 1, &error);
  g_assert_cmpuint (one->len, ==, 1);
  records_commit (txn);
}

/* Of the sealed file. */
static gint64
size_of (HemoTxn *txn, const char *image)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn), "SELECT sealed_bytes FROM image WHERE uuid = ?1", &error);

  g_assert_no_error (error);
  hemo_statement_bind_text (statement, 1, image);
  g_assert_true (hemo_statement_step (statement, &error));
  return hemo_statement_get_int (statement, 0);
}

/* The preview may come before or after the picture waits. */
static void
test_tally_previews (Queue *queue, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) jpeg = g_bytes_new_static ("12345", 5);
  HemoLaneTally tally = { 0 };
  HemoTxn *txn = records_begin (queue->records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoSpecimen) tube = records_add_tube (txn, queue->patient, HEMO_TEST_DIFFERENTIAL);
  g_autofree char *image = records_add_image (txn, tube->uuid, 1);

  hemo_txn_log_change (txn, "image.add", "Media", image, 1, HEMO_LANE_PREVIEWS, &error);
  g_assert_true (hemo_queue_tally (txn, HEMO_LANE_PREVIEWS, &tally, &error));
  g_assert_cmpint (tally.waiting, ==, 1);
  g_assert_cmpint (tally.bytes, ==, 0);
  g_assert_true (hemo_image_put_preview (txn, image, jpeg, 0, &error));
  g_assert_true (hemo_queue_tally (txn, HEMO_LANE_PREVIEWS, &tally, &error));
  g_assert_cmpint (tally.bytes, ==, 5);
  hemo_txn_log_change (txn, "image.measure", "Media", image, 2, HEMO_LANE_PREVIEWS, &error);
  g_assert_true (hemo_queue_tally (txn, HEMO_LANE_PREVIEWS, &tally, &error));
  g_assert_no_error (error);
  g_assert_cmpint (tally.waiting, ==, 2);
  g_assert_cmpint (tally.bytes, ==, 10);
  records_commit (txn);
}

static guint
queue_pictures (HemoTxn *txn, const char *tube, char **images, guint count)
{
  for (guint i = 0; i < count; i++)
    {
      images[i] = records_add_image (txn, tube, (int)i + 1);
      hemo_txn_log_change (txn, "image.add", "Media", images[i], 1, HEMO_LANE_PREVIEWS, NULL);
      hemo_txn_log_change (txn, "image.measure", "Media", images[i], 2, HEMO_LANE_PREVIEWS, NULL);
    }
  return count;
}

/* The newest that nobody holds; when it is there, all changes that told of it are received. */
static void
test_next_picture (Queue *queue, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (queue->records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoSpecimen) tube = records_add_tube (txn, queue->patient, HEMO_TEST_DIFFERENTIAL);
  char *images[3] = { NULL };
  guint added = queue_pictures (txn, tube->uuid, images, 2), count = 0;
  const char *const none[] = { NULL };
  const char *const newest[] = { images[1], NULL };
  const char *const both[] = { images[1], images[0], NULL };
  g_autoptr (HemoQueueItem) first = NULL;
  g_autoptr (HemoQueueItem) second = NULL;

  first = hemo_queue_next_picture (txn, HEMO_LANE_PREVIEWS, none, &error);
  second = hemo_queue_next_picture (txn, HEMO_LANE_PREVIEWS, newest, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (first->object, ==, images[1]);
  g_assert_cmpstr (second->object, ==, images[0]);
  g_assert_null (hemo_queue_next_picture (txn, HEMO_LANE_PREVIEWS, both, &error));
  g_assert_null (hemo_queue_next_picture (txn, HEMO_LANE_ORIGINALS, none, &error));
  g_assert_no_error (error);
  g_assert_true (hemo_queue_received_picture (txn, first, &count, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (count, ==, 2);
  g_assert_cmpint (hemo_queue_count (txn, HEMO_LANE_PREVIEWS, NULL), ==, 2);
  g_assert_true (hemo_queue_received_picture (txn, first, &count, &error));
  g_assert_cmpuint (count, ==, 0);
  records_commit (txn);
  for (guint i = 0; i < added; i++)
    g_free (images[i]);
}

static void
test_tally (Queue *queue, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  HemoLaneTally tally = { 0 };
  HemoTxn *txn = records_begin (queue->records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoSpecimen) tube = records_add_tube (txn, queue->patient, HEMO_TEST_DIFFERENTIAL);
  g_autofree char *image = records_add_image (txn, tube->uuid, 1);
  g_autoptr (GPtrArray) items = NULL;

  hemo_txn_log_change (txn, "image.add", "Binary", image, 1, HEMO_LANE_ORIGINALS, &error);
  g_assert_true (hemo_queue_tally (txn, HEMO_LANE_ORIGINALS, &tally, &error));
  g_assert_no_error (error);
  g_assert_cmpint (tally.waiting, ==, 1);
  g_assert_cmpint (tally.bytes, ==, size_of (txn, image));
  items = waiting (txn, HEMO_LANE_ORIGINALS, 1);
  g_assert_true (hemo_queue_shelve (txn, items->pdata[0], "too large", &error));
  g_assert_true (hemo_queue_tally (txn, HEMO_LANE_ORIGINALS, &tally, &error));
  g_assert_cmpint (tally.waiting, ==, 0);
  g_assert_cmpint (tally.stuck, ==, 1);
  g_assert_cmpint (tally.bytes, ==, 0);
  records_commit (txn);
}

/* Each picture with what the server has of it: those on their way first, the shelf last. */
static void
test_pictures (Queue *queue, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (queue->records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoSpecimen) tube = records_add_tube (txn, queue->patient, HEMO_TEST_DIFFERENTIAL);
  g_autofree char *first = records_add_image (txn, tube->uuid, 1);
  g_autofree char *second = records_add_image (txn, tube->uuid, 2);
  g_autofree char *third = records_add_image (txn, tube->uuid, 3);
  const char *const images[] = { first, second, third };
  HemoRemoteObject object
      = { .object = first,
          .lane = HEMO_LANE_ORIGINALS,
          .key = (char *)"k",
          .sha256 = (char *)"0123456789012345678901234567890123456789012345678901"
                            "234567890123",
          .bytes = 1500,
          .sent = 600 };
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (GPtrArray) all = NULL;
  g_autoptr (GPtrArray) one = NULL;
  const HemoWaitingPicture *picture;

  for (guint i = 0; i < G_N_ELEMENTS (images); i++)
    g_assert_true (
        hemo_txn_log_change (txn, "image.add", "Media", images[i], 1, HEMO_LANE_ORIGINALS, &error));
  g_assert_true (hemo_remote_object_save (txn, "the-server", &object, &error));
  items = waiting (txn, HEMO_LANE_ORIGINALS, 1);
  g_assert_true (hemo_queue_shelve (txn, items->pdata[0], "too large", &error));
  all = hemo_picture_queue_list (txn, 9, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (all->len, ==, 3);
  picture = all->pdata[0];
  g_assert_cmpstr (picture->image, ==, first);
  g_assert_cmpstr (picture->accession, ==, tube->accession);
  g_assert_cmpint (picture->field, ==, 1);
  g_assert_cmpint (picture->bytes, ==, 1500);
  g_assert_cmpint (picture->sent, ==, 600);
  g_assert_cmpint (picture->lane, ==, HEMO_LANE_ORIGINALS);
  g_assert_null (picture->reason);
  picture = all->pdata[1];
  g_assert_cmpstr (picture->image, ==, second);
  g_assert_cmpint (picture->sent, ==, 0);
  picture = all->pdata[2];
  g_assert_cmpstr (picture->image, ==, third);
  g_assert_cmpstr (picture->reason, ==, "too large");
  one = hemo_picture_queue_list (txn, 1, &error);
  g_assert_cmpuint (one->len, ==, 1);
  records_commit (txn);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add ("/queue/" name, Queue, NULL, set_up, function, tear_down)
  ADD ("order", test_order);
  ADD ("copy", test_copy);
  ADD ("begin", test_begin);
  ADD ("is-waiting", test_is_waiting);
  ADD ("received", test_received);
  ADD ("shelf", test_shelf);
  ADD ("lanes", test_lanes);
  ADD ("local", test_local);
  ADD ("retry", test_retry);
  ADD ("mended", test_mended);
  ADD ("picture-rank", test_picture_rank);
  ADD ("urgent", test_urgent);
  ADD ("groups", test_groups);
  ADD ("tally", test_tally);
  ADD ("tally-previews", test_tally_previews);
  ADD ("next-picture", test_next_picture);
  ADD ("pictures", test_pictures);
  return g_test_run ();
}
