/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reads the case anew. A draft: lays what is being typed over it, and draws it as it would be
 * printed. What is signed: opens the paper as it was stored. */

#include "hemo-report-render.h"

#include "hemo-case-load.h"
#include "hemo-files.h"
#include "hemo-paper.h"
#include "hemo-picture.h"
#include "hemo-report-pdf.h"
#include "hemo-report-stored.h"
#include "hemo-texture.h"

typedef struct
{
  char *specimen;
  int version;
  HemoReport *edits;
  GBytes *known_pdf;
  int known_version;
  double scale;
} Order;

static void
order_free (gpointer data)
{
  Order *self = data;

  g_free (self->specimen);
  g_clear_pointer (&self->edits, hemo_report_free);
  g_clear_pointer (&self->known_pdf, g_bytes_unref);
  g_free (self);
}

void
hemo_report_pages_free (HemoReportPages *self)
{
  g_ptr_array_unref (self->pages);
  g_clear_pointer (&self->pdf, g_bytes_unref);
  g_free (self);
}

static gboolean
load_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Order *self = data;

  *result = hemo_case_reload (txn, self->specimen, error);
  return *result != NULL;
}

static void
lay_over (HemoReport *report, const HemoReport *edits)
{
  g_set_str (&report->comment, edits->comment);
  g_set_str (&report->language, edits->language);
  g_ptr_array_set_size (report->images, 0);
  for (guint i = 0; i < edits->images->len; i++)
    g_ptr_array_add (report->images, g_strdup (edits->images->pdata[i]));
}

static const HemoImage *
find_image (const HemoCase *data, const char *uuid)
{
  for (guint i = 0; i < data->images->len; i++)
    if (g_str_equal (((HemoImage *)data->images->pdata[i])->uuid, uuid))
      return data->images->pdata[i];
  return NULL;
}

/* The preview has as many pixels as the screen shows of a printed picture. One that is damaged is
 * missing here, and said when it is to be signed. */
static GPtrArray *
load_pictures (HemoClinic *clinic,
               HemoSession *session,
               const HemoCase *data,
               const HemoReport *report)
{
  GPtrArray *pictures = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_report_picture_free);

  for (guint i = 0; i < report->images->len; i++)
    {
      const HemoImage *image = find_image (data, report->images->pdata[i]);
      g_autoptr (GBytes) bytes
          = image != NULL ? hemo_clinic_open_preview (clinic, session, image->uuid, NULL) : NULL;
      HemoPictureInfo info;

      if (bytes == NULL || !hemo_picture_probe (bytes, &info, NULL))
        continue;
      g_ptr_array_add (pictures, hemo_report_picture_new (image->uuid, bytes, NULL,
                                                          image->micrometres_per_pixel
                                                              * MAX (image->width, image->height)
                                                              / MAX (info.width, info.height)));
    }
  return pictures;
}

static GdkTexture *
wrap (cairo_surface_t *surface)
{
  gsize stride = (gsize)cairo_image_surface_get_stride (surface);
  int height = cairo_image_surface_get_height (surface);
  GdkTexture *texture;
  g_autoptr (GBytes) bytes = g_bytes_new_with_free_func (
      cairo_image_surface_get_data (surface), stride * (gsize)height,
      (GDestroyNotify)cairo_surface_destroy, cairo_surface_reference (surface));

  texture = hemo_texture_prepare (gdk_memory_texture_new (
      cairo_image_surface_get_width (surface), height,
      G_BYTE_ORDER == G_LITTLE_ENDIAN ? GDK_MEMORY_B8G8R8X8 : GDK_MEMORY_X8R8G8B8, bytes, stride));
  hemo_report_page_set_words (texture, hemo_paper_page_words (surface));
  return texture;
}

static HemoReportPages *
pages_new (int version)
{
  HemoReportPages *self = g_new0 (HemoReportPages, 1);

  self->pages = g_ptr_array_new_with_free_func (g_object_unref);
  self->version = version;
  return self;
}

static HemoReportPages *
draw_draft (HemoClinic *clinic,
            HemoSession *session,
            const Order *self,
            const HemoCase *data,
            GCancellable *cancellable,
            GError **error)
{
  g_autoptr (HemoReport) report = hemo_report_copy (data->report);
  g_autoptr (GPtrArray) pictures = NULL;
  g_autoptr (GPtrArray) surfaces = NULL;
  HemoReportPages *pages;

  if (self->edits != NULL)
    lay_over (report, self->edits);
  pictures = load_pictures (clinic, session, data, report);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  surfaces = hemo_report_render_pages (report, data, pictures, self->scale, error);
  if (surfaces == NULL)
    return NULL;
  pages = pages_new (0);
  for (guint i = 0; i < surfaces->len; i++)
    g_ptr_array_add (pages->pages, wrap (surfaces->pdata[i]));
  return pages;
}

static HemoReportPages *
draw_signed (HemoClinic *clinic,
             HemoSession *session,
             const Order *self,
             int version,
             GCancellable *cancellable,
             GError **error)
{
  g_autoptr (HemoReportPages) pages = pages_new (version);
  GPtrArray *drawn;

  if (self->known_pdf != NULL && self->known_version == version)
    pages->pdf = g_bytes_ref (self->known_pdf);
  else
    pages->pdf = hemo_clinic_open_report (clinic, session, self->specimen, version, error);
  if (pages->pdf == NULL || g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  drawn = hemo_report_stored_draw (pages->pdf, self->scale, cancellable, error);
  if (drawn == NULL)
    return NULL;
  g_ptr_array_unref (pages->pages);
  pages->pages = drawn;
  return g_steal_pointer (&pages);
}

static gboolean
render_work (HemoClinic *clinic,
             HemoSession *session,
             gpointer order,
             gpointer *result,
             GCancellable *cancellable,
             GError **error)
{
  Order *self = order;
  g_autoptr (HemoCase) data = NULL;
  int version = self->version;

  if (version == 0
      && !hemo_store_read (hemo_clinic_get_store (clinic), session, load_job, self,
                           (gpointer *)&data, error))
    return FALSE;
  if (data != NULL && data->report->status != HEMO_REPORT_DRAFT)
    version = data->report->version;
  *result = version > 0 ? draw_signed (clinic, session, self, version, cancellable, error)
                        : draw_draft (clinic, session, self, data, cancellable, error);
  return *result != NULL;
}

void
hemo_report_render_async (HemoDesk *desk,
                          const char *specimen,
                          int version,
                          const HemoReport *edits,
                          const HemoReportPages *known,
                          double scale,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  Order *order = g_new0 (Order, 1);

  order->specimen = g_strdup (specimen);
  order->version = version;
  order->edits = edits != NULL ? hemo_report_copy (edits) : NULL;
  if (known != NULL && known->pdf != NULL)
    {
      order->known_pdf = g_bytes_ref (known->pdf);
      order->known_version = known->version;
    }
  order->scale = scale;
  hemo_desk_run_async (desk, render_work, order, order_free, (GDestroyNotify)hemo_report_pages_free,
                       cancellable, callback, user_data);
}
