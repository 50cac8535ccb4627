/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Colours of state, asked of invisible children that carry libadwaita's style classes. */

#include "hemo-tints-private.h"

void
hemo_tints_init (HemoTints *self, GtkWidget *parent)
{
  static const char *const classes[HEMO_N_TINTS] = { "accent", "success", "warning", "error" };

  for (int i = 0; i < HEMO_N_TINTS; i++)
    {
      self->swatches[i] = g_object_new (GTK_TYPE_BOX, "visible", FALSE, NULL);
      gtk_widget_add_css_class (self->swatches[i], classes[i]);
      gtk_widget_set_parent (self->swatches[i], parent);
    }
}

void
hemo_tints_clear (HemoTints *self)
{
  for (int i = 0; i < HEMO_N_TINTS; i++)
    g_clear_pointer (&self->swatches[i], gtk_widget_unparent);
}

GdkRGBA
hemo_tints_get (const HemoTints *self, HemoTint tint)
{
  GdkRGBA colour;

  gtk_widget_get_color (self->swatches[tint], &colour);
  return colour;
}

GdkRGBA
hemo_tints_text (GtkWidget *widget, float alpha)
{
  GdkRGBA colour;

  gtk_widget_get_color (widget, &colour);
  return hemo_tints_fade (colour, alpha);
}
