/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures in the form in which they are drawn. */

#include "hemo-texture.h"

GdkTexture *
hemo_texture_prepare (GdkTexture *texture)
{
  g_autoptr (GdkTexture) given = texture;
  g_autoptr (GdkTextureDownloader) downloader = NULL;
  g_autoptr (GBytes) bytes = NULL;
  gsize stride = 0;

  if (texture == NULL)
    return NULL;
  downloader = gdk_texture_downloader_new (texture);
  gdk_texture_downloader_set_format (downloader, GDK_MEMORY_DEFAULT);
  bytes = gdk_texture_downloader_download_bytes (downloader, &stride);
  return gdk_memory_texture_new (gdk_texture_get_width (texture), gdk_texture_get_height (texture),
                                 GDK_MEMORY_DEFAULT, bytes, stride);
}
