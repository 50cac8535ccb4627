/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which originals may leave this laptop by what the store knows, and which did. */

#include "hemo-prune-private.h"

#include "hemo-backup-record.h"
#include "hemo-clock.h"
#include "hemo-incoming-table.h"
#include "hemo-maintenance-private.h"
#include "hemo-records-private.h"
#include "hemo-remote-table.h"
#include "hemo-sealed-private.h"

#include <glib/gi18n.h>

#define SETTING_RETENTION "images.retention_days"
#define RETENTION_MOST (100 * 366)

static const char *const codes[HEMO_PRUNE_REASONS] = {
  [HEMO_PRUNE_MAY] = "may",         [HEMO_PRUNE_BEFORE] = "before",
  [HEMO_PRUNE_OFF] = "off",         [HEMO_PRUNE_CLOCK] = "clock",
  [HEMO_PRUNE_DAMAGED] = "damaged", [HEMO_PRUNE_UNSIGNED] = "unsigned",
  [HEMO_PRUNE_OPEN] = "open",       [HEMO_PRUNE_READING] = "reading",
  [HEMO_PRUNE_ASKED] = "asked",     [HEMO_PRUNE_DISPUTED] = "disputed",
  [HEMO_PRUNE_SENDING] = "sending", [HEMO_PRUNE_YOUNG] = "young",
  [HEMO_PRUNE_PREVIEW] = "preview", [HEMO_PRUNE_SERVER] = "server",
  [HEMO_PRUNE_BACKUP] = "backup",
};

const char *
hemo_prune_reason_to_code (HemoPruneReason reason)
{
  return (guint)reason < HEMO_PRUNE_REASONS ? codes[reason] : NULL;
}

void
hemo_prune_item_free (HemoPruneItem *self)
{
  g_free (self->image);
  g_free (self->server);
  g_free (self->key);
  g_free (self->sealed_sha256);
  g_clear_pointer (&self->signature, g_bytes_unref);
  g_free (self);
}

gboolean
hemo_retention_load (HemoTxn *txn, int *days, GError **error)
{
  gboolean row = FALSE;
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn, "SELECT value FROM setting WHERE key = ?1", SETTING_RETENTION, error);

  if (statement == NULL || !hemo_statement_next (statement, &row, error))
    return FALSE;
  *days = row ? (int)hemo_statement_get_int (statement, 0) : 0;
  return TRUE;
}

gboolean
hemo_retention_save (HemoTxn *txn, int days, GError **error)
{
  g_autofree char *detail = g_strdup_printf ("%d days", days);

  if (!hemo_txn_require (txn, HEMO_ACTION_SETTINGS_EDIT, "retention", NULL, error))
    return FALSE;
  if (days != 0 && (days < HEMO_RETENTION_LEAST || days > RETENTION_MOST))
    return hemo_record_refuse (error, N_ ("Originals are kept for at least 30 days and at most 100 "
                                          "years; 0 keeps them for ever."));
  return hemo_maintenance_set (txn, SETTING_RETENTION, days, error)
         && hemo_txn_audit (txn, "retention.edit", NULL, NULL, detail, error);
}

gboolean
hemo_image_is_pruned (HemoTxn *txn, const char *image, gboolean *pruned, GError **error)
{
  g_autofree char *backup = NULL;

  if (!hemo_pruned_load (txn, image, &backup, error))
    return FALSE;
  *pruned = backup != NULL;
  return TRUE;
}

gboolean
hemo_pruned_count (HemoTxn *txn, const char *kind, int *count, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "SELECT count(*) FROM pruned_image JOIN server ON server.identity = pruned_image.server "
      "WHERE kind = ?1",
      kind, error);

  if (statement == NULL || !hemo_statement_step (statement, error))
    return FALSE;
  *count = (int)hemo_statement_get_int (statement, 0);
  return TRUE;
}

