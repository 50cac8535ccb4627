/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Asks a token endpoint, and believes no more of its answer than it must. */

#include "hemo-token-client.h"

#include "hemo-sign-in.h"
#include "hemo-smart-key.h"
#include "hemo-token-json.h"

#include <glib/gi18n.h>
#include <openssl/crypto.h>
#include <string.h>

#define PEM_BEGIN "-----BEGIN"
#define ANSWER_MAX (256 * 1024)
#define BEARER "Bearer "
/* RFC 6749 lets a server not say how long; SMART asks for five minutes at most. */
#define LIFETIME_UNSAID (5 * G_TIME_SPAN_MINUTE)
#define LIFETIME_MAX G_TIME_SPAN_DAY
#define RENEW_BEFORE (30 * G_TIME_SPAN_SECOND)
#define REPLACED_WITHIN G_TIME_SPAN_MINUTE
/* Further off than an answer takes on the way. */
#define SKEW_MIN (2 * G_TIME_SPAN_SECOND)
#define WORDS_MAX 200

struct _HemoTokenClient
{
  char *client_id;
  char *scope;
  HemoSmartKey *key;
  HemoSecret *password;
  HemoHttpOptions options;
  /* The endpoint: as named, its server, and what is asked there. */
  char *url;
  HemoHttp *http;
  char *target;
  /* The token, until when by the clock of its server, and when it came. */
  HemoSecret *header;
  gint64 good_until;
  gint64 came_at;
  gboolean replaced;
  gboolean replacing;
};

static gboolean
refuse (GError **error, HemoRemoteError code, const char *message)
{
  g_set_error_literal (error, HEMO_REMOTE_ERROR, (int)code, message);
  return FALSE;
}

static gboolean
take_secret (HemoTokenClient *self, const char *secret, GError **error)
{
  char *copy;

  if (strstr (secret, PEM_BEGIN) != NULL)
    return (self->key = hemo_smart_key_parse (secret, error)) != NULL;
  copy = g_strdup (secret);
  self->password = hemo_secret_new_take (copy, strlen (copy) + 1);
  g_free (copy);
  return TRUE;
}

HemoTokenClient *
hemo_token_client_new (const char *client_id,
                       const char *secret,
                       const char *scope,
                       const HemoHttpOptions *options,
                       GError **error)
{
  g_autoptr (HemoTokenClient) self = g_new0 (HemoTokenClient, 1);

  self->options = *options;
  self->options.base = NULL;
  if (options->authorities != NULL)
    g_bytes_ref (options->authorities);
  self->options.clock
      = options->clock != NULL ? hemo_server_clock_ref (options->clock) : hemo_server_clock_new (0);
  self->client_id = g_strdup (client_id);
  self->scope = g_strdup (scope);
  return take_secret (self, secret, error) ? g_steal_pointer (&self) : NULL;
}

static void
drop_url (HemoTokenClient *self)
{
  g_clear_object (&self->http);
  g_clear_pointer (&self->url, g_free);
  g_clear_pointer (&self->target, g_free);
}

void
hemo_token_client_free (HemoTokenClient *self)
{
  if (self == NULL)
    return;
  drop_url (self);
  g_free (self->client_id);
  g_free (self->scope);
  g_clear_pointer (&self->key, hemo_smart_key_free);
  g_clear_pointer (&self->password, hemo_secret_unref);
  g_clear_pointer (&self->header, hemo_secret_unref);
  g_clear_pointer (&self->options.authorities, g_bytes_unref);
  hemo_server_clock_unref (self->options.clock);
  g_free (self);
}

