/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The courier on its way: the queue onto a stick, or a stick taken in. */

#pragma once

#include "hemo-courier.h"
#include "hemo-run.h"
#include "hemo-stick.h"

G_BEGIN_DECLS

#define HEMO_TYPE_COURIER_RUN (hemo_courier_run_get_type ())
G_DECLARE_FINAL_TYPE (HemoCourierRun, hemo_courier_run, HEMO, COURIER_RUN, HemoRun)

/**
 * HemoCourierStage:
 * @HEMO_COURIER_RUNNING: nothing is known of it but how many files
 * @HEMO_COURIER_RELEASING: what came of it is known; the stick is being let go
 * @HEMO_COURIER_ENDED: and that ended too
 */
typedef enum
{
  HEMO_COURIER_RUNNING,
  HEMO_COURIER_RELEASING,
  HEMO_COURIER_ENDED,
} HemoCourierStage;

/**
 * hemo_courier_run_start:
 * @path: of the folder that stands for a stick, or of @stick
 * @stick: (nullable): let go when all went well
 * @writes: onto it, else from it
 * @what: for a window that is closed meanwhile
 *
 * @desk keeps it until somebody has seen how it ended, or another is started. Signals, besides
 * those of HemoRun: 'ended', at %HEMO_COURIER_ENDED. (transfer none)
 */
HemoCourierRun *hemo_courier_run_start (
    HemoDesk *desk, const char *path, HemoStick *stick, gboolean writes, const char *what);
/* What @desk keeps, or NULL. (transfer none) */
HemoCourierRun *hemo_courier_run_find (HemoDesk *desk);
/* Somebody sees it: once it has ended, @desk keeps it no more. */
void hemo_courier_run_see (HemoCourierRun *self, HemoDesk *desk);
/* Whether somebody has seen how it ended. */
gboolean hemo_courier_run_is_seen (HemoCourierRun *self);

HemoCourierStage hemo_courier_run_get_stage (HemoCourierRun *self);
gboolean hemo_courier_run_writes (HemoCourierRun *self);
/* Files that came to be on the stick so far. */
guint hemo_courier_run_get_files (HemoCourierRun *self);

/* After 'done'. */

/* Also when it failed. (transfer none) */
const HemoCourierSummary *hemo_courier_run_get_summary (HemoCourierRun *self);
/* NULL when all went well. (transfer none) */
const GError *hemo_courier_run_get_error (HemoCourierRun *self);

/* After 'ended'. */

/* Of the stick, in a sentence; NULL where none was to be let go. @good: (out): whether all is on
 * it. (transfer full) */
char *hemo_courier_run_say_stick (HemoCourierRun *self, gboolean *good);
/* In a few words what came of it, the stick first. (transfer full) */
char *hemo_courier_run_say_end (HemoCourierRun *self);

G_END_DECLS
