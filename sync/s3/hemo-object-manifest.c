/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pieces of an object and how they are listed. */

#include "hemo-object-manifest.h"

#include "hemo-json.h"
#include "hemo-remote.h"
#include "hemo-time.h"

#include <glib/gi18n.h>
#include <json-c/json.h>
#include <string.h>

#define FORMAT "hemogram-object-1"
#define DEPTH_LIMIT 8
#define SHA256_HEX 64

G_DEFINE_AUTOPTR_CLEANUP_FUNC (json_object, json_object_put)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (json_tokener, json_tokener_free)

HemoObjectManifest *
hemo_object_manifest_new (guint64 size, const char *sha256, const char *upload)
{
  HemoObjectManifest *self = g_new0 (HemoObjectManifest, 1);

  self->size = size;
  self->sha256 = g_strdup (sha256);
  self->upload = g_strdup (upload);
  self->pieces = g_array_new (FALSE, FALSE, sizeof (HemoObjectPiece));
  return self;
}

void
hemo_object_manifest_free (HemoObjectManifest *self)
{
  if (self == NULL)
    return;
  g_free (self->sha256);
  g_free (self->upload);
  g_array_unref (self->pieces);
  g_free (self);
}

guint64
hemo_object_manifest_sum (const HemoObjectManifest *self)
{
  guint64 sum = 0;

  for (guint i = 0; i < self->pieces->len; i++)
    sum += hemo_object_manifest_piece (self, i)->size;
  return sum;
}

const HemoObjectPiece *
hemo_object_manifest_piece (const HemoObjectManifest *self, guint index)
{
  return &g_array_index (self->pieces, HemoObjectPiece, index);
}

gboolean
hemo_object_is_sha256 (const char *text)
{
  return text != NULL && strlen (text) == SHA256_HEX
         && strspn (text, "0123456789abcdef") == SHA256_HEX;
}

gboolean
hemo_object_manifest_add (HemoObjectManifest *self, guint64 size, const char *sha256)
{
  HemoObjectPiece piece = { .size = size };

  if (size == 0 || size > self->size - hemo_object_manifest_sum (self)
      || self->pieces->len >= HEMO_OBJECT_PIECES_MOST || !hemo_object_is_sha256 (sha256))
    return FALSE;
  g_strlcpy (piece.sha256, sha256, sizeof piece.sha256);
  g_array_append_val (self->pieces, piece);
  return TRUE;
}

GBytes *
hemo_object_manifest_to_json (const HemoObjectManifest *self)
{
  g_autoptr (json_object) object = json_object_new_object ();
  json_object *pieces = json_object_new_array ();
  char *text = NULL;

  hemo_json_add (object, "format", json_object_new_string (FORMAT));
  hemo_json_add (object, "size", json_object_new_uint64 (self->size));
  hemo_json_add (object, "sha256", json_object_new_string (self->sha256));
  hemo_json_add (object, "upload", json_object_new_string (self->upload));
  for (guint i = 0; i < self->pieces->len; i++)
    {
      const HemoObjectPiece *piece = hemo_object_manifest_piece (self, i);
      json_object *entry = json_object_new_object ();

      hemo_json_add (entry, "size", json_object_new_uint64 (piece->size));
      hemo_json_add (entry, "sha256", json_object_new_string (piece->sha256));
      hemo_json_append (pieces, entry);
    }
  hemo_json_add (object, "pieces", pieces);
  text = hemo_json_to_text (object, JSON_C_TO_STRING_PLAIN);
  return g_bytes_new_take (text, strlen (text));
}

static const char *
text_of (json_object *object, const char *name)
{
  json_object *value = NULL;

  if (!json_object_object_get_ex (object, name, &value)
      || !json_object_is_type (value, json_type_string)
      || strlen (json_object_get_string (value)) != (gsize)json_object_get_string_len (value))
    return NULL;
  return json_object_get_string (value);
}

static gboolean
size_of (json_object *object, const char *name, guint64 *size)
{
  json_object *value = NULL;
  gint64 number = 0;

  if (!json_object_object_get_ex (object, name, &value)
      || !json_object_is_type (value, json_type_int))
    return FALSE;
  number = json_object_get_int64 (value);
  *size = (guint64)number;
  return number >= 0 && *size <= HEMO_OBJECT_SIZE_MOST;
}

static gboolean
read_pieces (HemoObjectManifest *manifest, json_object *pieces)
{
  guint64 sum = 0;

  if (json_object_array_length (pieces) > HEMO_OBJECT_PIECES_MOST)
    return FALSE;
  for (size_t i = 0; i < json_object_array_length (pieces); i++)
    {
      json_object *entry = json_object_array_get_idx (pieces, i);
      HemoObjectPiece piece = { 0 };
      const char *sha256 = NULL;

      if (!json_object_is_type (entry, json_type_object) || !size_of (entry, "size", &piece.size)
          || !hemo_object_is_sha256 (sha256 = text_of (entry, "sha256")) || piece.size == 0
          || piece.size > manifest->size - sum)
        return FALSE;
      g_strlcpy (piece.sha256, sha256, sizeof piece.sha256);
      g_array_append_val (manifest->pieces, piece);
      sum += piece.size;
    }
  return sum == manifest->size;
}

static HemoObjectManifest *
read_manifest (json_object *object)
{
  g_autoptr (HemoObjectManifest) manifest = NULL;
  const char *sha256 = NULL, *upload = NULL;
  json_object *pieces = NULL;
  guint64 size = 0;

  if (!json_object_is_type (object, json_type_object)
      || g_strcmp0 (text_of (object, "format"), FORMAT) != 0 || !size_of (object, "size", &size)
      || !hemo_object_is_sha256 (sha256 = text_of (object, "sha256"))
      || (upload = text_of (object, "upload")) == NULL || !hemo_uuid_is_valid (upload)
      || !json_object_object_get_ex (object, "pieces", &pieces)
      || !json_object_is_type (pieces, json_type_array))
    return NULL;
  manifest = hemo_object_manifest_new (size, sha256, upload);
  return read_pieces (manifest, pieces) ? g_steal_pointer (&manifest) : NULL;
}

HemoObjectManifest *
hemo_object_manifest_parse (GBytes *json, GError **error)
{
  g_autoptr (json_object) object = NULL;
  HemoObjectManifest *manifest = NULL;
  gsize size = 0;
  const char *text = g_bytes_get_data (json, &size);

  if (size <= HEMO_OBJECT_MANIFEST_LIMIT)
    object = hemo_json_read (text, size, DEPTH_LIMIT,
                             JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
  if (object != NULL)
    manifest = read_manifest (object);
  if (manifest == NULL)
    g_set_error_literal (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DAMAGED,
                         N_ ("The list of the pieces of an object is damaged."));
  return manifest;
}

char *
hemo_object_manifest_key (const char *key)
{
  return g_strconcat (key, ".manifest", NULL);
}

char *
hemo_object_piece_key (const char *key, const char *upload, guint index)
{
  return g_strdup_printf ("%s.pieces/%s/%05u", key, upload, index + 1);
}
