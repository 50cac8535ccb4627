/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A case that another computer wrote, to the server: as it was written, and only over what that
 * computer knew or wrote itself. Days may have gone by: what is there is looked at first. */

#include "hemo-courier-private.h"

#include "hemo-fhir-overlay.h"
#include "hemo-fhir-push.h"

#include <glib/gi18n.h>
#include <string.h>

/* Somebody else may write in between. */
#define TRIES_MOST 3

/* What is known here of a record that came by this courier: the version that it became, and the
 * number of the letter. */
typedef struct
{
  const HemoCourierRelay *relay;
  const char *type;
  const char *id;
  HemoRemoteResource *known;
  const GPtrArray *stored;
  gint64 number;
} Memory;

/**
 * Work: a letter on its way
 * @send: (element-type HemoFhirPart): that are not there yet as they are
 * @matches: (element-type utf8): for each of @send, the version that it replaces, or NULL
 */
typedef struct
{
  HemoCourierRelay *relay;
  const HemoCourierLetter *letter;
  HemoCourierReply *reply;
  GPtrArray *send;
  GPtrArray *matches;
} Work;

/* Never that of a server: what it holds is not what this computer knows of that. */
static char *
memory_server (const HemoCourierRelay *relay)
{
  return g_strdup_printf ("courier:%s:%s", relay->run->places[0].identity, relay->from);
}

