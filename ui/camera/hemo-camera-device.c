/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One camera: who it is and whether it is here. */

#include "hemo-camera-device-private.h"

#include "hemo-camera-files-private.h"

#include <glib/gi18n.h>

struct _HemoCameraDevice
{
  GObject parent_instance;

  char *id;
  char *name;
  char *path;
  char *launch;
  char *files;
  GstDevice *device;
  GListStore *modes;
  gboolean present;
};

enum
{
  PROP_ID = 1,
  PROP_NAME,
  PROP_PRESENT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (HemoCameraDevice, hemo_camera_device, G_TYPE_OBJECT)

/* The first of @names that @device tells about itself. */
static char *
find_property (GstDevice *device, const char *const *names)
{
  g_autoptr (GstStructure) properties_of = gst_device_get_properties (device);

  for (int i = 0; properties_of != NULL && names[i] != NULL; i++)
    {
      const GValue *value = gst_structure_get_value (properties_of, names[i]);
      if (value != NULL && G_VALUE_HOLDS_STRING (value) && g_value_get_string (value) != NULL)
        return g_value_dup_string (value);
    }
  return NULL;
}

gboolean
hemo_camera_device_is_pipewire (GstDevice *device)
{
  return g_str_has_prefix (G_OBJECT_TYPE_NAME (device), "GstPipeWire");
}

char *
hemo_camera_device_find_path (GstDevice *device)
{
  static const char *const names[] = { "device.path", "api.v4l2.path", NULL };

  return find_property (device, names);
}

/* Where it is plugged in is left out on purpose: the next morning it is in another socket. */
char *
hemo_camera_device_make_id (GstDevice *device)
{
  static const char *const serials[] = { "device.serial", "device.serial-short", NULL };
  static const char *const nodes[] = { "node.name", NULL };
  g_autofree char *name = gst_device_get_display_name (device);
  g_autofree char *serial = NULL;

  if (!gst_device_has_classes (device, "Video/Source"))
    return NULL;
  if (hemo_camera_device_is_pipewire (device))
    {
      g_autofree char *node = find_property (device, nodes);
      return g_strconcat ("pipewire:", node != NULL ? node : name, NULL);
    }
  serial = find_property (device, serials);
  return g_strconcat ("v4l2:", name, serial != NULL ? "/" : NULL, serial, NULL);
}

static void
hemo_camera_device_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HemoCameraDevice *self = HEMO_CAMERA_DEVICE (object);

