/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The cells of a field as JSON. */

#include "hemo-field-cells.h"

#include "hemo-codes-private.h"
#include "hemo-json.h"

#include <math.h>
#include <string.h>

#define JSON_MAX (4 * 1024 * 1024)
#define DEPTH_MAX 6

static const char *const kind_codes[] = { "RBC", "WBC", "Platelets", NULL };
static const char *const change_codes[] = { "found", "changed", "taken-back", "added", NULL };

static json_object *
new_number (double value, const char *format)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (text, sizeof text, format, value);
  return json_object_new_double_s (value, text);
}

static void
add_text (json_object *object, const char *key, const char *text)
{
  if (text != NULL)
    hemo_json_add (object, key, json_object_new_string (text));
}

static void
add_class (json_object *object, const char *key, int cell_class)
{
  if (cell_class != HEMO_CELL_CLASS_NONE)
    add_text (object, key, hemo_cell_class_info ((HemoCellClass)cell_class)->code);
}

static json_object *
write_cell (const HemoFoundCell *self)
{
  json_object *object = json_object_new_object (), *box = json_object_new_array_ext (4);
  const double places[] = { self->x, self->y, self->width, self->height };

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    hemo_json_append (box, new_number (places[i], "%.2f"));
  hemo_json_add (object, "number", json_object_new_int (self->number));
  add_text (object, "kind", kind_codes[self->kind]);
  hemo_json_add (object, "box", box);
  hemo_json_add (object, "confidence", new_number (self->confidence, "%.4f"));
  if (self->at_far_edge)
    hemo_json_add (object, "far-edge", json_object_new_boolean (TRUE));
  add_class (object, "class", self->cell_class);
  add_class (object, "suggested", self->suggested);
  if (self->suggested != HEMO_CELL_CLASS_NONE)
    hemo_json_add (object, "probability", new_number (self->probability, "%.4f"));
  add_text (object, "detector", self->detector);
  if (self->detector != NULL)
    add_text (object, "program", self->program);
  add_text (object, "change", change_codes[self->change]);
  add_text (object, "by", self->by);
  if (self->by != NULL)
    {
      g_autofree char *at = hemo_time_to_iso (self->at);

      add_text (object, "at", at);
    }
  return object;
}

