/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A store in a temporary folder with one user of each role, and invented people in it. */

#pragma once

#include "hemo-records.h"

#include <glib/gstdio.h>
#include <string.h>

#define RECORDS_TECHNICIAN "11111111-1111-4111-8111-111111111111"
#define RECORDS_PATHOLOGIST "22222222-2222-4222-8222-222222222222"
#define RECORDS_ADMINISTRATOR "33333333-3333-4333-8333-333333333333"

typedef struct
{
  char *folder;
  char *path;
  HemoSecret *key;
  GPtrArray *audit_keys;
  HemoSession *sessions[HEMO_ROLES];
  HemoDb *db;
} Records;

Records *records_open (void);
void records_close (Records *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Records, records_close)

/* As after a cut: nothing that was not committed is left. */
void records_reopen (Records *self);

HemoTxn *records_begin (Records *self, HemoRole role);
/* Commits and ends. */
void records_commit (HemoTxn *txn);
void records_run (Records *self, const char *sql);
gint64 records_ask (Records *self, const char *sql);
void records_set_station (Records *self, const char *station);

HemoPatient *records_add_patient (HemoTxn *txn, const char *given, const char *family, int year);
HemoOrder *records_add_order (HemoTxn *txn, const char *patient, HemoTests tests);
/* A tube of a new order. */
HemoSpecimen *records_add_tube (HemoTxn *txn, const char *patient, HemoTests tests);
HemoSpecimen *records_add_slide (HemoTxn *txn, const char *tube);
/* A row as files write it, without a file. (transfer full): its UUID */
char *records_add_image (HemoTxn *txn, const char *specimen, int field);
/* A patient's tube, its slide and a field of each: their UUIDs. @slide: (nullable) */
void records_add_fields (Records *self, char **tube, char **slide, char **image, char **second);
void records_add_result (HemoTxn *txn, const char *specimen, const char *analyte, double value);
/* @total cells of @cell_class in a new count, which is closed when @close. (transfer full): its
 * UUID */
char *records_add_count (
    HemoTxn *txn, const char *specimen, HemoCellClass cell_class, int total, gboolean close);
/* As hemo_clinic_sign_report() writes it, without a PDF. */
void records_sign (HemoTxn *txn, const char *specimen, HemoReportStatus status);

/* The same for who needs only the error: asserts that it is this one, and clears it. */
#define records_assert_refused(error, domain, code)                                                \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_assert_error (error, domain, code);                                                          \
    g_clear_error (&error);                                                                        \
  }                                                                                                \
  G_STMT_END
