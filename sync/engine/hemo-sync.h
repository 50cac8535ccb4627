/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The sync: brings the three lanes to the servers and what others wrote back, on threads of its
 * own, whoever is signed in and whether or not a window is open. */

#pragma once

#include "hemo-clinic.h"
#include "hemo-clock.h"
#include "hemo-lane-thread.h"
#include "hemo-prune.h"
#include "hemo-sync-settings.h"

G_BEGIN_DECLS

#define HEMO_TYPE_SYNC (hemo_sync_get_type ())
G_DECLARE_FINAL_TYPE (HemoSync, hemo_sync, HEMO, SYNC, GObject)

/* What the sync notes in the store; see hemo_sync_note_load(). */
#define HEMO_SYNC_NOTE_PAUSED "paused"
#define HEMO_SYNC_NOTE_REACHED "reached"
#define HEMO_SYNC_NOTE_PROVEN_TIME HEMO_CLOCK_NOTE_PROVEN
#define HEMO_SYNC_NOTE_SWEPT "swept"
#define HEMO_SYNC_NOTE_STRANGE "strange"

/**
 * HemoSyncLane:
 * @is_set: whether there is a server for it
 * @activity: of its thread
 * @tally: what waits
 * @bytes_per_second: over the last minute, 0 when nothing was sent
 * @failure: what went wrong last, in words, or NULL
 * @failure_code: HemoRemoteError, when @failure is
 * @next_at: of the next try, g_get_monotonic_time(), or 0
 */
typedef struct
{
  gboolean is_set;
  HemoLaneActivity activity;
  HemoLaneTally tally;
  double bytes_per_second;
  char *failure;
  int failure_code;
  gint64 next_at;
} HemoSyncLane;

/**
 * HemoSyncStatus: one moment, never changed after it was made
 * @is_set: whether any server is set up
 * @paused: by a person
 * @reached_us: when a server last took or had something, UTC microseconds; 0 for never
 * @conflicts: versions of others that wait for a person
 * @strange: records that the server showed in the last nightly look, which concern nobody here and
 *   were left there
 * @missing: originals that were taken off this laptop and that the server was found not to have
 * @unread: cases with a result of others that nobody here has looked at
 * @newest_unread: UUID of the tube of the last of those, or NULL
 * @came: grows with each version of others that was taken in
 * @asked: pictures that readers asked for and that have not arrived, of this laptop and of others
 * @image: UUID of the picture under way, or NULL; @image_sent of @image_size bytes of it
 */
typedef struct
{
  gboolean is_set;
  gboolean paused;
  gint64 reached_us;
  gint64 conflicts;
  gint64 strange;
  gint64 missing;
  guint unread;
  char *newest_unread;
  gint64 came;
  gint64 asked;
  char *image;
  guint64 image_sent;
  guint64 image_size;
  HemoSyncLane lanes[HEMO_LANE_NONE];
} HemoSyncStatus;

HemoSyncStatus *hemo_sync_status_ref (HemoSyncStatus *self);
void hemo_sync_status_unref (HemoSyncStatus *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoSyncStatus, hemo_sync_status_unref)

/* Seconds that the rest of @lane takes at the present speed; negative when that cannot be said. */
double hemo_sync_status_get_rest (const HemoSyncStatus *self, HemoLane lane);

/**
 * hemo_sync_new:
 *
 * Somebody must have signed in since the clinic was opened. Reads the settings of the servers; call
 * hemo_sync_start() to begin. 'changed' is emitted in the thread-default main context of the
 * caller, at most five times a second. (transfer full)
 */
HemoSync *hemo_sync_new (HemoClinic *clinic, GError **error);

/* Opens the lanes whose servers are set up; again after the settings changed. Blocks for the end of
 * what is under way. */
gboolean hemo_sync_start (HemoSync *self, GError **error);
/* Ends them; blocks until they stand still. Nothing is lost. */
void hemo_sync_stop (HemoSync *self);

