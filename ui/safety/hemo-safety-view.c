/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Numbers that claim no more than what was proven, and the works that make them better. */

#include "hemo-safety-view.h"

#include "hemo-backup-record.h"
#include "hemo-care-run.h"
#include "hemo-chip.h"
#include "hemo-disk.h"
#include "hemo-failure.h"
#include "hemo-format.h"
#include "hemo-sending.h"
#include "hemo-stick-picker.h"

#include <glib/gi18n.h>

/* On a stick, beside what else is there. */
#define BACKUP_FOLDER "hemogram-backup"

struct _HemoSafetyView
{
  HemoPlace parent_instance;

  GtkFlowBoxChild *saved_tile;
  GtkFlowBoxChild *backed_tile;
  GtkFlowBoxChild *received_tile;
  GtkFlowBoxChild *read_tile;
  GtkLabel *saved;
  GtkLabel *backed;
  GtkLabel *received;
  GtkLabel *read;
  HemoSending *sending;
  AdwActionRow *backup_row;
  HemoStickPicker *picker;
  GtkButton *backup_button;
  GtkLabel *backup_hint;
  GtkBox *running;
  GtkProgressBar *bar;
  GtkButton *cancel;
  GtkLabel *outcome;
  GtkButton *verify_button;
  GtkListBox *findings;

  HemoCareRun *run;
  HemoStick *stick;
  /* What the last backup does not have of what was taken off; NULL: nothing. */
  char *lacking;
  /* The stick is being let go: nothing may begin on it before that ended. */
  gboolean releasing;
};

G_DEFINE_FINAL_TYPE (HemoSafetyView, hemo_safety_view, HEMO_TYPE_PLACE)

static gboolean
load_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autofree HemoSafetyTally *safety = g_new0 (HemoSafetyTally, 1);

  if (!hemo_safety_tally (txn, safety, error))
    return FALSE;
  *result = g_steal_pointer (&safety);
  return TRUE;
}

static void
show_number (GtkFlowBoxChild *tile, GtkLabel *label, const char *name, gint64 number)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, number);
  g_autofree char *full = g_strdup_printf ("%s: %s", name, text);

  gtk_label_set_text (label, text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (tile), GTK_ACCESSIBLE_PROPERTY_LABEL, full, -1);
}

static char *
describe_backup (const HemoBackupRecord *record)
{
  HemoTime now = hemo_time_now ();
  HemoTime at = { .utc_us = record->at_us, .offset_minutes = now.offset_minutes };
  g_autofree char *when = hemo_format_time (at);
  int changes = (int)MIN (record->changes_since, G_MAXINT);

  if (record->at_us == 0)
    return g_strdup (_ ("Never. If this computer breaks or is stolen, all is lost."));
  if (!hemo_backup_record_is_fresh (record, now.utc_us))
    return g_strdup_printf (_ ("%s: more than seven days ago. Back up today."), when);
  if (changes == 0)
    return g_strdup_printf (_ ("%s: all that is here is in it."), when);
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%s: %d change since is not in it.",
                                       "%s: %d changes since are not in it.", (gulong)changes),
                          when, changes);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoSafetyView) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *backup = NULL;
  gpointer out = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, &error))
    {
      hemo_place_show_error (GTK_WIDGET (self), _ ("The Numbers Cannot Be Read"), error);
      return;
    }
  g_autofree HemoSafetyTally *safety = out;
  if (self->saved == NULL)
    return;
  show_number (self->saved_tile, self->saved, _ ("Saved here"), safety->saved);
  show_number (self->backed_tile, self->backed, _ ("Backed up"), safety->backed_up);
  show_number (self->received_tile, self->received, _ ("Received by the server"), safety->received);
  show_number (self->read_tile, self->read, _ ("Read by the pathologist"), safety->read);
  hemo_sending_set_waiting (self->sending, safety->waiting);
  backup = describe_backup (&safety->backup);
  adw_action_row_set_subtitle (self->backup_row, backup);
}

static void
hemo_safety_view_refresh (HemoPlace *place)
{
  hemo_desk_read_async (hemo_place_get_desk (place), load_job, NULL, NULL, g_free, NULL, loaded_cb,
                        g_object_ref (place));
  hemo_sending_refresh (HEMO_SAFETY_VIEW (place)->sending);
}

/* A folder on the clinic's own disk is lost together with it. */
static gboolean
is_same_disk (HemoSafetyView *self, const char *path)
{
  HemoDesk *desk = hemo_place_get_desk (HEMO_PLACE (self));

  return hemo_stick_picker_get_stick (self->picker) == NULL
         && hemo_disk_is_shared (hemo_desk_get_directory (desk), path);
}

