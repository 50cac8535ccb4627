/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which cells a drawn field holds, and where; the drawing of each is in hemo-smear-cell.c, the
 * optics in hemo-smear-optics.c. */

#include "hemo-smear-art-private.h"

#include <math.h>

static const struct
{
  const char *label;
  const char *type;
  double size; /* in diameters of a red cell */
} kinds[HEMO_SMEAR_KINDS] = {
  [HEMO_SMEAR_RBC] = { "RBC", "", 1.0 },
  [HEMO_SMEAR_NEUTROPHIL] = { "WBC", "neutrophil", 1.75 },
  [HEMO_SMEAR_EOSINOPHIL] = { "WBC", "eosinophil", 1.8 },
  [HEMO_SMEAR_BASOPHIL] = { "WBC", "basophil", 1.6 },
  [HEMO_SMEAR_LYMPHOCYTE] = { "WBC", "lymphocyte", 1.3 },
  [HEMO_SMEAR_MONOCYTE] = { "WBC", "monocyte", 2.1 },
  [HEMO_SMEAR_PLATELET] = { "Platelets", "", 0.34 },
  [HEMO_SMEAR_RING] = { "Parasite", "ring", 1.0 },
  [HEMO_SMEAR_TROPHOZOITE] = { "Parasite", "trophozoite", 1.0 },
  [HEMO_SMEAR_GAMETOCYTE] = { "Parasite", "gametocyte", 1.25 },
};

const char *
hemo_smear_kind_label (HemoSmearKind kind)
{
  return kinds[kind].label;
}

const char *
hemo_smear_kind_type (HemoSmearKind kind)
{
  return kinds[kind].type;
}

void
hemo_smear_init (HemoSmear *self, guint32 seed)
{
  *self = (HemoSmear){
    .seed = seed,
    .width = 1280,
    .height = 960,
    .red_cell = 92,
    .white_cells = 3,
    .platelets = 14,
    .crowding = 0.34,
    .blur = 0.6,
    .shading = 0.12,
    .noise = 2.5,
  };
}

/* Shares as a healthy adult has them; the rare ones are a little more frequent than in life. */
static HemoSmearKind
choose_white_cell (GRand *rand)
{
  double share = g_rand_double (rand);

  if (share < 0.55)
    return HEMO_SMEAR_NEUTROPHIL;
  if (share < 0.87)
    return HEMO_SMEAR_LYMPHOCYTE;
  if (share < 0.94)
    return HEMO_SMEAR_MONOCYTE;
  return share < 0.98 ? HEMO_SMEAR_EOSINOPHIL : HEMO_SMEAR_BASOPHIL;
}

static HemoSmearKind
choose_red_cell (GRand *rand, double infected)
{
  double share = g_rand_double (rand);

  if (g_rand_double (rand) >= infected)
    return HEMO_SMEAR_RBC;
  if (share < 0.7)
    return HEMO_SMEAR_RING;
  return share < 0.85 ? HEMO_SMEAR_TROPHOZOITE : HEMO_SMEAR_GAMETOCYTE;
}

/* How deep a cell at this place would lie in another one, in pixels. */
static double
overlap (GArray *placed, const HemoSmearSpot *spot, gboolean white_only)
{
  double deepest = -G_MAXDOUBLE;

  for (guint i = 0; i < placed->len; i++)
    {
      const HemoSmearSpot *other = &g_array_index (placed, HemoSmearSpot, i);

      if (!white_only || kinds[other->kind].label[0] == 'W')
        deepest = MAX (deepest, other->radius + spot->radius
                                    - hypot (other->x - spot->x, other->y - spot->y));
    }
  return deepest;
}

/* Finds a place in a few tries; the last one is taken when @must. */
static gboolean
place (const HemoSmear *self,
       GRand *rand,
       GArray *placed,
       HemoSmearSpot *spot,
       double allowed,
       gboolean must)
{
  for (int tries = 0; tries < 60; tries++)
    {
      spot->x = g_rand_double_range (rand, -0.3 * spot->radius, self->width + 0.3 * spot->radius);
      spot->y = g_rand_double_range (rand, -0.3 * spot->radius, self->height + 0.3 * spot->radius);
      if (overlap (placed, spot, FALSE) <= allowed
          && overlap (placed, spot, TRUE) <= 0.12 * self->red_cell)
        return TRUE;
    }
  return must;
}

