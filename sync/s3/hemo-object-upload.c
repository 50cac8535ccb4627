/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Chooses a form, asks before it sends again, and proves. */

#include "hemo-object-upload.h"

#include "hemo-object-private.h"
#include "hemo-object-reader.h"
#include "hemo-s3-multipart.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <openssl/evp.h>
#include <unistd.h>

#define CHUNK (64 * 1024)
/* A part that is tried so often on a link for pieces is given up. */
#define PART_TRIES 3

static void
write_hex (EVP_MD_CTX *context, char *out)
{
  guint8 value[EVP_MAX_MD_SIZE];
  unsigned size = 0;

  EVP_DigestFinal_ex (context, value, &size);
  for (unsigned i = 0; i < size; i++)
    g_snprintf (out + 2 * i, 3, "%02x", value[i]);
}

/* @md5: (nullable) */
static gboolean
hash_open_file (int fd,
                guint64 offset,
                guint64 length,
                EVP_MD_CTX *sha256,
                EVP_MD_CTX *md5,
                GCancellable *cancellable,
                GError **error)
{
  g_autofree guint8 *buffer = g_malloc (CHUNK);

  while (length > 0)
    {
      gssize got = pread (fd, buffer, (gsize)MIN (length, CHUNK), (off_t)offset);

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (got <= 0)
        {
          int code = got < 0 ? errno : EIO;

          g_set_error (error, G_IO_ERROR, (int)g_io_error_from_errno (code),
                       N_ ("A file could not be read to be sent: %s"), g_strerror (code));
          return FALSE;
        }
      EVP_DigestUpdate (sha256, buffer, (gsize)got);
      if (md5 != NULL)
        EVP_DigestUpdate (md5, buffer, (gsize)got);
      offset += (guint64)got;
      length -= (guint64)got;
    }
  return TRUE;
}

static gboolean
hash (const char *path,
      guint64 offset,
      guint64 length,
      gboolean with_md5,
      HemoObjectDigests *digests,
      GCancellable *cancellable,
      GError **error)
{
  EVP_MD_CTX *sha256 = EVP_MD_CTX_new (), *md5 = with_md5 ? EVP_MD_CTX_new () : NULL;
  int fd = open (path, O_RDONLY | O_CLOEXEC), code = errno;
  gboolean read = FALSE;

  EVP_DigestInit_ex2 (sha256, EVP_sha256 (), NULL);
  if (md5 != NULL)
    EVP_DigestInit_ex2 (md5, EVP_md5 (), NULL);
  if (fd < 0)
    g_set_error (error, G_IO_ERROR, (int)g_io_error_from_errno (code),
                 N_ ("A file could not be opened to be sent: %s"), g_strerror (code));
  else
    {
      read = hash_open_file (fd, offset, length, sha256, md5, cancellable, error);
      close (fd);
    }
  if (read)
    {
      write_hex (sha256, digests->sha256);
      *digests->md5 = '\0';
      if (md5 != NULL)
        write_hex (md5, digests->md5);
    }
  EVP_MD_CTX_free (sha256);
  EVP_MD_CTX_free (md5);
  return read;
}

gboolean
hemo_object_hash (const char *path,
                  guint64 offset,
                  guint64 length,
                  HemoObjectDigests *digests,
                  GCancellable *cancellable,
                  GError **error)
{
  return hash (path, offset, length, TRUE, digests, cancellable, error);
}

gboolean
hemo_object_sha256 (const HemoObjectTask *task,
                    guint64 offset,
                    guint64 length,
                    HemoObjectDigests *digests,
                    GCancellable *cancellable,
                    GError **error)
{
  return hash (task->path, offset, length, FALSE, digests, cancellable, error);
}

gboolean
hemo_object_keep (HemoObjectWork *work, GError **error)
{
  g_autofree char *json = hemo_object_state_to_json (work->state);

  return work->task->keep (json, work->task->data, error);
}

void
hemo_object_end_turn (HemoObjectWork *work, gboolean lost)
{
  if (work->has_turn)
    work->task->end_turn (lost, work->task->data);
  work->has_turn = FALSE;
}

static void
note_progress (guint64 bytes, gpointer data)
{
  HemoObjectWork *work = data;

  if (bytes >= work->turn_until)
    hemo_object_end_turn (work, FALSE);
  if (bytes > work->acknowledged)
    {
      work->acknowledged = bytes;
      work->moved_at = g_get_monotonic_time ();
      hemo_link_note_alive (work->task->link, work->moved_at);
    }
  if (work->task->progress != NULL)
    work->task->progress (MIN (work->base + bytes, work->task->size), work->task->data);
}

