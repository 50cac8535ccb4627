/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Asks one server over HTTP, on links where most of what is begun does not end. */

#pragma once

#include <gio/gio.h>

#include "hemo-http-message.h"
#include "hemo-remote.h"
#include "hemo-server-clock.h"

G_BEGIN_DECLS

/**
 * HemoHttpOptions:
 * @base: "https://host", "https://host:8443/fhir"; what requests name comes after it
 * @authorities: (nullable): certificates in PEM that are trusted besides the system's
 * @allow_plain: whether http is taken from another computer of the local network too: an
 * administrator said so
 * @bytes_per_second: at most, each way; 0 for no limit
 * @connect_timeout_ms: 0 for 15 seconds
 * @stall_timeout_ms: without a byte moving; 0 for 18 seconds
 * @clock: (nullable): learns the server's time and says by which certificates are checked
 */
typedef struct
{
  const char *base;
  GBytes *authorities;
  gboolean allow_plain;
  guint64 bytes_per_second;
  guint connect_timeout_ms;
  guint stall_timeout_ms;
  HemoServerClock *clock;
} HemoHttpOptions;

/* Whether @peer, an address in digits, is of this computer or of a network that no router sends on
 * into the world: 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 169.254.0.0/16, fe80::/10, fc00::/7
 * (RFC 1918, 3927, 4193, 4291). */
gboolean hemo_http_is_local (const char *peer);

/* The connection to one server. For one thread at a time. */
#define HEMO_TYPE_HTTP (hemo_http_get_type ())
G_DECLARE_FINAL_TYPE (HemoHttp, hemo_http, HEMO, HTTP, GObject)

/**
 * hemo_http_new:
 *
 * Copies what it needs of @options. %HEMO_REMOTE_ERROR_REFUSED for an address that is none or may
 * not be used in plain, and for authorities that are no certificates. (transfer full)
 */
HemoHttp *hemo_http_new (const HemoHttpOptions *options, GError **error);

/**
 * hemo_http_send:
 *
 * Blocks until the answer is whole; @cancellable is honoured within a second. Any status is
 * returned but those that are not the server's: a redirect or a sign-in page of another network
 * (%HEMO_REMOTE_ERROR_OFFLINE) and a proxy's 407 (%HEMO_REMOTE_ERROR_PROXY). Redirects are never
 * followed. TLS is 1.2 or later and always verified. (transfer full)
 */
HemoHttpResponse *hemo_http_send (HemoHttp *self,
                                  HemoHttpRequest *request,
                                  GCancellable *cancellable,
                                  GError **error);

/* Ends what is under way with %HEMO_REMOTE_ERROR_OFFLINE and forgets every connection: for when the
 * network changed or the computer woke. From any thread. */
void hemo_http_renew (HemoHttp *self);

/* The server was not heard for long, and may be one that takes what it is given and never answers:
 * until it answers, what it has whole is waited for no longer than a connection may be silent. */
void hemo_http_doubt (HemoHttp *self);

/* Until when the server asked to be left alone, in g_get_monotonic_time(); 0 for no wish. */
gint64 hemo_http_get_retry_at (HemoHttp *self);

/* When an answer of the server came last, g_get_monotonic_time(); 0 for never. */
gint64 hemo_http_get_heard_at (HemoHttp *self);

/* When a byte moved last in what is under way, or was under way last, g_get_monotonic_time() to the
 * second; 0 for never. From any thread. */
gint64 hemo_http_get_moved_at (HemoHttp *self);

/* "host" or "host:port" as it stands in the Host header. */
const char *hemo_http_get_host (HemoHttp *self);

/* What stands before the target of every request, percent-encoded: "" or "/fhir". */
const char *hemo_http_get_base_path (HemoHttp *self);

/* Whether the server proves who it is, or is this computer. */
gboolean hemo_http_is_proven (HemoHttp *self);

/* Whether what is sent goes through TLS. */
gboolean hemo_http_is_tls (HemoHttp *self);

HemoServerClock *hemo_http_get_clock (HemoHttp *self);

/* At most so many bytes a second each way from the next request on; 0 for no limit. */
void hemo_http_set_bytes_per_second (HemoHttp *self, guint64 limit);

/* About so many bytes are on their way at a time at most, from the next request on; 0 for as many
 * as the kernel likes. */
void hemo_http_set_in_flight (HemoHttp *self, guint64 bytes);

/**
 * hemo_http_target_of:
 * @url: that the server gave, such as that of the next page
 *
 * What of @url comes after the path of the base, if it lies under it, whatever host it names:
 * %HEMO_REMOTE_ERROR_PROTOCOL if not. It is asked of the server that was set up, so that none can
 * send us, with our signature, to another. (transfer full)
 */
char *hemo_http_target_of (HemoHttp *self, const char *url, GError **error);

/**
 * hemo_http_check:
 *
 * %TRUE for a status of success that does not carry a web page; else the error that its status
 * means, in words.
 */
gboolean hemo_http_check (const HemoHttpResponse *response, GError **error);

/* The error that a status means; @detail: (nullable): one sentence of the server's. */
void hemo_http_set_error (GError **error, guint status, const char *detail);

G_END_DECLS
