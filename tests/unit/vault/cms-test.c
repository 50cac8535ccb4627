/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sealing, opening and signing, against OpenSSL's own tool and against all kinds of damage. */

#include "hemo-cms.h"

#include "cms-tools.h"

#include <glib/gstdio.h>

typedef struct
{
  HemoKeyPair *key;
  HemoKeyPair *other;
  HemoKeyPair *organisation;
  GBytes *content;
  GBytes *sealed;
} Fixture;

static GBytes *
seal_to (GBytes *content, HemoKeyPair *first, HemoKeyPair *second)
{
  g_autoptr (GPtrArray) recipients = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  GBytes *sealed = NULL;

  g_ptr_array_add (recipients, first->certificate);
  if (second != NULL)
    g_ptr_array_add (recipients, second->certificate);
  sealed = hemo_cms_seal (content, recipients, &error);
  g_assert_no_error (error);
  return sealed;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint8 *bytes = g_malloc (10000);

  for (int i = 0; i < 10000; i++)
    bytes[i] = (guint8)(i * 7 + (i >> 8));
  self->content = g_bytes_new_take (bytes, 10000);
  self->key = hemo_key_pair_new ("5f0c7f9e-7a53-4a4e-8f6c-0d7f3f7b1a01", FALSE, &error);
  g_assert_no_error (error);
  self->other = hemo_key_pair_new ("5f0c7f9e-7a53-4a4e-8f6c-0d7f3f7b1a02", FALSE, &error);
  g_assert_no_error (error);
  self->organisation = tools_make_rsa (2048);
  self->sealed = seal_to (self->content, self->key, self->organisation);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  hemo_key_pair_free (self->key);
  hemo_key_pair_free (self->other);
  hemo_key_pair_free (self->organisation);
  g_bytes_unref (self->content);
  g_bytes_unref (self->sealed);
}

static void
assert_opens (Fixture *self, GBytes *sealed, HemoKeyPair *key)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) opened = hemo_cms_open (sealed, key, 1 << 20, &error);

  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (opened, self->content));
}

static void
test_round_trip (Fixture *self, gconstpointer data)
{
  assert_opens (self, self->sealed, self->key);
  assert_opens (self, self->sealed, self->organisation);
}

/* Nothing, and one byte; and large enough for several pieces. */
static void
test_sizes (Fixture *self, gconstpointer data)
{
  const gsize sizes[] = { 0, 1, 15, 16, 17, 4096, 3 * 1024 * 1024 + 5 };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GBytes) content = g_bytes_new_take (g_malloc0 (sizes[i] + 1), sizes[i]);
      g_autoptr (GBytes) sealed = seal_to (content, self->key, NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) opened = hemo_cms_open (sealed, self->key, sizes[i], &error);
      g_autoptr (GBytes) refused = NULL;

      g_assert_no_error (error);
      g_assert_true (g_bytes_equal (opened, content));
      if (sizes[i] == 0)
        continue;
      refused = hemo_cms_open (sealed, self->key, sizes[i] - 1, &error);
      g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DAMAGED);
      g_assert_null (refused);
    }
}

