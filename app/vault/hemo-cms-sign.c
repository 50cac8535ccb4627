/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Detached CMS signatures: ECDSA with SHA-256. */

#include "hemo-cms.h"

#include "hemo-cms-private.h"

#include <glib/gi18n.h>
#include <openssl/err.h>

#define SIGNATURE_MAX (256 * 1024)

static BIO *
open_content (GBytes *content)
{
  gsize size = 0;
  const void *data = g_bytes_get_data (content, &size);

  return size > G_MAXINT ? NULL : BIO_new_mem_buf (size == 0 ? "" : data, (int)size);
}

/* Nobody else sees a signature that came out wrong, by want of memory or a bad bit, before it is
 * needed. */
static GBytes *
check_own (GBytes *signature, GBytes *content, HemoKeyPair *key)
{
  if (signature != NULL && !hemo_cms_verify (content, signature, key->certificate, NULL))
    g_clear_pointer (&signature, g_bytes_unref);
  return signature;
}

GBytes *
hemo_cms_sign (GBytes *content, HemoKeyPair *key, GError **error)
{
  const guint flags = CMS_DETACHED | CMS_BINARY | CMS_NOSMIMECAP | CMS_PARTIAL;
  g_autoptr (EVP_PKEY) pkey = NULL;
  g_autoptr (X509) certificate = NULL;
  g_autoptr (BIO) bio = open_content (content);
  g_autoptr (CMS_ContentInfo) cms = NULL;
  GBytes *signature = NULL;

  if (!hemo_vault_init (error))
    return NULL;
  pkey = hemo_key_pair_load_private (key, error);
  certificate = pkey == NULL ? NULL : hemo_certificate_load (key->certificate, error);
  if (certificate == NULL)
    return NULL;
  cms = CMS_sign (NULL, NULL, NULL, NULL, flags);
  if (cms != NULL && bio != NULL
      && CMS_add1_signer (cms, certificate, pkey, EVP_sha256 (), flags) != NULL
      && CMS_final (cms, bio, NULL, flags) == 1)
    signature = check_own (hemo_cms_encode (cms), content, key);
  if (signature == NULL)
    hemo_vault_fail (error, HEMO_VAULT_ERROR_FAILED, "The signature could not be made.");
  return signature;
}

/* One signer, ECDSA with SHA-256, with signed attributes: without them, a signature over attributes
 * would also be one over their bytes as content. */
static gboolean
check_form (CMS_ContentInfo *cms, gboolean detached)
{
  STACK_OF (CMS_SignerInfo) *signers = NULL;
  CMS_SignerInfo *signer = NULL;
  X509_ALGOR *digest = NULL;
  X509_ALGOR *algorithm = NULL;
  const ASN1_OBJECT *id = NULL;

  if (OBJ_obj2nid (CMS_get0_type (cms)) != NID_pkcs7_signed
      || CMS_is_detached (cms) != (detached ? 1 : 0)
      || OBJ_obj2nid (CMS_get0_eContentType (cms)) != NID_pkcs7_data)
    return FALSE;
  signers = CMS_get0_SignerInfos (cms);
  if (sk_CMS_SignerInfo_num (signers) != 1)
    return FALSE;
  signer = sk_CMS_SignerInfo_value (signers, 0);
  if (CMS_signed_get_attr_count (signer) <= 0)
    return FALSE;
  CMS_SignerInfo_get0_algs (signer, NULL, NULL, &digest, &algorithm);
  X509_ALGOR_get0 (&id, NULL, NULL, digest);
  if (OBJ_obj2nid (id) != NID_sha256)
    return FALSE;
  X509_ALGOR_get0 (&id, NULL, NULL, algorithm);
  return OBJ_obj2nid (id) == NID_ecdsa_with_SHA256;
}

/* Only @certificate is looked at, whatever the signature carries; trust comes from the caller, who
 * knows whose certificate it is, so no chain is built. */
static gboolean
check_signature (CMS_ContentInfo *cms, X509 *certificate, BIO *content)
{
  const guint flags = CMS_BINARY | CMS_NOINTERN | CMS_NO_SIGNER_CERT_VERIFY;
  STACK_OF (X509) *certificates = sk_X509_new_null ();
  g_autoptr (BIO) nowhere = BIO_new (BIO_s_null ());
  gboolean good = FALSE;

  if (certificates != NULL && nowhere != NULL && sk_X509_push (certificates, certificate) > 0)
    good = CMS_verify (cms, certificates, NULL, content, nowhere, flags) == 1;
  sk_X509_free (certificates);
  return good;
}

gboolean
hemo_cms_verify (GBytes *content, GBytes *signature, GBytes *certificate, GError **error)
{
  g_autoptr (X509) x509 = NULL;
  g_autoptr (BIO) bio = NULL;
  g_autoptr (CMS_ContentInfo) cms = NULL;

  /* What failed before says nothing of this. */
  ERR_clear_error ();
  x509 = hemo_certificate_load (certificate, error);
  if (x509 == NULL)
    return FALSE;
  bio = open_content (content);
  if (g_bytes_get_size (signature) <= SIGNATURE_MAX)
    cms = hemo_cms_decode (signature);
  if (cms == NULL || bio == NULL || !check_form (cms, TRUE))
    return hemo_vault_fail (
        error, HEMO_VAULT_ERROR_DAMAGED,
        N_ ("The signature is not in a form that is accepted, or it is damaged."));
  if (!check_signature (cms, x509, bio))
    return hemo_vault_fail (error, HEMO_VAULT_ERROR_DAMAGED,
                            N_ ("The signature is not of this content by this key."));
  ERR_clear_error ();
  return TRUE;
}

static gboolean
refuse_signed (GError **error)
{
  return hemo_vault_fail (error, HEMO_VAULT_ERROR_DAMAGED,
                          N_ ("This is not a signed file, or somebody changed it."));
}

/* The one certificate that made the signature; NULL when the file does not hold it. (transfer full)
 */
static GBytes *
dup_signer (CMS_ContentInfo *cms)
{
  STACK_OF (X509) *signers = CMS_get0_signers (cms);
  guint8 *der = NULL;
  int size = sk_X509_num (signers) == 1 ? i2d_X509 (sk_X509_value (signers, 0), &der) : 0;
  GBytes *bytes = size > 0 ? g_bytes_new (der, (gsize)size) : NULL;

  OPENSSL_free (der);
  sk_X509_free (signers);
  return bytes;
}

GBytes *
hemo_cms_open_signed (GBytes *signed_file, gsize limit, GBytes **certificate, GError **error)
{
  const guint flags = CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY;
  g_autoptr (CMS_ContentInfo) cms = NULL;
  g_autoptr (BIO) out = BIO_new (BIO_s_mem ());
  g_autoptr (GBytes) signer = NULL;
  g_autoptr (GBytes) checked = NULL;
  char *data = NULL;
  long size;

  ERR_clear_error ();
  if (g_bytes_get_size (signed_file) <= limit)
    cms = hemo_cms_decode (signed_file);
  if (cms == NULL || out == NULL || !check_form (cms, FALSE)
      || CMS_verify (cms, NULL, NULL, NULL, out, flags) != 1)
    return refuse_signed (error), NULL;
  signer = dup_signer (cms);
  checked = signer != NULL ? hemo_certificate_check (signer, NULL) : NULL;
  size = BIO_get_mem_data (out, &data);
  if (checked == NULL || size <= 0)
    return refuse_signed (error), NULL;
  ERR_clear_error ();
  *certificate = g_steal_pointer (&checked);
  return g_bytes_new (data, (gsize)size);
}
