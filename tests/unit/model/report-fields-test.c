/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What was found on fields, as a report counts it and names what found it. */

#include "report-case.h"

#include <string.h>

static void
assert_found_by (const char *program, const char *detector, const char *name, const char *expected)
{
  g_autofree char *found_by = hemo_found_by_new (program, detector, name);
  g_auto (GStrv) parts = hemo_found_by_split (found_by);

  g_assert_cmpstr (found_by, ==, expected);
  g_assert_cmpuint (g_strv_length (parts), ==, 3);
}

/* Whatever a name holds, it is three parts in one line. */
static void
test_found_by (void)
{
  assert_found_by ("1.2", "cells 3 (sha256 0123456789ab)", "Asha Kioko",
                   "1.2;0123456789ab;Asha Kioko");
  assert_found_by ("1.2", "classical 1", "आशा", "1.2;classical 1;आशा");
  assert_found_by (NULL, NULL, "A;B\nC", ";;A B C");
  g_assert_null (hemo_found_by_split (NULL));
  g_assert_null (hemo_found_by_split ("a;b"));
  g_assert_null (hemo_found_by_split ("a;b;c;d"));
}

/* It is signed with the report; without it the report is as it always was. */
static void
test_found_signed (void)
{
  g_autoptr (HemoReport) report = hemo_report_new ("s");
  g_autoptr (HemoReport) back = NULL, copy = NULL;
  g_autofree char *plain = hemo_report_to_json (report);
  g_autofree char *json = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (strstr (plain, "found"));
  g_assert_null (strstr (plain, "cells_by_key"));
  g_assert_null (strstr (plain, "taken_at"));
  g_ptr_array_add (report->found, g_strdup ("1.2;0123456789ab;Asha"));
  report->cells_found = 40;
  report->cells_by_key = 60;
  report->taken_at = (HemoTime){ NOW, 180, TRUE };
  copy = hemo_report_copy (report);
  json = hemo_report_to_json (copy);
  back = hemo_report_from_json (json, strlen (json), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (back->found->len, ==, 1);
  g_assert_cmpstr (back->found->pdata[0], ==, "1.2;0123456789ab;Asha");
  g_assert_cmpint (back->cells_found, ==, 40);
  g_assert_cmpint (back->cells_by_key, ==, 60);
  g_assert_cmpint (back->taken_at.utc_us, ==, NOW);
  g_assert_cmpint (back->taken_at.offset_minutes, ==, 180);
}

/* Ten red cells of 60 by 60 and 80 by 80 pixels, away from the edges, and two white ones. */
static HemoFieldCells *
new_field (const char *image, double micrometres_per_pixel, gboolean white)
{
  HemoFieldCells *field = hemo_field_cells_new (image, 1280, 960);

  field->micrometres_per_pixel = micrometres_per_pixel;
  field->detector = g_strdup ("cells 5 (sha256 0123456789ab)");
  field->program = g_strdup ("1.2");
  field->accepted_by = g_strdup ("u");
  field->accepted_name = g_strdup ("Asha");
  field->accepted_at = now;
  for (int i = 0; i < 10; i++)
    hemo_field_cells_append (field, HEMO_CELL_RED, 100 + 100 * i, 100, i % 2 ? 60 : 80,
                             i % 2 ? 60 : 80);
  for (int i = 0; white && i < 2; i++)
    hemo_field_cells_append (field, HEMO_CELL_WHITE, 100 + 200 * i, 400, 120, 120);
  return field;
}

static void
test_fields (void)
{
  const HemoSection c = HEMO_SECTION_CELLS;
  g_autoptr (HemoCase) data = new_case ((HemoTests)31);
  g_autoptr (HemoReport) none = fill_report (data);
  g_autoptr (HemoReport) red = NULL, both = NULL;

  g_assert_null (find (none, c, "red-cells-counted"));
  g_ptr_array_add (data->fields, new_field ("a", 0, FALSE));
  red = fill_report (data);
  check_line (red, c, "red-cells-counted", "10", HEMO_FLAG_NONE, "accepted fields: 1");
  g_assert_null (find (red, c, "red-cell-diameter"));
  g_assert_null (find (red, c, "red-per-white"));
  g_ptr_array_add (data->fields, new_field ("b", 0.1, TRUE));
  both = fill_report (data);
  check_line (both, c, "red-cells-counted", "20", HEMO_FLAG_NONE, "accepted fields: 2");
  check_line (both, c, "red-cell-diameter", "7.0", HEMO_FLAG_NONE, "measured cells: 10");
  check_line (both, c, "red-cell-diameter-sd", "1.05", HEMO_FLAG_NONE, NULL);
  /* (36 + 64) / 2 of pi / 4 */
  check_line (both, c, "red-cell-area", "39", HEMO_FLAG_NONE, NULL);
  check_line (both, c, "red-per-white", "10", HEMO_FLAG_NONE, NULL);
  g_assert_cmpfloat (find (both, c, "red-per-white")->interval_low, <, 5);
  g_assert_cmpfloat (find (both, c, "red-per-white")->interval_high, >, 20);
  g_assert_null (find (both, c, "red-per-platelet"));
  g_assert_cmpstr (find (both, c, "red-cell-diameter")->ucum, ==, "um");
  g_assert_cmpuint (both->found->len, ==, 1);
  g_assert_cmpstr (both->found->pdata[0], ==, "1.2;0123456789ab;Asha");
}

static HemoFieldCells *
new_empty_field (const char *image)
{
  HemoFieldCells *field = new_field (image, 0, FALSE);

  g_ptr_array_set_size (field->cells, 0);
  return field;
}

/* Cells that a person kept were found by what looked before: both are named, as far as something
 * counts that they found. */
static void
test_fields_found_twice (void)
{
  g_autoptr (HemoCase) data = new_case ((HemoTests)31);
  g_autoptr (HemoReport) mixed = NULL, kept = NULL, empty = NULL;
  HemoFieldCells *field = new_field ("a", 0, FALSE);
  HemoFoundCell *old = field->cells->pdata[9];

  g_set_str (&old->detector, "classical 1");
  g_set_str (&old->program, "1.1");
  g_ptr_array_add (data->fields, field);
  mixed = fill_report (data);
  g_assert_cmpuint (mixed->found->len, ==, 2);
  g_assert_cmpstr (mixed->found->pdata[0], ==, "1.2;0123456789ab;Asha");
  g_assert_cmpstr (mixed->found->pdata[1], ==, "1.1;classical 1;Asha");
  for (guint i = 0; i < 9; i++)
    hemo_found_cell_take_back (field->cells->pdata[i], TRUE);
  hemo_field_cells_add (field, HEMO_CELL_RED, 500, 500, 60, 60);
  kept = fill_report (data);
  g_assert_cmpuint (kept->found->len, ==, 1);
  g_assert_cmpstr (kept->found->pdata[0], ==, "1.1;classical 1;Asha");
  /* An accepted field where it found nothing counts with nothing, and says who looked. */
  g_ptr_array_add (data->fields, new_empty_field ("b"));
  empty = fill_report (data);
  g_assert_cmpuint (empty->found->len, ==, 2);
  g_assert_cmpstr (empty->found->pdata[1], ==, "1.2;0123456789ab;Asha");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/report-fields/found-by", test_found_by);
  g_test_add_func ("/model/report-fields/found-signed", test_found_signed);
  g_test_add_func ("/model/report-fields/fields", test_fields);
  g_test_add_func ("/model/report-fields/found-twice", test_fields_found_twice);
  return g_test_run ();
}
