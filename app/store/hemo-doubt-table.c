/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Originals that are to be proven anew, by what the store knows of what was sent. */

#include "hemo-doubt-table.h"

#include "hemo-cms.h"
#include "hemo-image-table-private.h"
#include "hemo-records-private.h"
#include "hemo-sealed-private.h"

#include <string.h>

/* row: with the sealed hash of what was sent */
struct _HemoDoubtProof
{
  HemoSealedImage *row;
  HemoSealedKeys *keys;
};

void
hemo_doubt_free (HemoDoubt *self)
{
  if (self->proof != NULL)
    {
      g_clear_pointer (&self->proof->row, hemo_sealed_image_free);
      g_clear_pointer (&self->proof->keys, hemo_sealed_keys_free);
      g_free (self->proof);
    }
  g_clear_pointer (&self->item, hemo_queue_item_free);
  g_clear_pointer (&self->object, hemo_remote_object_free);
  g_free (self->path);
  g_free (self->md5);
  g_free (self);
}

/* @self->object is set. */
static gboolean
load_proof (HemoDoubt *self, HemoTxn *txn, HemoStore *store, GError **error)
{
  HemoSealedImage *row;

  self->proof = g_new0 (HemoDoubtProof, 1);
  self->proof->row = row = hemo_sealed_image_load (txn, self->object->object, error);
  if (row == NULL)
    return FALSE;
  if (strcmp (row->sealed_sha256, self->object->sha256) == 0)
    {
      g_autofree char *name = hemo_sealed_image_name (row->uuid);

      self->path = g_build_filename (hemo_store_get_directory (store), name, NULL);
      self->md5 = g_strdup (row->sealed_md5);
    }
  g_set_str (&row->sealed_sha256, self->object->sha256);
  self->proof->keys = hemo_sealed_keys_load (txn, store, error);
  return self->proof->keys != NULL;
}

HemoDoubt *
hemo_doubt_load (
    HemoTxn *txn, HemoStore *store, const char *server, const char *image, GError **error)
{
  g_autoptr (HemoDoubt) self = g_new0 (HemoDoubt, 1);

  if (!hemo_txn_require (txn, HEMO_ACTION_SYNC, "Media", image, error))
    return NULL;
  self->object = hemo_remote_object_load (txn, server, image, HEMO_LANE_ORIGINALS, error);
  return self->object != NULL && load_proof (self, txn, store, error) ? g_steal_pointer (&self)
                                                                      : NULL;
}

HemoDoubt *
hemo_doubt_next (HemoTxn *txn, HemoStore *store, const char *server, GError **error)
{
  g_autoptr (HemoDoubt) self = NULL;
  g_autoptr (GError) failure = NULL;
  HemoQueueItem *item;

  if (!hemo_txn_require (txn, HEMO_ACTION_SYNC, "Media", NULL, error))
    return NULL;
  item = hemo_queue_next_doubted (txn, server, error);
  if (item == NULL)
    return NULL;
  self = g_new0 (HemoDoubt, 1);
  self->item = item;
  self->object = hemo_remote_object_load (txn, server, item->object, item->lane, error);
  return self->object != NULL && load_proof (self, txn, store, error) ? g_steal_pointer (&self)
                                                                      : NULL;
}

gboolean
hemo_doubt_check_signature (const HemoDoubt *self, GBytes *signature)
{
  HemoSealedImage row = *self->proof->row;

  row.signature = signature;
  return hemo_sealed_image_check_signature (&row, self->proof->keys, NULL);
}

static gboolean
clear_mark (HemoTxn *txn, const char *server, const HemoRemoteObject *object, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "UPDATE remote_object SET progress = NULL WHERE server = ?1 AND object = ?2 AND lane = ?3 "
      "AND progress = ?4",
      server, error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 2, object->object);
  hemo_statement_bind_int (statement, 3, object->lane);
  hemo_statement_bind_text (statement, 4, HEMO_DOUBT_MARK);
  return hemo_statement_run (statement, error);
}

/* Of what was sealed anew the signature was not kept here, and would be taken for another's. */
static gboolean
own_signature (HemoTxn *txn, const HemoRemoteObject *object, GBytes *signature, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autofree char *ours
      = hemo_remote_object_load_ours (txn, object->object, object->lane, &failure);
  g_autofree char *sha256 = hemo_sha256 (signature);
  g_autofree char *more = NULL;

  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (ours != NULL && strstr (ours, sha256) != NULL)
    return TRUE;
  more = g_strdup_printf ("%s%" G_GSIZE_FORMAT " %s\n", ours != NULL ? ours : "",
                          g_bytes_get_size (signature), sha256);
  return hemo_remote_object_save_ours (txn, object->object, object->lane, more, error);
}

gboolean
hemo_doubt_settle (HemoTxn *txn,
                   const char *server,
                   const HemoDoubt *doubt,
                   gboolean there,
                   GBytes *beside,
                   guint *received,
                   GError **error)
{
  HemoRemoteObject proven = *doubt->object;

  if (!hemo_txn_require (txn, HEMO_ACTION_SYNC, "Media", proven.object, error))
    return FALSE;
  if (!there)
    return clear_mark (txn, server, doubt->object, error)
           && (beside == NULL || own_signature (txn, doubt->object, beside, error));
  proven.proven_us = hemo_txn_get_time (txn).utc_us;
  return hemo_remote_object_save (txn, server, &proven, error)
         && hemo_queue_received_picture (txn, doubt->item, received, error);
}
