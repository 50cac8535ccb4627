/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Asks the server who wrote what, so that strangers' records stay where they are.
 *
 * Each write of this program goes with a Provenance that names the installation, a Device that the
 * clinic owns. So other laptops of the clinic, and what it was before it was rebuilt from its
 * servers, are known without anybody having listed them. */

#include "hemo-fhir-pull-private.h"

#include "hemo-fhir-admin.h"
#include "hemo-patient.h"

#include <string.h>

/* So many names are 2 KB of address. */
#define NAMES 40
#define COUNT 200
/* Of one question; a record has a Provenance for each of its changes. */
#define PAGES_MAX 50
/* What a run remembers at most. */
#define ORIGINS_MAX 100000

static gboolean
is_organization (const char *name)
{
  return g_str_has_prefix (name, "Organization/");
}

static HemoSyncOrigin
find_origin (const char *name, gpointer data)
{
  const HemoFhirPullRun *self = data;
  HemoSyncOrigin origin = GPOINTER_TO_INT (g_hash_table_lookup (self->origins, name));

  return origin == HEMO_SYNC_ORIGIN_UNKNOWN && self->untold && !is_organization (name)
             ? HEMO_SYNC_ORIGIN_UNTOLD
             : origin;
}

HemoSyncOrigin
hemo_fhir_scope_get (const HemoFhirPullRun *self, const char *name)
{
  return find_origin (name, (gpointer)self);
}

/* Another program may know the clinic by an id of its own: then it is known by what it is called,
 * with or without 'Laboratory' behind. */
static gboolean
is_alike (const char *ours, json_object *theirs)
{
  g_autofree char *a = NULL;
  g_autofree char *b = NULL;

  if (ours == NULL || !json_object_is_type (theirs, json_type_string))
    return FALSE;
  a = hemo_fold (ours);
  b = hemo_fold (json_object_get_string (theirs));
  return *a != '\0' && *b != '\0' && (strstr (a, b) != NULL || strstr (b, a) != NULL);
}

static HemoSyncOrigin
judge_organization (const HemoFhirPullRun *self, json_object *organization)
{
  const char *text = json_object_to_json_string_ext (organization, JSON_C_TO_STRING_PLAIN);
  json_object *name = NULL;
  json_object *aliases = NULL;

  if (strstr (text, self->clinic) != NULL)
    return HEMO_SYNC_ORIGIN_OURS;
  if (!json_object_object_get_ex (organization, "name", &name))
    return HEMO_SYNC_ORIGIN_UNTOLD;
  if (is_alike (self->clinic_name, name))
    return HEMO_SYNC_ORIGIN_OURS;
  if (json_object_object_get_ex (organization, "alias", &aliases)
      && json_object_is_type (aliases, json_type_array))
    for (size_t i = 0; i < json_object_array_length (aliases); i++)
      if (is_alike (self->clinic_name, json_object_array_get_idx (aliases, i)))
        return HEMO_SYNC_ORIGIN_OURS;
  return HEMO_SYNC_ORIGIN_OTHERS;
}

/* What bears a part of the clinic's name may be a ward or the district: what it wrote is looked at,
 * but nobody is answered in its stead. */
static gboolean
is_certain (const HemoFhirPullRun *self, json_object *organization)
{
  const char *text = json_object_to_json_string_ext (organization, JSON_C_TO_STRING_PLAIN);
  json_object *name = json_object_object_get (organization, "name");
  g_autofree char *ours = self->clinic_name != NULL ? hemo_fold (self->clinic_name) : NULL;
  g_autofree char *theirs = NULL;

  if (strstr (text, self->clinic) != NULL)
    return TRUE;
  if (ours == NULL || *ours == '\0' || !json_object_is_type (name, json_type_string))
    return FALSE;
  theirs = hemo_fold (json_object_get_string (name));
  return g_str_has_prefix (theirs, ours)
         && (theirs[strlen (ours)] == '\0' || g_str_has_prefix (theirs + strlen (ours), " lab"));
}

typedef struct
{
  HemoFhirPullRun *run;
  const char *name;
} Found;

static gboolean
found_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Found *found = data;

  return hemo_sync_names_add (txn, found->run->pull->identity, found->name, error);
}

