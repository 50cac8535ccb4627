/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Chosen images in a grid, with field, objective and, where calibrated, a scale bar. */

#include "hemo-report-sheet-private.h"

#include "hemo-picture.h"

#include <math.h>
#include <string.h>

#define GUTTER 14.0
#define CAPTION 13.0
#define PIXELS_LIMIT (16 * 1000 * 1000)

typedef struct
{
  const guint8 *data;
  gsize size;
  gsize at;
} Source;

static cairo_status_t
read_cb (void *closure, unsigned char *data, unsigned int length)
{
  Source *source = closure;

  if (source->size - source->at < length)
    return CAIRO_STATUS_READ_ERROR;
  memcpy (data, source->data + source->at, length);
  source->at += length;
  return CAIRO_STATUS_SUCCESS;
}

static gboolean
is_size_sensible (const HemoPictureInfo *info)
{
  return (gint64)info->width * info->height <= PIXELS_LIMIT;
}

/* A PNG as a surface; NULL when it is none. */
static cairo_surface_t *
decode_png (GBytes *png)
{
  Source source = { 0 };
  cairo_surface_t *surface;

  source.data = g_bytes_get_data (png, &source.size);
  surface = cairo_image_surface_create_from_png_stream (read_cb, &source);
  if (cairo_surface_status (surface) == CAIRO_STATUS_SUCCESS)
    return surface;
  cairo_surface_destroy (surface);
  return NULL;
}

cairo_surface_t *
hemo_sheet_load_png (GBytes *png)
{
  HemoPictureInfo info;

  /* The size is asked before anything is decoded. */
  if (png == NULL || !hemo_picture_probe (png, &info, NULL)
      || strcmp (info.media_type, "image/png") != 0 || !is_size_sensible (&info))
    return NULL;
  return decode_png (png);
}

static void
unref_bytes_cb (void *bytes)
{
  g_bytes_unref (bytes);
}

/* The PDF holds the JPEG's own bytes; the surface, never painted, only carries them there. */
static cairo_surface_t *
wrap_jpeg (GBytes *jpeg, const HemoPictureInfo *info)
{
  cairo_surface_t *surface
      = cairo_image_surface_create (CAIRO_FORMAT_RGB24, info->width, info->height);

  if (cairo_surface_set_mime_data (surface, CAIRO_MIME_TYPE_JPEG, g_bytes_get_data (jpeg, NULL),
                                   g_bytes_get_size (jpeg), unref_bytes_cb, g_bytes_ref (jpeg))
      == CAIRO_STATUS_SUCCESS)
    return surface;
  g_bytes_unref (jpeg);
  cairo_surface_destroy (surface);
  return NULL;
}

/* Nothing but pixels may leave in a report, whatever the caller gave. */
static GBytes *
strip (GBytes *bytes, HemoPictureInfo *info)
{
  GBytes *stripped;

  if (!info->has_metadata && !info->has_exif && info->orientation == 1)
    return g_bytes_ref (bytes);
  stripped = hemo_picture_strip (bytes, NULL);
  if (stripped != NULL && hemo_picture_probe (stripped, info, NULL))
    return stripped;
  g_clear_pointer (&stripped, g_bytes_unref);
  return NULL;
}

static void
copy_row (guint32 *to, const guint8 *from, int width)
{
  for (int x = 0; x < width; x++)
    to[x] = (guint32)from[3 * x] << 16 | (guint32)from[3 * x + 1] << 8 | from[3 * x + 2];
}

static cairo_surface_t *
decode_jpeg (GBytes *jpeg)
{
  g_autoptr (HemoPixels) pixels = hemo_picture_decode (jpeg, 0, FALSE, NULL);
  cairo_surface_t *surface;

  if (pixels == NULL)
    return NULL;
  surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, pixels->width, pixels->height);
  if (cairo_surface_status (surface) != CAIRO_STATUS_SUCCESS)
    {
      cairo_surface_destroy (surface);
      return NULL;
    }
  for (int y = 0; y < pixels->height; y++)
    copy_row ((guint32 *)(gpointer)(cairo_image_surface_get_data (surface)
                                    + (gsize)y * cairo_image_surface_get_stride (surface)),
              hemo_pixels_row (pixels, y), pixels->width);
  cairo_surface_mark_dirty (surface);
  return surface;
}

static cairo_surface_t *
load_surface (GBytes *bytes, const HemoPictureInfo *info, gboolean pixels)
{
  if (strcmp (info->media_type, "image/jpeg") != 0)
    return decode_png (bytes);
  return pixels ? decode_jpeg (bytes) : wrap_jpeg (bytes, info);
}

static cairo_surface_t *
load_picture (const HemoReportPicture *picture, gboolean pixels, GError **error)
{
  HemoPictureInfo info;
  g_autoptr (GBytes) bytes = NULL;
  cairo_surface_t *surface = NULL;

  if (hemo_picture_probe (picture->bytes, &info, NULL) && is_size_sensible (&info))
    bytes = strip (picture->bytes, &info);
  if (bytes != NULL)
    surface = load_surface (bytes, &info, pixels);
  if (surface == NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                         N_ ("A picture of the report is damaged or too large. Take it out of the "
                             "report, or choose another field."));
  return surface;
}

static void
destroy_surface (gpointer surface)
{
  cairo_surface_destroy (surface);
}

GPtrArray *
hemo_sheet_load_pictures (GPtrArray *pictures, gboolean pixels, GError **error)
{
  g_autoptr (GPtrArray) surfaces = g_ptr_array_new_with_free_func (destroy_surface);

  for (guint i = 0; pictures != NULL && i < pictures->len; i++)
    {
      cairo_surface_t *surface = load_picture (pictures->pdata[i], pixels, error);

      if (surface == NULL)
        return NULL;
      g_ptr_array_add (surfaces, surface);
    }
  return g_steal_pointer (&surfaces);
}

