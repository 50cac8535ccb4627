/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One server over HTTP: what is sent and read, and every way in which a link fails. */

#include "http-fixture.h"

#include <glib/gstdio.h>

static void
say_hello (const FakeRequest *request, FakeReply *reply)
{
  fake_reply_header (reply, "X-Twice", "a");
  fake_reply_header (reply, "x-twice", "b");
  fake_reply_text (reply, 200, "text/plain", "hello");
}

static void
test_get (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoHttpRequest) request = hemo_http_request_new ("GET", "/a%20b?c=d");
  g_autoptr (HemoHttpResponse) response = NULL;

  self->say = say_hello;
  hemo_http_request_set_header (request, "X-Test", "first");
  hemo_http_request_set_header (request, "x-test", "second");
  response = hemo_http_send (self->http, request, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (response->status, ==, 200);
  g_assert_cmpmem (g_bytes_get_data (response->body, NULL), g_bytes_get_size (response->body),
                   "hello", 5);
  g_assert_cmpstr (hemo_http_response_get_header (response, "X-TWICE"), ==, "a, b");
  g_assert_cmpstr (hemo_http_response_get_header (response, "Content-type"), ==, "text/plain");
  g_assert_cmpstr (self->seen_header, ==, "second");
  g_assert_cmpstr (self->server->log->str, ==, "GET /a%20b?c=d\n");
  g_assert_true (hemo_http_check (response, &error));
  g_assert_cmpint (ABS (response->date - g_get_real_time ()), <, 5 * G_TIME_SPAN_SECOND);
  g_assert_true (hemo_server_clock_is_known (self->clock));
  g_assert_false (response->secure);
}

/* Two requests, one connection; the bytes of the first are not counted for the second. */
static void
test_put (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < 2; i++)
    {
      g_autoptr (HemoHttpRequest) request = put_of (300000);
      g_autoptr (HemoHttpResponse) response = NULL;
      g_autoptr (GBytes) body = content_of (300000);
      g_autofree char *expected = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, body);
      g_autoptr (GString) actual = g_string_new (NULL);

      hemo_http_request_set_digests (request, TRUE, TRUE);
      response = hemo_http_send (self->http, request, NULL, &error);
      g_assert_no_error (error);
      g_assert_true (g_bytes_equal (self->seen_body, body));
      g_assert_cmpuint (g_bytes_get_size (response->md5), ==, 16);
      for (gsize n = 0; n < 32; n++)
        g_string_append_printf (actual, "%02x",
                                ((const guint8 *)g_bytes_get_data (response->sha256, NULL))[n]);
      g_assert_cmpstr (actual->str, ==, expected);
      g_assert_cmpuint (response->sent, >, 300000);
      g_assert_cmpuint (response->sent, <, 450000);
      g_assert_cmpint (response->sending, >, 0);
      g_assert_cmpint (response->round_trip, >, 0);
    }
  g_assert_cmpuint (self->server->connections, ==, 1);
}

static void
note_most (guint64 bytes, gpointer data)
{
  *(guint64 *)data = MAX (*(guint64 *)data, bytes);
}

