/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The clinic's letterhead and settings, and the site's reference ranges. */

#include "records-fixture.h"

#include <math.h>

static HemoClinicInfo *
load_info (Records *records)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  HemoClinicInfo *info = hemo_clinic_info_load (txn, &error);

  g_assert_no_error (error);
  records_commit (txn);
  return info;
}

static gboolean
save_info (Records *records, const HemoClinicInfo *info, HemoRole role, GError **error)
{
  HemoTxn *txn = records_begin (records, role);
  gboolean saved = hemo_clinic_info_save (txn, info, error);

  if (saved)
    records_commit (txn);
  else
    hemo_txn_end (txn);
  return saved;
}

static void
test_round_trip (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (HemoClinicInfo) info = load_info (records);
  g_autoptr (HemoClinicInfo) loaded = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *installation = g_strdup (info->installation);

  g_set_str (&info->name, "مركز صحي वन");
  g_set_str (&info->address, "Plot 7\nKisumu");
  g_set_str (&info->phone, "+254 700 000 000");
  g_set_str (&info->language, "ar");
  g_set_str (&info->accession_pattern, "{YYYY}{station}{nnnn}{check}");
  info->logo = g_bytes_new_static ("\x89PNG\0bytes", 10);
  info->platelet_factor = 15000;
  info->endemic_malaria = TRUE;
  info->day_first = TRUE;
  /* What was given once is not changed here. */
  g_set_str (&info->uuid, "99999999-9999-4999-8999-999999999999");
  g_set_str (&info->station, "ZZ");
  g_assert_true (save_info (records, info, HEMO_ROLE_ADMINISTRATOR, &error));
  g_assert_no_error (error);
  records_reopen (records);
  loaded = load_info (records);
  g_assert_cmpstr (loaded->name, ==, info->name);
  g_assert_cmpstr (loaded->address, ==, info->address);
  g_assert_cmpstr (loaded->phone, ==, info->phone);
  g_assert_cmpstr (loaded->language, ==, "ar");
  g_assert_cmpstr (loaded->accession_pattern, ==, info->accession_pattern);
  g_assert_true (g_bytes_equal (loaded->logo, info->logo));
  g_assert_cmpint (loaded->platelet_factor, ==, 15000);
  g_assert_true (loaded->endemic_malaria);
  g_assert_true (loaded->day_first);
  g_assert_cmpstr (loaded->station, ==, "A1");
  g_assert_cmpstr (loaded->uuid, ==, "44444444-4444-4444-8444-444444444444");
  g_assert_cmpstr (loaded->installation, ==, installation);
  /* And taken away again. */
  g_clear_pointer (&loaded->logo, g_bytes_unref);
  g_clear_pointer (&loaded->phone, g_free);
  g_assert_true (save_info (records, loaded, HEMO_ROLE_ADMINISTRATOR, &error));
  g_clear_pointer (&info, hemo_clinic_info_free);
  info = load_info (records);
  g_assert_null (info->logo);
  g_assert_null (info->phone);
  g_assert_cmpint (records_ask (records, "SELECT max(version) FROM change WHERE what = "
                                         "'clinic.edit'"),
                   ==, 3);
  g_assert_cmpint (records_ask (records, "SELECT count(*) FROM queue"), ==, 0);
}

typedef void (*Spoil) (HemoClinicInfo *info);

static void
spoil_no_name (HemoClinicInfo *info)
{
  g_set_str (&info->name, "");
}

static void
spoil_long_name (HemoClinicInfo *info)
{
  g_free (info->name);
  info->name = g_strnfill (201, 'n');
}

static void
spoil_name (HemoClinicInfo *info)
{
  g_set_str (&info->name, "Bell\a");
}

static void
spoil_address (HemoClinicInfo *info)
{
  g_free (info->address);
  info->address = g_strnfill (501, 'a');
}

static void
spoil_phone (HemoClinicInfo *info)
{
  g_set_str (&info->phone, "\xc3\x28");
}

static void
spoil_language (HemoClinicInfo *info)
{
  g_free (info->language);
  info->language = g_strnfill (33, 'l');
}

static void
spoil_pattern (HemoClinicInfo *info)
{
  g_set_str (&info->accession_pattern, "{nnnn}");
}

static void
spoil_logo (HemoClinicInfo *info)
{
  info->logo = g_bytes_new_take (g_malloc0 (1024 * 1024 + 1), 1024 * 1024 + 1);
}

static void
spoil_factor_low (HemoClinicInfo *info)
{
  info->platelet_factor = 999;
}

static void
spoil_factor_high (HemoClinicInfo *info)
{
  info->platelet_factor = 100001;
}

