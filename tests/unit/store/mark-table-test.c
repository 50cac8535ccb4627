/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Marks on pictures: kept, whose they are, history, what is refused. */

#include "hemo-case-load.h"
#include "hemo-mark-table.h"

#include "records-fixture.h"

typedef struct
{
  Records *records;
  char *image;
} Marks;

static void
set_up (Marks *self, gconstpointer data)
{
  HemoTxn *txn;
  HemoPatient *patient;
  HemoSpecimen *tube;

  self->records = records_open ();
  txn = records_begin (self->records, HEMO_ROLE_TECHNICIAN);
  patient = records_add_patient (txn, "Amina", "Odhiambo", 1992);
  tube = records_add_tube (txn, patient->uuid, HEMO_TEST_DIFFERENTIAL);
  self->image = records_add_image (txn, tube->uuid, 1);
  records_commit (txn);
  hemo_specimen_free (tube);
  hemo_patient_free (patient);
}

static void
tear_down (Marks *self, gconstpointer data)
{
  g_free (self->image);
  records_close (self->records);
}

static GPtrArray *
make (int n)
{
  GPtrArray *marks = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_mark_free);

  for (int i = 0; i < n; i++)
    g_ptr_array_add (marks, hemo_mark_new (HEMO_MARK_ARROW, 10 + i, 10, 50, 60));
  return marks;
}

static gint64
save (Marks *self, HemoRole role, GPtrArray *marks, gint64 version)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (self->records, role);

  g_assert_true (hemo_marks_save (txn, self->image, marks, &version, &error));
  g_assert_no_error (error);
  records_commit (txn);
  return version;
}

static GPtrArray *
load (Marks *self, gint64 *version)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (self->records, HEMO_ROLE_PATHOLOGIST);
  GPtrArray *marks = hemo_marks_load (txn, self->image, version, &error);

  g_assert_no_error (error);
  records_commit (txn);
  return marks;
}

static void
test_kept (Marks *self, gconstpointer data)
{
  g_autoptr (GPtrArray) none = NULL, marks = make (2), again = NULL;
  HemoMark *first = g_ptr_array_index (marks, 0);
  gint64 version = -1;

  none = load (self, &version);
  g_assert_cmpuint (none->len, ==, 0);
  g_assert_cmpint (version, ==, 0);
  first->note = g_strdup ("Ring form?");
  /* Whoever the caller says. */
  first->by = g_strdup (RECORDS_ADMINISTRATOR);
  g_assert_cmpint (save (self, HEMO_ROLE_TECHNICIAN, marks, 0), ==, 1);
  records_reopen (self->records);
  again = load (self, &version);
  g_assert_cmpint (version, ==, 1);
  g_assert_cmpuint (again->len, ==, 2);
  g_assert_cmpstr (((HemoMark *)again->pdata[0])->note, ==, "Ring form?");
  g_assert_cmpstr (((HemoMark *)again->pdata[0])->by, ==, RECORDS_TECHNICIAN);
  g_assert_cmpstr (((HemoMark *)again->pdata[0])->uuid, ==, first->uuid);
}

/* A pathologist adds one and changes a note: the others stay the technician's. */
static void
test_whose (Marks *self, gconstpointer data)
{
  g_autoptr (GPtrArray) marks = make (1), again = NULL, last = NULL;
  gint64 version;

  save (self, HEMO_ROLE_TECHNICIAN, marks, 0);
  again = load (self, &version);
  g_set_str (&((HemoMark *)again->pdata[0])->note, "Trophozoite");
  g_ptr_array_add (again, hemo_mark_new (HEMO_MARK_CIRCLE, 5, 5, 9, 9));
  g_assert_cmpint (save (self, HEMO_ROLE_PATHOLOGIST, again, version), ==, 2);
  last = load (self, &version);
  g_assert_cmpstr (((HemoMark *)last->pdata[0])->by, ==, RECORDS_TECHNICIAN);
  g_assert_cmpstr (((HemoMark *)last->pdata[0])->note, ==, "Trophozoite");
  g_assert_cmpstr (((HemoMark *)last->pdata[1])->by, ==, RECORDS_PATHOLOGIST);
}

/* What was taken away is in the history, each save in the change log, the audit and the queue. */
static void
test_told (Marks *self, gconstpointer data)
{
  g_autoptr (GPtrArray) marks = make (3), none = make (0);
  const gint64 changes = records_ask (self->records, "SELECT count(*) FROM change");

  save (self, HEMO_ROLE_TECHNICIAN, marks, 0);
  save (self, HEMO_ROLE_TECHNICIAN, none, 1);
  g_assert_cmpint (records_ask (self->records, "SELECT count(*) FROM change"), ==, changes + 2);
  g_assert_cmpint (records_ask (self->records, "SELECT count(*) FROM audit "
                                               "WHERE what = 'image.mark'"),
                   ==, 2);
  g_assert_cmpint (records_ask (self->records,
                                "SELECT count(*) FROM queue JOIN change ON change.seq = change "
                                "WHERE what = 'image.mark' AND lane = 0"),
                   ==, 2);
  g_assert_cmpint (records_ask (self->records,
                                "SELECT json_array_length (content) FROM record_history "
                                "WHERE kind = 'image-mark' AND version = 1"),
                   ==, 3);
}

