/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Who may sign in, and the store keys sealed to each of them. */

#include "hemo-key-file-private.h"

#include "hemo-memory.h"
#include "hemo-policy.h"

#include <glib/gi18n.h>
#include <string.h>

/* Lock */

void
hemo_lock_clear (HemoLock *self)
{
  g_clear_pointer (&self->certificate, g_bytes_unref);
  g_clear_pointer (&self->wrapped, g_bytes_unref);
}

void
hemo_lock_copy (const HemoLock *self, HemoLock *out)
{
  out->certificate = self->certificate == NULL ? NULL : g_bytes_ref (self->certificate);
  out->wrapped = self->wrapped == NULL ? NULL : g_bytes_ref (self->wrapped);
  out->kdf = self->kdf;
}

/* Wraps @private_key under @secret with new parameters; @out has to be empty. */
static gboolean
lock_key (HemoKeyPair *key, HemoSecret *secret, const char *label, HemoLock *out, GError **error)
{
  g_autoptr (HemoSecret) derived = NULL;
  HemoKdf kdf;
  GBytes *wrapped = NULL;

  if (!hemo_kdf_init_passphrase (&kdf, error))
    return FALSE;
  derived = hemo_kdf_derive (&kdf, secret, error);
  if (derived == NULL)
    return FALSE;
  wrapped = hemo_secret_wrap (derived, key->private_key, label, error);
  if (wrapped == NULL)
    return FALSE;
  out->kdf = kdf;
  out->wrapped = wrapped;
  out->certificate = g_bytes_ref (key->certificate);
  return TRUE;
}

static HemoKeyPair *
unlock_key (const HemoLock *self, HemoSecret *secret, const char *label, GError **error)
{
  g_autoptr (HemoSecret) derived = hemo_kdf_derive (&self->kdf, secret, error);
  g_autoptr (HemoKeyPair) key = NULL;
  HemoSecret *private_key = NULL;

  if (derived == NULL)
    return NULL;
  private_key = hemo_secret_unwrap (derived, self->wrapped, label, error);
  if (private_key == NULL)
    return NULL;
  key = hemo_key_pair_new_take (private_key, g_bytes_ref (self->certificate));
  return hemo_key_pair_check (key, error) ? g_steal_pointer (&key) : NULL;
}

/* What is wrapped for one user of one clinic opens as nobody else's. */
static char *
user_label (HemoKeyFile *self, const char *uuid)
{
  return g_strdup_printf ("hemogram sign-in key 1 %s %s", self->clinic_uuid, uuid);
}

static char *
recovery_label (HemoKeyFile *self)
{
  return g_strdup_printf ("hemogram recovery key 1 %s", self->clinic_uuid);
}

/* Entry */

HemoKeyEntry *
hemo_key_entry_new (const char *uuid, const char *login, const char *name, const char *role)
{
  HemoKeyEntry *self = g_atomic_rc_box_new0 (HemoKeyEntry);

  self->user.uuid = g_strdup (uuid);
  self->user.login = g_strdup (login);
  self->user.name = g_strdup (name);
  self->user.role = g_strdup (role);
  return self;
}

HemoKeyEntry *
hemo_key_entry_ref (HemoKeyEntry *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear_entry (gpointer data)
{
  HemoKeyEntry *self = data;

  g_free (self->user.uuid);
  g_free (self->user.login);
  g_free (self->user.name);
  g_free (self->user.role);
  hemo_lock_clear (&self->lock);
}

void
hemo_key_entry_unref (HemoKeyEntry *self)
{
  if (self != NULL)
    g_atomic_rc_box_release_full (self, clear_entry);
}

char *
hemo_key_login_fold (const char *login)
{
  g_autofree char *normal = hemo_utf8_normalize (login, G_NORMALIZE_NFKC);
  g_autofree char *folded = normal == NULL ? NULL : g_utf8_casefold (normal, -1);

  return folded == NULL ? NULL : hemo_utf8_normalize (folded, G_NORMALIZE_NFKC);
}

/* File */

HemoKeyFile *
hemo_key_file_new (const char *clinic_uuid, const char *clinic_name, const char *store_uuid)
{
  HemoKeyFile *self = g_new0 (HemoKeyFile, 1);

  self->clinic_uuid = g_strdup (clinic_uuid);
  self->clinic_name = g_strdup (clinic_name);
  self->store_uuid = g_strdup (store_uuid);
  self->users = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_key_entry_unref);
  return self;
}

