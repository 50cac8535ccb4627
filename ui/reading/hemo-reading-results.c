/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Rows of a name and a value. */

#include "hemo-reading-results.h"

#include "hemo-format.h"
#include "hemo-reading-words.h"
#include "hemo-report-status.h"

#include <glib/gi18n.h>

static GtkWidget *
cell (const char *text, gfloat xalign, const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), xalign);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  if (style != NULL)
    gtk_widget_add_css_class (label, style);
  return label;
}

static const char *
line_style (const HemoLine *line)
{
  switch (line->flag)
    {
    case HEMO_FLAG_NONE:
      return NULL;
    case HEMO_FLAG_CRITICAL_LOW:
    case HEMO_FLAG_CRITICAL_HIGH:
    case HEMO_FLAG_CRITICAL_ABNORMAL:
      return "error";
    default:
      return "warning";
    }
}

void
hemo_reading_results_show (GtkGrid *results, GtkLabel *state, const HemoCase *data)
{
  const HemoReport *report = data->report;
  g_autofree char *signed_at = NULL;
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (results))) != NULL)
    gtk_grid_remove (results, child);
  if (hemo_case_results_are_void (data))
    {
      const HemoReport *last = data->reports->pdata[data->reports->len - 1];

      gtk_label_set_text (state, hemo_format_report_status (last->status));
      return;
    }
  for (guint i = 0; i < report->lines->len; i++)
    {
      const HemoLine *line = g_ptr_array_index (report->lines, i);
      g_autofree char *value = hemo_format_line_value (line);
      g_autofree char *full = hemo_format_value (value, line->text == NULL ? line->ucum : NULL);
      GtkWidget *label = cell (_ (line->label), 0, NULL);
      GtkWidget *number = cell (full, 1, "numeric");

      if (line_style (line) != NULL)
        gtk_widget_add_css_class (number, line_style (line));
      gtk_widget_set_hexpand (label, TRUE);
      gtk_grid_attach (results, label, 0, (int)i, 1, 1);
      gtk_grid_attach (results, number, 1, (int)i, 1, 1);
    }
  signed_at = hemo_reading_who (report->signer_name, report->signed_at);
  gtk_label_set_text (state, report->signed_by != NULL
                                 ? signed_at
                                 : _ ("Not signed yet: these values may change."));
}
