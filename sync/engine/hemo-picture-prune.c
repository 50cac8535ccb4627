/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Asks the clinic's object store whether it still has what is to go here. */

#include "hemo-picture-prune.h"

#include "hemo-object-reader.h"

#include <glib/gi18n.h>

typedef struct
{
  HemoS3 *s3;
  const char *server;
} Asking;

/* An original without its signature is believed by nobody. */
static gboolean
find_signature (const Asking *self,
                const HemoPruneQuestion *question,
                gboolean *there,
                GCancellable *cancellable,
                GError **error)
{
  g_autofree char *key = g_strconcat (question->key, ".sig", NULL);

  return hemo_object_prove_bytes (self->s3, key, question->signature, there, cancellable, error);
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
                           N_ ("The server for pictures was changed meanwhile."));
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
