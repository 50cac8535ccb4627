/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What was asked for (the order) and what came (the tube and its slides). */

#include "hemo-specimen.h"

#include "hemo-codes-private.h"

static const char *const urgency_codes[] = { "routine", "urgent", "stat", NULL };
static const char *const test_codes[]
    = { "diff", "morphology", "platelets", "malaria", "cbc", NULL };
static const char *const pregnancy_codes[] = { "unknown", "no", "1", "2", "3", NULL };
static const char *const type_codes[]
    = { "venous-edta", "capillary", "marrow", "thin-film", "thick-film", NULL };
static const char *const stain_codes[]
    = { "none", "giemsa", "wright", "may-grunwald-giemsa", "leishman", "field", NULL };
static const char *const rejection_codes[]
    = { "none",    "clotted", "haemolysed", "insufficient", "unlabelled", "wrong-tube",
        "too-old", "broken",  "poor-smear", "other",        NULL };

const char *
hemo_urgency_to_code (HemoUrgency urgency)
{
  return hemo_code_at (urgency_codes, (int)urgency);
}

gboolean
hemo_urgency_from_code (const char *code, HemoUrgency *out, GError **error)
{
  int index = 0;

  if (!hemo_code_find (urgency_codes, "urgency", code, &index, error))
    return FALSE;
  *out = (HemoUrgency)index;
  return TRUE;
}

char *
hemo_tests_to_codes (HemoTests tests)
{
  return hemo_codes_join (test_codes, tests);
}

gboolean
hemo_tests_from_codes (const char *codes, HemoTests *out, GError **error)
{
  guint bits = 0;

  if (!hemo_codes_split (test_codes, "test", codes, &bits, error))
    return FALSE;
  *out = (HemoTests)bits;
  return TRUE;
}

const char *
hemo_pregnancy_to_code (HemoPregnancy pregnancy)
{
  return hemo_code_at (pregnancy_codes, (int)pregnancy);
}

gboolean
hemo_pregnancy_from_code (const char *code, HemoPregnancy *out, GError **error)
{
  int index = 0;

  if (!hemo_code_find (pregnancy_codes, "pregnancy (trimester)", code, &index, error))
    return FALSE;
  *out = (HemoPregnancy)index;
  return TRUE;
}

const char *
hemo_specimen_type_to_code (HemoSpecimenType type)
{
  return hemo_code_at (type_codes, (int)type);
}

gboolean
hemo_specimen_type_from_code (const char *code, HemoSpecimenType *out, GError **error)
{
  int index = 0;

  if (!hemo_code_find (type_codes, "type of specimen", code, &index, error))
    return FALSE;
  *out = (HemoSpecimenType)index;
  return TRUE;
}

const char *
hemo_stain_to_code (HemoStain stain)
{
  return hemo_code_at (stain_codes, (int)stain);
}

gboolean
hemo_stain_from_code (const char *code, HemoStain *out, GError **error)
{
  int index = 0;

  if (!hemo_code_find (stain_codes, "stain", code, &index, error))
    return FALSE;
  *out = (HemoStain)index;
  return TRUE;
}

const char *
hemo_rejection_to_code (HemoRejection rejection)
{
  return hemo_code_at (rejection_codes, (int)rejection);
}

gboolean
hemo_rejection_from_code (const char *code, HemoRejection *out, GError **error)
{
  int index = 0;

  if (!hemo_code_find (rejection_codes, "reason of rejection", code, &index, error))
    return FALSE;
  *out = (HemoRejection)index;
  return TRUE;
}

HemoOrder *
hemo_order_new (const char *patient)
{
  HemoOrder *self = g_new0 (HemoOrder, 1);

  self->uuid = hemo_uuid_new ();
  self->patient = g_strdup (patient);
  return self;
}

HemoOrder *
hemo_order_copy (const HemoOrder *self)
{
  HemoOrder *copy = g_memdup2 (self, sizeof *self);

  copy->uuid = g_strdup (self->uuid);
  copy->patient = g_strdup (self->patient);
  copy->requester = g_strdup (self->requester);
  copy->clinical_note = g_strdup (self->clinical_note);
  return copy;
}

void
hemo_order_free (HemoOrder *self)
{
  if (self == NULL)
    return;
  g_free (self->uuid);
  g_free (self->patient);
  g_free (self->requester);
  g_free (self->clinical_note);
  g_free (self);
}

HemoSpecimen *
hemo_specimen_new (void)
{
  HemoSpecimen *self = g_new0 (HemoSpecimen, 1);

  self->uuid = hemo_uuid_new ();
  return self;
}

HemoTime
hemo_specimen_taken_at (const HemoSpecimen *self)
{
  return self->collected_at.utc_us != 0 ? self->collected_at : self->received_at;
}

HemoSpecimen *
hemo_specimen_copy (const HemoSpecimen *self)
{
  HemoSpecimen *copy = g_memdup2 (self, sizeof *self);

  copy->uuid = g_strdup (self->uuid);
  copy->order = g_strdup (self->order);
  copy->patient = g_strdup (self->patient);
  copy->parent = g_strdup (self->parent);
  copy->accession = g_strdup (self->accession);
  copy->rejection_note = g_strdup (self->rejection_note);
  return copy;
}

void
hemo_specimen_free (HemoSpecimen *self)
{
  if (self == NULL)
    return;
  g_free (self->uuid);
  g_free (self->order);
  g_free (self->patient);
  g_free (self->parent);
  g_free (self->accession);
  g_free (self->rejection_note);
  g_free (self);
}
