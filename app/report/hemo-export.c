/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Files written to a folder, read back and listed with their hashes. */

#include "hemo-export.h"

#include "hemo-ahead-private.h"
#include "hemo-cms.h"
#include "hemo-durable.h"
#include "hemo-export-private.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

/* A list of earlier exports that is longer was not made by us. */
#define SUMS_LIMIT (4 * 1024 * 1024)
#define NAMES_TOLD 10
/* Files that may lie made in memory beside the one that is written: at 64 MiB for the largest
 * picture more would be too much for a laptop of 2 GB. */
#define MADE_AHEAD 1

typedef struct
{
  char *name;
  guint64 estimate;
  GBytes *bytes;
  HemoExportMake make;
  gpointer data;
  GDestroyNotify destroy;
  /* Of an earlier export, and is to go. */
  gboolean stale;
} File;

struct _HemoExport
{
  char *folder;
  GPtrArray *files;
  GPtrArray *results;
  GHashTable *names;
  HemoExportProgress progress;
  gpointer progress_data;
  HemoExportWatch watch;
  gpointer watch_data;
  /* The file that is being worked on, how far it is, and how much of @total went before it. */
  guint current;
  HemoExportStage stage;
  guint64 stage_done;
  guint64 done;
  guint64 total;
};

G_DEFINE_QUARK (hemo_export_error, hemo_export_error)

static void
free_file (gpointer data)
{
  File *file = data;

  if (file->destroy != NULL)
    file->destroy (file->data);
  g_clear_pointer (&file->bytes, g_bytes_unref);
  g_free (file->name);
  g_free (file);
}

HemoExport *
hemo_export_new (const char *folder)
{
  HemoExport *self = g_new0 (HemoExport, 1);

  self->folder = g_strdup (folder);
  self->files = g_ptr_array_new_with_free_func (free_file);
  self->results = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_export_result_free);
  self->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
hemo_export_free (HemoExport *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->names);
  g_ptr_array_unref (self->files);
  g_ptr_array_unref (self->results);
  g_free (self->folder);
  g_free (self);
}

GPtrArray *
hemo_export_get_results (HemoExport *self)
{
  return self->results;
}

static gboolean
add_file (HemoExport *self, File *file, GError **error)
{
  g_autofree char *folded = NULL;

  if (!hemo_export_check_name (file->name, error))
    return FALSE;
  folded = g_ascii_strdown (file->name, -1);
  if (!g_hash_table_add (self->names, g_steal_pointer (&folded)))
    {
      g_set_error_literal (error, HEMO_EXPORT_ERROR, HEMO_EXPORT_ERROR_NAME,
                           "The export has two files of the same name.");
      return FALSE;
    }
  g_ptr_array_add (self->files, file);
  return TRUE;
}

gboolean
hemo_export_add_bytes (HemoExport *self, const char *name, GBytes *bytes, GError **error)
{
  File *file = g_new0 (File, 1);

  file->name = g_strdup (name);
  file->bytes = g_bytes_ref (bytes);
  file->estimate = g_bytes_get_size (bytes);
  if (add_file (self, file, error))
    return TRUE;
  free_file (file);
  return FALSE;
}

gboolean
hemo_export_remove (HemoExport *self, const char *name, GError **error)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  File *file = NULL;
  GStatBuf stats;

  if (!hemo_export_check_name (name, error))
    return FALSE;
  if (g_lstat (path, &stats) != 0 || !S_ISREG (stats.st_mode))
    return TRUE;
  file = g_new0 (File, 1);
  file->name = g_strdup (name);
  file->bytes = g_bytes_new (NULL, 0);
  file->stale = TRUE;
  if (add_file (self, file, error))
    return TRUE;
  free_file (file);
  return FALSE;
}

gboolean
hemo_export_add (HemoExport *self,
                 const char *name,
                 guint64 estimate,
                 HemoExportMake make,
                 gpointer data,
                 GDestroyNotify destroy,
                 GError **error)
{
  File *file = g_new0 (File, 1);

  *file = (File){
    .name = g_strdup (name), .estimate = estimate, .make = make, .data = data, .destroy = destroy
  };
  if (add_file (self, file, error))
    return TRUE;
  free_file (file);
  return FALSE;
}

