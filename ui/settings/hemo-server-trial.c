/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Asks for the test on another thread and shows each step that it tells of. */

#include "hemo-server-trial.h"

#include "hemo-failure.h"
#include "hemo-key-file.h"

#include <glib/gi18n.h>

struct _HemoServerTrial
{
  AdwPreferencesGroup parent_instance;

  AdwActionRow *steps[HEMO_SYNC_TEST_STEPS];
  GtkImage *marks[HEMO_SYNC_TEST_STEPS];
  GCancellable *testing;
  guint runs;
  /* The sign-in is by a key pair; something is missing on the page, which no server can mend. */
  gboolean by_key;
  gboolean is_incomplete;
};

G_DEFINE_FINAL_TYPE (HemoServerTrial, hemo_server_trial, ADW_TYPE_PREFERENCES_GROUP)

static guint changed;

static const char *const step_labels[HEMO_SYNC_TEST_STEPS] = {
  [HEMO_SYNC_TEST_NAME] = N_ ("Server is reached"),
  [HEMO_SYNC_TEST_TLS] = N_ ("Connection is safe"),
  [HEMO_SYNC_TEST_CLOCK] = N_ ("Clocks agree"),
  [HEMO_SYNC_TEST_SIGN_IN] = N_ ("Sign-in is accepted"),
  [HEMO_SYNC_TEST_WRITE] = N_ ("A test record is stored"),
  [HEMO_SYNC_TEST_READ_BACK] = N_ ("It is read back unchanged"),
  [HEMO_SYNC_TEST_DELETE] = N_ ("It is taken away again"),
};

/* What can be done where a step failed. */
static const char *const step_hints[HEMO_SYNC_TEST_STEPS] = {
  [HEMO_SYNC_TEST_NAME]
  = N_ ("Look at the address letter by letter, and whether this computer has a "
        "connection at all."),
  [HEMO_SYNC_TEST_TLS]
  = N_ ("Ask who runs the server for the certificate of its authority, and add it "
        "above. Never send anything past this warning."),
  [HEMO_SYNC_TEST_CLOCK]
  = N_ ("Set date, time and time zone in the system’s settings, then test again."),
  [HEMO_SYNC_TEST_SIGN_IN] = N_ ("Type user and secret again; ask who runs the server whether this "
                                 "clinic was let in, and by this kind of sign-in."),
  [HEMO_SYNC_TEST_WRITE]
  = N_ ("The sign-in was accepted, but not the record: ask who runs the server "
        "for the right to write."),
  [HEMO_SYNC_TEST_READ_BACK] = N_ ("What cannot be read back was not received: tell who runs the "
                                   "server."),
  [HEMO_SYNC_TEST_DELETE]
  = N_ ("A record that names nobody stays on the server: ask who runs it for the "
        "right to delete, or to take it away."),
};

static const char *
hint_of (HemoServerTrial *self, HemoSyncTestStep step)
{
  if (self->is_incomplete)
    return _ ("Fill it in above, then test again.");
  if (step == HEMO_SYNC_TEST_SIGN_IN && self->by_key)
    return _ ("Ask who runs the server whether the client ID and the public key of this page are "
              "registered there, and for which rights.");
  return _ (step_hints[step]);
}

/* A test on its way; its thread tells main of each step. */
typedef struct
{
  HemoServerTrial *view;
  guint run;
  const char *kind;
  char *clinic;
  HemoServerSettings *settings;
} Trial;

static void
trial_free (gpointer data)
{
  Trial *self = data;

  g_free (self->clinic);
  hemo_server_settings_free (self->settings);
  g_free (self);
}

typedef struct
{
  HemoServerTrial *view;
  guint run;
  HemoSyncTestStep step;
  gboolean done;
  gboolean passed;
  char *words;
} Told;

static void
told_free (gpointer data)
{
  Told *self = data;

  g_object_unref (self->view);
  g_free (self->words);
  g_free (self);
}

static gboolean
scroll_cb (gpointer data)
{
  GtkWidget *viewport = gtk_widget_get_ancestor (data, GTK_TYPE_VIEWPORT);

  if (viewport != NULL)
    gtk_viewport_scroll_to (GTK_VIEWPORT (viewport), data, NULL);
  return G_SOURCE_REMOVE;
}

/* Once it has its new size. */
static void
bring_into_view (GtkWidget *row)
{
  g_timeout_add_full (G_PRIORITY_DEFAULT_IDLE, 50, scroll_cb, g_object_ref (row), g_object_unref);
}

/* What is said of a connection or a clock that can be used is never praise. */
static gboolean
is_warning (const Told *told)
{
  return told->done && told->passed && told->words != NULL
         && (told->step == HEMO_SYNC_TEST_TLS || told->step == HEMO_SYNC_TEST_CLOCK);
}

