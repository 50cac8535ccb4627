/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Marks read off the maps of the network. */

#include "hemo-detect-private.h"

#include <math.h>
#include <string.h>

/* Pixels a side of a part that is looked at in one go, without what is looked at around it. */
#define PART 640
/* Beyond so many marks there is no sense in what is found, and thinning takes too long. */
#define MARKS_LIMIT 8000

float
hemo_mark_overlap (const HemoCellMark *a, const HemoCellMark *b)
{
  const float width = MIN (a->x1, b->x1) - MAX (a->x0, b->x0);
  const float height = MIN (a->y1, b->y1) - MAX (a->y0, b->y0);
  const float both = (a->x1 - a->x0) * (a->y1 - a->y0) + (b->x1 - b->x0) * (b->y1 - b->y0);

  if (width <= 0 || height <= 0)
    return 0;
  return width * height / MAX (both - width * height, 1e-6f);
}

/* By kind, the surest first, then by place, so that the order is always the same. */
static int
compare_marks (gconstpointer a, gconstpointer b)
{
  const HemoCellMark *x = a, *y = b;

  if (x->kind != y->kind)
    return x->kind < y->kind ? -1 : 1;
  if (x->confidence != y->confidence)
    return x->confidence > y->confidence ? -1 : 1;
  if (x->y0 != y->y0)
    return x->y0 < y->y0 ? -1 : 1;
  return (x->x0 > y->x0) - (x->x0 < y->x0);
}

/* Red cells overlap each other and are told apart all the same; a platelet hardly ever. */
static gboolean
is_taken (GArray *marks, guint n_kept, const HemoCellMark *mark)
{
  static const float limits[HEMO_N_CELL_KINDS] = { 0.55f, 0.5f, 0.4f };

  for (guint i = n_kept; i-- > 0;)
    {
      const HemoCellMark *kept = &g_array_index (marks, HemoCellMark, i);

      if (kept->kind != mark->kind)
        return FALSE;
      if (hemo_mark_overlap (kept, mark) >= limits[mark->kind])
        return TRUE;
    }
  return FALSE;
}

void
hemo_marks_thin (GArray *marks)
{
  guint n_kept = 0;

  g_array_sort (marks, compare_marks);
  for (guint i = 0; i < marks->len; i++)
    if (!is_taken (marks, n_kept, &g_array_index (marks, HemoCellMark, i)))
      g_array_index (marks, HemoCellMark, n_kept++) = g_array_index (marks, HemoCellMark, i);
  g_array_set_size (marks, n_kept);
}

/* Whether no neighbour is more. Outside of the map is nothing. */
static gboolean
is_peak (const HemoMap *map, int x, int y, int kind)
{
  const float here = hemo_map_at (map, x, y)[kind];

  for (int j = MAX (y - 1, 0); j <= MIN (y + 1, map->height - 1); j++)
    for (int i = MAX (x - 1, 0); i <= MIN (x + 1, map->width - 1); i++)
      if (hemo_map_at (map, i, j)[kind] > here)
        return FALSE;
  return TRUE;
}

/* Of a red cell at the edge so little is there that it is mostly something else, or nothing that
 * people count: less than a fifth of it across. */
static gboolean
is_sliver (const HemoCellMark *mark, const HemoPixels *field)
{
  const float least = (float)(0.2 * HEMO_FIELD_RED_CELL);

  return mark->kind == HEMO_CELL_RED
         && (((mark->x0 < 1 || mark->x1 > (float)field->width - 1) && mark->x1 - mark->x0 < least)
             || ((mark->y0 < 1 || mark->y1 > (float)field->height - 1)
                 && mark->y1 - mark->y0 < least));
}

