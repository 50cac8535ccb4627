/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A server on loopback, one thread for each connection. */

#include "fake-server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct
{
  FakeServer *server;
  int socket;
  SSL *tls;
  GByteArray *waiting;
} Connection;

static gboolean
fill (Connection *self)
{
  guint8 buffer[16384];
  gssize got = self->tls != NULL ? SSL_read (self->tls, buffer, sizeof buffer)
                                 : recv (self->socket, buffer, sizeof buffer, 0);

  if (got <= 0)
    return FALSE;
  g_byte_array_append (self->waiting, buffer, (guint)got);
  g_mutex_lock (&self->server->mutex);
  self->server->received += (guint64)got;
  g_mutex_unlock (&self->server->mutex);
  return TRUE;
}

static gboolean
give (Connection *self, const void *bytes, gsize size)
{
  const char *at = bytes;

  while (size > 0)
    {
      gssize put = self->tls != NULL ? SSL_write (self->tls, at, (int)size)
                                     : send (self->socket, at, size, MSG_NOSIGNAL);

      if (put <= 0)
        return FALSE;
      at += put;
      size -= (gsize)put;
    }
  return TRUE;
}

static char *
take_head (Connection *self)
{
  for (;;)
    {
      const char *end = self->waiting->len > 0
                            ? memmem (self->waiting->data, self->waiting->len, "\r\n\r\n", 4)
                            : NULL;

      if (end != NULL)
        {
          gsize size = (gsize)(end - (const char *)self->waiting->data);
          char *head = g_strndup ((const char *)self->waiting->data, size);

          g_byte_array_remove_range (self->waiting, 0, (guint)size + 4);
          return head;
        }
      if (!fill (self))
        return NULL;
    }
}

static void
parse_head (FakeRequest *request, const char *head)
{
  g_auto (GStrv) lines = g_strsplit (head, "\r\n", -1);
  g_auto (GStrv) first = g_strsplit (lines[0], " ", 3);

  g_assert_cmpuint (g_strv_length (first), ==, 3);
  request->method = g_strdup (first[0]);
  request->target = g_strdup (first[1]);
  for (guint i = 1; lines[i] != NULL; i++)
    {
      char *colon = strchr (lines[i], ':');

      g_assert_nonnull (colon);
      *colon = '\0';
      g_hash_table_replace (request->headers, g_ascii_strdown (lines[i], -1),
                            g_strdup (g_strstrip (colon + 1)));
    }
}

/* FALSE when this one is to be cut; stalls until the server ends. */
static gboolean
pass_faults (Connection *self, guint64 taken)
{
  FakeServer *server = self->server;
  gboolean cut = FALSE, stall = FALSE;

  g_mutex_lock (&server->mutex);
  cut = server->faults > 0 && server->cut_at > 0 && taken >= server->cut_at;
  stall = server->faults > 0 && server->stall_at > 0 && taken >= server->stall_at;
  if (cut || stall)
    server->faults--;
  while (stall && !server->ending)
    {
      char byte;

      g_mutex_unlock (&server->mutex);
      g_usleep (20000);
      if (recv (self->socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0)
        stall = FALSE;
      g_mutex_lock (&server->mutex);
      cut = TRUE;
    }
  g_mutex_unlock (&server->mutex);
  return !cut;
}

static gboolean
take_body (Connection *self, FakeRequest *request)
{
  const char *length = fake_request_header (request, "content-length");
  guint64 wanted = length != NULL ? g_ascii_strtoull (length, NULL, 10) : 0;

  g_assert_null (fake_request_header (request, "transfer-encoding"));
  if (fake_request_header (request, "expect") != NULL
      && !give (self, "HTTP/1.1 100 Continue\r\n\r\n", 25))
    return FALSE;
  if (self->server->hasty)
    return fill (self);
  while (request->body->len < wanted)
    {
      guint part = (guint)MIN (self->waiting->len, wanted - request->body->len);

      g_byte_array_append (request->body, self->waiting->data, part);
      g_byte_array_remove_range (self->waiting, 0, part);
      g_mutex_lock (&self->server->mutex);
      self->server->bodies += part;
      g_mutex_unlock (&self->server->mutex);
      if (!pass_faults (self, request->body->len) || (request->body->len < wanted && !fill (self)))
        return FALSE;
    }
  return TRUE;
}

static void
add_date (FakeServer *server, FakeReply *reply)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autoptr (GDateTime) said = g_date_time_add_seconds (now, (double)server->ahead);
  g_autofree char *text = g_date_time_format (said, "%a, %d %b %Y %H:%M:%S GMT");

  if (!reply->without_date)
    fake_reply_header (reply, "Date", text);
}

