/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A clinic with a specimen, and pictures that are nobody's. */

#include "files-fixture.h"

#include "hemo-pixels.h"
#include "hemo-worklist.h"

#include <string.h>

HemoStore *
files_store (Files *self)
{
  return hemo_clinic_get_store (self->base.clinic);
}

typedef struct
{
  const char *given;
  const char *specimen;
  const char *analyte;
  double value;
} Wanted;

static gboolean
result_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Wanted *wanted = data;
  g_autoptr (HemoResult) value
      = hemo_result_new (wanted->specimen, wanted->analyte, wanted->value, "HemoCue");
  value->measured_at = hemo_txn_get_time (txn);
  return hemo_result_save (txn, value, error);
}

static gboolean
specimen_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Wanted *wanted = data;
  g_autoptr (HemoPatient) patient = hemo_patient_new ();
  patient->given = g_strdup (wanted->given);
  patient->family = g_strdup ("Wanjiru");
  patient->sex = HEMO_SEX_FEMALE;
  patient->birth.date.year = 1990;
  if (!hemo_patient_save (txn, patient, error))
    return FALSE;
  g_autoptr (HemoOrder) order = hemo_order_new (patient->uuid);
  order->tests = HEMO_TEST_CBC;
  if (!hemo_order_save (txn, order, error))
    return FALSE;
  g_autoptr (HemoSpecimen) tube = hemo_specimen_new ();
  tube->order = g_strdup (order->uuid);
  if (!hemo_specimen_accept (txn, tube, error))
    return FALSE;
  *result = g_strdup (tube->uuid);
  return TRUE;
}

void
files_add_result (Files *self, const char *specimen, const char *analyte, double value)
{
  g_autoptr (GError) error = NULL;
  Wanted wanted = { .specimen = specimen, .analyte = analyte, .value = value };
  hemo_store_write (files_store (self), self->base.session, result_job, &wanted, NULL, &error);
  g_assert_no_error (error);
}

char *
files_add_specimen (Files *self, const char *given, double haemoglobin)
{
  g_autoptr (GError) error = NULL;
  gpointer specimen = NULL;
  Wanted wanted = { .given = given };
  hemo_store_write (files_store (self), self->base.session, specimen_job, &wanted, &specimen,
                    &error);
  g_assert_no_error (error);
  if (haemoglobin > 0)
    {
      files_add_result (self, specimen, "hb", haemoglobin);
      files_add_result (self, specimen, "wbc", 6.1);
      files_add_result (self, specimen, "plt", 214);
    }
  return specimen;
}

void
files_set_up (Files *self, gconstpointer data)
{
  clinic_set_up (&self->base, data);
  self->specimen = files_add_specimen (self, "Njeri", 118);
  g_autofree char *sql
      = g_strdup_printf ("SELECT accession FROM specimen WHERE uuid = '%s'", self->specimen);
  self->accession = store_ask (files_store (self), sql);
}

void
files_tear_down (Files *self, gconstpointer data)
{
  clinic_tear_down (&self->base, data);
  g_clear_pointer (&self->specimen, g_free);
  g_clear_pointer (&self->accession, g_free);
}

GBytes *
files_picture (guint seed, int width, int height)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  g_autoptr (HemoPixels) pixels = hemo_pixels_new (width, height, &error);
  g_assert_no_error (error);
  memset (pixels->data, 0xe8, 3 * (gsize)width * height);
  for (int cell = 0; cell < 60; cell++)
    {
      int x0 = g_rand_int_range (rand, 0, width), y0 = g_rand_int_range (rand, 0, height);
      int radius = g_rand_int_range (rand, 4, MAX (5, height / 12));
      for (int y = MAX (0, y0 - radius); y < MIN (height, y0 + radius); y++)
        for (int x = MAX (0, x0 - radius); x < MIN (width, x0 + radius); x++)
          if ((x - x0) * (x - x0) + (y - y0) * (y - y0) < radius * radius)
            memcpy (hemo_pixels_row (pixels, y) + 3 * x, "\xc0\x80\x98", 3);
    }
  GBytes *jpeg = hemo_pixels_to_jpeg (pixels, 90, &error);
  g_assert_no_error (error);
  return jpeg;
}

/* APP1 with one IFD that points to a GPS IFD with a latitude's 'N'. */
GBytes *
files_picture_with_place (guint seed)
{
  static const guint8 exif[]
      = { 0xff, 0xe1, 0x00, 0x34, 'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8,
          0,    1,    0x88, 0x25, 0,   4,   0,   0,   0, 1, 0,   0,   0, 26, 0, 0, 0, 0,
          0,    1,    0,    1,    0,   2,   0,   0,   0, 2, 'N', 0,   0, 0,  0, 0, 0, 0 };
  gsize size;
  g_autoptr (GBytes) plain = files_picture (seed, 320, 240);
  const guint8 *data = g_bytes_get_data (plain, &size);
  GByteArray *all = g_byte_array_new ();
  g_byte_array_append (all, data, 2);
  g_byte_array_append (all, exif, sizeof exif);
  g_byte_array_append (all, data + 2, (guint)size - 2);
  return g_byte_array_free_to_bytes (all);
}

