/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How many red cells have which diameter, as bars. */

#include "hemo-cell-histogram.h"

#include <glib/gi18n.h>

#define HEIGHT 64
/* From 3 to 13 micrometres: what lies beyond is in the first and the last bar. */
#define FIRST 6
#define BARS 20

struct _HemoCellHistogram
{
  GtkWidget parent_instance;

  int bars[BARS];
  int most;
};

G_DEFINE_FINAL_TYPE (HemoCellHistogram, hemo_cell_histogram, GTK_TYPE_WIDGET)

static void
draw_text (HemoCellHistogram *self, GtkSnapshot *snapshot, const char *text, double share)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  const double width = gtk_widget_get_width (GTK_WIDGET (self));
  GdkRGBA colour;
  int text_width, text_height;

  pango_layout_get_pixel_size (layout, &text_width, &text_height);
  gtk_widget_get_color (GTK_WIDGET (self), &colour);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (
      snapshot,
      &GRAPHENE_POINT_INIT ((float)CLAMP (width * share - text_width / 2.0, 0, width - text_width),
                            (float)(gtk_widget_get_height (GTK_WIDGET (self)) - text_height)));
  gtk_snapshot_append_layout (snapshot, layout, &colour);
  gtk_snapshot_restore (snapshot);
}

/* Micrometres go from left to right in all languages, as on any chart. */
static void
hemo_cell_histogram_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  HemoCellHistogram *self = HEMO_CELL_HISTOGRAM (widget);
  const float width = (float)gtk_widget_get_width (widget) / BARS;
  const float height = HEIGHT;
  GdkRGBA colour, ground;

  gtk_widget_get_color (widget, &colour);
  ground = colour;
  ground.alpha *= 0.3f;
  gtk_snapshot_append_color (snapshot, &ground,
                             &GRAPHENE_RECT_INIT (0, height - 1, width * BARS, 1));
  colour.alpha *= 0.7f;
  for (int i = 0; i < BARS && self->most > 0; i++)
    {
      const float high = (height - 1) * (float)self->bars[i] / (float)self->most;

      gtk_snapshot_append_color (
          snapshot, &colour,
          &GRAPHENE_RECT_INIT ((float)i * width + 1, height - 1 - high, width - 2, high));
    }
  draw_text (self, snapshot, "5", 4.0 / BARS);
  /* Translators: the unit under a chart, micrometres */
  draw_text (self, snapshot, _ ("7.5 µm"), 9.0 / BARS);
  draw_text (self, snapshot, "10", 14.0 / BARS);
}

static void
hemo_cell_histogram_measure (GtkWidget *widget,
                             GtkOrientation orientation,
                             int for_size,
                             int *minimum,
                             int *natural,
                             int *minimum_baseline,
                             int *natural_baseline)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (widget, "0");
  int height;

  pango_layout_get_pixel_size (layout, NULL, &height);
  *minimum = orientation == GTK_ORIENTATION_VERTICAL ? HEIGHT + 2 + height : 160;
  *natural = *minimum;
}

static void
hemo_cell_histogram_class_init (HemoCellHistogramClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->snapshot = hemo_cell_histogram_snapshot;
  widget_class->measure = hemo_cell_histogram_measure;
  gtk_widget_class_set_css_name (widget_class, "hemocellhistogram");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
hemo_cell_histogram_init (HemoCellHistogram *self)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Diameters of the red cells"), -1);
}

GtkWidget *
hemo_cell_histogram_new (void)
{
  return g_object_new (HEMO_TYPE_CELL_HISTOGRAM, NULL);
}

void
hemo_cell_histogram_set_stats (HemoCellHistogram *self, const HemoCellStats *stats)
{
  memset (self->bars, 0, sizeof self->bars);
  self->most = 0;
  for (int i = 0; i < HEMO_CELL_BINS; i++)
    self->bars[CLAMP (i - FIRST, 0, BARS - 1)] += stats->histogram[i];
  for (int i = 0; i < BARS; i++)
    self->most = MAX (self->most, self->bars[i]);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
