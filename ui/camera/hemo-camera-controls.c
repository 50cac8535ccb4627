/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Exposure, gain and white balance through V4L2's controls. Source: Linux Media Infrastructure
 * userspace API, 'User Controls' and 'Camera Control Reference'. */

#include "hemo-camera-controls-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <linux/videodev2.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* The driver, shared by main and the thread that talks to it. */
typedef struct
{
  gatomicrefcount references;
  GMutex lock;
  HemoControlCall call;
  gpointer data;
  GDestroyNotify release;
} Port;

/* One control as the driver describes it. */
typedef struct
{
  HemoControlKind kind;
  guint32 value_id;
  guint32 automatic_id;
  /* What the driver's control for automatic is set to. */
  int on;
  int off;
  int minimum;
  int maximum;
  int step;
  int standard;
  /* As read last, or as wanted. */
  int value;
  gboolean automatic;
} Setting;

struct _HemoCameraControl
{
  GObject parent_instance;

  Setting setting;
  Port *port;
  /* A change is on its way to the driver; another one waits. */
  gboolean busy;
  gboolean changed;
};

enum
{
  PROP_LABEL = 1,
  PROP_VALUE,
  PROP_AUTOMATIC,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (HemoCameraControl, hemo_camera_control, G_TYPE_OBJECT)

struct _HemoCameraControls
{
  GObject parent_instance;

  GListStore *controls;
  Port *port;
  gboolean asked;
  GVariant *to_restore;
};

static void init_model (GListModelInterface *interface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HemoCameraControls,
                               hemo_camera_controls,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, init_model))

/* The name in the settings. */
static const char *const kind_names[HEMO_N_CONTROLS] = { "exposure", "gain", "white-balance" };

static Port *
port_ref (Port *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

static void
port_unref (Port *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;
  if (self->release != NULL)
    self->release (self->data);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static gboolean
call (Port *port, unsigned long request, void *argument)
{
  int result;

  do
    result = port->call (port->data, request, argument);
  while (result < 0 && errno == EINTR);
  return result >= 0;
}

static gboolean
query (Port *port, guint32 id, struct v4l2_queryctrl *found)
{
  *found = (struct v4l2_queryctrl){ .id = id };
  return call (port, VIDIOC_QUERYCTRL, found)
         && (found->flags & (V4L2_CTRL_FLAG_DISABLED | V4L2_CTRL_FLAG_READ_ONLY)) == 0;
}

static gboolean
read_control (Port *port, guint32 id, int *value)
{
  struct v4l2_control control = { .id = id };

  if (!call (port, VIDIOC_G_CTRL, &control))
    return FALSE;
  *value = control.value;
  return TRUE;
}

static gboolean
write_control (Port *port, guint32 id, int value)
{
  struct v4l2_control control = { .id = id, .value = value };

  return call (port, VIDIOC_S_CTRL, &control);
}

static gboolean
has_choice (Port *port, guint32 id, int choice)
{
  struct v4l2_querymenu menu = { .id = id, .index = (guint32)choice };

  return call (port, VIDIOC_QUERYMENU, &menu);
}

/* Exposure is a choice of four, of which a camera has two: by hand, and whichever of the automatic
 * ones leaves the aperture alone, which a microscope has not. */
static void
find_automatic (Port *port, Setting *setting, guint32 id)
{
  struct v4l2_queryctrl found;

  if (!query (port, id, &found))
    return;
  setting->on = 1;
  setting->off = 0;
  if (found.type == V4L2_CTRL_TYPE_MENU)
    {
      setting->off = V4L2_EXPOSURE_MANUAL;
      setting->on = has_choice (port, id, V4L2_EXPOSURE_APERTURE_PRIORITY)
                        ? V4L2_EXPOSURE_APERTURE_PRIORITY
                        : V4L2_EXPOSURE_AUTO;
      if (!has_choice (port, id, setting->on) || !has_choice (port, id, setting->off))
        return;
    }
  setting->automatic_id = id;
}

static void
read_setting (Port *port, Setting *setting)
{
  int automatic;

  read_control (port, setting->value_id, &setting->value);
  if (setting->automatic_id != 0 && read_control (port, setting->automatic_id, &automatic))
    setting->automatic = automatic != setting->off;
}

/* With both names a driver may use for it. */
static gboolean
find_setting (Port *port, HemoControlKind kind, const guint32 ids[3], Setting *setting)
{
  struct v4l2_queryctrl found;

  if (!query (port, ids[0], &found) && (ids[1] == 0 || !query (port, ids[1], &found)))
    return FALSE;
  if (found.type != V4L2_CTRL_TYPE_INTEGER || found.maximum <= found.minimum)
    return FALSE;
  *setting = (Setting){ .kind = kind,
                        .value_id = found.id,
                        .minimum = found.minimum,
                        .maximum = found.maximum,
                        .step = MAX (found.step, 1),
                        .standard = CLAMP (found.default_value, found.minimum, found.maximum) };
  setting->value = setting->standard;
  find_automatic (port, setting, ids[2]);
  read_setting (port, setting);
  return TRUE;
}

/* (element-type Setting) (transfer full) */
static GArray *
find_settings (Port *port)
{
  static const guint32 ids[HEMO_N_CONTROLS][3] = {
    { V4L2_CID_EXPOSURE_ABSOLUTE, V4L2_CID_EXPOSURE, V4L2_CID_EXPOSURE_AUTO },
    { V4L2_CID_GAIN, V4L2_CID_ANALOGUE_GAIN, V4L2_CID_AUTOGAIN },
    { V4L2_CID_WHITE_BALANCE_TEMPERATURE, 0, V4L2_CID_AUTO_WHITE_BALANCE },
  };
  GArray *settings = g_array_new (FALSE, FALSE, sizeof (Setting));
  Setting setting;

  for (int kind = 0; kind < HEMO_N_CONTROLS; kind++)
    if (find_setting (port, (HemoControlKind)kind, ids[kind], &setting))
      g_array_append_val (settings, setting);
  return settings;
}

static void
write_setting (Port *port, Setting *setting)
{
  if (setting->automatic_id != 0)
    write_control (port, setting->automatic_id, setting->automatic ? setting->on : setting->off);
  if (!setting->automatic)
    write_control (port, setting->value_id, setting->value);
  /* What the driver made of it is what is shown. */
  read_setting (port, setting);
}

/* Of a thread: a driver may take its time, a USB camera tens of milliseconds. */
typedef struct
{
  Port *port;
  Setting setting;
} Job;

static void
job_free (Job *self)
{
  port_unref (self->port);
  g_free (self);
}

static void
write_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;

  g_mutex_lock (&job->port->lock);
  write_setting (job->port, &job->setting);
  g_mutex_unlock (&job->port->lock);
  g_task_return_boolean (task, TRUE);
}

static void write_now (HemoCameraControl *self);

static void
take_setting (HemoCameraControl *self, const Setting *setting)
{
  const gboolean new_value = setting->value != self->setting.value;
  const gboolean new_automatic = setting->automatic != self->setting.automatic;

  self->setting = *setting;
  if (new_value)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VALUE]);
  if (new_automatic)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_AUTOMATIC]);
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoCameraControl) self = data;
  const Job *job = g_task_get_task_data (G_TASK (result));

  self->busy = FALSE;
  if (self->changed)
    write_now (self);
  else
    take_setting (self, &job->setting);
}

