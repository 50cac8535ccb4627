/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sets up both servers, runs the sync and looks at what arrived. */

#include "sync-fixture.h"

void
syncing_configure (Syncing *self, const char *kind, HemoServerSettings *settings)
{
  save_server (self->files.base.clinic, self->files.base.session, kind, settings);
}

void
syncing_set_up (Syncing *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoServerSettings) records = hemo_server_settings_new ();
  g_autoptr (HemoServerSettings) pictures = hemo_server_settings_new ();

  files_set_up (&self->files, NULL);
  self->fhir = fake_fhir_new ();
  self->s3 = fake_s3_new ();
  self->s3->echoes = TRUE;
  records->url = g_strconcat (self->fhir->server->base, "/fhir", NULL);
  pictures->url = g_strdup (self->s3->server->base);
  pictures->bucket = g_strdup ("b");
  pictures->user = g_strdup ("KEY");
  pictures->secret = g_strdup ("secret");
  pictures->prefix = g_strdup ("c/");
  pictures->metered = TRUE;
  syncing_configure (self, HEMO_SERVER_FHIR, records);
  syncing_configure (self, HEMO_SERVER_S3, pictures);
  self->sync = hemo_sync_new (self->files.base.clinic, &error);
  g_assert_no_error (error);
}

void
syncing_tear_down (Syncing *self, gconstpointer data)
{
  g_signal_handlers_disconnect_by_data (self->sync, self);
  g_clear_object (&self->sync);
  /* What was posted holds the sync, and the sync the clinic. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  fake_fhir_free (self->fhir);
  fake_s3_free (self->s3);
  files_tear_down (&self->files, NULL);
}

gint64
syncing_count (Syncing *self, const char *where)
{
  g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM queue WHERE %s", where);

  return store_count (files_store (&self->files), sql);
}

void
syncing_run (Syncing *self, guint lanes)
{
  g_autoptr (GError) error = NULL;

  hemo_sync_run_once (self->sync, lanes, NULL, NULL, &error);
  g_assert_no_error (error);
}

void
syncing_run_fails (Syncing *self, guint lanes, HemoRemoteError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (hemo_sync_run_once (self->sync, lanes, NULL, NULL, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, (int)code);
}

/* The object that the bucket has is the very file of the store. */
void
syncing_assert_original (Syncing *self, const char *image)
{
  g_autofree char *key = g_strdup_printf ("b/c/images/%s.cms", image);
  g_autofree char *path = files_image_path (&self->files, image);
  g_autofree char *bytes = NULL;
  gsize size = 0;
  GBytes *object = fake_s3_object (self->s3, key);

  g_assert_nonnull (object);
  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  g_assert_cmpmem (bytes, size, g_bytes_get_data (object, NULL), g_bytes_get_size (object));
}

static gboolean
says_received (HemoSyncStatus *status)
{
  for (guint i = 0; status != NULL && i < HEMO_LANE_NONE; i++)
    if (status->lanes[i].tally.waiting > 0 || status->lanes[i].activity != HEMO_LANE_IDLE)
      return FALSE;
  return status != NULL && status->reached_us > 0;
}

/* The one that was told last may be of before something was queued. */
gboolean
syncing_all_received (Syncing *self)
{
  g_autoptr (HemoSyncStatus) told = hemo_sync_get_status (self->sync);
  g_autoptr (HemoSyncStatus) now = NULL;

  if (!says_received (told))
    return FALSE;
  now = hemo_sync_make_status (self->sync, NULL);
  return says_received (now);
}

/* What a wait that is given up hung on. */
static void
tell_lanes (Syncing *self)
{
  g_autoptr (HemoSyncStatus) status = hemo_sync_make_status (self->sync, NULL);

  for (guint i = 0; status != NULL && i < HEMO_LANE_NONE; i++)
    g_test_message ("lane %u: activity %d, %d wait, next in %.1f s, failure %d: %s", i,
                    (int)status->lanes[i].activity, (int)status->lanes[i].tally.waiting,
                    (double)(status->lanes[i].next_at - g_get_monotonic_time ())
                        / G_TIME_SPAN_SECOND,
                    status->lanes[i].failure_code, status->lanes[i].failure);
}

void
syncing_iterate_until (Syncing *self, gboolean (*done) (Syncing *))
{
  gint64 end = g_get_monotonic_time () + 60 * G_TIME_SPAN_SECOND;

  while (!done (self))
    {
      if (g_get_monotonic_time () >= end)
        tell_lanes (self);
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_main_context_iteration (NULL, FALSE);
      g_usleep (5000);
    }
}

gboolean
syncing_is_waiting (Syncing *self, HemoLane lane, int code)
{
  g_autoptr (HemoSyncStatus) status = hemo_sync_get_status (self->sync);
  const HemoSyncLane *state = status != NULL ? &status->lanes[lane] : NULL;

  return state != NULL && state->activity == HEMO_LANE_WAITING && state->failure_code == code;
}
