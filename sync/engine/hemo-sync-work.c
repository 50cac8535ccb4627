/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What each lane does when it is its turn. */

#include "hemo-sync-private.h"

#include "hemo-doubt-ask.h"
#include "hemo-fhir-events.h"
#include "hemo-fhir-pull.h"
#include "hemo-fhir-push.h"
#include "hemo-object-push.h"
#include "hemo-picture-fetch.h"
#include "hemo-picture-left.h"
#include "hemo-picture-prune.h"
#include "hemo-rescue-sync.h"
#include "hemo-server-probe.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

/* Multipart uploads that nobody ended. */
#define STALE_US (7 * G_TIME_SPAN_DAY)
/* They are looked for when all else was sent, or after this at the latest. */
#define TIDY_US (15 * G_TIME_SPAN_MINUTE)
/* How often it is noted in a run that the server was heard. */
#define NOTE_US (10 * G_TIME_SPAN_SECOND)
/* For so long others wait while it is asked what others wrote; it may be much. */
#define PULL_FIRST_US G_TIME_SPAN_MINUTE
/* A server that was not heard for so long may take what it is given and never answer. */
#define UNHEARD_US G_TIME_SPAN_MINUTE

/* Bytes that arrived since the last call. */
static void
note_speed (HemoSync *self, HemoLane lane, guint64 bytes)
{
  HemoSyncSpeed *speed = &self->speeds[lane];
  gint64 now = g_get_monotonic_time ();
  double span, weight;

  g_mutex_lock (&self->mutex);
  span = (double)(now - speed->at) / G_TIME_SPAN_SECOND;
  if (speed->at == 0 || span * G_TIME_SPAN_SECOND > HEMO_SYNC_SPEED_US || span <= 0)
    speed->speed = 0;
  else
    {
      weight = 1 - exp (-span / 15);
      speed->speed += weight * ((double)bytes / span - speed->speed);
    }
  speed->at = now;
  g_mutex_unlock (&self->mutex);
}

/* Something arrived: whatever ends the run, the link is worth another try soon. */
static void
note_arrived (HemoSyncWork *work)
{
  HemoSync *self = work->self;

  g_mutex_lock (&self->mutex);
  if (self->threads[work->lane] != NULL)
    hemo_lane_thread_note_progress (self->threads[work->lane]);
  g_mutex_unlock (&self->mutex);
}

/* When a server was last heard, and its time, so that a clock that is set back is noticed. */
static void
note_reached (HemoSyncWork *work)
{
  HemoSync *self = work->self;
  HemoServerClock *clock = self->clocks[hemo_sync_server_of (work->lane)];
  gint64 proven = hemo_server_clock_proven (clock);
  gboolean is_news;

  hemo_sync_note (self, HEMO_SYNC_NOTE_REACHED, hemo_server_clock_now (clock), NULL);
  g_mutex_lock (&self->mutex);
  is_news = proven > self->proven_time;
  if (is_news)
    self->proven_time = proven;
  g_mutex_unlock (&self->mutex);
  if (is_news)
    hemo_sync_note (self, HEMO_SYNC_NOTE_PROVEN_TIME, proven, NULL);
}

/* While a long run goes on: a person sees at once that the server is there. */
static void
note_proof (HemoSyncWork *work)
{
  HemoSync *self = work->self;
  gint64 now = g_get_monotonic_time ();
  gboolean is_due;

  g_mutex_lock (&self->mutex);
  is_due = work->noted_at == 0 || now - work->noted_at >= NOTE_US;
  if (is_due)
    work->noted_at = now;
  g_mutex_unlock (&self->mutex);
  if (is_due)
    note_reached (work);
}

/* Bytes that the server did not have yet when it was last told: what is sent again after a break is
 * no news. Under the mutex. */
