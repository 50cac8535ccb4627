/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Marks and notes on a picture, and their form as JSON. */

#include "hemo-mark.h"

#include "hemo-codes-private.h"
#include "hemo-json.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#define JSON_MAX (1024 * 1024)
#define DEPTH_MAX 5
/* Farther out than any picture that is taken. */
#define PLACE_MAX 100000.0

static const char *const kind_codes[] = { "arrow", "circle", "rectangle", "text", "line", NULL };

const char *
hemo_mark_kind_to_code (HemoMarkKind kind)
{
  return hemo_code_at (kind_codes, (int)kind);
}

gboolean
hemo_mark_kind_from_code (const char *code, HemoMarkKind *out, GError **error)
{
  int kind;

  if (!hemo_code_find (kind_codes, "kind of mark", code, &kind, error))
    return FALSE;
  *out = (HemoMarkKind)kind;
  return TRUE;
}

HemoMark *
hemo_mark_new (HemoMarkKind kind, double x1, double y1, double x2, double y2)
{
  HemoMark *self = g_new0 (HemoMark, 1);

  self->uuid = hemo_uuid_new ();
  self->kind = kind;
  self->x1 = x1;
  self->y1 = y1;
  self->x2 = x2;
  self->y2 = y2;
  self->at = hemo_time_now ();
  return self;
}

HemoMark *
hemo_mark_copy (const HemoMark *self)
{
  HemoMark *copy = g_memdup2 (self, sizeof *self);

  copy->uuid = g_strdup (self->uuid);
  copy->note = g_strdup (self->note);
  copy->by = g_strdup (self->by);
  return copy;
}

void
hemo_mark_free (HemoMark *self)
{
  if (self == NULL)
    return;
  g_free (self->uuid);
  g_free (self->note);
  g_free (self->by);
  g_free (self);
}

GPtrArray *
hemo_marks_copy (GPtrArray *marks)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_mark_free);

  for (guint i = 0; i < marks->len; i++)
    g_ptr_array_add (copy, hemo_mark_copy (g_ptr_array_index (marks, i)));
  return copy;
}

gboolean
hemo_marks_equal (GPtrArray *a, GPtrArray *b)
{
  g_autofree char *one = hemo_marks_to_json (a);
  g_autofree char *other = hemo_marks_to_json (b);

  return strcmp (one, other) == 0;
}

double
hemo_mark_length (const HemoMark *self)
{
  return hypot (self->x2 - self->x1, self->y2 - self->y1);
}

static gboolean
is_near (double place, int side)
{
  if (!isfinite (place) || fabs (place) > PLACE_MAX)
    return FALSE;
  return side <= 0 || (place >= -0.1 * side && place <= 1.1 * side);
}

static gboolean
is_clean (const char *note)
{
  for (const char *p = note; *p != '\0'; p = g_utf8_next_char (p))
    if (g_unichar_iscntrl (g_utf8_get_char (p)) && *p != '\n')
      return FALSE;
  return TRUE;
}

gboolean
hemo_mark_validate (const HemoMark *self, int width, int height, GError **error)
{
  const gboolean noted = self->note != NULL && self->note[0] != '\0';

  if (!hemo_uuid_is_valid (self->uuid))
    return hemo_refuse (error, "A mark must have a UUID");
  if ((guint)self->kind >= HEMO_MARK_KINDS)
    return hemo_refuse (error, "Unknown kind of mark");
  if (!is_near (self->x1, width) || !is_near (self->x2, width) || !is_near (self->y1, height)
      || !is_near (self->y2, height))
    return hemo_refuse (error, "A mark must lie on its picture");
  if (noted
      && (!g_utf8_validate (self->note, -1, NULL)
          || g_utf8_strlen (self->note, -1) > HEMO_MARK_NOTE_MAX || !is_clean (self->note)))
    return hemo_refuse (error, N_ ("A note has at most %d characters and no control characters"),
                        HEMO_MARK_NOTE_MAX);
  if (self->kind == HEMO_MARK_TEXT && !noted)
    return hemo_refuse (error, "A text mark must have a text");
  return TRUE;
}

/* Hundredths of a pixel, so that what was written reads back the same. */
static json_object *
write_place (double x, double y)
{
  json_object *array = json_object_new_array_ext (2);
  const double values[] = { x, y };

  for (int i = 0; i < 2; i++)
    {
      char text[G_ASCII_DTOSTR_BUF_SIZE];

      g_ascii_formatd (text, sizeof text, "%.2f", values[i]);
      hemo_json_append (array, json_object_new_double_s (values[i], text));
    }
  return array;
}

