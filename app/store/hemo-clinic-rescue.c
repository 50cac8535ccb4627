/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From a clinic's keys to a text for its servers. */

#include "hemo-clinic-rescue.h"

#include "hemo-clinic-info.h"
#include "hemo-enrol-json.h"
#include "hemo-records-private.h"

#include <glib/gi18n.h>
#include <string.h>

#define MAC_META "rescue"
#define MAC_SIZE 32

void
hemo_rescue_free (HemoRescue *self)
{
  g_free (self->text);
  g_free (self->digest);
  g_free (self->installation);
  g_free (self);
}

static char *
encode (GBytes *bytes)
{
  return g_base64_encode (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

char *
hemo_clinic_rescue_key (HemoKeyPair *recovery_key, GError **error)
{
  g_autoptr (HemoSecret) key
      = hemo_secret_derive (recovery_key->private_key, NULL, "hemogram rescue 1", MAC_SIZE, error);

  return key != NULL ? g_base64_encode (hemo_secret_get_data (key), hemo_secret_get_size (key))
                     : NULL;
}

GBytes *
hemo_clinic_rescue_mac (const char *key, GBytes *message, GError **error)
{
  gsize size = 0;
  guchar *raw = g_base64_decode (key, &size);
  g_autoptr (HemoSecret) secret = hemo_secret_new_take (raw, size);

  g_free (raw);
  if (size == MAC_SIZE)
    return hemo_secret_mac (secret, message, error);
  g_set_error_literal (
      error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CORRUPT,
      N_ ("What the store keeps of the recovery code is damaged. Make a new one."));
  return NULL;
}

gboolean
hemo_clinic_put_rescue_key (HemoTxn *txn, const char *key, GError **error)
{
  return hemo_txn_set_meta (txn, MAC_META, key, error);
}

char *
hemo_clinic_dup_rescue_key (HemoTxn *txn, GError **error)
{
  return hemo_txn_dup_meta (txn, MAC_META, error);
}

typedef struct
{
  HemoStore *store;
  GBytes *certificate;
  HemoClinicSeed seed;
  char *installation;
  char *rescue_key;
  GString *stations;
  GBytes *reading_key;
  gint64 now;
} Write;

static void
write_clear (Write *self)
{
  hemo_clinic_seed_clear (&self->seed);
  g_clear_pointer (&self->certificate, g_bytes_unref);
  g_clear_pointer (&self->reading_key, g_bytes_unref);
  g_free (self->installation);
  g_free (self->rescue_key);
  if (self->stations != NULL)
    g_string_free (self->stations, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Write, write_clear)

static gboolean
load_stations (HemoTxn *txn, Write *self, GError **error)
{
  gboolean row = TRUE;
  g_autoptr (HemoStatement) statement
      = hemo_db_prepare (hemo_txn_get_db (txn), "SELECT code FROM station ORDER BY code", error);

  self->stations = g_string_new (NULL);
  while (statement != NULL && row)
    {
      if (!hemo_statement_next (statement, &row, error))
        return FALSE;
      if (row)
        g_string_append_printf (self->stations, " %s", hemo_statement_get_text (statement, 0));
    }
  return statement != NULL;
}

/* As it is sealed to the recovery key already: the sync itself cannot open it. */
static gboolean
load_reading_key (HemoTxn *txn, Write *self, GError **error)
{
  gboolean row = FALSE;
  g_autofree char *sealed_to = hemo_certificate_fingerprint (self->certificate);
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn),
      "SELECT g.certificate, k.sealed FROM reading_key k JOIN reading_group g "
      "ON g.fingerprint = k.fingerprint AND g.is_current WHERE k.holder = ?1 AND k.sealed_to = ?2",
      error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 1, HEMO_HOLDER_RECOVERY);
  hemo_statement_bind_text (statement, 2, sealed_to);
  if (!hemo_statement_next (statement, &row, error))
    return FALSE;
  if (!row)
    {
      g_set_error_literal (
          error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND,
          N_ ("The recovery code does not open the readers' key. Make a new one."));
      return FALSE;
    }
  self->seed.reading_key = hemo_key_pair_new_take (NULL, hemo_statement_dup_bytes (statement, 0));
  self->reading_key = hemo_statement_dup_bytes (statement, 1);
  return TRUE;
}

static gboolean
write_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Write *self = data;
  HemoClinicSeed *seed = &self->seed;

  self->now = hemo_txn_get_time (txn).utc_us;
  self->installation = hemo_txn_dup_meta (txn, "installation", error);
  seed->clinic = hemo_txn_dup_meta (txn, "clinic", error);
  seed->station = hemo_txn_dup_meta (txn, "station", error);
  seed->enrolment = g_strdup (self->installation);
  if (seed->clinic == NULL || seed->station == NULL || self->installation == NULL)
    return FALSE;
  self->rescue_key = hemo_clinic_dup_rescue_key (txn, NULL);
  if (self->rescue_key == NULL)
    {
      g_set_error_literal (
          error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND,
          N_ ("The recovery code is older than what is kept on servers. Make a new "
              "one."));
      return FALSE;
    }
  seed->info = hemo_clinic_info_load (txn, error);
  seed->certificates = seed->info != NULL ? hemo_clinic_load_certificates (txn, error) : NULL;
  seed->image_key
      = seed->certificates != NULL ? hemo_clinic_dup_image_key (txn, self->store, error) : NULL;
  return seed->image_key != NULL && load_stations (txn, self, error)
         && load_reading_key (txn, self, error);
}

