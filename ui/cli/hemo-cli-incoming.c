/* SPDX-License-Identifier: GPL-3.0-or-later */

/* hemogram-cli: what others wrote on the servers, and what a person decides of it. */

#include "hemo-cli-sync.h"

#include "hemo-fhir-lines.h"
#include "hemo-incoming-table.h"
#include "hemo-json.h"
#include "hemo-sync-dispute.h"
#include "hemo-sync.h"

#include <glib/gi18n.h>

/* More than this is one thing that is wrong, not so many. */
#define CONFLICTS_MAX 1000

static const char *const state_codes[] = { "applied", "merged", "waiting", "kept", "ours" };

G_STATIC_ASSERT (G_N_ELEMENTS (state_codes) == HEMO_INCOMING_OURS + 1);

/* The first that @resource says of @name. (transfer full) */
static char *
find_line (GPtrArray *lines, const char *name)
{
  for (guint i = 0; i < lines->len; i++)
    {
      const HemoFhirLine *line = g_ptr_array_index (lines, i);

      if (g_str_equal (line->name, name))
        return g_strdup (line->theirs);
    }
  return NULL;
}

/* The words that a reader looks for first, or NULL. (transfer full) */
static char *
find_words (json_object *resource)
{
  static const char *const names[] = { "conclusion", "value", "note" };
  g_autoptr (GPtrArray) lines = hemo_fhir_compare_lines (NULL, resource);
  char *words = NULL;

  for (guint i = 0; words == NULL && i < G_N_ELEMENTS (names); i++)
    words = find_line (lines, names[i]);
  return words;
}

static json_object *
incoming_to_json (HemoCli *self, const HemoIncoming *incoming)
{
  json_object *row = json_object_new_object ();
  json_object *resource = hemo_json_read_stored (incoming->resource);
  g_autofree char *words = find_words (resource);

  hemo_cli_add_int (row, "item", incoming->sequence);
  hemo_cli_add_text (row, "type", incoming->type);
  hemo_cli_add_text (row, "id", incoming->id);
  hemo_cli_add_text (row, "version", incoming->version_id);
  hemo_cli_add_text (row, "author", incoming->author);
  hemo_cli_add_time (row, "came",
                     (HemoTime){ .utc_us = incoming->received_us,
                                 .offset_minutes = hemo_time_now ().offset_minutes });
  hemo_cli_add_text (row, "state", state_codes[incoming->state]);
  hemo_cli_add_text (row, "says", words);
  hemo_cli_add_text (row, "reason", incoming->reason);
  if (self->json)
    json_object_object_add (row, "resource", resource);
  else
    json_object_put (resource);
  return row;
}

static void
print_all (HemoCli *self, GPtrArray *items, const char *empty)
{
  json_object *rows = json_object_new_array ();

  for (guint i = 0; i < items->len; i++)
    json_object_array_add (rows, incoming_to_json (self, g_ptr_array_index (items, i)));
  hemo_cli_print (self, rows, empty);
}

static gboolean
others_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const HemoSpecimen *specimen = data;

  *result = hemo_incoming_of_case (
      txn, specimen->parent != NULL ? specimen->parent : specimen->uuid, error);
  hemo_txn_set_result_free (txn, (GDestroyNotify)g_ptr_array_unref);
  return *result != NULL;
}

gboolean
hemo_cli_sync_others (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autoptr (HemoSpecimen) specimen = NULL;
  g_autoptr (GPtrArray) items = NULL;

  if (!hemo_cli_parse (NULL, &argc, &argv, 1, 1, error) || !hemo_cli_sign_in (self, error)
      || !hemo_cli_find_specimen (self, argv[1], &specimen, error)
      || !hemo_cli_write (self, others_job, specimen, (gpointer *)&items, error))
    return FALSE;
  print_all (self, items, _ ("Nobody else wrote about this case."));
  return TRUE;
}

/* With what is here, which is named so that a decision is one of nothing else. */
static gboolean
conflicts_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  g_autoptr (GPtrArray) waiting = hemo_incoming_waiting (txn, CONFLICTS_MAX, error);
  g_autoptr (GPtrArray) disputes
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_sync_dispute_free);

  for (guint i = 0; waiting != NULL && i < waiting->len; i++)
    {
      const HemoIncoming *incoming = g_ptr_array_index (waiting, i);
      HemoSyncDispute *dispute = hemo_sync_dispute_load (txn, incoming->sequence, error);

      if (dispute == NULL)
        return FALSE;
      g_ptr_array_add (disputes, dispute);
    }
  *result = waiting != NULL ? g_steal_pointer (&disputes) : NULL;
  hemo_txn_set_result_free (txn, (GDestroyNotify)g_ptr_array_unref);
  return *result != NULL;
}

