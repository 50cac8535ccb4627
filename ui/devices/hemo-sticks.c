/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Asks the volume monitor, or looks into a folder. */

#include "hemo-sticks.h"

struct _HemoSticks
{
  GObject parent_instance;

  /* (element-type HemoStick) */
  GPtrArray *sticks;
  GVolumeMonitor *volumes;
  char *folder;
  GFileMonitor *monitor;
  GCancellable *cancellable;
};

static GType
get_item_type (GListModel *model)
{
  return HEMO_TYPE_STICK;
}

static guint
get_n_items (GListModel *model)
{
  return HEMO_STICKS (model)->sticks->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  GPtrArray *sticks = HEMO_STICKS (model)->sticks;

  return position < sticks->len ? g_object_ref (sticks->pdata[position]) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (HemoSticks,
                               hemo_sticks,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static gboolean
is_same (HemoStick *a, HemoStick *b)
{
  return hemo_stick_get_volume (a) == hemo_stick_get_volume (b)
         && g_strcmp0 (hemo_stick_get_path (a), hemo_stick_get_path (b)) == 0;
}

static HemoStick *
find (GPtrArray *sticks, HemoStick *like)
{
  for (guint i = 0; i < sticks->len; i++)
    if (is_same (sticks->pdata[i], like))
      return sticks->pdata[i];
  return NULL;
}

static HemoStick *
find_path (HemoSticks *self, const char *path)
{
  for (guint i = 0; i < self->sticks->len; i++)
    if (path != NULL && g_strcmp0 (hemo_stick_get_path (self->sticks->pdata[i]), path) == 0)
      return self->sticks->pdata[i];
  return NULL;
}

/* One that stays keeps its place and its object. @now: (element-type HemoStick) */
static void
take (HemoSticks *self, GPtrArray *now)
{
  for (guint i = self->sticks->len; i > 0; i--)
    {
      if (find (now, self->sticks->pdata[i - 1]) != NULL)
        continue;
      g_ptr_array_remove_index (self->sticks, i - 1);
      g_list_model_items_changed (G_LIST_MODEL (self), i - 1, 1, 0);
    }
  for (guint j = 0; j < now->len; j++)
    if (find (self->sticks, now->pdata[j]) == NULL)
      {
        g_ptr_array_add (self->sticks, g_object_ref (now->pdata[j]));
        g_list_model_items_changed (G_LIST_MODEL (self), self->sticks->len - 1, 0, 1);
      }
}

/* A stick, a card or a disk that is plugged in; no network place, no disk of this computer. */
static gboolean
is_stick (GMount *mount)
{
  g_autoptr (GDrive) drive = g_mount_get_drive (mount);
  g_autoptr (GVolume) volume = g_mount_get_volume (mount);
  g_autoptr (GFile) root = g_mount_get_root (mount);
  g_autofree char *path = g_file_get_path (root);

  if (path == NULL || g_mount_is_shadowed (mount) || !g_file_is_native (root))
    return FALSE;
  if (drive != NULL)
    return g_drive_is_removable (drive) || g_drive_is_media_removable (drive);
  return volume != NULL || g_mount_can_eject (mount) || g_str_has_prefix (path, "/run/media/")
         || g_str_has_prefix (path, "/media/");
}

/* A disk of this computer that nobody mounted is none of ours. */
static gboolean
is_unmounted_stick (GVolume *volume)
{
  g_autoptr (GMount) mount = g_volume_get_mount (volume);
  g_autoptr (GDrive) drive = g_volume_get_drive (volume);

  return mount == NULL && g_volume_can_mount (volume)
         && (drive != NULL ? g_drive_is_removable (drive) || g_drive_is_media_removable (drive)
                           : g_volume_can_eject (volume));
}

/* Where nothing mounts by itself, or it failed. */
static void
add_unmounted (HemoSticks *self, GPtrArray *now)
{
  g_autolist (GVolume) volumes = g_volume_monitor_get_volumes (self->volumes);

  for (GList *item = volumes; item != NULL; item = item->next)
    {
      HemoStick *known = NULL;

      if (!is_unmounted_stick (item->data))
        continue;
      for (guint i = 0; i < self->sticks->len; i++)
        if (hemo_stick_get_volume (self->sticks->pdata[i]) == item->data)
          known = self->sticks->pdata[i];
      g_ptr_array_add (now, known != NULL ? g_object_ref (known)
                                          : hemo_stick_new_unmounted (item->data));
    }
}

static void
look_at_volumes (HemoSticks *self)
{
  g_autoptr (GPtrArray) now = g_ptr_array_new_with_free_func (g_object_unref);
  g_autolist (GMount) mounts = g_volume_monitor_get_mounts (self->volumes);

  for (GList *item = mounts; item != NULL; item = item->next)
    {
      g_autoptr (GFile) root = g_mount_get_root (item->data);
      g_autofree char *path = g_file_get_path (root);
      g_autofree char *name = g_mount_get_name (item->data);
      HemoStick *known = find_path (self, path);

      if (!is_stick (item->data))
        continue;
      g_ptr_array_add (now, known != NULL ? g_object_ref (known)
                                          : hemo_stick_new (name, path, item->data));
    }
  add_unmounted (self, now);
  take (self, now);
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoSticks) self = data;
  g_autoptr (GFileEnumerator) children
      = g_file_enumerate_children_finish (G_FILE (source), result, NULL);
  g_autoptr (GPtrArray) now = g_ptr_array_new_with_free_func (g_object_unref);
  GFileInfo *info;

  while (children != NULL && g_file_enumerator_iterate (children, &info, NULL, NULL, NULL)
         && info != NULL)
    {
      g_autofree char *path = g_build_filename (self->folder, g_file_info_get_name (info), NULL);
      HemoStick *known = find_path (self, path);

      if (g_file_info_get_file_type (info) == G_FILE_TYPE_DIRECTORY)
        g_ptr_array_add (now, known != NULL
                                  ? g_object_ref (known)
                                  : hemo_stick_new (g_file_info_get_name (info), path, NULL));
    }
  take (self, now);
}

static void
look_at_folder (HemoSticks *self)
{
  g_autoptr (GFile) folder = g_file_new_for_path (self->folder);

  g_file_enumerate_children_async (
      folder, G_FILE_ATTRIBUTE_STANDARD_NAME "," G_FILE_ATTRIBUTE_STANDARD_TYPE,
      G_FILE_QUERY_INFO_NONE, G_PRIORITY_DEFAULT, self->cancellable, listed_cb,
      g_object_ref (self));
}

static void
watch_folder (HemoSticks *self)
{
  g_autoptr (GFile) folder = g_file_new_for_path (self->folder);

  self->monitor = g_file_monitor_directory (folder, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);
  if (self->monitor != NULL)
    g_signal_connect_object (self->monitor, "changed", G_CALLBACK (look_at_folder), self,
                             G_CONNECT_SWAPPED);
  look_at_folder (self);
}

static void
watch_volumes (HemoSticks *self)
{
  static const char *const happenings[] = { "mount-added",  "mount-removed",  "mount-changed",
                                            "volume-added", "volume-removed", "volume-changed" };

  self->volumes = g_volume_monitor_get ();
  for (guint i = 0; i < G_N_ELEMENTS (happenings); i++)
    g_signal_connect_object (self->volumes, happenings[i], G_CALLBACK (look_at_volumes), self,
                             G_CONNECT_SWAPPED);
  look_at_volumes (self);
}

static void
hemo_sticks_dispose (GObject *object)
{
  HemoSticks *self = HEMO_STICKS (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->volumes);
  g_clear_object (&self->monitor);
  G_OBJECT_CLASS (hemo_sticks_parent_class)->dispose (object);
}

static void
hemo_sticks_finalize (GObject *object)
{
  HemoSticks *self = HEMO_STICKS (object);

  g_ptr_array_unref (self->sticks);
  g_free (self->folder);
  G_OBJECT_CLASS (hemo_sticks_parent_class)->finalize (object);
}

static void
hemo_sticks_class_init (HemoSticksClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hemo_sticks_dispose;
  G_OBJECT_CLASS (klass)->finalize = hemo_sticks_finalize;
}

static void
hemo_sticks_init (HemoSticks *self)
{
  self->sticks = g_ptr_array_new_with_free_func (g_object_unref);
  self->cancellable = g_cancellable_new ();
}

HemoSticks *
hemo_sticks_new (void)
{
  HemoSticks *self = g_object_new (HEMO_TYPE_STICKS, NULL);
  const char *folder = g_getenv ("HEMOGRAM_STICKS");

  self->folder = g_strdup (folder);
  if (folder != NULL && *folder != '\0')
    watch_folder (self);
  else
    watch_volumes (self);
  return self;
}
