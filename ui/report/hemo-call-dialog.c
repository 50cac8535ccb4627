/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Asks who, when and whether it was read back, and writes it before it closes. */

#include "hemo-call-dialog.h"

#include "hemo-clock-text.h"
#include "hemo-dialog-draft.h"
#include "hemo-draft-table.h"
#include "hemo-finding-table.h"
#include "hemo-format.h"

#include <glib/gi18n.h>

struct _HemoCallDialog
{
  AdwDialog parent_instance;

  GtkButton *cancel;
  GtkButton *record;
  GtkLabel *error;
  AdwPreferencesGroup *values;
  AdwEntryRow *told;
  AdwEntryRow *at;
  AdwActionRow *read_back_row;
  GtkCheckButton *read_back;
  GtkCheckButton *not_reached;

  HemoDesk *desk;
  char *specimen;
  HemoDialogDraft *draft;
  /* (element-type GtkCheckButton): each named as the line that it tells */
  GPtrArray *checks;
};

G_DEFINE_FINAL_TYPE (HemoCallDialog, hemo_call_dialog, ADW_TYPE_DIALOG)

enum
{
  RECORDED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

static void
say (HemoCallDialog *self, const char *text)
{
  gtk_label_set_text (self->error, text);
  gtk_widget_add_css_class (GTK_WIDGET (self->error), "error");
  gtk_widget_set_visible (GTK_WIDGET (self->error), TRUE);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), text, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
}

/* Labels of what was ticked, as the report compares them. */
static char *
join_values (HemoCallDialog *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) labels = NULL;

  for (guint i = 0; i < self->checks->len; i++)
    if (gtk_check_button_get_active (self->checks->pdata[i]))
      g_strv_builder_add (builder, gtk_widget_get_name (self->checks->pdata[i]));
  labels = g_strv_builder_end (builder);
  return g_strjoinv (", ", labels);
}

static void
check_cb (HemoCallDialog *self)
{
  const char *told = gtk_editable_get_text (GTK_EDITABLE (self->told));
  g_autofree char *values = join_values (self);
  g_autofree char *stripped = g_strstrip (g_strdup (told));

  gtk_widget_set_sensitive (GTK_WIDGET (self->record), *stripped != '\0' && *values != '\0');
}

/* An attempt is told as one. */
static void
reached_cb (HemoCallDialog *self)
{
  gboolean reached = !gtk_check_button_get_active (self->not_reached);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->told),
                                 reached ? _ ("_Who was told") : _ ("_Who was tried"));
  gtk_widget_set_sensitive (GTK_WIDGET (self->read_back_row), reached);
}

/* (transfer full) */
static char *
name_draft (const char *specimen)
{
  return g_strconcat ("call:", specimen, NULL);
}

/* What was typed is no draft any more once it is saved, however this ends. */
static gboolean
save_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  HemoCriticalCall *call = data;
  g_autofree char *form = name_draft (call->specimen);

  return hemo_critical_call_save (txn, call, error) && hemo_draft_save (txn, form, NULL, error);
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoCallDialog) self = data;
  g_autoptr (GError) error = NULL;
  gboolean done = hemo_desk_finish (HEMO_DESK (source), result, NULL, &error);

  /* A lock closed it meanwhile. */
  if (self->draft == NULL)
    return;
  hemo_dialog_draft_set_busy (self->draft, FALSE);
  if (done)
    {
      g_signal_emit (self, signals[RECORDED], 0);
      hemo_dialog_draft_close (self->draft);
      return;
    }
  check_cb (self);
  say (self, error->message);
}

static void
record_cb (HemoCallDialog *self)
{
  HemoCriticalCall *call = NULL;
  HemoTime at = { 0 };

  if (!hemo_clock_text_parse_past (gtk_editable_get_text (GTK_EDITABLE (self->at)),
                                   hemo_time_now (), &at))
    {
      say (self, _ ("The time is not understood. Write hours and minutes, as 14:05."));
      gtk_widget_grab_focus (GTK_WIDGET (self->at));
      return;
    }
  call = hemo_critical_call_new (self->specimen);
  call->analytes = join_values (self);
  call->told = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->told))));
  call->not_reached = gtk_check_button_get_active (self->not_reached);
  call->read_back = !call->not_reached && gtk_check_button_get_active (self->read_back);
  call->at = at;
  gtk_widget_set_sensitive (GTK_WIDGET (self->record), FALSE);
  hemo_dialog_draft_set_busy (self->draft, TRUE);
  hemo_desk_write_async (self->desk, save_job, call, (GDestroyNotify)hemo_critical_call_free, NULL,
                         NULL, saved_cb, g_object_ref (self));
}

static void
add_value (HemoCallDialog *self, const HemoLine *line)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *check = gtk_check_button_new ();
  g_autofree char *value = hemo_format_line_value (line);
  g_autofree char *text = hemo_format_value (value, line->ucum);
  GtkWidget *result = gtk_label_new (text);

  gtk_widget_set_name (check, line->label);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), TRUE);
  gtk_widget_set_valign (check, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (result, "numeric");
  gtk_widget_add_css_class (result, "heading");
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ (line->label));
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), check);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), result);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), check);
  gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ (line->label), -1);
  g_ptr_array_add (self->checks, check);
  g_signal_connect_object (check, "toggled", G_CALLBACK (check_cb), self, G_CONNECT_SWAPPED);
  adw_preferences_group_add (self->values, row);
}

static void
record_action_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  HemoCallDialog *self = HEMO_CALL_DIALOG (widget);

  if (gtk_widget_get_sensitive (GTK_WIDGET (self->record)))
    record_cb (self);
}

