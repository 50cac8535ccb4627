/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Keeps resources in a table and answers for them. */

#include "fake-fhir.h"

#include <gio/gio.h>
#include <stdlib.h>
#include <string.h>

static const char *
get_string (json_object *object, const char *key)
{
  json_object *value;

  return json_object_object_get_ex (object, key, &value) ? json_object_get_string (value) : NULL;
}

static char *
name_of (json_object *resource)
{
  return g_strdup_printf ("%s/%s", get_string (resource, "resourceType"),
                          get_string (resource, "id"));
}

static const char *
version_of (json_object *resource)
{
  json_object *meta;

  return resource != NULL && json_object_object_get_ex (resource, "meta", &meta)
             ? get_string (meta, "versionId")
             : NULL;
}

/* Takes @resource. */
static void
store (FakeFhir *self, json_object *resource)
{
  g_autofree char *name = name_of (resource);
  const char *before = version_of (g_hash_table_lookup (self->resources, name));
  g_autofree char *version = g_strdup_printf ("%d", before != NULL ? atoi (before) + 1 : 1);
  g_autoptr (GDateTime) clock = g_date_time_new_now_utc ();
  g_autoptr (GDateTime) at = g_date_time_add (clock, -self->back_us);
  g_autofree char *now = g_date_time_format (at, "%Y-%m-%dT%H:%M:%S.000Z");
  json_object *meta = json_object_new_object ();

  json_object_object_add (meta, "versionId", json_object_new_string (version));
  json_object_object_add (meta, "lastUpdated", json_object_new_string (now));
  json_object_object_add (resource, "meta", meta);
  g_hash_table_insert (self->history, g_strdup_printf ("%s/_history/%s", name, version),
                       json_object_get (resource));
  g_ptr_array_add (self->changes, json_object_get (resource));
  g_hash_table_insert (self->resources, g_steal_pointer (&name), resource);
}

static json_object *
parse (const char *text, gsize length)
{
  json_tokener *tokener = json_tokener_new ();
  json_object *json = json_tokener_parse_ex (tokener, text, (int)length);

  json_tokener_free (tokener);
  return json;
}

static json_object *
parse_text (const char *text)
{
  return parse (text, strlen (text));
}

static void
reply_json (FakeReply *reply, guint status, json_object *json)
{
  fake_reply_text (reply, status, "application/fhir+json", json_object_to_json_string (json));
}

static void
reply_outcome (FakeReply *reply, guint status, const char *words)
{
  g_autofree char *text
      = g_strdup_printf ("{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":"
                         "\"error\",\"code\":\"invalid\",\"diagnostics\":\"%s\"}]}",
                         words);

  fake_reply_text (reply, status, "application/fhir+json", text);
}

static void
reply_refusal (const FakeFhir *self, FakeReply *reply, guint status)
{
  g_autofree char *text = NULL;

  if (self->element == NULL || status == 412)
    {
      reply_outcome (reply, status, status == 412 ? "another version" : "no such code");
      return;
    }
  text = g_strdup_printf ("{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":"
                          "\"error\",\"code\":\"invalid\",\"diagnostics\":\"no such code\","
                          "\"expression\":[\"%s\"]}]}",
                          self->element);
  fake_reply_text (reply, status, "application/fhir+json", text);
}

static json_object *
entry_of (json_object *bundle, size_t i, json_object **resource, json_object **request)
{
  json_object *entries;
  json_object *entry;

  if (!json_object_object_get_ex (bundle, "entry", &entries)
      || i >= json_object_array_length (entries))
    return NULL;
  entry = json_object_array_get_idx (entries, i);
  json_object_object_get_ex (entry, "resource", resource);
  json_object_object_get_ex (entry, "request", request);
  return entry;
}

/* 0, or the status that the whole transaction gets. */
static guint
check_transaction (FakeFhir *self, json_object *bundle)
{
  json_object *resource, *request;

  for (size_t i = 0; entry_of (bundle, i, &resource, &request) != NULL; i++)
    {
      g_autofree char *name = name_of (resource);
      const char *match = get_string (request, "ifMatch");
      const char *version = version_of (g_hash_table_lookup (self->resources, name));
      g_autofree char *tag = g_strdup_printf ("W/\"%s\"", version);

      if (self->refused != NULL && strcmp (name, self->refused) == 0)
        return self->refused_status != 0 ? self->refused_status : 422;
      if (self->multiple != NULL && strcmp (name, self->multiple) == 0)
        return 412;
      if (match != NULL && strcmp (match, tag) != 0)
        return 412;
    }
  return 0;
}

