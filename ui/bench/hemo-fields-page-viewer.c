/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One field, or two side by side, over the whole page, with its marks. */

#include "hemo-fields-page-private.h"

#include <glib/gi18n.h>

static HemoDesk *
get_desk (HemoFieldsPage *self)
{
  return hemo_bench_page_get_desk (HEMO_BENCH_PAGE (self));
}

static const HemoCase *
get_case (HemoFieldsPage *self)
{
  return hemo_bench_case_get (hemo_bench_page_get_case (HEMO_BENCH_PAGE (self)));
}

static const HemoImage *
find_image (HemoFieldsPage *self, const char *uuid)
{
  const HemoCase *data = get_case (self);

  for (guint i = 0; data != NULL && i < data->images->len; i++)
    if (g_strcmp0 (((HemoImage *)g_ptr_array_index (data->images, i))->uuid, uuid) == 0)
      return g_ptr_array_index (data->images, i);
  return NULL;
}

static gboolean
open_work (HemoClinic *clinic,
           HemoSession *session,
           gpointer data,
           gpointer *result,
           GCancellable *cancellable,
           GError **error)
{
  *result = hemo_clinic_open_image (clinic, session, data, error);
  return *result != NULL;
}

typedef struct
{
  HemoFieldsPage *page;
  char *uuid;
  int which;
} Opening;

static void load_marks (HemoFieldsPage *self);

/* What is drawn before the stored marks are there would replace them. */
static void
forbid_marks (HemoFieldsPage *self)
{
  self->marks_version = -1;
  g_object_set (hemo_image_pair_get_view (self->pair, 0), "can-mark", FALSE, NULL);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Opening *opening = data;
  g_autoptr (HemoFieldsPage) self = opening->page;
  g_autofree char *uuid = opening->uuid;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  gpointer out = NULL;
  gboolean done = hemo_desk_finish (HEMO_DESK (source), result, &out, &error);

  bytes = out;
  if (self->pair == NULL || g_strcmp0 (self->shown[opening->which], uuid) != 0)
    return;
  if (done)
    hemo_image_view_set_bytes (hemo_image_pair_get_view (self->pair, opening->which), bytes);
  else
    hemo_image_view_set_error (hemo_image_pair_get_view (self->pair, opening->which),
                               error->message);
  if (opening->which == 0)
    hemo_cells_pane_set_bytes (self->cells, uuid, bytes);
  /* The view forgets them with the picture before. */
  if (opening->which == 0 && done)
    load_marks (self);
}

static void
view_field (HemoFieldsPage *self, int which, HemoFilmItem *item)
{
  HemoImageView *view = hemo_image_pair_get_view (self->pair, which);
  const char *uuid = hemo_film_item_get_uuid (item);
  const HemoImage *image = find_image (self, uuid);
  GdkPaintable *preview = hemo_film_item_get_paintable (item);
  g_autofree char *label = g_strdup_printf (_ ("Field %d"), hemo_film_item_get_number (item));
  Opening *opening;

  if (g_strcmp0 (self->shown[which], uuid) == 0)
    return;
  g_set_str (&self->shown[which], uuid);
  hemo_image_view_set_bytes (view, NULL);
  if (GDK_IS_TEXTURE (preview))
    hemo_image_view_set_preview (view, GDK_TEXTURE (preview));
  hemo_image_view_set_micrometres_per_pixel (view,
                                             image != NULL ? image->micrometres_per_pixel : 0);
  g_object_set (view, "label", label, NULL);
  if (which == 0)
    gtk_label_set_text (self->viewer_title, label);
  if (which == 0)
    forbid_marks (self);
  if (which == 0)
    hemo_cells_pane_set_field (self->cells, image);
  opening = g_new0 (Opening, 1);
  opening->page = g_object_ref (self);
  opening->uuid = g_strdup (uuid);
  opening->which = which;
  hemo_desk_run_async (get_desk (self), open_work, g_strdup (uuid), g_free,
                       (GDestroyNotify)g_bytes_unref, NULL, opened_cb, opening);
}

typedef struct _Marks
{
  char *image;
  GPtrArray *marks;
  gint64 version;
} Marks;

static void
marks_free (gpointer data)
{
  Marks *self = data;

  g_free (self->image);
  g_clear_pointer (&self->marks, g_ptr_array_unref);
  g_free (self);
}

