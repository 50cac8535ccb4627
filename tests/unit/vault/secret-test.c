/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Secure memory, reading of passphrases, wrapping and deriving. */

#include "hemo-secret.h"

#include <openssl/crypto.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static HemoSecret *
secret (const char *text)
{
  g_autofree char *copy = g_strdup (text);

  return hemo_secret_new_take (copy, strlen (copy));
}

static char *
to_hex (const guint8 *data, gsize size)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < size; i++)
    g_string_append_printf (text, "%02x", data[i]);
  return g_string_free (text, FALSE);
}

static HemoSecret *
from_hex (const char *hex)
{
  HemoSecret *self = hemo_secret_new (strlen (hex) / 2);

  for (gsize i = 0; i < strlen (hex) / 2; i++)
    hemo_secret_get_data (self)[i]
        = (guint8)(g_ascii_xdigit_value (hex[2 * i]) << 4 | g_ascii_xdigit_value (hex[2 * i + 1]));
  return self;
}

static void
test_init (void)
{
  struct rlimit limit;
  g_autoptr (GError) error = NULL;

  g_assert_true (hemo_vault_init (&error));
  g_assert_true (hemo_vault_init (&error));
  g_assert_no_error (error);
  g_assert_true (CRYPTO_secure_malloc_initialized ());
  g_assert_cmpint (getrlimit (RLIMIT_CORE, &limit), ==, 0);
  g_assert_cmpuint (limit.rlim_cur, ==, 0);
  g_assert_cmpuint (limit.rlim_max, ==, 0);
}

static void
test_memory (void)
{
  char text[] = "kept";
  g_autoptr (HemoSecret) self = hemo_secret_new_take (text, 4);
  g_autoptr (HemoSecret) again = hemo_secret_ref (self);
  g_autoptr (HemoSecret) same = secret ("kept");
  g_autoptr (HemoSecret) other = secret ("kepT");
  g_autoptr (HemoSecret) longer = secret ("kept!");
  g_autoptr (HemoSecret) empty = hemo_secret_new (0);

  g_assert_cmpmem (text, 4, "\0\0\0\0", 4);
  g_assert_true (CRYPTO_secure_allocated (hemo_secret_get_data (self)));
  g_assert_cmpuint (hemo_secret_get_size (self), ==, 4);
  g_assert_true (hemo_secret_equal (self, same));
  g_assert_false (hemo_secret_equal (self, other));
  g_assert_false (hemo_secret_equal (self, longer));
  g_assert_cmpuint (hemo_secret_get_size (empty), ==, 0);
}

