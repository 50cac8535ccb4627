/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Has the clinic write, and keeps a list of the files for main. */

#include "hemo-export-run.h"

#include "hemo-export-file.h"

#include <string.h>

/* How far a file is, as the worker says it. */
typedef struct
{
  HemoExportResult result;
  HemoExportStage stage;
  guint64 done;
} FileState;

/**
 * Work:
 * @files: (element-type FileState): written by the worker, read by main
 * @current: the file that is being worked on
 * @results: main's once it ended
 *
 * What both threads hold.
 */
typedef struct
{
  GStrv specimens;
  HemoDate day;
  HemoExportFormats formats;
  HemoSecret *password;
  char *target;
  HemoRunProgress *progress;
  GMutex mutex;
  GPtrArray *files;
  guint current;
  GPtrArray *results;
} Work;

struct _HemoExportRun
{
  HemoRun parent_instance;

  Work *work;
  GListStore *files;
  /* The file that was looked at last. */
  guint seen;
};

G_DEFINE_FINAL_TYPE (HemoExportRun, hemo_export_run, HEMO_TYPE_RUN)

static void
file_state_free (gpointer data)
{
  FileState *self = data;

  g_free (self->result.name);
  g_free (self);
}

static void
work_clear (gpointer data)
{
  Work *self = data;

  g_strfreev (self->specimens);
  g_clear_pointer (&self->password, hemo_secret_unref);
  g_free (self->target);
  g_clear_pointer (&self->progress, hemo_run_progress_unref);
  g_mutex_clear (&self->mutex);
  g_clear_pointer (&self->files, g_ptr_array_unref);
  g_clear_pointer (&self->results, g_ptr_array_unref);
}

static void
work_unref (gpointer self)
{
  g_atomic_rc_box_release_full (self, work_clear);
}

static void
progress_cb (guint64 done, guint64 total, gpointer data)
{
  hemo_run_progress_set (((Work *)data)->progress, done, total);
}

static void
watch_cb (guint file,
          guint files,
          const HemoExportResult *result,
          HemoExportStage stage,
          guint64 done,
          gpointer data)
{
  Work *self = data;
  FileState *state;

  g_mutex_lock (&self->mutex);
  if (file == self->files->len)
    {
      state = g_new0 (FileState, 1);
      state->result.name = g_strdup (result->name);
      g_ptr_array_add (self->files, state);
    }
  state = self->files->pdata[file];
  state->result.bytes = result->bytes;
  state->result.kept = result->kept;
  state->result.verified = result->verified;
  state->stage = stage;
  state->done = done;
  if (stage != HEMO_EXPORT_WAITING)
    self->current = file;
  g_mutex_unlock (&self->mutex);
}

/* What still waits waits for nothing. */
static void
end_files (Work *self)
{
  g_mutex_lock (&self->mutex);
  for (guint i = 0; i < self->files->len; i++)
    ((FileState *)self->files->pdata[i])->stage = HEMO_EXPORT_ENDED;
  self->current = self->files->len;
  g_mutex_unlock (&self->mutex);
}

static gboolean
export_work (HemoClinic *clinic,
             HemoSession *session,
             gpointer data,
             gpointer *result,
             GCancellable *cancellable,
             GError **error)
{
  Work *self = data;
  const HemoExportOptions options = { .specimens = (const char *const *)self->specimens,
                                      .day = self->day,
                                      .formats = self->formats,
                                      .password = self->password,
                                      .target = self->target,
                                      .watch = watch_cb };

  gboolean done = hemo_clinic_export (clinic, session, &options, progress_cb, self, cancellable,
                                      &self->results, error);

  end_files (self);
  return done;
}

