/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Keys of S3 and where they come from. */

#include "hemo-s3-keys.h"

#include "hemo-s3-xml.h"
#include "hemo-sign-in.h"

#include <glib/gi18n.h>
#include <openssl/crypto.h>
#include <string.h>

/* Keys are not used in their last minutes: an upload that began with them would be cut. */
#define RENEW_BEFORE (5 * G_TIME_SPAN_MINUTE)
#define TEXT_LIMIT 16384

struct _HemoS3Keys
{
  gatomicrefcount refs;
  char *id;
  HemoSecret *secret;
  char *session;
  gint64 expires;
  /* Under mutex. */
  GMutex mutex;
  char *place;
  HemoSecret *derived;
};

struct _HemoS3KeyRing
{
  GObject parent_instance;

  HemoS3Keys *keys;
  HemoHttp *service;
  char *role;
  char *session;
  HemoS3Identity identity;
  gpointer data;
  GDestroyNotify destroy;
};

G_DEFINE_FINAL_TYPE (HemoS3KeyRing, hemo_s3_key_ring, G_TYPE_OBJECT)

HemoS3Keys *
hemo_s3_keys_new (const char *id, HemoSecret *secret, const char *session, gint64 expires)
{
  HemoS3Keys *self = g_new0 (HemoS3Keys, 1);

  g_atomic_ref_count_init (&self->refs);
  g_mutex_init (&self->mutex);
  self->id = g_strdup (id);
  self->secret = hemo_secret_ref (secret);
  self->session = g_strdup (session);
  self->expires = expires;
  return self;
}

HemoS3Keys *
hemo_s3_keys_ref (HemoS3Keys *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
hemo_s3_keys_unref (HemoS3Keys *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->refs))
    return;
  if (self->session != NULL)
    OPENSSL_cleanse (self->session, strlen (self->session));
  hemo_secret_unref (self->secret);
  g_clear_pointer (&self->derived, hemo_secret_unref);
  g_mutex_clear (&self->mutex);
  g_free (self->place);
  g_free (self->id);
  g_free (self->session);
  g_free (self);
}

const char *
hemo_s3_keys_get_id (HemoS3Keys *self)
{
  return self->id;
}

HemoSecret *
hemo_s3_keys_get_secret (HemoS3Keys *self)
{
  return self->secret;
}

const char *
hemo_s3_keys_get_session (HemoS3Keys *self)
{
  return self->session;
}

gint64
hemo_s3_keys_get_expires (HemoS3Keys *self)
{
  return self->expires;
}

HemoSecret *
hemo_s3_keys_dup_derived (HemoS3Keys *self, const char *place)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return g_strcmp0 (self->place, place) == 0 ? hemo_secret_ref (self->derived) : NULL;
}

void
hemo_s3_keys_set_derived (HemoS3Keys *self, const char *place, HemoSecret *derived)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  g_set_str (&self->place, place);
  g_clear_pointer (&self->derived, hemo_secret_unref);
  self->derived = hemo_secret_ref (derived);
}

static void
hemo_s3_key_ring_finalize (GObject *object)
{
  HemoS3KeyRing *self = HEMO_S3_KEY_RING (object);

  if (self->destroy != NULL)
    self->destroy (self->data);
  hemo_s3_keys_unref (self->keys);
  g_clear_object (&self->service);
  g_free (self->role);
  g_free (self->session);
  G_OBJECT_CLASS (hemo_s3_key_ring_parent_class)->finalize (object);
}

static void
hemo_s3_key_ring_class_init (HemoS3KeyRingClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hemo_s3_key_ring_finalize;
}

static void
hemo_s3_key_ring_init (HemoS3KeyRing *self)
{
}

HemoS3KeyRing *
hemo_s3_key_ring_new (HemoS3Keys *keys)
{
  HemoS3KeyRing *self = g_object_new (HEMO_TYPE_S3_KEY_RING, NULL);

  self->keys = hemo_s3_keys_ref (keys);
  return self;
}

HemoS3KeyRing *
hemo_s3_key_ring_new_sts (HemoHttp *service,
                          const char *role,
                          const char *session,
                          HemoS3Identity identity,
                          gpointer data,
                          GDestroyNotify destroy)
{
  HemoS3KeyRing *self = g_object_new (HEMO_TYPE_S3_KEY_RING, NULL);

  self->service = g_object_ref (service);
  self->role = g_strdup (role);
  self->session = g_strdup (session);
  self->identity = identity;
  self->data = data;
  self->destroy = destroy;
  return self;
}

