/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Maps orders to R4's ServiceRequest and back. */

#include "hemo-fhir-read-private.h"
#include "hemo-fhir-specimen.h"
#include "hemo-fhir-write-private.h"

#include <string.h>

/* Characters that other programs' tests may have in a note. */
#define WORDS_MAX 300
/* Characters that a note may have in the store. */
#define NOTE_MAX 2000

static const struct
{
  HemoTests test;
  const char *loinc;
  const char *label;
} tests_asked[] = {
  { HEMO_TEST_DIFFERENTIAL, "24318-8", "Manual differential" },
  { HEMO_TEST_MORPHOLOGY, "34994-4", "Smear morphology" },
  { HEMO_TEST_PLATELETS, "49497-1", "Platelet estimate" },
  { HEMO_TEST_MALARIA, "51587-4", "Malaria parasites" },
  { HEMO_TEST_CBC, "58410-2", "Complete blood count" },
};

json_object *
hemo_fhir_order_to_json (const HemoOrder *order)
{
  json_object *json = hemo_fhir_resource_new ("ServiceRequest", order->uuid);

  hemo_fhir_extend_int64 (json, "record-version", order->version);
  hemo_fhir_extend_code (json, "pregnancy", hemo_pregnancy_to_code (order->pregnancy));
  hemo_fhir_set_string (json, "status", order->revoked ? "revoked" : "active");
  hemo_fhir_set_string (json, "intent", "order");
  hemo_fhir_set_string (json, "priority", hemo_urgency_to_code (order->urgency));
  hemo_fhir_set (json, "code",
                 hemo_fhir_own_concept_new ("test", "smear", "Blood smear examination"));
  for (guint i = 0; i < G_N_ELEMENTS (tests_asked); i++)
    if ((order->tests & tests_asked[i].test) != 0)
      {
        g_autofree char *code = hemo_tests_to_codes (tests_asked[i].test);
        json_object *detail = hemo_fhir_own_concept_new ("test", code, tests_asked[i].label);

        hemo_fhir_concept_add (detail, HEMO_FHIR_LOINC, tests_asked[i].loinc);
        hemo_fhir_append (json, "orderDetail", detail);
      }
  hemo_fhir_set (json, "subject", hemo_fhir_reference_new ("Patient", order->patient, NULL));
  hemo_fhir_set_time (json, "authoredOn", order->ordered_at);
  hemo_fhir_set (json, "requester", hemo_fhir_reference_new (NULL, NULL, order->requester));
  if (order->clinical_note != NULL)
    hemo_fhir_append (json, "reasonCode", hemo_fhir_concept_new (NULL, NULL, order->clinical_note));
  return json;
}

static HemoTests
test_of_loinc (const char *loinc)
{
  if (g_strcmp0 (loinc, "57782-5") == 0) /* CBC with ordered manual differential */
    return HEMO_TEST_CBC | HEMO_TEST_DIFFERENTIAL;
  if (g_strcmp0 (loinc, "32700-7") == 0) /* malarial smear */
    return HEMO_TEST_MALARIA;
  for (guint i = 0; i < G_N_ELEMENTS (tests_asked); i++)
    if (g_strcmp0 (loinc, tests_asked[i].loinc) == 0)
      return tests_asked[i].test;
  return 0;
}

/* A note takes no control characters. */
static void
append_clean (GString *words, const char *text)
{
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    g_string_append_unichar (words,
                             g_unichar_iscntrl (g_utf8_get_char (at)) ? ' ' : g_utf8_get_char (at));
}

/* What others ask for that is none of our tests, as far as it can be read; that it cannot keeps no
 * order out. */
static void
add_words (const HemoFhirNode *concept, GString *words)
{
  HemoFhirNode array, coding;
  g_autofree char *text = NULL;

  hemo_fhir_read_string (concept, "text", &text, NULL);
  if (text == NULL
      && hemo_fhir_get_first (concept, "coding", json_type_object, &array, &coding, NULL))
    {
      hemo_fhir_read_string (&coding, "display", &text, NULL);
      if (text == NULL)
        hemo_fhir_read_string (&coding, "code", &text, NULL);
    }
  if (text == NULL)
    return;
  g_string_append (words, words->len > 0 ? ", " : "+ ");
  append_clean (words, text);
}

