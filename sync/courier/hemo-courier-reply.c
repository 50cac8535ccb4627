/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Replies and answers as JSON, and back; and what they share with letters. */

#include "hemo-courier-envelope.h"
#include "hemo-courier-json-private.h"
#include "hemo-json.h"
#include "hemo-sync-scope.h"

#include <glib/gi18n.h>
#include <string.h>

#define REPLY_FORMAT "hemogram-courier-reply-1"
#define ANSWERS_FORMAT "hemogram-courier-answers-1"
#define PLACE_MOST 2048
#define WORDS_MOST 4000
#define AUTHOR_MOST 1000
#define VERSION_MOST 200
#define PAGES_MOST 9999

static const char *const outcome_codes[]
    = { "received", "conflict", "refused", "older", "spoiled" };

static const char *const origin_codes[] = { [HEMO_SYNC_ORIGIN_OURS] = "ours",
                                            [HEMO_SYNC_ORIGIN_OTHERS] = "others",
                                            [HEMO_SYNC_ORIGIN_NOBODY] = "nobody" };

G_STATIC_ASSERT (G_N_ELEMENTS (outcome_codes) == HEMO_COURIER_OUTCOMES);

gboolean
hemo_courier_json_fail (GError **error)
{
  g_set_error_literal (
      error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DAMAGED,
      N_ ("A file on the stick does not say what it should. Nothing of it was used."));
  return FALSE;
}

void
hemo_courier_cursor_free (HemoCourierCursor *self)
{
  g_free (self->type);
  g_free (self);
}

const HemoCourierCursor *
hemo_courier_cursor_find (const GPtrArray *cursors, const char *type)
{
  for (guint i = 0; i < cursors->len; i++)
    if (strcmp (((const HemoCourierCursor *)g_ptr_array_index (cursors, i))->type, type) == 0)
      return g_ptr_array_index (cursors, i);
  return NULL;
}

HemoCourierName *
hemo_courier_name_new (const char *type, const char *id)
{
  HemoCourierName *self = g_new0 (HemoCourierName, 1);

  self->type = g_strdup (type);
  self->id = g_strdup (id);
  return self;
}

void
hemo_courier_name_free (HemoCourierName *self)
{
  g_free (self->type);
  g_free (self->id);
  g_free (self);
}

HemoCourierRecord *
hemo_courier_record_new (const char *author, json_object *resource)
{
  HemoCourierRecord *self = g_new0 (HemoCourierRecord, 1);

  self->author = g_strdup (author);
  self->resource = json_object_get (resource);
  return self;
}

void
hemo_courier_record_free (HemoCourierRecord *self)
{
  g_free (self->author);
  g_clear_pointer (&self->resource, json_object_put);
  g_free (self);
}

json_object *
hemo_courier_cursors_to_json (const GPtrArray *cursors)
{
  json_object *list = json_object_new_array ();

  for (guint i = 0; i < cursors->len; i++)
    {
      const HemoCourierCursor *cursor = g_ptr_array_index (cursors, i);
      json_object *row = json_object_new_object ();

      hemo_courier_json_add (row, "type", cursor->type);
      hemo_json_add (row, "at", json_object_new_int64 (cursor->at));
      hemo_json_append (list, row);
    }
  return list;
}

gboolean
hemo_courier_cursors_read (json_object *object, const char *name, GPtrArray *cursors)
{
  json_object *list = hemo_courier_json_array (object, name, HEMO_COURIER_TYPES_MOST);

  for (gsize i = 0; list != NULL && i < json_object_array_length (list); i++)
    {
      json_object *row = json_object_array_get_idx (list, i);
      HemoCourierCursor *cursor = g_new0 (HemoCourierCursor, 1);

      g_ptr_array_add (cursors, cursor);
      cursor->type = g_strdup (hemo_courier_json_text (row, "type", 64));
      if (!hemo_courier_is_type (cursor->type)
          || !hemo_courier_json_number (row, "at", &cursor->at))
        return FALSE;
    }
  return list != NULL;
}

