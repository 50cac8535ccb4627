/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The key with which a clinic signs in to servers by SMART Backend Services: made on this machine,
 * ECDSA on P-384 (ES384).
 * https://hl7.org/fhir/smart-app-launch/client-confidential-asymmetric.html */

#pragma once

#include <gio/gio.h>

#include "hemo-secret.h"

G_BEGIN_DECLS

/* A private key with the name that its public part has (RFC 7638). */
typedef struct _HemoSmartKey HemoSmartKey;

/* Makes one. %HEMO_REMOTE_ERROR_REFUSED when OpenSSL cannot. (transfer full) */
HemoSmartKey *hemo_smart_key_new (GError **error);

/**
 * hemo_smart_key_parse:
 * @pem: a private key as hemo_smart_key_to_pem() gives it, or `openssl genpkey`; not encrypted
 *
 * %HEMO_REMOTE_ERROR_REFUSED for what is no private key of P-384. (transfer full)
 */
HemoSmartKey *hemo_smart_key_parse (const char *pem, GError **error);
void hemo_smart_key_free (HemoSmartKey *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoSmartKey, hemo_smart_key_free)

/* The private key, PKCS#8 in PEM, ended by a NUL: for the encrypted store and nothing else.
 * (transfer full) */
HemoSecret *hemo_smart_key_to_pem (HemoSmartKey *self, GError **error);

/* The public key as a JWK set (RFC 7517): what is registered with the server. (transfer full) */
char *hemo_smart_key_to_jwks (HemoSmartKey *self);

/* Under which name the server finds the key. */
const char *hemo_smart_key_get_id (HemoSmartKey *self);

/**
 * hemo_smart_key_assert:
 * @client_id: that the server gave to this clinic
 * @audience: URL of the token endpoint
 * @now: the server's time, UTC microseconds
 *
 * A JWT that says who asks (RFC 7523, section 3), good for four minutes and, as its id is new, for
 * once. (transfer full)
 */
char *hemo_smart_key_assert (
    HemoSmartKey *self, const char *client_id, const char *audience, gint64 now, GError **error);

G_END_DECLS
