/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Keys, pointer, wheel and fingers of a HemoImageView. */

#include "hemo-image-view-private.h"

#include "hemo-key-letter.h"

#include <math.h>

/* Share of the view that an arrow key moves. */
#define ARROW_SHARE 0.125
#define LIGHT_STEP 0.1
/* Device pixels that an arrow moves the cross-hair; with Shift. */
#define CROSS_STEP 1
#define CROSS_FAR 25

typedef HemoImageView View;

static void
zoom_step (View *self, int direction)
{
  const double zoom = hemo_view_geometry_next_zoom (&self->geometry, direction);

  hemo_image_view_set_zoom (self, zoom);
}

static void
change_light (View *self, double brightness, double contrast)
{
  g_object_set (self, "brightness", CLAMP (self->brightness + brightness, -1, 1), "contrast",
                CLAMP (self->contrast + contrast, -1, 1), NULL);
}

static void
do_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  View *self = HEMO_IMAGE_VIEW (widget);
  const char *what = name + strlen ("image.");

  if (g_str_equal (what, "zoom-in"))
    zoom_step (self, 1);
  else if (g_str_equal (what, "zoom-out"))
    zoom_step (self, -1);
  else if (g_str_equal (what, "fit"))
    hemo_image_view_fit (self);
  else if (g_str_equal (what, "actual"))
    hemo_image_view_set_zoom (self, 1);
  else if (g_str_equal (what, "turn"))
    hemo_image_view_set_turns (self, (self->geometry.turns + 1) % 4);
  else if (g_str_equal (what, "turn-back"))
    hemo_image_view_set_turns (self, (self->geometry.turns + 3) % 4);
  else if (g_str_equal (what, "brighter"))
    change_light (self, LIGHT_STEP, 0);
  else if (g_str_equal (what, "darker"))
    change_light (self, -LIGHT_STEP, 0);
  else if (g_str_equal (what, "steeper"))
    change_light (self, 0, LIGHT_STEP);
  else if (g_str_equal (what, "flatter"))
    change_light (self, 0, -LIGHT_STEP);
  else if (g_str_equal (what, "plain"))
    g_object_set (self, "brightness", 0.0, "contrast", 0.0, NULL);
  else if (g_str_equal (what, "measure"))
    hemo_image_view_set_tool (self,
                              self->tool == HEMO_VIEW_MEASURE ? HEMO_VIEW_PAN : HEMO_VIEW_MEASURE);
  else if (g_str_equal (what, "undo-mark"))
    hemo_image_view_undo_mark (self);
  else if (g_str_equal (what, "delete-mark"))
    hemo_image_view_delete_mark (self);
}

static void
tool_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autoptr (GEnumClass) tools = g_type_class_ref (HEMO_TYPE_VIEW_TOOL);
  const GEnumValue *value
      = g_enum_get_value_by_nick (tools, g_variant_get_string (parameter, NULL));

  if (value != NULL)
    hemo_image_view_set_tool (HEMO_IMAGE_VIEW (widget), value->value);
}

