/* SPDX-License-Identifier: GPL-3.0-or-later */

/* libjpeg as every reader of JPEG here uses it. */

#include "hemo-jpeg-reader-private.h"

#include "hemo-picture-private.h"

/* after jpeglib.h */
#include <glib/gi18n.h>
#include <jerror.h>

static void
stop_reading (j_common_ptr codec)
{
  HemoJpegReader *self = codec->client_data;
  const int code = codec->err->msg_code;
  char message[JMSG_LENGTH_MAX];

  if (code == JERR_OUT_OF_MEMORY || code == JERR_NO_BACKING_STORE)
    g_set_error_literal (&self->error, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_FAILED,
                         N_ ("Not enough memory to open the picture"));
  else if (self->error == NULL)
    {
      codec->err->format_message (codec, message);
      hemo_picture_say_damaged (&self->error, message);
    }
  longjmp (self->way_out, 1);
}

/* libjpeg goes on after these and fills the rest with grey: a result that nobody may read. */
static gboolean
loses_pixels (int code)
{
  switch (code)
    {
    case JWRN_ARITH_BAD_CODE:
    case JWRN_BOGUS_PROGRESSION:
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_JPEG_EOF:
    case JWRN_MUST_RESYNC:
      return TRUE;
    default:
      return FALSE;
    }
}

static void
hear_warning (j_common_ptr codec, int level)
{
  HemoJpegReader *self = codec->client_data;

  if (level >= 0 || !loses_pixels (codec->err->msg_code))
    return;
  hemo_picture_say_damaged (&self->error, N_ ("some of its pixels are missing or garbled"));
  longjmp (self->way_out, 1);
}

static void
say_nothing (j_common_ptr codec)
{
}

gboolean
hemo_jpeg_reader_open (HemoJpegReader *self)
{
  self->codec.err = jpeg_std_error (&self->manager);
  self->codec.client_data = self;
  self->manager.error_exit = stop_reading;
  self->manager.emit_message = hear_warning;
  self->manager.output_message = say_nothing;
  if (setjmp (self->way_out) != 0)
    return FALSE;
  jpeg_create_decompress (&self->codec);
  return TRUE;
}

gboolean
hemo_jpeg_reader_begin (HemoJpegReader *self,
                        const guint8 *data,
                        gsize size,
                        const HemoPictureInfo *info)
{
  struct jpeg_decompress_struct *codec = &self->codec;

  jpeg_mem_src (codec, data, size);
  jpeg_read_header (codec, TRUE);
  /* The walk saw the same header; were it not so, its limits would say nothing. */
  if ((int)codec->image_width != info->width || (int)codec->image_height != info->height)
    return hemo_picture_say_damaged (&self->error, N_ ("it has two headers"));
  codec->mem->max_memory_to_use = 2 * (long)HEMO_PICTURE_MEMORY_LIMIT;
  codec->out_color_space = codec->num_components == 4 ? JCS_CMYK : JCS_RGB;
  return TRUE;
}

void
hemo_jpeg_reader_close (HemoJpegReader *self, GError **error)
{
  jpeg_destroy_decompress (&self->codec);
  if (self->error != NULL)
    g_propagate_error (error, self->error);
}

/* Inks to light; what Adobe's programs write is inverted already. */
void
hemo_jpeg_convert_cmyk (const guint8 *from, guint8 *to, guint width, gboolean inverted)
{
  for (guint i = 0; i < width; i++, from += 4, to += 3)
    for (int c = 0; c < 3; c++)
      {
        const guint ink = inverted ? from[c] : 255u - from[c];
        const guint black = inverted ? from[3] : 255u - from[3];
        to[c] = (guint8)((ink * black + 127) / 255);
      }
}
