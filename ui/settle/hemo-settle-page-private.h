/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the files of the page share. */

#pragma once

#include "hemo-settle-choice.h"
#include "hemo-settle-page.h"
#include "hemo-sync-dispute.h"

G_BEGIN_DECLS

/**
 * HemoSettleField: a field and the widget that decides of it
 */
typedef struct
{
  HemoField field;
  HemoSettleChoice *choice;
  /* How dates are typed in this clinic. */
  gboolean day_first;
} HemoSettleField;

struct _HemoSettlePage
{
  HemoPlace parent_instance;

  GtkBox *content;
  GtkWidget *decide;
  GtkLabel *count;

  gint64 sequence;
  HemoSyncDispute *dispute;
  GArray *choices;
  /* What is done for an order of other tests. */
  GPtrArray *tests;
  gboolean asked;
  /* Something else stood there than was decided of. */
  gboolean again;
  gboolean allowed;
  gboolean writing;
};

/* Appends one choice for each field that differs. */
void hemo_settle_page_add_choices (HemoSettlePage *self);
/* What was decided, of a patient or an order. FALSE when something typed cannot be taken, which is
 * said there. (out) (transfer full) */
gboolean hemo_settle_page_read (HemoSettlePage *self, HemoPatient **patient, HemoOrder **order);
/* Another was chosen. */
void hemo_settle_page_check (HemoSettlePage *self);

/* What the buttons do. */
void hemo_settle_page_keep_ours (HemoSettlePage *self);
void hemo_settle_page_take_theirs (HemoSettlePage *self);
void hemo_settle_page_decide (HemoSettlePage *self);
void hemo_settle_page_reject (HemoSettlePage *self);
void hemo_settle_page_take_order (HemoSettlePage *self);
/* Nothing is done for it, and who ordered is told why. */
void hemo_settle_page_refuse (HemoSettlePage *self);
/* The tests that are marked. */
HemoTests hemo_settle_page_get_tests (HemoSettlePage *self);
/* Shows how both versions stand now, with nothing marked. */
void hemo_settle_page_ask_again (HemoSettlePage *self);

/* A column that scrolls; @scrolled: (out) (transfer floating): what holds it. (transfer none) */
GtkBox *hemo_settle_make_content (GtkWidget **scrolled);

G_END_DECLS
