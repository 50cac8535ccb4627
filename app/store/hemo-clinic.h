/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A clinic's folder: set-up, sign-in, people, keys, enrolment, recovery, backup and restore.
 *
 *   hemogram.db, -wal, -shm   the encrypted store
 *   keys-1.json, keys-2.json  the key file
 *   attempts.json             failed sign-ins since the last that succeeded
 *   head                      number and MAC of the newest audit row, to notice a store put back
 *   lock                      held by the one program that has it open
 *   images/ab/UUID.cms        sealed images
 *   reports/UUID-N.cms        sealed PDFs as they were signed
 *   tmp/                      files being written; emptied at start
 */

#pragma once

#include "hemo-case.h"
#include "hemo-store.h"

G_BEGIN_DECLS

#define HEMO_TYPE_CLINIC (hemo_clinic_get_type ())
G_DECLARE_FINAL_TYPE (HemoClinic, hemo_clinic, HEMO, CLINIC, GObject)

/**
 * hemo_clinic_create:
 * @directory: must not exist, or be empty
 * @info: name, address, accession pattern …; UUIDs and station are made here when NULL
 * @login: of the administrator
 * @recovery_code: (out): to be printed once
 *
 * All of it is made in a folder beside and renamed at the end: a cut leaves no half clinic.
 */
HemoClinic *hemo_clinic_create (const char *directory,
                                HemoClinicInfo *info,
                                const char *login,
                                const char *name,
                                HemoSecret *passphrase,
                                HemoSecret **recovery_code,
                                GError **error);

/* Takes the lock (%HEMO_STORE_ERROR_BUSY: another instance has it), reads the key file, sweeps
 * tmp/. The store stays locked until somebody signs in. */
HemoClinic *hemo_clinic_open (const char *directory, GError **error);
void hemo_clinic_close (HemoClinic *self);

HemoKeyFile *hemo_clinic_get_key_file (HemoClinic *self);
const char *hemo_clinic_get_directory (HemoClinic *self);
/* The open store; NULL before the first sign-in. (transfer none) */
HemoStore *hemo_clinic_get_store (HemoClinic *self);

/* Slowed by HemoAttempts, audited, refused for disabled users. Opens the store when it is the
 * first. Blocks for Argon2id: on a worker thread where there is a window. (transfer full) */
HemoSession *
hemo_clinic_sign_in (HemoClinic *self, const char *login, HemoSecret *passphrase, GError **error);
/* For the sync, which goes on while the screen is locked and after a sign-out: may only what
 * hemo_policy_allows_sync() says. Fails when nobody has signed in yet. (transfer full) */
HemoSession *hemo_clinic_new_sync_session (HemoClinic *self, GError **error);
/* Audits, and signs the audit's head. */
gboolean hemo_clinic_sign_out (HemoClinic *self, HemoSession *session, GError **error);

gboolean
hemo_clinic_set_pin (HemoClinic *self, HemoSession *session, HemoSecret *pin, GError **error);
/* Unlocks a locked session, nothing else; after five wrong ones only the passphrase does. */
gboolean
hemo_clinic_unlock_pin (HemoClinic *self, HemoSession *session, HemoSecret *pin, GError **error);
/* Proves that the person is still there, before a signature. */
gboolean
hemo_clinic_check_pin (HemoClinic *self, HemoSession *session, HemoSecret *pin, GError **error);
/**
 * HemoPinState: how a person can prove to be there
 * @HEMO_PIN_NONE: by the passphrase; no PIN was chosen yet
 * @HEMO_PIN_SET: by the PIN
 * @HEMO_PIN_SPENT: by the passphrase, after too many wrong PINs
 */
typedef enum
{
  HEMO_PIN_NONE,
  HEMO_PIN_SET,
  HEMO_PIN_SPENT,
} HemoPinState;

/* Of who is signed in; on the store's thread. */
gboolean hemo_pin_get_state (HemoTxn *txn, HemoPinState *state, GError **error);
gboolean hemo_clinic_check_passphrase (HemoClinic *self,
                                       HemoSession *session,
                                       HemoSecret *passphrase,
                                       GError **error);

gboolean hemo_clinic_change_passphrase (HemoClinic *self,
                                        HemoSession *session,
                                        HemoSecret *old,
                                        HemoSecret *passphrase,
                                        GError **error);
/* With the recovery code: sets a new passphrase for @login (new sign-in and signing keys), audited.
 */
gboolean hemo_clinic_recover (
    HemoClinic *self, HemoSecret *code, const char *login, HemoSecret *passphrase, GError **error);
/* Makes a new recovery code; the old one opens nothing any more. */
HemoSecret *hemo_clinic_new_recovery_code (HemoClinic *self, HemoSession *session, GError **error);

gboolean hemo_clinic_add_user (HemoClinic *self,
                               HemoSession *session,
                               const char *login,
                               const char *name,
                               HemoRole role,
                               HemoSecret *passphrase,
                               GError **error);
/* Refuses to disable the last administrator. Takes the user out of the key file and rotates the
 * store key. */
