/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Takes in one version of a resource that somebody else wrote. */

#include "hemo-sync-apply-private.h"

#include "hemo-cms.h"
#include "hemo-fhir-reference.h"
#include "hemo-queue.h"
#include "hemo-remote-memory.h"

#include <glib/gi18n.h>
#include <string.h>

/* References that are looked at to find the case that a result is about. */
#define REFERENCES_MAX 64
/* A note in words that others wrote is no longer than this. */
#define REASON_MAX 300

static const HemoSyncOutcome outcomes[] = {
  [HEMO_INCOMING_APPLIED] = HEMO_SYNC_APPLIED, [HEMO_INCOMING_MERGED] = HEMO_SYNC_MERGED,
  [HEMO_INCOMING_WAITING] = HEMO_SYNC_WAITING, [HEMO_INCOMING_KEPT] = HEMO_SYNC_KEPT,
  [HEMO_INCOMING_OURS] = HEMO_SYNC_KEPT,
};

void
hemo_sync_result_clear (HemoSyncResult *self)
{
  g_clear_pointer (&self->lacks_type, g_free);
  g_clear_pointer (&self->lacks_id, g_free);
}

json_object *
hemo_sync_parse (const char *text)
{
  return text != NULL ? hemo_fhir_parse (text, strlen (text), NULL) : NULL;
}

json_object *
hemo_sync_outgoing (const char *base, json_object *ours)
{
  g_autoptr (json_object) theirs = hemo_sync_parse (base);

  /* Laid over itself it would be the same in another order. */
  return theirs != NULL && !hemo_fhir_is_same (theirs, ours) ? hemo_fhir_overlay (theirs, ours)
                                                             : json_object_get (ours);
}

char *
hemo_sync_hash (const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));

  return hemo_sha256 (bytes);
}

static const char *
version_of (json_object *resource)
{
  json_object *meta, *version;

  return json_object_object_get_ex (resource, "meta", &meta)
                 && json_object_object_get_ex (meta, "versionId", &version)
                 && json_object_is_type (version, json_type_string)
             ? json_object_get_string (version)
             : NULL;
}

gboolean
hemo_sync_keep (HemoSyncContext *self,
                HemoIncomingState state,
                const char *reason,
                const char *tube,
                GError **error)
{
  g_autofree char *text = hemo_fhir_to_text (self->incoming->resource, FALSE);
  const HemoIncoming incoming = {
    .type = (char *)self->type,
    .id = (char *)self->id,
    .version_id = (char *)self->version,
    .author = (char *)self->incoming->author,
    .resource = text,
    .state = state,
    .reason = (char *)reason,
  };
  gint64 sequence = 0;

  if (!hemo_incoming_supersede (self->txn, self->incoming->server, self->id, error)
      || !hemo_incoming_add (self->txn, self->incoming->server, &incoming, &sequence, error)
      || (state == HEMO_INCOMING_WAITING && sequence == 0
          && !hemo_incoming_contest (self->txn, self->incoming->server, &incoming, error)))
    return FALSE;
  self->out->outcome = outcomes[state];
  return tube == NULL || sequence == 0
         || hemo_incoming_note_case (self->txn, tube, sequence, error);
}

/* Of an Observation, what names its case. (transfer full) (nullable) */
static char *
dup_case (json_object *resource)
{
  json_object *specimen = NULL;
  g_autoptr (json_object) kept = NULL;

  if (strcmp (hemo_fhir_get_type (resource), "Observation") != 0
      || !json_object_object_get_ex (resource, "specimen", &specimen))
    return NULL;
  kept = json_object_new_object ();
  json_object_object_add (kept, "resourceType", json_object_new_string ("Observation"));
  json_object_object_add (kept, "id", json_object_new_string (hemo_fhir_get_id (resource)));
  json_object_object_add (kept, "specimen", json_object_get (specimen));
  return hemo_fhir_to_text (kept, FALSE);
}

char *
hemo_sync_dup_base (json_object *resource)
{
  const char *type = hemo_fhir_get_type (resource);

  return strcmp (type, "Patient") == 0 || strcmp (type, "ServiceRequest") == 0
             ? hemo_fhir_to_text (resource, FALSE)
             : dup_case (resource);
}

