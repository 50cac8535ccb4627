/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A clinic with pictures and a signed report against a FHIR server and a bucket that fail in turn:
 * what the store calls received is there, byte for byte. */

#include "hemo-cms.h"
#include "hemo-fhir.h"
#include "hemo-incoming-table.h"
#include "hemo-outgoing.h"

#include "cms-tools.h"
#include "sync-fixture.h"

#include <glib/gstdio.h>

static void
test_all_lanes (Syncing *self, gconstpointer data)
{
  g_autoptr (HemoImage) image = files_add_image (&self->files, self->files.specimen, 1);
  g_autofree char *signature = g_strdup_printf ("b/c/images/%s.cms.sig", image->uuid);
  g_autofree char *preview = g_strdup_printf ("b/c/previews/%s.cms", image->uuid);
  g_autoptr (json_object) media = NULL;
  g_autofree char *url = g_strdup_printf ("s3://b/c/images/%s.cms", image->uuid);

  syncing_run (self, 0);
  g_assert_cmpint (syncing_count (self, "state <> 'received'"), ==, 0);
  syncing_assert_original (self, image->uuid);
  g_assert_nonnull (fake_s3_object (self->s3, signature));
  g_assert_nonnull (fake_s3_object (self->s3, preview));
  media = fake_fhir_read (self->fhir, "Media", image->uuid);
  g_assert_nonnull (media);
  g_assert_nonnull (
      strstr (json_object_to_json_string_ext (media, JSON_C_TO_STRING_NOSLASHESCAPE), url));
  g_assert_cmpuint (files_count (&self->files, "tmp"), ==, 0);
  /* That its servers were set up. */
  g_assert_cmpuint (fake_fhir_count (self->fhir, "AuditEvent"), >, 0);
}

/* The case was sent and does not change again: its record of the picture goes all the same, and
 * what the measuring found later. */
static void
test_late_picture (Syncing *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = files_picture (7, 800, 600);
  g_autoptr (HemoImage) image = hemo_image_new (self->files.specimen);
  g_autoptr (json_object) media = NULL;
  g_autoptr (json_object) measured = NULL;

  syncing_run (self, 0);
  g_assert_cmpuint (fake_fhir_count (self->fhir, "Media"), ==, 0);
  hemo_clinic_keep_image (self->files.base.clinic, self->files.base.session, image, bytes, &error);
  g_assert_no_error (error);
  syncing_run (self, 1u << HEMO_LANE_RESULTS);
  media = fake_fhir_read (self->fhir, "Media", image->uuid);
  g_assert_nonnull (media);
  hemo_clinic_measure_image (self->files.base.clinic, self->files.base.session, image, bytes,
                             &error);
  g_assert_no_error (error);
  syncing_run (self, 1u << HEMO_LANE_RESULTS);
  measured = fake_fhir_read (self->fhir, "Media", image->uuid);
  g_assert_cmpstr (hemo_fhir_get_version (media), !=, hemo_fhir_get_version (measured));
  g_assert_nonnull (strstr (json_object_to_json_string (measured), "focus"));
}

/* What opens is what was captured; what was signed for a preview is this preview. */
static void
test_preview (Syncing *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoImage) image = files_add_image (&self->files, self->files.specimen, 1);
  g_autoptr (HemoSession) session = hemo_clinic_new_sync_session (self->files.base.clinic, &error);
  g_autoptr (HemoOutgoing) first = NULL;
  g_autoptr (HemoOutgoing) again = NULL;
  g_autofree char *sealed = NULL;
  g_autofree char *sealed_again = NULL;
  gsize size = 0;

  first = hemo_clinic_open_outgoing (self->files.base.clinic, session, "v1", image->uuid,
                                     HEMO_LANE_PREVIEWS, &error);
  g_assert_no_error (error);
  again = hemo_clinic_open_outgoing (self->files.base.clinic, session, "v1", image->uuid,
                                     HEMO_LANE_PREVIEWS, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (first->path, &sealed, &size, NULL));
  g_assert_true (g_file_get_contents (again->path, &sealed_again, NULL, NULL));
  g_assert_cmpmem (sealed, size, sealed_again, size);
  g_assert_cmpstr (first->object->sha256, ==, again->object->sha256);
  g_assert_cmpint (first->object->bytes, ==, (gint64)size);
}

