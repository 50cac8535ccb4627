/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Files that outlive a power cut. */

/* sync_file_range() is Linux's own. */
#define _GNU_SOURCE

#include "hemo-durable.h"

#include "hemo-secret.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define PIECE ((gsize)1024 * 1024)

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_MD_CTX, EVP_MD_CTX_free)

/* @what: a whole sentence but for its end. File names are left out: who calls knows the file, and
 * an export's folder may be named by a person. */
static gboolean
fail (GError **error, const char *what)
{
  int code = errno;
  /* Want of memory says nothing of the file or the disk. */
  if (code == ENOMEM)
    g_set_error_literal (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_FAILED,
                         HEMO_VAULT_NO_MEMORY_TEXT);
  else
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s.", what,
                 g_strerror (code));
  return FALSE;
}

static gboolean
write_all (int fd, const guint8 *data, gsize size, GError **error)
{
  while (size > 0)
    {
      gssize written = write (fd, data, MIN (size, 64 * PIECE));
      if (written < 0 && errno == EINTR)
        continue;
      if (written < 0)
        return fail (error, N_ ("A file could not be written"));
      data += written;
      size -= (gsize)written;
    }
  return TRUE;
}

static gssize
read_some (int fd, guint8 *buffer, gsize size, GError **error)
{
  gssize got;
  do
    got = read (fd, buffer, size);
  while (got < 0 && errno == EINTR);
  if (got < 0)
    fail (error, N_ ("A file could not be read"));
  return got;
}

static int
open_for_writing (const char *path, GError **error)
{
  int fd = open (path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0)
    fail (error, N_ ("A file could not be made"));
  return fd;
}

/* A pipe that somebody left on a stick would be waited for without end. */
static int
open_for_reading (const char *path, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0)
    fail (error, N_ ("A file could not be opened"));
  return fd;
}

/* As open_for_reading(), and of a file alone: a link on a stick may lead to a device that never
 * ends. */
static int
open_file (const char *path, GError **error)
{
  struct stat info;
  g_autofd int fd = open_for_reading (path, error);
  if (fd < 0)
    return -1;
  if (fstat (fd, &info) != 0)
    return fail (error, N_ ("A file could not be looked at")), -1;
  if (S_ISREG (info.st_mode))
    return g_steal_fd (&fd);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE,
                       N_ ("Something else lies where a file should be."));
  return -1;
}

/* Syncs and closes; after a failed fsync the file is not what was written, whatever a second says.
 */
static gboolean
sync_and_close (int *fd, GError **error)
{
  if (fsync (*fd) != 0)
    return fail (error, N_ ("A file could not be brought to the disk"));
  if (close (g_steal_fd (fd)) != 0)
    return fail (error, N_ ("A file could not be closed"));
  return TRUE;
}

gboolean
hemo_durable_sync_folder (const char *folder, GError **error)
{
  g_autofd int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return fail (error, N_ ("A folder could not be opened"));
  /* Some file systems of sticks cannot sync a folder, and say so. */
  if (fsync (fd) != 0 && errno != EINVAL && errno != ENOTSUP)
    return fail (error, N_ ("A folder could not be brought to the disk"));
  return TRUE;
}

gboolean
hemo_durable_make_folder (const char *folder, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (folder);
  if (mkdir (folder, 0700) == 0)
    return hemo_durable_sync_folder (parent, error);
  if (errno == EEXIST && g_file_test (folder, G_FILE_TEST_IS_DIR))
    return TRUE;
  return fail (error, N_ ("A folder could not be made"));
}

gboolean
hemo_durable_rename (const char *from, const char *to, GError **error)
{
  g_autofree char *from_folder = g_path_get_dirname (from);
  g_autofree char *to_folder = g_path_get_dirname (to);
  if (rename (from, to) != 0)
    return fail (error, N_ ("A file could not be given its name"));
  /* The new name first: were only the old one's end on the disk, the file would be lost. */
  if (!hemo_durable_sync_folder (to_folder, error))
    return FALSE;
  return g_str_equal (from_folder, to_folder) || hemo_durable_sync_folder (from_folder, error);
}

/* As hemo_durable_rename() but leaves the old name's folder alone: a temporary one that comes back
 * after a cut is swept. */
