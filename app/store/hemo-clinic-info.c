/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The clinic's letterhead and settings, kept as rows of the setting table; its UUID, installation
 * and station are the store's own. */

#include "hemo-clinic-info.h"

#include "hemo-records-private.h"

#include <glib/gi18n.h>
#include <string.h>

#define NAME_MAX_LENGTH 200
#define ADDRESS_MAX 500
#define LOGO_MAX (1024 * 1024)

static gboolean
load_text (HemoTxn *txn, const char *key, char **out, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_record_select (txn, "SELECT value FROM setting WHERE key = ?1", key, error);
  gboolean row = FALSE;

  if (statement == NULL || !hemo_statement_next (statement, &row, error))
    return FALSE;
  if (row)
    {
      g_free (*out);
      *out = hemo_statement_dup_text (statement, 0);
    }
  return TRUE;
}

static gboolean
load_int (HemoTxn *txn, const char *key, int *out, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_record_select (txn, "SELECT value FROM setting WHERE key = ?1", key, error);
  gboolean row = FALSE;

  if (statement == NULL || !hemo_statement_next (statement, &row, error))
    return FALSE;
  if (row)
    *out = (int)hemo_statement_get_int (statement, 0);
  return TRUE;
}

static gboolean
load_logo (HemoTxn *txn, GBytes **out, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_record_select (txn, "SELECT value FROM setting WHERE key = ?1", "clinic.logo", error);
  gboolean row = FALSE;

  if (statement == NULL || !hemo_statement_next (statement, &row, error))
    return FALSE;
  g_clear_pointer (out, g_bytes_unref);
  *out = row ? hemo_statement_dup_bytes (statement, 0) : NULL;
  return TRUE;
}

static gboolean
load_meta (HemoTxn *txn, const char *key, char **out, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  char *value = hemo_txn_dup_meta (txn, key, &local_error);

  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  g_free (*out);
  *out = value;
  return TRUE;
}

static gboolean
load_settings (HemoTxn *txn, HemoClinicInfo *info, GError **error)
{
  return load_text (txn, "clinic.name", &info->name, error)
         && load_text (txn, "clinic.address", &info->address, error)
         && load_text (txn, "clinic.phone", &info->phone, error)
         && load_text (txn, "clinic.accession_pattern", &info->accession_pattern, error)
         && load_text (txn, "clinic.language", &info->language, error)
         && load_logo (txn, &info->logo, error)
         && load_int (txn, "clinic.platelet_factor", &info->platelet_factor, error)
         && load_int (txn, "clinic.endemic_malaria", &info->endemic_malaria, error)
         && load_int (txn, "clinic.day_first", &info->day_first, error);
}

HemoClinicInfo *
hemo_clinic_info_fetch (HemoTxn *txn, GError **error)
{
  g_autoptr (HemoClinicInfo) info = hemo_clinic_info_new ("");

  if (!load_settings (txn, info, error) || !load_meta (txn, "clinic", &info->uuid, error)
      || !load_meta (txn, "station", &info->station, error)
      || !load_meta (txn, "installation", &info->installation, error))
    return NULL;
  if (info->accession_pattern == NULL)
    info->accession_pattern = g_strdup (HEMO_ACCESSION_PATTERN_DEFAULT);
  return g_steal_pointer (&info);
}

HemoClinicInfo *
hemo_clinic_info_load (HemoTxn *txn, GError **error)
{
  if (!hemo_txn_require (txn, HEMO_ACTION_CASE_VIEW, "clinic", NULL, error))
    return NULL;
  return hemo_clinic_info_fetch (txn, error);
}

