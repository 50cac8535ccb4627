/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From the audit log to AuditEvents. */

#include "hemo-fhir-events.h"

#include "hemo-audit.h"
#include "hemo-fhir-event.h"
#include "hemo-remote-table.h"

/* A server that refuses them is left alone for so long. */
#define REFUSED_US G_TIME_SPAN_DAY
/* Rows that are told to nobody are not passed over one by one. */
#define PASSED_MAX 1000

/**
 * Batch: the next rows
 * @after: number of the last row that the server was told, or that is told to nobody
 * @last: the same once these are told
 * @uuid: of the last of them
 * @missed: whether the server had lost what it was told when it was looked for the last time
 */
typedef struct
{
  const HemoFhirEvents *events;
  GPtrArray *rows;
  GArray *known;
  char *clinic;
  char *installation;
  gint64 after;
  gint64 last;
  char *uuid;
  gint64 missed;
} Batch;

/* Whether the server has actor and object of a row. */
typedef struct
{
  gboolean actor;
  gboolean object;
} Known;

static void
batch_clear (Batch *self)
{
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->known, g_array_unref);
  g_free (self->clinic);
  g_free (self->installation);
  g_free (self->uuid);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Batch, batch_clear)

static char *
note_name (const HemoFhirEvents *self, const char *what)
{
  return g_strdup_printf ("events.%s%s", self->identity, what);
}

/* 0 where nothing was noted. */
static gboolean
load_number (
    HemoTxn *txn, const HemoFhirEvents *self, const char *what, gint64 *number, GError **error)
{
  g_autofree char *name = note_name (self, what);
  g_autoptr (GError) failure = NULL;
  g_autofree char *text = hemo_sync_note_load (txn, name, &failure);

  *number = text != NULL ? g_ascii_strtoll (text, NULL, 10) : 0;
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
save_text (
    HemoTxn *txn, const HemoFhirEvents *self, const char *what, const char *text, GError **error)
{
  g_autofree char *name = note_name (self, what);

  return hemo_sync_note_save (txn, name, text, error);
}

static gboolean
save_number (
    HemoTxn *txn, const HemoFhirEvents *self, const char *what, gint64 number, GError **error)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, number);

  return save_text (txn, self, what, text, error);
}

static gboolean
is_known (HemoTxn *txn,
          const HemoFhirEvents *self,
          const char *type,
          const char *id,
          gboolean *known,
          GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (HemoRemoteResource) resource = NULL;

  if (type != NULL && id != NULL)
    resource = hemo_remote_resource_load (txn, self->identity, type, id, &failure);
  *known = resource != NULL && resource->version_id != NULL;
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
find_known (HemoTxn *txn, Batch *self, GError **error)
{
  self->known = g_array_new (FALSE, TRUE, sizeof (Known));
  for (guint i = 0; i < self->rows->len; i++)
    {
      const HemoAuditRow *row = g_ptr_array_index (self->rows, i);
      Known known = { FALSE, FALSE };

      if (!is_known (txn, self->events, "Practitioner", row->actor, &known.actor, error)
          || !is_known (txn, self->events, hemo_fhir_event_type (row->object_type), row->object,
                        &known.object, error))
        return FALSE;
      g_array_append_val (self->known, known);
    }
  return TRUE;
}

/* No rows where nothing is to be told now. */
static gboolean
load_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Batch *self = data;
  gint64 refused = 0, since;
  gboolean here = FALSE;

  self->clinic = hemo_txn_dup_meta (txn, "clinic", error);
  self->installation = self->clinic != NULL ? hemo_txn_dup_meta (txn, "installation", error) : NULL;
  if (self->installation == NULL || !load_number (txn, self->events, ".refused", &refused, error)
      || !is_known (txn, self->events, "Device", self->installation, &here, error)
      || !load_number (txn, self->events, "", &self->after, error))
    return FALSE;
  since = hemo_txn_get_time (txn).utc_us - refused;
  self->last = self->after;
  if (!here || (refused != 0 && since >= 0 && since < REFUSED_US))
    return TRUE;
  self->rows = hemo_audit_since (txn, hemo_fhir_event_kinds (), self->after, HEMO_FHIR_EVENTS_MAX,
                                 &self->last, error);
  return self->rows != NULL && find_known (txn, self, error);
}

static gboolean
told_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Batch *self = data;

  return save_number (txn, self->events, "", self->last, error)
         && (self->uuid == NULL || save_text (txn, self->events, ".last", self->uuid, error));
}

static gboolean
refused_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Batch *self = data;

  return save_number (txn, self->events, ".refused", hemo_txn_get_time (txn).utc_us, error);
}

