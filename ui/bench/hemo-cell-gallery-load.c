/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which white cells there are, and their pictures: one field after the other, off main. */

#include "hemo-cell-gallery-private.h"

#include "hemo-count-table.h"
#include "hemo-field-texture.h"
#include "hemo-files.h"
#include "hemo-picture.h"
#include "hemo-place.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

/* A cell is shown with what lies around it. */
#define AROUND 1.5

void
hemo_gallery_cell_free (gpointer data)
{
  HemoGalleryCell *self = data;

  g_free (self->image);
  g_free (self);
}

typedef struct
{
  char *tube;
  char *reader;
} Asking;

static void
asking_free (gpointer data)
{
  Asking *self = data;

  g_free (self->tube);
  g_free (self->reader);
  g_free (self);
}

typedef struct
{
  GPtrArray *fields;
  char *count;
  gboolean both_ways;
  GHashTable *found;
} Answer;

static void
answer_free (gpointer data)
{
  Answer *self = data;

  g_clear_pointer (&self->fields, g_ptr_array_unref);
  g_clear_pointer (&self->found, g_hash_table_unref);
  g_free (self->count);
  g_free (self);
}

static gboolean
ask_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Asking *asking = data;
  g_autoptr (HemoCount) count = NULL;
  g_autoptr (GError) local_error = NULL;
  Answer *answer = g_new0 (Answer, 1);

  answer->fields = hemo_field_cells_load_case (txn, asking->tube, &local_error);
  if (local_error == NULL)
    count = hemo_count_load_open (txn, asking->tube, asking->reader, &local_error);
  if (count != NULL)
    {
      answer->count = g_strdup (count->uuid);
      answer->both_ways = count->both_ways;
    }
  if (local_error == NULL)
    answer->found = hemo_count_load_found (txn, asking->tube, answer->count, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      answer_free (answer);
      return FALSE;
    }
  *result = answer;
  return TRUE;
}

static int
find_field (HemoCellGallery *self, const char *image)
{
  const HemoCase *data = hemo_bench_case_get (self->bench_case);

  for (guint i = 0; data != NULL && i < data->images->len; i++)
    {
      const HemoImage *one = g_ptr_array_index (data->images, i);

      if (g_strcmp0 (one->uuid, image) == 0)
        return one->field;
    }
  return 0;
}

static gboolean
is_by_key (HemoCellGallery *self, const char *image)
{
  const HemoCase *data = hemo_bench_case_get (self->bench_case);
  HemoCountedWay way;

  return data != NULL && hemo_counts_tell_way (data->counts, FALSE, image, &way);
}

static void
add_cell (HemoCellGallery *self,
          GPtrArray *cells,
          const Answer *answer,
          const char *image,
          const HemoFoundCell *found)
{
  HemoGalleryCell *cell = g_new0 (HemoGalleryCell, 1);
  g_autofree char *key = g_strdup_printf ("%s/%d", image, found->number);
  const gint64 *sequence = g_hash_table_lookup (answer->found, key);

  cell->image = g_strdup (image);
  cell->field = find_field (self, image);
  cell->number = found->number;
  cell->x = found->x;
  cell->y = found->y;
  cell->width = found->width;
  cell->height = found->height;
  cell->cell_class = found->cell_class;
  cell->suggested = found->suggested;
  cell->probability = found->probability;
  cell->sequence = sequence != NULL ? *sequence : 0;
  cell->elsewhere = sequence != NULL && *sequence == 0;
  cell->by_key = is_by_key (self, image);
  g_ptr_array_add (cells, cell);
}

/* The surest first; a class at a time, so that the odd one is seen among its like. */
static int
compare_cells (gconstpointer a, gconstpointer b)
{
  const HemoGalleryCell *one = *(HemoGalleryCell *const *)a, *other = *(HemoGalleryCell *const *)b;

  if (one->probability != other->probability)
    return one->probability > other->probability ? -1 : 1;
  if (one->suggested != other->suggested)
    return one->suggested - other->suggested;
  if (one->field != other->field)
    return one->field - other->field;
  return one->number - other->number;
}

