/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Settings of servers as JSON, and what is opened with them. */

#include "hemo-sync-settings.h"

#include "hemo-json.h"
#include "hemo-server-keys.h"
#include "hemo-sign-in-sigv4.h"

#include <glib/gi18n.h>
#include <json-c/json.h>
#include <openssl/crypto.h>
#include <string.h>

#define TEXT_MAX 65536
#define BITS_OF_A_BYTE 8

static const char *const sign_ins[] = { "none", "basic", "bearer", "smart", "sigv4" };

typedef enum
{
  TEXT,
  FLAG,
  NUMBER,
} FieldType;

#define FIELD(name, type) { #name, type, G_STRUCT_OFFSET (HemoServerSettings, name) }

static const struct
{
  const char *name;
  FieldType type;
  gsize offset;
} fields[] = {
  FIELD (url, TEXT),        FIELD (authority, TEXT),    FIELD (allow_plain, FLAG),
  FIELD (user, TEXT),       FIELD (secret, TEXT),       FIELD (token_url, TEXT),
  FIELD (scope, TEXT),      FIELD (region, TEXT),       FIELD (bucket, TEXT),
  FIELD (prefix, TEXT),     FIELD (virtual_host, FLAG), FIELD (kms, FLAG),
  FIELD (kms_key, TEXT),    FIELD (role, TEXT),         FIELD (sts_url, TEXT),
  FIELD (kilobits, NUMBER), FIELD (from_hour, NUMBER),  FIELD (to_hour, NUMBER),
  FIELD (metered, FLAG),    FIELD (stall_ms, NUMBER),
};

const char *
hemo_sync_sign_in_to_code (HemoSyncSignIn sign_in)
{
  return (guint)sign_in < G_N_ELEMENTS (sign_ins) ? sign_ins[sign_in] : NULL;
}

static gboolean
refuse (GError **error, const char *text)
{
  g_set_error_literal (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_REFUSED, text);
  return FALSE;
}

gboolean
hemo_sync_sign_in_from_code (const char *code, HemoSyncSignIn *out, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (sign_ins); i++)
    if (g_strcmp0 (code, sign_ins[i]) == 0)
      {
        *out = (HemoSyncSignIn)i;
        return TRUE;
      }
  return refuse (error, "The sign-in is none, basic, bearer, smart or sigv4.");
}

HemoServerSettings *
hemo_server_settings_new (void)
{
  return g_new0 (HemoServerSettings, 1);
}

void
hemo_server_settings_free (HemoServerSettings *self)
{
  if (self->secret != NULL)
    OPENSSL_cleanse (self->secret, strlen (self->secret));
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (fields[i].type == TEXT)
      g_free (G_STRUCT_MEMBER (char *, self, fields[i].offset));
  g_free (self);
}

HemoServerSettings *
hemo_server_settings_copy (const HemoServerSettings *self)
{
  HemoServerSettings *copy = g_memdup2 (self, sizeof *self);

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (fields[i].type == TEXT)
      G_STRUCT_MEMBER (char *, copy, fields[i].offset)
          = g_strdup (G_STRUCT_MEMBER (char *, self, fields[i].offset));
  return copy;
}

/* Where json-c keeps it. */
static void
forget_secret (json_object *json)
{
  json_object *value;

  if (json_object_object_get_ex (json, "secret", &value)
      && json_object_is_type (value, json_type_string))
    OPENSSL_cleanse ((char *)json_object_get_string (value),
                     (size_t)json_object_get_string_len (value));
}

char *
hemo_server_settings_to_json (const HemoServerSettings *self)
{
  json_object *json = json_object_new_object ();
  char *text;

  hemo_json_add (json, "sign_in", json_object_new_string (sign_ins[self->sign_in]));
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      const char *value;

      switch (fields[i].type)
        {
        case FLAG:
          hemo_json_add (
              json, fields[i].name,
              json_object_new_boolean (G_STRUCT_MEMBER (gboolean, self, fields[i].offset)));
          break;
        case NUMBER:
          hemo_json_add (json, fields[i].name,
                         json_object_new_int64 (G_STRUCT_MEMBER (guint, self, fields[i].offset)));
          break;
        case TEXT:
        default:
          value = G_STRUCT_MEMBER (char *, self, fields[i].offset);
          if (value != NULL && *value != '\0')
            hemo_json_add (json, fields[i].name, json_object_new_string (value));
        }
    }
  text = hemo_json_to_text (json, JSON_C_TO_STRING_PLAIN);
  forget_secret (json);
  json_object_put (json);
  return text;
}

