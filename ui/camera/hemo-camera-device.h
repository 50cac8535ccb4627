/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One camera that can be chosen, and the sizes of picture that it offers. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define HEMO_TYPE_CAMERA_MODE (hemo_camera_mode_get_type ())
G_DECLARE_FINAL_TYPE (HemoCameraMode, hemo_camera_mode, HEMO, CAMERA_MODE, GObject)

/* Pixels; 0 when the camera does not tell before it runs. */
int hemo_camera_mode_get_width (HemoCameraMode *self);
int hemo_camera_mode_get_height (HemoCameraMode *self);
/* Pictures a second at most; 0 when it is not known. */
double hemo_camera_mode_get_rate (HemoCameraMode *self);
/* Whether the camera itself makes JPEG of this size: a capture is then its own bytes. */
gboolean hemo_camera_mode_is_jpeg (HemoCameraMode *self);
/* '2592 × 1944', for a list; the property "label" is the same. (transfer none) */
const char *hemo_camera_mode_get_label (HemoCameraMode *self);

#define HEMO_TYPE_CAMERA_DEVICE (hemo_camera_device_get_type ())
G_DECLARE_FINAL_TYPE (HemoCameraDevice, hemo_camera_device, HEMO, CAMERA_DEVICE, GObject)

/**
 * hemo_camera_device_get_id:
 *
 * Stays the same when the camera is unplugged and plugged in again, into another socket too, and
 * over a restart: what the settings remember. Two cameras of one make without a serial number
 * differ by ' #2'. (transfer none)
 */
const char *hemo_camera_device_get_id (HemoCameraDevice *self);
/* What the camera calls itself; the property "name" is the same. (transfer none) */
const char *hemo_camera_device_get_name (HemoCameraDevice *self);
/* Whether it is plugged in; property "present". A device that left stays as an object, and is the
 * same object when it returns. */
gboolean hemo_camera_device_get_present (HemoCameraDevice *self);
/* '/dev/video0', or NULL when it is not reached through one. (transfer none) */
const char *hemo_camera_device_get_path (HemoCameraDevice *self);

/* #HemoCameraMode objects, the largest first. (transfer none) */
GListModel *hemo_camera_device_get_modes (HemoCameraDevice *self);
/* The largest with ten pictures a second or more, so that the live view can be focused by; the
 * largest of all when none is so fast; NULL when there is none. (transfer none) */
HemoCameraMode *hemo_camera_device_get_best_mode (HemoCameraDevice *self);
/* Of exactly this size, or NULL. (transfer none) */
HemoCameraMode *hemo_camera_device_find_mode (HemoCameraDevice *self, int width, int height);

G_END_DECLS
