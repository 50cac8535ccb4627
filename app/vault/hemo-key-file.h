/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The key file beside the database: who may sign in, and the store key sealed to each of them.
 *
 * Each user has a P-256 sign-in key whose private half is wrapped by the passphrase through
 * Argon2id; the key ring (every version of the store key) is one CMS object sealed to all of these
 * and to the recovery key, so that rotating the store key asks nobody for a passphrase. Two copies
 * are kept
 * ('keys-1.json', 'keys-2.json'), each with a serial number and a SHA-256 over itself; either is
 * enough.
 *
 * Who is in the file is under a MAC by the ring, so that a certificate put in by somebody without a
 * key is noticed at sign-in and never sealed to. Whatever takes a @ring therefore wants one that
 * holds a key which the file was last sealed with: rotate by hemo_key_ring_rotate(), never by a new
 * ring. Login names are compared in NFKC and without case. Not for two threads at once. */

#pragma once

#include "hemo-cms.h"
#include "hemo-passphrase.h"

G_BEGIN_DECLS

/**
 * HemoKeyRing:
 * @keys: (element-type HemoSecret): store keys, version 1 first; 32 bytes each
 */
typedef struct
{
  GPtrArray *keys;
} HemoKeyRing;

HemoKeyRing *hemo_key_ring_new (GError **error);
void hemo_key_ring_free (HemoKeyRing *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoKeyRing, hemo_key_ring_free)
/* Appends a new random version. */
gboolean hemo_key_ring_rotate (HemoKeyRing *self, GError **error);
/* The last one. (transfer none) */
HemoSecret *hemo_key_ring_newest (HemoKeyRing *self);

/**
 * HemoKeyUser: what the sign-in screen may show before anything is opened
 */
typedef struct
{
  char *uuid;
  char *login;
  char *name;
  char *role;
  GBytes *certificate;
} HemoKeyUser;

typedef struct _HemoKeyFile HemoKeyFile;

/* For a new clinic. (transfer full) */
HemoKeyFile *
hemo_key_file_new (const char *clinic_uuid, const char *clinic_name, const char *store_uuid);
/**
 * hemo_key_file_load:
 * @directory: holds one or two copies
 *
 * Takes the valid copy with the highest serial; mends the other one if @mend. Fails with
 * %HEMO_VAULT_ERROR_DAMAGED when neither is whole, G_IO_ERROR_NOT_FOUND when there is none, and
 * G_IO_ERROR_NOT_SUPPORTED when a newer version wrote either. That mending fails is no error.
 */
HemoKeyFile *hemo_key_file_load (const char *directory, gboolean mend, GError **error);
/* Parses one copy of at most 1 MiB; for hemo_key_file_load() and the fuzzer. (transfer full) */
HemoKeyFile *hemo_key_file_parse (GBytes *bytes, GError **error);
void hemo_key_file_free (HemoKeyFile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoKeyFile, hemo_key_file_free)

/* Writes one copy after the other: temporary file, fsync, rename, fsync of the folder; the serial
 * number goes up. After an error the disk holds the old file or the new one, whole. What could not
 * be read again is not written. */
gboolean hemo_key_file_save (HemoKeyFile *self, const char *directory, GError **error);

const char *hemo_key_file_get_clinic_uuid (HemoKeyFile *self);
const char *hemo_key_file_get_clinic_name (HemoKeyFile *self);
const char *hemo_key_file_get_store_uuid (HemoKeyFile *self);
void hemo_key_file_set_store_uuid (HemoKeyFile *self, const char *store_uuid);
gint64 hemo_key_file_get_serial (HemoKeyFile *self);
/* (element-type HemoKeyUser) (transfer none) */
GPtrArray *hemo_key_file_get_users (HemoKeyFile *self);
const HemoKeyUser *hemo_key_file_find_user (HemoKeyFile *self, const char *login);

/* Adds @user or replaces the one with its UUID, with a new sign-in key under @passphrase, and seals
 * @ring to it too. Its certificate is set in the stored user. */
gboolean hemo_key_file_set_user (HemoKeyFile *self,
                                 const HemoKeyUser *user,
                                 HemoSecret *passphrase,
                                 HemoKeyRing *ring,
                                 GError **error);
/* Changes name and role as they are shown; does nothing if there is no such user, the role is none
 * of the three or the name is longer than 512 bytes. */
void
hemo_key_file_rename_user (HemoKeyFile *self, const char *uuid, const char *name, const char *role);
/* The ring is sealed anew without that user; the store key should then be rotated. */
gboolean
hemo_key_file_remove_user (HemoKeyFile *self, const char *uuid, HemoKeyRing *ring, GError **error);
/* Wraps the same sign-in key under another passphrase: signatures and sealed things stay valid. */
gboolean hemo_key_file_change_passphrase (HemoKeyFile *self,
                                          const char *uuid,
                                          HemoKeyPair *sign_in_key,
                                          HemoSecret *passphrase,
                                          GError **error);
/* A new recovery key under @code (see hemo_code_new_recovery()). */
gboolean
hemo_key_file_set_recovery (HemoKeyFile *self, HemoSecret *code, HemoKeyRing *ring, GError **error);
/* Takes over the recovery part as another installation of the clinic has it: one code for all. */
gboolean hemo_key_file_import_recovery (HemoKeyFile *self,
                                        const char *recovery_json,
                                        HemoKeyRing *ring,
                                        GError **error);
char *hemo_key_file_export_recovery (HemoKeyFile *self);
/* Certificate of the recovery key, NULL if none was set. (transfer none) */
GBytes *hemo_key_file_get_recovery_certificate (HemoKeyFile *self);
/* Seals a changed @ring to everybody in the file. */
gboolean hemo_key_file_set_ring (HemoKeyFile *self, HemoKeyRing *ring, GError **error);

/* Opens with a passphrase; @sign_in_key opens what is sealed to this user alone. Argon2id runs
 * here: not on main. Does not count tries: see HemoAttempts. (out) (transfer full) */
gboolean hemo_key_file_open (HemoKeyFile *self,
                             const char *login,
                             HemoSecret *passphrase,
                             HemoKeyRing **ring,
                             HemoKeyPair **sign_in_key,
                             GError **error);
gboolean hemo_key_file_open_with_recovery (HemoKeyFile *self,
                                           HemoSecret *code,
                                           HemoKeyRing **ring,
                                           HemoKeyPair **recovery_key,
                                           GError **error);

G_END_DECLS
