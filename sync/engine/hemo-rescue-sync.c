/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Puts it, gets it, compares it. */

#include "hemo-rescue-sync.h"

#include "hemo-audit.h"
#include "hemo-clinic-rescue.h"
#include "hemo-cms.h"
#include "hemo-json.h"
#include "hemo-object-reader.h"
#include "hemo-remote-table.h"

#include <glib/gi18n.h>
#include <json-c/json.h>
#include <string.h>

#define FOLDER "recovery/"
#define HEAD_LIMIT (64 * 1024)
/* A clinic has a few laptops; a head leaves with each sign-out. */
#define RESCUES_MAX 200
#define HEADS_MAX 100000
/* Of the newest: an older log has none of them. */
#define HEADS_COMPARED 5

/* What the sync noted of an object, and the object itself. */
typedef struct
{
  char *note;
  char *value;
  char *head;
  char *installation;
} Tell;

static void
tell_clear (Tell *self)
{
  g_free (self->note);
  g_free (self->value);
  g_free (self->head);
  g_free (self->installation);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Tell, tell_clear)

static gboolean
noted_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Tell *self = data;
  g_autoptr (GError) failure = NULL;

  self->value = hemo_sync_note_load (txn, self->note, &failure);
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
note_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Tell *self = data;

  return hemo_sync_note_save (txn, self->note, self->value, error);
}

static gboolean
is_nothing (const GError *failure)
{
  return g_error_matches (failure, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND);
}

static gboolean
tell_rescue (HemoClinic *clinic,
             HemoSession *session,
             HemoS3 *s3,
             const char *server,
             GCancellable *cancellable,
             GError **error)
{
  HemoStore *store = hemo_clinic_get_store (clinic);
  g_auto (Tell) tell = { .note = g_strconcat ("rescue.", server, NULL) };
  g_autoptr (HemoRescue) rescue = NULL;
  g_autofree char *key = NULL;
  g_autoptr (GError) failure = NULL;

  if (!hemo_store_read (store, session, noted_job, &tell, NULL, error))
    return FALSE;
  rescue = hemo_clinic_rescue_write (clinic, session, tell.value, &failure);
  /* A recovery code of before this: nothing else waits for that. */
  if (rescue == NULL && is_nothing (failure))
    return TRUE;
  if (rescue == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (rescue->text == NULL)
    return TRUE;
  key = g_strdup_printf (FOLDER "%s.rescue", rescue->installation);
  g_set_str (&tell.value, rescue->digest);
  return hemo_object_put_text (s3, key, rescue->text, HEMO_RESCUE_LIMIT, cancellable, error)
         && hemo_store_write (store, session, note_job, &tell, NULL, error);
}

static gboolean
head_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Tell *self = data;
  g_autoptr (GError) failure = NULL;

  self->installation = hemo_txn_dup_meta (txn, "installation", error);
  if (self->installation == NULL || !noted_job (txn, data, NULL, error))
    return FALSE;
  self->head = hemo_audit_export_head (txn, &failure);
  if (self->head != NULL || is_nothing (failure))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* The number of the row, so that keys are in its order. (transfer full) */
static char *
dup_row (const char *head)
{
  json_object *json = hemo_json_read_stored (head);
  json_object *row = NULL;
  char *text = NULL;

  if (json_object_object_get_ex (json, "row", &row))
    text = g_strdup_printf ("%012" G_GINT64_FORMAT, (gint64)json_object_get_int64 (row));
  json_object_put (json);
  return text;
}

static gboolean
tell_head (HemoClinic *clinic,
           HemoSession *session,
           HemoS3 *s3,
           const char *server,
           GCancellable *cancellable,
           GError **error)
{
  HemoStore *store = hemo_clinic_get_store (clinic);
  g_auto (Tell) tell = { .note = g_strconcat ("audit-head.", server, NULL) };
  g_autofree char *row = NULL;
  g_autofree char *key = NULL;

  if (!hemo_store_read (store, session, head_job, &tell, NULL, error))
    return FALSE;
  row = tell.head != NULL ? dup_row (tell.head) : NULL;
  if (row == NULL || g_strcmp0 (row, tell.value) == 0)
    return TRUE;
  key = g_strdup_printf ("audit/%s/%s.json", tell.installation, row);
  g_set_str (&tell.value, row);
  return hemo_object_put_text (s3, key, tell.head, HEMO_RESCUE_LIMIT, cancellable, error)
         && hemo_store_write (store, session, note_job, &tell, NULL, error);
}

gboolean
hemo_rescue_tell (HemoClinic *clinic,
                  HemoSession *session,
                  HemoS3 *s3,
                  const char *server,
                  GCancellable *cancellable,
                  GError **error)
{
  return tell_rescue (clinic, session, s3, server, cancellable, error)
         && tell_head (clinic, session, s3, server, cancellable, error);
}

/* Of this object alone: the others may do without it. */
static gboolean
is_of_one (const GError *failure)
{
  return g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_NOT_FOUND)
         || g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DAMAGED);
}

