/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What guards the store from outside of its tables: logins, the file 'head', the clock. */

#include "records-fixture.h"

#include "hemo-clock.h"
#include "hemo-head.h"
#include "hemo-user-table.h"

#include <fcntl.h>
#include <unistd.h>

static void
test_logins (void)
{
  static const char *const same[][2]
      = { { "amina", "AMINA" }, { "Chân", "chân" },        { " amina ", "amina" },
          { "ﬁona", "fiona" },  { "Ａｍｉｎａ", "amina" }, { "Straße", "STRASSE" } };
  g_autofree char *longest = g_strnfill (64, 'x');
  g_autofree char *longer = g_strnfill (65, 'x');
  g_autofree char *wide = g_strnfill (129, 'x');
  const char *const bad[]
      = { NULL,       "",     "   ", "a b", "a\tb", "a\nb", "\xff", "zero\u200bwidth",
          "a\u00a0b", longer, wide };

  for (guint i = 0; i < G_N_ELEMENTS (same); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *a = hemo_login_fold (same[i][0], &error);
      g_autofree char *b = hemo_login_fold (same[i][1], &error);

      g_assert_no_error (error);
      g_assert_cmpstr (a, ==, b);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *folded = hemo_login_fold (bad[i], &error);

      g_assert_null (folded);
      g_assert_error (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
    }
  g_autofree char *kept = hemo_login_fold (longest, NULL);
  g_assert_cmpstr (kept, ==, longest);
}

static HemoUserRow *
make_user (const char *login)
{
  HemoUserRow *row = g_new0 (HemoUserRow, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoKeyPair) key = hemo_key_pair_new (login, FALSE, &error);

  g_assert_no_error (error);
  row->uuid = hemo_uuid_new ();
  row->login = g_strdup (login);
  row->name = g_strdup ("Somebody");
  row->role = HEMO_ROLE_TECHNICIAN;
  row->sign_in_certificate = g_bytes_ref (key->certificate);
  g_assert_true (hemo_user_row_make_signing_key (row, NULL, &error));
  g_assert_no_error (error);
  return row;
}

static void
test_users (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoUserRow) row = make_user ("Bashir");
  g_autoptr (HemoUserRow) twin = make_user ("BASHIR");
  g_autoptr (HemoUserRow) found = NULL;
  g_autoptr (HemoUserRow) renewed = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_ADMINISTRATOR);

  g_assert_true (hemo_user_insert (txn, row, &error));
  g_assert_no_error (error);
  g_assert_false (hemo_user_insert (txn, twin, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT);
  found = hemo_user_find (txn, "bashir", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (found->uuid, ==, row->uuid);
  g_assert_true (found->enabled);
  g_assert_true (g_bytes_equal (found->signing_key, row->signing_key));
  /* New keys: the old certificate stays, or what it signed could not be checked any more. */
  g_assert_true (hemo_user_row_make_signing_key (row, NULL, &error));
  g_assert_true (hemo_user_set_keys (txn, row, &error));
  g_assert_no_error (error);
  renewed = hemo_user_load (txn, row->uuid, &error);
  g_assert_false (g_bytes_equal (renewed->signing_certificate, found->signing_certificate));
  g_assert_null (hemo_user_find (txn, "nobody", &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND);
  g_assert_null (hemo_user_load (txn, "' OR 1 = 1", &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND);
  g_assert_null (hemo_user_find (txn, "a b", &error));
  records_assert_refused (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
  records_commit (txn);
  g_assert_cmpint (records_ask (records, "SELECT count(*) FROM user_certificate"), ==, 2);
}

static void
test_last_administrator (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_ADMINISTRATOR);

  g_assert_false (hemo_user_check_not_last (txn, RECORDS_ADMINISTRATOR, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_assert_true (hemo_user_check_not_last (txn, RECORDS_TECHNICIAN, &error));
  g_assert_true (hemo_user_set_role (txn, RECORDS_TECHNICIAN, HEMO_ROLE_ADMINISTRATOR, &error));
  g_assert_true (hemo_user_check_not_last (txn, RECORDS_ADMINISTRATOR, &error));
  g_assert_true (hemo_user_set_enabled (txn, RECORDS_TECHNICIAN, FALSE, &error));
  g_assert_no_error (error);
  /* One who was disabled is none. */
  g_assert_false (hemo_user_check_not_last (txn, RECORDS_ADMINISTRATOR, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  records_commit (txn);
}

/* Who was disabled or demoted meanwhile is held to that, whatever the session says. */
static void
test_role_counts_now (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_ADMINISTRATOR);

  g_assert_true (hemo_txn_require (txn, HEMO_ACTION_USER_MANAGE, NULL, NULL, &error));
  records_commit (txn);
  records_run (records, "UPDATE user SET role = 'technician' WHERE role = 'administrator'");
  txn = records_begin (records, HEMO_ROLE_ADMINISTRATOR);
  g_assert_false (hemo_txn_require (txn, HEMO_ACTION_USER_MANAGE, NULL, NULL, &error));
  records_assert_refused (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
  g_assert_true (hemo_txn_require (txn, HEMO_ACTION_COUNT, NULL, NULL, &error));
  hemo_txn_end (txn);
  records_run (records, "UPDATE user SET enabled = 0");
  txn = records_begin (records, HEMO_ROLE_ADMINISTRATOR);
  g_assert_false (hemo_txn_require (txn, HEMO_ACTION_COUNT, NULL, NULL, &error));
  records_assert_refused (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
  hemo_txn_end (txn);
}

static GBytes *
some_mac (guint8 byte)
{
  guint8 data[32];

  memset (data, byte, sizeof data);
  return g_bytes_new (data, sizeof data);
}

static void
write_head (Records *records, gint64 sequence, guint8 byte)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) mac = some_mac (byte);
  int fd = hemo_head_open (records->folder, &error);

  g_assert_no_error (error);
  g_assert_true (hemo_head_write (fd, sequence, mac, records->audit_keys, &error));
  g_assert_no_error (error);
  close (fd);
}

static gboolean
head_is (Records *records, gint64 wanted, guint8 byte)
{
  gint64 sequence = -7;
  g_autoptr (GBytes) mac = NULL;
  g_autoptr (GBytes) expected = some_mac (byte);

  if (!hemo_head_read (records->folder, records->audit_keys, &sequence, &mac))
    {
      g_assert_cmpint (sequence, ==, -7);
      g_assert_null (mac);
      return FALSE;
    }
  return sequence == wanted && g_bytes_equal (mac, expected);
}

static void
test_head (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GError) error = NULL;

  g_assert_false (head_is (records, 0, 0));
  write_head (records, 41, 0xab);
  g_assert_true (head_is (records, 41, 0xab));
  write_head (records, G_MAXINT64, 0x01);
  g_assert_true (head_is (records, G_MAXINT64, 0x01));
  /* With a second version of the key, both before and after. */
  g_ptr_array_add (records->audit_keys, hemo_secret_new_random (32, &error));
  g_assert_true (head_is (records, G_MAXINT64, 0x01));
  write_head (records, 7, 0x02);
  g_assert_true (head_is (records, 7, 0x02));
  /* Another clinic's keys. */
  g_ptr_array_remove_index (records->audit_keys, 1);
  g_assert_false (head_is (records, 7, 0x02));
  g_ptr_array_add (records->audit_keys, hemo_secret_new_random (32, &error));
  g_assert_false (head_is (records, 7, 0x02));
  g_assert_cmpint (hemo_head_open ("/nowhere/at/all", &error), ==, -1);
  g_assert_nonnull (error);
}

/* Any other byte, and any other length, is no head: nothing is known then. */
static void
test_damaged_head (void)
{
  g_autoptr (Records) records = records_open ();
  g_autofree char *path = g_build_filename (records->folder, HEMO_HEAD_NAME, NULL);
  g_autofree char *whole = NULL;
  gsize size;

  write_head (records, 41, 0xab);
  g_assert_true (g_file_get_contents (path, &whole, &size, NULL));
  for (gsize at = 0; at + 1 < size; at++)
    {
      g_autofree char *changed = g_memdup2 (whole, size);

      changed[at] ^= 1;
      g_assert_true (g_file_set_contents (path, changed, (gssize)size, NULL));
      /* But for the space before the last sum, which says nothing. */
      if (head_is (records, 41, 0xab) && at != size - 66)
        g_error ("byte %" G_GSIZE_FORMAT " may be another", at);
    }
  for (gsize length = 0; length < size; length += 13)
    {
      g_assert_true (g_file_set_contents (path, whole, (gssize)length, NULL));
      g_assert_false (head_is (records, 41, 0xab));
    }
  /* A link is not followed: it could be made to overwrite a file. */
  g_assert_no_errno (g_unlink (path));
  g_assert_no_errno (symlink ("/etc/passwd", path));
  g_assert_false (head_is (records, 41, 0xab));
  g_assert_cmpint (hemo_head_open (records->folder, NULL), ==, -1);
}

static void
test_clock_bounds (void)
{
  const gint64 built = hemo_clock_build_time ();
  const gint64 end = built + HEMO_CLOCK_YEARS * 365 * G_TIME_SPAN_DAY;

  g_assert_false (hemo_clock_is_plausible (0, 0));
  g_assert_false (hemo_clock_is_plausible (built - 1, 0));
  g_assert_true (hemo_clock_is_plausible (built, 0));
  g_assert_true (hemo_clock_is_plausible (end, 0));
  g_assert_false (hemo_clock_is_plausible (end + 1, 0));
  g_assert_true (hemo_clock_is_plausible (built + 5, built + 5 + G_TIME_SPAN_DAY));
  g_assert_false (hemo_clock_is_plausible (built + 5, built + 6 + G_TIME_SPAN_DAY));
}

/* A clock that a server contradicted is no more right than one that the store contradicts. */
static void
test_proven_time (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  const HemoTime now = hemo_txn_get_time (txn);
  const HemoTime none = { 0 };
  g_autofree char *proven = g_strdup_printf ("%" G_GINT64_FORMAT, now.utc_us + 3 * G_TIME_SPAN_DAY);
  g_autofree char *absurd
      = g_strdup_printf ("%" G_GINT64_FORMAT, now.utc_us + 20000 * G_TIME_SPAN_DAY);
  HemoTime out;
  gint64 newest = 0;

  g_assert_true (hemo_txn_set_meta (txn, "sync." HEMO_CLOCK_NOTE_PROVEN, proven, &error));
  g_assert_true (hemo_clock_newest_record (txn, &newest, &error));
  g_assert_cmpint (newest, ==, now.utc_us + 3 * G_TIME_SPAN_DAY);
  g_assert_false (hemo_clock_signing_time (txn, now, none, &out, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_assert_true (hemo_txn_set_meta (txn, "sync." HEMO_CLOCK_NOTE_PROVEN, absurd, &error));
  g_assert_true (hemo_clock_signing_time (txn, now, none, &out, &error));
  g_assert_no_error (error);
  records_commit (txn);
}

static void
test_signing_time (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  const gint64 built = hemo_clock_build_time ();
  const HemoTime none = { 0 }, early = { .utc_us = G_TIME_SPAN_DAY };
  HemoTime now = hemo_txn_get_time (txn), out = { .utc_us = 77 };
  const HemoTime typed = { .utc_us = now.utc_us, .offset_minutes = 180 };

  g_assert_true (hemo_clock_signing_time (txn, now, none, &out, &error));
  g_assert_cmpint (out.utc_us, ==, now.utc_us);
  g_assert_false (out.by_hand);
  /* A right clock is not overruled. */
  out.utc_us = 77;
  g_assert_false (hemo_clock_signing_time (txn, now, typed, &out, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_assert_false (hemo_clock_signing_time (txn, early, none, &out, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_assert_false (hemo_clock_signing_time (txn, early, early, &out, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_assert_cmpint (out.utc_us, ==, 77);
  g_assert_true (hemo_clock_signing_time (txn, early, typed, &out, &error));
  g_assert_no_error (error);
  g_assert_cmpint (out.utc_us, ==, typed.utc_us);
  g_assert_cmpint (out.offset_minutes, ==, 180);
  g_assert_true (out.by_hand);
  g_assert_cmpint (built, >, 0);
  records_commit (txn);
}

/* One morning in 2099 does not make every later clock wrong. */
static void
test_newest_record (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  gint64 newest = 0, again = 0;
  g_autoptr (HemoPatient) patient = records_add_patient (txn, "Amina", "Otieno", 1990);

  g_assert_true (hemo_clock_newest_record (txn, &newest, &error));
  g_assert_cmpint (newest, ==, hemo_txn_get_time (txn).utc_us);
  records_commit (txn);
  records_run (records, "DROP TRIGGER audit_is_final; UPDATE audit SET at_us = 4090000000000000 "
                        "WHERE seq = (SELECT max(seq) FROM audit)");
  txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_assert_true (hemo_clock_newest_record (txn, &again, &error));
  g_assert_no_error (error);
  g_assert_cmpint (again, <=, newest);
  records_commit (txn);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/guards/logins", test_logins);
  g_test_add_func ("/guards/users", test_users);
  g_test_add_func ("/guards/last-administrator", test_last_administrator);
  g_test_add_func ("/guards/role-counts-now", test_role_counts_now);
  g_test_add_func ("/guards/head", test_head);
  g_test_add_func ("/guards/damaged-head", test_damaged_head);
  g_test_add_func ("/guards/clock-bounds", test_clock_bounds);
  g_test_add_func ("/guards/signing-time", test_signing_time);
  g_test_add_func ("/guards/proven-time", test_proven_time);
  g_test_add_func ("/guards/newest-record", test_newest_record);
  return g_test_run ();
}