void
hemo_key_file_free (HemoKeyFile *self)
{
  if (self == NULL)
    return;
  g_free (self->clinic_uuid);
  g_free (self->clinic_name);
  g_free (self->store_uuid);
  g_clear_pointer (&self->users, g_ptr_array_unref);
  hemo_lock_clear (&self->recovery);
  g_clear_pointer (&self->ring, g_bytes_unref);
  g_clear_pointer (&self->mac, g_bytes_unref);
  g_free (self);
}

const char *
hemo_key_file_get_clinic_uuid (HemoKeyFile *self)
{
  return self->clinic_uuid;
}

const char *
hemo_key_file_get_clinic_name (HemoKeyFile *self)
{
  return self->clinic_name;
}

const char *
hemo_key_file_get_store_uuid (HemoKeyFile *self)
{
  return self->store_uuid;
}

void
hemo_key_file_set_store_uuid (HemoKeyFile *self, const char *store_uuid)
{
  g_set_str (&self->store_uuid, store_uuid);
}

gint64
hemo_key_file_get_serial (HemoKeyFile *self)
{
  return self->serial;
}

GPtrArray *
hemo_key_file_get_users (HemoKeyFile *self)
{
  return self->users;
}

GBytes *
hemo_key_file_get_recovery_certificate (HemoKeyFile *self)
{
  return self->recovery.certificate;
}

static HemoKeyEntry *
find_login (HemoKeyFile *self, const char *login)
{
  g_autofree char *wanted = hemo_key_login_fold (login);

  for (guint i = 0; wanted != NULL && i < self->users->len; i++)
    {
      HemoKeyEntry *entry = self->users->pdata[i];
      g_autofree char *folded = hemo_key_login_fold (entry->user.login);

      if (g_strcmp0 (folded, wanted) == 0)
        return entry;
    }
  return NULL;
}

static HemoKeyEntry *
find_uuid (HemoKeyFile *self, const char *uuid, guint *index)
{
  for (guint i = 0; i < self->users->len; i++)
    {
      HemoKeyEntry *entry = self->users->pdata[i];

      if (strcmp (entry->user.uuid, uuid) != 0)
        continue;
      if (index != NULL)
        *index = i;
      return entry;
    }
  return NULL;
}

static HemoKeyEntry *
need_uuid (HemoKeyFile *self, const char *uuid, guint *index, GError **error)
{
  HemoKeyEntry *entry = find_uuid (self, uuid, index);

  if (entry == NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                         N_ ("There is no such user in the key file."));
  return entry;
}

const HemoKeyUser *
hemo_key_file_find_user (HemoKeyFile *self, const char *login)
{
  HemoKeyEntry *entry = find_login (self, login);

  return entry == NULL ? NULL : &entry->user;
}

/* Who is in the file, by a key of the ring. Without this, who can write to the file but has no key
 * could put a certificate of his own in, and would get the ring when it is next sealed. Names and
 * roles as they are shown are left out: they change without a ring, and decide nothing. */
static GBytes *
compute_mac (
    const char *clinic, GPtrArray *users, const HemoLock *recovery, HemoSecret *key, GError **error)
{
  g_autoptr (HemoSecret) mac_key
      = hemo_secret_derive (key, NULL, "hemogram key file 1: who is in it", 32, error);
  g_autoptr (GString) text = g_string_new (clinic);
  g_autoptr (GBytes) message = NULL;

  if (mac_key == NULL)
    return NULL;
  for (guint i = 0; i < users->len; i++)
    {
      HemoKeyEntry *entry = users->pdata[i];
      g_autofree char *print = hemo_certificate_fingerprint (entry->lock.certificate);

      g_string_append_printf (text, "\nuser %s %s %s", entry->user.uuid, print, entry->user.login);
    }
  if (recovery->certificate != NULL)
    {
      g_autofree char *print = hemo_certificate_fingerprint (recovery->certificate);

      g_string_append_printf (text, "\nrecovery %s", print);
    }
  message = g_bytes_new (text->str, text->len);
  return hemo_secret_mac (mac_key, message, error);
}

