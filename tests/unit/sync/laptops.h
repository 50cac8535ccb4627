/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Two laptops of one clinic, enrolled offline, that share one FHIR server in memory. */

#pragma once

#include "fake-fhir.h"
#include "hemo-fhir-pull.h"
#include "hemo-fhir-push.h"
#include "hemo-records.h"
#include "hemo-remote-table.h"

#include "store-fixture.h"

#define LAPTOPS_SERVER "the-server"

/**
 * Laptop:
 * @user: an administrator, signed in
 */
typedef struct
{
  char *folder;
  HemoClinic *clinic;
  HemoStore *store;
  HemoSession *user;
  HemoSession *sync;
  HemoFhirServer *server;
  HemoFhirPush push;
  HemoFhirPull pull;
} Laptop;

typedef struct
{
  ClinicFixture base;
  FakeFhir *fake;
  Laptop a;
  Laptop b;
} Laptops;

void laptops_set_up (Laptops *self, gconstpointer data);
void laptops_tear_down (Laptops *self, gconstpointer data);

/* @self->clinic and @self->user are set: its sync signs in, and sends to and asks @fake. */
void laptop_connect (Laptop *self, FakeFhir *fake);

/* Pulls and pushes, as the engine does. */
void laptop_sync (Laptop *self);
guint laptop_push (Laptop *self);
HemoFhirPulled laptop_pull (Laptop *self);
HemoFhirPulled laptop_sweep (Laptop *self);
/* Turn by turn until nothing moves; fails when they never agree. */
void laptops_settle (Laptops *self);

/* As the person who is signed in there. */
void laptop_write (Laptop *self, HemoStoreJob job, gpointer data);
gboolean laptop_try (Laptop *self, HemoStoreJob job, gpointer data, GError **error);
HemoPatient *laptop_add_patient (Laptop *self, const char *given, const char *family);
/* Loads, changes one field, saves. */
void laptop_set_phone (Laptop *self, const char *uuid, const char *phone);
void laptop_set_village (Laptop *self, const char *uuid, const char *village);
/* (transfer full) */
HemoPatient *laptop_load_patient (Laptop *self, const char *uuid);
/* An order and its tube. (transfer full) */
HemoSpecimen *laptop_add_case (Laptop *self, const char *patient);
/* What waits for the person. (transfer full) (element-type HemoIncoming) */
GPtrArray *laptop_waiting (Laptop *self);
/* Of the queue's first lane. */
gint64 laptop_queued (Laptop *self);
/* The first value that @format asks for. (transfer full) */
char *laptop_ask (Laptop *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* What another program ordered. (transfer full) */
char *laptops_order_of (const char *id, const char *patient);
