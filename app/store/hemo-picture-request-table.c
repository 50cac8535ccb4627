/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures that are asked for: one row for each Task. That they go first is the schema's work. */

#include "hemo-picture-request-private.h"

#include "hemo-fhir-media.h"
#include "hemo-incoming-table.h"
#include "hemo-records-private.h"

#include <glib/gi18n.h>
#include <string.h>

#define COLUMNS                                                                                    \
  "uuid, image, specimen, state, asked_by, asked_by_name, asked_us, asked_offset, asked_by_hand, " \
  "reason, changed_us, changed_offset, changed_by_hand, version FROM picture_request "

HemoOtherPicture *
hemo_other_picture_copy (const HemoOtherPicture *self)
{
  HemoOtherPicture *copy = g_new0 (HemoOtherPicture, 1);

  copy->image = hemo_image_copy (self->image);
  copy->request = self->request != NULL ? hemo_picture_request_copy (self->request) : NULL;
  return copy;
}

void
hemo_other_picture_free (HemoOtherPicture *self)
{
  hemo_image_free (self->image);
  hemo_picture_request_free (self->request);
  g_free (self);
}

void
hemo_asked_picture_clear (HemoAskedPicture *self)
{
  g_clear_pointer (&self->tube, g_free);
}

static HemoPictureRequest *
request_from_row (HemoStatement *statement, GError **error)
{
  g_autoptr (HemoPictureRequest) self = hemo_picture_request_new ();

  if (!hemo_picture_request_state_from_code (hemo_statement_get_text (statement, 3), &self->state,
                                             error))
    return NULL;
  g_free (self->uuid);
  self->uuid = hemo_statement_dup_text (statement, 0);
  self->image = hemo_statement_dup_text (statement, 1);
  self->specimen = hemo_statement_dup_text (statement, 2);
  self->asked_by = hemo_statement_dup_text (statement, 4);
  self->asked_by_name = hemo_statement_dup_text (statement, 5);
  self->asked_at = hemo_statement_get_time (statement, 6);
  self->reason = hemo_statement_dup_text (statement, 9);
  self->changed_at = hemo_statement_get_time (statement, 10);
  self->version = hemo_statement_get_int (statement, 13);
  return g_steal_pointer (&self);
}

/* Takes @statement. (transfer full) (element-type HemoPictureRequest) */
static GPtrArray *
collect (HemoStatement *statement, GError **error)
{
  g_autoptr (HemoStatement) owned = statement;
  g_autoptr (GPtrArray) list
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_picture_request_free);
  gboolean row = TRUE;

  while (owned != NULL && row)
    {
      HemoPictureRequest *request = NULL;

      if (!hemo_statement_next (owned, &row, error))
        return NULL;
      if (row && (request = request_from_row (owned, error)) == NULL)
        return NULL;
      if (request != NULL)
        g_ptr_array_add (list, request);
    }
  return owned != NULL ? g_steal_pointer (&list) : NULL;
}

/* The last of what @sql finds, or NULL. @found: (out) (transfer full) */
static gboolean
find_last (
    HemoTxn *txn, const char *sql, const char *key, HemoPictureRequest **found, GError **error)
{
  g_autoptr (GPtrArray) list = collect (hemo_record_select (txn, sql, key, error), error);

  if (list == NULL)
    return FALSE;
  *found = list->len > 0 ? g_ptr_array_steal_index (list, list->len - 1) : NULL;
  return TRUE;
}

HemoPictureRequest *
hemo_picture_request_fetch (HemoTxn *txn, const char *uuid, GError **error)
{
  HemoPictureRequest *found = NULL;

  find_last (txn, "SELECT " COLUMNS "WHERE uuid = ?1", uuid, &found, error);
  return found;
}

