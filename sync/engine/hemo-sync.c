/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The lanes of one clinic: opened by its settings, woken, paused, and told of. */

#include "hemo-sync-private.h"

#include "hemo-incoming-table.h"
#include "hemo-picture-request-table.h"

#include <stdlib.h>

/* How often a lane looks though nobody woke it. */
#define POLL_US (60 * G_TIME_SPAN_SECOND)
#define STATUS_US (200 * G_TIME_SPAN_MILLISECOND)
#define STATUS_LATEST_US (2 * G_TIME_SPAN_SECOND)
/* Of what a status takes, between two of them. */
#define STATUS_REST 20

enum
{
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HemoSync, hemo_sync, G_TYPE_OBJECT)

/* A status and who holds it. */
typedef struct
{
  gint references;
  HemoSyncStatus status;
} StatusBox;

static StatusBox *
box_of (HemoSyncStatus *self)
{
  return (StatusBox *)((char *)self - G_STRUCT_OFFSET (StatusBox, status));
}

static HemoSyncStatus *
status_new (void)
{
  StatusBox *box = g_new0 (StatusBox, 1);

  box->references = 1;
  return &box->status;
}

HemoSyncStatus *
hemo_sync_status_ref (HemoSyncStatus *self)
{
  g_atomic_int_inc (&box_of (self)->references);
  return self;
}

void
hemo_sync_status_unref (HemoSyncStatus *self)
{
  if (!g_atomic_int_dec_and_test (&box_of (self)->references))
    return;
  g_free (self->newest_unread);
  g_free (self->image);
  for (guint i = 0; i < HEMO_LANE_NONE; i++)
    g_free (self->lanes[i].failure);
  g_free (box_of (self));
}

double
hemo_sync_status_get_rest (const HemoSyncStatus *self, HemoLane lane)
{
  const HemoSyncLane *of = &self->lanes[lane];

  if (of->tally.bytes <= 0 || of->bytes_per_second <= 0)
    return -1;
  return (double)MAX (of->tally.bytes - of->tally.sent, 0) / of->bytes_per_second;
}

static const char *const failure_notes[]
    = { "failure.results", "failure.previews", "failure.originals" };

/* What the store says of the servers and of the sync itself. */
typedef struct
{
  HemoServerRow *servers[2];
  char *clinic;
  gint64 proven_time;
  gboolean paused;
  char *failures[HEMO_LANE_NONE];
} Setup;

static void
setup_free (Setup *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->servers); i++)
    g_clear_pointer (&self->servers[i], hemo_server_row_free);
  for (guint i = 0; i < HEMO_LANE_NONE; i++)
    g_free (self->failures[i]);
  g_free (self->clinic);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Setup, setup_free)

static gboolean
setup_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  static const char *const kinds[] = { HEMO_SERVER_FHIR, HEMO_SERVER_S3 };
  g_autoptr (Setup) setup = g_new0 (Setup, 1);
  g_autofree char *proven = hemo_sync_note_load (txn, HEMO_SYNC_NOTE_PROVEN_TIME, NULL);
  g_autofree char *paused = hemo_sync_note_load (txn, HEMO_SYNC_NOTE_PAUSED, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr (GError) failure = NULL;

      setup->servers[i] = hemo_server_load (txn, kinds[i], &failure);
      if (failure == NULL)
        continue;
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  setup->clinic = hemo_txn_dup_meta (txn, "clinic", error);
  setup->proven_time = proven != NULL ? g_ascii_strtoll (proven, NULL, 10) : 0;
  setup->paused = g_strcmp0 (paused, "1") == 0;
  for (guint i = 0; i < HEMO_LANE_NONE; i++)
    setup->failures[i] = hemo_sync_note_load (txn, failure_notes[i], NULL);
  hemo_txn_set_result_free (txn, (GDestroyNotify)setup_free);
  if (setup->clinic == NULL)
    return FALSE;
  *result = g_steal_pointer (&setup);
  return TRUE;
}

/* While no lane is at work. */
static gboolean
read_setup (HemoSync *self, GError **error)
{
  g_autoptr (Setup) setup = NULL;

  if (!hemo_store_read (self->store, self->session, setup_job, NULL, (gpointer *)&setup, error))
    return FALSE;
  g_mutex_lock (&self->mutex);
  for (guint i = 0; i < G_N_ELEMENTS (self->servers); i++)
    {
      g_clear_pointer (&self->servers[i], hemo_server_row_free);
      self->servers[i] = g_steal_pointer (&setup->servers[i]);
    }
  g_free (self->clinic_uuid);
  self->clinic_uuid = g_steal_pointer (&setup->clinic);
  self->proven_time = setup->proven_time;
  self->paused = setup->paused;
  for (guint i = 0; i < HEMO_LANE_NONE; i++)
    {
      g_free (self->failures[i]);
      self->failures[i] = g_steal_pointer (&setup->failures[i]);
    }
  g_mutex_unlock (&self->mutex);
  return TRUE;
}

