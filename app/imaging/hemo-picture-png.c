/* SPDX-License-Identifier: GPL-3.0-or-later */

/* PNG: its chunks walked through within bounds, its pixels by libpng. */

#include "hemo-picture-private.h"

#include <glib/gi18n.h>
#include <setjmp.h>
#include <string.h>

#include <png.h>

#define MARK_SIZE 8

typedef struct
{
  const guint8 *begin;
  const guint8 *payload;
  guint32 payload_size;
  gsize size;
} Chunk;

static guint32
read_number (const guint8 *p)
{
  return (guint32)p[0] << 24 | (guint32)p[1] << 16 | (guint32)p[2] << 8 | p[3];
}

static gboolean
next_chunk (const guint8 **at, const guint8 *end, Chunk *chunk)
{
  const guint8 *p = *at;

  if (end - p < 12 || read_number (p) > (gsize)(end - p) - 12)
    return FALSE;
  *chunk = (Chunk){ .begin = p, .payload = p + 8, .payload_size = read_number (p) };
  chunk->size = (gsize)chunk->payload_size + 12;
  *at = p + chunk->size;
  return TRUE;
}

static gboolean
is_chunk (const Chunk *chunk, const char *name)
{
  return memcmp (chunk->begin + 4, name, 4) == 0;
}

