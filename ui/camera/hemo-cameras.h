/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The cameras of this computer, as a list that follows what is plugged in. */

#pragma once

#include "hemo-camera-device.h"

G_BEGIN_DECLS

/* A picture file or a folder of them that stands for a camera, for the demonstration and for
 * tests; see hemo-camera-files-private.h. */
#define HEMO_CAMERAS_VARIABLE "HEMOGRAM_TEST_CAMERA"

/**
 * HemoCameras:
 *
 * A #GListModel of #HemoCameraDevice. A device that was unplugged stays in the list, not present,
 * so that it is the same one when it returns. Looking for them begins at once and on a thread of
 * its own; "ready" is TRUE once the first look is over. V4L2 devices are opened directly; what
 * PipeWire offers is listed besides them, each camera once. Inside Flatpak they come through the
 * camera portal, which asks the person.
 */
#define HEMO_TYPE_CAMERAS (hemo_cameras_get_type ())
G_DECLARE_FINAL_TYPE (HemoCameras, hemo_cameras, HEMO, CAMERAS, GObject)

/* One for all who ask while anybody has it: a case that is left may still be saving when the next
 * one lies on the bench. For main. (transfer full) */
HemoCameras *hemo_cameras_new (void);
gboolean hemo_cameras_get_ready (HemoCameras *self);
/* One sentence for people when the cameras cannot be seen at all, because the person or the system
 * does not allow it; property "message", notify. (transfer none) (nullable) */
const char *hemo_cameras_get_message (HemoCameras *self);
/* By hemo_camera_device_get_id(), present or not. (transfer none) (nullable) */
HemoCameraDevice *hemo_cameras_find (HemoCameras *self, const char *id);

G_END_DECLS
