/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The gallery's pages of pictures. */

#include "gallery.h"

#include "hemo-image-pair.h"
#include "hemo-image-tools.h"
#include "hemo-smear-art.h"

static GBytes *
draw_field (guint32 seed)
{
  HemoSmear smear;
  GArray *cells;
  cairo_surface_t *surface;
  GBytes *bytes;

  hemo_smear_init (&smear, seed);
  surface = hemo_smear_draw (&smear, &cells);
  bytes = hemo_smear_to_jpeg (surface, 92);
  cairo_surface_destroy (surface);
  g_array_unref (cells);
  return bytes;
}

static GBytes *
get_picture (const char *path, guint32 seed)
{
  g_autoptr (GError) error = NULL;
  char *data;
  gsize size;

  if (path == NULL)
    return draw_field (seed);
  if (g_file_get_contents (path, &data, &size, &error))
    return g_bytes_new_take (data, size);
  g_printerr ("%s\n", error->message);
  return g_bytes_new (NULL, 0);
}

static void
place_cb (HemoImageView *view, GtkLabel *said)
{
  double x, y;
  gboolean fitted;
  int width, height;
  g_autofree char *text = NULL;

  hemo_image_view_get_size (view, &width, &height);
  hemo_image_view_get_place (view, &x, &y, &fitted);
  text = g_strdup_printf ("%dx%d zoom %.3f place %.3f %.3f turns %d %s", width, height,
                          hemo_image_view_get_zoom (view), x, y, hemo_image_view_get_turns (view),
                          fitted ? "fitted" : "free");
  gtk_label_set_label (said, text);
}

static void
measured_cb (HemoImageView *view, double pixels, GtkLabel *said)
{
  g_autofree char *text = g_strdup_printf ("measured %.1f", pixels);

  gtk_label_set_label (said, text);
}

static void
marks_cb (HemoImageView *view, GtkLabel *said)
{
  g_autofree char *json = hemo_marks_to_json (hemo_image_view_get_marks (view));
  g_autofree char *text
      = g_strdup_printf ("marks %u %s", hemo_image_view_get_marks (view)->len, json);

  gtk_label_set_label (said, text);
}

static void
box_cells (HemoImageView *view, GtkSnapshot *snapshot, gpointer data)
{
  static const GdkRGBA colour = { 0, 0.5f, 0.2f, 1 };
  double x1, y1, x2, y2;
  GskRoundedRect box;

  hemo_image_view_to_widget (view, 300, 200, &x1, &y1);
  hemo_image_view_to_widget (view, 420, 330, &x2, &y2);
  gsk_rounded_rect_init_from_rect (&box,
                                   &GRAPHENE_RECT_INIT ((float)MIN (x1, x2), (float)MIN (y1, y2),
                                                        (float)ABS (x2 - x1), (float)ABS (y2 - y1)),
                                   0);
  gtk_snapshot_append_border (snapshot, &box, (const float[]){ 2, 2, 2, 2 },
                              (const GdkRGBA[]){ colour, colour, colour, colour });
}

static void
add_marks (HemoImageView *view)
{
  g_autoptr (GPtrArray) marks = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_mark_free);
  HemoMark *circle = hemo_mark_new (HEMO_MARK_CIRCLE, 700, 300, 780, 300);

  circle->note = g_strdup ("Ring form?");
  g_ptr_array_add (marks, circle);
  g_ptr_array_add (marks, hemo_mark_new (HEMO_MARK_ARROW, 500, 700, 620, 600));
  g_ptr_array_add (marks, hemo_mark_new (HEMO_MARK_RECTANGLE, 900, 500, 1100, 700));
  hemo_image_view_set_marks (view, marks);
}

static GtkWidget *
new_bar (HemoImageView *view, GtkWidget *said)
{
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);

  gtk_widget_set_margin_start (bar, 12);
  gtk_box_append (GTK_BOX (bar), hemo_image_tools_new (view));
  gtk_label_set_wrap (GTK_LABEL (said), FALSE);
  gtk_label_set_ellipsize (GTK_LABEL (said), PANGO_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (bar), said);
  return bar;
}

GtkWidget *
gallery_viewer_page (const char *picture)
{
  GtkWidget *page = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *view = hemo_image_view_new ();
  GtkWidget *place = gallery_say ("place"), *said = gallery_say ("view-said");
  g_autoptr (GBytes) bytes = get_picture (picture, 3);

  g_signal_connect (view, "place-changed", G_CALLBACK (place_cb), place);
  g_signal_connect (view, "measured", G_CALLBACK (measured_cb), said);
  g_signal_connect (view, "marks-changed", G_CALLBACK (marks_cb), said);
  hemo_image_view_set_bytes (HEMO_IMAGE_VIEW (view), bytes);
  g_object_set (view, "label", "Field 3", "micrometres-per-pixel", 0.083, "vexpand", TRUE, NULL);
  hemo_image_view_set_overlay (HEMO_IMAGE_VIEW (view), box_cells, NULL, NULL);
  add_marks (HEMO_IMAGE_VIEW (view));
  gtk_box_append (GTK_BOX (page), new_bar (HEMO_IMAGE_VIEW (view), place));
  gtk_box_append (GTK_BOX (page), view);
  gtk_label_set_ellipsize (GTK_LABEL (said), PANGO_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (page), said);
  return page;
}

GtkWidget *
gallery_pair_page (const char *picture)
{
  GtkWidget *pair = hemo_image_pair_new ();
  g_autoptr (GBytes) first = get_picture (picture, 5);
  g_autoptr (GBytes) broken = g_bytes_new_static ("\xff\xd8\xff\xe0 no picture", 15);
  g_autoptr (GBytes) second = draw_field (6);

  hemo_image_view_set_bytes (hemo_image_pair_get_view (HEMO_IMAGE_PAIR (pair), 0), first);
  hemo_image_view_set_bytes (hemo_image_pair_get_view (HEMO_IMAGE_PAIR (pair), 1),
                             picture != NULL ? broken : second);
  return pair;
}
