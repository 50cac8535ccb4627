/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What was found, as it is laid before a person. */

#include "hemo-detect.h"

/* Only a person is quite sure of a cell. */
#define SURE 0.9999

gboolean
hemo_detect_is_for (HemoSpecimenType type)
{
  return type != HEMO_SPECIMEN_THICK_FILM && type != HEMO_SPECIMEN_MARROW;
}

gboolean
hemo_detect_is_outside (guint warnings)
{
  return (warnings
          & (1u << HEMO_DETECT_BLURRED | 1u << HEMO_DETECT_SHADED | 1u << HEMO_DETECT_DARK
             | 1u << HEMO_DETECT_COLOUR | 1u << HEMO_DETECT_SCALE_DOUBTFUL))
         != 0;
}

HemoCellClass
hemo_white_type_get_class (HemoWhiteType type)
{
  static const HemoCellClass classes[HEMO_N_WHITE_TYPES]
      = { HEMO_CELL_SEGMENTED,  HEMO_CELL_EOSINOPHIL, HEMO_CELL_BASOPHIL,
          HEMO_CELL_LYMPHOCYTE, HEMO_CELL_MONOCYTE,   HEMO_CELL_OTHER };

  g_return_val_if_fail ((guint)type < HEMO_N_WHITE_TYPES, HEMO_CELL_OTHER);
  return classes[type];
}

char *
hemo_detect_warnings_to_codes (guint warnings)
{
  g_autoptr (GPtrArray) codes = g_ptr_array_new ();

  for (int i = 0; i < HEMO_N_DETECT_WARNINGS; i++)
    if (warnings & 1u << i)
      g_ptr_array_add (codes, (gpointer)hemo_detect_warning_get_code ((HemoDetectWarning)i));
  g_ptr_array_add (codes, NULL);
  return g_strjoinv (",", (char **)codes->pdata);
}

guint
hemo_detect_warnings_from_codes (const char *codes)
{
  g_auto (GStrv) parts = g_strsplit (codes != NULL ? codes : "", ",", -1);
  guint warnings = 0;

  for (int i = 0; i < HEMO_N_DETECT_WARNINGS; i++)
    if (g_strv_contains ((const char *const *)parts,
                         hemo_detect_warning_get_code ((HemoDetectWarning)i)))
      warnings |= 1u << i;
  return warnings;
}

static void
append (HemoFieldCells *self, const HemoCell *cell)
{
  HemoFoundCell *found;

  /* Nothing of it lies on the picture. */
  if (cell->width <= 0 || cell->height <= 0 || cell->x >= self->width || cell->y >= self->height
      || cell->x + cell->width <= 0 || cell->y + cell->height <= 0)
    return;
  found = hemo_field_cells_append (self, cell->kind, cell->x, cell->y, cell->width, cell->height);
  found->confidence = CLAMP (cell->confidence, 0, SURE);
  found->at_far_edge = !cell->counted;
  if (cell->kind != HEMO_CELL_WHITE || cell->types[cell->type] <= 0)
    return;
  found->suggested = (int)hemo_white_type_get_class (cell->type);
  /* A guess is shown, and a person has to say what the cell is. */
  if (!cell->sure)
    return;
  found->cell_class = found->suggested;
  found->probability = CLAMP (cell->types[cell->type], 0, 1);
}

HemoFieldCells *
hemo_detection_to_field_cells (const HemoDetection *self,
                               const HemoDetector *detector,
                               const char *image,
                               int width,
                               int height,
                               double calibrated,
                               const char *program)
{
  HemoFieldCells *cells = hemo_field_cells_new (image, width, height);

  cells->micrometres_per_pixel = calibrated;
  cells->warnings = hemo_detect_warnings_to_codes (self->warnings);
  cells->detector = g_strdup (hemo_detector_get_name (detector));
  cells->program = g_strdup (program);
  for (guint i = 0; i < self->cells->len && i < HEMO_FIELD_CELLS_MAX; i++)
    append (cells, &g_array_index (self->cells, HemoCell, i));
  return cells;
}
