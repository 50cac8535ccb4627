/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The queue: its rows are made by hemo_txn_log_change() and marked here. */

#include "hemo-queue.h"

#include "hemo-doubt-table.h"
#include "hemo-incoming-table.h"
#include "hemo-patient-table.h"
#include "hemo-picture-request-private.h"
#include "hemo-records-private.h"
#include "hemo-refusal-private.h"

#include <glib/gi18n.h>
#include <string.h>

#define ITEM_COLUMNS                                                                               \
  "queue.seq, change.uuid, queue.kind, queue.object, change.version, queue.attempts, queue.lane, " \
  "queue.rank, queue.reason FROM queue JOIN change ON change.seq = queue.change "

/* What somebody else wrote waits for a person to look at: until then ours would overwrite it. A
 * refusal may be taken back for a moment. */
#define NOT_DISPUTED                                                                               \
  "AND NOT EXISTS (SELECT 1 FROM incoming WHERE incoming.id = queue.object "                       \
  "AND " HEMO_INCOMING_HOLDS ") AND NOT " HEMO_REFUSAL_HOLDS

/* Items that are looked at to find the groups that are asked for. */
#define ITEMS_OF_A_GROUP 16

/* Whoever has more on the shelf has to try all of it again. */
#define SHELF_MAX 10000

HemoQueueItem *
hemo_queue_item_copy (const HemoQueueItem *self)
{
  HemoQueueItem *copy = g_memdup2 (self, sizeof *self);

  copy->change = g_strdup (self->change);
  copy->kind = g_strdup (self->kind);
  copy->object = g_strdup (self->object);
  copy->reason = g_strdup (self->reason);
  return copy;
}

void
hemo_queue_item_free (HemoQueueItem *self)
{
  g_free (self->change);
  g_free (self->kind);
  g_free (self->object);
  g_free (self->reason);
  g_free (self);
}

void
hemo_queue_group_free (HemoQueueGroup *self)
{
  g_free (self->type);
  g_free (self->uuid);
  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_free (self);
}

void
hemo_change_free (HemoChange *self)
{
  g_free (self->what);
  g_free (self->actor);
  g_free (self);
}

HemoChange *
hemo_change_load (HemoTxn *txn, const char *uuid, GError **error)
{
  HemoChange *self;
  gboolean row = FALSE;
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn, "SELECT what, actor, at_us, offset_minutes FROM change WHERE uuid = ?1", uuid, error);

  if (statement == NULL || !hemo_statement_next (statement, &row, error))
    return NULL;
  if (!row)
    {
      hemo_record_fail (error, HEMO_STORE_ERROR_NOT_FOUND, N_ ("There is no such change."));
      return NULL;
    }
  self = g_new0 (HemoChange, 1);
  self->what = hemo_statement_dup_text (statement, 0);
  self->actor = hemo_statement_dup_text (statement, 1);
  self->at.utc_us = hemo_statement_get_int (statement, 2);
  self->at.offset_minutes = (gint16)hemo_statement_get_int (statement, 3);
  return self;
}

static HemoQueueItem *
item_from_row (HemoStatement *statement)
{
  HemoQueueItem *item = g_new0 (HemoQueueItem, 1);

  item->sequence = hemo_statement_get_int (statement, 0);
  item->change = hemo_statement_dup_text (statement, 1);
  item->kind = hemo_statement_dup_text (statement, 2);
  item->object = hemo_statement_dup_text (statement, 3);
  item->version = hemo_statement_get_int (statement, 4);
  item->attempts = (int)hemo_statement_get_int (statement, 5);
  item->lane = (HemoLane)hemo_statement_get_int (statement, 6);
  item->rank = (HemoRank)hemo_statement_get_int (statement, 7);
  item->reason = hemo_statement_dup_text (statement, 8);
  return item;
}

