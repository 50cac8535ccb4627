/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Facts of a report as rows that say in words what their colour says. */

#include "hemo-report-rows.h"

#include "hemo-format.h"

#include <glib/gi18n.h>
#include <math.h>

const char *
hemo_report_page_of_section (HemoSection section)
{
  switch (section)
    {
    case HEMO_SECTION_MORPHOLOGY_RBC:
    case HEMO_SECTION_MORPHOLOGY_WBC:
    case HEMO_SECTION_MORPHOLOGY_PLT:
    case HEMO_SECTION_PLATELETS:
      return "morphology";
    case HEMO_SECTION_MALARIA:
      return "malaria";
    case HEMO_SECTION_CELLS:
      return "fields";
    default:
      return "count";
    }
}

const char *
hemo_report_flag_words (HemoFlag flag)
{
  switch (flag)
    {
    case HEMO_FLAG_LOW:
      return C_ ("result", "Low");
    case HEMO_FLAG_HIGH:
      return C_ ("result", "High");
    case HEMO_FLAG_CRITICAL_LOW:
      return C_ ("result", "Critically low");
    case HEMO_FLAG_CRITICAL_HIGH:
      return C_ ("result", "Critically high");
    case HEMO_FLAG_ABNORMAL:
      return C_ ("result", "Abnormal");
    case HEMO_FLAG_CRITICAL_ABNORMAL:
      return C_ ("result", "Critical");
    default:
      return NULL;
    }
}

static GtkWidget *
make_row (const char *title, const char *subtitle)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  if (subtitle != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  return row;
}

static void
add_icon (GtkWidget *row, const char *icon, const char *style)
{
  GtkWidget *image = gtk_image_new_from_icon_name (icon);

  if (style != NULL)
    gtk_widget_add_css_class (image, style);
  gtk_accessible_update_state (GTK_ACCESSIBLE (image), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), image);
}

GtkWidget *
hemo_report_note_row (const char *icon, const char *text, const char *style)
{
  GtkWidget *row = make_row (text, NULL);

  add_icon (row, icon, style);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  return row;
}

GtkWidget *
hemo_report_missing_row (HemoSection section, const char *text)
{
  GtkWidget *row = make_row (text, NULL);

  add_icon (row, "dialog-warning-symbolic", "warning");
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             gtk_image_new_from_icon_name ("go-next-symbolic"));
  gtk_widget_set_name (row, hemo_report_page_of_section (section));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  return row;
}

/* With the point of the value beside it, which is that of the paper, and with its decimals or more:
 * 6 % is above 5.5, and not above '6'. */
static char *
number_text (double number, int decimals)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE + 320];
  char format[8];

  g_snprintf (format, sizeof format, "%%.%df", CLAMP (hemo_decimals_of (number, decimals), 0, 9));
  return g_strdup (g_ascii_formatd (text, sizeof text, format, number));
}

/* NULL where there is none. A range stays in its order in every language. */
static char *
range_text (const HemoLine *line)
{
  g_autofree char *low = number_text (line->reference_low, line->decimals);
  g_autofree char *high = number_text (line->reference_high, line->decimals);

  if (isfinite (line->reference_low) && isfinite (line->reference_high))
    return g_strdup_printf (_ ("range \u2066%s\u2013%s\u2069"), low, high);
  if (isfinite (line->reference_low))
    return g_strdup_printf (_ ("range from %s"), low);
  if (isfinite (line->reference_high))
    return g_strdup_printf (_ ("range up to %s"), high);
  return NULL;
}

/* 'Low · 38–58' and what it was before. */
static char *
describe_line (const HemoLine *line)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autofree char *range = range_text (line);
  g_auto (GStrv) parts = NULL;

  if (hemo_report_flag_words (line->flag) != NULL)
    g_strv_builder_add (builder, hemo_report_flag_words (line->flag));
  if (range != NULL)
    g_strv_builder_add (builder, range);
  if (isfinite (line->previous))
    {
      g_autofree char *previous = number_text (line->previous, line->decimals);
      g_autofree char *day = hemo_format_date (hemo_date_of (line->previous_at));

      g_strv_builder_take (
          builder, line->delta ? g_strdup_printf (_ ("changed from %s on %s"), previous, day)
                               : g_strdup_printf (_ ("%s on %s"), previous, day));
    }
  parts = g_strv_builder_end (builder);
  return g_strjoinv (" · ", parts);
}

GtkWidget *
hemo_report_line_row (const HemoLine *line)
{
  gboolean critical = hemo_flag_is_critical (line->flag);
  g_autofree char *words = describe_line (line);
  g_autofree char *value = hemo_format_line_value (line);
  g_autofree char *text = hemo_format_value (value, line->ucum);
  GtkWidget *row = make_row (_ (line->label), words);
  GtkWidget *result = gtk_label_new (text);

  add_icon (row, critical ? "dialog-error-symbolic" : "dialog-warning-symbolic",
            critical ? "error" : "warning");
  gtk_widget_add_css_class (result, "numeric");
  gtk_widget_add_css_class (result, "heading");
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), result);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  return row;
}

GtkWidget *
hemo_report_call_row (const HemoCriticalCall *call)
{
  g_autofree char *at = hemo_format_time (call->at);
  g_autofree char *title = g_strdup_printf (
      call->not_reached ? _ ("%s was not reached") : _ ("%s was told"), call->told);
  const char *end = call->not_reached ? (call->by_name != NULL ? call->by_name : "")
                    : call->read_back ? _ ("read back")
                                      : _ ("not read back");
  g_autofree char *subtitle = g_strdup_printf ("%s · %s · %s", call->analytes, at, end);
  GtkWidget *row = make_row (title, subtitle);

  add_icon (row, call->read_back ? "object-select-symbolic" : "dialog-warning-symbolic",
            call->read_back ? "success" : "warning");
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  return row;
}

GtkWidget *
hemo_report_version_row (const HemoReport *report)
{
  g_autofree char *at = hemo_format_time (report->signed_at);
  g_autofree char *title = g_strdup_printf (_ ("Version %d, %s"), report->version,
                                            hemo_format_report_status (report->status));
  g_autofree char *subtitle
      = report->reason != NULL
            ? g_strdup_printf ("%s · %s\n%s", report->signer_name, at, report->reason)
            : g_strdup_printf ("%s · %s", report->signer_name, at);
  GtkWidget *row = make_row (title, subtitle);
  g_autofree char *name = g_strdup_printf ("%d", report->version);
  GtkWidget *print = gtk_button_new_from_icon_name ("document-print-symbolic");

  gtk_widget_set_name (row, name);
  gtk_widget_set_tooltip_text (print, _ ("Print This Version as It Was Signed"));
  gtk_widget_set_valign (print, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (print, "flat");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (print), "report.print");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (print), "i", report->version);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), print);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  return row;
}
