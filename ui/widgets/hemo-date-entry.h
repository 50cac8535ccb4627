/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A whole day in the local order; the empty entry says that order, and below stands in words which
 * day was understood. */

#pragma once

#include "hemo-checked-entry.h"

#include "hemo-time.h"

G_BEGIN_DECLS

#define HEMO_TYPE_DATE_ENTRY (hemo_date_entry_get_type ())
G_DECLARE_FINAL_TYPE (HemoDateEntry, hemo_date_entry, HEMO, DATE_ENTRY, HemoCheckedEntry)

GtkWidget *hemo_date_entry_new (void);

/* The locale's order until it is set; what was typed is read again. */
void hemo_date_entry_set_day_first (HemoDateEntry *self, gboolean day_first);

/* FALSE leaves @date as it is: the text is empty or no day. */
gboolean hemo_date_entry_get_date (HemoDateEntry *self, HemoDate *date);
void hemo_date_entry_set_date (HemoDateEntry *self, HemoDate date);

/* A day with its month as a word: '3 March 2020'. (transfer full) */
char *hemo_date_entry_describe (HemoDate date);
/* 'day/month/year' in the window's language. (transfer none) */
const char *hemo_date_entry_hint (gboolean day_first);

G_END_DECLS
