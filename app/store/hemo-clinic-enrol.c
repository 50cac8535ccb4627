/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Enrolling another laptop: a file sealed under a one-time code.
 *
 * The file is JSON: 'format', 'kdf' (Argon2id's parameters), 'parts' (base64). Each part is wrapped
 * by itself (AES-256-GCM) with its number and their count as label, so that none can be left out or
 * moved. The first holds the private keys and is packed and read in secure memory alone; the others
 * are pieces of a JSON text with what is no key. */

#include "hemo-clinic-enrol.h"

#include "hemo-clinic-info.h"
#include "hemo-durable.h"
#include "hemo-enrol-json.h"

#include <glib/gi18n.h>

#define VALID_US (7 * G_TIME_SPAN_DAY)
#define PIECE_SIZE 16384

static HemoSecret *
unwrap_part (HemoSecret *key, GPtrArray *parts, guint index, GError **error)
{
  g_autofree char *label
      = g_strdup_printf ("hemogram enrolment 1 part %u of %u", index + 1, parts->len);

  return hemo_secret_unwrap (key, g_ptr_array_index (parts, index), label, error);
}

static gboolean
wrap_part (HemoSecret *key, HemoSecret *content, guint count, GPtrArray *parts, GError **error)
{
  g_autofree char *label
      = g_strdup_printf ("hemogram enrolment 1 part %u of %u", parts->len + 1, count);
  GBytes *part = hemo_secret_wrap (key, content, label, error);

  if (part != NULL)
    g_ptr_array_add (parts, part);
  return part != NULL;
}

/* Both private keys, each after its length (four bytes, high first). */
static HemoSecret *
pack_keys (HemoSecret *image, HemoSecret *reading)
{
  HemoSecret *const keys[] = { image, reading };
  HemoSecret *packed
      = hemo_secret_new (8 + hemo_secret_get_size (image) + hemo_secret_get_size (reading));
  guint8 *out = hemo_secret_get_data (packed);

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      gsize size = hemo_secret_get_size (keys[i]);
      guint32 big = GUINT32_TO_BE ((guint32)size);

      memcpy (out, &big, 4);
      memcpy (out + 4, hemo_secret_get_data (keys[i]), size);
      out += 4 + size;
    }
  return packed;
}

static HemoSecret *
take_key (HemoSecret *packed, gsize *at)
{
  const guint8 *data = hemo_secret_get_data (packed);
  gsize left = hemo_secret_get_size (packed) - *at;
  HemoSecret *key;
  guint32 size;

  if (left < 4)
    return NULL;
  memcpy (&size, data + *at, 4);
  size = GUINT32_FROM_BE (size);
  if (size == 0 || size > left - 4)
    return NULL;
  key = hemo_secret_new (size);
  memcpy (hemo_secret_get_data (key), data + *at + 4, size);
  *at += 4 + size;
  return key;
}

/**
 * Export: what goes into the file
 * @keys: packed
 * @text: what is no key
 */
typedef struct
{
  HemoStore *store;
  char *recovery_json;
  HemoSecret *keys;
  char *text;
} Export;

static void
export_clear (Export *self)
{
  g_clear_pointer (&self->recovery_json, g_free);
  g_clear_pointer (&self->keys, hemo_secret_unref);
  g_clear_pointer (&self->text, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Export, export_clear)

GPtrArray *
hemo_clinic_load_certificates (HemoTxn *txn, GError **error)
{
  g_autoptr (GPtrArray) all
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_seed_certificate_free);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn), "SELECT name, certificate FROM certificate WHERE enabled", error);

  if (statement == NULL)
    return NULL;
  while (hemo_statement_step (statement, &local_error))
    {
      g_autoptr (GBytes) certificate = hemo_statement_dup_bytes (statement, 1);

      g_ptr_array_add (
          all, hemo_seed_certificate_new (hemo_statement_get_text (statement, 0), certificate));
    }
  if (local_error == NULL)
    return g_steal_pointer (&all);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}

static gboolean
fill_seed (HemoTxn *txn, Export *self, HemoClinicSeed *seed, GError **error)
{
  HemoSession *session = hemo_txn_get_session (txn);
  g_autoptr (GError) local_error = NULL;

  seed->enrolment = hemo_uuid_new ();
  seed->recovery_json = g_strdup (self->recovery_json);
  seed->info = hemo_clinic_info_load (txn, error);
  seed->station = seed->info != NULL ? hemo_clinic_new_station (txn, error) : NULL;
  seed->certificates = seed->station != NULL ? hemo_clinic_load_certificates (txn, error) : NULL;
  seed->rescue = hemo_clinic_dup_rescue_key (txn, NULL);
  if (seed->certificates == NULL)
    return FALSE;
  seed->clinic = hemo_txn_dup_meta (txn, "clinic", error);
  seed->image_key
      = seed->clinic != NULL ? hemo_clinic_dup_image_key (txn, self->store, error) : NULL;
  if (seed->image_key == NULL)
    return FALSE;
  seed->reading_key = hemo_clinic_open_reading_key (
      txn, hemo_session_get_user (session), hemo_session_get_sign_in_key (session), &local_error);
  if (seed->reading_key != NULL)
    return TRUE;
  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else
    g_set_error_literal (
        error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE,
        N_ ("You do not hold the readers' key. An administrator who holds it can enrol "
            "another laptop."));
  return FALSE;
}

