/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One picture as it came from the camera, and what is made of it. */

#pragma once

#include "hemo-camera.h"
#include "hemo-flat-field.h"

#include <gst/gst.h>
#include <gst/video/video.h>
#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * HemoFrame:
 * @jpeg: the camera's own bytes, copied; NULL when it gives raw video
 * @sample: the raw video
 * @width: pixels
 * @height: pixels
 * @arrived: on the monotonic clock, in microseconds
 *
 * Never changes; may be used on any thread.
 */
typedef struct
{
  gatomicrefcount references;
  GBytes *jpeg;
  GstSample *sample;
  GstVideoInfo info;
  int width;
  int height;
  gint64 arrived;
} HemoFrame;

/* Fails when the picture is empty, cut off or otherwise no whole picture: it is then as if none
 * had come. Bytes are copied at once, as a driver may write the next picture over them. (transfer
 * full) */
HemoFrame *hemo_frame_new (GstSample *sample, GError **error);
HemoFrame *hemo_frame_ref (HemoFrame *self);
void hemo_frame_unref (HemoFrame *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoFrame, hemo_frame_unref)

/* Whether the two are the same to the last bit. */
gboolean hemo_frame_equals (HemoFrame *self, HemoFrame *other);

/* Upright pixels, the longest side at most @max_side (0: all), read to the last byte. (transfer
 * full) */
HemoPixels *hemo_frame_decode (HemoFrame *self, int max_side, GError **error);
/* What is kept of the frame: the camera's bytes, or baseline JPEG of quality 95. (transfer full) */
GBytes *hemo_frame_dup_jpeg (HemoFrame *self, GError **error);

/**
 * hemo_frame_capture:
 * @flat: (nullable): applied to what is measured, never to the bytes
 * @focus_needed: see hemo_quality_measure()
 *
 * Decodes what will be kept to its end, and measures it. Takes its time: not on main. (transfer
 * full)
 */
HemoShot *
hemo_frame_capture (HemoFrame *self, HemoFlatField *flat, double focus_needed, GError **error);

/* Draws frames for the screen; used on one thread. */
typedef struct _HemoFramePainter HemoFramePainter;

HemoFramePainter *hemo_frame_painter_new (void);
void hemo_frame_painter_free (HemoFramePainter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoFramePainter, hemo_frame_painter_free)

/* Fitted into @width by @height device pixels, never enlarged; opaque, in the byte order that cairo
 * and every other renderer take without a change. (transfer full) */
GdkTexture *hemo_frame_painter_paint (HemoFramePainter *self,
                                      HemoFrame *frame,
                                      int width,
                                      int height,
                                      HemoFlatField *flat,
                                      GError **error);

G_END_DECLS
