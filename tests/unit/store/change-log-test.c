/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A day's work, step by step: each step writes just the rows of the change log, the queue and the
 * audit log that it should, in one transaction with what it changes, or none of all. */

#include "records-fixture.h"

#include "hemo-audit.h"
#include "hemo-queue.h"

typedef struct
{
  Records *records;
  HemoPatient *patient;
  HemoPatient *twin;
  HemoOrder *order;
  HemoSpecimen *tube;
  HemoSpecimen *slide;
  HemoCount *count;
  HemoReport *draft;
} Day;

static void
set_up (Day *day, gconstpointer data)
{
  day->records = records_open ();
  /* Which store it is: asked for by the audit log's check. */
  records_run (day->records, "INSERT INTO meta (key, value) VALUES ('store', "
                             "'55555555-5555-4555-8555-555555555555')");
}

static void
tear_down (Day *day, gconstpointer data)
{
  g_clear_pointer (&day->patient, hemo_patient_free);
  g_clear_pointer (&day->twin, hemo_patient_free);
  g_clear_pointer (&day->order, hemo_order_free);
  g_clear_pointer (&day->tube, hemo_specimen_free);
  g_clear_pointer (&day->slide, hemo_specimen_free);
  g_clear_pointer (&day->count, hemo_count_free);
  g_clear_pointer (&day->draft, hemo_report_free);
  records_close (day->records);
}

typedef gboolean (*Work) (Day *day, HemoTxn *txn, GError **error);

static gboolean
register_patient (Day *day, HemoTxn *txn, GError **error)
{
  g_clear_pointer (&day->patient, hemo_patient_free);
  day->patient = hemo_patient_new ();
  day->patient->given = g_strdup ("Amina");
  g_ptr_array_add (day->patient->identifiers, hemo_identifier_new ("clinic", "K 0007"));
  day->patient->family = g_strdup ("Otieno");
  return hemo_patient_save (txn, day->patient, error);
}

static gboolean
change_patient (Day *day, HemoTxn *txn, GError **error)
{
  g_set_str (&day->patient->village, "Kibera");
  return hemo_patient_save (txn, day->patient, error);
}

static gboolean
register_twin (Day *day, HemoTxn *txn, GError **error)
{
  g_clear_pointer (&day->twin, hemo_patient_free);
  day->twin = hemo_patient_new ();
  day->twin->given = g_strdup ("Amena");
  g_ptr_array_add (day->twin->identifiers, hemo_identifier_new ("clinic", "K 0042"));
  day->twin->family = g_strdup ("Otieno");
  return hemo_patient_save (txn, day->twin, error);
}

static gboolean
merge (Day *day, HemoTxn *txn, GError **error)
{
  return hemo_patient_merge (txn, day->patient->uuid, day->twin->uuid, NULL, error);
}

static gboolean
unmerge (Day *day, HemoTxn *txn, GError **error)
{
  const HemoPatient *kept = hemo_patient_survivor (day->patient, day->twin);

  return hemo_patient_unmerge (txn, (kept == day->patient ? day->twin : day->patient)->uuid, error);
}

static gboolean
order (Day *day, HemoTxn *txn, GError **error)
{
  g_clear_pointer (&day->order, hemo_order_free);
  day->order = hemo_order_new (day->patient->uuid);
  day->order->tests = HEMO_TEST_DIFFERENTIAL;
  return hemo_order_save (txn, day->order, error);
}

static gboolean
change_order (Day *day, HemoTxn *txn, GError **error)
{
  day->order->urgency = HEMO_URGENCY_STAT;
  return hemo_order_save (txn, day->order, error);
}

static gboolean
accept_tube (Day *day, HemoTxn *txn, GError **error)
{
  g_clear_pointer (&day->tube, hemo_specimen_free);
  day->tube = hemo_specimen_new ();
  day->tube->order = g_strdup (day->order->uuid);
  return hemo_specimen_accept (txn, day->tube, error);
}

static gboolean
accept_slide (Day *day, HemoTxn *txn, GError **error)
{
  g_clear_pointer (&day->slide, hemo_specimen_free);
  day->slide = hemo_specimen_new ();
  day->slide->parent = g_strdup (day->tube->uuid);
  day->slide->type = HEMO_SPECIMEN_THIN_FILM;
  return hemo_specimen_accept (txn, day->slide, error);
}

