/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The parts of the key file, among its own files. */

#pragma once

#include "hemo-kdf-private.h"
#include "hemo-key-file.h"
#include "hemo-vault-private.h"

G_BEGIN_DECLS

#define HEMO_KEY_FILE_MAX_BYTES ((gsize)1024 * 1024)
#define HEMO_KEY_FILE_MAX_USERS 256
#define HEMO_KEY_RING_MAX 1000
/* Bytes. */
#define HEMO_KEY_LOGIN_MAX 128
#define HEMO_KEY_NAME_MAX 512

/* A private key under a passphrase or code. */
typedef struct
{
  GBytes *certificate;
  HemoKdf kdf;
  GBytes *wrapped;
} HemoLock;

/* Reference counted by g_atomic_rc_box. */
typedef struct
{
  HemoKeyUser user; /* first; its certificate is borrowed from the lock */
  HemoLock lock;
} HemoKeyEntry;

struct _HemoKeyFile
{
  char *clinic_uuid;
  char *clinic_name;
  char *store_uuid;
  gint64 serial;
  GPtrArray *users;  /* (element-type HemoKeyEntry) */
  HemoLock recovery; /* certificate NULL: none */
  GBytes *ring;      /* CMS; NULL: none yet */
  GBytes *mac;       /* of who is in the file, by a key of the ring */
};

HemoKeyEntry *
hemo_key_entry_new (const char *uuid, const char *login, const char *name, const char *role);
HemoKeyEntry *hemo_key_entry_ref (HemoKeyEntry *self);
void hemo_key_entry_unref (HemoKeyEntry *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoKeyEntry, hemo_key_entry_unref)

void hemo_lock_clear (HemoLock *self);
void hemo_lock_copy (const HemoLock *self, HemoLock *out);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HemoLock, hemo_lock_clear)

/* A UUID in lower case; @text may be NULL. */
gboolean hemo_key_uuid_is_valid (const char *text);

/* For comparing login names: NFKC, without case. NULL if it is not UTF-8. (transfer full) */
char *hemo_key_login_fold (const char *login);

/* The ring as the sealed bytes hold it, bound to the clinic. (transfer full) */
HemoSecret *hemo_key_ring_pack (HemoKeyRing *self, const char *clinic_uuid, GError **error);
HemoKeyRing *hemo_key_ring_unpack (HemoSecret *packed, const char *clinic_uuid, GError **error);

/* JSON with its checksum. (transfer full) */
GBytes *hemo_key_file_format (HemoKeyFile *self);
char *hemo_key_file_format_recovery (HemoKeyFile *self);
gboolean hemo_key_file_parse_recovery (const char *json,
                                       const char *clinic_uuid,
                                       HemoLock *out,
                                       GError **error);

G_END_DECLS
