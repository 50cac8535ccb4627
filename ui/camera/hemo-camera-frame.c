/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Frames: checked as they come, drawn small for the screen, kept as they are. */

#include "hemo-camera-frame-private.h"

#include "hemo-picture.h"

#include <glib/gi18n.h>
#include <turbojpeg.h>

#define KEPT_QUALITY 95

static gboolean
take_jpeg (HemoFrame *self, GstBuffer *buffer, GError **error)
{
  HemoPictureInfo info;
  gpointer data = NULL;
  gsize size = 0;

  gst_buffer_extract_dup (buffer, 0, gst_buffer_get_size (buffer), &data, &size);
  self->jpeg = g_bytes_new_take (data, size);
  if (!hemo_picture_probe (self->jpeg, &info, error))
    return FALSE;
  self->width = info.width;
  self->height = info.height;
  return TRUE;
}

static gboolean
take_raw (HemoFrame *self, GstSample *sample, GError **error)
{
  GstCaps *caps = gst_sample_get_caps (sample);
  GstBuffer *buffer = gst_sample_get_buffer (sample);
  g_autoptr (GstBuffer) own = NULL;

  if (caps == NULL || !gst_video_info_from_caps (&self->info, caps)
      || gst_buffer_get_size (buffer) < GST_VIDEO_INFO_SIZE (&self->info)
      || GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_CORRUPTED))
    {
      g_set_error_literal (error, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_DAMAGED,
                           _ ("The camera's picture is not complete"));
      return FALSE;
    }
  /* PipeWire's producer waits for its buffers, of which it may have two. */
  own = gst_buffer_copy_deep (buffer);
  self->sample = gst_sample_new (own, caps, NULL, NULL);
  self->width = GST_VIDEO_INFO_WIDTH (&self->info);
  self->height = GST_VIDEO_INFO_HEIGHT (&self->info);
  return TRUE;
}

HemoFrame *
hemo_frame_new (GstSample *sample, GError **error)
{
  g_autoptr (HemoFrame) self = g_new0 (HemoFrame, 1);
  GstCaps *caps = gst_sample_get_caps (sample);
  GstBuffer *buffer = gst_sample_get_buffer (sample);
  gboolean taken;

  g_atomic_ref_count_init (&self->references);
  self->arrived = g_get_monotonic_time ();
  if (buffer == NULL || gst_buffer_get_size (buffer) == 0)
    {
      g_set_error_literal (error, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_DAMAGED,
                           _ ("The camera's picture is empty"));
      return NULL;
    }
  if (caps != NULL && gst_structure_has_name (gst_caps_get_structure (caps, 0), "video/x-raw"))
    taken = take_raw (self, sample, error);
  else
    taken = take_jpeg (self, buffer, error);
  return taken ? g_steal_pointer (&self) : NULL;
}

