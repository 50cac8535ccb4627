/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What others wrote about a case: no result of it is left out. */

#include "hemo-others-words.h"

#include "hemo-settle-words.h"

#include <string.h>

/* Without the window's words. */
const char *
hemo_settle_kind (const char *type)
{
  return type;
}

const char *
hemo_settle_element (const char *name)
{
  return name;
}

char *
hemo_settle_who (const char *author, HemoTime at)
{
  return g_strdup (author);
}

/* (transfer full) */
static char *
say (const char *type, const char *members, char **title)
{
  g_autofree char *json = g_strdup_printf (
      "{\"resourceType\":\"%s\",\"id\":\"17\",\"status\":\"final\",%s}", type, members);
  const HemoIncoming incoming
      = { .type = (char *)type, .resource = json, .author = (char *)"Dr Achieng" };

  return hemo_others_say (&incoming, title);
}

static void
assert_says (const char *text, const char *line)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  if (!g_strv_contains ((const char *const *)lines, line))
    g_error ("'%s' is not said: %s", line, text);
}

/* A unit has a stroke in it, as a reference has, and so have words. */
static void
test_values (void)
{
  g_autofree char *title = NULL;
  g_autofree char *other = NULL;
  g_autofree char *value = say (
      "Observation",
      "\"code\":{\"text\":\"Haemoglobin\"},\"valueQuantity\":{\"value\":4.1,\"unit\":\"g/dL\"},"
      "\"note\":[{\"text\":\"Transfuse today, ward 3/4\"}]",
      &title);
  g_autofree char *report
      = say ("DiagnosticReport",
             "\"conclusion\":\"P. falciparum, 12000/\\u00b5L\",\"conclusionCode\":[{\"text\":"
             "\"Positive/severe\"}]",
             &other);

  g_assert_cmpstr (title, ==, "Observation: Haemoglobin");
  assert_says (value, "value: 4.1 g/dL");
  assert_says (value, "note: Transfuse today, ward 3/4");
  assert_says (value, "Dr Achieng");
  assert_says (report, "conclusion: P. falciparum, 12000/\302\265L");
  assert_says (report, "conclusionCode: Positive/severe");
}

/* Where it points to is no news in its own case. */
static void
test_pointers (void)
{
  g_autofree char *title = NULL;
  g_autofree char *text = say (
      "Observation",
      "\"subject\":{\"reference\":\"Patient/1\"},\"specimen\":{\"reference\":"
      "\"https://example.org/fhir/Specimen/2\"},\"basedOn\":[{\"reference\":\"ServiceRequest/3\"},"
      "{\"reference\":\"urn:uuid:0b9f3a52-7f4e-4a9e-8c58-0d6c7b1d2e3f\"}],\"hasMember\":[{"
      "\"reference\":\"Observation/4/_history/2\"}],\"performer\":[{\"reference\":"
      "\"Practitioner/5\",\"display\":\"Dr Otieno\"}]",
      &title);

  assert_says (text, "performer: Dr Otieno");
  assert_says (text, "status: final");
  g_assert_null (strstr (text, "Patient/"));
  g_assert_null (strstr (text, "Specimen/"));
  g_assert_null (strstr (text, "ServiceRequest/"));
  g_assert_null (strstr (text, "urn:"));
  g_assert_null (strstr (text, "_history"));
}

/* Small programs put the results into the report. */
static void
test_contained (void)
{
  g_autofree char *title = NULL;
  g_autofree char *text = say (
      "DiagnosticReport",
      "\"code\":{\"text\":\"Blood count\"},\"result\":[{\"reference\":\"#a\"}],\"contained\":["
      "{\"resourceType\":\"Observation\",\"id\":\"a\",\"status\":\"final\",\"code\":{\"text\":"
      "\"Platelets\"},\"valueQuantity\":{\"value\":9,\"unit\":\"10*9/L\"}},{\"resourceType\":"
      "\"Organization\",\"id\":\"o\",\"name\":\"Ward\"},7]",
      &title);

  g_assert_cmpstr (title, ==, "DiagnosticReport: Blood count");
  assert_says (text, "code: Platelets");
  assert_says (text, "value: 9 10*9/L");
}

/* (transfer full) */
static char *
make_components (guint count)
{
  GString *text = g_string_new ("\"component\":[");

  for (guint i = 0; i < count; i++)
    g_string_append_printf (text,
                            "%s{\"code\":{\"text\":\"Analyte %u\"},\"valueQuantity\":{\"value\":%u,"
                            "\"unit\":\"10*9/L\"}}",
                            i > 0 ? "," : "", i, i);
  g_string_append (text, "]");
  return g_string_free (text, FALSE);
}

/* A panel is said to its end; what is longer than anybody reads says that it is. */
static void
test_long (void)
{
  g_autofree char *title = NULL;
  g_autofree char *other = NULL;
  g_autofree char *panel = make_components (24);
  g_autofree char *endless = make_components (400);
  g_autofree char *said = say ("Observation", panel, &title);
  g_autofree char *cut = say ("Observation", endless, &other);

  assert_says (said, "component.code: Analyte 23");
  assert_says (said, "component.value: 23 10*9/L");
  g_assert_null (strstr (said, "longer"));
  assert_says (cut, "The record is longer than what is shown.");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/others-words/values", test_values);
  g_test_add_func ("/others-words/pointers", test_pointers);
  g_test_add_func ("/others-words/contained", test_contained);
  g_test_add_func ("/others-words/long", test_long);
  return g_test_run ();
}
