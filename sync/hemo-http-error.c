/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What went wrong on the way to a server, in words that say what to do. */

#include "hemo-http.h"

#include "hemo-http-private.h"

#include <glib/gi18n.h>
#include <openssl/x509_vfy.h>
#include <string.h>

typedef struct
{
  guint status;
  HemoRemoteError code;
  const char *message;
} Meaning;

static const Meaning meanings[] = {
  { 401, HEMO_REMOTE_ERROR_DENIED,
    N_ ("The server did not accept how this clinic signs in; check the sign-in in the settings.") },
  { 403, HEMO_REMOTE_ERROR_DENIED,
    N_ ("The server does not let this clinic do this; ask who runs it for the right.") },
  { 404, HEMO_REMOTE_ERROR_NOT_FOUND, N_ ("The server has nothing of that name.") },
  { 407, HEMO_REMOTE_ERROR_PROXY,
    N_ ("The proxy of this network wants a name and a password; enter them in the system's network "
        "settings.") },
  { 408, HEMO_REMOTE_ERROR_BUSY, N_ ("The server waited too long for the next bytes.") },
  { 409, HEMO_REMOTE_ERROR_CONFLICT, N_ ("The server holds another version.") },
  { 410, HEMO_REMOTE_ERROR_NOT_FOUND, N_ ("The server no longer has this.") },
  { 412, HEMO_REMOTE_ERROR_CONFLICT, N_ ("The server holds another version.") },
  { 413, HEMO_REMOTE_ERROR_TOO_LARGE, N_ ("This is larger than the server takes.") },
  { 425, HEMO_REMOTE_ERROR_BUSY, N_ ("The server asks to try again.") },
  { 429, HEMO_REMOTE_ERROR_BUSY, N_ ("The server asks to be sent less at a time.") },
  { 503, HEMO_REMOTE_ERROR_BUSY, N_ ("The server is busy.") },
  { 511, HEMO_REMOTE_ERROR_OFFLINE,
    N_ ("This network wants a sign-in before it lets anything through; open a web page in a "
        "browser.") },
};

static Meaning
mean (guint status)
{
  Meaning meaning = { status, HEMO_REMOTE_ERROR_REFUSED, N_ ("The server refuses this.") };

  for (gsize i = 0; i < G_N_ELEMENTS (meanings); i++)
    if (meanings[i].status == status)
      return meanings[i];
  if (status >= 500)
    return (Meaning){ status, HEMO_REMOTE_ERROR_BUSY, N_ ("The server has a fault of its own.") };
  if (status < 400)
    return (Meaning){ status, HEMO_REMOTE_ERROR_PROTOCOL,
                      N_ ("The server answered in a way that it should not.") };
  return meaning;
}

void
hemo_http_set_error (GError **error, guint status, const char *detail)
{
  Meaning meaning = mean (status);

  if (detail != NULL && *detail != '\0')
    g_set_error (error, HEMO_REMOTE_ERROR, (int)meaning.code, "%s (status %u: %s)", meaning.message,
                 status, detail);
  else
    g_set_error (error, HEMO_REMOTE_ERROR, (int)meaning.code, "%s (status %u)", meaning.message,
                 status);
}

gboolean
hemo_http_check (const HemoHttpResponse *response, GError **error)
{
  gboolean success = response->status >= 200 && response->status < 300;

  if (success && !hemo_http_response_is_page (response))
    return TRUE;
  if (success)
    g_set_error_literal (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_OFFLINE,
                         N_ ("Another network answers with a web page of its own; it may want a "
                             "sign-in in a browser."));
  else
    hemo_http_set_error (error, response->status, NULL);
  return FALSE;
}

/* Whether the handshake was cut rather than refused. */
static gboolean
was_cut (const char *detail)
{
  return strstr (detail, "SYSCALL") != NULL || strstr (detail, "eset by peer") != NULL
         || strstr (detail, "unexpected eof") != NULL || strstr (detail, "timed out") != NULL;
}

static void
set_tls_error (GError **error, CURL *easy, const char *detail, HemoServerClock *clock)
{
  HemoRemoteError code = HEMO_REMOTE_ERROR_TLS;
  const char *message
      = N_ ("The server could not prove that it is the right one; another network may "
            "be in between, or its authority must be added by an administrator.");
  long verified = X509_V_OK;

  curl_easy_getinfo (easy, CURLINFO_SSL_VERIFYRESULT, &verified);
  if (verified == X509_V_ERR_CERT_NOT_YET_VALID
      || (verified == X509_V_ERR_CERT_HAS_EXPIRED
          && !hemo_server_clock_system_is_plausible (clock)))
    {
      code = HEMO_REMOTE_ERROR_CLOCK;
      message
          = N_ ("The certificate of the server does not fit the date of this computer; check date "
                "and time in the system's settings.");
    }
  else if (verified == X509_V_ERR_CERT_HAS_EXPIRED)
    message = N_ ("The certificate of the server has expired; tell who runs it.");
  else if (verified == X509_V_OK && was_cut (detail))
    {
      code = HEMO_REMOTE_ERROR_OFFLINE;
      message = N_ ("The connection broke while it was made.");
    }
  g_set_error_literal (error, HEMO_REMOTE_ERROR, (int)code, message);
}

static const char *
describe (CURLcode code)
{
  switch (code)
    {
    case CURLE_COULDNT_RESOLVE_HOST:
      return N_ ("The name of the server is not found; there may be no connection.");
    case CURLE_COULDNT_CONNECT:
      return N_ ("The server is not reached.");
    case CURLE_OPERATION_TIMEDOUT:
      return N_ ("The server did not answer in time.");
    default:
      return N_ ("The connection broke.");
    }
}

void
hemo_http_set_transport_error (
    GError **error, CURL *easy, CURLcode code, const char *detail, HemoServerClock *clock)
{
  long proxy_status = 0;

  curl_easy_getinfo (easy, CURLINFO_HTTP_CONNECTCODE, &proxy_status);
  if (proxy_status == 407)
    hemo_http_set_error (error, 407, NULL);
  else if (code == CURLE_COULDNT_RESOLVE_PROXY || code == CURLE_PROXY || proxy_status >= 300)
    g_set_error_literal (
        error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_PROXY,
        N_ ("The proxy of this network does not let the connection through; check the "
            "system's network settings."));
  else if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CONNECT_ERROR
           || code == CURLE_SSL_CACERT_BADFILE || code == CURLE_SSL_CERTPROBLEM
           || code == CURLE_SSL_CIPHER)
    set_tls_error (error, easy, detail, clock);
  else if (code == CURLE_PARTIAL_FILE || code == CURLE_WEIRD_SERVER_REPLY
           || code == CURLE_BAD_CONTENT_ENCODING || code == CURLE_UNSUPPORTED_PROTOCOL)
    g_set_error_literal (
        error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_PROTOCOL,
        N_ ("The answer of the server was cut off or is not understood; what it did "
            "is asked again."));
  else
    g_set_error_literal (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_OFFLINE, describe (code));
}
