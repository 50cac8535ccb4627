/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Makes a case old, and looks at what became of its originals. */

#include "prune-fixture.h"

#include <sys/stat.h>

HemoClinic *
pruning_clinic (Pruning *self)
{
  return self->sync.files.base.clinic;
}

HemoSession *
pruning_user (Pruning *self)
{
  return self->sync.files.base.session;
}

HemoDiskAnswer
pruning_compare (const char *here, const char *there)
{
  struct stat one, other;

  if (stat (here, &one) != 0 || stat (there, &other) != 0)
    return HEMO_DISK_UNKNOWN;
  return one.st_dev != other.st_dev ? HEMO_DISK_OTHER : HEMO_DISK_SAME;
}

void
pruning_run_sql (Pruning *self, const char *sql)
{
  files_run_sql (&self->sync.files, sql);
}

gint64
pruning_count (Pruning *self, const char *sql)
{
  return store_count (files_store (&self->sync.files), sql);
}

void
pruning_back_up (Pruning *self, const char *target)
{
  g_autoptr (GError) error = NULL;

  hemo_clinic_backup (pruning_clinic (self), pruning_user (self), target, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

gboolean
pruning_retention_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_retention_save (txn, GPOINTER_TO_INT (data), error);
}

void
pruning_set_retention (Pruning *self, int days)
{
  g_autoptr (GError) error = NULL;

  hemo_store_write (files_store (&self->sync.files), pruning_user (self), pruning_retention_job,
                    GINT_TO_POINTER (days), NULL, &error);
  g_assert_no_error (error);
}

/* Another device than that of the clinic. */
static char *
make_medium (const char *folder)
{
  const char *const places[] = { "/dev/shm", "/tmp", "/var/tmp", NULL };
  struct stat here, there;

  g_assert_cmpint (stat (folder, &here), ==, 0);
  for (guint i = 0; places[i] != NULL; i++)
    if (stat (places[i], &there) == 0 && there.st_dev != here.st_dev)
      {
        char *path = g_build_filename (places[i], "hemo-prune-XXXXXX", NULL);

        g_assert_nonnull (g_mkdtemp (path));
        return path;
      }
  g_error ("There is no second device beside that of %s.", folder);
}

void
pruning_set_up (Pruning *self, gconstpointer data)
{
  g_autoptr (HemoReport) report = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *age = g_strdup_printf (
      "UPDATE report_version SET signed_us = signed_us - %d * 86400000000", OLD_DAYS);

  syncing_set_up (&self->sync, NULL);
  self->root = make_medium (self->sync.files.base.folder);
  self->stick = g_build_filename (self->root, "stick", NULL);
  for (guint i = 0; i < PICTURES; i++)
    {
      self->image[i] = files_add_image (&self->sync.files, self->sync.files.specimen, i + 1);
      self->bytes[i] = hemo_clinic_open_image (pruning_clinic (self), pruning_user (self),
                                               self->image[i]->uuid, &error);
      g_assert_no_error (error);
    }
  report = files_sign (&self->sync.files, HEMO_REPORT_FINAL);
  syncing_run (&self->sync, 0);
  pruning_back_up (self, self->stick);
  /* No report of long ago can be signed today. */
  pruning_run_sql (self, "DROP TRIGGER report_version_is_final");
  pruning_run_sql (self, age);
  pruning_set_retention (self, HEMO_RETENTION_LEAST);
}

void
pruning_tear_down (Pruning *self, gconstpointer data)
{
  for (guint i = 0; i < PICTURES; i++)
    {
      g_clear_pointer (&self->image[i], hemo_image_free);
      g_clear_pointer (&self->bytes[i], g_bytes_unref);
    }
  remove_tree (self->root);
  g_clear_pointer (&self->root, g_free);
  g_clear_pointer (&self->stick, g_free);
  syncing_tear_down (&self->sync, data);
}

HemoPruneTally
pruning_look (Pruning *self)
{
  g_autoptr (GError) error = NULL;
  const HemoPruneOptions options = { 0 };
  HemoPruneTally tally = { 0 };

  hemo_clinic_prune (pruning_clinic (self), pruning_user (self), &options, &tally, NULL, &error);
  g_assert_no_error (error);
  return tally;
}

gboolean
pruning_is_here (Pruning *self, guint i)
{
  g_autofree char *path = files_image_path (&self->sync.files, self->image[i]->uuid);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

void
pruning_assert_all_here (Pruning *self)
{
  for (guint i = 0; i < PICTURES; i++)
    g_assert_true (pruning_is_here (self, i));
  g_assert_cmpint (pruning_count (self, "SELECT count(*) FROM pruned_image"), ==, 0);
}

void
pruning_assert_kept (Pruning *self, const char *name, HemoPruneReason reason, guint images)
{
  HemoPruneTally tally = pruning_look (self);

  g_test_message ("%s", name);
  g_assert_cmpuint (tally.images[reason], ==, images);
  g_assert_cmpuint (tally.images[HEMO_PRUNE_MAY], ==, PICTURES - images);
}
