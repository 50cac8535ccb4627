/* SPDX-License-Identifier: GPL-3.0-or-later */

/* hemogram-cli: what is brought to the servers, when, and what they refused. */

#include "hemo-cli-sync.h"

#include "hemo-remote.h"
#include "hemo-sync.h"

#include <glib/gi18n.h>
#include <stdio.h>

/* More than this on the shelf is one thing that is wrong, not so many. */
#define SHELF_MAX 1000

static const char *const lane_codes[] = { "results", "previews", "originals" };
static const char *const activity_codes[] = { "idle", "working", "waiting", "stopped", "paused" };

G_STATIC_ASSERT (G_N_ELEMENTS (lane_codes) == HEMO_LANE_NONE);
G_STATIC_ASSERT (G_N_ELEMENTS (activity_codes) == HEMO_LANE_PAUSED + 1);

static HemoSync *
open_sync (HemoCli *self, GError **error)
{
  return hemo_cli_sign_in (self, error) ? hemo_sync_new (self->clinic, error) : NULL;
}

static json_object *
lane_to_json (const HemoSyncLane *lane, const char *code)
{
  json_object *row = json_object_new_object ();

  hemo_cli_add_text (row, "lane", code);
  hemo_cli_add_bool (row, "server", lane->is_set);
  hemo_cli_add_int (row, "waiting", lane->tally.waiting);
  hemo_cli_add_int (row, "bytes", MAX (lane->tally.bytes - lane->tally.sent, 0));
  hemo_cli_add_int (row, "shelf", lane->tally.stuck);
  hemo_cli_add_text (row, "activity", activity_codes[lane->activity]);
  hemo_cli_add_text (row, "failure", lane->failure);
  return row;
}

static json_object *
status_to_json (const HemoSyncStatus *status)
{
  json_object *object = json_object_new_object ();
  json_object *lanes = json_object_new_array ();

  hemo_cli_add_bool (object, "set_up", status->is_set);
  hemo_cli_add_bool (object, "paused", status->paused);
  if (status->reached_us > 0)
    hemo_cli_add_time (object, "reached",
                       (HemoTime){ .utc_us = status->reached_us,
                                   .offset_minutes = hemo_time_now ().offset_minutes });
  hemo_cli_add_int (object, "conflicts", status->conflicts);
  if (status->strange > 0)
    hemo_cli_add_int (object, "of_others", status->strange);
  /* Only a backup gives them back. */
  if (status->missing > 0)
    hemo_cli_add_int (object, "pruned_missing", status->missing);
  for (guint i = 0; i < HEMO_LANE_NONE; i++)
    json_object_array_add (lanes, lane_to_json (&status->lanes[i], lane_codes[i]));
  json_object_object_add (object, "lanes", lanes);
  return object;
}

static gboolean
show_status (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autoptr (HemoSync) sync = NULL;
  g_autoptr (HemoSyncStatus) status = NULL;

  if (!hemo_cli_parse (NULL, &argc, &argv, 0, 0, error))
    return FALSE;
  sync = open_sync (self, error);
  status = sync != NULL ? hemo_sync_make_status (sync, error) : NULL;
  if (status == NULL)
    return FALSE;
  hemo_cli_print (self, status_to_json (status), NULL);
  return TRUE;
}

static gint64
count_stuck (const HemoSyncStatus *status)
{
  gint64 stuck = 0;

  for (guint i = 0; i < HEMO_LANE_NONE; i++)
    stuck += status->lanes[i].tally.stuck;
  return stuck;
}

/* Nothing was sent that a person believes was. */
static gboolean
fail_shelf (gint64 stuck, GError **error)
{
  g_set_error (
      error, HEMO_CLI_ERROR, HEMO_CLI_ERROR_FOUND,
      g_dngettext (GETTEXT_PACKAGE, "%d item is on the shelf; see hemogram-cli sync shelf.",
                   "%d items are on the shelf; see hemogram-cli sync shelf.", (gulong)stuck),
      (int)MIN (stuck, G_MAXINT));
  return FALSE;
}

