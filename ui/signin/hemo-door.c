/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Signing in with a passphrase, and unlocking with a PIN or the passphrase. */

#include "hemo-door.h"

#include "hemo-clock.h"
#include "hemo-day-text.h"
#include "hemo-entry.h"
#include "hemo-format.h"
#include "hemo-languages.h"
#include "hemo-recover-dialog.h"
#include "hemo-settings.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>

struct _HemoDoor
{
  AdwBin parent_instance;

  GtkLabel *clinic_name;
  GtkLabel *clock;
  GtkLabel *day;
  GtkListBox *people;
  AdwPasswordEntryRow *secret;
  GtkLabel *message;
  GtkButton *enter;
  GtkButton *recover;
  GtkButton *other;
  AdwBanner *clock_banner;
  GtkDropDown *language;

  HemoDesk *desk;
  GSettings *settings;
  guint clock_source;
  guint focus_source;
  gboolean locked;
};

G_DEFINE_FINAL_TYPE (HemoDoor, hemo_door, ADW_TYPE_BIN)

static gboolean
tick_cb (gpointer data)
{
  HemoDoor *self = data;
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *time = g_date_time_format (now, "%H:%M");
  g_autofree char *day = hemo_day_text (now, _ ("%A, %-d %B %Y"));

  gtk_label_set_text (self->clock, time);
  gtk_label_set_text (self->day, day);
  return G_SOURCE_CONTINUE;
}

static void
say (HemoDoor *self, const char *text)
{
  gtk_label_set_text (self->message, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->message), text != NULL);
  if (text != NULL)
    gtk_accessible_announce (GTK_ACCESSIBLE (self), text,
                             GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
}

static void
set_waiting (HemoDoor *self, gboolean waiting)
{
  /* The entry keeps the focus: one who is refused types again at once. */
  gtk_editable_set_editable (GTK_EDITABLE (self->secret), !waiting);
  gtk_widget_set_sensitive (GTK_WIDGET (self->enter), !waiting);
}

/* Who is chosen; NULL when there is nobody. */
static const char *
chosen_login (HemoDoor *self)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->people);

  return row != NULL ? gtk_widget_get_name (GTK_WIDGET (row)) : NULL;
}

static void
entered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoDoor) self = data;
  g_autoptr (GError) error = NULL;

  if (hemo_desk_finish (HEMO_DESK (source), result, NULL, &error))
    return;
  set_waiting (self, FALSE);
  gtk_widget_grab_focus (GTK_WIDGET (self->secret));
  if (g_error_matches (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_ROLLED_BACK))
    {
      hemo_accept_older_dialog_present (GTK_WIDGET (self), self->desk, chosen_login (self),
                                        error->message);
      return;
    }
  say (self, error->message);
  /* Offered to who needs it; at a locked screen the session still has its keys. */
  gtk_widget_set_visible (GTK_WIDGET (self->recover), !self->locked);
}

/* A PIN is all digits and short; no passphrase is. */
static gboolean
looks_like_pin (const char *text)
{
  gsize length = strspn (text, "0123456789");

  return text[length] == '\0' && length >= 4 && length <= 8;
}

static void
enter_cb (HemoDoor *self)
{
  gboolean is_pin = looks_like_pin (gtk_editable_get_text (GTK_EDITABLE (self->secret)));
  g_autoptr (HemoSecret) secret = hemo_entry_take_secret (GTK_EDITABLE (self->secret));
  const char *login = chosen_login (self);

  if (secret == NULL || (!self->locked && login == NULL))
    {
      gtk_widget_grab_focus (GTK_WIDGET (self->secret));
      return;
    }
  say (self, NULL);
  set_waiting (self, TRUE);
  if (self->locked)
    {
      hemo_desk_unlock_async (self->desk, secret, is_pin, entered_cb, g_object_ref (self));
      return;
    }
  g_settings_set_string (self->settings, "last-login", login);
  hemo_desk_sign_in_async (self->desk, login, secret, entered_cb, g_object_ref (self));
}

static void
recover_cb (HemoDoor *self)
{
  const char *login = chosen_login (self);

  if (login != NULL)
    hemo_recover_dialog_present (GTK_WIDGET (self), self->desk, login);
}

static void
other_cb (HemoDoor *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.sign-out", NULL);
}

