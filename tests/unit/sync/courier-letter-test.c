/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is inside of a letter and outside of it: the same when it is read again, and nothing that is
 * not as it should be. */

#include "hemo-courier-envelope.h"
#include "hemo-courier-folder.h"
#include "hemo-courier-json.h"
#include "hemo-courier-letter.h"

#include <string.h>

#define A "00000001-1111-4111-8111-111111111111"
#define B "00000002-1111-4111-8111-111111111111"
#define HASH "abababababababababababababababababababababababababababababababab"

static HemoCourierKeys *
keys_new (const char *clinic, const char *installation)
{
  g_autoptr (GError) error = NULL;
  HemoCourierKeys *keys = g_new0 (HemoCourierKeys, 1);

  keys->clinic = g_strdup (clinic);
  keys->installation = g_strdup (installation);
  keys->clinic_key = hemo_key_pair_new ("clinic", FALSE, &error);
  keys->signing_key = hemo_key_pair_new ("installation", TRUE, &error);
  keys->mac_key = hemo_secret_new_random (32, &error);
  g_assert_no_error (error);
  return keys;
}

static GBytes *
text_bytes (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

static void
test_envelope (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoCourierKeys) keys = keys_new (A, B);
  g_autoptr (GBytes) content = text_bytes ("what is sealed");
  g_autoptr (GBytes) file = hemo_courier_seal (keys, HEMO_COURIER_LETTER, content, &error);
  g_autoptr (GBytes) opened = NULL;
  g_autofree char *writer = NULL;

  g_assert_no_error (error);
  opened = hemo_courier_open (keys, HEMO_COURIER_LETTER, B, file, &writer, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (opened, content));
  g_assert_cmpstr (writer, ==, B);
  /* A letter is no reply, and of B, not of A. */
  g_assert_null (hemo_courier_open (keys, HEMO_COURIER_REPLY, NULL, file, NULL, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DAMAGED);
  g_clear_error (&error);
  g_assert_null (hemo_courier_open (keys, HEMO_COURIER_LETTER, A, file, NULL, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DENIED);
  g_clear_error (&error);
}

/* Another clinic, another clinic that says it is this one, and one of the clinic with another's
 * name. */
static void
test_strangers (void)
{
  g_autoptr (HemoCourierKeys) keys = keys_new (A, B);
  g_autoptr (HemoCourierKeys) other = keys_new (B, B);
  g_autoptr (HemoCourierKeys) liar = keys_new (A, B);
  const HemoCourierKeys *writers[] = { other, liar };
  g_autoptr (GBytes) content = text_bytes ("what is sealed");

  /* He has the clinic's certificate: everybody may seal to it. */
  hemo_key_pair_free (liar->clinic_key);
  liar->clinic_key = hemo_key_pair_new_take (hemo_secret_ref (keys->clinic_key->private_key),
                                             g_bytes_ref (keys->clinic_key->certificate));
  for (guint i = 0; i < G_N_ELEMENTS (writers); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) file = hemo_courier_seal (writers[i], HEMO_COURIER_REPLY, content, &error);

      g_assert_no_error (error);
      g_assert_null (hemo_courier_open (keys, HEMO_COURIER_REPLY, NULL, file, NULL, &error));
      g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DENIED);
    }
}

/* No byte may be another, wherever it stands. */
static void
test_changed_bytes (void)
{
  g_autoptr (HemoCourierKeys) keys = keys_new (A, B);
  g_autoptr (GBytes) content = text_bytes ("what is sealed");
  g_autoptr (GBytes) file = hemo_courier_seal (keys, HEMO_COURIER_LETTER, content, NULL);
  gsize size = 0;
  const guint8 *bytes = g_bytes_get_data (file, &size);

  for (gsize at = 0; at < size; at += 7)
    {
      g_autofree guint8 *copy = g_memdup2 (bytes, size);
      g_autoptr (GBytes) changed = NULL;
      g_autoptr (GBytes) opened = NULL;
      g_autoptr (GError) error = NULL;

      copy[at] ^= 1;
      changed = g_bytes_new (copy, size);
      opened = hemo_courier_open (keys, HEMO_COURIER_LETTER, B, changed, NULL, &error);
      /* Bits behind the last byte of base64 say nothing. */
      g_assert_true (opened == NULL ? error->domain == HEMO_REMOTE_ERROR
                                    : g_bytes_equal (opened, content));
    }
  for (gsize length = 0; length < size; length += 31)
    {
      g_autoptr (GBytes) cut = g_bytes_new (bytes, length);
      g_autoptr (GError) error = NULL;

      g_assert_null (hemo_courier_open (keys, HEMO_COURIER_LETTER, B, cut, NULL, &error));
      g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DAMAGED);
    }
}

static void
test_too_large (void)
{
  g_autoptr (HemoCourierKeys) keys = keys_new (A, B);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) content
      = g_bytes_new_take (g_malloc0 (HEMO_COURIER_CONTENT_MOST + 1), HEMO_COURIER_CONTENT_MOST + 1);

  g_assert_null (hemo_courier_seal (keys, HEMO_COURIER_LETTER, content, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_TOO_LARGE);
}

