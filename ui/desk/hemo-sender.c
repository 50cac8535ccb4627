/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Starts, ends and asks the sync on other threads; main only looks at what it last told. */

#include "hemo-sender.h"

struct _HemoSender
{
  GObject parent_instance;

  /* Main's. */
  HemoSync *sync;
  guint beginning;
  gint64 waiting[HEMO_LANE_NONE];
  gint64 stuck;
  gint64 conflicts;
  guint unread;
  gint64 came;
  gint64 asked;
  char *failure;

  /* One starts or ends it at a time. */
  GMutex work;
  /* Atomic. */
  int ending;
  HemoSync *made;
};

G_DEFINE_FINAL_TYPE (HemoSender, hemo_sender, G_TYPE_OBJECT)

enum
{
  CHANGED,
  RECEIVED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

/* What a thread starts with, and what it ends. */
typedef struct
{
  HemoClinic *clinic;
  HemoSync *old;
  gboolean paused;
} Job;

static void
job_free (gpointer data)
{
  Job *self = data;

  g_clear_object (&self->clinic);
  g_clear_object (&self->old);
  g_free (self);
}

HemoSyncStatus *
hemo_sender_get_status (HemoSender *self)
{
  return self->sync != NULL ? hemo_sync_get_status (self->sync) : NULL;
}

const char *
hemo_sender_get_failure (HemoSender *self)
{
  return self->failure;
}

/* Whether the other side has more than when this was last asked. */
static gboolean
take_tally (HemoSender *self, const HemoSyncStatus *status)
{
  gint64 stuck = 0;
  gboolean moved = FALSE;

  for (guint i = 0; i < HEMO_LANE_NONE; i++)
    {
      moved = moved || status->lanes[i].tally.waiting < self->waiting[i];
      self->waiting[i] = status->lanes[i].tally.waiting;
      stuck += status->lanes[i].tally.stuck;
    }
  moved = moved || stuck != self->stuck || status->conflicts != self->conflicts
          || status->unread != self->unread || status->came != self->came
          || status->asked != self->asked;
  self->stuck = stuck;
  self->conflicts = status->conflicts;
  self->unread = status->unread;
  self->came = status->came;
  self->asked = status->asked;
  return moved;
}

static void
changed_cb (HemoSender *self)
{
  g_autoptr (HemoSyncStatus) status = hemo_sender_get_status (self);

  if (status != NULL && take_tally (self, status))
    g_signal_emit (self, signals[RECEIVED], 0);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* (transfer full) */
static HemoSync *
give_up (HemoSender *self)
{
  if (self->sync != NULL)
    g_signal_handlers_disconnect_by_func (self->sync, changed_cb, self);
  return g_steal_pointer (&self->sync);
}

/* The last reference may be an idle callback's, on main: it must find it stopped. */
static void
stop (HemoSync *sync)
{
  if (sync == NULL)
    return;
  hemo_sync_stop (sync);
  g_object_unref (sync);
}

/* NULL without @error: no server is set up. */
static HemoSync *
make_sync (HemoClinic *clinic, GError **error)
{
  g_autoptr (HemoSync) sync = hemo_sync_new (clinic, error);
  g_autoptr (HemoSyncStatus) status = NULL;

  if (sync == NULL)
    return NULL;
  status = hemo_sync_make_status (sync, error);
  if (status == NULL || !status->is_set || !hemo_sync_start (sync, error))
    return NULL;
  return g_steal_pointer (&sync);
}

static void
begin_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  HemoSender *self = source;
  Job *job = data;
  GError *error = NULL;

  g_mutex_lock (&self->work);
  stop (g_steal_pointer (&job->old));
  if (!g_atomic_int_get (&self->ending))
    {
      stop (g_steal_pointer (&self->made));
      self->made = make_sync (job->clinic, &error);
    }
  g_mutex_unlock (&self->work);
  hemo_vault_leave_thread ();
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static HemoSync *
take_made (HemoSender *self)
{
  HemoSync *made = NULL;

  /* A thread that works on it hands over later, by its own callback; one that ends it keeps it. */
  if (!g_atomic_int_get (&self->ending) && g_mutex_trylock (&self->work))
    {
      made = g_steal_pointer (&self->made);
      g_mutex_unlock (&self->work);
    }
  return made;
}

static void
begun_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  HemoSender *self = HEMO_SENDER (source);
  g_autoptr (GError) error = NULL;
  HemoSync *made = take_made (self);

  self->beginning--;
  g_clear_pointer (&self->failure, g_free);
  if (!g_task_propagate_boolean (G_TASK (result), &error))
    self->failure = g_strdup (error->message);
  if (made != NULL && self->sync == NULL)
    {
      self->sync = made;
      g_signal_connect_object (made, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
    }
  changed_cb (self);
}

static void
begin (HemoSender *self, HemoClinic *clinic)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, begun_cb, NULL);
  Job *job = g_new0 (Job, 1);

