/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the sync does with one object, for a test against real servers:
 *   s3-client put whole|pieces|multipart KEY FILE
 *   s3-client get KEY FILE
 *   s3-client sweep
 * S3_URL, S3_BUCKET, S3_CA, S3_ACCESS, S3_SECRET and, for SSE-KMS, S3_KMS say where; S3_STS,
 * S3_ROLE and S3_TOKEN ask for keys instead. A put whose connection breaks is begun again S3_TRIES
 * times (1 without), as a lane does. A failure ends with 10 and the number of its
 * HemoRemoteError. */

#include "hemo-object-reader.h"
#include "hemo-object-upload.h"

#include <stdlib.h>
#include <string.h>

#define SIZE_MOST (G_GUINT64_CONSTANT (1) << 30)

static const char *
need (const char *name)
{
  const char *value = g_getenv (name);

  if (value == NULL)
    g_error ("%s is not set", name);
  return value;
}

static GBytes *
read_authority (void)
{
  char *pem = NULL;
  gsize size = 0;

  if (!g_file_get_contents (need ("S3_CA"), &pem, &size, NULL))
    g_error ("S3_CA is not there");
  return g_bytes_new_take (pem, size);
}

static char *
give_token (gpointer data, GCancellable *cancellable, GError **error)
{
  return g_strdup (need ("S3_TOKEN"));
}

static HemoS3KeyRing *
make_ring (GBytes *authority, HemoServerClock *clock)
{
  g_autofree char *typed = NULL;
  g_autoptr (HemoSecret) secret = NULL;
  g_autoptr (HemoS3Keys) keys = NULL;

  if (g_getenv ("S3_STS") != NULL)
    {
      const HemoHttpOptions options
          = { .base = need ("S3_STS"), .authorities = authority, .clock = clock };
      g_autoptr (HemoHttp) service = hemo_http_new (&options, NULL);

      return hemo_s3_key_ring_new_sts (service, need ("S3_ROLE"), "tests", give_token, NULL, NULL);
    }
  typed = g_strdup (need ("S3_SECRET"));
  secret = hemo_secret_new_take (typed, strlen (typed));
  keys = hemo_s3_keys_new (need ("S3_ACCESS"), secret, NULL, 0);
  return hemo_s3_key_ring_new (keys);
}

static HemoS3 *
open_bucket (GError **error)
{
  g_autoptr (GBytes) authority = read_authority ();
  g_autoptr (HemoServerClock) clock = hemo_server_clock_new (0);
  g_autoptr (HemoS3KeyRing) ring = make_ring (authority, clock);
  const HemoHttpOptions server
      = { .base = need ("S3_URL"), .authorities = authority, .clock = clock };
  const HemoS3Options options = { .region = "us-east-1",
                                  .bucket = need ("S3_BUCKET"),
                                  .prefix = "clinic/",
                                  .kms = g_getenv ("S3_KMS") != NULL,
                                  .kms_key = g_getenv ("S3_KMS"),
                                  .keys = ring };

  return hemo_s3_new (&server, &options, error);
}

static gboolean
keep (const char *state, gpointer data, GError **error)
{
  const char *path = g_getenv ("S3_STATE");

  if (path == NULL)
    return TRUE;
  return g_file_set_contents (path, state != NULL ? state : "", -1, error);
}

/* A link on which that form is best. */
static HemoLink
link_for (const char *form)
{
  if (g_str_equal (form, "pieces"))
    return (HemoLink){ .speed = 32 * 1024, .overhead = 0.6, .lasts = 30 };
  return (HemoLink){ .speed = 256 * 1024 * 1024, .overhead = 0.01, .lasts = 86400 };
}

static gboolean
upload (HemoObjectTask *task, HemoObjectSummary *summary, GError **error)
{
  guint64 tries
      = g_getenv ("S3_TRIES") != NULL ? g_ascii_strtoull (need ("S3_TRIES"), NULL, 10) : 1;

  for (;; task->begun = TRUE)
    {
      g_autoptr (GError) failure = NULL;

      if (hemo_object_upload (task, summary, NULL, &failure))
        return TRUE;
      if (--tries == 0 || !g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_OFFLINE))
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return FALSE;
        }
    }
}

static gboolean
put (HemoS3 *s3, const char *form, const char *key, const char *path, GError **error)
{
  HemoLink link = link_for (form);
  g_autofree char *bytes = NULL, *sha256 = NULL, *state = NULL;
  HemoObjectSummary summary = { 0 };
  gsize size = 0;
  HemoObjectTask task = { .s3 = s3, .link = &link, .key = key, .path = path, .keep = keep };

  if (!g_file_get_contents (path, &bytes, &size, error))
    return FALSE;
  if (g_getenv ("S3_STATE") != NULL)
    g_file_get_contents (g_getenv ("S3_STATE"), &state, NULL, NULL);
  sha256 = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (guint8 *)bytes, size);
  task.size = size;
  task.sha256 = sha256;
  task.begun = state != NULL;
  task.state = state != NULL && *state != '\0' ? state : NULL;
  if (!upload (&task, &summary, error))
    return FALSE;
  g_print ("%d %" G_GUINT64_FORMAT " %s\n", summary.form, summary.sent,
           summary.there ? "there" : "sent");
  return TRUE;
}

static gboolean
run (int argc, char **argv, GError **error)
{
  g_autoptr (HemoS3) s3 = NULL;

  if (!hemo_vault_init (error) || (s3 = open_bucket (error)) == NULL)
    return FALSE;
  if (argc == 5 && g_str_equal (argv[1], "put"))
    return put (s3, argv[2], argv[3], argv[4], error);
  if (argc == 4 && g_str_equal (argv[1], "get"))
    return hemo_object_read_file (s3, argv[2], NULL, argv[3], SIZE_MOST, NULL, error);
  if (argc == 2 && g_str_equal (argv[1], "sweep"))
    return hemo_object_sweep (s3, "", 0, NULL, error);
  g_error ("put FORM KEY FILE, get KEY FILE or sweep");
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  if (run (argc, argv, &error))
    return 0;
  g_printerr ("%s\n", error->message);
  return error->domain == HEMO_REMOTE_ERROR ? 10 + error->code : 1;
}
