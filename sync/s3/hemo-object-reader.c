/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reads an object back, in whatever form it was sent. */

#include "hemo-object-reader.h"

#include "hemo-durable.h"
#include "hemo-object-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <openssl/evp.h>
#include <sys/file.h>
#include <unistd.h>

/* Where an object is read into: a file from @size on, or memory. */
typedef struct
{
  HemoS3 *s3;
  const char *key;
  const char *sha256;
  guint64 limit;
  int fd;
  const char *part;
  GByteArray *bytes;
  guint64 size;
  GCancellable *cancellable;
} Reading;

static gboolean
fail_damaged (GError **error)
{
  g_set_error_literal (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DAMAGED,
                       N_ ("What the object store holds is not what was sent."));
  return FALSE;
}

static gboolean
fail_large (GError **error)
{
  g_set_error_literal (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_PROTOCOL,
                       N_ ("What the object store holds is larger than an object can be."));
  return FALSE;
}

static gboolean
write_file (Reading *self, const guint8 *bytes, gsize size, GError **error)
{
  while (size > 0)
    {
      gssize written = pwrite (self->fd, bytes, size, (off_t)self->size);

      if (written < 0 && errno == EINTR)
        continue;
      if (written < 0)
        {
          int code = errno;

          g_set_error (error, G_IO_ERROR, (int)g_io_error_from_errno (code),
                       N_ ("A file that was read back could not be written: %s"),
                       g_strerror (code));
          return FALSE;
        }
      bytes += written;
      size -= (gsize)written;
      self->size += (guint64)written;
    }
  return TRUE;
}

static gboolean
take (const guint8 *bytes, gsize size, gpointer data, GError **error)
{
  Reading *self = data;

  if (size > self->limit - MIN (self->size, self->limit))
    return fail_large (error);
  if (self->fd >= 0)
    return write_file (self, bytes, size, error);
  g_byte_array_append (self->bytes, bytes, (guint)size);
  self->size += size;
  return TRUE;
}

/* Keeps the first @size bytes of what is there. */
static gboolean
cut (Reading *self, guint64 size, GError **error)
{
  self->size = size;
  if (self->fd >= 0 && ftruncate (self->fd, (off_t)size) != 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                           N_ ("A file that was read back could not be shortened."));
      return FALSE;
    }
  if (self->fd < 0)
    g_byte_array_set_size (self->bytes, (guint)size);
  return TRUE;
}

static gboolean
read_whole (Reading *self, const HemoS3Object *object, GError **error)
{
  guint64 size = object->size;

  if (size > self->limit)
    return fail_large (error);
  if (self->size > size && !cut (self, 0, error))
    return FALSE;
  if (self->size < size
      && !hemo_s3_get (self->s3, self->key, object->etag, self->size, 0, size - self->size, take,
                       self, self->cancellable, error))
    return FALSE;
  return self->size == size || fail_damaged (error);
}

static HemoObjectManifest *
get_manifest (HemoS3 *s3, const char *key, GCancellable *cancellable, GError **error)
{
  g_autofree char *name = hemo_object_manifest_key (key);
  g_autoptr (GBytes) json
      = hemo_s3_get_bytes (s3, name, HEMO_OBJECT_MANIFEST_LIMIT, cancellable, error);

  return json != NULL ? hemo_object_manifest_parse (json, error) : NULL;
}

/* Whether what was read from @offset on is the piece. */
static gboolean
is_piece (const Reading *self, const HemoObjectPiece *piece, guint64 offset, GError **error)
{
  HemoObjectDigests digests = { 0 };
  g_autofree char *sha256 = NULL;

  if (self->size != offset + piece->size)
    return fail_damaged (error);
  if (self->fd >= 0)
    {
      if (!hemo_object_hash (self->part, offset, piece->size, &digests, self->cancellable, error))
        return FALSE;
      sha256 = g_strdup (digests.sha256);
    }
  else
    sha256
        = g_compute_checksum_for_data (G_CHECKSUM_SHA256, self->bytes->data + offset, piece->size);
  return g_str_equal (sha256, piece->sha256) || fail_damaged (error);
}