/* One wrong field, and none of the others is written either. */
static void
test_limits (void)
{
  static const Spoil spoils[]
      = { spoil_no_name,  spoil_long_name, spoil_name, spoil_address,    spoil_phone,
          spoil_language, spoil_pattern,   spoil_logo, spoil_factor_low, spoil_factor_high };
  g_autoptr (Records) records = records_open ();
  g_autoptr (HemoClinicInfo) after = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (spoils); i++)
    {
      g_autoptr (HemoClinicInfo) info = load_info (records);
      g_autoptr (GError) error = NULL;

      info->day_first = TRUE;
      info->endemic_malaria = TRUE;
      spoils[i](info);
      g_assert_false (save_info (records, info, HEMO_ROLE_ADMINISTRATOR, &error));
      g_assert_error (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
    }
  after = load_info (records);
  g_assert_cmpstr (after->name, ==, "Test Clinic");
  g_assert_false (after->endemic_malaria);
}

static void
test_who (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (HemoClinicInfo) info = load_info (records);
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoTxn) nobody = NULL;

  for (int role = HEMO_ROLE_TECHNICIAN; role <= HEMO_ROLE_PATHOLOGIST; role++)
    {
      g_assert_false (save_info (records, info, (HemoRole)role, &error));
      records_assert_refused (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
    }
  /* Set-up needs nobody, once. */
  nobody = hemo_txn_begin (records->db, NULL, records->audit_keys, &error);
  g_assert_no_error (error);
  g_assert_false (hemo_clinic_info_save (nobody, info, &error));
  records_assert_refused (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
}

static void
test_user_names (void)
{
  g_autoptr (Records) records = records_open ();
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autofree char *name = hemo_user_name (txn, RECORDS_PATHOLOGIST);

  g_assert_cmpstr (name, ==, "Test pathologist");
  g_assert_null (hemo_user_name (txn, "99999999-9999-4999-8999-999999999999"));
  g_assert_null (hemo_user_name (txn, NULL));
  records_commit (txn);
}

static GPtrArray *
load_ranges (Records *records)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_PATHOLOGIST);
  GPtrArray *ranges = hemo_ranges_load (txn, &error);

  g_assert_no_error (error);
  records_commit (txn);
  return ranges;
}

static gboolean
replace_ranges (Records *records, const char *lines, GError **error)
{
  g_autofree char *csv = g_strconcat ("analyte,sex,pregnancy,age_from,age_to,low,high,critical_low,"
                                      "critical_high,delta_percent,source\n",
                                      lines, NULL);
  g_autoptr (GPtrArray) ranges = hemo_ranges_parse (csv, strlen (csv), error);
  HemoTxn *txn = records_begin (records, HEMO_ROLE_ADMINISTRATOR);
  gboolean replaced = ranges != NULL && hemo_ranges_replace (txn, ranges, error);

  if (replaced)
    records_commit (txn);
  else
    hemo_txn_end (txn);
  return replaced;
}

/* The program's own set holds until the site has one; a set that was replaced is kept. */
static void
test_ranges (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) shipped = hemo_ranges_shipped (&error);
  g_autoptr (GPtrArray) before = load_ranges (records);
  g_autoptr (GPtrArray) after = NULL;
  g_autofree char *shipped_csv = hemo_ranges_to_csv (shipped);
  g_autofree char *before_csv = hemo_ranges_to_csv (before);

  g_assert_cmpstr (before_csv, ==, shipped_csv);
  g_assert_true (replace_ranges (records,
                                 "hb,female,,18y,,115,165,<70,>200,20,\"Site, 2026\"\n"
                                 "hb,,,0d,18y,,150,60,,,Site\n",
                                 &error));
  g_assert_no_error (error);
  records_reopen (records);
  after = load_ranges (records);
  g_assert_cmpuint (after->len, ==, 2);
  const HemoRange *first = g_ptr_array_index (after, 0);
  const HemoRange *second = g_ptr_array_index (after, 1);
  g_assert_cmpstr (first->analyte, ==, "hb");
  g_assert_cmpint (first->sex, ==, HEMO_SEX_FEMALE);
  g_assert_cmpfloat (first->low, ==, 115);
  g_assert_cmpfloat (first->critical_low, ==, 70);
  g_assert_true (first->critical_low_exclusive);
  g_assert_true (first->critical_high_exclusive);
  g_assert_cmpfloat (first->delta_percent, ==, 20);
  g_assert_cmpstr (first->source, ==, "Site, 2026");
  g_assert_true (isnan (second->low));
  g_assert_true (isnan (second->critical_high));
  g_assert_false (second->critical_low_exclusive);
  g_assert_true (replace_ranges (records, "hb,,,0d,,100,150,,,,Site\n", &error));
  g_assert_cmpint (records_ask (records, "SELECT count(*) FROM reference_range WHERE retired_us IS "
                                         "NOT NULL"),
                   ==, 2);
  g_assert_cmpint (
      records_ask (records, "SELECT count(*) FROM audit WHERE what = 'ranges.replace'"), ==, 2);
}

