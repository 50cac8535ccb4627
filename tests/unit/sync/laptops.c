/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Enrols the second laptop and connects both. */

#include "laptops.h"

#define TURNS_MAX 8

void
laptop_connect (Laptop *self, FakeFhir *fake)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoSignIn) nobody = hemo_sign_in_none_new ();
  g_autoptr (HemoServerClock) clock = hemo_server_clock_new (0);
  g_autofree char *base = g_strconcat (fake->server->base, "/fhir", NULL);
  HemoHttpOptions options = { .base = base, .clock = clock };
  g_autoptr (HemoHttp) http = hemo_http_new (&options, &error);

  g_assert_no_error (error);
  self->store = hemo_clinic_get_store (self->clinic);
  self->sync = hemo_clinic_new_sync_session (self->clinic, &error);
  g_assert_no_error (error);
  self->server = hemo_fhir_server_new (http, nobody);
  self->pull = (HemoFhirPull){
    .store = self->store, .session = self->sync, .server = self->server, .identity = LAPTOPS_SERVER
  };
  self->push = (HemoFhirPush){ .store = self->store,
                               .session = self->sync,
                               .server = self->server,
                               .options = { .server = LAPTOPS_SERVER },
                               .conflict = hemo_fhir_pull_conflict,
                               .data = &self->pull };
}

static void
enrol (Laptops *self)
{
  g_autofree char *file = g_build_filename (self->base.root, "enrol.json", NULL);
  g_autoptr (HemoSecret) fresh = secret (OTHER_PASSPHRASE);
  g_autoptr (HemoSecret) code = NULL;
  g_autoptr (GError) error = NULL;

  code = hemo_clinic_enrol_export (self->base.clinic, self->base.session, file, &error);
  g_assert_no_error (error);
  self->b.folder = g_build_filename (self->base.root, "second", NULL);
  self->b.clinic
      = hemo_clinic_enrol_import (self->b.folder, file, code, "dora", "Dora Test", fresh, &error);
  g_assert_no_error (error);
  self->b.user = sign_in (self->b.clinic, "dora", OTHER_PASSPHRASE);
}

void
laptops_set_up (Laptops *self, gconstpointer data)
{
  clinic_set_up (&self->base, NULL);
  self->fake = fake_fhir_new ();
  self->a.clinic = self->base.clinic;
  self->a.user = self->base.session;
  enrol (self);
  laptop_connect (&self->a, self->fake);
  laptop_connect (&self->b, self->fake);
}

void
laptops_tear_down (Laptops *self, gconstpointer data)
{
  g_object_unref (self->a.server);
  g_object_unref (self->b.server);
  hemo_session_unref (self->a.sync);
  hemo_session_unref (self->b.sync);
  hemo_session_unref (self->b.user);
  hemo_clinic_close (self->b.clinic);
  g_object_unref (self->b.clinic);
  g_free (self->b.folder);
  fake_fhir_free (self->fake);
  clinic_tear_down (&self->base, NULL);
}

guint
laptop_push (Laptop *self)
{
  g_autoptr (GError) error = NULL;
  guint sent = 0;

  hemo_fhir_push_run (&self->push, &sent, NULL, &error);
  g_assert_no_error (error);
  return sent;
}

HemoFhirPulled
laptop_pull (Laptop *self)
{
  g_autoptr (GError) error = NULL;
  HemoFhirPulled pulled = { 0 };

  hemo_fhir_pull_run (&self->pull, &pulled, NULL, &error);
  g_assert_no_error (error);
  return pulled;
}

HemoFhirPulled
laptop_sweep (Laptop *self)
{
  g_autoptr (GError) error = NULL;
  HemoFhirPulled pulled = { 0 };

  hemo_fhir_pull_sweep (&self->pull, &pulled, NULL, &error);
  g_assert_no_error (error);
  return pulled;
}

void
laptop_sync (Laptop *self)
{
  laptop_pull (self);
  laptop_push (self);
}

