/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A memfd of Linux. */

/* memfd_create() is Linux's own. */
#define _GNU_SOURCE

#include "hemo-memory-file.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <sys/mman.h>
#include <unistd.h>

int
hemo_memory_file_open (GBytes *bytes, GError **error)
{
  gsize size, written = 0;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  g_autofd int fd = memfd_create ("hemogram", MFD_CLOEXEC);

  while (fd >= 0 && written < size)
    {
      gssize some = write (fd, data + written, size - written);

      if (some < 0 && errno != EINTR)
        break;
      written += (gsize)MAX (some, 0);
    }
  if (fd >= 0 && written == size && lseek (fd, 0, SEEK_SET) == 0)
    return g_steal_fd (&fd);
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
               _ ("There is no memory for the paper: %s."), g_strerror (errno));
  return -1;
}
