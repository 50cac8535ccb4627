/* SPDX-License-Identifier: GPL-3.0-or-later */

/* hemogram-cli: accepting and rejecting specimens, their slides, the worklist. */

#include "hemo-cli.h"

#include "hemo-expected-table.h"
#include "hemo-records.h"

#include <glib/gi18n.h>

/* What one call of 'specimen accept' does in one transaction. @expected: UUID of an order that came
 * in, or NULL for a new one */
typedef struct
{
  HemoOrder *order;
  const char *expected;
  HemoSpecimen *specimen;
  const char *parent;
} Accept;

static json_object *
specimen_to_json (const HemoSpecimen *specimen)
{
  json_object *object = json_object_new_object ();

  hemo_cli_add_text (object, "uuid", specimen->uuid);
  hemo_cli_add_text (object, "accession", specimen->accession);
  hemo_cli_add_text (object, "patient", specimen->patient);
  hemo_cli_add_text (object, "order", specimen->order);
  hemo_cli_add_text (object, "parent", specimen->parent);
  hemo_cli_add_text (object, "type", hemo_specimen_type_to_code (specimen->type));
  hemo_cli_add_text (object, "stain", hemo_stain_to_code (specimen->stain));
  hemo_cli_add_time (object, "collected", specimen->collected_at);
  hemo_cli_add_time (object, "received", specimen->received_at);
  if (specimen->rejection != HEMO_REJECTION_NONE)
    hemo_cli_add_text (object, "rejected", hemo_rejection_to_code (specimen->rejection));
  hemo_cli_add_text (object, "rejection_note", specimen->rejection_note);
  return object;
}

static gboolean
accept_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Accept *accept = data;

  if (accept->expected != NULL)
    return hemo_expected_accept (txn, accept->expected, accept->order->patient, accept->specimen,
                                 error);
  if (!hemo_order_save (txn, accept->order, error))
    return FALSE;
  g_set_str (&accept->specimen->order, accept->order->uuid);
  return hemo_specimen_accept (txn, accept->specimen, error);
}

static gboolean
parse_codes (HemoOrder *order,
             HemoSpecimen *specimen,
             const char *tests,
             const char *urgency,
             const char *pregnancy,
             const char *type,
             const char *collected,
             GError **error)
{
  return (tests == NULL || hemo_tests_from_codes (tests, &order->tests, error))
         && (urgency == NULL || hemo_urgency_from_code (urgency, &order->urgency, error))
         && (pregnancy == NULL || hemo_pregnancy_from_code (pregnancy, &order->pregnancy, error))
         && (type == NULL || hemo_specimen_type_from_code (type, &specimen->type, error))
         && (collected == NULL || hemo_time_from_iso (collected, &specimen->collected_at, error));
}

