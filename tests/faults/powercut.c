/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A library to be preloaded: counts every step by which a program changes files below one folder,
 * and at the step that is asked for cuts the power, fills the disk or lets the device fail.
 *
 *   POWERCUT_ROOT    the folder, absolute
 *   POWERCUT_AT      the step, from 1; 0 only counts
 *   POWERCUT_MODE    kill    SIGKILL before the step: what was written stays, as in a page cache
 *                    power   the same, after all that no fsync made durable is taken back: the
 * bytes of a file unless it was synced, a name unless its folder was mixed   the same, but of what
 * was not durable a part chosen by POWERCUT_SEED stays full    this step and all that need space
 * after it fail with ENOSPC sync    the first fsync from this step on fails with EIO write   the
 * step fails with EIO read    reading any file whose path contains POWERCUT_PATTERN fails with EIO
 *   POWERCUT_REPORT  a file that gets the number of steps when the program ends by itself
 *
 * Shared-memory files of SQLite are no step: they are rebuilt. One lock is held over each step, so
 * that the steps of all threads have an order. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#pragma GCC diagnostic ignored "-Wmissing-prototypes"

enum mode
{
  MODE_KILL,
  MODE_POWER,
  MODE_MIXED,
  MODE_FULL,
  MODE_SYNC,
  MODE_WRITE,
  MODE_READ,
};

enum change
{
  CHANGE_BYTES,
  CHANGE_CREATED,
  CHANGE_RENAMED,
  CHANGE_REMOVED,
};

