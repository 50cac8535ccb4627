/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How many of the wanted cells are counted, as a ring around the number. */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HEMO_TYPE_COUNT_RING (hemo_count_ring_get_type ())
G_DECLARE_FINAL_TYPE (HemoCountRing, hemo_count_ring, HEMO, COUNT_RING, GtkWidget)

/* Properties: 'done', 'target' (0: none, only the number is shown). Beyond the target the ring
 * stays full and the number goes on. */
GtkWidget *hemo_count_ring_new (int target);
void hemo_count_ring_set_done (HemoCountRing *self, int done);
int hemo_count_ring_get_done (HemoCountRing *self);
void hemo_count_ring_set_target (HemoCountRing *self, int target);
int hemo_count_ring_get_target (HemoCountRing *self);

G_END_DECLS