static gboolean
read_field (HemoServerSettings *self, guint i, json_object *value)
{
  gint64 number;

  switch (fields[i].type)
    {
    case FLAG:
      G_STRUCT_MEMBER (gboolean, self, fields[i].offset) = json_object_get_boolean (value);
      return json_object_is_type (value, json_type_boolean);
    case NUMBER:
      number = json_object_get_int64 (value);
      G_STRUCT_MEMBER (guint, self, fields[i].offset) = (guint)number;
      return json_object_is_type (value, json_type_int) && number >= 0 && number <= G_MAXINT;
    case TEXT:
    default:
      if (!json_object_is_type (value, json_type_string)
          || json_object_get_string_len (value) > TEXT_MAX)
        return FALSE;
      G_STRUCT_MEMBER (char *, self, fields[i].offset) = g_strdup (json_object_get_string (value));
      return TRUE;
    }
}

HemoServerSettings *
hemo_server_settings_parse (const char *json, GError **error)
{
  g_autoptr (HemoServerSettings) self = hemo_server_settings_new ();
  json_object *parsed = hemo_json_read_stored (json);
  json_object *value;
  gboolean good = json_object_is_type (parsed, json_type_object);

  for (guint i = 0; good && i < G_N_ELEMENTS (fields); i++)
    if (json_object_object_get_ex (parsed, fields[i].name, &value))
      good = read_field (self, i, value);
  if (good && json_object_object_get_ex (parsed, "sign_in", &value))
    good = hemo_sync_sign_in_from_code (json_object_get_string (value), &self->sign_in, NULL);
  forget_secret (parsed);
  json_object_put (parsed);
  if (good)
    return g_steal_pointer (&self);
  refuse (error, "These are no settings of a server.");
  return NULL;
}

static gboolean
is_empty (const char *text)
{
  return text == NULL || *text == '\0';
}

/* Where keys are lent, there must be who says who asks. */
static gboolean
check_role (const HemoServerSettings *self, GError **error)
{
  if (is_empty (self->role))
    return TRUE;
  if (is_empty (self->token_url))
    return refuse (error,
                   N_ ("With a role, the address where the clinic gets its token is needed."));
  return (!is_empty (self->user) && !is_empty (self->secret))
         || refuse (error, N_ ("With a role, a client id and its private key are needed."));
}

static gboolean
check_sign_in (const HemoServerSettings *self, GError **error)
{
  switch (self->sign_in)
    {
    case HEMO_SYNC_SIGN_IN_BASIC:
      return (!is_empty (self->user) && !is_empty (self->secret))
             || refuse (error, N_ ("A name and a password are needed for this sign-in."));
    case HEMO_SYNC_SIGN_IN_BEARER:
      return !is_empty (self->secret) || refuse (error, N_ ("A token is needed for this sign-in."));
    case HEMO_SYNC_SIGN_IN_SMART:
      return (!is_empty (self->user) && !is_empty (self->secret))
             || refuse (error, N_ ("A client id and a private key are needed for this sign-in."));
    case HEMO_SYNC_SIGN_IN_SIGV4:
      if (is_empty (self->user) || is_empty (self->secret) || is_empty (self->region))
        return refuse (error, N_ ("An access key, its secret and a region are needed for this "
                                  "sign-in."));
      return check_role (self, error);
    case HEMO_SYNC_SIGN_IN_NONE:
    default:
      return TRUE;
    }
}

gboolean
hemo_server_settings_check (const HemoServerSettings *self, const char *kind, GError **error)
{
  if (is_empty (self->url))
    return refuse (error, N_ ("The address of the server is missing, such as "
                              "'https://fhir.example.org/r4'."));
  if (self->from_hour > 24 || self->to_hour > 24)
    return refuse (error, N_ ("Hours of the day go from 0 to 24."));
  if (strcmp (kind, HEMO_SERVER_S3) != 0)
    return check_sign_in (self, error);
  if (is_empty (self->bucket))
    return refuse (error, N_ ("The name of the bucket is missing."));
  if (!check_role (self, error))
    return FALSE;
  if (is_empty (self->user) || is_empty (self->secret))
    return refuse (error, N_ ("An access key and its secret are needed."));
  return TRUE;
}

gboolean
hemo_server_settings_is_another (const HemoServerSettings *self, const HemoServerSettings *before)
{
  return g_strcmp0 (self->url, before->url) != 0 || g_strcmp0 (self->bucket, before->bucket) != 0
         || g_strcmp0 (self->prefix, before->prefix) != 0;
}

static gboolean
is_other (const char *text, const char *before)
{
  return g_strcmp0 (text != NULL ? text : "", before != NULL ? before : "") != 0;
}

gboolean
hemo_server_settings_is_other_account (const HemoServerSettings *self,
                                       const HemoServerSettings *before)
{
  if (hemo_server_settings_is_another (self, before))
    return FALSE;
  if (self->sign_in != before->sign_in)
    return TRUE;
  /* A token has no name beside it. */
  if (self->sign_in == HEMO_SYNC_SIGN_IN_BEARER)
    return is_other (self->secret, before->secret);
  return is_other (self->user, before->user) || is_other (self->role, before->role)
         || is_other (self->token_url, before->token_url) || is_other (self->scope, before->scope);
}