/* A file that is not what was captured is never sent, and stops no other. */
static void
test_damaged (Syncing *self, gconstpointer data)
{
  g_autoptr (HemoImage) bad = files_add_image (&self->files, self->files.specimen, 1);
  g_autoptr (HemoImage) good = files_add_image (&self->files, self->files.specimen, 2);
  g_autofree char *path = files_image_path (&self->files, bad->uuid);
  g_autofree char *key = g_strdup_printf ("b/c/images/%s.cms", bad->uuid);

  files_flip (path, 300);
  syncing_run (self, 1u << HEMO_LANE_ORIGINALS);
  syncing_assert_original (self, good->uuid);
  g_assert_null (fake_s3_object (self->s3, key));
  g_assert_cmpint (syncing_count (self, "state = 'stuck' AND reason IS NOT NULL"), ==, 1);
}

/* Nor does one that the disk no longer gives out. */
static void
test_unreadable (Syncing *self, gconstpointer data)
{
  g_autoptr (HemoImage) bad = files_add_image (&self->files, self->files.specimen, 1);
  g_autoptr (HemoImage) good = files_add_image (&self->files, self->files.specimen, 2);
  g_autofree char *path = files_image_path (&self->files, bad->uuid);

  g_assert_cmpint (g_remove (path), ==, 0);
  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  syncing_run (self, 1u << HEMO_LANE_ORIGINALS);
  syncing_assert_original (self, good->uuid);
  g_assert_cmpint (syncing_count (self, "state = 'stuck' AND reason LIKE '%could not be read%'"),
                   ==, 1);
}

/* One lane's server is away: the others go on, and nothing counts that is not there. */
static void
test_one_server_away (Syncing *self, gconstpointer data)
{
  g_autoptr (HemoImage) image = files_add_image (&self->files, self->files.specimen, 1);

  self->s3->portal = TRUE;
  syncing_run_fails (self, 0, HEMO_REMOTE_ERROR_OFFLINE);
  g_assert_cmpint (syncing_count (self, "lane = 0 AND state = 'waiting'"), ==, 0);
  g_assert_cmpint (syncing_count (self, "lane > 0 AND state = 'received'"), ==, 0);
  self->s3->portal = FALSE;
  syncing_run (self, 0);
  g_assert_cmpint (syncing_count (self, "state <> 'received'"), ==, 0);
  syncing_assert_original (self, image->uuid);
}

static void
test_lost_answer (Syncing *self, gconstpointer data)
{
  g_autoptr (HemoImage) image = NULL;
  guint before, puts;

  /* Who this laptop is, which goes once. */
  syncing_run (self, 1u << HEMO_LANE_ORIGINALS);
  before = self->s3->puts;
  image = files_add_image (&self->files, self->files.specimen, 1);
  self->s3->lost = 2;
  for (int i = 0; i < 4 && syncing_count (self, "lane = 2 AND state = 'waiting'") > 0; i++)
    hemo_sync_run_once (self->sync, 1u << HEMO_LANE_ORIGINALS, NULL, NULL, NULL);
  g_assert_cmpint (syncing_count (self, "lane = 2 AND state = 'received'"), ==, 1);
  syncing_assert_original (self, image->uuid);
  /* Signature and picture, each once more at most where libcurl asked again by itself. */
  puts = self->s3->puts - before;
  g_assert_cmpuint (puts, <=, 4);
}

/* A server that keeps other bytes than it was given is never believed. */
static void
test_spoils (Syncing *self, gconstpointer data)
{
  g_autoptr (HemoImage) image = files_add_image (&self->files, self->files.specimen, 1);
  g_autoptr (GError) error = NULL;

  self->s3->spoils = TRUE;
  self->s3->echoes = FALSE;
  g_assert_false (hemo_sync_run_once (self->sync, 1u << HEMO_LANE_ORIGINALS, NULL, NULL, &error));
  g_assert_nonnull (error);
  g_assert_cmpint (syncing_count (self, "lane = 2 AND state = 'received'"), ==, 0);
  g_assert_nonnull (image);
}

