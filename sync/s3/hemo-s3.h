/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Objects in one bucket of any S3.
 *
 * Every function blocks. Errors are of HEMO_REMOTE_ERROR: %HEMO_REMOTE_ERROR_DENIED is for a person
 * to settle, %HEMO_REMOTE_ERROR_OFFLINE and %HEMO_REMOTE_ERROR_PROTOCOL leave open what the server
 * did. A wrong clock costs one more signature, keys that ran out one more pair. */

#pragma once

#include "hemo-http.h"
#include "hemo-s3-keys.h"

G_BEGIN_DECLS

/**
 * HemoS3Options:
 * @virtual_host: the bucket stands in the name of the server, not in the path
 * @prefix: (nullable): stands before every key, such as "clinic-7/"
 * @kms: ask the server to encrypt with its key service (SSE-KMS)
 * @kms_key: (nullable): with which of its keys
 */
typedef struct
{
  const char *region;
  const char *bucket;
  gboolean virtual_host;
  const char *prefix;
  gboolean kms;
  const char *kms_key;
  HemoS3KeyRing *keys;
} HemoS3Options;

#define HEMO_TYPE_S3 (hemo_s3_get_type ())
G_DECLARE_FINAL_TYPE (HemoS3, hemo_s3, HEMO, S3, GObject)

/* @server: its base is the endpoint, without the bucket. (transfer full) */
HemoS3 *hemo_s3_new (const HemoHttpOptions *server, const HemoS3Options *options, GError **error);
HemoHttp *hemo_s3_get_http (HemoS3 *self);

/**
 * HemoS3Body:
 * @bytes: (nullable): what is sent
 * @path: (nullable): or @length bytes of a file from @offset on
 * @sha256: (nullable): of what is sent, in lower-case hexadecimal; without it that of @bytes is
 * taken, and a file goes with its payload unsigned over TLS
 * @md5: (nullable): of the same, known before; with both, what is sent is not hashed again: a file
 * that is not what was saved is for the server to notice
 * @progress: (nullable)
 */
typedef struct
{
  GBytes *bytes;
  const char *path;
  guint64 offset;
  guint64 length;
  const char *sha256;
  const char *md5;
  HemoHttpProgress progress;
  gpointer progress_data;
} HemoS3Body;

/**
 * HemoS3Receipt: what the server says about bytes that it took
 * @etag: without its quotes, "" where it gave none
 * @proven: it has said the SHA-256 of these bytes, or, where its ETag is that, their MD5
 * @differs: though it has, its ETag is another than the MD5 that was known before: of a server that
 *   repeats what it is told, this is all that tells of a file that is not what it was
 * @sent: bytes that left on the wire
 * @sending: microseconds that took
 * @round_trip: microseconds there and back at the least, 0 for not known
 */
typedef struct
{
  char *etag;
  gboolean proven;
  gboolean differs;
  guint64 sent;
  gint64 sending;
  gint64 round_trip;
} HemoS3Receipt;

void hemo_s3_receipt_clear (HemoS3Receipt *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HemoS3Receipt, hemo_s3_receipt_clear)

/**
 * HemoS3Object:
 * @key: without the prefix
 * @digest: whether @etag is the MD5 of the whole
 * @sha256: (nullable): that the server keeps of the whole, in lower-case hexadecimal
 * @composite: (nullable): that it keeps of the SHA-256 of the parts: base64, '-', how many
 * @modified: UTC microseconds
 * @leaves: the server says that it cannot be read at once, or that it will remove it
 */
typedef struct
{
  char *key;
  guint64 size;
  char *etag;
  gboolean digest;
  char *sha256;
  char *composite;
  gint64 modified;
  gboolean leaves;
} HemoS3Object;

void hemo_s3_object_free (HemoS3Object *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoS3Object, hemo_s3_object_free)

/**
 * hemo_s3_put:
 * @only_new: %HEMO_REMOTE_ERROR_CONFLICT where the key is taken
 * @receipt: (out)
 *
 * A receipt that is not proven says nothing: read back what is there. Where the server says a
 * checksum that is not that of what was sent, it is %HEMO_REMOTE_ERROR_DAMAGED.
 */
gboolean hemo_s3_put (HemoS3 *self,
                      const char *key,
                      const HemoS3Body *body,
                      gboolean only_new,
                      HemoS3Receipt *receipt,
                      GCancellable *cancellable,
                      GError **error);

/* %HEMO_REMOTE_ERROR_NOT_FOUND where there is none. (transfer full) */
HemoS3Object *
hemo_s3_head (HemoS3 *self, const char *key, GCancellable *cancellable, GError **error);

/**
 * hemo_s3_get:
 * @etag: (nullable): of the object that this is a part of: %HEMO_REMOTE_ERROR_CONFLICT where it is
 * another meanwhile
 * @length: 0 for all from @offset on
 * @limit: bytes at most, %HEMO_REMOTE_ERROR_PROTOCOL above
 *
 * What @sink took is to be thrown away on failure.
 */
gboolean hemo_s3_get (HemoS3 *self,
                      const char *key,
                      const char *etag,
                      guint64 offset,
                      guint64 length,
                      guint64 limit,
                      HemoHttpSink sink,
                      gpointer data,
                      GCancellable *cancellable,
                      GError **error);

/* A small object whole. (transfer full) */
GBytes *hemo_s3_get_bytes (
    HemoS3 *self, const char *key, guint64 limit, GCancellable *cancellable, GError **error);

/**
 * HemoS3Proof: what an object has to be
 * @sha256: in lower-case hexadecimal
 * @md5: (nullable): the same, spares reading back what was put in one request
 * @composite: (nullable): as of #HemoS3Object, spares reading back what was put in parts
 * @read: read it back whatever the server keeps of it, and take one that leaves for another
 */
typedef struct
{
  guint64 size;
  const char *sha256;
  const char *md5;
  const char *composite;
  gboolean read;
} HemoS3Proof;

/**
 * hemo_s3_prove:
 *
 * Whether the object is that: by what the server keeps of its bytes, else by reading it back.
 * %HEMO_REMOTE_ERROR_NOT_FOUND where there is none, %HEMO_REMOTE_ERROR_DAMAGED where it is another.
 */
gboolean hemo_s3_prove (HemoS3 *self,
                        const char *key,
                        const HemoS3Proof *proof,
                        GCancellable *cancellable,
                        GError **error);

/* All under @start (and the prefix), sorted, at most @limit: %HEMO_REMOTE_ERROR_TOO_LARGE above.
 * (transfer full) (element-type HemoS3Object) */
GPtrArray *hemo_s3_list (
    HemoS3 *self, const char *start, guint limit, GCancellable *cancellable, GError **error);

/* What is not there is gone. */
gboolean hemo_s3_delete (HemoS3 *self, const char *key, GCancellable *cancellable, GError **error);

G_END_DECLS
