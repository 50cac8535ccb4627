/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a camera says of its sizes, as a list to choose from. */

#include "hemo-camera-device-private.h"

#include "hemo-picture.h"

/* 'WIDTHxHEIGHT@RATE' with 'j' for JPEG, joined by blanks. (transfer full) */
static char *
list_modes (const char *text)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (text);
  g_autoptr (GListStore) modes = g_list_store_new (HEMO_TYPE_CAMERA_MODE);
  GString *list = g_string_new (NULL);

  g_assert_nonnull (caps);
  hemo_camera_modes_fill (modes, caps);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (modes)); i++)
    {
      g_autoptr (HemoCameraMode) mode = g_list_model_get_item (G_LIST_MODEL (modes), i);
      g_string_append_printf (list, "%s%dx%d@%.4g%s", i > 0 ? " " : "",
                              hemo_camera_mode_get_width (mode), hemo_camera_mode_get_height (mode),
                              hemo_camera_mode_get_rate (mode),
                              hemo_camera_mode_is_jpeg (mode) ? "j" : "");
    }
  return g_string_free (list, FALSE);
}

static void
expect (const char *text, const char *wanted)
{
  g_autofree char *list = list_modes (text);

  g_assert_cmpstr (list, ==, wanted);
}

static void
test_sizes (void)
{
  expect ("image/jpeg,width=1280,height=720,framerate=30/1", "1280x720@30j");
  /* The camera's own JPEG before raw of one size, and the faster of two alike. */
  expect ("video/x-raw,format=YUY2,width=640,height=480,framerate=30/1;"
          "image/jpeg,width=640,height=480,framerate=15/1;"
          "image/jpeg,width=640,height=480,framerate=25/1",
          "640x480@25j");
  /* The largest first; fractions, lists and ranges. */
  expect ("video/x-raw,width=640,height=480,framerate={(fraction)5/1,(fraction)30/1};"
          "video/x-raw,width=2592,height=1944,framerate=15/2;"
          "image/jpeg,width=1920,height=1080,framerate=[(fraction)1/1,(fraction)60/1]",
          "2592x1944@7.5 1920x1080@60j 640x480@30");
  expect ("image/jpeg,width={(int)320,(int)1000},height=240", "1000x240@0j");
}

static void
test_ranges (void)
{
  expect ("video/x-raw,width=[(int)16,(int)1300],height=[(int)16,(int)1000],framerate=30/1",
          "1300x1000@30 1280x960@30 1280x720@30 1024x768@30 800x600@30 640x480@30");
}

/* What has no size, no format that we read, lies elsewhere or is too large to decode. */
static void
test_left_out (void)
{
  expect ("video/x-h264,width=1920,height=1080", "");
  expect ("video/x-bayer,width=1920,height=1080", "");
  expect ("video/x-raw(memory:DMABuf),width=1920,height=1080", "");
  expect ("video/x-raw,format=RGB", "");
  expect ("image/jpeg,width=20000,height=20000", "");
  expect ("image/jpeg,width=16384,height=16384", "");
  expect ("image/jpeg,width=0,height=480", "");
  expect ("EMPTY", "");
}

static void
test_mode (void)
{
  g_autoptr (HemoCameraMode) mode = hemo_camera_mode_new (1280, 960, 7.5, TRUE);
  g_autoptr (GstCaps) caps = hemo_camera_mode_dup_caps (mode);
  g_autofree char *text = gst_caps_to_string (caps);
  g_autofree char *label = NULL;

  g_assert_cmpstr (text, ==, "image/jpeg, width=(int)1280, height=(int)960");
  g_object_get (mode, "label", &label, NULL);
  g_assert_cmpstr (label, ==, "1280 × 960");
}

static void
test_files_device (void)
{
  g_autoptr (HemoCameraDevice) device = hemo_camera_device_new_files ("id", "Name", "/nowhere");

  g_assert_cmpstr (hemo_camera_device_get_id (device), ==, "id");
  g_assert_cmpstr (hemo_camera_device_get_name (device), ==, "Name");
  g_assert_true (hemo_camera_device_get_present (device));
  g_assert_null (hemo_camera_device_get_path (device));
  g_assert_null (hemo_camera_device_get_best_mode (device));
  g_assert_null (hemo_camera_device_find_mode (device, 640, 480));
}

