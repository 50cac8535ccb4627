/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures as they are looked at, chosen for a report and discarded. */

#include "hemo-files.h"

#include "hemo-count-field-private.h"
#include "hemo-image-table-private.h"
#include "hemo-picture-request-private.h"
#include "hemo-picture.h"
#include "hemo-prune-private.h"
#include "hemo-records-private.h"
#include "hemo-sealed-private.h"

#include <glib/gi18n.h>

/* What a preview is made from, in pixels: its own size, by scaled decoding. */
#define DECODE_SIZE 512

/* What a job is asked for and gives. */
typedef struct
{
  HemoStore *store;
  const char *uuid;
  gboolean flag;
  HemoSealedImage *image;
  HemoSealedKeys *keys;
  GBytes *preview;
  gint64 difference;
} View;

static void
view_clear (View *self)
{
  g_clear_pointer (&self->image, hemo_sealed_image_free);
  g_clear_pointer (&self->keys, hemo_sealed_keys_free);
  g_clear_pointer (&self->preview, g_bytes_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (View, view_clear)

static gboolean
load_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  View *view = data;
  if (!hemo_txn_require (txn, HEMO_ACTION_IMAGE_VIEW, "image", view->uuid, error))
    return FALSE;
  view->image = hemo_sealed_image_load (txn, view->uuid, error);
  if (view->image == NULL)
    return FALSE;
  view->keys = hemo_sealed_keys_load (txn, view->store, error);
  return view->keys != NULL && hemo_txn_audit (txn, "image.view", "image", view->uuid, NULL, error);
}

static gboolean
flag_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  View *view = data;
  return hemo_sealed_image_set_damaged (txn, view->uuid, view->flag, error);
}

/* Notes what was found, when it is news. A store that cannot be written still says it. */
static void
flag (HemoStore *store, HemoSession *session, View *view, gboolean damaged)
{
  if (view->image->damaged == damaged)
    return;
  view->flag = damaged;
  hemo_store_write (store, session, flag_job, view, NULL, NULL);
}

GBytes *
hemo_clinic_open_image (HemoClinic *self, HemoSession *session, const char *uuid, GError **error)
{
  g_autoptr (GError) local = NULL;
  HemoStore *store = hemo_sealed_require_store (self, FALSE, error);
  g_auto (View) view = { .store = store, .uuid = uuid };
  if (store == NULL || !hemo_store_read (store, session, load_job, &view, NULL, error))
    return NULL;
  GBytes *bytes
      = hemo_sealed_image_open (hemo_clinic_get_directory (self), view.image, view.keys, &local);
  hemo_pruned_explain (store, uuid, &local);
  /* The record is there: that its file is not is damage, no wrong number. */
  if (g_error_matches (local, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND))
    local->code = HEMO_STORE_ERROR_CORRUPT;
  if (bytes != NULL || hemo_sealed_is_damage (local))
    flag (store, session, &view, bytes == NULL);
  if (bytes == NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return bytes;
}

gboolean
hemo_image_load_preview (HemoTxn *txn, const char *uuid, GBytes **jpeg, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GBytes) found = NULL;
  if (!hemo_txn_require (txn, HEMO_ACTION_IMAGE_VIEW, "image", uuid, error))
    return FALSE;
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn), "SELECT jpeg FROM image_preview WHERE image = ?1", error);
  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 1, uuid);
  if (hemo_statement_step (statement, &local))
    found = hemo_statement_dup_bytes (statement, 0);
  else if (local != NULL)
    return g_propagate_error (error, g_steal_pointer (&local)), FALSE;
  if (!hemo_txn_audit (txn, "image.preview", "image", uuid, NULL, error))
    return FALSE;
  *jpeg = g_steal_pointer (&found);
  return TRUE;
}

static gboolean
preview_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  View *view = data;
  return hemo_image_load_preview (txn, view->uuid, &view->preview, error);
}

static gboolean
keep_preview_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const View *view = data;
  return hemo_image_put_preview (txn, view->uuid, view->preview, view->difference, error);
}

/* The first time that it is asked for. It is kept where the store can be written. */
static gboolean
make_preview (HemoClinic *self, HemoSession *session, View *view, GError **error)
{
  g_autoptr (GBytes) bytes = hemo_clinic_open_image (self, session, view->uuid, error);
  g_autoptr (HemoPixels) pixels
      = bytes == NULL ? NULL : hemo_picture_decode (bytes, DECODE_SIZE, TRUE, error);
  view->preview = pixels == NULL ? NULL : hemo_image_make_preview (pixels, error);
  if (view->preview == NULL)
    return FALSE;
  view->difference = (gint64)hemo_picture_difference_hash (pixels);
  hemo_store_write (view->store, session, keep_preview_job, view, NULL, NULL);
  return TRUE;
}

