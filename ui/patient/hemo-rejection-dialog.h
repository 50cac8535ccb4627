/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Why a specimen cannot be used. */

#pragma once

#include "hemo-specimen.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* @note: or NULL */
typedef void (*HemoRejectionChosen) (HemoRejection reason, const char *note, gpointer data);

/* Asks on @parent; @chosen is called when it is rejected. @data is an object that is held as long
 * as the question stands. */
void hemo_rejection_dialog_ask (GtkWidget *parent, HemoRejectionChosen chosen, GObject *data);

G_END_DECLS
