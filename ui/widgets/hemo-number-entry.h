/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A number with its unit: both decimal marks are taken, nonsense is refused in words. */

#pragma once

#include "hemo-checked-entry.h"

G_BEGIN_DECLS

#define HEMO_TYPE_NUMBER_ENTRY (hemo_number_entry_get_type ())
G_DECLARE_FINAL_TYPE (HemoNumberEntry, hemo_number_entry, HEMO, NUMBER_ENTRY, HemoCheckedEntry)

/* Properties besides those of #HemoCheckedEntry: 'analyte' (code of hemo_analyte_info(): gives
 * unit, decimals, limits and spoken name, and takes other units as hemo_value_parse_unit()),
 * 'minimum', 'maximum', 'decimals' (shown once it was left; -1 as typed), 'value' (NAN: empty or
 * not to be taken). */
GtkWidget *hemo_number_entry_new (void);
GtkWidget *hemo_number_entry_new_for_analyte (const char *code);

/* FALSE leaves @value as it is: the text is empty or cannot be taken. */
gboolean hemo_number_entry_get_value (HemoNumberEntry *self, double *value);
/* NAN empties it. */
void hemo_number_entry_set_value (HemoNumberEntry *self, double value);
void hemo_number_entry_set_range (HemoNumberEntry *self, double minimum, double maximum);
void hemo_number_entry_set_decimals (HemoNumberEntry *self, int decimals);
/* NULL for a plain number. */
void hemo_number_entry_set_analyte (HemoNumberEntry *self, const char *code);

G_END_DECLS
