/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Argon2id, what is too easy to guess, and codes. */

#include "hemo-passphrase.h"

#include <string.h>

static HemoSecret *
secret (const char *text)
{
  g_autofree char *copy = g_strdup (text);

  return hemo_secret_new_take (copy, strlen (copy));
}

static char *
text_of (HemoSecret *self)
{
  return g_strndup ((const char *)hemo_secret_get_data (self), hemo_secret_get_size (self));
}

static char *
derive_hex (const HemoKdf *kdf, const char *text)
{
  g_autoptr (HemoSecret) passphrase = secret (text);
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoSecret) key = hemo_kdf_derive (kdf, passphrase, &error);
  GString *hex = g_string_new (NULL);

  g_assert_no_error (error);
  g_assert_cmpuint (hemo_secret_get_size (key), ==, 32);
  for (gsize i = 0; i < 32; i++)
    g_string_append_printf (hex, "%02x", hemo_secret_get_data (key)[i]);
  return g_string_free (hex, FALSE);
}

/* As OpenSSL's own Argon2id (`openssl kdf … ARGON2ID`) gives it. */
static void
test_kdf_vector (void)
{
  HemoKdf kdf = { 65536, 2, 1, "somesalt" };
  g_autofree char *hex = derive_hex (&kdf, "password");

  g_assert_cmpstr (hex, ==, "b327fc4f307da6f3081ad161bd10131d6d675f8de23fe14b69a4d79eaa7232b6");
}

static void
test_kdf (void)
{
  HemoKdf first, second;
  g_autofree char *a = NULL;
  g_autofree char *b = NULL;
  g_autofree char *c = NULL;
  g_autofree char *d = NULL;

  g_assert_true (hemo_kdf_init_pin (&first, NULL));
  g_assert_true (hemo_kdf_init_pin (&second, NULL));
  g_assert_cmpuint (first.memory_kib, ==, 19456);
  a = derive_hex (&first, "caf\u00e9 au lait");
  b = derive_hex (&first, "cafe\u0301 au lait");
  c = derive_hex (&second, "caf\u00e9 au lait");
  d = derive_hex (&first, "cafe au lait");
  g_assert_cmpstr (a, ==, b);
  g_assert_cmpstr (a, !=, c);
  g_assert_cmpstr (a, !=, d);
}

static void
test_kdf_limits (void)
{
  const HemoKdf bad[] = { { 1024 * 1024 + 1, 3, 1 }, { 8191, 3, 1 },  { 65536, 0, 1 },
                          { 65536, 17, 1 },          { 65536, 3, 0 }, { 65536, 3, 9 } };
  g_autoptr (HemoSecret) passphrase = secret ("x");
  g_autoptr (HemoSecret) empty = hemo_secret_new (0);
  g_autoptr (HemoSecret) large = hemo_secret_new (1025);
  HemoKdf good = { 8192, 1, 1 };
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_assert_null (hemo_kdf_derive (&bad[i], passphrase, &error));
      g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DAMAGED);
      g_clear_error (&error);
    }
  g_assert_null (hemo_kdf_derive (&good, empty, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_WRONG_SECRET);
  g_clear_error (&error);
  g_assert_null (hemo_kdf_derive (&good, large, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_WRONG_SECRET);
}

/* What a sign-in costs; printed, never judged. */
static void
test_kdf_cost (void)
{
  HemoKdf kdf;
  g_autoptr (GTimer) timer = NULL;
  g_autofree char *hex = NULL;

  g_assert_true (hemo_kdf_init_passphrase (&kdf, NULL));
  g_assert_cmpuint (kdf.memory_kib, ==, 65536);
  g_assert_cmpuint (kdf.passes, ==, 3);
  timer = g_timer_new ();
  hex = derive_hex (&kdf, "three green lamps");
  g_test_message ("Argon2id: %.2f s", g_timer_elapsed (timer, NULL));
}

static void
test_weak (void)
{
  static const char *const weak[] = {
    "",
    "ninechars",
    "aaaaaaaaaaaaaa",
    "1234567890",
    "0987654321",
    "abcdefghijkl",
    "password12",
    "P@ssword!!",
    "Password2024",
    "qwertyuiop",
    "iloveyou!!",
    "hospital clinic",
    "asha123456",
    "Asha Asha Asha",
    "Kisumu Clinic 1",
    "kisumuclinic2026",
    "asha@kisumu clinic",
  };
  static const char *const strong[] = {
    "three green lamps", "correct horse", "মেঘের কোলে রোদ",
    "لمبة خضراء كبيرة",  "8jK2!mQz0p",    "asha likes old bicycles",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (weak); i++)
    {
      g_autoptr (HemoSecret) text = secret (weak[i]);
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", weak[i]);
      g_assert_false (hemo_passphrase_check (text, "asha", "Kisumu Clinic", &error));
      g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_WEAK);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (strong); i++)
    {
      g_autoptr (HemoSecret) text = secret (strong[i]);
      g_autoptr (GError) error = NULL;

      g_assert_true (hemo_passphrase_check (text, "asha", "Kisumu Clinic", &error));
      g_assert_no_error (error);
      g_assert_true (hemo_passphrase_check (text, NULL, NULL, &error));
    }
}

