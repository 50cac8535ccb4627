/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Exposure, gain and white balance of drivers that have them, have some, have none, and fail. */

#include "hemo-camera-controls-private.h"

#include "camera-tools.h"

#include <errno.h>
#include <linux/videodev2.h>

/* One control of a driver. */
typedef struct
{
  guint32 id;
  guint32 type;
  int minimum;
  int maximum;
  int step;
  int standard;
  guint32 flags;
  /* Of a menu: which choices there are, a bit each. */
  guint choices;
  int value;
  int written;
} Part;

typedef struct
{
  GMutex lock;
  Part parts[8];
  int n_parts;
  int interrupt;
  gboolean broken;
  int released;
} Driver;

static Part *
find_part (Driver *self, guint32 id)
{
  for (int i = 0; i < self->n_parts; i++)
    if (self->parts[i].id == id)
      return &self->parts[i];
  return NULL;
}

static int
refuse (int code)
{
  errno = code;
  return -1;
}

static int
answer (Driver *self, unsigned long request, void *argument)
{
  const guint32 id = *(guint32 *)argument;
  Part *part = find_part (self, id);

  if (self->interrupt-- > 0)
    return refuse (EINTR);
  if (self->broken)
    return refuse (ENODEV);
  if (part == NULL)
    return refuse (EINVAL);
  if (request == VIDIOC_QUERYCTRL)
    {
      struct v4l2_queryctrl *found = argument;
      found->type = part->type;
      found->minimum = part->minimum;
      found->maximum = part->maximum;
      found->step = part->step;
      found->default_value = part->standard;
      found->flags = part->flags;
    }
  else if (request == VIDIOC_QUERYMENU)
    return part->choices & 1u << ((struct v4l2_querymenu *)argument)->index ? 0 : refuse (EINVAL);
  else if (request == VIDIOC_G_CTRL)
    ((struct v4l2_control *)argument)->value = part->value;
  else if (request == VIDIOC_S_CTRL)
    {
      const int value = ((struct v4l2_control *)argument)->value;
      /* In its own steps. */
      part->value = part->step > 1 ? value / part->step * part->step : value;
      part->written++;
    }
  else
    return refuse (ENOTTY);
  return 0;
}

static int
call_driver (gpointer data, unsigned long request, void *argument)
{
  Driver *self = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return answer (self, request, argument);
}

static void
release_driver (gpointer data)
{
  ((Driver *)data)->released++;
}

static void
add_part (Driver *self, Part part)
{
  self->parts[self->n_parts++] = part;
}

/* As most USB cameras are. */
static void
fill_usb (Driver *self)
{
  add_part (self, (Part){ .id = V4L2_CID_EXPOSURE_ABSOLUTE,
                          .type = V4L2_CTRL_TYPE_INTEGER,
                          .minimum = 3,
                          .maximum = 2047,
                          .step = 1,
                          .standard = 250,
                          .value = 166 });
  add_part (self,
            (Part){ .id = V4L2_CID_EXPOSURE_AUTO,
                    .type = V4L2_CTRL_TYPE_MENU,
                    .minimum = 0,
                    .maximum = 3,
                    .choices = 1u << V4L2_EXPOSURE_MANUAL | 1u << V4L2_EXPOSURE_APERTURE_PRIORITY,
                    .value = V4L2_EXPOSURE_APERTURE_PRIORITY });
  add_part (self, (Part){ .id = V4L2_CID_GAIN,
                          .type = V4L2_CTRL_TYPE_INTEGER,
                          .maximum = 255,
                          .step = 5,
                          .value = 20 });
  add_part (self, (Part){ .id = V4L2_CID_WHITE_BALANCE_TEMPERATURE,
                          .type = V4L2_CTRL_TYPE_INTEGER,
                          .minimum = 2800,
                          .maximum = 6500,
                          .step = 10,
                          .standard = 4600,
                          .value = 4600 });
  add_part (self, (Part){ .id = V4L2_CID_AUTO_WHITE_BALANCE,
                          .type = V4L2_CTRL_TYPE_BOOLEAN,
                          .maximum = 1,
                          .step = 1,
                          .value = 1 });
}

static HemoCameraControls *
make (Driver *driver)
{
  HemoCameraControls *controls
      = hemo_camera_controls_new_for_call (call_driver, driver, release_driver);

  run_main (0.15);
  return controls;
}

static HemoCameraControl *
get (HemoCameraControls *controls, guint position)
{
  g_autoptr (HemoCameraControl) control = g_list_model_get_item (G_LIST_MODEL (controls), position);

  g_assert_nonnull (control);
  return control;
}

