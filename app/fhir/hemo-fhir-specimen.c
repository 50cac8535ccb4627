/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Maps tubes and slides to R4's Specimen and back. */

#include "hemo-fhir-specimen.h"

#include "hemo-fhir-read-private.h"
#include "hemo-fhir-write-private.h"

#include <string.h>

#define V2_0487 "http://terminology.hl7.org/CodeSystem/v2-0487"
#define V2_0493 "http://terminology.hl7.org/CodeSystem/v2-0493"

/* The same in HL7's own tables, where they have it. */
static const char *
standard_type (HemoSpecimenType type)
{
  switch (type)
    {
    case HEMO_SPECIMEN_VENOUS_EDTA:
      return "BLDV";
    case HEMO_SPECIMEN_MARROW:
      return "MAR";
    case HEMO_SPECIMEN_CAPILLARY:
    case HEMO_SPECIMEN_THIN_FILM:
    case HEMO_SPECIMEN_THICK_FILM:
    default:
      return NULL;
    }
}

static const char *
standard_condition (HemoRejection rejection)
{
  if (rejection == HEMO_REJECTION_CLOTTED)
    return "CLOT";
  return rejection == HEMO_REJECTION_HAEMOLYSED ? "HEM" : NULL;
}

static json_object *
type_to_json (HemoSpecimenType type)
{
  static const char *const labels[] = {
    [HEMO_SPECIMEN_VENOUS_EDTA] = "Venous blood with EDTA",
    [HEMO_SPECIMEN_CAPILLARY] = "Capillary blood",
    [HEMO_SPECIMEN_MARROW] = "Bone marrow",
    [HEMO_SPECIMEN_THIN_FILM] = "Thin blood film",
    [HEMO_SPECIMEN_THICK_FILM] = "Thick blood film",
  };
  json_object *concept = hemo_fhir_own_concept_new (
      "specimen-type", hemo_specimen_type_to_code (type), labels[type]);

  hemo_fhir_concept_add (concept, V2_0487, standard_type (type));
  return concept;
}

static void
write_collection (json_object *json, const HemoSpecimen *specimen)
{
  json_object *collection;

  if (specimen->collected_at.utc_us == 0)
    return;
  collection = json_object_new_object ();
  hemo_fhir_set_time (collection, "collectedDateTime", specimen->collected_at);
  hemo_fhir_set (json, "collection", collection);
}

static void
write_stain (json_object *json, HemoStain stain)
{
  json_object *step;

  if (stain == HEMO_STAIN_NONE)
    return;
  step = json_object_new_object ();
  hemo_fhir_set (step, "procedure",
                 hemo_fhir_own_concept_new ("stain", hemo_stain_to_code (stain), NULL));
  hemo_fhir_append (json, "processing", step);
}

static void
write_rejection (json_object *json, const HemoSpecimen *specimen)
{
  json_object *condition;

  if (specimen->rejection != HEMO_REJECTION_NONE)
    {
      condition = hemo_fhir_own_concept_new ("rejection",
                                             hemo_rejection_to_code (specimen->rejection), NULL);
      hemo_fhir_concept_add (condition, V2_0493, standard_condition (specimen->rejection));
      hemo_fhir_append (json, "condition", condition);
    }
  if (specimen->rejection_note != NULL)
    {
      json_object *note = json_object_new_object ();

      hemo_fhir_set_string (note, "text", specimen->rejection_note);
      hemo_fhir_append (json, "note", note);
    }
}

json_object *
hemo_fhir_specimen_to_json (const HemoSpecimen *specimen)
{
  json_object *json = hemo_fhir_resource_new ("Specimen", specimen->uuid);

  hemo_fhir_extend_int64 (json, "record-version", specimen->version);
  if (specimen->accession != NULL)
    {
      json_object *accession = json_object_new_object ();

      hemo_fhir_set_string (accession, "system", HEMO_FHIR_ACCESSION);
      hemo_fhir_set_string (accession, "value", specimen->accession);
      hemo_fhir_set (json, "accessionIdentifier", accession);
    }
  hemo_fhir_set_string (
      json, "status", specimen->rejection == HEMO_REJECTION_NONE ? "available" : "unsatisfactory");
  hemo_fhir_set (json, "type", type_to_json (specimen->type));
  hemo_fhir_set (json, "subject", hemo_fhir_reference_new ("Patient", specimen->patient, NULL));
  hemo_fhir_set_time (json, "receivedTime", specimen->received_at);
  hemo_fhir_append (json, "parent", hemo_fhir_reference_new ("Specimen", specimen->parent, NULL));
  hemo_fhir_append (json, "request",
                    hemo_fhir_reference_new ("ServiceRequest", specimen->order, NULL));
  write_collection (json, specimen);
  write_stain (json, specimen->stain);
  write_rejection (json, specimen);
  return json;
}

