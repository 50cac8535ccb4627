/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What others wrote comes into a store, as the sync takes it in: without a server and without
 * threads. */

#pragma once

#include "hemo-fhir-patient.h"
#include "hemo-fhir-specimen.h"
#include "hemo-remote-table.h"
#include "hemo-sync-apply.h"

#include "records-fixture.h"

#define SYNCING_SERVER "the-server"
#define SYNCING_STATION "55555555-5555-4555-8555-555555555555"
/* Nobody's. */
#define SYNCING_ID "0b9f3a52-7f4e-4a9e-8c58-0d6c7b1d2e3f"
#define SYNCING_OTHER_ID "1c8e4b63-8a5f-4bad-9d69-1e7d8c2e3f40"

/**
 * Syncing:
 * @session: the sync's own
 * @certain, @last: as in HemoSyncIncoming, of the next version that comes
 * @result: of the last
 */
typedef struct
{
  Records *records;
  HemoSession *session;
  gboolean certain;
  gboolean last;
  HemoSyncResult result;
} Syncing;

void syncing_set_up (Syncing *self, gconstpointer data);
void syncing_tear_down (Syncing *self, gconstpointer data);

/* @resource: (transfer full). As the server gives it out with @version. (transfer full) */
json_object *syncing_stamp (json_object *resource, const char *version);
/* Takes in @resource (transfer full), in a transaction of its own. */
HemoSyncOutcome syncing_take (Syncing *self, json_object *resource);
/* The same of JSON as text. */
HemoSyncOutcome syncing_take_text (Syncing *self, const char *text);

/* The first value that @format asks for, or NULL. (transfer full) */
char *syncing_ask (Syncing *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
gint64 syncing_count (Syncing *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* How many of the record wait to be sent. */
gint64 syncing_queued (Syncing *self, const char *id);
/* Nothing is on its way any more, as after a push. */
void syncing_sent (Syncing *self);
/* The version of the record @id that waits for a person, 0 when none does; asserts that at most one
 * does, and that its reason is @reason. */
gint64 syncing_waiting (Syncing *self, const char *id, const char *reason);

/* As a technician does at the bench. (transfer full) */
HemoPatient *syncing_add_patient (Syncing *self, const char *given, const char *family);
HemoPatient *syncing_load_patient (Syncing *self, const char *uuid);
void syncing_save_patient (Syncing *self, HemoPatient *patient);
HemoSpecimen *syncing_add_case (Syncing *self, const char *patient);
HemoOrder *syncing_load_order (Syncing *self, const char *uuid);
HemoSpecimen *syncing_load_specimen (Syncing *self, const char *uuid);

/* With a patient and a case that were sent. */
typedef struct
{
  Syncing base;
  HemoPatient *patient;
  HemoSpecimen *tube;
} SyncingCase;

void syncing_case_set_up (SyncingCase *self, gconstpointer data);
/* The server gave the patient out as version 1, besides. */
void syncing_case_set_up_known (SyncingCase *self, gconstpointer data);
void syncing_case_tear_down (SyncingCase *self, gconstpointer data);
