/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The cameras of this computer: GStreamer's device providers, started on a thread, heard on main.
 */

#include "hemo-cameras.h"

#include "hemo-camera-device-private.h"
#include "hemo-camera-portal-private.h"

#include <glib/gi18n.h>
#include <unistd.h>

#define PIPEWIRE "pipewiredeviceprovider"

/* What the thread and main share. The providers outlive the list when they are slow. */
typedef struct
{
  gatomicrefcount references;
  GMutex lock;
  gboolean stopping;
  GMainContext *context;
  HemoCameras *cameras;
  GPtrArray *providers;
  GPtrArray *watches;
} Search;

struct _HemoCameras
{
  GObject parent_instance;

  GListStore *devices;
  Search *search;
  GCancellable *cancellable;
  gboolean ready;
  char *message;
};

enum
{
  PROP_READY = 1,
  PROP_MESSAGE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void init_model (GListModelInterface *interface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HemoCameras,
                               hemo_cameras,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, init_model))

/* A provider is one for the whole program, with one place for who listens, and tells what it finds
 * once: the next search begins when all that the last one started has been stopped. */
static GMutex gate;
static GCond gate_moved;
static const Search *inside;

static gboolean
is_stopping (Search *search)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&search->lock);

  return search->stopping;
}

/* FALSE: it is to stop. */
static gboolean
enter (Search *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&gate);

  while (inside != NULL && inside != self && !is_stopping (self))
    g_cond_wait (&gate_moved, &gate);
  if (is_stopping (self))
    return FALSE;
  inside = self;
  return TRUE;
}

static void
wake (void)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&gate);

  g_cond_broadcast (&gate_moved);
}

static void
leave (const Search *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&gate);

  if (inside == self)
    inside = NULL;
  g_cond_broadcast (&gate_moved);
}

static void
search_unref (Search *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;
  g_ptr_array_unref (self->providers);
  g_ptr_array_unref (self->watches);
  g_main_context_unref (self->context);
  g_mutex_clear (&self->lock);
  leave (self);
  g_free (self);
}

static Search *
search_ref (Search *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

static HemoCameraDevice *
find_by_id (HemoCameras *self, const char *id)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->devices)); i++)
    {
      g_autoptr (HemoCameraDevice) device = g_list_model_get_item (G_LIST_MODEL (self->devices), i);
      if (g_str_equal (hemo_camera_device_get_id (device), id))
        return device;
    }
  return NULL;
}

static HemoCameraDevice *
find_by_device (HemoCameras *self, GstDevice *wanted)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->devices)); i++)
    {
      g_autoptr (HemoCameraDevice) device = g_list_model_get_item (G_LIST_MODEL (self->devices), i);
      if (hemo_camera_device_get_device (device) == wanted)
        return device;
    }
  return NULL;
}

/* Tells who looks at the list that something about @device is new. */
static void
announce (HemoCameras *self, HemoCameraDevice *device)
{
  guint position;

  if (g_list_store_find (self->devices, device, &position))
    g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 1);
}

/* One camera is listed once: directly rather than by way of PipeWire, because only so does it give
 * its own JPEG and its controls. */
static HemoCameraDevice *
find_twin (HemoCameras *self, GstDevice *device)
{
  g_autofree char *path = hemo_camera_device_find_path (device);

  for (guint i = 0; path != NULL && i < g_list_model_get_n_items (G_LIST_MODEL (self->devices));
       i++)
    {
      g_autoptr (HemoCameraDevice) other = g_list_model_get_item (G_LIST_MODEL (self->devices), i);
      if (hemo_camera_device_get_device (other) != NULL
          && g_strcmp0 (hemo_camera_device_get_path (other), path) == 0)
        return other;
    }
  return NULL;
}

/* TRUE when @device is not to be listed. */
static gboolean
yields_to_twin (HemoCameras *self, GstDevice *device)
{
  HemoCameraDevice *twin = find_twin (self, device);

  if (twin == NULL)
    return FALSE;
  if (hemo_camera_device_is_pipewire (device))
    return TRUE;
  if (hemo_camera_device_is_pipewire (hemo_camera_device_get_device (twin)))
    {
      guint position;
      if (g_list_store_find (self->devices, twin, &position))
        g_list_store_remove (self->devices, position);
    }
  return FALSE;
}

static void
add_device (HemoCameras *self, GstDevice *device)
{
  g_autofree char *base = hemo_camera_device_make_id (device);
  g_autofree char *id = g_strdup (base);
  HemoCameraDevice *known;

  if (base == NULL || find_by_device (self, device) != NULL || yields_to_twin (self, device))
    return;
  for (int number = 2;
       (known = find_by_id (self, id)) != NULL && hemo_camera_device_get_present (known); number++)
    {
      g_free (id);
      id = g_strdup_printf ("%s #%d", base, number);
    }
  if (known != NULL)
    {
      hemo_camera_device_set_device (known, device);
      announce (self, known);
      return;
    }
  known = hemo_camera_device_new (id, device);
  g_list_store_append (self->devices, known);
  g_object_unref (known);
}

