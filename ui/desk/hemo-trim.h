/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Memory that the program no longer uses. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Gives the system back, in a moment and off main, what was taken and freed since: the C library
 * keeps it otherwise. After what takes much at once, as signing in and a place's first showing. On
 * main; called again within the moment it begins anew. */
void hemo_trim_soon (void);

G_END_DECLS
