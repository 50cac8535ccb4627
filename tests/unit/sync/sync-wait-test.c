/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The lanes on their threads, with servers that go, come back, hang, refuse and are impersonated:
 * each waits for what it must, and no longer. */

#include "sync-fixture.h"

static void
changed_cb (HemoSync *sync, Syncing *self)
{
  self->changes++;
}

static gboolean
all_received_and_told (Syncing *self)
{
  return self->changes > 0 && syncing_all_received (self);
}

static void
test_threads (Syncing *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoImage) image = NULL;

  g_signal_connect (self->sync, "changed", G_CALLBACK (changed_cb), self);
  g_assert_true (hemo_sync_start (self->sync, &error));
  g_assert_no_error (error);
  image = files_add_image (&self->files, self->files.specimen, 1);
  hemo_sync_wake (self->sync);
  syncing_iterate_until (self, all_received_and_told);
  syncing_assert_original (self, image->uuid);
  hemo_sync_stop (self->sync);
}

static gboolean
is_paused (Syncing *self)
{
  g_autoptr (HemoSyncStatus) status = hemo_sync_get_status (self->sync);

  return status != NULL && status->paused
         && status->lanes[HEMO_LANE_RESULTS].activity == HEMO_LANE_PAUSED;
}

/* Holds over a restart, and nothing leaves meanwhile. */
static void
test_pause (Syncing *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (hemo_sync_set_paused (self->sync, TRUE, &error));
  g_assert_no_error (error);
  g_object_unref (self->sync);
  self->sync = hemo_sync_new (self->files.base.clinic, &error);
  g_assert_true (hemo_sync_start (self->sync, &error));
  syncing_iterate_until (self, is_paused);
  g_assert_cmpuint (self->fhir->requests, ==, 0);
  g_assert_true (hemo_sync_set_paused (self->sync, FALSE, &error));
  syncing_iterate_until (self, syncing_all_received);
}

static gboolean
is_stopped (Syncing *self)
{
  g_autoptr (HemoSyncStatus) status = hemo_sync_get_status (self->sync);

  return status != NULL && status->lanes[HEMO_LANE_RESULTS].activity == HEMO_LANE_STOPPED
         && status->lanes[HEMO_LANE_RESULTS].failure != NULL;
}

/* Who is not let in asks a person, and does not knock on and on. */
static void
test_denied (Syncing *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->fhir->status = 401;
  g_assert_true (hemo_sync_start (self->sync, &error));
  syncing_iterate_until (self, is_stopped);
  g_assert_cmpuint (self->fhir->requests, <=, 2);
  self->fhir->status = 0;
  hemo_sync_send_now (self->sync);
  syncing_iterate_until (self, syncing_all_received);
}

static gboolean
is_told (Syncing *self)
{
  g_autoptr (HemoSyncStatus) status = hemo_sync_make_status (self->sync, NULL);
  const HemoSyncLane *lane = &status->lanes[HEMO_LANE_RESULTS];

  return lane->activity == HEMO_LANE_IDLE && lane->failure != NULL;
}

/* A server that does not say who wrote what is sent to, and asked for all else. */
static void
test_refused_search (Syncing *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *later = NULL;
  gint64 before = store_count (files_store (&self->files),
                               "SELECT count(*) FROM patient WHERE family = 'Ap'");

  self->fhir->unasked = "Provenance";
  fake_fhir_write (self->fhir, "{\"resourceType\":\"Patient\",\"id\":\"33333333-3333-4333-8333-"
                               "333333333333\",\"active\":true,\"name\":[{\"family\":\"Ap\"}],"
                               "\"extension\":[{\"url\":\"" HEMO_FHIR_EXTENSION "record-version\","
                               "\"valueDecimal\":1}]}");
  g_assert_true (hemo_sync_start (self->sync, &error));
  syncing_iterate_until (self, is_told);
  g_assert_cmpint (
      store_count (files_store (&self->files), "SELECT count(*) FROM patient WHERE family = 'Ap'"),
      ==, before + 1);
  later = files_add_specimen (&self->files, "Amina", 90);
  hemo_sync_wake (self->sync);
  syncing_iterate_until (self, syncing_all_received);
  g_assert_cmpuint (fake_fhir_count (self->fhir, "Specimen"), ==, 2);
  g_assert_true (is_told (self));
}

