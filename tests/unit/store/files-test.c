/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures: kept as they came, durable, proved each time, and never shown when anything disagrees.
 */

#include "files-fixture.h"

#include "cms-tools.h"
#include "hemo-picture.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

static void
test_keep_and_open (Files *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = files_picture (1, 800, 600);
  g_autoptr (HemoImage) image = hemo_image_new (self->specimen);
  g_autofree char *path = files_image_path (self, image->uuid);
  g_assert_true (
      hemo_clinic_add_image (self->base.clinic, self->base.session, image, bytes, &error));
  g_assert_no_error (error);
  g_assert_cmpint (image->field, ==, 1);
  g_assert_cmpint (image->width, ==, 800);
  g_assert_cmpstr (image->media_type, ==, "image/jpeg");
  g_assert_cmpint (image->version, ==, 1);
  g_assert_cmpfloat (image->focus, >=, 0);
  g_assert_nonnull (image->captured_on);
  g_autoptr (GBytes) opened
      = hemo_clinic_open_image (self->base.clinic, self->base.session, image->uuid, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (opened, bytes));
  g_autofree char *content = NULL;
  gsize size;
  g_assert_true (g_file_get_contents (path, &content, &size, NULL));
  g_assert_cmpint ((gint64)size, ==, image->sealed_bytes);
  /* No JPEG header lies open on the disk. */
  g_assert_null (g_strstr_len (content, (gssize)size, "JFIF"));
  g_assert_cmpuint (files_count (self, "tmp"), ==, 0);
}

static void
test_rows_of_a_picture (Files *self, gconstpointer data)
{
  g_autoptr (HemoImage) one = files_add_image (self, self->specimen, 1);
  g_autoptr (HemoImage) two = files_add_image (self, self->specimen, 2);
  HemoStore *store = files_store (self);
  g_assert_cmpint (two->field, ==, 2);
  g_assert_cmpint (store_count (store, "SELECT count(*) FROM queue WHERE lane = 1"), ==, 2);
  g_assert_cmpint (store_count (store, "SELECT count(*) FROM queue WHERE lane = 2"), ==, 2);
  g_assert_cmpint (store_count (store, "SELECT count(*) FROM audit WHERE what = 'image.add'"), ==,
                   2);
  g_assert_cmpint (store_count (store, "SELECT count(DISTINCT dhash) FROM image"), ==, 2);
}

static void
test_preview (Files *self, gconstpointer data)
{
  HemoPictureInfo info;
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoImage) image = files_add_image (self, self->specimen, 1);
  g_autoptr (GBytes) preview
      = hemo_clinic_open_preview (self->base.clinic, self->base.session, image->uuid, &error);
  g_assert_no_error (error);
  g_assert_true (hemo_picture_probe (preview, &info, &error));
  g_assert_cmpint (info.width, ==, 512);
  g_assert_cmpint (info.height, ==, 384);
  /* One that was measured at capture gets its preview when it is first asked for. */
  g_autoptr (GBytes) bytes = files_picture (2, 800, 600);
  g_autoptr (HemoImage) measured = hemo_image_new (self->specimen);
  measured->focus = 0.7;
  g_assert_true (
      hemo_clinic_add_image (self->base.clinic, self->base.session, measured, bytes, &error));
  g_assert_no_error (error);
  g_assert_cmpint (store_count (files_store (self), "SELECT count(*) FROM image_preview"), ==, 1);
  g_autoptr (GBytes) later
      = hemo_clinic_open_preview (self->base.clinic, self->base.session, measured->uuid, &error);
  g_assert_no_error (error);
  g_assert_true (hemo_picture_probe (later, &info, &error));
  g_assert_cmpint (info.width, ==, 512);
  g_assert_cmpint (store_count (files_store (self), "SELECT count(*) FROM image_preview"), ==, 2);
  g_assert_cmpint (store_count (files_store (self), "SELECT count(DISTINCT dhash) FROM image"), ==,
                   2);
  g_assert_null (
      hemo_clinic_open_preview (self->base.clinic, self->base.session, "no-such", &error));
  files_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND);
}

