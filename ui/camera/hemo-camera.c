/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The camera as an object: its properties, its device, what is wished of it. */

#include "hemo-camera-private.h"

enum
{
  PROP_DEVICE = 1,
  PROP_MODE,
  PROP_STATE,
  PROP_MESSAGE,
  PROP_PAINTABLE,
  PROP_FOCUS,
  PROP_FOCUS_NEEDED,
  PROP_STILL,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (HemoCamera, hemo_camera, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (HemoCameraState,
                    hemo_camera_state,
                    G_DEFINE_ENUM_VALUE (HEMO_CAMERA_OFF, "off"),
                    G_DEFINE_ENUM_VALUE (HEMO_CAMERA_NONE, "none"),
                    G_DEFINE_ENUM_VALUE (HEMO_CAMERA_STARTING, "starting"),
                    G_DEFINE_ENUM_VALUE (HEMO_CAMERA_LIVE, "live"),
                    G_DEFINE_ENUM_VALUE (HEMO_CAMERA_STALLED, "stalled"),
                    G_DEFINE_ENUM_VALUE (HEMO_CAMERA_GONE, "gone"),
                    G_DEFINE_ENUM_VALUE (HEMO_CAMERA_FAILED, "failed"))

static void
present_cb (HemoCamera *self)
{
  hemo_camera_update (self);
}

static void
change_device (HemoCamera *self, HemoCameraDevice *device, HemoCameraMode *mode)
{
  if (device == self->device && (mode == self->mode || mode == NULL))
    return;
  g_object_freeze_notify (G_OBJECT (self));
  hemo_camera_close (self);
  /* Another device need not wait for this one. */
  if (device != self->device && self->closing != NULL)
    hemo_camera_drop_closing (self);
  if (self->device != NULL)
    g_signal_handlers_disconnect_by_func (self->device, present_cb, self);
  g_set_object (&self->device, device);
  if (mode == NULL && device != NULL && self->width > 0)
    mode = hemo_camera_device_find_mode (device, self->width, self->height);
  if (mode == NULL && device != NULL)
    mode = hemo_camera_device_get_best_mode (device);
  g_set_object (&self->mode, mode);
  if (device != NULL)
    g_signal_connect_object (device, "notify::present", G_CALLBACK (present_cb), self,
                             G_CONNECT_SWAPPED);
  hemo_camera_rest (self, HEMO_CAMERA_OFF, NULL);
  self->had_picture = FALSE;
  hemo_camera_picture_show (self->picture, NULL, 0, 0);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DEVICE]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODE]);
  hemo_camera_update (self);
  g_object_thaw_notify (G_OBJECT (self));
}

/* The device with the id wanted; with none wanted the first that is here. */
static void
choose_followed (HemoCamera *self)
{
  GListModel *model = G_LIST_MODEL (self->followed);

  if (self->chosen || self->device != NULL)
    return;
  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (HemoCameraDevice) device = g_list_model_get_item (model, i);
      if (hemo_camera_device_get_present (device)
          && (self->wanted == NULL
              || g_str_equal (hemo_camera_device_get_id (device), self->wanted)))
        {
          change_device (self, device, NULL);
          return;
        }
    }
}

