/* SPDX-License-Identifier: GPL-3.0-or-later */

/* hemogram-cli: verify, backup, restore, the audit log. */

#include "hemo-cli.h"

#include "hemo-audit.h"
#include "hemo-backup-words.h"
#include "hemo-sync.h"

#include <glib/gi18n.h>

static gboolean
verify (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autoptr (GPtrArray) findings = NULL;
  json_object *rows;

  if (!hemo_cli_parse (NULL, &argc, &argv, 0, 0, error) || !hemo_cli_sign_in (self, error)
      || !hemo_clinic_verify (self->clinic, self->session, &findings, hemo_cli_progress, self,
                              self->cancellable, error))
    return FALSE;
  rows = json_object_new_array ();
  for (guint i = 0; i < findings->len; i++)
    {
      const HemoVerifyFinding *finding = g_ptr_array_index (findings, i);
      json_object *row = json_object_new_object ();

      hemo_cli_add_text (row, "code", finding->code);
      hemo_cli_add_text (row, "object", finding->object);
      hemo_cli_add_text (row, "text", finding->text);
      json_object_array_add (rows, row);
    }
  hemo_cli_print (self, rows, _ ("All is whole."));
  if (findings->len == 0)
    return TRUE;
  g_set_error (error, HEMO_CLI_ERROR, HEMO_CLI_ERROR_FOUND,
               g_dngettext (GETTEXT_PACKAGE, "%u thing is not as it was written.",
                            "%u things are not as they were written.", findings->len),
               findings->len);
  return FALSE;
}

static gboolean
backup (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autofree char *lacking = NULL;
  gboolean beside = FALSE;

  if (!hemo_cli_parse (NULL, &argc, &argv, 1, 1, error) || !hemo_cli_sign_in (self, error))
    return FALSE;
  if (hemo_clinic_backup_anywhere (self->clinic, self->session, argv[1], &beside, hemo_cli_progress,
                                   self, self->cancellable, &failure))
    hemo_cli_say (self, _ ("The backup is written and was read back."));
  if (beside)
    hemo_cli_say (self, _ ("This folder is on the disk of the clinic itself: it would be lost "
                           "together with it. Choose a stick or another disk."));
  lacking = hemo_backup_say_lacking (argv[1], failure);
  if (lacking != NULL)
    hemo_cli_say (self, "%s", lacking);
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* The clinic is there, but whoever reads only the exit code shall not take it for the newest. */
static gboolean
tell_restored (HemoCli *self, const HemoRestored *restored, GError **error)
{
  g_autofree char *left_out = hemo_backup_say_left_out (restored);
  json_object *object = json_object_new_object ();

  hemo_cli_add_text (object, "backup", restored->made_at);
  hemo_cli_add_bool (object, "newest", restored->damage == NULL);
  hemo_cli_add_text (object, "damage", restored->damage);
  hemo_cli_add_int (object, "missing", restored->missing);
  hemo_cli_add_int (object, "left_out", restored->left_out);
  hemo_cli_print (self, object, NULL);
  hemo_cli_say (self, _ ("%s is back, as a new installation with its own station code."),
                hemo_key_file_get_clinic_name (hemo_clinic_get_key_file (self->clinic)));
  if (restored->missing > 0)
    hemo_cli_say (self,
                  g_dngettext (GETTEXT_PACKAGE,
                               "%u sealed file was damaged or gone when that backup was made.",
                               "%u sealed files were damaged or gone when that backup was made.",
                               restored->missing),
                  restored->missing);
  if (left_out != NULL)
    hemo_cli_say (self, "%s", left_out);
  if (restored->damage == NULL)
    return TRUE;
  g_set_error (error, HEMO_CLI_ERROR, HEMO_CLI_ERROR_FOUND,
               _ ("This is not the newest backup but the one of %s; what was saved after that is "
                  "not in the clinic. The newest one cannot be used: %s"),
               restored->made_at, restored->damage);
  return FALSE;
}

static gboolean
restore (HemoCli *self, int argc, char **argv, GError **error)
{
  gboolean recovery = FALSE;
  const GOptionEntry entries[] = {
    { "recovery-code", 0, 0, G_OPTION_ARG_NONE, &recovery, NULL, NULL },
    { NULL },
  };
  g_autoptr (HemoSecret) secret = NULL;
  g_autoptr (HemoRestored) restored = NULL;

  if (!hemo_cli_parse (entries, &argc, &argv, 1, 1, error))
    return FALSE;
  if (!recovery && self->login == NULL)
    {
      g_set_error (error, HEMO_CLI_ERROR, HEMO_CLI_ERROR_USAGE,
                   _ ("Say whose passphrase it is with --user, or --recovery-code."));
      return FALSE;
    }
  secret = hemo_cli_ask (self, recovery ? _ ("Recovery code: ") : _ ("Passphrase: "), FALSE, error);
  if (secret == NULL)
    return FALSE;
  self->clinic
      = hemo_clinic_restore (argv[1], self->clinic_path, recovery ? NULL : self->login, secret,
                             &restored, hemo_cli_progress, self, self->cancellable, error);
  return self->clinic != NULL && tell_restored (self, restored, error);
}

typedef struct
{
  gint64 before;
  int limit;
  gint64 first_broken;
  char *reason;
  const char *head;
} Audit;

static gboolean
list_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Audit *audit = data;

  *result = hemo_audit_list (txn, audit->before, audit->limit, error);
  hemo_txn_set_result_free (txn, (GDestroyNotify)g_ptr_array_unref);
  return *result != NULL;
}

