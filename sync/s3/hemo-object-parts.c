/* SPDX-License-Identifier: GPL-3.0-or-later */

/* An object in parts that the server puts together. */

#include "hemo-object-private.h"
#include "hemo-s3-multipart.h"
#include "hemo-s3-private.h"

/* @parts: (element-type HemoS3Part): what the object is made of, by number */
typedef struct
{
  HemoObjectWork *work;
  GPtrArray *parts;
} Sending;

static guint64
part_size (HemoObjectWork *work)
{
  guint64 size
      = MAX (hemo_link_piece_size (work->task->link, g_get_monotonic_time (), work->task->size),
             HEMO_S3_PART_LEAST);

  while (work->task->size / size >= HEMO_S3_PARTS_MOST)
    size *= 2;
  return size;
}

/* Uploads of this key that nobody will end: begun by us before the id could be kept. */
static gboolean
abort_others (HemoObjectWork *work, GError **error)
{
  const HemoObjectTask *task = work->task;
  g_autoptr (GPtrArray) uploads
      = hemo_s3_multipart_uploads (task->s3, task->key, work->cancellable, error);

  for (guint i = 0; uploads != NULL && i < uploads->len; i++)
    {
      const HemoS3Upload *upload = g_ptr_array_index (uploads, i);

      if (g_str_equal (upload->key, task->key)
          && !hemo_s3_multipart_abort (task->s3, task->key, upload->id, work->cancellable, error))
        return FALSE;
    }
  return uploads != NULL;
}

static gboolean
begin (HemoObjectWork *work, GError **error)
{
  HemoObjectState *state = work->state;
  g_autofree char *id = NULL;

  if (state->begun && !abort_others (work, error))
    return FALSE;
  hemo_object_state_restart (state, HEMO_LINK_MULTIPART);
  state->begun = TRUE;
  state->part = part_size (work);
  if (!hemo_object_keep (work, error))
    return FALSE;
  id = hemo_s3_multipart_begin (work->task->s3, work->task->key, work->cancellable, error);
  if (id == NULL)
    return FALSE;
  g_set_str (&state->upload, id);
  return hemo_object_keep (work, error);
}

/* Whether a part that the server lists is the bytes of the file. */
static gboolean
is_same (const HemoS3Part *part, const HemoObjectDigests *digests, gboolean proven)
{
  g_autofree char *sha256 = hemo_s3_read_checksum (part->sha256);

  if (sha256 != NULL)
    return g_str_equal (sha256, digests->sha256);
  return proven || g_ascii_strcasecmp (part->etag, digests->md5) == 0;
}

static void
add_part (Sending *self, guint number, guint64 size, const char *etag, const char *hex)
{
  g_autofree char *checksum = hemo_s3_write_checksum (hex);

  g_ptr_array_add (self->parts, hemo_s3_part_new (number, size, etag, checksum));
}

/* Goes through what the server has from the first part on, up to the first that is not right. */
static gboolean
take_listed (Sending *self, GPtrArray *listed, GError **error)
{
  HemoObjectState *state = self->work->state;
  const HemoObjectTask *task = self->work->task;
  guint proven = state->proven->pieces->len;

  g_array_set_size (state->proven->pieces, 0);
  for (guint i = 0; i < listed->len; i++)
    {
      const HemoS3Part *part = g_ptr_array_index (listed, i);
      guint64 offset = i * state->part;
      HemoObjectDigests digests;

      if (offset >= task->size || part->number != i + 1
          || part->size != MIN (state->part, task->size - offset))
        break;
      if (!hemo_object_hash (task->path, offset, part->size, &digests, self->work->cancellable,
                             error))
        return FALSE;
      if (!is_same (part, &digests, i < proven))
        break;
      hemo_object_manifest_add (state->proven, part->size, digests.sha256);
      add_part (self, part->number, part->size, part->etag, digests.sha256);
    }
  return TRUE;
}

/* What the server still has; a new upload where it has forgotten it. */
static gboolean
resume (Sending *self, GError **error)
{
  HemoObjectWork *work = self->work;
  g_autoptr (GError) failure = NULL;
  g_autoptr (GPtrArray) listed = NULL;

  if (*work->state->upload == '\0' || work->state->part < HEMO_S3_PART_LEAST)
    return begin (work, error);
  listed = hemo_s3_multipart_list (work->task->s3, work->task->key, work->state->upload,
                                   work->cancellable, &failure);
  if (listed != NULL)
    return take_listed (self, listed, error);
  if (g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_NOT_FOUND))
    return begin (work, error);
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
send_part (Sending *self, guint64 offset, GError **error)
{
  HemoObjectWork *work = self->work;
  HemoObjectState *state = work->state;
  guint number = state->proven->pieces->len + 1;
  HemoObjectDigests digests;
  HemoS3Body body = { .path = work->task->path,
                      .offset = offset,
                      .length = MIN (state->part, work->task->size - offset),
                      .sha256 = digests.sha256 };
  g_auto (HemoS3Receipt) receipt = { 0 };
  g_autoptr (GError) failure = NULL;
  gint64 began = 0;

  state->tries++;
  if (!hemo_object_sha256 (work->task, offset, body.length, &digests, work->cancellable, error)
      || !hemo_object_keep (work, error))
    return FALSE;
  work->base = offset;
  hemo_object_begin_send (work, &body, &began);
  hemo_s3_multipart_put (work->task->s3, work->task->key, state->upload, number, &body, &receipt,
                         work->cancellable, &failure);
  hemo_object_end_send (work, &receipt, began, failure);
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  state->tries = 0;
  hemo_object_manifest_add (state->proven, body.length, digests.sha256);
  add_part (self, number, body.length, receipt.etag, digests.sha256);
  return TRUE;
}

char *
hemo_object_composite (const HemoObjectManifest *proven)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *base64 = NULL;
  guint8 value[32];
  gsize size = sizeof value;

  for (guint i = 0; i < proven->pieces->len; i++)
    {
      g_autofree char *text
          = hemo_s3_write_checksum (hemo_object_manifest_piece (proven, i)->sha256);
      gsize length = 0;
      g_autofree guint8 *bytes = g_base64_decode (text, &length);

      g_checksum_update (checksum, bytes, (gssize)length);
    }
  g_checksum_get_digest (checksum, value, &size);
  base64 = g_base64_encode (value, size);
  return g_strdup_printf ("%s-%u", base64, proven->pieces->len);
}

static gboolean
complete (Sending *self, GError **error)
{
  HemoObjectWork *work = self->work;
  const HemoObjectTask *task = work->task;
  g_autofree char *composite = hemo_object_composite (work->state->proven);
  const HemoS3Proof proof = { .size = task->size, .sha256 = task->sha256, .composite = composite };

  return hemo_object_keep (work, error)
         && hemo_s3_multipart_complete (task->s3, task->key, work->state->upload, self->parts,
                                        work->cancellable, error)
         && hemo_s3_prove (task->s3, task->key, &proof, work->cancellable, error);
}

gboolean
hemo_object_send_parts (HemoObjectWork *work, GError **error)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_s3_part_free);
  Sending sending = { .work = work, .parts = parts };
  guint64 offset = 0;

  if (!resume (&sending, error))
    return FALSE;
  while ((offset = hemo_object_manifest_sum (work->state->proven)) < work->task->size)
    if (!send_part (&sending, offset, error))
      return FALSE;
  return complete (&sending, error);
}
