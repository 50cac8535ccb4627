/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From the store to the printer, without a file in plain on the way. */

#include "hemo-report-print.h"

#include "hemo-chooser.h"
#include "hemo-files.h"
#include "hemo-place.h"
#include "hemo-print-bytes.h"
#include "hemo-settings.h"

#include <glib/gi18n.h>
#include <gtk/gtkunixprint.h>

/**
 * Job:
 * @widget: weak: the page may be gone when the printer answers
 * @what: of the audit: 'report.print' or 'report.save'
 * @printers: real ones that were found
 */
typedef struct
{
  GWeakRef widget;
  HemoDesk *desk;
  char *specimen;
  char *accession;
  int version;
  const char *what;
  GBytes *pdf;
  guint printers;
} Job;

static void
job_clear (gpointer data)
{
  Job *self = data;

  g_weak_ref_clear (&self->widget);
  g_object_unref (self->desk);
  g_free (self->specimen);
  g_free (self->accession);
  g_clear_pointer (&self->pdf, g_bytes_unref);
}

static Job *
job_ref (Job *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
job_unref (Job *self)
{
  g_atomic_rc_box_release_full (self, job_clear);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Job, job_unref)

static void
fail (Job *self, const GError *error)
{
  g_autoptr (GtkWidget) widget = g_weak_ref_get (&self->widget);

  if (widget != NULL && !g_error_matches (error, GTK_DIALOG_ERROR, GTK_DIALOG_ERROR_DISMISSED)
      && !g_error_matches (error, GTK_DIALOG_ERROR, GTK_DIALOG_ERROR_CANCELLED))
    hemo_place_show_error (widget, _ ("The Report Was Not Printed"), error);
}

/* A portal's dialog stands over a screen that was locked meanwhile. */
static gboolean
is_left (const Job *self)
{
  return hemo_desk_get_session_state (self->desk) != HEMO_SESSION_OPEN;
}

static gboolean
audit_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Job *self = data;
  g_autofree char *detail = g_strdup_printf ("version %d", self->version);

  return hemo_txn_require (txn, HEMO_ACTION_EXPORT, "Specimen", self->specimen, error)
         && hemo_txn_audit (txn, self->what, "Specimen", self->specimen, detail, error);
}

static void
audited_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Job) self = data;
  g_autoptr (GError) error = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, NULL, &error))
    fail (self, error);
}

/* It left this computer: the audit says so. */
static void
done (Job *self, const char *what, const char *words)
{
  g_autoptr (GtkWidget) widget = g_weak_ref_get (&self->widget);

  self->what = what;
  hemo_desk_write_async (self->desk, audit_job, job_ref (self), (GDestroyNotify)job_unref, NULL,
                         NULL, audited_cb, job_ref (self));
  if (widget != NULL)
    hemo_place_toast (widget, words);
}

static void
printed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Job) self = data;
  g_autoptr (GError) error = NULL;

  /* GTK tells of no queue that refuses the job afterwards, so no more is claimed. */
  if (hemo_print_bytes_finish (GTK_PRINT_DIALOG (source), result, &error))
    done (self, "report.print", _ ("Given to the printer's queue. See whether the paper comes."));
  else
    fail (self, error);
}

static void
setup_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GtkPrintDialog *dialog = GTK_PRINT_DIALOG (source);
  g_autoptr (Job) self = data;
  g_autoptr (GError) error = NULL;
  GtkPrintSetup *setup = gtk_print_dialog_setup_finish (dialog, result, &error);
  g_autoptr (GtkWidget) widget = g_weak_ref_get (&self->widget);
  g_autoptr (GSettings) settings = hemo_settings_new ();

  if (setup == NULL)
    {
      fail (self, error);
      return;
    }
  g_settings_set_value (
      settings, "printer",
      gtk_print_settings_to_gvariant (gtk_print_setup_get_print_settings (setup)));
  if (!is_left (self))
    hemo_print_bytes_async (dialog,
                            widget != NULL ? GTK_WINDOW (gtk_widget_get_root (widget)) : NULL,
                            setup, self->pdf, NULL, printed_cb, job_ref (self));
  gtk_print_setup_unref (setup);
}