gboolean
hemo_cli_sync_conflicts (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autoptr (GPtrArray) disputes = NULL;
  json_object *rows;

  if (!hemo_cli_parse (NULL, &argc, &argv, 0, 0, error) || !hemo_cli_sign_in (self, error)
      || !hemo_cli_write (self, conflicts_job, NULL, (gpointer *)&disputes, error))
    return FALSE;
  rows = json_object_new_array ();
  for (guint i = 0; i < disputes->len; i++)
    {
      const HemoSyncDispute *dispute = g_ptr_array_index (disputes, i);
      json_object *row = incoming_to_json (self, dispute->incoming);

      hemo_cli_add_text (row, "seen", dispute->seen);
      json_object_array_add (rows, row);
    }
  hemo_cli_print (self, rows, _ ("No version of others waits for a person."));
  return TRUE;
}

/**
 * Settle: what a person decided of the version @sequence
 * @fields: that are theirs, 0 for all or none of them
 * @seen: what was here when it was listed
 */
typedef struct
{
  gint64 sequence;
  gboolean ours;
  guint fields;
  char *seen;
} Settle;

static gboolean
settle_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Settle *settle = data;

  if (settle->ours)
    return hemo_sync_keep_ours (txn, settle->sequence, settle->seen, error);
  if (settle->fields == 0)
    return hemo_sync_take_theirs (txn, settle->sequence, settle->seen, error);
  return hemo_sync_take_fields (txn, settle->sequence, settle->fields, settle->seen, error);
}

/* By the name that the reason of a conflict says. */
static gboolean
add_field (const char *name, guint *fields)
{
  for (guint bit = 1; bit <= HEMO_FIELD_REVOKED; bit <<= 1)
    {
      g_autofree char *text = hemo_fields_to_text (bit);

      if (g_strcmp0 (text, name) != 0)
        continue;
      *fields |= bit;
      return TRUE;
    }
  return FALSE;
}

static gboolean
parse_choice (int argc, char **argv, Settle *settle, GError **error)
{
  guint64 sequence = 0;
  gboolean known = TRUE;

  if (!g_ascii_string_to_unsigned (argv[1], 10, 1, G_MAXINT64, &sequence, error))
    return FALSE;
  settle->sequence = (gint64)sequence;
  settle->ours = g_str_equal (argv[2], "ours");
  if (argc == 3 && (settle->ours || g_str_equal (argv[2], "theirs")))
    return TRUE;
  for (int i = 2; known && i < argc; i++)
    known = add_field (argv[i], &settle->fields);
  settle->ours = FALSE;
  if (!known)
    g_set_error (error, HEMO_CLI_ERROR, HEMO_CLI_ERROR_USAGE,
                 _ ("Say ours, theirs, or the fields that are to be as theirs."));
  return known;
}

gboolean
hemo_cli_sync_settle (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autofree char *seen = NULL;
  const GOptionEntry entries[] = {
    { "seen", 0, 0, G_OPTION_ARG_STRING, &seen, NULL, NULL },
    { NULL },
  };
  Settle settle = { 0 };

  if (!hemo_cli_parse (entries, &argc, &argv, 2, -1, error)
      || !parse_choice (argc, argv, &settle, error))
    return FALSE;
  if (seen == NULL)
    {
      g_set_error (error, HEMO_CLI_ERROR, HEMO_CLI_ERROR_USAGE,
                   _ ("Say what after '%s'; see hemogram-cli %s --help."), "--seen", "sync settle");
      return FALSE;
    }
  settle.seen = seen;
  return hemo_cli_sign_in (self, error) && hemo_cli_write (self, settle_job, &settle, NULL, error);
}

gboolean
hemo_cli_sync_fetch (HemoCli *self, int argc, char **argv, GError **error)
{
  gboolean force = FALSE;
  g_autofree char *from = NULL;
  const GOptionEntry entries[] = {
    { "force", 0, 0, G_OPTION_ARG_NONE, &force, NULL, NULL },
    { "from", 0, 0, G_OPTION_ARG_FILENAME, &from, NULL, NULL },
    { NULL },
  };
  g_autoptr (HemoSync) sync = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (!hemo_cli_parse (entries, &argc, &argv, 1, 2, error) || !hemo_cli_sign_in (self, error)
      || (argc < 3 && !hemo_cli_check_pruned (self, argv[1], error)))
    return FALSE;
  if (from != NULL)
    bytes = hemo_clinic_bring_back_from (self->clinic, self->session, argv[1], from, error);
  else
    sync = hemo_sync_new (self->clinic, error);
  if (sync != NULL)
    bytes = hemo_sync_fetch_picture (sync, self->session, argv[1], NULL, HEMO_LANE_ORIGINALS,
                                     self->cancellable, error);
  return bytes != NULL && (argc < 3 || hemo_cli_write_file (argv[2], bytes, force, error));
}
