/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is asked of a FHIR server, and what of its answers is believed. */

#include "hemo-fhir-server.h"

#include <glib/gi18n.h>
#include <string.h>

#define JSON_TYPE "application/fhir+json"
#define ANSWER_MAX ((guint64)HEMO_FHIR_MAX_BYTES)
/* A transaction is validated entry by entry. */
#define PATIENCE_MS 180000
/* Of a server's own words. */
#define WORDS_MAX 300
/* Smaller ones do not get smaller. */
#define PACK_FROM 600

struct _HemoFhirServer
{
  GObject parent_instance;

  HemoHttp *http;
  HemoSignIn *sign_in;
  gboolean packs;
  guint64 payload;
  guint status;
};

G_DEFINE_FINAL_TYPE (HemoFhirServer, hemo_fhir_server, G_TYPE_OBJECT)

void
hemo_fhir_stored_free (HemoFhirStored *self)
{
  g_free (self->type);
  g_free (self->id);
  g_free (self->version_id);
  g_free (self);
}

/* (transfer none) */
static const char *
get_string (json_object *object, const char *key)
{
  json_object *value;

  return object != NULL && json_object_object_get_ex (object, key, &value)
                 && json_object_is_type (value, json_type_string)
             ? json_object_get_string (value)
             : NULL;
}

/* (transfer none) */
static json_object *
get_child (json_object *object, const char *key, json_type type)
{
  json_object *value;

  return object != NULL && json_object_object_get_ex (object, key, &value)
                 && json_object_is_type (value, type)
             ? value
             : NULL;
}

const char *
hemo_fhir_get_version (json_object *resource)
{
  return get_string (get_child (resource, "meta", json_type_object), "versionId");
}

/* The element that an issue is about, where the server says that beside its words: 'Patient.name'.
 * (transfer none) (nullable) */
static const char *
get_element (json_object *issue)
{
  json_object *elements = get_child (issue, "expression", json_type_array);
  json_object *first = NULL;

  if (elements == NULL)
    elements = get_child (issue, "location", json_type_array);
  first = elements != NULL ? json_object_array_get_idx (elements, 0) : NULL;
  return json_object_is_type (first, json_type_string) ? json_object_get_string (first) : NULL;
}

/* The first words of an OperationOutcome that say what is wrong, and where. */
static char *
dup_outcome (const HemoHttpResponse *response)
{
  gsize length = 0;
  const char *text = g_bytes_get_data (response->body, &length);
  g_autoptr (json_object) json = hemo_fhir_parse (text, length, NULL);
  json_object *issues = get_child (json, "issue", json_type_array);
  const char *words = NULL;
  const char *element = NULL;
  g_autofree char *both = NULL;

  for (size_t i = 0; issues != NULL && words == NULL && i < json_object_array_length (issues); i++)
    {
      json_object *issue = json_object_array_get_idx (issues, i);
      const char *severity = get_string (issue, "severity");

      if (g_strcmp0 (severity, "error") != 0 && g_strcmp0 (severity, "fatal") != 0)
        continue;
      words = get_string (issue, "diagnostics");
      if (words == NULL)
        words = get_string (get_child (issue, "details", json_type_object), "text");
      if (words == NULL)
        words = get_string (issue, "code");
      element = get_element (issue);
    }
  if (words != NULL && element != NULL && strstr (words, element) == NULL)
    words = both = g_strdup_printf ("%s (%s)", words, element);
  return words != NULL ? g_utf8_substring (words, 0, MIN (g_utf8_strlen (words, -1), WORDS_MAX))
                       : NULL;
}

static gboolean
check_answer (HemoFhirServer *self, const HemoHttpResponse *response, GError **error)
{
  g_autofree char *words = NULL;

  if (response->status >= 400 && !hemo_http_response_is_page (response))
    {
      words = dup_outcome (response);
      hemo_http_set_error (error, response->status, words);
      return FALSE;
    }
  return hemo_http_check (response, error);
}

