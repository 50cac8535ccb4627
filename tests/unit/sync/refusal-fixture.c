/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Refuses by the store's own functions. */

#include "refusal-fixture.h"

gboolean
refusal_make_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Refuse *refuse = data;

  return hemo_order_refuse (txn, ORDER, refuse->reason, refuse->words, error)
         && (!refuse->hold || hemo_refusal_hold (txn, ORDER, error));
}

gboolean
refusal_take_back_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_refusal_take_back (txn, ORDER, error);
}

static gboolean
refused_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autoptr (GArray) rows = hemo_refused_rows (txn, error);

  if (rows == NULL)
    return FALSE;
  hemo_txn_set_result_free (txn, (GDestroyNotify)g_ptr_array_unref);
  *result = hemo_refused_load (txn, (const gint64 *)rows->data, rows->len, error);
  return *result != NULL;
}

GPtrArray *
refusals_of (Laptop *laptop)
{
  g_autoptr (GError) error = NULL;
  gpointer refused = NULL;

  hemo_store_read (laptop->store, laptop->user, refused_job, NULL, &refused, &error);
  g_assert_no_error (error);
  return refused;
}

void
refusal_assert_expected (Laptop *laptop, const char *count)
{
  g_autofree char *expected = laptop_ask (laptop, "SELECT count(*) FROM expected_order");

  g_assert_cmpstr (expected, ==, count);
}

void
refusal_write_task (Laptops *self, const char *id, const char *status, const char *more)
{
  g_autofree char *text = g_strdup_printf (
      "{\"resourceType\":\"Task\",\"id\":\"%s\",\"status\":\"%s\",\"intent\":\"order\","
      "\"identifier\":[{\"value\":\"T-7\"}],"
      "\"focus\":{\"reference\":\"ServiceRequest/" ORDER "\"}%s}",
      id, status, more);

  fake_fhir_write (self->fake, text);
}

void
refusal_bring_order_with (Laptops *self, const char *more, const char *task)
{
  g_autoptr (HemoPatient) patient = laptop_add_patient (&self->a, "Amina", "Otieno");
  g_autofree char *order = laptops_order_of (ORDER, patient->uuid);
  g_autofree char *whole = NULL;

  laptop_push (&self->a);
  order[strlen (order) - 1] = '\0';
  whole = g_strconcat (order, more, "}", NULL);
  fake_fhir_write (self->fake, whole);
  if (task != NULL)
    refusal_write_task (self, task, "requested", "");
  laptop_pull (&self->a);
}

void
refusal_bring_order (Laptops *self, const char *task)
{
  refusal_bring_order_with (self, "", task);
}

void
refusal_make (Laptops *self, HemoRefusalReason reason, const char *words)
{
  laptop_write (&self->a, refusal_make_job, &(Refuse){ .reason = reason, .words = words });
}

const char *
refusal_text_of (json_object *json)
{
  return json_object_to_json_string_ext (json,
                                         JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
}

const char *
refusal_string_of (json_object *json, const char *key)
{
  return json_object_get_string (json_object_object_get (json, key));
}

void
refusal_assert_task (Laptops *self, const char *id, const char *status)
{
  g_autoptr (json_object) task = fake_fhir_read (self->fake, "Task", id);

  g_assert_cmpstr (refusal_string_of (task, "status"), ==, status);
}

const char *
refusal_version_of (json_object *json)
{
  return refusal_string_of (json_object_object_get (json, "meta"), "versionId");
}

void
refusal_assert_count (Laptop *laptop, guint count)
{
  g_autoptr (GPtrArray) refused = refusals_of (laptop);

  g_assert_cmpuint (refused->len, ==, count);
}
