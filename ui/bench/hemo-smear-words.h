/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the low-power check found: whether spread and stain will do. It stands as the first sentence
 * of the reader's comment on the smear, and so on the report. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  HEMO_SMEAR_UNCHECKED,
  HEMO_SMEAR_ACCEPTABLE,
  HEMO_SMEAR_POOR_SPREAD,
  HEMO_SMEAR_POOR_STAIN,
  HEMO_SMEAR_CHECKS,
} HemoSmearCheck;

/* In the window's language; NULL for unchecked. (transfer none) */
const char *hemo_smear_check_text (HemoSmearCheck check);
/* What @comment (nullable) begins with. */
HemoSmearCheck hemo_smear_check_find (const char *comment);
/* @comment (nullable) with @check as its first sentence in place of another one; NULL when nothing
 * is left. (transfer full) */
char *hemo_smear_check_replace (const char *comment, HemoSmearCheck check);

G_END_DECLS
