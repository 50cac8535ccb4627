/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A captured picture is stored in the name of who captured it, or waits until it can be: nobody
 * else's sign-in, no failing disk and no page that goes loses it. */

#include "files-fixture.h"

#include "hemo-capture-queue.h"
#include "hemo-case-load.h"

typedef struct
{
  Files files;
  HemoDesk *desk;
  HemoCaptureQueue *queue;
  /* Of the desk's own sessions. */
  char *amina;
  HemoSession *brian;
  guint settled;
  GError *error;
  gboolean waits;
} Queue;

static void
settled_cb (HemoCaptureQueue *queue, HemoCaptureJob *job, const GError *error, Queue *self)
{
  self->settled++;
  g_clear_error (&self->error);
  self->error = error != NULL ? g_error_copy (error) : NULL;
  self->waits = hemo_capture_queue_holds (queue, job->image->uuid);
}

static HemoSession *
add_brian (Files *files)
{
  g_autoptr (HemoSecret) passphrase = secret (OTHER_PASSPHRASE);
  g_autoptr (GError) error = NULL;

  hemo_clinic_add_user (files->base.clinic, files->base.session, "brian", "Brian Test",
                        HEMO_ROLE_TECHNICIAN, passphrase, &error);
  g_assert_no_error (error);
  return sign_in (files->base.clinic, "brian", OTHER_PASSPHRASE);
}

static void
set_up (Queue *self, gconstpointer data)
{
  files_set_up (&self->files, data);
  self->brian = add_brian (&self->files);
  self->desk = hemo_desk_new (self->files.base.folder);
  hemo_desk_adopt (self->desk, g_object_ref (self->files.base.clinic));
  hemo_desk_take_session (self->desk, hemo_session_ref (self->files.base.session));
  self->amina = g_strdup (hemo_session_get_user (self->files.base.session));
  self->queue = hemo_capture_queue_get (self->desk);
  g_signal_connect (self->queue, "settled", G_CALLBACK (settled_cb), self);
}

static void
tear_down (Queue *self, gconstpointer data)
{
  gint64 end = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;

  while (g_main_context_iteration (NULL, FALSE)
         || (G_OBJECT (self->desk)->ref_count > 1 && g_get_monotonic_time () < end))
    g_thread_yield ();
  g_clear_pointer (&self->brian, hemo_session_unref);
  g_clear_pointer (&self->files.base.session, hemo_session_unref);
  g_clear_object (&self->files.base.clinic);
  g_assert_finalize_object (self->desk);
  g_clear_error (&self->error);
  g_free (self->amina);
  files_tear_down (&self->files, data);
}

static void
wait (Queue *self, guint settled)
{
  gint64 end = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;

  while (self->settled < settled && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (self->settled, ==, settled);
}

static void
come (Queue *self, HemoSession *session)
{
  hemo_desk_take_session (self->desk, hemo_session_ref (session));
}

/* A field, as Amina captured it. @path: of a file that it is read from, or NULL */
static HemoCaptureJob *
capture (Queue *self, const char *path)
{
  HemoCaptureJob *job
      = hemo_capture_job_new (self->files.specimen, self->amina, self->files.base.folder);

  job->item = hemo_film_item_new (job->image->uuid, 1);
  job->bytes = path == NULL ? files_picture (7, 320, 240) : NULL;
  job->file = path != NULL ? g_file_new_for_path (path) : NULL;
  return job;
}

static gboolean
load_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_case_load (txn, data, error);
  return *result != NULL;
}

/* How many the store has, all of which Amina captured. */
static guint
count_stored (Queue *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoCase) data = NULL;
  gpointer out = NULL;

  hemo_store_read (files_store (&self->files), self->brian, load_job, self->files.specimen, &out,
                   &error);
  g_assert_no_error (error);
  data = out;
  for (guint i = 0; i < data->images->len; i++)
    g_assert_cmpstr (((HemoImage *)data->images->pdata[i])->captured_by, ==, self->amina);
  return data->images->len;
}

static void
test_stored (Queue *self, gconstpointer data)
{
  hemo_capture_queue_push (self->queue, capture (self, NULL));
  g_assert_cmpuint (hemo_capture_queue_count_waiting (self->queue, self->files.specimen), ==, 1);
  g_assert_cmpstr (hemo_desk_get_busy (self->desk), ==, "Fields are being saved");
  wait (self, 1);
  g_assert_no_error (self->error);
  g_assert_false (self->waits);
  g_assert_null (hemo_desk_get_busy (self->desk));
  g_assert_cmpuint (count_stored (self), ==, 1);
}