static void
test_file (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) source = content_of (3 * MEBIBYTE);
  g_autoptr (HemoHttpRequest) request = hemo_http_request_new ("PUT", "/b/k");
  g_autoptr (HemoHttpResponse) response = NULL;
  g_autoptr (GBytes) expected = g_bytes_new_from_bytes (source, 1000, 2 * MEBIBYTE);
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "hemo-http-test", NULL);
  guint64 most = 0;

  g_file_set_contents (path, g_bytes_get_data (source, NULL), 3 * MEBIBYTE, &error);
  g_assert_no_error (error);
  hemo_http_request_set_file (request, path, 1000, 2 * MEBIBYTE);
  hemo_http_request_set_progress (request, note_most, &most);
  response = hemo_http_send (self->http, request, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (self->seen_body, expected));
  g_assert_cmpuint (most, <=, 2 * MEBIBYTE);
  g_clear_pointer (&response, hemo_http_response_free);
  /* Shorter than it was said to be, then away. */
  hemo_http_request_set_file (request, path, 2 * MEBIBYTE, 2 * MEBIBYTE);
  response = hemo_http_send (self->http, request, NULL, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_clear_error (&error);
  g_unlink (path);
  response = hemo_http_send (self->http, request, NULL, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

static gboolean
refuse_sink (const guint8 *bytes, gsize size, gpointer data, GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, "full");
  return FALSE;
}

static gboolean
take_sink (const guint8 *bytes, gsize size, gpointer data, GError **error)
{
  g_string_append_len (data, (const char *)bytes, (gssize)size);
  return TRUE;
}

static void
say_missing (const FakeRequest *request, FakeReply *reply)
{
  fake_reply_text (reply, 404, "application/xml", "<Error/>");
}

/* What is no success never reaches the file that an object is written to. */
static void
test_sink (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoHttpRequest) request = hemo_http_request_new ("GET", "/k");
  g_autoptr (HemoHttpResponse) response = NULL;
  g_autoptr (GString) taken = g_string_new (NULL);

  self->say = say_hello;
  hemo_http_request_set_sink (request, take_sink, taken);
  response = hemo_http_send (self->http, request, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (taken->str, ==, "hello");
  g_assert_cmpuint (g_bytes_get_size (response->body), ==, 0);
  g_clear_pointer (&response, hemo_http_response_free);
  self->say = say_missing;
  response = hemo_http_send (self->http, request, NULL, &error);
  g_assert_cmpstr (taken->str, ==, "hello");
  g_assert_cmpuint (g_bytes_get_size (response->body), ==, 8);
  g_assert_false (hemo_http_check (response, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_clear_pointer (&response, hemo_http_response_free);
  self->say = say_hello;
  hemo_http_request_set_sink (request, refuse_sink, NULL);
  response = hemo_http_send (self->http, request, NULL, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
}

static void
test_limit (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoHttpRequest) request = hemo_http_request_new ("GET", "/k");
  g_autoptr (HemoHttpResponse) response = NULL;

  self->say = say_hello;
  hemo_http_request_set_limit (request, 5);
  response = hemo_http_send (self->http, request, NULL, &error);
  g_assert_no_error (error);
  g_clear_pointer (&response, hemo_http_response_free);
  hemo_http_request_set_limit (request, 4);
  response = hemo_http_send (self->http, request, NULL, &error);
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_PROTOCOL);
}

static void
test_malformed (Fixture *self, gconstpointer data)
{
  const char *const targets[] = { "x", "/a b", "/a\nb", "/a\r\nHost: x", "/a#b", "/\xc3\xa9" };

  for (gsize i = 0; i < G_N_ELEMENTS (targets); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (HemoHttpResponse) response = get (self, targets[i], &error);

      g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_REFUSED);
    }
  {
    g_autoptr (GError) error = NULL;
    g_autoptr (HemoHttpRequest) request = hemo_http_request_new ("GET", "/");
    g_autoptr (HemoHttpResponse) response = NULL;

    hemo_http_request_set_header (request, "X-Test", "a\r\nX-Other: b");
    response = hemo_http_send (self->http, request, NULL, &error);
    g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_REFUSED);
  }
  g_assert_cmpuint (self->server->requests, ==, 0);
}

static guint said_status;
static const char *said_header;

static void
say_status (const FakeRequest *request, FakeReply *reply)
{
  g_auto (GStrv) pair = g_strsplit (said_header != NULL ? said_header : "", "|", 2);

  reply->status = said_status;
  if (said_header != NULL)
    fake_reply_header (reply, pair[0], pair[1]);
}

