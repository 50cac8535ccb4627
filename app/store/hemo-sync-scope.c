/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tells what concerns this clinic from what strangers wrote on the same server. */

#include "hemo-sync-scope.h"

#include "hemo-fhir-reference.h"
#include "hemo-fhir-specimen.h"
#include "hemo-records-private.h"

#include <string.h>

/* References of one record that are looked at. */
#define REFERENCES_MAX 64

/* Whatever else refers to a patient: others examine her as well. */
static const char *const linking[] = { "Specimen",         "ServiceRequest", "Media", "Observation",
                                       "DiagnosticReport", "Communication",  "Task",  NULL };

typedef struct
{
  HemoTxn *txn;
  const HemoSyncScope *scope;
  json_object *resource;
  const char *type;
  const char *id;
  HemoSyncConcern *concern;
  GPtrArray *ask;
} Judge;

/* Whether the record is in a table here, or a version of it came before. */
static gboolean
is_here (const Judge *self, const char *type, const char *id, gboolean *here, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      self->txn,
      "SELECT 1 FROM patient WHERE uuid = ?1 AND ?2 = 'Patient' "
      "UNION ALL SELECT 1 FROM lab_order WHERE uuid = ?1 "
      "UNION ALL SELECT 1 FROM specimen WHERE uuid = ?1 "
      "UNION ALL SELECT 1 FROM image WHERE uuid = ?1 "
      "UNION ALL SELECT 1 FROM report WHERE uuid = ?1 "
      "UNION ALL SELECT 1 FROM reading WHERE uuid = ?1 "
      "UNION ALL SELECT 1 FROM critical_call WHERE uuid = ?1 "
      "UNION ALL SELECT 1 FROM incoming WHERE id = ?1 AND type = ?2 AND server = ?3 "
      "UNION ALL SELECT 1 FROM remote_resource WHERE id = ?1 AND type = ?2 AND server = ?3 "
      "LIMIT 1",
      id, error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 2, type);
  hemo_statement_bind_text (statement, 3, self->scope->server);
  return hemo_statement_next (statement, here, error);
}

/* Whether one of the records that @names name is here. */
static gboolean
has_link (const Judge *self, const GPtrArray *names, gboolean *has, GError **error)
{
  for (guint i = 0; i < names->len && !*has; i++)
    {
      g_auto (GStrv) parts = g_strsplit (names->pdata[i], "/", 2);

      if (g_strv_contains (linking, parts[0]) && !is_here (self, parts[0], parts[1], has, error))
        return FALSE;
    }
  return TRUE;
}

/* Unknown ones are asked for. */
static HemoSyncOrigin
origin_of (const Judge *self, const char *name)
{
  HemoSyncOrigin origin = self->scope->find_origin (name, self->scope->data);

  if (origin == HEMO_SYNC_ORIGIN_UNKNOWN
      && !g_ptr_array_find_with_equal_func (self->ask, name, g_str_equal, NULL))
    g_ptr_array_add (self->ask, g_strdup (name));
  return origin;
}

/* A record of the clinic's own; nobody may have kept its Provenance. */
static void
judge_own (const Judge *self, HemoSyncConcern *concern)
{
  g_autofree char *name = g_strdup_printf ("%s/%s", self->type, self->id);

  switch (origin_of (self, name))
    {
    case HEMO_SYNC_ORIGIN_UNKNOWN:
      *concern = HEMO_SYNC_CONCERN_ASK;
      break;
    case HEMO_SYNC_ORIGIN_OURS:
      *concern = HEMO_SYNC_CONCERN_SOME;
      break;
    case HEMO_SYNC_ORIGIN_OTHERS:
      *concern = HEMO_SYNC_CONCERN_NONE;
      break;
    case HEMO_SYNC_ORIGIN_NOBODY:
    case HEMO_SYNC_ORIGIN_UNTOLD:
    default:
      *concern
          = hemo_fhir_is_marked (self->resource) ? HEMO_SYNC_CONCERN_SOME : HEMO_SYNC_CONCERN_NONE;
      break;
    }
}

/* Whom a ServiceRequest or a Task names to do it. */
typedef enum
{
  ADDRESSED_TO_NONE,
  ADDRESSED_TO_US,
  ADDRESSED_ELSEWHERE,
} Addressed;