/* The one that was used last is chosen. */
static void
ask_printer (Job *self)
{
  g_autoptr (GtkPrintDialog) dialog = gtk_print_dialog_new ();
  g_autoptr (GtkWidget) widget = g_weak_ref_get (&self->widget);
  g_autoptr (GSettings) settings = hemo_settings_new ();
  g_autoptr (GVariant) last = g_settings_get_value (settings, "printer");
  g_autoptr (GtkPrintSettings) chosen = gtk_print_settings_new_from_gvariant (last);

  if (widget == NULL)
    return;
  gtk_print_dialog_set_title (dialog, _ ("Print Report"));
  gtk_print_dialog_set_print_settings (dialog, chosen);
  gtk_print_dialog_setup (dialog, GTK_WINDOW (gtk_widget_get_root (widget)),
                          hemo_chooser_get_cancellable (widget), setup_cb, job_ref (self));
}

static void
replaced_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Job) self = data;
  g_autoptr (GError) error = NULL;

  if (g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    done (self, "report.save", _ ("The PDF is saved."));
  else
    fail (self, error);
}

static void
chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Job) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = hemo_chooser_ask_finish (GTK_FILE_DIALOG (source), result, &error);

  if (file != NULL && is_left (self))
    return;
  if (file != NULL)
    g_file_replace_contents_bytes_async (file, self->pdf, NULL, FALSE, G_FILE_CREATE_PRIVATE, NULL,
                                         replaced_cb, job_ref (self));
  else
    fail (self, error);
}

static void
ask_file (Job *self)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();
  g_autoptr (GtkWidget) widget = g_weak_ref_get (&self->widget);
  g_autofree char *name = g_strdup_printf ("%s.pdf", self->accession);

  if (widget == NULL)
    return;
  gtk_file_dialog_set_title (dialog, _ ("Save the Report as PDF"));
  gtk_file_dialog_set_initial_name (dialog, g_strdelimit (name, "/", '-'));
  hemo_chooser_ask_async (dialog, HEMO_CHOOSE_PLACE, widget, chosen_cb, job_ref (self));
}

static void
instead_cb (AdwAlertDialog *dialog, const char *response, gpointer data)
{
  if (g_str_equal (response, "save"))
    ask_file (data);
  else if (g_str_equal (response, "print"))
    ask_printer (data);
}

static void
job_unref_closure (gpointer data, GClosure *closure)
{
  job_unref (data);
}

static void
offer_file (Job *self)
{
  g_autoptr (GtkWidget) widget = g_weak_ref_get (&self->widget);
  AdwDialog *dialog;

  if (widget == NULL)
    return;
  dialog = adw_alert_dialog_new (
      _ ("This Computer Knows No Printer"),
      _ ("The signed report is stored and can be printed at any time. Connect a printer, write the "
         "case to a stick, or save the report as a PDF; a PDF can be read by everybody who has "
         "it."));
  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _ ("_Cancel"), "print",
                                  _ ("_Look for a Printer…"), "save", _ ("_Save as PDF…"), NULL);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "save");
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "cancel");
  g_signal_connect_data (dialog, "response", G_CALLBACK (instead_cb), job_ref (self),
                         job_unref_closure, 0);
  adw_dialog_present (dialog, widget);
}

static gboolean
printer_cb (GtkPrinter *printer, gpointer data)
{
  Job *self = data;

  /* Print-to-file is no printer. */
  if (!gtk_printer_is_virtual (printer))
    self->printers++;
  return self->printers > 0;
}

static void
enumerated_cb (gpointer data)
{
  g_autoptr (Job) self = data;

  if (is_left (self))
    return;
  if (self->printers > 0)
    ask_printer (self);
  else
    offer_file (self);
}

static gboolean
open_work (HemoClinic *clinic,
           HemoSession *session,
           gpointer data,
           gpointer *result,
           GCancellable *cancellable,
           GError **error)
{
  const Job *self = data;

  *result = hemo_clinic_open_report (clinic, session, self->specimen, self->version, error);
  return *result != NULL;
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Job) self = data;
  g_autoptr (GError) error = NULL;
  gpointer out = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, &error))
    {
      fail (self, error);
      return;
    }
  self->pdf = out;
  gtk_enumerate_printers (printer_cb, job_ref (self), enumerated_cb, FALSE);
}

void
hemo_report_print (
    GtkWidget *widget, HemoDesk *desk, const char *specimen, const char *accession, int version)
{
  Job *self = g_atomic_rc_box_new0 (Job);

  g_weak_ref_init (&self->widget, widget);
  self->desk = g_object_ref (desk);
  self->specimen = g_strdup (specimen);
  self->accession = g_strdup (accession);
  self->version = version;
  hemo_desk_run_async (desk, open_work, job_ref (self), (GDestroyNotify)job_unref,
                       (GDestroyNotify)g_bytes_unref, NULL, opened_cb, self);
}
