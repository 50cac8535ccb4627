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
 * @results: main's once it ended, as @elsewhere and @unsigned_cases
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
  guint elsewhere;
  guint unsigned_cases;
} Work;

struct _HemoExportRun
{
  HemoRun parent_instance;

  Work *work;
  GListStore *files;
  /* The file that was looked at last. */
  guint seen;
  /* Under which the desk keeps it for who wanted it. */
  char *key;
  gboolean done, over;
  GError *error;
  HemoStick *stick;
  char *where;
  /* Why the stick is not free. */
  GError *held;
};

/* Of the desk, with a person's UUID: the run whose end that person has not seen. */
#define RUN "hemo-export-run-"

G_DEFINE_FINAL_TYPE (HemoExportRun, hemo_export_run, HEMO_TYPE_RUN)

static guint over;

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
  state->result.removed = result->removed;
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
                                      .watch = watch_cb,
                                      .elsewhere = &self->elsewhere,
                                      .unsigned_cases = &self->unsigned_cases };

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
end (HemoExportRun *self)
{
  self->over = TRUE;
  g_signal_emit (self, over, 0);
}

static void
released_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoExportRun) self = data;

  hemo_stick_release_finish (HEMO_STICK (source), result, &self->held);
  end (self);
}

/* That the audit log does not say so is no reason to keep the stick. */
static gboolean
is_written (const GError *error)
{
  return error == NULL || g_error_matches (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_NOTED);
}

/* On a stick that something failed on it is tried again. */
static void
done_cb (HemoExportRun *self, const GError *error)
{
  self->done = TRUE;
  self->error = error != NULL ? g_error_copy (error) : NULL;
  if (!is_written (error))
    g_clear_object (&self->stick);
  if (self->stick == NULL)
    return;
  hemo_stick_release_async (self->stick, released_cb, g_object_ref (self));
}

/* Once all others know what arrived. */
static void
after_done_cb (HemoExportRun *self, const GError *error)
{
  if (self->stick == NULL)
    end (self);
}

static void
hemo_export_run_finalize (GObject *object)
{
  HemoExportRun *self = HEMO_EXPORT_RUN (object);

  g_clear_pointer (&self->work, work_unref);
  g_clear_object (&self->files);
  g_clear_object (&self->stick);
  g_clear_error (&self->error);
  g_clear_error (&self->held);
  g_free (self->key);
  g_free (self->where);
  G_OBJECT_CLASS (hemo_export_run_parent_class)->finalize (object);
}

static void
hemo_export_run_class_init (HemoExportRunClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hemo_export_run_finalize;
  HEMO_RUN_CLASS (klass)->look = hemo_export_run_look;
  over = g_signal_new ("over", HEMO_TYPE_EXPORT_RUN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                       G_TYPE_NONE, 0);
}

static void
hemo_export_run_init (HemoExportRun *self)
{
  self->work = g_atomic_rc_box_new0 (Work);
  g_mutex_init (&self->work->mutex);
  self->work->progress = hemo_run_progress_ref (hemo_run_get_progress (HEMO_RUN (self)));
  self->work->files = g_ptr_array_new_with_free_func (file_state_free);
  self->files = g_list_store_new (HEMO_TYPE_EXPORT_FILE);
  g_signal_connect (self, "done", G_CALLBACK (done_cb), NULL);
  g_signal_connect_after (self, "done", G_CALLBACK (after_done_cb), NULL);
}

/* Of who is signed in. (transfer full) */
static char *
dup_key (HemoDesk *desk)
{
  HemoSession *session = hemo_desk_get_session (desk);

  return g_strconcat (RUN, session != NULL ? hemo_session_get_user (session) : "", NULL);
}

HemoExportRun *
hemo_export_run_start (HemoDesk *desk, const HemoExportOrder *order, const char *what)
{
  HemoExportRun *self = g_object_new (HEMO_TYPE_EXPORT_RUN, NULL);

  self->work->specimens = g_strdupv ((GStrv)order->specimens);
  self->work->day = order->day;
  self->work->formats = order->formats;
  self->work->password = order->password != NULL ? hemo_secret_ref (order->password) : NULL;
  self->work->target = g_strdup (order->target);
  g_set_object (&self->stick, order->stick);
  hemo_run_use_stick (HEMO_RUN (self), order->stick);
  self->where = g_strdup (order->where);
  self->key = dup_key (desk);
  g_object_set_data_full (G_OBJECT (desk), self->key, self, g_object_unref);
  /* The results stay readable to the end: a cancelled export says what arrived, too. */
  hemo_run_start (HEMO_RUN (self), desk, export_work, g_atomic_rc_box_acquire (self->work),
                  work_unref, what);
  return self;
}

HemoExportRun *
hemo_export_run_find (HemoDesk *desk)
{
  g_autofree char *key = dup_key (desk);

  return g_object_get_data (G_OBJECT (desk), key);
}

void
hemo_export_run_see (HemoExportRun *self, HemoDesk *desk)
{
  g_autofree char *key = g_strdup (self->key);

  if (self->over && hemo_export_run_find (desk) == self)
    g_object_set_data (G_OBJECT (desk), key, NULL);
}

gboolean
hemo_export_run_is_done (HemoExportRun *self)
{
  return self->done;
}

gboolean
hemo_export_run_is_over (HemoExportRun *self)
{
  return self->over;
}

const char *
hemo_export_run_get_where (HemoExportRun *self)
{
  return self->where;
}

const GError *
hemo_export_run_get_error (HemoExportRun *self)
{
  return self->error;
}

gboolean
hemo_export_run_has_stick (HemoExportRun *self)
{
  return self->stick != NULL;
}

const GError *
hemo_export_run_get_held (HemoExportRun *self)
{
  return self->held;
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
    {
      const HemoExportResult *result = self->work->results->pdata[i];

      count += result->verified && !result->removed ? 1 : 0;
    }
  return count;
}

guint
hemo_export_run_count_elsewhere (HemoExportRun *self)
{
  return self->done ? self->work->elsewhere : 0;
}

guint
hemo_export_run_count_unsigned (HemoExportRun *self)
{
  return self->done ? self->work->unsigned_cases : 0;
}