gboolean hemo_clinic_disable_user (HemoClinic *self,
                                   HemoSession *session,
                                   const char *login,
                                   GError **error);
gboolean hemo_clinic_set_role (
    HemoClinic *self, HemoSession *session, const char *login, HemoRole role, GError **error);
gboolean hemo_clinic_rotate_key (HemoClinic *self, HemoSession *session, GError **error);

/* A certificate of an organisation (RSA or P-256) to which images are sealed as well. */
gboolean hemo_clinic_add_certificate (
    HemoClinic *self, HemoSession *session, const char *name, GBytes *certificate, GError **error);

/* Seals what another laptop needs into @path, for 7 days, with its own station code.
 * The code is told by another way than the file. */
HemoSecret *
hemo_clinic_enrol_export (HemoClinic *self, HemoSession *session, const char *path, GError **error);
HemoClinic *hemo_clinic_enrol_import (const char *directory,
                                      const char *path,
                                      HemoSecret *code,
                                      const char *login,
                                      const char *name,
                                      HemoSecret *passphrase,
                                      GError **error);

/* Key pairs of the store that open sealed images; on the store's thread. (transfer full) */
HemoKeyPair *hemo_clinic_dup_image_key (HemoTxn *txn, HemoStore *store, GError **error);
HemoKeyPair *hemo_clinic_dup_installation_key (HemoTxn *txn, HemoStore *store, GError **error);
/* Certificates that an image is sealed to now. (element-type GBytes) (transfer full) */
GPtrArray *hemo_clinic_dup_recipients (HemoTxn *txn, GError **error);

/* @done and @total: bytes */
typedef void (*HemoProgress) (gint64 done, gint64 total, gpointer data);

/* Copies what is not there yet into @target (made if missing): database by SQLite's backup API,
 * sealed files, key file, signed audit head, a manifest with SHA-256 of each; reads all back.
 * Goes on where it was cut. What is in it counts as backed up: @target is on another device, as
 * whoever calls this knows. */
gboolean hemo_clinic_backup (HemoClinic *self,
                             HemoSession *session,
                             const char *target,
                             HemoProgress progress,
                             gpointer data,
                             GCancellable *cancellable,
                             GError **error);
/* The same where that is not known. @beside: (out): whether @target lies on the clinic's own disk:
 * then it does not count. */
gboolean hemo_clinic_backup_anywhere (HemoClinic *self,
                                      HemoSession *session,
                                      const char *target,
                                      gboolean *beside,
                                      HemoProgress progress,
                                      gpointer data,
                                      GCancellable *cancellable,
                                      GError **error);
/**
 * HemoRestored: the backup that a clinic was made again from
 * @made_at: when that backup was made, ISO 8601
 * @damage: (nullable): why the newest backup was not taken. Then this is the one before it, and
 * what was saved after @made_at is not in the clinic: a person has to be told.
 * @missing: sealed files that were damaged or gone already when the backup was made
 * @left_out: originals of that backup which had been taken off the laptop and are not in the clinic
 *   now: their copies are not whole, or there was no room for them
 */
typedef struct
{
  char *made_at;
  char *damage;
  guint missing;
  guint left_out;
} HemoRestored;

void hemo_restored_free (HemoRestored *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoRestored, hemo_restored_free)

/* Checks every file of the manifest first; the result gets a new installation id and station code.
 * @secret: the passphrase of @login, or the recovery code with @login NULL. @restored: (out)
 * (optional) (transfer full): which backup it was. */
HemoClinic *hemo_clinic_restore (const char *backup,
                                 const char *directory,
                                 const char *login,
                                 HemoSecret *secret,
                                 HemoRestored **restored,
                                 HemoProgress progress,
                                 gpointer data,
                                 GCancellable *cancellable,
                                 GError **error);

/* After %HEMO_STORE_ERROR_ROLLED_BACK: an administrator's sign-in accepts the older store; it gets
 * a new installation id and station code, so that no number is given twice. */
HemoSession *hemo_clinic_accept_older (HemoClinic *self,
                                       const char *login,
                                       HemoSecret *passphrase,
                                       GError **error);

/**
 * HemoFinding: one thing that verify found
 * @code: 'page', 'audit', 'image-missing', 'image-damaged', 'image-unknown', 'key-file', 'index',
 *   'count' …
 * @object: UUID or row number, or NULL
 */
typedef struct
{
  char *code;
  char *object;
  char *text;
} HemoVerifyFinding;

void hemo_verify_finding_free (HemoVerifyFinding *self);

/* cipher_integrity_check, integrity_check, audit chain and signed heads, every sealed file opened
 * and its hash compared, files without row and rows without file, counts with cells of discarded
 * fields or of marks that are none. @findings: (out) (element-type
 * HemoVerifyFinding): empty when all is well. FALSE only when it could not look. */
gboolean hemo_clinic_verify (HemoClinic *self,
                             HemoSession *session,
                             GPtrArray **findings,
                             HemoProgress progress,
                             gpointer data,
                             GCancellable *cancellable,
                             GError **error);

G_END_DECLS