/* What another laptop of the clinic registered comes here, and is not sent back. */
static void
test_pull (Syncing *self, gconstpointer data)
{
  g_autoptr (HemoSyncStatus) status = NULL;
  guint before;

  syncing_run (self, 1u << HEMO_LANE_RESULTS);
  fake_fhir_write (self->fhir,
                   "{\"resourceType\":\"Patient\",\"id\":\"7c9e6679-7425-40de-944b-e07fc1f90ae7\","
                   "\"extension\":[{\"url\":\"" HEMO_FHIR_EXTENSION "record-version\","
                   "\"valueDecimal\":1}],"
                   "\"active\":true,\"name\":[{\"family\":\"Chebet\",\"given\":[\"Grace\"]}],"
                   "\"gender\":\"female\"}");
  /* And whom others registered does not. */
  fake_fhir_write (self->fhir,
                   "{\"resourceType\":\"Patient\",\"id\":\"7c9e6679-7425-40de-944b-e07fc1f90ae8\","
                   "\"active\":true,\"name\":[{\"family\":\"Njeri\"}]}");
  before = self->fhir->transactions;
  syncing_run (self, 1u << HEMO_LANE_RESULTS);
  status = hemo_sync_make_status (self->sync, NULL);
  g_assert_cmpint (status->strange, ==, 1);
  g_assert_cmpint (store_count (files_store (&self->files),
                                "SELECT count(*) FROM patient WHERE family = 'Chebet'"),
                   ==, 1);
  g_assert_cmpuint (self->fhir->transactions, ==, before);
  g_assert_cmpint (syncing_count (self, "lane = 0 AND state = 'waiting'"), ==, 0);
  /* From now on the server is asked by orders. */
  g_assert_cmpuint (self->fhir->by_orders, ==, 0);
  syncing_run (self, 1u << HEMO_LANE_RESULTS);
  g_assert_cmpuint (self->fhir->by_orders, ==, 2);
}

typedef struct
{
  guint passed;
  int failed;
} Report;

static void
report (HemoSyncTestStep step, gboolean done, gboolean passed, const char *words, gpointer data)
{
  Report *self = data;

  if (done && passed)
    self->passed |= 1u << step;
  else if (done)
    self->failed = (int)step;
}

static void
test_test (Syncing *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoServerSettings) settings = hemo_server_settings_new ();
  Report seen = { .failed = -1 };

  settings->url = g_strdup (self->s3->server->base);
  settings->bucket = g_strdup ("b");
  settings->user = g_strdup ("KEY");
  settings->secret = g_strdup ("secret");
  g_assert_true (
      hemo_sync_test_server (settings, HEMO_SERVER_S3, "c", report, &seen, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (seen.passed, ==, (1u << HEMO_SYNC_TEST_STEPS) - 1);
  self->s3->portal = TRUE;
  seen = (Report){ .failed = -1 };
  g_assert_false (
      hemo_sync_test_server (settings, HEMO_SERVER_S3, "c", report, &seen, NULL, &error));
  g_assert_cmpint (seen.failed, ==, HEMO_SYNC_TEST_NAME);
  g_clear_error (&error);
  g_free (settings->url);
  settings->url = g_strconcat (self->fhir->server->base, "/fhir", NULL);
  seen = (Report){ .failed = -1 };
  g_assert_true (
      hemo_sync_test_server (settings, HEMO_SERVER_FHIR, "c", report, &seen, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (fake_fhir_count (self->fhir, "Basic"), ==, 0);
  self->fhir->status = 403;
  seen = (Report){ .failed = -1 };
  g_assert_false (
      hemo_sync_test_server (settings, HEMO_SERVER_FHIR, "c", report, &seen, NULL, &error));
  g_assert_cmpint (seen.failed, ==, HEMO_SYNC_TEST_SIGN_IN);
}

static gboolean
told_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  json_object *media = data;
  const char *version = json_object_get_string (
      json_object_object_get (json_object_object_get (media, "meta"), "versionId"));
  g_autofree char *text = hemo_fhir_to_text (media, FALSE);
  const HemoIncoming incoming = { .type = (char *)"Media",
                                  .id = (char *)hemo_fhir_get_id (media),
                                  .version_id = (char *)version,
                                  .resource = text,
                                  .state = HEMO_INCOMING_KEPT };

  return hemo_incoming_add (txn, "elsewhere", &incoming, NULL, error);
}

static GBytes *
fetch (Syncing *self, const char *image, GError **error)
{
  return hemo_sync_fetch_picture (self->sync, self->files.base.session, image, self->files.specimen,
                                  HEMO_LANE_ORIGINALS, NULL, error);
}

static GBytes *
fetch_preview (Syncing *self, const char *image, GError **error)
{
  return hemo_sync_fetch_picture (self->sync, self->files.base.session, image, self->files.specimen,
                                  HEMO_LANE_PREVIEWS, NULL, error);
}

/* The captured file in the place of the preview. */
static void
copy_object (Syncing *self, const char *image, const char *suffix)
{
  g_autofree char *from = g_strdup_printf ("b/c/images/%s.cms%s", image, suffix);
  g_autofree char *to = g_strdup_printf ("b/c/previews/%s.cms%s", image, suffix);
  GBytes *bytes = fake_s3_object (self->s3, from);

  fake_s3_store (self->s3, to, bytes);
}

/* A server tells that the picture is of another specimen: neither it nor its preview is opened for
 * either. */
static void
test_fetch_moved (Syncing *self, gconstpointer data)
{
  g_autoptr (HemoImage) image = files_add_image (&self->files, self->files.specimen, 1);
  g_autofree char *other = files_add_specimen (&self->files, "Baraka", 110);
  g_autoptr (json_object) media = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) parts = NULL;
  g_autoptr (json_object) moved = NULL;

  syncing_run (self, 0);
  media = fake_fhir_read (self->fhir, "Media", image->uuid);
  text = hemo_fhir_to_text (media, FALSE);
  parts = g_strsplit (text, self->files.specimen, -1);
  g_free (text);
  text = g_strjoinv (other, parts);
  moved = json_tokener_parse (text);
  hemo_store_write (files_store (&self->files), self->files.base.session, told_job, moved, NULL,
                    &error);
  g_assert_no_error (error);
  for (int lane = HEMO_LANE_PREVIEWS; lane <= HEMO_LANE_ORIGINALS; lane++)
    {
      g_assert_null (hemo_sync_fetch_picture (self->sync, self->files.base.session, image->uuid,
                                              self->files.specimen, (HemoLane)lane, NULL, &error));
      files_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND);
      g_assert_null (hemo_sync_fetch_picture (self->sync, self->files.base.session, image->uuid,
                                              other, (HemoLane)lane, NULL, &error));
      files_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CORRUPT);
    }
}

