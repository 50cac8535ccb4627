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

/* @n times @unit in an array. */
static char *
crowd (const char *unit, guint n)
{
  GString *text = g_string_new ("[");

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "," : "", unit);
  g_string_append_c (text, ']');
  return g_string_free_and_steal (text);
}

/* Three bytes of a stick's or a server's take several hundred of memory. */
static void
test_crowded (void)
{
  g_autofree char *few = crowd ("{}", 5000);
  g_autofree char *objects = crowd ("{}", 50000);
  g_autofree char *arrays = crowd ("[]", 50000);
  g_autofree char *sparse = crowd ("{\"name\":\"with some text\"}", 50000);
  g_autofree char *texts = crowd ("\"{{[[\\\"{\"", 50000);

  g_assert_true (reads (few, 3, 0));
  g_assert_false (reads (objects, 3, 0));
  g_assert_false (reads (arrays, 3, 0));
  g_assert_true (reads (sparse, 3, 0));
  g_assert_true (reads (texts, 3, 0));
}

/* json-c takes more than JSON is, and what hides there would not be counted. */
static void
test_crowded_unseen (void)
{
  g_autofree char *objects = crowd ("{}", 50000);
  g_autofree char *single = g_strconcat ("['\"',", objects, ",'\"']", NULL);
  g_autofree char *comment = g_strconcat ("[/*\"*/", objects, "/*\"*/]", NULL);
  g_autofree char *line = g_strconcat ("[//\"\n", objects, "//\"\n]", NULL);

  g_assert_false (reads (single, 4, 0));
  g_assert_false (reads (comment, 4, 0));
  g_assert_false (reads (line, 4, 0));
  g_assert_true (reads ("{\"it's\":\"mg/l\"}", 2, 0));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/whole", test_whole);
  g_test_add_func ("/json/damaged", test_damaged);
  g_test_add_func ("/json/depth", test_depth);
  g_test_add_func ("/json/length", test_length);
  g_test_add_func ("/json/crowded", test_crowded);
  g_test_add_func ("/json/crowded-unseen", test_crowded_unseen);
  return g_test_run ();
}
