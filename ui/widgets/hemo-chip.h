/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A state as icon and word: colour only underlines what both say. */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef enum
{
  HEMO_CHIP_NEUTRAL,
  HEMO_CHIP_GOOD,
  HEMO_CHIP_WARNING,
  HEMO_CHIP_CRITICAL,
} HemoChipState;

#define HEMO_TYPE_CHIP_STATE (hemo_chip_state_get_type ())
GType hemo_chip_state_get_type (void);

#define HEMO_TYPE_CHIP (hemo_chip_get_type ())
G_DECLARE_FINAL_TYPE (HemoChip, hemo_chip, HEMO, CHIP, GtkWidget)

/**
 * hemo_chip_new:
 * @state: its icon is taken unless 'icon-name' is set
 * @label: one or two words
 *
 * Properties: 'state', 'label', 'icon-name'.
 */
GtkWidget *hemo_chip_new (HemoChipState state, const char *label);

void hemo_chip_set_state (HemoChip *self, HemoChipState state);
HemoChipState hemo_chip_get_state (HemoChip *self);
void hemo_chip_set_label (HemoChip *self, const char *label);
const char *hemo_chip_get_label (HemoChip *self);
/* Whether its words are never cut: it is as wide as they are. */
void hemo_chip_set_whole (HemoChip *self, gboolean whole);
/* NULL for the state's own. */
void hemo_chip_set_icon_name (HemoChip *self, const char *icon_name);
const char *hemo_chip_get_icon_name (HemoChip *self);

/* 'emblem of the state', static. */
const char *hemo_chip_state_icon (HemoChipState state);

G_END_DECLS
