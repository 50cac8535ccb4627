/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sealed files and their rows: images as they were captured, PDFs as they were signed.
 *
 * Written as temporary file, fsync, rename, fsync of the folder; then the row with its audit and
 * queue rows in one transaction. A cut between leaves a file without a row, never a row without its
 * file; such a file is looked after at the next start (put into orphans/, where
 * it is kept for 30 days and shown by verify: which specimen it is of stood only in the row). */

#pragma once

#include "hemo-clinic.h"
#include "hemo-differential.h"

G_BEGIN_DECLS

/* Largest captured file. */
#define HEMO_IMAGE_LIMIT ((gsize)64 * 1024 * 1024)

/**
 * hemo_clinic_add_image:
 * @image: specimen, objective and what was measured are set; the rest is filled in. With a focus
 * the picture counts as looked at; without one (negative) it is decoded and measured here. Without
 * a scale it gets that of its objective's calibration
 * @bytes: as captured; already checked by hemo_picture_probe()
 *
 * Blocks (seals, writes, waits for the disk): not on main. Durable when it returns. Fails with
 * %HEMO_STORE_ERROR_CONFLICT when the specimen has the same bytes already.
 */
gboolean hemo_clinic_add_image (
    HemoClinic *self, HemoSession *session, HemoImage *image, GBytes *bytes, GError **error);

/**
 * hemo_clinic_keep_image:
 *
 * The same without a look at the pixels: durable as soon as the disk allows. A negative focus is
 * kept as 'not measured yet', to be made good by hemo_clinic_measure_image() at once; after a cut
 * between the two the picture is there, and not measured.
 */
gboolean hemo_clinic_keep_image (
    HemoClinic *self, HemoSession *session, HemoImage *image, GBytes *bytes, GError **error);
/**
 * hemo_clinic_measure_image:
 * @image: as hemo_clinic_keep_image() left it; gets focus and warnings
 * @bytes: the same
 *
 * Decodes and measures what was kept, and makes its preview. Blocks: not on main. What cannot be
 * decoded is %HEMO_IMAGING_ERROR and stays as it came: to be discarded by who took it for a
 * picture. %HEMO_STORE_ERROR_NOT_FOUND when it was discarded or measured already.
 */
gboolean hemo_clinic_measure_image (
    HemoClinic *self, HemoSession *session, HemoImage *image, GBytes *bytes, GError **error);
/* The captured bytes; verifies tag, hash and signature. A damaged one is flagged and said, never
 * returned. (transfer full) */
GBytes *
hemo_clinic_open_image (HemoClinic *self, HemoSession *session, const char *uuid, GError **error);
/* SHA-256 of the sealed file of one of this laptop's images, also of one that was pruned:
 * lower-case hexadecimal. (transfer full) */
char *hemo_image_dup_sealed_sha256 (HemoTxn *txn, const char *uuid, GError **error);

/* Small preview JPEG (at most 512 pixels a side) kept sealed in the store. (transfer full) */
GBytes *
hemo_clinic_open_preview (HemoClinic *self, HemoSession *session, const char *uuid, GError **error);
gboolean hemo_clinic_set_image_in_report (
    HemoClinic *self, HemoSession *session, const char *uuid, gboolean in_report, GError **error);
/* Never removed: becomes entered-in-error. %HEMO_STORE_ERROR_STATE when cells were counted on it.
 */
gboolean hemo_clinic_discard_image (HemoClinic *self,
                                    HemoSession *session,
                                    const char *uuid,
                                    GError **error);
/**
 * hemo_clinic_discard_field:
 * @told: what hemo_counts_tell_field() or hemo_count_tell_field() said to the person
 * @keep_by_key: the person says that the cells counted by key were seen at the microscope, and not
 *   on this picture
 *
 * The same of a field on which cells were counted. They leave the count with it, in one
 * transaction, but for those by key with @keep_by_key. A count that was made is changed by its
 * reader alone and while it is open: else %HEMO_STORE_ERROR_STATE, and the field stays.
 * %HEMO_STORE_ERROR_CONFLICT when other cells are counted on it than was told. A signed report
 * stays as it was signed; the next one counts what stands then.
 */
