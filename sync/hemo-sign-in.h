/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How a server is told who asks. */

#pragma once

#include "hemo-http-message.h"

G_BEGIN_DECLS

#define HEMO_TYPE_SIGN_IN (hemo_sign_in_get_type ())
G_DECLARE_INTERFACE (HemoSignIn, hemo_sign_in, HEMO, SIGN_IN, GObject)

/**
 * HemoSignInInterface:
 * @apply: puts into @request what proves who asks, after all else of it is set; may ask another
 *   server for a token, and blocks then
 * @forget: the server answered @status (401, 403) to the last proof: the next apply() makes a new
 *   one. FALSE when there is no other to be made, and asking again would change nothing
 */
struct _HemoSignInInterface
{
  GTypeInterface parent;

  gboolean (*apply) (HemoSignIn *self,
                     HemoHttpRequest *request,
                     GCancellable *cancellable,
                     GError **error);
  gboolean (*forget) (HemoSignIn *self, guint status);
};

gboolean hemo_sign_in_apply (HemoSignIn *self,
                             HemoHttpRequest *request,
                             GCancellable *cancellable,
                             GError **error);
gboolean hemo_sign_in_forget (HemoSignIn *self, guint status);

/**
 * hemo_sign_in_take_error:
 * @cause: (transfer full): why another server, which was asked for a proof, gave none
 *
 * As apply() hands it on: no word of that server may be taken for one about a record, such as that
 * there is none. What a person must settle is %HEMO_REMOTE_ERROR_DENIED.
 */
void hemo_sign_in_take_error (GError **error, GError *cause);

/**
 * HemoSignInFixed: nothing, or the same header in every request
 *
 * The header lives in secure memory.
 */
#define HEMO_TYPE_SIGN_IN_FIXED (hemo_sign_in_fixed_get_type ())
G_DECLARE_FINAL_TYPE (HemoSignInFixed, hemo_sign_in_fixed, HEMO, SIGN_IN_FIXED, GObject)

HemoSignIn *hemo_sign_in_none_new (void);
/* RFC 7617; %HEMO_REMOTE_ERROR_REFUSED for a name with ':' or a control character. */
HemoSignIn *hemo_sign_in_basic_new (const char *name, const char *password, GError **error);
/* RFC 6750; %HEMO_REMOTE_ERROR_REFUSED for what cannot be a token. */
HemoSignIn *hemo_sign_in_bearer_new (const char *token, GError **error);
/* Whether it has the characters of one (b64token). */
gboolean hemo_sign_in_is_token (const char *text);

G_END_DECLS