/* Once more with a new proof when the first was not taken, never a third time. */
static HemoHttpResponse *
ask (HemoFhirServer *self, HemoHttpRequest *request, GCancellable *cancellable, GError **error)
{
  g_autoptr (HemoHttpResponse) response = NULL;

  hemo_http_request_set_header (request, "Accept", JSON_TYPE);
  /* What is there now: neither what a proxy kept nor, as HAPI does for a minute, what the same
     search found before. */
  hemo_http_request_set_header (request, "Cache-Control", "no-cache");
  hemo_http_request_set_compressed (request, TRUE);
  hemo_http_request_set_limit (request, ANSWER_MAX);
  for (int attempt = 0;; attempt++)
    {
      g_clear_pointer (&response, hemo_http_response_free);
      if (!hemo_sign_in_apply (self->sign_in, request, cancellable, error))
        return NULL;
      response = hemo_http_send (self->http, request, cancellable, error);
      if (response == NULL || (response->status != 401 && response->status != 403) || attempt > 0
          || !hemo_sign_in_forget (self->sign_in, response->status))
        break;
    }
  self->status = response != NULL ? response->status : 0;
  return g_steal_pointer (&response);
}

static json_object *
parse_answer (const HemoHttpResponse *response, const char *type, GError **error)
{
  gsize length = 0;
  const char *text = g_bytes_get_data (response->body, &length);
  g_autoptr (json_object) json = hemo_fhir_parse (text, length, NULL);

  if (json != NULL && g_strcmp0 (hemo_fhir_get_type (json), type) == 0)
    return g_steal_pointer (&json);
  g_set_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_PROTOCOL,
               N_ ("The server did not answer with the %s that it was asked for."), type);
  return NULL;
}

/* @prefer: a wish, or NULL */
static json_object *
get_as (HemoFhirServer *self,
        const char *target,
        const char *type,
        const char *prefer,
        GCancellable *cancellable,
        GError **error)
{
  g_autoptr (HemoHttpRequest) request = hemo_http_request_new ("GET", target);
  g_autoptr (HemoHttpResponse) response = NULL;

  if (prefer != NULL)
    hemo_http_request_set_header (request, "Prefer", prefer);
  response = ask (self, request, cancellable, error);
  if (response == NULL || !check_answer (self, response, error))
    return NULL;
  return parse_answer (response, type, error);
}

static json_object *
get (HemoFhirServer *self,
     const char *target,
     const char *type,
     GCancellable *cancellable,
     GError **error)
{
  return get_as (self, target, type, NULL, cancellable, error);
}

json_object *
hemo_fhir_server_read (HemoFhirServer *self,
                       const char *type,
                       const char *id,
                       GCancellable *cancellable,
                       GError **error)
{
  g_autofree char *target = g_strdup_printf ("/%s/%s", type, id);
  g_autoptr (json_object) json = get (self, target, type, cancellable, error);

  if (json == NULL)
    return NULL;
  if (g_strcmp0 (hemo_fhir_get_id (json), id) == 0)
    return g_steal_pointer (&json);
  g_set_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_PROTOCOL,
               N_ ("The server answered with another %s than the one it was asked for."), type);
  return NULL;
}

gboolean
hemo_fhir_server_delete (HemoFhirServer *self,
                         const char *type,
                         const char *id,
                         GCancellable *cancellable,
                         GError **error)
{
  g_autofree char *target = g_strdup_printf ("/%s/%s", type, id);
  g_autoptr (HemoHttpRequest) request = hemo_http_request_new ("DELETE", target);
  g_autoptr (HemoHttpResponse) response = ask (self, request, cancellable, error);

  if (response == NULL)
    return FALSE;
  return response->status == 404 || response->status == 410 || check_answer (self, response, error);
}

json_object *
hemo_fhir_server_look (HemoFhirServer *self,
                       const char *type,
                       const char *id,
                       gboolean *deleted,
                       GCancellable *cancellable,
                       GError **error)
{
  g_autofree char *target = g_strdup_printf ("/%s/%s", type, id);
  g_autoptr (HemoHttpRequest) request = hemo_http_request_new ("GET", target);
  g_autoptr (HemoHttpResponse) response = ask (self, request, cancellable, error);
  g_autoptr (json_object) json = NULL;

  if (response == NULL)
    return NULL;
  *deleted = response->status == 410;
  /* A page that is not there is some other server's. */
  if ((response->status == 410 || response->status == 404)
      && !hemo_http_response_is_page (response))
    return NULL;
  if (!check_answer (self, response, error))
    return NULL;
  json = parse_answer (response, type, error);
  if (json == NULL || g_strcmp0 (hemo_fhir_get_id (json), id) == 0)
    return g_steal_pointer (&json);
  g_set_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_PROTOCOL,
               N_ ("The server answered with another %s than the one it was asked for."), type);
  return NULL;
}

