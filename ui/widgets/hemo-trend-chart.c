/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The values of one analyte over time. */

#include "hemo-trend-chart.h"

#include "hemo-day-text.h"
#include "hemo-trend-draw-private.h"

#include <glib/gi18n.h>
#include <math.h>

#define EDGE 12

struct _HemoTrendChart
{
  GtkWidget parent_instance;

  HemoTints tints;
  GtkWidget *head;
  GtkWidget *title;
  GtkWidget *readout;
  GtkWidget *empty;
  GListModel *model;
  GListModel *sorted;
  HemoRange *range;
  char *unit;
  int decimals;
  int selected;
};

static void hemo_trend_chart_range_init (GtkAccessibleRangeInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HemoTrendChart,
                               hemo_trend_chart,
                               GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_ACCESSIBLE_RANGE,
                                                      hemo_trend_chart_range_init))

enum
{
  PROP_MODEL = 1,
  PROP_TITLE,
  PROP_UNIT,
  PROP_DECIMALS,
  PROP_SELECTED,
  N_PROPS,
};

enum
{
  OPENED,
  N_SIGNALS,
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

static const char *
flag_words (HemoFlag flag)
{
  switch (flag)
    {
    case HEMO_FLAG_LOW:
      return _ ("low");
    case HEMO_FLAG_HIGH:
      return _ ("high");
    case HEMO_FLAG_CRITICAL_LOW:
      return _ ("critically low");
    case HEMO_FLAG_CRITICAL_HIGH:
      return _ ("critically high");
    case HEMO_FLAG_ABNORMAL:
      return _ ("abnormal");
    case HEMO_FLAG_CRITICAL_ABNORMAL:
      return _ ("critical");
    case HEMO_FLAG_NONE:
    default:
      return NULL;
    }
}

static int
count_points (HemoTrendChart *self)
{
  return (int)g_list_model_get_n_items (self->sorted);
}

char *
hemo_trend_chart_describe (HemoTrendChart *self, HemoTrendPoint *point)
{
  const HemoDate date = hemo_date_of (hemo_trend_point_get_time (point));
  g_autoptr (GDateTime) day = g_date_time_new_utc (date.year, date.month, date.day, 0, 0, 0);
  g_autofree char *when = NULL;
  const char *flag = flag_words (hemo_trend_point_get_flag (point));
  const double value = hemo_trend_point_get_value (point);
  g_autoptr (GString) text = g_string_new (NULL);

  g_return_val_if_fail (HEMO_IS_TREND_CHART (self), NULL);
  when = day != NULL ? hemo_day_text (day, _ ("%-d %B %Y")) : g_strdup ("?");
  /* Isolated, so that number and unit stay in their order among words from right to left. */
  g_string_append_printf (text, "%s: \u2066%.*f", when, hemo_decimals_of (value, self->decimals),
                          value);
  if (self->unit != NULL && self->unit[0] != '\0')
    g_string_append_printf (text, " %s", self->unit);
  g_string_append (text, "\u2069");
  if (flag != NULL)
    g_string_append_printf (text, ", %s", flag);
  if (hemo_trend_point_get_note (point) != NULL)
    g_string_append_printf (text, ", %s", hemo_trend_point_get_note (point));
  return g_string_free_and_steal (g_steal_pointer (&text));
}

/* Without a chosen point the newest value is told. */
static void
update (HemoTrendChart *self)
{
  const int n = count_points (self);
  const int shown = self->selected >= 0 ? self->selected : n - 1;
  g_autoptr (HemoTrendPoint) point
      = shown >= 0 ? g_list_model_get_item (self->sorted, (guint)shown) : NULL;
  g_autofree char *text
      = point != NULL ? hemo_trend_chart_describe (self, point) : g_strdup (_ ("No value yet"));

  gtk_label_set_label (GTK_LABEL (self->readout), point != NULL ? text : "");
  gtk_widget_set_visible (self->empty, n == 0);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  gtk_label_get_label (GTK_LABEL (self->title)),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_MIN, n > 0 ? 1.0 : 0.0,
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_MAX, (double)n,
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_NOW, (double)(shown + 1),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, text, -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
select_index (HemoTrendChart *self, int index, gboolean speak)
{
  if (index < -1 || index >= count_points (self) || index == self->selected)
    return;
  self->selected = index;
  update (self);
  if (speak)
    gtk_accessible_announce (GTK_ACCESSIBLE (self), gtk_label_get_label (GTK_LABEL (self->readout)),
                             GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SELECTED]);
}

/* A screen reader may step, too: the value is the point's number from 1. */
static gboolean
set_current_value (GtkAccessibleRange *range, double value)
{
  HemoTrendChart *self = HEMO_TREND_CHART (range);

  if (!(value >= 1 && value <= count_points (self)))
    return FALSE;
  select_index (self, (int)value - 1, FALSE);
  return TRUE;
}

static void
hemo_trend_chart_range_init (GtkAccessibleRangeInterface *iface)
{
  iface->set_current_value = set_current_value;
}

static void
items_changed_cb (
    GListModel *model, guint position, guint removed, guint added, HemoTrendChart *self)
{
  g_autoptr (HemoTrendPoint) chosen = hemo_trend_chart_get_selected (self) != NULL
                                          ? g_object_ref (hemo_trend_chart_get_selected (self))
                                          : NULL;

  g_clear_object (&self->sorted);
  self->sorted = hemo_trend_sort (model);
  self->selected = -1;
  if (chosen != NULL)
    hemo_trend_chart_select (self, chosen);
  update (self);
}

static void
fill_paper (HemoTrendChart *self, GtkSnapshot *snapshot, HemoTrendPlot *plot, HemoTrendPaper *paper)
{
  GtkWidget *widget = GTK_WIDGET (self);
  const gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  const float width = (float)gtk_widget_get_width (widget);
  const float top = (float)gtk_widget_get_height (self->head) + EDGE;
  const double low = self->range != NULL ? self->range->low : NAN;
  const double high = self->range != NULL ? self->range->high : NAN;
  float side, below;

  *paper = (HemoTrendPaper){ widget,       snapshot,    &self->tints,   plot,
                             self->sorted, self->range, self->decimals, self->selected };
  hemo_trend_plot_init (plot, self->sorted, low, high, GRAPHENE_RECT_INIT (0, 0, 1, 1), rtl);
  hemo_trend_draw_room (paper, &side, &below);
  plot->area = GRAPHENE_RECT_INIT (rtl ? EDGE : side, top, MAX (1, width - side - EDGE),
                                   MAX (1, (float)gtk_widget_get_height (widget) - top - below));
}

static void
hemo_trend_chart_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  HemoTrendChart *self = HEMO_TREND_CHART (widget);
  HemoTrendPlot plot;
  HemoTrendPaper paper;

