/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From the settings of a server to what is shown to it. */

#include "hemo-server-keys.h"

#include "fake-smart.h"

#include <string.h>

#define ROLE "arn:aws:iam:::role/clinic"

/* A token service that lends keys for the token of the fake sign-in. */
typedef struct
{
  FakeSmart smart;
  FakeServer *sts;
  HemoServerSettings *settings;
  char *form;
} Fixture;

static void
answer_sts (const FakeRequest *request, FakeReply *reply, gpointer data)
{
  Fixture *self = data;

  g_free (self->form);
  self->form = g_strndup ((const char *)request->body->data, request->body->len);
  fake_reply_text (
      reply, 200, "text/xml",
      "<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>"
      "<AccessKeyId>LENT</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>"
      "<SessionToken>token</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration>"
      "</Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>");
}

static void
set_up (Fixture *self, gconstpointer data)
{
  fake_smart_set_up (&self->smart, NULL);
  self->sts = fake_server_new (answer_sts, self, NULL);
  self->settings = hemo_server_settings_new ();
  self->settings->url = g_strdup (self->sts->base);
  self->settings->bucket = g_strdup ("smears");
  self->settings->region = g_strdup ("eu-west-2");
  self->settings->user = g_strdup (self->smart.client_id);
  self->settings->secret = g_strdup (self->smart.pem);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  hemo_server_settings_free (self->settings);
  fake_server_free (self->sts);
  fake_smart_tear_down (&self->smart, NULL);
  g_free (self->form);
}

static HemoS3Keys *
lend (Fixture *self, GError **error)
{
  g_autoptr (HemoS3KeyRing) ring
      = hemo_server_keys_ring (self->settings, "hemogram-c1", NULL, error);

  return ring != NULL ? hemo_s3_key_ring_get (ring, NULL, NULL, error) : NULL;
}

static void
test_kept (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoS3Keys) keys = NULL;

  g_free (self->settings->secret);
  self->settings->secret = g_strdup ("kept");
  keys = lend (self, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (hemo_s3_keys_get_id (keys), ==, self->smart.client_id);
  g_assert_cmpmem (hemo_secret_get_data (hemo_s3_keys_get_secret (keys)),
                   hemo_secret_get_size (hemo_s3_keys_get_secret (keys)), "kept", 4);
  g_assert_null (hemo_s3_keys_get_session (keys));
  g_assert_cmpuint (self->sts->requests, ==, 0);
}

/* Our key signs for a token, the token lends keys; at the server itself unless said. */
static void
test_lent (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoS3Keys) keys = NULL;

  self->settings->role = g_strdup (ROLE);
  self->settings->token_url = g_strdup (self->smart.endpoint);
  g_assert_true (hemo_server_settings_check (self->settings, HEMO_SERVER_S3, &error));
  keys = lend (self, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (hemo_s3_keys_get_id (keys), ==, "LENT");
  g_assert_cmpstr (hemo_s3_keys_get_session (keys), ==, "token");
  g_assert_nonnull (strstr (self->form, "WebIdentityToken=T1"));
  g_assert_nonnull (strstr (self->form, "RoleSessionName=hemogram-c1"));
  g_assert_nonnull (strstr (self->form, "RoleArn=arn%3Aaws%3Aiam%3A%3A%3Arole%2Fclinic"));
}

/* Keys that were refused are replaced by those for a new token. */
static void
test_renewed (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoS3KeyRing) ring = NULL;
  g_autoptr (HemoS3Keys) first = NULL, same = NULL, second = NULL;

  self->settings->role = g_strdup (ROLE);
  self->settings->token_url = g_strdup (self->smart.endpoint);
  ring = hemo_server_keys_ring (self->settings, "s", NULL, &error);
  first = hemo_s3_key_ring_get (ring, NULL, NULL, &error);
  same = hemo_s3_key_ring_get (ring, NULL, NULL, &error);
  g_assert_true (first == same);
  second = hemo_s3_key_ring_get (ring, first, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (first != second);
  g_assert_nonnull (strstr (self->form, "WebIdentityToken=T2"));
}