/* It waits, and the desk says so, until it can be read. */
static void
test_again (Queue *self, gconstpointer data)
{
  g_autofree char *path = files_path (&self->files, "late.jpg");
  g_autoptr (GBytes) bytes = files_picture (8, 320, 240);

  hemo_capture_queue_push (self->queue, capture (self, path));
  wait (self, 1);
  g_assert_error (self->error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_true (self->waits);
  g_assert_cmpuint (hemo_capture_queue_count_failed (self->queue, self->files.specimen), ==, 1);
  g_assert_cmpuint (hemo_capture_queue_count_failed (self->queue, NULL), ==, 1);
  g_assert_cmpuint (hemo_capture_queue_count_failed (self->queue, "another"), ==, 0);
  g_assert_cmpstr (hemo_desk_get_busy (self->desk), ==, "Fields are not saved");
  g_assert_true (g_file_set_contents (path, g_bytes_get_data (bytes, NULL),
                                      (gssize)g_bytes_get_size (bytes), NULL));
  hemo_capture_queue_retry (self->queue, self->files.specimen);
  wait (self, 2);
  g_assert_no_error (self->error);
  g_assert_null (hemo_desk_get_busy (self->desk));
  g_assert_cmpuint (count_stored (self), ==, 1);
}

/* Trying again would not help. */
static void
test_hopeless (Queue *self, gconstpointer data)
{
  HemoCaptureJob *job = capture (self, NULL);

  g_clear_pointer (&job->bytes, g_bytes_unref);
  job->bytes = g_bytes_new_static ("no picture", 10);
  hemo_capture_queue_push (self->queue, job);
  wait (self, 1);
  g_assert_nonnull (self->error);
  g_assert_false (self->waits);
  g_assert_null (hemo_desk_get_busy (self->desk));
}

static void
test_another_person (Queue *self, gconstpointer data)
{
  come (self, self->brian);
  hemo_capture_queue_push (self->queue, capture (self, NULL));
  wait (self, 1);
  g_assert_error (self->error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  g_assert_true (self->waits);
  g_assert_cmpuint (hemo_capture_queue_count_failed (self->queue, NULL), ==, 0);
  hemo_capture_queue_retry (self->queue, self->files.specimen);
  wait (self, 2);
  g_assert_cmpuint (count_stored (self), ==, 0);
  /* By herself, without being asked for. */
  come (self, self->files.base.session);
  wait (self, 3);
  g_assert_no_error (self->error);
  g_assert_cmpuint (count_stored (self), ==, 1);
}

/* The screen was locked before it could be stored. */
static void
test_locked (Queue *self, gconstpointer data)
{
  hemo_session_lock (self->files.base.session);
  hemo_capture_queue_push (self->queue, capture (self, NULL));
  wait (self, 1);
  g_assert_nonnull (self->error);
  g_assert_true (self->waits);
  hemo_session_unref (self->files.base.session);
  self->files.base.session = sign_in (self->files.base.clinic, "amina", PASSPHRASE);
  come (self, self->files.base.session);
  wait (self, 2);
  g_assert_no_error (self->error);
  g_assert_cmpuint (count_stored (self), ==, 1);
}

static void
count_cb (HemoCaptureJob *job, gpointer data)
{
  (*(guint *)data)++;
}

static void
test_given_up (Queue *self, gconstpointer data)
{
  g_autofree char *path = files_path (&self->files, "never.jpg");
  HemoCaptureJob *failing = capture (self, path);
  g_autofree char *uuid = g_strdup (failing->image->uuid);
  guint dropped = 0, left = 0;

  g_assert_false (hemo_capture_queue_forget (self->queue, uuid));
  hemo_capture_queue_push (self->queue, failing);
  hemo_capture_queue_push (self->queue, capture (self, NULL));
  hemo_capture_queue_push (self->queue, capture (self, NULL));
  hemo_capture_queue_cancel (self->queue, "another", count_cb, &dropped);
  g_assert_cmpuint (dropped, ==, 0);
  /* What is begun goes on. */
  hemo_capture_queue_cancel (self->queue, self->files.specimen, count_cb, &dropped);
  g_assert_cmpuint (dropped, ==, 2);
  wait (self, 1);
  hemo_capture_queue_foreach (self->queue, self->files.specimen, count_cb, &left);
  g_assert_cmpuint (left, ==, 1);
  /* A session that opens has it tried again, and its opening may be told late. */
  while (hemo_capture_queue_count_failed (self->queue, self->files.specimen) == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (hemo_capture_queue_forget (self->queue, uuid));
  g_assert_null (hemo_desk_get_busy (self->desk));
  g_assert_cmpuint (count_stored (self), ==, 0);
}

#define ADD(path, function)                                                                        \
  g_test_add ("/capture-queue/" path, Queue, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("stored", test_stored);
  ADD ("again", test_again);
  ADD ("hopeless", test_hopeless);
  ADD ("another-person", test_another_person);
  ADD ("locked", test_locked);
  ADD ("given-up", test_given_up);
  return g_test_run ();
}
