/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What outlives a power cut: whole files or none, in the right order, and a failed fsync that stays
 * failed. The system's calls are taken over here to count and to break them. */

#include "hemo-durable.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The calls of one test, as letters: F fsync of a file, D fsync of a folder, R rename. */
static GString *calls;
static int fail_fsync_at, fail_write_errno;
static gboolean damage_writes;

int
fsync (int fd)
{
  struct stat info;
  if (calls == NULL)
    return (int)syscall (SYS_fsync, fd);
  g_assert_no_errno (fstat (fd, &info));
  g_string_append_c (calls, S_ISDIR (info.st_mode) ? 'D' : 'F');
  if (fail_fsync_at > 0 && --fail_fsync_at == 0)
    return errno = EIO, -1;
  return (int)syscall (SYS_fsync, fd);
}

int
rename (const char *from, const char *to)
{
  if (calls != NULL)
    g_string_append_c (calls, 'R');
  return (int)syscall (SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

ssize_t
write (int fd, const void *data, size_t size)
{
  struct stat info;
  if (fail_write_errno != 0 && fstat (fd, &info) == 0 && S_ISREG (info.st_mode))
    {
      /* Half of it first, as a disk that fills up does. */
      if (size > 1)
        return syscall (SYS_write, fd, data, size / 2);
      return errno = fail_write_errno, -1;
    }
  if (damage_writes && fstat (fd, &info) == 0 && S_ISREG (info.st_mode) && size > 0)
    {
      g_autofree char *copy = g_memdup2 (data, size);
      copy[size - 1] ^= 1;
      return syscall (SYS_write, fd, copy, size);
    }
  return syscall (SYS_write, fd, data, size);
}

typedef struct
{
  char *folder;
  char *temporary;
  char *path;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("hemo-durable-XXXXXX", NULL);
  self->temporary = g_build_filename (self->folder, "tmp", NULL);
  self->path = g_build_filename (self->folder, "file", NULL);
  g_assert_no_errno (g_mkdir (self->temporary, 0700));
  calls = g_string_new (NULL);
  fail_fsync_at = fail_write_errno = 0;
  damage_writes = FALSE;
}

static void
remove_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        remove_files (path);
      else
        g_unlink (path);
    }
  g_rmdir (folder);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  fail_fsync_at = fail_write_errno = 0;
  damage_writes = FALSE;
  g_string_free (g_steal_pointer (&calls), TRUE);
  remove_files (self->folder);
  g_free (self->folder);
  g_free (self->temporary);
  g_free (self->path);
}

static guint
count_files (const char *folder)
{
  guint count = 0;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  while (g_dir_read_name (dir) != NULL)
    count++;
  return count;
}

static void
check_content (const char *path, const char *content)
{
  g_autofree char *found = NULL;
  g_assert_true (g_file_get_contents (path, &found, NULL, NULL));
  g_assert_cmpstr (found, ==, content);
}

static void
test_write (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_static ("one", 3);
  struct stat info;
  g_assert_true (hemo_durable_write (self->path, self->temporary, bytes, &error));
  g_assert_no_error (error);
  /* No fsync more and none less, and in this order. */
  g_assert_cmpstr (calls->str, ==, "FRD");
  check_content (self->path, "one");
  g_assert_no_errno (stat (self->path, &info));
  g_assert_cmpuint (info.st_mode & 0777, ==, 0600);
  g_assert_cmpuint (count_files (self->temporary), ==, 0);
}

static void
test_write_replaces (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) one = g_bytes_new_static ("a longer first", 14);
  g_autoptr (GBytes) two = g_bytes_new_static ("", 0);
  g_autofree char *part = g_strconcat (self->path, HEMO_DURABLE_PART, NULL);
  g_assert_true (g_file_set_contents (part, "left by a cut, and longer than what comes", -1, NULL));
  g_assert_true (hemo_durable_write (self->path, NULL, one, NULL));
  check_content (self->path, "a longer first");
  g_assert_true (hemo_durable_write (self->path, NULL, two, NULL));
  check_content (self->path, "");
  g_assert_false (g_file_test (part, G_FILE_TEST_EXISTS));
}