/* On the disk before anybody has looked; measured then, once, and as if it had been at once. */
static void
test_keep_then_measure (Files *self, gconstpointer data)
{
  HemoStore *store = files_store (self);
  HemoClinic *clinic = self->base.clinic;
  HemoSession *session = self->base.session;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = files_picture (2, 800, 600);
  g_autoptr (GBytes) other = files_picture (3, 800, 600);
  g_autoptr (HemoImage) image = hemo_image_new (self->specimen);
  g_autoptr (HemoImage) at_once = files_add_image (self, self->specimen, 4);
  g_assert_true (hemo_clinic_keep_image (clinic, session, image, bytes, &error));
  g_assert_no_error (error);
  g_assert_cmpfloat (image->focus, <, 0);
  g_assert_cmpint (store_count (store, "SELECT count(*) FROM image_preview"), ==, 1);
  g_assert_cmpint (store_count (store, "SELECT count(*) FROM image WHERE focus < 0"), ==, 1);
  /* After a cut it is there, and can be read. */
  clinic_reopen (&self->base);
  clinic = self->base.clinic;
  session = self->base.session = sign_in (clinic, "amina", PASSPHRASE);
  store = files_store (self);
  g_autoptr (GBytes) back = hemo_clinic_open_image (clinic, session, image->uuid, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (back, bytes));
  g_assert_false (hemo_clinic_measure_image (clinic, session, image, other, &error));
  files_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_assert_true (hemo_clinic_measure_image (clinic, session, image, bytes, &error));
  g_assert_no_error (error);
  g_assert_cmpfloat (image->focus, >=, 0);
  g_assert_cmpint (image->version, ==, 2);
  g_assert_cmpint (store_count (store, "SELECT count(*) FROM image_preview"), ==, 2);
  g_assert_cmpint (store_count (store, "SELECT count(*) FROM image WHERE focus < 0"), ==, 0);
  g_assert_cmpint (store_count (store, "SELECT count(*) FROM change WHERE what = 'image.measure' "
                                       "AND version = 2"),
                   ==, 1);
  g_assert_false (hemo_clinic_measure_image (clinic, session, image, bytes, &error));
  files_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND);
  /* The same picture measured both ways. */
  g_assert_true (hemo_clinic_discard_image (clinic, session, image->uuid, &error));
  g_autoptr (HemoImage) again = hemo_image_new (self->specimen);
  g_assert_true (hemo_clinic_add_image (clinic, session, again, bytes, &error));
  g_assert_no_error (error);
  g_assert_cmpfloat (again->focus, ==, image->focus);
  g_assert_cmpstr (again->warnings, ==, image->warnings);
}

/* One whose middle is destroyed is kept as it came, and said not to be whole. */
static void
test_keep_damaged (Files *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) good = files_picture (1, 800, 600);
  gsize size = g_bytes_get_size (good);
  g_autofree char *content = g_memdup2 (g_bytes_get_data (good, NULL), size);
  memset (content + size / 2, 0xfe, 400);
  g_autoptr (GBytes) half = g_bytes_new (content, size);
  g_autoptr (HemoImage) image = hemo_image_new (self->specimen);
  g_assert_true (
      hemo_clinic_keep_image (self->base.clinic, self->base.session, image, half, &error));
  g_assert_no_error (error);
  g_assert_false (
      hemo_clinic_measure_image (self->base.clinic, self->base.session, image, half, &error));
  files_assert_error (error, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_DAMAGED);
  g_assert_cmpfloat (image->focus, <, 0);
  g_autoptr (GBytes) back
      = hemo_clinic_open_image (self->base.clinic, self->base.session, image->uuid, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (back, half));
}

