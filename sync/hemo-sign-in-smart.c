/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Finds where to sign in, and puts the token that comes from there into requests. */

#include "hemo-sign-in-smart.h"

#include "hemo-token-client.h"
#include "hemo-token-json.h"

#include <glib/gi18n.h>
#include <string.h>

#define CONFIGURATION "/.well-known/smart-configuration"
#define CONFIGURATION_MAX (256 * 1024)
#define BEARER "Bearer "

struct _HemoSignInSmart
{
  GObject parent_instance;

  HemoHttp *records;
  HemoTokenClient *client;
  /* The records' server said where, so that it may say it anew. */
  gboolean found;
};

static char *
parse_configuration (const HemoHttpResponse *response, GError **error)
{
  gsize length = 0;
  const char *text = g_bytes_get_data (response->body, &length);
  g_autoptr (json_object) object
      = response->status == 200 ? hemo_token_json_parse (text, length) : NULL;
  const char *url = hemo_token_json_text (object, "token_endpoint");

  if (url != NULL)
    return g_strdup (url);
  g_set_error_literal (
      error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DENIED,
      N_ ("The server does not say where to sign in. Ask who runs it for the address "
          "for tokens, and enter it in the settings."));
  return NULL;
}

/* For good: such a server has no such file, or keeps it from who has not signed in. */
static gboolean
is_refused (const HemoHttpResponse *response)
{
  return response->status >= 400 && response->status < 500 && response->status != 408
         && response->status != 425 && response->status != 429;
}

static char *
ask_configuration (HemoSignInSmart *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (HemoHttpRequest) request = hemo_http_request_new ("GET", CONFIGURATION);
  g_autoptr (HemoHttpResponse) response = NULL;
  GError *cause = NULL;

  hemo_http_request_set_header (request, "Accept", "application/json");
  hemo_http_request_set_limit (request, CONFIGURATION_MAX);
  response = hemo_http_send (self->records, request, cancellable, &cause);
  if (response != NULL && (is_refused (response) || hemo_http_check (response, &cause)))
    return parse_configuration (response, error);
  hemo_sign_in_take_error (error, cause);
  return NULL;
}

static gboolean
find (HemoSignInSmart *self, GCancellable *cancellable, GError **error)
{
  g_autofree char *url = NULL;
  GError *cause = NULL;

  if (hemo_token_client_has_url (self->client))
    return TRUE;
  url = ask_configuration (self, cancellable, error);
  if (url == NULL)
    return FALSE;
  self->found = hemo_token_client_set_url (self->client, url, self->records, &cause);
  if (!self->found)
    hemo_sign_in_take_error (error, cause);
  return self->found;
}

static HemoSecret *
get_header (HemoSignInSmart *self, GCancellable *cancellable, GError **error)
{
  GError *cause = NULL;
  HemoSecret *header;

  if (!find (self, cancellable, error))
    return NULL;
  header = hemo_token_client_get_header (self->client, cancellable, &cause);
  if (header != NULL)
    return header;
  /* It may have moved. */
  if (self->found && g_error_matches (cause, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DENIED))
    hemo_token_client_set_url (self->client, NULL, NULL, NULL);
  g_propagate_error (error, cause);
  return NULL;
}

static gboolean
smart_apply (HemoSignIn *sign_in,
             HemoHttpRequest *request,
             GCancellable *cancellable,
             GError **error)
{
  g_autoptr (HemoSecret) header = get_header (HEMO_SIGN_IN_SMART (sign_in), cancellable, error);

  if (header == NULL)
    return FALSE;
  hemo_http_request_set_header (request, "Authorization",
                                (const char *)hemo_secret_get_data (header));
  return TRUE;
}

/* 403 is what the clinic may not do, with this token or the next. */
static gboolean
smart_forget (HemoSignIn *sign_in, guint status)
{
  return status == 401 && hemo_token_client_forget (HEMO_SIGN_IN_SMART (sign_in)->client);
}

static void
sign_in_init (HemoSignInInterface *interface)
{
  interface->apply = smart_apply;
  interface->forget = smart_forget;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (HemoSignInSmart,
                               hemo_sign_in_smart,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (HEMO_TYPE_SIGN_IN, sign_in_init))

static void
hemo_sign_in_smart_finalize (GObject *object)
{
  HemoSignInSmart *self = HEMO_SIGN_IN_SMART (object);

  g_clear_object (&self->records);
  hemo_token_client_free (self->client);
  G_OBJECT_CLASS (hemo_sign_in_smart_parent_class)->finalize (object);
}

static void
hemo_sign_in_smart_class_init (HemoSignInSmartClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hemo_sign_in_smart_finalize;
}

static void
hemo_sign_in_smart_init (HemoSignInSmart *self)
{
}

HemoSignIn *
hemo_sign_in_smart_new (HemoHttp *records, const HemoSmartOptions *options, GError **error)
{
  g_autoptr (HemoSignInSmart) self = g_object_new (HEMO_TYPE_SIGN_IN_SMART, NULL);

  self->client = hemo_token_client_new (options->client_id, options->private_key,
                                        options->scope != NULL ? options->scope : HEMO_SMART_SCOPE,
                                        &options->connection, error);
  if (self->client == NULL)
    return NULL;
  if (options->token_url == NULL && records == NULL)
    {
      g_set_error_literal (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_REFUSED,
                           N_ ("The address for tokens is missing; ask who runs the server."));
      return NULL;
    }
  if (options->token_url != NULL
      && !hemo_token_client_set_url (self->client, options->token_url, NULL, error))
    return NULL;
  g_set_object (&self->records, records);
  return HEMO_SIGN_IN (g_steal_pointer (&self));
}

char *
hemo_sign_in_smart_dup_token (HemoSignInSmart *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (HemoSecret) header = get_header (self, cancellable, error);

  return header != NULL ? g_strdup ((const char *)hemo_secret_get_data (header) + strlen (BEARER))
                        : NULL;
}
