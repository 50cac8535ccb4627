/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Readers ask for pictures: it goes first, they are told what became of it, and nothing else comes
 * of it, whoever asks and whatever they write. */

#include "hemo-picture-queue.h"
#include "hemo-picture-request-table.h"
#include "hemo-queue.h"
#include "hemo-records-private.h"

#include "sync-fixture.h"

#include <string.h>

#define TASK "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"
#define OTHER_TASK "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb"

/* Two pictures of the case wait, the newer in front. */
typedef struct
{
  SyncingCase base;
  char *image;
  char *newer;
} Pictures;

static char *
add_image (Pictures *self, int field)
{
  g_autoptr (GError) error = NULL;
  Records *records = self->base.base.records;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  char *image = records_add_image (txn, self->base.tube->uuid, field);

  hemo_txn_log_change (txn, "image.add", "Media", image, 1, HEMO_LANE_ORIGINALS, &error);
  g_assert_no_error (error);
  records_commit (txn);
  return image;
}

static void
set_up (Pictures *self, gconstpointer data)
{
  syncing_case_set_up (&self->base, NULL);
  self->image = add_image (self, 1);
  self->newer = add_image (self, 2);
}

static void
tear_down (Pictures *self, gconstpointer data)
{
  g_free (self->image);
  g_free (self->newer);
  syncing_case_tear_down (&self->base, NULL);
}

static HemoSyncOutcome
comes (Pictures *self, const char *task, const char *version, const char *status, const char *image)
{
  g_autofree char *text = g_strdup_printf (
      "{\"resourceType\":\"Task\",\"id\":\"%s\",\"meta\":{\"versionId\":\"%s\"},\"status\":\"%s\","
      "\"intent\":\"order\",\"focus\":{\"reference\":\"Media/%s\"},\"requester\":{\"display\":"
      "\"Dr Achieng\"}}",
      task, version, status, image);

  return syncing_take_text (&self->base.base, text);
}

/* What goes next. (transfer full) */
static char *
next (Pictures *self)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (self->base.base.records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (GPtrArray) items = hemo_queue_waiting (txn, HEMO_LANE_ORIGINALS, 1, &error);
  char *image = items->len > 0 ? g_strdup (((HemoQueueItem *)items->pdata[0])->object) : NULL;

  g_assert_no_error (error);
  records_commit (txn);
  return image;
}

static char *
state_of (Pictures *self, const char *task)
{
  return syncing_ask (&self->base.base, "SELECT state FROM picture_request WHERE uuid = '%s'",
                      task);
}

static void
assert_state (Pictures *self, const char *task, const char *expected)
{
  g_autofree char *state = state_of (self, task);

  g_assert_cmpstr (state, ==, expected);
}

static void
assert_next (Pictures *self, const char *expected)
{
  g_autofree char *image = next (self);

  g_assert_cmpstr (image, ==, expected);
}

/* The first that waits is proven to be there. */
static void
receive (Pictures *self)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (self->base.base.records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (GPtrArray) items = hemo_queue_waiting (txn, HEMO_LANE_ORIGINALS, 1, &error);

  hemo_queue_received (txn, items->pdata[0], &error);
  g_assert_no_error (error);
  records_commit (txn);
}

