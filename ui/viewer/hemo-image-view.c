/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A picture to look at: its properties, its size, what it says. */

#include "hemo-image-view-private.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>

G_DEFINE_FINAL_TYPE (HemoImageView, hemo_image_view, GTK_TYPE_WIDGET)

enum
{
  PROP_LABEL = 1,
  PROP_MICROMETRES,
  PROP_TOOL,
  PROP_BRIGHTNESS,
  PROP_CONTRAST,
  PROP_ZOOM,
  PROP_FITTED,
  PROP_LOADING,
  PROP_ERROR,
  PROP_SHOW_SCALE_BAR,
  PROP_SHOW_MARKS,
  PROP_CAN_MARK,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

GType
hemo_view_tool_get_type (void)
{
  static gsize type;

  if (g_once_init_enter (&type))
    {
      static const GEnumValue values[] = {
        { HEMO_VIEW_PAN, "HEMO_VIEW_PAN", "pan" },
        { HEMO_VIEW_MEASURE, "HEMO_VIEW_MEASURE", "measure" },
        { HEMO_VIEW_ARROW, "HEMO_VIEW_ARROW", "arrow" },
        { HEMO_VIEW_CIRCLE, "HEMO_VIEW_CIRCLE", "circle" },
        { HEMO_VIEW_RECTANGLE, "HEMO_VIEW_RECTANGLE", "rectangle" },
        { HEMO_VIEW_TEXT, "HEMO_VIEW_TEXT", "text" },
        { 0 },
      };
      g_once_init_leave (&type, g_enum_register_static ("HemoViewTool", values));
    }
  return type;
}

void
hemo_image_view_announce (HemoImageView *self, const char *text)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    gtk_accessible_announce (GTK_ACCESSIBLE (self), text,
                             GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
speak (HemoImageView *self)
{
  g_autofree char *text = NULL;

  if (self->error != NULL)
    text = g_strdup (self->error);
  else if (!self->opened)
    text = g_strdup (_ ("No picture"));
  else
    /* Translators: read aloud: width, height and zoom of a picture. */
    text = g_strdup_printf (_ ("%d by %d pixels, shown at %.0f percent"), self->geometry.width,
                            self->geometry.height, self->geometry.zoom * 100);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  self->label != NULL ? self->label : _ ("Picture"),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
}

void
hemo_image_view_place_changed (HemoImageView *self)
{
  hemo_image_view_wish (self);
  speak (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit_by_name (self, "place-changed");
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ZOOM]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_FITTED]);
}

void
hemo_image_view_zoom_at (HemoImageView *self, double zoom, double x, double y)
{
  if (!self->opened)
    return;
  hemo_view_geometry_zoom_at (&self->geometry, zoom, x, y);
  hemo_image_view_place_changed (self);
}

static void
hemo_image_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  HemoImageView *self = HEMO_IMAGE_VIEW (widget);
  const int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);

  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float)width, (float)height));
  hemo_image_view_snapshot_picture (self, snapshot);
  if (self->opened && self->overlay != NULL)
    self->overlay (self, snapshot, self->overlay_data);
  if (self->opened)
    {
      hemo_image_view_snapshot_marks (self, snapshot);
      hemo_image_view_snapshot_scale (self, snapshot);
    }
  gtk_snapshot_pop (snapshot);
  gtk_widget_snapshot_child (widget, self->spinner, snapshot);
  gtk_widget_snapshot_child (widget, self->status, snapshot);
}

static void
hemo_image_view_measure (GtkWidget *widget,
                         GtkOrientation orientation,
                         int for_size,
                         int *minimum,
                         int *natural,
                         int *minimum_baseline,
                         int *natural_baseline)
{
  *minimum = 120;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 640 : 480;
}

static void
allocate_child (GtkWidget *child, int width, int height)
{
  int minimum;

  if (!gtk_widget_should_layout (child))
    return;
  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  width = MAX (width, minimum);
  gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, width, &minimum, NULL, NULL, NULL);
  gtk_widget_size_allocate (child, &(GtkAllocation){ 0, 0, width, MAX (height, minimum) }, -1);
}

