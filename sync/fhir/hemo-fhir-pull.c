/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Asks each type for what changed since it was asked last. */

#include "hemo-fhir-pull-private.h"

#include "hemo-fhir-admin.h"
#include "hemo-remote-table.h"

#include <glib/gi18n.h>
#include <string.h>

/* Each after what it refers to. */
static const char *const types[]
    = { "Patient",     "ServiceRequest",   "Specimen", "Media",
        "Observation", "DiagnosticReport", "Task",     "Communication" };

/* A server that never says that it is done is left at some point. */
#define PAGES_MAX 100000
/* Those of a run at most; the newest are what is asked for. */
#define AUTHORS_MAX 20000

/* One query over all of its pages. */
typedef struct
{
  HemoFhirPullRun *run;
  const char *type;
  char *note;
  gint64 cursor;
  gint64 began;
  gint64 newest;
} Query;

static gboolean
load_cursor_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Query *query = data;
  g_autoptr (GError) failure = NULL;
  g_autofree char *text = hemo_sync_note_load (txn, query->note, &failure);

  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  query->cursor = text != NULL ? g_ascii_strtoll (text, NULL, 10) : 0;
  return TRUE;
}

static gboolean
save_cursor_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Query *query = data;
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, query->cursor);

  return hemo_sync_note_save (txn, query->note, text, error);
}

gint64
hemo_fhir_pull_updated_at (json_object *resource)
{
  json_object *meta, *updated;
  HemoTime time = { 0 };

  if (json_object_object_get_ex (resource, "meta", &meta)
      && json_object_object_get_ex (meta, "lastUpdated", &updated)
      && json_object_is_type (updated, json_type_string)
      && hemo_time_from_iso (json_object_get_string (updated), &time, NULL))
    return time.utc_us;
  return 0;
}

char *
hemo_fhir_pull_since (gint64 time)
{
  g_autoptr (GDateTime) at = g_date_time_new_from_unix_utc (time / G_USEC_PER_SEC);

  return g_date_time_format (at, "_lastUpdated=ge%Y-%m-%dT%H:%M:%SZ&");
}

static char *
first_target (const Query *query)
{
  g_autofree char *since = query->cursor > 0 ? hemo_fhir_pull_since (query->cursor) : NULL;

  return g_strdup_printf ("/%s?%s_sort=_lastUpdated&_count=%d", query->type,
                          since != NULL ? since : "", HEMO_FHIR_PULL_PAGE);
}

gint64
hemo_fhir_pull_run_now (const HemoFhirPullRun *self)
{
  HemoServerClock *clock = hemo_http_get_clock (hemo_fhir_server_get_http (self->pull->server));

  return clock != NULL && hemo_server_clock_is_known (clock)
             ? hemo_server_clock_now (clock) - HEMO_FHIR_PULL_TIMEOUT_US
             : 0;
}

/* The server's clock at the start; where it never proved one, its newest version says what is safe.
 */
static gint64
next_cursor (const Query *query)
{
  gint64 now = hemo_fhir_pull_run_now (query->run);

  if (now > 0)
    return now - (g_get_monotonic_time () - query->began);
  return query->newest > 0 ? query->newest - HEMO_FHIR_PULL_TIMEOUT_US : query->cursor;
}

void
hemo_fhir_pull_note_authors (GHashTable *authors, const char *installation, HemoFhirBundle *bundle)
{
  for (guint i = 0; i < hemo_fhir_bundle_count (bundle); i++)
    {
      HemoFhirProvenance *provenance
          = hemo_fhir_provenance_from_json (hemo_fhir_bundle_get (bundle, i), NULL);

      if (provenance == NULL)
        continue;
      /* What this laptop sent earlier says nothing of who wrote after it. */
      if (installation != NULL && g_strcmp0 (provenance->installation, installation) == 0)
        {
          hemo_fhir_provenance_free (provenance);
          continue;
        }
      if (g_hash_table_size (authors) >= AUTHORS_MAX)
        g_hash_table_remove_all (authors);
      g_hash_table_replace (
          authors, g_strdup_printf ("%s/%s", provenance->target_type, provenance->target),
          provenance->agent != NULL ? g_strdup_printf ("Practitioner/%s", provenance->agent)
                                    : g_strdup_printf ("Device/%s", provenance->installation));
      hemo_fhir_provenance_free (provenance);
    }
}

/* Only what is of the type that was asked for: a server may add what it refers to. */
static gboolean
take_page (HemoFhirBundle *bundle, gpointer data, GError **error)
{
  Query *query = data;
  g_autoptr (GPtrArray) resources = g_ptr_array_new ();

  for (guint i = 0; i < hemo_fhir_bundle_count (bundle); i++)
    {
      json_object *resource = hemo_fhir_bundle_get (bundle, i);

      query->newest = MAX (query->newest, hemo_fhir_pull_updated_at (resource));
      if (g_strcmp0 (hemo_fhir_get_type (resource), query->type) == 0)
        g_ptr_array_add (resources, resource);
    }
  if (strcmp (query->type, "Provenance") == 0)
    {
      hemo_fhir_pull_note_authors (query->run->authors, query->run->installation, bundle);
      return hemo_fhir_scope_note (query->run, bundle, error);
    }
  query->run->count.seen += resources->len;
  return hemo_fhir_pull_run_apply (query->run, resources, FALSE, error);
}