static gboolean
speaks_json (json_object *statement)
{
  json_object *formats = get_child (statement, "format", json_type_array);

  for (size_t i = 0; formats != NULL && i < json_object_array_length (formats); i++)
    {
      const char *format = json_object_get_string (json_object_array_get_idx (formats, i));

      if (format != NULL && strstr (format, "json") != NULL)
        return TRUE;
    }
  return FALSE;
}

gboolean
hemo_fhir_server_check (HemoFhirServer *self,
                        char **software,
                        GCancellable *cancellable,
                        GError **error)
{
  g_autoptr (json_object) json = get (self, "/metadata", "CapabilityStatement", cancellable, error);
  const char *version = get_string (json, "fhirVersion");
  json_object *program = get_child (json, "software", json_type_object);

  if (json == NULL)
    return FALSE;
  if (version == NULL || !g_str_has_prefix (version, "4.0"))
    {
      g_set_error (
          error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_REFUSED,
          N_ ("This server speaks FHIR %s, and this program FHIR R4 (4.0). Ask who runs it "
              "for the address of R4."),
          version != NULL ? version : N_ ("of an unknown version"));
      return FALSE;
    }
  if (!speaks_json (json))
    {
      g_set_error_literal (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_REFUSED,
                           N_ ("This server does not speak JSON, which this program needs."));
      return FALSE;
    }
  if (software != NULL)
    *software = g_strjoin (" ", get_string (program, "name") ?: "FHIR",
                           get_string (program, "version") ?: version, NULL);
  return TRUE;
}

/* (transfer none) (nullable) */
static const char *
get_link (json_object *bundle, const char *relation)
{
  json_object *links = get_child (bundle, "link", json_type_array);

  for (size_t i = 0; links != NULL && i < json_object_array_length (links); i++)
    {
      json_object *link = json_object_array_get_idx (links, i);
      const char *url = get_string (link, "url");

      if (url != NULL && g_strcmp0 (get_string (link, "relation"), relation) == 0)
        return url;
    }
  return NULL;
}

/* The link to the next page, as a target of this server; NULL without one. */
static gboolean
find_next (HemoFhirServer *self, json_object *bundle, char **next, GError **error)
{
  const char *url = get_link (bundle, "next");

  *next = url != NULL ? hemo_http_target_of (self->http, url, error) : NULL;
  return url == NULL || *next != NULL;
}

/* Words of the server about the search are no result. */
static void
drop_outcomes (json_object *bundle)
{
  json_object *entries = get_child (bundle, "entry", json_type_array);

  for (size_t i = entries != NULL ? json_object_array_length (entries) : 0; i > 0; i--)
    {
      json_object *entry = json_object_array_get_idx (entries, i - 1);
      json_object *search = get_child (entry, "search", json_type_object);

      if (g_strcmp0 (get_string (search, "mode"), "outcome") == 0)
        json_object_array_del_idx (entries, i - 1, 1);
    }
}

/* (transfer full) */
static json_object *
get_searchset (HemoFhirServer *self,
               const char *target,
               const char *prefer,
               GCancellable *cancellable,
               GError **error)
{
  g_autoptr (json_object) json = get_as (self, target, "Bundle", prefer, cancellable, error);

  if (json == NULL || g_strcmp0 (get_string (json, "type"), "searchset") == 0)
    return g_steal_pointer (&json);
  g_set_error_literal (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_PROTOCOL,
                       N_ ("The server answered a search with something else."));
  return NULL;
}

static HemoFhirBundle *
read_searchset (HemoFhirServer *self, json_object *json, char **next, GError **error)
{
  g_autofree char *text = NULL;
  g_autofree char *found = NULL;
  HemoFhirBundle *bundle;

  if (!find_next (self, json, &found, error))
    return NULL;
  drop_outcomes (json);
  text = hemo_fhir_to_text (json, FALSE);
  bundle = hemo_fhir_bundle_parse (text, strlen (text), error);
  if (bundle != NULL)
    *next = g_steal_pointer (&found);
  return bundle;
}

HemoFhirBundle *
hemo_fhir_server_search (HemoFhirServer *self,
                         const char *target,
                         char **next,
                         GCancellable *cancellable,
                         GError **error)
{
  g_autoptr (json_object) json = get_searchset (self, target, NULL, cancellable, error);

  return json != NULL ? read_searchset (self, json, next, error) : NULL;
}

