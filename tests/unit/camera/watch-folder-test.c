/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Files that come whole, in pieces, by another name, twice, broken, or were there before. */

#include "hemo-watch-folder.h"

#include "camera-tools.h"
#include "hemo-watch-scan-private.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECOND G_USEC_PER_SEC

typedef struct
{
  char *path;
  HemoWatchScan *scan;
  gint64 now;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->path = g_dir_make_tmp ("watch-XXXXXX", NULL);
  self->scan = hemo_watch_scan_new (self->path);
  self->now = 1000 * SECOND;
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      if (g_remove (child) != 0)
        remove_tree (child);
    }
  g_remove (path);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  hemo_watch_scan_free (self->scan);
  remove_tree (self->path);
  g_free (self->path);
}

static void
write_file (Fixture *self, const char *name, GBytes *bytes, gsize size)
{
  g_autofree char *path = g_build_filename (self->path, name, NULL);
  gsize all;
  const char *data = g_bytes_get_data (bytes, &all);

  g_assert_true (g_file_set_contents_full (path, data, (gssize)MIN (size, all),
                                           G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

/* Appended in place, as a program writes. */
static void
append_file (Fixture *self, const char *name, GBytes *bytes, gsize from, gsize to)
{
  g_autofree char *path = g_build_filename (self->path, name, NULL);
  const int fd = g_open (path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  const char *data = g_bytes_get_data (bytes, NULL);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, data + from, to - from), ==, (gssize)(to - from));
  g_assert_no_errno (close (fd));
}

/* What @seconds of looks twice a second find: pictures as '+NAME', refusals as '-NAME', joined by
 * blanks. (transfer full) */
static char *
look (Fixture *self, double seconds)
{
  GString *found = g_string_new (NULL);

  for (int i = 0; i <= seconds * 2; i++)
    {
      hemo_watch_scan_look (self->scan, self->now, NULL);
      for (guint f = 0; f < self->scan->found->len; f++)
        {
          const HemoWatchFind *find = self->scan->found->pdata[f];
          g_string_append_printf (found, "%s%c%s", found->len > 0 ? " " : "",
                                  find->bytes != NULL ? '+' : '-', find->name);
          g_assert_true ((find->bytes == NULL) == (find->refusal != NULL));
        }
      self->now += SECOND / 2;
    }
  return g_string_free (found, FALSE);
}

static void
expect (Fixture *self, double seconds, const char *wanted)
{
  g_autofree char *found = look (self, seconds);

  g_assert_cmpstr (found, ==, wanted);
}

static void
test_whole (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) field = draw_field (1, FALSE);
  const HemoWatchFind *find;

  expect (self, 1, "");
  write_file (self, "a.JPG", field, G_MAXSIZE);
  write_file (self, "notes.txt", field, G_MAXSIZE);
  write_file (self, ".hidden.jpg", field, G_MAXSIZE);
  write_file (self, "a.jpg.part", field, G_MAXSIZE);
  write_file (self, "noending", field, G_MAXSIZE);
  /* Not before it was still for a second. */
  expect (self, 0.5, "");
  hemo_watch_scan_look (self->scan, self->now, NULL);
  g_assert_cmpuint (self->scan->found->len, ==, 1);
  find = self->scan->found->pdata[0];
  g_assert_cmpstr (find->name, ==, "a.JPG");
  g_assert_true (g_bytes_equal (find->bytes, field));
  g_assert_cmpuint (strlen (find->sha256), ==, 64);
  /* Once, under whatever name. */
  write_file (self, "b.jpg", field, G_MAXSIZE);
  expect (self, 5, "");
}

/* In pieces with pauses longer than a file has to be still. */
static void
test_slow (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) field = draw_field (1, FALSE);
  const gsize size = g_bytes_get_size (field);

  expect (self, 1, "");
  for (gsize at = 0; at < size; at += size / 5)
    {
      append_file (self, "slow.jpg", field, at, MIN (at + size / 5, size));
      if (at + size / 5 < size)
        {
          expect (self, 4, "");
          g_assert_cmpuint (self->scan->n_waiting, ==, 1);
        }
    }
  expect (self, 3, "+slow.jpg");
  g_assert_cmpuint (self->scan->n_waiting, ==, 0);
}

static void
test_renamed (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) field = draw_field (1, FALSE);
  g_autofree char *part = g_build_filename (self->path, "x.tmp", NULL);
  g_autofree char *whole = g_build_filename (self->path, "x.jpg", NULL);

  expect (self, 1, "");
  write_file (self, "x.tmp", field, G_MAXSIZE);
  expect (self, 3, "");
  g_assert_no_errno (g_rename (part, whole));
  expect (self, 2, "+x.jpg");
}

