/* SPDX-License-Identifier: GPL-3.0-or-later */

/* An object in pieces, each small enough to arrive while the link is up. */

#include "hemo-object-private.h"

#include <glib/gi18n.h>
#include <string.h>

/* A server that never got so much of a piece cannot hold it; that nothing moved for so long says
 * that this is what it got. */
#define SURELY_MISSING (32 * 1024)
#define SILENT_US G_TIME_SPAN_SECOND
/* The next piece sets out when so much of this one is not acknowledged yet: the link is not idle
 * between them. */
#define NEXT_BEGINS (32 * 1024)

static gboolean
put_piece (HemoObjectWork *work, const HemoObjectDigests *digests, GError **error)
{
  HemoObjectState *state = work->state;
  guint64 offset = hemo_object_manifest_sum (state->proven);
  g_autofree char *key
      = hemo_object_piece_key (work->task->key, state->upload, state->proven->pieces->len);
  HemoS3Body body = { .path = work->task->path, .offset = offset, .length = state->pending.size };

  work->base = offset;
  if (!hemo_object_put_proven (work, key, &body, digests, error))
    return FALSE;
  hemo_object_manifest_add (state->proven, state->pending.size, digests->sha256);
  state->pending = (HemoObjectPiece){ 0 };
  return TRUE;
}

/* The one that was under way when the power went may be there. */
static gboolean
settle_pending (HemoObjectWork *work, GError **error)
{
  HemoObjectState *state = work->state;
  guint64 offset = hemo_object_manifest_sum (state->proven);
  HemoObjectDigests digests;
  HemoS3Proof proof = { .size = state->pending.size };
  g_autofree char *key
      = hemo_object_piece_key (work->task->key, state->upload, state->proven->pieces->len);
  gboolean there = FALSE;

  if (!hemo_object_hash (work->task->path, offset, state->pending.size, &digests, work->cancellable,
                         error))
    return FALSE;
  proof.sha256 = digests.sha256;
  proof.md5 = digests.md5;
  if (!hemo_object_ask (work, key, &proof, &there, error))
    return FALSE;
  if (there)
    hemo_object_manifest_add (state->proven, state->pending.size, digests.sha256);
  state->pending = (HemoObjectPiece){ 0 };
  return TRUE;
}

/* The link broke long before the end of the piece: to ask for it would cost a way there and back
 * each time that the link returns. If it is there all the same, the same bytes are written over it.
 */
static void
forget_missing (HemoObjectWork *work, const GError *failure)
{
  HemoObjectState *state = work->state;

  if (!g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_OFFLINE)
      || g_get_monotonic_time () - work->moved_at < SILENT_US
      || work->acknowledged + SURELY_MISSING > state->pending.size)
    return;
  state->pending = (HemoObjectPiece){ 0 };
  hemo_object_keep (work, NULL);
}

/* Kept together with what was proven before, so that each piece costs one write to the store. */
static gboolean
send_piece (HemoObjectWork *work, guint64 left, GError **error)
{
  HemoObjectState *state = work->state;
  guint64 size = hemo_link_piece_size (work->task->link, g_get_monotonic_time (), work->task->size);
  HemoObjectDigests digests;
  g_autoptr (GError) failure = NULL;

  size = MIN (size, left);
  if (!hemo_object_sha256 (work->task, hemo_object_manifest_sum (state->proven), size, &digests,
                           work->cancellable, error))
    return FALSE;
  state->pending.size = size;
  g_strlcpy (state->pending.sha256, digests.sha256, sizeof state->pending.sha256);
  work->turn_until = size - MIN (size, NEXT_BEGINS);
  if (!hemo_object_keep (work, error))
    return FALSE;
  if (put_piece (work, &digests, &failure))
    return TRUE;
  forget_missing (work, failure);
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* Only where the link is known to be poor, or not known at all. */
static gboolean
take_turn (HemoObjectWork *work, GError **error)
{
  const HemoObjectTask *task = work->task;
  gboolean is_first = !work->went_first;
  g_autoptr (GError) failure = NULL;

  work->went_first = TRUE;
  if (is_first || task->take_turn == NULL
      || (task->link->speed > 0 && hemo_link_in_flight (task->link) == 0))
    return TRUE;
  work->has_turn = task->take_turn (task->data, work->cancellable, &failure);
  if (work->has_turn)
    return TRUE;
  /* The other hand saw the link break: it did for this one too. */
  if (g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_OFFLINE))
    hemo_link_note_lost (task->link, g_get_monotonic_time ());
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
send_next (HemoObjectWork *work, guint64 left, GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (!take_turn (work, error))
    return FALSE;
  send_piece (work, left, &failure);
  hemo_object_end_turn (work,
                        g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_OFFLINE));
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* The pieces are the file, and the file is what was saved. */
static gboolean
check_pieces (HemoObjectWork *work, GError **error)
{
  guint64 offset = 0;

  for (guint i = 0; i < work->state->proven->pieces->len; i++)
    {
      const HemoObjectPiece *piece = hemo_object_manifest_piece (work->state->proven, i);
      HemoObjectDigests digests;

      if (!hemo_object_sha256 (work->task, offset, piece->size, &digests, work->cancellable, error))
        return FALSE;
      if (!g_str_equal (digests.sha256, piece->sha256))
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                               N_ ("A file on this computer changed while it was sent."));
          return FALSE;
        }
      offset += piece->size;
    }
  return TRUE;
}