static guint64
note_bytes (HemoSyncWork *work, const char *image, guint64 bytes, guint64 size)
{
  guint64 *before;
  guint64 news = 0;

  if (work->seen == NULL)
    work->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  before = g_hash_table_lookup (work->seen, image);
  if (before == NULL)
    g_hash_table_insert (work->seen, g_strdup (image), g_memdup2 (&bytes, sizeof bytes));
  else if (bytes > *before)
    {
      news = bytes - *before;
      *before = bytes;
    }
  if (bytes >= size)
    g_hash_table_remove (work->seen, image);
  return news;
}

void
hemo_sync_work_clear (HemoSyncWork *work)
{
  /* One that was never started has nothing. */
  if (work->self != NULL)
    {
      g_mutex_lock (&work->self->mutex);
      work->http[0] = work->http[1] = NULL;
      g_mutex_unlock (&work->self->mutex);
    }
  g_clear_pointer (&work->seen, g_hash_table_unref);
  g_clear_pointer (&work->settings, hemo_server_settings_free);
  g_clear_error (&work->refusal);
  g_clear_object (&work->fhir);
  g_clear_object (&work->s3[0]);
  g_clear_object (&work->s3[1]);
  g_clear_pointer (&work->picture_base, g_free);
}

static const char *
kind_of (HemoLane lane)
{
  return lane == HEMO_LANE_RESULTS ? HEMO_SERVER_FHIR : HEMO_SERVER_S3;
}

HemoServerSettings *
hemo_sync_parse_settings (HemoSync *self, guint server, GError **error)
{
  return hemo_server_settings_parse (self->servers[server]->settings, error);
}

static gboolean
open_fhir (HemoSyncWork *work, GError **error)
{
  HemoSync *self = work->self;
  g_autoptr (HemoServerSettings) settings = hemo_sync_parse_settings (self, 0, error);
  g_autoptr (HemoHttp) http = NULL;
  g_autoptr (HemoSignIn) sign_in = NULL;

  if (settings == NULL)
    return FALSE;
  http = hemo_server_settings_open (settings, self->clocks[0], error);
  if (http == NULL)
    return FALSE;
  sign_in = hemo_server_settings_sign_in (settings, http, error);
  if (sign_in == NULL)
    return FALSE;
  work->fhir = hemo_fhir_server_new (http, sign_in);
  return TRUE;
}

static gboolean
open_s3 (HemoSyncWork *work, GError **error)
{
  HemoSync *self = work->self;
  g_autoptr (HemoServerSettings) settings = hemo_sync_parse_settings (self, 1, error);

  if (settings == NULL)
    return FALSE;
  for (guint i = 0; i < (settings->kilobits > 0 ? 1 : HEMO_OBJECT_PUSH_HANDS); i++)
    {
      work->s3[i]
          = hemo_server_settings_open_s3 (settings, self->clinic_uuid, self->clocks[1], error);
      if (work->s3[i] == NULL)
        return FALSE;
    }
  return TRUE;
}

/* (transfer full) */
static HemoS3 *
open_pictures (HemoSync *self, GError **error)
{
  g_autoptr (HemoServerSettings) settings = NULL;

  if (self->servers[1] == NULL)
    {
      g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND,
                           N_ ("No server is set up for pictures."));
      return NULL;
    }
  settings = hemo_sync_parse_settings (self, 1, error);
  return settings != NULL
             ? hemo_server_settings_open_s3 (settings, self->clinic_uuid, self->clocks[1], error)
             : NULL;
}

gboolean
hemo_sync_check_heads (
    HemoSync *self, HemoSession *session, guint *checked, GCancellable *cancellable, GError **error)
{
  g_autoptr (HemoS3) s3 = open_pictures (self, error);

  return s3 != NULL
         && hemo_rescue_check_heads (self->clinic, session, s3, checked, cancellable, error);
}

GBytes *
hemo_sync_fetch_picture (HemoSync *self,
                         HemoSession *session,
                         const char *image,
                         const char *specimen,
                         HemoLane lane,
                         GCancellable *cancellable,
                         GError **error)
{
  g_autoptr (HemoS3) s3 = open_pictures (self, error);

  return s3 != NULL ? hemo_picture_fetch (self->clinic, session, s3, image, specimen, lane,
                                          cancellable, error)
                    : NULL;
}

