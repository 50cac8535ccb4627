/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Refuses an order with a reason, which who ordered is told. */

#pragma once

#include "hemo-desk.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* @parent: that it was asked on, in its window still */
typedef void (*HemoRefusedDone) (GtkWidget *parent);

/* Asks on @parent why; what was refused is said there, with an undo. @order: UUID; @whose: patient
 * and tests, in words; @done: (nullable): called once it is written */
void hemo_refuse_dialog_ask (
    GtkWidget *parent, HemoDesk *desk, const char *order, const char *whose, HemoRefusedDone done);

/* The refusal of @order is taken back, as long as it has not left; what came of it is said on
 * @parent. */
void hemo_refusal_undo (GtkWidget *parent, HemoDesk *desk, const char *order);

G_END_DECLS
