/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Looks before it writes: a PUT without a version would go over whatever is there. */

#include "hemo-fhir-look.h"

#include "hemo-fhir-overlay.h"
#include "hemo-remote-memory.h"
#include "hemo-remote-table.h"
#include "hemo-sync-apply.h"

#include <string.h>

/* So many ids are 1.5 KB of address. */
#define IDS 40
/* Pages of a search at most; some servers give a few entries on each. */
#define PAGES_MAX 16

/* Each after what tells whether it can be there at all. */
static const char *const types[]
    = { "Patient",       "ServiceRequest", "Specimen",    "Media", "DiagnosticReport",
        "Communication", "Task",           "Observation", NULL };

static char *
name_of (const char *type, const char *id)
{
  return g_strdup_printf ("%s/%s", type, id);
}

static gboolean
is_absent (const HemoFhirLook *self, const char *type, const char *id)
{
  g_autofree char *name = name_of (type, id);

  return g_hash_table_contains (self->absent, name);
}

/* Whether the parcel holds a part of @type; @id: (out) (optional): of the first one */
static gboolean
has_part (const HemoFhirParcel *parcel, const char *type, const char **id)
{
  for (guint i = 0; i < parcel->parts->len; i++)
    {
      const HemoFhirPart *part = g_ptr_array_index (parcel->parts, i);

      if (strcmp (hemo_fhir_get_type (part->resource), type) != 0)
        continue;
      if (id != NULL)
        *id = hemo_fhir_get_id (part->resource);
      return TRUE;
    }
  return FALSE;
}

/* A case is never split: without its tube nothing of it is there, without its report no value. An
 * answer to a reading is a value of its own. */
static gboolean
was_never_sent (const HemoFhirLook *self, const HemoFhirParcel *parcel, const char *type)
{
  const char *report = NULL;

  /* They are there without it. */
  if (strcmp (type, "Patient") == 0 || strcmp (type, "ServiceRequest") == 0
      || strcmp (parcel->type, "Specimen") != 0)
    return FALSE;
  if (strcmp (type, "Specimen") != 0 && is_absent (self, "Specimen", parcel->uuid))
    return TRUE;
  return strcmp (type, "Observation") == 0 && !has_part (parcel, "Task", NULL)
         && has_part (parcel, "DiagnosticReport", &report)
         && is_absent (self, "DiagnosticReport", report);
}

/* Ids of @type to ask for, each to its part. (transfer full) */
static GHashTable *
collect (const HemoFhirLook *self, const char *type)
{
  GHashTable *ids = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < self->parcels->len; i++)
    {
      const HemoFhirParcel *parcel = g_ptr_array_index (self->parcels, i);
      gboolean never = was_never_sent (self, parcel, type);

      for (guint k = 0; !never && k < parcel->parts->len; k++)
        {
          HemoFhirPart *part = g_ptr_array_index (parcel->parts, k);
          const char *id = hemo_fhir_get_id (part->resource);

          if (part->if_match == NULL && strcmp (hemo_fhir_get_type (part->resource), type) == 0
              && !is_absent (self, type, id))
            g_hash_table_insert (ids, (gpointer)id, part);
        }
    }
  return ids;
}

/* @honest: (out): whether the server searched for what it was asked for */
static gboolean
search (const HemoFhirLook *self,
        const char *type,
        const char *ids,
        GHashTable *asked,
        GPtrArray *there,
        gboolean *honest,
        GCancellable *cancellable,
        GError **error)
{
  g_autofree char *target = g_strdup_printf ("/%s?_id=%s&_count=%d", type, ids, IDS);

  *honest = TRUE;
  for (guint page = 0; target != NULL && *honest; page++)
    {
      g_autofree char *next = NULL;
      g_autoptr (HemoFhirBundle) bundle
          = hemo_fhir_server_search (self->server, target, &next, cancellable, error);

      if (bundle == NULL)
        return FALSE;
      for (guint i = 0; i < hemo_fhir_bundle_count (bundle); i++)
        {
          json_object *theirs = hemo_fhir_bundle_get (bundle, i);

          if (g_strcmp0 (hemo_fhir_get_type (theirs), type) != 0)
            continue;
          if (hemo_fhir_get_id (theirs) == NULL
              || !g_hash_table_contains (asked, hemo_fhir_get_id (theirs)))
            *honest = FALSE;
          g_ptr_array_add (there, json_object_get (theirs));
        }
      *honest = *honest && page < PAGES_MAX;
      g_free (target);
      target = g_steal_pointer (&next);
    }
  return TRUE;
}

