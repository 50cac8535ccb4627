/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Originals that leave this laptop to make room, and come back.
 *
 * One goes only when a person asks, after the clinic's retention time, and with two copies that are
 * proven at that very moment: the clinic's object store is asked for it again, and a backup on
 * another medium is read back. Every doubt keeps it. Its record, hash, signature and preview stay,
 * and a row says that it is elsewhere: that row is committed first, then the file is removed. After
 * a cut between the two both are there; the file counts, and the row goes at the next start. */

#pragma once

#include "hemo-clinic.h"
#include "hemo-disk.h"

G_BEGIN_DECLS

/* The shortest retention time, in days. */
#define HEMO_RETENTION_LEAST 30

/**
 * HemoPruneReason: why an original stays
 * @HEMO_PRUNE_MAY: it need not
 * @HEMO_PRUNE_BEFORE: it was pruned before
 * @HEMO_PRUNE_OFF: nobody set a retention time
 * @HEMO_PRUNE_CLOCK: this computer's clock cannot be right, the object store did not say what time
 *   it is, or the report was dated by hand
 * @HEMO_PRUNE_DAMAGED: the file here is not what was captured
 * @HEMO_PRUNE_UNSIGNED: the case has no final report
 * @HEMO_PRUNE_OPEN: the case was changed since it was signed
 * @HEMO_PRUNE_READING: somebody is asked to read the case
 * @HEMO_PRUNE_ASKED: a reader asks for a picture of the case
 * @HEMO_PRUNE_DISPUTED: another version of something in the case waits for a person, a result of
 *   others was not looked at, or the reader differs and the report was not amended since
 * @HEMO_PRUNE_SENDING: something of the case was not received by the server for records
 * @HEMO_PRUNE_YOUNG: the retention time is not over
 * @HEMO_PRUNE_PREVIEW: it was not measured yet, or there is no preview that could stay
 * @HEMO_PRUNE_SERVER: the object store is not known to have it, or said that it does not
 * @HEMO_PRUNE_BACKUP: it is in no backup that was recorded, or not whole on the medium
 */
typedef enum
{
  HEMO_PRUNE_MAY,
  HEMO_PRUNE_BEFORE,
  HEMO_PRUNE_OFF,
  HEMO_PRUNE_CLOCK,
  HEMO_PRUNE_DAMAGED,
  HEMO_PRUNE_UNSIGNED,
  HEMO_PRUNE_OPEN,
  HEMO_PRUNE_READING,
  HEMO_PRUNE_ASKED,
  HEMO_PRUNE_DISPUTED,
  HEMO_PRUNE_SENDING,
  HEMO_PRUNE_YOUNG,
  HEMO_PRUNE_PREVIEW,
  HEMO_PRUNE_SERVER,
  HEMO_PRUNE_BACKUP,
  HEMO_PRUNE_REASONS,
} HemoPruneReason;

/* 'may', 'before', 'off' … */
const char *hemo_prune_reason_to_code (HemoPruneReason reason);

/* @days: (out): from the final report on; 0: nobody set it, and nothing is ever pruned. For
 * everybody who is signed in. */
gboolean hemo_retention_load (HemoTxn *txn, int *days, GError **error);
/* @days: at least %HEMO_RETENTION_LEAST, or 0. Needs settings.edit; audited. */
gboolean hemo_retention_save (HemoTxn *txn, int days, GError **error);

/* Whether the original of @image was pruned, and is not back. Not audited. */
gboolean hemo_image_is_pruned (HemoTxn *txn, const char *image, gboolean *pruned, GError **error);

/* @count: (out): originals that are not here and that the server set up as @kind has: once another
 * takes its place, or none, only a backup gives them back. For everybody who is signed in. */
gboolean hemo_pruned_count (HemoTxn *txn, const char *kind, int *count, GError **error);

/* @count: (out): of those, how many the server was found not to have. For everybody who is signed
 * in.
 */
gboolean hemo_pruned_count_missing (HemoTxn *txn, gint64 *count, GError **error);

/* UUIDs of originals that only @server, an identity, has, after the UUID @after, at most @limit.
 * @missing: only those that it was found not to have. For the sync. (transfer full) (element-type
 * utf8) */
