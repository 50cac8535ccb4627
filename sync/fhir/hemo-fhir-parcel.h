/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What one group of the queue is as R4 resources: those that the server does not have as they are
 * now, and a Provenance for each change. */

#pragma once

#include "hemo-fhir-bundle.h"
#include "hemo-queue.h"

G_BEGIN_DECLS

/**
 * HemoFhirPart:
 * @resource: as it is to be stored
 * @sha256: of its JSON
 * @if_match: version that the server is known to have, or NULL
 */
typedef struct
{
  json_object *resource;
  char *sha256;
  char *if_match;
} HemoFhirPart;

/**
 * HemoFhirParcel:
 * @items: (element-type HemoQueueItem): that are received when it is
 * @unsent: (element-type HemoQueueItem): those of @items whose record should go and is not among
 *   what can be sent: they are not received; a Media's is that of a picture of @unmarked
 * @unmarked: (element-type utf8): UUIDs of pictures whose marks are damaged here and may stand on
 *   the server: their Media would take those away
 * @parts: (element-type HemoFhirPart): each after what it refers to; Provenances last
 * @bytes: of their JSON
 * @disputed: whether a report or an observation is left out because somebody else changed it:
 * nothing of it may count as received before a person has looked
 * @held: as @disputed, but somebody has just decided and may take it back: it goes in a moment
 * @failure: why it cannot be made into records, or NULL; then it has no parts
 */
typedef struct
{
  char *type;
  char *uuid;
  GPtrArray *items;
  GPtrArray *unsent;
  GPtrArray *unmarked;
  GPtrArray *parts;
  gsize bytes;
  gboolean disputed;
  gboolean held;
  char *failure;
} HemoFhirParcel;

void hemo_fhir_parcel_free (HemoFhirParcel *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoFhirParcel, hemo_fhir_parcel_free)

/**
 * HemoFhirParcelOptions:
 * @server: identity of the server
 * @image_url: where a picture will be, or NULL; (transfer full)
 */
typedef struct
{
  const char *server;
  char *(*image_url) (const HemoImage *image, gpointer data);
  gpointer data;
} HemoFhirParcelOptions;

/* On the store's thread, in the sync's session. What is of no use to a server (a record in error
 * that never left) gives a parcel of Provenances alone. (transfer full) */
HemoFhirParcel *hemo_fhir_parcel_load (HemoTxn *txn,
                                       const HemoQueueGroup *group,
                                       const HemoFhirParcelOptions *options,
                                       GError **error);

/* One that only tells of its items why they cannot go. (transfer full) */
HemoFhirParcel *hemo_fhir_parcel_new_failed (const HemoQueueGroup *group, const char *failure);

/* Adds the parts from @first on, at most @count, to a transaction. */
void
hemo_fhir_parcel_add (const HemoFhirParcel *self, guint first, guint count, HemoFhirBundle *bundle);

G_END_DECLS
