/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Keeps what is typed into a form in the store, a moment after each pause, until it is saved. */

#pragma once

#include "hemo-desk.h"

G_BEGIN_DECLS

#define HEMO_TYPE_DRAFT_KEEPER (hemo_draft_keeper_get_type ())
G_DECLARE_FINAL_TYPE (HemoDraftKeeper, hemo_draft_keeper, HEMO, DRAFT_KEEPER, GObject)

/* @form: see hemo_draft_save(). Signals: 'found' (content), some time after it was made when there
 * is a draft; 'failed' (GError) when one could not be kept. */
HemoDraftKeeper *hemo_draft_keeper_new (HemoDesk *desk, const char *form);

/* (transfer full): what the form says now; the last one within the pause is kept. */
void hemo_draft_keeper_keep (HemoDraftKeeper *self, char *content);
/* Writes at once what waits: the form is being left. */
void hemo_draft_keeper_flush (HemoDraftKeeper *self);
/* Forgets it, also what waits: the form was saved or discarded. Nothing is kept from then on until
 * hemo_draft_keeper_keep() is called again. */
void hemo_draft_keeper_forget (HemoDraftKeeper *self);

G_END_DECLS
