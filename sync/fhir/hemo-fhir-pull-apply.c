/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From versions that were read to the store: who wrote them, what they refer to, what became of
 * them. */

#include "hemo-fhir-pull-private.h"

#include "hemo-clinic-info.h"
#include "hemo-fhir-admin.h"
#include "hemo-remote-table.h"

#include <string.h>

/* A slide refers to a tube, that to an order, that to a patient, and that to who took its place. */
#define DEPTH_MAX 12

/* So many of a run that may not be read: the others are left without asking. */
#define UNREAD_MAX 40
/* And so many that are passed over until each of the others was asked for once. */
#define PASSED_MAX 4000

/**
 * Batch: versions that are taken in together
 * @results: one for each of @resources
 */
typedef struct
{
  HemoFhirPullRun *run;
  GPtrArray *resources;
  char **authors;
  HemoSyncResult *results;
  gboolean certain;
  gboolean last;
} Batch;

gboolean
hemo_fhir_pull_run_write (HemoFhirPullRun *self, HemoStoreJob job, gpointer data, GError **error)
{
  return hemo_store_write (self->pull->store, self->pull->session, job, data, NULL, error);
}

static gboolean
begin_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_clinic_info_load (txn, error);
  hemo_txn_set_result_free (txn, (GDestroyNotify)hemo_clinic_info_free);
  return *result != NULL;
}

gboolean
hemo_fhir_pull_run_init (HemoFhirPullRun *self,
                         const HemoFhirPull *pull,
                         GCancellable *cancellable,
                         GError **error)
{
  g_autoptr (HemoClinicInfo) clinic = NULL;
  gpointer loaded = NULL;

  if (!hemo_store_read (pull->store, pull->session, begin_job, NULL, &loaded, error))
    return FALSE;
  clinic = loaded;
  self->pull = pull;
  self->cancellable = cancellable;
  self->installation = g_strdup (clinic->installation);
  self->clinic = g_strdup (clinic->uuid);
  self->clinic_name = g_strdup (clinic->name);
  self->origins = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->devices = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->authors = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->unread = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->passed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->owed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->skipped = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return TRUE;
}

void
hemo_fhir_pull_run_clear (HemoFhirPullRun *self)
{
  g_clear_pointer (&self->authors, g_hash_table_unref);
  g_clear_pointer (&self->names, g_hash_table_unref);
  g_clear_pointer (&self->unread, g_hash_table_unref);
  g_clear_pointer (&self->passed, g_hash_table_unref);
  g_clear_pointer (&self->skipped, g_hash_table_unref);
  g_clear_pointer (&self->owed, g_hash_table_unref);
  g_clear_pointer (&self->installation, g_free);
  g_clear_pointer (&self->clinic, g_free);
  g_clear_pointer (&self->clinic_name, g_free);
  g_clear_pointer (&self->origins, g_hash_table_unref);
  g_clear_pointer (&self->devices, g_hash_table_unref);
  g_clear_error (&self->refusal);
}

/* A note of the store's, with its name. */
typedef struct
{
  const char *name;
  char *text;
} Note;

static gboolean
load_note_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Note *note = data;
  g_autoptr (GError) failure = NULL;

  note->text = hemo_sync_note_load (txn, note->name, &failure);
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
save_note_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Note *note = data;

  return hemo_sync_note_save (txn, note->name, note->text, error);
}

static char *
turn_note (const HemoFhirPullRun *self, const char *kind)
{
  return g_strdup_printf ("%s.%s.unread", kind, self->pull->identity);
}

gboolean
hemo_fhir_pull_run_begin_turn (HemoFhirPullRun *self, const char *kind, GError **error)
{
  g_autofree char *name = turn_note (self, kind);
  g_auto (GStrv) passed = NULL;
  Note note = { .name = name };

  if (!hemo_store_read (self->pull->store, self->pull->session, load_note_job, &note, NULL, error))
    return FALSE;
  passed = g_strsplit (note.text != NULL ? note.text : "", " ", -1);
  for (guint i = 0; passed[i] != NULL; i++)
    if (*passed[i] != '\0')
      g_hash_table_add (self->passed, g_strdup (passed[i]));
  self->passed_before = g_hash_table_size (self->passed) > 0;
  g_free (note.text);
  return TRUE;
}

static void
append_names (GString *text, GHashTable *names)
{
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, names);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", (const char *)name);
}

