/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The slides of a tube: one more is made here, and each has a label to print. */

#pragma once

#include "hemo-desk.h"
#include "hemo-specimen.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define HEMO_TYPE_SLIDES_GROUP (hemo_slides_group_get_type ())
G_DECLARE_FINAL_TYPE (HemoSlidesGroup, hemo_slides_group, HEMO, SLIDES_GROUP, AdwPreferencesGroup)

void hemo_slides_group_set_desk (HemoSlidesGroup *self, HemoDesk *desk);

/* @slides: (nullable) (element-type HemoSpecimen): with these the tube's own label stands first;
 * NULL for a tube that was accepted this moment, whose label stands elsewhere. Shown again it keeps
 * what was added meanwhile only if it is in @slides. */
void
hemo_slides_group_show (HemoSlidesGroup *self, const HemoSpecimen *tube, const GPtrArray *slides);

G_END_DECLS
