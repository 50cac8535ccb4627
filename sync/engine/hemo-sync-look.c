/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Looks for servers that are away: that one of them is back, or that this computer slept, is
 * noticed within two seconds, whatever the back-off of a lane says.
 *
 * What is tried is a connection, which costs a packet where nobody is there; where somebody is, a
 * question says whether that is the server itself.
 *
 * A lane waits on when the server itself refused it, or told it when to come back. Whatever else it
 * waits for ends when the server is seen again after it was missed: also of a lane whose try was
 * still under way then, and failed by what was before. */

#include "hemo-server-probe.h"
#include "hemo-sync-private.h"

#include <time.h>

#define LOOK_MS 1500
/* Where each look costs money, and the network is there: somebody says that the server is not, or
 * answers in its place. Where nobody answers at all it is the network that is waited for, and what
 * is lost on the way is seldom counted. */
#define METERED_TIMES 10
#define CONNECT_SECONDS 6
#define ANSWER_MS 5000
/* A server that was never missed, and through which nothing comes all the same, is left to the
 * lanes' back-off but for this, which doubles. */
#define AGAIN_US (15 * G_TIME_SPAN_SECOND)
#define AGAIN_MOST_US (15 * G_TIME_SPAN_MINUTE)
/* After so many looks that found somebody else in the server's place, every tenth is enough. */
#define MISSES 200
/* While nobody is there the lanes leave the tries to the looks, which cost less and come sooner;
 * not for longer than this after the last, as a lane may know a way that a look does not. */
#define HOLD_US (90 * G_TIME_SPAN_SECOND)
#define SLEPT_US (4 * G_TIME_SPAN_SECOND)

/* One server that is waited for. */
typedef struct
{
  HemoSync *sync;
  guint server;
  HemoHttp *http;
  char *url;
  gboolean proxied;
  /* A connection could be made. */
  gboolean reached;
  /* Nobody was there when it was looked last, or somebody else; kept while the lanes try. */
  gboolean away;
  /* A connection could not be made before; the last was refused by somebody, who is there. */
  gboolean was_gone;
  gboolean refused;
  guint connecting;
  guint misses;
  /* When it was seen again after it was missed; when the lanes were woken last, and how long none
   * is that began its try since. */
  gint64 back_at;
  gint64 woken_at;
  gint64 again;
} Look;

struct _HemoSyncLooker
{
  HemoSync *sync;
  GMainContext *context;
  GThread *thread;
  GCancellable *cancellable;
  GSocketClient *client;
  Look looks[2];
  gint64 asleep;
  /* Atomic: a lane's state changed. */
  int stirred;
};

static const char *const kinds[] = { HEMO_SERVER_FHIR, HEMO_SERVER_S3 };

/* Microseconds that this computer has slept since it was started. */
static gint64
read_asleep (void)
{
  struct timespec all, awake;

  if (clock_gettime (CLOCK_BOOTTIME, &all) != 0 || clock_gettime (CLOCK_MONOTONIC, &awake) != 0)
    return 0;
  return (all.tv_sec - awake.tv_sec) * G_TIME_SPAN_SECOND + (all.tv_nsec - awake.tv_nsec) / 1000;
}

static const HemoRemoteError ways[]
    = { HEMO_REMOTE_ERROR_OFFLINE, HEMO_REMOTE_ERROR_TLS, HEMO_REMOTE_ERROR_PROXY,
        HEMO_REMOTE_ERROR_PROTOCOL, HEMO_REMOTE_ERROR_CLOCK };

/* Whether the way to the server may be why the lane waits. */
static gboolean
is_missing (const HemoLaneState *state)
{
  gboolean by_way = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    by_way = by_way || g_error_matches (state->failure, HEMO_REMOTE_ERROR, (int)ways[i]);
  return by_way && !state->is_told && state->activity == HEMO_LANE_WAITING;
}

/* Lets those lanes of the server that miss it, and began their try before @before, try now; @hold:
 * the others are to leave that to the looks. Whether there are any. */
