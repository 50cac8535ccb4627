/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Stores one picture after the other, each in the name of who captured it. */

#include "hemo-capture-queue.h"

#include "hemo-files.h"
#include "hemo-keeping.h"
#include "hemo-picture.h"

#include <glib/gi18n.h>

/* Of the desk. */
#define QUEUE "hemo-capture-queue"

struct _HemoCaptureQueue
{
  GObject parent_instance;

  /* Whose it is: not held, as it holds this. */
  HemoDesk *desk;
  GQueue jobs;
  HemoCaptureJob *storing;
  GQueue failed;
  guint hold;
  /* What the hold says. */
  const char *holding;
};

G_DEFINE_FINAL_TYPE (HemoCaptureQueue, hemo_capture_queue, G_TYPE_OBJECT)

enum
{
  SETTLED,
  CHANGED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

static gboolean
store_work (HemoClinic *clinic,
            HemoSession *session,
            gpointer data,
            gpointer *result,
            GCancellable *cancellable,
            GError **error)
{
  HemoCaptureJob *job = data;
  HemoPictureInfo info;

  return hemo_capture_job_read (job, cancellable, error)
         && hemo_picture_probe (job->bytes, &info, error)
         && hemo_clinic_add_image (clinic, session, job->image, job->bytes, error);
}

/* A closing window waits for what is on its way, and asks about what could not be stored. */
static void
hold (HemoCaptureQueue *self)
{
  const char *what = NULL;

  if (self->storing != NULL)
    what = _ ("Fields are being saved");
  else if (self->failed.length > 0)
    what = _ ("Fields are not saved");
  if (what == self->holding)
    return;
  if (self->hold != 0)
    hemo_desk_release (self->desk, self->hold);
  self->hold = what != NULL ? hemo_desk_hold (self->desk, what) : 0;
  self->holding = what;
}

/* Whether trying again would not help; a cell counts without its frame. */
static gboolean
is_hopeless (const HemoCaptureJob *job, const GError *error)
{
  return job->item == NULL || job->no_room
         || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
         || error->domain == HEMO_IMAGING_ERROR
         || g_error_matches (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT);
}

/* Takes @job. */
static void
settle (HemoCaptureQueue *self, HemoCaptureJob *job, const GError *error)
{
  const gboolean waits = error != NULL && !is_hopeless (job, error);

  if (waits)
    {
      g_set_str (&job->problem, error->message);
      g_queue_push_tail (&self->failed, job);
    }
  g_signal_emit (self, signals[SETTLED], 0, job, error);
  if (!waits)
    hemo_capture_job_free (job);
}

/* Whoever is signed in now, nothing is stored in another's name. */
static gboolean
is_theirs (HemoCaptureQueue *self, const HemoCaptureJob *job)
{
  HemoSession *session = hemo_desk_get_session (self->desk);

  return session != NULL && g_strcmp0 (hemo_session_get_user (session), job->user) == 0;
}

static void stored_cb (GObject *source, GAsyncResult *result, gpointer data);

static void
store_next (HemoCaptureQueue *self)
{
  while (self->storing == NULL && self->jobs.length > 0)
    {
      HemoCaptureJob *job = g_queue_pop_head (&self->jobs);

      if (is_theirs (self, job))
        {
          self->storing = job;
          hemo_desk_keep_async (self->desk, store_work, job, NULL, stored_cb, g_object_ref (self));
        }
      else
        {
          g_autoptr (GError) error
              = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                                     _ ("Who captured it has to sign in again."));

          settle (self, job, error);
        }
    }
  hold (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
stored_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoCaptureQueue) self = data;
  g_autoptr (GError) error = NULL;
  HemoCaptureJob *job = g_steal_pointer (&self->storing);

  if (hemo_desk_finish (HEMO_DESK (source), result, NULL, &error))
    hemo_desk_touch (HEMO_DESK (source));
  settle (self, job, error);
  store_next (self);
}

void
hemo_capture_queue_push (HemoCaptureQueue *self, HemoCaptureJob *job)
{
  g_queue_push_tail (&self->jobs, job);
  store_next (self);
}

static gboolean
is_of (const HemoCaptureJob *job, const char *specimen)
{
  return g_strcmp0 (job->image->specimen, specimen) == 0;
}

/* Of @specimen, or NULL: of who is signed in. */
static gboolean
is_meant (HemoCaptureQueue *self, const HemoCaptureJob *job, const char *specimen)
{
  return specimen != NULL ? is_of (job, specimen) : is_theirs (self, job);
}

void
hemo_capture_queue_cancel (HemoCaptureQueue *self,
                           const char *specimen,
                           HemoCaptureFunc dropped,
                           gpointer data)
{
  for (GList *l = self->jobs.head, *next; l != NULL; l = next)
    {
      HemoCaptureJob *job = l->data;

      next = l->next;
      if (!is_of (job, specimen))
        continue;
      g_queue_delete_link (&self->jobs, l);
      dropped (job, data);
      hemo_capture_job_free (job);
    }
  g_signal_emit (self, signals[CHANGED], 0);
}

