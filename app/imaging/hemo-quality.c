/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Focus, exposure and stain of a captured field. */

#include "hemo-quality.h"

#include "hemo-picture-private.h"
#include "hemo-quality-private.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

/* Brightness of the field, once smoothed against the sensor's noise. */
typedef struct
{
  int width;
  int height;
  guint8 *data;
} Grey;

static void
clear_grey (Grey *self)
{
  g_clear_pointer (&self->data, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Grey, clear_grey)

static void
fill_grey (Grey *self, const HemoPixels *pixels)
{
  const gsize n = (gsize)pixels->width * (gsize)pixels->height;
  const guint8 *p = pixels->data;

  self->width = pixels->width;
  self->height = pixels->height;
  self->data = g_malloc (n);
  /* Green: the stains absorb most there, and a sensor has most of its pixels for it. */
  for (gsize i = 0; i < n; i++, p += 3)
    self->data[i] = (guint8)((p[0] + 2 * p[1] + p[2] + 2) / 4);
}

/* 1 2 1 in both directions. */
static void
smooth (Grey *self)
{
  const int width = self->width, height = self->height;
  g_autofree guint8 *to = g_memdup2 (self->data, (gsize)width * height);

  for (int y = 1; y < height - 1; y++)
    for (int x = 1; x < width - 1; x++)
      {
        const guint8 *p = self->data + (gsize)y * width + x;
        const int above = p[-width - 1] + 2 * p[-width] + p[-width + 1];
        const int here = p[-1] + 2 * p[0] + p[1];
        const int below = p[width - 1] + 2 * p[width] + p[width + 1];
        to[(gsize)y * width + x] = (guint8)((above + 2 * here + below + 8) / 16);
      }
  memcpy (self->data, to, (gsize)width * height);
}

/* Level below which @share of the pixels lie. */
static int
find_level (const int *histogram, int total, double share)
{
  int sum = 0;

  for (int level = 0; level < 256; level++)
    {
      sum += histogram[level];
      if (sum >= share * total && sum > 0)
        return level;
    }
  return 255;
}

/* The light between the cells, each channel for itself. */
static void
find_light (const HemoPixels *pixels, double light[3], double *clipped)
{
  const int n = (int)pixels->width * pixels->height;
  int histogram[3][256] = { 0 };
  int burnt = 0;

  for (int i = 0; i < n; i++)
    {
      const guint8 *p = pixels->data + i * 3;
      for (int c = 0; c < 3; c++)
        histogram[c][p[c]]++;
      burnt += p[0] >= 254 && p[1] >= 254 && p[2] >= 254;
    }
  for (int c = 0; c < 3; c++)
    light[c] = MAX (1, find_level (histogram[c], n, 0.95));
  *clipped = (double)burnt / n;
}

/* The stain is measured on pixels shrunk to this side, which leaves the cells and takes the noise.
 */
#define STAIN_SIDE 160
/* Optical density in green from which something counts as stained: under that of a pale red cell.
 */
#define STAINED_FROM 0.035
/* A ninth of the field that is darker than this against the whole has no background of its own. */
#define LEAST_LIGHT 0.7

typedef struct
{
  double sum[3];
  int stained;
} Stain;

/* Adds the optical densities against @light of all that is stained. */
static void
add_stain (const HemoPixels *part, const double light[3], Stain *stain)
{
  const int n = part->width * part->height;
  double density[3][256];

  for (int c = 0; c < 3; c++)
    for (int level = 0; level < 256; level++)
      density[c][level] = MAX (0.0, log10 (light[c] / MAX (level, 1)));
  for (int i = 0; i < n; i++)
    {
      const guint8 *p = part->data + i * 3;
      if (density[1][p[1]] < STAINED_FROM)
        continue;
      stain->stained++;
      for (int c = 0; c < 3; c++)
        stain->sum[c] += density[c][p[c]];
    }
}

static HemoPixels *
cut_part (const HemoPixels *pixels, int part)
{
  const int left = part % 3 * pixels->width / 3, right = (part % 3 + 1) * pixels->width / 3;
  const int top = part / 3 * pixels->height / 3, bottom = (part / 3 + 1) * pixels->height / 3;
  HemoPixels *cut = hemo_pixels_new (right - left, bottom - top, NULL);

  for (int y = top; cut != NULL && y < bottom; y++)
    memcpy (hemo_pixels_row (cut, y - top), hemo_pixels_row (pixels, y) + 3 * left,
            3 * (gsize)cut->width);
  return cut;
}

/* Each of nine parts against its own light, so that uneven light is not taken for stain. */
static void
measure_stain (const HemoPixels *pixels, HemoQuality *quality)
{
  Stain stain = { 0 };
  double light[3], clipped;
  double *sum = stain.sum;

  find_light (pixels, light, &clipped);
  for (int part = 0; part < 9; part++)
    {
      g_autoptr (HemoPixels) cut = cut_part (pixels, part);
      double own[3];
      if (cut == NULL)
        continue;
      find_light (cut, own, &clipped);
      add_stain (cut, own[1] >= LEAST_LIGHT * light[1] ? own : light, &stain);
    }
  quality->coverage = stain.stained / ((double)pixels->width * pixels->height);
  if (stain.stained == 0)
    return;
  quality->stain = sum[1] / stain.stained;
  quality->blueness = log2 ((sum[0] + 0.01 * stain.stained) / (sum[2] + 0.01 * stain.stained));
}

/* Nine parts, the light in each the brightest tenth of its green. */
static double
measure_unevenness (const HemoPixels *pixels)
{
  double least = 255, most = 1;

  for (int part = 0; part < 9; part++)
    {
      const int left = part % 3 * pixels->width / 3, right = (part % 3 + 1) * pixels->width / 3;
      const int top = part / 3 * pixels->height / 3, bottom = (part / 3 + 1) * pixels->height / 3;
      int histogram[256] = { 0 }, n = 0;
      double level;
      for (int y = top; y < bottom; y++)
        for (int x = left; x < right; x++, n++)
          histogram[hemo_pixels_row (pixels, y)[3 * x + 1]]++;
      if (n == 0)
        continue;
      level = find_level (histogram, n, 0.95);
      least = MIN (least, level);
      most = MAX (most, level);
    }
  return MAX (0.0, 1 - least / most);
}

/* Limits, held against real fields by the tests. */
#define DARK_BELOW 100
#define BRIGHT_FROM 0.50
#define CLIPPED_FROM 0.30
#define PALE_BELOW 0.06
#define BLUE_FROM 1.5
#define RED_BELOW -2.8
#define UNEVEN_FROM 0.45
#define EMPTY_BELOW 0.03
#define NOTHING_BELOW 12

static guint
judge (const HemoQuality *quality, int spread)
{
  guint warnings = 0;

  if (quality->background < DARK_BELOW)
    warnings |= 1u << HEMO_WARNING_TOO_DARK;
  if (quality->clipped >= CLIPPED_FROM)
    warnings
        |= 1u << (quality->clipped > BRIGHT_FROM ? HEMO_WARNING_TOO_BRIGHT : HEMO_WARNING_CLIPPED);
  /* Of a field without contrast nothing else can be said. */
  if (spread < NOTHING_BELOW)
    return warnings | 1u << HEMO_WARNING_NOTHING_TO_SEE;
  if (quality->unevenness >= UNEVEN_FROM)
    warnings |= 1u << HEMO_WARNING_UNEVEN_LIGHT;
  /* Nor of the colours where they are burnt out. */
  if (quality->clipped >= CLIPPED_FROM)
    ;
  else if (quality->coverage < EMPTY_BELOW)
    warnings |= 1u << HEMO_WARNING_EMPTY_FIELD;
  else if (quality->stain < PALE_BELOW)
    warnings |= 1u << HEMO_WARNING_PALE_STAIN;
  else if (quality->blueness >= BLUE_FROM)
    warnings |= 1u << HEMO_WARNING_TOO_BLUE;
  else if (quality->blueness <= RED_BELOW)
    warnings |= 1u << HEMO_WARNING_TOO_RED;
  if (quality->focus < quality->focus_needed)
    warnings |= 1u << HEMO_WARNING_BLURRED;
  return warnings;
}

static int
measure_spread (const Grey *grey)
{
  const int n = (int)grey->width * grey->height;
  int histogram[256] = { 0 };

  for (int i = 0; i < n; i++)
    histogram[grey->data[i]]++;
  return find_level (histogram, n, 0.999) - find_level (histogram, n, 0.001);
}

static gboolean
measure_small (const HemoPixels *pixels, HemoQuality *quality, GError **error)
{
  g_autoptr (HemoPixels) small = NULL;
  int width = pixels->width, height = pixels->height;

  hemo_picture_fit (&width, &height, STAIN_SIDE);
  small = hemo_pixels_shrink (pixels, width, height, error);
  if (small == NULL)
    return FALSE;
  measure_stain (small, quality);
  return TRUE;
}

gboolean
hemo_quality_measure (const HemoPixels *pixels,
                      double focus_needed,
                      HemoQuality *quality,
                      GError **error)
{
  g_autoptr (HemoPixels) smaller = NULL;
  g_auto (Grey) grey = { 0 };
  HemoQuality found = { .focus_needed = focus_needed };
  double light[3];

  if (!(focus_needed >= 0 && focus_needed <= 1))
    {
      g_set_error_literal (error, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_INVALID,
                           "The focus that is needed lies between 0 and 1");
      return FALSE;
    }
  if (MAX (pixels->width, pixels->height) > HEMO_QUALITY_SIDE)
    {
      int width = pixels->width, height = pixels->height;
      hemo_picture_fit (&width, &height, HEMO_QUALITY_SIDE);
      smaller = hemo_pixels_shrink (pixels, width, height, error);
      if (smaller == NULL)
        return FALSE;
      pixels = smaller;
    }
  fill_grey (&grey, pixels);
  smooth (&grey);
  find_light (pixels, light, &found.clipped);
  found.background = light[1];
  found.focus = hemo_focus_measure (pixels);
  found.unevenness = measure_unevenness (pixels);
  if (!measure_small (pixels, &found, error))
    return FALSE;
  found.warnings = judge (&found, measure_spread (&grey));
  *quality = found;
  return TRUE;
}

static const struct
{
  const char *code;
  const char *advice;
} warning_words[HEMO_N_WARNINGS] = {
  [HEMO_WARNING_BLURRED] = { "blurred", N_ ("Focus again with the fine adjustment.") },
  [HEMO_WARNING_TOO_DARK]
  = { "too-dark", N_ ("Turn up the lamp, open the condenser or expose longer.") },
  [HEMO_WARNING_TOO_BRIGHT] = { "too-bright", N_ ("Turn down the lamp or expose shorter.") },
  [HEMO_WARNING_CLIPPED] = { "clipped", N_ ("Turn down the lamp or expose shorter.") },
  [HEMO_WARNING_PALE_STAIN] = { "pale-stain", N_ ("Stain longer or renew the stain.") },
  [HEMO_WARNING_TOO_BLUE] = { "too-blue", N_ ("Check the buffer's pH and the white balance.") },
  [HEMO_WARNING_TOO_RED] = { "too-red", N_ ("Check the buffer's pH and the white balance.") },
  [HEMO_WARNING_UNEVEN_LIGHT] = { "uneven-light", N_ ("Centre the lamp and the condenser.") },
  [HEMO_WARNING_EMPTY_FIELD]
  = { "empty-field", N_ ("Move to a part of the smear where cells lie.") },
  [HEMO_WARNING_NOTHING_TO_SEE]
  = { "nothing-to-see", N_ ("Check the slide, the light path and the camera.") },
};

const char *
hemo_warning_get_code (HemoWarning warning)
{
  g_return_val_if_fail ((guint)warning < HEMO_N_WARNINGS, NULL);
  return warning_words[warning].code;
}

const char *
hemo_warning_get_advice (HemoWarning warning)
{
  g_return_val_if_fail ((guint)warning < HEMO_N_WARNINGS, NULL);
  return warning_words[warning].advice;
}

char *
hemo_quality_describe (const HemoQuality *quality, HemoWarning warning)
{
  switch (warning)
    {
    case HEMO_WARNING_BLURRED:
      /* Rounded down, so that 0.449 does not read as what is needed. */
      return g_strdup_printf (N_ ("Out of focus: %.2f, needs %.2f."),
                              floor (quality->focus * 100) / 100, quality->focus_needed);
    case HEMO_WARNING_TOO_DARK:
      return g_strdup_printf (N_ ("Too dark: the background has %.0f of 255."),
                              quality->background);
    case HEMO_WARNING_TOO_BRIGHT:
      return g_strdup_printf (N_ ("Too bright: %.0f %% of the field is burnt out."),
                              quality->clipped * 100);
    case HEMO_WARNING_CLIPPED:
      return g_strdup_printf (N_ ("Part of the field is burnt out: %.0f %%."),
                              quality->clipped * 100);
    case HEMO_WARNING_PALE_STAIN:
      return g_strdup_printf (N_ ("The stain is pale: density %.2f, needs %.2f."),
                              floor (quality->stain * 100) / 100, ceil (PALE_BELOW * 100) / 100);
    case HEMO_WARNING_TOO_BLUE:
      return g_strdup (N_ ("The stain or the light is too blue."));
    case HEMO_WARNING_TOO_RED:
      return g_strdup (N_ ("The stain or the light is too red."));
    case HEMO_WARNING_UNEVEN_LIGHT:
      return g_strdup_printf (N_ ("The light is uneven: %.0f %% darker at one side."),
                              quality->unevenness * 100);
    case HEMO_WARNING_EMPTY_FIELD:
      return g_strdup (N_ ("There are hardly any cells in this field."));
    case HEMO_WARNING_NOTHING_TO_SEE:
      return g_strdup (N_ ("There is nothing to see in this field."));
    case HEMO_N_WARNINGS:
      break;
    }
  g_return_val_if_reached (NULL);
}

char *
hemo_quality_dup_codes (const HemoQuality *quality)
{
  GString *codes = g_string_new (NULL);

  for (int i = 0; i < HEMO_N_WARNINGS; i++)
    if (quality->warnings & 1u << i)
      g_string_append_printf (codes, "%s%s", codes->len > 0 ? "," : "", warning_words[i].code);
  return g_string_free (codes, FALSE);
}

gboolean
hemo_quality_parse_codes (const char *codes, guint *warnings, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (codes != NULL ? codes : "", ",", HEMO_N_WARNINGS + 1);
  guint found = 0;

  for (guint p = 0; parts[p] != NULL; p++)
    {
      int i = 0;
      while (i < HEMO_N_WARNINGS && strcmp (parts[p], warning_words[i].code) != 0)
        i++;
      if (i == HEMO_N_WARNINGS)
        {
          g_set_error_literal (error, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_INVALID,
                               "A picture's warnings hold a code that is not known");
          return FALSE;
        }
      found |= 1u << i;
    }
  *warnings = found;
  return TRUE;
}
