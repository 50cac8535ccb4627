/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures of one lane over two connections. */

#include "hemo-object-push.h"

#include "hemo-outgoing.h"
#include "hemo-sync-settings.h"
#include "hemo-sync.h"

#include "cms-tools.h"
#include "fake-s3.h"
#include "files-fixture.h"

#include <glib/gstdio.h>
#include <string.h>
#include <utime.h>

#define PICTURES 5

typedef struct
{
  Files files;
  FakeS3 *s3;
  HemoServerSettings *settings;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  files_set_up (&self->files, NULL);
  self->s3 = fake_s3_new ();
  self->s3->echoes = TRUE;
  self->settings = hemo_server_settings_new ();
  self->settings->url = g_strdup (self->s3->server->base);
  self->settings->bucket = g_strdup ("b");
  self->settings->user = g_strdup ("KEY");
  self->settings->secret = g_strdup ("secret");
  self->settings->metered = TRUE;
  for (guint i = 0; i < PICTURES; i++)
    hemo_image_free (files_add_image (&self->files, self->files.specimen, i));
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
  hemo_server_settings_free (self->settings);
  fake_s3_free (self->s3);
  files_tear_down (&self->files, NULL);
}

/* Each of two threads waits here until the other came. */
typedef struct
{
  GMutex mutex;
  GCond cond;
  char *first;
  gboolean met;
} Meeting;

static void
meet (const char *image, guint64 bytes, guint64 size, gpointer data)
{
  Meeting *self = data;
  gint64 until = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;

  g_mutex_lock (&self->mutex);
  if (self->first == NULL)
    self->first = g_strdup (image);
  else if (strcmp (self->first, image) != 0)
    self->met = TRUE;
  g_cond_broadcast (&self->cond);
  while (!self->met && g_cond_wait_until (&self->cond, &self->mutex, until))
    ;
  g_mutex_unlock (&self->mutex);
}

/* A picture that was changed after it was taken waits in the lane of previews once for each. */
static void
queue_again (Fixture *self)
{
  for (guint i = 0; i < 3; i++)
    {
      files_run_sql (&self->files,
                     "INSERT INTO change (uuid, what, kind, object, version, at_us, "
                     "offset_minutes) SELECT hex (randomblob (16)), what, kind, object, version + "
                     "1, at_us, offset_minutes FROM change WHERE seq = (SELECT max (change) FROM "
                     "queue WHERE lane = 1)");
      files_run_sql (&self->files,
                     "INSERT INTO queue (change, kind, object, lane) SELECT seq, kind, object, 1 "
                     "FROM change WHERE seq = (SELECT max (seq) FROM change)");
    }
}

/* Two pictures are under way at a time, and none is sent twice. */
static void
send_with_two_hands (Fixture *self, HemoLane lane)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoServerClock) clock = hemo_server_clock_new (0);
  HemoLink links[HEMO_OBJECT_PUSH_HANDS] = { 0 };
  Meeting meeting = { 0 };
  HemoObjectPush push = { .clinic = self->files.base.clinic,
                          .session = self->files.base.session,
                          .links = links,
                          .server = "bucket",
                          .lane = lane,
                          .progress = meet,
                          .data = &meeting };
  guint sent = 0;

  for (guint i = 0; i < HEMO_OBJECT_PUSH_HANDS; i++)
    push.s3[i] = hemo_server_settings_open_s3 (self->settings, "c", clock, NULL);
  hemo_object_push_run (&push, &sent, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (meeting.met);
  g_assert_cmpuint (sent, >=, PICTURES);
  g_assert_cmpuint (self->s3->puts, ==, 2 * PICTURES);
  for (guint i = 0; i < HEMO_OBJECT_PUSH_HANDS; i++)
    g_object_unref (push.s3[i]);
  g_free (meeting.first);
}

static void
test_two_hands (Fixture *self, gconstpointer data)
{
  send_with_two_hands (self, HEMO_LANE_ORIGINALS);
}

