/* SPDX-License-Identifier: GPL-3.0-or-later */

/* CMS AuthEnvelopedData (RFC 5083, RFC 5084) for several recipients, or for a password. */

#include "hemo-cms.h"

#include "hemo-cms-private.h"

#include <glib/gi18n.h>
#include <openssl/buffer.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#define CONTENT_MAX ((gsize)1024 * 1024 * 1024)

/* OpenSSL's password recipient derives by PBKDF2 with HMAC-SHA-1 and gives no way to another hash;
 * the count is therefore OWASP's for SHA-1, not the 600 000 for SHA-256. Its own default is 2048.
 */
#define PBKDF2_COUNT 1300000

static gboolean
ask_sha256_for_rsa (EVP_PKEY_CTX *context)
{
  return EVP_PKEY_CTX_set_rsa_padding (context, RSA_PKCS1_OAEP_PADDING) == 1
         && EVP_PKEY_CTX_set_rsa_oaep_md (context, EVP_sha256 ()) == 1
         && EVP_PKEY_CTX_set_rsa_mgf1_md (context, EVP_sha256 ()) == 1;
}

static gboolean
add_recipient (CMS_ContentInfo *cms, GBytes *certificate, GError **error)
{
  g_autoptr (X509) x509 = hemo_certificate_load (certificate, error);
  CMS_RecipientInfo *info = NULL;
  EVP_PKEY_CTX *context = NULL;
  gboolean is_rsa;

  if (x509 == NULL)
    return FALSE;
  is_rsa = EVP_PKEY_is_a (X509_get0_pubkey (x509), "RSA");
  info = CMS_add1_recipient_cert (cms, x509, CMS_KEY_PARAM);
  context = info == NULL ? NULL : CMS_RecipientInfo_get0_pkey_ctx (info);
  /* OpenSSL's defaults are SHA-1, in both. */
  if (context == NULL
      || (is_rsa ? !ask_sha256_for_rsa (context)
                 : EVP_PKEY_CTX_set_ecdh_kdf_md (context, EVP_sha256 ()) != 1))
    return hemo_vault_fail (error, HEMO_VAULT_ERROR_FAILED, "A recipient could not be added.");
  return TRUE;
}

/* OpenSSL grows the buffer of the content by a third at a time, and copies and wipes the old one at
 * each. */
static void
reserve (BIO *chain, gsize size)
{
  BIO *memory = BIO_find_type (chain, BIO_TYPE_MEM);
  BUF_MEM *buffer = NULL;

  if (memory != NULL && BIO_get_mem_ptr (memory, &buffer) == 1 && buffer->length == 0
      && BUF_MEM_grow (buffer, size) == size)
    buffer->length = 0;
}

/* Not CMS_final(): that passes the content through buffers it does not cleanse. Into the encrypting
 * BIO directly, only what is encrypted is kept. */
static gboolean
write_content (CMS_ContentInfo *cms, const guint8 *content, gsize size)
{
  g_autoptr (BIO) chain = CMS_dataInit (cms, NULL);
  gsize written = 0;

  if (chain == NULL)
    return FALSE;
  reserve (chain, size);
  while (written < size)
    {
      int piece = (int)MIN (size - written, 1024 * 1024);
      int n = BIO_write (chain, content + written, piece);

      if (n <= 0)
        return FALSE;
      written += (gsize)n;
    }
  return BIO_flush (chain) == 1 && CMS_dataFinal (cms, chain) == 1;
}

static void
free_der (gpointer data)
{
  OPENSSL_free (data);
}

GBytes *
hemo_cms_encode (CMS_ContentInfo *cms)
{
  guint8 *der = NULL;
  int size = i2d_CMS_ContentInfo (cms, &der);

  if (size > 0)
    return g_bytes_new_with_free_func (der, (gsize)size, free_der, der);
  OPENSSL_free (der);
  return NULL;
}

static GBytes *
finish (CMS_ContentInfo *cms, const guint8 *content, gsize size, GError **error)
{
  GBytes *sealed = NULL;

  if (write_content (cms, content, size))
    sealed = hemo_cms_encode (cms);
  if (sealed == NULL)
    hemo_vault_fail (error, HEMO_VAULT_ERROR_FAILED, "The content could not be sealed.");
  return sealed;
}

static CMS_ContentInfo *
start (gsize size, GError **error)
{
  CMS_ContentInfo *cms = NULL;

  if (!hemo_vault_init (error))
    return NULL;
  if (size > CONTENT_MAX)
    {
      hemo_vault_fail (error, HEMO_VAULT_ERROR_FAILED,
                       "More than 1 GiB is not sealed in one piece.");
      return NULL;
    }
  cms = CMS_AuthEnvelopedData_create (EVP_aes_256_gcm ());
  /* Without this the ciphertext is left out of the structure. */
  if (cms != NULL && CMS_set_detached (cms, 0) != 1)
    g_clear_pointer (&cms, CMS_ContentInfo_free);
  if (cms == NULL)
    hemo_vault_fail (error, HEMO_VAULT_ERROR_FAILED, "The content could not be sealed.");
  return cms;
}

static GBytes *
seal (const guint8 *content, gsize size, GPtrArray *recipients, GError **error)
{
  g_autoptr (CMS_ContentInfo) cms = NULL;

  if (recipients->len == 0)
    {
      hemo_vault_fail (error, HEMO_VAULT_ERROR_FAILED, "There is nobody to seal to.");
      return NULL;
    }
  cms = start (size, error);
  if (cms == NULL)
    return NULL;
  for (guint i = 0; i < recipients->len; i++)
    if (!add_recipient (cms, recipients->pdata[i], error))
      return NULL;
  return finish (cms, content, size, error);
}

GBytes *
hemo_cms_seal (GBytes *content, GPtrArray *recipients, GError **error)
{
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (content, &size);

  return seal (data, size, recipients, error);
}

GBytes *
hemo_cms_seal_secret (HemoSecret *content, GPtrArray *recipients, GError **error)
{
  return seal (hemo_secret_get_data (content), hemo_secret_get_size (content), recipients, error);
}

GBytes *
hemo_cms_seal_password (GBytes *content, HemoSecret *password, GError **error)
{
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (content, &size);
  gsize length = hemo_secret_get_size (password);
  g_autoptr (CMS_ContentInfo) cms = NULL;
  guint8 *copy = NULL;

  if (length == 0 || length > 1024)
    {
      hemo_vault_fail (error, HEMO_VAULT_ERROR_WEAK, N_ ("A password has 1 to 1024 bytes."));
      return NULL;
    }
  cms = start (size, error);
  if (cms == NULL)
    return NULL;
  /* OpenSSL takes the copy over and cleanses it with the structure; when it fails (for want of
   * memory) it does not tell whether it has, and a leak is better than a second free. */
  copy = OPENSSL_memdup (hemo_secret_get_data (password), length);
  if (copy == NULL
      || CMS_add0_recipient_password (cms, PBKDF2_COUNT, NID_id_alg_PWRI_KEK, NID_undef, copy,
                                      (gssize)length, EVP_aes_256_cbc ())
             == NULL)
    {
      hemo_vault_fail (error, HEMO_VAULT_ERROR_FAILED,
                       "The password could not be used for sealing.");
      return NULL;
    }
  return finish (cms, data, size, error);
}