static void
answer_transaction (FakeFhir *self, json_object *bundle, FakeReply *reply)
{
  json_object *answer
      = parse_text ("{\"resourceType\":\"Bundle\",\"type\":\"transaction-response\","
                    "\"entry\":[]}");
  json_object *entries, *resource, *request;
  guint count = 0;

  json_object_object_get_ex (answer, "entry", &entries);
  for (size_t i = 0; entry_of (bundle, i, &resource, &request) != NULL; i++, count++)
    {
      g_autofree char *name = name_of (resource);
      g_autofree char *location
          = g_strdup_printf ("%s/_history/%s", self->wrong_id ? "Patient/another" : name,
                             version_of (g_hash_table_lookup (self->resources, name)));
      json_object *entry = json_object_new_object ();
      json_object *response = json_object_new_object ();

      json_object_object_add (response, "status", json_object_new_string ("201 Created"));
      json_object_object_add (response, "location", json_object_new_string (location));
      json_object_object_add (entry, "response", response);
      json_object_array_add (entries, entry);
    }
  if (self->short_answer)
    json_object_array_del_idx (entries, count - 1, 1);
  reply_json (reply, 200, answer);
  json_object_put (answer);
}

/* The body, unpacked where it says that it is packed. */
static json_object *
parse_body (const FakeRequest *request)
{
  g_autoptr (GBytes) body = g_bytes_new (request->body->data, request->body->len);
  g_autoptr (GConverter) unpacker
      = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));
  g_autoptr (GInputStream) packed = g_memory_input_stream_new_from_bytes (body);
  g_autoptr (GInputStream) stream = g_converter_input_stream_new (packed, unpacker);
  g_autoptr (GOutputStream) plain = g_memory_output_stream_new_resizable ();

  if (g_strcmp0 (fake_request_header (request, "content-encoding"), "gzip") != 0)
    return parse ((const char *)request->body->data, request->body->len);
  if (g_output_stream_splice (plain, stream, G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, NULL, NULL) < 0)
    return NULL;
  return parse (g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (plain)),
                g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (plain)));
}

static void
take_transaction (FakeFhir *self, const FakeRequest *request, FakeReply *reply)
{
  json_object *bundle = parse_body (request);
  json_object *resource, *part;
  guint status;
  guint count = 0;

  if (bundle == NULL)
    {
      reply_outcome (reply, 400, "not JSON");
      return;
    }
  status = check_transaction (self, bundle);
  if (status != 0)
    {
      reply_refusal (self, reply, status);
      json_object_put (bundle);
      return;
    }
  for (size_t i = 0; entry_of (bundle, i, &resource, &part) != NULL; i++, count++)
    store (self, json_object_get (resource));
  self->transactions++;
  self->largest = MAX (self->largest, count);
  if (self->lose_answers > 0)
    {
      self->lose_answers--;
      reply->hang_up = TRUE;
    }
  else
    answer_transaction (self, bundle, reply);
  json_object_put (bundle);
}

static gint64
updated_at (json_object *resource)
{
  json_object *meta;
  g_autoptr (GDateTime) time = NULL;

  json_object_object_get_ex (resource, "meta", &meta);
  time = g_date_time_new_from_iso8601 (get_string (meta, "lastUpdated"), NULL);
  return g_date_time_to_unix_usec (time);
}

