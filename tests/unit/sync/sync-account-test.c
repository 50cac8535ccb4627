/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Another account signs in to the server for records: what it is shown, and what it is not. */

#include "sync-fixture.h"

static gboolean
doubt_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_server_doubt (txn, HEMO_SERVER_FHIR, error);
}

static void
doubt (Syncing *self)
{
  g_autoptr (GError) error = NULL;

  hemo_store_write (files_store (&self->files), self->files.base.session, doubt_job, NULL, NULL,
                    &error);
  g_assert_no_error (error);
  g_assert_cmpint (syncing_count (self, "lane = 0 AND state = 'received'"), ==, 0);
}

/* Somebody else signs in: nothing is received before the server showed it again, what it shows is
 * not sent again, and what it does not show is. */
static void
test_whole (Syncing *self, gconstpointer data)
{
  g_autofree char *change = NULL;
  g_autoptr (json_object) provenance = NULL;
  gint64 received;
  guint before;

  syncing_run (self, 1u << HEMO_LANE_RESULTS);
  change = store_ask (files_store (&self->files),
                      "SELECT uuid FROM change JOIN queue ON change = change.seq WHERE lane = 0");
  received = syncing_count (self, "lane = 0 AND state = 'received'");
  before = self->fhir->transactions;
  doubt (self);
  self->fhir->unread = "";
  hemo_sync_run_once (self->sync, 1u << HEMO_LANE_RESULTS, NULL, NULL, NULL);
  g_assert_cmpint (syncing_count (self, "lane = 0 AND state = 'received'"), ==, 0);
  self->fhir->unread = NULL;
  syncing_run (self, 1u << HEMO_LANE_RESULTS);
  g_assert_cmpint (syncing_count (self, "lane = 0 AND state = 'received'"), ==, received);
  g_assert_cmpuint (self->fhir->transactions, ==, before);
  doubt (self);
  fake_fhir_restore (self->fhir, 0);
  syncing_run (self, 1u << HEMO_LANE_RESULTS);
  g_assert_cmpuint (self->fhir->transactions, >, before);
  g_assert_cmpuint (fake_fhir_count (self->fhir, "Specimen"), >, 0);
  provenance = fake_fhir_read (self->fhir, "Provenance", change);
  g_assert_nonnull (provenance);
  g_assert_cmpint (syncing_count (self, "lane = 0 AND state <> 'received'"), ==, 0);
}

static gboolean
is_doubted_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_server_is_doubted (txn, data, error);
}

static gboolean
is_doubted (Syncing *self)
{
  g_autoptr (GError) error = NULL;
  gboolean doubted = FALSE;

  hemo_store_read (files_store (&self->files), self->sync->session, is_doubted_job, &doubted, NULL,
                   &error);
  g_assert_no_error (error);
  return doubted;
}

/* What the other account may see is received and the doubt ends; the rest, a type or a record,
 * counts as sent until a night's sweep shows it. */
static void
test_part (Syncing *self, gconstpointer data)
{
  g_autofree char *patient = NULL;
  g_autofree char *unread = NULL;
  const char *refused[] = { "Specimen", NULL };

  syncing_run (self, 1u << HEMO_LANE_RESULTS);
  patient = store_ask (files_store (&self->files), "SELECT uuid FROM patient");
  refused[1] = unread = g_strdup_printf ("Patient/%s", patient);
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autofree char *kind = g_strndup (refused[i], strcspn (refused[i], "/"));
      g_autofree char *held = g_strdup_printf ("lane = 0 AND kind = '%s'", kind);
      g_autofree char *open
          = g_strdup_printf ("lane = 0 AND (state = 'received') = (kind = '%s')", kind);

      doubt (self);
      self->fhir->unread = refused[i];
      /* The search is behind, so that it is asked for by itself. */
      self->fhir->hidden = i > 0 ? refused[i] : NULL;
      syncing_run (self, 1u << HEMO_LANE_RESULTS);
      g_assert_false (is_doubted (self));
      g_assert_cmpint (syncing_count (self, held), >, 0);
      g_assert_cmpint (syncing_count (self, open), ==, 0);
      self->fhir->unread = self->fhir->hidden = NULL;
      files_run_sql (&self->files, "UPDATE meta SET value = '0' WHERE key = 'sync.swept'");
      syncing_run (self, 1u << HEMO_LANE_RESULTS);
      g_assert_cmpint (syncing_count (self, "lane = 0 AND state <> 'received'"), ==, 0);
    }
}

/* Yet another account signs in while the server is asked what it shows: that says nothing of it. */
static void
test_meanwhile (Syncing *self, gconstpointer data)
{
  HemoServerRow before = { 0 };
  g_autoptr (HemoServerSettings) records = hemo_server_settings_new ();

  syncing_run (self, 1u << HEMO_LANE_RESULTS);
  records->url = g_strconcat (self->fhir->server->base, "/fhir", NULL);
  syncing_configure (self, HEMO_SERVER_FHIR, records);
  before = *self->sync->servers[0];
  doubt (self);
  /* It still signs in as before. */
  syncing_run (self, 1u << HEMO_LANE_RESULTS);
  g_assert_cmpint (self->sync->servers[0]->version, ==, before.version);
  g_assert_true (is_doubted (self));
  g_assert_cmpint (syncing_count (self, "lane = 0 AND state = 'received'"), ==, 0);
  g_clear_object (&self->sync);
  self->sync = hemo_sync_new (self->files.base.clinic, NULL);
  syncing_run (self, 1u << HEMO_LANE_RESULTS);
  g_assert_false (is_doubted (self));
  g_assert_cmpint (syncing_count (self, "lane = 0 AND state <> 'received'"), ==, 0);
}

/* The server is taken out and set up anew, which counts its settings from the first again. */
static void
test_replaced (Syncing *self, gconstpointer data)
{
  g_autoptr (HemoServerSettings) records = hemo_server_settings_new ();

  syncing_run (self, 1u << HEMO_LANE_RESULTS);
  records->url = g_strconcat (self->fhir->server->base, "/fhir", NULL);
  syncing_configure (self, HEMO_SERVER_FHIR, records);
  syncing_configure (self, HEMO_SERVER_FHIR, records);
  doubt (self);
  save_server_text (self->files.base.clinic, self->files.base.session, HEMO_SERVER_FHIR, NULL);
  syncing_configure (self, HEMO_SERVER_FHIR, records);
  g_assert_false (is_doubted (self));
  g_clear_object (&self->sync);
  self->sync = hemo_sync_new (self->files.base.clinic, NULL);
  syncing_run (self, 1u << HEMO_LANE_RESULTS);
  g_assert_cmpint (syncing_count (self, "lane = 0 AND state <> 'received'"), ==, 0);
}

#define ADD(path, test)                                                                            \
  g_test_add ("/sync-account/" path, Syncing, NULL, syncing_set_up, test, syncing_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("whole", test_whole);
  ADD ("part", test_part);
  ADD ("meanwhile", test_meanwhile);
  ADD ("replaced", test_replaced);
  return g_test_run ();
}