gboolean
hemo_sync_prune (HemoSync *self,
                 HemoSession *session,
                 const HemoPruneOptions *options,
                 HemoPruneTally *tally,
                 GCancellable *cancellable,
                 GError **error)
{
  g_autoptr (HemoS3) s3 = open_pictures (self, error);

  return s3 != NULL
         && hemo_picture_prune (self->clinic, session, s3, self->servers[1]->identity, options,
                                tally, cancellable, error);
}

/* Where pictures are, for the records that tell of them; NULL without a bucket. */
static char *
make_picture_base (HemoSync *self)
{
  g_autoptr (HemoServerSettings) settings
      = self->servers[1] != NULL ? hemo_sync_parse_settings (self, 1, NULL) : NULL;

  if (settings == NULL || settings->bucket == NULL)
    return NULL;
  return g_strdup_printf ("s3://%s/%s%s", settings->bucket,
                          settings->prefix != NULL ? settings->prefix : self->clinic_uuid,
                          settings->prefix != NULL ? "" : "/");
}

static char *
image_url (const HemoImage *image, gpointer data)
{
  HemoSyncWork *work = data;

  return work->picture_base != NULL
             ? g_strdup_printf ("%simages/%s.cms", work->picture_base, image->uuid)
             : NULL;
}

/* @data: the HemoFhirPull that settles conflicts. */
static void
note_received (guint items, gpointer data)
{
  const HemoFhirPull *pull = data;
  HemoSyncWork *work = pull->data;

  note_proof (work);
  hemo_sync_touch (work->self);
}

static void
note_taken (const char *type, const char *id, HemoSyncOutcome outcome, gpointer data)
{
  HemoSyncWork *work = data;

  note_proof (work);
  hemo_sync_touch (work->self);
}

static gboolean
go_on_pulling (gpointer data, GError **error)
{
  HemoSyncWork *work = data;

  return hemo_sync_check_turn (work, &work->turn_at, error);
}

/* @data: the HemoFhirPull that settles conflicts. */
static gboolean
go_on_pushing (gpointer data, GError **error)
{
  const HemoFhirPull *pull = data;

  return go_on_pulling (pull->data, error);
}

static gboolean
push_records (
    HemoSyncWork *work, HemoFhirPull *pull, guint *sent, GCancellable *cancellable, GError **error)
{
  HemoSync *self = work->self;
  guint64 before = hemo_fhir_server_get_payload (work->fhir);
  HemoFhirPush push
      = { .store = self->store,
          .session = self->session,
          .server = work->fhir,
          .options = { .server = self->servers[0]->identity, .image_url = image_url, .data = work },
          .conflict = hemo_fhir_pull_conflict,
          .received = note_received,
          .go_on = go_on_pushing,
          .data = pull };
  gboolean done = hemo_fhir_push_run (&push, sent, cancellable, error);

  note_speed (self, HEMO_LANE_RESULTS, hemo_fhir_server_get_payload (work->fhir) - before);
  return done;
}

/* When nothing else waits for the server, and pictures need not wait for it. That it is not told is
 * no failure of the lane: it is tried again. */
static void
tell_events (HemoSyncWork *work, GCancellable *cancellable)
{
  const HemoFhirEvents events = { .store = work->self->store,
                                  .session = work->self->session,
                                  .server = work->fhir,
                                  .identity = work->self->servers[0]->identity };
  guint told = 0;

  hemo_sync_set_pushes (work, 0);
  hemo_fhir_events_run (&events, &told, cancellable, NULL);
}