gboolean
hemo_sync_remember (HemoTxn *txn,
                    const char *server,
                    json_object *theirs,
                    json_object *base,
                    json_object *ours,
                    GError **error)
{
  g_autoptr (json_object) stripped = base != NULL ? hemo_fhir_strip_meta (base) : NULL;
  g_autofree char *text
      = stripped != NULL ? hemo_fhir_to_text (stripped, FALSE) : dup_case (theirs);
  g_autofree char *sha256 = NULL;
  HemoRemoteResource resource = {
    .type = (char *)hemo_fhir_get_type (theirs),
    .id = (char *)hemo_fhir_get_id (theirs),
    .version_id = (char *)version_of (theirs),
    .base = text,
  };

  if (ours != NULL)
    {
      g_autoptr (json_object) sent = hemo_sync_outgoing (text, ours);
      g_autofree char *sent_text = hemo_fhir_to_text (sent, FALSE);

      resource.sha256 = sha256 = hemo_sync_hash (sent_text);
    }
  return hemo_remote_resource_save (txn, server, &resource, error);
}

void
hemo_sync_lack (HemoSyncContext *self, const char *type, const char *id)
{
  self->out->outcome = HEMO_SYNC_LACKS;
  g_set_str (&self->out->lacks_type, type);
  g_set_str (&self->out->lacks_id, id);
}

gboolean
hemo_sync_need (
    HemoSyncContext *self, const char *type, const char *id, gboolean *here, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      self->txn,
      strcmp (type, "Patient") == 0          ? "SELECT 1 FROM patient WHERE uuid = ?1"
      : strcmp (type, "ServiceRequest") == 0 ? "SELECT 1 FROM lab_order WHERE uuid = ?1"
                                             : "SELECT 1 FROM specimen WHERE uuid = ?1",
      id, error);

  if (statement == NULL || !hemo_statement_next (statement, here, error))
    return FALSE;
  if (!*here)
    hemo_sync_lack (self, type, id);
  return TRUE;
}

gboolean
hemo_sync_refuse (HemoSyncContext *self, GError *failure, GError **error)
{
  g_autoptr (GError) owned = failure;
  g_autofree char *reason = NULL;

  if (owned->domain != HEMO_FHIR_ERROR && owned->domain != HEMO_MODEL_ERROR
      && !g_error_matches (owned, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE))
    {
      g_propagate_error (error, g_steal_pointer (&owned));
      return FALSE;
    }
  reason
      = g_utf8_substring (owned->message, 0, MIN (g_utf8_strlen (owned->message, -1), REASON_MAX));
  return hemo_sync_keep (self, HEMO_INCOMING_WAITING, reason, NULL, error);
}

/* Results, images and answers */

/* UUIDs of what is referred to of @type: this program's records have no other ids. (transfer full)
 * (element-type utf8) */
static GPtrArray *
references_to (json_object *json, const char *type)
{
  g_autoptr (GPtrArray) names = hemo_fhir_references (json, type, REFERENCES_MAX);
  GPtrArray *uuids = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < names->len; i++)
    {
      const char *id = strchr (names->pdata[i], '/') + 1;

      if (hemo_uuid_is_valid (id))
        g_ptr_array_add (uuids, g_strdup (id));
    }
  return uuids;
}

static char *
find_tube (HemoTxn *txn, const char *uuid, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "SELECT coalesce(parent, uuid) FROM specimen WHERE uuid = ?1 "
      "UNION ALL SELECT uuid FROM specimen WHERE lab_order = ?1 AND parent IS NULL LIMIT 1",
      uuid, error);
  gboolean row = FALSE;

  if (statement == NULL || !hemo_statement_next (statement, &row, error))
    return NULL;
  return g_strdup (row ? hemo_statement_get_text (statement, 0) : "");
}