json_object *
hemo_courier_names_to_json (const GPtrArray *names)
{
  json_object *list = json_object_new_array ();

  for (guint i = 0; i < names->len; i++)
    {
      const HemoCourierName *one = g_ptr_array_index (names, i);
      json_object *row = json_object_new_object ();

      hemo_courier_json_add (row, "type", one->type);
      hemo_courier_json_add (row, "id", one->id);
      hemo_json_append (list, row);
    }
  return list;
}

gboolean
hemo_courier_names_read (json_object *object, const char *name, GPtrArray *names)
{
  json_object *list = hemo_courier_json_array (object, name, HEMO_COURIER_WANTS_MOST);

  for (gsize i = 0; list != NULL && i < json_object_array_length (list); i++)
    {
      json_object *row = json_object_array_get_idx (list, i);
      HemoCourierName *one = g_new0 (HemoCourierName, 1);

      g_ptr_array_add (names, one);
      one->type = g_strdup (hemo_courier_json_text (row, "type", 64));
      one->id = hemo_courier_json_uuid (row, "id");
      if (!hemo_courier_is_type (one->type) || one->id == NULL)
        return FALSE;
    }
  return list != NULL;
}

json_object *
hemo_courier_records_to_json (const GPtrArray *records)
{
  json_object *list = json_object_new_array ();

  for (guint i = 0; i < records->len; i++)
    {
      const HemoCourierRecord *record = g_ptr_array_index (records, i);
      json_object *row = json_object_new_object ();

      hemo_courier_json_add (row, "author", record->author);
      hemo_json_add (row, "resource", json_object_get (record->resource));
      hemo_json_append (list, row);
    }
  return list;
}

gboolean
hemo_courier_records_read (json_object *object, const char *name, GPtrArray *records)
{
  json_object *list = hemo_courier_json_array (object, name, HEMO_COURIER_RECORDS_MOST);

  for (gsize i = 0; list != NULL && i < json_object_array_length (list); i++)
    {
      json_object *row = json_object_array_get_idx (list, i);
      json_object *resource = hemo_courier_json_resource (row, "resource");

      if (resource == NULL)
        return FALSE;
      g_ptr_array_add (records, hemo_courier_record_new (
                                    hemo_courier_json_text (row, "author", AUTHOR_MOST), resource));
    }
  return list != NULL;
}

HemoCourierReply *
hemo_courier_reply_new (const char *letter, const char *letter_sha256)
{
  HemoCourierReply *self = g_new0 (HemoCourierReply, 1);

  self->letter = g_strdup (letter);
  self->letter_sha256 = g_strdup (letter_sha256);
  self->stored = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_fhir_stored_free);
  self->theirs = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_courier_record_free);
  return self;
}

void
hemo_courier_reply_free (HemoCourierReply *self)
{
  if (self == NULL)
    return;
  g_free (self->letter);
  g_free (self->letter_sha256);
  g_free (self->place);
  g_free (self->reason);
  g_free (self->sha256);
  g_ptr_array_unref (self->stored);
  g_ptr_array_unref (self->theirs);
  g_free (self);
}

static json_object *
stored_to_json (const GPtrArray *stored)
{
  json_object *list = json_object_new_array ();

  for (guint i = 0; i < stored->len; i++)
    {
      const HemoFhirStored *one = g_ptr_array_index (stored, i);
      json_object *row = json_object_new_object ();

      hemo_courier_json_add (row, "type", one->type);
      hemo_courier_json_add (row, "id", one->id);
      hemo_courier_json_add (row, "version_id", one->version_id);
      hemo_json_append (list, row);
    }
  return list;
}

GBytes *
hemo_courier_reply_to_json (const HemoCourierReply *self)
{
  g_autoptr (json_object) object = json_object_new_object ();

  hemo_courier_json_add (object, "format", REPLY_FORMAT);
  hemo_courier_json_add (object, "letter", self->letter);
  hemo_courier_json_add (object, "letter_sha256", self->letter_sha256);
  hemo_courier_json_add (object, "outcome", outcome_codes[self->outcome]);
  hemo_courier_json_add (object, "place", self->place);
  hemo_courier_json_add (object, "reason", self->reason);
  hemo_courier_json_add (object, "sha256", self->sha256);
  hemo_json_add (object, "stored", stored_to_json (self->stored));
  hemo_json_add (object, "theirs", hemo_courier_records_to_json (self->theirs));
  return hemo_courier_json_to_bytes (object);
}

