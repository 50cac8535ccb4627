/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Asks a server that others use as well for results of our orders, not for everybody's.
 *
 * Two cursors: up to the one of the whole type all was seen, by a query for all of it or by the
 * nightly look, and from there on a look still comes to it as something new. This way only runs
 * ahead of that look, so that what it cannot show (a result that names our specimen and no order,
 * one of a case of long ago) comes a night later and is never lost. Where no look was made for so
 * long that it would take something for old, all of the type is asked for again.
 *
 * What other laptops wrote is asked for by its id, once the Provenances told of it. Those are not
 * told again because something of it had to be left: its ids are noted instead. */

#include "hemo-fhir-pull-private.h"

#include "hemo-remote-table.h"
#include "hemo-specimen-table.h"

#include <string.h>

/* With the rest an address stays below 2 KB. */
#define ORDERS_OF_QUESTION 35
#define IDS_OF_QUESTION 40
/* Ids that are noted; the nightly look finds the rest. */
#define OWED_MAX (2 * IDS_OF_QUESTION)
/* More of them cost a poor link more than they spare it. */
#define QUESTIONS_MAX 16
#define ORDERS_MAX (QUESTIONS_MAX * ORDERS_OF_QUESTION)
/* So many records, packed, are what one question is in its long address, which nothing packs. */
#define RECORDS_OF_QUESTION 12
/* The nightly look takes for new what is a week old at most, and may need a night for it. */
#define FRESH_US (6 * G_TIME_SPAN_DAY)
/* A server that did not know the parameter may be a newer one by then. */
#define UNKNOWN_US (30 * G_TIME_SPAN_DAY)

#define BASED_ON "based-on"

/* The many. Whatever else there is may be how somebody asks something of us first, or, as the
 * specimens and pictures of this program, names no order. */
static const char *const types[] = { "Observation", "DiagnosticReport", NULL };

/**
 * Orders: of one type
 * @whole: up to when all of the type was seen
 * @since: up to when results of @asked were
 * @unknown_at: when the server did not know how to look by orders, 0 for never
 * @began: the server's time when this began, less what it may need to show a write
 * @awaited: orders whose results may still come
 * @asked: (element-type utf8): those that were asked for before
 * @owed: (element-type utf8): ids that were left the last time
 * @shown: (element-type utf8): ids that came by this way
 * @some: orders of the question that is under way
 * @passing: where all of the type is to be asked for: not because it cannot look by orders
 */
typedef struct
{
  HemoFhirPullRun *run;
  const char *type;
  gint64 whole;
  gint64 since;
  gint64 unknown_at;
  gint64 began;
  GStrv awaited;
  GHashTable *asked;
  GHashTable *owed;
  GHashTable *shown;
  char **some;
  gboolean passing;
  HemoFhirPages pages;
} Orders;

/* (transfer full) */
static char *
note_name (const Orders *self, const char *what)
{
  return g_strdup_printf ("pull.%s.%s%s", self->run->pull->identity, self->type, what);
}

static gint64
load_time (HemoTxn *txn, const Orders *self, const char *what, GError **error)
{
  g_autofree char *name = note_name (self, what);
  g_autofree char *text = hemo_sync_note_load (txn, name, error);

  return text != NULL ? g_ascii_strtoll (text, NULL, 10) : 0;
}

static gboolean
save_time (HemoTxn *txn, const Orders *self, const char *what, gint64 time, GError **error)
{
  g_autofree char *name = note_name (self, what);
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, time);

  return hemo_sync_note_save (txn, name, text, error);
}

static void
load_ids (HemoTxn *txn, const Orders *self, const char *what, GHashTable *ids)
{
  g_autofree char *name = note_name (self, what);
  g_autofree char *text = hemo_sync_note_load (txn, name, NULL);
  g_auto (GStrv) list = g_strsplit (text != NULL ? text : "", " ", -1);

  for (guint i = 0; list[i] != NULL; i++)
    if (*list[i] != '\0')
      g_hash_table_add (ids, g_strdup (list[i]));
}

static gboolean
load_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Orders *self = data;

  load_ids (txn, self, ".orders", self->asked);
  load_ids (txn, self, ".owed", self->owed);
  self->since = load_time (txn, self, ".since", NULL);
  self->unknown_at = load_time (txn, self, ".unknown", NULL);
  self->awaited = hemo_orders_awaited (txn, ORDERS_MAX + 1, error);
  return self->awaited != NULL;
}

/* The id of 'Type/id' where that is of the type, or NULL. (transfer none) */
static const char *
id_of (const Orders *self, const char *name)
{
  gsize length = strlen (self->type);

  return strncmp (name, self->type, length) == 0 && name[length] == '/' ? name + length + 1 : NULL;
}