#define ITEM "{\"sequence\":3,\"change\":\"" A "\",\"kind\":\"Patient\",\"object\":\"" B "\"}"
#define PART                                                                                       \
  "{\"sha256\":\"" HASH "\",\"if_match\":\"W/\\\"3\\\"\",\"resource\":{\"resourceType\":"          \
  "\"Patient\",\"id\":\"" B "\",\"name\":[{\"family\":\"\\u0905\\ud83d\\ude00\"}]}}"
#define RECORDS                                                                                    \
  "{\"format\":\"hemogram-courier-letter-1\",\"id\":\"" A "\",\"number\":9,\"matter\":"            \
  "\"records\",\"items\":[" ITEM "],\"parts\":[" PART "]}"
#define OBJECT                                                                                     \
  "{\"format\":\"hemogram-courier-letter-1\",\"id\":\"" A "\",\"number\":9,\"matter\":"            \
  "\"object\",\"items\":[" ITEM "],\"lane\":2,\"object\":\"" B "\",\"key\":\"images/" B            \
  ".cms\",\"sha256\":\"" HASH "\",\"bytes\":12,\"signature_sha256\":\"" HASH "\"}"
#define ASK                                                                                        \
  "{\"format\":\"hemogram-courier-letter-1\",\"id\":\"" A "\",\"number\":9,\"matter\":\"ask\","    \
  "\"items\":[],\"cursors\":[{\"type\":\"Patient\",\"at\":5}],\"wants\":[{\"type\":\"Task\","      \
  "\"id\":\"" B "\"}]}"
#define REPLY                                                                                      \
  "{\"format\":\"hemogram-courier-reply-1\",\"letter\":\"" A "\",\"letter_sha256\":\"" HASH        \
  "\",\"outcome\":\"received\",\"place\":\"https://x.example.org\",\"stored\":[{\"type\":"         \
  "\"Patient\",\"id\":\"" B "\",\"version_id\":\"4\"}],\"theirs\":[]}"
#define ANSWERS                                                                                    \
  "{\"format\":\"hemogram-courier-answers-1\",\"letter\":\"" A "\",\"letter_sha256\":\"" HASH      \
  "\",\"place\":\"https://x.example.org\",\"run\":\"" B "\",\"page\":1,\"last\":1,\"since\":[],"   \
  "\"cursors\":[],\"missing\":[],\"records\":[{\"author\":\"x\",\"resource\":{\"resourceType\":"   \
  "\"Task\",\"id\":\"" B "\"}}]}"

static gboolean
letter_is_read (GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoCourierLetter) letter = hemo_courier_letter_parse (bytes, &error);
  g_autoptr (GBytes) json = letter != NULL ? hemo_courier_letter_to_json (letter) : NULL;

  g_assert_true ((letter == NULL) == (error != NULL));
  g_assert_true (json == NULL || g_bytes_equal (json, bytes));
  return letter != NULL;
}

static gboolean
reply_is_read (GBytes *bytes)
{
  g_autoptr (HemoCourierReply) reply = hemo_courier_reply_parse (bytes, NULL);
  g_autoptr (GBytes) json = reply != NULL ? hemo_courier_reply_to_json (reply) : NULL;

  g_assert_true (json == NULL || g_bytes_equal (json, bytes));
  return reply != NULL;
}

static gboolean
answers_are_read (GBytes *bytes)
{
  g_autoptr (HemoCourierAnswers) answers = hemo_courier_answers_parse (bytes, NULL);
  g_autoptr (GBytes) json = answers != NULL ? hemo_courier_answers_to_json (answers) : NULL;

  g_assert_true (json == NULL || g_bytes_equal (json, bytes));
  return answers != NULL;
}

static const struct
{
  const char *text;
  gboolean (*is_read) (GBytes *bytes);
} forms[] = {
  { RECORDS, letter_is_read }, { OBJECT, letter_is_read },    { ASK, letter_is_read },
  { REPLY, reply_is_read },    { ANSWERS, answers_are_read },
};

/* What is written is what was read, byte for byte. */
static void
test_forms (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      g_autoptr (GBytes) bytes = text_bytes (forms[i].text);
      g_autoptr (GBytes) more = NULL;
      g_autofree char *twice = g_strconcat (forms[i].text, "{}", NULL);

      g_assert_true (forms[i].is_read (bytes));
      more = text_bytes (twice);
      g_assert_false (forms[i].is_read (more));
    }
}