static void
show_step (HemoServerTrial *self, const Told *told)
{
  gboolean warns = is_warning (told);
  const char *icon = !told->done    ? "content-loading-symbolic"
                     : warns        ? "dialog-warning-symbolic"
                     : told->passed ? "object-select-symbolic"
                                    : "dialog-error-symbolic";
  const char *state = !told->done    ? _ ("Trying…")
                      : warns        ? C_ ("test of a server", "It works, but")
                      : told->passed ? C_ ("test of a server", "Good")
                                     : C_ ("test of a server", "Failed");
  g_autoptr (GString) both = g_string_new (state);

  if (told->words != NULL)
    g_string_append_printf (both, "\n%s", told->words);
  if (told->done && !told->passed)
    g_string_append_printf (both, "\n%s", hint_of (self, told->step));
  gtk_image_set_from_icon_name (self->marks[told->step], icon);
  adw_action_row_set_subtitle (self->steps[told->step], both->str);
  gtk_widget_grab_focus (GTK_WIDGET (self->steps[told->step]));
  bring_into_view (GTK_WIDGET (self->steps[told->step]));
  if (told->done && !told->passed)
    gtk_accessible_announce (GTK_ACCESSIBLE (self), both->str,
                             GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static gboolean
told_cb (gpointer data)
{
  Told *told = data;

  if (told->run == told->view->runs && (guint)told->step < HEMO_SYNC_TEST_STEPS
      && gtk_widget_get_root (GTK_WIDGET (told->view)) != NULL)
    show_step (told->view, told);
  return G_SOURCE_REMOVE;
}

/* On the test's thread; the task's callback holds the form until after the last. */
static void
report (HemoSyncTestStep step, gboolean done, gboolean passed, const char *words, gpointer data)
{
  Trial *trial = data;
  Told *told = g_new (Told, 1);

  *told = (Told){ g_object_ref (trial->view),
                  trial->run,
                  step,
                  done,
                  passed,
                  words != NULL ? hemo_failure_say (words) : NULL };
  g_idle_add_full (G_PRIORITY_DEFAULT, told_cb, told, told_free);
}

static gboolean
test_work (HemoClinic *clinic,
           HemoSession *session,
           gpointer data,
           gpointer *result,
           GCancellable *cancellable,
           GError **error)
{
  Trial *trial = data;

  return hemo_sync_test_server (trial->settings, trial->kind, trial->clinic, report, trial,
                                cancellable, error);
}

static void
tested_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoServerTrial) self = data;
  g_autoptr (GError) error = NULL;
  gboolean passed = hemo_desk_finish (HEMO_DESK (source), result, NULL, &error);
  const char *words;

  g_clear_object (&self->testing);
  if (gtk_widget_get_root (GTK_WIDGET (self)) == NULL)
    return;
  /* Its step tells what a failure was. */
  words = passed ? _ ("The server can be used: all steps passed. Nothing was saved by the test.")
                 : _ ("The server cannot be used like this: the test stopped at the step that "
                      "failed. Nothing was saved.");
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (self), words);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), words,
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
  g_signal_emit (self, changed, 0);
}

static void
clear_steps (HemoServerTrial *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  adw_preferences_group_set_description (
      ADW_PREFERENCES_GROUP (self),
      _ ("A record and an object that name nobody are written, read back and taken away."));
  for (guint i = 0; i < HEMO_SYNC_TEST_STEPS; i++)
    {
      gtk_image_set_from_icon_name (self->marks[i], "content-loading-symbolic");
      adw_action_row_set_subtitle (self->steps[i], _ ("Not tried yet"));
    }
}

void
hemo_server_trial_start (HemoServerTrial *self,
                         HemoDesk *desk,
                         const char *kind,
                         HemoServerSettings *settings)
{
  HemoKeyFile *keys = hemo_clinic_get_key_file (hemo_desk_get_clinic (desk));
  Trial *trial = g_new (Trial, 1);

  *trial = (Trial){ self, ++self->runs, kind, g_strdup (hemo_key_file_get_clinic_uuid (keys)),
                    settings };
  if (self->testing != NULL)
    {
      trial_free (trial);
      return;
    }
  self->by_key = settings->sign_in == HEMO_SYNC_SIGN_IN_SMART || settings->role != NULL;
  self->is_incomplete = !hemo_server_settings_check (settings, kind, NULL);
  self->testing = g_cancellable_new ();
  clear_steps (self);
  g_signal_emit (self, changed, 0);
  hemo_desk_run_async (desk, test_work, trial, trial_free, NULL, self->testing, tested_cb,
                       g_object_ref (self));
}

gboolean
hemo_server_trial_is_running (HemoServerTrial *self)
{
  return self->testing != NULL;
}

static void
hemo_server_trial_unroot (GtkWidget *widget)
{
  g_cancellable_cancel (HEMO_SERVER_TRIAL (widget)->testing);
  GTK_WIDGET_CLASS (hemo_server_trial_parent_class)->unroot (widget);
}

static void
hemo_server_trial_finalize (GObject *object)
{
  g_clear_object (&HEMO_SERVER_TRIAL (object)->testing);
  G_OBJECT_CLASS (hemo_server_trial_parent_class)->finalize (object);
}

static void
hemo_server_trial_class_init (HemoServerTrialClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hemo_server_trial_finalize;
  GTK_WIDGET_CLASS (klass)->unroot = hemo_server_trial_unroot;
  changed = g_signal_new ("changed", HEMO_TYPE_SERVER_TRIAL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                          G_TYPE_NONE, 0);
}

static void
hemo_server_trial_init (HemoServerTrial *self)
{
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self), C_ ("servers", "Test"));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  for (guint i = 0; i < HEMO_SYNC_TEST_STEPS; i++)
    {
      GtkWidget *row = adw_action_row_new ();

      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ (step_labels[i]));
      self->marks[i] = GTK_IMAGE (gtk_image_new ());
      adw_action_row_add_prefix (ADW_ACTION_ROW (row), GTK_WIDGET (self->marks[i]));
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), row);
      self->steps[i] = ADW_ACTION_ROW (row);
    }
}

HemoServerTrial *
hemo_server_trial_new (void)
{
  return g_object_new (HEMO_TYPE_SERVER_TRIAL, NULL);
}
