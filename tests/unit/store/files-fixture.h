/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A clinic with a specimen to take pictures of, pictures that are nobody's, and ways to break
 * things on the disk. */

#pragma once

#include "hemo-backup-manifest.h"
#include "hemo-files.h"
#include "hemo-records.h"
#include "store-fixture.h"

typedef struct
{
  ClinicFixture base;
  char *specimen;
  char *accession;
} Files;

void files_set_up (Files *self, gconstpointer data);
void files_tear_down (Files *self, gconstpointer data);

HemoStore *files_store (Files *self);

/* A tube of a new patient with all that was asked for, and this haemoglobin, in it. (transfer
 * full): its UUID */
char *files_add_specimen (Files *self, const char *given, double haemoglobin);
void files_add_result (Files *self, const char *specimen, const char *analyte, double value);
/* The same field for the same @seed, another one for another; JPEG. (transfer full) */
GBytes *files_picture (guint seed, int width, int height);
/* With GPS in its EXIF. (transfer full) */
GBytes *files_picture_with_place (guint seed);
/* (transfer full) */
HemoImage *files_add_image (Files *self, const char *specimen, guint seed);

/* A cell that was counted by key on @image, in a count of its own. (transfer full): UUID of that */
char *files_count_cell (Files *self, HemoImage *image);

/* (transfer full) */
HemoReport *files_sign (Files *self, HemoReportStatus status);

/* HemoStoreJob: somebody was called about the specimen @data, and not reached. */
gboolean files_attempt_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error);
/* Cases that are signed with a critical value that nobody has been told. */
int files_count_untold (Files *self);

/* (transfer full): below the clinic's folder */
char *files_path (Files *self, const char *name);
char *files_image_path (Files *self, const char *uuid);
/* What somebody with the key could do to the store. */
void files_run_sql (Files *self, const char *sql);
/* Turns one bit at @offset (negative: from the end). */
void files_flip (const char *path, gssize offset);
guint files_count (Files *self, const char *folder);
guint files_count_below (const char *path);
/* A backup to the folder @target. */
gboolean files_back_up (Files *self, const char *target, GError **error);
void files_back_up_well (Files *self, const char *target);
/* One of its lists, such as %HEMO_BACKUP_MANIFEST. (transfer full) */
HemoBackupManifest *files_load_list (const char *target, const char *name);
/* An error of @domain and @code is set, and is cleared. */
#define files_assert_error(error, domain, code)                                                    \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_assert_error (error, domain, code);                                                          \
    g_clear_error (&error);                                                                        \
  }                                                                                                \
  G_STMT_END
