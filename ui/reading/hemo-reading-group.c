/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A group of rows, the newest question first. */

#include "hemo-reading-group.h"

#include "hemo-ask-dialog.h"
#include "hemo-place.h"
#include "hemo-reading-table.h"
#include "hemo-reading-words.h"
#include "hemo-reason-dialog.h"

#include <glib/gi18n.h>

struct _HemoReadingGroup
{
  AdwBin parent_instance;

  AdwPreferencesGroup *group;
  GtkWidget *ask;
  GPtrArray *rows;

  HemoDesk *desk;
  HemoCase *asked;
  /* The question that is being taken back: its row may be made anew meanwhile. */
  char *cancelling;
};

G_DEFINE_FINAL_TYPE (HemoReadingGroup, hemo_reading_group, ADW_TYPE_BIN)

typedef struct
{
  char *uuid;
  char *reason;
} Cancel;

static void
cancel_free (gpointer data)
{
  Cancel *self = data;

  g_free (self->uuid);
  g_free (self->reason);
  g_free (self);
}

static gboolean
cancel_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Cancel *cancel = data;

  return hemo_reading_cancel (txn, cancel->uuid, cancel->reason, error);
}

static void
cancelled_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoReadingGroup) self = data;
  g_autoptr (GError) error = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, NULL, &error))
    hemo_place_show_error (GTK_WIDGET (self), _ ("The Question Was Not Taken Back"), error);
  else
    hemo_place_toast (GTK_WIDGET (self), _ ("The question is taken back."));
}

static void
cancel_reading (HemoReadingGroup *self, const char *uuid, const char *reason)
{
  Cancel *cancel = g_new0 (Cancel, 1);

  cancel->uuid = g_strdup (uuid);
  cancel->reason = g_strdup (reason);
  hemo_desk_write_async (self->desk, cancel_job, cancel, cancel_free, NULL, NULL, cancelled_cb,
                         g_object_ref (self));
}

static void
reason_cb (const char *reason, gpointer data)
{
  HemoReadingGroup *self = data;

  cancel_reading (self, self->cancelling, reason);
}

static void
cancel_cb (HemoReadingGroup *self, GtkButton *button)
{
  g_set_str (&self->cancelling, gtk_widget_get_name (GTK_WIDGET (button)));
  hemo_reason_dialog_ask (GTK_WIDGET (self), _ ("Take the Question Back?"),
                          _ ("The pathologist sees that it was taken back, and why."),
                          _ ("_Take Back"), reason_cb, self);
}

/* Of one that was just asked. */
typedef struct
{
  GWeakRef group;
  char *uuid;
} Asked;

static void
asked_free (gpointer data)
{
  Asked *self = data;

  g_weak_ref_clear (&self->group);
  g_free (self->uuid);
  g_free (self);
}

static void
undo_cb (gpointer data)
{
  Asked *asked = data;
  g_autoptr (HemoReadingGroup) self = g_weak_ref_get (&asked->group);

  if (self != NULL)
    cancel_reading (self, asked->uuid, _ ("Taken back at once"));
}

static void
asked_cb (HemoReadingGroup *self, const char *uuid)
{
  Asked *asked = g_new0 (Asked, 1);

  g_weak_ref_init (&asked->group, self);
  asked->uuid = g_strdup (uuid);
  hemo_place_toast_undo (GTK_WIDGET (self),
                         _ ("The question is saved and goes to the pathologist with the case."),
                         undo_cb, asked, asked_free);
}

static void
ask_cb (HemoReadingGroup *self)
{
  HemoAskDialog *dialog;

  if (self->asked == NULL || !gtk_widget_get_visible (self->ask)
      || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  dialog = hemo_ask_dialog_new (self->desk, self->asked);
  g_signal_connect_object (dialog, "asked", G_CALLBACK (asked_cb), self, G_CONNECT_SWAPPED);
  adw_dialog_present (ADW_DIALOG (dialog), GTK_WIDGET (self));
}

static gboolean
ask_key_cb (GtkWidget *widget, GVariant *arguments, gpointer data)
{
  if (!gtk_widget_get_mapped (widget))
    return GDK_EVENT_PROPAGATE;
  ask_cb (HEMO_READING_GROUP (widget));
  return GDK_EVENT_STOP;
}

static GtkWidget *
add_row (HemoReadingGroup *self, const char *title, const char *subtitle)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_set_subtitle_selectable (ADW_ACTION_ROW (row), TRUE);
  adw_preferences_group_add (self->group, row);
  g_ptr_array_add (self->rows, row);
  return row;
}

