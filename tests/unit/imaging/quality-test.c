/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Fields drawn with one defect each, which has to be named, and real ones, which have none. */

#include "hemo-quality.h"

#include "hemo-picture.h"
#include "smear-tools.h"

#include <math.h>
#include <string.h>

static HemoQuality
measure (const HemoPixels *pixels)
{
  HemoQuality quality = { 0 };

  g_assert_true (hemo_quality_measure (pixels, HEMO_QUALITY_FOCUS_NEEDED, &quality, NULL));
  return quality;
}

/* Small, because drawing takes longer than measuring. */
static HemoSmear
make_smear (guint32 seed)
{
  HemoSmear smear;

  hemo_smear_init (&smear, seed);
  smear.width = 640;
  smear.height = 480;
  smear.red_cell = 46;
  return smear;
}

/* Draws @smear in the light given and expects the codes @codes. */
static void
expect (const HemoSmear *smear, const double gain[3], const double offset[3], const char *codes)
{
  g_autoptr (HemoPixels) pixels = smear_to_pixels (smear);
  g_autofree char *found = NULL;
  HemoQuality quality;

  if (gain != NULL)
    change_light (pixels, gain, offset);
  quality = measure (pixels);
  found = hemo_quality_dup_codes (&quality);
  g_test_message ("seed %u: focus %.3f stain %.3f blue %.2f light %.0f cover %.3f uneven %.3f",
                  smear->seed, quality.focus, quality.stain, quality.blueness, quality.background,
                  quality.coverage, quality.unevenness);
  g_assert_cmpstr (found, ==, codes);
}

static void
test_drawn_light (void)
{
  static const struct
  {
    double gain[3];
    double offset[3];
    const char *codes;
  } lights[] = {
    { { 1, 1, 1 }, { 0, 0, 0 }, "" },
    { { 0.6, 0.6, 0.6 }, { 0, 0, 0 }, "" },
    { { 0.35, 0.35, 0.35 }, { 0, 0, 0 }, "too-dark" },
    { { 1.5, 1.5, 1.5 }, { 0, 0, 0 }, "too-bright" },
    { { 0.3, 0.3, 0.3 }, { 160, 160, 160 }, "pale-stain" },
    { { 0.2, 0.2, 0.2 }, { 180, 180, 180 }, "pale-stain" },
    { { 1.3, 1, 0.1 }, { -70, 0, 200 }, "too-blue" },
    { { 0.1, 1, 1.4 }, { 200, 0, -85 }, "too-red" },
  };

  for (guint32 seed = 1; seed <= 2; seed++)
    for (gsize i = 0; i < G_N_ELEMENTS (lights); i++)
      {
        HemoSmear smear = make_smear (seed);
        expect (&smear, lights[i].gain, lights[i].offset, lights[i].codes);
      }
}

static void
test_drawn_focus (void)
{
  static const struct
  {
    double blur;
    const char *codes;
  } blurs[]
      = { { 0, "" }, { 1, "" }, { 2, "" }, { 4, "blurred" }, { 6, "blurred" }, { 10, "blurred" } };

  for (gsize i = 0; i < G_N_ELEMENTS (blurs); i++)
    for (double noise = 0; noise <= 10; noise += 10)
      {
        HemoSmear smear = make_smear (4);
        smear.blur = blurs[i].blur;
        smear.noise = noise;
        expect (&smear, NULL, NULL, blurs[i].codes);
      }
}

static void
test_drawn_cells (void)
{
  HemoSmear smear = make_smear (6);

  smear.crowding = 0.08;
  expect (&smear, NULL, NULL, "");
  smear.crowding = 0.9;
  expect (&smear, NULL, NULL, "");
  smear.crowding = 0;
  smear.white_cells = smear.platelets = 0;
  expect (&smear, NULL, NULL, "empty-field");
  smear.noise = 8;
  expect (&smear, NULL, NULL, "empty-field");
  smear.platelets = 3;
  expect (&smear, NULL, NULL, "empty-field");
  smear.noise = smear.shading = 0;
  smear.platelets = 0;
  expect (&smear, NULL, NULL, "nothing-to-see");
}

/* A lamp out of centre: @loss of the light at the right side. */
static HemoPixels *
draw_slope (guint32 seed, double loss)
{
  const HemoSmear smear = make_smear (seed);
  HemoPixels *pixels = smear_to_pixels (&smear);

  for (int y = 0; y < pixels->height; y++)
    for (int x = 0; x < 3 * pixels->width; x++)
      {
        guint8 *p = hemo_pixels_row (pixels, y) + x;
        *p = (guint8)(*p * (1 - loss * x / (3 * pixels->width)));
      }
  return pixels;
}

