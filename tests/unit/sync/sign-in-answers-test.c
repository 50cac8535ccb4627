/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is made of a sign-in server's answers: none is taken for a word about a record. */

#include "fake-smart.h"

#define JSON "application/json"

typedef struct
{
  guint status;
  const char *type, *text;
  HemoRemoteError code;
  const char *words;
} Answer;

static void
assert_answers (FakeSmart *self, const Answer *answers, gsize count, gboolean configuration)
{
  for (gsize i = 0; i < count; i++)
    {
      g_autoptr (HemoSignIn) sign_in = fake_smart_sign_in (self);

      if (configuration)
        {
          self->configuration_status = answers[i].status;
          self->configuration = answers[i].text;
        }
      else
        {
          self->token_status = answers[i].status;
          self->token_type = answers[i].type;
          self->token = answers[i].text;
        }
      g_test_message ("%u %s", answers[i].status, answers[i].text);
      fake_smart_assert_fails (sign_in, answers[i].code, answers[i].words);
    }
}

/* Never that there is no such record, that it was refused, or that it is too large. */
static void
test_token_answers (FakeSmart *self, gconstpointer data)
{
  const Answer answers[] = {
    { 400, JSON, "{\"error\":\"invalid_client\"}", HEMO_REMOTE_ERROR_DENIED, "client id and key" },
    { 401, JSON, "", HEMO_REMOTE_ERROR_DENIED, "client id and key" },
    { 400, JSON, "{\"error\":\"invalid_scope\",\"error_description\":\"only rs\"}",
      HEMO_REMOTE_ERROR_DENIED, "only rs" },
    { 400, JSON, "{\"error\":\"unauthorized_client\"}", HEMO_REMOTE_ERROR_DENIED, "person" },
    { 400, JSON, "{\"error\":\"unsupported_grant_type\"}", HEMO_REMOTE_ERROR_DENIED, "person" },
    { 400, JSON, "{\"error\":7}", HEMO_REMOTE_ERROR_DENIED, "Check the address for tokens" },
    { 400, JSON, "[{\"error\":\"invalid_scope\"}]", HEMO_REMOTE_ERROR_DENIED, "status 400" },
    { 403, "text/html", "<html>", HEMO_REMOTE_ERROR_DENIED, "Check the address for tokens" },
    { 404, "text/html", "<html>", HEMO_REMOTE_ERROR_DENIED, "status 404" },
    { 409, JSON, "{}", HEMO_REMOTE_ERROR_DENIED, "status 409" },
    { 410, JSON, "", HEMO_REMOTE_ERROR_DENIED, "status 410" },
    { 412, JSON, "", HEMO_REMOTE_ERROR_DENIED, "status 412" },
    { 413, JSON, "", HEMO_REMOTE_ERROR_DENIED, "status 413" },
    { 302, "text/html", "", HEMO_REMOTE_ERROR_OFFLINE, NULL },
    { 408, JSON, "", HEMO_REMOTE_ERROR_BUSY, NULL },
    { 429, JSON, "", HEMO_REMOTE_ERROR_BUSY, "Signing in: " },
    { 500, JSON, "", HEMO_REMOTE_ERROR_BUSY, NULL },
    { 503, "text/html", "<html>", HEMO_REMOTE_ERROR_BUSY, NULL },
    { 200, "text/html", "<html>sign in</html>", HEMO_REMOTE_ERROR_OFFLINE, "web page" },
    { 200, JSON, "", HEMO_REMOTE_ERROR_OFFLINE, "no sign-in server" },
    { 200, JSON, "true", HEMO_REMOTE_ERROR_OFFLINE, "no sign-in server" },
    { 200, JSON, "{\"access_token\":", HEMO_REMOTE_ERROR_OFFLINE, "no sign-in server" },
    { 200, JSON, "{}", HEMO_REMOTE_ERROR_DENIED, "token that can be used" },
    { 200, JSON, "{\"access_token\":null}", HEMO_REMOTE_ERROR_DENIED, "token that can be used" },
    { 200, JSON, "{\"access_token\":\"\"}", HEMO_REMOTE_ERROR_DENIED, "token that can be used" },
    { 200, JSON, "{\"access_token\":\"a b\"}", HEMO_REMOTE_ERROR_DENIED, "token that can be used" },
    { 200, JSON, "{\"access_token\":\"a\\r\\nX: y\"}", HEMO_REMOTE_ERROR_DENIED, NULL },
    { 200, JSON, "{\"access_token\":\"a\",\"token_type\":\"mac\"}", HEMO_REMOTE_ERROR_DENIED,
      NULL },
  };

  assert_answers (self, answers, G_N_ELEMENTS (answers), FALSE);
}

