/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Days in the words of the window's language. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * hemo_day_text:
 * @time: (nullable): a day, and where @format asks for it its hour
 * @format: as for g_date_time_format(), already in the window's language
 *
 * As g_date_time_format(), but months and days of the week come from the catalogue: those of the
 * computer's locale would be of another language than the sentence around them, where no locale of
 * the chosen language is installed. (transfer full): an empty text for no @time.
 */
char *hemo_day_text (GDateTime *time, const char *format);

G_END_DECLS
