/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the morphology page shows: groups, what was found, what the letters match, the catalogue. */

#include "hemo-morphology-page-private.h"

#include "hemo-chip.h"
#include "hemo-finding-search.h"
#include "hemo-format.h"

#include <glib/gi18n.h>

#define MATCHES_SHOWN 6

static int
count_findings (HemoMorphologyPage *self, int group)
{
  int n = 0;

  for (const HemoFindingInfo *info = hemo_finding_infos (); info->code != NULL; info++)
    if ((int)info->group == group && hemo_morphology_get_grade (self->morphology, info->code) > 0)
      n++;
  return n;
}

static void
show_chips (HemoMorphologyPage *self)
{
  for (int i = 0; i < HEMO_MORPHOLOGY_GROUPS; i++)
    {
      int n = count_findings (self, i);
      HemoChipState state = n > 0                           ? HEMO_CHIP_WARNING
                            : self->morphology->examined[i] ? HEMO_CHIP_GOOD
                                                            : HEMO_CHIP_NEUTRAL;
      g_autofree char *text = NULL;

      if (n > 0)
        /* Translators: a group of cells (Red Cells) and how many findings it has */
        text = g_strdup_printf (ngettext ("%s: %d finding", "%s: %d findings", (gulong)n),
                                hemo_finding_group_name (i), n);
      else if (self->morphology->examined[i])
        text = g_strdup_printf (_ ("%s: normal"), hemo_finding_group_name (i));
      else
        text = g_strdup_printf (_ ("%s: not looked at"), hemo_finding_group_name (i));
      hemo_chip_set_state (HEMO_CHIP (self->group_chips[i]), state);
      hemo_chip_set_label (HEMO_CHIP (self->group_chips[i]), text);
    }
}

static void
grade_cb (AdwToggleGroup *group, GParamSpec *pspec, gpointer data)
{
  HemoMorphologyPage *self = data;
  const HemoFindingInfo *info = g_object_get_data (G_OBJECT (group), "finding");

  if (!self->loading)
    hemo_morphology_page_set_grade (self, info, (int)adw_toggle_group_get_active (group));
}

static void
add_toggle (AdwToggleGroup *group, const char *label)
{
  AdwToggle *toggle = adw_toggle_new ();
  g_autofree char *text = hemo_format_value (label, NULL);

  adw_toggle_set_label (toggle, text);
  adw_toggle_group_add (group, toggle);
}

/* Of what is only there or not, the second toggle stands for grade 3. */
static GtkWidget *
grade_toggles (HemoMorphologyPage *self, const HemoFindingInfo *info, int grade)
{
  GtkWidget *group = adw_toggle_group_new ();

  add_toggle (ADW_TOGGLE_GROUP (group), "0");
  add_toggle (ADW_TOGGLE_GROUP (group), info->graded ? "1+" : _ ("seen"));
  if (info->graded)
    {
      add_toggle (ADW_TOGGLE_GROUP (group), "2+");
      add_toggle (ADW_TOGGLE_GROUP (group), "3+");
    }
  adw_toggle_group_set_active (ADW_TOGGLE_GROUP (group),
                               info->graded ? (guint)grade : (grade > 0 ? 1 : 0));
  gtk_widget_set_valign (group, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (group), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Grade"), -1);
  g_object_set_data (G_OBJECT (group), "finding", (gpointer)info);
  g_signal_connect (group, "notify::active", G_CALLBACK (grade_cb), self);
  return group;
}

static GtkWidget *
finding_row (HemoMorphologyPage *self, const HemoFindingInfo *info, gboolean graded)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ (info->label));
  if (info->grade_help != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), _ (info->grade_help));
  g_object_set_data (G_OBJECT (row), "finding", (gpointer)info);
  if (graded)
    adw_action_row_add_suffix (
        ADW_ACTION_ROW (row),
        grade_toggles (self, info, hemo_morphology_get_grade (self->morphology, info->code)));
  return row;
}

