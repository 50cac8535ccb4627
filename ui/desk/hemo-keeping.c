/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Counts what is being written. */

#include "hemo-keeping.h"

typedef struct
{
  HemoKept kept;
  gpointer data;
} Waiting;

struct _HemoKeeping
{
  guint tasks;
  GQueue waiting;
  guint patience_source;
};

HemoKeeping *
hemo_keeping_new (void)
{
  HemoKeeping *self = g_new0 (HemoKeeping, 1);

  g_queue_init (&self->waiting);
  return self;
}

void
hemo_keeping_free (HemoKeeping *self)
{
  if (self == NULL)
    return;
  g_clear_handle_id (&self->patience_source, g_source_remove);
  g_queue_clear_full (&self->waiting, g_free);
  g_free (self);
}

/* The last of what waits may be what holds @self. */
static void
end_waiting (HemoKeeping *self)
{
  GQueue waiting = self->waiting;
  Waiting *one;

  g_clear_handle_id (&self->patience_source, g_source_remove);
  g_queue_init (&self->waiting);
  while ((one = g_queue_pop_head (&waiting)) != NULL)
    {
      one->kept (one->data);
      g_free (one);
    }
}

static gboolean
patience_cb (gpointer data)
{
  HemoKeeping *self = data;

  self->patience_source = 0;
  end_waiting (self);
  return G_SOURCE_REMOVE;
}

/* As long as one after the other gets done it is waited for. */
static void
wait_on (HemoKeeping *self)
{
  g_clear_handle_id (&self->patience_source, g_source_remove);
  if (g_queue_is_empty (&self->waiting))
    return;
  if (self->tasks == 0)
    end_waiting (self);
  else
    self->patience_source = g_timeout_add_seconds (HEMO_KEEPING_PATIENCE, patience_cb, self);
}

/* After the task's callback. */
static void
completed_cb (HemoKeeping *self)
{
  self->tasks--;
  wait_on (self);
}

void
hemo_keeping_add (HemoKeeping *self, GTask *task)
{
  self->tasks++;
  g_signal_connect_swapped (task, "notify::completed", G_CALLBACK (completed_cb), self);
}

void
hemo_keeping_wait (HemoKeeping *self, HemoKept kept, gpointer data)
{
  Waiting *one = g_new0 (Waiting, 1);

  one->kept = kept;
  one->data = data;
  g_queue_push_tail (&self->waiting, one);
  wait_on (self);
}
