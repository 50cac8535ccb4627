/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the files of HemoHttp share. */

#pragma once

#include "hemo-http-message.h"
#include "hemo-server-clock.h"

#include <curl/curl.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>

G_BEGIN_DECLS

struct _HemoHttpRequest
{
  char *method;
  char *target;
  /* Name in lower case to value. */
  GHashTable *headers;
  GBytes *body;
  char *path;
  guint64 offset;
  guint64 length;
  gboolean md5;
  gboolean sha256;
  HemoHttpSink sink;
  gpointer sink_data;
  HemoHttpProgress progress;
  gpointer progress_data;
  guint64 limit;
  guint patience_ms;
  gboolean compressed;
};

/* What the kernel says of a connection: bytes that left, with those that left twice; that the other
 * side has; that wait; microseconds there and back at the least, 0 where it does not say. */
typedef struct
{
  guint64 sent;
  guint64 acknowledged;
  guint queued;
  guint round_trip;
} HemoHttpWire;

/* One request while it is under way. */
typedef struct
{
  HemoHttpRequest *request;
  HemoHttpResponse *response;
  CURL *easy;
  GByteArray *received;
  guint64 taken;
  /* What is sent: where in the body, and its digests. */
  int fd;
  guint64 position;
  EVP_MD_CTX *md5;
  EVP_MD_CTX *sha256;
  /* Waits for a moment after the beginning of the body; until when, monotonic, 0 before and after.
   */
  gboolean hesitant;
  gint64 held_until;
  /* The first thing that went wrong on our side. */
  GError *error;
  /* What moved last, and when. */
  curl_off_t up;
  curl_off_t down;
  gint64 moved_at;
  gint64 began_at;
  gint64 acknowledged_at;
  /* The connection: whether others were asked through it before, what it had carried then. */
  int socket;
  gboolean reused;
  /* Milliseconds that the server may think when it has all. */
  guint patience_ms;
  HemoHttpWire before;
  HemoHttpWire wire;
} HemoHttpTransfer;

/* hemo-http-transfer.c: the body out, the answer in. */
HemoHttpTransfer *hemo_http_transfer_new (HemoHttpRequest *request, CURL *easy, GError **error);
void hemo_http_transfer_free (HemoHttpTransfer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoHttpTransfer, hemo_http_transfer_free)
/* It goes through @socket, and nothing of it was sent yet. */
void hemo_http_transfer_begin (HemoHttpTransfer *self, int socket);
/* Lets a body go that was kept back long enough. */
void hemo_http_transfer_release (HemoHttpTransfer *self, gint64 now);
/* Looks at what moved. Milliseconds that nothing did while something should have; 0 while the
 * server has all and thinks for less than the patience it was given. */
gint64 hemo_http_transfer_watch (HemoHttpTransfer *self, gint64 now);
/* (transfer full) */
HemoHttpResponse *hemo_http_transfer_finish (HemoHttpTransfer *self, gint64 now, GError **error);

/* hemo-http-message.c: the headers as they are sent; NULL if a value would begin another one.
 * @careful: whether every body is announced */
struct curl_slist *hemo_http_request_make_list (const HemoHttpRequest *request, gboolean careful);
/* Cleanses them: what proves who asks is among them. */
void hemo_http_list_free (struct curl_slist *list);

/* hemo-http-tls.c */
/* (transfer full) (element-type X509): NULL if there is no certificate in it or it is damaged */
GPtrArray *hemo_http_tls_read_authorities (GBytes *pem, GError **error);
/* Trusts @authorities too, and checks dates against @time (UTC microseconds). */
gboolean hemo_http_tls_prepare (SSL_CTX *context, GPtrArray *authorities, gint64 time);

/* hemo-http-error.c: the error of a transfer that did not end, in words. */
void hemo_http_set_transport_error (
    GError **error, CURL *easy, CURLcode code, const char *detail, HemoServerClock *clock);

G_END_DECLS
