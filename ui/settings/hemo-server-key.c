/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A key is made when it is needed and stays here; only what is in the store already is handed out:
 * a server that waits for a key that nobody has would wait for ever. */

#include "hemo-server-key.h"

#include "hemo-chooser.h"
#include "hemo-place.h"
#include "hemo-settings-page.h"
#include "hemo-smart-key.h"

#include <glib/gi18n.h>
#include <openssl/crypto.h>
#include <string.h>

struct _HemoServerKey
{
  AdwPreferencesGroup parent_instance;

  AdwActionRow *state;
  AdwButtonRow *copy;
  AdwButtonRow *save;
  AdwButtonRow *exchange;

  HemoSmartKey *kept;
  char *password;
  HemoSmartKey *made;
};

G_DEFINE_FINAL_TYPE (HemoServerKey, hemo_server_key, ADW_TYPE_PREFERENCES_GROUP)

static gboolean
is_kept (HemoServerKey *self)
{
  return self->kept != NULL || self->password != NULL;
}

/* (transfer full) */
static char *
say_state (HemoServerKey *self)
{
  if (!is_kept (self))
    return g_strdup (_ ("There is none yet: Save makes it on this computer. Its public key can be "
                        "handed over then."));
  if (self->made != NULL)
    return g_strdup (_ ("Save puts a new one in the place of the old one. Nothing is received from "
                        "then on until its public key is registered."));
  if (self->password != NULL)
    return g_strdup (
        _ ("A client's password is kept in its place, as it was set up on the command line."));
  return g_strdup_printf (
      /* Translators: %s is the name of a key, of letters without a meaning. */
      _ ("The private key is kept here and sent to nobody. The server knows the public key as %s."),
      hemo_smart_key_get_id (self->kept));
}

static void
update (HemoServerKey *self)
{
  gboolean has_public = self->kept != NULL && self->made == NULL;
  g_autofree char *state = say_state (self);

  adw_action_row_set_subtitle (self->state, state);
  gtk_widget_set_visible (GTK_WIDGET (self->copy), has_public);
  gtk_widget_set_visible (GTK_WIDGET (self->save), has_public);
  gtk_widget_set_visible (GTK_WIDGET (self->exchange), is_kept (self) && self->made == NULL);
}

static void
forget_kept (HemoServerKey *self)
{
  g_clear_pointer (&self->kept, hemo_smart_key_free);
  if (self->password != NULL)
    OPENSSL_cleanse (self->password, strlen (self->password));
  g_clear_pointer (&self->password, g_free);
}

void
hemo_server_key_set_kept (HemoServerKey *self, const char *secret)
{
  forget_kept (self);
  g_clear_pointer (&self->made, hemo_smart_key_free);
  if (secret != NULL && (self->kept = hemo_smart_key_parse (secret, NULL)) == NULL)
    self->password = g_strdup (secret);
  update (self);
}

gboolean
hemo_server_key_is_password (HemoServerKey *self)
{
  return self->password != NULL && self->made == NULL;
}

gboolean
hemo_server_key_is_kept (HemoServerKey *self)
{
  return self->kept != NULL && self->made == NULL;
}

gboolean
hemo_server_key_is_new (HemoServerKey *self)
{
  return self->made != NULL && gtk_widget_get_visible (GTK_WIDGET (self));
}

void
hemo_server_key_show (HemoServerKey *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->copy));
}

char *
hemo_server_key_dup_secret (HemoServerKey *self, GError **error)
{
  g_autoptr (HemoSecret) pem = NULL;

  if (hemo_server_key_is_password (self))
    return g_strdup (self->password);
  if (self->kept == NULL && self->made == NULL && (self->made = hemo_smart_key_new (error)) == NULL)
    return NULL;
  pem = hemo_smart_key_to_pem (self->made != NULL ? self->made : self->kept, error);
  return pem != NULL
             ? g_strndup ((const char *)hemo_secret_get_data (pem), hemo_secret_get_size (pem))
             : NULL;
}