static void
test_secret (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) content = g_bytes_new ("a key of 32 bytes, as it would be", 32);
  g_autoptr (GBytes) sealed = seal_to (content, self->key, NULL);
  g_autoptr (GBytes) large = g_bytes_new_take (g_malloc0 (70000), 70000);
  g_autoptr (GBytes) sealed_large = seal_to (large, self->key, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoSecret) opened = hemo_cms_open_secret (sealed, self->key, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (hemo_secret_get_data (opened), hemo_secret_get_size (opened),
                   g_bytes_get_data (content, NULL), 32);
  g_assert_null (hemo_cms_open_secret (sealed_large, self->key, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DAMAGED);
}

static void
test_wrong_key (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (hemo_cms_open (self->sealed, self->other, 1 << 20, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_WRONG_SECRET);
  g_clear_error (&error);

  /* The certificate of a recipient with somebody else's private key. */
  g_autoptr (HemoKeyPair) mixed = hemo_key_pair_new_take (
      hemo_secret_ref (self->other->private_key), g_bytes_ref (self->key->certificate));
  g_assert_null (hemo_cms_open (self->sealed, mixed, 1 << 20, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DAMAGED);
}

static void
test_nobody (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) nobody = g_ptr_array_new ();
  g_autoptr (GBytes) noise = g_bytes_new_static ("0\003abc", 5);
  g_autoptr (GError) error = NULL;

  g_assert_null (hemo_cms_seal (self->content, nobody, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_FAILED);
  g_clear_error (&error);
  g_ptr_array_add (nobody, noise);
  g_assert_null (hemo_cms_seal (self->content, nobody, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DAMAGED);
}

/* No flipped bit may give other contents; most are refused, those in the parts that name another
 * recipient change nothing for ours. */
static void
test_bit_flips (Fixture *self, gconstpointer data)
{
  gsize size = 0;
  const guint8 *sealed = g_bytes_get_data (self->sealed, &size);
  guint refused = 0;

  for (gsize at = 0; at < size; at += (at < 1500 || at > size - 100) ? 1 : 61)
    {
      g_autofree guint8 *copy = g_memdup2 (sealed, size);
      g_autoptr (GBytes) flipped = NULL;
      g_autoptr (GBytes) opened = NULL;
      g_autoptr (GError) error = NULL;

      copy[at] ^= (guint8)(1 << (at % 8));
      flipped = g_bytes_new (copy, size);
      opened = hemo_cms_open (flipped, self->key, 1 << 20, &error);
      if (opened != NULL)
        g_assert_true (g_bytes_equal (opened, self->content));
      else
        refused++;
      if (opened == NULL)
        g_assert_true (error->domain == HEMO_VAULT_ERROR);
      /* The ciphertext and the tag. */
      if (at > size - 10000)
        g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DAMAGED);
    }
  g_assert_cmpuint (refused, >, 400);
}

static void
test_truncated (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) content = g_bytes_new_static ("short", 5);
  g_autoptr (GBytes) sealed = seal_to (content, self->key, NULL);

  for (gsize size = 0; size < g_bytes_get_size (sealed); size++)
    {
      g_autoptr (GBytes) part = g_bytes_new_from_bytes (sealed, 0, size);
      g_autoptr (GError) error = NULL;

      g_assert_null (hemo_cms_open (part, self->key, 1 << 20, &error));
      g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DAMAGED);
    }
}

static void
assert_damaged (GBytes *sealed, HemoKeyPair *key)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (hemo_cms_open (sealed, key, 1 << 20, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DAMAGED);
}

static void
test_trailing (Fixture *self, gconstpointer data)
{
  g_autoptr (GByteArray) longer = g_byte_array_new ();
  g_autoptr (GBytes) bytes = NULL;

  g_byte_array_append (longer, g_bytes_get_data (self->sealed, NULL),
                       (guint)g_bytes_get_size (self->sealed));
  g_byte_array_append (longer, (const guint8 *)"x", 1);
  bytes = g_byte_array_free_to_bytes (g_steal_pointer (&longer));
  assert_damaged (bytes, self->key);
}

/* A forger who cuts the tag to 4 bytes (in length and in parameters) would need 2^32 tries; OpenSSL
 * itself opens such a thing. */
static void
test_short_tag (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) content = g_bytes_new_static ("short", 5);
  g_autoptr (GBytes) sealed = seal_to (content, self->key, NULL);
  g_autoptr (GBytes) declared = tools_shorten_tag (sealed, 4, TRUE);
  g_autoptr (GBytes) cut = tools_shorten_tag (sealed, 12, FALSE);

  g_assert_true (tools_cli_opens (declared, self->key, content));
  assert_damaged (declared, self->key);
  assert_damaged (cut, self->key);
}

static void
test_other_types (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) cbc = tools_seal_with (self->content, self->key, "-aes-256-cbc");
  g_autoptr (GBytes) gcm_128 = tools_seal_with (self->content, self->key, "-aes-128-gcm");
  g_autoptr (GBytes) gcm_256 = tools_seal_with (self->content, self->key, "-aes-256-gcm");

  g_assert_true (tools_cli_opens (cbc, self->key, self->content));
  g_assert_true (tools_cli_opens (gcm_128, self->key, self->content));
  assert_damaged (cbc, self->key);
  assert_damaged (gcm_128, self->key);
  assert_opens (self, gcm_256, self->key);
}

static void
test_cli_opens (Fixture *self, gconstpointer data)
{
  g_assert_true (tools_cli_opens (self->sealed, self->key, self->content));
  g_assert_true (tools_cli_opens (self->sealed, self->organisation, self->content));
  g_assert_false (tools_cli_opens (self->sealed, self->other, self->content));
}

/* What the sealed object says of itself, as OpenSSL prints it. */
static void
test_algorithms (Fixture *self, gconstpointer data)
{
  g_autofree char *text = tools_print (self->sealed);

  g_assert_nonnull (strstr (text, "dhSinglePass-stdDH-sha256kdf-scheme"));
  g_assert_nonnull (strstr (text, "id-aes256-wrap"));
  g_assert_nonnull (strstr (text, "rsaesOaep"));
  g_assert_nonnull (strstr (text, "aes-256-gcm"));
  g_assert_null (strstr (text, "sha1"));
  g_assert_cmpuint (tools_count (text, "sha256"), >=, 3);
}

