/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Options, sign-in and errors of hemogram-cli. */

#include "hemo-cli.h"

#include "hemo-durable.h"
#include "hemo-export.h"
#include "hemo-labels.h"
#include "hemo-remote.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

G_DEFINE_QUARK (hemo - cli - error - quark, hemo_cli_error)

static HemoExit
exit_for_store_error (int code)
{
  switch (code)
    {
    case HEMO_STORE_ERROR_NOT_FOUND:
    case HEMO_STORE_ERROR_ELSEWHERE:
      return HEMO_EXIT_NOT_FOUND;
    case HEMO_STORE_ERROR_CONFLICT:
    case HEMO_STORE_ERROR_STATE:
      return HEMO_EXIT_CONFLICT;
    case HEMO_STORE_ERROR_WRONG_KEY:
    case HEMO_STORE_ERROR_CORRUPT:
    case HEMO_STORE_ERROR_ROLLED_BACK:
      return HEMO_EXIT_DAMAGED;
    case HEMO_STORE_ERROR_BUSY:
      return HEMO_EXIT_BUSY;
    case HEMO_STORE_ERROR_FULL:
    case HEMO_STORE_ERROR_READ_ONLY:
    case HEMO_STORE_ERROR_IO:
    case HEMO_STORE_ERROR_NOT_NOTED:
      return HEMO_EXIT_STORAGE;
    default:
      return HEMO_EXIT_FAILED;
    }
}

static HemoExit
exit_for_vault_error (int code)
{
  switch (code)
    {
    case HEMO_VAULT_ERROR_WRONG_SECRET:
    case HEMO_VAULT_ERROR_TOO_SOON:
    case HEMO_VAULT_ERROR_WEAK:
      return HEMO_EXIT_SECRET;
    case HEMO_VAULT_ERROR_DENIED:
      return HEMO_EXIT_DENIED;
    case HEMO_VAULT_ERROR_DAMAGED:
      return HEMO_EXIT_DAMAGED;
    default:
      return HEMO_EXIT_FAILED;
    }
}

static HemoExit
exit_for_io_error (int code)
{
  switch (code)
    {
    case G_IO_ERROR_NOT_FOUND:
      return HEMO_EXIT_NOT_FOUND;
    case G_IO_ERROR_EXISTS:
      return HEMO_EXIT_CONFLICT;
    case G_IO_ERROR_MESSAGE_TOO_LARGE:
      return HEMO_EXIT_USAGE;
    case G_IO_ERROR_NO_SPACE:
    case G_IO_ERROR_READ_ONLY:
      return HEMO_EXIT_STORAGE;
    case G_IO_ERROR_CANCELLED:
      return HEMO_EXIT_INTERRUPTED;
    default:
      return HEMO_EXIT_FAILED;
    }
}

static HemoExit
exit_for_export_error (int code)
{
  switch (code)
    {
    case HEMO_EXPORT_ERROR_SPACE:
    case HEMO_EXPORT_ERROR_DEVICE:
    case HEMO_EXPORT_ERROR_DIFFERENT:
      return HEMO_EXIT_STORAGE;
    case HEMO_EXPORT_ERROR_NAME:
      return HEMO_EXIT_USAGE;
    default:
      return HEMO_EXIT_FAILED;
    }
}

static HemoExit
exit_for_file_error (int code)
{
  switch (code)
    {
    case G_FILE_ERROR_NOENT:
      return HEMO_EXIT_NOT_FOUND;
    case G_FILE_ERROR_EXIST:
      return HEMO_EXIT_CONFLICT;
    case G_FILE_ERROR_NOSPC:
    case G_FILE_ERROR_ROFS:
      return HEMO_EXIT_STORAGE;
    default:
      return HEMO_EXIT_FAILED;
    }
}

static HemoExit
exit_for_remote_error (int code)
{
  switch (code)
    {
    case HEMO_REMOTE_ERROR_OFFLINE:
    case HEMO_REMOTE_ERROR_BUSY:
    case HEMO_REMOTE_ERROR_SPOILT:
    case HEMO_REMOTE_ERROR_PROXY:
    case HEMO_REMOTE_ERROR_PROTOCOL:
      return HEMO_EXIT_OFFLINE;
    case HEMO_REMOTE_ERROR_CONFLICT:
      return HEMO_EXIT_CONFLICT;
    case HEMO_REMOTE_ERROR_NOT_FOUND:
      return HEMO_EXIT_NOT_FOUND;
    case HEMO_REMOTE_ERROR_DAMAGED:
      return HEMO_EXIT_DAMAGED;
    default:
      return HEMO_EXIT_SERVER;
    }
}