/* Whether the people in the file are those that somebody with a key of @ring put there. */
static gboolean
check_people (HemoKeyFile *self, HemoKeyRing *ring, GError **error)
{
  if (self->mac == NULL && self->users->len == 0 && self->recovery.certificate == NULL)
    return TRUE;
  for (guint i = ring->keys->len; self->mac != NULL && i-- > 0;)
    {
      g_autoptr (GBytes) mac = compute_mac (self->clinic_uuid, self->users, &self->recovery,
                                            ring->keys->pdata[i], error);

      if (mac == NULL)
        return FALSE;
      if (g_bytes_get_size (mac) == g_bytes_get_size (self->mac)
          && CRYPTO_memcmp (g_bytes_get_data (mac, NULL), g_bytes_get_data (self->mac, NULL),
                            g_bytes_get_size (mac))
                 == 0)
        return TRUE;
    }
  return hemo_vault_fail (
      error, HEMO_VAULT_ERROR_DAMAGED,
      N_ ("The users in the key file were changed by somebody without the key; take "
          "the key file from a backup."));
}

static GBytes *
seal_ring (HemoKeyFile *self,
           GPtrArray *users,
           const HemoLock *recovery,
           HemoKeyRing *ring,
           GError **error)
{
  g_autoptr (GPtrArray) recipients = g_ptr_array_new ();
  g_autoptr (HemoSecret) packed = hemo_key_ring_pack (ring, self->clinic_uuid, error);

  if (packed == NULL)
    return NULL;
  for (guint i = 0; i < users->len; i++)
    g_ptr_array_add (recipients, ((HemoKeyEntry *)users->pdata[i])->lock.certificate);
  if (recovery->certificate != NULL)
    g_ptr_array_add (recipients, recovery->certificate);
  return hemo_cms_seal_secret (packed, recipients, error);
}

/* Makes @users and @recovery those of the file, with the ring sealed to all of them; or changes
 * nothing. */
static gboolean
replace (HemoKeyFile *self,
         GPtrArray *users,
         const HemoLock *recovery,
         HemoKeyRing *ring,
         GError **error)
{
  g_autoptr (GBytes) sealed = NULL;
  g_autoptr (GBytes) mac = NULL;

  if (!check_people (self, ring, error))
    return FALSE;
  sealed = seal_ring (self, users, recovery, ring, error);
  if (sealed == NULL)
    return FALSE;
  mac = compute_mac (self->clinic_uuid, users, recovery, hemo_key_ring_newest (ring), error);
  if (mac == NULL)
    return FALSE;
  if (recovery != &self->recovery)
    {
      hemo_lock_clear (&self->recovery);
      hemo_lock_copy (recovery, &self->recovery);
    }
  g_ptr_array_ref (users);
  g_ptr_array_unref (self->users);
  self->users = users;
  g_clear_pointer (&self->ring, g_bytes_unref);
  self->ring = g_steal_pointer (&sealed);
  g_clear_pointer (&self->mac, g_bytes_unref);
  self->mac = g_steal_pointer (&mac);
  return TRUE;
}

static gpointer
ref_entry (gconstpointer entry, gpointer data)
{
  return hemo_key_entry_ref ((HemoKeyEntry *)entry);
}

static GPtrArray *
copy_users (HemoKeyFile *self)
{
  GPtrArray *users = g_ptr_array_copy (self->users, ref_entry, NULL);

  g_ptr_array_set_free_func (users, (GDestroyNotify)hemo_key_entry_unref);
  return users;
}

/* Whether a key file with this can be read again. */
static gboolean
is_name (const char *name, const char *role)
{
  HemoRole known;

  return strlen (name) <= HEMO_KEY_NAME_MAX && g_utf8_validate (name, -1, NULL)
         && hemo_role_from_code (role, &known, NULL);
}

static gboolean
check_user (HemoKeyFile *self, const HemoKeyUser *user, GError **error)
{
  HemoKeyEntry *namesake = NULL;

  if (!hemo_key_uuid_is_valid (user->uuid))
    return hemo_vault_fail (error, HEMO_VAULT_ERROR_FAILED, "The user's UUID is not valid.");
  if (*user->login == '\0' || strlen (user->login) > HEMO_KEY_LOGIN_MAX
      || !g_utf8_validate (user->login, -1, NULL) || !is_name (user->name, user->role))
    return hemo_vault_fail (error, HEMO_VAULT_ERROR_FAILED,
                            "A user has a login name of 1 to 128 bytes, a name of at most 512, in "
                            "UTF-8, and one of the three roles.");
  namesake = find_login (self, user->login);
  if (namesake != NULL && strcmp (namesake->user.uuid, user->uuid) != 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
                           N_ ("Another user has this login name; capitals make no difference."));
      return FALSE;
    }
  if (find_uuid (self, user->uuid, NULL) == NULL && self->users->len >= HEMO_KEY_FILE_MAX_USERS)
    return hemo_vault_fail (error, HEMO_VAULT_ERROR_FAILED, N_ ("A clinic has at most 256 users."));
  return TRUE;
}

