/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A FHIR R4 server: reading, searching, and transactions that are taken whole or not at all.
 *
 * Every call blocks, on the thread of the sync. Answers are believed only when they are what such a
 * server says: a resource of the type and id that was asked for, a response for each entry. */

#pragma once

#include "hemo-fhir-bundle.h"
#include "hemo-http.h"
#include "hemo-sign-in.h"

G_BEGIN_DECLS

#define HEMO_TYPE_FHIR_SERVER (hemo_fhir_server_get_type ())
G_DECLARE_FINAL_TYPE (HemoFhirServer, hemo_fhir_server, HEMO, FHIR_SERVER, GObject)

/* (transfer full) */
HemoFhirServer *hemo_fhir_server_new (HemoHttp *http, HemoSignIn *sign_in);
HemoHttp *hemo_fhir_server_get_http (HemoFhirServer *self);

/**
 * hemo_fhir_server_check:
 * @software: (out) (optional) (transfer full): name and version as the server says them
 *
 * Asks for the CapabilityStatement: that this is a FHIR server, of R4, and speaks JSON.
 */
gboolean hemo_fhir_server_check (HemoFhirServer *self,
                                 char **software,
                                 GCancellable *cancellable,
                                 GError **error);

/* The newest version of 'Type/id'. %HEMO_REMOTE_ERROR_NOT_FOUND when there is none, or it was
 * deleted. (transfer full) */
json_object *hemo_fhir_server_read (HemoFhirServer *self,
                                    const char *type,
                                    const char *id,
                                    GCancellable *cancellable,
                                    GError **error);

/* Deletes it; one that is not there is deleted. Only for what a test of the connection made:
 * records are never deleted. */
gboolean hemo_fhir_server_delete (HemoFhirServer *self,
                                  const char *type,
                                  const char *id,
                                  GCancellable *cancellable,
                                  GError **error);

/**
 * hemo_fhir_server_look:
 * @deleted: (out): whether it was there and somebody deleted it (410)
 *
 * As hemo_fhir_server_read(), but that it is not there is no error: NULL without @error. (transfer
 * full)
 */
json_object *hemo_fhir_server_look (HemoFhirServer *self,
                                    const char *type,
                                    const char *id,
                                    gboolean *deleted,
                                    GCancellable *cancellable,
                                    GError **error);

/* meta.versionId, or NULL. (transfer none) */
const char *hemo_fhir_get_version (json_object *resource);

/**
 * hemo_fhir_server_search:
 * @target: '/Patient?_lastUpdated=…', or what an answer gave as @next
 * @next: (out) (transfer full) (nullable): where the next page is
 *
 * One page. Entries whose search mode is 'outcome' are left out. (transfer full)
 */
HemoFhirBundle *hemo_fhir_server_search (HemoFhirServer *self,
                                         const char *target,
                                         char **next,
                                         GCancellable *cancellable,
                                         GError **error);

/**
 * hemo_fhir_server_search_by:
 * @parameter: of @target, one that a server may not know
 * @known: (out): whether it looked by it: the address that it repeats says so
 *
 * As hemo_fhir_server_search(), of a first page. It is asked to refuse rather than to answer
 * another question; %HEMO_REMOTE_ERROR_REFUSED where it does. (transfer full)
 */
HemoFhirBundle *hemo_fhir_server_search_by (HemoFhirServer *self,
                                            const char *target,
                                            const char *parameter,
                                            gboolean *known,
                                            char **next,
                                            GCancellable *cancellable,
                                            GError **error);

/* How many @target ('/Patient?_lastUpdated=…') would find; -1 where the server does not say. FALSE
 * only on failure. */
gboolean hemo_fhir_server_count (HemoFhirServer *self,
                                 const char *target,
                                 gint64 *total,
                                 GCancellable *cancellable,
                                 GError **error);

/**
 * HemoFhirStored: what a transaction says of one of its entries
 * @version_id: that it has now
 */
typedef struct
{
  char *type;
  char *id;
  char *version_id;
} HemoFhirStored;

void hemo_fhir_stored_free (HemoFhirStored *self);

/**
 * hemo_fhir_server_transaction:
 * @bundle: of type transaction, with a PUT of Type/id in each entry
 *
 * What the server stored, in the order of the entries. %HEMO_REMOTE_ERROR_REFUSED with the server's
 * words when it will never take it, %HEMO_REMOTE_ERROR_CONFLICT when one of the versions it was to
 * have is not the newest, %HEMO_REMOTE_ERROR_OFFLINE and %HEMO_REMOTE_ERROR_PROTOCOL when it may
 * have it all the same. (transfer full) (element-type HemoFhirStored)
 */
GPtrArray *hemo_fhir_server_transaction (HemoFhirServer *self,
                                         HemoFhirBundle *bundle,
                                         GCancellable *cancellable,
                                         GError **error);

/* Bytes of the bodies that were sent so far, before they were packed. */
guint64 hemo_fhir_server_get_payload (HemoFhirServer *self);

/* HTTP status of the last answer; 0 where none came. */
guint hemo_fhir_server_get_status (HemoFhirServer *self);

G_END_DECLS
