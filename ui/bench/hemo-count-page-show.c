/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the count page shows: rows, ring, last cells, values and who else counted. */

#include "hemo-count-page-private.h"

#include "hemo-count-table.h"
#include "hemo-key-caps.h"
#include "hemo-result.h"
#include "hemo-widgets.h"

#include <glib/gi18n.h>
#include <math.h>

static const HemoCellClass main_classes[] = {
  HEMO_CELL_SEGMENTED,  HEMO_CELL_LYMPHOCYTE, HEMO_CELL_MONOCYTE,
  HEMO_CELL_EOSINOPHIL, HEMO_CELL_BASOPHIL,
};
static const HemoCellClass side_classes[]
    = { HEMO_CELL_BAND, HEMO_CELL_IMMATURE, HEMO_CELL_BLAST, HEMO_CELL_OTHER };
static const HemoCellClass rare_classes[] = {
  HEMO_CELL_METAMYELOCYTE,
  HEMO_CELL_MYELOCYTE,
  HEMO_CELL_PROMYELOCYTE,
  HEMO_CELL_VARIANT_LYMPHOCYTE,
  HEMO_CELL_ABNORMAL_LYMPHOCYTE,
  HEMO_CELL_PROLYMPHOCYTE,
  HEMO_CELL_PLASMA,
  HEMO_CELL_SMUDGE,
};

const char *
hemo_count_page_class_name (HemoCellClass cell_class)
{
  /* Translators: short names of white cells beside their keys */
  static const char *const names[HEMO_CELL_CLASSES] = {
    [HEMO_CELL_SEGMENTED] = NC_ ("cell", "Seg"),
    [HEMO_CELL_BAND] = NC_ ("cell", "Band"),
    [HEMO_CELL_LYMPHOCYTE] = NC_ ("cell", "Lym"),
    [HEMO_CELL_MONOCYTE] = NC_ ("cell", "Mono"),
    [HEMO_CELL_EOSINOPHIL] = NC_ ("cell", "Eos"),
    [HEMO_CELL_BASOPHIL] = NC_ ("cell", "Baso"),
    [HEMO_CELL_METAMYELOCYTE] = NC_ ("cell", "Meta"),
    [HEMO_CELL_MYELOCYTE] = NC_ ("cell", "Myelo"),
    [HEMO_CELL_PROMYELOCYTE] = NC_ ("cell", "Promyelo"),
    [HEMO_CELL_IMMATURE] = NC_ ("cell", "Immature"),
    [HEMO_CELL_BLAST] = NC_ ("cell", "Blast"),
    [HEMO_CELL_VARIANT_LYMPHOCYTE] = NC_ ("cell", "Variant lym"),
    [HEMO_CELL_ABNORMAL_LYMPHOCYTE] = NC_ ("cell", "Abnormal lym"),
    [HEMO_CELL_PROLYMPHOCYTE] = NC_ ("cell", "Prolym"),
    [HEMO_CELL_PLASMA] = NC_ ("cell", "Plasma"),
    [HEMO_CELL_OTHER] = NC_ ("cell", "Other"),
    [HEMO_CELL_NRBC] = NC_ ("cell", "nRBC"),
    [HEMO_CELL_SMUDGE] = NC_ ("cell", "Smudge"),
  };

  return g_dpgettext2 (NULL, "cell", names[cell_class]);
}

const HemoCase *
hemo_count_page_get_case (HemoCountPage *self)
{
  return hemo_bench_case_get (hemo_bench_page_get_case (HEMO_BENCH_PAGE (self)));
}

