/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pixels written as JPEG: baseline, which every program reads line by line. */

#include "hemo-pixels.h"

#include <glib/gi18n.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

/* Sharp colour edges matter where a picture is read, not in a preview. */
#define FULL_COLOUR_FROM 90

typedef struct
{
  struct jpeg_compress_struct codec;
  struct jpeg_error_mgr manager;
  jmp_buf way_out;
  unsigned char *bytes;
  unsigned long size;
} Writer;

static void
stop_writing (j_common_ptr codec)
{
  Writer *self = codec->client_data;

  longjmp (self->way_out, 1);
}

static void
hear_warning (j_common_ptr codec, int level)
{
}

static void
set_parameters (struct jpeg_compress_struct *codec, const HemoPixels *pixels, int quality)
{
  codec->image_width = (JDIMENSION)pixels->width;
  codec->image_height = (JDIMENSION)pixels->height;
  codec->input_components = 3;
  codec->in_color_space = JCS_RGB;
  jpeg_set_defaults (codec);
  jpeg_set_quality (codec, quality, TRUE);
  codec->optimize_coding = TRUE;
  if (quality >= FULL_COLOUR_FROM)
    codec->comp_info[0].h_samp_factor = codec->comp_info[0].v_samp_factor = 1;
}

static gboolean
run_writer (Writer *self, const HemoPixels *pixels, int quality)
{
  if (setjmp (self->way_out) != 0)
    return FALSE;
  jpeg_create_compress (&self->codec);
  jpeg_mem_dest (&self->codec, &self->bytes, &self->size);
  set_parameters (&self->codec, pixels, quality);
  jpeg_start_compress (&self->codec, TRUE);
  for (int y = 0; y < pixels->height; y++)
    {
      JSAMPROW row = hemo_pixels_row (pixels, y);
      jpeg_write_scanlines (&self->codec, &row, 1);
    }
  jpeg_finish_compress (&self->codec);
  return TRUE;
}

GBytes *
hemo_pixels_to_jpeg (const HemoPixels *self, int quality, GError **error)
{
  Writer writer = { 0 };
  gboolean written;

  if (quality < 1 || quality > 100)
    {
      g_set_error (error, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_INVALID,
                   "The quality of a JPEG is 1 to 100, not %d", quality);
      return NULL;
    }
  writer.codec.err = jpeg_std_error (&writer.manager);
  writer.codec.client_data = &writer;
  writer.manager.error_exit = stop_writing;
  writer.manager.emit_message = hear_warning;
  written = run_writer (&writer, self, quality);
  jpeg_destroy_compress (&writer.codec);
  if (written)
    return g_bytes_new_with_free_func (writer.bytes, writer.size, free, writer.bytes);
  free (writer.bytes);
  g_set_error_literal (error, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_FAILED,
                       N_ ("The picture could not be written as JPEG"));
  return NULL;
}
