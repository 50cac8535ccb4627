/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the files of the clinic share among themselves. */

#pragma once

#include "hemo-clinic.h"
#include "hemo-store-private.h"
#include "hemo-user-table.h"

G_BEGIN_DECLS

#define HEMO_CLINIC_ATTEMPTS_NAME "attempts.json"
#define HEMO_CLINIC_LOCK_NAME "lock"

/* Under mutex: everything below. Functions that change keys or people hold it from end to end. */
struct _HemoClinic
{
  GObject parent_instance;

  GRecMutex mutex;
  char *directory;
  int lock_fd;
  gboolean read_only;
  HemoKeyFile *key_file;
  HemoKeyRing *ring;
  HemoStore *store;
};

/* Takes the lock of @directory and says so, or fails with BUSY. -1 with @error; -1 without @error
 * when the folder cannot be written and there is none. */
int hemo_clinic_lock (const char *directory, gboolean read_only, GError **error);
/* Takes @lock_fd. */
HemoClinic *hemo_clinic_open_locked (const char *directory, int lock_fd, GError **error);

/* Saves the key file; when that fails, what is on the disk counts again. */
gboolean hemo_clinic_save_keys (HemoClinic *self, GError **error);
/* Opens the store with @ring unless it is open. */
gboolean hemo_clinic_open_store (HemoClinic *self,
                                 HemoKeyRing *ring,
                                 HemoStoreOpenFlags flags,
                                 GError **error);
/* FALSE with @error when nobody has signed in yet or @session is locked. */
gboolean hemo_clinic_check_session (HemoClinic *self, HemoSession *session, GError **error);
/* Runs in a job: only asks whether @session may, which a refusal audits. */
gboolean
hemo_clinic_require (HemoClinic *self, HemoSession *session, HemoAction action, GError **error);

/* Counts a try of @login before it is made. */
gboolean hemo_clinic_count_try (HemoClinic *self, const char *login, GError **error);
/* After a success: the failures before it, for the audit. (transfer full) */
GStrv hemo_clinic_take_tries (HemoClinic *self, const char *login, GError **error);
gboolean hemo_clinic_audit_tries (HemoTxn *txn, const char *user, GStrv tries, GError **error);

/* Puts @row into the key file, under @passphrase and with new sign-in keys, whose certificate it
 * gets; not saved yet. */
gboolean hemo_clinic_set_key_user (HemoClinic *self,
                                   HemoUserRow *row,
                                   HemoSecret *passphrase,
                                   GError **error);

/* The two letters of a station code are of these: those of hemo_accession_format(). */
#define HEMO_STATION_ALPHABET "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

/* A station code that was never given. (transfer full) */
char *hemo_clinic_new_station (HemoTxn *txn, GError **error);
gboolean hemo_clinic_give_station (HemoTxn *txn,
                                   const char *code,
                                   const char *installation,
                                   const char *enrolment,
                                   GError **error);

/**
 * HemoClinicSeed: what a new installation starts from
 * @clinic: UUID
 * @station: (nullable): given by another installation
 * @enrolment: (nullable): UUID of that gift
 * @recovery_json: (nullable): the recovery part of another installation; a code is made without it
 * @rescue: (nullable): the key of the MAC of what is kept on servers; see hemo-clinic-rescue.h
 * @pictures: (nullable): settings of the server for pictures, with their secrets
 * @certificates: (element-type HemoSeedCertificate) (nullable)
 */
typedef struct
{
  char *name;
  GBytes *certificate;
} HemoSeedCertificate;

typedef struct
{
  HemoClinicInfo *info;
  char *clinic;
  char *station;
  char *enrolment;
  char *recovery_json;
  char *rescue;
  char *pictures;
  HemoKeyPair *image_key;
  HemoKeyPair *reading_key;
  GPtrArray *certificates;
} HemoClinicSeed;

HemoSeedCertificate *hemo_seed_certificate_new (const char *name, GBytes *certificate);
void hemo_seed_certificate_free (HemoSeedCertificate *self);
void hemo_clinic_seed_clear (HemoClinicSeed *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HemoClinicSeed, hemo_clinic_seed_clear)

