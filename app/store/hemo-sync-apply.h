/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What others wrote on the clinic's server comes into the store: taken, merged, or kept for a
 * person to look at. Nothing that came is dropped, and nothing signed is merged. */

#pragma once

#include "hemo-fhir.h"
#include "hemo-incoming-table.h"
#include "hemo-merge.h"

G_BEGIN_DECLS

/**
 * HemoSyncOutcome:
 * @HEMO_SYNC_KNOWN: this version was seen before
 * @HEMO_SYNC_SAME: it says what is here
 * @HEMO_SYNC_APPLIED: new here, or taken whole
 * @HEMO_SYNC_MERGED: field by field
 * @HEMO_SYNC_WAITING: a person decides; what could be merged is
 * @HEMO_SYNC_KEPT: nothing here is changed by it; it can be looked at with its case
 * @HEMO_SYNC_FOREIGN: about nothing of this clinic, and not kept
 * @HEMO_SYNC_LACKS: it refers to what is not here yet: nothing was done
 * @HEMO_SYNC_OLDER: the server has an older version than it had: nothing was done, see @certain
 */
typedef enum
{
  HEMO_SYNC_KNOWN,
  HEMO_SYNC_SAME,
  HEMO_SYNC_APPLIED,
  HEMO_SYNC_MERGED,
  HEMO_SYNC_WAITING,
  HEMO_SYNC_KEPT,
  HEMO_SYNC_FOREIGN,
  HEMO_SYNC_LACKS,
  HEMO_SYNC_OLDER,
} HemoSyncOutcome;

/**
 * HemoSyncIncoming:
 * @server: identity of the server
 * @resource: with its meta.versionId
 * @author: who wrote it, or NULL
 * @certain: whether it was read by itself: a search may be behind, and of an older version only
 * this says that the server was put back to an older state. What is here is sent again then.
 * @last: what it refers to cannot be had: it is kept without
 */
typedef struct
{
  const char *server;
  json_object *resource;
  const char *author;
  gboolean certain;
  gboolean last;
} HemoSyncIncoming;

/**
 * HemoSyncResult:
 * @lacks_type, @lacks_id: of what has to be applied before, where that is the outcome
 */
typedef struct
{
  HemoSyncOutcome outcome;
  char *lacks_type;
  char *lacks_id;
} HemoSyncResult;

void hemo_sync_result_clear (HemoSyncResult *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HemoSyncResult, hemo_sync_result_clear)

/**
 * hemo_sync_apply:
 * @out: all 0 before
 *
 * Only the sync may (sync.apply). What cannot be read or stored as it is waits with the reason, and
 * is no failure.
 */
gboolean hemo_sync_apply (HemoTxn *txn,
                          const HemoSyncIncoming *incoming,
                          HemoSyncResult *out,
                          GError **error);

/* A rule of the store refused the version: it waits for a person, so that it holds up no other. */
gboolean hemo_sync_apply_refused (HemoTxn *txn,
                                  const HemoSyncIncoming *incoming,
                                  HemoSyncResult *out,
                                  GError **error);

/* The server deleted 'Type/id', of which @version was known: nothing is deleted here, a person is
 * told, and it is not sent again unless that person says so. */
gboolean hemo_sync_apply_deleted (HemoTxn *txn,
                                  const char *server,
                                  const char *type,
                                  const char *id,
                                  const char *version,
                                  GError **error);

/* What is sent of @ours, where @base is what the server has: others' elements stay in it. (transfer
 * full) */
json_object *hemo_sync_outgoing (const char *base, json_object *ours);

/* What is kept of @resource beside its version: all of a Patient or a ServiceRequest, which are
 * merged by field; of an Observation, which no table need know, what case it is of; else NULL.
 * (transfer full) */
char *hemo_sync_dup_base (json_object *resource);

/* A person settles what waits. What is written goes through the same rules as if it had been typed,
 * and the version is settled in the same transaction. */

/* Who may decide of a version of @type: who may change what is here. */
HemoAction hemo_sync_settle_action (const char *type);

/* All three: @seen is HemoSyncDispute.seen of what the person looked at, or NULL for who decides of
 * whatever is here. %HEMO_STORE_ERROR_CONFLICT when something else is here by now, a newer version
 * came, or it was decided before. */

/* Theirs, as far as the program may: a record's number, order and patient stay, and a signed report
 * is theirs on the server only. What HemoSyncDispute.refusal says cannot be taken is
 * %HEMO_STORE_ERROR_STATE, %HEMO_FHIR_ERROR or %HEMO_MODEL_ERROR. */
gboolean hemo_sync_take_theirs (HemoTxn *txn, gint64 sequence, const char *seen, GError **error);
/* What is here stands, and is sent. */
gboolean hemo_sync_keep_ours (HemoTxn *txn, gint64 sequence, const char *seen, GError **error);
/* Of a Patient or a ServiceRequest, theirs in @fields (HemoField) and ours in the rest. */
gboolean hemo_sync_take_fields (
    HemoTxn *txn, gint64 sequence, guint fields, const char *seen, GError **error);
/* Every field as in @decided, which a person made of both versions and of what was typed besides.
 * An order stays with its patient. %HEMO_STORE_ERROR_CONFLICT when the record has another version
 * than @decided: somebody has changed it. */
gboolean hemo_sync_decide_patient (HemoTxn *txn,
                                   gint64 sequence,
                                   const HemoPatient *decided,
                                   GError **error);
gboolean
hemo_sync_decide_order (HemoTxn *txn, gint64 sequence, const HemoOrder *decided, GError **error);
/* Whether a version that waits is an order of a patient who is here, for nothing but tests that are
 * not done here: what is done for it is for a person to say. */
gboolean hemo_sync_is_of_other_tests (HemoTxn *txn, const HemoIncoming *incoming);
/* Takes such an order in: @tests are done for it, which the server is told, and what it asks for
 * stands in its note. Its specimen is expected then. %HEMO_MODEL_ERROR where that is none. */
gboolean hemo_sync_take_order (
    HemoTxn *txn, gint64 sequence, HemoTests tests, const char *seen, GError **error);
/* The fields in which a version of a Patient or ServiceRequest differs from what is here. */
gboolean hemo_sync_differing (HemoTxn *txn, gint64 sequence, guint *fields, GError **error);

G_END_DECLS
