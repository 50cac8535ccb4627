/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Asks real servers through our library, as settings say:
 *
 *   sync-client key FILE                    makes a key in FILE, prints its public part
 *   sync-client token SETTINGS              prints what a request would carry
 *   sync-client read SETTINGS TYPE ID       prints a record
 *   sync-client put SETTINGS CLINIC KEY FILE
 *
 * SETTINGS is a file as hemo_server_settings_parse() takes it. What fails is said in words and by
 * an exit status of 10 and the HemoRemoteError. */

#include "hemo-fhir-server.h"
#include "hemo-smart-key.h"
#include "hemo-sync-settings.h"

#include <stdio.h>
#include <string.h>

#define STATUS_OF_ERRORS 10

static gboolean
make_key (char **words, GError **error)
{
  g_autoptr (HemoSmartKey) key = hemo_smart_key_new (error);
  g_autoptr (HemoSecret) pem = key != NULL ? hemo_smart_key_to_pem (key, error) : NULL;
  g_autofree char *jwks = NULL;

  if (pem == NULL
      || !g_file_set_contents (words[0], (const char *)hemo_secret_get_data (pem), -1, error))
    return FALSE;
  jwks = hemo_smart_key_to_jwks (key);
  puts (jwks);
  return TRUE;
}

static HemoServerSettings *
load (const char *path, GError **error)
{
  g_autofree char *text = NULL;

  return g_file_get_contents (path, &text, NULL, error) ? hemo_server_settings_parse (text, error)
                                                        : NULL;
}

/* @http: (out) (transfer full) */
static HemoSignIn *
open_server (const char *path, HemoHttp **http, GError **error)
{
  g_autoptr (HemoServerSettings) settings = load (path, error);
  g_autoptr (HemoServerClock) clock = hemo_server_clock_new (0);
  HemoSignIn *sign_in;

  if (settings == NULL || (*http = hemo_server_settings_open (settings, clock, error)) == NULL)
    return NULL;
  sign_in = hemo_server_settings_sign_in (settings, *http, error);
  if (sign_in == NULL)
    g_clear_object (http);
  return sign_in;
}

static gboolean
print_token (char **words, GError **error)
{
  g_autoptr (HemoHttp) http = NULL;
  g_autoptr (HemoSignIn) sign_in = open_server (words[0], &http, error);
  g_autoptr (HemoHttpRequest) request = hemo_http_request_new ("GET", "");

  if (sign_in == NULL || !hemo_sign_in_apply (sign_in, request, NULL, error))
    return FALSE;
  puts (hemo_http_request_get_header (request, "Authorization"));
  return TRUE;
}

static gboolean
read_record (char **words, GError **error)
{
  g_autoptr (HemoHttp) http = NULL;
  g_autoptr (HemoSignIn) sign_in = open_server (words[0], &http, error);
  g_autoptr (HemoFhirServer) server = NULL;
  g_autoptr (json_object) json = NULL;
  g_autofree char *text = NULL;

  if (sign_in == NULL)
    return FALSE;
  server = hemo_fhir_server_new (http, sign_in);
  json = hemo_fhir_server_read (server, words[1], words[2], NULL, error);
  if (json == NULL)
    return FALSE;
  text = hemo_fhir_to_text (json, FALSE);
  puts (text);
  return TRUE;
}

static gboolean
put_object (char **words, GError **error)
{
  g_autoptr (HemoServerSettings) settings = load (words[0], error);
  g_autoptr (HemoServerClock) clock = hemo_server_clock_new (0);
  g_autoptr (HemoS3) s3 = NULL;
  g_autofree char *text = NULL;
  gsize length = 0;
  g_autoptr (GBytes) bytes = NULL;
  HemoS3Body body = { 0 };
  g_auto (HemoS3Receipt) receipt = { 0 };

  if (settings == NULL || !g_file_get_contents (words[3], &text, &length, error)
      || (s3 = hemo_server_settings_open_s3 (settings, words[1], clock, error)) == NULL)
    return FALSE;
  body.bytes = bytes = g_bytes_new (text, length);
  if (!hemo_s3_put (s3, words[2], &body, FALSE, &receipt, NULL, error))
    return FALSE;
  puts (receipt.proven ? "proven" : "not proven");
  return TRUE;
}

static const struct
{
  const char *name;
  int words;
  gboolean (*run) (char **words, GError **error);
} commands[] = {
  { "key", 1, make_key },
  { "token", 1, print_token },
  { "read", 3, read_record },
  { "put", 4, put_object },
};

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;

  if (!hemo_vault_init (&error))
    g_error ("%s", error->message);
  for (gsize i = 0; argc > 1 && i < G_N_ELEMENTS (commands); i++)
    if (strcmp (argv[1], commands[i].name) == 0 && argc == 2 + commands[i].words)
      {
        if (commands[i].run (argv + 2, &error))
          return 0;
        fprintf (stderr, "%s\n", error->message);
        return error->domain == HEMO_REMOTE_ERROR ? STATUS_OF_ERRORS + error->code : 1;
      }
  fprintf (stderr, "usage: sync-client key|token|read|put …\n");
  return 2;
}
