/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One server: how it is reached, tried step by step before it is saved. A secret that was saved is
 * never shown; an empty entry leaves it as it is. How the clinic signs in has its own rows
 * (HemoServerSignIn). */

#include "hemo-settings-page.h"

#include "hemo-chooser.h"
#include "hemo-key-file.h"
#include "hemo-server-leave.h"
#include "hemo-server-sign-in.h"
#include "hemo-server-trial.h"

#include <glib/gi18n.h>
#include <openssl/crypto.h>
#include <string.h>

#define CERTIFICATE_MAX 65536

typedef struct
{
  HemoSettingsPage parent_instance;

  const char *kind;
  AdwEntryRow *url;
  HemoServerSignIn *sign_in;
  AdwEntryRow *bucket;
  AdwEntryRow *prefix;
  AdwEntryRow *region;
  AdwSwitchRow *virtual_host;
  AdwSwitchRow *kms;
  AdwEntryRow *kms_key;
  AdwActionRow *authority_row;
  GtkButton *forget_authority;
  AdwSwitchRow *plain;
  AdwActionRow *plain_warning;
  AdwSpinRow *kilobits;
  AdwSpinRow *from_hour;
  AdwSpinRow *to_hour;
  AdwSwitchRow *metered;
  AdwButtonRow *test_button;
  AdwButtonRow *save_button;
  AdwButtonRow *remove_button;
  HemoServerTrial *trial;
  /* The key that is saved goes to who runs the server. */
  gboolean hands_over;

  char *authority;
  HemoServerSettings *saved;
} HemoServerForm;

typedef struct
{
  HemoSettingsPageClass parent_class;
} HemoServerFormClass;

static GType hemo_server_form_get_type (void);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoServerForm, g_object_unref)
G_DEFINE_ABSTRACT_TYPE (HemoServerForm, hemo_server_form, HEMO_TYPE_SETTINGS_PAGE)

static HemoDesk *
desk_of (HemoServerForm *self)
{
  return hemo_settings_page_get_desk (HEMO_SETTINGS_PAGE (self));
}

static gboolean
is_s3 (HemoServerForm *self)
{
  return g_str_equal (self->kind, HEMO_SERVER_S3);
}

static char *
dup_entry (gpointer row)
{
  char *text = row != NULL ? g_strstrip (g_strdup (gtk_editable_get_text (row))) : NULL;

  if (text != NULL && *text == '\0')
    g_clear_pointer (&text, g_free);
  return text;
}

static gboolean
is_on (AdwSwitchRow *row)
{
  return row != NULL && adw_switch_row_get_active (row);
}

/* As the form stands. (transfer full) */
static HemoServerSettings *
gather (HemoServerForm *self)
{
  HemoServerSettings *settings
      = self->saved != NULL ? hemo_server_settings_copy (self->saved) : hemo_server_settings_new ();

  g_free (settings->url);
  settings->url = dup_entry (self->url);
  g_free (settings->bucket);
  settings->bucket = dup_entry (self->bucket);
  g_free (settings->prefix);
  settings->prefix = dup_entry (self->prefix);
  g_free (settings->region);
  settings->region = dup_entry (self->region);
  g_free (settings->kms_key);
  settings->kms_key = dup_entry (self->kms_key);
  g_set_str (&settings->authority, self->authority);
  settings->virtual_host = is_on (self->virtual_host);
  settings->kms = is_on (self->kms);
  settings->allow_plain = is_on (self->plain);
  settings->metered = is_on (self->metered);
  settings->kilobits = (guint)adw_spin_row_get_value (self->kilobits);
  settings->from_hour = (guint)adw_spin_row_get_value (self->from_hour);
  settings->to_hour = (guint)adw_spin_row_get_value (self->to_hour);
  hemo_server_sign_in_gather (self->sign_in, settings);
  return settings;
}

static void
check_cb (HemoServerForm *self)
{
  g_autofree char *url = dup_entry (self->url);

  hemo_server_sign_in_set_url (self->sign_in, url);
  if (self->kms_key != NULL)
    gtk_widget_set_visible (GTK_WIDGET (self->kms_key), is_on (self->kms));
  gtk_widget_set_visible (GTK_WIDGET (self->plain_warning), is_on (self->plain));
  adw_action_row_set_subtitle (self->authority_row,
                               self->authority != NULL
                                   ? _ ("A certificate is trusted besides those of the computer.")
                                   : _ ("None: those of the computer are trusted."));
  gtk_widget_set_visible (GTK_WIDGET (self->forget_authority), self->authority != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->remove_button), self->saved != NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->test_button),
                            self->trial == NULL || !hemo_server_trial_is_running (self->trial));
}

