/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One request under way: its body out, its answer in, and whether anything still moves. */

#include "hemo-http-private.h"

#include "hemo-remote.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define RETRY_LONGEST G_TIME_SPAN_HOUR

/* Some servers say '100 Continue' to every body, look at its beginning and refuse it by hanging up;
 * what they answered is lost where that meets a write. One that hesitates waits for it there. */
#define BEGINNING 16384
#define HOLD_US (200 * 1000)

static gboolean
fail_read (HemoHttpTransfer *self, int code)
{
  if (self->error == NULL)
    g_set_error (&self->error, G_IO_ERROR, (int)g_io_error_from_errno (code),
                 N_ ("A file could not be read while it was sent: %s"), g_strerror (code));
  return FALSE;
}

static void
digest (HemoHttpTransfer *self, const char *bytes, gsize size)
{
  if (self->md5 != NULL)
    EVP_DigestUpdate (self->md5, bytes, size);
  if (self->sha256 != NULL)
    EVP_DigestUpdate (self->sha256, bytes, size);
}

/* A file that became shorter than when it was measured is as bad as one that cannot be read. */
static size_t
read_body (char *buffer, size_t size, size_t count, void *data)
{
  HemoHttpTransfer *self = data;
  guint64 left = self->request->length - self->position;
  gsize wanted = (gsize)MIN (left, (guint64)size * count);

  if (wanted == 0)
    return 0;
  if (self->hesitant && self->position == BEGINNING)
    {
      self->held_until = g_get_monotonic_time () + HOLD_US;
      return CURL_READFUNC_PAUSE;
    }
  if (self->hesitant)
    wanted = MIN (wanted, BEGINNING - self->position);
  if (self->request->body != NULL)
    memcpy (buffer, (const char *)g_bytes_get_data (self->request->body, NULL) + self->position,
            wanted);
  else
    {
      gssize got
          = pread (self->fd, buffer, wanted, (off_t)(self->request->offset + self->position));

      if (got <= 0)
        {
          fail_read (self, got < 0 ? errno : EIO);
          return CURL_READFUNC_ABORT;
        }
      wanted = (gsize)got;
    }
  digest (self, buffer, wanted);
  self->position += wanted;
  return wanted;
}

/* Asked when a connection that was kept open turns out to be dead. What was sent may have arrived:
 * whoever asked finds out before any of it is sent again. */
static int
rewind_body (void *data, curl_off_t offset, int origin)
{
  HemoHttpTransfer *self = data;

  return origin == SEEK_SET && offset == 0 && self->position == 0 ? CURL_SEEKFUNC_OK
                                                                  : CURL_SEEKFUNC_FAIL;
}

static gboolean
take (HemoHttpTransfer *self, const guint8 *bytes, gsize size)
{
  long status = 0;

  self->taken += size;
  if (self->taken > self->request->limit)
    {
      g_set_error_literal (&self->error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_PROTOCOL,
                           N_ ("The answer of the server is larger than it can be."));
      return FALSE;
    }
  curl_easy_getinfo (self->easy, CURLINFO_RESPONSE_CODE, &status);
  if (self->request->sink != NULL && status >= 200 && status < 300)
    return self->request->sink (bytes, size, self->request->sink_data, &self->error);
  g_byte_array_append (self->received, bytes, (guint)size);
  return TRUE;
}

static size_t
write_body (char *bytes, size_t size, size_t count, void *data)
{
  HemoHttpTransfer *self = data;

  if (self->error != NULL || !take (self, (const guint8 *)bytes, size * count))
    return CURL_WRITEFUNC_ERROR;
  return size * count;
}

/* A status line begins a new set: that of a '100 Continue' is of no use. */
static size_t
write_header (char *bytes, size_t size, size_t count, void *data)
{
  HemoHttpTransfer *self = data;
  g_autofree char *line = g_strndup (bytes, size * count);
  char *colon = strchr (line, ':');

  if (g_str_has_prefix (line, "HTTP/"))
    g_hash_table_remove_all (self->response->headers);
  else if (colon != NULL && g_utf8_validate (line, -1, NULL))
    {
      g_autofree char *name = g_ascii_strdown (line, colon - line);
      const char *before = g_hash_table_lookup (self->response->headers, name);
      char *value = g_strdup (g_strstrip (colon + 1));

      if (before != NULL)
        {
          g_autofree char *second = value;

          value = g_strdup_printf ("%s, %s", before, second);
        }
      g_hash_table_replace (self->response->headers, g_steal_pointer (&name), value);
    }
  return size * count;
}

