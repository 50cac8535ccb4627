/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Orders that are not carried out. */

#include "hemo-refusal.h"

#include "hemo-codes-private.h"

#include <glib/gi18n.h>

static const char *const reason_codes[]
    = { "no-reagent", "not-done", "not-in-time", "other", NULL };

const char *
hemo_refusal_reason_to_code (HemoRefusalReason reason)
{
  return hemo_code_at (reason_codes, (int)reason);
}

gboolean
hemo_refusal_reason_from_code (const char *code, HemoRefusalReason *out, GError **error)
{
  int index = 0;

  if (!hemo_code_find (reason_codes, "reason of a refusal", code, &index, error))
    return FALSE;
  *out = (HemoRefusalReason)index;
  return TRUE;
}

void
hemo_refusal_free (HemoRefusal *self)
{
  if (self == NULL)
    return;
  g_free (self->order);
  g_free (self->patient);
  g_free (self->words);
  g_free (self->refused_by);
  g_free (self->refused_by_name);
  g_free (self);
}

gboolean
hemo_refusal_check (const HemoRefusal *self, GError **error)
{
  if (hemo_refusal_reason_to_code (self->reason) == NULL
      || (self->reason == HEMO_REFUSAL_OTHER && self->words == NULL))
    return hemo_refuse (error, N_ ("Say in words why the order is refused."));
  return TRUE;
}
