/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Maps single observed values to R4's Observation and back. */

#include "hemo-fhir-observation.h"

#include "hemo-fhir-read-private.h"
#include "hemo-fhir-write-private.h"

#include <math.h>

#define INTERPRETATION HEMO_FHIR_TERMINOLOGY "v3-ObservationInterpretation"

static void
write_category (json_object *json, const HemoLine *line)
{
  hemo_fhir_append (
      json, "category",
      hemo_fhir_concept_new (HEMO_FHIR_TERMINOLOGY "observation-category", "laboratory", NULL));
  hemo_fhir_append (json, "category",
                    hemo_fhir_own_concept_new ("section", hemo_section_to_code (line->section),
                                               hemo_section_label (line->section)));
}

static void
write_code (json_object *json, const HemoLine *line)
{
  json_object *code = hemo_fhir_concept_new (HEMO_FHIR_LOINC, line->loinc, NULL);

  hemo_fhir_concept_add (code, HEMO_FHIR_CODES "observation", line->local_code);
  hemo_fhir_concept_add (code, HEMO_FHIR_CODES "analyte", line->analyte);
  hemo_fhir_set_string (code, "text", line->label);
  hemo_fhir_set (json, "code", code);
}

static void
write_subject (json_object *json, const HemoLine *line, const HemoFhirReportContext *context)
{
  const HemoReport *report = context->report;

  hemo_fhir_set (json, "subject", hemo_fhir_reference_new ("Patient", context->patient, NULL));
  hemo_fhir_set_time (json, "effectiveDateTime", line->at);
  hemo_fhir_set_time (json, "issued", report->signed_at);
  hemo_fhir_append (json, "performer",
                    hemo_fhir_reference_new ("Practitioner", report->signed_by, NULL));
}

/* The words of a closed set are a concept, so that others can sort by them; the rest is text. */
static gboolean
is_ordinal (const char *text)
{
  static const char *const words[]
      = { "0", "1+", "2+", "3+", "seen", "not seen", "negative", "positive", "normal", NULL };

  return g_strv_contains (words, text);
}

static void
write_value (json_object *json, const HemoLine *line)
{
  if (isfinite (line->value))
    {
      hemo_fhir_set (json, "valueQuantity",
                     hemo_fhir_quantity_new (line->value, line->decimals, line->ucum));
      hemo_fhir_extend_string (json, "value-text", line->text);
    }
  else if (line->text != NULL && is_ordinal (line->text))
    hemo_fhir_set (json, "valueCodeableConcept",
                   hemo_fhir_own_concept_new ("finding-value", line->text, line->text));
  else
    hemo_fhir_set_string (json, "valueString", line->text);
  /* No text, or one of spaces, which R4 does not know. */
  if (!isfinite (line->value) && !json_object_object_get_ex (json, "valueString", NULL)
      && !json_object_object_get_ex (json, "valueCodeableConcept", NULL))
    hemo_fhir_set (
        json, "dataAbsentReason",
        hemo_fhir_concept_new (HEMO_FHIR_TERMINOLOGY "data-absent-reason", "unknown", NULL));
}

static json_object *
limits_new (double low, double high, int decimals, const char *ucum)
{
  json_object *limits;

  if (!isfinite (low) && !isfinite (high))
    return NULL;
  limits = json_object_new_object ();
  hemo_fhir_set (limits, "low", hemo_fhir_quantity_new (low, decimals, ucum));
  hemo_fhir_set (limits, "high", hemo_fhir_quantity_new (high, decimals, ucum));
  return limits;
}

static void
write_comparison (json_object *json, const HemoLine *line)
{
  json_object *interval
      = limits_new (line->interval_low, line->interval_high, line->decimals + 1, line->ucum);

  if (interval != NULL)
    hemo_fhir_set (hemo_fhir_extend (json, "interval-95"), "valueRange", interval);
  hemo_fhir_extend_decimal (json, "previous-value", line->previous);
  if (line->previous_at.utc_us != 0)
    hemo_fhir_set_time (hemo_fhir_extend (json, "previous-at"), "valueDateTime", line->previous_at);
  if (line->delta)
    hemo_fhir_extend_boolean (json, "delta", TRUE);
  if (line->flag != HEMO_FLAG_NONE)
    hemo_fhir_append (json, "interpretation",
                      hemo_fhir_concept_new (INTERPRETATION, hemo_flag_to_code (line->flag), NULL));
}

