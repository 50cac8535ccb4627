/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the files of HemoS3 share. */

#pragma once

#include "hemo-s3-xml.h"
#include "hemo-s3.h"

G_BEGIN_DECLS

/* hemo-s3-error.c */

/* The code in the body of an error; NULL where there is none. (transfer full) */
char *hemo_s3_error_code (const HemoHttpResponse *response);
/* Whether an answer of success carries an error all the same, as CompleteMultipartUpload may. */
gboolean hemo_s3_is_hidden_error (const HemoHttpResponse *response);
void hemo_s3_set_error (GError **error, const HemoHttpResponse *response, const char *code);

/* hemo-s3.c */

/* Path of @key (NULL: the bucket) with @query (nullable, encoded). (transfer full) */
char *hemo_s3_target (HemoS3 *self, const char *key, const char *query);
/* Encoded, with the prefix of all keys. (transfer full) */
char *hemo_s3_encode_key (HemoS3 *self, const char *key);
/* The same for a query, where '/' is encoded too. (transfer full) */
char *hemo_s3_encode_prefix (HemoS3 *self, const char *start);
/* What follows the prefix of all keys; NULL for a key of others. */
const char *hemo_s3_strip_key (HemoS3 *self, const char *key);
void hemo_s3_set_encryption (HemoS3 *self, HemoHttpRequest *request);
/* Whether the last receipt told the SHA-256 of what was received; FALSE before the first. */
gboolean hemo_s3_get_echoes (HemoS3 *self);
void hemo_s3_set_echoes (HemoS3 *self, gboolean echoes);

/* Signs and sends; only answers of success come back. @payload as of hemo_sigv4_sign().
 * (transfer full) */
HemoHttpResponse *hemo_s3_ask (HemoS3 *self,
                               HemoHttpRequest *request,
                               const char *payload,
                               GCancellable *cancellable,
                               GError **error);
/* The same without a body to send, for an answer in XML. (transfer full) */
HemoS3Node *hemo_s3_ask_xml (HemoS3 *self,
                             const char *method,
                             const char *key,
                             const char *query,
                             GBytes *body,
                             GCancellable *cancellable,
                             GError **error);

/* hemo-s3-body.c */

/* Sends @body as @request and reads the receipt. */
gboolean hemo_s3_send_body (HemoS3 *self,
                            HemoHttpRequest *request,
                            const HemoS3Body *body,
                            HemoS3Receipt *receipt,
                            GCancellable *cancellable,
                            GError **error);
/* Whether the ETag in @response is the MD5 of an object put in one request. */
gboolean hemo_s3_has_digest_etag (const HemoHttpResponse *response, const char *etag);
/* Without quotes, "" for NULL. (transfer full) */
char *hemo_s3_read_etag (const char *text);
/* Base64 of 32 bytes as lower-case hexadecimal; NULL for anything else, such as the checksum of
 * checksums that a multipart object has. (transfer full) */
char *hemo_s3_read_checksum (const char *base64);
/* The other way; NULL for what is no SHA-256. (transfer full) */
char *hemo_s3_write_checksum (const char *hex);

G_END_DECLS
