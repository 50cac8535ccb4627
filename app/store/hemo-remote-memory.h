/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What this computer put into letters, or sent over another version, and has heard nothing of: when
 * it comes back as what a server holds, it got there and the answer was lost. It is nobody else's
 * change, whatever was written here since.
 *
 * On the store's thread, in the sync's session. @identity: of the server. */

#pragma once

#include "hemo-fhir.h"
#include "hemo-txn.h"

G_BEGIN_DECLS

gboolean
hemo_remote_memory_note (HemoTxn *txn, const char *identity, json_object *resource, GError **error);
gboolean hemo_remote_memory_has (
    HemoTxn *txn, const char *identity, json_object *resource, gboolean *has, GError **error);
/* It was proven: neither that nor what was written before it is waited for. */
gboolean hemo_remote_memory_forget (HemoTxn *txn,
                                    const char *identity,
                                    json_object *resource,
                                    GError **error);
/* A version of others stands over all of it. */
gboolean hemo_remote_memory_clear (HemoTxn *txn,
                                   const char *identity,
                                   json_object *resource,
                                   GError **error);

G_END_DECLS