static gboolean
change_slide (Day *day, HemoTxn *txn, GError **error)
{
  day->slide->stain = HEMO_STAIN_GIEMSA;
  return hemo_specimen_save (txn, day->slide, error);
}

static gboolean
start_count (Day *day, HemoTxn *txn, GError **error)
{
  g_clear_pointer (&day->count, hemo_count_free);
  day->count = hemo_count_new (day->slide->uuid, NULL, 100);
  return hemo_count_start (txn, day->count, error);
}

static gboolean
count_cell (Day *day, HemoTxn *txn, GError **error)
{
  return hemo_count_add_cell (txn, day->count->uuid, HEMO_CELL_LYMPHOCYTE, NULL, NULL, error);
}

static gboolean
undo_cell (Day *day, HemoTxn *txn, GError **error)
{
  return hemo_count_undo (txn, day->count->uuid, NULL, error);
}

static gboolean
extend_count (Day *day, HemoTxn *txn, GError **error)
{
  return hemo_count_set_target (txn, day->count->uuid, 200, error);
}

static gboolean
close_count (Day *day, HemoTxn *txn, GError **error)
{
  return hemo_count_close (txn, day->count->uuid, error);
}

static gboolean
save_draft (Day *day, HemoTxn *txn, GError **error)
{
  g_autoptr (HemoCase) data = hemo_case_load (txn, day->tube->uuid, error);

  if (data == NULL)
    return FALSE;
  g_clear_pointer (&day->draft, hemo_report_free);
  day->draft = hemo_report_copy (data->report);
  g_set_str (&day->draft->comment, "To be read again.");
  return hemo_report_save_draft (txn, day->draft, error);
}

static gboolean
reject_slide (Day *day, HemoTxn *txn, GError **error)
{
  return hemo_specimen_reject (txn, day->slide->uuid, HEMO_REJECTION_POOR_SMEAR, NULL, error);
}

static gboolean
look_at_case (Day *day, HemoTxn *txn, GError **error)
{
  g_autoptr (HemoCase) data = hemo_case_load (txn, day->tube->uuid, error);

  return data != NULL;
}

static gboolean
look_at_patient (Day *day, HemoTxn *txn, GError **error)
{
  g_autoptr (HemoPatient) patient = hemo_patient_load (txn, day->patient->uuid, error);

  return patient != NULL;
}

static gboolean
look_at_list (Day *day, HemoTxn *txn, GError **error)
{
  g_autoptr (GPtrArray) items = hemo_worklist (txn, 0, (HemoDate){ 0 }, 10, error);

  return items != NULL;
}

/**
 * Step:
 * @changes: what the change log says of it, joined by ' '
 * @queued: rows of the queue that it makes
 * @audited: rows of the audit log
 */
typedef struct
{
  const char *name;
  Work work;
  const char *changes;
  int queued;
  int audited;
} Step;

static const Step steps[] = {
  { "register", register_patient, "patient.create/Patient/1", 1, 1 },
  { "change-patient", change_patient, "patient.edit/Patient/2", 1, 1 },
  { "register-twin", register_twin, "patient.create/Patient/1", 1, 1 },
  { "order", order, "order.create/ServiceRequest/1", 1, 1 },
  { "change-order", change_order, "order.edit/ServiceRequest/2", 1, 1 },
  { "accept", accept_tube, "specimen.accept/Specimen/1", 1, 1 },
  { "slide", accept_slide, "specimen.accept/Specimen/1", 1, 1 },
  { "change-slide", change_slide, "specimen.edit/Specimen/2", 1, 1 },
  { "start-count", start_count, "count.start/Observation/1", 0, 1 },
  { "extend", extend_count, "count.target/Observation/2", 0, 1 },
  { "close-count", close_count, "count.close/Observation/3", 0, 1 },
  { "draft", save_draft, "report.draft/DiagnosticReport/1", 0, 2 },
  { "draft-again", save_draft, "report.draft/DiagnosticReport/2", 0, 2 },
  { "look-at-case", look_at_case, "", 0, 1 },
  { "look-at-patient", look_at_patient, "", 0, 1 },
  { "look-at-list", look_at_list, "", 0, 0 },
  { "reject-slide", reject_slide, "specimen.reject/Specimen/3", 1, 1 },
};

