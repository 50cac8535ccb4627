/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The rows of images. */

#include "hemo-image-table-private.h"

#include "hemo-files.h"
#include "hemo-objective-table.h"
#include "hemo-records-private.h"

#include <glib/gi18n.h>

/* Longest side of a preview, in pixels, and its JPEG quality. */
#define PREVIEW_SIZE 512
#define PREVIEW_QUALITY 80

GBytes *
hemo_image_make_preview (const HemoPixels *pixels, GError **error)
{
  int longest = MAX (pixels->width, pixels->height);
  if (longest <= PREVIEW_SIZE)
    return hemo_pixels_to_jpeg (pixels, PREVIEW_QUALITY, error);
  g_autoptr (HemoPixels) small
      = hemo_pixels_shrink (pixels, MAX (1, pixels->width * PREVIEW_SIZE / longest),
                            MAX (1, pixels->height * PREVIEW_SIZE / longest), error);
  return small == NULL ? NULL : hemo_pixels_to_jpeg (small, PREVIEW_QUALITY, error);
}

void
hemo_image_entry_clear (HemoImageEntry *self)
{
  g_clear_pointer (&self->recipients, g_ptr_array_unref);
  g_clear_pointer (&self->installation_key, hemo_key_pair_free);
  g_clear_pointer (&self->signature, g_bytes_unref);
  g_clear_pointer (&self->sealed_md5, g_free);
}

static gboolean
refuse (GError **error, HemoStoreError code, const char *message)
{
  g_set_error_literal (error, HEMO_STORE_ERROR, (int)code, message);
  return FALSE;
}

/* Whether a step failed rather than ended. */
static gboolean
stepped (HemoStatement *statement, gboolean *row, GError **error)
{
  g_autoptr (GError) local = NULL;
  *row = hemo_statement_step (statement, &local);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
check_specimen (HemoTxn *txn, const char *specimen, GError **error)
{
  gboolean row;
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn), "SELECT rejection FROM specimen WHERE uuid = ?1", error);
  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 1, specimen);
  if (!stepped (statement, &row, error))
    return FALSE;
  if (!row)
    return refuse (error, HEMO_STORE_ERROR_NOT_FOUND,
                   "The specimen of this picture is not in the store.");
  if (g_strcmp0 (hemo_statement_get_text (statement, 0), "none") != 0)
    return refuse (error, HEMO_STORE_ERROR_STATE,
                   N_ ("This specimen was rejected: no picture is added to it."));
  return TRUE;
}

static gboolean
check_uuid (HemoTxn *txn, const char *uuid, GError **error)
{
  gboolean row;
  g_autoptr (HemoStatement) statement
      = hemo_db_prepare (hemo_txn_get_db (txn), "SELECT 1 FROM image WHERE uuid = ?1", error);
  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 1, uuid);
  if (!stepped (statement, &row, error))
    return FALSE;
  return !row
         || refuse (error, HEMO_STORE_ERROR_CONFLICT, N_ ("This picture is in the store already."));
}

/* Neither message names a patient: who stands before the screen may not be meant to read that. */
static gboolean
check_new (HemoTxn *txn, const HemoImage *image, GError **error)
{
  gboolean row;
  g_autoptr (HemoStatement) statement
      = hemo_db_prepare (hemo_txn_get_db (txn),
                         "SELECT specimen = ?2 FROM image WHERE sha256 = ?1 "
                         "AND NOT entered_in_error ORDER BY specimen = ?2 DESC LIMIT 1",
                         error);
  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 1, image->sha256);
  hemo_statement_bind_text (statement, 2, image->specimen);
  if (!stepped (statement, &row, error))
    return FALSE;
  if (!row)
    return TRUE;
  if (hemo_statement_get_int (statement, 0) != 0)
    return refuse (error, HEMO_STORE_ERROR_CONFLICT,
                   N_ ("This specimen has the very same picture already: it was not kept twice."));
  return refuse (
      error, HEMO_STORE_ERROR_CONFLICT,
      N_ ("Another specimen has the very same picture. Check which slide it is of; if the "
          "other one is wrong, discard it there first."));
}