static gboolean
accept (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autofree char *tests = NULL, *urgency = NULL, *pregnancy = NULL, *type = NULL,
                  *collected = NULL;
  g_autofree char *requester = NULL, *note = NULL, *accession = NULL, *expected = NULL;
  const GOptionEntry entries[] = {
    { "order", 0, 0, G_OPTION_ARG_STRING, &expected, NULL, NULL },
    { "tests", 0, 0, G_OPTION_ARG_STRING, &tests, NULL, NULL },
    { "urgency", 0, 0, G_OPTION_ARG_STRING, &urgency, NULL, NULL },
    { "pregnancy", 0, 0, G_OPTION_ARG_STRING, &pregnancy, NULL, NULL },
    { "type", 0, 0, G_OPTION_ARG_STRING, &type, NULL, NULL },
    { "collected", 0, 0, G_OPTION_ARG_STRING, &collected, NULL, NULL },
    { "requester", 0, 0, G_OPTION_ARG_STRING, &requester, NULL, NULL },
    { "note", 0, 0, G_OPTION_ARG_STRING, &note, NULL, NULL },
    { "accession", 0, 0, G_OPTION_ARG_STRING, &accession, NULL, NULL },
    { NULL },
  };
  g_autoptr (HemoSpecimen) specimen = hemo_specimen_new ();
  HemoOrder *order;
  Accept request;
  gboolean done;

  if (!hemo_cli_parse (entries, &argc, &argv, 1, 1, error))
    return FALSE;
  order = hemo_order_new (argv[1]);
  order->tests = HEMO_TEST_DIFFERENTIAL;
  order->ordered_at = hemo_time_now ();
  if (!parse_codes (order, specimen, tests, urgency, pregnancy, type, collected, error)
      || !hemo_cli_sign_in (self, error))
    {
      hemo_order_free (order);
      return FALSE;
    }
  g_set_str (&order->requester, requester);
  g_set_str (&order->clinical_note, note);
  g_set_str (&specimen->patient, order->patient);
  g_set_str (&specimen->accession, accession);
  specimen->received_at = hemo_time_now ();
  request = (Accept){ .order = order, .expected = expected, .specimen = specimen };
  done = hemo_cli_write (self, accept_job, &request, NULL, error);
  hemo_order_free (request.order);
  if (!done)
    return FALSE;
  hemo_cli_print (self, specimen_to_json (specimen), NULL);
  return TRUE;
}

static gboolean
slide_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Accept *accept = data;
  g_autoptr (HemoSpecimen) tube = hemo_specimen_find (txn, accept->parent, error);

  if (tube == NULL)
    return FALSE;
  g_set_str (&accept->specimen->parent, tube->uuid);
  g_set_str (&accept->specimen->order, tube->order);
  g_set_str (&accept->specimen->patient, tube->patient);
  accept->specimen->collected_at = tube->collected_at;
  return hemo_specimen_accept (txn, accept->specimen, error);
}

static gboolean
slide (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autofree char *stain = NULL;
  gboolean thick = FALSE;
  const GOptionEntry entries[] = {
    { "stain", 0, 0, G_OPTION_ARG_STRING, &stain, NULL, NULL },
    { "thick", 0, 0, G_OPTION_ARG_NONE, &thick, NULL, NULL },
    { NULL },
  };
  g_autoptr (HemoSpecimen) specimen = hemo_specimen_new ();
  Accept request = { .specimen = specimen };

  if (!hemo_cli_parse (entries, &argc, &argv, 1, 1, error)
      || (stain != NULL && !hemo_stain_from_code (stain, &specimen->stain, error))
      || !hemo_cli_sign_in (self, error))
    return FALSE;
  specimen->type = thick ? HEMO_SPECIMEN_THICK_FILM : HEMO_SPECIMEN_THIN_FILM;
  specimen->received_at = hemo_time_now ();
  request.parent = argv[1];
  if (!hemo_cli_write (self, slide_job, &request, NULL, error))
    return FALSE;
  hemo_cli_print (self, specimen_to_json (specimen), NULL);
  return TRUE;
}

static gboolean
show (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autoptr (HemoSpecimen) specimen = NULL;

  if (!hemo_cli_parse (NULL, &argc, &argv, 1, 1, error) || !hemo_cli_sign_in (self, error)
      || !hemo_cli_find_specimen (self, argv[1], &specimen, error))
    return FALSE;
  hemo_cli_print (self, specimen_to_json (specimen), NULL);
  return TRUE;
}

typedef struct
{
  const char *specimen;
  HemoRejection reason;
  const char *note;
} Reject;

static gboolean
reject_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Reject *request = data;
  g_autoptr (HemoSpecimen) specimen = hemo_specimen_find (txn, request->specimen, error);

  return specimen != NULL
         && hemo_specimen_reject (txn, specimen->uuid, request->reason, request->note, error);
}

