/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a server has of parcels though no version of it is known: of a transaction whose answer was
 * lost, of a store that was restored, of a server whose address was typed in another way. */

#pragma once

#include "hemo-fhir-parcel.h"
#include "hemo-fhir-server.h"
#include "hemo-store.h"

G_BEGIN_DECLS

/**
 * HemoFhirLook:
 * @session: of the sync
 * @identity: of the server
 * @parcels: (element-type HemoFhirParcel)
 * @absent: (element-type utf8): 'Type/id' that was not there; grows, and is not asked for again
 * @differing: (element-type json_object): versions of others; grows
 * @barred: (element-type HemoFhirParcel) (transfer none): those of which something may not be read;
 *   grows
 */
typedef struct
{
  HemoStore *store;
  HemoSession *session;
  HemoFhirServer *server;
  const char *identity;
  const GPtrArray *parcels;
  GHashTable *absent;
  GPtrArray *differing;
  GPtrArray *barred;
} HemoFhirLook;

/**
 * hemo_fhir_look_run:
 * @found: (out): how many parts the server has
 *
 * Asks for the parts of which no version is known, many at a time; not for who runs the clinic and
 * on what, whom the last who writes decides, nor for a Provenance, which has one writer. Where a
 * case was never sent, its results are not asked for. What is there as it is here, or as this
 * laptop last sent it, is written down with its version: the parcels are to be loaded again. A type
 * that may not be read bars the parcels that have to be looked at for it and no others; where
 * nothing may be read, that is %HEMO_REMOTE_ERROR_DENIED. Blocks.
 */
gboolean hemo_fhir_look_run (const HemoFhirLook *self,
                             guint *found,
                             GCancellable *cancellable,
                             GError **error);

/* Before @count parts from @first on are sent: what of them the server may then have, though its
 * answer is lost. */
gboolean hemo_fhir_look_note (HemoTxn *txn,
                              const char *identity,
                              const HemoFhirParcel *parcel,
                              guint first,
                              guint count,
                              GError **error);

/* Which of the parcel's parts the server has just as they are, each read by itself. What differs
 * may have changed here since without a change that goes by itself, or there by somebody else's
 * hand. (transfer full) (element-type HemoFhirStored) */
GPtrArray *hemo_fhir_look_back (HemoFhirServer *server,
                                const HemoFhirParcel *parcel,
                                GCancellable *cancellable,
                                GError **error);

/* Whether the server has every change of the parcel, as their Provenances say; FALSE in @has for
 * one that was not begun. */
gboolean hemo_fhir_look_changes (HemoFhirServer *server,
                                 const HemoFhirParcel *parcel,
                                 gboolean *has,
                                 GCancellable *cancellable,
                                 GError **error);

G_END_DECLS
