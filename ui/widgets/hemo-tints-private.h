/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The theme's colours of state, for widgets that draw: they follow light, dark and high contrast.
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef enum
{
  HEMO_TINT_ACCENT,
  HEMO_TINT_GOOD,
  HEMO_TINT_WARNING,
  HEMO_TINT_CRITICAL,
  HEMO_N_TINTS,
} HemoTint;

/* Invisible children of a widget, one for each colour. */
typedef struct
{
  GtkWidget *swatches[HEMO_N_TINTS];
} HemoTints;

/* In the widget's init; hemo_tints_clear() in its dispose. */
void hemo_tints_init (HemoTints *self, GtkWidget *parent);
void hemo_tints_clear (HemoTints *self);
GdkRGBA hemo_tints_get (const HemoTints *self, HemoTint tint);

/* The widget's own colour at @alpha of its opacity. */
GdkRGBA hemo_tints_text (GtkWidget *widget, float alpha);
static inline GdkRGBA
hemo_tints_fade (GdkRGBA colour, float alpha)
{
  colour.alpha *= alpha;
  return colour;
}

G_END_DECLS
