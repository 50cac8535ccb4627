/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Settings of servers: kept as they were, refused in words, and another server is noticed. */

#include "hemo-sync-settings.h"

#include "hemo-http-private.h"

#include <malloc.h>

static HemoServerSettings *
example (void)
{
  HemoServerSettings *self = hemo_server_settings_new ();

  self->url = g_strdup ("https://fhir.example.org/r4");
  self->sign_in = HEMO_SYNC_SIGN_IN_BASIC;
  self->user = g_strdup ("clinic");
  self->secret = g_strdup ("pässwört \"quoted\"");
  self->bucket = g_strdup ("smears");
  self->kilobits = 256;
  self->from_hour = 22;
  self->to_hour = 6;
  self->metered = TRUE;
  return self;
}

static void
test_json (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoServerSettings) before = example ();
  g_autofree char *json = hemo_server_settings_to_json (before);
  g_autoptr (HemoServerSettings) after = hemo_server_settings_parse (json, &error);
  g_autoptr (HemoServerSettings) copy = NULL;
  g_autofree char *again = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (after->secret, ==, before->secret);
  g_assert_cmpuint (after->kilobits, ==, 256);
  g_assert_cmpint (after->sign_in, ==, HEMO_SYNC_SIGN_IN_BASIC);
  g_assert_true (after->metered);
  g_assert_null (after->region);
  copy = hemo_server_settings_copy (after);
  again = hemo_server_settings_to_json (copy);
  g_assert_cmpstr (again, ==, json);
}

static void
test_refused_json (void)
{
  static const char *const bad[] = { "",
                                     "[]",
                                     "{\"url\":7}",
                                     "{\"kilobits\":-1}",
                                     "{\"kms\":\"yes\"}",
                                     "{\"sign_in\":\"x\"}",
                                     "{\"kilobits\":99999999999}" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (hemo_server_settings_parse (bad[i], &error));
      g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_REFUSED);
    }
}

static void
assert_refused (const HemoServerSettings *settings, const char *kind, const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (hemo_server_settings_check (settings, kind, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, words));
}

static void
test_check (void)
{
  g_autoptr (HemoServerSettings) settings = example ();

  g_assert_true (hemo_server_settings_check (settings, HEMO_SERVER_FHIR, NULL));
  g_assert_true (hemo_server_settings_check (settings, HEMO_SERVER_S3, NULL));
  g_clear_pointer (&settings->bucket, g_free);
  assert_refused (settings, HEMO_SERVER_S3, "bucket");
  g_clear_pointer (&settings->user, g_free);
  assert_refused (settings, HEMO_SERVER_FHIR, "name and a password");
  settings->sign_in = HEMO_SYNC_SIGN_IN_NONE;
  g_assert_true (hemo_server_settings_check (settings, HEMO_SERVER_FHIR, NULL));
  settings->to_hour = 25;
  assert_refused (settings, HEMO_SERVER_FHIR, "0 to 24");
  g_clear_pointer (&settings->url, g_free);
  assert_refused (settings, HEMO_SERVER_FHIR, "address");
}

static void
test_another (void)
{
  g_autoptr (HemoServerSettings) before = example ();
  g_autoptr (HemoServerSettings) after = example ();

  g_free (after->secret);
  after->secret = g_strdup ("new");
  g_assert_false (hemo_server_settings_is_another (after, before));
  g_free (after->bucket);
  after->bucket = g_strdup ("other");
  g_assert_true (hemo_server_settings_is_another (after, before));
}

/* Another name is another account, another password is not; a token has no name. */
static void
test_other_account (void)
{
  g_autoptr (HemoServerSettings) before = example ();
  g_autoptr (HemoServerSettings) after = example ();

  before->sign_in = after->sign_in = HEMO_SYNC_SIGN_IN_BASIC;
  g_assert_false (hemo_server_settings_is_other_account (after, before));
  g_set_str (&after->secret, "new");
  g_assert_false (hemo_server_settings_is_other_account (after, before));
  before->sign_in = after->sign_in = HEMO_SYNC_SIGN_IN_BEARER;
  g_assert_true (hemo_server_settings_is_other_account (after, before));
  g_set_str (&after->secret, before->secret);
  g_assert_false (hemo_server_settings_is_other_account (after, before));
  after->sign_in = HEMO_SYNC_SIGN_IN_SMART;
  g_assert_true (hemo_server_settings_is_other_account (after, before));
  before->sign_in = HEMO_SYNC_SIGN_IN_SMART;
  g_set_str (&after->user, "another");
  g_assert_true (hemo_server_settings_is_other_account (after, before));
  /* Of another server nothing counts anyway. */
  g_set_str (&after->url, "https://other.example.org/r4");
  g_assert_false (hemo_server_settings_is_other_account (after, before));
}