/* What is made of a case when it is sent, as a panel, has an id that no table knows. */
gboolean
hemo_sync_find_case (HemoTxn *txn, const HemoIncoming *incoming, char **tube, GError **error)
{
  g_autoptr (json_object) resource = hemo_sync_parse (incoming->resource);
  g_autoptr (GPtrArray) references = references_to (resource, "Specimen");
  g_autofree char *type = NULL;
  g_autofree char *uuid = NULL;

  if (!hemo_queue_find_group (txn, incoming->type, incoming->id, &type, &uuid, error))
    return FALSE;
  if (strcmp (type, "Specimen") == 0)
    *tube = g_steal_pointer (&uuid);
  else if (strcmp (type, "Patient") == 0 || strcmp (type, "ServiceRequest") == 0)
    return TRUE;
  for (guint i = 0; *tube == NULL && i < references->len; i++)
    {
      g_autofree char *found = find_tube (txn, references->pdata[i], error);

      if (found == NULL)
        return FALSE;
      if (*found != '\0')
        *tube = g_steal_pointer (&found);
    }
  return TRUE;
}

gboolean
hemo_sync_queue_ours (HemoTxn *txn, const HemoIncoming *incoming, GError **error)
{
  g_autofree char *tube = NULL;
  gboolean queued = FALSE;

  if (!hemo_remote_resource_queue (txn, incoming->type, incoming->id, error)
      || !hemo_sync_find_case (txn, incoming, &tube, error)
      || !hemo_sync_is_to_be_sent (txn, incoming->id, tube, &queued, error))
    return FALSE;
  return queued || tube == NULL || hemo_remote_resource_queue (txn, "Specimen", tube, error);
}

/* @tube: (out) (transfer full): the case that the resource names, or NULL; an order without a
 * specimen has none. FALSE with @error, or with the outcome 'lacks'. */
static gboolean
find_case (HemoSyncContext *self, char **tube, gboolean *ours, GError **error)
{
  static const char *const types[] = { "Specimen", "ServiceRequest" };

  for (guint t = 0; t < G_N_ELEMENTS (types); t++)
    {
      g_autoptr (GPtrArray) references = references_to (self->incoming->resource, types[t]);

      for (guint i = 0; i < references->len; i++)
        {
          g_autofree char *found = find_tube (self->txn, references->pdata[i], error);

          *ours = TRUE;
          if (found == NULL)
            return FALSE;
          if (*found != '\0')
            {
              *tube = g_steal_pointer (&found);
              return TRUE;
            }
        }
      if (references->len > 0 && !self->incoming->last)
        {
          gboolean here = FALSE;

          return hemo_sync_need (self, types[t], references->pdata[0], &here, error);
        }
    }
  return TRUE;
}

/* Whether it came from others in the first place, as an answer does that is known here since. */
static gboolean
is_theirs (HemoSyncContext *self, gboolean *theirs, GError **error)
{
  g_autoptr (GPtrArray) versions = hemo_incoming_of (self->txn, self->id, error);

  if (versions == NULL)
    return FALSE;
  *theirs = versions->len > 0
            && ((const HemoIncoming *)g_ptr_array_index (versions, 0))->reason == NULL;
  return TRUE;
}

/* Where a picture is depends on where it was sent. */
static json_object *
dup_compared (json_object *resource)
{
  json_object *copy = hemo_fhir_strip_meta (resource);
  json_object *content = NULL;

  if (json_object_object_get_ex (copy, "content", &content)
      && json_object_is_type (content, json_type_object))
    json_object_object_del (content, "url");
  return copy;
}

static gboolean
says_the_same (json_object *ours, json_object *theirs)
{
  g_autoptr (json_object) a = dup_compared (ours);
  g_autoptr (json_object) b = dup_compared (theirs);

  return hemo_fhir_is_same (a, b);
}

/* What this laptop wrote once and knows no version of, as after a restore. @done: (out): whether it
 * was that */
