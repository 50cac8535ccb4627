/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whether a server is there: asked in a few bytes, before much is entrusted to the link and while
 * it is waited for. */

#pragma once

#include "hemo-http.h"

G_BEGIN_DECLS

/**
 * hemo_server_probe:
 * @kind: %HEMO_SERVER_FHIR or %HEMO_SERVER_S3
 *
 * TRUE when the server itself answers, whatever it says: that nobody is signed in is an answer. A
 * page of another network is none: %HEMO_REMOTE_ERROR_OFFLINE. Tells the server nothing but that
 * somebody asks. Blocks.
 */
gboolean
hemo_server_probe (HemoHttp *http, const char *kind, GCancellable *cancellable, GError **error);

G_END_DECLS
