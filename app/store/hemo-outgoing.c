/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From the store's own sealed files and previews to what leaves. */

#include "hemo-outgoing.h"

#include "hemo-cms.h"
#include "hemo-durable.h"
#include "hemo-files.h"
#include "hemo-image-table-private.h"
#include "hemo-json.h"
#include "hemo-prune-private.h"
#include "hemo-records-private.h"
#include "hemo-sealed-private.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

/* Previews, and originals that were sealed anew, below the clinic's folder, each named by its hash:
 * until they are proven. */
#define FOLDER "outgoing"
/* One that is younger may not be written down yet. */
#define YOUNG_US G_TIME_SPAN_DAY

/* Of a word in the progress of an upload. */
#define WORD_MAX 64

/* preview: of one that goes for the first time, NULL where it has to be made; recipients: whom all
 * is to be sealed to, with what to sign it with, and for originals what opens them; NULL for what
 * has arrived. ours: as of HemoOutgoing, NULL for what has arrived. */
struct _HemoOutgoingRows
{
  HemoStore *store;
  char *server;
  char *image;
  HemoLane lane;
  HemoSealedImage *row;
  HemoRemoteObject *object;
  GBytes *preview;
  GString *ours;
  GPtrArray *recipients;
  HemoKeyPair *key;
  HemoSealedKeys *keys;
};

void
hemo_outgoing_rows_free (HemoOutgoingRows *self)
{
  g_clear_pointer (&self->row, hemo_sealed_image_free);
  g_clear_pointer (&self->object, hemo_remote_object_free);
  g_clear_pointer (&self->preview, g_bytes_unref);
  if (self->ours != NULL)
    g_string_free (self->ours, TRUE);
  g_clear_pointer (&self->recipients, g_ptr_array_unref);
  g_clear_pointer (&self->key, hemo_key_pair_free);
  g_clear_pointer (&self->keys, hemo_sealed_keys_free);
  g_free (self->server);
  g_free (self->image);
  g_free (self);
}

void
hemo_outgoing_free (HemoOutgoing *self)
{
  if (self->signature_path != NULL)
    g_unlink (self->signature_path);
  g_free (self->path);
  g_free (self->md5);
  g_free (self->signature_path);
  g_clear_pointer (&self->signature, g_bytes_unref);
  g_free (self->ours);
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

static gboolean
load_ours (HemoTxn *txn, HemoOutgoingRows *self, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autofree char *ours = hemo_remote_object_load_ours (txn, self->image, self->lane, &failure);

  self->ours = g_string_new (ours);
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static void
add_ours (HemoOutgoingRows *self, gint64 size, const char *sha256)
{
  if (strstr (self->ours->str, sha256) == NULL)
    g_string_append_printf (self->ours, "%" G_GINT64_FORMAT " %s\n", size, sha256);
}

/* It, or only its signature, may be there already. */
static void
replace (HemoOutgoingRows *self, gint64 size, const char *sha256, GBytes *signature)
{
  g_autofree char *hash = signature != NULL ? hemo_sha256 (signature) : NULL;

  add_ours (self, size, sha256);
  if (hash != NULL)
    add_ours (self, (gint64)g_bytes_get_size (signature), hash);
}

/* The sync's own words of an upload. What of it lies in the bucket in pieces is removed when what
 * replaces it is proven. */
static void
add_pieces (HemoOutgoingRows *self, const char *progress)
{
  json_object *state = progress != NULL ? hemo_json_read_stored (progress) : NULL;
  const char *form = hemo_json_get_text (state, "form", WORD_MAX);
  const char *id = hemo_json_get_text (state, "upload", WORD_MAX);

  if (g_strcmp0 (form, "pieces") == 0 && id != NULL && g_uuid_string_is_valid (id)
      && strstr (self->ours->str, id) == NULL)
    g_string_append_printf (self->ours, "pieces %s\n", id);
  json_object_put (state);
}

static void
replace_object (HemoOutgoingRows *self)
{
  const HemoRemoteObject *object = self->object;

  if (object != NULL)
    {
      replace (self, object->bytes, object->sha256, object->signature);
      add_pieces (self, object->progress);
    }
}

/* What arrived is not sealed again. */
static gboolean
load_sealing (HemoTxn *txn, HemoOutgoingRows *self, GError **error)
{
  if (self->object != NULL && self->object->proven_us != 0)
    return TRUE;
  if (!load_ours (txn, self, error))
    return FALSE;
  self->recipients = hemo_clinic_dup_recipients (txn, error);
  if (self->recipients == NULL)
    return FALSE;
  self->key = hemo_clinic_dup_installation_key (txn, self->store, error);
  if (self->key == NULL)
    return FALSE;
  if (self->lane == HEMO_LANE_PREVIEWS)
    return hemo_image_load_preview (txn, self->image, &self->preview, error);
  self->keys = hemo_sealed_keys_load (txn, self->store, error);
  return self->keys != NULL;
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
  return load_sealing (txn, self, error) ? g_steal_pointer (&self) : NULL;
}

static gboolean
save_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  HemoOutgoingRows *job = data;

  return hemo_remote_object_save_ours (txn, job->image, job->lane, job->ours->str, error)
         && hemo_remote_object_save (txn, job->server, job->object, error);
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
write_beside (
    HemoStore *store, const char *image, const char *suffix, GBytes *bytes, GError **error)
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
  hemo_sealed_fail (error, g_steal_pointer (&failure), N_ ("A picture is not sent."));
  return NULL;
}

static gboolean
take_signature (HemoOutgoing *self, GBytes *signature, GError **error)
{
  if (signature != NULL)
    self->signature = g_bytes_ref (signature);
  else
    g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND,
                         N_ ("A picture's signature is gone."));
  return signature != NULL;
}