/* Its own clock: the sign-in may be another computer than the one that keeps the records. */
static HemoHttp *
connect_to (HemoTokenClient *self, GUri *uri, GError **error)
{
  g_autoptr (HemoServerClock) clock
      = hemo_server_clock_new (hemo_server_clock_proven (self->options.clock));
  g_autofree char *base
      = g_uri_join (G_URI_FLAGS_ENCODED, g_uri_get_scheme (uri), g_uri_get_userinfo (uri),
                    g_uri_get_host (uri), g_uri_get_port (uri), "", NULL, g_uri_get_fragment (uri));
  HemoHttpOptions options = self->options;

  options.base = base;
  options.clock = clock;
  return hemo_http_new (&options, error);
}

static gboolean
may_name (HemoHttp *by, HemoHttp *named)
{
  return by == NULL || hemo_http_is_tls (named)
         || (!hemo_http_is_tls (by)
             && g_str_equal (hemo_http_get_host (by), hemo_http_get_host (named)));
}

gboolean
hemo_token_client_set_url (HemoTokenClient *self, const char *url, HemoHttp *by, GError **error)
{
  g_autoptr (GUri) uri = NULL;
  g_autoptr (HemoHttp) http = NULL;
  const char *path, *query;

  if (url == NULL)
    {
      drop_url (self);
      return TRUE;
    }
  uri = g_uri_parse (url, G_URI_FLAGS_ENCODED, NULL);
  if (uri == NULL)
    return refuse (
        error, HEMO_REMOTE_ERROR_REFUSED,
        N_ ("The address for tokens is none; it begins with https:// and then the name of "
            "a server."));
  http = connect_to (self, uri, error);
  if (http == NULL)
    return FALSE;
  if (!may_name (by, http))
    return refuse (
        error, HEMO_REMOTE_ERROR_REFUSED,
        N_ ("The server sends to another one for signing in, and without encryption; this "
            "is not done. Ask who runs the server for an address that begins with "
            "https://."));
  drop_url (self);
  path = g_uri_get_path (uri);
  query = g_uri_get_query (uri);
  self->target = g_strconcat (*path != '\0' ? path : "/", query != NULL ? "?" : "", query, NULL);
  self->url = g_strdup (url);
  self->http = g_steal_pointer (&http);
  return TRUE;
}

gboolean
hemo_token_client_has_url (HemoTokenClient *self)
{
  return self->http != NULL;
}

/* That of the sign-in server once it has said it, that of the other server until then. */
static gint64
now (HemoTokenClient *self)
{
  HemoServerClock *own = hemo_http_get_clock (self->http);

  return hemo_server_clock_now (hemo_server_clock_is_known (own) ? own : self->options.clock);
}

static void
free_wiped (char *text)
{
  if (text != NULL)
    OPENSSL_cleanse (text, strlen (text));
  g_free (text);
}

static void
add_field (GString *form, const char *name, const char *value)
{
  char *encoded = hemo_http_encode (value, FALSE);

  g_string_append_printf (form, "%s%s=%s", form->len > 0 ? "&" : "", name, encoded);
  free_wiped (encoded);
}

/* RFC 6749, section 2.3.1: both are encoded as in a form first. */
static gboolean
add_password (HemoTokenClient *self, HemoHttpRequest *request, GError **error)
{
  g_autofree char *name = hemo_http_encode (self->client_id, FALSE);
  char *password = hemo_http_encode ((const char *)hemo_secret_get_data (self->password), FALSE);
  g_autoptr (HemoSignIn) basic = hemo_sign_in_basic_new (name, password, error);

  free_wiped (password);
  return basic != NULL && hemo_sign_in_apply (basic, request, NULL, error);
}

