/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Asks the bucket for originals that it may have lost, or that may have been lost here. */

#pragma once

#include "hemo-doubt-table.h"
#include "hemo-object-push.h"

G_BEGIN_DECLS

/**
 * hemo_doubt_ask:
 * @push: which nothing is sent of; of the lane of originals, or there is nothing to ask
 * @asked: (out): how many were asked for
 * @found: (out): items of the queue that are received as the bucket has what they tell of
 *
 * A few, as the queue goes, so that what is new does not wait for all of them: until nothing is
 * asked for, with hemo_object_push_run() between, which sends what is not there. Blocks.
 */
gboolean hemo_doubt_ask (const HemoObjectPush *push,
                         guint *asked,
                         guint *found,
                         GCancellable *cancellable,
                         GError **error);

/**
 * hemo_doubt_find:
 * @strict: an answer about the signature that is not understood is an error, and not taken for one
 *   that says that there is none
 * @beside: (out) (optional) (transfer full): the signature that lies beside it and was checked
 * @there: (out): whether these very bytes are there, and their signature
 *
 * As hemo_object_find(). Blocks.
 */
gboolean hemo_doubt_find (const HemoDoubt *doubt,
                          HemoS3 *s3,
                          gboolean strict,
                          GBytes **beside,
                          gboolean *there,
                          GCancellable *cancellable,
                          GError **error);

G_END_DECLS
