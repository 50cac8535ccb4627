/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Letters of another computer of the clinic, to the clinic's servers, and a reply to each. A reply
 * is written when the server has proven what it says, never before; without one the letter is
 * brought there again, which changes nothing there. */

#include "hemo-courier-private.h"

#include "hemo-durable.h"
#include "hemo-object-upload.h"
#include "hemo-sync.h"

#include <glib/gi18n.h>
#include <string.h>

/**
 * Forward: @failure: (out): the first thing that was not reached
 */
typedef struct
{
  HemoCourierRun *run;
  const HemoCourierFolder *folder;
  HemoCourierRelay relay;
  HemoS3 *s3;
  HemoLink link;
  gboolean is_away[2];
  GError **failure;
} Forward;

/* One letter as it lies there. */
typedef struct
{
  const HemoCourierEntry *entry;
  HemoCourierLetter *letter;
  char *sha256;
} Piece;

static void
piece_clear (Piece *self)
{
  g_clear_pointer (&self->letter, hemo_courier_letter_free);
  g_clear_pointer (&self->sha256, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Piece, piece_clear)

static guint
place_of (const HemoCourierEntry *entry)
{
  return entry->rank == HEMO_LANE_PREVIEWS || entry->rank == HEMO_LANE_ORIGINALS ? 1 : 0;
}

static gboolean
time_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_sync_note_load (txn, HEMO_SYNC_NOTE_PROVEN_TIME, NULL);
  hemo_txn_set_result_free (txn, g_free);
  return TRUE;
}

/* (transfer full) */
static HemoServerClock *
make_clock (HemoCourierRun *run)
{
  g_autofree char *proven = NULL;

  hemo_courier_job_read (run, time_job, NULL, (gpointer *)&proven, NULL);
  return hemo_server_clock_new (proven != NULL ? g_ascii_strtoll (proven, NULL, 10) : 0);
}

static gboolean
open_fhir (Forward *self, GError **error)
{
  const HemoServerSettings *settings = self->run->places[0].settings;
  g_autoptr (HemoServerClock) clock = make_clock (self->run);
  g_autoptr (HemoHttp) http = hemo_server_settings_open (settings, clock, error);
  g_autoptr (HemoSignIn) sign_in
      = http != NULL ? hemo_server_settings_sign_in (settings, http, error) : NULL;

  if (sign_in == NULL)
    return FALSE;
  self->relay.server = hemo_fhir_server_new (http, sign_in);
  return TRUE;
}

static gboolean
open_s3 (Forward *self, GError **error)
{
  g_autoptr (HemoServerClock) clock = make_clock (self->run);

  hemo_link_init (&self->link);
  self->s3 = hemo_server_settings_open_s3 (self->run->places[1].settings, self->run->keys->clinic,
                                           clock, error);
  return self->s3 != NULL;
}

static gboolean
open_place (Forward *self, guint place, GError **error)
{
  if (self->run->places[place].settings == NULL)
    {
      g_set_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND, "%s",
                   place == 0
                       ? N_ ("On this computer no server for records is set up: they wait on "
                             "the stick. Read it where one is.")
                       : N_ ("On this computer no server for pictures is set up: they wait "
                             "on the stick. Read it where one is."));
      return FALSE;
    }
  if (place == 0)
    return self->relay.server != NULL || open_fhir (self, error);
  return self->s3 != NULL || open_s3 (self, error);
}

/* Whether the reply is one of the clinic, and about this very file. */
static gboolean
is_answered (Forward *self, const Piece *piece)
{
  g_autofree char *name = g_strconcat (piece->entry->id, ".reply", NULL);
  g_autoptr (GBytes) file = hemo_courier_folder_read (self->folder, name, NULL);
  g_autoptr (GBytes) content = NULL;
  g_autoptr (HemoCourierReply) reply = NULL;

  if (file == NULL)
    return FALSE;
  content = hemo_courier_open (self->run->keys, HEMO_COURIER_REPLY, NULL, file, NULL, NULL);
  reply = content != NULL ? hemo_courier_reply_parse (content, NULL) : NULL;
  return reply != NULL && strcmp (reply->letter_sha256, piece->sha256) == 0;
}