  gtk_widget_snapshot_child (widget, self->head, snapshot);
  if (count_points (self) == 0)
    {
      gtk_widget_snapshot_child (widget, self->empty, snapshot);
      return;
    }
  fill_paper (self, snapshot, &plot, &paper);
  hemo_trend_draw (&paper);
}

static void
hemo_trend_chart_measure (GtkWidget *widget,
                          GtkOrientation orientation,
                          int for_size,
                          int *minimum,
                          int *natural,
                          int *minimum_baseline,
                          int *natural_baseline)
{
  HemoTrendChart *self = HEMO_TREND_CHART (widget);
  int head, natural_head;

  gtk_widget_measure (self->head, orientation, -1, &head, &natural_head, NULL, NULL);
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? MAX (head, 160) : head + 90;
  *natural
      = orientation == GTK_ORIENTATION_HORIZONTAL ? MAX (natural_head, 360) : natural_head + 160;
}

static void
hemo_trend_chart_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  HemoTrendChart *self = HEMO_TREND_CHART (widget);
  int head;

  gtk_widget_measure (self->head, GTK_ORIENTATION_VERTICAL, width, &head, NULL, NULL, NULL);
  gtk_widget_size_allocate (self->head, &(GtkAllocation){ 0, 0, width, head }, -1);
  if (gtk_widget_should_layout (self->empty))
    {
      gtk_widget_measure (self->empty, GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL, NULL);
      gtk_widget_size_allocate (self->empty,
                                &(GtkAllocation){ 0, head, width, MAX (1, height - head) }, -1);
    }
}

