/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A sign-in server that checks assertions as RFC 7523 wants it. */

#include "fake-smart.h"

#include "hemo-smart-key.h"

#include "jwt.h"

#include <string.h>

#define JSON "application/json"
#define PATIENT "{\"resourceType\":\"Patient\",\"id\":\"p1\"}"

static char *
field_of (const FakeRequest *request, const char *name)
{
  g_autofree char *form = g_strndup ((const char *)request->body->data, request->body->len);
  g_auto (GStrv) pairs = g_strsplit (form, "&", -1);

  for (guint i = 0; pairs[i] != NULL; i++)
    if (g_str_has_prefix (pairs[i], name) && pairs[i][strlen (name)] == '=')
      return g_uri_unescape_string (pairs[i] + strlen (name) + 1, NULL);
  return NULL;
}

/* As RFC 7523 wants it: ours, for here, now, and new. */
static gboolean
is_asserted (FakeSmart *self, const FakeRequest *request)
{
  g_autofree char *type = field_of (request, "client_assertion_type");
  g_autofree char *text = field_of (request, "client_assertion");
  g_autoptr (Jwt) jwt = text != NULL ? jwt_verify (text, self->jwks) : NULL;
  gint64 now = g_get_real_time () / G_USEC_PER_SEC + self->server->ahead;
  gboolean good;

  if (jwt == NULL)
    return FALSE;
  g_assert_cmpstr (type, ==, "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
  good = g_str_equal (jwt_text (jwt->claims, "iss"), self->client_id)
         && g_str_equal (jwt_text (jwt->claims, "sub"), self->client_id)
         && g_str_equal (jwt_text (jwt->claims, "aud"), self->endpoint)
         && g_strcmp0 (jwt_text (jwt->claims, "jti"), self->last_id) != 0;
  if (self->checks_time)
    good = good && jwt_number (jwt->claims, "iat") <= now + 1
           && jwt_number (jwt->claims, "exp") > now && jwt_number (jwt->claims, "exp") <= now + 300;
  g_free (self->last_id);
  self->last_id = g_strdup (jwt_text (jwt->claims, "jti"));
  return good;
}

static void
answer_token (FakeSmart *self, const FakeRequest *request, FakeReply *reply)
{
  g_autofree char *grant = field_of (request, "grant_type");
  g_autofree char *scope = field_of (request, "scope");
  g_autofree char *text = NULL;
  const char *basic = fake_request_header (request, "authorization");

  self->tokens++;
  g_assert_cmpstr (request->method, ==, "POST");
  g_assert_cmpstr (request->target, ==, "/token?tenant=1");
  g_assert_cmpstr (grant, ==, "client_credentials");
  g_assert_cmpstr (scope, ==, self->scope);
  g_assert_cmpstr (fake_request_header (request, "content-type"), ==,
                   "application/x-www-form-urlencoded");
  if (self->token_retry != NULL)
    fake_reply_header (reply, "Retry-After", self->token_retry);
  if (self->token != NULL)
    {
      fake_reply_text (reply, self->token_status, self->token_type, self->token);
      if (self->endless)
        g_byte_array_set_size (reply->body, 400000);
      return;
    }
  if (basic != NULL ? g_strcmp0 (basic, self->basic) != 0 : !is_asserted (self, request))
    {
      fake_reply_text (reply, 400, JSON, "{\"error\":\"invalid_client\"}");
      return;
    }
  text = g_strdup_printf ("{\"access_token\":\"T%u\",\"token_type\":\"Bearer\"%s%s}", self->tokens,
                          self->expires_in != NULL ? ",\"expires_in\":" : "",
                          self->expires_in != NULL ? self->expires_in : "");
  fake_reply_text (reply, self->token_status, JSON, text);
}

static void
answer_configuration (FakeSmart *self, FakeReply *reply)
{
  g_autofree char *text
      = g_strdup_printf ("{\"token_endpoint\":\"%s\",\"capabilities\":[]}", self->endpoint);

  self->configurations++;
  fake_reply_text (reply, self->configuration_status, JSON,
                   self->configuration != NULL ? self->configuration : text);
}

/* Takes the newest token only. */
static void
answer_record (FakeSmart *self, const FakeRequest *request, FakeReply *reply)
{
  g_autofree char *wanted = g_strdup_printf ("Bearer T%u", self->tokens);
  const char *given = fake_request_header (request, "authorization");

  self->patients++;
  if (self->refuse_records > 0)
    {
      self->refuse_records--;
      reply->status = self->record_status;
    }
  else if (g_strcmp0 (given, wanted) != 0)
    reply->status = 401;
  else
    fake_reply_text (reply, 200, "application/fhir+json", PATIENT);
}

void
fake_smart_handle (const FakeRequest *request, FakeReply *reply, gpointer data)
{
  FakeSmart *self = data;

  if (g_str_has_prefix (request->target, "/token"))
    answer_token (self, request, reply);
  else if (g_str_equal (request->target, "/fhir/.well-known/smart-configuration"))
    {
      g_assert_null (fake_request_header (request, "authorization"));
      answer_configuration (self, reply);
    }
  else if (g_str_equal (request->target, "/fhir/Patient/p1"))
    answer_record (self, request, reply);
  else
    reply->status = 404;
}

void
fake_smart_set_up (FakeSmart *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoSmartKey) key = hemo_smart_key_new (&error);
  g_autoptr (HemoSecret) pem = hemo_smart_key_to_pem (key, &error);
  g_autofree char *base = NULL;
  HemoHttpOptions options = { 0 };

  g_assert_no_error (error);
  self->pem = g_strdup ((const char *)hemo_secret_get_data (pem));
  self->jwks = hemo_smart_key_to_jwks (key);
  self->client_id = "clinic-7";
  self->scope = "system/*.cruds";
  self->configuration_status = self->token_status = 200;
  self->token_type = JSON;
  self->expires_in = "300";
  self->checks_time = TRUE;
  self->record_status = 401;
  self->server = fake_server_new (fake_smart_handle, self, NULL);
  self->endpoint = g_strconcat (self->server->base, "/token?tenant=1", NULL);
  self->clock = hemo_server_clock_new (0);
  options.base = base = g_strconcat (self->server->base, "/fhir", NULL);
  options.clock = self->clock;
  self->http = hemo_http_new (&options, &error);
  g_assert_no_error (error);
}

