/* SPDX-License-Identifier: GPL-3.0-or-later */

/* People: who may sign in, added, given another role, disabled. */

#include "hemo-settings-page.h"

#include "hemo-entry.h"
#include "hemo-format.h"

#include <glib/gi18n.h>

struct _HemoSettingsPeople
{
  HemoSettingsPage parent_instance;

  AdwPreferencesPage *page;
  AdwPreferencesGroup *people;
  AdwPreferencesGroup *add;
  AdwEntryRow *name;
  AdwEntryRow *login;
  AdwComboRow *role;
  AdwPasswordEntryRow *passphrase;
  guint hold;
  /* What is being done: adding somebody, or giving a role that can be taken back. */
  gboolean adding;
  char *changed_login;
  HemoRole former_role;
};

#define HEMO_TYPE_SETTINGS_PEOPLE (hemo_settings_people_get_type ())
G_DECLARE_FINAL_TYPE (
    HemoSettingsPeople, hemo_settings_people, HEMO, SETTINGS_PEOPLE, HemoSettingsPage)
G_DEFINE_FINAL_TYPE (HemoSettingsPeople, hemo_settings_people, HEMO_TYPE_SETTINGS_PAGE)

/* What is to be done with whom. */
typedef struct
{
  char *login;
  char *name;
  HemoRole role;
  HemoSecret *passphrase;
} Person;

static Person *
person_new (const char *login, const char *name, HemoRole role, HemoSecret *passphrase)
{
  Person *self = g_new (Person, 1);

  *self = (Person){ g_strdup (login), g_strdup (name), role, passphrase };
  return self;
}

static void
person_free (gpointer data)
{
  Person *self = data;

  g_free (self->login);
  g_free (self->name);
  g_clear_pointer (&self->passphrase, hemo_secret_unref);
  g_free (self);
}

/* The role that somebody had. */
typedef struct
{
  GWeakRef page;
  Person *person;
} Undo;

static void
undo_free (gpointer data)
{
  Undo *self = data;

  g_weak_ref_clear (&self->page);
  g_clear_pointer (&self->person, person_free);
  g_free (self);
}

static void show_people (HemoSettingsPeople *self);
static void undo_role (gpointer data);

/* A role says who may sign reports and manage people, and is chosen with one key: it can be taken
 * back as easily. */
static void
offer_undo (HemoSettingsPeople *self)
{
  Person *before = person_new (self->changed_login, NULL, self->former_role, NULL);
  Undo *undo = g_new (Undo, 1);

  undo->person = before;
  g_weak_ref_init (&undo->page, self);
  hemo_place_toast_undo (GTK_WIDGET (self), _ ("The role is changed"), undo_role, undo, undo_free);
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoSettingsPeople) self = data;
  gboolean of_role = self->changed_login != NULL;
  gboolean done;

  hemo_desk_release (HEMO_DESK (source), self->hold);
  gtk_widget_set_sensitive (GTK_WIDGET (self->page), TRUE);
  done = hemo_settings_page_answer (HEMO_SETTINGS_PAGE (self), result, _ ("That Was Not Done"),
                                    of_role ? NULL : _ ("Done"));
  if (done)
    hemo_desk_touch (HEMO_DESK (source));
  if (done && of_role)
    offer_undo (self);
  /* What was refused is there to be corrected. */
  if (done && self->adding)
    {
      gtk_editable_set_text (GTK_EDITABLE (self->name), "");
      gtk_editable_set_text (GTK_EDITABLE (self->login), "");
    }
  self->adding = FALSE;
  g_clear_pointer (&self->changed_login, g_free);
  show_people (self);
}

static void
work (HemoSettingsPeople *self, HemoDeskWork what, Person *person)
{
  HemoDesk *desk = hemo_settings_page_get_desk (HEMO_SETTINGS_PAGE (self));

  self->hold = hemo_desk_hold (desk, _ ("Keys are being changed"));
  gtk_widget_set_sensitive (GTK_WIDGET (self->page), FALSE);
  hemo_desk_run_async (desk, what, person, person_free, NULL, NULL, done_cb, g_object_ref (self));
}