typedef struct
{
  const char *name;
  const char *value;
} Note;

static gboolean
note_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Note *note = data;

  return hemo_sync_note_save (txn, note->name, note->value, error);
}

gboolean
hemo_sync_note (HemoSync *self, const char *name, gint64 value, GError **error)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, value);
  Note note = { name, text };

  return hemo_store_write (self->store, self->session, note_job, &note, NULL, error);
}

void
hemo_sync_note_failure (HemoSync *self, HemoLane lane, const GError *failure)
{
  const char *text = failure != NULL ? failure->message : "";
  Note note = { failure_notes[lane], text };
  gboolean is_new;

  if (g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_mutex_lock (&self->mutex);
  is_new = g_strcmp0 (self->failures[lane] != NULL ? self->failures[lane] : "", text) != 0;
  if (is_new)
    g_set_str (&self->failures[lane], text);
  g_mutex_unlock (&self->mutex);
  /* That it could not be noted is no failure of the lane's. */
  if (is_new)
    hemo_store_write (self->store, self->session, note_job, &note, NULL, NULL);
}

static gboolean
load_note_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autoptr (GError) failure = NULL;

  hemo_txn_set_result_free (txn, g_free);
  *result = hemo_sync_note_load (txn, data, &failure);
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

char *
hemo_sync_load_note (HemoSync *self, const char *name)
{
  char *value = NULL;

  hemo_store_read (self->store, self->session, load_note_job, (gpointer)name, (gpointer *)&value,
                   NULL);
  return value;
}

typedef struct
{
  HemoSync *self;
  HemoSyncStatus *status;
} Tally;

static gboolean
tally_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  HemoSyncStatus *status = ((Tally *)data)->status;
  g_autofree char *reached = NULL;
  g_autofree char *strange = NULL;
  g_auto (GStrv) unread = NULL;

  for (guint lane = 0; lane < HEMO_LANE_NONE; lane++)
    if (!hemo_queue_tally (txn, (HemoLane)lane, &status->lanes[lane].tally, error))
      return FALSE;
  status->conflicts = hemo_incoming_count_waiting (txn, error);
  reached = hemo_sync_note_load (txn, HEMO_SYNC_NOTE_REACHED, NULL);
  status->reached_us = reached != NULL ? g_ascii_strtoll (reached, NULL, 10) : 0;
  strange = hemo_sync_note_load (txn, HEMO_SYNC_NOTE_STRANGE, NULL);
  status->strange = strange != NULL ? g_ascii_strtoll (strange, NULL, 10) : 0;
  unread = hemo_incoming_unread (txn, error);
  if (unread == NULL || !hemo_pruned_count_missing (txn, &status->missing, error))
    return FALSE;
  status->unread = g_strv_length (unread);
  if (status->unread > 0)
    status->newest_unread = g_strdup (unread[status->unread - 1]);
  status->asked = hemo_picture_requests_count_open (txn, error);
  status->came = hemo_incoming_last (txn, error);
  return status->conflicts >= 0 && status->asked >= 0 && status->came >= 0;
}

double
hemo_sync_speed (const HemoSyncSpeed *self, gint64 now)
{
  gint64 since = now - self->at;

  return self->at == 0 || since > HEMO_SYNC_SPEED_US ? 0 : self->speed;
}

