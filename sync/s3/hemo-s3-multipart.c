/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Multipart uploads: begun, continued after a cut, ended or given up. */

#include "hemo-s3-multipart.h"

#include "hemo-s3-private.h"
#include "hemo-sigv4.h"

#include <glib/gi18n.h>

#define UPLOADS_MOST 10000

HemoS3Part *
hemo_s3_part_new (guint number, guint64 size, const char *etag, const char *sha256)
{
  HemoS3Part *self = g_new0 (HemoS3Part, 1);

  self->number = number;
  self->size = size;
  self->etag = g_strdup (etag);
  self->sha256 = g_strdup (sha256);
  return self;
}

void
hemo_s3_part_free (HemoS3Part *self)
{
  g_free (self->etag);
  g_free (self->sha256);
  g_free (self);
}

void
hemo_s3_upload_free (HemoS3Upload *self)
{
  g_free (self->key);
  g_free (self->id);
  g_free (self);
}

static gboolean
fail_protocol (GError **error)
{
  g_set_error_literal (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_PROTOCOL,
                       N_ ("The answer of the server is not what an S3 server says."));
  return FALSE;
}

char *
hemo_s3_multipart_begin (HemoS3 *self, const char *key, GCancellable *cancellable, GError **error)
{
  g_autoptr (HemoS3Node) answer
      = hemo_s3_ask_xml (self, "POST", key, "uploads=", NULL, cancellable, error);
  const char *id = answer != NULL ? hemo_s3_node_text (answer, "UploadId") : NULL;

  if (id != NULL && *id != '\0')
    return g_strdup (id);
  if (answer != NULL)
    fail_protocol (error);
  return NULL;
}

gboolean
hemo_s3_multipart_put (HemoS3 *self,
                       const char *key,
                       const char *id,
                       guint number,
                       const HemoS3Body *body,
                       HemoS3Receipt *receipt,
                       GCancellable *cancellable,
                       GError **error)
{
  g_autofree char *encoded = hemo_http_encode (id, FALSE);
  g_autofree char *query = g_strdup_printf ("partNumber=%u&uploadId=%s", number, encoded);
  g_autofree char *target = hemo_s3_target (self, key, query);
  g_autoptr (HemoHttpRequest) request = hemo_http_request_new ("PUT", target);

  return hemo_s3_send_body (self, request, body, receipt, cancellable, error);
}

static HemoS3Part *
read_part (const HemoS3Node *node)
{
  g_autofree char *etag = hemo_s3_read_etag (hemo_s3_node_text (node, "ETag"));
  guint64 number = 0, size = 0;

  if (!hemo_s3_node_number (node, "PartNumber", &number) || number == 0
      || number > HEMO_S3_PARTS_MOST || !hemo_s3_node_number (node, "Size", &size))
    return NULL;
  return hemo_s3_part_new ((guint)number, size, etag, hemo_s3_node_text (node, "ChecksumSHA256"));
}

/* @after: (inout): the last number of this page, 0 when it was the last page */
static gboolean
read_parts (const HemoS3Node *page, GPtrArray *parts, guint *after)
{
  gboolean more = g_strcmp0 (hemo_s3_node_text (page, "IsTruncated"), "true") == 0;
  guint last = *after;

  if (!g_str_equal (page->name, "ListPartsResult"))
    return FALSE;
  for (guint i = 0; i < page->children->len; i++)
    {
      const HemoS3Node *node = g_ptr_array_index (page->children, i);
      HemoS3Part *part = NULL;

      if (!g_str_equal (node->name, "Part"))
        continue;
      part = read_part (node);
      if (part == NULL || part->number <= last)
        {
          g_clear_pointer (&part, hemo_s3_part_free);
          return FALSE;
        }
      last = part->number;
      g_ptr_array_add (parts, part);
    }
  if (more && last == *after)
    return FALSE;
  *after = more ? last : 0;
  return TRUE;
}

GPtrArray *
hemo_s3_multipart_list (
    HemoS3 *self, const char *key, const char *id, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_s3_part_free);
  g_autofree char *encoded = hemo_http_encode (id, FALSE);
  guint after = 0;

  do
    {
      g_autofree char *query
          = g_strdup_printf ("max-parts=1000&part-number-marker=%u&uploadId=%s", after, encoded);
      g_autoptr (HemoS3Node) page
          = hemo_s3_ask_xml (self, "GET", key, query, NULL, cancellable, error);

      if (page == NULL || (!read_parts (page, parts, &after) && !fail_protocol (error)))
        return NULL;
    }
  while (after > 0);
  return g_steal_pointer (&parts);
}