static gboolean
write_job (const Batch *self, HemoStoreJob job, GError **error)
{
  return hemo_store_write (self->events->store, self->events->session, job, (gpointer)self, NULL,
                           error);
}

/* @plainly: refer to nothing that the server could miss */
static void
add_row (Batch *self, guint i, gboolean plainly, HemoFhirBundle *bundle)
{
  const HemoAuditRow *row = g_ptr_array_index (self->rows, i);
  Known known = g_array_index (self->known, Known, i);
  g_autofree char *name = g_strconcat ("audit:", row->mac, NULL);
  g_autofree char *uuid = hemo_fhir_derive_uuid (self->clinic, name);
  const HemoFhirEvent event = { .uuid = uuid,
                                .what = row->what,
                                .at = row->at,
                                .actor = row->actor,
                                .actor_known = known.actor && !plainly,
                                .installation = self->installation,
                                .object_type = row->object_type,
                                .object = row->object,
                                .object_known = known.object && !plainly,
                                .detail = row->detail };

  hemo_fhir_bundle_add (bundle, hemo_fhir_event_to_json (&event), NULL);
  g_set_str (&self->uuid, uuid);
}

static gboolean
is_refusal (const GError *error)
{
  return g_error_matches (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_REFUSED)
         || g_error_matches (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_CONFLICT)
         || g_error_matches (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_NOT_FOUND)
         || g_error_matches (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DENIED)
         || g_error_matches (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_TOO_LARGE)
         || g_error_matches (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_PROTOCOL);
}

/* FALSE without @error when the server refused it. */
static gboolean
send (Batch *self, gboolean plainly, GCancellable *cancellable, GError **error)
{
  g_autoptr (HemoFhirBundle) bundle = hemo_fhir_bundle_new (HEMO_FHIR_BUNDLE_TRANSACTION);
  g_autoptr (GPtrArray) stored = NULL;
  g_autoptr (GError) failure = NULL;

  for (guint i = 0; i < self->rows->len; i++)
    add_row (self, i, plainly, bundle);
  stored = hemo_fhir_server_transaction (self->events->server, bundle, cancellable, &failure);
  if (stored != NULL)
    return TRUE;
  if (!is_refusal (failure))
    g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* What a server refers to it may have lost. An answer that says nothing is taken for a refusal: the
 * same would come of it each time. */
static gboolean
tell (Batch *self, guint *told, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (send (self, FALSE, cancellable, &failure)
      || (failure == NULL && send (self, TRUE, cancellable, &failure)))
    {
      *told = self->rows->len;
      return write_job (self, told_job, error);
    }
  if (failure == NULL)
    return write_job (self, refused_job, error);
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

gboolean
hemo_fhir_events_run (const HemoFhirEvents *self,
                      guint *told,
                      GCancellable *cancellable,
                      GError **error)
{
  g_auto (Batch) batch = { .events = self };

  *told = 0;
  if (!hemo_store_read (self->store, self->session, load_job, &batch, NULL, error))
    return FALSE;
  if (batch.rows != NULL && batch.rows->len > 0)
    return tell (&batch, told, cancellable, error);
  return batch.last - batch.after < PASSED_MAX || write_job (&batch, told_job, error);
}

static gboolean
last_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Batch *self = data;
  g_autofree char *name = note_name (self->events, ".last");
  g_autoptr (GError) failure = NULL;

  if (!load_number (txn, self->events, ".missed", &self->missed, error))
    return FALSE;
  self->uuid = hemo_sync_note_load (txn, name, &failure);
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* From the first row on; once, as some servers show to nobody what they keep. */
static gboolean
missed_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Batch *self = data;

  return save_number (txn, self->events, "", 0, error)
         && save_number (txn, self->events, ".missed", 1, error);
}

static gboolean
found_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Batch *self = data;

  return save_number (txn, self->events, ".missed", 0, error);
}

gboolean
hemo_fhir_events_check (const HemoFhirEvents *self, GCancellable *cancellable, GError **error)
{
  g_auto (Batch) batch = { .events = self };
  g_autoptr (json_object) there = NULL;
  g_autoptr (GError) failure = NULL;
  g_autofree char *uuid = NULL;

  if (!hemo_store_read (self->store, self->session, last_job, &batch, NULL, error))
    return FALSE;
  uuid = g_steal_pointer (&batch.uuid);
  if (uuid == NULL)
    return TRUE;
  there = hemo_fhir_server_read (self->server, "AuditEvent", uuid, cancellable, &failure);
  if (g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_NOT_FOUND))
    return batch.missed != 0 || write_job (&batch, missed_job, error);
  if (there != NULL)
    return batch.missed == 0 || write_job (&batch, found_job, error);
  /* Many a server lets a program write them and not read. */
  if (is_refusal (failure))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}