static void
write_now (HemoCameraControl *self)
{
  g_autoptr (GTask) task = NULL;
  Job *job;

  self->changed = self->busy;
  if (self->busy)
    return;
  self->busy = TRUE;
  job = g_new0 (Job, 1);
  job->port = port_ref (self->port);
  job->setting = self->setting;
  task = g_task_new (NULL, NULL, written_cb, g_object_ref (self));
  g_task_set_source_tag (task, write_now);
  g_task_set_task_data (task, job, (GDestroyNotify)job_free);
  g_task_run_in_thread (task, write_thread);
}

static void
hemo_camera_control_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HemoCameraControl *self = HEMO_CAMERA_CONTROL (object);

  switch (id)
    {
    case PROP_LABEL:
      g_value_set_static_string (value, hemo_camera_control_get_label (self));
      break;
    case PROP_VALUE:
      g_value_set_int (value, self->setting.value);
      break;
    case PROP_AUTOMATIC:
      g_value_set_boolean (value, self->setting.automatic);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hemo_camera_control_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  HemoCameraControl *self = HEMO_CAMERA_CONTROL (object);

  switch (id)
    {
    case PROP_VALUE:
      hemo_camera_control_set_value (self, g_value_get_int (value));
      break;
    case PROP_AUTOMATIC:
      hemo_camera_control_set_automatic (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hemo_camera_control_finalize (GObject *object)
{
  g_clear_pointer (&HEMO_CAMERA_CONTROL (object)->port, port_unref);
  G_OBJECT_CLASS (hemo_camera_control_parent_class)->finalize (object);
}

static void
hemo_camera_control_class_init (HemoCameraControlClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = hemo_camera_control_get_property;
  object_class->set_property = hemo_camera_control_set_property;
  object_class->finalize = hemo_camera_control_finalize;
  properties[PROP_LABEL]
      = g_param_spec_string ("label", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_VALUE] = g_param_spec_int ("value", NULL, NULL, G_MININT, G_MAXINT, 0, flags);
  properties[PROP_AUTOMATIC] = g_param_spec_boolean ("automatic", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
hemo_camera_control_init (HemoCameraControl *self)
{
}

HemoControlKind
hemo_camera_control_get_kind (HemoCameraControl *self)
{
  g_return_val_if_fail (HEMO_IS_CAMERA_CONTROL (self), HEMO_CONTROL_EXPOSURE);

  return self->setting.kind;
}

const char *
hemo_camera_control_get_label (HemoCameraControl *self)
{
  g_return_val_if_fail (HEMO_IS_CAMERA_CONTROL (self), NULL);

  switch (self->setting.kind)
    {
    case HEMO_CONTROL_EXPOSURE:
      return _ ("Exposure");
    case HEMO_CONTROL_GAIN:
      /* Translators: how much a camera amplifies what its sensor gives. */
      return _ ("Gain");
    case HEMO_CONTROL_WHITE_BALANCE:
    case HEMO_N_CONTROLS:
      break;
    }
  return _ ("White balance");
}

int
hemo_camera_control_get_minimum (HemoCameraControl *self)
{
  g_return_val_if_fail (HEMO_IS_CAMERA_CONTROL (self), 0);

  return self->setting.minimum;
}

int
hemo_camera_control_get_maximum (HemoCameraControl *self)
{
  g_return_val_if_fail (HEMO_IS_CAMERA_CONTROL (self), 0);

  return self->setting.maximum;
}

int
hemo_camera_control_get_step (HemoCameraControl *self)
{
  g_return_val_if_fail (HEMO_IS_CAMERA_CONTROL (self), 1);

  return self->setting.step;
}

int
hemo_camera_control_get_default (HemoCameraControl *self)
{
  g_return_val_if_fail (HEMO_IS_CAMERA_CONTROL (self), 0);

  return self->setting.standard;
}

int
hemo_camera_control_get_value (HemoCameraControl *self)
{
  g_return_val_if_fail (HEMO_IS_CAMERA_CONTROL (self), 0);

  return self->setting.value;
}

gboolean
hemo_camera_control_has_automatic (HemoCameraControl *self)
{
  g_return_val_if_fail (HEMO_IS_CAMERA_CONTROL (self), FALSE);

  return self->setting.automatic_id != 0;
}

gboolean
hemo_camera_control_get_automatic (HemoCameraControl *self)
{
  g_return_val_if_fail (HEMO_IS_CAMERA_CONTROL (self), FALSE);

  return self->setting.automatic;
}

static void
change (HemoCameraControl *self, int value, gboolean automatic)
{
  Setting setting = self->setting;

  setting.value = CLAMP (value, setting.minimum, setting.maximum);
  setting.automatic = automatic && setting.automatic_id != 0;
  if (setting.value == self->setting.value && setting.automatic == self->setting.automatic)
    return;
  take_setting (self, &setting);
  write_now (self);
}

void
hemo_camera_control_set_value (HemoCameraControl *self, int value)
{
  g_return_if_fail (HEMO_IS_CAMERA_CONTROL (self));

  change (self, value, FALSE);
}

void
hemo_camera_control_set_automatic (HemoCameraControl *self, gboolean automatic)
{
  g_return_if_fail (HEMO_IS_CAMERA_CONTROL (self));

  change (self, self->setting.value, automatic);
}

static void
find_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Port *port = data;
  GArray *settings;

  g_mutex_lock (&port->lock);
  settings = find_settings (port);
  g_mutex_unlock (&port->lock);
  g_task_return_pointer (task, settings, (GDestroyNotify)g_array_unref);
}

static void
restore_now (HemoCameraControls *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->controls)); i++)
    {
      g_autoptr (HemoCameraControl) control
          = g_list_model_get_item (G_LIST_MODEL (self->controls), i);
      gboolean automatic;
      int value;
      if (g_variant_lookup (self->to_restore, kind_names[control->setting.kind], "(bi)", &automatic,
                            &value))
        change (control, value, automatic);
    }
  g_clear_pointer (&self->to_restore, g_variant_unref);
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoCameraControls) self = data;
  g_autoptr (GArray) settings = g_task_propagate_pointer (G_TASK (result), NULL);

  for (guint i = 0; i < settings->len; i++)
    {
      g_autoptr (HemoCameraControl) control = g_object_new (HEMO_TYPE_CAMERA_CONTROL, NULL);
      control->setting = g_array_index (settings, Setting, i);
      control->port = port_ref (self->port);
      g_list_store_append (self->controls, control);
    }
  self->asked = TRUE;
  if (self->to_restore != NULL)
    restore_now (self);
}

