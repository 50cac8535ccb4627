/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Objects and uploads in two hash tables. */

#include "fake-s3.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#define NAMESPACE " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
#define XML "application/xml"

static void
upload_free (FakeUpload *self)
{
  g_free (self->key);
  g_hash_table_unref (self->parts);
  g_free (self);
}

static void
say_error (FakeReply *reply, guint status, const char *code)
{
  g_autofree char *xml = g_strdup_printf (
      "<?xml version=\"1.0\"?><Error><Code>%s</Code><Message>m</Message></Error>", code);

  fake_reply_text (reply, status, XML, xml);
}

/* OpenSSL's own: many times faster than GLib's. */
static char *
digest_of (const char *name, const void *data, gsize size)
{
  guint8 value[EVP_MAX_MD_SIZE];
  size_t length = 0;
  GString *hex = g_string_new (NULL);

  EVP_Q_digest (NULL, name, NULL, size > 0 ? data : "", size, value, &length);
  for (size_t i = 0; i < length; i++)
    g_string_append_printf (hex, "%02x", value[i]);
  return g_string_free_and_steal (hex);
}

static char *
checksum_of (GBytes *bytes)
{
  guint8 value[EVP_MAX_MD_SIZE];
  size_t length = 0;
  gsize size = 0;
  const void *data = g_bytes_get_data (bytes, &size);

  EVP_Q_digest (NULL, "SHA256", NULL, size > 0 ? data : "", size, value, &length);
  return g_base64_encode (value, length);
}

static char *
etag_of (FakeS3 *self, GBytes *bytes)
{
  gsize size = 0;
  const void *data = g_bytes_get_data (bytes, &size);
  g_autofree char *md5 = NULL;

  if (self->false_etag)
    return g_strdup ("\"00000000000000000000000000000000\"");
  md5 = digest_of ("MD5", data, size);
  return self->bare_etag ? g_steal_pointer (&md5) : g_strdup_printf ("\"%s\"", md5);
}

static void
lose (FakeS3 *self, FakeReply *reply)
{
  if (self->lost == 0 || (self->heard > 0 && self->heard-- > 0))
    return;
  self->lost--;
  reply->hang_up = TRUE;
}

static void
say_receipt (FakeS3 *self, FakeReply *reply, GBytes *bytes)
{
  g_autofree char *etag = etag_of (self, bytes);
  g_autofree char *checksum = self->echoes ? checksum_of (bytes) : NULL;

  if (!self->no_etag)
    fake_reply_header (reply, "ETag", etag);
  if (self->kms)
    fake_reply_header (reply, "x-amz-server-side-encryption", "aws:kms");
  if (self->echoes)
    fake_reply_header (reply, "x-amz-checksum-sha256", checksum);
  lose (self, reply);
}

static GBytes *
keep (FakeS3 *self, const FakeRequest *request)
{
  guint8 *copy = g_memdup2 (request->body->data, request->body->len);

  if (self->spoils && request->body->len > 0)
    copy[request->body->len / 2] ^= 1;
  return g_bytes_new_take (copy, request->body->len);
}

static void
put_object (FakeS3 *self, const char *key, const FakeRequest *request, FakeReply *reply)
{
  GBytes *bytes = NULL;

  if (fake_request_header (request, "if-none-match") != NULL
      && g_hash_table_contains (self->objects, key))
    {
      say_error (reply, 412, "PreconditionFailed");
      return;
    }
  bytes = keep (self, request);
  g_hash_table_replace (self->objects, g_strdup (key), bytes);
  say_receipt (self, reply, bytes);
}

static void
put_part (FakeS3 *self, const FakeRequest *request, FakeReply *reply, const char *id)
{
  g_autofree char *number = fake_request_query (request, "partNumber");
  FakeUpload *upload = g_hash_table_lookup (self->uploads, id);
  GBytes *bytes = NULL;

  if (upload == NULL)
    {
      say_error (reply, 404, "NoSuchUpload");
      return;
    }
  bytes = keep (self, request);
  g_hash_table_replace (upload->parts, GINT_TO_POINTER (atoi (number)), bytes);
  say_receipt (self, reply, bytes);
}

