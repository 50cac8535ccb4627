/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the widgets take, refuse and tell, without keys: they need a display only to be made. */

#include "hemo-age-entry.h"
#include "hemo-chip.h"
#include "hemo-count-ring.h"
#include "hemo-date-entry.h"
#include "hemo-filmstrip.h"
#include "hemo-image-pair.h"
#include "hemo-key-letter.h"
#include "hemo-number-entry.h"
#include "hemo-report-rows.h"
#include "hemo-tally-row.h"
#include "hemo-trend-chart.h"
#include "hemo-widgets.h"

#include <adwaita.h>
#include <locale.h>
#include <math.h>

/* Owned, as a parent would. */
static gpointer
own (GtkWidget *widget)
{
  return g_object_ref_sink (widget);
}

static void
assert_number (HemoNumberEntry *entry, const char *text, double expected)
{
  double value = -1;
  gboolean taken;

  hemo_checked_entry_set_text (HEMO_CHECKED_ENTRY (entry), text);
  taken = hemo_number_entry_get_value (entry, &value);
  g_test_message ("'%s'", text);
  if (isnan (expected))
    {
      g_assert_false (taken);
      g_assert_cmpfloat (value, ==, -1);
      g_assert_nonnull (hemo_checked_entry_get_message (HEMO_CHECKED_ENTRY (entry)));
      return;
    }
  g_assert_true (taken);
  g_assert_cmpfloat_with_epsilon (value, expected, 1e-9);
}

static void
test_numbers (void)
{
  g_autoptr (HemoNumberEntry) wbc = own (hemo_number_entry_new_for_analyte ("wbc"));
  g_autoptr (HemoNumberEntry) hb = own (hemo_number_entry_new_for_analyte ("hb"));
  g_autoptr (HemoNumberEntry) plain = own (hemo_number_entry_new ());

  assert_number (wbc, "7.2", 7.2);
  assert_number (wbc, "7,2", 7.2);
  assert_number (wbc, " 7.2 ", 7.2);
  assert_number (wbc, "٧٫٢", 7.2);
  assert_number (wbc, "0", 0);
  assert_number (wbc, "1000", 1000);
  assert_number (wbc, "1000.1", NAN);
  assert_number (wbc, "1,234", NAN);
  assert_number (wbc, "-3", NAN);
  assert_number (wbc, "7.2.1", NAN);
  assert_number (wbc, "seven", NAN);
  assert_number (wbc, "7e3", NAN);
  assert_number (wbc, "nan", NAN);
  assert_number (wbc, "0x10", NAN);
  assert_number (hb, "125", 125);
  assert_number (hb, "12.5 g/dL", 125);
  /* What was meant in g/dL is refused, not believed. */
  assert_number (hb, "12.5", NAN);
  hemo_number_entry_set_range (plain, -10, 10);
  assert_number (plain, "-3.5", -3.5);
  assert_number (plain, "11", NAN);
  assert_number (plain, "--3", NAN);
}

static void
count_cb (GObject *object, GParamSpec *pspec, int *count)
{
  (*count)++;
}

static void
test_number_states (void)
{
  g_autoptr (HemoNumberEntry) entry = own (hemo_number_entry_new_for_analyte ("wbc"));
  HemoCheckedEntry *base = HEMO_CHECKED_ENTRY (entry);
  double value = 0;
  int told = 0;

  g_signal_connect (entry, "notify::value", G_CALLBACK (count_cb), &told);
  g_assert_true (hemo_checked_entry_get_valid (base));
  g_assert_false (hemo_number_entry_get_value (entry, &value));
  hemo_number_entry_set_value (entry, 7.25);
  g_assert_true (hemo_number_entry_get_value (entry, &value));
  /* One decimal is shown of it elsewhere; none is dropped here. */
  g_assert_cmpfloat_with_epsilon (value, 7.25, 1e-9);
  g_assert_cmpint (told, ==, 1);
  /* The screen's own rule: stands until something else is typed. */
  hemo_checked_entry_refuse (base, "Entered twice with different values");
  g_assert_false (hemo_number_entry_get_value (entry, &value));
  g_assert_cmpstr (hemo_checked_entry_get_message (base), ==,
                   "Entered twice with different values");
  hemo_checked_entry_set_text (base, "8");
  g_assert_true (hemo_number_entry_get_value (entry, &value));
  g_assert_cmpfloat (value, ==, 8);
  hemo_number_entry_set_value (entry, NAN);
  g_assert_true (hemo_checked_entry_is_empty (base));
  g_assert_true (hemo_checked_entry_get_valid (base));
  g_object_set (entry, "required", TRUE, NULL);
  g_assert_false (hemo_checked_entry_get_valid (base));
}