static void
test_two_hands_previews (Fixture *self, gconstpointer data)
{
  queue_again (self);
  send_with_two_hands (self, HEMO_LANE_PREVIEWS);
}

/* Something goes first as soon as a picture was begun. */
static gboolean
give_way_later (gpointer data)
{
  guint *asked = data;

  return (*asked)++ > 0;
}

/* Over which a large picture goes in pieces. */
static const HemoLink poor = { .speed = 4000, .overhead = 0.6, .lasts = 30 };

static void
add_large (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = files_picture (PICTURES, 3200, 2400);
  g_autoptr (HemoImage) image = hemo_image_new (self->files.specimen);

  hemo_clinic_add_image (self->files.base.clinic, self->files.base.session, image, bytes, &error);
  g_assert_no_error (error);
}

static guint
count_keys (Fixture *self, const char *ending)
{
  GHashTableIter iter;
  gpointer key = NULL;
  guint count = 0;

  g_hash_table_iter_init (&iter, self->s3->objects);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    count += g_str_has_suffix (key, ending) ? 1 : 0;
  return count;
}

/* What goes on after a break does not begin with a question that was answered before it; it ends
 * with it, as the server may have been put back since (@data). */
static void
test_goes_on (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoServerClock) clock = hemo_server_clock_new (0);
  g_autoptr (HemoS3) s3 = hemo_server_settings_open_s3 (self->settings, "c", clock, NULL);
  HemoLink links[HEMO_OBJECT_PUSH_HANDS] = { poor };
  gboolean put_back = data != NULL;
  guint asked = 0, sent = 0;
  gsize before;
  HemoObjectPush push = { .clinic = self->files.base.clinic,
                          .session = self->files.base.session,
                          .s3 = { s3 },
                          .links = links,
                          .server = "bucket",
                          .lane = HEMO_LANE_ORIGINALS,
                          .give_way = give_way_later,
                          .data = &asked };

  add_large (self);
  g_assert_true (hemo_object_push_run (&push, &sent, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (sent, ==, 0);
  g_assert_cmpuint (self->s3->puts, ==, 1);
  push.give_way = NULL;
  before = self->s3->server->log->len;
  if (put_back)
    g_hash_table_remove_all (self->s3->objects);
  g_assert_true (hemo_object_push_run (&push, &sent, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (sent, ==, PICTURES + 1);
  g_assert_cmpuint (count_keys (self, ".cms.manifest"), ==, 1);
  g_assert_cmpuint (count_keys (self, ".cms"), ==, PICTURES);
  g_assert_cmpuint (count_keys (self, ".cms.sig"), ==, PICTURES + 1);
  g_assert_false (
      g_regex_match_simple ("^HEAD [^\n]*\\.sig", self->s3->server->log->str + before, 0, 0));
}

static gboolean
save_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autofree char *json = hemo_server_settings_to_json (data);

  return hemo_server_save (txn, HEMO_SERVER_S3, json, FALSE, error);
}

/* Two connections would pass the speed that was set. */
static void
test_one_hand (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoSync) sync = NULL;

  self->settings->kilobits = 1000 * 1000;
  hemo_store_write (files_store (&self->files), self->files.base.session, save_job, self->settings,
                    NULL, &error);
  g_assert_no_error (error);
  sync = hemo_sync_new (self->files.base.clinic, &error);
  g_assert_no_error (error);
  hemo_sync_run_once (sync, 1u << HEMO_LANE_ORIGINALS, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (self->s3->puts, >=, 2 * PICTURES);
  g_assert_cmpuint (self->s3->server->connections, ==, 1);
}

/* The server says of so many (@data) of what it is sent that it arrived as something else: the
 * picture is sent again, and after three times the others go on. */
static void
test_spoilt (Fixture *self, gconstpointer data)
{
  guint failures = GPOINTER_TO_UINT (data);
  guint lost = failures / 3;
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoServerClock) clock = hemo_server_clock_new (0);
  g_autoptr (HemoS3) s3 = hemo_server_settings_open_s3 (self->settings, "c", clock, NULL);
  HemoLink links[HEMO_OBJECT_PUSH_HANDS] = { 0 };
  guint sent = 0;
  HemoObjectPush push = { .clinic = self->files.base.clinic,
                          .session = self->files.base.session,
                          .s3 = { s3 },
                          .links = links,
                          .server = "bucket",
                          .lane = HEMO_LANE_ORIGINALS };

  self->s3->fail_method = "PUT";
  self->s3->fail_status = 400;
  self->s3->fail_code = "BadDigest";
  self->s3->failures = failures;
  hemo_object_push_run (&push, &sent, NULL, &error);
  if (lost <= 1)
    g_assert_no_error (error);
  else
    g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_SPOILT);
  g_assert_cmpuint (sent, ==, lost <= 1 ? PICTURES - lost : 0);
  g_assert_cmpint (store_count (files_store (&self->files),
                                "SELECT count(*) FROM queue WHERE state = 'stuck' AND reason LIKE "
                                "'%BadDigest%'"),
                   ==, MIN (lost, 1));
}

