/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Cells found on fields: kept, who changed and accepted them, and which of them were counted. */

#include "hemo-field-cells-table.h"
#include "hemo-maintenance-private.h"

#include "records-fixture.h"

#include <string.h>

typedef struct
{
  Records *records;
  char *tube;
  char *slide;
  char *image;
  char *second;
} Fields;

static void
set_up (Fields *self, gconstpointer data)
{
  self->records = records_open ();
  records_add_fields (self->records, &self->tube, &self->slide, &self->image, &self->second);
}

static void
tear_down (Fields *self, gconstpointer data)
{
  g_free (self->tube);
  g_free (self->slide);
  g_free (self->image);
  g_free (self->second);
  records_close (self->records);
}

/* Two red cells and two white ones, as the program finds them. */
static HemoFieldCells *
make (const char *image)
{
  HemoFieldCells *self = hemo_field_cells_new (image, 640, 480);

  self->detector = g_strdup ("cells 3 (sha256 0123456789ab)");
  self->program = g_strdup ("1.0");
  for (int i = 0; i < 4; i++)
    {
      HemoFoundCell *cell = hemo_field_cells_append (self, i < 2 ? HEMO_CELL_RED : HEMO_CELL_WHITE,
                                                     100 * i, 50, 60, 60);

      cell->confidence = 0.9;
      if (i >= 2)
        cell->suggested = cell->cell_class = HEMO_CELL_LYMPHOCYTE;
    }
  return self;
}

static void
save (Fields *self, HemoRole role, HemoFieldCells *cells, gboolean accept)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (self->records, role);

  g_assert_true (hemo_field_cells_save (txn, cells, accept, &error));
  g_assert_no_error (error);
  records_commit (txn);
}

static HemoFieldCells *
load (Fields *self, const char *image)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (self->records, HEMO_ROLE_PATHOLOGIST);
  HemoFieldCells *cells = NULL;

  g_assert_true (hemo_field_cells_load (txn, image, &cells, &error));
  g_assert_no_error (error);
  records_commit (txn);
  return cells;
}

static void
test_kept (Fields *self, gconstpointer data)
{
  g_autoptr (HemoFieldCells) cells = make (self->image), none = load (self, self->image);
  g_autoptr (HemoFieldCells) again = NULL;

  g_assert_null (none);
  save (self, HEMO_ROLE_TECHNICIAN, cells, FALSE);
  g_assert_cmpint (cells->version, ==, 1);
  g_assert_null (cells->accepted_by);
  records_reopen (self->records);
  again = load (self, self->image);
  g_assert_cmpint (again->version, ==, 1);
  g_assert_cmpuint (again->cells->len, ==, 4);
  g_assert_null (again->accepted_by);
  g_assert_cmpstr (again->detector, ==, cells->detector);
  g_assert_null (((HemoFoundCell *)again->cells->pdata[0])->by);
}

/* Each change is of whoever made it, whatever the caller says; nobody's where nothing changed. */
static void
test_whose (Fields *self, gconstpointer data)
{
  g_autoptr (HemoFieldCells) cells = make (self->image), again = NULL, last = NULL;
  HemoFoundCell *cell;

  cell = hemo_field_cells_find (cells, 1);
  cell->by = g_strdup (RECORDS_ADMINISTRATOR);
  hemo_found_cell_take_back (hemo_field_cells_find (cells, 2), TRUE);
  save (self, HEMO_ROLE_TECHNICIAN, cells, FALSE);
  again = load (self, self->image);
  g_assert_null (hemo_field_cells_find (again, 1)->by);
  g_assert_cmpstr (hemo_field_cells_find (again, 2)->by, ==, RECORDS_TECHNICIAN);
  hemo_found_cell_set_class (hemo_field_cells_find (again, 3), HEMO_CELL_MONOCYTE);
  hemo_field_cells_add (again, HEMO_CELL_PLATELET, 10, 200, 20, 20);
  save (self, HEMO_ROLE_PATHOLOGIST, again, FALSE);
  last = load (self, self->image);
  g_assert_cmpstr (hemo_field_cells_find (last, 2)->by, ==, RECORDS_TECHNICIAN);
  g_assert_cmpstr (hemo_field_cells_find (last, 3)->by, ==, RECORDS_PATHOLOGIST);
  g_assert_cmpint (hemo_field_cells_find (last, 3)->suggested, ==, HEMO_CELL_LYMPHOCYTE);
  g_assert_cmpstr (hemo_field_cells_find (last, 5)->by, ==, RECORDS_PATHOLOGIST);
  g_assert_null (hemo_field_cells_find (last, 4)->by);
}