static void
items_changed_cb (HemoCameraControls *self, guint position, guint removed, guint added)
{
  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
}

static void
hemo_camera_controls_finalize (GObject *object)
{
  HemoCameraControls *self = HEMO_CAMERA_CONTROLS (object);

  g_clear_object (&self->controls);
  g_clear_pointer (&self->port, port_unref);
  g_clear_pointer (&self->to_restore, g_variant_unref);
  G_OBJECT_CLASS (hemo_camera_controls_parent_class)->finalize (object);
}

static void
hemo_camera_controls_class_init (HemoCameraControlsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hemo_camera_controls_finalize;
}

static void
hemo_camera_controls_init (HemoCameraControls *self)
{
  self->controls = g_list_store_new (HEMO_TYPE_CAMERA_CONTROL);
  g_signal_connect_object (self->controls, "items-changed", G_CALLBACK (items_changed_cb), self,
                           G_CONNECT_SWAPPED);
}

static GType
hemo_camera_controls_get_item_type (GListModel *model)
{
  return HEMO_TYPE_CAMERA_CONTROL;
}

static guint
hemo_camera_controls_get_n_items (GListModel *model)
{
  return g_list_model_get_n_items (G_LIST_MODEL (HEMO_CAMERA_CONTROLS (model)->controls));
}