static void
cancel_cb (HemoCallDialog *self)
{
  adw_dialog_close (ADW_DIALOG (self));
}

static void
hemo_call_dialog_dispose (GObject *object)
{
  HemoCallDialog *self = HEMO_CALL_DIALOG (object);

  g_clear_object (&self->draft);
  gtk_widget_dispose_template (GTK_WIDGET (self), HEMO_TYPE_CALL_DIALOG);
  g_clear_object (&self->desk);
  g_clear_pointer (&self->specimen, g_free);
  g_clear_pointer (&self->checks, g_ptr_array_unref);
  G_OBJECT_CLASS (hemo_call_dialog_parent_class)->dispose (object);
}

static void
hemo_call_dialog_class_init (HemoCallDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hemo_call_dialog_dispose;
  signals[RECORDED] = g_signal_new ("recorded", HEMO_TYPE_CALL_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL,
                                    NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_install_action (widget_class, "call.record", NULL, record_action_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Return, GDK_CONTROL_MASK,
                                       "call.record", NULL);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/hemogram/Hemogram/report/hemo-call-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, HemoCallDialog, cancel);
  gtk_widget_class_bind_template_child (widget_class, HemoCallDialog, record);
  gtk_widget_class_bind_template_child (widget_class, HemoCallDialog, error);
  gtk_widget_class_bind_template_child (widget_class, HemoCallDialog, values);
  gtk_widget_class_bind_template_child (widget_class, HemoCallDialog, told);
  gtk_widget_class_bind_template_child (widget_class, HemoCallDialog, at);
  gtk_widget_class_bind_template_child (widget_class, HemoCallDialog, read_back_row);
  gtk_widget_class_bind_template_child (widget_class, HemoCallDialog, read_back);
  gtk_widget_class_bind_template_child (widget_class, HemoCallDialog, not_reached);
}

static void
hemo_call_dialog_init (HemoCallDialog *self)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *time = g_date_time_format (now, "%H:%M");

  gtk_widget_init_template (GTK_WIDGET (self));
  self->checks = g_ptr_array_new ();
  gtk_editable_set_text (GTK_EDITABLE (self->at), time);
  g_signal_connect_swapped (self->cancel, "clicked", G_CALLBACK (cancel_cb), self);
  g_signal_connect_swapped (self->record, "clicked", G_CALLBACK (record_cb), self);
  g_signal_connect_swapped (self->told, "changed", G_CALLBACK (check_cb), self);
  g_signal_connect_swapped (self->not_reached, "toggled", G_CALLBACK (reached_cb), self);
}

/* A time alone means another moment a day later: then it is asked for again. */
static void
found_cb (HemoCallDialog *self, const char *kept)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->at));
  HemoTime then = { 0 }, at_first = { 0 }, at_now = { 0 };

  if (!hemo_time_from_iso (kept, &then, NULL) || !hemo_clock_text_parse_past (text, then, &at_first)
      || !hemo_clock_text_parse_past (text, hemo_time_now (), &at_now)
      || at_first.utc_us != at_now.utc_us)
    gtk_editable_set_text (GTK_EDITABLE (self->at), "");
}

/* Who was called is not asked again because the screen was locked meanwhile. Told, or tried to
 * tell, were these very values: of others it is asked anew. */
static void
keep_draft (HemoCallDialog *self, const HemoReport *report)
{
  g_autofree char *values = join_values (self);
  g_autofree char *lines = hemo_report_told_lines (report, values);
  g_autofree char *read_back = g_strconcat ("read-back:", lines, NULL);
  g_autofree char *not_reached = g_strconcat ("not-reached:", lines, NULL);
  g_autofree char *at = g_strconcat ("at:", lines, NULL);
  g_autofree char *form = name_draft (self->specimen);

  self->draft = hemo_dialog_draft_new (ADW_DIALOG (self), self->desk, form, self->error);
  hemo_dialog_draft_add (self->draft, "told", GTK_WIDGET (self->told), "text");
  hemo_dialog_draft_add (self->draft, at, GTK_WIDGET (self->at), "text");
  hemo_dialog_draft_add (self->draft, read_back, GTK_WIDGET (self->read_back), "active");
  hemo_dialog_draft_add (self->draft, not_reached, GTK_WIDGET (self->not_reached), "active");
  for (guint i = 0; i < self->checks->len; i++)
    {
      g_autofree char *key
          = g_strconcat ("value:", gtk_widget_get_name (self->checks->pdata[i]), NULL);

      hemo_dialog_draft_add (self->draft, key, self->checks->pdata[i], "active");
    }
  g_signal_connect_object (self->draft, "found", G_CALLBACK (found_cb), self, G_CONNECT_SWAPPED);
  hemo_dialog_draft_start (self->draft);
}

HemoCallDialog *
hemo_call_dialog_new (HemoDesk *desk, const HemoCase *data, const HemoReport *report)
{
  HemoCallDialog *self = g_object_new (HEMO_TYPE_CALL_DIALOG, NULL);

  self->desk = g_object_ref (desk);
  self->specimen = g_strdup (data->specimen->uuid);
  for (guint i = 0; i < report->lines->len; i++)
    if (hemo_report_line_needs_call (report, report->lines->pdata[i]))
      add_value (self, report->lines->pdata[i]);
  /* Who asked is mostly who is told; typing replaces it. */
  if (data->order->requester != NULL)
    gtk_editable_set_text (GTK_EDITABLE (self->told), data->order->requester);
  check_cb (self);
  keep_draft (self, report);
  return self;
}
