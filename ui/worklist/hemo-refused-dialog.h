/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Orders that were refused: who refused them, when and why, and whether who ordered knows. */

#pragma once

#include "hemo-desk.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Lists them on @parent, newest first; one that has not left is taken back there. */
void hemo_refused_dialog_show (GtkWidget *parent, HemoDesk *desk);

G_END_DECLS