static gboolean
recall_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Memory *self = data;
  g_autofree char *server = memory_server (self->relay);
  g_autoptr (GError) failure = NULL;

  self->known = hemo_remote_resource_load (txn, server, self->type, self->id, &failure);
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
remember_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Memory *self = data;
  g_autofree char *server = memory_server (self->relay);
  g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, self->number);

  for (guint i = 0; i < self->stored->len; i++)
    {
      const HemoFhirStored *stored = g_ptr_array_index (self->stored, i);
      const HemoRemoteResource resource = {
        .type = stored->type, .id = stored->id, .version_id = stored->version_id, .base = number
      };

      if (!hemo_remote_resource_save (txn, server, &resource, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
remember (Work *self, const GPtrArray *stored, GError **error)
{
  Memory memory = { .relay = self->relay, .stored = stored, .number = self->letter->number };

  return stored->len == 0
         || hemo_courier_job_write (self->relay->run, remember_job, &memory, error);
}

static HemoFhirStored *
stored_new (json_object *resource, const char *version)
{
  HemoFhirStored *stored = g_new0 (HemoFhirStored, 1);

  stored->type = g_strdup (hemo_fhir_get_type (resource));
  stored->id = g_strdup (hemo_fhir_get_id (resource));
  stored->version_id = g_strdup (version);
  return stored;
}

static gboolean
is_same (json_object *ours, json_object *theirs)
{
  g_autoptr (json_object) a = hemo_fhir_strip_meta (ours);
  g_autoptr (json_object) b = hemo_fhir_strip_meta (theirs);

  return json_object_equal (a, b) == 1;
}

/* The clinic, its people and computers: whoever writes last has them. */
static gboolean
is_shared (const char *type)
{
  static const char *const types[]
      = { "Organization", "Device", "Practitioner", "PractitionerRole", NULL };

  return g_strv_contains (types, type);
}

static void
plan_part (Work *self, const HemoFhirPart *part, const char *version)
{
  g_ptr_array_add (self->send, (gpointer)part);
  g_ptr_array_add (self->matches, version != NULL ? g_strdup_printf ("W/\"%s\"", version) : NULL);
}

static void
set_outcome (Work *self, HemoCourierOutcome outcome, const char *reason)
{
  self->reply->outcome = outcome;
  g_set_str (&self->reply->reason, reason);
}

/* Who wrote it nobody can tell: the version is enough. */
static void
add_theirs (Work *self, json_object *theirs)
{
  set_outcome (self, HEMO_COURIER_CONFLICT, N_ ("Somebody else changed a record of this case."));
  g_ptr_array_add (self->reply->theirs, hemo_courier_record_new (NULL, theirs));
}

/* What is there is another version than the letter holds. */
static gboolean
plan_differing (Work *self, const HemoFhirPart *part, json_object *theirs, GError **error)
{
  const char *version = hemo_fhir_get_version (theirs);
  g_autofree char *match = g_strdup_printf ("W/\"%s\"", version);
  Memory memory = { .relay = self->relay,
                    .type = hemo_fhir_get_type (part->resource),
                    .id = hemo_fhir_get_id (part->resource) };
  g_autoptr (HemoRemoteResource) known = NULL;
  gboolean own;

  if (!hemo_courier_job_read (self->relay->run, recall_job, &memory, NULL, error))
    return FALSE;
  known = memory.known;
  if (known != NULL && known->base != NULL
      && g_ascii_strtoll (known->base, NULL, 10) > self->letter->number)
    {
      set_outcome (self, HEMO_COURIER_OLDER, N_ ("A newer letter went before this one."));
      return TRUE;
    }
  own = known != NULL && g_strcmp0 (known->version_id, version) == 0;
  if (own || is_shared (memory.type) || g_strcmp0 (match, part->if_match) == 0)
    plan_part (self, part, version);
  else
    add_theirs (self, theirs);
  return TRUE;
}

static gboolean
plan_one (Work *self, const HemoFhirPart *part, GError **error)
{
  gboolean deleted = FALSE;
  g_autoptr (GError) failure = NULL;
  g_autoptr (json_object) theirs = hemo_fhir_server_look (
      self->relay->server, hemo_fhir_get_type (part->resource), hemo_fhir_get_id (part->resource),
      &deleted, self->relay->run->cancellable, &failure);

  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (deleted)
    set_outcome (
        self, HEMO_COURIER_REFUSED,
        N_ ("Somebody deleted a record of this case on the server. Nothing is deleted here, and "
            "nothing of it is put there again from a stick: ask who runs the server."));
  else if (theirs == NULL)
    plan_part (self, part, NULL);
  else if (is_same (part->resource, theirs))
    g_ptr_array_add (self->reply->stored,
                     stored_new (part->resource, hemo_fhir_get_version (theirs)));
  else
    return plan_differing (self, part, theirs, error);
  return TRUE;
}

static void
forget_plan (Work *self)
{
  set_outcome (self, HEMO_COURIER_RECEIVED, NULL);
  g_ptr_array_set_size (self->send, 0);
  g_ptr_array_set_size (self->matches, 0);
  g_ptr_array_set_size (self->reply->stored, 0);
  g_ptr_array_set_size (self->reply->theirs, 0);
}

/* What of the letter is there, what is to be sent, and what stands against it. */
static gboolean
plan (Work *self, GError **error)
{
  forget_plan (self);
  for (guint i = 0; i < self->letter->parts->len; i++)
    if (!plan_one (self, g_ptr_array_index (self->letter->parts, i), error))
      return FALSE;
  return remember (self, self->reply->stored, error);
}

/* At most a transaction's entries from @first on; (transfer full), NULL with @error */
static GPtrArray *
send_some (Work *self, guint first, GError **error)
{
  g_autoptr (HemoFhirBundle) bundle = hemo_fhir_bundle_new (HEMO_FHIR_BUNDLE_TRANSACTION);

  for (guint i = first; i < self->send->len && i - first < HEMO_FHIR_PUSH_ENTRIES; i++)
    {
      const HemoFhirPart *part = g_ptr_array_index (self->send, i);

      hemo_fhir_bundle_add (bundle, json_object_get (part->resource),
                            g_ptr_array_index (self->matches, i));
    }
  return hemo_fhir_server_transaction (self->relay->server, bundle, self->relay->run->cancellable,
                                       error);
}

static gboolean
send_planned (Work *self, GError **error)
{
  for (guint first = 0; first < self->send->len; first += HEMO_FHIR_PUSH_ENTRIES)
    {
      g_autoptr (GPtrArray) stored = send_some (self, first, error);

      if (stored == NULL || !remember (self, stored, error))
        return FALSE;
      g_ptr_array_extend_and_steal (self->reply->stored, g_steal_pointer (&stored));
    }
  return TRUE;
}

/* @again: (out): whether somebody wrote in between */
static gboolean
try_once (Work *self, gboolean *again, GError **error)
{
  g_autoptr (GError) failure = NULL;

  *again = FALSE;
  if (!plan (self, error))
    return FALSE;
  if (self->reply->outcome != HEMO_COURIER_RECEIVED || send_planned (self, &failure))
    return TRUE;
  if (g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_REFUSED)
      || g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_TOO_LARGE))
    {
      set_outcome (self, HEMO_COURIER_REFUSED, failure->message);
      return TRUE;
    }
  *again = g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_CONFLICT);
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

gboolean
hemo_courier_relay_records (HemoCourierRelay *self,
                            const HemoCourierLetter *letter,
                            HemoCourierReply *reply,
                            GError **error)
{
  g_autoptr (GPtrArray) send = g_ptr_array_new ();
  g_autoptr (GPtrArray) matches = g_ptr_array_new_with_free_func (g_free);
  Work work = { .relay = self, .letter = letter, .reply = reply, .send = send, .matches = matches };
  gboolean done = FALSE;
  gboolean again = TRUE;

  for (guint attempt = 0; !done && again && attempt < TRIES_MOST; attempt++)
    {
      g_clear_error (error);
      done = try_once (&work, &again, error);
    }
  return done;
}

gboolean
hemo_courier_relay_is_own (HemoCourierRelay *self,
                           json_object *resource,
                           gboolean *is_own,
                           GError **error)
{
  Memory memory
      = { .relay = self, .type = hemo_fhir_get_type (resource), .id = hemo_fhir_get_id (resource) };
  g_autoptr (HemoRemoteResource) known = NULL;

  if (!hemo_courier_job_read (self->run, recall_job, &memory, NULL, error))
    return FALSE;
  known = memory.known;
  *is_own = known != NULL && g_strcmp0 (known->version_id, hemo_fhir_get_version (resource)) == 0;
  return TRUE;
}