/* Pictures */

/* Whether the files beside the letter are what it tells of. */
static gboolean
check_files (Forward *self, const HemoCourierLetter *letter)
{
  g_autofree char *cms = hemo_courier_folder_path_of (self->folder, letter->id, ".cms");
  g_autofree char *sig = hemo_courier_folder_path_of (self->folder, letter->id, ".sig");
  g_autofree char *sha256 = NULL;
  g_autofree char *signature_sha256 = NULL;
  guint64 size = 0;

  sha256 = hemo_durable_hash (cms, FALSE, &size, NULL, NULL, self->run->cancellable, NULL);
  signature_sha256 = hemo_durable_hash (sig, FALSE, NULL, NULL, NULL, self->run->cancellable, NULL);
  return size == (guint64)letter->bytes && g_strcmp0 (sha256, letter->sha256) == 0
         && g_strcmp0 (signature_sha256, letter->signature_sha256) == 0;
}

static gboolean
keep_nothing (const char *state, gpointer data, GError **error)
{
  return TRUE;
}

static gboolean
upload (Forward *self,
        const char *key,
        const char *path,
        guint64 size,
        const char *sha256,
        GError **error)
{
  const HemoObjectTask task = { .s3 = self->s3,
                                .link = &self->link,
                                .key = key,
                                .path = path,
                                .size = size,
                                .sha256 = sha256,
                                .begun = TRUE,
                                .keep = keep_nothing };

  return hemo_object_upload (&task, NULL, self->run->cancellable, error);
}

/* The signature first: a picture that is there can be believed by whoever finds it. */
static gboolean
upload_picture (Forward *self, const HemoCourierLetter *letter, GError **error)
{
  g_autofree char *cms = hemo_courier_folder_path_of (self->folder, letter->id, ".cms");
  g_autofree char *sig = hemo_courier_folder_path_of (self->folder, letter->id, ".sig");
  g_autofree char *sig_key = g_strconcat (letter->key, ".sig", NULL);
  g_autoptr (GBytes) signature = hemo_durable_read (sig, HEMO_COURIER_SIGNATURE_MOST, error);

  return signature != NULL
         && upload (self, sig_key, sig, g_bytes_get_size (signature), letter->signature_sha256,
                    error)
         && upload (self, letter->key, cms, (guint64)letter->bytes, letter->sha256, error);
}

/* What no further try would change. */
static gboolean
is_refusal (const GError *error)
{
  return g_error_matches (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_REFUSED)
         || g_error_matches (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_TOO_LARGE)
         || g_error_matches (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_CONFLICT);
}

