/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Marks and notes on pictures. */

#pragma once

#include "hemo-mark.h"
#include "hemo-txn.h"

G_BEGIN_DECLS

/* What the change log calls it when marks are saved. The version of such a change is that of the
 * marks, not that of the picture's record. */
#define HEMO_CHANGE_MARK "image.mark"

/* The marks of @image, none when there are none; @version: (out): to save with, 0 for none. Who may
 * look at pictures. %HEMO_STORE_ERROR_NOT_FOUND when there is no such picture. (transfer full)
 * (element-type HemoMark) */
GPtrArray *hemo_marks_load (HemoTxn *txn, const char *image, gint64 *version, GError **error);

/**
 * hemo_marks_save:
 * @marks: (element-type HemoMark): all of them, in the order in which they are drawn
 * @version: (inout): what hemo_marks_load() gave; the new one
 *
 * Takes the place of the marks before, which stay in the record's history. Who made a mark is not
 * the caller's to say: a new one is of who is signed in, an old one stays whose it was, also when
 * its note is changed. They leave with the picture's Media. Refuses marks beyond the picture, a
 * discarded picture, and with %HEMO_STORE_ERROR_CONFLICT when somebody else saved meanwhile.
 */
gboolean hemo_marks_save (
    HemoTxn *txn, const char *image, GPtrArray *marks, gint64 *version, GError **error);

/**
 * hemo_marks_take:
 * @marks: (element-type HemoMark) (nullable): of another's version of the picture's Media
 *
 * They take the place of those here as they are: whose they are and when they were made stays. What
 * cannot be drawn on the picture, or has the UUID of one before it, is left out. They do not leave
 * again. A discarded picture keeps its own. %HEMO_STORE_ERROR_NOT_FOUND when there is no such
 * picture. The caller has asked whether who is signed in may.
 */
gboolean hemo_marks_take (HemoTxn *txn, const char *image, GPtrArray *marks, GError **error);

G_END_DECLS
