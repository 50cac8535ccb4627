/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The rows of organisations' certificates. */

#include "hemo-certificate-table.h"

#include "hemo-clinic-private.h"
#include "hemo-records-private.h"

gboolean
hemo_certificate_is_known (HemoTxn *txn, const char *fingerprint, gboolean *known, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn, "SELECT 1 FROM certificate WHERE fingerprint = ?1 AND enabled", fingerprint, error);

  return statement != NULL && hemo_statement_next (statement, known, error);
}

gboolean
hemo_certificate_add (HemoTxn *txn, const char *name, GBytes *certificate, GError **error)
{
  return hemo_txn_require (txn, HEMO_ACTION_KEY_MANAGE, "certificate", NULL, error)
         && hemo_clinic_put_certificate (txn, name, certificate,
                                         hemo_session_get_user (hemo_txn_get_session (txn)), error);
}
