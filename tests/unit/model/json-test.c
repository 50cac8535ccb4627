/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One value of JSON, and nothing after it. */

#include "hemo-json.h"

#include <string.h>

static gboolean
reads (const char *text, int depth, int flags)
{
  json_object *value = hemo_json_read (text, strlen (text), depth, flags);
  gboolean read = value != NULL;

  json_object_put (value);
  return read;
}

static void
test_whole (void)
{
  g_assert_true (reads ("{\"a\":1}", 2, 0));
  g_assert_true (reads ("{\"a\":1}\r\n\t ", 2, JSON_TOKENER_STRICT));
  g_assert_true (reads ("[]", 2, 0));
}

static void
test_damaged (void)
{
  g_assert_false (reads ("", 2, 0));
  g_assert_false (reads (" \n", 2, 0));
  g_assert_false (reads ("null", 2, 0));
  g_assert_false (reads ("{\"a\":1", 2, 0));
  g_assert_false (reads ("{\"a\":1}{}", 2, 0));
  g_assert_false (reads ("{\"a\":1} x", 2, 0));
  g_assert_false (reads ("{\"a\":\"\xff\"}", 2, JSON_TOKENER_VALIDATE_UTF8));
}

static void
test_depth (void)
{
  g_assert_true (reads ("[[1]]", 3, 0));
  g_assert_false (reads ("[[[1]]]", 3, 0));
}

/* What lies behind the length is not looked at. */
static void
test_length (void)
{
  json_object *value = hemo_json_read ("{}garbage", 2, 2, JSON_TOKENER_STRICT);

  g_assert_nonnull (value);
  json_object_put (value);
  g_assert_null (hemo_json_read (NULL, 0, 2, 0));
  g_assert_null (hemo_json_read ("{}\0", 3, 2, 0));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/whole", test_whole);
  g_test_add_func ("/json/damaged", test_damaged);
  g_test_add_func ("/json/depth", test_depth);
  g_test_add_func ("/json/length", test_length);
  return g_test_run ();
}
