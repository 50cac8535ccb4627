/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which camera, how it is set, and how sharp what it shows is. */

#include "hemo-fields-page-private.h"

#include <glib/gi18n.h>

/* Why there is none, where the camera knows it. */
static void
explain_none (HemoFieldsPage *self)
{
  const char *message = hemo_camera_get_message (hemo_capture_get_camera (self->capture));
  g_autofree char *text = g_markup_escape_text (
      message != NULL ? message
                      : _ ("Plug the microscope's camera in, or bring pictures in from files. They "
                           "can be dropped or pasted here."),
      -1);

  adw_status_page_set_description (self->no_camera, text);
}

static void
show_camera (HemoFieldsPage *self)
{
  HemoCamera *camera = hemo_capture_get_camera (self->capture);
  gboolean none = hemo_camera_get_state (camera) == HEMO_CAMERA_NONE
                  || hemo_camera_get_device (camera) == NULL;

  explain_none (self);
  gtk_stack_set_visible_child_name (self->live, none ? "none" : "camera");
  gtk_widget_set_visible (GTK_WIDGET (self->focus_row), !none);
  gtk_widget_set_visible (GTK_WIDGET (self->light_row), !none);
  /* One that is not plugged in any more is no reason not to choose another. */
  gtk_widget_set_visible (
      GTK_WIDGET (self->device),
      g_list_model_get_n_items (G_LIST_MODEL (hemo_capture_get_cameras (self->capture))) > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->mode),
                          !none
                              && g_list_model_get_n_items (
                                     hemo_camera_device_get_modes (hemo_camera_get_device (camera)))
                                     > 1);
  gtk_widget_set_sensitive (GTK_WIDGET (self->shoot_button), !none);
}

static void
show_focus (HemoFieldsPage *self)
{
  HemoCamera *camera = hemo_capture_get_camera (self->capture);
  double focus = hemo_camera_get_focus (camera);
  g_autofree char *text = NULL;

  gtk_level_bar_set_value (self->focus_bar, CLAMP (focus, 0, 1));
  if (focus >= 0)
    /* Translators: the focus that is measured, and what is needed */
    text = g_strdup_printf (_ ("%.2f, needs %.2f"), focus, hemo_camera_get_focus_needed (camera));
  adw_action_row_set_subtitle (self->focus_row, text != NULL ? text : "");
}

static void
show_light (HemoFieldsPage *self)
{
  double unevenness = hemo_capture_get_unevenness (self->capture);
  gboolean busy = hemo_capture_is_taking_blank (self->capture);
  g_autofree char *text = NULL;

  if (busy)
    text = g_strdup (_ ("Looking at the blank field…"));
  else if (unevenness >= 0)
    /* Translators: light over the field of view, which the program evens out */
    text = g_strdup_printf (_ ("On: the edge is %.0f %% darker"), unevenness * 100);
  else
    text = g_strdup (_ ("Off: no blank field was taken"));
  adw_action_row_set_subtitle (self->light_row, text);
  gtk_widget_set_sensitive (GTK_WIDGET (self->light_button), !busy);
  gtk_widget_set_visible (GTK_WIDGET (self->light_button), unevenness < 0);
  gtk_widget_set_visible (GTK_WIDGET (self->light_forget), unevenness >= 0);
}

static GtkWidget *
control_row (HemoCameraControl *control)
{
  GtkWidget *row = adw_spin_row_new_with_range (hemo_camera_control_get_minimum (control),
                                                hemo_camera_control_get_maximum (control),
                                                hemo_camera_control_get_step (control));

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row),
                                 hemo_camera_control_get_label (control));
  g_object_bind_property (control, "value", row, "value",
                          G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  if (hemo_camera_control_has_automatic (control))
    {
      GtkWidget *automatic = gtk_toggle_button_new_with_label (_ ("Auto"));

      gtk_widget_set_valign (automatic, GTK_ALIGN_CENTER);
      gtk_widget_add_css_class (automatic, "flat");
      g_object_bind_property (control, "automatic", automatic, "active",
                              G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), automatic);
    }
  return row;
}

static void
show_controls (HemoFieldsPage *self)
{
  GListModel *controls = G_LIST_MODEL (hemo_capture_get_controls (self->capture));
  guint n = controls != NULL ? g_list_model_get_n_items (controls) : 0;

  for (guint i = 0; i < self->control_rows->len; i++)
    adw_preferences_group_remove (self->controls, g_ptr_array_index (self->control_rows, i));
  g_ptr_array_set_size (self->control_rows, 0);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (HemoCameraControl) control = g_list_model_get_item (controls, i);
      GtkWidget *row = control_row (control);

      adw_preferences_group_add (self->controls, row);
      g_ptr_array_add (self->control_rows, row);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->controls), n > 0);
}