static const HemoImage *
find_image (const HemoSheet *self, const char *uuid)
{
  for (guint i = 0; self->data->images != NULL && i < self->data->images->len; i++)
    {
      const HemoImage *image = self->data->images->pdata[i];

      if (g_strcmp0 (image->uuid, uuid) == 0)
        return image;
    }
  return NULL;
}

static void
append_part (GString *text, const char *part)
{
  if (part != NULL && *part != '\0')
    g_string_append_printf (text, "%s%s", text->len > 0 ? " · " : "", part);
}

static char *
format_caption (const HemoSheet *self, const HemoReportPicture *picture)
{
  const HemoImage *image = find_image (self, picture->image);
  GString *text = g_string_new (NULL);

  if (image != NULL)
    {
      g_autofree char *objective
          = image->objective != NULL ? hemo_sheet_isolate (self, image->objective) : NULL;

      g_string_append_printf (text, hemo_sheet_tr (self, N_ ("Field %d")), image->field);
      append_part (text, objective);
    }
  append_part (text, picture->caption);
  return g_string_free (text, FALSE);
}

/* 1, 2 or 5 times a power of ten, at most @longest. */
static double
round_length (double longest)
{
  double power = pow (10, floor (log10 (longest)));

  if (longest >= 5 * power)
    return 5 * power;
  return longest >= 2 * power ? 2 * power : power;
}

/* In the image's right lower corner on the device, black on white, so that it shows on any stain.
 */
static void
draw_scale_bar (HemoSheet *self,
                const HemoReportPicture *picture,
                double x,
                double y,
                double width,
                double height,
                double scale)
{
  HemoText style = { .size = 7, .bold = TRUE, .side = HEMO_SIDE_CENTRE, .number = TRUE };
  double points_per_micrometre = scale / picture->micrometres_per_pixel;
  double length = round_length (width * 0.3 / points_per_micrometre);
  double bar = length * points_per_micrometre;
  g_autofree char *text = g_strdup_printf ("%g µm", length);
  double plate = MAX (bar, hemo_paper_text_width (self->paper, &style, text)) + 8;
  gboolean rtl = hemo_paper_is_rtl (self->paper);
  double left = rtl ? x + 5 : x + width - plate - 5;
  double top = y + height - 21;

  hemo_paper_box (self->paper, HEMO_INK_WHITE, left, top, plate, 16);
  hemo_paper_text (self->paper, &style, text, left, top + 0.5, plate);
  hemo_paper_box (self->paper, HEMO_INK_BLACK, left + (plate - bar) / 2, top + 11.5, bar, 2);
}

static void
draw_pixels (
    HemoSheet *self, cairo_surface_t *surface, double x, double y, double width, double scale)
{
  cairo_t *cr = hemo_paper_get_cairo (self->paper);

  cairo_save (cr);
  cairo_translate (cr, hemo_paper_left (self->paper, x, width), y);
  cairo_scale (cr, scale, scale);
  cairo_set_source_surface (cr, surface, 0, 0);
  cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_BEST);
  cairo_paint (cr);
  cairo_restore (cr);
}

static void
draw_picture (HemoSheet *self, guint i, double x, double column, double height)
{
  const HemoReportPicture *picture = self->pictures->pdata[i];
  cairo_surface_t *surface = self->surfaces->pdata[i];
  HemoText style = { .size = 8, .ink = HEMO_INK_GREY, .one_line = TRUE };
  int pixels = cairo_image_surface_get_width (surface);
  double scale = MIN (column / pixels, height / cairo_image_surface_get_height (surface));
  double width = scale * pixels;
  double drawn = scale * cairo_image_surface_get_height (surface);
  g_autofree char *caption = format_caption (self, picture);

  /* When the pages are only counted the pixels are of no use. */
  if (self->pages > 0)
    draw_pixels (self, surface, x, self->y, width, scale);
  if (picture->micrometres_per_pixel > 0 && isfinite (picture->micrometres_per_pixel))
    draw_scale_bar (self, picture, x, self->y, width, drawn, scale);
  hemo_paper_text (self->paper, &style, caption, x, self->y + drawn + 2, column);
}

/* Two in a row are as high as the higher one. */
static double
row_height (const HemoSheet *self, guint first, double column, double limit)
{
  double height = 0;

  for (guint i = first; i < MIN (first + 2, self->surfaces->len); i++)
    {
      cairo_surface_t *surface = self->surfaces->pdata[i];

      height = MAX (height, column * cairo_image_surface_get_height (surface)
                                / cairo_image_surface_get_width (surface));
    }
  return MIN (height, limit);
}

void
hemo_sheet_draw_pictures (HemoSheet *self)
{
  double column = (self->inner - GUTTER) / 2;
  double limit = column;

  for (guint i = 0; i < self->surfaces->len; i += 2)
    {
      double height = row_height (self, i, column, limit);

      if (i == 0)
        {
          hemo_sheet_heading (self, hemo_sheet_tr (self, N_ ("Images")), height + CAPTION + 4);
          self->y += 4;
        }
      hemo_sheet_need (self, height + CAPTION);
      draw_picture (self, i, HEMO_SHEET_MARGIN, column, height);
      if (i + 1 < self->surfaces->len)
        draw_picture (self, i + 1, HEMO_SHEET_MARGIN + column + GUTTER, column, height);
      self->y += height + CAPTION + 6;
    }
}
