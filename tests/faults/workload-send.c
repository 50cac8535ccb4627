/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sends the queue to a folder that counts how often it was given each change. */

#include "workload.h"

#include "hemo-drain.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#define TYPE_FOLDER_REMOTE (folder_remote_get_type ())
G_DECLARE_FINAL_TYPE (FolderRemote, folder_remote, FOLDER, REMOTE, GObject)

struct _FolderRemote
{
  GObject parent_instance;

  char *directory;
};

static char *
path_of (FolderRemote *self, const HemoQueueItem *item)
{
  g_autofree char *name = g_strdup_printf ("%s-%d", item->change, item->lane);

  return g_build_filename (self->directory, name, NULL);
}

/* One line for each time it was given: the far side keeps what it has answered for. */
static gboolean
push (HemoRemote *remote, const HemoQueueItem *item, GCancellable *cancellable, GError **error)
{
  g_autofree char *path = path_of (FOLDER_REMOTE (remote), item);
  g_autofd int fd = open (path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

  if (fd >= 0 && write (fd, "given\n", 6) == 6)
    return TRUE;
  g_set_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_OFFLINE,
               "The folder cannot be written.");
  return FALSE;
}

static gboolean
has (HemoRemote *remote,
     const HemoQueueItem *item,
     gboolean *there,
     GCancellable *cancellable,
     GError **error)
{
  g_autofree char *path = path_of (FOLDER_REMOTE (remote), item);

  *there = g_file_test (path, G_FILE_TEST_EXISTS);
  return TRUE;
}

static void
remote_init (HemoRemoteInterface *interface)
{
  interface->push = push;
  interface->has = has;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (FolderRemote,
                               folder_remote,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (HEMO_TYPE_REMOTE, remote_init))

static void
folder_remote_finalize (GObject *object)
{
  g_free (FOLDER_REMOTE (object)->directory);
  G_OBJECT_CLASS (folder_remote_parent_class)->finalize (object);
}

static void
folder_remote_class_init (FolderRemoteClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = folder_remote_finalize;
}

static void
folder_remote_init (FolderRemote *self)
{
}

gboolean
workload_send (Workload *self, GError **error)
{
  g_autoptr (FolderRemote) remote = g_object_new (TYPE_FOLDER_REMOTE, NULL);

  remote->directory = g_strdup (self->fields[0]);
  for (HemoLane lane = HEMO_LANE_RESULTS; lane < HEMO_LANE_NONE; lane++)
    if (!hemo_drain_lane (hemo_clinic_get_store (self->clinic), self->session, lane,
                          HEMO_REMOTE (remote), NULL, NULL, error))
      return FALSE;
  workload_promise (self, "sent");
  return TRUE;
}
