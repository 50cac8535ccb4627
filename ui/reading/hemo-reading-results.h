/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a report says, for whoever reads the case. */

#pragma once

#include "hemo-case.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* @state: gets who signed it and when, or that nobody did */
void hemo_reading_results_show (GtkGrid *results, GtkLabel *state, const HemoReport *report);

G_END_DECLS
