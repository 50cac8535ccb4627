/* SPDX-License-Identifier: GPL-3.0-or-later */

/* AWS Signature Version 4, in the headers of a request.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */

#pragma once

#include "hemo-http-message.h"
#include "hemo-s3-keys.h"

G_BEGIN_DECLS

/* Stands for the hash of a body that is not known yet; only over TLS. */
#define HEMO_SIGV4_UNSIGNED "UNSIGNED-PAYLOAD"

/* SHA-256 of no bytes. */
#define HEMO_SIGV4_EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

/**
 * HemoSigv4Scope:
 * @service: "s3", "healthlake"
 */
typedef struct
{
  HemoS3Keys *keys;
  const char *region;
  const char *service;
} HemoSigv4Scope;

/**
 * hemo_sigv4_sign:
 * @host: as it stands in the Host header
 * @base_path: what stands before the target of @request, percent-encoded
 * @payload: SHA-256 of the body in lower-case hexadecimal, or %HEMO_SIGV4_UNSIGNED
 * @now: the server's time, UTC microseconds
 *
 * Sets Host, X-Amz-Date, X-Amz-Security-Token, Authorization and, for S3, X-Amz-Content-Sha256;
 * signs every header that is there. Signing the same request again replaces the signature.
 */
gboolean hemo_sigv4_sign (HemoHttpRequest *request,
                          const char *host,
                          const char *base_path,
                          const HemoSigv4Scope *scope,
                          const char *payload,
                          gint64 now,
                          GError **error);

G_END_DECLS