static gboolean
send_picture (Forward *self,
              const HemoCourierLetter *letter,
              HemoCourierReply *reply,
              GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (!check_files (self, letter))
    {
      if (g_cancellable_set_error_if_cancelled (self->run->cancellable, error))
        return FALSE;
      reply->outcome = HEMO_COURIER_SPOILED;
      return TRUE;
    }
  if (upload_picture (self, letter, &failure))
    {
      reply->sha256 = g_strdup (letter->sha256);
      return TRUE;
    }
  if (is_refusal (failure))
    {
      reply->outcome = HEMO_COURIER_REFUSED;
      reply->reason = g_strdup (failure->message);
      return TRUE;
    }
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* Replies */

static void
count (Forward *self, const Piece *piece, const HemoCourierReply *reply)
{
  HemoCourierSummary *summary = self->run->summary;

  summary->replied++;
  if (reply->outcome == HEMO_COURIER_RECEIVED)
    summary->forwarded[piece->letter->lane]++;
  else if (reply->outcome == HEMO_COURIER_REFUSED)
    summary->refused++;
  else if (reply->outcome == HEMO_COURIER_CONFLICT)
    summary->conflicts++;
  else if (reply->outcome == HEMO_COURIER_OLDER)
    summary->older++;
  else
    summary->spoiled++;
}

/* What could not be reached, which is told when all was tried; what concerns the stick or this
 * computer ends the run. */
static gboolean
set_away (Forward *self, guint place, GError *failure, GError **error)
{
  if (failure->domain != HEMO_REMOTE_ERROR && failure->domain != HEMO_STORE_ERROR)
    {
      g_propagate_error (error, failure);
      return FALSE;
    }
  self->is_away[place] = TRUE;
  if (*self->failure == NULL)
    *self->failure = failure;
  else
    g_error_free (failure);
  return TRUE;
}

static gboolean
send_letter (Forward *self, const Piece *piece, GError **error)
{
  guint place = place_of (piece->entry);
  g_autofree char *name = g_strconcat (piece->entry->id, ".reply", NULL);
  g_autoptr (HemoCourierReply) reply = hemo_courier_reply_new (piece->letter->id, piece->sha256);
  g_autoptr (GError) failure = NULL;
  g_autoptr (GBytes) json = NULL;
  gboolean done;

  reply->place = g_strdup (self->run->places[place].address);
  done = open_place (self, place, &failure)
         && (place == 0 ? hemo_courier_relay_records (&self->relay, piece->letter, reply, &failure)
                        : send_picture (self, piece->letter, reply, &failure));
  if (!done)
    return set_away (self, place, g_steal_pointer (&failure), error);
  json = hemo_courier_reply_to_json (reply);
  if (!hemo_courier_write_file (self->run, self->folder, name, HEMO_COURIER_REPLY, json, error))
    return FALSE;
  count (self, piece, reply);
  return TRUE;
}

static gboolean
send_answers (Forward *self, const Piece *piece, GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (open_place (self, 0, &failure)
      && hemo_courier_answer (&self->relay, self->folder, piece->letter, piece->sha256, &failure))
    return TRUE;
  return set_away (self, 0, g_steal_pointer (&failure), error);
}

/* FALSE without @error when it cannot be used. */
static gboolean
load_piece (Forward *self, Piece *piece, GError **error)
{
  g_autoptr (GBytes) file = NULL;
  g_autoptr (GBytes) content
      = hemo_courier_open_file (self->run, self->folder, piece->entry->name, HEMO_COURIER_LETTER,
                                self->folder->installation, &file, error);

  if (content == NULL)
    return FALSE;
  piece->letter = hemo_courier_letter_parse (content, NULL);
  piece->sha256 = hemo_sha256 (file);
  if (piece->letter != NULL && strcmp (piece->letter->id, piece->entry->id) == 0
      && piece->letter->number == piece->entry->number
      && (piece->letter->matter == HEMO_COURIER_ASK) == (piece->entry->rank == HEMO_LANE_NONE)
      && (piece->letter->matter == HEMO_COURIER_OBJECT) == (place_of (piece->entry) == 1))
    return TRUE;
  self->run->summary->damaged++;
  return FALSE;
}

static gboolean
forward_entry (Forward *self, const HemoCourierEntry *entry, GError **error)
{
  g_auto (Piece) piece = { .entry = entry };
  g_autoptr (GError) failure = NULL;

  if (g_cancellable_set_error_if_cancelled (self->run->cancellable, error))
    return FALSE;
  if (self->is_away[place_of (entry)])
    return TRUE;
  if (!load_piece (self, &piece, &failure))
    {
      if (failure == NULL)
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  /* What others wrote since it was answered comes as well. */
  if (piece.letter->matter == HEMO_COURIER_ASK)
    return send_answers (self, &piece, error);
  return is_answered (self, &piece) || send_letter (self, &piece, error);
}

gboolean
hemo_courier_forward (HemoCourierRun *self,
                      const HemoCourierFolder *folder,
                      GError **failure,
                      GError **error)
{
  g_autoptr (GPtrArray) entries = hemo_courier_folder_letters (folder, error);
  Forward forward = { .run = self,
                      .folder = folder,
                      .relay = { .run = self, .from = folder->installation },
                      .failure = failure };
  gboolean done = entries != NULL;

  for (guint i = 0; done && i < entries->len; i++)
    done = forward_entry (&forward, g_ptr_array_index (entries, i), error);
  g_clear_object (&forward.relay.server);
  g_clear_object (&forward.s3);
  return done;
}
