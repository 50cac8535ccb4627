/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The film of captured fields: a row that scrolls, chosen from by keyboard. */

#pragma once

#include "hemo-film-item.h"

G_BEGIN_DECLS

#define HEMO_TYPE_FILMSTRIP (hemo_filmstrip_get_type ())
G_DECLARE_FINAL_TYPE (HemoFilmstrip, hemo_filmstrip, HEMO, FILMSTRIP, GtkWidget)

/* Properties: 'model' (GListModel of HemoFilmItem), 'selected' (HemoFilmItem or NULL; new items
 * do not change it), 'empty-text' (what to do, shown while there are none).
 *
 * Signals:
 * 'wanted' (HemoFilmItem): it is about to be seen and has no paintable; answer at any time by
 *   hemo_film_item_set_paintable() or 'missing'. Comes again when it is seen again without one.
 * 'opened' (HemoFilmItem): Enter or a double click.
 * 'delete-requested' (HemoFilmItem): Delete or Backspace; nothing was removed.
 * 'report-toggled' (HemoFilmItem): the key P or a click on its tick; 'in-report' is unchanged. */
GtkWidget *hemo_filmstrip_new (GListModel *model);

void hemo_filmstrip_set_model (HemoFilmstrip *self, GListModel *model);
GListModel *hemo_filmstrip_get_model (HemoFilmstrip *self);
HemoFilmItem *hemo_filmstrip_get_selected (HemoFilmstrip *self);
/* Also scrolls there; without effect when it is not in the model. */
void hemo_filmstrip_select (HemoFilmstrip *self, HemoFilmItem *item);
/* One on (1) or back (-1), as PageDown and PageUp on the bench; FALSE at the end. */
gboolean hemo_filmstrip_step (HemoFilmstrip *self, int by);

G_END_DECLS
