/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What waits for a person, with all that a person needs to decide: both versions, who wrote them
 * and when. */

#pragma once

#include "hemo-sync-apply.h"

G_BEGIN_DECLS

/**
 * HemoSyncDispute:
 * @deleted: somebody took the record away on the server
 * @accession: of the case that it is a part of, or NULL
 * @name: of its patient as it is known here, or NULL
 * @our_patient, @their_patient, @our_order, @their_order: of these kinds, what can be read of each
 *   version; theirs is NULL where it was deleted, ours where it is not here
 * @differing: the fields (HemoField) in which those differ
 * @lines: (element-type HemoFhirLine): of every kind, both as the server would have them
 * @here: whether there is a version of ours
 * @our_author, @our_time: who wrote what is here, or NULL; utc_us 0 where that is not known
 * @their_time: as the server says, else when it came
 * @seen: names what is here as it is shown: a decision of it is one of nothing else
 * @refusal: why theirs cannot be taken, in English, and what can be done; NULL where it can
 * @other_tests: whether it is an order for tests that are not done here: see
 *   hemo_sync_take_order()
 * @rejectable: whether what is to be done is to reject the specimen here, and that can be done
 *
 * @lines, @our_author, @seen, @refusal, @rejectable, @other_tests and the versions are only of
 * hemo_sync_dispute_load().
 */
typedef struct
{
  HemoIncoming *incoming;
  gboolean deleted;
  char *accession;
  char *name;
  HemoPatient *our_patient;
  HemoPatient *their_patient;
  HemoOrder *our_order;
  HemoOrder *their_order;
  guint differing;
  GPtrArray *lines;
  gboolean here;
  char *our_author;
  HemoTime our_time;
  HemoTime their_time;
  char *seen;
  char *refusal;
  gboolean rejectable;
  gboolean other_tests;
} HemoSyncDispute;

void hemo_sync_dispute_free (HemoSyncDispute *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoSyncDispute, hemo_sync_dispute_free)

/* The oldest that wait, at most @limit. (transfer full) (element-type HemoSyncDispute) */
GPtrArray *hemo_sync_disputes (HemoTxn *txn, int limit, GError **error);

/* One, whether or not it waits still. A record that is here is audited as seen. (transfer full) */
HemoSyncDispute *hemo_sync_dispute_load (HemoTxn *txn, gint64 sequence, GError **error);

/* Where a newer version came than @sequence: the one that waits in its place. @sequence: (inout) */
gboolean hemo_sync_dispute_follow (HemoTxn *txn, gint64 *sequence, GError **error);

/* Whether who is signed in may decide of it. */
HemoAction hemo_sync_dispute_action (const HemoSyncDispute *self);

G_END_DECLS