static char *
ask_text (Records *records, const char *sql)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoStatement) statement = hemo_db_prepare (records->db, sql, &error);

  g_assert_no_error (error);
  g_assert_true (hemo_statement_step (statement, &error));
  return g_strdup (hemo_statement_get_text (statement, 0));
}

/* Everything that the store holds, as one text. */
static char *
dump (Records *records)
{
  static const char *const tables[] = { "patient",
                                        "patient_identifier",
                                        "patient_block",
                                        "patient_merge",
                                        "lab_order",
                                        "specimen",
                                        "case_state",
                                        "cell_count",
                                        "counted_cell",
                                        "report",
                                        "record_history",
                                        "change",
                                        "queue",
                                        "audit",
                                        "accession_counter" };
  g_autoptr (GString) all = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      g_autofree char *columns_sql = g_strdup_printf (
          "SELECT group_concat ('quote(\"' || name || '\")', '||'',''||') FROM pragma_table_info "
          "('%s')",
          tables[i]);
      g_autofree char *columns = ask_text (records, columns_sql);
      g_autofree char *sql = g_strdup_printf (
          "SELECT coalesce (group_concat (line, char(10)), '') FROM (SELECT %s AS line FROM %s "
          "ORDER BY 1)",
          columns, tables[i]);
      g_autofree char *rows = ask_text (records, sql);

      g_string_append_printf (all, "%s\n%s\n", tables[i], rows);
    }
  return g_string_free_and_steal (g_steal_pointer (&all));
}

static void
check_rows (Day *day, const Step *step, gint64 change, gint64 queued, gint64 audited)
{
  g_autofree char *sql = g_strdup_printf (
      "SELECT coalesce (group_concat (what || '/' || kind || '/' || version, ' '), '') FROM change "
      "WHERE seq > %" G_GINT64_FORMAT,
      change);
  g_autofree char *found = ask_text (day->records, sql);
  gint64 new_queued = records_ask (day->records, "SELECT count(*) FROM queue") - queued;
  gint64 new_audited = records_ask (day->records, "SELECT count(*) FROM audit") - audited;

  if (!g_str_equal (found, step->changes) || new_queued != step->queued
      || new_audited != step->audited)
    g_error ("%s: '%s', %d queued, %d audited", step->name, found, (int)new_queued,
             (int)new_audited);
}

static void
assert_audit_whole (Day *day)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *reason = NULL;
  gint64 broken = -1;
  HemoTxn *txn = records_begin (day->records, HEMO_ROLE_ADMINISTRATOR);

  hemo_audit_verify (txn, NULL, &broken, &reason, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (reason, ==, NULL);
  g_assert_cmpint (broken, ==, 0);
  hemo_txn_end (txn);
}

static void
run_step (Day *day, const Step *step)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *before = dump (day->records);
  g_autofree char *after_cut = NULL;
  gint64 change = records_ask (day->records, "SELECT coalesce (max (seq), 0) FROM change");
  gint64 queued = records_ask (day->records, "SELECT count(*) FROM queue");
  gint64 audited = records_ask (day->records, "SELECT count(*) FROM audit");
  HemoPatient *patient = day->patient != NULL ? hemo_patient_copy (day->patient) : NULL;
  HemoOrder *kept_order = day->order != NULL ? hemo_order_copy (day->order) : NULL;
  HemoSpecimen *slide = day->slide != NULL ? hemo_specimen_copy (day->slide) : NULL;
  HemoTxn *txn = records_begin (day->records, HEMO_ROLE_TECHNICIAN);

  /* Cut before the commit: not a byte of any table is another. */
  g_assert_true (step->work (day, txn, &error));
  g_assert_no_error (error);
  hemo_txn_end (txn);
  records_reopen (day->records);
  after_cut = dump (day->records);
  g_assert_cmpstr (before, ==, after_cut);
  if (patient != NULL)
    {
      hemo_patient_free (day->patient);
      day->patient = patient;
    }
  if (kept_order != NULL)
    {
      hemo_order_free (day->order);
      day->order = kept_order;
    }
  if (slide != NULL)
    {
      hemo_specimen_free (day->slide);
      day->slide = slide;
    }
  txn = records_begin (day->records, HEMO_ROLE_TECHNICIAN);
  g_assert_true (step->work (day, txn, &error));
  g_assert_no_error (error);
  records_commit (txn);
  check_rows (day, step, change, queued, audited);
}

