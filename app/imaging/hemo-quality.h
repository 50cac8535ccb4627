/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whether a captured field is worth keeping: focus, exposure and stain, and in words what is wrong.
 */

#pragma once

#include "hemo-pixels.h"

G_BEGIN_DECLS

/* Below this a field counts as out of focus; a clinic may set another. */
#define HEMO_QUALITY_FOCUS_NEEDED 0.45

/* Longest side of the pixels that are measured: decode to this with hemo_picture_decode(). */
#define HEMO_QUALITY_SIDE 1280

/**
 * HemoWarning:
 *
 * What is wrong with a field. The code of each, as kept in #HemoImage.warnings, is
 * hemo_warning_get_code().
 */
typedef enum
{
  HEMO_WARNING_BLURRED,
  HEMO_WARNING_TOO_DARK,
  HEMO_WARNING_TOO_BRIGHT,
  HEMO_WARNING_CLIPPED,
  HEMO_WARNING_PALE_STAIN,
  HEMO_WARNING_TOO_BLUE,
  HEMO_WARNING_TOO_RED,
  HEMO_WARNING_UNEVEN_LIGHT,
  HEMO_WARNING_EMPTY_FIELD,
  HEMO_WARNING_NOTHING_TO_SEE,
  HEMO_N_WARNINGS,
} HemoWarning;

/**
 * HemoQuality:
 * @focus: 0 (nothing sharp) to 1
 * @focus_needed: what it was held against
 * @background: brightness of the light between the cells, 0 to 255
 * @clipped: share of the pixels that are burnt out in all channels, 0 to 1
 * @unevenness: how much darker the darkest of nine parts of the field is than the brightest, 0 to 1
 * @stain: mean optical density of what is stained, in green
 * @blueness: log2 of how much more of red than of blue light the stained parts and background hold
 * back; positive is blue
 * @coverage: share of the field that is stained, 0 to 1
 * @warnings: a bit for each #HemoWarning
 */
typedef struct
{
  double focus;
  double focus_needed;
  double background;
  double clipped;
  double unevenness;
  double stain;
  double blueness;
  double coverage;
  guint warnings;
} HemoQuality;

/**
 * hemo_quality_measure:
 * @pixels: at most HEMO_QUALITY_SIDE a side, for speed; larger ones are made smaller
 * @focus_needed: 0 to 1, as HEMO_QUALITY_FOCUS_NEEDED; 0 never warns
 *
 * Focus: the width of the edges, from how much steeper they are in a slightly blurred picture than
 * in a much blurred one (two scales, after S. Zhuo and T. Sim, 'Defocus map estimation from a
 * single image', Pattern Recognition 44, 2011). It is held against pixels and cells alike, as the
 * geometric mean of its ratio to both: at low magnification the pixel limits, at high the optics.
 * Stain, light and noise hardly change it, and it never drops to 0 where there are edges at all.
 */
gboolean hemo_quality_measure (const HemoPixels *pixels,
                               double focus_needed,
                               HemoQuality *quality,
                               GError **error);

/* 'blurred', 'too-dark', … (static) */
const char *hemo_warning_get_code (HemoWarning warning);
/* One sentence for people, with what was measured: 'Out of focus: 0.31, needs 0.45.' (transfer
 * full) */
char *hemo_quality_describe (const HemoQuality *quality, HemoWarning warning);
/* What to do about it: 'Focus again with the fine adjustment.' (static) */
const char *hemo_warning_get_advice (HemoWarning warning);

/* Codes joined by ',', empty when all is well. (transfer full) */
char *hemo_quality_dup_codes (const HemoQuality *quality);
/* Bits of the codes in @codes (NULL is none). Fails with %HEMO_IMAGING_ERROR_INVALID when one is
 * not known. */
gboolean hemo_quality_parse_codes (const char *codes, guint *warnings, GError **error);

G_END_DECLS