/* Any of these in the place of what is right is refused. */
static void
test_wrong_values (void)
{
  static const struct
  {
    const char *right;
    const char *wrong;
  } changes[] = {
    { "\"sequence\":3", "\"sequence\":-3" },
    { "\"sequence\":3", "\"sequence\":\"3\"" },
    { "\"kind\":\"Patient\"", "\"kind\":\"Patient/x\"" },
    { "\"change\":\"" A, "\"change\":\"../../etc/passwd" },
    { "\"number\":9", "\"number\":9.5" },
    { "\"matter\":\"records\"", "\"matter\":\"orders\"" },
    { "\"matter\":\"records\"", "\"matter\":\"object\"" },
    { "W/\\\"3\\\"", "3" },
    { "W/\\\"3\\\"", "W/\\\"3\\\"\\r\\nX: y\\\"" },
    { "\"if_match\":\"W/\\\"3\\\"\"", "\"if_match\":7" },
    { "\"sha256\":\"ab", "\"sha256\":\"AB" },
    { "\"resourceType\":\"Patient\",\"id\":\"" B, "\"resourceType\":\"Patient\",\"id\":\"x" },
    { "\"resourceType\":\"Patient\"", "\"resourceType\":\"Patient/../Task\"" },
    { "\"key\":\"images/", "\"key\":\"elsewhere/" },
    { "\"lane\":2", "\"lane\":0" },
    { "\"bytes\":12", "\"bytes\":-1" },
    { "\"at\":5", "\"at\":-5" },
    { "\"outcome\":\"received\"", "\"outcome\":\"lost\"" },
    { "\"version_id\":\"4\"", "\"version_id\":4" },
    { "\"page\":1", "\"page\":0" },
    { "\"page\":1", "\"page\":100000" },
    { "\"records\":[", "\"records\":[7," },
    { "letter-1", "letter-2" },
    { "\\u0905", "\xe0\xa4\x85" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      guint met = 0;

      for (guint form = 0; form < G_N_ELEMENTS (forms); form++)
        {
          const char *at = strstr (forms[form].text, changes[i].right);
          g_autoptr (GString) text = NULL;
          g_autoptr (GBytes) bytes = NULL;

          if (at == NULL)
            continue;
          met++;
          text = g_string_new (forms[form].text);
          g_string_replace (text, changes[i].right, changes[i].wrong, 1);
          bytes = text_bytes (text->str);
          if (forms[form].is_read (bytes))
            g_error ("taken: %s", text->str);
        }
      g_assert_cmpuint (met, >, 0);
    }
}

/* Whatever ends too early, and whatever is too much. */
static void
test_limits (void)
{
  g_autoptr (GString) items = g_string_new (NULL);
  g_autoptr (GString) deep = g_string_new (RECORDS);
  g_autoptr (GString) nest = g_string_new (NULL);
  g_autoptr (GBytes) many = NULL;
  g_autoptr (GBytes) nested = NULL;

  for (guint form = 0; form < G_N_ELEMENTS (forms); form++)
    for (gsize length = 0; length < strlen (forms[form].text); length++)
      {
        g_autoptr (GBytes) cut = g_bytes_new (forms[form].text, length);

        g_assert_false (forms[form].is_read (cut));
      }
  for (guint i = 0; i <= HEMO_COURIER_ITEMS_MOST; i++)
    g_string_append (items, ITEM ",");
  g_string_prepend (items, "\"items\":[");
  g_string_replace (deep, "\"items\":[", items->str, 1);
  many = text_bytes (deep->str);
  g_assert_false (letter_is_read (many));
  for (guint i = 0; i < 200; i++)
    g_string_append_c (nest, '[');
  g_string_assign (deep, RECORDS);
  g_string_replace (deep, "\"name\":[", nest->str, 1);
  nested = text_bytes (deep->str);
  g_assert_false (letter_is_read (nested));
}

static void
test_names (void)
{
  static const char *const wrong[] = {
    "",
    ".letter",
    "0-000000000001-" A ".letter.part",
    "4-000000000001-" A ".letter",
    "0-00000000001-" A ".letter",
    "0-000000000001-" A ".reply",
    "0-00000000000x-" A ".letter",
    "0-000000000001-00000001-1111-4111-8111-11111111111/.letter",
    "0_000000000001-" A ".letter",
  };
  g_autofree char *name = hemo_courier_entry_name (2, 41, A);
  HemoCourierEntry *entry = hemo_courier_entry_parse (name);

  g_assert_cmpstr (name, ==, "2-000000000041-" A ".letter");
  g_assert_cmpuint (entry->rank, ==, 2);
  g_assert_cmpint (entry->number, ==, 41);
  g_assert_cmpstr (entry->id, ==, A);
  hemo_courier_entry_free (entry);
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    g_assert_null (hemo_courier_entry_parse (wrong[i]));
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  hemo_vault_init (&error);
  g_assert_no_error (error);
  g_test_add_func ("/courier-letter/envelope", test_envelope);
  g_test_add_func ("/courier-letter/strangers", test_strangers);
  g_test_add_func ("/courier-letter/changed-bytes", test_changed_bytes);
  g_test_add_func ("/courier-letter/too-large", test_too_large);
  g_test_add_func ("/courier-letter/forms", test_forms);
  g_test_add_func ("/courier-letter/wrong-values", test_wrong_values);
  g_test_add_func ("/courier-letter/limits", test_limits);
  g_test_add_func ("/courier-letter/names", test_names);
  return g_test_run ();
}