const char *
hemo_outgoing_write_signature (HemoOutgoing *self, HemoStore *store, GError **error)
{
  if (self->signature_path == NULL)
    self->signature_path = write_beside (
        store, self->object->object,
        self->object->lane == HEMO_LANE_PREVIEWS ? ".preview-sig" : ".sig", self->signature, error);
  return self->signature_path;
}

/* Whether nobody but those who are to open it now can. */
static gboolean
is_for_all (const HemoOutgoingRows *job, GBytes *sealed, gboolean *same, GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (hemo_cms_is_sealed_to (sealed, job->recipients, same, &failure))
    return TRUE;
  return hemo_sealed_fail (error, g_steal_pointer (&failure), N_ ("This picture is not sent."));
}

static gboolean
is_file_for_all (const HemoOutgoingRows *job, const char *path, gboolean *same, GError **error)
{
  g_autoptr (GMappedFile) file = g_mapped_file_new (path, FALSE, error);
  g_autoptr (GBytes) bytes = file != NULL ? g_mapped_file_get_bytes (file) : NULL;

  return bytes != NULL && is_for_all (job, bytes, same, error);
}

static char *
copy_path (HemoStore *store, const char *sha256)
{
  g_autofree char *name = g_strconcat (sha256, ".cms", NULL);

  return g_build_filename (hemo_store_get_directory (store), FOLDER, name, NULL);
}

void
hemo_outgoing_forget (HemoStore *store, const char *sha256)
{
  g_autofree char *path = copy_path (store, sha256);

  g_unlink (path);
}

/* Hashes of what is on its way. */
static gboolean
list_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autoptr (GHashTable) open = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn), "SELECT sha256 FROM remote_object WHERE proven_us IS NULL", error);
  gboolean row = TRUE;

  hemo_txn_set_result_free (txn, (GDestroyNotify)g_hash_table_unref);
  if (statement == NULL)
    return FALSE;
  while (row)
    {
      if (!hemo_statement_next (statement, &row, error))
        return FALSE;
      if (row)
        g_hash_table_add (open, hemo_statement_dup_text (statement, 0));
    }
  *result = g_steal_pointer (&open);
  return TRUE;
}

gboolean
hemo_outgoing_tidy (HemoStore *store, HemoSession *session, GError **error)
{
  g_autofree char *folder = g_build_filename (hemo_store_get_directory (store), FOLDER, NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GHashTable) open = NULL;
  gint64 now = g_get_real_time ();
  const char *name = dir != NULL ? g_dir_read_name (dir) : NULL;

  if (name == NULL)
    return TRUE;
  if (!hemo_store_read (store, session, list_job, NULL, (gpointer *)&open, error))
    return FALSE;
  for (; name != NULL; name = g_dir_read_name (dir))
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *sha256 = g_strndup (name, strcspn (name, "."));
      GStatBuf info;

      if (!g_hash_table_contains (open, sha256) && g_stat (path, &info) == 0
          && now - info.st_mtime * G_TIME_SPAN_SECOND > YOUNG_US)
        g_unlink (path);
    }
  return TRUE;
}