static gboolean
check_image (HemoTxn *txn, const HemoImage *image, GError **error)
{
  if (!hemo_txn_require (txn, HEMO_ACTION_IMAGE_ADD, "image", image->uuid, error))
    return FALSE;
  return check_specimen (txn, image->specimen, error) && check_uuid (txn, image->uuid, error)
         && check_new (txn, image, error);
}

gboolean
hemo_image_entry_prepare (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  HemoImageEntry *self = data;
  HemoImage *image = self->image;
  if (!check_image (txn, image, error))
    return FALSE;
  self->recipients = hemo_clinic_dup_recipients (txn, error);
  if (self->recipients == NULL)
    return FALSE;
  self->installation_key = hemo_clinic_dup_installation_key (txn, self->store, error);
  if (self->installation_key == NULL)
    return FALSE;
  g_free (image->captured_on);
  image->captured_on = hemo_txn_dup_meta (txn, "installation", error);
  return image->captured_on != NULL;
}

static gboolean
choose_field (HemoTxn *txn, HemoImage *image, GError **error)
{
  gboolean row;
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn), "SELECT coalesce(max(field), 0) + 1 FROM image WHERE specimen = ?1",
      error);
  if (image->field > 0)
    return TRUE;
  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 1, image->specimen);
  if (!stepped (statement, &row, error))
    return FALSE;
  image->field = (int)hemo_statement_get_int (statement, 0);
  return TRUE;
}

static void
fill_in (HemoTxn *txn, HemoImage *image)
{
  if (image->captured_at.utc_us == 0)
    image->captured_at = hemo_txn_get_time (txn);
  g_free (image->captured_by);
  image->captured_by = g_strdup (hemo_session_get_user (hemo_txn_get_session (txn)));
  image->entered_in_error = FALSE;
  image->version = 1;
}

static void
bind_picture (HemoStatement *statement, const HemoImage *image)
{
  hemo_statement_bind_text (statement, 1, image->uuid);
  hemo_statement_bind_text (statement, 2, image->specimen);
  hemo_statement_bind_int (statement, 3, image->field);
  hemo_statement_bind_text (statement, 4, image->media_type);
  hemo_statement_bind_int (statement, 5, image->width);
  hemo_statement_bind_int (statement, 6, image->height);
  hemo_statement_bind_int (statement, 7, image->orientation);
  hemo_statement_bind_int (statement, 8, image->bytes);
  hemo_statement_bind_text (statement, 9, image->sha256);
  hemo_statement_bind_text (statement, 10, image->sealed_sha256);
  hemo_statement_bind_int (statement, 11, image->sealed_bytes);
}

static void
bind_circumstances (HemoStatement *statement, const HemoImage *image)
{
  hemo_statement_bind_text (statement, 14, image->objective);
  hemo_statement_bind_double (statement, 15, image->micrometres_per_pixel);
  hemo_statement_bind_double (statement, 16, image->focus);
  hemo_statement_bind_text (statement, 17, image->warnings);
  hemo_statement_bind_int (statement, 18, image->kept_anyway);
  hemo_statement_bind_text (statement, 19, image->captured_by);
  hemo_statement_bind_text (statement, 20, image->captured_on);
  hemo_statement_bind_int (statement, 21, image->captured_at.utc_us);
  hemo_statement_bind_int (statement, 22, image->captured_at.offset_minutes);
  hemo_statement_bind_int (statement, 23, image->captured_at.by_hand);
  hemo_statement_bind_int (statement, 24, image->in_report);
  hemo_statement_bind_text (statement, 25, image->note);
}

