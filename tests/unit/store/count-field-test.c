/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Counted cells follow the field that they were seen on: discarded fields, marks that are taken
 * back and brought back, counts that are closed, others' or signed. */

#include "count-field-fixture.h"

#include <string.h>

/* Refused, and nothing of it is left. */
static void
refuse_save (Fields *self, HemoRole role, const char *word)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (self->records, role);

  g_assert_false (hemo_field_cells_save (txn, self->cells, TRUE, &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_assert_nonnull (strstr (error->message, word));
  hemo_txn_end (txn);
}

static void
refuse_discard (
    Fields *self, HemoRole role, HemoFieldTally told, gboolean keep, int code, const char *word)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (self->records, role);

  g_assert_false (hemo_image_discard (txn, self->image, &told, keep, &error));
  if (word != NULL)
    {
      g_assert_error (error, HEMO_STORE_ERROR, code);
      g_assert_nonnull (strstr (error->message, word));
    }
  else
    g_assert_nonnull (error);
  hemo_txn_end (txn);
  g_assert_cmpint (records_ask (self->records, "SELECT sum(entered_in_error) FROM image"), ==, 0);
  g_assert_cmpint (records_ask (self->records, "SELECT count(*) FROM counted_cell_step"), ==, 0);
}

/* Nobody discards what they were not told of; then the cells go with the field, and no more come.
 */
