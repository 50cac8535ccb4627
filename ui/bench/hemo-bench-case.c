/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reads a case off main and keeps the newest reading. */

#include "hemo-bench-case.h"

#include "hemo-capture.h"
#include "hemo-case-load.h"

struct _HemoBenchCase
{
  GObject parent_instance;

  HemoDesk *desk;
  char *wanted;
  HemoCase *data;
  HemoCapture *capture;
  gboolean reading;
  gboolean again;
};

G_DEFINE_FINAL_TYPE (HemoBenchCase, hemo_bench_case, G_TYPE_OBJECT)

enum
{
  UPDATED,
  FAILED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

HemoDesk *
hemo_bench_case_get_desk (HemoBenchCase *self)
{
  return self->desk;
}

const HemoCase *
hemo_bench_case_get (HemoBenchCase *self)
{
  return self->data;
}

const char *
hemo_bench_case_get_specimen (HemoBenchCase *self)
{
  return self->data != NULL ? self->data->specimen->uuid : NULL;
}

HemoCapture *
hemo_bench_case_get_capture (HemoBenchCase *self)
{
  if (self->capture == NULL)
    {
      self->capture = hemo_capture_new (self);
      if (self->data != NULL)
        hemo_capture_update (self->capture);
    }
  return self->capture;
}

static gboolean
load_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_case_load (txn, data, error);
  return *result != NULL;
}

static gboolean
reload_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_case_reload (txn, data, error);
  return *result != NULL;
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoBenchCase) self = data;
  g_autoptr (GError) error = NULL;
  gpointer out = NULL;

  self->reading = FALSE;
  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, &error))
    {
      g_signal_emit (self, signals[FAILED], 0, error);
      return;
    }
  g_clear_pointer (&self->data, hemo_case_free);
  self->data = out;
  /* Merges and renumbering do not move what lies on the bench. */
  g_set_str (&self->wanted, self->data->specimen->uuid);
  if (self->capture != NULL)
    hemo_capture_update (self->capture);
  g_signal_emit (self, signals[UPDATED], 0);
  if (self->again)
    hemo_bench_case_reload (self);
}

void
hemo_bench_case_reload (HemoBenchCase *self)
{
  self->again = self->reading;
  if (self->reading)
    return;
  self->reading = TRUE;
  hemo_desk_read_async (self->desk, self->data != NULL ? reload_job : load_job,
                        g_strdup (self->wanted), g_free, (GDestroyNotify)hemo_case_free, NULL,
                        loaded_cb, g_object_ref (self));
}

gboolean
hemo_bench_case_is_reading (HemoBenchCase *self)
{
  return self->reading || self->again;
}

static void
hemo_bench_case_dispose (GObject *object)
{
  HemoBenchCase *self = HEMO_BENCH_CASE (object);

  /* It may outlive the case for as long as something is being saved. */
  if (self->capture != NULL)
    hemo_capture_leave (self->capture);
  g_clear_object (&self->capture);
  G_OBJECT_CLASS (hemo_bench_case_parent_class)->dispose (object);
}

static void
hemo_bench_case_finalize (GObject *object)
{
  HemoBenchCase *self = HEMO_BENCH_CASE (object);

  g_clear_pointer (&self->data, hemo_case_free);
  g_clear_pointer (&self->wanted, g_free);
  g_clear_object (&self->desk);
  G_OBJECT_CLASS (hemo_bench_case_parent_class)->finalize (object);
}

static void
hemo_bench_case_class_init (HemoBenchCaseClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hemo_bench_case_dispose;
  G_OBJECT_CLASS (klass)->finalize = hemo_bench_case_finalize;
  signals[UPDATED] = g_signal_new ("updated", HEMO_TYPE_BENCH_CASE, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  signals[FAILED] = g_signal_new ("failed", HEMO_TYPE_BENCH_CASE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
hemo_bench_case_init (HemoBenchCase *self)
{
}

HemoBenchCase *
hemo_bench_case_new (HemoDesk *desk, const char *specimen)
{
  HemoBenchCase *self = g_object_new (HEMO_TYPE_BENCH_CASE, NULL);

  self->desk = g_object_ref (desk);
  self->wanted = g_strdup (specimen);
  return self;
}
