/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the cells' pane says: of this field, of the accepted ones, of the mark that is chosen. */

#include "hemo-cells-pane-private.h"

#include "hemo-count-page-private.h"
#include "hemo-detect.h"
#include "hemo-format.h"

#include <glib/gi18n.h>
#include <math.h>

static const char *
name_kind (HemoCellKind kind)
{
  static const char *const names[HEMO_N_CELL_KINDS]
      = { N_ ("Red cell"), N_ ("White cell"), N_ ("Platelet") };

  return _ (names[kind]);
}

gboolean
hemo_cells_pane_is_unsure (HemoCellsPane *self, const HemoFoundCell *cell)
{
  return cell->change == HEMO_FOUND_AS_IS && self->cells != NULL && self->cells->accepted_by == NULL
         && hemo_detect_is_outside (hemo_detect_warnings_from_codes (self->cells->warnings));
}

char *
hemo_cells_pane_tell_outside (HemoCellsPane *self)
{
  const guint warnings
      = self->cells != NULL ? hemo_detect_warnings_from_codes (self->cells->warnings) : 0;
  g_autoptr (GString) text = g_string_new (NULL);

  for (int i = 0; i < HEMO_N_DETECT_WARNINGS; i++)
    if (warnings & 1u << i && hemo_detect_is_outside (1u << i))
      g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "",
                              _ (hemo_detect_warning_get_advice ((HemoDetectWarning)i)));
  return text->len > 0 ? g_string_free_and_steal (g_steal_pointer (&text)) : NULL;
}

char *
hemo_cells_pane_describe (HemoCellsPane *self, const HemoFoundCell *cell)
{
  if (cell->change == HEMO_FOUND_TAKEN_BACK)
    /* Translators: a mark that a person took back; %s: 'Red cell' */
    return g_strdup_printf (_ ("%s, taken back"), name_kind (cell->kind));
  if (hemo_cells_pane_is_unsure (self, cell)
      && (cell->kind != HEMO_CELL_WHITE || cell->suggested == HEMO_CELL_CLASS_NONE))
    return g_strdup_printf (_ ("%s?"), name_kind (cell->kind));
  if (cell->kind != HEMO_CELL_WHITE
      || (cell->cell_class == HEMO_CELL_CLASS_NONE && cell->suggested == HEMO_CELL_CLASS_NONE))
    return g_strdup (name_kind (cell->kind));
  if (cell->cell_class == HEMO_CELL_CLASS_NONE || hemo_cells_pane_is_unsure (self, cell))
    return g_strdup_printf (_ ("%s?"), hemo_count_page_class_name ((HemoCellClass)cell->suggested));
  if (cell->cell_class == cell->suggested && cell->probability > 0)
    /* Translators: a class that the program suggests, and how probable it is: 'Lym 93 %' */
    return g_strdup_printf (_ ("%s %.0f %%"),
                            hemo_count_page_class_name ((HemoCellClass)cell->cell_class),
                            100 * cell->probability);
  return g_strdup (hemo_count_page_class_name ((HemoCellClass)cell->cell_class));
}

static void
show_number (GtkLabel *label, int n)
{
  g_autofree char *text = n >= 0 ? g_strdup_printf ("%d", n) : g_strdup ("–");

  gtk_label_set_text (label, text);
}

static void
show_field (HemoCellsPane *self)
{
  const HemoFieldCells *cells = self->cells;

  show_number (self->field_red, cells != NULL ? hemo_field_cells_count (cells, HEMO_CELL_RED) : -1);
  show_number (self->field_white,
               cells != NULL ? hemo_field_cells_count (cells, HEMO_CELL_WHITE) : -1);
  show_number (self->field_platelets,
               cells != NULL ? hemo_field_cells_count (cells, HEMO_CELL_PLATELET) : -1);
}

static void
add_warning (HemoCellsPane *self, const char *text)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *icon = gtk_image_new_from_icon_name ("dialog-warning-symbolic");
  GtkWidget *label = gtk_label_new (text);

  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  gtk_widget_add_css_class (icon, "warning");
  gtk_accessible_update_property (GTK_ACCESSIBLE (icon), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Warning"), -1);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (self->warnings, box);
}

