/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Asks the clinic for it, and keeps what was found. */

#include "hemo-care-run.h"

#include "hemo-backup-words.h"

/* What both threads hold; the findings and what is lacking are main's once it ended. */
typedef struct
{
  char *target;
  HemoRunProgress *progress;
  GPtrArray *findings;
  char *lacking;
} Work;

struct _HemoCareRun
{
  HemoRun parent_instance;

  Work *work;
};

G_DEFINE_FINAL_TYPE (HemoCareRun, hemo_care_run, HEMO_TYPE_RUN)

static void
work_clear (gpointer data)
{
  Work *self = data;

  g_free (self->target);
  g_clear_pointer (&self->progress, hemo_run_progress_unref);
  g_clear_pointer (&self->findings, g_ptr_array_unref);
  g_clear_pointer (&self->lacking, g_free);
}

static void
work_unref (gpointer self)
{
  g_atomic_rc_box_release_full (self, work_clear);
}

static void
progress_cb (gint64 done, gint64 total, gpointer data)
{
  hemo_run_progress_set (((Work *)data)->progress, (guint64)MAX (done, 0), (guint64)MAX (total, 0));
}

static gboolean
back_up (
    HemoClinic *clinic, HemoSession *session, Work *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) failure = NULL;
  gboolean done = hemo_clinic_backup (clinic, session, self->target, progress_cb, self, cancellable,
                                      &failure);

  self->lacking = hemo_backup_say_lacking (self->target, failure);
  if (failure != NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  return done;
}

static gboolean
care_work (HemoClinic *clinic,
           HemoSession *session,
           gpointer data,
           gpointer *result,
           GCancellable *cancellable,
           GError **error)
{
  Work *self = data;

  if (self->target != NULL)
    return back_up (clinic, session, self, cancellable, error);
  return hemo_clinic_verify (clinic, session, &self->findings, progress_cb, self, cancellable,
                             error);
}

static void
hemo_care_run_finalize (GObject *object)
{
  g_clear_pointer (&HEMO_CARE_RUN (object)->work, work_unref);
  G_OBJECT_CLASS (hemo_care_run_parent_class)->finalize (object);
}

static void
hemo_care_run_class_init (HemoCareRunClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hemo_care_run_finalize;
}

static void
hemo_care_run_init (HemoCareRun *self)
{
  self->work = g_atomic_rc_box_new0 (Work);
  self->work->progress = hemo_run_progress_ref (hemo_run_get_progress (HEMO_RUN (self)));
}

HemoCareRun *
hemo_care_run_start (HemoDesk *desk, const char *target, HemoStick *stick, const char *what)
{
  HemoCareRun *self = g_object_new (HEMO_TYPE_CARE_RUN, NULL);

  self->work->target = g_strdup (target);
  hemo_run_use_stick (HEMO_RUN (self), stick);
  hemo_run_start (HEMO_RUN (self), desk, care_work, g_atomic_rc_box_acquire (self->work),
                  work_unref, what);
  return self;
}

gboolean
hemo_care_run_is_backup (HemoCareRun *self)
{
  return self->work->target != NULL;
}

GPtrArray *
hemo_care_run_get_findings (HemoCareRun *self)
{
  return self->work->findings;
}

const char *
hemo_care_run_get_lacking (HemoCareRun *self)
{
  return self->work->lacking;
}
