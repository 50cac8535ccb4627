/* SPDX-License-Identifier: GPL-3.0-or-later */

/* JPEG: its markers walked through within bounds, its pixels by libjpeg, turned by libturbojpeg. */

#include "hemo-jpeg-reader-private.h"
#include "hemo-picture-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include <turbojpeg.h>

enum
{
  SOF0 = 0xc0,
  SOF1 = 0xc1,
  SOF2 = 0xc2,
  DHT = 0xc4,
  DAC = 0xcc,
  RST0 = 0xd0,
  RST7 = 0xd7,
  SOI = 0xd8,
  EOI = 0xd9,
  SOS = 0xda,
  DQT = 0xdb,
  DRI = 0xdd,
  APP0 = 0xe0,
  APP1 = 0xe1,
  APP14 = 0xee,
};

/* One marker with what belongs to it, for SOS with its compressed data. */
typedef struct
{
  int marker;
  const guint8 *begin;
  const guint8 *payload;
  gsize payload_size;
  gsize size;
} Segment;

typedef struct
{
  const guint8 *at;
  const guint8 *end;
} Walk;

/* Where the compressed data that starts at @at ends: at a marker that is no restart. */
static const guint8 *
skip_compressed (const guint8 *at, const guint8 *end)
{
  while (end - at >= 2)
    {
      at = memchr (at, 0xff, (gsize)(end - at) - 1);
      if (at == NULL)
        return end;
      if (at[1] != 0 && at[1] != 0xff && !(at[1] >= RST0 && at[1] <= RST7))
        return at;
      at += at[1] == 0xff ? 1 : 2;
    }
  return end;
}

/* FALSE at the end of the bytes or where no marker stands. */
static gboolean
next_segment (Walk *walk, Segment *segment)
{
  const guint8 *at = walk->at, *end = walk->end;

  while (end - at >= 2 && at[0] == 0xff && at[1] == 0xff)
    at++;
  if (end - at < 2 || at[0] != 0xff || at[1] == 0)
    return FALSE;
  *segment = (Segment){ .marker = at[1], .begin = at, .payload = at + 2, .size = 2 };
  if (at[1] != SOI && at[1] != EOI && !(at[1] >= RST0 && at[1] <= RST7))
    {
      gsize length;
      if (end - at < 4)
        return FALSE;
      length = (gsize)at[2] << 8 | at[3];
      if (length < 2 || (gsize)(end - at) - 2 < length)
        return FALSE;
      segment->payload = at + 4;
      segment->payload_size = length - 2;
      segment->size = length + 2;
    }
  walk->at = at + segment->size;
  if (segment->marker == SOS)
    {
      walk->at = skip_compressed (walk->at, end);
      segment->size = (gsize)(walk->at - at);
    }
  return TRUE;
}

static gboolean
is_frame (int marker)
{
  return marker >= 0xc0 && marker <= 0xcf && marker != DHT && marker != 0xc8 && marker != DAC;
}

static gboolean
has_prefix (const Segment *segment, const char *prefix, gsize size)
{
  return segment->payload_size >= size && memcmp (segment->payload, prefix, size) == 0;
}

/* Bytes of all the coefficients of a frame whose header is @p with @n components; 0 if nonsense. */
static guint64
count_coefficients (const guint8 *p, int n, guint64 width, guint64 height)
{
  guint64 across = 1, down = 1, bytes = 0;

  for (int i = 0; i < n; i++)
    {
      const guint h = p[6 + 3 * i + 1] >> 4, v = p[6 + 3 * i + 1] & 15;
      if (h < 1 || h > 4 || v < 1 || v > 4)
        return 0;
      across = MAX (across, h);
      down = MAX (down, v);
    }
  for (int i = 0; i < n; i++)
    {
      const guint h = p[6 + 3 * i + 1] >> 4, v = p[6 + 3 * i + 1] & 15;
      bytes += ((width + 8 * across - 1) / (8 * across) * h)
               * ((height + 8 * down - 1) / (8 * down) * v) * 64 * sizeof (JCOEF);
    }
  return bytes;
}

