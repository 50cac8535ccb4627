/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Signing in at a server that takes our key or refuses it, moves, or has another clock. */

#include "fake-smart.h"

#include "hemo-fhir-server.h"
#include "hemo-smart-key.h"

#include <string.h>

#define DAY 86400

static void
test_discovery (FakeSmart *self, gconstpointer data)
{
  g_autoptr (HemoSignIn) sign_in = fake_smart_sign_in (self);

  g_assert_cmpuint (self->server->requests, ==, 0);
  fake_smart_assert_gives (sign_in, "Bearer T1");
  fake_smart_assert_gives (sign_in, "Bearer T1");
  g_assert_cmpuint (self->configurations, ==, 1);
  g_assert_cmpuint (self->tokens, ==, 1);
}

static void
test_said_url (FakeSmart *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  HemoSmartOptions options = fake_smart_options (self);
  g_autoptr (HemoSignIn) sign_in = NULL;
  char *token;

  options.token_url = self->endpoint;
  options.scope = self->scope = "system/Patient.rs system/Observation.c";
  sign_in = hemo_sign_in_smart_new (NULL, &options, &error);
  g_assert_no_error (error);
  fake_smart_assert_gives (sign_in, "Bearer T1");
  token = hemo_sign_in_smart_dup_token (HEMO_SIGN_IN_SMART (sign_in), NULL, &error);
  g_assert_cmpstr (token, ==, "T1");
  g_free (token);
  g_assert_cmpuint (self->configurations, ==, 0);
}

/* What cannot work is said before anything is asked. */
static void
test_settings (FakeSmart *self, gconstpointer data)
{
  const char *const urls[] = { "",
                               "token",
                               "ftp://example.org/token",
                               "http://example.org/token",
                               "https://user:secret@example.org/token",
                               "https://example.org/token#part",
                               "https:///" };
  HemoSmartOptions options = fake_smart_options (self);

  for (gsize i = 0; i < G_N_ELEMENTS (urls); i++)
    {
      g_autoptr (GError) error = NULL;

      options.token_url = urls[i];
      g_assert_null (hemo_sign_in_smart_new (self->http, &options, &error));
      g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_REFUSED);
    }
  options.token_url = NULL;
  g_assert_null (hemo_sign_in_smart_new (NULL, &options, NULL));
  options.private_key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
  g_assert_null (hemo_sign_in_smart_new (self->http, &options, NULL));
  g_assert_cmpuint (self->server->requests, ==, 0);
}

/* Half of a short life, and 30 seconds of a long one, are not used. */
static void
test_expires (FakeSmart *self, gconstpointer data)
{
  g_autoptr (HemoSignIn) sign_in = fake_smart_sign_in (self);
  g_autoptr (HemoSignIn) at_once = fake_smart_sign_in (self);

  self->expires_in = "\"4\"";
  fake_smart_assert_gives (sign_in, "Bearer T1");
  fake_smart_assert_gives (sign_in, "Bearer T1");
  g_usleep (2200 * 1000);
  fake_smart_assert_gives (sign_in, "Bearer T2");
  self->expires_in = "0";
  fake_smart_assert_gives (at_once, "Bearer T3");
  fake_smart_assert_gives (at_once, "Bearer T4");
}

static gint64 running_ahead;

static gint64
system_of (gpointer data)
{
  return g_get_real_time () + running_ahead;
}

static gint64
running_of (gpointer data)
{
  return g_get_monotonic_time () + running_ahead;
}

/* Without a Date from there, time runs by the clock of the records' server. */
static void
no_date (const FakeRequest *request, FakeReply *reply, gpointer data)
{
  fake_smart_handle (request, reply, data);
  reply->without_date = TRUE;
}

static void
assert_kept (FakeSmart *self, const char *expires_in, gint64 good, gint64 over)
{
  static const HemoServerClockSource source = { system_of, running_of };
  g_autoptr (FakeServer) server = fake_server_new (no_date, self, NULL);
  g_autoptr (HemoSignIn) sign_in = NULL;
  HemoSmartOptions options = fake_smart_options (self);
  g_autofree char *first = NULL, *second = NULL, *third = NULL;
  g_autoptr (GError) error = NULL;

  running_ahead = 0;
  hemo_server_clock_set_source (self->clock, &source, NULL);
  g_free (self->endpoint);
  self->endpoint = g_strconcat (server->base, "/token?tenant=1", NULL);
  options.token_url = self->endpoint;
  self->expires_in = expires_in;
  self->checks_time = FALSE;
  sign_in = hemo_sign_in_smart_new (NULL, &options, NULL);
  first = fake_smart_apply (sign_in, &error);
  g_assert_no_error (error);
  running_ahead = good * G_USEC_PER_SEC;
  second = fake_smart_apply (sign_in, NULL);
  g_assert_cmpstr (first, ==, second);
  running_ahead = over * G_USEC_PER_SEC;
  third = fake_smart_apply (sign_in, NULL);
  g_assert_nonnull (third);
  g_assert_cmpstr (first, !=, third);
}