/* How long nothing may move. */
static void
set_stall (Syncing *self, guint ms)
{
  static const char *const kinds[] = { HEMO_SERVER_FHIR, HEMO_SERVER_S3 };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr (HemoServerSettings) settings
          = hemo_server_settings_parse (self->sync->servers[i]->settings, &error);

      g_assert_no_error (error);
      settings->stall_ms = ms;
      syncing_configure (self, kinds[i], settings);
    }
  g_object_unref (self->sync);
  self->sync = hemo_sync_new (self->files.base.clinic, &error);
  g_assert_no_error (error);
}

static void
set_mute (FakeServer *server, gboolean mute)
{
  g_mutex_lock (&server->mutex);
  server->mute = mute;
  g_mutex_unlock (&server->mutex);
}

static guint
count_connections (FakeServer *server)
{
  guint connections;

  g_mutex_lock (&server->mutex);
  connections = server->connections;
  g_mutex_unlock (&server->mutex);
  return connections;
}

static guint64
count_bodies (FakeServer *server)
{
  guint64 bodies;

  g_mutex_lock (&server->mutex);
  bodies = server->bodies;
  g_mutex_unlock (&server->mutex);
  return bodies;
}

/* Takes what it is given and never answers: it is not given a case, and not asked for each lane. */
static void
test_mute (Syncing *self, gconstpointer data)
{
  g_autoptr (HemoImage) image = files_add_image (&self->files, self->files.specimen, 1);
  gint64 began = g_get_monotonic_time ();

  set_stall (self, 400);
  set_mute (self->fhir->server, TRUE);
  set_mute (self->s3->server, TRUE);
  syncing_run_fails (self, 0, HEMO_REMOTE_ERROR_OFFLINE);
  g_assert_cmpint (g_get_monotonic_time () - began, <, 20 * G_TIME_SPAN_SECOND);
  g_assert_cmpuint (count_bodies (self->fhir->server), ==, 0);
  g_assert_cmpuint (count_connections (self->s3->server), ==, 1);
  syncing_run_fails (self, 1u << HEMO_LANE_ORIGINALS, HEMO_REMOTE_ERROR_OFFLINE);
  g_assert_cmpuint (count_connections (self->s3->server), ==, 2);
  set_mute (self->fhir->server, FALSE);
  set_mute (self->s3->server, FALSE);
  syncing_run (self, 0);
  g_assert_cmpint (syncing_count (self, "state <> 'received'"), ==, 0);
}

static gboolean
is_asked (Syncing *self)
{
  return fake_server_is_asked (self->fhir->server);
}

static gboolean
are_away (Syncing *self)
{
  return syncing_is_waiting (self, HEMO_LANE_RESULTS, HEMO_REMOTE_ERROR_OFFLINE)
         && syncing_is_waiting (self, HEMO_LANE_PREVIEWS, HEMO_REMOTE_ERROR_OFFLINE)
         && syncing_is_waiting (self, HEMO_LANE_ORIGINALS, HEMO_REMOTE_ERROR_OFFLINE);
}

static void
set_portal (Syncing *self, gboolean portal)
{
  g_mutex_lock (&self->fhir->server->mutex);
  self->fhir->portal = portal;
  g_mutex_unlock (&self->fhir->server->mutex);
  g_mutex_lock (&self->s3->server->mutex);
  self->s3->portal = portal;
  g_mutex_unlock (&self->s3->server->mutex);
}

static guint
count_requests (FakeServer *server, const char *method)
{
  guint requests = 0;

  g_mutex_lock (&server->mutex);
  for (const char *at = server->log->str; (at = strstr (at, method)) != NULL; at++)
    requests++;
  g_mutex_unlock (&server->mutex);
  return requests;
}

/* What stands in the place of both servers was looked at more than once. */
static gboolean
is_looked_at (Syncing *self)
{
  return count_requests (self->fhir->server, "HEAD ") > self->before[0] + 1;
}

