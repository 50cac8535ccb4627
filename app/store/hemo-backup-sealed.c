/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hemo-backup-sealed.h"

#include "hemo-sealed-private.h"

static void
sealed_free (HemoBackupSealed *self)
{
  g_free (self->name);
  g_free (self->uuid);
  g_free (self->sha256);
  g_free (self->pruned);
  g_free (self);
}

static void
add (GPtrArray *files, char *name, HemoStatement *statement, gboolean is_image)
{
  HemoBackupSealed *file = g_new0 (HemoBackupSealed, 1);

  file->name = name;
  file->uuid = hemo_statement_dup_text (statement, 0);
  file->sha256 = hemo_statement_dup_text (statement, 1);
  file->bytes = (guint64)hemo_statement_get_int (statement, 2);
  file->is_image = is_image;
  file->known_damaged = is_image && hemo_statement_get_int (statement, 3) != 0;
  file->pruned = is_image ? hemo_statement_dup_text (statement, 4) : NULL;
  g_ptr_array_add (files, file);
}

static gboolean
add_reports (GPtrArray *files, HemoDb *copy, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (HemoStatement) rows
      = hemo_db_prepare (copy,
                         "SELECT report, sealed_sha256, sealed_bytes, version FROM report_version "
                         "WHERE sealed_sha256 IS NOT NULL ORDER BY signed_us",
                         error);

  if (rows == NULL)
    return FALSE;
  while (hemo_statement_step (rows, &local))
    add (files,
         hemo_sealed_report_name (hemo_statement_get_text (rows, 0),
                                  (int)hemo_statement_get_int (rows, 3)),
         rows, FALSE);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
add_images (GPtrArray *files, HemoDb *copy, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (HemoStatement) rows = hemo_db_prepare (
      copy,
      "SELECT uuid, sealed_sha256, sealed_bytes, damaged, (SELECT backup FROM pruned_image WHERE "
      "pruned_image.image = image.uuid) FROM image ORDER BY id",
      error);

  if (rows == NULL)
    return FALSE;
  while (hemo_statement_step (rows, &local))
    add (files, hemo_sealed_image_name (hemo_statement_get_text (rows, 0)), rows, TRUE);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

GPtrArray *
hemo_backup_sealed_list (HemoDb *copy, GError **error)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func ((GDestroyNotify)sealed_free);

  return add_reports (files, copy, error) && add_images (files, copy, error)
             ? g_steal_pointer (&files)
             : NULL;
}
