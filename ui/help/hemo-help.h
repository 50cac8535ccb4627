/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The manual in the window: short chapters, there without a network. */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Opens at @chapter ('worklist', 'bench' …); NULL or an unknown one: at the first. */
void hemo_help_present (GtkWidget *parent, const char *chapter);

G_END_DECLS
