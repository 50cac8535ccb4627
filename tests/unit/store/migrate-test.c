/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Databases of every schema version, filled, become the newest and lose nothing. */

#include "db-fixture.h"

/* What is put into a database of each version from 1 on, by that version's own tables. A new
 * migration adds its rows here. */
static const char *const fills[] = {
  "INSERT INTO meta VALUES ('clinic', '44444444-4444-4444-8444-444444444444'), ('station', 'A1');"
  "INSERT INTO setting VALUES ('clinic.name', 'Ward''s End clinique é'), ('clinic.day_first', 1), "
  "('clinic.logo', x'00ff10'), ('clinic.phone', NULL);"
  "INSERT INTO user (uuid, login, login_folded, name, role, sign_in_certificate, "
  "signing_certificate, signing_key, pin_hash, pin_failures, version) VALUES ('u1', 'Asha', 'asha',"
  " 'आशा', 'technician', x'01', x'02', x'03', x'04', 2, 7);"
  "INSERT INTO user_certificate VALUES ('f1', 'u1', x'02', 5);"
  "INSERT INTO station VALUES ('A1', 'i1', 'e1', 6), ('A2', NULL, NULL, 7);"
  "INSERT INTO certificate VALUES ('f2', 'Ministry', x'aa', 0, 8, 'u1');"
  "INSERT INTO clinic_key VALUES ('f3', 'image', x'01', x'02', 1, 0), "
  "('f4', 'image', x'03', x'04', 2, 1);"
  "INSERT INTO reading_group VALUES ('f5', x'05', 1);"
  "INSERT INTO reading_key VALUES ('f5', 'recovery', 'f2', x'06');"
  "INSERT INTO audit VALUES (1, 100, 180, 0, NULL, 'clinic.make', NULL, NULL, NULL, 1, "
  "zeroblob(32)), (2, 90, -60, 1, 'u1', 'sign-in', 'User', 'u1', '{}', 1, zeroblob(32));"
  "INSERT INTO audit_head VALUES (2, zeroblob(32), 'u1', 'f1', x'07', 101);"
  "INSERT INTO change VALUES (41, 'c1', 'user.add', 'User', 'u1', 1, 100, 180, 'u1');"
  "INSERT INTO queue (seq, change, kind, object, lane, state, attempts, reason) VALUES (17, 41, "
  "'User', "
  "'u1', 0, 'stuck', 9, 'refused');",

  "INSERT INTO patient (id, uuid, family, given, sex, birth_year, birth_estimated, phone, active, "
  "merged_into, version) VALUES (3, 'p1', 'Otieno', 'Amina', 'female', 1990, 1, '+254 7', 1, NULL, "
  "4), (9, 'p2', 'عثمان', NULL, 'unknown', 0, 0, NULL, 0, 'p1', 2);"
  "INSERT INTO patient_identifier VALUES (3, 1, 'clinic', 'C-1'), (9, 1, 'national', '00/7');"
  "INSERT INTO patient_block VALUES ('n amn otn 1990', 3);"
  "INSERT INTO patient_search (rowid, words) VALUES (3, ' otieno amina c1');"
  "INSERT INTO patient_merge VALUES (1, 'p2', 'p1', '[]', 'u1', 50, 180, NULL, NULL, NULL);"
  "INSERT INTO lab_order VALUES (1, 'o1', 'p1', 'Dr B', NULL, 'stat', 'differential', 'unknown', "
  "60, 180, 0, 0, 1);"
  "INSERT INTO specimen (id, uuid, lab_order, patient, parent, accession, number, slides, type, "
  "stain, collected_us, collected_offset, collected_by_hand, received_us, received_offset, "
  "received_by_hand, version) VALUES (5, 's1', 'o1', 'p1', NULL, '26A1-00001-1', '26A1000011', 1, "
  "'edta', 'none', 61, 180, 0, 62, 180, 1, 1), (6, 's2', 'o1', 'p1', 's1', '26A1-00001-1/1', "
  "'26A1000011/1', 0, 'thin', 'giemsa', 0, 0, 0, 63, 180, 0, 1);"
  "INSERT INTO accession_counter VALUES ('A1', '26', 418);"
  "INSERT INTO cell_count (id, uuid, specimen, reader, target, closed, started_us, started_offset, "
  "started_by_hand, version) VALUES (1, 'k1', 's2', 'u1', 100, 0, 64, 180, 0, 1);"
  "INSERT INTO counted_cell VALUES (1, 1, 'blast', NULL, 'u1', 65, 180, 0, 1, 'u1', 66), "
  "(1, 2, 'lymphocyte', NULL, 'u1', 67, 180, 0, 0, NULL, NULL);"
  "INSERT INTO result VALUES (1, 'r1', 's1', 'hgb', 7.05, 0, 'Analyser', 68, 180, 0, 'u1', 69, "
  "180, 0, 0, 1);"
  "INSERT INTO report (id, uuid, specimen, version) VALUES (1, 'q1', 's1', 1);"
  "INSERT INTO report_version (report, version, status, content, content_sha256, signature, "
  "signed_by, signed_us, signed_offset, signed_by_hand) VALUES ('q1', 1, 'final', '{}', "
  "printf('%064d', 7), x'09', 'u1', 70, 180, 0);",

  "INSERT INTO form_draft VALUES ('u1', 'patient', '{\"given\":\"आ\"}', 71);",

  "UPDATE cell_count SET closed = 1, entered_in_error = 1, note = 'wrong slide' WHERE uuid = 'k1';"
  "INSERT INTO malaria_film (id, uuid, specimen, reader, thick, parasites, wbc, rbc, fields, "
  "species, stages, closed, at_us, at_offset, at_by_hand, version, entered_in_error, note) VALUES "
  "(1, 'm1', 's2', 'u1', 1, 9, 200, 0, 40, 'vivax', 'ring', 1, 71, 180, 0, 2, 1, 'typed twice');"
  "INSERT INTO critical_call (id, uuid, specimen, analytes, told, read_back, at_us, at_offset, "
  "at_by_hand, version, told_lines) VALUES (1, 'c1', 's1', 'Haemoglobin', 'Dr B', 1, 72, 180, 0, "
  "1, "
  "'cbc/hb=b1');"
  "INSERT INTO malaria_decision VALUES (1, 'd1', 's1', 'm1', 'key', 'second look', 'u1', 73, 180, "
  "0, 1);"
  "INSERT INTO reference_range (id, uuid, analyte, sex, pregnancy, age_from_days, age_to_days, "
  "critical_low_exclusive, critical_high_exclusive, source, version, age_from_unit) VALUES (1, "
  "'g1', "
  "'hb', 'male', 'unknown', 1826, 4383, 0, 0, 'WHO', 1, 'y');"
  "INSERT INTO phrase VALUES (1, 'h1', 'गाढ़ा धब्बा', 0, 1);",
  "UPDATE objective SET micrometres_per_pixel = 0.05, width = 2592, height = 1944, version = 2 "
  "WHERE name = 'x100 oil';",
  "INSERT INTO image (uuid, specimen, field, media_type, width, height, orientation, bytes, "
  "sha256, "
  "sealed_sha256, sealed_bytes, signature, captured_us, captured_offset, captured_by_hand, "
  "version) "
  "VALUES ('i9', 's1', 1, 'image/jpeg', 640, 480, 1, 1000, hex (zeroblob (32)), "
  "hex (zeroblob (32)), 1500, x'00', 1, 180, 0, 1);"
  "INSERT INTO image_mark (image, marks, version) VALUES ('i9', '[]', 1);",
  "INSERT INTO server VALUES ('fhir', 'v1', '{}', 3);"
  "INSERT INTO remote_resource VALUES ('v1', 'Patient', 'p1', '2', NULL, '{}', 80);"
  "INSERT INTO remote_object VALUES ('v1', 'i9', 2, 'k', printf('%064d', 1), 9, 4, '{}', NULL, "
  "NULL, NULL);"
  "INSERT INTO incoming VALUES (1, 'v1', 'Patient', 'p1', '2', NULL, '{}', 'waiting', 'both', 81, "
  "NULL, NULL);",
  "INSERT INTO reading (uuid, specimen, state, urgency, question, asked_by, asked_us, "
  "asked_offset, asked_by_hand, reader, conclusion, answer, changed_us, changed_offset, "
  "changed_by_hand, version) VALUES ('t1', 's1', 'completed', 2, 'ब्लास्ट?', 'u1', 74, 180, 0, "
  "'u2', 'differs', 'Blasts.', 75, -300, 0, 3);",
  "INSERT INTO field_cells VALUES (1, 'i9', '{}', 'u1', 76, 180, 0, 2);"
  "INSERT INTO counted_found_cell VALUES (1, 2, 7, 'cells 3 (sha256 0123456789ab)', '1.0');",
  "INSERT INTO count_both_ways VALUES (1, 'u1', 77, 180, 0);",
  "INSERT INTO change VALUES (42, 'c2', 'image.add', 'Binary', 'i9', 1, 101, 180, 'u1');"
  "INSERT INTO queue (seq, change, kind, object, lane) VALUES (16, 42, 'Binary', 'i9', 2);",

  "INSERT INTO counted_cell_step VALUES (1, 1, 1, 'field', 'u1', 78, 180, 0);",
  "INSERT INTO picture_request (uuid, image, specimen, state, asked_by_name, asked_us, "
  "asked_offset, asked_by_hand, changed_us, changed_offset, changed_by_hand, version) VALUES "
  "('q1', 'i8', 's1', 'asked', 'ब्लास्ट', 78, 180, 0, 79, -300, 0, 2);",
  "INSERT INTO pruned_image VALUES ('i9', 'v1', '2026-01-02', 'u1', 80);",
  "INSERT INTO image_preview VALUES ('i9', x'0102');",
  "UPDATE critical_call SET not_reached = 1, read_back = 0, version = 2 WHERE uuid = 'c1';",
  "INSERT INTO lab_order (uuid, patient, tests, urgency, pregnancy, ordered_us, ordered_offset, "
  "ordered_by_hand, version) VALUES ('o9', 'p1', 'cbc', 'routine', 'unknown', 82, 180, 0, 1);",
  "UPDATE image SET sealed_md5 = printf('%032d', 1) WHERE uuid = 'i9';",
  "INSERT INTO order_refusal (lab_order, patient, reason, words, refused_by, refused_by_name, "
  "at_us, at_offset, at_by_hand, version) VALUES ('o9', 'p1', 'other', 'अभिकर्मक नहीं', 'u1', "
  "'आशा', 83, 180, 0, 1);"
  "INSERT INTO refusal_task VALUES ('t9', 'o9');",
};