char *
hemo_field_cells_to_json (const HemoFieldCells *self)
{
  json_object *object = json_object_new_object (), *cells = json_object_new_array ();
  char *json;

  hemo_json_add (object, "width", json_object_new_int (self->width));
  hemo_json_add (object, "height", json_object_new_int (self->height));
  hemo_json_add (object, "micrometres", new_number (self->micrometres_per_pixel, "%.6f"));
  hemo_json_add (object, "threshold", new_number (self->threshold, "%.4f"));
  add_text (object, "warnings", self->warnings);
  add_text (object, "detector", self->detector);
  add_text (object, "program", self->program);
  for (guint i = 0; i < self->cells->len; i++)
    hemo_json_append (cells, write_cell (self->cells->pdata[i]));
  hemo_json_add (object, "cells", cells);
  json = hemo_json_to_text (object, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
  json_object_put (object);
  return json;
}

static gboolean
take_number (json_object *value, double *out)
{
  if (!json_object_is_type (value, json_type_double) && !json_object_is_type (value, json_type_int))
    return FALSE;
  *out = json_object_get_double (value);
  return isfinite (*out);
}

/* 0 where there is none: what must be there is refused by the rules. */
static double
read_number (json_object *object, const char *key)
{
  json_object *value;
  double number = 0;

  if (!json_object_object_get_ex (object, key, &value) || !take_number (value, &number))
    return 0;
  return number;
}

static int
read_int (json_object *object, const char *key)
{
  const double number = read_number (object, key);

  return number >= 0 && number <= G_MAXINT / 2 ? (int)number : 0;
}

static gboolean
read_class (json_object *object, const char *key, int *out, GError **error)
{
  g_autofree char *code = hemo_json_dup_text (object, key);
  HemoCellClass cell_class;

  *out = HEMO_CELL_CLASS_NONE;
  if (code == NULL)
    return TRUE;
  if (!hemo_cell_class_from_code (code, &cell_class, error))
    return FALSE;
  *out = (int)cell_class;
  return TRUE;
}

static gboolean
read_box (json_object *object, double *box)
{
  json_object *array;

  if (!json_object_object_get_ex (object, "box", &array)
      || !json_object_is_type (array, json_type_array) || json_object_array_length (array) != 4)
    return FALSE;
  for (gsize i = 0; i < 4; i++)
    if (!take_number (json_object_array_get_idx (array, i), &box[i]))
      return FALSE;
  return TRUE;
}

static gboolean
read_change (json_object *object, HemoFoundCell *cell, GError **error)
{
  g_autofree char *change = hemo_json_dup_text (object, "change");
  g_autofree char *at = hemo_json_dup_text (object, "at");
  int index;

  if (!hemo_code_find (change_codes, "change of a cell", change, &index, error))
    return FALSE;
  cell->change = (HemoFoundChange)index;
  cell->by = hemo_json_dup_text (object, "by");
  if (cell->by != NULL && !hemo_uuid_is_valid (cell->by))
    return hemo_refuse (error, "Who changed a cell must be a UUID");
  return at == NULL || hemo_time_from_iso (at, &cell->at, error);
}

static gboolean
read_cell (json_object *object, HemoFieldCells *self, GError **error)
{
  g_autofree char *kind = hemo_json_dup_text (object, "kind");
  HemoFoundCell *cell;
  json_object *edge;
  double box[4];
  int index;

  if (!json_object_is_type (object, json_type_object) || !read_box (object, box))
    return hemo_refuse (error, "A cell must be an object with a box of four numbers");
  if (!hemo_code_find (kind_codes, "kind of cell", kind, &index, error))
    return FALSE;
  cell = hemo_field_cells_append (self, (HemoCellKind)index, box[0], box[1], box[2], box[3]);
  cell->x = box[0];
  cell->y = box[1];
  cell->width = box[2];
  cell->height = box[3];
  cell->number = read_int (object, "number");
  cell->detector = hemo_json_dup_text (object, "detector");
  cell->program = hemo_json_dup_text (object, "program");
  cell->confidence = read_number (object, "confidence");
  cell->probability = read_number (object, "probability");
  cell->at_far_edge
      = json_object_object_get_ex (object, "far-edge", &edge) && json_object_get_boolean (edge);
  return read_class (object, "class", &cell->cell_class, error)
         && read_class (object, "suggested", &cell->suggested, error)
         && read_change (object, cell, error);
}

static HemoFieldCells *
read_field (const char *image, json_object *object, GError **error)
{
  g_autoptr (HemoFieldCells) self = NULL;
  json_object *cells;

  if (!json_object_object_get_ex (object, "cells", &cells)
      || !json_object_is_type (cells, json_type_array)
      || json_object_array_length (cells) > HEMO_FIELD_CELLS_MAX)
    return hemo_refuse (error, "The cells must be a list of at most %d", HEMO_FIELD_CELLS_MAX),
           NULL;
  self = hemo_field_cells_new (image, read_int (object, "width"), read_int (object, "height"));
  self->micrometres_per_pixel = read_number (object, "micrometres");
  self->threshold = read_number (object, "threshold");
  self->warnings = hemo_json_dup_text (object, "warnings");
  self->detector = hemo_json_dup_text (object, "detector");
  self->program = hemo_json_dup_text (object, "program");
  for (gsize i = 0; i < json_object_array_length (cells); i++)
    if (!read_cell (json_object_array_get_idx (cells, i), self, error))
      return NULL;
  return hemo_field_cells_validate (self, error) ? g_steal_pointer (&self) : NULL;
}

HemoFieldCells *
hemo_field_cells_from_json (const char *image, const char *json, gsize length, GError **error)
{
  g_autoptr (HemoFieldCells) self = NULL;
  json_object *object;

  if (json == NULL || length == 0 || length > JSON_MAX || !g_utf8_validate_len (json, length, NULL))
    return hemo_refuse (error, "The cells of a field are text of at most 4 MiB"), NULL;
  object = hemo_json_parse (json, length, DEPTH_MAX, "The list of the field's cells is", error);
  if (object == NULL)
    return NULL;
  self = read_field (image, object, error);
  json_object_put (object);
  return g_steal_pointer (&self);
}
