/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Orders that wait for a specimen: those of other programs for this clinic whose specimen did not
 * come, and those of which every tube was rejected. */

#pragma once

#include "hemo-patient.h"
#include "hemo-specimen.h"
#include "hemo-txn.h"

G_BEGIN_DECLS

/**
 * HemoExpected:
 * @row: its number here
 * @name: of the patient, under the record that stands, as @sex and @birth
 */
typedef struct
{
  gint64 row;
  HemoOrder *order;
  char *name;
  HemoSex sex;
  HemoBirth birth;
} HemoExpected;

void hemo_expected_free (HemoExpected *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoExpected, hemo_expected_free)

/* Numbers of all of them, STAT first, then oldest. Not audited. (transfer full) (element-type
 * gint64) */
GArray *hemo_expected_rows (HemoTxn *txn, GError **error);

/* Those of @rows, in that order; a number that is none any more is left out. Not audited. (transfer
 * full) (element-type HemoExpected) */
GPtrArray *hemo_expected_load (HemoTxn *txn, const gint64 *rows, guint n_rows, GError **error);

/* Those for one patient, under any record of the person, in the same order. Not audited. (transfer
 * full) (element-type HemoExpected) */
GPtrArray *hemo_expected_of_patient (HemoTxn *txn, const char *patient, GError **error);

/* How many there are. */
gboolean hemo_expected_count (HemoTxn *txn, int *count, GError **error);

/**
 * hemo_expected_accept:
 * @order: UUID
 * @patient: UUID of whom the blood is of
 * @specimen: as for hemo_specimen_accept(); its order is set here
 *
 * The specimen of an order becomes a case, whose results are based on it; what was ordered stays as
 * it was ordered. %HEMO_STORE_ERROR_STATE when the order is for another patient, was taken back,
 * was refused or has a specimen already that was not rejected.
 */
gboolean hemo_expected_accept (
    HemoTxn *txn, const char *order, const char *patient, HemoSpecimen *specimen, GError **error);
/* A tube of the order may be here: no other one is waited for then. */
gboolean hemo_expected_came (HemoTxn *txn, const char *order, GError **error);
/* A tube of the order was just rejected: where it was the only one, and the order came from
 * elsewhere, another one is waited for. Who took an order in here asks for another tube at once. */
gboolean hemo_expected_again (HemoTxn *txn, const char *order, GError **error);
/* A refusal of the order was taken back: where no tube of it is here, one is waited for. */
gboolean hemo_expected_wait (HemoTxn *txn, const char *order, GError **error);
/* Whether a specimen of the order is waited for. */
gboolean hemo_expected_is (HemoTxn *txn, const char *order, gboolean *is, GError **error);
/* A specimen of the order came from another laptop, which had rejected its tube by then: where no
 * other is here, and another program ordered, it goes on being waited for. What a laptop of the
 * clinic took in was asked for anew there. */
gboolean hemo_expected_stay (HemoTxn *txn, const char *order, GError **error);
/* No specimen of the order is waited for: it was carried out elsewhere. */
gboolean hemo_expected_drop (HemoTxn *txn, const char *order, GError **error);

G_END_DECLS
