/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Versions that others wrote: kept as they came, settled once. */

#include "hemo-incoming-table.h"

#include "hemo-fhir-overlay.h"
#include "hemo-records-private.h"
#include "hemo-remote-table.h"
#include "hemo-sync-apply-private.h"
#include "hemo-txn-private.h"

#include <glib/gi18n.h>
#include <string.h>

#define COLUMNS                                                                                    \
  "seq, type, id, version_id, author, resource, state, reason, received_us, settled_by, server "   \
  "FROM incoming "

/* Stands in the table behind a number that the server gave twice, and before what tells them apart.
 */
#define NUMBER_ENDS '\n'

static const char *const states[] = { "applied", "merged", "waiting", "kept", "ours" };

void
hemo_incoming_free (HemoIncoming *self)
{
  g_free (self->server);
  g_free (self->type);
  g_free (self->id);
  g_free (self->version_id);
  g_free (self->author);
  g_free (self->resource);
  g_free (self->reason);
  g_free (self->settled_by);
  g_free (self);
}

static HemoIncoming *
incoming_from_row (HemoStatement *statement)
{
  HemoIncoming *self = g_new0 (HemoIncoming, 1);
  const char *state = hemo_statement_get_text (statement, 6);

  self->sequence = hemo_statement_get_int (statement, 0);
  self->type = hemo_statement_dup_text (statement, 1);
  self->id = hemo_statement_dup_text (statement, 2);
  self->version_id = hemo_statement_dup_text (statement, 3);
  self->version_id[strcspn (self->version_id, (const char[]){ NUMBER_ENDS, '\0' })] = '\0';
  self->author = hemo_statement_dup_text (statement, 4);
  self->resource = hemo_statement_dup_text (statement, 5);
  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    if (strcmp (states[i], state) == 0)
      self->state = (HemoIncomingState)i;
  self->reason = hemo_statement_dup_text (statement, 7);
  self->received_us = hemo_statement_get_int (statement, 8);
  self->settled_by = hemo_statement_dup_text (statement, 9);
  self->server = hemo_statement_dup_text (statement, 10);
  return self;
}

gboolean
hemo_incoming_is_known (HemoTxn *txn,
                        const char *server,
                        const char *type,
                        const char *id,
                        const char *version_id,
                        gboolean *known,
                        GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn, "SELECT 1 FROM incoming WHERE server = ?1 AND type = ?2 AND id = ?3 AND version_id = ?4",
      server, error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 2, type);
  hemo_statement_bind_text (statement, 3, id);
  hemo_statement_bind_text (statement, 4, version_id);
  return hemo_statement_next (statement, known, error);
}

static const char *
get_updated (json_object *resource)
{
  json_object *meta = NULL, *updated = NULL;

  return json_object_object_get_ex (resource, "meta", &meta)
                 && json_object_object_get_ex (meta, "lastUpdated", &updated)
                 && json_object_is_type (updated, json_type_string)
             ? json_object_get_string (updated)
             : NULL;
}

/* Two ways of asking may be answered in other words, but not with another time. */
static gboolean
is_one_version (json_object *a, json_object *b)
{
  const char *one = a != NULL ? get_updated (a) : NULL;
  const char *other = b != NULL ? get_updated (b) : NULL;

  return one == NULL || other == NULL || strcmp (one, other) == 0 || hemo_fhir_is_same (a, b);
}

gboolean
hemo_incoming_is_seen (
    HemoTxn *txn, const char *server, const HemoIncoming *incoming, gboolean *seen, GError **error)
{
  g_autoptr (json_object) resource = hemo_sync_parse (incoming->resource);
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "SELECT resource FROM incoming WHERE server = ?1 AND type = ?2 AND id = ?3 AND version_id "
      "BETWEEN ?4 AND ?4 || char (10) || char (1114111) AND (version_id = ?4 OR "
      "substr (version_id, 1, length (?4) + 1) = ?4 || char (10))",
      server, error);
  gboolean row = TRUE;

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 2, incoming->type);
  hemo_statement_bind_text (statement, 3, incoming->id);
  hemo_statement_bind_text (statement, 4, incoming->version_id);
  for (*seen = FALSE; row && !*seen;)
    {
      g_autoptr (json_object) known = NULL;

      if (!hemo_statement_next (statement, &row, error))
        return FALSE;
      known = row ? hemo_sync_parse (hemo_statement_get_text (statement, 0)) : NULL;
      *seen = row && is_one_version (known, resource);
    }
  return TRUE;
}

