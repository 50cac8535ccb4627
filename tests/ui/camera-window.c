/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A window with nothing but a camera in it, for the tests: says on its standard output what
 * happens, and does what its standard input says, a word a line.
 *
 *   camera-window [--device ID] [--launch PIPELINE] [--size WxH] [--no-window]
 *
 * 'capture FILE' saves what was captured, 'hide' and 'show' the view, 'keep', 'sharp', 'blank',
 * 'count', 'devices', 'controls', 'set NUMBER VALUE', 'automatic NUMBER 0|1', 'quit'. */

#include "hemo-camera-controls.h"
#include "hemo-camera-device-private.h"
#include "hemo-camera-view.h"

#include <adwaita.h>
#include <gio/gunixinputstream.h>
#include <unistd.h>

typedef struct
{
  AdwApplication *application;
  GMainLoop *loop;
  HemoCameraControls *controls;
  gboolean no_window;
  GtkWidget *stack;
  GtkWidget *view;
  GtkWidget *list;
  HemoCamera *camera;
  HemoCameras *cameras;
  GDataInputStream *input;
  char *device;
  char *launch;
  char *size;
  char *said;
} Program;

static void
say (const char *format, ...)
{
  va_list values;

  va_start (values, format);
  vprintf (format, values);
  va_end (values);
  putchar ('\n');
  fflush (stdout);
}

/* A change of the state mostly comes with one of the message: both are said once. */
static void
state_cb (Program *self)
{
  GEnumClass *kind = g_type_class_ref (HEMO_TYPE_CAMERA_STATE);
  const char *state
      = g_enum_get_value (kind, (int)hemo_camera_get_state (self->camera))->value_nick;
  const char *message = hemo_camera_get_message (self->camera);
  g_autofree char *now = g_strconcat (state, " ", message, NULL);

  if (g_set_str (&self->said, now))
    say ("state %s %.3f %s", state, (double)g_get_monotonic_time () / G_USEC_PER_SEC,
         message != NULL ? message : "");
  g_type_class_unref (kind);
}

static void
list_devices (Program *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->cameras)); i++)
    {
      g_autoptr (HemoCameraDevice) device = g_list_model_get_item (G_LIST_MODEL (self->cameras), i);
      HemoCameraMode *mode = hemo_camera_device_get_best_mode (device);
      say ("device %s|%s|%s|%s|%u", hemo_camera_device_get_id (device),
           hemo_camera_device_get_name (device),
           hemo_camera_device_get_present (device) ? "present" : "gone",
           mode != NULL ? hemo_camera_mode_get_label (mode) : "-",
           g_list_model_get_n_items (hemo_camera_device_get_modes (device)));
    }
}

static void
changed_cb (Program *self)
{
  list_devices (self);
}

static void
captured_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree char *path = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoShot) shot = hemo_camera_capture_finish (HEMO_CAMERA (source), result, &error);
  gsize size = 0;
  const char *bytes;

  if (shot == NULL)
    {
      say ("refused %s", error->message);
      return;
    }
  bytes = g_bytes_get_data (shot->bytes, &size);
  g_file_set_contents (path, bytes, (gssize)size, NULL);
  say ("captured %zu %dx%d %s focus %.2f", size, shot->width, shot->height,
       shot->own ? "own" : "encoded", shot->quality.focus);
}

static void
blank_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (hemo_camera_capture_blank_finish (HEMO_CAMERA (source), result, &error))
    say ("blank taken");
  else
    say ("blank refused %s", error->message);
}

static void
say_sharp (Program *self)
{
  g_autoptr (HemoShot) shot = hemo_camera_dup_newest_sharp (self->camera, 10);

  if (shot == NULL)
    say ("sharp none");
  else
    say ("sharp %zu %dx%d focus %.2f", g_bytes_get_size (shot->bytes), shot->width, shot->height,
         shot->quality.focus);
}

static void
list_controls (Program *self)
{
  for (guint i = 0;
       self->controls != NULL && i < g_list_model_get_n_items (G_LIST_MODEL (self->controls)); i++)
    {
      g_autoptr (HemoCameraControl) control
          = g_list_model_get_item (G_LIST_MODEL (self->controls), i);
      say ("control %u %s %d %s", i, hemo_camera_control_get_label (control),
           hemo_camera_control_get_value (control),
           hemo_camera_control_get_automatic (control) ? "automatic" : "by hand");
    }
  say ("controls end");
}