static void
free_wiped (char *text)
{
  if (text != NULL)
    OPENSSL_cleanse (text, strlen (text));
  g_free (text);
}

/* In the body, not in the address: addresses end in logs. */
static HemoHttpRequest *
assume_request (HemoS3KeyRing *self, const char *token)
{
  HemoHttpRequest *request = hemo_http_request_new ("POST", "/");
  g_autofree char *role = hemo_http_encode (self->role, FALSE);
  g_autofree char *session = hemo_http_encode (self->session, FALSE);
  char *encoded = hemo_http_encode (token, FALSE);
  char *form = g_strdup_printf ("Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=%s"
                                "&RoleSessionName=%s&WebIdentityToken=%s",
                                role, session, encoded);
  g_autoptr (GBytes) body
      = g_bytes_new_with_free_func (form, strlen (form), (GDestroyNotify)free_wiped, form);

  free_wiped (encoded);
  hemo_http_request_set_header (request, "content-type", "application/x-www-form-urlencoded");
  hemo_http_request_set_body (request, body);
  return request;
}

static gboolean
is_text (const char *text)
{
  return text != NULL && *text != '\0' && strlen (text) <= TEXT_LIMIT
         && strpbrk (text, "\r\n") == NULL;
}

static HemoS3Keys *
parse_keys (GBytes *xml, GError **error)
{
  g_autoptr (HemoS3Node) answer = hemo_s3_xml_parse (xml, error);
  const HemoS3Node *result = NULL, *given = NULL;
  const char *id = NULL, *secret = NULL, *session = NULL;
  g_autoptr (HemoSecret) kept = NULL;
  gint64 expires = 0;

  if (answer == NULL)
    return NULL;
  result = hemo_s3_node_child (answer, "AssumeRoleWithWebIdentityResult");
  given = hemo_s3_node_child (result, "Credentials");
  id = hemo_s3_node_text (given, "AccessKeyId");
  secret = hemo_s3_node_text (given, "SecretAccessKey");
  session = hemo_s3_node_text (given, "SessionToken");
  expires = given != NULL ? hemo_s3_node_time (given, "Expiration") : 0;
  if (!is_text (id) || !is_text (secret) || !is_text (session) || expires <= 0
      || (kept = hemo_secret_new (strlen (secret))) == NULL)
    {
      g_set_error_literal (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_PROTOCOL,
                           N_ ("The token service did not give keys that can be used."));
      return NULL;
    }
  memcpy (hemo_secret_get_data (kept), secret, strlen (secret));
  return hemo_s3_keys_new (id, kept, session, expires);
}

static HemoS3Keys *
assume (HemoS3KeyRing *self, GCancellable *cancellable, GError **error)
{
  char *token = self->identity (self->data, cancellable, error);
  g_autoptr (HemoHttpRequest) request = NULL;
  g_autoptr (HemoHttpResponse) response = NULL;
  GError *cause = NULL;

  if (token == NULL)
    return NULL;
  request = assume_request (self, token);
  free_wiped (token);
  response = hemo_http_send (self->service, request, cancellable, error);
  if (response == NULL)
    return NULL;
  /* 400 is what it says to a token that it does not take. */
  if (response->status == 400)
    {
      g_set_error_literal (
          error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DENIED,
          N_ ("The token service did not accept how this clinic signs in; check the "
              "sign-in in the settings."));
      return NULL;
    }
  if (hemo_http_check (response, &cause))
    return parse_keys (response->body, error);
  /* That there is no token service says nothing about an object. */
  hemo_sign_in_take_error (error, cause);
  return NULL;
}

HemoS3Keys *
hemo_s3_key_ring_get (HemoS3KeyRing *self,
                      HemoS3Keys *refused,
                      GCancellable *cancellable,
                      GError **error)
{
  HemoS3Keys *keys = NULL;
  gint64 now = 0;

  if (self->service == NULL)
    return hemo_s3_keys_ref (self->keys);
  now = hemo_server_clock_now (hemo_http_get_clock (self->service));
  if (self->keys != NULL && self->keys != refused && now < self->keys->expires - RENEW_BEFORE)
    return hemo_s3_keys_ref (self->keys);
  keys = assume (self, cancellable, error);
  if (keys == NULL)
    return NULL;
  hemo_s3_keys_unref (self->keys);
  self->keys = keys;
  return hemo_s3_keys_ref (keys);
}