/* By the half-edge rule, as everywhere: a cell on the edge between two fields counts once. */
static GPtrArray *
list_cells (HemoCellGallery *self, const Answer *answer)
{
  GPtrArray *cells = g_ptr_array_new_with_free_func (hemo_gallery_cell_free);

  self->fields_waiting = 0;
  for (guint i = 0; i < answer->fields->len; i++)
    {
      const HemoFieldCells *field = g_ptr_array_index (answer->fields, i);

      self->fields_waiting += field->accepted_by == NULL;
      for (guint k = 0; field->accepted_by != NULL && k < field->cells->len; k++)
        {
          const HemoFoundCell *found = g_ptr_array_index (field->cells, k);

          if (found->kind == HEMO_CELL_WHITE && !found->at_far_edge
              && hemo_field_cells_stands (field, found))
            add_cell (self, cells, answer, field->image, found);
        }
    }
  g_ptr_array_sort (cells, compare_cells);
  return cells;
}

/* The cells of one field: which, and their boxes. */
typedef struct
{
  char *image;
  GArray *numbers;
  GArray *boxes;
} Cut;

static void
cut_free (gpointer data)
{
  Cut *self = data;

  g_free (self->image);
  g_array_unref (self->numbers);
  g_array_unref (self->boxes);
  g_free (self);
}

static HemoPixels *
cut_out (const HemoPixels *from, const graphene_rect_t *box, GError **error)
{
  const int side = (int)ceil (AROUND * fmaxf (box->size.width, box->size.height));
  const int width = CLAMP (side, 1, from->width), height = CLAMP (side, 1, from->height);
  const int x
      = CLAMP ((int)(box->origin.x + box->size.width / 2) - width / 2, 0, from->width - width);
  const int y
      = CLAMP ((int)(box->origin.y + box->size.height / 2) - height / 2, 0, from->height - height);
  HemoPixels *part = hemo_pixels_new (width, height, error);

  for (int row = 0; part != NULL && row < height; row++)
    memcpy (hemo_pixels_row (part, row), hemo_pixels_row (from, y + row) + 3 * x, (gsize)width * 3);
  return part;
}

static gboolean
cut_work (HemoClinic *clinic,
          HemoSession *session,
          gpointer data,
          gpointer *result,
          GCancellable *cancellable,
          GError **error)
{
  const Cut *cut = data;
  g_autoptr (GBytes) bytes = hemo_clinic_open_image (clinic, session, cut->image, error);
  g_autoptr (HemoPixels) pixels
      = bytes != NULL ? hemo_picture_decode (bytes, 0, TRUE, error) : NULL;
  g_autoptr (GPtrArray) textures = g_ptr_array_new_with_free_func (g_object_unref);

  if (pixels == NULL)
    return FALSE;
  for (guint i = 0; i < cut->boxes->len; i++)
    {
      HemoPixels *part = cut_out (pixels, &g_array_index (cut->boxes, graphene_rect_t, i), error);

      if (part == NULL)
        return FALSE;
      g_ptr_array_add (textures, hemo_field_texture_new (part));
    }
  *result = g_steal_pointer (&textures);
  return TRUE;
}

typedef struct
{
  HemoCellGallery *gallery;
  guint opening;
  char *image;
  GArray *numbers;
} Cutting;

static void cut_next (HemoCellGallery *self, const char *after);

static void
show_pictures (HemoCellGallery *self, const Cutting *cutting, GPtrArray *textures)
{
  for (guint i = 0; i < self->cells->len; i++)
    {
      HemoGalleryCell *cell = g_ptr_array_index (self->cells, i);

      if (g_strcmp0 (cell->image, cutting->image) != 0)
        continue;
      for (guint k = 0; k < textures->len; k++)
        if (g_array_index (cutting->numbers, int, k) == cell->number)
          gtk_picture_set_paintable (cell->picture, textures->pdata[k]);
    }
}

