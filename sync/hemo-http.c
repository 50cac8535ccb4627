/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One server over HTTP by libcurl, watched so that nothing hangs. */

#include "hemo-http.h"

#include "hemo-http-private.h"

#include <glib/gi18n.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNECT_MS 15000
#define STALL_MS 18000
/* A connection that lay idle for longer is likely to be dead on the other side. */
#define IDLE_SECONDS 15L
#define TURN_MS 200
#define WATCH_US (100 * 1000)
#define PROXY_KEPT_US G_TIME_SPAN_MINUTE
/* Of a server that refuses at once: if the body were begun before its answer came over a slow link,
 * it would close the connection, and the answer would be lost. */
#define EXPECT_MS 4000L
/* Bytes that are read at a time of a body on its way out: between two of them it is looked whether
 * anything still moves. */
#define SEND_BUFFER 262144L
/* Bytes that a connection which was kept to few may have on their way again. */
#define UNLIMITED (8 * 1024 * 1024)

struct _HemoHttp
{
  GObject parent_instance;

  char *origin;
  char *base_path;
  char *host;
  gboolean tls;
  gboolean loopback;
  gboolean allow_plain;
  GPtrArray *authorities;
  guint64 bytes_per_second;
  guint64 in_flight;
  /* The newest connection was kept to less than the kernel likes. */
  gboolean limited;
  guint connect_ms;
  guint stall_ms;
  HemoServerClock *clock;
  CURLM *multi;
  HemoHttpTransfer *current;
  /* Open now. */
  GArray *sockets;
  int renew;
  /* The last body did not get through: the next is announced. */
  gboolean careful;
  /* What closes now takes what it did not get out with it. */
  gboolean drops;
  /* Nothing is given time to think about until it answers. */
  gboolean doubted;
  gint64 retry_at;
  gint64 heard_at;
  /* Atomic: monotonic seconds. */
  int moved_at;
  char *proxy;
  gint64 proxy_asked_at;
};

G_DEFINE_FINAL_TYPE (HemoHttp, hemo_http, G_TYPE_OBJECT)

static void
hemo_http_finalize (GObject *object)
{
  HemoHttp *self = HEMO_HTTP (object);

  g_clear_pointer (&self->multi, curl_multi_cleanup);
  g_array_unref (self->sockets);
  g_free (self->origin);
  g_free (self->base_path);
  g_free (self->host);
  g_free (self->proxy);
  g_clear_pointer (&self->authorities, g_ptr_array_unref);
  hemo_server_clock_unref (self->clock);
  G_OBJECT_CLASS (hemo_http_parent_class)->finalize (object);
}

static void
hemo_http_class_init (HemoHttpClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hemo_http_finalize;
  curl_global_init (CURL_GLOBAL_DEFAULT);
}

static void
hemo_http_init (HemoHttp *self)
{
  self->sockets = g_array_new (FALSE, FALSE, sizeof (int));
}

static gboolean
is_loopback (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  return g_str_equal (host, "localhost")
         || (address != NULL && g_inet_address_get_is_loopback (address));
}

gboolean
hemo_http_is_local (const char *peer)
{
  /* fe80::1%eth0 */
  g_autofree char *plain = g_strndup (peer, strcspn (peer, "%"));
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (plain);

  if (address == NULL)
    return FALSE;
  return g_inet_address_get_is_loopback (address) || g_inet_address_get_is_site_local (address)
         || g_inet_address_get_is_link_local (address)
         || (g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6
             && (g_inet_address_to_bytes (address)[0] & 0xfe) == 0xfc);
}

static gboolean
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_REFUSED, message);
  return FALSE;
}

static gboolean
set_address (HemoHttp *self, GUri *uri)
{
  const char *scheme = g_uri_get_scheme (uri), *host = g_uri_get_host (uri);
  g_autofree char *bracketed = NULL;
  int port = g_uri_get_port (uri);
  gsize length = 0;

  self->tls = g_str_equal (scheme, "https");
  if ((!self->tls && !g_str_equal (scheme, "http")) || host == NULL || *host == '\0'
      || g_uri_get_userinfo (uri) != NULL || g_uri_get_query (uri) != NULL
      || g_uri_get_fragment (uri) != NULL)
    return FALSE;
  self->loopback = is_loopback (host);
  bracketed = strchr (host, ':') != NULL ? g_strdup_printf ("[%s]", host) : g_strdup (host);
  if (port < 0 || port == (self->tls ? 443 : 80))
    self->host = g_steal_pointer (&bracketed);
  else
    self->host = g_strdup_printf ("%s:%d", bracketed, port);
  self->origin = g_strdup_printf ("%s://%s", scheme, self->host);
  self->base_path = g_strdup (g_uri_get_path (uri));
  for (length = strlen (self->base_path); length > 0 && self->base_path[length - 1] == '/';)
    self->base_path[--length] = '\0';
  return TRUE;
}