static void
set_text (gpointer row, const char *text)
{
  if (row != NULL)
    gtk_editable_set_text (row, text != NULL ? text : "");
}

static void
fill (HemoServerForm *self)
{
  const HemoServerSettings *saved = self->saved;

  set_text (self->url, saved->url);
  set_text (self->bucket, saved->bucket);
  set_text (self->prefix, saved->prefix);
  set_text (self->region, saved->region);
  set_text (self->kms_key, saved->kms_key);
  hemo_server_sign_in_fill (self->sign_in, saved);
  if (self->virtual_host != NULL)
    adw_switch_row_set_active (self->virtual_host, saved->virtual_host);
  if (self->kms != NULL)
    adw_switch_row_set_active (self->kms, saved->kms);
  adw_switch_row_set_active (self->plain, saved->allow_plain);
  if (self->metered != NULL)
    adw_switch_row_set_active (self->metered, saved->metered);
  adw_spin_row_set_value (self->kilobits, saved->kilobits);
  adw_spin_row_set_value (self->from_hour, saved->from_hour);
  adw_spin_row_set_value (self->to_hour, saved->to_hour);
  g_set_str (&self->authority, saved->authority);
}

static gboolean
load_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autoptr (GError) failure = NULL;
  HemoServerRow *row = hemo_server_load (txn, data, &failure);

  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (row == NULL)
    return TRUE;
  *result = hemo_server_settings_parse (row->settings, error);
  hemo_server_row_free (row);
  return *result != NULL;
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoServerForm) self = data;
  g_autoptr (GError) error = NULL;
  gpointer out = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, &error))
    {
      hemo_place_show_error (GTK_WIDGET (self), _ ("The Settings Cannot Be Read"), error);
      return;
    }
  g_clear_pointer (&self->saved, hemo_server_settings_free);
  self->saved = out;
  if (self->saved != NULL)
    fill (self);
  gtk_widget_set_sensitive (GTK_WIDGET (self->save_button), TRUE);
  check_cb (self);
  if (self->hands_over)
    hemo_server_key_show (hemo_server_sign_in_get_key (self->sign_in));
  self->hands_over = FALSE;
}

static void
load (HemoServerForm *self)
{
  hemo_desk_read_async (desk_of (self), load_job, (gpointer)self->kind, NULL,
                        (GDestroyNotify)hemo_server_settings_free, NULL, loaded_cb,
                        g_object_ref (self));
}

/* What is to be saved; no settings: no server any more. @doubted: as another account;
 * @originals: that may be left behind */
typedef struct
{
  const char *kind;
  char *json;
  gboolean another;
  gboolean doubted;
  int originals;
} Save;

static void
save_free (gpointer data)
{
  Save *self = data;

  if (self->json != NULL)
    OPENSSL_cleanse (self->json, strlen (self->json));
  g_free (self->json);
  g_free (self);
}

static gboolean
save_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Save *save = data;

  if ((save->another || save->json == NULL)
      && !hemo_server_leave_check (txn, save->kind, save->originals, error))
    return FALSE;
  return hemo_server_save (txn, save->kind, save->json, save->another, error)
         && (!save->doubted || hemo_server_doubt (txn, save->kind, error));
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoServerForm) self = data;
  HemoDesk *desk = HEMO_DESK (source);

  if (!hemo_settings_page_answer (HEMO_SETTINGS_PAGE (self), result, _ ("Nothing Was Saved"),
                                  self->hands_over
                                      ? _ ("Saved. Now hand the public key to who runs the server.")
                                      : _ ("Saved. What waits is sent from now on.")))
    {
      self->hands_over = FALSE;
      return;
    }
  hemo_sender_restart (hemo_desk_get_sender (desk), hemo_desk_get_clinic (desk));
  load (self);
}

static void
removed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoServerForm) self = data;
  HemoDesk *desk = HEMO_DESK (source);
  GtkWidget *view;

  if (!hemo_settings_page_answer (HEMO_SETTINGS_PAGE (self), result, _ ("The Server Stays Set Up"),
                                  _ ("Removed. What waits stays here.")))
    return;
  hemo_sender_restart (hemo_desk_get_sender (desk), hemo_desk_get_clinic (desk));
  view = gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_NAVIGATION_VIEW);
  if (view != NULL)
    adw_navigation_view_pop (ADW_NAVIGATION_VIEW (view));
}