gboolean
hemo_key_file_set_user (HemoKeyFile *self,
                        const HemoKeyUser *user,
                        HemoSecret *passphrase,
                        HemoKeyRing *ring,
                        GError **error)
{
  g_autofree char *label = user_label (self, user->uuid);
  g_autoptr (GPtrArray) users = copy_users (self);
  g_autoptr (HemoKeyPair) key = NULL;
  g_autoptr (HemoKeyEntry) entry = NULL;
  guint index = 0;

  if (!check_user (self, user, error))
    return FALSE;
  key = hemo_key_pair_new (user->uuid, FALSE, error);
  if (key == NULL)
    return FALSE;
  entry = hemo_key_entry_new (user->uuid, user->login, user->name, user->role);
  if (!lock_key (key, passphrase, label, &entry->lock, error))
    return FALSE;
  entry->user.certificate = entry->lock.certificate;
  if (find_uuid (self, user->uuid, &index) == NULL)
    g_ptr_array_add (users, g_steal_pointer (&entry));
  else
    {
      hemo_key_entry_unref (users->pdata[index]);
      users->pdata[index] = g_steal_pointer (&entry);
    }
  return replace (self, users, &self->recovery, ring, error);
}

void
hemo_key_file_rename_user (HemoKeyFile *self, const char *uuid, const char *name, const char *role)
{
  HemoKeyEntry *entry = find_uuid (self, uuid, NULL);

  if (entry == NULL || !is_name (name, role))
    return;
  g_set_str (&entry->user.name, name);
  g_set_str (&entry->user.role, role);
}

gboolean
hemo_key_file_remove_user (HemoKeyFile *self, const char *uuid, HemoKeyRing *ring, GError **error)
{
  g_autoptr (GPtrArray) users = NULL;
  guint index = 0;

  if (need_uuid (self, uuid, &index, error) == NULL)
    return FALSE;
  users = copy_users (self);
  g_ptr_array_remove_index (users, index);
  return replace (self, users, &self->recovery, ring, error);
}

gboolean
hemo_key_file_change_passphrase (HemoKeyFile *self,
                                 const char *uuid,
                                 HemoKeyPair *sign_in_key,
                                 HemoSecret *passphrase,
                                 GError **error)
{
  g_autofree char *label = user_label (self, uuid);
  HemoKeyEntry *entry = need_uuid (self, uuid, NULL, error);
  g_auto (HemoLock) lock = { 0 };

  if (entry == NULL)
    return FALSE;
  if (!g_bytes_equal (entry->lock.certificate, sign_in_key->certificate))
    return hemo_vault_fail (error, HEMO_VAULT_ERROR_WRONG_SECRET,
                            N_ ("The sign-in key is not this user's any more; sign in again."));
  if (!lock_key (sign_in_key, passphrase, label, &lock, error))
    return FALSE;
  g_clear_pointer (&entry->lock.wrapped, g_bytes_unref);
  entry->lock.wrapped = g_steal_pointer (&lock.wrapped);
  entry->lock.kdf = lock.kdf;
  return TRUE;
}

gboolean
hemo_key_file_set_recovery (HemoKeyFile *self, HemoSecret *code, HemoKeyRing *ring, GError **error)
{
  g_autofree char *label = recovery_label (self);
  g_autofree char *name = g_uuid_string_random ();
  g_autoptr (HemoSecret) normal = hemo_code_normalize (code, error);
  g_autoptr (HemoKeyPair) key = NULL;
  g_auto (HemoLock) lock = { 0 };

  if (normal == NULL)
    return FALSE;
  key = hemo_key_pair_new (name, FALSE, error);
  if (key == NULL || !lock_key (key, normal, label, &lock, error))
    return FALSE;
  return replace (self, self->users, &lock, ring, error);
}

