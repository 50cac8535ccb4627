/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A bucket that answers, refuses, lies and forgets. */

#include "hemo-s3-multipart.h"
#include "hemo-s3-xml.h"

#include "fake-s3.h"

#include <string.h>

typedef struct
{
  FakeS3 *fake;
  HemoS3 *s3;
} Fixture;

static HemoS3Keys *
keys_of (const char *id, const char *session, gint64 expires)
{
  char secret[] = "secret";
  g_autoptr (HemoSecret) kept = hemo_secret_new_take (secret, strlen (secret));

  return hemo_s3_keys_new (id, kept, session, expires);
}

static HemoS3 *
connect_with (Fixture *self, HemoS3KeyRing *ring)
{
  g_autoptr (GError) error = NULL;
  const HemoHttpOptions server = { .base = self->fake->server->base, .stall_timeout_ms = 2000 };
  const HemoS3Options options
      = { .region = "us-east-1", .bucket = "b", .prefix = "c 1/", .keys = ring };
  HemoS3 *s3 = hemo_s3_new (&server, &options, &error);

  g_assert_no_error (error);
  return s3;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (HemoS3Keys) keys = keys_of ("KEY-A", NULL, 0);
  g_autoptr (HemoS3KeyRing) ring = hemo_s3_key_ring_new (keys);

  self->fake = fake_s3_new ();
  self->s3 = connect_with (self, ring);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_object (&self->s3);
  fake_s3_free (self->fake);
}

static gboolean
put (Fixture *self,
     const char *key,
     const char *text,
     gboolean only_new,
     gboolean *proven,
     GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  const HemoS3Body body = { .bytes = bytes };
  g_auto (HemoS3Receipt) receipt = { 0 };

  if (!hemo_s3_put (self->s3, key, &body, only_new, &receipt, NULL, error))
    return FALSE;
  if (proven != NULL)
    *proven = receipt.proven;
  return TRUE;
}

