/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The key file: sign-in, recovery, damage of either copy, a cut at each step, and forgery. */

#include "hemo-key-file.h"

#include <glib/gstdio.h>
#include <string.h>

#define CLINIC "11111111-2222-4333-8444-555555555555"
#define STORE "aaaaaaaa-2222-4333-8444-555555555555"
#define ASHA "00000000-0000-4000-8000-000000000001"
#define OMAR "00000000-0000-4000-8000-000000000002"

typedef struct
{
  char *folder;
  char *paths[2];
  HemoKeyFile *file;
  HemoKeyRing *ring;
  HemoSecret *passphrase;
  HemoSecret *code;
} Fixture;

static HemoSecret *
secret (const char *text)
{
  g_autofree char *copy = g_strdup (text);

  return hemo_secret_new_take (copy, strlen (copy));
}

static gboolean
add_user (
    Fixture *self, const char *uuid, const char *login, const char *passphrase, GError **error)
{
  HemoKeyUser user
      = { (char *)uuid, (char *)login, (char *)"Asha (invented)", (char *)"technician", NULL };
  g_autoptr (HemoSecret) text = secret (passphrase);

  return hemo_key_file_set_user (self->file, &user, text, self->ring, error);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("hemogram-keys-XXXXXX", NULL);
  self->paths[0] = g_build_filename (self->folder, "keys-1.json", NULL);
  self->paths[1] = g_build_filename (self->folder, "keys-2.json", NULL);
  self->file = hemo_key_file_new (CLINIC, "Invented clinic", STORE);
  self->ring = hemo_key_ring_new (&error);
  g_assert_no_error (error);
  self->passphrase = secret ("three green lamps");
  self->code = hemo_code_new_recovery (&error);
  g_assert_no_error (error);
  add_user (self, ASHA, "Asha", "three green lamps", &error);
  g_assert_no_error (error);
  g_assert_true (hemo_key_file_set_recovery (self->file, self->code, self->ring, &error));
  g_assert_no_error (error);
  g_assert_true (hemo_key_file_save (self->file, self->folder, &error));
  g_assert_no_error (error);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (self->folder, 0, NULL);
  const char *name = NULL;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->folder, name, NULL);

      g_remove (path);
    }
  g_rmdir (self->folder);
  g_free (self->folder);
  g_free (self->paths[0]);
  g_free (self->paths[1]);
  hemo_key_file_free (self->file);
  hemo_key_ring_free (self->ring);
  hemo_secret_unref (self->passphrase);
  hemo_secret_unref (self->code);
}

static GBytes *
get (const char *path)
{
  char *data = NULL;
  gsize size = 0;

  return g_file_get_contents (path, &data, &size, NULL) ? g_bytes_new_take (data, size) : NULL;
}

static void
put (const char *path, GBytes *bytes)
{
  gsize size = 0;
  const char *data = g_bytes_get_data (bytes, &size);

  g_assert_true (g_file_set_contents (path, size == 0 ? "" : data, (gssize)size, NULL));
}

static void
assert_same_ring (HemoKeyRing *a, HemoKeyRing *b)
{
  g_assert_cmpuint (a->keys->len, ==, b->keys->len);
  for (guint i = 0; i < a->keys->len; i++)
    g_assert_true (hemo_secret_equal (a->keys->pdata[i], b->keys->pdata[i]));
}

static void
assert_opens (Fixture *self, HemoKeyFile *file, const char *login, const char *passphrase)
{
  g_autoptr (HemoSecret) text = secret (passphrase);
  g_autoptr (HemoKeyRing) ring = NULL;
  g_autoptr (HemoKeyPair) key = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (hemo_key_file_open (file, login, text, &ring, &key, &error));
  g_assert_no_error (error);
  assert_same_ring (ring, self->ring);
  g_assert_true (
      g_bytes_equal (key->certificate, hemo_key_file_find_user (file, login)->certificate));
}

