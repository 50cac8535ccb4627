/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A stored paper is shown as it is: its own pages, pixel for pixel; what is no paper is refused. */

#include "hemo-report-stored.h"

#include <cairo-pdf.h>
#include <string.h>

static cairo_status_t
append_cb (void *data, const unsigned char *bytes, unsigned int length)
{
  g_byte_array_append (data, bytes, length);
  return CAIRO_STATUS_SUCCESS;
}

/* Pages of 100 by 50 points, the left half of page n black down to n tenths. */
static GBytes *
make_pdf (int pages)
{
  GByteArray *bytes = g_byte_array_new ();
  cairo_surface_t *surface = cairo_pdf_surface_create_for_stream (append_cb, bytes, 100, 50);
  cairo_t *cr = cairo_create (surface);

  for (int i = 1; i <= pages; i++)
    {
      g_autofree char *words = g_strdup_printf ("Page %d", i);

      cairo_move_to (cr, 55, 45);
      cairo_show_text (cr, words);
      cairo_rectangle (cr, 0, 0, 50, 5 * i);
      cairo_fill (cr);
      cairo_show_page (cr);
    }
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
  return g_byte_array_free_to_bytes (bytes);
}

/* Red, green and blue. */
static guint32
pixel (GdkTexture *texture, int x, int y)
{
  gsize stride = (gsize)gdk_texture_get_width (texture) * 4;
  g_autofree guchar *data = g_malloc (stride * (gsize)gdk_texture_get_height (texture));
  guint32 value;

  gdk_texture_download (texture, data, stride);
  memcpy (&value, data + stride * (gsize)y + 4 * (gsize)x, sizeof value);
  return value & 0xffffff;
}

static void
test_pages (void)
{
  g_autoptr (GBytes) pdf = make_pdf (3);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) pages = hemo_report_stored_draw (pdf, 2, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (pages->len, ==, 3);
  for (int i = 0; i < 3; i++)
    {
      GdkTexture *page = pages->pdata[i];
      g_autofree char *words = g_strdup_printf ("Page %d", i + 1);

      g_assert_nonnull (strstr (hemo_report_page_get_words (page), words));
      g_assert_cmpint (gdk_texture_get_width (page), ==, 200);
      g_assert_cmpint (gdk_texture_get_height (page), ==, 100);
      g_assert_cmphex (pixel (page, 50, 10 * i + 5), ==, 0x000000);
      g_assert_cmphex (pixel (page, 50, 10 * i + 15), ==, 0xffffff);
      g_assert_cmphex (pixel (page, 150, 5), ==, 0xffffff);
    }
}

static void
test_scale (void)
{
  g_autoptr (GBytes) pdf = make_pdf (1);
  g_autoptr (GPtrArray) small = hemo_report_stored_draw (pdf, 0, NULL, NULL);
  g_autoptr (GPtrArray) large = hemo_report_stored_draw (pdf, 1000, NULL, NULL);

  g_assert_cmpint (gdk_texture_get_width (small->pdata[0]), ==, 10);
  g_assert_cmpint (gdk_texture_get_width (large->pdata[0]), ==, 600);
}

static void
test_no_pdf (void)
{
  g_autoptr (GBytes) empty = g_bytes_new_static ("", 0);
  g_autoptr (GBytes) garbage = g_bytes_new_static ("%PDF-1.7 and nothing else", 25);
  g_autoptr (GBytes) whole = make_pdf (1);
  g_autoptr (GBytes) cut = g_bytes_new_from_bytes (whole, 0, 60);
  GBytes *const all[] = { empty, garbage, cut };

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (hemo_report_stored_draw (all[i], 1, NULL, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
      g_assert_nonnull (strstr (error->message, "can be printed"));
    }
}

static void
test_cancelled (void)
{
  g_autoptr (GBytes) pdf = make_pdf (1);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (hemo_report_stored_draw (pdf, 1, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* What comes from the other process is not believed. */
static void
test_cut_pages (void)
{
  static const struct
  {
    guint32 width;
    guint32 height;
    gsize pixels;
    guint32 words;
    gsize sent;
    gboolean good;
  } given[] = {
    { 2, 2, 16, 0, 0, TRUE },           { 2, 2, 15, 0, 0, FALSE },
    { 2, 2, 17, 0, 0, FALSE },          { 0, 2, 0, 0, 0, FALSE },
    { 2, 0, 0, 0, 0, FALSE },           { 0x40000000, 4, 16, 0, 0, FALSE },
    { 4, 0xffffffff, 16, 0, 0, FALSE }, { 9000, 1, 9000 * 4, 0, 0, FALSE },
    { 2, 2, 16, 4, 4, TRUE },           { 2, 2, 16, 4, 3, FALSE },
    { 2, 2, 16, 3, 4, FALSE },          { 2, 2, 16, 0xffffffff, 4, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (given); i++)
    {
      GByteArray *array = g_byte_array_new ();
      g_autofree guint8 *pixels = g_malloc0 (MAX (given[i].pixels, 1));
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (GPtrArray) pages = NULL;

      g_byte_array_append (array, (const guint8 *)&given[i].width, 4);
      g_byte_array_append (array, (const guint8 *)&given[i].height, 4);
      g_byte_array_append (array, pixels, (guint)given[i].pixels);
      g_byte_array_append (array, (const guint8 *)&given[i].words, 4);
      g_byte_array_append (array, (const guint8 *)"Hb \xff", (guint)given[i].sent);
      bytes = g_byte_array_free_to_bytes (array);
      pages = hemo_report_stored_read_pages (bytes, NULL);
      g_assert_cmpint (pages != NULL, ==, given[i].good);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/report-stored/pages", test_pages);
  g_test_add_func ("/report-stored/scale", test_scale);
  g_test_add_func ("/report-stored/no-pdf", test_no_pdf);
  g_test_add_func ("/report-stored/cancelled", test_cancelled);
  g_test_add_func ("/report-stored/cut-pages", test_cut_pages);
  return g_test_run ();
}