/* A picture of another laptop, which this one plays itself. */
static void
test_fetch (Syncing *self, gconstpointer data)
{
  g_autoptr (HemoImage) image = files_add_image (&self->files, self->files.specimen, 1);
  g_autofree char *key = g_strdup_printf ("b/c/images/%s.cms", image->uuid);
  g_autoptr (GBytes) captured = hemo_clinic_open_image (
      self->files.base.clinic, self->files.base.session, image->uuid, NULL);
  g_autoptr (GBytes) preview = hemo_clinic_open_preview (
      self->files.base.clinic, self->files.base.session, image->uuid, NULL);
  g_autoptr (GBytes) fetched = NULL, small = NULL;
  g_autoptr (GBytes) other = g_bytes_new_static ("other", 5);
  g_autoptr (json_object) media = NULL;
  g_autoptr (GError) error = NULL;
  guint puts;

  syncing_run (self, 0);
  puts = self->s3->puts;
  syncing_run (self, 0);
  g_assert_cmpuint (self->s3->puts, ==, puts);
  g_assert_null (fetch (self, image->uuid, &error));
  files_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND);
  media = fake_fhir_read (self->fhir, "Media", image->uuid);
  hemo_store_write (files_store (&self->files), self->files.base.session, told_job, media, NULL,
                    &error);
  g_assert_no_error (error);
  fetched = fetch (self, image->uuid, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (fetched, captured));
  small = fetch_preview (self, image->uuid, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (small, preview));
  /* The captured file is no preview, though the same laptop signed it. */
  copy_object (self, image->uuid, "");
  copy_object (self, image->uuid, ".sig");
  g_assert_null (fetch_preview (self, image->uuid, &error));
  files_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CORRUPT);
  fake_s3_store (self->s3, key, other);
  g_assert_null (fetch (self, image->uuid, &error));
  files_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CORRUPT);
}

/* Whether whoever has @key_pair finds @content in what left. */
static gboolean
may_open (
    Syncing *self, const char *folder, const char *image, HemoKeyPair *key_pair, GBytes *content)
{
  g_autofree char *key = g_strdup_printf ("b/c/%s/%s.cms", folder, image);

  return tools_cli_opens (fake_s3_object (self->s3, key), key_pair, content);
}

static void
add_organisation (Syncing *self, const char *name, HemoKeyPair *key_pair)
{
  g_autoptr (GError) error = NULL;

  hemo_clinic_add_certificate (self->files.base.clinic, self->files.base.session, name,
                               key_pair->certificate, &error);
  g_assert_no_error (error);
}

/* Whoever was added or taken out after the picture was taken and before it left: what leaves is for
 * those of now, is signed as it is, and its record tells of it; the file here is as it was. */