/* A table or an index that each migration after the first makes late, or TABLE.COLUMN. */
static const char *const late_names[]
    = { "report",         "form_draft",         "phrase",
        "objective",      "image_mark",         "server",
        "reading",        "counted_found_cell", "count_both_ways",
        "picture_rank",   "counted_cell_step",  "picture_request",
        "pruned_image",   "remote_object_open", "case_state_untold",
        "expected_order", "image.sealed_md5",   "order_refusal" };

/* @there: whether the name is taken before its migration, or not any more. (transfer full) */
static char *
write_obstacle (const char *name, gboolean there)
{
  g_auto (GStrv) words = g_strsplit (name, ".", 2);

  if (words[1] != NULL)
    return there ? g_strdup_printf ("ALTER TABLE %s ADD COLUMN %s TEXT", words[0], words[1])
                 : g_strdup_printf ("ALTER TABLE %s DROP COLUMN %s", words[0], words[1]);
  return there ? g_strdup_printf ("CREATE VIEW %s AS SELECT 1 AS one", name)
               : g_strdup_printf ("DROP VIEW %s", name);
}

static void
execute (HemoDb *db, const char *sql)
{
  g_autoptr (GError) error = NULL;

  hemo_db_execute (db, sql, &error);
  g_assert_no_error (error);
}