/* Nothing is there of that, or nothing is known of it. */
static gboolean
is_unseen (const GError *error)
{
  return g_error_matches (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_NOT_FOUND)
         || g_error_matches (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DENIED)
         || g_error_matches (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_REFUSED);
}

/* What of this one record the server refuses to say: its parcels wait for a person, and no others.
 */
static void
note_refused (const HemoFhirLook *self, const char *type, const char *id, const GError *refusal)
{
  for (guint i = 0; i < self->parcels->len; i++)
    {
      HemoFhirParcel *parcel = g_ptr_array_index (self->parcels, i);

      for (guint k = 0; k < parcel->parts->len; k++)
        {
          const HemoFhirPart *part = g_ptr_array_index (parcel->parts, k);

          if (part->if_match != NULL || strcmp (hemo_fhir_get_type (part->resource), type) != 0
              || strcmp (hemo_fhir_get_id (part->resource), id) != 0
              || g_ptr_array_find (self->barred, parcel, NULL))
            continue;
          g_set_str (&parcel->failure, refusal->message);
          g_ptr_array_add (self->barred, parcel);
        }
    }
}

/* One by one, where the server does not search by id. @refused: (element-type utf8): ids
 * that it refuses to tell of; @refusal: (out): of the last one */
static gboolean
read_each (const HemoFhirLook *self,
           const char *type,
           char *const *ids,
           GPtrArray *there,
           GHashTable *refused,
           GError **refusal,
           GCancellable *cancellable,
           GError **error)
{
  for (guint i = 0; ids[i] != NULL; i++)
    {
      g_autoptr (GError) failure = NULL;
      gboolean deleted = FALSE;
      json_object *theirs
          = hemo_fhir_server_look (self->server, type, ids[i], &deleted, cancellable, &failure);

      if (g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_REFUSED))
        {
          note_refused (self, type, ids[i], failure);
          g_hash_table_add (refused, ids[i]);
          g_clear_error (refusal);
          *refusal = g_steal_pointer (&failure);
        }
      if (failure != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return FALSE;
        }
      if (theirs != NULL)
        g_ptr_array_add (there, theirs);
    }
  return TRUE;
}

/* Whether this clinic may ask the server for anything but @type, of which @refusal was said just
 * now. FALSE with @error, which is that of the sign-in where it may not. */
static gboolean
is_let_in (const HemoFhirLook *self,
           const char *type,
           const GError *refusal,
           GCancellable *cancellable,
           GError **error)
{
  const char *target = strcmp (type, "Patient") == 0 ? "/Specimen?_count=1" : "/Patient?_count=1";
  g_autofree char *next = NULL;
  g_autoptr (HemoFhirBundle) bundle = NULL;

  /* It does not know us at all. */
  if (hemo_fhir_server_get_status (self->server) == 401)
    {
      g_propagate_error (error, g_error_copy (refusal));
      return FALSE;
    }
  bundle = hemo_fhir_server_search (self->server, target, &next, cancellable, error);
  return bundle != NULL;
}

/* @barred: (out): on failure, whether this type alone may not be read */
static gboolean
ask (const HemoFhirLook *self,
     const char *type,
     char *const *ids,
     GHashTable *asked,
     GPtrArray *there,
     GHashTable *refused,
     gboolean *barred,
     GCancellable *cancellable,
     GError **error)
{
  g_autofree char *list = g_strjoinv (",", (char **)ids);
  g_autoptr (GError) failure = NULL;
  g_autoptr (GError) unread = NULL;
  g_autoptr (GError) refusal = NULL;
  gboolean honest = FALSE, let_in = FALSE;

  if (search (self, type, list, asked, there, &honest, cancellable, &failure) && honest)
    return TRUE;
  if (g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DENIED))
    {
      if (!is_let_in (self, type, failure, cancellable, error))
        return FALSE;
      let_in = TRUE;
    }
  else if (failure != NULL
           && !g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_REFUSED)
           && !g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  g_ptr_array_set_size (there, 0);
  if (read_each (self, type, ids, there, refused, &refusal, cancellable, &unread))
    /* One that refuses everything has another fault than in a record. */
    return refusal == NULL || let_in || is_let_in (self, type, refusal, cancellable, error);
  *barred = g_error_matches (unread, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DENIED)
            && (let_in || is_let_in (self, type, unread, cancellable, NULL));
  g_propagate_error (error, g_steal_pointer (&unread));
  return FALSE;
}

/**
 * Found: of one type
 * @asked: id to part
 * @there: (element-type json_object)
 */
typedef struct
{
  const HemoFhirLook *look;
  GHashTable *asked;
  GPtrArray *there;
} Found;