static void
show_found (HemoMorphologyPage *self)
{
  int n = 0;

  self->loading = TRUE;
  gtk_list_box_remove_all (self->found);
  for (const HemoFindingInfo *info = hemo_finding_infos (); info->code != NULL; info++)
    {
      GtkWidget *pill = g_hash_table_lookup (self->pills, info->code);
      gboolean found = hemo_morphology_get_grade (self->morphology, info->code) > 0;
      GtkWidget *row;

      gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (pill), found);
      if (!found)
        continue;
      row = finding_row (self, info, TRUE);
      gtk_list_box_append (self->found, row);
      if (info == self->current)
        gtk_list_box_select_row (self->found, GTK_LIST_BOX_ROW (row));
      n++;
    }
  gtk_widget_set_visible (GTK_WIDGET (self->found), n > 0);
  adw_button_content_set_label (ADW_BUTTON_CONTENT (gtk_button_get_child (self->normal_button)),
                                n > 0 ? _ ("All _Else Normal") : _ ("_All Normal"));
  self->loading = FALSE;
}

void
hemo_morphology_page_show_typed (HemoMorphologyPage *self)
{
  g_autoptr (GPtrArray) found = hemo_finding_search (self->typed->str);

  gtk_label_set_text (self->letters, self->typed->str);
  gtk_revealer_set_reveal_child (self->letters_revealer, self->typed->len > 0);
  gtk_list_box_remove_all (self->matches);
  for (guint i = 0; i < found->len && i < MATCHES_SHOWN; i++)
    gtk_list_box_append (self->matches, finding_row (self, g_ptr_array_index (found, i), FALSE));
  if (self->typed->len > 0)
    self->current = found->len > 0 ? g_ptr_array_index (found, 0) : NULL;
  if (found->len > 0)
    gtk_list_box_select_row (self->matches, gtk_list_box_get_row_at_index (self->matches, 0));
}

void
hemo_morphology_page_show (HemoMorphologyPage *self)
{
  show_chips (self);
  show_found (self);
}

static void
pill_cb (GtkToggleButton *pill, gpointer data)
{
  HemoMorphologyPage *self = data;
  const HemoFindingInfo *info = g_object_get_data (G_OBJECT (pill), "finding");

  if (!self->loading)
    hemo_morphology_page_set_grade (self, info, gtk_toggle_button_get_active (pill) ? 1 : 0);
}

static void
make_pill (HemoMorphologyPage *self, GtkWidget *box, const HemoFindingInfo *info)
{
  GtkWidget *pill = gtk_toggle_button_new_with_label (_ (info->label));

  gtk_widget_set_focus_on_click (pill, FALSE);
  gtk_widget_set_tooltip_text (pill, info->grade_help != NULL ? _ (info->grade_help) : NULL);
  g_object_set_data (G_OBJECT (pill), "finding", (gpointer)info);
  g_signal_connect (pill, "toggled", G_CALLBACK (pill_cb), self);
  g_hash_table_insert (self->pills, (gpointer)info->code, pill);
  adw_wrap_box_append (ADW_WRAP_BOX (box), pill);
}

void
hemo_morphology_page_make_catalogue (HemoMorphologyPage *self)
{
  for (int group = 0; group < HEMO_MORPHOLOGY_GROUPS; group++)
    {
      GtkWidget *heading = gtk_label_new (hemo_finding_group_name (group));
      GtkWidget *box = adw_wrap_box_new ();

      gtk_label_set_xalign (GTK_LABEL (heading), 0);
      gtk_widget_add_css_class (heading, "heading");
      gtk_widget_set_margin_top (heading, group > 0 ? 12 : 0);
      adw_wrap_box_set_child_spacing (ADW_WRAP_BOX (box), 6);
      adw_wrap_box_set_line_spacing (ADW_WRAP_BOX (box), 6);
      gtk_box_append (self->catalogue, heading);
      gtk_box_append (self->catalogue, box);
      for (const HemoFindingInfo *info = hemo_finding_infos (); info->code != NULL; info++)
        if ((int)info->group == group)
          make_pill (self, box, info);
      self->group_chips[group] = hemo_chip_new (HEMO_CHIP_NEUTRAL, "");
      adw_wrap_box_append (self->chips, self->group_chips[group]);
    }
}
