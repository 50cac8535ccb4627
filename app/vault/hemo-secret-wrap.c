/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Keys from keys: HKDF, AES-256-GCM around key material, HMAC. */

#include "hemo-secret.h"

#include "hemo-vault-private.h"

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#define WRAP_VERSION 1
#define NONCE_SIZE 12
#define TAG_SIZE 16
#define HEADER_SIZE (1 + NONCE_SIZE)
#define KEY_SIZE 32
#define CONTENT_MAX (64 * 1024)
#define HKDF_MAX (255 * 32)

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_KDF, EVP_KDF_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_KDF_CTX, EVP_KDF_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_CIPHER_CTX, EVP_CIPHER_CTX_free)

HemoSecret *
hemo_secret_derive (HemoSecret *self, GBytes *salt, const char *label, gsize size, GError **error)
{
  gsize salt_size = 0;
  const void *salt_data = salt == NULL ? NULL : g_bytes_get_data (salt, &salt_size);
  g_autoptr (EVP_KDF) kdf = EVP_KDF_fetch (NULL, "HKDF", NULL);
  g_autoptr (EVP_KDF_CTX) context = kdf == NULL ? NULL : EVP_KDF_CTX_new (kdf);
  g_autoptr (HemoSecret) key = NULL;
  OSSL_PARAM params[5];
  gsize n = 0;

  /* OpenSSL copies the key into its context and cleanses that copy when the context is freed. */
  params[n++] = OSSL_PARAM_construct_utf8_string (OSSL_KDF_PARAM_DIGEST, (char *)"SHA256", 0);
  params[n++] = OSSL_PARAM_construct_octet_string (OSSL_KDF_PARAM_KEY, hemo_secret_get_data (self),
                                                   hemo_secret_get_size (self));
  params[n++]
      = OSSL_PARAM_construct_octet_string (OSSL_KDF_PARAM_INFO, (char *)label, strlen (label));
  if (salt_size > 0)
    params[n++]
        = OSSL_PARAM_construct_octet_string (OSSL_KDF_PARAM_SALT, (void *)salt_data, salt_size);
  params[n] = OSSL_PARAM_construct_end ();

  key = size <= HKDF_MAX ? hemo_secret_try_new (size, error) : NULL;
  if (key == NULL && size <= HKDF_MAX)
    return NULL;
  if (key == NULL || context == NULL
      || EVP_KDF_derive (context, hemo_secret_get_data (key), size, params) != 1)
    {
      hemo_vault_fail (error, HEMO_VAULT_ERROR_FAILED, "A key could not be derived.");
      return NULL;
    }
  return g_steal_pointer (&key);
}

/* Context with key, nonce and label set. */
static EVP_CIPHER_CTX *
start_gcm (HemoSecret *key, const guint8 *nonce, const char *label, gboolean encrypt)
{
  g_autoptr (EVP_CIPHER_CTX) context = EVP_CIPHER_CTX_new ();
  gsize label_size = strlen (label);
  int done = 0;

  if (context == NULL || hemo_secret_get_size (key) != KEY_SIZE || label_size > G_MAXINT
      || EVP_CipherInit_ex2 (context, EVP_aes_256_gcm (), hemo_secret_get_data (key), nonce,
                             encrypt, NULL)
             != 1
      || EVP_CipherUpdate (context, NULL, &done, (const guint8 *)label, (int)label_size) != 1)
    return NULL;
  return g_steal_pointer (&context);
}

GBytes *
hemo_secret_wrap (HemoSecret *key, HemoSecret *content, const char *label, GError **error)
{
  gsize size = hemo_secret_get_size (content);
  gsize total = HEADER_SIZE + size + TAG_SIZE;
  g_autofree guint8 *wrapped = NULL;
  g_autoptr (EVP_CIPHER_CTX) context = NULL;
  int done = 0;

  if (size > CONTENT_MAX)
    goto fail;
  wrapped = g_malloc (total);
  wrapped[0] = WRAP_VERSION;
  if (RAND_bytes (wrapped + 1, NONCE_SIZE) != 1)
    goto fail;
  context = start_gcm (key, wrapped + 1, label, TRUE);
  if (context == NULL
      || EVP_EncryptUpdate (context, wrapped + HEADER_SIZE, &done, hemo_secret_get_data (content),
                            (int)size)
             != 1
      || EVP_EncryptFinal_ex (context, wrapped + HEADER_SIZE + done, &done) != 1
      || EVP_CIPHER_CTX_ctrl (context, EVP_CTRL_AEAD_GET_TAG, TAG_SIZE,
                              wrapped + HEADER_SIZE + size)
             != 1)
    goto fail;
  return g_bytes_new_take (g_steal_pointer (&wrapped), total);

fail:
  hemo_vault_fail (error, HEMO_VAULT_ERROR_FAILED, "A key could not be wrapped.");
  return NULL;
}

HemoSecret *
hemo_secret_unwrap (HemoSecret *key, GBytes *wrapped, const char *label, GError **error)
{
  gsize total = 0;
  const guint8 *bytes = g_bytes_get_data (wrapped, &total);
  g_autoptr (HemoSecret) content = NULL;
  g_autoptr (EVP_CIPHER_CTX) context = NULL;
  gsize size = 0;
  int done = 0;

  if (total < HEADER_SIZE + TAG_SIZE || total > HEADER_SIZE + CONTENT_MAX + TAG_SIZE
      || bytes[0] != WRAP_VERSION)
    {
      hemo_vault_fail (error, HEMO_VAULT_ERROR_DAMAGED, "A wrapped key is not in a known form.");
      return NULL;
    }
  size = total - HEADER_SIZE - TAG_SIZE;
  content = hemo_secret_try_new (size, error);
  if (content == NULL)
    return NULL;
  context = start_gcm (key, bytes + 1, label, FALSE);
  if (context == NULL
      || EVP_DecryptUpdate (context, hemo_secret_get_data (content), &done, bytes + HEADER_SIZE,
                            (int)size)
             != 1
      || EVP_CIPHER_CTX_ctrl (context, EVP_CTRL_AEAD_SET_TAG, TAG_SIZE,
                              (void *)(bytes + HEADER_SIZE + size))
             != 1
      || EVP_DecryptFinal_ex (context, hemo_secret_get_data (content) + done, &done) != 1)
    {
      hemo_vault_fail (error, HEMO_VAULT_ERROR_WRONG_SECRET, "The key does not open this.");
      return NULL;
    }
  return g_steal_pointer (&content);
}

GBytes *
hemo_secret_mac (HemoSecret *key, GBytes *message, GError **error)
{
  gsize size = 0;
  const void *data = g_bytes_get_data (message, &size);
  guint8 mac[EVP_MAX_MD_SIZE];
  size_t length = 0;

  /* NULL stands for no data in a GBytes, but OpenSSL takes it for an error. */
  if (EVP_Q_mac (NULL, "HMAC", NULL, "SHA256", NULL, hemo_secret_get_data (key),
                 hemo_secret_get_size (key), size == 0 ? (const guint8 *)"" : data, size, mac,
                 sizeof mac, &length)
      == NULL)
    {
      hemo_vault_fail (error, HEMO_VAULT_ERROR_FAILED, "A MAC could not be computed.");
      return NULL;
    }
  return g_bytes_new (mac, length);
}
