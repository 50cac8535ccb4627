/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The languages that the window can speak: English, and those whose catalogue is installed. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* In their own words, after 'As the computer'. (transfer full) (element-type GtkStringObject) */
GListModel *hemo_languages_get_names (void);
/* Which of them the setting 'language' names. */
guint hemo_languages_get_chosen (GSettings *settings);
/* What is shown from the next start on. */
void hemo_languages_choose (GSettings *settings, guint index);
/* At the program's start, instead of setlocale() and before GTK's: makes the choice this program's
 * language, whatever locales the computer has. Its words and numbers follow; the order of a date's
 * parts, paper and the like stay the computer's. */
void hemo_languages_apply (void);
/* Once GTK has started: the window is written the way that this language is. */
void hemo_languages_turn (void);

G_END_DECLS
