/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A live source of JPEG files. */

#include "hemo-camera-files-private.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <gst/base/gstpushsrc.h>

#define HEMO_TYPE_CAMERA_FILES (hemo_camera_files_get_type ())
G_DECLARE_FINAL_TYPE (HemoCameraFiles, hemo_camera_files, HEMO, CAMERA_FILES, GstPushSrc)

struct _HemoCameraFiles
{
  GstPushSrc parent_instance;

  char *path;
  GMutex lock;
  GCond woken;
  gboolean stopping;
  gint64 next;
  guint64 count;
  /* What was read last. */
  char *shown;
  gint64 changed;
  guint64 inode;
  GBytes *bytes;
};

G_DEFINE_FINAL_TYPE (HemoCameraFiles, hemo_camera_files, GST_TYPE_PUSH_SRC)

static GstStaticPadTemplate template
    = GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS ("image/jpeg"));

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* Of the folder the one whose turn it is. */
static char *
choose_file (HemoCameraFiles *self)
{
  g_autoptr (GDir) folder = g_dir_open (self->path, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  if (folder == NULL)
    return g_strdup (self->path);
  while ((name = g_dir_read_name (folder)) != NULL)
    if (g_str_has_suffix (name, ".jpg") || g_str_has_suffix (name, ".jpeg"))
      g_ptr_array_add (names, g_strdup (name));
  if (names->len == 0)
    return NULL;
  g_ptr_array_sort (names, compare_names);
  name = names->pdata[self->count / (HEMO_CAMERA_FILES_RATE * HEMO_CAMERA_FILES_SECONDS)
                      % names->len];
  return g_build_filename (self->path, name, NULL);
}

static GBytes *
read_file (HemoCameraFiles *self)
{
  g_autofree char *path = choose_file (self);
  g_autofree char *text = NULL;
  GStatBuf facts;
  gint64 changed;
  gsize size;

  if (path == NULL || g_stat (path, &facts) != 0)
    return NULL;
  changed = (gint64)facts.st_mtim.tv_sec * G_USEC_PER_SEC + facts.st_mtim.tv_nsec / 1000;
  if (self->bytes != NULL && g_strcmp0 (path, self->shown) == 0 && changed == self->changed
      && (guint64)facts.st_ino == self->inode)
    return g_bytes_ref (self->bytes);
  if (!g_file_get_contents (path, &text, &size, NULL))
    return NULL;
  g_clear_pointer (&self->bytes, g_bytes_unref);
  self->bytes = g_bytes_new_take (g_steal_pointer (&text), size);
  g_set_str (&self->shown, path);
  self->changed = changed;
  self->inode = (guint64)facts.st_ino;
  return g_bytes_ref (self->bytes);
}

/* FALSE when the source is to stop. */
static gboolean
wait_for_next (HemoCameraFiles *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->next = MAX (self->next + G_USEC_PER_SEC / HEMO_CAMERA_FILES_RATE, g_get_monotonic_time ());
  while (!self->stopping && g_cond_wait_until (&self->woken, &self->lock, self->next))
    ;
  return !self->stopping;
}

static GstFlowReturn
hemo_camera_files_create (GstPushSrc *source, GstBuffer **buffer)
{
  HemoCameraFiles *self = HEMO_CAMERA_FILES (source);
  g_autoptr (GBytes) bytes = NULL;

  while (bytes == NULL)
    {
      if (!wait_for_next (self))
        return GST_FLOW_FLUSHING;
      bytes = read_file (self);
    }
  self->count++;
  *buffer = gst_buffer_new_wrapped_bytes (bytes);
  return GST_FLOW_OK;
}

static gboolean
set_stopping (HemoCameraFiles *self, gboolean stopping)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->stopping = stopping;
  g_cond_signal (&self->woken);
  return TRUE;
}

static gboolean
hemo_camera_files_unlock (GstBaseSrc *source)
{
  return set_stopping (HEMO_CAMERA_FILES (source), TRUE);
}

static gboolean
hemo_camera_files_unlock_stop (GstBaseSrc *source)
{
  return set_stopping (HEMO_CAMERA_FILES (source), FALSE);
}

static void
hemo_camera_files_finalize (GObject *object)
{
  HemoCameraFiles *self = HEMO_CAMERA_FILES (object);

  g_free (self->path);
  g_free (self->shown);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->woken);
  G_OBJECT_CLASS (hemo_camera_files_parent_class)->finalize (object);
}

static void
hemo_camera_files_class_init (HemoCameraFilesClass *klass)
{
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = hemo_camera_files_finalize;
  GST_BASE_SRC_CLASS (klass)->unlock = hemo_camera_files_unlock;
  GST_BASE_SRC_CLASS (klass)->unlock_stop = hemo_camera_files_unlock_stop;
  GST_PUSH_SRC_CLASS (klass)->create = hemo_camera_files_create;
  gst_element_class_add_static_pad_template (element_class, &template);
  gst_element_class_set_static_metadata (element_class, "Files as a camera", "Source/Video",
                                         "JPEG files as if a camera gave them", "Hemogram");
}

static void
hemo_camera_files_init (HemoCameraFiles *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->woken);
  gst_base_src_set_live (GST_BASE_SRC (self), TRUE);
  gst_base_src_set_format (GST_BASE_SRC (self), GST_FORMAT_TIME);
  gst_base_src_set_do_timestamp (GST_BASE_SRC (self), TRUE);
}

GstElement *
hemo_camera_files_make_source (const char *path, GError **error)
{
  HemoCameraFiles *self = g_object_new (HEMO_TYPE_CAMERA_FILES, NULL);

  self->path = g_strdup (path);
  return GST_ELEMENT (self);
}
