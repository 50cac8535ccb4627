/* SPDX-License-Identifier: GPL-3.0-or-later */

/* P-384 keys as PEM and JWK, and what is signed with them. */

#include "hemo-smart-key.h"

#include "hemo-json.h"
#include "hemo-remote.h"

#include <glib/gi18n.h>
#include <json-c/json.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <string.h>

#define GROUP "secp384r1"
#define NUMBER_SIZE 48
#define PEM_MAX 65536
#define JTI_SIZE 24
/* Five minutes at most, by SMART; one is left for a clock that is known to the second only. */
#define GOOD_FOR_SECONDS 240

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIO, BIO_free_all)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIGNUM, BN_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ECDSA_SIG, ECDSA_SIG_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_MD_CTX, EVP_MD_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_PKEY_CTX, EVP_PKEY_CTX_free)

struct _HemoSmartKey
{
  EVP_PKEY *key;
  char *x;
  char *y;
  char *id;
};

void
hemo_smart_key_free (HemoSmartKey *self)
{
  if (self == NULL)
    return;
  EVP_PKEY_free (self->key);
  g_free (self->x);
  g_free (self->y);
  g_free (self->id);
  g_free (self);
}

static gpointer
refuse (GError **error, const char *message)
{
  ERR_clear_error ();
  g_set_error_literal (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_REFUSED, message);
  return NULL;
}

/* RFC 4648, section 5, without padding. */
static char *
to_base64url (const void *bytes, gsize size)
{
  char *text = g_base64_encode (bytes, size);

  text[strcspn (text, "=")] = '\0';
  g_strdelimit (text, "+", '-');
  return g_strdelimit (text, "/", '_');
}

static char *
dup_coordinate (EVP_PKEY *key, const char *name)
{
  BIGNUM *found = NULL;
  g_autoptr (BIGNUM) number = NULL;
  guint8 bytes[NUMBER_SIZE];

  if (EVP_PKEY_get_bn_param (key, name, &found) != 1)
    return NULL;
  number = found;
  return BN_bn2binpad (number, bytes, sizeof bytes) == sizeof bytes
             ? to_base64url (bytes, sizeof bytes)
             : NULL;
}

/* RFC 7638: SHA-256 of the members that make the key, by name. */
static char *
make_thumbprint (const char *x, const char *y)
{
  g_autofree char *text
      = g_strdup_printf ("{\"crv\":\"P-384\",\"kty\":\"EC\",\"x\":\"%s\",\"y\":\"%s\"}", x, y);
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize size = sizeof digest;

  g_checksum_update (sum, (const guchar *)text, -1);
  g_checksum_get_digest (sum, digest, &size);
  return to_base64url (digest, size);
}

/* Takes @key. */
static HemoSmartKey *
wrap (EVP_PKEY *key)
{
  g_autoptr (HemoSmartKey) self = g_new0 (HemoSmartKey, 1);

  self->key = key;
  self->x = dup_coordinate (key, OSSL_PKEY_PARAM_EC_PUB_X);
  self->y = dup_coordinate (key, OSSL_PKEY_PARAM_EC_PUB_Y);
  if (self->x == NULL || self->y == NULL)
    return NULL;
  self->id = make_thumbprint (self->x, self->y);
  return g_steal_pointer (&self);
}

HemoSmartKey *
hemo_smart_key_new (GError **error)
{
  EVP_PKEY *key = EVP_EC_gen ("P-384");
  HemoSmartKey *self = key != NULL ? wrap (key) : NULL;

  return self != NULL ? self : refuse (error, N_ ("A key for signing in could not be made."));
}

/* Else OpenSSL asks for the password on the terminal. */
static int
give_no_password (char *buffer, int size, int writing, void *data)
{
  return -1;
}

/* Whether both halves belong together: else the server would refuse every signature. */
static gboolean
is_p384_pair (EVP_PKEY *key)
{
  g_autoptr (EVP_PKEY_CTX) context = NULL;
  char group[64] = "";

  if (EVP_PKEY_get_group_name (key, group, sizeof group, NULL) != 1 || strcmp (group, GROUP) != 0)
    return FALSE;
  context = EVP_PKEY_CTX_new_from_pkey (NULL, key, NULL);
  return context != NULL && EVP_PKEY_pairwise_check (context) == 1;
}

HemoSmartKey *
hemo_smart_key_parse (const char *pem, GError **error)
{
  g_autoptr (BIO) bio = strlen (pem) <= PEM_MAX ? BIO_new_mem_buf (pem, -1) : NULL;
  g_autoptr (EVP_PKEY) key
      = bio != NULL ? PEM_read_bio_PrivateKey (bio, NULL, give_no_password, NULL) : NULL;
  HemoSmartKey *self = key != NULL && is_p384_pair (key) ? wrap (g_steal_pointer (&key)) : NULL;

  ERR_clear_error ();
  return self != NULL
             ? self
             : refuse (error, N_ ("This is no private key for signing in: it must be one of "
                                  "P-384 in PEM, without a password. Make a new one, and give "
                                  "its public part to who runs the server."));
}

