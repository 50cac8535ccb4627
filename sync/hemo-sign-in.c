/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sign-in by a header that stays the same. */

#include "hemo-sign-in.h"

#include "hemo-remote.h"
#include "hemo-secret.h"

#include <glib/gi18n.h>
#include <openssl/crypto.h>
#include <string.h>

G_DEFINE_INTERFACE (HemoSignIn, hemo_sign_in, G_TYPE_OBJECT)

/* Longer ones are no password and no token. */
#define LENGTH_MAX 16384

static void
hemo_sign_in_default_init (HemoSignInInterface *interface)
{
}

gboolean
hemo_sign_in_apply (HemoSignIn *self,
                    HemoHttpRequest *request,
                    GCancellable *cancellable,
                    GError **error)
{
  return HEMO_SIGN_IN_GET_IFACE (self)->apply (self, request, cancellable, error);
}

gboolean
hemo_sign_in_forget (HemoSignIn *self, guint status)
{
  return HEMO_SIGN_IN_GET_IFACE (self)->forget (self, status);
}

void
hemo_sign_in_take_error (GError **error, GError *cause)
{
  if (cause->domain == HEMO_REMOTE_ERROR)
    switch ((HemoRemoteError)cause->code)
      {
      case HEMO_REMOTE_ERROR_OFFLINE:
      case HEMO_REMOTE_ERROR_DENIED:
      case HEMO_REMOTE_ERROR_BUSY:
      case HEMO_REMOTE_ERROR_CLOCK:
      case HEMO_REMOTE_ERROR_TLS:
      case HEMO_REMOTE_ERROR_PROXY:
        break;
      case HEMO_REMOTE_ERROR_PROTOCOL:
        cause->code = HEMO_REMOTE_ERROR_OFFLINE;
        break;
      case HEMO_REMOTE_ERROR_REFUSED:
      case HEMO_REMOTE_ERROR_CONFLICT:
      case HEMO_REMOTE_ERROR_TOO_LARGE:
      case HEMO_REMOTE_ERROR_NOT_FOUND:
      case HEMO_REMOTE_ERROR_DAMAGED:
      default:
        cause->code = HEMO_REMOTE_ERROR_DENIED;
      }
  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, cause);
      return;
    }
  /* Translators: why signing in to a server failed */
  g_set_error (error, cause->domain, cause->code, N_ ("Signing in: %s"), cause->message);
  g_error_free (cause);
}

struct _HemoSignInFixed
{
  GObject parent_instance;

  HemoSecret *header;
};

static gboolean
fixed_apply (HemoSignIn *sign_in,
             HemoHttpRequest *request,
             GCancellable *cancellable,
             GError **error)
{
  HemoSignInFixed *self = HEMO_SIGN_IN_FIXED (sign_in);

  if (self->header != NULL)
    hemo_http_request_set_header (request, "Authorization",
                                  (const char *)hemo_secret_get_data (self->header));
  return TRUE;
}

static gboolean
fixed_forget (HemoSignIn *sign_in, guint status)
{
  return FALSE;
}

static void
sign_in_init (HemoSignInInterface *interface)
{
  interface->apply = fixed_apply;
  interface->forget = fixed_forget;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (HemoSignInFixed,
                               hemo_sign_in_fixed,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (HEMO_TYPE_SIGN_IN, sign_in_init))

static void
hemo_sign_in_fixed_finalize (GObject *object)
{
  HemoSignInFixed *self = HEMO_SIGN_IN_FIXED (object);

  g_clear_pointer (&self->header, hemo_secret_unref);
  G_OBJECT_CLASS (hemo_sign_in_fixed_parent_class)->finalize (object);
}

static void
hemo_sign_in_fixed_class_init (HemoSignInFixedClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hemo_sign_in_fixed_finalize;
}

static void
hemo_sign_in_fixed_init (HemoSignInFixed *self)
{
}

/* Takes @header. */
static HemoSignIn *
fixed_new (char *header)
{
  HemoSignInFixed *self = g_object_new (HEMO_TYPE_SIGN_IN_FIXED, NULL);

  self->header = hemo_secret_new_take (header, strlen (header) + 1);
  g_free (header);
  return HEMO_SIGN_IN (self);
}

static gboolean
is_clean (const char *text)
{
  gsize length = strlen (text);

  if (length > LENGTH_MAX || !g_utf8_validate (text, (gssize)length, NULL))
    return FALSE;
  for (const char *c = text; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c))
      return FALSE;
  return TRUE;
}

HemoSignIn *
hemo_sign_in_none_new (void)
{
  return g_object_new (HEMO_TYPE_SIGN_IN_FIXED, NULL);
}

HemoSignIn *
hemo_sign_in_basic_new (const char *name, const char *password, GError **error)
{
  char *plain;
  g_autofree char *encoded = NULL;
  char *header;

  if (*name == '\0' || strchr (name, ':') != NULL || !is_clean (name) || !is_clean (password))
    {
      g_set_error_literal (
          error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_REFUSED,
          N_ ("This name or password cannot be sent. A name has no colon, and neither "
              "has line breaks. Ask who runs the server."));
      return NULL;
    }
  plain = g_strconcat (name, ":", password, NULL);
  encoded = g_base64_encode ((const guchar *)plain, strlen (plain));
  OPENSSL_cleanse (plain, strlen (plain));
  g_free (plain);
  header = g_strconcat ("Basic ", encoded, NULL);
  OPENSSL_cleanse (encoded, strlen (encoded));
  return fixed_new (header);
}

gboolean
hemo_sign_in_is_token (const char *text)
{
  gsize length = strspn (text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                               "-._~+/");

  return length > 0 && length + strspn (text + length, "=") == strlen (text)
         && length <= LENGTH_MAX;
}

HemoSignIn *
hemo_sign_in_bearer_new (const char *token, GError **error)
{
  if (hemo_sign_in_is_token (token))
    return fixed_new (g_strconcat ("Bearer ", token, NULL));
  g_set_error_literal (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_REFUSED,
                       N_ ("This is not an access token: it has characters that none has. Copy it "
                           "again, without spaces."));
  return NULL;
}
