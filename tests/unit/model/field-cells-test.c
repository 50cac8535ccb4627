/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Cells of a field: what stands and counts, what is refused, what is read back, what it comes to.
 */

#include "hemo-field-cells.h"

#include <math.h>
#include <string.h>

#define IMAGE "6f2a3c1e-9d4b-4c6a-8e2f-1a2b3c4d5e6f"
#define PERSON "11111111-1111-4111-8111-111111111111"

static HemoFieldCells *
make_field (void)
{
  HemoFieldCells *self = hemo_field_cells_new (IMAGE, 640, 480);

  self->detector = g_strdup ("cells 3 (sha256 0123456789ab)");
  self->program = g_strdup ("1.0");
  return self;
}

static HemoFoundCell *
found (HemoFieldCells *self, HemoCellKind kind, double x, double y, double side)
{
  HemoFoundCell *cell = hemo_field_cells_append (self, kind, x, y, side, side);

  cell->confidence = 0.9;
  return cell;
}

static void
test_kinds (void)
{
  g_assert_cmpstr (hemo_cell_kind_get_name (HEMO_CELL_RED), ==, "RBC");
  g_assert_cmpstr (hemo_cell_kind_get_name (HEMO_CELL_WHITE), ==, "WBC");
  g_assert_cmpstr (hemo_cell_kind_get_name (HEMO_CELL_PLATELET), ==, "Platelets");
}

/* A cell at the left and upper edge belongs to the field, at the right and lower to the next. */
static void
test_half_edge (void)
{
  g_autoptr (HemoFieldCells) self = make_field ();

  found (self, HEMO_CELL_RED, -20, 100, 60);
  found (self, HEMO_CELL_RED, 100, -10, 60);
  found (self, HEMO_CELL_RED, 600, 100, 60);
  found (self, HEMO_CELL_RED, 100, 450, 60);
  found (self, HEMO_CELL_RED, 579.5, 200, 60);
  found (self, HEMO_CELL_RED, 578, 300, 60);
  g_assert_cmpint (hemo_field_cells_count (self, HEMO_CELL_RED), ==, 3);
  g_assert_cmpint (hemo_field_cells_count (self, HEMO_CELL_WHITE), ==, 0);
  g_assert_cmpfloat (hemo_field_cells_find (self, 1)->x, ==, 0);
  g_assert_cmpfloat (hemo_field_cells_find (self, 1)->width, ==, 40);
  g_assert_cmpfloat (hemo_field_cells_find (self, 3)->width, ==, 40);
  g_assert_true (hemo_field_cells_validate (self, NULL));
}

/* What a person said stands above how sure the program was. */
static void
test_stands (void)
{
  g_autoptr (HemoFieldCells) self = make_field ();
  HemoFoundCell *sure = found (self, HEMO_CELL_RED, 10, 10, 60);
  HemoFoundCell *unsure = found (self, HEMO_CELL_RED, 110, 10, 60);
  HemoFoundCell *added = hemo_field_cells_add (self, HEMO_CELL_RED, 210, 10, 60, 60);

  unsure->confidence = 0.5;
  self->threshold = 0.6;
  g_assert_true (hemo_field_cells_stands (self, sure));
  g_assert_false (hemo_field_cells_stands (self, unsure));
  g_assert_true (hemo_field_cells_stands (self, added));
  g_assert_cmpint (added->change, ==, HEMO_FOUND_ADDED);
  hemo_found_cell_take_back (unsure, FALSE);
  g_assert_cmpint (unsure->change, ==, HEMO_FOUND_AS_IS);
  hemo_found_cell_take_back (unsure, TRUE);
  g_assert_false (hemo_field_cells_stands (self, unsure));
  hemo_found_cell_take_back (unsure, FALSE);
  g_assert_true (hemo_field_cells_stands (self, unsure));
  g_assert_cmpint (unsure->change, ==, HEMO_FOUND_CHANGED);
  hemo_found_cell_take_back (added, TRUE);
  g_assert_cmpint (hemo_field_cells_count (self, HEMO_CELL_RED), ==, 2);
  hemo_found_cell_take_back (added, FALSE);
  g_assert_cmpint (added->change, ==, HEMO_FOUND_ADDED);
}