static gboolean
audit_list (HemoCli *self, int argc, char **argv, GError **error)
{
  Audit audit = { .limit = 50 };
  const GOptionEntry entries[] = {
    { "before", 0, 0, G_OPTION_ARG_INT64, &audit.before, NULL, NULL },
    { "limit", 0, 0, G_OPTION_ARG_INT, &audit.limit, NULL, NULL },
    { NULL },
  };
  g_autoptr (GPtrArray) found = NULL;
  json_object *rows;

  if (!hemo_cli_parse (entries, &argc, &argv, 0, 0, error) || !hemo_cli_sign_in (self, error))
    return FALSE;
  audit.limit = CLAMP (audit.limit, 1, 100000);
  if (!hemo_cli_read (self, list_job, &audit, (gpointer *)&found, error))
    return FALSE;
  rows = json_object_new_array ();
  for (guint i = 0; i < found->len; i++)
    {
      const HemoAuditRow *entry = g_ptr_array_index (found, i);
      json_object *row = json_object_new_object ();

      hemo_cli_add_int (row, "row", entry->sequence);
      hemo_cli_add_time (row, "at", entry->at);
      hemo_cli_add_text (row, "who", entry->actor);
      hemo_cli_add_text (row, "what", entry->what);
      hemo_cli_add_text (row, "type", entry->object_type);
      hemo_cli_add_text (row, "object", entry->object);
      hemo_cli_add_text (row, "detail", entry->detail);
      json_object_array_add (rows, row);
    }
  hemo_cli_print (self, rows, NULL);
  return TRUE;
}

static gboolean
verify_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Audit *audit = data;

  if (!hemo_txn_require (txn, HEMO_ACTION_AUDIT_VIEW, NULL, NULL, error)
      || !hemo_audit_verify (txn, NULL, &audit->first_broken, &audit->reason, error))
    return FALSE;
  return audit->head == NULL || audit->first_broken > 0
         || hemo_audit_check_head (txn, audit->head, error);
}

/* With the heads that left with the sync. */
static gboolean
check_servers (HemoCli *self, guint *checked, GError **error)
{
  g_autoptr (HemoSync) sync = hemo_sync_new (self->clinic, error);

  return sync != NULL
         && hemo_sync_check_heads (sync, self->session, checked, self->cancellable, error);
}

static gboolean
audit_verify (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autofree char *path = NULL, *reason = NULL;
  g_autoptr (GBytes) head = NULL;
  g_autofree char *head_text = NULL;
  gboolean servers = FALSE;
  guint checked = 0;
  const GOptionEntry entries[] = {
    { "head", 0, 0, G_OPTION_ARG_FILENAME, &path, NULL, NULL },
    { "servers", 0, 0, G_OPTION_ARG_NONE, &servers, NULL, NULL },
    { NULL },
  };
  Audit audit = { 0 };
  json_object *object;

  if (!hemo_cli_parse (entries, &argc, &argv, 0, 0, error))
    return FALSE;
  if (path != NULL)
    {
      head = hemo_cli_read_file (path, 64 * 1024, error);
      if (head == NULL)
        return FALSE;
      head_text = g_strndup (g_bytes_get_data (head, NULL), g_bytes_get_size (head));
      audit.head = head_text;
    }
  if (!hemo_cli_sign_in (self, error))
    return FALSE;
  if (!hemo_cli_read (self, verify_job, &audit, NULL, error)
      || (servers && audit.first_broken == 0 && !check_servers (self, &checked, error)))
    return FALSE;
  reason = audit.reason;
  object = json_object_new_object ();
  if (servers)
    hemo_cli_add_int (object, "heads", checked);
  hemo_cli_add_bool (object, "whole", audit.first_broken == 0);
  if (audit.first_broken > 0)
    {
      /* A format of the platform's own could not be translated. */
      g_autofree char *row = g_strdup_printf ("%" G_GINT64_FORMAT, audit.first_broken);

      hemo_cli_add_int (object, "first_broken_row", audit.first_broken);
      hemo_cli_add_text (object, "reason", reason);
      g_set_error (error, HEMO_CLI_ERROR, HEMO_CLI_ERROR_FOUND,
                   _ ("The audit log is broken at row %s."), row);
    }
  hemo_cli_print (self, object, NULL);
  return audit.first_broken == 0;
}

static gboolean
head_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  if (!hemo_txn_require (txn, HEMO_ACTION_AUDIT_VIEW, NULL, NULL, error)
      || !hemo_audit_sign_head (txn, error))
    return FALSE;
  *result = hemo_audit_export_head (txn, error);
  hemo_txn_set_result_free (txn, (GDestroyNotify)g_free);
  return *result != NULL;
}

static gboolean
audit_head (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autofree char *head = NULL;

  if (!hemo_cli_parse (NULL, &argc, &argv, 0, 0, error) || !hemo_cli_sign_in (self, error)
      || !hemo_cli_write (self, head_job, NULL, (gpointer *)&head, error))
    return FALSE;
  self->printed = TRUE;
  g_print ("%s\n", head);
  return TRUE;
}

const HemoCliCommand hemo_cli_care_commands[] = {
  { "verify", "", N_ ("Check every page, audit row and image"), verify },
  { "backup", "DIR", N_ ("Copy what is not there yet, encrypted, and read it back"), backup },
  { "restore", "BACKUP [--recovery-code]",
    N_ ("Rebuild a clinic from a backup, in the folder of --clinic"), restore },
  { "audit list", "[--before ROW] [--limit N]", N_ ("Who did what, newest first"), audit_list },
  { "audit verify", "[--head FILE] [--servers]",
    N_ ("Check the chain, its signed heads and those that left before"), audit_verify },
  { "audit head", "", N_ ("Sign the newest row, to be kept elsewhere"), audit_head },
  { NULL },
};