static double
get_scale (GtkWidget *widget)
{
  GtkNative *native = gtk_widget_get_native (widget);
  GdkSurface *surface = native != NULL ? gtk_native_get_surface (native) : NULL;

  return surface != NULL ? gdk_surface_get_scale (surface) : gtk_widget_get_scale_factor (widget);
}

/* Who hears of it may want another size: never while sizes are given. */
static gboolean
resized_cb (gpointer data)
{
  HemoImageView *self = data;

  self->resized = 0;
  hemo_image_view_place_changed (self);
  return G_SOURCE_REMOVE;
}

static void
hemo_image_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  HemoImageView *self = HEMO_IMAGE_VIEW (widget);
  const HemoViewGeometry before = self->geometry;

  hemo_view_geometry_set_view (&self->geometry, width, height, get_scale (widget));
  allocate_child (self->status, width, height);
  allocate_child (self->spinner, width, height);
  gtk_popover_present (GTK_POPOVER (self->note_popover));
  if (before.view_width == width && before.view_height == height
      && before.scale == self->geometry.scale)
    return;
  hemo_image_view_wish (self);
  if (self->resized == 0)
    self->resized = g_idle_add_full (G_PRIORITY_HIGH_IDLE, resized_cb, self, NULL);
}

static void
hemo_image_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HemoImageView *self = HEMO_IMAGE_VIEW (object);

  switch (id)
    {
    case PROP_LABEL:
      g_value_set_string (value, self->label);
      break;
    case PROP_MICROMETRES:
      g_value_set_double (value, self->micrometres_per_pixel);
      break;
    case PROP_TOOL:
      g_value_set_enum (value, self->tool);
      break;
    case PROP_BRIGHTNESS:
      g_value_set_double (value, self->brightness);
      break;
    case PROP_CONTRAST:
      g_value_set_double (value, self->contrast);
      break;
    case PROP_ZOOM:
      g_value_set_double (value, self->geometry.zoom);
      break;
    case PROP_FITTED:
      g_value_set_boolean (value, self->geometry.fit);
      break;
    case PROP_LOADING:
      g_value_set_boolean (value, self->loader != NULL && !self->shown);
      break;
    case PROP_ERROR:
      g_value_set_string (value, self->error);
      break;
    case PROP_SHOW_SCALE_BAR:
      g_value_set_boolean (value, self->show_scale_bar);
      break;
    case PROP_SHOW_MARKS:
      g_value_set_boolean (value, self->show_marks);
      break;
    case PROP_CAN_MARK:
      g_value_set_boolean (value, self->can_mark);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hemo_image_view_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  HemoImageView *self = HEMO_IMAGE_VIEW (object);

  switch (id)
    {
    case PROP_LABEL:
      g_set_str (&self->label, g_value_get_string (value));
      speak (self);
      break;
    case PROP_MICROMETRES:
      hemo_image_view_set_micrometres_per_pixel (self, g_value_get_double (value));
      break;
    case PROP_TOOL:
      hemo_image_view_set_tool (self, g_value_get_enum (value));
      break;
    case PROP_BRIGHTNESS:
      self->brightness = g_value_get_double (value);
      hemo_image_view_wish (self);
      break;
    case PROP_CONTRAST:
      self->contrast = g_value_get_double (value);
      hemo_image_view_wish (self);
      break;
    case PROP_SHOW_SCALE_BAR:
      self->show_scale_bar = g_value_get_boolean (value);
      break;
    case PROP_SHOW_MARKS:
      self->show_marks = g_value_get_boolean (value);
      break;
    case PROP_CAN_MARK:
      self->can_mark = g_value_get_boolean (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
hemo_image_view_dispose (GObject *object)
{
  HemoImageView *self = HEMO_IMAGE_VIEW (object);

  g_clear_handle_id (&self->resized, g_source_remove);
  hemo_image_view_close (self);
  hemo_image_view_set_overlay (self, NULL, NULL, NULL);
  hemo_image_view_clear_marks (self);
  g_clear_pointer (&self->note_popover, gtk_widget_unparent);
  g_clear_pointer (&self->status, gtk_widget_unparent);
  g_clear_pointer (&self->spinner, gtk_widget_unparent);
  G_OBJECT_CLASS (hemo_image_view_parent_class)->dispose (object);
}

static void
hemo_image_view_finalize (GObject *object)
{
  HemoImageView *self = HEMO_IMAGE_VIEW (object);

  g_clear_pointer (&self->tiles, g_hash_table_unref);
  g_clear_pointer (&self->stale, g_hash_table_unref);
  g_clear_pointer (&self->marks, g_ptr_array_unref);
  g_clear_pointer (&self->undo, g_ptr_array_unref);
  g_free (self->label);
  g_free (self->error);
  G_OBJECT_CLASS (hemo_image_view_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags both = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;
  const GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  props[PROP_LABEL] = g_param_spec_string ("label", NULL, NULL, NULL, both);
  props[PROP_MICROMETRES]
      = g_param_spec_double ("micrometres-per-pixel", NULL, NULL, 0, 1000, 0, both);
  props[PROP_TOOL]
      = g_param_spec_enum ("tool", NULL, NULL, HEMO_TYPE_VIEW_TOOL, HEMO_VIEW_PAN, both);
  props[PROP_BRIGHTNESS] = g_param_spec_double ("brightness", NULL, NULL, -1, 1, 0, both);
  props[PROP_CONTRAST] = g_param_spec_double ("contrast", NULL, NULL, -1, 1, 0, both);
  props[PROP_ZOOM] = g_param_spec_double ("zoom", NULL, NULL, 0, HEMO_VIEW_ZOOM_MAX, 1, read);
  props[PROP_FITTED] = g_param_spec_boolean ("fitted", NULL, NULL, TRUE, read);
  props[PROP_LOADING] = g_param_spec_boolean ("loading", NULL, NULL, FALSE, read);
  props[PROP_ERROR] = g_param_spec_string ("error", NULL, NULL, NULL, read);
  props[PROP_SHOW_SCALE_BAR] = g_param_spec_boolean ("show-scale-bar", NULL, NULL, TRUE, both);
  props[PROP_SHOW_MARKS] = g_param_spec_boolean ("show-marks", NULL, NULL, TRUE, both);
  props[PROP_CAN_MARK] = g_param_spec_boolean ("can-mark", NULL, NULL, TRUE, both);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
add_signal (GType type, const char *name, GType parameter)
{
  g_signal_new (name, type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                parameter == G_TYPE_NONE ? 0 : 1, parameter);
}

static void
hemo_image_view_class_init (HemoImageViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GType type = G_TYPE_FROM_CLASS (klass);

  object_class->get_property = hemo_image_view_get_property;
  object_class->set_property = hemo_image_view_set_property;
  object_class->dispose = hemo_image_view_dispose;
  object_class->finalize = hemo_image_view_finalize;
  widget_class->snapshot = hemo_image_view_snapshot;
  widget_class->measure = hemo_image_view_measure;
  widget_class->size_allocate = hemo_image_view_size_allocate;
  install_properties (object_class);
  add_signal (type, "opened", G_TYPE_NONE);
  add_signal (type, "shown", G_TYPE_NONE);
  add_signal (type, "failed", G_TYPE_STRING);
  add_signal (type, "place-changed", G_TYPE_NONE);
  add_signal (type, "measured", G_TYPE_DOUBLE);
  add_signal (type, "marks-changed", G_TYPE_NONE);
  hemo_image_view_class_init_input (widget_class);
  gtk_widget_class_set_css_name (widget_class, "hemoimageview");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
hemo_image_view_init (HemoImageView *self)
{
  hemo_view_geometry_init (&self->geometry);
  self->show_scale_bar = TRUE;
  self->show_marks = TRUE;
  self->can_mark = TRUE;
  self->chosen_mark = -1;
  self->status = g_object_new (ADW_TYPE_STATUS_PAGE, "icon-name", "image-missing-symbolic",
                               "visible", FALSE, NULL);
  gtk_widget_add_css_class (self->status, "compact");
  gtk_widget_set_parent (self->status, GTK_WIDGET (self));
  self->spinner = g_object_new (ADW_TYPE_SPINNER, "visible", FALSE, "halign", GTK_ALIGN_CENTER,
                                "valign", GTK_ALIGN_CENTER, "width-request", 32, NULL);
  gtk_widget_set_parent (self->spinner, GTK_WIDGET (self));
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  hemo_image_view_init_marks (self);
  hemo_image_view_init_input (self);
  speak (self);
}

GtkWidget *
hemo_image_view_new (void)
{
  return g_object_new (HEMO_TYPE_IMAGE_VIEW, NULL);
}

static void
show_error (HemoImageView *self, const char *message)
{
  g_autofree char *escaped = message != NULL ? g_markup_escape_text (message, -1) : NULL;

  if (!g_set_str (&self->error, message))
    return;
  gtk_widget_set_visible (self->status, message != NULL);
  g_object_set (self->status, "title", _ ("The Picture Cannot Be Shown"), "description", escaped,
                NULL);
  speak (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ERROR]);
}

void
hemo_image_view_set_bytes (HemoImageView *self, GBytes *bytes)
{
  g_return_if_fail (HEMO_IS_IMAGE_VIEW (self));

  hemo_image_view_close (self);
  hemo_image_view_clear_marks (self);
  hemo_view_geometry_set_picture (&self->geometry, 0, 0);
  gtk_widget_set_visible (self->spinner, FALSE);
  show_error (self, NULL);
  if (bytes != NULL)
    hemo_image_view_open (self, bytes);
  speak (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LOADING]);
}

void
hemo_image_view_set_preview (HemoImageView *self, GdkTexture *preview)
{
  g_return_if_fail (HEMO_IS_IMAGE_VIEW (self));

  if (self->loader == NULL || self->shown || preview == NULL)
    return;
  g_set_object (&self->whole, preview);
  self->whole_orientation = self->opened ? self->info.orientation : 1;
  if (!self->opened)
    hemo_view_geometry_set_picture (&self->geometry, gdk_texture_get_width (preview),
                                    gdk_texture_get_height (preview));
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
hemo_image_view_set_error (HemoImageView *self, const char *message)
{
  g_return_if_fail (HEMO_IS_IMAGE_VIEW (self));

  hemo_image_view_close (self);
  hemo_view_geometry_set_picture (&self->geometry, 0, 0);
  show_error (self, message);
  if (message != NULL)
    hemo_image_view_announce (self, message);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

const char *
hemo_image_view_get_error (HemoImageView *self)
{
  g_return_val_if_fail (HEMO_IS_IMAGE_VIEW (self), NULL);
  return self->error;
}

void
hemo_image_view_get_size (HemoImageView *self, int *width, int *height)
{
  g_return_if_fail (HEMO_IS_IMAGE_VIEW (self));
  *width = self->opened ? self->geometry.width : 0;
  *height = self->opened ? self->geometry.height : 0;
}

void
hemo_image_view_set_micrometres_per_pixel (HemoImageView *self, double micrometres)
{
  g_return_if_fail (HEMO_IS_IMAGE_VIEW (self));
  self->micrometres_per_pixel = isfinite (micrometres) && micrometres > 0 ? micrometres : 0;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_MICROMETRES]);
}

double
hemo_image_view_get_zoom (HemoImageView *self)
{
  g_return_val_if_fail (HEMO_IS_IMAGE_VIEW (self), 1);
  return self->geometry.zoom;
}

void
hemo_image_view_set_zoom (HemoImageView *self, double zoom)
{
  g_return_if_fail (HEMO_IS_IMAGE_VIEW (self));
  hemo_image_view_zoom_at (self, zoom, self->geometry.view_width / 2.0,
                           self->geometry.view_height / 2.0);
}

void
hemo_image_view_fit (HemoImageView *self)
{
  g_return_if_fail (HEMO_IS_IMAGE_VIEW (self));
  hemo_view_geometry_fit (&self->geometry);
  hemo_image_view_place_changed (self);
}

void
hemo_image_view_get_place (HemoImageView *self, double *x, double *y, gboolean *fitted)
{
  g_return_if_fail (HEMO_IS_IMAGE_VIEW (self));
  hemo_view_geometry_get_place (&self->geometry, x, y);
  *fitted = self->geometry.fit;
}

void
hemo_image_view_set_place (HemoImageView *self, double x, double y, double zoom, gboolean fitted)
{
  HemoViewGeometry *g = &self->geometry;

  g_return_if_fail (HEMO_IS_IMAGE_VIEW (self));
  if (!self->opened)
    return;
  if (fitted)
    hemo_view_geometry_fit (g);
  else
    {
      hemo_view_geometry_zoom_at (g, zoom, g->view_width / 2.0, g->view_height / 2.0);
      hemo_view_geometry_set_place (g, x, y);
    }
  hemo_image_view_place_changed (self);
}

int
hemo_image_view_get_turns (HemoImageView *self)
{
  g_return_val_if_fail (HEMO_IS_IMAGE_VIEW (self), 0);
  return self->geometry.turns;
}

void
hemo_image_view_set_turns (HemoImageView *self, int turns)
{
  g_return_if_fail (HEMO_IS_IMAGE_VIEW (self));
  if (!self->opened || self->geometry.turns == turns)
    return;
  hemo_view_geometry_turn (&self->geometry, turns - self->geometry.turns);
  hemo_image_view_place_changed (self);
}

void
hemo_image_view_show_part (HemoImageView *self, double x, double y, double width, double height)
{
  HemoViewGeometry *g = &self->geometry;
  double wx, wy, zoom;

  g_return_if_fail (HEMO_IS_IMAGE_VIEW (self));
  if (!self->opened || width <= 0 || height <= 0)
    return;
  zoom = fmin (g->view_width / width, g->view_height / height) * g->scale;
  hemo_view_geometry_zoom_at (g, fmin (zoom, 1), g->view_width / 2.0, g->view_height / 2.0);
  hemo_view_geometry_to_widget (g, x + width / 2, y + height / 2, &wx, &wy);
  hemo_view_geometry_pan (g, g->view_width / 2.0 - wx, g->view_height / 2.0 - wy);
  hemo_image_view_place_changed (self);
}

void
hemo_image_view_set_tool (HemoImageView *self, HemoViewTool tool)
{
  g_return_if_fail (HEMO_IS_IMAGE_VIEW (self));
  g_return_if_fail (tool < HEMO_VIEW_TOOLS);

  if (self->tool == tool)
    return;
  hemo_image_view_draw_cancel (self);
  self->tool = tool;
  self->crosshair = FALSE;
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), tool == HEMO_VIEW_PAN ? NULL : "crosshair");
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TOOL]);
}

HemoViewTool
hemo_image_view_get_tool (HemoImageView *self)
{
  g_return_val_if_fail (HEMO_IS_IMAGE_VIEW (self), HEMO_VIEW_PAN);
  return self->tool;
}

void
hemo_image_view_to_widget (HemoImageView *self, double x, double y, double *wx, double *wy)
{
  g_return_if_fail (HEMO_IS_IMAGE_VIEW (self));
  hemo_view_geometry_to_widget (&self->geometry, x, y, wx, wy);
}

void
hemo_image_view_to_image (HemoImageView *self, double wx, double wy, double *x, double *y)
{
  g_return_if_fail (HEMO_IS_IMAGE_VIEW (self));
  hemo_view_geometry_to_image (&self->geometry, wx, wy, x, y);
}

void
hemo_image_view_set_overlay (HemoImageView *self,
                             HemoImageOverlay overlay,
                             gpointer data,
                             GDestroyNotify destroy)
{
  GDestroyNotify before = self->overlay_destroy;
  gpointer before_data = self->overlay_data;

  g_return_if_fail (HEMO_IS_IMAGE_VIEW (self));
  self->overlay = overlay;
  self->overlay_data = data;
  self->overlay_destroy = destroy;
  if (before != NULL)
    before (before_data);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
