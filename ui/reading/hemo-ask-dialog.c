/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The question, how urgent it is, and nothing is closed before it is written. */

#include "hemo-ask-dialog.h"

#include "hemo-dialog-draft.h"
#include "hemo-draft-table.h"
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
  HemoDialogDraft *draft;
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
  hemo_dialog_draft_set_busy (self->draft, sending);
  changed_cb (self);
}

/* (transfer full) */
static char *
name_draft (const char *specimen)
{
  return g_strconcat ("ask:", specimen, NULL);
}

/* What was typed is no draft any more once it is sent, however this ends. */
static gboolean
ask_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  HemoReading *reading = data;
  g_autofree char *form = name_draft (reading->specimen);

  if (!hemo_reading_ask (txn, reading, error) || !hemo_draft_save (txn, form, NULL, error))
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
      gtk_widget_add_css_class (GTK_WIDGET (self->error), "error");
      gtk_widget_set_visible (GTK_WIDGET (self->error), TRUE);
      gtk_accessible_announce (GTK_ACCESSIBLE (self), error->message,
                               GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
      return;
    }
  uuid = out;
  g_signal_emit (self, signals[ASKED], 0, uuid);
  /* Unless a lock closed it meanwhile. */
  if (self->draft != NULL)
    hemo_dialog_draft_close (self->draft);
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

  g_clear_object (&self->draft);
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
  g_autofree char *form = NULL;

  self->desk = g_object_ref (desk);
  self->specimen = g_strdup (data->specimen->uuid);
  adw_combo_row_set_selected (self->urgency, (guint)data->order->urgency);
  adw_entry_row_set_max_length (self->question, HEMO_READING_QUESTION_MAX);
  changed_cb (self);
  form = name_draft (self->specimen);
  self->draft = hemo_dialog_draft_new (ADW_DIALOG (self), desk, form, self->error);
  hemo_dialog_draft_add (self->draft, "question", GTK_WIDGET (self->question), "text");
  hemo_dialog_draft_add (self->draft, "urgency", GTK_WIDGET (self->urgency), "selected");
  hemo_dialog_draft_start (self->draft);
  return self;
}
