/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One's own passphrase and PIN, locking, and the keys of the clinic. */

#include "hemo-settings-page.h"

#include "hemo-chooser.h"
#include "hemo-code-dialog.h"
#include "hemo-entry.h"
#include "hemo-settings.h"

#include <glib/gi18n.h>

struct _HemoSettingsSecurity
{
  HemoSettingsPage parent_instance;

  AdwPasswordEntryRow *pin;
  AdwPasswordEntryRow *old;
  AdwPasswordEntryRow *passphrase;
  AdwPasswordEntryRow *again;
  AdwSpinRow *lock_after;
  GSettings *settings;
  guint hold;
  char *user;
};

#define HEMO_TYPE_SETTINGS_SECURITY (hemo_settings_security_get_type ())
G_DECLARE_FINAL_TYPE (
    HemoSettingsSecurity, hemo_settings_security, HEMO, SETTINGS_SECURITY, HemoSettingsPage)
G_DEFINE_FINAL_TYPE (HemoSettingsSecurity, hemo_settings_security, HEMO_TYPE_SETTINGS_PAGE)

typedef struct
{
  HemoSecret *old;
  HemoSecret *secret;
  char *path;
} Change;

static void
change_free (gpointer data)
{
  Change *self = data;

  g_clear_pointer (&self->old, hemo_secret_unref);
  g_clear_pointer (&self->secret, hemo_secret_unref);
  g_free (self->path);
  g_free (self);
}

static HemoDesk *
desk_of (HemoSettingsSecurity *self)
{
  return hemo_settings_page_get_desk (HEMO_SETTINGS_PAGE (self));
}

static gboolean
pin_work (HemoClinic *clinic,
          HemoSession *session,
          gpointer data,
          gpointer *result,
          GCancellable *cancellable,
          GError **error)
{
  return hemo_clinic_set_pin (clinic, session, ((Change *)data)->secret, error);
}

static void
pin_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoSettingsSecurity) self = data;

  hemo_settings_page_answer (HEMO_SETTINGS_PAGE (self), result, _ ("The PIN Was Not Set"),
                             _ ("The PIN is set. It unlocks the screen and confirms signatures."));
}

static void
set_pin_cb (HemoSettingsSecurity *self)
{
  Change *change;
  HemoSecret *pin = hemo_entry_take_secret (GTK_EDITABLE (self->pin));

  if (pin == NULL)
    return;
  change = g_new0 (Change, 1);
  change->secret = pin;
  hemo_desk_run_async (desk_of (self), pin_work, change, change_free, NULL, NULL, pin_cb,
                       g_object_ref (self));
}

static gboolean
passphrase_work (HemoClinic *clinic,
                 HemoSession *session,
                 gpointer data,
                 gpointer *result,
                 GCancellable *cancellable,
                 GError **error)
{
  Change *change = data;

  return hemo_clinic_change_passphrase (clinic, session, change->old, change->secret, error);
}

static void
passphrase_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoSettingsSecurity) self = data;

  hemo_settings_page_answer (HEMO_SETTINGS_PAGE (self), result,
                             _ ("The Passphrase Was Not Changed"), _ ("The passphrase is changed"));
}

static void
change_passphrase_cb (HemoSettingsSecurity *self)
{
  g_autoptr (HemoSecret) old = hemo_entry_take_secret (GTK_EDITABLE (self->old));
  g_autoptr (HemoSecret) first = hemo_entry_take_secret (GTK_EDITABLE (self->passphrase));
  g_autoptr (HemoSecret) second = hemo_entry_take_secret (GTK_EDITABLE (self->again));
  Change *change;

  if (old == NULL || first == NULL || second == NULL || !hemo_secret_equal (first, second))
    {
      hemo_place_toast (GTK_WIDGET (self),
                        _ ("The two new passphrases are not the same. Type all three again."));
      gtk_widget_grab_focus (GTK_WIDGET (self->old));
      return;
    }
  change = g_new0 (Change, 1);
  change->old = g_steal_pointer (&old);
  change->secret = g_steal_pointer (&first);
  hemo_desk_run_async (desk_of (self), passphrase_work, change, change_free, NULL, NULL,
                       passphrase_cb, g_object_ref (self));
}

static gboolean
rotate_work (HemoClinic *clinic,
             HemoSession *session,
             gpointer data,
             gpointer *result,
             GCancellable *cancellable,
             GError **error)
{
  return hemo_clinic_rotate_key (clinic, session, error);
}

static void
rotated_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoSettingsSecurity) self = data;

  hemo_desk_release (HEMO_DESK (source), self->hold);
  hemo_settings_page_answer (HEMO_SETTINGS_PAGE (self), result, _ ("The Store Keeps Its Key"),
                             _ ("The store has a new key"));
}

/* Before what cannot be taken back; @go is called with the page when the person says so. */
static void
confirm (HemoSettingsSecurity *self,
         const char *heading,
         const char *body,
         const char *label,
         GCallback go)
{
  AdwDialog *dialog = adw_alert_dialog_new (heading, body);

  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _ ("_Cancel"), "go", label,
                                  NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "go",
                                            ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "cancel");
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response::go", go, self, G_CONNECT_SWAPPED);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

