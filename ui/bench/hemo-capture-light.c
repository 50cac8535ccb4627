/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What belongs to a camera, and to an objective on it: how it is set, and light that is uneven. The
 * settings keep both, so that nobody sets them a second time. */

#include "hemo-capture-private.h"

#include "hemo-failure.h"

#define CONTROLS "camera-controls"
#define FLAT_FIELDS "flat-fields"

/* Puts @value (floating, NULL: nothing) under @name of the dictionary in @key. */
static void
keep (HemoCapture *self, const char *key, const char *name, GVariant *value)
{
  g_autoptr (GVariant) old = g_settings_get_value (self->settings, key);
  GVariantBuilder builder;
  GVariantIter iter;
  GVariant *entry;

  g_variant_builder_init (&builder, g_variant_get_type (old));
  g_variant_iter_init (&iter, old);
  while ((entry = g_variant_iter_next_value (&iter)) != NULL)
    {
      g_autoptr (GVariant) owned = entry;
      g_autoptr (GVariant) other = g_variant_get_child_value (entry, 0);

      if (!g_str_equal (g_variant_get_string (other, NULL), name))
        g_variant_builder_add_value (&builder, entry);
    }
  if (value != NULL)
    g_variant_builder_add_value (&builder,
                                 g_variant_new_dict_entry (g_variant_new_string (name), value));
  g_settings_set_value (self->settings, key, g_variant_builder_end (&builder));
}

/* (transfer full) (nullable) */
static GVariant *
find (HemoCapture *self, const char *key, const char *name)
{
  g_autoptr (GVariant) all = g_settings_get_value (self->settings, key);

  return g_variant_lookup_value (all, name, NULL);
}

/* The light is of one objective on one camera. (transfer full), NULL without a camera */
static char *
dup_flat_name (HemoCapture *self)
{
  HemoCameraDevice *device = hemo_camera_get_device (self->camera);

  if (device == NULL)
    return NULL;
  return g_strdup_printf ("%s/%s", hemo_camera_device_get_id (device),
                          self->objective != NULL ? self->objective : "");
}

/* What cannot be read any more is as if it had not been taken. (transfer full) (nullable) */
static HemoFlatField *
load_flat_field (HemoCapture *self, const char *name)
{
  g_autoptr (GVariant) kept = find (self, FLAT_FIELDS, name);
  g_autoptr (GBytes) bytes = NULL;
  guchar *data;
  gsize length;

  if (kept == NULL)
    return NULL;
  data = g_base64_decode (g_variant_get_string (kept, NULL), &length);
  bytes = g_bytes_new_take (data, length);
  return hemo_flat_field_new_from_bytes (bytes, NULL);
}

void
hemo_capture_follow_light (HemoCapture *self)
{
  g_autofree char *name = dup_flat_name (self);
  g_autoptr (HemoFlatField) flat = name != NULL ? load_flat_field (self, name) : NULL;

  if (self->taking_blank != NULL && g_strcmp0 (name, self->blank_name) != 0)
    g_cancellable_cancel (self->taking_blank);
  hemo_camera_set_flat_field (self->camera, flat);
  g_signal_emit_by_name (self, "light");
}

double
hemo_capture_get_unevenness (HemoCapture *self)
{
  HemoFlatField *flat = hemo_camera_get_flat_field (self->camera);

  return flat != NULL ? hemo_flat_field_get_unevenness (flat) : -1;
}

gboolean
hemo_capture_is_taking_blank (HemoCapture *self)
{
  return self->taking_blank != NULL;
}

static void
keep_flat_field (HemoCapture *self, const char *name)
{
  g_autoptr (GBytes) bytes = hemo_flat_field_to_bytes (hemo_camera_get_flat_field (self->camera));
  g_autofree char *text
      = g_base64_encode (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));

  keep (self, FLAT_FIELDS, name, g_variant_new_string (text));
}

static void
blank_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoCapture) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_steal_pointer (&self->blank_name);

  g_clear_object (&self->taking_blank);
  if (!hemo_camera_capture_blank_finish (HEMO_CAMERA (source), result, &error))
    {
      g_autofree char *text = hemo_failure_say (error->message);

      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        hemo_capture_tell (self, text, FALSE);
    }
  /* Of another objective or another device by now there may be none. */
  else if (self->camera != NULL && hemo_camera_get_flat_field (self->camera) != NULL)
    {
      keep_flat_field (self, name);
      hemo_capture_tell (self, NULL, FALSE);
    }
  /* Another objective may be in by now. */
  if (self->camera != NULL)
    hemo_capture_follow_light (self);
}

void
hemo_capture_take_blank (HemoCapture *self)
{
  if (self->taking_blank != NULL || hemo_camera_get_device (self->camera) == NULL)
    return;
  self->taking_blank = g_cancellable_new ();
  self->blank_name = dup_flat_name (self);
  hemo_camera_capture_blank_async (self->camera, self->taking_blank, blank_cb, g_object_ref (self));
  g_signal_emit_by_name (self, "light");
}

void
hemo_capture_forget_blank (HemoCapture *self)
{
  g_autofree char *name = dup_flat_name (self);

  if (name == NULL)
    return;
  keep (self, FLAT_FIELDS, name, NULL);
  hemo_capture_follow_light (self);
}

HemoCameraControls *
hemo_capture_get_controls (HemoCapture *self)
{
  return self->controls;
}

static void
keep_controls (HemoCapture *self)
{
  keep (self, CONTROLS, hemo_camera_device_get_id (self->controls_of),
        hemo_camera_controls_save (self->controls));
}

static void
controls_found_cb (HemoCapture *self, guint position, guint removed, guint added)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (HemoCameraControl) control
          = g_list_model_get_item (G_LIST_MODEL (self->controls), i);

      g_signal_connect_object (control, "notify", G_CALLBACK (keep_controls), self,
                               G_CONNECT_SWAPPED);
    }
}

static void
drop_controls (HemoCapture *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->controls)); i++)
    {
      g_autoptr (HemoCameraControl) control
          = g_list_model_get_item (G_LIST_MODEL (self->controls), i);

      g_signal_handlers_disconnect_by_data (control, self);
    }
  g_signal_handlers_disconnect_by_data (self->controls, self);
  g_clear_object (&self->controls);
  g_clear_object (&self->controls_of);
}

/* They belong to the device as it is plugged in now, and it forgets them when it is pulled. */
void
hemo_capture_follow_controls (HemoCapture *self)
{
  HemoCameraDevice *device = hemo_camera_get_device (self->camera);
  g_autoptr (GVariant) kept = NULL;

  if (device != NULL && !hemo_camera_device_get_present (device))
    device = NULL;
  if (device == self->controls_of)
    return;
  if (self->controls != NULL)
    drop_controls (self);
  if (device != NULL)
    {
      self->controls_of = g_object_ref (device);
      self->controls = hemo_camera_controls_new (device);
      g_signal_connect_object (self->controls, "items-changed", G_CALLBACK (controls_found_cb),
                               self, G_CONNECT_SWAPPED);
      kept = find (self, CONTROLS, hemo_camera_device_get_id (device));
      if (kept != NULL)
        hemo_camera_controls_restore (self->controls, kept);
    }
  g_signal_emit_by_name (self, "controls");
}