/* What the threads know of themselves. */
static void
describe_lanes (HemoSync *self, HemoSyncStatus *status)
{
  g_mutex_lock (&self->mutex);
  status->paused = self->paused;
  status->image = g_strdup (self->image);
  status->image_sent = self->image_sent;
  status->image_size = self->image_size;
  for (guint i = 0; i < HEMO_LANE_NONE; i++)
    {
      HemoSyncLane *lane = &status->lanes[i];
      g_auto (HemoLaneState) state = { 0 };

      lane->is_set = self->servers[i == HEMO_LANE_RESULTS ? 0 : 1] != NULL;
      status->is_set = status->is_set || lane->is_set;
      lane->bytes_per_second = hemo_sync_speed (&self->speeds[i], g_get_monotonic_time ());
      lane->activity = self->paused ? HEMO_LANE_PAUSED : HEMO_LANE_IDLE;
      if (self->threads[i] == NULL)
        {
          if (lane->is_set && self->failures[i] != NULL && *self->failures[i] != '\0')
            lane->failure = g_strdup (self->failures[i]);
          continue;
        }
      hemo_lane_thread_get_state (self->threads[i], &state);
      lane->activity = state.activity;
      lane->next_at = state.next_at;
      /* What stopped nothing is told all the same. */
      if (state.failure == NULL && state.activity == HEMO_LANE_IDLE && self->failures[i] != NULL
          && *self->failures[i] != '\0')
        {
          lane->failure = g_strdup (self->failures[i]);
          lane->failure_code = HEMO_REMOTE_ERROR_REFUSED;
        }
      if (state.failure == NULL)
        continue;
      lane->failure = g_strdup (state.failure->message);
      lane->failure_code = state.failure->domain == HEMO_REMOTE_ERROR ? state.failure->code : -1;
    }
  g_mutex_unlock (&self->mutex);
}

HemoSyncStatus *
hemo_sync_make_status (HemoSync *self, GError **error)
{
  HemoSyncStatus *status = status_new ();
  Tally tally = { self, status };

  describe_lanes (self, status);
  if (hemo_store_read (self->store, self->session, tally_job, &tally, NULL, error))
    return status;
  hemo_sync_status_unref (status);
  return NULL;
}

HemoSyncStatus *
hemo_sync_get_status (HemoSync *self)
{
  HemoSyncStatus *status;

  g_mutex_lock (&self->mutex);
  status = self->status != NULL ? hemo_sync_status_ref (self->status) : NULL;
  g_mutex_unlock (&self->mutex);
  return status;
}

static gboolean
tell_cb (gpointer data)
{
  HemoSync *self = data;

  g_mutex_lock (&self->mutex);
  self->telling = FALSE;
  g_mutex_unlock (&self->mutex);
  g_signal_emit (self, signals[CHANGED], 0);
  return G_SOURCE_REMOVE;
}

/* Never here and now, as g_main_context_invoke() may: the mutex is held. */
static void
post (HemoSync *self)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_callback (source, tell_cb, g_object_ref (self), g_object_unref);
  g_source_attach (source, self->context);
}

/* Each change of the queue wakes the thread that waits for this: it waits on. A status that takes
 * long is made less often. */
static gint64
next_status (gint64 begun, gint64 ended)
{
  return ended + CLAMP (STATUS_REST * (ended - begun), STATUS_US, STATUS_LATEST_US);
}

/* The status thread: makes a new one when something changed, not more often than it is of use. */
static gpointer
watch (gpointer data)
{
  HemoSync *self = data;

  g_mutex_lock (&self->mutex);
  while (!self->ending)
    {
      gint64 begun = g_get_monotonic_time (), until;
      HemoSyncStatus *status;

      if (!self->stale)
        {
          g_cond_wait (&self->cond, &self->mutex);
          continue;
        }
      self->stale = FALSE;
      g_mutex_unlock (&self->mutex);
      status = hemo_sync_make_status (self, NULL);
      g_mutex_lock (&self->mutex);
      /* One that could not be made is made the next time round. */
      self->stale = self->stale || status == NULL;
      if (status != NULL)
        {
          /* Who asked for a picture is told at once that it is there. */
          if (self->status != NULL && status->asked < self->status->asked
              && self->threads[HEMO_LANE_RESULTS] != NULL)
            hemo_lane_thread_wake (self->threads[HEMO_LANE_RESULTS]);
          g_clear_pointer (&self->status, hemo_sync_status_unref);
          self->status = status;
        }
      if (status != NULL && !self->telling)
        {
          self->telling = TRUE;
          post (self);
        }
      until = next_status (begun, g_get_monotonic_time ());
      while (!self->ending && g_cond_wait_until (&self->cond, &self->mutex, until))
        ;
    }
  g_mutex_unlock (&self->mutex);
  return NULL;
}

void
hemo_sync_touch (gpointer data)
{
  HemoSync *self = data;

  g_mutex_lock (&self->mutex);
  /* While a picture goes it is said often: who knows it already sleeps on. */
  if (!self->stale)
    g_cond_broadcast (&self->cond);
  self->stale = TRUE;
  g_mutex_unlock (&self->mutex);
}