static void
check_cb (HemoSafetyView *self)
{
  const char *path = hemo_stick_picker_get_path (self->picker);
  gboolean may = hemo_desk_may (hemo_place_get_desk (HEMO_PLACE (self)), HEMO_ACTION_BACKUP);
  gboolean same = path != NULL && is_same_disk (self, path);
  const char *hint = "";

  if (!may)
    hint = _ ("Your role may not make backups.");
  else if (path == NULL)
    hint = _ ("Plug a stick in, or choose a folder on another disk.");
  else if (same)
    hint = _ ("This folder is on the disk of the clinic itself: it would be lost together with it. "
              "Choose a stick or another disk.");
  gtk_label_set_text (self->backup_hint, hint);
  gtk_widget_set_sensitive (GTK_WIDGET (self->backup_button),
                            may && path != NULL && !same && self->run == NULL && !self->releasing);
  gtk_widget_set_sensitive (
      GTK_WIDGET (self->verify_button),
      self->run == NULL && !self->releasing
          && hemo_desk_may (hemo_place_get_desk (HEMO_PLACE (self)), HEMO_ACTION_VERIFY));
}

static void
say (HemoSafetyView *self, const char *text, const char *style)
{
  const char *const styles[] = { "title-4", style, NULL };

  gtk_label_set_text (self->outcome, text);
  gtk_widget_set_css_classes (GTK_WIDGET (self->outcome), (const char **)styles);
  gtk_widget_set_visible (GTK_WIDGET (self->outcome), *text != '\0');
  gtk_accessible_announce (GTK_ACCESSIBLE (self), text,
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

/* How a backup ended, and which other medium is not to be given away. */
static void
say_backup (HemoSafetyView *self, const char *text, gboolean good)
{
  g_autofree char *both
      = self->lacking != NULL ? g_strdup_printf ("%s %s", text, self->lacking) : g_strdup (text);

  say (self, both, !good ? "error" : self->lacking != NULL ? "warning" : "success");
}

static void
show_findings (HemoSafetyView *self, GPtrArray *findings)
{
  gtk_list_box_remove_all (self->findings);
  gtk_widget_set_visible (GTK_WIDGET (self->findings), findings->len > 0);
  for (guint i = 0; i < findings->len; i++)
    {
      const HemoVerifyFinding *finding = findings->pdata[i];
      g_autofree char *text = hemo_failure_say (finding->text);
      GtkWidget *row = adw_action_row_new ();

      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), text);
      if (finding->object != NULL)
        adw_action_row_set_subtitle (ADW_ACTION_ROW (row), finding->object);
      adw_action_row_add_prefix (ADW_ACTION_ROW (row),
                                 gtk_image_new_from_icon_name ("dialog-warning-symbolic"));
      gtk_list_box_append (self->findings, row);
    }
}

static void
released_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoSafetyView) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  gboolean released = hemo_stick_release_finish (HEMO_STICK (source), result, &error);
  gboolean flushed = hemo_stick_is_flushed (HEMO_STICK (source));

  self->releasing = FALSE;
  if (self->outcome == NULL)
    return;
  if (!flushed)
    text = g_strdup (error->message);
  else if (released)
    text = g_strdup_printf (_ ("The backup was written and read back. Safe to Remove: %s"),
                            hemo_stick_get_name (HEMO_STICK (source)));
  else
    text = g_strdup (_ ("The backup was written and read back. Eject the stick in the file manager "
                        "before it is pulled out."));
  say_backup (self, text, flushed);
  check_cb (self);
}

static void
verified (HemoSafetyView *self)
{
  GPtrArray *findings = hemo_care_run_get_findings (self->run);
  g_autofree char *text
      = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u thing is not as it was written.",
                                      "%u things are not as they were written.", findings->len),
                         findings->len);

  show_findings (self, findings);
  say (self,
       findings->len == 0 ? _ ("All is whole: nothing is missing, damaged or changed.") : text,
       findings->len == 0 ? "success" : "error");
}

static void
done_cb (HemoSafetyView *self, const GError *error)
{
  if (self->outcome == NULL)
    return;
  gtk_widget_set_visible (GTK_WIDGET (self->running), FALSE);
  g_set_str (&self->lacking, hemo_care_run_get_lacking (self->run));
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    say (self, _ ("Cancelled. What was whole before is whole still."), NULL);
  else if (error != NULL)
    say_backup (self, error->message, FALSE);
  else if (!hemo_care_run_is_backup (self->run))
    verified (self);
  else if (self->stick != NULL)
    {
      self->releasing = TRUE;
      hemo_stick_release_async (self->stick, released_cb, g_object_ref (self));
    }
  else
    say_backup (self, _ ("The backup was written and read back."), TRUE);
  g_clear_object (&self->run);
  check_cb (self);
}

