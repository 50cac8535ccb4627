/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From a picture to cells. */

#include "hemo-detect-private.h"
#include "hemo-detect-stain-private.h"

#include "hemo-calibration.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

/* Pictures with a shorter side tell nothing. */
#define SIDE_LEAST 16
/* Pixels of the small field beyond which the scale must be wrong: 30,000 red cells side by side. */
#define FIELD_MOST 24000000.0
/* Share of what is stained that cells must explain, where so much is stained. */
#define EXPLAINED_LEAST 0.35
#define COVERAGE_TOLD 0.04
/* No stain holds back so much light on the whole; ink and shadows do. */
#define DENSITY_TOLD 1.7
/* The temperature of types beside that of the weights, where the stain is not a known one. */
#define STRANGE_TEMPERATURE 3.35
/* The probability below which a type is a guess: of what was said with less, most was wrong. */
#define SURE_FROM 0.6

struct _HemoDetector
{
  HemoNetwork *network;
  HemoSimd simd;
  char *name;
};

const char *
hemo_white_type_get_name (HemoWhiteType type)
{
  static const char *const names[HEMO_N_WHITE_TYPES]
      = { "neutrophil", "eosinophil", "basophil", "lymphocyte", "monocyte", "other" };

  g_return_val_if_fail ((guint)type < HEMO_N_WHITE_TYPES, NULL);
  return names[type];
}

HemoDetector *
hemo_detector_new (GBytes *weights, GError **error)
{
  g_autoptr (GBytes) own = NULL;
  g_autoptr (HemoDetector) self = g_new0 (HemoDetector, 1);

  if (weights == NULL)
    weights = own = g_bytes_new_static (hemo_network_weights, hemo_network_weights_size);
  self->network = hemo_network_new (weights, error);
  if (self->network == NULL)
    return NULL;
  self->name = g_strdup_printf ("cells %u (sha256 %s)", hemo_network_get_version (self->network),
                                hemo_network_get_hash (self->network));
  return g_steal_pointer (&self);
}

HemoDetector *
hemo_detector_new_classical (void)
{
  HemoDetector *self = g_new0 (HemoDetector, 1);

  self->name = g_strdup ("classical 1");
  return self;
}

void
hemo_detector_free (HemoDetector *self)
{
  if (self == NULL)
    return;
  hemo_network_free (self->network);
  g_free (self->name);
  g_free (self);
}

const char *
hemo_detector_get_name (const HemoDetector *self)
{
  return self->name;
}

void
hemo_detector_set_simd (HemoDetector *self, HemoSimd simd)
{
  self->simd = simd;
}

void
hemo_detection_free (HemoDetection *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->cells);
  g_free (self);
}

guint
hemo_detection_count (const HemoDetection *self, HemoCellKind kind, gboolean counted)
{
  guint n = 0;

  for (guint i = 0; i < self->cells->len; i++)
    {
      const HemoCell *cell = &g_array_index (self->cells, HemoCell, i);

      n += cell->kind == kind && (!counted || cell->counted);
    }
  return n;
}

static void
warn (HemoDetection *self, HemoDetectWarning warning)
{
  self->warnings |= 1u << warning;
}

/* Too small, or all of one brightness: no light and dark of more than some steps. */
static gboolean
is_empty (const HemoPixels *pixels)
{
  const gsize n = (gsize)pixels->width * pixels->height, every = MAX (n / 50000, 1);
  guint counts[256] = { 0 }, all = 0, passed = 0;
  int low = -1, high = 0;

  if (pixels->width < SIDE_LEAST || pixels->height < SIDE_LEAST)
    return TRUE;
  for (gsize i = 0; i < n; i += every, all++)
    counts[pixels->data[3 * i + 1]]++;
  for (int i = 0; i < 256; i++)
    {
      passed += counts[i];
      if (low < 0 && passed * 100 >= all)
        low = i;
      if (passed * 100 <= all * 99)
        high = i + 1;
    }
  return high < 12 || high - low < 6;
}

