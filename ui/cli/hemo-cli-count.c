/* SPDX-License-Identifier: GPL-3.0-or-later */

/* hemogram-cli: counting white cells. */

#include "hemo-cli.h"

#include "hemo-records.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct
{
  const char *specimen;
  const char *reader;
  int target;
  const char *count;
  HemoCellClass cell_class;
  const char *image;
  gboolean others;
} Request;

/* The open count of this reader, or a new one. */
static gboolean
open_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Request *request = data;
  g_autoptr (HemoSpecimen) specimen = hemo_specimen_find (txn, request->specimen, error);
  g_autoptr (HemoCount) count = NULL;
  g_autoptr (GError) failure = NULL;

  if (specimen == NULL)
    return FALSE;
  count = hemo_count_load_open (txn, specimen->uuid, request->reader, &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (count == NULL)
    {
      count = hemo_count_new (specimen->uuid, request->reader,
                              request->target > 0 ? request->target : 100);
      count->started_at = hemo_txn_get_time (txn);
      if (!hemo_count_start (txn, count, error))
        return FALSE;
    }
  else if (request->target > 0 && request->target != count->target)
    {
      if (!hemo_count_set_target (txn, count->uuid, request->target, error))
        return FALSE;
      count->target = request->target;
    }
  if (request->others && !hemo_count_set_both_ways (txn, count->uuid, error))
    return FALSE;
  *result = g_steal_pointer (&count);
  hemo_txn_set_result_free (txn, (GDestroyNotify)hemo_count_free);
  return TRUE;
}

static gboolean
cell_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Request *request = data;

  return hemo_count_add_cell (txn, request->count, request->cell_class, request->image, NULL,
                              error);
}

static gboolean
undo_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_count_undo (txn, ((Request *)data)->count, NULL, error);
}

static gboolean
close_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_count_close (txn, ((Request *)data)->count, error);
}

static json_object *
count_to_json (const HemoCount *count)
{
  HemoDifferential sum = { 0 };
  json_object *object = json_object_new_object ();
  json_object *rows = json_object_new_array ();

  hemo_differential_add (&sum, count);
  hemo_cli_add_text (object, "count", count->uuid);
  hemo_cli_add_int (object, "counted", sum.denominator);
  hemo_cli_add_int (object, "target", count->target);
  hemo_cli_add_bool (object, "closed", count->closed);
  for (HemoCellClass i = 0; i < HEMO_CELL_CLASSES; i++)
    if (sum.tally[i] > 0)
      {
        double low, high;
        json_object *row = json_object_new_object ();

        hemo_differential_interval (&sum, i, &low, &high);
        hemo_cli_add_text (row, "class", hemo_cell_class_info (i)->code);
        hemo_cli_add_int (row, "cells", sum.tally[i]);
        hemo_cli_add_number (row, "percent", hemo_differential_percent (&sum, i), 1);
        hemo_cli_add_number (row, "low", low, 1);
        hemo_cli_add_number (row, "high", high, 1);
        json_object_array_add (rows, row);
      }
  json_object_object_add (object, "classes", rows);
  return object;
}

/* A cell is 'seg', several are 'seg:48'. */
static gboolean
parse_word (const char *word, HemoCellClass *cell_class, guint64 *times, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (word, ":", 2);

  *times = 1;
  return hemo_cell_class_from_code (parts[0], cell_class, error)
         && (parts[1] == NULL || g_ascii_string_to_unsigned (parts[1], 10, 1, 1000, times, error));
}

/* All are looked at before the first is counted: one that is wrong must not leave half of them. */
static gboolean
check_words (int argc, char **argv, GError **error)
{
  HemoCellClass cell_class;
  guint64 times;

  for (int i = 2; i < argc; i++)
    if (strcmp (argv[i], "-") != 0 && !parse_word (argv[i], &cell_class, &times, error))
      return FALSE;
  return TRUE;
}

/* '-' takes the last cell back. */
static gboolean
tally (HemoCli *self, Request *request, const char *word, GError **error)
{
  guint64 times;

  if (strcmp (word, "-") == 0)
    return hemo_cli_write (self, undo_job, request, NULL, error);
  if (!parse_word (word, &request->cell_class, &times, error))
    return FALSE;
  for (guint64 i = 0; i < times; i++)
    if (!hemo_cli_write (self, cell_job, request, NULL, error))
      return FALSE;
  return TRUE;
}

/* One cell a line from standard input, until it ends: for a tally counter or a script. */
static gboolean
tally_input (HemoCli *self, Request *request, GError **error)
{
  char line[128];

  /* Nothing may wait in a buffer that poll() does not see. */
  setvbuf (stdin, NULL, _IONBF, 0);
  for (;;)
    {
      if (!hemo_cli_wait_for_line (self, STDIN_FILENO, error))
        return FALSE;
      if (fgets (line, sizeof line, stdin) == NULL)
        return TRUE;
      if (*g_strstrip (line) != '\0' && !tally (self, request, line, error))
        return FALSE;
    }
}

