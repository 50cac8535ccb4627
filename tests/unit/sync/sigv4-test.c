/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Signatures that AWS publishes: the examples of "Authenticating Requests (AWS Signature Version
 * 4)" in the Amazon S3 API Reference, and its Signature Version 4 test suite. */

#include "hemo-sigv4.h"

#include <string.h>

#define S3_DAY G_GINT64_CONSTANT (1369353600)
#define SUITE_TIME G_GINT64_CONSTANT (1440938160)

static HemoS3Keys *
keys_of (const char *id, const char *secret, const char *session)
{
  char *copy = g_strdup (secret);
  g_autoptr (HemoSecret) kept = hemo_secret_new_take (copy, strlen (secret));

  g_free (copy);
  return hemo_s3_keys_new (id, kept, session, 0);
}

static void
assert_signed (HemoHttpRequest *request,
               const char *host,
               const HemoSigv4Scope *scope,
               const char *payload,
               gint64 seconds,
               const char *expected)
{
  g_autoptr (GError) error = NULL;
  const char *authorization = NULL;

  g_assert_true (
      hemo_sigv4_sign (request, host, "", scope, payload, seconds * G_USEC_PER_SEC, &error));
  g_assert_no_error (error);
  authorization = hemo_http_request_get_header (request, "Authorization");
  g_assert_cmpstr (authorization + strlen (authorization) - 64, ==, expected);
}

static void
assert_s3 (HemoHttpRequest *request, const char *payload, const char *expected)
{
  g_autoptr (HemoS3Keys) keys
      = keys_of ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", NULL);
  const HemoSigv4Scope scope = { keys, "us-east-1", "s3" };

  assert_signed (request, "examplebucket.s3.amazonaws.com", &scope, payload, S3_DAY, expected);
}

