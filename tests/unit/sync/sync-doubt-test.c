/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Originals that were received and are asked for again: the bucket is asked for what it had proven
 * to have, and nothing is sent that is there. */

#include "sync-fixture.h"

#include "cms-tools.h"

#include <glib/gstdio.h>

#define TASK "77777777-7777-4777-8777-777777777777"
#define RESULTS (1u << HEMO_LANE_RESULTS)
#define ORIGINALS (1u << HEMO_LANE_ORIGINALS)
/* More than are asked for at a time. */
#define MANY 11

/**
 * Doubting:
 * @anew: it leaves in another seal than that of its file
 * @file: what became of the file here: 'd' damaged, 'm' missing, 0 nothing
 * @gone: end of the key that the bucket lost, or NULL
 * @puts: requests that send something
 */
typedef struct
{
  gboolean anew;
  char file;
  const char *gone;
  guint puts;
  const char *state;
} Doubting;

static void
add_organisation (Syncing *self)
{
  g_autoptr (HemoKeyPair) key_pair = tools_make_rsa (2048);
  g_autoptr (GError) error = NULL;

  hemo_clinic_add_certificate (self->files.base.clinic, self->files.base.session, "one",
                               key_pair->certificate, &error);
  g_assert_no_error (error);
}

/* A reader elsewhere asks for it. */
static void
write_task (Syncing *self, const char *image)
{
  g_autofree char *text = g_strdup_printf ("{\"resourceType\":\"Task\",\"id\":\"" TASK
                                           "\",\"status\":\"requested\",\"intent\":"
                                           "\"order\",\"focus\":{\"reference\":\"Media/%s\"}}",
                                           image);

  fake_fhir_write (self->fhir, text);
}

static void
spoil_file (Syncing *self, const char *image, char how)
{
  g_autofree char *path = files_image_path (&self->files, image);

  if (how == 'm')
    g_assert_cmpint (g_unlink (path), ==, 0);
  if (how == 'd')
    files_run_sql (&self->files, "UPDATE image SET damaged = 1");
}

static gboolean
ends_so (gpointer key, gpointer value, gpointer ending)
{
  return g_str_has_suffix (key, ending);
}

/* One was received, and somebody asks for it. */
static void
test_asked (Syncing *self, gconstpointer data)
{
  const Doubting *doubting = data;
  g_autoptr (HemoImage) image = NULL;
  g_autofree char *state = NULL;
  guint before;

  image = files_add_image (&self->files, self->files.specimen, 1);
  if (doubting->anew)
    add_organisation (self);
  syncing_run (self, 0);
  g_assert_cmpint (syncing_count (self, "lane = 2 AND state = 'received'"), ==, 1);
  g_assert_cmpint (store_count (files_store (&self->files),
                                "SELECT count(*) FROM remote_object JOIN image ON uuid = object "
                                "WHERE lane = 2 AND remote_object.sha256 <> sealed_sha256"),
                   ==, doubting->anew);
  spoil_file (self, image->uuid, doubting->file);
  if (doubting->gone != NULL)
    g_hash_table_foreach_remove (self->s3->objects, ends_so, (gpointer)doubting->gone);
  write_task (self, image->uuid);
  syncing_run (self, RESULTS);
  g_assert_cmpint (syncing_count (self, "lane = 2 AND state = 'waiting'"), ==, 1);
  before = self->s3->puts;
  syncing_run (self, ORIGINALS);
  g_assert_cmpuint (self->s3->puts - before, ==, doubting->puts);
  state = store_ask (files_store (&self->files), "SELECT state FROM picture_request");
  g_assert_cmpstr (state, ==, doubting->state);
  g_assert_cmpint (syncing_count (self, "lane = 2 AND state = 'stuck'"), ==,
                   g_str_equal (doubting->state, "asked"));
  g_assert_cmpint (
      store_count (files_store (&self->files),
                   "SELECT count(*) FROM remote_object WHERE lane = 2 AND proven_us IS NOT NULL"),
      ==, g_str_equal (doubting->state, "sent"));
}