/* As the form stands, which makes another server of it or not. */
static void
write_form (GtkWidget *page, int originals)
{
  HemoServerForm *self = (HemoServerForm *)page;
  g_autoptr (HemoServerSettings) settings = gather (self);
  Save *save;

  self->hands_over = hemo_server_key_is_new (hemo_server_sign_in_get_key (self->sign_in));
  save = g_new (Save, 1);
  *save = (Save){ self->kind, hemo_server_settings_to_json (settings),
                  self->saved != NULL && hemo_server_settings_is_another (settings, self->saved),
                  self->saved != NULL
                      && hemo_server_settings_is_other_account (settings, self->saved),
                  originals };
  hemo_desk_write_async (desk_of (self), save_job, save, save_free, NULL, NULL, saved_cb,
                         g_object_ref (self));
}

static void
write_saved (HemoServerForm *self)
{
  g_autoptr (HemoServerSettings) settings = gather (self);

  if (self->saved != NULL && hemo_server_settings_is_another (settings, self->saved))
    hemo_server_leave (GTK_WIDGET (self), desk_of (self), self->kind, write_form);
  else
    write_form (GTK_WIDGET (self), 0);
}

static void
lose_answer_cb (AdwAlertDialog *dialog, const char *response, gpointer data)
{
  if (g_str_equal (response, "forget"))
    write_saved (data);
}

static void
ask_to_lose_key (HemoServerForm *self)
{
  AdwDialog *dialog = adw_alert_dialog_new (
      _ ("Forget the Key?"),
      _ ("The server may know the clinic by the private key that is kept here. Another kind of "
         "sign-in forgets it: to come back to it takes a new key, which who runs the server has "
         "to register."));

  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _ ("_Cancel"), "forget",
                                  _ ("_Forget It and Save"), NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "forget",
                                            ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "cancel");
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (lose_answer_cb), self, 0);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

static void
save_cb (HemoServerForm *self)
{
  g_autoptr (HemoServerSettings) settings = gather (self);
  g_autoptr (GError) error = NULL;

  if (!hemo_server_settings_check (settings, self->kind, &error))
    hemo_place_show_error (GTK_WIDGET (self), _ ("Nothing Was Saved"), error);
  else if (hemo_server_sign_in_loses_key (self->sign_in))
    ask_to_lose_key (self);
  else
    write_saved (self);
}

static void
write_removed (GtkWidget *page, int originals)
{
  HemoServerForm *self = (HemoServerForm *)page;
  Save *save;

  save = g_new (Save, 1);
  *save = (Save){ self->kind, NULL, FALSE, originals };
  hemo_desk_write_async (desk_of (self), save_job, save, save_free, NULL, NULL, removed_cb,
                         g_object_ref (self));
}

static void
remove_answer_cb (AdwAlertDialog *dialog, const char *response, gpointer data)
{
  HemoServerForm *self = data;

  if (g_str_equal (response, "remove"))
    hemo_server_leave (GTK_WIDGET (self), desk_of (self), self->kind, write_removed);
}

static void
remove_cb (HemoServerForm *self)
{
  AdwDialog *dialog = adw_alert_dialog_new (
      _ ("Remove This Server?"),
      _ ("Nothing is sent to it any more, and its address and sign-in are forgotten here. What it "
         "has stays there."));

  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _ ("_Cancel"), "remove",
                                  _ ("_Remove"), NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "remove",
                                            ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (remove_answer_cb), self, 0);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

static void
test_cb (HemoServerForm *self)
{
  hemo_server_trial_start (self->trial, desk_of (self), self->kind, gather (self));
}

static void
certificate_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoServerForm) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  gsize size = 0;

  if (!g_file_load_contents_finish (G_FILE (source), result, &text, &size, NULL, &error))
    {
      hemo_place_show_error (GTK_WIDGET (self), _ ("The Certificate Cannot Be Read"), error);
      return;
    }
  if (size > CERTIFICATE_MAX || strlen (text) != size
      || strstr (text, "-----BEGIN CERTIFICATE-----") == NULL)
    {
      hemo_place_toast (GTK_WIDGET (self), _ ("This file is no certificate in PEM."));
      return;
    }
  g_set_str (&self->authority, text);
  check_cb (self);
}

static void
certificate_chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoServerForm) self = data;
  g_autoptr (GFile) file = hemo_chooser_ask_finish (GTK_FILE_DIALOG (source), result, NULL);

  if (file != NULL)
    g_file_load_contents_async (file, NULL, certificate_loaded_cb, g_object_ref (self));
}

