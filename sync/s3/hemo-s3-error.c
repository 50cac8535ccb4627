/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the codes of S3 mean for who waits.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */

#include "hemo-s3-private.h"

#include <glib/gi18n.h>
#include <string.h>

/* A root element stands this early. */
#define ROOT_WITHIN 512

typedef struct
{
  const char *code;
  HemoRemoteError meaning;
  const char *message;
} Meaning;

#define SIGN_IN                                                                                    \
  N_ ("The object store did not accept the keys of this clinic; check them in the settings.")
#define PLACE                                                                                      \
  N_ ("The bucket is not at this address or in this region; check both in the settings.")
#define LATER N_ ("The object store is busy.")
#define ARRIVED N_ ("What was sent arrived damaged; it is sent again.")

static const Meaning meanings[] = {
  { "AccessDenied", HEMO_REMOTE_ERROR_DENIED,
    N_ ("The object store does not let this clinic do this; ask who runs it for the right.") },
  { "AllAccessDisabled", HEMO_REMOTE_ERROR_DENIED, SIGN_IN },
  { "AuthorizationHeaderMalformed", HEMO_REMOTE_ERROR_DENIED, PLACE },
  { "BadDigest", HEMO_REMOTE_ERROR_SPOILT, ARRIVED },
  { "ConditionalRequestConflict", HEMO_REMOTE_ERROR_CONFLICT,
    N_ ("Another writes the same object at this moment.") },
  { "EntityTooLarge", HEMO_REMOTE_ERROR_TOO_LARGE,
    N_ ("This is larger than the object store takes.") },
  { "EntityTooSmall", HEMO_REMOTE_ERROR_REFUSED,
    N_ ("A part is smaller than the object store takes.") },
  { "ExpiredToken", HEMO_REMOTE_ERROR_DENIED, N_ ("The keys of this clinic have run out.") },
  { "IncompleteBody", HEMO_REMOTE_ERROR_SPOILT, N_ ("Not all that was sent arrived.") },
  { "InvalidAccessKeyId", HEMO_REMOTE_ERROR_DENIED, SIGN_IN },
  { "InvalidBucketName", HEMO_REMOTE_ERROR_DENIED, PLACE },
  { "InvalidToken", HEMO_REMOTE_ERROR_DENIED, SIGN_IN },
  { "NoSuchBucket", HEMO_REMOTE_ERROR_DENIED, PLACE },
  { "NoSuchKey", HEMO_REMOTE_ERROR_NOT_FOUND, N_ ("The object store has nothing of that name.") },
  { "NoSuchUpload", HEMO_REMOTE_ERROR_NOT_FOUND,
    N_ ("The object store has forgotten what was begun.") },
  { "NotSignedUp", HEMO_REMOTE_ERROR_DENIED, SIGN_IN },
  { "OperationAborted", HEMO_REMOTE_ERROR_BUSY, LATER },
  { "PermanentRedirect", HEMO_REMOTE_ERROR_DENIED, PLACE },
  { "PreconditionFailed", HEMO_REMOTE_ERROR_CONFLICT, N_ ("There is an object of that name.") },
  { "QuotaExceeded", HEMO_REMOTE_ERROR_DENIED,
    N_ ("The object store is full for this clinic; ask who runs it for more room.") },
  { "RequestTimeTooSkewed", HEMO_REMOTE_ERROR_CLOCK,
    N_ ("The clock of this computer is not that of the object store; check date and time in the "
        "system's settings.") },
  { "RequestTimeout", HEMO_REMOTE_ERROR_BUSY,
    N_ ("The object store waited too long for the next bytes.") },
  { "ServiceUnavailable", HEMO_REMOTE_ERROR_BUSY, LATER },
  { "SignatureDoesNotMatch", HEMO_REMOTE_ERROR_DENIED, SIGN_IN },
  { "SlowDown", HEMO_REMOTE_ERROR_BUSY, N_ ("The object store asks to be sent less at a time.") },
  { "TokenRefreshRequired", HEMO_REMOTE_ERROR_DENIED, SIGN_IN },
  { "XAmzContentChecksumMismatch", HEMO_REMOTE_ERROR_SPOILT, ARRIVED },
  { "XAmzContentSHA256Mismatch", HEMO_REMOTE_ERROR_SPOILT, ARRIVED },
};

static gboolean
is_code (const char *text)
{
  return *text != '\0' && strlen (text) <= 64
         && strspn (text, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS ".") == strlen (text);
}

char *
hemo_s3_error_code (const HemoHttpResponse *response)
{
  g_autoptr (HemoS3Node) root = NULL;
  const char *code = NULL;

  if (g_bytes_get_size (response->body) == 0 || hemo_http_response_is_page (response))
    return NULL;
  root = hemo_s3_xml_parse (response->body, NULL);
  if (root == NULL)
    return NULL;
  if (g_str_equal (root->name, "ErrorResponse"))
    code = hemo_s3_node_text (hemo_s3_node_child (root, "Error"), "Code");
  else if (g_str_equal (root->name, "Error"))
    code = hemo_s3_node_text (root, "Code");
  return code != NULL && is_code (code) ? g_strdup (code) : NULL;
}

gboolean
hemo_s3_is_hidden_error (const HemoHttpResponse *response)
{
  gsize size = 0;
  const char *data = g_bytes_get_data (response->body, &size);

  return size > 0 && memmem (data, MIN (size, ROOT_WITHIN), "<Error", 6) != NULL;
}

void
hemo_s3_set_error (GError **error, const HemoHttpResponse *response, const char *code)
{
  for (gsize i = 0; code != NULL && i < G_N_ELEMENTS (meanings); i++)
    if (g_str_equal (code, meanings[i].code))
      {
        g_set_error (error, HEMO_REMOTE_ERROR, (int)meanings[i].meaning, "%s (%s)",
                     meanings[i].message, code);
        return;
      }
  if (response->status < 300 && code == NULL)
    g_set_error_literal (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_PROTOCOL,
                         N_ ("The answer of the server is not what an S3 server says."));
  else
    hemo_http_set_error (error, response->status < 300 ? 500 : response->status, code);
}