static void
test_sealed_anew (Syncing *self, gconstpointer data)
{
  g_autoptr (HemoKeyPair) before = tools_make_rsa (2048), after = tools_make_rsa (2048);
  g_autoptr (HemoImage) image = NULL;
  g_autoptr (GBytes) captured = NULL, small = NULL, fetched = NULL;
  g_autoptr (json_object) media = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *key = NULL, *sha256 = NULL, *file = NULL, *text = NULL;
  g_autoptr (GDir) copies = NULL;

  add_organisation (self, "gone", before);
  image = files_add_image (&self->files, self->files.specimen, 1);
  captured = hemo_clinic_open_image (self->files.base.clinic, self->files.base.session, image->uuid,
                                     NULL);
  syncing_run (self, 1u << HEMO_LANE_RESULTS);
  files_run_sql (&self->files, "UPDATE certificate SET enabled = 0");
  add_organisation (self, "come", after);
  /* What another bucket holds, as of before it was changed for this one. */
  files_run_sql (&self->files,
                 "INSERT INTO remote_object (server, object, lane, key, sha256, bytes, sent) "
                 "SELECT '00000000-0000-4000-8000-000000000000', uuid, 2, 'k', "
                 "substr (hex (zeroblob (32)), 1, 64), 1, 1 FROM image");
  syncing_run (self, 0);
  small = hemo_clinic_open_preview (self->files.base.clinic, self->files.base.session, image->uuid,
                                    NULL);
  g_assert_true (may_open (self, "images", image->uuid, after, captured));
  g_assert_true (may_open (self, "previews", image->uuid, after, small));
  g_assert_false (may_open (self, "images", image->uuid, before, captured));
  g_assert_false (may_open (self, "previews", image->uuid, before, small));
  key = g_strdup_printf ("b/c/images/%s.cms", image->uuid);
  sha256 = hemo_sha256 (fake_s3_object (self->s3, key));
  g_assert_cmpstr (sha256, !=, image->sealed_sha256);
  syncing_run (self, 0);
  media = fake_fhir_read (self->fhir, "Media", image->uuid);
  text = hemo_fhir_to_text (media, FALSE);
  g_assert_nonnull (strstr (text, sha256));
  hemo_store_write (files_store (&self->files), self->files.base.session, told_job, media, NULL,
                    &error);
  g_assert_no_error (error);
  fetched = fetch (self, image->uuid, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (fetched, captured));
  file = g_build_filename (self->files.base.folder, "outgoing", NULL);
  copies = g_dir_open (file, 0, &error);
  g_assert_no_error (error);
  g_assert_null (g_dir_read_name (copies));
  g_assert_cmpint (syncing_count (self, "state <> 'received'"), ==, 0);
}

/* The key of the store is another before anything left: what waited goes, and opens here still. */
static void
test_rotated (Syncing *self, gconstpointer data)
{
  g_autoptr (HemoImage) image = files_add_image (&self->files, self->files.specimen, 1);
  g_autoptr (GBytes) opened = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (syncing_count (self, "state = 'waiting'"), >, 0);
  hemo_clinic_rotate_key (self->files.base.clinic, self->files.base.session, &error);
  g_assert_no_error (error);
  syncing_run (self, 0);
  g_assert_cmpint (syncing_count (self, "state <> 'received'"), ==, 0);
  syncing_assert_original (self, image->uuid);
  opened = hemo_clinic_open_image (self->files.base.clinic, self->files.base.session, image->uuid,
                                   &error);
  g_assert_no_error (error);
}

/* What was begun is gone on with, until somebody else is to read it. */
static void
test_sealed_anew_once (Syncing *self, gconstpointer data)
{
  g_autoptr (HemoKeyPair) first = tools_make_rsa (2048), second = tools_make_rsa (2048);
  g_autoptr (HemoImage) image = files_add_image (&self->files, self->files.specimen, 1);
  HemoSession *session = hemo_clinic_new_sync_session (self->files.base.clinic, NULL);
  g_autofree char *sha256 = NULL;

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (HemoOutgoing) outgoing = NULL;

      if (i != 1)
        add_organisation (self, i == 0 ? "one" : "two", i == 0 ? first : second);
      outgoing = hemo_clinic_open_outgoing (self->files.base.clinic, session, "v1", image->uuid,
                                            HEMO_LANE_ORIGINALS, &error);
      g_assert_no_error (error);
      g_assert_true (g_file_test (outgoing->path, G_FILE_TEST_EXISTS));
      if (i == 1)
        g_assert_cmpstr (sha256, ==, outgoing->object->sha256);
      else
        g_assert_cmpstr (sha256, !=, outgoing->object->sha256);
      g_set_str (&sha256, outgoing->object->sha256);
    }
  hemo_session_unref (session);
}

