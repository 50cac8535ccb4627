/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Who wrote what on a FHIR server, for a computer of the clinic that cannot ask it. */

#pragma once

#include "hemo-fhir-pull.h"
#include "hemo-sync-scope.h"

G_BEGIN_DECLS

typedef struct _HemoFhirOrigins HemoFhirOrigins;

/* @pull: of which store, session, server and identity are asked; kept by the caller. (transfer
 * full)
 */
HemoFhirOrigins *
hemo_fhir_origins_new (const HemoFhirPull *pull, GCancellable *cancellable, GError **error);
void hemo_fhir_origins_free (HemoFhirOrigins *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoFhirOrigins, hemo_fhir_origins_free)

/* Asks for those of @names (element-type utf8, see hemo_sync_scope_names()) that were not asked for
 * before. FALSE where the server could not be reached; one that refuses to say leaves them
 * %HEMO_SYNC_ORIGIN_UNTOLD. */
gboolean hemo_fhir_origins_ask (HemoFhirOrigins *self, const GPtrArray *names, GError **error);
HemoSyncOrigin hemo_fhir_origins_get (const HemoFhirOrigins *self, const char *name);

G_END_DECLS