gboolean hemo_clinic_discard_field (HemoClinic *self,
                                    HemoSession *session,
                                    const char *uuid,
                                    const HemoFieldTally *told,
                                    gboolean keep_by_key,
                                    GError **error);

/**
 * hemo_clinic_sign_report:
 * @status: preliminary, final, amended or corrected
 * @reason: for the last two
 * @by_hand: date and time that the person entered because the clock cannot be right, or utc_us 0
 *
 * Fills the report from the case once more, renders the PDF, seals and writes it, and signs:
 * content (JSON), its SHA-256 and the PDF's in one detached signature of the user. Refused with
 * %HEMO_STORE_ERROR_STATE when the clock is implausible and @by_hand is not given, when a critical
 * value has not been told, when something is missing that was asked for (see
 * hemo_clinic_sign_report_as()), or when the status may not follow. (transfer full)
 */
HemoReport *hemo_clinic_sign_report (HemoClinic *self,
                                     HemoSession *session,
                                     const char *specimen,
                                     HemoReportStatus status,
                                     const char *reason,
                                     HemoTime by_hand,
                                     GError **error);
/**
 * HemoSigningRequest:
 * @status: preliminary, final, amended or corrected; cancelled and entered-in-error withdraw, as
 *   hemo_clinic_cancel_report() and hemo_clinic_withdraw_report()
 * @reason: for amended, corrected and entered-in-error
 * @by_hand: as in hemo_clinic_sign_report()
 * @accepted: what hemo_report_missing() said to the person who accepts that it is missing, or NULL
 * @language: that it is printed in, one of hemo_catalog_list(); NULL for the draft's, which is the
 *   clinic's
 */
typedef struct
{
  HemoReportStatus status;
  const char *reason;
  HemoTime by_hand;
  const char *const *accepted;
  const char *language;
} HemoSigningRequest;

/* As hemo_clinic_sign_report(), which accepts nothing to be missing: all but a preliminary report
 * is refused with %HEMO_STORE_ERROR_STATE, naming it in words, when something that was asked for is
 * missing and not in @accepted, and whatever is accepted when readings disagree
 * (hemo_report_disagreements()). What is missing is signed and printed. (transfer full) */
HemoReport *hemo_clinic_sign_report_as (HemoClinic *self,
                                        HemoSession *session,
                                        const char *specimen,
                                        const HemoSigningRequest *request,
                                        GError **error);

/* Withdraws the preliminary report of a specimen that was rejected since: signed as its next
 * version with the status cancelled, on paper without the results; the PDF of before stays.
 * %HEMO_STORE_ERROR_STATE for any other case. (transfer full) */
HemoReport *hemo_clinic_cancel_report (
    HemoClinic *self, HemoSession *session, const char *specimen, HemoTime by_hand, GError **error);

/* Whether that is still to be done. */
gboolean hemo_case_needs_cancel (const HemoCase *data);

/**
 * hemo_clinic_withdraw_report:
 * @reason: why nobody may use it; it is printed
 * @by_hand: as in hemo_clinic_sign_report()
 *
 * Withdraws a signed report whatever its status: signed as its next and last version with the
 * status entered-in-error, on paper without the results; the PDFs of before stay. Whose report it
 * is needs report.amend, another report.amend-other. %HEMO_STORE_ERROR_STATE without a reason and
 * when nothing is signed that is not withdrawn yet. (transfer full)
 */
HemoReport *hemo_clinic_withdraw_report (HemoClinic *self,
                                         HemoSession *session,
                                         const char *specimen,
                                         const char *reason,
                                         HemoTime by_hand,
                                         GError **error);

/* Whether there is such a report. */
gboolean hemo_case_may_withdraw (const HemoCase *data);

/* The PDF of a signed version (0: the newest) as it was stored; verifies hash and signature.
 * (transfer full) */
GBytes *hemo_clinic_open_report (
    HemoClinic *self, HemoSession *session, const char *specimen, int version, GError **error);

G_END_DECLS
