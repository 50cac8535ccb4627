/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A store in a temporary folder with one user of each role, and invented people in it. */

#include "records-fixture.h"

static const char *const users[HEMO_ROLES]
    = { RECORDS_TECHNICIAN, RECORDS_PATHOLOGIST, RECORDS_ADMINISTRATOR };

void
records_run (Records *self, const char *sql)
{
  g_autoptr (GError) error = NULL;

  hemo_db_execute (self->db, sql, &error);
  g_assert_no_error (error);
}

gint64
records_ask (Records *self, const char *sql)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoStatement) statement = hemo_db_prepare (self->db, sql, &error);

  g_assert_no_error (error);
  g_assert_true (hemo_statement_step (statement, &error));
  return hemo_statement_get_int (statement, 0);
}

static void
open_db (Records *self)
{
  g_autoptr (GError) error = NULL;

  self->db = hemo_db_open (self->path, self->key, HEMO_DB_WRITER, &error);
  g_assert_no_error (error);
  hemo_db_migrate (self->db, &error);
  g_assert_no_error (error);
}

static void
add_users (Records *self)
{
  for (int role = 0; role < HEMO_ROLES; role++)
    {
      const char *code = hemo_role_to_code ((HemoRole)role);
      g_autofree char *sql = g_strdup_printf (
          "INSERT INTO user (uuid, login, login_folded, name, role, sign_in_certificate, "
          "signing_certificate, signing_key) VALUES ('%s', '%s', '%s', 'Test %s', '%s', x'00', "
          "x'00', x'00')",
          users[role], code, code, code, code);

      records_run (self, sql);
      self->sessions[role]
          = hemo_session_new (users[role], code, code, (HemoRole)role, NULL, NULL, NULL);
    }
}

void
records_set_station (Records *self, const char *station)
{
  g_autofree char *sql = g_strdup_printf (
      "INSERT INTO meta (key, value) VALUES ('station', '%s') ON CONFLICT (key) DO UPDATE SET "
      "value = '%s'",
      station, station);

  records_run (self, sql);
}

static void
set_up_clinic (Records *self)
{
  g_autoptr (HemoClinicInfo) info = hemo_clinic_info_new ("Test Clinic");
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoTxn) txn = NULL;

  records_set_station (self, "A1");
  records_run (self, "INSERT INTO meta (key, value) VALUES ('clinic', "
                     "'44444444-4444-4444-8444-444444444444')");
  txn = hemo_txn_begin (self->db, NULL, self->audit_keys, &error);
  g_assert_no_error (error);
  hemo_clinic_info_save (txn, info, &error);
  g_assert_no_error (error);
  hemo_txn_commit (txn, &error);
  g_assert_no_error (error);
}

Records *
records_open (void)
{
  Records *self = g_new0 (Records, 1);
  g_autoptr (GError) error = NULL;
  HemoSecret *mac;

  hemo_vault_init (NULL);
  self->folder = g_dir_make_tmp ("hemo-records-XXXXXX", &error);
  g_assert_no_error (error);
  self->path = g_build_filename (self->folder, "hemogram.db", NULL);
  self->key = hemo_secret_new_random (32, &error);
  g_assert_no_error (error);
  self->audit_keys = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_secret_unref);
  mac = hemo_secret_new_random (32, &error);
  g_assert_no_error (error);
  g_ptr_array_add (self->audit_keys, mac);
  open_db (self);
  add_users (self);
  set_up_clinic (self);
  return self;
}

void
records_reopen (Records *self)
{
  hemo_db_close (self->db);
  open_db (self);
}

void
records_close (Records *self)
{
  g_autoptr (GDir) dir = g_dir_open (self->folder, 0, NULL);
  const char *name;

  hemo_db_close (self->db);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (self->folder);
  for (int role = 0; role < HEMO_ROLES; role++)
    hemo_session_unref (self->sessions[role]);
  g_ptr_array_unref (self->audit_keys);
  hemo_secret_unref (self->key);
  g_free (self->path);
  g_free (self->folder);
  g_free (self);
}

HemoTxn *
records_begin (Records *self, HemoRole role)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = hemo_txn_begin (self->db, self->sessions[role], self->audit_keys, &error);

  g_assert_no_error (error);
  return txn;
}

void
records_commit (HemoTxn *txn)
{
  g_autoptr (GError) error = NULL;

  hemo_txn_commit (txn, &error);
  g_assert_no_error (error);
  hemo_txn_end (txn);
}

HemoPatient *
records_add_patient (HemoTxn *txn, const char *given, const char *family, int year)
{
  HemoPatient *patient = hemo_patient_new ();
  g_autoptr (GError) error = NULL;

  patient->given = g_strdup (given);
  patient->family = g_strdup (family);
  patient->birth.date.year = (gint16)year;
  hemo_patient_save (txn, patient, &error);
  g_assert_no_error (error);
  return patient;
}

HemoOrder *
records_add_order (HemoTxn *txn, const char *patient, HemoTests tests)
{
  HemoOrder *order = hemo_order_new (patient);
  g_autoptr (GError) error = NULL;

  order->tests = tests;
  hemo_order_save (txn, order, &error);
  g_assert_no_error (error);
  return order;
}

