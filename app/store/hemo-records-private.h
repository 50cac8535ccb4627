/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the tables of the clinic's work share among themselves. Nothing here asks the policy: the
 * public functions do, before they call it. */

#pragma once

#include "hemo-case.h"
#include "hemo-txn.h"

G_BEGIN_DECLS

/* Sets the error and returns FALSE, so that a rule can return it. */
gboolean hemo_record_fail (GError **error, HemoStoreError code, const char *text);
gboolean hemo_record_refuse (GError **error, const char *text);

/* The next row; @row: (out): whether there was one. FALSE only on failure. */
gboolean hemo_statement_next (HemoStatement *self, gboolean *row, GError **error);

/* Prepares and binds the first parameter. */
HemoStatement *hemo_record_select (HemoTxn *txn, const char *sql, const char *text, GError **error);

/* An instant is three parameters or columns: _us, _offset, _by_hand. */
void hemo_statement_bind_time (HemoStatement *self, int index, HemoTime time);
HemoTime hemo_statement_get_time (HemoStatement *self, int column);
/* Year, month, day, estimated. */
void hemo_statement_bind_birth (HemoStatement *self, int index, const HemoBirth *birth);
HemoBirth hemo_statement_get_birth (HemoStatement *self, int column);

/**
 * hemo_record_check_version:
 * @table: name of a table with uuid and version, the program's own
 * @expected: version that the caller read; 0: the record must not be there yet
 *
 * %HEMO_STORE_ERROR_CONFLICT or %HEMO_STORE_ERROR_NOT_FOUND when it is not so.
 */
gboolean hemo_record_check_version (
    HemoTxn *txn, const char *table, const char *uuid, gint64 expected, GError **error);

/* Text that people typed: UTF-8, at most @limit characters, no control characters but line ends;
 * NULL is fine. @what: names it in the error. */
gboolean hemo_record_check_text (const char *text, glong limit, const char *what, GError **error);

/* UUID of who is signed in. */
const char *hemo_record_actor (HemoTxn *txn);

/* Makes @reader who is signed in when it is NULL; refuses another. */
gboolean hemo_record_claim (HemoTxn *txn, char **reader, GError **error);

/* @out: whether the report of @tube was ever final, whatever was done on the case since */
gboolean
hemo_record_has_final_report (HemoTxn *txn, const char *tube, gboolean *out, GError **error);

/* A reason that a person gave: not blank, at most 500 characters. */
gboolean hemo_record_check_reason (const char *reason, GError **error);

/* Whether who is signed in may take out or open again what @reader made: @reader, and who may amend
 * what others reported; once the report of @tube is final that is an amendment, asked of the
 * policy. @object: UUID that a refusal is audited with */
gboolean hemo_record_check_correction (
    HemoTxn *txn, const char *tube, const char *reader, const char *object, GError **error);

/* The day to measure ages by, or year 0 where the clock cannot be right. */
HemoDate hemo_record_today (HemoTxn *txn);

/* A UUID that belongs to @uuid and @purpose, the same each time. (transfer full) */
char *hemo_record_derive_uuid (const char *uuid, const char *purpose);

/* Patients without audit. @id: (out) (optional): row. (transfer full) */
HemoPatient *hemo_patient_fetch (HemoTxn *txn, const char *uuid, gint64 *id, GError **error);
HemoPatient *hemo_patient_fetch_row (HemoTxn *txn, gint64 id, GError **error);
/* Writes names, active, merged_into … with version + 1 and its identifiers; logs @what. */
gboolean hemo_patient_update (HemoTxn *txn, HemoPatient *patient, const char *what, GError **error);
/* What anybody may have written of a patient, an order, a specimen: that it can be, and no more. */
gboolean hemo_patient_check (HemoTxn *txn, const HemoPatient *patient, GError **error);
gboolean hemo_order_check (const HemoOrder *order, GError **error);
gboolean hemo_specimen_check (const HemoSpecimen *specimen, GError **error);
/* That it was not rejected, and that nothing of it was signed. */
gboolean
hemo_specimen_check_rejectable (HemoTxn *txn, const HemoSpecimen *specimen, GError **error);
/* Inserts version 0, else updates, as it was checked by the caller, and judges its cases anew; logs
 * @what for @lane. A specimen keeps number, order and patient. */
