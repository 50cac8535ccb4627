/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One row for each stick; the first that can be written is chosen. */

#include "hemo-stick-picker.h"

#include "hemo-chooser.h"
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
  /* What became of a stick that was let go: its row may be gone. */
  GtkLabel *said;
  HemoSticks *sticks;
  HemoStick *stick;
  /* Of what is being mounted because it was chosen: it stays chosen once it is. */
  GVolume *opening;
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

/* The folder while it is chosen: a stick that goes or cannot be opened leaves nothing chosen. */
static const char *
chosen_folder (HemoStickPicker *self)
{
  return self->folder != NULL
                 && gtk_check_button_get_active (
                     g_object_get_data (G_OBJECT (self->folder_row), "check"))
             ? self->folder
             : NULL;
}

const char *
hemo_stick_picker_get_path (HemoStickPicker *self)
{
  if (self->stick != NULL)
    return hemo_stick_is_read_only (self->stick) ? NULL : hemo_stick_get_path (self->stick);
  return chosen_folder (self);
}

const char *
hemo_stick_picker_get_name (HemoStickPicker *self)
{
  return self->stick != NULL ? hemo_stick_get_name (self->stick) : chosen_folder (self);
}

static char *
describe (HemoStick *stick)
{
  g_autofree char *free_text = g_format_size (hemo_stick_get_free (stick));
  g_autofree char *size_text = g_format_size (hemo_stick_get_size (stick));
  const char *system = hemo_stick_get_file_system (stick);

  if (!hemo_stick_is_mounted (stick))
    /* Translators: of a USB stick that is plugged in; 'mounted' is what the system calls it when
     * its files can be reached */
    return g_strdup (_ ("Not mounted. Choose it to open it."));
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
ready_cb (HemoStick *stick, GParamSpec *pspec, GtkWidget *row)
{
  g_autofree char *text = describe (stick);
  gboolean good = is_good (stick);

  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), text);
  gtk_widget_set_sensitive (GTK_WIDGET (g_object_get_data (G_OBJECT (row), "check")),
                            good || !hemo_stick_is_mounted (stick));
  if (hemo_stick_is_ready (stick) && (!good || hemo_stick_get_free (stick) < FULL_BYTES))
    gtk_widget_add_css_class (row, "warning");
}

static GtkWidget *
find_row (HemoStickPicker *self, HemoStick *stick)
{
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->list, i)) != NULL; i++)
    if (stick != NULL && g_object_get_data (G_OBJECT (row), "stick") == stick)
      return GTK_WIDGET (row);
  return NULL;
}

static void
choose_row (HemoStickPicker *self, HemoStick *stick, gboolean chosen)
{
  GtkWidget *row = find_row (self, stick);

  if (row != NULL)
    gtk_check_button_set_active (g_object_get_data (G_OBJECT (row), "check"), chosen);
}

static void
say (HemoStickPicker *self, const char *text, gboolean good)
{
  gtk_label_set_text (self->said, text);
  gtk_widget_set_visible (GTK_WIDGET (self->said), TRUE);
  gtk_widget_remove_css_class (GTK_WIDGET (self->said), good ? "error" : "success");
  gtk_widget_add_css_class (GTK_WIDGET (self->said), good ? "success" : "error");
  gtk_accessible_announce (GTK_ACCESSIBLE (self), text,
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static HemoStick *
find_unmounted (HemoStickPicker *self, GVolume *volume)
{
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->list, i)) != NULL; i++)
    {
      HemoStick *stick = g_object_get_data (G_OBJECT (row), "stick");

      if (stick != NULL && hemo_stick_get_volume (stick) == volume)
        return stick;
    }
  return NULL;
}

/* Who took something else meanwhile has chosen that, and hears only of what went wrong. */
static void
mounted_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoStickPicker) self = data;
  GVolume *volume = G_VOLUME (source);
  HemoStick *stick;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (g_volume_mount_finish (volume, result, &error) || self->said == NULL
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_ALREADY_MOUNTED))
    return;
  if (self->opening == volume)
    g_clear_object (&self->opening);
  stick = find_unmounted (self, volume);
  if (stick != NULL)
    ready_cb (stick, NULL, find_row (self, stick));
  if (stick != NULL && stick == self->stick)
    {
      choose_row (self, stick, FALSE);
      choose (self, NULL);
    }
  /* Whoever was asked for a password and closed that knows. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_FAILED_HANDLED))
    return;
  /* Translators: the argument is the reason, as the system says it */
  text = g_strdup_printf (_ ("The stick could not be opened: %s"), error->message);
  say (self, text, FALSE);
}

