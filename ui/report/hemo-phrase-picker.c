/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A popover with the phrases of the site, read anew each time that it opens. */

#include "hemo-phrase-picker.h"

#include "hemo-catalog.h"
#include "hemo-phrase-table.h"
#include "hemo-place.h"

#include <glib/gi18n.h>

#define HEMO_TYPE_PHRASE_PICKER (hemo_phrase_picker_get_type ())
G_DECLARE_FINAL_TYPE (HemoPhrasePicker, hemo_phrase_picker, HEMO, PHRASE_PICKER, AdwBin)

struct _HemoPhrasePicker
{
  AdwBin parent_instance;

  GtkMenuButton *button;
  GtkPopover *popover;
  GtkListBox *list;
  GtkLabel *empty;
  GtkButton *keep;
  GtkTextView *comment;
  HemoDesk *desk;
  HemoReportEdits *edits;
};

G_DEFINE_FINAL_TYPE (HemoPhrasePicker, hemo_phrase_picker, ADW_TYPE_BIN)

/* The shipped ones in the language of the report; what people typed is not translated. */
static gboolean
load_job (HemoTxn *txn, gpointer language, gpointer *result, GError **error)
{
  g_autoptr (GPtrArray) phrases = hemo_phrases_load (txn, error);
  g_autoptr (HemoCatalog) catalog = NULL;

  if (phrases == NULL)
    return FALSE;
  catalog = hemo_catalog_new (language);
  for (guint i = 0; i < phrases->len; i++)
    {
      HemoPhrase *phrase = g_ptr_array_index (phrases, i);

      if (phrase->shipped)
        g_set_str (&phrase->text, hemo_catalog_get (catalog, phrase->text));
    }
  *result = g_steal_pointer (&phrases);
  return TRUE;
}

static gboolean
add_job (HemoTxn *txn, gpointer text, gpointer *result, GError **error)
{
  return hemo_phrase_add (txn, text, NULL, error);
}

static gboolean
remove_job (HemoTxn *txn, gpointer uuid, gpointer *result, GError **error)
{
  return hemo_phrase_remove (txn, uuid, error);
}

/* A sentence of its own: with a space before it where none is. */
static void
insert (HemoPhrasePicker *self, const char *text)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->comment);
  GtkTextIter at, before;

  gtk_text_buffer_delete_selection (buffer, TRUE, TRUE);
  gtk_text_buffer_get_iter_at_mark (buffer, &at, gtk_text_buffer_get_insert (buffer));
  before = at;
  if (gtk_text_iter_backward_char (&before)
      && !g_unichar_isspace (gtk_text_iter_get_char (&before)))
    gtk_text_buffer_insert (buffer, &at, " ", 1);
  gtk_text_buffer_insert (buffer, &at, text, -1);
  gtk_popover_popdown (self->popover);
  gtk_widget_grab_focus (GTK_WIDGET (self->comment));
}

static void
chosen_cb (HemoPhrasePicker *self, GtkListBoxRow *row)
{
  insert (self, g_object_get_data (G_OBJECT (row), "text"));
}

static void
added_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoPhrasePicker) self = data;
  g_autoptr (GError) error = NULL;

  if (self->comment == NULL)
    return;
  if (hemo_desk_finish (HEMO_DESK (source), result, NULL, &error))
    hemo_place_toast (GTK_WIDGET (self), _ ("The comment is kept as a phrase"));
  else
    hemo_place_show_error (GTK_WIDGET (self), _ ("The Phrase Was Not Kept"), error);
}

static void
add (HemoPhrasePicker *self, const char *text)
{
  hemo_desk_write_async (self->desk, add_job, g_strdup (text), g_free, NULL, NULL, added_cb,
                         g_object_ref (self));
}

static char *
dup_comment (HemoPhrasePicker *self)
{
  char *text = NULL;

  g_object_get (gtk_text_view_get_buffer (self->comment), "text", &text, NULL);
  return g_strstrip (text);
}

static void
keep_cb (HemoPhrasePicker *self)
{
  g_autofree char *text = dup_comment (self);

  gtk_popover_popdown (self->popover);
  add (self, text);
}

static void
removed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoPhrasePicker) self = data;
  g_autoptr (GError) error = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, NULL, &error) && self->comment != NULL)
    hemo_place_show_error (GTK_WIDGET (self), _ ("The Phrase Was Not Removed"), error);
}

typedef struct
{
  HemoPhrasePicker *picker;
  char *text;
} Removed;

static void
removed_free (gpointer data)
{
  Removed *self = data;

  g_object_unref (self->picker);
  g_free (self->text);
  g_free (self);
}

static void
undo (gpointer data)
{
  Removed *removed = data;

  add (removed->picker, removed->text);
}

static void
remove_cb (GtkButton *button, HemoPhrasePicker *self)
{
  GtkWidget *row = gtk_widget_get_ancestor (GTK_WIDGET (button), GTK_TYPE_LIST_BOX_ROW);
  Removed *removed = g_new0 (Removed, 1);

  removed->picker = g_object_ref (self);
  removed->text = g_strdup (g_object_get_data (G_OBJECT (row), "text"));
  hemo_desk_write_async (self->desk, remove_job,
                         g_strdup (g_object_get_data (G_OBJECT (row), "uuid")), g_free, NULL, NULL,
                         removed_cb, g_object_ref (self));
  gtk_popover_popdown (self->popover);
  hemo_place_toast_undo (GTK_WIDGET (self), _ ("The phrase is removed"), undo, removed,
                         removed_free);
}