static void
progress_cb (HemoSafetyView *self, double fraction)
{
  if (self->bar != NULL)
    gtk_progress_bar_set_fraction (self->bar, fraction);
}

static void
start (HemoSafetyView *self, const char *target, const char *what)
{
  if (self->run != NULL)
    return;
  self->run = hemo_care_run_start (hemo_place_get_desk (HEMO_PLACE (self)), target,
                                   target != NULL ? self->stick : NULL, what);
  g_signal_connect_object (self->run, "progress", G_CALLBACK (progress_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->run, "done", G_CALLBACK (done_cb), self, G_CONNECT_SWAPPED);
  gtk_progress_bar_set_fraction (self->bar, 0);
  gtk_widget_set_visible (GTK_WIDGET (self->running), TRUE);
  say (self, "", NULL);
  check_cb (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->cancel));
}

static void
backup_cb (HemoSafetyView *self)
{
  g_autofree char *target
      = g_build_filename (hemo_stick_picker_get_path (self->picker), BACKUP_FOLDER, NULL);

  g_set_object (&self->stick, hemo_stick_picker_get_stick (self->picker));
  start (self, target, _ ("A backup is being written"));
}

static void
verify_cb (HemoSafetyView *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->findings), FALSE);
  start (self, NULL, _ ("All that is here is being verified"));
}

static void
cancel_cb (HemoSafetyView *self)
{
  if (self->run != NULL)
    hemo_run_cancel (HEMO_RUN (self->run));
}

static void
hemo_safety_view_constructed (GObject *object)
{
  G_OBJECT_CLASS (hemo_safety_view_parent_class)->constructed (object);
  hemo_sending_set_desk (HEMO_SAFETY_VIEW (object)->sending,
                         hemo_place_get_desk (HEMO_PLACE (object)));
  check_cb (HEMO_SAFETY_VIEW (object));
}

static void
hemo_safety_view_dispose (GObject *object)
{
  HemoSafetyView *self = HEMO_SAFETY_VIEW (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), HEMO_TYPE_SAFETY_VIEW);
  g_clear_object (&self->run);
  g_clear_object (&self->stick);
  g_clear_pointer (&self->lacking, g_free);
  G_OBJECT_CLASS (hemo_safety_view_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *klass)
{
  gtk_widget_class_set_template_from_resource (klass,
                                               "/org/hemogram/Hemogram/safety/hemo-safety-view.ui");
  gtk_widget_class_bind_template_child (klass, HemoSafetyView, saved_tile);
  gtk_widget_class_bind_template_child (klass, HemoSafetyView, backed_tile);
  gtk_widget_class_bind_template_child (klass, HemoSafetyView, received_tile);
  gtk_widget_class_bind_template_child (klass, HemoSafetyView, read_tile);
  gtk_widget_class_bind_template_child (klass, HemoSafetyView, saved);
  gtk_widget_class_bind_template_child (klass, HemoSafetyView, backed);
  gtk_widget_class_bind_template_child (klass, HemoSafetyView, received);
  gtk_widget_class_bind_template_child (klass, HemoSafetyView, read);
  gtk_widget_class_bind_template_child (klass, HemoSafetyView, sending);
  gtk_widget_class_bind_template_child (klass, HemoSafetyView, backup_row);
  gtk_widget_class_bind_template_child (klass, HemoSafetyView, picker);
  gtk_widget_class_bind_template_child (klass, HemoSafetyView, backup_button);
  gtk_widget_class_bind_template_child (klass, HemoSafetyView, backup_hint);
  gtk_widget_class_bind_template_child (klass, HemoSafetyView, running);
  gtk_widget_class_bind_template_child (klass, HemoSafetyView, bar);
  gtk_widget_class_bind_template_child (klass, HemoSafetyView, cancel);
  gtk_widget_class_bind_template_child (klass, HemoSafetyView, outcome);
  gtk_widget_class_bind_template_child (klass, HemoSafetyView, verify_button);
  gtk_widget_class_bind_template_child (klass, HemoSafetyView, findings);
}

static void
hemo_safety_view_class_init (HemoSafetyViewClass *klass)
{
  g_type_ensure (HEMO_TYPE_STICK_PICKER);
  g_type_ensure (HEMO_TYPE_SENDING);
  G_OBJECT_CLASS (klass)->constructed = hemo_safety_view_constructed;
  G_OBJECT_CLASS (klass)->dispose = hemo_safety_view_dispose;
  HEMO_PLACE_CLASS (klass)->refresh = hemo_safety_view_refresh;
  HEMO_PLACE_CLASS (klass)->help = "safety";
  bind_children (GTK_WIDGET_CLASS (klass));
}

