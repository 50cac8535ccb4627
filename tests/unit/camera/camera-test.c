/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A camera that gives pictures, none, broken ones, the same ones, that stops and comes back. */

#include "hemo-camera-private.h"

#include "camera-tools.h"
#include "hanging-source.h"
#include "hemo-picture.h"

static HemoCamera *
make_launch_camera (const char *description)
{
  g_autoptr (HemoCameraDevice) device
      = hemo_camera_device_new_launch ("launch", "Launch", description);
  HemoCamera *camera = hemo_camera_new ();

  hemo_camera_set_device (camera, device, NULL);
  hemo_camera_start (camera);
  return camera;
}

static void
test_own_bytes (Stage *stage, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) file = draw_field (1, FALSE);
  g_autoptr (HemoShot) shot = NULL;

  g_assert_cmpint (hemo_camera_get_state (stage->camera), ==, HEMO_CAMERA_OFF);
  hemo_camera_start (stage->camera);
  g_assert_cmpint (hemo_camera_get_state (stage->camera), ==, HEMO_CAMERA_STARTING);
  g_assert_true (wait_state (stage->camera, HEMO_CAMERA_LIVE, 20));
  g_assert_null (hemo_camera_get_message (stage->camera));
  shot = capture_now (stage->camera, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (shot->bytes, file));
  g_assert_true (shot->own);
  g_assert_false (shot->flat_field);
  g_assert_cmpint (shot->width, ==, 640);
  g_assert_cmpint (shot->height, ==, 480);
  g_assert_cmpfloat (shot->quality.focus, >, HEMO_QUALITY_FOCUS_NEEDED);
  hemo_camera_stop (stage->camera);
  g_assert_cmpint (hemo_camera_get_state (stage->camera), ==, HEMO_CAMERA_OFF);
}

/* What lies under the lens when the key is pressed is captured, never what lay there before. */
static void
test_newest (Stage *stage, gconstpointer data)
{
  hemo_camera_start (stage->camera);
  g_assert_true (wait_state (stage->camera, HEMO_CAMERA_LIVE, 20));
  for (guint32 seed = 2; seed < 6; seed++)
    {
      g_autoptr (GBytes) field = draw_field (seed, FALSE);
      g_autoptr (HemoShot) shot = NULL;
      stage_put (stage, field);
      /* The one frame that the source may have read before. */
      run_main (0.15);
      shot = capture_now (stage->camera, NULL);
      g_assert_true (g_bytes_equal (shot->bytes, field));
    }
}

static void
test_blurred (Stage *stage, gconstpointer data)
{
  g_autoptr (GBytes) blurred = draw_field (3, TRUE);
  g_autoptr (HemoShot) shot = NULL;

  stage_put (stage, blurred);
  hemo_camera_start (stage->camera);
  g_assert_true (wait_state (stage->camera, HEMO_CAMERA_LIVE, 20));
  shot = capture_now (stage->camera, NULL);
  g_assert_nonnull (shot);
  g_assert_true (shot->quality.warnings & 1u << HEMO_WARNING_BLURRED);
}

static void
test_raw (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoCamera) camera = make_launch_camera (
      "videotestsrc is-live=true ! video/x-raw,format=YUY2,width=642,height=482,framerate=15/1 ! "
      "identity");
  g_autoptr (HemoShot) shot = NULL;
  HemoPictureInfo info;

  g_assert_true (wait_state (camera, HEMO_CAMERA_LIVE, 20));
  shot = capture_now (camera, &error);
  g_assert_no_error (error);
  g_assert_false (shot->own);
  g_assert_true (hemo_picture_probe (shot->bytes, &info, NULL));
  g_assert_cmpint (info.width, ==, 642);
  g_assert_cmpint (info.height, ==, 482);
  g_assert_false (info.progressive);
}

static void
expect_nothing (HemoCamera *camera, HemoCameraError code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoShot) shot = capture_now (camera, &error);

  g_assert_null (shot);
  g_assert_error (error, HEMO_CAMERA_ERROR, (int)code);
  g_assert_true (g_str_has_prefix (error->message, "Nothing was captured"));
}