static void
assert_refused (Marks *self, GPtrArray *marks, gint64 version, GQuark domain, int code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoTxn) txn = records_begin (self->records, HEMO_ROLE_TECHNICIAN);
  const gint64 before = version;

  g_assert_false (hemo_marks_save (txn, self->image, marks, &version, &error));
  g_assert_error (error, domain, code);
  g_assert_cmpint (version, ==, before);
}

static void
test_refused (Marks *self, gconstpointer data)
{
  g_autoptr (GPtrArray) good = make (1), far = make (1), twice = make (1), many = make (0);
  g_autoptr (HemoTxn) txn = NULL;
  g_autoptr (GError) error = NULL;
  gint64 version = 0;

  ((HemoMark *)far->pdata[0])->x1 = 90000;
  g_ptr_array_add (twice, hemo_mark_copy (twice->pdata[0]));
  for (int i = 0; i <= HEMO_MARKS_MAX; i++)
    g_ptr_array_add (many, hemo_mark_new (HEMO_MARK_LINE, 1, 1, 2, 2));
  assert_refused (self, far, 0, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
  assert_refused (self, twice, 0, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
  assert_refused (self, many, 0, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
  assert_refused (self, good, 7, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT);
  save (self, HEMO_ROLE_TECHNICIAN, good, 0);
  assert_refused (self, good, 0, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT);
  records_run (self->records, "UPDATE image SET entered_in_error = 1");
  assert_refused (self, good, 1, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  txn = records_begin (self->records, HEMO_ROLE_TECHNICIAN);
  g_assert_null (hemo_marks_load (txn, "0d5fbb6e-6f0e-4f0c-8a8e-000000000000", &version, &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND);
}

/* The marks of the picture as its case has them, or -1 for none; the case itself is there. */
static int
count_in_case (Marks *self)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (self->records, HEMO_ROLE_PATHOLOGIST);
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn), "SELECT uuid FROM specimen WHERE parent IS NULL", &error);
  g_autoptr (HemoCase) data = NULL;
  const HemoImage *image;

  g_assert_no_error (error);
  g_assert_true (hemo_statement_step (statement, &error));
  data = hemo_case_reload (txn, hemo_statement_get_text (statement, 0), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (data->images->len, ==, 1);
  image = data->images->pdata[0];
  g_clear_pointer (&statement, hemo_statement_release);
  records_commit (txn);
  return image->marks != NULL ? (int)image->marks->len : -1;
}

/* A case has the marks of its pictures, and is of use without where their list is damaged. */
static void
test_in_case (Marks *self, gconstpointer data)
{
  g_autoptr (GPtrArray) marks = make (3);

  g_assert_cmpint (count_in_case (self), ==, -1);
  save (self, HEMO_ROLE_TECHNICIAN, marks, 0);
  g_assert_cmpint (count_in_case (self), ==, 3);
  records_run (self->records, "UPDATE image_mark SET marks = '[{\"kind\"'");
  g_assert_cmpint (count_in_case (self), ==, -1);
}

static void
take (Marks *self, GPtrArray *marks)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (self->records, HEMO_ROLE_PATHOLOGIST);

  g_assert_true (hemo_marks_take (txn, self->image, marks, &error));
  g_assert_no_error (error);
  records_commit (txn);
}

/* Another's marks come as they are, and those that are none are left out. */
static void
test_taken (Marks *self, gconstpointer data)
{
  g_autoptr (GPtrArray) ours = make (3), theirs = make (4), here = NULL, gone = NULL;
  HemoMark *first = g_ptr_array_index (theirs, 0);
  gint64 version = 0, changes;

  first->by = g_strdup (RECORDS_ADMINISTRATOR);
  first->at = (HemoTime){ .utc_us = 1735689600000000, .offset_minutes = 60 };
  ((HemoMark *)theirs->pdata[1])->x1 = 1e9;
  g_set_str (&((HemoMark *)theirs->pdata[2])->uuid, first->uuid);
  save (self, HEMO_ROLE_TECHNICIAN, ours, 0);
  changes = records_ask (self->records, "SELECT count(*) FROM queue");
  take (self, theirs);
  here = load (self, &version);
  g_assert_cmpint (version, ==, 2);
  g_assert_cmpuint (here->len, ==, 2);
  g_assert_cmpstr (((HemoMark *)here->pdata[0])->by, ==, RECORDS_ADMINISTRATOR);
  g_assert_cmpint (((HemoMark *)here->pdata[0])->at.utc_us, ==, first->at.utc_us);
  g_assert_cmpint (records_ask (self->records, "SELECT count(*) FROM queue"), ==, changes);
  take (self, here);
  take (self, NULL);
  gone = load (self, &version);
  g_assert_cmpint (version, ==, 3);
  g_assert_cmpuint (gone->len, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add (name, Marks, NULL, set_up, function, tear_down)
  ADD ("/mark-table/kept", test_kept);
  ADD ("/mark-table/whose", test_whose);
  ADD ("/mark-table/told", test_told);
  ADD ("/mark-table/refused", test_refused);
  ADD ("/mark-table/taken", test_taken);
  ADD ("/mark-table/in-case", test_in_case);
  return g_test_run ();
}