static gboolean
check_info (const HemoClinicInfo *info, GError **error)
{
  if (info->name == NULL || *info->name == '\0')
    return hemo_record_refuse (error, N_ ("A clinic has a name."));
  if (info->logo != NULL && g_bytes_get_size (info->logo) > LOGO_MAX)
    return hemo_record_refuse (error, N_ ("The logo has more than 1 MiB. Make it smaller."));
  if (info->platelet_factor < 1000 || info->platelet_factor > 100000)
    return hemo_record_refuse (error, N_ ("The platelet factor is 1,000 to 100,000."));
  return hemo_record_check_text (info->name, NAME_MAX_LENGTH, N_ ("name of the clinic"), error)
         && hemo_record_check_text (info->address, ADDRESS_MAX, N_ ("address"), error)
         && hemo_record_check_text (info->phone, NAME_MAX_LENGTH, N_ ("telephone number"), error)
         && hemo_record_check_text (info->language, 32, "language", error)
         && hemo_accession_pattern_check (info->accession_pattern, error);
}

/* Set-up has nobody signed in yet; it happens once, before there is a name. */
static gboolean
may_save (HemoTxn *txn, GError **error)
{
  g_autofree char *name = NULL;

  if (hemo_txn_get_session (txn) != NULL)
    return hemo_txn_require (txn, HEMO_ACTION_SETTINGS_EDIT, "clinic", NULL, error);
  if (!load_text (txn, "clinic.name", &name, error))
    return FALSE;
  return name == NULL || hemo_txn_require (txn, HEMO_ACTION_SETTINGS_EDIT, "clinic", NULL, error);
}

static HemoStatement *
select_setting (HemoTxn *txn, const char *key, GError **error)
{
  return hemo_record_select (txn,
                             "INSERT INTO setting (key, value) VALUES (?1, ?2) "
                             "ON CONFLICT (key) DO UPDATE SET value = ?2",
                             key, error);
}

static gboolean
save_text (HemoTxn *txn, const char *key, const char *value, GError **error)
{
  g_autoptr (HemoStatement) statement = select_setting (txn, key, error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 2, value);
  return hemo_statement_run (statement, error);
}

static gboolean
save_int (HemoTxn *txn, const char *key, int value, GError **error)
{
  g_autoptr (HemoStatement) statement = select_setting (txn, key, error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_int (statement, 2, value);
  return hemo_statement_run (statement, error);
}

static gboolean
save_logo (HemoTxn *txn, GBytes *logo, GError **error)
{
  g_autoptr (HemoStatement) statement = select_setting (txn, "clinic.logo", error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_bytes (statement, 2, logo);
  return hemo_statement_run (statement, error);
}

static gboolean
save_settings (HemoTxn *txn, const HemoClinicInfo *info, GError **error)
{
  return save_text (txn, "clinic.name", info->name, error)
         && save_text (txn, "clinic.address", info->address, error)
         && save_text (txn, "clinic.phone", info->phone, error)
         && save_text (txn, "clinic.accession_pattern", info->accession_pattern, error)
         && save_text (txn, "clinic.language", info->language, error)
         && save_logo (txn, info->logo, error)
         && save_int (txn, "clinic.platelet_factor", info->platelet_factor, error)
         && save_int (txn, "clinic.endemic_malaria", info->endemic_malaria ? 1 : 0, error)
         && save_int (txn, "clinic.day_first", info->day_first ? 1 : 0, error);
}

gboolean
hemo_clinic_info_save (HemoTxn *txn, const HemoClinicInfo *info, GError **error)
{
  g_autofree char *uuid = NULL;
  int version = 0;

  if (!may_save (txn, error) || !check_info (info, error)
      || !load_int (txn, "clinic.version", &version, error) || !save_settings (txn, info, error)
      || !save_int (txn, "clinic.version", version + 1, error)
      || !load_meta (txn, "clinic", &uuid, error))
    return FALSE;
  return hemo_txn_log_change (txn, "clinic.edit", "Organization", uuid != NULL ? uuid : "clinic",
                              version + 1, HEMO_LANE_NONE, error);
}

char *
hemo_user_name (HemoTxn *txn, const char *uuid)
{
  g_autoptr (HemoStatement) statement
      = hemo_record_select (txn, "SELECT name FROM user WHERE uuid = ?1", uuid, NULL);
  gboolean row = FALSE;

  if (statement == NULL || !hemo_statement_next (statement, &row, NULL) || !row)
    return NULL;
  return hemo_statement_dup_text (statement, 0);
}
