/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The live picture of a camera as a widget. */

#include "hemo-camera-view.h"

#include "hemo-camera-private.h"

#include <adwaita.h>
#include <glib/gi18n.h>

/* How much of a picture that is not of now is still seen. */
#define OLD_OPACITY 0.25

struct _HemoCameraView
{
  GtkWidget parent_instance;

  HemoCamera *camera;
  gboolean show_focus;
  /* The window that may be hidden, while the view is mapped. */
  GtkWindow *window;
  gboolean watching;
  int width;
  int height;

  GtkWidget *overlay;
  GtkPicture *picture;
  GtkWidget *trouble;
  GtkWidget *spinner;
  GtkImage *icon;
  GtkLabel *message;
  GtkWidget *still;
  GtkWidget *meter;
  GtkImage *focus_icon;
  GtkLabel *focus_label;
  GtkLevelBar *focus_bar;
};

enum
{
  PROP_CAMERA = 1,
  PROP_SHOW_FOCUS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (HemoCameraView, hemo_camera_view, GTK_TYPE_WIDGET)

/* Whether anybody can see it: the camera is told how large, or that it is not. */
static void
update_watching (HemoCameraView *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  const gboolean seen = self->camera != NULL && gtk_widget_get_mapped (widget)
                        && (self->window == NULL || !gtk_window_is_suspended (self->window));
  GdkSurface *surface;
  double scale = 1;

  if (!seen)
    {
      if (self->watching)
        hemo_camera_remove_viewer (self->camera, self);
      self->watching = FALSE;
      return;
    }
  surface = gtk_native_get_surface (gtk_widget_get_native (widget));
  if (surface != NULL)
    scale = gdk_surface_get_scale (surface);
  self->watching = TRUE;
  hemo_camera_add_viewer (self->camera, self, (int)(self->width * scale + 0.5),
                          (int)(self->height * scale + 0.5));
}

static const char *
choose_icon (HemoCameraState state)
{
  switch (state)
    {
    case HEMO_CAMERA_NONE:
    case HEMO_CAMERA_GONE:
      return "camera-web-symbolic";
    case HEMO_CAMERA_STALLED:
      return "media-playback-pause-symbolic";
    case HEMO_CAMERA_FAILED:
      return "dialog-warning-symbolic";
    case HEMO_CAMERA_OFF:
    case HEMO_CAMERA_STARTING:
    case HEMO_CAMERA_LIVE:
      break;
    }
  return "camera-web-symbolic";
}

static void
show_state (HemoCameraView *self)
{
  const HemoCameraState state
      = self->camera != NULL ? hemo_camera_get_state (self->camera) : HEMO_CAMERA_OFF;
  const char *message = self->camera != NULL ? hemo_camera_get_message (self->camera) : NULL;
  const gboolean starting = state == HEMO_CAMERA_STARTING;

  gtk_widget_set_visible (self->trouble, message != NULL);
  gtk_widget_set_visible (self->spinner, starting);
  gtk_widget_set_visible (GTK_WIDGET (self->icon), !starting);
  gtk_image_set_from_icon_name (self->icon, choose_icon (state));
  /* Said by a screen reader as well, once. */
  if (message != NULL && g_strcmp0 (message, gtk_label_get_label (self->message)) != 0 && !starting)
    gtk_accessible_announce (GTK_ACCESSIBLE (self), message,
                             GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
  gtk_label_set_label (self->message, message != NULL ? message : "");
  gtk_widget_set_opacity (GTK_WIDGET (self->picture), state == HEMO_CAMERA_LIVE ? 1 : OLD_OPACITY);
  gtk_widget_set_visible (self->meter, self->show_focus && state == HEMO_CAMERA_LIVE);
}

static void
show_focus (HemoCameraView *self)
{
  const double focus = self->camera != NULL ? hemo_camera_get_focus (self->camera) : -1;
  const double needed = self->camera != NULL ? hemo_camera_get_focus_needed (self->camera) : 0;
  g_autofree char *text = NULL;

  if (focus < 0)
    /* Translators: no number yet for the sharpness of the picture. */
    text = g_strdup (_ ("Focus –"));
  else
    /* Translators: sharpness of the picture, from 0.00 to 1.00. */
    text = g_strdup_printf (_ ("Focus %.2f"), focus);
  gtk_label_set_label (self->focus_label, text);
  gtk_level_bar_set_value (self->focus_bar, CLAMP (focus, 0, 1));
  gtk_image_set_from_icon_name (self->focus_icon, focus >= needed && focus >= 0
                                                      ? "object-select-symbolic"
                                                      : "find-location-symbolic");
}

static void
show_still (HemoCameraView *self)
{
  gboolean still = FALSE;

  if (self->camera != NULL)
    g_object_get (self->camera, "still", &still, NULL);
  gtk_widget_set_visible (self->still, still);
}

static void
show_all (HemoCameraView *self)
{
  show_state (self);
  show_focus (self);
  show_still (self);
}

static void
suspended_cb (HemoCameraView *self)
{
  update_watching (self);
}

static void
hemo_camera_view_map (GtkWidget *widget)
{
  HemoCameraView *self = HEMO_CAMERA_VIEW (widget);
  GtkRoot *root = gtk_widget_get_root (widget);

  GTK_WIDGET_CLASS (hemo_camera_view_parent_class)->map (widget);
  if (GTK_IS_WINDOW (root))
    {
      g_set_object (&self->window, GTK_WINDOW (root));
      g_signal_connect_object (root, "notify::suspended", G_CALLBACK (suspended_cb), self,
                               G_CONNECT_SWAPPED);
    }
  update_watching (self);
}

static void
hemo_camera_view_unmap (GtkWidget *widget)
{
  HemoCameraView *self = HEMO_CAMERA_VIEW (widget);

  if (self->window != NULL)
    g_signal_handlers_disconnect_by_func (self->window, suspended_cb, self);
  g_clear_object (&self->window);
  GTK_WIDGET_CLASS (hemo_camera_view_parent_class)->unmap (widget);
  update_watching (self);
}

static void
hemo_camera_view_measure (GtkWidget *widget,
                          GtkOrientation orientation,
                          int for_size,
                          int *minimum,
                          int *natural,
                          int *minimum_baseline,
                          int *natural_baseline)
{
  gtk_widget_measure (HEMO_CAMERA_VIEW (widget)->overlay, orientation, for_size, minimum, natural,
                      minimum_baseline, natural_baseline);
}

static void
hemo_camera_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  HemoCameraView *self = HEMO_CAMERA_VIEW (widget);

  gtk_widget_allocate (self->overlay, width, height, baseline, NULL);
  if (width == self->width && height == self->height)
    return;
  self->width = width;
  self->height = height;
  if (self->watching)
    update_watching (self);
}

static void
hemo_camera_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HemoCameraView *self = HEMO_CAMERA_VIEW (object);