static gboolean
read_frame (const Segment *segment, HemoPictureInfo *info, guint64 *coefficients, GError **error)
{
  const guint8 *p = segment->payload;
  guint64 width, height;

  if (info->width != 0)
    return hemo_picture_say_damaged (error, N_ ("it has two frames"));
  if (segment->payload_size < 6 || segment->payload_size < 6 + 3 * (gsize)p[5])
    return hemo_picture_say_damaged (error, N_ ("its header is too short"));
  if (segment->marker > SOF2)
    return hemo_picture_say_unsupported (error,
                                         N_ ("This JPEG is lossless, hierarchical or arithmetic"));
  if (p[0] != 8)
    return hemo_picture_say_unsupported (error, N_ ("This JPEG has not 8 bits a channel"));
  if (p[5] != 1 && p[5] != 3 && p[5] != 4)
    return hemo_picture_say_unsupported (error, N_ ("This JPEG is neither grey, colour nor CMYK"));
  height = (guint64)p[1] << 8 | p[2];
  width = (guint64)p[3] << 8 | p[4];
  if (!hemo_picture_check_size (width, height, error))
    return FALSE;
  *coefficients = count_coefficients (p, p[5], width, height);
  if (*coefficients == 0)
    return hemo_picture_say_damaged (error, N_ ("its sampling factors are impossible"));
  info->width = (int)width;
  info->height = (int)height;
  info->channels = p[5];
  info->progressive = segment->marker == SOF2;
  return TRUE;
}

static void
note_metadata (const Segment *segment, HemoPictureInfo *info)
{
  if (segment->marker == APP1 && has_prefix (segment, "Exif\0", 6) && !info->has_exif)
    hemo_picture_read_exif (segment->payload + 6, segment->payload_size - 6, info);
  else if (segment->marker == APP14 && has_prefix (segment, "Adobe", 5))
    return;
  else if (segment->marker == APP0 && has_prefix (segment, "JFIF", 5)
           && segment->payload_size == 14)
    return;
  else if (segment->marker >= APP0)
    info->has_metadata = TRUE;
}

static gboolean
read_scan (const Segment *segment, int *scans, HemoPictureInfo *info, GError **error)
{
  if (info->width == 0)
    return hemo_picture_say_damaged (error, N_ ("its pixels come before its header"));
  if (segment->payload_size < 1)
    return hemo_picture_say_damaged (error, N_ ("a scan's header is too short"));
  if (++*scans > HEMO_PICTURE_SCAN_LIMIT)
    {
      g_set_error (error, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_TOO_LARGE,
                   N_ ("This progressive JPEG has more than %d scans, as no camera makes. "
                       "Save it in the baseline form."),
                   HEMO_PICTURE_SCAN_LIMIT);
      return FALSE;
    }
  /* A sequential file whose first scan has not all channels is held whole, too. */
  if (segment->payload[0] < info->channels)
    info->progressive = TRUE;
  return TRUE;
}

gboolean
hemo_jpeg_probe (const guint8 *data, gsize size, HemoPictureInfo *info, GError **error)
{
  Walk walk = { data, data + size };
  Segment segment = { 0 };
  guint64 coefficients = 0;
  int scans = 0;

  while (next_segment (&walk, &segment) && segment.marker != EOI)
    {
      if (is_frame (segment.marker) && !read_frame (&segment, info, &coefficients, error))
        return FALSE;
      if (segment.marker == SOS && !read_scan (&segment, &scans, info, error))
        return FALSE;
      if (info->progressive && !hemo_picture_check_memory (coefficients, "progressive JPEG", error))
        return FALSE;
      note_metadata (&segment, info);
      segment.marker = 0;
    }
  if (segment.marker != EOI)
    return hemo_picture_say_damaged (error, N_ ("the JPEG file is not complete"));
  if (scans == 0)
    return hemo_picture_say_damaged (error, N_ ("it has a header and no pixels"));
  if (walk.at != walk.end)
    info->has_metadata = TRUE;
  info->media_type = "image/jpeg";
  return TRUE;
}

typedef struct
{
  HemoJpegReader base;
  HemoShrinker *shrinker;
  guint8 *row;
} Reader;

/* Only whole, half, quarter and eighth have fast code in libjpeg-turbo; an average does the rest.
 */
static void
choose_scale (Reader *self, int longest, int wanted)
{
  unsigned int scale = 8;

  while (wanted > 0 && scale > 1 && (longest * (int)(scale / 2) + 7) / 8 >= wanted)
    scale /= 2;
  self->base.codec.scale_num = scale;
  self->base.codec.scale_denom = 8;
  self->base.codec.do_fancy_upsampling = wanted == 0 || wanted >= longest;
  self->base.codec.do_block_smoothing = FALSE;
}

/* Leaves by the way out of @self on any error. */
static void
read_rows (Reader *self, int width, int height)
{
  struct jpeg_decompress_struct *codec = &self->base.codec;
  const gboolean cmyk = codec->out_color_space == JCS_CMYK;
  const gsize out = codec->output_width;
  JSAMPROW row;

  self->row = g_malloc (out * 7);
  row = self->row;
  self->shrinker = hemo_shrinker_new ((int)codec->output_width, (int)codec->output_height, width,
                                      height, &self->base.error);
  if (self->shrinker == NULL)
    longjmp (self->base.way_out, 1);
  while (codec->output_scanline < codec->output_height)
    {
      jpeg_read_scanlines (codec, &row, 1);
      if (cmyk)
        hemo_jpeg_convert_cmyk (row, row + 4 * out, codec->output_width, codec->saw_Adobe_marker);
      hemo_shrinker_push (self->shrinker, cmyk ? row + 4 * out : row);
    }
  jpeg_finish_decompress (codec);
}

