/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Signs each request by itself: its body, its time, and the keys of that hour. */

#include "hemo-sign-in-sigv4.h"

#include "hemo-sigv4.h"

#include <glib/gi18n.h>

/* AWS takes five minutes to either side; some of it is left for the way. */
#define SKEW_MIN G_TIME_SPAN_MINUTE
/* What the clinic may not do, no other keys let it: they are not asked for each time. */
#define RENEW_EVERY G_TIME_SPAN_MINUTE

struct _HemoSignInSigv4
{
  GObject parent_instance;

  HemoHttp *http;
  HemoS3KeyRing *ring;
  char *region;
  char *service;
  /* Of the last signature: with which keys, and when by both clocks. */
  HemoS3Keys *keys;
  gint64 signed_at;
  gint64 running_at;
  /* They were not taken; when others were asked for last, 0 for never. */
  gboolean refused;
  gint64 renewed_at;
};

static HemoS3Keys *
get_keys (HemoSignInSigv4 *self, GCancellable *cancellable, GError **error)
{
  GError *cause = NULL;
  HemoS3Keys *keys
      = hemo_s3_key_ring_get (self->ring, self->refused ? self->keys : NULL, cancellable, &cause);

  if (keys == NULL)
    hemo_sign_in_take_error (error, cause);
  return keys;
}

static char *
hash_body (const HemoHttpRequest *request)
{
  GBytes *body = hemo_http_request_get_body (request);

  if (!hemo_http_request_has_body (request))
    return g_strdup (HEMO_SIGV4_EMPTY);
  return body != NULL ? g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, body) : NULL;
}

static gboolean
sigv4_apply (HemoSignIn *sign_in,
             HemoHttpRequest *request,
             GCancellable *cancellable,
             GError **error)
{
  HemoSignInSigv4 *self = HEMO_SIGN_IN_SIGV4 (sign_in);
  g_autofree char *payload = hash_body (request);
  g_autoptr (HemoS3Keys) keys = NULL;

  if (payload == NULL)
    {
      g_set_error_literal (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DENIED,
                           N_ ("A file is not sent to a server with this sign-in."));
      return FALSE;
    }
  keys = get_keys (self, cancellable, error);
  if (keys == NULL)
    return FALSE;
  hemo_s3_keys_unref (self->keys);
  self->keys = hemo_s3_keys_ref (keys);
  self->refused = FALSE;
  self->signed_at = hemo_server_clock_now (hemo_http_get_clock (self->http));
  self->running_at = g_get_monotonic_time ();
  return hemo_sigv4_sign (
      request, hemo_http_get_host (self->http), hemo_http_get_base_path (self->http),
      &(HemoSigv4Scope){ .keys = keys, .region = self->region, .service = self->service }, payload,
      self->signed_at, error);
}

/* Its answer said another time than was signed. */
static gboolean
was_skewed (HemoSignInSigv4 *self)
{
  gint64 now = hemo_server_clock_now (hemo_http_get_clock (self->http));
  gint64 expected = self->signed_at + (g_get_monotonic_time () - self->running_at);

  return ABS (now - expected) > SKEW_MIN;
}

/* 403 is also what AWS says to keys that ran out. */
static gboolean
sigv4_forget (HemoSignIn *sign_in, guint status)
{
  HemoSignInSigv4 *self = HEMO_SIGN_IN_SIGV4 (sign_in);
  gint64 now = g_get_monotonic_time ();

  if (self->keys == NULL)
    return FALSE;
  if (was_skewed (self))
    return TRUE;
  if (hemo_s3_keys_get_expires (self->keys) == 0
      || (self->renewed_at > 0 && now - self->renewed_at < RENEW_EVERY))
    return FALSE;
  self->renewed_at = now;
  return self->refused = TRUE;
}

static void
sign_in_init (HemoSignInInterface *interface)
{
  interface->apply = sigv4_apply;
  interface->forget = sigv4_forget;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (HemoSignInSigv4,
                               hemo_sign_in_sigv4,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (HEMO_TYPE_SIGN_IN, sign_in_init))

static void
hemo_sign_in_sigv4_finalize (GObject *object)
{
  HemoSignInSigv4 *self = HEMO_SIGN_IN_SIGV4 (object);

  g_clear_object (&self->http);
  g_clear_object (&self->ring);
  hemo_s3_keys_unref (self->keys);
  g_free (self->region);
  g_free (self->service);
  G_OBJECT_CLASS (hemo_sign_in_sigv4_parent_class)->finalize (object);
}

static void
hemo_sign_in_sigv4_class_init (HemoSignInSigv4Class *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hemo_sign_in_sigv4_finalize;
}

static void
hemo_sign_in_sigv4_init (HemoSignInSigv4 *self)
{
}

HemoSignIn *
hemo_sign_in_sigv4_new (HemoHttp *http,
                        HemoS3KeyRing *keys,
                        const char *region,
                        const char *service)
{
  HemoSignInSigv4 *self = g_object_new (HEMO_TYPE_SIGN_IN_SIGV4, NULL);

  self->http = g_object_ref (http);
  self->ring = g_object_ref (keys);
  self->region = g_strdup (region);
  self->service = g_strdup (service);
  return HEMO_SIGN_IN (self);
}
