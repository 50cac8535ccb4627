/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reference ranges: which one fits, and how a value stands to it. */

#include "hemo-result.h"

#include "hemo-codes-private.h"

#include <math.h>
#include <string.h>

static const char *const flag_codes[] = { "", "L", "H", "LL", "HH", "A", "AA", NULL };

HemoRange *
hemo_range_new (const char *analyte)
{
  HemoRange *self = g_new0 (HemoRange, 1);

  self->uuid = hemo_uuid_new ();
  self->analyte = g_strdup (analyte);
  self->age_to_days = G_MAXINT;
  self->low = self->high = NAN;
  self->critical_low = self->critical_high = NAN;
  self->delta_percent = NAN;
  self->source = g_strdup ("");
  return self;
}

HemoRange *
hemo_range_copy (const HemoRange *self)
{
  HemoRange *copy = g_memdup2 (self, sizeof *self);

  copy->uuid = g_strdup (self->uuid);
  copy->analyte = g_strdup (self->analyte);
  copy->source = g_strdup (self->source);
  return copy;
}

void
hemo_range_free (HemoRange *self)
{
  if (self == NULL)
    return;
  g_free (self->uuid);
  g_free (self->analyte);
  g_free (self->source);
  g_free (self);
}

const char *
hemo_flag_to_code (HemoFlag flag)
{
  return hemo_code_at (flag_codes, (int)flag);
}

gboolean
hemo_flag_from_code (const char *code, HemoFlag *out, GError **error)
{
  int index = 0;

  if (!hemo_code_find (flag_codes, "flag", code, &index, error))
    return FALSE;
  *out = (HemoFlag)index;
  return TRUE;
}

gboolean
hemo_flag_is_critical (HemoFlag flag)
{
  return flag == HEMO_FLAG_CRITICAL_LOW || flag == HEMO_FLAG_CRITICAL_HIGH
         || flag == HEMO_FLAG_CRITICAL_ABNORMAL;
}