/* As a key service opens it: RSA decryption of the encrypted key alone, the rest by hand. */
static void
test_as_key_service (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) opened = tools_open_by_hand (self->sealed, self->organisation);

  g_assert_nonnull (opened);
  g_assert_true (g_bytes_equal (opened, self->content));
}

static void
test_recipients (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) candidates = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *first = hemo_certificate_fingerprint (self->key->certificate);
  g_autofree char *second = hemo_certificate_fingerprint (self->organisation->certificate);
  g_auto (GStrv) found = NULL;

  g_ptr_array_add (candidates, self->other->certificate);
  g_ptr_array_add (candidates, self->key->certificate);
  g_ptr_array_add (candidates, self->organisation->certificate);
  found = hemo_cms_recipients (self->sealed, candidates, &error);
  g_assert_no_error (error);
  g_assert_cmpstrv (found, ((const char *const[]){ first, second, NULL }));

  g_assert_null (hemo_cms_recipients (self->content, candidates, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DAMAGED);
}

static gboolean
is_sealed_to (GBytes *sealed, HemoKeyPair *first, HemoKeyPair *second)
{
  g_autoptr (GPtrArray) recipients = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  gboolean same = FALSE;

  g_ptr_array_add (recipients, first->certificate);
  if (second != NULL)
    g_ptr_array_add (recipients, second->certificate);
  g_assert_true (hemo_cms_is_sealed_to (sealed, recipients, &same, &error));
  g_assert_no_error (error);
  return same;
}

/* Whatever the content, of which nothing is looked at: lengths of one, two, three and four bytes.
 */
static void
test_sealed_to (Fixture *self, gconstpointer data)
{
  const gsize sizes[] = { 0, 1, 127, 128, 255, 256, 65535, 65536, 3 << 20 };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GBytes) content = g_bytes_new_take (g_malloc0 (sizes[i] + 1), sizes[i]);
      g_autoptr (GBytes) one = seal_to (content, self->key, NULL);
      g_autoptr (GBytes) two = seal_to (content, self->key, self->organisation);

      g_assert_true (is_sealed_to (one, self->key, NULL));
      g_assert_false (is_sealed_to (one, self->key, self->organisation));
      g_assert_false (is_sealed_to (one, self->other, NULL));
      g_assert_true (is_sealed_to (two, self->organisation, self->key));
      g_assert_false (is_sealed_to (two, self->key, NULL));
      g_assert_false (is_sealed_to (two, self->key, self->other));
    }
}

/* What is cut off or no seal at all is said to be damaged, not to be for nobody. */
static void
test_sealed_to_damaged (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) recipients = g_ptr_array_new ();
  gsize size = g_bytes_get_size (self->sealed);
  const gsize ends[] = { 0, 1, 40, size / 2, size - 1 };
  gboolean same = FALSE;

  g_ptr_array_add (recipients, self->key->certificate);
  for (gsize i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      g_autoptr (GBytes) cut = g_bytes_new_from_bytes (self->sealed, 0, ends[i]);
      g_autoptr (GError) error = NULL;

      g_assert_false (hemo_cms_is_sealed_to (cut, recipients, &same, &error));
      g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DAMAGED);
    }
}

/* More than are kept at hand: each is who it is, again and again. */
static void
test_many_certificates (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_key_pair_free);
  g_autoptr (GPtrArray) seals = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);

  for (guint i = 0; i < 20; i++)
    {
      HemoKeyPair *key = hemo_key_pair_new ("key", FALSE, NULL);

      g_ptr_array_add (keys, key);
      g_ptr_array_add (seals, seal_to (self->content, key, NULL));
    }
  for (guint round = 0; round < 2; round++)
    for (guint i = 0; i < keys->len; i++)
      {
        assert_opens (self, seals->pdata[i], keys->pdata[i]);
        g_assert_true (is_sealed_to (seals->pdata[i], keys->pdata[i], NULL));
        g_assert_false (is_sealed_to (seals->pdata[i], keys->pdata[(i + 1) % keys->len], NULL));
      }
}

static void
test_password (Fixture *self, gconstpointer data)
{
  g_autoptr (HemoSecret) password = hemo_secret_new_take ((char[]){ "correct horse 9" }, 15);
  g_autoptr (HemoSecret) empty = hemo_secret_new (0);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) sealed = hemo_cms_seal_password (self->content, password, &error);
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  text = tools_print (sealed);
  g_assert_nonnull (strstr (text, "id-smime-ct-authEnvelopedData"));
  g_assert_nonnull (strstr (text, ":13D620"));
  g_assert_true (tools_cli_opens_password (sealed, "correct horse 9", self->content));
  g_assert_false (tools_cli_opens_password (sealed, "correct horse 8", self->content));
  g_assert_null (hemo_cms_seal_password (self->content, empty, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_WEAK);
}

