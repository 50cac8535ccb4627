/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The open store: its threads, their queues, and how jobs are asked and answered. */

#include "hemo-store.h"

#include "hemo-durable.h"
#include "hemo-store-private.h"

#include <glib/gi18n.h>
#include <unistd.h>

G_DEFINE_FINAL_TYPE (HemoStore, hemo_store, G_TYPE_OBJECT)

typedef struct
{
  GMutex mutex;
  GCond cond;
  gboolean done;
} Waiter;

/**
 * Job:
 * @rows: of a reading job that is done but for its audit rows, which the writer writes
 * @waiter: of who blocks; else @task is set
 */
typedef struct
{
  gboolean quit;
  HemoWorkerControl control;
  HemoSession *session;
  HemoStoreJob job;
  gpointer data;
  GDestroyNotify data_free;
  gpointer result;
  GDestroyNotify result_free;
  GPtrArray *rows;
  gboolean succeeded;
  GError *error;
  GTask *task;
  Waiter *waiter;
} Job;

static void
job_free (Job *job)
{
  g_clear_pointer (&job->session, hemo_session_unref);
  g_clear_pointer (&job->rows, g_ptr_array_unref);
  if (job->data_free != NULL)
    job->data_free (job->data);
  g_clear_error (&job->error);
  g_clear_object (&job->task);
  g_free (job);
}

/* Who waits for a blocking job owns it, and takes result and error out of it. */
static void
complete (Job *job)
{
  Waiter *waiter = job->waiter;

  if (!job->succeeded && job->result != NULL && job->result_free != NULL)
    g_clear_pointer (&job->result, job->result_free);
  if (waiter != NULL)
    {
      g_mutex_lock (&waiter->mutex);
      waiter->done = TRUE;
      g_cond_signal (&waiter->cond);
      g_mutex_unlock (&waiter->mutex);
      return;
    }
  /* Before the answer: who gets it may count on it. */
  if (job->data_free != NULL)
    g_clear_pointer (&job->data, job->data_free);
  job->data_free = NULL;
  if (job->task == NULL)
    g_clear_error (&job->error);
  else if (job->succeeded)
    g_task_return_pointer (job->task, g_steal_pointer (&job->result), job->result_free);
  else
    g_task_return_error (job->task, g_steal_pointer (&job->error));
  job_free (job);
}

static gboolean
fail_closed (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, N_ ("The store is closed."));
  return FALSE;
}

static gboolean
push (HemoWorker *worker, Job *job, GError **error)
{
  HemoStore *self = worker->store;
  gboolean open;

  g_mutex_lock (&self->lock);
  open = !self->closed;
  if (open)
    g_async_queue_push (worker->queue, job);
  g_mutex_unlock (&self->lock);
  return open || fail_closed (error);
}

static gboolean
is_own_thread (HemoStore *self)
{
  return g_thread_self () == self->writer.thread || g_thread_self () == self->reader.thread
         || g_thread_self () == self->aside.thread;
}

static HemoWorker *
choose_worker (HemoStore *self, gboolean writes, HemoSession *session)
{
  if (writes)
    return &self->writer;
  return session != NULL && hemo_session_is_sync (session) ? &self->aside : &self->reader;
}

static GPtrArray *
ref_audit_keys (HemoStore *self)
{
  GPtrArray *keys;

  g_mutex_lock (&self->lock);
  keys = g_ptr_array_ref (self->audit_keys);
  g_mutex_unlock (&self->lock);
  return keys;
}

void
hemo_worker_close_db (HemoWorker *worker)
{
  g_clear_pointer (&worker->db, hemo_db_close);
}

/* After these nothing that the connection holds in memory can be trusted. A full disk is not among
 * them: SQLite knows then that it has written nothing. */
static gboolean
spoils_connection (const GError *error)
{
  return g_error_matches (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_IO)
         || g_error_matches (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CORRUPT)
         || g_error_matches (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_WRONG_KEY);
}