static gboolean
key_cb (GtkEventControllerKey *controller,
        guint key,
        guint code,
        GdkModifierType state,
        HemoTrendChart *self)
{
  const gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  const int n = count_points (self);
  const int at = self->selected >= 0 ? self->selected : n;
  const int on = rtl ? -1 : 1;

  if (n == 0 || (state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SHIFT_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;
  if (key == GDK_KEY_Left || key == GDK_KEY_KP_Left)
    select_index (self, CLAMP (at - on, 0, n - 1), TRUE);
  else if (key == GDK_KEY_Right || key == GDK_KEY_KP_Right)
    select_index (self, CLAMP (at + on, 0, n - 1), TRUE);
  else if (key == GDK_KEY_Home || key == GDK_KEY_KP_Home)
    select_index (self, 0, TRUE);
  else if (key == GDK_KEY_End || key == GDK_KEY_KP_End)
    select_index (self, n - 1, TRUE);
  else if ((key == GDK_KEY_Return || key == GDK_KEY_KP_Enter) && self->selected >= 0)
    g_signal_emit (self, signals[OPENED], 0, hemo_trend_chart_get_selected (self));
  else
    return GDK_EVENT_PROPAGATE;
  return GDK_EVENT_STOP;
}

static void
pressed_cb (GtkGestureClick *gesture, int n, double x, double y, HemoTrendChart *self)
{
  HemoTrendPlot plot;
  HemoTrendPaper paper;

  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (count_points (self) == 0)
    return;
  fill_paper (self, NULL, &plot, &paper);
  select_index (self, hemo_trend_plot_find (&plot, self->sorted, (float)x), TRUE);
  if (n == 2)
    g_signal_emit (self, signals[OPENED], 0, hemo_trend_chart_get_selected (self));
}

static void
hemo_trend_chart_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HemoTrendChart *self = HEMO_TREND_CHART (object);

  switch (id)
    {
    case PROP_MODEL:
      g_value_set_object (value, self->model);
      break;
    case PROP_TITLE:
      g_value_set_string (value, gtk_label_get_label (GTK_LABEL (self->title)));
      break;
    case PROP_UNIT:
      g_value_set_string (value, self->unit);
      break;
    case PROP_DECIMALS:
      g_value_set_int (value, self->decimals);
      break;
    case PROP_SELECTED:
      g_value_set_object (value, hemo_trend_chart_get_selected (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hemo_trend_chart_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  HemoTrendChart *self = HEMO_TREND_CHART (object);

  switch (id)
    {
    case PROP_MODEL:
      hemo_trend_chart_set_model (self, g_value_get_object (value));
      return;
    case PROP_TITLE:
      gtk_label_set_label (GTK_LABEL (self->title), g_value_get_string (value));
      break;
    case PROP_UNIT:
      g_set_str (&self->unit, g_value_get_string (value));
      break;
    case PROP_DECIMALS:
      self->decimals = g_value_get_int (value);
      break;
    case PROP_SELECTED:
      hemo_trend_chart_select (self, g_value_get_object (value));
      return;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
  update (self);
}

static void
hemo_trend_chart_dispose (GObject *object)
{
  HemoTrendChart *self = HEMO_TREND_CHART (object);

  if (self->model != NULL)
    g_signal_handlers_disconnect_by_func (self->model, items_changed_cb, self);
  g_clear_object (&self->model);
  hemo_tints_clear (&self->tints);
  g_clear_pointer (&self->head, gtk_widget_unparent);
  g_clear_pointer (&self->empty, gtk_widget_unparent);
  G_OBJECT_CLASS (hemo_trend_chart_parent_class)->dispose (object);
}

static void
hemo_trend_chart_finalize (GObject *object)
{
  HemoTrendChart *self = HEMO_TREND_CHART (object);

  g_clear_object (&self->sorted);
  g_clear_pointer (&self->range, hemo_range_free);
  g_free (self->unit);
  G_OBJECT_CLASS (hemo_trend_chart_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags both = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  props[PROP_MODEL] = g_param_spec_object ("model", NULL, NULL, G_TYPE_LIST_MODEL, both);
  props[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, "", both);
  props[PROP_UNIT] = g_param_spec_string ("unit", NULL, NULL, NULL, both);
  props[PROP_DECIMALS] = g_param_spec_int ("decimals", NULL, NULL, 0, 6, 1, both);
  props[PROP_SELECTED] = g_param_spec_object ("selected", NULL, NULL, HEMO_TYPE_TREND_POINT, both);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
hemo_trend_chart_class_init (HemoTrendChartClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = hemo_trend_chart_get_property;
  object_class->set_property = hemo_trend_chart_set_property;
  object_class->dispose = hemo_trend_chart_dispose;
  object_class->finalize = hemo_trend_chart_finalize;
  widget_class->snapshot = hemo_trend_chart_snapshot;
  widget_class->measure = hemo_trend_chart_measure;
  widget_class->size_allocate = hemo_trend_chart_size_allocate;
  install_properties (object_class);
  signals[OPENED] = g_signal_new ("opened", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, HEMO_TYPE_TREND_POINT);
  gtk_widget_class_set_css_name (widget_class, "hemotrend");
  /* Its value is spoken at each step, as a slider's is. */
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_SLIDER);
}

static void
make_head (HemoTrendChart *self)
{
  self->head = g_object_new (GTK_TYPE_BOX, "spacing", 12, NULL);
  self->title
      = g_object_new (GTK_TYPE_LABEL, "ellipsize", PANGO_ELLIPSIZE_END, "xalign", 0.0, "hexpand",
                      TRUE, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  self->readout
      = g_object_new (GTK_TYPE_LABEL, "ellipsize", PANGO_ELLIPSIZE_START, "xalign", 1.0, NULL);
  gtk_widget_add_css_class (self->title, "heading");
  gtk_widget_add_css_class (self->readout, "numeric");
  gtk_box_append (GTK_BOX (self->head), self->title);
  gtk_box_append (GTK_BOX (self->head), self->readout);
  gtk_widget_set_parent (self->head, GTK_WIDGET (self));
  self->empty = gtk_label_new (_ ("No value yet"));
  gtk_widget_add_css_class (self->empty, "dimmed");
  gtk_widget_set_parent (self->empty, GTK_WIDGET (self));
}

static void
hemo_trend_chart_init (HemoTrendChart *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  hemo_tints_init (&self->tints, GTK_WIDGET (self));
  self->decimals = 1;
  self->selected = -1;
  self->sorted = hemo_trend_sort (NULL);
  make_head (self);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  g_signal_connect (click, "pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  update (self);
}

GtkWidget *
hemo_trend_chart_new (GListModel *points)
{
  return g_object_new (HEMO_TYPE_TREND_CHART, "model", points, NULL);
}

void
hemo_trend_chart_set_analyte (HemoTrendChart *self, const char *code)
{
  const HemoAnalyteInfo *info = hemo_analyte_info (code);

  g_return_if_fail (HEMO_IS_TREND_CHART (self));
  if (info != NULL)
    g_object_set (self, "title", _ (info->label), "unit", hemo_ucum_to_text (info->ucum),
                  "decimals", info->decimals, NULL);
}

void
hemo_trend_chart_set_model (HemoTrendChart *self, GListModel *points)
{
  g_return_if_fail (HEMO_IS_TREND_CHART (self));

  if (self->model != NULL)
    g_signal_handlers_disconnect_by_func (self->model, items_changed_cb, self);
  g_set_object (&self->model, points);
  if (points != NULL)
    g_signal_connect_object (points, "items-changed", G_CALLBACK (items_changed_cb), self,
                             G_CONNECT_DEFAULT);
  items_changed_cb (points, 0, 0, 0, self);
}

void
hemo_trend_chart_set_range (HemoTrendChart *self, const HemoRange *range)
{
  g_return_if_fail (HEMO_IS_TREND_CHART (self));
  g_clear_pointer (&self->range, hemo_range_free);
  self->range = range != NULL ? hemo_range_copy (range) : NULL;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

HemoTrendPoint *
hemo_trend_chart_get_selected (HemoTrendChart *self)
{
  g_autoptr (HemoTrendPoint) point = NULL;

  g_return_val_if_fail (HEMO_IS_TREND_CHART (self), NULL);
  if (self->selected >= 0)
    point = g_list_model_get_item (self->sorted, (guint)self->selected);
  /* The list keeps it. */
  return point;
}

void
hemo_trend_chart_select (HemoTrendChart *self, HemoTrendPoint *point)
{
  g_return_if_fail (HEMO_IS_TREND_CHART (self));

  if (point == NULL)
    select_index (self, -1, FALSE);
  for (int i = 0; point != NULL && i < count_points (self); i++)
    {
      g_autoptr (HemoTrendPoint) other = g_list_model_get_item (self->sorted, (guint)i);

      if (other == point)
        select_index (self, i, FALSE);
    }
}
