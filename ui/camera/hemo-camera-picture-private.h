/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The live picture as a paintable: the newest frame, drawn as large as the camera's picture is. */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HEMO_TYPE_CAMERA_PICTURE (hemo_camera_picture_get_type ())
G_DECLARE_FINAL_TYPE (HemoCameraPicture, hemo_camera_picture, HEMO, CAMERA_PICTURE, GObject)

HemoCameraPicture *hemo_camera_picture_new (void);
/* @texture (nullable) shows a frame of @width by @height pixels and may be smaller than it. */
void hemo_camera_picture_show (HemoCameraPicture *self, GdkTexture *texture, int width, int height);

G_END_DECLS
