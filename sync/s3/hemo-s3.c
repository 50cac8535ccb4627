/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One bucket: signed questions, and what their answers prove. */

#include "hemo-s3.h"

#include "hemo-s3-private.h"
#include "hemo-sigv4.h"

#include <glib/gi18n.h>
#include <openssl/evp.h>
#include <string.h>

#define XML_LIMIT (G_GUINT64_CONSTANT (4) << 20)
/* Beyond it a server says that the clock is wrong; where it says nothing but 403 it is guessed. */
#define SKEW_LIMIT (10 * G_TIME_SPAN_MINUTE)

struct _HemoS3
{
  GObject parent_instance;

  HemoHttp *http;
  char *region;
  char *bucket;
  gboolean virtual_host;
  char *prefix;
  gboolean kms;
  char *kms_key;
  HemoS3KeyRing *keys;
  gboolean echoes;
};

G_DEFINE_FINAL_TYPE (HemoS3, hemo_s3, G_TYPE_OBJECT)

static void
hemo_s3_finalize (GObject *object)
{
  HemoS3 *self = HEMO_S3 (object);

  g_clear_object (&self->http);
  g_clear_object (&self->keys);
  g_free (self->region);
  g_free (self->bucket);
  g_free (self->prefix);
  g_free (self->kms_key);
  G_OBJECT_CLASS (hemo_s3_parent_class)->finalize (object);
}

static void
hemo_s3_class_init (HemoS3Class *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hemo_s3_finalize;
}

static void
hemo_s3_init (HemoS3 *self)
{
}

void
hemo_s3_object_free (HemoS3Object *self)
{
  if (self == NULL)
    return;
  g_free (self->key);
  g_free (self->etag);
  g_free (self->sha256);
  g_free (self->composite);
  g_free (self);
}

static gboolean
is_name (const char *text)
{
  return text != NULL && *text != '\0' && strlen (text) <= 63
         && strspn (text, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "-._") == strlen (text)
         && *text != '.';
}

/* "https://host" as "https://bucket.host" */
static char *
base_of (const HemoHttpOptions *server, const HemoS3Options *options)
{
  const char *host = strstr (server->base, "://");

  if (!options->virtual_host || host == NULL)
    return g_strdup (server->base);
  return g_strdup_printf ("%.*s%s.%s", (int)(host + 3 - server->base), server->base,
                          options->bucket, host + 3);
}

HemoS3 *
hemo_s3_new (const HemoHttpOptions *server, const HemoS3Options *options, GError **error)
{
  g_autoptr (HemoS3) self = g_object_new (HEMO_TYPE_S3, NULL);
  HemoHttpOptions there = *server;
  g_autofree char *base = NULL;

  if (!is_name (options->bucket) || !is_name (options->region)
      || (options->prefix != NULL
          && (strlen (options->prefix) > 512 || !g_utf8_validate (options->prefix, -1, NULL))))
    {
      g_set_error_literal (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_REFUSED,
                           N_ ("The name of the bucket or its region is none; ask who runs it."));
      return NULL;
    }
  base = base_of (server, options);
  there.base = base;
  self->http = hemo_http_new (&there, error);
  if (self->http == NULL)
    return NULL;
  self->region = g_strdup (options->region);
  self->bucket = g_strdup (options->bucket);
  self->virtual_host = options->virtual_host;
  self->prefix = g_strdup (options->prefix != NULL ? options->prefix : "");
  self->kms = options->kms;
  self->kms_key = g_strdup (options->kms_key);
  self->keys = g_object_ref (options->keys);
  return g_steal_pointer (&self);
}

HemoHttp *
hemo_s3_get_http (HemoS3 *self)
{
  return self->http;
}

char *
hemo_s3_encode_key (HemoS3 *self, const char *key)
{
  g_autofree char *whole = g_strconcat (self->prefix, key, NULL);

  return hemo_http_encode (whole, TRUE);
}

