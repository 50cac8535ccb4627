/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is asked and what came back. */

#include "hemo-http-message.h"

#include "hemo-http-private.h"

#include <string.h>

#define PATIENCE_MS 60000
/* Bodies of this size are announced also where nobody asked for care. */
#define EXPECT_FROM (1024 * 1024)

/* What proves who asks is among them. */
static void
free_value (gpointer data)
{
  char *value = data;

  explicit_bzero (value, strlen (value));
  g_free (value);
}

HemoHttpRequest *
hemo_http_request_new (const char *method, const char *target)
{
  HemoHttpRequest *self = g_new0 (HemoHttpRequest, 1);

  self->method = g_strdup (method);
  self->target = g_strdup (target);
  self->headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_value);
  self->limit = HEMO_HTTP_LIMIT;
  self->patience_ms = PATIENCE_MS;
  return self;
}

void
hemo_http_request_free (HemoHttpRequest *self)
{
  if (self == NULL)
    return;
  g_free (self->method);
  g_free (self->target);
  g_free (self->path);
  g_hash_table_unref (self->headers);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_free (self);
}

const char *
hemo_http_request_get_method (const HemoHttpRequest *self)
{
  return self->method;
}

const char *
hemo_http_request_get_target (const HemoHttpRequest *self)
{
  return self->target;
}

void
hemo_http_request_set_header (HemoHttpRequest *self, const char *name, const char *value)
{
  g_hash_table_replace (self->headers, g_ascii_strdown (name, -1), g_strdup (value));
}

const char *
hemo_http_request_get_header (const HemoHttpRequest *self, const char *name)
{
  g_autofree char *lower = g_ascii_strdown (name, -1);

  return g_hash_table_lookup (self->headers, lower);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *
hemo_http_request_list_headers (const HemoHttpRequest *self)
{
  GPtrArray *names = g_hash_table_get_keys_as_ptr_array (self->headers);

  g_ptr_array_sort (names, compare_names);
  return names;
}

void
hemo_http_request_set_body (HemoHttpRequest *self, GBytes *body)
{
  g_bytes_ref (body);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_clear_pointer (&self->path, g_free);
  self->body = body;
  self->offset = 0;
  self->length = g_bytes_get_size (body);
}

void
hemo_http_request_set_file (HemoHttpRequest *self, const char *path, guint64 offset, guint64 length)
{
  g_clear_pointer (&self->body, g_bytes_unref);
  g_set_str (&self->path, path);
  self->offset = offset;
  self->length = length;
}

guint64
hemo_http_request_get_length (const HemoHttpRequest *self)
{
  return self->length;
}

GBytes *
hemo_http_request_get_body (const HemoHttpRequest *self)
{
  return self->body;
}

gboolean
hemo_http_request_has_body (const HemoHttpRequest *self)
{
  return self->body != NULL || self->path != NULL;
}

void
hemo_http_request_set_digests (HemoHttpRequest *self, gboolean md5, gboolean sha256)
{
  self->md5 = md5;
  self->sha256 = sha256;
}

void
hemo_http_request_set_sink (HemoHttpRequest *self, HemoHttpSink sink, gpointer data)
{
  self->sink = sink;
  self->sink_data = data;
}

void
hemo_http_request_set_progress (HemoHttpRequest *self, HemoHttpProgress progress, gpointer data)
{
  self->progress = progress;
  self->progress_data = data;
}

void
hemo_http_request_set_limit (HemoHttpRequest *self, guint64 limit)
{
  self->limit = limit;
}

void
hemo_http_request_set_patience (HemoHttpRequest *self, guint milliseconds)
{
  self->patience_ms = milliseconds;
}

void
hemo_http_request_set_compressed (HemoHttpRequest *self, gboolean compressed)
{
  self->compressed = compressed;
}

void
hemo_http_response_free (HemoHttpResponse *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->headers, g_hash_table_unref);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_clear_pointer (&self->md5, g_bytes_unref);
  g_clear_pointer (&self->sha256, g_bytes_unref);
  g_free (self);
}

const char *
hemo_http_response_get_header (const HemoHttpResponse *self, const char *name)
{
  g_autofree char *lower = g_ascii_strdown (name, -1);

  return g_hash_table_lookup (self->headers, lower);
}

gboolean
hemo_http_response_is_page (const HemoHttpResponse *self)
{
  const char *type = hemo_http_response_get_header (self, "content-type");

  return type != NULL
         && (g_ascii_strncasecmp (type, "text/html", 9) == 0
             || g_ascii_strncasecmp (type, "application/xhtml", 17) == 0);
}

gint64
hemo_http_parse_date (const char *text)
{
  time_t seconds = text != NULL ? curl_getdate (text, NULL) : -1;

  return seconds > 0 && seconds < 253402300800 ? (gint64)seconds * G_USEC_PER_SEC : 0;
}

char *
hemo_http_encode (const char *text, gboolean slash)
{
  GString *encoded = g_string_new (NULL);

  for (const guchar *c = (const guchar *)text; *c != '\0'; c++)
    if (g_ascii_isalnum (*c) || strchr ("-._~", *c) != NULL || (slash && *c == '/'))
      g_string_append_c (encoded, (char)*c);
    else
      g_string_append_printf (encoded, "%%%02X", *c);
  return g_string_free_and_steal (encoded);
}

void
hemo_http_list_free (struct curl_slist *list)
{
  for (struct curl_slist *at = list; at != NULL; at = at->next)
    explicit_bzero (at->data, strlen (at->data));
  curl_slist_free_all (list);
}

struct curl_slist *
hemo_http_request_make_list (const HemoHttpRequest *request, gboolean careful)
{
  g_autoptr (GPtrArray) names = hemo_http_request_list_headers (request);
  struct curl_slist *list = curl_slist_append (NULL, "User-Agent: Hemogram/" HEMO_VERSION);

  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      const char *value = g_hash_table_lookup (request->headers, name);
      g_autofree char *line = *value != '\0' ? g_strdup_printf ("%s: %s", name, value)
                                             : g_strdup_printf ("%s;", name);

      if (strpbrk (line, "\r\n") != NULL)
        {
          explicit_bzero (line, strlen (line));
          hemo_http_list_free (list);
          return NULL;
        }
      if (!g_str_equal (name, "host"))
        list = curl_slist_append (list, line);
      explicit_bzero (line, strlen (line));
    }
  if (request->length > 0 && (careful || request->length >= EXPECT_FROM))
    return curl_slist_append (list, "Expect: 100-continue");
  return curl_slist_append (list, "Expect:");
}
