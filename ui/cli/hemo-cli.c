/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Options, sign-in and errors of hemogram-cli. */

#include "hemo-cli.h"

#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
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

HemoExit
hemo_exit_for_error (const GError *error)
{
  if (error->domain == HEMO_CLI_ERROR)
    return error->code == HEMO_CLI_ERROR_USAGE ? HEMO_EXIT_USAGE : HEMO_EXIT_DAMAGED;
  if (error->domain == G_OPTION_ERROR)
    return HEMO_EXIT_USAGE;
  if (error->domain == HEMO_STORE_ERROR)
    return exit_for_store_error (error->code);
  if (error->domain == HEMO_VAULT_ERROR)
    return exit_for_vault_error (error->code);
  if (error->domain == HEMO_MODEL_ERROR)
    return HEMO_EXIT_USAGE;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND)
      || g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    return HEMO_EXIT_NOT_FOUND;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE)
      || g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOSPC))
    return HEMO_EXIT_STORAGE;
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

/* One line typed at the terminal without being shown. */
static HemoSecret *
ask_terminal (const char *prompt, GError **error)
{
  struct termios shown, hidden;
  g_autofd int tty = open ("/dev/tty", O_RDWR | O_CLOEXEC);
  HemoSecret *secret;

  if (tty < 0 || tcgetattr (tty, &shown) != 0)
    {
      g_set_error (error, HEMO_CLI_ERROR, HEMO_CLI_ERROR_USAGE,
                   _ ("There is no terminal to ask at: give --passphrase-fd."));
      return NULL;
    }
  hidden = shown;
  hidden.c_lflag &= ~(tcflag_t)ECHO;
  tcsetattr (tty, TCSAFLUSH, &hidden);
  if (write (tty, prompt, strlen (prompt)) < 0)
    g_clear_error (error);
  secret = hemo_secret_read_fd (tty, error);
  tcsetattr (tty, TCSAFLUSH, &shown);
  if (write (tty, "\n", 1) < 0)
    g_clear_error (error);
  return secret;
}

HemoSecret *
hemo_cli_ask (HemoCli *self, const char *prompt, gboolean twice, GError **error)
{
  g_autoptr (HemoSecret) first = NULL;
  g_autoptr (HemoSecret) second = NULL;

  if (self->passphrase_fd >= 0)
    return hemo_secret_read_fd (self->passphrase_fd, error);
  first = ask_terminal (prompt, error);
  if (first == NULL || !twice)
    return g_steal_pointer (&first);
  second = ask_terminal (_ ("Once more: "), error);
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
  return hemo_store_write (hemo_clinic_get_store (self->clinic), self->session, job, data, result,
                           error);
}

gboolean
hemo_cli_read (HemoCli *self, HemoStoreJob job, gpointer data, gpointer *result, GError **error)
{
  return hemo_store_read (hemo_clinic_get_store (self->clinic), self->session, job, data, result,
                          error);
}

GBytes *
hemo_cli_read_file (const char *path, gsize limit, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
  g_autoptr (GFileInfo) info = NULL;

  info = g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_SIZE, 0, NULL, error);
  if (info == NULL)
    return NULL;
  if ((guint64)g_file_info_get_size (info) > limit)
    {
      g_set_error (error, HEMO_CLI_ERROR, HEMO_CLI_ERROR_USAGE,
                   _ ("The file is larger than %" G_GSIZE_FORMAT " MiB."), limit / (1024 * 1024));
      return NULL;
    }
  return g_file_load_bytes (file, NULL, NULL, error);
}

gboolean
hemo_cli_write_new_file (const char *path, GBytes *bytes, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
  g_autoptr (GFileOutputStream) stream = g_file_create (file, G_FILE_CREATE_PRIVATE, NULL, error);

  return stream != NULL
         && g_output_stream_write_all (G_OUTPUT_STREAM (stream), g_bytes_get_data (bytes, NULL),
                                       g_bytes_get_size (bytes), NULL, NULL, error)
         && g_output_stream_close (G_OUTPUT_STREAM (stream), NULL, error);
}
