/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The picture beside what is counted or judged: the live one, or one of the case's fields. */

#pragma once

#include "hemo-bench-case.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define HEMO_TYPE_FIELD_PANE (hemo_field_pane_get_type ())
G_DECLARE_FINAL_TYPE (HemoFieldPane, hemo_field_pane, HEMO, FIELD_PANE, AdwBin)

/* Signal: 'shown': another picture may be seen now. */

/* Once, before it is seen. */
void hemo_field_pane_set_case (HemoFieldPane *self, HemoBenchCase *bench_case);
/* The case was read again. */
void hemo_field_pane_update (HemoFieldPane *self);

/* One field on (1) or back (-1); FALSE at the end. */
gboolean hemo_field_pane_step (HemoFieldPane *self, int by);
/* PageUp and PageDown. */
gboolean hemo_field_pane_key (HemoFieldPane *self, guint keyval);
/* While the live picture is seen the newest sharp frame is kept for each cell. */
void hemo_field_pane_set_keep_frames (HemoFieldPane *self, gboolean keep_frames);
/* UUID of the stored field that is seen; NULL when none is. (transfer none) */
const char *hemo_field_pane_get_stored (HemoFieldPane *self);
/* UUID of the image that is looked at, of the live picture that of its newest sharp frame; NULL
 * when there is none. (transfer full) */
char *hemo_field_pane_dup_image (HemoFieldPane *self);

G_END_DECLS