static void
cut_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Cutting *cutting = data;
  g_autoptr (HemoCellGallery) self = cutting->gallery;
  g_autofree char *image = cutting->image;
  g_autoptr (GArray) numbers = cutting->numbers;
  g_autoptr (GPtrArray) textures = NULL;
  g_autoptr (GError) error = NULL;
  gpointer out = NULL;
  const gboolean done = hemo_desk_finish (HEMO_DESK (source), result, &out, &error);

  textures = out;
  if (self->opening != cutting->opening || self->stack == NULL)
    return;
  if (done)
    show_pictures (self, cutting, textures);
  else
    hemo_place_toast (GTK_WIDGET (self), error->message);
  cut_next (self, image);
}

/* The first image after @after, in the order of their UUIDs, that has cells. */
static const char *
find_next (HemoCellGallery *self, const char *after)
{
  const char *next = NULL;

  for (guint i = 0; i < self->cells->len; i++)
    {
      const char *image = ((HemoGalleryCell *)self->cells->pdata[i])->image;

      if ((after == NULL || strcmp (image, after) > 0)
          && (next == NULL || strcmp (image, next) < 0))
        next = image;
    }
  return next;
}

static void
cut_next (HemoCellGallery *self, const char *after)
{
  const char *image = find_next (self, after);
  Cutting *cutting;
  Cut *cut;

  if (image == NULL)
    return;
  cut = g_new0 (Cut, 1);
  cut->image = g_strdup (image);
  cut->numbers = g_array_new (FALSE, FALSE, sizeof (int));
  cut->boxes = g_array_new (FALSE, FALSE, sizeof (graphene_rect_t));
  for (guint i = 0; i < self->cells->len; i++)
    {
      const HemoGalleryCell *cell = g_ptr_array_index (self->cells, i);
      graphene_rect_t box = GRAPHENE_RECT_INIT ((float)cell->x, (float)cell->y, (float)cell->width,
                                                (float)cell->height);

      if (g_strcmp0 (cell->image, image) != 0)
        continue;
      g_array_append_val (cut->numbers, cell->number);
      g_array_append_val (cut->boxes, box);
    }
  cutting = g_new0 (Cutting, 1);
  cutting->gallery = g_object_ref (self);
  cutting->opening = self->opening;
  cutting->image = g_strdup (image);
  cutting->numbers = g_array_ref (cut->numbers);
  hemo_desk_run_async (hemo_bench_case_get_desk (self->bench_case), cut_work, cut, cut_free,
                       (GDestroyNotify)g_ptr_array_unref, NULL, cut_cb, cutting);
}

typedef struct
{
  HemoCellGallery *gallery;
  guint opening;
} Waiting;

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Waiting *waiting = data;
  g_autoptr (HemoCellGallery) self = waiting->gallery;
  g_autoptr (GError) error = NULL;
  gpointer out = NULL;
  const gboolean done = hemo_desk_finish (HEMO_DESK (source), result, &out, &error);
  Answer *answer = out;

  if (done && self->opening == waiting->opening && self->stack != NULL)
    {
      g_set_str (&self->count, answer->count);
      self->both_ways = answer->both_ways;
      hemo_cell_gallery_take_cells (self, list_cells (self, answer));
      cut_next (self, NULL);
    }
  else if (!done && self->opening == waiting->opening && self->stack != NULL)
    hemo_place_show_error (GTK_WIDGET (self), _ ("The Cells Were Not Read"), error);
  g_clear_pointer (&answer, answer_free);
}

void
hemo_cell_gallery_load (HemoCellGallery *self)
{
  HemoDesk *desk = hemo_bench_case_get_desk (self->bench_case);
  HemoSession *session = hemo_desk_get_session (desk);
  const char *tube = hemo_bench_case_get_specimen (self->bench_case);
  Waiting *waiting;
  Asking *asking;

  if (session == NULL || tube == NULL)
    return;
  asking = g_new0 (Asking, 1);
  asking->tube = g_strdup (tube);
  asking->reader = g_strdup (hemo_session_get_user (session));
  waiting = g_new0 (Waiting, 1);
  waiting->gallery = g_object_ref (self);
  waiting->opening = self->opening;
  hemo_desk_read_async (desk, ask_job, asking, asking_free, answer_free, NULL, asked_cb, waiting);
}