static void
get_object (FakeS3 *self, const char *key, const FakeRequest *request, FakeReply *reply)
{
  GBytes *bytes = g_hash_table_lookup (self->objects, key);
  const char *range = fake_request_header (request, "range");
  guint64 from = 0, to = 0;

  if (bytes == NULL)
    {
      say_error (reply, 404, "NoSuchKey");
      return;
    }
  if (self->changed && fake_request_header (request, "if-match") != NULL)
    {
      say_error (reply, 412, "PreconditionFailed");
      return;
    }
  if (self->told != NULL && g_str_has_suffix (key, self->told_of)
      && g_str_equal (request->method, self->told_to_get ? "GET" : "HEAD"))
    g_string_append_printf (reply->headers, "%s\r\n", self->told);
  to = g_bytes_get_size (bytes);
  if (range != NULL)
    {
      g_autofree char *said = NULL;
      char *end = NULL;

      from = g_ascii_strtoull (range + strlen ("bytes="), &end, 10);
      if (end[1] != '\0')
        to = MIN (to, g_ascii_strtoull (end + 1, NULL, 10) + 1);
      said = g_strdup_printf ("bytes %" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT "/*", from, to - 1);
      reply->status = 206;
      fake_reply_header (reply, "Content-Range", said);
    }
  say_receipt (self, reply, bytes);
  g_byte_array_append (reply->body, (const guint8 *)g_bytes_get_data (bytes, NULL) + from,
                       (guint)(to - from));
  if (self->short_gets > 0 && g_str_equal (request->method, "GET")
      && (self->short_of == NULL || g_str_has_suffix (key, self->short_of)))
    {
      self->short_gets--;
      reply->short_by = reply->body->len / 2;
      g_byte_array_set_size (reply->body, reply->body->len - reply->short_by);
    }
  if (g_str_equal (request->method, "GET")
      && (self->short_of == NULL || g_str_has_suffix (key, self->short_of)))
    self->given += reply->body->len;
}

static int
compare_keys (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static void
list_objects (FakeS3 *self, const FakeRequest *request, FakeReply *reply, const char *bucket)
{
  g_autofree char *encoded = fake_request_query (request, "prefix");
  g_autofree char *prefix = g_uri_unescape_string (encoded != NULL ? encoded : "", NULL);
  g_autofree char *token = fake_request_query (request, "continuation-token");
  g_autoptr (GPtrArray) keys = g_hash_table_get_keys_as_ptr_array (self->objects);
  g_autoptr (GString) xml = g_string_new ("<?xml version=\"1.0\"?><ListBucketResult" NAMESPACE);
  guint skip = token != NULL ? (guint)atoi (token) : 0, seen = 0;
  gboolean more = FALSE;

  g_ptr_array_sort (keys, compare_keys);
  for (guint i = 0; i < keys->len; i++)
    {
      const char *key = (const char *)g_ptr_array_index (keys, i) + strlen (bucket) + 1;

      if (!g_str_has_prefix (key, prefix) || seen++ < skip)
        continue;
      more = self->page > 0 && seen > skip + self->page;
      if (more)
        break;
      g_string_append_printf (
          xml,
          "<Contents><Key>%s</Key><LastModified>2026-01-02T03:04:05.000Z"
          "</LastModified><ETag>&quot;e&quot;</ETag><Size>%" G_GSIZE_FORMAT "</Size></Contents>",
          key, g_bytes_get_size (g_hash_table_lookup (self->objects, g_ptr_array_index (keys, i))));
    }
  g_string_append_printf (xml, "<IsTruncated>%s</IsTruncated>", more ? "true" : "false");
  if (more)
    g_string_append_printf (xml, "<NextContinuationToken>%u</NextContinuationToken>",
                            skip + self->page);
  g_string_append (xml, "</ListBucketResult>");
  fake_reply_text (reply, 200, XML, xml->str);
}

static void
list_parts (FakeS3 *self, const FakeRequest *request, FakeReply *reply, const char *id)
{
  FakeUpload *upload = g_hash_table_lookup (self->uploads, id);
  g_autofree char *marker = fake_request_query (request, "part-number-marker");
  g_autoptr (GString) xml = g_string_new ("<ListPartsResult" NAMESPACE);
  guint after = marker != NULL ? (guint)atoi (marker) : 0, given = 0;
  gboolean more = FALSE;

  if (upload == NULL)
    {
      say_error (reply, 404, "NoSuchUpload");
      return;
    }
  for (guint number = after + 1; number <= 100 && !more; number++)
    {
      GBytes *part = g_hash_table_lookup (upload->parts, GUINT_TO_POINTER (number));
      g_autofree char *etag = part != NULL ? etag_of (self, part) : NULL;
      g_autofree char *escaped = part != NULL ? g_markup_escape_text (etag, -1) : NULL;

      more = part != NULL && self->page > 0 && given == self->page;
      if (part == NULL || more)
        continue;
      given++;
      g_string_append_printf (
          xml,
          "<Part><PartNumber>%u</PartNumber><ETag>%s</ETag><Size>%" G_GSIZE_FORMAT "</Size></Part>",
          number, escaped, g_bytes_get_size (part));
    }
  g_string_append_printf (xml, "<IsTruncated>%s</IsTruncated></ListPartsResult>",
                          more ? "true" : "false");
  fake_reply_text (reply, 200, XML, xml->str);
}

static void
list_uploads (FakeS3 *self, FakeReply *reply, const char *bucket)
{
  g_autoptr (GString) xml = g_string_new ("<ListMultipartUploadsResult" NAMESPACE);
  GHashTableIter iter;
  gpointer id = NULL, value = NULL;

  g_hash_table_iter_init (&iter, self->uploads);
  while (g_hash_table_iter_next (&iter, &id, &value))
    {
      FakeUpload *upload = value;
      g_autoptr (GDateTime) begun = g_date_time_new_from_unix_utc (upload->begun);
      g_autofree char *time = g_date_time_format_iso8601 (begun);

      g_string_append_printf (xml,
                              "<Upload><Key>%s</Key><UploadId>%s</UploadId><Initiated>%s"
                              "</Initiated></Upload>",
                              upload->key + strlen (bucket) + 1, (char *)id, time);
    }
  g_string_append (xml, "<IsTruncated>false</IsTruncated></ListMultipartUploadsResult>");
  fake_reply_text (reply, 200, XML, xml->str);
}

static void
begin_upload (FakeS3 *self, const char *key, FakeReply *reply)
{
  FakeUpload *upload = g_new0 (FakeUpload, 1);
  char *id = g_strdup_printf ("up/load+%u", ++self->next_upload);
  g_autofree char *xml = g_strdup_printf ("<InitiateMultipartUploadResult" NAMESPACE
                                          "<UploadId>%s</UploadId></InitiateMultipartUploadResult>",
                                          id);

  upload->key = g_strdup (key);
  upload->begun = g_get_real_time () / G_USEC_PER_SEC;
  upload->parts = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)g_bytes_unref);
  g_hash_table_replace (self->uploads, id, upload);
  fake_reply_text (reply, 200, XML, xml);
}

