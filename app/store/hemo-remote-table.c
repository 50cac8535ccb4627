/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Servers, and what each has proven to hold. */

#include "hemo-remote-table.h"

#include "hemo-doubt-table.h"
#include "hemo-sync-apply-private.h"

#include <string.h>

#define NOTE_PREFIX "sync."

void
hemo_server_row_free (HemoServerRow *self)
{
  g_free (self->kind);
  g_free (self->identity);
  /* They hold secrets. */
  if (self->settings != NULL)
    explicit_bzero (self->settings, strlen (self->settings));
  g_free (self->settings);
  g_free (self);
}

void
hemo_remote_resource_free (HemoRemoteResource *self)
{
  g_free (self->type);
  g_free (self->id);
  g_free (self->version_id);
  g_free (self->sha256);
  g_free (self->base);
  g_free (self);
}

void
hemo_remote_object_free (HemoRemoteObject *self)
{
  g_free (self->object);
  g_free (self->key);
  g_free (self->sha256);
  g_free (self->progress);
  g_clear_pointer (&self->sealed, g_bytes_unref);
  g_clear_pointer (&self->signature, g_bytes_unref);
  g_free (self);
}

static HemoServerRow *
fetch_server (HemoTxn *txn, const char *kind, GError **error)
{
  g_autoptr (HemoServerRow) server = NULL;
  gboolean row = FALSE;
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn, "SELECT kind, identity, settings, version FROM server WHERE kind = ?1", kind, error);

  if (statement == NULL || !hemo_statement_next (statement, &row, error) || !row)
    return NULL;
  server = g_new0 (HemoServerRow, 1);
  server->kind = hemo_statement_dup_text (statement, 0);
  server->identity = hemo_statement_dup_text (statement, 1);
  server->settings = hemo_statement_dup_text (statement, 2);
  server->version = hemo_statement_get_int (statement, 3);
  return g_steal_pointer (&server);
}

/* The settings hold secrets. */
static gboolean
may_see_settings (HemoTxn *txn, GError **error)
{
  HemoSession *session = hemo_txn_get_session (txn);

  if (session != NULL && hemo_session_is_sync (session))
    return TRUE;
  return hemo_txn_require (txn, HEMO_ACTION_SETTINGS_EDIT, "server", NULL, error);
}

HemoServerRow *
hemo_server_load (HemoTxn *txn, const char *kind, GError **error)
{
  return may_see_settings (txn, error) ? fetch_server (txn, kind, error) : NULL;
}

gboolean
hemo_server_is_set (HemoTxn *txn, const char *kind, gboolean *is_set, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (HemoServerRow) server = fetch_server (txn, kind, &local_error);

  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  *is_set = server != NULL;
  return TRUE;
}

/* What the server before had received waits again; what is on the shelf may do better here. Who was
 * told of a refusal there was told: it counts as begun, and is not taken back. */
static gboolean
queue_again (HemoTxn *txn, const char *kind, GError **error)
{
  return hemo_db_execute (
      hemo_txn_get_db (txn),
      strcmp (kind, HEMO_SERVER_FHIR) == 0
          ? "UPDATE queue SET attempts = state <> 'stuck' AND kind = 'Task' AND object IN (SELECT "
            "task FROM refusal_task), state = 'waiting', reason = NULL, ended_us = NULL "
            "WHERE lane = 0 AND state IN ('received', 'sent', 'stuck')"
          : "UPDATE queue SET state = 'waiting', attempts = 0, reason = NULL, ended_us = NULL "
            "WHERE lane IN (1, 2) AND state IN ('received', 'stuck')",
      error);
}

static gboolean
write_server (HemoTxn *txn, const HemoServerRow *server, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "INSERT INTO server (kind, identity, settings, version) VALUES (?1, ?2, ?3, ?4) "
      "ON CONFLICT (kind) DO UPDATE SET identity = ?2, settings = ?3, version = ?4",
      server->kind, error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 2, server->identity);
  hemo_statement_bind_text (statement, 3, server->settings);
  hemo_statement_bind_int (statement, 4, server->version);
  return hemo_statement_run (statement, error);
}

