/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The live picture as a paintable. */

#include "hemo-camera-picture-private.h"

struct _HemoCameraPicture
{
  GObject parent_instance;

  GdkTexture *texture;
  int width;
  int height;
};

static void init_paintable (GdkPaintableInterface *interface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HemoCameraPicture,
                               hemo_camera_picture,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GDK_TYPE_PAINTABLE, init_paintable))

static void
hemo_camera_picture_snapshot (GdkPaintable *paintable,
                              GdkSnapshot *snapshot,
                              double width,
                              double height)
{
  HemoCameraPicture *self = HEMO_CAMERA_PICTURE (paintable);

  if (self->texture != NULL)
    gdk_paintable_snapshot (GDK_PAINTABLE (self->texture), snapshot, width, height);
}

static GdkPaintable *
hemo_camera_picture_get_current_image (GdkPaintable *paintable)
{
  HemoCameraPicture *self = HEMO_CAMERA_PICTURE (paintable);

  if (self->texture != NULL)
    return GDK_PAINTABLE (g_object_ref (self->texture));
  return gdk_paintable_new_empty (0, 0);
}

static int
hemo_camera_picture_get_intrinsic_width (GdkPaintable *paintable)
{
  return HEMO_CAMERA_PICTURE (paintable)->width;
}

static int
hemo_camera_picture_get_intrinsic_height (GdkPaintable *paintable)
{
  return HEMO_CAMERA_PICTURE (paintable)->height;
}

static void
init_paintable (GdkPaintableInterface *interface)
{
  interface->snapshot = hemo_camera_picture_snapshot;
  interface->get_current_image = hemo_camera_picture_get_current_image;
  interface->get_intrinsic_width = hemo_camera_picture_get_intrinsic_width;
  interface->get_intrinsic_height = hemo_camera_picture_get_intrinsic_height;
}

static void
hemo_camera_picture_finalize (GObject *object)
{
  g_clear_object (&HEMO_CAMERA_PICTURE (object)->texture);
  G_OBJECT_CLASS (hemo_camera_picture_parent_class)->finalize (object);
}

static void
hemo_camera_picture_class_init (HemoCameraPictureClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hemo_camera_picture_finalize;
}

static void
hemo_camera_picture_init (HemoCameraPicture *self)
{
}

HemoCameraPicture *
hemo_camera_picture_new (void)
{
  return g_object_new (HEMO_TYPE_CAMERA_PICTURE, NULL);
}

void
hemo_camera_picture_show (HemoCameraPicture *self, GdkTexture *texture, int width, int height)
{
  const gboolean resized = width != self->width || height != self->height;

  g_set_object (&self->texture, texture);
  self->width = width;
  self->height = height;
  if (resized)
    gdk_paintable_invalidate_size (GDK_PAINTABLE (self));
  gdk_paintable_invalidate_contents (GDK_PAINTABLE (self));
}
