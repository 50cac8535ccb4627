/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A film and a viewer; pictures of this laptop first, then those of others. */

#include "hemo-reading-fields.h"

#include "hemo-failure.h"
#include "hemo-fetched-picture.h"
#include "hemo-field-texture.h"
#include "hemo-files.h"
#include "hemo-filmstrip.h"
#include "hemo-image-tools.h"
#include "hemo-image-view.h"
#include "hemo-mark-table.h"
#include "hemo-picture-request-table.h"
#include "hemo-place.h"
#include "hemo-reading-words.h"

#include <glib/gi18n.h>

/* Pictures of others that are kept while the page is open, so that turning back costs no link. */
#define FETCHED_MAX 16

struct _HemoReadingFields
{
  AdwBin parent_instance;

  AdwBanner *banner;
  HemoImageView *view;
  HemoFilmstrip *film;
  GListStore *items;

  HemoDesk *desk;
  /* Scales by UUID of the image. */
  GHashTable *scales;
  /* HemoOtherPicture by UUID: what is known of pictures that are not here. */
  GHashTable *others;
  /* GBytes by UUID, of those that were fetched. */
  GHashTable *fetched;
  gboolean asking;
  char *shown;
  GCancellable *cancellable;
  /* Of the original of another laptop that is on its way. */
  GCancellable *opening;
};

G_DEFINE_FINAL_TYPE (HemoReadingFields, hemo_reading_fields, ADW_TYPE_BIN)

static void show_small (HemoReadingFields *self, HemoFilmItem *item);

/* The preview of an item that is about to be seen. */
typedef struct
{
  HemoFilmItem *item;
  HemoReadingFields *fields;
} Wanted;

static void
preview_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Wanted *wanted = data;
  g_autoptr (HemoFilmItem) item = wanted->item;
  g_autoptr (HemoReadingFields) self = wanted->fields;
  g_autoptr (GdkTexture) texture = NULL;
  g_autoptr (GError) error = NULL;
  gpointer out = NULL;

  g_free (wanted);
  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, &error))
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_object_set (item, "missing", TRUE, "problem", error->message, NULL);
      return;
    }
  texture = out;
  hemo_film_item_set_paintable (item, GDK_PAINTABLE (texture));
}

/* Where there is none the frame stays empty: what is known of the picture stands beside it. */
static void
small_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Wanted *wanted = data;
  g_autoptr (HemoFilmItem) item = wanted->item;
  g_autoptr (HemoReadingFields) self = wanted->fields;
  g_autoptr (HemoFetchedPicture) fetched = NULL;
  gpointer out = NULL;

  g_free (wanted);
  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, NULL))
    return;
  fetched = out;
  if (hemo_film_item_get_paintable (item) == NULL)
    hemo_film_item_set_paintable (item, GDK_PAINTABLE (fetched->small));
  if (g_strcmp0 (self->shown, hemo_film_item_get_uuid (item)) == 0)
    show_small (self, item);
}

static void
wanted_cb (HemoReadingFields *self, HemoFilmItem *item)
{
  const char *uuid = hemo_film_item_get_uuid (item);
  const HemoOtherPicture *other = g_hash_table_lookup (self->others, uuid);
  Wanted *wanted = g_new0 (Wanted, 1);

  wanted->item = g_object_ref (item);
  wanted->fields = g_object_ref (self);
  if (other != NULL)
    hemo_fetched_picture_load_async (self->desk, other->image, HEMO_LANE_PREVIEWS,
                                     self->cancellable, small_cb, wanted);
  else
    hemo_field_texture_load_async (self->desk, uuid, 0, self->cancellable, preview_cb, wanted);
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

static gboolean
marks_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  gint64 version = 0;

  *result = hemo_marks_load (txn, data, &version, error);
  return *result != NULL;
}

typedef struct
{
  HemoReadingFields *fields;
  char *uuid;
} Opening;

static Opening *
opening_new (HemoReadingFields *self)
{
  Opening *opening = g_new0 (Opening, 1);

  opening->fields = g_object_ref (self);
  opening->uuid = g_strdup (self->shown);
  return opening;
}