static gboolean
doubt_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_remote_objects_doubt (txn, data, error);
}

/* Where the bucket may have been emptied all are asked for, and only what is gone is sent. */
static void
test_all (Syncing *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *gone = NULL;
  guint before;

  for (guint i = 0; i < MANY; i++)
    {
      g_autoptr (HemoImage) image = files_add_image (&self->files, self->files.specimen, i);

      if (i == 0)
        gone = g_strdup_printf ("images/%s.cms", image->uuid);
    }
  add_organisation (self);
  syncing_run (self, 0);
  g_hash_table_foreach_remove (self->s3->objects, ends_so, gone);
  hemo_store_write (files_store (&self->files), self->sync->session, doubt_job,
                    self->sync->servers[1]->identity, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (syncing_count (self, "lane = 2 AND state = 'waiting'"), ==, MANY);
  before = self->s3->puts;
  syncing_run (self, ORIGINALS);
  g_assert_cmpint (syncing_count (self, "lane = 2 AND state = 'received'"), ==, MANY);
  /* It and its signature, which is tried as a new one first. */
  g_assert_cmpuint (self->s3->puts - before, <=, 3);
}

/* The link breaks while it is asked for: it is asked for again, and still not sent. */
static void
test_breaks (Syncing *self, gconstpointer data)
{
  g_autoptr (HemoImage) image = files_add_image (&self->files, self->files.specimen, 1);
  guint before;

  add_organisation (self);
  syncing_run (self, 0);
  write_task (self, image->uuid);
  syncing_run (self, RESULTS);
  before = self->s3->puts;
  self->s3->fail_method = "HEAD";
  self->s3->fail_status = 503;
  self->s3->failures = 1;
  syncing_run_fails (self, ORIGINALS, HEMO_REMOTE_ERROR_BUSY);
  g_assert_cmpint (syncing_count (self, "lane = 2 AND state = 'waiting'"), ==, 1);
  syncing_run (self, ORIGINALS);
  g_assert_cmpint (syncing_count (self, "lane = 2 AND state = 'received'"), ==, 1);
  g_assert_cmpuint (self->s3->puts, ==, before);
}

static const Doubting whole = { .state = "sent" };
static const Doubting damaged = { .file = 'd', .state = "sent" };
static const Doubting missing = { .file = 'm', .state = "sent" };
static const Doubting lost = { .gone = ".cms", .puts = 1, .state = "sent" };
static const Doubting lost_damaged = { .file = 'd', .gone = ".cms", .state = "asked" };
static const Doubting lost_missing = { .file = 'm', .gone = ".cms", .state = "asked" };
static const Doubting unsigned_there = { .gone = ".sig", .puts = 1, .state = "sent" };
static const Doubting anew = { .anew = TRUE, .state = "sent" };
static const Doubting anew_missing = { .anew = TRUE, .file = 'm', .state = "sent" };
static const Doubting anew_lost = { .anew = TRUE, .gone = ".cms", .puts = 3, .state = "sent" };
static const Doubting anew_unsigned = { .anew = TRUE, .gone = ".sig", .puts = 3, .state = "sent" };

#define ADD(path, test, data)                                                                      \
  g_test_add ("/sync-doubt/" path, Syncing, data, syncing_set_up, test, syncing_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("whole", test_asked, &whole);
  ADD ("damaged", test_asked, &damaged);
  ADD ("missing", test_asked, &missing);
  ADD ("lost", test_asked, &lost);
  ADD ("lost-damaged", test_asked, &lost_damaged);
  ADD ("lost-missing", test_asked, &lost_missing);
  ADD ("unsigned", test_asked, &unsigned_there);
  ADD ("anew", test_asked, &anew);
  ADD ("anew-missing", test_asked, &anew_missing);
  ADD ("anew-lost", test_asked, &anew_lost);
  ADD ("anew-unsigned", test_asked, &anew_unsigned);
  ADD ("all", test_all, NULL);
  ADD ("breaks", test_breaks, NULL);
  return g_test_run ();
}
