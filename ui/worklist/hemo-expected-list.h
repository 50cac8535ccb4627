/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Orders that wait for their specimen, as a list: Enter takes the specimen in. */

#pragma once

#include "hemo-desk.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define HEMO_TYPE_EXPECTED_LIST (hemo_expected_list_get_type ())
G_DECLARE_FINAL_TYPE (HemoExpectedList, hemo_expected_list, HEMO, EXPECTED_LIST, AdwBin)

/* Reads the orders (again). @focus: whether the list is to have the focus once they are there.
 * Signal 'listed'; 'failed' (GError). Activates 'win.accept-order'. */
void hemo_expected_list_refresh (HemoExpectedList *self, HemoDesk *desk, gboolean focus);
/* Asks on @parent why the order that is chosen is refused; nothing where none is. */
void hemo_expected_list_refuse (HemoExpectedList *self, GtkWidget *parent, HemoDesk *desk);
/* As they were read last. */
guint hemo_expected_list_count (HemoExpectedList *self);

G_END_DECLS
