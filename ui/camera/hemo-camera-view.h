/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The live picture of a camera, with what is wrong said over it.
 *
 * Blueprint:  $HemoCameraView live { camera: bind template.camera; show-focus: true; }
 *
 * The camera runs while a view of it is seen, and what is drawn is as large as the view and no
 * larger; nothing runs while the view is on another page or its window is hidden. */

#pragma once

#include "hemo-camera.h"

G_BEGIN_DECLS

#define HEMO_TYPE_CAMERA_VIEW (hemo_camera_view_get_type ())
G_DECLARE_FINAL_TYPE (HemoCameraView, hemo_camera_view, HEMO, CAMERA_VIEW, GtkWidget)

GtkWidget *hemo_camera_view_new (HemoCamera *camera);
/* Property "camera". (nullable) */
void hemo_camera_view_set_camera (HemoCameraView *self, HemoCamera *camera);
/* (transfer none) (nullable) */
HemoCamera *hemo_camera_view_get_camera (HemoCameraView *self);
/* Property "show-focus": a meter in a corner, off at first. */
void hemo_camera_view_set_show_focus (HemoCameraView *self, gboolean show_focus);
gboolean hemo_camera_view_get_show_focus (HemoCameraView *self);

G_END_DECLS
