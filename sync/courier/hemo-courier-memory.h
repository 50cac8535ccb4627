/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What this computer put into letters and has heard nothing of: when it comes back as what a server
 * holds, somebody brought a letter there and its reply was lost. It is nobody else's change.
 *
 * On the store's thread, in the sync's session. @identity: of the place. */

#pragma once

#include "hemo-fhir.h"
#include "hemo-txn.h"

G_BEGIN_DECLS

/* SHA-256 of a resource without what a server adds, whatever the order of its members. (transfer
 * full) */
char *hemo_courier_content_hash (json_object *resource);

gboolean hemo_courier_memory_note (HemoTxn *txn,
                                   const char *identity,
                                   json_object *resource,
                                   GError **error);
gboolean hemo_courier_memory_has (
    HemoTxn *txn, const char *identity, json_object *resource, gboolean *has, GError **error);
/* It was proven: neither that nor what was written before it is waited for. */
gboolean hemo_courier_memory_forget (HemoTxn *txn,
                                     const char *identity,
                                     json_object *resource,
                                     GError **error);

G_END_DECLS