static void
test_discard (Fields *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  HemoFieldTally told;
  HemoTxn *txn;

  fields_add_key (self, self->image);
  fields_add_key (self, self->image);
  fields_undo (self);
  fields_add_key (self, self->image);
  fields_add_key (self, self->second);
  fields_add_key (self, NULL);
  told = fields_tell (self, HEMO_ROLE_TECHNICIAN);
  g_assert_cmpint (told.by_key, ==, 2);
  g_assert_cmpint (told.found + told.closed + told.others, ==, 0);
  refuse_discard (self, HEMO_ROLE_TECHNICIAN, (HemoFieldTally){ 0 }, FALSE, HEMO_STORE_ERROR_STATE,
                  "2 counted by key, 0 by its marks");
  refuse_discard (self, HEMO_ROLE_TECHNICIAN, (HemoFieldTally){ .by_key = 3 }, FALSE,
                  HEMO_STORE_ERROR_CONFLICT, "2 counted by key");
  refuse_discard (self, HEMO_ROLE_TECHNICIAN, (HemoFieldTally){ .found = 2 }, FALSE,
                  HEMO_STORE_ERROR_CONFLICT, "2 counted by key");
  fields_assert_counted (self, 4, 0);
  fields_discard (self, HEMO_ROLE_TECHNICIAN, self->image, 2, 0, FALSE);
  fields_assert_counted (self, 2, 0);
  g_assert_cmpint (records_ask (self->records, "SELECT count(*) FROM counted_cell_step WHERE step "
                                               "= 'field' AND done_by = '" RECORDS_TECHNICIAN "'"),
                   ==, 2);
  g_assert_cmpint (
      records_ask (self->records, "SELECT count(*) FROM audit WHERE what = 'count.field'"), ==, 1);
  txn = records_begin (self->records, HEMO_ROLE_TECHNICIAN);
  g_assert_false (
      hemo_count_add_cell (txn, self->count, HEMO_CELL_BASOPHIL, self->image, NULL, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  hemo_txn_end (txn);
  /* Backspace goes on with the last cell that stands. */
  fields_undo (self);
  fields_undo (self);
  fields_assert_counted (self, 0, 0);
  fields_discard (self, HEMO_ROLE_PATHOLOGIST, self->second, 0, 0, FALSE);
}

/* Cells of both ways, of which marks have no other place than the field. */
static void
test_discard_marks (Fields *self, gconstpointer data)
{
  fields_count_marks (self);
  fields_add_key (self, NULL);
  refuse_discard (self, HEMO_ROLE_TECHNICIAN, (HemoFieldTally){ 0 }, TRUE, HEMO_STORE_ERROR_STATE,
                  "0 counted by key, 3 by its marks");
  fields_discard (self, HEMO_ROLE_TECHNICIAN, self->image, 0, 3, TRUE);
  fields_assert_counted (self, 1, 0);
  refuse_save (self, HEMO_ROLE_TECHNICIAN, "discarded");
}

/* What was seen at the microscope stays, by the word of its reader or of who may amend it. */
static void
test_keep (Fields *self, gconstpointer data)
{
  fields_add_key (self, self->image);
  fields_add_key (self, self->image);
  refuse_discard (self, HEMO_ROLE_ADMINISTRATOR, (HemoFieldTally){ .by_key = 2 }, TRUE, 0, NULL);
  fields_close_count (self);
  fields_discard (self, HEMO_ROLE_TECHNICIAN, self->image, 2, 0, TRUE);
  fields_assert_counted (self, 2, 0);
  g_assert_cmpint (
      records_ask (self->records, "SELECT count(*) FROM counted_cell_step WHERE step = 'kept'"), ==,
      2);
}

static void
test_keep_others (Fields *self, gconstpointer data)
{
  HemoFieldTally told;

  fields_add_key (self, self->image);
  told = fields_tell (self, HEMO_ROLE_PATHOLOGIST);
  g_assert_cmpint (told.others, ==, 1);
  g_assert_cmpint (told.closed, ==, 0);
  refuse_discard (self, HEMO_ROLE_PATHOLOGIST, told, FALSE, HEMO_STORE_ERROR_STATE,
                  "count of 'Test technician'");
  fields_discard (self, HEMO_ROLE_PATHOLOGIST, self->image, 1, 0, TRUE);
  fields_assert_counted (self, 1, 0);
}

/* A closed count is opened again first, with a reason; one in error is none. */
static void
test_closed (Fields *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  HemoFieldTally told;
  HemoTxn *txn;

  fields_count_marks (self);
  fields_close_count (self);
  told = fields_tell (self, HEMO_ROLE_TECHNICIAN);
  g_assert_cmpint (told.closed, ==, 3);
  refuse_discard (self, HEMO_ROLE_TECHNICIAN, told, FALSE, HEMO_STORE_ERROR_STATE, "closed");
  hemo_found_cell_take_back (hemo_field_cells_find (self->cells, 2), TRUE);
  refuse_save (self, HEMO_ROLE_TECHNICIAN, "closed");
  fields_assert_counted (self, 3, 3);
  txn = records_begin (self->records, HEMO_ROLE_TECHNICIAN);
  g_assert_true (hemo_count_reopen (txn, self->count, "a field of another slide", &error));
  records_commit (txn);
  fields_save (self, HEMO_ROLE_TECHNICIAN, TRUE);
  fields_assert_counted (self, 2, 2);
  txn = records_begin (self->records, HEMO_ROLE_PATHOLOGIST);
  g_assert_true (hemo_count_discard (txn, self->count, "not this patient", &error));
  records_commit (txn);
  fields_discard (self, HEMO_ROLE_PATHOLOGIST, self->image, 0, 0, FALSE);
  fields_assert_counted (self, 0, 0);
}

/* A mark and its cell go together and come back together, as the same cell. */
static void
test_mark (Fields *self, gconstpointer data)
{
  HemoFoundCell *mark;

  /* A field that was saved has marks of its own. */
  fields_count_marks (self);
  hemo_found_cell_take_back (hemo_field_cells_find (self->cells, 3), TRUE);
  fields_save (self, HEMO_ROLE_TECHNICIAN, FALSE);
  fields_assert_counted (self, 2, 2);
  mark = hemo_field_cells_find (self->cells, 3);
  hemo_found_cell_take_back (mark, FALSE);
  fields_save (self, HEMO_ROLE_TECHNICIAN, FALSE);
  fields_assert_counted (self, 3, 3);
  g_assert_cmpint (records_ask (self->records, "SELECT count(*) FROM counted_cell"), ==, 3);
  g_assert_cmpint (records_ask (self->records, "SELECT count(*) FROM counted_cell "
                                               "WHERE taken_back_by IS NOT NULL"),
                   ==, 0);
  g_assert_cmpint (
      records_ask (self->records, "SELECT count(*) FROM audit WHERE what = 'count.mark'"), ==, 2);
  /* As a platelet, and as what it was suggested to be again. */
  mark = hemo_field_cells_find (self->cells, 3);
  hemo_found_cell_set_kind (mark, HEMO_CELL_PLATELET);
  fields_save (self, HEMO_ROLE_TECHNICIAN, TRUE);
  fields_assert_counted (self, 2, 2);
  hemo_found_cell_set_kind (hemo_field_cells_find (self->cells, 3), HEMO_CELL_WHITE);
  fields_save (self, HEMO_ROLE_TECHNICIAN, TRUE);
  fields_assert_counted (self, 3, 3);
  /* Marks that were not counted, and no marks at all, count for nothing. */
  hemo_found_cell_take_back (hemo_field_cells_find (self->cells, 1), TRUE);
  hemo_field_cells_add (self->cells, HEMO_CELL_WHITE, 300, 300, 60, 60);
  fields_save (self, HEMO_ROLE_TECHNICIAN, TRUE);
  fields_assert_counted (self, 3, 3);
  g_assert_cmpint (
      records_ask (self->records, "SELECT count(*) FROM audit WHERE what = 'count.mark'"), ==, 4);
}

/* Whoever asks for surer cells takes out what is not sure. */
static void
test_threshold (Fields *self, gconstpointer data)
{
  fields_count_marks (self);
  self->cells->threshold = 0.7;
  fields_save (self, HEMO_ROLE_TECHNICIAN, TRUE);
  fields_assert_counted (self, 2, 2);
  self->cells->threshold = 0.95;
  fields_save (self, HEMO_ROLE_TECHNICIAN, TRUE);
  fields_assert_counted (self, 0, 0);
  self->cells->threshold = 0.5;
  fields_save (self, HEMO_ROLE_TECHNICIAN, TRUE);
  fields_assert_counted (self, 3, 3);
}

/* A cell of another class is not the one that was counted: it is counted anew. */
static void
test_class (Fields *self, gconstpointer data)
{
  fields_count_marks (self);
  hemo_found_cell_set_class (hemo_field_cells_find (self->cells, 2), HEMO_CELL_BLAST);
  fields_save (self, HEMO_ROLE_TECHNICIAN, TRUE);
  fields_assert_counted (self, 2, 2);
  hemo_found_cell_set_class (hemo_field_cells_find (self->cells, 2), HEMO_CELL_LYMPHOCYTE);
  fields_save (self, HEMO_ROLE_TECHNICIAN, TRUE);
  fields_assert_counted (self, 2, 2);
  fields_add_mark (self, self->image, 2);
  fields_assert_counted (self, 3, 3);
}

/* A number that is used for another mark, or not at all, brings nothing back. */
static void
test_another_mark (Fields *self, gconstpointer data)
{
  HemoFoundCell *mark;

  fields_count_marks (self);
  g_ptr_array_remove_index (self->cells->cells, 3);
  fields_save (self, HEMO_ROLE_TECHNICIAN, TRUE);
  fields_assert_counted (self, 2, 2);
  mark = hemo_field_cells_add (self->cells, HEMO_CELL_WHITE, 300, 50, 60, 60);
  mark->number = 4;
  mark->cell_class = HEMO_CELL_LYMPHOCYTE;
  fields_save (self, HEMO_ROLE_TECHNICIAN, TRUE);
  fields_assert_counted (self, 2, 2);
  hemo_field_cells_find (self->cells, 3)->y = 300;
  fields_save (self, HEMO_ROLE_TECHNICIAN, TRUE);
  fields_assert_counted (self, 1, 1);
  hemo_field_cells_find (self->cells, 3)->y = 50;
  fields_save (self, HEMO_ROLE_TECHNICIAN, TRUE);
  fields_assert_counted (self, 1, 1);
  /* A mark that is moved a little is the same. */
  hemo_field_cells_find (self->cells, 2)->y = 55;
  fields_save (self, HEMO_ROLE_TECHNICIAN, TRUE);
  fields_assert_counted (self, 1, 1);
}

/* What was counted in its place, or is closed meanwhile, is not counted twice or changed. */
static void
test_not_back (Fields *self, gconstpointer data)
{
  HemoTxn *txn;

  fields_count_marks (self);
  for (int number = 2; number <= 4; number++)
    hemo_found_cell_take_back (hemo_field_cells_find (self->cells, number), TRUE);
  fields_save (self, HEMO_ROLE_TECHNICIAN, TRUE);
  fields_assert_counted (self, 0, 0);
  fields_add_key (self, self->image);
  hemo_found_cell_take_back (hemo_field_cells_find (self->cells, 2), FALSE);
  fields_save (self, HEMO_ROLE_TECHNICIAN, TRUE);
  fields_assert_counted (self, 1, 0);
  fields_undo (self);
  /* Nor does it later: who saw both would not know which. */
  hemo_found_cell_take_back (hemo_field_cells_find (self->cells, 2), TRUE);
  fields_save (self, HEMO_ROLE_TECHNICIAN, TRUE);
  hemo_found_cell_take_back (hemo_field_cells_find (self->cells, 2), FALSE);
  fields_save (self, HEMO_ROLE_TECHNICIAN, TRUE);
  fields_assert_counted (self, 0, 0);
  /* Another person brings the mark back, and not the cell of the technician's count. */
  hemo_found_cell_take_back (hemo_field_cells_find (self->cells, 3), FALSE);
  fields_save (self, HEMO_ROLE_PATHOLOGIST, TRUE);
  fields_assert_counted (self, 0, 0);
  txn = records_begin (self->records, HEMO_ROLE_TECHNICIAN);
  g_assert_true (hemo_count_close (txn, self->count, NULL));
  records_commit (txn);
  hemo_found_cell_take_back (hemo_field_cells_find (self->cells, 4), FALSE);
  fields_save (self, HEMO_ROLE_TECHNICIAN, TRUE);
  fields_assert_counted (self, 0, 0);
}

/* A cell that its reader took back by Backspace is not brought back by its mark. */
static void
test_undone (Fields *self, gconstpointer data)
{
  fields_count_marks (self);
  fields_undo (self);
  hemo_found_cell_take_back (hemo_field_cells_find (self->cells, 4), TRUE);
  fields_save (self, HEMO_ROLE_TECHNICIAN, TRUE);
  hemo_found_cell_take_back (hemo_field_cells_find (self->cells, 4), FALSE);
  fields_save (self, HEMO_ROLE_TECHNICIAN, TRUE);
  fields_assert_counted (self, 2, 2);
}

static void
test_others_mark (Fields *self, gconstpointer data)
{
  fields_count_marks (self);
  hemo_found_cell_take_back (hemo_field_cells_find (self->cells, 2), TRUE);
  refuse_save (self, HEMO_ROLE_PATHOLOGIST, "count of 'Test technician'");
  fields_assert_counted (self, 3, 3);
  hemo_found_cell_take_back (hemo_field_cells_find (self->cells, 2), FALSE);
  hemo_found_cell_take_back (hemo_field_cells_find (self->cells, 1), TRUE);
  fields_save (self, HEMO_ROLE_PATHOLOGIST, TRUE);
  fields_assert_counted (self, 3, 3);
}

/* What was signed stays; what is signed next counts what stands then. */
static void
test_signed (Fields *self, gconstpointer data)
{
  g_autoptr (HemoCase) before = NULL, after = NULL;
  g_autofree char *signed_before = NULL, *signed_after = NULL;
  HemoTxn *txn;

  fields_count_marks (self);
  fields_add_key (self, self->second);
  txn = records_begin (self->records, HEMO_ROLE_TECHNICIAN);
  records_sign (txn, self->tube, HEMO_REPORT_FINAL);
  records_commit (txn);
  before = fields_load_case (self);
  fields_discard (self, HEMO_ROLE_TECHNICIAN, self->second, 1, 0, FALSE);
  hemo_found_cell_take_back (hemo_field_cells_find (self->cells, 2), TRUE);
  fields_save (self, HEMO_ROLE_TECHNICIAN, TRUE);
  fields_assert_counted (self, 2, 2);
  after = fields_load_case (self);
  g_assert_cmpuint (after->reports->len, ==, 1);
  signed_before = hemo_report_to_json (before->reports->pdata[0]);
  signed_after = hemo_report_to_json (after->reports->pdata[0]);
  g_assert_cmpstr (signed_before, ==, signed_after);
  g_assert_cmpint (((HemoReport *)after->reports->pdata[0])->cells_found, ==, 3);
  g_assert_cmpint (records_ask (self->records, "SELECT touched FROM case_state"), ==, 1);
}

/* Totals that name no field are their reader's to correct. */
static void
test_totals (Fields *self, gconstpointer data)
{
  g_autoptr (HemoPlatelets) platelets = hemo_platelets_new (self->tube, NULL);
  g_autoptr (HemoMalaria) malaria = hemo_malaria_new (self->tube, NULL, TRUE);
  g_autoptr (HemoCase) data_after = NULL;
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (self->records, HEMO_ROLE_TECHNICIAN);

  platelets->total = 140;
  platelets->fields = 10;
  malaria->parasites = 12;
  malaria->wbc = 200;
  malaria->fields = 30;
  g_assert_true (hemo_platelets_save (txn, platelets, &error));
  g_assert_true (hemo_malaria_save (txn, malaria, &error));
  g_assert_no_error (error);
  records_commit (txn);
  fields_count_marks (self);
  fields_discard (self, HEMO_ROLE_TECHNICIAN, self->image, 0, 3, FALSE);
  data_after = fields_load_case (self);
  g_assert_cmpint (data_after->platelets->total, ==, 140);
  g_assert_cmpint (data_after->malarias->len, ==, 1);
  g_assert_cmpint (((HemoMalaria *)data_after->malarias->pdata[0])->parasites, ==, 12);
}

/* A slide that was rejected can be taken back: what is wrong leaves its count as well. */
static void
test_rejected (Fields *self, gconstpointer data)
{
  fields_add_key (self, self->second);
  records_run (self->records, "UPDATE specimen SET rejection = 'clotted'");
  fields_discard (self, HEMO_ROLE_TECHNICIAN, self->second, 1, 0, FALSE);
  records_run (self->records, "UPDATE specimen SET rejection = 'none'");
  fields_assert_counted (self, 0, 0);
}

/* Cells of a slide that was rejected, here or elsewhere, are in no report of the tube's count. */
static void
test_rejected_slide (Fields *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn;

  fields_add_key (self, self->second);
  fields_add_key (self, NULL);
  records_run (self->records, "UPDATE specimen SET rejection = 'clotted' WHERE parent IS NOT NULL");
  txn = records_begin (self->records, HEMO_ROLE_TECHNICIAN);
  g_assert_false (hemo_count_check_fields (txn, self->tube, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_assert_false (
      hemo_count_add_cell (txn, self->count, HEMO_CELL_BASOPHIL, self->second, NULL, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  hemo_txn_end (txn);
  fields_discard (self, HEMO_ROLE_TECHNICIAN, self->second, 1, 0, FALSE);
  fields_assert_counted (self, 1, 0);
  records_run (self->records, "UPDATE specimen SET rejection = 'none'");
  fields_assert_counted (self, 1, 0);
}

static void
test_steps_stay (Fields *self, gconstpointer data)
{
  fields_add_key (self, self->image);
  fields_discard (self, HEMO_ROLE_TECHNICIAN, self->image, 1, 0, FALSE);
  g_assert_false (hemo_db_execute (self->records->db, "DELETE FROM counted_cell_step", NULL));
  g_assert_false (
      hemo_db_execute (self->records->db, "UPDATE counted_cell_step SET step = 'kept'", NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/count-field/" name, Fields, NULL, fields_set_up, function, fields_tear_down)
  ADD ("discard", test_discard);
  ADD ("discard-marks", test_discard_marks);
  ADD ("keep", test_keep);
  ADD ("keep-others", test_keep_others);
  ADD ("closed", test_closed);
  ADD ("mark", test_mark);
  ADD ("threshold", test_threshold);
  ADD ("class", test_class);
  ADD ("another-mark", test_another_mark);
  ADD ("not-back", test_not_back);
  ADD ("undone", test_undone);
  ADD ("others-mark", test_others_mark);
  ADD ("signed", test_signed);
  ADD ("totals", test_totals);
  ADD ("rejected", test_rejected);
  ADD ("rejected-slide", test_rejected_slide);
  ADD ("steps-stay", test_steps_stay);
  return g_test_run ();
}