/* Frames of 0 bytes, as v4l2src hands out. */
static void
test_empty_frames (Stage *stage, gconstpointer data)
{
  g_autoptr (GBytes) empty = g_bytes_new (NULL, 0);

  hemo_camera_start (stage->camera);
  g_assert_true (wait_state (stage->camera, HEMO_CAMERA_LIVE, 20));
  stage_put (stage, empty);
  run_main (0.2);
  expect_nothing (stage->camera, HEMO_CAMERA_ERROR_NO_PICTURE);
  g_assert_true (wait_state (stage->camera, HEMO_CAMERA_STALLED, 2));
  g_assert_nonnull (strstr (hemo_camera_get_message (stage->camera), "broken pictures"));
  g_assert_cmpuint (hemo_camera_get_n_broken (stage->camera), >, 0);
}

/* The unplugged cable in the midst of a frame: the end is missing. */
static void
test_cut_off (Stage *stage, gconstpointer data)
{
  g_autoptr (GBytes) whole = draw_field (1, FALSE);
  g_autoptr (GBytes) half = g_bytes_new_from_bytes (whole, 0, g_bytes_get_size (whole) / 2);
  g_autoptr (HemoShot) shot = NULL;

  hemo_camera_start (stage->camera);
  g_assert_true (wait_state (stage->camera, HEMO_CAMERA_LIVE, 20));
  stage_put (stage, half);
  run_main (0.2);
  expect_nothing (stage->camera, HEMO_CAMERA_ERROR_NO_PICTURE);
  stage_put (stage, whole);
  g_assert_true (wait_state (stage->camera, HEMO_CAMERA_LIVE, 20));
  shot = capture_now (stage->camera, NULL);
  g_assert_true (g_bytes_equal (shot->bytes, whole));
}

/* Whole by its markers, garbled within: only a decode to the end finds it. */
static void
test_garbled (Stage *stage, gconstpointer data)
{
  g_autoptr (GBytes) whole = draw_field (1, FALSE);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GBytes) garbled = NULL;
  gsize size;
  const guint8 *from = g_bytes_get_data (whole, &size);

  g_byte_array_append (bytes, from, (guint)size);
  memset (bytes->data + size / 2, 0x55, size / 8);
  memset (bytes->data + size / 2 + size / 8, 0, size / 4);
  garbled = g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
  g_assert_true (hemo_picture_probe (garbled, NULL, NULL));
  stage_put (stage, garbled);
  hemo_camera_start (stage->camera);
  g_assert_true (wait_state (stage->camera, HEMO_CAMERA_LIVE, 20));
  expect_nothing (stage->camera, HEMO_CAMERA_ERROR_BROKEN);
}

/* The picture just freezes, without an error: it is said within two seconds, and survived. */
static void
test_freeze (Stage *stage, gconstpointer data)
{
  g_autoptr (GBytes) field = draw_field (2, FALSE);
  gint64 frozen, said;

  hemo_camera_start (stage->camera);
  g_assert_true (wait_state (stage->camera, HEMO_CAMERA_LIVE, 20));
  hemo_camera_set_keep_sharp (stage->camera, TRUE);
  run_main (1);
  stage_put (stage, NULL);
  frozen = g_get_monotonic_time ();
  g_assert_true (wait_state (stage->camera, HEMO_CAMERA_STALLED, 5));
  said = g_get_monotonic_time ();
  g_test_message ("said after %.2f s", (double)(said - frozen) / G_USEC_PER_SEC);
  g_assert_cmpint (said - frozen, <=, 2 * G_USEC_PER_SEC);
  g_assert_nonnull (strstr (hemo_camera_get_message (stage->camera), "old"));
  g_assert_cmpfloat (hemo_camera_get_focus (stage->camera), ==, -1);
  g_assert_null (hemo_camera_dup_newest_sharp (stage->camera, 60));
  expect_nothing (stage->camera, HEMO_CAMERA_ERROR_NO_PICTURE);
  /* Over the time of several tries to open it again. */
  run_main (4);
  g_assert_cmpint (hemo_camera_get_state (stage->camera), ==, HEMO_CAMERA_STALLED);
  stage_put (stage, field);
  g_assert_true (wait_state (stage->camera, HEMO_CAMERA_LIVE, 10));
}