HemoSync *
hemo_sync_new (HemoClinic *clinic, GError **error)
{
  g_autoptr (HemoSync) self = g_object_new (HEMO_TYPE_SYNC, NULL);

  self->clinic = g_object_ref (clinic);
  self->session = hemo_clinic_new_sync_session (clinic, error);
  if (self->session == NULL)
    return NULL;
  self->store = g_object_ref (hemo_clinic_get_store (clinic));
  if (!read_setup (self, error))
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (self->clocks); i++)
    self->clocks[i] = hemo_server_clock_new (self->proven_time);
  return g_steal_pointer (&self);
}

static void
end_threads (HemoSync *self)
{
  HemoSyncLooker *looker;

  g_mutex_lock (&self->mutex);
  looker = g_steal_pointer (&self->looker);
  g_mutex_unlock (&self->mutex);
  g_clear_pointer (&looker, hemo_sync_looker_free);
  for (guint i = 0; i < HEMO_LANE_NONE; i++)
    {
      HemoLaneThread *thread;

      g_mutex_lock (&self->mutex);
      thread = g_steal_pointer (&self->threads[i]);
      g_mutex_unlock (&self->mutex);
      g_clear_pointer (&thread, hemo_lane_thread_free);
      hemo_sync_work_clear (&self->works[i]);
    }
}

static void
each_thread (HemoSync *self, void (*function) (HemoLaneThread *))
{
  g_mutex_lock (&self->mutex);
  for (guint i = 0; i < HEMO_LANE_NONE; i++)
    if (self->threads[i] != NULL)
      function (self->threads[i]);
  g_mutex_unlock (&self->mutex);
}

void
hemo_sync_renew (HemoSync *self)
{
  g_mutex_lock (&self->mutex);
  for (guint i = 0; i < HEMO_LANE_NONE; i++)
    for (guint hand = 0; hand < HEMO_OBJECT_PUSH_HANDS; hand++)
      if (self->works[i].http[hand] != NULL)
        hemo_http_renew (self->works[i].http[hand]);
  g_mutex_unlock (&self->mutex);
  each_thread (self, hemo_lane_thread_renew);
}

static void
network_cb (GNetworkMonitor *monitor, gboolean available, HemoSync *self)
{
  if (available)
    hemo_sync_renew (self);
}

static void
start_lane (HemoSync *self, HemoLane lane, const char *name)
{
  HemoLaneThread *thread;

  self->works[lane] = (HemoSyncWork){ .self = self, .lane = lane, .gives_way = TRUE };
  /* It tells of itself before it works, and so finds itself there. */
  g_mutex_lock (&self->mutex);
  thread = hemo_lane_thread_new (name, hemo_sync_work, POLL_US, self->first_wait,
                                 hemo_sync_lane_changed, &self->works[lane]);
  self->threads[lane] = thread;
  g_mutex_unlock (&self->mutex);
  if (self->paused)
    hemo_lane_thread_set_paused (thread, TRUE);
}

gboolean
hemo_sync_start (HemoSync *self, GError **error)
{
  static const char *const names[] = { "hemo-results", "hemo-previews", "hemo-originals" };

  end_threads (self);
  /* It may be another server. */
  self->told_until[0] = self->told_until[1] = 0;
  if (!read_setup (self, error))
    return FALSE;
  if (self->watcher == NULL)
    {
      self->watcher = g_thread_new ("hemo-sync-status", watch, self);
      self->network = g_signal_connect (g_network_monitor_get_default (), "network-changed",
                                        G_CALLBACK (network_cb), self);
    }
  for (guint lane = 0; lane < HEMO_LANE_NONE; lane++)
    if (self->servers[lane == HEMO_LANE_RESULTS ? 0 : 1] != NULL)
      start_lane (self, (HemoLane)lane, names[lane]);
  g_mutex_lock (&self->mutex);
  self->looker = hemo_sync_looker_new (self);
  g_mutex_unlock (&self->mutex);
  hemo_sync_touch (self);
  return TRUE;
}

void
hemo_sync_stop (HemoSync *self)
{
  end_threads (self);
  if (self->watcher == NULL)
    return;
  g_clear_signal_handler (&self->network, g_network_monitor_get_default ());
  g_mutex_lock (&self->mutex);
  self->ending = TRUE;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);
  g_clear_pointer (&self->watcher, g_thread_join);
  self->ending = FALSE;
}

void
hemo_sync_send_now (HemoSync *self)
{
  g_atomic_int_set (&self->asked, TRUE);
  g_mutex_lock (&self->mutex);
  self->told_until[0] = self->told_until[1] = 0;
  g_mutex_unlock (&self->mutex);
  each_thread (self, hemo_lane_thread_retry);
}

