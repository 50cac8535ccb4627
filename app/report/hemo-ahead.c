/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Steps that are done ahead on a thread of their own. */

#include "hemo-ahead-private.h"

/**
 * HemoAhead:
 * @let: steps that may be done
 * @done: steps that were done, all before this one
 * @error: of step @done
 */
struct _HemoAhead
{
  HemoAheadStep step;
  gpointer data;
  GThread *thread;
  GMutex lock;
  GCond changed;
  guint let;
  guint done;
  gboolean quit;
  GError *error;
};

/* With the lock held, which it gives up while the step is in work. */
static void
take_step (HemoAhead *self)
{
  GError *error = NULL;
  gboolean taken;

  g_mutex_unlock (&self->lock);
  taken = self->step (self->done, self->data, &error);
  g_mutex_lock (&self->lock);
  if (taken)
    self->done++;
  else
    self->error = error;
  g_cond_broadcast (&self->changed);
}

static gpointer
ahead_main (gpointer data)
{
  HemoAhead *self = data;

  g_mutex_lock (&self->lock);
  while (!self->quit)
    if (self->error == NULL && self->done < self->let)
      take_step (self);
    else
      g_cond_wait (&self->changed, &self->lock);
  g_mutex_unlock (&self->lock);
  return NULL;
}

HemoAhead *
hemo_ahead_new (HemoAheadStep step, gpointer data)
{
  HemoAhead *self = g_new0 (HemoAhead, 1);

  self->step = step;
  self->data = data;
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->thread = g_thread_new ("hemo-ahead", ahead_main, self);
  return self;
}

void
hemo_ahead_free (HemoAhead *self)
{
  g_mutex_lock (&self->lock);
  self->quit = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  g_thread_join (self->thread);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_clear_error (&self->error);
  g_free (self);
}

gboolean
hemo_ahead_wait (HemoAhead *self, guint let, guint needed, GError **error)
{
  gboolean done;

  g_mutex_lock (&self->lock);
  self->let = MAX (self->let, let);
  g_cond_broadcast (&self->changed);
  while (self->error == NULL && self->done < needed)
    g_cond_wait (&self->changed, &self->lock);
  done = self->done >= needed;
  if (!done)
    g_propagate_error (error, g_error_copy (self->error));
  g_mutex_unlock (&self->lock);
  return done;
}
