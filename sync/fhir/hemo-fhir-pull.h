/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Brings back what others wrote on a FHIR server. */

#pragma once

#include "hemo-fhir-server.h"
#include "hemo-store.h"
#include "hemo-sync-apply.h"

G_BEGIN_DECLS

/* Records on one page, and what the server needs to make a write visible at most, in microseconds:
 * what it wrote in a transaction that was open while we asked is asked for again. */
#define HEMO_FHIR_PULL_PAGE 50
#define HEMO_FHIR_PULL_TIMEOUT_US (2 * G_TIME_SPAN_MINUTE)

/**
 * HemoFhirPull:
 * @session: of the sync
 * @identity: of the server
 * @shared: records that concern nobody here were met on it: results are asked for by our orders
 * @taken: told of each version that is new here, after it was written down; or NULL
 * @refused: told of each type that a sweep was not let see whole, or of each record where @id is
 * not NULL; or NULL
 * @go_on: asked before each page, or NULL; FALSE with @error set ends the run
 */
typedef struct
{
  HemoStore *store;
  HemoSession *session;
  HemoFhirServer *server;
  const char *identity;
  gboolean shared;
  void (*taken) (const char *type, const char *id, HemoSyncOutcome outcome, gpointer data);
  void (*refused) (const char *type, const char *id, gpointer data);
  gboolean (*go_on) (gpointer data, GError **error);
  gpointer data;
} HemoFhirPull;

/**
 * HemoFhirPulled: how many
 * @seen: versions that the server showed
 * @taken: that were new and are in the store now, whatever became of them
 * @waiting: of those, that a person has to look at
 * @lost: that the server had and has no more: they are sent again
 * @deleted: that somebody deleted there: said, and kept here
 * @strange: that concern nobody here, and were not kept
 */
typedef struct
{
  guint seen;
  guint taken;
  guint waiting;
  guint lost;
  guint deleted;
  guint strange;
} HemoFhirPulled;

/**
 * hemo_fhir_pull_run:
 * @pulled: (out) (optional)
 *
 * Each type from its cursor on, a page at a time. The cursor is the server's time when the query
 * began less %HEMO_FHIR_PULL_TIMEOUT_US, and moves only when the type was read to its end; what is
 * known by id and version is passed over, and so is what does not concern this clinic: the server
 * may be others' as well, and where it is (@shared), results are asked for by our orders as far as
 * it can look by them, and what that cannot show comes by the sweep. What a version refers to and
 * is not here yet is read first. A type that the server refuses to be asked for is left, the others
 * are read, and then it fails with that: see hemo_fhir_pull_is_refusal(). Blocks.
 */
gboolean hemo_fhir_pull_run (const HemoFhirPull *self,
                             HemoFhirPulled *pulled,
                             GCancellable *cancellable,
                             GError **error);

/**
 * hemo_fhir_pull_sweep:
 * @pulled: (out) (optional)
 *
 * Once a night: compares ids and versions of all that the server has with what is known. Newer ones
 * are taken; what the server had proven to have and has no more (restored from an old backup) waits
 * to be sent again, each asked for by itself before that is believed; what was deleted is said.
 * A type that is refused is left as in hemo_fhir_pull_run(), and so is a single record: of a few of
 * them the others of their type are compared all the same. Blocks.
 */
gboolean hemo_fhir_pull_sweep (const HemoFhirPull *self,
                               HemoFhirPulled *pulled,
                               GCancellable *cancellable,
                               GError **error);

/* Whether @error says that the server does not let us ask for something, which is no reason not to
 * send. */
gboolean hemo_fhir_pull_is_refusal (const GError *error);

/* Takes in one version that was just read, as hemo_fhir_pull_run() would. */
gboolean hemo_fhir_pull_take (const HemoFhirPull *self,
                              json_object *theirs,
                              GCancellable *cancellable,
                              GError **error);

/* A #HemoFhirConflict of the push; @data: the HemoFhirPull. */
gboolean hemo_fhir_pull_conflict (json_object *theirs, gpointer data, GError **error);

/* Who wrote what, of the Provenances among @bundle. @authors: (element-type utf8 utf8): 'Type/id'
 * to 'Practitioner/id' or 'Device/id', each freed by the table; emptied first once it has grown
 * large. @installation: whose own are left out, as they tell nothing of what was written after
 * them, or NULL */
void
hemo_fhir_pull_note_authors (GHashTable *authors, const char *installation, HemoFhirBundle *bundle);

G_END_DECLS