static gboolean
rename_temporary (const char *from, const char *to, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (to);
  if (rename (from, to) != 0)
    return fail (error, N_ ("A file could not be given its name"));
  return hemo_durable_sync_folder (folder, error);
}

static char *
temporary_name (const char *path, const char *folder)
{
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *part = g_strconcat (name, HEMO_DURABLE_PART, NULL);
  return folder == NULL ? g_strconcat (path, HEMO_DURABLE_PART, NULL)
                        : g_build_filename (folder, part, NULL);
}

static gboolean
write_part (const char *part, GBytes *bytes, GError **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  g_autofd int fd = open_for_writing (part, error);
  return fd >= 0 && write_all (fd, data, size, error) && sync_and_close (&fd, error);
}

gboolean
hemo_durable_write (const char *path, const char *temporary_folder, GBytes *bytes, GError **error)
{
  g_autofree char *part = temporary_name (path, temporary_folder);
  if (write_part (part, bytes, error) && rename_temporary (part, path, error))
    return TRUE;
  unlink (part);
  return FALSE;
}

/* As much as a slow stick takes in a tenth of a second. */
#define STEP ((gsize)256 * 1024)

static gboolean
write_steps (int fd,
             GBytes *bytes,
             HemoDurableProgress progress,
             gpointer data,
             GCancellable *cancellable,
             GError **error)
{
  gsize size;
  const guint8 *from = g_bytes_get_data (bytes, &size);
  for (gsize done = 0; done < size;)
    {
      gsize step = MIN (size - done, STEP);
      if (g_cancellable_set_error_if_cancelled (cancellable, error)
          || !write_all (fd, from + done, step, error))
        return FALSE;
      /* A failure that is told here is not told again by fsync. */
      if (sync_file_range (fd, (off_t)done, (off_t)step,
                           SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE
                               | SYNC_FILE_RANGE_WAIT_AFTER)
              != 0
          && errno != ENOSYS && errno != EINVAL && errno != ESPIPE)
        return fail (error, N_ ("A file could not be brought to the disk"));
      done += step;
      if (progress != NULL)
        progress (step, data);
    }
  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

gboolean
hemo_durable_write_steadily (const char *path,
                             GBytes *bytes,
                             HemoDurableProgress progress,
                             gpointer data,
                             GCancellable *cancellable,
                             GError **error)
{
  g_autofree char *part = temporary_name (path, NULL);
  g_autofd int fd = open_for_writing (part, error);
  if (fd >= 0 && write_steps (fd, bytes, progress, data, cancellable, error)
      && sync_and_close (&fd, error) && rename_temporary (part, path, error))
    return TRUE;
  unlink (part);
  return FALSE;
}

GBytes *
hemo_durable_read (const char *path, guint64 limit, GError **error)
{
  struct stat info;
  g_autofd int fd = open_for_reading (path, error);
  if (fd < 0)
    return NULL;
  if (fstat (fd, &info) != 0)
    return fail (error, N_ ("A file could not be looked at")), NULL;
  if (!S_ISREG (info.st_mode) || (guint64)info.st_size > limit)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                           N_ ("A file is larger than it can be."));
      return NULL;
    }
  gsize size = (gsize)info.st_size, filled = 0;
  g_autofree guint8 *buffer = g_try_malloc (MAX (size, 1));
  if (buffer == NULL)
    return errno = ENOMEM, fail (error, N_ ("A file could not be read")), NULL;
  while (filled < size)
    {
      gssize got = read_some (fd, buffer + filled, size - filled, error);
      if (got < 0)
        return NULL;
      if (got == 0)
        break;
      filled += (gsize)got;
    }
  return g_bytes_new_take (g_steal_pointer (&buffer), filled);
}

static char *
finish_hash (EVP_MD_CTX *context, GError **error)
{
  guint8 digest[EVP_MAX_MD_SIZE];
  guint length = 0;
  if (EVP_DigestFinal_ex (context, digest, &length) != 1)
    return errno = EIO, fail (error, N_ ("A checksum could not be made")), NULL;
  GString *text = g_string_sized_new (2 * (gsize)length);
  for (guint i = 0; i < length; i++)
    g_string_append_printf (text, "%02x", digest[i]);
  return g_string_free (text, FALSE);
}

