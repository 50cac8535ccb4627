/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Originals that were taken off this laptop: whether the object store still has them. */

#pragma once

#include "hemo-s3.h"
#include "hemo-store.h"

G_BEGIN_DECLS

/* They are to be asked for, as @server, an identity, was found to have lost what was left there. */
gboolean hemo_picture_left_doubt (HemoTxn *txn, const char *server, GError **error);
/* Where some were not found before: somebody may have put them back. */
gboolean hemo_picture_left_doubt_missing (HemoTxn *txn, const char *server, GError **error);

/**
 * hemo_picture_left_look:
 *
 * Asks for some of them, where they are to be asked for, and writes down which are there. What is
 * left to ask is asked by the next calls. Blocks.
 */
gboolean hemo_picture_left_look (HemoStore *store,
                                 HemoSession *session,
                                 HemoS3 *s3,
                                 const char *server,
                                 GCancellable *cancellable,
                                 GError **error);

G_END_DECLS