static gpointer
hemo_camera_controls_get_item (GListModel *model, guint position)
{
  return g_list_model_get_item (G_LIST_MODEL (HEMO_CAMERA_CONTROLS (model)->controls), position);
}

static void
init_model (GListModelInterface *interface)
{
  interface->get_item_type = hemo_camera_controls_get_item_type;
  interface->get_n_items = hemo_camera_controls_get_n_items;
  interface->get_item = hemo_camera_controls_get_item;
}

HemoCameraControls *
hemo_camera_controls_new_for_call (HemoControlCall callback, gpointer data, GDestroyNotify release)
{
  HemoCameraControls *self = g_object_new (HEMO_TYPE_CAMERA_CONTROLS, NULL);
  g_autoptr (GTask) task = g_task_new (NULL, NULL, found_cb, g_object_ref (self));

  self->port = g_new0 (Port, 1);
  g_atomic_ref_count_init (&self->port->references);
  g_mutex_init (&self->port->lock);
  self->port->call = callback;
  self->port->data = data;
  self->port->release = release;
  g_task_set_source_tag (task, hemo_camera_controls_new_for_call);
  g_task_set_task_data (task, port_ref (self->port), (GDestroyNotify)port_unref);
  g_task_run_in_thread (task, find_thread);
  return self;
}

/* A device file, opened when it is first asked, on the thread that asks. */
typedef struct
{
  char *path;
  int fd;
} Device;

static int
call_device (gpointer data, unsigned long request, void *argument)
{
  Device *self = data;

  if (self->fd < 0 && self->path != NULL)
    self->fd = g_open (self->path, O_RDWR | O_CLOEXEC | O_NONBLOCK, 0);
  if (self->fd < 0)
    return -1;
  return ioctl (self->fd, request, argument);
}

static void
device_free (gpointer data)
{
  Device *self = data;

  if (self->fd >= 0)
    close (self->fd);
  g_free (self->path);
  g_free (self);
}

HemoCameraControls *
hemo_camera_controls_new (HemoCameraDevice *device)
{
  Device *file = g_new0 (Device, 1);

  file->path = g_strdup (hemo_camera_device_get_path (device));
  file->fd = -1;
  return hemo_camera_controls_new_for_call (call_device, file, device_free);
}

GVariant *
hemo_camera_controls_save (HemoCameraControls *self)
{
  GVariantBuilder builder;

  g_return_val_if_fail (HEMO_IS_CAMERA_CONTROLS (self), NULL);

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{s(bi)}"));
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->controls)); i++)
    {
      g_autoptr (HemoCameraControl) control
          = g_list_model_get_item (G_LIST_MODEL (self->controls), i);
      g_variant_builder_add (&builder, "{s(bi)}", kind_names[control->setting.kind],
                             control->setting.automatic, control->setting.value);
    }
  return g_variant_builder_end (&builder);
}

void
hemo_camera_controls_restore (HemoCameraControls *self, GVariant *saved)
{
  g_autoptr (GVariant) held = g_variant_ref_sink (saved);

  g_return_if_fail (HEMO_IS_CAMERA_CONTROLS (self));

  if (!g_variant_is_of_type (held, G_VARIANT_TYPE ("a{s(bi)}")))
    return;
  g_clear_pointer (&self->to_restore, g_variant_unref);
  self->to_restore = g_steal_pointer (&held);
  if (self->asked)
    restore_now (self);
}