/* The recovery key and every organisation. */
static GPtrArray *
list_recipients (const Write *self)
{
  GPtrArray *all = g_ptr_array_new ();

  g_ptr_array_add (all, self->certificate);
  for (guint i = 0; i < self->seed.certificates->len; i++)
    g_ptr_array_add (
        all, ((HemoSeedCertificate *)g_ptr_array_index (self->seed.certificates, i))->certificate);
  return all;
}

static gboolean
append_sealed (
    GString *text, const char *name, GBytes *content, GPtrArray *recipients, GError **error)
{
  g_autoptr (GBytes) sealed = hemo_cms_seal (content, recipients, error);
  g_autofree char *base64 = sealed != NULL ? encode (sealed) : NULL;

  if (sealed != NULL)
    g_string_append_printf (text, "%s %s\n", name, base64);
  return sealed != NULL;
}

static gboolean
append_mac (GString *text, const char *rescue_key, GError **error)
{
  g_autoptr (GBytes) message = g_bytes_new (text->str, text->len);
  g_autoptr (GBytes) mac = hemo_clinic_rescue_mac (rescue_key, message, error);
  g_autofree char *base64 = mac != NULL ? encode (mac) : NULL;

  if (mac != NULL)
    g_string_append_printf (text, "mac %s\n", base64);
  return mac != NULL;
}

static char *
make_digest (const Write *self, GPtrArray *recipients, const char *seed)
{
  GChecksum *checksum = g_checksum_new (G_CHECKSUM_SHA256);
  char *digest;

  for (guint i = 0; i < recipients->len; i++)
    {
      g_autofree char *fingerprint = hemo_certificate_fingerprint (recipients->pdata[i]);

      g_checksum_update (checksum, (const guchar *)fingerprint, -1);
    }
  g_checksum_update (checksum, (const guchar *)seed, -1);
  g_checksum_update (checksum, (const guchar *)self->stations->str, -1);
  digest = g_strdup (g_checksum_get_string (checksum));
  g_checksum_free (checksum);
  return digest;
}

static char *
write_text (Write *self, GPtrArray *recipients, const char *seed, GError **error)
{
  const char *recovery = self->seed.recovery_json;
  g_autofree char *recovery64 = g_base64_encode ((const guchar *)recovery, strlen (recovery));
  g_autofree char *reading64 = encode (self->reading_key);
  g_autoptr (GBytes) key = hemo_secret_as_bytes (self->seed.image_key->private_key);
  g_autoptr (GBytes) content = g_bytes_new (seed, strlen (seed));
  g_autoptr (GString) text = g_string_new (HEMO_RESCUE_FORMAT "\n");

  g_string_append_printf (text,
                          "clinic %s\ninstallation %s\nmade %" G_GINT64_FORMAT
                          "\nstations%s\nrecovery %s\nreading-key %s\n",
                          self->seed.clinic, self->installation, self->now, self->stations->str,
                          recovery64, reading64);
  if (!append_sealed (text, "image-key", key, recipients, error)
      || !append_sealed (text, "seed", content, recipients, error)
      || !append_mac (text, self->rescue_key, error))
    return NULL;
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static HemoRescue *
write_rescue (Write *self, const char *known, GError **error)
{
  g_autoptr (HemoRescue) rescue = g_new0 (HemoRescue, 1);
  g_autoptr (GPtrArray) recipients = list_recipients (self);
  g_autofree char *seed = hemo_enrolment_write (&self->seed, 0, 0);

  rescue->digest = make_digest (self, recipients, seed);
  rescue->installation = g_strdup (self->installation);
  if (g_strcmp0 (rescue->digest, known) == 0)
    return g_steal_pointer (&rescue);
  rescue->text = write_text (self, recipients, seed, error);
  return rescue->text != NULL ? g_steal_pointer (&rescue) : NULL;
}

HemoRescue *
hemo_clinic_rescue_write (HemoClinic *self, HemoSession *session, const char *known, GError **error)
{
  g_auto (Write) job = { 0 };
  GBytes *certificate;

  g_rec_mutex_lock (&self->mutex);
  job.store = self->store;
  job.seed.recovery_json = hemo_key_file_export_recovery (self->key_file);
  certificate = hemo_key_file_get_recovery_certificate (self->key_file);
  job.certificate = certificate != NULL ? g_bytes_ref (certificate) : NULL;
  g_rec_mutex_unlock (&self->mutex);
  if (job.seed.recovery_json == NULL || job.certificate == NULL)
    {
      g_set_error_literal (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND,
                           N_ ("This clinic has no recovery code. Make one."));
      return NULL;
    }
  return hemo_store_read (job.store, session, write_job, &job, NULL, error)
             ? write_rescue (&job, known, error)
             : NULL;
}