static void
test_own_service (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoS3Keys) keys = NULL;

  self->settings->role = g_strdup (ROLE);
  self->settings->token_url = g_strdup (self->smart.endpoint);
  self->settings->sts_url = g_strdup (self->sts->base);
  g_free (self->settings->url);
  self->settings->url = g_strdup ("https://s3.example.org");
  keys = lend (self, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (self->sts->requests, ==, 1);
}

/* A sign-in that is refused is said as that, and nothing is asked of the token service. */
static void
test_refused (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->settings->role = g_strdup (ROLE);
  self->settings->token_url = g_strdup (self->smart.endpoint);
  self->smart.client_id = "clinic-8";
  g_assert_null (lend (self, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DENIED);
  g_assert_cmpuint (self->sts->requests, ==, 0);
}

static void
assert_refused (Fixture *self, const char *kind, const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (hemo_server_settings_check (self->settings, kind, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, words));
}

static void
test_check (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->settings->role = g_strdup (ROLE);
  assert_refused (self, HEMO_SERVER_S3, "where the clinic gets its token");
  self->settings->sign_in = HEMO_SYNC_SIGN_IN_SIGV4;
  assert_refused (self, HEMO_SERVER_FHIR, "where the clinic gets its token");
  self->settings->token_url = g_strdup ("http://example.org/token");
  g_assert_null (hemo_server_keys_ring (self->settings, "s", NULL, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_REFUSED);
  g_clear_pointer (&self->settings->secret, g_free);
  assert_refused (self, HEMO_SERVER_S3, "private key");
}

static void
assert_sign_in (Fixture *self, const char *prefix)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoHttpRequest) request = hemo_http_request_new ("GET", "/Patient/p1");
  g_autoptr (HemoSignIn) sign_in
      = hemo_server_settings_sign_in (self->settings, self->smart.http, &error);

  g_assert_no_error (error);
  g_assert_true (hemo_sign_in_apply (sign_in, request, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (
      g_str_has_prefix (hemo_http_request_get_header (request, "Authorization"), prefix));
}

static void
test_sign_ins (Fixture *self, gconstpointer data)
{
  self->settings->sign_in = HEMO_SYNC_SIGN_IN_SMART;
  assert_sign_in (self, "Bearer T1");
  self->settings->sign_in = HEMO_SYNC_SIGN_IN_SIGV4;
  assert_sign_in (self, "AWS4-HMAC-SHA256 Credential=clinic-7/");
  self->settings->role = g_strdup (ROLE);
  self->settings->sts_url = g_strdup (self->sts->base);
  self->settings->token_url = g_strdup (self->smart.endpoint);
  assert_sign_in (self, "AWS4-HMAC-SHA256 Credential=LENT/");
}

/* What is kept of the settings is all that they say. */
static void
test_json (Fixture *self, gconstpointer data)
{
  g_autofree char *json = NULL;
  g_autoptr (HemoServerSettings) again = NULL;

  self->settings->sts_url = g_strdup ("https://sts.example.org");
  json = hemo_server_settings_to_json (self->settings);
  again = hemo_server_settings_parse (json, NULL);
  g_assert_cmpstr (again->sts_url, ==, "https://sts.example.org");
  g_assert_cmpstr (again->secret, ==, self->smart.pem);
}

int
main (int argc, char *argv[])
{
#define ADD(name, test) g_test_add ("/server-keys/" name, Fixture, NULL, set_up, test, tear_down)
  g_test_init (&argc, &argv, NULL);
  g_assert_true (hemo_vault_init (NULL));
  ADD ("kept", test_kept);
  ADD ("lent", test_lent);
  ADD ("renewed", test_renewed);
  ADD ("own-service", test_own_service);
  ADD ("refused", test_refused);
  ADD ("check", test_check);
  ADD ("sign-ins", test_sign_ins);
  ADD ("json", test_json);
  return g_test_run ();
}
