/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How hemogram-cli prints: one object or a table, as JSON or for people. */

#include "hemo-cli.h"

#include <glib/gi18n.h>
#include <math.h>
#include <unistd.h>

void
hemo_cli_add_text (json_object *object, const char *key, const char *text)
{
  if (text != NULL)
    json_object_object_add (object, key, json_object_new_string (text));
}

void
hemo_cli_add_int (json_object *object, const char *key, gint64 value)
{
  json_object_object_add (object, key, json_object_new_int64 (value));
}

void
hemo_cli_add_number (json_object *object, const char *key, double value, int decimals)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  char format[8];

  if (isnan (value))
    return;
  g_snprintf (format, sizeof format, "%%.%df", CLAMP (decimals, 0, 9));
  g_ascii_formatd (text, sizeof text, format, value);
  json_object_object_add (object, key, json_object_new_double_s (value, text));
}

void
hemo_cli_add_bool (json_object *object, const char *key, gboolean value)
{
  json_object_object_add (object, key, json_object_new_boolean (value));
}

void
hemo_cli_add_time (json_object *object, const char *key, HemoTime time)
{
  g_autofree char *text = hemo_time_to_iso (time);

  hemo_cli_add_text (object, key, text);
}

/* A value for people. (transfer full) */
static char *
value_text (json_object *value)
{
  g_autoptr (GString) text = NULL;

  if (value == NULL)
    return g_strdup ("");
  if (json_object_is_type (value, json_type_boolean))
    return g_strdup (json_object_get_boolean (value) ? _ ("yes") : _ ("no"));
  if (!json_object_is_type (value, json_type_array))
    return g_strdup (json_object_get_string (value));
  text = g_string_new (NULL);
  for (gsize i = 0; i < json_object_array_length (value); i++)
    g_string_append_printf (text, "%s%s", i == 0 ? "" : ", ",
                            json_object_get_string (json_object_array_get_idx (value, i)));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Columns of a terminal: marks take none, ideographs two. */
static glong
text_width (const char *text)
{
  glong width = 0;

  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    if (!g_unichar_iszerowidth (g_utf8_get_char (at)))
      width += g_unichar_iswide (g_utf8_get_char (at)) ? 2 : 1;
  return width;
}

static void
pad (GString *line, const char *text, glong width)
{
  glong length = text_width (text);

  g_string_append (line, text);
  for (; length < width + 2; length++)
    g_string_append_c (line, ' ');
}

static gboolean
is_plain (json_object *value)
{
  if (json_object_is_type (value, json_type_object))
    return FALSE;
  return !json_object_is_type (value, json_type_array) || json_object_array_length (value) == 0
         || !json_object_is_type (json_object_array_get_idx (value, 0), json_type_object);
}

/* The plain members of all rows, each once, in order. */
static GPtrArray *
find_columns (json_object *rows)
{
  GPtrArray *keys = g_ptr_array_new ();

  for (gsize i = 0; i < json_object_array_length (rows); i++)
    {
      json_object_object_foreach (json_object_array_get_idx (rows, i), name, value)
      {
        if (is_plain (value) && !g_ptr_array_find_with_equal_func (keys, name, g_str_equal, NULL))
          g_ptr_array_add (keys, name);
      }
    }
  return keys;
}

/* Row 0 is the head of the table. (transfer full) */
static char *
cell_text (json_object *rows, gsize row, const char *key)
{
  if (row == 0)
    return g_strdup (key);
  return value_text (json_object_object_get (json_object_array_get_idx (rows, row - 1), key));
}

static void
print_table (json_object *rows)
{
  g_autoptr (GPtrArray) keys = find_columns (rows);
  g_autofree glong *widths = g_new0 (glong, keys->len);
  gsize n_rows = json_object_array_length (rows);

  for (gsize i = 0; i <= n_rows; i++)
    for (guint column = 0; column < keys->len; column++)
      {
        g_autofree char *text = cell_text (rows, i, g_ptr_array_index (keys, column));

        widths[column] = MAX (widths[column], text_width (text));
      }
  for (gsize i = 0; i <= n_rows; i++)
    {
      g_autoptr (GString) line = g_string_new (NULL);

      for (guint column = 0; column < keys->len; column++)
        {
          g_autofree char *text = cell_text (rows, i, g_ptr_array_index (keys, column));

          pad (line, text, widths[column]);
        }
      g_print ("%s\n", g_strchomp (line->str));
    }
}

static void
print_object (json_object *object)
{
  glong width = 0;

  json_object_object_foreach (object, name, unused)
  {
    if (is_plain (unused))
      width = MAX (width, text_width (name));
  }
  json_object_object_foreach (object, key, value)
  {
    g_autoptr (GString) line = g_string_new (NULL);
    g_autofree char *text = NULL;

    if (is_plain (value))
      {
        pad (line, key, width);
        text = value_text (value);
        g_print ("%s%s\n", line->str, text);
      }
    else
      {
        g_print ("\n%s\n", key);
        if (json_object_is_type (value, json_type_array))
          print_table (value);
        else
          print_object (value);
      }
  }
}

void
hemo_cli_print (HemoCli *self, json_object *object, const char *empty)
{
  self->printed = TRUE;
  if (self->json)
    g_print ("%s\n", json_object_to_json_string_ext (object, JSON_C_TO_STRING_NOSLASHESCAPE));
  else if (json_object_is_type (object, json_type_object))
    print_object (object);
  else if (json_object_array_length (object) > 0)
    print_table (object);
  else if (empty != NULL)
    g_print ("%s\n", empty);
  json_object_put (object);
}

void
hemo_cli_say (HemoCli *self, const char *format, ...)
{
  va_list arguments;
  g_autofree char *text = NULL;

  if (self->json)
    return;
  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_print ("%s\n", text);
}

void
hemo_cli_progress (gint64 done, gint64 total, gpointer self)
{
  if (total <= 0 || !isatty (STDERR_FILENO))
    return;
  g_printerr ("\r%3d %%%s", (int)(done * 100 / total), done >= total ? "\n" : "");
}