/* FALSE where the kernel does not say. */
static gboolean
read_tcp (HemoHttpTransfer *self, HemoHttpWire *wire)
{
  struct tcp_info info = { 0 };
  socklen_t size = sizeof info;
  int waiting = 0;

  if (self->socket < 0 || ioctl (self->socket, SIOCOUTQ, &waiting) != 0
      || getsockopt (self->socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0
      || size < offsetof (struct tcp_info, tcpi_bytes_sent) + sizeof info.tcpi_bytes_sent)
    return FALSE;
  wire->queued = (guint)waiting;
  wire->sent = info.tcpi_bytes_sent;
  wire->acknowledged = info.tcpi_bytes_acked;
  if (size >= offsetof (struct tcp_info, tcpi_min_rtt) + sizeof info.tcpi_min_rtt
      && info.tcpi_min_rtt != G_MAXUINT32)
    wire->round_trip = info.tcpi_min_rtt;
  return TRUE;
}

void
hemo_http_transfer_begin (HemoHttpTransfer *self, int socket)
{
  self->socket = socket;
  if (self->reused)
    read_tcp (self, &self->before);
}

void
hemo_http_transfer_release (HemoHttpTransfer *self, gint64 now)
{
  if (self->held_until == 0 || now < self->held_until)
    return;
  self->hesitant = FALSE;
  self->held_until = 0;
  curl_easy_pause (self->easy, CURLPAUSE_SEND_CONT);
}

static void
note_progress (HemoHttpTransfer *self, guint queued)
{
  guint64 up = self->up > 0 ? (guint64)self->up : 0;

  if (self->request->progress != NULL)
    self->request->progress (up > queued ? MIN (up - queued, self->request->length) : 0,
                             self->request->progress_data);
}

/* What the kernel took is not yet sent: only what was acknowledged has moved. */
static gboolean
has_moved (HemoHttpTransfer *self, const HemoHttpWire *wire, curl_off_t up, curl_off_t down)
{
  gboolean moved = down != self->down;

  if (wire->acknowledged > 0)
    moved |= wire->acknowledged != self->wire.acknowledged;
  else
    moved |= up != self->up;
  self->up = up;
  self->down = down;
  self->wire = *wire;
  return moved;
}

gint64
hemo_http_transfer_watch (HemoHttpTransfer *self, gint64 now)
{
  curl_off_t up = 0, down = 0, connected = 0;
  HemoHttpWire wire = { 0 };
  long headers = 0;

  curl_easy_getinfo (self->easy, CURLINFO_PRETRANSFER_TIME_T, &connected);
  if (connected == 0)
    return 0;
  if (self->began_at == 0)
    self->began_at = self->moved_at = now;
  curl_easy_getinfo (self->easy, CURLINFO_SIZE_UPLOAD_T, &up);
  curl_easy_getinfo (self->easy, CURLINFO_SIZE_DOWNLOAD_T, &down);
  curl_easy_getinfo (self->easy, CURLINFO_HEADER_SIZE, &headers);
  read_tcp (self, &wire);
  if (has_moved (self, &wire, up, down + headers))
    self->moved_at = now;
  note_progress (self, wire.queued);
  if ((guint64)up < self->request->length || wire.queued > 0 || self->down > 0)
    return (now - self->moved_at) / 1000;
  if (self->acknowledged_at == 0)
    self->acknowledged_at = now;
  return MAX ((now - self->acknowledged_at) / 1000 - (gint64)self->patience_ms, 0);
}

static void
start_digests (HemoHttpTransfer *self)
{
  if (self->md5 != NULL)
    EVP_DigestInit_ex2 (self->md5, EVP_md5 (), NULL);
  if (self->sha256 != NULL)
    EVP_DigestInit_ex2 (self->sha256, EVP_sha256 (), NULL);
}

static void
set_callbacks (HemoHttpTransfer *self)
{
  curl_easy_setopt (self->easy, CURLOPT_READFUNCTION, read_body);
  curl_easy_setopt (self->easy, CURLOPT_READDATA, self);
  curl_easy_setopt (self->easy, CURLOPT_SEEKFUNCTION, rewind_body);
  curl_easy_setopt (self->easy, CURLOPT_SEEKDATA, self);
  curl_easy_setopt (self->easy, CURLOPT_WRITEFUNCTION, write_body);
  curl_easy_setopt (self->easy, CURLOPT_WRITEDATA, self);
  curl_easy_setopt (self->easy, CURLOPT_HEADERFUNCTION, write_header);
  curl_easy_setopt (self->easy, CURLOPT_HEADERDATA, self);
}

HemoHttpTransfer *
hemo_http_transfer_new (HemoHttpRequest *request, CURL *easy, GError **error)
{
  HemoHttpTransfer *self = g_new0 (HemoHttpTransfer, 1);

  self->request = request;
  self->easy = easy;
  self->fd = -1;
  self->socket = -1;
  self->received = g_byte_array_new ();
  self->response = g_new0 (HemoHttpResponse, 1);
  self->response->headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (request->path != NULL && (self->fd = open (request->path, O_RDONLY | O_CLOEXEC)) < 0)
    {
      fail_read (self, errno);
      g_propagate_error (error, g_steal_pointer (&self->error));
      hemo_http_transfer_free (self);
      return NULL;
    }
  self->md5 = request->md5 ? EVP_MD_CTX_new () : NULL;
  self->sha256 = request->sha256 ? EVP_MD_CTX_new () : NULL;
  start_digests (self);
  set_callbacks (self);
  return self;
}

void
hemo_http_transfer_free (HemoHttpTransfer *self)
{
  if (self == NULL)
    return;
  if (self->fd >= 0)
    close (self->fd);
  EVP_MD_CTX_free (self->md5);
  EVP_MD_CTX_free (self->sha256);
  g_clear_pointer (&self->received, g_byte_array_unref);
  hemo_http_response_free (self->response);
  g_clear_error (&self->error);
  g_free (self);
}

/* NULL unless all of the body went through it. */
static GBytes *
finish_digest (HemoHttpTransfer *self, EVP_MD_CTX *context)
{
  guint8 value[EVP_MAX_MD_SIZE];
  unsigned size = 0;

  if (context == NULL || !self->response->whole || EVP_DigestFinal_ex (context, value, &size) != 1)
    return NULL;
  return g_bytes_new (value, size);
}

/* Seconds, or a date by the server's own clock. */
static gint64
parse_retry_after (HemoHttpTransfer *self)
{
  const char *text = hemo_http_response_get_header (self->response, "retry-after");
  guint64 seconds = 0;
  gint64 date = 0, now = self->response->date;

  if (text == NULL)
    return 0;
  if (g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT32, &seconds, NULL))
    return MIN ((gint64)seconds * G_USEC_PER_SEC, RETRY_LONGEST);
  date = hemo_http_parse_date (text);
  if (now == 0)
    now = g_get_real_time ();
  return date > now ? MIN (date - now, RETRY_LONGEST) : 0;
}

