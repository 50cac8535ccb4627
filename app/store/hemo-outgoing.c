/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From the store's own sealed files and previews to what leaves. */

#include "hemo-outgoing.h"

#include "hemo-cms.h"
#include "hemo-durable.h"
#include "hemo-files.h"
#include "hemo-image-table-private.h"
#include "hemo-prune-private.h"
#include "hemo-sealed-private.h"

#include <glib/gstdio.h>

/* preview: of one that goes for the first time, with whom to seal it to and what to sign it with;
 * NULL where it has to be made. */
struct _HemoOutgoingRows
{
  HemoStore *store;
  char *server;
  char *image;
  HemoLane lane;
  HemoSealedImage *row;
  HemoRemoteObject *object;
  GBytes *preview;
  GPtrArray *recipients;
  HemoKeyPair *key;
};

void
hemo_outgoing_rows_free (HemoOutgoingRows *self)
{
  g_clear_pointer (&self->row, hemo_sealed_image_free);
  g_clear_pointer (&self->object, hemo_remote_object_free);
  g_clear_pointer (&self->preview, g_bytes_unref);
  g_clear_pointer (&self->recipients, g_ptr_array_unref);
  g_clear_pointer (&self->key, hemo_key_pair_free);
  g_free (self->server);
  g_free (self->image);
  g_free (self);
}

void
hemo_outgoing_free (HemoOutgoing *self)
{
  if (self->is_copy)
    g_unlink (self->path);
  if (self->signature_path != NULL)
    g_unlink (self->signature_path);
  g_free (self->path);
  g_free (self->signature_path);
  g_clear_pointer (&self->object, hemo_remote_object_free);
  g_free (self);
}

char *
hemo_outgoing_key (const char *image, HemoLane lane)
{
  return g_strdup_printf ("%s/%s.cms", lane == HEMO_LANE_PREVIEWS ? "previews" : "images", image);
}

GBytes *
hemo_preview_statement (const char *image,
                        const char *specimen,
                        const char *sha256,
                        const char *sealed_sha256)
{
  char *text = g_strdup_printf ("hemogram-preview-2\nimage %s\nspecimen %s\nplain-sha256 %s\n"
                                "sealed-sha256 %s\n",
                                image, specimen, sha256, sealed_sha256);

  return g_bytes_new_take (text, strlen (text));
}

/* What arrived is not sealed again, nor what was sealed. */
static gboolean
load_preview (HemoTxn *txn, HemoOutgoingRows *self, GError **error)
{
  if (self->lane == HEMO_LANE_ORIGINALS
      || (self->object != NULL && (self->object->proven_us != 0 || self->object->sealed != NULL)))
    return TRUE;
  self->recipients = hemo_clinic_dup_recipients (txn, error);
  if (self->recipients == NULL)
    return FALSE;
  self->key = hemo_clinic_dup_installation_key (txn, self->store, error);
  return self->key != NULL && hemo_image_load_preview (txn, self->image, &self->preview, error);
}

HemoOutgoingRows *
hemo_outgoing_load (HemoTxn *txn,
                    HemoStore *store,
                    const char *server,
                    const char *image,
                    HemoLane lane,
                    GError **error)
{
  g_autoptr (HemoOutgoingRows) self = g_new0 (HemoOutgoingRows, 1);
  g_autoptr (GError) failure = NULL;

  self->store = store;
  self->server = g_strdup (server);
  self->image = g_strdup (image);
  self->lane = lane;
  if (!hemo_txn_require (txn, HEMO_ACTION_SYNC, "Media", image, error))
    return NULL;
  self->row = hemo_sealed_image_load (txn, image, error);
  if (self->row == NULL)
    return NULL;
  self->object = hemo_remote_object_load (txn, server, image, lane, &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
  return load_preview (txn, self, error) ? g_steal_pointer (&self) : NULL;
}

static gboolean
save_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  HemoOutgoingRows *job = data;

  return hemo_remote_object_save (txn, job->server, job->object, error);
}

static HemoRemoteObject *
object_new (const HemoOutgoingRows *job, const char *sha256, gint64 bytes)
{
  HemoRemoteObject *self = g_new0 (HemoRemoteObject, 1);

  self->object = g_strdup (job->image);
  self->lane = job->lane;
  self->key = hemo_outgoing_key (job->image, job->lane);
  self->sha256 = g_strdup (sha256);
  self->bytes = bytes;
  return self;
}

/* A copy beside the files that are being written: emptied at the next start. */
static char *
write_copy (HemoStore *store, const char *image, const char *suffix, GBytes *bytes, GError **error)
{
  g_autofree char *name = g_strconcat (image, suffix, NULL);
  g_autofree char *folder
      = g_build_filename (hemo_store_get_directory (store), HEMO_FOLDER_TEMPORARY, NULL);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) failure = NULL;
  gsize size = 0;
  const char *data = g_bytes_get_data (bytes, &size);

  g_mkdir_with_parents (folder, 0700);
  if (g_file_set_contents_full (path, data, (gssize)size, G_FILE_SET_CONTENTS_NONE, 0600, &failure))
    return g_steal_pointer (&path);
  hemo_sealed_fail (error, g_steal_pointer (&failure), "a picture that is to be sent");
  return NULL;
}