static void
test_moved (void)
{
  g_autoptr (HemoFieldCells) self = make_field ();
  HemoFoundCell *cell = found (self, HEMO_CELL_WHITE, 10, 10, 90);
  HemoFoundCell *added = hemo_field_cells_add (self, HEMO_CELL_RED, 210, 10, 60, 60);

  cell->suggested = HEMO_CELL_LYMPHOCYTE;
  cell->cell_class = HEMO_CELL_LYMPHOCYTE;
  hemo_found_cell_set_class (cell, HEMO_CELL_MONOCYTE);
  g_assert_cmpint (cell->cell_class, ==, HEMO_CELL_MONOCYTE);
  g_assert_cmpint (cell->suggested, ==, HEMO_CELL_LYMPHOCYTE);
  g_assert_cmpint (cell->change, ==, HEMO_FOUND_CHANGED);
  hemo_found_cell_set_kind (cell, HEMO_CELL_PLATELET);
  g_assert_cmpint (cell->cell_class, ==, HEMO_CELL_CLASS_NONE);
  hemo_found_cell_set_kind (cell, HEMO_CELL_WHITE);
  g_assert_cmpint (cell->cell_class, ==, HEMO_CELL_LYMPHOCYTE);
  hemo_found_cell_set_class (added, HEMO_CELL_BLAST);
  g_assert_cmpint (added->kind, ==, HEMO_CELL_WHITE);
  g_assert_cmpint (added->change, ==, HEMO_FOUND_ADDED);
  g_assert_true (hemo_field_cells_validate (self, NULL));
}

/* What a person said or counted stays with its number; what is found there again is no second cell.
 */
static void
test_carry_over (void)
{
  g_autoptr (HemoFieldCells) before = make_field (), now = make_field ();
  g_autoptr (GHashTable) counted = g_hash_table_new (NULL, NULL);

  found (before, HEMO_CELL_RED, 10, 10, 60);
  found (before, HEMO_CELL_WHITE, 110, 10, 60);
  hemo_found_cell_take_back (found (before, HEMO_CELL_RED, 210, 10, 60), TRUE);
  hemo_field_cells_add (before, HEMO_CELL_RED, 310, 10, 60, 60);
  before->version = 7;
  before->accepted_by = g_strdup (PERSON);
  g_hash_table_add (counted, GINT_TO_POINTER (2));
  found (now, HEMO_CELL_RED, 12, 12, 60);
  found (now, HEMO_CELL_WHITE, 115, 5, 65);
  found (now, HEMO_CELL_RED, 212, 8, 58);
  found (now, HEMO_CELL_RED, 345, 10, 60);
  g_assert_cmpint (hemo_field_cells_count_said (before, NULL), ==, 2);
  g_assert_cmpint (hemo_field_cells_count_said (before, counted), ==, 3);
  g_assert_cmpint (hemo_field_cells_carry_over (now, before, counted), ==, 3);
  g_assert_cmpuint (now->cells->len, ==, 5);
  g_assert_cmpfloat (hemo_field_cells_find (now, 2)->x, ==, 110);
  g_assert_cmpint (hemo_field_cells_find (now, 3)->change, ==, HEMO_FOUND_TAKEN_BACK);
  g_assert_cmpint (hemo_field_cells_find (now, 4)->change, ==, HEMO_FOUND_ADDED);
  g_assert_null (hemo_field_cells_find (now, 1));
  g_assert_cmpfloat (hemo_field_cells_find (now, 5)->x, ==, 12);
  g_assert_cmpfloat (hemo_field_cells_find (now, 6)->x, ==, 345);
  g_assert_cmpint (now->version, ==, 7);
  g_assert_null (now->accepted_by);
  g_assert_true (hemo_field_cells_validate (now, NULL));
}

static void
assert_found_by (const HemoFieldCells *self, int number, const char *detector, const char *program)
{
  const HemoFoundCell *cell = hemo_field_cells_find (self, number);

  g_assert_cmpstr (hemo_field_cells_get_detector (self, cell), ==, detector);
  g_assert_cmpstr (hemo_field_cells_get_program (self, cell), ==, program);
}

/* What a person kept was found by what looked then, however often it is looked for again. */
static void
test_carried_source (void)
{
  g_autoptr (HemoFieldCells) first = make_field (), second = make_field (), third = make_field ();
  const char *trained = first->detector;
  g_autofree char *json = NULL;
  g_autoptr (HemoFieldCells) read = NULL;

  g_set_str (&second->detector, "classical 1");
  g_set_str (&second->program, "1.1");
  hemo_found_cell_set_kind (found (first, HEMO_CELL_RED, 10, 10, 60), HEMO_CELL_PLATELET);
  hemo_field_cells_add (first, HEMO_CELL_RED, 310, 10, 60, 60);
  found (second, HEMO_CELL_RED, 110, 10, 60);
  hemo_field_cells_carry_over (second, first, NULL);
  assert_found_by (second, 1, trained, "1.0");
  assert_found_by (second, 2, NULL, NULL);
  assert_found_by (second, 3, "classical 1", "1.1");
  json = hemo_field_cells_to_json (second);
  read = hemo_field_cells_from_json (IMAGE, json, strlen (json), NULL);
  assert_found_by (read, 1, trained, "1.0");
  assert_found_by (read, 3, "classical 1", "1.1");
  hemo_found_cell_set_kind (hemo_field_cells_find (read, 3), HEMO_CELL_PLATELET);
  hemo_field_cells_carry_over (third, read, NULL);
  assert_found_by (third, 1, trained, "1.0");
  assert_found_by (third, 3, "classical 1", "1.1");
  g_assert_null (hemo_field_cells_find (third, 1)->detector);
}

