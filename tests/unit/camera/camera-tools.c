/* SPDX-License-Identifier: GPL-3.0-or-later */

/* For the tests of the camera. */

#include "camera-tools.h"

#include "hemo-smear-art.h"

#include <glib/gstdio.h>
#include <math.h>

GBytes *
draw_field (guint32 seed, gboolean blurred)
{
  HemoSmear smear;
  g_autoptr (GArray) cells = NULL;
  cairo_surface_t *surface;
  GBytes *bytes;

  hemo_smear_init (&smear, seed);
  smear.width = 640;
  smear.height = 480;
  smear.red_cell = 46;
  smear.blur = blurred ? 7 : smear.blur;
  surface = hemo_smear_draw (&smear, &cells);
  bytes = hemo_smear_to_jpeg (surface, 92);
  cairo_surface_destroy (surface);
  return bytes;
}

GBytes *
draw_blank (double shading)
{
  g_autoptr (HemoPixels) pixels = hemo_pixels_new (640, 480, NULL);

  for (int y = 0; y < 480; y++)
    for (int x = 0; x < 640; x++)
      {
        const double u = (x - 320) / 320.0, v = (y - 240) / 240.0;
        const double light = 1 - shading * (u * u + v * v) / 2;
        guint8 *pixel = hemo_pixels_row (pixels, y) + (gsize)x * 3;
        pixel[0] = (guint8)lround (225 * light);
        pixel[1] = (guint8)lround (220 * light);
        pixel[2] = (guint8)lround (210 * light);
      }
  return hemo_pixels_to_jpeg (pixels, 95, NULL);
}

void
stage_put (Stage *self, GBytes *bytes)
{
  g_autofree char *next = g_strconcat (self->path, ".next", NULL);
  gsize size = 0;
  const char *data;

  if (bytes == NULL)
    {
      g_assert_no_errno (g_remove (self->path));
      return;
    }
  data = g_bytes_get_data (bytes, &size);
  g_assert_true (
      g_file_set_contents_full (next, data, (gssize)size, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  g_assert_no_errno (g_rename (next, self->path));
}

void
stage_set_up (Stage *self, gconstpointer field)
{
  g_autoptr (GBytes) bytes = draw_field (1, FALSE);

  self->folder = g_dir_make_tmp ("camera-XXXXXX", NULL);
  self->path = g_build_filename (self->folder, "stage.jpg", NULL);
  stage_put (self, bytes);
  self->device = hemo_camera_device_new_files ("test", "Test", self->path);
  self->camera = hemo_camera_new ();
  hemo_camera_set_device (self->camera, self->device, NULL);
}

void
stage_tear_down (Stage *self, gconstpointer field)
{
  g_clear_object (&self->camera);
  g_clear_object (&self->device);
  run_main (0.2);
  g_remove (self->path);
  g_assert_no_errno (g_rmdir (self->folder));
  g_free (self->path);
  g_free (self->folder);
}

static gboolean
wake_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

gboolean
wait_until (gboolean (*holds) (gpointer), gpointer data, double seconds)
{
  const gint64 end = g_get_monotonic_time () + (gint64)(seconds * G_USEC_PER_SEC);
  const guint waker = g_timeout_add (10, wake_cb, NULL);
  gboolean held;

  while (!(held = holds (data)) && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (waker);
  return held;
}

static gboolean
never (gpointer data)
{
  return FALSE;
}

void
run_main (double seconds)
{
  wait_until (never, NULL, seconds);
}

typedef struct
{
  HemoCamera *camera;
  HemoCameraState state;
} Wanted;

static gboolean
is_in_state (gpointer data)
{
  const Wanted *wanted = data;

  return hemo_camera_get_state (wanted->camera) == wanted->state;
}

gboolean
wait_state (HemoCamera *camera, HemoCameraState state, double seconds)
{
  Wanted wanted = { camera, state };

  if (wait_until (is_in_state, &wanted, seconds))
    return TRUE;
  g_test_message ("state %d, not %d: %s", hemo_camera_get_state (camera), state,
                  hemo_camera_get_message (camera));
  return FALSE;
}

static void
captured_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_object_ref (result);
  *(GAsyncResult **)data = result;
}

static gboolean
is_set (gpointer data)
{
  return *(gpointer *)data != NULL;
}

HemoShot *
capture_now (HemoCamera *camera, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hemo_camera_capture_async (camera, NULL, captured_cb, &result);
  g_assert_true (wait_until (is_set, &result, 20));
  return hemo_camera_capture_finish (camera, result, error);
}
