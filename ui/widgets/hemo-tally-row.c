/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One class of cells while they are counted. */

#include "hemo-tally-row.h"

#include "hemo-list-words.h"
#include "hemo-result.h"
#include "hemo-tally-bar-private.h"
#include "hemo-widgets.h"

#include <glib/gi18n.h>
#include <math.h>

#define PULSE_MS 220
#define TITLE_CHARS 9

struct _HemoTallyRow
{
  GtkWidget parent_instance;

  GtkWidget *key;
  GtkWidget *title;
  GtkWidget *number;
  GtkWidget *percent;
  GtkWidget *flag;
  GtkWidget *interval;
  GtkWidget *bar;
  char *long_title;
  int count;
  double share;
  double low;
  double high;
  double range_low;
  double range_high;
  gboolean compact;
  gboolean outside;
  int decimals;
  guint pulse;
};

G_DEFINE_FINAL_TYPE (HemoTallyRow, hemo_tally_row, GTK_TYPE_WIDGET)

enum
{
  PROP_KEY = 1,
  PROP_TITLE,
  PROP_LONG_TITLE,
  PROP_COUNT,
  PROP_SCALE,
  PROP_COMPACT,
  PROP_OUTSIDE,
  PROP_DECIMALS,
  N_PROPS,
};

enum
{
  TALLIED,
  N_SIGNALS,
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

/* Compared as the report prints it: whole percent, or tenths of more than a hundred cells. */
static int
get_flag (HemoTallyRow *self)
{
  const double scale = self->decimals > 0 ? 10 : 1;
  const double shown = rint (self->share * scale) / scale;

  if (isnan (shown))
    return 0;
  return shown < self->range_low ? -1 : shown > self->range_high ? 1 : 0;
}

/* A limit of 5.5 is not 6. */
static char *
describe_range (HemoTallyRow *self)
{
  g_autofree char *low
      = g_strdup_printf ("%.*f", hemo_decimals_of (self->range_low, 0), self->range_low);
  g_autofree char *high
      = g_strdup_printf ("%.*f", hemo_decimals_of (self->range_high, 0), self->range_high);

  if (!isnan (self->range_low) && !isnan (self->range_high))
    /* Translators: read aloud: the reference range of a percentage. */
    return g_strdup_printf (_ ("expected %s to %s"), low, high);
  if (!isnan (self->range_high))
    return g_strdup_printf (_ ("expected at most %s"), high);
  if (!isnan (self->range_low))
    return g_strdup_printf (_ ("expected at least %s"), low);
  return NULL;
}

/* (transfer full) */
static char *
say_share (const HemoTallyRow *self)
{
  return g_strdup_printf ("%.*f", self->decimals, self->share);
}

/* The whole row as a sentence. */
static void
speak (HemoTallyRow *self)
{
  const char *title
      = self->long_title != NULL ? self->long_title : gtk_label_get_label (GTK_LABEL (self->title));
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *range = describe_range (self);

  g_string_append_printf (text, ngettext ("%d cell", "%d cells", (gulong)self->count), self->count);
  if (!isnan (self->share))
    {
      g_autofree char *share = say_share (self);

      g_string_append (text, hemo_list_separator ());
      g_string_append_printf (text, self->outside ? _ ("%s per 100 white cells") : _ ("%s percent"),
                              share);
    }
  if (!isnan (self->low) && !isnan (self->high))
    {
      g_string_append (text, hemo_list_separator ());
      /* Translators: read aloud: the interval of a percentage. */
      g_string_append_printf (text, _ ("between %.0f and %.0f"), self->low, self->high);
    }
  if (range != NULL)
    g_string_append_printf (text, "%s%s", hemo_list_separator (), range);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text->str,
                                  GTK_ACCESSIBLE_PROPERTY_KEY_SHORTCUTS,
                                  gtk_label_get_label (GTK_LABEL (self->key)), -1);
  hemo_widgets_set_light_tooltip (GTK_WIDGET (self), self->long_title);
}

static void
show_percent (HemoTallyRow *self)
{
  g_autofree char *share = say_share (self);
  g_autofree char *text = NULL;
  g_autofree char *interval = NULL;

  if (isnan (self->share))
    text = g_strdup ("–");
  else if (self->outside)
    text = g_strdup_printf ("%s /100", share);
  else
    /* Translators: a percentage; %s is the number. */
    text = g_strdup_printf (_ ("%s %%"), share);
  if (!isnan (self->low) && !isnan (self->high))
    interval = g_strdup_printf ("%.0f–%.0f", self->low, self->high);
  gtk_label_set_label (GTK_LABEL (self->percent), text);
  gtk_label_set_label (GTK_LABEL (self->interval), interval != NULL ? interval : "");
}

static void
update (HemoTallyRow *self)
{
  const int flag = get_flag (self);
  g_autofree char *number = g_strdup_printf ("%d", self->count);

  gtk_label_set_label (GTK_LABEL (self->number), number);
  show_percent (self);
  /* Translators: flags of a value above or below its reference range: high and low. */
  gtk_label_set_label (GTK_LABEL (self->flag), flag > 0   ? C_ ("flag", "H")
                                               : flag < 0 ? C_ ("flag", "L")
                                                          : "");
  if (self->count == 0)
    gtk_widget_add_css_class (GTK_WIDGET (self), "zero");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "zero");
  hemo_tally_bar_set_value (HEMO_TALLY_BAR (self->bar), self->share, self->low, self->high);
  speak (self);
}