void
hemo_sync_wake (HemoSync *self)
{
  each_thread (self, hemo_lane_thread_wake);
  hemo_sync_touch (self);
}

gboolean
hemo_sync_set_paused (HemoSync *self, gboolean paused, GError **error)
{
  if (!hemo_sync_note (self, HEMO_SYNC_NOTE_PAUSED, paused ? 1 : 0, error))
    return FALSE;
  g_mutex_lock (&self->mutex);
  self->paused = paused;
  g_mutex_unlock (&self->mutex);
  for (guint i = 0; i < HEMO_LANE_NONE; i++)
    if (self->threads[i] != NULL)
      hemo_lane_thread_set_paused (self->threads[i], paused);
  hemo_sync_touch (self);
  return TRUE;
}

/* Whom nobody answered a moment ago is not asked for the next lane as well. */
static gboolean
skip_lane (HemoSync *self, HemoLane lane, const GError *before, GError **error)
{
  if (lane != HEMO_LANE_ORIGINALS
      || !g_error_matches (before, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_OFFLINE))
    return FALSE;
  hemo_sync_note_failure (self, lane, before);
  g_propagate_error (error, g_error_copy (before));
  return TRUE;
}

static gboolean
run_lane (HemoSyncWork *work, GCancellable *cancellable, GError **error)
{
  gint64 retry_at = 0;
  gboolean done = hemo_sync_work (work, &retry_at, cancellable, error);

  hemo_sync_work_clear (work);
  return done;
}

gboolean
hemo_sync_run_once (
    HemoSync *self, guint lanes, guint *sent, GCancellable *cancellable, GError **error)
{
  GError *first = NULL;
  g_autoptr (GError) previews = NULL;

  self->sent = 0;
  for (guint lane = 0; lane < HEMO_LANE_NONE; lane++)
    {
      HemoSyncWork work = { .self = self, .lane = (HemoLane)lane };
      g_autoptr (GError) failure = NULL;

      if (self->servers[lane == HEMO_LANE_RESULTS ? 0 : 1] == NULL
          || (lanes != 0 && (lanes & (1u << lane)) == 0)
          || (!skip_lane (self, (HemoLane)lane, previews, &failure)
              && run_lane (&work, cancellable, &failure)))
        continue;
      if (lane == HEMO_LANE_PREVIEWS)
        previews = g_error_copy (failure);
      if (first == NULL)
        first = g_steal_pointer (&failure);
    }
  if (sent != NULL)
    *sent = self->sent;
  if (first == NULL)
    return TRUE;
  g_propagate_error (error, first);
  return FALSE;
}

static void
hemo_sync_dispose (GObject *object)
{
  hemo_sync_stop (HEMO_SYNC (object));
  G_OBJECT_CLASS (hemo_sync_parent_class)->dispose (object);
}

static void
hemo_sync_finalize (GObject *object)
{
  HemoSync *self = HEMO_SYNC (object);

  for (guint i = 0; i < G_N_ELEMENTS (self->servers); i++)
    g_clear_pointer (&self->servers[i], hemo_server_row_free);
  for (guint i = 0; i < G_N_ELEMENTS (self->clocks); i++)
    g_clear_pointer (&self->clocks[i], hemo_server_clock_unref);
  g_clear_pointer (&self->status, hemo_sync_status_unref);
  g_clear_pointer (&self->session, hemo_session_unref);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_clear_object (&self->store);
  g_clear_object (&self->clinic);
  for (guint i = 0; i < HEMO_LANE_NONE; i++)
    g_free (self->failures[i]);
  g_free (self->clinic_uuid);
  g_free (self->image);
  g_cond_clear (&self->cond);
  g_mutex_clear (&self->mutex);
  G_OBJECT_CLASS (hemo_sync_parent_class)->finalize (object);
}

static void
hemo_sync_class_init (HemoSyncClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hemo_sync_dispose;
  object_class->finalize = hemo_sync_finalize;

  /* A new status is there. */
  signals[CHANGED] = g_signal_new ("changed", HEMO_TYPE_SYNC, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
hemo_sync_init (HemoSync *self)
{
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  self->context = g_main_context_ref_thread_default ();
  for (guint i = 0; i < HEMO_LANE_NONE; i++)
    for (guint hand = 0; hand < HEMO_OBJECT_PUSH_HANDS; hand++)
      hemo_link_init (&self->links[i][hand]);
}
