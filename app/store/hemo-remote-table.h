/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The servers of the clinic, and what each has proven to hold. */

#pragma once

#include "hemo-image.h"
#include "hemo-txn.h"

G_BEGIN_DECLS

/* Names of servers. */
#define HEMO_SERVER_FHIR "fhir"
#define HEMO_SERVER_S3 "s3"
#define HEMO_SERVER_COURIER "courier"

/**
 * HemoServerRow:
 * @kind: one of the above
 * @identity: UUID; another one as soon as another server takes the place, so that nothing that the
 *   old one has proven counts for the new
 * @settings: JSON with its secrets, written and read by the sync
 */
typedef struct
{
  char *kind;
  char *identity;
  char *settings;
  gint64 version;
} HemoServerRow;

void hemo_server_row_free (HemoServerRow *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoServerRow, hemo_server_row_free)

/* NULL without @error when there is none. Only the sync and who may edit settings. (transfer full)
 */
HemoServerRow *hemo_server_load (HemoTxn *txn, const char *kind, GError **error);

/* Whether a server of @kind is set up, for everybody. */
gboolean hemo_server_is_set (HemoTxn *txn, const char *kind, gboolean *is_set, GError **error);

/**
 * hemo_server_save:
 * @settings: JSON; NULL: no server any more
 * @another: whether it is another server than before. Then all that the old one had received waits
 *   again
 *
 * Needs settings.edit. Audited without the settings.
 */
gboolean hemo_server_save (
    HemoTxn *txn, const char *kind, const char *settings, gboolean another, GError **error);

/**
 * hemo_server_doubt:
 *
 * Who signs in to the server of @kind is somebody else from now on, who may be shown another part
 * of it: no record is called received before the server showed it again, and nothing is called
 * lost. Of pictures it is asked at once whether the bucket is the same. Needs settings.edit.
 * Audited.
 */
gboolean hemo_server_doubt (HemoTxn *txn, const char *kind, GError **error);
/* Another server of @kind takes the place, which has proven nothing that could be doubted. Only
 * hemo_server_save() needs it. */
gboolean hemo_server_end_doubt (HemoTxn *txn, const char *kind, GError **error);
/* @doubted: (out): whether records wait for that */
gboolean hemo_server_is_doubted (HemoTxn *txn, gboolean *doubted, GError **error);
/**
 * hemo_server_is_proven:
 * @server: whose account was shown this; where the settings were saved since and doubted anew,
 *   nothing becomes of it
 * @refused: (nullable): 'Type' or 'Type/id' that it was not let see: they go on to count as sent,
 *   until a call without them
 *
 * All that the server had was compared: what it did not lose is received. Audited where that
 * changes anything.
 */
gboolean hemo_server_is_proven (HemoTxn *txn,
                                const HemoServerRow *server,
                                const char *const *refused,
                                GError **error);

/**
 * HemoRemoteResource:
 * @version_id: meta.versionId of the newest that is known there, or NULL
 * @sha256: of the JSON that we sent, or NULL when the newest is not ours
 * @base: JSON that both sides last agreed on, or as much of it as hemo_sync_dup_base() keeps, or
 *   NULL; without a @version_id what was sent and not
 *   answered for yet
 */
typedef struct
{
  char *type;
  char *id;
  char *version_id;
  char *sha256;
  char *base;
} HemoRemoteResource;

void hemo_remote_resource_free (HemoRemoteResource *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoRemoteResource, hemo_remote_resource_free)

/* @server: identity. NULL without @error when nothing is known of it. (transfer full) */
HemoRemoteResource *hemo_remote_resource_load (
    HemoTxn *txn, const char *server, const char *type, const char *id, GError **error);
gboolean hemo_remote_resource_save (HemoTxn *txn,
                                    const char *server,
                                    const HemoRemoteResource *resource,
                                    GError **error);
/* All that @server has proven to hold, by type and id, from after @type and @id on (NULL: from the
 * first), at most @limit: for the nightly sweep. (transfer full) (element-type HemoRemoteResource)
 */
