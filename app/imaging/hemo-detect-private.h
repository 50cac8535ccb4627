/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the files of hemo-detect share. */

#pragma once

#include "hemo-detect-field-private.h"
#include "hemo-detect.h"
#include "hemo-network-private.h"

G_BEGIN_DECLS

/* Pixels that a red cell may have across in the picture as it is. */
#define HEMO_DETECT_RED_CELL_LEAST 12.0
#define HEMO_DETECT_RED_CELL_MOST 600.0

/**
 * HemoCellMark:
 * @x0: left edge, in pixels of the small field
 * @confidence: 0 to 1
 */
typedef struct
{
  HemoCellKind kind;
  float x0;
  float y0;
  float x1;
  float y1;
  float confidence;
} HemoCellMark;

/**
 * HemoField:
 * @pixels: (owned): the field with red cells about HEMO_FIELD_RED_CELL across
 */
typedef struct
{
  HemoPixels *pixels;
  HemoLight light;
} HemoField;

/* Shared part of two marks in what both cover together, 0 to 1. */
float hemo_mark_overlap (const HemoCellMark *a, const HemoCellMark *b);

/* Drops what is found twice: the surest first, then none of the same kind that shares too much with
 * one that is kept. */
void hemo_marks_thin (GArray *marks);

/**
 * hemo_marks_find:
 * @least: (array fixed-size=3): confidence from which marks of each kind are kept
 *
 * All cells that the network sees, in parts, so that memory does not grow with the field. NULL when
 * there is no memory. (element-type HemoCellMark) (transfer full)
 */
GArray *hemo_marks_find (const HemoNetwork *network,
                         HemoSimd simd,
                         const HemoField *field,
                         const double least[HEMO_N_CELL_KINDS]);

/**
 * HemoClassic:
 * @marks: (element-type HemoCellMark) (owned)
 * @red_cell: pixels that a red cell has across, by the widest circles that fit into what is
 * stained; 0 when nothing is
 * @covered: (owned): a byte a pixel of the small field, other than 0 where it is stained
 * @coverage: share of the field that is stained
 * @density: mean optical density in green where it is stained
 */
typedef struct
{
  GArray *marks;
  double red_cell;
  guint8 *covered;
  double coverage;
  double density;
} HemoClassic;

/**
 * hemo_classic_run:
 * @red_cell: pixels that a red cell has across; 0 when it is not known, then there are no marks
 *
 * Optical density, Otsu's threshold (IEEE Trans. SMC 9, 1979), distance transform, watershed.
 */
void hemo_classic_run (const HemoField *field, double red_cell, HemoClassic *classic);
void hemo_classic_clear (HemoClassic *self);

/**
 * hemo_scale_estimate:
 *
 * Pixels that a red cell of @pixels has across: by the classical method, then held against what the
 * network finds. 0 when it cannot be told, negative when there is no memory.
 */
double hemo_scale_estimate (const HemoNetwork *network, HemoSimd simd, const HemoPixels *pixels);

/* A field with red cells of @red_cell pixels made small; FALSE when that has no sense or there is
 * no memory. */
gboolean
hemo_field_prepare (const HemoPixels *pixels, double red_cell, HemoField *field, GError **error);
void hemo_field_clear (HemoField *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HemoField, hemo_field_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HemoClassic, hemo_classic_clear)

/* Warnings of light, colour and sharpness of a field. */
guint hemo_detect_check_field (const HemoField *field, const HemoClassic *classic);

/* For tests: another kind of processor than the best. */
void hemo_detector_set_simd (HemoDetector *self, HemoSimd simd);

G_END_DECLS