/* @lasts: whether it outlives a power cut, after which the other is sealed anew. */
static gboolean
write_copy (
    const HemoOutgoingRows *job, GBytes *sealed, const char *sha256, gboolean lasts, GError **error)
{
  const char *directory = hemo_store_get_directory (job->store);
  g_autofree char *folder = g_build_filename (directory, FOLDER, NULL);
  g_autofree char *temporary = g_build_filename (directory, HEMO_FOLDER_TEMPORARY, NULL);
  g_autofree char *path = copy_path (job->store, sha256);
  g_autoptr (GError) failure = NULL;
  gsize size = 0;
  const char *data = g_bytes_get_data (sealed, &size);

  if (hemo_durable_make_folder (folder, &failure)
      && (lasts ? hemo_durable_write (path, temporary, sealed, &failure)
                : g_file_set_contents_full (path, data, (gssize)size, G_FILE_SET_CONTENTS_NONE,
                                            0600, &failure)))
    return TRUE;
  return hemo_sealed_fail (error, g_steal_pointer (&failure), N_ ("A picture is not sent."));
}

static gboolean
retell_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  HemoOutgoingRows *job = data;

  return save_job (txn, job, NULL, error) && hemo_remote_object_retell (txn, job->image, error);
}

/* The file here stays as it is: only what leaves is sealed to others. */
static gboolean
seal_anew (HemoSession *session, HemoOutgoingRows *job, GError **error)
{
  const char *directory = hemo_store_get_directory (job->store);
  g_autofree char *sha256 = NULL;
  g_autoptr (GBytes) plain = hemo_sealed_image_open (directory, job->row, job->keys, error);
  g_autoptr (GBytes) sealed = plain != NULL ? hemo_cms_seal (plain, job->recipients, error) : NULL;
  g_autoptr (GBytes) statement = NULL;

  if (sealed == NULL)
    return FALSE;
  sha256 = hemo_sha256 (sealed);
  if (!write_copy (job, sealed, sha256, TRUE, error))
    return FALSE;
  statement
      = hemo_sealed_image_statement (job->image, job->row->specimen, job->row->sha256, sha256);
  replace_object (job);
  g_clear_pointer (&job->object, hemo_remote_object_free);
  job->object = object_new (job, sha256, (gint64)g_bytes_get_size (sealed));
  job->object->signature = hemo_cms_sign (statement, job->key, error);
  return job->object->signature != NULL
         && hemo_store_write (job->store, session, retell_job, job, NULL, error);
}

/* What was sealed anew before, where it is still there and for all; else it is sealed anew. */
static gboolean
open_anew (HemoSession *session, HemoOutgoingRows *job, HemoOutgoing *self, GError **error)
{
  gboolean same = FALSE;

  if (job->object != NULL && job->object->signature != NULL)
    {
      g_autofree char *path = copy_path (job->store, job->object->sha256);

      same = is_file_for_all (job, path, &same, NULL) && same;
      if (!same)
        g_unlink (path);
    }
  if (!same && !seal_anew (session, job, error))
    return FALSE;
  g_free (self->path);
  self->path = copy_path (job->store, job->object->sha256);
  self->object = g_steal_pointer (&job->object);
  return take_signature (self, self->object->signature, error);
}

/* To the seal of the file here, also after it was sealed anew for somebody who is gone again. */
static gboolean
return_to_own (HemoSession *session, HemoOutgoingRows *job, gint64 size, GError **error)
{
  const char *sha256 = job->row->sealed_sha256;
  gboolean first = job->object == NULL;

  if (!first && g_strcmp0 (job->object->sha256, sha256) == 0)
    return TRUE;
  replace_object (job);
  g_clear_pointer (&job->object, hemo_remote_object_free);
  job->object = object_new (job, sha256, size);
  return first || hemo_store_write (job->store, session, retell_job, job, NULL, error);
}