/* A red cell of the size that the cells found have, over 28 pixels; 0 when there are too few. */
static double
measure_found (GArray *marks, const HemoPixels *field)
{
  double sum = 0;
  guint n = 0;

  for (guint i = 0; i < marks->len; i++)
    {
      const HemoCellMark *mark = &g_array_index (marks, HemoCellMark, i);

      if (mark->kind != HEMO_CELL_RED || mark->confidence < 0.5f || mark->x0 < 2 || mark->y0 < 2
          || mark->x1 > (float)field->width - 2 || mark->y1 > (float)field->height - 2)
        continue;
      sum += sqrt ((mark->x1 - mark->x0) * (mark->y1 - mark->y0));
      n++;
    }
  return n >= 4 ? sum / n / HEMO_FIELD_RED_CELL : 0;
}

/* Share of what is stained that lies in the boxes of cells. */
static double
measure_explained (GArray *marks, const HemoPixels *field, const guint8 *covered)
{
  const gsize n = (gsize)field->width * field->height;
  g_autofree guint8 *boxes = g_new0 (guint8, n);
  gsize all = 0, inside = 0;

  for (guint i = 0; i < marks->len; i++)
    {
      const HemoCellMark *mark = &g_array_index (marks, HemoCellMark, i);
      const int x0 = (int)mark->x0, x1 = MIN (field->width, (int)ceilf (mark->x1));

      for (int y = (int)mark->y0; y < MIN (field->height, (int)ceilf (mark->y1)); y++)
        memset (boxes + (gsize)y * field->width + x0, 1, (gsize)(x1 - x0));
    }
  for (gsize i = 0; i < n; i++)
    {
      all += covered[i] != 0;
      inside += covered[i] != 0 && boxes[i];
    }
  return all > 0 ? (double)inside / (double)all : 1;
}

static guint
count_marks (GArray *marks, HemoCellKind kind)
{
  guint n = 0;

  for (guint i = 0; i < marks->len; i++)
    n += g_array_index (marks, HemoCellMark, i).kind == kind;
  return n;
}

/* The neighbourhood of a white cell, at the scale at which its type is told. What lies beyond the
 * edge of the field is empty. */
static HemoMap *
cut_white_cell (
    const HemoPixels *pixels, const HemoLight *light, double x, double y, double red_cell)
{
  const double side = HEMO_NETWORK_TYPE_SIDE * red_cell / HEMO_NETWORK_TYPE_RED_CELL;
  const int x0 = (int)floor (x - side / 2), y0 = (int)floor (y - side / 2), n = (int)ceil (side);
  const int left = MAX (x0, 0), top = MAX (y0, 0);
  const int width = MIN (x0 + n, pixels->width) - left, height = MIN (y0 + n, pixels->height) - top;
  const double factor = HEMO_NETWORK_TYPE_SIDE / side;
  g_autoptr (HemoPixels) part = NULL, small = NULL;
  g_autoptr (HemoMap) inner = NULL;
  HemoMap *map;
  int at_x, at_y;

  if (width < 1 || height < 1)
    return NULL;
  part = hemo_pixels_new (width, height, NULL);
  for (int j = 0; part != NULL && j < height; j++)
    memcpy (hemo_pixels_row (part, j), hemo_pixels_row (pixels, top + j) + 3 * (gsize)left,
            3 * (gsize)width);
  at_x = MIN ((int)((left - x0) * factor + 0.5), HEMO_NETWORK_TYPE_SIDE - 1);
  at_y = MIN ((int)((top - y0) * factor + 0.5), HEMO_NETWORK_TYPE_SIDE - 1);
  if (part != NULL)
    small = hemo_field_resample (
        part, CLAMP ((int)(width * factor + 0.5), 1, HEMO_NETWORK_TYPE_SIDE - at_x),
        CLAMP ((int)(height * factor + 0.5), 1, HEMO_NETWORK_TYPE_SIDE - at_y), NULL);
  inner = small != NULL ? hemo_map_new (small->width, small->height, 3) : NULL;
  map = inner != NULL ? hemo_map_new (HEMO_NETWORK_TYPE_SIDE, HEMO_NETWORK_TYPE_SIDE, 3) : NULL;
  if (map == NULL)
    return NULL;
  hemo_light_even_out (light, small, (double)left / pixels->width, (double)top / pixels->height,
                       (double)width / pixels->width, (double)height / pixels->height, inner);
  for (int j = 0; j < small->height; j++)
    memcpy (hemo_map_at (map, at_x, at_y + j), hemo_map_at (inner, 0, j),
            sizeof (float) * 3 * (gsize)small->width);
  return map;
}