static void
complete_upload (FakeS3 *self, const FakeRequest *request, FakeReply *reply, const char *id)
{
  FakeUpload *upload = g_hash_table_lookup (self->uploads, id);
  g_autoptr (GByteArray) whole = g_byte_array_new ();

  if (upload == NULL)
    {
      say_error (reply, 404, "NoSuchUpload");
      return;
    }
  if (self->hidden_errors > 0)
    {
      self->hidden_errors--;
      say_error (reply, 200, "InternalError");
      return;
    }
  for (guint number = 1; g_hash_table_contains (upload->parts, GUINT_TO_POINTER (number)); number++)
    {
      GBytes *part = g_hash_table_lookup (upload->parts, GUINT_TO_POINTER (number));

      g_byte_array_append (whole, g_bytes_get_data (part, NULL), (guint)g_bytes_get_size (part));
    }
  g_hash_table_replace (self->objects, g_strdup (upload->key),
                        g_byte_array_free_to_bytes (g_steal_pointer (&whole)));
  g_hash_table_remove (self->uploads, id);
  fake_reply_text (reply, 200, XML,
                   "<CompleteMultipartUploadResult" NAMESPACE
                   "<ETag>x-1</ETag></CompleteMultipartUploadResult>");
  lose (self, reply);
}

static void delete (FakeS3 *self, const char *key, const char *id, FakeReply *reply)
{
  reply->status = 204;
  if (id == NULL)
    g_hash_table_remove (self->objects, key);
  else if (!g_hash_table_remove (self->uploads, id))
    say_error (reply, 404, "NoSuchUpload");
}

static gboolean
is_late (FakeS3 *self, const FakeRequest *request)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) time
      = g_date_time_new_from_iso8601 (fake_request_header (request, "x-amz-date"), utc);
  gint64 now = g_get_real_time () / G_USEC_PER_SEC + self->server->ahead;

  return ABS (now - g_date_time_to_unix (time)) > 900;
}

