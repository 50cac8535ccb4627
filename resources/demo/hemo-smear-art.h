/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Draws fields of blood smears that never were, with every cell known. */

#pragma once

#include <cairo.h>
#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  HEMO_SMEAR_RBC,
  HEMO_SMEAR_NEUTROPHIL,
  HEMO_SMEAR_EOSINOPHIL,
  HEMO_SMEAR_BASOPHIL,
  HEMO_SMEAR_LYMPHOCYTE,
  HEMO_SMEAR_MONOCYTE,
  HEMO_SMEAR_PLATELET,
  HEMO_SMEAR_RING,
  HEMO_SMEAR_TROPHOZOITE,
  HEMO_SMEAR_GAMETOCYTE,
  HEMO_SMEAR_KINDS,
} HemoSmearKind;

/* 'RBC', 'WBC', 'Platelets', 'Parasite' */
const char *hemo_smear_kind_label (HemoSmearKind kind);
/* '' for what has no type, else 'neutrophil' … */
const char *hemo_smear_kind_type (HemoSmearKind kind);

/**
 * HemoSmearCell:
 *
 * One cell that was drawn; pixels from the top left, the far edges excluded, clipped to the field.
 */
typedef struct
{
  HemoSmearKind kind;
  int xmin;
  int ymin;
  int xmax;
  int ymax;
} HemoSmearCell;

/**
 * HemoSmear:
 * @seed: the same seed draws the same field
 * @width: pixels
 * @red_cell: diameter of a red cell in pixels
 * @white_cells: how many; their types come from @seed in the shares of healthy blood
 * @platelets: how many
 * @infected: of 1, share of red cells with a parasite
 * @crowding: of 1, share of the field that red cells would cover without overlap
 * @blur: radius in pixels
 * @shading: of 1, loss of light in the corners
 * @noise: standard deviation in steps of 255
 */
typedef struct
{
  guint32 seed;
  int width;
  int height;
  double red_cell;
  int white_cells;
  int platelets;
  double infected;
  double crowding;
  double blur;
  double shading;
  double noise;
} HemoSmear;

/* A field of 1280 by 960 with what a thin film at x100 shows. */
void hemo_smear_init (HemoSmear *self, guint32 seed);

/* @cells: (out) (transfer full) (element-type HemoSmearCell). Returns RGB24. (transfer full) */
cairo_surface_t *hemo_smear_draw (const HemoSmear *self, GArray **cells);

/* Baseline JPEG of a drawn field; @quality 1 to 100. (transfer full) */
GBytes *hemo_smear_to_jpeg (cairo_surface_t *surface, int quality);

/* label,xmin,ymin,xmax,ymax,type with a heading. (transfer full) */
char *hemo_smear_cells_to_csv (GArray *cells);

G_END_DECLS
