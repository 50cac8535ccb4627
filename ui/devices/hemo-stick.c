/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A mount, what fits on it, and how it is let go. */

/* syncfs() */
#define _GNU_SOURCE

#include "hemo-stick.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <unistd.h>

#define ATTRIBUTES                                                                                 \
  G_FILE_ATTRIBUTE_FILESYSTEM_FREE "," G_FILE_ATTRIBUTE_FILESYSTEM_SIZE                            \
                                   "," G_FILE_ATTRIBUTE_FILESYSTEM_TYPE                            \
                                   "," G_FILE_ATTRIBUTE_FILESYSTEM_READONLY

struct _HemoStick
{
  GObject parent_instance;

  char *name;
  char *path;
  GMount *mount;
  GVolume *volume;
  gboolean ready;
  guint64 free;
  guint64 size;
  char *file_system;
  gboolean read_only;
  gboolean flushed;
};

/* How many use the stick at a path. */
static GHashTable *uses;

G_DEFINE_FINAL_TYPE (HemoStick, hemo_stick, G_TYPE_OBJECT)

enum
{
  PROP_READY = 1,
  N_PROPS,
};
static GParamSpec *properties[N_PROPS];

const char *
hemo_stick_get_name (HemoStick *self)
{
  return self->name;
}

const char *
hemo_stick_get_path (HemoStick *self)
{
  return self->path;
}

GMount *
hemo_stick_get_mount (HemoStick *self)
{
  return self->mount;
}

gboolean
hemo_stick_is_mounted (HemoStick *self)
{
  return self->path != NULL;
}

GVolume *
hemo_stick_get_volume (HemoStick *self)
{
  return self->volume;
}

gboolean
hemo_stick_is_of (HemoStick *self, GVolume *volume)
{
  g_autoptr (GVolume) mounted = self->mount != NULL ? g_mount_get_volume (self->mount) : NULL;

  return volume != NULL && (self->volume == volume || mounted == volume);
}

gboolean
hemo_stick_is_ready (HemoStick *self)
{
  return self->ready;
}

guint64
hemo_stick_get_free (HemoStick *self)
{
  return self->free;
}

guint64
hemo_stick_get_size (HemoStick *self)
{
  return self->size;
}

const char *
hemo_stick_get_file_system (HemoStick *self)
{
  return self->file_system;
}

gboolean
hemo_stick_is_read_only (HemoStick *self)
{
  return self->read_only;
}

gboolean
hemo_stick_is_flushed (HemoStick *self)
{
  return self->flushed;
}

static void
queried_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoStick) self = data;
  g_autoptr (GFileInfo) info = g_file_query_filesystem_info_finish (G_FILE (source), result, NULL);

  if (info == NULL)
    return;
  self->free = g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_FILESYSTEM_FREE);
  self->size = g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_FILESYSTEM_SIZE);
  self->read_only = g_file_info_get_attribute_boolean (info, G_FILE_ATTRIBUTE_FILESYSTEM_READONLY);
  g_set_str (&self->file_system,
             g_file_info_get_attribute_string (info, G_FILE_ATTRIBUTE_FILESYSTEM_TYPE));
  self->ready = TRUE;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_READY]);
}

static void
hemo_stick_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_READY)
    g_value_set_boolean (value, HEMO_STICK (object)->ready);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
hemo_stick_finalize (GObject *object)
{
  HemoStick *self = HEMO_STICK (object);

  g_free (self->name);
  g_free (self->path);
  g_free (self->file_system);
  g_clear_object (&self->mount);
  g_clear_object (&self->volume);
  G_OBJECT_CLASS (hemo_stick_parent_class)->finalize (object);
}

static void
hemo_stick_class_init (HemoStickClass *klass)
{
  G_OBJECT_CLASS (klass)->get_property = hemo_stick_get_property;
  G_OBJECT_CLASS (klass)->finalize = hemo_stick_finalize;
  properties[PROP_READY] = g_param_spec_boolean ("ready", NULL, NULL, FALSE,
                                                 G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, properties);
}

static void
hemo_stick_init (HemoStick *self)
{
}

HemoStick *
hemo_stick_new (const char *name, const char *path, GMount *mount)
{
  HemoStick *self = g_object_new (HEMO_TYPE_STICK, NULL);
  g_autoptr (GFile) root = g_file_new_for_path (path);

  self->name = g_strdup (name);
  self->path = g_strdup (path);
  g_set_object (&self->mount, mount);
  g_file_query_filesystem_info_async (root, ATTRIBUTES, G_PRIORITY_DEFAULT, NULL, queried_cb,
                                      g_object_ref (self));
  return self;
}

HemoStick *
hemo_stick_new_unmounted (GVolume *volume)
{
  HemoStick *self = g_object_new (HEMO_TYPE_STICK, NULL);

  self->name = g_volume_get_name (volume);
  self->volume = g_object_ref (volume);
  return self;
}

static guint
count_uses (HemoStick *self)
{
  return uses != NULL ? GPOINTER_TO_UINT (g_hash_table_lookup (uses, self->path)) : 0;
}

void
hemo_stick_use (HemoStick *self)
{
  if (uses == NULL)
    uses = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_hash_table_insert (uses, g_strdup (self->path), GUINT_TO_POINTER (count_uses (self) + 1));
}

void
hemo_stick_unuse (HemoStick *self)
{
  const guint n = count_uses (self);

  if (n > 1)
    g_hash_table_insert (uses, g_strdup (self->path), GUINT_TO_POINTER (n - 1));
  else if (n == 1)
    g_hash_table_remove (uses, self->path);
}

static void
released_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GMount *mount = G_MOUNT (source);
  GError *error = NULL;

  if (g_mount_can_eject (mount) ? g_mount_eject_with_operation_finish (mount, result, &error)
                                : g_mount_unmount_with_operation_finish (mount, result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
sync_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  HemoStick *self = source;
  int fd = open (self->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean done = fd >= 0 && syncfs (fd) == 0;
  int code = errno;

  if (fd >= 0)
    close (fd);
  if (done)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_new_error (
        task, G_IO_ERROR, g_io_error_from_errno (code),
        _ ("The stick could not be written to its end: %s. What is on it is not "
           "to be trusted; write it again."),
        g_strerror (code));
}

static void
synced_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  HemoStick *self = HEMO_STICK (source);
  g_autoptr (GMountOperation) operation = g_mount_operation_new ();
  GError *error = NULL;

  self->flushed = g_task_propagate_boolean (G_TASK (result), &error);
  if (!self->flushed)
    g_task_return_error (task, error);
  else if (count_uses (self) > 0)
    g_task_return_new_error_literal (task, G_IO_ERROR, G_IO_ERROR_BUSY,
                                     _ ("Something else is still being written to it."));
  else if (self->mount == NULL)
    g_task_return_boolean (task, TRUE);
  else if (g_mount_can_eject (self->mount))
    g_mount_eject_with_operation (self->mount, G_MOUNT_UNMOUNT_NONE, operation, NULL, released_cb,
                                  g_steal_pointer (&task));
  else
    g_mount_unmount_with_operation (self->mount, G_MOUNT_UNMOUNT_NONE, operation, NULL, released_cb,
                                    g_steal_pointer (&task));
}

void
hemo_stick_release_async (HemoStick *self, GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (self, NULL, callback, data);
  g_autoptr (GTask) sync = g_task_new (self, NULL, synced_cb, task);

  g_task_set_source_tag (task, hemo_stick_release_async);
  g_task_run_in_thread (sync, sync_thread);
}

gboolean
hemo_stick_release_finish (HemoStick *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
