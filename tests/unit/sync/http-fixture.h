/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A server and a connection to it. */

#pragma once

#include "hemo-http.h"

#include "fake-server.h"

#include <string.h>

#define MEBIBYTE (1024 * 1024)

typedef struct
{
  FakeServer *server;
  HemoHttp *http;
  HemoServerClock *clock;
  /* What the server says to everything. */
  void (*say) (const FakeRequest *request, FakeReply *reply);
  /* Of the last request. */
  char *seen_header;
  GBytes *seen_body;
} Fixture;

static inline void
handle (const FakeRequest *request, FakeReply *reply, gpointer data)
{
  Fixture *self = data;

  g_set_str (&self->seen_header, fake_request_header (request, "x-test"));
  g_clear_pointer (&self->seen_body, g_bytes_unref);
  self->seen_body = g_bytes_new (request->body->data, request->body->len);
  if (self->say != NULL)
    self->say (request, reply);
}

static inline HemoHttp *
connect_to (Fixture *self, const HemoHttpOptions *wish)
{
  g_autoptr (GError) error = NULL;
  HemoHttpOptions options = *wish;
  HemoHttp *http = NULL;

  options.base = options.base != NULL ? options.base : self->server->base;
  options.clock = self->clock;
  options.stall_timeout_ms = 700;
  options.connect_timeout_ms = 500;
  http = hemo_http_new (&options, &error);
  g_assert_no_error (error);
  return http;
}

static inline void
set_up (Fixture *self, gconstpointer data)
{
  const HemoHttpOptions options = { 0 };

  self->server = fake_server_new (handle, self, NULL);
  self->clock = hemo_server_clock_new (0);
  self->http = connect_to (self, &options);
}

static inline void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_object (&self->http);
  g_clear_pointer (&self->server, fake_server_free);
  g_clear_pointer (&self->clock, hemo_server_clock_unref);
  g_clear_pointer (&self->seen_header, g_free);
  g_clear_pointer (&self->seen_body, g_bytes_unref);
}

static inline HemoHttpResponse *
get (Fixture *self, const char *target, GError **error)
{
  g_autoptr (HemoHttpRequest) request = hemo_http_request_new ("GET", target);

  return hemo_http_send (self->http, request, NULL, error);
}

static inline void
assert_fails (Fixture *self, HemoRemoteError code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoHttpResponse) response = get (self, "/x?secret=1", &error);

  g_assert_error (error, HEMO_REMOTE_ERROR, (int)code);
  g_assert_null (response);
  g_assert_null (strstr (error->message, "secret"));
}

static inline GBytes *
content_of (gsize size)
{
  guint8 *bytes = g_malloc (MAX (size, 1));

  for (gsize i = 0; i < size; i++)
    bytes[i] = (guint8)(i * 7 + i / 251);
  return g_bytes_new_take (bytes, size);
}

static inline HemoHttpRequest *
put_of (gsize size)
{
  HemoHttpRequest *request = hemo_http_request_new ("PUT", "/b/k");
  g_autoptr (GBytes) body = content_of (size);

  hemo_http_request_set_body (request, body);
  return request;
}