static void
remove_device (HemoCameras *self, GstDevice *device)
{
  HemoCameraDevice *known = find_by_device (self, device);

  if (known == NULL)
    return;
  hemo_camera_device_set_device (known, NULL);
  announce (self, known);
}

static void
change_device (HemoCameras *self, GstDevice *device, GstDevice *old)
{
  HemoCameraDevice *known = find_by_device (self, old);

  if (known == NULL)
    {
      add_device (self, device);
      return;
    }
  hemo_camera_device_set_device (known, device);
  announce (self, known);
}

static gboolean
message_cb (GstBus *bus, GstMessage *message, gpointer data)
{
  Search *search = data;
  HemoCameras *self = search->cameras;
  g_autoptr (GstDevice) device = NULL;
  g_autoptr (GstDevice) old = NULL;

  if (self == NULL)
    return G_SOURCE_REMOVE;
  switch (GST_MESSAGE_TYPE (message))
    {
    case GST_MESSAGE_DEVICE_ADDED:
      gst_message_parse_device_added (message, &device);
      add_device (self, device);
      break;
    case GST_MESSAGE_DEVICE_REMOVED:
      gst_message_parse_device_removed (message, &device);
      remove_device (self, device);
      break;
    case GST_MESSAGE_DEVICE_CHANGED:
      gst_message_parse_device_changed (message, &device, &old);
      change_device (self, device, old);
      break;
    default:
      break;
    }
  return G_SOURCE_CONTINUE;
}

static gboolean
ready_cb (gpointer data)
{
  Search *search = data;

  if (search->cameras != NULL && !search->cameras->ready)
    {
      search->cameras->ready = TRUE;
      g_object_notify_by_pspec (G_OBJECT (search->cameras), properties[PROP_READY]);
    }
  return G_SOURCE_REMOVE;
}

/* Messages are heard from before the start on, so that none is missed. @fd is the provider's own
 * connection to PipeWire, or -1. */
static void
start_provider (Search *search, const char *name, int fd)
{
  GstDeviceProvider *provider = gst_device_provider_factory_get_by_name (name);
  g_autoptr (GstBus) bus = NULL;
  GSource *watch;

  if (provider == NULL)
    return;
  if (fd >= 0)
    g_object_set (provider, "fd", fd, NULL);
  bus = gst_device_provider_get_bus (provider);
  watch = gst_bus_create_watch (bus);
  g_source_set_callback (watch, G_SOURCE_FUNC (message_cb), search_ref (search),
                         (GDestroyNotify)search_unref);
  g_source_attach (watch, search->context);
  if (!gst_device_provider_start (provider))
    {
      g_source_destroy (watch);
      g_source_unref (watch);
      gst_object_unref (provider);
      return;
    }
  g_mutex_lock (&search->lock);
  g_ptr_array_add (search->providers, provider);
  g_ptr_array_add (search->watches, watch);
  g_mutex_unlock (&search->lock);
}

static void
stop_providers (Search *search)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&search->lock);

  for (guint i = 0; i < search->watches->len; i++)
    g_source_destroy (search->watches->pdata[i]);
  g_ptr_array_set_size (search->watches, 0);
  for (guint i = 0; i < search->providers->len; i++)
    gst_device_provider_stop (search->providers->pdata[i]);
  g_ptr_array_set_size (search->providers, 0);
}

/* Reading GStreamer's registry and asking each device may take seconds. */
static gpointer
search_thread (gpointer data)
{
  Search *search = data;

  if (gst_init_check (NULL, NULL, NULL) && enter (search))
    {
      start_provider (search, "v4l2deviceprovider", -1);
      if (!hemo_camera_portal_is_needed ())
        start_provider (search, PIPEWIRE, -1);
    }
  if (is_stopping (search))
    stop_providers (search);
  g_main_context_invoke_full (search->context, G_PRIORITY_DEFAULT_IDLE, ready_cb,
                              search_ref (search), (GDestroyNotify)search_unref);
  search_unref (search);
  return NULL;
}

/* What the portal lets see. */
typedef struct
{
  Search *search;
  int fd;
} Portal;

static gpointer
portal_thread (gpointer data)
{
  Portal *portal = data;
  Search *search = portal->search;

  if (gst_init_check (NULL, NULL, NULL) && enter (search))
    start_provider (search, PIPEWIRE, portal->fd);
  else
    close (portal->fd);
  if (is_stopping (search))
    stop_providers (search);
  search_unref (search);
  g_free (portal);
  return NULL;
}

static void
portal_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  const int fd = hemo_camera_portal_open_finish (result, &error);
  HemoCameras *self = data;
  Portal *portal;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (fd < 0)
    {
      g_set_str (&self->message, error->message);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MESSAGE]);
      return;
    }
  portal = g_new0 (Portal, 1);
  portal->search = search_ref (self->search);
  portal->fd = fd;
  g_thread_unref (g_thread_new ("hemo-cameras-portal", portal_thread, portal));
}

