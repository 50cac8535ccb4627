/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Gathers a report's Observations in the panels that LOINC has for them. */

#include "hemo-fhir-observation.h"
#include "hemo-fhir-write-private.h"

static const struct
{
  const char *loinc;
  const char *label;
  gboolean morphology;
} panels[HEMO_SECTIONS] = {
  [HEMO_SECTION_CBC] = { "58410-2", "Complete blood count", FALSE },
  [HEMO_SECTION_DIFFERENTIAL] = { "24318-8", "Manual differential", FALSE },
  [HEMO_SECTION_MORPHOLOGY_RBC] = { "58408-6", "Red cell morphology", TRUE },
  [HEMO_SECTION_MORPHOLOGY_WBC] = { "58407-8", "White cell morphology", TRUE },
  [HEMO_SECTION_MORPHOLOGY_PLT] = { "58406-0", "Platelet morphology", TRUE },
};

static void
release (gpointer json)
{
  json_object_put (json);
}

static json_object *
panel_new (const HemoFhirReportContext *context,
           const char *name,
           const char *loinc,
           const char *label)
{
  const HemoReport *report = context->report;
  g_autofree char *key = g_strconcat ("panel:", name, NULL);
  g_autofree char *uuid = hemo_fhir_derive_uuid (report->uuid, key);
  json_object *json = hemo_fhir_resource_new ("Observation", uuid);

  hemo_fhir_append (json, "basedOn",
                    hemo_fhir_reference_new ("ServiceRequest", context->order, NULL));
  hemo_fhir_set_string (json, "status", hemo_report_status_to_code (report->status));
  hemo_fhir_append (
      json, "category",
      hemo_fhir_concept_new (HEMO_FHIR_TERMINOLOGY "observation-category", "laboratory", NULL));
  hemo_fhir_set (json, "code", hemo_fhir_concept_new (HEMO_FHIR_LOINC, loinc, label));
  hemo_fhir_set (json, "subject", hemo_fhir_reference_new ("Patient", context->patient, NULL));
  hemo_fhir_set_time (json, "effectiveDateTime", context->collected_at);
  hemo_fhir_set_time (json, "issued", report->signed_at);
  hemo_fhir_append (json, "performer",
                    hemo_fhir_reference_new ("Practitioner", report->signed_by, NULL));
  hemo_fhir_set (json, "specimen", hemo_fhir_reference_new ("Specimen", report->specimen, NULL));
  hemo_fhir_set (json, "device", hemo_fhir_reference_new ("Device", context->device, NULL));
  return json;
}

static void
note (json_object *panel, const char *text)
{
  json_object *note = json_object_new_object ();

  hemo_fhir_set_string (note, "text", text);
  hemo_fhir_append (panel, "note", note);
}

/* For whoever reads the resource without this program. */
static void
note_found (json_object *panel, const HemoReport *report)
{
  const GPtrArray *found = report->found;

  g_autofree char *ways = NULL;

  /* What was found on fields and went into no count is told by the report alone. */
  if (report->cells_found == 0)
    return;
  ways = g_strdup_printf ("Cells counted on captured fields: %d; by key: %d.", report->cells_found,
                          report->cells_by_key);
  note (panel, ways);
  for (guint i = 0; i < found->len; i++)
    {
      g_auto (GStrv) parts = hemo_found_by_split (found->pdata[i]);
      g_autofree char *text = NULL;

      if (parts == NULL)
        continue;
      text = g_strdup_printf (hemo_found_by_is_trained (parts[1])
                                  ? "Cells found by Hemogram %s, weights %s; confirmed by %s."
                                  : "Cells found by Hemogram %s by brightness, without the trained "
                                    "detector (method %s); confirmed by %s.",
                              parts[0], parts[1], parts[2]);
      note (panel, text);
    }
}

static void
add_member (json_object *panel, const char *uuid)
{
  hemo_fhir_append (panel, "hasMember", hemo_fhir_reference_new ("Observation", uuid, NULL));
}

/* The panel of morphology as a whole, made with its first part. */
static json_object *
ensure_morphology (const HemoFhirReportContext *context,
                   json_object **morphology,
                   GPtrArray *results)
{
  if (*morphology == NULL)
    {
      *morphology = panel_new (context, "morphology", "34994-4", "Smear morphology");
      g_ptr_array_add (results, g_strdup (hemo_fhir_get_id (*morphology)));
    }
  return *morphology;
}

GPtrArray *
hemo_fhir_panels_to_json (const HemoFhirReportContext *context, GPtrArray **results)
{
  g_autoptr (GPtrArray) made = g_ptr_array_new_with_free_func (release);
  g_autoptr (GPtrArray) top = g_ptr_array_new_with_free_func (g_free);
  json_object *of_section[HEMO_SECTIONS] = { NULL };
  json_object *morphology = NULL;
  const GPtrArray *lines = context->report->lines;

  for (guint i = 0; lines != NULL && i < lines->len; i++)
    {
      const HemoLine *line = g_ptr_array_index (lines, i);
      HemoSection section = line->section;

      if (panels[section].loinc == NULL)
        {
          g_ptr_array_add (top, g_strdup (line->uuid));
          continue;
        }
      if (of_section[section] == NULL)
        {
          json_object *panel = panel_new (context, hemo_section_to_code (section),
                                          panels[section].loinc, panels[section].label);

          of_section[section] = panel;
          if (section == HEMO_SECTION_DIFFERENTIAL)
            note_found (panel, context->report);
          g_ptr_array_add (made, panel);
          if (panels[section].morphology)
            add_member (ensure_morphology (context, &morphology, top), hemo_fhir_get_id (panel));
          else
            g_ptr_array_add (top, g_strdup (hemo_fhir_get_id (panel)));
        }
      add_member (of_section[section], line->uuid);
    }
  if (morphology != NULL)
    g_ptr_array_add (made, morphology);
  *results = g_steal_pointer (&top);
  return g_steal_pointer (&made);
}