/* Adds what @concept asks for; @known is set when it is one of ours. */
static gboolean
add_tests (
    const HemoFhirNode *concept, HemoTests *tests, gboolean *known, GString *words, GError **error)
{
  const char *own, *loinc;
  HemoTests found = 0;

  if (!hemo_fhir_find_own_code (concept, "test", &own, error)
      || !hemo_fhir_find_code (concept, HEMO_FHIR_LOINC, &loinc, error))
    return FALSE;
  if (own != NULL && !g_str_equal (own, "smear") && !hemo_tests_from_codes (own, &found, NULL))
    found = 0;
  if (own == NULL)
    found = test_of_loinc (loinc);
  *tests |= found;
  if (found != 0 || g_strcmp0 (own, "smear") == 0)
    *known = TRUE;
  else
    add_words (concept, words);
  return TRUE;
}

gboolean
hemo_fhir_test_is_foreign (json_object *concept)
{
  const HemoFhirNode node = { .name = "code", .index = -1, .json = concept };
  g_autoptr (GString) words = g_string_new (NULL);
  HemoTests tests = 0;
  gboolean known = FALSE;

  return concept != NULL && add_tests (&node, &tests, &known, words, NULL) && !known;
}

/* @words: (out): what is asked for as well and is not among the tests; @known: (out): whether
 * anything of it is one of ours */
static gboolean
read_tests (
    const HemoFhirNode *node, HemoOrder *order, GString *words, gboolean *known, GError **error)
{
  HemoFhirNode code, array, item;
  HemoTests tests = 0;

  if (!hemo_fhir_get (node, "code", json_type_object, &code, error)
      || !add_tests (&code, &tests, known, words, error)
      || !hemo_fhir_get (node, "orderDetail", json_type_array, &array, error))
    return FALSE;
  for (guint i = 0; i < hemo_fhir_count (&array); i++)
    if (!hemo_fhir_get_item (&array, i, json_type_object, &item, error)
        || !add_tests (&item, &tests, known, words, error))
      return FALSE;
  order->tests = tests;
  return TRUE;
}

gboolean
hemo_fhir_order_is_of_other_tests (json_object *json)
{
  const HemoFhirNode node = { .name = "ServiceRequest", .index = -1, .json = json };
  g_autoptr (HemoOrder) order = hemo_order_new (NULL);
  g_autoptr (GString) words = g_string_new (NULL);
  gboolean known = FALSE;

  return read_tests (&node, order, words, &known, NULL) && !known;
}

/* A code that is asked of @convert; absent is the default. */
#define READ_CODE(node, key, text, convert, out, error)                                            \
  ((text) == NULL || convert ((text), (out), NULL)                                                 \
   || hemo_fhir_fail ((node), (key), HEMO_FHIR_ERROR_INVALID, "not a known code", (error)))

/* What would make an order of no order. */
static gboolean
check_intent (const HemoFhirNode *node, GError **error)
{
  static const char *const orders[]
      = { "order", "original-order", "reflex-order", "filler-order", "instance-order", NULL };
  gboolean not = FALSE;

  if (!hemo_fhir_read_status (node, "intent", orders, NULL, error)
      || !hemo_fhir_read_boolean (node, "doNotPerform", &not, error))
    return FALSE;
  return !not
         || hemo_fhir_fail (node, "doNotPerform", HEMO_FHIR_ERROR_UNSUPPORTED,
                            "asks that something is not done", error);
}