static void
test_statuses (Fixture *self, gconstpointer data)
{
  const struct
  {
    guint status;
    HemoRemoteError code;
  } cases[] = {
    { 400, HEMO_REMOTE_ERROR_REFUSED },   { 401, HEMO_REMOTE_ERROR_DENIED },
    { 403, HEMO_REMOTE_ERROR_DENIED },    { 404, HEMO_REMOTE_ERROR_NOT_FOUND },
    { 408, HEMO_REMOTE_ERROR_BUSY },      { 409, HEMO_REMOTE_ERROR_CONFLICT },
    { 410, HEMO_REMOTE_ERROR_NOT_FOUND }, { 412, HEMO_REMOTE_ERROR_CONFLICT },
    { 413, HEMO_REMOTE_ERROR_TOO_LARGE }, { 422, HEMO_REMOTE_ERROR_REFUSED },
    { 429, HEMO_REMOTE_ERROR_BUSY },      { 500, HEMO_REMOTE_ERROR_BUSY },
    { 502, HEMO_REMOTE_ERROR_BUSY },      { 503, HEMO_REMOTE_ERROR_BUSY },
    { 504, HEMO_REMOTE_ERROR_BUSY },      { 511, HEMO_REMOTE_ERROR_OFFLINE },
    { 304, HEMO_REMOTE_ERROR_PROTOCOL },
  };

  self->say = say_status;
  said_header = NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (HemoHttpResponse) response = NULL;

      said_status = cases[i].status;
      response = get (self, "/x", &error);
      g_assert_no_error (error);
      g_assert_cmpuint (response->status, ==, cases[i].status);
      g_assert_false (hemo_http_check (response, &error));
      g_assert_error (error, HEMO_REMOTE_ERROR, (int)cases[i].code);
    }
  said_status = 407;
  assert_fails (self, HEMO_REMOTE_ERROR_PROXY);
}

/* Both ways in which a network that wants a sign-in answers for everybody. */
static void
test_portal (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoHttpResponse) response = NULL;

  self->say = say_status;
  said_status = 302;
  said_header = "Location|http://127.0.0.1:1/login";
  assert_fails (self, HEMO_REMOTE_ERROR_OFFLINE);
  g_assert_cmpuint (self->server->requests, ==, 1);
  g_assert_false (hemo_server_clock_is_known (self->clock));
  said_status = 200;
  said_header = "Content-Type|text/html; charset=utf-8";
  response = get (self, "/x", &error);
  g_assert_no_error (error);
  g_assert_false (hemo_http_check (response, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_OFFLINE);
}

static void
assert_retry (Fixture *self, const char *header, gint64 at_least, gint64 at_most)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoHttpResponse) response = NULL;
  gint64 now = g_get_monotonic_time ();

  said_header = header;
  response = get (self, "/x", &error);
  g_assert_no_error (error);
  g_assert_cmpint (response->retry_after, >=, at_least);
  g_assert_cmpint (response->retry_after, <=, at_most);
  if (at_most > 0)
    g_assert_cmpint (hemo_http_get_retry_at (self->http), >=, now + at_least);
  else
    g_assert_cmpint (hemo_http_get_retry_at (self->http), ==, 0);
}

static void
test_retry_after (Fixture *self, gconstpointer data)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autoptr (GDateTime) later = g_date_time_add_seconds (now, 40 + 86400);
  g_autofree char *date = g_date_time_format (later, "Retry-After|%a, %d %b %Y %H:%M:%S GMT");

  self->say = say_status;
  said_status = 503;
  assert_retry (self, "Retry-After|8", 8 * G_USEC_PER_SEC, 8 * G_USEC_PER_SEC);
  /* By the server's own clock, which is a day ahead. */
  self->server->ahead = 86400;
  assert_retry (self, date, 30 * G_USEC_PER_SEC, 41 * G_USEC_PER_SEC);
  assert_retry (self, "Retry-After|99999999", G_TIME_SPAN_HOUR, G_TIME_SPAN_HOUR);
  assert_retry (self, "Retry-After|soon", 0, 0);
  assert_retry (self, "Retry-After|-3", 0, 0);
}

static void
test_refused_addresses (void)
{
  const char *const bases[] = { "",
                                "hello",
                                "ftp://127.0.0.1",
                                "http://192.0.2.1",
                                "http://localhost.example.org",
                                "https://",
                                "https://u:p@host",
                                "https://host/x?y",
                                "https://host#z",
                                "http://127.0.0.1.example.org/" };

  for (gsize i = 0; i < G_N_ELEMENTS (bases); i++)
    {
      g_autoptr (GError) error = NULL;
      HemoHttpOptions options = { .base = bases[i] };
      g_autoptr (HemoHttp) http = hemo_http_new (&options, &error);

      g_assert_null (http);
      g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_REFUSED);
    }
}

