/* SPDX-License-Identifier: GPL-3.0-or-later */

/* hemogram-cli: sync configure and sync test. */

#include "hemo-cli-sync.h"

#include "hemo-clinic-rescue.h"
#include "hemo-prune.h"
#include "hemo-rescue-sync.h"
#include "hemo-smart-key.h"
#include "hemo-sync.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define AUTHORITY_MAX (64 * 1024)
/* A private key in PEM. */
#define SECRET_MAX (16 * 1024)

/**
 * Configure: what the options said
 */
typedef struct
{
  char *sign_in;
  char *authority;
  char *hours;
  int secret_fd;
  int kilobits;
  gboolean make_key;
  gboolean remove;
  gboolean force;
} Configure;

static void
configure_clear (Configure *self)
{
  g_free (self->sign_in);
  g_free (self->authority);
  g_free (self->hours);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Configure, configure_clear)

static gboolean
fail_usage (GError **error, const char *text)
{
  g_set_error_literal (error, HEMO_CLI_ERROR, HEMO_CLI_ERROR_USAGE, text);
  return FALSE;
}

static gboolean
check_kind (const char *kind, GError **error)
{
  return g_str_equal (kind, HEMO_SERVER_FHIR) || g_str_equal (kind, HEMO_SERVER_S3)
         || fail_usage (error, _ ("The server is fhir (for records) or s3 (for pictures)."));
}

/* '20-6' or '20:00-06:00': hours of the day. */
static gboolean
parse_hours (const char *text, guint *from, guint *to, GError **error)
{
  unsigned first = 0, last = 0;
  int length = 0;

  if (text == NULL)
    return TRUE;
  if ((sscanf (text, "%2u-%2u%n", &first, &last, &length) != 2 || text[length] != '\0')
      && (sscanf (text, "%2u:00-%2u:00%n", &first, &last, &length) != 2 || text[length] != '\0'))
    return fail_usage (error, _ ("Hours are two of the day, such as 20-6."));
  if (first > 24 || last > 24)
    return fail_usage (error, _ ("Hours of the day go from 0 to 24."));
  *from = first;
  *to = last;
  return TRUE;
}

/* All up to its end, without a line feed there. (transfer full) */
static char *
read_all (int fd, GError **error)
{
  g_autoptr (HemoSecret) buffer = hemo_secret_new (SECRET_MAX);
  char *data = (char *)hemo_secret_get_data (buffer);
  gsize length = 0;

  while (length < SECRET_MAX)
    {
      gssize got = read (fd, data + length, SECRET_MAX - length);

      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        {
          int code = errno;

          g_set_error (error, G_IO_ERROR, (int)g_io_error_from_errno (code),
                       _ ("The secret could not be read: %s"), g_strerror (code));
          return NULL;
        }
      if (got == 0)
        break;
      length += (gsize)got;
    }
  if (length == 0 || length == SECRET_MAX || memchr (data, '\0', length) != NULL)
    {
      fail_usage (error, _ ("There is no secret to read at --secret-fd."));
      return NULL;
    }
  while (length > 0 && (data[length - 1] == '\n' || data[length - 1] == '\r'))
    length--;
  return g_strndup (data, length);
}

static gboolean
needs_secret (const HemoServerSettings *settings, const char *kind)
{
  return g_str_equal (kind, HEMO_SERVER_S3) || settings->sign_in != HEMO_SYNC_SIGN_IN_NONE;
}

/* A key that never was anywhere else: its public part is printed, to be registered there. */
static gboolean
make_key (HemoServerSettings *settings, GError **error)
{
  g_autoptr (HemoSmartKey) key = hemo_smart_key_new (error);
  g_autoptr (HemoSecret) pem = key != NULL ? hemo_smart_key_to_pem (key, error) : NULL;

  if (pem == NULL)
    return FALSE;
  settings->secret
      = g_strndup ((const char *)hemo_secret_get_data (pem), hemo_secret_get_size (pem));
  return TRUE;
}

/* From the descriptor; or what is kept already for the same server and name; or asked for. It is
 * never an argument, which every user of the computer can read. */
