/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A clinic that exists elsewhere: joined with a sealed file and a code, or brought back from a
 * backup. */

#include "hemo-first-run-private.h"

#include "hemo-backup-words.h"
#include "hemo-chooser.h"
#include "hemo-entry.h"
#include "hemo-failure.h"

#include <glib/gi18n.h>

typedef struct
{
  char *directory;
  char *source;
  HemoSecret *secret;
  char *login;
  char *name;
  HemoSecret *passphrase;
  HemoFirstRun *progress;
  HemoRestored *restored;
} Bring;

static void
bring_free (gpointer data)
{
  Bring *self = data;

  g_free (self->directory);
  g_free (self->source);
  g_free (self->login);
  g_free (self->name);
  g_clear_pointer (&self->secret, hemo_secret_unref);
  g_clear_pointer (&self->passphrase, hemo_secret_unref);
  g_clear_pointer (&self->restored, hemo_restored_free);
  g_free (self);
}

static Bring *
bring_new (HemoFirstRun *self, GFile *source)
{
  Bring *bring = g_new0 (Bring, 1);
  g_autofree char *parent = g_path_get_dirname (hemo_desk_get_directory (self->desk));

  g_mkdir_with_parents (parent, 0700);
  bring->directory = g_strdup (hemo_desk_get_directory (self->desk));
  bring->source = g_file_get_path (source);
  bring->progress = self;
  return bring;
}

static gboolean
join_work (HemoClinic *clinic,
           HemoSession *session,
           gpointer data,
           gpointer *result,
           GCancellable *cancellable,
           GError **error)
{
  Bring *bring = data;

  *result = hemo_clinic_enrol_import (bring->directory, bring->source, bring->secret, bring->login,
                                      bring->name, bring->passphrase, error);
  return *result != NULL;
}

static void
joined_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoFirstRun) self = data;
  Bring *bring = g_object_get_data (G_OBJECT (self), "bring");
  g_autoptr (GError) error = NULL;
  gpointer clinic = NULL;

  if (hemo_desk_finish (HEMO_DESK (source), result, &clinic, &error))
    {
      hemo_first_run_end_making (self, NULL, NULL);
      hemo_desk_adopt (self->desk, clinic);
      hemo_first_run_enter (self, bring->login, bring->passphrase, "microscope");
    }
  else
    hemo_first_run_end_making (self, self->join_message, error);
  g_object_set_data (G_OBJECT (self), "bring", NULL);
}

static void
join_next_cb (HemoFirstRun *self)
{
  g_autoptr (HemoSecret) code = NULL;
  g_autoptr (HemoSecret) passphrase = NULL;
  const char *login = gtk_editable_get_text (GTK_EDITABLE (self->join_login));
  const char *name = gtk_editable_get_text (GTK_EDITABLE (self->join_name));
  Bring *bring;

  if (self->file == NULL || *login == '\0' || *name == '\0')
    {
      hemo_first_run_say (self, self->join_message,
                          _ ("Choose the file, and say who you are and how you sign in."));
      return;
    }
  passphrase = hemo_first_run_take_passphrase (self, self->join_passphrase, self->join_again, login,
                                               self->join_message);
  if (passphrase == NULL)
    return;
  code = hemo_entry_take_secret (GTK_EDITABLE (self->join_code));
  if (code == NULL)
    {
      hemo_first_run_say (self, self->join_message,
                          _ ("Type the one-time code that the other laptop showed."));
      return;
    }
  bring = bring_new (self, self->file);
  bring->secret = g_steal_pointer (&code);
  bring->login = g_strdup (login);
  bring->name = g_strdup (name);
  bring->passphrase = g_steal_pointer (&passphrase);
  g_object_set_data_full (G_OBJECT (self), "bring", bring, bring_free);
  hemo_first_run_begin_making (self, _ ("Joining the Clinic"),
                               _ ("The keys are opened and made this laptop's own."));
  hemo_desk_run_async (self->desk, join_work, bring, NULL, g_object_unref, NULL, joined_cb,
                       g_object_ref (self));
}