  switch (id)
    {
    case PROP_CAMERA:
      g_value_set_object (value, self->camera);
      break;
    case PROP_SHOW_FOCUS:
      g_value_set_boolean (value, self->show_focus);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hemo_camera_view_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  HemoCameraView *self = HEMO_CAMERA_VIEW (object);

  switch (id)
    {
    case PROP_CAMERA:
      hemo_camera_view_set_camera (self, g_value_get_object (value));
      break;
    case PROP_SHOW_FOCUS:
      hemo_camera_view_set_show_focus (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
drop_camera (HemoCameraView *self)
{
  if (self->camera == NULL)
    return;
  if (self->watching)
    hemo_camera_remove_viewer (self->camera, self);
  self->watching = FALSE;
  g_signal_handlers_disconnect_by_data (self->camera, self);
  g_clear_object (&self->camera);
}

static void
hemo_camera_view_dispose (GObject *object)
{
  HemoCameraView *self = HEMO_CAMERA_VIEW (object);

  drop_camera (self);
  g_clear_object (&self->window);
  gtk_widget_dispose_template (GTK_WIDGET (self), HEMO_TYPE_CAMERA_VIEW);
  G_OBJECT_CLASS (hemo_camera_view_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, HemoCameraView, overlay);
  gtk_widget_class_bind_template_child (widget_class, HemoCameraView, picture);
  gtk_widget_class_bind_template_child (widget_class, HemoCameraView, trouble);
  gtk_widget_class_bind_template_child (widget_class, HemoCameraView, spinner);
  gtk_widget_class_bind_template_child (widget_class, HemoCameraView, icon);
  gtk_widget_class_bind_template_child (widget_class, HemoCameraView, message);
  gtk_widget_class_bind_template_child (widget_class, HemoCameraView, still);
  gtk_widget_class_bind_template_child (widget_class, HemoCameraView, meter);
  gtk_widget_class_bind_template_child (widget_class, HemoCameraView, focus_icon);
  gtk_widget_class_bind_template_child (widget_class, HemoCameraView, focus_label);
  gtk_widget_class_bind_template_child (widget_class, HemoCameraView, focus_bar);
}

static void
hemo_camera_view_class_init (HemoCameraViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  g_type_ensure (ADW_TYPE_SPINNER);
  object_class->get_property = hemo_camera_view_get_property;
  object_class->set_property = hemo_camera_view_set_property;
  object_class->dispose = hemo_camera_view_dispose;
  widget_class->map = hemo_camera_view_map;
  widget_class->unmap = hemo_camera_view_unmap;
  widget_class->measure = hemo_camera_view_measure;
  widget_class->size_allocate = hemo_camera_view_size_allocate;
  properties[PROP_CAMERA] = g_param_spec_object ("camera", NULL, NULL, HEMO_TYPE_CAMERA, flags);
  properties[PROP_SHOW_FOCUS] = g_param_spec_boolean ("show-focus", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/hemogram/Hemogram/camera/hemo-camera-view.ui");
  bind_children (widget_class);
}

static void
hemo_camera_view_init (HemoCameraView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_level_bar_remove_offset_value (self->focus_bar, GTK_LEVEL_BAR_OFFSET_LOW);
  gtk_level_bar_remove_offset_value (self->focus_bar, GTK_LEVEL_BAR_OFFSET_HIGH);
  gtk_level_bar_remove_offset_value (self->focus_bar, GTK_LEVEL_BAR_OFFSET_FULL);
}

GtkWidget *
hemo_camera_view_new (HemoCamera *camera)
{
  return g_object_new (HEMO_TYPE_CAMERA_VIEW, "camera", camera, NULL);
}

void
hemo_camera_view_set_camera (HemoCameraView *self, HemoCamera *camera)
{
  g_return_if_fail (HEMO_IS_CAMERA_VIEW (self));
  g_return_if_fail (camera == NULL || HEMO_IS_CAMERA (camera));

  if (camera == self->camera)
    return;
  drop_camera (self);
  g_set_object (&self->camera, camera);
  gtk_picture_set_paintable (self->picture,
                             camera != NULL ? hemo_camera_get_paintable (camera) : NULL);
  if (camera != NULL)
    {
      g_signal_connect_swapped (camera, "notify::state", G_CALLBACK (show_state), self);
      g_signal_connect_swapped (camera, "notify::message", G_CALLBACK (show_state), self);
      g_signal_connect_swapped (camera, "notify::focus", G_CALLBACK (show_focus), self);
      g_signal_connect_swapped (camera, "notify::focus-needed", G_CALLBACK (show_focus), self);
      g_signal_connect_swapped (camera, "notify::still", G_CALLBACK (show_still), self);
    }
  show_all (self);
  update_watching (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAMERA]);
}

HemoCamera *
hemo_camera_view_get_camera (HemoCameraView *self)
{
  g_return_val_if_fail (HEMO_IS_CAMERA_VIEW (self), NULL);

  return self->camera;
}

void
hemo_camera_view_set_show_focus (HemoCameraView *self, gboolean show_focus)
{
  g_return_if_fail (HEMO_IS_CAMERA_VIEW (self));

  if (show_focus == self->show_focus)
    return;
  self->show_focus = show_focus;
  show_state (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SHOW_FOCUS]);
}

gboolean
hemo_camera_view_get_show_focus (HemoCameraView *self)
{
  g_return_val_if_fail (HEMO_IS_CAMERA_VIEW (self), FALSE);

  return self->show_focus;
}