static gboolean
add_work (HemoClinic *clinic,
          HemoSession *session,
          gpointer data,
          gpointer *result,
          GCancellable *cancellable,
          GError **error)
{
  Person *person = data;

  return hemo_clinic_add_user (clinic, session, person->login, person->name, person->role,
                               person->passphrase, error);
}

static gboolean
disable_work (HemoClinic *clinic,
              HemoSession *session,
              gpointer data,
              gpointer *result,
              GCancellable *cancellable,
              GError **error)
{
  return hemo_clinic_disable_user (clinic, session, ((Person *)data)->login, error);
}

static gboolean
role_work (HemoClinic *clinic,
           HemoSession *session,
           gpointer data,
           gpointer *result,
           GCancellable *cancellable,
           GError **error)
{
  Person *person = data;

  return hemo_clinic_set_role (clinic, session, person->login, person->role, error);
}

static void
add_cb (HemoSettingsPeople *self)
{
  HemoSecret *passphrase = hemo_entry_take_secret (GTK_EDITABLE (self->passphrase));

  if (passphrase == NULL)
    {
      gtk_widget_grab_focus (GTK_WIDGET (self->passphrase));
      return;
    }
  self->adding = TRUE;
  work (self, add_work,
        person_new (gtk_editable_get_text (GTK_EDITABLE (self->login)),
                    gtk_editable_get_text (GTK_EDITABLE (self->name)),
                    (HemoRole)adw_combo_row_get_selected (self->role), passphrase));
}

static void
disable_response_cb (AdwAlertDialog *dialog, const char *response, gpointer data)
{
  const char *login = g_object_get_data (G_OBJECT (dialog), "login");

  if (g_str_equal (response, "disable"))
    work (data, disable_work, person_new (login, NULL, HEMO_ROLE_TECHNICIAN, NULL));
}

static void
disable_cb (GtkButton *button, gpointer data)
{
  const char *login = gtk_widget_get_name (GTK_WIDGET (button));
  AdwDialog *dialog = adw_alert_dialog_new (NULL, NULL);

  adw_alert_dialog_format_heading (ADW_ALERT_DIALOG (dialog), _ ("Let “%s” Sign In No More?"),
                                   login);
  adw_alert_dialog_set_body (
      ADW_ALERT_DIALOG (dialog),
      _ ("What was written in that name stays. The store gets a new key, which takes a while; this "
         "cannot be taken back."));
  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _ ("_Cancel"), "disable",
                                  _ ("_Disable"), NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "disable",
                                            ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "cancel");
  g_object_set_data_full (G_OBJECT (dialog), "login", g_strdup (login), g_free);
  g_signal_connect_object (dialog, "response", G_CALLBACK (disable_response_cb), data, 0);
  adw_dialog_present (dialog, GTK_WIDGET (data));
}

static gboolean
find_role (HemoSettingsPeople *self, const char *login, HemoRole *out)
{
  HemoDesk *desk = hemo_settings_page_get_desk (HEMO_SETTINGS_PAGE (self));
  GPtrArray *users
      = hemo_key_file_get_users (hemo_clinic_get_key_file (hemo_desk_get_clinic (desk)));

  for (guint i = 0; i < users->len; i++)
    {
      const HemoKeyUser *user = g_ptr_array_index (users, i);

      if (g_strcmp0 (user->login, login) == 0)
        return hemo_role_from_code (user->role, out, NULL);
    }
  return FALSE;
}

static void
give_role (HemoSettingsPeople *self, const char *login, HemoRole role)
{
  HemoRole former;

  if (self->changed_login != NULL || self->adding || !find_role (self, login, &former)
      || former == role)
    return;
  self->changed_login = g_strdup (login);
  self->former_role = former;
  work (self, role_work, person_new (login, NULL, role, NULL));
}

static void
undo_role (gpointer data)
{
  const Undo *undo = data;
  g_autoptr (HemoSettingsPeople) self = g_weak_ref_get ((GWeakRef *)&undo->page);

  if (self != NULL)
    give_role (self, undo->person->login, undo->person->role);
}