/* (element-type HemoS3Object): what lies under the pieces' name; without @error empty where that is
 * not told to us. (transfer full) */
static GPtrArray *
list_pieces (HemoObjectWork *work, GError **error)
{
  const HemoObjectState *state = work->state;
  g_autofree char *start = g_strdup_printf ("%s.pieces/%s/", work->task->key, state->upload);
  g_autoptr (GError) failure = NULL;
  GPtrArray *listed = hemo_s3_list (work->task->s3, start, 2 * state->proven->pieces->len,
                                    work->cancellable, &failure);

  if (listed != NULL)
    return listed;
  if (!g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_OFFLINE)
      && !g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_BUSY)
      && !g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_ptr_array_new ();
  g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}

static gboolean
is_listed (const GPtrArray *listed, const char *key, guint64 size)
{
  for (guint i = 0; i < listed->len; i++)
    {
      const HemoS3Object *object = g_ptr_array_index (listed, i);

      if (object->size == size && g_str_equal (object->key, key))
        return TRUE;
    }
  return FALSE;
}

/* A piece that is not listed: some servers list late, so that it is asked for by name. */
static gboolean
settle_missing (HemoObjectWork *work,
                const char *key,
                const HemoObjectPiece *piece,
                guint64 offset,
                GError **error)
{
  HemoS3Body body = { .path = work->task->path, .offset = offset, .length = piece->size };
  HemoObjectDigests digests;
  HemoS3Proof proof = { .size = piece->size, .sha256 = digests.sha256, .md5 = digests.md5 };
  gboolean there = FALSE;

  if (!hemo_object_hash (work->task->path, offset, piece->size, &digests, work->cancellable, error)
      || !hemo_object_ask (work, key, &proof, &there, error))
    return FALSE;
  work->base = work->task->size - piece->size;
  return there || hemo_object_put_proven (work, key, &body, &digests, error);
}

/* What was proven may be gone by now, as of a server that was restored: a manifest that points at
 * nothing would call it received. One question for all of them. */
static gboolean
check_there (HemoObjectWork *work, GError **error)
{
  const HemoObjectState *state = work->state;
  g_autoptr (GPtrArray) listed = list_pieces (work, error);
  guint64 offset = 0;

  for (guint i = 0; listed != NULL && i < state->proven->pieces->len; i++)
    {
      const HemoObjectPiece *piece = hemo_object_manifest_piece (state->proven, i);
      g_autofree char *key = hemo_object_piece_key (work->task->key, state->upload, i);

      if (!is_listed (listed, key, piece->size)
          && !settle_missing (work, key, piece, offset, error))
        return FALSE;
      offset += piece->size;
    }
  return listed != NULL;
}

static gboolean
put_manifest (HemoObjectWork *work, GError **error)
{
  HemoObjectState *state = work->state;
  g_autofree char *key = hemo_object_manifest_key (work->task->key);
  g_autoptr (GBytes) json = NULL;
  HemoS3Body body = { 0 };
  HemoObjectDigests digests;
  g_autofree char *sha256 = NULL;

  g_set_str (&state->proven->upload, state->upload);
  json = hemo_object_manifest_to_json (state->proven);
  sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, json);
  g_strlcpy (digests.sha256, sha256, sizeof digests.sha256);
  body.bytes = json;
  work->base = work->task->size;
  return hemo_object_keep (work, error)
         && hemo_object_put_proven (work, key, &body, &digests, error);
}

static gboolean
fail_conflict (GError **error)
{
  g_set_error_literal (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_CONFLICT,
                       N_ ("The object store holds another object under this name."));
  return FALSE;
}

/* A manifest of other contents is another object: what was sent first stays. */
static gboolean
check_manifest (HemoObjectWork *work, GError **error)
{
  g_autofree char *key = hemo_object_manifest_key (work->task->key);
  g_autoptr (GError) failure = NULL;
  g_autoptr (GBytes) json = hemo_s3_get_bytes (work->task->s3, key, HEMO_OBJECT_MANIFEST_LIMIT,
                                               work->cancellable, &failure);
  g_autoptr (HemoObjectManifest) manifest = NULL;

  if (json == NULL && g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_NOT_FOUND))
    return TRUE;
  if (json == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  manifest = hemo_object_manifest_parse (json, NULL);
  if (manifest == NULL || g_str_equal (manifest->upload, work->state->upload)
      || (manifest->size == work->task->size && g_str_equal (manifest->sha256, work->task->sha256))
      || hemo_object_replaces (work->task, manifest->size, manifest->sha256))
    return TRUE;
  return fail_conflict (error);
}

gboolean
hemo_object_send_pieces (HemoObjectWork *work, GError **error)
{
  HemoObjectState *state = work->state;
  guint64 left = 0;

  if (*state->upload == '\0')
    {
      g_free (state->upload);
      state->upload = g_uuid_string_random ();
      state->begun = TRUE;
    }
  if (state->pending.size > 0 && !settle_pending (work, error))
    return FALSE;
  while ((left = work->task->size - hemo_object_manifest_sum (state->proven)) > 0)
    if (!send_next (work, left, error))
      return FALSE;
  return check_pieces (work, error) && check_manifest (work, error) && check_there (work, error)
         && put_manifest (work, error);
}