void
hemo_image_view_class_init_input (GtkWidgetClass *klass)
{
  static const struct
  {
    const char *action;
    guint keys[4];
    GdkModifierType state;
  } keys[] = {
    { "image.zoom-in", { GDK_KEY_plus, GDK_KEY_equal, GDK_KEY_KP_Add }, 0 },
    { "image.zoom-out", { GDK_KEY_minus, GDK_KEY_KP_Subtract }, 0 },
    { "image.fit", { GDK_KEY_0, GDK_KEY_KP_0 }, 0 },
    { "image.actual", { GDK_KEY_1, GDK_KEY_KP_1 }, 0 },
    { "image.turn", { GDK_KEY_r }, 0 },
    { "image.turn-back", { GDK_KEY_R, GDK_KEY_r }, GDK_SHIFT_MASK },
    { "image.darker", { GDK_KEY_bracketleft }, 0 },
    { "image.brighter", { GDK_KEY_bracketright }, 0 },
    { "image.flatter", { GDK_KEY_braceleft }, 0 },
    { "image.steeper", { GDK_KEY_braceright }, 0 },
    { "image.plain", { GDK_KEY_backslash }, 0 },
    { "image.measure", { GDK_KEY_m }, 0 },
    { "image.undo-mark", { GDK_KEY_z }, GDK_CONTROL_MASK },
    { "image.delete-mark", { GDK_KEY_Delete, GDK_KEY_KP_Delete }, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      gtk_widget_class_install_action (klass, keys[i].action, NULL, do_action);
      for (guint k = 0; k < 4 && keys[i].keys[k] != 0; k++)
        gtk_widget_class_add_binding_action (klass, keys[i].keys[k], keys[i].state, keys[i].action,
                                             NULL);
    }
  gtk_widget_class_install_action (klass, "image.tool", "s", tool_action);
}

static gboolean
get_direction (guint key, int *dx, int *dy)
{
  *dx = key == GDK_KEY_Right || key == GDK_KEY_KP_Right ? 1
        : key == GDK_KEY_Left || key == GDK_KEY_KP_Left ? -1
                                                        : 0;
  *dy = key == GDK_KEY_Down || key == GDK_KEY_KP_Down ? 1
        : key == GDK_KEY_Up || key == GDK_KEY_KP_Up   ? -1
                                                      : 0;
  return *dx != 0 || *dy != 0;
}

/* The cross-hair begins in the middle and stays within the view. */
static void
move_cross (View *self, double dx, double dy)
{
  const HemoViewGeometry *g = &self->geometry;

  if (!self->crosshair)
    {
      self->crosshair = TRUE;
      self->cross_x = g->view_width / 2.0;
      self->cross_y = g->view_height / 2.0;
    }
  self->cross_x = CLAMP (self->cross_x + dx / g->scale, 0, g->view_width);
  self->cross_y = CLAMP (self->cross_y + dy / g->scale, 0, g->view_height);
  if (self->drawing)
    hemo_image_view_draw_move (self, self->cross_x, self->cross_y);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static gboolean
press_tool_key (View *self, guint key, GdkModifierType state)
{
  const int step = (state & GDK_SHIFT_MASK) != 0 ? CROSS_FAR : CROSS_STEP;
  int dx, dy;

  if ((state & (GDK_CONTROL_MASK | GDK_ALT_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;
  if (get_direction (key, &dx, &dy))
    move_cross (self, dx * step, dy * step);
  else if (key == GDK_KEY_Return || key == GDK_KEY_KP_Enter)
    {
      move_cross (self, 0, 0);
      if (self->drawing)
        hemo_image_view_draw_end (self);
      else
        hemo_image_view_draw_begin (self, self->cross_x, self->cross_y);
    }
  else if (key == GDK_KEY_Escape && self->drawing)
    hemo_image_view_draw_cancel (self);
  else if (key == GDK_KEY_Escape)
    hemo_image_view_set_tool (self, HEMO_VIEW_PAN);
  else
    return GDK_EVENT_PROPAGATE;
  return GDK_EVENT_STOP;
}

static void
pan (View *self, double dx, double dy)
{
  if (hemo_view_geometry_pan (&self->geometry, dx, dy))
    hemo_image_view_place_changed (self);
}

static gboolean
key_cb (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state, View *self)
{
  const guint letter = hemo_key_letter (key, code);
  int dx, dy;

  if (!self->opened)
    return GDK_EVENT_PROPAGATE;
  if (self->tool != HEMO_VIEW_PAN && press_tool_key (self, key, state))
    return GDK_EVENT_STOP;
  if ((state & GDK_ALT_MASK) == 0 && get_direction (key, &dx, &dy))
    pan (self, -dx * ARROW_SHARE * self->geometry.view_width,
         -dy * ARROW_SHARE * self->geometry.view_height);
  else if ((state & (GDK_CONTROL_MASK | GDK_ALT_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;
  else if (letter == GDK_KEY_n || letter == GDK_KEY_N)
    hemo_image_view_step_mark (self, (state & GDK_SHIFT_MASK) == 0 ? 1 : -1);
  else if (key == GDK_KEY_Return && self->chosen_mark >= 0)
    hemo_image_view_edit_note (self);
  else if (key == GDK_KEY_Escape && (self->chosen_mark >= 0 || self->measured != NULL))
    hemo_image_view_draw_cancel (self);
  else
    return GDK_EVENT_PROPAGATE;
  return GDK_EVENT_STOP;
}

static gboolean
scroll_cb (GtkEventControllerScroll *controller, double dx, double dy, View *self)
{
  const GdkModifierType state
      = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (controller));
  const double unit
      = gtk_event_controller_scroll_get_unit (controller) == GDK_SCROLL_UNIT_WHEEL ? 60 : 1;

  if (!self->opened)
    return GDK_EVENT_PROPAGATE;
  if ((state & GDK_CONTROL_MASK) != 0)
    hemo_image_view_zoom_at (self, self->geometry.zoom * pow (G_SQRT2, -dy * unit / 60),
                             self->pointer_x, self->pointer_y);
  else if (hemo_view_geometry_pan (&self->geometry, -dx * unit, -dy * unit))
    hemo_image_view_place_changed (self);
  else
    return GDK_EVENT_PROPAGATE;
  return GDK_EVENT_STOP;
}

static void
motion_cb (GtkEventControllerMotion *controller, double x, double y, View *self)
{
  self->pointer_x = x;
  self->pointer_y = y;
}

static gboolean
pans (GtkGestureDrag *gesture, View *self)
{
  return self->tool == HEMO_VIEW_PAN
         || gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (gesture))
                == GDK_BUTTON_MIDDLE;
}

static void
drag_begin_cb (GtkGestureDrag *gesture, double x, double y, View *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  self->drag_x = self->drag_y = 0;
  if (!self->opened
      || gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (gesture))
             == GDK_BUTTON_SECONDARY)
    {
      gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_DENIED);
      return;
    }
  if (!pans (gesture, self))
    {
      self->crosshair = FALSE;
      hemo_image_view_draw_begin (self, x, y);
      return;
    }
  hemo_image_view_choose_mark (self, x, y);
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), "grabbing");
}

static void
drag_update_cb (GtkGestureDrag *gesture, double dx, double dy, View *self)
{
  double x, y;

  gtk_gesture_drag_get_start_point (gesture, &x, &y);
  if (self->drawing && !pans (gesture, self))
    hemo_image_view_draw_move (self, x + dx, y + dy);
  else
    pan (self, dx - self->drag_x, dy - self->drag_y);
  self->drag_x = dx;
  self->drag_y = dy;
}

static void
drag_end_cb (GtkGestureDrag *gesture, double dx, double dy, View *self)
{
  if (self->drawing && !pans (gesture, self))
    hemo_image_view_draw_end (self);
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self),
                                   self->tool == HEMO_VIEW_PAN ? NULL : "crosshair");
}

