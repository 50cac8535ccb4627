/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A server that cannot prove who it is hears nothing from us. */

#include "hemo-http.h"

#include "fake-server.h"

#include "hemo-clock.h"

#define DAY 86400
#define BODY (1024 * 1024 - 1)
#define TRIES 12

typedef struct
{
  FakeAuthority *authority;
  FakeServer *server;
  HemoServerClock *clock;
  gint64 system;
  gint64 built;
} Fixture;

static void
handle (const FakeRequest *request, FakeReply *reply, gpointer data)
{
  if (g_str_equal (request->method, "PUT"))
    reply->status = 403;
}

static gint64
system_of (gpointer data)
{
  return ((Fixture *)data)->system;
}

static gint64
running_of (gpointer data)
{
  return g_get_monotonic_time ();
}

static const HemoServerClockSource source = { system_of, running_of };

static void
set_up (Fixture *self, gconstpointer data)
{
  self->authority = fake_authority_new ();
  self->built = hemo_clock_build_time () / G_USEC_PER_SEC;
  self->system = (self->built + DAY) * G_USEC_PER_SEC;
  self->clock = hemo_server_clock_new (0);
  hemo_server_clock_set_source (self->clock, &source, self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_pointer (&self->server, fake_server_free);
  fake_authority_free (self->authority);
  hemo_server_clock_unref (self->clock);
}

/* Serves with dates of days after the build. */
static void
serve (Fixture *self, const char *name, gint64 from, gint64 to)
{
  SSL_CTX *context = fake_authority_serve (self->authority, name, self->built + from * DAY,
                                           self->built + to * DAY);

  g_clear_pointer (&self->server, fake_server_free);
  self->server = fake_server_new (handle, NULL, context);
}

static HemoHttpResponse *
ask (Fixture *self, GBytes *authorities, GError **error)
{
  HemoHttpOptions options
      = { .base = self->server->base, .authorities = authorities, .clock = self->clock };
  g_autoptr (HemoHttp) http = hemo_http_new (&options, NULL);
  g_autoptr (HemoHttpRequest) request = hemo_http_request_new ("GET", "/");

  hemo_http_request_set_header (request, "Authorization", "a secret");
  return hemo_http_send (http, request, NULL, error);
}

static void
assert_answers (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoHttpResponse) response = ask (self, self->authority->pem, &error);

  g_assert_no_error (error);
  g_assert_true (response->secure);
  g_assert_true (hemo_server_clock_is_known (self->clock));
}

static void
assert_refused (Fixture *self, GBytes *authorities, HemoRemoteError code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoHttpResponse) response = ask (self, authorities, &error);

  g_assert_error (error, HEMO_REMOTE_ERROR, (int)code);
  g_assert_cmpuint (self->server->requests, ==, 0);
  g_assert_false (hemo_server_clock_is_known (self->clock));
}

static void
test_trusted (Fixture *self, gconstpointer data)
{
  serve (self, "127.0.0.1", -1, 30);
  assert_answers (self);
}

static void
test_unknown_authority (Fixture *self, gconstpointer data)
{
  g_autoptr (FakeAuthority) other = fake_authority_new ();

  serve (self, "127.0.0.1", -1, 30);
  assert_refused (self, NULL, HEMO_REMOTE_ERROR_TLS);
  assert_refused (self, other->pem, HEMO_REMOTE_ERROR_TLS);
}

static void
test_other_name (Fixture *self, gconstpointer data)
{
  serve (self, "127.0.0.2", -1, 30);
  assert_refused (self, self->authority->pem, HEMO_REMOTE_ERROR_TLS);
  serve (self, "example.org", -1, 30);
  assert_refused (self, self->authority->pem, HEMO_REMOTE_ERROR_TLS);
}

static void
test_expired (Fixture *self, gconstpointer data)
{
  serve (self, "127.0.0.1", -30, 1);
  self->system = (self->built + 5 * DAY) * G_USEC_PER_SEC;
  assert_refused (self, self->authority->pem, HEMO_REMOTE_ERROR_TLS);
}

/* A dead battery says 1970: the build and what was proven before are later. */
static void
test_clock_behind (Fixture *self, gconstpointer data)
{
  self->system = 0;
  serve (self, "127.0.0.1", -30, 30);
  assert_answers (self);
  g_clear_pointer (&self->clock, hemo_server_clock_unref);
  self->clock = hemo_server_clock_new ((self->built + 90 * DAY) * G_USEC_PER_SEC);
  hemo_server_clock_set_source (self->clock, &source, self);
  serve (self, "127.0.0.1", 60, 120);
  assert_answers (self);
}

static void
test_clock_too_far_behind (Fixture *self, gconstpointer data)
{
  self->system = 0;
  serve (self, "127.0.0.1", 60, 120);
  assert_refused (self, self->authority->pem, HEMO_REMOTE_ERROR_CLOCK);
}

static void
test_clock_ahead (Fixture *self, gconstpointer data)
{
  self->system = (self->built + 80 * 365 * (gint64)DAY) * G_USEC_PER_SEC;
  serve (self, "127.0.0.1", -30, 30);
  assert_refused (self, self->authority->pem, HEMO_REMOTE_ERROR_CLOCK);
}

static void
test_old_protocol (Fixture *self, gconstpointer data)
{
  SSL_CTX *context = fake_authority_serve (self->authority, "127.0.0.1", self->built - DAY,
                                           self->built + 30 * DAY);

  SSL_CTX_set_security_level (context, 0);
  g_assert_cmpint (SSL_CTX_set_max_proto_version (context, TLS1_1_VERSION), ==, 1);
  self->server = fake_server_new (handle, NULL, context);
  assert_refused (self, self->authority->pem, HEMO_REMOTE_ERROR_TLS);
}

/* A server that refuses a body by hanging up over it: what it answered may be lost once, not a
 * second time. */
static void
test_hasty (Fixture *self, gconstpointer data)
{
  g_autofree guint8 *bytes = g_malloc0 (BODY);
  g_autoptr (GBytes) body = g_bytes_new (bytes, BODY);
  guint lost = 0;

  serve (self, "127.0.0.1", -1, 30);
  self->server->hasty = TRUE;
  for (guint i = 0; i < TRIES; i++)
    {
      const HemoHttpOptions options = { .base = self->server->base,
                                        .authorities = self->authority->pem,
                                        .clock = self->clock };
      g_autoptr (HemoHttp) http = hemo_http_new (&options, NULL);
      g_autoptr (HemoHttpRequest) request = hemo_http_request_new ("PUT", "/");
      g_autoptr (HemoHttpResponse) response = NULL;
      g_autoptr (GError) error = NULL;

      hemo_http_request_set_body (request, body);
      if ((response = hemo_http_send (http, request, NULL, NULL)) == NULL)
        {
          lost++;
          response = hemo_http_send (http, request, NULL, &error);
          g_assert_no_error (error);
        }
      g_assert_cmpuint (response->status, ==, 403);
    }
  g_test_message ("%u of %d answers were lost at first", lost, TRIES);
}

#define ADD(path, function)                                                                        \
  g_test_add ("/http-tls/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("trusted", test_trusted);
  ADD ("unknown-authority", test_unknown_authority);
  ADD ("other-name", test_other_name);
  ADD ("expired", test_expired);
  ADD ("clock-behind", test_clock_behind);
  ADD ("clock-too-far-behind", test_clock_too_far_behind);
  ADD ("clock-ahead", test_clock_ahead);
  ADD ("hasty", test_hasty);
  ADD ("old-protocol", test_old_protocol);
  return g_test_run ();
}