static gboolean
parse_lane (const char *code, guint *lanes, GError **error)
{
  *lanes = 0;
  for (guint i = 0; code != NULL && i < G_N_ELEMENTS (lane_codes); i++)
    if (g_str_equal (code, lane_codes[i]))
      *lanes = 1u << i;
  if (code == NULL || *lanes != 0)
    return TRUE;
  g_set_error (error, HEMO_CLI_ERROR, HEMO_CLI_ERROR_USAGE,
               _ ("The lane is results, previews or originals."));
  return FALSE;
}

static gboolean
check_ready (HemoSync *sync, guint lanes, GError **error)
{
  g_autoptr (HemoSyncStatus) status = hemo_sync_make_status (sync, error);
  gboolean is_set = FALSE;

  if (status == NULL)
    return FALSE;
  for (guint i = 0; i < HEMO_LANE_NONE; i++)
    is_set = is_set || ((lanes == 0 || (lanes & (1u << i)) != 0) && status->lanes[i].is_set);
  if (!is_set)
    g_set_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND,
                 _ ("No server is set up for this: an administrator does it with hemogram-cli sync "
                    "configure."));
  else if (status->paused)
    g_set_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE,
                 _ ("The sync is paused: hemogram-cli sync resume lets it go on."));
  return is_set && !status->paused;
}

/* Says what went and what did not, also when it broke off. */
static gboolean
print_sent (HemoCli *self, HemoSync *sync, guint sent, GError **error)
{
  g_autoptr (HemoSyncStatus) status = hemo_sync_make_status (sync, error);
  json_object *object;

  if (status == NULL)
    return FALSE;
  object = status_to_json (status);
  hemo_cli_add_int (object, "sent", sent);
  hemo_cli_print (self, object, NULL);
  return count_stuck (status) == 0 || fail_shelf (count_stuck (status), error);
}