static void
append_phrase (HemoPhrasePicker *self, const HemoPhrase *phrase)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = gtk_label_new (phrase->text);
  GtkWidget *button;

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 44);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (box), label);
  if (!phrase->shipped)
    {
      button = gtk_button_new_from_icon_name ("user-trash-symbolic");
      gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
      gtk_widget_add_css_class (button, "flat");
      gtk_widget_set_tooltip_text (button, _ ("Remove the Phrase"));
      gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      _ ("Remove the phrase"), -1);
      g_signal_connect_object (button, "clicked", G_CALLBACK (remove_cb), self, G_CONNECT_DEFAULT);
      gtk_box_append (GTK_BOX (box), button);
    }
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, phrase->text,
                                  -1);
  g_object_set_data_full (G_OBJECT (row), "text", g_strdup (phrase->text), g_free);
  g_object_set_data_full (G_OBJECT (row), "uuid", g_strdup (phrase->uuid), g_free);
  gtk_list_box_append (self->list, row);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoPhrasePicker) self = data;
  g_autoptr (GPtrArray) phrases = NULL;
  g_autoptr (GError) error = NULL;
  gpointer out = NULL;
  GtkListBoxRow *first;

  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, &error))
    {
      if (self->comment != NULL)
        gtk_label_set_text (self->empty, error->message);
      return;
    }
  phrases = out;
  if (self->comment == NULL)
    return;
  gtk_list_box_remove_all (self->list);
  for (guint i = 0; i < phrases->len; i++)
    append_phrase (self, g_ptr_array_index (phrases, i));
  gtk_label_set_text (self->empty, _ ("No phrase yet. A comment can be kept as one."));
  gtk_widget_set_visible (GTK_WIDGET (self->empty), phrases->len == 0);
  first = gtk_list_box_get_row_at_index (self->list, 0);
  if (first != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (first));
}

static void
shown_cb (HemoPhrasePicker *self)
{
  const HemoReport *report = hemo_report_edits_get (self->edits);
  const HemoClinicInfo *info = hemo_desk_get_info (self->desk);
  g_autofree char *text = dup_comment (self);
  const char *language = report != NULL ? report->language : NULL;

  if (language == NULL && info != NULL)
    language = info->language;
  gtk_widget_set_sensitive (GTK_WIDGET (self->keep), *text != '\0');
  hemo_desk_read_async (self->desk, load_job, g_strdup (language != NULL ? language : "en"), g_free,
                        (GDestroyNotify)g_ptr_array_unref, NULL, loaded_cb, g_object_ref (self));
}

static void
hemo_phrase_picker_dispose (GObject *object)
{
  HemoPhrasePicker *self = HEMO_PHRASE_PICKER (object);

  self->comment = NULL;
  g_clear_object (&self->edits);
  g_clear_object (&self->desk);
  G_OBJECT_CLASS (hemo_phrase_picker_parent_class)->dispose (object);
}

static void
hemo_phrase_picker_class_init (HemoPhrasePickerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hemo_phrase_picker_dispose;
}

static GtkWidget *
make_content (HemoPhrasePicker *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  self->empty = GTK_LABEL (gtk_label_new (""));
  self->keep = GTK_BUTTON (gtk_button_new_with_mnemonic (_ ("_Keep the Comment as a Phrase")));
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  gtk_label_set_wrap (self->empty, TRUE);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), GTK_WIDGET (self->list));
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scrolled), TRUE);
  gtk_scrolled_window_set_propagate_natural_width (GTK_SCROLLED_WINDOW (scrolled), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scrolled), 360);
  gtk_widget_set_size_request (scrolled, 320, -1);
  gtk_widget_add_css_class (GTK_WIDGET (self->keep), "flat");
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->empty));
  gtk_box_append (GTK_BOX (box), scrolled);
  gtk_box_append (GTK_BOX (box), gtk_separator_new (GTK_ORIENTATION_HORIZONTAL));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->keep));
  return box;
}

static void
hemo_phrase_picker_init (HemoPhrasePicker *self)
{
  self->button = GTK_MENU_BUTTON (gtk_menu_button_new ());
  self->popover = GTK_POPOVER (gtk_popover_new ());
  gtk_popover_set_child (self->popover, make_content (self));
  gtk_menu_button_set_label (self->button, _ ("P_hrases"));
  gtk_menu_button_set_use_underline (self->button, TRUE);
  gtk_menu_button_set_popover (self->button, GTK_WIDGET (self->popover));
  gtk_widget_set_valign (GTK_WIDGET (self->button), GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (GTK_WIDGET (self->button), "flat");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->button),
                               _ ("Write a Sentence That Is Often Used"));
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->button));
  g_signal_connect_object (self->popover, "map", G_CALLBACK (shown_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->list, "row-activated", G_CALLBACK (chosen_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->keep, "clicked", G_CALLBACK (keep_cb), self, G_CONNECT_SWAPPED);
}

void
hemo_phrase_picker_attach (GtkTextView *comment, HemoDesk *desk, HemoReportEdits *edits)
{
  GtkWidget *group = gtk_widget_get_ancestor (GTK_WIDGET (comment), ADW_TYPE_PREFERENCES_GROUP);
  HemoPhrasePicker *self = g_object_new (HEMO_TYPE_PHRASE_PICKER, NULL);

  self->comment = comment;
  self->desk = g_object_ref (desk);
  self->edits = g_object_ref (edits);
  g_object_bind_property (comment, "editable", self, "sensitive", G_BINDING_SYNC_CREATE);
  adw_preferences_group_set_header_suffix (ADW_PREFERENCES_GROUP (group), GTK_WIDGET (self));
}
