/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a person sees first: the day's work on five pages, each of which can be the last. */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

void hemo_tour_present (GtkWidget *parent);

G_END_DECLS
