/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reads objects back: over links that break, from a server that kept them badly. */

#include "hemo-object-manifest.h"
#include "hemo-object-reader.h"

#include "object-fixture.h"

static gboolean
read_out (Fixture *self, GError **error)
{
  return hemo_object_read_file (self->s3, "o/k", self->sha256, self->out, self->size, NULL, error);
}

/* A read that breaks goes on where it was. */
static void
test_read_resumes (Fixture *self, gconstpointer data)
{
  const HemoLinkForm forms[] = { HEMO_LINK_WHOLE, HEMO_LINK_PIECES };

  make_file (self, 400 * KIB);
  for (gsize i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *part = g_strconcat (self->out, ".part", NULL);

      g_hash_table_remove_all (self->fake->objects);
      set_link (self, forms[i]);
      assert_sent (self, forms[i]);
      g_assert_true (g_file_set_contents (part, "", 0, NULL));
      self->fake->short_gets = 1;
      g_assert_false (read_out (self, &error));
      g_clear_error (&error);
      g_assert_false (g_file_test (self->out, G_FILE_TEST_EXISTS));
      g_assert_true (read_out (self, &error));
      g_assert_no_error (error);
      g_assert_false (g_file_test (part, G_FILE_TEST_EXISTS));
      g_unlink (self->out);
    }
}

static char *key_of_piece (Fixture *self);