static void
selected_cb (HemoDoor *self)
{
  say (self, NULL);
  gtk_widget_grab_focus (GTK_WIDGET (self->secret));
}

static GtkWidget *
person_row (const char *login, const char *name, const char *role)
{
  GtkWidget *row = adw_action_row_new ();
  HemoRole code = HEMO_ROLE_TECHNICIAN;

  hemo_role_from_code (role, &code, NULL);
  gtk_widget_set_name (row, login);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), hemo_format_role (code));
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), adw_avatar_new (32, name, TRUE));
  return row;
}

/* Nobody is signed in, so all may begin again in it; not under pictures that still wait for whoever
 * captured them. */
static void
language_cb (HemoDoor *self)
{
  hemo_languages_choose (self->settings, gtk_drop_down_get_selected (self->language));
  if (hemo_desk_get_busy (self->desk) == NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "app.begin-again", NULL);
  else
    say (self, _ ("The language changes at the next start"));
}

static void
show_languages (HemoDoor *self)
{
  g_autoptr (GListModel) languages = hemo_languages_get_names ();

  gtk_drop_down_set_model (self->language, languages);
  gtk_drop_down_set_selected (self->language, hemo_languages_get_chosen (self->settings));
  gtk_widget_set_visible (GTK_WIDGET (self->language), TRUE);
  g_signal_connect_swapped (self->language, "notify::selected", G_CALLBACK (language_cb), self);
}

static void
show_people (HemoDoor *self)
{
  HemoKeyFile *file = hemo_clinic_get_key_file (hemo_desk_get_clinic (self->desk));
  GPtrArray *users = hemo_key_file_get_users (file);
  g_autofree char *last = g_settings_get_string (self->settings, "last-login");

  gtk_label_set_text (self->clinic_name, hemo_key_file_get_clinic_name (file));
  for (guint i = 0; i < users->len; i++)
    {
      const HemoKeyUser *user = g_ptr_array_index (users, i);
      GtkWidget *row = person_row (user->login, user->name, user->role);

      gtk_list_box_append (self->people, row);
      if (i == 0 || g_strcmp0 (last, user->login) == 0)
        gtk_list_box_select_row (self->people, GTK_LIST_BOX_ROW (row));
    }
}

/* One that is not revealed is read aloud all the same unless it is hidden as well. */
static void
show_clock (HemoDoor *self, gint64 newest)
{
  const gboolean wrong = !hemo_clock_is_plausible (g_get_real_time (), newest);

  gtk_widget_set_visible (GTK_WIDGET (self->clock_banner), wrong);
  adw_banner_set_revealed (self->clock_banner, wrong);
}

static gboolean
newest_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_clock_newest_record (txn, data, error);
}

typedef struct
{
  HemoDoor *door;
  gint64 *newest;
} Asking;

static void
newest_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Asking *asking = data;
  g_autoptr (HemoDoor) self = asking->door;
  g_autofree gint64 *newest = asking->newest;

  if (hemo_store_finish (HEMO_STORE (source), result, NULL, NULL) && self->clock_banner != NULL)
    show_clock (self, *newest);
}

/* Before anybody signed in nothing of the store can be read. What was known of the time when it was
 * last open lies beside it; of a store that was last open in an older version there is only when
 * its file was written, which a copy changes. */
static gint64
last_known (HemoClinic *clinic)
{
  const char *directory = hemo_clinic_get_directory (clinic);
  g_autofree char *path = g_build_filename (directory, "hemogram.db", NULL);
  gint64 newest = hemo_clock_read_mark (directory);
  GStatBuf status;

  if (newest == 0 && g_stat (path, &status) == 0)
    newest = (gint64)status.st_mtime * G_USEC_PER_SEC;
  return hemo_clock_is_plausible (newest, 0) ? newest : 0;
}

static void
check_clock (HemoDoor *self)
{
  HemoClinic *clinic = hemo_desk_get_clinic (self->desk);
  HemoStore *store = hemo_clinic_get_store (clinic);

  if (store != NULL)
    {
      Asking *asking = g_new0 (Asking, 1);

      asking->door = g_object_ref (self);
      asking->newest = g_new0 (gint64, 1);
      show_clock (self, 0);
      hemo_store_read_async (store, NULL, newest_job, asking->newest, NULL, NULL, NULL, newest_cb,
                             asking);
      return;
    }
  show_clock (self, last_known (clinic));
}