static gboolean
give_reply (Connection *self, const FakeRequest *request, FakeReply *reply)
{
  g_autoptr (GString) head = g_string_new (NULL);
  gboolean bare
      = g_str_equal (request->method, "HEAD") || reply->status == 204 || reply->status == 304;

  g_usleep (reply->wait_ms * 1000);
  if (reply->hang_up)
    return FALSE;
  g_string_append_printf (head, "HTTP/1.1 %u Said\r\n%s", reply->status, reply->headers->str);
  if (strstr (reply->headers->str, "Content-Length:") == NULL)
    g_string_append_printf (head, "Content-Length: %u\r\n", reply->body->len + reply->short_by);
  g_string_append (head, "\r\n");
  if (!give (self, head->str, head->len))
    return FALSE;
  for (guint i = 0; reply->drip_ms > 0 && i < reply->body->len; i++)
    {
      g_usleep (reply->drip_ms * 1000);
      if (!give (self, reply->body->data + i, 1))
        return FALSE;
    }
  if (!bare && reply->drip_ms == 0 && !give (self, reply->body->data, reply->body->len))
    return FALSE;
  return reply->short_by == 0 && !self->server->hasty;
}

static void
note_request (FakeServer *server, const FakeRequest *request)
{
  g_string_append_printf (server->log, "%s %s\n", request->method, request->target);
}

static gboolean
answer (Connection *self, FakeRequest *request)
{
  FakeReply reply = { .status = 200, .headers = g_string_new (NULL), .body = g_byte_array_new () };
  gboolean alive = FALSE;

  g_mutex_lock (&self->server->mutex);
  request->index = self->server->requests++;
  note_request (self->server, request);
  self->server->handler (request, &reply, self->server->data);
  add_date (self->server, &reply);
  g_mutex_unlock (&self->server->mutex);
  alive = give_reply (self, request, &reply);
  g_string_free (reply.headers, TRUE);
  g_byte_array_unref (reply.body);
  return alive;
}

/* Until it may speak again, which is too late for this request. */
static gboolean
is_mute (FakeServer *server)
{
  gboolean was_mute = FALSE;

  g_mutex_lock (&server->mutex);
  while (server->mute && !server->ending)
    {
      was_mute = TRUE;
      g_mutex_unlock (&server->mutex);
      g_usleep (10000);
      g_mutex_lock (&server->mutex);
    }
  g_mutex_unlock (&server->mutex);
  return was_mute;
}

static gboolean
serve_one (Connection *self)
{
  g_autofree char *head = take_head (self);
  FakeRequest request = { 0 };
  gboolean alive = FALSE;

  if (head == NULL)
    return FALSE;
  request.headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  request.body = g_byte_array_new ();
  parse_head (&request, head);
  alive = take_body (self, &request) && !is_mute (self->server) && answer (self, &request);
  g_free (request.method);
  g_free (request.target);
  g_hash_table_unref (request.headers);
  g_byte_array_unref (request.body);
  return alive;
}

/* OpenSSL writes without MSG_NOSIGNAL. The client, which is what is tested, stays as it is. */
static void
outlive_hang_up (void)
{
  sigset_t set;

  sigemptyset (&set);
  sigaddset (&set, SIGPIPE);
  pthread_sigmask (SIG_BLOCK, &set, NULL);
}

static gpointer
serve (gpointer data)
{
  Connection *self = data;

  outlive_hang_up ();
  if (self->tls != NULL)
    SSL_set_fd (self->tls, self->socket);
  if (self->tls == NULL || SSL_accept (self->tls) == 1)
    while (serve_one (self))
      ;
  SSL_free (self->tls);
  /* Sends nothing. ThreadSanitizer knows by it that what this thread did was before the client
   * hears of the end, which it does not learn from a shutdown: a test sets the next fault then. */
  send (self->socket, "", 0, MSG_NOSIGNAL);
  shutdown (self->socket, SHUT_RDWR);
  g_byte_array_unref (self->waiting);
  g_free (self);
  return NULL;
}