/* Try now, and ask what others wrote: a person wants it. */
void hemo_sync_send_now (HemoSync *self);
/* Something was queued. Cheap, from any thread. */
void hemo_sync_wake (HemoSync *self);
/* Kept over a restart. Blocks for the store. */
gboolean hemo_sync_set_paused (HemoSync *self, gboolean paused, GError **error);

/* The last that was made; NULL before the first. (transfer full) */
HemoSyncStatus *hemo_sync_get_status (HemoSync *self);

/**
 * hemo_sync_run_once:
 *
 * For the command line, without threads: each lane until nothing waits or it fails. @lanes: bits 1
 * << HemoLane, 0 for all. The first failure is returned when all lanes were tried.
 */
gboolean hemo_sync_run_once (
    HemoSync *self, guint lanes, guint *sent, GCancellable *cancellable, GError **error);

/**
 * hemo_sync_fetch_picture:
 * @session: of whoever wants to see it
 * @image: UUID of one that another laptop of the clinic took, or of one that was pruned here
 * @specimen: as in hemo_picture_fetch()
 * @lane: originals or previews
 *
 * As hemo_picture_fetch(), from the clinic's own object store; %HEMO_STORE_ERROR_NOT_FOUND without
 * one. Blocks. (transfer full)
 */
GBytes *hemo_sync_fetch_picture (HemoSync *self,
                                 HemoSession *session,
                                 const char *image,
                                 const char *specimen,
                                 HemoLane lane,
                                 GCancellable *cancellable,
                                 GError **error);

/**
 * hemo_sync_prune:
 * @session: of who may
 * @options: where to look for the backup; the object store is the clinic's own and is asked here
 * @tally: (out): filled also on failure
 *
 * As hemo_clinic_prune(). Nothing goes while the object store cannot be asked. Blocks.
 */
gboolean hemo_sync_prune (HemoSync *self,
                          HemoSession *session,
                          const HemoPruneOptions *options,
                          HemoPruneTally *tally,
                          GCancellable *cancellable,
                          GError **error);

/**
 * hemo_sync_check_heads:
 * @session: of who may view the audit log
 * @checked: (out): how many heads were compared
 *
 * As hemo_rescue_check_heads(), with those that the clinic's own object store keeps;
 * %HEMO_STORE_ERROR_NOT_FOUND without one. Blocks.
 */
gboolean hemo_sync_check_heads (HemoSync *self,
                                HemoSession *session,
                                guint *checked,
                                GCancellable *cancellable,
                                GError **error);

/* Makes the status now, without waiting for a change. Blocks for the store. (transfer full) */
HemoSyncStatus *hemo_sync_make_status (HemoSync *self, GError **error);

/**
 * HemoSyncTestStep: what is tried of a server, in this order
 */
typedef enum
{
  HEMO_SYNC_TEST_NAME,
  HEMO_SYNC_TEST_TLS,
  HEMO_SYNC_TEST_CLOCK,
  HEMO_SYNC_TEST_SIGN_IN,
  HEMO_SYNC_TEST_WRITE,
  HEMO_SYNC_TEST_READ_BACK,
  HEMO_SYNC_TEST_DELETE,
  HEMO_SYNC_TEST_STEPS,
} HemoSyncTestStep;

/* 'name', 'tls' … and an English, translatable name for people. */
const char *hemo_sync_test_step_to_code (HemoSyncTestStep step);
const char *hemo_sync_test_step_label (HemoSyncTestStep step);

/* Called before (@done FALSE) and after each step; @words: what was found, or what is wrong. */
typedef void (*HemoSyncTestReport) (
    HemoSyncTestStep step, gboolean done, gboolean passed, const char *words, gpointer data);

/**
 * hemo_sync_test_server:
 * @kind: %HEMO_SERVER_FHIR or %HEMO_SERVER_S3
 * @clinic: UUID
 *
 * Tries each step of a server that need not be saved yet, and stops at the first that fails.
 * Writes a record and an object that name nobody, and takes them away again. Blocks.
 */
gboolean hemo_sync_test_server (const HemoServerSettings *settings,
                                const char *kind,
                                const char *clinic,
                                HemoSyncTestReport report,
                                gpointer data,
                                GCancellable *cancellable,
                                GError **error);

G_END_DECLS