/* From where a read of it broke: on a poor link a piece of a good one would never come whole. */
static gboolean
read_piece (
    Reading *self, const HemoObjectManifest *manifest, guint index, guint64 offset, GError **error)
{
  const HemoObjectPiece *piece = hemo_object_manifest_piece (manifest, index);
  g_autofree char *name = hemo_object_piece_key (self->key, manifest->upload, index);
  g_autoptr (GError) failure = NULL;
  guint64 had = self->size - offset;

  if (piece->size > HEMO_OBJECT_PIECE_MOST)
    return fail_large (error);
  if (had < piece->size
      && !hemo_s3_get (self->s3, name, NULL, had, 0, piece->size - had, take, self,
                       self->cancellable, error))
    return FALSE;
  if (is_piece (self, piece, offset, &failure))
    return TRUE;
  /* What was there of it may be of something else. */
  if (had > 0 && g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DAMAGED))
    return cut (self, offset, error) && read_piece (self, manifest, index, offset, error);
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* From the first piece that is not all there. */
static gboolean
read_pieces (Reading *self, const HemoObjectManifest *manifest, GError **error)
{
  guint64 offset = 0;

  if (manifest->size > self->limit)
    return fail_large (error);
  if (self->size > manifest->size && !cut (self, 0, error))
    return FALSE;
  for (guint i = 0; i < manifest->pieces->len; i++)
    {
      guint64 size = hemo_object_manifest_piece (manifest, i)->size;

      if (offset + size > self->size && !read_piece (self, manifest, i, offset, error))
        return FALSE;
      offset += size;
    }
  return TRUE;
}

/* @sha256: (out): what it has to be, where that is known */
static gboolean
read_any (Reading *self, char **sha256, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (HemoS3Object) object = hemo_s3_head (self->s3, self->key, self->cancellable, &failure);
  g_autoptr (HemoObjectManifest) manifest = NULL;

  *sha256 = g_strdup (self->sha256);
  if (object != NULL)
    return read_whole (self, object, error);
  if (!g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  manifest = get_manifest (self->s3, self->key, self->cancellable, error);
  if (manifest == NULL)
    return FALSE;
  if (self->sha256 != NULL && !g_str_equal (self->sha256, manifest->sha256))
    return fail_damaged (error);
  g_set_str (sha256, manifest->sha256);
  return read_pieces (self, manifest, error);
}

/* Whether what a read left may be gone on with: an answer that was cut off is one of
 * %HEMO_REMOTE_ERROR_PROTOCOL, and what is wrong in the end is found by its hash. */
static gboolean
may_go_on (const Reading *self, const GError *failure)
{
  return self->sha256 != NULL
         && !g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DAMAGED)
         && !g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_CONFLICT)
         && !g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_NOT_FOUND);
}

static gboolean
verify_file (const char *part, const char *sha256, GCancellable *cancellable, GError **error)
{
  g_autofree char *found = NULL;

  if (sha256 == NULL)
    return TRUE;
  found = hemo_durable_hash (part, FALSE, NULL, NULL, NULL, cancellable, error);
  if (found == NULL)
    return FALSE;
  return g_ascii_strcasecmp (found, sha256) == 0 || fail_damaged (error);
}

/* For one reader at a time. */
static gboolean
open_part (Reading *self, const char *part, GError **error)
{
  int flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, code = 0;
  off_t size = -1;

  self->fd = open (part, flags, 0600);
  if (self->fd >= 0 && flock (self->fd, LOCK_EX | LOCK_NB) == 0
      && (self->sha256 != NULL || ftruncate (self->fd, 0) == 0))
    size = lseek (self->fd, 0, SEEK_END);
  if (size < 0)
    {
      code = errno;
      g_set_error (error, G_IO_ERROR, (int)g_io_error_from_errno (code),
                   N_ ("A file that is read back could not be made: %s"), g_strerror (code));
      return FALSE;
    }
  self->size = (guint64)size;
  return TRUE;
}

static gboolean
finish_file (Reading *self, const char *part, const char *path, const char *sha256, GError **error)
{
  if (fsync (self->fd) != 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                           N_ ("A file that was read back did not get onto the disk."));
      return FALSE;
    }
  return verify_file (part, sha256, self->cancellable, error)
         && hemo_durable_rename (part, path, error);
}