/* Whether @resource names one of @names, which commas part, or there are none. */
static gboolean
names_one (json_object *resource, const char *names)
{
  const char *text = json_object_to_json_string_ext (
      resource, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
  g_auto (GStrv) list = g_strsplit (names != NULL ? names : "", ",", -1);
  gboolean found = names == NULL;

  for (guint i = 0; list[i] != NULL; i++)
    found = found || strstr (text, list[i]) != NULL;
  return found;
}

/* Whether the search of @request finds @resource. */
static gboolean
is_found (const FakeFhir *self, const FakeRequest *request, json_object *resource)
{
  g_autofree char *orders = fake_request_query (request, "based-on");
  g_autofree char *since = fake_request_query (request, "_lastUpdated");
  g_autofree char *target = fake_request_query (request, "target");
  g_autofree char *ids = fake_request_query (request, "_id");
  g_auto (GStrv) list = g_strsplit (ids != NULL ? ids : "", ",", -1);
  g_autoptr (GDateTime) from = NULL;

  if (ids != NULL && !g_strv_contains ((const char *const *)list, get_string (resource, "id")))
    return FALSE;
  if (!names_one (resource, target)
      || (self->orders == FAKE_FHIR_ORDERS_KNOWN && !names_one (resource, orders)))
    return FALSE;
  if (since == NULL)
    return TRUE;
  from = g_date_time_new_from_iso8601 (since + strlen ("ge"), NULL);
  return from != NULL && updated_at (resource) >= g_date_time_to_unix_usec (from);
}

/* The newest versions of a type, those that were changed last at the end. */
static GPtrArray *
find (FakeFhir *self, const FakeRequest *request, const char *type)
{
  GPtrArray *found = g_ptr_array_new ();
  guint shown = self->changes->len - MIN (self->lag, self->changes->len);

  for (guint i = 0; i < shown; i++)
    {
      json_object *resource = g_ptr_array_index (self->changes, i);
      g_autofree char *name = name_of (resource);

      if (strcmp (get_string (resource, "resourceType"), type) == 0
          && g_strcmp0 (name, self->hidden) != 0
          && g_hash_table_lookup (self->resources, name) == resource
          && is_found (self, request, resource))
        g_ptr_array_add (found, resource);
    }
  return found;
}

static guint
number_of (const FakeRequest *request, const char *name, guint otherwise)
{
  g_autofree char *text = fake_request_query (request, name);

  return text != NULL ? (guint)atoi (text) : otherwise;
}

static void
add_link (json_object *bundle, const char *relation, const char *url)
{
  json_object *links = NULL;
  json_object *link = json_object_new_object ();

  if (!json_object_object_get_ex (bundle, "link", &links))
    {
      links = json_object_new_array ();
      json_object_object_add (bundle, "link", links);
    }
  json_object_object_add (link, "relation", json_object_new_string (relation));
  json_object_object_add (link, "url", json_object_new_string (url));
  json_object_array_add (links, link);
}

static void
add_next (FakeFhir *self, json_object *bundle, const char *target, guint offset)
{
  g_autofree char *first = g_strdup (target);
  char *after = strstr (first, "&_offset=");
  g_autofree char *url = NULL;

  if (after != NULL)
    *after = '\0';
  url = g_strdup_printf ("%s%s&_offset=%u", self->server->base, first, offset);
  add_link (bundle, "next", url);
}

/* The address that was asked for, without what was passed over. */
static void
add_self (FakeFhir *self, json_object *bundle, const char *target)
{
  g_autofree char *url = g_strconcat (self->server->base, target, NULL);
  char *by = strstr (url, "based-on=");
  const char *after = by != NULL ? strchr (by, '&') : NULL;

  if (by != NULL && self->orders == FAKE_FHIR_ORDERS_LEFT_OUT)
    memmove (by, after + 1, strlen (after));
  add_link (bundle, "self", url);
}

static void
search (FakeFhir *self, const FakeRequest *request, const char *type, FakeReply *reply)
{
  json_object *bundle
      = parse_text ("{\"resourceType\":\"Bundle\",\"type\":\"searchset\",\"entry\":[]}");
  g_autoptr (GPtrArray) found = find (self, request, type);
  guint offset = number_of (request, "_offset", 0);
  guint count = number_of (request, "_count", 1000);
  json_object *entries;

  if (self->page_max != 0)
    count = MIN (count, self->page_max);
  if (self->keeps && g_strcmp0 (fake_request_header (request, "cache-control"), "no-cache") != 0
      && g_hash_table_contains (self->kept, request->target))
    {
      json_object_put (bundle);
      bundle = json_object_get (g_hash_table_lookup (self->kept, request->target));
      reply_json (reply, 200, bundle);
      json_object_put (bundle);
      return;
    }
  if (strstr (request->target, "_summary=count") != NULL)
    {
      json_object_object_add (bundle, "total", json_object_new_int ((int)found->len));
      count = G_MAXINT / 2;
      offset = found->len;
    }
  add_self (self, bundle, request->target);
  json_object_object_get_ex (bundle, "entry", &entries);
  for (guint i = offset; i < found->len && i - offset < count; i++)
    {
      json_object *entry = json_object_new_object ();

      json_object_object_add (entry, "resource", json_object_get (found->pdata[i]));
      json_object_array_add (entries, entry);
    }
  if (self->endless || (self->looped != NULL && strstr (request->target, self->looped) != NULL))
    add_next (self, bundle, request->target, offset);
  else if (offset + count < found->len)
    add_next (self, bundle, request->target, offset + count);
  self->pages++;
  self->bytes += strlen (json_object_to_json_string (bundle));
  g_hash_table_insert (self->kept, g_strdup (request->target), json_object_get (bundle));
  reply_json (reply, 200, bundle);
  json_object_put (bundle);
}

static void
answer (const FakeRequest *request, FakeReply *reply, gpointer data)
{
  FakeFhir *self = data;
  const char *target = request->target + strlen ("/fhir");
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  const char *question = strchr (target, '?');

  self->requests++;
  self->longest = MAX (self->longest, strlen (request->target));
  self->by_orders += strstr (target, "based-on=") != NULL;
  if (self->portal)
    fake_reply_text (reply, 200, "text/html", "<html>Welcome! Please sign in.</html>");
  else if (self->status != 0)
    reply_outcome (reply, self->status, "so it is");
  else if (strcmp (request->method, "POST") == 0)
    take_transaction (self, request, reply);
  else if (self->unread != NULL && strcmp (request->method, "GET") == 0
           && g_str_has_prefix (target + 1, self->unread))
    reply_outcome (reply, self->unread_status != 0 ? self->unread_status : 403, "not for you");
  else if (strcmp (request->method, "DELETE") == 0)
    {
      g_hash_table_remove (self->resources, target + 1);
      reply->status = 204;
    }
  else if (strcmp (target, "/metadata") == 0)
    fake_reply_text (reply, 200, "application/fhir+json",
                     "{\"resourceType\":\"CapabilityStatement\",\"fhirVersion\":\"4.0.1\","
                     "\"software\":{\"name\":\"Fake\",\"version\":\"1\"},\"format\":[\"json\"]}");
  else if (question != NULL)
    {
      g_autofree char *type = g_strndup (target + 1, question - target - 1);

      if (g_strcmp0 (type, self->unasked) == 0)
        reply_outcome (reply, 403, "not for you");
      else if (self->failed != NULL && strstr (target, self->failed) != NULL)
        reply_outcome (reply, self->failed_status, "not so");
      else if (self->orders == FAKE_FHIR_ORDERS_REFUSED && strstr (target, "based-on=") != NULL)
        reply_outcome (reply, 400, "no such parameter");
      else
        search (self, request, type, reply);
    }
  else
    {
      json_object *found = g_hash_table_lookup (self->resources, target + 1);

      self->reads++;
      if (found != NULL)
        reply_json (reply, 200, found);
      else if (g_hash_table_contains (self->deleted, target + 1))
        reply_outcome (reply, 410, "it was deleted");
      else
        reply_outcome (reply, 404, "not here");
    }
}

void
fake_fhir_write (FakeFhir *self, const char *json)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  store (self, parse (json, strlen (json)));
}

