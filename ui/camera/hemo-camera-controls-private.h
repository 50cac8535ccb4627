/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How the controls reach a driver, so that a test can be one. */

#pragma once

#include "hemo-camera-controls.h"

G_BEGIN_DECLS

/* As ioctl() on the device; may be called on any thread, on one at a time. */
typedef int (*HemoControlCall) (gpointer data, unsigned long request, void *argument);

/* @release frees @data when no thread will call any more. */
HemoCameraControls *
hemo_camera_controls_new_for_call (HemoControlCall call, gpointer data, GDestroyNotify release);

G_END_DECLS
