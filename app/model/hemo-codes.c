/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tables of stable names for enumerations and sets of bits, shared by the model's own files. */

#include "hemo-codes-private.h"

#include <glib/gi18n.h>
#include <string.h>

gboolean
hemo_refuse (GError **error, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  if (error != NULL)
    *error = g_error_new_valist (HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID, format, args);
  va_end (args);
  return FALSE;
}

gboolean
hemo_refuse_for_memory (GError **error)
{
  g_set_error_literal (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_NO_MEMORY,
                       N_ ("There is not enough memory. Close other programs and try again."));
  return FALSE;
}

const char *
hemo_code_at (const char *const *codes, int index)
{
  if (index < 0 || (guint)index >= g_strv_length ((char **)codes))
    return NULL;
  return codes[index];
}

static gboolean
refuse_code (const char *const *codes, const char *what, GError **error)
{
  g_autofree char *accepted = g_strjoinv (", ", (char **)codes);

  return hemo_refuse (error, "Unknown %s; it must be one of: %s", what, accepted);
}

gboolean
hemo_code_find (
    const char *const *codes, const char *what, const char *code, int *out, GError **error)
{
  for (int i = 0; code != NULL && codes[i] != NULL; i++)
    if (strcmp (codes[i], code) == 0)
      {
        *out = i;
        return TRUE;
      }
  return refuse_code (codes, what, error);
}

char *
hemo_codes_join_with (const char *const *codes, guint bits, const char *separator)
{
  GString *text = g_string_new (NULL);

  for (int i = 0; codes[i] != NULL; i++)
    if (bits & (1u << i))
      g_string_append_printf (text, "%s%s", text->len > 0 ? separator : "", codes[i]);
  return g_string_free (text, FALSE);
}

char *
hemo_codes_join (const char *const *codes, guint bits)
{
  return hemo_codes_join_with (codes, bits, ",");
}

gboolean
hemo_codes_split (
    const char *const *codes, const char *what, const char *text, guint *out, GError **error)
{
  g_auto (GStrv) words = NULL;
  guint bits = 0;

  if (text == NULL)
    return refuse_code (codes, what, error);
  /* One more than there are codes, so that a long list ends up as one wrong word. */
  words = g_strsplit (text, ",", (int)g_strv_length ((char **)codes) + 1);
  for (int i = 0; words[i] != NULL; i++)
    {
      int index = 0;

      if (*g_strstrip (words[i]) == '\0' && i == 0 && words[1] == NULL)
        break;
      if (!hemo_code_find (codes, what, words[i], &index, error))
        return FALSE;
      bits |= 1u << index;
    }
  *out = bits;
  return TRUE;
}

char *
hemo_ascii_digits (const char *text)
{
  GString *digits;

  if (text == NULL || !g_utf8_validate (text, -1, NULL))
    return NULL;
  digits = g_string_new (NULL);
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      g_string_append_unichar (
          digits, g_unichar_isdigit (c) ? (gunichar)('0' + g_unichar_digit_value (c)) : c);
    }
  return g_string_free (digits, FALSE);
}
