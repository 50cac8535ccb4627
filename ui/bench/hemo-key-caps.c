/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What stands on a key, as the layout that is on labels it. */

#include "hemo-key-caps.h"

static char *
name_of (guint keyval)
{
  gunichar letter = gdk_keyval_to_unicode (gdk_keyval_to_upper (keyval));
  char text[7] = "";

  if (letter != 0 && g_unichar_isgraph (letter))
    {
      g_unichar_to_utf8 (letter, text);
      return g_strdup (text);
    }
  return g_strdup (gdk_keyval_name (keyval));
}

char *
hemo_key_cap (GdkDisplay *display, guint keycode, int layout)
{
  guint keyval = 0;
  char *name = NULL;

  if (keycode == 0)
    return g_strdup ("");
  if (gdk_display_translate_key (display, keycode, 0, layout, &keyval, NULL, NULL, NULL))
    name = name_of (keyval);
  /* The kernel's own number is better than nothing. */
  return name != NULL ? name : g_strdup_printf ("#%u", keycode - 8);
}
