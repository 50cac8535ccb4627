/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The cells that were found on one field, and what a person made of them. Nothing of it counts
 * before a person has accepted the field. */

#pragma once

#include "hemo-differential.h"

G_BEGIN_DECLS

/* On one field; also of a whole sensor at x40. */
#define HEMO_FIELD_CELLS_MAX 5000

typedef enum
{
  HEMO_CELL_RED,
  HEMO_CELL_WHITE,
  HEMO_CELL_PLATELET,
  HEMO_N_CELL_KINDS,
} HemoCellKind;

/* 'RBC', 'WBC', 'Platelets' (static) */
const char *hemo_cell_kind_get_name (HemoCellKind kind);

/**
 * HemoFoundChange:
 * @HEMO_FOUND_AS_IS: as the program found it
 * @HEMO_FOUND_CHANGED: a person gave it another kind or class
 * @HEMO_FOUND_TAKEN_BACK: a person said that it is none
 * @HEMO_FOUND_ADDED: by a person, where the program had found nothing
 */
typedef enum
{
  HEMO_FOUND_AS_IS,
  HEMO_FOUND_CHANGED,
  HEMO_FOUND_TAKEN_BACK,
  HEMO_FOUND_ADDED,
  HEMO_FOUND_CHANGES,
} HemoFoundChange;

/* No class was suggested, or told. */
#define HEMO_CELL_CLASS_NONE (-1)

/**
 * HemoFoundCell:
 * @number: on its field, from 1, never used twice
 * @x: pixels of the picture upright, from its top left
 * @confidence: 0 to 1, as the program told it; 1 of one that a person added
 * @at_far_edge: whether it touches the right or the lower edge of the field
 * @cell_class: of a white cell as it stands, a #HemoCellClass or %HEMO_CELL_CLASS_NONE
 * @suggested: what the program suggested, the same
 * @probability: of @suggested, 0 to 1; 0 where it is a guess
 * @by: UUID of who changed it last; NULL as it was found
 * @detector: what found it, where that is another than the field's: hemo_field_cells_get_detector()
 * @program: of @detector; NULL where that is
 */
typedef struct
{
  int number;
  HemoCellKind kind;
  double x;
  double y;
  double width;
  double height;
  double confidence;
  gboolean at_far_edge;
  int cell_class;
  int suggested;
  double probability;
  HemoFoundChange change;
  char *by;
  HemoTime at;
  char *detector;
  char *program;
} HemoFoundCell;

/**
 * HemoFieldCells:
 * @image: UUID
 * @width: pixels of the picture upright
 * @micrometres_per_pixel: of the calibration; 0 where there is none
 * @threshold: confidence below which nothing was shown
 * @warnings: codes of hemo-detect.h joined by ',', or NULL
 * @detector: what found them, with the hash of its weights: 'cells 3 (sha256 0123456789ab)'; it
 *   looked last, and single cells may be from before
 * @program: version of the program that found them
 * @cells: (element-type HemoFoundCell)
 * @accepted_by: UUID; NULL while nobody has
 * @accepted_name: or NULL where it is not known
 */
typedef struct
{
  char *image;
  int width;
  int height;
  double micrometres_per_pixel;
  double threshold;
  char *warnings;
  char *detector;
  char *program;
  GPtrArray *cells;
  char *accepted_by;
  char *accepted_name;
  HemoTime accepted_at;
  gint64 version;
} HemoFieldCells;

HemoFieldCells *hemo_field_cells_new (const char *image, int width, int height);
HemoFieldCells *hemo_field_cells_copy (const HemoFieldCells *self);
void hemo_field_cells_free (HemoFieldCells *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoFieldCells, hemo_field_cells_free)

/* As found: with the next number, no class. The place is cut at the picture's edges. (transfer
 * none) */
HemoFoundCell *hemo_field_cells_append (
    HemoFieldCells *self, HemoCellKind kind, double x, double y, double width, double height);
/* The same, by a person. (transfer none) */
HemoFoundCell *hemo_field_cells_add (
    HemoFieldCells *self, HemoCellKind kind, double x, double y, double width, double height);
/* NULL when there is none. (transfer none) */
HemoFoundCell *hemo_field_cells_find (const HemoFieldCells *self, int number);

/* What a person does to a cell. One that was added and is taken back can be brought back as well;
 * what it was is in the record's history. */
