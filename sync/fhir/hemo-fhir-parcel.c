/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From a group of the queue to what the server lacks of it. */

#include "hemo-fhir-parcel.h"

#include "hemo-clinic-info.h"
#include "hemo-cms.h"
#include "hemo-fhir-admin.h"
#include "hemo-fhir-media.h"
#include "hemo-fhir-patient.h"
#include "hemo-fhir-picture-request.h"
#include "hemo-fhir-refusal.h"
#include "hemo-fhir-specimen.h"
#include "hemo-mark-table.h"
#include "hemo-picture-request-table.h"
#include "hemo-records.h"
#include "hemo-refusal-table.h"
#include "hemo-remote-table.h"
#include "hemo-sync-apply.h"

#include <string.h>

/* Each after what it refers to, for servers that look up references while they store. */
static const char *const order[]
    = { "Organization",   "Device",   "Practitioner", "PractitionerRole", "Patient",
        "ServiceRequest", "Specimen", "Media",        "Observation",      "DiagnosticReport",
        "Communication",  "Task",     "Provenance" };

static void
part_free (HemoFhirPart *self)
{
  json_object_put (self->resource);
  g_free (self->sha256);
  g_free (self->if_match);
  g_free (self);
}

void
hemo_fhir_parcel_free (HemoFhirParcel *self)
{
  g_free (self->type);
  g_free (self->uuid);
  g_free (self->failure);
  g_clear_pointer (&self->unsent, g_ptr_array_unref);
  g_clear_pointer (&self->unmarked, g_ptr_array_unref);
  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_clear_pointer (&self->parts, g_ptr_array_unref);
  g_free (self);
}

/* What somebody else changed too, and a person has to look at, does not go over theirs. */
static gboolean
withhold (HemoFhirParcel *self, HemoTxn *txn, const char *type, const char *id, GError **error)
{
  gboolean open = FALSE;

  if (strcmp (type, "DiagnosticReport") != 0 && strcmp (type, "Observation") != 0)
    return TRUE;
  if (!hemo_incoming_is_open (txn, id, &open, error))
    return FALSE;
  self->disputed = self->disputed || open;
  self->held = self->held || !open;
  return TRUE;
}

static gboolean
is_user (HemoTxn *txn, const char *uuid)
{
  g_autofree char *name = hemo_user_name (txn, uuid);

  return name != NULL;
}

/* @resource: (transfer none); left out when the server has it as it is. */
static gboolean
add_part (HemoFhirParcel *self,
          HemoTxn *txn,
          const HemoFhirParcelOptions *options,
          json_object *resource,
          GError **error)
{
  const char *type = hemo_fhir_get_type (resource);
  const char *id = hemo_fhir_get_id (resource);
  g_autoptr (json_object) outgoing = NULL;
  g_autofree char *text = NULL;
  g_autofree char *sha256 = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) failure = NULL;
  g_autoptr (HemoRemoteResource) known
      = hemo_remote_resource_load (txn, options->server, type, id, &failure);
  gboolean waits = FALSE;
  HemoFhirPart *part;

  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  /* People of other clinics and laptops are written down where they work. */
  if (strcmp (type, "Practitioner") == 0 && !is_user (txn, id))
    return TRUE;
  if (!hemo_incoming_waits (txn, id, &waits, error))
    return FALSE;
  if (waits)
    return withhold (self, txn, type, id, error);
  outgoing = hemo_sync_outgoing (known != NULL ? known->base : NULL, resource);
  text = hemo_fhir_to_text (outgoing, FALSE);
  bytes = g_bytes_new_static (text, strlen (text));
  sha256 = hemo_sha256 (bytes);
  /* What was sent and never answered for has no version. */
  if (known != NULL && !(known->version_id == NULL && known->base != NULL)
      && g_strcmp0 (known->sha256, sha256) == 0)
    return TRUE;
  part = g_new0 (HemoFhirPart, 1);
  part->resource = g_steal_pointer (&outgoing);
  part->sha256 = g_steal_pointer (&sha256);
  if (known != NULL && known->version_id != NULL)
    part->if_match = g_strdup_printf ("W/\"%s\"", known->version_id);
  self->bytes += strlen (text);
  g_ptr_array_add (self->parts, part);
  return TRUE;
}

