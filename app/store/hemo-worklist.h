/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is to be done: cases by state. */

#pragma once

#include "hemo-case.h"
#include "hemo-txn.h"

G_BEGIN_DECLS

/**
 * HemoSafety: where a case is, as far as it can be proven
 * @HEMO_SAFETY_SAVED: committed and synced on this laptop
 * @HEMO_SAFETY_BACKED_UP: all of it is in a backup on another device that was read back, under
 *   seven days ago
 * @HEMO_SAFETY_RECEIVED: a server has proven to have all of its records as they are now
 */
typedef enum
{
  HEMO_SAFETY_SAVED,
  HEMO_SAFETY_BACKED_UP,
  HEMO_SAFETY_RECEIVED,
} HemoSafety;

/**
 * HemoReadingMark: whether a pathologist reads the case
 * @HEMO_READING_MARK_NONE: nobody was asked, or the report was signed anew after the answer
 * @HEMO_READING_MARK_ASKED: an answer is waited for
 * @HEMO_READING_MARK_READ: a person answered and has nothing against the report
 * @HEMO_READING_MARK_DIFFERS: something else was seen
 * @HEMO_READING_MARK_UNCLEAR: it could not be told
 * @HEMO_READING_MARK_IN_HAND: a pathologist is at it
 */
typedef enum
{
  HEMO_READING_MARK_NONE,
  HEMO_READING_MARK_ASKED,
  HEMO_READING_MARK_READ,
  HEMO_READING_MARK_DIFFERS,
  HEMO_READING_MARK_UNCLEAR,
  HEMO_READING_MARK_IN_HAND,
} HemoReadingMark;

/**
 * HemoWorkItem: a row of the worklist
 * @row: its number here, in the order of acceptance
 * @counted: cells in the denominator so far, of @target
 * @waiting_since: when the specimen was received
 * @withdrawn: its signed report was withdrawn, and is not to be used
 */
typedef struct
{
  gint64 row;
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
  HemoSafety safety;
  HemoReadingMark reading;
  gboolean withdrawn;
} HemoWorkItem;

void hemo_work_item_free (HemoWorkItem *self);

/* @states: bits 1 << HemoState, 0 for all; @day: only received on that day, year 0 for any. STAT
 * first, then oldest. Not audited. (transfer full) (element-type HemoWorkItem) */
GPtrArray *hemo_worklist (HemoTxn *txn, guint states, HemoDate day, int limit, GError **error);

/* Numbers of all the rows that hemo_worklist() would give, or the newest first: for lists that load
 * what is seen. Eight bytes a case. Not audited. (transfer full) (element-type gint64) */
GArray *hemo_worklist_rows (
    HemoTxn *txn, guint states, HemoDate day, gboolean newest_first, GError **error);

/* The items of @rows, in that order; a number that there is no case for is left out. Not audited.
 * (transfer full) (element-type HemoWorkItem) */
GPtrArray *hemo_worklist_load (HemoTxn *txn, const gint64 *rows, guint n_rows, GError **error);

/* Cases of one patient and of the records merged into it, newest first. Audited as a view.
 * (transfer full) (element-type HemoWorkItem) */
GPtrArray *hemo_worklist_of_patient (HemoTxn *txn, const char *patient, int limit, GError **error);

/* How many cases are signed with a critical value that nobody has been told. */
gboolean hemo_worklist_count_untold (HemoTxn *txn, int *count, GError **error);

/* How many cases stand in each state; @counts has room for HEMO_STATE_REJECTED + 1. */
gboolean hemo_worklist_tally (HemoTxn *txn, int *counts, GError **error);

G_END_DECLS