char *
hemo_s3_encode_prefix (HemoS3 *self, const char *start)
{
  g_autofree char *whole = g_strconcat (self->prefix, start, NULL);

  return hemo_http_encode (whole, FALSE);
}

const char *
hemo_s3_strip_key (HemoS3 *self, const char *key)
{
  return g_str_has_prefix (key, self->prefix) ? key + strlen (self->prefix) : NULL;
}

char *
hemo_s3_target (HemoS3 *self, const char *key, const char *query)
{
  g_autofree char *encoded = key != NULL ? hemo_s3_encode_key (self, key) : g_strdup ("");
  GString *target = g_string_new ("/");

  if (!self->virtual_host)
    g_string_append_printf (target, "%s%s", self->bucket, key != NULL ? "/" : "");
  g_string_append (target, encoded);
  if (query != NULL)
    g_string_append_printf (target, "?%s", query);
  return g_string_free_and_steal (target);
}

void
hemo_s3_set_encryption (HemoS3 *self, HemoHttpRequest *request)
{
  if (!self->kms)
    return;
  hemo_http_request_set_header (request, "x-amz-server-side-encryption", "aws:kms");
  if (self->kms_key != NULL)
    hemo_http_request_set_header (request, "x-amz-server-side-encryption-aws-kms-key-id",
                                  self->kms_key);
}

gboolean
hemo_s3_get_echoes (HemoS3 *self)
{
  return self->echoes;
}

void
hemo_s3_set_echoes (HemoS3 *self, gboolean echoes)
{
  self->echoes = echoes;
}

static gboolean
sign (HemoS3 *self,
      HemoHttpRequest *request,
      const char *payload,
      HemoS3Keys *keys,
      gint64 now,
      GError **error)
{
  const HemoSigv4Scope scope = { keys, self->region, "s3" };

  return hemo_sigv4_sign (request, hemo_http_get_host (self->http),
                          hemo_http_get_base_path (self->http), &scope, payload, now, error);
}

/* Whether another signature by the server's clock may be taken; an answer to HEAD says no code. */
static gboolean
is_skewed (HemoS3 *self, const HemoHttpResponse *response, const char *code, gint64 signed_at)
{
  if (response->date == 0 || !hemo_http_is_proven (self->http) || response->status != 403)
    return FALSE;
  if (code != NULL)
    return g_str_equal (code, "RequestTimeTooSkewed");
  return ABS (response->date - signed_at) > SKEW_LIMIT;
}

static gboolean
is_expired (const HemoHttpResponse *response, const char *code)
{
  const char *const codes[]
      = { "ExpiredToken", "InvalidToken", "TokenRefreshRequired", "InvalidAccessKeyId", NULL };

  return code != NULL ? g_strv_contains (codes, code)
                      : response->status == 401 || response->status == 403;
}

/* One more pair, if there is another. */
static gboolean
change_keys (HemoS3 *self, HemoS3Keys **keys, GCancellable *cancellable, GError **error)
{
  HemoS3Keys *others = hemo_s3_key_ring_get (self->keys, *keys, cancellable, error);
  gboolean changed = others != NULL && others != *keys;

  if (others == NULL)
    return FALSE;
  hemo_s3_keys_unref (*keys);
  *keys = others;
  return changed;
}

/* Whether asking again may help: at most once for each reason. */
static gboolean
may_ask_again (HemoS3 *self,
               const HemoHttpResponse *response,
               const char *code,
               gint64 signed_at,
               HemoS3Keys **keys,
               gboolean *skewed,
               gboolean *expired,
               GCancellable *cancellable)
{
  if (!*skewed && is_skewed (self, response, code, signed_at))
    return *skewed = TRUE;
  if (!*expired && is_expired (response, code))
    {
      *expired = TRUE;
      return change_keys (self, keys, cancellable, NULL);
    }
  return FALSE;
}

static gboolean
is_success (const HemoHttpResponse *response)
{
  return response->status >= 200 && response->status < 300 && !hemo_s3_is_hidden_error (response);
}