static char *
find_name (const char *uuid, gpointer data)
{
  return hemo_user_name (data, uuid);
}

/* What a callback of the Bundle needs; names are kept for as long as it is filled. */
typedef struct
{
  HemoTxn *txn;
  GHashTable *names;
  const HemoFhirParcelOptions *options;
  GPtrArray *unmarked;
} Context;

static const char *
user_name (const char *uuid, gpointer data)
{
  Context *context = data;
  char *name = g_hash_table_lookup (context->names, uuid);

  if (name != NULL)
    return name;
  name = find_name (uuid, context->txn);
  if (name != NULL)
    g_hash_table_insert (context->names, g_strdup (uuid), name);
  return name;
}

static char *
image_url (const HemoImage *image, gpointer data)
{
  Context *context = data;

  return context->options->image_url != NULL
             ? context->options->image_url (image, context->options->data)
             : NULL;
}

/* Whether the server is known to have the picture's record, in any version. @sent: or may have it,
 * as it was sent and not answered for */
static gboolean
has_media (
    const Context *context, const HemoImage *image, gboolean sent, gboolean *has, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (HemoRemoteResource) known = hemo_remote_resource_load (
      context->txn, context->options->server, "Media", image->uuid, &failure);

  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  *has = known != NULL && (sent || known->version_id != NULL);
  return TRUE;
}

/* A list of marks that cannot be read says nothing of those that the server has. A record that
 * never went has none there, and its report refers to it. */
static gboolean
find_unmarked (Context *context, const HemoCase *data, GError **error)
{
  for (guint i = 0; data->images != NULL && i < data->images->len; i++)
    {
      const HemoImage *image = g_ptr_array_index (data->images, i);
      gboolean has = FALSE;

      if (!image->marks_damaged)
        continue;
      if (!has_media (context, image, FALSE, &has, error))
        return FALSE;
      if (has)
        g_ptr_array_add (context->unmarked, g_strdup (image->uuid));
    }
  return TRUE;
}

static gboolean
is_unmarked (const HemoFhirParcel *self, const char *type, const char *uuid)
{
  return strcmp (type, "Media") == 0
         && g_ptr_array_find_with_equal_func (self->unmarked, uuid, g_str_equal, NULL);
}

/* A picture that was discarded here must not go on being good there. */
static gboolean
add_discarded (HemoFhirBundle *bundle, Context *context, const HemoCase *data, GError **error)
{
  g_autoptr (GPtrArray) images
      = hemo_case_load_discarded (context->txn, data->specimen->uuid, error);

  for (guint i = 0; images != NULL && i < images->len; i++)
    {
      const HemoImage *image = g_ptr_array_index (images, i);
      gboolean has = FALSE;

      if (!has_media (context, image, TRUE, &has, error))
        return FALSE;
      if (has)
        hemo_fhir_bundle_add (bundle, hemo_fhir_media_to_json (image, data->patient->uuid, NULL),
                              NULL);
    }
  return images != NULL;
}

/* A Task of another program stays in its words, but for what became of it. (transfer full)
 * (nullable) */
static json_object *
find_task (HemoTxn *txn, const char *uuid, GError **error)
{
  g_autoptr (GPtrArray) versions = hemo_incoming_of (txn, uuid, error);

  /* Versions are found by their id alone, which another type may have as well. */
  for (guint i = versions != NULL ? versions->len : 0; i > 0; i--)
    {
      const HemoIncoming *version = versions->pdata[i - 1];

      if (strcmp (version->type, "Task") == 0)
        return hemo_fhir_parse (version->resource, strlen (version->resource), error);
    }
  return NULL;
}