static gboolean
run_reader (Reader *self, const guint8 *data, gsize size, const HemoPictureInfo *info, int max_side)
{
  struct jpeg_decompress_struct *codec = &self->base.codec;
  int width = info->width, height = info->height;

  if (setjmp (self->base.way_out) != 0)
    return FALSE;
  if (!hemo_jpeg_reader_begin (&self->base, data, size, info))
    return FALSE;
  choose_scale (self, MAX (width, height), max_side);
  hemo_picture_fit (&width, &height, max_side);
  jpeg_start_decompress (codec);
  read_rows (self, width, height);
  return TRUE;
}

HemoPixels *
hemo_jpeg_decode (
    const guint8 *data, gsize size, const HemoPictureInfo *info, int max_side, GError **error)
{
  Reader self = { 0 };
  HemoPixels *pixels = NULL;

  if (hemo_jpeg_reader_open (&self.base) && run_reader (&self, data, size, info, max_side))
    pixels = hemo_shrinker_finish (g_steal_pointer (&self.shrinker));
  hemo_shrinker_free (self.shrinker);
  g_free (self.row);
  hemo_jpeg_reader_close (&self.base, error);
  return pixels;
}

static void
append_jfif (GByteArray *to, const Segment *segment)
{
  /* Version and density stay; a preview inside goes. */
  const guint8 head[4] = { 0xff, APP0, 0, 16 };
  const guint8 no_preview[2] = { 0, 0 };

  g_byte_array_append (to, head, 4);
  g_byte_array_append (to, segment->payload, 12);
  g_byte_array_append (to, no_preview, 2);
}

static gboolean
is_needed (const Segment *segment)
{
  switch (segment->marker)
    {
    case SOI:
    case DQT:
    case DHT:
    case DRI:
    case SOS:
    case EOI:
      return TRUE;
    case APP14:
      return has_prefix (segment, "Adobe", 5) && segment->payload_size == 12;
    default:
      return is_frame (segment->marker);
    }
}

static GBytes *
copy_needed (const guint8 *data, gsize size)
{
  Walk walk = { data, data + size };
  GByteArray *to = g_byte_array_sized_new ((guint)size);
  Segment segment = { 0 };

  while (segment.marker != EOI && next_segment (&walk, &segment))
    {
      if (segment.marker == APP0 && has_prefix (&segment, "JFIF", 5) && segment.payload_size >= 14)
        append_jfif (to, &segment);
      else if (is_needed (&segment))
        g_byte_array_append (to, segment.begin, (guint)segment.size);
    }
  return g_byte_array_free_to_bytes (to);
}

static void
free_turned (gpointer data)
{
  tjFree (data);
}

/* In whole blocks; NULL when that would lose an edge, or libturbojpeg does not like the file. */
static GBytes *
turn_blocks (const guint8 *data, gsize size, int orientation)
{
  static const int operations[9]
      = { TJXOP_NONE,      TJXOP_NONE,  TJXOP_HFLIP,      TJXOP_ROT180, TJXOP_VFLIP,
          TJXOP_TRANSPOSE, TJXOP_ROT90, TJXOP_TRANSVERSE, TJXOP_ROT270 };
  tjtransform transform
      = { .op = operations[orientation], .options = TJXOPT_PERFECT | TJXOPT_COPYNONE };
  tjhandle handle = tjInitTransform ();
  unsigned char *turned = NULL;
  unsigned long turned_size = 0;
  int failed;

  if (handle == NULL)
    return NULL;
  failed = tjTransform (handle, data, size, 1, &turned, &turned_size, &transform, 0);
  tjDestroy (handle);
  if (!failed)
    return g_bytes_new_with_free_func (turned, turned_size, free_turned, turned);
  tjFree (turned);
  return NULL;
}

GBytes *
hemo_jpeg_strip (const guint8 *data, gsize size, const HemoPictureInfo *info, GError **error)
{
  /* Turning holds the coefficients twice; beyond this, decoding line by line needs less. */
  const guint64 held = (guint64)info->width * info->height * info->channels * sizeof (JCOEF) * 2;
  g_autoptr (GBytes) plain = copy_needed (data, size);

  if (info->orientation == 1)
    return g_steal_pointer (&plain);
  if (held > 2 * HEMO_PICTURE_MEMORY_LIMIT)
    return NULL;
  return turn_blocks (g_bytes_get_data (plain, NULL), g_bytes_get_size (plain), info->orientation);
}
