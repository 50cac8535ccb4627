/* SPDX-License-Identifier: GPL-3.0-or-later */

/* An S3 in memory that can be told to lie. It takes any secret: that signatures are right is shown
 * against published ones and real servers. */

#pragma once

#include "fake-server.h"

typedef struct
{
  char *key;
  /* Number to GBytes. */
  GHashTable *parts;
  gint64 begun;
} FakeUpload;

/* Set under the server's mutex or while nothing is asked. */
typedef struct
{
  FakeServer *server;
  /* "bucket/key" to GBytes, id to FakeUpload. */
  GHashTable *objects;
  GHashTable *uploads;
  guint next_upload;
  /* Says the checksum that was sent with a body, and keeps it. */
  gboolean echoes;
  /* ETags of nulls; none at all; without quotes; of SSE-KMS. */
  gboolean false_etag;
  gboolean no_etag;
  gboolean bare_etag;
  gboolean kms;
  /* Takes what is not what was signed. */
  gboolean trusts;
  /* Keeps one byte wrong of what it is given. */
  gboolean spoils;
  /* "Name: value" said of each object whose key ends so, to HEAD, or to GET alone. */
  const char *told;
  const char *told_of;
  gboolean told_to_get;
  /* Requests of @fail_method (NULL: any; 'LIST' for what the bucket holds) are answered so,
   * @failures times. */
  const char *fail_method;
  guint fail_status;
  const char *fail_code;
  const char *fail_header;
  guint failures;
  /* PUTs whose answers are lost after all was done. */
  guint lost;
  /* Once so many more were heard. */
  guint heard;
  /* What is asked for by its ETag is another meanwhile. */
  gboolean changed;
  /* Bytes that GETs of keys as @short_of gave. */
  guint64 given;
  /* GETs that break off in the middle. */
  guint short_gets;
  /* Only of keys that end so; NULL: any. */
  const char *short_of;
  /* Complete answers 200 with an error in it. */
  guint hidden_errors;
  /* Answers a page of another network to everything. */
  gboolean portal;
  /* Only this key id is taken; NULL: any. */
  const char *key_id;
  /* Refuses times more than 15 minutes off its own. */
  gboolean checks_time;
  guint page;
  guint puts;
  guint gets;
} FakeS3;

FakeS3 *fake_s3_new (void);
void fake_s3_free (FakeS3 *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeS3, fake_s3_free)
/* NULL without. */
GBytes *fake_s3_object (FakeS3 *self, const char *key);
void fake_s3_store (FakeS3 *self, const char *key, GBytes *bytes);
