/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Renders labels off main, then gives them to the printer or a file. */

#include "hemo-label-printer.h"

#include "hemo-chooser.h"
#include "hemo-clinic-export.h"
#include "hemo-place.h"
#include "hemo-print-bytes.h"
#include "hemo-settings.h"

#include <glib/gi18n.h>

typedef struct
{
  GWeakRef parent;
  HemoDesk *desk;
  char **specimens;
  HemoLabelSize size;
  char *name;
  GBytes *pdf;
} Job;

static Job *
job_new (GtkWidget *parent, HemoDesk *desk, const char *const *specimens, HemoLabelSize size)
{
  Job *self = g_new0 (Job, 1);

  g_weak_ref_init (&self->parent, parent);
  self->desk = g_object_ref (desk);
  self->specimens = g_strdupv ((char **)specimens);
  self->size = size;
  return self;
}

static void
job_free (Job *self)
{
  g_weak_ref_clear (&self->parent);
  g_object_unref (self->desk);
  g_strfreev (self->specimens);
  g_free (self->name);
  g_clear_pointer (&self->pdf, g_bytes_unref);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Job, job_free)

/* A portal's dialog stands over a screen that was locked meanwhile, and an answer may come after.
 */
static gboolean
is_left (const Job *self)
{
  return hemo_desk_get_session_state (self->desk) != HEMO_SESSION_OPEN;
}

/* Who closed a dialog knows that nothing came of it. */
static void
say (Job *self, const char *heading, const GError *error)
{
  g_autoptr (GtkWidget) parent = g_weak_ref_get (&self->parent);

  if (parent != NULL && !g_error_matches (error, GTK_DIALOG_ERROR, GTK_DIALOG_ERROR_DISMISSED)
      && !g_error_matches (error, GTK_DIALOG_ERROR, GTK_DIALOG_ERROR_CANCELLED))
    hemo_place_show_error (parent, heading, error);
}

static gboolean
render_work (HemoClinic *clinic,
             HemoSession *session,
             gpointer data,
             gpointer *result,
             GCancellable *cancellable,
             GError **error)
{
  Job *job = data;

  *result = hemo_clinic_render_labels (clinic, session, (const char *const *)job->specimens,
                                       job->size, 1, 0, error);
  return *result != NULL;
}

static GtkWindow *
window_of (GtkWidget *widget)
{
  return GTK_WINDOW (gtk_widget_get_ancestor (widget, GTK_TYPE_WINDOW));
}

static void
printed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Job) job = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GtkWidget) parent = g_weak_ref_get (&job->parent);

  if (!hemo_print_bytes_finish (GTK_PRINT_DIALOG (source), result, &error))
    say (job, _ ("The Label Was Not Printed"), error);
  else if (parent != NULL)
    hemo_place_toast (parent, _ ("The label was sent to the printer."));
}

static void
print_rendered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Job) job = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GtkPrintDialog) dialog = NULL;
  g_autoptr (GtkWidget) parent = g_weak_ref_get (&job->parent);
  gpointer pdf = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, &pdf, &error))
    {
      say (job, _ ("The Label Was Not Made"), error);
      return;
    }
  job->pdf = pdf;
  if (parent == NULL || window_of (parent) == NULL || is_left (job))
    return;
  dialog = gtk_print_dialog_new ();
  gtk_print_dialog_set_title (dialog, _ ("Print Label"));
  hemo_print_bytes_async (dialog, window_of (parent), NULL, pdf,
                          hemo_chooser_get_cancellable (parent), printed_cb,
                          g_steal_pointer (&job));
}

void
hemo_label_printer_print (GtkWidget *parent,
                          HemoDesk *desk,
                          const char *const *specimens,
                          HemoLabelSize size)
{
  /* The work has its own, as it may outlast the answer. */
  hemo_desk_run_async (desk, render_work, job_new (parent, desk, specimens, size),
                       (GDestroyNotify)job_free, (GDestroyNotify)g_bytes_unref, NULL,
                       print_rendered_cb, job_new (parent, desk, specimens, size));
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Job) job = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GtkWidget) parent = g_weak_ref_get (&job->parent);

  if (!g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    say (job, _ ("The Label Was Not Saved"), error);
  else if (parent != NULL)
    hemo_place_toast (parent, _ ("The label was saved."));
}

static void
place_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Job) job = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = hemo_chooser_ask_finish (GTK_FILE_DIALOG (source), result, &error);
  GBytes *pdf = job->pdf;

  if (file == NULL)
    {
      say (job, _ ("The Label Was Not Saved"), error);
      return;
    }
  if (!is_left (job))
    g_file_replace_contents_bytes_async (file, pdf, NULL, FALSE, G_FILE_CREATE_PRIVATE, NULL,
                                         written_cb, g_steal_pointer (&job));
}

static void
save_rendered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Job) job = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GtkFileDialog) dialog = NULL;
  g_autoptr (GtkWidget) parent = g_weak_ref_get (&job->parent);
  gpointer pdf = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, &pdf, &error))
    {
      say (job, _ ("The Label Was Not Made"), error);
      return;
    }
  job->pdf = pdf;
  if (parent == NULL || window_of (parent) == NULL || is_left (job))
    return;
  dialog = gtk_file_dialog_new ();
  gtk_file_dialog_set_title (dialog, _ ("Save Label"));
  gtk_file_dialog_set_initial_name (dialog, job->name);
  hemo_chooser_ask_async (dialog, HEMO_CHOOSE_PLACE, parent, place_cb, g_steal_pointer (&job));
}

void
hemo_label_printer_save (GtkWidget *parent,
                         HemoDesk *desk,
                         const char *const *specimens,
                         HemoLabelSize size,
                         const char *name)
{
  Job *answer = job_new (parent, desk, specimens, size);

  answer->name = g_strdup (name);
  hemo_desk_run_async (desk, render_work, job_new (parent, desk, specimens, size),
                       (GDestroyNotify)job_free, (GDestroyNotify)g_bytes_unref, NULL,
                       save_rendered_cb, answer);
}

HemoLabelSize
hemo_label_size_get (void)
{
  g_autoptr (GSettings) settings = hemo_settings_new ();
  g_autofree char *code = g_settings_get_string (settings, "label-size");
  HemoLabelSize size = HEMO_LABEL_50X25;

  hemo_label_size_from_code (code, &size, NULL);
  return size;
}

static void
chosen_cb (GtkDropDown *choice)
{
  g_autoptr (GSettings) settings = hemo_settings_new ();
  HemoLabelSize size
      = (HemoLabelSize)MIN (gtk_drop_down_get_selected (choice), HEMO_LABEL_SIZES - 1);

  g_settings_set_string (settings, "label-size", hemo_label_size_to_code (size));
}

void
hemo_label_size_bind (GtkDropDown *choice)
{
  const char *const sizes[] = { _ ("50 × 25 mm"), _ ("40 × 20 mm"), _ ("A4, 3 × 8 labels"), NULL };
  g_autoptr (GtkStringList) list = gtk_string_list_new (sizes);

  gtk_drop_down_set_model (choice, G_LIST_MODEL (list));
  gtk_drop_down_set_selected (choice, hemo_label_size_get ());
  g_signal_connect (choice, "notify::selected", G_CALLBACK (chosen_cb), NULL);
}