/* Whether the answer is of the field that is still seen. Takes @opening. */
static gboolean
finish_opening (Opening *opening, HemoReadingFields **fields)
{
  gboolean same = g_strcmp0 (opening->fields->shown, opening->uuid) == 0;

  *fields = opening->fields;
  g_free (opening->uuid);
  g_free (opening);
  return same;
}

static void
marks_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoReadingFields) self = NULL;
  g_autoptr (GPtrArray) marks = NULL;
  gboolean same = finish_opening (data, &self);
  gpointer out = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, NULL))
    return;
  marks = out;
  if (same)
    hemo_image_view_set_marks (self->view, marks);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoReadingFields) self = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  gboolean same = finish_opening (data, &self);
  gpointer out = NULL;
  gboolean done = hemo_desk_finish (HEMO_DESK (source), result, &out, &error);

  bytes = out;
  if (!same)
    return;
  if (!done)
    {
      hemo_image_view_set_error (self->view, error->message);
      return;
    }
  hemo_image_view_set_bytes (self->view, bytes);
  hemo_desk_read_async (self->desk, marks_job, g_strdup (self->shown), g_free,
                        (GDestroyNotify)g_ptr_array_unref, self->cancellable, marks_cb,
                        opening_new (self));
}

/* Pictures of others */

static HemoFilmItem *
find_item (HemoReadingFields *self, const char *uuid)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->items)); i++)
    {
      g_autoptr (HemoFilmItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), i);

      if (g_strcmp0 (hemo_film_item_get_uuid (item), uuid) == 0)
        return item;
    }
  return NULL;
}

static gboolean
is_asked (const HemoOtherPicture *picture)
{
  return picture->request != NULL && picture->request->state == HEMO_PICTURE_ASKED;
}

/* What the film says of a picture that has not been looked at. */
static const char *
describe_other (HemoReadingFields *self, const HemoOtherPicture *picture)
{
  if (g_hash_table_contains (self->fetched, picture->image->uuid))
    return NULL;
  if (is_asked (picture))
    return C_ ("picture", "asked for");
  if (picture->request != NULL && picture->request->state == HEMO_PICTURE_SENT)
    return C_ ("picture", "it came");
  return C_ ("picture", "from another laptop");
}

/* Why the picture that is seen is not here, and what can be done. @known: the server has said so */
static void
show_banner (HemoReadingFields *self, const HemoOtherPicture *picture, gboolean known)
{
  g_autofree char *who = NULL;
  g_autofree char *text = NULL;

  if (is_asked (picture))
    {
      who = hemo_reading_who (picture->request->asked_by_name, picture->request->asked_at);
      /* Translators: who asked for a picture, and when */
      text = g_strdup_printf (_ ("Asked for: %s. It is sent before all other pictures."), who);
    }
  adw_banner_set_title (self->banner, text != NULL ? text
                                      : known      ? _ ("This picture is not on the server yet.")
                                              : _ ("Whether this picture was sent is not known."));
  adw_banner_set_button_label (self->banner,
                               text != NULL || self->asking
                                       || !hemo_desk_may (self->desk, HEMO_ACTION_READING_ASK)
                                   ? NULL
                                   : _ ("As_k for It First"));
  adw_banner_set_revealed (self->banner, TRUE);
}

static gboolean
ask_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_picture_request_ask (txn, data, NULL, error);
}

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoReadingFields) self = data;
  g_autoptr (GError) error = NULL;
  gboolean done = hemo_desk_finish (HEMO_DESK (source), result, NULL, &error);

  self->asking = FALSE;
  if (self->shown == NULL)
    return;
  if (!done)
    hemo_place_show_error (GTK_WIDGET (self), _ ("The Picture Was Not Asked For"), error);
  else
    hemo_place_toast (GTK_WIDGET (self),
                      _ ("Asked for. It goes first once the clinic has a connection."));
}

static void
ask_cb (HemoReadingFields *self)
{
  if (self->shown == NULL || self->asking || !g_hash_table_contains (self->others, self->shown))
    return;
  self->asking = TRUE;
  hemo_desk_write_async (self->desk, ask_job, g_strdup (self->shown), g_free, NULL, NULL, asked_cb,
                         g_object_ref (self));
}

/* What was drawn on the laptop that took the picture, over the whole of it. */
static void
show_other_marks (HemoReadingFields *self, const HemoOtherPicture *picture)
{
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  hemo_image_view_set_marks (self->view,
                             picture->image->marks != NULL ? picture->image->marks : none);
}