static void
test_configurations (FakeSmart *self, gconstpointer data)
{
  const Answer answers[] = {
    { 404, JSON, "{}", HEMO_REMOTE_ERROR_DENIED, "does not say where to sign in" },
    { 401, JSON, "{\"token_endpoint\":\"https://example.org\"}", HEMO_REMOTE_ERROR_DENIED,
      "does not say where to sign in" },
    { 200, JSON, "", HEMO_REMOTE_ERROR_DENIED, "does not say where to sign in" },
    { 200, JSON, "[]", HEMO_REMOTE_ERROR_DENIED, "does not say where to sign in" },
    { 200, JSON, "{\"token_endpoint\":7}", HEMO_REMOTE_ERROR_DENIED, NULL },
    { 200, JSON, "{\"token_endpoint\":\"\"}", HEMO_REMOTE_ERROR_DENIED, NULL },
    { 200, JSON, "{\"token_endpoint\":\"/token\"}", HEMO_REMOTE_ERROR_DENIED, NULL },
    { 200, JSON, "{\"token_endpoint\":\"http://example.org/token\"}", HEMO_REMOTE_ERROR_DENIED,
      NULL },
    { 503, JSON, "", HEMO_REMOTE_ERROR_BUSY, NULL },
    { 429, JSON, "", HEMO_REMOTE_ERROR_BUSY, NULL },
  };

  assert_answers (self, answers, G_N_ELEMENTS (answers), TRUE);
  g_assert_cmpuint (self->tokens, ==, 0);
}

static void
test_web_page (FakeSmart *self, gconstpointer data)
{
  g_autoptr (HemoSignIn) sign_in = fake_smart_sign_in (self);

  self->token_type = "text/html";
  self->token = "<html>";
  fake_smart_assert_fails (sign_in, HEMO_REMOTE_ERROR_OFFLINE, "web page");
  self->token = NULL;
  fake_smart_assert_gives (sign_in, "Bearer T2");
}

static void
test_oversize (FakeSmart *self, gconstpointer data)
{
  g_autoptr (HemoSignIn) sign_in = fake_smart_sign_in (self);

  self->token = "{";
  self->endless = TRUE;
  fake_smart_assert_fails (sign_in, HEMO_REMOTE_ERROR_OFFLINE, NULL);
  self->token = NULL;
  fake_smart_assert_gives (sign_in, "Bearer T2");
}

static void
test_cut (FakeSmart *self, gconstpointer data)
{
  g_autoptr (HemoSignIn) sign_in = fake_smart_sign_in (self);

  self->server->cut_at = 10;
  self->server->faults = 1;
  fake_smart_assert_fails (sign_in, HEMO_REMOTE_ERROR_OFFLINE, "Signing in: ");
  self->server->cut_at = 0;
  fake_smart_assert_gives (sign_in, "Bearer T1");
}

/* Left alone for as long as it asks. */
static void
test_retry_after (FakeSmart *self, gconstpointer data)
{
  g_autoptr (HemoSignIn) sign_in = fake_smart_sign_in (self);

  self->token = "";
  self->token_status = 503;
  self->token_retry = "2";
  fake_smart_assert_fails (sign_in, HEMO_REMOTE_ERROR_BUSY, NULL);
  self->token = self->token_retry = NULL;
  self->token_status = 200;
  fake_smart_assert_fails (sign_in, HEMO_REMOTE_ERROR_BUSY, "left alone");
  g_assert_cmpuint (self->tokens, ==, 1);
  g_usleep (2100 * 1000);
  fake_smart_assert_gives (sign_in, "Bearer T2");
}

static void
test_cancelled (FakeSmart *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoSignIn) sign_in = fake_smart_sign_in (self);
  g_autoptr (HemoHttpRequest) request = hemo_http_request_new ("GET", "/");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  g_cancellable_cancel (cancellable);
  g_assert_false (hemo_sign_in_apply (sign_in, request, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (self->server->requests, ==, 0);
}

int
main (int argc, char *argv[])
{
#define ADD(name, test)                                                                            \
  g_test_add ("/sign-in-answers/" name, FakeSmart, NULL, fake_smart_set_up, test,                  \
              fake_smart_tear_down)
  g_test_init (&argc, &argv, NULL);
  g_assert_true (hemo_vault_init (NULL));
  ADD ("token-answers", test_token_answers);
  ADD ("configurations", test_configurations);
  ADD ("web-page", test_web_page);
  ADD ("oversize", test_oversize);
  ADD ("cut", test_cut);
  ADD ("retry-after", test_retry_after);
  ADD ("cancelled", test_cancelled);
  return g_test_run ();
}
