/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the files of HemoSync share. */

#pragma once

#include "hemo-fhir-pull.h"
#include "hemo-fhir-server.h"
#include "hemo-link.h"
#include "hemo-object-push.h"
#include "hemo-sync.h"

G_BEGIN_DECLS

/**
 * HemoSyncSpeed: bytes a second, fading over a minute
 */
typedef struct
{
  double speed;
  gint64 at;
} HemoSyncSpeed;

#define HEMO_SYNC_SPEED_US (60 * G_TIME_SPAN_SECOND)

/**
 * HemoSyncWork: a lane and its own connection, opened when it is first needed
 */
typedef struct
{
  HemoSync *self;
  HemoLane lane;
  /* Of its server, once it is first asked whether it may be used: before it has a second hand. */
  HemoServerSettings *settings;
  /* Other lanes are at work beside it. */
  gboolean gives_way;
  HemoFhirServer *fhir;
  /* A connection for each hand; the second only where no speed was set that both together would
   * pass. */
  HemoS3 *s3[HEMO_OBJECT_PUSH_HANDS];
  /* Of either, once it is open; under the mutex. */
  HemoHttp *http[HEMO_OBJECT_PUSH_HANDS];
  char *picture_base;
  /* When others' versions were last asked for, g_get_monotonic_time(). */
  gint64 pulled_at;
  /* What is doubted is not asked for before this unless a person wants it,
   * g_get_monotonic_time(). */
  gint64 prove_at;
  /* What the server refused to tell in this run, or NULL: it stops nothing. */
  GError *refusal;
  /* 'Type' or 'Type/id' that it did not let a sweep see, while that runs. */
  GPtrArray *refused;
  gboolean reached;
  /* When to look again, as the hours ended in the run, g_get_monotonic_time(); 0 where they did
   * not.
   */
  gint64 turn_at;
  /* Uploads that nobody ended were looked for; when the first run began, g_get_monotonic_time(). */
  gboolean swept;
  gint64 first_at;
  /* Records, or pictures and not only what is told beside them, are under way until then,
   * g_get_monotonic_time(); 0 while none are. Under the mutex. */
  gint64 pushes_until;
  /* It gave way to another lane and is to be woken when that does not use the link; under the
   * mutex. */
  gboolean gave_way;
  /* Items, when that was looked at last. */
  gint64 waiting;
  /* UUID of each picture that was under way to how much of it the server had; under the mutex. */
  GHashTable *seen;
  /* When it was last noted that the server was heard, g_get_monotonic_time(); under the mutex. */
  gint64 noted_at;
} HemoSyncWork;

typedef struct _HemoSyncLooker HemoSyncLooker;

struct _HemoSync
{
  GObject parent_instance;

  HemoClinic *clinic;
  HemoStore *store;
  HemoSession *session;
  GMainContext *context;
  GThread *watcher;
  gulong network;

  /* Of the waits after a failure and of the looks for a server that is away, 0 for the usual. */
  gint64 first_wait;
  guint look_ms;

  /* The hour of the day; NULL for local time. */
  guint (*hour) (gpointer data);
  gpointer hour_data;

  /* FHIR, S3. Changed under mutex while no lane is at work. */
  HemoServerRow *servers[2];
  HemoServerClock *clocks[2];
  char *clinic_uuid;
  HemoSyncWork works[HEMO_LANE_NONE];

  /* Atomic: a person wants to know what others wrote. */
  int asked;

  /* Under mutex. */
  GMutex mutex;
  GCond cond;
  gboolean ending;
  gboolean stale;
  gboolean telling;
  /* A lane of pictures tells whom to believe. */
  gboolean tells_whom;
  gboolean paused;
  gint64 proven_time;
  /* Until when each server asked to be left alone, g_get_monotonic_time(); 0 for no wish. */
  gint64 told_until[2];
  HemoLaneThread *threads[HEMO_LANE_NONE];
  HemoSyncLooker *looker;
  HemoSyncStatus *status;
  HemoSyncSpeed speeds[HEMO_LANE_NONE];
  /* Each lane's and hand's thread alone. */
  HemoLink links[HEMO_LANE_NONE][HEMO_OBJECT_PUSH_HANDS];
  char *image;
  guint64 image_sent;
  guint64 image_size;
  guint sent;
  /* What went wrong last, in words, also before this start; "" for nothing. */
  char *failures[HEMO_LANE_NONE];
};