static void
keep_fetched (HemoReadingFields *self, const char *uuid, GBytes *bytes)
{
  if (g_hash_table_size (self->fetched) >= FETCHED_MAX)
    g_hash_table_remove_all (self->fetched);
  g_hash_table_insert (self->fetched, g_strdup (uuid), g_bytes_ref (bytes));
}

/* The small picture in the place of the one that is not here, while the banner says so. */
static void
show_small (HemoReadingFields *self, HemoFilmItem *item)
{
  GdkPaintable *small = item != NULL ? hemo_film_item_get_paintable (item) : NULL;

  if (!adw_banner_get_revealed (self->banner) || !GDK_IS_TEXTURE (small))
    return;
  hemo_image_view_set_bytes (self->view, NULL);
  hemo_image_view_set_preview (self->view, GDK_TEXTURE (small));
}

/* Not there yet, or no way to it: what can be done is to ask. A picture that is there and is not
 * what was captured is told as that alone. */
static void
show_failure (HemoReadingFields *self, const HemoOtherPicture *picture, const GError *error)
{
  if (g_error_matches (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_NOT_FOUND))
    {
      hemo_image_view_set_error (self->view, _ ("The picture has not come from the laptop that "
                                                "took it."));
      show_banner (self, picture, TRUE);
      show_small (self, find_item (self, picture->image->uuid));
      return;
    }
  hemo_image_view_set_error (self->view, error->message);
  if (error->domain != HEMO_STORE_ERROR
      || g_error_matches (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND))
    show_banner (self, picture, FALSE);
}

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoReadingFields) self = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoFetchedPicture) fetched = NULL;
  g_autofree char *uuid = g_strdup (((Opening *)data)->uuid);
  gboolean same = finish_opening (data, &self);
  const HemoOtherPicture *picture = g_hash_table_lookup (self->others, uuid);
  HemoFilmItem *item = find_item (self, uuid);
  gpointer out = NULL;
  gboolean done = hemo_desk_finish (HEMO_DESK (source), result, &out, &error);

  fetched = out;
  if (done && item != NULL)
    {
      keep_fetched (self, uuid, fetched->bytes);
      hemo_film_item_set_paintable (item, GDK_PAINTABLE (fetched->small));
      g_object_set (item, "problem", NULL, NULL);
    }
  if (!same || picture == NULL)
    return;
  if (done)
    {
      adw_banner_set_revealed (self->banner, FALSE);
      hemo_image_view_set_bytes (self->view, fetched->bytes);
      show_other_marks (self, picture);
    }
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    show_failure (self, picture, error);
}

static void
stop_opening (HemoReadingFields *self)
{
  if (self->opening != NULL)
    g_cancellable_cancel (self->opening);
  g_clear_object (&self->opening);
}

/* Of another laptop: from what was fetched, or from the server. */
static void
open_other (HemoReadingFields *self, const HemoOtherPicture *picture)
{
  GBytes *bytes = g_hash_table_lookup (self->fetched, picture->image->uuid);
  g_autofree char *refused = NULL;
  g_autofree char *reason = NULL;

  if (bytes != NULL)
    {
      hemo_image_view_set_bytes (self->view, bytes);
      show_other_marks (self, picture);
      return;
    }
  if (picture->request != NULL && picture->request->state == HEMO_PICTURE_REFUSED)
    {
      reason = hemo_failure_say (picture->request->reason != NULL ? picture->request->reason : "");
      /* Translators: why a picture that was asked for will not be sent */
      refused = g_strdup_printf (_ ("This picture will not come: %s"), reason);
      hemo_image_view_set_error (self->view, refused);
      return;
    }
  /* One at a time: what is not looked at any more does not stand in the way on a poor link. */
  stop_opening (self);
  self->opening = g_cancellable_new ();
  hemo_fetched_picture_load_async (self->desk, picture->image, HEMO_LANE_ORIGINALS, self->opening,
                                   fetched_cb, opening_new (self));
}

