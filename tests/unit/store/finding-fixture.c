/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A patient at the bench, and one good record of each kind. */

#include "finding-fixture.h"

void
bench_set_up (Bench *bench, gconstpointer data)
{
  g_autoptr (HemoPatient) patient = NULL;
  g_autoptr (HemoSpecimen) tube = NULL;
  g_autoptr (HemoSpecimen) slide = NULL;
  g_autoptr (HemoSpecimen) other = NULL;
  HemoTxn *txn;

  bench->records = records_open ();
  txn = records_begin (bench->records, HEMO_ROLE_TECHNICIAN);
  patient = records_add_patient (txn, "Amina", "Otieno", 1990);
  tube = records_add_tube (txn, patient->uuid,
                           HEMO_TEST_MORPHOLOGY | HEMO_TEST_PLATELETS | HEMO_TEST_MALARIA);
  slide = records_add_slide (txn, tube->uuid);
  other = records_add_tube (txn, patient->uuid, HEMO_TEST_MORPHOLOGY);
  records_commit (txn);
  bench->patient = g_strdup (patient->uuid);
  bench->tube = g_strdup (tube->uuid);
  bench->slide = g_strdup (slide->uuid);
  bench->other = g_strdup (other->uuid);
}

void
bench_tear_down (Bench *bench, gconstpointer data)
{
  g_free (bench->patient);
  g_free (bench->tube);
  g_free (bench->slide);
  g_free (bench->other);
  records_close (bench->records);
}

gpointer
bench_make_morphology (const char *specimen)
{
  HemoMorphology *morphology = hemo_morphology_new (specimen, NULL);

  hemo_morphology_all_normal (morphology);
  return morphology;
}

gpointer
bench_make_platelets (const char *specimen)
{
  HemoPlatelets *platelets = hemo_platelets_new (specimen, NULL);

  platelets->total = 120;
  platelets->fields = 10;
  platelets->factor = 20000;
  return platelets;
}

gpointer
bench_make_malaria (const char *specimen)
{
  HemoMalaria *malaria = hemo_malaria_new (specimen, NULL, TRUE);

  malaria->wbc = 200;
  malaria->fields = 20;
  malaria->parasites = 150;
  malaria->species = HEMO_PLASMODIUM_FALCIPARUM;
  malaria->stages = HEMO_STAGE_RING | HEMO_STAGE_GAMETOCYTE;
  return malaria;
}

gpointer
bench_make_result (const char *specimen)
{
  return hemo_result_new (specimen, "hb", 118, "HemoCue");
}

gpointer
bench_make_call (const char *specimen)
{
  HemoCriticalCall *call = hemo_critical_call_new (specimen);

  call->analytes = g_strdup ("Haemoglobin");
  call->told = g_strdup ("Nurse on ward 3");
  call->read_back = TRUE;
  return call;
}
