/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The key file's bytes: strict JSON on one line, whose last member is the SHA-256 of what precedes.
 */

#include "hemo-key-file-private.h"

#include "hemo-json.h"
#include "hemo-policy.h"

#include <glib/gi18n.h>
#include <json.h>
#include <openssl/err.h>
#include <string.h>

#define FORMAT "hemogram-keys"
#define RECOVERY_FORMAT "hemogram-recovery"
#define VERSION 1
#define DEPTH 6
#define BASE64_MAX (900 * 1024)
#define RECOVERY_MAX (64 * 1024)
#define SERIAL_MAX ((gint64)1 << 53)

/* The end of a file of any version, so that an older program can tell newer from damaged. */
#define CHECK_START ",\"sha256\":\""
#define CHECK_END "\"}\n"
#define CHECK_SIZE (strlen (CHECK_START) + 64 + strlen (CHECK_END))

typedef struct json_object Json;
typedef struct json_tokener JsonTokener;

static void
put_json (Json *json)
{
  json_object_put (json);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Json, put_json)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (JsonTokener, json_tokener_free)

static gboolean
fail (GError **error)
{
  return hemo_vault_fail (error, HEMO_VAULT_ERROR_DAMAGED, N_ ("The key file is damaged."));
}

/* Writing */

static void
add_text (Json *object, const char *name, const char *text)
{
  hemo_json_add (object, name, json_object_new_string (text));
}

static void
add_number (Json *object, const char *name, gint64 number)
{
  hemo_json_add (object, name, json_object_new_int64 (number));
}

static void
add_bytes (Json *object, const char *name, GBytes *bytes)
{
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  g_autofree char *text = g_base64_encode (data, size);

  add_text (object, name, text);
}

/* Certificate, KDF and wrapped key as members of @object. */
static void
add_lock (Json *object, const HemoLock *lock)
{
  g_autofree char *salt = g_base64_encode (lock->kdf.salt, sizeof lock->kdf.salt);
  Json *kdf = json_object_new_object ();

  add_text (kdf, "type", "argon2id");
  add_number (kdf, "memory_kib", lock->kdf.memory_kib);
  add_number (kdf, "passes", lock->kdf.passes);
  add_number (kdf, "lanes", lock->kdf.lanes);
  add_text (kdf, "salt", salt);
  add_bytes (object, "certificate", lock->certificate);
  hemo_json_add (object, "kdf", kdf);
  add_bytes (object, "private_key", lock->wrapped);
}

static Json *
make_user (const HemoKeyEntry *entry)
{
  Json *object = json_object_new_object ();

  add_text (object, "uuid", entry->user.uuid);
  add_text (object, "login", entry->user.login);
  add_text (object, "name", entry->user.name);
  add_text (object, "role", entry->user.role);
  add_lock (object, &entry->lock);
  return object;
}

static Json *
make_file (HemoKeyFile *self)
{
  Json *object = json_object_new_object ();
  Json *users = json_object_new_array ();

  add_text (object, "format", FORMAT);
  add_number (object, "version", VERSION);
  add_number (object, "serial", self->serial);
  add_text (object, "clinic", self->clinic_uuid);
  add_text (object, "clinic_name", self->clinic_name);
  add_text (object, "store", self->store_uuid);
  for (guint i = 0; i < self->users->len; i++)
    hemo_json_append (users, make_user (self->users->pdata[i]));
  hemo_json_add (object, "users", users);
  if (self->recovery.certificate != NULL)
    {
      Json *recovery = json_object_new_object ();

      add_lock (recovery, &self->recovery);
      hemo_json_add (object, "recovery", recovery);
    }
  if (self->ring != NULL)
    {
      add_bytes (object, "ring", self->ring);
      add_bytes (object, "mac", self->mac);
    }
  return object;
}