static void
make_row (HemoCountPage *self, GtkWidget *parent, HemoCellClass cell_class, gboolean compact)
{
  const HemoCellClassInfo *info = hemo_cell_class_info (cell_class);
  GtkWidget *row = hemo_tally_row_new ("", hemo_count_page_class_name (cell_class));

  g_object_set (row, "long-title", _ (info->label), "compact", compact, "outside",
                !info->in_denominator, NULL);
  g_object_set_data (G_OBJECT (row), "class", GINT_TO_POINTER (cell_class));
  self->rows[cell_class] = HEMO_TALLY_ROW (row);
  if (ADW_IS_WRAP_BOX (parent))
    adw_wrap_box_append (ADW_WRAP_BOX (parent), row);
  else
    gtk_box_append (GTK_BOX (parent), row);
}

static void
make_last (HemoCountPage *self)
{
  for (int i = 0; i < HEMO_COUNT_LAST; i++)
    {
      GtkWidget *cap = gtk_label_new ("");

      gtk_widget_add_css_class (cap, "keycap");
      gtk_widget_set_visible (cap, FALSE);
      self->last_caps[i] = cap;
      gtk_box_append (self->last, cap);
    }
}

void
hemo_count_page_make_rows (HemoCountPage *self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (main_classes); i++)
    make_row (self, GTK_WIDGET (self->main_rows), main_classes[i], FALSE);
  for (gsize i = 0; i < G_N_ELEMENTS (side_classes); i++)
    make_row (self, GTK_WIDGET (self->side_rows), side_classes[i], TRUE);
  make_row (self, GTK_WIDGET (self->outside_rows), HEMO_CELL_NRBC, TRUE);
  gtk_box_reorder_child_after (self->outside_rows, GTK_WIDGET (self->rows[HEMO_CELL_NRBC]), NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rare_classes); i++)
    make_row (self, GTK_WIDGET (self->rare_rows), rare_classes[i], TRUE);
  make_last (self);
}

void
hemo_count_page_show_keys (HemoCountPage *self)
{
  GdkDisplay *display = gtk_widget_get_display (GTK_WIDGET (self));

  for (int i = 0; i < HEMO_CELL_CLASSES; i++)
    {
      g_autofree char *cap = hemo_key_cap (display, self->keys.codes[i], self->layout);
      g_autofree char *before = NULL;

      g_object_get (self->rows[i], "key", &before, NULL);
      if (g_strcmp0 (before, cap) != 0)
        g_object_set (self->rows[i], "key", cap, NULL);
    }
}

static void
show_last (HemoCountPage *self)
{
  g_autoptr (GArray) last = hemo_tally_last (self->tally, HEMO_COUNT_LAST);
  g_autoptr (GString) spoken = g_string_new (_ ("Last cells:"));

  for (guint i = 0; i < HEMO_COUNT_LAST; i++)
    {
      GtkWidget *cap = self->last_caps[i];
      const HemoTallyCell *cell = NULL;
      g_autofree char *key = NULL;

      gtk_widget_set_visible (cap, i < last->len);
      if (i >= last->len)
        continue;
      cell = &g_array_index (last, HemoTallyCell, i);
      g_object_get (self->rows[cell->cell_class], "key", &key, NULL);
      gtk_label_set_text (GTK_LABEL (cap), key);
      /* What is on its way is paler. */
      gtk_widget_set_opacity (cap, cell->stored ? 1 : 0.5);
      g_string_append_printf (spoken, " %s", hemo_count_page_class_name (cell->cell_class));
    }
  gtk_widget_set_sensitive (GTK_WIDGET (self->back_button), last->len > 0 && !self->closed);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->last), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  last->len > 0 ? spoken->str : _ ("No cell yet"), -1);
}

static void
show_saving (HemoCountPage *self)
{
  guint pending = hemo_tally_get_n_pending (self->tally);
  g_autofree char *text = NULL;

  if (pending > 2)
    /* Translators: cells that were pressed and are not durable yet */
    text = g_strdup_printf (ngettext ("saving %u …", "saving %u …", pending), pending);
  gtk_label_set_text (self->saving, text != NULL ? text : "");
}