gboolean
hemo_object_read_file (HemoS3 *s3,
                       const char *key,
                       const char *sha256,
                       const char *path,
                       guint64 limit,
                       GCancellable *cancellable,
                       GError **error)
{
  Reading reading = {
    .s3 = s3, .key = key, .sha256 = sha256, .limit = limit, .fd = -1, .cancellable = cancellable
  };
  g_autofree char *part = g_strconcat (path, HEMO_DURABLE_PART, NULL);
  g_autofree char *expected = NULL;
  g_autoptr (GError) failure = NULL;
  gboolean read = FALSE, opened = FALSE;

  reading.part = part;
  opened = open_part (&reading, part, &failure);
  read = opened && read_any (&reading, &expected, &failure)
         && finish_file (&reading, part, path, expected, &failure);
  /* Before another may take it up. */
  if (!read && opened && !may_go_on (&reading, failure))
    g_unlink (part);
  if (reading.fd >= 0)
    close (reading.fd);
  if (read)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

GBytes *
hemo_object_read_bytes (HemoS3 *s3,
                        const char *key,
                        const char *sha256,
                        guint64 limit,
                        GCancellable *cancellable,
                        GError **error)
{
  g_autoptr (GByteArray) array = g_byte_array_new ();
  Reading reading = { .s3 = s3,
                      .key = key,
                      .sha256 = sha256,
                      .limit = MIN (limit, G_MAXINT),
                      .fd = -1,
                      .bytes = array,
                      .cancellable = cancellable };
  g_autofree char *expected = NULL, *found = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (!read_any (&reading, &expected, error))
    return NULL;
  bytes = g_byte_array_free_to_bytes (g_steal_pointer (&array));
  found = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  if (expected != NULL && g_ascii_strcasecmp (found, expected) != 0)
    {
      fail_damaged (error);
      return NULL;
    }
  return g_steal_pointer (&bytes);
}

gboolean
hemo_object_put_text (HemoS3 *s3,
                      const char *key,
                      const char *text,
                      guint64 limit,
                      GCancellable *cancellable,
                      GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autofree char *sha256 = hemo_sha256 (bytes);
  g_autoptr (GBytes) back = NULL;
  HemoS3Body body = { .bytes = bytes };
  g_auto (HemoS3Receipt) receipt = { 0 };

  if (!hemo_s3_put (s3, key, &body, FALSE, &receipt, cancellable, error))
    return FALSE;
  if (receipt.proven)
    return TRUE;
  back = hemo_object_read_bytes (s3, key, sha256, limit, cancellable, error);
  return back != NULL;
}

/* All pieces have their sizes. */
static gboolean
has_pieces (const HemoObjectManifest *manifest, const char *key, GPtrArray *listed)
{
  if (listed->len < manifest->pieces->len)
    return FALSE;
  for (guint i = 0; i < manifest->pieces->len; i++)
    {
      const HemoS3Object *object = g_ptr_array_index (listed, i);
      g_autofree char *name = hemo_object_piece_key (key, manifest->upload, i);

      if (!g_str_equal (object->key, name)
          || object->size != hemo_object_manifest_piece (manifest, i)->size)
        return FALSE;
    }
  return TRUE;
}

static gboolean
find_pieces (HemoS3 *s3,
             const char *key,
             const HemoS3Proof *proof,
             gboolean *there,
             GCancellable *cancellable,
             GError **error)
{
  g_autoptr (HemoObjectManifest) manifest = get_manifest (s3, key, cancellable, error);
  g_autoptr (GPtrArray) listed = NULL;
  g_autofree char *start = NULL;

  if (manifest == NULL)
    return FALSE;
  if (manifest->size != proof->size || !g_str_equal (manifest->sha256, proof->sha256))
    return TRUE;
  start = g_strdup_printf ("%s.pieces/%s/", key, manifest->upload);
  listed = hemo_s3_list (s3, start, HEMO_OBJECT_PIECES_MOST, cancellable, error);
  if (listed == NULL)
    return FALSE;
  *there = has_pieces (manifest, key, listed);
  return TRUE;
}

/* That there is none, or another, is an answer. */
static gboolean
is_answer (const GError *failure)
{
  return g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_NOT_FOUND)
         || g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DAMAGED);
}

gboolean
hemo_object_find (HemoS3 *s3,
                  const char *key,
                  const HemoS3Proof *proof,
                  gboolean *there,
                  GCancellable *cancellable,
                  GError **error)
{
  g_autoptr (GError) whole = NULL, pieces = NULL;
  gboolean found = hemo_s3_prove (s3, key, proof, cancellable, &whole);

  if (!found && !is_answer (whole))
    {
      g_propagate_error (error, g_steal_pointer (&whole));
      return FALSE;
    }
  if (!found && !find_pieces (s3, key, proof, &found, cancellable, &pieces) && !is_answer (pieces))
    {
      g_propagate_error (error, g_steal_pointer (&pieces));
      return FALSE;
    }
  *there = found;
  return TRUE;
}

/**
 * Proving: what the object store has to hold, from a file or from memory
 */