static void
test_drawn_uneven (void)
{
  g_autoptr (HemoPixels) even = draw_slope (7, 0.3);
  g_autoptr (HemoPixels) uneven = draw_slope (7, 0.75);
  const HemoQuality good = measure (even), bad = measure (uneven);

  g_assert_cmpuint (good.warnings, ==, 0);
  g_assert_cmpuint (bad.warnings, ==, 1u << HEMO_WARNING_UNEVEN_LIGHT);
  g_assert_cmpfloat (bad.unevenness, >, 0.45);
}

/* Half burnt out by a reflection. */
static void
test_drawn_clipped (void)
{
  g_autoptr (HemoPixels) pixels = draw_slope (8, 0);
  HemoQuality quality;

  memset (pixels->data, 255, (gsize)pixels->width * (pixels->height * 2 / 5) * 3);
  quality = measure (pixels);
  g_assert_true (quality.warnings & 1u << HEMO_WARNING_CLIPPED);
  g_assert_false (quality.warnings & 1u << HEMO_WARNING_TOO_BRIGHT);
}

/* The same field at other resolutions, noisy, and as a poor JPEG: nearly the same measure. */
static void
test_steady (void)
{
  g_autoptr (HemoPixels) pixels = draw_slope (9, 0);
  g_autoptr (HemoPixels) half = hemo_pixels_shrink (pixels, 320, 240, NULL);
  g_autoptr (GBytes) poor = hemo_pixels_to_jpeg (pixels, 60, NULL);
  g_autoptr (HemoPixels) poor_pixels = hemo_picture_decode (poor, 0, TRUE, NULL);
  const double dim[] = { 0.6, 0.6, 0.6 }, none[] = { 0, 0, 0 };
  const double focus = measure (pixels).focus;

  g_assert_cmpfloat_with_epsilon (measure (half).focus, focus, 0.2);
  g_assert_cmpfloat_with_epsilon (measure (poor_pixels).focus, focus, 0.05);
  change_light (pixels, dim, none);
  g_assert_cmpfloat_with_epsilon (measure (pixels).focus, focus, 0.02);
}

static void
test_edges (void)
{
  const int sizes[][2] = { { 1, 1 }, { 1, 5000 }, { 5000, 1 }, { 20, 20 }, { 21, 21 }, { 3, 640 } };
  g_autoptr (GError) error = NULL;
  HemoQuality quality = { .focus = -3 };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (HemoPixels) black = hemo_pixels_new (sizes[i][0], sizes[i][1], NULL);
      HemoQuality found = measure (black);
      g_assert_cmpfloat (found.focus, ==, 0);
      g_assert_true (found.warnings & 1u << HEMO_WARNING_TOO_DARK);
      g_assert_true (found.warnings & 1u << HEMO_WARNING_NOTHING_TO_SEE);
    }
  {
    g_autoptr (HemoPixels) black = hemo_pixels_new (64, 64, NULL);
    const double wrong[] = { -0.01, 1.01, NAN, INFINITY };
    for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
      {
        g_assert_false (hemo_quality_measure (black, wrong[i], &quality, &error));
        g_assert_error (error, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_INVALID);
        g_clear_error (&error);
      }
    g_assert_cmpfloat (quality.focus, ==, -3);
  }
}

/* Larger than what is measured: made smaller first. 0 needed never warns. */
static void
test_large (void)
{
  HemoSmear smear;
  g_autoptr (HemoPixels) pixels = NULL;
  HemoQuality quality;

  hemo_smear_init (&smear, 10);
  smear.width = 2560;
  smear.height = 1920;
  smear.red_cell = 184;
  smear.blur = 12;
  pixels = smear_to_pixels (&smear);
  quality = measure (pixels);
  g_assert_cmpuint (quality.warnings, ==, 1u << HEMO_WARNING_BLURRED);
  g_assert_true (hemo_quality_measure (pixels, 0, &quality, NULL));
  g_assert_cmpuint (quality.warnings, ==, 0);
}

