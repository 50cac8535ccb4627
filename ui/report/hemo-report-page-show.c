/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the report page shows: paper, what is missing or to be told, versions, what may be done. */

#include "hemo-report-page-private.h"

#include "hemo-files.h"
#include "hemo-format.h"
#include "hemo-report-rows.h"
#include "hemo-report-status.h"
#include "hemo-widgets.h"

#include <glib/gi18n.h>

const HemoCase *
hemo_report_page_get_case (HemoReportPage *self)
{
  return hemo_bench_case_get (hemo_bench_page_get_case (HEMO_BENCH_PAGE (self)));
}

HemoDesk *
hemo_report_page_get_desk (HemoReportPage *self)
{
  return hemo_bench_page_get_desk (HEMO_BENCH_PAGE (self));
}

const HemoReport *
hemo_report_page_last_signed (const HemoCase *data)
{
  return data->reports->len > 0 ? data->reports->pdata[data->reports->len - 1] : NULL;
}

gboolean
hemo_report_page_is_changed (const HemoCase *data)
{
  return data->report->status == HEMO_REPORT_DRAFT;
}

/* Whether what is typed here becomes part of a report. */
static gboolean
is_editable (HemoReportPage *self, const HemoCase *data)
{
  return self->version == 0 && data->specimen->rejection == HEMO_REJECTION_NONE
         && (hemo_report_page_is_changed (data) || data->report->status == HEMO_REPORT_PRELIMINARY
             || self->amending);
}

/* What another has signed only a pathologist changes. */
static gboolean
may_amend (HemoReportPage *self, const HemoReport *report)
{
  HemoSession *session = hemo_desk_get_session (hemo_report_page_get_desk (self));
  gboolean own
      = session != NULL && g_strcmp0 (hemo_session_get_user (session), report->signed_by) == 0;

  return hemo_desk_may (hemo_report_page_get_desk (self),
                        own ? HEMO_ACTION_REPORT_AMEND : HEMO_ACTION_REPORT_AMEND_OTHER);
}

/* The report of a rejected specimen says nothing that anybody has to answer for. */
static gboolean
may_withdraw (HemoReportPage *self, const HemoCase *data)
{
  return hemo_case_needs_cancel (data)
             ? hemo_desk_may (hemo_report_page_get_desk (self), HEMO_ACTION_REPORT_PRELIMINARY)
             : may_amend (self, hemo_report_page_last_signed (data));
}

/* Rows are made anew only when they say something else: the focus stays where it is. */
static gboolean
says_new (GtkListBox *list, const char *text)
{
  if (g_strcmp0 (g_object_get_data (G_OBJECT (list), "text"), text) == 0)
    return FALSE;
  g_object_set_data_full (G_OBJECT (list), "text", g_strdup (text), g_free);
  gtk_list_box_remove_all (list);
  return TRUE;
}

static void
show_missing (HemoReportPage *self, const HemoCase *data)
{
  g_auto (GStrv) missing = hemo_report_missing (data->report, data);
  g_autoptr (GArray) sections = hemo_report_missing_sections (data->report, data);
  g_autofree char *text = g_strjoinv ("\n", missing);

  gtk_widget_set_visible (GTK_WIDGET (self->missing_group), is_editable (self, data));
  if (!says_new (self->missing_list, text))
    return;
  for (guint i = 0; missing[i] != NULL; i++)
    gtk_list_box_append (
        self->missing_list,
        hemo_report_missing_row (g_array_index (sections, HemoSection, i), missing[i]));
  if (missing[0] == NULL)
    gtk_list_box_append (self->missing_list,
                         hemo_report_note_row ("object-select-symbolic",
                                               _ ("Nothing: all that was asked for is there."),
                                               "success"));
}

/* What is still to be told stands above already; what was withdrawn says nothing any more. */
static gboolean
is_remarkable (const HemoReport *report, const HemoLine *line)
{
  return !hemo_report_is_withdrawn (report) && (line->flag != HEMO_FLAG_NONE || line->delta)
         && !hemo_report_line_needs_call (report, line);
}

static void
describe (GString *text, const HemoLine *line)
{
  g_autofree char *value = hemo_line_value_text (line);

  g_string_append_printf (text, "%s %s %d %d\n", line->label, value, line->flag, line->delta);
}