/* In whole sentences; what was taken from the cells themselves is no fault. */
static void
show_warnings (HemoCellsPane *self)
{
  const guint warnings
      = self->cells != NULL ? hemo_detect_warnings_from_codes (self->cells->warnings) : 0;
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->warnings))) != NULL)
    gtk_box_remove (self->warnings, child);
  for (int i = 0; i < HEMO_N_DETECT_WARNINGS; i++)
    if (warnings & 1u << i)
      add_warning (self, _ (hemo_detect_warning_get_advice ((HemoDetectWarning)i)));
  if (self->cells != NULL && self->cells->accepted_by == NULL && hemo_detect_is_outside (warnings))
    add_warning (self, _ ("The dashed marks are unsure: look at each of them before you accept the "
                          "field."));
  if (self->cells == NULL && self->image != NULL && !hemo_cells_pane_may_look (self))
    add_warning (self, _ ("The program knows blood on thin films alone: on thick films and on bone "
                          "marrow it does not look for cells. Count by eye."));
  if (self->failure != NULL)
    add_warning (self, self->failure);
  gtk_widget_set_visible (GTK_WIDGET (self->warnings),
                          gtk_widget_get_first_child (GTK_WIDGET (self->warnings)) != NULL);
}

/* What a person confirmed one by one stands in the count as long as its mark does. */
static char *
describe_unaccepted (HemoCellsPane *self)
{
  const HemoCase *data = hemo_bench_case_get (self->bench_case);
  HemoFieldTally tally = { 0 };

  if (data != NULL)
    hemo_counts_tell_field (data->counts, self->image, NULL, &tally);
  if (tally.found == 0)
    return g_strdup (_ ("Nobody has accepted this field: nothing of it counts."));
  return g_strdup_printf (
      ngettext ("Nobody has accepted this field as it stands now. %d cell of it is in the count.",
                "Nobody has accepted this field as it stands now. %d cells of it are in the count.",
                (gulong)tally.found),
      tally.found);
}

/* The same key takes back what it did. */
static void
show_accept (HemoCellsPane *self)
{
  const gboolean accepted = self->cells != NULL && self->cells->accepted_by != NULL;
  GtkWidget *button = GTK_WIDGET (self->accept_button);

  gtk_button_set_label (self->accept_button,
                        accepted ? _ ("Take Acceptance Back (A)") : _ ("Accept Field (A)"));
  gtk_widget_set_tooltip_text (
      button, accepted ? _ ("Nothing of the field counts until it is accepted again (A)")
                       : _ ("What is marked is right: only then does it count (A)"));
  if (accepted)
    gtk_widget_remove_css_class (button, "suggested-action");
  else
    gtk_widget_add_css_class (button, "suggested-action");
  gtk_widget_set_sensitive (button, self->cells != NULL && self->cells->cells->len > 0
                                        && self->looking == NULL);
}

static void
show_state (HemoCellsPane *self)
{
  const HemoFieldCells *cells = self->cells;
  g_autofree char *text = NULL;

  if (cells == NULL)
    text = g_strdup ("");
  else if (cells->accepted_by == NULL)
    text = describe_unaccepted (self);
  else
    {
      g_autofree char *when = hemo_format_time (cells->accepted_at);

      /* Translators: who accepted the cells of a field, and when */
      text = g_strdup_printf (
          _ ("Accepted by %s, %s"),
          cells->accepted_name != NULL ? cells->accepted_name : _ ("another person"), when);
    }
  gtk_label_set_text (self->state, text);
  gtk_widget_set_visible (GTK_WIDGET (self->state), cells != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->searching), self->looking != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->look_button),
                          cells == NULL && hemo_cells_pane_can_look (self)
                              && (self->asked || self->failure != NULL));
  gtk_widget_set_visible (GTK_WIDGET (self->bright_button),
                          hemo_cells_pane_may_look_classical (self));
  gtk_widget_set_sensitive (GTK_WIDGET (self->again_button),
                            cells != NULL && hemo_cells_pane_can_look (self));
  show_accept (self);
}

static void
show_chosen (HemoCellsPane *self)
{
  const HemoFoundCell *cell = hemo_cells_pane_get_chosen (self);
  g_autofree char *text = cell != NULL ? hemo_cells_pane_describe (self, cell) : NULL;

  gtk_label_set_text (self->chosen_label,
                      text != NULL ? text
                                   : _ ("N chooses a mark, the arrow keys the one beside it."));
  gtk_widget_set_sensitive (GTK_WIDGET (self->back_button), cell != NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->kind_button),
                            cell != NULL && cell->change != HEMO_FOUND_TAKEN_BACK);
  gtk_widget_set_sensitive (GTK_WIDGET (self->add_button), self->cells != NULL);
  self->setting = TRUE;
  gtk_range_set_value (GTK_RANGE (self->sure),
                       self->cells != NULL ? 100 * self->cells->threshold : 0);
  self->setting = FALSE;
  gtk_widget_set_sensitive (GTK_WIDGET (self->sure),
                            self->cells != NULL && self->cells->accepted_by == NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->sure_reason),
                          self->cells != NULL && self->cells->accepted_by != NULL);
}