static guint64
rounded_up (guint64 size, guint64 block)
{
  guint64 rest = size % block;

  if (size > G_MAXUINT64 - block)
    return G_MAXUINT64;
  return rest == 0 ? size : size - rest + block;
}

static gboolean
lies_there (HemoExport *self, const File *file)
{
  g_autofree char *path = g_build_filename (self->folder, file->name, NULL);
  GStatBuf stats;

  return g_lstat (path, &stats) == 0 && S_ISREG (stats.st_mode)
         && (guint64)stats.st_size == file->estimate;
}

gboolean
hemo_export_check_limits (HemoExport *self, const HemoExportLimits *limits, GError **error)
{
  /* SHA256SUMS, and the folders. */
  guint64 needed
      = rounded_up (self->files->len * G_GUINT64_CONSTANT (270), limits->block) + 3 * limits->block;

  for (guint i = 0; i < self->files->len; i++)
    {
      const File *file = self->files->pdata[i];
      guint64 size = rounded_up (file->estimate, limits->block);

      if (file->estimate > limits->largest_file)
        {
          g_set_error (
              error, HEMO_EXPORT_ERROR, HEMO_EXPORT_ERROR_TOO_LARGE,
              N_ ("The file %s is larger than this stick's file system (FAT32) can hold, "
                  "4 GiB. Export fewer cases at once, or use a stick formatted as exFAT or "
                  "ext4. Nothing was written."),
              file->name);
          return FALSE;
        }
      if (!lies_there (self, file))
        needed = size > G_MAXUINT64 - needed ? G_MAXUINT64 : needed + size;
    }
  if (needed <= limits->free_bytes)
    return TRUE;
  g_autofree char *needed_text = g_format_size (needed);
  g_autofree char *free_text = g_format_size (limits->free_bytes);
  g_set_error (
      error, HEMO_EXPORT_ERROR, HEMO_EXPORT_ERROR_SPACE,
      N_ ("The export needs %s and the folder has room for %s. Make room there or use another "
          "stick. Nothing was written."),
      needed_text, free_text);
  return FALSE;
}

static char *
join_arrived (HemoExport *self, guint *n_arrived)
{
  g_autoptr (GString) text = g_string_new (NULL);

  *n_arrived = 0;
  for (guint i = 0; i < self->results->len; i++)
    {
      const HemoExportResult *result = self->results->pdata[i];

      if (!result->verified || result->removed)
        continue;
      if (++*n_arrived <= NAMES_TOLD)
        g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", result->name);
    }
  if (*n_arrived > NAMES_TOLD)
    g_string_append (text, ", …");
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static HemoExportError
error_code_of (const GError *cause)
{
  if (cause->domain == HEMO_EXPORT_ERROR)
    return (HemoExportError)cause->code;
  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_NO_SPACE))
    return HEMO_EXPORT_ERROR_SPACE;
  return HEMO_EXPORT_ERROR_DEVICE;
}

static const char *
describe_failure (HemoExportError code)
{
  switch (code)
    {
    case HEMO_EXPORT_ERROR_SPACE:
      return N_ ("The stick is full.");
    case HEMO_EXPORT_ERROR_DIFFERENT:
      return N_ (
          "What was read back from the stick is not what was written: it is not to be trusted.");
    case HEMO_EXPORT_ERROR_SOURCE:
      return N_ ("A file could not be made.");
    default:
      return N_ ("The stick was pulled out or does not work.");
    }
}

/* Says what arrived; @cause is consumed. */
static void
tell_failure (HemoExport *self, GError *cause, GError **error)
{
  HemoExportError code = error_code_of (cause);
  guint n_arrived;
  g_autofree char *names = join_arrived (self, &n_arrived);
  g_autofree char *arrived
      = n_arrived > 0
            ? g_strdup_printf (N_ ("%u of %u files arrived whole: %s."), n_arrived,
                               self->results->len, names)
            : g_strdup_printf (N_ ("%u of %u files arrived whole."), n_arrived, self->results->len);

  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, cause);
      return;
    }
  g_set_error (error, HEMO_EXPORT_ERROR, code, "%s %s %s (%s)", describe_failure (code), arrived,
               N_ ("What is kept in this computer is untouched. Export again to go on where it "
                   "stopped."),
               cause->message);
  g_error_free (cause);
}

