/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sealed files: their names, their statements, and how one is opened with every check. */

#include "hemo-sealed-private.h"

#include "hemo-durable.h"
#include "hemo-files.h"
#include "hemo-picture.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>

/* A seal and its recipients are a few KiB; more than this is none of ours. */
#define SEAL_ROOM ((gsize)256 * 1024)

void
hemo_sealed_image_free (HemoSealedImage *self)
{
  if (self == NULL)
    return;
  g_free (self->uuid);
  g_free (self->specimen);
  g_free (self->sha256);
  g_free (self->sealed_sha256);
  g_free (self->sealed_md5);
  g_clear_pointer (&self->signature, g_bytes_unref);
  g_free (self);
}

void
hemo_sealed_keys_free (HemoSealedKeys *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->image_key, hemo_key_pair_free);
  g_clear_pointer (&self->installations, g_ptr_array_unref);
  g_free (self);
}

static GPtrArray *
load_installations (HemoTxn *txn, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  g_autoptr (HemoStatement) statement
      = hemo_db_prepare (hemo_txn_get_db (txn),
                         "SELECT certificate FROM clinic_key WHERE purpose = 'installation' "
                         "ORDER BY is_current DESC",
                         error);
  if (statement == NULL)
    return NULL;
  while (hemo_statement_step (statement, &local))
    g_ptr_array_add (list, hemo_statement_dup_bytes (statement, 0));
  if (local == NULL)
    return g_steal_pointer (&list);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

HemoSealedKeys *
hemo_sealed_keys_load (HemoTxn *txn, HemoStore *store, GError **error)
{
  g_autoptr (HemoSealedKeys) self = g_new0 (HemoSealedKeys, 1);
  self->image_key = hemo_clinic_dup_image_key (txn, store, error);
  if (self->image_key == NULL)
    return NULL;
  self->installations = load_installations (txn, error);
  return self->installations == NULL ? NULL : g_steal_pointer (&self);
}

char *
hemo_sealed_image_name (const char *uuid)
{
  return g_strdup_printf (HEMO_FOLDER_IMAGES "/%.2s/%s.cms", uuid, uuid);
}

char *
hemo_sealed_report_name (const char *uuid, int version)
{
  return g_strdup_printf (HEMO_FOLDER_REPORTS "/%s-%d.cms", uuid, version);
}

GBytes *
hemo_sealed_image_statement (const char *uuid,
                             const char *specimen,
                             const char *sha256,
                             const char *sealed_sha256)
{
  char *text = g_strdup_printf ("hemogram-image-1\n"
                                "image %s\n"
                                "specimen %s\n"
                                "plain-sha256 %s\n"
                                "sealed-sha256 %s\n",
                                uuid, specimen, sha256, sealed_sha256);
  return g_bytes_new_take (text, strlen (text));
}

GBytes *
hemo_sealed_report_statement (const char *json)
{
  char *text = g_strdup_printf ("hemogram-report-1\n%s\n", json);
  return g_bytes_new_take (text, strlen (text));
}

gboolean
hemo_sealed_is_damage (const GError *error)
{
  return g_error_matches (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CORRUPT)
         || g_error_matches (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND)
         || g_error_matches (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_IO);
}

gboolean
hemo_sealed_fail (GError **error, GError *source, const char *what)
{
  HemoStoreError code = HEMO_STORE_ERROR_IO;
  const char *advice = N_ ("Check the disk and make a backup.");
  if (g_error_matches (source, G_IO_ERROR, G_IO_ERROR_NO_SPACE))
    code = HEMO_STORE_ERROR_FULL, advice = N_ ("Make room on the disk and try again.");
  else if (g_error_matches (source, G_IO_ERROR, G_IO_ERROR_READ_ONLY)
           || g_error_matches (source, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    code = HEMO_STORE_ERROR_READ_ONLY, advice = N_ ("The folder of the clinic cannot be written.");
  else if (g_error_matches (source, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    code = HEMO_STORE_ERROR_NOT_FOUND, advice = N_ ("Restore it from a backup.");
  else if (source->domain != G_IO_ERROR)
    {
      g_propagate_error (error, source);
      return FALSE;
    }
  g_set_error (error, HEMO_STORE_ERROR, code, "%s %s %s", what, source->message, advice);
  g_error_free (source);
  return FALSE;
}

static gboolean
fail_damaged (GError **error)
{
  g_set_error_literal (
      error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CORRUPT,
      N_ ("The sealed file is not what was written: it is not shown. Restore it from "
          "a backup."));
  return FALSE;
}

static gboolean
check_hash (GBytes *bytes, const char *sha256, GError **error)
{
  g_autofree char *found = hemo_sha256 (bytes);
  return g_strcmp0 (found, sha256) == 0 || fail_damaged (error);
}

GBytes *
hemo_sealed_open (const char *directory,
                  const char *name,
                  const char *sealed_sha256,
                  const char *sha256,
                  HemoKeyPair *key,
                  gsize limit,
                  GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *path = g_build_filename (directory, name, NULL);
  g_autoptr (GBytes) sealed = hemo_durable_read (path, limit + SEAL_ROOM, &local);
  if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE))
    return fail_damaged (error), NULL;
  if (sealed == NULL)
    return hemo_sealed_fail (error, g_steal_pointer (&local), N_ ("A sealed file cannot be read.")),
           NULL;
  if (!check_hash (sealed, sealed_sha256, error))
    return NULL;
  g_autoptr (GBytes) content = hemo_cms_open (sealed, key, limit, &local);
  if (content == NULL && !g_error_matches (local, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_FAILED))
    return fail_damaged (error), NULL;
  if (content == NULL)
    return g_propagate_error (error, g_steal_pointer (&local)), NULL;
  return check_hash (content, sha256, error) ? g_steal_pointer (&content) : NULL;
}

gboolean
hemo_sealed_image_check_signature (const HemoSealedImage *image,
                                   const HemoSealedKeys *keys,
                                   GError **error)
{
  g_autoptr (GBytes) statement = hemo_sealed_image_statement (image->uuid, image->specimen,
                                                              image->sha256, image->sealed_sha256);
  for (guint i = 0; i < keys->installations->len; i++)
    {
      g_autoptr (GError) local = NULL;
      if (hemo_cms_verify (statement, image->signature, g_ptr_array_index (keys->installations, i),
                           &local))
        return TRUE;
      /* Not known is not wrong. */
      if (g_error_matches (local, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_FAILED))
        return g_propagate_error (error, g_steal_pointer (&local)), FALSE;
    }
  g_set_error_literal (
      error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CORRUPT,
      N_ ("The picture is not signed for this specimen by a laptop of this clinic: it "
          "is not shown."));
  return FALSE;
}

GBytes *
hemo_sealed_image_open (const char *directory,
                        const HemoSealedImage *image,
                        const HemoSealedKeys *keys,
                        GError **error)
{
  g_autofree char *name = hemo_sealed_image_name (image->uuid);
  if (!hemo_sealed_image_check_signature (image, keys, error))
    return NULL;
  g_autoptr (GBytes) content
      = hemo_sealed_open (directory, name, image->sealed_sha256, image->sha256, keys->image_key,
                          HEMO_IMAGE_LIMIT, error);
  if (content == NULL)
    return NULL;
  if ((gint64)g_bytes_get_size (content) != image->bytes)
    return fail_damaged (error), NULL;
  return g_steal_pointer (&content);
}

static GMutex claims_lock;
static GHashTable *claims;

gboolean
hemo_sealed_claim (const char *name, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&claims_lock);
  if (claims == NULL)
    claims = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (!g_hash_table_contains (claims, name))
    return g_hash_table_add (claims, g_strdup (name));
  g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT,
                       N_ ("This picture is being kept already."));
  return FALSE;
}

void
hemo_sealed_release (const char *name)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&claims_lock);
  g_hash_table_remove (claims, name);
}