static void
test_pin (void)
{
  static const char *const weak[]
      = { "",     "123",  "123456789", "1111", "1234", "7890",
          "9876", "3210", "12a4",      "12 4", "٤٤٤٤", "\xff\xff\xff\xff" };
  static const char *const good[] = { "1235", "2468", "90210", "48151623", "٧٣٩١" };

  for (gsize i = 0; i < G_N_ELEMENTS (weak); i++)
    {
      g_autoptr (HemoSecret) pin = secret (weak[i]);
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", weak[i]);
      g_assert_false (hemo_pin_check (pin, &error));
      g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_WEAK);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (HemoSecret) pin = secret (good[i]);

      g_assert_true (hemo_pin_check (pin, NULL));
    }
}

static void
assert_normalizes (const char *typed, const char *code)
{
  g_autoptr (HemoSecret) text = secret (typed);
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoSecret) normal = hemo_code_normalize (text, &error);
  g_autofree char *result = NULL;

  g_assert_no_error (error);
  result = text_of (normal);
  g_assert_cmpstr (result, ==, code);
}

static void
assert_mistyped (const char *typed, const char *part)
{
  g_autoptr (HemoSecret) text = secret (typed);
  g_autoptr (GError) error = NULL;

  g_assert_null (hemo_code_normalize (text, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_WRONG_SECRET);
  g_assert_nonnull (strstr (error->message, part));
}

static void
test_codes (void)
{
  for (int i = 0; i < 50; i++)
    {
      g_autoptr (HemoSecret) recovery = hemo_code_new_recovery (NULL);
      g_autoptr (HemoSecret) one_time = hemo_code_new_one_time (NULL);
      g_autofree char *code = text_of (recovery);
      g_autofree char *brief = text_of (one_time);
      g_autofree char *lower = g_ascii_strdown (code, -1);
      g_autoptr (GString) sloppy = g_string_new (lower);

      g_assert_cmpuint (strlen (code), ==, 39);
      g_assert_cmpuint (strlen (brief), ==, 24);
      assert_normalizes (code, code);
      assert_normalizes (brief, brief);
      g_string_replace (sloppy, "-", " \u2013\u00a0", 0);
      g_string_replace (sloppy, "0", "o", 0);
      g_string_replace (sloppy, "1", i % 2 ? "l" : "I", 0);
      g_string_append (sloppy, "\u200b\n");
      assert_normalizes (sloppy->str, code);
    }
}

/* Each single wrong character and each two neighbours swapped are found. */
static void
test_code_mistakes (void)
{
  static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  g_autoptr (HemoSecret) one_time = hemo_code_new_recovery (NULL);
  g_autofree char *code = text_of (one_time);

  for (gsize i = 0; i < strlen (code); i++)
    {
      gsize next = code[i + 1] == '-' ? i + 2 : i + 1;
      char right = code[i];

      if (right == '-')
        continue;
      for (gsize j = 0; j < 32; j++)
        {
          code[i] = alphabet[j];
          if (alphabet[j] != right)
            assert_mistyped (code, "check character");
        }
      code[i] = right;
      if (code[next] == '\0' || code[next] == right)
        continue;
      code[i] = code[next];
      code[next] = right;
      assert_mistyped (code, "check character");
      code[next] = code[i];
      code[i] = right;
    }
}

static void
test_code_forms (void)
{
  g_autofree char *huge = g_strnfill (2000, 'A');

  assert_mistyped ("", "has 0 characters");
  assert_mistyped ("ABCD-EFGH", "has 8 characters");
  assert_mistyped ("ABCU-EFGH", "Character 4 ");
  assert_mistyped ("ABC\u00e9", "Character 4 ");
  assert_mistyped ("AB*D", "Character 3 ");
  assert_mistyped ("\xff", "not text");
  assert_mistyped (huge, "far too long");
  huge[900] = '\0';
  assert_mistyped (huge, "has 900 characters");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/passphrase/kdf-vector", test_kdf_vector);
  g_test_add_func ("/passphrase/kdf", test_kdf);
  g_test_add_func ("/passphrase/kdf-limits", test_kdf_limits);
  g_test_add_func ("/passphrase/kdf-cost", test_kdf_cost);
  g_test_add_func ("/passphrase/weak", test_weak);
  g_test_add_func ("/passphrase/pin", test_pin);
  g_test_add_func ("/passphrase/codes", test_codes);
  g_test_add_func ("/passphrase/code-mistakes", test_code_mistakes);
  g_test_add_func ("/passphrase/code-forms", test_code_forms);
  return g_test_run ();
}
