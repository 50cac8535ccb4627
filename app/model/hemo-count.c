/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Counts of white cells: every cell that was tallied, and by whom. */

#include "hemo-differential.h"

static HemoCountedCell *
copy_cell (const HemoCountedCell *self)
{
  HemoCountedCell *copy = g_memdup2 (self, sizeof *self);

  copy->image = g_strdup (self->image);
  copy->by = g_strdup (self->by);
  return copy;
}

static gpointer
copy_cell_cb (gconstpointer cell, gpointer unused)
{
  return copy_cell (cell);
}

void
hemo_counted_cell_free (HemoCountedCell *self)
{
  if (self == NULL)
    return;
  g_free (self->image);
  g_free (self->by);
  g_free (self);
}

HemoCount *
hemo_count_new (const char *specimen, const char *reader, int target)
{
  HemoCount *self = g_new0 (HemoCount, 1);

  self->uuid = hemo_uuid_new ();
  self->specimen = g_strdup (specimen);
  self->reader = g_strdup (reader);
  self->target = target;
  self->cells = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_counted_cell_free);
  return self;
}

HemoCount *
hemo_count_copy (const HemoCount *self)
{
  HemoCount *copy = g_memdup2 (self, sizeof *self);

  copy->uuid = g_strdup (self->uuid);
  copy->specimen = g_strdup (self->specimen);
  copy->reader = g_strdup (self->reader);
  copy->reader_name = g_strdup (self->reader_name);
  copy->cells = g_ptr_array_copy (self->cells, copy_cell_cb, NULL);
  return copy;
}

void
hemo_count_free (HemoCount *self)
{
  if (self == NULL)
    return;
  g_free (self->uuid);
  g_free (self->specimen);
  g_free (self->reader);
  g_free (self->reader_name);
  g_ptr_array_unref (self->cells);
  g_free (self);
}

gboolean
hemo_counts_tell_way (GPtrArray *counts, gboolean found, const char *image, HemoCountedWay *out)
{
  HemoCountedWay way = { 0 };

  for (guint i = 0; i < counts->len; i++)
    {
      const HemoCount *count = counts->pdata[i];

      for (guint k = 0; k < count->cells->len; k++)
        {
          const HemoCountedCell *cell = count->cells->pdata[k];

          if (cell->taken_back || !cell->found != !found
              || (image != NULL && g_strcmp0 (cell->image, image) != 0))
            continue;
          way.cells++;
          if (cell->at.utc_us < way.at.utc_us)
            continue;
          way.at = cell->at;
          way.name = count->reader_name;
        }
    }
  if (way.cells > 0)
    *out = way;
  return way.cells > 0;
}

gboolean
hemo_counts_tell_field (GPtrArray *counts,
                        const char *image,
                        const char *reader,
                        HemoFieldTally *out)
{
  *out = (HemoFieldTally){ 0 };
  for (guint i = 0; i < counts->len; i++)
    {
      const HemoCount *count = counts->pdata[i];
      const gboolean other = g_strcmp0 (count->reader, reader) != 0;

      for (guint k = 0; k < count->cells->len; k++)
        {
          const HemoCountedCell *cell = count->cells->pdata[k];

          if (cell->taken_back || cell->image == NULL || g_strcmp0 (cell->image, image) != 0)
            continue;
          out->by_key += cell->found ? 0 : 1;
          out->found += cell->found ? 1 : 0;
          out->closed += count->closed ? 1 : 0;
          out->others += other ? 1 : 0;
        }
    }
  return out->by_key + out->found > 0;
}
