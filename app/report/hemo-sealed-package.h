/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Exports under a password: a PDF that asks for it, and a package that `openssl cms` opens. */

#pragma once

#include "hemo-export.h"
#include "hemo-secret.h"

G_BEGIN_DECLS

/**
 * hemo_pdf_protect:
 * @password: UTF-8, 1 to 127 bytes, which is what the format takes
 *
 * The same PDF encrypted with AES-256 (revision 6, ISO 32000-2), metadata included. Every reader of
 * PDF asks for the password; who has it may print and copy. qpdf keeps copies of the password that
 * cannot be cleansed until it is freed. The errors are of HEMO_EXPORT_ERROR. (transfer full)
 */
GBytes *hemo_pdf_protect (GBytes *pdf, HemoSecret *password, GError **error);

/**
 * HemoPackageFile:
 * @name: as hemo_export_check_name() allows
 */
typedef struct
{
  char *name;
  GBytes *bytes;
} HemoPackageFile;

HemoPackageFile *hemo_package_file_new (const char *name, GBytes *bytes);
void hemo_package_file_free (HemoPackageFile *self);

/**
 * hemo_package_seal:
 * @files: (element-type HemoPackageFile): together at most 1 GiB, for all is held in memory
 *
 * A ZIP of @files and their SHA256SUMS, sealed with @password. Opened anywhere with
 * `openssl cms -decrypt -inform DER -in FILE -pwri_password PASSWORD -out package.zip`, whose
 * output is to be thrown away if the command fails. (transfer full)
 */
GBytes *hemo_package_seal (GPtrArray *files, HemoSecret *password, GError **error);

G_END_DECLS