/* What is here goes first, then what others wrote comes; what that changed here goes as well. */
static gboolean
sync_records (HemoSyncWork *work, guint *sent, GCancellable *cancellable, GError **error)
{
  HemoSync *self = work->self;
  HemoFhirPull pull = { .store = self->store,
                        .session = self->session,
                        .server = work->fhir,
                        .identity = self->servers[0]->identity,
                        .shared = hemo_sync_is_shared (self),
                        .taken = note_taken,
                        .refused = hemo_sync_note_refused,
                        .go_on = go_on_pulling,
                        .data = work };
  guint again = 0;

  if (!hemo_sync_prove (work, &pull, cancellable, error)
      || !push_records (work, &pull, sent, cancellable, error))
    return FALSE;
  if (!hemo_sync_is_pull_due (work))
    return TRUE;
  hemo_sync_set_pushes (work, g_get_monotonic_time () + PULL_FIRST_US);
  if (!hemo_sync_pull (work, &pull, cancellable, error))
    return FALSE;
  hemo_sync_set_pushes (work, G_MAXINT64);
  if (!push_records (work, &pull, &again, cancellable, error))
    return FALSE;
  *sent += again;
  tell_events (work, cancellable);
  return TRUE;
}

/* Of two pictures under way one is shown, until it is there. */
static void
show_picture (HemoSync *self, const char *image, guint64 bytes, guint64 size)
{
  if (self->image != NULL && strcmp (self->image, image) != 0
      && self->image_sent < self->image_size)
    return;
  g_set_str (&self->image, image);
  self->image_sent = bytes;
  self->image_size = size;
}

static void
note_progress (const char *image, guint64 bytes, guint64 size, gpointer data)
{
  HemoSyncWork *work = data;
  HemoSync *self = work->self;
  guint64 news;

  g_mutex_lock (&self->mutex);
  show_picture (self, image, bytes, size);
  news = note_bytes (work, image, bytes, size);
  g_mutex_unlock (&self->mutex);
  note_speed (self, work->lane, news);
  if (news > 0)
    {
      note_arrived (work);
      note_proof (work);
    }
  hemo_sync_touch (self);
}

static void
forget_picture (HemoSync *self)
{
  g_mutex_lock (&self->mutex);
  g_clear_pointer (&self->image, g_free);
  self->image_sent = self->image_size = 0;
  g_mutex_unlock (&self->mutex);
}

/* Whom to believe. The lane of previews tells it for both while it is at work; where the other
 * began before it, that goes on alone: what one finds lost and tells again, both would. */
static gboolean
tell_whom (HemoSyncWork *work, GCancellable *cancellable, GError **error)
{
  HemoSync *self = work->self;
  gboolean others, done;

  g_mutex_lock (&self->mutex);
  others
      = self->tells_whom
        || (work->lane == HEMO_LANE_ORIGINALS && hemo_sync_is_working (self, HEMO_LANE_PREVIEWS));
  self->tells_whom = self->tells_whom || !others;
  g_mutex_unlock (&self->mutex);
  if (others)
    return TRUE;
  done = hemo_picture_tell (self->clinic, self->session, work->s3[0], self->servers[1]->identity,
                            cancellable, error);
  g_mutex_lock (&self->mutex);
  self->tells_whom = FALSE;
  g_mutex_unlock (&self->mutex);
  return done;
}

/* What a killed program left costs the clinic money; that it cannot be tidied stops nothing. */
static void
tidy (HemoSyncWork *work, gboolean done, GCancellable *cancellable)
{
  gint64 now = g_get_monotonic_time ();
  g_autoptr (GError) failure = NULL;

  if (work->first_at == 0)
    work->first_at = now;
  if (work->lane != HEMO_LANE_ORIGINALS || work->swept || (!done && now - work->first_at < TIDY_US))
    return;
  hemo_object_sweep (work->s3[0], "images/", STALE_US, cancellable, &failure);
  work->swept = !g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_OFFLINE);
}

/* What is in doubt is asked for a few at a time, so that what is new goes between. */
static gboolean
send_pictures (const HemoObjectPush *push, guint *sent, GCancellable *cancellable, GError **error)
{
  guint asked, found, some;

  do
    {
      gboolean done = hemo_doubt_ask (push, &asked, &found, cancellable, error);

      some = 0;
      done = done && hemo_object_push_run (push, &some, cancellable, error);
      *sent += found + some;
      if (!done)
        return FALSE;
    }
  while (asked > 0 && !push->give_way (push->data));
  return TRUE;
}

