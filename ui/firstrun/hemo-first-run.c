/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A new clinic in five steps: language, clinic, administrator, recovery code, microscope. */

#include "hemo-first-run-private.h"

#include "hemo-clinic-info.h"
#include "hemo-entry.h"
#include "hemo-failure.h"
#include "hemo-languages.h"
#include "hemo-recovery-paper.h"

#include <glib/gi18n.h>
#include <string.h>

G_DEFINE_FINAL_TYPE (HemoFirstRun, hemo_first_run, ADW_TYPE_BIN)

enum
{
  DONE,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

void
hemo_first_run_say (HemoFirstRun *self, GtkLabel *label, const char *text)
{
  gtk_label_set_text (label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL);
  if (text != NULL)
    gtk_accessible_announce (GTK_ACCESSIBLE (self), text,
                             GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
}

static const char *
text_of (gpointer row)
{
  return gtk_editable_get_text (GTK_EDITABLE (row));
}

static void
filled_cb (GtkWidget *row, gpointer data)
{
  if (*gtk_editable_get_text (GTK_EDITABLE (row)) == '\0')
    return;
  gtk_widget_remove_css_class (row, "error");
  g_signal_handlers_disconnect_by_func (row, filled_cb, NULL);
}

/* Marks an entry that has to be filled in, until something is; TRUE when it is. */
static gboolean
check_filled (AdwEntryRow *row)
{
  g_autofree char *text = g_strstrip (g_strdup (text_of (row)));

  if (*text != '\0')
    return TRUE;
  if (!gtk_widget_has_css_class (GTK_WIDGET (row), "error"))
    g_signal_connect (row, "changed", G_CALLBACK (filled_cb), NULL);
  gtk_widget_add_css_class (GTK_WIDGET (row), "error");
  gtk_widget_grab_focus (GTK_WIDGET (row));
  return FALSE;
}

HemoSecret *
hemo_first_run_take_passphrase (HemoFirstRun *self,
                                AdwPasswordEntryRow *passphrase,
                                AdwPasswordEntryRow *again,
                                const char *login,
                                GtkLabel *message)
{
  g_autoptr (HemoSecret) first = hemo_entry_take_secret (GTK_EDITABLE (passphrase));
  g_autoptr (HemoSecret) second = hemo_entry_take_secret (GTK_EDITABLE (again));
  g_autoptr (GError) error = NULL;

  gtk_widget_grab_focus (GTK_WIDGET (passphrase));
  if (first == NULL || second == NULL || !hemo_secret_equal (first, second))
    {
      hemo_first_run_say (self, message,
                          _ ("The two passphrases are not the same. Type them again."));
      return NULL;
    }
  if (!hemo_passphrase_check (first, login, text_of (self->clinic_name), &error))
    {
      g_autofree char *text = hemo_failure_say (error->message);

      hemo_first_run_say (self, message, text);
      return NULL;
    }
  hemo_first_run_say (self, message, NULL);
  return g_steal_pointer (&first);
}

char *
hemo_first_run_suggest_login (const char *name)
{
  g_autofree char *plain = g_str_to_ascii (name, NULL);
  g_autofree char *lower = g_ascii_strdown (plain, -1);
  char *end = strchr (g_strstrip (lower), ' ');

  if (end != NULL)
    *end = '\0';
  g_strcanon (lower, "abcdefghijklmnopqrstuvwxyz0123456789", '-');
  return g_strdup (lower);
}

void
hemo_first_run_show (HemoFirstRun *self, const char *tag)
{
  /* A second Enter while the first one still slides in asks for the same page. */
  if (g_strcmp0 (adw_navigation_view_get_visible_page_tag (self->view), tag) != 0)
    adw_navigation_view_push_by_tag (self->view, tag);
}

void
hemo_first_run_begin_making (HemoFirstRun *self, const char *title, const char *text)
{
  adw_status_page_set_title (self->making, title);
  adw_status_page_set_description (self->making, text);
  gtk_widget_set_visible (GTK_WIDGET (self->progress), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->cancel), self->cancellable != NULL);
  self->hold = hemo_desk_hold (self->desk, title);
  hemo_first_run_show (self, "making");
}

void
hemo_first_run_end_making (HemoFirstRun *self, GtkLabel *message, const GError *error)
{
  hemo_desk_release (self->desk, self->hold);
  g_clear_object (&self->cancellable);
  if (message == NULL)
    return;
  adw_navigation_view_pop (self->view);
  hemo_first_run_say (self, message,
                      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
                          ? _ ("Stopped. Nothing was changed on this laptop.")
                          : error->message);
}

static void
finish (HemoFirstRun *self)
{
  g_signal_emit (self, signals[DONE], 0);
}

typedef struct
{
  HemoFirstRun *self;
  char *next;
} Enter;

static void
entered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Enter *enter = data;
  g_autoptr (HemoFirstRun) self = enter->self;
  g_autofree char *next = enter->next;
  g_autoptr (GError) error = NULL;