/* The rows go with the list that they show. */
static void
follow_controls (HemoFieldsPage *self)
{
  HemoCameraControls *controls = hemo_capture_get_controls (self->capture);

  if (controls != NULL)
    g_signal_connect_object (controls, "items-changed", G_CALLBACK (show_controls), self,
                             G_CONNECT_SWAPPED);
  show_controls (self);
}

static void
show_device (HemoFieldsPage *self)
{
  HemoCamera *camera = hemo_capture_get_camera (self->capture);
  HemoCameraDevice *device = hemo_camera_get_device (camera);
  GListModel *cameras = G_LIST_MODEL (hemo_capture_get_cameras (self->capture));
  GListModel *modes = device != NULL ? hemo_camera_device_get_modes (device) : NULL;

  self->loading = TRUE;
  adw_combo_row_set_model (self->mode, modes);
  if (device == NULL)
    adw_combo_row_set_selected (self->device, GTK_INVALID_LIST_POSITION);
  for (guint i = 0; i < g_list_model_get_n_items (cameras); i++)
    {
      g_autoptr (HemoCameraDevice) other = g_list_model_get_item (cameras, i);

      if (other == device)
        adw_combo_row_set_selected (self->device, i);
    }
  for (guint i = 0; modes != NULL && i < g_list_model_get_n_items (modes); i++)
    {
      g_autoptr (HemoCameraMode) mode = g_list_model_get_item (modes, i);

      if (mode == hemo_camera_get_mode (camera))
        adw_combo_row_set_selected (self->mode, i);
    }
  self->loading = FALSE;
  show_camera (self);
}

static void
device_cb (HemoFieldsPage *self)
{
  HemoCameraDevice *device = adw_combo_row_get_selected_item (self->device);
  HemoCamera *camera = hemo_capture_get_camera (self->capture);

  if (!self->loading && device != NULL && device != hemo_camera_get_device (camera))
    hemo_camera_set_device (camera, device, NULL);
}

static void
mode_cb (HemoFieldsPage *self)
{
  HemoCameraMode *mode = adw_combo_row_get_selected_item (self->mode);
  HemoCamera *camera = hemo_capture_get_camera (self->capture);

  if (self->loading || mode == NULL || mode == hemo_camera_get_mode (camera))
    return;
  hemo_camera_set_device (camera, hemo_camera_get_device (camera), mode);
  g_settings_set (hemo_capture_get_settings (self->capture), "camera-size", "(uu)",
                  (guint)hemo_camera_mode_get_width (mode),
                  (guint)hemo_camera_mode_get_height (mode));
}

void
hemo_fields_page_follow_camera (HemoFieldsPage *self)
{
  HemoCamera *camera = hemo_capture_get_camera (self->capture);
  g_autoptr (GtkExpression) name
      = gtk_property_expression_new (HEMO_TYPE_CAMERA_DEVICE, NULL, "name");
  g_autoptr (GtkExpression) label
      = gtk_property_expression_new (HEMO_TYPE_CAMERA_MODE, NULL, "label");

  hemo_camera_view_set_camera (self->view, camera);
  adw_combo_row_set_expression (self->device, name);
  adw_combo_row_set_expression (self->mode, label);
  adw_combo_row_set_model (self->device, G_LIST_MODEL (hemo_capture_get_cameras (self->capture)));
  g_signal_connect_object (camera, "notify::state", G_CALLBACK (show_camera), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (camera, "notify::message", G_CALLBACK (show_camera), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (hemo_capture_get_cameras (self->capture), "items-changed",
                           G_CALLBACK (show_device), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (camera, "notify::device", G_CALLBACK (show_device), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (camera, "notify::mode", G_CALLBACK (show_device), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (camera, "notify::focus", G_CALLBACK (show_focus), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->capture, "light", G_CALLBACK (show_light), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->capture, "controls", G_CALLBACK (follow_controls), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->light_button, "clicked", G_CALLBACK (hemo_capture_take_blank),
                           self->capture, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->light_forget, "clicked", G_CALLBACK (hemo_capture_forget_blank),
                           self->capture, G_CONNECT_SWAPPED);
  g_signal_connect_swapped (self->device, "notify::selected", G_CALLBACK (device_cb), self);
  g_signal_connect_swapped (self->mode, "notify::selected", G_CALLBACK (mode_cb), self);
  show_device (self);
  show_light (self);
  follow_controls (self);
}