static void
assert_refused (Files *self, HemoImage *image, GBytes *bytes, GQuark domain, int code)
{
  g_autoptr (GError) error = NULL;
  guint before = files_count (self, "images");
  g_autofree char *sha256 = g_strdup (image->sha256);
  g_assert_false (
      hemo_clinic_add_image (self->base.clinic, self->base.session, image, bytes, &error));
  g_assert_error (error, domain, code);
  g_assert_cmpuint (files_count (self, "images"), ==, before);
  g_assert_cmpuint (files_count (self, "tmp"), ==, 0);
  g_assert_cmpstr (image->sha256, ==, sha256);
}

static void
test_twice (Files *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = files_picture (1, 800, 600);
  g_autofree char *other = files_add_specimen (self, "Akinyi", 0);
  g_autoptr (HemoImage) first = files_add_image (self, self->specimen, 1);
  g_autoptr (HemoImage) again = hemo_image_new (self->specimen);
  g_autoptr (HemoImage) elsewhere = hemo_image_new (other);
  assert_refused (self, again, bytes, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT);
  assert_refused (self, elsewhere, bytes, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT);
  /* Discarded there, it may be kept here. */
  g_assert_true (
      hemo_clinic_discard_image (self->base.clinic, self->base.session, first->uuid, &error));
  g_assert_true (
      hemo_clinic_add_image (self->base.clinic, self->base.session, elsewhere, bytes, &error));
  g_assert_no_error (error);
}

/* A UUID used again must not cost the first picture its file. */
static void
test_same_uuid (Files *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) other = files_picture (2, 800, 600);
  g_autoptr (HemoImage) image = files_add_image (self, self->specimen, 1);
  g_autoptr (HemoImage) same = hemo_image_copy (image);
  assert_refused (self, same, other, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT);
  g_autoptr (GBytes) opened
      = hemo_clinic_open_image (self->base.clinic, self->base.session, image->uuid, &error);
  g_assert_no_error (error);
  g_assert_nonnull (opened);
}

static void
test_bad_input (Files *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) good = files_picture (1, 800, 600);
  g_autoptr (GBytes) half = g_bytes_new_from_bytes (good, 0, g_bytes_get_size (good) / 2);
  g_autoptr (GBytes) empty = g_bytes_new_static ("", 0);
  g_autoptr (GBytes) text = g_bytes_new_static ("not a picture at all", 20);
  g_autoptr (HemoImage) image = hemo_image_new (self->specimen);
  g_autoptr (HemoImage) nowhere = hemo_image_new ("11111111-2222-4333-8444-555555555555");
  g_autoptr (HemoImage) bad_uuid = hemo_image_new (self->specimen);
  g_free (bad_uuid->uuid);
  bad_uuid->uuid = g_strdup ("../../../../tmp/evil");
  assert_refused (self, image, empty, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  assert_refused (self, image, text, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_UNSUPPORTED);
  assert_refused (self, image, half, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_DAMAGED);
  assert_refused (self, nowhere, good, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND);
  assert_refused (self, bad_uuid, good, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
}

static void
test_locked_session (Files *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = files_picture (2, 800, 600);
  g_autoptr (HemoImage) image = files_add_image (self, self->specimen, 1);
  g_autoptr (HemoImage) fresh = hemo_image_new (self->specimen);
  hemo_session_lock (self->base.session);
  assert_refused (self, fresh, bytes, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
  g_assert_null (
      hemo_clinic_open_image (self->base.clinic, self->base.session, image->uuid, &error));
  files_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
  g_assert_null (
      hemo_clinic_open_preview (self->base.clinic, self->base.session, image->uuid, &error));
  files_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
  g_assert_false (
      hemo_clinic_discard_image (self->base.clinic, self->base.session, image->uuid, &error));
  files_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
  hemo_session_unlock (self->base.session);
}

static void
assert_damaged (Files *self, const char *uuid, int code)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *sql = g_strdup_printf (
      "SELECT count(*) FROM audit WHERE what = 'image.damaged' AND object = '%s'", uuid);
  g_assert_null (hemo_clinic_open_image (self->base.clinic, self->base.session, uuid, &error));
  g_assert_error (error, HEMO_STORE_ERROR, code);
  g_assert_cmpint (store_count (files_store (self), "SELECT sum(damaged) FROM image"), ==, 1);
  g_assert_cmpint (store_count (files_store (self), sql), ==, 1);
}

static void
test_flipped_bit (Files *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoImage) image = files_add_image (self, self->specimen, 1);
  g_autofree char *path = files_image_path (self, image->uuid);
  files_flip (path, 5000);
  assert_damaged (self, image->uuid, HEMO_STORE_ERROR_CORRUPT);
  /* Put back as it was, it is shown again. */
  files_flip (path, 5000);
  g_autoptr (GBytes) opened
      = hemo_clinic_open_image (self->base.clinic, self->base.session, image->uuid, &error);
  g_assert_no_error (error);
  g_assert_nonnull (opened);
  g_assert_cmpint (store_count (files_store (self), "SELECT sum(damaged) FROM image"), ==, 0);
}