static void
measure (HemoHttpTransfer *self, gint64 now)
{
  HemoHttpResponse *response = self->response;
  curl_off_t total = 0, connected = 0, up = 0, connecting = 0;
  long request_bytes = 0;
  HemoHttpWire wire = { 0 };

  curl_easy_getinfo (self->easy, CURLINFO_TOTAL_TIME_T, &total);
  curl_easy_getinfo (self->easy, CURLINFO_PRETRANSFER_TIME_T, &connected);
  curl_easy_getinfo (self->easy, CURLINFO_APPCONNECT_TIME_T, &connecting);
  if (connecting == 0)
    curl_easy_getinfo (self->easy, CURLINFO_CONNECT_TIME_T, &connecting);
  curl_easy_getinfo (self->easy, CURLINFO_SIZE_UPLOAD_T, &up);
  curl_easy_getinfo (self->easy, CURLINFO_REQUEST_SIZE, &request_bytes);
  response->connecting = connecting;
  response->sending = MAX (total - connected, 1);
  if (self->acknowledged_at > self->began_at && self->began_at > 0)
    response->sending = MIN (response->sending, self->acknowledged_at - self->began_at);
  if (read_tcp (self, &wire) || (wire = self->wire).sent > 0)
    response->sent = wire.sent - MIN (self->before.sent, wire.sent);
  else
    response->sent = (guint64)up + (guint64)request_bytes;
  response->round_trip = wire.round_trip;
}

HemoHttpResponse *
hemo_http_transfer_finish (HemoHttpTransfer *self, gint64 now, GError **error)
{
  HemoHttpResponse *response = self->response;
  long status = 0;

  curl_easy_getinfo (self->easy, CURLINFO_RESPONSE_CODE, &status);
  response->status = (guint)status;
  response->date = hemo_http_parse_date (hemo_http_response_get_header (response, "date"));
  response->retry_after = parse_retry_after (self);
  response->body = g_byte_array_free_to_bytes (g_steal_pointer (&self->received));
  response->whole = self->position == self->request->length;
  response->md5 = finish_digest (self, self->md5);
  response->sha256 = finish_digest (self, self->sha256);
  measure (self, now);
  return g_steal_pointer (&self->response);
}
