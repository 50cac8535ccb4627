/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A captured field as the filmstrip shows it. */

#pragma once

#include "hemo-chip.h"

G_BEGIN_DECLS

#define HEMO_TYPE_FILM_ITEM (hemo_film_item_get_type ())
G_DECLARE_FINAL_TYPE (HemoFilmItem, hemo_film_item, HEMO, FILM_ITEM, GObject)

/* Properties, all of which may change while it is shown: 'uuid' (of the image, for the screen),
 * 'number', 'paintable' (NULL until the filmstrip's 'wanted' was answered), 'focus' and 'stain'
 * (HemoChipState: neutral is not measured), 'problem' (what is wrong with the field in words, or
 * NULL), 'in-report', 'missing' (the picture cannot be shown; 'problem' says why). */
HemoFilmItem *hemo_film_item_new (const char *uuid, int number);

const char *hemo_film_item_get_uuid (HemoFilmItem *self);
int hemo_film_item_get_number (HemoFilmItem *self);
GdkPaintable *hemo_film_item_get_paintable (HemoFilmItem *self);
void hemo_film_item_set_paintable (HemoFilmItem *self, GdkPaintable *paintable);
void hemo_film_item_set_marks (HemoFilmItem *self,
                               HemoChipState focus,
                               HemoChipState stain,
                               const char *problem);
void hemo_film_item_set_in_report (HemoFilmItem *self, gboolean in_report);
gboolean hemo_film_item_get_in_report (HemoFilmItem *self);

/* 'Field 4, out of focus, in the report'. (transfer full) */
char *hemo_film_item_describe (HemoFilmItem *self);

G_END_DECLS