static gboolean
each_missing (HemoSync *sync, guint server, gint64 before, gboolean hold)
{
  gboolean any = FALSE;

  g_mutex_lock (&sync->mutex);
  for (guint lane = 0; lane < HEMO_LANE_NONE; lane++)
    {
      g_auto (HemoLaneState) state = { 0 };

      if (sync->threads[lane] == NULL || (lane == HEMO_LANE_RESULTS ? 0 : 1) != server)
        continue;
      hemo_lane_thread_get_state (sync->threads[lane], &state);
      if (!is_missing (&state))
        continue;
      any = TRUE;
      if (state.began_at < before)
        hemo_lane_thread_retry (sync->threads[lane]);
      else if (hold)
        hemo_lane_thread_hold (sync->threads[lane], state.began_at + HOLD_US);
    }
  g_mutex_unlock (&sync->mutex);
  return any;
}

static void
look_forget (Look *self)
{
  g_clear_object (&self->http);
  g_clear_pointer (&self->url, g_free);
  self->reached = FALSE;
  self->refused = FALSE;
  self->misses = 0;
}

static gboolean
look_open (HemoSyncLooker *looker, Look *self)
{
  HemoSync *sync = self->sync;
  g_autoptr (HemoServerSettings) settings = NULL;
  g_auto (GStrv) proxies = NULL;

  if (self->http != NULL)
    return TRUE;
  settings = hemo_server_settings_parse (sync->servers[self->server]->settings, NULL);
  if (settings == NULL)
    return FALSE;
  settings->stall_ms = ANSWER_MS;
  self->http = hemo_server_settings_open (settings, sync->clocks[self->server], NULL);
  self->url = g_strdup (settings->url);
  proxies = g_proxy_resolver_lookup (g_proxy_resolver_get_default (), settings->url,
                                     looker->cancellable, NULL);
  self->proxied
      = proxies != NULL && proxies[0] != NULL && !g_str_has_prefix (proxies[0], "direct:");
  return self->http != NULL;
}

static void
connect_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Look *self = data;
  g_autoptr (GError) failure = NULL;
  g_autoptr (GSocketConnection) connection
      = g_socket_client_connect_finish (G_SOCKET_CLIENT (source), result, &failure);

  self->connecting--;
  self->refused = g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
  self->reached = self->reached || connection != NULL;
  if (connection == NULL)
    self->away = self->was_gone = TRUE;
}

static void
look_connect (HemoSyncLooker *looker, Look *self)
{
  guint16 port = hemo_http_is_tls (self->http) ? 443 : 80;
  g_autoptr (GSocketConnectable) address = g_network_address_parse_uri (self->url, port, NULL);

  if (address == NULL)
    return;
  self->connecting++;
  g_socket_client_connect_async (looker->client, address, looker->cancellable, connect_cb, self);
}

/* The server answers. */
static void
look_found (Look *self)
{
  gint64 now = g_get_monotonic_time (), before = self->back_at;

  if (self->away)
    {
      self->away = FALSE;
      self->back_at = self->woken_at = before = now;
      self->again = AGAIN_US;
    }
  else if (now - self->woken_at >= self->again)
    {
      self->woken_at = before = now;
      self->again = CLAMP (2 * self->again, AGAIN_US, AGAIN_MOST_US);
    }
  each_missing (self->sync, self->server, before, FALSE);
}

static void
look_trust (Look *self)
{
  self->reached = self->was_gone = FALSE;
  look_found (self);
}

/* Somebody takes connections: is it the server? */
static void
look_ask (HemoSyncLooker *looker, Look *self)
{
  self->reached = FALSE;
  self->misses++;
  if (self->misses > MISSES && self->misses % 10 != 0)
    return;
  if (hemo_server_probe (self->http, kinds[self->server], looker->cancellable, NULL))
    look_found (self);
  else
    self->away = TRUE;
}

/* Whether the server is waited for. Where nobody was and now somebody is, and must prove who it is,
 * the lanes find that out themselves: a question would cost two ways there and back. */
static gboolean
look (HemoSyncLooker *looker, Look *self)
{
  if (!each_missing (self->sync, self->server, 0, self->away))
    {
      look_forget (self);
      return FALSE;
    }
  if (!look_open (looker, self))
    return FALSE;
  if (self->reached && self->was_gone && hemo_http_is_tls (self->http))
    look_trust (self);
  else if (self->reached || self->proxied)
    look_ask (looker, self);
  else
    look_connect (looker, self);
  return TRUE;
}