gboolean hemo_patient_put (
    HemoTxn *txn, HemoPatient *patient, const char *what, HemoLane lane, GError **error);
gboolean
hemo_order_put (HemoTxn *txn, HemoOrder *order, const char *what, HemoLane lane, GError **error);
gboolean hemo_specimen_put (
    HemoTxn *txn, HemoSpecimen *specimen, const char *what, HemoLane lane, GError **error);
/* The same of a reading that was asked for or answered elsewhere. */
gboolean hemo_reading_put (
    HemoTxn *txn, HemoReading *reading, const char *what, HemoLane lane, GError **error);
/* Without audit; %HEMO_STORE_ERROR_NOT_FOUND. (transfer full) */
HemoReading *hemo_reading_fetch (HemoTxn *txn, const char *uuid, GError **error);
/* Whether they are, both, records that can be merged. */
gboolean hemo_patient_check_join (HemoTxn *txn, const char *a, const char *b, GError **error);
/* hemo_patient_merge() and hemo_patient_unmerge() for whoever has asked the policy; logs @what. */
gboolean hemo_patient_join (
    HemoTxn *txn, const char *a, const char *b, const char *what, char **survivor, GError **error);
gboolean hemo_patient_part (HemoTxn *txn, const char *merged, const char *what, GError **error);
/* SQL, after the table specimen: the patient of its row as who they are known now, in the record
 * that took the place of the one it was accepted under. */
#define HEMO_JOIN_STANDING_PATIENT                                                                 \
  "JOIN patient ON patient.uuid = (WITH RECURSIVE standing (uuid, depth) AS ("                     \
  "SELECT specimen.patient, 0 UNION ALL SELECT merged.merged_into, depth + 1 "                     \
  "FROM standing JOIN patient AS merged ON merged.uuid = standing.uuid "                           \
  "WHERE merged.merged_into IS NOT NULL AND depth < 64) "                                          \
  "SELECT uuid FROM standing ORDER BY depth DESC LIMIT 1) "
/* The record and all that were merged into it, itself first. (element-type utf8) (transfer full) */
GPtrArray *hemo_patient_family (HemoTxn *txn, const char *uuid, GError **error);
/* Cases of the patient are judged anew: sex, age or earlier values have changed. */
gboolean hemo_patient_refresh_cases (HemoTxn *txn, const char *uuid, GError **error);
/* Signed cases of the patient wait to be signed anew where a limit or a flag is another than for
 * @before, who the patient was for them until now. */
gboolean hemo_patient_reopen_cases (HemoTxn *txn,
                                    const char *uuid,
                                    const HemoPatient *before,
                                    GError **error);

/* Words of the record that stands for @uuid are put into the index anew. */
gboolean hemo_search_index (HemoTxn *txn, const char *uuid, GError **error);
/* Words of an accession number: whole, in pieces, the counter without its zeros; in front of each a
 * space. */
void hemo_search_add_accession (GString *words, const char *accession);
void hemo_search_add_patient (GString *words, const HemoPatient *patient);

/* Blocks that @patient falls into. (element-type utf8) (transfer full) */
GPtrArray *hemo_patient_blocks (const HemoPatient *patient);
gboolean
hemo_patient_write_blocks (HemoTxn *txn, gint64 id, const HemoPatient *patient, GError **error);

/* Orders and specimens without audit. */
HemoOrder *hemo_order_fetch (HemoTxn *txn, const char *uuid, GError **error);
HemoSpecimen *hemo_specimen_fetch (HemoTxn *txn, const char *uuid_or_accession, GError **error);
HemoSpecimen *hemo_specimen_from_row (HemoStatement *statement, GError **error);
/* Columns of hemo_specimen_from_row(). */
#define HEMO_SPECIMEN_COLUMNS                                                                      \
  "uuid, lab_order, patient, parent, accession, type, stain, collected_us, collected_offset, "     \
  "collected_by_hand, received_us, received_offset, received_by_hand, rejection, "                 \
  "rejection_note, version"
