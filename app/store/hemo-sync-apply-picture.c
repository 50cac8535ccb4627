/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Readers elsewhere ask for pictures. All that this can bring about is another order. */

#include "hemo-sync-apply-private.h"

#include "hemo-fhir-picture-request.h"
#include "hemo-picture-request-private.h"
#include "hemo-remote-table.h"

#include <glib/gi18n.h>
#include <string.h>

/* Tasks about one picture; the clinic's own is taken besides. */
#define REQUESTS_MAX 32

static char *
cut (char *text, glong limit)
{
  g_autofree char *owned = text;

  if (owned == NULL || hemo_record_check_text (owned, limit, "text", NULL))
    return g_steal_pointer (&owned);
  return NULL;
}

/* What the table asks of it and other programs leave out, or say at length. */
static void
complete (HemoSyncContext *self, HemoPictureRequest *theirs, const char *tube)
{
  HemoTime now = hemo_txn_get_time (self->txn);

  theirs->specimen = g_strdup (tube);
  theirs->asked_by_name
      = cut (g_steal_pointer (&theirs->asked_by_name), HEMO_PICTURE_REQUEST_NAME_MAX);
  theirs->reason = cut (g_steal_pointer (&theirs->reason), HEMO_PICTURE_REQUEST_REASON_MAX);
  if (theirs->asked_at.utc_us == 0)
    theirs->asked_at = now;
  if (theirs->changed_at.utc_us == 0)
    theirs->changed_at = now;
}

/* Of a picture of this laptop nobody else knows what became of it. Who asks for one that was
 * received may ask because it is not there any more: that it is sent is said when the server has
 * proven it anew. @answers: (out): whether it is to be told */
static gboolean
judge (HemoSyncContext *self,
       HemoPictureRequest *theirs,
       const HemoAskedPicture *picture,
       gboolean *answers,
       GError **error)
{
  if (theirs->state == HEMO_PICTURE_SENT && !picture->received)
    theirs->state = HEMO_PICTURE_WITHDRAWN;
  if (theirs->state != HEMO_PICTURE_ASKED || !(picture->discarded || picture->received))
    return TRUE;
  if (!picture->discarded && !picture->pruned)
    return hemo_remote_object_doubt (self->txn, theirs->image, HEMO_LANE_ORIGINALS, error);
  theirs->state = picture->discarded ? HEMO_PICTURE_REFUSED : HEMO_PICTURE_SENT;
  g_set_str (&theirs->reason, picture->discarded ? HEMO_PICTURE_DISCARDED : NULL);
  theirs->changed_at = hemo_txn_get_time (self->txn);
  *answers = TRUE;
  return TRUE;
}

/* @same: the server says what is here */
static gboolean
remember (HemoSyncContext *self, const HemoPictureRequest *request, gboolean same, GError **error)
{
  g_autoptr (json_object) ours
      = same ? hemo_fhir_picture_request_to_json (request, NULL, self->incoming->resource) : NULL;

  return hemo_sync_remember (self->txn, self->incoming->server, self->incoming->resource, NULL,
                             ours, error);
}

/* What cannot be used leaves @local (or NULL) withdrawn: nobody is known to wait any more. The
 * server's version is remembered, or the case would be sent over an older one for ever. */
static gboolean
keep_unused (HemoSyncContext *self, HemoPictureRequest *local, const char *reason, GError **error)
{
  if (local != NULL && local->state == HEMO_PICTURE_ASKED)
    {
      local->state = HEMO_PICTURE_WITHDRAWN;
      local->changed_at = hemo_txn_get_time (self->txn);
      if (!hemo_picture_request_put (self->txn, local, "sync.apply", HEMO_LANE_NONE, error))
        return FALSE;
    }
  return (local == NULL || remember (self, local, TRUE, error))
         && hemo_sync_keep (self, HEMO_INCOMING_KEPT, reason, NULL, error);
}

/* @room: (out): whether one more may ask */
static gboolean
check_room (HemoSyncContext *self, const HemoPictureRequest *theirs, gboolean *room, GError **error)
{
  g_autofree char *own = hemo_record_derive_uuid (theirs->image, "asked");
  g_autoptr (HemoStatement) statement = hemo_record_select (
      self->txn, "SELECT count(*) FROM picture_request WHERE image = ?1", theirs->image, error);

  if (statement == NULL || !hemo_statement_step (statement, error))
    return FALSE;
  *room = hemo_statement_get_int (statement, 0) < REQUESTS_MAX || strcmp (theirs->uuid, own) == 0;
  return TRUE;
}

/* Only a picture that was discarded never comes: whoever else refuses it does not wait, and others
 * may ask again. */
static void
release (HemoPictureRequest *theirs, const HemoAskedPicture *picture)
{
  if (theirs->state != HEMO_PICTURE_REFUSED || picture->discarded)
    return;
  theirs->state = HEMO_PICTURE_WITHDRAWN;
  g_clear_pointer (&theirs->reason, g_free);
}

static gboolean
take (HemoSyncContext *self,
      HemoPictureRequest *theirs,
      HemoPictureRequest *local,
      const HemoAskedPicture *picture,
      GError **error)
{
  gboolean answers = FALSE;
  gboolean room = TRUE;

  if (local != NULL
      && (g_strcmp0 (local->image, theirs->image) != 0
          || g_strcmp0 (local->specimen, picture->tube) != 0))
    return keep_unused (self, local, N_ ("It asked for another picture before."), error);
  if (local == NULL && !check_room (self, theirs, &room, error))
    return FALSE;
  if (!room)
    return keep_unused (self, NULL, N_ ("Too many ask for this picture."), error);
  complete (self, theirs, picture->tube);
  release (theirs, picture);
  if (picture->own && !judge (self, theirs, picture, &answers, error))
    return FALSE;
  theirs->version = local != NULL ? local->version : 0;
  return hemo_picture_request_put (self->txn, theirs, "sync.apply",
                                   answers ? HEMO_LANE_RESULTS : HEMO_LANE_NONE, error)
         && remember (self, theirs, !answers, error)
         && hemo_sync_keep (self, HEMO_INCOMING_APPLIED, NULL, NULL, error);
}

gboolean
hemo_sync_apply_picture (HemoSyncContext *self, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (GError) lost = NULL;
  g_autoptr (HemoPictureRequest) theirs
      = hemo_fhir_picture_request_from_json (self->incoming->resource, &failure);
  g_autoptr (HemoPictureRequest) local = NULL;
  g_auto (HemoAskedPicture) picture = { 0 };

  local = hemo_picture_request_fetch (self->txn, self->id, &lost);
  if (lost != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&lost));
      return FALSE;
    }
  if (theirs == NULL)
    return keep_unused (self, local, failure->message, error);
  if (!hemo_asked_picture_find (self->txn, theirs->image, &picture, error))
    return FALSE;
  if (picture.tube == NULL)
    return keep_unused (self, local, N_ ("It asks for a picture that nobody here knows of."),
                        error);
  return take (self, theirs, local, &picture, error);
}
