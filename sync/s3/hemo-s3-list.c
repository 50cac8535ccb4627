/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a bucket holds, page by page. */

#include "hemo-s3-private.h"

#include <glib/gi18n.h>

static HemoS3Object *
read_entry (HemoS3 *self, const HemoS3Node *node)
{
  const char *key = hemo_s3_node_text (node, "Key");
  const char *own = key != NULL ? hemo_s3_strip_key (self, key) : NULL;
  HemoS3Object *object = NULL;
  guint64 size = 0;

  if (own == NULL || !hemo_s3_node_number (node, "Size", &size))
    return NULL;
  object = g_new0 (HemoS3Object, 1);
  object->key = g_strdup (own);
  object->size = size;
  object->etag = hemo_s3_read_etag (hemo_s3_node_text (node, "ETag"));
  object->modified = hemo_s3_node_time (node, "LastModified");
  return object;
}

/* @next: (inout): where the next page begins; NULL at the end */
static gboolean
read_page (HemoS3 *self, const HemoS3Node *page, GPtrArray *objects, char **next)
{
  const char *more = hemo_s3_node_text (page, "IsTruncated");
  const char *token = hemo_s3_node_text (page, "NextContinuationToken");

  g_clear_pointer (next, g_free);
  if (!g_str_equal (page->name, "ListBucketResult"))
    return FALSE;
  for (guint i = 0; i < page->children->len; i++)
    {
      const HemoS3Node *node = g_ptr_array_index (page->children, i);
      HemoS3Object *object = NULL;

      if (!g_str_equal (node->name, "Contents"))
        continue;
      object = read_entry (self, node);
      if (object == NULL)
        return FALSE;
      g_ptr_array_add (objects, object);
    }
  if (g_strcmp0 (more, "true") != 0)
    return TRUE;
  *next = g_strdup (token);
  return token != NULL && *token != '\0';
}

static gboolean
fail (GError **error, HemoRemoteError code, const char *message)
{
  g_set_error_literal (error, HEMO_REMOTE_ERROR, (int)code, message);
  return FALSE;
}

static gboolean
add_page (HemoS3 *self,
          const char *start,
          GPtrArray *objects,
          char **next,
          GCancellable *cancellable,
          GError **error)
{
  g_autofree char *encoded = hemo_s3_encode_prefix (self, start);
  g_autofree char *token = *next != NULL ? hemo_http_encode (*next, FALSE) : NULL;
  g_autofree char *query = NULL;
  g_autoptr (HemoS3Node) page = NULL;

  query = g_strconcat ("list-type=2&max-keys=1000&prefix=", encoded,
                       token != NULL ? "&continuation-token=" : "", token, NULL);
  page = hemo_s3_ask_xml (self, "GET", NULL, query, NULL, cancellable, error);
  if (page == NULL)
    return FALSE;
  return read_page (self, page, objects, next)
         || fail (error, HEMO_REMOTE_ERROR_PROTOCOL,
                  N_ ("The answer of the server is not what an S3 server says."));
}

static int
compare_keys (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 ((*(HemoS3Object *const *)a)->key, (*(HemoS3Object *const *)b)->key);
}

GPtrArray *
hemo_s3_list (
    HemoS3 *self, const char *start, guint limit, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) objects
      = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_s3_object_free);
  g_autofree char *next = NULL;
  guint before = 0;

  do
    {
      before = objects->len;
      if (!add_page (self, start, objects, &next, cancellable, error))
        return NULL;
      if (objects->len > limit || (next != NULL && objects->len == before))
        {
          fail (error, HEMO_REMOTE_ERROR_TOO_LARGE,
                N_ ("The object store holds more than is looked at."));
          return NULL;
        }
    }
  while (next != NULL);
  g_ptr_array_sort (objects, compare_keys);
  return g_steal_pointer (&objects);
}
