/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tries a server step by step before it is trusted with anything. */

#include "hemo-sync.h"

#include "hemo-cms.h"
#include "hemo-fhir-server.h"

#include <glib/gi18n.h>
#include <string.h>

#define ANSWER_MAX 4096
/* What earlier tests could not take away is no obstacle. */
#define LIST_MAX 10000
/* A clock that is further off is worth a word; servers of S3 refuse it. */
#define CLOCK_OFF_US (5 * G_TIME_SPAN_MINUTE)

static const struct
{
  const char *code;
  const char *label;
} steps[HEMO_SYNC_TEST_STEPS] = {
  [HEMO_SYNC_TEST_NAME] = { "name", N_ ("Server is reached") },
  [HEMO_SYNC_TEST_TLS] = { "tls", N_ ("Connection is safe") },
  [HEMO_SYNC_TEST_CLOCK] = { "clock", "Clocks agree" },
  [HEMO_SYNC_TEST_SIGN_IN] = { "sign-in", N_ ("Sign-in is accepted") },
  [HEMO_SYNC_TEST_WRITE] = { "write", N_ ("A test record is stored") },
  [HEMO_SYNC_TEST_READ_BACK] = { "read-back", N_ ("It is read back unchanged") },
  [HEMO_SYNC_TEST_DELETE] = { "delete", N_ ("It is taken away again") },
};

typedef struct
{
  const HemoServerSettings *settings;
  HemoSyncTestReport report;
  gpointer data;
  GCancellable *cancellable;
  HemoServerClock *clock;
  HemoHttp *http;
  HemoFhirServer *fhir;
  HemoS3 *s3;
  char *software;
  char *id;
  GBytes *bytes;
} Test;

static void
test_clear (Test *self)
{
  g_clear_pointer (&self->clock, hemo_server_clock_unref);
  g_clear_object (&self->http);
  g_clear_object (&self->fhir);
  g_clear_object (&self->s3);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self->software);
  g_free (self->id);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Test, test_clear)

const char *
hemo_sync_test_step_to_code (HemoSyncTestStep step)
{
  return (guint)step < HEMO_SYNC_TEST_STEPS ? steps[step].code : NULL;
}

const char *
hemo_sync_test_step_label (HemoSyncTestStep step)
{
  return (guint)step < HEMO_SYNC_TEST_STEPS ? steps[step].label : NULL;
}

static void
tell (Test *self, HemoSyncTestStep step, gboolean done, gboolean passed, const char *words)
{
  if (self->report != NULL)
    self->report (step, done, passed, words, self->data);
}

static gboolean
passed (Test *self, HemoSyncTestStep step, const char *words)
{
  tell (self, step, TRUE, TRUE, words);
  return TRUE;
}

/* Takes @failure. */
static gboolean
failed (Test *self, HemoSyncTestStep step, GError *failure, GError **error)
{
  tell (self, step, TRUE, FALSE, failure->message);
  g_propagate_error (error, failure);
  return FALSE;
}

/* Which step an error of the first contact belongs to. */
static HemoSyncTestStep
step_of (const GError *failure)
{
  if (failure->domain != HEMO_REMOTE_ERROR)
    return HEMO_SYNC_TEST_NAME;
  switch (failure->code)
    {
    case HEMO_REMOTE_ERROR_TLS:
      return HEMO_SYNC_TEST_TLS;
    case HEMO_REMOTE_ERROR_CLOCK:
      return HEMO_SYNC_TEST_CLOCK;
    case HEMO_REMOTE_ERROR_DENIED:
      return HEMO_SYNC_TEST_SIGN_IN;
    default:
      return HEMO_SYNC_TEST_NAME;
    }
}

/* Everything up to @step went well, whatever comes then. */
static void
tell_before (Test *self, HemoSyncTestStep step)
{
  for (guint i = HEMO_SYNC_TEST_NAME; i < (guint)step; i++)
    tell (self, (HemoSyncTestStep)i, TRUE, TRUE, NULL);
}