static gboolean
run_once (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autofree char *lane = NULL;
  const GOptionEntry entries[] = {
    { "lane", 0, 0, G_OPTION_ARG_STRING, &lane, NULL, NULL },
    { NULL },
  };
  g_autoptr (HemoSync) sync = NULL;
  g_autoptr (GError) failure = NULL;
  guint lanes = 0, sent = 0;
  gboolean printed;

  if (!hemo_cli_parse (entries, &argc, &argv, 0, 0, error) || !parse_lane (lane, &lanes, error))
    return FALSE;
  sync = open_sync (self, error);
  if (sync == NULL || !check_ready (sync, lanes, error))
    return FALSE;
  hemo_sync_run_once (sync, lanes, &sent, self->cancellable, &failure);
  printed = print_sent (self, sync, sent, failure == NULL ? error : NULL);
  if (failure == NULL)
    return printed;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

typedef struct
{
  HemoCli *cli;
  GMainLoop *loop;
  char *last;
} Watch;

/* One line for each lane that has work or trouble. (transfer full) */
static char *
status_line (const HemoSyncStatus *status)
{
  g_autoptr (GString) line = g_string_new (NULL);

  for (guint i = 0; i < HEMO_LANE_NONE; i++)
    {
      const HemoSyncLane *lane = &status->lanes[i];

      if (!lane->is_set)
        continue;
      g_string_append_printf (line, "%s%s %s %" G_GINT64_FORMAT, line->len > 0 ? "; " : "",
                              lane_codes[i], activity_codes[lane->activity], lane->tally.waiting);
      if (lane->tally.stuck > 0)
        g_string_append_printf (line, " (shelf %" G_GINT64_FORMAT ")", lane->tally.stuck);
      if (lane->failure != NULL)
        g_string_append_printf (line, ": %s", lane->failure);
    }
  if (status->image != NULL)
    g_string_append_printf (line, "; %s %" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT, status->image,
                            status->image_sent, status->image_size);
  return g_string_free (g_steal_pointer (&line), FALSE);
}

/* A reader of lines gets each when it is there. */
static void
print_change (Watch *watch, HemoSyncStatus *status)
{
  g_autofree char *line = NULL;
  json_object *object;

  if (!watch->cli->json)
    line = status_line (status);
  else
    {
      object = status_to_json (status);
      hemo_cli_add_text (object, "image", status->image);
      if (status->image != NULL)
        hemo_cli_add_int (object, "image_sent", (gint64)status->image_sent);
      line = g_strdup (json_object_to_json_string_ext (object, JSON_C_TO_STRING_NOSLASHESCAPE));
      json_object_put (object);
    }
  if (g_strcmp0 (line, watch->last) == 0)
    return;
  watch->cli->printed = TRUE;
  g_print ("%s\n", line);
  fflush (stdout);
  g_free (watch->last);
  watch->last = g_steal_pointer (&line);
}

static void
changed_cb (HemoSync *sync, Watch *watch)
{
  g_autoptr (HemoSyncStatus) status = hemo_sync_get_status (sync);

  if (status != NULL)
    print_change (watch, status);
}

static gboolean
end_cb (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

/* In the thread that takes signals: the loop may not run yet, and then ends when it does. */
static void
interrupt_cb (GCancellable *cancellable, gpointer loop)
{
  g_idle_add_full (G_PRIORITY_HIGH, end_cb, g_main_loop_ref (loop),
                   (GDestroyNotify)g_main_loop_unref);
}

static gboolean
run_watch (HemoCli *self, HemoSync *sync, int seconds, GError **error)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (HemoSyncStatus) status = NULL;
  Watch watch = { .cli = self, .loop = loop };
  gulong interrupted;

  g_signal_connect (sync, "changed", G_CALLBACK (changed_cb), &watch);
  if (!hemo_sync_start (sync, error))
    return FALSE;
  if (seconds > 0)
    g_timeout_add_seconds ((guint)seconds, end_cb, loop);
  interrupted = g_cancellable_connect (self->cancellable, G_CALLBACK (interrupt_cb), loop, NULL);
  g_main_loop_run (loop);
  g_cancellable_disconnect (self->cancellable, interrupted);
  g_signal_handlers_disconnect_by_data (sync, &watch);
  hemo_sync_stop (sync);
  status = hemo_sync_make_status (sync, error);
  if (status != NULL)
    print_change (&watch, status);
  g_free (watch.last);
  return status != NULL && (count_stuck (status) == 0 || fail_shelf (count_stuck (status), error));
}

static gboolean
watch_sync (HemoCli *self, int argc, char **argv, GError **error)
{
  int seconds = 0;
  const GOptionEntry entries[] = {
    { "seconds", 0, 0, G_OPTION_ARG_INT, &seconds, NULL, NULL },
    { NULL },
  };
  g_autoptr (HemoSync) sync = NULL;

  if (!hemo_cli_parse (entries, &argc, &argv, 0, 0, error))
    return FALSE;
  if (seconds < 0)
    {
      g_set_error (error, HEMO_CLI_ERROR, HEMO_CLI_ERROR_USAGE, _ ("Seconds are not negative."));
      return FALSE;
    }
  sync = open_sync (self, error);
  return sync != NULL && check_ready (sync, 0, error) && run_watch (self, sync, seconds, error);
}

static gboolean
set_paused_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_txn_require (txn, HEMO_ACTION_SYNC, NULL, NULL, error);
}

static gboolean
set_paused (HemoCli *self, int argc, char **argv, gboolean paused, GError **error)
{
  g_autoptr (HemoSync) sync = NULL;

  if (!hemo_cli_parse (NULL, &argc, &argv, 0, 0, error))
    return FALSE;
  sync = open_sync (self, error);
  return sync != NULL && hemo_cli_read (self, set_paused_job, NULL, NULL, error)
         && hemo_sync_set_paused (sync, paused, error);
}

static gboolean
pause_sync (HemoCli *self, int argc, char **argv, GError **error)
{
  if (!set_paused (self, argc, argv, TRUE, error))
    return FALSE;
  hemo_cli_say (self, _ ("Nothing is sent until hemogram-cli sync resume."));
  return TRUE;
}

static gboolean
resume_sync (HemoCli *self, int argc, char **argv, GError **error)
{
  return set_paused (self, argc, argv, FALSE, error);
}