/* Pictures that readers asked for, and what became of it. */
static gboolean
add_requests (HemoFhirBundle *bundle, Context *context, const HemoCase *data, GError **error)
{
  g_autoptr (GPtrArray) requests
      = hemo_picture_requests_of_case (context->txn, data->specimen->uuid, error);

  for (guint i = 0; requests != NULL && i < requests->len; i++)
    {
      const HemoPictureRequest *request = g_ptr_array_index (requests, i);
      g_autoptr (GError) failure = NULL;
      g_autoptr (json_object) theirs = find_task (context->txn, request->uuid, &failure);

      if (failure != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return FALSE;
        }
      hemo_fhir_bundle_add (
          bundle, hemo_fhir_picture_request_to_json (request, data->patient->uuid, theirs), NULL);
    }
  return requests != NULL;
}

/* Of pictures that were sealed anew before they left. */
static gboolean
describe_images (HemoTxn *txn, const HemoCase *data, GError **error)
{
  for (guint i = 0; data->images != NULL && i < data->images->len; i++)
    if (!hemo_remote_object_describe (txn, g_ptr_array_index (data->images, i), error))
      return FALSE;
  return TRUE;
}

static gboolean
fill_case (HemoFhirBundle *bundle, Context *context, const char *uuid, GError **error)
{
  g_autoptr (HemoCase) data = hemo_case_reload (context->txn, uuid, error);
  const HemoFhirBundleOptions options
      = { .user_name = user_name, .image_url = image_url, .data = context };

  return data != NULL && describe_images (context->txn, data, error)
         && find_unmarked (context, data, error)
         && hemo_fhir_bundle_add_case (bundle, data, &options, error)
         && add_discarded (bundle, context, data, error)
         && add_requests (bundle, context, data, error);
}

/* A merged record refers to the one that took its place, which goes with it. */
static gboolean
fill_patient (HemoFhirBundle *bundle, HemoTxn *txn, const char *uuid, GError **error)
{
  g_autofree char *next = g_strdup (uuid);

  for (guint i = 0; next != NULL && i < 16; i++)
    {
      g_autoptr (HemoPatient) patient = hemo_patient_load (txn, next, error);

      if (patient == NULL)
        return FALSE;
      hemo_fhir_bundle_add (bundle, hemo_fhir_patient_to_json (patient), NULL);
      g_free (next);
      next = g_strdup (patient->merged_into);
    }
  return TRUE;
}

static gboolean
fill_order (HemoFhirBundle *bundle, HemoTxn *txn, const char *uuid, GError **error)
{
  g_autoptr (HemoOrder) lab_order = hemo_order_load (txn, uuid, error);

  if (lab_order == NULL || !fill_patient (bundle, txn, lab_order->patient, error))
    return FALSE;
  hemo_fhir_bundle_add (bundle, hemo_fhir_order_to_json (lab_order), NULL);
  return TRUE;
}

/* The order is of who ordered, and stays as it stands there; it goes only to a server that has none
 * of it. One for other tests is no record here, and came from there. */
