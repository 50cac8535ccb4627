/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Something long on its way: how far it is, and a way to stop it. */

#pragma once

#include "hemo-desk.h"
#include "hemo-stick.h"

G_BEGIN_DECLS

#define HEMO_TYPE_RUN (hemo_run_get_type ())
G_DECLARE_DERIVABLE_TYPE (HemoRun, hemo_run, HEMO, RUN, GObject)

/**
 * HemoRunClass:
 * @look: about ten times a second, and once at the end before 'done': what the worker left is
 *   brought to main
 *
 * Signals: 'progress' (double, 0 to 1) as often; 'done' (GError or NULL).
 */
struct _HemoRunClass
{
  GObjectClass parent_class;

  void (*look) (HemoRun *self);
};

/* What the worker tells and main reads; by any thread. */
typedef struct _HemoRunProgress HemoRunProgress;

HemoRunProgress *hemo_run_progress_ref (HemoRunProgress *self);
void hemo_run_progress_unref (HemoRunProgress *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoRunProgress, hemo_run_progress_unref)
void hemo_run_progress_set (HemoRunProgress *self, guint64 done, guint64 total);

/* (transfer none) */
HemoRunProgress *hemo_run_get_progress (HemoRun *self);

/* Said before it is started: it writes to @stick (nullable), which nobody lets go until it ends. */
void hemo_run_use_stick (HemoRun *self, HemoStick *stick);

/**
 * hemo_run_start:
 * @data_free: of @data, which the worker gets; called in any case
 * @what: for a window that is closed meanwhile
 *
 * Once. The desk is busy until it ends, and told that something changed when it did. The run lives
 * until then whoever lets go of it.
 */
void hemo_run_start (HemoRun *self,
                     HemoDesk *desk,
                     HemoDeskWork work,
                     gpointer data,
                     GDestroyNotify data_free,
                     const char *what);
void hemo_run_cancel (HemoRun *self);

G_END_DECLS
