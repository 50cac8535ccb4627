/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whether two folders lie on two disks, in an invented /sys and mountinfo. */

#include "hemo-disk.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static char *root;

/* Paths are named after where they lie. */
static const struct
{
  const char *path;
  guint major, minor;
  guint64 mount;
  gboolean memory;
} places[] = {
  { "/sda1", 8, 1, 1, FALSE },
  { "/sda2", 8, 2, 2, FALSE },
  { "/sdb1", 8, 17, 3, FALSE },
  { "/crypt-on-sda2", 253, 0, 4, FALSE },
  { "/volume", 253, 1, 5, FALSE },
  { "/raid-sda2-sdb1", 9, 0, 6, FALSE },
  { "/loop-on-sda1", 7, 0, 7, FALSE },
  { "/loop-on-itself", 7, 1, 8, FALSE },
  { "/loop-gone", 7, 2, 9, FALSE },
  { "/loop-in-memory", 7, 3, 10, FALSE },
  { "/btrfs-sda2", 0, 50, 11, FALSE },
  { "/btrfs-sdb1-sdc", 0, 51, 12, FALSE },
  { "/sdc", 8, 32, 13, FALSE },
  { "/nfs", 0, 52, 14, FALSE },
  { "/nfs-other-export", 0, 53, 15, FALSE },
  { "/cifs", 0, 54, 16, FALSE },
  { "/nfs-of-this", 0, 55, 17, FALSE },
  { "/fuse", 0, 56, 18, FALSE },
  { "/zram", 252, 0, 19, FALSE },
  { "/tmpfs", 0, 57, 20, TRUE },
  { "/nvme-1", 259, 0, 21, FALSE },
  { "/nvme-2", 259, 1, 22, FALSE },
  { "/nobody-knows", 8, 99, 23, FALSE },
  { "/not-mounted", 0, 58, 24, FALSE },
};

static gboolean
look (const char *path, HemoDiskPlace *place)
{
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    if (g_str_equal (places[i].path, path))
      {
        place->device = makedev (places[i].major, places[i].minor);
        place->mount = places[i].mount;
        place->memory = places[i].memory;
        return TRUE;
      }
  return FALSE;
}