static void
write_note (json_object *json, const char *text)
{
  json_object *note;

  if (text == NULL)
    return;
  note = json_object_new_object ();
  hemo_fhir_set_string (note, "text", text);
  hemo_fhir_append (json, "note", note);
}

json_object *
hemo_fhir_observation_to_json (const HemoLine *line, const HemoFhirReportContext *context)
{
  json_object *json = hemo_fhir_resource_new ("Observation", line->uuid);
  const HemoReport *report = context->report;

  hemo_fhir_append (json, "basedOn",
                    hemo_fhir_reference_new ("ServiceRequest", context->order, NULL));
  hemo_fhir_set_string (json, "status", hemo_report_status_to_code (report->status));
  write_category (json, line);
  write_code (json, line);
  write_subject (json, line, context);
  write_value (json, line);
  write_comparison (json, line);
  write_note (json, line->note);
  hemo_fhir_set (json, "method",
                 hemo_fhir_concept_new (NULL, NULL,
                                        line->section == HEMO_SECTION_CBC
                                            ? "Entered from an analyser or a manual method"
                                            : "Light microscopy of a stained smear"));
  hemo_fhir_set (json, "specimen", hemo_fhir_reference_new ("Specimen", report->specimen, NULL));
  hemo_fhir_set (json, "device", hemo_fhir_reference_new ("Device", context->device, NULL));
  hemo_fhir_append (json, "referenceRange",
                    limits_new (line->reference_low, line->reference_high, -1, line->ucum));
  return json;
}

static gboolean
read_section (const HemoFhirNode *node, HemoLine *line, GError **error)
{
  HemoFhirNode array, item;

  if (!hemo_fhir_get (node, "category", json_type_array, &array, error))
    return FALSE;
  for (guint i = 0; i < hemo_fhir_count (&array); i++)
    {
      const char *code;

      if (!hemo_fhir_get_item (&array, i, json_type_object, &item, error)
          || !hemo_fhir_find_own_code (&item, "section", &code, error))
        return FALSE;
      if (code != NULL)
        return hemo_section_from_code (code, &line->section, NULL)
               || hemo_fhir_fail (&item, NULL, HEMO_FHIR_ERROR_INVALID, "not a known code", error);
    }
  return hemo_fhir_fail (node, "category", HEMO_FHIR_ERROR_UNSUPPORTED,
                         "no section of a smear report", error);
}

static gboolean
read_code (const HemoFhirNode *node, HemoLine *line, GError **error)
{
  HemoFhirNode code;
  const char *loinc, *local, *analyte;

  if (!hemo_fhir_get (node, "code", json_type_object, &code, error)
      || !hemo_fhir_find_code (&code, HEMO_FHIR_LOINC, &loinc, error)
      || !hemo_fhir_find_own_code (&code, "observation", &local, error)
      || !hemo_fhir_find_own_code (&code, "analyte", &analyte, error)
      || !hemo_fhir_read_string (&code, "text", &line->label, error))
    return FALSE;
  g_set_str (&line->loinc, loinc);
  g_set_str (&line->local_code, local);
  g_set_str (&line->analyte, analyte);
  if (loinc == NULL && local == NULL && line->label == NULL)
    return hemo_fhir_fail (node, "code", HEMO_FHIR_ERROR_INVALID, "missing", error);
  return TRUE;
}