/* A run with room left asked for all that were not passed over: the next begins with the first. */
gboolean
hemo_fhir_pull_run_end_turn (HemoFhirPullRun *self,
                             const char *kind,
                             gboolean whole,
                             GError **error)
{
  g_autofree char *name = turn_note (self, kind);
  g_autoptr (GString) text = g_string_new (NULL);
  guint passed = g_hash_table_size (self->passed);
  gboolean full = g_hash_table_size (self->unread) >= UNREAD_MAX;
  Note note = { .name = name, .text = text->str };

  if (!full && (!whole || !self->passed_before))
    return TRUE;
  if (full && passed < PASSED_MAX)
    {
      append_names (text, self->passed);
      append_names (text, self->unread);
      note.text = text->str;
    }
  return hemo_fhir_pull_run_write (self, save_note_job, &note, error);
}

static gboolean
name_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_user_name (txn, data);
  hemo_txn_set_result_free (txn, g_free);
  return TRUE;
}

/* As the store or the server names the person; the id where neither does. Nothing depends on it.
 * (transfer full) */
static char *
find_name (HemoFhirPullRun *self, const char *uuid)
{
  gpointer known = NULL;
  g_autoptr (json_object) json = NULL;
  g_autofree char *id = NULL;
  char *name = NULL;

  if (hemo_store_read (self->pull->store, self->pull->session, name_job, (gpointer)uuid, &known,
                       NULL)
      && known != NULL)
    return known;
  json = hemo_fhir_server_read (self->pull->server, "Practitioner", uuid, self->cancellable, NULL);
  if (json != NULL && hemo_fhir_practitioner_from_json (json, &id, &name, NULL) && name != NULL)
    return name;
  return g_strdup (uuid);
}

/* (transfer none) (nullable) */
static const char *
author_of (HemoFhirPullRun *self, json_object *resource)
{
  const char *type = hemo_fhir_get_type (resource);
  const char *id = hemo_fhir_get_id (resource);
  g_autofree char *key = g_strdup_printf ("%s/%s", type, id);
  const char *author = g_hash_table_lookup (self->authors, key);
  const char *practitioner = "Practitioner/";
  const char *name;

  if (author == NULL || !g_str_has_prefix (author, practitioner))
    return author;
  author += strlen (practitioner);
  name = g_hash_table_lookup (self->names, author);
  if (name == NULL)
    {
      g_hash_table_insert (self->names, g_strdup (author), find_name (self, author));
      name = g_hash_table_lookup (self->names, author);
    }
  return name;
}

static gboolean
apply_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Batch *batch = data;

  for (guint i = 0; i < batch->resources->len; i++)
    {
      const HemoSyncIncoming incoming = { .server = batch->run->pull->identity,
                                          .resource = g_ptr_array_index (batch->resources, i),
                                          .author = batch->authors[i],
                                          .certain = batch->certain,
                                          .last = batch->last };

      if (!hemo_sync_apply (txn, &incoming, &batch->results[i], error))
        return FALSE;
    }
  return TRUE;
}

/* What the store's rules refuse is kept for a person, so that it holds up nothing behind it. */
static gboolean
refuse_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Batch *batch = data;
  const HemoSyncIncoming incoming = { .server = batch->run->pull->identity,
                                      .resource = g_ptr_array_index (batch->resources, 0),
                                      .author = batch->authors[0] };

  return hemo_sync_apply_refused (txn, &incoming, &batch->results[0], error);
}

static void
report (HemoFhirPullRun *self, json_object *resource, HemoSyncOutcome outcome)
{
  if (outcome == HEMO_SYNC_APPLIED || outcome == HEMO_SYNC_MERGED || outcome == HEMO_SYNC_WAITING
      || outcome == HEMO_SYNC_KEPT)
    {
      self->count.taken++;
      self->count.waiting += outcome == HEMO_SYNC_WAITING;
      if (self->pull->taken != NULL)
        self->pull->taken (hemo_fhir_get_type (resource), hemo_fhir_get_id (resource), outcome,
                           self->pull->data);
    }
}

static gboolean
is_rule (const GError *error)
{
  return error->domain == HEMO_FHIR_ERROR || error->domain == HEMO_MODEL_ERROR
         || g_error_matches (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT)
         || g_error_matches (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE)
         || g_error_matches (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND);
}

