/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sign-in by SMART Backend Services: a token for a program, from a sign-in server, by a signed
 * assertion. https://hl7.org/fhir/smart-app-launch/backend-services.html */

#pragma once

#include "hemo-http.h"
#include "hemo-sign-in.h"

G_BEGIN_DECLS

/* What such a server gives a clinic's program unless another scope is set. */
#define HEMO_SMART_SCOPE "system/*.cruds"

#define HEMO_TYPE_SIGN_IN_SMART (hemo_sign_in_smart_get_type ())
G_DECLARE_FINAL_TYPE (HemoSignInSmart, hemo_sign_in_smart, HEMO, SIGN_IN_SMART, GObject)

/**
 * HemoSmartOptions:
 * @client_id: that the server gave to this clinic
 * @private_key: of hemo_smart_key_new(), in PEM; or, for a server of OAuth 2 without keys, the
 * client's password
 * @token_url: (nullable): where tokens are asked for; else the records' server says it in its
 * '/.well-known/smart-configuration'
 * @scope: (nullable): %HEMO_SMART_SCOPE
 * @connection: to the sign-in server; @base is not looked at, @clock: (nullable) is that of the
 * records' server
 */
typedef struct
{
  const char *client_id;
  const char *private_key;
  const char *token_url;
  const char *scope;
  HemoHttpOptions connection;
} HemoSmartOptions;

/**
 * hemo_sign_in_smart_new:
 * @records: (nullable): the server that the token is for; may be left out where @token_url is said
 *
 * %HEMO_REMOTE_ERROR_REFUSED for a key that is none and for an address that may not be used.
 * (transfer full)
 */
HemoSignIn *
hemo_sign_in_smart_new (HemoHttp *records, const HemoSmartOptions *options, GError **error);

/* The token itself, for a token service that wants it in its own way. Cleanse it. Errors as of
 * apply(). (transfer full) */
char *
hemo_sign_in_smart_dup_token (HemoSignInSmart *self, GCancellable *cancellable, GError **error);

G_END_DECLS