static gboolean
apply_own (HemoSyncContext *self, const char *tube, gboolean *done, GError **error)
{
  g_autofree char *text = hemo_fhir_to_text (self->incoming->resource, FALSE);
  const HemoIncoming incoming
      = { .type = (char *)self->type, .id = (char *)self->id, .resource = text };
  g_autoptr (json_object) ours = NULL;
  g_autoptr (HemoStatement) statement = hemo_record_select (
      self->txn,
      "SELECT 1 FROM report WHERE specimen IN (SELECT uuid FROM specimen WHERE uuid = ?1 OR parent "
      "= ?1) UNION ALL SELECT 1 FROM image WHERE uuid = ?2 UNION ALL SELECT 1 FROM critical_call "
      "WHERE uuid = ?2 LIMIT 1",
      tube, error);
  gboolean row = FALSE;

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 2, self->id);
  if (!hemo_statement_next (statement, &row, error)
      || (row && !hemo_sync_find_ours (self->txn, &incoming, &ours, error)))
    return FALSE;
  *done = ours != NULL;
  if (ours == NULL)
    return TRUE;
  if (!hemo_sync_remember (self->txn, self->incoming->server, self->incoming->resource, NULL, ours,
                           error))
    return FALSE;
  self->out->outcome = HEMO_SYNC_SAME;
  return says_the_same (ours, self->incoming->resource)
         || hemo_sync_keep (self, HEMO_INCOMING_WAITING,
                            N_ ("Somebody else changed what this laptop reported."), tube, error);
}

gboolean
hemo_sync_apply_result (HemoSyncContext *self, GError **error)
{
  g_autofree char *tube = NULL;
  gboolean ours = FALSE;
  gboolean theirs = FALSE;
  gboolean done = FALSE;

  if (!find_case (self, &tube, &ours, error))
    return FALSE;
  if (self->out->outcome == HEMO_SYNC_LACKS)
    return TRUE;
  if (self->known != NULL && !is_theirs (self, &theirs, error))
    return FALSE;
  /* What this laptop wrote, and somebody changed. */
  if (self->known != NULL && !theirs)
    return hemo_sync_keep (self, HEMO_INCOMING_WAITING,
                           N_ ("Somebody else changed what this laptop reported."), tube, error);
  if (!ours)
    {
      self->out->outcome = HEMO_SYNC_FOREIGN;
      return TRUE;
    }
  if (self->known == NULL && tube != NULL && !apply_own (self, tube, &done, error))
    return FALSE;
  return done || hemo_sync_keep (self, HEMO_INCOMING_KEPT, NULL, tube, error);
}

/* Whether @version comes before @known, where they are numbers as nearly everywhere. */
static gboolean
is_older (const char *version, const char *known)
{
  guint64 a, b;

  return known != NULL && g_ascii_string_to_unsigned (version, 10, 0, G_MAXUINT64, &a, NULL)
         && g_ascii_string_to_unsigned (known, 10, 0, G_MAXUINT64, &b, NULL) && a < b;
}

/* The server was put back to an older state: what is here goes to it again, over this version. */
static gboolean
apply_older (HemoSyncContext *self, GError **error)
{
  g_autofree char *text = hemo_fhir_to_text (self->incoming->resource, FALSE);
  const HemoIncoming incoming
      = { .type = (char *)self->type, .id = (char *)self->id, .resource = text };

  if (!self->incoming->certain)
    {
      self->out->outcome = HEMO_SYNC_OLDER;
      return TRUE;
    }
  return hemo_sync_keep (self, HEMO_INCOMING_KEPT, N_ ("The server went back to this version."),
                         NULL, error)
         && hemo_sync_remember (self->txn, self->incoming->server, self->incoming->resource,
                                self->incoming->resource, NULL, error)
         && hemo_sync_queue_ours (self->txn, &incoming, error)
         && hemo_txn_audit (self->txn, "sync.older", self->type, self->id, NULL, error);
}

static gboolean
is_seen (HemoSyncContext *self, gboolean *seen, GError **error)
{
  g_autofree char *text = hemo_fhir_to_text (self->incoming->resource, FALSE);
  const HemoIncoming incoming = { .type = (char *)self->type,
                                  .id = (char *)self->id,
                                  .version_id = (char *)self->version,
                                  .resource = text };

  gboolean theirs = TRUE;

  if (self->known != NULL && g_strcmp0 (self->known->version_id, self->version) == 0
      && !hemo_incoming_is_newest (self->txn, self->incoming->server, self->type, self->id, &theirs,
                                   error))
    return FALSE;
  /* What this laptop wrote itself is not there to be compared. */
  if (!theirs)
    return *seen = TRUE;
  return hemo_incoming_is_seen (self->txn, self->incoming->server, &incoming, seen, error);
}

