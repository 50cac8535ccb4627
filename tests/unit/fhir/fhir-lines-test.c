/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What two resources say, side by side, in words that a person reads. */

#include "hemo-fhir-lines.h"

#include <string.h>

static json_object *
parse (const char *text)
{
  json_object *json = text != NULL ? hemo_fhir_parse (text, strlen (text), NULL) : NULL;

  g_assert_true (text == NULL || json != NULL);
  return json;
}

static GPtrArray *
compare (const char *a, const char *b)
{
  g_autoptr (json_object) ours = parse (a);
  g_autoptr (json_object) theirs = parse (b);

  return hemo_fhir_compare_lines (ours, theirs);
}

static void
check (GPtrArray *lines, guint i, const char *name, const char *ours, const char *theirs)
{
  const HemoFhirLine *line;

  g_assert_cmpuint (i, <, lines->len);
  line = g_ptr_array_index (lines, i);
  g_assert_cmpstr (line->name, ==, name);
  g_assert_cmpstr (line->ours, ==, ours);
  g_assert_cmpstr (line->theirs, ==, theirs);
}

static void
test_observation (void)
{
  g_autoptr (GPtrArray) lines = compare (
      "{\"resourceType\":\"Observation\",\"id\":\"a\",\"meta\":{\"versionId\":\"1\"},\"status\":"
      "\"final\",\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"718-7\","
      "\"display\":\"Haemoglobin\"}]},\"valueQuantity\":{\"value\":9.5,\"unit\":\"g/dL\","
      "\"code\":\"g/dL\"},\"text\":{\"div\":\"no\"},\"extension\":[{\"url\":\"x\"}]}",
      "{\"resourceType\":\"Observation\",\"id\":\"a\",\"status\":\"amended\",\"code\":{\"text\":"
      "\"Haemoglobin\"},\"valueQuantity\":{\"value\":8,\"code\":\"g/dL\"},\"note\":[{\"text\":"
      "\"measured again\"}]}");

  g_assert_cmpuint (lines->len, ==, 4);
  check (lines, 0, "status", "final", "amended");
  check (lines, 1, "code", "Haemoglobin", "Haemoglobin");
  check (lines, 2, "value", "9.5 g/dL", "8 g/dL");
  check (lines, 3, "note", NULL, "measured again");
}

/* Words that differ at their end alone differ, and what is cut says so. */
static void
test_long_words (void)
{
  static const gsize lengths[] = { 3900, 9000 };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autofree char *words = g_strnfill (lengths[i], 'w');
      g_autofree char *a = g_strdup_printf (
          "{\"resourceType\":\"DiagnosticReport\",\"conclusion\":\"%s no\"}", words);
      g_autofree char *b = g_strdup_printf (
          "{\"resourceType\":\"DiagnosticReport\",\"conclusion\":\"%s yes\"}", words);
      g_autoptr (GPtrArray) lines = compare (a, b);
      const HemoFhirLine *line = g_ptr_array_index (lines, 0);

      g_assert_cmpstr (line->ours, !=, line->theirs);
      g_assert_true (i > 0 || g_str_has_suffix (line->theirs, " yes"));
      g_assert_true (i == 0 || strstr (line->theirs, "w… (SHA-256 ") != NULL);
    }
}

static void
test_nested (void)
{
  g_autoptr (GPtrArray) lines = compare (
      "{\"resourceType\":\"Specimen\",\"collection\":{\"collectedDateTime\":\"2026-11-21\"},"
      "\"identifier\":[{\"system\":\"s\",\"value\":\"26-1\"}],\"condition\":[{\"text\":\"one\"},"
      "{\"text\":\"two\"}],\"request\":[{\"reference\":\"ServiceRequest/x\"}],\"_status\":{}}",
      "{\"resourceType\":\"Specimen\",\"condition\":[{\"text\":\"one\"}],\"container\":[{\"type\":"
      "{\"coding\":[{\"code\":\"edta\"}]}}]}");

  check (lines, 0, "collection.collected", "2026-11-21", NULL);
  check (lines, 1, "identifier", "26-1", NULL);
  check (lines, 2, "condition", "one", "one");
  check (lines, 3, "condition", "two", NULL);
  check (lines, 4, "request", "ServiceRequest/x", NULL);
  check (lines, 5, "container.type", NULL, "edta");
  g_assert_cmpuint (lines->len, ==, 6);
}

/* A code alone, whole numbers and truths; a name that only begins like a choice. */
static void
test_words (void)
{
  g_autoptr (GPtrArray) lines = compare (
      "{\"resourceType\":\"Task\",\"valued\":true,\"priority\":3,\"tag\":{"
      "\"system\":\"s\",\"code\":\"c\"},\"owner\":{\"reference\":\"Practitioner/1\",\"display\":"
      "\"Dr. Wanjiru\"},\"empty\":{},\"list\":[],\"nothing\":null}",
      NULL);

  check (lines, 0, "valued", "true", NULL);
  check (lines, 1, "priority", "3", NULL);
  check (lines, 2, "tag", "c", NULL);
  check (lines, 3, "owner", "Dr. Wanjiru", NULL);
  g_assert_cmpuint (lines->len, ==, 4);
}