/* A comparator would turn the number into another statement. */
static gboolean
read_quantity (
    const HemoFhirNode *quantity, double *value, int *decimals, char **ucum, GError **error)
{
  g_autofree char *comparator = NULL, *system = NULL, *code = NULL, *unit = NULL;

  if (!hemo_fhir_read_string (quantity, "comparator", &comparator, error)
      || !hemo_fhir_read_string (quantity, "system", &system, error)
      || !hemo_fhir_read_string (quantity, "code", &code, error)
      || !hemo_fhir_read_string (quantity, "unit", &unit, error)
      || !hemo_fhir_read_decimal (quantity, "value", value, decimals, error))
    return FALSE;
  if (comparator != NULL)
    return hemo_fhir_fail (quantity, "comparator", HEMO_FHIR_ERROR_UNSUPPORTED,
                           "only plain values are read", error);
  /* A number whose unit is only a word would be taken for one in our unit. */
  if ((code != NULL || unit != NULL || system != NULL)
      && (code == NULL || g_strcmp0 (system, HEMO_FHIR_UCUM) != 0))
    return hemo_fhir_fail (quantity, "system", HEMO_FHIR_ERROR_UNSUPPORTED,
                           "only units of UCUM are read", error);
  if (code != NULL)
    g_set_str (ucum, code);
  return TRUE;
}

/* Limits in another unit than the value's would be wrong numbers; where there is no value they say
 * the unit. */
static gboolean
read_limit (
    const HemoFhirNode *limits, const char *key, HemoLine *line, double *value, GError **error)
{
  HemoFhirNode quantity;
  g_autofree char *unit = NULL;

  if (!hemo_fhir_get (limits, key, json_type_object, &quantity, error)
      || !read_quantity (&quantity, value, NULL, &unit, error))
    return FALSE;
  if (line->ucum == NULL && !isfinite (line->value))
    g_set_str (&line->ucum, unit);
  if (unit != NULL && g_strcmp0 (unit, line->ucum) != 0)
    return hemo_fhir_fail (&quantity, "code", HEMO_FHIR_ERROR_UNSUPPORTED,
                           "another unit than that of the value", error);
  return TRUE;
}

/* What would be lost: values of other types, and values in parts. */
static gboolean
check_values (const HemoFhirNode *node, GError **error)
{
  guint values = 0;

  json_object_object_foreach (node->json, key, value)
  {
    gboolean known = g_str_equal (key, "valueQuantity") || g_str_equal (key, "valueCodeableConcept")
                     || g_str_equal (key, "valueString");

    (void)value;
    if (g_str_equal (key, "component") || (g_str_has_prefix (key, "value") && !known))
      return hemo_fhir_fail (node, "value[x]", HEMO_FHIR_ERROR_UNSUPPORTED,
                             "a kind of value that is not read", error);
    values += known;
  }
  return values <= 1
         || hemo_fhir_fail (node, "value[x]", HEMO_FHIR_ERROR_INVALID, "more than one", error);
}

/* The words of a concept: its text, or what its first coding shows. */
static gboolean
read_concept (const HemoFhirNode *concept, char **text, GError **error)
{
  HemoFhirNode array, coding;
  const char *own;

  if (!hemo_fhir_find_own_code (concept, "finding-value", &own, error))
    return FALSE;
  g_set_str (text, own);
  if (own == NULL
      && (!hemo_fhir_get_first (concept, "coding", json_type_object, &array, &coding, error)
          || !hemo_fhir_read_string (&coding, "display", text, error)))
    return FALSE;
  if (!hemo_fhir_read_string (concept, "text", text, error))
    return FALSE;
  return *text != NULL
         || hemo_fhir_fail (concept, NULL, HEMO_FHIR_ERROR_UNSUPPORTED, "a code without words",
                            error);
}

static gboolean
read_value (const HemoFhirNode *node, HemoLine *line, GError **error)
{
  HemoFhirNode quantity, concept;

  if (!check_values (node, error)
      || !hemo_fhir_get (node, "valueQuantity", json_type_object, &quantity, error)
      || !read_quantity (&quantity, &line->value, &line->decimals, &line->ucum, error)
      || (quantity.json != NULL && !isfinite (line->value)
          && !hemo_fhir_fail (&quantity, "value", HEMO_FHIR_ERROR_INVALID, "missing", error))
      || !hemo_fhir_read_extension_string (node, "value-text", &line->text, error)
      || !hemo_fhir_get (node, "valueCodeableConcept", json_type_object, &concept, error)
      || (concept.json != NULL && !read_concept (&concept, &line->text, error)))
    return FALSE;
  return hemo_fhir_read_string (node, "valueString", &line->text, error);
}

