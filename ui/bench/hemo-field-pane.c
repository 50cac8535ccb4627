/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The field that is looked at, loaded off main, and the way to the next one. */

#include "hemo-field-pane.h"

#include "hemo-camera-view.h"
#include "hemo-capture.h"
#include "hemo-field-texture.h"

#include <glib/gi18n.h>

/* Enough for half of the largest window that this is made for. */
#define SHOWN_SIDE 1600

struct _HemoFieldPane
{
  AdwBin parent_instance;

  GtkStack *stack;
  GtkPicture *picture;
  GtkLabel *problem;
  GtkLabel *position;
  GtkButton *previous;
  GtkButton *next;
  GtkButton *stored_button;
  HemoCameraView *view;

  HemoBenchCase *bench_case;
  char *image;
  char *shown;
  GCancellable *loading;
  /* (element-type HemoImage): borrowed from the case. */
  GPtrArray *images;
  gboolean stored_wanted;
  gboolean keep_frames;
};

G_DEFINE_FINAL_TYPE (HemoFieldPane, hemo_field_pane, ADW_TYPE_BIN)

enum
{
  SHOWN,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* The frames of counted cells are no fields. */
static GPtrArray *
get_images (HemoFieldPane *self)
{
  const HemoCase *data = self->bench_case != NULL ? hemo_bench_case_get (self->bench_case) : NULL;

  g_ptr_array_set_size (self->images, 0);
  for (guint i = 0; data != NULL && i < data->images->len; i++)
    {
      HemoImage *image = g_ptr_array_index (data->images, i);

      if (g_strcmp0 (image->note, HEMO_CAPTURE_FRAME_NOTE) != 0)
        g_ptr_array_add (self->images, image);
    }
  return self->images;
}

static HemoCamera *
get_camera (HemoFieldPane *self)
{
  return hemo_capture_get_camera (hemo_bench_case_get_capture (self->bench_case));
}

static gboolean
is_live (HemoFieldPane *self)
{
  return !self->stored_wanted && self->bench_case != NULL
         && hemo_camera_get_device (get_camera (self)) != NULL;
}

/* -1 when it is not there (any more). */
static int
find_image (GPtrArray *images, const char *uuid)
{
  for (guint i = 0; images != NULL && i < images->len; i++)
    if (g_strcmp0 (((HemoImage *)g_ptr_array_index (images, i))->uuid, uuid) == 0)
      return (int)i;
  return -1;
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoFieldPane) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  gpointer out = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, &error))
    {
      if (self->picture == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return;
      gtk_label_set_text (self->problem, error->message);
      gtk_widget_set_visible (GTK_WIDGET (self->problem), TRUE);
      return;
    }
  texture = out;
  if (self->picture != NULL)
    gtk_picture_set_paintable (self->picture, GDK_PAINTABLE (texture));
}

static void
load (HemoFieldPane *self)
{
  if (g_strcmp0 (self->shown, self->image) == 0)
    return;
  g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  self->loading = g_cancellable_new ();
  g_set_str (&self->shown, self->image);
  gtk_picture_set_paintable (self->picture, NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->problem), FALSE);
  hemo_field_texture_load_async (hemo_bench_case_get_desk (self->bench_case), self->image,
                                 SHOWN_SIDE, self->loading, loaded_cb, g_object_ref (self));
}

static void
watch_frames (HemoFieldPane *self)
{
  if (self->keep_frames)
    hemo_camera_set_keep_sharp (get_camera (self),
                                is_live (self) && gtk_widget_get_mapped (GTK_WIDGET (self)));
}

static void
show (HemoFieldPane *self)
{
  GPtrArray *images = get_images (self);
  int index = find_image (images, self->image);
  g_autofree char *text = NULL;

  gtk_stack_set_visible_child_name (self->stack, is_live (self) ? "live"
                                                 : index >= 0   ? "field"
                                                                : "empty");
  gtk_widget_set_sensitive (GTK_WIDGET (self->stored_button), images->len > 0);
  watch_frames (self);
  g_signal_emit (self, signals[SHOWN], 0);
  if (index < 0 || is_live (self))
    return;
  /* Translators: which of the captured fields is seen: field 4 of 10 */
  text = g_strdup_printf (_ ("Field %d of %u"), index + 1, images->len);
  gtk_label_set_text (self->position, text);
  gtk_picture_set_alternative_text (self->picture, text);
  gtk_widget_set_sensitive (GTK_WIDGET (self->previous), index > 0);
  gtk_widget_set_sensitive (GTK_WIDGET (self->next),
                            (guint)index + 1 < images->len
                                || hemo_camera_get_device (get_camera (self)) != NULL);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    load (self);
}

void
hemo_field_pane_update (HemoFieldPane *self)
{
  GPtrArray *images = get_images (self);

  if (find_image (images, self->image) < 0)
    g_set_str (&self->image,
               images->len > 0 ? ((HemoImage *)g_ptr_array_index (images, 0))->uuid : NULL);
  show (self);
}