/* What was there before belongs to another patient; written anew it is this one's. */
static void
test_existing (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) old = draw_field (1, FALSE);
  g_autoptr (GBytes) new = draw_field (2, FALSE);

  write_file (self, "old.jpg", old, G_MAXSIZE);
  expect (self, 5, "");
  write_file (self, "old.jpg", new, G_MAXSIZE);
  expect (self, 2, "+old.jpg");
  /* What comes while nobody watches is left alone, too. */
  write_file (self, "between.jpg", old, G_MAXSIZE);
  hemo_watch_scan_begin_anew (self->scan);
  expect (self, 5, "");
}

static void
test_take_existing (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) old = draw_field (1, FALSE);

  self->scan->take_existing = TRUE;
  write_file (self, "old.jpg", old, G_MAXSIZE);
  expect (self, 2, "+old.jpg");
}

static void
test_known (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) field = draw_field (1, FALSE);
  g_autofree char *sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, field);
  g_autofree char *upper = g_ascii_strup (sha256, -1);

  hemo_watch_scan_add_known (self->scan, upper);
  expect (self, 1, "");
  write_file (self, "again.jpg", field, G_MAXSIZE);
  expect (self, 3, "");
}

/* Said once, after time enough to finish it; again when it changed, and taken when it is whole. */
static void
test_broken (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) field = draw_field (1, FALSE);
  g_autoptr (GBytes) text = g_bytes_new_static ("no picture at all, but called one", 33);

  expect (self, 1, "");
  write_file (self, "half.jpg", field, g_bytes_get_size (field) / 2);
  expect (self, 25, "");
  expect (self, 60, "-half.jpg");
  expect (self, 60, "");
  write_file (self, "half.jpg", field, g_bytes_get_size (field) / 3);
  expect (self, 100, "-half.jpg");
  write_file (self, "half.jpg", field, G_MAXSIZE);
  expect (self, 2, "+half.jpg");
  /* No picture is none, however long one waits. */
  write_file (self, "text.png", text, G_MAXSIZE);
  expect (self, 3, "-text.png");
  expect (self, 60, "");
  write_file (self, "scan.tif", text, G_MAXSIZE);
  expect (self, 3, "-scan.tif");
  expect (self, 60, "");
}

static void
test_empty (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) field = draw_field (1, FALSE);

  expect (self, 1, "");
  append_file (self, "empty.jpg", field, 0, 0);
  expect (self, 100, "");
  append_file (self, "empty.jpg", field, 0, g_bytes_get_size (field));
  expect (self, 2, "+empty.jpg");
}

/* Sparse: its size is no memory that is asked for. */
static void
test_huge (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->path, "huge.jpg", NULL);
  int fd;

  expect (self, 1, "");
  fd = g_open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  g_assert_no_errno (ftruncate (fd, (off_t)1 << 33));
  g_assert_no_errno (close (fd));
  expect (self, 3, "-huge.jpg");
}

/* A link could lead to anything, a pipe would never end. */
static void
test_no_file (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) field = draw_field (1, FALSE);
  g_autofree char *link = g_build_filename (self->path, "link.jpg", NULL);
  g_autofree char *pipe = g_build_filename (self->path, "pipe.jpg", NULL);
  g_autofree char *folder = g_build_filename (self->path, "folder.jpg", NULL);

  expect (self, 1, "");
  g_assert_no_errno (symlink ("/dev/zero", link));
  g_assert_no_errno (mkfifo (pipe, 0600));
  g_assert_no_errno (g_mkdir (folder, 0700));
  expect (self, 10, "");
  g_assert_cmpuint (self->scan->n_waiting, ==, 0);
}

static void
test_subfolders (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) field = draw_field (1, FALSE);
  g_autoptr (GBytes) other = draw_field (2, FALSE);
  g_autofree char *folder = g_build_filename (self->path, "2026-11-21", NULL);

  expect (self, 1, "");
  g_assert_no_errno (g_mkdir (folder, 0700));
  write_file (self, "2026-11-21/a.jpg", field, G_MAXSIZE);
  expect (self, 3, "");
  self->scan->subfolders = TRUE;
  write_file (self, "2026-11-21/b.jpg", other, G_MAXSIZE);
  {
    g_autofree char *found = look (self, 3);
    g_assert_nonnull (strstr (found, "+a.jpg"));
    g_assert_nonnull (strstr (found, "+b.jpg"));
  }
}