static gboolean
push_pictures (HemoSyncWork *work, guint *sent, GCancellable *cancellable, GError **error)
{
  HemoSync *self = work->self;
  HemoObjectPush push = { .clinic = self->clinic,
                          .session = self->session,
                          .s3 = { work->s3[0], work->s3[1] },
                          .links = self->links[work->lane],
                          .server = self->servers[1]->identity,
                          .lane = work->lane,
                          .give_way = hemo_sync_give_way,
                          .progress = note_progress,
                          .data = work };
  g_autoptr (GError) untold = NULL;
  gboolean done, broken;

  tidy (work, FALSE, cancellable);
  done = tell_whom (work, cancellable, error);
  /* Of one lane, as each sealing gives other bytes. It goes first, as it is small and lets the
   * clinic begin anew; where it cannot go, pictures still do. */
  if (done && work->lane == HEMO_LANE_PREVIEWS)
    hemo_rescue_tell (self->clinic, self->session, work->s3[0], push.server, cancellable, &untold);
  broken = g_error_matches (untold, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_OFFLINE);
  hemo_sync_set_pushes (work, done && !broken ? G_MAXINT64 : 0);
  done = done && !broken && send_pictures (&push, sent, cancellable, error);
  hemo_sync_set_pushes (work, 0);
  forget_picture (self);
  /* It may cost much of the link. */
  done = done && hemo_picture_left_look (&push, cancellable, error);
  if (done && !hemo_sync_give_way (work))
    tidy (work, TRUE, cancellable);
  if (untold == NULL || (!done && !broken))
    return done;
  g_propagate_error (error, g_steal_pointer (&untold));
  return FALSE;
}

static gboolean
is_open (const HemoSyncWork *work)
{
  return work->lane == HEMO_LANE_RESULTS ? work->fhir != NULL : work->s3[0] != NULL;
}

static HemoHttp *
get_http (HemoSyncWork *work, guint hand)
{
  if (work->fhir != NULL)
    return hand == 0 ? hemo_fhir_server_get_http (work->fhir) : NULL;
  return work->s3[hand] != NULL ? hemo_s3_get_http (work->s3[hand]) : NULL;
}

/* Not before this, as the server asked; 0 where it did not. */
static gint64
get_retry_at (HemoSyncWork *work)
{
  gint64 at = 0;

  for (guint hand = 0; hand < HEMO_OBJECT_PUSH_HANDS; hand++)
    if (get_http (work, hand) != NULL)
      at = MAX (at, hemo_http_get_retry_at (get_http (work, hand)));
  return at;
}

static gboolean
open_connection (HemoSyncWork *work, GError **error)
{
  if (is_open (work))
    return TRUE;
  g_free (work->picture_base);
  work->picture_base = make_picture_base (work->self);
  if (!(work->lane == HEMO_LANE_RESULTS ? open_fhir (work, error) : open_s3 (work, error)))
    return FALSE;
  g_mutex_lock (&work->self->mutex);
  for (guint hand = 0; hand < HEMO_OBJECT_PUSH_HANDS; hand++)
    work->http[hand] = get_http (work, hand);
  g_mutex_unlock (&work->self->mutex);
  return TRUE;
}

static gboolean
count_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  HemoSyncWork *work = data;

  work->waiting = hemo_queue_count (txn, work->lane, error);
  return work->waiting >= 0;
}

/* What a picture begins with is small and answered soon: where the server must prove who it is, a
 * question more would cost a way there and back each time that the link returns. */
static gboolean
is_own_question (HemoSyncWork *work)
{
  return work->lane != HEMO_LANE_RESULTS && work->waiting > 0
         && hemo_http_is_tls (get_http (work, 0));
}

/* What is asked for more than a word is waited for over a minute, a transaction for three: not
 * where nobody answers at all. Where nothing waits, nothing is asked again. */