void
hemo_object_begin_send (HemoObjectWork *work, HemoS3Body *body, gint64 *began)
{
  body->progress = note_progress;
  body->progress_data = work;
  hemo_http_set_in_flight (hemo_s3_get_http (work->task->s3),
                           hemo_link_in_flight (work->task->link));
  work->acknowledged = 0;
  *began = work->moved_at = g_get_monotonic_time ();
}

void
hemo_object_end_send (HemoObjectWork *work,
                      const HemoS3Receipt *receipt,
                      gint64 began,
                      const GError *failure)
{
  gint64 now = g_get_monotonic_time ();

  if (failure == NULL)
    {
      hemo_link_note_round_trip (work->task->link, receipt->round_trip);
      hemo_link_note_sent (work->task->link, now, receipt->sent, receipt->sending, now - began);
      work->sent += receipt->sent;
      return;
    }
  work->sent += work->acknowledged;
  if (g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_OFFLINE))
    hemo_link_note_lost (work->task->link, now);
}

gboolean
hemo_object_ask (HemoObjectWork *work,
                 const char *key,
                 const HemoS3Proof *proof,
                 gboolean *there,
                 GError **error)
{
  g_autoptr (GError) failure = NULL;

  *there = hemo_s3_prove (work->task->s3, key, proof, work->cancellable, &failure);
  if (*there || g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_NOT_FOUND)
      || g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DAMAGED))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* One PUT over whatever is there, proven by its receipt or by reading it back. */
gboolean
hemo_object_put_proven (HemoObjectWork *work,
                        const char *key,
                        HemoS3Body *body,
                        const HemoObjectDigests *digests,
                        GError **error)
{
  const HemoS3Proof proof
      = { .size = body->bytes != NULL ? g_bytes_get_size (body->bytes) : body->length,
          .sha256 = digests->sha256 };
  g_auto (HemoS3Receipt) receipt = { 0 };
  g_autoptr (GError) failure = NULL;
  gint64 began = 0;

  body->sha256 = digests->sha256;
  hemo_object_begin_send (work, body, &began);
  hemo_s3_put (work->task->s3, key, body, FALSE, &receipt, work->cancellable, &failure);
  hemo_object_end_send (work, &receipt, began, failure);
  if (failure == NULL && receipt.proven)
    return TRUE;
  if (failure == NULL || g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DAMAGED))
    return hemo_s3_prove (work->task->s3, key, &proof, work->cancellable, error);
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
read_line (const char *line, guint64 *size, const char **sha256)
{
  char *end = NULL;

  *size = g_ascii_strtoull (line, &end, 10);
  if (end == line || *end != ' ' || !hemo_object_is_sha256 (end + 1))
    return FALSE;
  *sha256 = end + 1;
  return TRUE;
}

gboolean
hemo_object_replaces (const HemoObjectTask *task, guint64 size, const char *sha256)
{
  g_auto (GStrv) lines = g_strsplit (task->ours != NULL ? task->ours : "", "\n", -1);
  const char *known = NULL;
  guint64 known_size = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    if (read_line (lines[i], &known_size, &known) && known_size == size
        && g_str_equal (known, sha256))
      return TRUE;
  return FALSE;
}