/* The order is said, what was understood is said in words, and no day is guessed. */
static void
test_dates (void)
{
  g_autoptr (HemoDateEntry) entry = own (hemo_date_entry_new ());
  HemoCheckedEntry *base = HEMO_CHECKED_ENTRY (entry);
  g_autofree char *hint = NULL;
  HemoDate date = { 0 };

  hemo_date_entry_set_day_first (entry, FALSE);
  hemo_date_entry_set_day_first (entry, TRUE);
  g_object_get (entry, "placeholder-text", &hint, NULL);
  g_assert_cmpstr (hint, ==, "day/month/year");
  hemo_checked_entry_set_text (base, "12.03.2026");
  g_assert_true (hemo_date_entry_get_date (entry, &date));
  g_assert_cmpint (date.month, ==, 3);
  g_assert_cmpstr (hemo_checked_entry_get_message (base), ==, "12 March 2026");
  hemo_date_entry_set_day_first (entry, FALSE);
  g_assert_cmpstr (hemo_checked_entry_get_message (base), ==, "3 December 2026");
  hemo_checked_entry_set_text (base, "13.03.2026");
  g_assert_false (hemo_checked_entry_get_valid (base));
  g_assert_false (hemo_date_entry_get_date (entry, &date));
  g_assert_cmpstr (hemo_checked_entry_get_message (base), ==,
                   "There is no month 13. The month comes first, then the day.");
  hemo_date_entry_set_date (entry, (HemoDate){ 2026, 3, 12 });
  g_assert_cmpstr (hemo_checked_entry_get_text (base), ==, "03/12/2026");
  hemo_checked_entry_set_text (base, NULL);
  g_assert_false (hemo_date_entry_get_date (entry, &date));
}

static void
assert_age (HemoAgeEntry *entry, const char *text, const char *born, const char *message)
{
  HemoBirth birth = { 0 };
  g_autofree char *iso = NULL;

  hemo_checked_entry_set_text (HEMO_CHECKED_ENTRY (entry), text);
  g_test_message ("'%s'", text);
  g_assert_true (hemo_age_entry_get_birth (entry, &birth) == (born != NULL));
  if (born == NULL)
    return;
  iso = hemo_date_to_iso (birth.date);
  g_assert_cmpstr (iso, ==, born);
  g_assert_cmpstr (hemo_checked_entry_get_message (HEMO_CHECKED_ENTRY (entry)), ==, message);
}

static void
test_ages (void)
{
  g_autoptr (HemoAgeEntry) entry = own (hemo_age_entry_new ());
  const HemoBirth told = { { 1992, 0, 0 }, TRUE };
  HemoBirth birth = { 0 };

  hemo_age_entry_set_today (entry, (HemoDate){ 2026, 11, 21 });
  hemo_age_entry_set_day_first (entry, TRUE);
  assert_age (entry, "34y", "1992", "About 34 years, born about 1992");
  assert_age (entry, "8m", "2026-03", "About 8 months, born about March 2026");
  assert_age (entry, "1d", "2026-11-20", "About 1 day, born about 20 November 2026");
  assert_age (entry, "03/04/2020", "2020-04-03", "6 years, born 3 April 2020");
  assert_age (entry, "1992", "1992", "About 34 years, born 1992");
  assert_age (entry, "2027-01-01", NULL, NULL);
  assert_age (entry, "31/02/2020", NULL, NULL);
  assert_age (entry, "old", NULL, NULL);
  hemo_age_entry_set_day_first (entry, FALSE);
  assert_age (entry, "03/04/2020", "2020-03-04", "6 years, born 4 March 2020");
  /* What comes from the store stays estimated until something is typed. */
  hemo_age_entry_set_birth (entry, &told);
  g_assert_true (hemo_age_entry_get_birth (entry, &birth));
  g_assert_true (birth.estimated);
  hemo_checked_entry_set_text (HEMO_CHECKED_ENTRY (entry), "1993");
  g_assert_true (hemo_age_entry_get_birth (entry, &birth));
  g_assert_false (birth.estimated);
  hemo_age_entry_set_birth (entry, NULL);
  g_assert_false (hemo_age_entry_get_birth (entry, &birth));
}