static gboolean
read_stored (json_object *object, GPtrArray *stored)
{
  json_object *list = hemo_courier_json_array (object, "stored", HEMO_COURIER_PARTS_MOST);

  for (gsize i = 0; list != NULL && i < json_object_array_length (list); i++)
    {
      json_object *row = json_object_array_get_idx (list, i);
      HemoFhirStored *one = g_new0 (HemoFhirStored, 1);

      g_ptr_array_add (stored, one);
      one->type = g_strdup (hemo_courier_json_text (row, "type", 64));
      one->id = hemo_courier_json_uuid (row, "id");
      one->version_id = g_strdup (hemo_courier_json_text (row, "version_id", VERSION_MOST));
      if (!hemo_courier_is_type (one->type) || one->id == NULL || one->version_id == NULL)
        return FALSE;
    }
  return list != NULL;
}

static gboolean
read_outcome (json_object *object, HemoCourierOutcome *outcome)
{
  const char *code = hemo_courier_json_text (object, "outcome", 16);

  for (guint i = 0; code != NULL && i < G_N_ELEMENTS (outcome_codes); i++)
    if (strcmp (code, outcome_codes[i]) == 0)
      {
        *outcome = (HemoCourierOutcome)i;
        return TRUE;
      }
  return FALSE;
}

HemoCourierReply *
hemo_courier_reply_parse (GBytes *json, GError **error)
{
  g_autoptr (HemoCourierReply) self = hemo_courier_reply_new (NULL, NULL);
  g_autoptr (json_object) object = hemo_courier_json_parse (
      json, REPLY_FORMAT, HEMO_COURIER_DEPTH_MOST, HEMO_COURIER_CONTENT_MOST, error);

  if (object == NULL)
    return NULL;
  self->letter = hemo_courier_json_uuid (object, "letter");
  self->letter_sha256 = hemo_courier_json_sha256 (object, "letter_sha256");
  self->place = g_strdup (hemo_courier_json_text (object, "place", PLACE_MOST));
  self->reason = g_strdup (hemo_courier_json_text (object, "reason", WORDS_MOST));
  self->sha256 = hemo_courier_json_sha256 (object, "sha256");
  if (self->letter != NULL && self->letter_sha256 != NULL && self->place != NULL
      && read_outcome (object, &self->outcome) && read_stored (object, self->stored)
      && hemo_courier_records_read (object, "theirs", self->theirs))
    return g_steal_pointer (&self);
  hemo_courier_json_fail (error);
  return NULL;
}

HemoCourierAnswers *
hemo_courier_answers_new (const char *letter, const char *letter_sha256)
{
  HemoCourierAnswers *self = g_new0 (HemoCourierAnswers, 1);

  self->letter = g_strdup (letter);
  self->letter_sha256 = g_strdup (letter_sha256);
  self->page = 1;
  self->records = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_courier_record_free);
  self->since = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_courier_cursor_free);
  self->cursors = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_courier_cursor_free);
  self->missing = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_courier_name_free);
  self->origins = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
hemo_courier_answers_free (HemoCourierAnswers *self)
{
  if (self == NULL)
    return;
  g_free (self->letter);
  g_free (self->letter_sha256);
  g_free (self->place);
  g_free (self->run);
  g_ptr_array_unref (self->records);
  g_ptr_array_unref (self->since);
  g_ptr_array_unref (self->cursors);
  g_ptr_array_unref (self->missing);
  g_hash_table_unref (self->origins);
  g_free (self);
}