static gboolean
insert (HemoTxn *txn, const HemoPictureRequest *request, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "INSERT INTO picture_request (uuid, image, specimen, state, asked_by, asked_by_name, "
      "asked_us, asked_offset, asked_by_hand, reason, changed_us, changed_offset, "
      "changed_by_hand, version) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, "
      "?14)",
      request->uuid, error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 2, request->image);
  hemo_statement_bind_text (statement, 3, request->specimen);
  hemo_statement_bind_text (statement, 4, hemo_picture_request_state_to_code (request->state));
  hemo_statement_bind_text (statement, 5, request->asked_by);
  hemo_statement_bind_text (statement, 6, request->asked_by_name);
  hemo_statement_bind_time (statement, 7, request->asked_at);
  hemo_statement_bind_text (statement, 10, request->reason);
  hemo_statement_bind_time (statement, 11, request->changed_at);
  hemo_statement_bind_int (statement, 14, request->version);
  return hemo_statement_run (statement, error);
}

static gboolean
update (HemoTxn *txn, const HemoPictureRequest *request, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "UPDATE picture_request SET state = ?2, asked_by = ?3, asked_by_name = ?4, asked_us = ?5, "
      "asked_offset = ?6, asked_by_hand = ?7, reason = ?8, changed_us = ?9, changed_offset = ?10, "
      "changed_by_hand = ?11, version = ?12 WHERE uuid = ?1",
      request->uuid, error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 2, hemo_picture_request_state_to_code (request->state));
  hemo_statement_bind_text (statement, 3, request->asked_by);
  hemo_statement_bind_text (statement, 4, request->asked_by_name);
  hemo_statement_bind_time (statement, 5, request->asked_at);
  hemo_statement_bind_text (statement, 8, request->reason);
  hemo_statement_bind_time (statement, 9, request->changed_at);
  hemo_statement_bind_int (statement, 12, request->version);
  return hemo_statement_run (statement, error);
}

gboolean
hemo_picture_request_put (
    HemoTxn *txn, HemoPictureRequest *request, const char *what, HemoLane lane, GError **error)
{
  gboolean is_new = request->version == 0;

  request->version++;
  return (is_new ? insert (txn, request, error) : update (txn, request, error))
         && hemo_txn_log_change (txn, what, "Task", request->uuid, request->version, lane, error);
}

/* What is known of a picture */

/* The newest Media that came of it; NULL without @error when none did, or none that can be read. */
static HemoImage *
find_media (HemoTxn *txn, const char *image, GError **error)
{
  g_autoptr (GPtrArray) versions = hemo_incoming_of (txn, image, error);
  g_autoptr (json_object) json = NULL;
  const HemoIncoming *newest;

  if (versions == NULL || versions->len == 0)
    return NULL;
  newest = g_ptr_array_index (versions, versions->len - 1);
  if (strcmp (newest->type, "Media") != 0)
    return NULL;
  json = hemo_fhir_parse (newest->resource, strlen (newest->resource), NULL);
  return json != NULL ? hemo_fhir_media_from_json (json, NULL, NULL) : NULL;
}

static gboolean
find_tube (HemoTxn *txn, const char *specimen, char **tube, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn, "SELECT coalesce (parent, uuid) FROM specimen WHERE uuid = ?1", specimen, error);
  gboolean row = FALSE;

  if (statement == NULL || !hemo_statement_next (statement, &row, error))
    return FALSE;
  *tube = row ? hemo_statement_dup_text (statement, 0) : NULL;
  return TRUE;
}

static gboolean
find_own (HemoTxn *txn, const char *image, HemoAskedPicture *out, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "SELECT coalesce (specimen.parent, specimen.uuid), image.entered_in_error, "
      "EXISTS (SELECT 1 FROM queue WHERE object = ?1 AND lane = 2 AND state = 'received') "
      "AND NOT EXISTS (SELECT 1 FROM queue WHERE object = ?1 AND lane = 2 AND state <> "
      "'received'), "
      "EXISTS (SELECT 1 FROM pruned_image WHERE pruned_image.image = ?1) "
      "FROM image JOIN specimen ON specimen.uuid = image.specimen WHERE image.uuid = ?1",
      image, error);

  if (statement == NULL || !hemo_statement_next (statement, &out->own, error))
    return FALSE;
  if (!out->own)
    return TRUE;
  out->tube = hemo_statement_dup_text (statement, 0);
  out->discarded = hemo_statement_get_int (statement, 1) != 0;
  out->received = hemo_statement_get_int (statement, 2) != 0;
  out->pruned = hemo_statement_get_int (statement, 3) != 0;
  return TRUE;
}

