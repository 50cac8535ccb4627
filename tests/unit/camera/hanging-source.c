/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hanging-source.h"

#include <gst/base/gstpushsrc.h>

#define WIDTH 320
#define HEIGHT 240
#define CAPS "video/x-raw,format=I420,width=320,height=240,framerate=20/1"

typedef struct
{
  GstPushSrc parent_instance;

  gboolean hangs;
  GMutex lock;
  GCond told;
  gboolean let_go;
  guint8 grey;
} HangingSource;

typedef GstPushSrcClass HangingSourceClass;

typedef struct
{
  GstDevice parent_instance;

  int hanging;
} HangingDevice;

typedef GstDeviceClass HangingDeviceClass;

static gint n_made, n_waiting;

GType hanging_source_get_type (void);
GType hanging_device_get_type (void);
G_DEFINE_TYPE (HangingSource, hanging_source, GST_TYPE_PUSH_SRC)
G_DEFINE_TYPE (HangingDevice, hanging_device, GST_TYPE_DEVICE)

static gboolean
negotiate (GstBaseSrc *base)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (CAPS);

  return gst_base_src_set_caps (base, caps);
}

static gboolean
tell (GstBaseSrc *base, gboolean let_go)
{
  HangingSource *self = (HangingSource *)base;

  g_mutex_lock (&self->lock);
  self->let_go = let_go;
  g_cond_broadcast (&self->told);
  g_mutex_unlock (&self->lock);
  return TRUE;
}

static gboolean
unlock (GstBaseSrc *base)
{
  return tell (base, TRUE);
}

static gboolean
unlock_stop (GstBaseSrc *base)
{
  return tell (base, FALSE);
}

static GstFlowReturn
create (GstPushSrc *push, GstBuffer **buffer)
{
  HangingSource *self = (HangingSource *)push;
  const gsize size = WIDTH * HEIGHT * 3 / 2;

  g_usleep (50 * 1000);
  *buffer = gst_buffer_new_allocate (NULL, size, NULL);
  gst_buffer_memset (*buffer, 0, self->grey++, size);
  return GST_FLOW_OK;
}

/* TRUE when it was told in time. */
static gboolean
wait_to_be_told (HangingSource *self)
{
  const gint64 until = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;
  gboolean told;

  g_atomic_int_inc (&n_waiting);
  g_mutex_lock (&self->lock);
  while (!self->let_go && g_cond_wait_until (&self->told, &self->lock, until))
    ;
  told = self->let_go;
  g_mutex_unlock (&self->lock);
  g_atomic_int_add (&n_waiting, -1);
  return told;
}

static GstStateChangeReturn
change_state (GstElement *element, GstStateChange transition)
{
  HangingSource *self = (HangingSource *)element;
  GstStateChangeReturn result
      = GST_ELEMENT_CLASS (hanging_source_parent_class)->change_state (element, transition);

  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED && self->hangs && wait_to_be_told (self))
    return GST_STATE_CHANGE_FAILURE;
  return result;
}

static void
hanging_source_finalize (GObject *object)
{
  HangingSource *self = (HangingSource *)object;

  g_mutex_clear (&self->lock);
  g_cond_clear (&self->told);
  G_OBJECT_CLASS (hanging_source_parent_class)->finalize (object);
}

static void
hanging_source_class_init (HangingSourceClass *klass)
{
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = hanging_source_finalize;
  element_class->change_state = change_state;
  GST_BASE_SRC_CLASS (klass)->negotiate = negotiate;
  GST_BASE_SRC_CLASS (klass)->unlock = unlock;
  GST_BASE_SRC_CLASS (klass)->unlock_stop = unlock_stop;
  klass->create = create;
  gst_element_class_set_static_metadata (element_class, "Hanging source", "Source/Video", "Hangs",
                                         "Hemogram");
  gst_element_class_add_pad_template (
      element_class, gst_pad_template_new ("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_CAPS_ANY));
}

static void
hanging_source_init (HangingSource *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->told);
  gst_base_src_set_live (GST_BASE_SRC (self), TRUE);
  gst_base_src_set_format (GST_BASE_SRC (self), GST_FORMAT_TIME);
  gst_base_src_set_do_timestamp (GST_BASE_SRC (self), TRUE);
}

static GstElement *
create_element (GstDevice *device, const char *name)
{
  HangingSource *source = g_object_new (hanging_source_get_type (), NULL);

  source->hangs = g_atomic_int_add (&n_made, 1) < ((HangingDevice *)device)->hanging;
  return GST_ELEMENT (source);
}

static void
hanging_device_class_init (HangingDeviceClass *klass)
{
  klass->create_element = create_element;
}

static void
hanging_device_init (HangingDevice *self)
{
}

GstDevice *
hanging_device_new (int hanging)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (CAPS);
  HangingDevice *self
      = g_object_ref_sink (g_object_new (hanging_device_get_type (), "display-name", "Hanging",
                                         "device-class", "Video/Source", "caps", caps, NULL));

  self->hanging = hanging;
  g_atomic_int_set (&n_made, 0);
  return GST_DEVICE (self);
}

int
hanging_device_get_n_made (void)
{
  return g_atomic_int_get (&n_made);
}

int
hanging_device_get_n_waiting (void)
{
  return g_atomic_int_get (&n_waiting);
}
