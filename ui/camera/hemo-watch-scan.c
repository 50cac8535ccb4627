/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One look through a watched folder: which files are new, still, whole and not yet taken. */

#include "hemo-watch-scan-private.h"

#include "hemo-failure.h"
#include "hemo-picture.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file that did not change for so long is tried. */
#define STILL_FOR G_USEC_PER_SEC
/* One that is not whole is waited for so long after its last change, then refused until it changes
 * again. */
#define GIVE_UP_AFTER (30 * G_USEC_PER_SEC)
#define MAX_DEPTH 4
#define MAX_ENTRIES 20000
/* Pictures that are in memory at once. */
#define MAX_FOUND 4

typedef enum
{
  WAITING,
  DONE,
} Status;

/* As it was at the last look. */
typedef struct
{
  Status status;
  guint64 size;
  gint64 changed;
  guint64 inode;
  gint64 still_since;
  gint64 next_try;
  guint64 look;
  gboolean late;
} File;

void
hemo_watch_find_free (HemoWatchFind *self)
{
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self->sha256);
  g_free (self->name);
  g_free (self->refusal);
  g_free (self);
}

HemoWatchScan *
hemo_watch_scan_new (const char *path)
{
  HemoWatchScan *self = g_new0 (HemoWatchScan, 1);

  self->path = g_strdup (path);
  self->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->found = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_watch_find_free);
  return self;
}

void
hemo_watch_scan_free (HemoWatchScan *self)
{
  if (self == NULL)
    return;
  g_free (self->path);
  g_hash_table_unref (self->known);
  g_hash_table_unref (self->files);
  g_ptr_array_unref (self->found);
  g_clear_error (&self->error);
  g_clear_object (&self->monitor);
  g_free (self);
}

void
hemo_watch_scan_add_known (HemoWatchScan *self, const char *sha256)
{
  g_hash_table_add (self->known, g_ascii_strdown (sha256, -1));
}

void
hemo_watch_scan_begin_anew (HemoWatchScan *self)
{
  g_hash_table_remove_all (self->files);
  self->begun = FALSE;
  self->mark_late = FALSE;
}

/* @endings: each with a blank before and after */
static gboolean
ends_in (const char *name, const char *endings)
{
  const char *dot = strrchr (name, '.');
  g_autofree char *ending = dot != NULL ? g_ascii_strdown (dot + 1, -1) : NULL;
  g_autofree char *word = g_strconcat (" ", ending, " ", NULL);

  return ending != NULL && *ending != '\0' && strchr (ending, ' ') == NULL
         && strstr (endings, word) != NULL;
}

static gboolean
is_ours (const char *name)
{
  return name[0] != '.' && ends_in (name, " jpg jpeg jpe jfif png ");
}

/* What microscopes' programs write besides; said, so that nobody waits for it. */
static gboolean
is_foreign (const char *name)
{
  return name[0] != '.' && ends_in (name, " tif tiff bmp webp gif heic raw czi lif nd2 svs ndpi ");
}

static void
add_find (HemoWatchScan *self,
          const char *path,
          const File *file,
          GBytes *bytes,
          char *sha256,
          char *refusal)
{
  HemoWatchFind *find = g_new0 (HemoWatchFind, 1);
  g_autofree char *base = g_path_get_basename (path);

  find->bytes = bytes;
  find->sha256 = sha256;
  find->name = g_filename_display_name (base);
  find->refusal = refusal;
  find->late = file->late;
  g_ptr_array_add (self->found, find);
}

static void
refuse (HemoWatchScan *self, const char *path, File *file, const char *why)
{
  file->status = DONE;
  add_find (self, path, file, NULL, NULL, g_strdup (why));
}

static gint64
get_changed (const struct stat *facts)
{
  return (gint64)facts->st_mtim.tv_sec * G_USEC_PER_SEC + facts->st_mtim.tv_nsec / 1000;
}

static gboolean
is_same (const File *file, const struct stat *facts)
{
  return file->size == (guint64)facts->st_size && file->changed == get_changed (facts)
         && file->inode == (guint64)facts->st_ino;
}

/* NULL with *@wait when it changed meanwhile or cannot be read now. A pipe or a device that bears
 * a picture's name is not opened for longer than it takes to see that. */
static GBytes *
read_file (const char *path, const File *file)
{
  const int fd = g_open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW, 0);
  g_autofree guint8 *data = NULL;
  struct stat facts;
  gsize at = 0;
  gssize n = 1;

  if (fd < 0)
    return NULL;
  data = g_try_malloc (file->size);
  while (data != NULL && at < file->size && n > 0)
    {
      do
        n = read (fd, data + at, file->size - at);
      while (n < 0 && errno == EINTR);
      at += n > 0 ? (gsize)n : 0;
    }
  if (fstat (fd, &facts) != 0 || !S_ISREG (facts.st_mode) || !is_same (file, &facts))
    at = 0;
  close (fd);
  return at == file->size ? g_bytes_new_take (g_steal_pointer (&data), at) : NULL;
}

