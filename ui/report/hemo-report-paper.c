/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Keeps the pages drawn for the width that they are shown in. */

#include "hemo-report-paper.h"

#include "hemo-report-render.h"
#include "hemo-report-stored.h"

#include <glib/gi18n.h>

/* Typing goes on meanwhile. */
#define WAIT_MS 250
#define MARGIN 18
#define ZOOM_MIN 0.5
#define ZOOM_MAX 3.0
/* More than this is wider than paper. */
#define WIDTH_MAX 1000
#define A4_POINTS 595.276

struct _HemoReportPaper
{
  AdwBin parent_instance;

  GtkScrolledWindow *scroller;
  GtkBox *box;
  GtkLabel *message;
  GtkLabel *count;

  HemoDesk *desk;
  char *specimen;
  int version;
  HemoReport *edits;
  double zoom;
  /* Width in pixels of the application that was last asked for. */
  int width;
  guint source;
  GCancellable *cancellable;
  /* What is seen; NULL: nothing yet, or nothing that could be shown. */
  HemoReportPages *shown;
};

G_DEFINE_FINAL_TYPE (HemoReportPaper, hemo_report_paper, ADW_TYPE_BIN)

static int
wanted_width (HemoReportPaper *self)
{
  int room = gtk_widget_get_width (GTK_WIDGET (self->scroller)) - 2 * MARGIN;

  return (int)(CLAMP (room, 200, WIDTH_MAX) * self->zoom);
}

/* The pages that there are, at the size that they will have. */
static void
place_pages (HemoReportPaper *self)
{
  GtkWidget *page = gtk_widget_get_first_child (GTK_WIDGET (self->box));

  for (guint i = 0; page != NULL; i++, page = gtk_widget_get_next_sibling (page))
    {
      GdkTexture *texture = self->shown->pages->pdata[i];

      gtk_widget_set_size_request (page, self->width,
                                   self->width * gdk_texture_get_height (texture)
                                       / gdk_texture_get_width (texture));
    }
}

static GtkWidget *
make_page (GdkTexture *texture, guint number, guint of)
{
  GtkWidget *page = gtk_picture_new_for_paintable (GDK_PAINTABLE (texture));
  const char *words = hemo_report_page_get_words (texture);
  g_autofree char *name = g_strdup_printf (_ ("Page %u of %u"), number, of);

  gtk_widget_add_css_class (page, "paper");
  gtk_widget_set_halign (page, GTK_ALIGN_CENTER);
  gtk_picture_set_content_fit (GTK_PICTURE (page), GTK_CONTENT_FIT_FILL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (page), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words != NULL ? words : "",
                                  -1);
  return page;
}

/* For a screen reader, which sees no paper. */
static char *
describe (const HemoReportPages *pages)
{
  guint count = pages->pages->len;

  if (pages->version == 0)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                         "The report as it will be printed, %u page",
                                         "The report as it will be printed, %u pages", count),
                            count);
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                       "Version %d as it was signed and stored, %u page",
                                       "Version %d as it was signed and stored, %u pages", count),
                          pages->version, count);
}

/* Of all pages. (transfer full) */
static char *
join_words (const GPtrArray *pages)
{
  GString *words = g_string_new (NULL);

  for (guint i = 0; i < pages->len; i++)
    {
      const char *page = hemo_report_page_get_words (pages->pdata[i]);

      if (page != NULL)
        g_string_append_printf (words, "%s\n", page);
    }
  return g_string_free (words, FALSE);
}

static void
remove_pages (HemoReportPaper *self)
{
  GtkWidget *page;

  while ((page = gtk_widget_get_first_child (GTK_WIDGET (self->box))) != NULL)
    gtk_box_remove (self->box, page);
}

static void
show_pages (HemoReportPaper *self)
{
  const GPtrArray *pages = self->shown->pages;
  g_autofree char *text = g_strdup_printf (
      g_dngettext (GETTEXT_PACKAGE, "%u page", "%u pages", pages->len), pages->len);
  g_autofree char *name = describe (self->shown);
  g_autofree char *words = join_words (pages);

  remove_pages (self);
  for (guint i = 0; i < pages->len; i++)
    gtk_box_append (self->box, make_page (pages->pdata[i], i + 1, pages->len));
  place_pages (self);
  gtk_label_set_text (self->count, text);
  gtk_widget_set_visible (GTK_WIDGET (self->count), TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self->message), FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words, -1);
}

/* Nothing stays that somebody could take for what was asked for. */
static void
show_failure (HemoReportPaper *self, const GError *error)
{
  remove_pages (self);
  g_clear_pointer (&self->shown, hemo_report_pages_free);
  gtk_label_set_text (self->message, error->message);
  gtk_widget_set_visible (GTK_WIDGET (self->count), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->message), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  error->message, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "", -1);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), error->message,
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
rendered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HemoReportPaper) self = data;
  g_autoptr (GError) error = NULL;
  gpointer out = NULL;

  if (!hemo_desk_finish (HEMO_DESK (source), result, &out, &error))
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) && self->box != NULL)
        show_failure (self, error);
      return;
    }
  g_autoptr (HemoReportPages) pages = out;
  if (self->box == NULL)
    return;
  g_clear_pointer (&self->shown, hemo_report_pages_free);
  self->shown = g_steal_pointer (&pages);
  show_pages (self);
}

