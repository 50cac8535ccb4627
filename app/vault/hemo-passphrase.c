/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which passphrases and PINs are too easy to guess. All comparisons are done in secure memory. */

#include "hemo-passphrase.h"

#include "hemo-vault-private.h"

#include <glib/gi18n.h>
#include <openssl/crypto.h>
#include <string.h>

#define PASSPHRASE_MIN 10
#define PASSPHRASE_MAX_BYTES 1024
#define PIN_MIN 4
#define PIN_MAX 8
/* Letters that may be left beside a name or a common word. */
#define REMAINDER_MIN 4

/* What heads the published lists of stolen passwords, without digits and signs at the ends;
 * long ones first, since each is taken out in turn. */
static const char *const common[] = {
  "administrator", "allahuakbar", "haematology", "jesuschrist", "laboratoire", "laboratorio",
  "pathologist",   "abcdefghij",  "azertyuiop",  "contrasena",  "contraseña",  "hematology",
  "laboratory",    "madagascar",  "microscope",  "microscopy",  "motdepasse",  "passphrase",
  "qwertyuiop",    "technician",  "asdfghjkl",   "bismillah",   "qazwsxedc",   "abcdefgh",
  "baseball",      "changeme",    "computer",    "ethiopia",    "football",    "hemogram",
  "hospital",      "iloveyou",    "internet",    "jennifer",    "pakistan",    "password",
  "passwort",      "princess",    "starwars",    "sunshine",    "superman",    "tanzania",
  "whatever",      "default",     "letmein",     "malaria",     "michael",     "nigeria",
  "patient",       "trustno",     "welcome",     "zxcvbnm",     "abcdef",      "asdfgh",
  "azerty",        "clinic",      "doctor",      "dragon",      "master",      "monkey",
  "parola",        "qazwsx",      "qwerty",      "qwertz",      "secret",      "shadow",
  "uganda",        "admin",       "blood",       "india",       "jesus",       "kenya",
  "nurse",         "senha",
};

/* The letter that a sign or digit often stands for, or @c. */
static gunichar
read_as_letter (gunichar c)
{
  static const char signs[] = "@$01357";
  static const char letters[] = "asoiest";
  const char *found = c == 0 || c > 0x7f ? NULL : strchr (signs, (int)c);

  return found == NULL ? c : (gunichar)letters[found - signs];
}

/* The characters of @text in lower case that are letters, in secure memory; in NFKC. */
static HemoSecret *
letters_of (HemoSecret *text, gboolean signs_too)
{
  g_autoptr (HemoSecret) normal = hemo_secret_normalize (text);
  HemoSecret *ucs4 = normal == NULL ? NULL : hemo_secret_to_ucs4 (normal, TRUE);
  gunichar *chars = NULL;
  gsize n = 0;

  if (ucs4 == NULL)
    return NULL;
  chars = (gunichar *)hemo_secret_get_data (ucs4);
  for (gsize i = 0; i < hemo_secret_get_size (ucs4) / sizeof (gunichar); i++)
    {
      gunichar c = signs_too ? read_as_letter (chars[i]) : chars[i];

      if (g_unichar_isalpha (c) || g_unichar_ismark (c))
        chars[n++] = c;
    }
  return hemo_secret_shrink (ucs4, n * sizeof (gunichar));
}

static HemoSecret *
letters_of_name (const char *name)
{
  g_autofree char *copy = g_strdup (name == NULL ? "" : name);
  g_autoptr (HemoSecret) text = hemo_secret_new_take (copy, strlen (copy));

  return letters_of (text, FALSE);
}

/* Takes every occurrence of @word out of @letters; TRUE if there was any. */
static gboolean
cut_out (HemoSecret **letters, HemoSecret *word)
{
  gsize n = hemo_secret_get_size (*letters) / sizeof (gunichar);
  gsize size = hemo_secret_get_size (word);
  gunichar *chars = (gunichar *)hemo_secret_get_data (*letters);
  gsize length = size / sizeof (gunichar);
  gboolean found = FALSE;

  for (gsize i = 0; length > 0 && i + length <= n;)
    {
      if (memcmp (chars + i, hemo_secret_get_data (word), size) != 0)
        {
          i++;
          continue;
        }
      memmove (chars + i, chars + i + length, (n - i - length) * sizeof (gunichar));
      n -= length;
      found = TRUE;
    }
  *letters = hemo_secret_shrink (*letters, n * sizeof (gunichar));
  return found;
}

/* Whether hardly anything is left of @passphrase without @names. */
static gboolean
is_left_without (HemoSecret *passphrase,
                 gboolean signs_too,
                 const char *const *names,
                 gsize n_names)
{
  g_autoptr (HemoSecret) letters = letters_of (passphrase, signs_too);
  gboolean found = FALSE;

  for (gsize i = 0; letters != NULL && i < n_names; i++)
    {
      g_autoptr (HemoSecret) word = letters_of_name (names[i]);

      if (word != NULL && cut_out (&letters, word))
        found = TRUE;
    }
  return found && hemo_secret_get_size (letters) < REMAINDER_MIN * sizeof (gunichar);
}

static gboolean
is_only (HemoSecret *passphrase, const char *const *names, gsize n_names)
{
  return is_left_without (passphrase, FALSE, names, n_names)
         || is_left_without (passphrase, TRUE, names, n_names);
}

