/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Refused orders, for the files of this folder. Nothing here asks the policy. */

#pragma once

#include "hemo-refusal-table.h"

#include <json-c/json.h>

G_BEGIN_DECLS

/* Of @order, also one that was taken back; NULL without @error where there is none. (transfer full)
 */
HemoRefusal *hemo_refusal_fetch (HemoTxn *txn, const char *order, GError **error);

/* Inserts or updates; the order is expected no more, or, where it is withdrawn, again. */
gboolean hemo_refusal_put (HemoTxn *txn, HemoRefusal *refusal, GError **error);

/* Who ordered asks again, or another version of @order became a record here: a refusal of it stands
 * no more. Audited. */
gboolean hemo_refusal_end (HemoTxn *txn, const char *order, GError **error);

/* @order as it is here; one for nothing that is done here as it came last and can be read. @came:
 * (out) (nullable): its newest version that came. (transfer full) */
HemoOrder *
hemo_refusal_find_order (HemoTxn *txn, const char *order, json_object **came, GError **error);

/* An order for other tests that waits for a decision is decided. @waits: (out): whether it was */
gboolean
hemo_refusal_settle_waiting (HemoTxn *txn, const char *order, gboolean *waits, GError **error);

/* The Task @task tells of @refusal from now on. @lane: HEMO_LANE_NONE where it does already */
gboolean hemo_refusal_tell (
    HemoTxn *txn, const HemoRefusal *refusal, const char *task, HemoLane lane, GError **error);

/* The same of all that wait for an answer; who ordered without a Task finds one of this clinic's
 * beside the order. @came: (nullable): the order as it came */
gboolean
hemo_refusal_tell_all (HemoTxn *txn, const HemoRefusal *refusal, json_object *came, GError **error);

/**
 * HemoRefusalTasks: how far the Tasks of a refusal are, by the last that was queued for each
 * @count: none where who ordered closed them before they could tell
 * @fresh: that nobody tried to send
 * @told: that the server has, or had before they were refused
 * @shelved: that the server refused to take
 */
typedef struct
{
  int count;
  int fresh;
  int told;
  int shelved;
} HemoRefusalTasks;

gboolean
hemo_refusal_count_tasks (HemoTxn *txn, const char *order, HemoRefusalTasks *out, GError **error);

/**
 * HemoRefusalTold: of a Task
 * @HEMO_REFUSAL_UNLISTED: it tells nothing of the refusal
 * @HEMO_REFUSAL_QUEUED: it is to tell of it
 * @HEMO_REFUSAL_TOLD_BEFORE: the same, and a server that was before this one had it
 * @HEMO_REFUSAL_TOLD: the server has it
 */
typedef enum
{
  HEMO_REFUSAL_UNLISTED,
  HEMO_REFUSAL_QUEUED,
  HEMO_REFUSAL_TOLD_BEFORE,
  HEMO_REFUSAL_TOLD,
} HemoRefusalTold;

gboolean hemo_refusal_find_task (
    HemoTxn *txn, const char *order, const char *task, HemoRefusalTold *out, GError **error);

/* Somebody closed the Task @task before it could tell: it is not sent. @tells: whether it tells of
 * the refusal all the same, as another laptop refused the order as well */
gboolean hemo_refusal_close_task (HemoTxn *txn, const char *task, gboolean tells, GError **error);

/* Whether @task, which was not here when the order was refused, was written or changed since. */
gboolean hemo_refusal_asks_again (const HemoRefusal *refusal, json_object *task);

/* @is: (out): whether a Task that came and waits for this clinic asks for the order again after
 * @refusal, which @but tells of */
gboolean hemo_refusal_is_over (
    HemoTxn *txn, const HemoRefusal *refusal, const char *but, gboolean *is, GError **error);

/* SQL, after lab_order: whether the order was refused. */
#define HEMO_ORDER_IS_REFUSED                                                                      \
  "EXISTS (SELECT 1 FROM order_refusal WHERE order_refusal.lab_order = lab_order.uuid "            \
  "AND withdrawn = 0) "

/* SQL: whether a row of queue is held, that it can be taken back. */
#define HEMO_REFUSAL_HOLDS                                                                         \
  "EXISTS (SELECT 1 FROM refusal_task JOIN order_refusal USING (lab_order) "                       \
  "WHERE refusal_task.task = queue.object AND order_refusal.held_us / 1000 "                       \
  "BETWEEN " HEMO_INCOMING_NOW_MS " + 1 AND " HEMO_INCOMING_NOW_MS " + 60000) "

G_END_DECLS
