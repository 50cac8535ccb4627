/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The tables of a clinic's work: every function asks the policy, audits, and logs the change in the
 * transaction that it is given. */

#pragma once

#include "hemo-case.h"
#include "hemo-store.h"

G_BEGIN_DECLS

/* Settings of the clinic. */
HemoClinicInfo *hemo_clinic_info_load (HemoTxn *txn, GError **error);
gboolean hemo_clinic_info_save (HemoTxn *txn, const HemoClinicInfo *info, GError **error);

/* Patients. hemo_patient_save() inserts version 0, else updates and fails with
 * %HEMO_STORE_ERROR_CONFLICT when the stored version is another; sets the new version in @patient. */
gboolean hemo_patient_save (HemoTxn *txn, HemoPatient *patient, GError **error);
/* Audited as a view; follows no merge. (transfer full) */
HemoPatient *hemo_patient_load (HemoTxn *txn, const char *uuid, GError **error);
/* Likely duplicates of @patient, best first. (transfer full) (element-type HemoDuplicate) */
typedef struct
{
  HemoPatient *patient;
  HemoLikeness *likeness;
} HemoDuplicate;
void hemo_duplicate_free (HemoDuplicate *self);
GPtrArray *hemo_patient_find_duplicates (HemoTxn *txn, const HemoPatient *patient, int limit, GError **error);
/* Links the one that hemo_patient_survivor() does not name to the other, moves nothing; the survivor
 * gets the identifiers that it lacks. @survivor: (out) (optional) (transfer full): UUID */
gboolean hemo_patient_merge (HemoTxn *txn, const char *a, const char *b, char **survivor, GError **error);
/* Takes a merge back: both records as they were before it, later changes to the survivor kept. */
gboolean hemo_patient_unmerge (HemoTxn *txn, const char *merged, GError **error);

/**
 * HemoSearchHit:
 * @uuid: of the patient
 * @accession: of the newest specimen, or of the one that matched, or NULL
 */
typedef struct
{
  char *uuid;
  char *name;
  HemoSex sex;
  HemoBirth birth;
  char *identifier;
  char *accession;
} HemoSearchHit;
void hemo_search_hit_free (HemoSearchHit *self);
/* Every word of @text (folded) begins a word of a name, identifier or accession number; merged
 * records are found and shown as the survivor. Newest first. (transfer full) */
GPtrArray *hemo_search (HemoTxn *txn, const char *text, int limit, GError **error);

/* Orders and specimens. hemo_specimen_accept() gives the accession number from the clinic's pattern
 * and counter when it is NULL; a slide gets its tube's with '/1', '/2' …  */
gboolean hemo_order_save (HemoTxn *txn, HemoOrder *order, GError **error);
HemoOrder *hemo_order_load (HemoTxn *txn, const char *uuid, GError **error);
gboolean hemo_specimen_accept (HemoTxn *txn, HemoSpecimen *specimen, GError **error);
gboolean hemo_specimen_save (HemoTxn *txn, HemoSpecimen *specimen, GError **error);
gboolean hemo_specimen_reject (
    HemoTxn *txn, const char *uuid, HemoRejection reason, const char *note, GError **error);
/* By UUID or by accession number in any spelling. (transfer full) */
HemoSpecimen *hemo_specimen_find (HemoTxn *txn, const char *uuid_or_accession, GError **error);

/**
 * HemoWorkItem: a row of the worklist
 * @counted: cells in the denominator so far, of @target
 * @waiting_since: when the specimen was received
 */
typedef struct
{
  char *specimen;
  char *accession;
  char *patient;
  char *name;
  HemoSex sex;
  HemoBirth birth;
  HemoTests tests;
  HemoUrgency urgency;
  HemoState state;
  int counted;
  int target;
  int images;
  HemoTime waiting_since;
} HemoWorkItem;
void hemo_work_item_free (HemoWorkItem *self);
/* @states: bits 1 << HemoState, 0 for all; @day: only received on that day, year 0 for any. STAT
 * first, then oldest. (transfer full) (element-type HemoWorkItem) */
GPtrArray *hemo_worklist (HemoTxn *txn, guint states, HemoDate day, int limit, GError **error);

/* Counting: each call is durable when its transaction is. */
gboolean hemo_count_start (HemoTxn *txn, HemoCount *count, GError **error);
/* The open count of @reader on @specimen, with all its cells; NULL without @error if there is none. */
HemoCount *hemo_count_load_open (HemoTxn *txn, const char *specimen, const char *reader, GError **error);
/* @image: or NULL. @sequence: (out) (optional) */
gboolean hemo_count_add_cell (
    HemoTxn *txn, const char *count, HemoCellClass cell_class, const char *image, gint64 *sequence, GError **error);
/* Takes the last cell that stands back; @cell_class: (out) (optional). */
gboolean hemo_count_undo (HemoTxn *txn, const char *count, HemoCellClass *cell_class, GError **error);
gboolean hemo_count_set_target (HemoTxn *txn, const char *count, int target, GError **error);
gboolean hemo_count_close (HemoTxn *txn, const char *count, GError **error);

gboolean hemo_morphology_save (HemoTxn *txn, HemoMorphology *morphology, GError **error);
gboolean hemo_platelets_save (HemoTxn *txn, HemoPlatelets *platelets, GError **error);
gboolean hemo_malaria_save (HemoTxn *txn, HemoMalaria *malaria, GError **error);
gboolean hemo_result_save (HemoTxn *txn, HemoResult *result, GError **error);
gboolean hemo_critical_call_save (HemoTxn *txn, HemoCriticalCall *call, GError **error);

/* Ranges of the site. hemo_ranges_replace() takes a whole set. */
GPtrArray *hemo_ranges_load (HemoTxn *txn, GError **error);
gboolean hemo_ranges_replace (HemoTxn *txn, GPtrArray *ranges, GError **error);

/* Everything about one specimen (a slide gives its tube's case); audited as a view. (transfer full) */
HemoCase *hemo_case_load (HemoTxn *txn, const char *uuid_or_accession, GError **error);

/* The draft: comment and choice of images are kept, lines are computed. */
gboolean hemo_report_save_draft (HemoTxn *txn, const HemoReport *report, GError **error);

/* Names of users for what is printed. (transfer full), NULL if there is none. */
char *hemo_user_name (HemoTxn *txn, const char *uuid);

G_END_DECLS