/* The largest percentage reaches most of the way: a bar that is hard to read tells nothing. */
static double
choose_scale (const HemoDifferential *sum)
{
  double largest = 0;

  for (int i = 0; i < HEMO_CELL_CLASSES; i++)
    if (hemo_cell_class_info ((HemoCellClass)i)->in_denominator && sum->denominator > 0)
      largest = fmax (largest, hemo_differential_percent (sum, (HemoCellClass)i));
  return largest > 80 ? 100 : 80;
}

static void
show_rows (HemoCountPage *self, const HemoDifferential *sum)
{
  double scale = choose_scale (sum);
  int decimals = sum->denominator > 100 ? 1 : 0;

  for (int i = 0; i < HEMO_CELL_CLASSES; i++)
    {
      double low = NAN, high = NAN, percent = NAN;

      if (sum->denominator > 0)
        {
          percent = hemo_differential_percent (sum, (HemoCellClass)i);
          hemo_differential_interval (sum, (HemoCellClass)i, &low, &high);
        }
      g_object_set (self->rows[i], "scale", scale, "decimals", decimals, NULL);
      hemo_tally_row_set_tally (self->rows[i], sum->tally[i], percent, low, high);
    }
}

static void
show_status (HemoCountPage *self, const HemoDifferential *sum)
{
  gboolean done = sum->denominator >= self->count_target;
  g_autofree char *text = NULL;

  if (self->rejected)
    text = g_strdup (_ ("The specimen was rejected: nothing is counted on it."));
  else if (self->closed)
    text = g_strdup_printf (
        ngettext ("Closed with %d cell", "Closed with %d cells", (gulong)sum->denominator),
        sum->denominator);
  else if (done)
    /* Translators: %1$d of %2$d cells are counted, the target is reached */
    text = g_strdup_printf (_ ("%1$d of %2$d: done"), sum->denominator, self->count_target);
  else
    text = g_strdup_printf (_ ("%1$d of %2$d"), sum->denominator, self->count_target);
  gtk_label_set_text (self->status, text);
  gtk_widget_set_visible (GTK_WIDGET (self->close_button),
                          done && !self->closed && self->started && !self->rejected);
  gtk_widget_set_visible (GTK_WIDGET (self->reopen_button), self->closed && !self->rejected);
  gtk_widget_set_sensitive (GTK_WIDGET (self->target), !self->closed && !self->rejected);
}

/* Only where it could change a verdict, or every normal smear would nag. */
static void
show_more (HemoCountPage *self, const HemoDifferential *sum)
{
  const HemoCase *data = hemo_count_page_get_case (self);
  HemoCellClass cell_class = HEMO_CELL_OTHER;
  gboolean wanted = data != NULL && !self->closed && self->started
                    && sum->denominator >= self->count_target && self->count_target < 400
                    && hemo_tally_is_settled (self->tally)
                    && hemo_report_wants_more_cells (data->report, data, &cell_class);
  g_autofree char *text = NULL;
  g_autofree char *why = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->more_button), wanted);
  if (!wanted)
    return;
  text = g_strdup_printf (_ ("_Go on to %d (+)"), self->count_target * 2);
  why = g_strdup_printf (_ ("%s is outside its range, but the interval reaches back inside: more "
                            "cells could change that"),
                         _ (hemo_cell_class_info (cell_class)->label));
  gtk_button_set_label (self->more_button, text);
  gtk_button_set_use_underline (self->more_button, TRUE);
  hemo_widgets_set_tooltip (GTK_WIDGET (self->more_button), why);
}

static void
show_target (HemoCountPage *self)
{
  g_autofree char *name = g_strdup_printf ("%d", self->count_target);

  self->changing_target = TRUE;
  adw_toggle_group_set_active_name (self->target, name);
  self->changing_target = FALSE;
}

void
hemo_count_page_show_tally (HemoCountPage *self)
{
  HemoDifferential sum = { 0 };

  hemo_tally_sum (self->tally, &sum);
  show_rows (self, &sum);
  show_last (self);
  show_saving (self);
  show_status (self, &sum);
  show_more (self, &sum);
  show_target (self);
  hemo_count_ring_set_target (self->ring, self->count_target);
  hemo_count_ring_set_done (self->ring, sum.denominator);
}

