/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A question with a reason, that cannot be taken back. */

#include "hemo-rejection-dialog.h"

#include "hemo-format.h"

#include <glib/gi18n.h>

typedef struct
{
  HemoRejectionChosen chosen;
  GObject *data;
  AdwComboRow *reason;
  GtkEditable *note;
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
  HemoRejection reason;
  g_autofree char *note = NULL;

  if (!g_str_equal (response, "reject"))
    return;
  reason = (HemoRejection)(adw_combo_row_get_selected (self->reason) + 1);
  note = g_strstrip (g_strdup (gtk_editable_get_text (self->note)));
  self->chosen (reason, note[0] != '\0' ? note : NULL, self->data);
}

static GtkWidget *
make_fields (Question *self)
{
  GtkWidget *group = adw_preferences_group_new ();
  g_autoptr (GtkStringList) reasons = gtk_string_list_new (NULL);

  for (int i = HEMO_REJECTION_CLOTTED; i <= HEMO_REJECTION_OTHER; i++)
    gtk_string_list_append (reasons, hemo_format_rejection ((HemoRejection)i));
  self->reason = ADW_COMBO_ROW (adw_combo_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->reason), _ ("Reason"));
  adw_combo_row_set_model (self->reason, G_LIST_MODEL (reasons));
  self->note = GTK_EDITABLE (adw_entry_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->note), _ ("More in words"));
  /* Room for the heading in one line: libadwaita measures it so. */
  gtk_editable_set_width_chars (self->note, 32);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), GTK_WIDGET (self->reason));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), GTK_WIDGET (self->note));
  return group;
}

void
hemo_rejection_dialog_ask (GtkWidget *parent, HemoRejectionChosen chosen, GObject *data)
{
  AdwDialog *dialog = adw_alert_dialog_new (
      _ ("Reject the Specimen?"),
      _ ("It keeps its number, and the report says why. A rejection is not taken back: ask for a "
         "new specimen."));
  Question *self = g_new0 (Question, 1);

  self->chosen = chosen;
  self->data = g_object_ref (data);
  adw_alert_dialog_set_extra_child (ADW_ALERT_DIALOG (dialog), make_fields (self));
  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _ ("_Cancel"), "reject",
                                  _ ("_Reject"), NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "reject",
                                            ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "cancel");
  g_signal_connect_data (dialog, "response", G_CALLBACK (response_cb), self, question_free, 0);
  adw_dialog_present (dialog, parent);
}