/* Both were written in one transaction then, and so at one time. */
gboolean
hemo_incoming_is_newest (HemoTxn *txn,
                         const char *server,
                         const char *type,
                         const char *id,
                         gboolean *newest,
                         GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "SELECT 1 FROM remote_resource AS known JOIN incoming ON incoming.server = known.server "
      "AND incoming.type = known.type AND incoming.id = known.id "
      "AND incoming.received_us = known.seen_us "
      "WHERE known.server = ?1 AND known.type = ?2 AND known.id = ?3 LIMIT 1",
      server, error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 2, type);
  hemo_statement_bind_text (statement, 3, id);
  return hemo_statement_next (statement, newest, error);
}

/* As the table holds it: with what tells it apart from another one of the same number. (transfer
 * full) */
static char *
choose_number (HemoTxn *txn, const char *server, const HemoIncoming *incoming, GError **error)
{
  gboolean known = FALSE, seen = FALSE;

  if (!hemo_incoming_is_known (txn, server, incoming->type, incoming->id, incoming->version_id,
                               &known, error)
      || !hemo_incoming_is_seen (txn, server, incoming, &seen, error))
    return NULL;
  return !known || seen ? g_strdup (incoming->version_id)
                        : g_strdup_printf ("%s%c%" G_GINT64_FORMAT, incoming->version_id,
                                           NUMBER_ENDS, hemo_txn_get_sequence (txn));
}

gboolean
hemo_incoming_add (HemoTxn *txn,
                   const char *server,
                   const HemoIncoming *incoming,
                   gint64 *sequence,
                   GError **error)
{
  g_autofree char *number = NULL;
  g_autoptr (HemoStatement) statement = NULL;

  if (!hemo_txn_require (txn, HEMO_ACTION_SYNC, incoming->type, incoming->id, error))
    return FALSE;
  number = choose_number (txn, server, incoming, error);
  if (number == NULL)
    return FALSE;
  statement = hemo_record_select (
      txn,
      "INSERT INTO incoming (server, type, id, version_id, author, resource, state, reason, "
      "received_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING",
      server, error);
  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 2, incoming->type);
  hemo_statement_bind_text (statement, 3, incoming->id);
  hemo_statement_bind_text (statement, 4, number);
  hemo_statement_bind_text (statement, 5, incoming->author);
  hemo_statement_bind_text (statement, 6, incoming->resource);
  hemo_statement_bind_text (statement, 7, states[incoming->state]);
  hemo_statement_bind_text (statement, 8, incoming->reason);
  hemo_statement_bind_int (statement, 9, hemo_txn_get_time (txn).utc_us);
  if (!hemo_statement_run (statement, error))
    return FALSE;
  if (hemo_db_get_changes (hemo_txn_get_db (txn)) == 0)
    return TRUE;
  if (sequence != NULL)
    *sequence = hemo_db_get_last_rowid (hemo_txn_get_db (txn));
  return hemo_txn_audit (txn, "sync.incoming", incoming->type, incoming->id,
                         states[incoming->state], error);
}

gboolean
hemo_incoming_contest (HemoTxn *txn,
                       const char *server,
                       const HemoIncoming *incoming,
                       GError **error)
{
  g_autoptr (HemoStatement) statement = NULL;

  if (!hemo_txn_require (txn, HEMO_ACTION_SYNC, incoming->type, incoming->id, error))
    return FALSE;
  statement = hemo_record_select (
      txn,
      "UPDATE incoming SET state = 'waiting', reason = ?5 WHERE server = ?1 AND type = ?2 AND id = "
      "?3 AND version_id = ?4 AND state = 'kept' AND settled_by IS NULL",
      server, error);
  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 2, incoming->type);
  hemo_statement_bind_text (statement, 3, incoming->id);
  hemo_statement_bind_text (statement, 4, incoming->version_id);
  hemo_statement_bind_text (statement, 5, incoming->reason);
  if (!hemo_statement_run (statement, error))
    return FALSE;
  return hemo_db_get_changes (hemo_txn_get_db (txn)) == 0
         || hemo_txn_audit (txn, "sync.incoming", incoming->type, incoming->id,
                            states[HEMO_INCOMING_WAITING], error);
}