/* The file that the row tells of, of its size; its hash is taken while it is sent. One that was
 * pruned cannot be sent to another server before it is back. */
static gboolean
open_original (HemoOutgoingRows *job, HemoOutgoing *self, GError **error)
{
  g_autofree char *name = hemo_sealed_image_name (job->image);
  g_autoptr (GError) failure = NULL;
  GStatBuf info;

  self->path = g_build_filename (hemo_store_get_directory (job->store), name, NULL);
  if (job->row->damaged || g_stat (self->path, &info) != 0)
    {
      g_set_error_literal (&failure, HEMO_STORE_ERROR,
                           job->row->damaged ? HEMO_STORE_ERROR_CORRUPT
                                             : HEMO_STORE_ERROR_NOT_FOUND,
                           "The picture's file is damaged or missing here. Restore it from a "
                           "backup, then try again.");
      hemo_pruned_explain (job->store, job->image, &failure);
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (job->object != NULL && g_strcmp0 (job->object->sha256, job->row->sealed_sha256) == 0)
    self->object = g_steal_pointer (&job->object);
  else
    self->object = object_new (job, job->row->sealed_sha256, info.st_size);
  self->signature_path = write_copy (job->store, job->image, ".sig", job->row->signature, error);
  return self->signature_path != NULL;
}

/* Seals and signs it, and keeps the very bytes: sealing again would give others, and what arrived
 * of the first would be of no use. */
static gboolean
make_preview (HemoClinic *clinic, HemoSession *session, HemoOutgoingRows *job, GError **error)
{
  g_autoptr (GBytes) jpeg = job->preview != NULL
                                ? g_bytes_ref (job->preview)
                                : hemo_clinic_open_preview (clinic, session, job->image, error);
  g_autoptr (GBytes) sealed = jpeg != NULL ? hemo_cms_seal (jpeg, job->recipients, error) : NULL;
  g_autofree char *plain_sha256 = NULL;
  g_autofree char *sha256 = NULL;
  g_autoptr (GBytes) statement = NULL;

  if (sealed == NULL)
    return FALSE;
  plain_sha256 = hemo_sha256 (jpeg);
  sha256 = hemo_sha256 (sealed);
  statement = hemo_preview_statement (job->image, job->row->specimen, plain_sha256, sha256);
  g_clear_pointer (&job->object, hemo_remote_object_free);
  job->object = object_new (job, sha256, (gint64)g_bytes_get_size (sealed));
  job->object->signature = hemo_cms_sign (statement, job->key, error);
  if (job->object->signature == NULL)
    return FALSE;
  job->object->sealed = g_steal_pointer (&sealed);
  return hemo_store_write (job->store, session, save_job, job, NULL, error);
}

static gboolean
open_preview (HemoClinic *clinic,
              HemoSession *session,
              HemoOutgoingRows *job,
              HemoOutgoing *self,
              GError **error)
{
  /* A later change of the record does not change the preview: sealed again it would be another
   * object under the same name. */
  if (job->object != NULL && job->object->proven_us != 0)
    {
      self->object = g_steal_pointer (&job->object);
      return TRUE;
    }
  if ((job->object == NULL || job->object->sealed == NULL)
      && !make_preview (clinic, session, job, error))
    return FALSE;
  self->is_copy = TRUE;
  self->path = write_copy (job->store, job->image, ".preview", job->object->sealed, error);
  if (self->path == NULL)
    return FALSE;
  self->signature_path
      = write_copy (job->store, job->image, ".preview-sig", job->object->signature, error);
  self->object = g_steal_pointer (&job->object);
  return self->signature_path != NULL;
}

HemoOutgoing *
hemo_clinic_open_loaded (HemoClinic *self,
                         HemoSession *session,
                         HemoOutgoingRows *rows,
                         GError **error)
{
  g_autoptr (HemoOutgoing) outgoing = g_new0 (HemoOutgoing, 1);

  return (rows->lane == HEMO_LANE_ORIGINALS ? open_original (rows, outgoing, error)
                                            : open_preview (self, session, rows, outgoing, error))
             ? g_steal_pointer (&outgoing)
             : NULL;
}

/* What a job is asked for. */
typedef struct
{
  HemoStore *store;
  const char *server;
  const char *image;
  HemoLane lane;
} Asked;

static gboolean
load_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Asked *asked = data;

  hemo_txn_set_result_free (txn, (GDestroyNotify)hemo_outgoing_rows_free);
  *result = hemo_outgoing_load (txn, asked->store, asked->server, asked->image, asked->lane, error);
  return *result != NULL;
}

HemoOutgoing *
hemo_clinic_open_outgoing (HemoClinic *self,
                           HemoSession *session,
                           const char *server,
                           const char *image,
                           HemoLane lane,
                           GError **error)
{
  HemoStore *store = hemo_sealed_require_store (self, TRUE, error);
  Asked asked = { .store = store, .server = server, .image = image, .lane = lane };
  g_autoptr (HemoOutgoingRows) rows = NULL;

  if (store == NULL
      || !hemo_store_read (store, session, load_job, &asked, (gpointer *)&rows, error))
    return NULL;
  return hemo_clinic_open_loaded (self, session, rows, error);
}
