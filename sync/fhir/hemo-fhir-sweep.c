/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Compares what the server has with what it is known to have. */

#include "hemo-fhir-pull-private.h"

#include "hemo-remote-table.h"

#include <glib/gi18n.h>
#include <string.h>

#define PAGE 200
#define PAGES_MAX 100000
#define UUID_BYTES 16
/* A search shows everything after so long, and a sweep is made more often. */
#define STRAGGLER_US (7 * G_TIME_SPAN_DAY)
/* Ids of one question. */
#define IDS 40
/* On a server that others use as well, so many older ones of a type that are not known here are
 * looked at in a night; a clinic's own server has next to none. */
#define UNKNOWN_MAX 2000
/* After so many of a type that may not be read, the others of it are left without asking. */
#define REFUSED_MAX 40

/* All that is sent; what is taken in comes first, and each after what it refers to. */
static const struct
{
  const char *type;
  gboolean taken;
} types[] = {
  { "Patient", TRUE },
  { "ServiceRequest", TRUE },
  { "Specimen", TRUE },
  { "Media", TRUE },
  { "Observation", TRUE },
  { "DiagnosticReport", TRUE },
  { "Task", TRUE },
  { "Communication", TRUE },
  { "Provenance", FALSE },
  { "Organization", FALSE },
  { "Device", FALSE },
  { "Practitioner", FALSE },
  { "PractitionerRole", FALSE },
};

/**
 * Sweep: of one type
 * @there: ids that the server has, UUID_BYTES each, sorted once all are known
 * @page: (element-type json_object): with id and version alone
 * @news: (element-type utf8): ids of @page whose version is not known
 * @unknown: (element-type utf8): ids of @page of which nothing is known
 * @looked: how many older ones of those were looked at so far
 * @refused: how many may not be read
 * @known: (element-type HemoRemoteResource): the next ones that it should have
 */
typedef struct
{
  HemoFhirPullRun *run;
  const char *type;
  gboolean taken;
  GByteArray *there;
  HemoFhirBundle *page;
  GPtrArray *news;
  GPtrArray *unknown;
  guint looked;
  guint refused;
  GPtrArray *known;
  char *after;
  const HemoRemoteResource *missing;
} Sweep;

/* The 32 digits of a UUID as bytes. */
static gboolean
pack (const char *uuid, guint8 bytes[UUID_BYTES])
{
  guint digits = 0;

  if (uuid == NULL || !hemo_uuid_is_valid (uuid))
    return FALSE;
  for (; *uuid != '\0'; uuid++)
    {
      int value = g_ascii_xdigit_value (*uuid);

      if (value < 0)
        continue;
      if (digits % 2 == 0)
        bytes[digits / 2] = (guint8)(value << 4);
      else
        bytes[digits / 2] |= (guint8)value;
      digits++;
    }
  return digits == 2 * UUID_BYTES;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, UUID_BYTES);
}

static gboolean
is_there (const Sweep *self, const char *id)
{
  guint8 bytes[UUID_BYTES];

  /* What has another id is nothing that this program sends. */
  return !pack (id, bytes)
         || (self->there->len > 0
             && bsearch (bytes, self->there->data, self->there->len / UUID_BYTES, UUID_BYTES,
                         compare)
                    != NULL);
}

static gboolean
is_recent (const Sweep *self, json_object *resource)
{
  HemoServerClock *clock
      = hemo_http_get_clock (hemo_fhir_server_get_http (self->run->pull->server));

  return clock == NULL || !hemo_server_clock_is_known (clock)
         || hemo_fhir_pull_updated_at (resource) > hemo_server_clock_now (clock) - STRAGGLER_US;
}

/* Whatever has an id of the server's is mostly of other programs, and much: only what is new enough
 * to be a straggler is read. */
static gboolean
is_looked_at (const Sweep *self, json_object *resource)
{
  const char *id = hemo_fhir_get_id (resource);

  return hemo_uuid_is_valid (id) || (hemo_fhir_id_is_valid (id) && is_recent (self, resource));
}