static void
add_question (HemoReadingGroup *self, const HemoReading *reading)
{
  g_autofree char *who = hemo_reading_who (reading->asked_by_name, reading->asked_at);
  g_autofree char *in_hand
      = reading->state == HEMO_READING_ACCEPTED ? hemo_reading_in_hand (reading) : NULL;
  /* Translators: state of a question to the pathologist; who asked and when */
  g_autofree char *state = g_strdup_printf (
      _ ("%s · asked by %s"), in_hand != NULL ? in_hand : hemo_reading_state_words (reading), who);
  GtkWidget *row = add_row (self, reading->question, state);
  GtkWidget *button;

  if (!hemo_reading_is_open (reading) || !hemo_desk_may (self->desk, HEMO_ACTION_READING_ASK))
    return;
  button = gtk_button_new_from_icon_name ("edit-undo-symbolic");
  gtk_widget_set_name (button, reading->uuid);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _ ("Take the Question Back…"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Take the Question Back…"), -1);
  g_signal_connect_object (button, "clicked", G_CALLBACK (cancel_cb), self, G_CONNECT_SWAPPED);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
}

/* An answer, or why there is none. */
static void
add_answer (HemoReadingGroup *self, const HemoReading *reading)
{
  const char *text = reading->state == HEMO_READING_COMPLETED ? reading->answer : reading->reason;
  g_autofree char *who = NULL;

  if (text == NULL)
    return;
  who = hemo_reading_who (reading->reader_name, reading->changed_at);
  add_row (self, text, who);
}

static void
clear (HemoReadingGroup *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->group, g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
}

/* What the dialog needs of the case, which may be read anew while it is open. */
static void
keep_case (HemoReadingGroup *self, const HemoCase *data)
{
  g_clear_pointer (&self->asked, hemo_case_free);
  self->asked = hemo_case_new ();
  self->asked->specimen = hemo_specimen_copy (data->specimen);
  self->asked->order = hemo_order_copy (data->order);
}

void
hemo_reading_group_show (HemoReadingGroup *self, HemoDesk *desk, const HemoCase *data)
{
  gboolean open = FALSE;

  g_set_object (&self->desk, desk);
  keep_case (self, data);
  clear (self);
  for (guint i = data->readings->len; i > 0; i--)
    {
      const HemoReading *reading = g_ptr_array_index (data->readings, i - 1);

      open = open || hemo_reading_is_open (reading);
      add_question (self, reading);
      add_answer (self, reading);
    }
  gtk_widget_set_visible (self->ask, !open && data->reports->len > 0
                                         && data->specimen->rejection == HEMO_REJECTION_NONE
                                         && !hemo_case_is_withdrawn (data)
                                         && hemo_desk_may (desk, HEMO_ACTION_READING_ASK));
  gtk_widget_set_visible (GTK_WIDGET (self),
                          data->readings->len > 0 || gtk_widget_get_visible (self->ask));
}

static void
hemo_reading_group_dispose (GObject *object)
{
  HemoReadingGroup *self = HEMO_READING_GROUP (object);

  g_clear_object (&self->desk);
  g_clear_pointer (&self->asked, hemo_case_free);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->cancelling, g_free);
  G_OBJECT_CLASS (hemo_reading_group_parent_class)->dispose (object);
}

static void
hemo_reading_group_class_init (HemoReadingGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hemo_reading_group_dispose;
}

static void
hemo_reading_group_init (HemoReadingGroup *self)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();

  self->rows = g_ptr_array_new ();
  self->group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  adw_preferences_group_set_title (self->group, _ ("Pathologist"));
  self->ask = gtk_button_new_with_mnemonic (_ ("Send to the Pa_thologist…"));
  gtk_widget_set_tooltip_text (self->ask, _ ("Ask a Pathologist to Read This Case (Ctrl+T)"));
  g_signal_connect_swapped (self->ask, "clicked", G_CALLBACK (ask_cb), self);
  adw_preferences_group_set_header_suffix (self->group, self->ask);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->group));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  gtk_shortcut_controller_set_scope (GTK_SHORTCUT_CONTROLLER (keys), GTK_SHORTCUT_SCOPE_GLOBAL);
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (keys),
      gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_t, GDK_CONTROL_MASK),
                        gtk_callback_action_new (ask_key_cb, NULL, NULL)));
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}
