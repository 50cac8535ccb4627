/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Maps marks on a picture to R4's Annotations and back. */

#include "hemo-fhir-marks-private.h"

#include "hemo-fhir-write-private.h"

/* Hundredths of a pixel, as marks are stored. */
#define PLACE_DECIMALS 2

static void
extend_place (json_object *mark, const char *name, double place)
{
  hemo_fhir_set_decimal (hemo_fhir_extend (mark, name), "valueDecimal", place, PLACE_DECIMALS);
}

static json_object *
mark_to_json (const HemoMark *mark)
{
  const char *kind = hemo_mark_kind_to_code (mark->kind);
  json_object *note = json_object_new_object ();
  json_object *extension = hemo_fhir_extend (note, "mark");

  hemo_fhir_extend_string (extension, "mark-uuid", mark->uuid);
  hemo_fhir_extend_code (extension, "mark-kind", kind);
  extend_place (extension, "mark-x1", mark->x1);
  extend_place (extension, "mark-y1", mark->y1);
  extend_place (extension, "mark-x2", mark->x2);
  extend_place (extension, "mark-y2", mark->y2);
  hemo_fhir_set (note, "authorReference", hemo_fhir_reference_new ("Practitioner", mark->by, NULL));
  hemo_fhir_set_time (note, "time", mark->at);
  hemo_fhir_set_string (note, "text", mark->note);
  /* R4 asks for a text of each. */
  if (!json_object_object_get_ex (note, "text", NULL))
    {
      hemo_fhir_extend_boolean (extension, "mark-without-note", TRUE);
      hemo_fhir_set_string (note, "text", kind);
    }
  return note;
}

static gboolean
says_nothing (const HemoMark *mark)
{
  g_autofree char *text = g_strdup (mark->note != NULL ? mark->note : "");

  return mark->kind == HEMO_MARK_TEXT && *g_strstrip (text) == '\0';
}

void
hemo_fhir_append_marks (json_object *json, GPtrArray *marks)
{
  for (guint i = 0; marks != NULL && i < marks->len; i++)
    if (!says_nothing (g_ptr_array_index (marks, i)))
      hemo_fhir_append (json, "note", mark_to_json (g_ptr_array_index (marks, i)));
}

static gboolean
read_kind (const HemoFhirNode *extension, HemoMark *mark, GError **error)
{
  g_autofree char *kind = NULL;

  if (!hemo_fhir_read_extension_string (extension, "mark-kind", &kind, error))
    return FALSE;
  return (kind != NULL && hemo_mark_kind_from_code (kind, &mark->kind, NULL))
         || hemo_fhir_fail (extension, NULL, HEMO_FHIR_ERROR_INVALID, "not a known kind of mark",
                            error);
}

/* @note: the Annotation that has @extension */
static gboolean
read_mark (const HemoFhirNode *note, const HemoFhirNode *extension, HemoMark *mark, GError **error)
{
  g_autoptr (GError) failure = NULL;
  gboolean without_note = FALSE;

  if (!hemo_fhir_read_extension_string (extension, "mark-uuid", &mark->uuid, error)
      || !read_kind (extension, mark, error)
      || !hemo_fhir_read_extension_decimal (extension, "mark-x1", &mark->x1, error)
      || !hemo_fhir_read_extension_decimal (extension, "mark-y1", &mark->y1, error)
      || !hemo_fhir_read_extension_decimal (extension, "mark-x2", &mark->x2, error)
      || !hemo_fhir_read_extension_decimal (extension, "mark-y2", &mark->y2, error)
      || !hemo_fhir_read_extension_boolean (extension, "mark-without-note", &without_note, error)
      || !hemo_fhir_read_reference (note, "authorReference", "Practitioner", &mark->by, error)
      || !hemo_fhir_read_time (note, "time", &mark->at, error)
      || !hemo_fhir_read_string (note, "text", &mark->note, error))
    return FALSE;
  if (without_note)
    g_clear_pointer (&mark->note, g_free);
  return (mark->uuid != NULL && hemo_mark_validate (mark, 0, 0, &failure))
         || hemo_fhir_fail (extension, NULL, HEMO_FHIR_ERROR_INVALID,
                            failure != NULL ? failure->message : "a mark without its UUID", error);
}

static gboolean
read_note (const HemoFhirNode *note, char **text, GPtrArray *marks, GError **error)
{
  HemoFhirNode array, extension;
  g_autoptr (HemoMark) mark = NULL;

  if (!hemo_fhir_find_extension (note, "mark", &array, &extension, error))
    return FALSE;
  if (extension.json == NULL)
    return *text != NULL || hemo_fhir_read_string (note, "text", text, error);
  mark = g_new0 (HemoMark, 1);
  /* One that this version does not know hides neither the picture nor the other marks. */
  if (read_mark (note, &extension, mark, NULL) && marks->len < HEMO_MARKS_MAX)
    g_ptr_array_add (marks, g_steal_pointer (&mark));
  return TRUE;
}

gboolean
hemo_fhir_read_notes (const HemoFhirNode *node, char **note, GPtrArray **marks, GError **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_mark_free);
  g_autofree char *text = NULL;
  HemoFhirNode array, item;

  if (!hemo_fhir_get (node, "note", json_type_array, &array, error))
    return FALSE;
  for (guint i = 0; i < hemo_fhir_count (&array); i++)
    if (!hemo_fhir_get_item (&array, i, json_type_object, &item, error)
        || !read_note (&item, &text, found, error))
      return FALSE;
  if (text != NULL)
    {
      g_free (*note);
      *note = g_steal_pointer (&text);
    }
  if (found->len > 0)
    {
      g_clear_pointer (marks, g_ptr_array_unref);
      *marks = g_steal_pointer (&found);
    }
  return TRUE;
}
