/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whether two folders lie on two disks: a second file system, a loop device or another volume of
 * the same disk goes with it. */

#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/**
 * HemoDiskAnswer:
 * @HEMO_DISK_UNKNOWN: nothing tells where one of them lies, or it is gone when the power is
 * @HEMO_DISK_SAME: at least one disk holds of both
 * @HEMO_DISK_OTHER: no disk does, or one of them lies on another computer
 */
typedef enum
{
  HEMO_DISK_UNKNOWN,
  HEMO_DISK_SAME,
  HEMO_DISK_OTHER,
} HemoDiskAnswer;

/* Where two paths lie to each other. */
typedef HemoDiskAnswer (*HemoDiskCompare) (const char *here, const char *there);

/* By what the kernel says of both. A file that cannot be looked at is %HEMO_DISK_UNKNOWN. */
HemoDiskAnswer hemo_disk_compare (const char *here, const char *there);

/* Whether it is known that both lie on one disk. A file that cannot be looked at lies on none. */
gboolean hemo_disk_is_shared (const char *here, const char *there);

/**
 * HemoDiskPlace: what a file system says of a file
 * @device: its st_dev
 * @mount: number of the mount, as in mountinfo
 * @memory: it lies in memory, or over others that may
 */
typedef struct
{
  dev_t device;
  guint64 mount;
  gboolean memory;
} HemoDiskPlace;

/**
 * HemoDiskView: where it is looked
 * @root: (not nullable): stands before /sys, /proc and /dev; "" for those of the kernel
 * @look: FALSE where there is no such file
 */
typedef struct
{
  const char *root;
  gboolean (*look) (const char *path, HemoDiskPlace *place);
} HemoDiskView;

HemoDiskAnswer hemo_disk_compare_in (const HemoDiskView *view, const char *here, const char *there);

G_END_DECLS
