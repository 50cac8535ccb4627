/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The libraries mark their sentences; what they put before and behind one is taken off first. */

#include "hemo-failure.h"

#include <glib/gi18n.h>
#include <string.h>

/* In sync/hemo-sign-in.c. */
#define SIGNING_IN "Signing in: "

/* The sentence before @rest, translated; NULL where it has no translation. (transfer full) */
static char *
translate_head (const char *message, const char *rest)
{
  g_autofree char *head = g_strndup (message, (gsize)(rest - message));
  const char *text = *head != '\0' ? gettext (head) : head;

  return text != head ? g_strconcat (text, rest, NULL) : NULL;
}

char *
hemo_failure_say (const char *message)
{
  g_autofree char *cause = NULL;
  char *text = translate_head (message, message + strlen (message));

  if (text == NULL && g_str_has_prefix (message, SIGNING_IN))
    {
      cause = hemo_failure_say (message + strlen (SIGNING_IN));
      /* Translators: why signing in to a server failed */
      return g_strdup_printf (_ ("Signing in: %s"), cause);
    }
  for (const char *rest = strstr (message, " ("); text == NULL && rest != NULL;
       rest = strstr (rest + 1, " ("))
    text = translate_head (message, rest);
  return text != NULL ? text : g_strdup (message);
}
