/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Opening what was sealed: into memory, and only when the tag has verified. */

#include "hemo-cms.h"

#include "hemo-cms-private.h"

#include <glib/gi18n.h>
#include <openssl/err.h>

/* What recipients may add to the content: some thousand of them. */
#define OVERHEAD_MAX ((gsize)1024 * 1024)
#define SECRET_MAX ((gsize)64 * 1024)

CMS_ContentInfo *
hemo_cms_decode (GBytes *bytes)
{
  gsize size = 0;
  const guint8 *at = g_bytes_get_data (bytes, &size);
  /* No data is NULL, to which nothing may be added. */
  const guint8 *end = size == 0 ? at : at + size;
  g_autoptr (CMS_ContentInfo) cms = NULL;

  if (size == 0 || size > G_MAXINT)
    return NULL;
  cms = d2i_CMS_ContentInfo (NULL, &at, (long)size);
  return at == end ? g_steal_pointer (&cms) : NULL;
}

static void
fail_form (GError **error)
{
  hemo_vault_fail (error, HEMO_VAULT_ERROR_DAMAGED,
                   N_ ("This is not sealed with AES-256-GCM and a whole tag, or it is damaged."));
}

static CMS_ContentInfo *
parse (GBytes *sealed, gsize limit, gsize *size, GError **error)
{
  CMS_ContentInfo *cms = NULL;

  if (g_bytes_get_size (sealed) > OVERHEAD_MAX && g_bytes_get_size (sealed) - OVERHEAD_MAX > limit)
    {
      hemo_vault_fail (error, HEMO_VAULT_ERROR_DAMAGED,
                       N_ ("What was sealed is larger than is accepted."));
      return NULL;
    }
  if (!hemo_cms_inspect (sealed, size) || (cms = hemo_cms_decode (sealed)) == NULL)
    {
      fail_form (error);
      return NULL;
    }
  if (*size > limit)
    {
      CMS_ContentInfo_free (cms);
      hemo_vault_fail (error, HEMO_VAULT_ERROR_DAMAGED,
                       N_ ("What was sealed is larger than is accepted."));
      return NULL;
    }
  return cms;
}

/* All but the content, however large that is. */
static CMS_ContentInfo *
parse_recipients (GBytes *sealed, GError **error)
{
  g_autoptr (GBytes) bare = hemo_cms_without_content (sealed);
  CMS_ContentInfo *cms = bare != NULL ? hemo_cms_decode (bare) : NULL;

  if (cms == NULL)
    fail_form (error);
  return cms;
}

/* Whether one of the recipients is @certificate. */
static gboolean
has_recipient (CMS_ContentInfo *cms, X509 *certificate)
{
  STACK_OF (CMS_RecipientInfo) *infos = CMS_get0_RecipientInfos (cms);

  for (int i = 0; i < sk_CMS_RecipientInfo_num (infos); i++)
    {
      CMS_RecipientInfo *info = sk_CMS_RecipientInfo_value (infos, i);
      STACK_OF (CMS_RecipientEncryptedKey) *keys = NULL;

      if (CMS_RecipientInfo_type (info) == CMS_RECIPINFO_TRANS
          && CMS_RecipientInfo_ktri_cert_cmp (info, certificate) == 0)
        return TRUE;
      if (CMS_RecipientInfo_type (info) == CMS_RECIPINFO_AGREE)
        keys = CMS_RecipientInfo_kari_get0_reks (info);
      for (int j = 0; j < sk_CMS_RecipientEncryptedKey_num (keys); j++)
        if (CMS_RecipientEncryptedKey_cert_cmp (sk_CMS_RecipientEncryptedKey_value (keys, j),
                                                certificate)
            == 0)
          return TRUE;
    }
  return FALSE;
}

/* Finds our recipient and decrypts the content key. */
static gboolean
set_key (CMS_ContentInfo *cms, HemoKeyPair *key, GError **error)
{
  g_autoptr (EVP_PKEY) pkey = hemo_key_pair_load_private (key, error);
  g_autoptr (X509) certificate = NULL;

  if (pkey == NULL)
    return FALSE;
  certificate = hemo_certificate_load (key->certificate, error);
  if (certificate == NULL)
    return FALSE;
  if (!has_recipient (cms, certificate))
    return hemo_vault_fail (error, HEMO_VAULT_ERROR_WRONG_SECRET,
                            N_ ("This was not sealed to this key."));
  if (CMS_decrypt_set1_pkey_and_peer (cms, pkey, certificate, NULL) == 1)
    return TRUE;
  return hemo_vault_fail (error, HEMO_VAULT_ERROR_DAMAGED,
                          N_ ("What was sealed is damaged: its key cannot be taken out."));
}

