/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Specimen numbers, orders' codes. */

#include "hemo-specimen.h"

#include <string.h>

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
static const HemoDate today = { 2026, 11, 5 };

static void
check_format (const char *pattern, guint64 counter, const char *prefix)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *number = hemo_accession_format (pattern, "K1", today, counter, &error);

  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (number, prefix));
  g_assert_cmpuint (strlen (number), ==, strlen (prefix) + 1);
  g_assert_true (hemo_accession_is_plausible (number));
}

static void
test_format (void)
{
  check_format (HEMO_ACCESSION_PATTERN_DEFAULT, 418, "26K1-00418-");
  check_format ("LAB{YYYY}{MM}{DD}{station}{nnn}{check}", 7, "LAB20261105K1007");
  check_format ("{station}{n}{check}", 9, "K19");
  check_format ("oiu-{station}-{nnnnnnnn}{check}", 99999999, "OIU-K1-99999999");
}

static void
test_format_refused (void)
{
  const char *stations[] = { NULL, "", "K", "K12", "k1", "KO", "IL", "U1", "K-" };
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (stations); i++)
    g_assert_null (
        hemo_accession_format (HEMO_ACCESSION_PATTERN_DEFAULT, stations[i], today, 1, NULL));
  g_assert_null (
      hemo_accession_format (HEMO_ACCESSION_PATTERN_DEFAULT, "K1", today, 100000, &error));
  g_assert_error (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
  g_assert_null (
      hemo_accession_format (HEMO_ACCESSION_PATTERN_DEFAULT, "K1", (HemoDate){ 0 }, 1, NULL));
  g_assert_null (hemo_accession_format ("{nonsense}", "K1", today, 1, NULL));
}