static void
test_addresses (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) garbage = g_bytes_new_static ("-----BEGIN CERTIFICATE-----\nx\n", 30);
  HemoHttpOptions options = { .base = "http://192.0.2.1:80/fhir//", .allow_plain = TRUE };
  g_autoptr (HemoHttp) plain = hemo_http_new (&options, &error);
  g_autoptr (HemoHttp) other = NULL;
  g_autofree char *target = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (hemo_http_get_host (plain), ==, "192.0.2.1");
  g_assert_cmpstr (hemo_http_get_base_path (plain), ==, "/fhir");
  g_assert_false (hemo_http_is_proven (plain));
  target = hemo_http_target_of (plain, "https://inner:8443/fhir/Patient?_page=2", &error);
  g_assert_cmpstr (target, ==, "/Patient?_page=2");
  g_assert_null (hemo_http_target_of (plain, "http://192.0.2.1/fhirx", &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_PROTOCOL);
  g_clear_error (&error);
  g_assert_null (hemo_http_target_of (plain, "ftp://192.0.2.1/fhir/Patient", NULL));
  options.base = "https://[::1]:8443";
  other = hemo_http_new (&options, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (hemo_http_get_host (other), ==, "[::1]:8443");
  g_assert_true (hemo_http_is_proven (other));
  options.authorities = garbage;
  g_assert_null (hemo_http_new (&options, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_REFUSED);
}

static void
say_slowly (const FakeRequest *request, FakeReply *reply)
{
  reply->wait_ms = 1500;
}

static gpointer
cancel_soon (gpointer data)
{
  g_usleep (200 * 1000);
  g_cancellable_cancel (data);
  return NULL;
}

static gpointer
renew_soon (gpointer data)
{
  g_usleep (200 * 1000);
  hemo_http_renew (data);
  return NULL;
}

static void
test_cancel (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (HemoHttpRequest) request = hemo_http_request_new ("GET", "/k");
  g_autoptr (GThread) thread = g_thread_new ("cancel", cancel_soon, cancellable);
  gint64 began = g_get_monotonic_time ();

  self->say = say_slowly;
  g_assert_null (hemo_http_send (self->http, request, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (g_get_monotonic_time () - began, <, G_TIME_SPAN_SECOND);
  g_thread_join (g_steal_pointer (&thread));
  g_clear_error (&error);
  g_assert_null (hemo_http_send (self->http, request, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* After the computer woke or moved to another network nothing waits for what is dead. */
static void
test_renew (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GThread) thread = NULL;
  g_autoptr (HemoHttpResponse) response = get (self, "/one", &error);
  gint64 began = g_get_monotonic_time ();

  self->say = say_slowly;
  thread = g_thread_new ("renew", renew_soon, self->http);
  assert_fails (self, HEMO_REMOTE_ERROR_OFFLINE);
  g_assert_cmpint (g_get_monotonic_time () - began, <, G_TIME_SPAN_SECOND);
  g_thread_join (g_steal_pointer (&thread));
  fake_server_set (self->server, self->say, NULL);
  g_clear_pointer (&response, hemo_http_response_free);
  response = get (self, "/two", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (self->server->connections, ==, 2);
}

static void
say_short (const FakeRequest *request, FakeReply *reply)
{
  fake_reply_text (reply, 200, "application/xml", "<ok");
  reply->short_by = 100;
}

static void
say_nothing (const FakeRequest *request, FakeReply *reply)
{
  reply->hang_up = TRUE;
}

static void
test_broken (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoHttpRequest) request = put_of (4 * MEBIBYTE);

  self->say = say_short;
  assert_fails (self, HEMO_REMOTE_ERROR_PROTOCOL);
  self->say = say_nothing;
  assert_fails (self, HEMO_REMOTE_ERROR_OFFLINE);
  self->say = NULL;
  self->server->cut_at = 500000;
  g_assert_null (hemo_http_send (self->http, request, NULL, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_OFFLINE);
}

/* A connection that the server closed while it lay idle costs one more try, not an error. */
static void
test_idle_closed (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < 3; i++)
    {
      g_autoptr (HemoHttpRequest) request = put_of (2000);
      g_autoptr (HemoHttpResponse) response = hemo_http_send (self->http, request, NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (g_bytes_get_size (self->seen_body), ==, 2000);
      fake_server_hang_up (self->server);
    }
}

static void
test_unreached (Fixture *self, gconstpointer data)
{
  g_autofree char *base = g_strdup (self->server->base);
  HemoHttpOptions options = { .base = base };

  g_clear_pointer (&self->server, fake_server_free);
  g_clear_object (&self->http);
  self->http = connect_to (self, &options);
  assert_fails (self, HEMO_REMOTE_ERROR_OFFLINE);
  g_clear_object (&self->http);
  options.base = "https://no-such-host.invalid";
  self->http = connect_to (self, &options);
  assert_fails (self, HEMO_REMOTE_ERROR_OFFLINE);
}

/* A port whose queue is full answers nothing, as a firewall that drops. */
static void
test_blackhole (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) listener
      = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GPtrArray) waiting = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GSocketAddress) address = NULL;
  g_autofree char *base = NULL;
  HemoHttpOptions options = { 0 };
  gint64 began = 0;

  g_socket_set_listen_backlog (listener, 0);
  g_assert_true (g_socket_bind (listener, any, FALSE, &error));
  g_assert_true (g_socket_listen (listener, &error));
  address = g_socket_get_local_address (listener, &error);
  for (int i = 0; i < 4; i++)
    {
      GSocket *one
          = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);

      g_socket_set_blocking (one, FALSE);
      g_socket_connect (one, address, NULL, NULL);
      g_ptr_array_add (waiting, one);
    }
  base = g_strdup_printf ("http://127.0.0.1:%u",
                          g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address)));
  options.base = base;
  g_clear_object (&self->http);
  self->http = connect_to (self, &options);
  began = g_get_monotonic_time ();
  assert_fails (self, HEMO_REMOTE_ERROR_OFFLINE);
  g_assert_cmpint (g_get_monotonic_time () - began, <, 3 * G_TIME_SPAN_SECOND);
}

static void
test_rate (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoHttpRequest) request = put_of (300000);
  g_autoptr (HemoHttpResponse) response = NULL;
  gint64 began = g_get_monotonic_time ();

  hemo_http_set_bytes_per_second (self->http, 200000);
  response = hemo_http_send (self->http, request, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_get_monotonic_time () - began, >, 800 * 1000);
}