/* What others write of their own accord has the ids that a server gave it, and is kept; a patient,
 * an order and a specimen become records here, whose ids are UUIDs. */
static gboolean
is_taken (const char *type, const char *id)
{
  static const char *const results[]
      = { "Media", "Observation", "DiagnosticReport", "Communication", "Task", NULL };

  return hemo_uuid_is_valid (id) || (hemo_fhir_id_is_valid (id) && g_strv_contains (results, type));
}

static gboolean
dispatch (HemoSyncContext *self, GError **error)
{
  static const struct
  {
    const char *type;
    gboolean (*apply) (HemoSyncContext *self, GError **error);
  } known[] = {
    { "Patient", hemo_sync_apply_patient },      { "ServiceRequest", hemo_sync_apply_order },
    { "Specimen", hemo_sync_apply_specimen },    { "Media", hemo_sync_apply_result },
    { "Observation", hemo_sync_apply_result },   { "DiagnosticReport", hemo_sync_apply_result },
    { "Communication", hemo_sync_apply_result }, { "Task", hemo_sync_apply_task },
  };

  /* A question of another program's: no reading of this one's. */
  if (!hemo_uuid_is_valid (self->id))
    return strcmp (self->type, "Task") == 0 ? hemo_sync_apply_order_task (self, error)
                                            : hemo_sync_apply_result (self, error);
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (strcmp (self->type, known[i].type) == 0)
      return known[i].apply (self, error);
  /* The clinic, its people and computers: whoever writes last has them. */
  self->out->outcome = HEMO_SYNC_FOREIGN;
  return hemo_sync_remember (self->txn, self->incoming->server, self->incoming->resource, NULL,
                             NULL, error);
}

/* Whether it is what this laptop sent without ever hearing that it arrived: the first version, or
 * one over another that was known. */
static gboolean
is_unanswered (HemoSyncContext *self, gboolean *is, GError **error)
{
  g_autoptr (json_object) sent = NULL;

  if (self->known == NULL || self->known->version_id != NULL || self->known->base == NULL)
    return hemo_remote_memory_has (self->txn, self->incoming->server, self->incoming->resource, is,
                                   error);
  sent = hemo_sync_parse (self->known->base);
  *is = sent != NULL && says_the_same (sent, self->incoming->resource);
  return TRUE;
}

static gboolean
take_unanswered (HemoSyncContext *self, GError **error)
{
  g_autoptr (json_object) plain = hemo_fhir_strip_meta (self->incoming->resource);
  g_autofree char *base = hemo_sync_dup_base (plain);
  HemoRemoteResource resource = { .type = (char *)self->type,
                                  .id = (char *)self->id,
                                  .version_id = (char *)self->version,
                                  .base = base };

  /* Of a first version the text is known as well. */
  if (self->known != NULL && self->known->version_id == NULL)
    resource.sha256 = self->known->sha256;
  self->out->outcome = HEMO_SYNC_SAME;
  return hemo_remote_resource_save (self->txn, self->incoming->server, &resource, error)
         && hemo_remote_memory_forget (self->txn, self->incoming->server, self->incoming->resource,
                                       error);
}

/* What stands over it now keeps from being stored whatever was sent before and was not heard of:
 * who writes the same again later wrote it. */
static gboolean
forget_unanswered (HemoSyncContext *self, GError **error)
{
  switch (self->out->outcome)
    {
    case HEMO_SYNC_APPLIED:
    case HEMO_SYNC_MERGED:
    case HEMO_SYNC_WAITING:
    case HEMO_SYNC_KEPT:
      return hemo_remote_memory_clear (self->txn, self->incoming->server, self->incoming->resource,
                                       error);
    default:
      return TRUE;
    }
}

/* What was taken for a result of others when it came, and what was signed here since, may go by one
 * id: two laptops report one case. */