static void
take_options (HemoHttp *self, const HemoHttpOptions *options)
{
  self->allow_plain = options->allow_plain;
  self->bytes_per_second = options->bytes_per_second;
  self->connect_ms = options->connect_timeout_ms > 0 ? options->connect_timeout_ms : CONNECT_MS;
  self->stall_ms = options->stall_timeout_ms > 0 ? options->stall_timeout_ms : STALL_MS;
  self->clock
      = options->clock != NULL ? hemo_server_clock_ref (options->clock) : hemo_server_clock_new (0);
}

HemoHttp *
hemo_http_new (const HemoHttpOptions *options, GError **error)
{
  g_autoptr (HemoHttp) self = g_object_new (HEMO_TYPE_HTTP, NULL);
  g_autoptr (GUri) uri = g_uri_parse (options->base, G_URI_FLAGS_ENCODED, NULL);

  take_options (self, options);
  if (uri == NULL || !set_address (self, uri))
    {
      refuse (error,
              N_ ("This is no address of a server; it begins with https:// and then its name."));
      return NULL;
    }
  if (!self->tls && !self->loopback && !self->allow_plain)
    {
      refuse (error,
              N_ ("A server is not spoken to without encryption; use an address that begins with "
                  "https://."));
      return NULL;
    }
  if (options->authorities != NULL
      && (self->authorities = hemo_http_tls_read_authorities (options->authorities, error)) == NULL)
    return NULL;
  return g_steal_pointer (&self);
}

static CURLcode
prepare_tls (CURL *easy, void *context, void *data)
{
  HemoHttp *self = data;
  gint64 time = hemo_server_clock_certificate_time (self->clock);

  return hemo_http_tls_prepare (context, self->authorities, time) ? CURLE_OK
                                                                  : CURLE_SSL_CERTPROBLEM;
}

static curl_socket_t
open_socket (void *data, curlsocktype purpose, struct curl_sockaddr *address)
{
  HemoHttp *self = data;
  int fd = socket (address->family, address->socktype | SOCK_CLOEXEC, address->protocol);

  if (fd < 0)
    return CURL_SOCKET_BAD;
  g_array_append_val (self->sockets, fd);
  self->limited = FALSE;
  if (self->current != NULL)
    self->current->reused = FALSE;
  return fd;
}

/* What a socket still holds when it is closed is sent on, for minutes, by the kernel: a body that
 * was given up could arrive after its successor, and takes the link from it. */
static int
close_socket (void *data, curl_socket_t fd)
{
  HemoHttp *self = data;
  const struct linger at_once = { .l_onoff = 1, .l_linger = 0 };

  if (self->drops)
    setsockopt (fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);

  for (guint i = 0; i < self->sockets->len; i++)
    if (g_array_index (self->sockets, int, i) == fd)
      {
        g_array_remove_index_fast (self->sockets, i);
        break;
      }
  return close (fd);
}

static int
port_of (int fd)
{
  union
  {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
  } own = { 0 };
  socklen_t size = sizeof own;

  if (getsockname (fd, &own.any, &size) != 0)
    return -1;
  return ntohs (own.any.sa_family == AF_INET6 ? own.v6.sin6_port : own.v4.sin_port);
}

/* curl names the socket of a transfer only when it has ended. */
static int
find_socket (HemoHttp *self, int own_port)
{
  for (guint i = 0; i < self->sockets->len; i++)
    if (port_of (g_array_index (self->sockets, int, i)) == own_port)
      return g_array_index (self->sockets, int, i);
  return -1;
}

/* The kernel doubles it for what it needs besides, and takes what is too much as the most. */
static void
limit_flight (HemoHttp *self, int fd)
{
  int size = self->in_flight > 0 ? (int)MIN (self->in_flight, UNLIMITED) : UNLIMITED;

  if (fd >= 0 && (self->in_flight > 0 || self->limited))
    self->limited = setsockopt (fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size) == 0;
}

/* Before a byte is said in plain: "localhost" may be another computer by a false name server, and
 * what an administrator allows is a local network. */
