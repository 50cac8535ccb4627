/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Export folders: what arrives is whole, what fails says so, what was cut goes on.
 *
 * The calls that write are defined here in place of the C library's, so that each of them can be
 * made to fail as it does when a stick is pulled out or full. */

#include "hemo-export.h"

#include "report-tools.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The call that fails, counted from 1; 0: none. All after it fail too: a stick stays pulled. */
static int fail_at;
static int fail_with;
static int calls;
/* Turns a bit in what is written by this call. */
static int spoil_at;

static gboolean
fails (void)
{
  calls++;
  if (fail_at == 0 || calls < fail_at)
    return FALSE;
  errno = fail_with;
  return TRUE;
}

ssize_t
write (int fd, const void *data, size_t size)
{
  if (fd <= 2)
    return syscall (SYS_write, fd, data, size);
  if (fails ())
    return -1;
  if (calls == spoil_at && size > 0)
    {
      g_autofree guint8 *copy = g_memdup2 (data, size);

      copy[size / 2] ^= 1;
      return syscall (SYS_write, fd, copy, size);
    }
  return syscall (SYS_write, fd, data, size);
}

int
fsync (int fd)
{
  return fails () ? -1 : (int)syscall (SYS_fsync, fd);
}

int
rename (const char *from, const char *to)
{
  return fails () ? -1 : (int)syscall (SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

static void
reset_faults (void)
{
  fail_at = spoil_at = calls = 0;
}

static GBytes *
make_bytes (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

static HemoExport *
make_export (const char *folder)
{
  HemoExport *export = hemo_export_new (folder);
  g_autoptr (GBytes) pdf = make_bytes ("%PDF-1.7 invented");
  g_autoptr (GBytes) csv = make_bytes ("a,b\r\n1,2\r\n");
  g_autoptr (GBytes) empty = make_bytes ("");

  g_assert_true (hemo_export_add_bytes (export, "26K7-00012-4/report.pdf", pdf, NULL));
  g_assert_true (hemo_export_add_bytes (export, "26K7-00012-4/images/e1.jpg", csv, NULL));
  g_assert_true (hemo_export_add_bytes (export, "results.csv", csv, NULL));
  g_assert_true (hemo_export_add_bytes (export, "empty", empty, NULL));
  return export;
}

static const HemoExportResult *
result_of (HemoExport *export, guint i)
{
  return hemo_export_get_results (export)->pdata[i];
}

static void
check_sums (const char *folder)
{
  g_free (run_tool ((const char *[]){ "sh", "-c", "cd \"$1\" && sha256sum -c --strict SHA256SUMS",
                                      "sh", folder, NULL }));
}

static void
run (HemoExport *export)
{
  g_autoptr (GError) error = NULL;

  hemo_export_run (export, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
assert_no_parts (const char *folder)
{
  g_autofree char *parts = run_tool ((const char *[]){ "find", folder, "-name", "*.part*", NULL });

  g_assert_cmpstr (parts, ==, "");
}

static void
test_write (void)
{
  char *parent = make_folder ();
  g_autofree char *folder = g_build_filename (parent, "stick", NULL);
  g_autoptr (HemoExport) export = make_export (folder);

  run (export);
  g_assert_cmpuint (hemo_export_get_results (export)->len, ==, 5);
  for (guint i = 0; i < 5; i++)
    {
      g_assert_true (result_of (export, i)->written);
      g_assert_true (result_of (export, i)->verified);
      g_assert_false (result_of (export, i)->kept);
    }
  g_assert_cmpstr (result_of (export, 4)->name, ==, "SHA256SUMS");
  g_assert_cmpuint (result_of (export, 0)->bytes, ==, 17);
  g_assert_cmpuint (strlen (result_of (export, 0)->sha256), ==, 64);
  check_sums (folder);
  assert_no_parts (folder);
  remove_folder (parent);
}

static void
test_kept (void)
{
  char *folder = make_folder ();
  g_autofree char *damaged = g_build_filename (folder, "results.csv", NULL);

  for (int i = 0; i < 2; i++)
    {
      g_autoptr (HemoExport) export = make_export (folder);

      run (export);
      g_assert_true (result_of (export, 0)->kept == (i == 1));
      g_assert_true (result_of (export, 0)->written == (i == 0));
      /* What is there and differs is written again, though its size is the same. */
      g_assert_true (result_of (export, 2)->written);
      g_assert_true (g_file_set_contents (damaged, "a,b\r\n1,3\r\n", -1, NULL));
    }
  remove_folder (folder);
}

static void
test_sums_merged (void)
{
  char *folder = make_folder ();
  g_autoptr (HemoExport) first = make_export (folder);
  g_autoptr (HemoExport) second = hemo_export_new (folder);
  g_autoptr (GBytes) bytes = make_bytes ("second");
  g_autofree char *gone = g_build_filename (folder, "empty", NULL);
  g_autofree char *sums = g_build_filename (folder, "SHA256SUMS", NULL);
  g_autofree char *text = NULL;
  FILE *file;

  run (first);
  file = fopen (sums, "a");
  fputs ("not a sum\n../../etc/passwd\n", file);
  fclose (file);
  g_unlink (gone);
  g_assert_true (hemo_export_add_bytes (second, "second.txt", bytes, NULL));
  run (second);
  check_sums (folder);
  g_assert_true (g_file_get_contents (sums, &text, NULL, NULL));
  assert_contains (text, "  26K7-00012-4/report.pdf\n");
  assert_contains (text, "  second.txt\n");
  assert_lacks (text, "  empty\n");
  assert_lacks (text, "passwd");
  remove_folder (folder);
}

static void
test_names (void)
{
  static const char *const good[] = { "a", "26K7-00012-4/images/e1.jpg", "x_1.PDF", "com10", NULL };
  static const char *const bad[]
      = { "",        "../a",   "a/../b", "/a",         "a//b", "a/",  "a/b/c/d", ".hidden",
          "a/.part", "x.part", "x.PART", "a b",        "a\\b", "a\n", "é",       "con",
          "Nul.txt", "lpt1",   "a.",     "sha256sums", "a/..", "-rf", "a:b",     NULL };
  g_autofree char *long_name = g_strnfill (201, 'a');

  for (int i = 0; good[i] != NULL; i++)
    g_assert_true (hemo_export_check_name (good[i], NULL));
  for (int i = 0; bad[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;

      if (hemo_export_check_name (bad[i], &error))
        g_error ("'%s' was accepted", bad[i]);
      g_assert_error (error, HEMO_EXPORT_ERROR, HEMO_EXPORT_ERROR_NAME);
    }
  g_assert_false (hemo_export_check_name (long_name, NULL));
}

static void
test_twice (void)
{
  g_autoptr (HemoExport) export = make_export ("/nonexistent/folder");
  g_autoptr (GBytes) bytes = make_bytes ("x");
  g_autoptr (GError) error = NULL;

  g_assert_false (hemo_export_add_bytes (export, "RESULTS.csv", bytes, &error));
  g_assert_error (error, HEMO_EXPORT_ERROR, HEMO_EXPORT_ERROR_NAME);
}

static void
test_name_part (void)
{
  static const char *const cases[][2] = { { "26AB-00012-K/1", "26AB-00012-K-1" },
                                          { "../..", "x-----" },
                                          { "", "x" },
                                          { "con", "xcon" },
                                          { "Zoë", "Zo--" } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *part = hemo_export_name_part (cases[i][0]);

      g_assert_cmpstr (part, ==, cases[i][1]);
      g_assert_true (hemo_export_check_name (part, NULL));
    }
}

/* A link on the stick must not lead the files elsewhere. */
static void
test_links (void)
{
  char *folder = make_folder ();
  char *elsewhere = make_folder ();
  g_autofree char *link = g_build_filename (folder, "26K7-00012-4", NULL);
  g_autofree char *outside = g_build_filename (elsewhere, "report.pdf", NULL);
  g_autoptr (HemoExport) export = make_export (folder);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (symlink (elsewhere, link), ==, 0);
  g_assert_false (hemo_export_run (export, NULL, NULL, NULL, &error));
  g_assert_error (error, HEMO_EXPORT_ERROR, HEMO_EXPORT_ERROR_NAME);
  g_assert_false (g_file_test (outside, G_FILE_TEST_EXISTS));
  remove_folder (folder);
  remove_folder (elsewhere);
}

static void
test_limits (void)
{
  char *folder = make_folder ();
  g_autoptr (HemoExport) export = make_export (folder);
  HemoExportLimits limits
      = { .free_bytes = 32768 * 16, .block = 32768, .largest_file = 0xFFFFFFFF };
  g_autoptr (GError) error = NULL;

  g_assert_true (hemo_export_check_limits (export, &limits, &error));
  limits.free_bytes = 32768 * 4;
  g_assert_false (hemo_export_check_limits (export, &limits, &error));
  g_assert_error (error, HEMO_EXPORT_ERROR, HEMO_EXPORT_ERROR_SPACE);
  assert_contains (error->message, "Nothing was written.");
  g_clear_error (&error);
  limits.free_bytes = G_MAXUINT64;
  g_assert_true (hemo_export_add (export, "big", 0xFFFFFFFF, NULL, NULL, NULL, NULL));
  g_assert_true (hemo_export_check_limits (export, &limits, &error));
  g_assert_true (hemo_export_add (export, "huge", 0x100000000, NULL, NULL, NULL, NULL));
  g_assert_false (hemo_export_check_limits (export, &limits, &error));
  g_assert_error (error, HEMO_EXPORT_ERROR, HEMO_EXPORT_ERROR_TOO_LARGE);
  assert_contains (error->message, "huge");
  g_assert_true (hemo_export_get_limits (folder, &limits, NULL));
  g_assert_cmpuint (limits.free_bytes, >, 0);
  g_assert_cmpuint (limits.block, >, 0);
  remove_folder (folder);
}

/* More than any disk: refused before the first byte. */
static void
test_no_room (void)
{
  char *folder = make_folder ();
  g_autoptr (HemoExport) export = make_export (folder);
  g_autoptr (GError) error = NULL;
  g_autofree char *first = g_build_filename (folder, "results.csv", NULL);

  g_assert_true (hemo_export_add (export, "huge", G_MAXUINT64, NULL, NULL, NULL, NULL));
  g_assert_false (hemo_export_run (export, NULL, NULL, NULL, &error));
  g_assert_true (g_error_matches (error, HEMO_EXPORT_ERROR, HEMO_EXPORT_ERROR_SPACE)
                 || g_error_matches (error, HEMO_EXPORT_ERROR, HEMO_EXPORT_ERROR_TOO_LARGE));
  g_assert_false (g_file_test (first, G_FILE_TEST_EXISTS));
  remove_folder (folder);
}

/* Each write, sync and rename in turn is the one at which the stick goes. */
static void
fail_everywhere (int code, HemoExportError expected)
{
  int n_calls;
  int n_arrived_before = 0;

  {
    char *folder = make_folder ();
    g_autoptr (HemoExport) export = make_export (folder);

    reset_faults ();
    run (export);
    n_calls = calls;
    remove_folder (folder);
  }
  g_assert_cmpint (n_calls, >, 15);
  for (int at = 1; at <= n_calls; at++)
    {
      char *folder = make_folder ();
      g_autoptr (HemoExport) export = make_export (folder);
      g_autoptr (HemoExport) again = make_export (folder);
      g_autoptr (GError) error = NULL;
      g_autofree char *told = NULL;
      int n_arrived = 0;

      reset_faults ();
      fail_at = at;
      fail_with = code;
      g_assert_false (hemo_export_run (export, NULL, NULL, NULL, &error));
      reset_faults ();
      g_assert_error (error, HEMO_EXPORT_ERROR, (int)expected);
      for (guint i = 0; i < 5; i++)
        if (result_of (export, i)->verified)
          {
            assert_contains (error->message, result_of (export, i)->name);
            n_arrived++;
          }
      told = g_strdup_printf ("%d of 5 files arrived whole", n_arrived);
      assert_contains (error->message, told);
      assert_contains (error->message, "untouched");
      assert_no_parts (folder);
      g_assert_cmpint (n_arrived, >=, n_arrived_before);
      n_arrived_before = n_arrived;
      run (again);
      for (int i = 0; i < n_arrived; i++)
        g_assert_true (result_of (again, i)->kept);
      check_sums (folder);
      remove_folder (folder);
    }
  g_assert_cmpint (n_arrived_before, ==, 4);
}

static void
test_pulled (void)
{
  fail_everywhere (ENODEV, HEMO_EXPORT_ERROR_DEVICE);
  fail_everywhere (EIO, HEMO_EXPORT_ERROR_DEVICE);
}

static void
test_full (void)
{
  fail_everywhere (ENOSPC, HEMO_EXPORT_ERROR_SPACE);
}

/* A stick that takes what it does not keep. */
static void
test_different (void)
{
  int n_found = 0;

  for (int at = 1; at < 12; at++)
    {
      char *folder = make_folder ();
      g_autoptr (HemoExport) export = make_export (folder);
      g_autofree char *path = g_build_filename (folder, "26K7-00012-4", "report.pdf", NULL);
      g_autoptr (GError) error = NULL;

      reset_faults ();
      spoil_at = at;
      if (!hemo_export_run (export, NULL, NULL, NULL, &error))
        {
          g_assert_error (error, HEMO_EXPORT_ERROR, HEMO_EXPORT_ERROR_DIFFERENT);
          if (++n_found == 1)
            {
              g_assert_false (result_of (export, 0)->verified);
              g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
            }
        }
      reset_faults ();
      remove_folder (folder);
    }
  g_assert_cmpint (n_found, >=, 2);
}

static GBytes *
refuse_cb (gpointer data, GCancellable *cancellable, GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "the image is damaged");
  return NULL;
}

static GBytes *
count_cb (gpointer data, GCancellable *cancellable, GError **error)
{
  ++*(int *)data;
  return make_bytes ("made when it was its turn");
}

static void
set_true_cb (gpointer data)
{
  *(int *)data += 100;
}

static void
test_made (void)
{
  char *folder = make_folder ();
  HemoExport *export = make_export (folder);
  g_autoptr (GError) error = NULL;
  int made = 0;

  g_assert_true (hemo_export_add (export, "made", 10, count_cb, &made, set_true_cb, NULL));
  g_assert_cmpint (made, ==, 0);
  run (export);
  g_assert_cmpint (made, ==, 1);
  check_sums (folder);
  g_assert_true (hemo_export_add (export, "refused", 10, refuse_cb, NULL, NULL, NULL));
  g_assert_false (hemo_export_run (export, NULL, NULL, NULL, &error));
  g_assert_error (error, HEMO_EXPORT_ERROR, HEMO_EXPORT_ERROR_SOURCE);
  assert_contains (error->message, "the image is damaged");
  assert_contains (error->message, "5 of 7 files arrived whole");
  g_clear_pointer (&export, hemo_export_free);
  g_assert_cmpint (made, ==, 102);
  remove_folder (folder);
}

static void
after_first_cb (guint file,
                guint files,
                const HemoExportResult *result,
                HemoExportStage stage,
                guint64 done,
                gpointer data)
{
  if (file == 0 && stage == HEMO_EXPORT_ENDED)
    g_cancellable_cancel (data);
}

static void
test_cancel (void)
{
  char *folder = make_folder ();
  g_autoptr (HemoExport) export = make_export (folder);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  hemo_export_set_watch (export, after_first_cb, cancellable);
  g_assert_false (hemo_export_run (export, NULL, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (result_of (export, 0)->verified);
  g_assert_false (result_of (export, 1)->written);
  assert_no_parts (folder);
  remove_folder (folder);
}

/* What a watch was told: letters of the stages, file by file. */
typedef struct
{
  GString *stages;
  GCancellable *cancellable;
  HemoExportStage cancel_in;
  guint64 largest;
  guint64 last_done;
} Watched;

static void
watch_cb (guint file,
          guint files,
          const HemoExportResult *result,
          HemoExportStage stage,
          guint64 done,
          gpointer data)
{
  Watched *self = data;

  g_assert_cmpuint (file, <, files);
  g_assert_nonnull (result->name);
  if (stage == HEMO_EXPORT_WRITING || stage == HEMO_EXPORT_READING)
    g_assert_cmpuint (done, <=, result->bytes);
  self->largest = MAX (self->largest, done);
  if (done > 0)
    {
      if (self->cancellable != NULL && stage == self->cancel_in)
        g_cancellable_cancel (self->cancellable);
      return;
    }
  g_string_append_c (self->stages, ".mwre"[stage]);
  if (stage == HEMO_EXPORT_ENDED)
    g_string_append (self->stages, result->verified ? "+ " : "- ");
}

static void
growing_cb (guint64 done, guint64 total, gpointer data)
{
  Watched *self = data;

  g_assert_cmpuint (done, >=, self->last_done);
  g_assert_cmpuint (done, <=, total);
  self->last_done = done;
}

static void
test_watch (void)
{
  char *folder = make_folder ();
  g_autoptr (HemoExport) export = make_export (folder);
  Watched watched = { .stages = g_string_new (NULL) };

  hemo_export_set_watch (export, watch_cb, &watched);
  g_assert_true (hemo_export_run (export, growing_cb, &watched, NULL, NULL));
  g_assert_cmpstr (watched.stages->str, ==, ".....mwre+ mwre+ mwre+ mwre+ wre+ ");
  g_string_truncate (watched.stages, 0);
  watched.last_done = 0;
  /* All is there: nothing is written a second time. */
  g_assert_true (hemo_export_run (export, growing_cb, &watched, NULL, NULL));
  g_assert_cmpstr (watched.stages->str, ==, ".....me+ me+ me+ me+ e+ ");
  g_string_free (watched.stages, TRUE);
  remove_folder (folder);
}

/* Of four pieces of a file no second one is written after the cancel. */
static void
test_cancel_within (gconstpointer stage)
{
  char *folder = make_folder ();
  g_autoptr (HemoExport) export = hemo_export_new (folder);
  g_autoptr (GBytes) large = g_bytes_new_take (g_malloc0 (4 << 20), 4 << 20);
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (folder, "large", NULL);
  Watched watched = { .stages = g_string_new (NULL),
                      .cancellable = g_cancellable_new (),
                      .cancel_in = (HemoExportStage)GPOINTER_TO_INT (stage) };

  g_assert_true (hemo_export_add_bytes (export, "large", large, NULL));
  hemo_export_set_watch (export, watch_cb, &watched);
  g_assert_false (hemo_export_run (export, NULL, NULL, watched.cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (result_of (export, 0)->verified);
  if (watched.cancel_in == HEMO_EXPORT_WRITING)
    {
      g_assert_cmpuint (watched.largest, <=, 256 * 1024);
      g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
    }
  assert_no_parts (folder);
  /* The next run makes it whole. */
  run (export);
  check_sums (folder);
  g_string_free (watched.stages, TRUE);
  g_object_unref (watched.cancellable);
  remove_folder (folder);
}

static void
test_no_folder (void)
{
  g_autoptr (HemoExport) export = make_export ("/nonexistent/stick");
  g_autoptr (GError) error = NULL;

  g_assert_false (hemo_export_run (export, NULL, NULL, NULL, &error));
  g_assert_error (error, HEMO_EXPORT_ERROR, HEMO_EXPORT_ERROR_DEVICE);
  assert_contains (error->message, "0 of 5 files");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/export/write", test_write);
  g_test_add_func ("/export/kept", test_kept);
  g_test_add_func ("/export/sums-merged", test_sums_merged);
  g_test_add_func ("/export/names", test_names);
  g_test_add_func ("/export/twice", test_twice);
  g_test_add_func ("/export/name-part", test_name_part);
  g_test_add_func ("/export/links", test_links);
  g_test_add_func ("/export/limits", test_limits);
  g_test_add_func ("/export/no-room", test_no_room);
  g_test_add_func ("/export/pulled", test_pulled);
  g_test_add_func ("/export/full", test_full);
  g_test_add_func ("/export/different", test_different);
  g_test_add_func ("/export/made", test_made);
  g_test_add_func ("/export/cancel", test_cancel);
  g_test_add_func ("/export/watch", test_watch);
  g_test_add_data_func ("/export/cancel-writing", GINT_TO_POINTER (HEMO_EXPORT_WRITING),
                        test_cancel_within);
  g_test_add_data_func ("/export/cancel-reading", GINT_TO_POINTER (HEMO_EXPORT_READING),
                        test_cancel_within);
  g_test_add_func ("/export/no-folder", test_no_folder);
  return g_test_run ();
}
