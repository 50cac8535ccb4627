/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Morphology or platelets that were changed elsewhere while they were looked at here. */

#include "hemo-morphology-page-private.h"

#include "hemo-conflict-dialog.h"
#include "hemo-place.h"

#include <glib/gi18n.h>

static const HemoCase *
get_case (HemoMorphologyPage *self)
{
  return hemo_bench_case_get (hemo_bench_page_get_case (HEMO_BENCH_PAGE (self)));
}

gboolean
hemo_morphology_page_has_conflict (HemoMorphologyPage *self)
{
  return hemo_saver_is_in_conflict (self->saver)
         || hemo_saver_is_in_conflict (self->platelet_saver);
}

static const HemoMorphology *
find_morphology (HemoMorphologyPage *self)
{
  const HemoCase *data = get_case (self);

  for (guint i = 0; i < data->morphologies->len; i++)
    {
      const HemoMorphology *other = g_ptr_array_index (data->morphologies, i);

      if (g_strcmp0 (other->uuid, self->morphology->uuid) == 0)
        return other;
    }
  return NULL;
}

static char *
describe_morphology (const HemoMorphology *morphology)
{
  GString *text = g_string_new (NULL);

  for (const HemoFindingInfo *info = hemo_finding_infos (); info->code != NULL; info++)
    {
      int grade = hemo_morphology_get_grade (morphology, info->code);

      if (grade > 0)
        /* Translators: a finding and its grade */
        g_string_append_printf (text, _ ("%s: %d\n"), _ (info->label), grade);
    }
  g_string_append (text, text->len > 0 ? _ ("all else normal") : _ ("all normal"));
  return g_string_free_and_steal (text);
}

static char *
describe_platelets (const HemoPlatelets *platelets)
{
  /* Translators: platelets that were counted, and over how many fields */
  return g_strdup_printf (_ ("Platelets: %d, fields: %d"), platelets->total, platelets->fields);
}

static void
undo_morphology_cb (gpointer data)
{
  HemoMorphologyPage *self = data;

  if (self->banner != NULL)
    hemo_morphology_page_undo (self);
}

static void
decided_morphology_cb (gboolean mine, gpointer data)
{
  HemoMorphologyPage *self = data;
  const HemoMorphology *stored = self->banner != NULL ? find_morphology (self) : NULL;

  if (stored == NULL || !hemo_saver_is_in_conflict (self->saver))
    return;
  adw_banner_set_revealed (self->banner, FALSE);
  if (mine)
    {
      hemo_saver_overrule (self->saver, stored->version);
      return;
    }
  hemo_saver_give_way (self->saver);
  hemo_saver_set_version (self->saver, stored->version);
  g_ptr_array_add (self->before, self->morphology);
  self->morphology = hemo_morphology_copy (stored);
  hemo_morphology_page_show (self);
  hemo_place_toast_undo (GTK_WIDGET (self), _ ("Taken from the record"), undo_morphology_cb,
                         g_object_ref (self), g_object_unref);
}

/* What stood on the screen. */
typedef struct
{
  HemoMorphologyPage *page;
  HemoPlatelets *platelets;
} Left;

static void
left_free (gpointer data)
{
  Left *self = data;

  hemo_platelets_free (self->platelets);
  g_object_unref (self->page);
  g_free (self);
}

static void
undo_platelets_cb (gpointer data)
{
  Left *left = data;

  if (left->page->banner == NULL)
    return;
  hemo_morphology_page_set_platelets (left->page, left->platelets);
  hemo_saver_save (left->page->platelet_saver, left->platelets);
}

static void
decided_platelets_cb (gboolean mine, gpointer data)
{
  HemoMorphologyPage *self = data;
  const HemoPlatelets *stored = self->banner != NULL ? get_case (self)->platelets : NULL;
  Left *left;

  if (stored == NULL || !hemo_saver_is_in_conflict (self->platelet_saver))
    return;
  adw_banner_set_revealed (self->banner, FALSE);
  if (mine)
    {
      /* There may be one of another number: there is one for a specimen. */
      g_set_str (&self->platelets->uuid, stored->uuid);
      hemo_saver_give_way (self->platelet_saver);
      hemo_saver_set_version (self->platelet_saver, stored->version);
      hemo_saver_save (self->platelet_saver, self->platelets);
      return;
    }
  hemo_saver_give_way (self->platelet_saver);
  hemo_saver_set_version (self->platelet_saver, stored->version);
  left = g_new0 (Left, 1);
  left->page = g_object_ref (self);
  left->platelets = hemo_platelets_copy (self->platelets);
  g_set_str (&left->platelets->uuid, stored->uuid);
  hemo_morphology_page_set_platelets (self, stored);
  hemo_place_toast_undo (GTK_WIDGET (self), _ ("Taken from the record"), undo_platelets_cb, left,
                         left_free);
}

void
hemo_morphology_page_settle (HemoMorphologyPage *self)
{
  const HemoMorphology *morphology = find_morphology (self);
  const HemoPlatelets *platelets = get_case (self)->platelets;
  g_autofree char *here = NULL;
  g_autofree char *there = NULL;

  if (hemo_saver_is_in_conflict (self->saver) && morphology != NULL)
    {
      here = describe_morphology (self->morphology);
      there = describe_morphology (morphology);
      hemo_conflict_dialog_ask (GTK_WIDGET (self), here, there, decided_morphology_cb, self);
    }
  else if (hemo_saver_is_in_conflict (self->platelet_saver) && platelets != NULL)
    {
      here = describe_platelets (self->platelets);
      there = describe_platelets (platelets);
      hemo_conflict_dialog_ask (GTK_WIDGET (self), here, there, decided_platelets_cb, self);
    }
}