static void
set_control (Program *self, const char *line, gboolean automatic)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 3);
  g_autoptr (HemoCameraControl) control = g_list_model_get_item (
      G_LIST_MODEL (self->controls), (guint)g_ascii_strtoull (words[1], NULL, 10));

  if (control == NULL)
    return;
  if (automatic)
    hemo_camera_control_set_automatic (control, words[2][0] == '1');
  else
    hemo_camera_control_set_value (control, (int)g_ascii_strtoll (words[2], NULL, 10));
}

/* As a window shows it in whose list a camera turns up. */
static void
select_device (Program *self, HemoCameraDevice *device)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->cameras)); i++)
    {
      g_autoptr (HemoCameraDevice) other = g_list_model_get_item (G_LIST_MODEL (self->cameras), i);

      if (other == device)
        adw_combo_row_set_selected (ADW_COMBO_ROW (self->list), i);
    }
}

static void
device_cb (Program *self)
{
  HemoCameraDevice *device = hemo_camera_get_device (self->camera);

  if (self->list != NULL)
    select_device (self, device);
  g_clear_object (&self->controls);
  if (device != NULL && self->size != NULL)
    {
      g_autofree char *size = g_steal_pointer (&self->size);
      int width = 0, height = 0;
      if (sscanf (size, "%dx%d", &width, &height) == 2)
        hemo_camera_set_device (self->camera, device,
                                hemo_camera_device_find_mode (device, width, height));
    }
  if (device != NULL && hemo_camera_device_get_present (device))
    self->controls = hemo_camera_controls_new (device);
}

static void
quit (Program *self)
{
  if (self->loop != NULL)
    g_main_loop_quit (self->loop);
  else
    g_application_quit (G_APPLICATION (self->application));
}

static void
obey (Program *self, const char *line)
{
  if (g_str_has_prefix (line, "capture "))
    hemo_camera_capture_async (self->camera, NULL, captured_cb, g_strdup (line + 8));
  else if (g_str_equal (line, "hide"))
    gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "other");
  else if (g_str_equal (line, "show"))
    gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "view");
  else if (g_str_equal (line, "sharp"))
    say_sharp (self);
  else if (g_str_equal (line, "keep"))
    hemo_camera_set_keep_sharp (self->camera, TRUE);
  else if (g_str_equal (line, "blank"))
    hemo_camera_capture_blank_async (self->camera, NULL, blank_cb, NULL);
  else if (g_str_equal (line, "count"))
    say ("count %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT, hemo_camera_get_n_frames (self->camera),
         hemo_camera_get_n_broken (self->camera));
  else if (g_str_equal (line, "devices"))
    list_devices (self);
  else if (g_str_equal (line, "controls"))
    list_controls (self);
  else if (g_str_has_prefix (line, "set "))
    set_control (self, line, FALSE);
  else if (g_str_has_prefix (line, "automatic "))
    set_control (self, line, TRUE);
  else if (g_str_equal (line, "quit"))
    quit (self);
}

static void
line_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Program *self = data;
  g_autofree char *line
      = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, NULL);

  if (line == NULL)
    return;
  obey (self, line);
  g_data_input_stream_read_line_async (self->input, G_PRIORITY_DEFAULT, NULL, line_cb, self);
}

static void
message_cb (Program *self)
{
  say ("message %s", hemo_cameras_get_message (self->cameras));
}

