/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Counted cells that stand though what they were counted on does not are noticed, and a person can
 * say what becomes of them. */

#include "count-field-fixture.h"

#include <string.h>

static void
assert_none_lost (Fields *self)
{
  g_autoptr (GHashTable) lost = NULL;
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (self->records, HEMO_ROLE_TECHNICIAN);

  lost = hemo_count_find_lost (txn, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_hash_table_size (lost), ==, 0);
  records_commit (txn);
}

/* @image: of which it is to be said what becomes of its cells, or NULL */
static void
assert_lost (Fields *self, int n, const char *image)
{
  g_autoptr (GHashTable) lost = NULL;
  const HemoLostCells *cells;
  g_autoptr (GError) error = NULL;
  HemoTxn *txn = records_begin (self->records, HEMO_ROLE_TECHNICIAN);

  lost = hemo_count_find_lost (txn, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_hash_table_size (lost), ==, 1);
  cells = g_hash_table_lookup (lost, self->count);
  g_assert_nonnull (cells);
  g_assert_cmpint (cells->n, ==, n);
  g_assert_cmpstr (cells->image, ==, image);
  g_assert_false (hemo_count_check_fields (txn, self->tube, &error));
  g_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_assert_cmpint (strstr (error->message, "image discard") != NULL, ==, image != NULL);
  g_assert_true (image == NULL || strstr (error->message, image) != NULL);
  records_commit (txn);
}

/* A program that did not ask let a field be discarded, and left its cells. */
static void
discard_unsaid (Fields *self, const char *image)
{
  g_autofree char *sql
      = g_strdup_printf ("UPDATE image SET entered_in_error = 1 WHERE uuid = '%s'", image);

  records_run (self->records, sql);
}

/* What it left is said later, once. */
static void
test_said_later (Fields *self, gconstpointer data)
{
  const HemoFieldTally told = { .by_key = 2 };
  g_autoptr (GError) error = NULL;
  HemoTxn *txn;

  fields_add_key (self, self->image);
  fields_add_key (self, self->image);
  fields_add_key (self, self->second);
  fields_close_count (self);
  discard_unsaid (self, self->image);
  assert_lost (self, 2, self->image);
  g_assert_cmpint (fields_tell (self, HEMO_ROLE_TECHNICIAN).by_key, ==, 2);
  fields_discard (self, HEMO_ROLE_TECHNICIAN, self->image, 2, 0, TRUE);
  fields_assert_counted (self, 3, 0);
  txn = records_begin (self->records, HEMO_ROLE_TECHNICIAN);
  g_assert_false (hemo_image_discard (txn, self->image, &told, FALSE, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND);
  hemo_txn_end (txn);
}

static void
test_out_later (Fields *self, gconstpointer data)
{
  const HemoFieldTally none = { 0 };
  g_autoptr (GError) error = NULL;
  HemoTxn *txn;

  fields_count_marks (self);
  fields_add_key (self, self->second);
  discard_unsaid (self, self->image);
  discard_unsaid (self, self->second);
  txn = records_begin (self->records, HEMO_ROLE_TECHNICIAN);
  g_assert_false (hemo_image_discard (txn, self->image, &none, FALSE, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  hemo_txn_end (txn);
  fields_discard (self, HEMO_ROLE_TECHNICIAN, self->image, 0, 3, FALSE);
  assert_lost (self, 1, self->second);
  fields_discard (self, HEMO_ROLE_TECHNICIAN, self->second, 1, 0, FALSE);
  fields_assert_counted (self, 0, 0);
  txn = records_begin (self->records, HEMO_ROLE_TECHNICIAN);
  g_assert_false (hemo_image_discard (txn, self->image, &none, FALSE, &error));
  records_assert_refused (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND);
  hemo_txn_end (txn);
}

/* No report is made of a rejected specimen; of one that is taken back there is. */
static void
test_lost_rejected (Fields *self, gconstpointer data)
{
  fields_add_key (self, self->image);
  discard_unsaid (self, self->image);
  records_run (self->records, "UPDATE specimen SET rejection = 'clotted' WHERE parent IS NULL");
  assert_none_lost (self);
  records_run (self->records, "UPDATE specimen SET rejection = 'none'");
  assert_lost (self, 1, self->image);
  /* A count of a slide whose tube was rejected, and one of a rejected slide. */
  records_run (self->records, "UPDATE cell_count SET specimen = "
                              "(SELECT uuid FROM specimen WHERE parent IS NOT NULL)");
  assert_lost (self, 1, self->image);
  records_run (self->records, "UPDATE specimen SET rejection = 'clotted' WHERE parent IS NULL");
  assert_none_lost (self);
  records_run (self->records, "UPDATE specimen SET rejection = iif (parent IS NULL, 'none', "
                              "'clotted')");
  assert_none_lost (self);
}

/* What stays without a field of a rejected slide is no more to be said of it. */
static void
test_kept_rejected (Fields *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  HemoTxn *txn;

  fields_add_key (self, self->second);
  records_run (self->records, "UPDATE specimen SET rejection = 'clotted' WHERE parent IS NOT NULL");
  txn = records_begin (self->records, HEMO_ROLE_TECHNICIAN);
  g_assert_false (hemo_count_check_fields (txn, self->tube, &error));
  g_assert_nonnull (strstr (error->message, self->second));
  hemo_txn_end (txn);
  g_clear_error (&error);
  fields_discard (self, HEMO_ROLE_TECHNICIAN, self->second, 1, 0, TRUE);
  txn = records_begin (self->records, HEMO_ROLE_TECHNICIAN);
  g_assert_false (hemo_count_check_fields (txn, self->tube, &error));
  g_assert_null (strstr (error->message, "image discard"));
  hemo_txn_end (txn);
}

/* What an older program or somebody with the key left is noticed. */
static void
test_lost (Fields *self, gconstpointer data)
{
  fields_count_marks (self);
  fields_add_key (self, self->second);
  fields_assert_counted (self, 4, 3);
  records_run (self->records, "UPDATE image SET entered_in_error = 1 WHERE specimen IN "
                              "(SELECT uuid FROM specimen WHERE parent IS NOT NULL)");
  assert_lost (self, 1, self->second);
  records_run (self->records, "UPDATE field_cells SET content = json_set (content, "
                              "'$.threshold', 0.7)");
  assert_lost (self, 2, self->second);
  records_run (self->records, "UPDATE field_cells SET content = '{}'");
  assert_lost (self, 4, self->second);
  records_run (self->records, "UPDATE field_cells SET content = 'nothing'");
  assert_lost (self, 4, self->second);
  for (int i = 0; i < 4; i++)
    fields_undo (self);
  fields_assert_counted (self, 0, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/count-lost/" name, Fields, NULL, fields_set_up, function, fields_tear_down)
  ADD ("noticed", test_lost);
  ADD ("said-later", test_said_later);
  ADD ("out-later", test_out_later);
  ADD ("rejected", test_lost_rejected);
  ADD ("kept-rejected", test_kept_rejected);
  return g_test_run ();
}
