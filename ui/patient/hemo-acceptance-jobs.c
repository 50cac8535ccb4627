/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Taking a specimen in, and refusing it, each in one transaction. */

#include "hemo-acceptance-jobs-private.h"

#include "hemo-draft-table.h"
#include "hemo-expected-table.h"
#include "hemo-patient-table.h"
#include "hemo-specimen-table.h"

void
hemo_accept_job_free (gpointer data)
{
  HemoAcceptJob *self = data;

  hemo_order_free (self->order);
  hemo_specimen_free (self->specimen);
  g_free (self->patient);
  g_free (self->form);
  g_free (self->note);
  g_free (self);
}

static gboolean
accept_new (HemoTxn *txn, HemoAcceptJob *accept, GError **error)
{
  g_autofree char *patient = hemo_patient_dup_survivor (txn, accept->order->patient, error);

  if (patient == NULL)
    return FALSE;
  g_set_str (&accept->order->patient, patient);
  if (!hemo_order_save (txn, accept->order, error))
    return FALSE;
  g_set_str (&accept->specimen->order, accept->order->uuid);
  return hemo_specimen_accept (txn, accept->specimen, error);
}

/* All of it or nothing: no order without its specimen, no draft of what was accepted. */
gboolean
hemo_accept_job_run (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  HemoAcceptJob *accept = data;

  if (!(accept->expected ? hemo_expected_accept (txn, accept->order->uuid, accept->patient,
                                                 accept->specimen, error)
                         : accept_new (txn, accept, error))
      || (accept->reason != HEMO_REJECTION_NONE
          && !hemo_specimen_reject (txn, accept->specimen->uuid, accept->reason, accept->note,
                                    error))
      || !hemo_draft_save (txn, accept->form, NULL, error))
    return FALSE;
  *result = hemo_specimen_find (txn, accept->specimen->uuid, error);
  return *result != NULL;
}

void
hemo_reject_job_free (gpointer data)
{
  HemoRejectJob *self = data;

  g_free (self->specimen);
  g_free (self->note);
  g_free (self);
}

gboolean
hemo_reject_job_run (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  HemoRejectJob *reject = data;

  if (!hemo_specimen_reject (txn, reject->specimen, reject->reason, reject->note, error))
    return FALSE;
  *result = hemo_specimen_find (txn, reject->specimen, error);
  return *result != NULL;
}