/* Where the stain is another one the types are right far less often than their probabilities say:
 * a temperature that was set on cells of two such microscopes, see the model card. */
static void
doubt (HemoCell *cell)
{
  double sum = 0;

  for (int type = 0; type < HEMO_N_WHITE_TYPES; type++)
    sum += cell->types[type] = pow (cell->types[type], 1 / STRANGE_TEMPERATURE);
  for (int type = 0; type < HEMO_N_WHITE_TYPES; type++)
    cell->types[type] /= sum;
}

/* Whether the stain is one that the types were learnt from. */
static gboolean
judge_type (const HemoMap *map, double factor, HemoCell *cell)
{
  double stain[HEMO_STAIN_VALUES];
  const gboolean known
      = hemo_stain_measure (map, cell->width * factor, cell->height * factor, stain)
        && hemo_stain_is_known (stain);

  if (!known)
    doubt (cell);
  cell->sure = known && cell->types[cell->type] >= SURE_FROM;
  return known;
}

/* FALSE when it is told of a stain that is not known. */
static gboolean
tell_type (const HemoDetector *self,
           const HemoPixels *pixels,
           const HemoLight *light,
           double red_cell,
           HemoCell *cell)
{
  g_autoptr (HemoMap) map = NULL;

  if (self->network == NULL)
    return TRUE;
  map = cut_white_cell (pixels, light, cell->x + cell->width / 2, cell->y + cell->height / 2,
                        red_cell);
  if (map == NULL || !hemo_network_tell_type (self->network, self->simd, map, cell->types))
    {
      memset (cell->types, 0, sizeof cell->types);
      return TRUE;
    }
  for (int type = 1; type < HEMO_N_WHITE_TYPES; type++)
    if (cell->types[type] > cell->types[cell->type])
      cell->type = (HemoWhiteType)type;
  return judge_type (map, HEMO_NETWORK_TYPE_RED_CELL / red_cell, cell);
}

/* From pixels of the small field to those of the picture. */
static void
add_cells (const HemoDetector *self,
           const HemoPixels *pixels,
           const HemoField *field,
           GArray *marks,
           double red_cell,
           HemoDetection *detection)
{
  const double across = (double)pixels->width / field->pixels->width;
  const double down = (double)pixels->height / field->pixels->height;
  const float right = (float)field->pixels->width - 1, bottom = (float)field->pixels->height - 1;

  for (guint i = 0; i < marks->len; i++)
    {
      const HemoCellMark *mark = &g_array_index (marks, HemoCellMark, i);
      HemoCell cell = { .kind = mark->kind,
                        .x = mark->x0 * across,
                        .y = mark->y0 * down,
                        .width = (mark->x1 - mark->x0) * across,
                        .height = (mark->y1 - mark->y0) * down,
                        .confidence = mark->confidence,
                        .counted = mark->x1 < right && mark->y1 < bottom };

      if (cell.kind == HEMO_CELL_WHITE && !tell_type (self, pixels, &field->light, red_cell, &cell))
        warn (detection, HEMO_DETECT_TYPES_GUESSED);
      g_array_append_val (detection->cells, cell);
    }
}

/* Warnings that come from what was found; FALSE when nothing of it may be shown. */
static gboolean
check_marks (GArray *marks,
             const HemoField *field,
             const HemoClassic *classic,
             gboolean scale_given,
             HemoDetection *detection)
{
  const double size = measure_found (marks, field->pixels);
  const int found = (int)count_marks (marks, HEMO_CELL_RED);
  int classical = 0;

  for (guint i = 0; i < classic->marks->len; i++)
    classical += g_array_index (classic->marks, HemoCellMark, i).kind == HEMO_CELL_RED;
  detection->classical_red_cells = classical;
  if (classic->coverage > COVERAGE_TOLD
      && (classic->density > DENSITY_TOLD
          || measure_explained (marks, field->pixels, classic->covered) < EXPLAINED_LEAST))
    {
      warn (detection, HEMO_DETECT_NOT_A_SMEAR);
      return FALSE;
    }
  if (scale_given && size > 0 && (size < 0.72 || size > 1.35))
    warn (detection, HEMO_DETECT_SCALE_DOUBTFUL);
  if (abs (found - classical) > 8 && (found > 2 * classical || classical > 2 * found))
    warn (detection, HEMO_DETECT_METHODS_DISAGREE);
  return TRUE;
}