/* The first column of all rows. */
static GStrv
ask (HemoDb *db, const char *sql)
{
  g_autoptr (GStrvBuilder) rows = g_strv_builder_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoStatement) statement = hemo_db_prepare (db, sql, &error);

  g_assert_no_error (error);
  while (hemo_statement_step (statement, &error))
    g_strv_builder_add (rows, hemo_statement_get_text (statement, 0));
  g_assert_no_error (error);
  return g_strv_builder_end (rows);
}

static HemoDb *
open_at (DbFixture *fixture, const char *path, int version)
{
  g_autoptr (GError) error = NULL;
  HemoDb *db = hemo_db_open (path, fixture->key, HEMO_DB_WRITER, &error);

  g_assert_no_error (error);
  hemo_db_migrate_to (db, version, &error);
  g_assert_no_error (error);
  return db;
}

static HemoDb *
open_filled (DbFixture *fixture, int version)
{
  HemoDb *db = open_at (fixture, fixture->path, version);

  g_assert_cmpint (version, <=, G_N_ELEMENTS (fills));
  for (int i = 0; i < version; i++)
    execute (db, fills[i]);
  return db;
}

/* For each table a statement that gives each row as one text, of the columns that it has now. */
static GStrv
make_questions (HemoDb *db)
{
  return ask (db, "SELECT 'SELECT ' || (SELECT group_concat('quote(\"' || name || '\")', "
                  "'||''|''||') FROM pragma_table_info(t.name)) || ' FROM \"' || t.name || "
                  "'\" ORDER BY 1' FROM sqlite_schema AS t WHERE type = 'table' "
                  "AND name NOT LIKE 'patient\\_search%' ESCAPE '\\' ORDER BY name");
}