/* @off: microseconds that the server's clock is ahead of this computer's. (transfer full) */
static char *
say_clock (gint64 off)
{
  return g_strdup_printf (
      off > 0
          ? N_ ("This computer's clock is %d minutes slow. Set it right; the sync works all the "
                "same.")
          : N_ ("This computer's clock is %d minutes fast. Set it right; the sync works all the "
                "same."),
      (int)(ABS (off) / G_TIME_SPAN_MINUTE));
}

static gboolean
tell_contact (Test *self, GError *failure, GError **error)
{
  gint64 off = hemo_server_clock_offset (self->clock);
  g_autofree char *words = NULL;

  if (failure != NULL)
    {
      HemoSyncTestStep step = step_of (failure);

      tell_before (self, step);
      return failed (self, step, failure, error);
    }
  passed (self, HEMO_SYNC_TEST_NAME, self->software);
  passed (self, HEMO_SYNC_TEST_TLS,
          hemo_http_is_tls (self->http) ? NULL
                                        : N_ ("Nothing is encrypted on the way to this server."));
  if (ABS (off) > CLOCK_OFF_US)
    words = say_clock (off);
  passed (self, HEMO_SYNC_TEST_CLOCK, words);
  return passed (self, HEMO_SYNC_TEST_SIGN_IN, NULL);
}

#define RECORD_TEXT "Connection test of Hemogram: may be deleted"

/* A record that says what it is, and names nobody. */
static HemoFhirBundle *
make_record (Test *self)
{
  HemoFhirBundle *bundle = hemo_fhir_bundle_new (HEMO_FHIR_BUNDLE_TRANSACTION);
  g_autofree char *text = g_strdup_printf (
      "{\"resourceType\":\"Basic\",\"id\":\"%s\",\"code\":{\"text\":\"" RECORD_TEXT "\"}}",
      self->id);

  hemo_fhir_bundle_add (bundle, hemo_fhir_parse (text, strlen (text), NULL), NULL);
  return bundle;
}

/* Whether it is what was written. */
static gboolean
check_record (json_object *found, GError **error)
{
  json_object *code = NULL, *text = NULL;

  if (json_object_object_get_ex (found, "code", &code)
      && json_object_object_get_ex (code, "text", &text)
      && g_strcmp0 (json_object_get_string (text), RECORD_TEXT) == 0)
    return TRUE;
  g_set_error_literal (
      error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DAMAGED,
      N_ ("The server gave back another record than it was given. Do not use it."));
  return FALSE;
}

static gboolean
test_fhir (Test *self, GError **error)
{
  g_autoptr (HemoSignIn) sign_in = NULL;
  g_autoptr (HemoFhirBundle) bundle = NULL;
  g_autoptr (GPtrArray) stored = NULL;
  g_autoptr (json_object) found = NULL;
  GError *failure = NULL;
  g_autofree char *next = NULL;
  g_autoptr (HemoFhirBundle) asked = NULL;

  self->http = hemo_server_settings_open (self->settings, self->clock, &failure);
  sign_in = self->http != NULL ? hemo_server_settings_sign_in (self->settings, self->http, &failure)
                               : NULL;
  if (sign_in == NULL)
    return failed (self, HEMO_SYNC_TEST_NAME, failure, error);
  self->fhir = hemo_fhir_server_new (self->http, sign_in);
  /* Many servers tell what they are to anybody: a question that only we may ask comes after. */
  if (hemo_fhir_server_check (self->fhir, &self->software, self->cancellable, &failure))
    asked = hemo_fhir_server_search (self->fhir, "/Patient?_count=1&_elements=id", &next,
                                     self->cancellable, &failure);
  if (!tell_contact (self, failure, error))
    return FALSE;
  tell (self, HEMO_SYNC_TEST_WRITE, FALSE, FALSE, NULL);
  bundle = make_record (self);
  stored = hemo_fhir_server_transaction (self->fhir, bundle, self->cancellable, &failure);
  if (stored == NULL)
    return failed (self, HEMO_SYNC_TEST_WRITE, failure, error);
  passed (self, HEMO_SYNC_TEST_WRITE, NULL);
  found = hemo_fhir_server_read (self->fhir, "Basic", self->id, self->cancellable, &failure);
  if (found == NULL || !check_record (found, &failure))
    return failed (self, HEMO_SYNC_TEST_READ_BACK, failure, error);
  passed (self, HEMO_SYNC_TEST_READ_BACK, NULL);
  if (!hemo_fhir_server_delete (self->fhir, "Basic", self->id, self->cancellable, &failure))
    return failed (self, HEMO_SYNC_TEST_DELETE, failure, error);
  return passed (self, HEMO_SYNC_TEST_DELETE, NULL);
}

