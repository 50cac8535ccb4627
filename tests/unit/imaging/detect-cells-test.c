/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What was found becomes what is laid before a person. */

#include "hemo-detect.h"

static HemoDetection *
make_detection (void)
{
  HemoDetection *self = g_new0 (HemoDetection, 1);

  self->cells = g_array_new (FALSE, TRUE, sizeof (HemoCell));
  self->warnings = 1u << HEMO_DETECT_BLURRED | 1u << HEMO_DETECT_SCALE_ESTIMATED;
  self->micrometres_per_pixel = 0.2;
  return self;
}

static void
add (HemoDetection *self, HemoCell cell)
{
  g_array_append_val (self->cells, cell);
}

static void
test_taken_over (void)
{
  g_autoptr (HemoDetection) detection = make_detection ();
  g_autoptr (HemoDetector) detector = hemo_detector_new_classical ();
  g_autoptr (HemoFieldCells) cells = NULL;
  g_autoptr (GError) error = NULL;
  const HemoFoundCell *cell;

  add (detection, (HemoCell){ .kind = HEMO_CELL_RED,
                              .x = 10,
                              .y = 20,
                              .width = 60,
                              .height = 50,
                              .confidence = 1,
                              .counted = TRUE });
  add (detection, (HemoCell){ .kind = HEMO_CELL_WHITE,
                              .x = 580,
                              .y = 20,
                              .width = 90,
                              .height = 90,
                              .confidence = 0.75,
                              .type = HEMO_WHITE_NEUTROPHIL,
                              .types = { 0.8, 0.1, 0.1 },
                              .sure = TRUE });
  add (detection, (HemoCell){ .kind = HEMO_CELL_WHITE,
                              .x = 100,
                              .y = 200,
                              .width = 90,
                              .height = 90,
                              .confidence = 0.5,
                              .counted = TRUE });
  add (detection, (HemoCell){ .kind = HEMO_CELL_WHITE,
                              .x = 300,
                              .y = 200,
                              .width = 90,
                              .height = 90,
                              .confidence = 0.5,
                              .type = HEMO_WHITE_MONOCYTE,
                              .types = { 0.1, 0, 0, 0, 0.9 } });
  /* Nothing of this one is on the picture. */
  add (detection, (HemoCell){ .kind = HEMO_CELL_RED, .x = 700, .y = 20, .width = 9, .height = 9 });
  cells = hemo_detection_to_field_cells (detection, detector, "image", 640, 480, 0.1, "1.2");
  g_assert_true (hemo_field_cells_validate (cells, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (cells->cells->len, ==, 4);
  g_assert_cmpstr (cells->image, ==, "image");
  g_assert_cmpstr (cells->program, ==, "1.2");
  g_assert_cmpstr (cells->detector, ==, "classical 1");
  g_assert_cmpstr (cells->warnings, ==, "scale-estimated,blurred");
  /* A scale that was estimated measures nothing. */
  g_assert_cmpfloat (cells->micrometres_per_pixel, ==, 0.1);
  cell = hemo_field_cells_find (cells, 1);
  g_assert_cmpfloat (cell->confidence, <, 1);
  g_assert_cmpint (cell->change, ==, HEMO_FOUND_AS_IS);
  g_assert_false (cell->at_far_edge);
  g_assert_cmpint (cell->cell_class, ==, HEMO_CELL_CLASS_NONE);
  cell = hemo_field_cells_find (cells, 2);
  g_assert_true (cell->at_far_edge);
  g_assert_cmpint (cell->suggested, ==, HEMO_CELL_SEGMENTED);
  g_assert_cmpint (cell->cell_class, ==, HEMO_CELL_SEGMENTED);
  g_assert_cmpfloat (cell->probability, ==, 0.8);
  /* Its type could not be told. */
  g_assert_cmpint (hemo_field_cells_find (cells, 3)->suggested, ==, HEMO_CELL_CLASS_NONE);
  /* A guess is told, and the cell has no class before a person gives it one. */
  cell = hemo_field_cells_find (cells, 4);
  g_assert_cmpint (cell->suggested, ==, HEMO_CELL_MONOCYTE);
  g_assert_cmpint (cell->cell_class, ==, HEMO_CELL_CLASS_NONE);
  g_assert_cmpfloat (cell->probability, ==, 0);
}

static void
test_warnings (void)
{
  const guint all = (1u << HEMO_N_DETECT_WARNINGS) - 1;
  g_autofree char *none = hemo_detect_warnings_to_codes (0);
  g_autofree char *text = hemo_detect_warnings_to_codes (all);

  g_assert_cmpstr (none, ==, "");
  g_assert_cmpuint (hemo_detect_warnings_from_codes (text), ==, all);
  g_assert_cmpuint (hemo_detect_warnings_from_codes (NULL), ==, 0);
  g_assert_cmpuint (hemo_detect_warnings_from_codes ("blurred,what a newer one says"), ==,
                    1u << HEMO_DETECT_BLURRED);
}

static void
test_classes (void)
{
  g_assert_cmpint (hemo_white_type_get_class (HEMO_WHITE_NEUTROPHIL), ==, HEMO_CELL_SEGMENTED);
  g_assert_cmpint (hemo_white_type_get_class (HEMO_WHITE_MONOCYTE), ==, HEMO_CELL_MONOCYTE);
  g_assert_cmpint (hemo_white_type_get_class (HEMO_WHITE_OTHER), ==, HEMO_CELL_OTHER);
}

static void
test_outside (void)
{
  static const HemoDetectWarning outside[]
      = { HEMO_DETECT_BLURRED, HEMO_DETECT_SHADED, HEMO_DETECT_DARK, HEMO_DETECT_COLOUR,
          HEMO_DETECT_SCALE_DOUBTFUL };

  for (guint i = 0; i < G_N_ELEMENTS (outside); i++)
    g_assert_true (hemo_detect_is_outside (1u << outside[i] | 1u << HEMO_DETECT_CLASSICAL));
  /* What says nothing of the picture makes no mark of it unsure. */
  g_assert_false (hemo_detect_is_outside (0));
  g_assert_false (hemo_detect_is_outside (1u << HEMO_DETECT_SCALE_ESTIMATED
                                          | 1u << HEMO_DETECT_TYPES_GUESSED
                                          | 1u << HEMO_DETECT_CLASSICAL));
}

static void
test_specimens (void)
{
  g_assert_true (hemo_detect_is_for (HEMO_SPECIMEN_VENOUS_EDTA));
  g_assert_true (hemo_detect_is_for (HEMO_SPECIMEN_CAPILLARY));
  g_assert_true (hemo_detect_is_for (HEMO_SPECIMEN_THIN_FILM));
  g_assert_false (hemo_detect_is_for (HEMO_SPECIMEN_THICK_FILM));
  g_assert_false (hemo_detect_is_for (HEMO_SPECIMEN_MARROW));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/detect-cells/taken-over", test_taken_over);
  g_test_add_func ("/detect-cells/warnings", test_warnings);
  g_test_add_func ("/detect-cells/classes", test_classes);
  g_test_add_func ("/detect-cells/outside", test_outside);
  g_test_add_func ("/detect-cells/specimens", test_specimens);
  return g_test_run ();
}
