/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One look through a watched folder, on a thread. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HemoWatchFind:
 * @bytes: (nullable): a new picture
 * @sha256: of @bytes
 * @name: of the file, without its folder
 * @refusal: (nullable): why the file is not taken
 * @late: whether the file was there, or begun, at the end of a pause
 */
typedef struct
{
  GBytes *bytes;
  char *sha256;
  char *name;
  char *refusal;
  gboolean late;
} HemoWatchFind;

void hemo_watch_find_free (HemoWatchFind *self);

/**
 * HemoWatchScan:
 *
 * What is known of the folder from look to look. Used by one thread at a time.
 *
 * @found: (element-type HemoWatchFind): of the last look
 * @n_waiting: files that were not complete at the last look
 * @more: whether the last look ended early, so that no more than a few pictures are in memory
 * @error: (nullable): why the folder could not be read
 * @monitor: (nullable): of the folder, made at a look
 * @mark_late: set before a look that follows a pause; what the next whole look leaves waiting came
 *   during it, however long it takes to be written
 */
typedef struct
{
  char *path;
  gboolean subfolders;
  gboolean take_existing;
  GHashTable *known;
  GHashTable *files;
  gboolean begun;
  gboolean mark_late;

  GPtrArray *found;
  guint n_waiting;
  gboolean more;
  GError *error;
  GFileMonitor *monitor;

  /* Of one look. */
  gint64 now;
  guint64 look;
  guint n_entries;
} HemoWatchScan;

HemoWatchScan *hemo_watch_scan_new (const char *path);
void hemo_watch_scan_free (HemoWatchScan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoWatchScan, hemo_watch_scan_free)

/* @sha256: 64 hexadecimal digits */
void hemo_watch_scan_add_known (HemoWatchScan *self, const char *sha256);
/* The next look is the first again: what is there then is left alone, unless it is to be taken. */
void hemo_watch_scan_begin_anew (HemoWatchScan *self);
/* Looks once; @now on the monotonic clock, in microseconds. */
void hemo_watch_scan_look (HemoWatchScan *self, gint64 now, GCancellable *cancellable);

G_END_DECLS
