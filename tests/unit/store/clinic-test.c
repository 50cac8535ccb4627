/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A clinic's people and keys: sign-in, PIN, roles, rotation, recovery, enrolment. */

#include "store-fixture.h"

#include "hemo-clock.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static gint64
count (ClinicFixture *fixture, const char *sql)
{
  return store_count (hemo_clinic_get_store (fixture->clinic), sql);
}

static gint64
count_audit (ClinicFixture *fixture, const char *what)
{
  g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM audit WHERE what = '%s'", what);

  return count (fixture, sql);
}

static void
add (ClinicFixture *fixture, const char *login, HemoRole role)
{
  g_autoptr (HemoSecret) passphrase = secret (OTHER_PASSPHRASE);
  g_autoptr (GError) error = NULL;

  hemo_clinic_add_user (fixture->clinic, fixture->session, login, "Somebody Else", role, passphrase,
                        &error);
  g_assert_no_error (error);
}

static void
refuse_sign_in (
    ClinicFixture *fixture, const char *login, const char *passphrase, GQuark domain, int code)
{
  g_autoptr (HemoSecret) typed = secret (passphrase);
  g_autoptr (GError) error = NULL;

  g_assert_null (hemo_clinic_sign_in (fixture->clinic, login, typed, &error));
  g_assert_error (error, domain, code);
}

static gboolean
verify_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autofree char *reason = NULL;
  gint64 broken = -1;

  if (!hemo_audit_verify (txn, NULL, &broken, &reason, error))
    return FALSE;
  g_assert_cmpstr (reason, ==, NULL);
  return broken == 0;
}

static void
assert_audit_whole (ClinicFixture *fixture)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (hemo_store_read (hemo_clinic_get_store (fixture->clinic), fixture->session,
                                  verify_job, NULL, NULL, &error));
  g_assert_no_error (error);
}

/* Certificates of what the keys in the store are, each opened by its key. */
static gboolean
keys_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  HemoStore *store = data;
  g_autoptr (HemoKeyPair) image = hemo_clinic_dup_image_key (txn, store, error);
  g_autoptr (HemoKeyPair) installation = NULL;
  g_autoptr (GPtrArray) recipients = NULL;
  g_autoptr (GBytes) content = g_bytes_new_static ("a smear", 7);
  g_autoptr (GBytes) sealed = NULL, opened = NULL, signature = NULL;

  if (image == NULL)
    return FALSE;
  installation = hemo_clinic_dup_installation_key (txn, store, error);
  recipients = hemo_clinic_dup_recipients (txn, error);
  sealed = hemo_cms_seal (content, recipients, error);
  opened = sealed != NULL ? hemo_cms_open (sealed, image, 100, error) : NULL;
  signature = hemo_cms_sign (content, installation, error);
  if (opened == NULL || signature == NULL)
    return FALSE;
  g_assert_true (g_bytes_equal (opened, content));
  *result = hemo_certificate_fingerprint (image->certificate);
  return hemo_cms_verify (content, signature, installation->certificate, error);
}

static char *
check_keys (HemoClinic *clinic, HemoSession *session)
{
  g_autoptr (GError) error = NULL;
  gpointer fingerprint = NULL;
  HemoStore *store = hemo_clinic_get_store (clinic);

  hemo_store_read (store, session, keys_job, store, &fingerprint, &error);
  g_assert_no_error (error);
  return fingerprint;
}