static gboolean
remove_server (HemoTxn *txn, const char *kind, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_record_select (txn, "DELETE FROM server WHERE kind = ?1", kind, error);

  return statement != NULL && hemo_statement_run (statement, error);
}

gboolean
hemo_server_save (
    HemoTxn *txn, const char *kind, const char *settings, gboolean another, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (HemoServerRow) stored = NULL;
  HemoServerRow server = { .kind = (char *)kind, .settings = (char *)settings };
  g_autofree char *identity = NULL;

  if (!hemo_txn_require (txn, HEMO_ACTION_SETTINGS_EDIT, "server", NULL, error))
    return FALSE;
  stored = fetch_server (txn, kind, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  another = another || stored == NULL;
  identity = another ? hemo_uuid_new () : g_strdup (stored->identity);
  server.identity = identity;
  server.version = stored != NULL ? stored->version + 1 : 1;
  if (settings == NULL ? !remove_server (txn, kind, error) : !write_server (txn, &server, error))
    return FALSE;
  if (another && settings != NULL
      && (!queue_again (txn, kind, error) || !hemo_server_end_doubt (txn, kind, error)))
    return FALSE;
  return hemo_txn_log_change (txn, settings != NULL ? "server.edit" : "server.remove", "Endpoint",
                              identity, server.version, HEMO_LANE_NONE, error);
}

#define RESOURCE_COLUMNS "type, id, version_id, sha256, base FROM remote_resource "

static HemoRemoteResource *
resource_from_row (HemoStatement *statement)
{
  HemoRemoteResource *self = g_new0 (HemoRemoteResource, 1);

  self->type = hemo_statement_dup_text (statement, 0);
  self->id = hemo_statement_dup_text (statement, 1);
  self->version_id = hemo_statement_dup_text (statement, 2);
  self->sha256 = hemo_statement_dup_text (statement, 3);
  self->base = hemo_statement_dup_text (statement, 4);
  return self;
}

HemoRemoteResource *
hemo_remote_resource_load (
    HemoTxn *txn, const char *server, const char *type, const char *id, GError **error)
{
  gboolean row = FALSE;
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn, "SELECT " RESOURCE_COLUMNS "WHERE server = ?1 AND type = ?2 AND id = ?3", server, error);

  if (statement == NULL)
    return NULL;
  hemo_statement_bind_text (statement, 2, type);
  hemo_statement_bind_text (statement, 3, id);
  if (!hemo_statement_next (statement, &row, error) || !row)
    return NULL;
  return resource_from_row (statement);
}

gboolean
hemo_remote_resource_save (HemoTxn *txn,
                           const char *server,
                           const HemoRemoteResource *resource,
                           GError **error)
{
  g_autoptr (HemoStatement) statement = NULL;

  if (!hemo_txn_require (txn, HEMO_ACTION_SYNC, resource->type, resource->id, error))
    return FALSE;
  statement = hemo_record_select (
      txn,
      "INSERT INTO remote_resource (server, type, id, version_id, sha256, base, seen_us) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (server, type, id) DO UPDATE SET "
      "version_id = ?4, sha256 = ?5, base = ?6, seen_us = ?7",
      server, error);
  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 2, resource->type);
  hemo_statement_bind_text (statement, 3, resource->id);
  hemo_statement_bind_text (statement, 4, resource->version_id);
  hemo_statement_bind_text (statement, 5, resource->sha256);
  hemo_statement_bind_text (statement, 6, resource->base);
  hemo_statement_bind_int (statement, 7, hemo_txn_get_time (txn).utc_us);
  return hemo_statement_run (statement, error);
}

