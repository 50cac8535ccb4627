/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One frame of the filmstrip. */

#pragma once

#include "hemo-film-item.h"

G_BEGIN_DECLS

#define HEMO_TYPE_FILM_CELL (hemo_film_cell_get_type ())
G_DECLARE_FINAL_TYPE (HemoFilmCell, hemo_film_cell, HEMO, FILM_CELL, GtkWidget)

GtkWidget *hemo_film_cell_new (void);
/* NULL when the cell is given to another item. */
void hemo_film_cell_set_item (HemoFilmCell *self, HemoFilmItem *item);

G_END_DECLS