static gboolean
export_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Export *self = data;
  g_auto (HemoClinicSeed) seed = { 0 };
  gint64 now = hemo_txn_get_time (txn).utc_us;

  if (!hemo_txn_require (txn, HEMO_ACTION_KEY_MANAGE, "enrolment", NULL, error)
      || !fill_seed (txn, self, &seed, error)
      || !hemo_clinic_give_station (txn, seed.station, NULL, seed.enrolment, error)
      || !hemo_txn_audit (txn, "enrolment.export", "enrolment", seed.enrolment, seed.station,
                          error))
    return FALSE;
  self->keys = pack_keys (seed.image_key->private_key, seed.reading_key->private_key);
  self->text = hemo_enrolment_write (&seed, now, now + VALID_US);
  return TRUE;
}

static GPtrArray *
wrap_all (HemoSecret *key, Export *self, GError **error)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  gsize length = strlen (self->text);
  guint count = 1 + (guint)((length + PIECE_SIZE - 1) / PIECE_SIZE);

  if (!wrap_part (key, self->keys, count, parts, error))
    return NULL;
  for (gsize at = 0; at < length; at += PIECE_SIZE)
    {
      gsize size = MIN (length - at, PIECE_SIZE);
      g_autoptr (HemoSecret) piece = hemo_secret_new (size);

      memcpy (hemo_secret_get_data (piece), self->text + at, size);
      if (!wrap_part (key, piece, count, parts, error))
        return NULL;
    }
  return g_steal_pointer (&parts);
}

static gboolean
write_file (Export *self, HemoSecret *code, const char *path, GError **error)
{
  HemoKdf kdf;
  g_autoptr (HemoSecret) key = NULL;
  g_autoptr (GPtrArray) parts = NULL;
  g_autoptr (GBytes) file = NULL;

  if (!hemo_kdf_init_passphrase (&kdf, error))
    return FALSE;
  key = hemo_kdf_derive (&kdf, code, error);
  parts = key != NULL ? wrap_all (key, self, error) : NULL;
  if (parts == NULL)
    return FALSE;
  file = hemo_enrolment_format (&kdf, parts);
  return hemo_durable_write (path, NULL, file, error);
}

HemoSecret *
hemo_clinic_enrol_export (HemoClinic *self, HemoSession *session, const char *path, GError **error)
{
  g_autoptr (GRecMutexLocker) locker = g_rec_mutex_locker_new (&self->mutex);
  g_autoptr (HemoSecret) code = NULL;
  g_auto (Export) data = { .store = self->store };

  if (!hemo_clinic_check_session (self, session, error))
    return NULL;
  data.recovery_json = hemo_key_file_export_recovery (self->key_file);
  code = hemo_code_new_one_time (error);
  if (code == NULL || !hemo_store_write (self->store, session, export_job, &data, NULL, error)
      || !write_file (&data, code, path, error))
    return NULL;
  return g_steal_pointer (&code);
}

static gboolean
check_times (gint64 made_us, gint64 expires_us, GError **error)
{
  gint64 now = hemo_time_now ().utc_us;

  if (now < made_us - G_TIME_SPAN_DAY)
    g_set_error_literal (
        error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE,
        N_ ("This laptop's clock is before the day on which the file was made. Set the "
            "clock and try again."));
  else if (now > expires_us)
    g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE,
                         N_ ("The file was for seven days and they are over. Ask for a new one."));
  else
    return TRUE;
  return FALSE;
}

static gboolean
read_keys (HemoSecret *packed, HemoClinicSeed *seed, GError **error)
{
  gsize at = 0;
  HemoKeyPair *const pairs[] = { seed->image_key, seed->reading_key };

  for (gsize i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      pairs[i]->private_key = take_key (packed, &at);
      if (pairs[i]->private_key == NULL)
        {
          g_set_error_literal (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DAMAGED,
                               N_ ("The keys in the file are not whole. Ask for a new one."));
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
open_parts (HemoSecret *key, GPtrArray *parts, HemoClinicSeed *seed, GError **error)
{
  g_autoptr (HemoSecret) packed = unwrap_part (key, parts, 0, error);
  g_autoptr (GString) text = g_string_new (NULL);
  gint64 made_us, expires_us;

  if (packed == NULL)
    return FALSE;
  for (guint i = 1; i < parts->len; i++)
    {
      g_autoptr (HemoSecret) piece = unwrap_part (key, parts, i, error);

      if (piece == NULL)
        return FALSE;
      g_string_append_len (text, (const char *)hemo_secret_get_data (piece),
                           (gssize)hemo_secret_get_size (piece));
    }
  return hemo_enrolment_read (text->str, text->len, seed, &made_us, &expires_us, error)
         && check_times (made_us, expires_us, error) && read_keys (packed, seed, error);
}

HemoClinic *
hemo_clinic_enrol_import (const char *directory,
                          const char *path,
                          HemoSecret *code,
                          const char *login,
                          const char *name,
                          HemoSecret *passphrase,
                          GError **error)
{
  g_auto (HemoClinicSeed) seed = { 0 };
  g_autoptr (HemoSecret) normal = hemo_code_normalize (code, error);
  g_autoptr (GBytes) file = NULL;
  g_autoptr (GPtrArray) parts = NULL;
  g_autoptr (HemoSecret) key = NULL;
  HemoKdf kdf;

  if (normal == NULL)
    return NULL;
  file = hemo_durable_read (path, HEMO_ENROLMENT_LIMIT, error);
  parts = file != NULL ? hemo_enrolment_parse (file, &kdf, error) : NULL;
  key = parts != NULL ? hemo_kdf_derive (&kdf, normal, error) : NULL;
  if (key == NULL || !open_parts (key, parts, &seed, error))
    return NULL;
  seed.info->installation = hemo_uuid_new ();
  return hemo_clinic_make (directory, &seed, login, name, passphrase, NULL, error);
}
