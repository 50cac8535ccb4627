/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Access tokens that a program asks for without a person: client credentials of OAuth 2 (RFC 6749,
 * section 4.4), proven by a signed assertion (RFC 7523) or a password. */

#pragma once

#include "hemo-http.h"
#include "hemo-secret.h"

G_BEGIN_DECLS

/* Keeps one token while it is good. For one thread at a time. */
typedef struct _HemoTokenClient HemoTokenClient;

/**
 * hemo_token_client_new:
 * @client_id: that the server gave to this clinic
 * @secret: the private key in PEM (hemo_smart_key_new()) or, if it is none, the client's password
 * @scope: (nullable): what is asked for; what the server gives by itself if not said
 * @options: of the connection; @base is not looked at, and @clock (nullable) says the time until
 * the sign-in server itself does
 *
 * %HEMO_REMOTE_ERROR_REFUSED for a key that is none. (transfer full)
 */
HemoTokenClient *hemo_token_client_new (const char *client_id,
                                        const char *secret,
                                        const char *scope,
                                        const HemoHttpOptions *options,
                                        GError **error);
void hemo_token_client_free (HemoTokenClient *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoTokenClient, hemo_token_client_free)

/**
 * hemo_token_client_set_url:
 * @url: of the token endpoint; NULL to forget it
 * @by: (nullable): the server that named it; then it must be https, or on that very server
 *
 * %HEMO_REMOTE_ERROR_REFUSED for what may not be used.
 */
gboolean
hemo_token_client_set_url (HemoTokenClient *self, const char *url, HemoHttp *by, GError **error);
gboolean hemo_token_client_has_url (HemoTokenClient *self);

/**
 * hemo_token_client_get_header:
 *
 * "Bearer " and the token, ended by a NUL: kept until 30 seconds before it ends, then asked for
 * anew, and blocks then. A wrong clock of this computer costs one more question.
 * %HEMO_REMOTE_ERROR_DENIED says what a person has to do; other errors are OFFLINE, BUSY, CLOCK,
 * TLS and PROXY, and never any that could be taken for a word about a record. (transfer full)
 */
HemoSecret *
hemo_token_client_get_header (HemoTokenClient *self, GCancellable *cancellable, GError **error);

/* The token was not taken: a new one is asked for next. FALSE when it is itself one that was just
 * asked for in place of another. */
gboolean hemo_token_client_forget (HemoTokenClient *self);

/**
 * hemo_token_parse:
 * @lifetime: (out): microseconds that it is good for
 *
 * Reads the answer of a token endpoint: "Bearer " and the token, ended by a NUL. (transfer full)
 */
HemoSecret *hemo_token_parse (const char *json, gsize length, gint64 *lifetime, GError **error);

G_END_DECLS
