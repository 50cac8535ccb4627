/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the functions over sealed files share: their names, what their signatures bind, and how one
 * is opened with every check. */

#pragma once

#include "hemo-clinic.h"

G_BEGIN_DECLS

/* Folders of a clinic. */
#define HEMO_FOLDER_IMAGES "images"
#define HEMO_FOLDER_REPORTS "reports"
#define HEMO_FOLDER_TEMPORARY "tmp"
/* Sealed files without a row, kept for a while: bytes that were captured are never removed unseen.
 */
#define HEMO_FOLDER_ORPHANS "orphans"

/* Largest PDF of a report. */
#define HEMO_REPORT_LIMIT ((gsize)64 * 1024 * 1024)

/**
 * HemoSealedImage:
 * @damaged: whether it was found damaged before
 * @sealed_md5: (nullable): of the same bytes as @sealed_sha256; NULL for one of an older version
 *
 * What a row says of a sealed image, enough to prove it.
 */
typedef struct
{
  char *uuid;
  char *specimen;
  char *sha256;
  char *sealed_sha256;
  gint64 bytes;
  GBytes *signature;
  gboolean damaged;
  char *sealed_md5;
} HemoSealedImage;

void hemo_sealed_image_free (HemoSealedImage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoSealedImage, hemo_sealed_image_free)

/**
 * HemoSealedKeys:
 * @image_key: opens images and reports
 * @installations: (element-type GBytes): certificates that signed images here, newest first
 */
typedef struct
{
  HemoKeyPair *image_key;
  GPtrArray *installations;
} HemoSealedKeys;

HemoSealedKeys *hemo_sealed_keys_load (HemoTxn *txn, HemoStore *store, GError **error);
void hemo_sealed_keys_free (HemoSealedKeys *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoSealedKeys, hemo_sealed_keys_free)

/* 'images/ab/UUID.cms' and 'reports/UUID-N.cms', below the clinic's folder. (transfer full) */
char *hemo_sealed_image_name (const char *uuid);
char *hemo_sealed_report_name (const char *uuid, int version);

/**
 * hemo_sealed_image_statement:
 *
 * What the installation signs for an image, in lines of ASCII that end with a line feed each:
 *
 *   hemogram-image-1
 *   image UUID
 *   specimen UUID
 *   plain-sha256 HEX
 *   sealed-sha256 HEX
 *
 * (transfer full)
 */
GBytes *hemo_sealed_image_statement (const char *uuid,
                                     const char *specimen,
                                     const char *sha256,
                                     const char *sealed_sha256);

/**
 * hemo_sealed_report_statement:
 *
 * What a user signs for a report: its canonical JSON (which holds the PDF's hash) after a line that
 * names the kind of document, so that no signature of one kind serves for another:
 *
 *   hemogram-report-1
 *   JSON
 *
 * (transfer full)
 */
GBytes *hemo_sealed_report_statement (const char *json);

/**
 * hemo_sealed_open:
 * @name: below @directory
 * @sealed_sha256: of the file
 * @sha256: of its content
 *
 * Reads, compares the sealed hash, opens, compares the plain hash. %HEMO_STORE_ERROR_CORRUPT when
 * anything is not as it was, %HEMO_STORE_ERROR_NOT_FOUND without a file, %HEMO_STORE_ERROR_IO when
 * the disk does not give it. (transfer full)
 */
GBytes *hemo_sealed_open (const char *directory,
                          const char *name,
                          const char *sealed_sha256,
                          const char *sha256,
                          HemoKeyPair *key,
                          gsize limit,
                          GError **error);

/* The same for an image, with its signature. (transfer full) */
GBytes *hemo_sealed_image_open (const char *directory,
                                const HemoSealedImage *image,
                                const HemoSealedKeys *keys,
                                GError **error);

/**
 * HemoSealedReport:
 * @pdf_sha256: NULL for a version without a PDF
 * @certificate: of the user who signed, as the user had it then; NULL when it is not known
 *
 * What a row says of a signed version, enough to prove it.
 */
typedef struct
{
  char *uuid;
  int version;
  char *content;
  char *content_sha256;
  char *pdf_sha256;
  char *sealed_sha256;
  GBytes *signature;
  GBytes *certificate;
} HemoSealedReport;

void hemo_sealed_report_free (HemoSealedReport *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoSealedReport, hemo_sealed_report_free)

/* A signed version (0: the newest) of the report on the case of @specimen, a UUID or an accession
 * number; NULL with %HEMO_STORE_ERROR_NOT_FOUND. (transfer full) */
HemoSealedReport *
hemo_sealed_report_load (HemoTxn *txn, const char *specimen, int version, GError **error);
/* All of them, for verify. (transfer full) (element-type HemoSealedReport) */
GPtrArray *hemo_sealed_reports_load (HemoTxn *txn, GError **error);

/* Whether content, hashes and signature agree. */
gboolean hemo_sealed_report_check (const HemoSealedReport *report, GError **error);
/* That, and the PDF's bytes. (transfer full) */
GBytes *hemo_sealed_report_open (const char *directory,
                                 const HemoSealedReport *report,
                                 const HemoSealedKeys *keys,
                                 GError **error);

/* Writes a sealed file durably under its name. Errors are of HEMO_STORE_ERROR. */
gboolean
hemo_sealed_write (const char *directory, const char *name, GBytes *sealed, GError **error);

/**
 * hemo_sealed_claim:
 *
 * Keeps others in this program from writing @name until hemo_sealed_release(): were a UUID used
 * twice, the second one would overwrite the file of the first. %HEMO_STORE_ERROR_CONFLICT when
 * somebody is at it.
 */
gboolean hemo_sealed_claim (const char *name, GError **error);
void hemo_sealed_release (const char *name);
gboolean hemo_sealed_is_claimed (const char *name);

/* Whether an error means that this file is not what it was, and not that something else failed. */
gboolean hemo_sealed_is_damage (const GError *error);

/* After the row of a file that was just written failed with @error: removes the file when a rule
 * refused the row. After an error of the disk it stays: nobody can say then whether the row is
 * there, and a row must have its file. */
void hemo_sealed_undo (const char *directory, const char *name, const GError *error);

/* The open store; NULL with @error when nobody has signed in, or when @to_write and it cannot be
 * written. (transfer none) */
HemoStore *hemo_sealed_require_store (HemoClinic *clinic, gboolean to_write, GError **error);

/* Turns an error of the file system into one of the store that says what to do; takes @source.
 * Always FALSE. */
gboolean hemo_sealed_fail (GError **error, GError *source, const char *what);

/**
 * hemo_sealed_sort_out:
 * @moved: (out) (optional): sealed files without a row that were put aside
 *
 * Called when the store was opened by the first sign-in: makes the folders of images/, and puts
 * sealed files that no row knows into orphans/, where they stay for 30 days. A row cannot be made
 * from a file alone: which specimen it is of stands only in the row. An original that is here
 * although it was pruned is whole again.
 */
gboolean hemo_sealed_sort_out (HemoStore *store, int *moved, GError **error);

/* Names of the sealed files that rows know, a set. (transfer full) */
GHashTable *hemo_sealed_known_names (HemoStore *store, GError **error);
/* Names of all files below @folder of @directory. (transfer full) (element-type utf8) */
GPtrArray *hemo_sealed_list_files (const char *directory, const char *folder);

/* The signed statement of an image by any of the certificates. */
gboolean hemo_sealed_image_check_signature (const HemoSealedImage *image,
                                            const HemoSealedKeys *keys,
                                            GError **error);

G_END_DECLS