static void
test_unplugged (Stage *stage, gconstpointer data)
{
  g_autoptr (HemoShot) shot = NULL;

  hemo_camera_start (stage->camera);
  g_assert_true (wait_state (stage->camera, HEMO_CAMERA_LIVE, 20));
  hemo_camera_device_set_present (stage->device, FALSE);
  g_assert_cmpint (hemo_camera_get_state (stage->camera), ==, HEMO_CAMERA_GONE);
  g_assert_nonnull (strstr (hemo_camera_get_message (stage->camera), "unplugged"));
  expect_nothing (stage->camera, HEMO_CAMERA_ERROR_NO_PICTURE);
  run_main (0.3);
  hemo_camera_device_set_present (stage->device, TRUE);
  g_assert_true (wait_state (stage->camera, HEMO_CAMERA_LIVE, 10));
  shot = capture_now (stage->camera, NULL);
  g_assert_nonnull (shot);
}

static void
failed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (hemo_camera_capture_finish (HEMO_CAMERA (source), result, &error));
  g_assert_error (error, HEMO_CAMERA_ERROR, HEMO_CAMERA_ERROR_NO_PICTURE);
  *(int *)data += 1;
}

/* Unplugged between the key and the frame. */
static void
test_unplugged_capture (Stage *stage, gconstpointer data)
{
  int failed = 0;

  hemo_camera_start (stage->camera);
  g_assert_true (wait_state (stage->camera, HEMO_CAMERA_LIVE, 20));
  for (int i = 0; i < 3; i++)
    hemo_camera_capture_async (stage->camera, NULL, failed_cb, &failed);
  hemo_camera_device_set_present (stage->device, FALSE);
  run_main (0.3);
  g_assert_cmpint (failed, ==, 3);
}

static void
test_cancelled (Stage *stage, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;

  hemo_camera_start (stage->camera);
  g_assert_true (wait_state (stage->camera, HEMO_CAMERA_LIVE, 20));
  g_cancellable_cancel (cancellable);
  hemo_camera_capture_async (stage->camera, cancellable, NULL, NULL);
  run_main (0.5);
}

static void
expect_recovery (const char *description, const char *word)
{
  g_autoptr (HemoCamera) camera = make_launch_camera (description);

  g_assert_true (wait_state (camera, HEMO_CAMERA_LIVE, 20));
  g_assert_true (wait_state (camera, HEMO_CAMERA_FAILED, 10));
  g_assert_nonnull (strstr (hemo_camera_get_message (camera), word));
  expect_nothing (camera, HEMO_CAMERA_ERROR_NO_PICTURE);
  g_assert_true (wait_state (camera, HEMO_CAMERA_LIVE, 10));
}

static void
test_end_of_stream (void)
{
  expect_recovery ("videotestsrc is-live=true num-buffers=20 ! "
                   "video/x-raw,format=I420,width=320,height=240,framerate=20/1 ! jpegenc",
                   "ended");
}

static void
test_error (void)
{
  expect_recovery ("videotestsrc is-live=true ! "
                   "video/x-raw,format=I420,width=320,height=240,framerate=20/1 ! "
                   "identity error-after=20 ! jpegenc",
                   "tried again");
}

static void
count_live_cb (HemoCamera *camera, GParamSpec *pspec, gpointer data)
{
  if (hemo_camera_get_state (camera) == HEMO_CAMERA_LIVE)
    *(int *)data += 1;
}

/* A driver that hands out what it still had whenever it is opened, and then nothing: once is a
 * start, from then on these pictures are old. */
static void
test_old_pictures (void)
{
  g_autoptr (HemoCamera) camera
      = make_launch_camera ("videotestsrc num-buffers=8 ! "
                            "video/x-raw,format=I420,width=320,height=240 ! jpegenc");
  int live = 0;
  guint64 frames;

  g_signal_connect (camera, "notify::state", G_CALLBACK (count_live_cb), &live);
  g_assert_true (wait_state (camera, HEMO_CAMERA_FAILED, 20));
  frames = hemo_camera_get_n_frames (camera);
  live = 0;
  run_main (4);
  g_assert_cmpuint (hemo_camera_get_n_frames (camera), >, frames);
  g_assert_cmpint (live, ==, 0);
}