static HemoHttpRequest *
make_request (HemoTokenClient *self, gint64 time, GError **error)
{
  g_autoptr (HemoHttpRequest) request = hemo_http_request_new ("POST", self->target);
  g_autoptr (GString) form = g_string_new (NULL);
  g_autoptr (GBytes) body = NULL;
  g_autofree char *assertion = NULL;

  add_field (form, "grant_type", "client_credentials");
  if (self->scope != NULL && *self->scope != '\0')
    add_field (form, "scope", self->scope);
  if (self->key == NULL && !add_password (self, request, error))
    return NULL;
  if (self->key != NULL)
    {
      assertion = hemo_smart_key_assert (self->key, self->client_id, self->url, time, error);
      if (assertion == NULL)
        return NULL;
      add_field (form, "client_assertion_type",
                 "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
      add_field (form, "client_assertion", assertion);
    }
  body = g_bytes_new (form->str, form->len);
  hemo_http_request_set_header (request, "Content-Type", "application/x-www-form-urlencoded");
  hemo_http_request_set_header (request, "Accept", "application/json");
  hemo_http_request_set_limit (request, ANSWER_MAX);
  hemo_http_request_set_body (request, body);
  return g_steal_pointer (&request);
}

/* Some servers write the number as a text. */
static gint64
get_lifetime (json_object *object)
{
  json_object *value;
  gint64 seconds;

  if (!json_object_object_get_ex (object, "expires_in", &value) || value == NULL)
    return LIFETIME_UNSAID;
  seconds = json_object_get_int64 (value);
  return CLAMP (seconds, 0, LIFETIME_MAX / G_USEC_PER_SEC) * G_USEC_PER_SEC;
}

HemoSecret *
hemo_token_parse (const char *json, gsize length, gint64 *lifetime, GError **error)
{
  g_autoptr (json_object) object = hemo_token_json_parse (json, length);
  const char *token, *type;
  char *header;
  HemoSecret *secret;

  if (object == NULL)
    {
      refuse (
          error, HEMO_REMOTE_ERROR_OFFLINE,
          N_ ("What answers at the address for tokens is no sign-in server; another network may be "
              "in between, or the address is wrong."));
      return NULL;
    }
  token = hemo_token_json_text (object, "access_token");
  type = hemo_token_json_text (object, "token_type");
  if (token == NULL || !hemo_sign_in_is_token (token)
      || (type != NULL && g_ascii_strcasecmp (type, "bearer") != 0))
    {
      refuse (error, HEMO_REMOTE_ERROR_DENIED,
              N_ ("The sign-in server did not give a token that can be used; check the address for "
                  "tokens with who runs it."));
      return NULL;
    }
  header = g_strconcat (BEARER, token, NULL);
  secret = hemo_secret_new_take (header, strlen (header) + 1);
  g_free (header);
  if (secret != NULL)
    *lifetime = get_lifetime (object);
  else
    refuse (error, HEMO_REMOTE_ERROR_BUSY, N_ ("There is not enough locked memory for a token."));
  return secret;
}

static const struct
{
  const char *code;
  const char *message;
} refusals[] = {
  { "invalid_client", N_ ("The sign-in server does not know this clinic by its client id and key. "
                          "Check the client id, "
                          "and give the public key to who runs the server.") },
  { "invalid_scope", N_ ("The sign-in server does not give this clinic the rights that it asks "
                         "for. Ask who runs it to "
                         "allow the scope, or enter another one in the settings.") },
  { "unauthorized_client",
    N_ ("The sign-in server does not let this clinic in without a person. Ask who runs it to allow "
        "'client credentials'.") },
  { "unsupported_grant_type",
    N_ ("The sign-in server lets nobody in without a person. Ask who runs it to allow 'client "
        "credentials'.") },
};

/* Its own words about it, where they are some. */
static char *
dup_words (json_object *object)
{
  const char *words = hemo_token_json_text (object, "error_description");

  if (words == NULL)
    words = hemo_token_json_text (object, "error");
  if (words == NULL)
    return NULL;
  return g_utf8_substring (words, 0, MIN (g_utf8_strlen (words, -1), WORDS_MAX));
}

static gboolean
refuse_status (const HemoHttpResponse *response, GError **error)
{
  gsize length = 0;
  const char *text = g_bytes_get_data (response->body, &length);
  g_autoptr (json_object) object = hemo_token_json_parse (text, length);
  const char *code = hemo_token_json_text (object, "error");
  g_autofree char *words = dup_words (object);
  const char *message
      = N_ ("The sign-in server does not sign this clinic in. Check the address for "
            "tokens, the client id and the key with who runs it.");

  if (code == NULL && response->status == 401)
    code = "invalid_client";
  for (gsize i = 0; code != NULL && i < G_N_ELEMENTS (refusals); i++)
    if (g_str_equal (refusals[i].code, code))
      message = refusals[i].message;
  g_set_error (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DENIED, "%s (status %u%s%s)", message,
               response->status, words != NULL ? ": " : "", words != NULL ? words : "");
  return FALSE;
}

static gboolean
take_answer (HemoTokenClient *self, const HemoHttpResponse *response, gint64 took, GError **error)
{
  gsize length = 0;
  const char *text = g_bytes_get_data (response->body, &length);
  HemoSecret *header;
  gint64 lifetime = 0;
  GError *cause = NULL;

  if (response->status >= 300 && response->status < 500 && response->status != 408
      && response->status != 425 && response->status != 429)
    return refuse_status (response, error);
  if (!hemo_http_check (response, &cause))
    {
      hemo_sign_in_take_error (error, cause);
      return FALSE;
    }
  header = hemo_token_parse (text, length, &lifetime, error);
  if (header == NULL)
    return FALSE;
  g_clear_pointer (&self->header, hemo_secret_unref);
  self->header = header;
  self->good_until = now (self) - took + lifetime - MIN (RENEW_BEFORE, lifetime / 2);
  self->came_at = g_get_monotonic_time ();
  self->replaced = self->replacing;
  self->replacing = FALSE;
  return TRUE;
}

/* What was signed at a time that is not the server's is signed once more. */
static gboolean
was_skewed (HemoTokenClient *self, const HemoHttpResponse *response, gint64 expected)
{
  return self->key != NULL && response->status >= 400 && response->status < 500
         && ABS (now (self) - expected) > SKEW_MIN;
}

static gboolean
ask (HemoTokenClient *self, GCancellable *cancellable, GError **error)
{
  for (int attempt = 0;; attempt++)
    {
      gint64 began_at = g_get_monotonic_time (), time = now (self), took;
      g_autoptr (HemoHttpRequest) request = make_request (self, time, error);
      g_autoptr (HemoHttpResponse) response = NULL;
      GError *cause = NULL;

      if (request == NULL)
        return FALSE;
      response = hemo_http_send (self->http, request, cancellable, &cause);
      if (response == NULL)
        {
          hemo_sign_in_take_error (error, cause);
          return FALSE;
        }
      took = g_get_monotonic_time () - began_at;
      if (attempt > 0 || !was_skewed (self, response, time + took))
        return take_answer (self, response, took, error);
    }
}

HemoSecret *
hemo_token_client_get_header (HemoTokenClient *self, GCancellable *cancellable, GError **error)
{
  if (self->http == NULL)
    {
      refuse (error, HEMO_REMOTE_ERROR_DENIED, N_ ("Where to ask for a token is not known."));
      return NULL;
    }
  if (self->header != NULL && now (self) < self->good_until)
    return hemo_secret_ref (self->header);
  g_clear_pointer (&self->header, hemo_secret_unref);
  if (g_get_monotonic_time () < hemo_http_get_retry_at (self->http))
    {
      refuse (error, HEMO_REMOTE_ERROR_BUSY,
              N_ ("The sign-in server asks to be left alone for a while."));
      return NULL;
    }
  return ask (self, cancellable, error) ? hemo_secret_ref (self->header) : NULL;
}

gboolean
hemo_token_client_forget (HemoTokenClient *self)
{
  if (self->header == NULL
      || (self->replaced && g_get_monotonic_time () - self->came_at < REPLACED_WITHIN))
    return FALSE;
  g_clear_pointer (&self->header, hemo_secret_unref);
  self->replacing = TRUE;
  return TRUE;
}