HemoExit
hemo_exit_for_error (const GError *error)
{
  if (g_error_matches (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_NO_MEMORY))
    return HEMO_EXIT_FAILED;
  if (error->domain == HEMO_CLI_ERROR)
    return error->code == HEMO_CLI_ERROR_USAGE ? HEMO_EXIT_USAGE : HEMO_EXIT_DAMAGED;
  if (error->domain == G_OPTION_ERROR || error->domain == HEMO_MODEL_ERROR
      || error->domain == G_NUMBER_PARSER_ERROR
      || g_error_matches (error, HEMO_LABELS_ERROR, HEMO_LABELS_ERROR_INVALID))
    return HEMO_EXIT_USAGE;
  if (error->domain == HEMO_EXPORT_ERROR)
    return exit_for_export_error (error->code);
  if (error->domain == HEMO_STORE_ERROR)
    return exit_for_store_error (error->code);
  if (error->domain == HEMO_VAULT_ERROR)
    return exit_for_vault_error (error->code);
  if (error->domain == HEMO_REMOTE_ERROR)
    return exit_for_remote_error (error->code);
  if (error->domain == G_IO_ERROR)
    return exit_for_io_error (error->code);
  if (error->domain == G_FILE_ERROR)
    return exit_for_file_error (error->code);
  return HEMO_EXIT_FAILED;
}

gboolean
hemo_cli_parse (
    const GOptionEntry *entries, int *argc, char ***argv, int least, int most, GError **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  const GOptionEntry none[] = { { NULL } };

  g_option_context_add_main_entries (context, entries != NULL ? entries : none, GETTEXT_PACKAGE);
  g_option_context_set_help_enabled (context, FALSE);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  /* What follows '--' are arguments; the mark itself is none. */
  if (*argc > 1 && strcmp ((*argv)[1], "--") == 0)
    {
      memmove (&(*argv)[1], &(*argv)[2], sizeof (char *) * (gsize)(*argc - 1));
      (*argc)--;
    }
  if (*argc - 1 < least || (most >= 0 && *argc - 1 > most))
    {
      g_set_error (error, HEMO_CLI_ERROR, HEMO_CLI_ERROR_USAGE,
                   *argc - 1 < least ? _ ("Something is missing after '%s'.")
                                     : _ ("There is too much after '%s'."),
                   (*argv)[0]);
      return FALSE;
    }
  return TRUE;
}

gboolean
hemo_cli_open (HemoCli *self, GError **error)
{
  if (self->clinic == NULL)
    self->clinic = hemo_clinic_open (self->clinic_path, error);
  return self->clinic != NULL;
}

/* --user, or the only user there is. */
static const char *
choose_login (HemoCli *self, GError **error)
{
  GPtrArray *users = hemo_key_file_get_users (hemo_clinic_get_key_file (self->clinic));

  if (self->login != NULL)
    return self->login;
  if (users->len == 1)
    return ((HemoKeyUser *)g_ptr_array_index (users, 0))->login;
  g_set_error (error, HEMO_CLI_ERROR, HEMO_CLI_ERROR_USAGE,
               _ ("This clinic has several users: say which with --user."));
  return NULL;
}

gboolean
hemo_cli_sign_in (HemoCli *self, GError **error)
{
  g_autoptr (HemoSecret) passphrase = NULL;
  const char *login;

  if (self->session != NULL)
    return TRUE;
  if (!hemo_cli_open (self, error))
    return FALSE;
  login = choose_login (self, error);
  if (login == NULL)
    return FALSE;
  passphrase = hemo_cli_ask (self, _ ("Passphrase: "), FALSE, error);
  if (passphrase == NULL)
    return FALSE;
  self->session = hemo_clinic_sign_in (self->clinic, login, passphrase, error);
  return self->session != NULL;
}

/* read() alone would begin again after the signal. */
gboolean
hemo_cli_wait_for_line (HemoCli *self, int fd, GError **error)
{
  struct pollfd fds[] = { { .fd = fd, .events = POLLIN },
                          { .fd = g_cancellable_get_fd (self->cancellable), .events = POLLIN } };

  while (poll (fds, G_N_ELEMENTS (fds), -1) < 0 && errno == EINTR)
    ;
  g_cancellable_release_fd (self->cancellable);
  return !g_cancellable_set_error_if_cancelled (self->cancellable, error);
}

/* One line typed at the terminal without being shown. */
static HemoSecret *
ask_terminal (HemoCli *self, const char *prompt, GError **error)
{
  struct termios shown, hidden;
  g_autofd int tty = open ("/dev/tty", O_RDWR | O_CLOEXEC);
  HemoSecret *secret = NULL;

  if (tty < 0 || tcgetattr (tty, &shown) != 0)
    {
      g_set_error (error, HEMO_CLI_ERROR, HEMO_CLI_ERROR_USAGE,
                   _ ("There is no terminal to ask at: give --passphrase-fd."));
      return NULL;
    }
  hidden = shown;
  hidden.c_lflag &= ~(tcflag_t)ECHO;
  tcsetattr (tty, TCSAFLUSH, &hidden);
  if (write (tty, prompt, strlen (prompt)) >= 0 && hemo_cli_wait_for_line (self, tty, error))
    secret = hemo_secret_read_fd (tty, error);
  tcsetattr (tty, TCSAFLUSH, &shown);
  if (write (tty, "\n", 1) < 0)
    g_debug ("The terminal is gone.");
  return secret;
}

