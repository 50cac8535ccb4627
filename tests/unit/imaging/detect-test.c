/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From a picture to cells: drawn fields whose cells are known, and what is no field at all. */

#include "hemo-detect-private.h"
#include "smear-tools.h"

#include <math.h>
#include <string.h>

#define RED_CELL 60.0
#define SCALE (HEMO_FIELD_RED_CELL_MICROMETRES / RED_CELL)

typedef struct
{
  int found;
  int shown;
  int there;
} Score;

static HemoDetector *
open_detector (void)
{
  g_autoptr (GError) error = NULL;
  HemoDetector *detector = hemo_detector_new (NULL, &error);

  g_assert_no_error (error);
  return detector;
}

static HemoSmear
make_smear (guint32 seed)
{
  HemoSmear smear;

  hemo_smear_init (&smear, seed);
  smear.width = 640;
  smear.height = 480;
  smear.red_cell = RED_CELL;
  smear.white_cells = 3;
  smear.platelets = 8;
  smear.crowding = 0.25;
  return smear;
}

static HemoDetection *
detect (const HemoDetector *detector, const HemoPixels *pixels, double scale)
{
  g_autoptr (GError) error = NULL;
  HemoDetection *detection = hemo_detector_run (detector, pixels, scale, &error);

  g_assert_no_error (error);
  return detection;
}

static gboolean
has (const HemoDetection *detection, HemoDetectWarning warning)
{
  return (detection->warnings & 1u << warning) != 0;
}

static double
overlap (const HemoCell *cell, const HemoSmearCell *truth)
{
  const HemoCellMark a = { cell->kind,
                           (float)cell->x,
                           (float)cell->y,
                           (float)(cell->x + cell->width),
                           (float)(cell->y + cell->height),
                           1 };
  const HemoCellMark b = { cell->kind,         (float)truth->xmin, (float)truth->ymin,
                           (float)truth->xmax, (float)truth->ymax, 1 };

  return hemo_mark_overlap (&a, &b);
}

static Score
judge (const HemoDetection *detection, GArray *truth, HemoCellKind kind)
{
  Score score = { 0 };

  score.shown = (int)hemo_detection_count (detection, kind, FALSE);
  for (guint i = 0; i < truth->len; i++)
    {
      const HemoSmearCell *cell = &g_array_index (truth, HemoSmearCell, i);
      gboolean met = FALSE;

      if (strcmp (hemo_smear_kind_label (cell->kind), hemo_cell_kind_get_name (kind)) != 0)
        continue;
      score.there++;
      for (guint k = 0; k < detection->cells->len && !met; k++)
        {
          const HemoCell *found = &g_array_index (detection->cells, HemoCell, k);

          met = found->kind == kind && overlap (found, cell) >= 0.5;
        }
      score.found += met;
    }
  return score;
}

/* Nine of ten or all but one, and no more than a tenth too many. */
static void
expect_good (const HemoDetection *detection, GArray *truth, HemoCellKind kind)
{
  const Score score = judge (detection, truth, kind);

  g_test_message ("%s: %d of %d found, %d shown", hemo_cell_kind_get_name (kind), score.found,
                  score.there, score.shown);
  g_assert_cmpint (score.found * 10, >=, score.there * 9 - 10);
  g_assert_cmpint (score.shown * 10, <=, score.there * 11 + 10);
}

static void
test_drawn (void)
{
  g_autoptr (HemoDetector) detector = open_detector ();

  for (guint32 seed = 1; seed <= 3; seed++)
    {
      const HemoSmear smear = make_smear (seed);
      g_autoptr (HemoPixels) pixels = smear_to_pixels (&smear);
      g_autoptr (GArray) truth = NULL;
      g_autoptr (HemoDetection) detection = detect (detector, pixels, SCALE);

      cairo_surface_destroy (hemo_smear_draw (&smear, &truth));
      expect_good (detection, truth, HEMO_CELL_RED);
      expect_good (detection, truth, HEMO_CELL_WHITE);
      g_assert_cmpfloat (detection->micrometres_per_pixel, ==, SCALE);
      g_assert_false (has (detection, HEMO_DETECT_SCALE_ESTIMATED));
      g_assert_false (has (detection, HEMO_DETECT_NOT_A_SMEAR));
      g_assert_cmpint (detection->classical_red_cells, >, 0);
    }
}

