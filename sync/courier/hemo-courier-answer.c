/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What others wrote since a computer last heard, onto the stick: a page at a time, so that little
 * is lost when it is pulled out. */

#include "hemo-courier-private.h"

#include "hemo-fhir-admin.h"
#include "hemo-fhir-origins.h"

#include <string.h>

/* Of one file: records, and bytes of their JSON. */
#define RECORDS_MOST 500
#define BYTES_MOST ((gsize)2 * 1024 * 1024)
/* Of one letter; what is left is asked for again. */
#define PAGES_MOST 200
#define QUERIES_MOST 2000

/**
 * Answer:
 * @page: being filled
 * @authors: 'Type/id' to who wrote its newest version
 */
typedef struct
{
  HemoCourierRelay *relay;
  const HemoCourierFolder *folder;
  const HemoCourierLetter *letter;
  HemoCourierAnswers *page;
  gsize bytes;
  guint queries;
  GHashTable *authors;
  GHashTable *names;
  HemoFhirOrigins *origins;
} Answer;

static HemoCourierAnswers *
page_new (const Answer *self, const char *letter_sha256, const char *run, gint64 number)
{
  HemoCourierAnswers *page = hemo_courier_answers_new (self->letter->id, letter_sha256);

  page->place = g_strdup (self->relay->run->places[0].address);
  page->run = g_strdup (run);
  page->page = number;
  return page;
}

/* Whoever reads it has no server to ask who wrote what. */
static gboolean
tell_origins (Answer *self, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < self->page->records->len; i++)
    hemo_sync_scope_names (((const HemoCourierRecord *)self->page->records->pdata[i])->resource,
                           names);
  if (!hemo_fhir_origins_ask (self->origins, names, error))
    return FALSE;
  for (guint i = 0; i < names->len; i++)
    g_hash_table_replace (self->page->origins, g_strdup (names->pdata[i]),
                          GINT_TO_POINTER (hemo_fhir_origins_get (self->origins, names->pdata[i])));
  return TRUE;
}

/* Onto the stick, and begins the next. */
static gboolean
write_page (Answer *self, GError **error)
{
  g_autofree char *name = hemo_courier_answers_name (self->letter->id, self->page->page);
  g_autoptr (GBytes) json = NULL;
  HemoCourierAnswers *next;

  if (!tell_origins (self, error))
    return FALSE;
  json = hemo_courier_answers_to_json (self->page);
  if (!hemo_courier_write_file (self->relay->run, self->folder, name, HEMO_COURIER_ANSWERS, json,
                                error))
    return FALSE;
  self->relay->run->summary->answers++;
  next = page_new (self, self->page->letter_sha256, self->page->run, self->page->page + 1);
  hemo_courier_answers_free (self->page);
  self->page = next;
  self->bytes = 0;
  return TRUE;
}

/* As the server names the person; the id where it does not. (transfer none) */
static const char *
find_name (Answer *self, const char *uuid)
{
  const char *known = g_hash_table_lookup (self->names, uuid);
  g_autoptr (json_object) json = NULL;
  g_autofree char *id = NULL;
  char *name = NULL;

  if (known != NULL)
    return known;
  json = hemo_fhir_server_read (self->relay->server, "Practitioner", uuid,
                                self->relay->run->cancellable, NULL);
  if (json == NULL || !hemo_fhir_practitioner_from_json (json, &id, &name, NULL) || name == NULL)
    name = g_strdup (uuid);
  g_hash_table_insert (self->names, g_strdup (uuid), name);
  return name;
}

/* (transfer none) (nullable) */
static const char *
author_of (Answer *self, json_object *resource)
{
  g_autofree char *key
      = g_strdup_printf ("%s/%s", hemo_fhir_get_type (resource), hemo_fhir_get_id (resource));
  const char *author = g_hash_table_lookup (self->authors, key);

  if (author == NULL || !g_str_has_prefix (author, "Practitioner/"))
    return author;
  return find_name (self, author + strlen ("Practitioner/"));
}

