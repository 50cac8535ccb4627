/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The fields of a case to look at: the film, and one of them large, with its marks. */

#pragma once

#include "hemo-desk.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define HEMO_TYPE_READING_FIELDS (hemo_reading_fields_get_type ())
G_DECLARE_FINAL_TYPE (HemoReadingFields, hemo_reading_fields, HEMO, READING_FIELDS, AdwBin)

/* @others: (element-type HemoOtherPicture): of the same case, from other laptops; they are brought
 * from the server when they are looked at, and asked for when they are not there. Keeps the field
 * that is seen where it is still there. */
void hemo_reading_fields_show (HemoReadingFields *self,
                               HemoDesk *desk,
                               const HemoCase *data,
                               GPtrArray *others);
/* One on (1) or back (-1). */
void hemo_reading_fields_step (HemoReadingFields *self, int by);

G_END_DECLS
