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
  g_ptr_array_unref (self->cells);
  g_free (self);
}
