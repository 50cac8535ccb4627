/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is believed of a FHIR server's answers, and what is not. */

#include "hemo-fhir-server.h"

#include "fake-fhir.h"

#define PATIENT "5a0a4a3e-3b1c-4d53-9c0a-3a4c9b3c1d01"
#define PATIENT_JSON                                                                               \
  "{\"resourceType\":\"Patient\",\"id\":\"" PATIENT "\",\"name\":[{\"family\":\"Otieno\"}]}"

typedef struct
{
  FakeFhir *fake;
  HemoFhirServer *server;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoSignIn) nobody = hemo_sign_in_none_new ();
  g_autoptr (HemoHttp) http = NULL;
  g_autofree char *base = NULL;
  HemoHttpOptions options = { 0 };

  self->fake = fake_fhir_new ();
  options.base = base = g_strconcat (self->fake->server->base, "/fhir", NULL);
  http = hemo_http_new (&options, &error);
  g_assert_no_error (error);
  self->server = hemo_fhir_server_new (http, nobody);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_object_unref (self->server);
  fake_fhir_free (self->fake);
}

static HemoFhirBundle *
patient_bundle (const char *if_match)
{
  HemoFhirBundle *bundle = hemo_fhir_bundle_new (HEMO_FHIR_BUNDLE_TRANSACTION);

  hemo_fhir_bundle_add (bundle, hemo_fhir_parse (PATIENT_JSON, strlen (PATIENT_JSON), NULL),
                        if_match);
  return bundle;
}

static GPtrArray *
transact (Fixture *self, const char *if_match, GError **error)
{
  g_autoptr (HemoFhirBundle) bundle = patient_bundle (if_match);

  return hemo_fhir_server_transaction (self->server, bundle, NULL, error);
}