static gboolean
nobody_waits (gpointer data)
{
  return hanging_device_get_n_waiting () == 0;
}

/* (transfer full) */
static HemoCamera *
make_hanging_camera (int hanging)
{
  g_autoptr (GstDevice) gst = NULL;
  g_autoptr (HemoCameraDevice) device = NULL;
  HemoCamera *camera = hemo_camera_new ();

  gst_init (NULL, NULL);
  gst = hanging_device_new (hanging);
  device = hemo_camera_device_new ("hanging", gst);
  hemo_camera_set_device (camera, device, NULL);
  hemo_camera_start (camera);
  return camera;
}

/* A source that hangs as it starts is left for a new one, long before it would give up itself. */
static void
test_hanging_start (void)
{
  g_autoptr (HemoCamera) camera = make_hanging_camera (2);

  g_assert_true (wait_state (camera, HEMO_CAMERA_LIVE, 5));
  g_assert_cmpint (hanging_device_get_n_made (), ==, 3);
  g_assert_true (nobody_waits (NULL));
}

/* Nor does it hold the camera when it is not wished any more. */
static void
test_hanging_stop (void)
{
  g_autoptr (HemoCamera) camera = make_hanging_camera (1);

  run_main (0.3);
  g_assert_false (nobody_waits (NULL));
  hemo_camera_stop (camera);
  g_assert_true (wait_until (nobody_waits, NULL, 1));
  g_assert_cmpint (hanging_device_get_n_made (), ==, 1);
}

static void
test_nonsense (void)
{
  g_autoptr (HemoCamera) camera = make_launch_camera ("fakesrc is-live=true num-buffers=0");
  g_autoptr (HemoCamera) other = make_launch_camera ("no-such-element");
  g_autoptr (HemoCamera) sound = make_launch_camera ("audiotestsrc is-live=true");

  g_assert_true (wait_state (other, HEMO_CAMERA_FAILED, 5));
  g_assert_true (wait_state (sound, HEMO_CAMERA_FAILED, 5));
  g_assert_true (wait_state (camera, HEMO_CAMERA_FAILED, 5));
}

static gboolean
has_sharp (gpointer data)
{
  g_autoptr (HemoShot) shot = hemo_camera_dup_newest_sharp (data, 1);

  return shot != NULL;
}

static void
test_keep_sharp (Stage *stage, gconstpointer data)
{
  g_autoptr (GBytes) blurred = draw_field (3, TRUE);
  g_autoptr (HemoShot) shot = NULL;
  HemoPictureInfo info;

  hemo_camera_start (stage->camera);
  g_assert_true (wait_state (stage->camera, HEMO_CAMERA_LIVE, 20));
  run_main (0.5);
  g_assert_null (hemo_camera_dup_newest_sharp (stage->camera, 60));
  hemo_camera_set_keep_sharp (stage->camera, TRUE);
  g_assert_true (wait_until (has_sharp, stage->camera, 5));
  shot = hemo_camera_dup_newest_sharp (stage->camera, 1);
  g_assert_true (hemo_picture_probe (shot->bytes, &info, NULL));
  g_assert_cmpint (MAX (info.width, info.height), <=, HEMO_CAMERA_SHARP_SIDE);
  g_assert_cmpfloat (shot->quality.focus, >=, HEMO_QUALITY_FOCUS_NEEDED);
  g_assert_cmpfloat (hemo_camera_get_focus (stage->camera), ==, shot->quality.focus);
  /* A blurred field is none: what is there grows old. */
  stage_put (stage, blurred);
  run_main (1.5);
  g_assert_null (hemo_camera_dup_newest_sharp (stage->camera, 1));
  hemo_camera_set_keep_sharp (stage->camera, FALSE);
  g_assert_null (hemo_camera_dup_newest_sharp (stage->camera, 60));
}

