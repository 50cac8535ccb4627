/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A trend as small as a word. */

#include "hemo-spark.h"

#include "hemo-tints-private.h"
#include "hemo-trend-plot-private.h"

#include <glib/gi18n.h>
#include <math.h>

#define DOT 3.0f

struct _HemoSpark
{
  GtkWidget parent_instance;

  HemoTints tints;
  GListModel *model;
  GListModel *sorted;
  char *label;
  double low;
  double high;
};

G_DEFINE_FINAL_TYPE (HemoSpark, hemo_spark, GTK_TYPE_WIDGET)

enum
{
  PROP_MODEL = 1,
  PROP_LABEL,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static void
update (HemoSpark *self)
{
  const guint n = g_list_model_get_n_items (self->sorted);
  g_autofree char *text = NULL;

  /* Translators: read aloud for a small curve: the analyte, how many values. */
  text = g_strdup_printf (ngettext ("%s, %u value", "%s, %u values", n),
                          self->label != NULL ? self->label : _ ("Trend"), n);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
items_changed_cb (GListModel *model, guint position, guint removed, guint added, HemoSpark *self)
{
  g_clear_object (&self->sorted);
  self->sorted = hemo_trend_sort (model);
  update (self);
}

static void
draw_band (HemoSpark *self, GtkSnapshot *snapshot, const HemoTrendPlot *plot)
{
  const float top = isnan (self->high) ? plot->area.origin.y : hemo_trend_plot_y (plot, self->high);
  const float bottom = isnan (self->low) ? plot->area.origin.y + plot->area.size.height
                                         : hemo_trend_plot_y (plot, self->low);
  const GdkRGBA good = hemo_tints_fade (hemo_tints_get (&self->tints, HEMO_TINT_GOOD), 0.18f);

  if (isnan (self->low) && isnan (self->high))
    return;
  gtk_snapshot_append_color (snapshot, &good,
                             &GRAPHENE_RECT_INIT (0, top,
                                                  (float)gtk_widget_get_width (GTK_WIDGET (self)),
                                                  MAX (1, bottom - top)));
}

static void
draw_curve (HemoSpark *self, GtkSnapshot *snapshot, const HemoTrendPlot *plot)
{
  const guint n = g_list_model_get_n_items (self->sorted);
  const GdkRGBA ink = hemo_tints_text (GTK_WIDGET (self), 0.8f);
  GskPathBuilder *builder = gsk_path_builder_new ();
  GskPathBuilder *dot = gsk_path_builder_new ();
  g_autoptr (GskStroke) stroke = gsk_stroke_new (1.5f);
  g_autoptr (GskPath) curve = NULL, end = NULL;
  HemoFlag flag = HEMO_FLAG_NONE;
  GdkRGBA colour;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (HemoTrendPoint) point = g_list_model_get_item (self->sorted, i);
      const float x = hemo_trend_plot_x (plot, hemo_trend_point_get_time (point).utc_us);
      const float y = hemo_trend_plot_y (plot, hemo_trend_point_get_value (point));

      if (i == 0)
        gsk_path_builder_move_to (builder, x, y);
      else
        gsk_path_builder_line_to (builder, x, y);
      if (i == n - 1)
        gsk_path_builder_add_circle (dot, &GRAPHENE_POINT_INIT (x, y), DOT);
      flag = hemo_trend_point_get_flag (point);
    }
  gsk_stroke_set_line_join (stroke, GSK_LINE_JOIN_ROUND);
  curve = gsk_path_builder_free_to_path (builder);
  end = gsk_path_builder_free_to_path (dot);
  colour = hemo_tints_get (&self->tints, hemo_flag_is_critical (flag) ? HEMO_TINT_CRITICAL
                                         : flag != HEMO_FLAG_NONE     ? HEMO_TINT_WARNING
                                                                      : HEMO_TINT_ACCENT);
  gtk_snapshot_append_stroke (snapshot, curve, stroke, &ink);
  gtk_snapshot_append_fill (snapshot, end, GSK_FILL_RULE_WINDING, &colour);
}

static void
hemo_spark_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  HemoSpark *self = HEMO_SPARK (widget);
  const float width = (float)gtk_widget_get_width (widget);
  const float height = (float)gtk_widget_get_height (widget);
  HemoTrendPlot plot;