static gboolean
fill_secret (HemoCli *self,
             HemoServerSettings *settings,
             const char *kind,
             const HemoServerSettings *before,
             const Configure *said,
             GError **error)
{
  g_autoptr (HemoSecret) asked = NULL;

  if (said->make_key)
    return make_key (settings, error);
  if (said->secret_fd >= 0)
    settings->secret = read_all (said->secret_fd, error);
  else if (!needs_secret (settings, kind))
    return TRUE;
  else if (before != NULL && g_strcmp0 (before->url, settings->url) == 0
           && g_strcmp0 (before->user, settings->user) == 0
           && g_strcmp0 (before->token_url, settings->token_url) == 0
           && before->sign_in == settings->sign_in)
    settings->secret = g_strdup (before->secret);
  else
    {
      asked = hemo_cli_ask (self, _ ("Secret of the server: "), FALSE, error);
      if (asked != NULL)
        settings->secret
            = g_strndup ((const char *)hemo_secret_get_data (asked), hemo_secret_get_size (asked));
    }
  return settings->secret != NULL;
}

static gboolean
load_job (HemoTxn *txn, gpointer kind, gpointer *result, GError **error)
{
  g_autoptr (GError) failure = NULL;

  *result = hemo_server_load (txn, kind, &failure);
  hemo_txn_set_result_free (txn, (GDestroyNotify)hemo_server_row_free);
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* @settings: (out): NULL where there is none yet */
static gboolean
load_settings (HemoCli *self, const char *kind, HemoServerSettings **settings, GError **error)
{
  HemoServerRow *row = NULL;
  gboolean good;

  /* A job that writes: that somebody may not see it is audited. */
  if (!hemo_cli_write (self, load_job, (gpointer)kind, (gpointer *)&row, error))
    return FALSE;
  if (row == NULL)
    return TRUE;
  *settings = hemo_server_settings_parse (row->settings, error);
  good = *settings != NULL;
  hemo_server_row_free (row);
  return good;
}

typedef struct
{
  const char *kind;
  const char *settings;
  gboolean another;
  gboolean doubted;
} Save;

static gboolean
save_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Save *save = data;

  return hemo_server_save (txn, save->kind, save->settings, save->another, error)
         && (!save->doubted || hemo_server_doubt (txn, save->kind, error));
}

typedef struct
{
  const char *kind;
  int originals;
} Left;

static gboolean
left_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Left *left = data;

  return hemo_pruned_count (txn, left->kind, &left->originals, error);
}

/* What was taken off this laptop is not left behind unsaid. */
static gboolean
check_left (HemoCli *self, const char *kind, gboolean force, GError **error)
{
  Left left = { .kind = kind };

  if (force)
    return TRUE;
  if (!hemo_cli_read (self, left_job, &left, NULL, error))
    return FALSE;
  if (left.originals == 0)
    return TRUE;
  g_set_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE,
               ngettext ("Nothing was changed: the original of %d picture was taken off this "
                         "laptop, and but for backups only the server that is set up now has it. "
                         "Bring it back first with sync fetch, or leave that server with --force.",
                         "Nothing was changed: the originals of %d pictures were taken off this "
                         "laptop, and but for backups only the server that is set up now has them. "
                         "Bring them back first with sync fetch, or leave that server with "
                         "--force.",
                         (gulong)left.originals),
               left.originals);
  return FALSE;
}

static gboolean
remove_server (HemoCli *self, const char *kind, gboolean force, GError **error)
{
  Save save = { .kind = kind };
  g_autoptr (HemoServerSettings) before = NULL;

  if (!hemo_cli_sign_in (self, error) || !load_settings (self, kind, &before, error))
    return FALSE;
  if (before == NULL)
    {
      g_set_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND,
                   _ ("There is no such server set up."));
      return FALSE;
    }
  return check_left (self, kind, force, error)
         && hemo_cli_write (self, save_job, &save, NULL, error);
}

/* What it is opened with, so that an address or a certificate that cannot be is told now. What is
 * wrong with it is wrong with the call. */
static gboolean
check_settings (const HemoServerSettings *settings, const char *kind, GError **error)
{
  g_autoptr (HemoServerClock) clock = hemo_server_clock_new (0);
  g_autoptr (GError) failure = NULL;
  g_autoptr (HemoHttp) http = NULL;

  if (hemo_server_settings_check (settings, kind, &failure))
    http = hemo_server_settings_open (settings, clock, &failure);
  if (http != NULL)
    return TRUE;
  return fail_usage (error, failure->message);
}

