/* SPDX-License-Identifier: GPL-3.0-or-later */

/* An age as it is told ('34y', '8m', '12d') or a date of birth in the local order; shows below
 * what it understood. */

#pragma once

#include "hemo-checked-entry.h"

#include "hemo-time.h"

G_BEGIN_DECLS

#define HEMO_TYPE_AGE_ENTRY (hemo_age_entry_get_type ())
G_DECLARE_FINAL_TYPE (HemoAgeEntry, hemo_age_entry, HEMO, AGE_ENTRY, HemoCheckedEntry)

/* Properties besides those of #HemoCheckedEntry: 'day-first' (from the locale at first). Signal
 * 'birth-changed': what hemo_age_entry_get_birth() gives is another. */
GtkWidget *hemo_age_entry_new (void);

/* The day on which the age is told; the clock's until it is set. */
void hemo_age_entry_set_today (HemoAgeEntry *self, HemoDate today);
void hemo_age_entry_set_day_first (HemoAgeEntry *self, gboolean day_first);

/* FALSE leaves @birth as it is: the text is empty or cannot be taken. */
gboolean hemo_age_entry_get_birth (HemoAgeEntry *self, HemoBirth *birth);
/* NULL empties it. Written as a date, as precise as it is known; an estimated one stays estimated
 * as long as nothing is typed. */
void hemo_age_entry_set_birth (HemoAgeEntry *self, const HemoBirth *birth);

/* What is shown: 'About 34 years, born about 1992'. (transfer full) */
char *hemo_age_entry_describe (const HemoBirth *birth, HemoDate today);
/* Whether the locale writes the day before the month. */
gboolean hemo_age_entry_locale_day_first (void);

G_END_DECLS
