/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Readings that were asked for, taken in hand or answered elsewhere. */

#include "hemo-sync-apply-private.h"

#include "hemo-fhir-picture-request.h"
#include "hemo-fhir-reading.h"
#include "hemo-picture-request-private.h"
#include "hemo-queue.h"

#include <glib/gi18n.h>
#include <string.h>

/* The answers' Observations, as they came. */
typedef struct
{
  HemoTxn *txn;
  GPtrArray *found;
  char *lacks;
} Answers;

static void
put_json (gpointer json)
{
  json_object_put (json);
}

static void
answers_clear (Answers *self)
{
  g_clear_pointer (&self->found, g_ptr_array_unref);
  g_clear_pointer (&self->lacks, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Answers, answers_clear)

static json_object *
find_answer (const char *type, const char *id, gpointer data)
{
  Answers *self = data;
  g_autoptr (GPtrArray) versions = hemo_incoming_of (self->txn, id, NULL);
  json_object *json = NULL;

  /* Another type may have the same id. */
  for (guint i = versions != NULL ? versions->len : 0; json == NULL && i > 0; i--)
    {
      const HemoIncoming *version = g_ptr_array_index (versions, i - 1);

      if (strcmp (version->type, type) == 0)
        json = hemo_sync_parse (version->resource);
    }
  if (json != NULL)
    g_ptr_array_add (self->found, json);
  else
    g_set_str (&self->lacks, id);
  return json;
}

/* NULL without @error when it is not here. */
static HemoReading *
find_reading (HemoTxn *txn, const char *uuid, GError **error)
{
  g_autoptr (GError) failure = NULL;
  HemoReading *reading = hemo_reading_fetch (txn, uuid, &failure);

  if (reading == NULL && !g_error_matches (failure, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND))
    g_propagate_error (error, g_steal_pointer (&failure));
  return reading;
}

static gboolean
says_the_same (const HemoReading *a, const HemoReading *b)
{
  return a->state == b->state && a->conclusion == b->conclusion
         && g_strcmp0 (a->answer, b->answer) == 0 && g_strcmp0 (a->reader, b->reader) == 0
         && g_strcmp0 (a->reason, b->reason) == 0;
}

/* Where both ended it, a person has to look; what is here goes on where it is further than theirs.
 * @reason: (out): why it waits, or NULL */
static gboolean
takes_theirs (const HemoReading *local, const HemoReading *theirs, const char **reason)
{
  *reason = NULL;
  if (local->state == HEMO_READING_COMPLETED)
    {
      /* Who has answered may say it anew. */
      if (theirs->state == HEMO_READING_COMPLETED && g_strcmp0 (local->reader, theirs->reader) == 0)
        return theirs->changed_at.utc_us > local->changed_at.utc_us;
      if (!hemo_reading_is_open (theirs))
        *reason = N_ ("It was answered here, and ended there in another way.");
      return FALSE;
    }
  if (local->state == HEMO_READING_CANCELLED)
    {
      if (theirs->state == HEMO_READING_COMPLETED)
        *reason = N_ ("It was cancelled here, and answered there.");
      return FALSE;
    }
  return theirs->state >= local->state;
}

/* What the tables ask of a reading and other programs leave out. */
static void
complete (HemoSyncContext *self, HemoReading *reading)
{
  HemoTime now = hemo_txn_get_time (self->txn);

  if (reading->question == NULL)
    reading->question = g_strdup ("");
  if (reading->asked_by == NULL)
    reading->asked_by = hemo_record_derive_uuid (reading->uuid, "asked-by");
  if (reading->reader == NULL && reading->state == HEMO_READING_COMPLETED)
    {
      reading->reader = hemo_record_derive_uuid (reading->uuid, "reader");
      if (reading->reader_name == NULL)
        reading->reader_name = g_strdup (self->incoming->author);
    }
  if (reading->asked_at.utc_us == 0)
    reading->asked_at = now;
  if (reading->changed_at.utc_us == 0)
    reading->changed_at = now;
  if (reading->state != HEMO_READING_CANCELLED)
    g_clear_pointer (&reading->reason, g_free);
}

static gboolean
check (const HemoReading *reading, GError **error)
{
  return hemo_record_check_text (reading->question, HEMO_READING_QUESTION_MAX, N_ ("question"),
                                 error)
         && hemo_record_check_text (reading->answer, HEMO_READING_ANSWER_MAX, N_ ("answer"), error)
         && hemo_record_check_text (reading->reason, HEMO_READING_QUESTION_MAX, N_ ("reason"),
                                    error);
}

/* The answer that came is not sent again as ours: it is known by what we would send. */
static gboolean
remember_answer (HemoSyncContext *self, json_object *answer, GError **error)
{
  g_autofree char *text = hemo_fhir_to_text (answer, FALSE);
  g_autofree char *sha256 = hemo_sync_hash (text);
  g_autoptr (GPtrArray) versions = hemo_incoming_of (self->txn, hemo_fhir_get_id (answer), error);
  HemoRemoteResource resource = { .type = (char *)"Observation",
                                  .id = (char *)hemo_fhir_get_id (answer),
                                  .sha256 = sha256 };

  if (versions == NULL)
    return FALSE;
  if (versions->len > 0)
    resource.version_id = ((const HemoIncoming *)versions->pdata[versions->len - 1])->version_id;
  return hemo_remote_resource_save (self->txn, self->incoming->server, &resource, error);
}

/* Both agree on @reading from now on. */
static gboolean
remember (HemoSyncContext *self, const HemoReading *reading, gboolean same, GError **error)
{
  g_autoptr (HemoCase) data = hemo_case_fetch (self->txn, reading->specimen, error);
  g_autoptr (json_object) ours = NULL;
  g_autoptr (json_object) answer = NULL;
  const char *order;

  if (data == NULL)
    return FALSE;
  order = data->order != NULL ? data->order->uuid : NULL;
  ours = hemo_fhir_reading_to_json (reading, data->patient->uuid, order);
  answer = hemo_fhir_reading_answer_to_json (reading, data->patient->uuid, order);
  if (same && answer != NULL && !remember_answer (self, answer, error))
    return FALSE;
  return hemo_sync_remember (self->txn, self->incoming->server, self->incoming->resource, NULL,
                             same ? ours : NULL, error);
}

static gboolean
take (HemoSyncContext *self, HemoReading *theirs, gint64 version, GError **error)
{
  g_autoptr (GError) failure = NULL;

  theirs->version = version;
  complete (self, theirs);
  if (!check (theirs, &failure))
    return hemo_sync_refuse (self, g_steal_pointer (&failure), error);
  return hemo_reading_put (self->txn, theirs, "sync.apply", HEMO_LANE_NONE, error)
         && remember (self, theirs, TRUE, error)
         && hemo_sync_keep (self, HEMO_INCOMING_APPLIED, NULL, theirs->specimen, error);
}

static gboolean
merge (HemoSyncContext *self, const HemoReading *local, HemoReading *theirs, GError **error)
{
  const char *reason = NULL;

  if (g_strcmp0 (local->specimen, theirs->specimen) != 0)
    return hemo_sync_keep (self, HEMO_INCOMING_WAITING, N_ ("It is about another specimen there."),
                           local->specimen, error);
  if (says_the_same (local, theirs))
    {
      self->out->outcome = HEMO_SYNC_SAME;
      return remember (self, local, TRUE, error);
    }
  if (takes_theirs (local, theirs, &reason))
    {
      /* What was asked stays. Another program does not say which report it read: at least the one
         that it was asked about. */
      g_set_str (&theirs->question, local->question);
      if (theirs->report_version == 0)
        theirs->report_version = local->report_version;
      return take (self, theirs, local->version, error);
    }
  if (reason != NULL)
    return hemo_sync_keep (self, HEMO_INCOMING_WAITING, reason, local->specimen, error);
  self->out->outcome = HEMO_SYNC_SAME;
  return remember (self, local, FALSE, error)
         && hemo_remote_resource_queue (self->txn, "Task", local->uuid, error);
}

/* A Task is of the case, whichever slide it names. */
static gboolean
find_tube (HemoSyncContext *self, HemoReading *theirs, gboolean *here, GError **error)
{
  g_autoptr (HemoSpecimen) specimen = NULL;

  if (!hemo_sync_need (self, "Specimen", theirs->specimen, here, error) || !*here)
    return *here;
  specimen = hemo_specimen_fetch (self->txn, theirs->specimen, error);
  if (specimen != NULL && specimen->parent != NULL)
    g_set_str (&theirs->specimen, specimen->parent);
  return specimen != NULL;
}

/* What goes by its id here. @taken: (out): whether that is another record, as a report: what is
 * queued is found by its id alone */
static gboolean
find_here (HemoSyncContext *self,
           HemoReading **reading,
           HemoPictureRequest **request,
           gboolean *taken,
           GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autofree char *type = NULL;
  g_autofree char *uuid = NULL;

  *reading = find_reading (self->txn, self->id, &failure);
  if (failure == NULL)
    *request = hemo_picture_request_fetch (self->txn, self->id, &failure);
  if (failure == NULL)
    hemo_queue_find_group (self->txn, "Task", self->id, &type, &uuid, &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  *taken = *reading == NULL && *request == NULL && strcmp (type, "Task") != 0;
  return TRUE;
}

gboolean
hemo_sync_apply_order_task (HemoSyncContext *self, GError **error)
{
  gboolean done = FALSE;

  return hemo_sync_apply_refusal (self, &done, error)
         && (done || hemo_sync_apply_result (self, error));
}

gboolean
hemo_sync_apply_task (HemoSyncContext *self, GError **error)
{
  g_auto (Answers) answers
      = { .txn = self->txn, .found = g_ptr_array_new_with_free_func (put_json) };
  g_autoptr (GError) failure = NULL;
  g_autoptr (HemoReading) theirs = NULL;
  g_autoptr (HemoReading) local = NULL;
  g_autoptr (HemoPictureRequest) request = NULL;
  gboolean here = FALSE;
  gboolean taken = FALSE;

  if (!find_here (self, &local, &request, &taken, error))
    return FALSE;
  /* One id is one thing: whatever a server makes of a Task, what goes by it here stays that. */
  if (taken)
    return hemo_sync_keep (self, HEMO_INCOMING_KEPT, N_ ("Another record here has its id."), NULL,
                           error);
  if (local != NULL && hemo_fhir_is_picture_request (self->incoming->resource))
    return hemo_sync_keep (self, HEMO_INCOMING_WAITING, N_ ("It is about another specimen there."),
                           local->specimen, error);
  if (request != NULL || hemo_fhir_is_picture_request (self->incoming->resource))
    return hemo_sync_apply_picture (self, error);
  if (!hemo_fhir_is_reading (self->incoming->resource))
    return hemo_sync_apply_order_task (self, error);
  theirs = hemo_fhir_reading_from_json (self->incoming->resource, find_answer, &answers, &failure);
  if (theirs == NULL && answers.lacks != NULL && !self->incoming->last)
    {
      hemo_sync_lack (self, "Observation", answers.lacks);
      return TRUE;
    }
  if (theirs == NULL)
    return hemo_sync_refuse (self, g_steal_pointer (&failure), error);
  if (!find_tube (self, theirs, &here, &failure))
    {
      if (failure != NULL)
        return hemo_sync_refuse (self, g_steal_pointer (&failure), error);
      if (self->incoming->last)
        return hemo_sync_keep (self, HEMO_INCOMING_WAITING,
                               N_ ("Its specimen is not on the server."), NULL, error);
      return TRUE;
    }
  return local != NULL ? merge (self, local, theirs, error) : take (self, theirs, 0, error);
}