void
hemo_count_page_tell (HemoCountPage *self)
{
  g_autoptr (GArray) last = hemo_tally_last (self->tally, 1);
  const char *status = gtk_label_get_text (self->status);
  g_autofree char *text = NULL;

  if (last->len > 0)
    /* Translators: read aloud, '63 of 100. Last: Lym' */
    text = g_strdup_printf (
        _ ("%1$s. Last: %2$s"), status,
        hemo_count_page_class_name (g_array_index (last, HemoTallyCell, 0).cell_class));
  hemo_bench_page_tell (HEMO_BENCH_PAGE (self), text != NULL ? text : status);
}

void
hemo_count_page_show_failure (HemoCountPage *self, const GError *error)
{
  guint unsaved = hemo_tally_get_n_unsaved (self->tally);
  g_autofree char *text = g_strdup_printf (
      ngettext ("The last key was not saved and is not counted: %s",
                "The last %2$u keys were not saved and are not counted: %1$s", unsaved),
      error->message, unsaved);

  adw_banner_set_title (self->banner, text);
  hemo_count_page_show_retry (self);
  adw_banner_set_revealed (self->banner, TRUE);
}

void
hemo_count_page_show_retry (HemoCountPage *self)
{
  adw_banner_set_button_label (self->banner,
                               hemo_count_page_is_barred (self) ? _ ("_Close") : _ ("_Try Again"));
}

/* The report's newest line of @analyte in @section; NULL if there is none. */
static const HemoLine *
find_line (const HemoCase *data, HemoSection section, const char *analyte)
{
  for (guint i = 0; i < data->report->lines->len; i++)
    {
      const HemoLine *line = g_ptr_array_index (data->report->lines, i);

      if (line->section == section && g_strcmp0 (line->analyte, analyte) == 0)
        return line;
    }
  return NULL;
}

/* By the calendar, as the report does: the day before a birthday is not the birthday. */
static void
show_ranges (HemoCountPage *self, const HemoCase *data)
{
  HemoTime taken = hemo_specimen_taken_at (data->specimen);
  HemoAge age;
  gboolean known = hemo_birth_age (&data->patient->birth, hemo_date_of (taken), &age);

  for (int i = 0; self->ranges != NULL && i < HEMO_CELL_CLASSES; i++)
    {
      const char *analyte = hemo_cell_class_info ((HemoCellClass)i)->percent_analyte;
      const HemoRange *range
          = analyte != NULL ? hemo_ranges_find_for_age (self->ranges, analyte, data->patient->sex,
                                                        data->order->pregnancy, known ? &age : NULL)
                            : NULL;

      if (range != NULL)
        hemo_tally_row_set_range (self->rows[i], range->low, range->high);
    }
}

static void
show_wbc (HemoCountPage *self, const HemoCase *data)
{
  const HemoLine *line = find_line (data, HEMO_SECTION_CBC, "wbc");
  g_autofree char *value = line != NULL ? hemo_line_value_text (line) : NULL;
  g_autofree char *text = NULL;

  if (line == NULL)
    text = g_strdup (_ ("WBC not entered: percentages alone, no absolutes"));
  else if (line->note != NULL)
    /* Translators: white cells with their unit, and in brackets where the value is from */
    text = g_strdup_printf (_ ("WBC %s × 10⁹/L (%s)"), value, _ (line->note));
  else
    text = g_strdup_printf (_ ("WBC %s × 10⁹/L"), value);
  gtk_label_set_text (self->wbc, text);
}

/* The short name of the class, where it is one. */
static const char *
name_absolute (const HemoLine *line)
{
  for (int i = 0; i < HEMO_CELL_CLASSES; i++)
    if (g_strcmp0 (hemo_cell_class_info ((HemoCellClass)i)->absolute_label, line->label) == 0)
      return hemo_count_page_class_name ((HemoCellClass)i);
  return _ (line->label);
}