/* Takes @txn. TRUE when it is known to be on the disk. */
static gboolean
commit (HemoWorker *worker, HemoTxn *txn, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  gboolean audited = hemo_txn_has_audited (txn);
  gint64 sequence = hemo_txn_get_sequence (txn);
  g_autoptr (GBytes) mac
      = hemo_txn_get_mac (txn) != NULL ? g_bytes_ref (hemo_txn_get_mac (txn)) : NULL;

  if (hemo_txn_commit (txn, &local_error))
    {
      hemo_txn_end (txn);
      return TRUE;
    }
  hemo_txn_end (txn);
  if (spoils_connection (local_error))
    {
      worker->doubtful = TRUE;
      if (hemo_store_settle (worker->store, audited ? sequence : 0, mac, NULL) && audited)
        return TRUE;
    }
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gboolean
ask_job (Job *job, HemoTxn *txn, GError **error)
{
  gboolean done = job->job (txn, job->data, &job->result, error);

  if (job->result_free == NULL)
    job->result_free = hemo_txn_get_result_free (txn);
  return done;
}

static gboolean
write_in_txn (HemoWorker *worker, Job *job, GError **error)
{
  g_autoptr (GPtrArray) keys = ref_audit_keys (worker->store);
  HemoTxn *txn = hemo_txn_begin (worker->db, job->session, keys, error);
  gboolean done;

  if (txn == NULL)
    return FALSE;
  if (job->rows != NULL)
    done = hemo_txn_append_rows (txn, job->rows, error);
  else
    done = ask_job (job, txn, error);
  if (done)
    return commit (worker, txn, error);
  hemo_txn_end (txn);
  return FALSE;
}

static gboolean
run_write (HemoWorker *worker, Job *job, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  gboolean done;

  if (!hemo_worker_ensure_open (worker, error))
    return FALSE;
  done = write_in_txn (worker, job, &local_error);
  if (!done && spoils_connection (local_error))
    {
      worker->doubtful = TRUE;
      hemo_worker_close_db (worker);
    }
  /* A refusal is a row too. What is committed stays so when 'head' cannot be written: it is then
   * older than the store, which is allowed. */
  if (worker->db != NULL)
    hemo_store_update_head (worker->store, NULL);
  if (!done)
    g_propagate_error (error, g_steal_pointer (&local_error));
  return done;
}

static gboolean
read_in_txn (HemoWorker *worker, Job *job, GError **error)
{
  g_autoptr (GPtrArray) keys = ref_audit_keys (worker->store);
  g_autoptr (HemoTxn) txn = NULL;
  gboolean done;

  if (!hemo_worker_ensure_open (worker, error))
    return FALSE;
  txn = hemo_txn_begin (worker->db, job->session, keys, error);
  if (txn == NULL)
    return FALSE;
  done = ask_job (job, txn, error);
  job->rows = hemo_txn_take_pending (txn);
  return done;
}

/* What was read is handed out when it is written that it was. */
static void
finish_read (HemoWorker *worker, Job *job)
{
  HemoStore *self = worker->store;

  if (job->rows != NULL && !self->read_only)
    g_async_queue_push (self->writer.queue, job);
  else
    complete (job);
}

static void
run (HemoWorker *worker, Job *job)
{
  GError *error = NULL;

  if (job->task != NULL && job->rows == NULL
      && g_cancellable_set_error_if_cancelled (g_task_get_cancellable (job->task), &job->error))
    complete (job);
  else if (job->control != NULL)
    {
      job->succeeded = job->control (worker, job->data, &job->error);
      complete (job);
    }
  else if (job->rows != NULL)
    {
      if (!run_write (worker, job, &error))
        {
          job->succeeded = FALSE;
          if (job->error == NULL)
            job->error = g_steal_pointer (&error);
        }
      g_clear_error (&error);
      complete (job);
    }
  else if (worker->mode == HEMO_DB_WRITER)
    {
      job->succeeded = run_write (worker, job, &job->error);
      complete (job);
    }
  else
    {
      job->succeeded = read_in_txn (worker, job, &job->error);
      if (!job->succeeded && spoils_connection (job->error))
        hemo_worker_close_db (worker);
      finish_read (worker, job);
    }
}

static gpointer
worker_main (gpointer data)
{
  HemoWorker *worker = data;
  gboolean quit = FALSE;

  while (!quit)
    {
      Job *job = g_async_queue_pop (worker->queue);

      quit = job->quit;
      if (quit)
        {
          hemo_worker_close_db (worker);
          job_free (job);
        }
      else
        run (worker, job);
    }
  return NULL;
}

/* Blocks; takes @job, which is answered even if it fails. */
static gboolean
wait_for (HemoWorker *worker, Job *job, gpointer *result, GError **error)
{
  Waiter waiter = { .done = FALSE };
  gboolean succeeded;

  g_mutex_init (&waiter.mutex);
  g_cond_init (&waiter.cond);
  job->waiter = &waiter;
  if (push (worker, job, &job->error))
    {
      g_mutex_lock (&waiter.mutex);
      while (!waiter.done)
        g_cond_wait (&waiter.cond, &waiter.mutex);
      g_mutex_unlock (&waiter.mutex);
    }
  g_mutex_clear (&waiter.mutex);
  g_cond_clear (&waiter.cond);
  succeeded = job->succeeded;
  if (succeeded && result != NULL)
    *result = g_steal_pointer (&job->result);
  if (!succeeded)
    g_propagate_error (error, g_steal_pointer (&job->error));
  if (job->result != NULL && job->result_free != NULL)
    job->result_free (job->result);
  job_free (job);
  return succeeded;
}

gboolean
hemo_worker_control (HemoWorker *worker, HemoWorkerControl control, gpointer data, GError **error)
{
  Job *job = g_new0 (Job, 1);

  job->control = control;
  job->data = data;
  return wait_for (worker, job, NULL, error);
}

gboolean
hemo_worker_post (HemoWorker *worker, HemoWorkerControl control, gpointer data, GError **error)
{
  Job *job = g_new0 (Job, 1);

  job->control = control;
  job->data = data;
  if (push (worker, job, error))
    return TRUE;
  job_free (job);
  return FALSE;
}

static gboolean
check_takes_jobs (HemoStore *self, gboolean writes, GError **error)
{
  if (is_own_thread (self))
    {
      g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE,
                           "A job of the store may not wait for another job of the store.");
      return FALSE;
    }
  if (writes && self->read_only)
    {
      g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_READ_ONLY,
                           N_ ("The clinic's folder cannot be written: it can only be looked at."));
      return FALSE;
    }
  return TRUE;
}

