/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Chooses the points of the curves on the patient page. */

#include "hemo-trends.h"

#include <math.h>

const char *
hemo_trends_name (const HemoLine *line)
{
  return line->section == HEMO_SECTION_PLATELETS ? line->label : line->analyte;
}

static gboolean
is_corrected_next (const GPtrArray *results, guint index)
{
  const HemoLine *line = g_ptr_array_index (results, index);
  const HemoLine *next = index + 1 < results->len ? g_ptr_array_index (results, index + 1) : NULL;

  return next != NULL && g_strcmp0 (line->analyte, "wbc") == 0
         && g_strcmp0 (next->local_code, "wbc-corrected") == 0
         && next->at.utc_us == line->at.utc_us;
}

gboolean
hemo_trends_take (const GPtrArray *results, guint index)
{
  const HemoLine *line = g_ptr_array_index (results, index);

  return line->analyte != NULL && isfinite (line->value)
         && hemo_analyte_info (line->analyte) != NULL && !is_corrected_next (results, index);
}