/* Who is asked to do something is compared with what is known of the clinic then. */
static gboolean
note_found (HemoFhirPullRun *self, const char *name, GError **error)
{
  Found found = { self, name };

  return hemo_fhir_pull_run_write (self, found_job, &found, error);
}

/* One that is not there, or that we may not read, may be the clinic. */
static gboolean
ask_organization (HemoFhirPullRun *self, const char *name, GError **error)
{
  HemoSyncOrigin origin = HEMO_SYNC_ORIGIN_UNTOLD;
  g_autoptr (GError) failure = NULL;
  g_autoptr (json_object) json = hemo_fhir_server_read (
      self->pull->server, "Organization", strchr (name, '/') + 1, self->cancellable, &failure);

  if (failure != NULL && !hemo_fhir_pull_is_refusal (failure)
      && !g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (json != NULL)
    origin = judge_organization (self, json);
  g_hash_table_insert (self->origins, g_strdup (name), GINT_TO_POINTER (origin));
  return origin != HEMO_SYNC_ORIGIN_OURS || !is_certain (self, json)
         || note_found (self, name, error);
}

/* Whether the clinic owns @device. */
static gboolean
names_clinic (const HemoFhirPullRun *self, json_object *device)
{
  g_autofree char *organization = g_strconcat ("Organization/", self->clinic, NULL);
  json_object *owner = NULL;
  json_object *reference = NULL;

  return json_object_object_get_ex (device, "owner", &owner)
         && json_object_object_get_ex (owner, "reference", &reference)
         && json_object_is_type (reference, json_type_string)
         && g_str_has_suffix (json_object_get_string (reference), organization);
}

/* One that the server does not let us read may be ours. */
static gboolean
is_ours (HemoFhirPullRun *self, const char *device, gboolean *ours, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (json_object) json = NULL;
  g_autofree char *name = NULL;
  gpointer known = NULL;

  *ours = g_str_equal (device, self->installation);
  if (*ours)
    return TRUE;
  if (g_hash_table_lookup_extended (self->devices, device, NULL, &known))
    {
      *ours = GPOINTER_TO_INT (known);
      return TRUE;
    }
  json = hemo_fhir_server_read (self->pull->server, "Device", device, self->cancellable, &failure);
  if (failure != NULL && !hemo_fhir_pull_is_refusal (failure))
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  *ours = json != NULL ? names_clinic (self, json)
                       : !g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_NOT_FOUND);
  g_hash_table_insert (self->devices, g_strdup (device), GINT_TO_POINTER (*ours));
  if (json == NULL || !*ours)
    return TRUE;
  name = g_strconcat ("Device/", device, NULL);
  return note_found (self, name, error);
}

/* @others: also what other clinics wrote, which is only certain of a question for that */
static gboolean
note (HemoFhirPullRun *self, HemoFhirBundle *bundle, gboolean others, GError **error)
{
  for (guint i = 0; i < hemo_fhir_bundle_count (bundle); i++)
    {
      g_autoptr (HemoFhirProvenance) provenance
          = hemo_fhir_provenance_from_json (hemo_fhir_bundle_get (bundle, i), NULL);
      g_autofree char *name = NULL;
      gboolean ours = FALSE;

      if (provenance == NULL || provenance->installation == NULL)
        continue;
      name = g_strdup_printf ("%s/%s", provenance->target_type, provenance->target);
      if (find_origin (name, self) == HEMO_SYNC_ORIGIN_OURS)
        continue;
      if (!is_ours (self, provenance->installation, &ours, error))
        return FALSE;
      if (ours || others)
        g_hash_table_replace (
            self->origins, g_steal_pointer (&name),
            GINT_TO_POINTER (ours ? HEMO_SYNC_ORIGIN_OURS : HEMO_SYNC_ORIGIN_OTHERS));
    }
  return TRUE;
}

gboolean
hemo_fhir_scope_note (HemoFhirPullRun *self, HemoFhirBundle *bundle, GError **error)
{
  if (g_hash_table_size (self->origins) >= ORIGINS_MAX)
    g_hash_table_remove_all (self->origins);
  return note (self, bundle, FALSE, error);
}