/* But what that computer wrote itself, or what no program of the clinic would take. */
static gboolean
add_record (Answer *self, json_object *resource, GError **error)
{
  const char *id = hemo_fhir_get_id (resource);
  g_autofree char *text = NULL;
  gboolean is_own = FALSE;

  if (id == NULL || !hemo_fhir_id_is_valid (id) || hemo_fhir_get_version (resource) == NULL)
    return TRUE;
  if (!hemo_courier_relay_is_own (self->relay, resource, &is_own, error))
    return FALSE;
  if (is_own)
    return TRUE;
  text = hemo_fhir_to_text (resource, FALSE);
  if (self->page->records->len > 0
      && (self->page->records->len >= RECORDS_MOST || self->bytes + strlen (text) > BYTES_MOST)
      && !write_page (self, error))
    return FALSE;
  self->bytes += strlen (text);
  g_ptr_array_add (self->page->records,
                   hemo_courier_record_new (author_of (self, resource), resource));
  return TRUE;
}

static gint64
updated_at (json_object *resource)
{
  json_object *meta, *updated;
  HemoTime time = { 0 };

  if (json_object_object_get_ex (resource, "meta", &meta)
      && json_object_object_get_ex (meta, "lastUpdated", &updated)
      && json_object_is_type (updated, json_type_string)
      && hemo_time_from_iso (json_object_get_string (updated), &time, NULL))
    return time.utc_us;
  return 0;
}

static char *
first_target (const char *type, gint64 since)
{
  g_autoptr (GDateTime) at = NULL;
  g_autofree char *text = NULL;

  if (since <= 0)
    return g_strdup_printf ("/%s?_sort=_lastUpdated&_count=%d", type, HEMO_FHIR_PULL_PAGE);
  at = g_date_time_new_from_unix_utc (since / G_USEC_PER_SEC);
  text = at != NULL ? g_date_time_format (at, "%Y-%m-%dT%H:%M:%SZ") : g_strdup ("1970-01-01");
  return g_strdup_printf ("/%s?_lastUpdated=ge%s&_sort=_lastUpdated&_count=%d", type, text,
                          HEMO_FHIR_PULL_PAGE);
}

static gboolean
is_full (const Answer *self)
{
  return self->queries >= QUERIES_MOST || self->page->page >= PAGES_MOST;
}

static gboolean
take_page (Answer *self, const char *type, HemoFhirBundle *bundle, gint64 *newest, GError **error)
{
  if (strcmp (type, "Provenance") == 0)
    hemo_fhir_pull_note_authors (self->authors, NULL, bundle);
  for (guint i = 0; i < hemo_fhir_bundle_count (bundle); i++)
    {
      json_object *resource = hemo_fhir_bundle_get (bundle, i);

      *newest = MAX (*newest, updated_at (resource));
      if (strcmp (type, "Provenance") != 0 && g_strcmp0 (hemo_fhir_get_type (resource), type) == 0
          && !add_record (self, resource, error))
        return FALSE;
    }
  return TRUE;
}

/* All of a type that changed since. @cursor: (out): up to where nothing was left out */
static gboolean
ask_type (Answer *self, const char *type, gint64 since, gint64 *cursor, GError **error)
{
  HemoServerClock *clock = hemo_http_get_clock (hemo_fhir_server_get_http (self->relay->server));
  gint64 began = g_get_monotonic_time ();
  gint64 newest = 0;
  g_autofree char *target = first_target (type, since);

  while (target != NULL && !is_full (self))
    {
      g_autofree char *next = NULL;
      g_autoptr (HemoFhirBundle) bundle = NULL;

      if (g_cancellable_set_error_if_cancelled (self->relay->run->cancellable, error))
        return FALSE;
      bundle = hemo_fhir_server_search (self->relay->server, target, &next,
                                        self->relay->run->cancellable, error);
      if (bundle == NULL || !take_page (self, type, bundle, &newest, error))
        return FALSE;
      self->queries++;
      g_free (target);
      target = g_steal_pointer (&next);
    }
  if (target == NULL && clock != NULL && hemo_server_clock_is_known (clock))
    newest = hemo_server_clock_now (clock) - (g_get_monotonic_time () - began);
  *cursor = MAX (newest - HEMO_FHIR_PULL_TIMEOUT_US, since);
  return TRUE;
}