static void
test_file_gone (Files *self, gconstpointer data)
{
  g_autoptr (HemoImage) image = files_add_image (self, self->specimen, 1);
  g_autofree char *path = files_image_path (self, image->uuid);
  g_assert_no_errno (g_unlink (path));
  assert_damaged (self, image->uuid, HEMO_STORE_ERROR_CORRUPT);
}

static void
test_file_cut (Files *self, gconstpointer data)
{
  g_autoptr (HemoImage) image = files_add_image (self, self->specimen, 1);
  g_autofree char *path = files_image_path (self, image->uuid);
  g_assert_no_errno (truncate (path, 100));
  assert_damaged (self, image->uuid, HEMO_STORE_ERROR_CORRUPT);
}

static gboolean
sql_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_db_execute (hemo_txn_get_db (txn), data, error);
}

static void
run_sql (Files *self, const char *sql)
{
  g_autoptr (GError) error = NULL;
  hemo_store_write (files_store (self), self->base.session, sql_job, (gpointer)sql, NULL, &error);
  g_assert_no_error (error);
}

/* Whoever can write the store cannot move a picture to another patient's slide. */
static void
test_other_specimen (Files *self, gconstpointer data)
{
  g_autofree char *other = files_add_specimen (self, "Akinyi", 0);
  g_autoptr (HemoImage) image = files_add_image (self, self->specimen, 1);
  g_autofree char *sql = g_strdup_printf ("UPDATE image SET specimen = '%s'", other);
  run_sql (self, sql);
  assert_damaged (self, image->uuid, HEMO_STORE_ERROR_CORRUPT);
}

static void
test_discard (Files *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  HemoClinic *clinic = self->base.clinic;
  g_autoptr (HemoImage) image = files_add_image (self, self->specimen, 1);
  g_assert_true (
      hemo_clinic_set_image_in_report (clinic, self->base.session, image->uuid, TRUE, &error));
  g_assert_cmpint (store_count (files_store (self), "SELECT sum(in_report) FROM image"), ==, 1);
  g_assert_true (hemo_clinic_discard_image (clinic, self->base.session, image->uuid, &error));
  g_assert_no_error (error);
  g_assert_cmpint (store_count (files_store (self), "SELECT version FROM image"), ==, 3);
  g_assert_false (hemo_clinic_discard_image (clinic, self->base.session, image->uuid, &error));
  files_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND);
  g_assert_false (
      hemo_clinic_set_image_in_report (clinic, self->base.session, image->uuid, TRUE, &error));
  files_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND);
  /* It stays in the record, and its bytes too. */
  g_assert_cmpuint (files_count (self, "images"), ==, 1);
}