void
laptops_settle (Laptops *self)
{
  guint moved = 1;

  for (int turn = 0; moved > 0; turn++)
    {
      g_assert_cmpint (turn, <, TURNS_MAX);
      moved = laptop_pull (&self->a).taken + laptop_push (&self->a);
      moved += laptop_pull (&self->b).taken + laptop_push (&self->b);
    }
}

gboolean
laptop_try (Laptop *self, HemoStoreJob job, gpointer data, GError **error)
{
  return hemo_store_write (self->store, self->user, job, data, NULL, error);
}

void
laptop_write (Laptop *self, HemoStoreJob job, gpointer data)
{
  g_autoptr (GError) error = NULL;

  laptop_try (self, job, data, &error);
  g_assert_no_error (error);
}

static gboolean
save_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_patient_save (txn, data, error);
}

HemoPatient *
laptop_add_patient (Laptop *self, const char *given, const char *family)
{
  HemoPatient *patient = hemo_patient_new ();

  patient->given = g_strdup (given);
  patient->family = g_strdup (family);
  laptop_write (self, save_job, patient);
  return patient;
}

static gboolean
load_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_patient_load (txn, data, error);
  hemo_txn_set_result_free (txn, (GDestroyNotify)hemo_patient_free);
  return *result != NULL;
}

HemoPatient *
laptop_load_patient (Laptop *self, const char *uuid)
{
  g_autoptr (GError) error = NULL;
  gpointer patient = NULL;

  hemo_store_read (self->store, self->user, load_job, (gpointer)uuid, &patient, &error);
  g_assert_no_error (error);
  return patient;
}

void
laptop_set_phone (Laptop *self, const char *uuid, const char *phone)
{
  g_autoptr (HemoPatient) patient = laptop_load_patient (self, uuid);

  g_set_str (&patient->phone, phone);
  laptop_write (self, save_job, patient);
}

void
laptop_set_village (Laptop *self, const char *uuid, const char *village)
{
  g_autoptr (HemoPatient) patient = laptop_load_patient (self, uuid);

  g_set_str (&patient->village, village);
  laptop_write (self, save_job, patient);
}

typedef struct
{
  const char *patient;
  HemoSpecimen *tube;
} Case;

static gboolean
case_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Case *made = data;
  g_autoptr (HemoOrder) order = hemo_order_new (made->patient);

  order->tests = HEMO_TEST_DIFFERENTIAL;
  if (!hemo_order_save (txn, order, error))
    return FALSE;
  made->tube = hemo_specimen_new ();
  made->tube->order = g_strdup (order->uuid);
  return hemo_specimen_accept (txn, made->tube, error);
}

HemoSpecimen *
laptop_add_case (Laptop *self, const char *patient)
{
  Case made = { .patient = patient };

  laptop_write (self, case_job, &made);
  return made.tube;
}

static gboolean
waiting_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_incoming_waiting (txn, 100, error);
  hemo_txn_set_result_free (txn, (GDestroyNotify)g_ptr_array_unref);
  return *result != NULL;
}

GPtrArray *
laptop_waiting (Laptop *self)
{
  g_autoptr (GError) error = NULL;
  gpointer list = NULL;

  hemo_store_read (self->store, self->user, waiting_job, NULL, &list, &error);
  g_assert_no_error (error);
  return list;
}

gint64
laptop_queued (Laptop *self)
{
  return store_count (self->store,
                      "SELECT count(*) FROM queue WHERE lane = 0 AND state = 'waiting'");
}

char *
laptop_ask (Laptop *self, const char *format, ...)
{
  g_autofree char *sql = NULL;
  va_list list;

  va_start (list, format);
  sql = g_strdup_vprintf (format, list);
  va_end (list);
  return store_ask (self->store, sql);
}

char *
laptops_order_of (const char *id, const char *patient)
{
  return g_strdup_printf (
      "{\"resourceType\":\"ServiceRequest\",\"id\":\"%s\",\"status\":\"active\","
      "\"intent\":\"order\",\"code\":{\"coding\":[{\"system\":"
      "\"http://loinc.org\",\"code\":\"58410-2\"}]},\"subject\":{\"reference\":"
      "\"Patient/%s\"}}",
      id, patient);
}