/* '73 [31 to 200]', or '0 [0 to 4]' */
static char *
write_ratio (const HemoCellStats *stats, HemoCellKind kind)
{
  double ratio, low, high;

  if (!hemo_cell_stats_ratio (stats, kind, &ratio, &low, &high))
    return NULL;
  if (isinf (ratio))
    /* Translators: a ratio of which only the lower limit is known: 'more than 130' */
    return g_strdup_printf (_ ("more than %.0f"), low);
  /* Translators: a ratio with the ends of its 95 % interval */
  return g_strdup_printf (_ ("%.0f [%.0f–%.0f]"), ratio, low, high);
}

/* (transfer full) */
static void
take_line (GString *lines, char *line)
{
  if (lines->len > 0)
    g_string_append_c (lines, '\n');
  g_string_append (lines, line);
  g_free (line);
}

static void
add_size (GString *lines, const HemoCellStats *stats)
{
  g_autofree char *diameter = NULL, *area = NULL;

  if (stats->fields > 0 && stats->measured == 0)
    take_line (lines, g_strdup (_ ("Not measured: the objective is not calibrated.")));
  if (stats->measured < 2)
    return;
  /* Translators: mean and standard deviation in micrometres, and of how many cells */
  diameter = g_strdup_printf (
      ngettext ("%.1f ± %.1f µm, %d cell", "%.1f ± %.1f µm, %d cells", (gulong)stats->measured),
      stats->mean, stats->spread, stats->measured);
  area = g_strdup_printf (_ ("%.0f µm²"), stats->area);
  take_line (lines, g_strdup_printf (_ ("Diameter of red cells: %s"), diameter));
  take_line (lines, g_strdup_printf (_ ("Area of a red cell: %s"), area));
}

static void
show_totals (HemoCellsPane *self)
{
  g_autoptr (GString) lines = g_string_new (NULL);
  g_autofree char *heading = NULL, *white = NULL, *platelets = NULL;
  HemoCellStats stats;

  hemo_cell_stats_init (&stats);
  for (guint i = 0; self->fields != NULL && i < self->fields->len; i++)
    {
      const HemoFieldCells *field = g_ptr_array_index (self->fields, i);

      if (field->accepted_by != NULL)
        hemo_cell_stats_add (&stats, field);
    }
  heading = g_strdup_printf (ngettext ("%d accepted", "%d accepted", stats.fields), stats.fields);
  gtk_label_set_text (self->accepted_heading, heading);
  show_number (self->all_red, stats.counts[HEMO_CELL_RED]);
  show_number (self->all_white, stats.counts[HEMO_CELL_WHITE]);
  show_number (self->all_platelets, stats.counts[HEMO_CELL_PLATELET]);
  white = write_ratio (&stats, HEMO_CELL_WHITE);
  platelets = write_ratio (&stats, HEMO_CELL_PLATELET);
  if (stats.fields > 0)
    take_line (lines, g_strdup_printf (_ ("Red cells in a field: %.0f"),
                                       (double)stats.counts[HEMO_CELL_RED] / stats.fields));
  if (white != NULL)
    take_line (lines, g_strdup_printf (_ ("Red cells for a white cell: %s"), white));
  if (platelets != NULL)
    take_line (lines, g_strdup_printf (_ ("Red cells for a platelet: %s"), platelets));
  add_size (lines, &stats);
  take_line (lines, g_strdup (_ ("Cells at the right and lower edge belong to the next field.")));
  gtk_label_set_text (self->summary, lines->str);
  hemo_cell_histogram_set_stats (self->histogram, &stats);
  gtk_widget_set_visible (GTK_WIDGET (self->histogram), stats.measured > 1);
}

void
hemo_cells_pane_show (HemoCellsPane *self)
{
  show_field (self);
  show_warnings (self);
  show_state (self);
  show_chosen (self);
  show_totals (self);
  gtk_widget_queue_draw (GTK_WIDGET (self->view));
}