static void
test_day (Day *day, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    run_step (day, &steps[i]);
  assert_audit_whole (day);
  /* Each change is somebody's, has an id of its own, and its audit row. */
  g_assert_cmpint (records_ask (day->records, "SELECT count(*) FROM change WHERE actor IS NULL AND "
                                              "what <> 'clinic.edit'"),
                   ==, 0);
  g_assert_cmpint (records_ask (day->records,
                                "SELECT count(*) FROM change WHERE NOT EXISTS (SELECT 1 FROM "
                                "audit WHERE audit.what = change.what AND audit.object = "
                                "change.object AND audit.at_us = change.at_us)"),
                   ==, 0);
  /* Nothing waits twice in one lane, and all that waits is a change's. */
  g_assert_cmpint (records_ask (day->records, "SELECT count(*) FROM queue WHERE change NOT IN "
                                              "(SELECT seq FROM change)"),
                   ==, 0);
}

/* Both records change by a merge and by taking it back, and both changes leave. */
static void
test_merges (Day *day, gconstpointer data)
{
  static const Step merges[] = {
    { "register", register_patient, "patient.create/Patient/1", 1, 1 },
    { "register-twin", register_twin, "patient.create/Patient/1", 1, 1 },
    { "merge", merge, NULL, 0, 0 },
    { "unmerge", unmerge, NULL, 0, 0 },
    { "merge-again", merge, NULL, 0, 0 },
  };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (merges); i++)
    {
      gint64 change = records_ask (day->records, "SELECT max (seq) FROM change");
      HemoTxn *txn = records_begin (day->records, HEMO_ROLE_TECHNICIAN);

      g_assert_true (merges[i].work (day, txn, &error));
      g_assert_no_error (error);
      records_commit (txn);
      if (merges[i].changes == NULL)
        {
          g_autofree char *sql
              = g_strdup_printf ("SELECT count (DISTINCT change.object) FROM change JOIN queue ON "
                                 "queue.change = change.seq WHERE change.seq > %" G_GINT64_FORMAT
                                 " AND change.kind = 'Patient' AND lane = 0",
                                 change);

          g_assert_cmpint (records_ask (day->records, sql), ==, 2);
        }
    }
  g_assert_cmpint (records_ask (day->records, "SELECT count(*) FROM patient_merge"), ==, 2);
  assert_audit_whole (day);
}

/* A cell is a row of its own and a change of its count, which does not leave: a count of 400 makes
 * no 400 messages. */
static void
test_cells (Day *day, gconstpointer data)
{
  static const Work works[] = { register_patient, order, accept_tube, accept_slide, start_count };
  g_autoptr (GError) error = NULL;
  gint64 changes, audits;
  HemoTxn *txn = records_begin (day->records, HEMO_ROLE_TECHNICIAN);

  for (guint i = 0; i < G_N_ELEMENTS (works); i++)
    g_assert_true (works[i](day, txn, &error));
  records_commit (txn);
  changes = records_ask (day->records, "SELECT count(*) FROM change");
  audits = records_ask (day->records, "SELECT count(*) FROM audit");
  for (int i = 0; i < 60; i++)
    {
      txn = records_begin (day->records, HEMO_ROLE_TECHNICIAN);
      g_assert_true (count_cell (day, txn, &error));
      if (i % 10 == 9)
        g_assert_true (undo_cell (day, txn, &error));
      g_assert_no_error (error);
      records_commit (txn);
    }
  g_assert_cmpint (records_ask (day->records, "SELECT count(*) FROM counted_cell"), ==, 60);
  g_assert_cmpint (
      records_ask (day->records, "SELECT count(*) FROM counted_cell WHERE taken_back_us IS NULL"),
      ==, 54);
  g_assert_cmpint (records_ask (day->records, "SELECT count(*) FROM queue WHERE kind = "
                                              "'Observation'"),
                   ==, 0);
  g_assert_cmpint (records_ask (day->records, "SELECT count(*) FROM change"), ==, changes + 66);
  g_assert_cmpint (records_ask (day->records, "SELECT count(*) FROM audit"), ==, audits + 66);
  assert_audit_whole (day);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/change-log/day", Day, NULL, set_up, test_day, tear_down);
  g_test_add ("/change-log/merges", Day, NULL, set_up, test_merges, tear_down);
  g_test_add ("/change-log/cells", Day, NULL, set_up, test_cells, tear_down);
  return g_test_run ();
}
