/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The files of an export, each with how far it is. */

#include "hemo-export-file.h"

#include <glib/gi18n.h>

struct _HemoExportFiles
{
  AdwBin parent_instance;

  GtkListView *view;
};

G_DEFINE_FINAL_TYPE (HemoExportFiles, hemo_export_files, ADW_TYPE_BIN)

static const char *
choose_icon (HemoExportFile *file)
{
  if (hemo_export_file_get_stage (file) == HEMO_EXPORT_WAITING)
    return "content-loading-symbolic";
  if (hemo_export_file_get_stage (file) != HEMO_EXPORT_ENDED)
    return "document-save-symbolic";
  return hemo_export_file_has_arrived (file) ? "object-select-symbolic" : "dialog-warning-symbolic";
}

/* The parts of a row, in their order. */
static void
show_row (GtkListItem *item, HemoExportFile *file)
{
  GtkWidget *icon = gtk_widget_get_first_child (gtk_list_item_get_child (item));
  GtkWidget *name = gtk_widget_get_next_sibling (icon);
  GtkWidget *bar = gtk_widget_get_next_sibling (name);
  GtkWidget *state = gtk_widget_get_next_sibling (bar);
  HemoExportStage stage = hemo_export_file_get_stage (file);
  g_autofree char *words = hemo_export_file_describe (file);

  gtk_image_set_from_icon_name (GTK_IMAGE (icon), choose_icon (file));
  gtk_label_set_text (GTK_LABEL (name), hemo_export_file_get_name (file));
  gtk_label_set_text (GTK_LABEL (state), words);
  gtk_widget_set_opacity (bar,
                          stage == HEMO_EXPORT_WRITING || stage == HEMO_EXPORT_READING ? 1 : 0);
  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (bar), hemo_export_file_get_fraction (file));
  gtk_list_item_set_accessible_label (item, hemo_export_file_get_name (file));
  gtk_list_item_set_accessible_description (item, words);
}

static void
changed_cb (HemoExportFile *file, gpointer item)
{
  show_row (item, file);
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *name = gtk_label_new (NULL);
  GtkWidget *bar = gtk_progress_bar_new ();
  GtkWidget *state = gtk_label_new (NULL);

  gtk_widget_set_margin_start (row, 6);
  gtk_widget_set_margin_end (row, 6);
  gtk_widget_set_margin_top (row, 3);
  gtk_widget_set_margin_bottom (row, 3);
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_widget_set_hexpand (name, TRUE);
  gtk_widget_set_valign (bar, GTK_ALIGN_CENTER);
  gtk_widget_set_size_request (bar, 96, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (bar), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Progress of the file"), -1);
  gtk_label_set_width_chars (GTK_LABEL (state), 28);
  gtk_label_set_xalign (GTK_LABEL (state), 0);
  gtk_label_set_ellipsize (GTK_LABEL (state), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (state, "numeric");
  gtk_widget_add_css_class (state, "dim-label");
  gtk_box_append (GTK_BOX (row), gtk_image_new ());
  gtk_box_append (GTK_BOX (row), name);
  gtk_box_append (GTK_BOX (row), bar);
  gtk_box_append (GTK_BOX (row), state);
  gtk_list_item_set_child (item, row);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  HemoExportFile *file = gtk_list_item_get_item (item);

  show_row (item, file);
  g_signal_connect (file, "changed", G_CALLBACK (changed_cb), item);
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  g_signal_handlers_disconnect_by_data (gtk_list_item_get_item (item), item);
}

static void
hemo_export_files_class_init (HemoExportFilesClass *klass)
{
}

static void
hemo_export_files_init (HemoExportFiles *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), NULL);
  self->view = GTK_LIST_VIEW (gtk_list_view_new (NULL, factory));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Files"), -1);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scroller), 120);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), GTK_WIDGET (self->view));
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_widget_add_css_class (scroller, "card");
  gtk_widget_set_overflow (scroller, GTK_OVERFLOW_HIDDEN);
  adw_bin_set_child (ADW_BIN (self), scroller);
}

void
hemo_export_files_set_model (HemoExportFiles *self, GListModel *files)
{
  g_autoptr (GtkNoSelection) selection
      = files != NULL ? gtk_no_selection_new (g_object_ref (files)) : NULL;

  gtk_list_view_set_model (self->view, GTK_SELECTION_MODEL (selection));
}

void
hemo_export_files_show (HemoExportFiles *self, guint position)
{
  GtkSelectionModel *model = gtk_list_view_get_model (self->view);

  if (model != NULL && position < g_list_model_get_n_items (G_LIST_MODEL (model)))
    gtk_list_view_scroll_to (self->view, position, GTK_LIST_SCROLL_NONE, NULL);
}