/* @ours: (out): whether what stands under the key is what we put there and replace now */
static gboolean
ask_ours (HemoObjectWork *work, gboolean *ours, GError **error)
{
  const HemoObjectTask *task = work->task;
  g_auto (GStrv) lines = g_strsplit (task->ours != NULL ? task->ours : "", "\n", -1);

  *ours = FALSE;
  for (guint i = 0; lines[i] != NULL && !*ours; i++)
    {
      HemoS3Proof proof = { 0 };

      if (read_line (lines[i], &proof.size, &proof.sha256)
          && !hemo_object_ask (work, task->key, &proof, ours, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
fail_conflict (GError **error)
{
  g_set_error_literal (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_CONFLICT,
                       N_ ("The object store holds another object under this name."));
  return FALSE;
}

static gboolean send_whole (HemoObjectWork *work, GError **error);

/* What is there although we were told to put only what is new: this, what this replaces, or
 * another's. */
static gboolean
settle_taken (HemoObjectWork *work, const HemoS3Proof *proof, GError **error)
{
  const HemoObjectTask *task = work->task;
  g_autoptr (GError) failure = NULL;
  gboolean ours = FALSE;

  if (hemo_s3_prove (task->s3, task->key, proof, work->cancellable, &failure))
    return work->there = TRUE;
  if (!g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DAMAGED))
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (!ask_ours (work, &ours, error))
    return FALSE;
  if (!ours || work->state->ours)
    return fail_conflict (error);
  work->state->ours = TRUE;
  return hemo_object_keep (work, error) && send_whole (work, error);
}

static gboolean
hash_bytes (GBytes *bytes, HemoObjectDigests *digests)
{
  g_autofree char *sha256 = hemo_sha256 (bytes);
  g_autofree char *md5 = g_compute_checksum_for_bytes (G_CHECKSUM_MD5, bytes);

  g_strlcpy (digests->sha256, sha256, sizeof digests->sha256);
  g_strlcpy (digests->md5, md5, sizeof digests->md5);
  return TRUE;
}

static gboolean
hash_all (HemoObjectWork *work, gboolean with_md5, HemoObjectDigests *digests, GError **error)
{
  const HemoObjectTask *task = work->task;

  return task->bytes != NULL
             ? hash_bytes (task->bytes, digests)
             : hash (task->path, 0, task->size, with_md5, digests, work->cancellable, error);
}

/* A file of which a byte turned is kept here and looked at, not sent. */
static gboolean
check_file (HemoObjectWork *work, GError **error)
{
  const HemoObjectTask *task = work->task;
  HemoObjectDigests digests;

  if (!hash_all (work, FALSE, &digests, error))
    return FALSE;
  if (g_ascii_strcasecmp (digests.sha256, task->sha256) == 0)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       N_ ("A file on this computer is not what was saved; it is not sent."));
  return FALSE;
}

/* What stands there is ours, and perhaps of a file that is not what it was. */
static gboolean
own_and_check (HemoObjectWork *work, GError **error)
{
  work->state->ours = TRUE;
  return hemo_object_keep (work, error) && check_file (work, error);
}

/* It is not what was sent, as far as the receipt says: what is there decides. */
static gboolean
settle_unproven (HemoObjectWork *work, const HemoS3Proof *proof, GError **error)
{
  const HemoS3Proof read = { .size = proof->size, .sha256 = proof->sha256 };

  return own_and_check (work, error)
         && hemo_s3_prove (work->task->s3, work->task->key, &read, work->cancellable, error);
}

static gboolean
send_whole (HemoObjectWork *work, GError **error)
{
  const HemoObjectTask *task = work->task;
  HemoS3Body body = { .bytes = task->bytes,
                      .path = task->path,
                      .length = task->size,
                      .sha256 = task->sha256,
                      .md5 = task->md5 };
  const HemoS3Proof proof = { .size = task->size, .sha256 = task->sha256, .md5 = task->md5 };
  g_auto (HemoS3Receipt) receipt = { 0 };
  g_autoptr (GError) failure = NULL;
  gint64 began = 0;

  work->state->begun = TRUE;
  if (!task->noted && !hemo_object_keep (work, error))
    return FALSE;
  hemo_object_begin_send (work, &body, &began);
  hemo_s3_put (task->s3, task->key, &body, !work->state->ours, &receipt, work->cancellable,
               &failure);
  hemo_object_end_send (work, &receipt, began, failure);
  if (failure == NULL && receipt.proven)
    return !receipt.differs || own_and_check (work, error);
  if (failure == NULL || g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DAMAGED))
    return settle_unproven (work, &proof, error);
  if (g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_CONFLICT))
    return settle_taken (work, &proof, error);
  /* It says so too when what it got is not what was signed. */
  if ((g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_BUSY)
       || g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_SPOILT))
      && !check_file (work, error))
    return FALSE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* Whether the last request that could have made the object was sent. */
static gboolean
may_be_there (HemoObjectWork *work)
{
  const HemoObjectState *state = work->state;

  if (work->task->begun && !state->begun)
    return TRUE;
  return state->begun
         && (state->form == HEMO_LINK_WHOLE
             || hemo_object_manifest_sum (state->proven) == work->task->size);
}

/* Whether it is there, in any form. */
static gboolean
ask_first (HemoObjectWork *work, GError **error)
{
  const HemoObjectTask *task = work->task;
  g_autofree char *composite = work->state->form == HEMO_LINK_MULTIPART
                                   ? hemo_object_composite (work->state->proven)
                                   : NULL;
  HemoObjectDigests digests;
  HemoS3Proof proof = { .size = task->size, .sha256 = task->sha256, .composite = composite };

  if (task->md5 != NULL)
    proof.md5 = task->md5;
  else if (!hash_all (work, TRUE, &digests, error))
    return FALSE;
  else if (g_str_equal (digests.sha256, task->sha256))
    proof.md5 = digests.md5;
  return hemo_object_find (task->s3, task->key, &proof, &work->there, work->cancellable, error);
}

