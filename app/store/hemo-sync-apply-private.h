/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the files that apply others' versions share. */

#pragma once

#include "hemo-fhir-overlay.h"
#include "hemo-records-private.h"
#include "hemo-remote-table.h"
#include "hemo-sync-apply.h"

G_BEGIN_DECLS

/* Ends the version of what was deleted. */
#define HEMO_SYNC_DELETED "+deleted"

/**
 * HemoSyncContext: one version while it is applied
 * @known: what the server was known to have, or NULL
 */
typedef struct
{
  HemoTxn *txn;
  const HemoSyncIncoming *incoming;
  const char *type;
  const char *id;
  const char *version;
  HemoRemoteResource *known;
  HemoSyncResult *out;
} HemoSyncContext;

/* Each applies @self->incoming->resource, of its type. */
gboolean hemo_sync_apply_patient (HemoSyncContext *self, GError **error);
gboolean hemo_sync_apply_order (HemoSyncContext *self, GError **error);
gboolean hemo_sync_apply_specimen (HemoSyncContext *self, GError **error);
gboolean hemo_sync_apply_result (HemoSyncContext *self, GError **error);
gboolean hemo_sync_apply_task (HemoSyncContext *self, GError **error);
/* A Task that is neither a reading nor about a picture. */
gboolean hemo_sync_apply_order_task (HemoSyncContext *self, GError **error);
/* A Task about an order. @done: (out): whether it is about one that was refused; else nothing was
 * done with it */
gboolean hemo_sync_apply_refusal (HemoSyncContext *self, gboolean *done, GError **error);
/* A Task that asks for a picture. */
gboolean hemo_sync_apply_picture (HemoSyncContext *self, GError **error);

/* The version is kept with @state and becomes the outcome. @tube: the case that it is about, or
 * NULL; @reason: names no value, or NULL */
gboolean hemo_sync_keep (HemoSyncContext *self,
                         HemoIncomingState state,
                         const char *reason,
                         const char *tube,
                         GError **error);
/* The server has this version; both sides agree on @base (or, NULL, nobody knows on what), and what
 * is here is @ours where that says the same (else NULL). */
gboolean hemo_sync_remember (HemoTxn *txn,
                             const char *server,
                             json_object *theirs,
                             json_object *base,
                             json_object *ours,
                             GError **error);
/* 'Type/id' becomes what the outcome lacks. */
void hemo_sync_lack (HemoSyncContext *self, const char *type, const char *id);
/* @here: whether the record is; if not it becomes what the outcome lacks. */
gboolean hemo_sync_need (
    HemoSyncContext *self, const char *type, const char *id, gboolean *here, GError **error);
/* What came cannot be used as it is: @failure is the reason, or the error where the store failed.
 */
gboolean hemo_sync_refuse (HemoSyncContext *self, GError *failure, GError **error);

/* Where @theirs is another record of the person that @ours is a record of, as a merge here says, it
 * becomes @ours: blood stays with the record that it was taken under. */
gboolean hemo_sync_know_patient (HemoTxn *txn, char **theirs, const char *ours, GError **error);

gboolean hemo_sync_is_deleted (const HemoIncoming *incoming);
/* What a version of the order @local, which is here, says, under the record of the patient here.
 * Who orders nothing that is done here says nothing of the tests that a person here said are done
 * for it. (transfer full) */
HemoOrder *
hemo_sync_read_order (HemoTxn *txn, json_object *json, const HemoOrder *local, GError **error);
/* The version @order was just taken in: where it was carried out elsewhere, no specimen of it is
 * waited for. */
gboolean hemo_sync_settle_expected (HemoTxn *txn, json_object *order, GError **error);
/* The version, if it still waits. (transfer full) */
HemoIncoming *hemo_sync_load_waiting (HemoTxn *txn, gint64 sequence, GError **error);
/* It waits no more, and what was on the shelf because of it goes on. */
gboolean hemo_sync_settle (HemoTxn *txn,
                           const HemoIncoming *incoming,
                           HemoIncomingState state,
                           GError **error);
/* What is here of the record, as it would be sent. @ours: (out) (transfer full): NULL where there
 * is nothing */
gboolean hemo_sync_find_ours (HemoTxn *txn,
                              const HemoIncoming *incoming,
                              json_object **ours,
                              GError **error);
/* Names what is here, or, NULL, that nothing is. (transfer full) */
char *hemo_sync_stamp (json_object *ours);
/* Whether what is here has the stamp @seen still; NULL: whatever it has. */
gboolean
hemo_sync_check_seen (HemoTxn *txn, const HemoIncoming *incoming, const char *seen, GError **error);
/* FALSE, as something else is here than a person saw. */
gboolean hemo_sync_fail_changed (GError **error);
/* Whether theirs could be taken over what is here; see hemo_sync_take_theirs(). */
gboolean hemo_sync_check_theirs (HemoTxn *txn, const HemoIncoming *incoming, GError **error);
/* @why: (out) (transfer full): why not, untouched where it could */
gboolean
hemo_sync_find_refusal (HemoTxn *txn, const HemoIncoming *incoming, char **why, GError **error);
/* Whether it is a specimen that can be rejected, and is another there. */
gboolean hemo_sync_helps_rejection (HemoTxn *txn, const HemoIncoming *incoming);
/* Whether the record @id, or a report of the case @tube (or NULL), has yet to be sent. */
gboolean hemo_sync_is_to_be_sent (
    HemoTxn *txn, const char *id, const char *tube, gboolean *is, GError **error);

/* The case that a version is about, by its id, else by what it refers to. @tube: (out) (transfer
 * full): NULL where there is none */
gboolean
hemo_sync_find_case (HemoTxn *txn, const HemoIncoming *incoming, char **tube, GError **error);

/* What is here of the record waits to be sent; what has no change of its own, as an Observation,
 * goes with its case. */
gboolean hemo_sync_queue_ours (HemoTxn *txn, const HemoIncoming *incoming, GError **error);

/* As what is sent is hashed. (transfer full) */
char *hemo_sync_hash (const char *text);

/* The base as JSON, or NULL. (transfer full) */
json_object *hemo_sync_parse (const char *text);

G_END_DECLS