/* Accepted is what stands; a change afterwards has to be accepted again, and the history tells. */
static void
test_accepted (Fields *self, gconstpointer data)
{
  g_autoptr (HemoFieldCells) cells = make (self->image), again = NULL, last = NULL;

  save (self, HEMO_ROLE_TECHNICIAN, cells, TRUE);
  again = load (self, self->image);
  g_assert_cmpstr (again->accepted_by, ==, RECORDS_TECHNICIAN);
  g_assert_nonnull (again->accepted_name);
  g_assert_cmpint (again->accepted_at.utc_us, >, 0);
  hemo_found_cell_take_back (hemo_field_cells_find (again, 1), TRUE);
  save (self, HEMO_ROLE_PATHOLOGIST, again, FALSE);
  last = load (self, self->image);
  g_assert_null (last->accepted_by);
  g_assert_cmpint (last->accepted_at.utc_us, ==, 0);
  g_assert_cmpint (records_ask (self->records,
                                "SELECT count(*) FROM record_history WHERE kind = 'field-cells' "
                                "AND content ->> 'accepted_by' = '" RECORDS_TECHNICIAN "'"),
                   ==, 1);
  g_assert_cmpint (
      records_ask (self->records, "SELECT count(*) FROM audit WHERE what = 'field.accept'"), ==, 1);
}

static void
assert_refused (Fields *self, HemoFieldCells *cells, GQuark domain, int code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoTxn) txn = records_begin (self->records, HEMO_ROLE_TECHNICIAN);
  const gint64 before = cells->version;

  g_assert_false (hemo_field_cells_save (txn, cells, TRUE, &error));
  g_assert_error (error, domain, code);
  g_assert_cmpint (cells->version, ==, before);
  g_assert_null (cells->accepted_by);
}