GBytes *
hemo_clinic_open_preview (HemoClinic *self, HemoSession *session, const char *uuid, GError **error)
{
  HemoStore *store = hemo_sealed_require_store (self, FALSE, error);
  g_auto (View) view = { .store = store, .uuid = uuid };
  if (store == NULL || !hemo_store_read (store, session, preview_job, &view, NULL, error))
    return NULL;
  if (view.preview == NULL && !make_preview (self, session, &view, error))
    return NULL;
  return g_steal_pointer (&view.preview);
}

/* Changes one column of an image that is not in error; @version: (out): its new version. */
static gboolean
update (HemoTxn *txn, const View *view, const char *sql, gint64 *version, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (HemoStatement) statement = hemo_db_prepare (hemo_txn_get_db (txn), sql, error);
  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 1, view->uuid);
  hemo_statement_bind_int (statement, 2, view->flag);
  if (!hemo_statement_step (statement, &local))
    {
      if (local != NULL)
        g_propagate_error (error, g_steal_pointer (&local));
      else
        g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND,
                             N_ ("There is no such picture, or it was discarded."));
      return FALSE;
    }
  *version = hemo_statement_get_int (statement, 0);
  /* To its end, or the change is not made. */
  hemo_statement_step (statement, &local);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
in_report_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  View *view = data;
  gint64 version;
  return hemo_txn_require (txn, HEMO_ACTION_RESULT_EDIT, "image", view->uuid, error)
         && update (txn, view,
                    "UPDATE image SET in_report = ?2, version = version + 1 "
                    "WHERE uuid = ?1 AND NOT entered_in_error RETURNING version",
                    &version, error)
         && hemo_txn_log_change (txn, view->flag ? "image.choose" : "image.unchoose", "Media",
                                 view->uuid, version, HEMO_LANE_NONE, error)
         && hemo_case_state_refresh_image (txn, view->uuid, error);
}

gboolean
hemo_clinic_set_image_in_report (
    HemoClinic *self, HemoSession *session, const char *uuid, gboolean in_report, GError **error)
{
  HemoStore *store = hemo_sealed_require_store (self, TRUE, error);
  View view = { .store = store, .uuid = uuid, .flag = in_report != FALSE };
  return store != NULL && hemo_store_write (store, session, in_report_job, &view, NULL, error);
}

/* A second time as long as cells stand on it of which nobody said what becomes of them: programs
 * before did not ask. */
#define MAY_DISCARD                                                                                \
  "(NOT entered_in_error OR EXISTS (SELECT 1 FROM counted_cell AS c JOIN cell_count AS k "         \
  "ON k.id = c.cell_count WHERE c.image = ?1 AND NOT c.taken_back AND NOT k.entered_in_error "     \
  "AND NOT EXISTS (SELECT 1 FROM counted_cell_step AS s WHERE s.cell_count = c.cell_count "        \
  "AND s.sequence = c.sequence AND s.step = 'kept')))"

gboolean
hemo_image_discard (HemoTxn *txn,
                    const char *uuid,
                    const HemoFieldTally *told,
                    gboolean keep_by_key,
                    GError **error)
{
  const View view = { .uuid = uuid, .flag = TRUE };
  gint64 version;
  return hemo_txn_require (txn, HEMO_ACTION_IMAGE_ADD, "image", uuid, error)
         && update (txn, &view,
                    "UPDATE image SET entered_in_error = ?2, in_report = 0, version = version + 1 "
                    "WHERE uuid = ?1 AND " MAY_DISCARD " RETURNING version",
                    &version, error)
         && hemo_count_follow_discard (txn, uuid, told, keep_by_key, error)
         && hemo_txn_log_change (txn, "image.discard", "Media", uuid, version, HEMO_LANE_RESULTS,
                                 error)
         && hemo_picture_requests_answer (txn, uuid, HEMO_PICTURE_REFUSED, HEMO_PICTURE_DISCARDED,
                                          error)
         && hemo_case_state_refresh_image (txn, uuid, error);
}

typedef struct
{
  const char *uuid;
  const HemoFieldTally *told;
  gboolean keep_by_key;
} Discard;

static gboolean
discard_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Discard *discard = data;
  return hemo_image_discard (txn, discard->uuid, discard->told, discard->keep_by_key, error);
}

gboolean
hemo_clinic_discard_field (HemoClinic *self,
                           HemoSession *session,
                           const char *uuid,
                           const HemoFieldTally *told,
                           gboolean keep_by_key,
                           GError **error)
{
  HemoStore *store = hemo_sealed_require_store (self, TRUE, error);
  Discard discard = { uuid, told, keep_by_key };
  return store != NULL && hemo_store_write (store, session, discard_job, &discard, NULL, error);
}

gboolean
hemo_clinic_discard_image (HemoClinic *self, HemoSession *session, const char *uuid, GError **error)
{
  const HemoFieldTally none = { 0 };
  return hemo_clinic_discard_field (self, session, uuid, &none, FALSE, error);
}
