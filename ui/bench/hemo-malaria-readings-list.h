/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The readings of malaria films: who saw what, which stands, deciding and discarding. */

#pragma once

#include "hemo-case.h"
#include "hemo-reading-list.h"

G_BEGIN_DECLS

/* @verdict: says when readings contradict each other; its parent is hidden while they do not. */
void hemo_malaria_readings_list_show (HemoReadingList *list,
                                      GtkLabel *verdict,
                                      HemoDesk *desk,
                                      const HemoCase *data);
/* Whether 'corrected' was about a reading that is gone now. */
gboolean hemo_malaria_readings_list_is_discarding (gconstpointer correction);

G_END_DECLS