  g_free (enter);
  /* The clinic is there in any case: who cannot enter now signs in at the door. */
  if (!hemo_desk_finish (HEMO_DESK (source), result, NULL, &error) || next == NULL)
    finish (self);
  else
    {
      hemo_first_run_show (self, next);
      if (g_str_equal (next, "code"))
        gtk_widget_grab_focus (GTK_WIDGET (self->code_next));
      else
        gtk_widget_grab_focus (GTK_WIDGET (self->microscope_next));
    }
}

void
hemo_first_run_enter (HemoFirstRun *self,
                      const char *login,
                      HemoSecret *passphrase,
                      const char *next)
{
  Enter *enter = g_new (Enter, 1);

  *enter = (Enter){ g_object_ref (self), g_strdup (next) };
  g_settings_set_string (self->settings, "last-login", login);
  hemo_desk_sign_in_async (self->desk, login, passphrase, entered_cb, enter);
}

/* What a clinic is made from, and what comes of it. */
typedef struct
{
  char *directory;
  HemoClinicInfo *info;
  char *login;
  char *name;
  HemoSecret *passphrase;
  HemoSecret *code;
} Making;

static void
making_free (gpointer data)
{
  Making *self = data;

  g_free (self->directory);
  g_clear_pointer (&self->info, hemo_clinic_info_free);
  g_free (self->login);
  g_free (self->name);
  g_clear_pointer (&self->passphrase, hemo_secret_unref);
  g_clear_pointer (&self->code, hemo_secret_unref);
  g_free (self);
}

static gboolean
make_work (HemoClinic *clinic,
           HemoSession *session,
           gpointer data,
           gpointer *result,
           GCancellable *cancellable,
           GError **error)
{
  Making *making = data;
  g_autofree char *parent = g_path_get_dirname (making->directory);

  if (g_mkdir_with_parents (parent, 0700) != 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
                   _ ("The folder for the clinic cannot be made: %s."), g_strerror (errno));
      return FALSE;
    }
  *result = hemo_clinic_create (making->directory, making->info, making->login, making->name,
                                making->passphrase, &making->code, error);
  return *result != NULL;
}

/* Two different groups, of which the person cannot know which before the paper is put away. */
static void
choose_groups (HemoFirstRun *self)
{
  g_autofree char *title_a = NULL;
  g_autofree char *title_b = NULL;
  guint count = g_strv_length (self->groups);

  self->asked_a = (guint)g_random_int_range (0, (gint32)count);
  self->asked_b = (self->asked_a + 1 + (guint)g_random_int_range (0, (gint32)count - 1)) % count;
  if (self->asked_b < self->asked_a)
    {
      guint swap = self->asked_a;

      self->asked_a = self->asked_b;
      self->asked_b = swap;
    }
  title_a = g_strdup_printf (_ ("Group number %u"), self->asked_a + 1);
  title_b = g_strdup_printf (_ ("Group number %u"), self->asked_b + 1);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->group_a), title_a);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->group_b), title_b);
}

static void
show_code (HemoFirstRun *self, HemoSecret *code)
{
  g_autofree char *text
      = g_strndup ((const char *)hemo_secret_get_data (code), hemo_secret_get_size (code));
  g_autoptr (GString) lines = g_string_new (NULL);

  self->groups = g_strsplit (text, "-", -1);
  for (guint i = 0; self->groups[i] != NULL; i++)
    g_string_append_printf (lines, "%s%s",
                            i == 0       ? ""
                            : i % 4 == 0 ? "\n"
                                         : "   ",
                            self->groups[i]);
  gtk_label_set_text (self->code, lines->str);
  choose_groups (self);
}

static void
forget_code (HemoFirstRun *self)
{
  gtk_label_set_text (self->code, "");
  g_clear_pointer (&self->groups, g_strfreev);
}

static void
made_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoFirstRun) self = data;
  Making *making = g_object_get_data (G_OBJECT (self), "making");
  g_autoptr (GError) error = NULL;
  gpointer clinic = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, &clinic, &error))
    {
      hemo_first_run_end_making (self, self->admin_message, error);
      g_object_set_data (G_OBJECT (self), "making", NULL);
      return;
    }
  hemo_first_run_end_making (self, NULL, NULL);
  hemo_desk_adopt (self->desk, clinic);
  show_code (self, making->code);
  hemo_first_run_enter (self, making->login, making->passphrase, "code");
  g_object_set_data (G_OBJECT (self), "making", NULL);
}

