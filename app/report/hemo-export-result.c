/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What became of the files of an export. */

#include "hemo-export.h"

void
hemo_export_result_free (HemoExportResult *self)
{
  if (self == NULL)
    return;
  g_free (self->name);
  g_free (self->sha256);
  g_free (self);
}

static gpointer
copy (gconstpointer source, gpointer data)
{
  HemoExportResult *self = g_memdup2 (source, sizeof (HemoExportResult));

  self->name = g_strdup (self->name);
  self->sha256 = g_strdup (self->sha256);
  return self;
}

GPtrArray *
hemo_export_results_copy (GPtrArray *results)
{
  g_autoptr (GPtrArray) container = g_ptr_array_copy (results, copy, NULL);

  g_ptr_array_set_free_func (container, (GDestroyNotify)hemo_export_result_free);
  return g_steal_pointer (&container);
}
