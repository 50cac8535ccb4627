/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Follows a file system down to the whole disks that hold it, through partitions, encryption,
 * volumes, RAID and loop devices. */

/* For statx(). */
#define _GNU_SOURCE

#include "hemo-disk.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>

/* No stack of volumes is as deep; a loop device may hold itself. */
#define DEPTH_MOST 16

static gboolean
look (const char *path, HemoDiskPlace *place)
{
  struct statx info;
  struct statfs fs;

  if (statx (AT_FDCWD, path, 0, STATX_BASIC_STATS | STATX_MNT_ID, &info) != 0
      || statfs (path, &fs) != 0)
    return FALSE;
  place->device = makedev (info.stx_dev_major, info.stx_dev_minor);
  place->mount = (info.stx_mask & STATX_MNT_ID) != 0 ? info.stx_mnt_id : 0;
  place->memory
      = fs.f_type == TMPFS_MAGIC || fs.f_type == RAMFS_MAGIC || fs.f_type == OVERLAYFS_SUPER_MAGIC;
  return TRUE;
}

/**
 * Search: the disks of one place
 * @disks: their folders in /sys, or "host NAME"
 */
typedef struct
{
  const HemoDiskView *view;
  GHashTable *disks;
  guint depth;
} Search;

static gboolean find_path (Search *self, const char *path);
static gboolean find_device (Search *self, dev_t device);

static char *
read_text (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? g_strstrip (text) : NULL;
}

/* What is described by the folder @folder of /sys. */
static gboolean
find_described (Search *self, const char *folder)
{
  g_autofree char *text = read_text (folder, "dev");
  g_auto (GStrv) numbers = g_strsplit (text != NULL ? text : "", ":", 2);
  guint64 first = 0, second = 0;

  return g_strv_length (numbers) == 2
         && g_ascii_string_to_unsigned (numbers[0], 10, 0, G_MAXUINT, &first, NULL)
         && g_ascii_string_to_unsigned (numbers[1], 10, 0, G_MAXUINT, &second, NULL)
         && find_device (self, makedev ((guint)first, (guint)second));
}

/* All that @folder/@name lists; @any: (out): whether it lists anything */
static gboolean
find_listed (Search *self, const char *folder, const char *name, gboolean *any)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *entry;

  *any = FALSE;
  while (dir != NULL && (entry = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *below = g_build_filename (path, entry, NULL);

      *any = TRUE;
      if (!find_described (self, below))
        return FALSE;
    }
  return TRUE;
}

/* A whole disk is known by what carries it: two namespaces of one are one. What has nothing that
 * carries it is in memory, or on a network that nobody can look into. */
static gboolean
add_disk (Search *self, const char *folder)
{
  g_autofree char *link = g_build_filename (folder, "device", NULL);
  g_autofree char *carrier = realpath (link, NULL);

  if (carrier == NULL)
    return FALSE;
  g_hash_table_add (self->disks, g_strdup (carrier));
  return TRUE;
}

static gboolean
find_block (Search *self, const char *folder)
{
  g_autofree char *partition = read_text (folder, "partition");
  g_autofree char *whole = g_path_get_dirname (folder);
  g_autofree char *file = read_text (folder, "loop/backing_file");
  gboolean any = FALSE;

  if (partition != NULL)
    return find_described (self, whole);
  if (file != NULL)
    return find_path (self, file);
  if (!find_listed (self, folder, "slaves", &any))
    return FALSE;
  return any || add_disk (self, folder);
}

static gboolean
find_device (Search *self, dev_t device)
{
  g_autofree char *link = g_strdup_printf ("%s/sys/dev/block/%u:%u", self->view->root,
                                           major (device), minor (device));
  g_autofree char *folder = realpath (link, NULL);
  gboolean found;

  if (folder == NULL || self->depth >= DEPTH_MOST)
    return FALSE;
  self->depth++;
  found = find_block (self, folder);
  self->depth--;
  return found;
}

/* The other computer's name; this one's own export is where nobody can tell. */
static gboolean
add_host (Search *self, const char *host, gsize length)
{
  g_autofree char *name = g_ascii_strdown (host, (gssize)length);

  if (*name == '\0' || g_str_has_prefix (name, "localhost") || g_str_has_prefix (name, "127.")
      || g_str_equal (name, "::1") || g_str_equal (name, "[::1]"))
    return FALSE;
  g_hash_table_add (self->disks, g_strconcat ("host ", name, NULL));
  return TRUE;
}

