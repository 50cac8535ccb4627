/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What backup, restore and verify share. */

#pragma once

#include "hemo-clinic.h"

G_BEGIN_DECLS

#define HEMO_MAINTENANCE_DATABASE "hemogram.db"

/* Settings that tell what is backed up: when (UTC microseconds), and the last change that was in.
 */
#define HEMO_SETTING_BACKUP_AT "backup.at"
#define HEMO_SETTING_BACKUP_CHANGE "backup.change"

/* How far a long work has come. */
typedef struct
{
  HemoProgress progress;
  gpointer data;
  gint64 done;
  gint64 total;
} HemoMeter;

void hemo_meter_add (HemoMeter *self, gint64 bytes);

/* A reading connection of the calling thread's own, so that a long work keeps nobody waiting. Only
 * under hemo_maintenance_keep_key(), which the connection may not outlive. (transfer full) */
HemoDb *hemo_maintenance_open_database (HemoStore *store, GError **error);
/* The store keeps its key as long as the result lives: a change of it waits. Not to be held while
 * waiting for a person, nor for anything but the copy itself. (transfer full) */
GRWLockReaderLocker *hemo_maintenance_keep_key (HemoStore *store);
/* What @db reads from now on is the store as it is at this moment. */
gboolean hemo_maintenance_hold_moment (HemoDb *db, GError **error);

gboolean hemo_maintenance_set (HemoTxn *txn, const char *key, gint64 value, GError **error);

/* Of a row 'cell_count': it is open, or was closed after anything of its case was received. Counts
 * are logged without a place in the queue: they leave with the case. */
#define HEMO_COUNT_IS_AHEAD                                                                        \
  "(NOT cell_count.closed OR (SELECT max(seq) FROM change WHERE object = cell_count.uuid) > "      \
  "coalesce((SELECT max(queue.change) FROM queue WHERE queue.lane = 0 "                            \
  "AND queue.state = 'received' AND queue.object IN ("                                             \
  "SELECT cell_count.specimen "                                                                    \
  "UNION ALL SELECT uuid FROM result WHERE result.specimen = cell_count.specimen "                 \
  "UNION ALL SELECT uuid FROM report WHERE report.specimen = cell_count.specimen)), 0))"

G_END_DECLS