HemoSpecimen *
records_add_tube (HemoTxn *txn, const char *patient, HemoTests tests)
{
  g_autoptr (HemoOrder) order = records_add_order (txn, patient, tests);
  HemoSpecimen *tube = hemo_specimen_new ();
  g_autoptr (GError) error = NULL;

  tube->order = g_strdup (order->uuid);
  hemo_specimen_accept (txn, tube, &error);
  g_assert_no_error (error);
  return tube;
}

HemoSpecimen *
records_add_slide (HemoTxn *txn, const char *tube)
{
  HemoSpecimen *slide = hemo_specimen_new ();
  g_autoptr (GError) error = NULL;

  slide->parent = g_strdup (tube);
  slide->type = HEMO_SPECIMEN_THIN_FILM;
  slide->stain = HEMO_STAIN_GIEMSA;
  hemo_specimen_accept (txn, slide, &error);
  g_assert_no_error (error);
  return slide;
}

char *
records_add_image (HemoTxn *txn, const char *specimen, int field)
{
  char *uuid = hemo_uuid_new ();
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, uuid, -1);
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn),
      "INSERT INTO image (uuid, specimen, field, media_type, width, height, orientation, bytes, "
      "sha256, sealed_sha256, sealed_bytes, signature, captured_us, captured_offset, "
      "captured_by_hand, version) VALUES (?1, ?2, ?3, 'image/jpeg', 640, 480, 1, 1000, ?4, ?4, "
      "1500, x'00', 1, 180, 0, 1)",
      &error);

  g_assert_no_error (error);
  hemo_statement_bind_text (statement, 1, uuid);
  hemo_statement_bind_text (statement, 2, specimen);
  hemo_statement_bind_int (statement, 3, field);
  hemo_statement_bind_text (statement, 4, hash);
  hemo_statement_run (statement, &error);
  g_assert_no_error (error);
  return uuid;
}

void
records_add_result (HemoTxn *txn, const char *specimen, const char *analyte, double value)
{
  g_autoptr (HemoResult) result = hemo_result_new (specimen, analyte, value, "Analyser");
  g_autoptr (GError) error = NULL;

  hemo_result_save (txn, result, &error);
  g_assert_no_error (error);
}

char *
records_add_count (
    HemoTxn *txn, const char *specimen, HemoCellClass cell_class, int total, gboolean close)
{
  g_autoptr (HemoCount) count = hemo_count_new (specimen, NULL, 100);
  g_autoptr (GError) error = NULL;

  hemo_count_start (txn, count, &error);
  g_assert_no_error (error);
  for (int i = 0; i < total; i++)
    {
      hemo_count_add_cell (txn, count->uuid, cell_class, NULL, NULL, &error);
      g_assert_no_error (error);
    }
  if (close)
    hemo_count_close (txn, count->uuid, &error);
  g_assert_no_error (error);
  return g_strdup (count->uuid);
}

static void
insert_version (HemoTxn *txn, const HemoReport *report)
{
  g_autofree char *json = hemo_report_to_json (report);
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, json, -1);
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn),
      "INSERT INTO report_version (report, version, status, content, content_sha256, pdf_sha256, "
      "signature, signed_by, signed_us, signed_offset, signed_by_hand) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?5, x'00', ?6, ?7, 180, 0)",
      &error);

  g_assert_no_error (error);
  hemo_statement_bind_text (statement, 1, report->uuid);
  hemo_statement_bind_int (statement, 2, report->version);
  hemo_statement_bind_text (statement, 3, hemo_report_status_to_code (report->status));
  hemo_statement_bind_text (statement, 4, json);
  hemo_statement_bind_text (statement, 5, hash);
  hemo_statement_bind_text (statement, 6, report->signed_by);
  hemo_statement_bind_int (statement, 7, report->signed_at.utc_us);
  hemo_statement_run (statement, &error);
  g_assert_no_error (error);
}

void
records_sign (HemoTxn *txn, const char *specimen, HemoReportStatus status)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoCase) data = hemo_case_load (txn, specimen, &error);
  g_autoptr (GPtrArray) ranges = NULL;
  g_autoptr (HemoReport) report = NULL;

  g_assert_no_error (error);
  ranges = hemo_ranges_load (txn, &error);
  g_assert_no_error (error);
  report = hemo_report_copy (data->report);
  if (report->status == HEMO_REPORT_DRAFT)
    {
      hemo_report_fill (report, data, ranges);
      hemo_report_save_draft (txn, report, &error);
      g_assert_no_error (error);
    }
  report->status = status;
  report->version = (int)data->reports->len + 1;
  g_set_str (&report->signed_by, hemo_session_get_user (hemo_txn_get_session (txn)));
  g_set_str (&report->signer_name, "Test");
  g_set_str (&report->signer_role, "technician");
  report->signed_at = hemo_txn_get_time (txn);
  insert_version (txn, report);
}

void
records_add_fields (Records *self, char **tube, char **slide, char **image, char **second)
{
  HemoTxn *txn = records_begin (self, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoPatient) patient = records_add_patient (txn, "Amina", "Odhiambo", 1992);
  g_autoptr (HemoSpecimen) of_patient
      = records_add_tube (txn, patient->uuid, HEMO_TEST_DIFFERENTIAL);
  g_autoptr (HemoSpecimen) of_tube = records_add_slide (txn, of_patient->uuid);

  *tube = g_strdup (of_patient->uuid);
  if (slide != NULL)
    *slide = g_strdup (of_tube->uuid);
  *image = records_add_image (txn, of_patient->uuid, 1);
  *second = records_add_image (txn, of_tube->uuid, 1);
  records_commit (txn);
}
