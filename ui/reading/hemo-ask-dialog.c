/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The question, how urgent it is, and nothing is closed before it is written. */

#include "hemo-ask-dialog.h"

#include "hemo-format.h"
#include "hemo-reading-table.h"

#include <glib/gi18n.h>

struct _HemoAskDialog
{
  AdwDialog parent_instance;

  GtkButton *cancel;
  GtkButton *send;
  GtkLabel *error;
  AdwEntryRow *question;
  AdwComboRow *urgency;

  HemoDesk *desk;
  char *specimen;
  gboolean sending;
};

G_DEFINE_FINAL_TYPE (HemoAskDialog, hemo_ask_dialog, ADW_TYPE_DIALOG)

enum
{
  ASKED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

static char *
dup_question (HemoAskDialog *self)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->question))));
}

static void
changed_cb (HemoAskDialog *self)
{
  g_autofree char *question = dup_question (self);

  gtk_widget_set_sensitive (GTK_WIDGET (self->send), *question != '\0' && !self->sending);
}

static void
set_sending (HemoAskDialog *self, gboolean sending)
{
  self->sending = sending;
  adw_dialog_set_can_close (ADW_DIALOG (self), !sending);
  changed_cb (self);
}

static gboolean
ask_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  HemoReading *reading = data;

  if (!hemo_reading_ask (txn, reading, error))
    return FALSE;
  *result = g_strdup (reading->uuid);
  return TRUE;
}

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoAskDialog) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *uuid = NULL;
  gpointer out = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, &error))
    {
      if (self->send == NULL)
        return;
      set_sending (self, FALSE);
      gtk_label_set_text (self->error, error->message);
      gtk_widget_set_visible (GTK_WIDGET (self->error), TRUE);
      gtk_accessible_announce (GTK_ACCESSIBLE (self), error->message,
                               GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
      return;
    }
  uuid = out;
  g_signal_emit (self, signals[ASKED], 0, uuid);
  adw_dialog_force_close (ADW_DIALOG (self));
}

static void
send_cb (HemoAskDialog *self)
{
  HemoReading *reading;

  if (!gtk_widget_get_sensitive (GTK_WIDGET (self->send)))
    return;
  reading = hemo_reading_new (self->specimen);
  reading->question = dup_question (self);
  reading->urgency = (HemoUrgency)adw_combo_row_get_selected (self->urgency);
  set_sending (self, TRUE);
  hemo_desk_write_async (self->desk, ask_job, reading, (GDestroyNotify)hemo_reading_free, g_free,
                         NULL, asked_cb, g_object_ref (self));
}

static void
cancel_cb (HemoAskDialog *self)
{
  adw_dialog_close (ADW_DIALOG (self));
}

static void
send_action_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  send_cb (HEMO_ASK_DIALOG (widget));
}

static void
hemo_ask_dialog_dispose (GObject *object)
{
  HemoAskDialog *self = HEMO_ASK_DIALOG (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), HEMO_TYPE_ASK_DIALOG);
  g_clear_object (&self->desk);
  g_clear_pointer (&self->specimen, g_free);
  G_OBJECT_CLASS (hemo_ask_dialog_parent_class)->dispose (object);
}

static void
hemo_ask_dialog_class_init (HemoAskDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hemo_ask_dialog_dispose;
  signals[ASKED] = g_signal_new ("asked", HEMO_TYPE_ASK_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_install_action (widget_class, "ask.send", NULL, send_action_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Return, GDK_CONTROL_MASK, "ask.send",
                                       NULL);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/hemogram/Hemogram/reading/hemo-ask-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, HemoAskDialog, cancel);
  gtk_widget_class_bind_template_child (widget_class, HemoAskDialog, send);
  gtk_widget_class_bind_template_child (widget_class, HemoAskDialog, error);
  gtk_widget_class_bind_template_child (widget_class, HemoAskDialog, question);
  gtk_widget_class_bind_template_child (widget_class, HemoAskDialog, urgency);
}

static void
hemo_ask_dialog_init (HemoAskDialog *self)
{
  g_autoptr (GtkStringList) words = gtk_string_list_new (NULL);

  gtk_widget_init_template (GTK_WIDGET (self));
  for (int i = HEMO_URGENCY_ROUTINE; i <= HEMO_URGENCY_STAT; i++)
    gtk_string_list_append (words, hemo_format_urgency ((HemoUrgency)i));
  adw_combo_row_set_model (self->urgency, G_LIST_MODEL (words));
  g_signal_connect_swapped (self->cancel, "clicked", G_CALLBACK (cancel_cb), self);
  g_signal_connect_swapped (self->send, "clicked", G_CALLBACK (send_cb), self);
  g_signal_connect_swapped (self->question, "changed", G_CALLBACK (changed_cb), self);
}

HemoAskDialog *
hemo_ask_dialog_new (HemoDesk *desk, const HemoCase *data)
{
  HemoAskDialog *self = g_object_new (HEMO_TYPE_ASK_DIALOG, NULL);

  self->desk = g_object_ref (desk);
  self->specimen = g_strdup (data->specimen->uuid);
  adw_combo_row_set_selected (self->urgency, (guint)data->order->urgency);
  adw_entry_row_set_max_length (self->question, HEMO_READING_QUESTION_MAX);
  changed_cb (self);
  return self;
}
