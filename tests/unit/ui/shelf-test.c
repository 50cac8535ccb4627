/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What lies on the shelf, gathered, and tried again. */

#include "hemo-shelf.h"

#include "hemo-settle-words.h"

#include "records-fixture.h"

/* Without the window's words. */
const char *
hemo_settle_kind (const char *type)
{
  return type;
}

/* A patient and an order that a server refused. */
static Records *
make_stuck (void)
{
  Records *records = records_open ();
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (HemoPatient) patient = records_add_patient (txn, "Amina", "Otieno", 1990);
  g_autoptr (HemoOrder) order = hemo_order_new (patient->uuid);
  g_autoptr (GError) error = NULL;

  order->tests = HEMO_TEST_CBC;
  hemo_order_save (txn, order, &error);
  g_assert_no_error (error);
  records_commit (txn);
  records_run (records, "UPDATE queue SET state = 'stuck', reason = 'refused'");
  return records;
}

static HemoShelf *
load (Records *records)
{
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (GError) error = NULL;
  gpointer shelf = NULL;

  hemo_shelf_load (txn, NULL, &shelf, &error);
  g_assert_no_error (error);
  records_commit (txn);
  return shelf;
}

static void
retry (Records *records, GArray *sequences)
{
  HemoTxn *txn = records_begin (records, HEMO_ROLE_TECHNICIAN);
  g_autoptr (GError) error = NULL;

  hemo_shelf_retry (txn, sequences, NULL, &error);
  g_assert_no_error (error);
  records_commit (txn);
}

static void
test_gathered (void)
{
  Records *records = make_stuck ();
  g_autoptr (HemoShelf) shelf = load (records);
  g_autofree char *title = NULL;
  g_autofree char *text = NULL;

  g_assert_cmpuint (shelf->items->len, ==, 2);
  g_assert_cmpint (shelf->disputes, ==, 0);
  title = hemo_shelf_item_title (shelf->items->pdata[0]);
  text = hemo_shelf_item_text (shelf->items->pdata[0]);
  g_assert_cmpstr (title, ==, "Patient");
  g_assert_cmpstr (text, ==, "refused");
  records_close (records);
}

/* Pressed twice, or after something else took a part of it along: the rest goes all the same. */
static void
test_retried (void)
{
  Records *records = make_stuck ();
  g_autoptr (HemoShelf) before = load (records);
  g_autoptr (HemoShelf) after = NULL;
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < before->items->len; i++)
    {
      const HemoShelfItem *item = g_ptr_array_index (before->items, i);

      g_array_append_vals (all, item->sequences->data, item->sequences->len);
      if (i == 0)
        retry (records, item->sequences);
    }
  retry (records, all);
  after = load (records);
  g_assert_cmpuint (after->items->len, ==, 0);
  records_close (records);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/shelf/gathered", test_gathered);
  g_test_add_func ("/shelf/retried", test_retried);
  return g_test_run ();
}