static HemoState
state_of (Records *records)
{
  return (HemoState)records_ask (records, "SELECT state FROM case_state");
}

/* A new limit makes a value critical that was none, and back: the worklist says so at once. */
static void
test_ranges_move_cases (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoPatient) patient = records_add_patient (txn, "Amina", "Otieno", 1990);
  g_autoptr (HemoSpecimen) tube = records_add_tube (txn, patient->uuid, HEMO_TEST_CBC);

  records_add_result (txn, tube->uuid, "hb", 95);
  records_commit (txn);
  g_assert_cmpint (state_of (records), !=, HEMO_STATE_CRITICAL);
  g_assert_true (replace_ranges (records, "hb,,,0d,,115,165,100,,,Site\n", &error));
  g_assert_cmpint (state_of (records), ==, HEMO_STATE_CRITICAL);
  g_assert_true (replace_ranges (records, "hb,,,0d,,115,165,60,,,Site\n", &error));
  g_assert_cmpint (state_of (records), !=, HEMO_STATE_CRITICAL);
  /* What was signed stays as it was signed. */
  txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  records_sign (txn, tube->uuid, HEMO_REPORT_FINAL);
  records_commit (txn);
  g_assert_cmpint (state_of (records), ==, HEMO_STATE_SIGNED);
  g_assert_true (replace_ranges (records, "hb,,,0d,,115,165,100,,,Site\n", &error));
  g_assert_no_error (error);
  g_assert_cmpint (state_of (records), ==, HEMO_STATE_SIGNED);
}

/* A set with one wrong range is refused whole. */
static void
test_bad_ranges (void)
{
  g_autoptr (Records) records = records_open ();
  g_autofree char *long_source = g_strnfill (501, 's');
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) kept = NULL;

  for (int i = 0; i < 9; i++)
    {
      g_autoptr (GPtrArray) ranges
          = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_range_free);
      HemoRange *good = hemo_range_new ("wbc");
      HemoRange *bad = hemo_range_new (i == 0 ? "no-such" : "hb");
      HemoTxn *txn = records_begin (records, HEMO_ROLE_ADMINISTRATOR);

      g_set_str (&good->source, "Site");
      g_set_str (&bad->source, i == 1 ? "" : i == 2 ? long_source : "Site");
      g_ptr_array_add (ranges, good);
      g_ptr_array_add (ranges, bad);
      if (i == 3)
        bad->low = 10, bad->high = 9;
      if (i == 4)
        bad->critical_low = 10, bad->critical_high = 9;
      if (i == 5)
        bad->critical_low = 10, bad->high = 9;
      if (i == 6)
        bad->low = 10, bad->critical_high = 9;
      if (i == 7)
        bad->age_from_days = 10, bad->age_to_days = 10;
      if (i == 8)
        bad->sex = (HemoSex)77;
      g_assert_false (hemo_ranges_replace (txn, ranges, &error));
      records_assert_refused (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
      hemo_txn_end (txn);
    }
  g_assert_cmpint (records_ask (records, "SELECT count(*) FROM reference_range"), ==, 0);
  /* None and too many. */
  for (int i = 0; i < 2; i++)
    {
      g_autoptr (GPtrArray) ranges
          = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_range_free);
      HemoTxn *txn = records_begin (records, HEMO_ROLE_ADMINISTRATOR);

      for (int n = 0; i == 1 && n < 5001; n++)
        g_ptr_array_add (ranges, hemo_range_new ("hb"));
      g_assert_false (hemo_ranges_replace (txn, ranges, &error));
      records_assert_refused (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
      hemo_txn_end (txn);
    }
  kept = load_ranges (records);
  g_assert_cmpuint (kept->len, >, 10);
}

/* A damaged row is said; a report without its limits would be worse than none. */
static void
test_damaged_range (void)
{
  g_autoptr (Records) records = records_open ();
  g_autoptr (GError) error = NULL;
  HemoTxn *txn;

  g_assert_true (replace_ranges (records, "hb,,,0d,,115,165,70,,,Site\n", &error));
  records_run (records, "UPDATE reference_range SET sex = 'no-such'");
  txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_assert_null (hemo_ranges_load (txn, &error));
  g_assert_nonnull (error);
  hemo_txn_end (txn);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/settings/round-trip", test_round_trip);
  g_test_add_func ("/settings/limits", test_limits);
  g_test_add_func ("/settings/who", test_who);
  g_test_add_func ("/settings/user-names", test_user_names);
  g_test_add_func ("/settings/ranges", test_ranges);
  g_test_add_func ("/settings/ranges-move-cases", test_ranges_move_cases);
  g_test_add_func ("/settings/bad-ranges", test_bad_ranges);
  g_test_add_func ("/settings/damaged-range", test_damaged_range);
  return g_test_run ();
}