static void
choose_certificate_cb (HemoServerForm *self)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();

  gtk_file_dialog_set_title (dialog, _ ("Certificate of the Server's Authority"));
  hemo_chooser_ask_async (dialog, HEMO_CHOOSE_FILE, GTK_WIDGET (self), certificate_chosen_cb,
                          g_object_ref (self));
}

static void
forget_certificate_cb (HemoServerForm *self)
{
  g_clear_pointer (&self->authority, g_free);
  check_cb (self);
}

static AdwSpinRow *
add_number (AdwPreferencesGroup *group, const char *title, const char *subtitle, double maximum)
{
  GtkWidget *row = adw_spin_row_new_with_range (0, maximum, 1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_preferences_group_add (group, row);
  return ADW_SPIN_ROW (row);
}

/* Each server of the clinic knows it by another name, as each has another key. */
static void
build_sign_in (HemoServerForm *self, AdwPreferencesPage *content)
{
  HemoKeyFile *keys = hemo_clinic_get_key_file (hemo_desk_get_clinic (desk_of (self)));
  g_autofree char *client = g_strconcat (is_s3 (self) ? "hemogram-pictures-" : "hemogram-",
                                         hemo_key_file_get_clinic_uuid (keys), NULL);

  self->sign_in = hemo_server_sign_in_new (self->kind, client);
  adw_preferences_page_add (content, ADW_PREFERENCES_GROUP (self->sign_in));
  adw_preferences_page_add (content,
                            ADW_PREFERENCES_GROUP (hemo_server_sign_in_get_key (self->sign_in)));
}

static void
build_records (HemoServerForm *self, AdwPreferencesPage *content)
{
  AdwPreferencesGroup *group
      = hemo_settings_add_group (content, _ ("Address"), _ ("Such as https://fhir.example.org/r4"));

  self->url = hemo_settings_add_entry (group, _ ("_Address of the server"), NULL);
  build_sign_in (self, content);
}

static void
build_pictures (HemoServerForm *self, AdwPreferencesPage *content)
{
  AdwPreferencesGroup *group = hemo_settings_add_group (
      content, _ ("Address"), _ ("Such as https://s3.example.org, without the bucket"));

  self->url = hemo_settings_add_entry (group, _ ("_Address of the server"), NULL);
  self->bucket = hemo_settings_add_entry (group, _ ("_Bucket"), NULL);
  self->prefix
      = hemo_settings_add_entry (group, _ ("What keys be_gin with, if not the clinic's own"), NULL);
  self->region = hemo_settings_add_entry (group, _ ("Regi_on, if not us-east-1"), NULL);
  self->virtual_host = hemo_settings_add_switch (group, _ ("Bucket in the host's na_me"),
                                                 _ ("Where the provider asks for it"), FALSE);
  build_sign_in (self, content);
  group = hemo_settings_add_group (
      content, _ ("Encryption by the Server"),
      _ ("Pictures leave sealed in any case; some organisations ask for this as well."));
  self->kms = hemo_settings_add_switch (group, _ ("Encrypt with a key of the server (SSE-_KMS)"),
                                        NULL, FALSE);
  self->kms_key = hemo_settings_add_entry (group, _ ("Name of that key, if not the usual"), NULL);
  g_signal_connect_swapped (self->kms, "notify::active", G_CALLBACK (check_cb), self);
}

static void
build_connection (HemoServerForm *self, AdwPreferencesPage *content)
{
  AdwPreferencesGroup *group = hemo_settings_add_group (content, _ ("Connection"), NULL);
  GtkWidget *choose = gtk_button_new_with_mnemonic (_ ("C_hoose…"));
  GtkWidget *forget = gtk_button_new_with_mnemonic (_ ("_Forget"));

  self->authority_row = ADW_ACTION_ROW (adw_action_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->authority_row),
                                 _ ("Certificate of an own authority"));
  self->forget_authority = GTK_BUTTON (forget);
  gtk_widget_set_valign (choose, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (forget, GTK_ALIGN_CENTER);
  adw_action_row_add_suffix (self->authority_row, forget);
  adw_action_row_add_suffix (self->authority_row, choose);
  g_signal_connect_swapped (choose, "clicked", G_CALLBACK (choose_certificate_cb), self);
  g_signal_connect_swapped (forget, "clicked", G_CALLBACK (forget_certificate_cb), self);
  adw_preferences_group_add (group, GTK_WIDGET (self->authority_row));
  self->plain = hemo_settings_add_switch (
      group, _ ("Allow http _without encryption"),
      _ ("Only for a server in the clinic's own network that cannot do better"), FALSE);
  self->plain_warning = ADW_ACTION_ROW (adw_action_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->plain_warning),
                                 _ ("Names and results can be read on the way"));
  adw_action_row_set_subtitle (
      self->plain_warning,
      _ ("Whoever is in the same network sees and can change what is sent by http, the sign-in "
         "included. Never use it over the internet or an open wireless network."));
  adw_action_row_add_prefix (self->plain_warning,
                             gtk_image_new_from_icon_name ("dialog-warning-symbolic"));
  gtk_widget_add_css_class (GTK_WIDGET (self->plain_warning), "warning");
  adw_preferences_group_add (group, GTK_WIDGET (self->plain_warning));
  g_signal_connect_swapped (self->plain, "notify::active", G_CALLBACK (check_cb), self);
}