GPtrArray *hemo_remote_resources_list (
    HemoTxn *txn, const char *server, const char *type, const char *id, int limit, GError **error);
/* What is here differs from what the server has: a patient, an order or a specimen waits to be sent
 * unless it does already. Nothing when it is not here. */
gboolean
hemo_remote_resource_queue (HemoTxn *txn, const char *type, const char *id, GError **error);
/* The server lost it: what is here is queued again; a value with its case, a Provenance with its
 * change. */
gboolean hemo_remote_resource_lost (
    HemoTxn *txn, const char *server, const char *type, const char *id, GError **error);

/**
 * HemoRemoteObject:
 * @lane: previews or originals
 * @key: in the bucket
 * @sha256: of the sealed bytes
 * @bytes: of the sealed file
 * @sent: bytes that are proven so far
 * @progress: JSON of the upload, or NULL
 * @sealed: the bytes of a preview that an older version put on its way, or NULL
 * @signature: of a preview, or of an original that was sealed anew before it left, detached; or
 * NULL
 * @proven_us: when all of it was proven, 0 before
 */
typedef struct
{
  char *object;
  HemoLane lane;
  char *key;
  char *sha256;
  gint64 bytes;
  gint64 sent;
  char *progress;
  GBytes *sealed;
  GBytes *signature;
  gint64 proven_us;
} HemoRemoteObject;

void hemo_remote_object_free (HemoRemoteObject *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoRemoteObject, hemo_remote_object_free)

/* NULL without @error when it was never begun. (transfer full) */
HemoRemoteObject *hemo_remote_object_load (
    HemoTxn *txn, const char *server, const char *object, HemoLane lane, GError **error);
/* Writes all of it; one that is proven keeps neither progress nor bytes. */
gboolean hemo_remote_object_save (HemoTxn *txn,
                                  const char *server,
                                  const HemoRemoteObject *object,
                                  GError **error);

/* What of @object may stand under its names in a seal that another took the place of: lines 'SIZE
 * SHA256', NULL without @error for nothing. It is forgotten when the newest seal is proven.
 * (transfer full) */
char *
hemo_remote_object_load_ours (HemoTxn *txn, const char *object, HemoLane lane, GError **error);
gboolean hemo_remote_object_save_ours (
    HemoTxn *txn, const char *object, HemoLane lane, const char *ours, GError **error);

/* What of @image left in another seal than that of its file here: its sealed hash and size are that
 * then, as its record tells of what left. */
gboolean hemo_remote_object_describe (HemoTxn *txn, HemoImage *image, GError **error);
/* The record of @image tells of another seal from now on: it waits to be sent again where it was.
 */
gboolean hemo_remote_object_retell (HemoTxn *txn, const char *image, GError **error);

/* What was proven of an original or a preview is to be proven anew: it waits as one that was begun,
 * so that it is asked for before anything is sent. An original that the bucket had is asked for by
 * what was proven of it, whatever became of its file here: see HemoDoubt. Nothing where it waits or
 * lies on the shelf. */
gboolean hemo_remote_object_doubt (HemoTxn *txn, const char *object, HemoLane lane, GError **error);

/* The same of all that @server has proven to have, as where its bucket was emptied; but for
 * originals that were pruned, which are not here to be sent. Audited. */
gboolean hemo_remote_objects_doubt (HemoTxn *txn, const char *server, GError **error);

/* The server says that it does not have what it had proven to have: an original or a preview waits
 * to be sent again. */
gboolean hemo_remote_object_lost (
    HemoTxn *txn, const char *server, const char *object, HemoLane lane, GError **error);

/* What the sync notes of itself: a word, a number or a time, as text. NULL without @error when it
 * was never noted. (transfer full) */
char *hemo_sync_note_load (HemoTxn *txn, const char *name, GError **error);
gboolean hemo_sync_note_save (HemoTxn *txn, const char *name, const char *value, GError **error);

G_END_DECLS
