/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Writing files to a folder that is carried away, usually on a stick, and proving that they are
 * there.
 *
 * Each file is written as 'NAME.part', synced, renamed, its folder synced; then it is read back
 * from the medium and its SHA-256 compared. SHA256SUMS comes last, the same way, so that `sha256sum
 * -c SHA256SUMS` checks the folder anywhere; lines of earlier exports to the same folder stay. What
 * is already there whole is kept, so an export that was cut goes on where it was. The source is
 * only ever read. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define HEMO_EXPORT_ERROR (hemo_export_error_quark ())

/**
 * HemoExportError:
 * @HEMO_EXPORT_ERROR_NAME: a file name that may not be used
 * @HEMO_EXPORT_ERROR_SPACE: there is no room, known before or met while writing
 * @HEMO_EXPORT_ERROR_TOO_LARGE: a file is larger than the file system of the stick can hold
 * @HEMO_EXPORT_ERROR_DEVICE: the folder cannot be written or read: pulled out, broken, read-only
 * @HEMO_EXPORT_ERROR_DIFFERENT: what was read back is not what was written
 * @HEMO_EXPORT_ERROR_SOURCE: a file could not be made; the message is its maker's
 * @HEMO_EXPORT_ERROR_SEALING: a PDF or a package could not be protected with the password
 */
typedef enum
{
  HEMO_EXPORT_ERROR_NAME,
  HEMO_EXPORT_ERROR_SPACE,
  HEMO_EXPORT_ERROR_TOO_LARGE,
  HEMO_EXPORT_ERROR_DEVICE,
  HEMO_EXPORT_ERROR_DIFFERENT,
  HEMO_EXPORT_ERROR_SOURCE,
  HEMO_EXPORT_ERROR_SEALING,
} HemoExportError;

GQuark hemo_export_error_quark (void);

/* The list of sums, in the form of sha256sum. */
#define HEMO_EXPORT_SUMS "SHA256SUMS"

/* Makes the bytes of a file when its turn comes, on a thread of its own while the one before is
 * written; one after the other, in their order. (transfer full) */
typedef GBytes *(*HemoExportMake) (gpointer data, GCancellable *cancellable, GError **error);

/* @done, @total: bytes, where a file that is not made yet counts with its estimate. */
typedef void (*HemoExportProgress) (guint64 done, guint64 total, gpointer data);

/**
 * HemoExportResult:
 * @name: as it was added
 * @bytes: size; 0 as long as it is not known
 * @sha256: lower-case hexadecimal, or NULL when the file was not reached
 * @written: it was written by this run and has its name
 * @kept: it was there already with the same content
 * @removed: it was of an earlier export, as hemo_export_remove() says
 * @verified: it was read back from the medium and is whole; of one that is @removed, it is not
 * there any more
 *
 * What became of one file. It arrived if @verified.
 */
typedef struct
{
  char *name;
  guint64 bytes;
  char *sha256;
  gboolean written;
  gboolean kept;
  gboolean removed;
  gboolean verified;
} HemoExportResult;

void hemo_export_result_free (HemoExportResult *self);
/* (transfer full) (element-type HemoExportResult) */
GPtrArray *hemo_export_results_copy (GPtrArray *results);

typedef enum
{
  HEMO_EXPORT_WAITING,
  HEMO_EXPORT_MAKING,
  HEMO_EXPORT_WRITING,
  HEMO_EXPORT_READING,
  HEMO_EXPORT_ENDED,
} HemoExportStage;

/**
 * HemoExportWatch:
 * @file: its place in hemo_export_get_results()
 * @files: how many there are
 * @result: what became of it so far; when it ended, whether it arrived
 * @done: bytes of this stage; all of them are @result's
 *
 * How far one file is. Before the first one begins, each is told once as waiting.
 */
typedef void (*HemoExportWatch) (guint file,
                                 guint files,
                                 const HemoExportResult *result,
                                 HemoExportStage stage,
                                 guint64 done,
                                 gpointer data);

typedef struct _HemoExport HemoExport;

/* @folder: made when it is missing, its parent must be there. (transfer full) */
HemoExport *hemo_export_new (const char *folder);
void hemo_export_free (HemoExport *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoExport, hemo_export_free)

/**
 * hemo_export_check_name:
 *
 * A name is of letters, digits, '.', '_' and '-' in ASCII, with at most two folders before it
 * ('26AB-00012-K/images/UUID.jpg'), none of it beginning with '.', ending in '.' or '.part', or
 * reserved by Windows, and 200 characters at most. Such a name cannot leave the folder and can be
 * written to any file system. Names are made of UUIDs and accession numbers, never of a patient's
 * name.
 */
gboolean hemo_export_check_name (const char *name, GError **error);

/* @text with everything that a part of a name may not hold replaced by '-': the accession number
 * '26AB-00012-K/1' gives '26AB-00012-K-1'. Never empty. (transfer full) */
char *hemo_export_name_part (const char *text);

/* Refuses a bad name and one that was added already (case does not tell names apart on a stick). */
gboolean hemo_export_add_bytes (HemoExport *self, const char *name, GBytes *bytes, GError **error);

/* @estimate: bytes that it will have, about; for the check of free space and the progress.
 * @destroy: of @data, or NULL; called in any case. */
gboolean hemo_export_add (HemoExport *self,
                          const char *name,
                          guint64 estimate,
                          HemoExportMake make,
                          gpointer data,
                          GDestroyNotify destroy,
                          GError **error);

/* What an earlier export to the same folder left under @name, and this one has no file for: it is
 * removed in its turn, and leaves SHA256SUMS. Nothing where no regular file has that name now. */
gboolean hemo_export_remove (HemoExport *self, const char *name, GError **error);

/**
 * HemoExportLimits:
 * @free_bytes: that may be written
 * @block: bytes that the smallest file takes
 * @largest_file: 4 GiB less one on FAT32
 */
typedef struct
{
  guint64 free_bytes;
  guint64 block;
  guint64 largest_file;
} HemoExportLimits;

/* What the file system of @folder can take. */
gboolean hemo_export_get_limits (const char *folder, HemoExportLimits *limits, GError **error);

/* Whether all files fit; hemo_export_run() asks before it writes anything. A file that lies there
 * with the same size does not count. */
gboolean
hemo_export_check_limits (HemoExport *self, const HemoExportLimits *limits, GError **error);

/* To be told of each file, on the thread that runs; before it runs. */
void hemo_export_set_watch (HemoExport *self, HemoExportWatch watch, gpointer data);

/**
 * hemo_export_run:
 *
 * Blocks: not on main. Cancelling ends it within a file too. The first failure ends it, with an
 * error that says which files arrived whole; nothing half-written keeps its name. To be run again,
 * with the same files, until it returns TRUE. Cancelling fails with G_IO_ERROR_CANCELLED.
 */
gboolean hemo_export_run (HemoExport *self,
                          HemoExportProgress progress,
                          gpointer data,
                          GCancellable *cancellable,
                          GError **error);

/* One for each file in the order in which they were added, after a failure too; the last one is of
 * SHA256SUMS. (element-type HemoExportResult) (transfer none) */
GPtrArray *hemo_export_get_results (HemoExport *self);

G_END_DECLS
