/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Orders, and specimens from receipt to rejection, with their accession numbers. */

#pragma once

#include "hemo-specimen.h"
#include "hemo-txn.h"

G_BEGIN_DECLS

/* Inserts version 0, else updates; %HEMO_STORE_ERROR_CONFLICT when the stored version is another.
 * The patient of an order never changes. */
gboolean hemo_order_save (HemoTxn *txn, HemoOrder *order, GError **error);

/* Audited as a view. (transfer full) */
HemoOrder *hemo_order_load (HemoTxn *txn, const char *uuid, GError **error);

/**
 * hemo_orders_awaited:
 * @limit: how many at most
 *
 * Those of which results of others may still come, newest first: of a case that is not signed, of
 * one of the last cases (counted, not dated: a clock may be wrong), or of a specimen that is waited
 * for. For the sync. (transfer full): UUIDs
 */
GStrv hemo_orders_awaited (HemoTxn *txn, int limit, GError **error);

/**
 * hemo_specimen_accept:
 * @specimen: version 0; order is set, or for a slide parent
 *
 * Fills in patient (and of a slide the order), time of receipt when there is none, and the
 * accession number from the clinic's pattern and counter when it is NULL; a slide gets its tube's
 * with '/1',
 * '/2' … A number given by hand has to have the right check digit and be new.
 */
gboolean hemo_specimen_accept (HemoTxn *txn, HemoSpecimen *specimen, GError **error);

/* Type, stain and times; number, patient and order stay, and a rejection is not made here. */
gboolean hemo_specimen_save (HemoTxn *txn, HemoSpecimen *specimen, GError **error);

/**
 * hemo_order_edit:
 * @order: as it was loaded, with other tests, urgency, pregnancy, requester or clinical note
 * @tube: its tube as it was loaded, with another type, stain or time of collection
 *
 * Saves whichever of the two says something else; nothing is written where neither does. Slides of
 * the tube that have its time of collection follow it. Results that were entered stay, whatever is
 * asked for. A signed report stays as it is, and its case waits to be signed anew.
 * %HEMO_STORE_ERROR_STATE when a test is taken out of which a result is signed, when the specimen
 * was rejected and when its report was taken back; %HEMO_STORE_ERROR_CONFLICT when what is
 * written was changed by another since it was loaded.
 */
gboolean hemo_order_edit (HemoTxn *txn, HemoOrder *order, HemoSpecimen *tube, GError **error);

/* @note: or NULL. A signed case is %HEMO_STORE_ERROR_STATE. */
gboolean hemo_specimen_reject (
    HemoTxn *txn, const char *uuid, HemoRejection reason, const char *note, GError **error);

/* By UUID or by accession number in any spelling. Not audited. (transfer full) */
HemoSpecimen *hemo_specimen_find (HemoTxn *txn, const char *uuid_or_accession, GError **error);

G_END_DECLS
