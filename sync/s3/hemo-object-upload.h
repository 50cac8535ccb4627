/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Brings a sealed file to S3 in the form that the link bears, and returns when it is proven there.
 *
 * Three forms: one object KEY, put whole or in parts; or pieces KEY.pieces/UPLOAD/NNNNN with
 * KEY.manifest, which is written last. HemoObjectReader opens all of them. */

#pragma once

#include "hemo-link.h"
#include "hemo-s3.h"

G_BEGIN_DECLS

/* Keeps @state (NULL: nothing is under way any more) so that it outlives a power cut; FALSE stops
 * the upload with @error. */
typedef gboolean (*HemoObjectKeep) (const char *state, gpointer data, GError **error);

/**
 * HemoObjectTask:
 * @link: asked for the form, told what was seen
 * @path: a file that nobody changes
 * @bytes: (nullable): instead of a file, what is so small that it always goes whole
 * @sha256: of the file, lower-case hexadecimal
 * @md5: (nullable): of the same bytes, noted when they were: they are not hashed while they are
 * sent
 * @state: (nullable): as it was kept last
 * @begun: it may have been begun before, with or without a state: ask first
 * @ours: (nullable): lines 'SIZE SHA256' of what we may have put under @key before, and which this
 *   replaces; what is none of these and not this stays. Lines 'pieces UPLOAD' of those that may be
 *   there in pieces
 * @tidies: those pieces are removed when this is proven
 * @noted: that it is begun now outlives a power cut already, and comes as @begun after one: nothing
 *   is kept of what goes in one request
 * @keep: called before and after every step that counts
 * @take_turn: (nullable): waits until no other has a piece on its way over a poor link, where two
 *   at a time would both be lost when it breaks
 * @end_turn: another may begin; @lost: the link broke, and there is nothing to begin for. Only with
 *   @take_turn
 * @progress: (nullable): bytes of the file that the server has
 */
typedef struct
{
  HemoS3 *s3;
  HemoLink *link;
  const char *key;
  const char *path;
  GBytes *bytes;
  guint64 size;
  const char *sha256;
  const char *md5;
  const char *state;
  const char *ours;
  gboolean begun;
  gboolean noted;
  gboolean tidies;
  HemoObjectKeep keep;
  gboolean (*take_turn) (gpointer data, GCancellable *cancellable, GError **error);
  void (*end_turn) (gboolean lost, gpointer data);
  HemoHttpProgress progress;
  gpointer data;
} HemoObjectTask;

/**
 * HemoObjectSummary:
 * @sent: bytes that left on the wire for bodies
 * @there: it was there already
 */
typedef struct
{
  HemoLinkForm form;
  guint64 sent;
  gboolean there;
} HemoObjectSummary;

/**
 * hemo_object_upload:
 * @summary: (out) (optional)
 *
 * TRUE only when the server has proven that it holds these bytes. After any failure the same call
 * with the state kept last goes on and sends at most one piece again.
 * %HEMO_REMOTE_ERROR_CONFLICT: another object has the key; %HEMO_REMOTE_ERROR_DAMAGED: the server
 * did not keep what it was given; %G_IO_ERROR_INVALID_DATA: the file is not what it was.
 */
gboolean hemo_object_upload (const HemoObjectTask *task,
                             HemoObjectSummary *summary,
                             GCancellable *cancellable,
                             GError **error);

/* Aborts multipart uploads under @start that began more than @age microseconds ago, by the server's
 * clock. */
gboolean hemo_object_sweep (
    HemoS3 *s3, const char *start, gint64 age, GCancellable *cancellable, GError **error);

G_END_DECLS
