/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How safe a clinic is said to be: never safer than it is. */

#include "files-fixture.h"

#include "hemo-backup-record.h"
#include "hemo-records.h"

#include <string.h>

static gboolean
load_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_safety_tally (txn, data, error);
}

static HemoSafetyTally
load (Files *self)
{
  HemoSafetyTally safety;
  g_autoptr (GError) error = NULL;

  hemo_store_read (hemo_clinic_get_store (self->base.clinic), self->base.session, load_job, &safety,
                   NULL, &error);
  g_assert_no_error (error);
  return safety;
}

static void
back_up (Files *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *target = g_build_filename (self->base.root, "stick", NULL);

  hemo_clinic_backup (self->base.clinic, self->base.session, target, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
test_nothing_backed_up (Files *self, gconstpointer data)
{
  HemoSafetyTally safety = load (self);

  g_assert_cmpint (safety.saved, >=, 1);
  g_assert_cmpint (safety.backed_up, ==, 0);
  g_assert_cmpint (safety.received, ==, 0);
  g_assert_cmpint (safety.read, ==, 0);
  g_assert_cmpint (safety.stuck, ==, 0);
  g_assert_cmpint (safety.backup.at_us, ==, 0);
  g_assert_cmpint (safety.backup.changes_since, >, 0);
  g_assert_cmpint (safety.waiting[HEMO_LANE_RESULTS], >, 0);
}

static void
test_backed_up (Files *self, gconstpointer data)
{
  HemoSafetyTally safety;

  back_up (self);
  safety = load (self);
  g_assert_cmpint (safety.backup.changes_since, ==, 0);
  g_assert_cmpint (safety.backed_up, ==, safety.saved);
}

/* One picture more, and this case is no longer in the backup. */
static void
test_changed_since (Files *self, gconstpointer data)
{
  HemoSafetyTally safety;
  g_autoptr (HemoImage) image = NULL;

  back_up (self);
  image = files_add_image (self, self->specimen, 1);
  safety = load (self);
  g_assert_cmpint (safety.backup.changes_since, >, 0);
  g_assert_cmpint (safety.backed_up, ==, safety.saved - 1);
  g_assert_cmpint (safety.waiting[HEMO_LANE_ORIGINALS], ==, 1);
}

/* What lies on the same disk is lost together with the clinic. */
static void
test_beside (Files *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *target = g_build_filename (self->base.root, "stick", NULL);

  for (guint i = 0; i < 2; i++)
    {
      HemoSafetyTally safety;
      gboolean beside = FALSE;

      hemo_clinic_backup_anywhere (self->base.clinic, self->base.session, target, &beside, NULL,
                                   NULL, NULL, &error);
      g_assert_no_error (error);
      g_assert_true (beside);
      safety = load (self);
      g_assert_cmpint (safety.backed_up, ==, 0);
      g_assert_cmpint (safety.backup.at_us, ==, 0);
    }
}

/* Once all was written and read back, file by file. */
static void
lose_cb (gint64 done, gint64 total, gpointer data)
{
  if (done == total && g_file_test (data, G_FILE_TEST_EXISTS))
    files_flip (data, 1000);
}

/* A stick that is smaller than it says writes what comes last over what came first. */
static void
test_stick_that_loses (Files *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoImage) first = files_add_image (self, self->specimen, 1);
  g_autoptr (HemoImage) last = files_add_image (self, self->specimen, 2);
  g_autofree char *target = g_build_filename (self->base.root, "stick", NULL);
  g_autofree char *copy
      = g_strdup_printf ("%s/images/%.2s/%s.cms", target, first->uuid, first->uuid);

  g_assert_false (hemo_clinic_backup (self->base.clinic, self->base.session, target, lose_cb, copy,
                                      NULL, &error));
  g_assert_nonnull (strstr (error->message, "does not keep what is written"));
  g_assert_cmpint (load (self).backed_up, ==, 0);
  back_up (self);
  g_assert_cmpint (load (self).backed_up, >, 0);
}

static void
test_fresh (void)
{
  const gint64 now = G_GINT64_CONSTANT (2000000000) * G_USEC_PER_SEC;
  HemoBackupRecord record = { 0 };

  g_assert_false (hemo_backup_record_is_fresh (&record, now));
  record.at_us = now;
  g_assert_true (hemo_backup_record_is_fresh (&record, now));
  record.at_us = now - 7 * G_TIME_SPAN_DAY + 1;
  g_assert_true (hemo_backup_record_is_fresh (&record, now));
  record.at_us = now - 7 * G_TIME_SPAN_DAY;
  g_assert_false (hemo_backup_record_is_fresh (&record, now));
  /* A clock that was ahead proves nothing. */
  record.at_us = now + 1;
  g_assert_false (hemo_backup_record_is_fresh (&record, now));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/backup-record/never", Files, NULL, files_set_up, test_nothing_backed_up,
              files_tear_down);
  g_test_add ("/backup-record/backed-up", Files, NULL, files_set_up, test_backed_up,
              files_tear_down);
  g_test_add ("/backup-record/changed-since", Files, NULL, files_set_up, test_changed_since,
              files_tear_down);
  g_test_add ("/backup-record/beside", Files, NULL, files_set_up, test_beside, files_tear_down);
  g_test_add ("/backup-record/stick-that-loses", Files, NULL, files_set_up, test_stick_that_loses,
              files_tear_down);
  g_test_add_func ("/backup-record/fresh", test_fresh);
  return g_test_run ();
}
