/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A question to a server over HTTP, and its answer. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Bytes of an answer that are taken unless the request says otherwise. */
#define HEMO_HTTP_LIMIT (G_GUINT64_CONSTANT (1) << 20)

typedef struct _HemoHttpRequest HemoHttpRequest;

/**
 * hemo_http_request_new:
 * @method: "GET", "PUT", …
 * @target: path and query, percent-encoded, put after the base of the server
 *
 * (transfer full)
 */
HemoHttpRequest *hemo_http_request_new (const char *method, const char *target);
void hemo_http_request_free (HemoHttpRequest *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoHttpRequest, hemo_http_request_free)

const char *hemo_http_request_get_method (const HemoHttpRequest *self);
const char *hemo_http_request_get_target (const HemoHttpRequest *self);

/* Replaces one of the same name. A value with a line break is refused when it is sent. */
void hemo_http_request_set_header (HemoHttpRequest *self, const char *name, const char *value);
/* (nullable): in any case of letters */
const char *hemo_http_request_get_header (const HemoHttpRequest *self, const char *name);
/* Names in lower case, sorted. (transfer container) (element-type utf8) */
GPtrArray *hemo_http_request_list_headers (const HemoHttpRequest *self);

void hemo_http_request_set_body (HemoHttpRequest *self, GBytes *body);
/* NULL without one, and where it is a file. (transfer none) */
GBytes *hemo_http_request_get_body (const HemoHttpRequest *self);

/* @length bytes of the file at @path from @offset on: read while they are sent. */
void hemo_http_request_set_file (HemoHttpRequest *self,
                                 const char *path,
                                 guint64 offset,
                                 guint64 length);

/* Bytes that the body has. */
guint64 hemo_http_request_get_length (const HemoHttpRequest *self);
gboolean hemo_http_request_has_body (const HemoHttpRequest *self);

/* Have MD5 and SHA-256 of the body taken while it is sent. */
void hemo_http_request_set_digests (HemoHttpRequest *self, gboolean md5, gboolean sha256);

/* Takes the body of an answer of success as it comes; FALSE ends the request with @error. */
typedef gboolean (*HemoHttpSink) (const guint8 *bytes, gsize size, gpointer data, GError **error);

void hemo_http_request_set_sink (HemoHttpRequest *self, HemoHttpSink sink, gpointer data);

/* Called about five times a second, on the thread that sends: of the body, what the other side's
 * computer has acknowledged. */
typedef void (*HemoHttpProgress) (guint64 bytes, gpointer data);

void
hemo_http_request_set_progress (HemoHttpRequest *self, HemoHttpProgress progress, gpointer data);

/* Most bytes of an answer, unpacked; more is %HEMO_REMOTE_ERROR_PROTOCOL. */
void hemo_http_request_set_limit (HemoHttpRequest *self, guint64 limit);

/* How long the server may think once it has everything; 60 seconds unless set. That the link lives
 * is asked meanwhile. */
void hemo_http_request_set_patience (HemoHttpRequest *self, guint milliseconds);

/* Lets the server pack its answer; what is handed over is unpacked. */
void hemo_http_request_set_compressed (HemoHttpRequest *self, gboolean compressed);

/**
 * HemoHttpResponse:
 * @status: 100 to 599
 * @body: empty where a sink took it
 * @date: the server's, UTC microseconds; 0 if it gave none
 * @retry_after: microseconds from now that it asks to be left alone, at most an hour; 0 for none
 * @md5: (nullable): of the body as sent, where asked for; 16 bytes
 * @sha256: (nullable): the same, 32 bytes
 * @whole: all of the body was read to be sent
 * @sent: bytes that left on the wire, with what was sent twice and the encryption
 * @sending: microseconds from the first byte sent until all were acknowledged or answered
 * @round_trip: microseconds there and back at the least, 0 for not known
 * @connecting: microseconds until there was a connection; 0 where one was used again
 * @secure: whether it came over verified TLS
 */
typedef struct
{
  guint status;
  GHashTable *headers;
  GBytes *body;
  gint64 date;
  gint64 retry_after;
  GBytes *md5;
  GBytes *sha256;
  gboolean whole;
  guint64 sent;
  gint64 sending;
  gint64 round_trip;
  gint64 connecting;
  gboolean secure;
} HemoHttpResponse;

void hemo_http_response_free (HemoHttpResponse *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoHttpResponse, hemo_http_response_free)

/* (nullable): in any case of letters */
const char *hemo_http_response_get_header (const HemoHttpResponse *self, const char *name);

/* Whether it is a web page: what a network that wants a sign-in gives for everything. */
gboolean hemo_http_response_is_page (const HemoHttpResponse *self);

/* "Sun, 06 Nov 1994 08:49:37 GMT" as UTC microseconds; 0 for what is no such date. */
gint64 hemo_http_parse_date (const char *text);

/* Percent-encodes all but A-Z a-z 0-9 - . _ ~ and, where @slash, '/'. (transfer full) */
char *hemo_http_encode (const char *text, gboolean slash);

G_END_DECLS
