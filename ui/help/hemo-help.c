/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A dialog with the chapters at the side and the text beside them. */

#include "hemo-help.h"

#include "hemo-help-chapters.h"
#include "hemo-place.h"

#include <glib/gi18n.h>

/* Tab leads from the chapters to the text beside them, arrows from one chapter to the next. */
static void
leave_by_tab (GtkWidget *widget)
{
  if (GTK_IS_LIST_BOX (widget))
    gtk_list_box_set_tab_behavior (GTK_LIST_BOX (widget), GTK_LIST_TAB_ITEM);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    leave_by_tab (child);
}

static GtkWidget *
chapter_page (const HemoHelpChapter *chapter)
{
  /* It is read by arrows where there is more than can be seen. */
  GtkWidget *scrolled
      = g_object_new (GTK_TYPE_SCROLLED_WINDOW, "accessible-role", GTK_ACCESSIBLE_ROLE_GROUP, NULL);
  GtkWidget *clamp = adw_clamp_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *title = gtk_label_new (_ (chapter->title));

  gtk_widget_add_css_class (title, "title-2");
  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_label_set_wrap (GTK_LABEL (title), TRUE);
  gtk_box_append (GTK_BOX (box), title);
  for (int i = 0; chapter->paragraphs[i] != NULL; i++)
    {
      GtkWidget *label = gtk_label_new (_ (chapter->paragraphs[i]));

      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_label_set_wrap (GTK_LABEL (label), TRUE);
      gtk_label_set_selectable (GTK_LABEL (label), FALSE);
      gtk_box_append (GTK_BOX (box), label);
    }
  gtk_widget_set_margin_start (box, 18);
  gtk_widget_set_margin_end (box, 18);
  gtk_widget_set_margin_top (box, 18);
  gtk_widget_set_margin_bottom (box, 24);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), 560);
  adw_clamp_set_child (ADW_CLAMP (clamp), box);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), clamp);
  gtk_accessible_update_property (GTK_ACCESSIBLE (scrolled), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ (chapter->title), -1);
  return scrolled;
}

void
hemo_help_present (GtkWidget *parent, const char *chapter)
{
  AdwDialog *dialog = adw_dialog_new ();
  GtkWidget *toolbar = adw_toolbar_view_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *stack = gtk_stack_new ();
  GtkWidget *list = gtk_stack_sidebar_new ();

  /* A chapter is laid out when it is read. */
  gtk_stack_set_hhomogeneous (GTK_STACK (stack), FALSE);
  gtk_stack_set_vhomogeneous (GTK_STACK (stack), FALSE);
  for (const HemoHelpChapter *at = hemo_help_chapters; at->id != NULL; at++)
    gtk_stack_add_titled (GTK_STACK (stack), chapter_page (at), at->id, _ (at->title));
  gtk_stack_sidebar_set_stack (GTK_STACK_SIDEBAR (list), GTK_STACK (stack));
  leave_by_tab (list);
  gtk_widget_set_hexpand (stack, TRUE);
  gtk_box_append (GTK_BOX (box), list);
  gtk_box_append (GTK_BOX (box), gtk_separator_new (GTK_ORIENTATION_VERTICAL));
  gtk_box_append (GTK_BOX (box), stack);
  if (chapter != NULL && gtk_stack_get_child_by_name (GTK_STACK (stack), chapter) != NULL)
    gtk_stack_set_visible_child_name (GTK_STACK (stack), chapter);
  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (toolbar), adw_header_bar_new ());
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (toolbar), box);
  adw_dialog_set_title (dialog, _ ("Help"));
  adw_dialog_set_content_width (dialog, 820);
  adw_dialog_set_content_height (dialog, 560);
  adw_dialog_set_child (dialog, toolbar);
  hemo_place_let_over_door (dialog);
  adw_dialog_present (dialog, parent);
}