static gboolean
count (HemoCli *self, int argc, char **argv, GError **error)
{
  Request request = { 0 };
  g_autofree char *image = NULL;
  gboolean close = FALSE, input = FALSE;
  const GOptionEntry entries[] = {
    { "target", 0, 0, G_OPTION_ARG_INT, &request.target, NULL, NULL },
    { "other-cells", 0, 0, G_OPTION_ARG_NONE, &request.others, NULL, NULL },
    { "image", 0, 0, G_OPTION_ARG_STRING, &image, NULL, NULL },
    { "input", 0, 0, G_OPTION_ARG_NONE, &input, NULL, NULL },
    { "close", 0, 0, G_OPTION_ARG_NONE, &close, NULL, NULL },
    { NULL },
  };
  g_autoptr (HemoCount) open = NULL;
  g_autoptr (HemoCount) after = NULL;

  if (!hemo_cli_parse (entries, &argc, &argv, 1, -1, error) || !check_words (argc, argv, error))
    return FALSE;
  if (request.target != 0 && request.target != 100 && request.target != 200
      && request.target != 400)
    {
      g_set_error (error, HEMO_CLI_ERROR, HEMO_CLI_ERROR_USAGE,
                   _ ("The target is 100, 200 or 400."));
      return FALSE;
    }
  if (!hemo_cli_sign_in (self, error))
    return FALSE;
  request.specimen = argv[1];
  request.reader = hemo_session_get_user (self->session);
  if (!hemo_cli_write (self, open_job, &request, (gpointer *)&open, error))
    return FALSE;
  request.count = open->uuid;
  request.image = image;
  for (int i = 2; i < argc; i++)
    if (!tally (self, &request, argv[i], error))
      return FALSE;
  if (input && !tally_input (self, &request, error))
    return FALSE;
  if (!hemo_cli_write (self, open_job, &request, (gpointer *)&after, error))
    return FALSE;
  if (close && !hemo_cli_write (self, close_job, &request, NULL, error))
    return FALSE;
  after->closed = close;
  hemo_cli_print (self, count_to_json (after), NULL);
  return TRUE;
}

/* A reason that is given with --reason; all corrections ask for one. */
typedef gboolean (*Correct) (HemoTxn *txn, const char *uuid, const char *reason, GError **error);

typedef struct
{
  const char *uuid;
  char *reason;
  Correct correct;
} Correction;

static gboolean
correct_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Correction *correction = data;

  return correction->correct (txn, correction->uuid, correction->reason, error);
}

gboolean
hemo_cli_correct (HemoCli *self, int argc, char **argv, Correct correct, GError **error)
{
  g_autofree char *reason = NULL;
  const GOptionEntry entries[] = {
    { "reason", 0, 0, G_OPTION_ARG_STRING, &reason, NULL, NULL },
    { NULL },
  };
  Correction correction = { .correct = correct };

  if (!hemo_cli_parse (entries, &argc, &argv, 1, 1, error))
    return FALSE;
  if (reason == NULL)
    {
      g_set_error (error, HEMO_CLI_ERROR, HEMO_CLI_ERROR_USAGE, _ ("Say why, with --reason."));
      return FALSE;
    }
  correction.uuid = argv[1];
  correction.reason = reason;
  return hemo_cli_sign_in (self, error)
         && hemo_cli_write (self, correct_job, &correction, NULL, error);
}

static gboolean
reopen (HemoCli *self, int argc, char **argv, GError **error)
{
  return hemo_cli_correct (self, argc, argv, hemo_count_reopen, error);
}

static gboolean
discard (HemoCli *self, int argc, char **argv, GError **error)
{
  return hemo_cli_correct (self, argc, argv, hemo_count_discard, error);
}

static gboolean
list (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autoptr (HemoCase) data = NULL;
  json_object *rows;

  if (!hemo_cli_parse (NULL, &argc, &argv, 1, 1, error) || !hemo_cli_sign_in (self, error)
      || !hemo_cli_load_case (self, argv[1], &data, error))
    return FALSE;
  rows = json_object_new_array ();
  for (guint i = 0; i < data->counts->len; i++)
    {
      const HemoCount *count = g_ptr_array_index (data->counts, i);
      json_object *row = count_to_json (count);

      json_object_object_del (row, "classes");
      hemo_cli_add_time (row, "started", count->started_at);
      hemo_cli_add_bool (row, "mine",
                         g_strcmp0 (count->reader, hemo_session_get_user (self->session)) == 0);
      json_object_array_add (rows, row);
    }
  hemo_cli_print (self, rows, _ ("Nothing has been counted."));
  return TRUE;
}

const HemoCliCommand hemo_cli_count_commands[] = {
  { "count list", "SPECIMEN", N_ ("The counts of a specimen"), list },
  { "count reopen", "COUNT --reason R", N_ ("Go on with a closed count"), reopen },
  { "count discard", "COUNT --reason R", N_ ("Mark a count as entered in error"), discard },
  { "count",
    "SPECIMEN [CLASS[:N]|-]… [--target 100|200|400] [--image IMAGE] [--other-cells] [--input] "
    "[--close]",
    N_ ("Count white cells; '-' takes the last one back"), count },
  { NULL },
};
