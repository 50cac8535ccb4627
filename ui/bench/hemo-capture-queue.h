/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures on their way into the store. They are the desk's and not a page's: what was captured
 * outlives the bench it was captured on, and is nobody's but who captured it. */

#pragma once

#include "hemo-capture-job.h"
#include "hemo-desk.h"

G_BEGIN_DECLS

/**
 * HemoCaptureQueue:
 *
 * One is stored after the other, off main. What fails although it might succeed later waits: it is
 * tried again when that is asked for, and when who captured it unlocks the screen or signs in
 * again. As long as there are any, the desk says so to a closing window. All functions are for
 * main.
 *
 * Signals: 'settled' (HemoCaptureJob *job, const GError *error): it is stored, or, with @error,
 * not; hemo_capture_queue_holds() tells whether it waits then; @job is gone after the signal if
 * not. 'changed': others wait than before.
 */
#define HEMO_TYPE_CAPTURE_QUEUE (hemo_capture_queue_get_type ())
G_DECLARE_FINAL_TYPE (HemoCaptureQueue, hemo_capture_queue, HEMO, CAPTURE_QUEUE, GObject)

/* The one of @desk. (transfer none) */
HemoCaptureQueue *hemo_capture_queue_get (HemoDesk *desk);

/* @job: (transfer full) */
void hemo_capture_queue_push (HemoCaptureQueue *self, HemoCaptureJob *job);
/* Drops what is not begun yet of a specimen. @dropped is called for each before it goes. */
typedef void (*HemoCaptureFunc) (HemoCaptureJob *job, gpointer data);
void hemo_capture_queue_cancel (HemoCaptureQueue *self,
                                const char *specimen,
                                HemoCaptureFunc dropped,
                                gpointer data);
/* Tries again what failed of @specimen; NULL: of what who is signed in captured. */
void hemo_capture_queue_retry (HemoCaptureQueue *self, const char *specimen);
/* Gives up one that failed; FALSE: it is none. */
gboolean hemo_capture_queue_forget (HemoCaptureQueue *self, const char *uuid);

/* Whether the picture is here: waits, is being stored, or failed. */
gboolean hemo_capture_queue_holds (HemoCaptureQueue *self, const char *uuid);
/* Those on their way of a specimen. */
guint hemo_capture_queue_count_waiting (HemoCaptureQueue *self, const char *specimen);
/* Those that failed of @specimen; NULL: of what who is signed in captured. */
guint hemo_capture_queue_count_failed (HemoCaptureQueue *self, const char *specimen);
/* Calls @func for all of a specimen that are here, in the order of capture. */
void hemo_capture_queue_foreach (HemoCaptureQueue *self,
                                 const char *specimen,
                                 HemoCaptureFunc func,
                                 gpointer data);

G_END_DECLS
