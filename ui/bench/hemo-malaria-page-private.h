/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the files of the malaria page share. */

#pragma once

#include "hemo-malaria-page.h"

#include "hemo-count-ring.h"
#include "hemo-field-pane.h"
#include "hemo-malaria-choices.h"
#include "hemo-malaria-readings-list.h"
#include "hemo-saver.h"
#include "hemo-tally-row.h"

G_BEGIN_DECLS

#define N_SPECIES HEMO_MALARIA_SPECIES_CHOICES
#define N_STAGES HEMO_MALARIA_STAGE_CHOICES

enum
{
  THICK,
  THIN,
  N_FILMS,
};

struct _HemoMalariaPage
{
  HemoBenchPage parent_instance;

  AdwBanner *banner;
  HemoFieldPane *field;
  AdwToggleGroup *film;
  GtkLabel *saving;
  GtkBox *rows;
  AdwSpinRow *per_field;
  HemoCountRing *ring;
  GtkLabel *status;
  GtkLabel *density;
  GtkLabel *density_note;
  GtkButton *field_button;
  GtkButton *clear_button;
  GtkButton *close_button;
  GtkButton *reopen_button;
  AdwWrapBox *species;
  AdwWrapBox *stages;
  GtkLabel *verdict;
  HemoReadingList *readings;

  HemoTallyRow *parasites;
  HemoTallyRow *cells;
  GtkWidget *species_buttons[N_SPECIES];
  GtkWidget *stage_buttons[N_STAGES];
  GSettings *settings;
  int layout;
  int shown;
  HemoMalaria *films[N_FILMS];
  HemoSaver *savers[N_FILMS];
  /* (element-type HemoMalaria): of the film that is shown, as it was before each key. */
  GPtrArray *before[N_FILMS];
  /* UUIDs of readings that were discarded here: what was read before may still have them. */
  GHashTable *discarded;
  gboolean loading;
};

/* The one that is seen; NULL before the case was read. */
HemoMalaria *hemo_malaria_page_get_film (HemoMalariaPage *self);
const HemoCase *hemo_malaria_page_get_case (HemoMalariaPage *self);
/* Before a change of @film: undo goes back to it. */
void hemo_malaria_page_remember (HemoMalariaPage *self, int film);
void hemo_malaria_page_save (HemoMalariaPage *self, int film);
/* The last key of @film, which may not be the one that is seen. */
void hemo_malaria_page_undo (HemoMalariaPage *self, int film);

/* hemo-malaria-page-show.c */
gboolean hemo_malaria_page_is_finished (const HemoMalaria *film);
void hemo_malaria_page_show (HemoMalariaPage *self);
void hemo_malaria_page_show_keys (HemoMalariaPage *self);

/* hemo-malaria-page-conflict.c */
/* The first film that was changed elsewhere while it was counted here; or -1. */
int hemo_malaria_page_find_conflict (HemoMalariaPage *self);
/* Asks what stands. */
void hemo_malaria_page_settle (HemoMalariaPage *self);

G_END_DECLS
