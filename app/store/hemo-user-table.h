/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The table of users: asked and changed by the clinic's functions, which ask the policy. */

#pragma once

#include "hemo-txn.h"

G_BEGIN_DECLS

/**
 * HemoUserRow:
 * @signing_key: PKCS#8 in CMS, sealed to @sign_in_certificate
 */
typedef struct
{
  char *uuid;
  char *login;
  char *name;
  HemoRole role;
  gboolean enabled;
  GBytes *sign_in_certificate;
  GBytes *signing_certificate;
  GBytes *signing_key;
} HemoUserRow;

void hemo_user_row_free (HemoUserRow *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoUserRow, hemo_user_row_free)

/* As logins are compared: NFKC, case folded, without spaces around. NULL with @error for one that
 * is empty, too long, or holds spaces or control characters. (transfer full) */
char *hemo_login_fold (const char *login, GError **error);

/* NOT_FOUND when there is none. (transfer full) */
HemoUserRow *hemo_user_load (HemoTxn *txn, const char *uuid, GError **error);
HemoUserRow *hemo_user_find (HemoTxn *txn, const char *login, GError **error);
/* CONFLICT when the login is taken. Keeps the signing certificate in the history. */
gboolean hemo_user_insert (HemoTxn *txn, const HemoUserRow *row, GError **error);
/* New keys of an existing user. */
gboolean hemo_user_set_keys (HemoTxn *txn, const HemoUserRow *row, GError **error);
gboolean hemo_user_set_enabled (HemoTxn *txn, const char *uuid, gboolean enabled, GError **error);
gboolean hemo_user_set_role (HemoTxn *txn, const char *uuid, HemoRole role, GError **error);
/* STATE when @uuid is the only administrator that is enabled. */
gboolean hemo_user_check_not_last (HemoTxn *txn, const char *uuid, GError **error);

/* A new signing key of @uuid, sealed to @row's sign-in certificate, set in @row. @key: (out)
 * (optional) (transfer full) */
gboolean hemo_user_row_make_signing_key (HemoUserRow *row, HemoKeyPair **key, GError **error);

/* The bytes where they lie in secure memory, for a function that takes GBytes. (transfer full) */
GBytes *hemo_secret_as_bytes (HemoSecret *secret);

G_END_DECLS