static GPtrArray *
dump (HemoDb *db, GStrv questions)
{
  GPtrArray *tables = g_ptr_array_new_with_free_func ((GDestroyNotify)g_strfreev);

  for (guint i = 0; questions[i] != NULL; i++)
    g_ptr_array_add (tables, ask (db, questions[i]));
  return tables;
}

static void
assert_same (GPtrArray *before, GPtrArray *after)
{
  g_assert_cmpuint (before->len, ==, after->len);
  for (guint i = 0; i < before->len; i++)
    g_assert_cmpstrv (g_ptr_array_index (before, i), g_ptr_array_index (after, i));
}

static void
assert_sound (HemoDb *db)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) wrong = hemo_db_check (db, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (wrong), ==, 0);
}

/* Every table of the version has a row, or nothing is proven. */
static void
assert_filled (GStrv questions, GPtrArray *tables, int version)
{
  for (guint i = 0; version == 1 && questions[i] != NULL; i++)
    if (g_strv_length (g_ptr_array_index (tables, i)) == 0)
      g_error ("nothing was put in for: %s", questions[i]);
}

static void
test_data_is_kept (DbFixture *fixture, gconstpointer data)
{
  int newest = hemo_db_newest_schema_version ();

  g_assert_cmpint (G_N_ELEMENTS (fills), ==, newest);
  for (int from = 1; from <= newest; from++)
    {
      g_autoptr (HemoDb) db = open_filled (fixture, from);
      g_auto (GStrv) questions = make_questions (db);
      g_autoptr (GPtrArray) before = dump (db, questions);
      g_autofree char *copy_path = g_strdup_printf ("%s.before-%d", fixture->path, newest);
      g_autoptr (GPtrArray) after = NULL;
      g_autoptr (GError) error = NULL;

      assert_filled (questions, before, from);
      g_assert_true (hemo_db_migrate (db, &error));
      g_assert_no_error (error);
      g_assert_cmpint (hemo_db_get_schema_version (db), ==, newest);
      after = dump (db, questions);
      assert_same (before, after);
      assert_sound (db);
      if (from < newest)
        {
          g_autoptr (HemoDb) copy = open_at (fixture, copy_path, from);
          g_autoptr (GPtrArray) copied = dump (copy, questions);

          g_assert_cmpint (hemo_db_get_schema_version (copy), ==, from);
          assert_same (before, copied);
        }
      g_clear_pointer (&db, hemo_db_close);
      g_unlink (copy_path);
      g_unlink (fixture->path);
    }
}

/* Those that came before it was noted are waited for as well, the others are not. */
static void
test_expected_orders (DbFixture *fixture, gconstpointer data)
{
  g_autoptr (HemoDb) db = open_filled (fixture, 16);
  g_auto (GStrv) expected = NULL;

  execute (db, fills[16]);
  g_assert_true (hemo_db_migrate (db, NULL));
  expected = ask (db, "SELECT lab_order FROM expected_order");
  g_assert_cmpuint (g_strv_length (expected), ==, 1);
  g_assert_cmpstr (expected[0], ==, "o9");
}

/* What waited before its size was kept is as large as its picture. */
static void
test_queue_bytes (DbFixture *fixture, gconstpointer data)
{
  g_autoptr (HemoDb) db = open_filled (fixture, 14);
  g_auto (GStrv) before = NULL;
  g_auto (GStrv) after = NULL;

  execute (db, "INSERT INTO image_preview VALUES ('i9', x'010203');"
               "INSERT INTO queue (change, kind, object, lane) VALUES (42, 'Media', 'i9', 1);");
  g_assert_true (hemo_db_migrate (db, NULL));
  before = ask (db, "SELECT lane || ' ' || bytes FROM queue WHERE object = 'i9' ORDER BY lane");
  g_assert_cmpstr (before[0], ==, "1 3");
  g_assert_cmpstr (before[1], ==, "2 1500");
  after = ask (db, "SELECT count(*) FROM queue WHERE lane = 0 AND bytes <> 0");
  g_assert_cmpstr (after[0], ==, "0");
}

