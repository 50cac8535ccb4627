/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The widgets' types and their style sheet. */

#include "hemo-widgets.h"

#include "hemo-age-entry.h"
#include "hemo-chip.h"
#include "hemo-count-ring.h"
#include "hemo-date-entry.h"
#include "hemo-filmstrip.h"
#include "hemo-number-entry.h"
#include "hemo-spark.h"
#include "hemo-tally-row.h"
#include "hemo-trend-chart.h"
#include "hemo-widgets-resources.h"

#define STYLE "/org/hemogram/Hemogram/widgets/hemo-widgets.css"

void
hemo_widgets_init (GdkDisplay *display)
{
  g_autoptr (GtkCssProvider) provider = NULL;

  /* Called by name, so that the linker keeps the resource of a static library. */
  g_resources_register (hemo_widgets_get_resource ());
  g_type_ensure (HEMO_TYPE_AGE_ENTRY);
  g_type_ensure (HEMO_TYPE_CHIP);
  g_type_ensure (HEMO_TYPE_COUNT_RING);
  g_type_ensure (HEMO_TYPE_DATE_ENTRY);
  g_type_ensure (HEMO_TYPE_FILMSTRIP);
  g_type_ensure (HEMO_TYPE_NUMBER_ENTRY);
  g_type_ensure (HEMO_TYPE_SPARK);
  g_type_ensure (HEMO_TYPE_TALLY_ROW);
  g_type_ensure (HEMO_TYPE_TREND_CHART);
  if (display == NULL || g_object_get_data (G_OBJECT (display), STYLE) != NULL)
    return;
  provider = gtk_css_provider_new ();
  gtk_css_provider_load_from_resource (provider, STYLE);
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION - 1);
  g_object_set_data (G_OBJECT (display), STYLE, GINT_TO_POINTER (TRUE));
}

void
hemo_widgets_set_tooltip (GtkWidget *widget, const char *text)
{
  if (g_strcmp0 (gtk_widget_get_tooltip_text (widget), text) != 0)
    gtk_widget_set_tooltip_text (widget, text);
}

/* Whoever clicks from row to row is over the tooltip of the row before: a click on it would be
 * lost. */
static void
tip_mapped_cb (GtkWidget *label, gpointer data)
{
  cairo_region_t *nothing = cairo_region_create ();
  GtkNative *native = gtk_widget_get_native (label);

  if (native != NULL)
    gdk_surface_set_input_region (gtk_native_get_surface (native), nothing);
  cairo_region_destroy (nothing);
}

static gboolean
query_tip_cb (
    GtkWidget *widget, int x, int y, gboolean keyboard, GtkTooltip *tooltip, gpointer data)
{
  const char *text = g_object_get_data (G_OBJECT (widget), "light-tooltip");
  GtkWidget *label;

  if (text == NULL)
    return FALSE;
  label = gtk_label_new (text);
  g_signal_connect (label, "map", G_CALLBACK (tip_mapped_cb), NULL);
  gtk_tooltip_set_custom (tooltip, label);
  return TRUE;
}

void
hemo_widgets_set_light_tooltip (GtkWidget *widget, const char *text)
{
  const char *before = g_object_get_data (G_OBJECT (widget), "light-tooltip");

  if (g_strcmp0 (before, text) == 0)
    return;
  g_signal_handlers_disconnect_by_func (widget, query_tip_cb, NULL);
  g_signal_connect (widget, "query-tooltip", G_CALLBACK (query_tip_cb), NULL);
  g_object_set_data_full (G_OBJECT (widget), "light-tooltip", g_strdup (text), g_free);
  gtk_widget_set_has_tooltip (widget, text != NULL);
}
