/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The bar of a tally row. */

#include "hemo-tally-bar-private.h"

#include "hemo-tints-private.h"

#include <math.h>

struct _HemoTallyBar
{
  GtkWidget parent_instance;

  HemoTints tints;
  double percent;
  double low;
  double high;
  double range_low;
  double range_high;
  double scale;
};

G_DEFINE_FINAL_TYPE (HemoTallyBar, hemo_tally_bar, GTK_TYPE_WIDGET)

float
hemo_tally_bar_place (double percent, double scale, float width, gboolean rtl)
{
  const double share = isnan (percent) || scale <= 0 ? 0 : CLAMP (percent / scale, 0, 1);
  const float place = (float)share * width;

  return rtl ? width - place : place;
}

static void
fill (HemoTallyBar *self,
      GtkSnapshot *snapshot,
      double from,
      double to,
      float top,
      float height,
      float radius,
      GdkRGBA colour)
{
  const float width = (float)gtk_widget_get_width (GTK_WIDGET (self));
  const gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  const float a = hemo_tally_bar_place (from, self->scale, width, rtl);
  const float b = hemo_tally_bar_place (to, self->scale, width, rtl);
  const graphene_rect_t place
      = GRAPHENE_RECT_INIT (MIN (a, b), top, MAX (1, fabsf (b - a)), height);
  GskRoundedRect round;

  gsk_rounded_rect_init_from_rect (&round, &place, MIN (radius, place.size.width / 2));
  gtk_snapshot_push_rounded_clip (snapshot, &round);
  gtk_snapshot_append_color (snapshot, &colour, &place);
  gtk_snapshot_pop (snapshot);
}

/* A range without an upper limit goes on to the end. */
static gboolean
has_range (HemoTallyBar *self)
{
  return !isnan (self->range_low) || !isnan (self->range_high);
}

static gboolean
is_outside (HemoTallyBar *self)
{
  return self->percent < self->range_low || self->percent > self->range_high;
}

static void
draw_band (HemoTallyBar *self, GtkSnapshot *snapshot, float height)
{
  const double low = isnan (self->range_low) ? 0 : self->range_low;
  const double high = isnan (self->range_high) ? self->scale : self->range_high;
  const GdkRGBA good = hemo_tints_get (&self->tints, HEMO_TINT_GOOD);

  fill (self, snapshot, low, high, 0, height, 3, hemo_tints_fade (good, 0.25f));
}

static void
draw_interval (HemoTallyBar *self, GtkSnapshot *snapshot, float height)
{
  const float middle = roundf (height / 2) - 1;
  const GdkRGBA ink = hemo_tints_text (GTK_WIDGET (self), 0.85f);

  fill (self, snapshot, self->low, self->high, middle, 2, 0, ink);
  fill (self, snapshot, self->low, self->low, middle - 3, 8, 0, ink);
  fill (self, snapshot, self->high, self->high, middle - 3, 8, 0, ink);
}

static void
hemo_tally_bar_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  HemoTallyBar *self = HEMO_TALLY_BAR (widget);
  const float height = (float)gtk_widget_get_height (widget);
  const float inset = roundf (height / 5);

  fill (self, snapshot, 0, self->scale, inset, height - 2 * inset, 4,
        hemo_tints_text (widget, 0.08f));
  if (has_range (self))
    draw_band (self, snapshot, height);
  if (isnan (self->percent))
    return;
  if (self->percent > 0)
    fill (self, snapshot, 0, self->percent, inset, height - 2 * inset, 4,
          hemo_tints_get (&self->tints, is_outside (self) ? HEMO_TINT_WARNING : HEMO_TINT_ACCENT));
  if (!isnan (self->low) && !isnan (self->high))
    draw_interval (self, snapshot, height);
}

static void
hemo_tally_bar_measure (GtkWidget *widget,
                        GtkOrientation orientation,
                        int for_size,
                        int *minimum,
                        int *natural,
                        int *minimum_baseline,
                        int *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 48 : 12;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 160 : 18;
}

static void
hemo_tally_bar_dispose (GObject *object)
{
  hemo_tints_clear (&HEMO_TALLY_BAR (object)->tints);
  G_OBJECT_CLASS (hemo_tally_bar_parent_class)->dispose (object);
}

static void
hemo_tally_bar_class_init (HemoTallyBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hemo_tally_bar_dispose;
  widget_class->snapshot = hemo_tally_bar_snapshot;
  widget_class->measure = hemo_tally_bar_measure;
  gtk_widget_class_set_css_name (widget_class, "hemotallybar");
  /* The row speaks for it. */
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
hemo_tally_bar_init (HemoTallyBar *self)
{
  hemo_tints_init (&self->tints, GTK_WIDGET (self));
  self->percent = self->low = self->high = self->range_low = self->range_high = NAN;
  self->scale = 100;
}

void
hemo_tally_bar_set_value (HemoTallyBar *self, double percent, double low, double high)
{
  self->percent = percent;
  self->low = low;
  self->high = high;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
hemo_tally_bar_set_range (HemoTallyBar *self, double low, double high)
{
  self->range_low = low;
  self->range_high = high;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
hemo_tally_bar_set_scale (HemoTallyBar *self, double scale)
{
  self->scale = scale;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

double
hemo_tally_bar_get_scale (HemoTallyBar *self)
{
  return self->scale;
}