static void
blanked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GError **error = data;

  if (hemo_camera_capture_blank_finish (HEMO_CAMERA (source), result, error))
    *error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_EXISTS, "done");
}

static gboolean
is_set (gpointer data)
{
  return *(gpointer *)data != NULL;
}

static void
test_blank (Stage *stage, gconstpointer data)
{
  g_autoptr (GBytes) blank = draw_blank (0.4);
  g_autoptr (GBytes) field = draw_field (1, FALSE);
  g_autoptr (GError) refused = NULL;
  g_autoptr (GError) done = NULL;
  g_autoptr (HemoShot) shot = NULL;

  hemo_camera_start (stage->camera);
  g_assert_true (wait_state (stage->camera, HEMO_CAMERA_LIVE, 20));
  hemo_camera_capture_blank_async (stage->camera, NULL, blanked_cb, &refused);
  g_assert_true (wait_until (is_set, &refused, 10));
  g_assert_error (refused, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_INVALID);
  g_assert_nonnull (strstr (refused->message, "cells"));
  g_assert_null (hemo_camera_get_flat_field (stage->camera));

  stage_put (stage, blank);
  run_main (0.3);
  hemo_camera_capture_blank_async (stage->camera, NULL, blanked_cb, &done);
  g_assert_true (wait_until (is_set, &done, 10));
  g_assert_error (done, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_assert_nonnull (hemo_camera_get_flat_field (stage->camera));

  stage_put (stage, field);
  run_main (0.3);
  shot = capture_now (stage->camera, NULL);
  g_assert_true (shot->flat_field);
  /* What is kept is what came. */
  g_assert_true (g_bytes_equal (shot->bytes, field));
}

static void
changed_cb (gpointer data)
{
  *(int *)data += 1;
}

/* Runs while it is seen, draws no larger than that, and rests when it is not. */
static void
test_viewer (Stage *stage, gconstpointer data)
{
  GdkPaintable *picture = hemo_camera_get_paintable (stage->camera);
  g_autoptr (GdkPaintable) image = NULL;
  int drawn = 0, before;
  guint64 frames;

  g_signal_connect_swapped (picture, "invalidate-contents", G_CALLBACK (changed_cb), &drawn);
  hemo_camera_add_viewer (stage->camera, &drawn, 300, 300);
  g_assert_true (wait_state (stage->camera, HEMO_CAMERA_LIVE, 20));
  run_main (1);
  g_test_message ("%d pictures in a second", drawn);
  g_assert_cmpint (drawn, >=, 3);
  g_assert_cmpint (gdk_paintable_get_intrinsic_width (picture), ==, 640);
  image = gdk_paintable_get_current_image (picture);
  g_assert_cmpint (gdk_paintable_get_intrinsic_width (image), ==, 300);
  g_assert_cmpint (gdk_paintable_get_intrinsic_height (image), ==, 225);

  /* The bench keeps it running on another page: then nothing is drawn. */
  hemo_camera_start (stage->camera);
  hemo_camera_remove_viewer (stage->camera, &drawn);
  run_main (0.2);
  before = drawn;
  frames = hemo_camera_get_n_frames (stage->camera);
  run_main (0.5);
  g_assert_cmpint (drawn, ==, before);
  g_assert_cmpuint (hemo_camera_get_n_frames (stage->camera), >, frames);
  hemo_camera_stop (stage->camera);
  g_assert_cmpint (hemo_camera_get_state (stage->camera), ==, HEMO_CAMERA_OFF);
  run_main (0.3);
  frames = hemo_camera_get_n_frames (stage->camera);
  run_main (0.3);
  g_assert_cmpuint (hemo_camera_get_n_frames (stage->camera), ==, frames);
}

static gboolean
is_still (gpointer data)
{
  gboolean still;

  g_object_get (data, "still", &still, NULL);
  return still;
}

static gboolean
is_moving (gpointer data)
{
  return !is_still (data);
}

/* Frames keep coming and are the same to the bit: said, and nothing is held up. */
static void
test_still (Stage *stage, gconstpointer data)
{
  g_autoptr (GBytes) other = draw_field (9, FALSE);

  hemo_camera_start (stage->camera);
  g_assert_true (wait_state (stage->camera, HEMO_CAMERA_LIVE, 20));
  g_assert_true (is_moving (stage->camera));
  g_assert_true (wait_until (is_still, stage->camera, 4));
  g_assert_cmpint (hemo_camera_get_state (stage->camera), ==, HEMO_CAMERA_LIVE);
  stage_put (stage, other);
  g_assert_true (wait_until (is_moving, stage->camera, 2));
}

/* Started and stopped faster than a pipeline starts, dropped in the midst of it. */
static void
test_hurry (Stage *stage, gconstpointer data)
{
  for (int i = 0; i < 10; i++)
    {
      g_autoptr (HemoCamera) camera = make_launch_camera (
          "videotestsrc is-live=true ! video/x-raw,format=I420,width=320,height=240 ! jpegenc");
      run_main (0.01 * i);
      hemo_camera_set_device (camera, stage->device, NULL);
      hemo_camera_stop (camera);
      hemo_camera_start (camera);
      run_main (0.02);
    }
  hemo_camera_start (stage->camera);
  g_assert_true (wait_state (stage->camera, HEMO_CAMERA_LIVE, 20));
}

static void
test_no_device (void)
{
  g_autoptr (HemoCamera) camera = hemo_camera_new ();

  hemo_camera_start (camera);
  g_assert_cmpint (hemo_camera_get_state (camera), ==, HEMO_CAMERA_NONE);
  g_assert_nonnull (hemo_camera_get_message (camera));
  expect_nothing (camera, HEMO_CAMERA_ERROR_NO_PICTURE);
}

static gboolean
is_ready (gpointer data)
{
  return hemo_cameras_get_ready (data);
}

/* The list with the camera of the environment, and a camera that follows it. */
static void
test_list (Stage *stage, gconstpointer data)
{
  g_autoptr (HemoCameras) cameras = NULL;
  g_autoptr (HemoCamera) camera = hemo_camera_new ();

  g_setenv (HEMO_CAMERAS_VARIABLE, stage->path, TRUE);
  cameras = hemo_cameras_new ();
  g_unsetenv (HEMO_CAMERAS_VARIABLE);
  g_assert_true (wait_until (is_ready, cameras, 30));
  g_assert_nonnull (hemo_cameras_find (cameras, "test"));
  g_assert_null (hemo_cameras_find (cameras, "v4l2:none"));
  hemo_camera_follow (camera, cameras, "test");
  hemo_camera_start (camera);
  g_assert_true (wait_state (camera, HEMO_CAMERA_LIVE, 20));
}

int
main (int argc, char **argv)
{
#define ADD(name, test)                                                                            \
  g_test_add ("/camera/" name, Stage, NULL, stage_set_up, test, stage_tear_down)

  g_test_init (&argc, &argv, NULL);
  ADD ("own-bytes", test_own_bytes);
  ADD ("newest", test_newest);
  ADD ("blurred", test_blurred);
  g_test_add_func ("/camera/raw", test_raw);
  ADD ("empty-frames", test_empty_frames);
  ADD ("cut-off", test_cut_off);
  ADD ("garbled", test_garbled);
  ADD ("freeze", test_freeze);
  ADD ("unplugged", test_unplugged);
  ADD ("unplugged-capture", test_unplugged_capture);
  ADD ("cancelled", test_cancelled);
  g_test_add_func ("/camera/end-of-stream", test_end_of_stream);
  g_test_add_func ("/camera/error", test_error);
  g_test_add_func ("/camera/old-pictures", test_old_pictures);
  g_test_add_func ("/camera/hanging-start", test_hanging_start);
  g_test_add_func ("/camera/hanging-stop", test_hanging_stop);
  g_test_add_func ("/camera/nonsense", test_nonsense);
  ADD ("keep-sharp", test_keep_sharp);
  ADD ("blank", test_blank);
  ADD ("viewer", test_viewer);
  ADD ("still", test_still);
  ADD ("hurry", test_hurry);
  g_test_add_func ("/camera/no-device", test_no_device);
  ADD ("list", test_list);
  return g_test_run ();
}