/* Reads the decrypting BIO to its end; the cipher's status is that of the tag. */
static gboolean
read_content (CMS_ContentInfo *cms, guint8 *out, gsize size)
{
  g_autoptr (BIO) chain = CMS_dataInit (cms, NULL);
  gsize used = 0;
  guint8 beyond = 0;

  if (chain == NULL)
    return FALSE;
  while (used < size)
    {
      int n = BIO_read (chain, out + used, (int)MIN (size - used, 1024 * 1024));

      if (n <= 0)
        return FALSE;
      used += (gsize)n;
    }
  /* The end has to be read for the tag to be checked. */
  return BIO_read (chain, &beyond, 1) <= 0 && BIO_method_type (chain) == BIO_TYPE_CIPHER
         && BIO_get_cipher_status (chain) == 1;
}

static gboolean
fail_tag (GError **error)
{
  return hemo_vault_fail (error, HEMO_VAULT_ERROR_DAMAGED,
                          N_ ("What was sealed is damaged: its contents are not what was put in."));
}

GBytes *
hemo_cms_open (GBytes *sealed, HemoKeyPair *key, gsize limit, GError **error)
{
  g_autoptr (CMS_ContentInfo) cms = NULL;
  guint8 *content = NULL;
  gsize size = 0;

  if (!hemo_vault_init (error))
    return NULL;
  /* What failed before says nothing of this. */
  ERR_clear_error ();
  cms = parse (sealed, limit, &size, error);
  if (cms == NULL || !set_key (cms, key, error))
    return NULL;
  content = g_try_malloc (MAX (size, 1));
  if (content == NULL)
    {
      hemo_vault_fail (error, HEMO_VAULT_ERROR_FAILED, HEMO_VAULT_NO_MEMORY_TEXT);
      return NULL;
    }
  if (!read_content (cms, content, size))
    {
      OPENSSL_cleanse (content, size);
      g_free (content);
      fail_tag (error);
      return NULL;
    }
  ERR_clear_error ();
  return g_bytes_new_take (content, size);
}

HemoSecret *
hemo_cms_open_secret (GBytes *sealed, HemoKeyPair *key, GError **error)
{
  g_autoptr (CMS_ContentInfo) cms = NULL;
  g_autoptr (HemoSecret) content = NULL;
  gsize size = 0;

  if (!hemo_vault_init (error))
    return NULL;
  ERR_clear_error ();
  cms = parse (sealed, SECRET_MAX, &size, error);
  if (cms == NULL || !set_key (cms, key, error))
    return NULL;
  content = hemo_secret_try_new (size, error);
  if (content == NULL)
    return NULL;
  if (!read_content (cms, hemo_secret_get_data (content), size))
    {
      fail_tag (error);
      return NULL;
    }
  ERR_clear_error ();
  return g_steal_pointer (&content);
}

GStrv
hemo_cms_recipients (GBytes *sealed, GPtrArray *candidates, GError **error)
{
  g_autoptr (GStrvBuilder) found = g_strv_builder_new ();
  g_autoptr (CMS_ContentInfo) cms = parse_recipients (sealed, error);

  if (cms == NULL)
    return NULL;
  for (guint i = 0; i < candidates->len; i++)
    {
      g_autoptr (X509) certificate = hemo_certificate_load (candidates->pdata[i], error);

      if (certificate == NULL)
        return NULL;
      if (has_recipient (cms, certificate))
        g_strv_builder_take (found, hemo_certificate_fingerprint (candidates->pdata[i]));
    }
  ERR_clear_error ();
  return g_strv_builder_end (found);
}

/* How many may open it. */
static guint
count_recipients (CMS_ContentInfo *cms)
{
  STACK_OF (CMS_RecipientInfo) *infos = CMS_get0_RecipientInfos (cms);
  guint count = 0;

  for (int i = 0; i < sk_CMS_RecipientInfo_num (infos); i++)
    {
      CMS_RecipientInfo *info = sk_CMS_RecipientInfo_value (infos, i);

      if (CMS_RecipientInfo_type (info) == CMS_RECIPINFO_AGREE)
        count += (guint)sk_CMS_RecipientEncryptedKey_num (CMS_RecipientInfo_kari_get0_reks (info));
      else
        count++;
    }
  return count;
}

gboolean
hemo_cms_is_sealed_to (GBytes *sealed, GPtrArray *recipients, gboolean *same, GError **error)
{
  g_autoptr (CMS_ContentInfo) cms = parse_recipients (sealed, error);
  gboolean all = TRUE;

  if (cms == NULL)
    return FALSE;
  for (guint i = 0; all && i < recipients->len; i++)
    {
      g_autoptr (X509) certificate = hemo_certificate_load (recipients->pdata[i], error);

      if (certificate == NULL)
        return FALSE;
      all = has_recipient (cms, certificate);
    }
  *same = all && count_recipients (cms) == recipients->len;
  ERR_clear_error ();
  return TRUE;
}