/* Heavy shading and a colour cast: as many cells as without. */
static void
test_shaded (void)
{
  g_autoptr (HemoDetector) detector = open_detector ();
  const HemoSmear smear = make_smear (4);
  g_autoptr (HemoPixels) pixels = smear_to_pixels (&smear);
  g_autoptr (GArray) truth = NULL;
  g_autoptr (HemoDetection) detection = NULL;

  for (int y = 0; y < pixels->height; y++)
    for (int x = 0; x < pixels->width; x++)
      {
        const double u = x / 320.0 - 1.1, v = y / 240.0 - 0.8, fall = exp (-0.5 * (u * u + v * v));
        guint8 *p = hemo_pixels_row (pixels, y) + 3 * x;

        p[0] = (guint8)(p[0] * CLAMP (0.55 + 0.4 * (u * u + v * v), 0, 1));
        p[1] = (guint8)(p[1] * 0.7 * fall);
        p[2] = (guint8)(p[2] * 0.75 * fall);
      }
  detection = detect (detector, pixels, SCALE);
  cairo_surface_destroy (hemo_smear_draw (&smear, &truth));
  expect_good (detection, truth, HEMO_CELL_RED);
  expect_good (detection, truth, HEMO_CELL_WHITE);
}

/* Nobody said the scale: it is taken from the cells, and said. */
static void
test_unknown_scale (void)
{
  static const double sizes[] = { 30, 48, 90 };
  g_autoptr (HemoDetector) detector = open_detector ();

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      HemoSmear smear = make_smear (5);
      g_autoptr (HemoPixels) pixels = NULL;
      g_autoptr (HemoDetection) detection = NULL;

      smear.red_cell = sizes[i];
      pixels = smear_to_pixels (&smear);
      detection = detect (detector, pixels, 0);
      g_assert_true (has (detection, HEMO_DETECT_SCALE_ESTIMATED));
      g_test_message ("%.4f for %.4f", detection->micrometres_per_pixel, 7.5 / sizes[i]);
      g_assert_cmpfloat (fabs (detection->micrometres_per_pixel * sizes[i] / 7.5 - 1), <, 0.2);
      g_assert_cmpuint (hemo_detection_count (detection, HEMO_CELL_RED, FALSE), >, 5);
    }
}

/* A scale that is wrong by half is noticed. */
static void
test_wrong_scale (void)
{
  g_autoptr (HemoDetector) detector = open_detector ();
  const HemoSmear smear = make_smear (6);
  g_autoptr (HemoPixels) pixels = smear_to_pixels (&smear);
  g_autoptr (HemoDetection) detection = detect (detector, pixels, SCALE * 1.6);

  g_assert_true (has (detection, HEMO_DETECT_SCALE_DOUBTFUL)
                 || has (detection, HEMO_DETECT_NOT_A_SMEAR));
}

static void
test_scale_bounds (void)
{
  static const double wrong[] = { -0.1, 1e9, 1e-9, NAN, INFINITY, 25 };
  g_autoptr (HemoDetector) detector = open_detector ();
  const HemoSmear smear = make_smear (6);
  g_autoptr (HemoPixels) pixels = smear_to_pixels (&smear);
  g_autoptr (HemoDetection) coarse = NULL, fine = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (hemo_detector_run (detector, pixels, wrong[i], &error));
      g_assert_error (error, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_INVALID);
    }
  coarse = detect (detector, pixels, 5);
  g_assert_true (has (coarse, HEMO_DETECT_SCALE_OUTSIDE));
  g_assert_cmpuint (coarse->cells->len, ==, 0);
  fine = detect (detector, pixels, 0.006);
  g_assert_true (has (fine, HEMO_DETECT_SCALE_OUTSIDE));
  g_assert_cmpuint (fine->cells->len, ==, 0);
}

