/* SPDX-License-Identifier: GPL-3.0-or-later */

/* That the laboratory cannot carry out an order, and why. */

#pragma once

#include "hemo-time.h"

G_BEGIN_DECLS

/**
 * HemoRefusalReason:
 * @HEMO_REFUSAL_NO_REAGENT: a reagent, a stain or a part is missing
 * @HEMO_REFUSAL_NOT_DONE: the laboratory does not do this test
 * @HEMO_REFUSAL_NOT_IN_TIME: no specimen came while it could have been used
 * @HEMO_REFUSAL_OTHER: in words alone
 */
typedef enum
{
  HEMO_REFUSAL_NO_REAGENT,
  HEMO_REFUSAL_NOT_DONE,
  HEMO_REFUSAL_NOT_IN_TIME,
  HEMO_REFUSAL_OTHER,
} HemoRefusalReason;
#define HEMO_REFUSAL_REASONS (HEMO_REFUSAL_OTHER + 1)

/* 'no-reagent', 'not-done', 'not-in-time', 'other'; NULL for what is none. (transfer none) */
const char *hemo_refusal_reason_to_code (HemoRefusalReason reason);
/* %HEMO_MODEL_ERROR_INVALID, naming those that are known. @out: (out) */
gboolean hemo_refusal_reason_from_code (const char *code, HemoRefusalReason *out, GError **error);

/* Characters, of the words and of a name. */
#define HEMO_REFUSAL_WORDS_MAX 500
#define HEMO_REFUSAL_NAME_MAX 200

/**
 * HemoRefusal:
 * @order: UUID
 * @patient: UUID of whom it was ordered for
 * @withdrawn: it was taken back, or the order was asked for again
 * @words: more about the reason, or NULL; always there with %HEMO_REFUSAL_OTHER
 * @refused_by: UUID of a user here or elsewhere, or NULL
 * @refused_by_name: as it was then, or NULL
 */
typedef struct
{
  char *order;
  char *patient;
  gboolean withdrawn;
  HemoRefusalReason reason;
  char *words;
  char *refused_by;
  char *refused_by_name;
  HemoTime at;
  gint64 version;
} HemoRefusal;

void hemo_refusal_free (HemoRefusal *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoRefusal, hemo_refusal_free)

/* That it has its words where it needs them. */
gboolean hemo_refusal_check (const HemoRefusal *self, GError **error);

G_END_DECLS