static gboolean
ask_some (HemoFhirPullRun *self, char *const *names, GError **error)
{
  g_autofree char *list = g_strjoinv (",", (char **)names);
  g_autofree char *target = g_strdup_printf ("/Provenance?target=%s&_count=%d", list, COUNT);
  HemoSyncOrigin rest;

  for (guint page = 0; target != NULL && page < PAGES_MAX; page++)
    {
      g_autofree char *next = NULL;
      g_autoptr (HemoFhirBundle) bundle = NULL;

      if (!hemo_fhir_pull_run_goes_on (self, error))
        return FALSE;
      bundle
          = hemo_fhir_server_search (self->pull->server, target, &next, self->cancellable, error);
      if (bundle == NULL || !note (self, bundle, TRUE, error))
        return FALSE;
      if (g_strcmp0 (next, target) == 0)
        break;
      g_free (target);
      target = g_steal_pointer (&next);
    }
  /* What may stand on pages that never came is not said. */
  rest = target == NULL ? HEMO_SYNC_ORIGIN_NOBODY : HEMO_SYNC_ORIGIN_UNTOLD;
  for (guint i = 0; names[i] != NULL; i++)
    if (find_origin (names[i], self) == HEMO_SYNC_ORIGIN_UNKNOWN)
      g_hash_table_insert (self->origins, g_strdup (names[i]), GINT_TO_POINTER (rest));
  return TRUE;
}

/* Takes the organisations out of @names. */
static gboolean
ask_organizations (HemoFhirPullRun *self, GPtrArray *names, GError **error)
{
  for (guint i = names->len; i-- > 0;)
    {
      const char *name = g_ptr_array_index (names, i);

      if (!is_organization (name))
        continue;
      if (!hemo_fhir_pull_run_goes_on (self, error) || !ask_organization (self, name, error))
        return FALSE;
      g_ptr_array_remove_index (names, i);
    }
  return TRUE;
}

gboolean
hemo_fhir_scope_ask (HemoFhirPullRun *self, GPtrArray *names, GError **error)
{
  if (!ask_organizations (self, names, error))
    return FALSE;
  for (guint first = 0; first < names->len && !self->untold; first += NAMES)
    {
      g_autofree char **some = g_new0 (char *, NAMES + 1);
      g_autoptr (GError) failure = NULL;

      memcpy (some, names->pdata + first, MIN (names->len - first, NAMES) * sizeof (char *));
      if (ask_some (self, some, &failure))
        continue;
      if (!hemo_fhir_pull_is_refusal (failure))
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return FALSE;
        }
      self->untold = TRUE;
    }
  return TRUE;
}

/**
 * Sorting: of a page
 * @ours: (element-type json_object)
 * @ask: (element-type utf8): names whose origin decides
 */
typedef struct
{
  HemoFhirPullRun *run;
  GPtrArray *resources;
  GPtrArray *ours;
  GPtrArray *ask;
} Sorting;

static gboolean
sort_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Sorting *self = data;
  const HemoSyncScope scope = { .server = self->run->pull->identity,
                                .clinic = self->run->clinic,
                                .installation = self->run->installation,
                                .find_origin = find_origin,
                                .data = self->run };

  g_ptr_array_set_size (self->ours, 0);
  for (guint i = 0; i < self->resources->len; i++)
    {
      json_object *resource = g_ptr_array_index (self->resources, i);
      HemoSyncConcern concern = HEMO_SYNC_CONCERN_NONE;

      if (!hemo_sync_scope_judge (txn, &scope, resource, &concern, self->ask, error))
        return FALSE;
      if (concern == HEMO_SYNC_CONCERN_SOME)
        g_ptr_array_add (self->ours, resource);
    }
  return TRUE;
}

gboolean
hemo_fhir_scope_sort (HemoFhirPullRun *self, GPtrArray *resources, GPtrArray *ours, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  Sorting sorting = { self, resources, ours, names };

  if (resources->len == 0)
    return TRUE;
  if (!hemo_store_read (self->pull->store, self->pull->session, sort_job, &sorting, NULL, error))
    return FALSE;
  if (names->len == 0)
    return TRUE;
  return hemo_fhir_scope_ask (self, names, error)
         && hemo_store_read (self->pull->store, self->pull->session, sort_job, &sorting, NULL,
                             error);
}