static void
show_flags (HemoReportPage *self, const HemoReport *report)
{
  g_autoptr (GString) text = g_string_new ("=");
  gboolean any = FALSE;

  for (guint i = 0; i < report->lines->len; i++)
    if (is_remarkable (report, report->lines->pdata[i]))
      {
        describe (text, report->lines->pdata[i]);
        any = TRUE;
      }
  gtk_widget_set_visible (GTK_WIDGET (self->flags_group), any);
  if (!says_new (self->flags_list, text->str))
    return;
  for (guint i = 0; i < report->lines->len; i++)
    if (is_remarkable (report, report->lines->pdata[i]))
      gtk_list_box_append (self->flags_list, hemo_report_line_row (report->lines->pdata[i]));
}

static GPtrArray *
list_untold (const HemoReport *report)
{
  GPtrArray *untold = g_ptr_array_new ();

  for (guint i = 0; i < report->lines->len; i++)
    if (hemo_report_line_needs_call (report, report->lines->pdata[i]))
      g_ptr_array_add (untold, report->lines->pdata[i]);
  return untold;
}

static void
show_calls (HemoReportPage *self, const HemoCase *data)
{
  g_autoptr (GPtrArray) untold = list_untold (data->report);
  g_autoptr (GString) text = g_string_new ("=");

  for (guint i = 0; i < untold->len; i++)
    describe (text, untold->pdata[i]);
  for (guint i = 0; i < data->calls->len; i++)
    g_string_append (text, ((HemoCriticalCall *)data->calls->pdata[i])->uuid);
  gtk_widget_set_visible (GTK_WIDGET (self->critical_group), untold->len + data->calls->len > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->call_button), untold->len > 0);
  if (!says_new (self->critical_list, text->str))
    return;
  for (guint i = 0; i < untold->len; i++)
    gtk_list_box_append (self->critical_list, hemo_report_line_row (untold->pdata[i]));
  for (guint i = 0; i < data->calls->len; i++)
    gtk_list_box_append (self->critical_list, hemo_report_call_row (data->calls->pdata[i]));
}

static void
show_versions (HemoReportPage *self, const HemoCase *data)
{
  g_autofree char *text = g_strdup_printf ("=%u", data->reports->len);

  gtk_widget_set_visible (GTK_WIDGET (self->versions_group), data->reports->len > 0);
  if (!says_new (self->versions_list, text))
    return;
  for (guint i = data->reports->len; i > 0; i--)
    gtk_list_box_append (self->versions_list,
                         hemo_report_version_row (data->reports->pdata[i - 1]));
}

static void
show_comment (HemoReportPage *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->comment);
  const char *comment = hemo_report_edits_get (self->edits)->comment;
  g_autofree char *shown = NULL;

  g_object_get (buffer, "text", &shown, NULL);
  if (g_strcmp0 (shown, comment != NULL ? comment : "") == 0)
    return;
  self->filling = TRUE;
  gtk_text_buffer_set_text (buffer, comment != NULL ? comment : "", -1);
  self->filling = FALSE;
}

void
hemo_report_page_show_language (HemoReportPage *self)
{
  const char *language = hemo_report_edits_get (self->edits)->language;

  if (self->languages == NULL)
    return;
  self->filling = TRUE;
  for (guint i = 0; self->languages[i] != NULL; i++)
    if (g_strcmp0 (self->languages[i], language) == 0)
      adw_combo_row_set_selected (self->language_row, i);
  self->filling = FALSE;
}

/* Whether somebody may still act on what was reported of a specimen that is worth nothing. */
static gboolean
is_overtaken (const HemoCase *data)
{
  return data->specimen->rejection != HEMO_REJECTION_NONE && data->reports->len > 0
         && !hemo_case_results_are_void (data);
}

static char *
describe_state (HemoReportPage *self, const HemoCase *data)
{
  const HemoReport *last = hemo_report_page_last_signed (data);
  g_autofree char *at = last != NULL ? hemo_format_time (last->signed_at) : NULL;

  if (hemo_case_is_withdrawn (data))
    return g_strdup_printf (_ ("Withdrawn by %s on %s. Nobody may use these results. To report "
                               "anew, accept a new specimen."),
                            last->signer_name, at);
  if (last == NULL && data->specimen->rejection != HEMO_REJECTION_NONE)
    return g_strdup (_ ("The specimen was rejected: it gets no report."));
  if (last == NULL)
    return g_strdup (_ ("Not signed yet. Only what is signed is printed."));
  if (hemo_report_page_is_changed (data) || self->amending)
    return g_strdup_printf (
        _ ("Version %d is signed and stays as it is. What is changed now has to "
           "be signed anew."),
        last->version);
  return g_strdup_printf (
      _ ("Signed by %s on %s: version %d, %s. What is seen, printed and written to a stick is the "
         "paper as it was stored."),
      last->signer_name, at, last->version, hemo_format_report_status (last->status));
}

