/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Walks two resources side by side. */

#include "hemo-fhir-lines.h"

#include <string.h>

/* Deeper is nothing that a person asks for. */
#define DEPTH_MAX 6
/* No report of this program is as long. */
#define TEXT_MAX 8000

static const char *const unread[] = {
  "resourceType",  "id",       "meta",    "text",     "contained", "extension", "modifierExtension",
  "implicitRules", "language", "subject", "encounter"
};

/* Elements of a type that is written behind their name. */
static const char *const choices[] = { "value", "effective", "occurrence",    "collected",
                                       "onset", "deceased",  "multipleBirth", "performed" };

void
hemo_fhir_line_free (HemoFhirLine *self)
{
  g_free (self->name);
  g_free (self->ours);
  g_free (self->theirs);
  g_free (self);
}

static gboolean
is_scalar (json_object *json)
{
  return json != NULL && !json_object_is_type (json, json_type_object)
         && !json_object_is_type (json, json_type_array);
}

/* (transfer none) */
static const char *
get_scalar (json_object *json, const char *key)
{
  json_object *value = NULL;

  if (!json_object_is_type (json, json_type_object)
      || !json_object_object_get_ex (json, key, &value) || !is_scalar (value))
    return NULL;
  return json_object_get_string (value);
}

static json_object *
get_first (json_object *json, const char *key)
{
  json_object *list = NULL;

  if (!json_object_is_type (json, json_type_object) || !json_object_object_get_ex (json, key, &list)
      || !json_object_is_type (list, json_type_array))
    return NULL;
  return json_object_array_get_idx (list, 0);
}

static const char *
first_of (const char *a, const char *b)
{
  return a != NULL ? a : b;
}

/* What is longer is seen to be, and two texts that differ behind that are not the same. */
static char *
cut (const char *text)
{
  g_autofree char *start = NULL;
  g_autofree char *sha256 = NULL;

  if (!g_utf8_validate (text, -1, NULL))
    return g_strdup ("");
  if (g_utf8_strlen (text, -1) <= TEXT_MAX)
    return g_strdup (text);
  start = g_utf8_substring (text, 0, TEXT_MAX);
  sha256 = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
  return g_strdup_printf ("%s… (SHA-256 %.16s)", start, sha256);
}

/* What one element says in a line; NULL: it is made of others. @points: (out): whether that is only
 * the name of another record. (transfer full) */
static char *
say (json_object *json, gboolean *points)
{
  json_object *coding = get_first (json, "coding");
  const char *value = get_scalar (json, "value");
  const char *comparator = get_scalar (json, "comparator");
  const char *unit = first_of (get_scalar (json, "unit"), get_scalar (json, "code"));
  const char *words;

  *points = FALSE;
  if (is_scalar (json))
    return cut (json_object_get_string (json));
  if (!json_object_is_type (json, json_type_object))
    return NULL;
  /* A quantity has a unit, an identifier only where it is from; '<10' is another statement than 10.
   */
  if (value != NULL && (unit != NULL || comparator != NULL))
    {
      g_autofree char *both
          = g_strdup_printf ("%s%s%s%s", comparator != NULL ? comparator : "", value,
                             unit != NULL ? " " : "", unit != NULL ? unit : "");

      return cut (both);
    }
  words = first_of (get_scalar (json, "text"), get_scalar (coding, "display"));
  words = first_of (words, get_scalar (coding, "code"));
  words = first_of (words, get_scalar (json, "display"));
  *points = words == NULL && get_scalar (json, "reference") != NULL;
  words = first_of (words, get_scalar (json, "reference"));
  words = first_of (words, value);
  /* A coding of its own. */
  if (words == NULL && get_scalar (json, "system") != NULL)
    words = get_scalar (json, "code");
  return words != NULL ? cut (words) : NULL;
}

/* 'valueQuantity' is 'value'. (transfer full) */
static char *
plain_name (const char *key)
{
  for (guint i = 0; i < G_N_ELEMENTS (choices); i++)
    if (g_str_has_prefix (key, choices[i]) && g_ascii_isupper (key[strlen (choices[i])]))
      return g_strdup (choices[i]);
  return g_strdup (key);
}

/* A file within the record, that nobody reads as letters: whether it is the same is what matters.
 * (transfer full): NULL for what is no file */
static char *
say_file (json_object *parent, const char *key, json_object *value)
{
  g_autofree char *sha256 = NULL;

  if (strcmp (key, "data") != 0 || get_scalar (parent, "contentType") == NULL
      || !json_object_is_type (value, json_type_string))
    return NULL;
  sha256 = g_compute_checksum_for_string (G_CHECKSUM_SHA256, json_object_get_string (value), -1);
  return g_strdup_printf ("SHA-256 %.16s", sha256);
}

typedef struct
{
  char *name;
  char *text;
  gboolean points;
} Said;

static void
said_free (gpointer data)
{
  Said *self = data;

  g_free (self->name);
  g_free (self->text);
  g_free (self);
}

