/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A stick that is plugged in and not mounted: shown, mounted when it is chosen, chosen once it is,
 * and told of where that fails. Its computer's monitor of volumes is one of the test's own. */

#include "hemo-stick-picker.h"

#include <adwaita.h>
#include <glib/gstdio.h>
#include <locale.h>

/* The fake monitor, of one volume that is plugged in or not */

typedef GVolumeMonitor FakeMonitor;
typedef GVolumeMonitorClass FakeMonitorClass;
typedef struct
{
  GObject parent_instance;
  GMount *mount;
  GTask *asked;
  guint times;
} FakeVolume;
typedef GObjectClass FakeVolumeClass;
typedef struct
{
  GObject parent_instance;
  FakeVolume *volume;
  char *path;
} FakeMount;
typedef GObjectClass FakeMountClass;

static GVolumeMonitor *the_monitor;
static FakeVolume *the_volume;

static void volume_init (GVolumeIface *iface);
static void mount_init (GMountIface *iface);
GType fake_monitor_get_type (void);
GType fake_volume_get_type (void);
GType fake_mount_get_type (void);
G_DEFINE_TYPE (FakeMonitor, fake_monitor, G_TYPE_VOLUME_MONITOR)
G_DEFINE_TYPE_WITH_CODE (FakeVolume,
                         fake_volume,
                         G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (G_TYPE_VOLUME, volume_init))
G_DEFINE_TYPE_WITH_CODE (FakeMount,
                         fake_mount,
                         G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (G_TYPE_MOUNT, mount_init))

static GList *
get_volumes (GVolumeMonitor *monitor)
{
  return the_volume != NULL ? g_list_append (NULL, g_object_ref (the_volume)) : NULL;
}

static GList *
get_mounts (GVolumeMonitor *monitor)
{
  return the_volume != NULL && the_volume->mount != NULL
             ? g_list_append (NULL, g_object_ref (the_volume->mount))
             : NULL;
}

static GList *
get_none (GVolumeMonitor *monitor)
{
  return NULL;
}

static gboolean
is_true (void)
{
  return TRUE;
}

static void
fake_monitor_class_init (FakeMonitorClass *klass)
{
  klass->is_supported = is_true;
  klass->get_volumes = get_volumes;
  klass->get_mounts = get_mounts;
  klass->get_connected_drives = get_none;
}

static void
fake_monitor_init (FakeMonitor *self)
{
  the_monitor = self;
}

static char *
volume_get_name (GVolume *volume)
{
  return g_strdup ("CLINIC");
}

static GMount *
volume_get_mount (GVolume *volume)
{
  FakeVolume *self = (FakeVolume *)volume;

  return self->mount != NULL ? g_object_ref (self->mount) : NULL;
}

static GDrive *
volume_get_drive (GVolume *volume)
{
  return NULL;
}

static gboolean
volume_can (GVolume *volume)
{
  return TRUE;
}

static void
volume_mount (GVolume *volume,
              GMountMountFlags flags,
              GMountOperation *operation,
              GCancellable *cancellable,
              GAsyncReadyCallback callback,
              gpointer data)
{
  FakeVolume *self = (FakeVolume *)volume;

  g_assert_true (GTK_IS_MOUNT_OPERATION (operation));
  g_assert_null (self->asked);
  self->asked = g_task_new (volume, cancellable, callback, data);
  self->times++;
}