static HemoClinicInfo *
read_info (HemoFirstRun *self)
{
  HemoClinicInfo *info = hemo_clinic_info_new (text_of (self->clinic_name));

  if (*text_of (self->clinic_address) != '\0')
    g_set_str (&info->address, text_of (self->clinic_address));
  if (*text_of (self->clinic_phone) != '\0')
    g_set_str (&info->phone, text_of (self->clinic_phone));
  info->endemic_malaria = adw_switch_row_get_active (self->endemic);
  info->day_first = hemo_desk_is_day_first (self->desk);
  return info;
}

static void
admin_next_cb (HemoFirstRun *self)
{
  g_autoptr (HemoSecret) passphrase = NULL;
  Making *making;

  if (!check_filled (self->admin_name) || !check_filled (self->admin_login))
    return;
  passphrase = hemo_first_run_take_passphrase (self, self->passphrase, self->again,
                                               text_of (self->admin_login), self->admin_message);
  if (passphrase == NULL)
    return;
  making = g_new0 (Making, 1);
  making->directory = g_strdup (hemo_desk_get_directory (self->desk));
  making->info = read_info (self);
  making->login = g_strdup (text_of (self->admin_login));
  making->name = g_strdup (text_of (self->admin_name));
  making->passphrase = g_steal_pointer (&passphrase);
  /* It outlives the work: the code comes back in it. */
  g_object_set_data_full (G_OBJECT (self), "making", making, making_free);
  hemo_first_run_begin_making (self, _ ("Making the Keys"), _ ("This takes a few seconds, once."));
  hemo_desk_run_async (self->desk, make_work, making, NULL, g_object_unref, NULL, made_cb,
                       g_object_ref (self));
}

static void
go_to (HemoFirstRun *self, const char *tag, gpointer focus)
{
  hemo_first_run_show (self, tag);
  gtk_widget_grab_focus (focus);
}

static void
clinic_next_cb (HemoFirstRun *self)
{
  if (check_filled (self->clinic_name))
    go_to (self, "administrator", self->admin_name);
}

static void
admin_name_cb (HemoFirstRun *self)
{
  g_autofree char *login = hemo_first_run_suggest_login (text_of (self->admin_name));

  gtk_editable_set_text (GTK_EDITABLE (self->admin_login), login);
}

static void
admin_name_next_cb (HemoFirstRun *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->passphrase));
}

static void
passphrase_next_cb (HemoFirstRun *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->again));
}

static void
group_next_cb (HemoFirstRun *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->group_b));
}

static void
print_code_cb (HemoFirstRun *self)
{
  hemo_recovery_paper_print (GTK_WIDGET (self), text_of (self->clinic_name),
                             (const char *const *)self->groups);
}

static void
code_next_cb (HemoFirstRun *self)
{
  hemo_first_run_show (self, "confirm");
  gtk_widget_grab_focus (GTK_WIDGET (self->group_a));
}

/* As a person copies: any case, O for 0, I and L for 1. */
static gboolean
is_group (const char *typed, const char *group)
{
  g_autofree char *clean = g_ascii_strup (typed, -1);

  g_strstrip (clean);
  for (char *at = clean; *at != '\0'; at++)
    *at = *at == 'O' ? '0' : *at == 'I' || *at == 'L' ? '1' : *at;
  return g_str_equal (clean, group);
}

static void
confirm_next_cb (HemoFirstRun *self)
{
  if (!is_group (text_of (self->group_a), self->groups[self->asked_a])
      || !is_group (text_of (self->group_b), self->groups[self->asked_b]))
    {
      hemo_first_run_say (
          self, self->confirm_message,
          _ ("That is not what was shown. Go back, and compare with your paper letter by letter."));
      gtk_editable_set_text (GTK_EDITABLE (self->group_a), "");
      gtk_editable_set_text (GTK_EDITABLE (self->group_b), "");
      gtk_widget_grab_focus (GTK_WIDGET (self->group_a));
      return;
    }
  forget_code (self);
  hemo_first_run_show (self, "microscope");
  hemo_first_run_list_objectives (self);
}

static void
microscope_next_cb (HemoFirstRun *self)
{
  hemo_first_run_save_microscope (self);
  finish (self);
}

static void
language_cb (HemoFirstRun *self)
{
  hemo_languages_choose (self->settings, adw_combo_row_get_selected (self->language));
  /* Nothing was made yet: all that follows comes in the language that was chosen. */
  gtk_widget_activate_action (GTK_WIDGET (self), "app.begin-again", NULL);
}

static void
begin_cb (HemoFirstRun *self)
{
  go_to (self, "clinic", self->clinic_name);
}

