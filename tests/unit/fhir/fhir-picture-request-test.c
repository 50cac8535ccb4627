/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A picture that is asked for, as R4 and back; Tasks of other programs. */

#include "hemo-fhir-overlay.h"
#include "hemo-fhir-picture-request.h"

#include <string.h>

#define TASK "5a3e0000-0000-4000-8000-0000000000a1"
#define IMAGE "5a3e0000-0000-4000-8000-0000000000a2"
#define PERSON "5a3e0000-0000-4000-8000-0000000000a3"

static HemoPictureRequest *
make (HemoPictureRequestState state)
{
  HemoPictureRequest *request = hemo_picture_request_new ();

  g_set_str (&request->uuid, TASK);
  request->image = g_strdup (IMAGE);
  request->state = state;
  request->asked_by = g_strdup (PERSON);
  request->asked_by_name = g_strdup ("Dr Achieng");
  request->asked_at
      = (HemoTime){ .utc_us = G_GINT64_CONSTANT (1700000000000000), .offset_minutes = 180 };
  request->changed_at = request->asked_at;
  request->changed_at.utc_us += G_USEC_PER_SEC;
  request->reason = state == HEMO_PICTURE_REFUSED ? g_strdup ("The picture was discarded.") : NULL;
  request->version = 3;
  return request;
}

static json_object *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  json_object *json = hemo_fhir_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  return json;
}

/* A Task of another program. @more: elements, with a comma in front */
static json_object *
foreign (const char *status, const char *intent, const char *more)
{
  g_autofree char *text = g_strdup_printf (
      "{\"resourceType\":\"Task\",\"id\":\"" TASK "\",\"meta\":{\"versionId\":\"4\"},"
      "\"status\":\"%s\",\"intent\":\"%s\",\"focus\":{\"reference\":\"Media/" IMAGE "\"}%s}",
      status, intent, more);

  return parse (text);
}

/* A clock that was set back makes no Task that a server refuses. */
static void
test_clock (void)
{
  g_autoptr (HemoPictureRequest) made = make (HEMO_PICTURE_SENT);
  g_autoptr (HemoPictureRequest) read = NULL;
  g_autoptr (json_object) json = NULL;

  made->changed_at.utc_us = made->asked_at.utc_us - 60 * G_USEC_PER_SEC;
  json = hemo_fhir_picture_request_to_json (made, PERSON, NULL);
  read = hemo_fhir_picture_request_from_json (json, NULL);
  g_assert_cmpint (read->changed_at.utc_us, ==, made->asked_at.utc_us);
}

static const char *
string_of (json_object *json, const char *key)
{
  json_object *value = NULL;

  return json_object_object_get_ex (json, key, &value) ? json_object_get_string (value) : NULL;
}