static void
test_create (ClinicFixture *fixture, gconstpointer data)
{
  g_autoptr (HemoClinicInfo) info = hemo_clinic_info_new ("Another");
  g_autoptr (HemoSecret) passphrase = secret (PASSPHRASE);
  g_autoptr (HemoSecret) weak = secret ("short");
  g_autofree char *other = g_build_filename (fixture->root, "other", NULL);
  g_autofree char *fingerprint = check_keys (fixture->clinic, fixture->session);
  g_autoptr (GDir) dir = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (count_audit (fixture, "clinic.create"), ==, 1);
  g_assert_cmpint (count_audit (fixture, "sign-in"), ==, 1);
  assert_audit_whole (fixture);
  g_assert_null (hemo_clinic_create (fixture->folder, info, "x", "X", passphrase, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_null (hemo_clinic_create (other, info, "x", "X", weak, NULL, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_WEAK);
  g_clear_error (&error);
  g_assert_null (hemo_clinic_create (other, info, "a b", "X", passphrase, NULL, &error));
  g_assert_error (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
  g_assert_false (g_file_test (other, G_FILE_TEST_EXISTS));
  /* Nothing is left beside. */
  dir = g_dir_open (fixture->root, 0, NULL);
  g_assert_cmpstr (g_dir_read_name (dir), ==, "clinic");
  g_assert_null (g_dir_read_name (dir));
}

static void
test_create_sweeps_what_a_cut_left (ClinicFixture *fixture, gconstpointer data)
{
  g_autoptr (HemoClinicInfo) info = hemo_clinic_info_new ("Another");
  g_autoptr (HemoSecret) passphrase = secret (PASSPHRASE);
  g_autofree char *other = g_build_filename (fixture->root, "other", NULL);
  g_autofree char *left = g_build_filename (fixture->root, ".other.new-ABCDEF", NULL);
  g_autofree char *left_file = g_build_filename (left, "hemogram.db", NULL);
  g_autoptr (HemoClinic) made = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir (left, 0700), ==, 0);
  g_assert_true (g_file_set_contents (left_file, "half", -1, NULL));
  g_assert_cmpint (g_mkdir (other, 0700), ==, 0);
  made = hemo_clinic_create (other, info, "x", "X", passphrase, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (info->uuid);
  g_assert_nonnull (info->installation);
  g_assert_cmpint (strlen (info->station), ==, 2);
  g_assert_false (g_file_test (left, G_FILE_TEST_EXISTS));
}

static void
test_second_instance (ClinicFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoClinic) second = NULL;
  g_autofree char *tmp = g_build_filename (fixture->folder, "tmp", "left.part", NULL);

  g_assert_true (g_file_set_contents (tmp, "left", -1, NULL));
  g_assert_null (hemo_clinic_open (fixture->folder, &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_BUSY);
  g_clear_error (&error);
  /* Who was told so has swept nothing away. */
  g_assert_true (g_file_test (tmp, G_FILE_TEST_EXISTS));
  clinic_close (fixture);
  second = hemo_clinic_open (fixture->folder, &error);
  g_assert_no_error (error);
  g_assert_false (g_file_test (tmp, G_FILE_TEST_EXISTS));
}

static gboolean
newest_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_clock_newest_record (txn, data, error);
}

/* Whoever comes to the closed store is told of a clock that is behind the last work. */
static void
test_clock_mark (ClinicFixture *fixture, gconstpointer data)
{
  const char *directory = hemo_clinic_get_directory (fixture->clinic);
  g_autofree char *path = g_build_filename (directory, "clock", NULL);
  const char *const wrong[] = { "", "nonsense", "-5", "99999999999999999999", "12 13", "\xff" };
  gint64 newest = 0, first;

  clinic_reopen (fixture);
  directory = hemo_clinic_get_directory (fixture->clinic);
  fixture->session = sign_in (fixture->clinic, "amina", PASSPHRASE);
  first = hemo_clock_read_mark (directory);
  g_assert_cmpint (first, >=, hemo_clock_build_time ());
  g_assert_true (hemo_clinic_sign_out (fixture->clinic, fixture->session, NULL));
  g_assert_cmpint (hemo_clock_read_mark (directory), ==, first);
  for (int hours = -2; hours <= 2; hours += 4)
    {
      g_clear_pointer (&fixture->session, hemo_session_unref);
      g_assert_true (hemo_clock_keep_mark (directory, first + hours * G_TIME_SPAN_HOUR, NULL));
      fixture->session = sign_in (fixture->clinic, "amina", PASSPHRASE);
      g_assert_true (hemo_store_read (hemo_clinic_get_store (fixture->clinic), NULL, newest_job,
                                      &newest, NULL, NULL));
      g_assert_cmpint (hemo_clock_read_mark (directory), ==, newest);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_assert_true (g_file_set_contents (path, wrong[i], -1, NULL));
      g_assert_cmpint (hemo_clock_read_mark (directory), ==, 0);
    }
  g_assert_no_errno (g_unlink (path));
  g_assert_cmpint (hemo_clock_read_mark (directory), ==, 0);
}

static void
test_sign_in (ClinicFixture *fixture, gconstpointer data)
{
  g_autoptr (HemoSecret) typed = secret (PASSPHRASE);
  g_autoptr (GError) error = NULL;

  clinic_reopen (fixture);
  g_assert_null (hemo_clinic_get_store (fixture->clinic));
  refuse_sign_in (fixture, "amina", "not the passphrase", HEMO_VAULT_ERROR,
                  HEMO_VAULT_ERROR_WRONG_SECRET);
  refuse_sign_in (fixture, "nobody", PASSPHRASE, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_WRONG_SECRET);
  refuse_sign_in (fixture, "amina", "not this either", HEMO_VAULT_ERROR,
                  HEMO_VAULT_ERROR_WRONG_SECRET);
  g_assert_null (hemo_clinic_get_store (fixture->clinic));
  fixture->session = sign_in (fixture->clinic, "amina", PASSPHRASE);
  g_assert_cmpint (hemo_session_get_role (fixture->session), ==, HEMO_ROLE_ADMINISTRATOR);
  g_assert_cmpstr (hemo_session_get_name (fixture->session), ==, "Amina Test");
  g_assert_cmpint (count_audit (fixture, "sign-in.failed"), ==, 2);
  g_assert_cmpint (count_audit (fixture, "sign-in"), ==, 2);
  g_assert_true (hemo_clinic_sign_out (fixture->clinic, fixture->session, &error));
  g_assert_no_error (error);
  g_assert_cmpint (count_audit (fixture, "sign-out"), ==, 1);
  g_assert_cmpint (count (fixture, "SELECT count(*) FROM audit_head"), ==, 2);
  g_assert_true (hemo_session_is_locked (fixture->session));
  for (int i = 0; i < 4; i++)
    {
      g_autoptr (HemoSecret) wrong = secret ("wrong every time");
      g_clear_error (&error);
      g_assert_null (hemo_clinic_sign_in (fixture->clinic, "amina", wrong, &error));
    }
  /* Even with the right one. */
  g_clear_error (&error);
  g_assert_null (hemo_clinic_sign_in (fixture->clinic, "amina", typed, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_TOO_SOON);
}

static void
test_pin (ClinicFixture *fixture, gconstpointer data)
{
  g_autoptr (HemoSecret) pin = secret ("2580");
  g_autoptr (HemoSecret) wrong = secret ("9137");
  g_autoptr (HemoSecret) weak = secret ("1111");
  g_autoptr (GError) error = NULL;
  HemoClinic *clinic = fixture->clinic;

  g_assert_false (hemo_clinic_unlock_pin (clinic, fixture->session, pin, &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_clear_error (&error);
  g_assert_false (hemo_clinic_set_pin (clinic, fixture->session, weak, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_WEAK);
  g_clear_error (&error);
  g_assert_true (hemo_clinic_set_pin (clinic, fixture->session, pin, &error));
  g_assert_no_error (error);
  g_assert_true (hemo_clinic_check_pin (clinic, fixture->session, pin, &error));
  hemo_session_lock (fixture->session);
  g_assert_false (hemo_clinic_check_pin (clinic, fixture->session, pin, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
  g_clear_error (&error);
  g_assert_false (hemo_clinic_set_pin (clinic, fixture->session, wrong, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
  g_clear_error (&error);
  g_assert_true (hemo_clinic_unlock_pin (clinic, fixture->session, pin, &error));
  g_assert_false (hemo_session_is_locked (fixture->session));
  hemo_session_lock (fixture->session);
  for (int i = 0; i < 5; i++)
    {
      g_assert_false (hemo_clinic_unlock_pin (clinic, fixture->session, wrong, &error));
      g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_WRONG_SECRET);
      g_clear_error (&error);
    }
  g_assert_false (hemo_clinic_unlock_pin (clinic, fixture->session, pin, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_TOO_SOON);
  g_clear_error (&error);
  g_assert_true (hemo_session_is_locked (fixture->session));
  g_assert_cmpint (count_audit (fixture, "pin.failed"), ==, 5);
  /* The passphrase makes the PIN good again. */
  g_autoptr (HemoSession) session = sign_in (clinic, "amina", PASSPHRASE);
  g_assert_true (hemo_clinic_check_pin (clinic, session, pin, &error));
  g_assert_no_error (error);
}

static void
test_change_passphrase (ClinicFixture *fixture, gconstpointer data)
{
  g_autoptr (HemoSecret) old = secret (PASSPHRASE);
  g_autoptr (HemoSecret) fresh = secret (OTHER_PASSPHRASE);
  g_autoptr (GError) error = NULL;

  g_assert_false (
      hemo_clinic_change_passphrase (fixture->clinic, fixture->session, fresh, fresh, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_WRONG_SECRET);
  g_clear_error (&error);
  hemo_clinic_change_passphrase (fixture->clinic, fixture->session, old, fresh, &error);
  g_assert_no_error (error);
  g_assert_true (hemo_clinic_check_passphrase (fixture->clinic, fixture->session, fresh, &error));
  clinic_reopen (fixture);
  refuse_sign_in (fixture, "amina", PASSPHRASE, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_WRONG_SECRET);
  fixture->session = sign_in (fixture->clinic, "amina", OTHER_PASSPHRASE);
  g_assert_cmpint (count_audit (fixture, "user.passphrase"), ==, 1);
  g_assert_cmpint (count_audit (fixture, "user.keys"), ==, 0);
}

static void
test_people (ClinicFixture *fixture, gconstpointer data)
{
  g_autoptr (HemoSecret) passphrase = secret (OTHER_PASSPHRASE);
  g_autoptr (HemoSession) technician = NULL, pathologist = NULL;
  g_autoptr (GError) error = NULL;
  HemoClinic *clinic = fixture->clinic;

  add (fixture, "bashir", HEMO_ROLE_TECHNICIAN);
  add (fixture, "Chân", HEMO_ROLE_PATHOLOGIST);
  g_assert_cmpint (count (fixture, "SELECT count(*) FROM reading_key"), ==, 3);
  g_assert_false (hemo_clinic_add_user (clinic, fixture->session, "BASHIR", "X",
                                        HEMO_ROLE_TECHNICIAN, passphrase, &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT);
  g_clear_error (&error);
  technician = sign_in (clinic, "bashir", OTHER_PASSPHRASE);
  pathologist = sign_in (clinic, "Chân", OTHER_PASSPHRASE);
  g_assert_false (hemo_clinic_add_user (clinic, technician, "mallory", "X", HEMO_ROLE_ADMINISTRATOR,
                                        passphrase, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
  g_clear_error (&error);
  g_assert_false (
      hemo_clinic_set_role (clinic, technician, "bashir", HEMO_ROLE_ADMINISTRATOR, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
  g_clear_error (&error);
  g_assert_false (hemo_clinic_rotate_key (clinic, pathologist, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
  g_clear_error (&error);
  g_assert_cmpint (count_audit (fixture, "refused"), ==, 3);
  g_assert_null (hemo_key_file_find_user (hemo_clinic_get_key_file (clinic), "mallory"));

  /* The last administrator stays one. */
  g_assert_false (
      hemo_clinic_set_role (clinic, fixture->session, "amina", HEMO_ROLE_TECHNICIAN, &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_clear_error (&error);
  g_assert_false (hemo_clinic_disable_user (clinic, fixture->session, "amina", &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_clear_error (&error);

  /* A role counts at once, also for who is signed in. */
  g_assert_true (
      hemo_clinic_set_role (clinic, fixture->session, "bashir", HEMO_ROLE_ADMINISTRATOR, &error));
  g_assert_no_error (error);
  g_assert_cmpint (count (fixture, "SELECT count(*) FROM reading_key"), ==, 4);
  g_assert_true (hemo_clinic_set_role (clinic, technician, "amina", HEMO_ROLE_TECHNICIAN, &error));
  g_assert_false (hemo_clinic_rotate_key (clinic, fixture->session, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
  g_assert_cmpint (count (fixture, "SELECT count(*) FROM reading_key"), ==, 3);
}

static void
test_disable (ClinicFixture *fixture, gconstpointer data)
{
  g_autoptr (HemoSession) technician = NULL;
  g_autoptr (GError) error = NULL;
  HemoStore *store = hemo_clinic_get_store (fixture->clinic);

  add (fixture, "bashir", HEMO_ROLE_TECHNICIAN);
  technician = sign_in (fixture->clinic, "bashir", OTHER_PASSPHRASE);
  g_assert_cmpint (hemo_store_get_key_version (store), ==, 1);
  hemo_clinic_disable_user (fixture->clinic, fixture->session, "bashir", &error);
  g_assert_no_error (error);
  g_assert_cmpint (hemo_store_get_key_version (store), ==, 2);
  g_assert_null (hemo_key_file_find_user (hemo_clinic_get_key_file (fixture->clinic), "bashir"));
  g_assert_false (hemo_store_read (store, technician, verify_job, NULL, NULL, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
  g_clear_error (&error);
  refuse_sign_in (fixture, "bashir", OTHER_PASSPHRASE, HEMO_VAULT_ERROR,
                  HEMO_VAULT_ERROR_WRONG_SECRET);
  assert_audit_whole (fixture);
}

static gboolean
disable_row_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_db_execute (hemo_txn_get_db (txn),
                          "UPDATE user SET enabled = 0 WHERE login = 'bashir'", error);
}

/* Power was cut between the store's row and the key file: the key goes at an administrator's next
 * sign-in, at nobody else's, and once. */
static void
test_disable_cut (ClinicFixture *fixture, gconstpointer data)
{
  g_autoptr (HemoSession) technician = NULL;
  g_autoptr (GError) error = NULL;
  HemoStore *store = hemo_clinic_get_store (fixture->clinic);
  HemoKeyFile *file = hemo_clinic_get_key_file (fixture->clinic);

  add (fixture, "bashir", HEMO_ROLE_TECHNICIAN);
  add (fixture, "chiku", HEMO_ROLE_TECHNICIAN);
  hemo_store_write (store, fixture->session, disable_row_job, NULL, NULL, &error);
  g_assert_no_error (error);
  refuse_sign_in (fixture, "bashir", OTHER_PASSPHRASE, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
  technician = sign_in (fixture->clinic, "chiku", OTHER_PASSPHRASE);
  g_assert_nonnull (hemo_key_file_find_user (file, "bashir"));
  g_assert_cmpint (hemo_store_get_key_version (store), ==, 1);
  for (int i = 0; i < 2; i++)
    {
      clinic_reopen (fixture);
      fixture->session = sign_in (fixture->clinic, "amina", PASSPHRASE);
      file = hemo_clinic_get_key_file (fixture->clinic);
      g_assert_null (hemo_key_file_find_user (file, "bashir"));
      g_assert_nonnull (hemo_key_file_find_user (file, "chiku"));
      g_assert_cmpint (hemo_store_get_key_version (hemo_clinic_get_store (fixture->clinic)), ==, 2);
    }
  g_assert_cmpint (count_audit (fixture, "key.rotate"), ==, 1);
  refuse_sign_in (fixture, "bashir", OTHER_PASSPHRASE, HEMO_VAULT_ERROR,
                  HEMO_VAULT_ERROR_WRONG_SECRET);
  assert_audit_whole (fixture);
}

static void
test_rotation (ClinicFixture *fixture, gconstpointer data)
{
  g_autofree char *before = check_keys (fixture->clinic, fixture->session);
  g_autoptr (HemoKeyFile) file = NULL;
  g_autoptr (HemoKeyRing) ring = NULL;
  g_autoptr (HemoKeyPair) key = NULL;
  g_autoptr (HemoSecret) passphrase = secret (PASSPHRASE);
  g_autoptr (HemoDb) db = NULL;
  g_autoptr (GError) error = NULL;

  for (guint version = 2; version <= 3; version++)
    {
      g_autofree char *after = NULL;

      hemo_clinic_rotate_key (fixture->clinic, fixture->session, &error);
      g_assert_no_error (error);
      g_assert_cmpint (hemo_store_get_key_version (hemo_clinic_get_store (fixture->clinic)), ==,
                       version);
      after = check_keys (fixture->clinic, fixture->session);
      g_assert_cmpstr (before, ==, after);
      assert_audit_whole (fixture);
      g_assert_cmpint (count (fixture, "SELECT min(key_version) FROM clinic_key"), ==, version);
    }
  clinic_reopen (fixture);
  fixture->session = sign_in (fixture->clinic, "amina", PASSPHRASE);
  g_assert_cmpint (hemo_store_get_key_version (hemo_clinic_get_store (fixture->clinic)), ==, 3);
  assert_audit_whole (fixture);
  clinic_close (fixture);
  /* Neither old key opens a page any more. */
  file = hemo_key_file_load (fixture->folder, FALSE, NULL);
  g_assert_true (hemo_key_file_open (file, "amina", passphrase, &ring, &key, &error));
  g_assert_cmpint (ring->keys->len, ==, 3);
  db = open_raw (fixture->folder, ring, 3);
  g_clear_pointer (&db, hemo_db_close);
}

static gboolean
grow_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_db_execute (
             hemo_txn_get_db (txn),
             "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE "
             "i < 1500) INSERT INTO setting SELECT 'grown.' || i, randomblob(16000) FROM n",
             error)
         && hemo_txn_audit (txn, "grow", NULL, NULL, NULL, error);
}

/* More pages than the cache holds: some are written before the rekeying is committed. */
static void
test_rotation_of_much (ClinicFixture *fixture, gconstpointer data)
{
  HemoStore *store = hemo_clinic_get_store (fixture->clinic);
  g_autoptr (GError) error = NULL;

  hemo_store_write (store, fixture->session, grow_job, NULL, NULL, &error);
  g_assert_no_error (error);
  hemo_clinic_rotate_key (fixture->clinic, fixture->session, &error);
  g_assert_no_error (error);
  g_assert_cmpint (
      count (fixture, "SELECT sum(length(value)) FROM setting WHERE key LIKE 'grown.%'"), ==,
      1500 * 16000);
  clinic_reopen (fixture);
  fixture->session = sign_in (fixture->clinic, "amina", PASSPHRASE);
  g_assert_cmpint (
      count (fixture, "SELECT sum(length(value)) FROM setting WHERE key LIKE 'grown.%'"), ==,
      1500 * 16000);
  assert_audit_whole (fixture);
}

/* The key file has a new version that the pages do not have yet: a cut between the two. */
static void
test_rotation_cut_before_the_pages (ClinicFixture *fixture, gconstpointer data)
{
  g_autoptr (HemoKeyFile) file = NULL;
  g_autoptr (HemoKeyRing) ring = NULL;
  g_autoptr (HemoKeyPair) key = NULL;
  g_autoptr (HemoSecret) passphrase = secret (PASSPHRASE);
  g_autoptr (GError) error = NULL;

  clinic_close (fixture);
  file = hemo_key_file_load (fixture->folder, FALSE, NULL);
  g_assert_true (hemo_key_file_open (file, "amina", passphrase, &ring, &key, &error));
  g_assert_true (hemo_key_ring_rotate (ring, &error));
  g_assert_true (hemo_key_file_set_ring (file, ring, &error));
  g_assert_true (hemo_key_file_save (file, fixture->folder, &error));
  clinic_reopen (fixture);
  fixture->session = sign_in (fixture->clinic, "amina", PASSPHRASE);
  g_assert_cmpint (hemo_store_get_key_version (hemo_clinic_get_store (fixture->clinic)), ==, 1);
  hemo_clinic_rotate_key (fixture->clinic, fixture->session, &error);
  g_assert_no_error (error);
  g_assert_cmpint (hemo_store_get_key_version (hemo_clinic_get_store (fixture->clinic)), ==, 3);
  g_free (check_keys (fixture->clinic, fixture->session));
  assert_audit_whole (fixture);
}

static void
test_recover (ClinicFixture *fixture, gconstpointer data)
{
  g_autoptr (HemoSecret) fresh = secret (OTHER_PASSPHRASE);
  g_autoptr (HemoSecret) wrong = secret ("0000-0000-0000-0000-0000-0000-0000-0000");
  g_autoptr (HemoSecret) code = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *fingerprint = NULL;

  clinic_reopen (fixture);
  g_assert_false (hemo_clinic_recover (fixture->clinic, wrong, "amina", fresh, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_false (
      hemo_clinic_recover (fixture->clinic, fixture->recovery_code, "nobody", fresh, &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  hemo_clinic_recover (fixture->clinic, fixture->recovery_code, "amina", fresh, &error);
  g_assert_no_error (error);
  refuse_sign_in (fixture, "amina", PASSPHRASE, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_WRONG_SECRET);
  fixture->session = sign_in (fixture->clinic, "amina", OTHER_PASSPHRASE);
  g_assert_cmpint (count_audit (fixture, "user.recover"), ==, 1);
  g_assert_cmpint (count (fixture, "SELECT count(*) FROM user_certificate"), ==, 2);
  /* What was signed before verifies still, and the readers' key was kept. */
  assert_audit_whole (fixture);
  add (fixture, "chan", HEMO_ROLE_PATHOLOGIST);

  code = hemo_clinic_new_recovery_code (fixture->clinic, fixture->session, &error);
  g_assert_no_error (error);
  g_assert_false (
      hemo_clinic_recover (fixture->clinic, fixture->recovery_code, "chan", fresh, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_WRONG_SECRET);
  g_clear_error (&error);
  hemo_clinic_recover (fixture->clinic, code, "chan", fresh, &error);
  g_assert_no_error (error);
  g_assert_cmpint (count (fixture, "SELECT count(*) FROM reading_key"), ==, 3);
  fingerprint = check_keys (fixture->clinic, fixture->session);
}

static void
test_enrolment (ClinicFixture *fixture, gconstpointer data)
{
  g_autoptr (HemoSecret) fresh = secret (OTHER_PASSPHRASE);
  g_autofree char *file = g_build_filename (fixture->root, "enrol.json", NULL);
  g_autofree char *folder = g_build_filename (fixture->root, "second", NULL);
  g_autofree char *image = check_keys (fixture->clinic, fixture->session);
  g_autofree char *station = NULL, *station2 = NULL, *image2 = NULL, *text = NULL;
  g_autoptr (HemoSecret) code = NULL, wrong = NULL;
  g_autoptr (HemoClinic) second = NULL;
  g_autoptr (HemoSession) session = NULL;
  g_autoptr (HemoKeyPair) organisation = NULL;
  g_autoptr (GError) error = NULL;
  gsize size;

  organisation = hemo_key_pair_new ("district", FALSE, &error);
  hemo_clinic_add_certificate (fixture->clinic, fixture->session, "District",
                               organisation->certificate, &error);
  g_assert_no_error (error);
  code = hemo_clinic_enrol_export (fixture->clinic, fixture->session, file, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (file, &text, &size, NULL));
  g_assert_null (strstr (text, "Poste de"));
  station = store_ask (hemo_clinic_get_store (fixture->clinic),
                       "SELECT code FROM station WHERE enrolment IS NOT NULL");

  wrong = hemo_code_new_one_time (NULL);
  g_assert_null (hemo_clinic_enrol_import (folder, file, wrong, "dora", "Dora", fresh, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_WRONG_SECRET);
  g_clear_error (&error);
  second = hemo_clinic_enrol_import (folder, file, code, "dora", "Dora", fresh, &error);
  g_assert_no_error (error);
  session = sign_in (second, "dora", OTHER_PASSPHRASE);
  image2 = check_keys (second, session);
  g_assert_cmpstr (image, ==, image2);
  station2
      = store_ask (hemo_clinic_get_store (second), "SELECT value FROM meta WHERE key = 'station'");
  g_assert_cmpstr (station, ==, station2);
  g_assert_cmpint (store_count (hemo_clinic_get_store (second), "SELECT count(*) FROM certificate"),
                   ==, 1);
  /* One recovery code for all laptops. */
  hemo_clinic_recover (second, fixture->recovery_code, "dora", fresh, &error);
  g_assert_no_error (error);
  hemo_clinic_close (second);

  /* Not a byte of the file may be another. */
  for (gsize at = 0; at < size; at += size / 7)
    {
      g_autofree char *changed = g_memdup2 (text, size);
      g_autofree char *third = g_build_filename (fixture->root, "third", NULL);

      changed[at] ^= 1;
      g_assert_true (g_file_set_contents (file, changed, (gssize)size, NULL));
      g_assert_null (hemo_clinic_enrol_import (third, file, code, "eve", "Eve", fresh, &error));
      g_assert_nonnull (error);
      g_clear_error (&error);
      g_assert_false (g_file_test (third, G_FILE_TEST_EXISTS));
    }
}

#define ADD(path, function)                                                                        \
  g_test_add ("/clinic/" path, ClinicFixture, NULL, clinic_set_up, function, clinic_tear_down)

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  hemo_vault_init (&error);
  g_assert_no_error (error);
  ADD ("create", test_create);
  ADD ("create-sweeps-what-a-cut-left", test_create_sweeps_what_a_cut_left);
  ADD ("second-instance", test_second_instance);
  ADD ("sign-in", test_sign_in);
  ADD ("clock-mark", test_clock_mark);
  ADD ("pin", test_pin);
  ADD ("change-passphrase", test_change_passphrase);
  ADD ("people", test_people);
  ADD ("disable", test_disable);
  ADD ("disable-cut", test_disable_cut);
  ADD ("rotation", test_rotation);
  ADD ("rotation-of-much", test_rotation_of_much);
  ADD ("rotation-cut-before-the-pages", test_rotation_cut_before_the_pages);
  ADD ("recover", test_recover);
  ADD ("enrolment", test_enrolment);
  return g_test_run ();
}