static void
set_compact (HemoTallyRow *self, gboolean compact)
{
  self->compact = compact;
  gtk_widget_set_visible (self->percent, !compact || self->outside);
  gtk_widget_set_visible (self->interval, !compact);
  gtk_widget_set_visible (self->flag, !compact);
  gtk_widget_set_visible (self->bar, !compact);
  /* Beside a bar all names have one width, so that the bars begin under each other. */
  gtk_label_set_width_chars (GTK_LABEL (self->title), compact ? -1 : TITLE_CHARS);
  gtk_label_set_max_width_chars (GTK_LABEL (self->title), compact ? -1 : TITLE_CHARS);
  gtk_widget_set_hexpand (self->title, compact);
  if (compact)
    gtk_widget_add_css_class (GTK_WIDGET (self), "compact");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "compact");
}

static void
tally_click (HemoTallyRow *self, GtkGestureClick *gesture)
{
  const guint button = gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (gesture));
  const GdkModifierType state
      = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));

  if (button <= GDK_BUTTON_SECONDARY)
    g_signal_emit (self, signals[TALLIED], 0,
                   button != GDK_BUTTON_PRIMARY || (state & GDK_SHIFT_MASK) != 0);
}

static gboolean
is_touch (GtkGestureClick *gesture)
{
  GdkDevice *device
      = gtk_event_controller_get_current_event_device (GTK_EVENT_CONTROLLER (gesture));

  return device != NULL && gdk_device_get_source (device) == GDK_SOURCE_TOUCHSCREEN;
}

/* A press of the mouse counts: before its release it can be cancelled, by what comes or goes on the
 * screen meanwhile, and the cell would be missing. */
static void
pressed_cb (GtkGestureClick *gesture, int n, double x, double y, HemoTallyRow *self)
{
  if (!is_touch (gesture))
    tally_click (self, gesture);
}

/* A finger may have come to scroll. */
static void
released_cb (GtkGestureClick *gesture, int n, double x, double y, HemoTallyRow *self)
{
  if (is_touch (gesture) && gtk_widget_contains (GTK_WIDGET (self), x, y))
    tally_click (self, gesture);
}