/* It may be a stranger's, or ours that no pull showed. */
static void
note_unknown (Sweep *self, json_object *resource)
{
  if (!is_recent (self, resource) && self->looked++ >= UNKNOWN_MAX)
    self->run->count.strange++;
  else
    g_ptr_array_add (self->unknown, g_strdup (hemo_fhir_get_id (resource)));
}

/* Versions on the page that are not the ones that are known. */
static gboolean
compare_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Sweep *self = data;
  const char *server = self->run->pull->identity;

  g_ptr_array_set_size (self->news, 0);
  g_ptr_array_set_size (self->unknown, 0);
  for (guint i = 0; i < hemo_fhir_bundle_count (self->page); i++)
    {
      json_object *resource = hemo_fhir_bundle_get (self->page, i);
      const char *id = hemo_fhir_get_id (resource);
      const char *version = hemo_fhir_get_version (resource);
      g_autoptr (HemoRemoteResource) known = NULL;
      g_autoptr (GError) failure = NULL;
      gboolean seen = FALSE;

      if (id == NULL || version == NULL || !is_looked_at (self, resource))
        continue;
      known = hemo_remote_resource_load (txn, server, self->type, id, &failure);
      if (failure != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return FALSE;
        }
      if (known != NULL)
        seen = g_strcmp0 (known->version_id, version) == 0;
      else if (!hemo_incoming_is_known (txn, server, self->type, id, version, &seen, error))
        return FALSE;
      if (!seen && known == NULL)
        note_unknown (self, resource);
      else if (!seen)
        g_ptr_array_add (self->news, g_strdup (id));
    }
  return TRUE;
}

/* NULL without @error when it is not there; @deleted: (out): whether somebody deleted it */
static json_object *
read_one (Sweep *self, const char *id, gboolean *deleted, GError **error)
{
  return hemo_fhir_server_look (self->run->pull->server, self->type, id, deleted,
                                self->run->cancellable, error);
}

static void
tell_refused (const HemoFhirPullRun *run, const char *type, const char *id)
{
  if (run->pull->refused != NULL)
    run->pull->refused (type, id, run->pull->data);
}

/* One record that may not be read stops none of the others. @failure: (transfer full): becomes
 * @error where it is no refusal, or one too many */
static gboolean
leave_one (Sweep *self, const char *id, GError *failure, GError **error)
{
  if (hemo_fhir_pull_is_refusal (failure) && self->refused++ < REFUSED_MAX)
    {
      tell_refused (self->run, self->type, id);
      return hemo_fhir_pull_run_leave (self->run, failure, error);
    }
  g_propagate_error (error, failure);
  return FALSE;
}

static gboolean
take_one (Sweep *self, json_object *resource, GError **error)
{
  g_autoptr (GPtrArray) resources = g_ptr_array_new ();

  g_ptr_array_add (resources, resource);
  return hemo_fhir_pull_run_apply (self->run, resources, TRUE, error);
}

/* Which of @bundle, that were asked for by @ids, concern this clinic; they become news. What the
 * search did not show is read by itself. */
static gboolean
sort_shown (Sweep *self, char *const *ids, HemoFhirBundle *bundle, GError **error)
{
  g_autoptr (GHashTable) shown = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) resources = g_ptr_array_new ();
  g_autoptr (GPtrArray) ours = g_ptr_array_new ();

  for (guint i = 0; bundle != NULL && i < hemo_fhir_bundle_count (bundle); i++)
    {
      json_object *resource = hemo_fhir_bundle_get (bundle, i);
      const char *id = hemo_fhir_get_id (resource);

      if (g_strcmp0 (hemo_fhir_get_type (resource), self->type) == 0 && id != NULL
          && g_strv_contains ((const char *const *)ids, id)
          && g_hash_table_add (shown, (gpointer)id))
        g_ptr_array_add (resources, resource);
    }
  if (!hemo_fhir_scope_sort (self->run, resources, ours, error))
    return FALSE;
  self->run->count.strange += resources->len - ours->len;
  for (guint i = 0; i < ours->len; i++)
    g_ptr_array_add (self->news, g_strdup (hemo_fhir_get_id (ours->pdata[i])));
  for (guint i = 0; ids[i] != NULL; i++)
    if (!g_hash_table_contains (shown, ids[i]))
      g_ptr_array_add (self->news, g_strdup (ids[i]));
  return TRUE;
}