static gboolean
ask (HemoStore *self,
     gboolean writes,
     HemoSession *session,
     HemoStoreJob run_job,
     gpointer data,
     gpointer *result,
     GError **error)
{
  Job *job;

  if (!check_takes_jobs (self, writes, error))
    return FALSE;
  job = g_new0 (Job, 1);
  job->session = session != NULL ? hemo_session_ref (session) : NULL;
  job->job = run_job;
  job->data = data;
  return wait_for (choose_worker (self, writes, session), job, result, error);
}

gboolean
hemo_store_write (HemoStore *self,
                  HemoSession *session,
                  HemoStoreJob job,
                  gpointer data,
                  gpointer *result,
                  GError **error)
{
  return ask (self, TRUE, session, job, data, result, error);
}

gboolean
hemo_store_read (HemoStore *self,
                 HemoSession *session,
                 HemoStoreJob job,
                 gpointer data,
                 gpointer *result,
                 GError **error)
{
  return ask (self, FALSE, session, job, data, result, error);
}

static void
ask_async (HemoStore *self, gboolean writes, Job *job)
{
  GError *error = NULL;

  /* Done is done: a commit is never told as cancelled. */
  g_task_set_check_cancellable (job->task, FALSE);
  if (writes && self->read_only)
    check_takes_jobs (self, TRUE, &error);
  if (error == NULL && push (choose_worker (self, writes, job->session), job, &error))
    return;
  job->error = error;
  complete (job);
}

static Job *
job_new_async (HemoStore *self,
               HemoSession *session,
               HemoStoreJob run_job,
               gpointer data,
               GDestroyNotify data_free,
               GDestroyNotify result_free,
               GTask *task)
{
  Job *job = g_new0 (Job, 1);

  job->session = session != NULL ? hemo_session_ref (session) : NULL;
  job->job = run_job;
  job->data = data;
  job->data_free = data_free;
  job->result_free = result_free;
  job->task = task;
  return job;
}

