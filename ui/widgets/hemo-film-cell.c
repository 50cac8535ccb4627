/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One frame of the filmstrip: the field small, its number, its marks. */

#include "hemo-film-cell-private.h"

#include "hemo-widgets.h"

#include <glib/gi18n.h>

#define PICTURE_WIDTH 116
#define PICTURE_HEIGHT 84

struct _HemoFilmCell
{
  GtkWidget parent_instance;

  GtkWidget *overlay;
  GtkWidget *picture;
  GtkWidget *waiting;
  GtkWidget *foot;
  GtkWidget *number;
  GtkWidget *focus;
  GtkWidget *stain;
  GtkWidget *tick;
  HemoFilmItem *item;
};

G_DEFINE_FINAL_TYPE (HemoFilmCell, hemo_film_cell, GTK_TYPE_WIDGET)

static void
show_mark (GtkWidget *image, HemoChipState state, const char *good, const char *bad)
{
  static const char *const classes[] = { "neutral", "success", "warning", "error" };

  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    gtk_widget_remove_css_class (image, classes[i]);
  gtk_widget_add_css_class (image, classes[state]);
  gtk_widget_set_visible (image, state != HEMO_CHIP_NEUTRAL);
  gtk_image_set_from_icon_name (GTK_IMAGE (image), state == HEMO_CHIP_GOOD ? good : bad);
}

static void
update (HemoFilmCell *self)
{
  g_autoptr (GdkPaintable) paintable = NULL;
  g_autofree char *text = NULL;
  g_autofree char *number = NULL;
  HemoChipState focus, stain;
  gboolean in_report, missing;

  g_object_get (self->item, "paintable", &paintable, "focus", &focus, "stain", &stain, "in-report",
                &in_report, "missing", &missing, NULL);
  text = hemo_film_item_describe (self->item);
  number = g_strdup_printf ("%d", hemo_film_item_get_number (self->item));
  gtk_picture_set_paintable (GTK_PICTURE (self->picture), paintable);
  gtk_label_set_label (GTK_LABEL (self->number), number);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->waiting),
                                missing ? "image-missing-symbolic" : "image-x-generic-symbolic");
  gtk_widget_set_visible (self->waiting, paintable == NULL);
  show_mark (self->focus, focus, "object-select-symbolic", "hemo-out-of-focus-symbolic");
  show_mark (self->stain, stain, "object-select-symbolic", "hemo-stain-symbolic");
  /* One tick says that both are well. */
  if (focus == HEMO_CHIP_GOOD && stain == HEMO_CHIP_GOOD)
    gtk_widget_set_visible (self->stain, FALSE);
  gtk_widget_set_visible (self->tick, in_report);
  hemo_widgets_set_tooltip (GTK_WIDGET (self), text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

static void
changed_cb (HemoFilmItem *item, GParamSpec *pspec, HemoFilmCell *self)
{
  update (self);
}

void
hemo_film_cell_set_item (HemoFilmCell *self, HemoFilmItem *item)
{
  if (self->item != NULL)
    g_signal_handlers_disconnect_by_func (self->item, changed_cb, self);
  g_set_object (&self->item, item);
  if (item == NULL)
    {
      gtk_picture_set_paintable (GTK_PICTURE (self->picture), NULL);
      return;
    }
  g_signal_connect_object (item, "notify", G_CALLBACK (changed_cb), self, G_CONNECT_DEFAULT);
  update (self);
}

static void
hemo_film_cell_dispose (GObject *object)
{
  HemoFilmCell *self = HEMO_FILM_CELL (object);

  if (self->item != NULL)
    g_signal_handlers_disconnect_by_func (self->item, changed_cb, self);
  g_clear_object (&self->item);
  g_clear_pointer (&self->overlay, gtk_widget_unparent);
  g_clear_pointer (&self->foot, gtk_widget_unparent);
  G_OBJECT_CLASS (hemo_film_cell_parent_class)->dispose (object);
}

static void
hemo_film_cell_class_init (HemoFilmCellClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hemo_film_cell_dispose;
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "hemofilmcell");
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
}

static GtkWidget *
make_icon (const char *name)
{
  return g_object_new (GTK_TYPE_IMAGE, "icon-name", name, "accessible-role",
                       GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
}

static void
make_picture (HemoFilmCell *self)
{
  self->overlay = gtk_overlay_new ();
  self->picture
      = g_object_new (GTK_TYPE_PICTURE, "content-fit", GTK_CONTENT_FIT_COVER, "can-shrink", TRUE,
                      "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  self->waiting = make_icon ("image-x-generic-symbolic");
  gtk_image_set_icon_size (GTK_IMAGE (self->waiting), GTK_ICON_SIZE_LARGE);
  gtk_widget_add_css_class (self->waiting, "dimmed");
  self->tick = make_icon ("x-office-document-symbolic");
  gtk_widget_add_css_class (self->tick, "tick");
  gtk_widget_set_halign (self->tick, GTK_ALIGN_END);
  gtk_widget_set_valign (self->tick, GTK_ALIGN_START);
  /* All frames have one size, whatever the sides of the picture. */
  gtk_overlay_set_child (GTK_OVERLAY (self->overlay),
                         g_object_new (GTK_TYPE_BOX, "width-request", PICTURE_WIDTH,
                                       "height-request", PICTURE_HEIGHT, NULL));
  gtk_overlay_add_overlay (GTK_OVERLAY (self->overlay), self->picture);
  gtk_overlay_add_overlay (GTK_OVERLAY (self->overlay), self->waiting);
  gtk_overlay_add_overlay (GTK_OVERLAY (self->overlay), self->tick);
  gtk_widget_set_overflow (self->overlay, GTK_OVERFLOW_HIDDEN);
  gtk_widget_add_css_class (self->overlay, "picture");
  gtk_widget_set_parent (self->overlay, GTK_WIDGET (self));
}

static void
hemo_film_cell_init (HemoFilmCell *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  make_picture (self);
  self->foot = g_object_new (GTK_TYPE_BOX, "spacing", 6, NULL);
  self->number = g_object_new (GTK_TYPE_LABEL, "hexpand", TRUE, "xalign", 0.0, NULL);
  gtk_widget_add_css_class (self->number, "number");
  self->focus = make_icon ("object-select-symbolic");
  self->stain = make_icon ("object-select-symbolic");
  gtk_box_append (GTK_BOX (self->foot), self->number);
  gtk_box_append (GTK_BOX (self->foot), self->focus);
  gtk_box_append (GTK_BOX (self->foot), self->stain);
  gtk_widget_set_parent (self->foot, GTK_WIDGET (self));
}

GtkWidget *
hemo_film_cell_new (void)
{
  return g_object_new (HEMO_TYPE_FILM_CELL, NULL);
}