static void
rotate (HemoSettingsSecurity *self)
{
  self->hold = hemo_desk_hold (desk_of (self), _ ("The store gets a new key"));
  hemo_desk_run_async (desk_of (self), rotate_work, NULL, NULL, NULL, NULL, rotated_cb,
                       g_object_ref (self));
}

static void
rotate_cb (HemoSettingsSecurity *self)
{
  confirm (
      self, _ ("Give the Store a New Key?"),
      _ ("All of the store is written anew, which takes a while and cannot be taken back. Make "
         "a backup afterwards."),
      _ ("_New Key"), G_CALLBACK (rotate));
}

static gboolean
recovery_work (HemoClinic *clinic,
               HemoSession *session,
               gpointer data,
               gpointer *result,
               GCancellable *cancellable,
               GError **error)
{
  *result = hemo_clinic_new_recovery_code (clinic, session, error);
  return *result != NULL;
}

static void
recovery_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoSettingsSecurity) self = data;
  g_autoptr (HemoSecret) code = NULL;
  g_autoptr (GError) error = NULL;
  gpointer out = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, &error))
    {
      hemo_place_show_error (GTK_WIDGET (self), _ ("The Old Recovery Code Stays"), error);
      return;
    }
  code = out;
  hemo_code_dialog_present (
      desk_of (self), self->user, _ ("Write This Down Now"),
      _ ("The old recovery code opens nothing any more. This one is shown only once; keep "
         "the paper locked away."),
      code);
}

static void
new_recovery (HemoSettingsSecurity *self)
{
  hemo_desk_run_async (desk_of (self), recovery_work, NULL, NULL, (GDestroyNotify)hemo_secret_unref,
                       NULL, recovery_cb, g_object_ref (self));
}

static void
new_recovery_cb (HemoSettingsSecurity *self)
{
  confirm (self, _ ("Make a New Recovery Code?"),
           _ ("The paper with the code of now opens nothing any more. Have another paper and a pen "
              "ready: the new code is shown only once."),
           _ ("_Make a New Code"), G_CALLBACK (new_recovery));
}

static gboolean
enrol_work (HemoClinic *clinic,
            HemoSession *session,
            gpointer data,
            gpointer *result,
            GCancellable *cancellable,
            GError **error)
{
  *result = hemo_clinic_enrol_export (clinic, session, ((Change *)data)->path, error);
  return *result != NULL;
}

static void
enrolled_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoSettingsSecurity) self = data;
  g_autoptr (HemoSecret) code = NULL;
  g_autoptr (GError) error = NULL;
  gpointer out = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, &error))
    {
      hemo_place_show_error (GTK_WIDGET (self), _ ("No Laptop Was Enrolled"), error);
      return;
    }
  code = out;
  hemo_code_dialog_present (
      desk_of (self), self->user, _ ("One-Time Code"),
      _ ("The file is written and is good for 7 days. Carry it to the other laptop, and tell "
         "this code in another way: whoever has both has the clinic."),
      code);
}

static void
enrol_chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoSettingsSecurity) self = data;
  g_autoptr (GFile) file = hemo_chooser_ask_finish (GTK_FILE_DIALOG (source), result, NULL);
  Change *change;

  if (file == NULL)
    return;
  change = g_new0 (Change, 1);
  change->path = g_file_get_path (file);
  hemo_desk_run_async (desk_of (self), enrol_work, change, change_free,
                       (GDestroyNotify)hemo_secret_unref, NULL, enrolled_cb, g_object_ref (self));
}

static void
enrol_cb (HemoSettingsSecurity *self)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();

  gtk_file_dialog_set_title (dialog, _ ("Where the File for the Other Laptop Goes"));
  gtk_file_dialog_set_initial_name (dialog, "hemogram-enrolment");
  hemo_chooser_ask_async (dialog, HEMO_CHOOSE_PLACE, GTK_WIDGET (self), enrol_chosen_cb,
                          g_object_ref (self));
}

typedef struct
{
  char *name;
  GBytes *bytes;
} Certificate;

static void
certificate_free (gpointer data)
{
  Certificate *self = data;

  g_free (self->name);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self);
}

static gboolean
certificate_work (HemoClinic *clinic,
                  HemoSession *session,
                  gpointer data,
                  gpointer *result,
                  GCancellable *cancellable,
                  GError **error)
{
  Certificate *certificate = data;

  return hemo_clinic_add_certificate (clinic, session, certificate->name, certificate->bytes,
                                      error);
}

static void
certificate_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoSettingsSecurity) self = data;

  hemo_settings_page_answer (HEMO_SETTINGS_PAGE (self), result, _ ("The Certificate Was Not Added"),
                             _ ("Pictures are sealed to that organisation too from now on"));
}

