/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A field is discarded: what was counted on it is told first, and goes with it unless a person says
 * that it was not seen there. */

#include "hemo-fields-page-private.h"

#include "hemo-place.h"

#include <glib/gi18n.h>

/* The field that is asked about; it may be gone when the answer comes. */
typedef struct
{
  HemoFieldsPage *page;
  HemoFilmItem *item;
  HemoFieldTally told;
} Question;

static void
question_free (gpointer data, GClosure *closure)
{
  Question *self = data;

  g_object_unref (self->page);
  g_object_unref (self->item);
  g_free (self);
}

void
hemo_fields_page_bring_back (HemoFieldsPage *self)
{
  if (self->capture == NULL || !self->discarded)
    return;
  if (hemo_capture_bring_back (self->capture))
    self->discarded = FALSE;
  else
    hemo_place_toast (GTK_WIDGET (self), _ ("It is too late: the field is discarded"));
}

static void
undo_discard (gpointer data)
{
  hemo_fields_page_bring_back (data);
}

void
hemo_fields_page_say_discarded (HemoFieldsPage *self, int cells)
{
  g_autofree char *text = NULL;

  if (cells > 0)
    text = g_strdup_printf (ngettext ("The field is discarded, and %d counted cell with it",
                                      "The field is discarded, and %d counted cells with it",
                                      (gulong)cells),
                            cells);
  else
    text = g_strdup (_ ("The field is discarded"));
  hemo_place_toast (GTK_WIDGET (self), text);
}

/* Of a counted one the person was asked: it cannot be had back, and is said to be discarded once
 * that is stored. */
static void
discard (HemoFieldsPage *self, HemoFilmItem *item, const HemoFieldTally *told, gboolean keep_by_key)
{
  if (!hemo_capture_discard (self->capture, item, told, keep_by_key))
    return;
  self->discarded = TRUE;
  if (told->by_key + told->found == 0)
    hemo_place_toast_undo (GTK_WIDGET (self), _ ("The field is discarded"), undo_discard,
                           g_object_ref (self), g_object_unref);
}

static void
answered_cb (AdwAlertDialog *dialog, const char *response, gpointer data)
{
  const Question *question = data;
  const gboolean keep = g_strcmp0 (response, "keep") == 0;

  if (keep || g_strcmp0 (response, "out") == 0)
    discard (question->page, question->item, &question->told, keep);
}

/* A count is changed by its reader alone, and while it is open. */
static gboolean
is_locked (const HemoFieldTally *told)
{
  return told->closed > 0 || told->others > 0;
}

static gboolean
may_keep (HemoFieldsPage *self, const HemoFieldTally *told)
{
  HemoDesk *desk = hemo_bench_page_get_desk (HEMO_BENCH_PAGE (self));

  return told->by_key > 0 && (told->found == 0 || !is_locked (told))
         && (told->others == 0 || hemo_desk_may (desk, HEMO_ACTION_REPORT_AMEND_OTHER));
}

static char *
describe (const HemoFieldTally *told)
{
  const int n = told->by_key + told->found;
  g_autofree char *cells = g_strdup_printf (
      ngettext ("%d cell of the differential was counted on this field.",
                "%d cells of the differential were counted on this field.", (gulong)n),
      n);
  const char *what
      = is_locked (told)
            ? _ ("The count is closed, or another reader's: its reader has to reopen it before "
                 "cells are taken out.")
        : told->by_key > 0
            ? _ ("What was counted by key can stay, if it was seen at the microscope and not on "
                 "this picture. If the picture is of another slide, take it out.")
            : _ ("What was counted on it is taken out of the count with it.");

  return g_strconcat (cells, "\n\n", what, NULL);
}

static void
ask (HemoFieldsPage *self, HemoFilmItem *item, const HemoFieldTally *told)
{
  g_autofree char *text = describe (told);
  AdwDialog *dialog = adw_alert_dialog_new (_ ("Discard a Counted Field?"), text);
  AdwAlertDialog *alert = ADW_ALERT_DIALOG (dialog);
  Question *question = g_new0 (Question, 1);

  question->page = g_object_ref (self);
  question->item = g_object_ref (item);
  question->told = *told;
  adw_alert_dialog_add_response (alert, "cancel", _ ("_Cancel"));
  if (may_keep (self, told))
    adw_alert_dialog_add_response (alert, "keep", _ ("_Keep Cells by Key"));
  if (!is_locked (told))
    {
      adw_alert_dialog_add_response (alert, "out", _ ("_Take Cells Out"));
      adw_alert_dialog_set_response_appearance (alert, "out", ADW_RESPONSE_DESTRUCTIVE);
    }
  adw_alert_dialog_set_close_response (alert, "cancel");
  adw_alert_dialog_set_default_response (alert, "cancel");
  g_signal_connect_data (alert, "response", G_CALLBACK (answered_cb), question, question_free, 0);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

void
hemo_fields_page_discard (HemoFieldsPage *self, HemoFilmItem *item)
{
  HemoBenchPage *page = HEMO_BENCH_PAGE (self);
  const HemoCase *data = hemo_bench_case_get (hemo_bench_page_get_case (page));
  HemoSession *session = hemo_desk_get_session (hemo_bench_page_get_desk (page));
  HemoFieldTally told = { 0 };

  if (data != NULL
      && hemo_counts_tell_field (data->counts, hemo_film_item_get_uuid (item),
                                 session != NULL ? hemo_session_get_user (session) : NULL, &told))
    ask (self, item, &told);
  else
    discard (self, item, &told, FALSE);
}