static void
put (const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (root, name, NULL);
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
put_link (const char *name, const char *to)
{
  g_autofree char *path = g_build_filename (root, name, NULL);
  g_autofree char *target = g_build_filename (root, to, NULL);
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_cmpint (symlink (target, path), ==, 0);
}

/* @folder: below /sys/devices; @carrier: (nullable): likewise, what its disk is in */
static void
put_block (const char *folder, const char *number, const char *carrier)
{
  g_autofree char *path = g_build_filename ("sys/devices", folder, NULL);
  g_autofree char *dev = g_build_filename (path, "dev", NULL);
  g_autofree char *link = g_build_filename ("sys/dev/block", number, NULL);

  put (dev, number);
  put_link (link, path);
  if (carrier != NULL)
    {
      g_autofree char *device = g_build_filename (path, "device", NULL);
      g_autofree char *to = g_build_filename ("sys/devices", carrier, NULL);
      g_autofree char *mark = g_build_filename (to, "model", NULL);

      put (mark, "m");
      put_link (device, to);
    }
}

static void
put_disks (void)
{
  put_block ("pci/ata1/block/sda", "8:0", "pci/ata1");
  put_block ("pci/ata1/block/sda/sda1", "8:1", NULL);
  put_block ("pci/ata1/block/sda/sda2", "8:2", NULL);
  put ("sys/devices/pci/ata1/block/sda/sda1/partition", "1\n");
  put ("sys/devices/pci/ata1/block/sda/sda2/partition", "2\n");
  put_block ("pci/usb1/block/sdb", "8:16", "pci/usb1");
  put_block ("pci/usb1/block/sdb/sdb1", "8:17", NULL);
  put ("sys/devices/pci/usb1/block/sdb/sdb1/partition", "1\n");
  put_block ("pci/usb2/block/sdc", "8:32", "pci/usb2");
  put_block ("pci/nvme0/nvme0n1", "259:0", "pci/nvme0");
  put_block ("pci/nvme0/nvme0n2", "259:1", "pci/nvme0");
}

static void
put_virtual (void)
{
  put_block ("virtual/dm-0", "253:0", NULL);
  put_link ("sys/devices/virtual/dm-0/slaves/sda2", "sys/devices/pci/ata1/block/sda/sda2");
  put_block ("virtual/dm-1", "253:1", NULL);
  put_link ("sys/devices/virtual/dm-1/slaves/dm-0", "sys/devices/virtual/dm-0");
  put_block ("virtual/md0", "9:0", NULL);
  put_link ("sys/devices/virtual/md0/slaves/sda2", "sys/devices/pci/ata1/block/sda/sda2");
  put_link ("sys/devices/virtual/md0/slaves/sdb1", "sys/devices/pci/usb1/block/sdb/sdb1");
  for (guint i = 0; i < 4; i++)
    {
      static const char *const files[] = { "/sda1", "/loop-on-itself", "/x (deleted)", "/tmpfs" };
      g_autofree char *folder = g_strdup_printf ("virtual/loop%u", i);
      g_autofree char *number = g_strdup_printf ("7:%u", i);
      g_autofree char *backing = g_strdup_printf ("sys/devices/%s/loop/backing_file", folder);

      put_block (folder, number, NULL);
      put (backing, files[i]);
    }
  put_block ("virtual/zram0", "252:0", NULL);
}

static void
put_mounts (void)
{
  put ("dev/sda2", "");
  put ("dev/sdb1", "");
  put_link ("dev/mapper/data", "dev/sdb1");
  put_link ("sys/fs/btrfs/one/devices/sda2", "sys/devices/pci/ata1/block/sda/sda2");
  put_link ("sys/fs/btrfs/two/devices/sdb1", "sys/devices/pci/usb1/block/sdb/sdb1");
  put_link ("sys/fs/btrfs/two/devices/sdc", "sys/devices/pci/usb2/block/sdc");
  put ("proc/self/mountinfo",
       "1 0 8:1 / / rw shared:1 - ext4 /dev/sda1 rw\n"
       "11 1 0:40 /home /home rw shared:2 - btrfs /dev/sda2 rw,subvol=/home\n"
       "12 1 0:41 / /media/stick rw - btrfs /dev/mapper/data rw\n"
       "14 1 0:52 / /mnt/a rw - nfs4 NAS.example:/a rw\n"
       "15 1 0:53 / /mnt/b rw - nfs nas.example:/b rw\n"
       "16 1 0:54 / /mnt/c rw - cifs //office/share rw\n"
       "17 1 0:55 / /mnt/d rw - nfs4 localhost:/d rw\n"
       "18 1 0:56 / /mnt/e rw - fuse.sshfs office:/e rw\n"
       "20 1 0:57 / /dev/shm rw - tmpfs tmpfs rw\n");
}

static const struct
{
  const char *here, *there;
  HemoDiskAnswer answer;
} pairs[] = {
  { "/sda1", "/sda1", HEMO_DISK_SAME },
  { "/sda1", "/sda2", HEMO_DISK_SAME },
  { "/sda1", "/sdb1", HEMO_DISK_OTHER },
  { "/sdb1", "/sdc", HEMO_DISK_OTHER },
  { "/sda1", "/crypt-on-sda2", HEMO_DISK_SAME },
  { "/volume", "/sda1", HEMO_DISK_SAME },
  { "/volume", "/sdb1", HEMO_DISK_OTHER },
  { "/raid-sda2-sdb1", "/sdb1", HEMO_DISK_SAME },
  { "/raid-sda2-sdb1", "/sda1", HEMO_DISK_SAME },
  { "/raid-sda2-sdb1", "/sdc", HEMO_DISK_OTHER },
  { "/sda2", "/loop-on-sda1", HEMO_DISK_SAME },
  { "/sdb1", "/loop-on-sda1", HEMO_DISK_OTHER },
  { "/sda1", "/loop-on-itself", HEMO_DISK_UNKNOWN },
  { "/sda1", "/loop-gone", HEMO_DISK_UNKNOWN },
  { "/sda1", "/loop-in-memory", HEMO_DISK_UNKNOWN },
  { "/sda1", "/btrfs-sda2", HEMO_DISK_SAME },
  { "/sda1", "/btrfs-sdb1-sdc", HEMO_DISK_OTHER },
  { "/sdc", "/btrfs-sdb1-sdc", HEMO_DISK_SAME },
  { "/sda1", "/nfs", HEMO_DISK_OTHER },
  { "/sda1", "/cifs", HEMO_DISK_OTHER },
  { "/nfs-other-export", "/nfs", HEMO_DISK_SAME },
  { "/sda1", "/nfs-of-this", HEMO_DISK_UNKNOWN },
  { "/sda1", "/fuse", HEMO_DISK_UNKNOWN },
  { "/sda1", "/zram", HEMO_DISK_UNKNOWN },
  { "/sda1", "/tmpfs", HEMO_DISK_UNKNOWN },
  { "/nvme-1", "/nvme-2", HEMO_DISK_SAME },
  { "/sda1", "/nvme-2", HEMO_DISK_OTHER },
  { "/sda1", "/nobody-knows", HEMO_DISK_UNKNOWN },
  { "/sda1", "/not-mounted", HEMO_DISK_UNKNOWN },
  { "/sda1", "/nowhere", HEMO_DISK_UNKNOWN },
};

static void
test_pairs (void)
{
  const HemoDiskView view = { .root = root, .look = look };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_test_message ("%s %s", pairs[i].here, pairs[i].there);
      g_assert_cmpint (hemo_disk_compare_in (&view, pairs[i].here, pairs[i].there), ==,
                       pairs[i].answer);
      g_assert_cmpint (hemo_disk_compare_in (&view, pairs[i].there, pairs[i].here), ==,
                       pairs[i].answer);
    }
}

/* What this computer says: never that a folder is another disk than itself, or that memory is. */
static void
test_this_computer (void)
{
  g_assert_cmpint (hemo_disk_compare (root, root), !=, HEMO_DISK_OTHER);
  g_assert_cmpint (hemo_disk_compare (root, "/dev/shm"), !=, HEMO_DISK_OTHER);
  g_assert_cmpint (hemo_disk_compare (root, "/proc"), ==, HEMO_DISK_UNKNOWN);
  g_assert_cmpint (hemo_disk_compare (root, "/nowhere/at/all"), ==, HEMO_DISK_UNKNOWN);
}

int
main (int argc, char **argv)
{
  g_autofree char *made = NULL;
  g_autofree char *remove = NULL;
  int failed;

  g_test_init (&argc, &argv, NULL);
  made = g_dir_make_tmp ("hemo-disk-XXXXXX", NULL);
  root = made;
  put_disks ();
  put_virtual ();
  put_mounts ();
  g_test_add_func ("/disk/pairs", test_pairs);
  g_test_add_func ("/disk/this-computer", test_this_computer);
  failed = g_test_run ();
  remove = g_strdup_printf ("rm -rf '%s'", root);
  g_spawn_command_line_sync (remove, NULL, NULL, NULL, NULL);
  return failed;
}