static void
role_cb (AdwComboRow *row, GParamSpec *pspec, gpointer data)
{
  HemoRole role = (HemoRole)adw_combo_row_get_selected (row);

  /* A row that goes loses its choice, which is nobody's wish. */
  if (role < HEMO_ROLES && !gtk_widget_in_destruction (GTK_WIDGET (row)))
    give_role (data, gtk_widget_get_name (GTK_WIDGET (row)), role);
}

static const char *const *
role_names (void)
{
  static const char *names[HEMO_ROLES + 1];

  for (int role = 0; role < HEMO_ROLES; role++)
    names[role] = hemo_format_role ((HemoRole)role);
  return names;
}

static void
add_person (HemoSettingsPeople *self, const HemoKeyUser *user, gboolean myself)
{
  HemoRole role = HEMO_ROLE_TECHNICIAN;
  GtkWidget *disable;
  AdwComboRow *row;

  hemo_role_from_code (user->role, &role, NULL);
  row = hemo_settings_add_choice (self->people, "", role_names (), role);
  adw_preferences_row_set_use_underline (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), user->name);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), user->login);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), adw_avatar_new (32, user->name, TRUE));
  gtk_widget_set_name (GTK_WIDGET (row), user->login);
  g_signal_connect_object (row, "notify::selected", G_CALLBACK (role_cb), self, 0);
  if (myself)
    return;
  disable = gtk_button_new_from_icon_name ("user-trash-symbolic");
  gtk_widget_set_name (disable, user->login);
  gtk_widget_set_tooltip_text (disable, _ ("Let this person sign in no more"));
  gtk_widget_set_valign (disable, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (disable, "flat");
  g_signal_connect_object (disable, "clicked", G_CALLBACK (disable_cb), self, 0);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), disable);
}

static void
show_people (HemoSettingsPeople *self)
{
  HemoDesk *desk = hemo_settings_page_get_desk (HEMO_SETTINGS_PAGE (self));
  GPtrArray *users
      = hemo_key_file_get_users (hemo_clinic_get_key_file (hemo_desk_get_clinic (desk)));
  HemoSession *session = hemo_desk_get_session (desk);

  if (session == NULL)
    return;
  if (self->people != NULL)
    adw_preferences_page_remove (self->page, self->people);
  self->people = hemo_settings_add_group (self->page, _ ("Who Can Sign In"), NULL);
  for (guint i = 0; i < users->len; i++)
    {
      const HemoKeyUser *user = g_ptr_array_index (users, i);

      add_person (self, user, g_strcmp0 (user->login, hemo_session_get_login (session)) == 0);
    }
}

static void
hemo_settings_people_build (HemoSettingsPage *page, AdwPreferencesPage *content)
{
  HemoSettingsPeople *self = HEMO_SETTINGS_PEOPLE (page);

  self->page = content;
  self->add = hemo_settings_add_group (
      content, _ ("Add Somebody"),
      _ ("The passphrase is told to the person, who changes it at the first sign-in."));
  self->name = hemo_settings_add_entry (self->add, _ ("_Name"), NULL);
  self->login = hemo_settings_add_entry (self->add, _ ("_Short name to sign in with"), NULL);
  self->role = hemo_settings_add_choice (self->add, _ ("_Role"), role_names (), 0);
  self->passphrase = hemo_settings_add_secret (self->add, _ ("First _passphrase"));
  hemo_settings_add_button (self->add, _ ("_Add"), "suggested-action", G_CALLBACK (add_cb), self);
  show_people (self);
}

static void
hemo_settings_people_finalize (GObject *object)
{
  g_free (HEMO_SETTINGS_PEOPLE (object)->changed_login);
  G_OBJECT_CLASS (hemo_settings_people_parent_class)->finalize (object);
}

static void
hemo_settings_people_class_init (HemoSettingsPeopleClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hemo_settings_people_finalize;
  HEMO_SETTINGS_PAGE_CLASS (klass)->build = hemo_settings_people_build;
}

static void
hemo_settings_people_init (HemoSettingsPeople *self)
{
}
