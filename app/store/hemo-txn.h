/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A transaction of one signed-in user: the guard through which everything is read and changed.
 *
 * It asks the policy, writes the audit row and the change-log row with each change, and rolls back
 * when it goes out of scope without a commit. Lives on the store's thread, for one job. */

#pragma once

#include "hemo-db.h"
#include "hemo-session.h"
#include "hemo-time.h"

G_BEGIN_DECLS

typedef struct _HemoTxn HemoTxn;

/* BEGIN IMMEDIATE on a writer, BEGIN on a reader (whose audit rows the store writes when its job is
 * done, before anybody gets the result). @session is not NULL but during set-up and
 * migration. @audit_keys: (element-type HemoSecret): MAC key of each version of the store key. */
HemoTxn *hemo_txn_begin (HemoDb *db, HemoSession *session, GPtrArray *audit_keys, GError **error);
gboolean hemo_txn_commit (HemoTxn *self, GError **error);
/* Rolls back if it was not committed. */
void hemo_txn_end (HemoTxn *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoTxn, hemo_txn_end)

HemoDb *hemo_txn_get_db (HemoTxn *self);
/* For a job that gives a result and is waited for: how the result is freed when what the job
 * changed could not be committed. */
void hemo_txn_set_result_free (HemoTxn *self, GDestroyNotify result_free);
HemoSession *hemo_txn_get_session (HemoTxn *self);
/* One moment for all that a transaction writes, as the clock tells it. A step back of up to five
 * minutes is held at the last audit row's time; where the clock was wrong by more, its new time
 * stands, or one wrong day would date all that follows. Order is by sequence numbers, never by
 * this. */
HemoTime hemo_txn_get_time (HemoTxn *self);
/* (element-type HemoSecret) (transfer none): MAC keys, for hemo_audit_verify() */
GPtrArray *hemo_txn_get_audit_keys (HemoTxn *self);

/* What 0001-core.sql's meta holds: 'clinic', 'store', 'installation', 'station' … NULL without
 * @error when it is not set. (transfer full) */
char *hemo_txn_dup_meta (HemoTxn *self, const char *key, GError **error);
gboolean hemo_txn_set_meta (HemoTxn *self, const char *key, const char *value, GError **error);

/**
 * hemo_txn_require:
 * @object_type: 'patient', 'specimen' …, or NULL
 * @object: UUID, or NULL
 *
 * To be called first by every function of a table. What counts is the user's row as it is now: one
 * who was disabled or given another role meanwhile is held to that. Refuses with
 * %HEMO_VAULT_ERROR_DENIED, also when the session is locked, and then leaves a 'refused' row in the
 * audit log, which is written by itself after the rollback of the rest.
 */
gboolean hemo_txn_require (
    HemoTxn *self, HemoAction action, const char *object_type, const char *object, GError **error);

/**
 * hemo_txn_audit:
 * @what: 'patient.view', 'sign-in', 'report.sign' …
 * @detail: codes and numbers only, never a name; or NULL
 */
gboolean hemo_txn_audit (HemoTxn *self,
                         const char *what,
                         const char *object_type,
                         const char *object,
                         const char *detail,
                         GError **error);

/* Lanes of design.md, Sync. */
typedef enum
{
  HEMO_LANE_RESULTS,
  HEMO_LANE_PREVIEWS,
  HEMO_LANE_ORIGINALS,
  HEMO_LANE_NONE,
} HemoLane;

/**
 * hemo_txn_log_change:
 * @kind: FHIR type of what changed: 'Patient', 'Specimen', 'Media' …
 * @version: of the record, after the change
 * @lane: HEMO_LANE_NONE for what never leaves (drafts)
 *
 * Writes the change-log row (with a UUID of its own, the Provenance's id), its queue row and the
 * audit row of the change.
 */
gboolean hemo_txn_log_change (HemoTxn *self,
                              const char *what,
                              const char *kind,
                              const char *object,
                              gint64 version,
                              HemoLane lane,
                              GError **error);

/* The change that was logged last waits in @lane as well: an image has a preview and an original.
 * @object: of what travels */
gboolean
hemo_txn_queue (HemoTxn *self, const char *kind, const char *object, HemoLane lane, GError **error);

G_END_DECLS
