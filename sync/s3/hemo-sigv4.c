/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Makes a canonical text of the request and its MAC. */

#include "hemo-sigv4.h"

#include <glib/gi18n.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#define ALGORITHM "AWS4-HMAC-SHA256"
#define MAC_SIZE 32

static gboolean
fail (GError **error)
{
  g_set_error_literal (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_REFUSED,
                       N_ ("The request could not be signed."));
  return FALSE;
}

static char *
hash_text (const char *text)
{
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
}

static gboolean
mac (HemoSecret *key, const char *message, guint8 *out)
{
  unsigned size = 0;

  return HMAC (EVP_sha256 (), hemo_secret_get_data (key), (int)hemo_secret_get_size (key),
               (const guint8 *)message, strlen (message), out, &size)
             != NULL
         && size == MAC_SIZE;
}

/* NULL when OpenSSL fails. */
static HemoSecret *
derive_step (HemoSecret *key, const char *message)
{
  g_autoptr (HemoSecret) next = hemo_secret_new (MAC_SIZE);

  if (next == NULL || !mac (key, message, hemo_secret_get_data (next)))
    return NULL;
  return g_steal_pointer (&next);
}

static HemoSecret *
derive_key (const HemoSigv4Scope *scope, const char *day)
{
  HemoSecret *secret = hemo_s3_keys_get_secret (scope->keys);
  gsize size = hemo_secret_get_size (secret);
  g_autoptr (HemoSecret) key = hemo_secret_new (4 + size);
  const char *const steps[] = { day, scope->region, scope->service, "aws4_request" };

  if (key == NULL)
    return NULL;
  memcpy (hemo_secret_get_data (key), "AWS4", 4);
  memcpy (hemo_secret_get_data (key) + 4, hemo_secret_get_data (secret), size);
  for (gsize i = 0; i < G_N_ELEMENTS (steps) && key != NULL; i++)
    {
      g_autoptr (HemoSecret) last = g_steal_pointer (&key);

      key = derive_step (last, steps[i]);
    }
  return g_steal_pointer (&key);
}

/* @place: day, region and service as they stand in the signature */
static HemoSecret *
get_key (const HemoSigv4Scope *scope, const char *day, const char *place)
{
  HemoSecret *key = hemo_s3_keys_dup_derived (scope->keys, place);

  if (key == NULL)
    {
      key = derive_key (scope, day);
      if (key != NULL)
        hemo_s3_keys_set_derived (scope->keys, place, key);
    }
  return key;
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* However it was encoded, one way of encoding it. */
static char *
normalise (const char *encoded)
{
  g_autofree char *plain = g_uri_unescape_string (encoded, NULL);

  return hemo_http_encode (plain != NULL ? plain : encoded, FALSE);
}

/* By name, then by value: between the two stands what sorts before all that either may have. */
static char *
canonical_query (const char *query)
{
  g_auto (GStrv) pairs = g_strsplit (query, "&", -1);
  g_autoptr (GPtrArray) sorted = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *joined = NULL;

  for (guint i = 0; pairs[i] != NULL; i++)
    {
      g_auto (GStrv) pair = g_strsplit (pairs[i], "=", 2);
      g_autofree char *name = NULL, *value = NULL;

      if (*pairs[i] == '\0')
        continue;
      name = normalise (pair[0]);
      value = normalise (pair[1] != NULL ? pair[1] : "");
      g_ptr_array_add (sorted, g_strconcat (name, "\001", value, NULL));
    }
  g_ptr_array_sort (sorted, compare_texts);
  g_ptr_array_add (sorted, NULL);
  joined = g_strjoinv ("&", (char **)sorted->pdata);
  return g_strdelimit (g_steal_pointer (&joined), "\001", '=');
}

/* S3 takes the path as it is sent, all others encode it once more. */
static char *
canonical_path (const char *path, const char *service)
{
  if (*path == '\0')
    return g_strdup ("/");
  return g_str_equal (service, "s3") ? g_strdup (path) : hemo_http_encode (path, TRUE);
}

/* Trimmed, and runs of blanks as one. */
static char *
canonical_value (const char *value)
{
  g_autofree char *copy = g_strstrip (g_strdup (value));
  GString *text = g_string_new (NULL);

  for (const char *c = copy; *c != '\0'; c++)
    if (*c != ' ' || text->len == 0 || text->str[text->len - 1] != ' ')
      g_string_append_c (text, *c);
  return g_string_free_and_steal (text);
}

/* @names: (out): joined by ';' */
static char *
canonical_headers (const HemoHttpRequest *request, GString *names)
{
  g_autoptr (GPtrArray) all = hemo_http_request_list_headers (request);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < all->len; i++)
    {
      const char *name = g_ptr_array_index (all, i);
      g_autofree char *value = canonical_value (hemo_http_request_get_header (request, name));

      if (g_str_equal (name, "authorization"))
        continue;
      g_string_append_printf (text, "%s:%s\n", name, value);
      g_string_append_printf (names, "%s%s", names->len > 0 ? ";" : "", name);
    }
  return g_string_free_and_steal (text);
}