static void
show_field (HemoReadingFields *self, HemoFilmItem *item)
{
  const HemoOtherPicture *other = NULL;
  const char *uuid = hemo_film_item_get_uuid (item);
  GdkPaintable *preview = hemo_film_item_get_paintable (item);
  const double *scale = g_hash_table_lookup (self->scales, uuid);
  g_autofree char *label = g_strdup_printf (_ ("Field %d"), hemo_film_item_get_number (item));

  if (g_strcmp0 (self->shown, uuid) == 0)
    return;
  stop_opening (self);
  g_set_str (&self->shown, uuid);
  other = g_hash_table_lookup (self->others, uuid);
  adw_banner_set_revealed (self->banner, FALSE);
  hemo_image_view_set_bytes (self->view, NULL);
  if (GDK_IS_TEXTURE (preview))
    hemo_image_view_set_preview (self->view, GDK_TEXTURE (preview));
  hemo_image_view_set_micrometres_per_pixel (self->view, scale != NULL ? *scale : 0);
  g_object_set (self->view, "label", label, NULL);
  if (other != NULL)
    {
      open_other (self, other);
      return;
    }
  hemo_desk_run_async (self->desk, open_work, g_strdup (uuid), g_free,
                       (GDestroyNotify)g_bytes_unref, self->cancellable, opened_cb,
                       opening_new (self));
}

static void
selected_cb (HemoReadingFields *self)
{
  HemoFilmItem *item = hemo_filmstrip_get_selected (self->film);

  if (item != NULL)
    show_field (self, item);
}

/* @i: of the film: this laptop's own come first. (transfer none) */
static const HemoImage *
get_image (const HemoCase *data, GPtrArray *others, guint i)
{
  return i < data->images->len
             ? g_ptr_array_index (data->images, i)
             : ((HemoOtherPicture *)g_ptr_array_index (others, i - data->images->len))->image;
}

static gboolean
is_the_same (HemoReadingFields *self, const HemoCase *data, GPtrArray *others)
{
  guint count = g_list_model_get_n_items (G_LIST_MODEL (self->items));

  if (count != data->images->len + others->len)
    return FALSE;
  for (guint i = 0; i < count; i++)
    {
      g_autoptr (HemoFilmItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), i);
      const HemoImage *image = get_image (data, others, i);

      if (g_strcmp0 (hemo_film_item_get_uuid (item), image->uuid) != 0)
        return FALSE;
    }
  return TRUE;
}

/* The state of a picture that is asked for changed: one that is seen is tried again. */
static void
update_others (HemoReadingFields *self)
{
  GHashTableIter iter;
  gpointer value;
  const HemoOtherPicture *shown
      = self->shown != NULL ? g_hash_table_lookup (self->others, self->shown) : NULL;

  g_hash_table_iter_init (&iter, self->others);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const HemoOtherPicture *picture = value;
      HemoFilmItem *item = find_item (self, picture->image->uuid);

      if (item != NULL)
        g_object_set (item, "problem", describe_other (self, picture), NULL);
    }
  if (shown != NULL && g_hash_table_contains (self->fetched, self->shown))
    show_other_marks (self, shown);
  if (shown == NULL || g_hash_table_contains (self->fetched, self->shown))
    return;
  if (is_asked (shown) && adw_banner_get_revealed (self->banner))
    show_banner (self, shown, TRUE);
  else if (!is_asked (shown) && shown->request != NULL)
    open_other (self, shown);
}

/* Takes what is known of each, so that no two reads are mixed. */
static gboolean
take_others (HemoReadingFields *self, GPtrArray *others)
{
  gboolean changed = FALSE;

  for (guint i = 0; i < others->len; i++)
    {
      HemoOtherPicture *picture = g_ptr_array_index (others, i);
      const HemoOtherPicture *before = g_hash_table_lookup (self->others, picture->image->uuid);
      gint64 version = before != NULL && before->request != NULL ? before->request->version : 0;

      changed
          = changed || version != (picture->request != NULL ? picture->request->version : 0)
            || (before != NULL && !hemo_marks_equal (before->image->marks, picture->image->marks));
      g_hash_table_insert (self->others, g_strdup (picture->image->uuid),
                           hemo_other_picture_copy (picture));
    }
  return changed;
}

