/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A letter as JSON, and back. */

#include "hemo-courier-letter.h"

#include "hemo-courier-envelope.h"
#include "hemo-courier-json-private.h"
#include "hemo-json.h"
#include "hemo-outgoing.h"

#include <string.h>

#define FORMAT "hemogram-courier-letter-1"
#define IF_MATCH_MOST 256

static const char *const matter_codes[] = { "records", "object", "ask" };

G_STATIC_ASSERT (G_N_ELEMENTS (matter_codes) == HEMO_COURIER_MATTERS);

static void
part_free (HemoFhirPart *self)
{
  g_clear_pointer (&self->resource, json_object_put);
  g_free (self->sha256);
  g_free (self->if_match);
  g_free (self);
}

HemoCourierLetter *
hemo_courier_letter_new (HemoCourierMatter matter)
{
  HemoCourierLetter *self = g_new0 (HemoCourierLetter, 1);

  self->matter = matter;
  self->items = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_queue_item_free);
  self->parts = g_ptr_array_new_with_free_func ((GDestroyNotify)part_free);
  self->cursors = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_courier_cursor_free);
  self->wants = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_courier_name_free);
  return self;
}

void
hemo_courier_letter_free (HemoCourierLetter *self)
{
  if (self == NULL)
    return;
  g_free (self->id);
  g_ptr_array_unref (self->items);
  g_ptr_array_unref (self->parts);
  g_free (self->object);
  g_free (self->key);
  g_free (self->sha256);
  g_free (self->signature_sha256);
  g_ptr_array_unref (self->cursors);
  g_ptr_array_unref (self->wants);
  g_free (self);
}

static json_object *
items_to_json (const GPtrArray *items)
{
  json_object *list = json_object_new_array ();

  for (guint i = 0; i < items->len; i++)
    {
      const HemoQueueItem *item = g_ptr_array_index (items, i);
      json_object *row = json_object_new_object ();

      hemo_json_add (row, "sequence", json_object_new_int64 (item->sequence));
      hemo_courier_json_add (row, "change", item->change);
      hemo_courier_json_add (row, "kind", item->kind);
      hemo_courier_json_add (row, "object", item->object);
      hemo_json_append (list, row);
    }
  return list;
}

static json_object *
parts_to_json (const GPtrArray *parts)
{
  json_object *list = json_object_new_array ();

  for (guint i = 0; i < parts->len; i++)
    {
      const HemoFhirPart *part = g_ptr_array_index (parts, i);
      json_object *row = json_object_new_object ();

      hemo_courier_json_add (row, "sha256", part->sha256);
      hemo_courier_json_add (row, "if_match", part->if_match);
      hemo_json_add (row, "resource", json_object_get (part->resource));
      hemo_json_append (list, row);
    }
  return list;
}

GBytes *
hemo_courier_letter_to_json (const HemoCourierLetter *self)
{
  g_autoptr (json_object) object = json_object_new_object ();

  hemo_courier_json_add (object, "format", FORMAT);
  hemo_courier_json_add (object, "id", self->id);
  hemo_json_add (object, "number", json_object_new_int64 (self->number));
  hemo_courier_json_add (object, "matter", matter_codes[self->matter]);
  hemo_json_add (object, "items", items_to_json (self->items));
  if (self->matter == HEMO_COURIER_RECORDS)
    hemo_json_add (object, "parts", parts_to_json (self->parts));
  if (self->matter == HEMO_COURIER_OBJECT)
    {
      hemo_json_add (object, "lane", json_object_new_int (self->lane));
      hemo_courier_json_add (object, "object", self->object);
      hemo_courier_json_add (object, "key", self->key);
      hemo_courier_json_add (object, "sha256", self->sha256);
      hemo_json_add (object, "bytes", json_object_new_int64 (self->bytes));
      hemo_courier_json_add (object, "signature_sha256", self->signature_sha256);
    }
  if (self->matter == HEMO_COURIER_ASK)
    {
      hemo_json_add (object, "cursors", hemo_courier_cursors_to_json (self->cursors));
      hemo_json_add (object, "wants", hemo_courier_names_to_json (self->wants));
    }
  return hemo_courier_json_to_bytes (object);
}