static gboolean
read_back (Test *self, const char *key, GError **error)
{
  g_autoptr (GBytes) found
      = hemo_s3_get_bytes (self->s3, key, ANSWER_MAX, self->cancellable, error);

  if (found == NULL)
    return FALSE;
  if (g_bytes_equal (found, self->bytes))
    return TRUE;
  g_set_error_literal (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DAMAGED,
                       N_ ("The server gave back other bytes than it was given. Do not use it."));
  return FALSE;
}

static gboolean
test_s3 (Test *self, const char *clinic, GError **error)
{
  g_autofree char *key = g_strconcat ("test/", self->id, NULL);
  g_autoptr (GPtrArray) listed = NULL;
  g_autofree char *text = g_strdup_printf ("Connection test of Hemogram, %s\n", self->id);
  HemoS3Body body = { 0 };
  HemoS3Receipt receipt = { 0 };
  GError *failure = NULL;

  self->bytes = g_bytes_new (text, strlen (text));
  body.bytes = self->bytes;
  self->s3 = hemo_server_settings_open_s3 (self->settings, clinic, self->clock, &failure);
  if (self->s3 == NULL)
    return failed (self, HEMO_SYNC_TEST_NAME, failure, error);
  self->http = g_object_ref (hemo_s3_get_http (self->s3));
  listed = hemo_s3_list (self->s3, "test/", LIST_MAX, self->cancellable, &failure);
  if (!tell_contact (self, failure, error))
    return FALSE;
  tell (self, HEMO_SYNC_TEST_WRITE, FALSE, FALSE, NULL);
  if (!hemo_s3_put (self->s3, key, &body, FALSE, &receipt, self->cancellable, &failure))
    return failed (self, HEMO_SYNC_TEST_WRITE, failure, error);
  hemo_s3_receipt_clear (&receipt);
  passed (self, HEMO_SYNC_TEST_WRITE, NULL);
  if (!read_back (self, key, &failure))
    return failed (self, HEMO_SYNC_TEST_READ_BACK, failure, error);
  passed (self, HEMO_SYNC_TEST_READ_BACK, NULL);
  if (!hemo_s3_delete (self->s3, key, self->cancellable, &failure))
    return failed (self, HEMO_SYNC_TEST_DELETE, failure, error);
  return passed (self, HEMO_SYNC_TEST_DELETE, NULL);
}

gboolean
hemo_sync_test_server (const HemoServerSettings *settings,
                       const char *kind,
                       const char *clinic,
                       HemoSyncTestReport report,
                       gpointer data,
                       GCancellable *cancellable,
                       GError **error)
{
  g_auto (Test) self = { .settings = settings,
                         .report = report,
                         .data = data,
                         .cancellable = cancellable,
                         .clock = hemo_server_clock_new (0),
                         .id = hemo_uuid_new () };
  GError *failure = NULL;

  tell (&self, HEMO_SYNC_TEST_NAME, FALSE, FALSE, NULL);
  if (!hemo_server_settings_check (settings, kind, &failure))
    return failed (&self, HEMO_SYNC_TEST_NAME, failure, error);
  return strcmp (kind, HEMO_SERVER_S3) == 0 ? test_s3 (&self, clinic, error)
                                            : test_fhir (&self, error);
}