static gboolean
reject (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autofree char *note = NULL;
  Reject request = { 0 };
  const GOptionEntry entries[] = {
    { "note", 0, 0, G_OPTION_ARG_STRING, &note, NULL, NULL },
    { NULL },
  };

  if (!hemo_cli_parse (entries, &argc, &argv, 2, 2, error)
      || !hemo_rejection_from_code (argv[2], &request.reason, error)
      || !hemo_cli_sign_in (self, error))
    return FALSE;
  request.specimen = argv[1];
  request.note = note;
  return hemo_cli_write (self, reject_job, &request, NULL, error);
}

typedef struct
{
  guint states;
  HemoDate day;
  int limit;
} Work;

static gboolean
worklist_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Work *work = data;
  g_autoptr (GPtrArray) items = hemo_worklist (txn, work->states, work->day, work->limit, error);
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; items != NULL && i < items->len; i++)
    g_array_append_val (rows, ((const HemoWorkItem *)g_ptr_array_index (items, i))->row);
  /* Where each is safe is told of items that are loaded by themselves. */
  *result = items != NULL
                ? hemo_worklist_load (txn, &g_array_index (rows, gint64, 0), rows->len, error)
                : NULL;
  hemo_txn_set_result_free (txn, (GDestroyNotify)g_ptr_array_unref);
  return *result != NULL;
}

static const char *const safety_codes[] = { "saved", "backed-up", "received" };
static const char *const reading_codes[]
    = { NULL, "asked", "read", "differs", "unclear", "in-hand" };

G_STATIC_ASSERT (G_N_ELEMENTS (safety_codes) == HEMO_SAFETY_RECEIVED + 1);
G_STATIC_ASSERT (G_N_ELEMENTS (reading_codes) == HEMO_READING_MARK_IN_HAND + 1);

static json_object *
item_to_json (const HemoWorkItem *item, HemoTime now)
{
  json_object *row = json_object_new_object ();
  g_autofree char *age = hemo_birth_age_text (&item->birth, hemo_date_of (now));
  g_autofree char *tests = hemo_tests_to_codes (item->tests);

  hemo_cli_add_text (row, "specimen", item->accession);
  hemo_cli_add_text (row, "patient", item->name);
  hemo_cli_add_text (row, "sex", hemo_sex_to_code (item->sex));
  hemo_cli_add_text (row, "age", age);
  hemo_cli_add_text (row, "tests", tests);
  hemo_cli_add_text (row, "urgency", hemo_urgency_to_code (item->urgency));
  hemo_cli_add_text (row, "state", hemo_state_to_code (item->state));
  hemo_cli_add_int (row, "counted", item->counted);
  hemo_cli_add_int (row, "images", item->images);
  hemo_cli_add_int (row, "waits_minutes",
                    MAX ((now.utc_us - item->waiting_since.utc_us) / G_TIME_SPAN_MINUTE, 0));
  hemo_cli_add_text (row, "safety", safety_codes[item->safety]);
  hemo_cli_add_text (row, "reading", reading_codes[item->reading]);
  hemo_cli_add_text (row, "uuid", item->specimen);
  return row;
}

static json_object *
expected_to_json (const HemoExpected *expected)
{
  json_object *object = json_object_new_object ();
  const HemoOrder *order = expected->order;
  g_autofree char *tests = hemo_tests_to_codes (order->tests);

  hemo_cli_add_text (object, "order", order->uuid);
  hemo_cli_add_text (object, "patient", order->patient);
  hemo_cli_add_text (object, "name", expected->name);
  hemo_cli_add_text (object, "tests", tests);
  hemo_cli_add_text (object, "urgency", hemo_urgency_to_code (order->urgency));
  hemo_cli_add_text (object, "requester", order->requester);
  hemo_cli_add_text (object, "note", order->clinical_note);
  hemo_cli_add_time (object, "ordered", order->ordered_at);
  return object;
}