GPtrArray *
hemo_remote_resources_list (
    HemoTxn *txn, const char *server, const char *type, const char *id, int limit, GError **error)
{
  gboolean row = TRUE;
  g_autoptr (GPtrArray) list
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_remote_resource_free);
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "SELECT " RESOURCE_COLUMNS "WHERE server = ?1 AND (type, id) > (coalesce(?2, ''), "
      "coalesce(?3, '')) AND (version_id IS NOT NULL OR base IS NULL) ORDER BY type, id LIMIT ?4",
      server, error);

  if (statement == NULL)
    return NULL;
  hemo_statement_bind_text (statement, 2, type);
  hemo_statement_bind_text (statement, 3, id);
  hemo_statement_bind_int (statement, 4, limit);
  while (row)
    {
      if (!hemo_statement_next (statement, &row, error))
        return NULL;
      if (row)
        g_ptr_array_add (list, resource_from_row (statement));
    }
  return g_steal_pointer (&list);
}

gboolean
hemo_remote_resource_lost (
    HemoTxn *txn, const char *server, const char *type, const char *id, GError **error)
{
  g_autoptr (HemoStatement) forget = NULL;
  g_autoptr (HemoRemoteResource) known = NULL;
  g_autoptr (GError) failure = NULL;
  HemoIncoming lost = { .type = (char *)type, .id = (char *)id };

  if (!hemo_txn_require (txn, HEMO_ACTION_SYNC, type, id, error))
    return FALSE;
  known = hemo_remote_resource_load (txn, server, type, id, &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  lost.resource = known != NULL ? known->base : NULL;
  forget = hemo_record_select (
      txn, "DELETE FROM remote_resource WHERE server = ?1 AND type = ?2 AND id = ?3", server,
      error);
  if (forget == NULL)
    return FALSE;
  hemo_statement_bind_text (forget, 2, type);
  hemo_statement_bind_text (forget, 3, id);
  if (!hemo_statement_run (forget, error))
    return FALSE;
  return hemo_txn_audit (txn, "sync.lost", type, id, NULL, error)
         && hemo_sync_queue_ours (txn, &lost, error);
}

/* The version of what is here, 0 when there is nothing. */
static gboolean
find_version (HemoTxn *txn, const char *type, const char *id, gint64 *version, GError **error)
{
  const char *sql = NULL;
  g_autoptr (HemoStatement) statement = NULL;
  gboolean row = FALSE;

  *version = 0;
  if (strcmp (type, "Patient") == 0)
    sql = "SELECT version FROM patient WHERE uuid = ?1";
  else if (strcmp (type, "ServiceRequest") == 0)
    sql = "SELECT version FROM lab_order WHERE uuid = ?1";
  else if (strcmp (type, "Specimen") == 0)
    sql = "SELECT version FROM specimen WHERE uuid = ?1";
  else if (strcmp (type, "Media") == 0)
    sql = "SELECT version FROM image WHERE uuid = ?1";
  else if (strcmp (type, "DiagnosticReport") == 0)
    sql = "SELECT max(version) FROM report_version WHERE report = ?1 HAVING count(*) > 0";
  else if (strcmp (type, "Communication") == 0)
    sql = "SELECT version FROM critical_call WHERE uuid = ?1";
  else if (strcmp (type, "Task") == 0)
    sql = "SELECT version FROM reading WHERE uuid = ?1 "
          "UNION ALL SELECT version FROM picture_request WHERE uuid = ?1 "
          "UNION ALL SELECT version FROM refusal_task JOIN order_refusal USING (lab_order) "
          "WHERE task = ?1 AND withdrawn = 0";
  if (sql == NULL)
    return TRUE;
  statement = hemo_record_select (txn, sql, id, error);
  if (statement == NULL || !hemo_statement_next (statement, &row, error))
    return FALSE;
  if (row)
    *version = hemo_statement_get_int (statement, 0);
  return TRUE;
}

/* What has no record of its own is sent with the change that it was sent with before. */
static gboolean
wait_again (HemoTxn *txn, const char *type, const char *id, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      strcmp (type, "Provenance") == 0
          ? "UPDATE queue SET state = 'waiting', attempts = 0, ended_us = NULL WHERE change = "
            "(SELECT seq FROM change WHERE uuid = ?1) AND lane = 0 AND state IN ('received', "
            "'sent')"
          : "UPDATE queue SET state = 'waiting', attempts = 0, ended_us = NULL WHERE seq = "
            "(SELECT max(seq) FROM queue WHERE object = ?1 AND lane = 0) AND state IN ('received', "
            "'sent')",
      id, error);

  return statement != NULL && hemo_statement_run (statement, error);
}

