/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Search as one types: names, identifiers, telephone and accession numbers, in any script. */

#pragma once

#include "hemo-patient.h"
#include "hemo-txn.h"

G_BEGIN_DECLS

/**
 * HemoSearchHit:
 * @row: number of the patient here
 * @uuid: of the patient
 * @identifier: the first one's value, or NULL
 * @accession: of the newest specimen, or of the one that matched, or NULL
 */
typedef struct
{
  gint64 row;
  char *uuid;
  char *name;
  HemoSex sex;
  HemoBirth birth;
  char *identifier;
  char *accession;
} HemoSearchHit;

void hemo_search_hit_free (HemoSearchHit *self);

/* Every word of @text (folded) begins a word of a name, identifier, telephone or accession number;
 * merged records are found and shown as the survivor. Newest first; an empty @text finds nothing.
 * Not audited. (transfer full) (element-type HemoSearchHit) */
GPtrArray *hemo_search (HemoTxn *txn, const char *text, int limit, GError **error);

/* Numbers of all patients that stand for themselves (neither merged nor in error), newest first:
 * for lists that load what is seen. Not audited. (transfer full) (element-type gint64) */
GArray *hemo_patient_rows (HemoTxn *txn, GError **error);

/* The patients of @rows, in that order; a number that there is nobody for is left out. Not audited.
 * (transfer full) (element-type HemoSearchHit) */
GPtrArray *hemo_patient_load_rows (HemoTxn *txn, const gint64 *rows, guint n_rows, GError **error);

/* Whether the index holds exactly what the records say, and makes it anew. Needs verify; for
 * 'verify' and for a store that was brought in from elsewhere. @wrong: (out): records that differ
 */
gboolean hemo_search_check (HemoTxn *txn, gint64 *wrong, GError **error);
gboolean hemo_search_rebuild (HemoTxn *txn, GError **error);

G_END_DECLS