static gboolean
are_looked_at (Syncing *self)
{
  return is_looked_at (self) && count_requests (self->s3->server, "HEAD ") > self->before[1] + 1;
}

static void
note_looks (Syncing *self)
{
  self->before[0] = count_requests (self->fhir->server, "HEAD ");
  self->before[1] = count_requests (self->s3->server, "HEAD ");
}

/* The lanes would wait for hours; what is looked for is looked for often. */
static void
start_patiently (Syncing *self)
{
  g_autoptr (GError) error = NULL;

  self->sync->first_wait = 1000 * G_TIME_SPAN_DAY;
  self->sync->look_ms = 50;
  g_assert_true (hemo_sync_start (self->sync, &error));
  g_assert_no_error (error);
}

/* That the servers are back is noticed, and that somebody in their place is not them. */
static void
test_back (Syncing *self, gconstpointer data)
{
  g_autoptr (HemoImage) image = files_add_image (&self->files, self->files.specimen, 1);

  fake_server_set_away (self->fhir->server, TRUE);
  fake_server_set_away (self->s3->server, TRUE);
  start_patiently (self);
  syncing_iterate_until (self, are_away);
  set_portal (self, TRUE);
  fake_server_set_away (self->fhir->server, FALSE);
  fake_server_set_away (self->s3->server, FALSE);
  note_looks (self);
  syncing_iterate_until (self, are_looked_at);
  g_assert_true (are_away (self));
  g_assert_cmpuint (count_requests (self->fhir->server, "POST "), ==, 0);
  g_assert_cmpuint (self->s3->puts, ==, 0);
  set_portal (self, FALSE);
  syncing_iterate_until (self, syncing_all_received);
  syncing_assert_original (self, image->uuid);
}

static gboolean
is_garbled (Syncing *self)
{
  return syncing_is_waiting (self, HEMO_LANE_RESULTS, HEMO_REMOTE_ERROR_PROTOCOL);
}

/* What came back was not what such a server says, then somebody else stood in its place: what the
 * lane waits for since has ended when it is the server again. */
static void
test_garbled (Syncing *self, gconstpointer data)
{
  self->fhir->endless = TRUE;
  start_patiently (self);
  syncing_iterate_until (self, is_garbled);
  set_portal (self, TRUE);
  note_looks (self);
  syncing_iterate_until (self, is_looked_at);
  g_mutex_lock (&self->fhir->server->mutex);
  self->fhir->endless = FALSE;
  g_mutex_unlock (&self->fhir->server->mutex);
  set_portal (self, FALSE);
  syncing_iterate_until (self, syncing_all_received);
}

static gboolean
is_refused (Syncing *self)
{
  return syncing_is_waiting (self, HEMO_LANE_RESULTS, HEMO_REMOTE_ERROR_BUSY)
         && syncing_is_waiting (self, HEMO_LANE_PREVIEWS, HEMO_REMOTE_ERROR_OFFLINE)
         && syncing_is_waiting (self, HEMO_LANE_ORIGINALS, HEMO_REMOTE_ERROR_OFFLINE);
}

static gboolean
are_pictures_received (Syncing *self)
{
  g_autoptr (HemoSyncStatus) status = hemo_sync_get_status (self->sync);

  return status->lanes[HEMO_LANE_PREVIEWS].activity == HEMO_LANE_IDLE
         && status->lanes[HEMO_LANE_ORIGINALS].activity == HEMO_LANE_IDLE
         && status->lanes[HEMO_LANE_ORIGINALS].tally.waiting == 0;
}

/* Who was told to come later by one server is not hurried by another that is back. */
static void
test_busy (Syncing *self, gconstpointer data)
{
  g_autoptr (HemoImage) image = files_add_image (&self->files, self->files.specimen, 1);
  guint requests;

  self->fhir->status = 503;
  self->s3->portal = TRUE;
  start_patiently (self);
  syncing_iterate_until (self, is_refused);
  requests = count_requests (self->fhir->server, "/fhir");
  self->fhir->status = 0;
  set_portal (self, FALSE);
  syncing_iterate_until (self, are_pictures_received);
  syncing_assert_original (self, image->uuid);
  g_assert_true (syncing_is_waiting (self, HEMO_LANE_RESULTS, HEMO_REMOTE_ERROR_BUSY));
  g_assert_cmpuint (count_requests (self->fhir->server, "/fhir"), ==, requests);
}

