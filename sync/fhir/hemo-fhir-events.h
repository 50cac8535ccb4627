/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tells a FHIR server what of the audit log others have to know, when nothing else waits for it.
 *
 * Each row has an id that is made of its MAC, so that it is one AuditEvent however often it is
 * told, and no other row ever takes its place. They are told in order, never asked for, and nothing
 * depends on them: the log here, whose head leaves with each sync, stays the proof. */

#pragma once

#include "hemo-fhir-server.h"
#include "hemo-store.h"

G_BEGIN_DECLS

/* Told in one go: some 40 KiB of JSON, 3 KiB once they are packed. */
#define HEMO_FHIR_EVENTS_MAX 50

/**
 * HemoFhirEvents:
 * @session: of the sync
 * @identity: of the server
 */
typedef struct
{
  HemoStore *store;
  HemoSession *session;
  HemoFhirServer *server;
  const char *identity;
} HemoFhirEvents;

/**
 * hemo_fhir_events_run:
 * @told: (out): how many the server has proven to have
 *
 * The next %HEMO_FHIR_EVENTS_MAX at most, once the server knows this installation. One that refuses
 * them is not asked again for a day. Blocks.
 */
gboolean hemo_fhir_events_run (const HemoFhirEvents *self,
                               guint *told,
                               GCancellable *cancellable,
                               GError **error);

/* Whether the server still has the last that it was told; where it has not, as one that was put
 * back to an old backup, all are told again. Blocks. */
gboolean
hemo_fhir_events_check (const HemoFhirEvents *self, GCancellable *cancellable, GError **error);

G_END_DECLS
