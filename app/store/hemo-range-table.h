/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reference ranges of the site. */

#pragma once

#include "hemo-result.h"
#include "hemo-txn.h"

G_BEGIN_DECLS

/* The site's set; the shipped one until the site has its own. Everybody who is signed in may read
 * it. (transfer full) (element-type HemoRange) */
GPtrArray *hemo_ranges_load (HemoTxn *txn, GError **error);

/* Takes a whole set (element-type HemoRange), at least one; the set before is kept as retired.
 * Cases not signed yet are judged anew. */
gboolean hemo_ranges_replace (HemoTxn *txn, GPtrArray *ranges, GError **error);

/* The set that comes with the program. (transfer full) (element-type HemoRange) */
GPtrArray *hemo_ranges_shipped (GError **error);

G_END_DECLS