/* What is registered with a server that knows the clinic by its key. */
static void
add_public_keys (json_object *object, const HemoServerSettings *settings)
{
  g_autoptr (HemoSmartKey) key = NULL;
  g_autofree char *keys = NULL;

  if (settings->sign_in == HEMO_SYNC_SIGN_IN_SMART || settings->role != NULL)
    key = hemo_smart_key_parse (settings->secret, NULL);
  if (key == NULL)
    return;
  keys = hemo_smart_key_to_jwks (key);
  hemo_cli_add_text (object, "public_keys", keys);
}

/* Never the secret. */
static json_object *
settings_to_json (const HemoServerSettings *settings, const char *kind, gboolean another)
{
  json_object *object = json_object_new_object ();

  hemo_cli_add_text (object, "server", kind);
  hemo_cli_add_text (object, "url", settings->url);
  if (g_str_equal (kind, HEMO_SERVER_S3))
    hemo_cli_add_text (object, "bucket", settings->bucket);
  else
    hemo_cli_add_text (object, "sign_in", hemo_sync_sign_in_to_code (settings->sign_in));
  hemo_cli_add_text (object, "user", settings->user);
  hemo_cli_add_bool (object, "another", another);
  add_public_keys (object, settings);
  return object;
}

static gboolean
save_settings (HemoCli *self,
               HemoServerSettings *settings,
               const char *kind,
               const HemoServerSettings *before,
               gboolean force,
               GError **error)
{
  char *json;
  Save save = { .kind = kind };
  gboolean saved;

  save.another = before == NULL || hemo_server_settings_is_another (settings, before);
  save.doubted = before != NULL && hemo_server_settings_is_other_account (settings, before);
  if (save.another && !check_left (self, kind, force, error))
    return FALSE;
  save.settings = json = hemo_server_settings_to_json (settings);
  saved = hemo_cli_write (self, save_job, &save, NULL, error);
  explicit_bzero (json, strlen (json));
  g_free (json);
  if (!saved)
    return FALSE;
  hemo_cli_print (self, settings_to_json (settings, kind, save.another), NULL);
  return TRUE;
}

static gboolean
read_authority (const char *path, char **out, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;

  if (path == NULL)
    return TRUE;
  bytes = hemo_cli_read_file (path, AUTHORITY_MAX, error);
  if (bytes == NULL)
    return FALSE;
  *out = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  return TRUE;
}

static gboolean
read_options (const Configure *said, HemoServerSettings *settings, GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (said->sign_in != NULL
      && !hemo_sync_sign_in_from_code (said->sign_in, &settings->sign_in, &failure))
    return fail_usage (error, failure->message);
  if (said->kilobits < 0)
    return fail_usage (error, _ ("Kilobits a second are not negative."));
  settings->kilobits = (guint)said->kilobits;
  return parse_hours (said->hours, &settings->from_hour, &settings->to_hour, error)
         && read_authority (said->authority, &settings->authority, error);
}

static gboolean
configure (HemoCli *self,
           const char *kind,
           const Configure *said,
           HemoServerSettings *settings,
           GError **error)
{
  g_autoptr (HemoServerSettings) before = NULL;

  return read_options (said, settings, error) && hemo_cli_sign_in (self, error)
         && load_settings (self, kind, &before, error)
         && fill_secret (self, settings, kind, before, said, error)
         && check_settings (settings, kind, error)
         && save_settings (self, settings, kind, before, said->force, error);
}

