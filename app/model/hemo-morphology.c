/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Graded findings of one reader on red cells, white cells and platelets. */

#include "hemo-morphology.h"

#include "hemo-codes-private.h"

HemoMorphology *
hemo_morphology_new (const char *specimen, const char *reader)
{
  HemoMorphology *self = g_new0 (HemoMorphology, 1);

  self->uuid = hemo_uuid_new ();
  self->specimen = g_strdup (specimen);
  self->reader = g_strdup (reader);
  self->findings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

static GHashTable *
copy_findings (GHashTable *findings)
{
  GHashTable *copy = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTableIter iter;
  gpointer code, grade;

  g_hash_table_iter_init (&iter, findings);
  while (g_hash_table_iter_next (&iter, &code, &grade))
    g_hash_table_insert (copy, g_strdup (code), grade);
  return copy;
}

HemoMorphology *
hemo_morphology_copy (const HemoMorphology *self)
{
  HemoMorphology *copy = g_memdup2 (self, sizeof *self);

  copy->uuid = g_strdup (self->uuid);
  copy->specimen = g_strdup (self->specimen);
  copy->reader = g_strdup (self->reader);
  copy->comment = g_strdup (self->comment);
  copy->findings = copy_findings (self->findings);
  return copy;
}

void
hemo_morphology_free (HemoMorphology *self)
{
  if (self == NULL)
    return;
  g_free (self->uuid);
  g_free (self->specimen);
  g_free (self->reader);
  g_free (self->comment);
  g_hash_table_unref (self->findings);
  g_free (self);
}

void
hemo_morphology_all_normal (HemoMorphology *self)
{
  g_hash_table_remove_all (self->findings);
  for (int group = 0; group < HEMO_MORPHOLOGY_GROUPS; group++)
    self->examined[group] = TRUE;
}

gboolean
hemo_morphology_grade (HemoMorphology *self, const char *code, int grade, GError **error)
{
  const HemoFindingInfo *info = hemo_finding_info (code);

  if (info == NULL)
    return hemo_refuse (error, "There is no such finding");
  if (grade < 0 || grade > 3)
    return hemo_refuse (error, "A grade is 0, 1, 2 or 3");
  if (!info->graded && grade != 0 && grade != 3)
    return hemo_refuse (error, "%s: only 0 (absent) or 3 (present) is possible", info->label);
  self->examined[info->group] = TRUE;
  if (grade == 0)
    g_hash_table_remove (self->findings, code);
  else
    g_hash_table_replace (self->findings, g_strdup (code), GINT_TO_POINTER (grade));
  return TRUE;
}

int
hemo_morphology_get_grade (const HemoMorphology *self, const char *code)
{
  return GPOINTER_TO_INT (g_hash_table_lookup (self->findings, code));
}
