/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where a case stands, how urgent it is and where it is kept, as chips. */

#pragma once

#include "hemo-chip.h"
#include "hemo-worklist.h"

G_BEGIN_DECLS

/* A chip that is not seen until one of these shows something. (transfer floating) */
GtkWidget *hemo_case_chip_new (void);
/* The same for a column: names give way to it, since a state that is cut cannot be read. */
GtkWidget *hemo_case_chip_new_whole (void);

/* 'Counting 63', 'To sign' …; of a reported case whether a pathologist was asked and has read it.
 */
void hemo_case_chip_show_item (HemoChip *chip, const HemoWorkItem *item);
/* The same without the number, for who hears it. (transfer none) */
const char *hemo_case_chip_get_words (const HemoWorkItem *item);
/* Hidden for a routine one. */
void hemo_case_chip_show_urgency (HemoChip *chip, HemoUrgency urgency);
/* As far as it is proven. */
void hemo_case_chip_show_safety (HemoChip *chip, HemoSafety safety);

G_END_DECLS
