/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A microscope's camera: live, captured from, watched over.
 *
 *   HemoCameras *cameras = hemo_cameras_new ();
 *   HemoCamera *camera = hemo_camera_new ();
 *
 *   hemo_camera_follow (camera, cameras, remembered_id);  // NULL: the first there is
 *   hemo_camera_view_set_camera (view, camera);           // runs while the view is seen
 *   hemo_camera_start (camera);                           // or all the time the bench is open
 *   hemo_camera_capture_async (camera, NULL, captured_cb, self);
 *
 * All functions belong to main; nothing here waits for the camera, the disk or a decoder. */

#pragma once

#include "hemo-camera-device.h"
#include "hemo-cameras.h"
#include "hemo-flat-field.h"
#include "hemo-quality.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Without a picture for this long the camera counts as frozen, in seconds: it is said before two
 * seconds are over. With a camera of less than a picture a second, two and a half of its pictures.
 */
#define HEMO_CAMERA_STALL 1.8
/* Longest side and quality of the frames that are kept with counted cells. */
#define HEMO_CAMERA_SHARP_SIDE 1024
#define HEMO_CAMERA_SHARP_QUALITY 80

#define HEMO_CAMERA_ERROR (hemo_camera_error_quark ())

/**
 * HemoCameraError:
 * @HEMO_CAMERA_ERROR_NO_PICTURE: the camera is off, frozen or gone: nothing was captured
 * @HEMO_CAMERA_ERROR_BROKEN: pictures came, none of them whole: nothing was captured
 */
typedef enum
{
  HEMO_CAMERA_ERROR_NO_PICTURE,
  HEMO_CAMERA_ERROR_BROKEN,
} HemoCameraError;

GQuark hemo_camera_error_quark (void);

/**
 * HemoCameraState:
 * @HEMO_CAMERA_OFF: not asked to run
 * @HEMO_CAMERA_NONE: no device is chosen, or none was ever found
 * @HEMO_CAMERA_STARTING: opened, no picture yet
 * @HEMO_CAMERA_LIVE: pictures come
 * @HEMO_CAMERA_STALLED: none came for %HEMO_CAMERA_STALL; opened again with growing pauses
 * @HEMO_CAMERA_GONE: unplugged; goes on by itself when it is back
 * @HEMO_CAMERA_FAILED: cannot be opened (another program has it, no permission, a broken driver);
 * tried again with growing pauses
 */
typedef enum
{
  HEMO_CAMERA_OFF,
  HEMO_CAMERA_NONE,
  HEMO_CAMERA_STARTING,
  HEMO_CAMERA_LIVE,
  HEMO_CAMERA_STALLED,
  HEMO_CAMERA_GONE,
  HEMO_CAMERA_FAILED,
} HemoCameraState;

#define HEMO_TYPE_CAMERA_STATE (hemo_camera_state_get_type ())
GType hemo_camera_state_get_type (void);

/**
 * HemoShot:
 * @bytes: JPEG, proven to decode to its end
 * @width: pixels of @bytes
 * @height: pixels of @bytes
 * @own: whether @bytes are the camera's own, untouched
 * @quality: focus, light and stain, of the picture with the flat field taken out if there is one
 * @flat_field: whether it was
 * @hash: hemo_picture_difference_hash(): near each other of the same field
 * @taken: when the frame came, on the monotonic clock in microseconds
 */
typedef struct
{
  GBytes *bytes;
  int width;
  int height;
  gboolean own;
  HemoQuality quality;
  gboolean flat_field;
  guint64 hash;
  gint64 taken;
} HemoShot;

#define HEMO_TYPE_SHOT (hemo_shot_get_type ())
GType hemo_shot_get_type (void);
/* (transfer full) */
HemoShot *hemo_shot_copy (const HemoShot *self);
void hemo_shot_free (HemoShot *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoShot, hemo_shot_free)

/**
 * HemoCamera:
 *
 * Properties, all with notify and read-only but where said: "device", "mode" (both writable),
 * "state", "message" (one sentence for people about the state, NULL while live and off),
 * "paintable", "focus" (0 to 1, about five times a second while live; -1 when it is not known),
 * "focus-needed" (writable), "still" (the pictures have been the same to the last bit for
 * %HEMO_CAMERA_STALL, as no sensor gives them: perhaps frozen inside).
 */