static gpointer
stop_thread (gpointer data)
{
  stop_providers (data);
  search_unref (data);
  return NULL;
}

static void
add_test_camera (HemoCameras *self)
{
  const char *path = g_getenv (HEMO_CAMERAS_VARIABLE);
  g_autoptr (HemoCameraDevice) device = NULL;

  if (path == NULL || *path == '\0')
    return;
  device = hemo_camera_device_new_files ("test", _ ("Pictures from a folder"), path);
  g_list_store_append (self->devices, device);
}

static void
items_changed_cb (HemoCameras *self, guint position, guint removed, guint added)
{
  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
}

static void
hemo_cameras_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_READY)
    g_value_set_boolean (value, HEMO_CAMERAS (object)->ready);
  else if (id == PROP_MESSAGE)
    g_value_set_string (value, HEMO_CAMERAS (object)->message);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

/* Stopping may take as long as starting did: not on main. */
static void
hemo_cameras_dispose (GObject *object)
{
  HemoCameras *self = HEMO_CAMERAS (object);
  Search *search = g_steal_pointer (&self->search);

  g_cancellable_cancel (self->cancellable);
  if (search != NULL)
    {
      search->cameras = NULL;
      g_mutex_lock (&search->lock);
      search->stopping = TRUE;
      g_mutex_unlock (&search->lock);
      /* Which may wait to begin. */
      wake ();
      g_thread_unref (g_thread_new ("hemo-cameras-end", stop_thread, search));
    }
  if (self->devices != NULL)
    g_signal_handlers_disconnect_by_data (self->devices, self);
  g_clear_object (&self->devices);
  G_OBJECT_CLASS (hemo_cameras_parent_class)->dispose (object);
}

static void
hemo_cameras_finalize (GObject *object)
{
  HemoCameras *self = HEMO_CAMERAS (object);

  g_clear_object (&self->cancellable);
  g_free (self->message);
  G_OBJECT_CLASS (hemo_cameras_parent_class)->finalize (object);
}

static void
hemo_cameras_class_init (HemoCamerasClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = hemo_cameras_get_property;
  object_class->dispose = hemo_cameras_dispose;
  object_class->finalize = hemo_cameras_finalize;
  properties[PROP_MESSAGE] = g_param_spec_string ("message", NULL, NULL, NULL,
                                                  G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_READY] = g_param_spec_boolean ("ready", NULL, NULL, FALSE,
                                                 G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
hemo_cameras_init (HemoCameras *self)
{
  Search *search = g_new0 (Search, 1);

  self->devices = g_list_store_new (HEMO_TYPE_CAMERA_DEVICE);
  g_signal_connect_object (self->devices, "items-changed", G_CALLBACK (items_changed_cb), self,
                           G_CONNECT_SWAPPED);
  add_test_camera (self);
  g_atomic_ref_count_init (&search->references);
  g_mutex_init (&search->lock);
  search->context = g_main_context_ref_thread_default ();
  search->cameras = self;
  search->providers = g_ptr_array_new_with_free_func (gst_object_unref);
  search->watches = g_ptr_array_new_with_free_func ((GDestroyNotify)g_source_unref);
  self->search = search;
  g_thread_unref (g_thread_new ("hemo-cameras", search_thread, search_ref (search)));
  self->cancellable = g_cancellable_new ();
  if (hemo_camera_portal_is_needed ())
    hemo_camera_portal_open_async (self->cancellable, portal_cb, self);
}

static GType
hemo_cameras_get_item_type (GListModel *model)
{
  return HEMO_TYPE_CAMERA_DEVICE;
}

static guint
hemo_cameras_get_n_items (GListModel *model)
{
  return g_list_model_get_n_items (G_LIST_MODEL (HEMO_CAMERAS (model)->devices));
}

static gpointer
hemo_cameras_get_item (GListModel *model, guint position)
{
  return g_list_model_get_item (G_LIST_MODEL (HEMO_CAMERAS (model)->devices), position);
}

static void
init_model (GListModelInterface *interface)
{
  interface->get_item_type = hemo_cameras_get_item_type;
  interface->get_n_items = hemo_cameras_get_n_items;
  interface->get_item = hemo_cameras_get_item;
}

HemoCameras *
hemo_cameras_new (void)
{
  static HemoCameras *shared;
  HemoCameras *self;

  if (shared != NULL)
    return g_object_ref (shared);
  self = g_object_new (HEMO_TYPE_CAMERAS, NULL);
  g_set_weak_pointer (&shared, self);
  return self;
}

gboolean
hemo_cameras_get_ready (HemoCameras *self)
{
  g_return_val_if_fail (HEMO_IS_CAMERAS (self), FALSE);

  return self->ready;
}

const char *
hemo_cameras_get_message (HemoCameras *self)
{
  g_return_val_if_fail (HEMO_IS_CAMERAS (self), NULL);

  return self->message;
}

HemoCameraDevice *
hemo_cameras_find (HemoCameras *self, const char *id)
{
  g_return_val_if_fail (HEMO_IS_CAMERAS (self), NULL);

  return find_by_id (self, id);
}