static void
show_absolutes (HemoCountPage *self, const HemoCase *data)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < data->report->lines->len; i++)
    {
      const HemoLine *line = g_ptr_array_index (data->report->lines, i);
      g_autofree char *value = NULL;

      if (line->section != HEMO_SECTION_DIFFERENTIAL || g_strcmp0 (line->ucum, "10*9/L") != 0)
        continue;
      value = hemo_line_value_text (line);
      g_string_append_printf (text, "%s%s %s", text->len > 0 ? " · " : "", name_absolute (line),
                              value);
      if (line->flag != HEMO_FLAG_NONE)
        g_string_append_printf (text, " %s", hemo_flag_to_code (line->flag));
    }
  if (text->len > 0)
    g_string_append (text, " × 10⁹/L");
  gtk_label_set_text (self->absolutes, text->str);
  gtk_widget_set_visible (GTK_WIDGET (self->absolutes), text->len > 0);
}

static int
count_cells (const HemoCount *count)
{
  HemoDifferential sum = { 0 };

  hemo_differential_add (&sum, count);
  return sum.denominator;
}

static const HemoCorrection discarding = {
  .label = N_ ("_Discard…"),
  .heading = N_ ("Discard This Count?"),
  .body = N_ ("The report is made without its cells; they stay in the record, with your reason."),
  .action = N_ ("_Discard"),
  .failed = N_ ("The Count Was Not Discarded"),
  .write = hemo_count_discard,
};

static void
add_reader (HemoCountPage *self, const HemoCount *count)
{
  HemoDesk *desk = hemo_bench_page_get_desk (HEMO_BENCH_PAGE (self));
  HemoSession *session = hemo_desk_get_session (desk);
  const char *me = session != NULL ? hemo_session_get_user (session) : NULL;
  g_autofree char *text = NULL;

  if (!count->closed && g_strcmp0 (count->uuid, self->count) == 0)
    text = g_strdup (_ ("is counting here"));
  else
    text = g_strdup_printf (count->closed ? _ ("counted %d of %d cells")
                                          : _ ("is at %d of %d cells"),
                            count_cells (count), count->target);
  hemo_reading_list_add (self->readers,
                         count->reader_name != NULL ? count->reader_name : _ ("Another reader"),
                         text, NULL);
  if (g_strcmp0 (count->reader, me) == 0 || hemo_desk_may (desk, HEMO_ACTION_REPORT_AMEND_OTHER))
    hemo_reading_list_add_button (self->readers, &discarding, count->uuid);
}

/* All counts of the specimen, one's own once it is closed: until then each key would be seen here
 * as well. The report is made from all. */
static void
show_readers (HemoCountPage *self, const HemoCase *data)
{
  g_autoptr (GString) key = g_string_new (NULL);

  for (guint i = 0; i < data->counts->len; i++)
    {
      const HemoCount *count = g_ptr_array_index (data->counts, i);

      g_string_append_printf (
          key, "%s %d %d ", count->uuid,
          count->closed || g_strcmp0 (count->uuid, self->count) != 0 ? count_cells (count) : -1,
          count->closed);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->together), data->counts->len > 1);
  if (!hemo_reading_list_begin (self->readers, hemo_bench_page_get_desk (HEMO_BENCH_PAGE (self)),
                                key->str))
    return;
  for (guint i = 0; i < data->counts->len; i++)
    add_reader (self, g_ptr_array_index (data->counts, i));
}

void
hemo_count_page_show_case (HemoCountPage *self)
{
  const HemoCase *data = hemo_count_page_get_case (self);

  show_ranges (self, data);
  show_wbc (self, data);
  show_absolutes (self, data);
  show_readers (self, data);
  hemo_count_page_show_ways (self);
  hemo_count_page_show_tally (self);
}