static HemoFieldCells *
read_again (const HemoFieldCells *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *json = hemo_field_cells_to_json (self);
  HemoFieldCells *again = hemo_field_cells_from_json (IMAGE, json, strlen (json), &error);
  g_autofree char *second = NULL;

  g_assert_no_error (error);
  second = hemo_field_cells_to_json (again);
  g_assert_cmpstr (json, ==, second);
  return again;
}

static void
test_round (void)
{
  g_autoptr (HemoFieldCells) self = make_field ();
  g_autoptr (HemoFieldCells) again = NULL;
  HemoFoundCell *cell = found (self, HEMO_CELL_WHITE, 10.25, 20.5, 90.75);
  const HemoFoundCell *read;

  cell->suggested = HEMO_CELL_EOSINOPHIL;
  cell->probability = 0.875;
  cell->cell_class = HEMO_CELL_BAND;
  cell->change = HEMO_FOUND_CHANGED;
  cell->by = g_strdup (PERSON);
  cell->at = hemo_time_now ();
  found (self, HEMO_CELL_PLATELET, 620, 20, 30);
  hemo_field_cells_add (self, HEMO_CELL_RED, 0, 0, 60, 60);
  self->warnings = g_strdup ("blurred,colour");
  self->micrometres_per_pixel = 0.0875;
  self->threshold = 0.55;
  again = read_again (self);
  g_assert_cmpstr (again->image, ==, IMAGE);
  g_assert_cmpstr (again->warnings, ==, "blurred,colour");
  g_assert_cmpstr (again->detector, ==, self->detector);
  g_assert_cmpstr (again->program, ==, "1.0");
  g_assert_cmpfloat (again->micrometres_per_pixel, ==, 0.0875);
  g_assert_cmpfloat (again->threshold, ==, 0.55);
  g_assert_cmpuint (again->cells->len, ==, 3);
  read = again->cells->pdata[0];
  g_assert_cmpint (read->number, ==, 1);
  g_assert_cmpfloat (read->width, ==, 90.75);
  g_assert_cmpint (read->cell_class, ==, HEMO_CELL_BAND);
  g_assert_cmpint (read->suggested, ==, HEMO_CELL_EOSINOPHIL);
  g_assert_cmpfloat (read->probability, ==, 0.875);
  g_assert_cmpstr (read->by, ==, PERSON);
  g_assert_cmpint (read->at.utc_us / 1000, ==, cell->at.utc_us / 1000);
  g_assert_true (((HemoFoundCell *)again->cells->pdata[1])->at_far_edge);
  g_assert_false (read->at_far_edge);
  g_assert_cmpint (((HemoFoundCell *)again->cells->pdata[2])->change, ==, HEMO_FOUND_ADDED);
}

static void
test_copy (void)
{
  g_autoptr (HemoFieldCells) self = make_field ();
  g_autoptr (HemoFieldCells) copy = NULL;

  found (self, HEMO_CELL_WHITE, 10, 20, 90)->by = g_strdup (PERSON);
  self->accepted_by = g_strdup (PERSON);
  self->accepted_name = g_strdup ("आशा");
  copy = hemo_field_cells_copy (self);
  hemo_found_cell_take_back (copy->cells->pdata[0], TRUE);
  g_assert_cmpint (hemo_field_cells_count (self, HEMO_CELL_WHITE), ==, 1);
  g_assert_cmpint (hemo_field_cells_count (copy, HEMO_CELL_WHITE), ==, 0);
  g_assert_cmpstr (copy->accepted_name, ==, "आशा");
  g_assert_cmpstr (((HemoFoundCell *)copy->cells->pdata[0])->by, ==, PERSON);
  g_assert_null (hemo_field_cells_find (copy, 2));
}

