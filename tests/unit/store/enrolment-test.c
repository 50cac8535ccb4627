/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The file that enrols a laptop, taken apart: what is missing, foreign, too much or too late. */

#include "store-fixture.h"

#include "hemo-enrol-json.h"

#include <json-c/json.h>
#include <string.h>

#define DAY G_TIME_SPAN_DAY

static void
fill_seed (HemoClinicSeed *seed)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) certificate = NULL;

  seed->info = hemo_clinic_info_new ("Poste de santé अमीना");
  seed->info->logo = g_bytes_new_static ("\x89PNG", 4);
  g_set_str (&seed->info->address, "Plot 7\nKisumu");
  seed->info->platelet_factor = 15000;
  seed->info->day_first = TRUE;
  seed->clinic = hemo_uuid_new ();
  seed->enrolment = hemo_uuid_new ();
  seed->station = g_strdup ("B2");
  seed->recovery_json = g_strdup ("{\"format\":\"x\"}");
  seed->image_key = hemo_key_pair_new ("image", FALSE, &error);
  seed->reading_key = hemo_key_pair_new ("reading", FALSE, &error);
  g_assert_no_error (error);
  seed->certificates = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_seed_certificate_free);
  certificate = g_bytes_ref (seed->image_key->certificate);
  g_ptr_array_add (seed->certificates, hemo_seed_certificate_new ("District", certificate));
}

static gboolean
read_text (const char *text, gssize length, HemoClinicSeed *seed)
{
  g_autoptr (GError) error = NULL;
  gint64 made = 0, expires = 0;
  gboolean read = hemo_enrolment_read (text, length < 0 ? strlen (text) : (gsize)length, seed,
                                       &made, &expires, &error);

  g_assert_true (read == (error == NULL));
  return read;
}

static void
test_round_trip (void)
{
  g_auto (HemoClinicSeed) seed = { 0 };
  g_auto (HemoClinicSeed) read = { 0 };
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  gint64 made = 0, expires = 0;

  fill_seed (&seed);
  text = hemo_enrolment_write (&seed, 1000, 1000 + 7 * DAY);
  g_assert_true (hemo_enrolment_read (text, strlen (text), &read, &made, &expires, &error));
  g_assert_no_error (error);
  g_assert_cmpint (made, ==, 1000);
  g_assert_cmpint (expires, ==, 1000 + 7 * DAY);
  g_assert_cmpstr (read.clinic, ==, seed.clinic);
  g_assert_cmpstr (read.info->uuid, ==, seed.clinic);
  g_assert_cmpstr (read.enrolment, ==, seed.enrolment);
  g_assert_cmpstr (read.station, ==, "B2");
  g_assert_cmpstr (read.recovery_json, ==, seed.recovery_json);
  g_assert_cmpstr (read.info->name, ==, seed.info->name);
  g_assert_cmpstr (read.info->address, ==, seed.info->address);
  g_assert_cmpstr (read.info->accession_pattern, ==, seed.info->accession_pattern);
  g_assert_true (g_bytes_equal (read.info->logo, seed.info->logo));
  g_assert_cmpint (read.info->platelet_factor, ==, 15000);
  g_assert_true (read.info->day_first);
  g_assert_false (read.info->endemic_malaria);
  g_assert_true (g_bytes_equal (read.image_key->certificate, seed.image_key->certificate));
  g_assert_true (g_bytes_equal (read.reading_key->certificate, seed.reading_key->certificate));
  g_assert_cmpuint (read.certificates->len, ==, 1);
  /* The text is no place for a key. */
  g_assert_null (read.image_key->private_key);
  g_assert_null (strstr (text, "PRIVATE"));
}