#define ADD(path, function) g_test_add ("/http/" path, Fixture, NULL, set_up, function, tear_down)

static void
test_local (void)
{
  static const char *const local[]
      = { "127.0.0.1",   "10.1.2.3", "172.16.0.9", "172.31.255.1",  "192.168.1.5",
          "169.254.7.7", "::1",      "fd12::3:4",  "fe80::1%enp0s3" };
  static const char *const outside[] = {
    "8.8.8.8", "172.32.0.1", "192.169.0.1", "11.0.0.1", "2001:db8::1", "fec0:", "", "clinic"
  };

  for (guint i = 0; i < G_N_ELEMENTS (local); i++)
    g_assert_true (hemo_http_is_local (local[i]));
  for (guint i = 0; i < G_N_ELEMENTS (outside); i++)
    g_assert_false (hemo_http_is_local (outside[i]));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http/local", test_local);
  ADD ("get", test_get);
  ADD ("put", test_put);
  ADD ("file", test_file);
  ADD ("sink", test_sink);
  ADD ("limit", test_limit);
  ADD ("malformed", test_malformed);
  ADD ("statuses", test_statuses);
  ADD ("portal", test_portal);
  ADD ("retry-after", test_retry_after);
  g_test_add_func ("/http/refused-addresses", test_refused_addresses);
  g_test_add_func ("/http/addresses", test_addresses);
  ADD ("cancel", test_cancel);
  ADD ("renew", test_renew);
  ADD ("broken", test_broken);
  ADD ("idle-closed", test_idle_closed);
  ADD ("unreached", test_unreached);
  ADD ("blackhole", test_blackhole);
  ADD ("rate", test_rate);
  return g_test_run ();
}