/* What was left of the type; only where it is another than before. */
static gboolean
save_owed_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Orders *self = data;
  g_autofree char *note = note_name (self, ".owed");
  g_autoptr (GString) text = g_string_new (NULL);
  GHashTableIter iter;
  gpointer name;
  guint count = 0, known = 0;

  g_hash_table_iter_init (&iter, self->run->owed);
  while (count < OWED_MAX && g_hash_table_iter_next (&iter, &name, NULL))
    {
      const char *id = id_of (self, name);

      if (id == NULL)
        continue;
      known += g_hash_table_contains (self->owed, id);
      g_string_append_printf (text, "%s%s", count++ > 0 ? " " : "", id);
    }
  return (known == count && known == g_hash_table_size (self->owed))
         || hemo_sync_note_save (txn, note, text->str, error);
}

/* Who was asked for, and when; the list only where it is another. */
static gboolean
save_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Orders *self = data;
  g_autofree char *name = note_name (self, ".orders");
  g_autofree char *text = g_strjoinv (" ", self->awaited);
  guint known = 0;

  for (guint i = 0; self->awaited[i] != NULL; i++)
    known += g_hash_table_contains (self->asked, self->awaited[i]);
  if ((known != g_hash_table_size (self->asked) || known != g_strv_length (self->awaited))
      && !hemo_sync_note_save (txn, name, text, error))
    return FALSE;
  return save_owed_job (txn, data, NULL, error)
         && save_time (txn, self, ".since", self->began, error)
         && save_time (txn, self, "", self->whole, error);
}

static gboolean
save_unknown_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Orders *self = data;

  return save_time (txn, self, ".unknown", self->began, error);
}

static gboolean
is_based_on_some (const Orders *self, json_object *resource)
{
  json_object *list = NULL;
  const char *text;

  if (!json_object_object_get_ex (resource, "basedOn", &list))
    return FALSE;
  text = json_object_to_json_string_ext (list,
                                         JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
  for (guint i = 0; self->some[i] != NULL; i++)
    if (strstr (text, self->some[i]) != NULL)
      return TRUE;
  return FALSE;
}

/* A server that shows anything else looked for something else. */
static gboolean
take_page (HemoFhirBundle *page, gpointer data, GError **error)
{
  Orders *self = data;
  g_autoptr (GPtrArray) resources = g_ptr_array_new ();

  for (guint i = 0; i < hemo_fhir_bundle_count (page); i++)
    {
      json_object *resource = hemo_fhir_bundle_get (page, i);

      if (g_strcmp0 (hemo_fhir_get_type (resource), self->type) != 0)
        continue;
      if (self->pages.by != NULL && !is_based_on_some (self, resource))
        {
          self->pages.ignored = TRUE;
          return TRUE;
        }
      g_ptr_array_add (resources, resource);
      g_hash_table_add (self->shown, g_strdup (hemo_fhir_get_id (resource)));
    }
  self->run->count.seen += resources->len;
  return hemo_fhir_pull_run_apply (self->run, resources, FALSE, error);
}

/* @from: 0 for all of the time */
static char *
make_target (const Orders *self, const char *first, gint64 from)
{
  g_autofree char *time = from > 0 ? hemo_fhir_pull_since (from) : NULL;

  return g_strdup_printf ("/%s?%s%s_sort=_lastUpdated&_count=%d", self->type, first,
                          time != NULL ? time : "", HEMO_FHIR_PULL_PAGE);
}

/* That one of these questions is not answered, as it is unknown, too long or too much for the
 * server, says nothing of a question for all of the type. One that is busy is left alone. */
static gboolean
is_unanswered (const Orders *self, const GError *failure)
{
  guint status = hemo_fhir_server_get_status (self->run->pull->server);

  return hemo_fhir_pull_is_refusal (failure)
         || g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_TOO_LARGE)
         || (g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_BUSY) && status >= 500
             && status != 503);
}

/* @failure: (transfer full): becomes @error, or all of the type is to be asked for */
static gboolean
fall_back (Orders *self, GError *failure, GError **error)
{
  if (!is_unanswered (self, failure))
    {
      g_propagate_error (error, failure);
      return FALSE;
    }
  self->pages.ignored = TRUE;
  self->passing = !g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_REFUSED)
                  && !g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_TOO_LARGE);
  g_error_free (failure);
  return TRUE;
}

/* @orders: (element-type utf8). What the server does not know is no failure: @self->pages.ignored
 * says so. */