/* Takes @statement. */
static GPtrArray *
collect (HemoStatement *statement, GError **error)
{
  g_autoptr (HemoStatement) owned = statement;
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_incoming_free);
  gboolean row = TRUE;

  while (row)
    {
      if (!hemo_statement_next (owned, &row, error))
        return NULL;
      if (row)
        g_ptr_array_add (list, incoming_from_row (owned));
    }
  return g_steal_pointer (&list);
}

GPtrArray *
hemo_incoming_waiting (HemoTxn *txn, int limit, GError **error)
{
  HemoStatement *statement;

  if (!hemo_txn_require (txn, HEMO_ACTION_SYNC, "sync", NULL, error))
    return NULL;
  statement
      = hemo_db_prepare (hemo_txn_get_db (txn),
                         "SELECT " COLUMNS "WHERE state = 'waiting' ORDER BY seq LIMIT ?1", error);
  if (statement == NULL)
    return NULL;
  hemo_statement_bind_int (statement, 1, limit);
  return collect (statement, error);
}

HemoIncoming *
hemo_incoming_load (HemoTxn *txn, gint64 sequence, GError **error)
{
  g_autoptr (HemoStatement) statement = NULL;
  gboolean row = FALSE;

  if (!hemo_txn_require (txn, HEMO_ACTION_SYNC, "sync", NULL, error))
    return NULL;
  statement = hemo_db_prepare (hemo_txn_get_db (txn), "SELECT " COLUMNS "WHERE seq = ?1", error);
  if (statement == NULL)
    return NULL;
  hemo_statement_bind_int (statement, 1, sequence);
  if (!hemo_statement_next (statement, &row, error))
    return NULL;
  if (row)
    return incoming_from_row (statement);
  hemo_record_fail (error, HEMO_STORE_ERROR_NOT_FOUND, N_ ("There is no such version."));
  return NULL;
}

gboolean
hemo_incoming_waits (HemoTxn *txn, const char *id, gboolean *waits, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn, "SELECT 1 FROM incoming WHERE id = ?1 AND " HEMO_INCOMING_HOLDS, id, error);

  return statement != NULL && hemo_statement_next (statement, waits, error);
}

gboolean
hemo_incoming_is_open (HemoTxn *txn, const char *id, gboolean *open, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn, "SELECT 1 FROM incoming WHERE id = ?1 AND state = 'waiting'", id, error);

  return statement != NULL && hemo_statement_next (statement, open, error);
}

gboolean
hemo_incoming_supersede (HemoTxn *txn, const char *server, const char *id, GError **error)
{
  g_autoptr (HemoStatement) statement = NULL;

  if (!hemo_txn_require (txn, HEMO_ACTION_SYNC_APPLY, "sync", id, error))
    return FALSE;
  statement
      = hemo_record_select (txn,
                            "UPDATE incoming SET state = 'kept', reason = 'A newer version came.' "
                            "WHERE id = ?1 AND server = ?2 AND state = 'waiting'",
                            id, error);
  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 2, server);
  return hemo_statement_run (statement, error);
}

/* Cases have notes: numbers of versions, 'r' in front of those with a result. */
static char *
case_note (const char *tube)
{
  return g_strconcat ("case.", tube, NULL);
}

static gboolean
is_result (HemoTxn *txn, gint64 sequence, gboolean *out, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn),
      "SELECT 1 FROM incoming WHERE seq = ?1 AND type IN ('DiagnosticReport', 'Observation', "
      "'Task')",
      error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_int (statement, 1, sequence);
  return hemo_statement_next (statement, out, error);
}