static GStrv
schema (HemoDb *db)
{
  return ask (db, "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema "
                  "ORDER BY type, name");
}

/* Whatever it began as, it is the database that a new clinic has. */
static void
test_same_schema (DbFixture *fixture, gconstpointer data)
{
  int newest = hemo_db_newest_schema_version ();
  g_autofree char *fresh_path = g_build_filename (fixture->folder, "fresh.db", NULL);
  g_autoptr (HemoDb) fresh = open_at (fixture, fresh_path, newest);
  g_auto (GStrv) expected = schema (fresh);

  for (int from = 1; from < newest; from++)
    {
      g_autoptr (HemoDb) db = open_filled (fixture, from);
      g_auto (GStrv) found = NULL;

      g_assert_true (hemo_db_migrate (db, NULL));
      found = schema (db);
      g_assert_cmpstrv (found, expected);
      g_clear_pointer (&db, hemo_db_close);
      g_unlink (fixture->path);
    }
}

/* What a migrated store is for: the newer version's rows go in, the old rules hold. */
static void
test_goes_on (DbFixture *fixture, gconstpointer data)
{
  for (int from = 1; from < hemo_db_newest_schema_version (); from++)
    {
      g_autoptr (HemoDb) db = open_filled (fixture, from);
      g_auto (GStrv) next = NULL;

      g_assert_true (hemo_db_migrate (db, NULL));
      for (int i = from; i < hemo_db_newest_schema_version (); i++)
        execute (db, fills[i]);
      g_assert_false (hemo_db_execute (db, "DELETE FROM audit", NULL));
      g_assert_false (hemo_db_execute (db, "UPDATE audit SET actor = 'u2'", NULL));
      /* A number once given is not given again, though its row were gone. */
      execute (db, "DELETE FROM queue; INSERT INTO queue (change, kind, object, lane) "
                   "VALUES (41, 'User', 'u1', 0)");
      next = ask (db, "SELECT seq FROM queue");
      g_assert_cmpstr (next[0], ==, "18");
      assert_sound (db);
      g_clear_pointer (&db, hemo_db_close);
      g_unlink (fixture->path);
    }
}

/* One that fails leaves the version, the rows and the schema as they were; mended, it goes on. */
static void
test_failed (DbFixture *fixture, gconstpointer data)
{
  for (int from = 1; from < hemo_db_newest_schema_version (); from++)
    {
      g_autoptr (HemoDb) db = open_filled (fixture, from);
      g_auto (GStrv) questions = make_questions (db);
      g_autoptr (GPtrArray) before = dump (db, questions);
      g_autoptr (GPtrArray) after = NULL;
      g_autoptr (GError) error = NULL;
      g_auto (GStrv) then = NULL;
      g_auto (GStrv) now = NULL;
      g_autofree char *obstacle = NULL;
      g_autofree char *remedy = NULL;

      g_assert_cmpint (from, <=, G_N_ELEMENTS (late_names));
      obstacle = write_obstacle (late_names[from - 1], TRUE);
      remedy = write_obstacle (late_names[from - 1], FALSE);
      execute (db, obstacle);
      then = schema (db);
      g_assert_false (hemo_db_migrate (db, &error));
      g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
      g_assert_cmpint (hemo_db_get_schema_version (db), ==, from);
      now = schema (db);
      g_assert_cmpstrv (now, then);
      after = dump (db, questions);
      assert_same (before, after);
      execute (db, remedy);
      g_clear_error (&error);
      g_assert_true (hemo_db_migrate (db, &error));
      g_assert_no_error (error);
      g_clear_pointer (&db, hemo_db_close);
      g_unlink (fixture->path);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  hemo_vault_init (NULL);
#define ADD(path, function)                                                                        \
  g_test_add ("/migrate/" path, DbFixture, NULL, db_set_up, function, db_tear_down)
  ADD ("data-is-kept", test_data_is_kept);
  ADD ("queue-bytes", test_queue_bytes);
  ADD ("expected-orders", test_expected_orders);
  ADD ("same-schema", test_same_schema);
  ADD ("goes-on", test_goes_on);
  ADD ("failed", test_failed);
  return g_test_run ();
}