static void
test_travel (void)
{
  for (int state = HEMO_PICTURE_ASKED; state <= HEMO_PICTURE_WITHDRAWN; state++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (HemoPictureRequest) made = make ((HemoPictureRequestState)state);
      g_autoptr (json_object) json = hemo_fhir_picture_request_to_json (made, PERSON, NULL);
      g_autoptr (HemoPictureRequest) read = NULL;

      g_assert_true (hemo_fhir_is_picture_request (json));
      read = hemo_fhir_picture_request_from_json (json, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (read->uuid, ==, TASK);
      g_assert_cmpstr (read->image, ==, IMAGE);
      g_assert_cmpint (read->state, ==, state);
      g_assert_cmpstr (read->asked_by, ==, PERSON);
      g_assert_cmpstr (read->asked_by_name, ==, "Dr Achieng");
      g_assert_cmpint (read->asked_at.utc_us, ==, made->asked_at.utc_us);
      g_assert_cmpint (read->changed_at.utc_us, ==, made->changed_at.utc_us);
      g_assert_cmpstr (read->reason, ==, made->reason);
    }
}

/* What everybody else's Tasks may say on their way. */
static void
test_statuses (void)
{
  static const struct
  {
    const char *status;
    int state;
  } known[] = {
    { "requested", HEMO_PICTURE_ASKED },
    { "received", HEMO_PICTURE_ASKED },
    { "accepted", HEMO_PICTURE_ASKED },
    { "ready", HEMO_PICTURE_ASKED },
    { "in-progress", HEMO_PICTURE_ASKED },
    { "completed", HEMO_PICTURE_SENT },
    { "rejected", HEMO_PICTURE_REFUSED },
    { "failed", HEMO_PICTURE_REFUSED },
    { "cancelled", HEMO_PICTURE_WITHDRAWN },
    { "entered-in-error", HEMO_PICTURE_WITHDRAWN },
    { "draft", -1 },
    { "no such", -1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (json_object) json = foreign (known[i].status, "order", "");
      g_autoptr (HemoPictureRequest) read = hemo_fhir_picture_request_from_json (json, &error);

      if (known[i].state < 0)
        g_assert_error (error, HEMO_FHIR_ERROR, HEMO_FHIR_ERROR_UNSUPPORTED);
      else
        g_assert_cmpint (read->state, ==, known[i].state);
    }
}

/* Anybody may ask: a hospital, somebody with an id of another kind, nobody at all. */
static void
test_anybody (void)
{
  static const char *const requesters[] = {
    "",
    ",\"requester\":{\"display\":\"A reader\"}",
    ",\"requester\":{\"reference\":\"Practitioner/17\",\"display\":\"A reader\"}",
    ",\"requester\":{\"reference\":\"Organization/" PERSON "\",\"display\":\"A reader\"}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (requesters); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (json_object) json = foreign ("requested", "order", requesters[i]);
      g_autoptr (HemoPictureRequest) read = hemo_fhir_picture_request_from_json (json, &error);

      g_assert_no_error (error);
      g_assert_null (read->asked_by);
      g_assert_cmpstr (read->asked_by_name, ==, i == 0 ? NULL : "A reader");
      g_assert_cmpint (read->asked_at.utc_us, ==, 0);
    }
}

static void
test_refused (void)
{
  static const char *const bad[]
      = { "{\"resourceType\":\"Task\",\"id\":\"" TASK "\",\"status\":\"requested\",\"intent\":"
          "\"order\",\"focus\":{\"reference\":\"Specimen/" IMAGE "\"}}",
          "{\"resourceType\":\"Task\",\"id\":\"" TASK "\",\"status\":\"requested\",\"intent\":"
          "\"order\",\"focus\":{\"reference\":\"Media/17\"}}",
          "{\"resourceType\":\"Task\",\"id\":\"" TASK "\",\"status\":\"requested\",\"intent\":"
          "\"order\",\"focus\":[]}",
          "{\"resourceType\":\"Task\",\"id\":\"" TASK "\",\"status\":\"requested\",\"intent\":"
          "\"order\"}" };
  g_autoptr (json_object) proposal = foreign ("requested", "proposal", "");
  g_autoptr (json_object) reading = foreign ("requested", "order",
                                             ",\"code\":{\"coding\":[{\"system\":\"" HEMO_FHIR_CODES
                                             "task\",\"code\":\"reading\"}]}");
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (json_object) json = parse (bad[i]);

      g_assert_false (hemo_fhir_is_picture_request (json));
      g_assert_null (hemo_fhir_picture_request_from_json (json, NULL));
    }
  g_assert_false (hemo_fhir_is_picture_request (reading));
  g_assert_null (hemo_fhir_picture_request_from_json (proposal, &error));
  g_assert_nonnull (error);
}

/* A Task of another kind about a picture is not ours to answer. */
static void
test_other_kinds (void)
{
  static const char *const codes[] = {
    ",\"code\":{\"text\":\"A second opinion on this picture\"}",
    ",\"code\":{\"coding\":[{\"system\":\"http://example.org/t\",\"code\":\"picture\"}]}",
    ",\"code\":{}",
  };
  g_autoptr (json_object) ours = foreign ("requested", "order",
                                          ",\"code\":{\"coding\":[{\"system\":\"" HEMO_FHIR_CODES
                                          "task\",\"code\":\"picture\"}]}");
  g_autoptr (json_object) bare = foreign ("requested", "order", "");

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      g_autoptr (json_object) json = foreign ("requested", "order", codes[i]);

      g_assert_false (hemo_fhir_is_picture_request (json));
      g_assert_null (hemo_fhir_picture_request_from_json (json, NULL));
    }
  g_assert_true (hemo_fhir_is_picture_request (ours));
  g_assert_true (hemo_fhir_is_picture_request (bare));
}

/* Of another program's Task only what became of it is written. */
static void
test_in_their_words (void)
{
  g_autoptr (HemoPictureRequest) asked = make (HEMO_PICTURE_ASKED);
  g_autoptr (HemoPictureRequest) refused = make (HEMO_PICTURE_REFUSED);
  g_autoptr (json_object) theirs = foreign (
      "accepted", "order", ",\"note\":[{\"text\":\"For the round\"}],\"lastModified\":\"2024\"");
  g_autoptr (json_object) before = hemo_fhir_strip_meta (theirs);
  g_autoptr (json_object) same = hemo_fhir_picture_request_to_json (asked, PERSON, theirs);
  g_autoptr (json_object) answered = hemo_fhir_picture_request_to_json (refused, PERSON, theirs);

  g_assert_cmpstr (json_object_to_json_string (same), ==, json_object_to_json_string (before));
  g_assert_cmpstr (string_of (answered, "status"), ==, "rejected");
  g_assert_nonnull (strstr (string_of (answered, "statusReason"), "discarded"));
  g_assert_nonnull (strstr (string_of (answered, "note"), "For the round"));
  g_assert_true (g_str_has_prefix (string_of (answered, "lastModified"), "2023-11-15"));
  g_assert_null (string_of (answered, "meta"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fhir-picture-request/travel", test_travel);
  g_test_add_func ("/fhir-picture-request/clock", test_clock);
  g_test_add_func ("/fhir-picture-request/statuses", test_statuses);
  g_test_add_func ("/fhir-picture-request/anybody", test_anybody);
  g_test_add_func ("/fhir-picture-request/refused", test_refused);
  g_test_add_func ("/fhir-picture-request/other-kinds", test_other_kinds);
  g_test_add_func ("/fhir-picture-request/in-their-words", test_in_their_words);
  return g_test_run ();
}
