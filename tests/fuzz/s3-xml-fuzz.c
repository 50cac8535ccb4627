/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What an S3 server, or whoever stands in for it, answers. */

#include "hemo-s3-xml.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autoptr (GBytes) xml = g_bytes_new_static (data, size);
  g_autoptr (HemoS3Node) root = hemo_s3_xml_parse (xml, NULL);
  guint64 number = 0;

  if (root == NULL)
    return 0;
  hemo_s3_node_text (hemo_s3_node_child (root, "Contents"), "Key");
  hemo_s3_node_number (root, "Size", &number);
  hemo_s3_node_time (root, "LastModified");
  return 0;
}
