/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Batteries as the kernel tells them, and the free space where the clinic lies. */

#include "hemo-computer.h"

#include "hemo-durable.h"

#include <glib/gi18n.h>
#include <sys/statvfs.h>

#define SYSTEM_BATTERIES "/sys/class/power_supply"

/* One line of a file, or NULL. (transfer full) */
static char *
read_line (const char *folder, const char *device, const char *name)
{
  g_autofree char *path = g_build_filename (folder, device, name, NULL);
  char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return NULL;
  return g_strstrip (text);
}

/* Percent of a battery of this computer that is being emptied, else 100. A mouse's or a telephone's
 * is of the scope 'Device'. */
static int
battery_percent (const char *folder, const char *device)
{
  g_autofree char *type = read_line (folder, device, "type");
  g_autofree char *scope = read_line (folder, device, "scope");
  g_autofree char *status = read_line (folder, device, "status");
  g_autofree char *capacity = read_line (folder, device, "capacity");

  if (g_strcmp0 (type, "Battery") != 0 || g_strcmp0 (scope, "Device") == 0
      || g_strcmp0 (status, "Discharging") != 0 || capacity == NULL)
    return 100;
  return CLAMP (atoi (capacity), 0, 100);
}

/* The emptiest, or 100. */
static int
lowest_battery (void)
{
  const char *other = g_getenv ("HEMOGRAM_POWER_SUPPLY");
  const char *folder = other != NULL ? other : SYSTEM_BATTERIES;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  int lowest = 100;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    lowest = MIN (lowest, battery_percent (folder, name));
  return lowest;
}

static gboolean
disk_is_low (const char *directory, guint64 *free_bytes)
{
  const char *limit = g_getenv ("HEMOGRAM_DISK_BYTES");
  struct statvfs disk;

  if (statvfs (directory, &disk) != 0)
    return FALSE;
  *free_bytes = (guint64)disk.f_bavail * disk.f_frsize;
  return *free_bytes
         < (limit != NULL ? g_ascii_strtoull (limit, NULL, 10) : HEMO_COMPUTER_DISK_BYTES);
}

static void
look_thread (GTask *task, gpointer source, gpointer directory, GCancellable *cancellable)
{
  int percent = lowest_battery ();
  guint64 free_bytes = 0;
  g_autofree char *size = NULL;

  if (disk_is_low (directory, &free_bytes))
    {
      size = g_format_size (free_bytes);
      /* Translators: the argument is a size, such as '300 MB' */
      g_task_return_pointer (
          task,
          g_strdup_printf (_ ("Only %s are free on this computer's disk. Empty it before it is "
                              "full: pictures could not be saved any more."),
                           size),
          g_free);
    }
  else if (percent <= HEMO_COMPUTER_BATTERY_PERCENT)
    g_task_return_pointer (
        task,
        g_strdup_printf (_ ("The battery is at %d %%. What was saved stays saved; plug the "
                            "computer in before you go on capturing."),
                         percent),
        g_free);
  else
    g_task_return_pointer (task, NULL, NULL);
}

void
hemo_computer_look_async (const char *directory, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, data);

  g_task_set_source_tag (task, hemo_computer_look_async);
  g_task_set_task_data (task, g_strdup (directory), g_free);
  g_task_run_in_thread (task, look_thread);
}

char *
hemo_computer_look_finish (GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}

gboolean
hemo_computer_check_room (const char *directory, guint64 bytes, GError **error)
{
  const char *limit = g_getenv ("HEMOGRAM_RESERVE_BYTES");
  guint64 reserve
      = limit != NULL ? g_ascii_strtoull (limit, NULL, 10) : HEMO_COMPUTER_RESERVE_BYTES;
  guint64 free_bytes = 0;
  g_autofree char *size = NULL;

  if (!hemo_durable_free_space (directory, &free_bytes, error))
    return FALSE;
  /* The picture beside its unfinished self, its preview and its rows. */
  if (free_bytes >= reserve && free_bytes - reserve >= 2 * bytes)
    return TRUE;
  size = g_format_size (free_bytes);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE,
               /* Translators: the argument is a size, such as '90 MB' */
               _ ("The picture was not taken: only %s are free on this computer's disk. Make room, "
                  "then capture it again. Counts and reports are still saved."),
               size);
  return FALSE;
}