/* Cells of the right and lower edge are shown, but counted in the field beside. */
static void
test_half_edge (void)
{
  g_autoptr (HemoDetector) detector = open_detector ();
  HemoSmear smear = make_smear (7);
  g_autoptr (HemoPixels) pixels = NULL;
  g_autoptr (HemoDetection) detection = NULL;
  guint at_edge = 0;

  smear.crowding = 0.4;
  pixels = smear_to_pixels (&smear);
  detection = detect (detector, pixels, SCALE);
  for (guint i = 0; i < detection->cells->len; i++)
    {
      const HemoCell *cell = &g_array_index (detection->cells, HemoCell, i);
      const gboolean outside = cell->x + cell->width > pixels->width - 2
                               || cell->y + cell->height > pixels->height - 2;

      g_assert_true (cell->x >= 0 && cell->y >= 0 && cell->x + cell->width <= pixels->width + 0.01
                     && cell->y + cell->height <= pixels->height + 0.01);
      if (outside)
        g_assert_false (cell->counted);
      /* Slivers at the edge are not shown. */
      if (cell->kind == HEMO_CELL_RED && (cell->x < 1 || cell->x + cell->width > 639))
        g_assert_cmpfloat (cell->width, >=, 0.19 * RED_CELL);
      if (cell->kind == HEMO_CELL_RED && (cell->y < 1 || cell->y + cell->height > 479))
        g_assert_cmpfloat (cell->height, >=, 0.19 * RED_CELL);
      if (cell->x + cell->width < pixels->width - 5 && cell->y + cell->height < pixels->height - 5)
        g_assert_true (cell->counted);
      at_edge += outside;
    }
  g_assert_cmpuint (at_edge, >, 0);
  g_assert_cmpuint (hemo_detection_count (detection, HEMO_CELL_RED, TRUE), <,
                    hemo_detection_count (detection, HEMO_CELL_RED, FALSE));
}

static HemoPixels *
fill (int width, int height, guint8 value)
{
  HemoPixels *pixels = hemo_pixels_new (width, height, NULL);

  memset (pixels->data, value, 3 * (gsize)width * height);
  return pixels;
}

/* Black, grey, white, tiny, long and thin: said, and nothing marked; with and without a scale. */
static void
test_nothing (void)
{
  static const struct
  {
    int width;
    int height;
    guint8 value;
  } cases[] = { { 640, 480, 0 }, { 640, 480, 128 }, { 640, 480, 255 }, { 1, 1, 90 },
                { 8, 8, 200 },   { 2000, 3, 200 },  { 3, 2000, 200 } };
  g_autoptr (HemoDetector) detector = open_detector ();

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (int known = 0; known < 2; known++)
      {
        g_autoptr (HemoPixels) pixels = fill (cases[i].width, cases[i].height, cases[i].value);
        g_autoptr (HemoDetection) detection = detect (detector, pixels, known ? SCALE : 0);

        g_assert_true (has (detection, HEMO_DETECT_NOTHING_TO_SEE));
        g_assert_cmpuint (detection->cells->len, ==, 0);
      }
}

static HemoPixels *
make_picture (int which, int width, int height)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (9);
  HemoPixels *pixels = hemo_pixels_new (width, height, NULL);

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      for (int c = 0; c < 3; c++)
        {
          int value = 0;

          if (which == 0)
            value = g_rand_int_range (rand, 0, 256);
          else if (which == 1)
            value = (x / 16 + y / 16) % 2 ? 230 : 20;
          else if (which == 2)
            value = 255 * x / width;
          else
            value = (int)(128 + 100 * sin (x * 0.02 * (c + 1)) * cos (y * 0.03));
          hemo_pixels_row (pixels, y)[3 * x + c] = (guint8)value;
        }
  return pixels;
}

/* What is no blood: noise, a board, a ramp, waves. Never many cells, and never without a word. */
static void
test_no_smear (void)
{
  g_autoptr (HemoDetector) detector = open_detector ();

  for (int which = 0; which < 4; which++)
    for (int known = 0; known < 2; known++)
      {
        g_autoptr (HemoPixels) pixels = make_picture (which, 500, 400);
        g_autoptr (HemoDetection) detection = detect (detector, pixels, known ? SCALE : 0);

        g_test_message ("picture %d: %u cells, warnings %x", which, detection->cells->len,
                        detection->warnings);
        g_assert_cmpuint (detection->cells->len, <, 40);
        g_assert_true (detection->cells->len == 0 || detection->warnings != 0);
      }
}