/* By name, so that they are the same bytes for the same page. */
static json_object *
origins_to_json (GHashTable *origins)
{
  json_object *object = json_object_new_object ();
  g_autoptr (GPtrArray) names = g_hash_table_get_keys_as_ptr_array (origins);

  g_ptr_array_sort_values (names, (GCompareFunc)strcmp);
  for (guint i = 0; i < names->len; i++)
    {
      guint origin = GPOINTER_TO_UINT (g_hash_table_lookup (origins, names->pdata[i]));

      if (origin < G_N_ELEMENTS (origin_codes) && origin_codes[origin] != NULL)
        hemo_courier_json_add (object, names->pdata[i], origin_codes[origin]);
    }
  return object;
}

/* What is none says nothing: in doubt a record is taken. Programs before this one did not say. */
static void
read_origins (json_object *object, GHashTable *origins)
{
  json_object *list = NULL;

  if (!json_object_object_get_ex (object, "origins", &list)
      || !json_object_is_type (list, json_type_object))
    return;
  json_object_object_foreach (list, name, value)
  {
    const char *code
        = json_object_is_type (value, json_type_string) ? json_object_get_string (value) : NULL;

    for (guint i = 0; code != NULL && i < G_N_ELEMENTS (origin_codes); i++)
      if (g_strcmp0 (code, origin_codes[i]) == 0)
        g_hash_table_replace (origins, g_strdup (name), GINT_TO_POINTER (i));
  }
}

GBytes *
hemo_courier_answers_to_json (const HemoCourierAnswers *self)
{
  g_autoptr (json_object) object = json_object_new_object ();

  hemo_courier_json_add (object, "format", ANSWERS_FORMAT);
  hemo_courier_json_add (object, "letter", self->letter);
  hemo_courier_json_add (object, "letter_sha256", self->letter_sha256);
  hemo_courier_json_add (object, "place", self->place);
  hemo_courier_json_add (object, "run", self->run);
  hemo_json_add (object, "page", json_object_new_int64 (self->page));
  hemo_json_add (object, "last", json_object_new_int (self->is_last ? 1 : 0));
  hemo_json_add (object, "since", hemo_courier_cursors_to_json (self->since));
  hemo_json_add (object, "cursors", hemo_courier_cursors_to_json (self->cursors));
  hemo_json_add (object, "missing", hemo_courier_names_to_json (self->missing));
  hemo_json_add (object, "records", hemo_courier_records_to_json (self->records));
  if (g_hash_table_size (self->origins) > 0)
    hemo_json_add (object, "origins", origins_to_json (self->origins));
  return hemo_courier_json_to_bytes (object);
}

HemoCourierAnswers *
hemo_courier_answers_parse (GBytes *json, GError **error)
{
  g_autoptr (HemoCourierAnswers) self = hemo_courier_answers_new (NULL, NULL);
  g_autoptr (json_object) object = hemo_courier_json_parse (
      json, ANSWERS_FORMAT, HEMO_COURIER_DEPTH_MOST, HEMO_COURIER_CONTENT_MOST, error);
  gint64 last = 0;

  if (object == NULL)
    return NULL;
  self->letter = hemo_courier_json_uuid (object, "letter");
  self->letter_sha256 = hemo_courier_json_sha256 (object, "letter_sha256");
  self->place = g_strdup (hemo_courier_json_text (object, "place", PLACE_MOST));
  self->run = hemo_courier_json_uuid (object, "run");
  if (self->letter != NULL && self->letter_sha256 != NULL && self->place != NULL
      && self->run != NULL && hemo_courier_json_number (object, "page", &self->page)
      && self->page >= 1 && self->page <= PAGES_MOST
      && hemo_courier_json_number (object, "last", &last)
      && hemo_courier_cursors_read (object, "since", self->since)
      && hemo_courier_cursors_read (object, "cursors", self->cursors)
      && hemo_courier_names_read (object, "missing", self->missing)
      && hemo_courier_records_read (object, "records", self->records))
    {
      read_origins (object, self->origins);
      self->is_last = last == 1;
      return g_steal_pointer (&self);
    }
  hemo_courier_json_fail (error);
  return NULL;
}