/* Cases that nobody has looked at since a result came, as UUIDs with spaces between: the newest,
 * and with a number behind, from 1 on, those before them, oldest first. */
#define UNREAD "results.unread"
/* So many in a note: each that comes or is read writes one of them. */
#define UNREAD_PAGE 500

/* A question that was only taken in hand is no answer. */
static gboolean
is_answer (HemoTxn *txn, gint64 sequence, gboolean *out, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn),
      "SELECT 1 FROM incoming WHERE seq = ?1 AND (type IN ('DiagnosticReport', 'Observation') OR "
      "(type = 'Task' AND json_extract (resource, '$.status') = 'completed'))",
      error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_int (statement, 1, sequence);
  return hemo_statement_next (statement, out, error);
}

/* @page: 0 for the newest */
static char *
unread_name (guint page)
{
  return page == 0 ? g_strdup (UNREAD) : g_strdup_printf (UNREAD ".%u", page);
}

/* The newest first, then the others from the oldest on. (transfer full) (element-type GStrv) */
static GPtrArray *
load_unread (HemoTxn *txn, GError **error)
{
  g_autoptr (GPtrArray) pages = g_ptr_array_new_with_free_func ((GDestroyNotify)g_strfreev);

  for (guint page = 0;; page++)
    {
      g_autoptr (GError) failure = NULL;
      g_autofree char *name = unread_name (page);
      g_autofree char *note = hemo_sync_note_load (txn, name, &failure);

      if (failure != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return NULL;
        }
      if (note == NULL && page > 0)
        return g_steal_pointer (&pages);
      g_ptr_array_add (pages, note != NULL && *note != '\0' ? g_strsplit (note, " ", -1)
                                                            : g_new0 (char *, 1));
    }
}

GStrv
hemo_incoming_unread (HemoTxn *txn, GError **error)
{
  g_autoptr (GPtrArray) pages = load_unread (txn, error);
  g_autoptr (GStrvBuilder) tubes = g_strv_builder_new ();

  if (pages == NULL)
    return NULL;
  for (guint page = 1; page < pages->len; page++)
    g_strv_builder_addv (tubes, pages->pdata[page]);
  g_strv_builder_addv (tubes, pages->pdata[0]);
  return g_strv_builder_end (tubes);
}

/* @tubes without @without and with @added at the end; either may be NULL */
static gboolean
save_unread (HemoTxn *txn,
             guint page,
             char *const *tubes,
             const char *without,
             const char *added,
             GError **error)
{
  g_autofree char *name = unread_name (page);
  g_autoptr (GString) note = g_string_new (NULL);

  for (guint i = 0; tubes[i] != NULL; i++)
    if (g_strcmp0 (tubes[i], without) != 0)
      g_string_append_printf (note, "%s%s", note->len > 0 ? " " : "", tubes[i]);
  if (added != NULL)
    g_string_append_printf (note, "%s%s", note->len > 0 ? " " : "", added);
  return hemo_sync_note_save (txn, name, note->str, error);
}

/* @found: (out): whether it was in one of them, but for the newest where @but_newest */
static gboolean
remove_unread (HemoTxn *txn,
               const GPtrArray *pages,
               const char *tube,
               gboolean but_newest,
               gboolean *found,
               GError **error)
{
  *found = FALSE;
  for (guint page = but_newest ? 1 : 0; page < pages->len && !*found; page++)
    {
      *found = g_strv_contains (pages->pdata[page], tube);
      if (*found && !save_unread (txn, page, pages->pdata[page], tube, NULL, error))
        return FALSE;
    }
  return TRUE;
}

/* The newest are full: they become the last of the others, where that may be after one that was
 * read to its end. */
static gboolean
turn_unread (HemoTxn *txn, const GPtrArray *pages, GError **error)
{
  guint page = pages->len;

  while (page > 1 && *(char **)pages->pdata[page - 1] == NULL)
    page--;
  return save_unread (txn, page, pages->pdata[0], NULL, NULL, error);
}