static gboolean
insert_image (HemoTxn *txn, const HemoImageEntry *entry, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn),
      "INSERT INTO image (uuid, specimen, field, media_type, width, height, orientation, bytes, "
      "sha256, sealed_sha256, sealed_bytes, signature, objective, micrometres_per_pixel, "
      "focus, warnings, kept_anyway, captured_by, captured_on, captured_us, captured_offset, "
      "captured_by_hand, in_report, note, sealed_md5, version) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, "
      "?8, ?9, ?10, ?11, ?12, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?13, 1)",
      error);
  if (statement == NULL)
    return FALSE;
  bind_picture (statement, entry->image);
  hemo_statement_bind_bytes (statement, 12, entry->signature);
  hemo_statement_bind_text (statement, 13, entry->sealed_md5);
  bind_circumstances (statement, entry->image);
  return hemo_statement_run (statement, error);
}

gboolean
hemo_image_set_quality (HemoTxn *txn, const HemoImage *image, gint64 *version, GError **error)
{
  gboolean row;
  gint64 found;
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn),
      "UPDATE image SET focus = ?2, warnings = ?3, version = version + 1 WHERE uuid = ?1 "
      "AND focus < 0 AND NOT entered_in_error RETURNING version",
      error);
  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 1, image->uuid);
  hemo_statement_bind_double (statement, 2, image->focus);
  hemo_statement_bind_text (statement, 3, image->warnings);
  if (!stepped (statement, &row, error))
    return FALSE;
  if (!row)
    return refuse (error, HEMO_STORE_ERROR_NOT_FOUND,
                   "There is no such picture that waits to be measured.");
  found = hemo_statement_get_int (statement, 0);
  /* To its end, or the change is not made. */
  if (!stepped (statement, &row, error))
    return FALSE;
  *version = found;
  return TRUE;
}

gboolean
hemo_image_put_preview (
    HemoTxn *txn, const char *uuid, GBytes *jpeg, gint64 difference, GError **error)
{
  HemoDb *db = hemo_txn_get_db (txn);
  g_autoptr (HemoStatement) insert = hemo_db_prepare (
      db, "INSERT INTO image_preview (image, jpeg) VALUES (?1, ?2) ON CONFLICT DO NOTHING", error);
  g_autoptr (HemoStatement) update
      = insert == NULL ? NULL
                       : hemo_db_prepare (db, "UPDATE image SET dhash = ?2 WHERE uuid = ?1", error);
  if (update == NULL)
    return FALSE;
  hemo_statement_bind_text (insert, 1, uuid);
  hemo_statement_bind_bytes (insert, 2, jpeg);
  hemo_statement_bind_text (update, 1, uuid);
  hemo_statement_bind_int (update, 2, difference);
  return hemo_statement_run (insert, error) && hemo_statement_run (update, error);
}

/* Its preview, its captured bytes, and the record that tells of both: whoever reads the case learns
 * of the picture though nothing else of the case changes. */
gboolean
hemo_image_entry_insert (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  HemoImageEntry *self = data;
  HemoImage *image = self->image;
  if (!check_image (txn, image, error) || !choose_field (txn, image, error)
      || (image->micrometres_per_pixel <= 0
          && !hemo_objective_scale (txn, image->objective, image->width, image->height,
                                    &image->micrometres_per_pixel, error)))
    return FALSE;
  fill_in (txn, image);
  return insert_image (txn, self, error)
         && (self->preview == NULL
             || hemo_image_put_preview (txn, image->uuid, self->preview, self->difference, error))
         && hemo_txn_log_change (txn, "image.add", "Media", image->uuid, 1, HEMO_LANE_PREVIEWS,
                                 error)
         && hemo_txn_queue (txn, "Binary", image->uuid, HEMO_LANE_ORIGINALS, error)
         && hemo_txn_queue (txn, "Media", image->uuid, HEMO_LANE_RESULTS, error);
}