/* A field on which cells were counted takes them with it, and only when that was said. */
static void
test_discard_counted (Files *self, gconstpointer data)
{
  static const char standing[] = "SELECT count(*) FROM counted_cell WHERE NOT taken_back";
  g_autoptr (GError) error = NULL;
  HemoClinic *clinic = self->base.clinic;
  HemoStore *store = files_store (self);
  g_autoptr (HemoImage) image = files_add_image (self, self->specimen, 1);
  const HemoFieldTally told = { .by_key = 1 };
  g_autofree char *count = files_count_cell (self, image);
  g_assert_false (hemo_clinic_discard_image (clinic, self->base.session, image->uuid, &error));
  files_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_assert_cmpint (store_count (store, "SELECT sum(entered_in_error) FROM image"), ==, 0);
  g_assert_cmpint (store_count (store, standing), ==, 1);
  g_assert_true (
      hemo_clinic_discard_field (clinic, self->base.session, image->uuid, &told, FALSE, &error));
  g_assert_no_error (error);
  g_assert_cmpint (store_count (store, "SELECT sum(entered_in_error) FROM image"), ==, 1);
  g_assert_cmpint (store_count (store, standing), ==, 0);
}

/* What a cut between file and row leaves is put aside at the next sign-in, not lost. */
static void
test_orphan (Files *self, gconstpointer data)
{
  g_autoptr (HemoImage) image = files_add_image (self, self->specimen, 1);
  g_autofree char *whole = files_image_path (self, image->uuid);
  g_autofree char *orphan = files_image_path (self, "aa000000-0000-4000-8000-000000000000");
  g_autofree char *report = files_path (self, "reports/aa000000-0000-4000-8000-000000000000-1.cms");
  g_autofree char *half = files_path (self, "tmp/whatever.cms.part");
  g_assert_true (g_file_set_contents (orphan, "sealed", -1, NULL));
  g_assert_true (g_file_set_contents (report, "sealed", -1, NULL));
  g_assert_true (g_file_set_contents (half, "half", -1, NULL));
  clinic_reopen (&self->base);
  self->base.session = sign_in (self->base.clinic, "amina", PASSPHRASE);
  g_assert_cmpuint (files_count (self, "images"), ==, 1);
  g_assert_cmpuint (files_count (self, "reports"), ==, 0);
  g_assert_cmpuint (files_count (self, "tmp"), ==, 0);
  g_assert_cmpuint (files_count (self, "orphans"), ==, 2);
  g_assert_true (g_file_test (whole, G_FILE_TEST_EXISTS));
  g_assert_cmpint (
      store_count (files_store (self), "SELECT count(*) FROM audit WHERE what = 'files.orphans'"),
      ==, 1);
  /* After 30 days they go; what seems years old is a clock that jumped. */
  g_autofree char *old = files_path (self, "orphans/aa000000-0000-4000-8000-000000000000.cms");
  g_autofree char *ancient
      = files_path (self, "orphans/aa000000-0000-4000-8000-000000000000-1.cms");
  struct timespec times[2] = { { .tv_sec = time (NULL) - 31 * 86400 }, { 0 } };
  times[1] = times[0];
  g_assert_no_errno (utimensat (AT_FDCWD, old, times, 0));
  times[0].tv_sec = times[1].tv_sec = 0;
  g_assert_no_errno (utimensat (AT_FDCWD, ancient, times, 0));
  clinic_reopen (&self->base);
  self->base.session = sign_in (self->base.clinic, "amina", PASSPHRASE);
  g_assert_false (g_file_test (old, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (ancient, G_FILE_TEST_EXISTS));
}

static void
run_tool (const char *folder, const char *command)
{
  int status;
  g_autofree char *errors = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *line = g_strdup_printf ("cd '%s' && %s", folder, command);
  const char *argv[] = { "sh", "-c", line, NULL };
  g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, &errors, &status,
                &error);
  g_assert_no_error (error);
  if (status != 0)
    g_test_message ("%s: %s", command, errors);
  g_assert_cmpint (status, ==, 0);
}