/* hemo-sync.c */

gboolean hemo_sync_note (HemoSync *self, const char *name, gint64 value, GError **error);
/* @failure: (nullable): what ended the last run of @lane; kept over a restart. */
void hemo_sync_note_failure (HemoSync *self, HemoLane lane, const GError *failure);
/* NULL when it was never noted. (transfer full) */
char *hemo_sync_load_note (HemoSync *self, const char *name);
/* A new status is due. From any thread; @data: the HemoSync. */
void hemo_sync_touch (gpointer data);

/* Another network, or awake again: what is under way is begun anew. From any thread. */
void hemo_sync_renew (HemoSync *self);

/* Bytes a second; 0 when that is too long ago. */
double hemo_sync_speed (const HemoSyncSpeed *self, gint64 now);

/* hemo-sync-look.c */

/* While lanes run. */
HemoSyncLooker *hemo_sync_looker_new (HemoSync *sync);
void hemo_sync_looker_free (HemoSyncLooker *self);
/* A lane's state changed. From any thread. */
void hemo_sync_looker_wake (HemoSyncLooker *self);

/* hemo-sync-pull.c */

/* Whether the server for records showed what concerns nobody here. */
gboolean hemo_sync_is_shared (HemoSync *self);
/* Where another account signs in since: asks what it is shown before anything is called received or
 * sent on. What it is not let see counts as sent until a night's sweep shows it; that it is shown
 * nothing at all is noted, and tried again. */
gboolean
hemo_sync_prove (HemoSyncWork *work, HemoFhirPull *pull, GCancellable *cancellable, GError **error);
/* Asking costs a poor link what it could have sent: not at every turn. */
gboolean hemo_sync_is_pull_due (HemoSyncWork *work);
/* What others wrote, and once a night all that the server has; what it refuses to tell is noted and
 * no failure. */
gboolean
hemo_sync_pull (HemoSyncWork *work, HemoFhirPull *pull, GCancellable *cancellable, GError **error);
/* Of HemoFhirPull; @data: HemoSyncWork */
void hemo_sync_note_refused (const char *type, const char *id, gpointer data);

/* hemo-sync-turn.c */

/* Of self->servers: that of a lane. */
guint hemo_sync_server_of (HemoLane lane);
/* Under the mutex. */
gboolean hemo_sync_is_working (HemoSync *self, HemoLane lane);
/* Until when records or pictures are under way, as of HemoSyncWork. */
void hemo_sync_set_pushes (HemoSyncWork *work, gint64 until);
/* Whether the lane may use its server now: within the hours that were set, on a connection that may
 * be used, and not before the server wants it. @retry_at: (inout): when to look again. */
gboolean hemo_sync_check_turn (HemoSyncWork *work, gint64 *retry_at, GError **error);
/* Of HemoObjectPush; @data: HemoSyncWork */
gboolean hemo_sync_give_way (gpointer data);
/* Wakes the lanes that gave way to one that stands still since. From any thread. */
void hemo_sync_wake_waiting (HemoSync *self);
/* The server of the lane wants to be left alone until @at, g_get_monotonic_time(). */
void hemo_sync_note_told (HemoSyncWork *work, gint64 at);

/* hemo-sync-work.c */

/* Of self->servers. (transfer full) */
HemoServerSettings *hemo_sync_parse_settings (HemoSync *self, guint server, GError **error);
/* HemoLaneWork; @data: HemoSyncWork */
gboolean
hemo_sync_work (gpointer data, gint64 *retry_at, GCancellable *cancellable, GError **error);
void hemo_sync_work_clear (HemoSyncWork *work);
/* @data: HemoSyncWork */
void hemo_sync_lane_changed (gpointer data);

G_END_DECLS
