/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One row for each stick; the first that can be written is chosen. */

#include "hemo-stick-picker.h"

#include "hemo-sticks.h"

#include <glib/gi18n.h>

/* Below this a stick is as good as full. */
#define FULL_BYTES (8 * 1024 * 1024)

struct _HemoStickPicker
{
  AdwBin parent_instance;

  GtkListBox *list;
  GtkWidget *folder_row;
  GtkWidget *none_row;
  GtkCheckButton *group;
  HemoSticks *sticks;
  HemoStick *stick;
  char *folder;
};

G_DEFINE_FINAL_TYPE (HemoStickPicker, hemo_stick_picker, ADW_TYPE_BIN)

enum
{
  PROP_CHOSEN = 1,
  N_PROPS,
};
static GParamSpec *properties[N_PROPS];

HemoStick *
hemo_stick_picker_get_stick (HemoStickPicker *self)
{
  return self->stick;
}

const char *
hemo_stick_picker_get_path (HemoStickPicker *self)
{
  if (self->stick != NULL)
    return hemo_stick_is_read_only (self->stick) ? NULL : hemo_stick_get_path (self->stick);
  return self->folder;
}

const char *
hemo_stick_picker_get_name (HemoStickPicker *self)
{
  return self->stick != NULL ? hemo_stick_get_name (self->stick) : self->folder;
}

static char *
describe (HemoStick *stick)
{
  g_autofree char *free_text = g_format_size (hemo_stick_get_free (stick));
  g_autofree char *size_text = g_format_size (hemo_stick_get_size (stick));
  const char *system = hemo_stick_get_file_system (stick);

  if (!hemo_stick_is_ready (stick))
    return g_strdup (_ ("Looking at it…"));
  if (hemo_stick_is_read_only (stick))
    return g_strdup (_ ("Cannot be written: it is locked or damaged. Take another stick."));
  if (hemo_stick_get_free (stick) < FULL_BYTES)
    return g_strdup_printf (_ ("Full: only %s of %s are free. Take another stick."), free_text,
                            size_text);
  if (system == NULL)
    return g_strdup_printf (_ ("%s of %s free"), free_text, size_text);
  /* Translators: free space, size, file system: '12 GB of 16 GB free, vfat' */
  return g_strdup_printf (_ ("%s of %s free, %s"), free_text, size_text, system);
}

static gboolean
is_good (HemoStick *stick)
{
  return hemo_stick_is_ready (stick) && !hemo_stick_is_read_only (stick);
}

static void
choose (HemoStickPicker *self, HemoStick *stick)
{
  g_set_object (&self->stick, stick);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CHOSEN]);
}

static void
toggled_cb (GtkCheckButton *check, gpointer data)
{
  HemoStickPicker *self = data;

  if (gtk_check_button_get_active (check))
    choose (self, g_object_get_data (G_OBJECT (check), "stick"));
}

static GtkWidget *
add_check (HemoStickPicker *self, GtkWidget *row, HemoStick *stick)
{
  GtkWidget *check = gtk_check_button_new ();

  gtk_check_button_set_group (GTK_CHECK_BUTTON (check), self->group);
  gtk_widget_set_valign (check, GTK_ALIGN_CENTER);
  g_object_set_data (G_OBJECT (check), "stick", stick);
  gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)), -1);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), check);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), check);
  g_signal_connect_object (check, "toggled", G_CALLBACK (toggled_cb), self, 0);
  g_object_set_data (G_OBJECT (row), "check", check);
  return check;
}

static void
ready_cb (HemoStick *stick, GParamSpec *pspec, GtkWidget *row)
{
  g_autofree char *text = describe (stick);
  gboolean good = is_good (stick);

  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), text);
  gtk_widget_set_sensitive (GTK_WIDGET (g_object_get_data (G_OBJECT (row), "check")), good);
  if (hemo_stick_is_ready (stick) && (!good || hemo_stick_get_free (stick) < FULL_BYTES))
    gtk_widget_add_css_class (row, "warning");
}

/* The first one that can be written is chosen without a key. */
static void
choose_first (HemoStick *stick, GParamSpec *pspec, HemoStickPicker *self)
{
  GtkListBoxRow *row;

  if (self->stick != NULL || self->folder != NULL || !is_good (stick))
    return;
  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->list, i)) != NULL; i++)
    if (g_object_get_data (G_OBJECT (row), "stick") == stick)
      gtk_check_button_set_active (g_object_get_data (G_OBJECT (row), "check"), TRUE);
}