static void
test_usb (void)
{
  Driver driver = { 0 };
  HemoCameraControls *controls;
  HemoCameraControl *exposure, *gain, *white;

  fill_usb (&driver);
  driver.interrupt = 3;
  controls = make (&driver);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (controls)), ==, 3);
  exposure = get (controls, 0);
  gain = get (controls, 1);
  white = get (controls, 2);
  g_assert_cmpint (hemo_camera_control_get_kind (exposure), ==, HEMO_CONTROL_EXPOSURE);
  g_assert_cmpint (hemo_camera_control_get_minimum (exposure), ==, 3);
  g_assert_cmpint (hemo_camera_control_get_maximum (exposure), ==, 2047);
  g_assert_cmpint (hemo_camera_control_get_default (exposure), ==, 250);
  g_assert_cmpint (hemo_camera_control_get_value (exposure), ==, 166);
  g_assert_true (hemo_camera_control_get_automatic (exposure));
  g_assert_false (hemo_camera_control_has_automatic (gain));
  g_assert_cmpstr (hemo_camera_control_get_label (white), ==, "White balance");

  /* By hand: first the automatic off, then the value. */
  hemo_camera_control_set_value (exposure, 500);
  g_assert_false (hemo_camera_control_get_automatic (exposure));
  run_main (0.1);
  g_assert_cmpint (driver.parts[0].value, ==, 500);
  g_assert_cmpint (driver.parts[1].value, ==, V4L2_EXPOSURE_MANUAL);
  hemo_camera_control_set_automatic (exposure, TRUE);
  run_main (0.1);
  g_assert_cmpint (driver.parts[1].value, ==, V4L2_EXPOSURE_APERTURE_PRIORITY);
  /* Within its limits, and in the driver's steps. */
  hemo_camera_control_set_value (gain, 10000);
  run_main (0.1);
  g_assert_cmpint (driver.parts[2].value, ==, 255);
  hemo_camera_control_set_value (gain, 33);
  run_main (0.1);
  g_assert_cmpint (hemo_camera_control_get_value (gain), ==, 30);
  hemo_camera_control_set_automatic (gain, TRUE);
  g_assert_false (hemo_camera_control_get_automatic (gain));

  g_object_unref (controls);
  run_main (0.05);
  g_assert_cmpint (driver.released, ==, 1);
}

/* A slider gives a hundred values a second: the last one counts. */
static void
test_slider (void)
{
  Driver driver = { 0 };
  g_autoptr (HemoCameraControls) controls = NULL;

  fill_usb (&driver);
  controls = make (&driver);
  for (int value = 3; value <= 400; value++)
    hemo_camera_control_set_value (get (controls, 0), value);
  run_main (0.2);
  g_assert_cmpint (driver.parts[0].value, ==, 400);
  g_assert_cmpint (driver.parts[0].written, <, 10);
}

static void
expect_none (Driver *driver)
{
  g_autoptr (HemoCameraControls) controls = make (driver);

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (controls)), ==, 0);
}

static void
test_none (void)
{
  g_autoptr (HemoCameraDevice) device = hemo_camera_device_new_files ("id", "Name", "/nowhere");
  g_autoptr (HemoCameraControls) controls = hemo_camera_controls_new (device);
  Driver driver = { 0 };

  expect_none (&driver);
  fill_usb (&driver);
  driver.broken = TRUE;
  expect_none (&driver);
  driver.broken = FALSE;
  for (int i = 0; i < driver.n_parts; i++)
    driver.parts[i].flags = V4L2_CTRL_FLAG_DISABLED;
  expect_none (&driver);
  for (int i = 0; i < driver.n_parts; i++)
    driver.parts[i].flags = V4L2_CTRL_FLAG_READ_ONLY;
  expect_none (&driver);
  for (int i = 0; i < driver.n_parts; i++)
    {
      driver.parts[i].flags = 0;
      driver.parts[i].minimum = driver.parts[i].maximum;
    }
  expect_none (&driver);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (controls)), ==, 0);
}

/* Unplugged between two settings. */
static void
test_unplugged (void)
{
  Driver driver = { 0 };
  g_autoptr (HemoCameraControls) controls = NULL;

  fill_usb (&driver);
  controls = make (&driver);
  driver.broken = TRUE;
  hemo_camera_control_set_value (get (controls, 0), 100);
  hemo_camera_control_set_automatic (get (controls, 2), FALSE);
  run_main (0.1);
  g_assert_cmpint (driver.parts[0].value, ==, 166);
}

static void
test_restore (void)
{
  Driver driver = { 0 };
  g_autoptr (HemoCameraControls) controls = NULL;
  g_autoptr (HemoCameraControls) again = NULL;
  g_autoptr (GVariant) saved = NULL;

  fill_usb (&driver);
  controls = make (&driver);
  hemo_camera_control_set_value (get (controls, 0), 777);
  hemo_camera_control_set_value (get (controls, 2), 3000);
  run_main (0.1);
  saved = g_variant_ref_sink (hemo_camera_controls_save (controls));
  /* As the camera is after it was plugged in again. */
  driver.parts[0].value = 166;
  driver.parts[1].value = V4L2_EXPOSURE_APERTURE_PRIORITY;
  driver.parts[3].value = 4600;
  driver.parts[4].value = 1;
  again = hemo_camera_controls_new_for_call (call_driver, &driver, NULL);
  hemo_camera_controls_restore (again, saved);
  hemo_camera_controls_restore (controls, g_variant_new_string ("nonsense"));
  run_main (0.2);
  g_assert_cmpint (driver.parts[0].value, ==, 777);
  g_assert_cmpint (driver.parts[1].value, ==, V4L2_EXPOSURE_MANUAL);
  g_assert_cmpint (driver.parts[3].value, ==, 3000);
  g_assert_cmpint (driver.parts[4].value, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/camera-controls/usb", test_usb);
  g_test_add_func ("/camera-controls/slider", test_slider);
  g_test_add_func ("/camera-controls/none", test_none);
  g_test_add_func ("/camera-controls/unplugged", test_unplugged);
  g_test_add_func ("/camera-controls/restore", test_restore);
  return g_test_run ();
}