/* Takes @statement, of ITEM_COLUMNS. */
static GPtrArray *
collect_items (HemoStatement *statement, GError **error)
{
  g_autoptr (HemoStatement) owned = statement;
  g_autoptr (GPtrArray) items
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_queue_item_free);
  gboolean row = TRUE;

  while (row)
    {
      if (!hemo_statement_next (owned, &row, error))
        return NULL;
      if (row)
        g_ptr_array_add (items, item_from_row (owned));
    }
  return g_steal_pointer (&items);
}

GPtrArray *
hemo_queue_waiting (HemoTxn *txn, HemoLane lane, int limit, GError **error)
{
  HemoStatement *statement = hemo_db_prepare (
      hemo_txn_get_db (txn),
      lane == HEMO_LANE_RESULTS
          ? "SELECT " ITEM_COLUMNS "WHERE queue.state = 'waiting' AND queue.lane = ?1 " NOT_DISPUTED
            "ORDER BY queue.rank DESC, queue.seq LIMIT ?2"
          : "SELECT " ITEM_COLUMNS "WHERE queue.state = 'waiting' AND queue.lane = ?1 "
            "ORDER BY queue.rank DESC, queue.seq DESC LIMIT ?2",
      error);

  if (statement == NULL)
    return NULL;
  hemo_statement_bind_int (statement, 1, lane);
  hemo_statement_bind_int (statement, 2, limit);
  return collect_items (statement, error);
}

GPtrArray *
hemo_queue_shelf (HemoTxn *txn, int limit, GError **error)
{
  HemoStatement *statement = hemo_db_prepare (hemo_txn_get_db (txn),
                                              "SELECT " ITEM_COLUMNS "WHERE queue.state = 'stuck' "
                                              "ORDER BY queue.seq LIMIT ?1",
                                              error);

  if (statement == NULL)
    return NULL;
  hemo_statement_bind_int (statement, 1, limit);
  return collect_items (statement, error);
}

gint64
hemo_queue_count (HemoTxn *txn, HemoLane lane, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_db_prepare (hemo_txn_get_db (txn),
                         "SELECT count(*) FROM queue WHERE state = 'waiting' AND lane = ?1", error);

  if (statement == NULL)
    return -1;
  hemo_statement_bind_int (statement, 1, lane);
  if (!hemo_statement_step (statement, error))
    return -1;
  return hemo_statement_get_int (statement, 0);
}

/* Runs an UPDATE of the one waiting row @sequence, bound as ?1; @reason as ?2, the time as ?3. */
static gboolean
update (HemoTxn *txn, const char *sql, gint64 sequence, const char *reason, GError **error)
{
  g_autoptr (HemoStatement) statement = NULL;

  if (!hemo_txn_require (txn, HEMO_ACTION_SYNC, "queue", NULL, error))
    return FALSE;
  statement = hemo_db_prepare (hemo_txn_get_db (txn), sql, error);
  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_int (statement, 1, sequence);
  if (reason != NULL)
    {
      hemo_statement_bind_text (statement, 2, reason);
      hemo_statement_bind_int (statement, 3, hemo_txn_get_time (txn).utc_us);
    }
  if (!hemo_statement_run (statement, error))
    return FALSE;
  if (hemo_db_get_changes (hemo_txn_get_db (txn)) == 1)
    return TRUE;
  return hemo_record_fail (error, HEMO_STORE_ERROR_CONFLICT,
                           N_ ("This item of the queue does not wait any more."));
}

gboolean
hemo_queue_begin (HemoTxn *txn, gint64 sequence, GError **error)
{
  return update (txn,
                 "UPDATE queue SET attempts = attempts + 1 WHERE seq = ?1 AND state = 'waiting'",
                 sequence, NULL, error);
}

/* Who asked for an original is told that it is there. */
static gboolean
tell_readers (HemoTxn *txn, gint64 sequence, GError **error)
{
  g_autofree char *image = NULL;
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn), "SELECT object FROM queue WHERE seq = ?1 AND lane = 2", error);
  gboolean row = FALSE;

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_int (statement, 1, sequence);
  if (!hemo_statement_next (statement, &row, error))
    return FALSE;
  image = row ? hemo_statement_dup_text (statement, 0) : NULL;
  return image == NULL || hemo_picture_requests_answer (txn, image, HEMO_PICTURE_SENT, NULL, error);
}