static gpointer
accept_all (gpointer data)
{
  FakeServer *self = data;

  for (;;)
    {
      int socket = accept (self->socket, NULL, NULL), on = 1;
      Connection *connection = NULL;

      if (socket < 0)
        return NULL;
      setsockopt (socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      connection = g_new0 (Connection, 1);
      connection->server = self;
      connection->socket = socket;
      /* Here, where it has ended before a test changes the context. */
      connection->tls = self->tls != NULL ? SSL_new (self->tls) : NULL;
      connection->waiting = g_byte_array_new ();
      g_mutex_lock (&self->mutex);
      self->connections++;
      g_array_append_val (self->sockets, socket);
      if (self->ending)
        shutdown (socket, SHUT_RDWR);
      g_ptr_array_add (self->threads, g_thread_new ("fake-connection", serve, connection));
      g_mutex_unlock (&self->mutex);
    }
}

/* Any port the first time, the same one again. */
static void
open_port (FakeServer *self)
{
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK),
                                 .sin_port = htons ((guint16)self->port) };
  socklen_t size = sizeof address;
  int on = 1;

  self->socket = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  setsockopt (self->socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  g_assert_cmpint (bind (self->socket, (struct sockaddr *)&address, sizeof address), ==, 0);
  g_assert_cmpint (listen (self->socket, 16), ==, 0);
  g_assert_cmpint (getsockname (self->socket, (struct sockaddr *)&address, &size), ==, 0);
  self->port = ntohs (address.sin_port);
}

FakeServer *
fake_server_new (FakeHandler handler, gpointer data, SSL_CTX *tls)
{
  FakeServer *self = g_new0 (FakeServer, 1);

  /* A client that goes away in the middle of TLS ends no test. */
  signal (SIGPIPE, SIG_IGN);
  self->handler = handler;
  self->data = data;
  self->tls = tls;
  self->log = g_string_new (NULL);
  self->faults = G_MAXUINT;
  self->threads = g_ptr_array_new ();
  self->sockets = g_array_new (FALSE, FALSE, sizeof (int));
  g_mutex_init (&self->mutex);
  open_port (self);
  self->base = g_strdup_printf ("%s://127.0.0.1:%d", tls != NULL ? "https" : "http", self->port);
  self->acceptor = g_thread_new ("fake-server", accept_all, self);
  return self;
}

void
fake_server_hang_up (FakeServer *self)
{
  g_mutex_lock (&self->mutex);
  for (guint i = 0; i < self->sockets->len; i++)
    shutdown (g_array_index (self->sockets, int, i), SHUT_RDWR);
  g_mutex_unlock (&self->mutex);
}

void
fake_server_set_away (FakeServer *self, gboolean away)
{
  if (!away)
    {
      open_port (self);
      self->acceptor = g_thread_new ("fake-server", accept_all, self);
      return;
    }
  shutdown (self->socket, SHUT_RDWR);
  g_thread_join (self->acceptor);
  close (self->socket);
  fake_server_hang_up (self);
}

gboolean
fake_server_is_asked (FakeServer *self)
{
  gboolean asked;

  g_mutex_lock (&self->mutex);
  asked = self->received > 0;
  g_mutex_unlock (&self->mutex);
  return asked;
}

/* A listener that takes nobody, with one already waiting: the kernel lets all others lie. */
void
fake_server_set_silent (FakeServer *self, gboolean silent)
{
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK),
                                 .sin_port = htons ((guint16)self->port) };
  int on = 1;

  if (!silent)
    {
      close (self->silence[0]);
      close (self->silence[1]);
      fake_server_set_away (self, FALSE);
      return;
    }
  fake_server_set_away (self, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (self->silence); i++)
    self->silence[i] = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  setsockopt (self->silence[0], SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  g_assert_cmpint (bind (self->silence[0], (struct sockaddr *)&address, sizeof address), ==, 0);
  g_assert_cmpint (listen (self->silence[0], 0), ==, 0);
  g_assert_cmpint (connect (self->silence[1], (struct sockaddr *)&address, sizeof address), ==, 0);
}

void
fake_server_free (FakeServer *self)
{
  if (self == NULL)
    return;
  g_mutex_lock (&self->mutex);
  self->ending = TRUE;
  g_mutex_unlock (&self->mutex);
  shutdown (self->socket, SHUT_RDWR);
  g_thread_join (self->acceptor);
  fake_server_hang_up (self);
  for (guint i = 0; i < self->threads->len; i++)
    g_thread_join (g_ptr_array_index (self->threads, i));
  for (guint i = 0; i < self->sockets->len; i++)
    close (g_array_index (self->sockets, int, i));
  close (self->socket);
  g_ptr_array_unref (self->threads);
  g_array_unref (self->sockets);
  g_string_free (self->log, TRUE);
  g_mutex_clear (&self->mutex);
  SSL_CTX_free (self->tls);
  g_free (self->base);
  g_free (self);
}