/* A failed fsync is not asked again, and what was there before stays. */
static void
test_fsync_fails (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) old = g_bytes_new_static ("old", 3);
  g_autoptr (GBytes) fresh = g_bytes_new_static ("new", 3);
  g_assert_true (hemo_durable_write (self->path, self->temporary, old, NULL));
  g_string_truncate (calls, 0);
  fail_fsync_at = 1;
  g_assert_false (hemo_durable_write (self->path, self->temporary, fresh, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_assert_cmpstr (calls->str, ==, "F");
  check_content (self->path, "old");
  g_assert_cmpuint (count_files (self->temporary), ==, 0);
}

static void
test_folder_fsync_fails (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_static ("new", 3);
  fail_fsync_at = 2;
  g_assert_false (hemo_durable_write (self->path, self->temporary, bytes, &error));
  g_assert_nonnull (error);
  g_assert_cmpstr (calls->str, ==, "FRD");
}

static void
test_disk_full (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_static ("0123456789", 10);
  fail_write_errno = ENOSPC;
  g_assert_false (hemo_durable_write (self->path, self->temporary, bytes, &error));
  fail_write_errno = 0;
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  g_assert_cmpstr (calls->str, ==, "");
  g_assert_false (g_file_test (self->path, G_FILE_TEST_EXISTS));
  g_assert_cmpuint (count_files (self->temporary), ==, 0);
}

static void
test_link_is_not_followed (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_static ("new", 3);
  g_autofree char *part = g_strconcat (self->path, HEMO_DURABLE_PART, NULL);
  g_autofree char *other = g_build_filename (self->folder, "other", NULL);
  g_assert_true (g_file_set_contents (other, "mine", -1, NULL));
  g_assert_no_errno (symlink (other, part));
  g_assert_false (hemo_durable_write (self->path, NULL, bytes, &error));
  g_assert_nonnull (error);
  check_content (other, "mine");
}

static void
test_make_folder (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_build_filename (self->folder, "ab", NULL);
  g_assert_true (hemo_durable_make_folder (folder, NULL));
  g_assert_true (hemo_durable_make_folder (folder, NULL));
  g_assert_cmpstr (calls->str, ==, "D");
  g_assert_true (g_file_set_contents (self->path, "a file", -1, NULL));
  g_assert_false (hemo_durable_make_folder (self->path, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
}

static void
test_rename (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *moved = g_build_filename (self->temporary, "file", NULL);
  g_assert_true (g_file_set_contents (self->path, "moved", -1, NULL));
  g_string_truncate (calls, 0);
  g_assert_true (hemo_durable_rename (self->path, moved, NULL));
  g_assert_cmpstr (calls->str, ==, "RDD");
  check_content (moved, "moved");
  g_assert_false (hemo_durable_rename (self->path, moved, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

static void
test_read (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_assert_true (g_file_set_contents (self->path, "0123456789", -1, NULL));
  g_autoptr (GBytes) bytes = hemo_durable_read (self->path, 10, NULL);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "0123456789", 10);
  g_assert_null (hemo_durable_read (self->path, 9, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);
  g_clear_error (&error);
  g_assert_null (hemo_durable_read (self->temporary, 10000, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_unlink (self->path);
  g_assert_null (hemo_durable_read (self->path, 9, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

static void
add_bytes (guint64 bytes, gpointer data)
{
  *(guint64 *)data += bytes;
}

/* Nobody writes into it: to open it would be to wait for ever. */
static void
test_pipe (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "pipe", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_no_errno (mkfifo (path, 0600));
  alarm (20);
  g_assert_null (hemo_durable_read (path, 1000, &error));
  alarm (0);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);
}

static void
test_hash (Fixture *self, gconstpointer data)
{
  guint64 size = 0, seen = 0;
  g_assert_true (g_file_set_contents (self->path, "abc", 3, NULL));
  g_autofree char *hash = hemo_durable_hash (self->path, TRUE, &size, add_bytes, &seen, NULL, NULL);
  /* FIPS 180-4's example. */
  g_assert_cmpstr (hash, ==, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  g_assert_cmpuint (size, ==, 3);
  g_assert_cmpuint (seen, ==, 3);
}

static void
test_copy (Fixture *self, gconstpointer data)
{
  guint64 size = 0, seen = 0;
  gsize length = 3 * 1024 * 1024 + 17;
  g_autofree char *content = g_malloc (length), *sha256 = NULL;
  memset (content, 'x', length);
  g_autofree char *to = g_build_filename (self->temporary, "copy", NULL);
  g_assert_true (g_file_set_contents (self->path, content, length, NULL));
  g_string_truncate (calls, 0);
  g_assert_true (hemo_durable_copy (self->path, to, &sha256, &size, add_bytes, &seen, NULL, NULL));
  g_assert_cmpstr (calls->str, ==, "FRD");
  g_assert_cmpuint (size, ==, length);
  g_assert_cmpuint (seen, ==, length);
  g_autofree char *expected
      = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (guchar *)content, length);
  g_assert_cmpstr (sha256, ==, expected);
  g_autofree char *again = hemo_durable_hash (to, TRUE, NULL, NULL, NULL, NULL, NULL);
  g_assert_cmpstr (again, ==, expected);
}

/* A medium that keeps something else than what it was given. */
static void
test_copy_reads_back (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *to = g_build_filename (self->temporary, "copy", NULL);
  g_assert_true (g_file_set_contents (self->path, "content", -1, NULL));
  damage_writes = TRUE;
  g_assert_false (hemo_durable_copy (self->path, to, NULL, NULL, NULL, NULL, NULL, &error));
  damage_writes = FALSE;
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_assert_cmpuint (count_files (self->temporary), ==, 0);
}

static void
test_copy_cancelled (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *to = g_build_filename (self->temporary, "copy", NULL), *sha256 = NULL;
  guint64 size = 7;
  g_assert_true (g_file_set_contents (self->path, "content", -1, NULL));
  g_cancellable_cancel (cancellable);
  g_assert_false (
      hemo_durable_copy (self->path, to, &sha256, &size, NULL, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (sha256);
  g_assert_cmpuint (size, ==, 7);
  g_assert_cmpuint (count_files (self->temporary), ==, 0);
}

/* Stopped in the middle of a long file, and a folder, a device or nothing where a file should be: a
 * link on a stick may lead to one that never ends. */
static void
test_hash_refused (Fixture *self, gconstpointer data)
{
  const char *const paths[] = { self->folder, "/nowhere/at/all", "/dev/null" };
  g_autofree char *to = g_build_filename (self->temporary, "copy", NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  guint64 size = 7;
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_assert_false (hemo_durable_copy (paths[i], to, NULL, NULL, NULL, NULL, NULL, &error));
      g_assert_nonnull (error);
      g_clear_error (&error);
      g_assert_null (hemo_durable_hash (paths[i], TRUE, &size, NULL, NULL, NULL, &error));
      g_assert_nonnull (error);
      g_clear_error (&error);
    }
  g_assert_true (g_file_set_contents (self->path, "content", -1, NULL));
  g_cancellable_cancel (cancellable);
  g_assert_null (hemo_durable_hash (self->path, FALSE, &size, NULL, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (size, ==, 7);
}

static void
test_sync_folder (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_assert_true (hemo_durable_sync_folder (self->folder, &error));
  g_assert_no_error (error);
  g_assert_false (hemo_durable_sync_folder ("/nowhere/at/all", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

static void
test_free_space (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint64 bytes = 0;
  g_assert_true (hemo_durable_free_space (self->folder, &bytes, NULL));
  g_assert_cmpuint (bytes, >, 0);
  g_assert_false (hemo_durable_free_space ("/nowhere/at/all", &bytes, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

static void
add_cb (guint64 bytes, gpointer data)
{
  *(guint64 *)data += bytes;
}

static void
stop_cb (guint64 bytes, gpointer data)
{
  g_cancellable_cancel (data);
}

static void
test_steadily (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_take (g_strnfill (1000 * 1000, 'x'), 1000 * 1000);
  g_autoptr (GBytes) found = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  guint64 told = 0;
  g_assert_true (
      hemo_durable_write_steadily (self->path, bytes, add_cb, &told, cancellable, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (told, ==, 1000 * 1000);
  g_assert_cmpstr (calls->str, ==, "FRD");
  found = hemo_durable_read (self->path, 2000 * 1000, NULL);
  g_assert_true (g_bytes_equal (found, bytes));
}

/* What is stopped, full or pulled leaves what was there, and no part. */
static void
test_steadily_fails (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) bytes = g_bytes_new_take (g_strnfill (1000 * 1000, 'x'), 1000 * 1000);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  const GIOErrorEnum codes[] = { G_IO_ERROR_CANCELLED, G_IO_ERROR_NO_SPACE, G_IO_ERROR_FAILED };
  g_assert_true (g_file_set_contents (self->path, "before", -1, NULL));
  for (int way = 0; way < 3; way++)
    {
      g_autoptr (GError) error = NULL;
      fail_write_errno = way == 1 ? ENOSPC : 0;
      fail_fsync_at = way == 2 ? 1 : 0;
      g_assert_false (hemo_durable_write_steadily (self->path, bytes, way == 0 ? stop_cb : NULL,
                                                   cancellable, way == 0 ? cancellable : NULL,
                                                   &error));
      g_assert_error (error, G_IO_ERROR, (int)codes[way]);
      check_content (self->path, "before");
      g_assert_cmpuint (count_files (self->folder), ==, 2);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  ADD ("/durable/write", test_write);
  ADD ("/durable/steadily", test_steadily);
  ADD ("/durable/steadily-fails", test_steadily_fails);
  ADD ("/durable/write-replaces", test_write_replaces);
  ADD ("/durable/fsync-fails", test_fsync_fails);
  ADD ("/durable/folder-fsync-fails", test_folder_fsync_fails);
  ADD ("/durable/disk-full", test_disk_full);
  ADD ("/durable/link-is-not-followed", test_link_is_not_followed);
  ADD ("/durable/make-folder", test_make_folder);
  ADD ("/durable/rename", test_rename);
  ADD ("/durable/read", test_read);
  ADD ("/durable/pipe", test_pipe);
  ADD ("/durable/hash", test_hash);
  ADD ("/durable/copy", test_copy);
  ADD ("/durable/copy-reads-back", test_copy_reads_back);
  ADD ("/durable/copy-cancelled", test_copy_cancelled);
  ADD ("/durable/hash-refused", test_hash_refused);
  ADD ("/durable/sync-folder", test_sync_folder);
  ADD ("/durable/free-space", test_free_space);
  return g_test_run ();
}