typedef struct
{
  HemoFirstRun *self;
  double fraction;
} Progress;

static gboolean
show_progress_cb (gpointer data)
{
  Progress *progress = data;

  if (progress->self->progress != NULL)
    {
      gtk_widget_set_visible (GTK_WIDGET (progress->self->progress), TRUE);
      gtk_progress_bar_set_fraction (progress->self->progress, progress->fraction);
    }
  return G_SOURCE_REMOVE;
}

static void
progress_free (gpointer data)
{
  Progress *progress = data;

  g_object_unref (progress->self);
  g_free (progress);
}

/* On the thread that works. */
static void
progress_cb (gint64 done, gint64 total, gpointer data)
{
  Progress *progress;

  if (total <= 0)
    return;
  progress = g_new (Progress, 1);
  *progress = (Progress){ g_object_ref (((Bring *)data)->progress), (double)done / (double)total };
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, show_progress_cb, progress, progress_free);
}

static gboolean
restore_work (HemoClinic *clinic,
              HemoSession *session,
              gpointer data,
              gpointer *result,
              GCancellable *cancellable,
              GError **error)
{
  Bring *bring = data;

  *result = hemo_clinic_restore (bring->source, bring->directory, bring->login, bring->secret,
                                 &bring->restored, progress_cb, bring, cancellable, error);
  return *result != NULL;
}

/* Which state of the clinic came back. (transfer full) */
static char *
state_text (const HemoRestored *restored)
{
  if (restored->damage != NULL)
    {
      g_autofree char *damage = hemo_failure_say (restored->damage);

      return g_strdup_printf (
          _ ("The newest backup is damaged (%s). This is the one of %s; what was saved after that "
             "is not here. Keep the backup, and look for another copy."),
          damage, restored->made_at);
    }
  if (restored->missing > 0)
    return g_strdup_printf (
        ngettext ("The clinic is as it was on %s. %u picture was damaged already then.",
                  "The clinic is as it was on %s. %u pictures were damaged already then.",
                  restored->missing),
        restored->made_at, restored->missing);
  return g_strdup_printf (_ ("The clinic is as it was on %s."), restored->made_at);
}

/* What a person has to know about the backup before working on. (transfer full), or NULL */
static char *
restored_text (const HemoRestored *restored)
{
  g_autofree char *state = restored != NULL ? state_text (restored) : NULL;
  g_autofree char *left_out = restored != NULL ? hemo_backup_say_left_out (restored) : NULL;

  return left_out != NULL ? g_strdup_printf ("%s %s", state, left_out) : g_steal_pointer (&state);
}

static void
told_cb (AdwAlertDialog *dialog, const char *response, gpointer data)
{
  g_signal_emit_by_name (data, "done");
}

static void
restored_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoFirstRun) self = data;
  Bring *bring = g_object_get_data (G_OBJECT (self), "bring");
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  gpointer clinic = NULL;
  AdwDialog *dialog;

  if (!hemo_desk_finish (HEMO_DESK (source), result, &clinic, &error))
    {
      hemo_first_run_end_making (self, self->restore_message, error);
      g_object_set_data (G_OBJECT (self), "bring", NULL);
      return;
    }
  hemo_first_run_end_making (self, NULL, NULL);
  hemo_desk_adopt (self->desk, clinic);
  text = restored_text (bring->restored);
  dialog = adw_alert_dialog_new (_ ("The Clinic Is Back"), text);
  adw_alert_dialog_add_response (ADW_ALERT_DIALOG (dialog), "close", _ ("_Sign In"));
  g_signal_connect_object (dialog, "response", G_CALLBACK (told_cb), self, 0);
  adw_dialog_present (dialog, GTK_WIDGET (self));
  g_object_set_data (G_OBJECT (self), "bring", NULL);
}

