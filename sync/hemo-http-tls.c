/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whom the connection trusts, and on what day. */

#include "hemo-http-private.h"

#include "hemo-remote.h"

#include <glib/gi18n.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#define AUTHORITIES_LIMIT 64

static gboolean
add_certificates (GPtrArray *authorities, BIO *bio)
{
  X509 *certificate = NULL;

  while (authorities->len < AUTHORITIES_LIMIT
         && (certificate = PEM_read_bio_X509 (bio, NULL, NULL, NULL)) != NULL)
    g_ptr_array_add (authorities, certificate);
  return authorities->len > 0 && authorities->len < AUTHORITIES_LIMIT
         && ERR_GET_REASON (ERR_peek_last_error ()) == PEM_R_NO_START_LINE;
}

GPtrArray *
hemo_http_tls_read_authorities (GBytes *pem, GError **error)
{
  g_autoptr (GPtrArray) authorities = g_ptr_array_new_with_free_func ((GDestroyNotify)X509_free);
  gsize size = 0;
  const void *data = g_bytes_get_data (pem, &size);
  BIO *bio = size < G_MAXINT ? BIO_new_mem_buf (data, (int)size) : NULL;
  gboolean read = bio != NULL && add_certificates (authorities, bio);

  BIO_free (bio);
  ERR_clear_error ();
  if (read)
    return g_steal_pointer (&authorities);
  g_set_error_literal (
      error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_REFUSED,
      N_ ("The certificate to be trusted is damaged or not in PEM form; ask for it "
          "again from who runs the server."));
  return NULL;
}

gboolean
hemo_http_tls_prepare (SSL_CTX *context, GPtrArray *authorities, gint64 time)
{
  X509_STORE *trusted = SSL_CTX_get_cert_store (context);

  for (guint i = 0; authorities != NULL && i < authorities->len; i++)
    if (X509_STORE_add_cert (trusted, g_ptr_array_index (authorities, i)) != 1)
      return FALSE;
  X509_VERIFY_PARAM_set_time (SSL_CTX_get0_param (context), (time_t)(time / G_USEC_PER_SEC));
  return TRUE;
}