/* A network folder that is away for a while does not give its old files as new ones. */
static void
test_away (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) old = draw_field (1, FALSE);
  g_autoptr (GBytes) new = draw_field (2, FALSE);
  g_autofree char *away = g_strconcat (self->path, ".away", NULL);

  write_file (self, "old.jpg", old, G_MAXSIZE);
  expect (self, 2, "");
  g_assert_no_errno (g_rename (self->path, away));
  expect (self, 2, "");
  g_assert_nonnull (self->scan->error);
  g_assert_no_errno (g_rename (away, self->path));
  expect (self, 3, "");
  g_assert_null (self->scan->error);
  write_file (self, "new.jpg", new, G_MAXSIZE);
  expect (self, 3, "+new.jpg");
}

/* All come, a few at a time. */
static void
test_many (Fixture *self, gconstpointer data)
{
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  expect (self, 1, "");
  for (guint32 i = 0; i < 11; i++)
    {
      g_autoptr (GBytes) field = draw_field (i, FALSE);
      g_autofree char *name = g_strdup_printf ("%u é.jpg", i);
      write_file (self, name, field, G_MAXSIZE);
    }
  for (int i = 0; i < 10; i++)
    {
      hemo_watch_scan_look (self->scan, self->now, NULL);
      g_assert_cmpuint (self->scan->found->len, <=, 4);
      for (guint f = 0; f < self->scan->found->len; f++)
        g_assert_true (g_hash_table_add (
            names, g_strdup (((HemoWatchFind *)self->scan->found->pdata[f])->name)));
      self->now += SECOND;
    }
  g_assert_cmpuint (g_hash_table_size (names), ==, 11);
}

typedef struct
{
  int pictures;
  int refused;
} Heard;

static void
picture_cb (
    HemoWatchFolder *folder, GBytes *bytes, const char *sha256, const char *name, Heard *heard)
{
  g_autofree char *sum = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);

  g_assert_cmpstr (sum, ==, sha256);
  heard->pictures++;
}

static void
refused_cb (HemoWatchFolder *folder, const char *name, const char *message, Heard *heard)
{
  heard->refused++;
}

static gboolean
has_two (gpointer data)
{
  return ((Heard *)data)->pictures == 2;
}

static gboolean
has_refused (gpointer data)
{
  return ((Heard *)data)->refused == 1;
}

static gboolean
has_message (gpointer data)
{
  return hemo_watch_folder_get_message (data) != NULL;
}

static gboolean
has_no_message (gpointer data)
{
  return hemo_watch_folder_get_message (data) == NULL;
}

static gboolean
is_waiting (gpointer data)
{
  return hemo_watch_folder_get_n_waiting (data) == 1;
}

/* The object, its monitor and its thread. */
static void
test_object (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) field = draw_field (1, FALSE);
  g_autoptr (GBytes) other = draw_field (2, FALSE);
  g_autoptr (HemoWatchFolder) folder = hemo_watch_folder_new (self->path);
  g_autoptr (GBytes) text = g_bytes_new_static ("text", 4);
  g_autofree char *away = g_strconcat (self->path, ".away", NULL);
  Heard heard = { 0 };

  g_signal_connect (folder, "picture", G_CALLBACK (picture_cb), &heard);
  g_signal_connect (folder, "refused", G_CALLBACK (refused_cb), &heard);
  hemo_watch_folder_start (folder);
  run_main (0.3);
  write_file (self, "a.jpg", field, G_MAXSIZE);
  write_file (self, "b.jpg", other, g_bytes_get_size (other) / 2);
  g_assert_true (wait_until (is_waiting, folder, 6));
  write_file (self, "b.jpg", other, G_MAXSIZE);
  g_assert_true (wait_until (has_two, &heard, 10));
  write_file (self, "c.png", text, G_MAXSIZE);
  g_assert_true (wait_until (has_refused, &heard, 10));
  g_assert_no_errno (g_rename (self->path, away));
  g_assert_true (wait_until (has_message, folder, 10));
  g_assert_no_errno (g_rename (away, self->path));
  g_assert_true (wait_until (has_no_message, folder, 10));
  hemo_watch_folder_stop (folder);
  hemo_watch_folder_start (folder);
  hemo_watch_folder_stop (folder);
  run_main (0.3);
  g_assert_cmpint (heard.pictures, ==, 2);
  g_assert_cmpint (heard.refused, ==, 1);
}

static gboolean
has_one (gpointer data)
{
  return ((Heard *)data)->pictures == 1;
}

static gboolean
has_caught_up (gpointer folder)
{
  return !hemo_watch_folder_is_catching_up (folder);
}

/* What comes during a pause is told after it, and what a look found as it began is not lost; what
 * was there before is still nobody's. */
