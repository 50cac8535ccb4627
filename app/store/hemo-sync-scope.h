/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What of a server concerns this clinic. A server that is not this clinic's alone shows patients,
 * orders and results of others, which are nobody's business here. */

#pragma once

#include "hemo-fhir.h"
#include "hemo-txn.h"

G_BEGIN_DECLS

/**
 * HemoSyncOrigin: who wrote a record, as its Provenances say
 * @HEMO_SYNC_ORIGIN_UNKNOWN: nobody asked yet
 * @HEMO_SYNC_ORIGIN_OURS: an installation of this clinic, this one or another
 * @HEMO_SYNC_ORIGIN_OTHERS: installations of other clinics, and none of this one
 * @HEMO_SYNC_ORIGIN_NOBODY: no installation of this program
 * @HEMO_SYNC_ORIGIN_UNTOLD: the server does not say
 */
typedef enum
{
  HEMO_SYNC_ORIGIN_UNKNOWN,
  HEMO_SYNC_ORIGIN_OURS,
  HEMO_SYNC_ORIGIN_OTHERS,
  HEMO_SYNC_ORIGIN_NOBODY,
  HEMO_SYNC_ORIGIN_UNTOLD,
} HemoSyncOrigin;

/**
 * HemoSyncConcern:
 * @HEMO_SYNC_CONCERN_NONE: neither this clinic nor what is here
 * @HEMO_SYNC_CONCERN_SOME: it is taken in
 * @HEMO_SYNC_CONCERN_ASK: who wrote it, or what it refers to, has to be asked first
 */
typedef enum
{
  HEMO_SYNC_CONCERN_NONE,
  HEMO_SYNC_CONCERN_SOME,
  HEMO_SYNC_CONCERN_ASK,
} HemoSyncConcern;

/**
 * HemoSyncScope:
 * @server: identity of the server
 * @clinic: UUID of this clinic
 * @installation: of this laptop
 * @find_origin: of 'Type/id', who wrote it; of an Organization whether it is this clinic
 * @data: for that
 */
typedef struct
{
  const char *server;
  const char *clinic;
  const char *installation;
  HemoSyncOrigin (*find_origin) (const char *name, gpointer data);
  gpointer data;
} HemoSyncScope;

/**
 * hemo_sync_scope_judge:
 * @ask: (element-type utf8): 'Type/id' are added whose origin decides
 *
 * What is here or known concerns the clinic, and so does whatever refers to it. Beyond that:
 *
 * - what an installation of the clinic wrote;
 * - an order for this laboratory, or for none by name; not one that another clinic's Hemogram wrote
 *   for itself, that names other organisations alone, or that asks a laboratory that it does not
 *   name for nothing that this one does, of a patient who is not known here;
 * - a specimen of an order that is here, and a result of what the clinic wrote;
 * - a Task for this laboratory.
 *
 * Whom a Task names to do it is asked for also where it is taken in anyway.
 *
 * A patient is taken for what refers to her. In doubt a record is taken: what was taken needlessly
 * harms less than what is lost.
 */
gboolean hemo_sync_scope_judge (HemoTxn *txn,
                                const HemoSyncScope *scope,
                                json_object *resource,
                                HemoSyncConcern *concern,
                                GPtrArray *ask,
                                GError **error);

/* What this clinic and its computers are called on @server: 'Organization/uuid' and 'Device/uuid'
 * of this laptop, and what hemo_sync_names_add() was told. (transfer full) */
GStrv hemo_sync_names_load (HemoTxn *txn, const char *server, GError **error);
/* @name: 'Organization/id' or 'Device/id', that was found to be this clinic's. For the sync. */
gboolean hemo_sync_names_add (HemoTxn *txn, const char *server, const char *name, GError **error);

/* Adds to @names (element-type utf8) the 'Type/id' whose origin may decide of @resource, each once:
 * for whoever asks for others. */
void hemo_sync_scope_names (json_object *resource, GPtrArray *names);

G_END_DECLS