/* What the current file has added to the bytes that are done: half when it is written, all when it
 * was read back. */
static guint64
count_current (HemoExport *self)
{
  const File *file = self->current < self->files->len ? self->files->pdata[self->current] : NULL;
  const HemoExportResult *result = self->results->pdata[self->current];
  double half = file != NULL ? (double)file->estimate / 2 : 0;
  double part = result->bytes > 0 ? MIN ((double)self->stage_done / (double)result->bytes, 1) : 1;

  switch (self->stage)
    {
    case HEMO_EXPORT_WRITING:
      return (guint64)(half * part);
    case HEMO_EXPORT_READING:
      return (guint64)(half + half * part);
    default:
      return 0;
    }
}

static void
report_progress (HemoExport *self)
{
  if (self->progress != NULL)
    self->progress (MIN (self->done + count_current (self), self->total), self->total,
                    self->progress_data);
}

static void
report_file (HemoExport *self, guint index)
{
  if (self->watch != NULL)
    self->watch (index, self->results->len, self->results->pdata[index], self->stage,
                 self->stage_done, self->watch_data);
}

static void
enter_stage (HemoExport *self, HemoExportStage stage)
{
  self->stage = stage;
  self->stage_done = 0;
  report_file (self, self->current);
  report_progress (self);
}

static void
stage_cb (guint64 bytes, gpointer data)
{
  HemoExport *self = data;

  self->stage_done += bytes;
  report_file (self, self->current);
  report_progress (self);
}

/* The folders of @name below ours; a link in its place would lead out of it. */
static gboolean
make_folders (HemoExport *self, const char *name, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (name, "/", -1);
  g_autofree char *path = g_strdup (self->folder);

  for (guint i = 0; parts[i + 1] != NULL; i++)
    {
      g_autofree char *below = g_build_filename (path, parts[i], NULL);

      if (g_file_test (below, G_FILE_TEST_IS_SYMLINK))
        {
          g_set_error (error, HEMO_EXPORT_ERROR, HEMO_EXPORT_ERROR_NAME,
                       N_ ("The folder %s of the export is a link to somewhere else. Remove it."),
                       parts[i]);
          return FALSE;
        }
      if (!hemo_durable_make_folder (below, error))
        return FALSE;
      g_free (path);
      path = g_steal_pointer (&below);
    }
  return TRUE;
}

/* Hash of the regular file at @path as it lies on the medium, NULL if there is none. */
static char *
hash_there (const char *path, guint64 expected_size, GCancellable *cancellable)
{
  GStatBuf stats;

  if (g_lstat (path, &stats) != 0 || !S_ISREG (stats.st_mode)
      || (guint64)stats.st_size != expected_size)
    return NULL;
  return hemo_durable_hash (path, TRUE, NULL, NULL, NULL, cancellable, NULL);
}

static gboolean
verify_there (HemoExport *self,
              const char *path,
              HemoExportResult *result,
              GCancellable *cancellable,
              GError **error)
{
  guint64 size;
  g_autofree char *sha256 = NULL;

  enter_stage (self, HEMO_EXPORT_READING);
  sha256 = hemo_durable_hash (path, TRUE, &size, stage_cb, self, cancellable, error);

  if (sha256 == NULL)
    return FALSE;
  if (size == result->bytes && strcmp (sha256, result->sha256) == 0)
    {
      result->verified = TRUE;
      return TRUE;
    }
  /* A file that is not what it should be must not keep its name. */
  result->written = FALSE;
  g_unlink (path);
  g_set_error (error, HEMO_EXPORT_ERROR, HEMO_EXPORT_ERROR_DIFFERENT,
               N_ ("%s was read back and differs."), result->name);
  return FALSE;
}

