/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How the clinic signs in to a server: the kinds that there are, and what each needs. */

#pragma once

#include "hemo-server-key.h"
#include "hemo-sync-settings.h"

G_BEGIN_DECLS

#define HEMO_TYPE_SERVER_SIGN_IN (hemo_server_sign_in_get_type ())
G_DECLARE_FINAL_TYPE (
    HemoServerSignIn, hemo_server_sign_in, HEMO, SERVER_SIGN_IN, AdwPreferencesGroup)

/**
 * hemo_server_sign_in_new:
 * @kind: HEMO_SERVER_FHIR or HEMO_SERVER_S3
 * @client: the client id that is proposed where a server gives none
 *
 * (transfer floating)
 */
HemoServerSignIn *hemo_server_sign_in_new (const char *kind, const char *client);

/* What stands below it, seen where a key pair is needed. (transfer none) */
HemoServerKey *hemo_server_sign_in_get_key (HemoServerSignIn *self);
/* Whether a save forgets a private key that the server may know. */
gboolean hemo_server_sign_in_loses_key (HemoServerSignIn *self);

/* @saved: (nullable): as it is in the store; what was typed is forgotten. */
void hemo_server_sign_in_fill (HemoServerSignIn *self, const HemoServerSettings *saved);

/* @url: (nullable): as typed now. A secret that was given for another server is not kept for it. */
void hemo_server_sign_in_set_url (HemoServerSignIn *self, const char *url);

/* Puts what stands here into @settings, whose address and authority are set; what the chosen kind
 * does not need is taken out of them. */
void hemo_server_sign_in_gather (HemoServerSignIn *self, HemoServerSettings *settings);

G_END_DECLS