gboolean
hemo_field_pane_step (HemoFieldPane *self, int by)
{
  GPtrArray *images = get_images (self);
  int index = find_image (images, self->image) + by;

  if (images->len == 0)
    return FALSE;
  if (is_live (self))
    {
      /* Before the live picture comes the last one that was captured. */
      if (by > 0)
        return FALSE;
      index = (int)images->len - 1;
    }
  else if (index >= (int)images->len && hemo_camera_get_device (get_camera (self)) != NULL)
    {
      self->stored_wanted = FALSE;
      show (self);
      return TRUE;
    }
  if (index < 0 || index >= (int)images->len)
    return FALSE;
  self->stored_wanted = TRUE;
  g_set_str (&self->image, ((HemoImage *)g_ptr_array_index (images, index))->uuid);
  show (self);
  return TRUE;
}

gboolean
hemo_field_pane_key (HemoFieldPane *self, guint keyval)
{
  if (keyval != GDK_KEY_Page_Down && keyval != GDK_KEY_Page_Up)
    return FALSE;
  if (!hemo_field_pane_step (self, keyval == GDK_KEY_Page_Down ? 1 : -1))
    gtk_widget_error_bell (GTK_WIDGET (self));
  return TRUE;
}

/* In a window that is too narrow for it no cell was seen on it. */
const char *
hemo_field_pane_get_stored (HemoFieldPane *self)
{
  return !is_live (self) && gtk_widget_get_mapped (GTK_WIDGET (self)) ? self->image : NULL;
}

char *
hemo_field_pane_dup_image (HemoFieldPane *self)
{
  if (is_live (self))
    return hemo_capture_take_frame (hemo_bench_case_get_capture (self->bench_case));
  return g_strdup (hemo_field_pane_get_stored (self));
}

void
hemo_field_pane_set_keep_frames (HemoFieldPane *self, gboolean keep_frames)
{
  self->keep_frames = keep_frames;
}

static void
device_cb (HemoFieldPane *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    show (self);
}

void
hemo_field_pane_set_case (HemoFieldPane *self, HemoBenchCase *bench_case)
{
  g_set_object (&self->bench_case, bench_case);
  hemo_camera_view_set_camera (self->view, get_camera (self));
  g_signal_connect_object (get_camera (self), "notify::device", G_CALLBACK (device_cb), self,
                           G_CONNECT_SWAPPED);
}

static void
previous_cb (HemoFieldPane *self)
{
  hemo_field_pane_step (self, -1);
}

static void
next_cb (HemoFieldPane *self)
{
  hemo_field_pane_step (self, 1);
}

static void
hemo_field_pane_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (hemo_field_pane_parent_class)->map (widget);
  show (HEMO_FIELD_PANE (widget));
}

static void
hemo_field_pane_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (hemo_field_pane_parent_class)->unmap (widget);
  if (HEMO_FIELD_PANE (widget)->bench_case != NULL)
    watch_frames (HEMO_FIELD_PANE (widget));
}

static void
hemo_field_pane_finalize (GObject *object)
{
  g_ptr_array_unref (HEMO_FIELD_PANE (object)->images);
  G_OBJECT_CLASS (hemo_field_pane_parent_class)->finalize (object);
}

static void
hemo_field_pane_dispose (GObject *object)
{
  HemoFieldPane *self = HEMO_FIELD_PANE (object);

  g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  adw_bin_set_child (ADW_BIN (self), NULL);
  /* The bin knows nothing of templates: it would unparent its child a second time. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), HEMO_TYPE_FIELD_PANE);
  g_clear_object (&self->bench_case);
  g_clear_pointer (&self->image, g_free);
  g_clear_pointer (&self->shown, g_free);
  G_OBJECT_CLASS (hemo_field_pane_parent_class)->dispose (object);
}

static void
hemo_field_pane_class_init (HemoFieldPaneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hemo_field_pane_dispose;
  G_OBJECT_CLASS (klass)->finalize = hemo_field_pane_finalize;
  signals[SHOWN] = g_signal_new ("shown", HEMO_TYPE_FIELD_PANE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
  widget_class->map = hemo_field_pane_map;
  widget_class->unmap = hemo_field_pane_unmap;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/hemogram/Hemogram/bench/hemo-field-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, HemoFieldPane, stack);
  gtk_widget_class_bind_template_child (widget_class, HemoFieldPane, picture);
  gtk_widget_class_bind_template_child (widget_class, HemoFieldPane, problem);
  gtk_widget_class_bind_template_child (widget_class, HemoFieldPane, position);
  gtk_widget_class_bind_template_child (widget_class, HemoFieldPane, previous);
  gtk_widget_class_bind_template_child (widget_class, HemoFieldPane, next);
  gtk_widget_class_bind_template_child (widget_class, HemoFieldPane, stored_button);
  gtk_widget_class_bind_template_child (widget_class, HemoFieldPane, view);
}

static void
hemo_field_pane_init (HemoFieldPane *self)
{
  g_type_ensure (HEMO_TYPE_CAMERA_VIEW);
  gtk_widget_init_template (GTK_WIDGET (self));
  self->images = g_ptr_array_new ();
  g_signal_connect_swapped (self->stored_button, "clicked", G_CALLBACK (previous_cb), self);
  g_signal_connect_swapped (self->previous, "clicked", G_CALLBACK (previous_cb), self);
  g_signal_connect_swapped (self->next, "clicked", G_CALLBACK (next_cb), self);
}