static GtkWidget *
make_row (HemoStickPicker *self, HemoStick *stick)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), hemo_stick_get_name (stick));
  adw_action_row_add_prefix (ADW_ACTION_ROW (row),
                             gtk_image_new_from_icon_name ("drive-removable-media-symbolic"));
  add_check (self, row, stick);
  g_object_set_data_full (G_OBJECT (row), "stick", g_object_ref (stick), g_object_unref);
  ready_cb (stick, NULL, row);
  g_signal_connect_object (stick, "notify::ready", G_CALLBACK (ready_cb), row, 0);
  g_signal_connect_object (stick, "notify::ready", G_CALLBACK (choose_first), self, 0);
  return row;
}

static void
changed_cb (HemoStickPicker *self, guint position, guint removed, guint added)
{
  for (guint i = 0; i < removed; i++)
    {
      GtkWidget *row = GTK_WIDGET (gtk_list_box_get_row_at_index (self->list, (int)position));

      if (g_object_get_data (G_OBJECT (row), "stick") == self->stick)
        choose (self, NULL);
      gtk_list_box_remove (self->list, row);
    }
  for (guint i = 0; i < added; i++)
    {
      g_autoptr (HemoStick) stick
          = g_list_model_get_item (G_LIST_MODEL (self->sticks), position + i);

      gtk_list_box_insert (self->list, make_row (self, stick), (int)(position + i));
      choose_first (stick, NULL, self);
    }
  gtk_widget_set_visible (self->none_row,
                          g_list_model_get_n_items (G_LIST_MODEL (self->sticks)) == 0);
}

static void
folder_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoStickPicker) self = data;
  g_autoptr (GFile) folder
      = gtk_file_dialog_select_folder_finish (GTK_FILE_DIALOG (source), result, NULL);

  if (folder == NULL || self->list == NULL)
    return;
  g_free (self->folder);
  self->folder = g_file_get_path (folder);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->folder_row),
                               self->folder != NULL ? self->folder : "");
  gtk_widget_set_sensitive (g_object_get_data (G_OBJECT (self->folder_row), "check"),
                            self->folder != NULL);
  gtk_check_button_set_active (g_object_get_data (G_OBJECT (self->folder_row), "check"), TRUE);
  choose (self, NULL);
}

static void
ask_folder (HemoStickPicker *self)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();

  gtk_file_dialog_set_title (dialog, _ ("Choose a Folder"));
  gtk_file_dialog_select_folder (dialog, GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), NULL,
                                 folder_cb, g_object_ref (self));
}

static GtkWidget *
make_folder_row (HemoStickPicker *self)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_button_new_with_mnemonic (_ ("_Choose…"));

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("A folder"));
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row),
                             gtk_image_new_from_icon_name ("folder-symbolic"));
  gtk_widget_set_sensitive (add_check (self, row, NULL), FALSE);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_signal_connect_object (button, "clicked", G_CALLBACK (ask_folder), self, G_CONNECT_SWAPPED);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), button);
  return row;
}

static void
hemo_stick_picker_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_CHOSEN)
    g_value_set_string (value, hemo_stick_picker_get_path (HEMO_STICK_PICKER (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
hemo_stick_picker_dispose (GObject *object)
{
  HemoStickPicker *self = HEMO_STICK_PICKER (object);

  g_clear_object (&self->group);
  g_clear_object (&self->stick);
  g_clear_object (&self->sticks);
  g_clear_pointer (&self->folder, g_free);
  G_OBJECT_CLASS (hemo_stick_picker_parent_class)->dispose (object);
}

static void
hemo_stick_picker_class_init (HemoStickPickerClass *klass)
{
  G_OBJECT_CLASS (klass)->get_property = hemo_stick_picker_get_property;
  G_OBJECT_CLASS (klass)->dispose = hemo_stick_picker_dispose;
  properties[PROP_CHOSEN]
      = g_param_spec_string ("chosen", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, properties);
}

static void
hemo_stick_picker_init (HemoStickPicker *self)
{
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "boxed-list");
  self->group = g_object_ref_sink (GTK_CHECK_BUTTON (gtk_check_button_new ()));
  self->none_row = adw_action_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->none_row),
                                 _ ("No stick is plugged in"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->none_row),
                               _ ("Plug one in: it appears here by itself."));
  self->folder_row = make_folder_row (self);
  gtk_list_box_append (self->list, self->none_row);
  gtk_list_box_append (self->list, self->folder_row);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->list));
  self->sticks = hemo_sticks_new ();
  g_signal_connect_object (self->sticks, "items-changed", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  changed_cb (self, 0, 0, g_list_model_get_n_items (G_LIST_MODEL (self->sticks)));
}
