/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hemo-shortcuts.h"

#include "hemo-list-words.h"

#include <glib/gi18n.h>
#include <string.h>

/* A group's title where there are no keys. Several keys stand apart by a space, a row of keys by
 * '...'. */
static const struct
{
  const char *title;
  const char *keys;
} shortcuts[] = {
  { NC_ ("shortcuts", "Everywhere"), NULL },
  { NC_ ("shortcuts", "Search, or type a letter"), "<Control>f" },
  { NC_ ("shortcuts", "New patient"), "<Control>n" },
  { NC_ ("shortcuts", "Next case that waits"), "F5" },
  { NC_ ("shortcuts", "Lock the screen"), "<Control>l" },
  { NC_ ("shortcuts", "Back"), "<Alt>Left" },
  { NC_ ("shortcuts", "Places of the side bar"), "<Control>1...<Control>9" },
  { NC_ ("shortcuts", "Tabs of the worklist"), "<Alt>1...<Alt>6" },
  { NC_ ("shortcuts", "Help, these shortcuts"), "F1 <Control>question" },
  { NC_ ("shortcuts", "Quit"), "<Control>q" },
  { NC_ ("shortcuts", "Edit the order, print its labels"), "<Control>d" },
  { NC_ ("shortcuts", "Merge a patient's record with another"), "<Control>m" },
  { NC_ ("shortcuts", "Forms and report"), NULL },
  { NC_ ("shortcuts", "Save and go on; sign"), "<Control>Return" },
  { NC_ ("shortcuts", "Undo what was just done"), "<Control>z" },
  { NC_ ("shortcuts", "Print, export to a stick"), "<Control>p <Control>e" },
  { NC_ ("shortcuts", "Tell a critical value"), "<Control>k" },
  { NC_ ("shortcuts", "Ask a pathologist, take in hand"), "<Control>t <Control>h" },
  { NC_ ("shortcuts", "Bench"), NULL },
  { NC_ ("shortcuts", "Fields, count, morphology"), "F2 F3 F4" },
  { NC_ ("shortcuts", "Malaria, report"), "F6 F7" },
  { NC_ ("shortcuts", "Type in the blood count"), "F8" },
  { NC_ ("shortcuts", "Capture, also a refused field"), "space <Shift>space" },
  { NC_ ("shortcuts", "Bring in a file, the clipboard"), "<Control>o <Control>v" },
  { NC_ ("shortcuts", "Another field"), "Page_Up Page_Down" },
  { NC_ ("shortcuts", "Show the field, another beside it"), "Return F10" },
  { NC_ ("shortcuts", "Print the field with the report"), "p" },
  { NC_ ("shortcuts", "Judge the smear"), "a s d" },
  { NC_ ("shortcuts", "Reject the specimen"), "<Control>r" },
  { NC_ ("shortcuts", "Counting"), NULL },
  { NC_ ("shortcuts", "Take the last back"), "BackSpace" },
  { NC_ ("shortcuts", "Count a cell"), "q...y" },
  { NC_ ("shortcuts", "All normal (morphology)"), "n" },
  { NC_ ("shortcuts", "Parasite, white cell (malaria)"), "q w" },
  { NC_ ("shortcuts", "Thick film, thin film"), "1 2" },
  { NC_ ("shortcuts", "Cells of an open field"), "F9" },
  { NC_ ("shortcuts", "Cells found on a field"), NULL },
  { NC_ ("shortcuts", "Next mark, the one before"), "n <Shift>n" },
  { NC_ ("shortcuts", "Take a mark back; bring it back"), "x" },
  { NC_ ("shortcuts", "Red cell, white cell or platelet"), "k" },
  { NC_ ("shortcuts", "Add a red cell"), "i" },
  { NC_ ("shortcuts", "Surer marks alone, more marks"), "period comma" },
  { NC_ ("shortcuts", "Accept the field; take that back"), "a" },
  { NC_ ("shortcuts", "Look for the cells again, by brightness"), "l b" },
  { NC_ ("shortcuts", "White cells one by one"), "g" },
  { NC_ ("shortcuts", "Take one of them out"), "x Delete" },
  { NC_ ("shortcuts", "Hide the marks"), "h" },
  { NC_ ("shortcuts", "Pictures"), NULL },
  { NC_ ("shortcuts", "Nearer, farther"), "plus minus" },
  { NC_ ("shortcuts", "The whole field, one to one"), "0 1" },
  { NC_ ("shortcuts", "Turn, measure"), "r <Shift>r m" },
  { NC_ ("shortcuts", "Darker, brighter"), "bracketleft bracketright" },
  { NC_ ("shortcuts", "Flatter, steeper"), "braceleft braceright" },
  { NC_ ("shortcuts", "As it was taken"), "backslash" },
  { NC_ ("shortcuts", "Delete a mark"), "Delete" },
};

static const char *
tr (const char *text)
{
  return g_dpgettext2 (NULL, "shortcuts", text);
}

/* 'Ctrl+1' (transfer full) */
static char *
name_key (const char *accelerator)
{
  guint keyval = 0;
  GdkModifierType state = 0;

  g_return_val_if_fail (gtk_accelerator_parse (accelerator, &keyval, &state), NULL);
  return gtk_accelerator_get_label (keyval, state);
}

static void
add_cap (GtkBox *caps, GString *spoken, const char *accelerator)
{
  const char *last = strstr (accelerator, "...");
  g_autofree char *first = last != NULL ? g_strndup (accelerator, (gsize)(last - accelerator))
                                        : g_strdup (accelerator);
  g_autofree char *name = name_key (first);
  GtkWidget *cap = gtk_label_new (name);

  gtk_widget_add_css_class (cap, "keycap");
  gtk_widget_set_valign (cap, GTK_ALIGN_CENTER);
  gtk_box_append (caps, cap);
  g_string_append_printf (spoken, "%s%s", spoken->len > 0 ? hemo_list_separator () : "", name);
  if (last == NULL)
    return;
  gtk_box_append (caps, gtk_label_new ("…"));
  add_cap (caps, spoken, last + strlen ("..."));
}

static GtkWidget *
make_row (const char *title, const char *keys)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *caps = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  g_autoptr (GString) spoken = g_string_new (NULL);
  g_auto (GStrv) each = g_strsplit (keys, " ", -1);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), tr (title));
  for (guint i = 0; each[i] != NULL; i++)
    add_cap (GTK_BOX (caps), spoken, each[i]);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), caps);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  spoken->str, -1);
  return row;
}

static GtkWidget *
make_page (void)
{
  AdwPreferencesPage *page = ADW_PREFERENCES_PAGE (adw_preferences_page_new ());
  AdwPreferencesGroup *group = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    {
      if (shortcuts[i].keys == NULL)
        {
          group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
          adw_preferences_group_set_title (group, tr (shortcuts[i].title));
          adw_preferences_page_add (page, group);
          continue;
        }
      adw_preferences_group_add (group, make_row (shortcuts[i].title, shortcuts[i].keys));
    }
  return GTK_WIDGET (page);
}

void
hemo_shortcuts_show (GtkWidget *parent)
{
  AdwDialog *dialog = adw_dialog_new ();
  GtkWidget *toolbar = adw_toolbar_view_new ();

  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (toolbar), adw_header_bar_new ());
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (toolbar), make_page ());
  adw_dialog_set_title (dialog, _ ("Keyboard Shortcuts"));
  adw_dialog_set_content_width (dialog, 640);
  adw_dialog_set_content_height (dialog, 640);
  adw_dialog_set_child (dialog, toolbar);
  adw_dialog_present (dialog, parent);
}