HemoSecret *
hemo_smart_key_to_pem (HemoSmartKey *self, GError **error)
{
  g_autoptr (BIO) bio = BIO_new (BIO_s_secmem ());
  g_autoptr (HemoSecret) secret = NULL;
  char *text = NULL;
  long size = 0;

  if (bio != NULL && PEM_write_bio_PKCS8PrivateKey (bio, self->key, NULL, NULL, 0, NULL, NULL) == 1)
    size = BIO_get_mem_data (bio, &text);
  if (size <= 0 || (secret = hemo_secret_new ((gsize)size + 1)) == NULL)
    return refuse (error, N_ ("The key for signing in could not be written."));
  memcpy (hemo_secret_get_data (secret), text, (gsize)size);
  hemo_secret_get_data (secret)[size] = '\0';
  return g_steal_pointer (&secret);
}

static void
add_text (json_object *object, const char *name, const char *value)
{
  hemo_json_add (object, name, json_object_new_string (value));
}

/* Takes @object. */
static char *
to_text (json_object *object)
{
  char *text = hemo_json_to_text (object, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);

  json_object_put (object);
  return text;
}

char *
hemo_smart_key_to_jwks (HemoSmartKey *self)
{
  json_object *set = json_object_new_object (), *keys = json_object_new_array ();
  json_object *key = json_object_new_object ();

  add_text (key, "kty", "EC");
  add_text (key, "crv", "P-384");
  add_text (key, "x", self->x);
  add_text (key, "y", self->y);
  add_text (key, "alg", "ES384");
  add_text (key, "use", "sig");
  add_text (key, "kid", self->id);
  hemo_json_append (keys, key);
  hemo_json_add (set, "keys", keys);
  return to_text (set);
}

const char *
hemo_smart_key_get_id (HemoSmartKey *self)
{
  return self->id;
}

/* OpenSSL signs as DER, a JWT has both numbers side by side (RFC 7518, section 3.4). */
static gboolean
flatten (const guint8 *der, gsize size, guint8 *out)
{
  g_autoptr (ECDSA_SIG) signature = d2i_ECDSA_SIG (NULL, &der, (long)size);

  return signature != NULL
         && BN_bn2binpad (ECDSA_SIG_get0_r (signature), out, NUMBER_SIZE) == NUMBER_SIZE
         && BN_bn2binpad (ECDSA_SIG_get0_s (signature), out + NUMBER_SIZE, NUMBER_SIZE)
                == NUMBER_SIZE;
}

static char *
sign (HemoSmartKey *self, const char *text, GError **error)
{
  g_autoptr (EVP_MD_CTX) context = EVP_MD_CTX_new ();
  guint8 der[256], flat[2 * NUMBER_SIZE];
  gsize size = sizeof der;

  if (context == NULL || EVP_DigestSignInit (context, NULL, EVP_sha384 (), NULL, self->key) != 1
      || EVP_DigestSign (context, der, &size, (const guint8 *)text, strlen (text)) != 1
      || !flatten (der, size, flat))
    return refuse (error, N_ ("The request to sign in could not be signed."));
  return to_base64url (flat, sizeof flat);
}

static char *
make_head (HemoSmartKey *self)
{
  json_object *head = json_object_new_object ();

  add_text (head, "alg", "ES384");
  add_text (head, "typ", "JWT");
  add_text (head, "kid", self->id);
  return to_text (head);
}

static char *
make_claims (const char *client_id, const char *audience, const char *jti, gint64 seconds)
{
  json_object *claims = json_object_new_object ();

  add_text (claims, "iss", client_id);
  add_text (claims, "sub", client_id);
  add_text (claims, "aud", audience);
  add_text (claims, "jti", jti);
  hemo_json_add (claims, "iat", json_object_new_int64 (seconds));
  hemo_json_add (claims, "exp", json_object_new_int64 (seconds + GOOD_FOR_SECONDS));
  return to_text (claims);
}

char *
hemo_smart_key_assert (
    HemoSmartKey *self, const char *client_id, const char *audience, gint64 now, GError **error)
{
  guint8 random[JTI_SIZE];
  g_autofree char *jti = NULL, *head = NULL, *claims = NULL, *text = NULL, *signature = NULL;
  g_autofree char *packed_head = NULL, *packed_claims = NULL;

  if (RAND_bytes (random, sizeof random) != 1)
    return refuse (error, N_ ("The request to sign in could not be signed."));
  jti = to_base64url (random, sizeof random);
  head = make_head (self);
  claims = make_claims (client_id, audience, jti, now / G_USEC_PER_SEC);
  packed_head = to_base64url (head, strlen (head));
  packed_claims = to_base64url (claims, strlen (claims));
  text = g_strjoin (".", packed_head, packed_claims, NULL);
  signature = sign (self, text, error);
  return signature != NULL ? g_strjoin (".", text, signature, NULL) : NULL;
}
