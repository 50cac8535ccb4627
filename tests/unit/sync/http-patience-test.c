/* SPDX-License-Identifier: GPL-3.0-or-later */

/* For what a server is waited for, and for how long; and what is given to a link that is poor. */

#include "http-fixture.h"

static void
say_slowly (const FakeRequest *request, FakeReply *reply)
{
  reply->wait_ms = 1500;
}

static void
test_stall (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoHttpRequest) request = put_of (16 * MEBIBYTE);
  gint64 began = g_get_monotonic_time (), took = 0;

  self->server->stall_at = 100000;
  g_assert_null (hemo_http_send (self->http, request, NULL, &error));
  took = g_get_monotonic_time () - began;
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_OFFLINE);
  g_assert_cmpint (took, >, 600 * 1000);
  g_assert_cmpint (took, <, 4 * G_TIME_SPAN_SECOND);
}

/* A server that has everything may think for longer than a link may be silent, but not for ever. */
static void
test_patience (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoHttpRequest) request = put_of (1000);
  g_autoptr (HemoHttpResponse) response = NULL;

  self->say = say_slowly;
  response = hemo_http_send (self->http, request, NULL, &error);
  g_assert_no_error (error);
  g_clear_pointer (&response, hemo_http_response_free);
  hemo_http_request_set_patience (request, 100);
  response = hemo_http_send (self->http, request, NULL, &error);
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_OFFLINE);
}

/* One that was not heard for long is not given time to think until it answers. */
static void
test_doubt (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoHttpRequest) request = put_of (1000);
  g_autoptr (HemoHttpResponse) response = NULL;

  hemo_http_doubt (self->http);
  self->say = say_slowly;
  for (int i = 0; i < 2; i++)
    {
      g_assert_null (hemo_http_send (self->http, request, NULL, &error));
      g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_OFFLINE);
      g_clear_error (&error);
    }
  fake_server_set (self->server, self->say, NULL);
  g_clear_pointer (&response, hemo_http_response_free);
  response = get (self, "/x", &error);
  g_assert_no_error (error);
  self->say = say_slowly;
  g_clear_pointer (&response, hemo_http_response_free);
  response = hemo_http_send (self->http, request, NULL, &error);
  g_assert_no_error (error);
}

/* With little on its way at a time a body comes whole all the same. */
static void
test_in_flight (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoHttpRequest) request = put_of (4 * MEBIBYTE);
  g_autoptr (HemoHttpResponse) response = NULL;

  hemo_http_set_in_flight (self->http, 16 * 1024);
  response = hemo_http_send (self->http, request, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (self->seen_body), ==, 4 * MEBIBYTE);
}

static gboolean announced;

static void
see_announced (const FakeRequest *request, FakeReply *reply)
{
  announced = fake_request_header (request, "expect") != NULL;
}

/* A body is announced after one that the server hung up over, which costs a way there and back; not
 * after a link that went silent. */
static void
test_announces (Fixture *self, gconstpointer data)
{
  const gboolean silent[] = { TRUE, FALSE };
  g_autoptr (HemoHttpRequest) large = put_of (16 * MEBIBYTE);
  g_autoptr (HemoHttpRequest) small = put_of (1000);

  self->say = see_announced;
  for (gsize i = 0; i < G_N_ELEMENTS (silent); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (HemoHttpResponse) response = NULL;

      self->server->faults = 1;
      *(silent[i] ? &self->server->stall_at : &self->server->cut_at) = 100000;
      g_assert_null (hemo_http_send (self->http, large, NULL, &error));
      g_clear_error (&error);
      fake_server_set (self->server, self->server->stall_at, 0);
      fake_server_set (self->server, self->server->cut_at, 0);
      response = hemo_http_send (self->http, small, NULL, &error);
      g_assert_no_error (error);
      g_assert_true (announced == !silent[i]);
    }
}

#define ADD(path, function)                                                                        \
  g_test_add ("/http-patience/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("stall", test_stall);
  ADD ("patience", test_patience);
  ADD ("doubt", test_doubt);
  ADD ("announces", test_announces);
  ADD ("in-flight", test_in_flight);
  return g_test_run ();
}