/* The same picture gives the same marks, whatever the processor has. */
static void
test_processors (void)
{
  const HemoSmear smear = make_smear (8);
  g_autoptr (HemoPixels) pixels = smear_to_pixels (&smear);
  g_autoptr (HemoDetector) detector = open_detector ();
  g_autoptr (HemoDetection) best = detect (detector, pixels, SCALE);

  for (int kind = HEMO_SIMD_PLAIN; kind <= HEMO_SIMD_AVX2; kind++)
    {
      g_autoptr (HemoDetection) other = NULL;

      hemo_detector_set_simd (detector, (HemoSimd)kind);
      other = detect (detector, pixels, SCALE);
      g_assert_cmpuint (other->cells->len, ==, best->cells->len);
      for (guint i = 0; i < best->cells->len; i++)
        {
          const HemoCell *a = &g_array_index (best->cells, HemoCell, i);
          gboolean met = FALSE;

          for (guint k = 0; k < other->cells->len && !met; k++)
            {
              const HemoCell *b = &g_array_index (other->cells, HemoCell, k);

              met = a->kind == b->kind && fabs (a->x - b->x) < 0.5 && fabs (a->y - b->y) < 0.5
                    && fabs (a->confidence - b->confidence) < 0.005;
            }
          g_assert_true (met);
        }
    }
}

/* A white cell has probabilities of its types, together 1; nothing else has. */
static void
test_types (void)
{
  g_autoptr (HemoDetector) detector = open_detector ();
  const HemoSmear smear = make_smear (9);
  g_autoptr (HemoPixels) pixels = smear_to_pixels (&smear);
  g_autoptr (HemoDetection) detection = detect (detector, pixels, SCALE);

  for (guint i = 0; i < detection->cells->len; i++)
    {
      const HemoCell *cell = &g_array_index (detection->cells, HemoCell, i);
      double sum = 0;

      for (int type = 0; type < HEMO_N_WHITE_TYPES; type++)
        {
          sum += cell->types[type];
          g_assert_cmpfloat (cell->types[type], <=, cell->types[cell->type]);
        }
      g_assert_cmpfloat_with_epsilon (sum, cell->kind == HEMO_CELL_WHITE ? 1 : 0, 1e-6);
    }
}

/* Without weights: fewer words, but the cells that lie alone are found. */
static void
test_classical (void)
{
  g_autoptr (HemoDetector) detector = hemo_detector_new_classical ();
  HemoSmear smear = make_smear (10);
  g_autoptr (HemoPixels) pixels = NULL;
  g_autoptr (GArray) truth = NULL;
  g_autoptr (HemoDetection) known = NULL, unknown = NULL;
  Score score;

  smear.crowding = 0.15;
  pixels = smear_to_pixels (&smear);
  cairo_surface_destroy (hemo_smear_draw (&smear, &truth));
  known = detect (detector, pixels, SCALE);
  score = judge (known, truth, HEMO_CELL_RED);
  g_test_message ("%d of %d found, %d shown", score.found, score.there, score.shown);
  g_assert_cmpint (score.found * 10, >=, score.there * 7);
  g_assert_cmpint (score.shown * 10, <=, score.there * 14);
  g_assert_true (has (known, HEMO_DETECT_CLASSICAL));
  unknown = detect (detector, pixels, 0);
  g_assert_true (has (unknown, HEMO_DETECT_CLASSICAL));
  g_assert_true (has (unknown, HEMO_DETECT_SCALE_ESTIMATED));
  g_assert_cmpstr (hemo_detector_get_name (detector), ==, "classical 1");
}

static void
expect_warning (HemoDetectWarning warning, double gain, double sigma)
{
  g_autoptr (HemoDetector) detector = open_detector ();
  const HemoSmear smear = make_smear (11);
  g_autoptr (HemoPixels) pixels = smear_to_pixels (&smear);
  const double gains[3] = { gain, gain, gain }, offsets[3] = { 0 };
  g_autoptr (HemoDetection) detection = NULL;

  change_light (pixels, gains, offsets);
  if (sigma > 0)
    blur_pixels (pixels, sigma);
  detection = detect (detector, pixels, SCALE);
  g_assert_true (has (detection, warning));
}