static json_object *
write_mark (const HemoMark *self)
{
  json_object *object = json_object_new_object ();
  g_autofree char *at = hemo_time_to_iso (self->at);

  hemo_json_add (object, "uuid", json_object_new_string (self->uuid));
  hemo_json_add (object, "kind", json_object_new_string (hemo_mark_kind_to_code (self->kind)));
  hemo_json_add (object, "from", write_place (self->x1, self->y1));
  hemo_json_add (object, "to", write_place (self->x2, self->y2));
  if (self->note != NULL)
    hemo_json_add (object, "note", json_object_new_string (self->note));
  if (self->by != NULL)
    hemo_json_add (object, "by", json_object_new_string (self->by));
  if (at != NULL)
    hemo_json_add (object, "at", json_object_new_string (at));
  return object;
}

char *
hemo_marks_to_json (GPtrArray *marks)
{
  json_object *array = json_object_new_array ();
  char *json;

  for (guint i = 0; marks != NULL && i < marks->len; i++)
    hemo_json_append (array, write_mark (g_ptr_array_index (marks, i)));
  json = hemo_json_to_text (array, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
  json_object_put (array);
  return json;
}

static gboolean
read_place (json_object *object, const char *key, double *x, double *y)
{
  json_object *array;
  double values[2];

  if (!json_object_object_get_ex (object, key, &array)
      || !json_object_is_type (array, json_type_array) || json_object_array_length (array) != 2)
    return FALSE;
  for (gsize i = 0; i < 2; i++)
    {
      json_object *value = json_object_array_get_idx (array, i);

      if (!json_object_is_type (value, json_type_double)
          && !json_object_is_type (value, json_type_int))
        return FALSE;
      values[i] = json_object_get_double (value);
    }
  *x = values[0];
  *y = values[1];
  return TRUE;
}

static HemoMark *
read_mark (json_object *object, GError **error)
{
  g_autoptr (HemoMark) self = g_new0 (HemoMark, 1);
  g_autofree char *kind = hemo_json_dup_text (object, "kind");
  g_autofree char *at = hemo_json_dup_text (object, "at");

  self->uuid = hemo_json_dup_text (object, "uuid");
  self->note = hemo_json_dup_text (object, "note");
  self->by = hemo_json_dup_text (object, "by");
  if (!hemo_mark_kind_from_code (kind, &self->kind, error))
    return NULL;
  if (!read_place (object, "from", &self->x1, &self->y1)
      || !read_place (object, "to", &self->x2, &self->y2))
    {
      hemo_refuse (error, "A mark must have two places of two numbers");
      return NULL;
    }
  if (at != NULL && !hemo_time_from_iso (at, &self->at, error))
    return NULL;
  if (self->by != NULL && !hemo_uuid_is_valid (self->by))
    {
      hemo_refuse (error, "Who made a mark must be a UUID");
      return NULL;
    }
  if (self->uuid == NULL || !hemo_mark_validate (self, 0, 0, error))
    {
      if (self->uuid == NULL)
        hemo_refuse (error, "A mark must have a UUID");
      return NULL;
    }
  return g_steal_pointer (&self);
}

static GPtrArray *
read_marks (json_object *array, GError **error)
{
  g_autoptr (GPtrArray) marks = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_mark_free);

  if (!json_object_is_type (array, json_type_array)
      || json_object_array_length (array) > HEMO_MARKS_MAX)
    {
      hemo_refuse (error, "The marks must be a list of at most %d", HEMO_MARKS_MAX);
      return NULL;
    }
  for (gsize i = 0; i < json_object_array_length (array); i++)
    {
      json_object *object = json_object_array_get_idx (array, i);
      HemoMark *mark = NULL;

      if (json_object_is_type (object, json_type_object))
        mark = read_mark (object, error);
      else
        hemo_refuse (error, "A mark must be an object");
      if (mark == NULL)
        return NULL;
      g_ptr_array_add (marks, mark);
    }
  return g_steal_pointer (&marks);
}

GPtrArray *
hemo_marks_from_json (const char *json, gsize length, GError **error)
{
  g_autoptr (GPtrArray) marks = NULL;
  json_object *array;

  if (json == NULL || length == 0 || length > JSON_MAX || !g_utf8_validate_len (json, length, NULL))
    {
      hemo_refuse (error, "Marks are text of at most 1 MiB");
      return NULL;
    }
  array = hemo_json_parse (json, length, DEPTH_MAX, "The list of marks is", error);
  if (array == NULL)
    return NULL;
  marks = read_marks (array, error);
  json_object_put (array);
  return g_steal_pointer (&marks);
}
