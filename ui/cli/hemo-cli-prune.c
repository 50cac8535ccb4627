/* SPDX-License-Identifier: GPL-3.0-or-later */

/* hemogram-cli: originals that leave this laptop, and how long they stay. */

#include "hemo-cli-sync.h"

#include "hemo-sync.h"

#include <glib/gi18n.h>

/* What went or would go first, then why the others stay. */
static json_object *
tally_to_json (const HemoPruneTally *tally, gboolean looked)
{
  json_object *rows = json_object_new_array ();

  for (guint i = 0; i < HEMO_PRUNE_REASONS; i++)
    {
      json_object *row;

      if (tally->images[i] == 0)
        continue;
      row = json_object_new_object ();
      hemo_cli_add_text (row, "originals",
                         i == HEMO_PRUNE_MAY && !looked ? "pruned" : hemo_prune_reason_to_code (i));
      hemo_cli_add_int (row, "number", tally->images[i]);
      hemo_cli_add_int (row, "bytes", tally->bytes[i]);
      json_object_array_add (rows, row);
    }
  return rows;
}

gboolean
hemo_cli_image_prune (HemoCli *self, int argc, char **argv, GError **error)
{
  gboolean looks = FALSE, done;
  const GOptionEntry entries[] = {
    { "dry-run", 0, 0, G_OPTION_ARG_NONE, &looks, NULL, NULL },
    { NULL },
  };
  HemoPruneOptions options = { .progress = hemo_cli_progress, .progress_data = self };
  HemoPruneTally tally = { 0 };
  g_autoptr (HemoSync) sync = NULL;

  if (!hemo_cli_parse (entries, &argc, &argv, 0, 1, error))
    return FALSE;
  if (!looks && argc < 2)
    {
      g_set_error (error, HEMO_CLI_ERROR, HEMO_CLI_ERROR_USAGE,
                   _ ("Say in which folder the backup on the stick is, or --dry-run."));
      return FALSE;
    }
  if (!hemo_cli_sign_in (self, error))
    return FALSE;
  options.backup = looks ? NULL : argv[1];
  sync = looks ? NULL : hemo_sync_new (self->clinic, error);
  if (!looks && sync == NULL)
    return FALSE;
  done = looks ? hemo_clinic_prune (self->clinic, self->session, &options, &tally,
                                    self->cancellable, error)
               : hemo_sync_prune (sync, self->session, &options, &tally, self->cancellable, error);
  /* What went before a failure is said as well. */
  if (done || tally.images[HEMO_PRUNE_MAY] > 0)
    hemo_cli_print (self, tally_to_json (&tally, looks), NULL);
  return done;
}

typedef struct
{
  int days;
  gboolean set;
} Retention;

static gboolean
retention_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Retention *self = data;

  return (!self->set || hemo_retention_save (txn, self->days, error))
         && hemo_retention_load (txn, &self->days, error);
}

gboolean
hemo_cli_image_retention (HemoCli *self, int argc, char **argv, GError **error)
{
  Retention retention = { 0 };
  guint64 days = 0;
  json_object *object;

  if (!hemo_cli_parse (NULL, &argc, &argv, 0, 1, error))
    return FALSE;
  retention.set = argc > 1;
  if (retention.set && !g_ascii_string_to_unsigned (argv[1], 10, 0, G_MAXINT, &days, error))
    return FALSE;
  retention.days = (int)days;
  if (!hemo_cli_sign_in (self, error)
      || !(retention.set ? hemo_cli_write (self, retention_job, &retention, NULL, error)
                         : hemo_cli_read (self, retention_job, &retention, NULL, error)))
    return FALSE;
  object = json_object_new_object ();
  hemo_cli_add_int (object, "days", retention.days);
  hemo_cli_print (self, object, NULL);
  return TRUE;
}

gboolean
hemo_cli_check_pruned (HemoCli *self, const char *image, GError **error)
{
  gboolean lacks = FALSE;

  if (!hemo_clinic_lacks_original (self->clinic, self->session, image, &lacks, error))
    return FALSE;
  if (!lacks)
    g_set_error (error, HEMO_CLI_ERROR, HEMO_CLI_ERROR_USAGE,
                 _ ("This picture's original was not taken off this laptop: say to which file it "
                    "is to be written."));
  return lacks;
}
