/* SPDX-License-Identifier: GPL-3.0-or-later */

/* hemogram-cli: a pathologist is asked to read a case, and answers. */

#include "hemo-cli.h"

#include "hemo-picture-request-table.h"

#include <glib/gi18n.h>

static json_object *
reading_to_json (const HemoReading *reading, const char *accession)
{
  json_object *row = json_object_new_object ();

  hemo_cli_add_text (row, "uuid", reading->uuid);
  hemo_cli_add_text (row, "specimen", accession);
  hemo_cli_add_text (row, "state", hemo_reading_state_to_code (reading->state));
  hemo_cli_add_text (row, "priority", hemo_urgency_to_code (reading->urgency));
  hemo_cli_add_text (row, "question", reading->question);
  hemo_cli_add_text (row, "asked_by", reading->asked_by_name);
  hemo_cli_add_time (row, "asked_at", reading->asked_at);
  hemo_cli_add_text (row, "reader", reading->reader_name);
  if (reading->state == HEMO_READING_COMPLETED)
    {
      hemo_cli_add_text (row, "conclusion", hemo_conclusion_to_code (reading->conclusion));
      hemo_cli_add_text (row, "answer", reading->answer);
      hemo_cli_add_time (row, "answered_at", reading->changed_at);
      hemo_cli_add_int (row, "report_version", reading->report_version);
    }
  hemo_cli_add_text (row, "reason", reading->reason);
  return row;
}

static gboolean
ask_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_reading_ask (txn, data, error);
}

static gboolean
ask (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autofree char *priority = NULL;
  const GOptionEntry entries[] = {
    { "priority", 0, 0, G_OPTION_ARG_STRING, &priority, NULL, NULL },
    { NULL },
  };
  g_autoptr (HemoReading) reading = NULL;
  g_autoptr (HemoSpecimen) specimen = NULL;
  HemoUrgency urgency = HEMO_URGENCY_ROUTINE;

  if (!hemo_cli_parse (entries, &argc, &argv, 2, 2, error)
      || (priority != NULL && !hemo_urgency_from_code (priority, &urgency, error))
      || !hemo_cli_sign_in (self, error)
      || !hemo_cli_find_specimen (self, argv[1], &specimen, error))
    return FALSE;
  reading = hemo_reading_new (specimen->uuid);
  reading->question = g_strdup (argv[2]);
  reading->urgency = urgency;
  if (!hemo_cli_write (self, ask_job, reading, NULL, error))
    return FALSE;
  hemo_cli_print (self, reading_to_json (reading, specimen->accession), NULL);
  return TRUE;
}

static gboolean
list_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autoptr (GArray) rows = hemo_reading_rows (txn, *(guint *)data, error);

  if (rows == NULL)
    return FALSE;
  *result = hemo_reading_load_rows (txn, (const gint64 *)rows->data, rows->len, error);
  hemo_txn_set_result_free (txn, (GDestroyNotify)g_ptr_array_unref);
  return *result != NULL;
}

static gboolean
list (HemoCli *self, int argc, char **argv, GError **error)
{
  gboolean answered = FALSE, all = FALSE;
  const GOptionEntry entries[] = {
    { "answered", 0, 0, G_OPTION_ARG_NONE, &answered, NULL, NULL },
    { "all", 0, 0, G_OPTION_ARG_NONE, &all, NULL, NULL },
    { NULL },
  };
  g_autoptr (GPtrArray) items = NULL;
  json_object *rows;
  guint states = HEMO_READING_OPEN;

  if (!hemo_cli_parse (entries, &argc, &argv, 0, 0, error) || !hemo_cli_sign_in (self, error))
    return FALSE;
  if (answered || all)
    states = all ? HEMO_READING_ALL : 1u << HEMO_READING_COMPLETED;
  if (!hemo_cli_read (self, list_job, &states, (gpointer *)&items, error))
    return FALSE;
  rows = json_object_new_array ();
  for (guint i = 0; i < items->len; i++)
    {
      const HemoReadingItem *item = g_ptr_array_index (items, i);
      json_object *row = reading_to_json (item->reading, item->accession);

      hemo_cli_add_text (row, "patient", item->name);
      hemo_cli_add_int (row, "fields", item->images);
      json_object_array_add (rows, row);
    }
  hemo_cli_print (self, rows, answered ? _ ("No reading is answered.") : _ ("No reading waits."));
  return TRUE;
}

typedef struct
{
  const char *uuid;
  HemoConclusion conclusion;
  const char *answer;
} Answer;

static gboolean
answer_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Answer *answer = data;
  g_autoptr (HemoReading) reading = hemo_reading_find (txn, answer->uuid, error);

  if (reading == NULL)
    return FALSE;
  reading->conclusion = answer->conclusion;
  g_set_str (&reading->answer, answer->answer);
  return hemo_reading_answer (txn, reading, error);
}