HemoFrame *
hemo_frame_ref (HemoFrame *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
hemo_frame_unref (HemoFrame *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;
  g_clear_pointer (&self->jpeg, g_bytes_unref);
  g_clear_pointer (&self->sample, gst_sample_unref);
  g_free (self);
}

gboolean
hemo_frame_equals (HemoFrame *self, HemoFrame *other)
{
  GstBuffer *a, *b;
  GstMapInfo map;
  gboolean same;

  if (self->width != other->width || self->height != other->height
      || (self->jpeg == NULL) != (other->jpeg == NULL))
    return FALSE;
  if (self->jpeg != NULL)
    return g_bytes_equal (self->jpeg, other->jpeg);
  a = gst_sample_get_buffer (self->sample);
  b = gst_sample_get_buffer (other->sample);
  if (gst_buffer_get_size (a) != gst_buffer_get_size (b) || !gst_buffer_map (a, &map, GST_MAP_READ))
    return FALSE;
  same = gst_buffer_memcmp (b, 0, map.data, map.size) == 0;
  gst_buffer_unmap (a, &map);
  return same;
}

static void
fit (int *width, int *height, int max_width, int max_height)
{
  const double scale = MIN (1.0, MIN ((double)max_width / *width, (double)max_height / *height));

  *width = MAX (1, (int)(*width * scale + 0.5));
  *height = MAX (1, (int)(*height * scale + 0.5));
}

static GstVideoConverter *
make_converter (const GstVideoInfo *from, const GstVideoInfo *to)
{
  GstStructure *options = gst_structure_new (
      "options", GST_VIDEO_CONVERTER_OPT_RESAMPLER_METHOD, GST_TYPE_VIDEO_RESAMPLER_METHOD,
      GST_VIDEO_RESAMPLER_METHOD_LINEAR, GST_VIDEO_CONVERTER_OPT_THREADS, G_TYPE_UINT, 1, NULL);
  GstVideoInfo in = *from, out = *to;

  /* Of single pictures neither says anything, and they must not differ. */
  in.fps_n = out.fps_n = 0;
  in.fps_d = out.fps_d = 1;
  in.interlace_mode = out.interlace_mode = GST_VIDEO_INTERLACE_MODE_PROGRESSIVE;
  return gst_video_converter_new (&in, &out, options);
}

static gboolean
say_failed (GError **error)
{
  g_set_error_literal (error, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_FAILED,
                       _ ("The camera's picture could not be converted"));
  return FALSE;
}

/* The pixels of @sample through @converter into @buffer, whose layout is @to. */
static gboolean
convert (GstVideoConverter *converter,
         const GstVideoInfo *from,
         GstBuffer *source,
         const GstVideoInfo *to,
         GstBuffer *target,
         GError **error)
{
  GstVideoFrame in, out;

  if (!gst_video_frame_map (&in, (GstVideoInfo *)from, source, GST_MAP_READ))
    return say_failed (error);
  if (!gst_video_frame_map (&out, (GstVideoInfo *)to, target, GST_MAP_WRITE))
    {
      gst_video_frame_unmap (&in);
      return say_failed (error);
    }
  gst_video_converter_frame (converter, &in, &out);
  gst_video_frame_unmap (&out);
  gst_video_frame_unmap (&in);
  return TRUE;
}

/* Rows without the gap that GStreamer leaves between them. */
static HemoPixels *
copy_rows (GstBuffer *buffer, const GstVideoInfo *info, GError **error)
{
  g_autoptr (HemoPixels) pixels
      = hemo_pixels_new (GST_VIDEO_INFO_WIDTH (info), GST_VIDEO_INFO_HEIGHT (info), error);
  const gsize stride = (gsize)GST_VIDEO_INFO_PLANE_STRIDE (info, 0);

  for (int y = 0; pixels != NULL && y < pixels->height; y++)
    gst_buffer_extract (buffer, (gsize)y * stride, hemo_pixels_row (pixels, y),
                        (gsize)pixels->width * 3);
  return g_steal_pointer (&pixels);
}

static HemoPixels *
decode_raw (HemoFrame *self, int max_side, GError **error)
{
  g_autoptr (GstBuffer) buffer = NULL;
  GstVideoConverter *converter;
  HemoPixels *pixels = NULL;
  GstVideoInfo info;
  int width = self->width, height = self->height;

  if (max_side > 0)
    fit (&width, &height, max_side, max_side);
  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_RGB, (guint)width, (guint)height);
  converter = make_converter (&self->info, &info);
  buffer = gst_buffer_new_allocate (NULL, GST_VIDEO_INFO_SIZE (&info), NULL);
  if (converter == NULL || buffer == NULL)
    say_failed (error);
  else if (convert (converter, &self->info, gst_sample_get_buffer (self->sample), &info, buffer,
                    error))
    pixels = copy_rows (buffer, &info, error);
  g_clear_pointer (&converter, gst_video_converter_free);
  return pixels;
}

HemoPixels *
hemo_frame_decode (HemoFrame *self, int max_side, GError **error)
{
  if (self->jpeg != NULL)
    return hemo_picture_decode (self->jpeg, max_side, TRUE, error);
  return decode_raw (self, max_side, error);
}