gboolean
hemo_asked_picture_find (HemoTxn *txn, const char *image, HemoAskedPicture *out, GError **error)
{
  g_autoptr (HemoImage) media = NULL;
  g_autoptr (GError) failure = NULL;

  if (!find_own (txn, image, out, error))
    return FALSE;
  if (out->own)
    return TRUE;
  media = find_media (txn, image, &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (media == NULL || media->specimen == NULL)
    return TRUE;
  out->discarded = media->entered_in_error;
  return find_tube (txn, media->specimen, &out->tube, error);
}

static int
compare_pictures (gconstpointer a, gconstpointer b)
{
  const HemoOtherPicture *one = *(HemoOtherPicture *const *)a;
  const HemoOtherPicture *other = *(HemoOtherPicture *const *)b;
  int by_specimen = g_strcmp0 (one->image->specimen, other->image->specimen);

  return by_specimen != 0 ? by_specimen : one->image->field - other->image->field;
}

/* Whether the newest that is told of @image is of @tube: a version names a case by any reference in
 * it, and another patient's picture is never shown. */
static gboolean
is_of_case (HemoTxn *txn, const HemoImage *image, const char *tube, gboolean *is, GError **error)
{
  g_autofree char *of = NULL;

  if (image->specimen != NULL && !find_tube (txn, image->specimen, &of, error))
    return FALSE;
  *is = of != NULL && g_strcmp0 (of, tube) == 0;
  return TRUE;
}

/* Adds the picture of @tube that @incoming tells of, where it does. */
static gboolean
add_picture (
    HemoTxn *txn, const char *tube, GPtrArray *list, const HemoIncoming *incoming, GError **error)
{
  g_autoptr (HemoImage) image = NULL;
  g_autoptr (GError) failure = NULL;
  gboolean is = FALSE;
  g_auto (HemoAskedPicture) own = { 0 };
  HemoPictureRequest *request = NULL;
  HemoOtherPicture *picture;

  if (strcmp (incoming->type, "Media") != 0)
    return TRUE;
  image = find_media (txn, incoming->id, &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (image == NULL || image->entered_in_error)
    return TRUE;
  if (!is_of_case (txn, image, tube, &is, error))
    return FALSE;
  if (!is)
    return TRUE;
  if (!find_own (txn, image->uuid, &own, error))
    return FALSE;
  if (own.own)
    return TRUE;
  if (!find_last (txn, "SELECT " COLUMNS "WHERE image = ?1 ORDER BY state = 'asked', id",
                  image->uuid, &request, error))
    return FALSE;
  picture = g_new0 (HemoOtherPicture, 1);
  picture->image = g_steal_pointer (&image);
  picture->request = request;
  g_ptr_array_add (list, picture);
  return TRUE;
}

GPtrArray *
hemo_other_pictures_load (HemoTxn *txn, const char *tube, GError **error)
{
  g_autoptr (GPtrArray) incoming = hemo_incoming_of_case (txn, tube, error);
  g_autoptr (GPtrArray) list
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_other_picture_free);

  for (guint i = 0; incoming != NULL && i < incoming->len; i++)
    if (!add_picture (txn, tube, list, g_ptr_array_index (incoming, i), error))
      return NULL;
  g_ptr_array_sort (list, compare_pictures);
  return incoming != NULL ? g_steal_pointer (&list) : NULL;
}

/* Asking */

static gboolean
check_askable (const HemoAskedPicture *picture, const HemoPictureRequest *before, GError **error)
{
  if (picture->tube == NULL)
    return hemo_record_fail (error, HEMO_STORE_ERROR_NOT_FOUND,
                             N_ ("No other laptop told of such a picture."));
  if (picture->own)
    return hemo_record_fail (error, HEMO_STORE_ERROR_STATE,
                             N_ ("This laptop took the picture: it is here."));
  if (picture->discarded)
    return hemo_record_fail (error, HEMO_STORE_ERROR_STATE, HEMO_PICTURE_DISCARDED);
  if (before == NULL || before->state != HEMO_PICTURE_REFUSED)
    return TRUE;
  g_set_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE,
               N_ ("This picture will not come: %s"),
               before->reason != NULL ? before->reason : N_ ("no reason was given."));
  return FALSE;
}