/* @first: of the question; only its answer says what it was looked by */
static HemoFhirBundle *
ask (HemoFhirPullRun *self,
     const char *target,
     gboolean first,
     HemoFhirPages *pages,
     char **next,
     GError **error)
{
  HemoFhirBundle *bundle;
  gboolean known = FALSE;

  if (!first || pages->by == NULL)
    return hemo_fhir_server_search (self->pull->server, target, next, self->cancellable, error);
  bundle = hemo_fhir_server_search_by (self->pull->server, target, pages->by, &known, next,
                                       self->cancellable, error);
  pages->ignored = !known;
  return bundle;
}

gboolean
hemo_fhir_pull_run_read (HemoFhirPullRun *self,
                         const char *first,
                         HemoFhirPages *pages,
                         GError **error)
{
  g_autofree char *target = g_strdup (first);

  for (guint page = 0; target != NULL && !pages->ignored; page++)
    {
      g_autofree char *next = NULL;
      g_autoptr (HemoFhirBundle) bundle = NULL;

      if (!hemo_fhir_pull_run_goes_on (self, error))
        return FALSE;
      bundle = ask (self, target, page == 0, pages, &next, error);
      if (bundle == NULL || (!pages->ignored && !pages->take (bundle, pages->data, error)))
        return FALSE;
      if (page >= PAGES_MAX || g_strcmp0 (next, target) == 0)
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
pull_type (HemoFhirPullRun *self, const char *type, GError **error)
{
  g_autofree char *note = g_strdup_printf ("pull.%s.%s", self->pull->identity, type);
  Query query = { .run = self, .type = type, .note = note };
  HemoFhirPages pages = { .take = take_page, .data = &query };
  g_autofree char *target = NULL;
  gboolean asked = FALSE;

  if (!hemo_store_read (self->pull->store, self->pull->session, load_cursor_job, &query, NULL,
                        error))
    return FALSE;
  query.began = g_get_monotonic_time ();
  self->left = FALSE;
  if (!hemo_fhir_orders_pull (self, type, query.cursor, &asked, error))
    return FALSE;
  if (asked)
    return TRUE;
  target = first_target (&query);
  if (!hemo_fhir_pull_run_read (self, target, &pages, error))
    return FALSE;
  /* What was left comes again. */
  if (self->left)
    return TRUE;
  query.cursor = next_cursor (&query);
  /* What they tell of is still to be asked for. */
  if (self->pull->shared && strcmp (type, "Provenance") == 0)
    {
      self->told = query.cursor;
      return TRUE;
    }
  return hemo_fhir_pull_run_write (self, save_cursor_job, &query, error);
}

static gboolean
save_told (HemoFhirPullRun *self, GError **error)
{
  g_autofree char *note = g_strdup_printf ("pull.%s.Provenance", self->pull->identity);
  Query query = { .run = self, .note = note, .cursor = self->told };

  return self->told == 0 || hemo_fhir_pull_run_write (self, save_cursor_job, &query, error);
}

gboolean
hemo_fhir_pull_is_refusal (const GError *error)
{
  return g_error_matches (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_REFUSED)
         || g_error_matches (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DENIED)
         || g_error_matches (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_NOT_FOUND);
}

gboolean
hemo_fhir_pull_run_leave (HemoFhirPullRun *self, GError *failure, GError **error)
{
  if (!hemo_fhir_pull_is_refusal (failure))
    {
      g_propagate_error (error, failure);
      return FALSE;
    }
  if (self->refusal == NULL)
    self->refusal = failure;
  else
    g_error_free (failure);
  return TRUE;
}

gboolean
hemo_fhir_pull_run_end (HemoFhirPullRun *self, GError **error)
{
  if (self->refusal == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&self->refusal));
  return FALSE;
}

gboolean
hemo_fhir_pull_run_goes_on (HemoFhirPullRun *self, GError **error)
{
  return !g_cancellable_set_error_if_cancelled (self->cancellable, error)
         && (self->pull->go_on == NULL || self->pull->go_on (self->pull->data, error));
}

static gboolean
pull_or_leave (HemoFhirPullRun *self, const char *type, GError **error)
{
  GError *failure = NULL;

  if (pull_type (self, type, &failure))
    return TRUE;
  return hemo_fhir_pull_run_leave (self, failure, error)
         && hemo_fhir_orders_owe (self, type, error);
}

/* And again those that were left, where what was passed over may be read by now. */
static gboolean
pull_types (HemoFhirPullRun *self, GError **error)
{
  gboolean left[G_N_ELEMENTS (types)];
  gboolean again = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      if (!pull_or_leave (self, types[i], error))
        return FALSE;
      left[i] = self->left;
    }
  if (!hemo_fhir_pull_run_ask_passed (self, &again, error))
    return FALSE;
  for (guint i = 0; again && i < G_N_ELEMENTS (types); i++)
    if (left[i] && !pull_or_leave (self, types[i], error))
      return FALSE;
  return TRUE;
}

gboolean
hemo_fhir_pull_run (const HemoFhirPull *self,
                    HemoFhirPulled *pulled,
                    GCancellable *cancellable,
                    GError **error)
{
  g_auto (HemoFhirPullRun) run = { 0 };
  gboolean done = hemo_fhir_pull_run_init (&run, self, cancellable, error)
                  && hemo_fhir_pull_run_begin_turn (&run, "pull", error)
                  && pull_or_leave (&run, "Provenance", error) && pull_types (&run, error)
                  && save_told (&run, error);

  if (pulled != NULL)
    *pulled = run.count;
  if (run.passed != NULL && !hemo_fhir_pull_run_end_turn (&run, "pull", done, done ? error : NULL))
    return FALSE;
  return done && hemo_fhir_pull_run_end (&run, error);
}