static char *
print (Json *object)
{
  return hemo_json_to_text (object, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
}

GBytes *
hemo_key_file_format (HemoKeyFile *self)
{
  g_autoptr (Json) object = make_file (self);
  GString *text = g_string_new_take (print (object));
  g_autofree char *sum = NULL;

  g_string_truncate (text, text->len - 1);
  sum = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (guint8 *)text->str, text->len);
  g_string_append_printf (text, CHECK_START "%s" CHECK_END, sum);
  return g_string_free_to_bytes (text);
}

char *
hemo_key_file_format_recovery (HemoKeyFile *self)
{
  g_autoptr (Json) object = json_object_new_object ();

  add_text (object, "format", RECOVERY_FORMAT);
  add_number (object, "version", VERSION);
  add_text (object, "clinic", self->clinic_uuid);
  add_lock (object, &self->recovery);
  return print (object);
}

/* Reading */

static const char *
get_text (Json *object, const char *name, gsize limit)
{
  Json *member = NULL;
  const char *text = NULL;
  gsize length = 0;

  if (!json_object_object_get_ex (object, name, &member)
      || !json_object_is_type (member, json_type_string))
    return NULL;
  text = json_object_get_string (member);
  length = (gsize)json_object_get_string_len (member);
  /* json-c lets lone surrogates pass. This refuses a NUL inside as well. */
  return length <= limit && g_utf8_validate_len (text, length, NULL) ? text : NULL;
}

static gboolean
get_number (Json *object, const char *name, gint64 max, gint64 *out)
{
  Json *member = NULL;
  gint64 number = 0;

  if (!json_object_object_get_ex (object, name, &member)
      || !json_object_is_type (member, json_type_int))
    return FALSE;
  number = json_object_get_int64 (member);
  if (number < 0 || number > max)
    return FALSE;
  *out = number;
  return TRUE;
}

/* Base 64 in its one canonical form: GLib's decoder skips what it does not know. (transfer full) */
static GBytes *
get_bytes (Json *object, const char *name)
{
  const char *text = get_text (object, name, BASE64_MAX);
  g_autofree guint8 *data = NULL;
  g_autofree char *again = NULL;
  gsize size = 0;

  if (text == NULL || *text == '\0')
    return NULL;
  data = g_base64_decode (text, &size);
  again = g_base64_encode (data, size);
  return strcmp (again, text) == 0 ? g_bytes_new (data, size) : NULL;
}

static Json *
get_member (Json *object, const char *name, json_type type)
{
  Json *member = NULL;

  if (!json_object_object_get_ex (object, name, &member) || !json_object_is_type (member, type))
    return NULL;
  return member;
}

static gboolean
has_members (Json *object, int n)
{
  return json_object_is_type (object, json_type_object) && json_object_object_length (object) == n;
}

static gboolean
read_kdf (Json *kdf, HemoKdf *out)
{
  const char *type = kdf == NULL ? NULL : get_text (kdf, "type", 32);
  g_autoptr (GBytes) salt = NULL;
  gint64 memory = 0, passes = 0, lanes = 0;

  if (type == NULL || strcmp (type, "argon2id") != 0 || !has_members (kdf, 5)
      || !get_number (kdf, "memory_kib", G_MAXUINT32, &memory)
      || !get_number (kdf, "passes", G_MAXUINT32, &passes)
      || !get_number (kdf, "lanes", G_MAXUINT32, &lanes))
    return FALSE;
  salt = get_bytes (kdf, "salt");
  if (salt == NULL || g_bytes_get_size (salt) != sizeof out->salt)
    return FALSE;
  out->memory_kib = (guint32)memory;
  out->passes = (guint32)passes;
  out->lanes = (guint32)lanes;
  memcpy (out->salt, g_bytes_get_data (salt, NULL), sizeof out->salt);
  return hemo_kdf_check (out, NULL);
}

/* @out has to be empty. */
static gboolean
read_lock (Json *object, HemoLock *out)
{
  g_auto (HemoLock) lock = { 0 };
  g_autoptr (X509) certificate = NULL;

  lock.certificate = get_bytes (object, "certificate");
  lock.wrapped = get_bytes (object, "private_key");
  if (lock.certificate == NULL || lock.wrapped == NULL
      || !read_kdf (get_member (object, "kdf", json_type_object), &lock.kdf))
    return FALSE;
  certificate = hemo_certificate_load (lock.certificate, NULL);
  if (certificate == NULL)
    return FALSE;
  hemo_lock_copy (&lock, out);
  return TRUE;
}