static void
assert_listed (Pictures *self, const char *expected)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (self->base.base.records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (GPtrArray) list = hemo_picture_queue_list (txn, 9, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (list->len, ==, 2);
  for (guint i = 0; i < list->len; i++)
    g_assert_cmpint (((HemoWaitingPicture *)list->pdata[i])->asked, ==, expected != NULL && i == 0);
  g_assert_true (expected == NULL
                 || g_str_equal (((HemoWaitingPicture *)list->pdata[0])->image, expected));
  records_commit (txn);
}

static void
test_goes_first (Pictures *self, gconstpointer data)
{
  assert_next (self, self->newer);
  assert_listed (self, NULL);
  g_assert_cmpint (comes (self, TASK, "1", "requested", self->image), ==, HEMO_SYNC_APPLIED);
  assert_next (self, self->image);
  assert_listed (self, self->image);
  assert_state (self, TASK, "asked");
  /* Nothing is said before it is there. */
  g_assert_cmpint (syncing_queued (&self->base.base, TASK), ==, 0);
  receive (self);
  assert_state (self, TASK, "sent");
  g_assert_cmpint (syncing_queued (&self->base.base, TASK), ==, 1);
  assert_next (self, self->newer);
}

/* Asked twice, and by two. */
static void
test_asked_twice (Pictures *self, gconstpointer data)
{
  comes (self, TASK, "1", "requested", self->image);
  g_assert_cmpint (comes (self, TASK, "1", "requested", self->image), ==, HEMO_SYNC_KNOWN);
  comes (self, TASK, "2", "in-progress", self->image);
  comes (self, OTHER_TASK, "1", "requested", self->image);
  g_assert_cmpint (syncing_count (&self->base.base,
                                  "SELECT count(*) FROM queue WHERE object = '%s'", self->image),
                   ==, 1);
  assert_next (self, self->image);
  receive (self);
  assert_state (self, TASK, "sent");
  assert_state (self, OTHER_TASK, "sent");
}

/* The server may have lost it since: that it is sent is said of what it has proven anew, and not of
 * what cannot be sent from here any more. */
static void
test_asked_of_received (Pictures *self, gconstpointer data)
{
  g_autofree char *proven = g_strdup_printf (
      "INSERT INTO remote_object (server, object, lane, key, sha256, bytes, proven_us) VALUES "
      "('" SYNCING_ID "', '%s', 2, 'images/a.cms', printf ('%%064d', 1), 10, 5)",
      self->image);
  g_autofree char *pruned
      = g_strdup_printf ("INSERT INTO pruned_image (image, server, backup, pruned_by, pruned_us) "
                         "VALUES ('%s', 's', 'b', 'p', 1)",
                         self->image);

  syncing_sent (&self->base.base);
  records_run (self->base.base.records, proven);
  comes (self, TASK, "1", "requested", self->image);
  assert_state (self, TASK, "asked");
  g_assert_cmpint (syncing_queued (&self->base.base, TASK), ==, 0);
  assert_next (self, self->image);
  /* It is asked for before it is sent. */
  g_assert_cmpint (syncing_count (&self->base.base,
                                  "SELECT attempts FROM queue WHERE rank = 4 AND object = '%s'",
                                  self->image),
                   ==, 1);
  g_assert_cmpint (syncing_count (&self->base.base,
                                  "SELECT count(*) FROM remote_object WHERE proven_us IS NULL AND "
                                  "object = '%s'",
                                  self->image),
                   ==, 1);
  receive (self);
  assert_state (self, TASK, "sent");
  g_assert_cmpint (syncing_queued (&self->base.base, TASK), ==, 1);
  syncing_sent (&self->base.base);
  records_run (self->base.base.records, pruned);
  comes (self, TASK, "2", "requested", self->image);
  assert_state (self, TASK, "sent");
  g_assert_cmpint (syncing_queued (&self->base.base, self->image), ==, 0);
}

static void
test_discarded (Pictures *self, gconstpointer data)
{
  g_autofree char *reason = NULL;

  records_run (self->base.base.records, "UPDATE image SET entered_in_error = 1");
  comes (self, TASK, "1", "requested", self->image);
  assert_state (self, TASK, "refused");
  reason = syncing_ask (&self->base.base,
                        "SELECT reason FROM picture_request WHERE uuid = '" TASK "'");
  g_assert_nonnull (strstr (reason, "discarded"));
  g_assert_cmpint (syncing_queued (&self->base.base, TASK), ==, 1);
  assert_next (self, self->newer);
}

/* A picture that nobody here knows of, a draft, and what names another picture than before. */
static void
test_not_ours (Pictures *self, gconstpointer data)
{
  g_autofree char *reason = NULL;

  g_assert_cmpint (comes (self, TASK, "1", "requested", SYNCING_ID), ==, HEMO_SYNC_KEPT);
  reason = syncing_ask (&self->base.base, "SELECT reason FROM incoming WHERE id = '" TASK "'");
  g_assert_cmpstr (reason, ==, "It asks for a picture that nobody here knows of.");
  g_assert_cmpint (comes (self, OTHER_TASK, "1", "draft", self->image), ==, HEMO_SYNC_KEPT);
  g_assert_cmpint (syncing_count (&self->base.base, "SELECT count(*) FROM picture_request"), ==, 0);
  comes (self, OTHER_TASK, "2", "requested", self->image);
  g_assert_cmpint (comes (self, OTHER_TASK, "3", "requested", self->newer), ==, HEMO_SYNC_KEPT);
  assert_next (self, self->image);
}

/* What was asked for is put aside there: it waits no more, the version is known, and nothing of it
 * is sent; it may come back. */
static void
test_put_aside (Pictures *self, gconstpointer data)
{
  comes (self, TASK, "1", "requested", self->image);
  g_assert_cmpint (comes (self, TASK, "2", "on-hold", self->image), ==, HEMO_SYNC_KEPT);
  assert_state (self, TASK, "withdrawn");
  g_assert_cmpint (syncing_queued (&self->base.base, TASK), ==, 0);
  g_assert_cmpint (syncing_count (&self->base.base,
                                  "SELECT count(*) FROM remote_resource WHERE id = '" TASK
                                  "' AND version_id = '2'"),
                   ==, 1);
  comes (self, TASK, "3", "requested", self->image);
  assert_state (self, TASK, "asked");
}

/* One id is one record: a Task by that of another would tell of what is queued of it. */
static void
test_id_taken (Pictures *self, gconstpointer data)
{
  g_autofree char *reading = g_strdup_printf (
      "{\"resourceType\":\"Task\",\"id\":\"" TASK "\",\"meta\":{\"versionId\":\"2\"},"
      "\"status\":\"requested\",\"intent\":\"order\",\"code\":{\"coding\":[{\"system\":"
      "\"" HEMO_FHIR_CODES "task\",\"code\":\"reading\"}]},\"focus\":{\"reference\":"
      "\"Specimen/%s\"}}",
      self->base.tube->uuid);

  g_assert_cmpint (comes (self, self->image, "1", "requested", self->newer), ==, HEMO_SYNC_KEPT);
  g_assert_cmpint (comes (self, self->base.tube->uuid, "1", "requested", self->newer), ==,
                   HEMO_SYNC_KEPT);
  g_assert_cmpint (syncing_count (&self->base.base, "SELECT count(*) FROM picture_request"), ==, 0);
  comes (self, TASK, "1", "requested", self->image);
  g_assert_cmpint (syncing_take_text (&self->base.base, reading), ==, HEMO_SYNC_KEPT);
  assert_state (self, TASK, "withdrawn");
  g_assert_cmpint (syncing_count (&self->base.base, "SELECT count(*) FROM reading"), ==, 0);
}

/* Whatever a server writes, a picture is only called sent by the laptop that has proof of it, and
 * what waits goes on waiting. */
static void
test_hostile (Pictures *self, gconstpointer data)
{
  static const char *const states[] = { "completed", "rejected",  "requested", "cancelled",
                                        "failed",    "requested", "completed", "entered-in-error" };

  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    {
      g_autofree char *version = g_strdup_printf ("%u", i + 1);
      g_autofree char *state = NULL;

      comes (self, TASK, version, states[i], self->image);
      state = state_of (self, TASK);
      g_assert_cmpstr (state, !=, "sent");
    }
  g_assert_cmpint (syncing_queued (&self->base.base, self->image), ==, 1);
  g_assert_cmpint (syncing_queued (&self->base.base, self->newer), ==, 1);
  g_assert_cmpint (syncing_queued (&self->base.base, TASK), ==, 0);
}

/* What lies on the shelf goes first once a person sends it on, and what comes into the queue later
 * as well. */
static void
test_shelf_and_later (Pictures *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn;

  records_run (self->base.base.records, "UPDATE queue SET state = 'stuck', reason = 'full'");
  comes (self, TASK, "1", "requested", self->image);
  txn = records_begin (self->base.base.records, HEMO_ROLE_TECHNICIAN);
  hemo_queue_retry (txn, 0, NULL, &error);
  g_assert_no_error (error);
  records_commit (txn);
  assert_next (self, self->image);
  receive (self);
  comes (self, OTHER_TASK, "1", "requested", self->newer);
  txn = records_begin (self->base.base.records, HEMO_ROLE_TECHNICIAN);
  hemo_txn_log_change (txn, "image.add", "Media", self->newer, 2, HEMO_LANE_ORIGINALS, &error);
  g_assert_no_error (error);
  records_commit (txn);
  g_assert_cmpint (syncing_count (&self->base.base,
                                  "SELECT count(*) FROM queue WHERE rank = 4 AND object = '%s'",
                                  self->newer),
                   ==, 2);
}

/* The asking side */

static void
media_comes (Pictures *self, const char *id, const char *version, const char *status)
{
  g_autofree char *text = g_strdup_printf (
      "{\"resourceType\":\"Media\",\"id\":\"%s\",\"meta\":{\"versionId\":\"%s\"},\"status\":\"%s\","
      "\"extension\":[{\"url\":\"" HEMO_FHIR_EXTENSION "specimen\",\"valueReference\":{"
      "\"reference\":\"Specimen/%s\"}},{\"url\":\"" HEMO_FHIR_EXTENSION
      "field\",\"valueDecimal\":4}],\"content\":{\"size\":2000000}}",
      id, version, status, self->base.tube->uuid);

  syncing_take_text (&self->base.base, text);
}

static gboolean
ask (Pictures *self, const char *image, HemoPictureRequest **request, GError **error)
{
  HemoTxn *txn = records_begin (self->base.base.records, HEMO_ROLE_PATHOLOGIST);
  gboolean done = hemo_picture_request_ask (txn, image, request, error);

  if (done)
    records_commit (txn);
  else
    hemo_txn_end (txn);
  return done;
}

static GPtrArray *
load_others (Pictures *self)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (self->base.base.records, HEMO_ROLE_PATHOLOGIST);
  GPtrArray *list = hemo_other_pictures_load (txn, self->base.tube->uuid, &error);

  g_assert_no_error (error);
  records_commit (txn);
  return list;
}