gboolean
hemo_queue_received (HemoTxn *txn, const HemoQueueItem *item, GError **error)
{
  return update (txn,
                 "UPDATE queue SET state = 'received', reason = nullif(?2, ''), ended_us = ?3 "
                 "WHERE seq = ?1 AND state = 'waiting'",
                 item->sequence, "", error)
         && hemo_txn_audit (txn, "queue.received", item->kind, item->object, NULL, error)
         && tell_readers (txn, item->sequence, error);
}

#define S3_SERVER "(SELECT identity FROM server WHERE kind = '" HEMO_SERVER_S3 "')"
#define IS_DOUBTED(server)                                                                         \
  "EXISTS (SELECT 1 FROM remote_object WHERE server = " server " AND remote_object.object = "      \
  "queue.object AND remote_object.lane = queue.lane AND proven_us IS NULL AND progress = "         \
  "'" HEMO_DOUBT_MARK "') "
#define PICTURE_ORDER "ORDER BY queue.rank DESC, queue.seq DESC"

HemoQueueItem *
hemo_queue_next_picture (HemoTxn *txn, HemoLane lane, const char *const *held, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_db_prepare (hemo_txn_get_db (txn),
                         "SELECT " ITEM_COLUMNS "WHERE queue.state = 'waiting' AND queue.lane = ?1 "
                         "AND NOT " IS_DOUBTED (S3_SERVER) PICTURE_ORDER,
                         error);
  gboolean row = TRUE;

  if (statement == NULL)
    return NULL;
  hemo_statement_bind_int (statement, 1, lane);
  while (row)
    {
      if (!hemo_statement_next (statement, &row, error))
        return NULL;
      if (row && !g_strv_contains (held, hemo_statement_get_text (statement, 3)))
        return item_from_row (statement);
    }
  return NULL;
}

HemoQueueItem *
hemo_queue_next_doubted (HemoTxn *txn, const char *server, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_db_prepare (hemo_txn_get_db (txn),
                         "SELECT " ITEM_COLUMNS "WHERE queue.state = 'waiting' AND queue.lane = ?1 "
                         "AND " IS_DOUBTED ("?2") PICTURE_ORDER " LIMIT 1",
                         error);
  gboolean row = FALSE;

  if (statement == NULL)
    return NULL;
  hemo_statement_bind_int (statement, 1, HEMO_LANE_ORIGINALS);
  hemo_statement_bind_text (statement, 2, server);
  return hemo_statement_next (statement, &row, error) && row ? item_from_row (statement) : NULL;
}

/* Each change of a picture waits by itself: what they all tell of is the same file. */
gboolean
hemo_queue_received_picture (HemoTxn *txn, const HemoQueueItem *item, guint *count, GError **error)
{
  HemoStatement *statement = hemo_db_prepare (
      hemo_txn_get_db (txn),
      "SELECT " ITEM_COLUMNS
      "WHERE queue.object = ?1 AND queue.lane = ?2 AND queue.state = 'waiting' ORDER BY queue.seq",
      error);
  g_autoptr (GPtrArray) items = NULL;

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 1, item->object);
  hemo_statement_bind_int (statement, 2, item->lane);
  items = collect_items (statement, error);
  for (guint i = 0; items != NULL && i < items->len; i++)
    if (!hemo_queue_received (txn, g_ptr_array_index (items, i), error))
      return FALSE;
  if (items != NULL)
    *count = items->len;
  return items != NULL;
}

gboolean
hemo_queue_shelve (HemoTxn *txn, const HemoQueueItem *item, const char *reason, GError **error)
{
  return update (txn,
                 "UPDATE queue SET state = 'stuck', reason = ?2, ended_us = ?3 "
                 "WHERE seq = ?1 AND state = 'waiting'",
                 item->sequence, reason, error)
         && hemo_txn_audit (txn, "queue.shelved", item->kind, item->object, NULL, error);
}