/* Before other forms than a PUT, which asks by itself: what stands under the key is not written
 * over, unless we put it there and it is spoilt. */
static gboolean
claim_key (HemoObjectWork *work, GError **error)
{
  const HemoObjectTask *task = work->task;
  const HemoS3Proof proof = { .size = task->size, .sha256 = task->sha256 };
  g_autoptr (GError) failure = NULL;
  gboolean ours = FALSE;

  if (work->state->form == HEMO_LINK_WHOLE || *work->state->upload != '\0')
    return TRUE;
  if (work->state->ours)
    return hemo_s3_delete (task->s3, task->key, work->cancellable, error);
  if (hemo_s3_prove (task->s3, task->key, &proof, work->cancellable, &failure))
    return work->there = TRUE;
  if (g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_NOT_FOUND))
    return TRUE;
  if (!g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DAMAGED))
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (!ask_ours (work, &ours, error))
    return FALSE;
  return ours ? hemo_s3_delete (task->s3, task->key, work->cancellable, error)
              : fail_conflict (error);
}

/* What was begun goes on, but a part that never arrives does not. */
static gboolean
choose_form (HemoObjectWork *work, GError **error)
{
  const HemoObjectTask *task = work->task;
  HemoObjectState *state = work->state;
  HemoLinkForm best = task->bytes != NULL
                          ? HEMO_LINK_WHOLE
                          : hemo_link_choose (task->link, g_get_monotonic_time (), task->size);

  if (state->form == HEMO_LINK_MULTIPART && state->tries >= PART_TRIES && best == HEMO_LINK_PIECES
      && *state->upload != '\0')
    {
      if (!hemo_s3_multipart_abort (task->s3, task->key, state->upload, work->cancellable, error))
        return FALSE;
      hemo_object_state_restart (state, best);
    }
  else if (state->form == HEMO_LINK_WHOLE)
    hemo_object_state_restart (state, best);
  return TRUE;
}

static gboolean
send_form (HemoObjectWork *work, GError **error)
{
  if (work->state->form == HEMO_LINK_WHOLE)
    return send_whole (work, error);
  if (!check_file (work, error))
    return FALSE;
  return work->state->form == HEMO_LINK_PIECES ? hemo_object_send_pieces (work, error)
                                               : hemo_object_send_parts (work, error);
}

static gboolean
bring (HemoObjectWork *work, GError **error)
{
  if (may_be_there (work) && !ask_first (work, error))
    return FALSE;
  if (!work->there && (!choose_form (work, error) || !claim_key (work, error)))
    return FALSE;
  return work->there || send_form (work, error);
}

static gboolean
upload (HemoObjectWork *work, GError **error)
{
  const HemoObjectTask *task = work->task;

  if (!bring (work, error) || !hemo_object_remove_replaced (work, error))
    return FALSE;
  if (task->progress != NULL)
    task->progress (task->size, task->data);
  return task->keep (NULL, task->data, error);
}

gboolean
hemo_object_upload (const HemoObjectTask *task,
                    HemoObjectSummary *summary,
                    GCancellable *cancellable,
                    GError **error)
{
  g_autoptr (HemoObjectState) state
      = hemo_object_state_parse (task->state, task->size, task->sha256);
  HemoObjectWork work = { .task = task, .cancellable = cancellable };
  gboolean done = FALSE;

  if (state == NULL)
    state = hemo_object_state_new (task->size, task->sha256);
  work.state = state;
  done = upload (&work, error);
  if (done && summary != NULL)
    *summary = (HemoObjectSummary){ .form = state->form, .sent = work.sent, .there = work.there };
  return done;
}

gboolean
hemo_object_sweep (
    HemoS3 *s3, const char *start, gint64 age, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) uploads = hemo_s3_multipart_uploads (s3, start, cancellable, error);
  gint64 now = hemo_server_clock_now (hemo_http_get_clock (hemo_s3_get_http (s3)));

  for (guint i = 0; uploads != NULL && i < uploads->len; i++)
    {
      const HemoS3Upload *old = g_ptr_array_index (uploads, i);

      if (old->begun > 0 && old->begun < now - age
          && !hemo_s3_multipart_abort (s3, old->key, old->id, cancellable, error))
        return FALSE;
    }
  return uploads != NULL;
}
