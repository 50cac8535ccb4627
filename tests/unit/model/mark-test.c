/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Marks: what is refused, and that what is written reads back. */

#include "hemo-mark.h"

#include <math.h>
#include <string.h>

static GPtrArray *
new_marks (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_mark_free);
}

static GPtrArray *
read_text (const char *json, GError **error)
{
  return hemo_marks_from_json (json, strlen (json), error);
}

static void
test_round (void)
{
  g_autoptr (GPtrArray) marks = new_marks ();
  g_autoptr (GPtrArray) again = NULL;
  g_autofree char *json = NULL, *second = NULL;
  g_autoptr (GError) error = NULL;

  for (int kind = 0; kind < HEMO_MARK_KINDS; kind++)
    {
      HemoMark *mark = hemo_mark_new (kind, 10.25, 20.5, 3000.75, 0);

      if (kind == HEMO_MARK_TEXT || kind == HEMO_MARK_CIRCLE)
        mark->note = g_strdup ("Ring form? \"½\" حلقة\nsecond line </script>");
      if (kind == HEMO_MARK_ARROW)
        mark->by = hemo_uuid_new ();
      g_ptr_array_add (marks, mark);
    }
  json = hemo_marks_to_json (marks);
  again = read_text (json, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (again->len, ==, HEMO_MARK_KINDS);
  for (guint i = 0; i < again->len; i++)
    {
      const HemoMark *a = g_ptr_array_index (marks, i), *b = g_ptr_array_index (again, i);

      g_assert_cmpstr (a->uuid, ==, b->uuid);
      g_assert_cmpint (a->kind, ==, b->kind);
      g_assert_cmpfloat (a->x1, ==, b->x1);
      g_assert_cmpfloat (a->y1, ==, b->y1);
      g_assert_cmpfloat (a->x2, ==, b->x2);
      g_assert_cmpfloat (a->y2, ==, b->y2);
      g_assert_cmpstr (a->note, ==, b->note);
      g_assert_cmpstr (a->by, ==, b->by);
      g_assert_cmpint (a->at.utc_us / 1000, ==, b->at.utc_us / 1000);
    }
  second = hemo_marks_to_json (again);
  g_assert_cmpstr (json, ==, second);
}

static void
test_empty (void)
{
  g_autofree char *none = hemo_marks_to_json (NULL);
  g_autoptr (GPtrArray) marks = read_text ("[]", NULL);

  g_assert_cmpstr (none, ==, "[]");
  g_assert_nonnull (marks);
  g_assert_cmpuint (marks->len, ==, 0);
}

#define UUID "\"uuid\":\"6f2a3c1e-9d4b-4c6a-8e2f-1a2b3c4d5e6f\""
#define PLACES "\"from\":[1,2],\"to\":[3,4]"

static void
test_refused (void)
{
  static const char *const cases[] = {
    "",
    "x",
    "{}",
    "null",
    "[",
    "[] []",
    "[1]",
    "[null]",
    "[{}]",
    "[{" UUID ",\"kind\":\"star\"," PLACES "}]",
    "[{" UUID ",\"kind\":\"arrow\",\"from\":[1],\"to\":[3,4]}]",
    "[{" UUID ",\"kind\":\"arrow\",\"from\":[1,\"2\"],\"to\":[3,4]}]",
    "[{" UUID ",\"kind\":\"arrow\",\"from\":[1,NaN],\"to\":[3,4]}]",
    "[{" UUID ",\"kind\":\"arrow\",\"from\":[1,1e300],\"to\":[3,4]}]",
    "[{" UUID ",\"kind\":\"arrow\",\"to\":[3,4]}]",
    "[{\"kind\":\"arrow\"," PLACES "}]",
    "[{\"uuid\":\"x\",\"kind\":\"arrow\"," PLACES "}]",
    "[{" UUID ",\"kind\":\"text\"," PLACES "}]",
    "[{" UUID ",\"kind\":\"text\"," PLACES ",\"note\":\"\"}]",
    "[{" UUID ",\"kind\":\"text\"," PLACES ",\"note\":\"a\\u0007b\"}]",
    "[{" UUID ",\"kind\":\"arrow\"," PLACES ",\"by\":\"me\"}]",
    "[{" UUID ",\"kind\":\"arrow\"," PLACES ",\"at\":\"yesterday\"}]",
    "[[[[[[[[[[]]]]]]]]]]",
    "\xff",
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", cases[i]);
      g_assert_null (read_text (cases[i], &error));
      g_assert_error (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
    }
  g_assert_null (hemo_marks_from_json (NULL, 5, NULL));
}

/* What a newer version writes besides is passed over. */
static void
test_newer (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) marks = read_text (
      "[{" UUID ",\"kind\":\"arrow\"," PLACES ",\"colour\":{\"r\":1},\"note\":7}]", &error);

  g_assert_no_error (error);
  g_assert_cmpuint (marks->len, ==, 1);
}

static void
test_limits (void)
{
  g_autoptr (GPtrArray) marks = new_marks ();
  g_autofree char *json = NULL;
  g_autofree char *many = NULL;
  g_autofree char *note = g_strnfill (HEMO_MARK_NOTE_MAX, 'a');
  g_autofree char *long_note = g_strnfill (HEMO_MARK_NOTE_MAX + 1, 'a');
  HemoMark *mark = hemo_mark_new (HEMO_MARK_CIRCLE, 100, 100, 130, 140);

  g_assert_cmpfloat (hemo_mark_length (mark), ==, 50);
  g_assert_true (hemo_mark_validate (mark, 200, 200, NULL));
  g_assert_false (hemo_mark_validate (mark, 90, 200, NULL));
  g_assert_false (hemo_mark_validate (mark, 200, 90, NULL));
  g_set_str (&mark->note, note);
  g_assert_true (hemo_mark_validate (mark, 0, 0, NULL));
  g_set_str (&mark->note, long_note);
  g_assert_false (hemo_mark_validate (mark, 0, 0, NULL));
  g_set_str (&mark->note, NULL);
  mark->x2 = NAN;
  g_assert_false (hemo_mark_validate (mark, 0, 0, NULL));
  mark->x2 = INFINITY;
  g_assert_false (hemo_mark_validate (mark, 0, 0, NULL));
  hemo_mark_free (mark);
  for (int i = 0; i < HEMO_MARKS_MAX; i++)
    g_ptr_array_add (marks, hemo_mark_new (HEMO_MARK_LINE, i, 0, 0, i));
  json = hemo_marks_to_json (marks);
  g_ptr_array_unref (read_text (json, NULL));
  g_ptr_array_add (marks, hemo_mark_new (HEMO_MARK_LINE, 0, 0, 0, 1));
  many = hemo_marks_to_json (marks);
  g_assert_null (read_text (many, NULL));
}

static void
test_codes (void)
{
  for (int kind = 0; kind < HEMO_MARK_KINDS; kind++)
    {
      HemoMarkKind again = HEMO_MARK_KINDS;

      g_assert_true (hemo_mark_kind_from_code (hemo_mark_kind_to_code (kind), &again, NULL));
      g_assert_cmpint (again, ==, kind);
    }
  g_assert_null (hemo_mark_kind_to_code (HEMO_MARK_KINDS));
  g_assert_false (hemo_mark_kind_from_code (NULL, &(HemoMarkKind){ 0 }, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mark/round", test_round);
  g_test_add_func ("/mark/empty", test_empty);
  g_test_add_func ("/mark/refused", test_refused);
  g_test_add_func ("/mark/newer", test_newer);
  g_test_add_func ("/mark/limits", test_limits);
  g_test_add_func ("/mark/codes", test_codes);
  return g_test_run ();
}