gboolean
hemo_queue_retry (HemoTxn *txn, gint64 sequence, int *moved, GError **error)
{
  g_autoptr (HemoStatement) statement = NULL;
  gint64 changed;

  if (!hemo_txn_require (txn, HEMO_ACTION_SYNC, "queue", NULL, error))
    return FALSE;
  statement = hemo_db_prepare (hemo_txn_get_db (txn),
                               "UPDATE queue SET state = 'waiting', reason = NULL, ended_us = NULL "
                               "WHERE state = 'stuck' AND (?1 = 0 OR seq = ?1)",
                               error);
  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_int (statement, 1, sequence);
  if (!hemo_statement_run (statement, error))
    return FALSE;
  changed = hemo_db_get_changes (hemo_txn_get_db (txn));
  if (sequence != 0 && changed == 0)
    return hemo_record_fail (error, HEMO_STORE_ERROR_CONFLICT,
                             N_ ("This item is not on the shelf."));
  if (changed > 0 && !hemo_txn_audit (txn, "queue.retry", "queue", NULL, NULL, error))
    return FALSE;
  if (moved != NULL)
    *moved = (int)changed;
  return TRUE;
}

/* @is: (out): whether the item is of @patient, or of whom became one record with that */
static gboolean
is_of_patient (
    HemoTxn *txn, const HemoQueueItem *item, const char *patient, gboolean *is, GError **error)
{
  g_autofree char *type = NULL;
  g_autofree char *uuid = NULL;
  g_autofree char *survivor = NULL;
  g_autoptr (HemoStatement) statement = NULL;
  gboolean row = FALSE;

  if (!hemo_queue_find_group (txn, item->kind, item->object, &type, &uuid, error))
    return FALSE;
  statement = hemo_record_select (txn,
                                  "SELECT uuid FROM patient WHERE uuid = ?1 "
                                  "UNION ALL SELECT patient FROM specimen WHERE uuid = ?1 "
                                  "UNION ALL SELECT patient FROM lab_order WHERE uuid = ?1 LIMIT 1",
                                  uuid, error);
  if (statement == NULL || !hemo_statement_next (statement, &row, error))
    return FALSE;
  if (!row)
    return TRUE;
  survivor = hemo_patient_dup_survivor (txn, hemo_statement_get_text (statement, 0), error);
  *is = g_strcmp0 (survivor, patient) == 0;
  return survivor != NULL;
}

