/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is known of one patient over time: signed results, earlier versions of the record, and the
 * records that were merged into it. */

#pragma once

#include "hemo-case.h"
#include "hemo-txn.h"

G_BEGIN_DECLS

/**
 * HemoPatientVersion: what the record said at one time
 * @patient: with its version; the newest is the record as it stands
 * @at: when it came to say so; utc_us 0 when that is not known
 * @by: name of who wrote it, or NULL
 */
typedef struct
{
  HemoPatient *patient;
  HemoTime at;
  char *by;
} HemoPatientVersion;

void hemo_patient_version_free (HemoPatientVersion *self);

/* Lines of the newest signed reports of the patient and of the records merged into it, of the last
 * @limit cases, the newest case first; reports in error are left out. Audited as a view. (transfer
 * full) (element-type HemoLine) */
GPtrArray *hemo_patient_results (HemoTxn *txn, const char *patient, int limit, GError **error);

/* Newest first. Audited as a view. (transfer full) (element-type HemoPatientVersion) */
GPtrArray *hemo_patient_versions (HemoTxn *txn, const char *patient, GError **error);

/* The records that were merged into @patient itself, and not through another. Not audited.
 * (transfer full) (element-type HemoPatient) */
GPtrArray *hemo_patient_merged (HemoTxn *txn, const char *patient, GError **error);

G_END_DECLS
