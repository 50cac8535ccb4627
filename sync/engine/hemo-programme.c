/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reads a programme's file. */

#include "hemo-programme-private.h"

#include "hemo-cms.h"
#include "hemo-json.h"
#include "hemo-range-table.h"

#include <glib/gi18n.h>
#include <string.h>

#define FORMAT "hemogram-programme-1"
#define NAME_MAX_BYTES 200
#define CERTIFICATES_MAX 32
#define DEPTH 8
const char *const hemo_programme_servers[HEMO_PROGRAMME_SERVERS]
    = { HEMO_SERVER_FHIR, HEMO_SERVER_S3 };

static void
certificate_free (HemoProgrammeCertificate *self)
{
  g_free (self->name);
  g_free (self->fingerprint);
  g_clear_pointer (&self->certificate, g_bytes_unref);
  g_free (self);
}

void
hemo_programme_free (HemoProgramme *self)
{
  g_free (self->programme);
  g_free (self->name);
  g_free (self->signer);
  g_free (self->digest);
  g_free (self->sha256);
  g_clear_pointer (&self->effects, g_ptr_array_unref);
  g_clear_pointer (&self->ranges, g_ptr_array_unref);
  g_clear_pointer (&self->certificates, g_ptr_array_unref);
  for (guint i = 0; i < HEMO_PROGRAMME_SERVERS; i++)
    g_clear_pointer (&self->servers[i], hemo_server_settings_free);
  g_free (self);
}

static gboolean
fail (GError **error)
{
  g_set_error_literal (
      error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DAMAGED,
      N_ ("This is not a whole file of a programme. Copy it again or ask for a new "
          "one."));
  return FALSE;
}

/* As hemo_json_get_text(), and NULL when it is empty. */
static const char *
get_text (json_object *object, const char *key, gsize limit)
{
  const char *text = hemo_json_get_text (object, key, limit);

  return text != NULL && *text != '\0' ? text : NULL;
}

static json_object *
parse_json (GBytes *content)
{
  gsize length = 0;
  const char *text = g_bytes_get_data (content, &length);
  json_object *object = hemo_json_read (text, length, DEPTH, JSON_TOKENER_VALIDATE_UTF8);

  if (!json_object_is_type (object, json_type_object))
    g_clear_pointer (&object, json_object_put);
  return object;
}

static gboolean
read_ranges (HemoProgramme *self, json_object *object, GError **error)
{
  json_object *member;
  const char *csv;

  if (!json_object_object_get_ex (object, "ranges", &member))
    return TRUE;
  csv = get_text (object, "ranges", HEMO_PROGRAMME_LIMIT);
  if (csv == NULL)
    return fail (error);
  self->ranges = hemo_ranges_parse (csv, strlen (csv), error);
  return self->ranges != NULL;
}

static gboolean
read_certificate (HemoProgramme *self, json_object *entry, GError **error)
{
  const char *name = NULL, *pem = NULL;
  g_autoptr (GBytes) bytes = NULL;
  GBytes *der;
  HemoProgrammeCertificate *certificate;

  if (json_object_is_type (entry, json_type_object))
    {
      name = get_text (entry, "name", NAME_MAX_BYTES);
      pem = get_text (entry, "certificate", 64 * 1024);
    }
  if (name == NULL || pem == NULL)
    return fail (error);
  bytes = g_bytes_new (pem, strlen (pem));
  der = hemo_certificate_check (bytes, error);
  if (der == NULL)
    return FALSE;
  certificate = g_new0 (HemoProgrammeCertificate, 1);
  certificate->name = g_strdup (name);
  certificate->certificate = der;
  certificate->fingerprint = hemo_certificate_fingerprint (der);
  g_ptr_array_add (self->certificates, certificate);
  return TRUE;
}

static gboolean
read_certificates (HemoProgramme *self, json_object *object, GError **error)
{
  json_object *array;

  self->certificates = g_ptr_array_new_with_free_func ((GDestroyNotify)certificate_free);
  if (!json_object_object_get_ex (object, "certificates", &array))
    return TRUE;
  if (!json_object_is_type (array, json_type_array)
      || json_object_array_length (array) > CERTIFICATES_MAX)
    return fail (error);
  for (size_t i = 0; i < json_object_array_length (array); i++)
    if (!read_certificate (self, json_object_array_get_idx (array, i), error))
      return FALSE;
  return TRUE;
}

