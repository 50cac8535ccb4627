/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A laptop without internet, another of the same clinic that has a FHIR server and a bucket, and a
 * stick that is carried between them. */

#pragma once

#include "hemo-courier-private.h"

#include "fake-fhir.h"
#include "fake-s3.h"
#include "files-fixture.h"

/**
 * Home: @files: the laptop without internet, with one case; @b: the other one
 */
typedef struct
{
  Files files;
  char *folder;
  HemoClinic *b;
  HemoSession *b_user;
  FakeFhir *fhir;
  FakeS3 *s3;
  char *stick;
  HemoCourierSummary sum;
} Couriers;

void couriers_set_up (Couriers *self, gconstpointer data);
void couriers_tear_down (Couriers *self, gconstpointer data);

HemoStore *couriers_store (Couriers *self);
/* Gives @clinic the two servers. */
void couriers_configure (Couriers *self, HemoClinic *clinic, HemoSession *user);
void couriers_configure_fhir (HemoClinic *clinic, HemoSession *user, const char *url);

/* At home; must succeed. @self->sum tells what was done. */
void couriers_write (Couriers *self);
void couriers_take (Couriers *self);
/* Where there is internet. */
void couriers_forward (Couriers *self);
gboolean couriers_try_forward (Couriers *self, GError **error);
/* There and back. */
void couriers_round (Couriers *self);
gboolean couriers_try_write (Couriers *self, GCancellable *cancellable, GError **error);
gboolean couriers_run_on (Couriers *self,
                          HemoClinic *clinic,
                          HemoSession *user,
                          const char *stick,
                          gboolean writes,
                          GError **error);

/* Of the queue at home, as SQL says. */
gint64 couriers_queued (Couriers *self, const char *where);
/* An image of the case, with its preview. (transfer full) */
HemoImage *couriers_add_image (Couriers *self, guint seed);
/* The folder of the home laptop on the stick, or one of its files that ends so, the first by name.
 * (transfer full) */
char *couriers_folder (Couriers *self);
char *couriers_find (Couriers *self, const char *ending);
guint couriers_count (Couriers *self, const char *ending);
/* What the servers hold of the case is what is here. */
void couriers_assert_there (Couriers *self);