/* @x and @y count places from the part's own corner, which is at @left, @top of the field. */
static void
add_mark (GArray *marks,
          const HemoMap *map,
          int x,
          int y,
          int kind,
          int left,
          int top,
          const HemoPixels *field)
{
  const float *at = hemo_map_at (map, x, y);
  const float *box = at + HEMO_N_CELL_KINDS + 4 * kind;
  const float middle_x = ((float)x + 0.5f + box[0]) * HEMO_NETWORK_STRIDE + (float)left;
  const float middle_y = ((float)y + 0.5f + box[1]) * HEMO_NETWORK_STRIDE + (float)top;
  const float width = expf (CLAMP (box[2], -4.0f, 2.0f)) * (float)HEMO_FIELD_RED_CELL;
  const float height = expf (CLAMP (box[3], -4.0f, 2.0f)) * (float)HEMO_FIELD_RED_CELL;
  const float right = (float)field->width, bottom = (float)field->height;
  const HemoCellMark mark = { .kind = (HemoCellKind)kind,
                              .x0 = CLAMP (middle_x - width / 2, 0, right),
                              .y0 = CLAMP (middle_y - height / 2, 0, bottom),
                              .x1 = CLAMP (middle_x + width / 2, 0, right),
                              .y1 = CLAMP (middle_y + height / 2, 0, bottom),
                              .confidence = 1 / (1 + expf (-at[kind])) };

  if (mark.x1 - mark.x0 >= 1 && mark.y1 - mark.y0 >= 1 && !is_sliver (&mark, field)
      && marks->len < MARKS_LIMIT)
    g_array_append_val (marks, mark);
}

/* Where a part begins and ends along one side: with and without what is looked at around it. */
typedef struct
{
  int from;
  int to;
  int inner_from;
  int inner_to;
} Span;

static Span
find_span (int index, int size)
{
  Span span;

  span.inner_from = index * PART;
  span.inner_to = MIN (span.inner_from + PART, size);
  span.from = MAX (0, span.inner_from - HEMO_NETWORK_REACH);
  span.to = MIN (size, span.inner_to + HEMO_NETWORK_REACH);
  return span;
}

static int
round_up (int size)
{
  return (size + HEMO_NETWORK_GRAIN - 1) / HEMO_NETWORK_GRAIN * HEMO_NETWORK_GRAIN;
}

static HemoPixels *
cut (const HemoPixels *pixels, Span across, Span down)
{
  HemoPixels *part = hemo_pixels_new (across.to - across.from, down.to - down.from, NULL);

  for (int y = 0; part != NULL && y < part->height; y++)
    memcpy (hemo_pixels_row (part, y), hemo_pixels_row (pixels, down.from + y) + 3 * across.from,
            3 * (gsize)part->width);
  return part;
}

static HemoMap *
look (const HemoNetwork *network, HemoSimd simd, const HemoField *field, Span across, Span down)
{
  const double width = field->pixels->width, height = field->pixels->height;
  g_autoptr (HemoPixels) part = cut (field->pixels, across, down);
  g_autoptr (HemoMap) map = NULL;

  if (part == NULL)
    return NULL;
  map = hemo_map_new (round_up (part->width), round_up (part->height), 3);
  if (map == NULL)
    return NULL;
  hemo_light_even_out (&field->light, part, across.from / width, down.from / height,
                       part->width / width, part->height / height, map);
  return hemo_network_find (network, simd, map);
}

static gboolean
find_in_part (GArray *marks,
              const HemoNetwork *network,
              HemoSimd simd,
              const HemoField *field,
              Span across,
              Span down,
              const double *least)
{
  g_autoptr (HemoMap) map = look (network, simd, field, across, down);
  const int stride = HEMO_NETWORK_STRIDE;

  if (map == NULL)
    return FALSE;
  for (int kind = 0; kind < HEMO_N_CELL_KINDS; kind++)
    {
      const float logit = (float)log (least[kind] / (1 - least[kind]));

      for (int y = (down.inner_from - down.from) / stride;
           y < MIN (map->height, (down.inner_to - down.from + stride - 1) / stride); y++)
        for (int x = (across.inner_from - across.from) / stride;
             x < MIN (map->width, (across.inner_to - across.from + stride - 1) / stride); x++)
          if (hemo_map_at (map, x, y)[kind] >= logit && is_peak (map, x, y, kind))
            add_mark (marks, map, x, y, kind, across.from, down.from, field->pixels);
    }
  return TRUE;
}

GArray *
hemo_marks_find (const HemoNetwork *network,
                 HemoSimd simd,
                 const HemoField *field,
                 const double least[HEMO_N_CELL_KINDS])
{
  g_autoptr (GArray) marks = g_array_new (FALSE, FALSE, sizeof (HemoCellMark));
  const int columns = (field->pixels->width + PART - 1) / PART;
  const int rows = (field->pixels->height + PART - 1) / PART;

  for (int j = 0; j < rows; j++)
    for (int i = 0; i < columns; i++)
      if (!find_in_part (marks, network, simd, field, find_span (i, field->pixels->width),
                         find_span (j, field->pixels->height), least))
        return NULL;
  hemo_marks_thin (marks);
  return g_steal_pointer (&marks);
}