static void
assert_put_fails (Fixture *self, HemoRemoteError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (put (self, "k", "text", FALSE, NULL, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, (int)code);
}

static void
test_put (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoS3Object) object = NULL;
  g_autoptr (GBytes) back = NULL;
  gboolean proven = FALSE;

  g_assert_true (put (self, "images/\xc3\xa9+&=.cms", "hello", TRUE, &proven, &error));
  g_assert_no_error (error);
  g_assert_true (proven);
  g_assert_nonnull (fake_s3_object (self->fake, "b/c 1/images/\xc3\xa9+&=.cms"));
  object = hemo_s3_head (self->s3, "images/\xc3\xa9+&=.cms", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (object->size, ==, 5);
  g_assert_cmpstr (object->etag, ==, "5d41402abc4b2a76b9719d911017c592");
  back = hemo_s3_get_bytes (self->s3, object->key, 5, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (back, NULL), g_bytes_get_size (back), "hello", 5);
  g_assert_null (hemo_s3_get_bytes (self->s3, object->key, 4, NULL, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_PROTOCOL);
  g_clear_error (&error);
  g_assert_false (put (self, object->key, "other", TRUE, NULL, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_CONFLICT);
  g_assert_null (strstr (error->message, "cms"));
  g_clear_error (&error);
  g_assert_true (hemo_s3_delete (self->s3, object->key, NULL, &error));
  g_assert_true (hemo_s3_delete (self->s3, object->key, NULL, &error));
  g_assert_null (hemo_s3_head (self->s3, object->key, NULL, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_NOT_FOUND);
}

/* What proves, what leaves open, and what says that it is wrong. */
static void
test_receipts (Fixture *self, gconstpointer data)
{
  gboolean proven = TRUE;

  self->fake->bare_etag = TRUE;
  g_assert_true (put (self, "k", "text", FALSE, &proven, NULL));
  g_assert_true (proven);
  self->fake->no_etag = TRUE;
  g_assert_true (put (self, "k", "text", FALSE, &proven, NULL));
  g_assert_false (proven);
  self->fake->no_etag = self->fake->bare_etag = FALSE;
  self->fake->kms = TRUE;
  g_assert_true (put (self, "k", "text", FALSE, &proven, NULL));
  g_assert_false (proven);
  self->fake->echoes = TRUE;
  g_assert_true (put (self, "k", "text", FALSE, &proven, NULL));
  g_assert_true (proven);
  self->fake->spoils = TRUE;
  assert_put_fails (self, HEMO_REMOTE_ERROR_DAMAGED);
  /* One that suddenly tells no SHA-256 has to be read back once: no MD5 was taken. */
  self->fake->kms = self->fake->echoes = FALSE;
  g_assert_true (put (self, "k", "text", FALSE, &proven, NULL));
  g_assert_false (proven);
  assert_put_fails (self, HEMO_REMOTE_ERROR_DAMAGED);
  self->fake->spoils = FALSE;
  self->fake->false_etag = TRUE;
  assert_put_fails (self, HEMO_REMOTE_ERROR_DAMAGED);
}

static gboolean
prove (Fixture *self, guint64 size, const char *sha256, GError **error)
{
  const HemoS3Proof proof = { .size = size, .sha256 = sha256 };

  return hemo_s3_prove (self->s3, "k", &proof, NULL, error);
}

static void
test_prove (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *sha256 = g_compute_checksum_for_string (G_CHECKSUM_SHA256, "text", 4);
  g_autofree char *other = g_compute_checksum_for_string (G_CHECKSUM_SHA256, "tent", 4);

  g_assert_false (prove (self, 4, sha256, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  put (self, "k", "text", FALSE, NULL, NULL);
  g_assert_true (prove (self, 4, sha256, &error));
  g_assert_cmpuint (self->fake->gets, ==, 1);
  self->fake->echoes = TRUE;
  g_assert_true (prove (self, 4, sha256, &error));
  g_assert_cmpuint (self->fake->gets, ==, 1);
  g_assert_false (prove (self, 4, other, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DAMAGED);
  g_clear_error (&error);
  self->fake->echoes = FALSE;
  g_assert_false (prove (self, 4, other, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DAMAGED);
  g_clear_error (&error);
  g_assert_false (prove (self, 5, sha256, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DAMAGED);
}

static gboolean
append (const guint8 *bytes, gsize size, gpointer data, GError **error)
{
  g_string_append_len (data, (const char *)bytes, (gssize)size);
  return TRUE;
}

static void
test_range (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) taken = g_string_new (NULL);

  put (self, "k", "0123456789", FALSE, NULL, NULL);
  g_assert_true (hemo_s3_get (self->s3, "k", NULL, 3, 4, 4, append, taken, NULL, &error));
  g_assert_true (hemo_s3_get (self->s3, "k", NULL, 8, 0, 9, append, taken, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (taken->str, ==, "345689");
}

static void
test_list (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) all = NULL;
  g_autoptr (GBytes) other = g_bytes_new_static ("x", 1);

  for (int i = 0; i < 7; i++)
    {
      g_autofree char *key = g_strdup_printf ("a/%d", i);

      put (self, key, "xyz", FALSE, NULL, NULL);
    }
  put (self, "b/1", "xyz", FALSE, NULL, NULL);
  fake_s3_store (self->fake, "b/other/a/1", other);
  self->fake->page = 3;
  all = hemo_s3_list (self->s3, "a/", 100, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (all->len, ==, 7);
  for (guint i = 0; i < 7; i++)
    {
      const HemoS3Object *object = g_ptr_array_index (all, i);
      g_autofree char *key = g_strdup_printf ("a/%u", i);

      g_assert_cmpstr (object->key, ==, key);
      g_assert_cmpuint (object->size, ==, 3);
      g_assert_cmpstr (object->etag, ==, "e");
      g_assert_cmpint (object->modified, >, 0);
    }
  g_assert_null (hemo_s3_list (self->s3, "a/", 5, NULL, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_TOO_LARGE);
}

static void
test_errors (Fixture *self, gconstpointer data)
{
  const struct
  {
    guint status;
    const char *code;
    HemoRemoteError meaning;
  } cases[] = {
    { 403, "AccessDenied", HEMO_REMOTE_ERROR_DENIED },
    { 403, "InvalidAccessKeyId", HEMO_REMOTE_ERROR_DENIED },
    { 403, "SignatureDoesNotMatch", HEMO_REMOTE_ERROR_DENIED },
    { 403, NULL, HEMO_REMOTE_ERROR_DENIED },
    { 403, "QuotaExceeded", HEMO_REMOTE_ERROR_DENIED },
    { 404, "NoSuchBucket", HEMO_REMOTE_ERROR_DENIED },
    { 404, "NoSuchUpload", HEMO_REMOTE_ERROR_NOT_FOUND },
    { 400, "RequestTimeout", HEMO_REMOTE_ERROR_BUSY },
    { 400, "BadDigest", HEMO_REMOTE_ERROR_SPOILT },
    { 400, "EntityTooLarge", HEMO_REMOTE_ERROR_TOO_LARGE },
    { 400, "EntityTooSmall", HEMO_REMOTE_ERROR_REFUSED },
    { 400, "SomethingNew", HEMO_REMOTE_ERROR_REFUSED },
    { 409, "ConditionalRequestConflict", HEMO_REMOTE_ERROR_CONFLICT },
    { 409, "OperationAborted", HEMO_REMOTE_ERROR_BUSY },
    { 412, "PreconditionFailed", HEMO_REMOTE_ERROR_CONFLICT },
    { 413, NULL, HEMO_REMOTE_ERROR_TOO_LARGE },
    { 500, "InternalError", HEMO_REMOTE_ERROR_BUSY },
    { 502, NULL, HEMO_REMOTE_ERROR_BUSY },
    { 503, "SlowDown", HEMO_REMOTE_ERROR_BUSY },
    { 200, "InternalError", HEMO_REMOTE_ERROR_BUSY },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint before = self->fake->puts;

      self->fake->fail_status = cases[i].status;
      self->fake->fail_code = cases[i].code;
      self->fake->failures = 9;
      assert_put_fails (self, cases[i].meaning);
      g_assert_cmpuint (self->fake->puts - before, ==, 1);
    }
}

static void
test_retry_after (Fixture *self, gconstpointer data)
{
  gint64 now = g_get_monotonic_time ();

  self->fake->fail_status = 503;
  self->fake->fail_code = "SlowDown";
  self->fake->fail_header = "Retry-After: 8";
  self->fake->failures = 1;
  assert_put_fails (self, HEMO_REMOTE_ERROR_BUSY);
  g_assert_cmpint (hemo_http_get_retry_at (hemo_s3_get_http (self->s3)), >=,
                   now + 8 * G_USEC_PER_SEC);
}

static void
test_portal (Fixture *self, gconstpointer data)
{
  self->fake->portal = TRUE;
  assert_put_fails (self, HEMO_REMOTE_ERROR_OFFLINE);
}

/* One more signature by the server's clock, no more, and none for one that is right already. */
static void
test_skew (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gboolean proven = FALSE;

  self->fake->checks_time = TRUE;
  self->fake->server->ahead = 86400;
  g_assert_true (put (self, "k", "text", FALSE, &proven, &error));
  g_assert_no_error (error);
  g_assert_true (proven);
  g_assert_cmpuint (self->fake->puts, ==, 2);
  g_assert_true (put (self, "k", "text", FALSE, &proven, &error));
  g_assert_cmpuint (self->fake->puts, ==, 3);
  self->fake->checks_time = FALSE;
  self->fake->fail_status = 403;
  self->fake->fail_code = "RequestTimeTooSkewed";
  self->fake->failures = 9;
  assert_put_fails (self, HEMO_REMOTE_ERROR_CLOCK);
  g_assert_cmpuint (self->fake->puts, ==, 5);
}

/* An answer to HEAD has no words. */
static void
test_skewed_head (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoS3Object) object = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);

  fake_s3_store (self->fake, "b/c 1/k", bytes);
  self->fake->checks_time = TRUE;
  self->fake->server->ahead = -86400;
  object = hemo_s3_head (self->s3, "k", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (object->size, ==, 1);
}

static char *
give_token (gpointer data, GCancellable *cancellable, GError **error)
{
  ++*(guint *)data;
  return g_strdup ("a token&=");
}

typedef struct
{
  guint status;
  const char *expires;
  const char *id;
  guint asked;
} Sts;

static void
answer_sts (const FakeRequest *request, FakeReply *reply, gpointer data)
{
  Sts *self = data;
  g_autofree char *form = g_strndup ((const char *)request->body->data, request->body->len);
  g_autofree char *xml = g_strdup_printf (
      "<?xml version=\"1.0\"?>\n<AssumeRoleWithWebIdentityResponse xmlns=\"urn:x\">"
      "<AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>%s</AccessKeyId>"
      "<SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"
      "<Expiration>%s</Expiration></Credentials></AssumeRoleWithWebIdentityResult>"
      "</AssumeRoleWithWebIdentityResponse>",
      self->id, self->expires);

  self->asked++;
  g_assert_cmpstr (request->target, ==, "/");
  g_assert_nonnull (strstr (form, "WebIdentityToken=a%20token%26%3D"));
  g_assert_nonnull (strstr (form, "RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr"));
  fake_reply_text (reply, self->status, "text/xml", xml);
}

static HemoS3KeyRing *
ring_of (FakeServer *server, guint *tokens)
{
  const HemoHttpOptions options = { .base = server->base };
  g_autoptr (HemoHttp) http = hemo_http_new (&options, NULL);

  return hemo_s3_key_ring_new_sts (http, "arn:aws:iam::1:role/r", "laptop-1", give_token, tokens,
                                   NULL);
}

/* Asked once for an hour, again when they run out or are refused, but not for ever. */
static void
test_lent_keys (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  Sts sts = { .status = 200, .expires = "2999-01-01T00:00:00Z", .id = "KEY-1" };
  g_autoptr (FakeServer) server = fake_server_new (answer_sts, &sts, NULL);
  guint tokens = 0;
  g_autoptr (HemoS3KeyRing) ring = ring_of (server, &tokens);

  g_clear_object (&self->s3);
  self->s3 = connect_with (self, ring);
  self->fake->key_id = "KEY-1";
  g_assert_true (put (self, "k", "text", FALSE, NULL, &error));
  g_assert_true (put (self, "k", "text", FALSE, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (tokens, ==, 1);
  self->fake->key_id = sts.id = "KEY-2";
  g_assert_true (put (self, "k", "text", FALSE, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (tokens, ==, 2);
  self->fake->key_id = "KEY-3";
  assert_put_fails (self, HEMO_REMOTE_ERROR_DENIED);
  g_assert_cmpuint (tokens, ==, 3);
  self->fake->key_id = NULL;
  sts.expires = "2001-01-01T00:00:00Z";
  self->fake->key_id = sts.id = "KEY-4";
  put (self, "k", "text", FALSE, NULL, NULL);
  g_assert_true (put (self, "k", "text", FALSE, NULL, &error));
  g_assert_cmpuint (tokens, ==, 5);
}

static void
test_keys_refused (Fixture *self, gconstpointer data)
{
  const struct
  {
    guint status;
    const char *id, *expires;
    HemoRemoteError code;
  } cases[] = { { 400, "K", "2999-01-01T00:00:00Z", HEMO_REMOTE_ERROR_DENIED },
                { 403, "K", "2999-01-01T00:00:00Z", HEMO_REMOTE_ERROR_DENIED },
                { 404, "K", "2999-01-01T00:00:00Z", HEMO_REMOTE_ERROR_DENIED },
                { 412, "K", "2999-01-01T00:00:00Z", HEMO_REMOTE_ERROR_DENIED },
                { 503, "K", "2999-01-01T00:00:00Z", HEMO_REMOTE_ERROR_BUSY },
                { 200, "", "2999-01-01T00:00:00Z", HEMO_REMOTE_ERROR_PROTOCOL },
                { 200, "K\nX: y", "2999-01-01T00:00:00Z", HEMO_REMOTE_ERROR_PROTOCOL },
                { 200, "K", "soon", HEMO_REMOTE_ERROR_PROTOCOL },
                { 200, "<K>", "2999-01-01T00:00:00Z", HEMO_REMOTE_ERROR_PROTOCOL } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      Sts sts = { .status = cases[i].status, .expires = cases[i].expires, .id = cases[i].id };
      g_autoptr (FakeServer) server = fake_server_new (answer_sts, &sts, NULL);
      guint tokens = 0;
      g_autoptr (HemoS3KeyRing) ring = ring_of (server, &tokens);

      g_assert_null (hemo_s3_key_ring_get (ring, NULL, NULL, &error));
      g_assert_error (error, HEMO_REMOTE_ERROR, (int)cases[i].code);
    }
}

static void
put_part (Fixture *self, const char *id, guint number, const char *text, GPtrArray *parts)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  const HemoS3Body body = { .bytes = bytes };
  g_auto (HemoS3Receipt) receipt = { 0 };

  g_assert_true (
      hemo_s3_multipart_put (self->s3, "big", id, number, &body, &receipt, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (receipt.proven);
  g_ptr_array_add (parts, hemo_s3_part_new (number, strlen (text), receipt.etag, NULL));
}

static void
test_multipart (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = hemo_s3_multipart_begin (self->s3, "big", NULL, &error);
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_s3_part_free);
  g_autoptr (GPtrArray) listed = NULL, uploads = NULL;
  g_autoptr (GBytes) whole = NULL;

  g_assert_no_error (error);
  put_part (self, id, 1, "one,", parts);
  put_part (self, id, 2, "two,", parts);
  put_part (self, id, 3, "three", parts);
  self->fake->page = 2;
  listed = hemo_s3_multipart_list (self->s3, "big", id, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (listed->len, ==, 3);
  g_assert_cmpuint (((HemoS3Part *)g_ptr_array_index (listed, 2))->number, ==, 3);
  g_assert_cmpuint (((HemoS3Part *)g_ptr_array_index (listed, 2))->size, ==, 5);
  uploads = hemo_s3_multipart_uploads (self->s3, "", NULL, &error);
  g_assert_cmpuint (uploads->len, ==, 1);
  g_assert_cmpstr (((HemoS3Upload *)g_ptr_array_index (uploads, 0))->id, ==, id);
  g_assert_cmpstr (((HemoS3Upload *)g_ptr_array_index (uploads, 0))->key, ==, "big");
  self->fake->hidden_errors = 1;
  g_assert_false (hemo_s3_multipart_complete (self->s3, "big", id, parts, NULL, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_BUSY);
  g_clear_error (&error);
  g_assert_true (hemo_s3_multipart_complete (self->s3, "big", id, parts, NULL, &error));
  g_assert_no_error (error);
  whole = hemo_s3_get_bytes (self->s3, "big", 100, NULL, &error);
  g_assert_cmpmem (g_bytes_get_data (whole, NULL), g_bytes_get_size (whole), "one,two,three", 13);
  g_assert_null (hemo_s3_multipart_list (self->s3, "big", id, NULL, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_true (hemo_s3_multipart_abort (self->s3, "big", id, NULL, &error));
}

static void
test_options (void)
{
  g_autoptr (HemoS3Keys) keys = keys_of ("K", NULL, 0);
  g_autoptr (HemoS3KeyRing) ring = hemo_s3_key_ring_new (keys);
  const HemoHttpOptions server = { .base = "https://s3.example.org:8443" };
  HemoS3Options options = { .region = "r", .bucket = "b", .virtual_host = TRUE, .keys = ring };
  const char *const bad[] = { "", "a/b", "a b", "..", "\xc3\xa9", NULL };
  g_autoptr (HemoS3) s3 = hemo_s3_new (&server, &options, NULL);

  g_assert_cmpstr (hemo_http_get_host (hemo_s3_get_http (s3)), ==, "b.s3.example.org:8443");
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      options.bucket = bad[i];
      g_assert_null (hemo_s3_new (&server, &options, &error));
      g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_REFUSED);
    }
  options.bucket = "b";
  options.prefix = "\xff";
  g_assert_null (hemo_s3_new (&server, &options, NULL));
}

static HemoS3Node *
parse (const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return hemo_s3_xml_parse (bytes, NULL);
}

static void
test_xml (void)
{
  const char *const bad[]
      = { "",           "text",
          "<a>",        "<a></b>",
          "<a/><b/>",   "<a>\xff</a>",
          "<a>&x;</a>", "<a><b><c><d><e><f><g><h><i/></h></g></f></e></d></c></b></a>" };
  g_autoptr (HemoS3Node) root
      = parse ("<?xml version='1.0'?><s:R xmlns:s='x'><K>a&amp;&quot;b</K><N>12</N><M>-1</M>"
               "<T>2026-01-02T03:04:05.678Z</T></s:R>");
  guint64 number = 7;

  g_assert_cmpstr (root->name, ==, "R");
  g_assert_cmpstr (hemo_s3_node_text (root, "K"), ==, "a&\"b");
  g_assert_null (hemo_s3_node_text (root, "Q"));
  g_assert_true (hemo_s3_node_number (root, "N", &number));
  g_assert_cmpuint (number, ==, 12);
  g_assert_false (hemo_s3_node_number (root, "M", &number));
  g_assert_false (hemo_s3_node_number (NULL, "M", &number));
  g_assert_cmpint (hemo_s3_node_time (root, "T"), ==, G_GINT64_CONSTANT (1767323045678000));
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_null (parse (bad[i]));
}

#define ADD(path, function) g_test_add ("/s3/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  hemo_vault_init (&error);
  g_assert_no_error (error);
  g_test_add_func ("/s3/options", test_options);
  g_test_add_func ("/s3/xml", test_xml);
  ADD ("put", test_put);
  ADD ("receipts", test_receipts);
  ADD ("prove", test_prove);
  ADD ("range", test_range);
  ADD ("list", test_list);
  ADD ("errors", test_errors);
  ADD ("retry-after", test_retry_after);
  ADD ("portal", test_portal);
  ADD ("skew", test_skew);
  ADD ("skewed-head", test_skewed_head);
  ADD ("lent-keys", test_lent_keys);
  ADD ("keys-refused", test_keys_refused);
  ADD ("multipart", test_multipart);
  return g_test_run ();
}
