/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Records behind AWS's signatures: checked here as AWS documents it, step by step. */

#include "hemo-sign-in-sigv4.h"

#include "hemo-fhir-server.h"

#include "fake-server.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#define PATIENT "{\"resourceType\":\"Patient\",\"id\":\"p1\"}"
#define STORED                                                                                     \
  "{\"resourceType\":\"Bundle\",\"type\":\"transaction-response\",\"entry\":[{\"response\":{"      \
  "\"status\":\"200\",\"location\":\"Patient/p1/_history/4\"}}]}"
#define DAY 86400

typedef struct
{
  FakeServer *server;
  FakeServer *sts;
  HemoHttp *http;
  HemoServerClock *clock;
  /* Whose signatures it takes, and with which token. */
  const char *id;
  const char *secret;
  const char *session;
  guint refused;
  /* What the token service lends. */
  guint lent;
  guint sts_status;
} Fixture;

static void
mac (const void *key, gsize size, const char *text, guint8 *out)
{
  unsigned length = 32;

  g_assert_nonnull (
      HMAC (EVP_sha256 (), key, (int)size, (const guint8 *)text, strlen (text), out, &length));
}

static char *
canonical (const FakeRequest *request, const char *names)
{
  g_auto (GStrv) signed_names = g_strsplit (names, ";", -1);
  g_auto (GStrv) target = g_strsplit (request->target, "?", 2);
  g_autofree char *payload
      = g_compute_checksum_for_data (G_CHECKSUM_SHA256, request->body->data, request->body->len);
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "%s\n%s\n%s\n", request->method, target[0],
                          target[1] != NULL ? target[1] : "");
  for (guint i = 0; signed_names[i] != NULL; i++)
    g_string_append_printf (text, "%s:%s\n", signed_names[i],
                            fake_request_header (request, signed_names[i]));
  g_string_append_printf (text, "\n%s\n%s", names, payload);
  return g_string_free_and_steal (text);
}

static char *
expected_signature (Fixture *self, const FakeRequest *request, const char *day, const char *names)
{
  g_autofree char *whole = canonical (request, names);
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, whole, -1);
  g_autofree char *text
      = g_strdup_printf ("AWS4-HMAC-SHA256\n%s\n%s/eu-west-2/healthlake/aws4_request\n%s",
                         fake_request_header (request, "x-amz-date"), day, digest);
  g_autofree char *secret = g_strconcat ("AWS4", self->secret, NULL);
  GString *hex = g_string_new (NULL);
  guint8 key[32];

  mac (secret, strlen (secret), day, key);
  mac (key, sizeof key, "eu-west-2", key);
  mac (key, sizeof key, "healthlake", key);
  mac (key, sizeof key, "aws4_request", key);
  mac (key, sizeof key, text, key);
  for (gsize i = 0; i < sizeof key; i++)
    g_string_append_printf (hex, "%02x", key[i]);
  return g_string_free_and_steal (hex);
}

static gboolean
is_in_time (Fixture *self, const char *date)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) said = g_date_time_new_from_iso8601 (date, utc);
  gint64 now = g_get_real_time () / G_USEC_PER_SEC + self->server->ahead;

  return said != NULL && ABS (g_date_time_to_unix (said) - now) < 300;
}

static gboolean
is_signed (Fixture *self, const FakeRequest *request)
{
  const char *header = fake_request_header (request, "authorization");
  const char *date = fake_request_header (request, "x-amz-date");
  g_autofree char *day = date != NULL ? g_strndup (date, 8) : NULL;
  g_autofree char *begin = g_strdup_printf (
      "AWS4-HMAC-SHA256 Credential=%s/%s/eu-west-2/healthlake/aws4_request, SignedHeaders=",
      self->id, day);
  g_autofree char *names = NULL, *signature = NULL;

  if (header == NULL || !g_str_has_prefix (header, begin) || !is_in_time (self, date)
      || g_strcmp0 (fake_request_header (request, "x-amz-security-token"), self->session) != 0)
    return FALSE;
  header += strlen (begin);
  names = g_strndup (header, strcspn (header, ","));
  signature = expected_signature (self, request, day, names);
  return g_str_has_suffix (header, signature);
}

static void
handle (const FakeRequest *request, FakeReply *reply, gpointer data)
{
  Fixture *self = data;

  if (!is_signed (self, request))
    {
      self->refused++;
      fake_reply_text (reply, 403, "application/json", "{\"message\":\"signature\"}");
    }
  else
    fake_reply_text (reply, 200, "application/fhir+json",
                     g_str_equal (request->method, "POST") ? STORED : PATIENT);
}

