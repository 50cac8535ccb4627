/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A row for each slide, with its label. */

#include "hemo-slides-group.h"

#include "hemo-format.h"
#include "hemo-label-printer.h"
#include "hemo-place.h"
#include "hemo-specimen-table.h"

#include <glib/gi18n.h>

struct _HemoSlidesGroup
{
  AdwPreferencesGroup parent_instance;

  GtkDropDown *slide_type;
  GtkButton *add_slide;

  HemoDesk *desk;
  HemoSpecimen *tube;
  /* Owned by the group. */
  GPtrArray *rows;
};

G_DEFINE_FINAL_TYPE (HemoSlidesGroup, hemo_slides_group, ADW_TYPE_PREFERENCES_GROUP)

static void
print_cb (GtkButton *button, gpointer data)
{
  HemoSlidesGroup *self = data;
  const char *specimens[] = { g_object_get_data (G_OBJECT (button), "specimen"), NULL };

  hemo_label_printer_print (GTK_WIDGET (self), self->desk, specimens, hemo_label_size_get ());
}

static void
save_cb (GtkButton *button, gpointer data)
{
  HemoSlidesGroup *self = data;
  const char *specimens[] = { g_object_get_data (G_OBJECT (button), "specimen"), NULL };
  g_autofree char *name
      = g_strdup_printf ("%s.pdf", (char *)g_object_get_data (G_OBJECT (button), "accession"));

  g_strdelimit (name, "/", '-');
  hemo_label_printer_save (GTK_WIDGET (self), self->desk, specimens, hemo_label_size_get (), name);
}

static void
add_button (HemoSlidesGroup *self,
            GtkWidget *row,
            const HemoSpecimen *specimen,
            const char *icon,
            const char *tooltip,
            GCallback clicked)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_widget_add_css_class (button, "flat");
  g_object_set_data_full (G_OBJECT (button), "specimen", g_strdup (specimen->uuid), g_free);
  g_object_set_data_full (G_OBJECT (button), "accession", g_strdup (specimen->accession), g_free);
  g_signal_connect_object (button, "clicked", clicked, self, 0);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
}

static void
add_row (HemoSlidesGroup *self, const HemoSpecimen *specimen)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *kind
      /* Translators: kind of slide, and its stain */
      = g_strdup_printf (_ ("%s, %s"), hemo_format_specimen_type (specimen->type),
                         hemo_format_stain (specimen->stain));

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), specimen->accession);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), kind);
  add_button (self, row, specimen, "document-print-symbolic",
              specimen->parent != NULL ? _ ("Print the Label of This Slide")
                                       : _ ("Print the Label of the Tube"),
              G_CALLBACK (print_cb));
  add_button (self, row, specimen, "document-save-symbolic", _ ("Save This Label as PDF"),
              G_CALLBACK (save_cb));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), row);
  g_ptr_array_add (self->rows, row);
}

/* Once it has its place: who adds a slide sees that it is there. */
static gboolean
scroll_cb (gpointer row)
{
  GtkWidget *viewport = gtk_widget_get_ancestor (row, GTK_TYPE_VIEWPORT);

  if (viewport != NULL)
    gtk_viewport_scroll_to (GTK_VIEWPORT (viewport), row, NULL);
  return G_SOURCE_REMOVE;
}

static gboolean
slide_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  HemoSpecimen *slide = data;

  if (!hemo_specimen_accept (txn, slide, error))
    return FALSE;
  *result = hemo_specimen_copy (slide);
  return TRUE;
}

static void
added_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoSlidesGroup) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoSpecimen) slide = NULL;
  gpointer out = NULL;

  if (hemo_desk_finish (HEMO_DESK (source), result, &out, &error))
    slide = out;
  if (self->rows == NULL)
    return;
  if (slide != NULL && self->tube != NULL && g_strcmp0 (slide->parent, self->tube->uuid) == 0)
    {
      add_row (self, slide);
      g_idle_add_full (G_PRIORITY_LOW, scroll_cb,
                       g_object_ref (self->rows->pdata[self->rows->len - 1]), g_object_unref);
    }
  else if (slide == NULL)
    hemo_place_show_error (GTK_WIDGET (self), _ ("The Slide Was Not Added"), error);
}

static void
add_cb (HemoSlidesGroup *self)
{
  HemoSpecimen *slide;

  if (self->tube == NULL)
    return;
  slide = hemo_specimen_new ();
  slide->parent = g_strdup (self->tube->uuid);
  slide->type = gtk_drop_down_get_selected (self->slide_type) == 0 ? HEMO_SPECIMEN_THIN_FILM
                                                                   : HEMO_SPECIMEN_THICK_FILM;
  slide->stain = self->tube->stain;
  slide->collected_at = self->tube->collected_at;
  hemo_desk_write_async (self->desk, slide_job, slide, (GDestroyNotify)hemo_specimen_free,
                         (GDestroyNotify)hemo_specimen_free, NULL, added_cb, g_object_ref (self));
}

void
hemo_slides_group_show (HemoSlidesGroup *self, const HemoSpecimen *tube, const GPtrArray *slides)
{
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
  g_clear_pointer (&self->tube, hemo_specimen_free);
  self->tube = hemo_specimen_copy (tube);
  if (slides == NULL)
    return;
  add_row (self, tube);
  for (guint i = 0; i < slides->len; i++)
    add_row (self, slides->pdata[i]);
}

void
hemo_slides_group_set_desk (HemoSlidesGroup *self, HemoDesk *desk)
{
  g_set_object (&self->desk, desk);
}

static void
hemo_slides_group_dispose (GObject *object)
{
  HemoSlidesGroup *self = HEMO_SLIDES_GROUP (object);

  g_clear_pointer (&self->rows, g_ptr_array_unref);
  gtk_widget_dispose_template (GTK_WIDGET (self), HEMO_TYPE_SLIDES_GROUP);
  g_clear_object (&self->desk);
  g_clear_pointer (&self->tube, hemo_specimen_free);
  G_OBJECT_CLASS (hemo_slides_group_parent_class)->dispose (object);
}

static void
hemo_slides_group_class_init (HemoSlidesGroupClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hemo_slides_group_dispose;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/hemogram/Hemogram/patient/hemo-slides-group.ui");
  gtk_widget_class_bind_template_child (widget_class, HemoSlidesGroup, slide_type);
  gtk_widget_class_bind_template_child (widget_class, HemoSlidesGroup, add_slide);
}

static void
hemo_slides_group_init (HemoSlidesGroup *self)
{
  const char *const films[] = { hemo_format_specimen_type (HEMO_SPECIMEN_THIN_FILM),
                                hemo_format_specimen_type (HEMO_SPECIMEN_THICK_FILM), NULL };
  g_autoptr (GtkStringList) film_list = gtk_string_list_new (films);

  gtk_widget_init_template (GTK_WIDGET (self));
  self->rows = g_ptr_array_new ();
  gtk_drop_down_set_model (self->slide_type, G_LIST_MODEL (film_list));
  g_signal_connect_swapped (self->add_slide, "clicked", G_CALLBACK (add_cb), self);
}
