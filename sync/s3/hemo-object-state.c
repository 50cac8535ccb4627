/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What of an upload outlives a power cut, as JSON. */

#include "hemo-object-private.h"

#include "hemo-json.h"

#include <json-c/json.h>
#include <string.h>

#define FORMAT "hemogram-upload-1"
#define DEPTH_LIMIT 8
#define SIZE_LIMIT (32 * 1024 * 1024)

G_DEFINE_AUTOPTR_CLEANUP_FUNC (json_object, json_object_put)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (json_tokener, json_tokener_free)

static const char *const forms[] = { "whole", "pieces", "multipart" };

HemoObjectState *
hemo_object_state_new (guint64 size, const char *sha256)
{
  HemoObjectState *self = g_new0 (HemoObjectState, 1);

  self->upload = g_strdup ("");
  self->proven = hemo_object_manifest_new (size, sha256, "");
  return self;
}

void
hemo_object_state_free (HemoObjectState *self)
{
  if (self == NULL)
    return;
  g_free (self->upload);
  hemo_object_manifest_free (self->proven);
  g_free (self);
}

void
hemo_object_state_restart (HemoObjectState *self, HemoLinkForm form)
{
  self->form = form;
  self->begun = FALSE;
  self->part = 0;
  self->tries = 0;
  self->pending = (HemoObjectPiece){ 0 };
  g_set_str (&self->upload, "");
  g_array_set_size (self->proven->pieces, 0);
}

static json_object *
piece_to_json (const HemoObjectPiece *piece)
{
  json_object *entry = json_object_new_object ();

  hemo_json_add (entry, "size", json_object_new_uint64 (piece->size));
  hemo_json_add (entry, "sha256", json_object_new_string (piece->sha256));
  return entry;
}

char *
hemo_object_state_to_json (const HemoObjectState *self)
{
  g_autoptr (json_object) object = json_object_new_object ();
  json_object *proven = json_object_new_array ();

  hemo_json_add (object, "format", json_object_new_string (FORMAT));
  hemo_json_add (object, "size", json_object_new_uint64 (self->proven->size));
  hemo_json_add (object, "sha256", json_object_new_string (self->proven->sha256));
  hemo_json_add (object, "form", json_object_new_string (forms[self->form]));
  hemo_json_add (object, "begun", json_object_new_boolean (self->begun));
  hemo_json_add (object, "ours", json_object_new_boolean (self->ours));
  hemo_json_add (object, "upload", json_object_new_string (self->upload));
  hemo_json_add (object, "part", json_object_new_uint64 (self->part));
  hemo_json_add (object, "tries", json_object_new_int ((int)self->tries));
  hemo_json_add (object, "tidied", json_object_new_int ((int)self->tidied));
  for (guint i = 0; i < self->proven->pieces->len; i++)
    hemo_json_append (proven, piece_to_json (hemo_object_manifest_piece (self->proven, i)));
  hemo_json_add (object, "proven", proven);
  if (self->pending.size > 0)
    hemo_json_add (object, "pending", piece_to_json (&self->pending));
  return hemo_json_to_text (object, JSON_C_TO_STRING_PLAIN);
}

static const char *
text_of (json_object *object, const char *name)
{
  json_object *value = json_object_object_get (object, name);

  return json_object_is_type (value, json_type_string) ? json_object_get_string (value) : NULL;
}

static guint64
number_of (json_object *object, const char *name)
{
  json_object *value = json_object_object_get (object, name);
  gint64 number = json_object_is_type (value, json_type_int) ? json_object_get_int64 (value) : 0;

  return number > 0 ? (guint64)number : 0;
}

static gboolean
flag_of (json_object *object, const char *name)
{
  json_object *value = json_object_object_get (object, name);

  return json_object_is_type (value, json_type_boolean) && json_object_get_boolean (value);
}

static gboolean
read_form (HemoObjectState *self, const char *name)
{
  for (gsize i = 0; name != NULL && i < G_N_ELEMENTS (forms); i++)
    if (g_str_equal (name, forms[i]))
      {
        self->form = (HemoLinkForm)i;
        return TRUE;
      }
  return FALSE;
}

static gboolean
read_pieces (HemoObjectState *self, json_object *object)
{
  json_object *proven = json_object_object_get (object, "proven");
  json_object *pending = json_object_object_get (object, "pending");

  if (!json_object_is_type (proven, json_type_array))
    return FALSE;
  for (size_t i = 0; i < json_object_array_length (proven); i++)
    {
      json_object *entry = json_object_array_get_idx (proven, i);

      if (!json_object_is_type (entry, json_type_object)
          || !hemo_object_manifest_add (self->proven, number_of (entry, "size"),
                                        text_of (entry, "sha256")))
        return FALSE;
    }
  if (!json_object_is_type (pending, json_type_object))
    return pending == NULL;
  self->pending.size = number_of (pending, "size");
  if (!hemo_object_is_sha256 (text_of (pending, "sha256")))
    return FALSE;
  g_strlcpy (self->pending.sha256, text_of (pending, "sha256"), sizeof self->pending.sha256);
  return self->pending.size <= self->proven->size - hemo_object_manifest_sum (self->proven);
}

static HemoObjectState *
read_state (json_object *object, guint64 size, const char *sha256)
{
  g_autoptr (HemoObjectState) self = hemo_object_state_new (size, sha256);
  const char *upload = NULL;

  if (!json_object_is_type (object, json_type_object)
      || g_strcmp0 (text_of (object, "format"), FORMAT) != 0 || number_of (object, "size") != size
      || g_strcmp0 (text_of (object, "sha256"), sha256) != 0
      || !read_form (self, text_of (object, "form")) || !read_pieces (self, object)
      || (upload = text_of (object, "upload")) == NULL)
    return NULL;
  g_set_str (&self->upload, upload);
  self->begun = flag_of (object, "begun");
  self->ours = flag_of (object, "ours");
  self->part = number_of (object, "part");
  self->tries = (guint)MIN (number_of (object, "tries"), G_MAXINT);
  self->tidied = (guint)MIN (number_of (object, "tidied"), G_MAXINT);
  return g_steal_pointer (&self);
}

HemoObjectState *
hemo_object_state_parse (const char *json, guint64 size, const char *sha256)
{
  g_autoptr (json_object) object = NULL;
  gsize length = json != NULL ? strlen (json) : 0;

  if (length <= SIZE_LIMIT)
    object = hemo_json_read (json, length, DEPTH_LIMIT,
                             JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
  return object != NULL ? read_state (object, size, sha256) : NULL;
}
