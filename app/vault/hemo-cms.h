/* SPDX-License-Identifier: GPL-3.0-or-later */

/* P-256 keys with certificates, and CMS: sealing to several recipients, detached signatures.
 *
 * Sealed is AuthEnvelopedData (RFC 5083) with AES-256-GCM: ECDH with P-256 and SHA-256 for our own
 * keys, RSA-OAEP with SHA-256 and MGF1-SHA-256 for organisations, so that a key in AWS KMS
 * (RSAES_OAEP_SHA_256) opens it. `openssl cms -decrypt` opens it too. */

#pragma once

#include "hemo-secret.h"

G_BEGIN_DECLS

/**
 * HemoKeyPair:
 * @private_key: PKCS#8 DER, in secure memory
 * @certificate: X.509 DER, self-signed
 */
typedef struct
{
  HemoSecret *private_key;
  GBytes *certificate;
} HemoKeyPair;

/* A P-256 key whose certificate's common name is @name (a UUID, never a person's name) and which is
 * for sealing or for signing. (transfer full) */
HemoKeyPair *hemo_key_pair_new (const char *name, gboolean for_signing, GError **error);
HemoKeyPair *hemo_key_pair_new_take (HemoSecret *private_key, GBytes *certificate);
void hemo_key_pair_free (HemoKeyPair *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoKeyPair, hemo_key_pair_free)

/* Whether @der or PEM (at most 64 KiB) is a certificate we may seal to: P-256, or RSA of 2048 bits
 * or more. Returns it as DER. (transfer full) */
GBytes *hemo_certificate_check (GBytes *certificate, GError **error);
/* SHA-256 of the DER, lower-case hexadecimal. (transfer full) */
char *hemo_certificate_fingerprint (GBytes *certificate);
char *hemo_certificate_to_pem (GBytes *certificate);

/* @recipients: (element-type GBytes): certificates as DER. DER of the ContentInfo. (transfer full)
 */
GBytes *hemo_cms_seal (GBytes *content, GPtrArray *recipients, GError **error);

/**
 * hemo_cms_open:
 * @limit: bytes of content at most
 *
 * Accepts authEnvelopedData in DER, aes-256-gcm and a tag of 16 bytes, nothing else. Decrypts into
 * memory and releases nothing before the tag has verified. %HEMO_VAULT_ERROR_WRONG_SECRET when it
 * was not sealed to @key, %HEMO_VAULT_ERROR_FAILED when memory ran out, %HEMO_VAULT_ERROR_DAMAGED
 * for all the rest. (transfer full)
 */
GBytes *hemo_cms_open (GBytes *sealed, HemoKeyPair *key, gsize limit, GError **error);
/* The same into secure memory, for keys: at most 64 KiB. (transfer full) */
HemoSecret *hemo_cms_open_secret (GBytes *sealed, HemoKeyPair *key, GError **error);

/* Fingerprints of certificates among @candidates that @sealed is sealed to. (transfer full) */
GStrv hemo_cms_recipients (GBytes *sealed, GPtrArray *candidates, GError **error);

/* Whether @sealed is sealed to each of @recipients, as of hemo_cms_seal(), and to nobody else.
 * @same: (out) */
gboolean
hemo_cms_is_sealed_to (GBytes *sealed, GPtrArray *recipients, gboolean *same, GError **error);

/* Sealed with a password for `openssl cms -decrypt -pwri_password`: PBKDF2 (PasswordRecipientInfo)
 * and AES-256-GCM. OpenSSL fixes HMAC-SHA-1 for PBKDF2, so the count is 1,300,000, which is OWASP's
 * for that hash. A password has 1 to 1024 bytes. (transfer full) */
GBytes *hemo_cms_seal_password (GBytes *content, HemoSecret *password, GError **error);

/* Detached SignedData (DER) with ECDSA-SHA-256, signing time and the certificate. (transfer full)
 */
GBytes *hemo_cms_sign (GBytes *content, HemoKeyPair *key, GError **error);
/* Whether @signature is of @content by exactly @certificate. %HEMO_VAULT_ERROR_FAILED when memory
 * ran out: then it is not known. */
gboolean hemo_cms_verify (GBytes *content, GBytes *signature, GBytes *certificate, GError **error);

/**
 * hemo_cms_open_signed:
 * @signed_file: SignedData with its content in it, by one signer, ECDSA with SHA-256, at most
 *   @limit bytes
 * @certificate: (out) (transfer full): of the signer, as it stands in the file, as DER
 *
 * The content, once the signature over it is right. That says nothing of whose @certificate it is:
 * the caller has to know it. %HEMO_VAULT_ERROR_DAMAGED for all that is not that. (transfer full)
 */
GBytes *
hemo_cms_open_signed (GBytes *signed_file, gsize limit, GBytes **certificate, GError **error);

/* SHA-256, lower-case hexadecimal. (transfer full) */
char *hemo_sha256 (GBytes *bytes);

G_END_DECLS