HemoFhirBundle *
hemo_fhir_server_search_by (HemoFhirServer *self,
                            const char *target,
                            const char *parameter,
                            gboolean *known,
                            char **next,
                            GCancellable *cancellable,
                            GError **error)
{
  g_autoptr (json_object) json
      = get_searchset (self, target, "handling=strict", cancellable, error);
  const char *repeated = json != NULL ? get_link (json, "self") : NULL;

  if (json == NULL)
    return NULL;
  *known = repeated != NULL && strstr (repeated, parameter) != NULL;
  return read_searchset (self, json, next, error);
}

gboolean
hemo_fhir_server_count (HemoFhirServer *self,
                        const char *target,
                        gint64 *total,
                        GCancellable *cancellable,
                        GError **error)
{
  g_autofree char *counting = g_strconcat (target, "&_summary=count", NULL);
  g_autoptr (json_object) json = get_searchset (self, counting, NULL, cancellable, error);
  json_object *said = get_child (json, "total", json_type_int);

  if (json == NULL)
    return FALSE;
  *total = said != NULL ? json_object_get_int64 (said) : -1;
  return TRUE;
}

static GBytes *
pack (const char *text)
{
  g_autoptr (GConverter) compressor
      = G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 9));
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr (GOutputStream) stream = g_converter_output_stream_new (memory, compressor);

  if (!g_output_stream_write_all (stream, text, strlen (text), NULL, NULL, NULL)
      || !g_output_stream_close (stream, NULL, NULL))
    return g_bytes_new (text, strlen (text));
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (memory));
}

static HemoHttpResponse *
post (HemoFhirServer *self,
      const char *text,
      gboolean packed,
      GCancellable *cancellable,
      GError **error)
{
  g_autoptr (HemoHttpRequest) request = hemo_http_request_new ("POST", "");
  g_autoptr (GBytes) body = packed ? pack (text) : g_bytes_new (text, strlen (text));

  hemo_http_request_set_header (request, "Content-Type", JSON_TYPE "; charset=UTF-8");
  hemo_http_request_set_header (request, "Prefer", "return=minimal");
  if (packed)
    hemo_http_request_set_header (request, "Content-Encoding", "gzip");
  hemo_http_request_set_body (request, body);
  hemo_http_request_set_patience (request, PATIENCE_MS);
  self->payload += g_bytes_get_size (body);
  return ask (self, request, cancellable, error);
}

/* 'Type/id/_history/version', absolute or not, against what was put; the version is its own. */
static char *
version_from_location (const char *location, const char *type, const char *id)
{
  g_autofree char *wanted = g_strdup_printf ("%s/%s/_history/", type, id);
  const char *found = location != NULL ? g_strrstr (location, wanted) : NULL;

  if (found == NULL || (found != location && found[-1] != '/'))
    return NULL;
  found += strlen (wanted);
  return *found != '\0' && strchr (found, '/') == NULL ? g_strdup (found) : NULL;
}

/* W/"3", "3" or 3. */
static char *
version_from_etag (const char *etag)
{
  g_autofree char *text = NULL;
  gsize length;

  if (etag == NULL)
    return NULL;
  if (g_str_has_prefix (etag, "W/"))
    etag += 2;
  length = strlen (etag);
  if (length >= 2 && etag[0] == '"' && etag[length - 1] == '"')
    text = g_strndup (etag + 1, length - 2);
  else
    text = g_strdup (etag);
  return *text != '\0' && strpbrk (text, "\"/ ") == NULL ? g_steal_pointer (&text) : NULL;
}

/* A location that names another record than was put there is an answer to another question. */
static HemoFhirStored *
read_entry (json_object *entry, json_object *put)
{
  json_object *response = get_child (entry, "response", json_type_object);
  const char *status = get_string (response, "status");
  const char *location = get_string (response, "location");
  const char *type = hemo_fhir_get_type (put);
  const char *id = hemo_fhir_get_id (put);
  g_autofree char *version = version_from_location (location, type, id);
  HemoFhirStored *stored;

  if (status == NULL || status[0] != '2' || (location != NULL && version == NULL))
    return NULL;
  if (version == NULL)
    version = version_from_etag (get_string (response, "etag"));
  if (version == NULL)
    return NULL;
  stored = g_new0 (HemoFhirStored, 1);
  stored->type = g_strdup (type);
  stored->id = g_strdup (id);
  stored->version_id = g_steal_pointer (&version);
  return stored;
}

