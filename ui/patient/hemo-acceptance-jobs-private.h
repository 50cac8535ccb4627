/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the acceptance asks of the store. */

#pragma once

#include "hemo-specimen.h"
#include "hemo-txn.h"

G_BEGIN_DECLS

/**
 * HemoAcceptJob: an order and its specimen
 * @expected: it came in before, and stays as it was ordered
 * @patient: UUID of whom the page is of
 * @form: draft that is forgotten with it
 * @reason: %HEMO_REJECTION_NONE, or why it is refused at once
 */
typedef struct
{
  HemoOrder *order;
  gboolean expected;
  char *patient;
  HemoSpecimen *specimen;
  char *form;
  HemoRejection reason;
  char *note;
} HemoAcceptJob;

void hemo_accept_job_free (gpointer data);
/* HemoStoreJob; the result is the specimen as it stands. */
gboolean hemo_accept_job_run (HemoTxn *txn, gpointer data, gpointer *result, GError **error);

/* HemoRejectJob: refusing what was accepted */
typedef struct
{
  char *specimen;
  HemoRejection reason;
  char *note;
} HemoRejectJob;

void hemo_reject_job_free (gpointer data);
/* HemoStoreJob; the result is the specimen as it stands. */
gboolean hemo_reject_job_run (HemoTxn *txn, gpointer data, gpointer *result, GError **error);

G_END_DECLS