static gboolean
load_marks_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Marks *marks = g_new0 (Marks, 1);

  marks->image = g_strdup (data);
  marks->marks = hemo_marks_load (txn, data, &marks->version, error);
  if (marks->marks == NULL)
    {
      marks_free (marks);
      return FALSE;
    }
  *result = marks;
  return TRUE;
}

static void
marks_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoFieldsPage) self = data;
  gpointer out = NULL;
  Marks *marks;

  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, NULL))
    return;
  marks = out;
  if (self->pair != NULL && g_strcmp0 (marks->image, self->shown[0]) == 0)
    {
      self->marks_version = marks->version;
      hemo_image_view_set_marks (hemo_image_pair_get_view (self->pair, 0), marks->marks);
      g_object_set (hemo_image_pair_get_view (self->pair, 0), "can-mark", TRUE, NULL);
    }
  marks_free (marks);
}

static gboolean
save_marks_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Marks *marks = data;
  Marks *saved;

  if (!hemo_marks_save (txn, marks->image, marks->marks, &marks->version, error))
    return FALSE;
  saved = g_new0 (Marks, 1);
  saved->image = g_strdup (marks->image);
  saved->version = marks->version;
  *result = saved;
  return TRUE;
}

static void write_marks (HemoFieldsPage *self, Marks *marks);

static void
marks_saved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoFieldsPage) self = data;
  g_autoptr (GError) error = NULL;
  Marks *next = g_steal_pointer (&self->next_marks);
  Marks *saved;
  gpointer out = NULL;

  self->saving_marks = FALSE;
  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, &error))
    {
      g_clear_pointer (&next, marks_free);
      if (self->pair == NULL)
        return;
      hemo_place_show_error (GTK_WIDGET (self), _ ("The Mark Was Not Saved"), error);
      load_marks (self);
      return;
    }
  saved = out;
  if (g_strcmp0 (saved->image, self->shown[0]) == 0)
    self->marks_version = saved->version;
  if (next != NULL && g_strcmp0 (next->image, saved->image) == 0)
    next->version = saved->version;
  if (next != NULL)
    write_marks (self, next);
  marks_free (saved);
}

/* One write at a time: each needs the version that the one before it made. */
static void
write_marks (HemoFieldsPage *self, Marks *marks)
{
  if (self->saving_marks)
    {
      g_clear_pointer (&self->next_marks, marks_free);
      self->next_marks = marks;
      return;
    }
  self->saving_marks = TRUE;
  hemo_desk_write_async (get_desk (self), save_marks_job, marks, marks_free, marks_free, NULL,
                         marks_saved_cb, g_object_ref (self));
}

void
hemo_fields_page_save_marks (HemoFieldsPage *self)
{
  GPtrArray *shown = hemo_image_view_get_marks (hemo_image_pair_get_view (self->pair, 0));
  Marks *marks;

  if (self->marks_version < 0 || self->shown[0] == NULL)
    return;
  marks = g_new0 (Marks, 1);
  marks->image = g_strdup (self->shown[0]);
  marks->version = self->marks_version;
  marks->marks = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_mark_free);
  for (guint i = 0; i < shown->len; i++)
    g_ptr_array_add (marks->marks, hemo_mark_copy (g_ptr_array_index (shown, i)));
  write_marks (self, marks);
}

static void
load_marks (HemoFieldsPage *self)
{
  forbid_marks (self);
  hemo_desk_read_async (get_desk (self), load_marks_job, g_strdup (self->shown[0]), g_free,
                        marks_free, NULL, marks_loaded_cb, g_object_ref (self));
}

/* The one after the selected one, for the second view. */
static HemoFilmItem *
dup_neighbour (HemoFieldsPage *self)
{
  GListModel *film = hemo_capture_get_film (self->capture);
  HemoFilmItem *selected = hemo_filmstrip_get_selected (self->film);
  guint n = g_list_model_get_n_items (film);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (HemoFilmItem) item = g_list_model_get_item (film, i);

      if (item == selected && n > 1)
        return g_list_model_get_item (film, i + 1 < n ? i + 1 : i - 1);
    }
  return NULL;
}

void
hemo_fields_page_show_viewer (HemoFieldsPage *self)
{
  HemoFilmItem *item = hemo_filmstrip_get_selected (self->film);
  g_autoptr (HemoFilmItem) other = NULL;
  gboolean two = gtk_toggle_button_get_active (self->pair_button);

  if (item == NULL)
    return;
  gtk_stack_set_visible_child_name (self->modes, "viewer");
  view_field (self, 0, item);
  other = two ? dup_neighbour (self) : NULL;
  g_object_set (self->pair, "second-shown", other != NULL, NULL);
  if (other != NULL)
    view_field (self, 1, other);
  gtk_widget_grab_focus (GTK_WIDGET (hemo_image_pair_get_view (self->pair, 0)));
}