/* Organisations that are sealed to. (transfer full) (element-type HemoSeedCertificate) */
GPtrArray *hemo_clinic_load_certificates (HemoTxn *txn, GError **error);

/* The key of the MAC of what is kept on servers, as the recovery key gives it and the store keeps
 * it; hemo_clinic_dup_rescue_key() gives NULL without @error where the code is older. (transfer
 * full) */
char *hemo_clinic_rescue_key (HemoKeyPair *recovery_key, GError **error);
gboolean hemo_clinic_put_rescue_key (HemoTxn *txn, const char *key, GError **error);
char *hemo_clinic_dup_rescue_key (HemoTxn *txn, GError **error);
/* HMAC-SHA256 under @key, as the above give it. (transfer full) */
GBytes *hemo_clinic_rescue_mac (const char *key, GBytes *message, GError **error);

/* The first line of what is kept on servers. */
#define HEMO_RESCUE_FORMAT "hemogram-rescue-1"

/* Makes the folder of an installation from @seed; keys that it lacks are made. */
HemoClinic *hemo_clinic_make (const char *directory,
                              HemoClinicSeed *seed,
                              const char *login,
                              const char *name,
                              HemoSecret *passphrase,
                              HemoSecret **recovery_code,
                              GError **error);

/* Keys in the store. @purpose: 'image' or 'installation'; the one before stays, no longer current.
 */
gboolean hemo_clinic_put_key (
    HemoTxn *txn, HemoStore *store, const char *purpose, HemoKeyPair *key, GError **error);
/* Wraps what is under an older version of the store key under the newest. */
gboolean hemo_clinic_rewrap_keys (HemoTxn *txn, HemoStore *store, GError **error);
gboolean hemo_clinic_put_certificate (
    HemoTxn *txn, const char *name, GBytes *certificate, const char *by, GError **error);

/* The reading group: its key is sealed to each who reads, and to the recovery key. */
#define HEMO_HOLDER_RECOVERY "recovery"
gboolean hemo_clinic_put_reading_group (HemoTxn *txn, GBytes *certificate, GError **error);
gboolean hemo_clinic_give_reading_key (HemoTxn *txn,
                                       HemoKeyPair *reading_key,
                                       const char *holder,
                                       GBytes *certificate,
                                       GError **error);
gboolean hemo_clinic_drop_reading_key (HemoTxn *txn, const char *holder, GError **error);
/* The key as @holder holds it; NULL without @error when it is not held. (transfer full) */
HemoKeyPair *
hemo_clinic_open_reading_key (HemoTxn *txn, const char *holder, HemoKeyPair *key, GError **error);
/* Whether a role holds the reading key. */
gboolean hemo_role_reads (HemoRole role);

/* Reads the sign-in of @login with its keys as they are in the store. (transfer full) */
HemoSession *hemo_clinic_session_new (HemoClinic *self,
                                      const HemoKeyUser *user,
                                      HemoKeyRing *ring,
                                      HemoKeyPair *sign_in_key,
                                      GError **error);
HemoSession *hemo_clinic_sign_in_full (HemoClinic *self,
                                       const char *login,
                                       HemoSecret *passphrase,
                                       HemoStoreOpenFlags flags,
                                       GError **error);

/* Carries the failed tries into the audit, forgets wrong PINs. */
gboolean hemo_clinic_audit_sign_in (HemoClinic *self, HemoSession *session, GError **error);
/* Where disabling somebody was cut after the store's row: takes the key away, as an administrator.
 */
gboolean hemo_clinic_finish_disabling (HemoClinic *self, HemoSession *session, GError **error);
/* Makes the store in @txn another installation's, with its own id, station code and key, so that no
 * number is given twice. Audited as @what with @why; who may is for the caller to ask. */
gboolean hemo_clinic_become_new (
    HemoTxn *txn, HemoStore *store, const char *what, const char *why, GError **error);

G_END_DECLS