/* Names, secrets, limits and whether plain http is taken are each clinic's own. */
static void
forget_own (HemoServerSettings *settings)
{
  g_clear_pointer (&settings->user, g_free);
  g_clear_pointer (&settings->secret, g_free);
  g_clear_pointer (&settings->prefix, g_free);
  settings->allow_plain = FALSE;
  settings->metered = FALSE;
  settings->kilobits = settings->from_hour = settings->to_hour = settings->stall_ms = 0;
}

static gboolean
read_server (HemoProgramme *self, guint kind, json_object *servers, GError **error)
{
  json_object *member;
  g_autoptr (HemoServerSettings) settings = NULL;
  g_autoptr (HemoServerClock) clock = hemo_server_clock_new (0);
  g_autoptr (HemoHttp) http = NULL;

  if (!json_object_object_get_ex (servers, hemo_programme_servers[kind], &member))
    return TRUE;
  settings = hemo_server_settings_parse (json_object_to_json_string (member), error);
  if (settings == NULL)
    return FALSE;
  forget_own (settings);
  if (settings->url == NULL || (kind == 1 && settings->bucket == NULL))
    return fail (error);
  /* An address or an authority that cannot be used is told now. */
  http = hemo_server_settings_open (settings, clock, error);
  if (http == NULL)
    return FALSE;
  self->servers[kind] = g_steal_pointer (&settings);
  return TRUE;
}

static gboolean
read_servers (HemoProgramme *self, json_object *object, GError **error)
{
  json_object *servers;

  if (!json_object_object_get_ex (object, "servers", &servers))
    return TRUE;
  if (!json_object_is_type (servers, json_type_object))
    return fail (error);
  for (guint i = 0; i < HEMO_PROGRAMME_SERVERS; i++)
    if (!read_server (self, i, servers, error))
      return FALSE;
  return TRUE;
}

static gboolean
read_head (HemoProgramme *self, json_object *object, GError **error)
{
  json_object *serial;

  self->programme = g_strdup (get_text (object, "programme", 36));
  self->name = g_strdup (get_text (object, "name", NAME_MAX_BYTES));
  if (g_strcmp0 (get_text (object, "format", 64), FORMAT) != 0 || self->programme == NULL
      || !hemo_uuid_is_valid (self->programme) || self->name == NULL
      || !json_object_object_get_ex (object, "serial", &serial)
      || !json_object_is_type (serial, json_type_int))
    return fail (error);
  self->serial = json_object_get_int64 (serial);
  return (self->serial > 0 && self->serial < G_MAXINT32) || fail (error);
}

static gboolean
read_content (HemoProgramme *self, GBytes *content, GError **error)
{
  json_object *object = parse_json (content);
  gboolean good;

  if (object == NULL)
    return fail (error);
  good = read_head (self, object, error) && read_ranges (self, object, error)
         && read_certificates (self, object, error) && read_servers (self, object, error);
  json_object_put (object);
  return good;
}

gboolean
hemo_programme_check_content (GBytes *content, GError **error)
{
  g_autoptr (HemoProgramme) self = g_new0 (HemoProgramme, 1);

  return read_content (self, content, error);
}

HemoProgramme *
hemo_programme_parse (GBytes *file, GError **error)
{
  g_autoptr (HemoProgramme) self = g_new0 (HemoProgramme, 1);
  g_autoptr (GBytes) certificate = NULL;
  g_autoptr (GBytes) content
      = hemo_cms_open_signed (file, HEMO_PROGRAMME_LIMIT, &certificate, error);

  if (content == NULL)
    return NULL;
  self->signer = hemo_certificate_fingerprint (certificate);
  self->sha256 = hemo_sha256 (file);
  return read_content (self, content, error) ? g_steal_pointer (&self) : NULL;
}
