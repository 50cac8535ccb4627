/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Keys for signing in, and what is signed with them, held against OpenSSL and RFC 7638. */

#include "hemo-smart-key.h"

#include "hemo-remote.h"

#include "jwt.h"

#include <openssl/pem.h>
#include <string.h>

#define AUDIENCE "https://sign-in.example.org/token?a=b"
#define NOW (G_GINT64_CONSTANT (1795000000) * G_USEC_PER_SEC)

/* The key of RFC 6979, A.2.6, with the public part that stands there. */
#define KNOWN_PEM                                                                                  \
  "-----BEGIN PRIVATE KEY-----\n"                                                                  \
  "ME4CAQAwEAYHKoZIzj0CAQYFK4EEACIENzA1AgEBBDBrnT2tLhuMHAWxmHW2ZZ9N\n"                             \
  "4jw7Znvyl7qapHdAeHE32JbVck5McKgl+HLJ6mDS7fU=\n"                                                 \
  "-----END PRIVATE KEY-----\n"
#define KNOWN_X "7DpOQVtOGaRWhhgCn0J_pdqai8SukuAuBqrlKGswDGTe-PDqkFWGYGSiVFFUgLwT"
#define KNOWN_Y "gBXZty19VyROqO-awMYhiWcIpZNn-d-59UyoSz8cnbEoiyMcOuDU_nNE_SUzJkcg"
#define KNOWN_ID "l2tfkSzhekdOr24I18E1O_-49AlK14MTo7OxJMS7-HI"

static void
assert_refused (const char *pem)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (hemo_smart_key_parse (pem, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, "P-384"));
}

static void
test_known (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoSmartKey) key = hemo_smart_key_parse (KNOWN_PEM, &error);
  g_autofree char *jwks = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (hemo_smart_key_get_id (key), ==, KNOWN_ID);
  jwks = hemo_smart_key_to_jwks (key);
  g_assert_cmpstr (jwks, ==,
                   "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-384\",\"x\":\"" KNOWN_X
                   "\",\"y\":\"" KNOWN_Y "\",\"alg\":\"ES384\",\"use\":\"sig\",\"kid\":\"" KNOWN_ID
                   "\"}]}");
}

static void
test_round_trip (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoSmartKey) key = hemo_smart_key_new (&error);
  g_autoptr (HemoSmartKey) other = hemo_smart_key_new (&error);
  g_autoptr (HemoSmartKey) again = NULL;
  g_autoptr (HemoSecret) pem = NULL;
  const char *text;

  g_assert_no_error (error);
  g_assert_cmpstr (hemo_smart_key_get_id (key), !=, hemo_smart_key_get_id (other));
  pem = hemo_smart_key_to_pem (key, &error);
  g_assert_no_error (error);
  text = (const char *)hemo_secret_get_data (pem);
  g_assert_cmpuint (strlen (text) + 1, ==, hemo_secret_get_size (pem));
  g_assert_true (g_str_has_prefix (text, "-----BEGIN PRIVATE KEY-----\n"));
  again = hemo_smart_key_parse (text, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (hemo_smart_key_get_id (key), ==, hemo_smart_key_get_id (again));
}

/* The public part holds nothing of the private one. */
static void
test_public_only (void)
{
  g_autoptr (HemoSmartKey) key = hemo_smart_key_parse (KNOWN_PEM, NULL);
  g_autofree char *jwks = hemo_smart_key_to_jwks (key);

  g_assert_null (strstr (jwks, "\"d\""));
}

static char *
write_pem (EVP_PKEY *pkey, const char *password)
{
  BIO *bio = BIO_new (BIO_s_mem ());
  char *data = NULL, *text;
  long size = 0;

  g_assert_cmpint (PEM_write_bio_PKCS8PrivateKey (bio, pkey,
                                                  password != NULL ? EVP_aes_256_cbc () : NULL,
                                                  password, password != NULL ? 4 : 0, NULL, NULL),
                   ==, 1);
  size = BIO_get_mem_data (bio, &data);
  text = g_strndup (data, (gsize)size);
  BIO_free (bio);
  return text;
}

