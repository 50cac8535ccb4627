/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Originals that were taken off this laptop: whether the object store still has them. */

#pragma once

#include "hemo-object-push.h"

G_BEGIN_DECLS

/* All of them are to be asked for, as @server, an identity, was found to have lost what was left
 * there. */
gboolean hemo_picture_left_doubt (HemoTxn *txn, const char *server, GError **error);
/* Those that were not found before are to be asked for once more, as somebody may have put them
 * back. Nothing where there are none, or all are being asked for. */
gboolean hemo_picture_left_doubt_missing (HemoTxn *txn, const char *server, GError **error);

/**
 * hemo_picture_left_look:
 * @push: which nothing is sent of; of the lane of originals, or there is nothing to ask
 *
 * When all that is here was sent: asks for some of them, where they are to be asked for, until
 * @push gives way, and writes down which are there: their very bytes, as the object store vouches
 * for them or as they are read back, and their signature. What is left to ask, as where the object
 * store does not answer for now, is asked by the next calls. Fails where it is not reached. Blocks.
 */
gboolean
hemo_picture_left_look (const HemoObjectPush *push, GCancellable *cancellable, GError **error);

G_END_DECLS