#define HEAD "{\"width\":640,\"height\":480,\"detector\":\"d\",\"cells\":["
#define CELL "{\"number\":1,\"kind\":\"WBC\",\"box\":[1,2,30,40],\"confidence\":0.9,"

static void
test_refused (void)
{
  static const char *const cases[] = {
    "",
    "x",
    "[]",
    "null",
    "{}",
    "{\"cells\":1}",
    "{\"cells\":[]}",
    "{\"width\":0,\"height\":480,\"cells\":[]}",
    "{\"width\":-3,\"height\":480,\"cells\":[]}",
    "{\"width\":640,\"height\":1e9,\"cells\":[]}",
    "{\"width\":640,\"height\":480,\"threshold\":2,\"cells\":[]}",
    "{\"width\":640,\"height\":480,\"micrometres\":-1,\"cells\":[]}",
    "{\"width\":640,\"height\":480,\"cells\":[" CELL "\"change\":\"found\"}]}",
    HEAD "1]}",
    HEAD "{}]}",
    HEAD CELL "\"change\":\"lost\"}]}",
    HEAD CELL "\"change\":\"found\",\"class\":\"elephant\"}]}",
    HEAD CELL "\"change\":\"found\",\"by\":\"me\"}]}",
    HEAD CELL "\"change\":\"found\",\"at\":\"yesterday\"}]}",
    HEAD CELL "\"change\":\"found\",\"probability\":7}]}",
    HEAD CELL "\"change\":\"found\"}," CELL "\"change\":\"found\"}]}",
    HEAD CELL "\"change\":\"found\"}]} {}",
    HEAD "{\"number\":0,\"kind\":\"RBC\",\"box\":[1,2,30,40],\"change\":\"found\"}]}",
    HEAD "{\"number\":1,\"kind\":\"cat\",\"box\":[1,2,30,40],\"change\":\"found\"}]}",
    HEAD "{\"number\":1,\"kind\":\"RBC\",\"box\":[1,2,30],\"change\":\"found\"}]}",
    HEAD "{\"number\":1,\"kind\":\"RBC\",\"box\":[1,2,30,NaN],\"change\":\"found\"}]}",
    HEAD "{\"number\":1,\"kind\":\"RBC\",\"box\":[1,2,0,40],\"change\":\"found\"}]}",
    HEAD "{\"number\":1,\"kind\":\"RBC\",\"box\":[1,2,-5,40],\"change\":\"found\"}]}",
    HEAD "{\"number\":1,\"kind\":\"RBC\",\"box\":[700,2,30,40],\"change\":\"found\"}]}",
    HEAD "{\"number\":1,\"kind\":\"RBC\",\"box\":[1,2,30,40],\"confidence\":1.5,"
         "\"change\":\"found\"}]}",
    HEAD "{\"number\":1,\"kind\":\"RBC\",\"box\":[1,2,30,40],\"class\":\"seg\","
         "\"change\":\"found\"}]}",
    HEAD "[[[[[[[]]]]]]]]}",
    "\xff",
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", cases[i]);
      g_assert_null (hemo_field_cells_from_json (IMAGE, cases[i], strlen (cases[i]), &error));
      g_assert_error (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
    }
  g_assert_null (hemo_field_cells_from_json (IMAGE, NULL, 5, NULL));
}

/* What a newer version writes besides is passed over. */
static void
test_newer (void)
{
  static const char json[] = HEAD CELL "\"change\":\"added\",\"shape\":[1]}],\"model\":{\"a\":1}}";
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoFieldCells) self
      = hemo_field_cells_from_json (IMAGE, json, sizeof json - 1, &error);

  g_assert_no_error (error);
  g_assert_cmpint (hemo_field_cells_count (self, HEMO_CELL_WHITE), ==, 1);
}

static void
test_limits (void)
{
  g_autoptr (HemoFieldCells) self = make_field ();
  g_autoptr (HemoFieldCells) again = NULL;
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < HEMO_FIELD_CELLS_MAX; i++)
    found (self, HEMO_CELL_RED, i % 600, i / 600, 30);
  again = read_again (self);
  g_assert_cmpuint (again->cells->len, ==, HEMO_FIELD_CELLS_MAX);
  found (self, HEMO_CELL_RED, 1, 1, 30);
  g_assert_false (hemo_field_cells_validate (self, &error));
  g_assert_error (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
}