/* What this laptop sent last without ever hearing of it, or NULL. (transfer full) */
static json_object *
find_sent (const HemoRemoteResource *known)
{
  return known != NULL && known->version_id == NULL && known->base != NULL
             ? hemo_fhir_parse (known->base, strlen (known->base), NULL)
             : NULL;
}

static gboolean
settle (HemoTxn *txn, const Found *self, json_object *theirs, GError **error)
{
  const char *type = hemo_fhir_get_type (theirs);
  const char *id = hemo_fhir_get_id (theirs);
  const HemoFhirPart *part = g_hash_table_lookup (self->asked, id);
  g_autoptr (GError) failure = NULL;
  g_autoptr (HemoRemoteResource) known
      = hemo_remote_resource_load (txn, self->look->identity, type, id, &failure);
  gboolean same = hemo_fhir_is_same (part->resource, theirs);
  g_autoptr (json_object) sent = same ? NULL : find_sent (known);
  g_autofree char *base = NULL;
  HemoRemoteResource resource = { .type = (char *)type,
                                  .id = (char *)id,
                                  .version_id = (char *)hemo_fhir_get_version (theirs) };

  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (resource.version_id == NULL || (!same && (sent == NULL || !hemo_fhir_is_same (sent, theirs))))
    {
      g_ptr_array_add (self->look->differing, json_object_get (theirs));
      return TRUE;
    }
  resource.sha256 = same ? part->sha256 : known->sha256;
  resource.base = base = hemo_sync_dup_base (same ? part->resource : sent);
  return hemo_remote_resource_save (txn, self->look->identity, &resource, error);
}

static gboolean
settle_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Found *self = data;

  g_ptr_array_set_size (self->look->differing, 0);
  for (guint i = 0; i < self->there->len; i++)
    if (!settle (txn, self, g_ptr_array_index (self->there, i), error))
      return FALSE;
  return TRUE;
}

static void
put_json (gpointer json)
{
  json_object_put (json);
}

/* What was asked for and is not among what is there. */
static void
note_absent (const HemoFhirLook *self,
             const char *type,
             char *const *ids,
             const GPtrArray *there,
             GHashTable *refused)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < there->len; i++)
    g_hash_table_add (seen, (gpointer)hemo_fhir_get_id (g_ptr_array_index (there, i)));
  for (guint i = 0; ids[i] != NULL; i++)
    if (!g_hash_table_contains (seen, ids[i]) && !g_hash_table_contains (refused, ids[i]))
      g_hash_table_add (self->absent, name_of (type, ids[i]));
}

static gboolean
look_some (const HemoFhirLook *self,
           const char *type,
           char *const *ids,
           GHashTable *asked,
           guint *found,
           gboolean *barred,
           GCancellable *cancellable,
           GError **error)
{
  g_autoptr (GPtrArray) there = g_ptr_array_new_with_free_func (put_json);
  g_autoptr (GPtrArray) differing = g_ptr_array_new_with_free_func (put_json);
  g_autoptr (GHashTable) refused = g_hash_table_new (g_str_hash, g_str_equal);
  HemoFhirLook look = *self;
  Found job = { .look = &look, .asked = asked, .there = there };

  if (!ask (self, type, ids, asked, there, refused, barred, cancellable, error))
    return FALSE;
  note_absent (self, type, ids, there, refused);
  *found += there->len;
  look.differing = differing;
  if (there->len > 0
      && !hemo_store_write (self->store, self->session, settle_job, &job, NULL, error))
    return FALSE;
  for (guint i = 0; i < differing->len; i++)
    g_ptr_array_add (self->differing, json_object_get (g_ptr_array_index (differing, i)));
  return TRUE;
}

/* Of a type that may not be read: what would go over something unseen. */
static void
note_barred (const HemoFhirLook *self, const char *type)
{
  for (guint i = 0; i < self->parcels->len; i++)
    {
      HemoFhirParcel *parcel = g_ptr_array_index (self->parcels, i);
      g_autoptr (GPtrArray) one = g_ptr_array_new ();
      HemoFhirLook look = *self;
      g_autoptr (GHashTable) ids = NULL;

      g_ptr_array_add (one, parcel);
      look.parcels = one;
      ids = collect (&look, type);
      if (g_hash_table_size (ids) > 0 && !g_ptr_array_find (self->barred, parcel, NULL))
        g_ptr_array_add (self->barred, parcel);
    }
}

