/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Signed results as files for people and programs, to a folder that stands for a stick; labels.
 *
 * Without a password:
 *
 *   ACCESSION/report-N.pdf        the newest signed version, the bytes that were stored
 *   ACCESSION/images/UUID.jpg     without EXIF and GPS, upright
 *   ACCESSION/images/UUID.marks.json   marks on it, as hemo_marks_to_json() writes them: pixels of
 *                                 the picture beside it; only where there are any
 *   results-STEM.csv, fhir-STEM.json
 *   SHA256SUMS
 *
 * With one, ACCESSION/report-N.pdf asks for it, and all else of a case is in
 * ACCESSION/case.zip.cms. STEM is the accession number, the day, or 'selection-' and eight digits
 * that tell selections apart. No name of a patient is in a file's name. Drafts never leave. */

#pragma once

#include "hemo-clinic.h"
#include "hemo-export.h"
#include "hemo-labels.h"

G_BEGIN_DECLS

typedef enum
{
  HEMO_EXPORT_PDF = 1 << 0,
  HEMO_EXPORT_CSV = 1 << 1,
  HEMO_EXPORT_FHIR = 1 << 2,
  HEMO_EXPORT_IMAGES = 1 << 3,
} HemoExportFormats;

/* 'pdf,csv,fhir,images' in this order. (transfer full) */
char *hemo_export_formats_to_codes (HemoExportFormats formats);
gboolean hemo_export_formats_from_codes (const char *codes, HemoExportFormats *out, GError **error);

/**
 * HemoExportOptions:
 * @specimens: (nullable) (array zero-terminated=1): UUIDs or accession numbers; NULL: all of @day
 * @day: of receipt
 * @password: (nullable): see hemo-sealed-package.h for what may be one
 * @target: folder, made when missing
 * @watch: (nullable): is told of each file, with the data of the progress
 * @elsewhere: (out) (nullable): pictures that were left out because their originals are not on this
 *   laptop; so are those that are known to be damaged, which are not counted
 * @unsigned_cases: (out) (nullable): cases of @day that stay out because they are not signed; those
 *   that another laptop reported are not counted
 */
typedef struct
{
  const char *const *specimens;
  HemoDate day;
  HemoExportFormats formats;
  HemoSecret *password;
  const char *target;
  HemoExportWatch watch;
  guint *elsewhere;
  guint *unsigned_cases;
} HemoExportOptions;

/**
 * hemo_clinic_export:
 * @results: (out) (optional) (element-type HemoExportResult) (transfer full): what became of each
 *   file, also when it fails once writing has begun; else untouched
 *
 * Needs the right to export; audited before it begins and, with a hash of what arrived, after it.
 * One file at a time is in memory (with a password: one case). Of a case asked for by number that
 * is not signed: %HEMO_STORE_ERROR_STATE; where every file arrived and the audit log could not be
 * told (a store that cannot be written): %HEMO_STORE_ERROR_NOT_NOTED; of a day the signed ones are
 * taken. To be run again, with the same options, after a failure: what arrived is kept. Blocks: not
 * on main.
 */
gboolean hemo_clinic_export (HemoClinic *self,
                             HemoSession *session,
                             const HemoExportOptions *options,
                             HemoExportProgress progress,
                             gpointer data,
                             GCancellable *cancellable,
                             GPtrArray **results,
                             GError **error);

/**
 * hemo_clinic_render_labels:
 * @specimens: (array zero-terminated=1): tubes or slides, by UUID or accession number
 * @copies: of each, 1 to 100
 * @first: places of the first sheet that are used up
 *
 * Labels as PDF; audited. (transfer full)
 */
GBytes *hemo_clinic_render_labels (HemoClinic *self,
                                   HemoSession *session,
                                   const char *const *specimens,
                                   HemoLabelSize size,
                                   int copies,
                                   int first,
                                   GError **error);

G_END_DECLS