static void
test_warnings (void)
{
  expect_warning (HEMO_DETECT_DARK, 0.12, 0);
  expect_warning (HEMO_DETECT_BLURRED, 1, 9);
}

static void
test_words (void)
{
  for (int i = 0; i < HEMO_N_DETECT_WARNINGS; i++)
    {
      const char *advice = hemo_detect_warning_get_advice ((HemoDetectWarning)i);

      g_assert_true (g_str_has_suffix (advice, "."));
      for (int k = 0; k < i; k++)
        g_assert_cmpstr (hemo_detect_warning_get_code ((HemoDetectWarning)i), !=,
                         hemo_detect_warning_get_code ((HemoDetectWarning)k));
    }
  g_assert_cmpstr (hemo_cell_kind_get_name (HEMO_CELL_PLATELET), ==, "Platelets");
  g_assert_cmpstr (hemo_white_type_get_name (HEMO_WHITE_OTHER), ==, "other");
}

static void
test_name (void)
{
  g_autoptr (HemoDetector) detector = open_detector ();
  g_autoptr (GBytes) wrong = g_bytes_new_static ("HEMOCELL and then nothing of it at all", 39);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_str_has_prefix (hemo_detector_get_name (detector), "cells "));
  g_assert_null (hemo_detector_new (wrong, &error));
  g_assert_nonnull (error);
}

static gpointer
detect_in_thread (gpointer data)
{
  const gpointer *both = data;

  return detect (both[0], both[1], SCALE);
}

/* One detector serves the threads of a window. */
static void
test_threads (void)
{
  g_autoptr (HemoDetector) detector = open_detector ();
  const HemoSmear smear = make_smear (12);
  g_autoptr (HemoPixels) pixels = smear_to_pixels (&smear);
  gpointer both[] = { detector, pixels };
  GThread *threads[3];
  g_autoptr (HemoDetection) alone = detect (detector, pixels, SCALE);

  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("detect", detect_in_thread, both);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      g_autoptr (HemoDetection) other = g_thread_join (threads[i]);

      g_assert_cmpmem (other->cells->data, other->cells->len * sizeof (HemoCell),
                       alone->cells->data, alone->cells->len * sizeof (HemoCell));
    }
}

/* Real fields, where there are any: cells of a number that such a field can have, and a white cell
 * in the middle of each of that set. */
static void
test_real (void)
{
  g_autoptr (HemoDetector) detector = open_detector ();
  g_autoptr (GPtrArray) paths = list_real ("ood_pbc", 40);

  if (paths->len == 0)
    g_test_skip ("no shared data");
  for (guint i = 0; i < paths->len; i++)
    {
      g_autoptr (HemoPixels) pixels = open_real (paths->pdata[i], 0);
      g_autoptr (HemoDetection) detection = detect (detector, pixels, 7.5 / 79);

      g_assert_cmpuint (hemo_detection_count (detection, HEMO_CELL_WHITE, FALSE), <=, 3);
      g_assert_cmpuint (hemo_detection_count (detection, HEMO_CELL_RED, FALSE), <=, 40);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/detect/drawn", test_drawn);
  g_test_add_func ("/detect/shaded", test_shaded);
  g_test_add_func ("/detect/unknown-scale", test_unknown_scale);
  g_test_add_func ("/detect/wrong-scale", test_wrong_scale);
  g_test_add_func ("/detect/scale-bounds", test_scale_bounds);
  g_test_add_func ("/detect/half-edge", test_half_edge);
  g_test_add_func ("/detect/nothing", test_nothing);
  g_test_add_func ("/detect/no-smear", test_no_smear);
  g_test_add_func ("/detect/processors", test_processors);
  g_test_add_func ("/detect/types", test_types);
  g_test_add_func ("/detect/classical", test_classical);
  g_test_add_func ("/detect/warnings", test_warnings);
  g_test_add_func ("/detect/words", test_words);
  g_test_add_func ("/detect/name", test_name);
  g_test_add_func ("/detect/threads", test_threads);
  g_test_add_func ("/detect/real", test_real);
  return g_test_run ();
}