/* How one change is taken back. */
struct record
{
  enum change change;
  bool durable;
  /* Bytes: a handle of the file, what stood there, and its size before. */
  dev_t device;
  ino_t inode;
  int handle;
  off_t offset;
  size_t length;
  char *old;
  off_t old_size;
  /* Names: what was made or moved, where it was, and a second link of what it replaced. */
  char *path;
  char *from;
  char *spare;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char root[PATH_MAX];
static enum mode mode;
static long at, step, spares;
static bool failed_sync;
static struct record *records;
static size_t n_records, n_allocated;

#define REAL(name)                                                                                 \
  static __typeof__ (name) *real;                                                                  \
  if (real == NULL)                                                                                \
  real = (__typeof__ (name) *)dlsym (RTLD_NEXT, #name)

static ssize_t
real_pwrite (int fd, const void *bytes, size_t length, off_t offset)
{
  REAL (pwrite);
  return real (fd, bytes, length, offset);
}

static ssize_t
real_pread (int fd, void *bytes, size_t length, off_t offset)
{
  REAL (pread);
  return real (fd, bytes, length, offset);
}

static int
real_open (const char *path, int flags, mode_t permissions)
{
  REAL (open);
  return real (path, flags, permissions);
}

static int
real_rename (const char *from, const char *path)
{
  REAL (rename);
  return real (from, path);
}

__attribute__ ((constructor)) static void
start (void)
{
  static const char *const names[] = { "kill", "power", "mixed", "full", "sync", "write", "read" };
  const char *value = getenv ("POWERCUT_ROOT");
  if (value == NULL || realpath (value, root) == NULL)
    root[0] = '\0';
  value = getenv ("POWERCUT_AT");
  at = value != NULL ? atol (value) : 0;
  value = getenv ("POWERCUT_MODE");
  for (size_t i = 0; value != NULL && i < sizeof names / sizeof *names; i++)
    if (strcmp (value, names[i]) == 0)
      mode = (enum mode)i;
}

__attribute__ ((destructor)) static void
report (void)
{
  const char *path = getenv ("POWERCUT_REPORT");
  if (path == NULL || root[0] == '\0')
    return;
  char text[32];
  int length = snprintf (text, sizeof text, "%ld\n", step);
  int fd = real_open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd >= 0)
    {
      if (real_pwrite (fd, text, (size_t)length, 0) < 0)
        perror (path);
      close (fd);
    }
}

/* Whether a path is watched: below the root and no shared-memory file. */
static bool
is_watched (const char *path)
{
  size_t length = strlen (root), end = strlen (path);
  if (length == 0 || strncmp (path, root, length) != 0)
    return false;
  if (path[length] != '/' && path[length] != '\0')
    return false;
  return end < 4 || strcmp (path + end - 4, "-shm") != 0;
}

static bool
path_of (int fd, char *path)
{
  char link[64];
  snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink (link, path, PATH_MAX - 1);
  if (length <= 0)
    return false;
  path[length] = '\0';
  return path[0] == '/';
}

static bool
fd_is_watched (int fd)
{
  char path[PATH_MAX];
  return path_of (fd, path) && is_watched (path);
}

/* @name as an absolute path with its folder resolved, also when the last part does not exist. */
static bool
absolute (int folder, const char *name, char *path)
{
  char base[PATH_MAX] = "", joined[2 * PATH_MAX + 2], parent[PATH_MAX];
  if (name[0] != '/'
      && (folder == AT_FDCWD ? getcwd (base, sizeof base) == NULL : !path_of (folder, base)))
    return false;
  snprintf (joined, sizeof joined, "%s/%s", base, name);
  size_t end = strlen (joined);
  while (end > 1 && joined[end - 1] == '/')
    joined[--end] = '\0';
  char *slash = strrchr (joined, '/');
  *slash = '\0';
  if (realpath (joined[0] != '\0' ? joined : "/", parent) == NULL)
    return false;
  return snprintf (path, PATH_MAX, "%s/%s", parent, slash + 1) < PATH_MAX;
}

static struct record *
add_record (enum change change)
{
  if (n_records == n_allocated)
    {
      n_allocated = n_allocated == 0 ? 256 : n_allocated * 2;
      records = realloc (records, n_allocated * sizeof *records);
      if (records == NULL)
        abort ();
    }
  struct record *self = &records[n_records++];
  memset (self, 0, sizeof *self);
  self->change = change;
  self->handle = -1;
  return self;
}

/* One handle for each file that was written, which outlives its descriptors and its name. */
static int
handle_of (int fd, const struct stat *info)
{
  for (size_t i = n_records; i-- > 0;)
    if (records[i].handle >= 0 && records[i].inode == info->st_ino
        && records[i].device == info->st_dev)
      return records[i].handle;
  char link[64];
  snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  return real_open (link, O_RDWR | O_CLOEXEC, 0);
}

static void
remember_bytes (int fd, off_t offset, size_t length)
{
  struct stat info;
  if (mode != MODE_POWER && mode != MODE_MIXED)
    return;
  if (fstat (fd, &info) != 0 || !S_ISREG (info.st_mode))
    return;
  int handle = handle_of (fd, &info);
  struct record *self = add_record (CHANGE_BYTES);
  self->device = info.st_dev;
  self->inode = info.st_ino;
  self->handle = handle;
  self->offset = offset;
  self->old_size = info.st_size;
  if (offset < info.st_size && length > 0)
    {
      size_t there = (size_t)(info.st_size - offset);
      self->length = length < there ? length : there;
      self->old = malloc (self->length);
      if (self->old == NULL
          || real_pread (handle, self->old, self->length, offset) != (ssize_t)self->length)
        self->length = 0;
    }
}

static void
remember_name (enum change change, const char *path, const char *from)
{
  if (mode != MODE_POWER && mode != MODE_MIXED)
    return;
  struct record *self = add_record (change);
  self->path = strdup (path);
  self->from = from != NULL ? strdup (from) : NULL;
  /* What is removed or replaced is kept under a second name beside the folder. */
  if (change != CHANGE_CREATED)
    {
      char spare[PATH_MAX + 64];
      snprintf (spare, sizeof spare, "%s.spare-%d-%ld", root, (int)getpid (), ++spares);
      if (link (path, spare) == 0)
        self->spare = strdup (spare);
    }
}

static void
make_durable (int fd)
{
  struct stat info;
  char path[PATH_MAX];
  if (fstat (fd, &info) != 0)
    return;
  bool folder = S_ISDIR (info.st_mode) && path_of (fd, path);
  size_t length = folder ? strlen (path) : 0;
  for (size_t i = 0; i < n_records; i++)
    {
      struct record *self = &records[i];
      if (self->change == CHANGE_BYTES)
        {
          if (!folder && self->inode == info.st_ino && self->device == info.st_dev)
            self->durable = true;
        }
      else if (folder && strncmp (self->path, path, length) == 0 && self->path[length] == '/'
               && strchr (self->path + length + 1, '/') == NULL)
        self->durable = true;
    }
}

static void
take_back (struct record *self)
{
  REAL (ftruncate);
  switch (self->change)
    {
    case CHANGE_BYTES:
      if (self->handle < 0)
        return;
      if (self->length > 0)
        real_pwrite (self->handle, self->old, self->length, self->offset);
      real (self->handle, self->old_size);
      break;
    case CHANGE_CREATED:
      remove (self->path);
      break;
    case CHANGE_RENAMED:
      real_rename (self->path, self->from);
      if (self->spare != NULL)
        real_rename (self->spare, self->path);
      break;
    case CHANGE_REMOVED:
      if (self->spare != NULL)
        real_rename (self->spare, self->path);
      break;
    }
}

/* Of the names that were not durable the first ones may stay, as a journal keeps them in order; of
 * the files' bytes those of some files. */
static void
cut_power (void)
{
  const char *text = getenv ("POWERCUT_SEED");
  unsigned seed = (text != NULL ? (unsigned)atol (text) : 1U) * 2654435761U + (unsigned)at;
  size_t kept_names
      = mode == MODE_MIXED && n_records > 0 ? (size_t)rand_r (&seed) % (n_records + 1) : 0;
  unsigned salt = (unsigned)rand_r (&seed);

  for (size_t i = n_records; i-- > 0;)
    {
      struct record *self = &records[i];
      unsigned mixed = ((unsigned)self->inode * 2246822519U) ^ salt;
      bool kept = mode == MODE_MIXED && ((mixed >> 7) & 1U) != 0;
      if (self->change == CHANGE_BYTES && !self->durable && !kept)
        take_back (self);
    }
  for (size_t i = n_records; i-- > 0;)
    if (records[i].change != CHANGE_BYTES && !records[i].durable && i >= kept_names)
      take_back (&records[i]);
}

/* Counts a step. Returns 0, or the error that it has to fail with. */
static int
next_step (bool needs_space, bool is_sync)
{
  step++;
  if (at == 0 || step < at)
    return 0;
  switch (mode)
    {
    case MODE_POWER:
    case MODE_MIXED:
      cut_power ();
      __attribute__ ((fallthrough));
    case MODE_KILL:
      kill (getpid (), SIGKILL);
      pause ();
      return EIO;
    case MODE_FULL:
      return needs_space ? ENOSPC : 0;
    case MODE_SYNC:
      if (!is_sync || failed_sync)
        return 0;
      failed_sync = true;
      return EIO;
    case MODE_WRITE:
      return step == at ? EIO : 0;
    case MODE_READ:
      return 0;
    }
  return 0;
}

/* Runs @call as one step when @watched. */
#define STEP(watched, space, sync, remember, call)                                                 \
  if (!(watched))                                                                                  \
    return call;                                                                                   \
  pthread_mutex_lock (&lock);                                                                      \
  int error = next_step (space, sync);                                                             \
  __typeof__ (call) result = -1;                                                                   \
  if (error == 0)                                                                                  \
    {                                                                                              \
      remember;                                                                                    \
      result = call;                                                                               \
      error = errno;                                                                               \
    }                                                                                              \
  pthread_mutex_unlock (&lock);                                                                    \
  errno = error;                                                                                   \
  return result

ssize_t
write (int fd, const void *bytes, size_t length)
{
  REAL (write);
  bool appends = fd_is_watched (fd) && (fcntl (fd, F_GETFL) & O_APPEND) != 0;
  STEP (fd_is_watched (fd), true, false,
        remember_bytes (fd, lseek (fd, 0, appends ? SEEK_END : SEEK_CUR), length),
        real (fd, bytes, length));
}

ssize_t
writev (int fd, const struct iovec *parts, int count)
{
  REAL (writev);
  size_t length = 0;
  for (int i = 0; i < count; i++)
    length += parts[i].iov_len;
  STEP (fd_is_watched (fd), true, false, remember_bytes (fd, lseek (fd, 0, SEEK_CUR), length),
        real (fd, parts, count));
}

ssize_t
pwrite (int fd, const void *bytes, size_t length, off_t offset)
{
  STEP (fd_is_watched (fd), true, false, remember_bytes (fd, offset, length),
        real_pwrite (fd, bytes, length, offset));
}

ssize_t
pwrite64 (int fd, const void *bytes, size_t length, off_t offset)
{
  return pwrite (fd, bytes, length, offset);
}

int
ftruncate (int fd, off_t length)
{
  REAL (ftruncate);
  struct stat info = { 0 };
  fstat (fd, &info);
  size_t lost = info.st_size > length ? (size_t)(info.st_size - length) : 0;
  STEP (fd_is_watched (fd), length > info.st_size, false, remember_bytes (fd, length, lost),
        real (fd, length));
}

int
ftruncate64 (int fd, off_t length)
{
  return ftruncate (fd, length);
}

int
fallocate (int fd, int how, off_t offset, off_t length)
{
  REAL (fallocate);
  STEP (fd_is_watched (fd), true, false, remember_bytes (fd, offset, 0),
        real (fd, how, offset, length));
}

int
posix_fallocate (int fd, off_t offset, off_t length)
{
  return fallocate (fd, 0, offset, length) == 0 ? 0 : errno;
}

int
fsync (int fd)
{
  REAL (fsync);
  STEP (fd_is_watched (fd), false, true, make_durable (fd), real (fd));
}

int
fdatasync (int fd)
{
  REAL (fdatasync);
  STEP (fd_is_watched (fd), false, true, make_durable (fd), real (fd));
}

static int
open_in (int folder, const char *name, int flags, mode_t permissions)
{
  REAL (openat);
  char path[PATH_MAX];
  struct stat info;
  bool changes = (flags & (O_CREAT | O_TRUNC)) != 0 && (flags & O_TMPFILE) != O_TMPFILE
                 && absolute (folder, name, path) && is_watched (path);
  bool there = changes && lstat (path, &info) == 0;
  if (there && (flags & O_TRUNC) != 0)
    {
      /* Cut off as a step of its own, so that the bytes can come back. */
      int fd = real (folder, name, flags & ~O_TRUNC, permissions);
      if (fd >= 0 && ftruncate (fd, 0) != 0)
        {
          int saved = errno;
          close (fd);
          errno = saved;
          return -1;
        }
      return fd;
    }
  STEP (changes && !there && (flags & O_CREAT) != 0, true, false,
        remember_name (CHANGE_CREATED, path, NULL), real (folder, name, flags, permissions));
}

#define PERMISSIONS(flags)                                                                         \
  mode_t permissions = 0;                                                                          \
  if (((flags) & O_CREAT) != 0 || ((flags) & O_TMPFILE) == O_TMPFILE)                              \
    {                                                                                              \
      va_list arguments;                                                                           \
      va_start (arguments, flags);                                                                 \
      permissions = va_arg (arguments, mode_t);                                                    \
      va_end (arguments);                                                                          \
    }

int
open (const char *path, int flags, ...)
{
  PERMISSIONS (flags)
  return open_in (AT_FDCWD, path, flags, permissions);
}

int
open64 (const char *path, int flags, ...)
{
  PERMISSIONS (flags)
  return open_in (AT_FDCWD, path, flags, permissions);
}

int
openat (int folder, const char *path, int flags, ...)
{
  PERMISSIONS (flags)
  return open_in (folder, path, flags, permissions);
}

int
openat64 (int folder, const char *path, int flags, ...)
{
  PERMISSIONS (flags)
  return open_in (folder, path, flags, permissions);
}

int
creat (const char *path, mode_t permissions)
{
  return open_in (AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, permissions);
}

int
mkdirat (int folder, const char *name, mode_t permissions)
{
  REAL (mkdirat);
  char path[PATH_MAX];
  struct stat info;
  bool makes = absolute (folder, name, path) && is_watched (path) && lstat (path, &info) != 0;
  STEP (makes, true, false, remember_name (CHANGE_CREATED, path, NULL),
        real (folder, name, permissions));
}

int
mkdir (const char *name, mode_t permissions)
{
  return mkdirat (AT_FDCWD, name, permissions);
}

int
renameat2 (int old_folder, const char *old_name, int folder, const char *name, unsigned flags)
{
  REAL (renameat2);
  char from[PATH_MAX], path[PATH_MAX];
  bool moves
      = absolute (old_folder, old_name, from) && absolute (folder, name, path) && is_watched (path);
  STEP (moves, false, false, remember_name (CHANGE_RENAMED, path, from),
        real (old_folder, old_name, folder, name, flags));
}

int
renameat (int old_folder, const char *old_name, int folder, const char *name)
{
  return renameat2 (old_folder, old_name, folder, name, 0);
}

int
rename (const char *old_name, const char *name)
{
  return renameat2 (AT_FDCWD, old_name, AT_FDCWD, name, 0);
}

int
unlinkat (int folder, const char *name, int flags)
{
  REAL (unlinkat);
  char path[PATH_MAX];
  struct stat info;
  bool removes = absolute (folder, name, path) && is_watched (path) && lstat (path, &info) == 0;
  STEP (removes, false, false, remember_name (CHANGE_REMOVED, path, NULL),
        real (folder, name, flags));
}

int
unlink (const char *name)
{
  return unlinkat (AT_FDCWD, name, 0);
}

int
rmdir (const char *name)
{
  return unlinkat (AT_FDCWD, name, AT_REMOVEDIR);
}

static bool
fails_to_read (int fd)
{
  char path[PATH_MAX];
  const char *pattern = getenv ("POWERCUT_PATTERN");
  return mode == MODE_READ && pattern != NULL && path_of (fd, path) && is_watched (path)
         && strstr (path, pattern) != NULL;
}

ssize_t
read (int fd, void *bytes, size_t length)
{
  REAL (read);
  if (fails_to_read (fd))
    {
      errno = EIO;
      return -1;
    }
  return real (fd, bytes, length);
}

ssize_t
pread (int fd, void *bytes, size_t length, off_t offset)
{
  if (fails_to_read (fd))
    {
      errno = EIO;
      return -1;
    }
  return real_pread (fd, bytes, length, offset);
}

ssize_t
pread64 (int fd, void *bytes, size_t length, off_t offset)
{
  return pread (fd, bytes, length, offset);
}