static gboolean
volume_mount_finish (GVolume *volume, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
volume_init (GVolumeIface *iface)
{
  iface->get_name = volume_get_name;
  iface->get_mount = volume_get_mount;
  iface->get_drive = volume_get_drive;
  iface->can_mount = volume_can;
  iface->can_eject = volume_can;
  iface->mount_fn = volume_mount;
  iface->mount_finish = volume_mount_finish;
}

static void
fake_volume_finalize (GObject *object)
{
  g_clear_object (&((FakeVolume *)object)->mount);
  G_OBJECT_CLASS (fake_volume_parent_class)->finalize (object);
}

static void
fake_volume_class_init (FakeVolumeClass *klass)
{
  klass->finalize = fake_volume_finalize;
}

static void
fake_volume_init (FakeVolume *self)
{
}

static GFile *
mount_get_root (GMount *mount)
{
  return g_file_new_for_path (((FakeMount *)mount)->path);
}

static char *
mount_get_name (GMount *mount)
{
  return g_strdup ("CLINIC");
}

static GVolume *
mount_get_volume (GMount *mount)
{
  return g_object_ref (G_VOLUME (((FakeMount *)mount)->volume));
}

static GDrive *
mount_get_drive (GMount *mount)
{
  return NULL;
}

static gboolean
mount_can (GMount *mount)
{
  return TRUE;
}

static void
mount_init (GMountIface *iface)
{
  iface->get_root = mount_get_root;
  iface->get_name = mount_get_name;
  iface->get_volume = mount_get_volume;
  iface->get_drive = mount_get_drive;
  iface->can_unmount = mount_can;
  iface->can_eject = mount_can;
}

static void
fake_mount_finalize (GObject *object)
{
  g_free (((FakeMount *)object)->path);
  G_OBJECT_CLASS (fake_mount_parent_class)->finalize (object);
}

static void
fake_mount_class_init (FakeMountClass *klass)
{
  klass->finalize = fake_mount_finalize;
}

static void
fake_mount_init (FakeMount *self)
{
}

/* The picker in a window */

typedef struct
{
  GVolumeMonitor *monitor;
  GtkWindow *window;
  HemoStickPicker *picker;
  char *folder;
} Sticks;

static void
turn (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
set_up (Sticks *self, gconstpointer data)
{
  self->monitor = g_volume_monitor_get ();
  self->folder = g_dir_make_tmp (NULL, NULL);
  g_assert_nonnull (the_monitor);
  the_volume = g_object_new (fake_volume_get_type (), NULL);
  self->window = g_object_ref_sink (GTK_WINDOW (adw_window_new ()));
  self->picker = g_object_new (HEMO_TYPE_STICK_PICKER, NULL);
  adw_window_set_content (ADW_WINDOW (self->window), GTK_WIDGET (self->picker));
  gtk_window_set_default_size (self->window, 600, 400);
  gtk_window_present (self->window);
  turn ();
}

static void
tear_down (Sticks *self, gconstpointer data)
{
  gtk_window_destroy (self->window);
  g_object_unref (self->window);
  turn ();
  if (the_volume != NULL)
    g_clear_object (&the_volume->mount);
  g_clear_object (&the_volume);
  g_clear_object (&self->monitor);
  g_rmdir (self->folder);
  g_free (self->folder);
}

/* The first below @widget, itself included, of @type and, where one is given, with this property.
 */
static GtkWidget *
find (GtkWidget *widget, GType type, const char *property, const char *value)
{
  g_autofree char *text = NULL;
  GtkWidget *found = NULL;

  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    {
      if (property == NULL)
        return widget;
      g_object_get (widget, property, &text, NULL);
      if (g_strcmp0 (text, value) == 0)
        return widget;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find (child, type, property, value);
  return found;
}

static AdwActionRow *
find_stick (Sticks *self)
{
  return (AdwActionRow *)find (GTK_WIDGET (self->picker), ADW_TYPE_ACTION_ROW, "title", "CLINIC");
}

static GtkCheckButton *
find_check (Sticks *self)
{
  return GTK_CHECK_BUTTON (
      find (GTK_WIDGET (find_stick (self)), GTK_TYPE_CHECK_BUTTON, NULL, NULL));
}

static void
answer (GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&the_volume->asked);

  g_assert_nonnull (task);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
  turn ();
}

static void
mount_at (Sticks *self)
{
  FakeMount *mount = g_object_new (fake_mount_get_type (), NULL);

  mount->volume = the_volume;
  mount->path = g_strdup (self->folder);
  the_volume->mount = G_MOUNT (mount);
  g_signal_emit_by_name (the_monitor, "mount-added", mount);
}

static void
await_chosen (Sticks *self)
{
  const gint64 end = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;

  while (hemo_stick_picker_get_path (self->picker) == NULL)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_main_context_iteration (NULL, FALSE);
    }
  g_assert_cmpstr (hemo_stick_picker_get_path (self->picker), ==, self->folder);
}

/* It is never mounted unasked; nothing can be written before it is, and then it is what was chosen.
 */
static void
test_chosen (Sticks *self, gconstpointer data)
{
  AdwActionRow *row = find_stick (self);

  g_assert_nonnull (row);
  g_assert_cmpstr (adw_action_row_get_subtitle (row), ==, "Not mounted. Choose it to open it.");
  g_assert_cmpuint (the_volume->times, ==, 0);
  g_assert_null (hemo_stick_picker_get_path (self->picker));
  gtk_check_button_set_active (find_check (self), TRUE);
  g_assert_cmpuint (the_volume->times, ==, 1);
  g_assert_null (hemo_stick_picker_get_path (self->picker));
  mount_at (self);
  answer (NULL);
  await_chosen (self);
  g_assert_true (gtk_check_button_get_active (find_check (self)));
}

/* The reason is said, nothing is chosen, and it can be tried again. */
static void
test_fails (Sticks *self, gconstpointer data)
{
  gtk_check_button_set_active (find_check (self), TRUE);
  answer (g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "wrong fs type"));
  g_assert_nonnull (find (GTK_WIDGET (self->picker), GTK_TYPE_LABEL, "label",
                          "The stick could not be opened: wrong fs type"));
  g_assert_cmpstr (adw_action_row_get_subtitle (find_stick (self)), ==,
                   "Not mounted. Choose it to open it.");
  g_assert_false (gtk_check_button_get_active (find_check (self)));
  g_assert_null (hemo_stick_picker_get_stick (self->picker));
  gtk_check_button_set_active (find_check (self), TRUE);
  g_assert_cmpuint (the_volume->times, ==, 2);
  mount_at (self);
  answer (NULL);
  await_chosen (self);
}

/* It is pulled out instead; somebody else mounts one that nobody chose. */
static void
test_goes (Sticks *self, gconstpointer data)
{
  FakeVolume *gone = g_steal_pointer (&the_volume);

  g_signal_emit_by_name (the_monitor, "volume-removed", gone);
  g_assert_null (find_stick (self));
  the_volume = gone;
  g_signal_emit_by_name (the_monitor, "volume-added", gone);
  g_assert_nonnull (find_stick (self));
  mount_at (self);
  await_chosen (self);
  g_assert_cmpuint (the_volume->times, ==, 0);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  setlocale (LC_ALL, "C.UTF-8");
  g_io_extension_point_implement (G_VOLUME_MONITOR_EXTENSION_POINT_NAME, fake_monitor_get_type (),
                                  "fake", 0);
  g_test_add ("/sticks/chosen", Sticks, NULL, set_up, test_chosen, tear_down);
  g_test_add ("/sticks/fails", Sticks, NULL, set_up, test_fails, tear_down);
  g_test_add ("/sticks/goes", Sticks, NULL, set_up, test_goes, tear_down);
  return g_test_run ();
}