void
hemo_fields_page_close_viewer (HemoFieldsPage *self)
{
  gtk_stack_set_visible_child_name (self->modes, "work");
  hemo_cells_pane_set_field (self->cells, NULL);
  for (int i = 0; i < 2; i++)
    {
      g_clear_pointer (&self->shown[i], g_free);
      hemo_image_view_set_bytes (hemo_image_pair_get_view (self->pair, i), NULL);
    }
  gtk_widget_grab_focus (GTK_WIDGET (self));
}

gboolean
hemo_fields_page_is_viewing (HemoFieldsPage *self)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (self->modes), "viewer") == 0;
}

void
hemo_fields_page_show_cells (HemoFieldsPage *self)
{
  hemo_cells_pane_set_active (self->cells, gtk_toggle_button_get_active (self->cells_button));
}

void
hemo_fields_page_follow_cells (HemoFieldsPage *self)
{
  const HemoImage *image = self->shown[0] != NULL ? find_image (self, self->shown[0]) : NULL;

  if (image != NULL && hemo_fields_page_is_viewing (self))
    hemo_cells_pane_set_field (self->cells, image);
  /* A cell may have been taken back on another page: it is read again when it is seen. */
  if (hemo_fields_page_is_in_gallery (self) && !gtk_widget_get_mapped (GTK_WIDGET (self->gallery)))
    self->gallery_stale = TRUE;
}

void
hemo_fields_page_refresh_gallery (HemoFieldsPage *self)
{
  if (self->gallery_stale && hemo_fields_page_is_in_gallery (self))
    hemo_cell_gallery_open (self->gallery, hemo_bench_page_get_case (HEMO_BENCH_PAGE (self)));
  self->gallery_stale = FALSE;
}

gboolean
hemo_fields_page_is_in_gallery (HemoFieldsPage *self)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (self->modes), "gallery") == 0;
}

/* It changes the fields' records itself: the pane lets go of its own. */
void
hemo_fields_page_open_gallery (HemoFieldsPage *self)
{
  hemo_cells_pane_set_active (self->cells, FALSE);
  hemo_cells_pane_set_field (self->cells, NULL);
  self->gallery_stale = FALSE;
  gtk_stack_set_visible_child_name (self->modes, "gallery");
  gtk_widget_grab_focus (GTK_WIDGET (self));
  hemo_cell_gallery_open (self->gallery, hemo_bench_page_get_case (HEMO_BENCH_PAGE (self)));
}

void
hemo_fields_page_close_gallery (HemoFieldsPage *self)
{
  hemo_cell_gallery_close (self->gallery);
  hemo_cells_pane_set_active (self->cells, gtk_toggle_button_get_active (self->cells_button));
  /* Its picture is read again, for cells that nobody has changed yet. */
  g_clear_pointer (&self->shown[0], g_free);
  if (hemo_filmstrip_get_selected (self->film) != NULL)
    hemo_fields_page_show_viewer (self);
  else
    hemo_fields_page_close_viewer (self);
}

gboolean
hemo_fields_page_viewer_key (HemoFieldsPage *self,
                             guint keyval,
                             guint keycode,
                             GdkModifierType state)
{
  if (hemo_cells_pane_key (self->cells, keyval, keycode, state))
    return TRUE;
  switch (keyval)
    {
    case GDK_KEY_F9:
      gtk_toggle_button_set_active (self->cells_button,
                                    !gtk_toggle_button_get_active (self->cells_button));
      return TRUE;
    case GDK_KEY_Escape:
      if (hemo_image_view_get_tool (hemo_image_pair_get_view (self->pair, 0)) != HEMO_VIEW_PAN)
        return FALSE;
      hemo_fields_page_close_viewer (self);
      return TRUE;
    case GDK_KEY_F10:
      gtk_toggle_button_set_active (self->pair_button,
                                    !gtk_toggle_button_get_active (self->pair_button));
      return TRUE;
    case GDK_KEY_Page_Down:
    case GDK_KEY_Page_Up:
      if (hemo_filmstrip_step (self->film, keyval == GDK_KEY_Page_Down ? 1 : -1))
        hemo_fields_page_show_viewer (self);
      return TRUE;
    default:
      return FALSE;
    }
}
