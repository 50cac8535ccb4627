/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tells the clinic's other laptops whom to believe, and opens what they captured. */

#include "hemo-picture-fetch.h"

#include "hemo-clinic-roster.h"
#include "hemo-fhir-media.h"
#include "hemo-files.h"
#include "hemo-incoming-table.h"
#include "hemo-object-reader.h"
#include "hemo-outgoing.h"
#include "hemo-prune.h"
#include "hemo-remote-table.h"

#include <string.h>

/* A detached signature, and what sealing adds to a picture. */
#define SIGNATURE_LIMIT (256 * 1024)
#define SEALED_LIMIT (HEMO_IMAGE_LIMIT + SIGNATURE_LIMIT)

typedef struct
{
  HemoStore *store;
  char *note;
  char *text;
  char *sha256;
  gboolean told;
} Tell;

static void
tell_clear (Tell *self)
{
  g_free (self->note);
  g_free (self->text);
  g_free (self->sha256);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Tell, tell_clear)

/* What is to be told, and whether this server was told that already. */
static gboolean
write_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Tell *self = data;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) failure = NULL;
  g_autofree char *noted = hemo_sync_note_load (txn, self->note, &failure);

  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  self->text = hemo_clinic_roster_write (txn, self->store, error);
  if (self->text == NULL)
    return FALSE;
  bytes = g_bytes_new_static (self->text, strlen (self->text));
  self->sha256 = hemo_sha256 (bytes);
  self->told = g_strcmp0 (noted, self->sha256) == 0;
  return TRUE;
}

static gboolean
told_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Tell *self = data;

  return hemo_sync_note_save (txn, self->note, self->sha256, error);
}

static gboolean
installation_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_txn_dup_meta (txn, "installation", error);
  hemo_txn_set_result_free (txn, g_free);
  return *result != NULL;
}

static char *
roster_key (const char *installation)
{
  return g_strdup_printf ("installations/%s.roster", installation);
}

gboolean
hemo_picture_tell (HemoClinic *clinic,
                   HemoSession *session,
                   HemoS3 *s3,
                   const char *server,
                   GCancellable *cancellable,
                   GError **error)
{
  HemoStore *store = hemo_clinic_get_store (clinic);
  g_auto (Tell) tell = { .store = store, .note = g_strconcat ("roster.", server, NULL) };
  g_autofree char *installation = NULL;
  g_autofree char *key = NULL;

  if (!hemo_store_read (store, session, write_job, &tell, NULL, error))
    return FALSE;
  if (tell.told)
    return TRUE;
  if (!hemo_store_read (store, session, installation_job, NULL, (gpointer *)&installation, error))
    return FALSE;
  key = roster_key (installation);
  return hemo_object_put_text (s3, key, tell.text, HEMO_ROSTER_LIMIT, cancellable, error)
         && hemo_store_write (store, session, told_job, &tell, NULL, error);
}

static void
fail_unknown (GError **error)
{
  g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND,
                       "No other laptop told of such a picture.");
}

/* The newest that a server told of the image. */
static gboolean
media_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autoptr (GPtrArray) versions = NULL;
  g_autoptr (json_object) media = NULL;
  const HemoIncoming *newest;

  if (!hemo_txn_require (txn, HEMO_ACTION_IMAGE_VIEW, "image", data, error))
    return FALSE;
  versions = hemo_incoming_of (txn, data, error);
  if (versions == NULL)
    return FALSE;
  newest = versions->len > 0 ? g_ptr_array_index (versions, versions->len - 1) : NULL;
  if (newest == NULL || strcmp (newest->type, "Media") != 0)
    {
      fail_unknown (error);
      return FALSE;
    }
  media = hemo_fhir_parse (newest->resource, strlen (newest->resource), error);
  *result = media != NULL ? hemo_fhir_media_from_json (media, NULL, error) : NULL;
  hemo_txn_set_result_free (txn, (GDestroyNotify)hemo_image_free);
  return *result != NULL;
}

static GBytes *
read_beside (HemoS3 *s3, const char *key, guint64 limit, GCancellable *cancellable, GError **error)
{
  return hemo_object_read_bytes (s3, key, NULL, limit, cancellable, error);
}

/* One of this laptop's own, which is here again then. */
static GBytes *
bring_back (HemoClinic *clinic,
            HemoSession *session,
            HemoS3 *s3,
            const char *image,
            GCancellable *cancellable,
            GError **error)
{
  g_autofree char *key = hemo_outgoing_key (image, HEMO_LANE_ORIGINALS);
  g_autoptr (GBytes) sealed = read_beside (s3, key, SEALED_LIMIT, cancellable, error);

  return sealed != NULL ? hemo_clinic_bring_back (clinic, session, image, sealed, error) : NULL;
}

GBytes *
hemo_picture_fetch (HemoClinic *clinic,
                    HemoSession *session,
                    HemoS3 *s3,
                    const char *image,
                    const char *specimen,
                    HemoLane lane,
                    GCancellable *cancellable,
                    GError **error)
{
  g_autoptr (HemoImage) media = NULL;
  g_autoptr (GBytes) roster = NULL, signature = NULL, sealed = NULL;
  g_autofree char *from = NULL;
  g_autofree char *key = hemo_outgoing_key (image, lane);
  g_autofree char *beside = g_strconcat (key, ".sig", NULL);
  HemoForeignImage foreign;
  gboolean lacks = FALSE;

  if (lane == HEMO_LANE_ORIGINALS
      && !hemo_clinic_lacks_original (clinic, session, image, &lacks, error))
    return NULL;
  if (lacks)
    return bring_back (clinic, session, s3, image, cancellable, error);
  /* A job that writes: that somebody may not see it is audited. */
  if (!hemo_store_write (hemo_clinic_get_store (clinic), session, media_job, (gpointer)image,
                         (gpointer *)&media, error))
    return NULL;
  /* It may have been told anew since the picture was listed. */
  if (specimen != NULL && g_strcmp0 (media->specimen, specimen) != 0)
    {
      fail_unknown (error);
      return NULL;
    }
  from = roster_key (media->captured_on != NULL ? media->captured_on : "unknown");
  roster = read_beside (s3, from, HEMO_ROSTER_LIMIT, cancellable, error);
  if (roster != NULL)
    signature = read_beside (s3, beside, SIGNATURE_LIMIT, cancellable, error);
  if (signature != NULL)
    sealed = read_beside (s3, key, SEALED_LIMIT, cancellable, error);
  if (sealed == NULL)
    return NULL;
  foreign = (HemoForeignImage){
    .image = media, .sealed = sealed, .signature = signature, .roster = roster
  };
  return lane == HEMO_LANE_PREVIEWS
             ? hemo_clinic_open_foreign_preview (clinic, session, &foreign, error)
             : hemo_clinic_open_foreign (clinic, session, &foreign, error);
}
