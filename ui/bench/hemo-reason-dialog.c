/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A question that wants a reason. */

#include "hemo-reason-dialog.h"

#include <glib/gi18n.h>

typedef struct
{
  HemoReasonGiven given;
  GObject *data;
  GtkWidget *entry;
} Question;

static void
question_free (gpointer data, GClosure *closure)
{
  Question *self = data;

  g_object_unref (self->data);
  g_free (self);
}

static void
response_cb (AdwAlertDialog *dialog, const char *response, gpointer data)
{
  Question *self = data;
  g_autofree char *reason
      = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->entry))));

  if (g_str_equal (response, "do") && *reason != '\0')
    self->given (reason, self->data);
}

static void
changed_cb (GtkEditable *entry, gpointer dialog)
{
  g_autofree char *reason = g_strstrip (g_strdup (gtk_editable_get_text (entry)));

  adw_alert_dialog_set_response_enabled (dialog, "do", *reason != '\0');
}

void
hemo_reason_dialog_ask (GtkWidget *parent,
                        const char *heading,
                        const char *body,
                        const char *action,
                        HemoReasonGiven given,
                        gpointer data)
{
  AdwDialog *dialog = adw_alert_dialog_new (heading, body);
  AdwAlertDialog *alert = ADW_ALERT_DIALOG (dialog);
  Question *self = g_new0 (Question, 1);

  self->given = given;
  self->data = g_object_ref (data);
  self->entry = gtk_entry_new ();
  gtk_entry_set_activates_default (GTK_ENTRY (self->entry), TRUE);
  /* Room for a sentence, and for the heading in one line: libadwaita measures it so. */
  gtk_editable_set_width_chars (GTK_EDITABLE (self->entry), 36);
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->entry), _ ("Reason"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Reason"), -1);
  adw_alert_dialog_set_extra_child (alert, self->entry);
  adw_alert_dialog_add_responses (alert, "cancel", _ ("_Cancel"), "do", action, NULL);
  adw_alert_dialog_set_response_appearance (alert, "do", ADW_RESPONSE_SUGGESTED);
  adw_alert_dialog_set_response_enabled (alert, "do", FALSE);
  adw_alert_dialog_set_default_response (alert, "do");
  adw_alert_dialog_set_close_response (alert, "cancel");
  g_signal_connect (self->entry, "changed", G_CALLBACK (changed_cb), dialog);
  g_signal_connect_data (dialog, "response", G_CALLBACK (response_cb), self, question_free, 0);
  adw_dialog_present (dialog, parent);
}
