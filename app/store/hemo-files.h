/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sealed files and their rows: images as they were captured, PDFs as they were signed.
 *
 * Written as temporary file, fsync, rename, fsync of the folder; then the row with its audit and
 * queue rows in one transaction. A cut between leaves a file without a row, never a row without its
 * file; such a file is looked after at the next start (put into orphans/, where
 * it is kept for 30 days and shown by verify: which specimen it is of stood only in the row). */

#pragma once

#include "hemo-clinic.h"

G_BEGIN_DECLS

/* Largest captured file. */
#define HEMO_IMAGE_LIMIT ((gsize)64 * 1024 * 1024)

/**
 * hemo_clinic_add_image:
 * @image: specimen, objective and what was measured are set; the rest is filled in. With a focus
 * the picture counts as looked at; without one (negative) it is decoded and measured here
 * @bytes: as captured; already checked by hemo_picture_probe()
 *
 * Blocks (seals, writes, waits for the disk): not on main. Durable when it returns. Fails with
 * %HEMO_STORE_ERROR_CONFLICT when the specimen has the same bytes already.
 */
gboolean hemo_clinic_add_image (
    HemoClinic *self, HemoSession *session, HemoImage *image, GBytes *bytes, GError **error);

/* The captured bytes; verifies tag, hash and signature. A damaged one is flagged and said, never
 * returned. (transfer full) */
GBytes *
hemo_clinic_open_image (HemoClinic *self, HemoSession *session, const char *uuid, GError **error);
/* Small preview JPEG (at most 512 pixels a side) kept sealed in the store. (transfer full) */
GBytes *
hemo_clinic_open_preview (HemoClinic *self, HemoSession *session, const char *uuid, GError **error);
gboolean hemo_clinic_set_image_in_report (
    HemoClinic *self, HemoSession *session, const char *uuid, gboolean in_report, GError **error);
/* Never removed: becomes entered-in-error. */
gboolean hemo_clinic_discard_image (HemoClinic *self,
                                    HemoSession *session,
                                    const char *uuid,
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
 * value has not been told, or when the status may not follow. (transfer full)
 */
HemoReport *hemo_clinic_sign_report (HemoClinic *self,
                                     HemoSession *session,
                                     const char *specimen,
                                     HemoReportStatus status,
                                     const char *reason,
                                     HemoTime by_hand,
                                     GError **error);
/* The PDF of a signed version (0: the newest) as it was stored; verifies hash and signature.
 * (transfer full) */
GBytes *hemo_clinic_open_report (
    HemoClinic *self, HemoSession *session, const char *specimen, int version, GError **error);

G_END_DECLS