static void
test_refused (Fields *self, gconstpointer data)
{
  g_autoptr (HemoFieldCells) cells = make (self->image), other = make (self->image);
  g_autoptr (HemoFieldCells) none = make ("0d5fbb6e-6f0e-4f0c-8a8e-000000000000");

  assert_refused (self, none, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND);
  other->width = 320;
  assert_refused (self, other, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
  other->width = 480;
  other->height = 640;
  assert_refused (self, other, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
  records_run (self->records, "UPDATE image SET orientation = 6");
  save (self, HEMO_ROLE_TECHNICIAN, other, FALSE);
  records_run (self->records, "UPDATE image SET orientation = 1");
  assert_refused (self, cells, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT);
  cells->version = 1;
  hemo_field_cells_find (cells, 1)->number = 2;
  assert_refused (self, cells, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
  records_run (self->records, "UPDATE image SET entered_in_error = 1");
  hemo_field_cells_find (cells, 2)->number = 1;
  assert_refused (self, cells, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
}

/* Of the tube and its slides; a discarded field is none. */
static void
test_case (Fields *self, gconstpointer data)
{
  g_autoptr (HemoFieldCells) first = make (self->image), second = make (self->second);
  g_autoptr (GPtrArray) both = NULL, one = NULL;
  g_autoptr (GError) error = NULL;
  HemoTxn *txn;

  save (self, HEMO_ROLE_TECHNICIAN, second, TRUE);
  save (self, HEMO_ROLE_TECHNICIAN, first, FALSE);
  txn = records_begin (self->records, HEMO_ROLE_PATHOLOGIST);
  both = hemo_field_cells_load_case (txn, self->tube, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (both->len, ==, 2);
  g_assert_cmpstr (((HemoFieldCells *)both->pdata[0])->image, ==, self->image);
  g_assert_nonnull (((HemoFieldCells *)both->pdata[1])->accepted_by);
  records_commit (txn);
  records_run (self->records, "UPDATE image SET entered_in_error = 1 WHERE field = 1 "
                              "AND specimen IN (SELECT uuid FROM specimen WHERE parent IS NULL)");
  txn = records_begin (self->records, HEMO_ROLE_PATHOLOGIST);
  one = hemo_field_cells_load_case (txn, self->tube, &error);
  g_assert_cmpuint (one->len, ==, 1);
  records_commit (txn);
}

static void
refuse_count (HemoTxn *txn, const char *count, const char *image, int number)
{
  g_autoptr (GError) error = NULL;
  gint64 sequence = -7;

  g_assert_false (hemo_count_add_found_cell (txn, count, image, number, HEMO_CELL_LYMPHOCYTE,
                                             &sequence, &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_assert_cmpint (sequence, ==, -7);
}

/* Only white cells that stand on an accepted field, each once; one taken back counts again. */
static void
test_counted (Fields *self, gconstpointer data)
{
  g_autoptr (HemoFieldCells) cells = make (self->image), open = make (self->second);
  g_autoptr (HemoCount) count = hemo_count_new (self->tube, NULL, 100);
  g_autoptr (GHashTable) found = NULL, after = NULL;
  g_autofree char *key = g_strdup_printf ("%s/3", self->image);
  g_autoptr (GError) error = NULL;
  gint64 sequence = 0;
  HemoTxn *txn;

  save (self, HEMO_ROLE_TECHNICIAN, cells, TRUE);
  save (self, HEMO_ROLE_TECHNICIAN, open, FALSE);
  txn = records_begin (self->records, HEMO_ROLE_TECHNICIAN);
  g_assert_true (hemo_count_start (txn, count, &error));
  refuse_count (txn, count->uuid, self->second, 3);
  refuse_count (txn, count->uuid, self->image, 1);
  refuse_count (txn, count->uuid, self->image, 9);
  g_assert_true (hemo_count_add_found_cell (txn, count->uuid, self->image, 3, HEMO_CELL_BAND,
                                            &sequence, &error));
  g_assert_no_error (error);
  g_assert_cmpint (sequence, ==, 1);
  refuse_count (txn, count->uuid, self->image, 3);
  found = hemo_count_load_found (txn, self->tube, count->uuid, &error);
  g_assert_cmpuint (g_hash_table_size (found), ==, 1);
  g_assert_cmpint (*(gint64 *)g_hash_table_lookup (found, key), ==, 1);
  g_assert_true (hemo_count_undo (txn, count->uuid, NULL, &error));
  after = hemo_count_load_found (txn, self->tube, count->uuid, &error);
  g_assert_cmpuint (g_hash_table_size (after), ==, 0);
  g_assert_true (hemo_count_add_found_cell (txn, count->uuid, self->image, 3, HEMO_CELL_BAND,
                                            &sequence, &error));
  g_assert_cmpint (sequence, ==, 2);
  records_commit (txn);
  g_assert_cmpint (records_ask (self->records,
                                "SELECT count(*) FROM counted_found_cell WHERE number = 3 AND "
                                "program = '1.0' AND detector LIKE 'cells 3 %'"),
                   ==, 2);
}

/* Who saw what the program had not found says so: the program has no part in it. */
static void
test_added (Fields *self, gconstpointer data)
{
  g_autoptr (HemoFieldCells) cells = make (self->image);
  g_autoptr (HemoCount) count = hemo_count_new (self->tube, NULL, 100);
  HemoFoundCell *cell = hemo_field_cells_add (cells, HEMO_CELL_WHITE, 300, 300, 90, 90);
  const int number = cell->number;
  g_autoptr (GError) error = NULL;
  HemoTxn *txn;

  save (self, HEMO_ROLE_TECHNICIAN, cells, TRUE);
  txn = records_begin (self->records, HEMO_ROLE_TECHNICIAN);
  g_assert_true (hemo_count_start (txn, count, &error));
  g_assert_true (hemo_count_add_found_cell (txn, count->uuid, self->image, number, HEMO_CELL_BLAST,
                                            NULL, &error));
  g_assert_no_error (error);
  records_commit (txn);
  g_assert_cmpint (records_ask (self->records, "SELECT count(*) FROM counted_found_cell "
                                               "WHERE detector IS NULL AND program IS NULL"),
                   ==, 1);
}

static HemoCase *
load_case (Fields *self)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (self->records, HEMO_ROLE_PATHOLOGIST);
  HemoCase *data = hemo_case_load (txn, self->tube, &error);

  g_assert_no_error (error);
  records_commit (txn);
  return data;
}

/* The report tells of cells that were found and counted, and of none that were taken back. */
static void
test_report (Fields *self, gconstpointer data)
{
  g_autoptr (HemoFieldCells) cells = make (self->image);
  g_autoptr (HemoCount) count = hemo_count_new (self->tube, NULL, 100);
  g_autoptr (HemoCase) before = NULL, during = NULL, after = NULL;
  g_autoptr (GError) error = NULL;
  HemoTxn *txn;

  save (self, HEMO_ROLE_TECHNICIAN, cells, TRUE);
  before = load_case (self);
  g_assert_cmpuint (before->found->len, ==, 0);
  txn = records_begin (self->records, HEMO_ROLE_TECHNICIAN);
  g_assert_true (hemo_count_start (txn, count, &error));
  g_assert_true (hemo_count_add_cell (txn, count->uuid, HEMO_CELL_BASOPHIL, NULL, NULL, &error));
  g_assert_true (hemo_count_set_both_ways (txn, count->uuid, &error));
  for (int i = 3; i < 5; i++)
    g_assert_true (hemo_count_add_found_cell (txn, count->uuid, self->image, i,
                                              HEMO_CELL_LYMPHOCYTE, NULL, &error));
  records_commit (txn);
  during = load_case (self);
  g_assert_cmpuint (during->found->len, ==, 1);
  g_assert_true (g_str_has_prefix (during->found->pdata[0], "1.0;0123456789ab;"));
  g_assert_cmpuint (during->report->found->len, ==, 1);
  g_assert_cmpint (during->report->cells_found, ==, 2);
  g_assert_cmpint (during->report->cells_by_key, ==, 1);
  txn = records_begin (self->records, HEMO_ROLE_TECHNICIAN);
  for (int i = 0; i < 2; i++)
    g_assert_true (hemo_count_undo (txn, count->uuid, NULL, &error));
  records_commit (txn);
  after = load_case (self);
  g_assert_cmpuint (after->found->len, ==, 0);
  /* The red cells of the accepted field are in it still. */
  g_assert_cmpuint (after->report->found->len, ==, 1);
  g_assert_cmpint (after->report->cells_found, ==, 0);
  g_assert_cmpint (after->report->cells_by_key, ==, 0);
}

/* Two that were counted, one of them kept from what looked before. */
static void
test_report_found_twice (Fields *self, gconstpointer data)
{
  g_autoptr (HemoFieldCells) cells = make (self->image);
  g_autoptr (HemoCount) count = hemo_count_new (self->tube, NULL, 100);
  HemoFoundCell *old = cells->cells->pdata[3];
  g_autoptr (HemoCase) counted = NULL;
  g_autoptr (GError) error = NULL;
  HemoTxn *txn;

  g_set_str (&old->detector, "classical 1");
  g_set_str (&old->program, "0.9");
  save (self, HEMO_ROLE_TECHNICIAN, cells, TRUE);
  txn = records_begin (self->records, HEMO_ROLE_TECHNICIAN);
  g_assert_true (hemo_count_start (txn, count, &error));
  for (int i = 3; i < 5; i++)
    g_assert_true (hemo_count_add_found_cell (txn, count->uuid, self->image, i,
                                              HEMO_CELL_LYMPHOCYTE, NULL, &error));
  records_commit (txn);
  counted = load_case (self);
  g_assert_cmpuint (counted->found->len, ==, 2);
  g_assert_true (g_str_has_prefix (counted->found->pdata[0], "0.9;classical 1;"));
  g_assert_true (g_str_has_prefix (counted->found->pdata[1], "1.0;0123456789ab;"));
  g_assert_cmpuint (counted->report->found->len, ==, 2);
}

static gboolean
has_line (const HemoCase *data, const char *code)
{
  for (guint i = 0; i < data->report->lines->len; i++)
    {
      const HemoLine *line = data->report->lines->pdata[i];

      if (line->section == HEMO_SECTION_CELLS && g_strcmp0 (line->local_code, code) == 0)
        return TRUE;
    }
  return FALSE;
}

/* Only what a person confirmed as it stands is reported, and nothing of a rejected slide. What was
 * signed before is known to be behind. */
static void
test_report_fields (Fields *self, gconstpointer data)
{
  const char *touched = "SELECT touched FROM case_state";
  const char *ahead = "SELECT count(*) FROM case_state WHERE " HEMO_CASE_IS_AHEAD;
  g_autoptr (HemoFieldCells) cells = make (self->second);
  g_autoptr (HemoCase) found = NULL, accepted = NULL, changed = NULL, rejected = NULL;
  g_autoptr (HemoCase) damaged = NULL;

  records_run (self->records, "UPDATE case_state SET touched = 0");
  save (self, HEMO_ROLE_TECHNICIAN, cells, FALSE);
  g_assert_cmpint (records_ask (self->records, touched), ==, 0);
  g_assert_cmpint (records_ask (self->records, ahead), ==, 0);
  found = load_case (self);
  g_assert_cmpuint (found->fields->len, ==, 0);
  g_assert_false (has_line (found, "red-cells-counted"));
  save (self, HEMO_ROLE_TECHNICIAN, cells, TRUE);
  g_assert_cmpint (records_ask (self->records, touched), ==, 1);
  g_assert_cmpint (records_ask (self->records, ahead), ==, 1);
  accepted = load_case (self);
  g_assert_true (has_line (accepted, "red-cells-counted"));
  g_assert_true (has_line (accepted, "red-per-white"));
  g_assert_cmpuint (accepted->report->found->len, ==, 1);
  hemo_field_cells_add (cells, HEMO_CELL_RED, 10, 200, 60, 60);
  records_run (self->records, "UPDATE case_state SET touched = 0");
  save (self, HEMO_ROLE_TECHNICIAN, cells, FALSE);
  g_assert_cmpint (records_ask (self->records, touched), ==, 1);
  changed = load_case (self);
  g_assert_false (has_line (changed, "red-cells-counted"));
  g_assert_cmpuint (changed->report->found->len, ==, 0);
  save (self, HEMO_ROLE_TECHNICIAN, cells, TRUE);
  records_run (self->records, "UPDATE field_cells SET content = '{\"cells\": 1}'");
  damaged = load_case (self);
  g_assert_false (has_line (damaged, "red-cells-counted"));
  records_run (self->records, "UPDATE specimen SET rejection = 'clotted' WHERE parent IS NOT NULL");
  rejected = load_case (self);
  g_assert_false (has_line (rejected, "red-cells-counted"));
}

static void
refuse_key (HemoTxn *txn, const char *count, const char *image, const char *word)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (hemo_count_add_cell (txn, count, HEMO_CELL_BASOPHIL, image, NULL, &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_assert_nonnull (strstr (error->message, word));
}

static void
add_key (HemoTxn *txn, const char *count, const char *image)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (hemo_count_add_cell (txn, count, HEMO_CELL_BASOPHIL, image, NULL, &error));
  g_assert_no_error (error);
}

static void
add_mark (HemoTxn *txn, const char *count, const char *image, int number)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (
      hemo_count_add_found_cell (txn, count, image, number, HEMO_CELL_LYMPHOCYTE, NULL, &error));
  g_assert_no_error (error);
}

static HemoCount *
begin_count (HemoTxn *txn, const char *specimen)
{
  HemoCount *count = hemo_count_new (specimen, NULL, 100);
  g_autoptr (GError) error = NULL;

  g_assert_true (hemo_count_start (txn, count, &error));
  return count;
}

static void
undo (HemoTxn *txn, const char *count)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (hemo_count_undo (txn, count, NULL, &error));
}

/* A field that was counted by key gives no marks, until the keys are taken back; and the other way
 * round. The reader's word for both ways does not change that. */
static void
test_one_way (Fields *self, gconstpointer data)
{
  g_autoptr (HemoFieldCells) cells = make (self->image);
  g_autoptr (HemoCount) count = NULL;
  HemoTxn *txn;

  save (self, HEMO_ROLE_TECHNICIAN, cells, TRUE);
  txn = records_begin (self->records, HEMO_ROLE_TECHNICIAN);
  count = begin_count (txn, self->tube);
  g_assert_true (hemo_count_set_both_ways (txn, count->uuid, NULL));
  add_key (txn, count->uuid, self->image);
  add_key (txn, count->uuid, self->image);
  refuse_count (txn, count->uuid, self->image, 3);
  undo (txn, count->uuid);
  refuse_count (txn, count->uuid, self->image, 3);
  undo (txn, count->uuid);
  add_mark (txn, count->uuid, self->image, 3);
  refuse_key (txn, count->uuid, self->image, "1 cell ");
  add_key (txn, count->uuid, self->second);
  add_mark (txn, count->uuid, self->image, 4);
  undo (txn, count->uuid);
  undo (txn, count->uuid);
  refuse_key (txn, count->uuid, self->image, "1 cell ");
  undo (txn, count->uuid);
  add_key (txn, count->uuid, self->image);
  records_commit (txn);
}

/* Nor through the count of another reader, or of a slide, rejected or not. One in error is none. */
static void
test_one_way_of_case (Fields *self, gconstpointer data)
{
  g_autoptr (HemoFieldCells) cells = make (self->image), more = make (self->second);
  g_autoptr (HemoCount) first = NULL, second = NULL;
  g_autoptr (GHashTable) found = NULL;
  g_autofree char *key = g_strdup_printf ("%s/3", self->image);
  HemoTxn *txn;

  save (self, HEMO_ROLE_TECHNICIAN, cells, TRUE);
  save (self, HEMO_ROLE_TECHNICIAN, more, TRUE);
  txn = records_begin (self->records, HEMO_ROLE_TECHNICIAN);
  first = begin_count (txn, self->slide);
  add_mark (txn, first->uuid, self->image, 3);
  records_commit (txn);
  txn = records_begin (self->records, HEMO_ROLE_PATHOLOGIST);
  second = begin_count (txn, self->tube);
  refuse_count (txn, second->uuid, self->image, 3);
  add_mark (txn, second->uuid, self->image, 4);
  found = hemo_count_load_found (txn, self->tube, second->uuid, NULL);
  g_assert_cmpuint (g_hash_table_size (found), ==, 2);
  g_assert_cmpint (*(gint64 *)g_hash_table_lookup (found, key), ==, 0);
  g_assert_true (hemo_count_set_both_ways (txn, second->uuid, NULL));
  undo (txn, second->uuid);
  refuse_key (txn, second->uuid, self->image, "taken over from its marks");
  records_commit (txn);
  records_run (self->records, "UPDATE specimen SET rejection = 'clotted' WHERE parent IS NOT NULL");
  txn = records_begin (self->records, HEMO_ROLE_PATHOLOGIST);
  refuse_key (txn, second->uuid, self->image, "taken over from its marks");
  records_commit (txn);
  records_run (self->records, "UPDATE specimen SET rejection = 'none'");
  txn = records_begin (self->records, HEMO_ROLE_TECHNICIAN);
  g_assert_true (hemo_count_discard (txn, first->uuid, "Wrong slide", NULL));
  records_commit (txn);
  txn = records_begin (self->records, HEMO_ROLE_PATHOLOGIST);
  add_key (txn, second->uuid, self->image);
  records_commit (txn);
}

/* Cells without a picture, or of another one, may be the same: the reader says so once, and for
 * that count alone. */
static void
test_both_ways (Fields *self, gconstpointer data)
{
  g_autoptr (HemoFieldCells) cells = make (self->image);
  g_autoptr (HemoCount) count = NULL, other = NULL;
  g_autoptr (HemoCase) loaded = NULL;
  HemoTxn *txn;

  save (self, HEMO_ROLE_TECHNICIAN, cells, TRUE);
  txn = records_begin (self->records, HEMO_ROLE_TECHNICIAN);
  count = begin_count (txn, self->tube);
  add_key (txn, count->uuid, NULL);
  refuse_count (txn, count->uuid, self->image, 3);
  undo (txn, count->uuid);
  add_mark (txn, count->uuid, self->image, 3);
  refuse_key (txn, count->uuid, NULL, "say first");
  refuse_key (txn, count->uuid, self->second, "say first");
  g_assert_true (hemo_count_set_both_ways (txn, count->uuid, NULL));
  g_assert_true (hemo_count_set_both_ways (txn, count->uuid, NULL));
  add_key (txn, count->uuid, NULL);
  add_key (txn, count->uuid, self->second);
  records_commit (txn);
  txn = records_begin (self->records, HEMO_ROLE_PATHOLOGIST);
  other = begin_count (txn, self->tube);
  refuse_key (txn, other->uuid, NULL, "say first");
  g_assert_false (hemo_count_set_both_ways (txn, count->uuid, NULL));
  records_commit (txn);
  loaded = load_case (self);
  g_assert_true (((HemoCount *)loaded->counts->pdata[0])->both_ways);
  g_assert_false (((HemoCount *)loaded->counts->pdata[1])->both_ways);
  g_assert_cmpint (
      records_ask (self->records, "SELECT count(*) FROM audit WHERE what = 'count.both-ways'"), ==,
      1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add (name, Fields, NULL, set_up, function, tear_down)
  ADD ("/field-cells-table/kept", test_kept);
  ADD ("/field-cells-table/whose", test_whose);
  ADD ("/field-cells-table/accepted", test_accepted);
  ADD ("/field-cells-table/refused", test_refused);
  ADD ("/field-cells-table/case", test_case);
  ADD ("/field-cells-table/counted", test_counted);
  ADD ("/field-cells-table/added", test_added);
  ADD ("/field-cells-table/report", test_report);
  ADD ("/field-cells-table/report-found-twice", test_report_found_twice);
  ADD ("/field-cells-table/report-fields", test_report_fields);
  ADD ("/field-cells-table/one-way", test_one_way);
  ADD ("/field-cells-table/one-way-of-case", test_one_way_of_case);
  ADD ("/field-cells-table/both-ways", test_both_ways);
  return g_test_run ();
}
