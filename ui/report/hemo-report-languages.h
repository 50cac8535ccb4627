/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The languages that a report can be printed in. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* English, those whose catalogue is installed, and @more (nullable) (element-type utf8); each once,
 * sorted. Reads folders: not on main. (transfer full) */
GStrv hemo_report_languages_list (const char *const *more);

/* In its own words, or the code itself. (transfer none) */
const char *hemo_report_language_name (const char *code);

G_END_DECLS