static gboolean
put_bytes (HemoExport *self,
           const char *name,
           GBytes *bytes,
           HemoExportResult *result,
           GCancellable *cancellable,
           GError **error)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  g_autofree char *there = NULL;

  if (!make_folders (self, name, error))
    return FALSE;
  there = hash_there (path, result->bytes, cancellable);
  if (g_strcmp0 (there, result->sha256) == 0)
    {
      result->kept = result->verified = TRUE;
      return TRUE;
    }
  enter_stage (self, HEMO_EXPORT_WRITING);
  if (!hemo_durable_write_steadily (path, bytes, stage_cb, self, cancellable, error))
    return FALSE;
  result->written = TRUE;
  return verify_there (self, path, result, cancellable, error);
}

/* Its name is asked for again when the folder is on the disk. */
static gboolean
take_away (HemoExport *self, const char *name, HemoExportResult *result, GError **error)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  GStatBuf stats;

  if (!make_folders (self, name, error))
    return FALSE;
  if (g_lstat (path, &stats) == 0 && S_ISREG (stats.st_mode) && g_unlink (path) != 0)
    {
      int code = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code),
                   N_ ("%s of an earlier export is out of date and could not be removed: %s."),
                   name, g_strerror (code));
      return FALSE;
    }
  if (!hemo_durable_sync_folder (folder, error))
    return FALSE;
  if (g_lstat (path, &stats) != 0 && errno == ENOENT)
    return result->removed = result->verified = TRUE;
  g_set_error (error, HEMO_EXPORT_ERROR, HEMO_EXPORT_ERROR_DIFFERENT,
               N_ ("%s of an earlier export is out of date and is still there."), name);
  return FALSE;
}

static GBytes *
make_bytes (const File *file, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) cause = NULL;
  GBytes *bytes;

  if (file->bytes != NULL)
    return g_bytes_ref (file->bytes);
  bytes = file->make (file->data, cancellable, &cause);
  if (bytes != NULL)
    return bytes;
  if (cause != NULL && g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_propagate_error (error, g_steal_pointer (&cause));
  else
    g_set_error_literal (error, HEMO_EXPORT_ERROR, HEMO_EXPORT_ERROR_SOURCE,
                         cause != NULL ? cause->message : "no reason was given");
  return NULL;
}

/**
 * Making:
 * @made: (element-type GBytes): what was made and is not written yet, NULL else
 * @sums: (element-type utf8): their SHA-256
 */
typedef struct
{
  HemoExport *export;
  GCancellable *cancellable;
  GPtrArray *made;
  GPtrArray *sums;
} Making;

static void
unref_made (gpointer bytes)
{
  if (bytes != NULL)
    g_bytes_unref (bytes);
}

/* On a thread of its own. */
static gboolean
make_step (guint step, gpointer data, GError **error)
{
  Making *self = data;
  GBytes *bytes;

  if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
    return FALSE;
  bytes = make_bytes (self->export->files->pdata[step], self->cancellable, error);
  if (bytes == NULL)
    return FALSE;
  self->made->pdata[step] = bytes;
  self->sums->pdata[step] = hemo_sha256 (bytes);
  return TRUE;
}

static gboolean
put_file (Making *making, guint i, GError **error)
{
  HemoExport *self = making->export;
  const File *file = self->files->pdata[i];
  HemoExportResult *result = self->results->pdata[i];
  g_autoptr (GBytes) bytes = g_steal_pointer (&making->made->pdata[i]);

  if (file->stale)
    return !g_cancellable_set_error_if_cancelled (making->cancellable, error)
           && take_away (self, file->name, result, error);
  result->bytes = g_bytes_get_size (bytes);
  result->sha256 = g_steal_pointer (&making->sums->pdata[i]);
  if (g_cancellable_set_error_if_cancelled (making->cancellable, error)
      || !put_bytes (self, file->name, bytes, result, making->cancellable, error))
    return FALSE;
  self->done += file->estimate;
  return TRUE;
}

/* While one is written, brought to the disk and read back, the next is made. */
static gboolean
put_files (HemoExport *self, GCancellable *cancellable, GError **error)
{
  guint n = self->files->len;
  g_autoptr (GPtrArray) made = g_ptr_array_new_with_free_func (unref_made);
  g_autoptr (GPtrArray) sums = g_ptr_array_new_with_free_func (g_free);
  Making making = { self, cancellable, made, sums };
  g_autoptr (HemoAhead) ahead = NULL;

  g_ptr_array_set_size (made, (int)n);
  g_ptr_array_set_size (sums, (int)n);
  ahead = hemo_ahead_new (make_step, &making);
  for (guint i = 0; i < n; i++)
    {
      gboolean put;

      self->current = i;
      enter_stage (self, HEMO_EXPORT_MAKING);
      put = hemo_ahead_wait (ahead, MIN (n, i + 1 + MADE_AHEAD), i + 1, error)
            && put_file (&making, i, error);
      enter_stage (self, HEMO_EXPORT_ENDED);
      if (!put)
        return FALSE;
    }
  return TRUE;
}