/* The store refuses it where the record says more than words by now: that is signed anew. */
static gboolean
may_discard (const HemoCase *data, const HemoReport *last)
{
  return !hemo_report_page_is_changed (data) || hemo_report_is_unchanged (data->report, last, data);
}

static void
show_actions (HemoReportPage *self, const HemoCase *data)
{
  const HemoReport *last = hemo_report_page_last_signed (data);
  gboolean editable = is_editable (self, data);
  gboolean withdrawable = hemo_case_may_withdraw (data) || hemo_case_needs_cancel (data);
  gboolean final = last != NULL && last->status != HEMO_REPORT_PRELIMINARY
                   && !hemo_case_results_are_void (data);
  g_autofree char *state = describe_state (self, data);

  gtk_label_set_text (self->status, state);
  gtk_widget_set_visible (GTK_WIDGET (self->sign_button), editable);
  /* After a rejection nothing is to be done here but to go on. */
  gtk_widget_set_visible (GTK_WIDGET (self->actions),
                          last != NULL || data->specimen->rejection != HEMO_REJECTION_NONE);
  gtk_widget_set_visible (GTK_WIDGET (self->print_button), last != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->export_button), last != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->amend_button),
                          final && !editable && !is_overtaken (data));
  gtk_widget_set_sensitive (GTK_WIDGET (self->amend_button), final && may_amend (self, last));
  hemo_widgets_set_tooltip (GTK_WIDGET (self->amend_button),
                            final && !may_amend (self, last)
                                ? _ ("What another person has signed only a pathologist changes.")
                                : NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->discard_button),
                          final && editable && may_discard (data, last));
  gtk_widget_set_visible (GTK_WIDGET (self->withdraw_button), withdrawable);
  gtk_widget_set_sensitive (GTK_WIDGET (self->withdraw_button),
                            withdrawable && may_withdraw (self, data));
  hemo_widgets_set_tooltip (GTK_WIDGET (self->withdraw_button),
                            withdrawable && !may_withdraw (self, data)
                                ? _ ("What another person has signed only a pathologist withdraws.")
                                : NULL);
  gtk_text_view_set_editable (self->comment, editable);
  gtk_widget_set_sensitive (GTK_WIDGET (self->images_list), editable);
  gtk_widget_set_sensitive (GTK_WIDGET (self->language_row), editable);
}

static void
show_banner (HemoReportPage *self, const HemoCase *data)
{
  g_autofree char *title = NULL;

  if (self->version == 0 && is_overtaken (data))
    {
      adw_banner_set_title (self->banner,
                            _ ("The specimen was rejected after this report was signed. Withdraw "
                               "it, so that nobody uses it."));
      adw_banner_set_button_label (self->banner, NULL);
      adw_banner_set_revealed (self->banner, TRUE);
      return;
    }
  if (self->version == 0)
    {
      adw_banner_set_revealed (self->banner, FALSE);
      return;
    }
  title = g_strdup_printf (_ ("You look at version %d as it was signed."), self->version);
  adw_banner_set_title (self->banner, title);
  adw_banner_set_button_label (self->banner, _ ("Show the _Newest"));
  adw_banner_set_revealed (self->banner, TRUE);
}

void
hemo_report_page_show_paper (HemoReportPage *self)
{
  const HemoCase *data = hemo_report_page_get_case (self);

  hemo_report_paper_show (self->paper, data->specimen->uuid, self->version,
                          hemo_report_edits_get (self->edits));
}

void
hemo_report_page_show_case (HemoReportPage *self)
{
  const HemoCase *data = hemo_report_page_get_case (self);

  show_banner (self, data);
  show_calls (self, data);
  show_missing (self, data);
  show_flags (self, data->report);
  show_comment (self);
  hemo_report_images_list_show (self->images_list, data);
  gtk_widget_set_visible (GTK_WIDGET (self->images_group), data->images->len > 0);
  hemo_report_page_show_language (self);
  show_versions (self, data);
  show_actions (self, data);
  hemo_reading_group_show (self->readings, hemo_report_page_get_desk (self), data);
  hemo_others_group_show (self->others, hemo_report_page_get_desk (self), data);
  hemo_report_page_show_paper (self);
}