static void
certificate_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoSettingsSecurity) self = data;
  g_autoptr (GError) error = NULL;
  GBytes *bytes = g_file_load_bytes_finish (G_FILE (source), result, NULL, &error);
  Certificate *certificate;

  if (bytes == NULL)
    {
      hemo_place_show_error (GTK_WIDGET (self), _ ("The Certificate Cannot Be Read"), error);
      return;
    }
  certificate = g_new (Certificate, 1);
  *certificate = (Certificate){ g_file_get_basename (G_FILE (source)), bytes };
  hemo_desk_run_async (desk_of (self), certificate_work, certificate, certificate_free, NULL, NULL,
                       certificate_cb, g_object_ref (self));
}

static void
certificate_chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoSettingsSecurity) self = data;
  g_autoptr (GFile) file = hemo_chooser_ask_finish (GTK_FILE_DIALOG (source), result, NULL);

  if (file != NULL)
    g_file_load_bytes_async (file, NULL, certificate_loaded_cb, g_object_ref (self));
}

static void
add_certificate_cb (HemoSettingsSecurity *self)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();

  gtk_file_dialog_set_title (dialog, _ ("Certificate of the Organisation"));
  hemo_chooser_ask_async (dialog, HEMO_CHOOSE_FILE, GTK_WIDGET (self), certificate_chosen_cb,
                          g_object_ref (self));
}

static void
lock_after_cb (HemoSettingsSecurity *self)
{
  g_settings_set_uint (self->settings, "lock-after",
                       (guint)adw_spin_row_get_value (self->lock_after));
}

static void
build_keys (HemoSettingsSecurity *self, AdwPreferencesPage *content)
{
  AdwPreferencesGroup *group = hemo_settings_add_group (
      content, _ ("Keys of the Clinic"), _ ("Each of these is written into the audit log."));

  hemo_settings_add_button (group, _ ("Make a New _Recovery Code…"), NULL,
                            G_CALLBACK (new_recovery_cb), self);
  hemo_settings_add_button (group, _ ("_Enrol Another Laptop…"), NULL, G_CALLBACK (enrol_cb), self);
  hemo_settings_add_button (group, _ ("Seal Pictures to an Organisation as _Well…"), NULL,
                            G_CALLBACK (add_certificate_cb), self);
  hemo_settings_add_button (group, _ ("Give the Store a New _Key…"), NULL, G_CALLBACK (rotate_cb),
                            self);
}

static void
hemo_settings_security_build (HemoSettingsPage *page, AdwPreferencesPage *content)
{
  HemoSettingsSecurity *self = HEMO_SETTINGS_SECURITY (page);
  AdwPreferencesGroup *group = hemo_settings_add_group (
      content, _ ("PIN"),
      _ ("Four to eight digits. It unlocks your screen and confirms that it is "
         "you who signs; it opens nothing by itself."));

  self->user = g_strdup (hemo_session_get_user (hemo_desk_get_session (desk_of (self))));
  self->settings = hemo_settings_new ();
  self->pin = hemo_settings_add_secret (group, _ ("New _PIN"));
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (self->pin), FALSE);
  g_signal_connect_swapped (self->pin, "entry-activated", G_CALLBACK (set_pin_cb), self);
  hemo_settings_add_button (group, _ ("_Set the PIN"), NULL, G_CALLBACK (set_pin_cb), self);
  group = hemo_settings_add_group (content, _ ("Passphrase"), NULL);
  self->old = hemo_settings_add_secret (group, _ ("_Old passphrase"));
  self->passphrase = hemo_settings_add_secret (group, _ ("_New passphrase"));
  self->again = hemo_settings_add_secret (group, _ ("The new one a_gain"));
  hemo_settings_add_button (group, _ ("_Change the Passphrase"), NULL,
                            G_CALLBACK (change_passphrase_cb), self);
  group = hemo_settings_add_group (content, _ ("Locking"), NULL);
  self->lock_after = ADW_SPIN_ROW (adw_spin_row_new_with_range (0, 120, 1));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->lock_after),
                                 _ ("Minutes without input until the screen locks"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->lock_after), _ ("0: never"));
  adw_spin_row_set_value (self->lock_after, g_settings_get_uint (self->settings, "lock-after"));
  g_signal_connect_swapped (self->lock_after, "notify::value", G_CALLBACK (lock_after_cb), self);
  adw_preferences_group_add (group, GTK_WIDGET (self->lock_after));
  if (hemo_desk_may (desk_of (self), HEMO_ACTION_KEY_MANAGE))
    build_keys (self, content);
}

static void
hemo_settings_security_finalize (GObject *object)
{
  g_clear_object (&HEMO_SETTINGS_SECURITY (object)->settings);
  g_free (HEMO_SETTINGS_SECURITY (object)->user);
  G_OBJECT_CLASS (hemo_settings_security_parent_class)->finalize (object);
}

static void
hemo_settings_security_class_init (HemoSettingsSecurityClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hemo_settings_security_finalize;
  HEMO_SETTINGS_PAGE_CLASS (klass)->build = hemo_settings_security_build;
}

static void
hemo_settings_security_init (HemoSettingsSecurity *self)
{
}