static void
open_stick (HemoStickPicker *self, HemoStick *stick)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  g_autoptr (GMountOperation) operation
      = gtk_mount_operation_new (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL);
  GtkWidget *row = find_row (self, stick);

  gtk_widget_set_visible (GTK_WIDGET (self->said), FALSE);
  if (self->opening == hemo_stick_get_volume (stick))
    return;
  g_set_object (&self->opening, hemo_stick_get_volume (stick));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), _ ("Looking at it…"));
  g_volume_mount (self->opening, G_MOUNT_MOUNT_NONE, operation, NULL, mounted_cb,
                  g_object_ref (self));
}

static void
toggled_cb (GtkCheckButton *check, gpointer data)
{
  HemoStickPicker *self = data;
  HemoStick *stick = g_object_get_data (G_OBJECT (check), "stick");

  if (!gtk_check_button_get_active (check))
    return;
  choose (self, stick);
  if (stick != NULL && !hemo_stick_is_mounted (stick))
    open_stick (self, stick);
  else
    g_clear_object (&self->opening);
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

/* The first one that can be written is chosen without a key, and one that was chosen to be mounted
 * as soon as it is. */
static void
choose_first (HemoStick *stick, GParamSpec *pspec, HemoStickPicker *self)
{
  if (!is_good (stick))
    {
      /* It is open and of no use: others may be chosen. */
      if (hemo_stick_is_ready (stick) && hemo_stick_is_of (stick, self->opening))
        g_clear_object (&self->opening);
      return;
    }
  if (self->opening != NULL ? hemo_stick_is_of (stick, self->opening)
                            : self->stick == NULL && chosen_folder (self) == NULL)
    choose_row (self, stick, TRUE);
}

static void
released_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoStickPicker) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  const gboolean released = hemo_stick_release_finish (HEMO_STICK (source), result, &error);

  if (self->said == NULL)
    return;
  text = released
             ? g_strdup_printf (_ ("Safe to Remove: %s"), hemo_stick_get_name (HEMO_STICK (source)))
             : g_strdup (error->message);
  say (self, text, released);
}

/* After something failed, too, it has to come out without harm. */
static void
release_cb (GtkButton *button, gpointer data)
{
  HemoStickPicker *self = data;

  gtk_widget_set_visible (GTK_WIDGET (self->said), FALSE);
  hemo_stick_release_async (g_object_get_data (G_OBJECT (button), "stick"), released_cb,
                            g_object_ref (self));
}

static void
add_release (HemoStickPicker *self, GtkWidget *row, HemoStick *stick)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("media-eject-symbolic");
  g_autofree char *name = g_strdup_printf (_ ("Let go of %s"), hemo_stick_get_name (stick));

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _ ("Let Go of the Stick, so That It Can Be Pulled Out"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_object_set_data (G_OBJECT (button), "stick", stick);
  g_signal_connect_object (button, "clicked", G_CALLBACK (release_cb), self, 0);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
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
  if (hemo_stick_is_mounted (stick))
    add_release (self, row, stick);
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
  g_autoptr (GFile) folder = hemo_chooser_ask_finish (GTK_FILE_DIALOG (source), result, NULL);

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
  hemo_chooser_ask_async (dialog, HEMO_CHOOSE_FOLDER, GTK_WIDGET (self), folder_cb,
                          g_object_ref (self));
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
  self->said = NULL;
  g_clear_object (&self->stick);
  g_clear_object (&self->opening);
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
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

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
  self->said = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (self->said, TRUE);
  gtk_label_set_xalign (self->said, 0);
  gtk_widget_set_visible (GTK_WIDGET (self->said), FALSE);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->list));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->said));
  adw_bin_set_child (ADW_BIN (self), box);
  self->sticks = hemo_sticks_new ();
  g_signal_connect_object (self->sticks, "items-changed", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  changed_cb (self, 0, 0, g_list_model_get_n_items (G_LIST_MODEL (self->sticks)));
}