/* A new change, with a Provenance of its own: the old one's may have outlived what it tells of. */
gboolean
hemo_remote_resource_queue (HemoTxn *txn, const char *type, const char *id, GError **error)
{
  g_autoptr (HemoStatement) statement = NULL;
  gboolean row = FALSE;
  gint64 version = 0;

  if (!hemo_txn_require (txn, HEMO_ACTION_SYNC, type, id, error))
    return FALSE;
  statement = hemo_record_select (
      txn, "SELECT 1 FROM queue WHERE object = ?1 AND lane = 0 AND state IN ('waiting', 'stuck')",
      id, error);
  if (statement == NULL || !hemo_statement_next (statement, &row, error))
    return FALSE;
  if (row || !find_version (txn, type, id, &version, error))
    return row;
  if (version == 0)
    return wait_again (txn, type, id, error);
  return hemo_txn_log_change (txn, "sync.again", type, id, version, HEMO_LANE_RESULTS, error);
}

HemoRemoteObject *
hemo_remote_object_load (
    HemoTxn *txn, const char *server, const char *object, HemoLane lane, GError **error)
{
  HemoRemoteObject *self;
  gboolean row = FALSE;
  g_autoptr (HemoStatement) statement
      = hemo_record_select (txn,
                            "SELECT object, lane, key, sha256, bytes, sent, progress, sealed, "
                            "coalesce(proven_us, 0), signature FROM remote_object "
                            "WHERE server = ?1 AND object = ?2 AND lane = ?3",
                            server, error);

  if (statement == NULL)
    return NULL;
  hemo_statement_bind_text (statement, 2, object);
  hemo_statement_bind_int (statement, 3, lane);
  if (!hemo_statement_next (statement, &row, error) || !row)
    return NULL;
  self = g_new0 (HemoRemoteObject, 1);
  self->object = hemo_statement_dup_text (statement, 0);
  self->lane = (HemoLane)hemo_statement_get_int (statement, 1);
  self->key = hemo_statement_dup_text (statement, 2);
  self->sha256 = hemo_statement_dup_text (statement, 3);
  self->bytes = hemo_statement_get_int (statement, 4);
  self->sent = hemo_statement_get_int (statement, 5);
  self->progress = hemo_statement_dup_text (statement, 6);
  self->sealed = hemo_statement_dup_bytes (statement, 7);
  self->proven_us = hemo_statement_get_int (statement, 8);
  self->signature = hemo_statement_dup_bytes (statement, 9);
  return self;
}

static char *
ours_key (const char *object, HemoLane lane)
{
  return g_strdup_printf (NOTE_PREFIX "ours.%d.%s", (int)lane, object);
}

char *
hemo_remote_object_load_ours (HemoTxn *txn, const char *object, HemoLane lane, GError **error)
{
  g_autofree char *key = ours_key (object, lane);

  return hemo_txn_dup_meta (txn, key, error);
}

gboolean
hemo_remote_object_save_ours (
    HemoTxn *txn, const char *object, HemoLane lane, const char *ours, GError **error)
{
  g_autofree char *key = ours_key (object, lane);

  return hemo_txn_require (txn, HEMO_ACTION_SYNC, "Media", object, error)
         && (*ours == '\0' || hemo_txn_set_meta (txn, key, ours, error));
}

static gboolean
forget_ours (HemoTxn *txn, const HemoRemoteObject *object, GError **error)
{
  g_autofree char *key = ours_key (object->object, object->lane);
  g_autoptr (HemoStatement) statement
      = hemo_record_select (txn, "DELETE FROM meta WHERE key = ?1", key, error);

  return statement != NULL && hemo_statement_run (statement, error);
}