static gboolean
write_request (HemoTxn *txn, HemoPictureRequest *request, GError **error)
{
  HemoSession *session = hemo_txn_get_session (txn);

  g_set_str (&request->asked_by, hemo_record_actor (txn));
  g_set_str (&request->asked_by_name, session != NULL ? hemo_session_get_name (session) : NULL);
  request->asked_at = request->changed_at = hemo_txn_get_time (txn);
  request->state = HEMO_PICTURE_ASKED;
  return hemo_picture_request_put (txn, request, "picture.ask", HEMO_LANE_RESULTS, error);
}

gboolean
hemo_picture_request_ask (HemoTxn *txn,
                          const char *image,
                          HemoPictureRequest **request,
                          GError **error)
{
  /* Whoever asks, and however often: one Task for one picture. */
  g_autofree char *uuid = NULL;
  g_auto (HemoAskedPicture) picture = { 0 };
  g_autoptr (HemoPictureRequest) found = NULL;

  if (!hemo_txn_require (txn, HEMO_ACTION_READING_ASK, "Media", image, error)
      || !hemo_asked_picture_find (txn, image, &picture, error))
    return FALSE;
  uuid = hemo_record_derive_uuid (image, "asked");
  if (!find_last (txn, "SELECT " COLUMNS "WHERE uuid = ?1", uuid, &found, error)
      || !check_askable (&picture, found, error))
    return FALSE;
  if (found == NULL)
    {
      found = hemo_picture_request_new ();
      g_set_str (&found->uuid, uuid);
      found->image = g_strdup (image);
      found->specimen = g_strdup (picture.tube);
      found->state = HEMO_PICTURE_WITHDRAWN;
    }
  if (found->state != HEMO_PICTURE_ASKED && !write_request (txn, found, error))
    return FALSE;
  if (request != NULL)
    *request = g_steal_pointer (&found);
  return TRUE;
}

gboolean
hemo_picture_requests_answer (HemoTxn *txn,
                              const char *image,
                              HemoPictureRequestState state,
                              const char *reason,
                              GError **error)
{
  g_autoptr (GPtrArray) open = collect (
      hemo_record_select (txn, "SELECT " COLUMNS "WHERE image = ?1 AND state = 'asked' ORDER BY id",
                          image, error),
      error);

  for (guint i = 0; open != NULL && i < open->len; i++)
    {
      HemoPictureRequest *request = g_ptr_array_index (open, i);

      request->state = state;
      request->changed_at = hemo_txn_get_time (txn);
      g_set_str (&request->reason, reason);
      if (!hemo_picture_request_put (txn, request, "picture.answer", HEMO_LANE_RESULTS, error))
        return FALSE;
    }
  return open != NULL;
}

GPtrArray *
hemo_picture_requests_of_case (HemoTxn *txn, const char *tube, GError **error)
{
  if (!hemo_txn_require (txn, HEMO_ACTION_CASE_VIEW, "Specimen", tube, error))
    return NULL;
  return collect (
      hemo_record_select (txn, "SELECT " COLUMNS "WHERE specimen = ?1 ORDER BY id", tube, error),
      error);
}

gint64
hemo_picture_requests_count_open (HemoTxn *txn, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn), "SELECT count(*) FROM picture_request WHERE state = 'asked'", error);

  if (statement == NULL || !hemo_statement_step (statement, error))
    return -1;
  return hemo_statement_get_int (statement, 0);
}