static void
test_chip (void)
{
  g_autoptr (GtkWidget) chip = own (hemo_chip_new (HEMO_CHIP_WARNING, "Not backed up"));

  gtk_test_accessible_assert_role (chip, GTK_ACCESSIBLE_ROLE_STATUS);
  gtk_test_accessible_assert_property (chip, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Warning: Not backed up");
  hemo_chip_set_state (HEMO_CHIP (chip), HEMO_CHIP_GOOD);
  hemo_chip_set_label (HEMO_CHIP (chip), "Backed up");
  gtk_test_accessible_assert_property (chip, GTK_ACCESSIBLE_PROPERTY_LABEL, "Backed up");
  g_assert_false (gtk_widget_has_css_class (chip, "caution"));
}

static void
test_counts (void)
{
  g_autoptr (GtkWidget) ring = own (hemo_count_ring_new (100));
  g_autoptr (GtkWidget) row = own (hemo_tally_row_new ("Q", "Seg"));

  hemo_count_ring_set_done (HEMO_COUNT_RING (ring), 86);
  gtk_test_accessible_assert_property (ring, GTK_ACCESSIBLE_PROPERTY_VALUE_NOW, 86.0);
  gtk_test_accessible_assert_property (ring, GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, "86 of 100");
  hemo_count_ring_set_done (HEMO_COUNT_RING (ring), 104);
  gtk_test_accessible_assert_property (ring, GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT,
                                       "104 of 100, done");
  gtk_test_accessible_assert_property (row, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "0 cells");
  hemo_tally_row_set_tally (HEMO_TALLY_ROW (row), 1, 100, 20.6, 100);
  hemo_tally_row_set_range (HEMO_TALLY_ROW (row), NAN, 4);
  gtk_test_accessible_assert_property (
      row, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
      "1 cell, 100 percent, between 21 and 100, expected at most 4");
}

static gboolean
shows (GtkWidget *row, const char *text)
{
  GtkWidget *child = gtk_widget_get_first_child (row);

  for (; child != NULL; child = gtk_widget_get_next_sibling (child))
    if (GTK_IS_LABEL (child) && g_str_equal (gtk_label_get_label (GTK_LABEL (child)), text))
      return TRUE;
  return FALSE;
}

/* 11 of 200 are 5.5 %, which a limit of 5.5 lets pass, here as on the paper. */
static void
test_count_limits (void)
{
  g_autoptr (GtkWidget) row = own (hemo_tally_row_new ("R", "Eos"));

  hemo_tally_row_set_range (HEMO_TALLY_ROW (row), NAN, 5.5);
  g_object_set (row, "decimals", 1, NULL);
  hemo_tally_row_set_tally (HEMO_TALLY_ROW (row), 11, 5.5, 3.1, 9.6);
  gtk_test_accessible_assert_property (
      row, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
      "11 cells, 5.5 percent, between 3 and 10, expected at most 5.5");
  g_assert_true (shows (row, "5.5 %"));
  g_assert_false (shows (row, "H"));
  hemo_tally_row_set_tally (HEMO_TALLY_ROW (row), 12, 6, 3.5, 10.2);
  g_assert_true (shows (row, "H"));
}

static void
test_film (void)
{
  g_autoptr (GListStore) items = g_list_store_new (HEMO_TYPE_FILM_ITEM);
  g_autoptr (HemoFilmstrip) film = own (hemo_filmstrip_new (G_LIST_MODEL (items)));
  g_autofree char *text = NULL;

  g_assert_false (hemo_filmstrip_step (film, 1));
  for (int i = 1; i <= 3; i++)
    {
      g_autoptr (HemoFilmItem) item = hemo_film_item_new (NULL, i);
      g_list_store_append (items, item);
    }
  /* Nothing is chosen by itself. */
  g_assert_null (hemo_filmstrip_get_selected (film));
  g_assert_true (hemo_filmstrip_step (film, 1));
  g_assert_cmpint (hemo_film_item_get_number (hemo_filmstrip_get_selected (film)), ==, 1);
  g_assert_false (hemo_filmstrip_step (film, -1));
  g_assert_true (hemo_filmstrip_step (film, 2));
  g_assert_false (hemo_filmstrip_step (film, 1));
  hemo_film_item_set_marks (hemo_filmstrip_get_selected (film), HEMO_CHIP_WARNING, HEMO_CHIP_GOOD,
                            "out of focus");
  hemo_film_item_set_in_report (hemo_filmstrip_get_selected (film), TRUE);
  text = hemo_film_item_describe (hemo_filmstrip_get_selected (film));
  g_assert_cmpstr (text, ==, "Field 3, out of focus, in the report");
  g_list_store_remove_all (items);
  g_assert_null (hemo_filmstrip_get_selected (film));
}

static void
test_trend (void)
{
  g_autoptr (GListStore) points = g_list_store_new (HEMO_TYPE_TREND_POINT);
  g_autoptr (HemoTrendChart) chart = own (hemo_trend_chart_new (G_LIST_MODEL (points)));
  g_autoptr (HemoTrendPoint) late
      = hemo_trend_point_new ((HemoTime){ G_GINT64_CONSTANT (1790000000000000), 180, FALSE }, 33.4,
                              HEMO_FLAG_CRITICAL_HIGH, NULL);
  g_autoptr (HemoTrendPoint) early = hemo_trend_point_new (
      (HemoTime){ G_GINT64_CONSTANT (1780000000000000), 180, FALSE }, 7, HEMO_FLAG_NONE, "again");
  g_autofree char *text = NULL;

  hemo_trend_chart_set_analyte (chart, "wbc");
  g_list_store_append (points, late);
  g_list_store_append (points, early);
  gtk_test_accessible_assert_property (chart, GTK_ACCESSIBLE_PROPERTY_VALUE_MAX, 2.0);
  hemo_trend_chart_select (chart, early);
  gtk_test_accessible_assert_property (chart, GTK_ACCESSIBLE_PROPERTY_VALUE_NOW, 1.0);
  text = hemo_trend_chart_describe (chart, late);
  g_assert_cmpstr (text, ==, "21 September 2026: \u206633.4 ×10⁹/L\u2069, critically high");
  /* The point stays chosen when others come. */
  g_list_store_insert (points, 0, late);
  g_assert_true (hemo_trend_chart_get_selected (chart) == early);
  g_list_store_remove_all (points);
  g_assert_null (hemo_trend_chart_get_selected (chart));
}

/* A value with more decimals than usual keeps them: 0.75 is none of 0.8. */
static void
test_trend_decimals (void)
{
  g_autoptr (GListStore) points = g_list_store_new (HEMO_TYPE_TREND_POINT);
  g_autoptr (HemoTrendChart) chart = own (hemo_trend_chart_new (G_LIST_MODEL (points)));
  g_autoptr (HemoTrendPoint) point = hemo_trend_point_new (
      (HemoTime){ G_GINT64_CONSTANT (1790000000000000), 180, FALSE }, 0.75, HEMO_FLAG_NONE, NULL);
  g_autofree char *text = NULL;

  hemo_trend_chart_set_analyte (chart, "wbc");
  g_list_store_append (points, point);
  text = hemo_trend_chart_describe (chart, point);
  g_assert_cmpstr (text, ==, "21 September 2026: \u20660.75 ×10⁹/L\u2069");
}

/* 6 % with a limit of 5.5: not '6, range up to 6'. */
static void
test_report_row (void)
{
  HemoLine *line = hemo_line_new (HEMO_SECTION_DIFFERENTIAL, "Eosinophils");
  g_autoptr (GtkWidget) row = NULL;

  line->value = 6;
  line->ucum = g_strdup ("%");
  line->flag = HEMO_FLAG_HIGH;
  line->reference_high = 5.5;
  line->previous = 4.5;
  line->previous_at = (HemoTime){ G_GINT64_CONSTANT (1790000000000000), 180, FALSE };
  row = own (hemo_report_line_row (line));
  hemo_line_free (line);
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), ==,
                   "High · range up to 5.5 · 4.5 on 21 Sep 2026");
}