static gboolean
shelf_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_queue_shelf (txn, SHELF_MAX, error);
  hemo_txn_set_result_free (txn, (GDestroyNotify)g_ptr_array_unref);
  return *result != NULL;
}

static gboolean
show_shelf (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autoptr (GPtrArray) items = NULL;
  json_object *rows;

  if (!hemo_cli_parse (NULL, &argc, &argv, 0, 0, error) || !hemo_cli_sign_in (self, error)
      || !hemo_cli_read (self, shelf_job, NULL, (gpointer *)&items, error))
    return FALSE;
  rows = json_object_new_array ();
  for (guint i = 0; i < items->len; i++)
    {
      const HemoQueueItem *item = g_ptr_array_index (items, i);
      json_object *row = json_object_new_object ();

      hemo_cli_add_int (row, "item", item->sequence);
      hemo_cli_add_text (row, "lane", lane_codes[item->lane]);
      hemo_cli_add_text (row, "type", item->kind);
      hemo_cli_add_text (row, "object", item->object);
      hemo_cli_add_int (row, "attempts", item->attempts);
      hemo_cli_add_text (row, "reason", item->reason);
      json_object_array_add (rows, row);
    }
  hemo_cli_print (self, rows, _ ("Nothing is on the shelf."));
  return TRUE;
}

typedef struct
{
  gint64 sequence;
  int moved;
} Retry;

static gboolean
retry_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Retry *retry = data;

  return hemo_queue_retry (txn, retry->sequence, &retry->moved, error);
}

static gboolean
retry (HemoCli *self, int argc, char **argv, GError **error)
{
  Retry job = { 0 };
  json_object *object;
  guint64 sequence = 0;

  if (!hemo_cli_parse (NULL, &argc, &argv, 0, 1, error)
      || (argc > 1 && !g_ascii_string_to_unsigned (argv[1], 10, 1, G_MAXINT64, &sequence, error)))
    return FALSE;
  job.sequence = (gint64)sequence;
  if (!hemo_cli_sign_in (self, error) || !hemo_cli_write (self, retry_job, &job, NULL, error))
    return FALSE;
  if (argc > 1 && job.moved == 0)
    {
      g_set_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND,
                   _ ("There is no such item on the shelf."));
      return FALSE;
    }
  object = json_object_new_object ();
  hemo_cli_add_int (object, "moved", job.moved);
  hemo_cli_print (self, object, NULL);
  return TRUE;
}

const HemoCliCommand hemo_cli_sync_commands[] = {
  { "sync status", "", N_ ("What waits for which server, and what hinders it"), show_status },
  { "sync configure",
    "fhir|s3 URL [--sign-in S] [--user U] [--secret-fd N] [--bucket B] … | --remove [--force]",
    N_ ("Set up a server, or do without it"), hemo_cli_sync_configure },
  { "sync test", "fhir|s3", N_ ("Try each step with a server, and say what is wrong"),
    hemo_cli_sync_test },
  { "sync once", "[--lane results|previews|originals]",
    N_ ("Send what waits, until nothing does or it fails"), run_once },
  { "sync watch", "[--seconds N]", N_ ("Send as the window does, with a line for each change"),
    watch_sync },
  { "sync pause", "", N_ ("Send nothing until told to go on"), pause_sync },
  { "sync resume", "", N_ ("Go on"), resume_sync },
  { "sync shelf", "", N_ ("What a server refused, and why"), show_shelf },
  { "sync retry", "[ITEM]", N_ ("Try what is on the shelf again, or one of it"), retry },
  { "sync others", "SPECIMEN", N_ ("What others wrote about a case"), hemo_cli_sync_others },
  { "sync fetch", "IMAGE [FILE] [--force] [--from BACKUP]",
    N_ ("A picture that another laptop of the clinic took"), hemo_cli_sync_fetch },
  { "sync conflicts", "", N_ ("Versions of others that wait for a person"),
    hemo_cli_sync_conflicts },
  { "sync settle", "ITEM ours|theirs|FIELD… --seen S", N_ ("Decide which version stands"),
    hemo_cli_sync_settle },
  { NULL },
};