  job->clinic = g_object_ref (clinic);
  job->old = give_up (self);
  g_atomic_int_set (&self->ending, FALSE);
  self->beginning++;
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, begin_thread);
}

void
hemo_sender_begin (HemoSender *self, HemoClinic *clinic)
{
  if (self->sync == NULL && self->beginning == 0)
    begin (self, clinic);
}

void
hemo_sender_restart (HemoSender *self, HemoClinic *clinic)
{
  begin (self, clinic);
}

static void
end_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  HemoSender *self = source;
  Job *job = data;

  stop (g_steal_pointer (&job->old));
  g_mutex_lock (&self->work);
  stop (g_steal_pointer (&self->made));
  g_mutex_unlock (&self->work);
  g_task_return_boolean (task, TRUE);
}

void
hemo_sender_end_async (HemoSender *self, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, data);
  Job *job = g_new0 (Job, 1);

  job->old = give_up (self);
  g_atomic_int_set (&self->ending, TRUE);
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, end_thread);
}

void
hemo_sender_end (HemoSender *self)
{
  g_atomic_int_set (&self->ending, TRUE);
  stop (give_up (self));
  g_mutex_lock (&self->work);
  stop (g_steal_pointer (&self->made));
  g_mutex_unlock (&self->work);
}

void
hemo_sender_wake (HemoSender *self)
{
  if (self->sync != NULL)
    hemo_sync_wake (self->sync);
}

static gboolean
wake_cb (gpointer data)
{
  g_autoptr (HemoSender) self = g_weak_ref_get (data);

  if (self != NULL)
    hemo_sender_wake (self);
  return G_SOURCE_REMOVE;
}

static void
weak_ref_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

void
hemo_sender_wake_later (HemoSender *self, guint ms)
{
  GWeakRef *sender = g_new0 (GWeakRef, 1);

  g_weak_ref_init (sender, self);
  g_timeout_add_full (G_PRIORITY_LOW, ms, wake_cb, sender, weak_ref_free);
}

void
hemo_sender_send_now (HemoSender *self)
{
  if (self->sync != NULL)
    hemo_sync_send_now (self->sync);
}

static void
pause_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  GError *error = NULL;

  if (job->old == NULL || hemo_sync_set_paused (job->old, job->paused, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
hemo_sender_set_paused_async (HemoSender *self,
                              gboolean paused,
                              GAsyncReadyCallback callback,
                              gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, data);
  Job *job = g_new0 (Job, 1);

  job->old = self->sync != NULL ? g_object_ref (self->sync) : NULL;
  job->paused = paused;
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, pause_thread);
}

gboolean
hemo_sender_finish (HemoSender *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
hemo_sender_finalize (GObject *object)
{
  HemoSender *self = HEMO_SENDER (object);

  hemo_sender_end (self);
  g_free (self->failure);
  g_mutex_clear (&self->work);
  G_OBJECT_CLASS (hemo_sender_parent_class)->finalize (object);
}

static void
hemo_sender_class_init (HemoSenderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hemo_sender_finalize;
  signals[CHANGED] = g_signal_new ("changed", HEMO_TYPE_SENDER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
  signals[RECEIVED] = g_signal_new ("received", HEMO_TYPE_SENDER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                    NULL, G_TYPE_NONE, 0);
}

static void
hemo_sender_init (HemoSender *self)
{
  g_mutex_init (&self->work);
}

HemoSender *
hemo_sender_new (void)
{
  return g_object_new (HEMO_TYPE_SENDER, NULL);
}
