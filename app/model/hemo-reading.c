/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Readings that are asked for, and their answers. */

#include "hemo-reading.h"

#include "hemo-codes-private.h"

static const char *const state_codes[]
    = { "requested", "accepted", "completed", "cancelled", NULL };
static const char *const conclusion_codes[] = { "none", "agrees", "differs", "unclear", NULL };

const char *
hemo_reading_state_to_code (HemoReadingState state)
{
  return hemo_code_at (state_codes, (int)state);
}

gboolean
hemo_reading_state_from_code (const char *code, HemoReadingState *out, GError **error)
{
  int index = 0;

  if (!hemo_code_find (state_codes, "state of a reading", code, &index, error))
    return FALSE;
  *out = (HemoReadingState)index;
  return TRUE;
}

const char *
hemo_conclusion_to_code (HemoConclusion conclusion)
{
  return hemo_code_at (conclusion_codes, (int)conclusion);
}

gboolean
hemo_conclusion_from_code (const char *code, HemoConclusion *out, GError **error)
{
  int index = 0;

  if (!hemo_code_find (conclusion_codes, "conclusion", code, &index, error))
    return FALSE;
  *out = (HemoConclusion)index;
  return TRUE;
}

HemoReading *
hemo_reading_new (const char *specimen)
{
  HemoReading *self = g_new0 (HemoReading, 1);

  self->uuid = hemo_uuid_new ();
  self->specimen = g_strdup (specimen);
  return self;
}

HemoReading *
hemo_reading_copy (const HemoReading *self)
{
  HemoReading *copy = g_memdup2 (self, sizeof *self);

  copy->uuid = g_strdup (self->uuid);
  copy->specimen = g_strdup (self->specimen);
  copy->question = g_strdup (self->question);
  copy->asked_by = g_strdup (self->asked_by);
  copy->asked_by_name = g_strdup (self->asked_by_name);
  copy->reader = g_strdup (self->reader);
  copy->reader_name = g_strdup (self->reader_name);
  copy->answer = g_strdup (self->answer);
  copy->reason = g_strdup (self->reason);
  return copy;
}

void
hemo_reading_free (HemoReading *self)
{
  if (self == NULL)
    return;
  g_free (self->uuid);
  g_free (self->specimen);
  g_free (self->question);
  g_free (self->asked_by);
  g_free (self->asked_by_name);
  g_free (self->reader);
  g_free (self->reader_name);
  g_free (self->answer);
  g_free (self->reason);
  g_free (self);
}

gboolean
hemo_reading_is_open (const HemoReading *self)
{
  return self->state == HEMO_READING_REQUESTED || self->state == HEMO_READING_ACCEPTED;
}
