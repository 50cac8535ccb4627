/* SPDX-License-Identifier: GPL-3.0-or-later */

/* When a lane may use its server and the link: the hours, what a connection costs, what the server
 * asked for, and what goes before what. */

#include "hemo-sync-private.h"

#include <glib/gi18n.h>

/* When the hours or the connection do not allow it, it is looked again after this. */
#define BUDGET_US (5 * G_TIME_SPAN_MINUTE)
/* A lane through which nothing moves for so long does not use the link. */
#define STILL_US (5 * G_TIME_SPAN_SECOND)

guint
hemo_sync_server_of (HemoLane lane)
{
  return lane == HEMO_LANE_RESULTS ? 0 : 1;
}

void
hemo_sync_set_pushes (HemoSyncWork *work, gint64 until)
{
  g_mutex_lock (&work->self->mutex);
  work->pushes_until = until;
  g_mutex_unlock (&work->self->mutex);
}

static guint
find_hour (const HemoSync *self)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  return self->hour != NULL ? self->hour (self->hour_data) : (guint)g_date_time_get_hour (now);
}

/* What speaks against using the server of the lane, in words, or NULL. */
static const char *
find_obstacle (HemoSyncWork *work, const HemoServerSettings *settings)
{
  if (settings->from_hour != settings->to_hour
      && !hemo_server_settings_allows_hour (settings, find_hour (work->self)))
    return N_ ("It is outside the hours in which this server may be used.");
  if (!settings->metered && work->lane != HEMO_LANE_RESULTS
      && g_network_monitor_get_network_metered (g_network_monitor_get_default ()))
    return N_ ("This connection costs money, and pictures wait for one that does not.");
  return NULL;
}

gboolean
hemo_sync_check_turn (HemoSyncWork *work, gint64 *retry_at, GError **error)
{
  HemoSync *self = work->self;
  guint server = hemo_sync_server_of (work->lane);
  const char *why;
  gint64 now = g_get_monotonic_time (), told;

  if (work->settings == NULL)
    work->settings = hemo_sync_parse_settings (self, server, error);
  if (work->settings == NULL)
    return FALSE;
  why = find_obstacle (work, work->settings);
  if (why != NULL)
    *retry_at = MAX (*retry_at, now + BUDGET_US);
  g_mutex_lock (&self->mutex);
  told = self->told_until[server];
  if (why != NULL && self->threads[work->lane] != NULL)
    hemo_lane_thread_note_local (self->threads[work->lane]);
  g_mutex_unlock (&self->mutex);
  if (told > now)
    {
      why = N_ ("The server is busy.");
      *retry_at = MAX (*retry_at, told);
    }
  if (why == NULL)
    return TRUE;
  g_set_error_literal (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_BUSY, why);
  return FALSE;
}

void
hemo_sync_note_told (HemoSyncWork *work, gint64 at)
{
  gint64 *told = &work->self->told_until[hemo_sync_server_of (work->lane)];

  g_mutex_lock (&work->self->mutex);
  *told = MAX (*told, at);
  g_mutex_unlock (&work->self->mutex);
}

/* Under the mutex. */
gboolean
hemo_sync_is_working (HemoSync *self, HemoLane lane)
{
  g_auto (HemoLaneState) state = { 0 };

  if (self->threads[lane] == NULL)
    return FALSE;
  hemo_lane_thread_get_state (self->threads[lane], &state);
  return state.activity == HEMO_LANE_WORKING;
}

/* Under the mutex. It began a moment ago, or a byte moved. One that waits for a server that says
 * nothing holds no other: theirs may be another server, and a link that is up. */
static gboolean
moves (HemoSync *self, HemoLane lane)
{
  g_auto (HemoLaneState) state = { 0 };
  gint64 at;

  if (self->threads[lane] == NULL)
    return FALSE;
  hemo_lane_thread_get_state (self->threads[lane], &state);
  if (state.activity != HEMO_LANE_WORKING)
    return FALSE;
  at = state.began_at;
  for (guint hand = 0; hand < HEMO_OBJECT_PUSH_HANDS; hand++)
    if (self->works[lane].http[hand] != NULL)
      at = MAX (at, hemo_http_get_moved_at (self->works[lane].http[hand]));
  return g_get_monotonic_time () - at < STILL_US;
}

/* Under the mutex. While a lane only asks and is answered, or has less to send than the piece that
 * is under way, the link bears another beside it. */
static gboolean
holds_link (HemoSync *self, HemoLane lane)
{
  const HemoLaneTally *tally = self->status != NULL ? &self->status->lanes[lane].tally : NULL;

  if (!moves (self, lane) || g_get_monotonic_time () >= self->works[lane].pushes_until)
    return FALSE;
  return lane == HEMO_LANE_RESULTS || tally == NULL
         || tally->bytes - tally->sent >= (gint64)HEMO_LINK_PIECE_LEAST;
}

/* Under the mutex. A record goes before a picture, a small picture before a large one. */
static gboolean
has_before (HemoSync *self, HemoLane lane)
{
  gboolean busy = FALSE;

  for (guint i = 0; i < (guint)lane; i++)
    busy = busy || holds_link (self, (HemoLane)i);
  return busy;
}

/* Also when the hours end in the middle: the rest waits. */
gboolean
hemo_sync_give_way (gpointer data)
{
  HemoSyncWork *work = data;
  HemoSync *self = work->self;
  gint64 retry_at = 0;
  gboolean busy;

  if (!hemo_sync_check_turn (work, &retry_at, NULL))
    return TRUE;
  if (!work->gives_way)
    return FALSE;
  g_mutex_lock (&self->mutex);
  busy = has_before (self, work->lane);
  work->gave_way = work->gave_way || busy;
  g_mutex_unlock (&self->mutex);
  return busy;
}

/* What stands still changes no state that would wake them. */
void
hemo_sync_wake_waiting (HemoSync *self)
{
  g_mutex_lock (&self->mutex);
  for (guint i = 0; i < HEMO_LANE_NONE; i++)
    if (self->threads[i] != NULL && self->works[i].gave_way && !has_before (self, (HemoLane)i))
      {
        self->works[i].gave_way = FALSE;
        hemo_lane_thread_wake (self->threads[i]);
      }
  g_mutex_unlock (&self->mutex);
}
