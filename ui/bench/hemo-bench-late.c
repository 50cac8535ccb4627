/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Who came back from a locked screen may have another slide under the microscope than the one whose
 * case lies on the bench: nothing is taken for its patient's that nobody saw come. */

#include "hemo-bench-late.h"

#include "hemo-capture.h"

#include <glib/gi18n.h>
#include <string.h>

#define KEY "hemo-bench-late"

/* Of a bench. */
typedef struct
{
  AdwBanner *banner;
  /* Where the bench lies; what is told when it has gone is told there. */
  GtkWidget *view;
  /* What is asked about; more may come while it is asked. */
  guint pictures;
  AdwDialog *dialog;
} Late;

static void
show (Late *self, const char *title)
{
  gtk_widget_set_visible (GTK_WIDGET (self->banner), title != NULL);
  adw_banner_set_title (self->banner, title != NULL ? title : "");
  adw_banner_set_revealed (self->banner, title != NULL);
}

/* A lock closes the question, which still stands after it. */
static void
answered_cb (HemoBench *bench, const char *response)
{
  Late *self = g_object_get_data (G_OBJECT (bench), KEY);
  HemoCapture *capture = hemo_bench_case_get_capture (hemo_bench_get_case (bench));
  const gboolean take = strcmp (response, "take") == 0;

  self->dialog = NULL;
  if (hemo_desk_get_session_state (hemo_place_get_desk (HEMO_PLACE (bench))) != HEMO_SESSION_OPEN)
    return;
  show (self, NULL);
  gtk_widget_child_focus (GTK_WIDGET (bench), GTK_DIR_TAB_FORWARD);
  hemo_capture_take_late (capture, take);
  if (!take)
    hemo_place_toast (GTK_WIDGET (bench),
                      _ ("They stay in the folder. “Open Files…” brings them in."));
}

/* (transfer full) */
static char *
word_question (HemoBench *bench, guint pictures)
{
  const HemoCase *data = hemo_bench_case_get (hemo_bench_get_case (bench));
  g_autofree char *name = hemo_patient_display_name (data->patient);

  return g_strdup_printf (
      /* Translators: a number, then a specimen number and the patient's name */
      ngettext ("%u picture came from the microscope’s program while the screen was locked. Bring "
                "it in only if it is of %s, %s.",
                "%u pictures came from the microscope’s program while the screen was locked. Bring "
                "them in only if they are of %s, %s.",
                pictures),
      pictures, data->specimen->accession, name);
}

static void
ask_cb (HemoBench *bench)
{
  Late *self = g_object_get_data (G_OBJECT (bench), KEY);
  g_autofree char *text = word_question (bench, self->pictures);

  if (self->dialog != NULL)
    return;
  self->dialog = adw_alert_dialog_new (_ ("Pictures of This Case?"), text);
  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (self->dialog), "leave",
                                  _ ("_Leave in the Folder"), "take", _ ("_Bring In"), NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (self->dialog), "take",
                                            ADW_RESPONSE_SUGGESTED);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (self->dialog), "leave");
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (self->dialog), "leave");
  g_signal_connect_object (self->dialog, "response", G_CALLBACK (answered_cb), bench,
                           G_CONNECT_SWAPPED);
  adw_dialog_present (self->dialog, GTK_WIDGET (bench));
}

/* They come a moment after the lock, when somebody may be counting or typing: a banner takes no
 * key and no focus, and whoever has a hand free asks for the question. */
static void
late_cb (HemoBench *bench, guint pictures)
{
  Late *self = g_object_get_data (G_OBJECT (bench), KEY);
  g_autofree char *title = g_strdup_printf (
      ngettext ("%u picture came while the screen was locked and is in no case yet",
                "%u pictures came while the screen was locked and are in no case yet", pictures),
      pictures);
  g_autofree char *text = word_question (bench, pictures);

  self->pictures = pictures;
  if (self->dialog != NULL)
    adw_alert_dialog_set_body (ADW_ALERT_DIALOG (self->dialog), text);
  show (self, title);
  gtk_accessible_announce (GTK_ACCESSIBLE (bench), title,
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

/* Another folder is watched, or the case leaves the bench. */
static void
left_cb (HemoBench *bench, guint pictures, const char *folder)
{
  Late *self = g_object_get_data (G_OBJECT (bench), KEY);
  AdwDialog *dialog = g_steal_pointer (&self->dialog);
  g_autofree char *text = g_strdup_printf (
      /* Translators: a number, then the name of a folder */
      ngettext ("%u picture stays in the folder %s; it belongs to no case.",
                "%u pictures stay in the folder %s; they belong to no case.", pictures),
      pictures, folder);

  if (dialog != NULL)
    {
      g_signal_handlers_disconnect_by_func (dialog, answered_cb, bench);
      adw_dialog_force_close (dialog);
    }
  show (self, NULL);
  if (self->view != NULL)
    hemo_place_toast (self->view, text);
}

/* Pages that are pushed over it leave it where it is. */
static void
parent_cb (HemoBench *bench)
{
  Late *self = g_object_get_data (G_OBJECT (bench), KEY);
  GtkWidget *view = gtk_widget_get_parent (GTK_WIDGET (bench));

  if (view != NULL)
    g_set_weak_pointer (&self->view, view);
  else
    hemo_capture_leave_late (hemo_bench_case_get_capture (hemo_bench_get_case (bench)));
}

static void
late_free (gpointer data)
{
  Late *self = data;

  g_clear_weak_pointer (&self->view);
  g_free (self);
}

void
hemo_bench_late_attach (HemoBench *bench, AdwBanner *banner)
{
  HemoCapture *capture = hemo_bench_case_get_capture (hemo_bench_get_case (bench));
  Late *self = g_new0 (Late, 1);

  self->banner = banner;
  g_object_set_data_full (G_OBJECT (bench), KEY, self, late_free);
  g_signal_connect_object (banner, "button-clicked", G_CALLBACK (ask_cb), bench, G_CONNECT_SWAPPED);
  g_signal_connect_object (capture, "late", G_CALLBACK (late_cb), bench, G_CONNECT_SWAPPED);
  g_signal_connect_object (capture, "late-left", G_CALLBACK (left_cb), bench, G_CONNECT_SWAPPED);
  g_signal_connect (bench, "notify::parent", G_CALLBACK (parent_cb), NULL);
}
