/* SPDX-License-Identifier: GPL-3.0-or-later */

/* All keys in one list. */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* A dialog over @parent's window. */
void hemo_shortcuts_show (GtkWidget *parent);

G_END_DECLS
