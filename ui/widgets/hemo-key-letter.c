/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hemo-key-letter.h"

#include <string.h>

/* Rows of a Latin keyboard from their first key on. */
static const struct
{
  guint keycode;
  const char *letters;
} rows[] = {
  { 10, "1234567890-=" },
  { 24, "qwertyuiop[]" },
  { 38, "asdfghjkl" },
  { 51, "\\zxcvbnm,./" },
};

/* A French keyboard has accented letters where others have digits: those are no digits. */
static gboolean
is_foreign (guint keyval)
{
  const gunichar letter = gdk_keyval_to_unicode (keyval);

  /* The keypad's keys have characters and are known by their own names. */
  return letter > 0xff && !(keyval >= GDK_KEY_KP_Space && keyval <= GDK_KEY_KP_9)
         && g_unichar_get_script (letter) != G_UNICODE_SCRIPT_LATIN;
}

guint
hemo_key_letter (guint keyval, guint keycode)
{
  if (!is_foreign (keyval))
    return keyval;
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (keycode >= rows[i].keycode && keycode < rows[i].keycode + strlen (rows[i].letters))
      return (guint)rows[i].letters[keycode - rows[i].keycode];
  return keyval;
}
