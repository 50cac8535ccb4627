/* SPDX-License-Identifier: GPL-3.0-or-later */

/* hemogram: the window. */

#include "hemo-application.h"
#include "hemo-languages.h"
#include "hemo-secret.h"
#include "hemo-watch.h"

#include <errno.h>
#include <unistd.h>

/* The settings are on the disk first. What this run has put into its environment is no part of what
 * the next one begins with. Comes back only when it cannot be done. */
static void
begin_again (char **argv, char **environment)
{
  g_settings_sync ();
  execve ("/proc/self/exe", argv, environment);
  g_printerr ("%s\n", g_strerror (errno));
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoApplication) application = NULL;
  const char *watched = g_getenv ("HEMOGRAM_WATCH");
  g_auto (GStrv) environment = g_get_environ ();
  gboolean processor_draws;
  int status;

  hemo_languages_apply ();

  if (!hemo_vault_init (&error))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  processor_draws = hemo_watch_choose_renderer ();
  if (watched != NULL)
    hemo_watch_start ();
  application = hemo_application_new (processor_draws);
  status = g_application_run (G_APPLICATION (application), argc, argv);
  if (watched != NULL)
    hemo_watch_print ((guint)g_ascii_strtoull (watched, NULL, 10));
  if (hemo_application_begins_again (application))
    begin_again (argv, environment);
  return status;
}
