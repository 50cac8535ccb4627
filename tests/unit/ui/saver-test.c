/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A record that was changed elsewhere while it was changed here: nothing is lost, a person decides.
 */

#include "files-fixture.h"

#include "hemo-case-load.h"
#include "hemo-finding-table.h"
#include "hemo-saver-kinds.h"

typedef struct
{
  Files files;
  HemoDesk *desk;
  HemoSaver *saver;
  HemoMalaria *film;
  guint told;
  GError *error;
} Saving;

static void
saved_cb (gpointer data, const GError *error)
{
  Saving *self = data;

  self->told++;
  g_clear_error (&self->error);
  self->error = error != NULL ? g_error_copy (error) : NULL;
}

static void
set_up (Saving *self, gconstpointer data)
{
  HemoSession *session;

  files_set_up (&self->files, data);
  session = self->files.base.session;
  self->desk = hemo_desk_new (self->files.base.folder);
  hemo_desk_adopt (self->desk, g_object_ref (self->files.base.clinic));
  hemo_desk_take_session (self->desk, hemo_session_ref (session));
  self->saver = hemo_saver_new (self->desk, &hemo_saver_malaria, saved_cb, self);
  self->film = hemo_malaria_new (self->files.specimen, hemo_session_get_user (session), TRUE);
}

static void
wait (Saving *self, guint told)
{
  gint64 end = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;

  while (self->told < told && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (self->told, ==, told);
}

static void
tear_down (Saving *self, gconstpointer data)
{
  hemo_saver_free (self->saver);
  hemo_malaria_free (self->film);
  g_clear_error (&self->error);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_clear_pointer (&self->files.base.session, hemo_session_unref);
  g_clear_object (&self->files.base.clinic);
  g_assert_finalize_object (self->desk);
  files_tear_down (&self->files, data);
}

static gboolean
save_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_malaria_save (txn, data, error);
}

static void
save_elsewhere (Saving *self, int parasites)
{
  g_autoptr (HemoMalaria) other = hemo_malaria_copy (self->film);
  g_autoptr (GError) error = NULL;

  other->version = hemo_saver_get_version (self->saver);
  other->parasites = parasites;
  hemo_store_write (files_store (&self->files), self->files.base.session, save_job, other, NULL,
                    &error);
  g_assert_no_error (error);
}

static gboolean
load_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_case_load (txn, data, error);
  return *result != NULL;
}

static int
stored_parasites (Saving *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoCase) data = NULL;
  gpointer out = NULL;

  hemo_store_read (files_store (&self->files), self->files.base.session, load_job,
                   self->files.specimen, &out, &error);
  g_assert_no_error (error);
  data = out;
  g_assert_cmpuint (data->malarias->len, ==, 1);
  return ((HemoMalaria *)data->malarias->pdata[0])->parasites;
}

static void
come_into_conflict (Saving *self)
{
  self->film->parasites = 1;
  hemo_saver_save (self->saver, self->film);
  wait (self, 1);
  g_assert_no_error (self->error);
  g_assert_false (hemo_saver_is_in_conflict (self->saver));
  save_elsewhere (self, 40);
  self->film->parasites = 2;
  hemo_saver_save (self->saver, self->film);
  wait (self, 2);
  g_assert_error (self->error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT);
  g_assert_true (hemo_saver_is_in_conflict (self->saver));
  g_assert_false (hemo_saver_is_settled (self->saver));
  g_assert_cmpint (stored_parasites (self), ==, 40);
}

/* The same write fails for ever, and overwrites nothing. */
static void
test_again (Saving *self, gconstpointer data)
{
  come_into_conflict (self);
  hemo_saver_retry (self->saver);
  wait (self, 3);
  g_assert_error (self->error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT);
  g_assert_true (hemo_saver_is_in_conflict (self->saver));
  g_assert_cmpint (stored_parasites (self), ==, 40);
}

static void
test_mine (Saving *self, gconstpointer data)
{
  come_into_conflict (self);
  hemo_saver_overrule (self->saver, 2);
  wait (self, 3);
  g_assert_no_error (self->error);
  g_assert_true (hemo_saver_is_settled (self->saver));
  g_assert_false (hemo_saver_is_in_conflict (self->saver));
  g_assert_cmpint (stored_parasites (self), ==, 2);
  g_assert_cmpint (hemo_saver_get_version (self->saver), ==, 3);
}

/* Changed once more before it was decided: asked again. */
static void
test_mine_too_late (Saving *self, gconstpointer data)
{
  come_into_conflict (self);
  hemo_saver_overrule (self->saver, 1);
  wait (self, 3);
  g_assert_error (self->error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT);
  g_assert_true (hemo_saver_is_in_conflict (self->saver));
  g_assert_cmpint (stored_parasites (self), ==, 40);
}

static void
test_theirs (Saving *self, gconstpointer data)
{
  come_into_conflict (self);
  hemo_saver_give_way (self->saver);
  hemo_saver_set_version (self->saver, 2);
  g_assert_true (hemo_saver_is_settled (self->saver));
  g_assert_false (hemo_saver_is_in_conflict (self->saver));
  g_assert_cmpint (stored_parasites (self), ==, 40);
  self->film->parasites = 41;
  hemo_saver_save (self->saver, self->film);
  wait (self, 3);
  g_assert_no_error (self->error);
  g_assert_cmpint (stored_parasites (self), ==, 41);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add (path, Saving, NULL, set_up, function, tear_down)
  ADD ("/saver/conflict-stays", test_again);
  ADD ("/saver/keep-mine", test_mine);
  ADD ("/saver/keep-mine-too-late", test_mine_too_late);
  ADD ("/saver/take-theirs", test_theirs);
  return g_test_run ();
}