static void
assert_fails (Fixture *self, HemoRemoteError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (transact (self, NULL, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, (int)code);
}

static void
test_check (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *software = NULL;

  g_assert_true (hemo_fhir_server_check (self->server, &software, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (software, ==, "Fake 1");
  self->fake->portal = TRUE;
  g_assert_false (hemo_fhir_server_check (self->server, NULL, NULL, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_OFFLINE);
}

static void
test_transaction (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) first = transact (self, NULL, &error);
  g_autoptr (GPtrArray) second = transact (self, "W/\"1\"", &error);
  g_autoptr (json_object) json = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (first->len, ==, 1);
  g_assert_cmpstr (((HemoFhirStored *)first->pdata[0])->version_id, ==, "1");
  g_assert_cmpstr (((HemoFhirStored *)second->pdata[0])->version_id, ==, "2");
  json = hemo_fhir_server_read (self->server, "Patient", PATIENT, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (hemo_fhir_get_version (json), ==, "2");
  g_assert_null (transact (self, "W/\"1\"", &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_CONFLICT);
}

static void
test_refused (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->fake->refused = "Patient/" PATIENT;
  g_assert_null (transact (self, NULL, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, "no such code"));
  g_clear_error (&error);
  /* And of what, for whoever mends it. */
  self->fake->element = "Patient.birthDate";
  g_assert_null (transact (self, NULL, &error));
  g_assert_nonnull (strstr (error->message, "no such code (Patient.birthDate)"));
  self->fake->element = NULL;
}

/* 200 is no success: a web page, another record, fewer answers than questions, nothing at all. */
static void
test_lies (Fixture *self, gconstpointer data)
{
  self->fake->portal = TRUE;
  assert_fails (self, HEMO_REMOTE_ERROR_OFFLINE);
  self->fake->portal = FALSE;
  self->fake->wrong_id = TRUE;
  assert_fails (self, HEMO_REMOTE_ERROR_PROTOCOL);
  self->fake->wrong_id = FALSE;
  self->fake->short_answer = TRUE;
  assert_fails (self, HEMO_REMOTE_ERROR_PROTOCOL);
  self->fake->short_answer = FALSE;
  /* On a connection that was kept libcurl asks once more over a new one. */
  self->fake->lose_answers = 2;
  assert_fails (self, HEMO_REMOTE_ERROR_OFFLINE);
}

static void
test_status (Fixture *self, gconstpointer data)
{
  static const struct
  {
    guint status;
    HemoRemoteError code;
  } cases[] = {
    { 401, HEMO_REMOTE_ERROR_DENIED },    { 403, HEMO_REMOTE_ERROR_DENIED },
    { 409, HEMO_REMOTE_ERROR_CONFLICT },  { 412, HEMO_REMOTE_ERROR_CONFLICT },
    { 400, HEMO_REMOTE_ERROR_REFUSED },   { 422, HEMO_REMOTE_ERROR_REFUSED },
    { 413, HEMO_REMOTE_ERROR_TOO_LARGE }, { 429, HEMO_REMOTE_ERROR_BUSY },
    { 500, HEMO_REMOTE_ERROR_BUSY },      { 503, HEMO_REMOTE_ERROR_BUSY },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      self->fake->status = cases[i].status;
      assert_fails (self, cases[i].code);
    }
}

static void
test_read (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (hemo_fhir_server_read (self->server, "Patient", PATIENT, NULL, &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_NOT_FOUND);
}

static void
test_search (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *next = NULL;
  g_autoptr (HemoFhirBundle) found = NULL;

  fake_fhir_write (self->fake, PATIENT_JSON);
  found = hemo_fhir_server_search (self->server, "/Patient?_count=5", &next, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (hemo_fhir_bundle_count (found), ==, 1);
  g_assert_null (next);
}

/* Only what repeats the parameter, or refuses it, says whether it was looked by. */
static void
test_search_by (Fixture *self, gconstpointer data)
{
  const char *const target = "/Observation?based-on=ServiceRequest/" PATIENT "&_count=5";
  static const gboolean knows[] = { TRUE, FALSE, TRUE };
  gint64 total = 0;
  g_autoptr (GError) error = NULL;

  fake_fhir_write (self->fake, PATIENT_JSON);
  for (guint i = 0; i <= FAKE_FHIR_ORDERS_REFUSED; i++)
    {
      g_autofree char *next = NULL;
      g_autoptr (HemoFhirBundle) found = NULL;
      gboolean known = FALSE;

      self->fake->orders = (FakeFhirOrders)i;
      found = hemo_fhir_server_search_by (self->server, target, "based-on", &known, &next, NULL,
                                          &error);
      if (i == FAKE_FHIR_ORDERS_REFUSED)
        g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_REFUSED);
      else
        g_assert_cmpint (known, ==, knows[i]);
      g_assert_cmpint (found != NULL, ==, i != FAKE_FHIR_ORDERS_REFUSED);
      g_clear_error (&error);
    }
  g_assert_true (hemo_fhir_server_count (self->server, "/Patient?_count=5", &total, NULL, &error));
  g_assert_cmpint (total, ==, 1);
}

static void
test_sign_in (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoHttpRequest) request = hemo_http_request_new ("GET", "/");
  g_autoptr (HemoSignIn) basic = hemo_sign_in_basic_new ("clinic", "pässword", &error);
  g_autoptr (HemoSignIn) bearer = hemo_sign_in_bearer_new ("abc.DEF-1~2+/==", &error);

  g_assert_no_error (error);
  g_assert_true (hemo_sign_in_apply (basic, request, NULL, &error));
  g_assert_cmpstr (hemo_http_request_get_header (request, "authorization"), ==,
                   "Basic Y2xpbmljOnDDpHNzd29yZA==");
  g_assert_true (hemo_sign_in_apply (bearer, request, NULL, &error));
  g_assert_cmpstr (hemo_http_request_get_header (request, "authorization"), ==,
                   "Bearer abc.DEF-1~2+/==");
  g_assert_false (hemo_sign_in_forget (bearer, 401));
  g_assert_null (hemo_sign_in_bearer_new ("two words", &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_null (hemo_sign_in_basic_new ("a:b", "c", &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_null (hemo_sign_in_basic_new ("ab", "c\r\nX: y", &error));
  g_assert_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_REFUSED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test) g_test_add ("/fhir-server/" path, Fixture, NULL, set_up, test, tear_down)
  ADD ("check", test_check);
  ADD ("transaction", test_transaction);
  ADD ("refused", test_refused);
  ADD ("lies", test_lies);
  ADD ("status", test_status);
  ADD ("read", test_read);
  ADD ("search", test_search);
  ADD ("search-by", test_search_by);
  ADD ("sign-in", test_sign_in);
  return g_test_run ();
}