HemoSecret *
hemo_cli_ask (HemoCli *self, const char *prompt, gboolean twice, GError **error)
{
  g_autoptr (HemoSecret) first = NULL;
  g_autoptr (HemoSecret) second = NULL;

  if (self->passphrase_fd >= 0)
    return hemo_secret_read_fd (self->passphrase_fd, error);
  first = ask_terminal (self, prompt, error);
  if (first == NULL || !twice)
    return g_steal_pointer (&first);
  second = ask_terminal (self, _ ("Once more: "), error);
  if (second == NULL)
    return NULL;
  if (!hemo_secret_equal (first, second))
    {
      g_set_error (error, HEMO_CLI_ERROR, HEMO_CLI_ERROR_USAGE, _ ("The two were not the same."));
      return NULL;
    }
  return g_steal_pointer (&first);
}

gboolean
hemo_cli_write (HemoCli *self, HemoStoreJob job, gpointer data, gpointer *result, GError **error)
{
  return !g_cancellable_set_error_if_cancelled (self->cancellable, error)
         && hemo_store_write (hemo_clinic_get_store (self->clinic), self->session, job, data,
                              result, error);
}

gboolean
hemo_cli_read (HemoCli *self, HemoStoreJob job, gpointer data, gpointer *result, GError **error)
{
  return !g_cancellable_set_error_if_cancelled (self->cancellable, error)
         && hemo_store_read (hemo_clinic_get_store (self->clinic), self->session, job, data, result,
                             error);
}

static gboolean
find_specimen_job (HemoTxn *txn, gpointer name, gpointer *result, GError **error)
{
  *result = hemo_specimen_find (txn, name, error);
  hemo_txn_set_result_free (txn, (GDestroyNotify)hemo_specimen_free);
  return *result != NULL;
}

/* Whose specimen it is goes into the audit log: a job that writes. */
gboolean
hemo_cli_find_specimen (HemoCli *self, const char *name, HemoSpecimen **specimen, GError **error)
{
  return hemo_cli_write (self, find_specimen_job, (gpointer)name, (gpointer *)specimen, error);
}

/* A draft has no lines of its own: they are computed from the case, as at the signature. */
static gboolean
load_case_job (HemoTxn *txn, gpointer name, gpointer *result, GError **error)
{
  g_autoptr (HemoCase) data = hemo_case_load (txn, name, error);
  g_autoptr (GPtrArray) ranges = data != NULL ? hemo_ranges_load (txn, error) : NULL;

  if (ranges == NULL)
    return FALSE;
  if (data->report->status == HEMO_REPORT_DRAFT)
    hemo_report_fill (data->report, data, ranges);
  *result = g_steal_pointer (&data);
  hemo_txn_set_result_free (txn, (GDestroyNotify)hemo_case_free);
  return TRUE;
}

gboolean
hemo_cli_load_case (HemoCli *self, const char *name, HemoCase **data, GError **error)
{
  return hemo_cli_write (self, load_case_job, (gpointer)name, (gpointer *)data, error);
}

static gboolean
load_info_job (HemoTxn *txn, gpointer unused, gpointer *result, GError **error)
{
  *result = hemo_clinic_info_load (txn, error);
  hemo_txn_set_result_free (txn, (GDestroyNotify)hemo_clinic_info_free);
  return *result != NULL;
}

gboolean
hemo_cli_load_info (HemoCli *self, HemoClinicInfo **info, GError **error)
{
  return hemo_cli_read (self, load_info_job, NULL, (gpointer *)info, error);
}

GBytes *
hemo_cli_read_file (const char *path, gsize limit, GError **error)
{
  return hemo_durable_read (path, limit, error);
}

gboolean
hemo_cli_write_file (const char *path, GBytes *bytes, gboolean force, GError **error)
{
  if (!force && g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
                   _ ("There is a file of this name already; it was left as it is."));
      return FALSE;
    }
  if (g_file_test (path, G_FILE_TEST_EXISTS) && !g_file_test (path, G_FILE_TEST_IS_REGULAR))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
                   _ ("What has this name is no file; it was left as it is."));
      return FALSE;
    }
  return hemo_durable_write (path, NULL, bytes, error);
}

gboolean
hemo_cli_write_new_file (const char *path, GBytes *bytes, GError **error)
{
  return hemo_cli_write_file (path, bytes, FALSE, error);
}