static void
test_random (void)
{
  g_autoptr (HemoSecret) a = hemo_secret_new_random (32, NULL);
  g_autoptr (HemoSecret) b = hemo_secret_new_random (32, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (hemo_secret_equal (a, b));
  /* More than the arena holds: an error, not a way round it. */
  g_assert_null (hemo_secret_new_random (64 * 1024 * 1024, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_FAILED);
}

/* RFC 5869, test case 1. */
static void
test_hkdf (void)
{
  g_autoptr (HemoSecret) key = from_hex ("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b");
  g_autoptr (GBytes) salt = g_bytes_new ("\0\1\2\3\4\5\6\7\10\11\12\13\14", 13);
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoSecret) derived
      = hemo_secret_derive (key, salt, "\xf0\xf1\xf2\xf3\xf4\xf5\xf6\xf7\xf8\xf9", 42, &error);
  g_autofree char *hex = NULL;

  g_assert_no_error (error);
  hex = to_hex (hemo_secret_get_data (derived), hemo_secret_get_size (derived));
  g_assert_cmpstr (
      hex, ==,
      "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  g_assert_null (hemo_secret_derive (key, salt, "x", 255 * 32 + 1, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_FAILED);
}

/* RFC 4231, test case 2; and nothing at all. */
static void
test_mac (void)
{
  g_autoptr (HemoSecret) key = secret ("Jefe");
  g_autoptr (GBytes) message = g_bytes_new_static ("what do ya want for nothing?", 28);
  g_autoptr (GBytes) empty = g_bytes_new (NULL, 0);
  g_autoptr (GBytes) mac = hemo_secret_mac (key, message, NULL);
  g_autoptr (GBytes) mac_empty = hemo_secret_mac (key, empty, NULL);
  g_autofree char *hex = to_hex (g_bytes_get_data (mac, NULL), g_bytes_get_size (mac));

  g_assert_cmpstr (hex, ==, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  g_assert_cmpuint (g_bytes_get_size (mac_empty), ==, 32);
}

static void
test_wrap (void)
{
  g_autoptr (HemoSecret) key = hemo_secret_new_random (32, NULL);
  g_autoptr (HemoSecret) other = hemo_secret_new_random (32, NULL);
  g_autoptr (HemoSecret) content = hemo_secret_new_random (100, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) wrapped = hemo_secret_wrap (key, content, "label", &error);
  g_autoptr (GBytes) again = hemo_secret_wrap (key, content, "label", &error);
  g_autoptr (HemoSecret) opened = hemo_secret_unwrap (key, wrapped, "label", &error);
  gsize size = g_bytes_get_size (wrapped);

  g_assert_no_error (error);
  g_assert_true (hemo_secret_equal (opened, content));
  g_assert_false (g_bytes_equal (wrapped, again));
  g_assert_null (hemo_secret_unwrap (key, wrapped, "other", &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_WRONG_SECRET);
  g_clear_error (&error);
  g_assert_null (hemo_secret_unwrap (other, wrapped, "label", &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_WRONG_SECRET);
  for (gsize at = 0; at < size; at++)
    {
      g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (wrapped, NULL), size);
      g_autoptr (GBytes) flipped = NULL;
      g_autoptr (GBytes) cut = g_bytes_new_from_bytes (wrapped, 0, at);

      copy[at] ^= 0x80;
      flipped = g_bytes_new (copy, size);
      g_assert_null (hemo_secret_unwrap (key, flipped, "label", NULL));
      g_assert_null (hemo_secret_unwrap (key, cut, "label", NULL));
    }
}

static void
test_wrap_limits (void)
{
  g_autoptr (HemoSecret) short_key = hemo_secret_new_random (16, NULL);
  g_autoptr (HemoSecret) key = hemo_secret_new_random (32, NULL);
  g_autoptr (HemoSecret) empty = hemo_secret_new (0);
  g_autoptr (HemoSecret) large = hemo_secret_new (64 * 1024 + 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) wrapped = hemo_secret_wrap (key, empty, "", &error);
  g_autoptr (HemoSecret) opened = hemo_secret_unwrap (key, wrapped, "", &error);

  g_assert_no_error (error);
  g_assert_cmpuint (hemo_secret_get_size (opened), ==, 0);
  g_assert_null (hemo_secret_wrap (key, large, "x", &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_null (hemo_secret_wrap (short_key, empty, "x", &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_FAILED);
}

static HemoSecret *
read_from_pipe (const void *data, gsize size, GError **error)
{
  int ends[2];
  HemoSecret *text = NULL;

  g_assert_cmpint (pipe (ends), ==, 0);
  g_assert_cmpint (write (ends[1], data, size), ==, (gssize)size);
  close (ends[1]);
  text = hemo_secret_read_fd (ends[0], error);
  close (ends[0]);
  return text;
}

static void
assert_reads (const char *input, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoSecret) text = read_from_pipe (input, strlen (input), &error);

  g_assert_no_error (error);
  g_assert_cmpmem (hemo_secret_get_data (text), hemo_secret_get_size (text), expected,
                   strlen (expected));
}

static void
test_read (void)
{
  g_autofree char *longest = g_strnfill (1024, 'x');
  g_autofree char *longer = g_strnfill (1025, 'x');
  g_autoptr (GError) error = NULL;

  assert_reads ("one line\nanother\n", "one line");
  assert_reads ("no end", "no end");
  assert_reads ("from elsewhere\r\n", "from elsewhere");
  assert_reads (" kept as it is \n", " kept as it is ");
  assert_reads (longest, longest);
  g_assert_null (read_from_pipe (longer, 1025, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_WRONG_SECRET);
  g_clear_error (&error);
  g_assert_null (read_from_pipe ("", 0, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_WRONG_SECRET);
  g_clear_error (&error);
  g_assert_null (read_from_pipe ("\xff\xfe\n", 3, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_WRONG_SECRET);
  g_clear_error (&error);
  g_assert_null (read_from_pipe ("a\0b\n", 4, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_WRONG_SECRET);
  g_clear_error (&error);
  g_assert_null (hemo_secret_read_fd (-1, &error));
  g_assert_true (error->domain == G_IO_ERROR);
}

static void
assert_normalized (const char *text)
{
  g_autofree char *expected = g_utf8_normalize (text, -1, G_NORMALIZE_NFKC);

  assert_reads (text, expected);
}

/* The same as GLib's, for every character alone and with marks around it. */
static void
test_normalize (void)
{
  assert_normalized ("é e\u0301 \ufb01 \uff21 \u212b");
  assert_normalized ("a\u0323\u0307 a\u0307\u0323 q\u0307\u0323");
  assert_normalized ("\u1100\u1161\u11a8 \uac01 \ufdfa");
  assert_normalized ("\u0928\u093c \u0958 \u0627\u0653");
  assert_normalized ("\u0301\u0300 leading marks");
  assert_normalized ("e\u0327\u0301\u0327 blocked e\u0301\u0301");
  for (gunichar c = 0x80; c < 0x30000; c += c < 0x3200 ? 1 : 97)
    {
      char text[32] = "e";
      int n = 1;

      if (!g_unichar_validate (c))
        continue;
      n += g_unichar_to_utf8 (c, text + n);
      n += g_unichar_to_utf8 (0x301, text + n);
      n += g_unichar_to_utf8 (0x323, text + n);
      text[n] = '\0';
      assert_normalized (text);
      assert_normalized (text + 1);
    }
}

static GAsyncQueue *asked, *answered;

static gpointer
draw_when_asked (gpointer data)
{
  for (;;)
    {
      g_autoptr (HemoSecret) drawn = NULL;

      g_async_queue_pop (asked);
      drawn = hemo_secret_new_random (32, NULL);
      hemo_vault_leave_thread ();
      g_async_queue_push (answered, GINT_TO_POINTER (drawn != NULL ? 1 : 2));
    }
  return NULL;
}

/* As a thread of a pool it still waits when the program ends: a sanitized build says what is left
 * of it. A thread that has left can draw again. */
static void
test_leave_thread (void)
{
  asked = g_async_queue_new ();
  answered = g_async_queue_new ();
  g_thread_unref (g_thread_new ("pool", draw_when_asked, NULL));
  for (int i = 0; i < 2; i++)
    {
      g_async_queue_push (asked, GINT_TO_POINTER (1));
      g_assert_cmpint (GPOINTER_TO_INT (g_async_queue_pop (answered)), ==, 1);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/secret/init", test_init);
  g_test_add_func ("/secret/memory", test_memory);
  g_test_add_func ("/secret/random", test_random);
  g_test_add_func ("/secret/hkdf", test_hkdf);
  g_test_add_func ("/secret/mac", test_mac);
  g_test_add_func ("/secret/wrap", test_wrap);
  g_test_add_func ("/secret/wrap-limits", test_wrap_limits);
  g_test_add_func ("/secret/read", test_read);
  g_test_add_func ("/secret/normalize", test_normalize);
  g_test_add_func ("/secret/leave-thread", test_leave_thread);
  return g_test_run ();
}