static EVP_MD_CTX *
start_hash (GError **error)
{
  g_autoptr (EVP_MD_CTX) context = EVP_MD_CTX_new ();
  if (context != NULL && EVP_DigestInit_ex (context, EVP_sha256 (), NULL) == 1)
    return g_steal_pointer (&context);
  errno = ENOMEM;
  fail (error, N_ ("A checksum could not be made"));
  return NULL;
}

/* Reads @in to its end, into the hash and, unless it is negative, into @out. */
static gboolean
pump (int in,
      int out,
      EVP_MD_CTX *context,
      guint64 *size,
      HemoDurableProgress progress,
      gpointer data,
      GCancellable *cancellable,
      GError **error)
{
  g_autofree guint8 *buffer = g_malloc (PIECE);
  guint64 total = 0;
  for (;;)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      gssize got = read_some (in, buffer, PIECE, error);
      if (got < 0)
        return FALSE;
      if (got == 0)
        break;
      if (out >= 0 && !write_all (out, buffer, (gsize)got, error))
        return FALSE;
      if (EVP_DigestUpdate (context, buffer, (gsize)got) != 1)
        return errno = EIO, fail (error, N_ ("A checksum could not be made"));
      total += (guint64)got;
      if (progress != NULL)
        progress ((guint64)got, data);
    }
  if (size != NULL)
    *size = total;
  return TRUE;
}

char *
hemo_durable_hash (const char *path,
                   gboolean from_disk,
                   guint64 *size,
                   HemoDurableProgress progress,
                   gpointer data,
                   GCancellable *cancellable,
                   GError **error)
{
  g_autofd int fd = open_file (path, error);
  g_autoptr (EVP_MD_CTX) context = fd < 0 ? NULL : start_hash (error);
  if (context == NULL)
    return NULL;
  if (from_disk)
    posix_fadvise (fd, 0, 0, POSIX_FADV_DONTNEED);
  guint64 total;
  if (!pump (fd, -1, context, &total, progress, data, cancellable, error))
    return NULL;
  char *hash = finish_hash (context, error);
  if (hash != NULL && size != NULL)
    *size = total;
  return hash;
}

static gboolean
compare_copy (const char *to, const char *sha256, GCancellable *cancellable, GError **error)
{
  g_autofree char *found = hemo_durable_hash (to, TRUE, NULL, NULL, NULL, cancellable, error);
  if (found == NULL)
    return FALSE;
  if (g_str_equal (found, sha256))
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       N_ ("What was written does not read back the same: the medium is damaged."));
  return FALSE;
}

/* The copy as a synced '.part'. */
static char *
copy_to_part (int in,
              const char *part,
              guint64 *size,
              HemoDurableProgress progress,
              gpointer data,
              GCancellable *cancellable,
              GError **error)
{
  g_autofd int out = open_for_writing (part, error);
  g_autoptr (EVP_MD_CTX) context = out < 0 ? NULL : start_hash (error);
  if (context == NULL || !pump (in, out, context, size, progress, data, cancellable, error)
      || !sync_and_close (&out, error))
    return NULL;
  return finish_hash (context, error);
}

gboolean
hemo_durable_copy (const char *from,
                   const char *to,
                   char **sha256,
                   guint64 *size,
                   HemoDurableProgress progress,
                   gpointer data,
                   GCancellable *cancellable,
                   GError **error)
{
  g_autofd int in = open_file (from, error);
  if (in < 0)
    return FALSE;
  guint64 copied;
  g_autofree char *part = temporary_name (to, NULL);
  g_autofree char *hash = copy_to_part (in, part, &copied, progress, data, cancellable, error);
  /* Read back while it is still a '.part': under its own name a file is always a good one. */
  if (hash == NULL || !compare_copy (part, hash, cancellable, error)
      || !rename_temporary (part, to, error))
    {
      unlink (part);
      return FALSE;
    }
  if (sha256 != NULL)
    *sha256 = g_steal_pointer (&hash);
  if (size != NULL)
    *size = copied;
  return TRUE;
}

gboolean
hemo_durable_free_space (const char *folder, guint64 *bytes, GError **error)
{
  struct statvfs info;
  if (statvfs (folder, &info) != 0)
    return fail (error, N_ ("The free space could not be found out"));
  *bytes = (guint64)info.f_bavail * info.f_frsize;
  return TRUE;
}
