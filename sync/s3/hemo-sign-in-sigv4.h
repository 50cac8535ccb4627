/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sign-in by AWS Signature Version 4, as AWS HealthLake wants it. */

#pragma once

#include "hemo-s3-keys.h"
#include "hemo-sign-in.h"

G_BEGIN_DECLS

/* AWS HealthLake in the credential scope. */
#define HEMO_SIGV4_HEALTHLAKE "healthlake"

#define HEMO_TYPE_SIGN_IN_SIGV4 (hemo_sign_in_sigv4_get_type ())
G_DECLARE_FINAL_TYPE (HemoSignInSigv4, hemo_sign_in_sigv4, HEMO, SIGN_IN_SIGV4, GObject)

/**
 * hemo_sign_in_sigv4_new:
 * @http: the server that requests go to; its clock says the time
 * @keys: kept or lent
 * @region: such as "us-east-1"
 * @service: such as %HEMO_SIGV4_HEALTHLAKE
 *
 * A request that is refused while this computer's clock was wrong, or with keys that can be
 * renewed, is signed once more by who asks. (transfer full)
 */
HemoSignIn *hemo_sign_in_sigv4_new (HemoHttp *http,
                                    HemoS3KeyRing *keys,
                                    const char *region,
                                    const char *service);

G_END_DECLS
