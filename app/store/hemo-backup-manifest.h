/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a backup holds: a list of its files with their sizes and hashes.
 *
 * A backup's folder:
 *
 *   manifest.json           the newest whole backup; replaced last, in one step
 *   manifest-before.json    the one before it
 *   hemogram-N.db           the encrypted store when its audit log ended at row N; two are kept
 *   keys-1.json, -2.json    the key file
 *   images/…, reports/…     sealed files, as in the clinic's folder */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define HEMO_BACKUP_MANIFEST "manifest.json"
#define HEMO_BACKUP_MANIFEST_BEFORE "manifest-before.json"
/* A million files, as many as a list may name, take some 150 MiB. */
#define HEMO_BACKUP_MANIFEST_LIMIT ((guint64)256 * 1024 * 1024)

/**
 * HemoBackupFile:
 * @name: below the backup's folder, as hemo_backup_name_is_valid() allows
 * @sha256: lower-case hexadecimal
 */
typedef struct
{
  char *name;
  guint64 bytes;
  char *sha256;
} HemoBackupFile;

HemoBackupFile *hemo_backup_file_new (const char *name, guint64 bytes, const char *sha256);
void hemo_backup_file_free (HemoBackupFile *self);

/**
 * HemoBackupElsewhere: an original that had been taken off the laptop
 * @name: as of #HemoBackupFile
 * @backup: when the backup was made whose copy counted then, as ISO 8601
 */
typedef struct
{
  char *name;
  char *backup;
} HemoBackupElsewhere;

HemoBackupElsewhere *hemo_backup_elsewhere_new (const char *name, const char *backup);
void hemo_backup_elsewhere_free (HemoBackupElsewhere *self);

/**
 * HemoBackupManifest:
 * @made_at: instant as ISO 8601
 * @head: the audit log's signed head, as hemo_audit_export_head() makes it
 * @database: name of the store's copy, one of @files
 * @files: (element-type HemoBackupFile)
 * @missing: (element-type utf8): sealed files that were damaged or gone when it was made
 * @elsewhere: (element-type HemoBackupElsewhere): all that had been taken off; those that the
 *   medium has are among @files too
 */
typedef struct
{
  char *clinic;
  char *store;
  char *installation;
  char *made_at;
  char *head;
  char *database;
  GPtrArray *files;
  GPtrArray *missing;
  GPtrArray *elsewhere;
} HemoBackupManifest;

HemoBackupManifest *hemo_backup_manifest_new (void);
void hemo_backup_manifest_free (HemoBackupManifest *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoBackupManifest, hemo_backup_manifest_free)

/* Whether @name is one that a backup may hold, and so cannot lead out of its folder. */
gboolean hemo_backup_name_is_valid (const char *name);

/* NULL if there is none. (transfer none) */
const HemoBackupFile *hemo_backup_manifest_find (const HemoBackupManifest *self, const char *name);

/* How many of those that are elsewhere are not in this backup either. @days: (out): of the backups
 * that have them, such as "2026-01-31, 2026-02-28". (transfer full) */
guint hemo_backup_manifest_count_lacking (const HemoBackupManifest *self, char **days);

/* Whether files of the list, from its first to its last, lie below @folder as it says, read from
 * the medium: one that is smaller than it says to be loses what was written first, and read back
 * well, while more is written. Not all are read, as a medium may hold a million.
 * %G_IO_ERROR_INVALID_DATA. */
gboolean hemo_backup_manifest_prove_some (const HemoBackupManifest *self,
                                          const char *folder,
                                          GCancellable *cancellable,
                                          GError **error);

GBytes *hemo_backup_manifest_to_json (const HemoBackupManifest *self);
/* At most %HEMO_BACKUP_MANIFEST_LIMIT bytes of JSON from a medium that nobody vouches for; fails
 * with G_IO_ERROR_INVALID_DATA. (transfer full) */
HemoBackupManifest *hemo_backup_manifest_parse (GBytes *json, GError **error);
/* From @folder/@name; G_IO_ERROR_NOT_FOUND when there is none. (transfer full) */
HemoBackupManifest *
hemo_backup_manifest_load (const char *folder, const char *name, GError **error);

G_END_DECLS