static void
test_paused (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) before = draw_field (1, FALSE);
  g_autoptr (GBytes) field = draw_field (2, FALSE);
  g_autoptr (GBytes) other = draw_field (3, FALSE);
  g_autoptr (HemoWatchFolder) folder = hemo_watch_folder_new (self->path);
  Heard heard = { 0 };

  g_signal_connect (folder, "picture", G_CALLBACK (picture_cb), &heard);
  hemo_watch_folder_resume (folder);
  g_assert_false (hemo_watch_folder_is_paused (folder));
  write_file (self, "before.jpg", before, G_MAXSIZE);
  hemo_watch_folder_start (folder);
  /* In the midst of the first look. */
  hemo_watch_folder_pause (folder);
  g_assert_true (hemo_watch_folder_is_paused (folder));
  run_main (0.5);
  write_file (self, "a.jpg", field, G_MAXSIZE);
  run_main (2);
  g_assert_cmpint (heard.pictures, ==, 0);
  hemo_watch_folder_resume (folder);
  g_assert_false (hemo_watch_folder_is_paused (folder));
  g_assert_true (hemo_watch_folder_is_catching_up (folder));
  g_assert_true (wait_until (has_one, &heard, 10));
  g_assert_true (wait_until (has_caught_up, folder, 10));
  hemo_watch_folder_pause (folder);
  write_file (self, "b.jpg", other, G_MAXSIZE);
  hemo_watch_folder_resume (folder);
  g_assert_true (wait_until (has_two, &heard, 10));
  hemo_watch_folder_pause (folder);
  hemo_watch_folder_stop (folder);
  g_assert_false (hemo_watch_folder_is_paused (folder));
}

typedef struct
{
  int late;
  int timely;
  int caught_up;
} Told;

static void
told_cb (
    HemoWatchFolder *folder, GBytes *bytes, const char *sha256, const char *name, gpointer data)
{
  Told *told = data;

  if (hemo_watch_folder_is_catching_up (folder))
    told->late++;
  else
    told->timely++;
}

static void
told_all_cb (HemoWatchFolder *folder, gpointer data)
{
  ((Told *)data)->caught_up++;
}

static gboolean
has_told_late (gpointer data)
{
  return ((Told *)data)->late == 1 && ((Told *)data)->caught_up == 2;
}

static gboolean
has_told_timely (gpointer data)
{
  return ((Told *)data)->timely == 1;
}

/* A file that was only made during the pause came during it, however late its picture is written;
 * its next picture, and one that was begun after the pause, did not. */
static void
test_begun_in_pause (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) field = draw_field (2, FALSE);
  g_autoptr (GBytes) other = draw_field (3, FALSE);
  g_autoptr (HemoWatchFolder) folder = hemo_watch_folder_new (self->path);
  Told told = { 0 };

  g_signal_connect (folder, "picture", G_CALLBACK (told_cb), &told);
  g_signal_connect (folder, "caught-up", G_CALLBACK (told_all_cb), &told);
  hemo_watch_folder_start (folder);
  run_main (0.5);
  hemo_watch_folder_pause (folder);
  append_file (self, "a.jpg", field, 0, 0);
  hemo_watch_folder_resume (folder);
  g_assert_true (wait_until (has_caught_up, folder, 10));
  g_assert_cmpint (told.caught_up, ==, 1);
  append_file (self, "a.jpg", field, 0, g_bytes_get_size (field));
  g_assert_true (wait_until (has_told_late, &told, 10));
  g_assert_false (hemo_watch_folder_is_catching_up (folder));
  append_file (self, "b.jpg", other, 0, 0);
  run_main (1);
  append_file (self, "b.jpg", other, 0, g_bytes_get_size (other));
  g_assert_true (wait_until (has_told_timely, &told, 10));
  g_assert_cmpint (told.late, ==, 1);
  hemo_watch_folder_stop (folder);
}

int
main (int argc, char **argv)
{
#define ADD(name, test) g_test_add ("/watch-folder/" name, Fixture, NULL, set_up, test, tear_down)

  g_test_init (&argc, &argv, NULL);
  ADD ("whole", test_whole);
  ADD ("slow", test_slow);
  ADD ("renamed", test_renamed);
  ADD ("existing", test_existing);
  ADD ("take-existing", test_take_existing);
  ADD ("known", test_known);
  ADD ("broken", test_broken);
  ADD ("empty", test_empty);
  ADD ("huge", test_huge);
  ADD ("no-file", test_no_file);
  ADD ("subfolders", test_subfolders);
  ADD ("away", test_away);
  ADD ("many", test_many);
  ADD ("object", test_object);
  ADD ("paused", test_paused);
  ADD ("begun-in-pause", test_begun_in_pause);
  return g_test_run ();
}
