/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Commands on orders that the laboratory cannot carry out. */

#include "hemo-cli.h"
#include "hemo-refusal-table.h"

#include <glib/gi18n.h>

typedef struct
{
  const char *order;
  HemoRefusalReason reason;
  const char *note;
} Refuse;

static gboolean
refuse_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Refuse *request = data;

  return hemo_order_refuse (txn, request->order, request->reason, request->note, error);
}

static gboolean
refuse (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autofree char *note = NULL;
  Refuse request = { 0 };
  const GOptionEntry entries[] = {
    { "note", 0, 0, G_OPTION_ARG_STRING, &note, NULL, NULL },
    { NULL },
  };

  if (!hemo_cli_parse (entries, &argc, &argv, 2, 2, error)
      || !hemo_refusal_reason_from_code (argv[2], &request.reason, error)
      || !hemo_cli_sign_in (self, error))
    return FALSE;
  request.order = argv[1];
  request.note = note;
  return hemo_cli_write (self, refuse_job, &request, NULL, error);
}

static gboolean
unrefuse_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_refusal_take_back (txn, data, error);
}

static gboolean
unrefuse (HemoCli *self, int argc, char **argv, GError **error)
{
  return hemo_cli_parse (NULL, &argc, &argv, 1, 1, error) && hemo_cli_sign_in (self, error)
         && hemo_cli_write (self, unrefuse_job, argv[1], NULL, error);
}

static json_object *
refused_to_json (const HemoRefused *item)
{
  json_object *object = json_object_new_object ();
  const HemoOrder *order = item->order;
  g_autofree char *tests = hemo_tests_to_codes (order->tests);

  hemo_cli_add_text (object, "order", order->uuid);
  hemo_cli_add_text (object, "patient", item->refusal->patient);
  hemo_cli_add_text (object, "name", item->name);
  hemo_cli_add_text (object, "tests", *tests != '\0' ? tests : NULL);
  hemo_cli_add_text (object, "requester", order->requester);
  hemo_cli_add_text (object, "order-note", order->clinical_note);
  hemo_cli_add_text (object, "reason", hemo_refusal_reason_to_code (item->refusal->reason));
  hemo_cli_add_text (object, "note", item->refusal->words);
  hemo_cli_add_text (object, "by", item->refusal->refused_by_name);
  hemo_cli_add_time (object, "at", item->refusal->at);
  json_object_object_add (object, "told", json_object_new_boolean (item->told));
  json_object_object_add (object, "shelved", json_object_new_boolean (item->shelved));
  json_object_object_add (object, "closed", json_object_new_boolean (item->closed));
  return object;
}

static gboolean
refused_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const int *limit = data;
  g_autoptr (GArray) rows = hemo_refused_rows (txn, error);

  if (rows == NULL)
    return FALSE;
  hemo_txn_set_result_free (txn, (GDestroyNotify)g_ptr_array_unref);
  *result
      = hemo_refused_load (txn, (const gint64 *)rows->data, MIN (rows->len, (guint)*limit), error);
  return *result != NULL;
}

static gboolean
refused (HemoCli *self, int argc, char **argv, GError **error)
{
  int limit = 200;
  const GOptionEntry entries[] = {
    { "limit", 0, 0, G_OPTION_ARG_INT, &limit, NULL, NULL },
    { NULL },
  };
  g_autoptr (GPtrArray) items = NULL;
  json_object *rows;

  if (!hemo_cli_parse (entries, &argc, &argv, 0, 0, error))
    return FALSE;
  limit = CLAMP (limit, 1, 10000);
  if (!hemo_cli_sign_in (self, error)
      || !hemo_cli_read (self, refused_job, &limit, (gpointer *)&items, error))
    return FALSE;
  rows = json_object_new_array ();
  for (guint i = 0; i < items->len; i++)
    json_object_array_add (rows, refused_to_json (g_ptr_array_index (items, i)));
  hemo_cli_print (self, rows, _ ("Nothing was refused."));
  return TRUE;
}

const HemoCliCommand hemo_cli_order_commands[] = {
  { "order refuse", "ORDER REASON [--note N]",
    N_ ("The laboratory cannot do it: who ordered is told why"), refuse },
  { "order unrefuse", "ORDER", N_ ("Take a refusal back that was not sent yet"), unrefuse },
  { "order refused", "[--limit N]", N_ ("Refused orders: who, when and why"), refused },
  { NULL },
};
