/* SPDX-License-Identifier: GPL-3.0-or-later */

/* An upload under way. */

#pragma once

#include "hemo-object-manifest.h"
#include "hemo-object-upload.h"

G_BEGIN_DECLS

/**
 * HemoObjectState: what is known of an upload after a cut
 * @begun: something was sent in this form
 * @ours: what stands under the key was put there by us
 * @upload: of pieces our UUID, of parts the id that the server gave; "" for none
 * @part: bytes of each part
 * @tries: of the part under way
 * @tidied: how often what was begun before it was looked for in vain
 * @proven: pieces or parts that the server has proven to hold
 * @pending: size 0, or the piece that was under way
 */
typedef struct
{
  HemoLinkForm form;
  gboolean begun;
  gboolean ours;
  char *upload;
  guint64 part;
  guint tries;
  guint tidied;
  HemoObjectManifest *proven;
  HemoObjectPiece pending;
} HemoObjectState;

HemoObjectState *hemo_object_state_new (guint64 size, const char *sha256);
void hemo_object_state_free (HemoObjectState *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoObjectState, hemo_object_state_free)
/* Forgets all but what it is of. */
void hemo_object_state_restart (HemoObjectState *self, HemoLinkForm form);
char *hemo_object_state_to_json (const HemoObjectState *self);
/* NULL for what is no state of a file of that size and hash. */
HemoObjectState *hemo_object_state_parse (const char *json, guint64 size, const char *sha256);

typedef struct
{
  const HemoObjectTask *task;
  HemoObjectState *state;
  /* Of the file, proven before what is under way; and of that, acknowledged. */
  guint64 base;
  guint64 acknowledged;
  /* When that grew last, g_get_monotonic_time(). */
  gint64 moved_at;
  /* Its turn ends when so much is acknowledged; its first piece opens the connection and goes
   * without. */
  gboolean has_turn;
  gboolean went_first;
  guint64 turn_until;
  guint64 sent;
  gboolean there;
  GCancellable *cancellable;
} HemoObjectWork;

/* SHA-256 and MD5 of bytes of the file, in lower-case hexadecimal. */
typedef struct
{
  char sha256[65];
  char md5[33];
} HemoObjectDigests;

gboolean hemo_object_hash (const char *path,
                           guint64 offset,
                           guint64 length,
                           HemoObjectDigests *digests,
                           GCancellable *cancellable,
                           GError **error);
/* The same without the MD5, which takes twice as long: "" is left there. */
gboolean hemo_object_sha256 (const HemoObjectTask *task,
                             guint64 offset,
                             guint64 length,
                             HemoObjectDigests *digests,
                             GCancellable *cancellable,
                             GError **error);

/* Once for each turn, however often it is called. */
void hemo_object_end_turn (HemoObjectWork *work, gboolean lost);
gboolean hemo_object_keep (HemoObjectWork *work, GError **error);
/* Has @body measured, and its progress told. */
void hemo_object_begin_send (HemoObjectWork *work, HemoS3Body *body, gint64 *began);
void hemo_object_end_send (HemoObjectWork *work,
                           const HemoS3Receipt *receipt,
                           gint64 began,
                           const GError *failure);
/* Whether @sha256 is that of something that this replaces. */
gboolean hemo_object_replaces (const HemoObjectTask *task, guint64 size, const char *sha256);
/* Puts @key and proves it, by reading it back where it must be. */
gboolean hemo_object_put_proven (HemoObjectWork *work,
                                 const char *key,
                                 HemoS3Body *body,
                                 const HemoObjectDigests *digests,
                                 GError **error);
/* Whether the object at @key is that; FALSE without @error where there is none or another. */
gboolean hemo_object_ask (HemoObjectWork *work,
                          const char *key,
                          const HemoS3Proof *proof,
                          gboolean *there,
                          GError **error);

/* The SHA-256 of the parts' SHA-256, as S3 keeps it of what was put in parts. (transfer full) */
char *hemo_object_composite (const HemoObjectManifest *proven);

/* Removes pieces of what the proven object replaces, as the task's ours names them, and nothing
 * that the manifest there names. FALSE with @error when that is to be tried again, which it is a
 * few times. */
gboolean hemo_object_remove_replaced (HemoObjectWork *work, GError **error);

/* One for each form: TRUE when the object is proven. */
gboolean hemo_object_send_pieces (HemoObjectWork *work, GError **error);
gboolean hemo_object_send_parts (HemoObjectWork *work, GError **error);

G_END_DECLS
