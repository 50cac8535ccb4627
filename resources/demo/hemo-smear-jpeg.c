/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A drawn field as a camera hands it over. */

#include "hemo-smear-art-private.h"

#include <stdio.h>

#include <jpeglib.h>
#include <stdlib.h>

GBytes *
hemo_smear_to_jpeg (cairo_surface_t *surface, int quality)
{
  struct jpeg_compress_struct compress = { 0 };
  struct jpeg_error_mgr errors;
  unsigned char *buffer = NULL;
  unsigned long size = 0;

  compress.err = jpeg_std_error (&errors);
  jpeg_create_compress (&compress);
  jpeg_mem_dest (&compress, &buffer, &size);
  compress.image_width = (JDIMENSION)cairo_image_surface_get_width (surface);
  compress.image_height = (JDIMENSION)cairo_image_surface_get_height (surface);
  compress.input_components = 4;
  /* RGB24 is blue, green, red and nothing in memory. */
  compress.in_color_space = G_BYTE_ORDER == G_LITTLE_ENDIAN ? JCS_EXT_BGRX : JCS_EXT_XRGB;
  jpeg_set_defaults (&compress);
  jpeg_set_quality (&compress, quality, TRUE);
  jpeg_start_compress (&compress, TRUE);
  while (compress.next_scanline < compress.image_height)
    {
      JSAMPROW row
          = cairo_image_surface_get_data (surface)
            + (gsize)compress.next_scanline * (gsize)cairo_image_surface_get_stride (surface);
      jpeg_write_scanlines (&compress, &row, 1);
    }
  jpeg_finish_compress (&compress);
  jpeg_destroy_compress (&compress);
  return g_bytes_new_with_free_func (buffer, size, free, buffer);
}
