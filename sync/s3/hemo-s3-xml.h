/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The answers of S3: XML without attributes that matter, from outside. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* An element; @name without a prefix; @text: its own. Texts are wiped when freed. */
typedef struct
{
  char *name;
  GString *text;
  GPtrArray *children;
} HemoS3Node;

void hemo_s3_node_free (HemoS3Node *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoS3Node, hemo_s3_node_free)

/* At most 4 MiB, eight levels, 65,536 elements. %HEMO_REMOTE_ERROR_PROTOCOL if not.
 * (transfer full) */
HemoS3Node *hemo_s3_xml_parse (GBytes *xml, GError **error);

/* The first child of that name; NULL without. */
const HemoS3Node *hemo_s3_node_child (const HemoS3Node *self, const char *name);
/* Its text; NULL without. */
const char *hemo_s3_node_text (const HemoS3Node *self, const char *name);
/* Its text as a number; FALSE if there is none. */
gboolean hemo_s3_node_number (const HemoS3Node *self, const char *name, guint64 *number);
/* Its text as a time, UTC microseconds; 0 if it is none. */
gint64 hemo_s3_node_time (const HemoS3Node *self, const char *name);

G_END_DECLS
