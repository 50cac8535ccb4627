/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A small tree of an answer, by GLib's parser: no entities but the five, nothing loaded. */

#include "hemo-s3-xml.h"

#include "hemo-remote.h"

#include <glib/gi18n.h>
#include <openssl/crypto.h>
#include <string.h>

#define SIZE_LIMIT (4 * 1024 * 1024)
#define DEPTH_LIMIT 8
#define NODES_LIMIT 65536

typedef struct
{
  HemoS3Node *root;
  /* (element-type HemoS3Node): from the root to where we are */
  GPtrArray *open;
  guint nodes;
} Reading;

void
hemo_s3_node_free (HemoS3Node *self)
{
  if (self == NULL)
    return;
  OPENSSL_cleanse (self->text->str, self->text->len);
  g_string_free (self->text, TRUE);
  g_ptr_array_unref (self->children);
  g_free (self->name);
  g_free (self);
}

static HemoS3Node *
node_new (const char *name)
{
  HemoS3Node *self = g_new0 (HemoS3Node, 1);
  const char *colon = strrchr (name, ':');

  self->name = g_strdup (colon != NULL ? colon + 1 : name);
  self->text = g_string_new (NULL);
  self->children = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_s3_node_free);
  return self;
}

static void
begin_element (GMarkupParseContext *context,
               const char *name,
               const char **attributes,
               const char **values,
               gpointer data,
               GError **error)
{
  Reading *self = data;
  HemoS3Node *node = NULL;

  if (self->open->len >= DEPTH_LIMIT || ++self->nodes > NODES_LIMIT
      || (self->open->len == 0 && self->root != NULL))
    {
      g_set_error_literal (error, G_MARKUP_ERROR, G_MARKUP_ERROR_INVALID_CONTENT, "too much");
      return;
    }
  node = node_new (name);
  if (self->open->len == 0)
    self->root = node;
  else
    g_ptr_array_add (((HemoS3Node *)g_ptr_array_index (self->open, self->open->len - 1))->children,
                     node);
  g_ptr_array_add (self->open, node);
}

static void
end_element (GMarkupParseContext *context, const char *name, gpointer data, GError **error)
{
  Reading *self = data;

  g_ptr_array_set_size (self->open, (int)self->open->len - 1);
}

static void
take_text (
    GMarkupParseContext *context, const char *text, gsize size, gpointer data, GError **error)
{
  Reading *self = data;
  HemoS3Node *node = NULL;

  if (self->open->len == 0)
    return;
  node = g_ptr_array_index (self->open, self->open->len - 1);
  g_string_append_len (node->text, text, (gssize)size);
}

HemoS3Node *
hemo_s3_xml_parse (GBytes *xml, GError **error)
{
  static const GMarkupParser parser
      = { .start_element = begin_element, .end_element = end_element, .text = take_text };
  g_autoptr (GPtrArray) open = g_ptr_array_new ();
  Reading reading = { .open = open };
  g_autoptr (GMarkupParseContext) context = g_markup_parse_context_new (&parser, 0, &reading, NULL);
  gsize size = 0;
  const char *data = g_bytes_get_data (xml, &size);

  if (size > 0 && size <= SIZE_LIMIT
      && g_markup_parse_context_parse (context, data, (gssize)size, NULL)
      && g_markup_parse_context_end_parse (context, NULL) && reading.root != NULL)
    return reading.root;
  hemo_s3_node_free (reading.root);
  g_set_error_literal (error, HEMO_REMOTE_ERROR, HEMO_REMOTE_ERROR_PROTOCOL,
                       N_ ("The answer of the server is not what an S3 server says."));
  return NULL;
}

const HemoS3Node *
hemo_s3_node_child (const HemoS3Node *self, const char *name)
{
  for (guint i = 0; self != NULL && i < self->children->len; i++)
    {
      const HemoS3Node *child = g_ptr_array_index (self->children, i);

      if (g_str_equal (child->name, name))
        return child;
    }
  return NULL;
}

const char *
hemo_s3_node_text (const HemoS3Node *self, const char *name)
{
  const HemoS3Node *child = hemo_s3_node_child (self, name);

  return child != NULL ? child->text->str : NULL;
}

gboolean
hemo_s3_node_number (const HemoS3Node *self, const char *name, guint64 *number)
{
  const char *text = hemo_s3_node_text (self, name);

  return text != NULL && g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, number, NULL);
}

gint64
hemo_s3_node_time (const HemoS3Node *self, const char *name)
{
  const char *text = hemo_s3_node_text (self, name);
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) time = text != NULL ? g_date_time_new_from_iso8601 (text, utc) : NULL;

  return time != NULL ? g_date_time_to_unix_usec (time) : 0;
}