HemoImage *
files_add_image (Files *self, const char *specimen, guint seed)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = files_picture (seed, 800, 600);
  HemoImage *image = hemo_image_new (specimen);
  hemo_clinic_add_image (self->base.clinic, self->base.session, image, bytes, &error);
  g_assert_no_error (error);
  return image;
}

static gboolean
count_cell_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const HemoImage *image = data;
  g_autoptr (HemoCount) count = hemo_count_new (image->specimen, NULL, 100);
  *result = g_strdup (count->uuid);
  hemo_txn_set_result_free (txn, g_free);
  return hemo_count_start (txn, count, error)
         && hemo_count_add_cell (txn, count->uuid, HEMO_CELL_BASOPHIL, image->uuid, NULL, error);
}

char *
files_count_cell (Files *self, HemoImage *image)
{
  g_autoptr (GError) error = NULL;
  gpointer count = NULL;
  hemo_store_write (files_store (self), self->base.session, count_cell_job, image, &count, &error);
  g_assert_no_error (error);
  return count;
}

HemoReport *
files_sign (Files *self, HemoReportStatus status)
{
  g_autoptr (GError) error = NULL;
  const HemoTime now = { 0 };
  HemoReport *report = hemo_clinic_sign_report (self->base.clinic, self->base.session,
                                                self->specimen, status, NULL, now, &error);
  g_assert_no_error (error);
  return report;
}

char *
files_path (Files *self, const char *name)
{
  return g_build_filename (self->base.folder, name, NULL);
}

char *
files_image_path (Files *self, const char *uuid)
{
  return g_strdup_printf ("%s/images/%.2s/%s.cms", self->base.folder, uuid, uuid);
}

static gboolean
sql_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_db_execute (hemo_txn_get_db (txn), data, error);
}

void
files_run_sql (Files *self, const char *sql)
{
  g_autoptr (GError) error = NULL;
  hemo_store_write (files_store (self), NULL, sql_job, (gpointer)sql, NULL, &error);
  g_assert_no_error (error);
}

void
files_flip (const char *path, gssize offset)
{
  gsize size;
  g_autofree char *content = NULL;
  g_assert_true (g_file_get_contents (path, &content, &size, NULL));
  content[offset < 0 ? (gssize)size + offset : offset] ^= 0x10;
  FILE *file = fopen (path, "r+b");
  g_assert_nonnull (file);
  g_assert_cmpuint (fwrite (content, 1, size, file), ==, size);
  g_assert_cmpint (fclose (file), ==, 0);
}

guint
files_count_below (const char *path)
{
  guint count = 0;
  const char *name;
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      count += g_file_test (child, G_FILE_TEST_IS_DIR) ? files_count_below (child) : 1;
    }
  return count;
}

guint
files_count (Files *self, const char *folder)
{
  g_autofree char *path = files_path (self, folder);
  return files_count_below (path);
}

gboolean
files_back_up (Files *self, const char *target, GError **error)
{
  return hemo_clinic_backup (self->base.clinic, self->base.session, target, NULL, NULL, NULL,
                             error);
}

void
files_back_up_well (Files *self, const char *target)
{
  g_autoptr (GError) error = NULL;
  files_back_up (self, target, &error);
  g_assert_no_error (error);
}

HemoBackupManifest *
files_load_list (const char *target, const char *name)
{
  g_autoptr (GError) error = NULL;
  HemoBackupManifest *manifest = hemo_backup_manifest_load (target, name, &error);
  g_assert_no_error (error);
  return manifest;
}

gboolean
files_attempt_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  HemoCriticalCall *call = hemo_critical_call_new (data);
  call->analytes = g_strdup ("Haemoglobin");
  call->told = g_strdup ("ward 3, nobody answers");
  call->not_reached = TRUE;
  gboolean done = hemo_critical_call_save (txn, call, error);
  hemo_critical_call_free (call);
  return done;
}

static gboolean
untold_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_worklist_count_untold (txn, data, error);
}

int
files_count_untold (Files *self)
{
  g_autoptr (GError) error = NULL;
  int count = -1;
  hemo_store_read (files_store (self), self->base.session, untold_job, &count, NULL, &error);
  g_assert_no_error (error);
  return count;
}