/* Connections of before are dead, and nothing says so. */
static void
check_sleep (HemoSyncLooker *self)
{
  gint64 asleep = read_asleep ();

  if (asleep - self->asleep > SLEPT_US)
    hemo_sync_renew (self->sync);
  self->asleep = asleep;
}

static gboolean
is_at_work (HemoSync *sync)
{
  gboolean busy = FALSE;

  g_mutex_lock (&sync->mutex);
  for (guint lane = 0; lane < HEMO_LANE_NONE; lane++)
    if (sync->threads[lane] != NULL)
      {
        g_auto (HemoLaneState) state = { 0 };

        hemo_lane_thread_get_state (sync->threads[lane], &state);
        busy = busy || state.activity == HEMO_LANE_WORKING;
      }
  g_mutex_unlock (&sync->mutex);
  return busy;
}

static gboolean
wake_cb (gpointer data)
{
  *(gboolean *)data = TRUE;
  return G_SOURCE_REMOVE;
}

/* Whether all that is waited for is a server, and no network. */
static gboolean
is_network_there (const HemoSyncLooker *self)
{
  gboolean there = TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (self->looks); i++)
    there = there
            && (self->looks[i].http == NULL || self->looks[i].refused || self->looks[i].misses > 0);
  return there;
}

static guint
choose_ms (const HemoSyncLooker *self)
{
  guint ms = self->sync->look_ms > 0 ? self->sync->look_ms : LOOK_MS;

  return is_network_there (self)
                 && g_network_monitor_get_network_metered (g_network_monitor_get_default ())
             ? METERED_TIMES * ms
             : ms;
}

/* Until @ms have passed; a connection that could be made, and a lane that failed, are looked at at
 * once. */
static void
wait (HemoSyncLooker *self, guint ms)
{
  g_autoptr (GSource) timer = g_timeout_source_new (ms);
  gboolean over = FALSE;

  g_source_set_callback (timer, wake_cb, &over, NULL);
  g_source_attach (timer, self->context);
  while (!over && !self->looks[0].reached && !self->looks[1].reached
         && !g_cancellable_is_cancelled (self->cancellable)
         && g_atomic_int_get (&self->stirred) == 0)
    g_main_context_iteration (self->context, TRUE);
  g_source_destroy (timer);
}

static gpointer
run (gpointer data)
{
  HemoSyncLooker *self = data;

  g_main_context_push_thread_default (self->context);
  while (!g_cancellable_is_cancelled (self->cancellable))
    {
      gboolean first, second;

      g_atomic_int_set (&self->stirred, 0);
      first = look (self, &self->looks[0]);
      second = look (self, &self->looks[1]);
      hemo_sync_wake_waiting (self->sync);
      if (first || second || is_at_work (self->sync))
        wait (self, choose_ms (self));
      else if (!g_cancellable_is_cancelled (self->cancellable))
        g_main_context_iteration (self->context, TRUE);
      check_sleep (self);
    }
  while (self->looks[0].connecting > 0 || self->looks[1].connecting > 0)
    g_main_context_iteration (self->context, TRUE);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

HemoSyncLooker *
hemo_sync_looker_new (HemoSync *sync)
{
  HemoSyncLooker *self = g_new0 (HemoSyncLooker, 1);

  self->sync = sync;
  self->context = g_main_context_new ();
  self->cancellable = g_cancellable_new ();
  self->client = g_socket_client_new ();
  self->asleep = read_asleep ();
  g_socket_client_set_timeout (self->client, CONNECT_SECONDS);
  g_socket_client_set_enable_proxy (self->client, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (self->looks); i++)
    self->looks[i] = (Look){ .sync = sync, .server = i };
  self->thread = g_thread_new ("hemo-sync-look", run, self);
  return self;
}

void
hemo_sync_looker_wake (HemoSyncLooker *self)
{
  g_atomic_int_set (&self->stirred, 1);
  g_main_context_wakeup (self->context);
}

void
hemo_sync_looker_free (HemoSyncLooker *self)
{
  g_cancellable_cancel (self->cancellable);
  g_main_context_wakeup (self->context);
  g_thread_join (self->thread);
  for (guint i = 0; i < G_N_ELEMENTS (self->looks); i++)
    look_forget (&self->looks[i]);
  g_clear_object (&self->client);
  g_clear_object (&self->cancellable);
  g_main_context_unref (self->context);
  g_free (self);
}