typedef struct
{
  HemoS3 *s3;
  const char *key;
  const char *path;
  GBytes *bytes;
  HemoS3Proof proof;
  GCancellable *cancellable;
} Proving;

/* What it has to be from @offset on. */
static gboolean
hash_part (
    const Proving *self, guint64 offset, guint64 size, HemoObjectDigests *digests, GError **error)
{
  g_autoptr (GBytes) part = NULL;
  g_autofree char *sha256 = NULL;

  if (self->path != NULL)
    return hemo_object_hash (self->path, offset, size, digests, self->cancellable, error);
  if (offset > self->proof.size || size > self->proof.size - offset)
    return fail_damaged (error);
  part = g_bytes_new_from_bytes (self->bytes, offset, size);
  sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, part);
  g_strlcpy (digests->sha256, sha256, sizeof digests->sha256);
  return TRUE;
}

/* One piece, and what the object store has for it. */
static gboolean
prove_piece (const Proving *self,
             const char *name,
             const HemoObjectPiece *piece,
             guint64 offset,
             GError **error)
{
  HemoObjectDigests digests = { 0 };
  const HemoS3Proof proof = { .size = piece->size, .sha256 = digests.sha256, .read = TRUE };

  if (!hash_part (self, offset, piece->size, &digests, error))
    return FALSE;
  if (!g_str_equal (digests.sha256, piece->sha256))
    return fail_damaged (error);
  return hemo_s3_prove (self->s3, name, &proof, self->cancellable, error);
}

static HemoObjectManifest *
get_staying_manifest (const Proving *self, GError **error)
{
  g_autofree char *name = hemo_object_manifest_key (self->key);
  g_autoptr (HemoS3Object) object = hemo_s3_head (self->s3, name, self->cancellable, error);

  if (object == NULL || (object->leaves && !fail_damaged (error)))
    return NULL;
  return get_manifest (self->s3, self->key, self->cancellable, error);
}

static gboolean
prove_pieces (const Proving *self, GError **error)
{
  g_autoptr (HemoObjectManifest) manifest = get_staying_manifest (self, error);
  guint64 offset = 0;

  if (manifest == NULL)
    return FALSE;
  if (manifest->size != self->proof.size || !g_str_equal (manifest->sha256, self->proof.sha256))
    return fail_damaged (error);
  for (guint i = 0; i < manifest->pieces->len; i++)
    {
      const HemoObjectPiece *piece = hemo_object_manifest_piece (manifest, i);
      g_autofree char *name = hemo_object_piece_key (self->key, manifest->upload, i);

      if (!prove_piece (self, name, piece, offset, error))
        return FALSE;
      offset += piece->size;
    }
  return offset == self->proof.size || fail_damaged (error);
}

static gboolean
prove (const Proving *self, gboolean *there, GError **error)
{
  g_autoptr (GError) failure = NULL;
  gboolean found = hemo_s3_prove (self->s3, self->key, &self->proof, self->cancellable, &failure);

  if (g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_NOT_FOUND))
    {
      g_clear_error (&failure);
      found = prove_pieces (self, &failure);
    }
  if (!found && !is_answer (failure))
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  *there = found;
  return TRUE;
}

gboolean
hemo_object_prove_file (HemoS3 *s3,
                        const char *key,
                        const char *path,
                        guint64 size,
                        const char *sha256,
                        gboolean *there,
                        GCancellable *cancellable,
                        GError **error)
{
  HemoObjectDigests digests;
  const Proving proving = { .s3 = s3,
                            .key = key,
                            .path = path,
                            .proof = { .size = size, .sha256 = sha256, .read = TRUE },
                            .cancellable = cancellable };

  if (!hemo_object_hash (path, 0, size, &digests, cancellable, error))
    return FALSE;
  if (g_str_equal (digests.sha256, sha256))
    return prove (&proving, there, error);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       N_ ("A file on this computer is not what was saved."));
  return FALSE;
}

gboolean
hemo_object_prove_bytes (HemoS3 *s3,
                         const char *key,
                         GBytes *bytes,
                         gboolean *there,
                         GCancellable *cancellable,
                         GError **error)
{
  g_autofree char *sha256 = hemo_sha256 (bytes);
  const Proving proving
      = { .s3 = s3,
          .key = key,
          .bytes = bytes,
          .proof = { .size = g_bytes_get_size (bytes), .sha256 = sha256, .read = TRUE },
          .cancellable = cancellable };

  return prove (&proving, there, error);
}