/* All of them at first, then those since the one that was looked at last. */
static void
hemo_export_run_look (HemoRun *run)
{
  HemoExportRun *self = HEMO_EXPORT_RUN (run);
  Work *work = self->work;

  g_mutex_lock (&work->mutex);
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->files)); i < work->files->len; i++)
    {
      const FileState *state = work->files->pdata[i];
      g_autoptr (HemoExportFile) file = hemo_export_file_new (state->result.name);

      g_list_store_append (self->files, file);
    }
  for (; self->seen < work->files->len; self->seen++)
    {
      const FileState *state = work->files->pdata[self->seen];
      g_autoptr (HemoExportFile) file
          = g_list_model_get_item (G_LIST_MODEL (self->files), self->seen);

      hemo_export_file_update (file, &state->result, state->stage, state->done);
      if (self->seen >= work->current)
        break;
    }
  g_mutex_unlock (&work->mutex);
}

static void
hemo_export_run_finalize (GObject *object)
{
  HemoExportRun *self = HEMO_EXPORT_RUN (object);

  g_clear_pointer (&self->work, work_unref);
  g_clear_object (&self->files);
  G_OBJECT_CLASS (hemo_export_run_parent_class)->finalize (object);
}

static void
hemo_export_run_class_init (HemoExportRunClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hemo_export_run_finalize;
  HEMO_RUN_CLASS (klass)->look = hemo_export_run_look;
}

static void
hemo_export_run_init (HemoExportRun *self)
{
  self->work = g_atomic_rc_box_new0 (Work);
  g_mutex_init (&self->work->mutex);
  self->work->progress = hemo_run_progress_ref (hemo_run_get_progress (HEMO_RUN (self)));
  self->work->files = g_ptr_array_new_with_free_func (file_state_free);
  self->files = g_list_store_new (HEMO_TYPE_EXPORT_FILE);
}

HemoExportRun *
hemo_export_run_start (HemoDesk *desk,
                       const char *const *specimens,
                       HemoDate day,
                       HemoExportFormats formats,
                       HemoSecret *password,
                       const char *target,
                       const char *what)
{
  HemoExportRun *self = g_object_new (HEMO_TYPE_EXPORT_RUN, NULL);

  self->work->specimens = g_strdupv ((GStrv)specimens);
  self->work->day = day;
  self->work->formats = formats;
  self->work->password = password != NULL ? hemo_secret_ref (password) : NULL;
  self->work->target = g_strdup (target);
  /* The results stay readable to the end: a cancelled export says what arrived, too. */
  hemo_run_start (HEMO_RUN (self), desk, export_work, g_atomic_rc_box_acquire (self->work),
                  work_unref, what);
  return self;
}

GListModel *
hemo_export_run_get_files (HemoExportRun *self)
{
  return G_LIST_MODEL (self->files);
}

guint
hemo_export_run_get_current (HemoExportRun *self)
{
  return self->seen;
}

GPtrArray *
hemo_export_run_get_results (HemoExportRun *self)
{
  return self->work->results;
}

static char *
case_of (const char *name)
{
  const char *slash = strchr (name, '/');

  return slash != NULL ? g_strndup (name, (gsize)(slash - name)) : NULL;
}

GStrv
hemo_export_run_list_arrived (HemoExportRun *self)
{
  g_autoptr (GPtrArray) cases = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) broken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GStrvBuilder) arrived = g_strv_builder_new ();
  GPtrArray *results = self->work->results;

  for (guint i = 0; results != NULL && i < results->len; i++)
    {
      const HemoExportResult *file = results->pdata[i];
      g_autofree char *name = case_of (file->name);

      if (name == NULL)
        continue;
      if (!file->verified)
        g_hash_table_add (broken, g_strdup (name));
      if (!g_ptr_array_find_with_equal_func (cases, name, g_str_equal, NULL))
        g_ptr_array_add (cases, g_steal_pointer (&name));
    }
  if (results != NULL && cases->len == 0)
    return NULL;
  for (guint i = 0; i < cases->len; i++)
    if (!g_hash_table_contains (broken, cases->pdata[i]))
      g_strv_builder_add (arrived, cases->pdata[i]);
  return g_strv_builder_end (arrived);
}

guint
hemo_export_run_count_arrived (HemoExportRun *self)
{
  guint count = 0;

  for (guint i = 0; self->work->results != NULL && i < self->work->results->len; i++)
    count += ((HemoExportResult *)self->work->results->pdata[i])->verified ? 1 : 0;
  return count;
}
