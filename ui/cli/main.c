/* SPDX-License-Identifier: GPL-3.0-or-later */

/* hemogram-cli: the same work without a display. */

#include "hemo-cli.h"

#include "hemo-catalog.h"
#include "hemo-failure.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const HemoCliCommand *const groups[] = {
  hemo_cli_clinic_commands,   hemo_cli_user_commands,    hemo_cli_patient_commands,
  hemo_cli_specimen_commands, hemo_cli_order_commands,   hemo_cli_image_commands,
  hemo_cli_count_commands,    hemo_cli_finding_commands, hemo_cli_report_commands,
  hemo_cli_reading_commands,  hemo_cli_export_commands,  hemo_cli_care_commands,
  hemo_cli_sync_commands,     hemo_cli_courier_commands, hemo_cli_programme_commands,
  hemo_cli_demo_commands,     hemo_cli_detect_commands,
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

static gboolean
is_help (const char *word)
{
  return strcmp (word, "--help") == 0 || strcmp (word, "-h") == 0;
}

static json_object *
command_to_json (const HemoCliCommand *command)
{
  json_object *row = json_object_new_object ();

  hemo_cli_add_text (row, "command", command->name);
  hemo_cli_add_text (row, "arguments", command->arguments);
  hemo_cli_add_text (row, "summary", _ (command->summary));
  return row;
}

/* Those whose first word is @first, or all. */
static json_object *
list_commands (const char *first)
{
  json_object *rows = json_object_new_array ();
  gsize length = first != NULL ? strlen (first) : 0;

  for (gsize group = 0; group < G_N_ELEMENTS (groups); group++)
    for (const HemoCliCommand *command = groups[group]; command->name != NULL; command++)
      if (first == NULL
          || (strncmp (command->name, first, length) == 0 && command->name[length] == ' '))
        json_object_array_add (rows, command_to_json (command));
  return rows;
}

static void
print_commands (HemoCli *self, const char *first)
{
  json_object *rows = list_commands (first);

  if (self->json)
    {
      hemo_cli_print (self, rows, NULL);
      return;
    }
  for (gsize i = 0; i < json_object_array_length (rows); i++)
    {
      json_object *row = json_object_array_get_idx (rows, i);
      g_autofree char *call = g_strdup_printf (
          "%s %s", json_object_get_string (json_object_object_get (row, "command")),
          json_object_get_string (json_object_object_get (row, "arguments")));

      g_print ("  %-58s %s\n", call,
               json_object_get_string (json_object_object_get (row, "summary")));
    }
  json_object_put (rows);
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
      self->json = FALSE;
      g_print ("%s%s\n", text, _ ("Commands:"));
      print_commands (self, NULL);
    }
  return TRUE;
}

/* What is no command by itself: the list of them, or a word that several begin with. */
static gboolean
run_list (HemoCli *self, int argc, char **argv, GError **error)
{
  json_object *rows = NULL;
  gboolean known, help = argc > 2 && is_help (argv[2]);

  if (argc > 1 && strcmp (argv[1], "commands") == 0)
    {
      print_commands (self, NULL);
      return TRUE;
    }
  rows = argc > 1 ? list_commands (argv[1]) : NULL;
  known = rows != NULL && json_object_array_length (rows) > 0;
  json_object_put (rows);
  if (known && help)
    {
      print_commands (self, argv[1]);
      return TRUE;
    }
  if (argc < 2)
    g_set_error (error, HEMO_CLI_ERROR, HEMO_CLI_ERROR_USAGE,
                 _ ("Say a command; see hemogram-cli --help."));
  else if (known)
    g_set_error (error, HEMO_CLI_ERROR, HEMO_CLI_ERROR_USAGE,
                 _ ("Say what after '%s'; see hemogram-cli %s --help."), argv[1], argv[1]);
  else
    g_set_error (error, HEMO_CLI_ERROR, HEMO_CLI_ERROR_USAGE,
                 _ ("There is no such command; see hemogram-cli --help."));
  return FALSE;
}