static gboolean
key_cb (GtkEventControllerKey *controller,
        guint key,
        guint code,
        GdkModifierType state,
        HemoTallyRow *self)
{
  if (key != GDK_KEY_Return && key != GDK_KEY_KP_Enter)
    return GDK_EVENT_PROPAGATE;
  if ((state & (GDK_CONTROL_MASK | GDK_ALT_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;
  g_signal_emit (self, signals[TALLIED], 0, (state & GDK_SHIFT_MASK) != 0);
  return GDK_EVENT_STOP;
}

static gboolean
calm_cb (gpointer data)
{
  HemoTallyRow *self = data;

  self->pulse = 0;
  gtk_widget_remove_css_class (GTK_WIDGET (self), "pulse");
  return G_SOURCE_REMOVE;
}

static void
hemo_tally_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HemoTallyRow *self = HEMO_TALLY_ROW (object);

  switch (id)
    {
    case PROP_KEY:
      g_value_set_string (value, gtk_label_get_label (GTK_LABEL (self->key)));
      break;
    case PROP_TITLE:
      g_value_set_string (value, gtk_label_get_label (GTK_LABEL (self->title)));
      break;
    case PROP_LONG_TITLE:
      g_value_set_string (value, self->long_title);
      break;
    case PROP_COUNT:
      g_value_set_int (value, self->count);
      break;
    case PROP_SCALE:
      g_value_set_double (value, hemo_tally_bar_get_scale (HEMO_TALLY_BAR (self->bar)));
      break;
    case PROP_COMPACT:
      g_value_set_boolean (value, self->compact);
      break;
    case PROP_OUTSIDE:
      g_value_set_boolean (value, self->outside);
      break;
    case PROP_DECIMALS:
      g_value_set_int (value, self->decimals);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hemo_tally_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  HemoTallyRow *self = HEMO_TALLY_ROW (object);

  switch (id)
    {
    case PROP_KEY:
      gtk_label_set_label (GTK_LABEL (self->key), g_value_get_string (value));
      gtk_widget_set_visible (self->key, g_value_get_string (value) != NULL);
      break;
    case PROP_TITLE:
      gtk_label_set_label (GTK_LABEL (self->title), g_value_get_string (value));
      break;
    case PROP_LONG_TITLE:
      g_set_str (&self->long_title, g_value_get_string (value));
      break;
    case PROP_SCALE:
      hemo_tally_bar_set_scale (HEMO_TALLY_BAR (self->bar), g_value_get_double (value));
      break;
    case PROP_COMPACT:
      set_compact (self, g_value_get_boolean (value));
      break;
    case PROP_OUTSIDE:
      self->outside = g_value_get_boolean (value);
      set_compact (self, self->compact);
      break;
    case PROP_DECIMALS:
      self->decimals = g_value_get_int (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
  update (self);
}

static void
hemo_tally_row_dispose (GObject *object)
{
  HemoTallyRow *self = HEMO_TALLY_ROW (object);
  GtkWidget *child;

  g_clear_handle_id (&self->pulse, g_source_remove);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (hemo_tally_row_parent_class)->dispose (object);
}

static void
hemo_tally_row_finalize (GObject *object)
{
  g_free (HEMO_TALLY_ROW (object)->long_title);
  G_OBJECT_CLASS (hemo_tally_row_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags both = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  props[PROP_KEY] = g_param_spec_string ("key", NULL, NULL, "", both);
  props[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, "", both);
  props[PROP_LONG_TITLE] = g_param_spec_string ("long-title", NULL, NULL, NULL, both);
  props[PROP_COUNT] = g_param_spec_int ("count", NULL, NULL, 0, G_MAXINT, 0,
                                        G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  props[PROP_SCALE] = g_param_spec_double ("scale", NULL, NULL, 1, 100, 100, both);
  props[PROP_COMPACT] = g_param_spec_boolean ("compact", NULL, NULL, FALSE, both);
  props[PROP_OUTSIDE] = g_param_spec_boolean ("outside", NULL, NULL, FALSE, both);
  props[PROP_DECIMALS] = g_param_spec_int ("decimals", NULL, NULL, 0, 1, 0, both);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
hemo_tally_row_class_init (HemoTallyRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = hemo_tally_row_get_property;
  object_class->set_property = hemo_tally_row_set_property;
  object_class->dispose = hemo_tally_row_dispose;
  object_class->finalize = hemo_tally_row_finalize;
  install_properties (object_class);
  signals[TALLIED] = g_signal_new ("tallied", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
  gtk_widget_class_set_css_name (widget_class, "hemotallyrow");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_BUTTON);
}

static GtkWidget *
add_label (HemoTallyRow *self, const char *style, int chars, float xalign)
{
  GtkWidget *label
      = g_object_new (GTK_TYPE_LABEL, "width-chars", chars, "xalign", xalign, "accessible-role",
                      GTK_ACCESSIBLE_ROLE_PRESENTATION, "valign", GTK_ALIGN_CENTER, NULL);

  gtk_widget_add_css_class (label, style);
  gtk_widget_set_parent (label, GTK_WIDGET (self));
  return label;
}

static void
hemo_tally_row_init (HemoTallyRow *self)
{
  GtkGesture *click = gtk_gesture_click_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->share = self->low = self->high = self->range_low = self->range_high = NAN;
  self->key = add_label (self, "keycap", 1, 0.5);
  self->title = add_label (self, "title", -1, 0);
  gtk_label_set_ellipsize (GTK_LABEL (self->title), PANGO_ELLIPSIZE_END);
  self->number = add_label (self, "number", 3, 1);
  self->percent = add_label (self, "percent", 6, 1);
  self->flag = add_label (self, "flag", 1, 0.5);
  self->interval = add_label (self, "interval", 6, 0.5);
  /* '45–65' and '55 %' read the same from right to left: nobody takes the one end for the other. */
  gtk_widget_set_direction (self->percent, GTK_TEXT_DIR_LTR);
  gtk_widget_set_direction (self->interval, GTK_TEXT_DIR_LTR);
  self->bar = g_object_new (HEMO_TYPE_TALLY_BAR, "valign", GTK_ALIGN_CENTER, "hexpand", TRUE, NULL);
  gtk_widget_set_parent (self->bar, GTK_WIDGET (self));
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), 0);
  g_signal_connect (click, "pressed", G_CALLBACK (pressed_cb), self);
  g_signal_connect (click, "released", G_CALLBACK (released_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  set_compact (self, FALSE);
  update (self);
}

GtkWidget *
hemo_tally_row_new (const char *key, const char *title)
{
  return g_object_new (HEMO_TYPE_TALLY_ROW, "key", key, "title", title, NULL);
}

void
hemo_tally_row_set_tally (HemoTallyRow *self, int count, double percent, double low, double high)
{
  const gboolean changed = self->count != count;

  g_return_if_fail (HEMO_IS_TALLY_ROW (self));
  self->count = count;
  self->share = percent;
  self->low = low;
  self->high = high;
  update (self);
  if (changed)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_COUNT]);
}

void
hemo_tally_row_set_range (HemoTallyRow *self, double low, double high)
{
  g_return_if_fail (HEMO_IS_TALLY_ROW (self));
  self->range_low = low;
  self->range_high = high;
  hemo_tally_bar_set_range (HEMO_TALLY_BAR (self->bar), low, high);
  update (self);
}

void
hemo_tally_row_pulse (HemoTallyRow *self)
{
  g_return_if_fail (HEMO_IS_TALLY_ROW (self));
  gtk_widget_add_css_class (GTK_WIDGET (self), "pulse");
  g_clear_handle_id (&self->pulse, g_source_remove);
  self->pulse = g_timeout_add (PULSE_MS, calm_cb, self);
}
