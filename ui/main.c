/* SPDX-License-Identifier: GPL-3.0-or-later */

/* hemogram: the window. */

#include "hemo-application.h"
#include "hemo-languages.h"
#include "hemo-secret.h"
#include "hemo-watch.h"

#include <glib/gi18n.h>

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoApplication) application = NULL;
  const char *watched = g_getenv ("HEMOGRAM_WATCH");
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
  return status;
}
