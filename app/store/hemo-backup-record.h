/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The last backup that was read back, and how safe all that is here is. */

#pragma once

#include "hemo-txn.h"

G_BEGIN_DECLS

/* A backup that is older proves nothing any more. */
#define HEMO_BACKUP_DAYS 7

/**
 * HemoBackupRecord:
 * @at_us: when it was made, UTC microseconds; 0: never
 * @last_change: number of the newest change that is in it
 * @changes_since: changes that are not in it
 */
typedef struct
{
  gint64 at_us;
  gint64 last_change;
  gint64 changes_since;
} HemoBackupRecord;

/* For everybody who is signed in. */
gboolean hemo_backup_record_load (HemoTxn *txn, HemoBackupRecord *out, GError **error);
/* Whether it is from the last %HEMO_BACKUP_DAYS days, and not from a clock's future. */
gboolean hemo_backup_record_is_fresh (const HemoBackupRecord *self, gint64 now_us);

/**
 * HemoSafetyTally:
 * @saved: cases in this store
 * @backed_up: those of which all is in the last backup, while that is fresh
 * @received: those of which a server has proven to have all records as they are now
 * @read: those that a pathologist has read on request
 * @waiting: changes that wait, by HemoLane
 * @stuck: on the shelf, with a reason
 */
typedef struct
{
  gint64 saved;
  gint64 backed_up;
  gint64 received;
  gint64 read;
  gint64 waiting[HEMO_LANE_NONE];
  gint64 stuck;
  HemoBackupRecord backup;
} HemoSafetyTally;

gboolean hemo_safety_tally (HemoTxn *txn, HemoSafetyTally *out, GError **error);

G_END_DECLS