  if (width <= 4 * DOT || height <= 2 * DOT || g_list_model_get_n_items (self->sorted) == 0)
    return;
  hemo_trend_plot_init (&plot, self->sorted, self->low, self->high,
                        GRAPHENE_RECT_INIT (DOT + 1, DOT, width - 2 * DOT - 2, height - 2 * DOT),
                        gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL);
  draw_band (self, snapshot, &plot);
  draw_curve (self, snapshot, &plot);
}

static void
hemo_spark_measure (GtkWidget *widget,
                    GtkOrientation orientation,
                    int for_size,
                    int *minimum,
                    int *natural,
                    int *minimum_baseline,
                    int *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 40 : 16;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 80 : 24;
}

static void
hemo_spark_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HemoSpark *self = HEMO_SPARK (object);

  if (id == PROP_MODEL)
    g_value_set_object (value, self->model);
  else if (id == PROP_LABEL)
    g_value_set_string (value, self->label);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
hemo_spark_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  HemoSpark *self = HEMO_SPARK (object);

  if (id == PROP_MODEL)
    hemo_spark_set_model (self, g_value_get_object (value));
  else if (id == PROP_LABEL)
    {
      g_set_str (&self->label, g_value_get_string (value));
      update (self);
    }
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
hemo_spark_dispose (GObject *object)
{
  HemoSpark *self = HEMO_SPARK (object);

  hemo_tints_clear (&self->tints);
  if (self->model != NULL)
    g_signal_handlers_disconnect_by_func (self->model, items_changed_cb, self);
  g_clear_object (&self->model);
  G_OBJECT_CLASS (hemo_spark_parent_class)->dispose (object);
}

static void
hemo_spark_finalize (GObject *object)
{
  g_clear_object (&HEMO_SPARK (object)->sorted);
  g_free (HEMO_SPARK (object)->label);
  G_OBJECT_CLASS (hemo_spark_parent_class)->finalize (object);
}

static void
hemo_spark_class_init (HemoSparkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags both = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = hemo_spark_get_property;
  object_class->set_property = hemo_spark_set_property;
  object_class->dispose = hemo_spark_dispose;
  object_class->finalize = hemo_spark_finalize;
  widget_class->snapshot = hemo_spark_snapshot;
  widget_class->measure = hemo_spark_measure;
  props[PROP_MODEL] = g_param_spec_object ("model", NULL, NULL, G_TYPE_LIST_MODEL, both);
  props[PROP_LABEL] = g_param_spec_string ("label", NULL, NULL, NULL, both);
  g_object_class_install_properties (object_class, N_PROPS, props);
  gtk_widget_class_set_css_name (widget_class, "hemospark");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
hemo_spark_init (HemoSpark *self)
{
  hemo_tints_init (&self->tints, GTK_WIDGET (self));
  self->low = self->high = NAN;
  self->sorted = hemo_trend_sort (NULL);
  update (self);
}

GtkWidget *
hemo_spark_new (GListModel *points)
{
  return g_object_new (HEMO_TYPE_SPARK, "model", points, NULL);
}

void
hemo_spark_set_model (HemoSpark *self, GListModel *points)
{
  g_return_if_fail (HEMO_IS_SPARK (self));

  if (self->model != NULL)
    g_signal_handlers_disconnect_by_func (self->model, items_changed_cb, self);
  g_set_object (&self->model, points);
  if (points != NULL)
    g_signal_connect_object (points, "items-changed", G_CALLBACK (items_changed_cb), self,
                             G_CONNECT_DEFAULT);
  items_changed_cb (points, 0, 0, 0, self);
}

void
hemo_spark_set_range (HemoSpark *self, double low, double high)
{
  g_return_if_fail (HEMO_IS_SPARK (self));
  self->low = low;
  self->high = high;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
