/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the files of the report page share. */

#pragma once

#include "hemo-report-page.h"

#include "hemo-others-group.h"
#include "hemo-reading-group.h"
#include "hemo-report-edits.h"
#include "hemo-report-images-list.h"
#include "hemo-report-paper.h"

G_BEGIN_DECLS

/**
 * HemoReportSigning: how far it is on the way to the dialog that signs
 * @HEMO_REPORT_SIGNING_KEEPS: other pages still write what was typed on them
 * @HEMO_REPORT_SIGNING_READS: the case is read again, so that what is signed is what is seen
 * @HEMO_REPORT_SIGNING_SAVES: the comment is saved
 */
typedef enum
{
  HEMO_REPORT_SIGNING_NOT,
  HEMO_REPORT_SIGNING_KEEPS,
  HEMO_REPORT_SIGNING_READS,
  HEMO_REPORT_SIGNING_SAVES,
} HemoReportSigning;

struct _HemoReportPage
{
  HemoBenchPage parent_instance;

  AdwBanner *banner;
  HemoReportPaper *paper;
  HemoReadingGroup *readings;
  HemoOthersGroup *others;
  AdwPreferencesGroup *critical_group;
  GtkButton *call_button;
  GtkListBox *critical_list;
  AdwPreferencesGroup *missing_group;
  GtkListBox *missing_list;
  AdwPreferencesGroup *flags_group;
  GtkListBox *flags_list;
  GtkTextView *comment;
  AdwPreferencesGroup *images_group;
  HemoReportImagesList *images_list;
  AdwComboRow *language_row;
  AdwPreferencesGroup *versions_group;
  GtkListBox *versions_list;
  GtkLabel *status;
  GtkBox *actions;
  GtkButton *print_button;
  GtkButton *export_button;
  GtkButton *next_button;
  GtkButton *amend_button;
  GtkButton *withdraw_button;
  GtkButton *discard_button;
  GtkButton *sign_button;

  HemoReportEdits *edits;
  GStrv languages;
  /* Signed version that is looked at; 0: what would be signed now, or the newest. */
  int version;
  /* The person wants to change what is signed. */
  gboolean amending;
  HemoReportSigning signing;
  guint keep_source;
  gboolean filling;
  guint focus_source;
};

/* hemo-report-page-show.c */
const HemoCase *hemo_report_page_get_case (HemoReportPage *self);
HemoDesk *hemo_report_page_get_desk (HemoReportPage *self);
/* The newest signed version, or NULL. (transfer none) */
const HemoReport *hemo_report_page_last_signed (const HemoCase *data);
/* Whether something changed since that one, so that it has to be signed anew. */
gboolean hemo_report_page_is_changed (const HemoCase *data);
/* All of the page, from the case and the edits. */
void hemo_report_page_show_case (HemoReportPage *self);
void hemo_report_page_show_language (HemoReportPage *self);
void hemo_report_page_show_paper (HemoReportPage *self);

G_END_DECLS