static gboolean
find_cells (const HemoDetector *self,
            const HemoPixels *pixels,
            double red_cell,
            gboolean scale_given,
            HemoDetection *detection,
            GError **error)
{
  g_auto (HemoField) field = { 0 };
  g_auto (HemoClassic) classic = { 0 };
  g_autoptr (GArray) marks = NULL;
  double least[HEMO_N_CELL_KINDS];

  if (!hemo_field_prepare (pixels, red_cell, &field, error))
    return FALSE;
  hemo_classic_run (&field, HEMO_FIELD_RED_CELL, &classic);
  detection->warnings |= hemo_detect_check_field (&field, &classic);
  if (self->network == NULL)
    {
      warn (detection, HEMO_DETECT_CLASSICAL);
      marks = g_array_ref (classic.marks);
    }
  for (int kind = 0; self->network != NULL && kind < HEMO_N_CELL_KINDS; kind++)
    least[kind] = hemo_network_get_threshold (self->network, kind);
  if (self->network != NULL)
    marks = hemo_marks_find (self->network, self->simd, &field, least);
  if (marks == NULL)
    {
      g_set_error (error, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_FAILED,
                   N_ ("There is not enough memory to look for cells"));
      return FALSE;
    }
  if (check_marks (marks, &field, &classic, scale_given, detection))
    add_cells (self, pixels, &field, marks, red_cell, detection);
  return TRUE;
}

/* Pixels of a red cell, or 0 with a warning when nothing can be found. */
static gboolean
find_scale (const HemoDetector *self,
            const HemoPixels *pixels,
            double micrometres_per_pixel,
            HemoDetection *detection,
            double *red_cell,
            GError **error)
{
  *red_cell = HEMO_FIELD_RED_CELL_MICROMETRES / micrometres_per_pixel;
  if (micrometres_per_pixel <= 0)
    *red_cell = hemo_scale_estimate (self->network, self->simd, pixels);
  if (*red_cell < 0)
    {
      g_set_error (error, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_FAILED,
                   N_ ("There is not enough memory to look for cells"));
      return FALSE;
    }
  if (micrometres_per_pixel <= 0)
    warn (detection, *red_cell > 0 ? HEMO_DETECT_SCALE_ESTIMATED : HEMO_DETECT_SCALE_UNKNOWN);
  if (*red_cell <= 0)
    return TRUE;
  detection->micrometres_per_pixel = HEMO_FIELD_RED_CELL_MICROMETRES / *red_cell;
  if (*red_cell < HEMO_DETECT_RED_CELL_LEAST || *red_cell > HEMO_DETECT_RED_CELL_MOST
      || (double)pixels->width * pixels->height * pow (HEMO_FIELD_RED_CELL / *red_cell, 2)
             > FIELD_MOST)
    {
      warn (detection, HEMO_DETECT_SCALE_OUTSIDE);
      *red_cell = 0;
    }
  return TRUE;
}

HemoDetection *
hemo_detector_run (const HemoDetector *self,
                   const HemoPixels *pixels,
                   double micrometres_per_pixel,
                   GError **error)
{
  g_autoptr (HemoDetection) detection = g_new0 (HemoDetection, 1);
  double red_cell = 0;

  detection->cells = g_array_new (FALSE, FALSE, sizeof (HemoCell));
  detection->classical_red_cells = -1;
  if (micrometres_per_pixel != 0
      && !(micrometres_per_pixel >= HEMO_CALIBRATION_MIN_SCALE
           && micrometres_per_pixel <= HEMO_CALIBRATION_MAX_SCALE))
    {
      g_set_error (error, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_INVALID,
                   "A scale must be from %g to %g micrometres for each pixel",
                   HEMO_CALIBRATION_MIN_SCALE, HEMO_CALIBRATION_MAX_SCALE);
      return NULL;
    }
  if (is_empty (pixels))
    {
      warn (detection, HEMO_DETECT_NOTHING_TO_SEE);
      return g_steal_pointer (&detection);
    }
  if (!find_scale (self, pixels, micrometres_per_pixel, detection, &red_cell, error))
    return NULL;
  if (red_cell > 0
      && !find_cells (self, pixels, red_cell, micrometres_per_pixel > 0, detection, error))
    return NULL;
  return g_steal_pointer (&detection);
}
