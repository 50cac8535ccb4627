/* SPDX-License-Identifier: GPL-3.0-or-later */

/* An object sent in parts of 5 MiB and more, which the server keeps until it is told that all are
 * there. */

#pragma once

#include "hemo-s3.h"

G_BEGIN_DECLS

/* Least size of each part but the last. */
#define HEMO_S3_PART_LEAST (G_GUINT64_CONSTANT (5) << 20)
#define HEMO_S3_PARTS_MOST 10000

/* @sha256: (nullable): in base64, where the server keeps one */
typedef struct
{
  guint number;
  guint64 size;
  char *etag;
  char *sha256;
} HemoS3Part;

HemoS3Part *hemo_s3_part_new (guint number, guint64 size, const char *etag, const char *sha256);
void hemo_s3_part_free (HemoS3Part *self);

/* One that was begun and never ended. */
typedef struct
{
  char *key;
  char *id;
  gint64 begun;
} HemoS3Upload;

void hemo_s3_upload_free (HemoS3Upload *self);

/* Its id. (transfer full) */
char *
hemo_s3_multipart_begin (HemoS3 *self, const char *key, GCancellable *cancellable, GError **error);

/* @number: from 1. (out) @receipt as of hemo_s3_put(). */
gboolean hemo_s3_multipart_put (HemoS3 *self,
                                const char *key,
                                const char *id,
                                guint number,
                                const HemoS3Body *body,
                                HemoS3Receipt *receipt,
                                GCancellable *cancellable,
                                GError **error);

/* What the server has, by number; %HEMO_REMOTE_ERROR_NOT_FOUND for an upload that it does not know.
 * (transfer full) (element-type HemoS3Part) */
GPtrArray *hemo_s3_multipart_list (
    HemoS3 *self, const char *key, const char *id, GCancellable *cancellable, GError **error);

/* @parts: (element-type HemoS3Part): all of them, by number. Says nothing about the bytes. */
gboolean hemo_s3_multipart_complete (HemoS3 *self,
                                     const char *key,
                                     const char *id,
                                     GPtrArray *parts,
                                     GCancellable *cancellable,
                                     GError **error);

/* One that the server does not know is aborted. */
gboolean hemo_s3_multipart_abort (
    HemoS3 *self, const char *key, const char *id, GCancellable *cancellable, GError **error);

/* Those under @start that are not ended, at most 10,000.
 * (transfer full) (element-type HemoS3Upload) */
GPtrArray *hemo_s3_multipart_uploads (HemoS3 *self,
                                      const char *start,
                                      GCancellable *cancellable,
                                      GError **error);

G_END_DECLS