static gboolean
add_unread (HemoTxn *txn, const char *tube, GError **error)
{
  char *nothing[] = { NULL };
  g_autoptr (GPtrArray) pages = load_unread (txn, error);
  gboolean found = FALSE;
  gboolean full;

  if (pages == NULL || !remove_unread (txn, pages, tube, TRUE, &found, error))
    return FALSE;
  full = g_strv_length (pages->pdata[0]) >= UNREAD_PAGE && !g_strv_contains (pages->pdata[0], tube);
  return (!full || turn_unread (txn, pages, error))
         && save_unread (txn, 0, full ? nothing : pages->pdata[0], tube, tube, error);
}

gboolean
hemo_incoming_mark_read (HemoTxn *txn, const char *tube, gboolean *changed, GError **error)
{
  g_autoptr (GPtrArray) pages = NULL;
  gboolean found = FALSE;

  if (!hemo_txn_require (txn, HEMO_ACTION_CASE_VIEW, "Specimen", tube, error))
    return FALSE;
  pages = load_unread (txn, error);
  if (pages == NULL || !remove_unread (txn, pages, tube, FALSE, &found, error))
    return FALSE;
  if (changed != NULL)
    *changed = found;
  return TRUE;
}

static gboolean
note_unread (HemoTxn *txn, const char *tube, gint64 sequence, GError **error)
{
  gboolean answer = FALSE;

  return is_answer (txn, sequence, &answer, error) && (!answer || add_unread (txn, tube, error));
}

gboolean
hemo_incoming_note_case (HemoTxn *txn, const char *tube, gint64 sequence, GError **error)
{
  g_autofree char *name = case_note (tube);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autoptr (GError) failure = NULL;
  gboolean result = FALSE;

  before = hemo_sync_note_load (txn, name, &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (!is_result (txn, sequence, &result, error))
    return FALSE;
  after = g_strdup_printf ("%s%s%s%" G_GINT64_FORMAT, before != NULL ? before : "",
                           before != NULL ? " " : "", result ? "r" : "", sequence);
  return hemo_sync_note_save (txn, name, after, error) && note_unread (txn, tube, sequence, error);
}

gboolean
hemo_incoming_has_result (HemoTxn *txn, const char *tube, gboolean *has, GError **error)
{
  g_autofree char *name = case_note (tube);
  g_autoptr (GError) failure = NULL;
  g_autofree char *note = hemo_sync_note_load (txn, name, &failure);

  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  *has = note != NULL && strchr (note, 'r') != NULL;
  return TRUE;
}

/* A newer version of a record takes the place of the older. */
static void
put_newest (GPtrArray *list, HemoIncoming *incoming)
{
  for (guint i = 0; i < list->len; i++)
    {
      const HemoIncoming *older = g_ptr_array_index (list, i);

      if (strcmp (older->id, incoming->id) == 0 && strcmp (older->type, incoming->type) == 0)
        {
          g_ptr_array_remove_index (list, i);
          break;
        }
    }
  g_ptr_array_add (list, incoming);
}

GPtrArray *
hemo_incoming_of_case (HemoTxn *txn, const char *tube, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_incoming_free);
  g_autofree char *name = case_note (tube);
  g_autofree char *note = NULL;
  g_auto (GStrv) numbers = NULL;
  g_autoptr (GError) failure = NULL;

  if (!hemo_txn_require (txn, HEMO_ACTION_CASE_VIEW, "Specimen", tube, error))
    return NULL;
  note = hemo_sync_note_load (txn, name, &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
  numbers = g_strsplit (note != NULL ? note : "", " ", -1);
  for (guint i = 0; numbers[i] != NULL; i++)
    {
      const char *number = numbers[i][0] == 'r' ? numbers[i] + 1 : numbers[i];
      HemoIncoming *incoming = hemo_incoming_load (txn, g_ascii_strtoll (number, NULL, 10), error);

      if (incoming == NULL)
        return NULL;
      put_newest (list, incoming);
    }
  return g_steal_pointer (&list);
}

gint64
hemo_incoming_last (HemoTxn *txn, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn), "SELECT coalesce (max (seq), 0) FROM incoming", error);

  if (statement == NULL || !hemo_statement_step (statement, error))
    return -1;
  return hemo_statement_get_int (statement, 0);
}