void
hemo_reading_fields_show (HemoReadingFields *self,
                          HemoDesk *desk,
                          const HemoCase *data,
                          GPtrArray *others)
{
  g_autoptr (HemoFilmItem) first = NULL;
  gboolean changed;

  g_set_object (&self->desk, desk);
  changed = take_others (self, others);
  if (is_the_same (self, data, others))
    {
      if (changed)
        update_others (self);
      return;
    }
  g_list_store_remove_all (self->items);
  for (guint i = 0; i < data->images->len + others->len; i++)
    {
      const HemoImage *image = get_image (data, others, i);
      const HemoOtherPicture *other = g_hash_table_lookup (self->others, image->uuid);
      g_autoptr (HemoFilmItem) item = hemo_film_item_new (image->uuid, (int)i + 1);

      hemo_film_item_set_in_report (item, image->in_report);
      if (other != NULL)
        g_object_set (item, "problem", describe_other (self, other), NULL);
      g_hash_table_insert (self->scales, g_strdup (image->uuid),
                           g_memdup2 (&image->micrometres_per_pixel, sizeof (double)));
      g_list_store_append (self->items, item);
      if (first == NULL || g_strcmp0 (image->uuid, self->shown) == 0)
        g_set_object (&first, item);
    }
  if (first != NULL)
    hemo_filmstrip_select (self->film, first);
  selected_cb (self);
}

void
hemo_reading_fields_step (HemoReadingFields *self, int by)
{
  hemo_filmstrip_step (self->film, by);
}

/* The page is left. What is on its way holds this widget, so that it would not be disposed of
 * before that has come. */
static void
hemo_reading_fields_unroot (GtkWidget *widget)
{
  HemoReadingFields *self = HEMO_READING_FIELDS (widget);

  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  stop_opening (self);
  GTK_WIDGET_CLASS (hemo_reading_fields_parent_class)->unroot (widget);
}

static void
hemo_reading_fields_dispose (GObject *object)
{
  HemoReadingFields *self = HEMO_READING_FIELDS (object);

  /* What comes now is of no field that is seen. */
  g_clear_pointer (&self->shown, g_free);
  G_OBJECT_CLASS (hemo_reading_fields_parent_class)->dispose (object);
}

static void
hemo_reading_fields_finalize (GObject *object)
{
  HemoReadingFields *self = HEMO_READING_FIELDS (object);

  g_clear_object (&self->cancellable);
  g_clear_object (&self->items);
  g_clear_object (&self->desk);
  g_clear_pointer (&self->scales, g_hash_table_unref);
  g_clear_pointer (&self->others, g_hash_table_unref);
  g_clear_pointer (&self->fetched, g_hash_table_unref);
  G_OBJECT_CLASS (hemo_reading_fields_parent_class)->finalize (object);
}

static void
hemo_reading_fields_class_init (HemoReadingFieldsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hemo_reading_fields_dispose;
  G_OBJECT_CLASS (klass)->finalize = hemo_reading_fields_finalize;
  GTK_WIDGET_CLASS (klass)->unroot = hemo_reading_fields_unroot;
}

static void
hemo_reading_fields_init (HemoReadingFields *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *tools;

  self->cancellable = g_cancellable_new ();
  self->scales = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->others = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                        (GDestroyNotify)hemo_other_picture_free);
  self->fetched
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
  self->items = g_list_store_new (HEMO_TYPE_FILM_ITEM);
  self->view = HEMO_IMAGE_VIEW (hemo_image_view_new ());
  self->film = HEMO_FILMSTRIP (hemo_filmstrip_new (G_LIST_MODEL (self->items)));
  g_object_set (self->view, "can-mark", FALSE, NULL);
  g_object_set (self->film, "empty-text", _ ("No field was captured."), NULL);
  tools = hemo_image_tools_new (self->view);
  gtk_widget_set_vexpand (GTK_WIDGET (self->view), TRUE);
  gtk_widget_set_hexpand (GTK_WIDGET (self->view), TRUE);
  self->banner = ADW_BANNER (adw_banner_new (""));
  adw_banner_set_use_markup (self->banner, FALSE);
  gtk_box_append (GTK_BOX (box), tools);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->banner));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->view));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->film));
  adw_bin_set_child (ADW_BIN (self), box);
  g_signal_connect_object (self->banner, "button-clicked", G_CALLBACK (ask_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->film, "wanted", G_CALLBACK (wanted_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->film, "notify::selected", G_CALLBACK (selected_cb), self,
                           G_CONNECT_SWAPPED);
}