static gboolean
is_signed_body (const FakeRequest *request)
{
  g_autofree char *sha256 = digest_of ("SHA256", request->body->data, request->body->len);

  return g_strcmp0 (fake_request_header (request, "x-amz-content-sha256"), sha256) == 0;
}

/* TRUE when it is answered by a fault. */
static gboolean
is_to_fail (FakeS3 *self, const FakeRequest *request)
{
  g_autofree char *lists = fake_request_query (request, "list-type");

  if (self->fail_method == NULL || g_str_equal (self->fail_method, request->method))
    return TRUE;
  return g_str_equal (self->fail_method, "LIST") && lists != NULL;
}

static gboolean
answer_fault (FakeS3 *self, const FakeRequest *request, FakeReply *reply)
{
  const char *authorization = fake_request_header (request, "authorization");

  if (self->portal)
    fake_reply_text (reply, 200, "text/html", "<html>Welcome</html>");
  else if (authorization == NULL)
    say_error (reply, 403, "AccessDenied");
  else if (self->checks_time && is_late (self, request))
    say_error (reply, 403, "RequestTimeTooSkewed");
  else if (self->key_id != NULL && strstr (authorization, self->key_id) == NULL)
    say_error (reply, 403, "ExpiredToken");
  else if (!self->trusts && !is_signed_body (request))
    say_error (reply, 400, "XAmzContentSHA256Mismatch");
  else if (self->failures > 0 && is_to_fail (self, request))
    {
      self->failures--;
      if (self->fail_header != NULL)
        g_string_append_printf (reply->headers, "%s\r\n", self->fail_header);
      if (self->fail_code != NULL)
        say_error (reply, self->fail_status, self->fail_code);
      reply->status = self->fail_status;
    }
  else
    return FALSE;
  return TRUE;
}

static void
answer_bucket (FakeS3 *self, const char *bucket, const FakeRequest *request, FakeReply *reply)
{
  g_autofree char *uploads = fake_request_query (request, "uploads");

  if (uploads != NULL)
    list_uploads (self, reply, bucket);
  else
    list_objects (self, request, reply, bucket);
}

static void
answer (const FakeRequest *request, FakeReply *reply, gpointer data)
{
  FakeS3 *self = data;
  g_autofree char *path = g_strndup (request->target + 1, strcspn (request->target + 1, "?"));
  g_autofree char *key = g_uri_unescape_string (path, NULL);
  g_autofree char *encoded_id = fake_request_query (request, "uploadId");
  g_autofree char *id = encoded_id != NULL ? g_uri_unescape_string (encoded_id, NULL) : NULL;

  self->puts += g_str_equal (request->method, "PUT") ? 1 : 0;
  self->gets += g_str_equal (request->method, "GET") ? 1 : 0;
  if (answer_fault (self, request, reply))
    return;
  if (strchr (key, '/') == NULL)
    answer_bucket (self, key, request, reply);
  else if (g_str_equal (request->method, "PUT") && id != NULL)
    put_part (self, request, reply, id);
  else if (g_str_equal (request->method, "PUT"))
    put_object (self, key, request, reply);
  else if (g_str_equal (request->method, "POST") && id != NULL)
    complete_upload (self, request, reply, id);
  else if (g_str_equal (request->method, "POST"))
    begin_upload (self, key, reply);
  else if (g_str_equal (request->method, "DELETE"))
    delete (self, key, id, reply);
  else if (id != NULL)
    list_parts (self, request, reply, id);
  else
    get_object (self, key, request, reply);
}

FakeS3 *
fake_s3_new (void)
{
  FakeS3 *self = g_new0 (FakeS3, 1);

  self->objects
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
  self->uploads
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)upload_free);
  self->server = fake_server_new (answer, self, NULL);
  return self;
}

void
fake_s3_free (FakeS3 *self)
{
  if (self == NULL)
    return;
  fake_server_free (self->server);
  g_hash_table_unref (self->objects);
  g_hash_table_unref (self->uploads);
  g_free (self);
}

GBytes *
fake_s3_object (FakeS3 *self, const char *key)
{
  return g_hash_table_lookup (self->objects, key);
}

void
fake_s3_store (FakeS3 *self, const char *key, GBytes *bytes)
{
  g_hash_table_replace (self->objects, g_strdup (key), g_bytes_ref (bytes));
}
