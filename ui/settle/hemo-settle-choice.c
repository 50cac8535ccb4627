/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A group of rows of which one is marked. */

#include "hemo-settle-choice.h"

#include <glib/gi18n.h>

#define ENTRIES_MAX 2u

struct _HemoSettleChoice
{
  AdwPreferencesGroup parent_instance;

  GtkCheckButton *here;
  GtkCheckButton *there;
  GtkCheckButton *other;
  GtkEditable *entries[ENTRIES_MAX];
  AdwComboRow *list;
  GtkLabel *refusal;
};

G_DEFINE_FINAL_TYPE (HemoSettleChoice, hemo_settle_choice, ADW_TYPE_PREFERENCES_GROUP)

static guint changed;

static void
toggled_cb (HemoSettleChoice *self, GtkCheckButton *button)
{
  if (!gtk_check_button_get_active (button))
    return;
  if (button != self->other)
    hemo_settle_choice_refuse (self, NULL);
  g_signal_emit (self, changed, 0);
}

/* Without one that is marked from the beginning: what stands here now is no decision. */
static GtkCheckButton *
make_check (HemoSettleChoice *self, const char *label)
{
  GtkWidget *check = gtk_check_button_new ();

  gtk_widget_set_valign (check, GTK_ALIGN_CENTER);
  if (self->here != NULL)
    gtk_check_button_set_group (GTK_CHECK_BUTTON (check), self->here);
  gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_signal_connect_object (check, "toggled", G_CALLBACK (toggled_cb), self, G_CONNECT_SWAPPED);
  return GTK_CHECK_BUTTON (check);
}

static GtkCheckButton *
add_version (HemoSettleChoice *self, const char *whose, const char *says)
{
  GtkWidget *row = adw_action_row_new ();
  const char *title = adw_preferences_group_get_title (ADW_PREFERENCES_GROUP (self));
  const char *value = *says != '\0' ? says : _ ("Nothing");
  /* Translators: a field, whose version, and what it says: 'Telephone, here: 0722 …' */
  g_autofree char *name = g_strdup_printf (_ ("%s, %s: %s"), title, whose, value);
  GtkCheckButton *check = make_check (self, name);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), value);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), whose);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), GTK_WIDGET (check));
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), GTK_WIDGET (check));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), row);
  return check;
}

/* What is typed or picked is meant. */
static void
mark_other_cb (HemoSettleChoice *self)
{
  hemo_settle_choice_refuse (self, NULL);
  gtk_check_button_set_active (self->other, TRUE);
  g_signal_emit (self, changed, 0);
}

void
hemo_settle_choice_add_entries (HemoSettleChoice *self, const char *const *labels)
{
  const char *title = adw_preferences_group_get_title (ADW_PREFERENCES_GROUP (self));
  /* Translators: a field: 'Telephone: something else' */
  g_autofree char *name = g_strdup_printf (_ ("%s: something else"), title);

  self->other = make_check (self, name);
  for (guint i = 0; labels[i] != NULL && i < ENTRIES_MAX; i++)
    {
      GtkWidget *row = adw_entry_row_new ();

      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), labels[i]);
      if (i == 0)
        adw_entry_row_add_prefix (ADW_ENTRY_ROW (row), GTK_WIDGET (self->other));
      g_signal_connect_object (row, "changed", G_CALLBACK (mark_other_cb), self, G_CONNECT_SWAPPED);
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), row);
      self->entries[i] = GTK_EDITABLE (row);
    }
  self->refusal = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (self->refusal, TRUE);
  gtk_label_set_xalign (self->refusal, 0);
  gtk_widget_add_css_class (GTK_WIDGET (self->refusal), "error");
  gtk_widget_set_margin_top (GTK_WIDGET (self->refusal), 6);
  gtk_widget_set_visible (GTK_WIDGET (self->refusal), FALSE);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), GTK_WIDGET (self->refusal));
}

void
hemo_settle_choice_add_list (HemoSettleChoice *self, const char *const *words)
{
  const char *title = adw_preferences_group_get_title (ADW_PREFERENCES_GROUP (self));
  g_autofree char *name = g_strdup_printf (_ ("%s: something else"), title);
  g_autoptr (GtkStringList) list = gtk_string_list_new (words);

  self->other = make_check (self, name);
  self->list = ADW_COMBO_ROW (adw_combo_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->list), _ ("Something else"));
  adw_combo_row_set_model (self->list, G_LIST_MODEL (list));
  adw_action_row_add_prefix (ADW_ACTION_ROW (self->list), GTK_WIDGET (self->other));
  g_signal_connect_object (self->list, "notify::selected", G_CALLBACK (mark_other_cb), self,
                           G_CONNECT_SWAPPED);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), GTK_WIDGET (self->list));
}

void
hemo_settle_choice_add_both (HemoSettleChoice *self, const char *text)
{
  self->other = add_version (self, _ ("both together"), text);
}

HemoSettled
hemo_settle_choice_get (HemoSettleChoice *self)
{
  if (gtk_check_button_get_active (self->here))
    return HEMO_SETTLE_HERE;
  if (gtk_check_button_get_active (self->there))
    return HEMO_SETTLE_THERE;
  return self->other != NULL && gtk_check_button_get_active (self->other) ? HEMO_SETTLE_OTHER
                                                                          : HEMO_SETTLE_NONE;
}

void
hemo_settle_choice_set (HemoSettleChoice *self, HemoSettled settled)
{
  GtkCheckButton *check = settled == HEMO_SETTLE_HERE    ? self->here
                          : settled == HEMO_SETTLE_THERE ? self->there
                          : settled == HEMO_SETTLE_OTHER ? self->other
                                                         : NULL;

  if (check != NULL)
    gtk_check_button_set_active (check, TRUE);
}

char *
hemo_settle_choice_get_text (HemoSettleChoice *self, guint i)
{
  if (i >= ENTRIES_MAX || self->entries[i] == NULL)
    return g_strdup ("");
  return g_strstrip (g_strdup (gtk_editable_get_text (self->entries[i])));
}

guint
hemo_settle_choice_get_listed (HemoSettleChoice *self)
{
  return self->list != NULL ? adw_combo_row_get_selected (self->list) : 0;
}

void
hemo_settle_choice_refuse (HemoSettleChoice *self, const char *why)
{
  if (self->refusal == NULL)
    return;
  gtk_label_set_text (self->refusal, why != NULL ? why : "");
  gtk_widget_set_visible (GTK_WIDGET (self->refusal), why != NULL);
  if (why == NULL)
    return;
  gtk_accessible_announce (GTK_ACCESSIBLE (self), why, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
  gtk_widget_grab_focus (GTK_WIDGET (self->entries[0]));
}

static void
hemo_settle_choice_class_init (HemoSettleChoiceClass *klass)
{
  changed = g_signal_new ("changed", HEMO_TYPE_SETTLE_CHOICE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                          NULL, G_TYPE_NONE, 0);
}

static void
hemo_settle_choice_init (HemoSettleChoice *self)
{
}

HemoSettleChoice *
hemo_settle_choice_new (const char *title, const char *here, const char *there)
{
  HemoSettleChoice *self = g_object_new (HEMO_TYPE_SETTLE_CHOICE, "title", title, NULL);

  self->here = add_version (self, _ ("here"), here);
  self->there = add_version (self, _ ("there"), there);
  return self;
}