gboolean
hemo_remote_object_save (HemoTxn *txn,
                         const char *server,
                         const HemoRemoteObject *object,
                         GError **error)
{
  gboolean proven = object->proven_us != 0;
  g_autoptr (HemoStatement) statement = NULL;

  if (!hemo_txn_require (txn, HEMO_ACTION_SYNC, "Media", object->object, error))
    return FALSE;
  statement = hemo_record_select (
      txn,
      "INSERT INTO remote_object (server, object, lane, key, sha256, bytes, sent, progress, "
      "sealed, proven_us, signature) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, nullif(?10, 0), "
      "?11) ON CONFLICT (server, object, lane) DO UPDATE SET key = ?4, sha256 = ?5, bytes = ?6, "
      "sent = ?7, progress = ?8, sealed = ?9, proven_us = nullif(?10, 0), signature = ?11",
      server, error);
  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 2, object->object);
  hemo_statement_bind_int (statement, 3, object->lane);
  hemo_statement_bind_text (statement, 4, object->key);
  hemo_statement_bind_text (statement, 5, object->sha256);
  hemo_statement_bind_int (statement, 6, object->bytes);
  hemo_statement_bind_int (statement, 7, proven ? object->bytes : object->sent);
  hemo_statement_bind_text (statement, 8, proven ? NULL : object->progress);
  hemo_statement_bind_bytes (statement, 9, proven ? NULL : object->sealed);
  hemo_statement_bind_int (statement, 10, object->proven_us);
  hemo_statement_bind_bytes (statement, 11, proven ? NULL : object->signature);
  return hemo_statement_run (statement, error) && (!proven || forget_ours (txn, object, error));
}

gboolean
hemo_remote_object_describe (HemoTxn *txn, HemoImage *image, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "SELECT sha256, bytes FROM remote_object WHERE object = ?1 AND lane = ?2 AND sha256 <> ?3 "
      "AND server = (SELECT identity FROM server WHERE kind = ?4)",
      image->uuid, error);
  g_autoptr (GError) failure = NULL;

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_int (statement, 2, HEMO_LANE_ORIGINALS);
  hemo_statement_bind_text (statement, 3, image->sealed_sha256);
  hemo_statement_bind_text (statement, 4, HEMO_SERVER_S3);
  if (!hemo_statement_step (statement, &failure))
    {
      if (failure == NULL)
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  g_free (image->sealed_sha256);
  image->sealed_sha256 = hemo_statement_dup_text (statement, 0);
  image->sealed_bytes = hemo_statement_get_int (statement, 1);
  return TRUE;
}

gboolean
hemo_remote_object_retell (HemoTxn *txn, const char *image, GError **error)
{
  g_autoptr (HemoStatement) wait = NULL;

  if (!hemo_txn_require (txn, HEMO_ACTION_SYNC, "Media", image, error))
    return FALSE;
  wait = hemo_record_select (
      txn,
      "UPDATE queue SET state = 'waiting', attempts = max (attempts, 1), ended_us = NULL WHERE "
      "seq = (SELECT max (seq) FROM queue WHERE object = ?1 AND kind = 'Media' AND lane = ?2) AND "
      "state IN ('received', 'sent')",
      image, error);
  if (wait == NULL)
    return FALSE;
  hemo_statement_bind_int (wait, 2, HEMO_LANE_RESULTS);
  return hemo_statement_run (wait, error);
}

/* It counts as begun: what is there under its name is asked for first. */
static gboolean
wait_as_begun (HemoTxn *txn, const char *object, HemoLane lane, GError **error)
{
  g_autoptr (HemoStatement) wait = hemo_record_select (
      txn,
      "UPDATE queue SET state = 'waiting', attempts = max (attempts, 1), ended_us = NULL WHERE "
      "seq = (SELECT max (seq) FROM queue WHERE object = ?1 AND lane = ?2) AND state = 'received'",
      object, error);

  if (wait == NULL)
    return FALSE;
  hemo_statement_bind_int (wait, 2, lane);
  return hemo_statement_run (wait, error);
}