static gboolean
take_down (HemoTxn *txn, gint64 sequence, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_db_prepare (hemo_txn_get_db (txn),
                         "UPDATE queue SET state = 'waiting', reason = NULL, ended_us = NULL "
                         "WHERE seq = ?1 AND state = 'stuck'",
                         error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_int (statement, 1, sequence);
  return hemo_statement_run (statement, error);
}

gboolean
hemo_queue_mended (HemoTxn *txn, const char *patient, GError **error)
{
  g_autoptr (GPtrArray) shelf = NULL;
  guint moved = 0;

  if (!hemo_txn_require (txn, HEMO_ACTION_PATIENT_EDIT, "Patient", patient, error))
    return FALSE;
  shelf = hemo_queue_shelf (txn, SHELF_MAX, error);
  for (guint i = 0; shelf != NULL && i < shelf->len; i++)
    {
      const HemoQueueItem *item = g_ptr_array_index (shelf, i);
      gboolean is = FALSE;

      if (item->lane != HEMO_LANE_RESULTS)
        continue;
      if (!is_of_patient (txn, item, patient, &is, error)
          || (is && !take_down (txn, item->sequence, error)))
        return FALSE;
      moved += is;
    }
  return shelf != NULL
         && (moved == 0 || hemo_txn_audit (txn, "queue.retry", "Patient", patient, NULL, error));
}

gboolean
hemo_queue_is_waiting (HemoTxn *txn, const HemoQueueItem *item, gboolean *waits, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_record_select (txn,
                            "SELECT 1 FROM queue JOIN change ON change.seq = queue.change "
                            "WHERE change.uuid = ?1 AND queue.seq = ?2 AND queue.object = ?3 "
                            "AND queue.state = 'waiting'",
                            item->change, error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_int (statement, 2, item->sequence);
  hemo_statement_bind_text (statement, 3, item->object);
  return hemo_statement_next (statement, waits, error);
}

/* The specimen that a record is of; ?1: its UUID. */
#define FIND_SPECIMEN                                                                              \
  "SELECT uuid FROM specimen WHERE uuid = ?1 "                                                     \
  "UNION ALL SELECT specimen FROM image WHERE uuid = ?1 "                                          \
  "UNION ALL SELECT specimen FROM cell_count WHERE uuid = ?1 "                                     \
  "UNION ALL SELECT specimen FROM morphology WHERE uuid = ?1 "                                     \
  "UNION ALL SELECT specimen FROM platelet_count WHERE uuid = ?1 "                                 \
  "UNION ALL SELECT specimen FROM malaria_film WHERE uuid = ?1 "                                   \
  "UNION ALL SELECT specimen FROM malaria_decision WHERE uuid = ?1 "                               \
  "UNION ALL SELECT specimen FROM result WHERE uuid = ?1 "                                         \
  "UNION ALL SELECT specimen FROM reading WHERE uuid = ?1 "                                        \
  "UNION ALL SELECT specimen FROM picture_request WHERE uuid = ?1 "                                \
  "UNION ALL SELECT specimen FROM critical_call WHERE uuid = ?1 "                                  \
  "UNION ALL SELECT specimen FROM report WHERE uuid = ?1 "                                         \
  "UNION ALL SELECT uuid FROM specimen WHERE lab_order = ?1 AND parent IS NULL "

gboolean
hemo_queue_find_group (
    HemoTxn *txn, const char *kind, const char *object, char **type, char **uuid, GError **error)
{
  gboolean row = FALSE;
  g_autoptr (HemoStatement) statement = NULL;

  if (strcmp (kind, "Patient") != 0)
    {
      statement = hemo_record_select (txn,
                                      "SELECT coalesce(specimen.parent, specimen.uuid) FROM "
                                      "specimen WHERE uuid IN (" FIND_SPECIMEN ") LIMIT 1",
                                      object, error);
      if (statement == NULL || !hemo_statement_next (statement, &row, error))
        return FALSE;
    }
  *type = g_strdup (row ? "Specimen" : kind);
  *uuid = row ? hemo_statement_dup_text (statement, 0) : g_strdup (object);
  return TRUE;
}

char *
hemo_queue_find_accession (HemoTxn *txn, const char *kind, const char *object, GError **error)
{
  gboolean row = FALSE;
  g_autofree char *type = NULL;
  g_autofree char *uuid = NULL;
  g_autoptr (HemoStatement) statement = NULL;

  if (!hemo_queue_find_group (txn, kind, object, &type, &uuid, error)
      || strcmp (type, "Specimen") != 0)
    return NULL;
  statement
      = hemo_record_select (txn, "SELECT accession FROM specimen WHERE uuid = ?1", uuid, error);
  if (statement == NULL || !hemo_statement_next (statement, &row, error))
    return NULL;
  return row ? hemo_statement_dup_text (statement, 0) : NULL;
}

static HemoQueueGroup *
find_or_add (GPtrArray *groups, char *type, char *uuid, int limit)
{
  HemoQueueGroup *group;

  for (guint i = 0; i < groups->len; i++)
    {
      group = g_ptr_array_index (groups, i);
      if (strcmp (group->type, type) == 0 && strcmp (group->uuid, uuid) == 0)
        return group;
    }
  if (groups->len >= (guint)limit)
    return NULL;
  group = g_new0 (HemoQueueGroup, 1);
  group->type = g_strdup (type);
  group->uuid = g_strdup (uuid);
  group->items = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_queue_item_free);
  g_ptr_array_add (groups, group);
  return group;
}

/* Whatever else of the group waits, however far back it stands. */
static gboolean
complete_group (HemoTxn *txn, HemoQueueGroup *group, GError **error)
{
  HemoStatement *statement = hemo_record_select (
      txn,
      strcmp (group->type, "Specimen") != 0
          ? "SELECT " ITEM_COLUMNS "WHERE queue.state = 'waiting' AND queue.lane = 0 " NOT_DISPUTED
            "AND queue.object = ?1 ORDER BY queue.seq"
          : "WITH part (uuid) AS (SELECT uuid FROM specimen WHERE uuid = ?1 OR parent = ?1), "
            "record (uuid) AS (SELECT uuid FROM part "
            "UNION SELECT lab_order FROM specimen WHERE uuid = ?1 "
            "UNION SELECT uuid FROM image WHERE specimen IN part "
            "UNION SELECT uuid FROM cell_count WHERE specimen IN part "
            "UNION SELECT uuid FROM morphology WHERE specimen IN part "
            "UNION SELECT uuid FROM platelet_count WHERE specimen IN part "
            "UNION SELECT uuid FROM malaria_film WHERE specimen IN part "
            "UNION SELECT uuid FROM malaria_decision WHERE specimen IN part "
            "UNION SELECT uuid FROM result WHERE specimen IN part "
            "UNION SELECT uuid FROM critical_call WHERE specimen IN part "
            "UNION SELECT uuid FROM reading WHERE specimen IN part "
            "UNION SELECT uuid FROM picture_request WHERE specimen IN part "
            "UNION SELECT uuid FROM report WHERE specimen IN part) "
            "SELECT " ITEM_COLUMNS "WHERE queue.state = 'waiting' AND queue.lane = 0 " NOT_DISPUTED
            "AND queue.object IN record ORDER BY queue.seq",
      group->uuid, error);
  GPtrArray *items;

  if (statement == NULL)
    return FALSE;
  items = collect_items (statement, error);
  if (items == NULL)
    return FALSE;
  g_ptr_array_unref (group->items);
  group->items = items;
  return TRUE;
}

GPtrArray *
hemo_queue_groups (HemoTxn *txn, int limit, GError **error)
{
  g_autoptr (GPtrArray) groups
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_queue_group_free);
  g_autoptr (GPtrArray) items
      = hemo_queue_waiting (txn, HEMO_LANE_RESULTS, limit * ITEMS_OF_A_GROUP, error);

  if (items == NULL)
    return NULL;
  for (guint i = 0; i < items->len; i++)
    {
      const HemoQueueItem *item = g_ptr_array_index (items, i);
      g_autofree char *type = NULL;
      g_autofree char *uuid = NULL;

      if (!hemo_queue_find_group (txn, item->kind, item->object, &type, &uuid, error))
        return NULL;
      if (find_or_add (groups, type, uuid, limit) == NULL)
        break;
    }
  for (guint i = 0; i < groups->len; i++)
    if (!complete_group (txn, g_ptr_array_index (groups, i), error))
      return NULL;
  return g_steal_pointer (&groups);
}

gboolean
hemo_queue_tally (HemoTxn *txn, HemoLane lane, HemoLaneTally *out, GError **error)
{
  gboolean row = FALSE;
  HemoLaneTally tally = { 0 };
  /* In turn from an index of what waits, one of the shelf, and one of what is on its way: none has
   * a row for what was received, and it is asked several times a second. */
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn),
      "SELECT count(*), total(bytes), "
      "(SELECT count(*) FROM queue INDEXED BY queue_stuck WHERE state = 'stuck' AND lane = ?1), "
      "(SELECT total(sent) FROM remote_object INDEXED BY remote_object_open "
      "WHERE proven_us IS NULL AND lane = ?1) "
      "FROM queue INDEXED BY queue_newest WHERE state = 'waiting' AND lane = ?1",
      error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_int (statement, 1, lane);
  if (!hemo_statement_next (statement, &row, error))
    return FALSE;
  if (row)
    {
      tally.waiting = hemo_statement_get_int (statement, 0);
      tally.bytes = (gint64)hemo_statement_get_double (statement, 1);
      tally.stuck = hemo_statement_get_int (statement, 2);
      tally.sent = (gint64)hemo_statement_get_double (statement, 3);
    }
  *out = tally;
  return TRUE;
}