static void
wait_longer (HemoWatchScan *self, File *file)
{
  /* Each try of a large file costs a decode: the pauses grow with the time it has been still. */
  file->next_try = self->now + MAX (STILL_FOR, (self->now - file->still_since) / 2);
}

/* Decoded, because a program that writes in pieces may leave a file still for a while. */
static void
try_file (HemoWatchScan *self, const char *path, File *file)
{
  g_autoptr (GBytes) bytes = read_file (path, file);
  g_autofree char *sha256 = NULL;
  g_autoptr (HemoPixels) pixels = NULL;
  g_autoptr (GError) error = NULL;

  if (bytes == NULL)
    {
      if (self->now - file->still_since > GIVE_UP_AFTER)
        refuse (self, path, file, _ ("The file cannot be read. Check whether it is locked."));
      else
        wait_longer (self, file);
      return;
    }
  sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  if (g_hash_table_contains (self->known, sha256))
    {
      file->status = DONE;
      return;
    }
  pixels = hemo_picture_decode (bytes, 256, FALSE, &error);
  if (pixels != NULL)
    {
      file->status = DONE;
      g_hash_table_add (self->known, g_strdup (sha256));
      add_find (self, path, file, g_steal_pointer (&bytes), g_steal_pointer (&sha256), NULL);
    }
  else if (g_error_matches (error, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_DAMAGED)
           && self->now - file->still_since <= GIVE_UP_AFTER)
    wait_longer (self, file);
  else
    {
      g_autofree char *why = hemo_failure_say (error->message);

      refuse (self, path, file, why);
    }
}

static void
consider (HemoWatchScan *self, const char *path, File *file, gboolean foreign)
{
  if (self->now - file->still_since < STILL_FOR || self->now < file->next_try)
    return;
  if (foreign)
    refuse (self, path, file,
            _ ("Only JPEG and PNG are taken. Set the microscope's program to save one of these."));
  else if (file->size > HEMO_PICTURE_BYTES_LIMIT)
    refuse (self, path, file, _ ("The file is larger than a picture may be."));
  else if (file->size == 0)
    /* Made, and not written yet. */
    wait_longer (self, file);
  else
    try_file (self, path, file);
}

static void
look_at_file (HemoWatchScan *self, const char *path, const struct stat *facts, gboolean foreign)
{
  File *file = g_hash_table_lookup (self->files, path);

  if (file == NULL)
    {
      file = g_new0 (File, 1);
      g_hash_table_insert (self->files, g_strdup (path), file);
      if (!self->begun && !self->take_existing)
        file->status = DONE;
    }
  else if (!is_same (file, facts))
    file->status = WAITING;
  file->look = self->look;
  if (!is_same (file, facts))
    {
      file->size = (guint64)facts->st_size;
      file->changed = get_changed (facts);
      file->inode = (guint64)facts->st_ino;
      file->still_since = self->now;
      file->next_try = 0;
    }
  if (file->status == WAITING)
    consider (self, path, file, foreign);
  if (file->status == WAITING && file->size > 0)
    self->n_waiting++;
  file->late = file->status == WAITING && (file->late || self->mark_late);
}

static void
look_into (HemoWatchScan *self, const char *path, int depth, GCancellable *cancellable)
{
  GError **error = depth == 0 ? &self->error : NULL;
  g_autoptr (GDir) folder = g_dir_open (path, 0, error);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL
         && !g_cancellable_is_cancelled (cancellable) && self->n_entries++ < MAX_ENTRIES)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      const gboolean foreign = is_foreign (name);
      struct stat facts;

      if (self->found->len >= MAX_FOUND)
        self->more = TRUE;
      if (lstat (child, &facts) != 0)
        continue;
      if (S_ISDIR (facts.st_mode) && self->subfolders && depth < MAX_DEPTH && name[0] != '.')
        look_into (self, child, depth + 1, cancellable);
      else if (S_ISREG (facts.st_mode) && !self->more && (foreign || is_ours (name)))
        look_at_file (self, child, &facts, foreign);
    }
}

static gboolean
was_not_seen (gpointer path, gpointer file, gpointer self)
{
  return ((File *)file)->look != ((HemoWatchScan *)self)->look;
}

void
hemo_watch_scan_look (HemoWatchScan *self, gint64 now, GCancellable *cancellable)
{
  g_clear_error (&self->error);
  g_ptr_array_set_size (self->found, 0);
  self->n_waiting = 0;
  self->n_entries = 0;
  self->more = FALSE;
  self->now = now;
  self->look++;
  if (self->monitor == NULL)
    {
      g_autoptr (GFile) folder = g_file_new_for_path (self->path);
      self->monitor = g_file_monitor_directory (folder, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);
    }
  look_into (self, self->path, 0, cancellable);
  /* A network folder that was away for a moment comes back with its old files: they stay known. */
  if (self->error == NULL && !self->more && !g_cancellable_is_cancelled (cancellable)
      && self->n_entries < MAX_ENTRIES)
    {
      g_hash_table_foreach_remove (self->files, was_not_seen, self);
      self->begun = TRUE;
      self->mark_late = FALSE;
    }
}