static void
test_s3_get (void)
{
  g_autoptr (HemoHttpRequest) request = hemo_http_request_new ("GET", "/test.txt");

  hemo_http_request_set_header (request, "Range", "bytes=0-9");
  assert_s3 (request, HEMO_SIGV4_EMPTY,
             "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
  g_assert_cmpstr (hemo_http_request_get_header (request, "authorization"), ==,
                   "AWS4-HMAC-SHA256 "
                   "Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
                   "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, "
                   "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
  /* Once more is the same: what was signed before is not signed again. */
  assert_s3 (request, HEMO_SIGV4_EMPTY,
             "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
}

static void
test_s3_put (void)
{
  g_autoptr (HemoHttpRequest) request = hemo_http_request_new ("PUT", "/test%24file.text");

  hemo_http_request_set_header (request, "Date", "Fri, 24 May 2013 00:00:00 GMT");
  hemo_http_request_set_header (request, "x-amz-storage-class", "REDUCED_REDUNDANCY");
  assert_s3 (request, "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
             "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
}

static void
test_s3_queries (void)
{
  g_autoptr (HemoHttpRequest) lifecycle = hemo_http_request_new ("GET", "/?lifecycle");
  g_autoptr (HemoHttpRequest) list = hemo_http_request_new ("GET", "/?prefix=J&max-keys=2");

  assert_s3 (lifecycle, HEMO_SIGV4_EMPTY,
             "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
  assert_s3 (list, HEMO_SIGV4_EMPTY,
             "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

static void
assert_suite (const char *target, const char *expected)
{
  g_autoptr (HemoHttpRequest) request = hemo_http_request_new ("GET", target);
  g_autoptr (HemoS3Keys) keys
      = keys_of ("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", NULL);
  const HemoSigv4Scope scope = { keys, "us-east-1", "service" };

  assert_signed (request, "example.amazonaws.com", &scope, HEMO_SIGV4_EMPTY, SUITE_TIME, expected);
  g_assert_null (hemo_http_request_get_header (request, "x-amz-content-sha256"));
}

static void
test_suite (void)
{
  assert_suite ("/", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
  assert_suite ("", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
  assert_suite ("/?Param2=value2&Param1=value1",
                "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500");
}

/* However a caller encoded it. */
static void
test_same_query (void)
{
  const char *const targets[]
      = { "/?b=1&a=x%3ay&a-b=2", "/?a=x:y&b=1&a-b=2&", "/?a-b=2&a=x%3Ay&b=1" };
  g_autofree char *first = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (targets); i++)
    {
      g_autoptr (HemoHttpRequest) request = hemo_http_request_new ("GET", targets[i]);
      g_autoptr (HemoS3Keys) keys = keys_of ("ID", "secret", NULL);
      const HemoSigv4Scope scope = { keys, "r", "healthlake" };
      const char *authorization = NULL;

      hemo_sigv4_sign (request, "h", "/base", &scope, HEMO_SIGV4_EMPTY, 0, NULL);
      authorization = hemo_http_request_get_header (request, "authorization");
      if (first == NULL)
        first = g_strdup (authorization);
      g_assert_cmpstr (authorization, ==, first);
    }
}

static void
test_session (void)
{
  g_autoptr (HemoHttpRequest) request = hemo_http_request_new ("GET", "/");
  g_autoptr (HemoS3Keys) keys = keys_of ("ID", "secret", "token");
  const HemoSigv4Scope scope = { keys, "r", "s3" };

  g_assert_true (hemo_sigv4_sign (request, "h:1", "", &scope, HEMO_SIGV4_UNSIGNED, 0, NULL));
  g_assert_cmpstr (hemo_http_request_get_header (request, "x-amz-security-token"), ==, "token");
  g_assert_nonnull (strstr (hemo_http_request_get_header (request, "authorization"),
                            ";x-amz-date;x-amz-security-token,"));
  g_assert_cmpstr (hemo_http_request_get_header (request, "x-amz-date"), ==, "19700101T000000Z");
  g_assert_cmpstr (hemo_http_request_get_header (request, "x-amz-content-sha256"), ==,
                   "UNSIGNED-PAYLOAD");
}

static char *
sign_with (HemoS3Keys *keys, const char *region, gint64 seconds)
{
  g_autoptr (HemoHttpRequest) request = hemo_http_request_new ("GET", "/test.txt");
  const HemoSigv4Scope scope = { keys, region, "s3" };
  g_autoptr (GError) error = NULL;

  g_assert_true (hemo_sigv4_sign (request, "h", "", &scope, HEMO_SIGV4_EMPTY,
                                  seconds * G_USEC_PER_SEC, &error));
  g_assert_no_error (error);
  return g_strdup (hemo_http_request_get_header (request, "authorization"));
}

/* What is kept of a day and a place is not taken for another: as if the keys were new each time. */
static void
test_same_keys (void)
{
  g_autoptr (HemoS3Keys) kept = keys_of ("ID", "secret", NULL);
  const char *const regions[] = { "us-east-1", "us-east-1", "eu-west-1", "us-east-1" };
  const gint64 days[] = { 0, 1, 1, 0 };

  for (gsize i = 0; i < G_N_ELEMENTS (days); i++)
    {
      gint64 seconds = S3_DAY + days[i] * 86400;
      g_autoptr (HemoS3Keys) fresh = keys_of ("ID", "secret", NULL);
      g_autofree char *expected = sign_with (fresh, regions[i], seconds);

      for (guint again = 0; again < 2; again++)
        {
          g_autofree char *found = sign_with (kept, regions[i], seconds);

          g_assert_cmpstr (found, ==, expected);
        }
    }
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  hemo_vault_init (&error);
  g_assert_no_error (error);
  g_test_add_func ("/sigv4/s3-get", test_s3_get);
  g_test_add_func ("/sigv4/same-keys", test_same_keys);
  g_test_add_func ("/sigv4/s3-put", test_s3_put);
  g_test_add_func ("/sigv4/s3-queries", test_s3_queries);
  g_test_add_func ("/sigv4/suite", test_suite);
  g_test_add_func ("/sigv4/same-query", test_same_query);
  g_test_add_func ("/sigv4/session", test_session);
  return g_test_run ();
}