/* How many characters differ from the one before and do not follow it ('aaaa', '1234', 'dcba'). */
static gsize
count_breaks (const gunichar *chars, gsize n)
{
  gsize breaks = 0;

  for (gsize i = 1; i < n; i++)
    {
      gint64 step = (gint64)chars[i] - (gint64)chars[i - 1];

      if (step < -1 || step > 1)
        breaks++;
    }
  return breaks;
}

static gboolean
is_one_repeated (const gunichar *chars, gsize n)
{
  for (gsize i = 1; i < n; i++)
    if (chars[i] != chars[0])
      return FALSE;
  return TRUE;
}

static gboolean
check_characters (HemoSecret *ucs4, GError **error)
{
  const gunichar *chars = (const gunichar *)hemo_secret_get_data (ucs4);
  gsize n = hemo_secret_get_size (ucs4) / sizeof (gunichar);

  if (n < PASSPHRASE_MIN)
    return hemo_vault_fail (
        error, HEMO_VAULT_ERROR_WEAK,
        N_ ("A passphrase needs 10 characters or more; three or four words are easy "
            "to keep in mind."));
  if (is_one_repeated (chars, n))
    return hemo_vault_fail (error, HEMO_VAULT_ERROR_WEAK,
                            N_ ("A passphrase of one repeated character is too easy to guess."));
  if (count_breaks (chars, n) <= 2)
    return hemo_vault_fail (
        error, HEMO_VAULT_ERROR_WEAK,
        N_ ("A passphrase of characters in a row, such as 1234567890, is too easy to "
            "guess."));
  return TRUE;
}

gboolean
hemo_passphrase_check (HemoSecret *passphrase,
                       const char *login,
                       const char *clinic,
                       GError **error)
{
  const char *const names[] = { clinic, login };
  g_autoptr (HemoSecret) normal = NULL;
  g_autoptr (HemoSecret) ucs4 = NULL;

  if (hemo_secret_get_size (passphrase) > PASSPHRASE_MAX_BYTES)
    return hemo_vault_fail (error, HEMO_VAULT_ERROR_WEAK,
                            N_ ("A passphrase has at most 1024 bytes."));
  normal = hemo_secret_normalize (passphrase);
  ucs4 = normal == NULL ? NULL : hemo_secret_to_ucs4 (normal, TRUE);
  if (ucs4 == NULL)
    return hemo_vault_fail (error, HEMO_VAULT_ERROR_WEAK,
                            N_ ("The passphrase is not text in UTF-8."));
  if (!check_characters (ucs4, error))
    return FALSE;
  if (is_only (passphrase, names, G_N_ELEMENTS (names)))
    return hemo_vault_fail (
        error, HEMO_VAULT_ERROR_WEAK,
        N_ ("A passphrase that is only a person's or the clinic's name is too easy to "
            "guess."));
  if (is_only (passphrase, common, G_N_ELEMENTS (common)))
    return hemo_vault_fail (
        error, HEMO_VAULT_ERROR_WEAK,
        N_ ("This is one of the commonest passphrases; it is too easy to guess."));
  return TRUE;
}

/* Digits of any script: keyboards of many clinics write others than 0 to 9. */
static gboolean
read_digits (HemoSecret *pin, guint8 *digits, gsize *length)
{
  g_autoptr (HemoSecret) normal = hemo_secret_normalize (pin);
  g_autoptr (HemoSecret) ucs4 = normal == NULL ? NULL : hemo_secret_to_ucs4 (normal, FALSE);
  const gunichar *chars = NULL;
  gsize n = 0;

  if (ucs4 == NULL)
    return FALSE;
  chars = (const gunichar *)hemo_secret_get_data (ucs4);
  n = hemo_secret_get_size (ucs4) / sizeof (gunichar);
  if (n < PIN_MIN || n > PIN_MAX)
    return FALSE;
  for (gsize i = 0; i < n; i++)
    {
      if (!g_unichar_isdigit (chars[i]))
        return FALSE;
      digits[i] = (guint8)g_unichar_digit_value (chars[i]);
    }
  *length = n;
  return TRUE;
}

static gboolean
is_run (const guint8 *digits, gsize n)
{
  int step = digits[1] - digits[0];

  for (gsize i = 1; i < n; i++)
    /* 9 to 0 goes on: 7890. */
    if ((digits[i] - digits[i - 1] - step) % 10 != 0)
      return FALSE;
  return step == 0 || step % 8 == 1 || step % 8 == -1;
}

gboolean
hemo_pin_check (HemoSecret *pin, GError **error)
{
  guint8 digits[PIN_MAX];
  gsize n = 0;
  gboolean run = FALSE;

  if (hemo_secret_get_size (pin) > PASSPHRASE_MAX_BYTES || !read_digits (pin, digits, &n))
    return hemo_vault_fail (error, HEMO_VAULT_ERROR_WEAK, N_ ("A PIN has four to eight digits."));
  run = is_run (digits, n);
  OPENSSL_cleanse (digits, sizeof digits);
  if (run)
    return hemo_vault_fail (
        error, HEMO_VAULT_ERROR_WEAK,
        N_ ("A PIN of the same digits, or of digits in a row, is too easy to guess."));
  return TRUE;
}
