/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hemo-calibrate-page.h"

#include "hemo-camera-view.h"
#include "hemo-chooser.h"
#include "hemo-failure.h"
#include "hemo-image-view.h"
#include "hemo-number-entry.h"
#include "hemo-objective-table.h"
#include "hemo-place.h"
#include "hemo-settings.h"

#include <glib/gi18n.h>

struct _HemoCalibratePage
{
  AdwNavigationPage parent_instance;

  HemoDesk *desk;
  char *objective;

  HemoCameras *cameras;
  HemoCamera *camera;
  GCancellable *cancellable;

  /* "live" or "picture". */
  GtkStack *stack;
  HemoImageView *view;
  GtkWidget *take;
  GtkWidget *again;
  GtkLabel *verdict;
  HemoNumberEntry *length;
  GtkWidget *accept;

  /* Of the line that was drawn; 0 before. */
  double pixels;
  HemoCalibration line;
};

G_DEFINE_FINAL_TYPE (HemoCalibratePage, hemo_calibrate_page, ADW_TYPE_NAVIGATION_PAGE)

enum
{
  CALIBRATED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

typedef struct
{
  char *name;
  HemoCalibration line;
} Calibrate;

static void
calibrate_free (gpointer data)
{
  g_free (((Calibrate *)data)->name);
  g_free (data);
}

static gboolean
calibrate_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Calibrate *calibrate = data;

  return hemo_objective_calibrate (txn, calibrate->name, &calibrate->line, error);
}

static void
calibrated_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoCalibratePage) self = data;
  g_autoptr (GError) error = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, NULL, &error))
    {
      hemo_place_show_error (GTK_WIDGET (self), _ ("The Calibration Was Not Saved"), error);
      return;
    }
  hemo_place_toast (GTK_WIDGET (self), _ ("Saved. Pictures from now on are measured with it."));
  g_signal_emit (self, signals[CALIBRATED], 0);
}

static void
accept_cb (HemoCalibratePage *self)
{
  Calibrate *calibrate = g_new (Calibrate, 1);

  *calibrate = (Calibrate){ g_strdup (self->objective), self->line };
  hemo_desk_write_async (self->desk, calibrate_job, calibrate, calibrate_free, NULL, NULL,
                         calibrated_cb, g_object_ref (self));
}

static gboolean
shows_picture (HemoCalibratePage *self)
{
  return g_str_equal (gtk_stack_get_visible_child_name (self->stack), "picture");
}

/* What the line and its length come to, or what is missing. */
static void
judge (HemoCalibratePage *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  double micrometres = 0;
  int width, height;
  gboolean good = FALSE;

  hemo_image_view_get_size (self->view, &width, &height);
  if (!shows_picture (self))
    text = g_strdup (_ ("Lay a stage micrometer under the microscope, focus on its scale and take "
                        "the picture, or open one."));
  else if (self->pixels <= 0)
    text
        = g_strdup (_ ("Draw a line along the scale of the stage micrometer, as long as it goes."));
  else if (!hemo_number_entry_get_value (self->length, &micrometres))
    text = g_strdup_printf (_ ("The line is %.0f pixels long. How many micrometres is it?"),
                            self->pixels);
  else if (hemo_calibration_measure (self->pixels, micrometres, 1, width, height, &self->line,
                                     &error))
    {
      /* Translators: micrometres for each pixel, and their standard uncertainty */
      text = g_strdup_printf (_ ("%.4f µm for each pixel, ± %.4f"),
                              self->line.micrometres_per_pixel, self->line.uncertainty);
      good = TRUE;
    }
  else
    text = hemo_failure_say (error->message);
  gtk_label_set_text (self->verdict, text);
  gtk_widget_set_sensitive (self->accept, good);
}

static void
show (HemoCalibratePage *self, const char *name)
{
  gtk_stack_set_visible_child_name (self->stack, name);
  gtk_widget_set_visible (self->take, !shows_picture (self));
  gtk_widget_set_visible (self->again, shows_picture (self));
  self->pixels = 0;
  judge (self);
}