/* The organisation opens a sealed file with OpenSSL and its own key, without us. */
static void
test_organisation_opens (Files *self, gconstpointer data)
{
  gsize size;
  g_autoptr (GError) error = NULL;
  g_autofree char *pem = NULL, *opened = NULL;
  g_autofree char *pem_path = g_build_filename (self->base.root, "org.pem", NULL);
  g_autofree char *opened_path = g_build_filename (self->base.root, "opened.jpg", NULL);
  run_tool (self->base.root, "openssl req -x509 -newkey rsa:3072 -nodes -keyout org.key -out "
                             "org.pem -subj /CN=organisation -days 3650");
  g_assert_true (g_file_get_contents (pem_path, &pem, &size, NULL));
  g_autoptr (GBytes) certificate = g_bytes_new (pem, size);
  g_assert_true (hemo_clinic_add_certificate (self->base.clinic, self->base.session, "programme",
                                              certificate, &error));
  g_assert_no_error (error);
  g_autoptr (HemoImage) image = files_add_image (self, self->specimen, 1);
  g_autoptr (GBytes) captured = files_picture (1, 800, 600);
  g_autofree char *path = files_image_path (self, image->uuid);
  g_autofree char *command = g_strdup_printf (
      "openssl cms -decrypt -inform DER -in '%s' -recip org.pem -inkey org.key -out opened.jpg",
      path);
  run_tool (self->base.root, command);
  g_assert_true (g_file_get_contents (opened_path, &opened, &size, NULL));
  g_assert_cmpmem (opened, size, g_bytes_get_data (captured, NULL), g_bytes_get_size (captured));
}

/* As a key service gives it: nothing but the RSA decryption of the encrypted key. */
static void
test_key_service_opens (Files *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoKeyPair) organisation = tools_make_rsa (3072);
  g_assert_true (hemo_clinic_add_certificate (self->base.clinic, self->base.session, "programme",
                                              organisation->certificate, &error));
  g_assert_no_error (error);
  g_autoptr (HemoImage) image = files_add_image (self, self->specimen, 1);
  g_autoptr (GBytes) captured = files_picture (1, 800, 600);
  g_autofree char *path = files_image_path (self, image->uuid);
  g_autofree char *content = NULL;
  gsize size;
  g_assert_true (g_file_get_contents (path, &content, &size, NULL));
  g_autoptr (GBytes) sealed = g_bytes_new (content, size);
  g_autoptr (GBytes) opened = tools_open_by_hand (sealed, organisation);
  g_assert_nonnull (opened);
  g_assert_true (g_bytes_equal (opened, captured));
}

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;
  g_test_init (&argc, &argv, NULL);
  hemo_vault_init (&error);
  g_assert_no_error (error);
#define ADD(path, function) g_test_add (path, Files, NULL, files_set_up, function, files_tear_down)
  ADD ("/files/keep-and-open", test_keep_and_open);
  ADD ("/files/rows", test_rows_of_a_picture);
  ADD ("/files/preview", test_preview);
  ADD ("/files/keep-then-measure", test_keep_then_measure);
  ADD ("/files/keep-damaged", test_keep_damaged);
  ADD ("/files/twice", test_twice);
  ADD ("/files/same-uuid", test_same_uuid);
  ADD ("/files/bad-input", test_bad_input);
  ADD ("/files/locked-session", test_locked_session);
  ADD ("/files/flipped-bit", test_flipped_bit);
  ADD ("/files/file-gone", test_file_gone);
  ADD ("/files/file-cut", test_file_cut);
  ADD ("/files/other-specimen", test_other_specimen);
  ADD ("/files/discard", test_discard);
  ADD ("/files/discard-counted", test_discard_counted);
  ADD ("/files/orphan", test_orphan);
  ADD ("/files/organisation-opens", test_organisation_opens);
  ADD ("/files/key-service-opens", test_key_service_opens);
  return g_test_run ();
}