HemoHttpResponse *
hemo_s3_ask (HemoS3 *self,
             HemoHttpRequest *request,
             const char *payload,
             GCancellable *cancellable,
             GError **error)
{
  g_autoptr (HemoS3Keys) keys = hemo_s3_key_ring_get (self->keys, NULL, cancellable, error);
  gboolean skewed = FALSE, expired = FALSE;

  if (keys == NULL)
    return NULL;
  for (;;)
    {
      gint64 now = hemo_server_clock_now (hemo_http_get_clock (self->http));
      g_autoptr (HemoHttpResponse) response = NULL;
      g_autofree char *code = NULL;

      if (!sign (self, request, payload, keys, now, error)
          || (response = hemo_http_send (self->http, request, cancellable, error)) == NULL)
        return NULL;
      if (is_success (response))
        return hemo_http_check (response, error) ? g_steal_pointer (&response) : NULL;
      code = hemo_s3_error_code (response);
      if (!may_ask_again (self, response, code, now, &keys, &skewed, &expired, cancellable))
        {
          hemo_s3_set_error (error, response, code);
          return NULL;
        }
    }
}

HemoS3Node *
hemo_s3_ask_xml (HemoS3 *self,
                 const char *method,
                 const char *key,
                 const char *query,
                 GBytes *body,
                 GCancellable *cancellable,
                 GError **error)
{
  g_autofree char *target = hemo_s3_target (self, key, query);
  g_autoptr (HemoHttpRequest) request = hemo_http_request_new (method, target);
  g_autoptr (HemoHttpResponse) response = NULL;
  g_autofree char *payload = g_strdup (HEMO_SIGV4_EMPTY);

  if (body != NULL)
    {
      g_free (payload);
      payload = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, body);
      hemo_http_request_set_header (request, "content-type", "application/xml");
      hemo_http_request_set_body (request, body);
    }
  else if (g_str_equal (method, "POST"))
    {
      hemo_http_request_set_header (request, "x-amz-checksum-algorithm", "SHA256");
      hemo_s3_set_encryption (self, request);
    }
  hemo_http_request_set_limit (request, XML_LIMIT);
  response = hemo_s3_ask (self, request, payload, cancellable, error);
  return response != NULL ? hemo_s3_xml_parse (response->body, error) : NULL;
}

gboolean
hemo_s3_put (HemoS3 *self,
             const char *key,
             const HemoS3Body *body,
             gboolean only_new,
             HemoS3Receipt *receipt,
             GCancellable *cancellable,
             GError **error)
{
  g_autofree char *target = hemo_s3_target (self, key, NULL);
  g_autoptr (HemoHttpRequest) request = hemo_http_request_new ("PUT", target);

  hemo_http_request_set_header (request, "content-type", "application/octet-stream");
  /* The body is not announced, which would cost a way there and back for each: where it is refused
   * before it is through, the next is. */
  if (only_new)
    hemo_http_request_set_header (request, "if-none-match", "*");
  hemo_s3_set_encryption (self, request);
  return hemo_s3_send_body (self, request, body, receipt, cancellable, error);
}

/* In an archive, from which it comes after hours and for money, or under a rule that removes it. */
static gboolean
leaves (const HemoHttpResponse *response)
{
  const char *class = hemo_http_response_get_header (response, "x-amz-storage-class");

  return (class != NULL
          && (g_ascii_strcasecmp (class, "GLACIER") == 0
              || g_ascii_strcasecmp (class, "DEEP_ARCHIVE") == 0))
         || hemo_http_response_get_header (response, "x-amz-archive-status") != NULL
         || hemo_http_response_get_header (response, "x-amz-expiration") != NULL;
}