static GBytes *
write_parts (GPtrArray *parts)
{
  GString *xml = g_string_new ("<CompleteMultipartUpload "
                               "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">");

  for (guint i = 0; i < parts->len; i++)
    {
      const HemoS3Part *part = g_ptr_array_index (parts, i);
      g_autofree char *etag = g_markup_escape_text (part->etag, -1);

      g_string_append_printf (xml, "<Part><ETag>\"%s\"</ETag><PartNumber>%u</PartNumber>", etag,
                              part->number);
      if (part->sha256 != NULL)
        g_string_append_printf (xml, "<ChecksumSHA256>%s</ChecksumSHA256>", part->sha256);
      g_string_append (xml, "</Part>");
    }
  g_string_append (xml, "</CompleteMultipartUpload>");
  return g_string_free_to_bytes (xml);
}

gboolean
hemo_s3_multipart_complete (HemoS3 *self,
                            const char *key,
                            const char *id,
                            GPtrArray *parts,
                            GCancellable *cancellable,
                            GError **error)
{
  g_autofree char *encoded = hemo_http_encode (id, FALSE);
  g_autofree char *query = g_strdup_printf ("uploadId=%s", encoded);
  g_autoptr (GBytes) body = write_parts (parts);
  g_autoptr (HemoS3Node) answer
      = hemo_s3_ask_xml (self, "POST", key, query, body, cancellable, error);

  return answer != NULL
         && (g_str_equal (answer->name, "CompleteMultipartUploadResult") || fail_protocol (error));
}

gboolean
hemo_s3_multipart_abort (
    HemoS3 *self, const char *key, const char *id, GCancellable *cancellable, GError **error)
{
  g_autofree char *encoded = hemo_http_encode (id, FALSE);
  g_autofree char *query = g_strdup_printf ("uploadId=%s", encoded);
  g_autofree char *target = hemo_s3_target (self, key, query);
  g_autoptr (HemoHttpRequest) request = hemo_http_request_new ("DELETE", target);
  g_autoptr (HemoHttpResponse) response = NULL;
  g_autoptr (GError) failure = NULL;

  response = hemo_s3_ask (self, request, HEMO_SIGV4_EMPTY, cancellable, &failure);
  if (response != NULL || g_error_matches (failure, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_NOT_FOUND))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static void
add_upload (HemoS3 *self, const HemoS3Node *node, GPtrArray *uploads)
{
  const char *key = hemo_s3_node_text (node, "Key");
  const char *id = hemo_s3_node_text (node, "UploadId");
  const char *own = key != NULL ? hemo_s3_strip_key (self, key) : NULL;
  HemoS3Upload *upload = NULL;

  if (own == NULL || id == NULL || *id == '\0')
    return;
  upload = g_new0 (HemoS3Upload, 1);
  upload->key = g_strdup (own);
  upload->id = g_strdup (id);
  upload->begun = hemo_s3_node_time (node, "Initiated");
  g_ptr_array_add (uploads, upload);
}

/* The query of the next page; NULL after the last. (transfer full) */
static char *
next_page (const HemoS3Node *page, const char *prefix)
{
  const char *key = hemo_s3_node_text (page, "NextKeyMarker");
  const char *id = hemo_s3_node_text (page, "NextUploadIdMarker");
  g_autofree char *encoded_key = NULL, *encoded_id = NULL;

  if (g_strcmp0 (hemo_s3_node_text (page, "IsTruncated"), "true") != 0 || key == NULL)
    return NULL;
  encoded_key = hemo_http_encode (key, FALSE);
  encoded_id = hemo_http_encode (id != NULL ? id : "", FALSE);
  return g_strdup_printf ("key-marker=%s&prefix=%s&upload-id-marker=%s&uploads=", encoded_key,
                          prefix, encoded_id);
}

GPtrArray *
hemo_s3_multipart_uploads (HemoS3 *self,
                           const char *start,
                           GCancellable *cancellable,
                           GError **error)
{
  g_autoptr (GPtrArray) uploads
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_s3_upload_free);
  g_autofree char *prefix = hemo_s3_encode_prefix (self, start);
  g_autofree char *query = g_strdup_printf ("prefix=%s&uploads=", prefix);

  while (query != NULL)
    {
      g_autoptr (HemoS3Node) page
          = hemo_s3_ask_xml (self, "GET", NULL, query, NULL, cancellable, error);
      guint before = uploads->len;

      if (page == NULL
          || (!g_str_equal (page->name, "ListMultipartUploadsResult") && !fail_protocol (error)))
        return NULL;
      for (guint i = 0; i < page->children->len; i++)
        {
          const HemoS3Node *node = g_ptr_array_index (page->children, i);

          if (g_str_equal (node->name, "Upload"))
            add_upload (self, node, uploads);
        }
      g_free (query);
      query
          = uploads->len > before && uploads->len < UPLOADS_MOST ? next_page (page, prefix) : NULL;
    }
  return g_steal_pointer (&uploads);
}