static gboolean
render_cb (gpointer data)
{
  HemoReportPaper *self = data;

  self->source = 0;
  if (self->specimen == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return G_SOURCE_REMOVE;
  g_cancellable_cancel (self->cancellable);
  g_set_object (&self->cancellable, NULL);
  self->cancellable = g_cancellable_new ();
  hemo_report_render_async (self->desk, self->specimen, self->version, self->edits, self->shown,
                            self->width * gtk_widget_get_scale_factor (GTK_WIDGET (self))
                                / A4_POINTS,
                            self->cancellable, rendered_cb, g_object_ref (self));
  return G_SOURCE_REMOVE;
}

/* The first time at once, then after a moment in which nothing more was asked. */
static void
render_soon (HemoReportPaper *self)
{
  gboolean first = self->shown == NULL && self->source == 0 && self->cancellable == NULL;

  g_clear_handle_id (&self->source, g_source_remove);
  self->source = g_timeout_add (first ? 0 : WAIT_MS, render_cb, self);
}

static void
resize (HemoReportPaper *self)
{
  int width = wanted_width (self);

  if (width == self->width)
    return;
  self->width = width;
  if (self->shown != NULL)
    place_pages (self);
  render_soon (self);
}

static gboolean
resize_cb (gpointer data)
{
  HemoReportPaper *self = data;

  if (self->box != NULL)
    resize (self);
  return G_SOURCE_REMOVE;
}

/* Not while sizes are being given. */
static void
width_cb (HemoReportPaper *self)
{
  g_idle_add_full (G_PRIORITY_HIGH_IDLE, resize_cb, g_object_ref (self), g_object_unref);
}

static void
hemo_report_paper_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (hemo_report_paper_parent_class)->map (widget);
  render_soon (HEMO_REPORT_PAPER (widget));
}

/* One stop for Tab, at which a screen reader says what is on the paper; what is inside is none. */
static gboolean
hemo_report_paper_focus (GtkWidget *widget, GtkDirectionType direction)
{
  return !gtk_widget_is_focus (widget) && gtk_widget_grab_focus (widget);
}

static gboolean
hemo_report_paper_grab_focus (GtkWidget *widget)
{
  GtkRoot *root = gtk_widget_get_root (widget);

  if (root == NULL || !gtk_widget_get_mapped (widget))
    return FALSE;
  gtk_root_set_focus (root, widget);
  return TRUE;
}

static void
hemo_report_paper_dispose (GObject *object)
{
  HemoReportPaper *self = HEMO_REPORT_PAPER (object);

  g_clear_handle_id (&self->source, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  gtk_widget_dispose_template (GTK_WIDGET (self), HEMO_TYPE_REPORT_PAPER);
  g_clear_object (&self->desk);
  g_clear_pointer (&self->specimen, g_free);
  g_clear_pointer (&self->edits, hemo_report_free);
  g_clear_pointer (&self->shown, hemo_report_pages_free);
  G_OBJECT_CLASS (hemo_report_paper_parent_class)->dispose (object);
}

static void
hemo_report_paper_class_init (HemoReportPaperClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hemo_report_paper_dispose;
  widget_class->map = hemo_report_paper_map;
  widget_class->focus = hemo_report_paper_focus;
  widget_class->grab_focus = hemo_report_paper_grab_focus;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/hemogram/Hemogram/report/hemo-report-paper.ui");
  gtk_widget_class_bind_template_child (widget_class, HemoReportPaper, scroller);
  gtk_widget_class_bind_template_child (widget_class, HemoReportPaper, box);
  gtk_widget_class_bind_template_child (widget_class, HemoReportPaper, message);
  gtk_widget_class_bind_template_child (widget_class, HemoReportPaper, count);
}

static void
hemo_report_paper_init (HemoReportPaper *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->zoom = 1;
  g_signal_connect_object (gtk_scrolled_window_get_hadjustment (self->scroller),
                           "notify::page-size", G_CALLBACK (width_cb), self, G_CONNECT_SWAPPED);
}

void
hemo_report_paper_set_desk (HemoReportPaper *self, HemoDesk *desk)
{
  g_set_object (&self->desk, desk);
}

void
hemo_report_paper_show (HemoReportPaper *self,
                        const char *specimen,
                        int version,
                        const HemoReport *edits)
{
  HemoReport *copy = edits != NULL ? hemo_report_copy (edits) : NULL;

  /* Another's paper is not known. */
  if (g_set_str (&self->specimen, specimen))
    {
      remove_pages (self);
      g_clear_pointer (&self->shown, hemo_report_pages_free);
    }
  self->version = version;
  g_clear_pointer (&self->edits, hemo_report_free);
  self->edits = copy;
  render_soon (self);
}

void
hemo_report_paper_zoom (HemoReportPaper *self, double factor)
{
  self->zoom = CLAMP (self->zoom * factor, ZOOM_MIN, ZOOM_MAX);
  resize (self);
}

void
hemo_report_paper_fit (HemoReportPaper *self)
{
  self->zoom = 1;
  resize (self);
}

void
hemo_report_paper_scroll (HemoReportPaper *self, double pages)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);

  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment)
                                            + pages * gtk_adjustment_get_page_size (adjustment));
}