static gboolean
look_type (const HemoFhirLook *self,
           const char *type,
           guint *found,
           gboolean *barred,
           GCancellable *cancellable,
           GError **error)
{
  g_autoptr (GHashTable) asked = collect (self, type);
  g_autoptr (GPtrArray) ids = g_hash_table_get_keys_as_ptr_array (asked);

  for (guint first = 0; first < ids->len; first += IDS)
    {
      g_autofree char **some = g_new0 (char *, IDS + 1);

      memcpy (some, ids->pdata + first, MIN (ids->len - first, IDS) * sizeof (char *));
      if (!look_some (self, type, some, asked, found, barred, cancellable, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
hemo_fhir_look_run (const HemoFhirLook *self,
                    guint *found,
                    GCancellable *cancellable,
                    GError **error)
{
  *found = 0;
  for (guint i = 0; types[i] != NULL; i++)
    {
      GError *failure = NULL;
      gboolean barred = FALSE;

      if (look_type (self, types[i], found, &barred, cancellable, &failure))
        continue;
      if (!barred)
        {
          g_propagate_error (error, failure);
          return FALSE;
        }
      g_error_free (failure);
      note_barred (self, types[i]);
    }
  return TRUE;
}

gboolean
hemo_fhir_look_note (HemoTxn *txn,
                     const char *identity,
                     const HemoFhirParcel *parcel,
                     guint first,
                     guint count,
                     GError **error)
{
  for (guint i = first; i < parcel->parts->len && i - first < count; i++)
    {
      const HemoFhirPart *part = g_ptr_array_index (parcel->parts, i);
      g_autofree char *text = NULL;
      HemoRemoteResource resource = { .sha256 = part->sha256 };

      resource.type = (char *)hemo_fhir_get_type (part->resource);
      resource.id = (char *)hemo_fhir_get_id (part->resource);
      if (!g_strv_contains (types, resource.type))
        continue;
      if (part->if_match != NULL)
        {
          if (!hemo_remote_memory_note (txn, identity, part->resource, error))
            return FALSE;
          continue;
        }
      resource.base = text = hemo_fhir_to_text (part->resource, FALSE);
      if (!hemo_remote_resource_save (txn, identity, &resource, error))
        return FALSE;
    }
  return TRUE;
}

GPtrArray *
hemo_fhir_look_back (HemoFhirServer *server,
                     const HemoFhirParcel *parcel,
                     GCancellable *cancellable,
                     GError **error)
{
  g_autoptr (GPtrArray) stored
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_fhir_stored_free);

  for (guint i = 0; i < parcel->parts->len; i++)
    {
      const HemoFhirPart *part = g_ptr_array_index (parcel->parts, i);
      const char *type = hemo_fhir_get_type (part->resource);
      const char *id = hemo_fhir_get_id (part->resource);
      g_autoptr (GError) failure = NULL;
      g_autoptr (json_object) json
          = hemo_fhir_server_read (server, type, id, cancellable, &failure);
      HemoFhirStored *one;

      /* What may not be read is not known to be there. */
      if (is_unseen (failure))
        continue;
      if (json == NULL)
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return NULL;
        }
      if (!hemo_fhir_is_same (part->resource, json))
        continue;
      one = g_new0 (HemoFhirStored, 1);
      one->type = g_strdup (type);
      one->id = g_strdup (id);
      one->version_id = g_strdup (hemo_fhir_get_version (json));
      g_ptr_array_add (stored, one);
    }
  return g_steal_pointer (&stored);
}

/* Whether the server has the change, as its Provenance says. */
static gboolean
has_change (HemoFhirServer *server,
            const char *change,
            gboolean *has,
            GCancellable *cancellable,
            GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (json_object) json
      = hemo_fhir_server_read (server, "Provenance", change, cancellable, &failure);

  if (json == NULL && !is_unseen (failure))
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  *has = json != NULL;
  return TRUE;
}

gboolean
hemo_fhir_look_changes (HemoFhirServer *server,
                        const HemoFhirParcel *parcel,
                        gboolean *has,
                        GCancellable *cancellable,
                        GError **error)
{
  gboolean begun = FALSE;

  *has = FALSE;
  for (guint i = 0; i < parcel->items->len; i++)
    begun = begun || ((const HemoQueueItem *)g_ptr_array_index (parcel->items, i))->attempts > 0;
  if (!begun)
    return TRUE;
  *has = TRUE;
  for (guint i = parcel->items->len; *has && i > 0; i--)
    {
      const HemoQueueItem *item = g_ptr_array_index (parcel->items, i - 1);

      if (!g_ptr_array_find (parcel->unsent, item, NULL)
          && !has_change (server, item->change, has, cancellable, error))
        return FALSE;
    }
  return TRUE;
}
