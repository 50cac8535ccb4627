/* SPDX-License-Identifier: GPL-3.0-or-later */

/* hemogram: the window. */

#include "hemo-application.h"
#include "hemo-secret.h"

#include <glib/gi18n.h>
#include <locale.h>

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoApplication) application = NULL;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, HEMO_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  if (!hemo_vault_init (&error))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  application = hemo_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
