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

/* A reading connection of the calling thread's own, so that a long work keeps nobody waiting.
 * (transfer full) */
HemoDb *hemo_maintenance_open_database (HemoStore *store, GError **error);
/* What @db reads from now on is the store as it is at this moment. */
gboolean hemo_maintenance_hold_moment (HemoDb *db, GError **error);

gboolean hemo_maintenance_set (HemoTxn *txn, const char *key, gint64 value, GError **error);

G_END_DECLS
