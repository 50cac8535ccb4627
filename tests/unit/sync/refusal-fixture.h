/* SPDX-License-Identifier: GPL-3.0-or-later */

/* An order that one of two laptops refuses, and its Task. */

#pragma once

#include "hemo-refusal-table.h"

#include "laptops.h"

#define ORDER "22222222-2222-4222-8222-222222222222"
#define TASK "33333333-3333-4333-8333-333333333333"

/* Of the order, for refusal_make_job(). */
typedef struct
{
  HemoRefusalReason reason;
  const char *words;
  gboolean hold;
} Refuse;

gboolean refusal_make_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error);
gboolean refusal_take_back_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error);
/* Those that stand. (transfer full) (element-type HemoRefused) */
GPtrArray *refusals_of (Laptop *laptop);
/* How many orders wait for their specimen. */
void refusal_assert_expected (Laptop *laptop, const char *count);
/* Somebody writes a Task about the order, with @more behind. */
void refusal_write_task (Laptops *self, const char *id, const char *status, const char *more);
/* An order for a patient of the clinic, with @more behind, and its Task, come to the first laptop.
 * @task: id or NULL */
void refusal_bring_order_with (Laptops *self, const char *more, const char *task);
void refusal_bring_order (Laptops *self, const char *task);
/* On the first laptop. */
void refusal_make (Laptops *self, HemoRefusalReason reason, const char *words);
/* Of what the server has. (transfer none) */
const char *refusal_text_of (json_object *json);
const char *refusal_string_of (json_object *json, const char *key);
void refusal_assert_task (Laptops *self, const char *id, const char *status);
const char *refusal_version_of (json_object *json);
void refusal_assert_count (Laptop *laptop, guint count);