/* One member after another is left out, and put in as another type. */
static void
test_members (void)
{
  static const char *const needed[] = { "clinic",      "enrolment",         "station",
                                        "made_us",     "expires_us",        "recovery",
                                        "info",        "image_certificate", "reading_certificate",
                                        "certificates" };
  static const char *const in_info[]
      = { "name", "accession_pattern", "platelet_factor", "endemic_malaria", "day_first" };
  static const char *const values[]
      = { "null", "[]", "{}", "-1", "1e300", "\"\"", "\"x\\u0000y\"", "true", "\"\\ud800\"" };
  g_auto (HemoClinicSeed) seed = { 0 };
  g_autofree char *text = NULL;

  fill_seed (&seed);
  text = hemo_enrolment_write (&seed, 1000, 2000);
  for (guint i = 0; i < G_N_ELEMENTS (needed) + G_N_ELEMENTS (in_info); i++)
    for (guint j = 0; j <= G_N_ELEMENTS (values); j++)
      {
        gboolean inside = i >= G_N_ELEMENTS (needed);
        const char *name = inside ? in_info[i - G_N_ELEMENTS (needed)] : needed[i];
        const char *value = j < G_N_ELEMENTS (values) ? values[j] : NULL;
        json_object *object = json_tokener_parse (text), *place = object, *made = NULL;
        g_auto (HemoClinicSeed) read = { 0 };

        if (inside)
          json_object_object_get_ex (object, "info", &place);
        json_object_object_del (place, name);
        if (value != NULL)
          {
            made = json_tokener_parse (value);
            json_object_object_add (place, name, made);
          }
        /* No other organisation is a list as good as any; a name may be short. */
        if (!(g_str_equal (name, "certificates") && g_strcmp0 (value, "[]") == 0)
            && read_text (json_object_to_json_string (object), -1, &read)
            && !(json_object_is_type (made, json_type_string)
                 && (g_str_equal (name, "recovery") || g_str_equal (name, "name"))))
          g_error ("'%s' may be %s", name, value != NULL ? value : "left out");
        json_object_put (object);
      }
}

static void
test_values (void)
{
  static const char *const bad[][2] = {
    { "station", "B" },
    { "station", "b2" },
    { "station", "B22" },
    { "station", "I1" },
    { "station", "../" },
    { "clinic", "not-a-uuid" },
    { "enrolment", "1234" },
    { "image_certificate", "!!!!" },
    { "reading_certificate", "AAAA" },
  };
  g_auto (HemoClinicSeed) seed = { 0 };
  g_autofree char *text = NULL;

  fill_seed (&seed);
  text = hemo_enrolment_write (&seed, 1000, 2000);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      json_object *object = json_tokener_parse (text);
      g_auto (HemoClinicSeed) read = { 0 };

      json_object_object_add (object, bad[i][0], json_object_new_string (bad[i][1]));
      if (read_text (json_object_to_json_string (object), -1, &read))
        g_error ("'%s' may be '%s'", bad[i][0], bad[i][1]);
      json_object_put (object);
    }
}

/* Cut anywhere it is none. */
static void
test_cut (void)
{
  g_auto (HemoClinicSeed) seed = { 0 };
  g_autofree char *text = NULL;

  fill_seed (&seed);
  text = hemo_enrolment_write (&seed, 1000, 2000);
  for (gsize length = 0; length < strlen (text); length += 1 + length / 40)
    {
      g_auto (HemoClinicSeed) read = { 0 };

      g_assert_false (read_text (text, (gssize)length, &read));
    }
}

static void
test_outside (void)
{
  static const char *const bad[] = {
    "",
    "{}",
    "[]",
    "null",
    "{\"format\":\"hemogram-enrolment-1\"}",
    "{\"format\":\"hemogram-enrolment-2\",\"kdf\":{\"memory_kib\":8,\"passes\":1,\"lanes\":1,"
    "\"salt\":\"AAAAAAAAAAAAAAAAAAAAAA==\"},\"parts\":[\"AAAA\",\"AAAA\"]}",
    "{\"format\":\"hemogram-enrolment-1\",\"kdf\":{\"memory_kib\":8,\"passes\":1,\"lanes\":1,"
    "\"salt\":\"AAAA\"},\"parts\":[\"AAAA\",\"AAAA\"]}",
    "{\"format\":\"hemogram-enrolment-1\",\"kdf\":{\"memory_kib\":-8,\"passes\":1,\"lanes\":1,"
    "\"salt\":\"AAAAAAAAAAAAAAAAAAAAAA==\"},\"parts\":[\"AAAA\",\"AAAA\"]}",
    "{\"format\":\"hemogram-enrolment-1\",\"kdf\":{\"memory_kib\":8,\"passes\":1,\"lanes\":1,"
    "\"salt\":\"AAAAAAAAAAAAAAAAAAAAAA==\"},\"parts\":[\"AAAA\"]}",
    "{\"format\":\"hemogram-enrolment-1\",\"kdf\":{\"memory_kib\":8,\"passes\":1,\"lanes\":1,"
    "\"salt\":\"AAAAAAAAAAAAAAAAAAAAAA==\"},\"parts\":[\"AAAA\",7]}",
  };
  HemoKdf kdf = { .memory_kib = 8, .passes = 1, .lanes = 1 };
  HemoKdf read;
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  g_autoptr (GPtrArray) back = NULL;
  g_autoptr (GBytes) file = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (bad[i], strlen (bad[i]));

      if (hemo_enrolment_parse (bytes, &read, &error) != NULL)
        g_error ("file %u is taken", i);
      g_assert_nonnull (error);
      g_clear_error (&error);
    }
  for (int i = 0; i < 512; i++)
    g_ptr_array_add (parts, g_bytes_new_static ("part", 4));
  file = hemo_enrolment_format (&kdf, parts);
  back = hemo_enrolment_parse (file, &read, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (back->len, ==, 512);
  g_assert_cmpmem (read.salt, sizeof read.salt, kdf.salt, sizeof kdf.salt);
  g_clear_pointer (&file, g_bytes_unref);
  g_ptr_array_add (parts, g_bytes_new_static ("part", 4));
  file = hemo_enrolment_format (&kdf, parts);
  g_assert_null (hemo_enrolment_parse (file, &read, &error));
  g_assert_nonnull (error);
}

