/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Files that outlive a power cut: temporary file, fsync, rename, fsync of the folder.
 *
 * A failed fsync is a failed write: after one the kernel may have dropped the pages and says so
 * only once, so nothing here asks again. Errors are of G_IO_ERROR; G_IO_ERROR_NO_SPACE when there
 * is no room. Only want of memory is HEMO_VAULT_ERROR_FAILED. A file is either whole under its name
 * or not there; what a cut leaves ends in
 * '.part'. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What files end in while they are written. */
#define HEMO_DURABLE_PART ".part"

/**
 * hemo_durable_write:
 * @path: replaced if it is there
 * @temporary_folder: where it is written first, on the same file system; NULL: beside @path
 *
 * On the disk under its name when it returns TRUE; readable by this user only.
 */
gboolean
hemo_durable_write (const char *path, const char *temporary_folder, GBytes *bytes, GError **error);

/* @bytes: more than at the last call */
typedef void (*HemoDurableProgress) (guint64 bytes, gpointer data);

/**
 * hemo_durable_write_steadily:
 * @path: replaced if it is there; written beside it first
 *
 * As hemo_durable_write(), in pieces, each on the medium before the next one: on a slow stick
 * @progress tells the truth, and what is cancelled ends within a piece, with @path as it was.
 */
gboolean hemo_durable_write_steadily (const char *path,
                                      GBytes *bytes,
                                      HemoDurableProgress progress,
                                      gpointer data,
                                      GCancellable *cancellable,
                                      GError **error);

/* Renames, then syncs the folder of @to (and that of @from where it is another). */
gboolean hemo_durable_rename (const char *from, const char *to, GError **error);

/* Whether the names in @folder are on the disk. */
gboolean hemo_durable_sync_folder (const char *folder, GError **error);

/* Makes @folder, for this user only, unless it is there; syncs its parent if it made it. */
gboolean hemo_durable_make_folder (const char *folder, GError **error);

/* A whole file of at most @limit bytes, G_IO_ERROR_MESSAGE_TOO_LARGE above. (transfer full) */
GBytes *hemo_durable_read (const char *path, guint64 limit, GError **error);

/**
 * hemo_durable_hash:
 * @size: (out) (optional): bytes
 * @from_disk: asks the kernel to forget what it has in memory first, so that the medium is read
 *
 * SHA-256 of a file in pieces, lower-case hexadecimal. (transfer full)
 */
char *hemo_durable_hash (const char *path,
                         gboolean from_disk,
                         guint64 *size,
                         HemoDurableProgress progress,
                         gpointer data,
                         GCancellable *cancellable,
                         GError **error);

/**
 * hemo_durable_copy:
 * @sha256: (out) (optional) (transfer full): of what was read from @from
 * @size: (out) (optional): bytes
 *
 * Copies as '@to.part', syncs, reads back from the medium and compares (G_IO_ERROR_INVALID_DATA
 * when it is not the same), then renames. Until then @to is as it was before.
 */
gboolean hemo_durable_copy (const char *from,
                            const char *to,
                            char **sha256,
                            guint64 *size,
                            HemoDurableProgress progress,
                            gpointer data,
                            GCancellable *cancellable,
                            GError **error);

/* Bytes that may still be written to the file system of @folder. */
gboolean hemo_durable_free_space (const char *folder, guint64 *bytes, GError **error);

G_END_DECLS
