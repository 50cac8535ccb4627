/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the files of HemoCamera share. */

#pragma once

#include "hemo-camera-flow-private.h"
#include "hemo-camera-picture-private.h"
#include "hemo-camera.h"

G_BEGIN_DECLS

/* Looks at everything this often while the camera is to run, in milliseconds. */
#define HEMO_CAMERA_TICK 100

struct _HemoCamera
{
  GObject parent_instance;

  /* What is wished. */
  HemoCameraDevice *device;
  HemoCameraMode *mode;
  /* Of a device that is taken without a mode; 0: the best. */
  int width;
  int height;
  gboolean started;
  GHashTable *viewers;
  gboolean keep_sharp;
  double focus_needed;
  HemoFlatField *flat;

  /* Which device, when none was chosen. */
  HemoCameras *followed;
  char *wanted;
  gboolean chosen;

  /* What is. */
  HemoFlow *flow;
  HemoFlow *closing;
  gint64 closing_since;
  gint64 opened_at;
  gint64 retry_at;
  /* When a device that had gone was there again. */
  gint64 back_at;
  guint attempts;
  gboolean had_picture;
  guint64 broken_before;
  guint64 n_frames;
  guint64 n_broken;
  guint tick;

  HemoCameraState state;
  char *message;
  HemoCameraPicture *picture;
  double focus;
  gboolean still;
  HemoShot *sharp;

  /* Captures that wait for a frame: hemo-camera-capture.c. */
  GPtrArray *captures;
};

/* What a viewer shows it in, in device pixels. */
typedef struct
{
  int width;
  int height;
} HemoCameraSize;

/* Looks at what is wished and what is, and does what follows. */
void hemo_camera_update (HemoCamera *self);
/* Ends the flow, if there is one, and tells why in @state and @message. */
void hemo_camera_rest (HemoCamera *self, HemoCameraState state, const char *message);
/* Asks the flow to end; its device is free when it has. */
void hemo_camera_close (HemoCamera *self);
/* Waits no longer for the flow that is ending. */
void hemo_camera_drop_closing (HemoCamera *self);
/* Tells the flow what is wished of its frames. */
void hemo_camera_tell_wish (HemoCamera *self);

/* Somebody sees it in @width by @height device pixels; it runs while there is one. 0 by 0: not
 * yet known. */
void hemo_camera_add_viewer (HemoCamera *self, gpointer viewer, int width, int height);
void hemo_camera_remove_viewer (HemoCamera *self, gpointer viewer);

/* Frames that were asked for. */
void hemo_camera_give_frames (HemoCamera *self, GPtrArray *frames);
/* Fails what waits for longer than it may. */
void hemo_camera_check_captures (HemoCamera *self, gint64 now);
/* Fails what waits, because no frame will come. */
void hemo_camera_fail_captures (HemoCamera *self);

G_END_DECLS
