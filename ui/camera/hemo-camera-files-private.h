/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A camera without a camera: JPEG files as if they came from one. */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Pictures a second. */
#define HEMO_CAMERA_FILES_RATE 12
/* How long each file of a folder is shown. */
#define HEMO_CAMERA_FILES_SECONDS 1

/**
 * hemo_camera_files_make_source:
 * @path: a folder of '*.jpg', shown one after the other in the order of their names, or one file
 *
 * The file is read again when it changes, so that a test can move the stage under the lens; while
 * it is not there no picture comes, and an empty file gives empty pictures, as a broken camera
 * does. (transfer full): floating
 */
GstElement *hemo_camera_files_make_source (const char *path, GError **error);

G_END_DECLS