  switch (id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_PRESENT:
      g_value_set_boolean (value, self->present);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hemo_camera_device_finalize (GObject *object)
{
  HemoCameraDevice *self = HEMO_CAMERA_DEVICE (object);

  g_free (self->id);
  g_free (self->name);
  g_free (self->path);
  g_free (self->launch);
  g_free (self->files);
  g_clear_object (&self->device);
  g_clear_object (&self->modes);
  G_OBJECT_CLASS (hemo_camera_device_parent_class)->finalize (object);
}

static void
hemo_camera_device_class_init (HemoCameraDeviceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = hemo_camera_device_get_property;
  object_class->finalize = hemo_camera_device_finalize;
  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_PRESENT] = g_param_spec_boolean ("present", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
hemo_camera_device_init (HemoCameraDevice *self)
{
  self->modes = g_list_store_new (HEMO_TYPE_CAMERA_MODE);
}

HemoCameraDevice *
hemo_camera_device_new (const char *id, GstDevice *device)
{
  HemoCameraDevice *self = g_object_new (HEMO_TYPE_CAMERA_DEVICE, NULL);

  self->id = g_strdup (id);
  hemo_camera_device_set_device (self, device);
  return self;
}

HemoCameraDevice *
hemo_camera_device_new_launch (const char *id, const char *name, const char *description)
{
  HemoCameraDevice *self = g_object_new (HEMO_TYPE_CAMERA_DEVICE, NULL);

  self->id = g_strdup (id);
  self->name = g_strdup (name);
  self->launch = g_strdup (description);
  self->present = TRUE;
  return self;
}

HemoCameraDevice *
hemo_camera_device_new_files (const char *id, const char *name, const char *path)
{
  HemoCameraDevice *self = g_object_new (HEMO_TYPE_CAMERA_DEVICE, NULL);

  self->id = g_strdup (id);
  self->name = g_strdup (name);
  self->files = g_strdup (path);
  self->present = TRUE;
  return self;
}

static void
take_names (HemoCameraDevice *self)
{
  g_autoptr (GstCaps) caps = gst_device_get_caps (self->device);

  g_free (self->name);
  self->name = gst_device_get_display_name (self->device);
  g_free (self->path);
  self->path = hemo_camera_device_find_path (self->device);
  /* A camera that is back at once may tell no sizes yet: the old ones are better than none. */
  if (caps != NULL && !gst_caps_is_empty (caps) && !gst_caps_is_any (caps))
    {
      g_list_store_remove_all (self->modes);
      hemo_camera_modes_fill (self->modes, caps);
    }
}

void
hemo_camera_device_set_device (HemoCameraDevice *self, GstDevice *device)
{
  g_return_if_fail (HEMO_IS_CAMERA_DEVICE (self));

  g_set_object (&self->device, device);
  if (device != NULL)
    take_names (self);
  hemo_camera_device_set_present (self, device != NULL);
}

GstDevice *
hemo_camera_device_get_device (HemoCameraDevice *self)
{
  g_return_val_if_fail (HEMO_IS_CAMERA_DEVICE (self), NULL);

  return self->device;
}

void
hemo_camera_device_set_present (HemoCameraDevice *self, gboolean present)
{
  g_return_if_fail (HEMO_IS_CAMERA_DEVICE (self));

  if (self->present == present)
    return;
  self->present = present;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PRESENT]);
}

const char *
hemo_camera_device_get_id (HemoCameraDevice *self)
{
  g_return_val_if_fail (HEMO_IS_CAMERA_DEVICE (self), NULL);

  return self->id;
}

const char *
hemo_camera_device_get_name (HemoCameraDevice *self)
{
  g_return_val_if_fail (HEMO_IS_CAMERA_DEVICE (self), NULL);

  return self->name;
}

gboolean
hemo_camera_device_get_present (HemoCameraDevice *self)
{
  g_return_val_if_fail (HEMO_IS_CAMERA_DEVICE (self), FALSE);

  return self->present;
}

const char *
hemo_camera_device_get_path (HemoCameraDevice *self)
{
  g_return_val_if_fail (HEMO_IS_CAMERA_DEVICE (self), NULL);

  return self->path;
}

GListModel *
hemo_camera_device_get_modes (HemoCameraDevice *self)
{
  g_return_val_if_fail (HEMO_IS_CAMERA_DEVICE (self), NULL);

  return G_LIST_MODEL (self->modes);
}

/* The model owns what it lists; borrowed from it. */
static HemoCameraMode *
peek_mode (HemoCameraDevice *self, guint position)
{
  g_autoptr (HemoCameraMode) mode = g_list_model_get_item (G_LIST_MODEL (self->modes), position);

  return mode;
}

HemoCameraMode *
hemo_camera_device_get_best_mode (HemoCameraDevice *self)
{
  HemoCameraMode *mode;

  g_return_val_if_fail (HEMO_IS_CAMERA_DEVICE (self), NULL);

  for (guint i = 0; (mode = peek_mode (self, i)) != NULL; i++)
    if (hemo_camera_mode_get_rate (mode) >= 10 || hemo_camera_mode_get_rate (mode) <= 0)
      return mode;
  return peek_mode (self, 0);
}

HemoCameraMode *
hemo_camera_device_find_mode (HemoCameraDevice *self, int width, int height)
{
  HemoCameraMode *mode;

  g_return_val_if_fail (HEMO_IS_CAMERA_DEVICE (self), NULL);

  for (guint i = 0; (mode = peek_mode (self, i)) != NULL; i++)
    if (hemo_camera_mode_get_width (mode) == width && hemo_camera_mode_get_height (mode) == height)
      return mode;
  return NULL;
}

HemoCameraSource *
hemo_camera_source_new (HemoCameraDevice *device, HemoCameraMode *mode)
{
  HemoCameraSource *self = g_new0 (HemoCameraSource, 1);

  self->device = device->device != NULL ? g_object_ref (device->device) : NULL;
  self->launch = g_strdup (device->launch);
  self->files = g_strdup (device->files);
  self->caps = mode != NULL ? hemo_camera_mode_dup_caps (mode) : NULL;
  self->rate = mode != NULL ? hemo_camera_mode_get_rate (mode) : 0;
  return self;
}

void
hemo_camera_source_free (HemoCameraSource *self)
{
  if (self == NULL)
    return;
  g_clear_object (&self->device);
  g_free (self->launch);
  g_free (self->files);
  gst_clear_caps (&self->caps);
  g_free (self);
}

/* PipeWire takes the memory of the pictures away with the camera, whoever reads in it just then. */
static void
ask_for_copies (GstElement *element)
{
  GObjectClass *klass = G_OBJECT_GET_CLASS (element);

  /* As PipeWire calls it from 1.4 on, and before. */
  if (g_object_class_find_property (klass, "use-bufferpool") != NULL)
    g_object_set (element, "use-bufferpool", FALSE, NULL);
  else if (g_object_class_find_property (klass, "always-copy") != NULL)
    g_object_set (element, "always-copy", TRUE, NULL);
}

GstElement *
hemo_camera_source_make_element (HemoCameraSource *self, GError **error)
{
  GstElement *element = NULL;

  if (self->files != NULL)
    return hemo_camera_files_make_source (self->files, error);
  if (self->launch != NULL)
    return gst_parse_bin_from_description (self->launch, TRUE, error);
  if (self->device != NULL)
    element = gst_device_create_element (self->device, "source");
  if (element != NULL)
    ask_for_copies (element);
  else
    g_set_error_literal (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND,
                         _ ("the device cannot be opened"));
  return element;
}