static gboolean
check_heard (HemoSyncWork *work, GCancellable *cancellable, GError **error)
{
  HemoSync *self = work->self;
  HemoHttp *http = get_http (work, 0);
  gint64 heard_at = hemo_http_get_heard_at (http);

  if (heard_at != 0 && g_get_monotonic_time () - heard_at < UNHEARD_US)
    return TRUE;
  if (!hemo_store_read (self->store, self->session, count_job, work, NULL, error))
    return FALSE;
  if (!is_own_question (work))
    return (heard_at != 0 && work->waiting == 0)
           || hemo_server_probe (http, kind_of (work->lane), cancellable, error);
  for (guint hand = 0; hand < HEMO_OBJECT_PUSH_HANDS; hand++)
    if (get_http (work, hand) != NULL)
      hemo_http_doubt (get_http (work, hand));
  return TRUE;
}

static gboolean
work_once (gpointer data, gint64 *retry_at, GCancellable *cancellable, GError **error)
{
  HemoSyncWork *work = data;
  guint sent = 0;
  gboolean done;

  work->turn_at = 0;
  if (!hemo_sync_check_turn (work, retry_at, error) || !open_connection (work, error)
      || !check_heard (work, cancellable, error))
    return FALSE;
  done = work->lane == HEMO_LANE_RESULTS ? sync_records (work, &sent, cancellable, error)
                                         : push_pictures (work, &sent, cancellable, error);
  if (sent > 0)
    note_arrived (work);
  if (sent > 0 || work->reached)
    note_reached (work);
  work->reached = FALSE;
  g_mutex_lock (&work->self->mutex);
  work->self->sent += sent;
  g_mutex_unlock (&work->self->mutex);
  /* What is left waits for the hours. */
  if (done)
    return hemo_sync_check_turn (work, retry_at, error);
  hemo_sync_note_told (work, get_retry_at (work));
  *retry_at = MAX (get_retry_at (work), work->turn_at);
  return FALSE;
}

/* Without TLS, a page to sign in to the network answers in the server's name. */
static void
note_doubt (HemoSyncWork *work)
{
  HemoSync *self = work->self;
  g_autoptr (HemoServerSettings) settings
      = hemo_sync_parse_settings (self, hemo_sync_server_of (work->lane), NULL);

  if (settings == NULL || g_ascii_strncasecmp (settings->url, "http://", strlen ("http://")) != 0)
    return;
  g_mutex_lock (&self->mutex);
  if (self->threads[work->lane] != NULL)
    hemo_lane_thread_note_local (self->threads[work->lane]);
  g_mutex_unlock (&self->mutex);
}

gboolean
hemo_sync_work (gpointer data, gint64 *retry_at, GCancellable *cancellable, GError **error)
{
  HemoSyncWork *work = data;
  GError *failure = NULL;
  gboolean done;

  /* From the beginning: a record goes before a picture. */
  if (work->lane == HEMO_LANE_RESULTS)
    hemo_sync_set_pushes (work, G_MAXINT64);
  done = work_once (data, retry_at, cancellable, &failure);
  hemo_sync_set_pushes (work, 0);

  hemo_sync_note_failure (work->self, work->lane, failure != NULL ? failure : work->refusal);
  if (g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DENIED)
      || g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_REFUSED))
    note_doubt (work);
  if (failure != NULL)
    g_propagate_error (error, failure);
  return done;
}

void
hemo_sync_lane_changed (gpointer data)
{
  HemoSyncWork *work = data;
  HemoSync *self = work->self;
  gboolean idle = FALSE;

  g_mutex_lock (&self->mutex);
  if (self->threads[work->lane] != NULL)
    {
      g_auto (HemoLaneState) state = { 0 };

      hemo_lane_thread_get_state (self->threads[work->lane], &state);
      idle = state.activity != HEMO_LANE_WORKING;
    }
  /* Those that gave way. */
  for (guint i = (guint)work->lane + 1; idle && i < HEMO_LANE_NONE; i++)
    if (self->threads[i] != NULL)
      hemo_lane_thread_wake (self->threads[i]);
  if (self->looker != NULL)
    hemo_sync_looker_wake (self->looker);
  g_mutex_unlock (&self->mutex);
  hemo_sync_touch (self);
}