static void
build_limits (HemoServerForm *self, AdwPreferencesPage *content)
{
  AdwPreferencesGroup *group = hemo_settings_add_group (content, _ ("Limits"), NULL);

  self->kilobits = add_number (group, _ ("Kilobits a second at most"), _ ("0: no limit"), 1000000);
  self->from_hour
      = add_number (group, _ ("From this hour of the day"), _ ("The same as the next: always"), 24);
  self->to_hour = add_number (group, _ ("Until this hour"), _ ("In this computer's time"), 24);
  if (is_s3 (self))
    self->metered = hemo_settings_add_switch (group, _ ("Pictures over connections that _cost"),
                                              _ ("Results are sent over any connection"), FALSE);
}

static void
hemo_server_form_build (HemoSettingsPage *page, AdwPreferencesPage *content)
{
  HemoServerForm *self = (HemoServerForm *)page;
  AdwPreferencesGroup *group;

  if (is_s3 (self))
    build_pictures (self, content);
  else
    build_records (self, content);
  build_connection (self, content);
  build_limits (self, content);
  group = hemo_settings_add_group (content, NULL, NULL);
  self->test_button
      = hemo_settings_add_button (group, _ ("_Test"), NULL, G_CALLBACK (test_cb), self);
  self->trial = hemo_server_trial_new ();
  adw_preferences_page_add (content, ADW_PREFERENCES_GROUP (self->trial));
  g_signal_connect_object (self->trial, "changed", G_CALLBACK (check_cb), self, G_CONNECT_SWAPPED);
  group = hemo_settings_add_group (content, NULL, NULL);
  self->save_button = hemo_settings_add_button (group, _ ("_Save"), "suggested-action",
                                                G_CALLBACK (save_cb), self);
  self->remove_button = hemo_settings_add_button (
      group, _ ("_Remove This Server"), "destructive-action", G_CALLBACK (remove_cb), self);
  /* Not before what is saved is known: its secret would be lost. */
  gtk_widget_set_sensitive (GTK_WIDGET (self->save_button), FALSE);
  check_cb (self);
  g_signal_connect_swapped (self->url, "changed", G_CALLBACK (check_cb), self);
  load (self);
}

static void
hemo_server_form_finalize (GObject *object)
{
  HemoServerForm *self = (HemoServerForm *)object;

  g_clear_pointer (&self->saved, hemo_server_settings_free);
  g_free (self->authority);
  G_OBJECT_CLASS (hemo_server_form_parent_class)->finalize (object);
}

static void
hemo_server_form_class_init (HemoServerFormClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hemo_server_form_finalize;
  HEMO_SETTINGS_PAGE_CLASS (klass)->build = hemo_server_form_build;
}

static void
hemo_server_form_init (HemoServerForm *self)
{
}

typedef HemoServerForm HemoSettingsRecords;
typedef HemoServerFormClass HemoSettingsRecordsClass;
G_DEFINE_TYPE (HemoSettingsRecords, hemo_settings_records, hemo_server_form_get_type ())

static void
hemo_settings_records_class_init (HemoSettingsRecordsClass *klass)
{
}

static void
hemo_settings_records_init (HemoSettingsRecords *self)
{
  self->kind = HEMO_SERVER_FHIR;
}

typedef HemoServerForm HemoSettingsPictures;
typedef HemoServerFormClass HemoSettingsPicturesClass;
G_DEFINE_TYPE (HemoSettingsPictures, hemo_settings_pictures, hemo_server_form_get_type ())

static void
hemo_settings_pictures_class_init (HemoSettingsPicturesClass *klass)
{
}

static void
hemo_settings_pictures_init (HemoSettingsPictures *self)
{
  self->kind = HEMO_SERVER_S3;
}