/* The looks have missed the server: the lane, which would try every moment, leaves the tries to
 * them. */
static gboolean
is_held (Syncing *self)
{
  g_autoptr (HemoSyncStatus) status = hemo_sync_make_status (self->sync, NULL);
  const HemoSyncLane *lane = &status->lanes[HEMO_LANE_RESULTS];

  return lane->activity == HEMO_LANE_WAITING
         && lane->next_at > g_get_monotonic_time () + 10 * G_TIME_SPAN_SECOND;
}

static gboolean
is_unproven (Syncing *self)
{
  return syncing_is_waiting (self, HEMO_LANE_RESULTS, HEMO_REMOTE_ERROR_TLS);
}

static void
set_tls (Syncing *self, FakeAuthority *authority)
{
  g_autoptr (HemoServerSettings) settings = hemo_server_settings_new ();
  g_autoptr (GError) error = NULL;

  settings->url = g_strdup_printf ("https://127.0.0.1:%d/fhir", self->fhir->server->port);
  settings->authority
      = g_strndup (g_bytes_get_data (authority->pem, NULL), g_bytes_get_size (authority->pem));
  syncing_configure (self, HEMO_SERVER_FHIR, settings);
  g_object_unref (self->sync);
  self->sync = hemo_sync_new (self->files.base.clinic, &error);
  g_assert_no_error (error);
}

/* Somebody who takes connections where nobody did is asked for a proof by the lane, once, and then
 * by the looks; the server is known by it. */
static void
test_proven (Syncing *self, gconstpointer data)
{
  FakeAuthority *authority = fake_authority_new (), *other = fake_authority_new ();
  g_autoptr (GError) error = NULL;

  set_tls (self, authority);
  fake_server_set_away (self->fhir->server, TRUE);
  self->sync->first_wait = 20 * G_TIME_SPAN_MILLISECOND;
  self->sync->look_ms = 50;
  g_assert_true (hemo_sync_start (self->sync, &error));
  g_assert_no_error (error);
  syncing_iterate_until (self, is_held);
  self->fhir->server->tls = fake_authority_serve (other, "127.0.0.1", 0, 32503680000);
  fake_server_set_away (self->fhir->server, FALSE);
  syncing_iterate_until (self, is_unproven);
  syncing_iterate_until (self, is_held);
  g_assert_cmpuint (self->fhir->requests, ==, 0);
  fake_server_set_away (self->fhir->server, TRUE);
  g_clear_pointer (&self->fhir->server->tls, SSL_CTX_free);
  self->fhir->server->tls = fake_authority_serve (authority, "127.0.0.1", 0, 32503680000);
  fake_server_set_away (self->fhir->server, FALSE);
  syncing_iterate_until (self, syncing_all_received);
  fake_authority_free (authority);
  fake_authority_free (other);
}

/* What hangs in a network that is gone is begun anew when another one comes. */
static void
test_renew (Syncing *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  set_mute (self->fhir->server, TRUE);
  g_assert_true (hemo_sync_start (self->sync, &error));
  syncing_iterate_until (self, is_asked);
  set_mute (self->fhir->server, FALSE);
  hemo_sync_renew (self->sync);
  syncing_iterate_until (self, syncing_all_received);
}

static gboolean
is_original_received (Syncing *self)
{
  return syncing_count (self, "state <> 'received' AND lane > 0") == 0;
}

/* A server of records that takes what it is given and says nothing holds no picture on its way to
 * another server. */
