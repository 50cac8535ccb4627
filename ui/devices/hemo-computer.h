/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is about to run out: the battery, the disk. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Below this share of its charge a battery that is not charged is said. */
#define HEMO_COMPUTER_BATTERY_PERCENT 15
/* Below this much free space: a busy day's pictures. */
#define HEMO_COMPUTER_DISK_BYTES ((guint64)1024 * 1024 * 1024)

/* So much is kept free for counts and reports: no picture takes of it. */
#define HEMO_COMPUTER_RESERVE_BYTES ((guint64)128 * 1024 * 1024)

/**
 * hemo_computer_look_async:
 * @directory: of the clinic
 *
 * Reads /sys/class/power_supply (or the folder that HEMOGRAM_POWER_SUPPLY names) and the free space
 * of the disk, on another thread. HEMOGRAM_DISK_BYTES stands for the limit in tests.
 */
void hemo_computer_look_async (const char *directory, GAsyncReadyCallback callback, gpointer data);
/* What to say, in the window's language; NULL when nothing runs out. (transfer full) */
char *hemo_computer_look_finish (GAsyncResult *result);

/**
 * hemo_computer_check_room:
 * @directory: of the clinic
 * @bytes: of a picture
 *
 * Whether the picture can surely be kept, sealed and with what belongs to it, and leaves enough to
 * go on counting. %G_IO_ERROR_NO_SPACE, in the window's language, when not. Asks the disk: not on
 * main. HEMOGRAM_RESERVE_BYTES stands for the limit in tests.
 */
gboolean hemo_computer_check_room (const char *directory, guint64 bytes, GError **error);

G_END_DECLS