/* A value that is no number alone, a PDF, another patient: none of it says the same. */
static void
test_differs (void)
{
  g_autoptr (GPtrArray) lines
      = compare ("{\"resourceType\":\"Observation\",\"subject\":{\"reference\":\"Patient/a\"},"
                 "\"valueQuantity\":{\"value\":10,\"unit\":\"/µL\"},\"file\":{\"contentType\":"
                 "\"application/pdf\",\"data\":\"JVBERi0x\"},\"data\":\"1 2\"}",
                 "{\"resourceType\":\"Observation\",\"subject\":{\"reference\":\"Patient/b\"},"
                 "\"valueQuantity\":{\"value\":10,\"comparator\":\"<\",\"unit\":\"/µL\"},\"file\":{"
                 "\"contentType\":\"application/pdf\",\"data\":\"JVBERi0y\"},\"data\":\"1 2\"}");

  check (lines, 0, "subject", "Patient/a", "Patient/b");
  check (lines, 1, "value", "10 /µL", "<10 /µL");
  check (lines, 2, "file.contentType", "application/pdf", "application/pdf");
  check (lines, 3, "file.data", "SHA-256 d92787efd50c738f", "SHA-256 a76ca5366e3f305b");
  check (lines, 4, "data", "1 2", "1 2");
  g_assert_cmpuint (lines->len, ==, 5);
}

/* 62 g/L is a value, though a reference is written with a stroke as well. */
static void
test_points (void)
{
  g_autoptr (GPtrArray) lines
      = compare (NULL, "{\"resourceType\":\"Observation\",\"valueQuantity\":{\"value\":62,\"unit\":"
                       "\"g/L\"},\"specimen\":{\"reference\":\"Specimen/a\"},\"performer\":[{"
                       "\"reference\":\"Practitioner/b\",\"display\":\"Dr. Wanjiru\"}],\"note\":[{"
                       "\"text\":\"HbS/HbA\"}],\"presentedForm\":[{\"contentType\":"
                       "\"application/pdf\",\"url\":\"https://h/a.pdf\",\"title\":\"Film 1/2\"}]}");
  static const struct
  {
    const char *name;
    const char *text;
    gboolean points;
  } expected[] = {
    { "value", "62 g/L", FALSE },
    { "specimen", "Specimen/a", TRUE },
    { "performer", "Dr. Wanjiru", FALSE },
    { "note", "HbS/HbA", FALSE },
    { "presentedForm.contentType", "application/pdf", TRUE },
    { "presentedForm.url", "https://h/a.pdf", TRUE },
    { "presentedForm.title", "Film 1/2", FALSE },
  };

  g_assert_cmpuint (lines->len, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < lines->len; i++)
    {
      check (lines, i, expected[i].name, NULL, expected[i].text);
      g_assert_cmpint (((const HemoFhirLine *)g_ptr_array_index (lines, i))->points, ==,
                       expected[i].points);
    }
}

static void
test_nothing (void)
{
  g_autoptr (GPtrArray) none = hemo_fhir_compare_lines (NULL, NULL);
  g_autoptr (GPtrArray) empty = compare ("{\"resourceType\":\"Task\",\"id\":\"x\"}", NULL);

  g_assert_cmpuint (none->len, ==, 0);
  g_assert_cmpuint (empty->len, ==, 0);
}

/* Endless lists, long words and deep nests end somewhere. */
static void
test_limits (void)
{
  g_autoptr (GString) text = g_string_new ("{\"resourceType\":\"List\",\"long\":\"");
  g_autoptr (GPtrArray) lines = NULL;

  for (int i = 0; i < 20000; i++)
    g_string_append (text, "ä");
  g_string_append (text, "\",\"deep\":");
  for (int i = 0; i < 20; i++)
    g_string_append (text, "{\"a\":");
  g_string_append (text, "1");
  for (int i = 0; i < 20; i++)
    g_string_append (text, "}");
  g_string_append (text, ",\"entry\":[");
  for (int i = 0; i < 1000; i++)
    g_string_append_printf (text, "%s%d", i > 0 ? "," : "", i);
  g_string_append (text, "]}");
  lines = compare (text->str, NULL);
  g_assert_cmpuint (lines->len, ==, HEMO_FHIR_LINES_MAX + 1);
  g_assert_cmpint (g_utf8_strlen (((const HemoFhirLine *)g_ptr_array_index (lines, 0))->ours, -1),
                   <, 8100);
  check (lines, 1, "entry", "0", NULL);
  check (lines, HEMO_FHIR_LINES_MAX, HEMO_FHIR_LINES_MORE, NULL, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fhir-lines/observation", test_observation);
  g_test_add_func ("/fhir-lines/long-words", test_long_words);
  g_test_add_func ("/fhir-lines/nested", test_nested);
  g_test_add_func ("/fhir-lines/words", test_words);
  g_test_add_func ("/fhir-lines/differs", test_differs);
  g_test_add_func ("/fhir-lines/points", test_points);
  g_test_add_func ("/fhir-lines/nothing", test_nothing);
  g_test_add_func ("/fhir-lines/limits", test_limits);
  return g_test_run ();
}