static void
copy_cb (HemoServerKey *self)
{
  g_autofree char *keys = hemo_smart_key_to_jwks (self->kept);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), keys);
  hemo_place_toast (GTK_WIDGET (self), _ ("The public key is in the clipboard."));
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoServerKey) self = data;
  g_autoptr (GError) error = NULL;

  if (!g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    hemo_place_show_error (GTK_WIDGET (self), _ ("The Public Key Was Not Saved"), error);
  else
    hemo_place_toast (GTK_WIDGET (self), _ ("The public key was saved. It is no secret."));
}

static void
chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoServerKey) self = data;
  g_autoptr (GFile) file = hemo_chooser_ask_finish (GTK_FILE_DIALOG (source), result, NULL);
  g_autofree char *keys = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (file == NULL || self->kept == NULL)
    return;
  keys = hemo_smart_key_to_jwks (self->kept);
  bytes = g_bytes_new (keys, strlen (keys));
  g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, G_FILE_CREATE_NONE, NULL,
                                       written_cb, g_object_ref (self));
}

static void
save_cb (HemoServerKey *self)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();

  gtk_file_dialog_set_title (dialog, _ ("Save the Public Key"));
  gtk_file_dialog_set_initial_name (dialog, "hemogram-public-key.json");
  hemo_chooser_ask_async (dialog, HEMO_CHOOSE_PLACE, GTK_WIDGET (self), chosen_cb,
                          g_object_ref (self));
}

static void
exchange_answer_cb (AdwAlertDialog *dialog, const char *response, gpointer data)
{
  HemoServerKey *self = data;
  g_autoptr (GError) error = NULL;

  if (!g_str_equal (response, "make") || self->made != NULL)
    return;
  self->made = hemo_smart_key_new (&error);
  if (self->made == NULL)
    hemo_place_show_error (GTK_WIDGET (self), _ ("The Key Stays as It Was"), error);
  update (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->state));
}

static void
exchange_cb (HemoServerKey *self)
{
  AdwDialog *dialog = adw_alert_dialog_new (
      _ ("Make a New Key?"),
      _ ("The server knows the clinic by the one that there is. Once the new one is saved, nothing "
         "is received until who runs the server has registered its public key."));

  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _ ("_Cancel"), "make",
                                  _ ("_Make a New Key"), NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "make",
                                            ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (exchange_answer_cb), self, 0);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

static void
hemo_server_key_finalize (GObject *object)
{
  HemoServerKey *self = HEMO_SERVER_KEY (object);

  forget_kept (self);
  g_clear_pointer (&self->made, hemo_smart_key_free);
  G_OBJECT_CLASS (hemo_server_key_parent_class)->finalize (object);
}

static void
hemo_server_key_class_init (HemoServerKeyClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hemo_server_key_finalize;
}

static void
hemo_server_key_init (HemoServerKey *self)
{
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (self);

  adw_preferences_group_set_title (group, _ ("Key of the Clinic"));
  adw_preferences_group_set_description (
      group, _ ("Hand the public key and the client ID to who runs the server, who registers both; "
                "if you are given another ID, enter that one."));
  self->state = ADW_ACTION_ROW (adw_action_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->state), _ ("Key pair"));
  adw_preferences_group_add (group, GTK_WIDGET (self->state));
  self->copy = hemo_settings_add_button (group, _ ("Copy the Public K_ey"), NULL,
                                         G_CALLBACK (copy_cb), self);
  self->save = hemo_settings_add_button (group, _ ("Sa_ve the Public Key…"), NULL,
                                         G_CALLBACK (save_cb), self);
  self->exchange = hemo_settings_add_button (group, _ ("E_xchange for a New Key…"), NULL,
                                             G_CALLBACK (exchange_cb), self);
  update (self);
}

HemoServerKey *
hemo_server_key_new (void)
{
  return g_object_new (HEMO_TYPE_SERVER_KEY, NULL);
}
