/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a clinic shows to its servers, as their settings say: tokens and keys that last for hours.
 *
 * @self of each is not kept. @clock: (nullable): is the server's, which says the time until others
 * do. */

#pragma once

#include "hemo-sync-settings.h"

G_BEGIN_DECLS

/* A token of the clinic's own client. @http: (nullable): the server that it is for.
 * %HEMO_REMOTE_ERROR_REFUSED for settings that cannot be used. (transfer full) */
HemoSignIn *hemo_server_keys_smart (const HemoServerSettings *self,
                                    HemoHttp *http,
                                    HemoServerClock *clock,
                                    GError **error);

/**
 * hemo_server_keys_ring:
 * @session: how the token service names this installation in its log
 *
 * The keys that are kept or, with a role, lent by a token service. (transfer full)
 */
HemoS3KeyRing *hemo_server_keys_ring (const HemoServerSettings *self,
                                      const char *session,
                                      HemoServerClock *clock,
                                      GError **error);

G_END_DECLS
