/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a report says, for whoever reads the case. */

#pragma once

#include "hemo-case.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Shows the lines of the case's report; none of one that was taken back.
 * @state: gets who signed it and when, that nobody did, or that it was taken back */
void hemo_reading_results_show (GtkGrid *results, GtkLabel *state, const HemoCase *data);

G_END_DECLS