static void
choose (Program *self)
{
  if (self->launch != NULL)
    {
      g_autoptr (HemoCameraDevice) device
          = hemo_camera_device_new_launch ("launch", "Launch", self->launch);
      hemo_camera_set_device (self->camera, device, NULL);
      return;
    }
  self->cameras = hemo_cameras_new ();
  g_signal_connect_swapped (self->cameras, "items-changed", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (self->cameras, "notify::message", G_CALLBACK (message_cb), self);
  hemo_camera_follow (self->camera, self->cameras, self->device);
}

static void
begin (Program *self)
{
  g_autoptr (GInputStream) in = g_unix_input_stream_new (STDIN_FILENO, FALSE);

  self->camera = hemo_camera_new ();
  g_signal_connect_swapped (self->camera, "notify::state", G_CALLBACK (state_cb), self);
  g_signal_connect_swapped (self->camera, "notify::message", G_CALLBACK (state_cb), self);
  g_signal_connect_swapped (self->camera, "notify::device", G_CALLBACK (device_cb), self);
  choose (self);
  self->input = g_data_input_stream_new (in);
  g_data_input_stream_read_line_async (self->input, G_PRIORITY_DEFAULT, NULL, line_cb, self);
}

static char *
dup_name (HemoCameraDevice *device)
{
  return g_strdup (hemo_camera_device_get_name (device));
}

static void
show_list (Program *self, AdwToolbarView *bar)
{
  g_autoptr (GtkExpression) name = gtk_cclosure_expression_new (G_TYPE_STRING, NULL, 0, NULL,
                                                                G_CALLBACK (dup_name), NULL, NULL);
  GtkWidget *box = gtk_list_box_new ();

  self->list = adw_combo_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->list), "Cameras");
  adw_combo_row_set_expression (ADW_COMBO_ROW (self->list), name);
  adw_combo_row_set_model (ADW_COMBO_ROW (self->list), G_LIST_MODEL (self->cameras));
  gtk_list_box_append (GTK_LIST_BOX (box), self->list);
  adw_toolbar_view_add_bottom_bar (bar, box);
}

static void
activate_cb (Program *self)
{
  GtkWidget *window = adw_application_window_new (GTK_APPLICATION (self->application));
  GtkWidget *bar = adw_toolbar_view_new ();

  begin (self);
  self->view = hemo_camera_view_new (self->camera);
  hemo_camera_view_set_show_focus (HEMO_CAMERA_VIEW (self->view), TRUE);
  self->stack = gtk_stack_new ();
  gtk_stack_add_named (GTK_STACK (self->stack), self->view, "view");
  gtk_stack_add_named (GTK_STACK (self->stack), gtk_label_new ("Another page"), "other");
  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (bar), adw_header_bar_new ());
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (bar), self->stack);
  if (self->cameras != NULL)
    show_list (self, ADW_TOOLBAR_VIEW (bar));
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (window), bar);
  gtk_window_set_title (GTK_WINDOW (window), "Camera");
  gtk_window_set_default_size (GTK_WINDOW (window), 1000, 700);
  gtk_window_present (GTK_WINDOW (window));
}

static int
run_window (Program *self)
{
  int status;

  self->application = adw_application_new (NULL, G_APPLICATION_NON_UNIQUE);
  g_signal_connect_swapped (self->application, "activate", G_CALLBACK (activate_cb), self);
  status = g_application_run (G_APPLICATION (self->application), 0, NULL);
  g_clear_object (&self->application);
  return status;
}

static int
run_bare (Program *self)
{
  self->loop = g_main_loop_new (NULL, FALSE);
  begin (self);
  hemo_camera_start (self->camera);
  g_main_loop_run (self->loop);
  g_main_loop_unref (self->loop);
  return 0;
}

int
main (int argc, char **argv)
{
  Program self = { 0 };
  const GOptionEntry entries[]
      = { { "device", 0, 0, G_OPTION_ARG_STRING, &self.device, "Id of the device", "ID" },
          { "launch", 0, 0, G_OPTION_ARG_STRING, &self.launch, "A pipeline", "PIPELINE" },
          { "size", 0, 0, G_OPTION_ARG_STRING, &self.size, "Of the pictures", "WxH" },
          { "no-window", 0, 0, G_OPTION_ARG_NONE, &self.no_window, "Nothing is shown", NULL },
          { NULL } };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  int status;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, NULL))
    return 2;
  status = self.no_window ? run_bare (&self) : run_window (&self);
  g_clear_object (&self.controls);
  g_clear_object (&self.camera);
  g_clear_object (&self.cameras);
  g_clear_object (&self.input);
  g_free (self.device);
  g_free (self.launch);
  g_free (self.size);
  g_free (self.said);
  return status;
}