const char *
fake_request_header (const FakeRequest *request, const char *name)
{
  return g_hash_table_lookup (request->headers, name);
}

char *
fake_request_query (const FakeRequest *request, const char *name)
{
  const char *query = strchr (request->target, '?');
  g_auto (GStrv) pairs = g_strsplit (query != NULL ? query + 1 : "", "&", -1);

  for (guint i = 0; pairs[i] != NULL; i++)
    {
      gsize length = strlen (name);

      if (strncmp (pairs[i], name, length) == 0 && (pairs[i][length] == '=' || !pairs[i][length]))
        return g_strdup (pairs[i][length] == '=' ? pairs[i] + length + 1 : "");
    }
  return NULL;
}

void
fake_reply_header (FakeReply *reply, const char *name, const char *value)
{
  g_string_append_printf (reply->headers, "%s: %s\r\n", name, value);
}

void
fake_reply_text (FakeReply *reply, guint status, const char *type, const char *text)
{
  reply->status = status;
  fake_reply_header (reply, "Content-Type", type);
  g_byte_array_set_size (reply->body, 0);
  g_byte_array_append (reply->body, (const guint8 *)text, (guint)strlen (text));
}

static X509 *
issue (EVP_PKEY *key, const char *name, gint64 from, gint64 to, FakeAuthority *by)
{
  X509 *certificate = X509_new ();
  X509_NAME *subject = X509_get_subject_name (certificate);
  g_autofree char *alternative
      = g_strdup_printf ("%s:%s", g_ascii_isdigit (*name) ? "IP" : "DNS", name);
  X509_EXTENSION *extension
      = X509V3_EXT_conf_nid (NULL, NULL, by != NULL ? NID_subject_alt_name : NID_basic_constraints,
                             by != NULL ? alternative : "critical,CA:TRUE");

  X509_set_version (certificate, X509_VERSION_3);
  ASN1_INTEGER_set (X509_get_serialNumber (certificate), (long)g_random_int_range (1, G_MAXINT));
  X509_NAME_add_entry_by_txt (subject, "CN", MBSTRING_UTF8, (const guchar *)name, -1, -1, 0);
  X509_set_issuer_name (certificate,
                        by != NULL ? X509_get_subject_name (by->certificate) : subject);
  ASN1_TIME_set (X509_getm_notBefore (certificate), (time_t)from);
  ASN1_TIME_set (X509_getm_notAfter (certificate), (time_t)to);
  X509_set_pubkey (certificate, key);
  X509_add_ext (certificate, extension, -1);
  X509_EXTENSION_free (extension);
  g_assert_cmpint (X509_sign (certificate, by != NULL ? by->key : key, EVP_sha256 ()), >, 0);
  return certificate;
}

FakeAuthority *
fake_authority_new (void)
{
  FakeAuthority *self = g_new0 (FakeAuthority, 1);
  BIO *bio = BIO_new (BIO_s_mem ());
  char *data = NULL;
  long size = 0;

  self->key = EVP_EC_gen ("P-256");
  self->certificate = issue (self->key, "tests", 0, 32503680000, NULL);
  PEM_write_bio_X509 (bio, self->certificate);
  size = BIO_get_mem_data (bio, &data);
  self->pem = g_bytes_new (data, (gsize)size);
  BIO_free (bio);
  return self;
}

void
fake_authority_free (FakeAuthority *self)
{
  if (self == NULL)
    return;
  EVP_PKEY_free (self->key);
  X509_free (self->certificate);
  g_bytes_unref (self->pem);
  g_free (self);
}

SSL_CTX *
fake_authority_serve (FakeAuthority *self, const char *name, gint64 from, gint64 to)
{
  SSL_CTX *context = SSL_CTX_new (TLS_server_method ());
  EVP_PKEY *key = EVP_EC_gen ("P-256");
  X509 *certificate = issue (key, name, from, to, self);

  g_assert_cmpint (SSL_CTX_use_certificate (context, certificate), ==, 1);
  g_assert_cmpint (SSL_CTX_use_PrivateKey (context, key), ==, 1);
  X509_free (certificate);
  EVP_PKEY_free (key);
  return context;
}
