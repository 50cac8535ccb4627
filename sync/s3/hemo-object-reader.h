/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Opens an object of any of its three forms and verifies it; puts a small one that is verified so.
 */

#pragma once

#include "hemo-s3.h"

G_BEGIN_DECLS

/**
 * hemo_object_find:
 * @there: (out): whether the object is there, in any form, and is that
 *
 * Pieces are looked for by their sizes: their manifest was written when each was proven. An object
 * that is another than @proof counts as not there.
 */
gboolean hemo_object_find (HemoS3 *s3,
                           const char *key,
                           const HemoS3Proof *proof,
                           gboolean *there,
                           GCancellable *cancellable,
                           GError **error);

/**
 * hemo_object_prove_file:
 * @path: the file that was sent under @key, @size bytes with @sha256
 * @there: (out): whether the object store proves just now that it has these very bytes
 *
 * In whatever form: each piece is read back by itself, whatever the server says that it keeps of
 * its bytes. That there is none, or another, or one in an archive or under a rule that removes it,
 * is an answer; %G_IO_ERROR_INVALID_DATA when the file itself is not that.
 */
gboolean hemo_object_prove_file (HemoS3 *s3,
                                 const char *key,
                                 const char *path,
                                 guint64 size,
                                 const char *sha256,
                                 gboolean *there,
                                 GCancellable *cancellable,
                                 GError **error);

/* The same of @bytes. */
gboolean hemo_object_prove_bytes (HemoS3 *s3,
                                  const char *key,
                                  GBytes *bytes,
                                  gboolean *there,
                                  GCancellable *cancellable,
                                  GError **error);

/**
 * hemo_object_read_file:
 * @sha256: (nullable): what it has to be; without it nothing but its own manifest is asked
 * @path: written as '@path.part' and renamed when it is verified; what is there of it from a read
 * that broke is not fetched again, where @sha256 is known
 * @limit: bytes at most
 *
 * %HEMO_REMOTE_ERROR_DAMAGED when it is not that, and then nothing is left of it.
 */
gboolean hemo_object_read_file (HemoS3 *s3,
                                const char *key,
                                const char *sha256,
                                const char *path,
                                guint64 limit,
                                GCancellable *cancellable,
                                GError **error);

/* The same into memory, from the beginning. (transfer full) */
GBytes *hemo_object_read_bytes (HemoS3 *s3,
                                const char *key,
                                const char *sha256,
                                guint64 limit,
                                GCancellable *cancellable,
                                GError **error);

/* Puts @text and reads it back, at most @limit bytes of it: what was told counts when it is there.
 */
gboolean hemo_object_put_text (HemoS3 *s3,
                               const char *key,
                               const char *text,
                               guint64 limit,
                               GCancellable *cancellable,
                               GError **error);

G_END_DECLS