static void
test_stuck (Syncing *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoImage) image = files_add_image (&self->files, self->files.specimen, 1);
  g_autoptr (HemoSyncStatus) status = NULL;

  set_stall (self, 50000);
  set_mute (self->fhir->server, TRUE);
  g_assert_true (hemo_sync_start (self->sync, &error));
  g_assert_no_error (error);
  syncing_iterate_until (self, is_asked);
  syncing_iterate_until (self, is_original_received);
  syncing_assert_original (self, image->uuid);
  status = hemo_sync_make_status (self->sync, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status->lanes[HEMO_LANE_RESULTS].activity, ==, HEMO_LANE_WORKING);
  set_mute (self->fhir->server, FALSE);
  hemo_sync_renew (self->sync);
  syncing_iterate_until (self, syncing_all_received);
}

static gboolean
is_bucket_asked (Syncing *self)
{
  return fake_server_is_asked (self->s3->server);
}

/* Whoever signs out in the middle of an upload takes nothing with her: the sync has its own
 * session. */
static void
test_signed_out (Syncing *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoImage) image = files_add_image (&self->files, self->files.specimen, 1);

  set_mute (self->s3->server, TRUE);
  g_assert_true (hemo_sync_start (self->sync, &error));
  syncing_iterate_until (self, is_bucket_asked);
  g_assert_true (hemo_clinic_sign_out (self->files.base.clinic, self->files.base.session, &error));
  g_assert_no_error (error);
  set_mute (self->s3->server, FALSE);
  hemo_sync_renew (self->sync);
  syncing_iterate_until (self, syncing_all_received);
  syncing_assert_original (self, image->uuid);
  g_assert_null (hemo_clinic_open_image (self->files.base.clinic, self->files.base.session,
                                         image->uuid, &error));
}

static gboolean
are_told (Syncing *self)
{
  return syncing_is_waiting (self, HEMO_LANE_PREVIEWS, HEMO_REMOTE_ERROR_BUSY)
         && syncing_is_waiting (self, HEMO_LANE_ORIGINALS, HEMO_REMOTE_ERROR_BUSY);
}

/* What a server asks for in one lane holds for all that use it, in every network; a person may ask
 * at once. */
static void
test_told (Syncing *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoImage) image = files_add_image (&self->files, self->files.specimen, 1);
  guint requests;

  self->s3->fail_method = "PUT";
  self->s3->fail_status = 503;
  self->s3->fail_code = "SlowDown";
  self->s3->fail_header = "Retry-After: 600";
  self->s3->failures = 1;
  g_assert_true (hemo_sync_start (self->sync, &error));
  g_assert_no_error (error);
  syncing_iterate_until (self, are_told);
  requests = count_requests (self->s3->server, "/b");
  for (guint i = 0; i < 10; i++)
    {
      hemo_sync_renew (self->sync);
      hemo_sync_wake (self->sync);
      g_usleep (20000);
    }
  g_assert_true (are_told (self));
  g_assert_cmpuint (count_requests (self->s3->server, "/b"), ==, requests);
  hemo_sync_send_now (self->sync);
  syncing_iterate_until (self, syncing_all_received);
  syncing_assert_original (self, image->uuid);
}

/* The evening comes when some have gone. */
static guint
tell_hour (gpointer data)
{
  Syncing *self = data;
  g_autoptr (GMutexLocker) fhir = g_mutex_locker_new (&self->fhir->server->mutex);
  g_autoptr (GMutexLocker) s3 = g_mutex_locker_new (&self->s3->server->mutex);

  return self->s3->puts + self->fhir->transactions >= 3 ? 20 : 10;
}

static void
set_hours (Syncing *self, const char *kind)
{
  g_autoptr (GError) error = NULL;
  guint server = g_str_equal (kind, HEMO_SERVER_FHIR) ? 0 : 1;
  g_autoptr (HemoServerSettings) settings
      = hemo_server_settings_parse (self->sync->servers[server]->settings, &error);

  g_assert_no_error (error);
  settings->from_hour = 8;
  settings->to_hour = 18;
  syncing_configure (self, kind, settings);
}