static gboolean
ask_some (Orders *self, GPtrArray *orders, guint first, gint64 from, GError **error)
{
  g_autofree char **some = g_new0 (char *, ORDERS_OF_QUESTION + 1);
  g_autofree char *list = NULL;
  g_autofree char *by = NULL;
  g_autofree char *target = NULL;
  GError *failure = NULL;

  memcpy (some, orders->pdata + first,
          MIN (orders->len - first, ORDERS_OF_QUESTION) * sizeof (char *));
  list = g_strjoinv (",ServiceRequest/", some);
  by = g_strdup_printf (BASED_ON "=ServiceRequest/%s&", list);
  target = make_target (self, by, from);
  self->some = some;
  self->pages = (HemoFhirPages){ .by = BASED_ON, .take = take_page, .data = self };
  return hemo_fhir_pull_run_read (self->run, target, &self->pages, &failure)
         || fall_back (self, failure, error);
}

static gboolean
ask_by_orders (Orders *self, GPtrArray *orders, gint64 from, GError **error)
{
  for (guint first = 0; first < orders->len && !self->pages.ignored; first += ORDERS_OF_QUESTION)
    if (!ask_some (self, orders, first, from, error))
      return FALSE;
  return TRUE;
}

static gboolean
ask_all_since (Orders *self, gint64 from, GError **error)
{
  g_autofree char *target = make_target (self, "", from);

  self->pages = (HemoFhirPages){ .take = take_page, .data = self };
  return hemo_fhir_pull_run_read (self->run, target, &self->pages, error);
}

/* What other laptops of the clinic wrote, as a corrected report of a case of long ago. */
static void
list_written (const Orders *self, GPtrArray *ids)
{
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, self->run->authors);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    {
      const char *id = id_of (self, name);

      if (id != NULL
          && GPOINTER_TO_INT (g_hash_table_lookup (self->run->origins, name))
                 == HEMO_SYNC_ORIGIN_OURS
          && !g_hash_table_contains (self->shown, id) && !g_hash_table_contains (self->owed, id))
        g_ptr_array_add (ids, (char *)id);
    }
}

/* And was left the last time. */
static void
list_owed (const Orders *self, GPtrArray *ids)
{
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, self->owed);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    if (!g_hash_table_contains (self->shown, id))
      g_ptr_array_add (ids, id);
}

/* @ids: (element-type utf8) */
static gboolean
ask_by_ids (Orders *self, const GPtrArray *ids, GError **error)
{
  self->pages = (HemoFhirPages){ .take = take_page, .data = self };
  for (guint first = 0; first < ids->len; first += IDS_OF_QUESTION)
    {
      g_autofree char **some = g_new0 (char *, IDS_OF_QUESTION + 1);
      g_autofree char *list = NULL;
      g_autofree char *target = NULL;
      GError *failure = NULL;

      memcpy (some, ids->pdata + first, MIN (ids->len - first, IDS_OF_QUESTION) * sizeof (char *));
      list = g_strjoinv (",", some);
      target = g_strdup_printf ("/%s?_id=%s&_count=%d", self->type, list, IDS_OF_QUESTION);
      if (hemo_fhir_pull_run_read (self->run, target, &self->pages, &failure))
        continue;
      if (!fall_back (self, failure, error))
        return FALSE;
      self->passing = TRUE;
      return TRUE;
    }
  return TRUE;
}

/* @all: also what was not left the last time */
static gboolean
ask_written (Orders *self, gboolean all, GError **error)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();

  list_owed (self, ids);
  if (all)
    list_written (self, ids);
  return ask_by_ids (self, ids, error);
}

/* Whether all that is new of the type is less to carry than the questions for ours. */
static gboolean
weigh (Orders *self, const GPtrArray *orders, gint64 from, gboolean *few, GError **error)
{
  g_autofree char *since = hemo_fhir_pull_since (from);
  g_autofree char *target = g_strdup_printf ("/%s?%s", self->type, since);
  guint questions = (orders->len + ORDERS_OF_QUESTION - 1) / ORDERS_OF_QUESTION;
  gint64 total = -1;
  g_autoptr (GError) failure = NULL;

  /* The name of the last parameter follows. */
  target[strlen (target) - 1] = '\0';
  if (!hemo_fhir_pull_run_goes_on (self->run, error))
    return FALSE;
  /* Who does not count is asked by orders. */
  if (!hemo_fhir_server_count (self->run->pull->server, target, &total, self->run->cancellable,
                               &failure)
      && !is_unanswered (self, failure))
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  *few = total >= 0 && total <= (gint64)questions * RECORDS_OF_QUESTION;
  return TRUE;
}