static gboolean
answer (HemoCli *self, int argc, char **argv, GError **error)
{
  Answer data = { 0 };

  if (!hemo_cli_parse (NULL, &argc, &argv, 3, 3, error)
      || !hemo_conclusion_from_code (argv[2], &data.conclusion, error)
      || !hemo_cli_sign_in (self, error))
    return FALSE;
  data.uuid = argv[1];
  data.answer = argv[3];
  if (!hemo_cli_write (self, answer_job, &data, NULL, error))
    return FALSE;
  hemo_cli_say (self, _ ("The answer is saved, and waits to be sent with the case."));
  return TRUE;
}

static gboolean
accept_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autoptr (HemoReading) reading = hemo_reading_find (txn, data, error);

  return reading != NULL && hemo_reading_accept (txn, reading, error);
}

static gboolean
accept_reading (HemoCli *self, int argc, char **argv, GError **error)
{
  if (!hemo_cli_parse (NULL, &argc, &argv, 1, 1, error) || !hemo_cli_sign_in (self, error)
      || !hemo_cli_write (self, accept_job, argv[1], NULL, error))
    return FALSE;
  hemo_cli_say (self, _ ("The case is in your hand; the clinic sees who reads it."));
  return TRUE;
}

/* Pictures of other laptops */

static void
add_request (json_object *row, const HemoPictureRequest *request)
{
  hemo_cli_add_text (row, "state",
                     request != NULL ? hemo_picture_request_state_to_code (request->state)
                                     : "not-asked");
  if (request == NULL)
    return;
  hemo_cli_add_text (row, "asked_by", request->asked_by_name);
  hemo_cli_add_time (row, "asked_at", request->asked_at);
  hemo_cli_add_text (row, "reason", request->reason);
}

static gboolean
pictures_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const HemoSpecimen *specimen = data;

  *result = hemo_other_pictures_load (
      txn, specimen->parent != NULL ? specimen->parent : specimen->uuid, error);
  hemo_txn_set_result_free (txn, (GDestroyNotify)g_ptr_array_unref);
  return *result != NULL;
}

static gboolean
pictures (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autoptr (HemoSpecimen) specimen = NULL;
  g_autoptr (GPtrArray) list = NULL;
  json_object *rows;

  if (!hemo_cli_parse (NULL, &argc, &argv, 1, 1, error) || !hemo_cli_sign_in (self, error)
      || !hemo_cli_find_specimen (self, argv[1], &specimen, error)
      || !hemo_cli_write (self, pictures_job, specimen, (gpointer *)&list, error))
    return FALSE;
  rows = json_object_new_array ();
  for (guint i = 0; i < list->len; i++)
    {
      const HemoOtherPicture *picture = g_ptr_array_index (list, i);
      json_object *row = json_object_new_object ();

      hemo_cli_add_text (row, "picture", picture->image->uuid);
      hemo_cli_add_int (row, "field", picture->image->field);
      hemo_cli_add_int (row, "bytes", picture->image->bytes);
      add_request (row, picture->request);
      json_object_array_add (rows, row);
    }
  hemo_cli_print (self, rows, _ ("No other laptop took a picture of this case."));
  return TRUE;
}

static gboolean
request_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_picture_request_ask (txn, data, NULL, error);
}

static gboolean
request (HemoCli *self, int argc, char **argv, GError **error)
{
  if (!hemo_cli_parse (NULL, &argc, &argv, 1, 1, error) || !hemo_cli_sign_in (self, error)
      || !hemo_cli_write (self, request_job, argv[1], NULL, error))
    return FALSE;
  hemo_cli_say (self, _ ("Asked for. It goes first once the clinic has a connection."));
  return TRUE;
}

static gboolean
cancel (HemoCli *self, int argc, char **argv, GError **error)
{
  return hemo_cli_correct (self, argc, argv, hemo_reading_cancel, error);
}

const HemoCliCommand hemo_cli_reading_commands[] = {
  { "reading ask", "SPECIMEN QUESTION [--priority P]", N_ ("Ask a pathologist to read a case"),
    ask },
  { "reading list", "[--answered] [--all]", N_ ("What waits for a pathologist"), list },
  { "reading accept", "READING",
    N_ ("Take a case in hand, as a pathologist, and let others see it"), accept_reading },
  { "reading answer", "READING agrees|differs|unclear TEXT",
    N_ ("Answer, as a pathologist; an own answer is said anew"), answer },
  { "reading cancel", "READING --reason R", N_ ("Take a question back, or decline it"), cancel },
  { "reading pictures", "SPECIMEN", N_ ("Pictures of the case that other laptops took"), pictures },
  { "reading request", "PICTURE", N_ ("Ask for a picture to be sent before all others"), request },
  { NULL },
};
