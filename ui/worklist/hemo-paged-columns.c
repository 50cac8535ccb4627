/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Cells that follow their item, and forget it when they are given to another. */

#include "hemo-paged-columns.h"

#include "hemo-chip.h"
#include "hemo-format.h"
#include "hemo-widgets.h"

#include <glib/gi18n.h>

/* Characters that a name gets before others get more than they need: 'Venkataraghavan, A'. */
#define NAME_CHARS 18

static void
show_cell (GtkListItem *cell)
{
  gconstpointer data = hemo_paged_item_get_data (gtk_list_item_get_item (cell));
  GtkWidget *widget = gtk_list_item_get_child (cell);
  const HemoPagedColumn *column = g_object_get_data (G_OBJECT (widget), "column");

  if (data != NULL)
    column->show (widget, data);
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *cell, gpointer column)
{
  GtkWidget *widget = ((const HemoPagedColumn *)column)->make ();

  g_object_set_data (G_OBJECT (widget), "column", column);
  gtk_list_item_set_child (cell, widget);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *cell, gpointer column)
{
  g_signal_connect_object (gtk_list_item_get_item (cell), "changed", G_CALLBACK (show_cell), cell,
                           G_CONNECT_SWAPPED);
  show_cell (cell);
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *cell, gpointer column)
{
  GtkWidget *widget = gtk_list_item_get_child (cell);

  g_signal_handlers_disconnect_by_func (gtk_list_item_get_item (cell), show_cell, cell);
  if (HEMO_IS_CHIP (widget))
    gtk_widget_set_visible (widget, FALSE);
  else if (GTK_IS_LABEL (widget))
    gtk_label_set_text (GTK_LABEL (widget), "");
  else
    for (widget = gtk_widget_get_first_child (widget); widget != NULL;
         widget = gtk_widget_get_next_sibling (widget))
      gtk_label_set_text (GTK_LABEL (widget), "");
}

void
hemo_paged_columns_add (GtkColumnView *list, const HemoPagedColumn *columns, guint n_columns)
{
  for (guint i = 0; i < n_columns; i++)
    {
      const HemoPagedColumn *column = &columns[i];
      GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
      g_autoptr (GtkColumnViewColumn) view = NULL;

      g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), (gpointer)column);
      g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), (gpointer)column);
      g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), (gpointer)column);
      view = gtk_column_view_column_new (column->context != NULL
                                             ? g_dpgettext2 (NULL, column->context, column->title)
                                             : _ (column->title),
                                         factory);
      gtk_column_view_column_set_expand (view, column->expand);
      gtk_column_view_column_set_resizable (view, TRUE);
      gtk_column_view_append_column (list, view);
    }
}

static void
read_row (GtkColumnViewRow *row)
{
  gpointer item = gtk_column_view_row_get_item (row);
  HemoPagedSentence sentence = g_object_get_data (G_OBJECT (row), "sentence");
  gconstpointer data = hemo_paged_item_get_data (item);
  g_autofree char *text = data != NULL ? sentence (data) : NULL;

  if (text != NULL)
    gtk_column_view_row_set_accessible_label (row, text);
}

static void
bind_row_cb (GtkSignalListItemFactory *factory, GtkColumnViewRow *row, gpointer sentence)
{
  g_object_set_data (G_OBJECT (row), "sentence", sentence);
  g_signal_connect_object (gtk_column_view_row_get_item (row), "changed", G_CALLBACK (read_row),
                           row, G_CONNECT_SWAPPED);
  read_row (row);
}

static void
unbind_row_cb (GtkSignalListItemFactory *factory, GtkColumnViewRow *row, gpointer sentence)
{
  g_signal_handlers_disconnect_by_func (gtk_column_view_row_get_item (row), read_row, row);
}

void
hemo_paged_columns_read_rows (GtkColumnView *list, HemoPagedSentence sentence)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "bind", G_CALLBACK (bind_row_cb), sentence);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_row_cb), sentence);
  gtk_column_view_set_row_factory (list, factory);
}

GtkWidget *
hemo_paged_label_new (void)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  return label;
}

GtkWidget *
hemo_paged_number_new (void)
{
  GtkWidget *label = hemo_paged_label_new ();

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_NONE);
  gtk_widget_add_css_class (label, "numeric");
  return label;
}

void
hemo_paged_label_show (GtkWidget *label, const char *text)
{
  gtk_label_set_text (GTK_LABEL (label), text != NULL ? text : "");
  hemo_widgets_set_tooltip (label, text);
}

GtkWidget *
hemo_paged_person_new (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *name = hemo_paged_label_new ();
  GtkWidget *age = hemo_paged_number_new ();

  gtk_label_set_width_chars (GTK_LABEL (name), NAME_CHARS);
  gtk_box_append (GTK_BOX (box), name);
  gtk_widget_add_css_class (age, "dimmed");
  gtk_box_append (GTK_BOX (box), age);
  return box;
}

void
hemo_paged_person_show (GtkWidget *person, const char *name, HemoSex sex, const HemoBirth *birth)
{
  HemoDate today = hemo_date_of (hemo_time_now ());
  g_autofree char *age = hemo_format_sex_age (sex, birth, today);

  hemo_paged_label_show (gtk_widget_get_first_child (person), name);
  gtk_label_set_text (GTK_LABEL (gtk_widget_get_last_child (person)), age);
}