static gboolean
names_us (const Judge *self, json_object *who)
{
  const char *text = json_object_to_json_string_ext (who, JSON_C_TO_STRING_PLAIN
                                                              | JSON_C_TO_STRING_NOSLASHESCAPE);

  return strstr (text, self->scope->clinic) != NULL
         || strstr (text, self->scope->installation) != NULL;
}

/* Who an Organization is; of anybody else nobody knows. */
static HemoSyncOrigin
find_organization (const Judge *self, json_object *who)
{
  json_object *reference = NULL;
  g_autofree char *name = NULL;

  if (json_object_object_get_ex (who, "reference", &reference)
      && json_object_is_type (reference, json_type_string))
    name = hemo_fhir_reference_name (json_object_get_string (reference));
  return name != NULL && g_str_has_prefix (name, "Organization/") ? origin_of (self, name)
                                                                  : HEMO_SYNC_ORIGIN_UNTOLD;
}

/* Only who names organisations, and none but others, means another laboratory: a person or a place
 * may be of ours. */
static Addressed
find_performer (const Judge *self, json_object *list)
{
  Addressed addressed = ADDRESSED_ELSEWHERE;

  for (size_t i = 0; i < json_object_array_length (list); i++)
    switch (find_organization (self, json_object_array_get_idx (list, i)))
      {
      case HEMO_SYNC_ORIGIN_OURS:
        return ADDRESSED_TO_US;
      case HEMO_SYNC_ORIGIN_OTHERS:
        break;
      case HEMO_SYNC_ORIGIN_UNKNOWN:
      case HEMO_SYNC_ORIGIN_NOBODY:
      case HEMO_SYNC_ORIGIN_UNTOLD:
      default:
        addressed = ADDRESSED_TO_NONE;
        break;
      }
  return addressed;
}

static Addressed
find_addressee (const Judge *self)
{
  json_object *who = NULL;

  if (json_object_object_get_ex (self->resource, "owner", &who)
      && (names_us (self, who) || find_organization (self, who) == HEMO_SYNC_ORIGIN_OURS))
    return ADDRESSED_TO_US;
  if (!json_object_object_get_ex (self->resource, "performer", &who)
      || !json_object_is_type (who, json_type_array) || json_object_array_length (who) == 0)
    return ADDRESSED_TO_NONE;
  return names_us (self, who) ? ADDRESSED_TO_US : find_performer (self, who);
}

/* What this laboratory does, for a patient whom anybody may bring; of anything else an order is
 * one of ours only where she is known. */