/* Enter is the usual way on. */
static void
hemo_first_run_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (hemo_first_run_parent_class)->map (widget);
  gtk_widget_grab_focus (GTK_WIDGET (HEMO_FIRST_RUN (widget)->begin));
}

static void
hemo_first_run_dispose (GObject *object)
{
  HemoFirstRun *self = HEMO_FIRST_RUN (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  /* A row that goes loses its choice, which is nobody's wish. */
  if (self->language != NULL)
    g_signal_handlers_disconnect_by_data (self->language, self);
  /* The view is bound and the bin's child as well: whoever lets go second must find nothing. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), HEMO_TYPE_FIRST_RUN);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->groups, g_strfreev);
  g_clear_pointer (&self->objectives, g_ptr_array_unref);
  g_clear_object (&self->file);
  g_clear_object (&self->folder);
  g_clear_object (&self->desk);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (hemo_first_run_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
#define BIND(child) gtk_widget_class_bind_template_child (widget_class, HemoFirstRun, child)
  BIND (view);
  BIND (language);
  BIND (begin);
  BIND (join);
  BIND (restore);
  BIND (clinic_name);
  BIND (clinic_address);
  BIND (clinic_phone);
  BIND (endemic);
  BIND (clinic_next);
  BIND (admin_name);
  BIND (admin_login);
  BIND (passphrase);
  BIND (again);
  BIND (admin_message);
  BIND (admin_next);
  BIND (making);
  BIND (progress);
  BIND (cancel);
  BIND (code);
  BIND (print_code);
  BIND (code_next);
  BIND (group_a);
  BIND (group_b);
  BIND (confirm_message);
  BIND (confirm_next);
  BIND (objective);
  BIND (film);
  BIND (microscope_next);
  BIND (join_file);
  BIND (choose_file);
  BIND (join_code);
  BIND (join_name);
  BIND (join_login);
  BIND (join_passphrase);
  BIND (join_again);
  BIND (join_message);
  BIND (join_next);
  BIND (restore_folder);
  BIND (choose_folder);
  BIND (restore_login);
  BIND (restore_secret);
  BIND (restore_message);
  BIND (restore_next);
#undef BIND
}

static void
hemo_first_run_class_init (HemoFirstRunClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hemo_first_run_dispose;
  widget_class->map = hemo_first_run_map;
  signals[DONE] = g_signal_new ("done", HEMO_TYPE_FIRST_RUN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/hemogram/Hemogram/firstrun/hemo-first-run.ui");
  bind_children (widget_class);
}

/* The buttons, and Enter in the last entry before each. */
static void
connect_steps (HemoFirstRun *self)
{
  const struct
  {
    gpointer widget;
    const char *signal;
    void (*callback) (HemoFirstRun *self);
  } steps[] = {
    { self->begin, "activated", begin_cb },
    { self->clinic_next, "activated", clinic_next_cb },
    { self->clinic_name, "entry-activated", clinic_next_cb },
    { self->clinic_address, "entry-activated", clinic_next_cb },
    { self->clinic_phone, "entry-activated", clinic_next_cb },
    { self->admin_name, "changed", admin_name_cb },
    { self->admin_name, "entry-activated", admin_name_next_cb },
    { self->admin_login, "entry-activated", admin_name_next_cb },
    { self->passphrase, "entry-activated", passphrase_next_cb },
    { self->admin_next, "activated", admin_next_cb },
    { self->again, "entry-activated", admin_next_cb },
    { self->print_code, "clicked", print_code_cb },
    { self->code_next, "clicked", code_next_cb },
    { self->group_a, "entry-activated", group_next_cb },
    { self->confirm_next, "activated", confirm_next_cb },
    { self->group_b, "entry-activated", confirm_next_cb },
    { self->microscope_next, "activated", microscope_next_cb },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    g_signal_connect_swapped (steps[i].widget, steps[i].signal, G_CALLBACK (steps[i].callback),
                              self);
}

static void
hemo_first_run_init (HemoFirstRun *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->settings = hemo_settings_new ();
  adw_combo_row_set_model (self->language, hemo_languages_get_names ());
  adw_combo_row_set_selected (self->language, hemo_languages_get_chosen (self->settings));
  g_signal_connect_swapped (self->language, "notify::selected", G_CALLBACK (language_cb), self);
  connect_steps (self);
  hemo_first_run_bring_init (self);
}

HemoFirstRun *
hemo_first_run_new (HemoDesk *desk)
{
  HemoFirstRun *self = g_object_new (HEMO_TYPE_FIRST_RUN, NULL);

  self->desk = g_object_ref (desk);
  return self;
}