static void
add (const HemoSmear *self,
     GRand *rand,
     GArray *placed,
     HemoSmearKind kind,
     double allowed,
     gboolean must)
{
  HemoSmearSpot spot = { .kind = kind, .angle = g_rand_double_range (rand, 0, 2 * G_PI) };

  spot.radius = 0.5 * self->red_cell * kinds[kind].size * g_rand_double_range (rand, 0.93, 1.07);
  if (place (self, rand, placed, &spot, allowed, must))
    g_array_append_val (placed, spot);
}

static GArray *
place_cells (const HemoSmear *self, GRand *rand)
{
  GArray *placed = g_array_new (FALSE, FALSE, sizeof (HemoSmearSpot));
  double area = G_PI * self->red_cell * self->red_cell / 4;
  int red = (int)(self->crowding * self->width * self->height / area);

  for (int i = 0; i < self->white_cells; i++)
    add (self, rand, placed, choose_white_cell (rand), -4, TRUE);
  for (int i = 0; i < red; i++)
    add (self, rand, placed, choose_red_cell (rand, self->infected), 0.22 * self->red_cell, FALSE);
  for (int i = 0; i < self->platelets; i++)
    add (self, rand, placed, HEMO_SMEAR_PLATELET, -2, TRUE);
  return placed;
}

/* What is seen of a cell; FALSE when its middle lies outside. */
static gboolean
clip (const HemoSmear *self, const HemoSmearSpot *spot, HemoSmearCell *cell)
{
  cell->kind = spot->kind;
  cell->xmin = MAX ((int)floor (spot->x - spot->radius), 0);
  cell->ymin = MAX ((int)floor (spot->y - spot->radius), 0);
  cell->xmax = MIN ((int)ceil (spot->x + spot->radius), self->width);
  cell->ymax = MIN ((int)ceil (spot->y + spot->radius), self->height);
  return cell->xmax - cell->xmin > 2 && cell->ymax - cell->ymin > 2;
}

cairo_surface_t *
hemo_smear_draw (const HemoSmear *self, GArray **cells)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (self->seed);
  g_autoptr (GArray) placed = place_cells (self, rand);
  cairo_surface_t *surface
      = cairo_image_surface_create (CAIRO_FORMAT_RGB24, self->width, self->height);
  cairo_t *cr = cairo_create (surface);

  cairo_set_source_rgb (cr, 0.955, 0.935, 0.925);
  cairo_paint (cr);
  *cells = g_array_new (FALSE, FALSE, sizeof (HemoSmearCell));
  /* Red cells lie under, white ones over them. */
  for (int layer = 0; layer < 2; layer++)
    for (guint i = 0; i < placed->len; i++)
      {
        const HemoSmearSpot *spot = &g_array_index (placed, HemoSmearSpot, i);
        HemoSmearCell cell;

        if ((kinds[spot->kind].label[0] == 'W') != (layer == 1) || !clip (self, spot, &cell))
          continue;
        hemo_smear_draw_cell (cr, spot, rand);
        g_array_append_val (*cells, cell);
      }
  cairo_destroy (cr);
  hemo_smear_apply_optics (surface, self, rand);
  return surface;
}

char *
hemo_smear_cells_to_csv (GArray *cells)
{
  GString *csv = g_string_new ("label,xmin,ymin,xmax,ymax,type\n");

  for (guint i = 0; i < cells->len; i++)
    {
      const HemoSmearCell *cell = &g_array_index (cells, HemoSmearCell, i);

      g_string_append_printf (csv, "%s,%d,%d,%d,%d,%s\n", kinds[cell->kind].label, cell->xmin,
                              cell->ymin, cell->xmax, cell->ymax, kinds[cell->kind].type);
    }
  return g_string_free (csv, FALSE);
}