static gboolean
fetch_one (HemoS3 *s3,
           const HemoS3Object *object,
           GPtrArray *texts,
           GCancellable *cancellable,
           GError **error)
{
  g_autoptr (GError) failure = NULL;
  GBytes *bytes;

  if (!g_str_has_suffix (object->key, ".rescue") || object->size > HEMO_RESCUE_LIMIT)
    return TRUE;
  bytes = hemo_s3_get_bytes (s3, object->key, HEMO_RESCUE_LIMIT, cancellable, &failure);
  if (bytes != NULL)
    g_ptr_array_add (texts, bytes);
  if (bytes != NULL || is_of_one (failure))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

GPtrArray *
hemo_rescue_fetch (HemoS3 *s3, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) listed = hemo_s3_list (s3, FOLDER, RESCUES_MAX, cancellable, error);
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);

  if (listed == NULL)
    return NULL;
  for (guint i = 0; i < listed->len; i++)
    if (!fetch_one (s3, g_ptr_array_index (listed, i), texts, cancellable, error))
      return NULL;
  if (texts->len > 0)
    return g_steal_pointer (&texts);
  g_set_error_literal (
      error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_NOT_FOUND,
      N_ ("Nothing of this clinic is kept there for a new start. Check the address, "
          "the bucket and which clinic it is."));
  return NULL;
}

static gboolean
installation_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_txn_dup_meta (txn, "installation", error);
  hemo_txn_set_result_free (txn, g_free);
  return *result != NULL;
}

static gboolean
compare_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_txn_require (txn, HEMO_ACTION_AUDIT_VIEW, NULL, NULL, error)
         && hemo_audit_check_head (txn, data, error);
}

gboolean
hemo_rescue_check_heads (HemoClinic *clinic,
                         HemoSession *session,
                         HemoS3 *s3,
                         guint *checked,
                         GCancellable *cancellable,
                         GError **error)
{
  HemoStore *store = hemo_clinic_get_store (clinic);
  g_autofree char *installation = NULL;
  g_autofree char *folder = NULL;
  g_autoptr (GPtrArray) listed = NULL;
  guint compared = 0;

  if (!hemo_store_read (store, session, installation_job, NULL, (gpointer *)&installation, error))
    return FALSE;
  folder = g_strdup_printf ("audit/%s/", installation);
  listed = hemo_s3_list (s3, folder, HEADS_MAX, cancellable, error);
  if (listed == NULL)
    return FALSE;
  for (; compared < MIN (listed->len, HEADS_COMPARED); compared++)
    {
      const HemoS3Object *object = g_ptr_array_index (listed, listed->len - 1 - compared);
      g_autoptr (GBytes) bytes
          = hemo_s3_get_bytes (s3, object->key, HEAD_LIMIT, cancellable, error);
      g_autofree char *text = NULL;

      if (bytes == NULL)
        return FALSE;
      text = g_bytes_get_size (bytes) > 0
                 ? g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes))
                 : g_strdup ("");
      /* A job that writes: that somebody may not see it is audited. */
      if (!hemo_store_write (store, session, compare_job, text, NULL, error))
        return FALSE;
    }
  *checked = compared;
  return TRUE;
}