static gboolean
is_read (const char *key)
{
  for (guint i = 0; i < G_N_ELEMENTS (unread); i++)
    if (strcmp (key, unread[i]) == 0)
      return FALSE;
  return *key != '_';
}

/* Where a file lies and of which kind it is says nothing of a patient. */
static gboolean
is_of_file (json_object *parent, const char *key)
{
  return get_scalar (parent, "contentType") != NULL
         && (strcmp (key, "contentType") == 0 || strcmp (key, "url") == 0);
}

/* Takes @text. */
static void
add_said (GPtrArray *out, const char *name, char *text, gboolean points)
{
  Said *said = g_new0 (Said, 1);

  said->name = g_strdup (name);
  said->text = text;
  said->points = points;
  if (out->len < HEMO_FHIR_LINES_MAX)
    g_ptr_array_add (out, said);
  else
    said_free (said);
}

static void
collect (json_object *json, const char *name, guint depth, GPtrArray *out)
{
  gboolean points = FALSE;
  char *words = name != NULL ? say (json, &points) : NULL;

  if (words != NULL)
    {
      add_said (out, name, words, points);
      return;
    }
  if (out->len >= HEMO_FHIR_LINES_MAX || depth > DEPTH_MAX)
    return;
  if (json_object_is_type (json, json_type_array))
    for (size_t i = 0; i < json_object_array_length (json); i++)
      collect (json_object_array_get_idx (json, i), name, depth + 1, out);
  if (!json_object_is_type (json, json_type_object))
    return;
  json_object_object_foreach (json, key, value)
  {
    g_autofree char *plain = plain_name (key);
    g_autofree char *path
        = name != NULL ? g_strdup_printf ("%s.%s", name, plain) : g_strdup (plain);

    char *file = say_file (json, key, value);

    if (file != NULL)
      add_said (out, path, file, FALSE);
    else if (is_of_file (json, key) && is_scalar (value))
      add_said (out, path, cut (json_object_get_string (value)), TRUE);
    /* On the top only: a note's text is what it says. */
    else if (name != NULL || is_read (key))
      collect (value, path, depth + 1, out);
  }
}

/* The first that @list has left of @name; @points is put right. (transfer full) */
static char *
take (GPtrArray *list, const char *name, gboolean *points)
{
  for (guint i = 0; i < list->len; i++)
    {
      Said *said = g_ptr_array_index (list, i);
      char *text;

      if (strcmp (said->name, name) != 0)
        continue;
      text = g_steal_pointer (&said->text);
      *points = *points && said->points;
      g_ptr_array_remove_index (list, i);
      return text;
    }
  return NULL;
}

static void
add_line (GPtrArray *lines, const char *name, char *ours, char *theirs, gboolean points)
{
  HemoFhirLine *line = g_new0 (HemoFhirLine, 1);

  line->name = g_strdup (name);
  line->ours = ours;
  line->theirs = theirs;
  line->points = points;
  g_ptr_array_add (lines, line);
}

/* Whose it is, is read from the page's title; that they say another is read here. */
static void
compare_subjects (GPtrArray *lines, json_object *ours, json_object *theirs)
{
  json_object *here = NULL;
  json_object *there = NULL;
  g_autofree char *a = NULL;
  g_autofree char *b = NULL;
  gboolean points = FALSE;

  if (ours == NULL || theirs == NULL)
    return;
  a = json_object_object_get_ex (ours, "subject", &here) ? say (here, &points) : NULL;
  b = json_object_object_get_ex (theirs, "subject", &there) ? say (there, &points) : NULL;
  if (g_strcmp0 (a, b) != 0)
    add_line (lines, "subject", g_steal_pointer (&a), g_steal_pointer (&b), points);
}

GPtrArray *
hemo_fhir_compare_lines (json_object *ours, json_object *theirs)
{
  g_autoptr (GPtrArray) here = g_ptr_array_new_with_free_func (said_free);
  g_autoptr (GPtrArray) there = g_ptr_array_new_with_free_func (said_free);
  GPtrArray *lines = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_fhir_line_free);
  gboolean more;

  if (ours != NULL)
    collect (ours, NULL, 0, here);
  if (theirs != NULL)
    collect (theirs, NULL, 0, there);
  compare_subjects (lines, ours, theirs);
  more = here->len >= HEMO_FHIR_LINES_MAX || there->len >= HEMO_FHIR_LINES_MAX;
  for (guint i = 0; i < here->len; i++)
    {
      Said *said = g_ptr_array_index (here, i);

      gboolean points = said->points;
      char *theirs_text = take (there, said->name, &points);

      add_line (lines, said->name, g_steal_pointer (&said->text), theirs_text, points);
    }
  for (guint i = 0; i < there->len; i++)
    {
      Said *said = g_ptr_array_index (there, i);

      add_line (lines, said->name, NULL, g_steal_pointer (&said->text), said->points);
    }
  if (more)
    add_line (lines, HEMO_FHIR_LINES_MORE, NULL, NULL, FALSE);
  return lines;
}
