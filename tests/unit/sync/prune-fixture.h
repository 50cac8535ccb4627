/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Originals that may leave: a signed case of long ago, received and backed up. */

#pragma once

#include "hemo-prune-private.h"

#include "sync-fixture.h"

#define PICTURES 2
#define OLD_DAYS 45

/**
 * Pruning: a signed case of long ago with its pictures, received and backed up
 * @stick: a backup on another device
 * @image, @bytes: of each picture
 */
typedef struct
{
  Syncing sync;
  char *root;
  char *stick;
  HemoImage *image[PICTURES];
  GBytes *bytes[PICTURES];
} Pruning;

void pruning_set_up (Pruning *self, gconstpointer data);
void pruning_tear_down (Pruning *self, gconstpointer data);

/* Of the clinic, and an administrator in it. (transfer none) */
HemoClinic *pruning_clinic (Pruning *self);
HemoSession *pruning_user (Pruning *self);

/* HemoDiskCompare: another device is another disk, as the stick's may lie in memory. */
HemoDiskAnswer pruning_compare (const char *here, const char *there);

void pruning_run_sql (Pruning *self, const char *sql);
gint64 pruning_count (Pruning *self, const char *sql);
void pruning_back_up (Pruning *self, const char *target);
/* HemoStoreJob; @data: days */
gboolean pruning_retention_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error);
void pruning_set_retention (Pruning *self, int days);

/* What a look says of all originals. */
HemoPruneTally pruning_look (Pruning *self);
/* That it keeps so many @images for that @reason and no other; @name: of the case that is tried */
void pruning_assert_kept (Pruning *self, const char *name, HemoPruneReason reason, guint images);
/* Whether the file of a picture is here. */
gboolean pruning_is_here (Pruning *self, guint i);
void pruning_assert_all_here (Pruning *self);
