/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The white cells of the accepted fields, by class, to be counted one by one. */

#pragma once

#include "hemo-bench-case.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define HEMO_TYPE_CELL_GALLERY (hemo_cell_gallery_get_type ())
G_DECLARE_FINAL_TYPE (HemoCellGallery, hemo_cell_gallery, HEMO, CELL_GALLERY, AdwBin)

/* Signal 'closed': the person wants to go back. */
void hemo_cell_gallery_open (HemoCellGallery *self, HemoBenchCase *bench_case);
/* What is on its way is still written. */
void hemo_cell_gallery_close (HemoCellGallery *self);
/* A key while it is seen; TRUE when it was used. @layout: of the keyboard */
gboolean hemo_cell_gallery_key (HemoCellGallery *self, guint keyval, guint keycode, int layout);
/* Whether all that was pressed is in the store. */
gboolean hemo_cell_gallery_is_settled (HemoCellGallery *self);

G_END_DECLS
