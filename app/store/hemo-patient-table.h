/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Patients: saved, loaded, compared and merged. */

#pragma once

#include "hemo-patient.h"
#include "hemo-txn.h"

G_BEGIN_DECLS

/**
 * hemo_patient_save:
 *
 * Inserts version 0, else updates and fails with %HEMO_STORE_ERROR_CONFLICT when the stored version
 * is another; sets the new version in @patient. A merged record is %HEMO_STORE_ERROR_STATE: its
 * survivor is to be changed. What the record said before stays in its history.
 */
gboolean hemo_patient_save (HemoTxn *txn, HemoPatient *patient, GError **error);

/* Audited as a view; follows no merge. (transfer full) */
HemoPatient *hemo_patient_load (HemoTxn *txn, const char *uuid, GError **error);

/* The record that stands for @uuid after all merges: itself when it was not merged. (transfer full)
 */
char *hemo_patient_dup_survivor (HemoTxn *txn, const char *uuid, GError **error);

typedef struct
{
  HemoPatient *patient;
  HemoLikeness *likeness;
} HemoDuplicate;

void hemo_duplicate_free (HemoDuplicate *self);

/**
 * hemo_patient_find_duplicates:
 * @patient: saved or not; itself is never in the answer
 *
 * Records at or above HEMO_LIKENESS_LIKELY, best first; of merged ones the survivor is given, once.
 * Candidates are those that share an identifier, a phone number, or the sound of two names with a
 * year of birth nearby. (transfer full) (element-type HemoDuplicate)
 */
GPtrArray *
hemo_patient_find_duplicates (HemoTxn *txn, const HemoPatient *patient, int limit, GError **error);

/* Links the one that hemo_patient_survivor() does not name to the other, moves nothing; the
 * survivor gets the identifiers that it lacks. %HEMO_STORE_ERROR_STATE when either is merged
 * already, so a circle cannot come to be. @survivor: (out) (optional) (transfer full): UUID */
gboolean
hemo_patient_merge (HemoTxn *txn, const char *a, const char *b, char **survivor, GError **error);

/* Takes a merge back: both records as they were before it, later changes to the survivor kept.
 * Merges of the survivor itself are to be taken back first. */
gboolean hemo_patient_unmerge (HemoTxn *txn, const char *merged, GError **error);

G_END_DECLS
