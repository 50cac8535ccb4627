/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A file, a store that keeps its state, and a bucket. */

#pragma once

#include "hemo-object-reader.h"
#include "hemo-object-upload.h"

#include "fake-s3.h"

#include <glib/gstdio.h>
#include <string.h>

#define KIB ((guint64)1024)
#define MIB (1024 * KIB)

typedef struct
{
  FakeS3 *fake;
  HemoS3 *s3;
  HemoLink link;
  char *folder;
  char *path;
  char *out;
  guint64 size;
  char *sha256;
  /* As the store would have it. */
  char *state;
  guint steps;
  guint stop_at;
  gboolean noted;
  guint64 progress;
} Fixture;

static inline void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  char secret[] = "secret";
  g_autoptr (HemoSecret) kept = hemo_secret_new_take (secret, 6);
  g_autoptr (HemoS3Keys) keys = hemo_s3_keys_new ("KEY", kept, NULL, 0);
  g_autoptr (HemoS3KeyRing) ring = hemo_s3_key_ring_new (keys);
  const HemoS3Options options = { .region = "r", .bucket = "b", .keys = ring };
  HemoHttpOptions server = { 0 };

  self->fake = fake_s3_new ();
  server.base = self->fake->server->base;
  server.stall_timeout_ms = 1500;
  self->s3 = hemo_s3_new (&server, &options, &error);
  g_assert_no_error (error);
  self->folder = g_dir_make_tmp ("hemo-object-XXXXXX", &error);
  self->path = g_build_filename (self->folder, "sealed", NULL);
  self->out = g_build_filename (self->folder, "out", NULL);
  self->stop_at = G_MAXUINT;
  hemo_link_init (&self->link);
}

static inline void
tear_down (Fixture *self, gconstpointer data)
{
  g_autofree char *part = g_strconcat (self->out, ".part", NULL);

  g_clear_object (&self->s3);
  fake_s3_free (self->fake);
  g_unlink (self->path);
  g_unlink (self->out);
  g_unlink (part);
  g_rmdir (self->folder);
  g_free (self->folder);
  g_free (self->path);
  g_free (self->out);
  g_free (self->sha256);
  g_free (self->state);
}

static inline void
make_file (Fixture *self, guint64 size)
{
  g_autofree guint8 *bytes = g_malloc (size);
  g_autoptr (GRand) rand = g_rand_new_with_seed ((guint32)size);

  for (guint64 i = 0; i + 4 <= size; i += 4)
    *(guint32 *)(gpointer)(bytes + i) = g_rand_int (rand);
  for (guint64 i = size & ~(guint64)3; i < size; i++)
    bytes[i] = (guint8)i;
  g_assert_true (g_file_set_contents (self->path, (char *)bytes, (gssize)size, NULL));
  self->size = size;
  g_free (self->sha256);
  self->sha256 = g_compute_checksum_for_data (G_CHECKSUM_SHA256, bytes, size);
}

/* Links that lead to each of the forms. */
static inline void
set_link (Fixture *self, HemoLinkForm form)
{
  self->link = (HemoLink){ .speed = 200 * (double)MIB, .overhead = 0.005, .lasts = 86400 };
  if (form == HEMO_LINK_PIECES)
    self->link = (HemoLink){ .speed = 32 * (double)KIB, .overhead = 0.6, .lasts = 30 };
}

static inline gboolean
keep (const char *state, gpointer data, GError **error)
{
  Fixture *self = data;

  if (self->steps++ == self->stop_at)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, "power cut");
      return FALSE;
    }
  g_set_str (&self->state, state);
  return TRUE;
}

static inline void
note_progress (guint64 bytes, gpointer data)
{
  Fixture *self = data;

  g_assert_cmpuint (bytes, <=, self->size);
  self->progress = bytes;
}

static inline gboolean
send_as (Fixture *self, gboolean begun, HemoObjectSummary *summary, GError **error)
{
  const HemoObjectTask task = { .s3 = self->s3,
                                .link = &self->link,
                                .key = "o/k",
                                .path = self->path,
                                .size = self->size,
                                .sha256 = self->sha256,
                                .state = self->state,
                                .begun = begun,
                                .noted = self->noted,
                                .keep = keep,
                                .progress = note_progress,
                                .data = self };
  g_autofree char *kept = g_strdup (self->state);
  HemoObjectTask copy = task;

  copy.state = kept;
  return hemo_object_upload (&copy, summary, NULL, error);
}

static inline void
assert_sent (Fixture *self, HemoLinkForm form)
{
  g_autoptr (GError) error = NULL;
  HemoObjectSummary summary = { 0 };

  send_as (self, self->state != NULL, &summary, &error);
  g_assert_no_error (error);
  g_assert_cmpint (summary.form, ==, form);
  g_assert_null (self->state);
  g_assert_cmpuint (self->progress, ==, self->size);
}

static inline void
assert_fails (Fixture *self, HemoRemoteError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (send_as (self, FALSE, NULL, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, (int)code);
}

/* Readers of both kinds give back the bytes of the file. */
static inline void
assert_read_back (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *found = NULL, *read = NULL;
  gsize size = 0;

  bytes = hemo_object_read_bytes (self->s3, "o/k", self->sha256, self->size, NULL, &error);
  g_assert_no_error (error);
  found = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  g_assert_cmpstr (found, ==, self->sha256);
  g_assert_true (
      hemo_object_read_file (self->s3, "o/k", NULL, self->out, self->size, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (self->out, &read, &size, NULL));
  g_assert_cmpmem (read, size, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}
