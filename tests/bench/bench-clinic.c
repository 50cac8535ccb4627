/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A clinic with one specimen, and drawn pictures for it. */

#include "bench.h"

#include "hemo-files.h"
#include "hemo-patient-table.h"
#include "hemo-smear-art.h"
#include "hemo-specimen-table.h"

#include <string.h>

/* Drawing takes long and writing a JPEG does not: each field is written in this many qualities,
 * which makes as many different pictures. */
#define QUALITIES 5
#define BEST_QUALITY 92

static cairo_surface_t *
draw_field (guint32 seed)
{
  HemoSmear smear;
  g_autoptr (GArray) cells = NULL;
  hemo_smear_init (&smear, seed);
  smear.width = 2560;
  smear.height = 1960;
  smear.red_cell *= 2;
  return hemo_smear_draw (&smear, &cells);
}

static void
draw_cb (gpointer data, gpointer user_data)
{
  GPtrArray *pictures = user_data;
  guint first = GPOINTER_TO_UINT (data) - 1;
  cairo_surface_t *surface = draw_field (first + 1);
  for (guint i = 0; i < QUALITIES && first + i < pictures->len; i++)
    pictures->pdata[first + i] = hemo_smear_to_jpeg (surface, BEST_QUALITY - (int)i);
  cairo_surface_destroy (surface);
}

GPtrArray *
bench_draw_pictures (int n)
{
  GPtrArray *pictures = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  g_ptr_array_set_size (pictures, n);
  GThreadPool *pool
      = g_thread_pool_new (draw_cb, pictures, (int)g_get_num_processors (), FALSE, NULL);
  for (int i = 0; i < n; i += QUALITIES)
    g_thread_pool_push (pool, GINT_TO_POINTER (i + 1), NULL);
  g_thread_pool_free (pool, FALSE, TRUE);
  return pictures;
}

static HemoSecret *
passphrase_new (void)
{
  char text[] = "seven goats cross the river";
  return hemo_secret_new_take (text, strlen (text));
}

gboolean
bench_tube_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const HemoTests *tests = data;
  g_autoptr (HemoPatient) patient = hemo_patient_new ();
  patient->family = g_strdup ("Bench");
  patient->given = g_strdup ("Nobody");
  patient->birth.date.year = 1980;
  if (!hemo_patient_save (txn, patient, error))
    return FALSE;
  g_autoptr (HemoOrder) order = hemo_order_new (patient->uuid);
  order->tests = *tests;
  if (!hemo_order_save (txn, order, error))
    return FALSE;
  g_autoptr (HemoSpecimen) specimen = hemo_specimen_new ();
  specimen->order = g_strdup (order->uuid);
  if (!hemo_specimen_accept (txn, specimen, error))
    return FALSE;
  *result = g_strdup (specimen->uuid);
  return TRUE;
}

BenchClinic *
bench_clinic_new (const char *root)
{
  g_autoptr (GError) error = NULL;
  BenchClinic *self = g_new0 (BenchClinic, 1);
  g_autoptr (HemoClinicInfo) info = hemo_clinic_info_new ("Bench");
  g_autoptr (HemoSecret) passphrase = passphrase_new ();
  g_autoptr (HemoSecret) again = passphrase_new ();
  g_autoptr (HemoSecret) code = NULL;
  gpointer specimen = NULL;
  HemoTests tests = HEMO_TEST_DIFFERENTIAL;
  self->folder = g_build_filename (root, "clinic", NULL);
  self->clinic
      = hemo_clinic_create (self->folder, info, "amina", "Amina Bench", passphrase, &code, &error);
  bench_check (self->clinic != NULL, error);
  self->session = hemo_clinic_sign_in (self->clinic, "amina", again, &error);
  bench_check (self->session != NULL, error);
  bench_check (hemo_store_write (hemo_clinic_get_store (self->clinic), self->session,
                                 bench_tube_job, &tests, &specimen, &error),
               error);
  self->specimen = specimen;
  return self;
}

void
bench_clinic_free (BenchClinic *self)
{
  hemo_session_unref (self->session);
  hemo_clinic_close (self->clinic);
  g_object_unref (self->clinic);
  g_free (self->specimen);
  g_free (self->folder);
  g_free (self);
}

char *
bench_clinic_add_image (BenchClinic *self, GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoImage) image = hemo_image_new (self->specimen);
  image->focus = 0.7;
  bench_check (hemo_clinic_add_image (self->clinic, self->session, image, bytes, &error), error);
  return g_strdup (image->uuid);
}

void
bench_clinic_import_image (BenchClinic *self, GBytes *bytes, double *durable)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoImage) image = hemo_image_new (self->specimen);
  bench_check (hemo_clinic_keep_image (self->clinic, self->session, image, bytes, &error), error);
  *durable = bench_now ();
  bench_check (hemo_clinic_measure_image (self->clinic, self->session, image, bytes, &error),
               error);
}
