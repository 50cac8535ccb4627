/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One question without a body that every server answers, if only by a refusal. */

#include "hemo-server-probe.h"

#include "hemo-remote-table.h"

#include <glib/gi18n.h>
#include <string.h>

/* A page that is no refusal, a wish for a sign-in in a browser (511), or a gateway that finds
 * nobody behind it. */
static gboolean
is_foreign (const HemoHttpResponse *response)
{
  return (response->status < 300 && hemo_http_response_is_page (response))
         || response->status == 502 || response->status == 504 || response->status == 511;
}

gboolean
hemo_server_probe (HemoHttp *http, const char *kind, GCancellable *cancellable, GError **error)
{
  const char *target = strcmp (kind, HEMO_SERVER_S3) == 0 ? "/" : "/metadata";
  g_autoptr (HemoHttpRequest) request = hemo_http_request_new ("HEAD", target);
  g_autoptr (HemoHttpResponse) response = NULL;

  /* There is nothing to think about. */
  hemo_http_request_set_patience (request, 0);
  response = hemo_http_send (http, request, cancellable, error);
  if (response == NULL)
    return FALSE;
  if (!is_foreign (response))
    return TRUE;
  g_set_error_literal (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_OFFLINE,
                       N_ ("Something answers in the place of the server; this network may want a "
                           "sign-in in a browser."));
  return FALSE;
}