static void
test_lifetimes (FakeSmart *self, gconstpointer data)
{
  assert_kept (self, "300", 265, 271);
  assert_kept (self, NULL, 265, 271);
  assert_kept (self, "null", 265, 271);
  assert_kept (self, "40", 15, 21);
  assert_kept (self, "9999999999", DAY - 40, DAY - 29);
}

/* A laptop years off: the sign-in server's own answer says the time, and the second try holds. */
static void
test_wrong_clock (FakeSmart *self, gconstpointer data)
{
  const gint64 offsets[] = { -20 * 365 * DAY, 20 * 365 * DAY, 600, -600 };

  for (gsize i = 0; i < G_N_ELEMENTS (offsets); i++)
    {
      g_autoptr (GError) error = NULL;
      HemoSmartOptions options = fake_smart_options (self);
      g_autoptr (HemoSignIn) sign_in = NULL;
      guint before = self->tokens;
      g_autofree char *header = NULL;

      options.token_url = self->endpoint;
      sign_in = hemo_sign_in_smart_new (NULL, &options, NULL);
      self->server->ahead = offsets[i];
      header = fake_smart_apply (sign_in, &error);
      g_assert_no_error (error);
      g_assert_nonnull (header);
      g_assert_cmpuint (self->tokens - before, ==, 2);
    }
}

/* What the records' server said of the time is believed first. */
static void
test_known_clock (FakeSmart *self, gconstpointer data)
{
  g_autoptr (HemoSignIn) sign_in = fake_smart_sign_in (self);

  self->server->ahead = 600;
  fake_smart_assert_gives (sign_in, "Bearer T1");
  g_assert_cmpuint (self->tokens, ==, 1);
}

/* A key that is not registered is not tried for ever, and says what to do. */
static void
test_other_key (FakeSmart *self, gconstpointer data)
{
  g_autoptr (HemoSmartKey) other = hemo_smart_key_new (NULL);
  g_autoptr (HemoSignIn) sign_in = fake_smart_sign_in (self);

  g_free (self->jwks);
  self->jwks = hemo_smart_key_to_jwks (other);
  fake_smart_assert_fails (sign_in, HEMO_REMOTE_ERROR_DENIED,
                           "give the public key to who runs the server");
  /* Once more where the answer was so long on its way that the clock could be wrong. */
  g_assert_cmpuint (self->tokens, <=, 2);
}

/* In plain the records' server may only name itself. */
static void
test_other_origin (FakeSmart *self, gconstpointer data)
{
  g_autoptr (HemoSignIn) sign_in = fake_smart_sign_in (self);

  self->other = fake_server_new (fake_smart_handle, self, NULL);
  g_free (self->endpoint);
  self->endpoint = g_strconcat (self->other->base, "/token?tenant=1", NULL);
  fake_smart_assert_fails (sign_in, HEMO_REMOTE_ERROR_DENIED, "without encryption");
  g_assert_cmpuint (self->other->requests, ==, 0);
}

/* Over TLS it may be another server, which proves itself by the same authorities. */
static void
test_other_over_tls (FakeSmart *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FakeAuthority) authority = fake_authority_new ();
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  SSL_CTX *tls = fake_authority_serve (authority, "127.0.0.1", now - DAY, now + 400 * DAY);
  HemoSmartOptions options = fake_smart_options (self);
  g_autoptr (HemoSignIn) strange = NULL, known = NULL;

  self->other = fake_server_new (fake_smart_handle, self, tls);
  g_free (self->endpoint);
  self->endpoint = g_strconcat (self->other->base, "/token?tenant=1", NULL);
  strange = hemo_sign_in_smart_new (self->http, &options, &error);
  fake_smart_assert_fails (strange, HEMO_REMOTE_ERROR_TLS, "Signing in: ");
  g_assert_cmpuint (self->tokens, ==, 0);
  options.connection.authorities = authority->pem;
  known = hemo_sign_in_smart_new (self->http, &options, &error);
  fake_smart_assert_gives (known, "Bearer T1");
}

/* A server that sends from TLS to its own self in plain is not followed. */
static void
test_downgrade (FakeSmart *self, gconstpointer data)
{
  g_autoptr (FakeAuthority) authority = fake_authority_new ();
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  SSL_CTX *tls = fake_authority_serve (authority, "127.0.0.1", now - DAY, now + 400 * DAY);
  HemoSmartOptions options = fake_smart_options (self);
  HemoHttpOptions records = { .authorities = authority->pem };
  g_autofree char *base = NULL;
  g_autoptr (HemoHttp) http = NULL;
  g_autoptr (HemoSignIn) sign_in = NULL;

  self->other = fake_server_new (fake_smart_handle, self, tls);
  records.base = base = g_strconcat (self->other->base, "/fhir", NULL);
  http = hemo_http_new (&records, NULL);
  sign_in = hemo_sign_in_smart_new (http, &options, NULL);
  fake_smart_assert_fails (sign_in, HEMO_REMOTE_ERROR_DENIED, "without encryption");
  g_assert_cmpuint (self->configurations, ==, 1);
  g_assert_cmpuint (self->tokens, ==, 0);
}

