/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the files of the camera share about a device. */

#pragma once

#include "hemo-camera-device.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/* (transfer full) */
HemoCameraMode *hemo_camera_mode_new (int width, int height, double rate, gboolean jpeg);
/* What a source of this mode is held to. (transfer full) */
GstCaps *hemo_camera_mode_dup_caps (HemoCameraMode *self);
/* Adds a #HemoCameraMode to @modes for every size in @caps, the largest first; of one size JPEG
 * before raw. */
void hemo_camera_modes_fill (GListStore *modes, GstCaps *caps);

/* A device found by GStreamer. (transfer full) */
HemoCameraDevice *hemo_camera_device_new (const char *id, GstDevice *device);
/* A pipeline in words that ends in JPEG or raw video, for demonstrations and tests. (transfer full)
 */
HemoCameraDevice *
hemo_camera_device_new_launch (const char *id, const char *name, const char *description);
/* A folder of JPEG files that are shown one after the other, or one file that is read again
 * when it changes. (transfer full) */
HemoCameraDevice *hemo_camera_device_new_files (const char *id, const char *name, const char *path);

/* Plugged in again as @device, or gone with NULL. */
void hemo_camera_device_set_device (HemoCameraDevice *self, GstDevice *device);
GstDevice *hemo_camera_device_get_device (HemoCameraDevice *self);
void hemo_camera_device_set_present (HemoCameraDevice *self, gboolean present);

/* Id without the number that tells twins apart; NULL when @device is no camera. (transfer full) */
char *hemo_camera_device_make_id (GstDevice *device);
/* '/dev/video0' of @device, or NULL. (transfer full) */
char *hemo_camera_device_find_path (GstDevice *device);
/* Whether @device comes by way of PipeWire. */
gboolean hemo_camera_device_is_pipewire (GstDevice *device);

/**
 * HemoCameraSource:
 *
 * What is needed to open a device, taken on main and used on the flow's own thread.
 */
typedef struct
{
  GstDevice *device;
  char *launch;
  char *files;
  GstCaps *caps;
  double rate;
} HemoCameraSource;

HemoCameraSource *hemo_camera_source_new (HemoCameraDevice *device, HemoCameraMode *mode);
void hemo_camera_source_free (HemoCameraSource *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoCameraSource, hemo_camera_source_free)
/* The element that gives the pictures. (transfer full): floating */
GstElement *hemo_camera_source_make_element (HemoCameraSource *self, GError **error);

G_END_DECLS
