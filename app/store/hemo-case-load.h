/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A whole case, and the draft of its report. */

#pragma once

#include "hemo-case.h"
#include "hemo-txn.h"

G_BEGIN_DECLS

/* Everything about one specimen (a slide gives its tube's case); audited as a view. The patient is
 * who the person is known as now, the survivor of all merges; specimen and order keep the UUID of
 * the record that they were made under. Images in error are left out. (transfer full) */
HemoCase *hemo_case_load (HemoTxn *txn, const char *uuid_or_accession, GError **error);

/* The same for who has the case in view already and wants it as it is now: asks the policy, but is
 * no view of its own, or every counted cell would be one. (transfer full) */
HemoCase *hemo_case_reload (HemoTxn *txn, const char *uuid, GError **error);

/* Images of the case of @tube that were discarded, which no case shows: for a server that has them
 * still as good. (transfer full) (element-type HemoImage) */
GPtrArray *hemo_case_load_discarded (HemoTxn *txn, const char *tube, GError **error);

/* The draft: comment and choice of images are kept, lines are computed. Nothing is written where
 * the case stands as it was signed and the draft says the same. %HEMO_STORE_ERROR_CONFLICT when the
 * case has a report of another UUID. */
gboolean hemo_report_save_draft (HemoTxn *txn, const HemoReport *report, GError **error);

/* Discards what was begun after the last signature: comment, language and choice of images are
 * again those that were signed. %HEMO_STORE_ERROR_STATE when nothing is signed or begun, and when
 * results were changed since, which only a new signature answers for. @specimen: UUID of the tube
 */
gboolean hemo_report_discard_draft (HemoTxn *txn, const char *specimen, GError **error);

G_END_DECLS