gboolean
hemo_server_settings_is_same_host (const HemoServerSettings *self, const HemoServerSettings *other)
{
  g_autoptr (GUri) mine
      = self->url != NULL ? g_uri_parse (self->url, G_URI_FLAGS_ENCODED, NULL) : NULL;
  g_autoptr (GUri) theirs
      = other->url != NULL ? g_uri_parse (other->url, G_URI_FLAGS_ENCODED, NULL) : NULL;

  return mine != NULL && theirs != NULL
         && g_strcmp0 (g_uri_get_scheme (mine), g_uri_get_scheme (theirs)) == 0
         && g_uri_get_host (mine) != NULL && g_uri_get_host (theirs) != NULL
         && g_ascii_strcasecmp (g_uri_get_host (mine), g_uri_get_host (theirs)) == 0
         && g_uri_get_port (mine) == g_uri_get_port (theirs);
}

static HemoHttpOptions
make_options (const HemoServerSettings *self, HemoServerClock *clock, GBytes *authorities)
{
  return (HemoHttpOptions){ .base = self->url,
                            .authorities = authorities,
                            .allow_plain = self->allow_plain,
                            .bytes_per_second = (guint64)self->kilobits * 1000 / BITS_OF_A_BYTE,
                            .stall_timeout_ms = self->stall_ms,
                            .clock = clock };
}

static GBytes *
dup_authorities (const HemoServerSettings *self)
{
  return is_empty (self->authority) ? NULL
                                    : g_bytes_new (self->authority, strlen (self->authority));
}

HemoHttp *
hemo_server_settings_open (const HemoServerSettings *self, HemoServerClock *clock, GError **error)
{
  g_autoptr (GBytes) authorities = dup_authorities (self);
  HemoHttpOptions options = make_options (self, clock, authorities);

  return hemo_http_new (&options, error);
}

HemoSignIn *
hemo_server_settings_sign_in (const HemoServerSettings *self, HemoHttp *http, GError **error)
{
  g_autoptr (HemoS3KeyRing) ring = NULL;

  if (!check_sign_in (self, error))
    return NULL;
  switch (self->sign_in)
    {
    case HEMO_SYNC_SIGN_IN_BASIC:
      return hemo_sign_in_basic_new (self->user, self->secret, error);
    case HEMO_SYNC_SIGN_IN_BEARER:
      return hemo_sign_in_bearer_new (self->secret, error);
    case HEMO_SYNC_SIGN_IN_SMART:
      return hemo_server_keys_smart (self, http, hemo_http_get_clock (http), error);
    case HEMO_SYNC_SIGN_IN_SIGV4:
      ring = hemo_server_keys_ring (self, "hemogram", hemo_http_get_clock (http), error);
      return ring != NULL ? hemo_sign_in_sigv4_new (http, ring, self->region, HEMO_SIGV4_HEALTHLAKE)
                          : NULL;
    case HEMO_SYNC_SIGN_IN_NONE:
    default:
      return hemo_sign_in_none_new ();
    }
}

HemoS3 *
hemo_server_settings_open_s3 (const HemoServerSettings *self,
                              const char *clinic,
                              HemoServerClock *clock,
                              GError **error)
{
  g_autoptr (GBytes) authorities = dup_authorities (self);
  HemoHttpOptions server = make_options (self, clock, authorities);
  g_autofree char *prefix = NULL;
  g_autofree char *session = g_strconcat ("hemogram-", clinic, NULL);
  g_autoptr (HemoS3KeyRing) ring = NULL;

  if (!hemo_server_settings_check (self, HEMO_SERVER_S3, error))
    return NULL;
  ring = hemo_server_keys_ring (self, session, clock, error);
  if (ring == NULL)
    return NULL;
  prefix = is_empty (self->prefix) ? g_strconcat (clinic, "/", NULL) : g_strdup (self->prefix);
  return hemo_s3_new (
      &server,
      &(HemoS3Options){ .region = is_empty (self->region) ? "us-east-1" : self->region,
                        .bucket = self->bucket,
                        .virtual_host = self->virtual_host,
                        .prefix = prefix,
                        .kms = self->kms,
                        .kms_key = self->kms_key,
                        .keys = ring },
      error);
}

gboolean
hemo_server_settings_allows_hour (const HemoServerSettings *self, guint hour)
{
  if (self->from_hour == self->to_hour)
    return TRUE;
  if (self->from_hour < self->to_hour)
    return hour >= self->from_hour && hour < self->to_hour;
  return hour >= self->from_hour || hour < self->to_hour;
}
