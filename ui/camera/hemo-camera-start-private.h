/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The start of a pipeline, let go of when it hangs. */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * HemoStart:
 * @HEMO_START_DONE: it plays
 * @HEMO_START_FAILED: it said no; why is on its bus
 * @HEMO_START_HUNG: its pictures were agreed upon, and it did not play all the same: another one
 *   may
 * @HEMO_START_STOPPED: it was not wished any more
 */
typedef enum
{
  HEMO_START_DONE,
  HEMO_START_FAILED,
  HEMO_START_HUNG,
  HEMO_START_STOPPED,
} HemoStart;

/**
 * hemo_start_pipeline:
 * @pipeline: in the state NULL
 * @source: in it
 * @patience: microseconds from the agreement on a format until it has to play
 * @is_stopping: asked several times a second, on this thread
 *
 * Plays @pipeline. Returns when it plays, or has let go of it: a source that hangs is told to let
 * go, as long as it is one that can be told. Not on main.
 */
HemoStart hemo_start_pipeline (GstElement *pipeline,
                               GstElement *source,
                               gint64 patience,
                               gboolean (*is_stopping) (gpointer),
                               gpointer data);

G_END_DECLS
