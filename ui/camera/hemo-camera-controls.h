/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Exposure, gain and white balance of a camera, where it has them.
 *
 *   HemoCameraControls *controls = hemo_camera_controls_new (device);
 *   // a GListModel of HemoCameraControl: bind a row to each; empty where there is nothing to set
 *
 * The driver is asked and told on a thread, through the device file; inside Flatpak without
 * --device=all it cannot be opened, and the list stays empty. */

#pragma once

#include "hemo-camera-device.h"

G_BEGIN_DECLS

typedef enum
{
  HEMO_CONTROL_EXPOSURE,
  HEMO_CONTROL_GAIN,
  HEMO_CONTROL_WHITE_BALANCE,
  HEMO_N_CONTROLS,
} HemoControlKind;

/**
 * HemoCameraControl:
 *
 * Properties with notify: "value" (int, in the driver's steps: exposure in 100 microseconds, white
 * balance in kelvin, gain without a unit), "automatic" (boolean). Setting the value turns automatic
 * off.
 */
#define HEMO_TYPE_CAMERA_CONTROL (hemo_camera_control_get_type ())
G_DECLARE_FINAL_TYPE (HemoCameraControl, hemo_camera_control, HEMO, CAMERA_CONTROL, GObject)

HemoControlKind hemo_camera_control_get_kind (HemoCameraControl *self);
/* 'Exposure', … as people read it; the property "label" is the same. (static) */
const char *hemo_camera_control_get_label (HemoCameraControl *self);
int hemo_camera_control_get_minimum (HemoCameraControl *self);
int hemo_camera_control_get_maximum (HemoCameraControl *self);
/* At least 1. */
int hemo_camera_control_get_step (HemoCameraControl *self);
int hemo_camera_control_get_default (HemoCameraControl *self);
int hemo_camera_control_get_value (HemoCameraControl *self);
void hemo_camera_control_set_value (HemoCameraControl *self, int value);
/* Whether the camera can do it by itself. */
gboolean hemo_camera_control_has_automatic (HemoCameraControl *self);
gboolean hemo_camera_control_get_automatic (HemoCameraControl *self);
void hemo_camera_control_set_automatic (HemoCameraControl *self, gboolean automatic);

/* A #GListModel of #HemoCameraControl, filled some moments after it was made. */
#define HEMO_TYPE_CAMERA_CONTROLS (hemo_camera_controls_get_type ())
G_DECLARE_FINAL_TYPE (HemoCameraControls, hemo_camera_controls, HEMO, CAMERA_CONTROLS, GObject)

/* Belongs to the camera as it is plugged in now: make another one when it has returned. */
HemoCameraControls *hemo_camera_controls_new (HemoCameraDevice *device);
/* For the settings: a{s(bi)}, of each whether it is automatic and its value. (transfer full):
 * floating */
GVariant *hemo_camera_controls_save (HemoCameraControls *self);
/* Sets what is in @saved and the camera has, at once or as soon as the camera has answered.
 * Anything else in it is passed over. */
void hemo_camera_controls_restore (HemoCameraControls *self, GVariant *saved);

G_END_DECLS
