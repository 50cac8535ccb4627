/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What was accepted, to be corrected: the order, its tube, the slides and their labels. */

#pragma once

#include "hemo-desk.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define HEMO_TYPE_ORDER_DIALOG (hemo_order_dialog_get_type ())
G_DECLARE_FINAL_TYPE (HemoOrderDialog, hemo_order_dialog, HEMO, ORDER_DIALOG, AdwDialog)

/* @specimen: UUID or accession number. Says itself what cannot be read or saved; keeps what is
 * typed over a lock. */
void hemo_order_dialog_open (GtkWidget *parent, HemoDesk *desk, const char *specimen);

G_END_DECLS
