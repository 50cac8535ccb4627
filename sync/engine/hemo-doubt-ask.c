/* SPDX-License-Identifier: GPL-3.0-or-later */

/* By size, hash and signature, as they were proven before: that the file here is damaged, or what
 * was sealed anew is gone, is no reason to send anything. */

#include "hemo-doubt-ask.h"

#include "hemo-cms.h"
#include "hemo-object-reader.h"

/* So many questions come before a picture that is new. */
#define AT_ONCE 8
/* A detached signature. */
#define SIGNATURE_LIMIT (256 * 1024)

typedef struct
{
  const HemoObjectPush *push;
  HemoDoubt *doubt;
  GBytes *beside;
  gboolean there;
  guint received;
} Asking;

static void
asking_clear (Asking *self)
{
  g_clear_pointer (&self->doubt, hemo_doubt_free);
  g_clear_pointer (&self->beside, g_bytes_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Asking, asking_clear)

static gboolean
next_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const HemoObjectPush *push = data;
  g_autoptr (GError) failure = NULL;

  hemo_txn_set_result_free (txn, (GDestroyNotify)hemo_doubt_free);
  *result = hemo_doubt_next (txn, hemo_clinic_get_store (push->clinic), push->server, &failure);
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
settle_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Asking *self = data;

  return hemo_doubt_settle (txn, self->push->server, self->doubt, self->there, self->beside,
                            &self->received, error);
}

/* Spares reading back what was put whole, where its file is here and what it was. (transfer full)
 * (nullable) */
static char *
dup_md5 (const HemoDoubt *doubt)
{
  g_autoptr (GMappedFile) file = doubt->path != NULL && doubt->md5 == NULL
                                     ? g_mapped_file_new (doubt->path, FALSE, NULL)
                                     : NULL;
  g_autoptr (GBytes) bytes = file != NULL ? g_mapped_file_get_bytes (file) : NULL;
  g_autofree char *sha256 = bytes != NULL ? hemo_sha256 (bytes) : NULL;

  return g_strcmp0 (sha256, doubt->object->sha256) == 0
             ? g_compute_checksum_for_bytes (G_CHECKSUM_MD5, bytes)
             : g_strdup (doubt->md5);
}

/* That it is not there, or is something else. */
static gboolean
is_answer (const GError *error, gboolean strict)
{
  return g_error_matches (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_NOT_FOUND)
         || g_error_matches (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DAMAGED)
         || g_error_matches (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_CONFLICT)
         || (!strict && g_error_matches (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_PROTOCOL));
}

gboolean
hemo_doubt_find (const HemoDoubt *doubt,
                 HemoS3 *s3,
                 gboolean strict,
                 GBytes **beside,
                 gboolean *there,
                 GCancellable *cancellable,
                 GError **error)
{
  const HemoRemoteObject *object = doubt->object;
  g_autofree char *md5 = dup_md5 (doubt);
  g_autofree char *key = g_strconcat (object->key, ".sig", NULL);
  const HemoS3Proof proof
      = { .size = (guint64)object->bytes, .sha256 = object->sha256, .md5 = md5 };
  g_autoptr (GBytes) signature = NULL;
  g_autoptr (GError) failure = NULL;

  if (!hemo_object_find (s3, object->key, &proof, there, cancellable, error))
    return FALSE;
  if (!*there && doubt->path != NULL)
    return TRUE;
  /* An original without its signature is believed by nobody. */
  signature = hemo_object_read_bytes (s3, key, NULL, SIGNATURE_LIMIT, cancellable, &failure);
  if (signature != NULL && !hemo_doubt_check_signature (doubt, signature))
    g_clear_pointer (&signature, g_bytes_unref);
  *there = *there && signature != NULL;
  if (failure != NULL && !is_answer (failure, strict))
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (beside != NULL)
    *beside = g_steal_pointer (&signature);
  return TRUE;
}

static gboolean
ask (Asking *self, GCancellable *cancellable, GError **error)
{
  return hemo_doubt_find (self->doubt, self->push->s3[0], FALSE, &self->beside, &self->there,
                          cancellable, error)
         && hemo_store_write (hemo_clinic_get_store (self->push->clinic), self->push->session,
                              settle_job, self, NULL, error);
}

gboolean
hemo_doubt_ask (const HemoObjectPush *push,
                guint *asked,
                guint *found,
                GCancellable *cancellable,
                GError **error)
{
  *asked = *found = 0;
  while (push->lane == HEMO_LANE_ORIGINALS && *asked < AT_ONCE
         && (push->give_way == NULL || !push->give_way (push->data)))
    {
      g_auto (Asking) asking = { .push = push };

      if (!hemo_store_read (hemo_clinic_get_store (push->clinic), push->session, next_job,
                            (gpointer)push, (gpointer *)&asking.doubt, error))
        return FALSE;
      if (asking.doubt == NULL)
        break;
      if (!ask (&asking, cancellable, error))
        return FALSE;
      (*asked)++;
      *found += asking.received;
    }
  return TRUE;
}