/* A file system of many disks is mounted by one of them. */
static gboolean
find_btrfs (Search *self, const char *name)
{
  g_autofree char *path = g_strconcat (self->view->root, "/sys/fs/btrfs", NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *entry;

  while (dir != NULL && (entry = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *folder = g_build_filename (path, entry, NULL);
      g_autofree char *one = g_build_filename (folder, "devices", name, NULL);
      gboolean any = FALSE;

      if (g_file_test (one, G_FILE_TEST_EXISTS))
        return find_listed (self, folder, "devices", &any);
    }
  return FALSE;
}

static gboolean
find_source (Search *self, const char *type, const char *source)
{
  g_autofree char *path = g_strconcat (self->view->root, source, NULL);
  g_autofree char *node = NULL;
  g_autofree char *name = NULL;

  if (g_str_equal (type, "nfs") || g_str_equal (type, "nfs4"))
    return strstr (source, ":/") != NULL
           && add_host (self, source, (gsize)(strstr (source, ":/") - source));
  if (g_str_equal (type, "cifs") || g_str_equal (type, "smb3"))
    return g_str_has_prefix (source, "//")
           && add_host (self, source + 2, strcspn (source + 2, "/"));
  node = g_str_has_prefix (source, "/dev/") ? realpath (path, NULL) : NULL;
  name = node != NULL ? g_path_get_basename (node) : NULL;
  return name != NULL && g_str_equal (type, "btrfs") && find_btrfs (self, name);
}

/* A file system without a device of its own: its line in mountinfo names what it was mounted from.
 */
static gboolean
find_mount (Search *self, guint64 mount)
{
  g_autofree char *path = g_strconcat (self->view->root, "/proc/self/mountinfo", NULL);
  g_autofree char *text = NULL;
  g_autofree char *start = g_strdup_printf ("%" G_GUINT64_FORMAT " ", mount);
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return FALSE;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *rest = strstr (lines[i], " - ");
      g_auto (GStrv) words = rest != NULL ? g_strsplit (rest + 3, " ", 3) : NULL;

      if (g_str_has_prefix (lines[i], start) && words != NULL && g_strv_length (words) == 3)
        return find_source (self, words[0], words[1]);
    }
  return FALSE;
}

static gboolean
find_path (Search *self, const char *path)
{
  HemoDiskPlace place = { 0 };

  if (!self->view->look (path, &place) || place.memory)
    return FALSE;
  return major (place.device) == 0 ? find_mount (self, place.mount)
                                   : find_device (self, place.device);
}

/* (transfer full) (nullable) */
static GHashTable *
disks_of (const HemoDiskView *view, const char *path)
{
  g_autoptr (GHashTable) disks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Search search = { .view = view, .disks = disks };

  return find_path (&search, path) ? g_steal_pointer (&disks) : NULL;
}

HemoDiskAnswer
hemo_disk_compare_in (const HemoDiskView *view, const char *here, const char *there)
{
  g_autoptr (GHashTable) one = disks_of (view, here);
  g_autoptr (GHashTable) other = disks_of (view, there);
  GHashTableIter iter;
  gpointer disk;

  if (one == NULL || other == NULL)
    return HEMO_DISK_UNKNOWN;
  g_hash_table_iter_init (&iter, one);
  while (g_hash_table_iter_next (&iter, &disk, NULL))
    if (g_hash_table_contains (other, disk))
      return HEMO_DISK_SAME;
  return HEMO_DISK_OTHER;
}

HemoDiskAnswer
hemo_disk_compare (const char *here, const char *there)
{
  const HemoDiskView view = { .root = "", .look = look };

  return hemo_disk_compare_in (&view, here, there);
}

gboolean
hemo_disk_is_shared (const char *here, const char *there)
{
  struct stat one, other;

  return stat (here, &one) == 0 && stat (there, &other) == 0
         && (one.st_dev == other.st_dev || hemo_disk_compare (here, there) == HEMO_DISK_SAME);
}