static void
show_locked (HemoDoor *self)
{
  HemoSession *session = hemo_desk_get_session (self->desk);
  HemoKeyFile *file = hemo_clinic_get_key_file (hemo_desk_get_clinic (self->desk));

  self->locked = TRUE;
  gtk_label_set_text (self->clinic_name, hemo_key_file_get_clinic_name (file));
  gtk_list_box_append (
      self->people, person_row (hemo_session_get_login (session), hemo_session_get_name (session),
                                hemo_role_to_code (hemo_session_get_role (session))));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->secret), _ ("PIN or passphrase"));
  gtk_button_set_label (self->enter, _ ("_Unlock"));
  gtk_widget_set_visible (GTK_WIDGET (self->other), TRUE);
}

static gboolean
focus_cb (gpointer data)
{
  HemoDoor *self = data;

  self->focus_source = 0;
  gtk_widget_grab_focus (GTK_WIDGET (self->secret));
  return G_SOURCE_REMOVE;
}

/* After the window has settled where its focus goes. */
static void
hemo_door_map (GtkWidget *widget)
{
  HemoDoor *self = HEMO_DOOR (widget);

  GTK_WIDGET_CLASS (hemo_door_parent_class)->map (widget);
  if (self->focus_source == 0)
    self->focus_source = g_idle_add (focus_cb, self);
}

static void
hemo_door_dispose (GObject *object)
{
  HemoDoor *self = HEMO_DOOR (object);

  g_clear_handle_id (&self->clock_source, g_source_remove);
  g_clear_handle_id (&self->focus_source, g_source_remove);
  /* A list that goes loses its choice, which is nobody's wish. */
  if (self->language != NULL)
    g_signal_handlers_disconnect_by_data (self->language, self);
  gtk_widget_dispose_template (GTK_WIDGET (self), HEMO_TYPE_DOOR);
  g_clear_object (&self->desk);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (hemo_door_parent_class)->dispose (object);
}

static void
hemo_door_class_init (HemoDoorClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hemo_door_dispose;
  widget_class->map = hemo_door_map;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/hemogram/Hemogram/signin/hemo-door.ui");
  gtk_widget_class_bind_template_child (widget_class, HemoDoor, clinic_name);
  gtk_widget_class_bind_template_child (widget_class, HemoDoor, clock);
  gtk_widget_class_bind_template_child (widget_class, HemoDoor, day);
  gtk_widget_class_bind_template_child (widget_class, HemoDoor, people);
  gtk_widget_class_bind_template_child (widget_class, HemoDoor, secret);
  gtk_widget_class_bind_template_child (widget_class, HemoDoor, message);
  gtk_widget_class_bind_template_child (widget_class, HemoDoor, enter);
  gtk_widget_class_bind_template_child (widget_class, HemoDoor, recover);
  gtk_widget_class_bind_template_child (widget_class, HemoDoor, other);
  gtk_widget_class_bind_template_child (widget_class, HemoDoor, clock_banner);
  gtk_widget_class_bind_template_child (widget_class, HemoDoor, language);
}

static void
hemo_door_init (HemoDoor *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->settings = hemo_settings_new ();
  g_signal_connect_swapped (self->enter, "clicked", G_CALLBACK (enter_cb), self);
  g_signal_connect_swapped (self->recover, "clicked", G_CALLBACK (recover_cb), self);
  g_signal_connect_swapped (self->other, "clicked", G_CALLBACK (other_cb), self);
  g_signal_connect_swapped (self->secret, "entry-activated", G_CALLBACK (enter_cb), self);
  g_signal_connect_swapped (self->people, "row-activated", G_CALLBACK (selected_cb), self);
  tick_cb (self);
  self->clock_source = g_timeout_add_seconds (1, tick_cb, self);
}

HemoDoor *
hemo_door_new (HemoDesk *desk)
{
  HemoDoor *self = g_object_new (HEMO_TYPE_DOOR, NULL);

  self->desk = g_object_ref (desk);
  check_clock (self);
  if (hemo_desk_get_session_state (desk) == HEMO_SESSION_LOCKED)
    show_locked (self);
  else
    {
      show_people (self);
      show_languages (self);
    }
  return self;
}
