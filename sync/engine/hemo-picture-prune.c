/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Asks the clinic's object store whether it still has what is to go here. */

#include "hemo-picture-prune.h"

#include "hemo-object-reader.h"

/* No signature comes near. */
#define SIGNATURE_LIMIT (256 * 1024)

typedef struct
{
  HemoS3 *s3;
  const char *server;
} Asking;

/* It is read back whole: an original without its signature is believed by nobody. */
static gboolean
find_signature (const Asking *self,
                const HemoPruneQuestion *question,
                gboolean *there,
                GCancellable *cancellable,
                GError **error)
{
  g_autofree char *key = g_strconcat (question->key, ".sig", NULL);
  g_autofree char *sha256 = hemo_sha256 (question->signature);
  g_autoptr (GError) failure = NULL;
  g_autoptr (GBytes) found
      = hemo_object_read_bytes (self->s3, key, sha256, SIGNATURE_LIMIT, cancellable, &failure);

  *there = found != NULL;
  if (*there || g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_NOT_FOUND)
      || g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DAMAGED))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
ask (const HemoPruneQuestion *question,
     HemoPruneAnswer *answer,
     gpointer data,
     GCancellable *cancellable,
     GError **error)
{
  const Asking *self = data;
  HemoServerClock *clock = hemo_http_get_clock (hemo_s3_get_http (self->s3));
  gboolean there = FALSE;

  if (g_strcmp0 (question->server, self->server) != 0)
    {
      g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE,
                           "The server for pictures was changed meanwhile.");
      return FALSE;
    }
  if (!hemo_object_prove_file (self->s3, question->key, question->path, (guint64)question->bytes,
                               question->sealed_sha256, &there, cancellable, error)
      || (there && !find_signature (self, question, &there, cancellable, error)))
    return FALSE;
  answer->there = there;
  answer->now_us = hemo_server_clock_is_known (clock) ? hemo_server_clock_now (clock) : 0;
  return TRUE;
}

gboolean
hemo_picture_prune (HemoClinic *clinic,
                    HemoSession *session,
                    HemoS3 *s3,
                    const char *server,
                    const HemoPruneOptions *options,
                    HemoPruneTally *tally,
                    GCancellable *cancellable,
                    GError **error)
{
  Asking asking = { .s3 = s3, .server = server };
  HemoPruneOptions asked = *options;

  asked.ask = ask;
  asked.ask_data = &asking;
  return hemo_clinic_prune (clinic, session, &asked, tally, cancellable, error);
}