static gboolean
add_refused_order (HemoFhirBundle *bundle, Context *context, const char *uuid, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (HemoRemoteResource) known = hemo_remote_resource_load (
      context->txn, context->options->server, "ServiceRequest", uuid, &failure);

  if (known != NULL && known->version_id != NULL)
    return TRUE;
  if (failure == NULL && fill_order (bundle, context->txn, uuid, &failure))
    return TRUE;
  if (g_error_matches (failure, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
fill_refusal (HemoFhirBundle *bundle, Context *context, const char *task, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (HemoRefusal) refusal = hemo_refusal_of_task (context->txn, task, &failure);
  g_autoptr (json_object) theirs
      = failure == NULL ? find_task (context->txn, task, &failure) : NULL;
  g_autofree char *clinic
      = failure == NULL ? hemo_txn_dup_meta (context->txn, "clinic", &failure) : NULL;

  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  /* It was asked for again meanwhile. */
  if (refusal == NULL)
    return TRUE;
  if (!add_refused_order (bundle, context, refusal->order, error))
    return FALSE;
  hemo_fhir_bundle_add (bundle, hemo_fhir_refusal_to_json (refusal, task, theirs, clinic), NULL);
  return TRUE;
}

static gboolean
fill (HemoFhirBundle *bundle, Context *context, const HemoQueueGroup *group, GError **error)
{
  if (strcmp (group->type, "Specimen") == 0)
    return fill_case (bundle, context, group->uuid, error);
  if (strcmp (group->type, "Patient") == 0)
    return fill_patient (bundle, context->txn, group->uuid, error);
  if (strcmp (group->type, "ServiceRequest") == 0)
    return fill_order (bundle, context->txn, group->uuid, error);
  if (strcmp (group->type, "Task") == 0)
    return fill_refusal (bundle, context, group->uuid, error);
  g_set_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE,
               "A change of a %s cannot be sent: it belongs to no case.", group->type);
  return FALSE;
}

/* Who made the change and when, as the change log has it. */
static HemoFhirProvenance *
load_provenance (HemoTxn *txn, const HemoQueueItem *item, GError **error)
{
  g_autoptr (HemoChange) change = hemo_change_load (txn, item->change, error);
  HemoFhirProvenance *provenance;

  if (change == NULL)
    return NULL;
  provenance = hemo_fhir_provenance_new ();
  provenance->uuid = g_strdup (item->change);
  provenance->target_type = g_strdup (item->kind);
  provenance->target = g_strdup (item->object);
  provenance->agent = g_steal_pointer (&change->actor);
  provenance->installation = hemo_txn_dup_meta (txn, "installation", NULL);
  /* What the sync itself did, nobody did. */
  if (g_strcmp0 (provenance->agent, provenance->installation) == 0)
    g_clear_pointer (&provenance->agent, g_free);
  provenance->created = item->version == 1 && g_strcmp0 (change->what, HEMO_CHANGE_MARK) != 0;
  provenance->recorded = change->at;
  return provenance;
}

/* A record that is part of a case without a resource of its own (a count) is told of by the tube.
 */
static void
aim (HemoFhirProvenance *provenance, const HemoQueueGroup *group, HemoFhirBundle *bundle)
{
  if (hemo_fhir_bundle_lookup (provenance->target_type, provenance->target, bundle) != NULL)
    return;
  g_free (provenance->target_type);
  g_free (provenance->target);
  provenance->target_type = g_strdup (group->type);
  provenance->target = g_strdup (group->uuid);
}

/* A call, a report or a question that should go and does not: nothing may say that it did. A
 * picture that was discarded before it ever went is no loss. */
static gboolean
is_left_out (const HemoFhirParcel *self, const HemoQueueItem *item, HemoFhirBundle *bundle)
{
  static const char *const kinds[] = { "Communication", "DiagnosticReport", "Task", NULL };

  if (is_unmarked (self, item->kind, item->object))
    return TRUE;
  return g_strv_contains (kinds, item->kind)
         && hemo_fhir_bundle_lookup (item->kind, item->object, bundle) == NULL;
}

static gboolean
add_provenances (HemoFhirParcel *self,
                 HemoTxn *txn,
                 const HemoQueueGroup *group,
                 const HemoFhirParcelOptions *options,
                 HemoFhirBundle *bundle,
                 GError **error)
{
  for (guint i = 0; i < group->items->len; i++)
    {
      HemoQueueItem *item = g_ptr_array_index (group->items, i);
      HemoFhirProvenance *provenance = NULL;
      g_autoptr (json_object) json = NULL;

      if (is_left_out (self, item, bundle))
        {
          g_ptr_array_add (self->unsent, item);
          continue;
        }
      provenance = load_provenance (txn, item, error);
      if (provenance == NULL)
        return FALSE;
      aim (provenance, group, bundle);
      json = hemo_fhir_provenance_to_json (provenance, error);
      hemo_fhir_provenance_free (provenance);
      if (json == NULL || !add_part (self, txn, options, json, error))
        return FALSE;
    }
  return TRUE;
}

/* The laptop that each Provenance names, though nothing else does: a patient alone. */
static gboolean
add_installation (HemoFhirBundle *bundle, HemoTxn *txn, GError **error)
{
  g_autoptr (HemoClinicInfo) info = hemo_clinic_info_load (txn, error);

  if (info == NULL)
    return FALSE;
  if (hemo_fhir_bundle_lookup ("Device", info->installation, bundle) != NULL)
    return TRUE;
  hemo_fhir_bundle_add (bundle, hemo_fhir_organization_to_json (info), NULL);
  hemo_fhir_bundle_add (
      bundle, hemo_fhir_device_to_json (info->installation, info->uuid, HEMO_VERSION), NULL);
  return TRUE;
}

/* Who made a change that waits, though nothing else names that person. */
static void
add_people (Context *context, const HemoQueueGroup *group, HemoFhirBundle *bundle)
{
  for (guint i = 0; i < group->items->len; i++)
    {
      const HemoQueueItem *item = g_ptr_array_index (group->items, i);
      g_autoptr (HemoChange) change = hemo_change_load (context->txn, item->change, NULL);
      const char *name
          = change != NULL && change->actor != NULL ? user_name (change->actor, context) : NULL;

      if (name != NULL)
        hemo_fhir_bundle_add (bundle, hemo_fhir_practitioner_to_json (change->actor, name), NULL);
    }
}

static gboolean
add_resources (HemoFhirParcel *self,
               HemoTxn *txn,
               const HemoFhirParcelOptions *options,
               HemoFhirBundle *bundle,
               GError **error)
{
  for (guint kind = 0; kind < G_N_ELEMENTS (order); kind++)
    for (guint i = 0; i < hemo_fhir_bundle_count (bundle); i++)
      {
        json_object *resource = hemo_fhir_bundle_get (bundle, i);

        if (strcmp (hemo_fhir_get_type (resource), order[kind]) == 0
            && !is_unmarked (self, order[kind], hemo_fhir_get_id (resource))
            && !add_part (self, txn, options, resource, error))
          return FALSE;
      }
  return TRUE;
}

static HemoFhirParcel *
parcel_new (const HemoQueueGroup *group)
{
  HemoFhirParcel *self = g_new0 (HemoFhirParcel, 1);

  self->type = g_strdup (group->type);
  self->uuid = g_strdup (group->uuid);
  self->items = g_ptr_array_ref (group->items);
  self->unsent = g_ptr_array_new ();
  self->unmarked = g_ptr_array_new_with_free_func (g_free);
  self->parts = g_ptr_array_new_with_free_func ((GDestroyNotify)part_free);
  return self;
}

HemoFhirParcel *
hemo_fhir_parcel_new_failed (const HemoQueueGroup *group, const char *failure)
{
  HemoFhirParcel *self = parcel_new (group);

  self->failure = g_strdup (failure);
  return self;
}

HemoFhirParcel *
hemo_fhir_parcel_load (HemoTxn *txn,
                       const HemoQueueGroup *group,
                       const HemoFhirParcelOptions *options,
                       GError **error)
{
  g_autoptr (HemoFhirParcel) self = parcel_new (group);
  g_autoptr (HemoFhirBundle) bundle = hemo_fhir_bundle_new (HEMO_FHIR_BUNDLE_TRANSACTION);
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  Context context = { .txn = txn, .names = names, .options = options, .unmarked = self->unmarked };

  if (!fill (bundle, &context, group, error) || !add_installation (bundle, txn, error))
    return NULL;
  add_people (&context, group, bundle);
  if (!add_resources (self, txn, options, bundle, error)
      || !add_provenances (self, txn, group, options, bundle, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
hemo_fhir_parcel_add (const HemoFhirParcel *self, guint first, guint count, HemoFhirBundle *bundle)
{
  for (guint i = first; i < self->parts->len && i - first < count; i++)
    {
      const HemoFhirPart *part = g_ptr_array_index (self->parts, i);

      hemo_fhir_bundle_add (bundle, json_object_get (part->resource), part->if_match);
    }
}