/* One version alone; @result: what became of it */
static gboolean
apply_alone (HemoFhirPullRun *self,
             json_object *resource,
             gboolean certain,
             gboolean last,
             HemoSyncResult *result,
             GError **error)
{
  g_autoptr (GPtrArray) resources = g_ptr_array_new ();
  g_autoptr (GError) failure = NULL;
  char *author = (char *)author_of (self, resource);
  Batch batch = { .run = self,
                  .resources = resources,
                  .authors = &author,
                  .results = result,
                  .certain = certain,
                  .last = last };

  g_ptr_array_add (resources, resource);
  if (hemo_fhir_pull_run_write (self, apply_job, &batch, &failure))
    return TRUE;
  if (is_rule (failure))
    return hemo_fhir_pull_run_write (self, refuse_job, &batch, error);
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* 'Type/id' as the server has it; NULL without @error when it has not. @barred: (out): that it may
 * not be read, which stops nothing else. (transfer full) */
static json_object *
read_one (HemoFhirPullRun *self, const char *type, const char *id, gboolean *barred, GError **error)
{
  g_autofree char *name = g_strdup_printf ("%s/%s", type, id);
  GError *failure = NULL;
  json_object *json = NULL;

  if (g_hash_table_contains (self->passed, name))
    g_hash_table_add (self->skipped, g_strdup (name));
  *barred = g_hash_table_contains (self->unread, name) || g_hash_table_contains (self->passed, name)
            || g_hash_table_size (self->unread) >= UNREAD_MAX;
  if (!*barred)
    json = hemo_fhir_server_read (self->pull->server, type, id, self->cancellable, &failure);
  if (g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_NOT_FOUND))
    g_clear_error (&failure);
  if (failure != NULL && hemo_fhir_pull_run_leave (self, failure, error))
    {
      g_hash_table_add (self->unread, g_steal_pointer (&name));
      *barred = TRUE;
    }
  self->left = self->left || *barred;
  return json;
}

gboolean
hemo_fhir_pull_run_ask_passed (HemoFhirPullRun *self, gboolean *again, GError **error)
{
  g_autofree char **keys = (char **)g_hash_table_get_keys_as_array (self->skipped, NULL);
  g_auto (GStrv) names = g_strdupv (keys);

  *again = FALSE;
  for (guint i = 0; names[i] != NULL && !*again && g_hash_table_size (self->unread) < UNREAD_MAX;
       i++)
    {
      g_auto (GStrv) parts = g_strsplit (names[i], "/", 2);
      g_autoptr (json_object) json = NULL;
      g_autoptr (GError) failure = NULL;
      gboolean barred = FALSE;

      if (!hemo_fhir_pull_run_goes_on (self, error))
        return FALSE;
      g_hash_table_remove (self->passed, names[i]);
      json = read_one (self, parts[0], parts[1], &barred, &failure);
      if (failure != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return FALSE;
        }
      *again = !barred;
    }
  if (*again)
    g_hash_table_remove_all (self->passed);
  return TRUE;
}

static gboolean
take (HemoFhirPullRun *self, json_object *resource, guint depth, gboolean *barred, GError **error);

/* Reads and takes in what @result lacks. @got: (out): whether the server had it; @barred: (out):
 * whether it, or what it refers to in its turn, may not be read */