/* What changes how the pixels look, and nothing that tells of anything else. */
static gboolean
is_pixels (const Chunk *chunk)
{
  static const char *const names[] = { "IHDR", "PLTE", "tRNS", "IDAT", "gAMA", "sRGB", "IEND" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (is_chunk (chunk, names[i]))
      return TRUE;
  return FALSE;
}

static gboolean
read_header (const Chunk *chunk, HemoPictureInfo *info, GError **error)
{
  const guint8 *p = chunk->payload;
  int channels;

  if (!is_chunk (chunk, "IHDR") || chunk->payload_size != 13)
    return hemo_picture_say_damaged (error, N_ ("it has no header"));
  if (!hemo_picture_check_size (read_number (p), read_number (p + 4), error))
    return FALSE;
  switch (p[9])
    {
    case PNG_COLOR_TYPE_GRAY:
      channels = 1;
      break;
    case PNG_COLOR_TYPE_GRAY_ALPHA:
      channels = 2;
      break;
    case PNG_COLOR_TYPE_RGB:
    case PNG_COLOR_TYPE_PALETTE:
      channels = 3;
      break;
    case PNG_COLOR_TYPE_RGB_ALPHA:
      channels = 4;
      break;
    default:
      return hemo_picture_say_damaged (error, N_ ("its kind of colour does not exist"));
    }
  info->width = (int)read_number (p);
  info->height = (int)read_number (p + 4);
  info->channels = channels;
  info->progressive = p[12] != PNG_INTERLACE_NONE;
  if (!info->progressive)
    return TRUE;
  return hemo_picture_check_memory ((guint64)info->width * info->height * 4, "interlaced PNG",
                                    error);
}

gboolean
hemo_png_probe (const guint8 *data, gsize size, HemoPictureInfo *info, GError **error)
{
  const guint8 *at = data + MARK_SIZE, *end = data + size;
  gboolean has_pixels = FALSE, complete = FALSE;
  Chunk chunk;

  while (!complete && next_chunk (&at, end, &chunk))
    {
      if (info->width == 0 && !read_header (&chunk, info, error))
        return FALSE;
      if (is_chunk (&chunk, "IDAT"))
        has_pixels = TRUE;
      else if (is_chunk (&chunk, "eXIf"))
        hemo_picture_read_exif (chunk.payload, chunk.payload_size, info);
      else if (!is_pixels (&chunk))
        info->has_metadata = TRUE;
      complete = is_chunk (&chunk, "IEND");
    }
  if (!complete || info->width == 0)
    return hemo_picture_say_damaged (error, N_ ("the PNG file is not complete"));
  if (!has_pixels)
    return hemo_picture_say_damaged (error, N_ ("it has a header and no pixels"));
  if (at != end)
    info->has_metadata = TRUE;
  info->media_type = "image/png";
  return TRUE;
}

/* libpng's state, its way out, and everything that has to be freed whichever way it goes. */
typedef struct
{
  png_structp codec;
  png_infop header;
  const guint8 *at;
  const guint8 *end;
  HemoShrinker *shrinker;
  HemoPixels *whole;
  guint8 *row;
  guint8 **rows;
  GByteArray *written;
  GError *error;
} Codec;

static void
stop_codec (png_structp codec, png_const_charp message)
{
  Codec *self = png_get_error_ptr (codec);

  if (self->error == NULL)
    hemo_picture_say_damaged (&self->error, message);
  png_longjmp (codec, 1);
}

static void
hear_warning (png_structp codec, png_const_charp message)
{
}

static void
read_bytes (png_structp codec, png_bytep to, size_t size)
{
  Codec *self = png_get_io_ptr (codec);

  if ((gsize)(self->end - self->at) < size)
    png_error (codec, N_ ("the file ends too early"));
  memcpy (to, self->at, size);
  self->at += size;
}

static void
free_codec (Codec *self)
{
  hemo_shrinker_free (self->shrinker);
  hemo_pixels_free (self->whole);
  g_free (self->row);
  g_free (self->rows);
  if (self->written != NULL)
    g_byte_array_unref (self->written);
}

/* Whatever it is, to 8 bit RGB on white. */
static void
ask_for_rgb (png_structp codec)
{
  const png_color_16 white = { .red = 255, .green = 255, .blue = 255, .gray = 255 };

  png_set_expand (codec);
  png_set_scale_16 (codec);
  png_set_gray_to_rgb (codec);
  png_set_background (codec, &white, PNG_BACKGROUND_GAMMA_SCREEN, 0, 1.0);
  /* Where there was no alpha channel the call above does nothing, and where there was it goes. */
  png_set_strip_alpha (codec);
}

static void
set_limits (png_structp codec)
{
  static const png_byte skipped[] = "tEXt\0zTXt\0iTXt\0iCCP\0sPLT\0eXIf\0hIST\0bKGD";

  png_set_user_limits (codec, HEMO_PICTURE_SIDE_LIMIT, HEMO_PICTURE_SIDE_LIMIT);
  png_set_chunk_malloc_max (codec, 8 * 1024 * 1024);
  png_set_chunk_cache_max (codec, 64);
  png_set_keep_unknown_chunks (codec, PNG_HANDLE_CHUNK_NEVER, skipped, 8);
}

static void
read_interlaced (Codec *self, int height)
{
  self->rows = g_new (guint8 *, height);
  for (int y = 0; y < height; y++)
    self->rows[y] = hemo_pixels_row (self->whole, y);
  png_read_image (self->codec, self->rows);
  for (int y = 0; y < height; y++)
    hemo_shrinker_push (self->shrinker, self->rows[y]);
}

static gboolean
run_reader (Codec *self, const HemoPictureInfo *info, int max_side)
{
  int width = info->width, height = info->height;

  if (setjmp (png_jmpbuf (self->codec)) != 0)
    return FALSE;
  set_limits (self->codec);
  png_set_read_fn (self->codec, self, read_bytes);
  png_read_info (self->codec, self->header);
  ask_for_rgb (self->codec);
  png_set_interlace_handling (self->codec);
  png_read_update_info (self->codec, self->header);
  if (png_get_rowbytes (self->codec, self->header) != (gsize)info->width * 3)
    png_error (self->codec, N_ ("its pixels are of no known kind"));
  hemo_picture_fit (&width, &height, max_side);
  self->shrinker = hemo_shrinker_new (info->width, info->height, width, height, &self->error);
  if (self->shrinker == NULL)
    return FALSE;
  if (info->progressive)
    {
      self->whole = hemo_pixels_new (info->width, info->height, &self->error);
      if (self->whole == NULL)
        return FALSE;
      read_interlaced (self, info->height);
    }
  else
    {
      self->row = g_malloc ((gsize)info->width * 3);
      for (int y = 0; y < info->height; y++)
        {
          png_read_row (self->codec, self->row, NULL);
          hemo_shrinker_push (self->shrinker, self->row);
        }
    }
  png_read_end (self->codec, NULL);
  return TRUE;
}

HemoPixels *
hemo_png_decode (
    const guint8 *data, gsize size, const HemoPictureInfo *info, int max_side, GError **error)
{
  Codec self = { .at = data, .end = data + size };
  HemoPixels *pixels = NULL;

  self.codec = png_create_read_struct (PNG_LIBPNG_VER_STRING, &self, stop_codec, hear_warning);
  if (self.codec != NULL)
    self.header = png_create_info_struct (self.codec);
  if (self.header == NULL)
    g_set_error_literal (&self.error, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_FAILED,
                         N_ ("Not enough memory to open the picture"));
  else if (run_reader (&self, info, max_side))
    pixels = hemo_shrinker_finish (g_steal_pointer (&self.shrinker));
  png_destroy_read_struct (&self.codec, &self.header, NULL);
  free_codec (&self);
  if (self.error != NULL)
    g_propagate_error (error, self.error);
  return pixels;
}

GBytes *
hemo_png_strip (const guint8 *data, gsize size)
{
  const guint8 *at = data + MARK_SIZE, *end = data + size;
  GByteArray *to = g_byte_array_sized_new ((guint)size);
  gboolean complete = FALSE;
  Chunk chunk;

  g_byte_array_append (to, data, MARK_SIZE);
  while (!complete && next_chunk (&at, end, &chunk))
    {
      if (is_pixels (&chunk))
        g_byte_array_append (to, chunk.begin, (guint)chunk.size);
      complete = is_chunk (&chunk, "IEND");
    }
  return g_byte_array_free_to_bytes (to);
}

static void
write_bytes (png_structp codec, png_bytep from, size_t size)
{
  Codec *self = png_get_io_ptr (codec);

  g_byte_array_append (self->written, from, (guint)size);
}

static void
flush_bytes (png_structp codec)
{
}

static gboolean
run_writer (Codec *self, const HemoPixels *pixels)
{
  if (setjmp (png_jmpbuf (self->codec)) != 0)
    return FALSE;
  png_set_write_fn (self->codec, self, write_bytes, flush_bytes);
  png_set_IHDR (self->codec, self->header, (png_uint_32)pixels->width, (png_uint_32)pixels->height,
                8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                PNG_FILTER_TYPE_DEFAULT);
  png_set_compression_level (self->codec, 6);
  png_write_info (self->codec, self->header);
  for (int y = 0; y < pixels->height; y++)
    png_write_row (self->codec, hemo_pixels_row (pixels, y));
  png_write_end (self->codec, NULL);
  return TRUE;
}

GBytes *
hemo_pixels_to_png (const HemoPixels *self, GError **error)
{
  Codec codec = { .written = g_byte_array_new () };
  GBytes *bytes = NULL;

  codec.codec = png_create_write_struct (PNG_LIBPNG_VER_STRING, &codec, stop_codec, hear_warning);
  if (codec.codec != NULL)
    codec.header = png_create_info_struct (codec.codec);
  if (codec.header != NULL && run_writer (&codec, self))
    bytes = g_byte_array_free_to_bytes (g_steal_pointer (&codec.written));
  else
    g_set_error_literal (error, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_FAILED,
                         N_ ("The picture could not be written as PNG"));
  png_destroy_write_struct (&codec.codec, &codec.header);
  free_codec (&codec);
  g_clear_error (&codec.error);
  return bytes;
}
