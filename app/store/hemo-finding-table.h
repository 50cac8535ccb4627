/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Morphology, platelets, malaria films, typed values and critical calls. */

#pragma once

#include "hemo-case.h"
#include "hemo-txn.h"

G_BEGIN_DECLS

/* Each inserts version 0, else updates and fails with %HEMO_STORE_ERROR_CONFLICT when the stored
 * version is another; sets the new version. The specimen of a record never changes, and a rejected
 * specimen takes none (%HEMO_STORE_ERROR_STATE). Whoever is signed in stands for who read, entered
 * or called; a session cannot write in another's name. */
gboolean hemo_morphology_save (HemoTxn *txn, HemoMorphology *morphology, GError **error);
gboolean hemo_platelets_save (HemoTxn *txn, HemoPlatelets *platelets, GError **error);
gboolean hemo_malaria_save (HemoTxn *txn, HemoMalaria *malaria, GError **error);

/* Takes a reading out of the report as entered in error, with a reason; it stays in the record. Who
 * made it may, and who may amend reports. %HEMO_STORE_ERROR_STATE when it is out already. */
gboolean hemo_malaria_discard (HemoTxn *txn, const char *uuid, const char *reason, GError **error);

/**
 * hemo_malaria_decide:
 * @film: UUID of the reading that stands
 * @reason: in words, not empty
 *
 * Settles readings that disagree. Holds for exactly the readings that there are now.
 * %HEMO_STORE_ERROR_STATE when none disagree, %HEMO_STORE_ERROR_NOT_FOUND when @film is none of
 * them.
 */
gboolean hemo_malaria_decide (HemoTxn *txn, const char *film, const char *reason, GError **error);

gboolean hemo_result_save (HemoTxn *txn, HemoResult *result, GError **error);
gboolean hemo_critical_call_save (HemoTxn *txn, HemoCriticalCall *call, GError **error);

G_END_DECLS