/* When tokens are refused where they were given before, the server is asked anew where. */
static void
test_moved (FakeSmart *self, gconstpointer data)
{
  g_autoptr (HemoSignIn) sign_in = fake_smart_sign_in (self);

  self->token = "";
  self->token_status = 404;
  fake_smart_assert_fails (sign_in, HEMO_REMOTE_ERROR_DENIED, "status 404");
  self->token = NULL;
  self->token_status = 200;
  fake_smart_assert_gives (sign_in, "Bearer T2");
  g_assert_cmpuint (self->configurations, ==, 2);
}

/* Servers of OAuth 2 that know no keys: RFC 6749, section 2.3.1. */
static void
test_password (FakeSmart *self, gconstpointer data)
{
  g_autofree char *encoded = g_base64_encode ((const guchar *)"clinic%207:p%3A%C3%A9", 21);
  HemoSmartOptions options = fake_smart_options (self);
  g_autoptr (HemoSignIn) sign_in = NULL;

  self->basic = g_strconcat ("Basic ", encoded, NULL);
  options.client_id = "clinic 7";
  options.private_key = "p:é";
  sign_in = hemo_sign_in_smart_new (self->http, &options, NULL);
  fake_smart_assert_gives (sign_in, "Bearer T1");
  g_free (self->basic);
  self->basic = g_strdup ("Basic bm9ib2R5");
  g_assert_true (hemo_sign_in_forget (sign_in, 401));
  fake_smart_assert_fails (sign_in, HEMO_REMOTE_ERROR_DENIED, "client id and key");
}

static gboolean
read_record (FakeSmart *self, HemoFhirServer *server, GError **error)
{
  g_autoptr (json_object) json = hemo_fhir_server_read (server, "Patient", "p1", NULL, error);

  return json != NULL;
}

/* A token that the records' server no longer takes is replaced, and the same asked again. */
static void
test_new_token (FakeSmart *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoSignIn) sign_in = fake_smart_sign_in (self);
  g_autoptr (HemoFhirServer) server = hemo_fhir_server_new (self->http, sign_in);

  g_assert_true (read_record (self, server, &error));
  self->refuse_records = 1;
  g_assert_true (read_record (self, server, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (self->tokens, ==, 2);
  g_assert_cmpuint (self->patients, ==, 3);
}

/* Nor does a server that takes none get more than one more in a minute. */
static void
test_no_token_helps (FakeSmart *self, gconstpointer data)
{
  g_autoptr (HemoSignIn) sign_in = fake_smart_sign_in (self);
  g_autoptr (HemoFhirServer) server = hemo_fhir_server_new (self->http, sign_in);

  self->refuse_records = 100;
  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (read_record (self, server, &error));
      g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DENIED);
    }
  g_assert_cmpuint (self->tokens, ==, 2);
  g_assert_cmpuint (self->patients, ==, 6);
}

/* What this clinic may not do, no other token lets it. */
static void
test_forbidden (FakeSmart *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoSignIn) sign_in = fake_smart_sign_in (self);
  g_autoptr (HemoFhirServer) server = hemo_fhir_server_new (self->http, sign_in);

  self->refuse_records = 1;
  self->record_status = 403;
  g_assert_false (read_record (self, server, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DENIED);
  g_assert_cmpuint (self->tokens, ==, 1);
  g_assert_cmpuint (self->patients, ==, 1);
}

/* A sign-in server that lost its way says nothing about the record. */
static void
test_record_not_missed (FakeSmart *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoSignIn) sign_in = fake_smart_sign_in (self);
  g_autoptr (HemoFhirServer) server = hemo_fhir_server_new (self->http, sign_in);

  self->token = "";
  self->token_status = 404;
  g_assert_false (read_record (self, server, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DENIED);
  g_assert_cmpuint (self->patients, ==, 0);
}

int
main (int argc, char *argv[])
{
#define ADD(name, test)                                                                            \
  g_test_add ("/sign-in-smart/" name, FakeSmart, NULL, fake_smart_set_up, test,                    \
              fake_smart_tear_down)
  g_test_init (&argc, &argv, NULL);
  g_assert_true (hemo_vault_init (NULL));
  ADD ("discovery", test_discovery);
  ADD ("said-url", test_said_url);
  ADD ("settings", test_settings);
  ADD ("expires", test_expires);
  ADD ("lifetimes", test_lifetimes);
  ADD ("wrong-clock", test_wrong_clock);
  ADD ("known-clock", test_known_clock);
  ADD ("other-key", test_other_key);
  ADD ("other-origin", test_other_origin);
  ADD ("other-over-tls", test_other_over_tls);
  ADD ("downgrade", test_downgrade);
  ADD ("moved", test_moved);
  ADD ("password", test_password);
  ADD ("new-token", test_new_token);
  ADD ("no-token-helps", test_no_token_helps);
  ADD ("forbidden", test_forbidden);
  ADD ("record-not-missed", test_record_not_missed);
  return g_test_run ();
}