static gboolean
expected_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Work *work = data;
  g_autoptr (GArray) rows = hemo_expected_rows (txn, error);

  if (rows == NULL)
    return FALSE;
  hemo_txn_set_result_free (txn, (GDestroyNotify)g_ptr_array_unref);
  *result = hemo_expected_load (txn, (const gint64 *)rows->data,
                                MIN (rows->len, (guint)work->limit), error);
  return *result != NULL;
}

/* What is ordered and did not come yet. */
static gboolean
list_expected (HemoCli *self, Work *work, GError **error)
{
  g_autoptr (GPtrArray) orders = NULL;
  json_object *rows;

  if (!hemo_cli_sign_in (self, error)
      || !hemo_cli_read (self, expected_job, work, (gpointer *)&orders, error))
    return FALSE;
  rows = json_object_new_array ();
  for (guint i = 0; i < orders->len; i++)
    json_object_array_add (rows, expected_to_json (g_ptr_array_index (orders, i)));
  hemo_cli_print (self, rows, _ ("Nothing waits."));
  return TRUE;
}

static gboolean
worklist (HemoCli *self, int argc, char **argv, GError **error)
{
  g_auto (GStrv) states = NULL;
  g_autofree char *day = NULL;
  gboolean today = FALSE, expected = FALSE;
  Work work = { .limit = 200 };
  const GOptionEntry entries[] = {
    { "state", 0, 0, G_OPTION_ARG_STRING_ARRAY, &states, NULL, NULL },
    { "day", 0, 0, G_OPTION_ARG_STRING, &day, NULL, NULL },
    { "today", 0, 0, G_OPTION_ARG_NONE, &today, NULL, NULL },
    { "expected", 0, 0, G_OPTION_ARG_NONE, &expected, NULL, NULL },
    { "limit", 0, 0, G_OPTION_ARG_INT, &work.limit, NULL, NULL },
    { NULL },
  };
  g_autoptr (GPtrArray) items = NULL;
  HemoTime now = hemo_time_now ();
  json_object *rows;

  if (!hemo_cli_parse (entries, &argc, &argv, 0, 0, error))
    return FALSE;
  for (guint i = 0; states != NULL && states[i] != NULL; i++)
    {
      HemoState state;
      if (!hemo_state_from_code (states[i], &state, error))
        return FALSE;
      work.states |= 1U << state;
    }
  if (today)
    work.day = hemo_date_of (now);
  if (day != NULL && !hemo_date_from_iso (day, &work.day, error))
    return FALSE;
  work.limit = CLAMP (work.limit, 1, 10000);
  if (expected)
    return list_expected (self, &work, error);
  if (!hemo_cli_sign_in (self, error)
      || !hemo_cli_read (self, worklist_job, &work, (gpointer *)&items, error))
    return FALSE;
  rows = json_object_new_array ();
  for (guint i = 0; i < items->len; i++)
    json_object_array_add (rows, item_to_json (g_ptr_array_index (items, i), now));
  hemo_cli_print (self, rows, _ ("Nothing waits."));
  return TRUE;
}

const HemoCliCommand hemo_cli_specimen_commands[] = {
  { "specimen accept",
    "PATIENT [--order ORDER] [--tests diff,morphology,platelets,malaria,cbc] [--urgency "
    "routine|urgent|stat] "
    "[--pregnancy no|1|2|3] [--type T] [--collected TIME] [--requester R] [--note N] [--accession "
    "A]",
    N_ ("Accept what came, with its order and a number"), accept },
  { "specimen slide", "SPECIMEN [--stain S] [--thick]", N_ ("A slide made from it"), slide },
  { "specimen show", "SPECIMEN", N_ ("All that is known of one"), show },
  { "specimen reject", "SPECIMEN REASON [--note N]", N_ ("Refuse it, with the reason"), reject },
  { "worklist", "[--state S…] [--today] [--day D] [--limit N] [--expected]",
    N_ ("What waits, most urgent first"), worklist },
  { NULL },
};
