/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Finds red cells, white cells and platelets on a field. What it finds are suggestions for a person
 * to confirm; it names no disease and counts nothing that goes into a report by itself. */

#pragma once

#include "hemo-field-cells.h"
#include "hemo-pixels.h"
#include "hemo-specimen.h"

G_BEGIN_DECLS

/* Types of white cells, in the order of the probabilities. */
typedef enum
{
  HEMO_WHITE_NEUTROPHIL,
  HEMO_WHITE_EOSINOPHIL,
  HEMO_WHITE_BASOPHIL,
  HEMO_WHITE_LYMPHOCYTE,
  HEMO_WHITE_MONOCYTE,
  HEMO_WHITE_OTHER,
  HEMO_N_WHITE_TYPES,
} HemoWhiteType;

/**
 * HemoCell:
 * @x: pixels of the picture from its left edge to that of the cell, and so on
 * @confidence: 0 to 1
 * @counted: by the half-edge rule: a cell that touches the right or the lower edge of the field is
 * left to the field beside it, one that touches the left or the upper edge belongs to this one
 * @type: of a white cell the most probable
 * @types: of a white cell, the probability of each type; together 1. All 0 when it cannot be told.
 * @sure: whether @type may be proposed as what it is; else it is a guess: the cell is stained
 * unlike those that the types were learnt from, or no type is much more probable than the others
 */
typedef struct
{
  HemoCellKind kind;
  double x;
  double y;
  double width;
  double height;
  double confidence;
  gboolean counted;
  HemoWhiteType type;
  double types[HEMO_N_WHITE_TYPES];
  gboolean sure;
} HemoCell;

/**
 * HemoDetectWarning:
 * @HEMO_DETECT_NOT_A_SMEAR: what is there is not explained by cells; nothing is shown
 * @HEMO_DETECT_NOTHING_TO_SEE: too small, all of one colour or too dark; nothing is shown
 * @HEMO_DETECT_SCALE_ESTIMATED: no scale was given; it was taken from the cells themselves
 * @HEMO_DETECT_SCALE_UNKNOWN: no scale was given, and none could be found; nothing is shown
 * @HEMO_DETECT_SCALE_OUTSIDE: red cells have too few or too many pixels; nothing is shown
 * @HEMO_DETECT_SCALE_DOUBTFUL: the cells found have not the size that the scale lets expect
 * @HEMO_DETECT_BLURRED: less sharp than what it was trained on
 * @HEMO_DETECT_SHADED: more shading than what it was trained on
 * @HEMO_DETECT_DARK: less light than what it was trained on
 * @HEMO_DETECT_COLOUR: stain or colour unlike all that it was trained on
 * @HEMO_DETECT_METHODS_DISAGREE: the classical method counts quite another number of red cells
 * @HEMO_DETECT_CLASSICAL: found by the classical method, which is less exact
 * @HEMO_DETECT_TYPES_GUESSED: white cells are stained unlike those that the types were learnt from
 */
typedef enum
{
  HEMO_DETECT_NOT_A_SMEAR,
  HEMO_DETECT_NOTHING_TO_SEE,
  HEMO_DETECT_SCALE_ESTIMATED,
  HEMO_DETECT_SCALE_UNKNOWN,
  HEMO_DETECT_SCALE_OUTSIDE,
  HEMO_DETECT_SCALE_DOUBTFUL,
  HEMO_DETECT_BLURRED,
  HEMO_DETECT_SHADED,
  HEMO_DETECT_DARK,
  HEMO_DETECT_COLOUR,
  HEMO_DETECT_METHODS_DISAGREE,
  HEMO_DETECT_CLASSICAL,
  HEMO_DETECT_TYPES_GUESSED,
  HEMO_N_DETECT_WARNINGS,
} HemoDetectWarning;

/**
 * HemoDetection:
 * @cells: (element-type HemoCell): what is shown by default, red cells first, the surest first; no
 * red cells of which less than a fifth lies within the field
 * @warnings: a bit for each #HemoDetectWarning
 * @micrometres_per_pixel: that was given or estimated; 0 when neither
 * @classical_red_cells: red cells that the classical method counts; -1 when it was not asked
 */
typedef struct
{
  GArray *cells;
  guint warnings;
  double micrometres_per_pixel;
  int classical_red_cells;
} HemoDetection;

void hemo_detection_free (HemoDetection *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoDetection, hemo_detection_free)

/* Of @kind; all when @counted is FALSE, else those of the half-edge rule. */
guint hemo_detection_count (const HemoDetection *self, HemoCellKind kind, gboolean counted);

typedef struct _HemoDetector HemoDetector;

/**
 * hemo_detector_new:
 * @weights: (nullable): a file of weights; NULL for those that the program was built with
 *
 * Checks the hash of the weights. Fails as hemo_network_new(). May be used by several threads at
 * once. (transfer full)
 */
HemoDetector *hemo_detector_new (GBytes *weights, GError **error);
/* Without weights: the classical method alone, with HEMO_DETECT_CLASSICAL set on all it finds.
 * (transfer full) */
HemoDetector *hemo_detector_new_classical (void);
void hemo_detector_free (HemoDetector *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoDetector, hemo_detector_free)

/* 'cells 3 (sha256 0123456789ab)', or 'classical 1': what a report says about where the marks came
 * from. (transfer none) */
const char *hemo_detector_get_name (const HemoDetector *self);

/**
 * hemo_detector_run:
 * @micrometres_per_pixel: from the calibration; 0 when it is not known
 *
 * What is wrong with the picture is told by the warnings of the result. Fails with
 * %HEMO_IMAGING_ERROR_INVALID when the scale is below 0, beyond what a microscope has or no number,
 * and with _FAILED when there is no memory. (transfer full)
 */
HemoDetection *hemo_detector_run (const HemoDetector *self,
                                  const HemoPixels *pixels,
                                  double micrometres_per_pixel,
                                  GError **error);

/* Whether what is in a specimen of @type is anything that the detector was trained on: thick films
 * and bone marrow are not (resources/detector/MODEL_CARD.md). */
gboolean hemo_detect_is_for (HemoSpecimenType type);
/* Whether one of a set of warnings says that light, focus, colour or scale lie outside of what it
 * was trained on: what it marked is then no more than a hint. */
gboolean hemo_detect_is_outside (guint warnings);

/* 'neutrophil' … 'other' (static) */
const char *hemo_white_type_get_name (HemoWhiteType type);
/* 'not-a-smear' … (static) */
const char *hemo_detect_warning_get_code (HemoDetectWarning warning);
/* One sentence for people: what it means for the marks, and what to do. (static) */
const char *hemo_detect_warning_get_advice (HemoDetectWarning warning);
/* The codes of a set of warnings joined by ',', and back; what is not known is passed over.
 * (transfer full) */
char *hemo_detect_warnings_to_codes (guint warnings);
guint hemo_detect_warnings_from_codes (const char *codes);

/* What a white cell of @type is counted as until a person says otherwise. */
HemoCellClass hemo_white_type_get_class (HemoWhiteType type);

/**
 * hemo_detection_to_field_cells:
 * @image: UUID
 * @width: of the picture upright, as it was looked at
 * @calibrated: micrometres per pixel of the calibration; 0 where there is none. One that was
 *   estimated from the cells themselves measures nothing.
 * @program: version of this program
 *
 * As they are shown to a person, who has accepted none of them yet. (transfer full)
 */
HemoFieldCells *hemo_detection_to_field_cells (const HemoDetection *self,
                                               const HemoDetector *detector,
                                               const char *image,
                                               int width,
                                               int height,
                                               double calibrated,
                                               const char *program);

G_END_DECLS