#define SEALED_COLUMNS                                                                             \
  "uuid, specimen, sha256, sealed_sha256, bytes, signature, damaged, sealed_md5"

static HemoSealedImage *
read_sealed (HemoStatement *statement)
{
  HemoSealedImage *self = g_new0 (HemoSealedImage, 1);
  self->uuid = hemo_statement_dup_text (statement, 0);
  self->specimen = hemo_statement_dup_text (statement, 1);
  self->sha256 = hemo_statement_dup_text (statement, 2);
  self->sealed_sha256 = hemo_statement_dup_text (statement, 3);
  self->bytes = hemo_statement_get_int (statement, 4);
  self->signature = hemo_statement_dup_bytes (statement, 5);
  self->damaged = hemo_statement_get_int (statement, 6) != 0;
  self->sealed_md5 = hemo_statement_dup_text (statement, 7);
  return self;
}

HemoSealedImage *
hemo_sealed_image_load (HemoTxn *txn, const char *uuid, GError **error)
{
  gboolean row;
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn), "SELECT " SEALED_COLUMNS " FROM image WHERE uuid = ?1", error);
  if (statement == NULL)
    return NULL;
  hemo_statement_bind_text (statement, 1, uuid);
  if (!stepped (statement, &row, error))
    return NULL;
  if (row)
    return read_sealed (statement);
  refuse (error, HEMO_STORE_ERROR_NOT_FOUND, N_ ("There is no such picture in the store."));
  return NULL;
}

char *
hemo_image_dup_sealed_sha256 (HemoTxn *txn, const char *uuid, GError **error)
{
  g_autoptr (HemoSealedImage) row = hemo_sealed_image_load (txn, uuid, error);

  return row != NULL ? g_steal_pointer (&row->sealed_sha256) : NULL;
}

GPtrArray *
hemo_sealed_images_load (HemoTxn *txn, GError **error)
{
  gboolean row;
  g_autoptr (GPtrArray) list
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_sealed_image_free);
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn), "SELECT " SEALED_COLUMNS " FROM image ORDER BY uuid", error);
  if (statement == NULL)
    return NULL;
  for (;;)
    {
      if (!stepped (statement, &row, error))
        return NULL;
      if (!row)
        return g_steal_pointer (&list);
      g_ptr_array_add (list, read_sealed (statement));
    }
}

gboolean
hemo_image_fetch_size (
    HemoTxn *txn, const char *image, int *width, int *height, gboolean *discarded, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn, "SELECT width, height, orientation, entered_in_error FROM image WHERE uuid = ?1", image,
      error);
  gboolean row, swap;

  if (statement == NULL || !hemo_statement_next (statement, &row, error))
    return FALSE;
  if (!row)
    return hemo_record_fail (error, HEMO_STORE_ERROR_NOT_FOUND, N_ ("There is no such picture."));
  swap = hemo_statement_get_int (statement, 2) >= 5;
  *width = (int)hemo_statement_get_int (statement, swap ? 1 : 0);
  *height = (int)hemo_statement_get_int (statement, swap ? 0 : 1);
  *discarded = hemo_statement_get_int (statement, 3) != 0;
  return TRUE;
}

gboolean
hemo_sealed_image_set_damaged (HemoTxn *txn, const char *uuid, gboolean damaged, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_db_prepare (hemo_txn_get_db (txn),
                         "UPDATE image SET damaged = ?2 WHERE uuid = ?1 AND damaged <> ?2 AND NOT "
                         "(?2 AND EXISTS (SELECT 1 FROM pruned_image WHERE image = ?1))",
                         error);
  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 1, uuid);
  hemo_statement_bind_int (statement, 2, damaged);
  if (!hemo_statement_run (statement, error))
    return FALSE;
  return hemo_db_get_changes (hemo_txn_get_db (txn)) == 0
         || hemo_txn_audit (txn, damaged ? "image.damaged" : "image.whole-again", "image", uuid,
                            NULL, error);
}