GBytes *
hemo_frame_dup_jpeg (HemoFrame *self, GError **error)
{
  g_autoptr (HemoPixels) pixels = NULL;

  if (self->jpeg != NULL)
    return g_bytes_ref (self->jpeg);
  pixels = decode_raw (self, 0, error);
  return pixels != NULL ? hemo_pixels_to_jpeg (pixels, KEPT_QUALITY, error) : NULL;
}

HemoShot *
hemo_frame_capture (HemoFrame *self, HemoFlatField *flat, double focus_needed, GError **error)
{
  g_autoptr (HemoShot) shot = g_new0 (HemoShot, 1);
  g_autoptr (HemoPixels) pixels = NULL;
  HemoPictureInfo info;

  shot->bytes = hemo_frame_dup_jpeg (self, error);
  if (shot->bytes == NULL || !hemo_picture_probe (shot->bytes, &info, error))
    return NULL;
  pixels = hemo_picture_decode (shot->bytes, HEMO_QUALITY_SIDE, TRUE, error);
  if (pixels == NULL)
    return NULL;
  shot->hash = hemo_picture_difference_hash (pixels);
  if (flat != NULL)
    hemo_flat_field_apply (flat, pixels->data, pixels->width, pixels->height,
                           (gsize)pixels->width * 3, 3, FALSE);
  if (!hemo_quality_measure (pixels, focus_needed, &shot->quality, error))
    return NULL;
  shot->width = info.width;
  shot->height = info.height;
  shot->own = self->jpeg != NULL;
  shot->flat_field = flat != NULL;
  shot->taken = self->arrived;
  return g_steal_pointer (&shot);
}

struct _HemoFramePainter
{
  tjhandle codec;
  /* Kept from frame to frame, as long as the sizes stay. */
  GstVideoConverter *converter;
  GstVideoInfo from;
  GstVideoInfo to;
  GstBuffer *decoded;
};

HemoFramePainter *
hemo_frame_painter_new (void)
{
  return g_new0 (HemoFramePainter, 1);
}

void
hemo_frame_painter_free (HemoFramePainter *self)
{
  g_clear_pointer (&self->codec, tjDestroy);
  g_clear_pointer (&self->converter, gst_video_converter_free);
  gst_clear_buffer (&self->decoded);
  g_free (self);
}

static gboolean
prepare (HemoFramePainter *self, const GstVideoInfo *from, const GstVideoInfo *to, GError **error)
{
  if (self->converter != NULL && gst_video_info_is_equal (from, &self->from)
      && gst_video_info_is_equal (to, &self->to))
    return TRUE;
  g_clear_pointer (&self->converter, gst_video_converter_free);
  self->converter = make_converter (from, to);
  self->from = *from;
  self->to = *to;
  return self->converter != NULL || say_failed (error);
}

/* Whole, half, quarter or eighth: the smallest that need not be enlarged. */
static void
find_scaled (const HemoFrame *frame, int width, int height, int *scaled_width, int *scaled_height)
{
  for (int down = 8; down >= 1; down /= 2)
    {
      const tjscalingfactor factor = { 1, down };
      *scaled_width = TJSCALED (frame->width, factor);
      *scaled_height = TJSCALED (frame->height, factor);
      if (*scaled_width >= width && *scaled_height >= height)
        return;
    }
}

static gboolean
read_jpeg (HemoFramePainter *self,
           const HemoFrame *frame,
           int width,
           int height,
           guint8 *to,
           GError **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (frame->jpeg, &size);

  if (self->codec == NULL)
    self->codec = tjInitDecompress ();
  if (self->codec != NULL
      && (tjDecompress2 (self->codec, data, size, to, width, 0, height, TJPF_BGRA,
                         TJFLAG_FASTUPSAMPLE)
              == 0
          || tjGetErrorCode (self->codec) == TJERR_WARNING))
    return TRUE;
  g_set_error_literal (error, HEMO_IMAGING_ERROR, HEMO_IMAGING_ERROR_DAMAGED,
                       _ ("The camera's picture is damaged"));
  return FALSE;
}