#define HEMO_TYPE_CAMERA (hemo_camera_get_type ())
G_DECLARE_FINAL_TYPE (HemoCamera, hemo_camera, HEMO, CAMERA, GObject)

HemoCamera *hemo_camera_new (void);

/* @device (nullable): another one is closed first. @mode (nullable): the best one. */
void hemo_camera_set_device (HemoCamera *self, HemoCameraDevice *device, HemoCameraMode *mode);
/* (transfer none) (nullable) */
HemoCameraDevice *hemo_camera_get_device (HemoCamera *self);
HemoCameraMode *hemo_camera_get_mode (HemoCamera *self);

/* Of a device that is taken without a mode, the one of exactly this size, where it has that; 0 for
 * the best. */
void hemo_camera_prefer_size (HemoCamera *self, int width, int height);

/**
 * hemo_camera_follow:
 * @wanted: (nullable): id of the device that the settings remember
 *
 * Takes @wanted as soon as @cameras has it: another one, perhaps the laptop's own, is no
 * microscope. With none wanted, the first that is present. A device that the person chose with
 * hemo_camera_set_device() stays chosen.
 */
void hemo_camera_follow (HemoCamera *self, HemoCameras *cameras, const char *wanted);

/* Asks it to run, whatever is seen of it. It also runs while a #HemoCameraView of it is seen. */
void hemo_camera_start (HemoCamera *self);
void hemo_camera_stop (HemoCamera *self);

HemoCameraState hemo_camera_get_state (HemoCamera *self);
/* (transfer none) (nullable) */
const char *hemo_camera_get_message (HemoCamera *self);
/* Has the size of the camera's picture; draws nothing before the first. (transfer none) */
GdkPaintable *hemo_camera_get_paintable (HemoCamera *self);
/* -1 when it is not known: no picture, or there is nothing to measure. */
double hemo_camera_get_focus (HemoCamera *self);
/* Whole pictures since it was made. */
guint64 hemo_camera_get_n_frames (HemoCamera *self);
/* Frames that were refused because they were empty, cut off or garbled. */
guint64 hemo_camera_get_n_broken (HemoCamera *self);

/* What "focus" is held against; see hemo_quality_measure(). */
void hemo_camera_set_focus_needed (HemoCamera *self, double focus_needed);
double hemo_camera_get_focus_needed (HemoCamera *self);

/**
 * hemo_camera_capture_async:
 *
 * Takes the first whole frame that comes after the call, at full resolution; a broken one is passed
 * over for the next. Done or failed within %HEMO_CAMERA_STALL and the time of one decode. Any
 * number may be under way.
 */
void hemo_camera_capture_async (HemoCamera *self,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
/* What the gate says stands in its quality: bytes of a blurred field are given all the same. Fails
 * with a #HemoCameraError, whose message says what to do; then there is nothing to save. (transfer
 * full) */
HemoShot *hemo_camera_capture_finish (HemoCamera *self, GAsyncResult *result, GError **error);

/* Whether the newest sharp frame is to be kept, because cells are being counted: costs a decode
 * a few times a second. */
void hemo_camera_set_keep_sharp (HemoCamera *self, gboolean keep_sharp);
/**
 * hemo_camera_dup_newest_sharp:
 * @max_age: in seconds; older ones may show another field
 *
 * The newest frame that reached the focus needed, at most %HEMO_CAMERA_SHARP_SIDE a side. Two of
 * one field have hashes within %HEMO_PICTURE_SAME_DISTANCE. NULL when there is none, at once.
 * (transfer full) (nullable)
 */
HemoShot *hemo_camera_dup_newest_sharp (HemoCamera *self, double max_age);

/**
 * hemo_camera_capture_blank_async:
 *
 * Averages several frames of an empty field and makes the flat field of them, which is used from
 * then on. The finish function fails with what to do when the field is not empty.
 */
void hemo_camera_capture_blank_async (HemoCamera *self,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
gboolean hemo_camera_capture_blank_finish (HemoCamera *self, GAsyncResult *result, GError **error);
/* @flat_field (nullable): none. Belongs to one objective on one camera: the caller changes it with
 * them. */
void hemo_camera_set_flat_field (HemoCamera *self, HemoFlatField *flat_field);
/* (transfer none) (nullable) */
HemoFlatField *hemo_camera_get_flat_field (HemoCamera *self);

G_END_DECLS