static void
show_picture (HemoCalibratePage *self, GBytes *bytes)
{
  hemo_image_view_set_bytes (self->view, bytes);
  g_object_set (self->view, "tool", HEMO_VIEW_MEASURE, NULL);
  show (self, "picture");
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

static void
again_cb (HemoCalibratePage *self)
{
  show (self, "live");
  gtk_widget_grab_focus (self->take);
}

static void
measured_cb (HemoImageView *view, double pixels, gpointer data)
{
  HemoCalibratePage *self = data;

  self->pixels = pixels;
  judge (self);
}

static void
state_cb (HemoCalibratePage *self)
{
  gtk_widget_set_sensitive (self->take, hemo_camera_get_state (self->camera) == HEMO_CAMERA_LIVE);
}

static void
taken_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoCalibratePage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoShot) shot = hemo_camera_capture_finish (HEMO_CAMERA (source), result, &error);

  if (shot != NULL)
    show_picture (self, shot->bytes);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    hemo_place_show_error (GTK_WIDGET (self), _ ("No Picture Was Taken"), error);
}

/* Whole, as the fields are captured: a scale holds for pictures of one size. */
static void
take_cb (HemoCalibratePage *self)
{
  hemo_camera_capture_async (self->camera, self->cancellable, taken_cb, g_object_ref (self));
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoCalibratePage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_file_load_bytes_finish (G_FILE (source), result, NULL, &error);

  if (bytes != NULL)
    show_picture (self, bytes);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    hemo_place_show_error (GTK_WIDGET (self), _ ("The Picture Cannot Be Read"), error);
}

static void
chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoCalibratePage) self = data;
  g_autoptr (GFile) file = hemo_chooser_ask_finish (GTK_FILE_DIALOG (source), result, NULL);

  if (file != NULL && self->cancellable != NULL)
    g_file_load_bytes_async (file, self->cancellable, loaded_cb, g_object_ref (self));
}

static void
open_cb (HemoCalibratePage *self)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();

  gtk_file_dialog_set_title (dialog, _ ("Picture of a Stage Micrometer"));
  hemo_chooser_ask_async (dialog, HEMO_CHOOSE_FILE, GTK_WIDGET (self), chosen_cb,
                          g_object_ref (self));
}

static GtkWidget *
add_button (HemoCalibratePage *self, GtkBox *bar, const char *label, GCallback callback)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (label);

  g_signal_connect_object (button, "clicked", callback, self, G_CONNECT_SWAPPED);
  /* A verdict of several lines makes the bar high. */
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_box_append (bar, button);
  return button;
}

static GtkWidget *
make_bar (HemoCalibratePage *self)
{
  GtkBox *bar = GTK_BOX (gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12));
  GtkWidget *label = gtk_label_new_with_mnemonic (_ ("_Length in µm"));

  self->take = add_button (self, bar, _ ("_Take Picture"), G_CALLBACK (take_cb));
  self->again = add_button (self, bar, _ ("Li_ve Picture"), G_CALLBACK (again_cb));
  add_button (self, bar, _ ("_Open a Picture…"), G_CALLBACK (open_cb));
  self->verdict = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (self->verdict, TRUE);
  gtk_label_set_xalign (self->verdict, 0);
  gtk_widget_set_hexpand (GTK_WIDGET (self->verdict), TRUE);
  gtk_box_append (bar, GTK_WIDGET (self->verdict));
  gtk_box_append (bar, label);
  self->length = HEMO_NUMBER_ENTRY (hemo_number_entry_new ());
  hemo_number_entry_set_range (self->length, 0.1, 100000);
  gtk_widget_set_valign (GTK_WIDGET (self->length), GTK_ALIGN_CENTER);
  gtk_label_set_mnemonic_widget (GTK_LABEL (label), GTK_WIDGET (self->length));
  g_signal_connect_object (self->length, "notify::value", G_CALLBACK (judge), self,
                           G_CONNECT_SWAPPED);
  gtk_box_append (bar, GTK_WIDGET (self->length));
  self->accept = add_button (self, bar, _ ("_Save"), G_CALLBACK (accept_cb));
  gtk_widget_add_css_class (self->accept, "suggested-action");
  gtk_widget_add_css_class (GTK_WIDGET (bar), "toolbar");
  return GTK_WIDGET (bar);
}