static GstBuffer *
make_buffer (const GstVideoInfo *info, GError **error)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, GST_VIDEO_INFO_SIZE (info), NULL);

  if (buffer == NULL)
    say_failed (error);
  return buffer;
}

/* A JPEG decoded near the size wanted, in self->decoded, laid out as @info. */
static gboolean
decode_small (HemoFramePainter *self,
              const HemoFrame *frame,
              int width,
              int height,
              GstVideoInfo *info,
              GError **error)
{
  int scaled_width = 0, scaled_height = 0;
  GstMapInfo map;
  gboolean done;

  find_scaled (frame, width, height, &scaled_width, &scaled_height);
  gst_video_info_set_format (info, GST_VIDEO_FORMAT_BGRA, (guint)scaled_width,
                             (guint)scaled_height);
  if (self->decoded != NULL && gst_buffer_get_size (self->decoded) != GST_VIDEO_INFO_SIZE (info))
    gst_clear_buffer (&self->decoded);
  if (self->decoded == NULL)
    self->decoded = make_buffer (info, error);
  if (self->decoded == NULL)
    return FALSE;
  if (!gst_buffer_map (self->decoded, &map, GST_MAP_WRITE))
    return say_failed (error);
  done = read_jpeg (self, frame, scaled_width, scaled_height, map.data, error);
  gst_buffer_unmap (self->decoded, &map);
  return done;
}

typedef struct
{
  GstBuffer *buffer;
  GstMapInfo map;
} Mapped;

static void
unmap (gpointer data)
{
  Mapped *self = data;

  gst_buffer_unmap (self->buffer, &self->map);
  gst_buffer_unref (self->buffer);
  g_free (self);
}

/* Takes @buffer, which the texture keeps: nothing is copied. */
static GdkTexture *
make_texture (GstBuffer *buffer, const GstVideoInfo *info, HemoFlatField *flat, GError **error)
{
  const int width = GST_VIDEO_INFO_WIDTH (info), height = GST_VIDEO_INFO_HEIGHT (info);
  const gsize stride = (gsize)GST_VIDEO_INFO_PLANE_STRIDE (info, 0);
  g_autoptr (GBytes) bytes = NULL;
  Mapped *mapped = g_new0 (Mapped, 1);

  mapped->buffer = buffer;
  if (!gst_buffer_map (buffer, &mapped->map, GST_MAP_READWRITE))
    {
      gst_buffer_unref (buffer);
      g_free (mapped);
      say_failed (error);
      return NULL;
    }
  if (flat != NULL)
    hemo_flat_field_apply (flat, mapped->map.data, width, height, stride, 4, TRUE);
  bytes = g_bytes_new_with_free_func (mapped->map.data, stride * (gsize)height, unmap, mapped);
  return gdk_memory_texture_new (width, height, GDK_MEMORY_B8G8R8A8_PREMULTIPLIED, bytes, stride);
}

GdkTexture *
hemo_frame_painter_paint (HemoFramePainter *self,
                          HemoFrame *frame,
                          int width,
                          int height,
                          HemoFlatField *flat,
                          GError **error)
{
  int to_width = frame->width, to_height = frame->height;
  GstBuffer *source, *target = NULL;
  GstVideoInfo from, to;

  fit (&to_width, &to_height, MAX (width, 1), MAX (height, 1));
  gst_video_info_set_format (&to, GST_VIDEO_FORMAT_BGRA, (guint)to_width, (guint)to_height);
  from = frame->info;
  if (frame->jpeg != NULL && !decode_small (self, frame, to_width, to_height, &from, error))
    return NULL;
  if (frame->jpeg != NULL && gst_video_info_is_equal (&from, &to))
    return make_texture (g_steal_pointer (&self->decoded), &to, flat, error);
  source = frame->jpeg != NULL ? self->decoded : gst_sample_get_buffer (frame->sample);
  target = make_buffer (&to, error);
  if (target != NULL && prepare (self, &from, &to, error)
      && convert (self->converter, &from, source, &to, target, error))
    return make_texture (target, &to, flat, error);
  gst_clear_buffer (&target);
  return NULL;
}
