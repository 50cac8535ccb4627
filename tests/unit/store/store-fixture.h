/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A clinic in a temporary folder, and ways to look behind it. */

#pragma once

#include "hemo-audit.h"
#include "hemo-clinic.h"

#include <glib/gstdio.h>

#define PASSPHRASE "seven goats cross the river"
#define OTHER_PASSPHRASE "nine lamps under the mango"

typedef struct
{
  char *root;
  char *folder;
  HemoClinic *clinic;
  HemoSession *session;
  HemoSecret *recovery_code;
} ClinicFixture;

static inline HemoSecret *
secret (const char *text)
{
  char *copy = g_strdup (text);
  HemoSecret *made = hemo_secret_new_take (copy, strlen (text));

  g_free (copy);
  return made;
}

static inline void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_unlink (child) != 0)
        remove_tree (child);
    }
  g_rmdir (path);
}

static inline HemoSession *
sign_in (HemoClinic *clinic, const char *login, const char *passphrase)
{
  g_autoptr (HemoSecret) typed = secret (passphrase);
  g_autoptr (GError) error = NULL;
  HemoSession *session = hemo_clinic_sign_in (clinic, login, typed, &error);

  g_assert_no_error (error);
  return session;
}

/* An administrator 'amina' is signed in. */
static inline void
clinic_set_up (ClinicFixture *self, gconstpointer data)
{
  g_autoptr (HemoClinicInfo) info = hemo_clinic_info_new ("Poste de santé अमीना");
  g_autoptr (HemoSecret) passphrase = secret (PASSPHRASE);
  g_autoptr (GError) error = NULL;

  self->root = g_dir_make_tmp ("hemo-clinic-XXXXXX", NULL);
  self->folder = g_build_filename (self->root, "clinic", NULL);
  self->clinic = hemo_clinic_create (self->folder, info, "amina", "Amina Test", passphrase,
                                     &self->recovery_code, &error);
  g_assert_no_error (error);
  self->session = sign_in (self->clinic, "amina", PASSPHRASE);
}

static inline void
clinic_close (ClinicFixture *self)
{
  g_clear_pointer (&self->session, hemo_session_unref);
  if (self->clinic != NULL)
    hemo_clinic_close (self->clinic);
  g_clear_object (&self->clinic);
}

static inline void
clinic_reopen (ClinicFixture *self)
{
  g_autoptr (GError) error = NULL;

  clinic_close (self);
  self->clinic = hemo_clinic_open (self->folder, &error);
  g_assert_no_error (error);
}

static inline void
clinic_tear_down (ClinicFixture *self, gconstpointer data)
{
  clinic_close (self);
  g_clear_pointer (&self->recovery_code, hemo_secret_unref);
  remove_tree (self->root);
  g_free (self->folder);
  g_free (self->root);
}

static inline gboolean
count_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_db_prepare (hemo_txn_get_db (txn), data, error);

  if (statement == NULL || !hemo_statement_step (statement, error))
    return FALSE;
  *result = g_strdup (hemo_statement_get_text (statement, 0));
  return TRUE;
}

/* The first value of what @sql answers, as text. */
static inline char *
store_ask (HemoStore *store, const char *sql)
{
  g_autoptr (GError) error = NULL;
  gpointer result = NULL;

  hemo_store_read (store, NULL, count_job, (gpointer)sql, &result, &error);
  g_assert_no_error (error);
  return result;
}

static inline gint64
store_count (HemoStore *store, const char *sql)
{
  g_autofree char *text = store_ask (store, sql);

  return g_ascii_strtoll (text, NULL, 10);
}

/* The store's raw connection, while the clinic is closed: what somebody with the key could do. */
static inline HemoDb *
open_raw (const char *folder, HemoKeyRing *ring, guint version)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoKeyFile) key_file = hemo_key_file_load (folder, FALSE, &error);
  const char *uuid = hemo_key_file_get_store_uuid (key_file);
  g_autoptr (GBytes) salt = g_bytes_new (uuid, strlen (uuid));
  g_autofree char *path = g_build_filename (folder, "hemogram.db", NULL);
  g_autoptr (HemoSecret) raw = hemo_secret_derive (g_ptr_array_index (ring->keys, version - 1),
                                                   salt, "hemogram sqlcipher 1", 32, &error);
  HemoDb *db;

  g_assert_no_error (error);
  db = hemo_db_open (path, raw, HEMO_DB_WRITER, &error);
  g_assert_no_error (error);
  return db;
}
