/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Bytes on their way to S3, and whether what it says of them proves that it has them. */

#include "hemo-s3-private.h"

#include "hemo-sigv4.h"

#include <glib/gi18n.h>
#include <string.h>

#define SHA256_SIZE 32
#define MD5_HEX 32

void
hemo_s3_receipt_clear (HemoS3Receipt *self)
{
  g_clear_pointer (&self->etag, g_free);
}

static char *
to_hex (const guint8 *bytes, gsize size)
{
  GString *text = g_string_sized_new (2 * size);

  for (gsize i = 0; i < size; i++)
    g_string_append_printf (text, "%02x", bytes[i]);
  return g_string_free_and_steal (text);
}

char *
hemo_s3_read_etag (const char *text)
{
  gsize length = text != NULL ? strlen (text) : 0;

  if (length >= 2 && text[0] == '"' && text[length - 1] == '"')
    return g_strndup (text + 1, length - 2);
  return g_strdup (text != NULL ? text : "");
}

char *
hemo_s3_read_checksum (const char *base64)
{
  g_autofree guint8 *bytes = NULL;
  gsize size = 0;

  if (base64 == NULL || strlen (base64) != 44)
    return NULL;
  bytes = g_base64_decode (base64, &size);
  return size == SHA256_SIZE ? to_hex (bytes, size) : NULL;
}

char *
hemo_s3_write_checksum (const char *hex)
{
  guint8 bytes[SHA256_SIZE];

  if (hex == NULL || strlen (hex) != 2 * SHA256_SIZE)
    return NULL;
  for (gsize i = 0; i < SHA256_SIZE; i++)
    {
      int high = g_ascii_xdigit_value (hex[2 * i]), low = g_ascii_xdigit_value (hex[2 * i + 1]);

      if (high < 0 || low < 0)
        return NULL;
      bytes[i] = (guint8)(high << 4 | low);
    }
  return g_base64_encode (bytes, sizeof bytes);
}

/* With SSE-KMS or a key of the customer's the ETag is not the MD5 of what was sent. */
gboolean
hemo_s3_has_digest_etag (const HemoHttpResponse *response, const char *etag)
{
  const char *encryption = hemo_http_response_get_header (response, "x-amz-server-side-encryption");
  const char *customer
      = hemo_http_response_get_header (response, "x-amz-server-side-encryption-customer-algorithm");

  return strlen (etag) == MD5_HEX && strspn (etag, "0123456789abcdefABCDEF") == MD5_HEX
         && customer == NULL && (encryption == NULL || !g_str_has_prefix (encryption, "aws:kms"));
}

static gboolean
fail_damaged (GError **error)
{
  g_set_error_literal (
      error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_DAMAGED,
      N_ ("What the object store says that it got is not what was sent; it is sent "
          "again."));
  return FALSE;
}

/* What was taken while it was sent, else what was known before. (transfer full) */
static char *
choose_digest (GBytes *taken, const char *known)
{
  return taken != NULL ? to_hex (g_bytes_get_data (taken, NULL), g_bytes_get_size (taken))
                       : g_strdup (known);
}

/* The digests are of the bytes that left, or of those that were to leave: the server got them when
 * it says the same. Without MD5 and a checksum nothing is proven by it. */
static gboolean
read_receipt (HemoS3 *self,
              const HemoHttpResponse *response,
              const HemoS3Body *body,
              HemoS3Receipt *receipt,
              GError **error)
{
  g_autofree char *etag = hemo_s3_read_etag (hemo_http_response_get_header (response, "etag"));
  g_autofree char *said
      = hemo_s3_read_checksum (hemo_http_response_get_header (response, "x-amz-checksum-sha256"));
  g_autofree char *sha256 = choose_digest (response->sha256, body->sha256);
  g_autofree char *md5 = choose_digest (response->md5, body->md5);
  gboolean digest = md5 != NULL && hemo_s3_has_digest_etag (response, etag);

  if (body->sha256 != NULL && g_ascii_strcasecmp (body->sha256, sha256) != 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           N_ ("A file on this computer is not what was saved; it is not sent."));
      return FALSE;
    }
  hemo_s3_set_echoes (self, said != NULL);
  if ((said != NULL && !g_str_equal (said, sha256))
      || (said == NULL && digest && g_ascii_strcasecmp (etag, md5) != 0))
    return fail_damaged (error);
  receipt->proven = said != NULL || digest;
  receipt->differs = response->sha256 == NULL && digest && g_ascii_strcasecmp (etag, md5) != 0;
  receipt->etag = g_steal_pointer (&etag);
  receipt->sent = response->sent;
  receipt->sending = response->sending;
  receipt->round_trip = response->round_trip;
  return TRUE;
}

/* The payload as it is signed: NULL where it cannot be. (transfer full) */
static char *
sign_payload (HemoS3 *self, const HemoS3Body *body, GError **error)
{
  if (body->sha256 != NULL)
    return g_strdup (body->sha256);
  if (body->bytes != NULL)
    return g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, body->bytes);
  if (hemo_http_is_tls (hemo_s3_get_http (self)))
    return g_strdup (HEMO_SIGV4_UNSIGNED);
  g_set_error_literal (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_REFUSED,
                       N_ ("Without encryption nothing is sent whose hash is not known."));
  return NULL;
}

/* MD5 is slow, and of no use where the server says the SHA-256 of what it got. */
static void
set_body (HemoS3 *self, HemoHttpRequest *request, const HemoS3Body *body, const char *payload)
{
  g_autofree char *checksum = hemo_s3_write_checksum (payload);
  gboolean known = body->sha256 != NULL && body->md5 != NULL;

  if (body->bytes != NULL)
    hemo_http_request_set_body (request, body->bytes);
  else
    hemo_http_request_set_file (request, body->path, body->offset, body->length);
  hemo_http_request_set_digests (
      request, !known && (checksum == NULL || !hemo_s3_get_echoes (self)), !known);
  hemo_http_request_set_progress (request, body->progress, body->progress_data);
  if (checksum != NULL)
    hemo_http_request_set_header (request, "x-amz-checksum-sha256", checksum);
}

gboolean
hemo_s3_send_body (HemoS3 *self,
                   HemoHttpRequest *request,
                   const HemoS3Body *body,
                   HemoS3Receipt *receipt,
                   GCancellable *cancellable,
                   GError **error)
{
  g_autofree char *payload = sign_payload (self, body, error);
  g_autoptr (HemoHttpResponse) response = NULL;

  if (payload == NULL)
    return FALSE;
  set_body (self, request, body, payload);
  response = hemo_s3_ask (self, request, payload, cancellable, error);
  if (response == NULL)
    return FALSE;
  if (response->whole)
    return read_receipt (self, response, body, receipt, error);
  g_set_error_literal (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_PROTOCOL,
                       N_ ("The server answered before everything was sent."));
  return FALSE;
}