static void
hemo_camera_get_object_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HemoCamera *self = HEMO_CAMERA (object);

  switch (id)
    {
    case PROP_DEVICE:
      g_value_set_object (value, self->device);
      break;
    case PROP_MODE:
      g_value_set_object (value, self->mode);
      break;
    case PROP_STATE:
      g_value_set_enum (value, (int)self->state);
      break;
    case PROP_MESSAGE:
      g_value_set_string (value, self->message);
      break;
    case PROP_PAINTABLE:
      g_value_set_object (value, self->picture);
      break;
    case PROP_FOCUS:
      g_value_set_double (value, self->focus);
      break;
    case PROP_FOCUS_NEEDED:
      g_value_set_double (value, self->focus_needed);
      break;
    case PROP_STILL:
      g_value_set_boolean (value, self->still);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hemo_camera_set_object_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  HemoCamera *self = HEMO_CAMERA (object);

  switch (id)
    {
    case PROP_DEVICE:
      hemo_camera_set_device (self, g_value_get_object (value), NULL);
      break;
    case PROP_MODE:
      hemo_camera_set_device (self, self->device, g_value_get_object (value));
      break;
    case PROP_FOCUS_NEEDED:
      hemo_camera_set_focus_needed (self, g_value_get_double (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hemo_camera_dispose (GObject *object)
{
  HemoCamera *self = HEMO_CAMERA (object);

  g_clear_handle_id (&self->tick, g_source_remove);
  if (self->flow != NULL)
    hemo_camera_close (self);
  if (self->closing != NULL)
    hemo_camera_drop_closing (self);
  if (self->device != NULL)
    g_signal_handlers_disconnect_by_func (self->device, present_cb, self);
  g_clear_object (&self->device);
  g_clear_object (&self->mode);
  g_clear_object (&self->followed);
  G_OBJECT_CLASS (hemo_camera_parent_class)->dispose (object);
}

static void
hemo_camera_finalize (GObject *object)
{
  HemoCamera *self = HEMO_CAMERA (object);

  g_clear_object (&self->picture);
  g_clear_pointer (&self->sharp, hemo_shot_free);
  g_clear_pointer (&self->flat, hemo_flat_field_unref);
  g_clear_pointer (&self->viewers, g_hash_table_unref);
  g_clear_pointer (&self->captures, g_ptr_array_unref);
  g_free (self->message);
  g_free (self->wanted);
  G_OBJECT_CLASS (hemo_camera_parent_class)->finalize (object);
}

static void
hemo_camera_class_init (HemoCameraClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  const GParamFlags write = read | G_PARAM_WRITABLE;

  object_class->get_property = hemo_camera_get_object_property;
  object_class->set_property = hemo_camera_set_object_property;
  object_class->dispose = hemo_camera_dispose;
  object_class->finalize = hemo_camera_finalize;
  properties[PROP_DEVICE]
      = g_param_spec_object ("device", NULL, NULL, HEMO_TYPE_CAMERA_DEVICE, write);
  properties[PROP_MODE] = g_param_spec_object ("mode", NULL, NULL, HEMO_TYPE_CAMERA_MODE, write);
  properties[PROP_STATE]
      = g_param_spec_enum ("state", NULL, NULL, HEMO_TYPE_CAMERA_STATE, HEMO_CAMERA_OFF, read);
  properties[PROP_MESSAGE] = g_param_spec_string ("message", NULL, NULL, NULL, read);
  properties[PROP_PAINTABLE]
      = g_param_spec_object ("paintable", NULL, NULL, GDK_TYPE_PAINTABLE, read);
  properties[PROP_FOCUS] = g_param_spec_double ("focus", NULL, NULL, -1, 1, -1, read);
  properties[PROP_FOCUS_NEEDED]
      = g_param_spec_double ("focus-needed", NULL, NULL, 0, 1, HEMO_QUALITY_FOCUS_NEEDED, write);
  properties[PROP_STILL] = g_param_spec_boolean ("still", NULL, NULL, FALSE, read);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
hemo_camera_init (HemoCamera *self)
{
  self->viewers = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->captures = g_ptr_array_new ();
  self->picture = hemo_camera_picture_new ();
  self->focus = -1;
  self->focus_needed = HEMO_QUALITY_FOCUS_NEEDED;
}

HemoCamera *
hemo_camera_new (void)
{
  return g_object_new (HEMO_TYPE_CAMERA, NULL);
}

void
hemo_camera_set_device (HemoCamera *self, HemoCameraDevice *device, HemoCameraMode *mode)
{
  g_return_if_fail (HEMO_IS_CAMERA (self));
  g_return_if_fail (device == NULL || HEMO_IS_CAMERA_DEVICE (device));

  self->chosen = TRUE;
  change_device (self, device, mode);
}

void
hemo_camera_prefer_size (HemoCamera *self, int width, int height)
{
  g_return_if_fail (HEMO_IS_CAMERA (self));

  self->width = width;
  self->height = height;
}

HemoCameraDevice *
hemo_camera_get_device (HemoCamera *self)
{
  g_return_val_if_fail (HEMO_IS_CAMERA (self), NULL);

  return self->device;
}

HemoCameraMode *
hemo_camera_get_mode (HemoCamera *self)
{
  g_return_val_if_fail (HEMO_IS_CAMERA (self), NULL);

  return self->mode;
}

void
hemo_camera_follow (HemoCamera *self, HemoCameras *cameras, const char *wanted)
{
  g_return_if_fail (HEMO_IS_CAMERA (self));
  g_return_if_fail (HEMO_IS_CAMERAS (cameras));

  if (self->followed != NULL)
    g_signal_handlers_disconnect_by_data (self->followed, self);
  g_set_object (&self->followed, cameras);
  g_set_str (&self->wanted, wanted);
  self->chosen = FALSE;
  if (self->device != NULL && wanted != NULL
      && !g_str_equal (hemo_camera_device_get_id (self->device), wanted))
    change_device (self, NULL, NULL);
  /* After those who show the list: what is chosen has to be on it for them as well. */
  g_signal_connect_object (cameras, "items-changed", G_CALLBACK (choose_followed), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (cameras, "notify::message", G_CALLBACK (present_cb), self,
                           G_CONNECT_SWAPPED);
  choose_followed (self);
}

void
hemo_camera_start (HemoCamera *self)
{
  g_return_if_fail (HEMO_IS_CAMERA (self));

  self->started = TRUE;
  hemo_camera_update (self);
}

void
hemo_camera_stop (HemoCamera *self)
{
  g_return_if_fail (HEMO_IS_CAMERA (self));

  self->started = FALSE;
  hemo_camera_update (self);
}

HemoCameraState
hemo_camera_get_state (HemoCamera *self)
{
  g_return_val_if_fail (HEMO_IS_CAMERA (self), HEMO_CAMERA_OFF);

  return self->state;
}

const char *
hemo_camera_get_message (HemoCamera *self)
{
  g_return_val_if_fail (HEMO_IS_CAMERA (self), NULL);

  return self->message;
}

GdkPaintable *
hemo_camera_get_paintable (HemoCamera *self)
{
  g_return_val_if_fail (HEMO_IS_CAMERA (self), NULL);

  return GDK_PAINTABLE (self->picture);
}

double
hemo_camera_get_focus (HemoCamera *self)
{
  g_return_val_if_fail (HEMO_IS_CAMERA (self), -1);

  return self->focus;
}

guint64
hemo_camera_get_n_frames (HemoCamera *self)
{
  g_return_val_if_fail (HEMO_IS_CAMERA (self), 0);

  return self->n_frames + (self->flow != NULL ? hemo_flow_get_n_frames (self->flow) : 0);
}

guint64
hemo_camera_get_n_broken (HemoCamera *self)
{
  g_return_val_if_fail (HEMO_IS_CAMERA (self), 0);

  return self->n_broken + (self->flow != NULL ? hemo_flow_get_n_broken (self->flow) : 0);
}

void
hemo_camera_set_focus_needed (HemoCamera *self, double focus_needed)
{
  g_return_if_fail (HEMO_IS_CAMERA (self));

  if (focus_needed == self->focus_needed)
    return;
  self->focus_needed = CLAMP (focus_needed, 0, 1);
  hemo_camera_tell_wish (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FOCUS_NEEDED]);
}

double
hemo_camera_get_focus_needed (HemoCamera *self)
{
  g_return_val_if_fail (HEMO_IS_CAMERA (self), 0);

  return self->focus_needed;
}

void
hemo_camera_set_keep_sharp (HemoCamera *self, gboolean keep_sharp)
{
  g_return_if_fail (HEMO_IS_CAMERA (self));

  self->keep_sharp = keep_sharp;
  if (!keep_sharp)
    g_clear_pointer (&self->sharp, hemo_shot_free);
  hemo_camera_tell_wish (self);
}

HemoShot *
hemo_camera_dup_newest_sharp (HemoCamera *self, double max_age)
{
  g_return_val_if_fail (HEMO_IS_CAMERA (self), NULL);

  if (self->sharp == NULL
      || (double)(g_get_monotonic_time () - self->sharp->taken) / G_USEC_PER_SEC > max_age)
    return NULL;
  return hemo_shot_copy (self->sharp);
}

void
hemo_camera_set_flat_field (HemoCamera *self, HemoFlatField *flat_field)
{
  g_return_if_fail (HEMO_IS_CAMERA (self));

  if (flat_field != NULL)
    hemo_flat_field_ref (flat_field);
  g_clear_pointer (&self->flat, hemo_flat_field_unref);
  self->flat = flat_field;
  hemo_camera_tell_wish (self);
}

HemoFlatField *
hemo_camera_get_flat_field (HemoCamera *self)
{
  g_return_val_if_fail (HEMO_IS_CAMERA (self), NULL);

  return self->flat;
}

void
hemo_camera_add_viewer (HemoCamera *self, gpointer viewer, int width, int height)
{
  HemoCameraSize *size = g_new (HemoCameraSize, 1);

  *size = (HemoCameraSize){ width, height };
  g_hash_table_insert (self->viewers, viewer, size);
  hemo_camera_tell_wish (self);
  hemo_camera_update (self);
}

void
hemo_camera_remove_viewer (HemoCamera *self, gpointer viewer)
{
  g_hash_table_remove (self->viewers, viewer);
  hemo_camera_tell_wish (self);
  hemo_camera_update (self);
}