/* What was sent is still known, so that it is asked for, and found to be ours if it is sealed anew.
 * The bucket of today is asked for an original; nobody asks a stick, or one that was before. */
#define DOUBT                                                                                      \
  "UPDATE remote_object SET proven_us = NULL, sent = 0, progress = CASE WHEN lane = 2 AND server " \
  "= (SELECT identity FROM server WHERE kind = '" HEMO_SERVER_S3 "') THEN '" HEMO_DOUBT_MARK       \
  "' END WHERE proven_us IS NOT NULL AND "

gboolean
hemo_remote_object_doubt (HemoTxn *txn, const char *object, HemoLane lane, GError **error)
{
  g_autoptr (HemoStatement) doubt = NULL;

  if (!hemo_txn_require (txn, HEMO_ACTION_SYNC, "Media", object, error)
      || !wait_as_begun (txn, object, lane, error))
    return FALSE;
  if (hemo_db_get_changes (hemo_txn_get_db (txn)) == 0)
    return TRUE;
  doubt = hemo_record_select (txn, DOUBT "object = ?1 AND lane = ?2", object, error);
  if (doubt == NULL)
    return FALSE;
  hemo_statement_bind_int (doubt, 2, lane);
  return hemo_statement_run (doubt, error);
}

/* Not of what cannot be sent from here. */
#define NOT_PRUNED "NOT (lane = 2 AND object IN (SELECT image FROM pruned_image))"

gboolean
hemo_remote_objects_doubt (HemoTxn *txn, const char *server, GError **error)
{
  g_autoptr (HemoStatement) doubt = NULL;

  if (!hemo_txn_require (txn, HEMO_ACTION_SYNC, "Endpoint", server, error))
    return FALSE;
  doubt = hemo_record_select (txn, DOUBT "server = ?1 AND " NOT_PRUNED, server, error);
  return doubt != NULL && hemo_statement_run (doubt, error)
         && hemo_db_execute (
             hemo_txn_get_db (txn),
             "UPDATE queue SET state = 'waiting', attempts = max (attempts, 1), ended_us = NULL "
             "WHERE state = 'received' AND seq IN (SELECT max (seq) FROM queue WHERE lane IN (1, "
             "2) "
             "GROUP BY object, lane) AND " NOT_PRUNED,
             error)
         && hemo_txn_audit (txn, "sync.lost", "Endpoint", server, NULL, error);
}

gboolean
hemo_remote_object_lost (
    HemoTxn *txn, const char *server, const char *object, HemoLane lane, GError **error)
{
  g_autoptr (HemoStatement) forget = NULL;

  if (!hemo_txn_require (txn, HEMO_ACTION_SYNC, "Media", object, error))
    return FALSE;
  forget = hemo_record_select (
      txn, "DELETE FROM remote_object WHERE server = ?1 AND object = ?2 AND lane = ?3", server,
      error);
  if (forget == NULL)
    return FALSE;
  hemo_statement_bind_text (forget, 2, object);
  hemo_statement_bind_int (forget, 3, lane);
  return hemo_statement_run (forget, error) && wait_as_begun (txn, object, lane, error)
         && hemo_txn_audit (txn, "sync.lost", "Media", object, NULL, error);
}

char *
hemo_sync_note_load (HemoTxn *txn, const char *name, GError **error)
{
  g_autofree char *key = g_strconcat (NOTE_PREFIX, name, NULL);

  return hemo_txn_dup_meta (txn, key, error);
}

gboolean
hemo_sync_note_save (HemoTxn *txn, const char *name, const char *value, GError **error)
{
  g_autofree char *key = g_strconcat (NOTE_PREFIX, name, NULL);

  return hemo_txn_require (txn, HEMO_ACTION_SYNC, "sync", NULL, error)
         && hemo_txn_set_meta (txn, key, value, error);
}