static gboolean
ask_types (Answer *self, GPtrArray *cursors, GError **error)
{
  gint64 since = G_MAXINT64;
  gint64 ignored = 0;

  for (guint i = 0; i < self->letter->cursors->len; i++)
    since = MIN (since, ((const HemoCourierCursor *)self->letter->cursors->pdata[i])->at);
  if (!ask_type (self, "Provenance", since == G_MAXINT64 ? 0 : since, &ignored, error))
    return FALSE;
  for (guint i = 0; hemo_courier_types[i] != NULL; i++)
    {
      const HemoCourierCursor *asked
          = hemo_courier_cursor_find (self->letter->cursors, hemo_courier_types[i]);
      HemoCourierCursor *cursor;

      if (asked == NULL)
        continue;
      cursor = g_new0 (HemoCourierCursor, 1);
      g_ptr_array_add (cursors, cursor);
      cursor->type = g_strdup (asked->type);
      if (!ask_type (self, asked->type, asked->at, &cursor->at, error))
        return FALSE;
    }
  return TRUE;
}

/* Those that were asked for by name. */
static gboolean
ask_names (Answer *self, GPtrArray *missing, GError **error)
{
  for (guint i = 0; i < self->letter->wants->len; i++)
    {
      const HemoCourierName *name = g_ptr_array_index (self->letter->wants, i);
      g_autoptr (GError) failure = NULL;
      g_autoptr (json_object) resource = hemo_fhir_server_read (
          self->relay->server, name->type, name->id, self->relay->run->cancellable, &failure);

      if (g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_NOT_FOUND))
        g_ptr_array_add (missing, hemo_courier_name_new (name->type, name->id));
      else if (failure != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return FALSE;
        }
      else if (!add_record (self, resource, error))
        return FALSE;
    }
  return TRUE;
}

static void
copy_cursors (GPtrArray *to, const GPtrArray *from)
{
  for (guint i = 0; i < from->len; i++)
    {
      const HemoCourierCursor *cursor = g_ptr_array_index (from, i);
      HemoCourierCursor *copy = g_new0 (HemoCourierCursor, 1);

      copy->type = g_strdup (cursor->type);
      copy->at = cursor->at;
      g_ptr_array_add (to, copy);
    }
}

static gboolean
answer (Answer *self, GError **error)
{
  g_autoptr (GPtrArray) cursors
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_courier_cursor_free);
  g_autoptr (GPtrArray) missing
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_courier_name_free);

  if (!ask_names (self, missing, error) || !ask_types (self, cursors, error))
    return FALSE;
  self->page->is_last = TRUE;
  copy_cursors (self->page->since, self->letter->cursors);
  g_ptr_array_extend_and_steal (self->page->cursors, g_steal_pointer (&cursors));
  g_ptr_array_extend_and_steal (self->page->missing, g_steal_pointer (&missing));
  return write_page (self, error);
}

gboolean
hemo_courier_answer (HemoCourierRelay *self,
                     const HemoCourierFolder *folder,
                     const HemoCourierLetter *letter,
                     const char *letter_sha256,
                     GError **error)
{
  g_autoptr (GHashTable) authors = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  Answer work
      = { .relay = self, .folder = folder, .letter = letter, .authors = authors, .names = names };
  const HemoFhirPull pull = { .store = self->run->store,
                              .session = self->run->sync,
                              .server = self->server,
                              .identity = self->run->places[0].identity };
  g_autoptr (HemoFhirOrigins) origins
      = hemo_fhir_origins_new (&pull, self->run->cancellable, error);
  g_autofree char *run = hemo_uuid_new ();
  gboolean done;

  if (origins == NULL)
    return FALSE;
  work.origins = origins;

  work.page = page_new (&work, letter_sha256, run, 1);
  /* Pages of two sets would leave out what moved from one to the other. */
  done = hemo_courier_folder_remove_answers (folder, letter->id, error) && answer (&work, error);
  g_clear_pointer (&work.page, hemo_courier_answers_free);
  return done;
}
