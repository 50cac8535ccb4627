/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Unicode normalisation that never leaves secure memory: GLib's own frees its buffers uncleansed.
 */

#include "hemo-secret.h"

#include "hemo-vault-private.h"

static gboolean
is_text (HemoSecret *text)
{
  const char *data = (const char *)hemo_secret_get_data (text);

  /* With a length, GLib refuses NUL inside too. */
  return g_utf8_validate_len (data, hemo_secret_get_size (text), NULL);
}

/* Compatibility decomposition; @out may be NULL to count. */
static gsize
decompose (HemoSecret *text, gunichar *out)
{
  const char *at = (const char *)hemo_secret_get_data (text);
  const char *end = at + hemo_secret_get_size (text);
  gsize used = 0;

  for (; at < end; at = g_utf8_next_char (at))
    used += g_unichar_fully_decompose (g_utf8_get_char (at), TRUE, out == NULL ? NULL : out + used,
                                       out == NULL ? 0 : G_UNICHAR_MAX_DECOMPOSITION_LENGTH);
  return used;
}

/* Canonical order: marks of a run sorted by class, stable. */
static void
reorder (gunichar *chars, gsize n)
{
  for (gsize i = 1; i < n; i++)
    {
      int class = g_unichar_combining_class (chars[i]);

      for (gsize j = i; class != 0 && j > 0; j--)
        {
          gunichar before = chars[j - 1];

          if (g_unichar_combining_class (before) <= class)
            break;
          chars[j - 1] = chars[j];
          chars[j] = before;
        }
    }
}

/* Canonical composition in place (UAX #15); returns how many characters remain. */
static gsize
compose (gunichar *chars, gsize n)
{
  gsize starter = 0;
  gsize used = 0;
  int last_class = 0;

  for (gsize i = 0; i < n; i++)
    {
      int class = g_unichar_combining_class (chars[i]);
      gboolean adjacent = used > 0 && used - 1 == starter;
      gunichar composed;

      if (used > 0 && (adjacent || last_class < class)
          && g_unichar_combining_class (chars[starter]) == 0
          && g_unichar_compose (chars[starter], chars[i], &composed))
        {
          chars[starter] = composed;
          continue;
        }
      if (class == 0)
        starter = used;
      last_class = class;
      chars[used++] = chars[i];
    }
  return used;
}

static HemoSecret *
encode (const gunichar *chars, gsize n)
{
  HemoSecret *text = NULL;
  gsize size = 0;

  for (gsize i = 0; i < n; i++)
    size += g_unichar_to_utf8 (chars[i], NULL);
  text = hemo_secret_new (size);
  size = 0;
  for (gsize i = 0; i < n; i++)
    size += g_unichar_to_utf8 (chars[i], (char *)hemo_secret_get_data (text) + size);
  return text;
}

HemoSecret *
hemo_secret_normalize (HemoSecret *text)
{
  g_autoptr (HemoSecret) buffer = NULL;
  gunichar *chars = NULL;
  gsize n = 0;

  if (!is_text (text))
    return NULL;
  n = decompose (text, NULL);
  /* Room for one more decomposition, so that the last character can be told the full length. */
  buffer = hemo_secret_new ((n + G_UNICHAR_MAX_DECOMPOSITION_LENGTH) * sizeof (gunichar));
  chars = (gunichar *)hemo_secret_get_data (buffer);
  decompose (text, chars);
  reorder (chars, n);
  return encode (chars, compose (chars, n));
}

HemoSecret *
hemo_secret_to_ucs4 (HemoSecret *text, gboolean lower)
{
  const char *at = (const char *)hemo_secret_get_data (text);
  HemoSecret *result = NULL;
  gunichar *chars = NULL;
  gsize n = 0;

  if (!is_text (text))
    return NULL;
  n = (gsize)g_utf8_strlen (at, (gssize)hemo_secret_get_size (text));
  result = hemo_secret_new (n * sizeof (gunichar));
  chars = (gunichar *)hemo_secret_get_data (result);
  for (gsize i = 0; i < n; i++, at = g_utf8_next_char (at))
    chars[i] = lower ? g_unichar_tolower (g_utf8_get_char (at)) : g_utf8_get_char (at);
  return result;
}