/* Of orders that were asked for before only what is new. */
static gboolean
ask_again (Orders *self, GPtrArray *orders, GError **error)
{
  gint64 from = MAX (self->since, self->whole);
  gboolean few = FALSE;

  if (orders->len > 0 && !weigh (self, orders, from, &few, error))
    return FALSE;
  if (!few)
    return ask_by_orders (self, orders, from, error)
           && (self->pages.ignored || ask_written (self, TRUE, error));
  if (!ask_all_since (self, from, error) || !ask_written (self, FALSE, error))
    return FALSE;
  if (from == self->whole)
    self->whole = self->began;
  return TRUE;
}

static gboolean
ask (Orders *self, GError **error)
{
  g_autoptr (GPtrArray) news = g_ptr_array_new ();
  g_autoptr (GPtrArray) known = g_ptr_array_new ();

  for (guint i = 0; self->awaited[i] != NULL; i++)
    g_ptr_array_add (g_hash_table_contains (self->asked, self->awaited[i]) ? known : news,
                     self->awaited[i]);
  /* Of an order that nobody here knew, results may have been passed over. */
  return ask_by_orders (self, news, 0, error)
         && (self->pages.ignored || ask_again (self, known, error));
}

static gboolean
is_way (const Orders *self)
{
  const HemoFhirPullRun *run = self->run;

  /* Whoever does not say who wrote what does not say what other laptops of the clinic did. */
  return run->pull->shared && !run->untold && run->refusal == NULL && self->began > 0
         && self->whole > self->began - FRESH_US && g_strv_contains (types, self->type);
}

/* What was left is asked for again. */
static gboolean
settle (Orders *self, gboolean *asked, GError **error)
{
  if (self->pages.ignored)
    return self->passing || hemo_fhir_pull_run_write (self->run, save_unknown_job, self, error);
  *asked = TRUE;
  return hemo_fhir_pull_run_write (self->run, self->run->left ? save_owed_job : save_job, self,
                                   error);
}

static void
orders_init (Orders *self)
{
  self->asked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->owed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->shown = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static void
orders_clear (Orders *self)
{
  g_clear_pointer (&self->awaited, g_strfreev);
  g_hash_table_unref (self->asked);
  g_hash_table_unref (self->owed);
  g_hash_table_unref (self->shown);
}

gboolean
hemo_fhir_orders_pull (
    HemoFhirPullRun *run, const char *type, gint64 whole, gboolean *asked, GError **error)
{
  Orders self = { .run = run, .type = type, .whole = whole, .began = hemo_fhir_pull_run_now (run) };
  gboolean done;

  *asked = FALSE;
  if (!is_way (&self))
    return TRUE;
  orders_init (&self);
  g_hash_table_remove_all (run->owed);
  done = hemo_store_read (run->pull->store, run->pull->session, load_job, &self, NULL, error);
  if (done && g_strv_length (self.awaited) <= ORDERS_MAX
      && (self.unknown_at == 0 || self.began - self.unknown_at >= UNKNOWN_US))
    done = ask (&self, error) && settle (&self, asked, error);
  orders_clear (&self);
  return done;
}

gboolean
hemo_fhir_orders_owe (HemoFhirPullRun *run, const char *type, GError **error)
{
  Orders self = { .run = run, .type = type };
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  gboolean done;

  if (!run->pull->shared || !g_strv_contains (types, type))
    return TRUE;
  orders_init (&self);
  done = hemo_store_read (run->pull->store, run->pull->session, load_job, &self, NULL, error);
  g_hash_table_remove_all (run->owed);
  if (done)
    {
      list_owed (&self, ids);
      list_written (&self, ids);
    }
  for (guint i = 0; i < ids->len; i++)
    g_hash_table_add (run->owed, g_strdup_printf ("%s/%s", type, (char *)ids->pdata[i]));
  done = done && hemo_fhir_pull_run_write (run, save_owed_job, &self, error);
  orders_clear (&self);
  return done;
}

static gboolean
swept_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Orders *self = data;
  gint64 whole = load_time (txn, self, "", NULL);

  return whole < self->began - FRESH_US || whole >= self->began
         || save_time (txn, self, "", self->began, error);
}

gboolean
hemo_fhir_orders_swept (HemoFhirPullRun *run, const char *type, gint64 began, GError **error)
{
  Orders self = { .run = run, .type = type, .began = began };

  return !run->pull->shared || began <= 0 || run->left || !g_strv_contains (types, type)
         || hemo_fhir_pull_run_write (run, swept_job, &self, error);
}