static void
test_sign (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoKeyPair) signer = hemo_key_pair_new ("signer", TRUE, &error);
  g_autoptr (HemoKeyPair) namesake = hemo_key_pair_new ("signer", TRUE, &error);
  g_autoptr (GBytes) signature = hemo_cms_sign (self->content, signer, &error);
  g_autoptr (GBytes) other = g_bytes_new_from_bytes (self->content, 0, 9999);

  g_assert_no_error (error);
  g_assert_true (hemo_cms_verify (self->content, signature, signer->certificate, &error));
  g_assert_no_error (error);
  g_assert_true (tools_cli_verifies (self->content, signature, signer->certificate));
  g_assert_false (tools_cli_verifies (other, signature, signer->certificate));

  g_assert_false (hemo_cms_verify (other, signature, signer->certificate, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DAMAGED);
  g_clear_error (&error);
  g_assert_false (hemo_cms_verify (self->content, signature, namesake->certificate, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DAMAGED);
  g_clear_error (&error);
  g_assert_false (hemo_cms_verify (self->content, self->content, signer->certificate, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DAMAGED);
}

static void
test_sign_damaged (Fixture *self, gconstpointer data)
{
  g_autoptr (HemoKeyPair) signer = hemo_key_pair_new ("signer", TRUE, NULL);
  g_autoptr (GBytes) signature = hemo_cms_sign (self->content, signer, NULL);
  gsize size = g_bytes_get_size (signature);
  guint accepted = 0;

  for (gsize n = 0; n < size; n++)
    {
      g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (signature, NULL), size);
      g_autoptr (GBytes) part = g_bytes_new_from_bytes (signature, 0, n);
      g_autoptr (GBytes) flipped = NULL;

      copy[n] ^= 1;
      flipped = g_bytes_new (copy, size);
      g_assert_false (hemo_cms_verify (self->content, part, signer->certificate, NULL));
      accepted += hemo_cms_verify (self->content, flipped, signer->certificate, NULL) ? 1 : 0;
    }
  /* The copy of the certificate inside is not looked at; nearly all the rest counts. */
  g_assert_cmpuint (accepted, <, g_bytes_get_size (signer->certificate) + 40);
}

/* The bytes of signed attributes as content, their signature without attributes. */
static void
test_sign_without_attributes (Fixture *self, gconstpointer data)
{
  g_autoptr (HemoKeyPair) signer = hemo_key_pair_new ("signer", TRUE, NULL);
  g_autoptr (GBytes) signature = tools_sign_without_attributes (self->content, signer);
  g_autoptr (GError) error = NULL;

  g_assert_true (tools_cli_verifies (self->content, signature, signer->certificate));
  g_assert_false (hemo_cms_verify (self->content, signature, signer->certificate, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DAMAGED);
}

/* FIPS 180-4's examples. */
static void
test_sha256 (void)
{
  static const char million[] = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";
  g_autofree char *letters = g_strnfill (1000000, 'a');
  g_autoptr (GBytes) nothing = g_bytes_new (NULL, 0);
  g_autoptr (GBytes) abc = g_bytes_new_static ("abc", 3);
  g_autoptr (GBytes) many = g_bytes_new_static (letters, 1000000);
  g_autofree char *of_nothing = hemo_sha256 (nothing);
  g_autofree char *of_abc = hemo_sha256 (abc);
  g_autofree char *of_many = hemo_sha256 (many);

  g_assert_cmpstr (of_nothing, ==,
                   "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  g_assert_cmpstr (of_abc, ==, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  g_assert_cmpstr (of_many, ==, million);
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/cms/round-trip", test_round_trip);
  ADD ("/cms/sizes", test_sizes);
  ADD ("/cms/secret", test_secret);
  ADD ("/cms/wrong-key", test_wrong_key);
  ADD ("/cms/nobody", test_nobody);
  ADD ("/cms/bit-flips", test_bit_flips);
  ADD ("/cms/truncated", test_truncated);
  ADD ("/cms/trailing", test_trailing);
  ADD ("/cms/short-tag", test_short_tag);
  ADD ("/cms/other-types", test_other_types);
  ADD ("/cms/cli-opens", test_cli_opens);
  ADD ("/cms/algorithms", test_algorithms);
  ADD ("/cms/as-key-service", test_as_key_service);
  ADD ("/cms/recipients", test_recipients);
  ADD ("/cms/sealed-to", test_sealed_to);
  ADD ("/cms/sealed-to-damaged", test_sealed_to_damaged);
  ADD ("/cms/many-certificates", test_many_certificates);
  ADD ("/cms/password", test_password);
  ADD ("/cms/sign", test_sign);
  ADD ("/cms/sign-damaged", test_sign_damaged);
  ADD ("/cms/sign-without-attributes", test_sign_without_attributes);
  g_test_add_func ("/cms/sha256", test_sha256);
  return g_test_run ();
}