static gboolean
read_items (json_object *object, HemoCourierLetter *self)
{
  json_object *list = hemo_courier_json_array (object, "items", HEMO_COURIER_ITEMS_MOST);

  for (gsize i = 0; list != NULL && i < json_object_array_length (list); i++)
    {
      json_object *row = json_object_array_get_idx (list, i);
      HemoQueueItem *item = g_new0 (HemoQueueItem, 1);
      const char *kind = hemo_courier_json_text (row, "kind", 64);

      g_ptr_array_add (self->items, item);
      item->lane = self->lane;
      item->change = hemo_courier_json_uuid (row, "change");
      item->kind = g_strdup (kind);
      item->object = hemo_courier_json_uuid (row, "object");
      if (!hemo_courier_json_number (row, "sequence", &item->sequence) || item->change == NULL
          || item->object == NULL || !hemo_courier_is_type (kind))
        return FALSE;
    }
  return list != NULL;
}

/* 'W/"3"'; NULL is none. */
static gboolean
is_if_match (const char *text)
{
  gsize length = text != NULL ? strlen (text) : 0;

  return text == NULL
         || (length > 4 && g_str_has_prefix (text, "W/\"") && text[length - 1] == '"'
             && strcspn (text + 3, "\"\\\r\n\t ") == length - 4);
}

static gboolean
read_parts (json_object *object, HemoCourierLetter *self)
{
  json_object *list = hemo_courier_json_array (object, "parts", HEMO_COURIER_PARTS_MOST);

  for (gsize i = 0; list != NULL && i < json_object_array_length (list); i++)
    {
      json_object *row = json_object_array_get_idx (list, i);
      json_object *match = NULL;
      json_object *resource = hemo_courier_json_resource (row, "resource");
      HemoFhirPart *part = g_new0 (HemoFhirPart, 1);

      g_ptr_array_add (self->parts, part);
      /* What a laptop writes has ids of its own. */
      if (resource != NULL && hemo_uuid_is_valid (hemo_fhir_get_id (resource)))
        part->resource = json_object_get (resource);
      part->sha256 = hemo_courier_json_sha256 (row, "sha256");
      part->if_match = g_strdup (hemo_courier_json_text (row, "if_match", IF_MATCH_MOST));
      if (part->resource == NULL || part->sha256 == NULL || !is_if_match (part->if_match)
          || (part->if_match == NULL && json_object_object_get_ex (row, "if_match", &match)))
        return FALSE;
    }
  return list != NULL;
}

static gboolean
read_object (json_object *object, HemoCourierLetter *self)
{
  g_autofree char *key = NULL;
  gint64 lane = 0;

  self->object = hemo_courier_json_uuid (object, "object");
  self->sha256 = hemo_courier_json_sha256 (object, "sha256");
  self->signature_sha256 = hemo_courier_json_sha256 (object, "signature_sha256");
  if (self->object == NULL || self->sha256 == NULL || self->signature_sha256 == NULL
      || !hemo_courier_json_number (object, "bytes", &self->bytes)
      || !hemo_courier_json_number (object, "lane", &lane)
      || (lane != HEMO_LANE_PREVIEWS && lane != HEMO_LANE_ORIGINALS))
    return FALSE;
  self->lane = (HemoLane)lane;
  key = hemo_outgoing_key (self->object, self->lane);
  self->key = g_strdup (hemo_courier_json_text (object, "key", strlen (key)));
  /* Whoever wrote it does not choose where in the bucket it goes. */
  return g_strcmp0 (key, self->key) == 0;
}

static gboolean
read_matter (json_object *object, HemoCourierLetter *self)
{
  const char *code = hemo_courier_json_text (object, "matter", 16);

  if (g_strcmp0 (code, matter_codes[HEMO_COURIER_RECORDS]) == 0)
    return read_parts (object, self);
  if (g_strcmp0 (code, matter_codes[HEMO_COURIER_OBJECT]) == 0)
    {
      self->matter = HEMO_COURIER_OBJECT;
      return read_object (object, self);
    }
  if (g_strcmp0 (code, matter_codes[HEMO_COURIER_ASK]) != 0)
    return FALSE;
  self->matter = HEMO_COURIER_ASK;
  return hemo_courier_cursors_read (object, "cursors", self->cursors)
         && hemo_courier_names_read (object, "wants", self->wants);
}

HemoCourierLetter *
hemo_courier_letter_parse (GBytes *json, GError **error)
{
  g_autoptr (HemoCourierLetter) self = hemo_courier_letter_new (HEMO_COURIER_RECORDS);
  g_autoptr (json_object) object = hemo_courier_json_parse (json, FORMAT, HEMO_COURIER_DEPTH_MOST,
                                                            HEMO_COURIER_CONTENT_MOST, error);

  if (object == NULL)
    return NULL;
  self->id = hemo_courier_json_uuid (object, "id");
  if (self->id != NULL && hemo_courier_json_number (object, "number", &self->number)
      && read_matter (object, self) && read_items (object, self))
    return g_steal_pointer (&self);
  hemo_courier_json_fail (error);
  return NULL;
}