/* Many at once: on a server of many clinics hardly any is ours. */
static gboolean
sort_unknown (Sweep *self, GError **error)
{
  for (guint first = 0; first < self->unknown->len; first += IDS)
    {
      g_autofree char **ids = g_new0 (char *, IDS + 1);
      g_autofree char *list = NULL;
      g_autofree char *target = NULL;
      g_autofree char *next = NULL;
      g_autoptr (HemoFhirBundle) bundle = NULL;
      g_autoptr (GError) failure = NULL;

      memcpy (ids, self->unknown->pdata + first,
              MIN (self->unknown->len - first, IDS) * sizeof (char *));
      list = g_strjoinv (",", ids);
      target = g_strdup_printf ("/%s?_id=%s&_count=%d", self->type, list, IDS);
      if (!hemo_fhir_pull_run_goes_on (self->run, error))
        return FALSE;
      bundle = hemo_fhir_server_search (self->run->pull->server, target, &next,
                                        self->run->cancellable, &failure);
      if (failure != NULL && !hemo_fhir_pull_is_refusal (failure))
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return FALSE;
        }
      if (!sort_shown (self, ids, bundle, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
take_news (Sweep *self, GError **error)
{
  for (guint i = 0; i < self->news->len; i++)
    {
      const char *id = g_ptr_array_index (self->news, i);
      GError *failure = NULL;
      gboolean deleted = FALSE;
      g_autoptr (json_object) resource = read_one (self, id, &deleted, &failure);

      if (failure != NULL)
        {
          self->run->left = TRUE;
          if (!leave_one (self, id, failure, error))
            return FALSE;
          continue;
        }
      if (resource != NULL && !take_one (self, resource, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
take_page (Sweep *self, GError **error)
{
  for (guint i = 0; i < hemo_fhir_bundle_count (self->page); i++)
    {
      json_object *resource = hemo_fhir_bundle_get (self->page, i);
      guint8 bytes[UUID_BYTES];

      if (g_strcmp0 (hemo_fhir_get_type (resource), self->type) != 0
          || !pack (hemo_fhir_get_id (resource), bytes))
        continue;
      self->run->count.seen++;
      g_byte_array_append (self->there, bytes, UUID_BYTES);
    }
  if (!self->taken)
    return TRUE;
  return hemo_store_read (self->run->pull->store, self->run->pull->session, compare_job, self, NULL,
                          error)
         && sort_unknown (self, error) && take_news (self, error);
}

static gboolean
read_pages (Sweep *self, GError **error)
{
  g_autofree char *target = g_strdup_printf ("/%s?_elements=id,meta&_count=%d", self->type, PAGE);

  for (guint i = 0; target != NULL; i++)
    {
      g_autofree char *next = NULL;
      gboolean done;

      if (!hemo_fhir_pull_run_goes_on (self->run, error))
        return FALSE;
      self->page = hemo_fhir_server_search (self->run->pull->server, target, &next,
                                            self->run->cancellable, error);
      done = self->page != NULL && take_page (self, error);
      g_clear_pointer (&self->page, hemo_fhir_bundle_free);
      if (!done)
        return FALSE;
      if (i >= PAGES_MAX || g_strcmp0 (next, target) == 0)
        {
          g_set_error_literal (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_PROTOCOL,
                               N_ ("The server's pages do not end."));
          return FALSE;
        }
      g_free (target);
      target = g_steal_pointer (&next);
    }
  return TRUE;
}

static gboolean
list_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Sweep *self = data;

  g_clear_pointer (&self->known, g_ptr_array_unref);
  self->known = hemo_remote_resources_list (txn, self->run->pull->identity, self->type, self->after,
                                            PAGE, error);
  return self->known != NULL;
}

static gboolean
lost_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Sweep *self = data;

  return hemo_remote_resource_lost (txn, self->run->pull->identity, self->missing->type,
                                    self->missing->id, error);
}

static gboolean
deleted_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Sweep *self = data;

  return hemo_sync_apply_deleted (txn, self->run->pull->identity, self->missing->type,
                                  self->missing->id, self->missing->version_id, error);
}

/* A search may be behind: it is asked for by itself before anything is believed. */
static gboolean
settle_missing (Sweep *self, GError **error)
{
  GError *failure = NULL;
  gboolean deleted = FALSE;
  g_autoptr (json_object) resource = read_one (self, self->missing->id, &deleted, &failure);

  if (failure != NULL)
    return leave_one (self, self->missing->id, failure, error);
  if (resource != NULL)
    return !self->taken || take_one (self, resource, error);
  self->run->count.lost += !deleted;
  self->run->count.deleted += deleted;
  return hemo_fhir_pull_run_write (self->run, deleted ? deleted_job : lost_job, self, error);
}

static gboolean
find_missing (Sweep *self, GError **error)
{
  if (self->there->len > 0)
    qsort (self->there->data, self->there->len / UUID_BYTES, UUID_BYTES, compare);
  self->after = g_strdup ("");
  for (;;)
    {
      if (g_cancellable_set_error_if_cancelled (self->run->cancellable, error)
          || !hemo_store_read (self->run->pull->store, self->run->pull->session, list_job, self,
                               NULL, error))
        return FALSE;
      for (guint i = 0; i < self->known->len; i++)
        {
          self->missing = g_ptr_array_index (self->known, i);
          if (strcmp (self->missing->type, self->type) != 0)
            return TRUE;
          if (!is_there (self, self->missing->id) && !settle_missing (self, error))
            return FALSE;
        }
      if (self->known->len < PAGE)
        return TRUE;
      self->missing = g_ptr_array_index (self->known, self->known->len - 1);
      g_set_str (&self->after, self->missing->id);
    }
}

static gboolean
sweep_type (HemoFhirPullRun *run, const char *type, gboolean taken, GError **error)
{
  Sweep self = { .run = run,
                 .type = type,
                 .taken = taken,
                 .there = g_byte_array_new (),
                 .news = g_ptr_array_new_with_free_func (g_free),
                 .unknown = g_ptr_array_new_with_free_func (g_free) };
  gint64 began = hemo_fhir_pull_run_now (run);
  gboolean done;

  run->left = FALSE;
  done = read_pages (&self, error) && find_missing (&self, error)
         && hemo_fhir_orders_swept (run, type, began, error);

  g_byte_array_unref (self.there);
  g_ptr_array_unref (self.news);
  g_ptr_array_unref (self.unknown);
  g_clear_pointer (&self.known, g_ptr_array_unref);
  g_free (self.after);
  return done;
}

static gboolean
sweep_or_leave (HemoFhirPullRun *run, guint i, GError **error)
{
  GError *failure = NULL;

  if (sweep_type (run, types[i].type, types[i].taken, &failure))
    return TRUE;
  if (hemo_fhir_pull_is_refusal (failure))
    tell_refused (run, types[i].type, NULL);
  return hemo_fhir_pull_run_leave (run, failure, error);
}

/* And again those that were left, where what was passed over may be read by now. */
static gboolean
sweep_types (HemoFhirPullRun *run, GError **error)
{
  gboolean left[G_N_ELEMENTS (types)];
  gboolean again = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      if (!sweep_or_leave (run, i, error))
        return FALSE;
      left[i] = run->left;
    }
  if (!hemo_fhir_pull_run_ask_passed (run, &again, error))
    return FALSE;
  for (guint i = 0; again && i < G_N_ELEMENTS (types); i++)
    if (left[i] && !sweep_or_leave (run, i, error))
      return FALSE;
  return TRUE;
}

gboolean
hemo_fhir_pull_sweep (const HemoFhirPull *self,
                      HemoFhirPulled *pulled,
                      GCancellable *cancellable,
                      GError **error)
{
  g_auto (HemoFhirPullRun) run = { 0 };
  gboolean done = hemo_fhir_pull_run_init (&run, self, cancellable, error)
                  && hemo_fhir_pull_run_begin_turn (&run, "sweep", error)
                  && sweep_types (&run, error);

  if (pulled != NULL)
    *pulled = run.count;
  if (run.passed != NULL && !hemo_fhir_pull_run_end_turn (&run, "sweep", done, done ? error : NULL))
    return FALSE;
  return done && hemo_fhir_pull_run_end (&run, error);
}