json_object *
fake_fhir_read (FakeFhir *self, const char *type, const char *id)
{
  g_autofree char *name = g_strdup_printf ("%s/%s", type, id);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  json_object *found = g_hash_table_lookup (self->resources, name);

  return found != NULL ? json_object_get (found) : NULL;
}

void
fake_fhir_lose (FakeFhir *self, const char *type, const char *id)
{
  g_autofree char *name = g_strdup_printf ("%s/%s", type, id);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  g_hash_table_remove (self->resources, name);
}

void
fake_fhir_delete (FakeFhir *self, const char *type, const char *id)
{
  g_autofree char *name = g_strdup_printf ("%s/%s", type, id);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  g_hash_table_remove (self->resources, name);
  g_hash_table_add (self->deleted, g_steal_pointer (&name));
}

void
fake_fhir_restore (FakeFhir *self, guint changes)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  g_ptr_array_set_size (self->changes, (int)changes);
  g_hash_table_remove_all (self->resources);
  for (guint i = 0; i < changes; i++)
    {
      json_object *resource = g_ptr_array_index (self->changes, i);

      g_hash_table_insert (self->resources, name_of (resource), json_object_get (resource));
    }
}

guint
fake_fhir_count (FakeFhir *self, const char *type)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  GHashTableIter iter;
  gpointer name;
  guint count = 0;

  g_hash_table_iter_init (&iter, self->resources);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    count += g_str_has_prefix (name, type) && ((char *)name)[strlen (type)] == '/';
  return count;
}

static void
put_json (gpointer json)
{
  json_object_put (json);
}

FakeFhir *
fake_fhir_new (void)
{
  FakeFhir *self = g_new0 (FakeFhir, 1);

  g_mutex_init (&self->mutex);
  self->resources = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, put_json);
  self->history = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, put_json);
  self->deleted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->changes = g_ptr_array_new_with_free_func (put_json);
  self->kept = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, put_json);
  self->server = fake_server_new (answer, self, NULL);
  return self;
}

void
fake_fhir_free (FakeFhir *self)
{
  fake_server_free (self->server);
  g_hash_table_unref (self->resources);
  g_hash_table_unref (self->history);
  g_hash_table_unref (self->deleted);
  g_ptr_array_unref (self->changes);
  g_hash_table_unref (self->kept);
  g_mutex_clear (&self->mutex);
  g_free (self);
}