static gboolean
take_lacking (HemoFhirPullRun *self,
              const HemoSyncResult *result,
              guint depth,
              gboolean *got,
              gboolean *barred,
              GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (json_object) json = NULL;

  *got = *barred = FALSE;
  if (depth >= DEPTH_MAX)
    return TRUE;
  json = read_one (self, result->lacks_type, result->lacks_id, barred, &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  *got = json != NULL;
  return json == NULL || take (self, json, depth + 1, barred, error);
}

/* A version that was read by itself, and before it what it refers to. @barred: (out): it is left,
 * as something of that may not be read */
static gboolean
take (HemoFhirPullRun *self, json_object *resource, guint depth, gboolean *barred, GError **error)
{
  g_auto (HemoSyncResult) result = { 0 };
  gboolean got = TRUE;

  *barred = FALSE;
  for (guint attempt = 0; attempt <= DEPTH_MAX; attempt++)
    {
      gboolean last = !got || attempt == DEPTH_MAX;

      if (!apply_alone (self, resource, TRUE, last, &result, error))
        return FALSE;
      if (result.outcome != HEMO_SYNC_LACKS)
        break;
      if (!take_lacking (self, &result, depth, &got, barred, error))
        return FALSE;
      /* It may be read another day. */
      if (*barred)
        return TRUE;
    }
  report (self, resource, result.outcome);
  return TRUE;
}

/* What could not be taken in with the others: it refers to something, or a search was behind.
 * @barred: (out): it is left */
static gboolean
follow_on (HemoFhirPullRun *self,
           json_object *resource,
           HemoSyncOutcome outcome,
           gboolean *barred,
           GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (json_object) newest = NULL;

  *barred = FALSE;
  if (outcome == HEMO_SYNC_LACKS)
    return take (self, resource, 0, barred, error);
  if (outcome != HEMO_SYNC_OLDER)
    {
      report (self, resource, outcome);
      return TRUE;
    }
  newest = read_one (self, hemo_fhir_get_type (resource), hemo_fhir_get_id (resource), barred,
                     &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  return newest == NULL || take (self, newest, 0, barred, error);
}

static gboolean
follow (HemoFhirPullRun *self, json_object *resource, HemoSyncOutcome outcome, GError **error)
{
  gboolean barred = FALSE;

  if (!follow_on (self, resource, outcome, &barred, error))
    return FALSE;
  if (barred)
    g_hash_table_add (self->owed, g_strdup_printf ("%s/%s", hemo_fhir_get_type (resource),
                                                   hemo_fhir_get_id (resource)));
  return TRUE;
}

static gboolean
apply_each (HemoFhirPullRun *self, GPtrArray *resources, gboolean certain, GError **error)
{
  for (guint i = 0; i < resources->len; i++)
    {
      json_object *resource = g_ptr_array_index (resources, i);
      g_auto (HemoSyncResult) result = { 0 };

      if (!apply_alone (self, resource, certain, FALSE, &result, error)
          || !follow (self, resource, result.outcome, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
apply_together (HemoFhirPullRun *self, Batch *batch, GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (!hemo_fhir_pull_run_write (self, apply_job, batch, &failure))
    {
      if (is_rule (failure))
        return apply_each (self, batch->resources, batch->certain, error);
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  for (guint i = 0; i < batch->resources->len; i++)
    if (!follow (self, g_ptr_array_index (batch->resources, i), batch->results[i].outcome, error))
      return FALSE;
  return TRUE;
}

static gboolean
apply_all (HemoFhirPullRun *self, GPtrArray *resources, gboolean certain, GError **error)
{
  g_autofree char **authors = g_new0 (char *, resources->len + 1);
  g_autofree HemoSyncResult *results = g_new0 (HemoSyncResult, resources->len + 1);
  Batch batch = {
    .run = self, .resources = resources, .authors = authors, .results = results, .certain = certain
  };
  gboolean done;

  if (resources->len == 0)
    return TRUE;
  for (guint i = 0; i < resources->len; i++)
    authors[i] = (char *)author_of (self, g_ptr_array_index (resources, i));
  done = apply_together (self, &batch, error);
  for (guint i = 0; i < resources->len; i++)
    hemo_sync_result_clear (&results[i]);
  return done;
}

gboolean
hemo_fhir_pull_run_apply (HemoFhirPullRun *self,
                          GPtrArray *resources,
                          gboolean certain,
                          GError **error)
{
  g_autoptr (GPtrArray) ours = g_ptr_array_new ();

  if (!hemo_fhir_scope_sort (self, resources, ours, error))
    return FALSE;
  self->count.strange += resources->len - ours->len;
  return apply_all (self, ours, certain, error);
}

/* Who wrote the newest version, as the newest Provenance of it says. */
static gboolean
ask_author (HemoFhirPullRun *self, json_object *resource, GError **error)
{
  const char *type = hemo_fhir_get_type (resource);
  const char *id = hemo_fhir_get_id (resource);
  g_autofree char *target
      = g_strdup_printf ("/Provenance?target=%s/%s&_sort=-recorded&_count=1", type, id);
  g_autofree char *next = NULL;
  g_autoptr (GError) failure = NULL;
  g_autoptr (HemoFhirBundle) bundle
      = hemo_fhir_server_search (self->pull->server, target, &next, self->cancellable, &failure);

  if (bundle == NULL)
    {
      /* That nobody knows who it was is no reason not to take it. */
      if (hemo_fhir_pull_is_refusal (failure))
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  hemo_fhir_pull_note_authors (self->authors, self->installation, bundle);
  return TRUE;
}

gboolean
hemo_fhir_pull_take (const HemoFhirPull *self,
                     json_object *theirs,
                     GCancellable *cancellable,
                     GError **error)
{
  g_auto (HemoFhirPullRun) run = { 0 };
  gboolean barred = FALSE;

  return hemo_fhir_pull_run_init (&run, self, cancellable, error)
         && ask_author (&run, theirs, error) && take (&run, theirs, 0, &barred, error);
}

gboolean
hemo_fhir_pull_conflict (json_object *theirs, gpointer data, GError **error)
{
  return hemo_fhir_pull_take (data, theirs, NULL, error);
}