static GPtrArray *
read_answer (json_object *json, HemoFhirBundle *bundle, GError **error)
{
  g_autoptr (GPtrArray) stored
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_fhir_stored_free);
  json_object *entries = get_child (json, "entry", json_type_array);
  guint count = hemo_fhir_bundle_count (bundle);

  if (g_strcmp0 (get_string (json, "type"), "transaction-response") == 0 && entries != NULL
      && json_object_array_length (entries) == count)
    for (guint i = 0; i < count; i++)
      {
        HemoFhirStored *one
            = read_entry (json_object_array_get_idx (entries, i), hemo_fhir_bundle_get (bundle, i));

        if (one == NULL)
          break;
        g_ptr_array_add (stored, one);
      }
  if (stored->len == count)
    return g_steal_pointer (&stored);
  g_set_error_literal (
      error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_PROTOCOL,
      N_ ("The server's answer does not say of every record that it was stored. It "
          "is asked again before anything counts as received."));
  return NULL;
}

/* A FHIR server that says 404 or 410 of a transaction has nothing of what a record in it names;
 * without its words, or where it says so of a search as well, there is none at this address, and no
 * record is to blame. */
static gboolean
check_transaction (HemoFhirServer *self,
                   const HemoHttpResponse *response,
                   GCancellable *cancellable,
                   GError **error)
{
  g_autofree char *words = NULL;
  g_autofree char *next = NULL;
  g_autoptr (HemoFhirBundle) found = NULL;

  if ((response->status == 404 || response->status == 410)
      && !hemo_http_response_is_page (response))
    words = dup_outcome (response);
  if (words != NULL)
    found = hemo_fhir_server_search (self, "/Patient?_count=1", &next, cancellable, NULL);
  if (found == NULL)
    return check_answer (self, response, error);
  g_set_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_REFUSED, "%s (status %u: %s)",
               N_ ("The server refuses this."), response->status, words);
  return FALSE;
}

GPtrArray *
hemo_fhir_server_transaction (HemoFhirServer *self,
                              HemoFhirBundle *bundle,
                              GCancellable *cancellable,
                              GError **error)
{
  g_autofree char *text = hemo_fhir_bundle_to_text (bundle, (HemoTime){ 0 }, FALSE);
  gboolean packed = self->packs && strlen (text) >= PACK_FROM;
  g_autoptr (HemoHttpResponse) response = post (self, text, packed, cancellable, error);
  g_autoptr (json_object) json = NULL;

  /* RFC 9110: what is packed and not understood is 415; some say 400. */
  if (response != NULL && packed && (response->status == 415 || response->status == 400))
    {
      self->packs = response->status != 415;
      g_clear_pointer (&response, hemo_http_response_free);
      response = post (self, text, FALSE, cancellable, error);
      if (response != NULL && response->status < 300)
        self->packs = FALSE;
    }
  if (response == NULL || !check_transaction (self, response, cancellable, error))
    return NULL;
  json = parse_answer (response, "Bundle", error);
  return json != NULL ? read_answer (json, bundle, error) : NULL;
}

guint64
hemo_fhir_server_get_payload (HemoFhirServer *self)
{
  return self->payload;
}

HemoHttp *
hemo_fhir_server_get_http (HemoFhirServer *self)
{
  return self->http;
}

HemoFhirServer *
hemo_fhir_server_new (HemoHttp *http, HemoSignIn *sign_in)
{
  HemoFhirServer *self = g_object_new (HEMO_TYPE_FHIR_SERVER, NULL);

  self->http = g_object_ref (http);
  self->sign_in = g_object_ref (sign_in);
  return self;
}

static void
hemo_fhir_server_finalize (GObject *object)
{
  HemoFhirServer *self = HEMO_FHIR_SERVER (object);

  g_clear_object (&self->http);
  g_clear_object (&self->sign_in);
  G_OBJECT_CLASS (hemo_fhir_server_parent_class)->finalize (object);
}

static void
hemo_fhir_server_class_init (HemoFhirServerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hemo_fhir_server_finalize;
}

static void
hemo_fhir_server_init (HemoFhirServer *self)
{
  self->packs = TRUE;
}

guint
hemo_fhir_server_get_status (HemoFhirServer *self)
{
  return self->status;
}