gboolean
hemo_pruned_load (HemoTxn *txn, const char *image, char **backup, GError **error)
{
  gboolean row = FALSE;
  g_autoptr (HemoStatement) statement
      = hemo_record_select (txn, "SELECT backup FROM pruned_image WHERE image = ?1", image, error);

  *backup = NULL;
  if (statement == NULL || !hemo_statement_next (statement, &row, error))
    return FALSE;
  if (row)
    *backup = hemo_statement_dup_text (statement, 0);
  return TRUE;
}

/**
 * Judging: what all originals are judged by
 * @retention: microseconds; 0: none was set
 * @now: UTC microseconds; 0: nobody knows
 * @last_change: that is in the last backup
 * @disputed, @unsent: UUIDs of tubes
 */
typedef struct
{
  gint64 retention;
  gint64 now;
  gint64 last_change;
  GHashTable *disputed;
  GHashTable *unsent;
} Judging;

static void
judging_clear (Judging *self)
{
  g_clear_pointer (&self->disputed, g_hash_table_unref);
  g_clear_pointer (&self->unsent, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Judging, judging_clear)

/* Adds what the first column of @sql holds. */
static gboolean
collect (HemoTxn *txn, const char *sql, GHashTable *tubes, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_db_prepare (hemo_txn_get_db (txn), sql, error);
  gboolean row = TRUE;

  if (statement == NULL)
    return FALSE;
  while (row)
    {
      if (!hemo_statement_next (statement, &row, error))
        return FALSE;
      if (row)
        g_hash_table_add (tubes, hemo_statement_dup_text (statement, 0));
    }
  return TRUE;
}

/* What waits for a person is of a record here, or noted with the case that it is about: many a
 * version of others has no record here. */
#define DISPUTED_RECORDS                                                                           \
  "WITH late AS MATERIALIZED (SELECT id FROM incoming WHERE " HEMO_INCOMING_HOLDS ")"              \
  " " HEMO_TUBES_OF
#define DISPUTED_NOTES                                                                             \
  "SELECT substr (meta.key, 11) FROM incoming JOIN meta ON meta.key GLOB 'sync.case.*' "           \
  "AND instr (' ' || replace (meta.value, 'r', '') || ' ', ' ' || incoming.seq || ' ') > 0 "       \
  "WHERE " HEMO_INCOMING_HOLDS
#define UNSENT                                                                                     \
  "WITH late AS MATERIALIZED (SELECT object FROM queue WHERE state <> 'received' AND lane = "      \
  "0) " HEMO_TUBES_OF " UNION SELECT specimen.uuid FROM case_state "                               \
  "JOIN specimen ON specimen.id = case_state.specimen WHERE " HEMO_CASE_IS_AHEAD

static gboolean
collect_unread (HemoTxn *txn, GHashTable *tubes, GError **error)
{
  g_auto (GStrv) unread = hemo_incoming_unread (txn, error);

  for (guint i = 0; unread != NULL && unread[i] != NULL; i++)
    g_hash_table_add (tubes, g_strdup (unread[i]));
  return unread != NULL;
}

static GHashTable *
tube_set (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static gboolean
judging_open (Judging *self, HemoTxn *txn, gint64 server_now, GError **error)
{
  HemoBackupRecord backup = { 0 };
  gint64 newest = 0, now = hemo_txn_get_time (txn).utc_us;
  gboolean sends = FALSE;
  int days = 0;

  self->disputed = tube_set ();
  self->unsent = tube_set ();
  if (!hemo_retention_load (txn, &days, error) || !hemo_clock_newest_record (txn, &newest, error)
      || !hemo_backup_record_load (txn, &backup, error)
      || !hemo_server_is_set (txn, HEMO_SERVER_FHIR, &sends, error)
      || !collect (txn, DISPUTED_RECORDS, self->disputed, error)
      || !collect (txn, DISPUTED_NOTES, self->disputed, error)
      || !collect_unread (txn, self->disputed, error)
      || (sends && !collect (txn, UNSENT, self->unsent, error)))
    return FALSE;
  self->retention = days * G_TIME_SPAN_DAY;
  if (hemo_clock_is_plausible (now, newest))
    self->now = server_now > 0 ? MIN (now, server_now) : now;
  self->last_change = backup.at_us > 0 ? backup.last_change : 0;
  return TRUE;
}

/* Columns by their numbers below. Of the report the newest version says what the case is, and the
 * latest signature when its time began. A reading that differs is a dispute until the report was
 * signed anew. */
#define JUDGE                                                                                      \
  "SELECT image.uuid, image.sealed_sha256, image.sealed_bytes, image.signature, image.damaged, "   \
  "image.focus >= 0 AND EXISTS (SELECT 1 FROM image_preview AS p WHERE p.image = image.uuid), "    \
  "EXISTS (SELECT 1 FROM pruned_image AS g WHERE g.image = image.uuid), tube.uuid, "               \
  "coalesce (case_state.state = 5 AND NOT case_state.touched, 0), "                                \
  "coalesce (newest.status IN ('final', 'amended', 'corrected'), 0), "                             \
  "coalesce (newest.signed_by_hand, 0), "                                                          \
  "coalesce ((SELECT max (signed_us) FROM report_version WHERE report = report.uuid), 0), "        \
  "EXISTS (SELECT 1 FROM reading AS r WHERE r.specimen = tube.uuid "                               \
  "AND r.state IN ('requested', 'accepted')), "                                                    \
  "EXISTS (SELECT 1 FROM reading AS r WHERE r.specimen = tube.uuid AND r.state = 'completed' "     \
  "AND r.conclusion IN ('differs', 'unclear') "                                                    \
  "AND r.report_version >= coalesce (newest.version, 0)), "                                        \
  "EXISTS (SELECT 1 FROM picture_request AS a WHERE a.state = 'asked' "                            \
  "AND (a.specimen = tube.uuid OR a.image = image.uuid)), "                                        \
  "coalesce ((SELECT min (seq) FROM change WHERE object = image.uuid), 0), "                       \
  "object.server, object.key, "                                                                    \
  "EXISTS (SELECT 1 FROM queue WHERE object = image.uuid AND lane = 2 AND state <> 'received') "   \
  "FROM image JOIN specimen AS part ON part.uuid = image.specimen "                                \
  "JOIN specimen AS tube ON tube.uuid = coalesce (part.parent, part.uuid) "                        \
  "LEFT JOIN case_state ON case_state.specimen = tube.id "                                         \
  "LEFT JOIN report ON report.specimen = tube.uuid "                                               \
  "LEFT JOIN report_version AS newest ON newest.report = report.uuid AND newest.version = "        \
  "(SELECT max (version) FROM report_version WHERE report = report.uuid) "                         \
  "LEFT JOIN server ON server.kind = 's3' "                                                        \
  "LEFT JOIN remote_object AS object ON object.server = server.identity "                          \
  "AND object.object = image.uuid AND object.lane = 2 AND object.proven_us > 0 "                   \
  "AND object.sha256 = image.sealed_sha256 AND object.bytes = image.sealed_bytes "                 \
  "WHERE ?1 IS NULL OR image.uuid = ?1 ORDER BY image.id"

/* The order is that in which a person would ask. */
static HemoPruneReason
judge (const Judging *self, HemoStatement *row)
{
  const char *tube = hemo_statement_get_text (row, 7);
  gint64 signed_us = hemo_statement_get_int (row, 11), added = hemo_statement_get_int (row, 15);

  if (hemo_statement_get_int (row, 6))
    return HEMO_PRUNE_BEFORE;
  if (self->retention <= 0)
    return HEMO_PRUNE_OFF;
  if (hemo_statement_get_int (row, 4))
    return HEMO_PRUNE_DAMAGED;
  if (!hemo_statement_get_int (row, 9))
    return HEMO_PRUNE_UNSIGNED;
  if (!hemo_statement_get_int (row, 8))
    return HEMO_PRUNE_OPEN;
  if (hemo_statement_get_int (row, 12))
    return HEMO_PRUNE_READING;
  if (hemo_statement_get_int (row, 14))
    return HEMO_PRUNE_ASKED;
  if (hemo_statement_get_int (row, 13) || g_hash_table_contains (self->disputed, tube))
    return HEMO_PRUNE_DISPUTED;
  if (g_hash_table_contains (self->unsent, tube))
    return HEMO_PRUNE_SENDING;
  if (self->now == 0 || hemo_statement_get_int (row, 10) || signed_us <= 0)
    return HEMO_PRUNE_CLOCK;
  if (self->now - signed_us < self->retention)
    return HEMO_PRUNE_YOUNG;
  if (!hemo_statement_get_int (row, 5))
    return HEMO_PRUNE_PREVIEW;
  if (hemo_statement_get_text (row, 16) == NULL || hemo_statement_get_int (row, 18))
    return HEMO_PRUNE_SERVER;
  return added > 0 && added <= self->last_change ? HEMO_PRUNE_MAY : HEMO_PRUNE_BACKUP;
}

static HemoPruneItem *
item_from_row (const Judging *judging, HemoStatement *row)
{
  HemoPruneItem *self = g_new0 (HemoPruneItem, 1);

  self->image = hemo_statement_dup_text (row, 0);
  self->sealed_sha256 = hemo_statement_dup_text (row, 1);
  self->bytes = hemo_statement_get_int (row, 2);
  self->signature = hemo_statement_dup_bytes (row, 3);
  self->server = hemo_statement_dup_text (row, 16);
  self->key = hemo_statement_dup_text (row, 17);
  self->reason = judge (judging, row);
  return self;
}

GPtrArray *
hemo_prune_judge (HemoTxn *txn, const char *image, gint64 server_now, GError **error)
{
  g_auto (Judging) judging = { 0 };
  g_autoptr (HemoStatement) statement = NULL;
  g_autoptr (GPtrArray) items
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_prune_item_free);
  gboolean row = TRUE;

  if (!hemo_txn_require (txn, HEMO_ACTION_IMAGE_PRUNE, "image", image, error)
      || !judging_open (&judging, txn, server_now, error))
    return NULL;
  statement = hemo_record_select (txn, JUDGE, image, error);
  if (statement == NULL)
    return NULL;
  while (row)
    {
      if (!hemo_statement_next (statement, &row, error))
        return NULL;
      if (row)
        g_ptr_array_add (items, item_from_row (&judging, statement));
    }
  return g_steal_pointer (&items);
}

gboolean
hemo_pruned_add (HemoTxn *txn, const HemoPruneItem *item, const char *backup, GError **error)
{
  g_autofree char *detail = g_strdup_printf ("server %s, backup of %s", item->server, backup);
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "INSERT INTO pruned_image (image, server, backup, pruned_by, pruned_us) "
      "VALUES (?1, ?2, ?3, ?4, ?5)",
      item->image, error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 2, item->server);
  hemo_statement_bind_text (statement, 3, backup);
  hemo_statement_bind_text (statement, 4, hemo_record_actor (txn));
  hemo_statement_bind_int (statement, 5, hemo_txn_get_time (txn).utc_us);
  return hemo_statement_run (statement, error)
         && hemo_txn_audit (txn, "image.prune", "image", item->image, detail, error);
}

