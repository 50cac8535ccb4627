/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Recovery and one-time codes: Crockford's base 32 with a check character.
 *
 * The check is of our own: Crockford's (mod 37) needs five signs more, which nobody reads aloud.
 * The characters are elements of GF(32), modulo x^5 + x^2 + 1; the check is the sum of character i
 * times x^i. So every single wrong character and every two neighbours swapped are found. */

#include "hemo-passphrase.h"

#include "hemo-plural.h"
#include "hemo-vault-private.h"

#include <glib/gi18n.h>
#include <openssl/crypto.h>

#define RECOVERY_LENGTH 32
#define ONE_TIME_LENGTH 20
#define GROUP 4

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static guint8
times_x (guint8 value)
{
  return (guint8)((value & 0x10) != 0 ? (value << 1) ^ 0x25 : value << 1);
}

/* Horner's rule from the end: the sum of value i times x^i. */
static guint8
compute_check (const guint8 *values, gsize n)
{
  guint8 sum = 0;

  while (n-- > 0)
    sum = times_x (sum) ^ values[n];
  return sum;
}

/* In groups with hyphens. */
static HemoSecret *
format (const guint8 *values, gsize n)
{
  HemoSecret *text = hemo_secret_new (n + n / GROUP - 1);
  guint8 *out = hemo_secret_get_data (text);

  for (gsize i = 0; i < n; i++)
    {
      if (i > 0 && i % GROUP == 0)
        *out++ = '-';
      *out++ = (guint8)alphabet[values[i]];
    }
  return text;
}

static HemoSecret *
make (gsize length, GError **error)
{
  g_autoptr (HemoSecret) random = hemo_secret_new_random (length, error);
  guint8 *values = NULL;

  if (random == NULL)
    return NULL;
  values = hemo_secret_get_data (random);
  /* 32 divides 256: every character is as likely. */
  for (gsize i = 0; i < length; i++)
    values[i] &= 31;
  values[length - 1] = compute_check (values, length - 1);
  return format (values, length);
}

HemoSecret *
hemo_code_new_recovery (GError **error)
{
  return make (RECOVERY_LENGTH, error);
}

HemoSecret *
hemo_code_new_one_time (GError **error)
{
  return make (ONE_TIME_LENGTH, error);
}

/* Spaces, hyphens and dashes of all kinds, and invisible marks that copying from a PDF brings. */
static gboolean
is_separator (gunichar c)
{
  switch (g_unichar_type (c))
    {
    case G_UNICODE_DASH_PUNCTUATION:
    case G_UNICODE_SPACE_SEPARATOR:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
      return TRUE;
    default:
      return c == 0x2212;
    }
}

/* 0 to 31, or -1. @c is in lower case. */
static int
value_of (gunichar c)
{
  const char *found = NULL;

  if (c == 'o')
    return 0;
  if (c == 'i' || c == 'l')
    return 1;
  if (c == 0 || c > 'z')
    return -1;
  found = strchr (alphabet, g_ascii_toupper ((char)c));
  return found == NULL ? -1 : (int)(found - alphabet);
}

static gboolean
read_values (HemoSecret *ucs4, guint8 *values, gsize *length, GError **error)
{
  const gunichar *chars = (const gunichar *)hemo_secret_get_data (ucs4);
  gsize n = hemo_secret_get_size (ucs4) / sizeof (gunichar);
  gsize used = 0;

  for (gsize i = 0; i < n; i++)
    {
      int value = value_of (chars[i]);

      if (is_separator (chars[i]))
        continue;
      if (value < 0)
        {
          g_set_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_WRONG_SECRET,
                       N_ ("Character %u of the code is not one that codes use: they have digits "
                           "and letters without U."),
                       (guint)used + 1);
          return FALSE;
        }
      if (used < RECOVERY_LENGTH)
        values[used] = (guint8)value;
      used++;
    }
  *length = used;
  return TRUE;
}

HemoSecret *
hemo_code_normalize (HemoSecret *typed, GError **error)
{
  g_autoptr (HemoSecret) text = NULL;
  g_autoptr (HemoSecret) ucs4 = NULL;
  g_autoptr (HemoSecret) buffer = NULL;
  guint8 *values = NULL;
  gsize n = 0;

  if (hemo_secret_get_size (typed) <= 1024)
    text = hemo_secret_normalize (typed);
  if (text == NULL)
    {
      hemo_vault_fail (error, HEMO_VAULT_ERROR_WRONG_SECRET,
                       N_ ("The code is not text, or far too long."));
      return NULL;
    }
  ucs4 = hemo_secret_to_ucs4 (text, TRUE);
  buffer = hemo_secret_new (RECOVERY_LENGTH);
  values = hemo_secret_get_data (buffer);
  if (!read_values (ucs4, values, &n, error))
    return NULL;
  if (n != RECOVERY_LENGTH && n != ONE_TIME_LENGTH)
    {
      g_set_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_WRONG_SECRET,
                   HEMO_PLURAL ("The code has %u character; a recovery code has 32 and a one-time "
                                "code 20.",
                                "The code has %u characters; a recovery code has 32 and a one-time "
                                "code 20.",
                                n),
                   (guint)n);
      return NULL;
    }
  if (compute_check (values, n - 1) != values[n - 1])
    {
      hemo_vault_fail (
          error, HEMO_VAULT_ERROR_WRONG_SECRET,
          N_ ("The code was mistyped: its check character does not fit. Compare it with the "
              "paper."));
      return NULL;
    }
  return format (values, n);
}