GPtrArray *hemo_pruned_list (HemoTxn *txn,
                             const char *server,
                             gboolean missing,
                             const char *after,
                             int limit,
                             GError **error);
/* Whether @server was just found to have @image. Audited where that is another answer than before;
 * nothing is queued, as it cannot be sent from here. For the sync. */
gboolean hemo_pruned_note_there (
    HemoTxn *txn, const char *server, const char *image, gboolean there, GError **error);

/**
 * HemoPruneQuestion: what the object store is asked about one original
 * @server: identity of the object store that had proven to have it
 * @key: under which
 * @path: of the sealed file here, which was just found to be whole
 * @sealed_sha256: of that, lower-case hexadecimal
 * @bytes: of that
 * @signature: that has to lie beside it
 */
typedef struct
{
  const char *server;
  const char *image;
  const char *key;
  const char *path;
  const char *sealed_sha256;
  gint64 bytes;
  GBytes *signature;
} HemoPruneQuestion;

/**
 * HemoPruneAnswer:
 * @there: the object store proved just now that it has these very bytes
 * @now_us: its time, UTC microseconds, or 0 where nobody vouches for that
 */
typedef struct
{
  gboolean there;
  gint64 now_us;
} HemoPruneAnswer;

/* Asks the object store. FALSE with @error where it cannot be asked: then nothing more is pruned.
 */
typedef gboolean (*HemoPruneAsk) (const HemoPruneQuestion *question,
                                  HemoPruneAnswer *answer,
                                  gpointer data,
                                  GCancellable *cancellable,
                                  GError **error);

/**
 * HemoPruneOptions:
 * @backup: folder of a backup of this clinic on another medium; NULL: only look
 * @ask: with @backup
 * @compare: (nullable): says where the clinic's files and @backup lie; NULL: hemo_disk_compare()
 * @progress: (nullable): of the bytes that may go
 */
typedef struct
{
  const char *backup;
  HemoPruneAsk ask;
  gpointer ask_data;
  HemoDiskCompare compare;
  HemoProgress progress;
  gpointer progress_data;
} HemoPruneOptions;

/**
 * HemoPruneTally:
 * @images: originals by reason; those of %HEMO_PRUNE_MAY went, or would where it was only looked
 * @bytes: of their sealed files
 */
typedef struct
{
  guint images[HEMO_PRUNE_REASONS];
  gint64 bytes[HEMO_PRUNE_REASONS];
} HemoPruneTally;

/**
 * hemo_clinic_prune:
 * @tally: (out): filled also on failure, with what was done until then
 *
 * Looks at every original, oldest first, and removes those that may go. Needs image.prune. Each is
 * audited. %HEMO_STORE_ERROR_STATE when @options->backup is no backup of this clinic, is damaged,
 * or is not known to lie on another disk. An original that the object store says not to have waits
 * to be sent again. Blocks.
 */
gboolean hemo_clinic_prune (HemoClinic *self,
                            HemoSession *session,
                            const HemoPruneOptions *options,
                            HemoPruneTally *tally,
                            GCancellable *cancellable,
                            GError **error);

/* @lacks: (out): whether @image is one of this laptop's own whose original was pruned, or is
 * missing or damaged here, so that it can be brought back. Reads the whole file; not audited. */
gboolean hemo_clinic_lacks_original (
    HemoClinic *self, HemoSession *session, const char *image, gboolean *lacks, GError **error);

/**
 * hemo_clinic_bring_back:
 * @sealed: the sealed file of an original that was pruned, or is missing or damaged here, from
 * wherever it was found
 *
 * Writes it where it was, proves it there by hash, seal and signature, and forgets that it was
 * pruned or damaged. %HEMO_STORE_ERROR_CORRUPT when it is not the very file that was sealed,
 * %HEMO_STORE_ERROR_NOT_FOUND when the one of @image was not pruned and is whole here. Needs
 * image.view; audited. Blocks. (transfer full): the captured bytes
 */
GBytes *hemo_clinic_bring_back (
    HemoClinic *self, HemoSession *session, const char *image, GBytes *sealed, GError **error);

/* The same from a backup's folder, where the server has it no more. (transfer full) */
GBytes *hemo_clinic_bring_back_from (
    HemoClinic *self, HemoSession *session, const char *image, const char *backup, GError **error);

G_END_DECLS
