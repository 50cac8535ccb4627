/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Calls the courier on another thread, counts its files, and lets the stick go. */

#include "hemo-courier-run.h"

#include "hemo-courier-words.h"

#include <glib/gi18n.h>

/* What both threads hold; the summary is main's once it ended. */
typedef struct
{
  char *stick;
  gboolean writes;
  /* Atomic. */
  guint files;
  HemoCourierSummary summary;
} Work;

struct _HemoCourierRun
{
  HemoRun parent_instance;

  Work *work;
  HemoCourierStage stage;
  GError *error;
  HemoStick *stick;
  /* Why the stick is not free. */
  GError *held;
  gboolean seen;
};

/* Of the desk, the run that nobody has seen the end of. */
#define RUN "hemo-courier-run"

G_DEFINE_FINAL_TYPE (HemoCourierRun, hemo_courier_run, HEMO_TYPE_RUN)

static guint ended;

static void
work_clear (gpointer data)
{
  g_free (((Work *)data)->stick);
}

static void
work_unref (gpointer self)
{
  g_atomic_rc_box_release_full (self, work_clear);
}

static void
step_cb (gpointer data)
{
  g_atomic_int_inc (&((Work *)data)->files);
}

static gboolean
courier_work (HemoClinic *clinic,
              HemoSession *session,
              gpointer data,
              gpointer *result,
              GCancellable *cancellable,
              GError **error)
{
  Work *self = data;
  const HemoCourier courier
      = { .clinic = clinic, .person = session, .step = step_cb, .data = self };

  if (self->writes)
    return hemo_courier_write (&courier, self->stick, &self->summary, cancellable, error);
  return hemo_courier_read (&courier, self->stick, &self->summary, cancellable, error);
}

static void
end (HemoCourierRun *self)
{
  self->stage = HEMO_COURIER_ENDED;
  g_signal_emit (self, ended, 0);
}

static void
released_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoCourierRun) self = data;

  hemo_stick_release_finish (HEMO_STICK (source), result, &self->held);
  end (self);
}

/* On a stick that something failed on it is tried again. */
static void
done_cb (HemoCourierRun *self, const GError *error)
{
  self->error = error != NULL ? g_error_copy (error) : NULL;
  if (error != NULL)
    g_clear_object (&self->stick);
  if (self->stick == NULL)
    return;
  self->stage = HEMO_COURIER_RELEASING;
  hemo_stick_release_async (self->stick, released_cb, g_object_ref (self));
}

/* Once all others know what came of it. */
static void
after_done_cb (HemoCourierRun *self, const GError *error)
{
  if (self->stick == NULL)
    end (self);
}

static void
hemo_courier_run_finalize (GObject *object)
{
  HemoCourierRun *self = HEMO_COURIER_RUN (object);

  g_clear_pointer (&self->work, work_unref);
  g_clear_error (&self->error);
  g_clear_error (&self->held);
  g_clear_object (&self->stick);
  G_OBJECT_CLASS (hemo_courier_run_parent_class)->finalize (object);
}

static void
hemo_courier_run_class_init (HemoCourierRunClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hemo_courier_run_finalize;
  ended = g_signal_new ("ended", HEMO_TYPE_COURIER_RUN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                        G_TYPE_NONE, 0);
}

static void
hemo_courier_run_init (HemoCourierRun *self)
{
  self->work = g_atomic_rc_box_new0 (Work);
  g_signal_connect (self, "done", G_CALLBACK (done_cb), NULL);
  g_signal_connect_after (self, "done", G_CALLBACK (after_done_cb), NULL);
}

HemoCourierRun *
hemo_courier_run_start (
    HemoDesk *desk, const char *path, HemoStick *stick, gboolean writes, const char *what)
{
  HemoCourierRun *self = g_object_new (HEMO_TYPE_COURIER_RUN, NULL);

  self->work->stick = g_strdup (path);
  self->work->writes = writes;
  g_set_object (&self->stick, stick);
  hemo_run_use_stick (HEMO_RUN (self), stick);
  g_object_set_data_full (G_OBJECT (desk), RUN, self, g_object_unref);
  hemo_run_start (HEMO_RUN (self), desk, courier_work, g_atomic_rc_box_acquire (self->work),
                  work_unref, what);
  return self;
}

HemoCourierRun *
hemo_courier_run_find (HemoDesk *desk)
{
  return g_object_get_data (G_OBJECT (desk), RUN);
}

void
hemo_courier_run_see (HemoCourierRun *self, HemoDesk *desk)
{
  self->seen = self->stage == HEMO_COURIER_ENDED;
  if (self->seen && hemo_courier_run_find (desk) == self)
    g_object_set_data (G_OBJECT (desk), RUN, NULL);
}

gboolean
hemo_courier_run_is_seen (HemoCourierRun *self)
{
  return self->seen;
}

HemoCourierStage
hemo_courier_run_get_stage (HemoCourierRun *self)
{
  return self->stage;
}

gboolean
hemo_courier_run_writes (HemoCourierRun *self)
{
  return self->work->writes;
}

guint
hemo_courier_run_get_files (HemoCourierRun *self)
{
  return (guint)g_atomic_int_get (&self->work->files);
}

const HemoCourierSummary *
hemo_courier_run_get_summary (HemoCourierRun *self)
{
  return &self->work->summary;
}

const GError *
hemo_courier_run_get_error (HemoCourierRun *self)
{
  return self->error;
}

char *
hemo_courier_run_say_stick (HemoCourierRun *self, gboolean *good)
{
  if (self->stick == NULL)
    return NULL;
  *good = hemo_stick_is_flushed (self->stick);
  if (self->held == NULL)
    return g_strdup_printf (_ ("Safe to Remove: %s"), hemo_stick_get_name (self->stick));
  return g_strdup (*good ? _ ("Eject the stick in the file manager before it is pulled out.")
                         : self->held->message);
}

char *
hemo_courier_run_say_end (HemoCourierRun *self)
{
  const HemoCourierSummary *summary = &self->work->summary;
  gboolean good = TRUE;

  if (self->stick != NULL && !hemo_courier_is_suspicious (summary))
    return hemo_courier_run_say_stick (self, &good);
  return g_strdup (hemo_courier_say_end (summary, self->work->writes, self->error != NULL));
}