static gboolean
read_type (const HemoFhirNode *node, HemoSpecimen *specimen, GError **error)
{
  HemoFhirNode concept;
  const char *own, *standard;

  if (!hemo_fhir_get (node, "type", json_type_object, &concept, error)
      || !hemo_fhir_find_own_code (&concept, "specimen-type", &own, error)
      || !hemo_fhir_find_code (&concept, V2_0487, &standard, error))
    return FALSE;
  if (own != NULL && hemo_specimen_type_from_code (own, &specimen->type, NULL))
    return TRUE;
  if (own != NULL)
    return hemo_fhir_fail (node, "type", HEMO_FHIR_ERROR_INVALID, "not a known code", error);
  for (int type = HEMO_SPECIMEN_VENOUS_EDTA; type <= HEMO_SPECIMEN_THICK_FILM; type++)
    if (standard != NULL && g_strcmp0 (standard, standard_type ((HemoSpecimenType)type)) == 0)
      {
        specimen->type = (HemoSpecimenType)type;
        return TRUE;
      }
  return hemo_fhir_fail (node, "type", HEMO_FHIR_ERROR_UNSUPPORTED,
                         "no kind of specimen that this program knows", error);
}

static gboolean
read_stain (const HemoFhirNode *node, HemoSpecimen *specimen, GError **error)
{
  HemoFhirNode array, step, procedure;
  const char *code;

  if (!hemo_fhir_get_first (node, "processing", json_type_object, &array, &step, error)
      || !hemo_fhir_get (&step, "procedure", json_type_object, &procedure, error)
      || !hemo_fhir_find_own_code (&procedure, "stain", &code, error))
    return FALSE;
  if (code != NULL && !hemo_stain_from_code (code, &specimen->stain, NULL))
    return hemo_fhir_fail (&procedure, NULL, HEMO_FHIR_ERROR_INVALID, "not a known code", error);
  return TRUE;
}

static gboolean
read_rejection (const HemoFhirNode *node, HemoSpecimen *specimen, GError **error)
{
  static const char *const known[] = { "available", "unavailable", "unsatisfactory", NULL };
  const char *status = NULL;
  HemoFhirNode array, concept, notes, note;
  const char *own, *standard;

  if ((json_object_object_get_ex (node->json, "status", NULL)
       && !hemo_fhir_read_status (node, "status", known, &status, error))
      || !hemo_fhir_get_first (node, "condition", json_type_object, &array, &concept, error)
      || !hemo_fhir_find_own_code (&concept, "rejection", &own, error)
      || !hemo_fhir_find_code (&concept, V2_0493, &standard, error)
      || !hemo_fhir_get_first (node, "note", json_type_object, &notes, &note, error)
      || !hemo_fhir_read_string (&note, "text", &specimen->rejection_note, error))
    return FALSE;
  if (g_strcmp0 (status, "unsatisfactory") == 0)
    specimen->rejection = HEMO_REJECTION_OTHER;
  if (own != NULL && !hemo_rejection_from_code (own, &specimen->rejection, NULL))
    return hemo_fhir_fail (&concept, NULL, HEMO_FHIR_ERROR_INVALID, "not a known code", error);
  if (own == NULL && specimen->rejection != HEMO_REJECTION_NONE)
    {
      if (g_strcmp0 (standard, "CLOT") == 0)
        specimen->rejection = HEMO_REJECTION_CLOTTED;
      else if (g_strcmp0 (standard, "HEM") == 0)
        specimen->rejection = HEMO_REJECTION_HAEMOLYSED;
    }
  return TRUE;
}

static gboolean
read_places (const HemoFhirNode *node, HemoSpecimen *specimen, GError **error)
{
  HemoFhirNode accession, collection;

  return hemo_fhir_get (node, "accessionIdentifier", json_type_object, &accession, error)
         && hemo_fhir_read_string (&accession, "value", &specimen->accession, error)
         && hemo_fhir_read_reference (node, "subject", "Patient", &specimen->patient, error)
         && hemo_fhir_read_first_reference (node, "parent", "Specimen", &specimen->parent, error)
         && hemo_fhir_read_first_reference (node, "request", "ServiceRequest", &specimen->order,
                                            error)
         && hemo_fhir_read_time (node, "receivedTime", &specimen->received_at, error)
         && hemo_fhir_get (node, "collection", json_type_object, &collection, error)
         && hemo_fhir_read_time (&collection, "collectedDateTime", &specimen->collected_at, error);
}

HemoSpecimen *
hemo_fhir_specimen_from_json (json_object *json, GError **error)
{
  g_autoptr (HemoSpecimen) specimen = hemo_specimen_new ();
  HemoFhirNode node;

  specimen->received_at = (HemoTime){ 0 };
  specimen->collected_at = (HemoTime){ 0 };
  if (!hemo_fhir_open (&node, json, "Specimen", &specimen->uuid, error)
      || !hemo_fhir_read_extension_int64 (&node, "record-version", 0, G_MAXINT64 - 1,
                                          &specimen->version, error)
      || !read_type (&node, specimen, error) || !read_places (&node, specimen, error)
      || !read_stain (&node, specimen, error) || !read_rejection (&node, specimen, error))
    return NULL;
  if (g_strcmp0 (specimen->parent, specimen->uuid) == 0)
    {
      hemo_fhir_fail (&node, "parent", HEMO_FHIR_ERROR_INVALID, "its own parent", error);
      return NULL;
    }
  return g_steal_pointer (&specimen);
}
