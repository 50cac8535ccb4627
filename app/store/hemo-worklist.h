/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is to be done: cases by state. */

#pragma once

#include "hemo-case.h"
#include "hemo-txn.h"

G_BEGIN_DECLS

/**
 * HemoWorkItem: a row of the worklist
 * @counted: cells in the denominator so far, of @target
 * @waiting_since: when the specimen was received
 */
typedef struct
{
  char *specimen;
  char *accession;
  char *patient;
  char *name;
  HemoSex sex;
  HemoBirth birth;
  HemoTests tests;
  HemoUrgency urgency;
  HemoState state;
  int counted;
  int target;
  int images;
  HemoTime waiting_since;
} HemoWorkItem;

void hemo_work_item_free (HemoWorkItem *self);

/* @states: bits 1 << HemoState, 0 for all; @day: only received on that day, year 0 for any. STAT
 * first, then oldest. Not audited. (transfer full) (element-type HemoWorkItem) */
GPtrArray *hemo_worklist (HemoTxn *txn, guint states, HemoDate day, int limit, GError **error);

/* Cases of one patient and of the records merged into it, newest first. Audited as a view.
 * (transfer full) (element-type HemoWorkItem) */
GPtrArray *hemo_worklist_of_patient (HemoTxn *txn, const char *patient, int limit, GError **error);

/* How many cases stand in each state; @counts has room for HEMO_STATE_REJECTED + 1. */
gboolean hemo_worklist_tally (HemoTxn *txn, int *counts, GError **error);

G_END_DECLS
