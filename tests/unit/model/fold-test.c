/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Folding and similarity in the scripts that clinics write. */

#include "hemo-patient.h"

#include <string.h>

static void
check (const char *text, const char *expected)
{
  g_autofree char *folded = hemo_fold (text);
  g_autofree char *again = hemo_fold (folded);

  g_assert_cmpstr (folded, ==, expected);
  g_assert_cmpstr (again, ==, expected);
}

static void
check_same (const char *a, const char *b)
{
  g_autofree char *fa = hemo_fold (a);
  g_autofree char *fb = hemo_fold (b);

  g_assert_cmpstr (fa, ==, fb);
  g_assert_cmpint (*fa, !=, '\0');
}

static void
test_latin (void)
{
  check ("Traoré", "traore");
  check ("FRANÇOISE  N'Diaye", "francoise ndiaye");
  check ("D’Almeida", "dalmeida");
  check ("D´Souza", "dsouza");
  check ("Jean-Pierre", "jeanpierre");
  check ("Œuvrard", "oeuvrard");
  check ("José Muñoz Ibáñez", "jose munoz ibanez");
  check ("Mwang'ombe", "mwangombe");
  check ("Ng'ang'a wa Thiong'o", "nganga wa thiongo");
  check ("Straße", "strasse");
  check ("İstanbul Işık ĞÜNEŞ", "istanbul isik gunes");
  check ("Nguyễn Thị Đào", "nguyen thi dao");
  check ("Ɓala Ɗan Ƙasa", "bala dan kasa");
  check ("Fɔfana Mɛ Ŋɔ Ɲa", "fofana me no na");
  check ("Łukasz Ørsted", "lukasz orsted");
  check ("ﬁne Ⅷ ﬀ", "fine viii ff");
}

static void
test_spelling_variants (void)
{
  check_same ("Traor\xC3\xA9", "Traore\xCC\x81");
  check_same ("I\xCC\x87pek", "ipek");
  check_same ("ＡＢＣ１２", "abc12");
  check_same ("Al\xC2\xAD"
              "i",
              "Ali");
  check_same ("\u200FAli\u200E", "ali");
}

static void
test_indic (void)
{
  /* Vowel signs and virama stay, so that the word stays whole. */
  check ("प्रिया शर्मा", "प्रिया शर्मा");
  check ("कि", "कि");
  check ("२०२६", "2026");
  /* क़ composed and decomposed. */
  check_same ("\xE0\xA5\x98\xE0\xA4\xBE\xE0\xA4\xB8\xE0\xA4\xBF\xE0\xA4\xAE",
              "\xE0\xA4\x95\xE0\xA4\xBC\xE0\xA4\xBE\xE0\xA4\xB8\xE0\xA4\xBF\xE0\xA4\xAE");
  check_same ("ক্‍ষ", "ক্ষ");
}

static void
test_arabic (void)
{
  check_same ("مُحَمَّد", "محمد");
  check_same ("محمـــد", "محمد");
  check_same ("أحمد", "احمد");
  check_same ("إبراهيم", "ابراهيم");
  check_same ("آمنة", "امنه");
  check_same ("ٱلرحمٰن", "الرحمن");
  check_same ("فاطمة", "فاطمه");
  check_same ("ليلى", "ليلي");
  check_same ("علی", "علي");
  check_same ("کریم", "كريم");
  check_same ("مؤمن", "مومن");
  check ("٠١٢٣٤٥٦٧٨٩ ۰۱۲۳", "0123456789 0123");
  check ("محمد،علي؟", "محمد علي");
}

static void
test_others (void)
{
  check ("አበበ፡ቢቂላ", "አበበ ቢቂላ");
  check ("Ёлка Йод", "елка иод");
  check ("Ὀδυσσεύς", "οδυσσευσ");
  check ("สมชาย ใจดี", "สมชาย ใจดี");
  check ("北京 東京", "北京 東京");
}

static void
test_odd (void)
{
  check ("", "");
  check (NULL, "");
  check ("   ", "");
  check ("'", "");
  check ("--", "");
  check ("'a'", "a");
  check ("a-", "a");
  check ("a - b", "a b");
  check ("a--b", "a b");
  check ("a.b/c,d", "a b c d");
  check ("26K1-00418-7", "26k1004187");
  check ("a\xff"
         "b",
         "a b");
  check ("😀Ali😀", "ali");
  check ("a\tb\nc", "a b c");
}

