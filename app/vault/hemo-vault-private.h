/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the files of the vault share and nobody else needs. */

#pragma once

#include "hemo-cms.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

G_BEGIN_DECLS

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509, X509_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIO, BIO_free_all)

/* Sets @error with @message and empties OpenSSL's queue, whose reason goes in brackets when @code
 * is %HEMO_VAULT_ERROR_FAILED. Always FALSE, to be returned. */
gboolean hemo_vault_fail (GError **error, HemoVaultError code, const char *message);

/* Like hemo_secret_new(), but NULL with @error when secure memory is used up: for sizes that come
 * from outside. (transfer full) */
HemoSecret *hemo_secret_try_new (gsize size, GError **error);
/* The first @size bytes of @self in its own memory; @self is given away. (transfer full) */
HemoSecret *hemo_secret_shrink (HemoSecret *self, gsize size);

/* UTF-8 to NFKC without leaving secure memory, as g_utf8_normalize() would; NULL if @text is not
 * UTF-8 or holds a NUL. (transfer full) */
HemoSecret *hemo_secret_normalize (HemoSecret *text);
/* The characters of @text as gunichar, in lower case if @lower. (transfer full) */
HemoSecret *hemo_secret_to_ucs4 (HemoSecret *text, gboolean lower);

/* The OpenSSL forms of @self. (transfer full) */
EVP_PKEY *hemo_key_pair_load_private (HemoKeyPair *self, GError **error);
/* Whether the private key belongs to the certificate. */
gboolean hemo_key_pair_check (HemoKeyPair *self, GError **error);
/* A certificate in DER without a byte more, whose key is P-256 or RSA of 2048 bits or more.
 * (transfer full) */
X509 *hemo_certificate_load (GBytes *certificate, GError **error);

/* hemo_cms_seal() of content in secure memory. (transfer full) */
GBytes *hemo_cms_seal_secret (HemoSecret *content, GPtrArray *recipients, GError **error);

G_END_DECLS
