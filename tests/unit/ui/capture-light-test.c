/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Light that is evened out is kept with camera and objective, and nothing is kept where the camera
 * has none by then. Camera and capture are stand-ins that do what the test says. */

#include "hemo-capture-private.h"

/* For the backend that forgets. */
#define G_SETTINGS_ENABLE_BACKEND
#include <gio/gsettingsbackend.h>
#include <string.h>

struct _HemoCamera
{
  GObject parent_instance;
};
G_DEFINE_FINAL_TYPE (HemoCamera, hemo_camera, G_TYPE_OBJECT)

G_DEFINE_FINAL_TYPE (HemoCapture, hemo_capture, G_TYPE_OBJECT)

/* The camera's, and what a blank field gives it. */
static HemoFlatField *flat, *taken;
static HemoCameraDevice *device;
static char *told;
static guint lights;

static void
hemo_camera_class_init (HemoCameraClass *klass)
{
}

static void
hemo_camera_init (HemoCamera *self)
{
}

static void
hemo_capture_class_init (HemoCaptureClass *klass)
{
  g_signal_new ("light", HEMO_TYPE_CAPTURE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hemo_capture_init (HemoCapture *self)
{
}

HemoCameraDevice *
hemo_camera_get_device (HemoCamera *self)
{
  return device;
}

const char *
hemo_camera_device_get_id (HemoCameraDevice *self)
{
  return "a-camera";
}

gboolean
hemo_camera_device_get_present (HemoCameraDevice *self)
{
  return TRUE;
}

void
hemo_camera_set_flat_field (HemoCamera *self, HemoFlatField *flat_field)
{
  if (flat_field != NULL)
    hemo_flat_field_ref (flat_field);
  g_clear_pointer (&flat, hemo_flat_field_unref);
  flat = flat_field;
}

HemoFlatField *
hemo_camera_get_flat_field (HemoCamera *self)
{
  return flat;
}

void
hemo_camera_capture_blank_async (HemoCamera *self,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  hemo_camera_set_flat_field (self, taken);
  g_task_return_boolean (task, TRUE);
}

gboolean
hemo_camera_capture_blank_finish (HemoCamera *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Of a device's controls nothing is asked here. */

HemoCameraControls *
hemo_camera_controls_new (HemoCameraDevice *of)
{
  g_assert_not_reached ();
}

GVariant *
hemo_camera_controls_save (HemoCameraControls *self)
{
  g_assert_not_reached ();
}

void
hemo_camera_controls_restore (HemoCameraControls *self, GVariant *kept)
{
  g_assert_not_reached ();
}

void
hemo_capture_tell (HemoCapture *self, const char *text, gboolean can_keep)
{
  g_set_str (&told, text != NULL ? text : "nothing stands");
}

static void
light_cb (void)
{
  lights++;
}

static HemoFlatField *
make_flat (void)
{
  g_autoptr (HemoPixels) blank = hemo_pixels_new (64, 64, NULL);
  g_autoptr (GError) error = NULL;
  HemoFlatField *made;

  for (int y = 0; y < 64; y++)
    for (int x = 0; x < 64; x++)
      memset (blank->data + (y * 64 + x) * 3, 200 + x / 4, 3);
  made = hemo_flat_field_new (blank, &error);
  g_assert_no_error (error);
  return made;
}

static HemoCapture *
set_up (void)
{
  static int place;
  HemoCapture *capture = g_object_new (HEMO_TYPE_CAPTURE, NULL);
  g_autoptr (GSettingsSchemaSource) source
      = g_settings_schema_source_new_from_directory (HEMO_SCHEMA_DIR, NULL, FALSE, NULL);
  g_autoptr (GSettingsSchema) schema
      = g_settings_schema_source_lookup (source, "org.hemogram.Hemogram", FALSE);
  g_autoptr (GSettingsBackend) memory = g_memory_settings_backend_new ();

  device = (HemoCameraDevice *)&place;
  lights = 0;
  capture->camera = g_object_new (HEMO_TYPE_CAMERA, NULL);
  capture->settings = g_settings_new_full (schema, memory, NULL);
  capture->objective = g_strdup ("100x");
  g_signal_connect (capture, "light", G_CALLBACK (light_cb), NULL);
  return capture;
}

static void
take (HemoCapture *capture)
{
  hemo_capture_take_blank (capture);
  g_assert_true (hemo_capture_is_taking_blank (capture));
  while (hemo_capture_is_taking_blank (capture))
    g_main_context_iteration (NULL, TRUE);
}

static gsize
count_kept (HemoCapture *capture)
{
  g_autoptr (GVariant) kept = g_settings_get_value (capture->settings, "flat-fields");

  return g_variant_n_children (kept);
}

static void
tear_down (HemoCapture *capture)
{
  g_clear_object (&capture->camera);
  g_clear_object (&capture->settings);
  g_clear_pointer (&capture->objective, g_free);
  g_clear_pointer (&flat, hemo_flat_field_unref);
  g_clear_pointer (&taken, hemo_flat_field_unref);
  g_clear_pointer (&told, g_free);
  g_assert_finalize_object (capture);
}

static void
test_kept (void)
{
  HemoCapture *capture = set_up ();

  taken = make_flat ();
  take (capture);
  g_assert_cmpuint (count_kept (capture), ==, 1);
  g_assert_cmpstr (told, ==, "nothing stands");
  g_assert_cmpuint (lights, ==, 2);
  /* As when the camera is opened anew; and with another objective there is none. */
  hemo_camera_set_flat_field (capture->camera, NULL);
  hemo_capture_follow_light (capture);
  g_assert_cmpfloat (hemo_capture_get_unevenness (capture), >=, 0);
  g_set_str (&capture->objective, "40x");
  hemo_capture_follow_light (capture);
  g_assert_cmpfloat (hemo_capture_get_unevenness (capture), ==, -1);
  tear_down (capture);
}

/* It was taken away between: what was kept before stays, and nothing is said to be done. */
static void
test_gone (void)
{
  HemoCapture *capture = set_up ();

  taken = make_flat ();
  take (capture);
  g_clear_pointer (&taken, hemo_flat_field_unref);
  g_clear_pointer (&told, g_free);
  take (capture);
  g_assert_cmpuint (count_kept (capture), ==, 1);
  g_assert_null (told);
  g_assert_cmpfloat (hemo_capture_get_unevenness (capture), >=, 0);
  hemo_capture_forget_blank (capture);
  g_assert_cmpuint (count_kept (capture), ==, 0);
  tear_down (capture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/capture-light/kept", test_kept);
  g_test_add_func ("/capture-light/gone", test_gone);
  return g_test_run ();
}