static char *
canonical_request (const HemoHttpRequest *request,
                   const char *base_path,
                   const char *service,
                   const char *payload,
                   GString *names)
{
  const char *target = hemo_http_request_get_target (request);
  const char *query = strchr (target, '?');
  g_autofree char *own
      = query != NULL ? g_strndup (target, (gsize)(query - target)) : g_strdup (target);
  g_autofree char *whole = g_strconcat (base_path, own, NULL);
  g_autofree char *path = canonical_path (whole, service);
  g_autofree char *parameters = canonical_query (query != NULL ? query + 1 : "");
  g_autofree char *headers = canonical_headers (request, names);

  return g_strjoin ("\n", hemo_http_request_get_method (request), path, parameters, headers,
                    names->str, payload, NULL);
}

static void
set_headers (HemoHttpRequest *request,
             const char *host,
             const HemoSigv4Scope *scope,
             const char *payload,
             const char *time)
{
  hemo_http_request_set_header (request, "host", host);
  hemo_http_request_set_header (request, "x-amz-date", time);
  if (g_str_equal (scope->service, "s3"))
    hemo_http_request_set_header (request, "x-amz-content-sha256", payload);
  if (hemo_s3_keys_get_session (scope->keys) != NULL)
    hemo_http_request_set_header (request, "x-amz-security-token",
                                  hemo_s3_keys_get_session (scope->keys));
}

static char *
to_hex (const guint8 *bytes)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < MAC_SIZE; i++)
    g_string_append_printf (text, "%02x", bytes[i]);
  return g_string_free_and_steal (text);
}

gboolean
hemo_sigv4_sign (HemoHttpRequest *request,
                 const char *host,
                 const char *base_path,
                 const HemoSigv4Scope *scope,
                 const char *payload,
                 gint64 now,
                 GError **error)
{
  g_autoptr (GDateTime) moment = g_date_time_new_from_unix_utc (now / G_USEC_PER_SEC);
  g_autofree char *time = moment != NULL ? g_date_time_format (moment, "%Y%m%dT%H%M%SZ") : NULL;
  g_autofree char *day = time != NULL ? g_strndup (time, 8) : NULL;
  g_autofree char *place = g_strdup_printf ("%s/%s/%s/aws4_request", day != NULL ? day : "",
                                            scope->region, scope->service);
  g_autoptr (HemoSecret) key = day != NULL ? get_key (scope, day, place) : NULL;
  g_autoptr (GString) names = g_string_new (NULL);
  g_autofree char *canonical = NULL, *digest = NULL, *message = NULL;
  g_autofree char *signature = NULL, *authorization = NULL;
  guint8 value[MAC_SIZE];

  if (key == NULL)
    return fail (error);
  set_headers (request, host, scope, payload, time);
  canonical = canonical_request (request, base_path, scope->service, payload, names);
  digest = hash_text (canonical);
  message = g_strjoin ("\n", ALGORITHM, time, place, digest, NULL);
  if (!mac (key, message, value))
    return fail (error);
  signature = to_hex (value);
  authorization = g_strdup_printf (ALGORITHM " Credential=%s/%s, SignedHeaders=%s, Signature=%s",
                                   hemo_s3_keys_get_id (scope->keys), place, names->str, signature);
  hemo_http_request_set_header (request, "authorization", authorization);
  return TRUE;
}
