/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A captured field of a smear, and what was measured on it. The pixels live sealed in a file. */

#pragma once

#include "hemo-mark.h"

G_BEGIN_DECLS

/**
 * HemoImage:
 * @specimen: UUID of the slide (or of the tube, when no slide was registered)
 * @field: number of the field on this specimen, from 1
 * @media_type: 'image/jpeg' or 'image/png'
 * @width: pixels, as stored, before @orientation
 * @orientation: EXIF 1 to 8, how the pixels are to be turned
 * @bytes: size of the captured file
 * @sha256: of the captured bytes, lower-case hexadecimal
 * @sealed_sha256: of the sealed file
 * @sealed_bytes: size of the sealed file
 * @objective: name of the objective ('x100 oil'), or NULL
 * @micrometres_per_pixel: from its calibration; 0 if not calibrated
 * @focus: 0 (nothing to see) to 1, see hemo-quality.h; negative if not measured
 * @warnings: codes of hemo-quality.h joined by ','; empty when all was well, or NULL
 * @kept_anyway: whether it was kept in spite of warnings
 * @captured_by: UUID of the user
 * @captured_on: UUID of the installation
 * @in_report: whether it is printed
 * @note: or NULL
 * @marks: (nullable) (element-type HemoMark): what people drew on it, in the order in which it is
 *   drawn
 * @marks_damaged: there is a list of them that cannot be read; @marks is NULL then, and that is no
 *   word that there are none
 */
typedef struct
{
  char *uuid;
  char *specimen;
  int field;
  char *media_type;
  int width;
  int height;
  int orientation;
  gint64 bytes;
  char *sha256;
  char *sealed_sha256;
  gint64 sealed_bytes;
  char *objective;
  double micrometres_per_pixel;
  double focus;
  char *warnings;
  gboolean kept_anyway;
  char *captured_by;
  char *captured_on;
  HemoTime captured_at;
  gboolean in_report;
  gboolean entered_in_error;
  char *note;
  GPtrArray *marks;
  gboolean marks_damaged;
  gint64 version;
} HemoImage;

HemoImage *hemo_image_new (const char *specimen);
HemoImage *hemo_image_copy (const HemoImage *self);
void hemo_image_free (HemoImage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoImage, hemo_image_free)

G_END_DECLS