static void
pressed_cb (GtkGestureClick *gesture, int n, double x, double y, View *self)
{
  if (n != 2 || self->tool != HEMO_VIEW_PAN || !self->opened)
    return;
  if (hemo_image_view_choose_mark (self, x, y))
    hemo_image_view_edit_note (self);
  else if (self->geometry.fit)
    hemo_image_view_zoom_at (self, 1, x, y);
  else
    hemo_image_view_fit (self);
}

static void
pinch_begin_cb (GtkGesture *gesture, GdkEventSequence *sequence, View *self)
{
  self->pinch_zoom = self->geometry.zoom;
}

static void
pinch_cb (GtkGestureZoom *gesture, double scale, View *self)
{
  double x = self->pointer_x, y = self->pointer_y;

  gtk_gesture_get_bounding_box_center (GTK_GESTURE (gesture), &x, &y);
  hemo_image_view_zoom_at (self, self->pinch_zoom * scale, x, y);
}

void
hemo_image_view_init_input (HemoImageView *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *scroll
      = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkGesture *click = gtk_gesture_click_new ();
  GtkGesture *pinch = gtk_gesture_zoom_new ();

  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (widget, keys);
  g_signal_connect (motion, "motion", G_CALLBACK (motion_cb), self);
  gtk_widget_add_controller (widget, motion);
  g_signal_connect (scroll, "scroll", G_CALLBACK (scroll_cb), self);
  gtk_widget_add_controller (widget, scroll);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (drag), 0);
  g_signal_connect (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  g_signal_connect (drag, "drag-end", G_CALLBACK (drag_end_cb), self);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (drag));
  g_signal_connect (click, "pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (click));
  g_signal_connect (pinch, "begin", G_CALLBACK (pinch_begin_cb), self);
  g_signal_connect (pinch, "scale-changed", G_CALLBACK (pinch_cb), self);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (pinch));
}