gboolean
hemo_cli_sync_configure (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autoptr (HemoServerSettings) settings = hemo_server_settings_new ();
  g_auto (Configure) said = { .secret_fd = -1 };
  const GOptionEntry entries[] = {
    { "sign-in", 0, 0, G_OPTION_ARG_STRING, &said.sign_in, NULL, NULL },
    { "user", 0, 0, G_OPTION_ARG_STRING, &settings->user, NULL, NULL },
    { "secret-fd", 0, 0, G_OPTION_ARG_INT, &said.secret_fd, NULL, NULL },
    { "authority", 0, 0, G_OPTION_ARG_FILENAME, &said.authority, NULL, NULL },
    { "allow-plain", 0, 0, G_OPTION_ARG_NONE, &settings->allow_plain, NULL, NULL },
    { "token-url", 0, 0, G_OPTION_ARG_STRING, &settings->token_url, NULL, NULL },
    { "scope", 0, 0, G_OPTION_ARG_STRING, &settings->scope, NULL, NULL },
    { "region", 0, 0, G_OPTION_ARG_STRING, &settings->region, NULL, NULL },
    { "bucket", 0, 0, G_OPTION_ARG_STRING, &settings->bucket, NULL, NULL },
    { "prefix", 0, 0, G_OPTION_ARG_STRING, &settings->prefix, NULL, NULL },
    { "virtual-host", 0, 0, G_OPTION_ARG_NONE, &settings->virtual_host, NULL, NULL },
    { "kms", 0, 0, G_OPTION_ARG_NONE, &settings->kms, NULL, NULL },
    { "kms-key", 0, 0, G_OPTION_ARG_STRING, &settings->kms_key, NULL, NULL },
    { "sts-url", 0, 0, G_OPTION_ARG_STRING, &settings->sts_url, NULL, NULL },
    { "make-key", 0, 0, G_OPTION_ARG_NONE, &said.make_key, NULL, NULL },
    { "role", 0, 0, G_OPTION_ARG_STRING, &settings->role, NULL, NULL },
    { "kilobits", 0, 0, G_OPTION_ARG_INT, &said.kilobits, NULL, NULL },
    { "hours", 0, 0, G_OPTION_ARG_STRING, &said.hours, NULL, NULL },
    { "metered", 0, 0, G_OPTION_ARG_NONE, &settings->metered, NULL, NULL },
    { "remove", 0, 0, G_OPTION_ARG_NONE, &said.remove, NULL, NULL },
    { "force", 0, 0, G_OPTION_ARG_NONE, &said.force, NULL, NULL },
    { NULL },
  };

  if (!hemo_cli_parse (entries, &argc, &argv, 1, 2, error) || !check_kind (argv[1], error))
    return FALSE;
  if (said.remove)
    return argc > 2 ? fail_usage (error, _ ("A server that is removed needs no address."))
                    : remove_server (self, argv[1], said.force, error);
  if (argc < 3)
    return fail_usage (error, _ ("The address of the server is missing."));
  settings->url = g_strdup (argv[2]);
  return configure (self, argv[1], &said, settings, error);
}

typedef struct
{
  HemoCli *cli;
  json_object *rows;
} Report;

static void
report_step (
    HemoSyncTestStep step, gboolean done, gboolean passed, const char *words, gpointer data)
{
  Report *report = data;
  json_object *row;

  if (!done)
    return;
  row = json_object_new_object ();
  hemo_cli_add_text (row, "step", hemo_sync_test_step_to_code (step));
  hemo_cli_add_bool (row, "passed", passed);
  hemo_cli_add_text (row, "words", words);
  json_object_array_add (report->rows, row);
  if (report->cli->json)
    return;
  g_print ("%s  %s%s%s\n", passed ? _ ("yes") : _ ("no "), _ (hemo_sync_test_step_label (step)),
           words != NULL ? ": " : "", words != NULL ? words : "");
  fflush (stdout);
}

static gboolean
run_test (HemoCli *self, const HemoServerSettings *settings, const char *kind, GError **error)
{
  g_autoptr (HemoClinicInfo) info = NULL;
  Report report = { .cli = self };
  gboolean passed;

  if (!hemo_cli_load_info (self, &info, error))
    return FALSE;
  report.rows = json_object_new_array ();
  passed = hemo_sync_test_server (settings, kind, info->uuid, report_step, &report,
                                  self->cancellable, error);
  if (self->json)
    hemo_cli_print (self, report.rows, NULL);
  else
    json_object_put (report.rows);
  return passed;
}

gboolean
hemo_cli_sync_test (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autoptr (HemoServerSettings) settings = NULL;

  if (!hemo_cli_parse (NULL, &argc, &argv, 1, 1, error) || !check_kind (argv[1], error)
      || !hemo_cli_sign_in (self, error) || !load_settings (self, argv[1], &settings, error))
    return FALSE;
  if (settings == NULL)
    {
      g_set_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND,
                   _ ("There is no such server set up."));
      return FALSE;
    }
  return run_test (self, settings, argv[1], error);
}