static gboolean
look_again (HemoSyncContext *self, GError **error)
{
  static const char *const results[]
      = { "Media", "Observation", "DiagnosticReport", "Communication", NULL };
  g_autofree char *tube = NULL;
  gboolean ours = FALSE;
  gboolean done = FALSE;

  if (!g_strv_contains (results, self->type))
    return TRUE;
  if (!find_case (self, &tube, &ours, error))
    return FALSE;
  self->out->outcome = HEMO_SYNC_KNOWN;
  return tube == NULL || apply_own (self, tube, &done, error);
}

static gboolean
apply (HemoSyncContext *self, GError **error)
{
  g_autoptr (GError) failure = NULL;
  gboolean seen = FALSE, unanswered = FALSE;

  self->known = hemo_remote_resource_load (self->txn, self->incoming->server, self->type, self->id,
                                           &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (self->known != NULL && is_older (self->version, self->known->version_id))
    return apply_older (self, error);
  if (!is_seen (self, &seen, error))
    return FALSE;
  self->out->outcome = HEMO_SYNC_KNOWN;
  if (seen)
    return self->known != NULL || !self->incoming->certain || look_again (self, error);
  if (!is_unanswered (self, &unanswered, error))
    return FALSE;
  return unanswered ? take_unanswered (self, error)
                    : dispatch (self, error) && forget_unanswered (self, error);
}

gboolean
hemo_sync_apply (HemoTxn *txn,
                 const HemoSyncIncoming *incoming,
                 HemoSyncResult *out,
                 GError **error)
{
  HemoSyncContext self = {
    .txn = txn,
    .incoming = incoming,
    .type = hemo_fhir_get_type (incoming->resource),
    .id = hemo_fhir_get_id (incoming->resource),
    .version = version_of (incoming->resource),
    .out = out,
  };
  gboolean done;

  if (!hemo_txn_require (txn, HEMO_ACTION_SYNC_APPLY, self.type, self.id, error))
    return FALSE;
  hemo_sync_result_clear (out);
  out->outcome = HEMO_SYNC_FOREIGN;
  if (self.type == NULL || self.id == NULL || self.version == NULL
      || !is_taken (self.type, self.id))
    return TRUE;
  done = apply (&self, error);
  g_clear_pointer (&self.known, hemo_remote_resource_free);
  return done;
}

gboolean
hemo_sync_apply_refused (HemoTxn *txn,
                         const HemoSyncIncoming *incoming,
                         HemoSyncResult *out,
                         GError **error)
{
  HemoSyncContext self = {
    .txn = txn,
    .incoming = incoming,
    .type = hemo_fhir_get_type (incoming->resource),
    .id = hemo_fhir_get_id (incoming->resource),
    .version = version_of (incoming->resource),
    .out = out,
  };

  return hemo_txn_require (txn, HEMO_ACTION_SYNC_APPLY, self.type, self.id, error)
         && hemo_sync_keep (&self, HEMO_INCOMING_WAITING, N_ ("A rule here refused it."), NULL,
                            error);
}

gboolean
hemo_sync_apply_deleted (HemoTxn *txn,
                         const char *server,
                         const char *type,
                         const char *id,
                         const char *version,
                         GError **error)
{
  g_autofree char *mark = g_strconcat (version != NULL ? version : "", HEMO_SYNC_DELETED, NULL);
  g_autofree char *resource = g_strdup_printf ("{\"resourceType\":\"%s\",\"id\":\"%s\"}", type, id);
  const HemoIncoming incoming = {
    .type = (char *)type,
    .id = (char *)id,
    .version_id = mark,
    .resource = resource,
    .state = HEMO_INCOMING_WAITING,
    .reason = (char *)N_ ("Somebody deleted this on the server. Nothing is deleted here."),
  };
  gboolean known = FALSE;

  if (!hemo_txn_require (txn, HEMO_ACTION_SYNC_APPLY, type, id, error)
      || !hemo_incoming_is_known (txn, server, type, id, mark, &known, error))
    return FALSE;
  return known
         || (hemo_incoming_supersede (txn, server, id, error)
             && hemo_incoming_add (txn, server, &incoming, NULL, error));
}