static int
check_peer (void *data, char *peer, char *own, int peer_port, int own_port)
{
  HemoHttp *self = data;
  int fd = find_socket (self, own_port);

  limit_flight (self, fd);
  hemo_http_transfer_begin (self->current, fd);
  if (self->tls || (self->allow_plain ? hemo_http_is_local (peer) : is_loopback (peer)))
    return CURL_PREREQFUNC_OK;
  refuse (&self->current->error,
          N_ ("The address leads out of the local network; there a server is not spoken to without "
              "encryption."));
  return CURL_PREREQFUNC_ABORT;
}

/* What the desktop says; curl itself knows the environment's. */
static void
find_proxy (HemoHttp *self, GCancellable *cancellable)
{
  gint64 now = g_get_monotonic_time ();
  g_auto (GStrv) proxies = NULL;

  if (!self->tls || self->loopback
      || (self->proxy_asked_at != 0 && now - self->proxy_asked_at < PROXY_KEPT_US))
    return;
  self->proxy_asked_at = now;
  proxies
      = g_proxy_resolver_lookup (g_proxy_resolver_get_default (), self->origin, cancellable, NULL);
  g_set_str (&self->proxy,
             proxies != NULL && proxies[0] != NULL && !g_str_has_prefix (proxies[0], "direct:")
                 ? proxies[0]
                 : NULL);
}