/* Of a piece that breaks off only the rest is read the next time. */
static void
test_piece_resumes (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *key = NULL;

  make_file (self, 400 * KIB);
  set_link (self, HEMO_LINK_PIECES);
  assert_sent (self, HEMO_LINK_PIECES);
  key = key_of_piece (self);
  self->fake->short_of = "/00002";
  self->fake->short_gets = 1;
  g_assert_false (read_out (self, &error));
  g_clear_error (&error);
  g_assert_true (read_out (self, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (self->fake->given, ==, g_bytes_get_size (fake_s3_object (self->fake, key)));
}

/* What is another meanwhile is not put together with what came of the first. */
static void
test_changed (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *part = g_strconcat (self->out, ".part", NULL);

  make_file (self, 400 * KIB);
  set_link (self, HEMO_LINK_WHOLE);
  assert_sent (self, HEMO_LINK_WHOLE);
  self->fake->short_gets = 1;
  g_assert_false (read_out (self, &error));
  g_clear_error (&error);
  g_assert_true (g_file_test (part, G_FILE_TEST_EXISTS));
  self->fake->changed = TRUE;
  g_assert_false (read_out (self, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_CONFLICT);
  g_assert_false (g_file_test (part, G_FILE_TEST_EXISTS));
}

static void
spoil (Fixture *self, const char *key)
{
  GBytes *good = fake_s3_object (self->fake, key);
  gsize size = g_bytes_get_size (good);
  guint8 *bytes = g_memdup2 (g_bytes_get_data (good, NULL), size);
  g_autoptr (GBytes) bad = NULL;

  bytes[size / 2] ^= 1;
  bad = g_bytes_new_take (bytes, size);
  fake_s3_store (self->fake, key, bad);
}

static char *
key_of_piece (Fixture *self)
{
  GHashTableIter iter;
  gpointer key = NULL;

  g_hash_table_iter_init (&iter, self->fake->objects);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (g_str_has_suffix (key, "/00002"))
      return g_strdup (key);
  return NULL;
}

static void
assert_unreadable (Fixture *self, HemoRemoteError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (read_out (self, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, (int)code);
  g_clear_error (&error);
  g_assert_null (hemo_object_read_bytes (self->s3, "o/k", self->sha256, self->size, NULL, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, (int)code);
  g_assert_false (g_file_test (self->out, G_FILE_TEST_EXISTS));
}

static void
test_read_damaged (Fixture *self, gconstpointer data)
{
  g_autofree char *piece = NULL;
  const HemoS3Proof proof = { .size = 300 * KIB, .sha256 = self->sha256 };
  HemoS3Proof known = proof;
  gboolean there = TRUE;

  make_file (self, 300 * KIB);
  known.sha256 = self->sha256;
  assert_unreadable (self, HEMO_REMOTE_ERROR_NOT_FOUND);
  set_link (self, HEMO_LINK_WHOLE);
  assert_sent (self, HEMO_LINK_WHOLE);
  spoil (self, "b/o/k");
  assert_unreadable (self, HEMO_REMOTE_ERROR_DAMAGED);
  g_hash_table_remove_all (self->fake->objects);
  set_link (self, HEMO_LINK_PIECES);
  assert_sent (self, HEMO_LINK_PIECES);
  piece = key_of_piece (self);
  spoil (self, piece);
  assert_unreadable (self, HEMO_REMOTE_ERROR_DAMAGED);
  g_hash_table_remove (self->fake->objects, piece);
  assert_unreadable (self, HEMO_REMOTE_ERROR_NOT_FOUND);
  g_assert_true (hemo_object_find (self->s3, "o/k", &known, &there, NULL, NULL));
  g_assert_false (there);
  spoil (self, "b/o/k.manifest");
  g_assert_false (read_out (self, NULL));
}

static gboolean
proves (Fixture *self, GError **error)
{
  gboolean there = FALSE;

  hemo_object_prove_file (self->s3, "o/k", self->path, self->size, self->sha256, &there, NULL,
                          error);
  return there;
}

static void
assert_proves (Fixture *self, gboolean there)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (proves (self, &error), ==, there);
  g_assert_no_error (error);
}

/* In each form, whether the server says hashes or only ETags, or has to be read: one byte wrong,
 * also in a piece of the right size, and it is not there. */
static void
test_prove_file (Fixture *self, gconstpointer data)
{
  const HemoLinkForm forms[] = { HEMO_LINK_WHOLE, HEMO_LINK_MULTIPART, HEMO_LINK_PIECES };

  for (guint i = 0; i < 3 * G_N_ELEMENTS (forms); i++)
    {
      HemoLinkForm form = forms[i / 3];
      g_autofree char *key = NULL;
      g_autoptr (GBytes) kept = NULL;

      make_file (self, form == HEMO_LINK_MULTIPART ? 9 * MIB : 300 * KIB);
      g_hash_table_remove_all (self->fake->objects);
      self->fake->echoes = i % 3 == 0;
      self->fake->kms = i % 3 == 2;
      assert_proves (self, FALSE);
      set_link (self, form);
      assert_sent (self, form);
      assert_proves (self, TRUE);
      key = form == HEMO_LINK_PIECES ? key_of_piece (self) : g_strdup ("b/o/k");
      kept = g_bytes_ref (fake_s3_object (self->fake, key));
      spoil (self, key);
      assert_proves (self, FALSE);
      g_hash_table_remove (self->fake->objects, key);
      assert_proves (self, FALSE);
      fake_s3_store (self->fake, key, kept);
      assert_proves (self, TRUE);
    }
}

/* One that says that it keeps the right hash is read all the same. */
static void
test_prove_reads (Fixture *self, gconstpointer data)
{
  guint gets = 0;

  make_file (self, 100 * KIB);
  self->fake->echoes = TRUE;
  set_link (self, HEMO_LINK_WHOLE);
  assert_sent (self, HEMO_LINK_WHOLE);
  gets = self->fake->gets;
  assert_proves (self, TRUE);
  g_assert_cmpuint (self->fake->gets, ==, gets + 1);
}

/* What is in an archive, or under a rule that removes it, is not there. */
static void
test_prove_leaving (Fixture *self, gconstpointer data)
{
  static const char *const told[]
      = { "x-amz-storage-class: GLACIER", "x-amz-storage-class: DEEP_ARCHIVE",
          "x-amz-archive-status: ARCHIVE_ACCESS",
          "x-amz-expiration: expiry-date=\"Fri, 21 Dec 2029 00:00:00 GMT\", rule-id=\"r\"" };
  static const char *const keys[] = { "o/k", "/00002", ".manifest" };

  make_file (self, 300 * KIB);
  for (guint i = 0; i < 2 * G_N_ELEMENTS (told) * G_N_ELEMENTS (keys); i++)
    {
      self->fake->told = NULL;
      self->fake->told_of = keys[i % 3];
      self->fake->told_to_get = i % 2 == 0 && i % 3 < 2;
      g_hash_table_remove_all (self->fake->objects);
      set_link (self, i % 3 == 0 ? HEMO_LINK_WHOLE : HEMO_LINK_PIECES);
      assert_sent (self, i % 3 == 0 ? HEMO_LINK_WHOLE : HEMO_LINK_PIECES);
      self->fake->told = "x-amz-storage-class: STANDARD_IA";
      assert_proves (self, TRUE);
      self->fake->told = told[i / 6];
      assert_proves (self, FALSE);
    }
}

/* The file itself turned: nothing is said of the server's. */
static void
test_prove_other_file (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *sha256 = NULL;

  make_file (self, 100 * KIB);
  set_link (self, HEMO_LINK_WHOLE);
  assert_sent (self, HEMO_LINK_WHOLE);
  sha256 = g_strdup (self->sha256);
  make_file (self, 100 * KIB + 4);
  g_set_str (&self->sha256, sha256);
  g_assert_false (proves (self, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_clear_error (&error);
  self->fake->portal = TRUE;
  make_file (self, 100 * KIB);
  g_assert_false (proves (self, &error));
  g_assert_cmpint (error->domain, ==, HEMO_REMOTE_ERROR);
}

/* What the answer proves is not read back; what it does not prove is, and a lie is found out. */
static void
test_put_text (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->fake->echoes = TRUE;
  g_assert_true (hemo_object_put_text (self->s3, "t", "text", 100, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (self->fake->gets, ==, 0);
  self->fake->echoes = FALSE;
  self->fake->no_etag = TRUE;
  g_assert_true (hemo_object_put_text (self->s3, "t", "text", 100, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (self->fake->gets, >, 0);
  self->fake->spoils = TRUE;
  g_assert_false (hemo_object_put_text (self->s3, "t", "text", 100, NULL, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DAMAGED);
}

static void
test_read_limit (Fixture *self, gconstpointer data)
{
  const HemoLinkForm forms[] = { HEMO_LINK_WHOLE, HEMO_LINK_PIECES };

  make_file (self, 300 * KIB);
  for (gsize i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      g_autoptr (GError) error = NULL;

      g_hash_table_remove_all (self->fake->objects);
      set_link (self, forms[i]);
      assert_sent (self, forms[i]);
      g_assert_null (hemo_object_read_bytes (self->s3, "o/k", NULL, self->size - 1, NULL, &error));
      g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_PROTOCOL);
    }
}

static HemoObjectManifest *
parse (const char *format, ...)
{
  va_list arguments;
  g_autofree char *text = NULL;
  g_autoptr (GBytes) json = NULL;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  json = g_bytes_new (text, strlen (text));
  return hemo_object_manifest_parse (json, NULL);
}

#define SHA "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define UUID "6d2f8c1e-3b4a-4c5d-8e6f-7a8b9c0d1e2f"
#define MANIFEST "{\"format\":\"%s\",\"size\":%s,\"sha256\":\"%s\",\"upload\":\"%s\",\"pieces\":%s}"

static void
test_manifest (void)
{
  g_autoptr (HemoObjectManifest) manifest = hemo_object_manifest_new (300, SHA, UUID);
  g_autoptr (HemoObjectManifest) again = NULL;
  g_autoptr (GBytes) json = NULL;
  g_autofree char *key = hemo_object_piece_key ("a/b", UUID, 9);

  g_assert_cmpstr (key, ==, "a/b.pieces/" UUID "/00010");
  g_assert_true (hemo_object_manifest_add (manifest, 200, SHA));
  g_assert_false (hemo_object_manifest_add (manifest, 0, SHA));
  g_assert_false (hemo_object_manifest_add (manifest, 101, SHA));
  g_assert_false (hemo_object_manifest_add (manifest, 100, "e3b0"));
  g_assert_true (hemo_object_manifest_add (manifest, 100, SHA));
  g_assert_cmpuint (hemo_object_manifest_sum (manifest), ==, 300);
  json = hemo_object_manifest_to_json (manifest);
  again = hemo_object_manifest_parse (json, NULL);
  g_assert_cmpuint (again->size, ==, 300);
  g_assert_cmpuint (again->pieces->len, ==, 2);
  g_assert_cmpstr (again->upload, ==, UUID);
  g_assert_cmpstr (hemo_object_manifest_piece (again, 1)->sha256, ==, SHA);
}

/* From a server that anybody may have written to: the pieces make up the whole, and the names
 * cannot lead elsewhere. */
static void
test_odd_manifests (void)
{
  const char *one = "[{\"size\":3,\"sha256\":\"" SHA "\"}]";
  const struct
  {
    const char *format, *size, *sha256, *upload, *pieces;
  } bad[] = {
    { "hemogram-object-2", "3", SHA, UUID, one },
    { "hemogram-object-1", "4", SHA, UUID, one },
    { "hemogram-object-1", "2", SHA, UUID, one },
    { "hemogram-object-1", "-3", SHA, UUID, one },
    { "hemogram-object-1", "3.0", SHA, UUID, one },
    { "hemogram-object-1", "\"3\"", SHA, UUID, one },
    { "hemogram-object-1", "99999999999999999999", SHA, UUID, one },
    { "hemogram-object-1", "3", "abc", UUID, one },
    { "hemogram-object-1", "3", SHA, "../../x", one },
    { "hemogram-object-1", "3", SHA, UUID "\\u0000x", one },
    { "hemogram-object-1", "3", SHA, UUID, "{}" },
    { "hemogram-object-1", "3", SHA, UUID, "[3]" },
    { "hemogram-object-1", "3", SHA, UUID, "[{\"size\":3}]" },
    { "hemogram-object-1", "0", SHA, UUID, "[{\"size\":0,\"sha256\":\"" SHA "\"}]" },
    { "hemogram-object-1", "3", SHA, UUID,
      "[{\"size\":9223372036854775807,\"sha256\":\"" SHA "\"}]" },
  };
  g_autoptr (HemoObjectManifest) good = parse (MANIFEST, "hemogram-object-1", "3", SHA, UUID, one);

  g_assert_nonnull (good);
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_null (
        parse (MANIFEST, bad[i].format, bad[i].size, bad[i].sha256, bad[i].upload, bad[i].pieces));
  g_assert_null (parse (MANIFEST " x", "hemogram-object-1", "3", SHA, UUID, one));
  g_assert_null (parse ("%s", ""));
  g_assert_null (parse ("%s", "[[[[[[[[[[[[[[]]]]]]]]]]]]]]"));
}

#define ADD(path, function)                                                                        \
  g_test_add ("/object-reader/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  hemo_vault_init (&error);
  g_assert_no_error (error);
  g_test_add_func ("/object-reader/manifest", test_manifest);
  g_test_add_func ("/object-reader/odd-manifests", test_odd_manifests);
  ADD ("resumes", test_read_resumes);
  ADD ("piece-resumes", test_piece_resumes);
  ADD ("changed", test_changed);
  ADD ("damaged", test_read_damaged);
  ADD ("put-text", test_put_text);
  ADD ("limit", test_read_limit);
  ADD ("prove-file", test_prove_file);
  ADD ("prove-reads", test_prove_reads);
  ADD ("prove-leaving", test_prove_leaving);
  ADD ("prove-other-file", test_prove_other_file);
  return g_test_run ();
}