gboolean
hemo_key_uuid_is_valid (const char *text)
{
  for (const char *at = text; at != NULL && *at != '\0'; at++)
    if (g_ascii_isupper (*at))
      return FALSE;
  return text != NULL && g_uuid_string_is_valid (text);
}

static HemoKeyEntry *
read_user (Json *object)
{
  const char *uuid = get_text (object, "uuid", 36);
  const char *login = get_text (object, "login", HEMO_KEY_LOGIN_MAX);
  const char *name = get_text (object, "name", HEMO_KEY_NAME_MAX);
  const char *role = get_text (object, "role", 32);
  g_autoptr (HemoKeyEntry) entry = NULL;
  HemoRole known;

  if (!has_members (object, 7) || !hemo_key_uuid_is_valid (uuid) || login == NULL || *login == '\0'
      || name == NULL || role == NULL || !hemo_role_from_code (role, &known, NULL))
    return NULL;
  entry = hemo_key_entry_new (uuid, login, name, role);
  if (!read_lock (object, &entry->lock))
    return NULL;
  entry->user.certificate = entry->lock.certificate;
  return g_steal_pointer (&entry);
}

static gboolean
read_users (HemoKeyFile *self, Json *users)
{
  gsize n = users == NULL ? 0 : json_object_array_length (users);
  g_autoptr (GHashTable) logins = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) uuids = g_hash_table_new (g_str_hash, g_str_equal);

  if (users == NULL || n > HEMO_KEY_FILE_MAX_USERS)
    return FALSE;
  for (gsize i = 0; i < n; i++)
    {
      Json *object = json_object_array_get_idx (users, i);
      HemoKeyEntry *entry
          = json_object_is_type (object, json_type_object) ? read_user (object) : NULL;

      if (entry == NULL)
        return FALSE;
      g_ptr_array_add (self->users, entry);
      if (!g_hash_table_add (logins, hemo_key_login_fold (entry->user.login))
          || !g_hash_table_add (uuids, entry->user.uuid))
        return FALSE;
    }
  return TRUE;
}

static HemoKeyFile *
read_file (Json *object)
{
  const char *clinic = get_text (object, "clinic", 36);
  const char *name = get_text (object, "clinic_name", HEMO_KEY_NAME_MAX);
  const char *store = get_text (object, "store", 36);
  Json *recovery = get_member (object, "recovery", json_type_object);
  g_autoptr (HemoKeyFile) self = NULL;
  int members = 8;

  if (!hemo_key_uuid_is_valid (clinic) || name == NULL || !hemo_key_uuid_is_valid (store))
    return NULL;
  self = hemo_key_file_new (clinic, name, store);
  if (!get_number (object, "serial", SERIAL_MAX, &self->serial)
      || !read_users (self, get_member (object, "users", json_type_array)))
    return NULL;
  self->ring = get_bytes (object, "ring");
  self->mac = get_bytes (object, "mac");
  if (recovery != NULL && (!has_members (recovery, 3) || !read_lock (recovery, &self->recovery)))
    return NULL;
  members += (recovery != NULL) + 2 * (self->ring != NULL);
  if (!has_members (object, members) || (self->ring == NULL) != (self->mac == NULL))
    return NULL;
  return g_steal_pointer (&self);
}

/* Without memory a whole file does not parse either: it is noted where hemo_vault_fail() looks. */
static gboolean
parses (const char *text, gsize size, int flags, Json **out)
{
  g_autoptr (JsonTokener) tokener = json_tokener_new_ex (DEPTH);
  g_autoptr (Json) object = NULL;

  if (tokener != NULL)
    {
      json_tokener_set_flags (tokener, flags);
      object = json_tokener_parse_ex (tokener, text, (int)size);
    }
  if (tokener == NULL || json_tokener_get_error (tokener) == json_tokener_error_memory)
    {
      ERR_raise (ERR_LIB_USER, ERR_R_MALLOC_FAILURE);
      return FALSE;
    }
  if (json_tokener_get_error (tokener) != json_tokener_success
      || json_tokener_get_parse_end (tokener) != size
      || !json_object_is_type (object, json_type_object))
    return FALSE;
  if (out != NULL)
    *out = g_steal_pointer (&object);
  return TRUE;
}