/* Lines of earlier exports whose files are still there; anything else is dropped. */
static void
append_earlier_sums (HemoExport *self, GString *sums)
{
  g_autofree char *path = g_build_filename (self->folder, HEMO_EXPORT_SUMS, NULL);
  g_autoptr (GBytes) bytes = hemo_durable_read (path, SUMS_LIMIT, NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (bytes == NULL)
    return;
  text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autofree char *folded = NULL;
      g_autofree char *file = NULL;

      if (!hemo_export_is_sums_line (lines[i]))
        continue;
      folded = g_ascii_strdown (lines[i] + 66, -1);
      file = g_build_filename (self->folder, lines[i] + 66, NULL);
      if (!g_hash_table_contains (self->names, folded)
          && g_file_test (file, G_FILE_TEST_IS_REGULAR))
        g_string_append_printf (sums, "%s\n", lines[i]);
    }
}

static gboolean
put_sums (HemoExport *self, GCancellable *cancellable, GError **error)
{
  GString *sums = g_string_new (NULL);
  g_autoptr (GBytes) bytes = NULL;
  HemoExportResult *result;
  gboolean done;

  append_earlier_sums (self, sums);
  for (guint i = 0; i < self->files->len; i++)
    {
      const HemoExportResult *put = self->results->pdata[i];

      if (!put->removed)
        g_string_append_printf (sums, "%s  %s\n", put->sha256, put->name);
    }
  bytes = g_string_free_to_bytes (sums);
  self->current = self->files->len;
  result = self->results->pdata[self->current];
  result->bytes = g_bytes_get_size (bytes);
  result->sha256 = hemo_sha256 (bytes);
  done = put_bytes (self, HEMO_EXPORT_SUMS, bytes, result, cancellable, error);
  enter_stage (self, HEMO_EXPORT_ENDED);
  return done;
}

static void
start_results (HemoExport *self)
{
  g_ptr_array_set_size (self->results, 0);
  self->done = 0;
  self->total = 0;
  for (guint i = 0; i <= self->files->len; i++)
    {
      HemoExportResult *result = g_new0 (HemoExportResult, 1);
      const File *file = i < self->files->len ? self->files->pdata[i] : NULL;

      result->name = g_strdup (file != NULL ? file->name : HEMO_EXPORT_SUMS);
      g_ptr_array_add (self->results, result);
      if (file != NULL)
        self->total += MIN (file->estimate, G_MAXUINT64 - self->total);
    }
  self->current = 0;
  self->stage = HEMO_EXPORT_WAITING;
  self->stage_done = 0;
  for (guint i = 0; i < self->results->len; i++)
    report_file (self, i);
}

static gboolean
put_all (HemoExport *self, GCancellable *cancellable, GError **error)
{
  return put_files (self, cancellable, error) && put_sums (self, cancellable, error);
}

void
hemo_export_set_watch (HemoExport *self, HemoExportWatch watch, gpointer data)
{
  self->watch = watch;
  self->watch_data = data;
}

gboolean
hemo_export_run (HemoExport *self,
                 HemoExportProgress progress,
                 gpointer data,
                 GCancellable *cancellable,
                 GError **error)
{
  GError *cause = NULL;
  HemoExportLimits limits;

  self->progress = progress;
  self->progress_data = data;
  start_results (self);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  report_progress (self);
  if (hemo_durable_make_folder (self->folder, &cause)
      && hemo_export_get_limits (self->folder, &limits, &cause))
    {
      if (!hemo_export_check_limits (self, &limits, error))
        return FALSE;
      if (put_all (self, cancellable, &cause))
        return TRUE;
    }
  tell_failure (self, cause, error);
  return FALSE;
}