static gpointer
cancel_soon (gpointer data)
{
  g_usleep (700 * 1000);
  g_cancellable_cancel (data);
  return NULL;
}

/* The half that came stays, sealed, and the next program asks for the other half alone. */
static void
test_fetch_resumes (Syncing *self, gconstpointer data)
{
  g_autoptr (HemoImage) image = files_add_image (&self->files, self->files.specimen, 1);
  g_autofree char *key = g_strdup_printf ("b/c/images/%s.cms", image->uuid);
  g_autofree char *part
      = g_strdup_printf ("%s/fetched/%s.cms.part", self->files.base.folder, image->uuid);
  g_autoptr (GBytes) captured = hemo_clinic_open_image (
      self->files.base.clinic, self->files.base.session, image->uuid, NULL);
  g_autoptr (GBytes) fetched = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (json_object) media = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *kept = NULL;
  gsize size = 0, all;
  GThread *thread;

  syncing_run (self, 0);
  media = fake_fhir_read (self->fhir, "Media", image->uuid);
  hemo_store_write (files_store (&self->files), self->files.base.session, told_job, media, NULL,
                    &error);
  g_assert_no_error (error);
  self->s3->given = 0;
  self->s3->short_of = ".cms";
  self->s3->short_gets = 1;
  thread = g_thread_new ("cancel", cancel_soon, cancellable);
  g_assert_null (hemo_sync_fetch_picture (self->sync, self->files.base.session, image->uuid,
                                          self->files.specimen, HEMO_LANE_ORIGINALS, cancellable,
                                          &error));
  g_clear_error (&error);
  g_thread_join (thread);
  all = g_bytes_get_size (fake_s3_object (self->s3, key));
  g_assert_true (g_file_get_contents (part, &kept, &size, NULL));
  g_assert_cmpuint (size, ==, all - all / 2);
  g_assert_cmpmem (kept, size, g_bytes_get_data (fake_s3_object (self->s3, key), NULL), size);
  g_object_unref (self->sync);
  self->sync = hemo_sync_new (self->files.base.clinic, &error);
  fetched = fetch (self, image->uuid, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (fetched, captured));
  g_assert_cmpuint (self->s3->given, ==, all);
  g_assert_false (g_file_test (part, G_FILE_TEST_EXISTS));
}

/* What breaks off and comes on again is waited for. */
static void
test_fetch_breaks (Syncing *self, gconstpointer data)
{
  g_autoptr (HemoImage) image = files_add_image (&self->files, self->files.specimen, 1);
  g_autoptr (json_object) media = NULL;
  g_autoptr (GBytes) fetched = NULL;
  g_autoptr (GError) error = NULL;

  syncing_run (self, 0);
  media = fake_fhir_read (self->fhir, "Media", image->uuid);
  hemo_store_write (files_store (&self->files), self->files.base.session, told_job, media, NULL,
                    &error);
  g_assert_no_error (error);
  self->s3->short_of = ".cms";
  self->s3->short_gets = 2;
  fetched = fetch (self, image->uuid, &error);
  g_assert_no_error (error);
  g_assert_nonnull (fetched);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test)                                                                            \
  g_test_add ("/sync/" path, Syncing, NULL, syncing_set_up, test, syncing_tear_down)
  ADD ("all-lanes", test_all_lanes);
  ADD ("late-picture", test_late_picture);
  ADD ("preview", test_preview);
  ADD ("damaged", test_damaged);
  ADD ("unreadable", test_unreadable);
  ADD ("one-server-away", test_one_server_away);
  ADD ("lost-answer", test_lost_answer);
  ADD ("rotated", test_rotated);
  ADD ("sealed-anew", test_sealed_anew);
  ADD ("sealed-anew-once", test_sealed_anew_once);
  ADD ("fetch-resumes", test_fetch_resumes);
  ADD ("fetch-breaks", test_fetch_breaks);
  ADD ("spoils", test_spoils);
  ADD ("pull", test_pull);
  ADD ("fetch", test_fetch);
  ADD ("fetch-moved", test_fetch_moved);
  ADD ("test", test_test);
  return g_test_run ();
}