void
fake_smart_tear_down (FakeSmart *self, gconstpointer data)
{
  g_object_unref (self->http);
  hemo_server_clock_unref (self->clock);
  fake_server_free (self->server);
  fake_server_free (self->other);
  g_free (self->pem);
  g_free (self->jwks);
  g_free (self->endpoint);
  g_free (self->basic);
  g_free (self->last_id);
}

HemoSmartOptions
fake_smart_options (FakeSmart *self)
{
  return (HemoSmartOptions){ .client_id = self->client_id,
                             .private_key = self->pem,
                             .connection = { .clock = self->clock } };
}

HemoSignIn *
fake_smart_sign_in (FakeSmart *self)
{
  g_autoptr (GError) error = NULL;
  HemoSmartOptions options = fake_smart_options (self);
  HemoSignIn *sign_in = hemo_sign_in_smart_new (self->http, &options, &error);

  g_assert_no_error (error);
  return sign_in;
}

/* What is put into a request; NULL and @error without. */
char *
fake_smart_apply (HemoSignIn *sign_in, GError **error)
{
  g_autoptr (HemoHttpRequest) request = hemo_http_request_new ("GET", "/Patient/p1");

  return hemo_sign_in_apply (sign_in, request, NULL, error)
             ? g_strdup (hemo_http_request_get_header (request, "Authorization"))
             : NULL;
}

void
fake_smart_assert_gives (HemoSignIn *sign_in, const char *wanted)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *header = fake_smart_apply (sign_in, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (header, ==, wanted);
}

void
fake_smart_assert_fails (HemoSignIn *sign_in, HemoRemoteError code, const char *words)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *header = fake_smart_apply (sign_in, &error);

  g_assert_null (header);
  g_assert_error (error, HEMO_REMOTE_ERROR, (int)code);
  if (words != NULL && strstr (error->message, words) == NULL)
    g_error ("'%s' is not in '%s'", words, error->message);
}