/* What the installations of the clinic left there. (transfer full) (element-type GBytes) */
static GPtrArray *
fetch_rescues (HemoCli *self, const HemoServerSettings *settings, const char *id, GError **error)
{
  g_autoptr (HemoServerClock) clock = hemo_server_clock_new (0);
  g_autoptr (HemoS3) s3
      = hemo_server_settings_open_s3 (settings, id != NULL ? id : "", clock, error);

  return s3 != NULL ? hemo_rescue_fetch (s3, self->cancellable, error) : NULL;
}

/* With the server set up as it was used. */
static gboolean
make_anew (HemoCli *self,
           GPtrArray *texts,
           const HemoServerSettings *settings,
           const char *administrator,
           GError **error)
{
  g_autoptr (HemoSecret) code = hemo_cli_ask (self, _ ("Recovery code: "), FALSE, error);
  g_autoptr (HemoSecret) passphrase
      = code != NULL ? hemo_cli_ask (self, _ ("New passphrase of the administrator: "), TRUE, error)
                     : NULL;
  char *json;

  if (passphrase == NULL)
    return FALSE;
  if (self->login == NULL)
    self->login = g_strdup ("admin");
  json = hemo_server_settings_to_json (settings);
  self->clinic = hemo_clinic_rescue_open (self->clinic_path, texts, code, self->login,
                                          administrator != NULL ? administrator : self->login,
                                          passphrase, json, error);
  explicit_bzero (json, strlen (json));
  g_free (json);
  return self->clinic != NULL;
}

gboolean
hemo_cli_enrol_rebuild (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autoptr (HemoServerSettings) settings = hemo_server_settings_new ();
  g_auto (Configure) said = { .secret_fd = -1 };
  g_autofree char *id = NULL;
  g_autofree char *administrator = NULL;
  g_autoptr (GPtrArray) texts = NULL;
  const GOptionEntry entries[] = {
    { "user", 0, 0, G_OPTION_ARG_STRING, &settings->user, NULL, NULL },
    { "secret-fd", 0, 0, G_OPTION_ARG_INT, &said.secret_fd, NULL, NULL },
    { "authority", 0, 0, G_OPTION_ARG_FILENAME, &said.authority, NULL, NULL },
    { "allow-plain", 0, 0, G_OPTION_ARG_NONE, &settings->allow_plain, NULL, NULL },
    { "region", 0, 0, G_OPTION_ARG_STRING, &settings->region, NULL, NULL },
    { "bucket", 0, 0, G_OPTION_ARG_STRING, &settings->bucket, NULL, NULL },
    { "prefix", 0, 0, G_OPTION_ARG_STRING, &settings->prefix, NULL, NULL },
    { "virtual-host", 0, 0, G_OPTION_ARG_NONE, &settings->virtual_host, NULL, NULL },
    { "id", 0, 0, G_OPTION_ARG_STRING, &id, NULL, NULL },
    { "administrator", 0, 0, G_OPTION_ARG_STRING, &administrator, NULL, NULL },
    { NULL },
  };

  if (!hemo_cli_parse (entries, &argc, &argv, 1, 1, error))
    return FALSE;
  if (id == NULL && settings->prefix == NULL)
    return fail_usage (error, _ ("Say which clinic it is, by --id or by --prefix."));
  settings->url = g_strdup (argv[1]);
  if (!read_options (&said, settings, error)
      || !fill_secret (self, settings, HEMO_SERVER_S3, NULL, &said, error)
      || !check_settings (settings, HEMO_SERVER_S3, error))
    return FALSE;
  texts = fetch_rescues (self, settings, id, error);
  if (texts == NULL || !make_anew (self, texts, settings, administrator, error))
    return FALSE;
  hemo_cli_print (self, settings_to_json (settings, HEMO_SERVER_S3, TRUE), NULL);
  hemo_cli_say (self,
                _ ("This laptop now belongs to %s, as a new one. Set up the server for records "
                   "with hemogram-cli sync configure, then hemogram-cli sync once brings them."),
                hemo_key_file_get_clinic_name (hemo_clinic_get_key_file (self->clinic)));
  return TRUE;
}
