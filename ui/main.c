/* SPDX-License-Identifier: GPL-3.0-or-later */

/* hemogram: the window. */

#include "hemo-application.h"
#include "hemo-catalog.h"
#include "hemo-languages.h"
#include "hemo-secret.h"
#include "hemo-watch.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <malloc.h>

/* In bytes. */
#define KEPT_FREE (1024 * 1024)

/* A passphrase becomes a key in 64 MiB. glibc takes their going as a sign that blocks as large will
 * come again, and from then on gives next to nothing back to the system; a limit of our own stays.
 */
static void
give_memory_back (void)
{
  mallopt (M_MMAP_THRESHOLD, KEPT_FREE);
  mallopt (M_TRIM_THRESHOLD, KEPT_FREE);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoApplication) application = NULL;
  const char *watched = g_getenv ("HEMOGRAM_WATCH");
  gboolean processor_draws;
  int status;

  give_memory_back ();
  hemo_languages_apply ();
  setlocale (LC_ALL, "");
  hemo_catalog_bind ();

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
