/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the files of the morphology page share. */

#pragma once

#include "hemo-morphology-page.h"

#include "hemo-number-entry.h"
#include "hemo-saver.h"

G_BEGIN_DECLS

struct _HemoMorphologyPage
{
  HemoBenchPage parent_instance;

  AdwBanner *banner;
  GtkButton *normal_button;
  AdwWrapBox *chips;
  GtkRevealer *letters_revealer;
  GtkLabel *letters;
  GtkListBox *matches;
  GtkListBox *found;
  GtkBox *catalogue;
  AdwActionRow *platelet_row;
  HemoNumberEntry *platelet_total;
  AdwSpinRow *platelet_fields;
  AdwSwitchRow *platelet_clumps;

  GtkWidget *group_chips[HEMO_MORPHOLOGY_GROUPS];
  /* Button of the catalogue, by code. */
  GHashTable *pills;
  HemoMorphology *morphology;
  HemoSaver *saver;
  HemoPlatelets *platelets;
  HemoSaver *platelet_saver;
  /* (element-type HemoMorphology): as it was before each change, newest last. */
  GPtrArray *before;
  GString *typed;
  /* The finding that a grade is for, or NULL. */
  const HemoFindingInfo *current;
  gboolean loading;
};

/* hemo-morphology-page-show.c */
/* Chips of the groups and their findings, once. */
void hemo_morphology_page_make_catalogue (HemoMorphologyPage *self);
/* What was found, after each change. */
void hemo_morphology_page_show (HemoMorphologyPage *self);
/* The letters and what they match; the first match becomes the one that is graded. */
void hemo_morphology_page_show_typed (HemoMorphologyPage *self);

/* hemo-morphology-page-conflict.c */
/* Whether something was changed elsewhere while it was changed here. */
gboolean hemo_morphology_page_has_conflict (HemoMorphologyPage *self);
/* Asks what stands. */
void hemo_morphology_page_settle (HemoMorphologyPage *self);

/* hemo-morphology-page.c */
/* Back to what was before the last change of the findings. */
void hemo_morphology_page_undo (HemoMorphologyPage *self);
/* Shows @platelets, and writes nothing. */
void hemo_morphology_page_set_platelets (HemoMorphologyPage *self, const HemoPlatelets *platelets);
/* Grades and saves; any grade over 0 of what is only there or not means that it is there. */
void
hemo_morphology_page_set_grade (HemoMorphologyPage *self, const HemoFindingInfo *info, int grade);

G_END_DECLS