/* A secret goes where it was given for, however the path is written. */
static void
test_same_host (void)
{
  static const struct
  {
    const char *url;
    gboolean same;
  } others[] = { { "https://fhir.example.org/other", TRUE },
                 { "https://FHIR.example.org/r4", TRUE },
                 { "https://fhir.example.com/r4", FALSE },
                 { "http://fhir.example.org/r4", FALSE },
                 { "https://fhir.example.org:8443/r4", FALSE },
                 { "https://fhir.example.org@evil.example/r4", FALSE },
                 { "no address", FALSE },
                 { NULL, FALSE } };
  g_autoptr (HemoServerSettings) given = hemo_server_settings_new ();

  given->url = g_strdup ("https://fhir.example.org/r4");
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autoptr (HemoServerSettings) typed = hemo_server_settings_new ();

      typed->url = g_strdup (others[i].url);
      g_assert_cmpint (hemo_server_settings_is_same_host (typed, given), ==, others[i].same);
    }
}

static void
test_hours (void)
{
  g_autoptr (HemoServerSettings) settings = example ();

  g_assert_true (hemo_server_settings_allows_hour (settings, 23));
  g_assert_true (hemo_server_settings_allows_hour (settings, 5));
  g_assert_false (hemo_server_settings_allows_hour (settings, 6));
  g_assert_false (hemo_server_settings_allows_hour (settings, 12));
  settings->from_hour = 8;
  settings->to_hour = 17;
  g_assert_true (hemo_server_settings_allows_hour (settings, 8));
  g_assert_false (hemo_server_settings_allows_hour (settings, 17));
  settings->to_hour = 8;
  g_assert_true (hemo_server_settings_allows_hour (settings, 3));
}

static void
test_open (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoServerClock) clock = hemo_server_clock_new (0);
  g_autoptr (HemoServerSettings) settings = example ();
  g_autoptr (HemoHttp) http = hemo_server_settings_open (settings, clock, &error);
  g_autoptr (HemoSignIn) sign_in = NULL;
  g_autoptr (HemoS3) s3 = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (hemo_http_get_base_path (http), ==, "/r4");
  sign_in = hemo_server_settings_sign_in (settings, http, &error);
  g_assert_no_error (error);
  s3 = hemo_server_settings_open_s3 (settings, "c1", clock, &error);
  g_assert_no_error (error);
  g_free (settings->url);
  settings->url = g_strdup ("http://192.0.2.7/fhir");
  g_assert_null (hemo_server_settings_open (settings, clock, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_REFUSED);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

static const char *wanted;
static int left;

extern void __libc_free (void *block);

/* Every block that is given back is looked at. */
void
free (void *block)
{
  if (block != NULL && wanted != NULL
      && memmem (block, malloc_usable_size (block), wanted, strlen (wanted)) != NULL)
    left++;
  __libc_free (block);
}

/* A secret is gone when what held it is given back. */
static void
test_cleansed (void)
{
  g_autofree char *secret = g_strdup_printf ("Bearer %s", "a-secret-of-the-clinic");
  HemoHttpRequest *request = hemo_http_request_new ("GET", "/");
  HemoServerSettings *settings = hemo_server_settings_new ();
  HemoServerRow *row = g_new0 (HemoServerRow, 1);

  hemo_http_request_set_header (request, "Authorization", secret);
  settings->secret = g_strdup (secret);
  row->settings = g_strdup (secret);
  wanted = "a-secret-of-the-clinic";
  hemo_http_list_free (hemo_http_request_make_list (request, FALSE));
  hemo_http_request_free (request);
  hemo_server_settings_free (settings);
  hemo_server_row_free (row);
  wanted = NULL;
  g_assert_cmpint (left, ==, 0);
}

#endif

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync-settings/json", test_json);
  g_test_add_func ("/sync-settings/refused-json", test_refused_json);
  g_test_add_func ("/sync-settings/check", test_check);
  g_test_add_func ("/sync-settings/another", test_another);
  g_test_add_func ("/sync-settings/other-account", test_other_account);
  g_test_add_func ("/sync-settings/same-host", test_same_host);
  g_test_add_func ("/sync-settings/hours", test_hours);
  g_test_add_func ("/sync-settings/open", test_open);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  g_test_add_func ("/sync-settings/cleansed", test_cleansed);
#endif
  return g_test_run ();
}