/* UUID of the tube of @uuid, which may be the tube; refuses what was rejected. (transfer full) */
char *hemo_specimen_dup_usable_tube (HemoTxn *txn, const char *uuid, GError **error);

/* The next number of the clinic's pattern that nobody has. (transfer full) */
char *hemo_accession_next (HemoTxn *txn, HemoDate day, GError **error);
/* Whether a specimen has @number, as normalised. */
gboolean
hemo_accession_is_taken (HemoTxn *txn, const char *number, gboolean *taken, GError **error);

/* Counts of a specimen or of the one with @uuid. */
HemoCount *hemo_count_fetch (HemoTxn *txn, const char *uuid, GError **error);
/* Of the specimens of a case, by the UUID ?1 of any of them: those that were rejected as well,
 * since that can be taken back. */
#define HEMO_RECORD_WHOLE_FAMILY                                                                   \
  " IN (SELECT s.uuid FROM specimen AS a JOIN specimen AS s "                                      \
  "ON s.uuid = coalesce (a.parent, a.uuid) OR s.parent = coalesce (a.parent, a.uuid) "             \
  "WHERE a.uuid = ?1) "
/* As hemo_count_add_cell(); @found: it is a mark on @image. */
gboolean hemo_count_add_by_way (HemoTxn *txn,
                                const char *count,
                                HemoCellClass cell_class,
                                const char *image,
                                gboolean found,
                                gint64 *sequence,
                                GError **error);
/* Whether a cell of @image (or NULL) may come into @count by key, or as a mark that was @found: see
 * hemo_count_add_cell(). */
gboolean hemo_count_check_way (HemoTxn *txn,
                               const HemoCount *count,
                               const char *tube,
                               const char *image,
                               gboolean found,
                               GError **error);
/* Cells in the denominator over all counts of the tube's family, and their target. */
gboolean hemo_count_sum (HemoTxn *txn, const char *tube, int *counted, int *target, GError **error);

/* The whole case but for @previous and @readings, without audit; a slide gives its tube's. */
HemoCase *hemo_case_fetch (HemoTxn *txn, const char *uuid_or_accession, GError **error);
/* Values of the last signed reports of the patient's earlier specimens. */
gboolean hemo_case_fetch_previous (HemoTxn *txn, HemoCase *data, GError **error);
/* What was done at the bench, of the tube and its slides; signed reports and the draft. */
gboolean hemo_case_fetch_bench (HemoTxn *txn, HemoCase *data, GError **error);
gboolean hemo_case_fetch_reports (HemoTxn *txn, HemoCase *data, GError **error);

/* What a pathologist was asked about the tube, and answered. */
gboolean hemo_case_fetch_readings (HemoTxn *txn, HemoCase *data, GError **error);

/* Where a case stands. */
gboolean hemo_case_state_insert (HemoTxn *txn,
                                 const HemoSpecimen *tube,
                                 HemoUrgency urgency,
                                 GError **error);
/* Judges the case anew after a change; @tube: UUID. */
gboolean hemo_case_state_refresh (HemoTxn *txn, const char *tube, GError **error);
/* The same after something of a picture that its report has: whether it is printed, the cells that
 * were accepted on it. */
gboolean hemo_case_state_refresh_image (HemoTxn *txn, const char *image, GError **error);
/* The same after a cell of @count: only its numbers where nothing else can have moved. */
gboolean hemo_case_state_refresh_count (HemoTxn *txn,
                                        const char *tube,
                                        const HemoCount *count,
                                        GError **error);
/* @state: (out): of the case of @tube */
/* After a call or a signature: what is signed stays signed, and is critical for as long as a
 * critical value of it has not been told. */
gboolean hemo_case_state_refresh_call (HemoTxn *txn, const char *tube, GError **error);

/* The case stands again as it was signed. */
gboolean hemo_case_state_forget_changes (HemoTxn *txn, const char *tube, GError **error);

gboolean hemo_case_state_get (HemoTxn *txn, const char *tube, HemoState *state, GError **error);

/* The clinic without a question to the policy. */
HemoClinicInfo *hemo_clinic_info_fetch (HemoTxn *txn, GError **error);
GPtrArray *hemo_ranges_fetch (HemoTxn *txn, GError **error);

G_END_DECLS