static HemoS3Object *
read_object (const HemoHttpResponse *response, const char *key)
{
  HemoS3Object *object = g_new0 (HemoS3Object, 1);
  const char *length = hemo_http_response_get_header (response, "content-length");
  const char *type = hemo_http_response_get_header (response, "x-amz-checksum-type");
  const char *checksum = hemo_http_response_get_header (response, "x-amz-checksum-sha256");

  object->key = g_strdup (key);
  object->size = length != NULL ? g_ascii_strtoull (length, NULL, 10) : 0;
  object->etag = hemo_s3_read_etag (hemo_http_response_get_header (response, "etag"));
  object->digest = hemo_s3_has_digest_etag (response, object->etag);
  object->modified
      = hemo_http_parse_date (hemo_http_response_get_header (response, "last-modified"));
  object->leaves = leaves (response);
  if (checksum != NULL && strchr (checksum, '-') != NULL)
    object->composite = g_strdup (checksum);
  else if (g_strcmp0 (type, "COMPOSITE") != 0)
    object->sha256 = hemo_s3_read_checksum (checksum);
  return object;
}

HemoS3Object *
hemo_s3_head (HemoS3 *self, const char *key, GCancellable *cancellable, GError **error)
{
  g_autofree char *target = hemo_s3_target (self, key, NULL);
  g_autoptr (HemoHttpRequest) request = hemo_http_request_new ("HEAD", target);
  g_autoptr (HemoHttpResponse) response = NULL;

  hemo_http_request_set_header (request, "x-amz-checksum-mode", "ENABLED");
  response = hemo_s3_ask (self, request, HEMO_SIGV4_EMPTY, cancellable, error);
  return response != NULL ? read_object (response, key) : NULL;
}

/* A server that does not know ranges sends all: that is not what was asked for. */
static gboolean
is_range (const HemoHttpResponse *response, guint64 offset, guint64 length)
{
  const char *said = hemo_http_response_get_header (response, "content-range");
  g_autofree char *start = g_strdup_printf ("bytes %" G_GUINT64_FORMAT "-", offset);

  return (offset == 0 && length == 0)
         || (response->status == 206 && said != NULL && g_str_has_prefix (said, start));
}

/* The answer to a question for a part of an object. (transfer full) */
static HemoHttpResponse *
get (HemoS3 *self,
     const char *key,
     const char *etag,
     guint64 offset,
     guint64 length,
     guint64 limit,
     HemoHttpSink sink,
     gpointer data,
     GCancellable *cancellable,
     GError **error)
{
  g_autofree char *target = hemo_s3_target (self, key, NULL);
  g_autoptr (HemoHttpRequest) request = hemo_http_request_new ("GET", target);
  g_autoptr (HemoHttpResponse) response = NULL;
  g_autofree char *range = length > 0
                               ? g_strdup_printf ("bytes=%" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT,
                                                  offset, offset + length - 1)
                               : g_strdup_printf ("bytes=%" G_GUINT64_FORMAT "-", offset);

  if (offset > 0 || length > 0)
    hemo_http_request_set_header (request, "range", range);
  if (etag != NULL && *etag != '\0')
    {
      g_autofree char *quoted = g_strdup_printf ("\"%s\"", etag);

      hemo_http_request_set_header (request, "if-match", quoted);
    }
  hemo_http_request_set_limit (request, limit);
  hemo_http_request_set_sink (request, sink, data);
  response = hemo_s3_ask (self, request, HEMO_SIGV4_EMPTY, cancellable, error);
  if (response == NULL || is_range (response, offset, length))
    return g_steal_pointer (&response);
  g_set_error_literal (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_PROTOCOL,
                       N_ ("The object store gave another part of the object than was asked for."));
  return NULL;
}

gboolean
hemo_s3_get (HemoS3 *self,
             const char *key,
             const char *etag,
             guint64 offset,
             guint64 length,
             guint64 limit,
             HemoHttpSink sink,
             gpointer data,
             GCancellable *cancellable,
             GError **error)
{
  g_autoptr (HemoHttpResponse) response
      = get (self, key, etag, offset, length, limit, sink, data, cancellable, error);

  return response != NULL;
}

static gboolean
append_bytes (const guint8 *bytes, gsize size, gpointer data, GError **error)
{
  g_byte_array_append (data, bytes, (guint)size);
  return TRUE;
}

