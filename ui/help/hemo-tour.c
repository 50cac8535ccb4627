/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A dialog with one page at a time; Escape and its button leave it from each. */

#include "hemo-tour.h"

#include "hemo-place.h"

#include <glib/gi18n.h>

typedef struct
{
  const char *icon;
  const char *title;
  const char *text;
} Page;

static const Page pages[] = {
  { "view-list-symbolic", N_ ("Where the Work Waits"),
    N_ ("Ctrl+N registers a patient; a scanned card finds one that is known. Every accepted "
        "specimen "
        "waits in the worklist, urgent ones first, and Enter opens it on the bench.") },
  { "camera-photo-symbolic", N_ ("Capture and Count"),
    N_ ("On the bench Space captures a field. Q W E R T count the cells, each key where it lies on "
        "the keyboard, and Backspace takes the last one back. Each cell is saved before the next, "
        "also when the power goes.") },
  { "document-edit-symbolic", N_ ("Sign and Hand Over"),
    N_ ("F7 shows the report as it will be printed. Ctrl+Enter and your PIN sign it. Print it, or "
        "write it to a stick and wait for “Safe to remove”.") },
  { "security-high-symbolic", N_ ("Nothing Gets Lost"),
    N_ ("Safety says what is saved here, backed up and received by a server. Back up once a week "
        "to "
        "a stick or a disk that is kept elsewhere, and lock the recovery code away: it opens the "
        "clinic when every passphrase is lost.") },
  { "help-browser-symbolic", N_ ("Help Is Always There"),
    N_ ("F1 explains the screen that you see, Ctrl+? lists the keys. The main menu shows this tour "
        "again, and Settings has the language, the sounds and the look.") },
};

#define LAST (G_N_ELEMENTS (pages) - 1)

typedef struct
{
  AdwDialog *dialog;
  GtkStack *stack;
  GtkLabel *place;
  GtkWidget *back;
  GtkWidget *next;
  guint at;
} Tour;

static void
show (Tour *self, guint at)
{
  g_autofree char *name = g_strdup_printf ("%u", at);
  /* Translators: the page of the tour and how many there are, '2 of 5' */
  g_autofree char *place
      = g_strdup_printf (_ ("%1$u of %2$u"), at + 1, (guint)G_N_ELEMENTS (pages));
  g_autofree char *spoken = g_strdup_printf ("%s. %s", _ (pages[at].title), _ (pages[at].text));

  self->at = at;
  gtk_stack_set_visible_child_name (self->stack, name);
  gtk_label_set_text (self->place, place);
  gtk_widget_set_sensitive (self->back, at > 0);
  gtk_button_set_label (GTK_BUTTON (self->next), at < LAST ? _ ("_Next") : _ ("_Begin"));
  gtk_accessible_announce (GTK_ACCESSIBLE (self->dialog), spoken,
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
next_cb (Tour *self)
{
  if (self->at < LAST)
    show (self, self->at + 1);
  else
    adw_dialog_close (self->dialog);
}

static void
back_cb (Tour *self)
{
  show (self, self->at - 1);
  if (self->at == 0)
    gtk_widget_grab_focus (self->next);
}

static void
add_page (Tour *self, guint at)
{
  GtkWidget *page = adw_status_page_new ();
  g_autofree char *name = g_strdup_printf ("%u", at);

  g_object_set (page, "icon-name", pages[at].icon, "title", _ (pages[at].title), "description",
                _ (pages[at].text), NULL);
  gtk_widget_add_css_class (page, "compact");
  gtk_stack_add_named (self->stack, page, name);
}

static GtkWidget *
make_button (const char *label, GCallback callback, Tour *self)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (label);

  g_signal_connect_swapped (button, "clicked", callback, self);
  return button;
}

static GtkWidget *
make_bar (Tour *self)
{
  GtkWidget *bar = gtk_center_box_new ();

  self->back = make_button (_ ("_Back"), G_CALLBACK (back_cb), self);
  self->next = make_button (_ ("_Next"), G_CALLBACK (next_cb), self);
  self->place = GTK_LABEL (gtk_label_new (NULL));
  gtk_widget_add_css_class (self->next, "suggested-action");
  gtk_widget_add_css_class (GTK_WIDGET (self->place), "dimmed");
  gtk_center_box_set_start_widget (GTK_CENTER_BOX (bar), self->back);
  gtk_center_box_set_center_widget (GTK_CENTER_BOX (bar), GTK_WIDGET (self->place));
  gtk_center_box_set_end_widget (GTK_CENTER_BOX (bar), self->next);
  gtk_widget_add_css_class (bar, "toolbar");
  return bar;
}

static GtkWidget *
make_header (Tour *self)
{
  GtkWidget *header = adw_header_bar_new ();

  adw_header_bar_set_show_end_title_buttons (ADW_HEADER_BAR (header), FALSE);
  adw_header_bar_pack_start (ADW_HEADER_BAR (header),
                             g_object_connect (gtk_button_new_with_mnemonic (_ ("_Skip")),
                                               "swapped-signal::clicked", adw_dialog_close,
                                               self->dialog, NULL));
  return header;
}

void
hemo_tour_present (GtkWidget *parent)
{
  Tour *self = g_new0 (Tour, 1);
  GtkWidget *toolbar = adw_toolbar_view_new ();

  self->dialog = adw_dialog_new ();
  g_object_set_data_full (G_OBJECT (self->dialog), "tour", self, g_free);
  self->stack = GTK_STACK (gtk_stack_new ());
  gtk_stack_set_transition_type (self->stack, GTK_STACK_TRANSITION_TYPE_SLIDE_LEFT_RIGHT);
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    add_page (self, i);
  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (toolbar), make_header (self));
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (toolbar), GTK_WIDGET (self->stack));
  adw_toolbar_view_add_bottom_bar (ADW_TOOLBAR_VIEW (toolbar), make_bar (self));
  adw_dialog_set_title (self->dialog, _ ("Tour"));
  adw_dialog_set_content_width (self->dialog, 560);
  adw_dialog_set_content_height (self->dialog, 460);
  adw_dialog_set_child (self->dialog, toolbar);
  adw_dialog_set_default_widget (self->dialog, self->next);
  adw_dialog_set_focus (self->dialog, self->next);
  show (self, 0);
  hemo_place_let_over_door (self->dialog);
  adw_dialog_present (self->dialog, parent);
}
