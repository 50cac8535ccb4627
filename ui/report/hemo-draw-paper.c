/* SPDX-License-Identifier: GPL-3.0-or-later */

/* hemogram-draw-paper: the pages of a PDF as pixels, in a process that has no key and no store.
 *
 *   hemogram-draw-paper SCALE < PDF > PAGES
 *
 * SCALE: pixels a point of 1/72 inch. Each page is its width and height (32 bits each, in the byte
 * order of the machine) and its rows from the top, four bytes a pixel as CAIRO_FORMAT_RGB24 has
 * them; then its words: how many bytes (32 bits) and so many of UTF-8. Nothing is written but that;
 * a failure is a sentence and an exit status of 1. */

#include "hemo-draw-paper.h"

#include <cairo.h>
#include <errno.h>
#include <gio/gio.h>
#include <math.h>
#include <poppler.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static GBytes *
read_all (GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint8 buffer[64 * 1024];
  gsize got;

  while ((got = fread (buffer, 1, sizeof buffer, stdin)) > 0)
    {
      g_byte_array_append (bytes, buffer, (guint)got);
      if (bytes->len > HEMO_DRAW_PDF_MAX)
        break;
    }
  if (!ferror (stdin) && bytes->len <= HEMO_DRAW_PDF_MAX)
    return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "The paper could not be read.");
  return NULL;
}

static gboolean
write_pixels (cairo_surface_t *surface)
{
  const guint32 size[2] = { (guint32)cairo_image_surface_get_width (surface),
                            (guint32)cairo_image_surface_get_height (surface) };
  gsize length = (gsize)cairo_image_surface_get_stride (surface) * size[1];

  return fwrite (size, sizeof size, 1, stdout) == 1
         && fwrite (cairo_image_surface_get_data (surface), 1, length, stdout) == length;
}

/* Too many are cut: they are heard, not signed. */
static gboolean
write_words (PopplerPage *page)
{
  g_autofree char *words = poppler_page_get_text (page);
  guint32 size = words != NULL ? (guint32)MIN (strlen (words), HEMO_DRAW_WORDS_MAX) : 0;

  return fwrite (&size, sizeof size, 1, stdout) == 1
         && (size == 0 || fwrite (words, 1, size, stdout) == size);
}

static gboolean
draw_page (PopplerPage *page, double scale, GError **error)
{
  double width, height;
  cairo_surface_t *surface;
  cairo_t *cr;
  gboolean drawn;

  poppler_page_get_size (page, &width, &height);
  if (!(width > 0 && height > 0 && width * scale <= HEMO_DRAW_SIDE_MAX
        && height * scale <= HEMO_DRAW_SIDE_MAX))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                           "A page is too large to be drawn.");
      return FALSE;
    }
  surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, (int)ceil (width * scale),
                                        (int)ceil (height * scale));
  cr = cairo_create (surface);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_paint (cr);
  cairo_scale (cr, scale, scale);
  poppler_page_render (page, cr);
  drawn = cairo_status (cr) == CAIRO_STATUS_SUCCESS;
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  drawn = drawn && write_pixels (surface) && write_words (page);
  cairo_surface_destroy (surface);
  if (!drawn)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "A page could not be drawn.");
  return drawn;
}

static gboolean
draw_pages (PopplerDocument *document, double scale, GError **error)
{
  gboolean drawn = TRUE;

  for (int i = 0; drawn && i < MIN (poppler_document_get_n_pages (document), HEMO_DRAW_PAGES_MAX);
       i++)
    {
      PopplerPage *page = poppler_document_get_page (document, i);

      drawn = page != NULL && draw_page (page, scale, error);
      g_clear_object (&page);
    }
  return drawn && fflush (stdout) == 0;
}

static gboolean
draw_all (double scale, GError **error)
{
  g_autoptr (GBytes) bytes = read_all (error);
  PopplerDocument *document
      = bytes != NULL ? poppler_document_new_from_bytes (bytes, NULL, error) : NULL;
  gboolean drawn = document != NULL && draw_pages (document, scale, error);

  g_clear_object (&document);
  return drawn;
}

int
main (int argc, char **argv)
{
  const struct rlimit none = { 0, 0 };
  double scale = argc == 2 ? g_ascii_strtod (argv[1], NULL) : 0;
  g_autoptr (GError) error = NULL;

  /* Nobody's results into a dump of memory. */
  setrlimit (RLIMIT_CORE, &none);
  if (!(scale >= HEMO_DRAW_SCALE_MIN && scale <= HEMO_DRAW_SCALE_MAX))
    {
      fputs ("usage: hemogram-draw-paper SCALE < PDF > PAGES\n", stderr);
      return 2;
    }
  if (draw_all (scale, &error))
    return 0;
  fprintf (stderr, "%s\n", error != NULL ? error->message : g_strerror (errno));
  return 1;
}
