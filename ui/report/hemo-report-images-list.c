/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One row for each image: a tick, its preview, which field it is. */

#include "hemo-report-images-list.h"

#include "hemo-files.h"
#include "hemo-texture.h"

#include <glib/gi18n.h>

#define PREVIEW_SIZE 48

struct _HemoReportImagesList
{
  AdwBin parent_instance;

  GtkListBox *list;

  HemoDesk *desk;
  HemoReportEdits *edits;
  /* UUID to GdkTexture: decoded once. */
  GHashTable *previews;
  /* UUIDs in the order in which the rows stand. */
  char *shown;
  gboolean filling;
};

G_DEFINE_FINAL_TYPE (HemoReportImagesList, hemo_report_images_list, ADW_TYPE_BIN)

static gboolean
preview_work (HemoClinic *clinic,
              HemoSession *session,
              gpointer data,
              gpointer *result,
              GCancellable *cancellable,
              GError **error)
{
  g_autoptr (GBytes) bytes = hemo_clinic_open_preview (clinic, session, data, error);

  if (bytes == NULL)
    return FALSE;
  *result = hemo_texture_prepare (gdk_texture_new_from_bytes (bytes, error));
  return *result != NULL;
}

typedef struct
{
  HemoReportImagesList *list;
  GtkPicture *picture;
  char *image;
} Waiting;

static void
preview_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Waiting *waiting = data;
  gpointer out = NULL;

  if (hemo_desk_finish (HEMO_DESK (source), result, &out, NULL))
    {
      g_autoptr (GdkTexture) texture = out;

      gtk_picture_set_paintable (waiting->picture, GDK_PAINTABLE (texture));
      g_hash_table_insert (waiting->list->previews, g_strdup (waiting->image),
                           g_steal_pointer (&texture));
    }
  g_object_unref (waiting->list);
  g_object_unref (waiting->picture);
  g_free (waiting->image);
  g_free (waiting);
}

static GtkWidget *
make_preview (HemoReportImagesList *self, const char *image)
{
  GtkWidget *picture = gtk_picture_new ();
  GdkPaintable *known = g_hash_table_lookup (self->previews, image);
  Waiting *waiting;

  gtk_widget_set_size_request (picture, PREVIEW_SIZE, PREVIEW_SIZE);
  gtk_widget_set_valign (picture, GTK_ALIGN_CENTER);
  gtk_picture_set_content_fit (GTK_PICTURE (picture), GTK_CONTENT_FIT_COVER);
  gtk_picture_set_can_shrink (GTK_PICTURE (picture), TRUE);
  gtk_widget_set_overflow (picture, GTK_OVERFLOW_HIDDEN);
  gtk_widget_add_css_class (picture, "preview");
  gtk_picture_set_paintable (GTK_PICTURE (picture), known);
  if (known != NULL)
    return picture;
  waiting = g_new (Waiting, 1);
  *waiting = (Waiting){ g_object_ref (self), g_object_ref_sink (GTK_PICTURE (picture)),
                        g_strdup (image) };
  hemo_desk_run_async (self->desk, preview_work, g_strdup (image), g_free, g_object_unref, NULL,
                       preview_cb, waiting);
  return picture;
}

static void
toggled_cb (GtkCheckButton *check, gpointer data)
{
  HemoReportImagesList *self = data;

  if (!self->filling)
    hemo_report_edits_set_image (self->edits, gtk_widget_get_name (GTK_WIDGET (check)),
                                 gtk_check_button_get_active (check));
}

static GtkWidget *
make_row (HemoReportImagesList *self, const HemoImage *image, gboolean printed)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *check = gtk_check_button_new ();
  g_autofree char *title = g_strdup_printf (_ ("Field %d"), image->field);

  gtk_widget_set_name (row, image->uuid);
  gtk_widget_set_name (check, image->uuid);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), printed);
  gtk_widget_set_valign (check, GTK_ALIGN_CENTER);
  g_signal_connect_object (check, "toggled", G_CALLBACK (toggled_cb), self, 0);
  gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  if (image->note != NULL || image->objective != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row),
                                 image->note != NULL ? _ (image->note) : image->objective);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 1);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), make_preview (self, image->uuid));
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), check);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), check);
  return row;
}