static void
test_patterns (void)
{
  const char *good[] = { HEMO_ACCESSION_PATTERN_DEFAULT, "{station}{n}{check}",
                         "A-{YYYY}-{MM}-{DD}-{station}-{nnnnnnnn}-{check}" };
  const char *bad[] = { "",
                        "abc",
                        "{station}{n}",
                        "{n}{check}",
                        "{station}{check}",
                        "{station}{n}{check}x",
                        "{check}{station}{n}",
                        "{station}{n}{n}{check}",
                        "{station}{station}{n}{check}",
                        "{station}{nnnnnnnnn}{check}",
                        "{station}{}{n}{check}",
                        "{station}{n}{check",
                        "{station}{n}}{check}",
                        "{YY}{YYYY}{station}{n}{check}",
                        "{DD}{station}{n}{check}",
                        "{YY}{DD}{station}{n}{check}",
                        "{MM}{station}{n}{check}",
                        "é{station}{n}{check}",
                        " {station}{n}{check}",
                        "{nope}{station}{n}{check}",
                        "{Station}{n}{check}",
                        "{station}{n1}{check}",
                        "{station}/{n}{check}" };
  g_autofree char *tail = g_strnfill (64, 'A');
  g_autofree char *long_pattern = g_strconcat (tail, "{station}{n}{check}", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (hemo_accession_pattern_check (good[i], NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (hemo_accession_pattern_check (bad[i], &error));
      g_assert_error (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
    }
  g_assert_false (hemo_accession_pattern_check (long_pattern, NULL));
  g_assert_false (hemo_accession_pattern_check (NULL, NULL));
}

static void
check_period (const char *pattern, const char *expected)
{
  g_autofree char *period = hemo_accession_period (pattern, today);

  g_assert_cmpstr (period, ==, expected);
}

static void
test_period (void)
{
  check_period ("{YY}{station}{n}{check}", "2026");
  check_period ("{YYYY}{MM}{station}{n}{check}", "2026-11");
  check_period ("{DD}{MM}{YY}{station}{n}{check}", "2026-11-05");
  check_period ("{station}{n}{check}", "");
  check_period (NULL, "");
}

/* Every single wrong character and every swap of two neighbours, in all places of many numbers. */
static void
test_check_finds (void)
{
  for (guint64 counter = 1; counter < 100000; counter += 1999)
    {
      g_autofree char *number = hemo_accession_format (
          HEMO_ACCESSION_PATTERN_DEFAULT, counter % 2 == 0 ? "K1" : "ZA", today, counter, NULL);
      g_autofree char *plain = hemo_accession_normalize (number);
      gsize length = strlen (plain);

      g_assert_true (hemo_accession_is_plausible (plain));
      for (gsize i = 0; i < length; i++)
        {
          char was = plain[i];

          for (const char *c = alphabet; *c != '\0'; c++)
            {
              plain[i] = *c;
              g_assert_cmpint (hemo_accession_is_plausible (plain), ==, *c == was);
            }
          plain[i] = was;
        }
      for (gsize i = 0; i < length; i++)
        for (gsize j = i + 1; j < length; j++)
          {
            char a = plain[i], b = plain[j];

            plain[i] = b;
            plain[j] = a;
            g_assert_cmpint (hemo_accession_is_plausible (plain), ==, a == b);
            plain[i] = a;
            plain[j] = b;
          }
    }
}

static void
test_every_pair (void)
{
  for (const char *a = alphabet; *a != '\0'; a++)
    for (const char *b = alphabet; *b != '\0'; b++)
      {
        char station[] = { *a, *b, '\0' };
        g_autofree char *number
            = hemo_accession_format ("{station}{n}{check}", station, today, 5, NULL);

        g_assert_true (hemo_accession_is_plausible (number));
        number[0] = *b;
        number[1] = *a;
        g_assert_cmpint (hemo_accession_is_plausible (number), ==, *a == *b);
      }
}

static void
test_spellings (void)
{
  g_autofree char *number
      = hemo_accession_format ("LIO{station}-{nnnn}-{check}", "01", today, 1010, NULL);
  g_autofree char *lower = g_ascii_strdown (number, -1);
  g_autofree char *spaced = g_strdup_printf (" %s ", lower);
  g_autofree char *slide = g_strconcat (number, "/12", NULL);
  g_autofree char *typed = g_strdup (number);
  g_autofree char *normal = hemo_accession_normalize (number);
  g_autofree char *normal_typed = NULL;

  for (char *p = typed; *p != '\0'; p++)
    *p = *p == '0' ? 'o' : *p == '1' ? 'l' : *p;
  normal_typed = hemo_accession_normalize (typed);
  g_assert_cmpstr (normal_typed, ==, normal);
  g_assert_true (g_str_has_prefix (normal, "110011010"));
  g_assert_true (hemo_accession_is_plausible (spaced));
  g_assert_true (hemo_accession_is_plausible (slide));
  g_assert_true (hemo_accession_is_plausible (typed));
}

static void
test_implausible (void)
{
  const char *bad[]
      = { "", "/", "/1", "0", "000", "26K1-00418-é", "26K1_00418", "\xff\xff\xff\xff" };
  g_autofree char *number
      = hemo_accession_format (HEMO_ACCESSION_PATTERN_DEFAULT, "K1", today, 418, NULL);
  const char *tails[] = { "/", "/0", "/1234", "/x", "/1/2", "/-1", "0" };
  g_autofree char *huge = g_strnfill (1 << 20, '0');

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (hemo_accession_is_plausible (bad[i]));
  for (gsize i = 0; i < G_N_ELEMENTS (tails); i++)
    {
      g_autofree char *tailed = g_strconcat (number, tails[i], NULL);

      if (strcmp (tails[i], "/-1") != 0)
        g_assert_false (hemo_accession_is_plausible (tailed));
    }
  g_assert_false (hemo_accession_is_plausible (NULL));
  g_assert_false (hemo_accession_is_plausible (huge));
}

#define CHECK_CODES(name, Type, last)                                                              \
  for (int i = 0; i <= (int)(last); i++)                                                           \
    {                                                                                              \
      Type again = (Type)99;                                                                       \
      const char *code = hemo_##name##_to_code ((Type)i);                                          \
      g_autoptr (GError) error = NULL;                                                             \
                                                                                                   \
      g_assert_nonnull (code);                                                                     \
      g_assert_true (hemo_##name##_from_code (code, &again, NULL));                                \
      g_assert_cmpint (again, ==, i);                                                              \
      again = (Type)99;                                                                            \
      g_assert_false (hemo_##name##_from_code ("no such code", &again, &error));                   \
      g_assert_error (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);                          \
      g_assert_null (strstr (error->message, "no such code"));                                     \
      g_assert_false (hemo_##name##_from_code (NULL, &again, NULL));                               \
      g_assert_cmpint (again, ==, 99);                                                             \
      g_assert_null (hemo_##name##_to_code ((Type)((last) + 1)));                                  \
    }

static void
test_codes (void)
{
  CHECK_CODES (urgency, HemoUrgency, HEMO_URGENCY_STAT);
  CHECK_CODES (pregnancy, HemoPregnancy, HEMO_PREGNANCY_TRIMESTER_3);
  CHECK_CODES (specimen_type, HemoSpecimenType, HEMO_SPECIMEN_THICK_FILM);
  CHECK_CODES (stain, HemoStain, HEMO_STAIN_FIELD);
  CHECK_CODES (rejection, HemoRejection, HEMO_REJECTION_OTHER);
}

static void
test_tests (void)
{
  for (guint bits = 0; bits < 32; bits++)
    {
      g_autofree char *codes = hemo_tests_to_codes ((HemoTests)bits);
      HemoTests again = 0;

      g_assert_true (hemo_tests_from_codes (codes, &again, NULL));
      g_assert_cmpuint (again, ==, bits);
    }
  {
    g_autofree char *all = hemo_tests_to_codes ((HemoTests)31);
    const char *bad[] = { "x",
                          "diff,",
                          ",diff",
                          "diff,,cbc",
                          "diff cbc",
                          "DIFF",
                          "diff,diff,diff,diff,diff,diff,diff,diff" };
    HemoTests tests = 0;

    g_assert_cmpstr (all, ==, "diff,morphology,platelets,malaria,cbc");
    g_assert_true (hemo_tests_from_codes (" cbc , diff ", &tests, NULL));
    g_assert_cmpuint (tests, ==, HEMO_TEST_CBC | HEMO_TEST_DIFFERENTIAL);
    for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
      g_assert_false (hemo_tests_from_codes (bad[i], &tests, NULL));
    g_assert_cmpuint (tests, ==, HEMO_TEST_CBC | HEMO_TEST_DIFFERENTIAL);
  }
}

static void
test_copies (void)
{
  g_autoptr (HemoOrder) order = hemo_order_new ("p");
  g_autoptr (HemoSpecimen) specimen = hemo_specimen_new ();
  g_autoptr (HemoOrder) order_copy = NULL;
  g_autoptr (HemoSpecimen) specimen_copy = NULL;

  order->clinical_note = g_strdup ("fever");
  order->pregnancy = HEMO_PREGNANCY_TRIMESTER_2;
  specimen->accession = g_strdup ("26K1-00418-7");
  order_copy = hemo_order_copy (order);
  specimen_copy = hemo_specimen_copy (specimen);
  g_assert_cmpstr (order_copy->clinical_note, ==, "fever");
  g_assert_true (order_copy->clinical_note != order->clinical_note);
  g_assert_cmpint (order_copy->pregnancy, ==, HEMO_PREGNANCY_TRIMESTER_2);
  g_assert_cmpstr (specimen_copy->accession, ==, specimen->accession);
  g_assert_cmpstr (specimen_copy->uuid, ==, specimen->uuid);
  hemo_order_free (NULL);
  hemo_specimen_free (NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/accession/format", test_format);
  g_test_add_func ("/model/accession/format-refused", test_format_refused);
  g_test_add_func ("/model/accession/patterns", test_patterns);
  g_test_add_func ("/model/accession/period", test_period);
  g_test_add_func ("/model/accession/check-finds", test_check_finds);
  g_test_add_func ("/model/accession/every-pair", test_every_pair);
  g_test_add_func ("/model/accession/spellings", test_spellings);
  g_test_add_func ("/model/accession/implausible", test_implausible);
  g_test_add_func ("/model/specimen/codes", test_codes);
  g_test_add_func ("/model/specimen/tests", test_tests);
  g_test_add_func ("/model/specimen/copies", test_copies);
  return g_test_run ();
}