static void
restore_next_cb (HemoFirstRun *self)
{
  g_autoptr (HemoSecret) secret = hemo_entry_take_secret (GTK_EDITABLE (self->restore_secret));
  const char *login = gtk_editable_get_text (GTK_EDITABLE (self->restore_login));
  Bring *bring;

  if (self->folder == NULL || secret == NULL)
    {
      hemo_first_run_say (self, self->restore_message,
                          _ ("Choose the folder, and type a passphrase or the recovery code."));
      return;
    }
  hemo_first_run_say (self, self->restore_message, NULL);
  bring = bring_new (self, self->folder);
  bring->login = *login != '\0' ? g_strdup (login) : NULL;
  bring->secret = g_steal_pointer (&secret);
  g_object_set_data_full (G_OBJECT (self), "bring", bring, bring_free);
  self->cancellable = g_cancellable_new ();
  hemo_first_run_begin_making (self, _ ("Bringing the Clinic Back"),
                               _ ("Every file is checked, copied and read again."));
  hemo_desk_run_async (self->desk, restore_work, bring, NULL, g_object_unref, self->cancellable,
                       restored_cb, g_object_ref (self));
}

static void
cancel_cb (HemoFirstRun *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
}

static void
file_chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoFirstRun) self = data;
  g_autoptr (GFile) file = hemo_chooser_ask_finish (GTK_FILE_DIALOG (source), result, NULL);
  g_autofree char *name = file != NULL ? g_file_get_basename (file) : NULL;

  if (file == NULL || self->join_file == NULL)
    return;
  g_set_object (&self->file, file);
  adw_action_row_set_subtitle (self->join_file, name);
}

static void
folder_chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoFirstRun) self = data;
  g_autoptr (GFile) folder = hemo_chooser_ask_finish (GTK_FILE_DIALOG (source), result, NULL);
  g_autofree char *name = folder != NULL ? g_file_get_path (folder) : NULL;

  if (folder == NULL || self->restore_folder == NULL)
    return;
  g_set_object (&self->folder, folder);
  adw_action_row_set_subtitle (self->restore_folder, name);
}

static void
choose_file_cb (HemoFirstRun *self)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();

  gtk_file_dialog_set_title (dialog, _ ("File from the Other Laptop"));
  hemo_chooser_ask_async (dialog, HEMO_CHOOSE_FILE, GTK_WIDGET (self), file_chosen_cb,
                          g_object_ref (self));
}

static void
choose_folder_cb (HemoFirstRun *self)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();

  gtk_file_dialog_set_title (dialog, _ ("Folder of the Backup"));
  hemo_chooser_ask_async (dialog, HEMO_CHOOSE_FOLDER, GTK_WIDGET (self), folder_chosen_cb,
                          g_object_ref (self));
}

static void
join_name_cb (HemoFirstRun *self)
{
  g_autofree char *login
      = hemo_first_run_suggest_login (gtk_editable_get_text (GTK_EDITABLE (self->join_name)));

  gtk_editable_set_text (GTK_EDITABLE (self->join_login), login);
}

static void
join_cb (HemoFirstRun *self)
{
  hemo_first_run_show (self, "join");
}

static void
restore_cb (HemoFirstRun *self)
{
  hemo_first_run_show (self, "restore");
}

void
hemo_first_run_bring_init (HemoFirstRun *self)
{
  const struct
  {
    gpointer widget;
    const char *signal;
    void (*callback) (HemoFirstRun *self);
  } steps[] = {
    { self->join, "activated", join_cb },
    { self->join_name, "changed", join_name_cb },
    { self->choose_file, "clicked", choose_file_cb },
    { self->join_next, "activated", join_next_cb },
    { self->join_again, "entry-activated", join_next_cb },
    { self->restore, "activated", restore_cb },
    { self->choose_folder, "clicked", choose_folder_cb },
    { self->restore_next, "activated", restore_next_cb },
    { self->restore_secret, "entry-activated", restore_next_cb },
    { self->cancel, "clicked", cancel_cb },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    g_signal_connect_swapped (steps[i].widget, steps[i].signal, G_CALLBACK (steps[i].callback),
                              self);
}
