/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From settings to tokens and keys. */

#include "hemo-server-keys.h"

#include "hemo-sign-in-smart.h"

#include <string.h>

#define BITS_OF_A_BYTE 8
#define AWS ".amazonaws.com"

static const char *
text_or_null (const char *text)
{
  return text != NULL && *text != '\0' ? text : NULL;
}

/* As the server's own connection is, to another address. */
static HemoHttpOptions
make_options (const HemoServerSettings *self, HemoServerClock *clock, GBytes *authorities)
{
  return (HemoHttpOptions){ .authorities = authorities,
                            .allow_plain = self->allow_plain,
                            .bytes_per_second = (guint64)self->kilobits * 1000 / BITS_OF_A_BYTE,
                            .clock = clock };
}

static GBytes *
dup_authorities (const HemoServerSettings *self)
{
  const char *text = text_or_null (self->authority);

  return text != NULL ? g_bytes_new (text, strlen (text)) : NULL;
}

HemoSignIn *
hemo_server_keys_smart (const HemoServerSettings *self,
                        HemoHttp *http,
                        HemoServerClock *clock,
                        GError **error)
{
  g_autoptr (GBytes) authorities = dup_authorities (self);
  HemoSmartOptions options = { .client_id = self->user,
                               .private_key = self->secret,
                               .token_url = text_or_null (self->token_url),
                               .scope = text_or_null (self->scope),
                               .connection = make_options (self, clock, authorities) };

  return hemo_sign_in_smart_new (http, &options, error);
}

/* Keys are asked for once in an hour, or because they or the token were refused: by a new one. */
static char *
identify (gpointer data, GCancellable *cancellable, GError **error)
{
  hemo_sign_in_forget (data, 401);
  return hemo_sign_in_smart_dup_token (data, cancellable, error);
}

/* Ceph and MinIO lend keys where they keep objects; AWS has a service for it in each region. */
static char *
dup_sts_url (const HemoServerSettings *self)
{
  g_autoptr (GUri) uri = NULL;

  if (text_or_null (self->sts_url) != NULL)
    return g_strdup (self->sts_url);
  uri = g_uri_parse (self->url, G_URI_FLAGS_ENCODED, NULL);
  if (uri != NULL && g_uri_get_host (uri) != NULL && g_str_has_suffix (g_uri_get_host (uri), AWS)
      && text_or_null (self->region) != NULL)
    return g_strdup_printf ("https://sts.%s" AWS, self->region);
  return g_strdup (self->url);
}

/* Its own clock, which starts with what was proven: the token service is another computer. */
static HemoS3KeyRing *
lend (const HemoServerSettings *self, const char *session, HemoServerClock *clock, GError **error)
{
  g_autoptr (HemoSignIn) client = hemo_server_keys_smart (self, NULL, clock, error);
  g_autoptr (GBytes) authorities = dup_authorities (self);
  g_autoptr (HemoServerClock) own
      = hemo_server_clock_new (clock != NULL ? hemo_server_clock_proven (clock) : 0);
  HemoHttpOptions options = make_options (self, own, authorities);
  g_autofree char *url = dup_sts_url (self);
  g_autoptr (HemoHttp) service = NULL;

  if (client == NULL)
    return NULL;
  options.base = url;
  service = hemo_http_new (&options, error);
  return service != NULL ? hemo_s3_key_ring_new_sts (service, self->role, session, identify,
                                                     g_steal_pointer (&client), g_object_unref)
                         : NULL;
}

HemoS3KeyRing *
hemo_server_keys_ring (const HemoServerSettings *self,
                       const char *session,
                       HemoServerClock *clock,
                       GError **error)
{
  g_autoptr (HemoSecret) secret = NULL;
  g_autoptr (HemoS3Keys) keys = NULL;
  char *copy;

  if (text_or_null (self->role) != NULL)
    return lend (self, session, clock, error);
  copy = g_strdup (self->secret);
  secret = hemo_secret_new_take (copy, strlen (copy));
  g_free (copy);
  keys = hemo_s3_keys_new (self->user, secret, NULL, 0);
  return hemo_s3_key_ring_new (keys);
}