/* A device as GStreamer gives it. */
#define FAKE_TYPE_DEVICE (fake_device_get_type ())
G_DECLARE_FINAL_TYPE (FakeDevice, fake_device, FAKE, DEVICE, GstDevice)
struct _FakeDevice
{
  GstDevice parent_instance;
};
G_DEFINE_FINAL_TYPE (FakeDevice, fake_device, GST_TYPE_DEVICE)

static void
fake_device_class_init (FakeDeviceClass *klass)
{
}

static void
fake_device_init (FakeDevice *self)
{
}

static GstDevice *
make_device (const char *name, const char *kind, const char *about, const char *sizes)
{
  g_autoptr (GstStructure) structure = gst_structure_from_string (about, NULL);
  g_autoptr (GstCaps) caps = gst_caps_from_string (sizes);

  return g_object_new (FAKE_TYPE_DEVICE, "display-name", name, "device-class", kind, "properties",
                       structure, "caps", caps, NULL);
}

/* The id stays whatever the socket, and tells two cameras of one make apart by their numbers. */
static void
test_id (void)
{
  g_autoptr (GstDevice) here = gst_object_ref_sink (
      make_device ("Scope", "Video/Source", "p,device.path=/dev/video0,device.bus_path=usb-1",
                   "image/jpeg,width=640,height=480"));
  g_autoptr (GstDevice) there = gst_object_ref_sink (
      make_device ("Scope", "Video/Source", "p,device.path=/dev/video7,device.bus_path=usb-9",
                   "image/jpeg,width=640,height=480"));
  g_autoptr (GstDevice) numbered = gst_object_ref_sink (
      make_device ("Scope", "Video/Source", "p,device.serial=SN42", "image/jpeg"));
  g_autoptr (GstDevice) sound
      = gst_object_ref_sink (make_device ("Microphone", "Audio/Source", "p", "audio/x-raw"));
  g_autofree char *a = hemo_camera_device_make_id (here);
  g_autofree char *b = hemo_camera_device_make_id (there);
  g_autofree char *c = hemo_camera_device_make_id (numbered);

  g_assert_cmpstr (a, ==, "v4l2:Scope");
  g_assert_cmpstr (a, ==, b);
  g_assert_cmpstr (c, ==, "v4l2:Scope/SN42");
  g_assert_null (hemo_camera_device_make_id (sound));
}

/* Gone and back at once, when it does not tell its sizes yet. */
static void
test_returns (void)
{
  g_autoptr (GstDevice) before
      = gst_object_ref_sink (make_device ("Scope", "Video/Source", "p,device.path=/dev/video0",
                                          "image/jpeg,width=2592,height=1944,framerate=5/1;"
                                          "image/jpeg,width=1280,height=960,framerate=30/1"));
  g_autoptr (GstDevice) after = gst_object_ref_sink (
      make_device ("Scope", "Video/Source", "p,device.path=/dev/video1", "EMPTY"));
  g_autoptr (HemoCameraDevice) device = hemo_camera_device_new ("id", before);

  /* Fast enough to focus by. */
  g_assert_cmpint (hemo_camera_mode_get_width (hemo_camera_device_get_best_mode (device)), ==,
                   1280);
  g_assert_nonnull (hemo_camera_device_find_mode (device, 2592, 1944));
  hemo_camera_device_set_device (device, NULL);
  g_assert_false (hemo_camera_device_get_present (device));
  hemo_camera_device_set_device (device, after);
  g_assert_true (hemo_camera_device_get_present (device));
  g_assert_cmpstr (hemo_camera_device_get_path (device), ==, "/dev/video1");
  g_assert_nonnull (hemo_camera_device_find_mode (device, 2592, 1944));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (NULL, NULL);
  g_test_add_func ("/camera-modes/sizes", test_sizes);
  g_test_add_func ("/camera-modes/ranges", test_ranges);
  g_test_add_func ("/camera-modes/left-out", test_left_out);
  g_test_add_func ("/camera-modes/mode", test_mode);
  g_test_add_func ("/camera-modes/files-device", test_files_device);
  g_test_add_func ("/camera-modes/id", test_id);
  g_test_add_func ("/camera-modes/returns", test_returns);
  return g_test_run ();
}
