/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The results lane of a clinic and a FHIR server that does what a test says. */

#pragma once

#include "fake-fhir.h"
#include "hemo-fhir-push.h"
#include "hemo-records.h"

#include "files-fixture.h"

/* @signed_case: of the same clinic, where one is asked for */
typedef struct
{
  ClinicFixture base;
  Files signed_case;
  FakeFhir *fake;
  HemoStore *store;
  HemoSession *sync;
  HemoFhirPush push;
  guint conflicts;
} Pushing;

void pushing_set_up (Pushing *self, gconstpointer data);
/* With a case that is signed. */
void pushing_set_up_signed (Pushing *self, gconstpointer data);
void pushing_tear_down (Pushing *self, gconstpointer data);
void pushing_tear_down_signed (Pushing *self, gconstpointer data);

typedef struct
{
  HemoPatient *patient;
  HemoOrder *order;
  HemoSpecimen *tube;
} Made;

void made_clear (Made *made);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Made, made_clear)

/* A new patient with an order and its tube. */
void pushing_make_case (Pushing *self, Made *made);
/* Saves the HemoPatient @data. */
gboolean pushing_edit_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error);
void pushing_edit_village (Pushing *self, HemoPatient *patient, const char *village);
/* Results of the queue in @state. */
gint64 pushing_count (Pushing *self, const char *state);
/* Items that were received. */
guint pushing_run (Pushing *self);
void pushing_run_fails (Pushing *self, HemoRemoteError code);
/* HemoFhirConflict: counts it and ends the run. */
gboolean pushing_note_conflict (json_object *theirs, gpointer data, GError **error);
/* A panel: its id is made of its report's, and in no table. */
gboolean pushing_panel_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error);