static gboolean
read_comparison (const HemoFhirNode *node, HemoLine *line, GError **error)
{
  HemoFhirNode array, extension, interval, ranges, range;

  if (!hemo_fhir_find_extension (node, "interval-95", &array, &extension, error)
      || !hemo_fhir_get (&extension, "valueRange", json_type_object, &interval, error)
      || !read_limit (&interval, "low", line, &line->interval_low, error)
      || !read_limit (&interval, "high", line, &line->interval_high, error)
      || !hemo_fhir_get_first (node, "referenceRange", json_type_object, &ranges, &range, error)
      /* Of several, which one is this patient's cannot be told. */
      || (hemo_fhir_count (&ranges) == 1
          && (!read_limit (&range, "low", line, &line->reference_low, error)
              || !read_limit (&range, "high", line, &line->reference_high, error)))
      || !hemo_fhir_read_extension_decimal (node, "previous-value", &line->previous, error)
      || !hemo_fhir_find_extension (node, "previous-at", &array, &extension, error)
      || !hemo_fhir_read_time (&extension, "valueDateTime", &line->previous_at, error))
    return FALSE;
  return hemo_fhir_read_extension_boolean (node, "delta", &line->delta, error);
}

static gboolean
is_critical (HemoFlag flag)
{
  return flag == HEMO_FLAG_CRITICAL_LOW || flag == HEMO_FLAG_CRITICAL_HIGH
         || flag == HEMO_FLAG_CRITICAL_ABNORMAL;
}

/* The first, unless a later one is critical. */
static gboolean
read_flag (const HemoFhirNode *node, HemoLine *line, GError **error)
{
  HemoFhirNode array, concept;

  if (!hemo_fhir_get (node, "interpretation", json_type_array, &array, error))
    return FALSE;
  for (guint i = 0; i < hemo_fhir_count (&array); i++)
    {
      const char *code;
      HemoFlag flag = HEMO_FLAG_NONE;

      if (!hemo_fhir_get_item (&array, i, json_type_object, &concept, error)
          || !hemo_fhir_find_code (&concept, INTERPRETATION, &code, error))
        return FALSE;
      if (code != NULL && !g_str_equal (code, "N") && !hemo_flag_from_code (code, &flag, NULL))
        return hemo_fhir_fail (&concept, NULL, HEMO_FHIR_ERROR_INVALID, "not a known code", error);
      if (line->flag == HEMO_FLAG_NONE || is_critical (flag))
        line->flag = flag;
    }
  return TRUE;
}

HemoLine *
hemo_fhir_observation_from_json (json_object *json, GError **error)
{
  /* 'registered' and 'unknown' have no value that could be trusted. */
  static const char *const known[]
      = { "preliminary", "final", "amended", "corrected", "cancelled", "entered-in-error", NULL };
  HemoLine *line = hemo_line_new (HEMO_SECTION_CBC, NULL);
  HemoFhirNode node, array, note;

  line->value = line->previous = NAN;
  line->interval_low = line->interval_high = NAN;
  line->reference_low = line->reference_high = NAN;
  line->at = (HemoTime){ 0 };
  if (hemo_fhir_open (&node, json, "Observation", &line->uuid, error)
      && hemo_fhir_read_status (&node, "status", known, NULL, error)
      && read_section (&node, line, error) && read_code (&node, line, error)
      && read_value (&node, line, error) && read_comparison (&node, line, error)
      && read_flag (&node, line, error)
      && hemo_fhir_read_time (&node, "effectiveDateTime", &line->at, error)
      && hemo_fhir_get_first (&node, "note", json_type_object, &array, &note, error)
      && hemo_fhir_read_string (&note, "text", &line->note, error))
    return line;
  hemo_line_free (line);
  return NULL;
}