static gboolean
is_for_laboratory (const Judge *self, const GPtrArray *names, gboolean *is, GError **error)
{
  *is = !hemo_fhir_order_is_of_other_tests (self->resource);
  for (guint i = 0; i < names->len && !*is; i++)
    {
      const char *name = g_ptr_array_index (names, i);

      if (g_str_has_prefix (name, "Patient/")
          && !is_here (self, "Patient", name + strlen ("Patient/"), is, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
judge_order (const Judge *self, const GPtrArray *names, GError **error)
{
  g_autofree char *name = g_strdup_printf ("%s/%s", self->type, self->id);
  Addressed addressed = find_addressee (self);
  HemoSyncOrigin origin;
  gboolean is = FALSE;

  *self->concern = HEMO_SYNC_CONCERN_SOME;
  if (addressed == ADDRESSED_TO_US)
    return TRUE;
  origin = origin_of (self, name);
  if (origin == HEMO_SYNC_ORIGIN_OURS)
    return TRUE;
  *self->concern = HEMO_SYNC_CONCERN_NONE;
  if (origin == HEMO_SYNC_ORIGIN_UNKNOWN)
    *self->concern = HEMO_SYNC_CONCERN_ASK;
  else if (origin != HEMO_SYNC_ORIGIN_OTHERS && addressed != ADDRESSED_ELSEWHERE)
    {
      if (!is_for_laboratory (self, names, &is, error))
        return FALSE;
      *self->concern = is ? HEMO_SYNC_CONCERN_SOME : HEMO_SYNC_CONCERN_NONE;
    }
  return TRUE;
}

/* A result whose order or specimen is not here concerns the clinic where those do; so does a
 * question about a picture. */
static void
judge_result (const Judge *self, const GPtrArray *names)
{
  static const char *const prefixes[] = { "Specimen/", "ServiceRequest/", "Media/" };

  *self->concern = HEMO_SYNC_CONCERN_NONE;
  for (guint t = 0; t < G_N_ELEMENTS (prefixes); t++)
    for (guint i = 0; i < names->len; i++)
      {
        const char *name = g_ptr_array_index (names, i);
        HemoSyncOrigin origin;

        if (!g_str_has_prefix (name, prefixes[t]) || !hemo_uuid_is_valid (strchr (name, '/') + 1))
          continue;
        origin = origin_of (self, name);
        /* Whoever may not be asked says nothing against it. */
        if (origin == HEMO_SYNC_ORIGIN_OURS || origin == HEMO_SYNC_ORIGIN_UNTOLD)
          *self->concern = HEMO_SYNC_CONCERN_SOME;
        else if (origin == HEMO_SYNC_ORIGIN_UNKNOWN && *self->concern == HEMO_SYNC_CONCERN_NONE)
          *self->concern = HEMO_SYNC_CONCERN_ASK;
      }
  if (strcmp (self->type, "Task") == 0 && find_addressee (self) == ADDRESSED_TO_US)
    *self->concern = HEMO_SYNC_CONCERN_SOME;
}

/* Whether what a record of @type refers to by @name may decide. */
static gboolean
may_decide (const char *type, const char *name)
{
  if (g_str_has_prefix (name, "Organization/"))
    return strcmp (type, "ServiceRequest") == 0 || strcmp (type, "Task") == 0;
  return strcmp (type, "Patient") != 0 && strcmp (type, "Specimen") != 0
         && strcmp (type, "ServiceRequest") != 0
         && (g_str_has_prefix (name, "Specimen/") || g_str_has_prefix (name, "ServiceRequest/")
             || g_str_has_prefix (name, "Media/"));
}

static void
add_name (GPtrArray *names, const char *name)
{
  if (!g_ptr_array_find_with_equal_func (names, name, g_str_equal, NULL))
    g_ptr_array_add (names, g_strdup (name));
}

void
hemo_sync_scope_names (json_object *resource, GPtrArray *names)
{
  static const char *const own[] = { "Patient", "ServiceRequest", "Specimen", NULL };
  const char *type = hemo_fhir_get_type (resource);
  const char *id = hemo_fhir_get_id (resource);
  g_autoptr (GPtrArray) references = hemo_fhir_references (resource, NULL, REFERENCES_MAX);

  if (type == NULL || id == NULL)
    return;
  if (g_strv_contains (own, type))
    {
      g_autofree char *name = g_strdup_printf ("%s/%s", type, id);

      add_name (names, name);
    }
  for (guint i = 0; i < references->len; i++)
    if (may_decide (type, references->pdata[i]))
      add_name (names, references->pdata[i]);
}

static gboolean
judge (const Judge *self, GError **error)
{
  g_autoptr (GPtrArray) names = NULL;
  gboolean here = FALSE;

  if (!is_here (self, self->type, self->id, &here, error))
    return FALSE;
  if (here)
    return TRUE;
  names = hemo_fhir_references (self->resource, NULL, REFERENCES_MAX);
  if (strcmp (self->type, "ServiceRequest") == 0)
    return judge_order (self, names, error);
  if (strcmp (self->type, "Patient") != 0 && !has_link (self, names, &here, error))
    return FALSE;
  if (here)
    return TRUE;
  if (strcmp (self->type, "Patient") == 0 || strcmp (self->type, "Specimen") == 0)
    judge_own (self, self->concern);
  else
    judge_result (self, names);
  return TRUE;
}

gboolean
hemo_sync_scope_judge (HemoTxn *txn,
                       const HemoSyncScope *scope,
                       json_object *resource,
                       HemoSyncConcern *concern,
                       GPtrArray *ask,
                       GError **error)
{
  const char *type = hemo_fhir_get_type (resource);
  const char *id = hemo_fhir_get_id (resource);
  const Judge self = { txn, scope, resource, type, id, concern, ask };
  json_object *owner = NULL;

  *concern = HEMO_SYNC_CONCERN_SOME;
  /* What is no record says so where it is taken in. */
  if (type == NULL || id == NULL)
    return TRUE;
  if (!judge (&self, error))
    return FALSE;
  /* Only what is for this clinic is answered. */
  if (*concern == HEMO_SYNC_CONCERN_SOME && strcmp (type, "Task") == 0
      && json_object_object_get_ex (resource, "owner", &owner) && !names_us (&self, owner))
    find_organization (&self, owner);
  return TRUE;
}