void
hemo_capture_queue_retry (HemoCaptureQueue *self, const char *specimen)
{
  for (GList *l = self->failed.head, *next; l != NULL; l = next)
    {
      HemoCaptureJob *job = l->data;

      next = l->next;
      if (!is_meant (self, job, specimen))
        continue;
      g_queue_delete_link (&self->failed, l);
      g_clear_pointer (&job->problem, g_free);
      g_queue_push_tail (&self->jobs, job);
    }
  store_next (self);
}

gboolean
hemo_capture_queue_forget (HemoCaptureQueue *self, const char *uuid)
{
  for (GList *l = self->failed.head; l != NULL; l = l->next)
    {
      HemoCaptureJob *job = l->data;

      if (g_strcmp0 (job->image->uuid, uuid) != 0)
        continue;
      g_queue_delete_link (&self->failed, l);
      hemo_capture_job_free (job);
      hold (self);
      g_signal_emit (self, signals[CHANGED], 0);
      return TRUE;
    }
  return FALSE;
}

static gboolean
has (GQueue *jobs, const char *uuid)
{
  for (GList *l = jobs->head; l != NULL; l = l->next)
    if (g_strcmp0 (((HemoCaptureJob *)l->data)->image->uuid, uuid) == 0)
      return TRUE;
  return FALSE;
}

gboolean
hemo_capture_queue_holds (HemoCaptureQueue *self, const char *uuid)
{
  return has (&self->jobs, uuid) || has (&self->failed, uuid)
         || (self->storing != NULL && g_strcmp0 (self->storing->image->uuid, uuid) == 0);
}

static guint
count (HemoCaptureQueue *self, GQueue *jobs, const char *specimen)
{
  guint n = 0;

  for (GList *l = jobs->head; l != NULL; l = l->next)
    n += is_meant (self, l->data, specimen) ? 1 : 0;
  return n;
}

guint
hemo_capture_queue_count_waiting (HemoCaptureQueue *self, const char *specimen)
{
  return count (self, &self->jobs, specimen)
         + (self->storing != NULL && is_of (self->storing, specimen) ? 1 : 0);
}

guint
hemo_capture_queue_count_failed (HemoCaptureQueue *self, const char *specimen)
{
  return count (self, &self->failed, specimen);
}

void
hemo_capture_queue_foreach (HemoCaptureQueue *self,
                            const char *specimen,
                            HemoCaptureFunc func,
                            gpointer data)
{
  for (GList *l = self->failed.head; l != NULL; l = l->next)
    if (is_of (l->data, specimen))
      func (l->data, data);
  if (self->storing != NULL && is_of (self->storing, specimen))
    func (self->storing, data);
  for (GList *l = self->jobs.head; l != NULL; l = l->next)
    if (is_of (l->data, specimen))
      func (l->data, data);
}

/* What could not be stored because its person had gone can be now. */
static void
session_cb (HemoCaptureQueue *self)
{
  if (self->failed.length > 0 && hemo_desk_get_session_state (self->desk) == HEMO_SESSION_OPEN)
    hemo_capture_queue_retry (self, NULL);
}

static void
hemo_capture_queue_finalize (GObject *object)
{
  HemoCaptureQueue *self = HEMO_CAPTURE_QUEUE (object);

  g_queue_clear_full (&self->jobs, (GDestroyNotify)hemo_capture_job_free);
  g_queue_clear_full (&self->failed, (GDestroyNotify)hemo_capture_job_free);
  G_OBJECT_CLASS (hemo_capture_queue_parent_class)->finalize (object);
}

static void
hemo_capture_queue_class_init (HemoCaptureQueueClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hemo_capture_queue_finalize;
  signals[SETTLED] = g_signal_new ("settled", HEMO_TYPE_CAPTURE_QUEUE, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 2, G_TYPE_POINTER, G_TYPE_ERROR);
  signals[CHANGED] = g_signal_new ("changed", HEMO_TYPE_CAPTURE_QUEUE, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
hemo_capture_queue_init (HemoCaptureQueue *self)
{
  g_queue_init (&self->jobs);
  g_queue_init (&self->failed);
}

HemoCaptureQueue *
hemo_capture_queue_get (HemoDesk *desk)
{
  HemoCaptureQueue *self = g_object_get_data (G_OBJECT (desk), QUEUE);

  if (self != NULL)
    return self;
  self = g_object_new (HEMO_TYPE_CAPTURE_QUEUE, NULL);
  self->desk = desk;
  g_signal_connect_object (desk, "notify::session-state", G_CALLBACK (session_cb), self,
                           G_CONNECT_SWAPPED);
  g_object_set_data_full (G_OBJECT (desk), QUEUE, self, g_object_unref);
  return self;
}