gboolean
hemo_pruned_remove (HemoTxn *txn, const char *image, const char *what, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_record_select (txn, "DELETE FROM pruned_image WHERE image = ?1", image, error);

  if (statement == NULL || !hemo_statement_run (statement, error))
    return FALSE;
  return hemo_db_get_changes (hemo_txn_get_db (txn)) == 0
         || (hemo_pruned_send_again (txn, image, error)
             && hemo_txn_audit (txn, what, "image", image, NULL, error));
}

gboolean
hemo_pruned_settle (HemoTxn *txn, const char *image, const char *sealed_sha256, GError **error)
{
  gboolean row = FALSE;
  g_autoptr (HemoStatement) statement
      = hemo_record_select (txn, "SELECT sealed_sha256 FROM image WHERE uuid = ?1", image, error);

  if (statement == NULL || !hemo_statement_next (statement, &row, error))
    return FALSE;
  return !row || g_strcmp0 (hemo_statement_get_text (statement, 0), sealed_sha256) != 0
         || hemo_pruned_remove (txn, image, "image.unpruned", error);
}

/* UUIDs of those that were pruned and are in @came with their own hash. (transfer full) */
static GPtrArray *
list_came (HemoTxn *txn, GHashTable *came, GError **error)
{
  gboolean row = TRUE;
  g_autoptr (GPtrArray) images = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn),
      "SELECT uuid, sealed_sha256 FROM pruned_image JOIN image ON uuid = image", error);

  if (statement == NULL)
    return NULL;
  while (row)
    {
      if (!hemo_statement_next (statement, &row, error))
        return NULL;
      if (!row)
        break;
      g_autofree char *name = hemo_sealed_image_name (hemo_statement_get_text (statement, 0));
      const char *sha256 = g_hash_table_lookup (came, name);
      if (sha256 != NULL && g_str_equal (sha256, hemo_statement_get_text (statement, 1)))
        g_ptr_array_add (images, hemo_statement_dup_text (statement, 0));
    }
  return g_steal_pointer (&images);
}