static void
answer_sts (const FakeRequest *request, FakeReply *reply, gpointer data)
{
  Fixture *self = data;
  g_autofree char *xml = NULL;

  self->lent++;
  xml = g_strdup_printf (
      "<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>"
      "<AccessKeyId>LENT%u</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>"
      "<SessionToken>token</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration>"
      "</Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>",
      self->lent);
  fake_reply_text (reply, self->sts_status, "text/xml", xml);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *base = NULL;
  HemoHttpOptions options = { 0 };

  self->id = "KEPT";
  self->secret = "secret";
  self->sts_status = 200;
  self->server = fake_server_new (handle, self, NULL);
  self->sts = fake_server_new (answer_sts, self, NULL);
  self->clock = hemo_server_clock_new (0);
  options.base = base = g_strconcat (self->server->base, "/datastore/d0/r4", NULL);
  options.clock = self->clock;
  self->http = hemo_http_new (&options, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_object_unref (self->http);
  hemo_server_clock_unref (self->clock);
  fake_server_free (self->server);
  fake_server_free (self->sts);
}

static HemoFhirServer *
connect_by (Fixture *self, HemoS3KeyRing *ring)
{
  g_autoptr (HemoSignIn) sign_in
      = hemo_sign_in_sigv4_new (self->http, ring, "eu-west-2", HEMO_SIGV4_HEALTHLAKE);

  return hemo_fhir_server_new (self->http, sign_in);
}

static HemoFhirServer *
connect_kept (Fixture *self, const char *secret)
{
  char *copy = g_strdup (secret);
  g_autoptr (HemoSecret) kept = hemo_secret_new_take (copy, strlen (copy));
  g_autoptr (HemoS3Keys) keys = hemo_s3_keys_new ("KEPT", kept, NULL, 0);
  g_autoptr (HemoS3KeyRing) ring = hemo_s3_key_ring_new (keys);

  g_free (copy);
  return connect_by (self, ring);
}

static char *
give_token (gpointer data, GCancellable *cancellable, GError **error)
{
  return g_strdup ("a token");
}

static HemoFhirServer *
connect_lent (Fixture *self)
{
  const HemoHttpOptions options = { .base = self->sts->base };
  g_autoptr (HemoHttp) http = hemo_http_new (&options, NULL);
  g_autoptr (HemoS3KeyRing) ring = hemo_s3_key_ring_new_sts (http, "arn:aws:iam::1:role/r",
                                                             "laptop-1", give_token, NULL, NULL);

  return connect_by (self, ring);
}

static gboolean
read_record (HemoFhirServer *server, GError **error)
{
  g_autoptr (json_object) json = hemo_fhir_server_read (server, "Patient", "p1", NULL, error);

  return json != NULL;
}

static void
assert_read (HemoFhirServer *server)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (read_record (server, &error));
  g_assert_no_error (error);
}

static void
assert_denied (HemoFhirServer *server)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (read_record (server, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DENIED);
}

static void
test_signed (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoFhirServer) server = connect_kept (self, "secret");
  g_autoptr (HemoFhirBundle) bundle = hemo_fhir_bundle_new (HEMO_FHIR_BUNDLE_TRANSACTION);
  g_autoptr (GPtrArray) stored = NULL;

  assert_read (server);
  hemo_fhir_bundle_add (bundle, hemo_fhir_parse (PATIENT, strlen (PATIENT), NULL), NULL);
  stored = hemo_fhir_server_transaction (server, bundle, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (stored->len, ==, 1);
  g_assert_cmpuint (self->refused, ==, 0);
}

/* Kept keys are the only ones: they are not tried again. */
static void
test_wrong_secret (Fixture *self, gconstpointer data)
{
  g_autoptr (HemoFhirServer) server = connect_kept (self, "Secret");

  assert_denied (server);
  g_assert_cmpuint (self->refused, ==, 1);
}

/* The refusal says the time, and the second signature holds. */
static void
test_wrong_clock (Fixture *self, gconstpointer data)
{
  g_autoptr (HemoFhirServer) server = connect_kept (self, "secret");

  self->server->ahead = -400 * DAY;
  assert_read (server);
  g_assert_cmpuint (self->refused, ==, 1);
  assert_read (server);
  g_assert_cmpuint (self->refused, ==, 1);
}

static void
test_lent (Fixture *self, gconstpointer data)
{
  g_autoptr (HemoFhirServer) server = connect_lent (self);

  self->id = "LENT1";
  self->session = "token";
  assert_read (server);
  assert_read (server);
  g_assert_cmpuint (self->lent, ==, 1);
  self->id = "LENT2";
  assert_read (server);
  g_assert_cmpuint (self->lent, ==, 2);
}

/* What the clinic may not do costs no new keys each time. */
static void
test_never_taken (Fixture *self, gconstpointer data)
{
  g_autoptr (HemoFhirServer) server = connect_lent (self);

  for (guint i = 0; i < 4; i++)
    assert_denied (server);
  g_assert_cmpuint (self->lent, ==, 2);
  g_assert_cmpuint (self->refused, ==, 5);
}

/* No token service is no word about the record. */
static void
test_no_keys (Fixture *self, gconstpointer data)
{
  g_autoptr (HemoFhirServer) server = connect_lent (self);

  self->sts_status = 404;
  assert_denied (server);
  g_assert_cmpuint (self->server->requests, ==, 0);
}

/* Its hash would not be known before it is sent. */
static void
test_file (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoS3KeyRing) ring = NULL;
  g_autoptr (HemoSecret) secret = hemo_secret_new (1);
  g_autoptr (HemoS3Keys) keys = hemo_s3_keys_new ("KEPT", secret, NULL, 0);
  g_autoptr (HemoSignIn) sign_in = NULL;
  g_autoptr (HemoHttpRequest) request = hemo_http_request_new ("PUT", "/Binary/b1");

  ring = hemo_s3_key_ring_new (keys);
  sign_in = hemo_sign_in_sigv4_new (self->http, ring, "eu-west-2", HEMO_SIGV4_HEALTHLAKE);
  hemo_http_request_set_file (request, "/dev/null", 0, 1);
  g_assert_false (hemo_sign_in_forget (sign_in, 403));
  g_assert_false (hemo_sign_in_apply (sign_in, request, NULL, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DENIED);
}

int
main (int argc, char *argv[])
{
#define ADD(name, test) g_test_add ("/sign-in-sigv4/" name, Fixture, NULL, set_up, test, tear_down)
  g_test_init (&argc, &argv, NULL);
  g_assert_true (hemo_vault_init (NULL));
  ADD ("signed", test_signed);
  ADD ("wrong-secret", test_wrong_secret);
  ADD ("wrong-clock", test_wrong_clock);
  ADD ("lent", test_lent);
  ADD ("never-taken", test_never_taken);
  ADD ("no-keys", test_no_keys);
  ADD ("file", test_file);
  return g_test_run ();
}