static gboolean
read_codes (const HemoFhirNode *node, HemoOrder *order, GError **error)
{
  static const char *const known[]
      = { "active", "on-hold", "completed", "revoked", "entered-in-error", NULL };
  g_autofree char *priority = NULL, *pregnancy = NULL;
  const char *status = NULL;

  if (!hemo_fhir_read_status (node, "status", known, &status, error) || !check_intent (node, error)
      || !hemo_fhir_read_string (node, "priority", &priority, error)
      || !hemo_fhir_read_extension_string (node, "pregnancy", &pregnancy, error))
    return FALSE;
  order->revoked
      = g_strcmp0 (status, "revoked") == 0 || g_strcmp0 (status, "entered-in-error") == 0;
  /* R4 knows one more, between urgent and stat; sooner is safer. */
  if (g_strcmp0 (priority, "asap") == 0)
    {
      order->urgency = HEMO_URGENCY_STAT;
      g_clear_pointer (&priority, g_free);
    }
  return READ_CODE (node, "priority", priority, hemo_urgency_from_code, &order->urgency, error)
         && READ_CODE (node, "extension(pregnancy)", pregnancy, hemo_pregnancy_from_code,
                       &order->pregnancy, error);
}

static gboolean
read_words (const HemoFhirNode *node, HemoOrder *order, GError **error)
{
  HemoFhirNode requester, array, item;

  if (!hemo_fhir_get (node, "requester", json_type_object, &requester, error)
      || !hemo_fhir_read_string (&requester, "display", &order->requester, error)
      || !hemo_fhir_get_first (node, "reasonCode", json_type_object, &array, &item, error)
      || !hemo_fhir_read_string (&item, "text", &order->clinical_note, error))
    return FALSE;
  if (order->clinical_note != NULL)
    return TRUE;
  return hemo_fhir_get_first (node, "note", json_type_object, &array, &item, error)
         && hemo_fhir_read_string (&item, "text", &order->clinical_note, error);
}

static char *
clip (const char *text, glong most)
{
  g_autofree char *part = NULL;

  if (g_utf8_strlen (text, -1) <= most)
    return g_strdup (text);
  part = g_utf8_substring (text, 0, most - 1);
  return g_strconcat (part, "…", NULL);
}

/* Whoever takes the specimen in has to read of it. What was sent back has it in the note already.
 */
static void
note_words (HemoOrder *order, const GString *words)
{
  const char *note = order->clinical_note;
  const glong room = NOTE_MAX - (note != NULL ? g_utf8_strlen (note, -1) + 2 : 0);
  g_autofree char *text = clip (words->str, WORDS_MAX);
  g_autofree char *fitting = NULL;
  g_autofree char *both = NULL;

  if (words->len == 0 || room < 2 || (note != NULL && strstr (note, text) != NULL))
    return;
  fitting = clip (text, room);
  both = note != NULL ? g_strjoin ("; ", note, fitting, NULL) : g_strdup (fitting);
  g_set_str (&order->clinical_note, both);
}

HemoOrder *
hemo_fhir_order_from_json (json_object *json, GError **error)
{
  g_autoptr (HemoOrder) order = hemo_fhir_order_from_json_any (json, error);

  if (order == NULL || !hemo_fhir_order_is_of_other_tests (json))
    return g_steal_pointer (&order);
  g_set_error_literal (error, HEMO_FHIR_ERROR, HEMO_FHIR_ERROR_UNSUPPORTED,
                       "ServiceRequest.code: asks for no test that this program knows");
  return NULL;
}

HemoOrder *
hemo_fhir_order_from_json_any (json_object *json, GError **error)
{
  g_autoptr (HemoOrder) order = hemo_order_new (NULL);
  g_autoptr (GString) words = g_string_new (NULL);
  gboolean known = FALSE;
  HemoFhirNode node;

  order->ordered_at = (HemoTime){ 0 };
  if (!hemo_fhir_open (&node, json, "ServiceRequest", &order->uuid, error)
      || !hemo_fhir_read_extension_int64 (&node, "record-version", 0, G_MAXINT64 - 1,
                                          &order->version, error)
      || !read_codes (&node, order, error) || !read_tests (&node, order, words, &known, error)
      || !hemo_fhir_read_reference (&node, "subject", "Patient", &order->patient, error)
      || !hemo_fhir_read_time (&node, "authoredOn", &order->ordered_at, error)
      || !read_words (&node, order, error))
    return NULL;
  if (order->patient == NULL)
    {
      hemo_fhir_fail (&node, "subject", HEMO_FHIR_ERROR_INVALID, "missing", error);
      return NULL;
    }
  note_words (order, words);
  return g_steal_pointer (&order);
}