static void
assert_refuses (HemoKeyFile *file, const char *login, const char *passphrase, int code)
{
  g_autoptr (HemoSecret) text = secret (passphrase);
  HemoKeyRing *ring = NULL;
  HemoKeyPair *key = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (hemo_key_file_open (file, login, text, &ring, &key, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, code);
  g_assert_null (ring);
  g_assert_null (key);
}

static HemoKeyFile *
load (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  HemoKeyFile *file = hemo_key_file_load (self->folder, TRUE, &error);

  g_assert_no_error (error);
  return file;
}

static void
test_sign_in (Fixture *self, gconstpointer data)
{
  g_autoptr (HemoKeyFile) file = load (self);

  g_assert_cmpstr (hemo_key_file_get_clinic_uuid (file), ==, CLINIC);
  g_assert_cmpstr (hemo_key_file_get_clinic_name (file), ==, "Invented clinic");
  g_assert_cmpstr (hemo_key_file_get_store_uuid (file), ==, STORE);
  g_assert_cmpint (hemo_key_file_get_serial (file), ==, 1);
  g_assert_cmpuint (hemo_key_file_get_users (file)->len, ==, 1);
  assert_opens (self, file, "Asha", "three green lamps");
  assert_opens (self, file, "ASHA", "three green lamps");
  /* Full-width letters, as an input method may give them. */
  assert_opens (self, file, "ａｓｈａ", "three green lamps");
  assert_refuses (file, "Asha", "three green lamp", HEMO_VAULT_ERROR_WRONG_SECRET);
  assert_refuses (file, "Nobody", "three green lamps", HEMO_VAULT_ERROR_WRONG_SECRET);
  assert_refuses (file, "\xff", "three green lamps", HEMO_VAULT_ERROR_WRONG_SECRET);
}

static void
test_recovery (Fixture *self, gconstpointer data)
{
  g_autoptr (HemoKeyFile) file = load (self);
  g_autoptr (HemoSecret) other = hemo_code_new_recovery (NULL);
  g_autoptr (HemoKeyRing) ring = NULL;
  g_autoptr (HemoKeyPair) key = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (hemo_key_file_open_with_recovery (file, other, &ring, &key, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_WRONG_SECRET);
  g_clear_error (&error);
  g_assert_true (hemo_key_file_open_with_recovery (file, self->code, &ring, &key, &error));
  g_assert_no_error (error);
  assert_same_ring (ring, self->ring);
  g_assert_true (g_bytes_equal (key->certificate, hemo_key_file_get_recovery_certificate (file)));
}

/* Another laptop of the clinic takes the same code; one of another clinic is refused. */
static void
test_recovery_travels (Fixture *self, gconstpointer data)
{
  g_autofree char *exported = hemo_key_file_export_recovery (self->file);
  g_autoptr (HemoKeyFile) second = hemo_key_file_new (CLINIC, "Invented clinic", OMAR);
  g_autoptr (HemoKeyFile) foreign = hemo_key_file_new (OMAR, "Another clinic", OMAR);
  g_autoptr (HemoKeyRing) own = hemo_key_ring_new (NULL);
  g_autoptr (HemoKeyRing) ring = NULL;
  g_autoptr (HemoKeyPair) key = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (hemo_key_file_export_recovery (second));
  g_assert_true (hemo_key_file_import_recovery (second, exported, own, &error));
  g_assert_no_error (error);
  g_assert_true (hemo_key_file_open_with_recovery (second, self->code, &ring, &key, &error));
  g_assert_no_error (error);
  assert_same_ring (ring, own);
  g_assert_false (hemo_key_file_import_recovery (foreign, exported, own, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DAMAGED);
  g_clear_error (&error);
  exported[strlen (exported) - 1] = '\0';
  g_assert_false (hemo_key_file_import_recovery (second, exported, own, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DAMAGED);
}

static void
test_users (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoKeyFile) file = NULL;

  g_assert_true (add_user (self, OMAR, "omar", "seven red bicycles", &error));
  g_assert_no_error (error);
  g_assert_false (add_user (self, STORE, "OMAR", "seven red bicycles", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_false (add_user (self, "not a uuid", "x", "seven red bicycles", &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_cmpuint (hemo_key_file_get_users (self->file)->len, ==, 2);

  hemo_key_file_rename_user (self->file, OMAR, "Omar (invented)", "pathologist");
  /* A role that could not be read again is not taken. */
  hemo_key_file_rename_user (self->file, OMAR, "Omar (invented)", "emperor");
  g_assert_true (hemo_key_file_save (self->file, self->folder, &error));
  file = load (self);
  g_assert_cmpstr (hemo_key_file_find_user (file, "omar")->role, ==, "pathologist");
  g_assert_cmpstr (hemo_key_file_find_user (file, "omar")->name, ==, "Omar (invented)");
  assert_opens (self, file, "omar", "seven red bicycles");
  assert_opens (self, file, "asha", "three green lamps");

  g_assert_true (hemo_key_file_remove_user (file, OMAR, self->ring, &error));
  g_assert_no_error (error);
  assert_refuses (file, "omar", "seven red bicycles", HEMO_VAULT_ERROR_WRONG_SECRET);
  assert_opens (self, file, "asha", "three green lamps");
  g_assert_false (hemo_key_file_remove_user (file, OMAR, self->ring, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

static void
test_change_passphrase (Fixture *self, gconstpointer data)
{
  g_autoptr (HemoSecret) next = secret ("a wholly new one");
  g_autoptr (HemoKeyPair) stranger = hemo_key_pair_new (ASHA, FALSE, NULL);
  g_autoptr (HemoKeyRing) ring = NULL;
  g_autoptr (HemoKeyPair) key = NULL;
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (hemo_key_file_open (self->file, "asha", self->passphrase, &ring, &key, &error));
  g_assert_true (hemo_key_file_change_passphrase (self->file, ASHA, key, next, &error));
  g_assert_no_error (error);
  assert_opens (self, self->file, "asha", "a wholly new one");
  assert_refuses (self->file, "asha", "three green lamps", HEMO_VAULT_ERROR_WRONG_SECRET);
  g_assert_false (hemo_key_file_change_passphrase (self->file, ASHA, stranger, next, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_WRONG_SECRET);
}

static void
test_rotate (Fixture *self, gconstpointer data)
{
  g_autoptr (HemoKeyFile) file = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoSecret) first = hemo_secret_ref (hemo_key_ring_newest (self->ring));

  g_assert_true (hemo_key_ring_rotate (self->ring, &error));
  g_assert_false (hemo_secret_equal (first, hemo_key_ring_newest (self->ring)));
  g_assert_true (hemo_key_file_set_ring (self->file, self->ring, &error));
  g_assert_no_error (error);
  g_assert_true (hemo_key_file_save (self->file, self->folder, &error));
  file = load (self);
  g_assert_cmpint (hemo_key_file_get_serial (file), ==, 2);
  assert_opens (self, file, "asha", "three green lamps");
  g_assert_true (hemo_secret_equal (first, self->ring->keys->pdata[0]));
}

/* The other copy opens, and the damaged one is mended to the same bytes. */
static void
assert_mends (Fixture *self, guint which, GBytes *damaged, GBytes *whole)
{
  g_autoptr (HemoKeyFile) file = NULL;
  g_autoptr (GBytes) mended = NULL;

  if (damaged == NULL)
    g_assert_cmpint (g_unlink (self->paths[which]), ==, 0);
  else
    put (self->paths[which], damaged);
  file = load (self);
  g_assert_cmpint (hemo_key_file_get_serial (file), ==, 1);
  mended = get (self->paths[which]);
  g_assert_true (g_bytes_equal (mended, whole));
}

static void
test_either_copy (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) whole = get (self->paths[0]);
  g_autoptr (GBytes) other = get (self->paths[1]);
  gsize size = g_bytes_get_size (whole);

  g_assert_true (g_bytes_equal (whole, other));
  for (guint which = 0; which < 2; which++)
    {
      assert_mends (self, which, NULL, whole);
      for (gsize at = 0; at < size; at += 499)
        {
          g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (whole, NULL), size);
          g_autoptr (GBytes) flipped = NULL;
          g_autoptr (GBytes) cut = g_bytes_new_from_bytes (whole, 0, at);

          copy[at] ^= 1;
          flipped = g_bytes_new (copy, size);
          assert_mends (self, which, flipped, whole);
          assert_mends (self, which, cut, whole);
        }
    }
  g_autoptr (HemoKeyFile) file = load (self);
  assert_opens (self, file, "asha", "three green lamps");
}

/* Every single bit of the file counts. */
static void
test_each_byte (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) whole = get (self->paths[0]);
  gsize size = g_bytes_get_size (whole);

  for (gsize at = 0; at < size; at++)
    {
      g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (whole, NULL), size);
      g_autoptr (GBytes) flipped = NULL;
      g_autoptr (GError) error = NULL;

      copy[at] ^= (guint8)(1 << (at % 8));
      flipped = g_bytes_new (copy, size);
      g_assert_null (hemo_key_file_parse (flipped, &error));
      g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DAMAGED);
    }
}

static void
test_neither_copy (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) noise = g_bytes_new_static ("{}\n", 3);
  g_autoptr (GError) error = NULL;

  put (self->paths[0], noise);
  put (self->paths[1], noise);
  g_assert_null (hemo_key_file_load (self->folder, TRUE, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DAMAGED);
  g_clear_error (&error);
  g_unlink (self->paths[0]);
  g_assert_null (hemo_key_file_load (self->folder, TRUE, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DAMAGED);
  g_clear_error (&error);
  g_unlink (self->paths[1]);
  g_assert_null (hemo_key_file_load (self->folder, TRUE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

/* Each state that a cut can leave while the second save is on its way: a half temporary file for
 * copy 1; copy 1 new; a half temporary for copy 2; both new. */
static void
test_cut_at_each_step (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) old = get (self->paths[0]);
  g_autoptr (GBytes) new = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (hemo_key_ring_rotate (self->ring, &error));
  g_assert_true (hemo_key_file_set_ring (self->file, self->ring, &error));
  g_assert_true (hemo_key_file_save (self->file, self->folder, &error));
  new = get (self->paths[0]);
  for (guint step = 0; step < 4; step++)
    {
      g_autofree char *part = g_strconcat (self->paths[step / 2], ".part", NULL);
      g_autoptr (GBytes) half = g_bytes_new_from_bytes (new, 0, g_bytes_get_size (new) / 2);
      g_autoptr (HemoKeyFile) file = NULL;
      g_autoptr (GBytes) first = NULL;
      g_autoptr (GBytes) second = NULL;

      put (self->paths[0], step >= 1 ? new : old);
      put (self->paths[1], step >= 3 ? new : old);
      put (part, half);
      file = load (self);
      g_assert_cmpint (hemo_key_file_get_serial (file), ==, step >= 1 ? 2 : 1);
      first = get (self->paths[0]);
      second = get (self->paths[1]);
      g_assert_true (g_bytes_equal (first, second));
      g_assert_true (hemo_key_file_save (file, self->folder, &error));
      g_assert_no_error (error);
    }
}

static void
test_not_mended (Fixture *self, gconstpointer data)
{
  g_autoptr (HemoKeyFile) file = NULL;
  g_autoptr (GError) error = NULL;

  g_unlink (self->paths[0]);
  file = hemo_key_file_load (self->folder, FALSE, &error);
  g_assert_no_error (error);
  g_assert_false (g_file_test (self->paths[0], G_FILE_TEST_EXISTS));
}

/* @text with its checksum made to fit. */
static GBytes *
with_sum (const char *text)
{
  const char *end = g_strrstr (text, ",\"sha256\":");
  g_autofree char *body = g_strndup (text, (gsize)(end - text));
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, body, -1);
  char *whole = g_strdup_printf ("%s,\"sha256\":\"%s\"}\n", body, sum);

  return g_bytes_new_take (whole, strlen (whole));
}

static GBytes *
edited (Fixture *self, const char *old, const char *new)
{
  g_autoptr (GBytes) whole = get (self->paths[0]);
  g_autoptr (GString) text
      = g_string_new_len (g_bytes_get_data (whole, NULL), (gssize)g_bytes_get_size (whole));

  g_assert_cmpuint (g_string_replace (text, old, new, 1), ==, 1);
  return with_sum (text->str);
}

static void
test_newer (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) newer = edited (self, "\"version\":1", "\"version\":2");
  g_autoptr (GBytes) before = get (self->paths[1]);
  g_autoptr (GBytes) after = NULL;
  g_autoptr (GError) error = NULL;

  put (self->paths[1], newer);
  g_assert_null (hemo_key_file_load (self->folder, TRUE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  g_assert_nonnull (strstr (error->message, "newer version"));
  after = get (self->paths[1]);
  g_assert_true (g_bytes_equal (newer, after));
}

static void
test_strict (Fixture *self, gconstpointer data)
{
  static const char *const edits[][2] = {
    { "\"hemogram-keys\"", "\"hemogram-kegs\"" },
    { "\"version\":1", "\"version\":\"1\"" },
    { "\"version\":1", "\"version\":0" },
    { "\"serial\":1", "\"serial\":-1" },
    { "\"serial\":1", "\"serial\":1.5" },
    { "\"serial\":1", "\"serial\":99999999999999999999" },
    { "\"serial\":1", "\"serial\":1,\"more\":1" },
    { CLINIC, "11111111-2222-4333-8444-55555555555X" },
    { "Invented clinic", "Invented\\u0000clinic" },
    { "Invented clinic", "Invented\xff"
                         "clinic" },
    { "\"technician\"", "\"emperor\"" },
    { "\"login\":\"Asha\"", "\"login\":\"\"" },
    /* A surrogate by itself, which json-c takes for UTF-8. */
    { "\"login\":\"Asha\"", "\"login\":\"As\xed\xa0\x80ha\"" },
    { "argon2id", "argon2ix" },
    { "\"memory_kib\":8192", "\"memory_kib\":1048577" },
    { "\"memory_kib\":8192", "\"memory_kib\":8191" },
    { "\"passes\":1", "\"passes\":17" },
    { "\"passes\":1", "\"passes\":0" },
    { "\"lanes\":1", "\"lanes\":9" },
    { "\"salt\":\"", "\"salt\":\"AAAA" },
    { "\"certificate\":\"", "\"certificate\":\"AAAA" },
    { "\"certificate\":\"", "\"certificate\":\"!" },
    { "\"ring\":", "\"rang\":" },
    { "\"users\":[", "\"users\":[[[[[[[[]]]]]]]," },
    { "\"users\":[", "\"users\":[null," },
    { "{\"format\"", "// comment\n{\"format\"" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (edits); i++)
    {
      g_autoptr (GBytes) bytes = edited (self, edits[i][0], edits[i][1]);
      g_autofree char *shown = g_strescape (edits[i][1], NULL);
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", shown);
      g_assert_null (hemo_key_file_parse (bytes, &error));
      g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DAMAGED);
    }
}

static void
test_limits (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) empty = g_bytes_new_static ("", 0);
  g_autoptr (GBytes) huge = g_bytes_new_take (g_strnfill (1024 * 1024 + 1, '['), 1024 * 1024 + 1);
  g_autofree char *name = g_strnfill (513, 'x');
  g_autoptr (HemoKeyFile) bad = hemo_key_file_new (CLINIC, name, STORE);
  g_autoptr (GError) error = NULL;

  g_assert_null (hemo_key_file_parse (empty, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DAMAGED);
  g_clear_error (&error);
  g_assert_null (hemo_key_file_parse (huge, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DAMAGED);
  g_clear_error (&error);
  /* What could not be read again is not written over what can. */
  g_assert_false (hemo_key_file_save (bad, self->folder, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_FAILED);
  g_autoptr (HemoKeyFile) file = load (self);
  assert_opens (self, file, "asha", "three green lamps");
}

/* Somebody with the disk but no key puts a certificate of his own in, with a good checksum: sign-in
 * says so, and the ring is never sealed to it. */
static void
test_slipped_in (Fixture *self, gconstpointer data)
{
  g_autoptr (HemoKeyPair) thief = hemo_key_pair_new (ASHA, FALSE, NULL);
  g_autoptr (GBytes) whole = get (self->paths[0]);
  GBytes *old = hemo_key_file_get_recovery_certificate (self->file);
  g_autofree char *from = g_base64_encode (g_bytes_get_data (old, NULL), g_bytes_get_size (old));
  g_autofree char *to = g_base64_encode (g_bytes_get_data (thief->certificate, NULL),
                                         g_bytes_get_size (thief->certificate));
  g_autoptr (GBytes) forged = edited (self, from, to);
  g_autoptr (GBytes) no_mac = edited (self, "\"mac\":\"", "\"mac\":\"AAAA");
  g_autoptr (HemoKeyFile) file = NULL;
  g_autoptr (HemoKeyFile) other = NULL;
  g_autoptr (GError) error = NULL;

  file = hemo_key_file_parse (forged, &error);
  g_assert_no_error (error);
  assert_refuses (file, "asha", "three green lamps", HEMO_VAULT_ERROR_DAMAGED);
  g_assert_false (hemo_key_file_set_ring (file, self->ring, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DAMAGED);
  g_clear_error (&error);
  other = hemo_key_file_parse (no_mac, &error);
  g_assert_no_error (error);
  assert_refuses (other, "asha", "three green lamps", HEMO_VAULT_ERROR_DAMAGED);
}

/* A user's wrapped key moved to another user: the label is another. */
static void
test_label_binds (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) moved = edited (self, ASHA, OMAR);
  g_autoptr (HemoKeyFile) file = NULL;
  g_autoptr (GError) error = NULL;

  file = hemo_key_file_parse (moved, &error);
  g_assert_no_error (error);
  assert_refuses (file, "asha", "three green lamps", HEMO_VAULT_ERROR_WRONG_SECRET);
}

static void
test_unwritable (Fixture *self, gconstpointer data)
{
  g_autofree char *nowhere = g_build_filename (self->folder, "missing", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (hemo_key_file_save (self->file, nowhere, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/key-file/sign-in", test_sign_in);
  ADD ("/key-file/recovery", test_recovery);
  ADD ("/key-file/recovery-travels", test_recovery_travels);
  ADD ("/key-file/users", test_users);
  ADD ("/key-file/change-passphrase", test_change_passphrase);
  ADD ("/key-file/rotate", test_rotate);
  ADD ("/key-file/either-copy", test_either_copy);
  ADD ("/key-file/each-byte", test_each_byte);
  ADD ("/key-file/neither-copy", test_neither_copy);
  ADD ("/key-file/cut-at-each-step", test_cut_at_each_step);
  ADD ("/key-file/not-mended", test_not_mended);
  ADD ("/key-file/newer", test_newer);
  ADD ("/key-file/strict", test_strict);
  ADD ("/key-file/limits", test_limits);
  ADD ("/key-file/slipped-in", test_slipped_in);
  ADD ("/key-file/label-binds", test_label_binds);
  ADD ("/key-file/unwritable", test_unwritable);
  return g_test_run ();
}