/* A script that asked for JSON gets some, also where people are told nothing. */
static void
print_done (HemoCli *self)
{
  json_object *object = NULL;

  if (!self->json || self->printed)
    return;
  object = json_object_new_object ();
  hemo_cli_add_bool (object, "done", TRUE);
  hemo_cli_print (self, object, NULL);
}

static gboolean
run_command (HemoCli *self, int argc, char **argv, GError **error)
{
  int words = 0;
  const HemoCliCommand *command = find_command (argc, argv, &words);

  if (command == NULL)
    return run_list (self, argc, argv, error);
  if (argc > words + 1 && is_help (argv[words + 1]))
    {
      g_print ("hemogram-cli %s %s\n%s\n", command->name, command->arguments, _ (command->summary));
      return TRUE;
    }
  if (command->run (self, argc - words, argv + words, error))
    {
      print_done (self);
      return TRUE;
    }
  if (*error != NULL && hemo_exit_for_error (*error) == HEMO_EXIT_USAGE)
    g_prefix_error (error, _ ("Usage: hemogram-cli %s %s\n"), command->name, command->arguments);
  return FALSE;
}

/* The first time work ends where it is whole; the second time at once, which loses nothing that was
 * called saved either. */
static gboolean
interrupt_cb (gpointer cancellable)
{
  if (g_cancellable_is_cancelled (cancellable))
    _exit (HEMO_EXIT_INTERRUPTED);
  g_cancellable_cancel (cancellable);
  return G_SOURCE_CONTINUE;
}

static gpointer
run_loop (gpointer loop)
{
  g_main_loop_run (loop);
  return NULL;
}

/* Signals are taken in a thread of their own, as the main one may be in the middle of long work.
 * They are caught from here on, not from when that thread comes to run: a question may stand there
 * before. */
static void
watch_signals (GCancellable *cancellable)
{
  static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
  g_autoptr (GMainContext) context = g_main_context_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (signals); i++)
    {
      g_autoptr (GSource) source = g_unix_signal_source_new (signals[i]);

      g_source_set_callback (source, interrupt_cb, cancellable, NULL);
      g_source_attach (source, context);
    }
  g_thread_unref (g_thread_new ("signals", run_loop, g_main_loop_new (context, FALSE)));
}

/* Names are UTF-8 in every store: a script's C locale must not turn them into question marks. */
static void
set_up_language (void)
{
  setlocale (LC_ALL, "");
  if (strcmp (nl_langinfo (CODESET), "ANSI_X3.4-1968") == 0)
    setlocale (LC_CTYPE, "C.UTF-8");
  hemo_catalog_bind ();
}

/* What could not be written was not told. */
static void
flush_output (GError **error)
{
  if ((fflush (stdout) != 0 || ferror (stdout)) && *error == NULL)
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
                 _ ("The output could not be written: %s."), g_strerror (errno));
}

static void
say_failure (const GError *error)
{
  g_autofree char *text = hemo_failure_say (error->message);

  g_printerr ("%s\n", text);
}

static void
finish (HemoCli *self)
{
  g_autoptr (GError) error = NULL;

  if (self->session != NULL && !hemo_clinic_sign_out (self->clinic, self->session, &error))
    say_failure (error);
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

  set_up_language ();
  if (hemo_vault_init (&error) && parse_global (&self, &argc, &argv, &done, &error) && !done)
    {
      if (self.clinic_path == NULL)
        self.clinic_path = g_build_filename (g_get_user_data_dir (), "hemogram", "clinic", NULL);
      watch_signals (cancellable);
      run_command (&self, argc, argv, &error);
    }
  flush_output (&error);
  if (error != NULL)
    {
      code = hemo_exit_for_error (error);
      say_failure (error);
    }
  finish (&self);
  return (int)code;
}
