/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Orders that the laboratory cannot carry out: who ordered learns it and why, by the Task of the
 * order on the server, or by one of this clinic's where there is none. */

#pragma once

#include "hemo-patient.h"
#include "hemo-refusal.h"
#include "hemo-specimen.h"
#include "hemo-txn.h"

G_BEGIN_DECLS

/**
 * HemoRefused:
 * @row: its number here
 * @order: as it is here; one for nothing that is done here has no tests, and what was asked for in
 *   its note; neither where it cannot be read
 * @name: of the patient, under the record that stands, as @sex and @birth
 * @revocable: it has not left, and can be taken back
 * @told: the server has it
 * @shelved: the server refused to take it: it lies on the shelf
 * @closed: who ordered closed the Task before it could tell: nobody is told
 */
typedef struct
{
  gint64 row;
  HemoRefusal *refusal;
  HemoOrder *order;
  char *name;
  HemoSex sex;
  HemoBirth birth;
  gboolean revocable;
  gboolean told;
  gboolean shelved;
  gboolean closed;
} HemoRefused;

void hemo_refused_free (HemoRefused *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoRefused, hemo_refused_free)

/**
 * hemo_order_refuse:
 * @order: UUID of one that waits for its specimen, or of one for other tests that waits for a
 *   decision
 * @words: more about the reason; needed with %HEMO_REFUSAL_OTHER, else NULL is fine
 *
 * The order waits no more. Its Tasks become 'rejected' with the reason; the ServiceRequest itself
 * is left to who ordered. %HEMO_STORE_ERROR_STATE when a specimen of it is here, or when it was
 * taken back or refused already. Needs specimen.edit. Audited.
 */
gboolean hemo_order_refuse (
    HemoTxn *txn, const char *order, HemoRefusalReason reason, const char *words, GError **error);

/* The refusal that was just made is not sent before %HEMO_INCOMING_HOLD_US have passed. */
gboolean hemo_refusal_hold (HemoTxn *txn, const char *order, GError **error);

/* As long as nothing of it has left: the order waits again. %HEMO_STORE_ERROR_STATE once it may
 * have been sent, and when it is none or another laptop's. Audited. */
gboolean hemo_refusal_take_back (HemoTxn *txn, const char *order, GError **error);

/* Numbers of all that stand, newest first. Not audited. (transfer full) (element-type gint64) */
GArray *hemo_refused_rows (HemoTxn *txn, GError **error);
/* Those of @rows, in that order; a number that is none any more is left out. Not audited. (transfer
 * full) (element-type HemoRefused) */
GPtrArray *hemo_refused_load (HemoTxn *txn, const gint64 *rows, guint n_rows, GError **error);

/* The refusal that the Task @task tells of, for the sync; NULL without @error where there is none
 * that stands. (transfer full) */
HemoRefusal *hemo_refusal_of_task (HemoTxn *txn, const char *task, GError **error);

G_END_DECLS