void hemo_found_cell_take_back (HemoFoundCell *self, gboolean taken_back);
/* A kind that is no white cell has no class. */
void hemo_found_cell_set_kind (HemoFoundCell *self, HemoCellKind kind);
void hemo_found_cell_set_class (HemoFoundCell *self, int cell_class);

/**
 * hemo_field_cells_carry_over:
 * @self: as they are found now
 * @before: of the same picture, until now
 * @counted: (nullable): numbers of @before that stand in a count, by GINT_TO_POINTER()
 *
 * Looking again loses nothing that a person said: what somebody added, changed or took back, and
 * what is counted, is put into @self with its number, and what was found at the same place is left
 * out. What was put there is still what found it then. The others get numbers that @before never
 * had. Takes the version of @before; who accepted that has not accepted this. Returns how many were
 * put there.
 */
int hemo_field_cells_carry_over (HemoFieldCells *self,
                                 const HemoFieldCells *before,
                                 GHashTable *counted);
/* How many of them hemo_field_cells_carry_over() would put there. */
int hemo_field_cells_count_said (const HemoFieldCells *self, GHashTable *counted);

/* What found @cell, and the version of the program; NULL of one that a person added. (transfer
 * none)
 */
const char *hemo_field_cells_get_detector (const HemoFieldCells *self, const HemoFoundCell *cell);
const char *hemo_field_cells_get_program (const HemoFieldCells *self, const HemoFoundCell *cell);

/* Whether it stands: not taken back, and as sure as @threshold asks or made by a person. */
gboolean hemo_field_cells_stands (const HemoFieldCells *self, const HemoFoundCell *cell);

/**
 * hemo_field_cells_count:
 *
 * Cells of @kind that stand, by the half-edge rule: one that touches the right or the lower edge of
 * the field is left to the field beside it, one that touches the left or the upper edge belongs to
 * this one. Source: H. J. G. Gundersen, Journal of Microscopy 111 (1977) 219-223, for fields.
 */
int hemo_field_cells_count (const HemoFieldCells *self, HemoCellKind kind);

/* Refuses places beyond the picture, numbers that are used twice, a class that is none, more cells
 * than %HEMO_FIELD_CELLS_MAX, and cells without a detector that a person did not add. */
gboolean hemo_field_cells_validate (const HemoFieldCells *self, GError **error);

/* All but image, version and who accepted. (transfer full) */
char *hemo_field_cells_to_json (const HemoFieldCells *self);
/* @length: bytes, at most 4 MiB. What a newer version added is passed over. (transfer full) */
HemoFieldCells *
hemo_field_cells_from_json (const char *image, const char *json, gsize length, GError **error);

/* Half micrometres from 0; what is larger is in the last. */
#define HEMO_CELL_BINS 32

/**
 * HemoCellStats:
 * @fields: that were added
 * @counts: cells of each kind, by the half-edge rule
 * @measured: red cells that lie wholly in a field with a calibration
 * @mean: of their diameter in micrometres; NAN when none was measured
 * @spread: standard deviation of the diameter (n - 1) in micrometres; NAN below two cells
 * @area: mean, in square micrometres, of the ellipse in the box; NAN when none was measured
 * @histogram: of the diameter, half a micrometre each
 *
 * Of red cells. The diameter is that of the circle of the same area as the ellipse in the box.
 */
typedef struct
{
  int fields;
  int counts[HEMO_N_CELL_KINDS];
  int measured;
  double mean;
  double spread;
  double area;
  int histogram[HEMO_CELL_BINS];
  double squares;
} HemoCellStats;

void hemo_cell_stats_init (HemoCellStats *self);
/* Adds what stands on a field, whether it was accepted or not. Running mean and squares: B. P.
 * Welford, Technometrics 4 (1962) 419-420. */
void hemo_cell_stats_add (HemoCellStats *self, const HemoFieldCells *cells);

/**
 * hemo_cell_stats_ratio:
 * @kind: white cells or platelets
 * @low: (out): of the 95 % interval
 * @high: (out): INFINITY when no cell of @kind was seen
 *
 * Red cells for each cell of @kind. Both are Poisson counts, so that the share of the one in their
 * sum is binomial (J. Przyborowski, H. Wilenski, Biometrika 31 (1940) 313-323); its interval is
 * Wilson's (JASA 22 (1927) 209-212), and is turned into one of the ratio. FALSE when neither was
 * counted; @ratio is INFINITY when no cell of @kind was.
 */
gboolean hemo_cell_stats_ratio (
    const HemoCellStats *self, HemoCellKind kind, double *ratio, double *low, double *high);

G_END_DECLS
