/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Drafts of the form laid over each other. */

#include "hemo-order-form.h"

#include "hemo-json.h"

#include <string.h>

static const char *const keys[]
    = { "urgency", "requester", "note", "pregnancy", "type", "stain", "collected" };

#define TEXT_MAX (64 * 1024)

static const char *
get_text (json_object *draft, const char *key)
{
  const char *text = draft != NULL ? hemo_json_get_text (draft, key, TEXT_MAX) : NULL;

  return text != NULL ? text : "";
}

static HemoTests
get_tests (json_object *draft)
{
  HemoTests tests = 0;

  hemo_tests_from_codes (get_text (draft, "tests"), &tests, NULL);
  return tests;
}

/* Test by test: one that was added here stands beside one that was added there. */
static char *
merge_tests (json_object *before, json_object *typed, json_object *now)
{
  HemoTests changed = get_tests (before) ^ get_tests (typed);

  return hemo_tests_to_codes ((get_tests (now) & ~changed) | (get_tests (typed) & changed));
}

static json_object *
parse (const char *draft)
{
  return hemo_json_parse (draft, strlen (draft), 2, "draft", NULL);
}

char *
hemo_order_form_merge_drafts (const char *before, const char *typed, const char *now)
{
  json_object *old = parse (before);
  json_object *mine = parse (typed);
  json_object *current = parse (now);
  json_object *merged = hemo_json_made (json_object_new_object ());
  g_autofree char *tests = merge_tests (old, mine, current);
  char *text;

  hemo_json_add (merged, "tests", json_object_new_string (tests));
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      const char *said = get_text (mine, keys[i]);
      gboolean changed = strcmp (said, get_text (old, keys[i])) != 0;

      hemo_json_add (merged, keys[i],
                     json_object_new_string (changed ? said : get_text (current, keys[i])));
    }
  text = hemo_json_to_text (merged, JSON_C_TO_STRING_PLAIN);
  json_object_put (merged);
  json_object_put (old);
  json_object_put (mine);
  json_object_put (current);
  return text;
}
