/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What was typed into a form and not saved yet: of each user and form the newest, encrypted as all
 * of the store, and never sent. */

#pragma once

#include "hemo-txn.h"

G_BEGIN_DECLS

/* Longest content. */
#define HEMO_DRAFT_LIMIT ((gsize)64 * 1024)

/**
 * hemo_draft_save:
 * @form: the form's name, with the UUID of what it changes where there is one
 * @content: text in the form's own way (JSON), up to %HEMO_DRAFT_LIMIT bytes; NULL forgets it
 *
 * Takes the place of the user's draft before. No view and no change: not audited, not queued.
 */
gboolean hemo_draft_save (HemoTxn *txn, const char *form, const char *content, GError **error);

/* The draft of who is signed in; NULL without @error when there is none. (transfer full) */
char *hemo_draft_load (HemoTxn *txn, const char *form, GError **error);

G_END_DECLS
