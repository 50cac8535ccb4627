/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures on their way out: sealed bytes in a file that nobody changes, with their detached
 * signature. */

#pragma once

#include "hemo-clinic.h"
#include "hemo-remote-table.h"

G_BEGIN_DECLS

/**
 * HemoOutgoing:
 * @path: of the sealed bytes; NULL for what is proven already
 * @signature: the detached CMS signature; NULL for what is proven already
 * @signature_path: of the same, once hemo_outgoing_write_signature() has made it
 * @object: as the store knows it: key, size, hash and how far it is
 * @md5: (nullable): of the sealed bytes, as it was noted when they were made
 * @ours: (nullable): lines 'SIZE SHA256' of objects and signatures that were sealed before, and may
 *   have left under the same names: what is sent now replaces them
 *
 * An original is the very file of the store where that is sealed to all who are to open it now and
 * to nobody else, or else a copy that is sealed anew. That and a preview stay until
 * hemo_outgoing_forget(); what was written for a signature is removed by hemo_outgoing_free(), and
 * at the next start after a cut.
 */
typedef struct
{
  char *path;
  GBytes *signature;
  char *signature_path;
  HemoRemoteObject *object;
  char *md5;
  char *ours;
} HemoOutgoing;

void hemo_outgoing_free (HemoOutgoing *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoOutgoing, hemo_outgoing_free)

/* A file with the signature, for those who copy files. NULL with @error; (transfer none) */
const char *hemo_outgoing_write_signature (HemoOutgoing *self, HemoStore *store, GError **error);

/**
 * hemo_clinic_open_outgoing:
 * @session: of the sync
 * @server: identity
 * @image: UUID
 * @lane: previews or originals
 *
 * Makes, seals and signs the preview when it goes for the first time, and keeps those bytes until
 * they are proven or are for others. An original that is sealed anew is never pruned here.
 * %HEMO_STORE_ERROR_CORRUPT and %HEMO_STORE_ERROR_NOT_FOUND when what is here is not what was
 * captured: that is never sent. %HEMO_STORE_ERROR_ELSEWHERE for an original that was pruned.
 * (transfer full)
 */
HemoOutgoing *hemo_clinic_open_outgoing (HemoClinic *self,
                                         HemoSession *session,
                                         const char *server,
                                         const char *image,
                                         HemoLane lane,
                                         GError **error);

/* What has this hash was proven, and that is written down: what was made of it for that is not
 * needed any more. */
void hemo_outgoing_forget (HemoStore *store, const char *sha256);

/* Removes copies that no object on its way is made of any more. */
gboolean hemo_outgoing_tidy (HemoStore *store, HemoSession *session, GError **error);

/* The same in two steps: what it needs of the store, in a transaction of whoever takes it from the
 * queue, and then the files. */
typedef struct _HemoOutgoingRows HemoOutgoingRows;

void hemo_outgoing_rows_free (HemoOutgoingRows *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoOutgoingRows, hemo_outgoing_rows_free)

/* @store: that @txn is of, which outlives what is given. Errors as above. (transfer full) */
HemoOutgoingRows *hemo_outgoing_load (HemoTxn *txn,
                                      HemoStore *store,
                                      const char *server,
                                      const char *image,
                                      HemoLane lane,
                                      GError **error);

/* @rows: of use once. Errors as above. (transfer full) */
HemoOutgoing *hemo_clinic_open_loaded (HemoClinic *self,
                                       HemoSession *session,
                                       HemoOutgoingRows *rows,
                                       GError **error);

/* What is signed for a preview, in lines of ASCII that end with a line feed each:
 *
 *   hemogram-preview-2
 *   image UUID
 *   specimen UUID
 *   plain-sha256 HEX
 *   sealed-sha256 HEX
 *
 * (transfer full) */
GBytes *hemo_preview_statement (const char *image,
                                const char *specimen,
                                const char *sha256,
                                const char *sealed_sha256);

/* 'images/UUID.cms', 'previews/UUID.cms': names that tell nothing. (transfer full) */
char *hemo_outgoing_key (const char *image, HemoLane lane);

G_END_DECLS
