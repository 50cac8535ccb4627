/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Brings the results lane to a FHIR server, whole cases at a time. */

#pragma once

#include "hemo-fhir-parcel.h"
#include "hemo-fhir-server.h"
#include "hemo-store.h"

G_BEGIN_DECLS

/* What one transaction holds at most: AWS HealthLake takes 160 entries; half a megabyte is what a
 * poor link carries in one go. */
#define HEMO_FHIR_PUSH_ENTRIES 160
#define HEMO_FHIR_PUSH_BYTES (512 * 1024)

/**
 * HemoFhirConflict:
 * @theirs: the version that the server has, which is not the one we knew
 *
 * Called on the thread of the push. TRUE when it was dealt with (merged, or kept for a person) and
 * what is here may be sent again; FALSE with @error set ends the run.
 */
typedef gboolean (*HemoFhirConflict) (json_object *theirs, gpointer data, GError **error);

/**
 * HemoFhirPush:
 * @session: of the sync
 * @conflict: or NULL: then a conflict goes to the shelf
 * @bytes_max: of JSON in one transaction, 0 for %HEMO_FHIR_PUSH_BYTES: less on a poor link
 * @received: called after what was proven is written down, or NULL
 * @go_on: asked before each transaction, or NULL; FALSE with @error set ends the run
 */
typedef struct
{
  HemoStore *store;
  HemoSession *session;
  HemoFhirServer *server;
  HemoFhirParcelOptions options;
  HemoFhirConflict conflict;
  gsize bytes_max;
  void (*received) (guint items, gpointer data);
  gboolean (*go_on) (gpointer data, GError **error);
  gpointer data;
} HemoFhirPush;

/**
 * hemo_fhir_push_run:
 * @sent: (out) (optional): items that were received
 *
 * Until nothing waits in the lane. What was begun before is asked for first, by the Provenance of
 * its change. A transaction that is refused is tried again case by case, and a case that is refused
 * goes to the shelf with the server's words; a case of more than %HEMO_FHIR_PUSH_ENTRIES goes in
 * several transactions, and counts as received when all of them were. Any other failure ends the
 * run and loses nothing. Blocks.
 */
gboolean hemo_fhir_push_run (const HemoFhirPush *self,
                             guint *sent,
                             GCancellable *cancellable,
                             GError **error);

G_END_DECLS