/* The same camera and size as on the bench. */
static void
follow_camera (HemoCalibratePage *self)
{
  g_autoptr (GSettings) settings = hemo_settings_new ();
  g_autofree char *wanted = g_settings_get_string (settings, "camera");
  guint width, height;

  g_settings_get (settings, "camera-size", "(uu)", &width, &height);
  self->cameras = hemo_cameras_new ();
  self->camera = hemo_camera_new ();
  g_signal_connect_object (self->camera, "notify::state", G_CALLBACK (state_cb), self,
                           G_CONNECT_SWAPPED);
  hemo_camera_prefer_size (self->camera, (int)width, (int)height);
  hemo_camera_follow (self->camera, self->cameras, *wanted != '\0' ? wanted : NULL);
}

static void
hemo_calibrate_page_dispose (GObject *object)
{
  HemoCalibratePage *self = HEMO_CALIBRATE_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->camera);
  g_clear_object (&self->cameras);
  g_clear_object (&self->desk);
  g_clear_pointer (&self->objective, g_free);
  G_OBJECT_CLASS (hemo_calibrate_page_parent_class)->dispose (object);
}

static void
hemo_calibrate_page_class_init (HemoCalibratePageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hemo_calibrate_page_dispose;
  signals[CALIBRATED] = g_signal_new ("calibrated", HEMO_TYPE_CALIBRATE_PAGE, G_SIGNAL_RUN_LAST, 0,
                                      NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hemo_calibrate_page_init (HemoCalibratePage *self)
{
  GtkWidget *toolbar = adw_toolbar_view_new ();
  GtkWidget *live;

  self->cancellable = g_cancellable_new ();
  follow_camera (self);
  live = hemo_camera_view_new (self->camera);
  hemo_camera_view_set_show_focus (HEMO_CAMERA_VIEW (live), TRUE);
  self->view = HEMO_IMAGE_VIEW (hemo_image_view_new ());
  g_object_set (self->view, "label", _ ("Stage micrometer"), NULL);
  g_signal_connect_object (self->view, "measured", G_CALLBACK (measured_cb), self, 0);
  self->stack = GTK_STACK (gtk_stack_new ());
  gtk_widget_set_vexpand (GTK_WIDGET (self->stack), TRUE);
  gtk_stack_add_named (self->stack, live, "live");
  gtk_stack_add_named (self->stack, GTK_WIDGET (self->view), "picture");
  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (toolbar), adw_header_bar_new ());
  adw_toolbar_view_add_bottom_bar (ADW_TOOLBAR_VIEW (toolbar), make_bar (self));
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (toolbar), GTK_WIDGET (self->stack));
  adw_navigation_page_set_child (ADW_NAVIGATION_PAGE (self), toolbar);
  state_cb (self);
  show (self, "live");
}

AdwNavigationPage *
hemo_calibrate_page_new (HemoDesk *desk, const char *objective)
{
  HemoCalibratePage *self = g_object_new (HEMO_TYPE_CALIBRATE_PAGE, NULL);
  /* Translators: the argument is an objective, such as 'x100 oil' */
  g_autofree char *title = g_strdup_printf (_ ("Calibrate %s"), objective);

  self->desk = g_object_ref (desk);
  self->objective = g_strdup (objective);
  adw_navigation_page_set_title (ADW_NAVIGATION_PAGE (self), title);
  return ADW_NAVIGATION_PAGE (self);
}
