/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sentences that are offered for the comment of a report: a few that are shipped and the site's
 * own.
 */

#pragma once

#include "hemo-txn.h"

G_BEGIN_DECLS

/**
 * HemoPhrase:
 * @text: of a shipped one English source text, to be translated into the report's language
 */
typedef struct
{
  char *uuid;
  char *text;
  gboolean shipped;
} HemoPhrase;

void hemo_phrase_free (HemoPhrase *self);

/* The shipped ones that the site kept, then its own, oldest first. (element-type HemoPhrase)
 * (transfer full) */
GPtrArray *hemo_phrases_load (HemoTxn *txn, GError **error);

/* @text: at most 500 characters; %HEMO_STORE_ERROR_CONFLICT when it is there already. @uuid: (out)
 * (optional) (transfer full) */
gboolean hemo_phrase_add (HemoTxn *txn, const char *text, char **uuid, GError **error);

/* Offers it no more; reports that have it keep it. */
gboolean hemo_phrase_remove (HemoTxn *txn, const char *uuid, GError **error);

G_END_DECLS
