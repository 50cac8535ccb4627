/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whether a field is like those that the detector was trained on, and what is said when not. */

#include "hemo-detect-private.h"
#include "hemo-quality.h"

#include <glib/gi18n.h>
#include <string.h>

/* What the training made of its fields: resources/detector/train.py, shade() and restain(). */
#define LIGHT_LEAST 40.0
#define SHADING_MOST 0.85
#define CAST_MOST 4.5
#define DENSITY_LEAST 0.05
#define DENSITY_MOST 1.5
/* As HemoQuality.focus, in a field whose red cells have 28 pixels. */
#define FOCUS_LEAST 0.3
#define FOCUS_SIDE 240

typedef struct
{
  const char *code;
  const char *advice;
} Words;

static const Words words[HEMO_N_DETECT_WARNINGS] = {
  [HEMO_DETECT_NOT_A_SMEAR]
  = { "not-a-smear", N_ ("This does not look like a stained blood smear: most of what is there is "
                         "no cell. Nothing is marked.") },
  [HEMO_DETECT_NOTHING_TO_SEE]
  = { "nothing-to-see", N_ ("There is nothing to see: too small, too dark or all of one colour. "
                            "Nothing is marked.") },
  [HEMO_DETECT_SCALE_ESTIMATED]
  = { "scale-estimated", N_ ("The scale is not known; it was taken from the size of the red cells "
                             "themselves. Calibrate the microscope.") },
  [HEMO_DETECT_SCALE_UNKNOWN]
  = { "scale-unknown", N_ ("The scale is not known and could not be taken from the picture. "
                           "Nothing is marked; calibrate the microscope or say the scale.") },
  [HEMO_DETECT_SCALE_OUTSIDE]
  = { "scale-outside", N_ ("Red cells have too few or too many pixels at this scale. Nothing is "
                           "marked; use another objective or check the scale.") },
  [HEMO_DETECT_SCALE_DOUBTFUL]
  = { "scale-doubtful", N_ ("The cells found have not the size that the scale lets expect. Check "
                            "the objective and the calibration.") },
  [HEMO_DETECT_BLURRED] = { "blurred", N_ ("The picture is less sharp than what the detector "
                                           "knows. Focus again, or count by eye.") },
  [HEMO_DETECT_SHADED] = { "shaded", N_ ("The light is more uneven than what the detector knows. "
                                         "Centre the condenser, or count by eye.") },
  [HEMO_DETECT_DARK]
  = { "dark",
      N_ ("There is less light than what the detector knows. Give more light, or count by eye.") },
  [HEMO_DETECT_COLOUR]
  = { "colour", N_ ("Stain or light have a colour or strength that the detector does not know. Set "
                    "the white balance, or count by eye.") },
  [HEMO_DETECT_METHODS_DISAGREE]
  = { "methods-disagree", N_ ("A second method counts quite another number of red cells. Look at "
                              "the marks with care.") },
  [HEMO_DETECT_CLASSICAL]
  = { "classical",
      N_ ("Found by the classical method, which is less exact than the trained one.") },
  [HEMO_DETECT_TYPES_GUESSED]
  = { "types-guessed", N_ ("The white cells are stained unlike those that their types were learnt "
                           "from. A type with a question mark is a guess.") },
};

const char *
hemo_detect_warning_get_code (HemoDetectWarning warning)
{
  g_return_val_if_fail ((guint)warning < HEMO_N_DETECT_WARNINGS, NULL);
  return words[warning].code;
}

const char *
hemo_detect_warning_get_advice (HemoDetectWarning warning)
{
  g_return_val_if_fail ((guint)warning < HEMO_N_DETECT_WARNINGS, NULL);
  return words[warning].advice;
}

/* Brightest and darkest light of five by five places, for each channel together. */
static guint
check_light (const HemoLight *light)
{
  double most = 0, least = 1000, sums[3] = { 0 };
  guint warnings = 0;

  for (int j = 0; j < 5; j++)
    for (int i = 0; i < 5; i++)
      {
        double channels[3], all = 0;

        hemo_light_at (light, 0.02 + 0.24 * i, 0.02 + 0.24 * j, channels);
        for (int c = 0; c < 3; c++)
          {
            all += channels[c] / 3;
            sums[c] += channels[c] / 25;
          }
        most = MAX (most, all);
        least = MIN (least, all);
      }
  if (most < LIGHT_LEAST)
    warnings |= 1u << HEMO_DETECT_DARK;
  if (1 - least / most > SHADING_MOST)
    warnings |= 1u << HEMO_DETECT_SHADED;
  if (MAX (sums[0], MAX (sums[1], sums[2])) / MIN (sums[0], MIN (sums[1], sums[2])) > CAST_MOST)
    warnings |= 1u << HEMO_DETECT_COLOUR;
  return warnings;
}

/* The focus of the middle tells that of the field. */
static double
measure_focus (const HemoPixels *pixels)
{
  const int width = MIN (pixels->width, FOCUS_SIDE), height = MIN (pixels->height, FOCUS_SIDE);
  const int left = (pixels->width - width) / 2, top = (pixels->height - height) / 2;
  g_autoptr (HemoPixels) part = hemo_pixels_new (width, height, NULL);
  HemoQuality quality;

  for (int y = 0; part != NULL && y < height; y++)
    memcpy (hemo_pixels_row (part, y), hemo_pixels_row (pixels, top + y) + 3 * (gsize)left,
            3 * (gsize)width);
  if (part == NULL || !hemo_quality_measure (part, FOCUS_LEAST, &quality, NULL))
    return 1;
  return quality.focus;
}

guint
hemo_detect_check_field (const HemoField *field, const HemoClassic *classic)
{
  guint warnings = check_light (&field->light);

  if (classic->coverage > 0.02
      && (classic->density < DENSITY_LEAST || classic->density > DENSITY_MOST))
    warnings |= 1u << HEMO_DETECT_COLOUR;
  /* Sharpness beyond what the detector sees is of no use to it. */
  if (measure_focus (field->pixels) < FOCUS_LEAST)
    warnings |= 1u << HEMO_DETECT_BLURRED;
  return warnings;
}