/* Diameters 7 and 8 micrometres, cells that an edge cuts not measured. */
static void
test_stats (void)
{
  g_autoptr (HemoFieldCells) self = make_field ();
  HemoCellStats stats;

  hemo_cell_stats_init (&stats);
  g_assert_true (isnan (stats.mean));
  self->micrometres_per_pixel = 0.1;
  found (self, HEMO_CELL_RED, 100, 100, 70);
  hemo_field_cells_append (self, HEMO_CELL_RED, 200, 100, 100, 64);
  found (self, HEMO_CELL_RED, -10, 100, 70);
  found (self, HEMO_CELL_RED, 600, 100, 70);
  hemo_found_cell_take_back (found (self, HEMO_CELL_RED, 300, 300, 140), TRUE);
  found (self, HEMO_CELL_WHITE, 400, 300, 120);
  hemo_cell_stats_add (&stats, self);
  g_assert_cmpint (stats.fields, ==, 1);
  g_assert_cmpint (stats.counts[HEMO_CELL_RED], ==, 3);
  g_assert_cmpint (stats.counts[HEMO_CELL_WHITE], ==, 1);
  g_assert_cmpint (stats.measured, ==, 2);
  g_assert_cmpfloat_with_epsilon (stats.mean, 7.5, 1e-9);
  g_assert_cmpfloat_with_epsilon (stats.spread, sqrt (0.5), 1e-9);
  g_assert_cmpfloat_with_epsilon (stats.area, G_PI / 4 * (49 + 64) / 2, 1e-9);
  g_assert_cmpint (stats.histogram[14], ==, 1);
  g_assert_cmpint (stats.histogram[16], ==, 1);
}

/* Without a calibration nothing has a size, but all is counted. */
static void
test_no_scale (void)
{
  g_autoptr (HemoFieldCells) self = make_field ();
  HemoCellStats stats;

  hemo_cell_stats_init (&stats);
  found (self, HEMO_CELL_RED, 100, 100, 70);
  hemo_cell_stats_add (&stats, self);
  self->micrometres_per_pixel = 10;
  hemo_cell_stats_add (&stats, self);
  g_assert_cmpint (stats.counts[HEMO_CELL_RED], ==, 2);
  g_assert_cmpint (stats.measured, ==, 1);
  g_assert_true (isnan (stats.spread));
  g_assert_cmpint (stats.histogram[HEMO_CELL_BINS - 1], ==, 1);
}

/* 500 red and 2 white: Wilson's interval of 2 in 502 is 0.10937 % to 1.44139 %. */
static void
test_ratio (void)
{
  HemoCellStats stats;
  double ratio = 0, low = 0, high = 0;

  hemo_cell_stats_init (&stats);
  g_assert_false (hemo_cell_stats_ratio (&stats, HEMO_CELL_WHITE, &ratio, &low, &high));
  stats.counts[HEMO_CELL_RED] = 500;
  g_assert_true (hemo_cell_stats_ratio (&stats, HEMO_CELL_WHITE, &ratio, &low, &high));
  g_assert_true (isinf (ratio) && isinf (high));
  g_assert_cmpfloat_with_epsilon (low, 500 / (1.959963984540054 * 1.959963984540054), 1e-6);
  stats.counts[HEMO_CELL_WHITE] = 2;
  g_assert_true (hemo_cell_stats_ratio (&stats, HEMO_CELL_WHITE, &ratio, &low, &high));
  g_assert_cmpfloat (ratio, ==, 250);
  g_assert_cmpfloat_with_epsilon (low, 68.4032050062602, 1e-6);
  g_assert_cmpfloat_with_epsilon (high, 913.6998769908527, 1e-6);
  stats.counts[HEMO_CELL_RED] = 0;
  g_assert_true (hemo_cell_stats_ratio (&stats, HEMO_CELL_WHITE, &ratio, &low, &high));
  g_assert_cmpfloat (ratio, ==, 0);
  g_assert_cmpfloat (low, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/field-cells/kinds", test_kinds);
  g_test_add_func ("/field-cells/half-edge", test_half_edge);
  g_test_add_func ("/field-cells/stands", test_stands);
  g_test_add_func ("/field-cells/moved", test_moved);
  g_test_add_func ("/field-cells/carry-over", test_carry_over);
  g_test_add_func ("/field-cells/carried-source", test_carried_source);
  g_test_add_func ("/field-cells/round", test_round);
  g_test_add_func ("/field-cells/copy", test_copy);
  g_test_add_func ("/field-cells/refused", test_refused);
  g_test_add_func ("/field-cells/newer", test_newer);
  g_test_add_func ("/field-cells/limits", test_limits);
  g_test_add_func ("/field-cells/stats", test_stats);
  g_test_add_func ("/field-cells/no-scale", test_no_scale);
  g_test_add_func ("/field-cells/ratio", test_ratio);
  return g_test_run ();
}
