/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What became another since a report was signed. */

#include "hemo-report-status.h"

#include <math.h>

/* Whether the results are those that were signed; limits may be others by now. */
static gboolean
has_same_results (const HemoReport *a, const HemoReport *b)
{
  if (a->lines->len != b->lines->len)
    return FALSE;
  for (guint i = 0; i < a->lines->len; i++)
    {
      const HemoLine *one = a->lines->pdata[i];
      const HemoLine *other = b->lines->pdata[i];
      g_autofree char *value = hemo_line_value_text (one);
      g_autofree char *stored = hemo_line_value_text (other);

      if (g_strcmp0 (one->uuid, other->uuid) != 0 || g_strcmp0 (value, stored) != 0
          || g_strcmp0 (one->text, other->text) != 0 || g_strcmp0 (one->note, other->note) != 0)
        return FALSE;
    }
  return TRUE;
}

/* Whether the case lacks a result that was not missing when the report was signed. */
static gboolean
misses_more (const HemoReport *now, const HemoReport *last, const HemoCase *data)
{
  g_auto (GStrv) missing = hemo_report_missing_source (now, data);

  for (guint i = 0; missing[i] != NULL; i++)
    if (!g_ptr_array_find_with_equal_func (last->missing, missing[i], g_str_equal, NULL))
      return TRUE;
  return FALSE;
}

/* Whether a picture that was printed is none of the case's any more. */
static gboolean
lost_picture (const HemoReport *last, const HemoCase *data)
{
  for (guint i = 0; i < last->images->len; i++)
    {
      gboolean found = FALSE;

      for (guint j = 0; j < data->images->len && !found; j++)
        found
            = g_strcmp0 (((HemoImage *)data->images->pdata[j])->uuid, last->images->pdata[i]) == 0;
      if (!found)
        return TRUE;
    }
  return FALSE;
}

gboolean
hemo_report_is_unchanged (const HemoReport *now, const HemoReport *last, const HemoCase *data)
{
  return has_same_results (now, last) && !misses_more (now, last, data)
         && !lost_picture (last, data);
}

static gboolean
is_same_limit (double a, double b)
{
  return isnan (a) ? isnan (b) : a == b;
}

gboolean
hemo_report_is_judged_alike (const HemoReport *a, const HemoReport *b)
{
  if (a->lines->len != b->lines->len)
    return FALSE;
  for (guint i = 0; i < a->lines->len; i++)
    {
      const HemoLine *one = a->lines->pdata[i];
      const HemoLine *other = b->lines->pdata[i];

      if (one->flag != other->flag || !is_same_limit (one->reference_low, other->reference_low)
          || !is_same_limit (one->reference_high, other->reference_high))
        return FALSE;
    }
  return TRUE;
}