/* (transfer full) */
static Json *
parse_json (const char *text, gsize size)
{
  /* json-c 0.18 when it is strict refuses every character beyond ASCII: the grammar is checked with
   * those masked. */
  g_autofree char *masked = g_memdup2 (text, size);
  Json *object = NULL;

  for (gsize i = 0; i < size; i++)
    if ((guchar)masked[i] >= 0x80)
      masked[i] = '?';
  if (!parses (masked, size, JSON_TOKENER_STRICT, NULL))
    return NULL;
  return parses (text, size, JSON_TOKENER_VALIDATE_UTF8, &object) ? object : NULL;
}

static gboolean
check_format (Json *object, const char *format, GError **error)
{
  const char *found = get_text (object, "format", 32);
  gint64 version = 0;

  if (found == NULL || strcmp (found, format) != 0
      || !get_number (object, "version", G_MAXINT, &version) || version == 0)
    return fail (error);
  if (version > VERSION)
    {
      g_set_error_literal (
          error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
          N_ ("A newer version of Hemogram wrote the key file; open the clinic with that "
              "version."));
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_sum (const char *text, gsize size)
{
  const char *end = text + size - strlen (CHECK_END);
  const char *sum = end - 64;
  const char *start = sum - strlen (CHECK_START);
  g_autofree char *expected = NULL;

  if (size < CHECK_SIZE || memcmp (end, CHECK_END, strlen (CHECK_END)) != 0
      || memcmp (start, CHECK_START, strlen (CHECK_START)) != 0)
    return FALSE;
  expected
      = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guint8 *)text, size - CHECK_SIZE);
  return memcmp (expected, sum, 64) == 0;
}

HemoKeyFile *
hemo_key_file_parse (GBytes *bytes, GError **error)
{
  gsize size = 0;
  const char *text = g_bytes_get_data (bytes, &size);
  g_autoptr (Json) object = NULL;
  HemoKeyFile *self = NULL;

  if (size >= CHECK_SIZE && size <= HEMO_KEY_FILE_MAX_BYTES && check_sum (text, size))
    /* Without the line's end, which the parser would leave over. */
    object = parse_json (text, size - 1);
  if (object == NULL)
    {
      fail (error);
      return NULL;
    }
  if (!check_format (object, FORMAT, error))
    return NULL;
  self = read_file (object);
  if (self == NULL)
    fail (error);
  return self;
}

gboolean
hemo_key_file_parse_recovery (const char *json,
                              const char *clinic_uuid,
                              HemoLock *out,
                              GError **error)
{
  gsize size = strlen (json);
  g_autoptr (Json) object = size <= RECOVERY_MAX ? parse_json (json, size) : NULL;
  const char *clinic = NULL;

  if (object == NULL)
    return hemo_vault_fail (error, HEMO_VAULT_ERROR_DAMAGED, N_ ("The recovery part is damaged."));
  if (!check_format (object, RECOVERY_FORMAT, error))
    return FALSE;
  clinic = get_text (object, "clinic", 36);
  if (clinic == NULL || !has_members (object, 6))
    return hemo_vault_fail (error, HEMO_VAULT_ERROR_DAMAGED, N_ ("The recovery part is damaged."));
  if (strcmp (clinic, clinic_uuid) != 0)
    return hemo_vault_fail (error, HEMO_VAULT_ERROR_DAMAGED,
                            N_ ("The recovery part is that of another clinic."));
  if (!read_lock (object, out))
    return hemo_vault_fail (error, HEMO_VAULT_ERROR_DAMAGED, N_ ("The recovery part is damaged."));
  return TRUE;
}