gboolean
hemo_key_file_import_recovery (HemoKeyFile *self,
                               const char *recovery_json,
                               HemoKeyRing *ring,
                               GError **error)
{
  g_auto (HemoLock) lock = { 0 };

  if (!hemo_key_file_parse_recovery (recovery_json, self->clinic_uuid, &lock, error))
    return FALSE;
  return replace (self, self->users, &lock, ring, error);
}

char *
hemo_key_file_export_recovery (HemoKeyFile *self)
{
  return self->recovery.certificate == NULL ? NULL : hemo_key_file_format_recovery (self);
}

gboolean
hemo_key_file_set_ring (HemoKeyFile *self, HemoKeyRing *ring, GError **error)
{
  return replace (self, self->users, &self->recovery, ring, error);
}

/* The ring as @key opens it: whoever gets a key has a ring that is proven to open. */
static HemoKeyRing *
open_ring (HemoKeyFile *self, HemoKeyPair *key, GError **error)
{
  g_autoptr (HemoSecret) packed = NULL;
  g_autoptr (HemoKeyRing) ring = NULL;

  if (self->ring == NULL)
    {
      hemo_vault_fail (error, HEMO_VAULT_ERROR_DAMAGED, "The key file has no key ring.");
      return NULL;
    }
  packed = hemo_cms_open_secret (self->ring, key, error);
  if (packed == NULL)
    {
      /* The passphrase was right, and nobody should be told that it was not. */
      if (error != NULL
          && g_error_matches (*error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_WRONG_SECRET))
        (*error)->code = HEMO_VAULT_ERROR_DAMAGED;
      return NULL;
    }
  ring = hemo_key_ring_unpack (packed, self->clinic_uuid, error);
  if (ring == NULL || !check_people (self, ring, error))
    return NULL;
  return g_steal_pointer (&ring);
}

gboolean
hemo_key_file_open (HemoKeyFile *self,
                    const char *login,
                    HemoSecret *passphrase,
                    HemoKeyRing **ring,
                    HemoKeyPair **sign_in_key,
                    GError **error)
{
  static const char *const wrong = N_ ("The login name or the passphrase is wrong.");
  HemoKeyEntry *entry = find_login (self, login);
  g_autofree char *label = NULL;
  g_autoptr (HemoKeyPair) key = NULL;
  g_autoptr (GError) local = NULL;
  HemoKeyRing *opened = NULL;

  if (entry == NULL)
    return hemo_vault_fail (error, HEMO_VAULT_ERROR_WRONG_SECRET, wrong);
  label = user_label (self, entry->user.uuid);
  key = unlock_key (&entry->lock, passphrase, label, &local);
  if (g_error_matches (local, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_WRONG_SECRET))
    return hemo_vault_fail (error, HEMO_VAULT_ERROR_WRONG_SECRET, wrong);
  if (key == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  opened = open_ring (self, key, error);
  if (opened == NULL)
    return FALSE;
  *ring = opened;
  *sign_in_key = g_steal_pointer (&key);
  return TRUE;
}

gboolean
hemo_key_file_open_with_recovery (HemoKeyFile *self,
                                  HemoSecret *code,
                                  HemoKeyRing **ring,
                                  HemoKeyPair **recovery_key,
                                  GError **error)
{
  g_autofree char *label = recovery_label (self);
  g_autoptr (HemoSecret) normal = hemo_code_normalize (code, error);
  g_autoptr (HemoKeyPair) key = NULL;
  g_autoptr (GError) local = NULL;
  HemoKeyRing *opened = NULL;

  if (normal == NULL)
    return FALSE;
  if (self->recovery.certificate == NULL)
    return hemo_vault_fail (error, HEMO_VAULT_ERROR_WRONG_SECRET, N_ ("No recovery code was set."));
  key = unlock_key (&self->recovery, normal, label, &local);
  if (g_error_matches (local, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_WRONG_SECRET))
    return hemo_vault_fail (error, HEMO_VAULT_ERROR_WRONG_SECRET,
                            N_ ("This is not the recovery code of this clinic."));
  if (key == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  opened = open_ring (self, key, error);
  if (opened == NULL)
    return FALSE;
  *ring = opened;
  *recovery_key = g_steal_pointer (&key);
  return TRUE;
}