void
hemo_store_write_async (HemoStore *self,
                        HemoSession *session,
                        HemoStoreJob job,
                        gpointer data,
                        GDestroyNotify data_free,
                        GDestroyNotify result_free,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, hemo_store_write_async);
  ask_async (self, TRUE, job_new_async (self, session, job, data, data_free, result_free, task));
}

void
hemo_store_read_async (HemoStore *self,
                       HemoSession *session,
                       HemoStoreJob job,
                       gpointer data,
                       GDestroyNotify data_free,
                       GDestroyNotify result_free,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, hemo_store_read_async);
  ask_async (self, FALSE, job_new_async (self, session, job, data, data_free, result_free, task));
}

gboolean
hemo_store_finish (HemoStore *self, GAsyncResult *result, gpointer *out, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  gpointer value;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  value = g_task_propagate_pointer (G_TASK (result), &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (out != NULL)
    *out = value;
  return TRUE;
}

static void
stop (HemoWorker *worker)
{
  Job *job = g_new0 (Job, 1);

  job->quit = TRUE;
  g_async_queue_push (worker->queue, job);
  g_clear_pointer (&worker->thread, g_thread_join);
}

void
hemo_store_close (HemoStore *self)
{
  gboolean was_closed;

  g_return_if_fail (!is_own_thread (self));
  g_mutex_lock (&self->lock);
  was_closed = self->closed;
  self->closed = TRUE;
  g_mutex_unlock (&self->lock);
  if (was_closed)
    return;
  /* Those who read first: what they read is audited by the writer. */
  stop (&self->aside);
  stop (&self->reader);
  stop (&self->writer);
  if (self->head_fd >= 0)
    close (self->head_fd);
  self->head_fd = -1;
}

const char *
hemo_store_get_directory (HemoStore *self)
{
  return self->directory;
}

gboolean
hemo_store_is_read_only (HemoStore *self)
{
  return self->read_only;
}

static void
start (HemoWorker *worker, HemoStore *self, HemoDbMode mode, const char *name)
{
  worker->store = self;
  worker->mode = mode;
  worker->queue = g_async_queue_new ();
  worker->thread = g_thread_new (name, worker_main, worker);
}

void
hemo_store_start (HemoStore *self)
{
  start (&self->writer, self, HEMO_DB_WRITER, "hemo-store");
  start (&self->reader, self, HEMO_DB_READER, "hemo-reader");
  start (&self->aside, self, HEMO_DB_READER, "hemo-aside");
}

static gpointer
close_elsewhere (gpointer data)
{
  hemo_store_close (data);
  g_object_unref (data);
  return NULL;
}

static void
hemo_store_dispose (GObject *object)
{
  HemoStore *self = HEMO_STORE (object);

  /* The last reference may go with an answered task, on a thread that cannot wait for itself. */
  if (self->writer.thread != NULL && is_own_thread (self))
    g_thread_unref (g_thread_new ("hemo-close", close_elsewhere, g_object_ref (self)));
  else if (self->writer.thread != NULL)
    hemo_store_close (self);
  G_OBJECT_CLASS (hemo_store_parent_class)->dispose (object);
}

static void
hemo_store_finalize (GObject *object)
{
  HemoStore *self = HEMO_STORE (object);

  g_clear_pointer (&self->writer.queue, g_async_queue_unref);
  g_clear_pointer (&self->reader.queue, g_async_queue_unref);
  g_clear_pointer (&self->aside.queue, g_async_queue_unref);
  g_clear_pointer (&self->ring, hemo_key_ring_free);
  g_clear_pointer (&self->audit_keys, g_ptr_array_unref);
  g_rw_lock_clear (&self->key_lock);
  g_mutex_clear (&self->lock);
  g_free (self->directory);
  g_free (self->path);
  g_free (self->uuid);
  G_OBJECT_CLASS (hemo_store_parent_class)->finalize (object);
}

static void
hemo_store_class_init (HemoStoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hemo_store_dispose;
  object_class->finalize = hemo_store_finalize;
}

static void
hemo_store_init (HemoStore *self)
{
  g_mutex_init (&self->lock);
  g_rw_lock_init (&self->key_lock);
  self->head_fd = -1;
  self->audit_keys = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_secret_unref);
}