/* The hours end while the lanes are at work: what is left waits for the morning. */
static void
test_hours (Syncing *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 6; i++)
    hemo_image_free (files_add_image (&self->files, self->files.specimen, (int)i + 1));
  set_hours (self, HEMO_SERVER_S3);
  g_object_unref (self->sync);
  self->sync = hemo_sync_new (self->files.base.clinic, &error);
  g_assert_no_error (error);
  self->sync->hour = tell_hour;
  self->sync->hour_data = self;
  syncing_run_fails (self, 1u << HEMO_LANE_ORIGINALS, HEMO_REMOTE_ERROR_BUSY);
  g_assert_cmpuint (self->s3->puts, <, 8);
  g_assert_cmpint (syncing_count (self, "state <> 'received' AND lane = 2"), >, 0);
  self->sync->hour = NULL;
}

static guint
read_hour (gpointer data)
{
  return (guint)g_atomic_int_get ((int *)data);
}

/* What waits for the hours, or for a connection that costs nothing, is looked at again when another
 * network comes. */
static void
test_renewed_budget (Syncing *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoImage) image = files_add_image (&self->files, self->files.specimen, 1);
  int hour = 20;

  set_hours (self, HEMO_SERVER_S3);
  g_object_unref (self->sync);
  self->sync = hemo_sync_new (self->files.base.clinic, &error);
  g_assert_no_error (error);
  self->sync->hour = read_hour;
  self->sync->hour_data = &hour;
  g_assert_true (hemo_sync_start (self->sync, &error));
  syncing_iterate_until (self, are_told);
  g_atomic_int_set (&hour, 10);
  hemo_sync_renew (self->sync);
  syncing_iterate_until (self, syncing_all_received);
  syncing_assert_original (self, image->uuid);
  g_clear_object (&self->sync);
  self->sync = hemo_sync_new (self->files.base.clinic, &error);
}

/* Without TLS it may be another network that lets nobody in. */
static void
test_renewed_denial (Syncing *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->fhir->status = 403;
  g_assert_true (hemo_sync_start (self->sync, &error));
  syncing_iterate_until (self, is_stopped);
  self->fhir->status = 0;
  hemo_sync_renew (self->sync);
  syncing_iterate_until (self, syncing_all_received);
}

static gboolean
is_over_cb (gpointer data)
{
  *(gboolean *)data = TRUE;
  return G_SOURCE_REMOVE;
}

static gboolean
touch_cb (gpointer data)
{
  hemo_sync_touch (data);
  return G_SOURCE_CONTINUE;
}

/* However often the queue changes, what is told of it is made a few times a second. */
static void
test_few_statuses (Syncing *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gint64 begun = g_get_monotonic_time (), most;
  gboolean over = FALSE;
  guint touching;

  g_signal_connect (self->sync, "changed", G_CALLBACK (changed_cb), self);
  g_assert_true (hemo_sync_start (self->sync, &error));
  g_assert_no_error (error);
  touching = g_timeout_add (2, touch_cb, self->sync);
  g_timeout_add (1500, is_over_cb, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (touching);
  most = (g_get_monotonic_time () - begun) / (200 * G_TIME_SPAN_MILLISECOND) + 1;
  g_assert_cmpuint (self->changes, >, 0);
  g_assert_cmpuint (self->changes, <=, (guint)most);
  hemo_sync_stop (self->sync);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test)                                                                            \
  g_test_add ("/sync-wait/" path, Syncing, NULL, syncing_set_up, test, syncing_tear_down)
  ADD ("threads", test_threads);
  ADD ("pause", test_pause);
  ADD ("denied", test_denied);
  ADD ("refused-search", test_refused_search);
  ADD ("mute", test_mute);
  ADD ("back", test_back);
  ADD ("garbled", test_garbled);
  ADD ("busy", test_busy);
  ADD ("proven", test_proven);
  ADD ("renew", test_renew);
  ADD ("renewed-budget", test_renewed_budget);
  ADD ("renewed-denial", test_renewed_denial);
  ADD ("stuck", test_stuck);
  ADD ("signed-out", test_signed_out);
  ADD ("told", test_told);
  ADD ("hours", test_hours);
  ADD ("few-statuses", test_few_statuses);
  return g_test_run ();
}