GBytes *
hemo_s3_get_bytes (
    HemoS3 *self, const char *key, guint64 limit, GCancellable *cancellable, GError **error)
{
  g_autoptr (GByteArray) array = g_byte_array_new ();

  limit = MIN (limit, G_MAXINT);
  if (!hemo_s3_get (self, key, NULL, 0, 0, limit, append_bytes, array, cancellable, error))
    return NULL;
  return g_byte_array_free_to_bytes (g_steal_pointer (&array));
}

typedef struct
{
  EVP_MD_CTX *context;
  guint64 size;
} Hashing;

static gboolean
hash_bytes (const guint8 *bytes, gsize size, gpointer data, GError **error)
{
  Hashing *hashing = data;

  hashing->size += size;
  return EVP_DigestUpdate (hashing->context, bytes, size) == 1;
}

static gboolean
read_back (HemoS3 *self,
           const char *key,
           const HemoS3Proof *proof,
           gboolean *same,
           GCancellable *cancellable,
           GError **error)
{
  Hashing hashing = { .context = EVP_MD_CTX_new () };
  GString *hex = g_string_new (NULL);
  guint8 value[EVP_MAX_MD_SIZE];
  unsigned bytes = 0;
  g_autoptr (HemoHttpResponse) response = NULL;

  EVP_DigestInit_ex2 (hashing.context, EVP_sha256 (), NULL);
  response = get (self, key, NULL, 0, 0, proof->size, hash_bytes, &hashing, cancellable, error);
  EVP_DigestFinal_ex (hashing.context, value, &bytes);
  for (unsigned i = 0; i < bytes; i++)
    g_string_append_printf (hex, "%02x", value[i]);
  *same = hashing.size == proof->size && g_ascii_strcasecmp (hex->str, proof->sha256) == 0
          && !(proof->read && response != NULL && leaves (response));
  EVP_MD_CTX_free (hashing.context);
  g_string_free (hex, TRUE);
  return response != NULL;
}

/* What is kept settles it if it says yes, and a checksum also if it says no: an ETag that is no MD5
 * looks like one where a server hides how it encrypts. */
static gboolean
is_known (const HemoS3Object *object, const HemoS3Proof *proof, gboolean *same)
{
  *same = FALSE;
  if (object->size != proof->size || (proof->read && object->leaves))
    return TRUE;
  if (proof->read)
    return FALSE;
  if (object->sha256 != NULL)
    {
      *same = g_ascii_strcasecmp (object->sha256, proof->sha256) == 0;
      return TRUE;
    }
  if (object->composite != NULL && proof->composite != NULL)
    *same = g_str_equal (object->composite, proof->composite);
  else if (object->digest && proof->md5 != NULL)
    *same = g_ascii_strcasecmp (object->etag, proof->md5) == 0;
  return *same;
}

gboolean
hemo_s3_prove (HemoS3 *self,
               const char *key,
               const HemoS3Proof *proof,
               GCancellable *cancellable,
               GError **error)
{
  g_autoptr (HemoS3Object) object = hemo_s3_head (self, key, cancellable, error);
  gboolean same = FALSE;

  if (object == NULL)
    return FALSE;
  if (!is_known (object, proof, &same) && !read_back (self, key, proof, &same, cancellable, error))
    return FALSE;
  if (!same)
    g_set_error_literal (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DAMAGED,
                         N_ ("The object store holds something else under this name."));
  return same;
}

gboolean
hemo_s3_delete (HemoS3 *self, const char *key, GCancellable *cancellable, GError **error)
{
  g_autofree char *target = hemo_s3_target (self, key, NULL);
  g_autoptr (HemoHttpRequest) request = hemo_http_request_new ("DELETE", target);
  g_autoptr (HemoHttpResponse) response = NULL;
  g_autoptr (GError) failure = NULL;

  response = hemo_s3_ask (self, request, HEMO_SIGV4_EMPTY, cancellable, &failure);
  if (response != NULL || g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_NOT_FOUND))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}