gboolean
hemo_sealed_is_claimed (const char *name)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&claims_lock);
  return claims != NULL && g_hash_table_contains (claims, name);
}

gboolean
hemo_sealed_write (const char *directory, const char *name, GBytes *sealed, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *path = g_build_filename (directory, name, NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *temporary = g_build_filename (directory, HEMO_FOLDER_TEMPORARY, NULL);
  /* The folders are there from the first sign-in on; asking costs a system call and no fsync. */
  if (hemo_durable_make_folder (folder, &local)
      && hemo_durable_write (path, temporary, sealed, &local))
    return TRUE;
  return hemo_sealed_fail (error, g_steal_pointer (&local), N_ ("Nothing was kept."));
}

static gboolean
was_refused (const GError *error)
{
  return error->domain == HEMO_VAULT_ERROR || error->domain == HEMO_IMAGING_ERROR
         || g_error_matches (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT)
         || g_error_matches (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE)
         || g_error_matches (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND);
}

void
hemo_sealed_undo (const char *directory, const char *name, const GError *error)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);
  if (was_refused (error))
    g_unlink (path);
}

HemoStore *
hemo_sealed_require_store (HemoClinic *clinic, gboolean to_write, GError **error)
{
  HemoStore *store = hemo_clinic_get_store (clinic);
  if (store == NULL)
    g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE,
                         N_ ("The store is locked: somebody has to sign in first."));
  else if (to_write && hemo_store_is_read_only (store))
    g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_READ_ONLY,
                         N_ ("The folder of the clinic cannot be written: nothing was kept."));
  else
    return store;
  return NULL;
}
