/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Works on another thread; main looks how far it is. */

#include "hemo-run.h"

#define TICK_MS 100

struct _HemoRunProgress
{
  GMutex mutex;
  guint64 done;
  guint64 total;
};

typedef struct
{
  HemoDesk *desk;
  HemoRunProgress *progress;
  GCancellable *cancellable;
  HemoStick *stick;
  guint hold;
  guint tick;
} HemoRunPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (HemoRun, hemo_run, G_TYPE_OBJECT)

enum
{
  PROGRESS,
  DONE,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

static void
progress_clear (gpointer data)
{
  g_mutex_clear (&((HemoRunProgress *)data)->mutex);
}

HemoRunProgress *
hemo_run_progress_ref (HemoRunProgress *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
hemo_run_progress_unref (HemoRunProgress *self)
{
  g_atomic_rc_box_release_full (self, progress_clear);
}

void
hemo_run_progress_set (HemoRunProgress *self, guint64 done, guint64 total)
{
  g_mutex_lock (&self->mutex);
  self->done = done;
  self->total = total;
  g_mutex_unlock (&self->mutex);
}

static double
get_fraction (HemoRunProgress *self)
{
  double fraction;

  g_mutex_lock (&self->mutex);
  fraction = self->total > 0 ? (double)self->done / (double)self->total : 0;
  g_mutex_unlock (&self->mutex);
  return CLAMP (fraction, 0, 1);
}

static void
look (HemoRun *self)
{
  if (HEMO_RUN_GET_CLASS (self)->look != NULL)
    HEMO_RUN_GET_CLASS (self)->look (self);
}

static gboolean
tick_cb (gpointer data)
{
  HemoRun *self = data;
  HemoRunPrivate *priv = hemo_run_get_instance_private (self);

  look (self);
  g_signal_emit (self, signals[PROGRESS], 0, get_fraction (priv->progress));
  return G_SOURCE_CONTINUE;
}

static void
leave_stick (HemoRunPrivate *priv)
{
  if (priv->stick != NULL)
    hemo_stick_unuse (priv->stick);
  g_clear_object (&priv->stick);
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoRun) self = data;
  HemoRunPrivate *priv = hemo_run_get_instance_private (self);
  g_autoptr (GError) error = NULL;

  hemo_desk_finish (HEMO_DESK (source), result, NULL, &error);
  g_clear_handle_id (&priv->tick, g_source_remove);
  hemo_desk_release (priv->desk, priv->hold);
  hemo_desk_touch (priv->desk);
  look (self);
  leave_stick (priv);
  /* What ended may be kept by the desk. */
  g_clear_object (&priv->desk);
  g_signal_emit (self, signals[DONE], 0, error);
}

static void
hemo_run_finalize (GObject *object)
{
  HemoRunPrivate *priv = hemo_run_get_instance_private (HEMO_RUN (object));

  g_clear_handle_id (&priv->tick, g_source_remove);
  leave_stick (priv);
  g_clear_pointer (&priv->progress, hemo_run_progress_unref);
  g_clear_object (&priv->cancellable);
  g_clear_object (&priv->desk);
  G_OBJECT_CLASS (hemo_run_parent_class)->finalize (object);
}

static void
hemo_run_class_init (HemoRunClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hemo_run_finalize;
  signals[PROGRESS] = g_signal_new ("progress", HEMO_TYPE_RUN, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                    NULL, G_TYPE_NONE, 1, G_TYPE_DOUBLE);
  signals[DONE] = g_signal_new ("done", HEMO_TYPE_RUN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
hemo_run_init (HemoRun *self)
{
  HemoRunPrivate *priv = hemo_run_get_instance_private (self);

  priv->progress = g_atomic_rc_box_new0 (HemoRunProgress);
  g_mutex_init (&priv->progress->mutex);
  priv->cancellable = g_cancellable_new ();
}

HemoRunProgress *
hemo_run_get_progress (HemoRun *self)
{
  HemoRunPrivate *priv = hemo_run_get_instance_private (self);

  return priv->progress;
}

void
hemo_run_use_stick (HemoRun *self, HemoStick *stick)
{
  HemoRunPrivate *priv = hemo_run_get_instance_private (self);

  leave_stick (priv);
  if (stick != NULL)
    hemo_stick_use (stick);
  g_set_object (&priv->stick, stick);
}

void
hemo_run_start (HemoRun *self,
                HemoDesk *desk,
                HemoDeskWork work,
                gpointer data,
                GDestroyNotify data_free,
                const char *what)
{
  HemoRunPrivate *priv = hemo_run_get_instance_private (self);

  priv->desk = g_object_ref (desk);
  priv->hold = hemo_desk_hold (desk, what);
  priv->tick = g_timeout_add (TICK_MS, tick_cb, self);
  hemo_desk_run_async (desk, work, data, data_free, NULL, priv->cancellable, done_cb,
                       g_object_ref (self));
}

void
hemo_run_cancel (HemoRun *self)
{
  HemoRunPrivate *priv = hemo_run_get_instance_private (self);

  g_cancellable_cancel (priv->cancellable);
}