static void
test_ask (Pictures *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoPictureRequest) first = NULL, again = NULL;
  g_autoptr (GPtrArray) before = NULL, after = NULL;
  const HemoOtherPicture *picture;

  media_comes (self, SYNCING_ID, "1", "completed");
  media_comes (self, SYNCING_OTHER_ID, "1", "entered-in-error");
  before = load_others (self);
  /* Neither this laptop's own nor what was discarded. */
  g_assert_cmpuint (before->len, ==, 1);
  picture = before->pdata[0];
  g_assert_cmpstr (picture->image->uuid, ==, SYNCING_ID);
  g_assert_cmpint (picture->image->field, ==, 4);
  g_assert_null (picture->request);
  g_assert_true (ask (self, SYNCING_ID, &first, &error));
  g_assert_no_error (error);
  g_assert_true (ask (self, SYNCING_ID, &again, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (first->uuid, ==, again->uuid);
  g_assert_cmpint (again->version, ==, 1);
  g_assert_cmpint (syncing_queued (&self->base.base, first->uuid), ==, 1);
  after = load_others (self);
  picture = after->pdata[0];
  g_assert_cmpint (picture->request->state, ==, HEMO_PICTURE_ASKED);
  g_assert_nonnull (picture->request->asked_by_name);
  g_assert_cmpint (
      syncing_count (&self->base.base, "SELECT count(*) FROM audit WHERE what = 'picture.ask'"), ==,
      1);
  /* The laptop that took it says that it is there. */
  comes (self, first->uuid, "2", "completed", SYNCING_ID);
  assert_state (self, first->uuid, "sent");
  g_assert_true (ask (self, SYNCING_ID, NULL, &error));
  g_assert_no_error (error);
  assert_state (self, first->uuid, "asked");
}

static void
assert_refused (Pictures *self, const char *image, HemoStoreError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (ask (self, image, NULL, &error));
  g_assert_error (error, HEMO_STORE_ERROR, (int)code);
}

/* Whoever else refuses it, it may be asked for again: only what was discarded never comes. */
static void
test_refused_by_others (Pictures *self, gconstpointer data)
{
  g_autoptr (HemoPictureRequest) asked = NULL;
  g_autoptr (GError) error = NULL;

  media_comes (self, SYNCING_ID, "1", "completed");
  ask (self, SYNCING_ID, &asked, &error);
  g_assert_no_error (error);
  comes (self, asked->uuid, "2", "rejected", SYNCING_ID);
  assert_state (self, asked->uuid, "withdrawn");
  g_assert_true (ask (self, SYNCING_ID, NULL, &error));
  g_assert_no_error (error);
  comes (self, TASK, "1", "failed", self->image);
  assert_state (self, TASK, "withdrawn");
}

/* Whoever writes many Tasks about one picture; the clinic's own is taken all the same. */
static void
test_many (Pictures *self, gconstpointer data)
{
  g_autofree char *own = hemo_record_derive_uuid (SYNCING_ID, "asked");

  media_comes (self, SYNCING_ID, "1", "completed");
  for (int i = 0; i < 40; i++)
    {
      g_autofree char *task = hemo_uuid_new ();

      g_assert_cmpint (comes (self, task, "1", "requested", SYNCING_ID), ==,
                       i < 32 ? HEMO_SYNC_APPLIED : HEMO_SYNC_KEPT);
    }
  g_assert_cmpint (comes (self, TASK, "1", "requested", self->image), ==, HEMO_SYNC_APPLIED);
  g_assert_cmpint (comes (self, own, "1", "requested", SYNCING_ID), ==, HEMO_SYNC_APPLIED);
}

static void
assert_others (Pictures *self, guint expected)
{
  g_autoptr (GPtrArray) list = load_others (self);

  g_assert_cmpuint (list->len, ==, expected);
}

/* @tube: that its extension names, beside a reference to the case */
static void
told_of (Pictures *self, const char *version, const char *tube)
{
  g_autofree char *text = g_strdup_printf (
      "{\"resourceType\":\"Media\",\"id\":\"" SYNCING_ID "\",\"meta\":{\"versionId\":\"%s\"},"
      "\"basedOn\":[{\"reference\":\"Specimen/%s\"}],\"status\":\"completed\","
      "\"extension\":[{\"url\":\"" HEMO_FHIR_EXTENSION "specimen\",\"valueReference\":{"
      "\"reference\":\"Specimen/%s\"}}],\"content\":{\"size\":2000000}}",
      version, self->base.tube->uuid, tube);

  syncing_take_text (&self->base.base, text);
}

/* A picture of another case is never among these, whatever else refers to this one. */
static void
test_other_case (Pictures *self, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = syncing_add_patient (&self->base.base, "Baraka", "Mwangi");
  g_autoptr (HemoSpecimen) other = syncing_add_case (&self->base.base, patient->uuid);

  told_of (self, "1", other->uuid);
  assert_others (self, 0);
  told_of (self, "2", self->base.tube->uuid);
  assert_others (self, 1);
  told_of (self, "3", SYNCING_OTHER_ID);
  assert_others (self, 0);
  media_comes (self, SYNCING_ID, "4", "completed");
  assert_others (self, 1);
}

static void
test_ask_refused (Pictures *self, gconstpointer data)
{
  g_autoptr (HemoPictureRequest) asked = NULL;
  g_autoptr (GError) error = NULL;

  assert_refused (self, SYNCING_ID, HEMO_STORE_ERROR_NOT_FOUND);
  assert_refused (self, self->image, HEMO_STORE_ERROR_STATE);
  media_comes (self, SYNCING_ID, "1", "completed");
  ask (self, SYNCING_ID, &asked, &error);
  g_assert_no_error (error);
  media_comes (self, SYNCING_ID, "2", "entered-in-error");
  comes (self, asked->uuid, "2", "rejected", SYNCING_ID);
  assert_state (self, asked->uuid, "refused");
  assert_refused (self, SYNCING_ID, HEMO_STORE_ERROR_STATE);
  media_comes (self, SYNCING_OTHER_ID, "1", "entered-in-error");
  assert_refused (self, SYNCING_OTHER_ID, HEMO_STORE_ERROR_STATE);
}

/* What was asked for is never removed, and stays what it was. */
static void
test_kept (Pictures *self, gconstpointer data)
{
  static const char *const statements[]
      = { "DELETE FROM picture_request", "UPDATE picture_request SET image = uuid" };

  comes (self, TASK, "1", "requested", self->image);
  for (guint i = 0; i < G_N_ELEMENTS (statements); i++)
    g_assert_false (hemo_db_execute (self->base.base.records->db, statements[i], NULL));
  assert_state (self, TASK, "asked");
}

#define ADD(path, function)                                                                        \
  g_test_add ("/picture-request/" path, Pictures, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  hemo_vault_init (&error);
  g_assert_no_error (error);
  ADD ("goes-first", test_goes_first);
  ADD ("asked-twice", test_asked_twice);
  ADD ("asked-of-received", test_asked_of_received);
  ADD ("discarded", test_discarded);
  ADD ("not-ours", test_not_ours);
  ADD ("put-aside", test_put_aside);
  ADD ("id-taken", test_id_taken);
  ADD ("hostile", test_hostile);
  ADD ("shelf-and-later", test_shelf_and_later);
  ADD ("ask", test_ask);
  ADD ("ask-refused", test_ask_refused);
  ADD ("refused-by-others", test_refused_by_others);
  ADD ("many", test_many);
  ADD ("other-case", test_other_case);
  ADD ("kept", test_kept);
  return g_test_run ();
}