/* The file that the row tells of, of its size; whether it is still that the server's word shows.
 * One that was pruned cannot be sent to another server before it is back; one that was sealed
 * before somebody was known, or to somebody who is to read no more, is sealed anew. */
static gboolean
open_original (HemoSession *session, HemoOutgoingRows *job, HemoOutgoing *self, GError **error)
{
  g_autofree char *name = hemo_sealed_image_name (job->image);
  g_autoptr (GError) failure = NULL;
  GStatBuf info;
  gboolean same = TRUE;

  if (job->object != NULL && job->object->proven_us != 0)
    {
      self->object = g_steal_pointer (&job->object);
      return TRUE;
    }
  self->path = g_build_filename (hemo_store_get_directory (job->store), name, NULL);
  if (job->row->damaged || g_stat (self->path, &info) != 0)
    {
      g_set_error_literal (&failure, HEMO_STORE_ERROR,
                           job->row->damaged ? HEMO_STORE_ERROR_CORRUPT
                                             : HEMO_STORE_ERROR_NOT_FOUND,
                           N_ ("The picture's file is damaged or missing here. Restore it from a "
                               "backup, then try again."));
      hemo_pruned_explain (job->store, job->image, &failure);
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  /* What cannot be looked into is found to be damaged while it is sent. */
  if (is_file_for_all (job, self->path, &same, NULL) && !same)
    {
      replace (job, info.st_size, job->row->sealed_sha256, job->row->signature);
      return open_anew (session, job, self, error);
    }
  if (!return_to_own (session, job, info.st_size, error))
    return FALSE;
  self->md5 = g_strdup (job->row->sealed_md5);
  self->object = g_steal_pointer (&job->object);
  return take_signature (self, job->row->signature, error);
}

/* Seals and signs it, and keeps the very bytes: sealing again would give others, and what arrived
 * of the first would be of no use. A file does that for a tenth of what encrypted pages cost. */
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
  if (!write_copy (job, sealed, sha256, FALSE, error))
    return FALSE;
  statement = hemo_preview_statement (job->image, job->row->specimen, plain_sha256, sha256);
  replace_object (job);
  g_clear_pointer (&job->object, hemo_remote_object_free);
  job->object = object_new (job, sha256, (gint64)g_bytes_get_size (sealed));
  job->object->signature = hemo_cms_sign (statement, job->key, error);
  return job->object->signature != NULL
         && hemo_store_write (job->store, session, save_job, job, NULL, error);
}

/* What was made of it before, whole and for all. One of an older version lies in the store. */
static gboolean
has_preview (const HemoOutgoingRows *job)
{
  g_autofree char *path = NULL;
  g_autofree char *found = NULL;
  g_autoptr (GBytes) sealed = NULL;
  gboolean same = FALSE;

  if (job->object == NULL || job->object->signature == NULL)
    return FALSE;
  path = copy_path (job->store, job->object->sha256);
  sealed = job->object->sealed != NULL
               ? g_bytes_ref (job->object->sealed)
               : hemo_durable_read (path, (guint64)job->object->bytes, NULL);
  found = sealed != NULL ? hemo_sha256 (sealed) : NULL;
  if (g_strcmp0 (found, job->object->sha256) == 0 && is_for_all (job, sealed, &same, NULL) && same)
    return job->object->sealed == NULL
           || write_copy (job, sealed, job->object->sha256, FALSE, NULL);
  g_unlink (path);
  return FALSE;
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
  if (!has_preview (job) && !make_preview (clinic, session, job, error))
    return FALSE;
  self->path = copy_path (job->store, job->object->sha256);
  self->object = g_steal_pointer (&job->object);
  return take_signature (self, self->object->signature, error);
}

HemoOutgoing *
hemo_clinic_open_loaded (HemoClinic *self,
                         HemoSession *session,
                         HemoOutgoingRows *rows,
                         GError **error)
{
  g_autoptr (HemoOutgoing) outgoing = g_new0 (HemoOutgoing, 1);

  if (rows->lane == HEMO_LANE_ORIGINALS ? !open_original (session, rows, outgoing, error)
                                        : !open_preview (self, session, rows, outgoing, error))
    return NULL;
  outgoing->ours = rows->ours != NULL ? g_strdup (rows->ours->str) : NULL;
  return g_steal_pointer (&outgoing);
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