static void
test_refused (void)
{
  EVP_PKEY *p256 = EVP_EC_gen ("P-256"), *p384 = EVP_EC_gen ("P-384");
  EVP_PKEY *brainpool = EVP_EC_gen ("brainpoolP384r1"),
           *edwards = EVP_PKEY_Q_keygen (NULL, NULL, "ED25519");
  g_autofree char *small = write_pem (p256, NULL), *locked = write_pem (p384, "test");
  g_autofree char *foreign = write_pem (brainpool, NULL), *other = write_pem (edwards, NULL);
  g_autofree char *huge = g_strnfill (70000, '-');
  g_autofree char *cut = g_strndup (KNOWN_PEM, strlen (KNOWN_PEM) / 2);

  assert_refused ("");
  assert_refused ("password");
  assert_refused ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
  assert_refused (small);
  assert_refused (foreign);
  assert_refused (other);
  assert_refused (locked);
  assert_refused (huge);
  assert_refused (cut);
  EVP_PKEY_free (p256);
  EVP_PKEY_free (p384);
  EVP_PKEY_free (brainpool);
  EVP_PKEY_free (edwards);
}

/* A private key with another one's public part: every signature would be refused. */
static void
test_mismatch (void)
{
  EVP_PKEY *keys[] = { EVP_EC_gen ("P-384"), EVP_EC_gen ("P-384") };
  guint8 *der[] = { NULL, NULL };
  int size = i2d_PrivateKey (keys[0], &der[0]);
  const guint8 *at;
  EVP_PKEY *mixed;
  g_autofree char *pem = NULL;

  g_assert_cmpint (i2d_PrivateKey (keys[1], &der[1]), ==, size);
  memcpy (der[0] + size - 96, der[1] + size - 96, 96);
  at = der[0];
  mixed = d2i_AutoPrivateKey (NULL, &at, size);
  g_assert_nonnull (mixed);
  pem = write_pem (mixed, NULL);
  assert_refused (pem);
  EVP_PKEY_free (mixed);
  for (gsize i = 0; i < 2; i++)
    {
      EVP_PKEY_free (keys[i]);
      OPENSSL_free (der[i]);
    }
}

/* RFC 7523, section 3, and RFC 7518, section 3.4. */
static void
test_assertion (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoSmartKey) key = hemo_smart_key_parse (KNOWN_PEM, NULL);
  g_autofree char *jwks = hemo_smart_key_to_jwks (key);
  g_autofree char *text = hemo_smart_key_assert (key, "clinic \"7\"/é", AUDIENCE, NOW + 1, &error);
  g_autoptr (Jwt) jwt = NULL;

  g_assert_no_error (error);
  g_assert_cmpint (strcspn (text, "+/= \n"), ==, strlen (text));
  jwt = jwt_verify (text, jwks);
  g_assert_nonnull (jwt);
  g_assert_cmpstr (jwt_text (jwt->head, "alg"), ==, "ES384");
  g_assert_cmpstr (jwt_text (jwt->head, "typ"), ==, "JWT");
  g_assert_cmpstr (jwt_text (jwt->head, "kid"), ==, KNOWN_ID);
  g_assert_cmpstr (jwt_text (jwt->claims, "iss"), ==, "clinic \"7\"/é");
  g_assert_cmpstr (jwt_text (jwt->claims, "sub"), ==, "clinic \"7\"/é");
  g_assert_cmpstr (jwt_text (jwt->claims, "aud"), ==, AUDIENCE);
  g_assert_cmpint (jwt_number (jwt->claims, "iat"), ==, NOW / G_USEC_PER_SEC);
  g_assert_cmpint (jwt_number (jwt->claims, "exp"), ==, NOW / G_USEC_PER_SEC + 240);
  g_assert_cmpuint (strlen (jwt_text (jwt->claims, "jti")), >=, 22);
}

/* Short numbers in a signature keep their leading zeros: one in 128 has such. */
static void
test_many (void)
{
  g_autoptr (HemoSmartKey) key = hemo_smart_key_new (NULL);
  g_autoptr (HemoSmartKey) other = hemo_smart_key_new (NULL);
  g_autofree char *jwks = hemo_smart_key_to_jwks (key);
  g_autofree char *others = hemo_smart_key_to_jwks (other);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < 600; i++)
    {
      g_autofree char *text = hemo_smart_key_assert (key, "clinic-a", AUDIENCE, NOW, NULL);
      g_autoptr (Jwt) jwt = jwt_verify (text, jwks);

      g_assert_nonnull (jwt);
      g_assert_true (g_hash_table_add (seen, g_strdup (jwt_text (jwt->claims, "jti"))));
      g_assert_null (jwt_verify (text, others));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_assert_true (hemo_vault_init (NULL));
  g_test_add_func ("/smart-key/known", test_known);
  g_test_add_func ("/smart-key/round-trip", test_round_trip);
  g_test_add_func ("/smart-key/public-only", test_public_only);
  g_test_add_func ("/smart-key/refused", test_refused);
  g_test_add_func ("/smart-key/mismatch", test_mismatch);
  g_test_add_func ("/smart-key/assertion", test_assertion);
  g_test_add_func ("/smart-key/many", test_many);
  return g_test_run ();
}