static void
test_words (void)
{
  const HemoQuality quality = { .focus = 0.4499,
                                .focus_needed = 0.45,
                                .background = 77,
                                .clipped = 0.42,
                                .stain = 0.049,
                                .unevenness = 0.5,
                                .warnings = (1u << HEMO_N_WARNINGS) - 1 };
  g_autofree char *codes = hemo_quality_dup_codes (&quality);
  g_autofree char *blurred = hemo_quality_describe (&quality, HEMO_WARNING_BLURRED);
  guint warnings = 0;

  g_assert_cmpstr (codes, ==,
                   "blurred,too-dark,too-bright,clipped,pale-stain,too-blue,too-red,uneven-light,"
                   "empty-field,nothing-to-see");
  g_assert_true (hemo_quality_parse_codes (codes, &warnings, NULL));
  g_assert_cmpuint (warnings, ==, quality.warnings);
  /* Never 'is 0.45, needs 0.45'. */
  g_assert_cmpstr (blurred, ==, "Out of focus: 0.44, needs 0.45.");
  for (int i = 0; i < HEMO_N_WARNINGS; i++)
    {
      g_autofree char *said = hemo_quality_describe (&quality, i);
      g_assert_true (g_str_has_suffix (said, "."));
      g_assert_true (g_str_has_suffix (hemo_warning_get_advice (i), "."));
      g_assert_nonnull (strstr (codes, hemo_warning_get_code (i)));
    }
}

static void
test_codes (void)
{
  const char *const wrong[]
      = { "blur", "blurred,", ",", "blurred, too-dark", "Blurred", "ünscharf" };
  guint warnings = 99;

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_false (hemo_quality_parse_codes (wrong[i], &warnings, &error));
      g_assert_error (error, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_INVALID);
      g_assert_cmpuint (warnings, ==, 99);
    }
  g_assert_true (hemo_quality_parse_codes (NULL, &warnings, NULL));
  g_assert_cmpuint (warnings, ==, 0);
  g_assert_true (hemo_quality_parse_codes ("", &warnings, NULL));
  g_assert_cmpuint (warnings, ==, 0);
}

/* Of @set's pictures, every @step, those with any warning besides blurred fail; @soft of a hundred
 * may be out of focus, because they are. Blurred by @sigma, @caught of a hundred have to be named.
 */
static void
check_real (const char *set, guint step, guint soft, double sigma, guint caught)
{
  g_autoptr (GPtrArray) paths = list_real (set, step);
  guint blurred = 0, named = 0;

  if (paths->len == 0)
    {
      g_test_skip ("no real pictures: HEMOGRAM_SHARED_DATA names no folder that has them");
      return;
    }
  for (guint i = 0; i < paths->len; i++)
    {
      g_autoptr (HemoPixels) pixels = open_real (paths->pdata[i], HEMO_QUALITY_SIDE);
      const HemoQuality sharp = measure (pixels);

      g_assert_cmpuint (sharp.warnings & ~(1u << HEMO_WARNING_BLURRED), ==, 0);
      g_assert_cmpfloat (sharp.focus, >, 0.1);
      blurred += sharp.warnings != 0;
      blur_pixels (pixels, sigma);
      named += (measure (pixels).warnings & 1u << HEMO_WARNING_BLURRED) != 0;
    }
  g_test_message ("%s: %u pictures, %u soft, %u named when blurred", set, paths->len, blurred,
                  named);
  g_assert_cmpuint (blurred * 100, <=, soft * paths->len);
  g_assert_cmpuint (named * 100, >=, caught * paths->len);
}

static void
test_real_bccd (void)
{
  /* 23 of the 292 are soft to the eye as well. */
  check_real ("bccd", 12, 12, 5, 100);
}

static void
test_real_ankara (void)
{
  check_real ("ood_ankara", 3, 0, 4, 100);
}

static void
test_real_chula (void)
{
  check_real ("ood_chula", 4, 0, 4, 100);
}

static void
test_real_pbc (void)
{
  check_real ("ood_pbc", 12, 0, 4, 100);
}

/* A cheap camera with little contrast: none may be refused. */
static void
test_real_cheap (void)
{
  check_real ("ood_wbc5_chula", 1, 0, 8, 80);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/quality/drawn/light", test_drawn_light);
  g_test_add_func ("/quality/drawn/focus", test_drawn_focus);
  g_test_add_func ("/quality/drawn/cells", test_drawn_cells);
  g_test_add_func ("/quality/drawn/uneven", test_drawn_uneven);
  g_test_add_func ("/quality/drawn/clipped", test_drawn_clipped);
  g_test_add_func ("/quality/steady", test_steady);
  g_test_add_func ("/quality/edges", test_edges);
  g_test_add_func ("/quality/large", test_large);
  g_test_add_func ("/quality/words", test_words);
  g_test_add_func ("/quality/codes", test_codes);
  g_test_add_func ("/quality/real/bccd", test_real_bccd);
  g_test_add_func ("/quality/real/ankara", test_real_ankara);
  g_test_add_func ("/quality/real/chula", test_real_chula);
  g_test_add_func ("/quality/real/pbc", test_real_pbc);
  g_test_add_func ("/quality/real/cheap-camera", test_real_cheap);
  return g_test_run ();
}