static GPtrArray *
sort_images (const HemoCase *data, const HemoReport *report)
{
  GPtrArray *sorted = g_ptr_array_new ();

  for (guint i = 0; i < report->images->len; i++)
    for (guint j = 0; j < data->images->len; j++)
      if (g_str_equal (((HemoImage *)data->images->pdata[j])->uuid, report->images->pdata[i]))
        g_ptr_array_add (sorted, data->images->pdata[j]);
  for (guint j = 0; j < data->images->len; j++)
    if (!g_ptr_array_find (sorted, data->images->pdata[j], NULL))
      g_ptr_array_add (sorted, data->images->pdata[j]);
  return sorted;
}

/* All that a row shows, so that nothing moves when nothing changed. */
static char *
sum_up (GPtrArray *images, const HemoReport *report)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < images->len; i++)
    {
      const HemoImage *image = images->pdata[i];

      g_string_append_printf (
          text, "%s %d %s;", image->uuid,
          g_ptr_array_find_with_equal_func (report->images, image->uuid, g_str_equal, NULL),
          image->note != NULL ? _ (image->note) : "");
    }
  return g_string_free_and_steal (text);
}

static const char *
focused_image (HemoReportImagesList *self)
{
  GtkWidget *focus = gtk_widget_get_focus_child (GTK_WIDGET (self->list));

  return focus != NULL ? gtk_widget_get_name (focus) : NULL;
}

void
hemo_report_images_list_show (HemoReportImagesList *self, const HemoCase *data)
{
  const HemoReport *report = hemo_report_edits_get (self->edits);
  g_autoptr (GPtrArray) images = sort_images (data, report);
  g_autofree char *sum = sum_up (images, report);
  g_autofree char *focused = g_strdup (focused_image (self));

  if (g_strcmp0 (sum, self->shown) == 0)
    return;
  g_set_str (&self->shown, sum);
  self->filling = TRUE;
  gtk_list_box_remove_all (self->list);
  for (guint i = 0; i < images->len; i++)
    {
      const HemoImage *image = images->pdata[i];
      GtkWidget *row = make_row (
          self, image,
          g_ptr_array_find_with_equal_func (report->images, image->uuid, g_str_equal, NULL));

      gtk_list_box_append (self->list, row);
      if (g_strcmp0 (focused, image->uuid) == 0)
        gtk_widget_grab_focus (row);
    }
  self->filling = FALSE;
}

/* Alt+Up and Alt+Down move the image that has the focus. */
static gboolean
key_cb (GtkEventControllerKey *controller,
        guint keyval,
        guint keycode,
        GdkModifierType state,
        gpointer data)
{
  HemoReportImagesList *self = data;
  const char *image = focused_image (self);

  if ((state & gtk_accelerator_get_default_mod_mask ()) != GDK_ALT_MASK || image == NULL
      || (keyval != GDK_KEY_Up && keyval != GDK_KEY_Down))
    return GDK_EVENT_PROPAGATE;
  hemo_report_edits_move_image (self->edits, image, keyval == GDK_KEY_Up ? -1 : 1);
  return GDK_EVENT_STOP;
}

static void
hemo_report_images_list_dispose (GObject *object)
{
  HemoReportImagesList *self = HEMO_REPORT_IMAGES_LIST (object);

  g_clear_object (&self->desk);
  g_clear_object (&self->edits);
  g_clear_pointer (&self->previews, g_hash_table_unref);
  g_clear_pointer (&self->shown, g_free);
  G_OBJECT_CLASS (hemo_report_images_list_parent_class)->dispose (object);
}

static void
hemo_report_images_list_class_init (HemoReportImagesListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hemo_report_images_list_dispose;
}

static void
hemo_report_images_list_init (HemoReportImagesList *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->previews = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "boxed-list");
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->list), keys);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->list));
}

void
hemo_report_images_list_bind (HemoReportImagesList *self, HemoDesk *desk, HemoReportEdits *edits)
{
  g_set_object (&self->desk, desk);
  g_set_object (&self->edits, edits);
}
