/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Originals whose proof is in doubt: the server is asked for the very bytes that it had proven to
 * have, before anything is sent or sealed anew. */

#pragma once

#include "hemo-queue.h"
#include "hemo-remote-table.h"
#include "hemo-store.h"

G_BEGIN_DECLS

/* The progress of an object that is in doubt. */
#define HEMO_DOUBT_MARK "{\"doubted\":true}"

/**
 * HemoDoubt: what the server is asked for
 * @item: of the queue; NULL of one that is not here to be sent
 * @object: its key, size and hash, as they were proven
 * @path: of the file here that these were the bytes of, which may be missing, damaged or elsewhere
 *   by now; NULL where what was sent was sealed anew
 * @md5: (nullable): of those bytes, where it was noted when they were sealed
 */
typedef struct _HemoDoubtProof HemoDoubtProof;
typedef struct
{
  HemoQueueItem *item;
  HemoRemoteObject *object;
  char *path;
  char *md5;
  HemoDoubtProof *proof;
} HemoDoubt;

void hemo_doubt_free (HemoDoubt *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoDoubt, hemo_doubt_free)

/* The first original in doubt, as the queue goes; NULL without @error when there is none. @store:
 * that @txn is of. (transfer full) */
HemoDoubt *hemo_doubt_next (HemoTxn *txn, HemoStore *store, const char *server, GError **error);

/* The original @image as it was sent to @server, whatever waits; NULL without @error when nothing
 * is known of that. (transfer full) */
HemoDoubt *hemo_doubt_load (
    HemoTxn *txn, HemoStore *store, const char *server, const char *image, GError **error);

/* Whether @signature, which stands beside the object, was made for it by a laptop of the clinic. */
gboolean hemo_doubt_check_signature (const HemoDoubt *self, GBytes *signature);

/**
 * hemo_doubt_settle:
 * @there: whether the server proved that it has it. Then it is received, and who asks for it is
 *   told; else it is sent again
 * @beside: (nullable): the signature that was found and checked where it is not there: what is sent
 *   replaces it
 * @received: (out): items of the queue, untouched where it is not there
 */
gboolean hemo_doubt_settle (HemoTxn *txn,
                            const char *server,
                            const HemoDoubt *doubt,
                            gboolean there,
                            GBytes *beside,
                            guint *received,
                            GError **error);

G_END_DECLS
