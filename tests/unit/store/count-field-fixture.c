/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A tube with a slide, a field of each and a count. */

#include "count-field-fixture.h"

/* A field with red cell 1, white cells 2 to 4 of which 4 is not sure, and a platelet. */
static HemoFieldCells *
make (const char *image)
{
  HemoFieldCells *self = hemo_field_cells_new (image, 640, 480);

  self->detector = g_strdup ("cells 3 (sha256 0123456789ab)");
  self->program = g_strdup ("1.0");
  for (int i = 0; i < 5; i++)
    {
      const HemoCellKind kind = i == 0  ? HEMO_CELL_RED
                                : i < 4 ? HEMO_CELL_WHITE
                                        : HEMO_CELL_PLATELET;
      HemoFoundCell *cell = hemo_field_cells_append (self, kind, 100 * i, 50, 60, 60);

      cell->confidence = i == 3 ? 0.6 : 0.9;
      if (kind == HEMO_CELL_WHITE)
        cell->suggested = cell->cell_class = HEMO_CELL_LYMPHOCYTE;
    }
  return self;
}

static void
begin_count (Fields *self)
{
  g_autoptr (HemoCount) count = hemo_count_new (self->tube, NULL, 100);
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (self->records, HEMO_ROLE_TECHNICIAN);

  g_assert_true (hemo_count_start (txn, count, &error));
  g_assert_true (hemo_count_set_both_ways (txn, count->uuid, &error));
  g_assert_no_error (error);
  records_commit (txn);
  self->count = g_strdup (count->uuid);
}

void
fields_set_up (Fields *self, gconstpointer data)
{
  self->records = records_open ();
  records_add_fields (self->records, &self->tube, NULL, &self->image, &self->second);
  self->cells = make (self->image);
  begin_count (self);
}

void
fields_tear_down (Fields *self, gconstpointer data)
{
  g_free (self->tube);
  g_free (self->image);
  g_free (self->second);
  g_free (self->count);
  hemo_field_cells_free (self->cells);
  records_close (self->records);
}

void
fields_save (Fields *self, HemoRole role, gboolean accept)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (self->records, role);

  g_assert_true (hemo_field_cells_save (txn, self->cells, accept, &error));
  g_assert_no_error (error);
  records_commit (txn);
}

void
fields_add_key (Fields *self, const char *image)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (self->records, HEMO_ROLE_TECHNICIAN);

  g_assert_true (hemo_count_add_cell (txn, self->count, HEMO_CELL_BASOPHIL, image, NULL, &error));
  g_assert_no_error (error);
  records_commit (txn);
}

void
fields_add_mark (Fields *self, const char *image, int number)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (self->records, HEMO_ROLE_TECHNICIAN);

  g_assert_true (hemo_count_add_found_cell (txn, self->count, image, number, HEMO_CELL_LYMPHOCYTE,
                                            NULL, &error));
  g_assert_no_error (error);
  records_commit (txn);
}

void
fields_undo (Fields *self)
{
  HemoTxn *txn = records_begin (self->records, HEMO_ROLE_TECHNICIAN);

  g_assert_true (hemo_count_undo (txn, self->count, NULL, NULL));
  records_commit (txn);
}

void
fields_close_count (Fields *self)
{
  HemoTxn *txn = records_begin (self->records, HEMO_ROLE_TECHNICIAN);

  g_assert_true (hemo_count_close (txn, self->count, NULL));
  records_commit (txn);
}

/* Accepted, with all three white cells counted. */
void
fields_count_marks (Fields *self)
{
  fields_save (self, HEMO_ROLE_TECHNICIAN, TRUE);
  for (int number = 2; number <= 4; number++)
    fields_add_mark (self, self->image, number);
}

HemoCase *
fields_load_case (Fields *self)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (self->records, HEMO_ROLE_PATHOLOGIST);
  HemoCase *data = hemo_case_load (txn, self->tube, &error);

  g_assert_no_error (error);
  records_commit (txn);
  return data;
}

/* What the report is made from has so many cells, so many of them marks; the worklist says so too,
 * and nothing stands that should not. */
void
fields_assert_counted (Fields *self, int all, int found)
{
  g_autoptr (HemoCase) data = fields_load_case (self);
  g_autoptr (GHashTable) lost = NULL;
  HemoDifferential sum = { 0 };
  int marks = 0;
  HemoTxn *txn;

  for (guint i = 0; i < data->counts->len; i++)
    {
      const HemoCount *count = data->counts->pdata[i];

      hemo_differential_add (&sum, count);
      for (guint k = 0; k < count->cells->len; k++)
        {
          const HemoCountedCell *cell = count->cells->pdata[k];

          g_assert_true (cell->found == (cell->number > 0));
          marks += cell->found && !cell->taken_back;
        }
    }
  g_assert_cmpint (sum.denominator, ==, all);
  g_assert_cmpint (marks, ==, found);
  g_assert_cmpint (records_ask (self->records, "SELECT counted FROM case_state"), ==, all);
  txn = records_begin (self->records, HEMO_ROLE_TECHNICIAN);
  lost = hemo_count_find_lost (txn, NULL, NULL);
  g_assert_cmpuint (g_hash_table_size (lost), ==, 0);
  g_assert_true (hemo_count_check_fields (txn, self->tube, NULL));
  records_commit (txn);
}

void
fields_discard (
    Fields *self, HemoRole role, const char *image, int by_key, int found, gboolean keep)
{
  const HemoFieldTally told = { .by_key = by_key, .found = found };
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (self->records, role);

  g_assert_true (hemo_image_discard (txn, image, &told, keep, &error));
  g_assert_no_error (error);
  records_commit (txn);
}

HemoFieldTally
fields_tell (Fields *self, HemoRole role)
{
  HemoFieldTally told = { .by_key = -7 };
  HemoTxn *txn = records_begin (self->records, role);

  g_assert_true (hemo_count_tell_field (txn, self->image, &told, NULL));
  records_commit (txn);
  return told;
}
