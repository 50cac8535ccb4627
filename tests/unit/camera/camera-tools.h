/* SPDX-License-Identifier: GPL-3.0-or-later */

/* For the tests of the camera: fields as files, a main loop that runs until something holds. */

#pragma once

#include "hemo-camera-device-private.h"
#include "hemo-camera.h"

G_BEGIN_DECLS

/* A drawn field of 640 by 480 as JPEG, sharp or blurred. (transfer full) */
GBytes *draw_field (guint32 seed, gboolean blurred);
/* An empty field, darker towards the corners. (transfer full) */
GBytes *draw_blank (double shading);

/**
 * Stage:
 *
 * A file that stands for what lies under the lens, and a camera that looks at it.
 */
typedef struct
{
  char *folder;
  char *path;
  HemoCameraDevice *device;
  HemoCamera *camera;
} Stage;

void stage_set_up (Stage *self, gconstpointer field);
void stage_tear_down (Stage *self, gconstpointer field);
/* In one step, as a stage is moved; NULL takes the file away. */
void stage_put (Stage *self, GBytes *bytes);

/* Runs main until @camera is in @state; FALSE after @seconds. */
gboolean wait_state (HemoCamera *camera, HemoCameraState state, double seconds);
/* Runs main for so long. */
void run_main (double seconds);
/* Runs main until @holds says so. */
gboolean wait_until (gboolean (*holds) (gpointer), gpointer data, double seconds);

/* Captures and waits. (transfer full) */
HemoShot *capture_now (HemoCamera *camera, GError **error);

G_END_DECLS