static void
set_connection (HemoHttp *self, CURL *easy)
{
  curl_easy_setopt (easy, CURLOPT_NOSIGNAL, 1L);
  /* A name that is still looked up does not hold a cancel back. */
  curl_easy_setopt (easy, CURLOPT_QUICK_EXIT, 1L);
  curl_easy_setopt (easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt (easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
  curl_easy_setopt (easy, CURLOPT_CONNECTTIMEOUT_MS, (long)self->connect_ms);
  curl_easy_setopt (easy, CURLOPT_EXPECT_100_TIMEOUT_MS, EXPECT_MS);
  curl_easy_setopt (easy, CURLOPT_MAXAGE_CONN, IDLE_SECONDS);
  curl_easy_setopt (easy, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt (easy, CURLOPT_TCP_KEEPIDLE, 5L);
  curl_easy_setopt (easy, CURLOPT_TCP_KEEPINTVL, 4L);
  curl_easy_setopt (easy, CURLOPT_TCP_KEEPCNT, 3L);
  curl_easy_setopt (easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_easy_setopt (easy, CURLOPT_PREREQFUNCTION, check_peer);
  curl_easy_setopt (easy, CURLOPT_PREREQDATA, self);
  curl_easy_setopt (easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
  curl_easy_setopt (easy, CURLOPT_OPENSOCKETDATA, self);
  curl_easy_setopt (easy, CURLOPT_CLOSESOCKETFUNCTION, close_socket);
  curl_easy_setopt (easy, CURLOPT_CLOSESOCKETDATA, self);
  /* A speed that was set is kept by the buffer's measure: then it stays small. */
  if (self->bytes_per_second == 0)
    curl_easy_setopt (easy, CURLOPT_UPLOAD_BUFFERSIZE, SEND_BUFFER);
  curl_easy_setopt (easy, CURLOPT_MAX_SEND_SPEED_LARGE, (curl_off_t)self->bytes_per_second);
  curl_easy_setopt (easy, CURLOPT_MAX_RECV_SPEED_LARGE, (curl_off_t)self->bytes_per_second);
  /* Who stands between would send it on in plain. */
  if (self->loopback || !self->tls)
    curl_easy_setopt (easy, CURLOPT_PROXY, "");
  else if (self->proxy != NULL)
    curl_easy_setopt (easy, CURLOPT_PROXY, self->proxy);
}

static void
set_tls (HemoHttp *self, CURL *easy)
{
  curl_easy_setopt (easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
  curl_easy_setopt (easy, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt (easy, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt (easy, CURLOPT_SSL_CTX_FUNCTION, prepare_tls);
  curl_easy_setopt (easy, CURLOPT_SSL_CTX_DATA, self);
}

static void
set_method (CURL *easy, const HemoHttpRequest *request)
{
  gboolean sends = hemo_http_request_has_body (request) || g_str_equal (request->method, "PUT")
                   || g_str_equal (request->method, "POST");

  if (g_str_equal (request->method, "HEAD"))
    curl_easy_setopt (easy, CURLOPT_NOBODY, 1L);
  else
    curl_easy_setopt (easy, CURLOPT_CUSTOMREQUEST, request->method);
  if (!sends)
    return;
  curl_easy_setopt (easy, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt (easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)request->length);
}

/* Nothing that would break the request line. */
static gboolean
is_target (const char *target)
{
  if (*target != '\0' && *target != '/' && *target != '?')
    return FALSE;
  for (const char *c = target; *c != '\0'; c++)
    if (*c <= ' ' || *c > '~' || *c == '#')
      return FALSE;
  return TRUE;
}

static void
prepare_multi (HemoHttp *self)
{
  if (g_atomic_int_exchange (&self->renew, 0) != 0)
    g_clear_pointer (&self->multi, curl_multi_cleanup);
  if (self->multi != NULL)
    return;
  self->multi = curl_multi_init ();
  curl_multi_setopt (self->multi, CURLMOPT_MAXCONNECTS, 2L);
}

/* TRUE when the transfer has ended by itself, with @code. */
static gboolean
has_ended (CURLM *multi, CURLcode *code)
{
  CURLMsg *message = NULL;
  int left = 0;

  while ((message = curl_multi_info_read (multi, &left)) != NULL)
    if (message->msg == CURLMSG_DONE)
      {
        *code = message->data.result;
        return TRUE;
      }
  return FALSE;
}

static gboolean
set_offline (GError **error, const char *message)
{
  g_set_error_literal (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_OFFLINE, message);
  return FALSE;
}

static gboolean
may_go_on (HemoHttp *self,
           HemoHttpTransfer *transfer,
           gint64 *watched_at,
           GCancellable *cancellable,
           GError **error)
{
  gint64 now = g_get_monotonic_time (), idle;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (g_atomic_int_get (&self->renew) != 0)
    return set_offline (error, N_ ("The network changed; what was under way is tried again."));
  hemo_http_transfer_release (transfer, now);
  if (now - *watched_at < WATCH_US)
    return TRUE;
  *watched_at = now;
  idle = hemo_http_transfer_watch (transfer, now);
  g_atomic_int_set (&self->moved_at, (int)(transfer->moved_at / G_TIME_SPAN_SECOND));
  if (idle >= self->stall_ms)
    return set_offline (error, N_ ("Nothing moves on the connection any more; it is tried again."));
  return TRUE;
}

static gboolean
run (HemoHttp *self,
     HemoHttpTransfer *transfer,
     CURLcode *code,
     GCancellable *cancellable,
     GError **error)
{
  GPollFD cancel = { .fd = -1 };
  gboolean polled = g_cancellable_make_pollfd (cancellable, &cancel), ended = FALSE;
  gint64 watched_at = 0;
  int running = 0;

  while (curl_multi_perform (self->multi, &running) == CURLM_OK
         && !(ended = has_ended (self->multi, code))
         && may_go_on (self, transfer, &watched_at, cancellable, error))
    {
      struct curl_waitfd extra = { .fd = cancel.fd, .events = CURL_WAIT_POLLIN };

      curl_multi_poll (self->multi, &extra, polled ? 1 : 0, TURN_MS, NULL);
    }
  if (polled)
    g_cancellable_release_fd (cancellable);
  if (!ended && error != NULL && *error == NULL)
    set_offline (error, N_ ("The connection could not be made."));
  return ended;
}

static gboolean
is_foreign_redirect (HemoHttp *self, const HemoHttpResponse *response)
{
  return !self->tls && response->status >= 300 && response->status < 400 && response->status != 304;
}

/* What the answer says beside its body; FALSE for one that is not the server's. */
static gboolean
take_answer (HemoHttp *self, HemoHttpResponse *response, GError **error)
{
  response->secure = self->tls;
  if (is_foreign_redirect (self, response))
    return set_offline (error,
                        N_ ("Another network answers and sends to a page of its own; it may want "
                            "a sign-in in a browser."));
  if (response->status == 407)
    {
      hemo_http_set_error (error, 407, NULL);
      return FALSE;
    }
  if (response->date > 0 && hemo_http_is_proven (self))
    hemo_server_clock_observe (self->clock, response->date);
  self->heard_at = g_get_monotonic_time ();
  self->doubted = FALSE;
  self->retry_at = response->retry_after > 0 ? g_get_monotonic_time () + response->retry_after : 0;
  return TRUE;
}

static HemoHttpResponse *
perform (
    HemoHttp *self, CURL *easy, HemoHttpRequest *request, GCancellable *cancellable, GError **error)
{
  g_autoptr (HemoHttpTransfer) transfer = hemo_http_transfer_new (request, easy, error);
  g_autoptr (HemoHttpResponse) response = NULL;
  char detail[CURL_ERROR_SIZE] = "";
  CURLcode code = CURLE_OK;
  gboolean ended = FALSE;
  g_autoptr (GError) failure = NULL;

  if (transfer == NULL)
    return NULL;
  curl_easy_setopt (easy, CURLOPT_ERRORBUFFER, detail);
  transfer->hesitant = self->careful;
  transfer->patience_ms = self->doubted ? 0 : request->patience_ms;
  self->current = transfer;
  self->current->reused = TRUE;
  curl_multi_add_handle (self->multi, easy);
  ended = run (self, transfer, &code, cancellable, &failure);
  if (ended && code == CURLE_OK)
    response = hemo_http_transfer_finish (transfer, g_get_monotonic_time (), NULL);
  else if (transfer->error != NULL)
    g_propagate_error (error, g_steal_pointer (&transfer->error));
  else if (!ended)
    g_propagate_error (error, g_steal_pointer (&failure));
  else
    hemo_http_set_transport_error (error, easy, code, detail, self->clock);
  self->drops = response == NULL;
  curl_multi_remove_handle (self->multi, easy);
  self->drops = FALSE;
  self->current = NULL;
  /* A link that went silent refused nothing. */
  if (request->length > 0)
    self->careful = response == NULL && ended;
  if (response == NULL || !take_answer (self, response, error))
    return NULL;
  return g_steal_pointer (&response);
}

HemoHttpResponse *
hemo_http_send (HemoHttp *self, HemoHttpRequest *request, GCancellable *cancellable, GError **error)
{
  HemoHttpResponse *response = NULL;
  struct curl_slist *headers = NULL;
  g_autofree char *url = NULL;
  CURL *easy = NULL;

  g_return_val_if_fail (HEMO_IS_HTTP (self), NULL);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (!is_target (request->target)
      || (headers = hemo_http_request_make_list (request, self->careful)) == NULL)
    {
      refuse (error, N_ ("What is to be asked of the server is not well formed."));
      return NULL;
    }
  prepare_multi (self);
  find_proxy (self, cancellable);
  url = g_strconcat (self->origin, self->base_path, request->target, NULL);
  easy = curl_easy_init ();
  set_connection (self, easy);
  set_tls (self, easy);
  set_method (easy, request);
  curl_easy_setopt (easy, CURLOPT_URL, url);
  curl_easy_setopt (easy, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt (easy, CURLOPT_HTTPHEADER, headers);
  if (request->compressed)
    curl_easy_setopt (easy, CURLOPT_ACCEPT_ENCODING, "gzip");
  response = perform (self, easy, request, cancellable, error);
  curl_easy_cleanup (easy);
  hemo_http_list_free (headers);
  return response;
}

void
hemo_http_renew (HemoHttp *self)
{
  g_atomic_int_set (&self->renew, 1);
}

void
hemo_http_doubt (HemoHttp *self)
{
  self->doubted = TRUE;
}

gint64
hemo_http_get_retry_at (HemoHttp *self)
{
  return self->retry_at;
}

gint64
hemo_http_get_heard_at (HemoHttp *self)
{
  return self->heard_at;
}

gint64
hemo_http_get_moved_at (HemoHttp *self)
{
  return g_atomic_int_get (&self->moved_at) * G_TIME_SPAN_SECOND;
}

const char *
hemo_http_get_host (HemoHttp *self)
{
  return self->host;
}

const char *
hemo_http_get_base_path (HemoHttp *self)
{
  return self->base_path;
}

gboolean
hemo_http_is_proven (HemoHttp *self)
{
  return self->tls || self->loopback;
}

gboolean
hemo_http_is_tls (HemoHttp *self)
{
  return self->tls;
}

HemoServerClock *
hemo_http_get_clock (HemoHttp *self)
{
  return self->clock;
}

void
hemo_http_set_bytes_per_second (HemoHttp *self, guint64 limit)
{
  self->bytes_per_second = limit;
}

void
hemo_http_set_in_flight (HemoHttp *self, guint64 bytes)
{
  self->in_flight = bytes;
}

/* What comes after 'https://host'; NULL for what is no such address. */
static const char *
find_path (const char *url)
{
  static const char *const schemes[] = { "https://", "http://" };

  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_ascii_strncasecmp (url, schemes[i], strlen (schemes[i])) == 0)
      {
        url += strlen (schemes[i]);
        return url + strcspn (url, "/?#");
      }
  return NULL;
}

/* A server behind one that ends its TLS names itself as it is called there: no name that it gives
 * is followed, its path is asked of the server that was set up. */
char *
hemo_http_target_of (HemoHttp *self, const char *url, GError **error)
{
  const char *path = find_path (url);
  gsize length = strlen (self->base_path);

  if (path != NULL && strncmp (path, self->base_path, length) == 0 && is_target (path + length))
    return g_strdup (path + length);
  g_set_error_literal (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_PROTOCOL,
                       N_ ("The server names an address that is not its own."));
  return NULL;
}