gboolean
hemo_pruned_settle_all (HemoTxn *txn, GHashTable *came, GError **error)
{
  g_autoptr (GPtrArray) images = list_came (txn, came, error);
  g_autofree char *detail = NULL;

  if (images == NULL)
    return FALSE;
  for (guint i = 0; i < images->len; i++)
    {
      g_autoptr (HemoStatement) statement = hemo_record_select (
          txn, "DELETE FROM pruned_image WHERE image = ?1", images->pdata[i], error);

      if (statement == NULL || !hemo_statement_run (statement, error)
          || !hemo_pruned_send_again (txn, images->pdata[i], error))
        return FALSE;
    }
  detail = g_strdup_printf ("%u came with the backup", images->len);
  return images->len == 0 || hemo_txn_audit (txn, "image.unpruned", NULL, NULL, detail, error);
}

GHashTable *
hemo_pruned_names (HemoTxn *txn, GError **error)
{
  gboolean row = TRUE;
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (HemoStatement) statement
      = hemo_db_prepare (hemo_txn_get_db (txn), "SELECT image FROM pruned_image", error);

  if (statement == NULL)
    return NULL;
  while (row)
    {
      if (!hemo_statement_next (statement, &row, error))
        return NULL;
      if (row)
        g_hash_table_insert (names, hemo_sealed_image_name (hemo_statement_get_text (statement, 0)),
                             hemo_statement_dup_text (statement, 0));
    }
  return g_steal_pointer (&names);
}

typedef struct
{
  const char *image;
  gboolean pruned;
} Look;

static gboolean
look_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Look *look = data;

  return hemo_image_is_pruned (txn, look->image, &look->pruned, error);
}

void
hemo_pruned_explain (HemoStore *store, const char *image, GError **error)
{
  Look look = { .image = image };

  if (!g_error_matches (*error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND)
      || !hemo_store_read (store, NULL, look_job, &look, NULL, NULL) || !look.pruned)
    return;
  g_clear_error (error);
  g_set_error_literal (
      error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_ELSEWHERE,
      N_ ("The original of this picture was taken off this laptop to make room. The "
          "clinic's server has it: bring it back with 'hemogram-cli sync fetch'."));
}
