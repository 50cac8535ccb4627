/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the file system of an export can take. */

#include "hemo-export.h"

#include "hemo-durable.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <linux/magic.h>
#include <sys/vfs.h>

#define FAT_LARGEST_FILE G_GUINT64_CONSTANT (0xFFFFFFFF)

gboolean
hemo_export_get_limits (const char *folder, HemoExportLimits *limits, GError **error)
{
  struct statfs stats;
  guint64 free_bytes;

  if (!hemo_durable_free_space (folder, &free_bytes, error))
    return FALSE;
  if (statfs (folder, &stats) != 0)
    {
      int code = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code),
                   N_ ("The folder of the export cannot be looked at: %s."), g_strerror (code));
      return FALSE;
    }
  limits->free_bytes = free_bytes;
  limits->block = stats.f_bsize > 0 ? (guint64)stats.f_bsize : 4096;
  limits->largest_file = stats.f_type == MSDOS_SUPER_MAGIC ? FAT_LARGEST_FILE : G_MAXINT64;
  return TRUE;
}