gint64
hemo_incoming_count_waiting (HemoTxn *txn, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn), "SELECT count(*) FROM incoming WHERE state = 'waiting'", error);

  if (statement == NULL || !hemo_statement_step (statement, error))
    return -1;
  return hemo_statement_get_int (statement, 0);
}

GPtrArray *
hemo_incoming_of (HemoTxn *txn, const char *id, GError **error)
{
  HemoStatement *statement;

  if (!hemo_txn_require (txn, HEMO_ACTION_SYNC, "sync", id, error))
    return NULL;
  statement = hemo_record_select (txn, "SELECT " COLUMNS "WHERE id = ?1 ORDER BY seq", id, error);
  return statement != NULL ? collect (statement, error) : NULL;
}

gboolean
hemo_incoming_settle (HemoTxn *txn, gint64 sequence, HemoIncomingState state, GError **error)
{
  g_autofree char *detail = g_strdup_printf ("%" G_GINT64_FORMAT " %s", sequence, states[state]);
  g_autoptr (HemoStatement) statement = NULL;

  if (!hemo_txn_require (txn, HEMO_ACTION_SYNC, "sync", NULL, error))
    return FALSE;
  statement = hemo_db_prepare (hemo_txn_get_db (txn),
                               "UPDATE incoming SET state = ?2, settled_by = ?3, settled_us = ?4 "
                               "WHERE seq = ?1 AND state = 'waiting'",
                               error);
  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_int (statement, 1, sequence);
  hemo_statement_bind_text (statement, 2, states[state]);
  hemo_statement_bind_text (statement, 3, hemo_record_actor (txn));
  hemo_statement_bind_int (statement, 4, hemo_txn_get_time (txn).utc_us);
  if (!hemo_statement_run (statement, error))
    return FALSE;
  if (hemo_db_get_changes (hemo_txn_get_db (txn)) == 0)
    return hemo_record_fail (error, HEMO_STORE_ERROR_CONFLICT,
                             N_ ("This was decided before. Look at the record again."));
  return hemo_txn_audit (txn, "sync.settle", "sync", NULL, detail, error);
}

gboolean
hemo_incoming_hold (HemoTxn *txn, gint64 sequence, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_db_prepare (hemo_txn_get_db (txn),
                         "UPDATE incoming SET settled_us = CAST (unixepoch ('subsec') * 1000000 AS "
                         "INTEGER) + ?2 WHERE seq = ?1 AND settled_by IS NOT NULL",
                         error);

  if (!hemo_txn_require (txn, HEMO_ACTION_SYNC, "sync", NULL, error) || statement == NULL)
    return FALSE;
  hemo_statement_bind_int (statement, 1, sequence);
  hemo_statement_bind_int (statement, 2, HEMO_INCOMING_HOLD_US);
  return hemo_statement_run (statement, error);
}

gboolean
hemo_incoming_reopen (HemoTxn *txn, gint64 sequence, GError **error)
{
  g_autofree char *detail = g_strdup_printf ("%" G_GINT64_FORMAT, sequence);
  g_autoptr (HemoStatement) statement = NULL;

  if (!hemo_txn_require (txn, HEMO_ACTION_SYNC, "sync", NULL, error))
    return FALSE;
  statement = hemo_db_prepare (hemo_txn_get_db (txn),
                               "UPDATE incoming SET state = 'waiting', settled_by = NULL, "
                               "settled_us = NULL WHERE seq = ?1 AND settled_by IS NOT NULL",
                               error);
  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_int (statement, 1, sequence);
  if (!hemo_statement_run (statement, error))
    return FALSE;
  if (hemo_db_get_changes (hemo_txn_get_db (txn)) == 0)
    return hemo_record_fail (error, HEMO_STORE_ERROR_CONFLICT, N_ ("Nobody has decided of this."));
  return hemo_txn_audit (txn, "sync.reopen", "sync", NULL, detail, error);
}