/* Over one connection. */
static gboolean
push_lane (Fixture *self, HemoLane lane, guint *sent, GError **error)
{
  g_autoptr (HemoServerClock) clock = hemo_server_clock_new (0);
  g_autoptr (HemoS3) s3 = hemo_server_settings_open_s3 (self->settings, "c", clock, NULL);
  HemoLink links[HEMO_OBJECT_PUSH_HANDS] = { 0 };
  HemoObjectPush push = { .clinic = self->files.base.clinic,
                          .session = self->files.base.session,
                          .s3 = { s3 },
                          .links = links,
                          .server = "bucket",
                          .lane = lane };

  return hemo_object_push_run (&push, sent, NULL, error);
}

static gboolean
push_originals (Fixture *self, guint *sent, GError **error)
{
  return push_lane (self, HEMO_LANE_ORIGINALS, sent, error);
}

/* More than are begun at a time: what arrived before the link broke is noted, and what may have
 * arrived is asked for, not sent again. */
static void
test_many (Fixture *self, gconstpointer data)
{
  const guint count = 30, arrived = 21;
  g_autoptr (GError) error = NULL;
  guint sent = 0;

  for (guint i = PICTURES; i < count; i++)
    hemo_image_free (files_add_image (&self->files, self->files.specimen, i));
  self->s3->heard = 2 * arrived + 1;
  self->s3->lost = 1;
  g_assert_false (push_originals (self, &sent, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_OFFLINE);
  g_assert_cmpuint (sent, ==, arrived);
  g_assert_cmpuint (self->s3->puts, ==, 2 * arrived + 2);
  g_clear_error (&error);
  g_assert_true (push_originals (self, &sent, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (sent, ==, count - arrived);
  g_assert_cmpuint (self->s3->puts, ==, 2 * count);
}

/* The MD5 was noted when the picture was sealed; it is wrong there. What is on the server decides.
 */
static void
test_false_md5 (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint sent = 0;

  self->s3->echoes = FALSE;
  g_assert_true (push_originals (self, &sent, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (sent, ==, PICTURES);
  g_assert_cmpuint (self->s3->gets, ==, 0);
  hemo_image_free (files_add_image (&self->files, self->files.specimen, PICTURES));
  files_run_sql (&self->files, "UPDATE image SET sealed_md5 = printf ('%032d', 1)");
  g_assert_true (push_originals (self, &sent, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (sent, ==, 1);
  g_assert_cmpuint (self->s3->gets, ==, 1);
}

/* Servers that compare nothing with what was signed; the one repeats the checksum that it is told.
 */
static const char trusts, repeats;

/* A byte of the file turned since: nobody hashes it before it goes, and the server's word tells. */
static void
test_turned (Fixture *self, gconstpointer data)
{
  g_autoptr (HemoImage) image = files_add_image (&self->files, self->files.specimen, PICTURES);
  g_autofree char *path = files_image_path (&self->files, image->uuid);
  g_autoptr (GError) error = NULL;
  guint sent = 0;

  self->s3->trusts = data != NULL;
  self->s3->echoes = data != &trusts;
  files_flip (path, -1);
  g_assert_true (push_originals (self, &sent, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (sent, ==, PICTURES);
  g_assert_cmpint (store_count (files_store (&self->files),
                                "SELECT count(*) FROM queue WHERE state = 'stuck' AND reason LIKE "
                                "'%not what was saved%'"),
                   ==, 1);
}

/* What becomes of the sealed preview before it is sent again: a byte of it turns, a power cut takes
 * it, or it lies where an older version left it. */
typedef enum
{
  COPY_TURNED,
  COPY_GONE,
  COPY_OLDER,
} Copy;

static void
put_in_store (Fixture *self, const char *path)
{
  g_autofree char *content = NULL;
  g_autoptr (GString) sql = g_string_new ("UPDATE remote_object SET sealed = x'");
  gsize size = 0;

  g_assert_true (g_file_get_contents (path, &content, &size, NULL));
  for (gsize i = 0; i < size; i++)
    g_string_append_printf (sql, "%02x", (guint8)content[i]);
  g_string_append (sql, "' WHERE proven_us IS NULL");
  files_run_sql (&self->files, sql->str);
}

/* Of a preview that is on its way. */
static char *
find_copy (Fixture *self)
{
  g_autofree char *folder = files_path (&self->files, "outgoing");
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name = dir != NULL ? g_dir_read_name (dir) : NULL;

  g_assert_nonnull (name);
  return g_build_filename (folder, name, NULL);
}

static void
spoil_copy (Fixture *self, Copy copy)
{
  g_autofree char *path = find_copy (self);

  if (copy == COPY_OLDER)
    put_in_store (self, path);
  if (copy == COPY_TURNED)
    files_flip (path, -1);
  else
    g_unlink (path);
}

/* All arrive, and only what arrived before and cannot be had again is written over. */
static void
test_copy (Fixture *self, gconstpointer data)
{
  Copy copy = (Copy)GPOINTER_TO_UINT (data);
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoServerClock) clock = hemo_server_clock_new (0);
  g_autoptr (HemoS3) s3 = hemo_server_settings_open_s3 (self->settings, "c", clock, NULL);
  HemoLink links[HEMO_OBJECT_PUSH_HANDS] = { 0 };
  guint sent = 0;
  HemoObjectPush push = { .clinic = self->files.base.clinic,
                          .session = self->files.base.session,
                          .s3 = { s3 },
                          .links = links,
                          .server = "bucket",
                          .lane = HEMO_LANE_PREVIEWS };

  self->s3->heard = self->s3->lost = copy != COPY_TURNED;
  self->s3->fail_status = 503;
  self->s3->failures = copy == COPY_TURNED;
  g_assert_false (hemo_object_push_run (&push, &sent, NULL, &error));
  g_clear_error (&error);
  spoil_copy (self, copy);
  g_assert_true (hemo_object_push_run (&push, &sent, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (sent, ==, PICTURES);
  g_assert_cmpuint (count_keys (self, ".cms"), ==, PICTURES);
  g_assert_cmpuint (files_count (&self->files, "outgoing"), ==, 0);
  if (copy != COPY_TURNED)
    g_assert_cmpuint (self->s3->puts, ==, 2 * PICTURES + (copy == COPY_GONE ? 4 : 0));
}

static void
age_file (const char *path, int days)
{
  const time_t then = time (NULL) - (time_t)days * 24 * 60 * 60;
  const struct utimbuf times = { then, then };

  g_assert_cmpint (g_utime (path, (struct utimbuf *)&times), ==, 0);
}

/* A copy that a power cut left is known by nothing but its age; one on its way stays, however old.
 */
static void
test_tidy (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *on_its_way = NULL;
  g_autofree char *folder = files_path (&self->files, "outgoing");
  g_autofree char *left = g_strdup_printf ("%s/%064d.cms", folder, 1);
  g_autofree char *young = g_strdup_printf ("%s/%064d.cms", folder, 2);

  self->s3->fail_status = 503;
  self->s3->failures = 1;
  g_assert_false (push_lane (self, HEMO_LANE_PREVIEWS, NULL, &error));
  g_clear_error (&error);
  on_its_way = find_copy (self);
  age_file (on_its_way, 90);
  g_assert_true (g_file_set_contents (left, "left", -1, NULL));
  age_file (left, 2);
  g_assert_true (g_file_set_contents (young, "young", -1, NULL));
  g_assert_true (hemo_outgoing_tidy (files_store (&self->files), self->files.base.session, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_test (on_its_way, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (left, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (young, G_FILE_TEST_EXISTS));
}

/* Between: what is there when the connection breaks, and when the seal is to be another. */
typedef struct
{
  HemoLane lane;
  /* Ends of keys that never arrived. */
  const char *missing;
  /* Somebody is to read no more, instead of from now on. */
  gboolean gone;
  /* Somebody else put the signature there. */
  gboolean others;
} Between;

static void
add_organisation (Fixture *self)
{
  g_autoptr (HemoKeyPair) key_pair = tools_make_rsa (2048);
  g_autoptr (GError) error = NULL;

  hemo_clinic_add_certificate (self->files.base.clinic, self->files.base.session, "one",
                               key_pair->certificate, &error);
  g_assert_no_error (error);
}

static gboolean
ends_so (gpointer key, gpointer value, gpointer ending)
{
  return g_str_has_suffix (key, ending);
}

/* (transfer none): the only key that ends so */
static const char *
find_key (Fixture *self, const char *ending)
{
  GHashTableIter iter;
  gpointer key = NULL;

  g_assert_cmpuint (count_keys (self, ending), ==, 1);
  g_hash_table_iter_init (&iter, self->s3->objects);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (g_str_has_suffix (key, ending))
      return key;
  g_assert_not_reached ();
}

/* Of the next answers to a PUT, the first @heard arrive and @lost do not. */
static void
lose_answers (Fixture *self, guint heard, guint lost)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->s3->server->mutex);

  self->s3->heard = heard;
  self->s3->lost = lost;
}

static void
remove_keys (Fixture *self, const char *ending)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->s3->server->mutex);

  g_hash_table_foreach_remove (self->s3->objects, ends_so, (gpointer)ending);
}

/* The first picture breaks off in the middle, or only the answer to it is lost; then it is to be
 * sealed to others: what is there of it is replaced, but never what somebody else put there. */
static void
test_sealed_between (Fixture *self, gconstpointer data)
{
  const Between *between = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoServerClock) clock = hemo_server_clock_new (0);
  g_autoptr (HemoS3) s3 = hemo_server_settings_open_s3 (self->settings, "c", clock, NULL);
  g_autoptr (GBytes) other = g_bytes_new_static ("other", 5);
  g_autofree char *signature = NULL;
  HemoLink links[HEMO_OBJECT_PUSH_HANDS] = { 0 };
  guint sent = 0, lost = between->others ? 1 : 0;
  HemoObjectPush push = { .clinic = self->files.base.clinic,
                          .session = self->files.base.session,
                          .s3 = { s3 },
                          .links = links,
                          .server = "bucket",
                          .lane = between->lane };

  if (between->gone)
    add_organisation (self);
  lose_answers (self, 1, 99);
  g_assert_false (hemo_object_push_run (&push, &sent, NULL, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_OFFLINE);
  g_clear_error (&error);
  lose_answers (self, 0, 0);
  remove_keys (self, between->missing);
  signature = g_strdup (find_key (self, ".sig"));
  if (between->others)
    fake_s3_store (self->s3, signature, other);
  if (between->gone)
    files_run_sql (&self->files, "UPDATE certificate SET enabled = 0");
  else
    add_organisation (self);
  g_assert_true (hemo_object_push_run (&push, &sent, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (sent, ==, PICTURES - lost);
  g_assert_cmpint (
      store_count (files_store (&self->files), "SELECT count(*) FROM queue WHERE state = 'stuck'"),
      ==, lost);
  g_assert_true (g_bytes_equal (fake_s3_object (self->s3, signature), other) == between->others);
  g_assert_cmpint (store_count (files_store (&self->files),
                                "SELECT count(*) FROM meta WHERE key LIKE 'sync.ours.%'"),
                   ==, lost);
}

static const Between signature_there = { .lane = HEMO_LANE_ORIGINALS, .missing = ".cms" };
static const Between all_there = { .lane = HEMO_LANE_ORIGINALS, .missing = "-" };
static const Between reader_gone = { .lane = HEMO_LANE_ORIGINALS, .missing = "-", .gone = TRUE };
static const Between preview_there = { .lane = HEMO_LANE_PREVIEWS, .missing = "-" };
static const Between others_there
    = { .lane = HEMO_LANE_ORIGINALS, .missing = ".cms", .others = TRUE };

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/object-push/two-hands", Fixture, NULL, set_up, test_two_hands, tear_down);
  g_test_add ("/object-push/two-hands-previews", Fixture, NULL, set_up, test_two_hands_previews,
              tear_down);
  g_test_add ("/object-push/goes-on", Fixture, NULL, set_up, test_goes_on, tear_down);
  g_test_add ("/object-push/put-back", Fixture, "put back", set_up, test_goes_on, tear_down);
  g_test_add ("/object-push/spoilt-twice", Fixture, GUINT_TO_POINTER (2), set_up, test_spoilt,
              tear_down);
  g_test_add ("/object-push/spoilt-thrice", Fixture, GUINT_TO_POINTER (3), set_up, test_spoilt,
              tear_down);
  g_test_add ("/object-push/all-spoilt", Fixture, GUINT_TO_POINTER (99), set_up, test_spoilt,
              tear_down);
  g_test_add ("/object-push/one-hand", Fixture, NULL, set_up, test_one_hand, tear_down);
  g_test_add ("/object-push/many", Fixture, NULL, set_up, test_many, tear_down);
  g_test_add ("/object-push/false-md5", Fixture, NULL, set_up, test_false_md5, tear_down);
  g_test_add ("/object-push/turned", Fixture, NULL, set_up, test_turned, tear_down);
  g_test_add ("/object-push/turned-trusted", Fixture, &trusts, set_up, test_turned, tear_down);
  g_test_add ("/object-push/turned-repeated", Fixture, &repeats, set_up, test_turned, tear_down);
#define COPY(name, copy)                                                                           \
  g_test_add ("/object-push/copy/" name, Fixture, GUINT_TO_POINTER (copy), set_up, test_copy,      \
              tear_down)
  g_test_add ("/object-push/tidy", Fixture, NULL, set_up, test_tidy, tear_down);
  COPY ("turned", COPY_TURNED);
  COPY ("gone", COPY_GONE);
  COPY ("older", COPY_OLDER);
#define BETWEEN(name, between)                                                                     \
  g_test_add ("/object-push/sealed-between/" name, Fixture, &(between), set_up,                    \
              test_sealed_between, tear_down)
  BETWEEN ("signature", signature_there);
  BETWEEN ("all", all_there);
  BETWEEN ("gone", reader_gone);
  BETWEEN ("preview", preview_there);
  BETWEEN ("others", others_there);
  return g_test_run ();
}
