/* SPDX-License-Identifier: GPL-3.0-or-later */

/* hemogram-cli: the same work without a display. */

#include "hemo-cli.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <locale.h>
#include <string.h>

static const HemoCliCommand *const groups[] = {
  hemo_cli_clinic_commands,   hemo_cli_user_commands,   hemo_cli_patient_commands,
  hemo_cli_specimen_commands, hemo_cli_image_commands,  hemo_cli_count_commands,
  hemo_cli_finding_commands,  hemo_cli_report_commands, hemo_cli_export_commands,
  hemo_cli_care_commands,     hemo_cli_demo_commands,
};

/* How many words of @argv name @command: 0, 1 or 2. */
static int
match (const HemoCliCommand *command, int argc, char **argv)
{
  g_auto (GStrv) words = g_strsplit (command->name, " ", 2);

  if (argc < 2 || strcmp (words[0], argv[1]) != 0)
    return 0;
  if (words[1] == NULL)
    return 1;
  return argc > 2 && strcmp (words[1], argv[2]) == 0 ? 2 : 0;
}

static const HemoCliCommand *
find_command (int argc, char **argv, int *words)
{
  for (gsize group = 0; group < G_N_ELEMENTS (groups); group++)
    for (const HemoCliCommand *command = groups[group]; command->name != NULL; command++)
      if ((*words = match (command, argc, argv)) > 0)
        return command;
  return NULL;
}

static void
print_commands (const char *first)
{
  for (gsize group = 0; group < G_N_ELEMENTS (groups); group++)
    for (const HemoCliCommand *command = groups[group]; command->name != NULL; command++)
      if (first == NULL || g_str_has_prefix (command->name, first))
        {
          g_autofree char *call = g_strdup_printf ("%s %s", command->name, command->arguments);
          g_print ("  %-58s %s\n", call, _ (command->summary));
        }
}

static gboolean
parse_global (HemoCli *self, int *argc, char ***argv, gboolean *done, GError **error)
{
  gboolean version = FALSE, help = FALSE;
  const GOptionEntry entries[] = {
    { "clinic", 'c', 0, G_OPTION_ARG_FILENAME, &self->clinic_path, N_ ("Folder of the clinic"),
      N_ ("DIR") },
    { "user", 'u', 0, G_OPTION_ARG_STRING, &self->login, N_ ("Who signs in"), N_ ("LOGIN") },
    { "passphrase-fd", 'p', 0, G_OPTION_ARG_INT, &self->passphrase_fd,
      N_ ("Read passphrases and codes, a line each, from this file descriptor"), N_ ("N") },
    { "json", 'j', 0, G_OPTION_ARG_NONE, &self->json, N_ ("Print JSON"), NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &version, N_ ("Print the version"), NULL },
    { "help", 'h', 0, G_OPTION_ARG_NONE, &help, N_ ("Print this help"), NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (_ ("COMMAND …"));

  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_set_help_enabled (context, FALSE);
  /* The command's own options come after its name. */
  g_option_context_set_strict_posix (context, TRUE);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  *done = version || help;
  if (version)
    g_print ("hemogram-cli %s\n", HEMO_VERSION);
  if (help)
    {
      g_autofree char *text = g_option_context_get_help (context, TRUE, NULL);
      g_print ("%s%s\n", text, _ ("Commands:"));
      print_commands (NULL);
    }
  return TRUE;
}

static gboolean
run_command (HemoCli *self, int argc, char **argv, GError **error)
{
  int words = 0;
  const HemoCliCommand *command = find_command (argc, argv, &words);

  if (command == NULL && argc > 1 && strcmp (argv[1], "commands") == 0)
    {
      print_commands (NULL);
      return TRUE;
    }
  if (command == NULL)
    {
      g_set_error (error, HEMO_CLI_ERROR, HEMO_CLI_ERROR_USAGE, "%s",
                   argc > 1 ? _ ("There is no such command; see hemogram-cli --help.")
                            : _ ("Say a command; see hemogram-cli --help."));
      return FALSE;
    }
  if (argc > words + 1 && (strcmp (argv[words + 1], "--help") == 0))
    {
      g_print ("hemogram-cli %s %s\n%s\n", command->name, command->arguments, _ (command->summary));
      return TRUE;
    }
  if (command->run (self, argc - words, argv + words, error))
    return TRUE;
  if (*error != NULL && hemo_exit_for_error (*error) == HEMO_EXIT_USAGE)
    g_prefix_error (error, _ ("Usage: hemogram-cli %s %s\n"), command->name, command->arguments);
  return FALSE;
}

static gboolean
interrupt_cb (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
  return G_SOURCE_CONTINUE;
}

/* Signals are taken in a thread of their own, so that long work ends where it is whole. */
static gpointer
watch_signals (gpointer cancellable)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GSource) source = g_unix_signal_source_new (SIGINT);
  g_autoptr (GMainLoop) loop = g_main_loop_new (context, FALSE);

  g_source_set_callback (source, interrupt_cb, cancellable, NULL);
  g_source_attach (source, context);
  g_main_loop_run (loop);
  return NULL;
}

static void
finish (HemoCli *self)
{
  g_autoptr (GError) error = NULL;

  if (self->session != NULL && !hemo_clinic_sign_out (self->clinic, self->session, &error))
    g_printerr ("%s\n", error->message);
  g_clear_pointer (&self->session, hemo_session_unref);
  if (self->clinic != NULL)
    hemo_clinic_close (self->clinic);
  g_clear_object (&self->clinic);
  g_clear_pointer (&self->clinic_path, g_free);
  g_clear_pointer (&self->login, g_free);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  HemoCli self = { .passphrase_fd = -1, .cancellable = cancellable };
  gboolean done = FALSE;
  HemoExit code = HEMO_EXIT_OK;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, HEMO_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  if (hemo_vault_init (&error) && parse_global (&self, &argc, &argv, &done, &error) && !done)
    {
      if (self.clinic_path == NULL)
        self.clinic_path = g_build_filename (g_get_user_data_dir (), "hemogram", "clinic", NULL);
      g_thread_unref (g_thread_new ("signals", watch_signals, cancellable));
      run_command (&self, argc, argv, &error);
    }
  if (error != NULL)
    {
      code = hemo_exit_for_error (error);
      g_printerr ("%s\n", error->message);
    }
  finish (&self);
  return (int)code;
}
