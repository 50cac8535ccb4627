/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the files of an export share among themselves. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether @line is one of a list of sums, with a name that an export may have. */
gboolean hemo_export_is_sums_line (const char *line);

G_END_DECLS