/* A view that is thrown away while its picture is opened. */
static void
test_views (void)
{
  for (int i = 0; i < 20; i++)
    {
      g_autoptr (HemoImagePair) pair = own (hemo_image_pair_new ());
      g_autoptr (GBytes) bytes = g_bytes_new_static ("\xff\xd8\xff\xe0 no picture", 15);
      HemoImageView *view = hemo_image_pair_get_view (pair, 1);
      g_autoptr (GPtrArray) marks = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_mark_free);
      int width = -1, height = -1;

      g_ptr_array_add (marks, hemo_mark_new (HEMO_MARK_ARROW, 1, 2, 3, 4));
      hemo_image_view_set_bytes (view, bytes);
      hemo_image_view_set_marks (view, marks);
      g_assert_cmpuint (hemo_image_view_get_marks (view)->len, ==, 1);
      hemo_image_view_get_size (view, &width, &height);
      g_assert_cmpint (width, ==, 0);
      if (i % 2 == 0)
        while (hemo_image_view_get_error (view) == NULL)
          g_main_context_iteration (NULL, TRUE);
      hemo_image_view_set_bytes (view, NULL);
      g_assert_null (hemo_image_view_get_error (view));
    }
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* By its place where the layout has another script, and never where it has Latin letters. */
static void
test_key_letter (void)
{
  static const struct
  {
    guint keyval;
    guint keycode;
    guint expected;
  } keys[] = {
    { GDK_KEY_p, 33, GDK_KEY_p },
    { GDK_KEY_P, 33, GDK_KEY_P },
    { GDK_KEY_Arabic_hah, 33, GDK_KEY_p },
    { GDK_KEY_Arabic_alef, 43, GDK_KEY_h },
    { GDK_KEY_Cyrillic_ya, 52, GDK_KEY_z },
    /* U+0661 and U+0915: the one as a digit, the KA of Devanagari */
    { 0x1000661, 10, GDK_KEY_1 },
    { 0x1000915, 45, GDK_KEY_k },
    /* French: where others have 0 and 2 */
    { GDK_KEY_agrave, 19, GDK_KEY_agrave },
    { GDK_KEY_eacute, 11, GDK_KEY_eacute },
    { GDK_KEY_KP_0, 90, GDK_KEY_KP_0 },
    { GDK_KEY_F7, 73, GDK_KEY_F7 },
    { GDK_KEY_Return, 36, GDK_KEY_Return },
    /* No Latin keyboard has a letter there. */
    { GDK_KEY_Arabic_kaf, 47, GDK_KEY_Arabic_kaf },
  };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    g_assert_cmpuint (hemo_key_letter (keys[i].keyval, keys[i].keycode), ==, keys[i].expected);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  setlocale (LC_ALL, "C.UTF-8");
  hemo_widgets_init (gdk_display_get_default ());
  g_test_add_func ("/widgets/numbers", test_numbers);
  g_test_add_func ("/widgets/number-states", test_number_states);
  g_test_add_func ("/widgets/dates", test_dates);
  g_test_add_func ("/widgets/ages", test_ages);
  g_test_add_func ("/widgets/chip", test_chip);
  g_test_add_func ("/widgets/counts", test_counts);
  g_test_add_func ("/widgets/count-limits", test_count_limits);
  g_test_add_func ("/widgets/film", test_film);
  g_test_add_func ("/widgets/key-letter", test_key_letter);
  g_test_add_func ("/widgets/trend", test_trend);
  g_test_add_func ("/widgets/trend-decimals", test_trend_decimals);
  g_test_add_func ("/widgets/report-row", test_report_row);
  g_test_add_func ("/widgets/views", test_views);
  return g_test_run ();
}