static void
test_idempotent (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (20261121);

  for (int i = 0; i < 3000; i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autofree char *folded = NULL;
      g_autofree char *again = NULL;

      for (int j = 0; j < 12; j++)
        {
          gunichar c = (gunichar)g_rand_int_range (random, 1, j % 3 == 0 ? 0x20000 : 0x3000);

          /* GLib folds the two cases of Cherokee into each other. */
          if (g_unichar_validate (c) && g_unichar_get_script (c) != G_UNICODE_SCRIPT_CHEROKEE)
            g_string_append_unichar (text, c);
        }
      folded = hemo_fold (text->str);
      again = hemo_fold (folded);
      g_assert_true (g_utf8_validate (folded, -1, NULL));
      g_assert_null (strstr (folded, "  "));
      g_assert_false (g_str_has_prefix (folded, " ") || g_str_has_suffix (folded, " "));
      g_assert_cmpstr (again, ==, folded);
    }
}

static void
test_huge (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *folded = NULL;
  gint64 start;

  while (text->len < 1024 * 1024)
    g_string_append (text, "Nguyễn محمـد प्रिया D'Almeida-");
  start = g_get_monotonic_time ();
  folded = hemo_fold (text->str);
  g_test_message ("1 MiB folded in %.1f ms", (double)(g_get_monotonic_time () - start) / 1000);
  g_assert_true (g_str_has_prefix (folded, "nguyen محمد प्रिया dalmeidanguyen"));
}

static void
test_similarity (void)
{
  /* The examples of Winkler (1990) as they are commonly cited. */
  g_assert_cmpfloat_with_epsilon (hemo_similarity ("martha", "marhta"), 0.9611, 0.0001);
  g_assert_cmpfloat_with_epsilon (hemo_similarity ("dwayne", "duane"), 0.84, 0.0001);
  g_assert_cmpfloat_with_epsilon (hemo_similarity ("dixon", "dicksonx"), 0.8133, 0.0001);
  g_assert_cmpfloat (hemo_similarity ("abc", "xyz"), ==, 0);
  g_assert_cmpfloat (hemo_similarity ("", ""), ==, 1);
  g_assert_cmpfloat (hemo_similarity ("", "a"), ==, 0);
  g_assert_cmpfloat (hemo_similarity ("प्रिया", "प्रिया"), ==, 1);
  g_assert_cmpfloat (hemo_similarity ("a", "b"), ==, 0);
}

static void
test_similarity_symmetric (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  g_autofree char *long_a = g_strnfill (1 << 20, 'a');
  g_autofree char *long_b = g_strnfill (1 << 20, 'b');

  for (int i = 0; i < 3000; i++)
    {
      char a[9] = "", b[9] = "";
      double ab, ba;

      for (int j = 0; j < g_rand_int_range (random, 0, 9); j++)
        a[j] = (char)g_rand_int_range (random, 'a', 'e');
      for (int j = 0; j < g_rand_int_range (random, 0, 9); j++)
        b[j] = (char)g_rand_int_range (random, 'a', 'e');
      ab = hemo_similarity (a, b);
      ba = hemo_similarity (b, a);
      g_assert_cmpfloat (ab, >=, 0);
      g_assert_cmpfloat (ab, <=, 1);
      g_assert_cmpfloat_with_epsilon (ab, ba, 0.15);
      g_assert_true ((ab == 1) == (strcmp (a, b) == 0));
    }
  g_assert_cmpfloat (hemo_similarity (long_a, long_b), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/fold/latin", test_latin);
  g_test_add_func ("/model/fold/spelling-variants", test_spelling_variants);
  g_test_add_func ("/model/fold/indic", test_indic);
  g_test_add_func ("/model/fold/arabic", test_arabic);
  g_test_add_func ("/model/fold/others", test_others);
  g_test_add_func ("/model/fold/odd", test_odd);
  g_test_add_func ("/model/fold/idempotent", test_idempotent);
  g_test_add_func ("/model/fold/huge", test_huge);
  g_test_add_func ("/model/similarity/published", test_similarity);
  g_test_add_func ("/model/similarity/symmetric", test_similarity_symmetric);
  return g_test_run ();
}
