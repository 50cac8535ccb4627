/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Checks ES384 with OpenSSL, from a JWK. */

#include "jwt.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <string.h>

#define NUMBER_SIZE 48

static guchar *
from_base64url (const char *text, gsize *size)
{
  g_autoptr (GString) padded = g_string_new (text);

  g_string_replace (padded, "-", "+", 0);
  g_string_replace (padded, "_", "/", 0);
  while (padded->len % 4 != 0)
    g_string_append_c (padded, '=');
  return g_base64_decode (padded->str, size);
}

const char *
jwt_text (json_object *object, const char *name)
{
  json_object *value = NULL;

  g_assert_true (json_object_object_get_ex (object, name, &value));
  return json_object_get_string (value);
}

gint64
jwt_number (json_object *object, const char *name)
{
  json_object *value = NULL;

  g_assert_true (json_object_object_get_ex (object, name, &value));
  g_assert_true (json_object_is_type (value, json_type_int));
  return json_object_get_int64 (value);
}

static EVP_PKEY *
read_key (const char *jwks)
{
  json_object *set = json_tokener_parse (jwks), *keys = NULL, *jwk;
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name (NULL, "EC", NULL);
  OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new ();
  OSSL_PARAM *params;
  EVP_PKEY *key = NULL;
  guint8 point[1 + 2 * NUMBER_SIZE] = { 4 };

  g_assert_true (json_object_object_get_ex (set, "keys", &keys));
  jwk = json_object_array_get_idx (keys, 0);
  for (gsize i = 0; i < 2; i++)
    {
      gsize size = 0;
      g_autofree guchar *number = from_base64url (jwt_text (jwk, i == 0 ? "x" : "y"), &size);

      g_assert_cmpuint (size, ==, NUMBER_SIZE);
      memcpy (point + 1 + i * NUMBER_SIZE, number, size);
    }
  OSSL_PARAM_BLD_push_utf8_string (builder, OSSL_PKEY_PARAM_GROUP_NAME, "P-384", 0);
  OSSL_PARAM_BLD_push_octet_string (builder, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point);
  params = OSSL_PARAM_BLD_to_param (builder);
  g_assert_cmpint (EVP_PKEY_fromdata_init (context), ==, 1);
  g_assert_cmpint (EVP_PKEY_fromdata (context, &key, EVP_PKEY_PUBLIC_KEY, params), ==, 1);
  OSSL_PARAM_free (params);
  OSSL_PARAM_BLD_free (builder);
  EVP_PKEY_CTX_free (context);
  json_object_put (set);
  return key;
}

static gboolean
is_signed (const char *text, gsize length, const char *encoded, const char *jwks)
{
  gsize size = 0;
  g_autofree guchar *flat = from_base64url (encoded, &size);
  ECDSA_SIG *signature = ECDSA_SIG_new ();
  EVP_PKEY *key = read_key (jwks);
  EVP_MD_CTX *context = EVP_MD_CTX_new ();
  guchar *der = NULL;
  int der_size = 0, good = 0;

  if (size == 2 * NUMBER_SIZE)
    {
      ECDSA_SIG_set0 (signature, BN_bin2bn (flat, NUMBER_SIZE, NULL),
                      BN_bin2bn (flat + NUMBER_SIZE, NUMBER_SIZE, NULL));
      der_size = i2d_ECDSA_SIG (signature, &der);
      EVP_DigestVerifyInit (context, NULL, EVP_sha384 (), NULL, key);
      good = EVP_DigestVerify (context, der, (gsize)der_size, (const guchar *)text, length);
    }
  OPENSSL_free (der);
  ECDSA_SIG_free (signature);
  EVP_MD_CTX_free (context);
  EVP_PKEY_free (key);
  return good == 1;
}

static json_object *
read_part (const char *encoded)
{
  gsize size = 0;
  g_autofree guchar *bytes = from_base64url (encoded, &size);
  g_autofree char *text = g_strndup ((const char *)bytes, size);

  return json_tokener_parse (text);
}

Jwt *
jwt_verify (const char *text, const char *jwks)
{
  g_auto (GStrv) parts = g_strsplit (text, ".", -1);
  gsize length = 0;
  Jwt *self;

  if (g_strv_length (parts) != 3)
    return NULL;
  length = strlen (parts[0]) + 1 + strlen (parts[1]);
  if (!is_signed (text, length, parts[2], jwks))
    return NULL;
  self = g_new0 (Jwt, 1);
  self->head = read_part (parts[0]);
  self->claims = read_part (parts[1]);
  return self;
}

void
jwt_free (Jwt *self)
{
  if (self == NULL)
    return;
  json_object_put (self->head);
  json_object_put (self->claims);
  g_free (self);
}