static void
hemo_safety_view_init (HemoSafetyView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (self->picker, "notify::chosen", G_CALLBACK (check_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_swapped (self->backup_button, "clicked", G_CALLBACK (backup_cb), self);
  g_signal_connect_swapped (self->verify_button, "clicked", G_CALLBACK (verify_cb), self);
  g_signal_connect_swapped (self->cancel, "clicked", G_CALLBACK (cancel_cb), self);
}

static gint64
count_waiting (const HemoSyncStatus *status, gboolean *stopped)
{
  gint64 waiting = 0;

  for (guint i = 0; i < HEMO_LANE_NONE; i++)
    {
      const HemoSyncLane *lane = &status->lanes[i];

      if (!lane->is_set)
        continue;
      waiting += lane->tally.waiting;
      *stopped = *stopped || lane->activity == HEMO_LANE_STOPPED || lane->tally.stuck > 0;
    }
  return waiting;
}

/* What the sync has to say comes before the backup; FALSE when it has nothing to say. */
static gboolean
show_sync (HemoChip *chip, HemoDesk *desk)
{
  g_autoptr (HemoSyncStatus) status = hemo_sender_get_status (hemo_desk_get_sender (desk));
  gboolean stopped = FALSE;
  gint64 waiting = status != NULL ? count_waiting (status, &stopped) : 0;
  g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, waiting);

  gboolean disputed = status != NULL && status->conflicts > 0;

  hemo_chip_set_icon_name (chip, NULL);
  gtk_widget_set_tooltip_text (GTK_WIDGET (chip), NULL);
  if (status == NULL || (!stopped && !disputed && waiting == 0))
    return FALSE;
  hemo_chip_set_state (chip, stopped || disputed ? HEMO_CHIP_WARNING : HEMO_CHIP_NEUTRAL);
  if (!stopped && !disputed)
    hemo_chip_set_icon_name (chip, status->paused ? "media-playback-pause-symbolic"
                                                  : "network-transmit-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (chip),
                               stopped    ? _ ("Sending needs a person")
                               : disputed ? _ ("Two versions of a record wait for a person")
                                          : _ ("Waits to be sent"));
  hemo_chip_set_label (chip, stopped    ? C_ ("safety", "Stopped")
                             : disputed ? C_ ("safety", "Decide")
                                        : number);
  return TRUE;
}

static gboolean
record_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autofree HemoBackupRecord *record = g_new0 (HemoBackupRecord, 1);

  if (!hemo_backup_record_load (txn, record, error))
    return FALSE;
  *result = g_steal_pointer (&record);
  return TRUE;
}

static void
record_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GtkWidget) chip = data;
  gpointer out = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, NULL))
    return;
  g_autofree HemoBackupRecord *record = out;
  if (show_sync (HEMO_CHIP (chip), HEMO_DESK (source)))
    return;
  gboolean fresh = hemo_backup_record_is_fresh (record, hemo_time_now ().utc_us);
  gboolean all = fresh && record->changes_since == 0;

  hemo_chip_set_state (HEMO_CHIP (chip), all     ? HEMO_CHIP_GOOD
                                         : fresh ? HEMO_CHIP_NEUTRAL
                                                 : HEMO_CHIP_WARNING);
  hemo_chip_set_label (HEMO_CHIP (chip), all     ? C_ ("safety", "Backed up")
                                         : fresh ? C_ ("safety", "Changed")
                                                 : C_ ("safety", "Back up"));
}

static void
update_dot (GtkWidget *chip, HemoDesk *desk)
{
  if (show_sync (HEMO_CHIP (chip), desk))
    return;
  if (hemo_desk_get_session_state (desk) == HEMO_SESSION_OPEN)
    hemo_desk_read_async (desk, record_job, NULL, NULL, g_free, NULL, record_cb,
                          g_object_ref (chip));
}

static void
sent_cb (GtkWidget *chip, HemoSender *sender)
{
  update_dot (chip, g_object_get_data (G_OBJECT (chip), "desk"));
}

GtkWidget *
hemo_safety_dot_new (HemoDesk *desk)
{
  GtkWidget *chip = hemo_chip_new (HEMO_CHIP_NEUTRAL, C_ ("safety", "Saved"));

  gtk_widget_set_halign (chip, GTK_ALIGN_END);
  gtk_widget_set_valign (chip, GTK_ALIGN_CENTER);
  gtk_widget_set_hexpand (chip, TRUE);
  g_object_set_data_full (G_OBJECT (chip), "desk", g_object_ref (desk), g_object_unref);
  g_signal_connect_object (desk, "changed", G_CALLBACK (update_dot), chip, G_CONNECT_SWAPPED);
  g_signal_connect_object (hemo_desk_get_sender (desk), "changed", G_CALLBACK (sent_cb), chip,
                           G_CONNECT_SWAPPED);
  update_dot (chip, desk);
  return chip;
}
