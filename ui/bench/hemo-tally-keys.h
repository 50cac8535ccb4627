/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which key counts which class of cells: by where the key lies, not by what stands on it, so that
 * the fingers find it with any layout. */

#pragma once

#include "hemo-differential.h"

G_BEGIN_DECLS

/* Hardware codes of X11 and Wayland: the kernel's (evdev) and 8. */
#define HEMO_KEYCODE_Q 24
#define HEMO_KEYCODE_W 25
#define HEMO_KEYCODE_N 57

/**
 * HemoTallyKeys:
 * @codes: hardware code by class; 0 for none
 *
 * The ten usual classes have Q W E R T, Y U I O and N; the rarer ones A S D F G H J K, which count
 * only while they are shown.
 */
typedef struct
{
  guint codes[HEMO_CELL_CLASSES];
} HemoTallyKeys;

/* @custom: (nullable): a{su}, codes by hemo_cell_class_info()->code, that differ from the usual
 * ones; what is unknown in it is passed over, and of two classes on one key the custom one has it.
 * Not consumed. */
void hemo_tally_keys_init (HemoTallyKeys *self, GVariant *custom);
/* What differs from the usual ones. (transfer floating) */
GVariant *hemo_tally_keys_to_variant (const HemoTallyKeys *self);

/* FALSE when @keycode counts nothing. */
gboolean hemo_tally_keys_find (const HemoTallyKeys *self, guint keycode, HemoCellClass *out);
/* Who had @keycode gets the one that @cell_class had. */
void hemo_tally_keys_set (HemoTallyKeys *self, HemoCellClass cell_class, guint keycode);

/* One of those that are shown only when asked for. */
gboolean hemo_tally_keys_is_rare (HemoCellClass cell_class);

G_END_DECLS