/* Made for seven days: a file of the future or the past enrols nobody, and says why. */
static void
test_times (ClinicFixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->root, "enrol", NULL);
  g_autofree char *folder = g_build_filename (fixture->root, "second", NULL);
  g_autoptr (HemoSecret) passphrase = secret (OTHER_PASSPHRASE);
  const gint64 now = hemo_time_now ().utc_us;
  const gint64 times[][2] = { { now - 8 * DAY, now - DAY }, { now + 2 * DAY, now + 9 * DAY } };

  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    {
      g_auto (HemoClinicSeed) seed = { 0 };
      g_autoptr (HemoSecret) code = hemo_code_new_one_time (NULL);
      g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
      g_autofree char *text = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (HemoSecret) key = NULL;
      g_autoptr (GBytes) file = NULL;
      g_autoptr (HemoClinic) clinic = NULL;
      HemoKdf kdf;

      fill_seed (&seed);
      text = hemo_enrolment_write (&seed, times[i][0], times[i][1]);
      g_assert_true (hemo_kdf_init_passphrase (&kdf, &error));
      g_autoptr (HemoSecret) normal = hemo_code_normalize (code, &error);
      key = hemo_kdf_derive (&kdf, normal, &error);
      g_assert_no_error (error);
      g_ptr_array_add (parts, hemo_secret_wrap (key, seed.image_key->private_key,
                                                "hemogram enrolment 1 part 1 of 2", &error));
      g_autoptr (HemoSecret) content = secret (text);
      g_ptr_array_add (parts,
                       hemo_secret_wrap (key, content, "hemogram enrolment 1 part 2 of 2", &error));
      g_assert_no_error (error);
      file = hemo_enrolment_format (&kdf, parts);
      g_assert_true (g_file_set_contents (path, g_bytes_get_data (file, NULL),
                                          (gssize)g_bytes_get_size (file), NULL));
      clinic = hemo_clinic_enrol_import (folder, path, code, "dora", "Dora", passphrase, &error);
      g_assert_null (clinic);
      g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
      g_assert_nonnull (strstr (error->message, i == 0 ? "seven days" : "clock"));
      g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));
    }
}

/* Each file gives another station code, also one that was never used. */
static void
test_stations (ClinicFixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->root, "enrol", NULL);
  HemoStore *store = hemo_clinic_get_store (fixture->clinic);

  for (int i = 0; i < 5; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (HemoSecret) code
          = hemo_clinic_enrol_export (fixture->clinic, fixture->session, path, &error);

      g_assert_no_error (error);
    }
  g_assert_cmpint (store_count (store, "SELECT count(DISTINCT code) FROM station"), ==, 6);
  g_assert_cmpint (
      store_count (store, "SELECT count(*) FROM audit WHERE what = 'enrolment.export'"), ==, 5);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  hemo_vault_init (&error);
  g_assert_no_error (error);
  g_test_add_func ("/enrolment/round-trip", test_round_trip);
  g_test_add_func ("/enrolment/members", test_members);
  g_test_add_func ("/enrolment/values", test_values);
  g_test_add_func ("/enrolment/cut", test_cut);
  g_test_add_func ("/enrolment/outside", test_outside);
  g_test_add ("/enrolment/times", ClinicFixture, NULL, clinic_set_up, test_times, clinic_tear_down);
  g_test_add ("/enrolment/stations", ClinicFixture, NULL, clinic_set_up, test_stations,
              clinic_tear_down);
  return g_test_run ();
}
