/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A white cell counts once: what was counted by key is told before a mark counts as well. */

#include "hemo-cell-gallery-private.h"

#include "hemo-format.h"
#include "hemo-place.h"

#include <glib/gi18n.h>

/* The cell that is asked about; it may be gone when the answer comes. */
typedef struct
{
  HemoCellGallery *gallery;
  guint opening;
  char *image;
  int number;
} Question;

static void
question_free (gpointer data, GClosure *closure)
{
  Question *self = data;

  g_object_unref (self->gallery);
  g_free (self->image);
  g_free (self);
}

static void
answered_cb (AdwAlertDialog *dialog, const char *response, gpointer data)
{
  const Question *question = data;
  HemoCellGallery *self = question->gallery;
  HemoGalleryCell *cell;

  if (g_strcmp0 (response, "count") != 0 || self->opening != question->opening)
    return;
  self->both_ways = TRUE;
  cell = hemo_cell_gallery_find (self, question->image, question->number);
  if (cell != NULL)
    hemo_cell_gallery_count_and_go_on (self, cell);
}

static void
ask (HemoCellGallery *self, const HemoGalleryCell *cell, const HemoCountedWay *way)
{
  AdwDialog *dialog = adw_alert_dialog_new (_ ("Count Cells of Fields Too?"), NULL);
  AdwAlertDialog *alert = ADW_ALERT_DIALOG (dialog);
  Question *question = g_new0 (Question, 1);
  g_autofree char *when = hemo_format_time (way->at);

  question->gallery = g_object_ref (self);
  question->opening = self->opening;
  question->image = g_strdup (cell->image);
  question->number = cell->number;
  /* Translators: cells, who counted them, when */
  adw_alert_dialog_format_body (
      alert,
      ngettext ("%d cell of this differential was counted by key (%s, %s). It may be on these "
                "fields too: count only cells that are others.",
                "%d cells of this differential were counted by key (%s, %s). They may be on these "
                "fields too: count only cells that are others.",
                (gulong)way->cells),
      way->cells, way->name != NULL ? way->name : _ ("another person"), when);
  adw_alert_dialog_add_responses (alert, "cancel", _ ("_Cancel"), "count", _ ("Count _Other Cells"),
                                  NULL);
  adw_alert_dialog_set_close_response (alert, "cancel");
  g_signal_connect_data (alert, "response", G_CALLBACK (answered_cb), question, question_free, 0);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

static void
tell_by_key (HemoCellGallery *self, const HemoGalleryCell *cell, const HemoCountedWay *way)
{
  g_autofree char *when = hemo_format_time (way->at);
  /* Translators: number of a field, cells, who counted them, when */
  g_autofree char *text = g_strdup_printf (
      ngettext ("On field %d %d cell is counted by key already (%s, %s). Take it back to count the "
                "field here.",
                "On field %d %d cells are counted by key already (%s, %s). Take them back to count "
                "the field here.",
                (gulong)way->cells),
      cell->field, way->cells, way->name != NULL ? way->name : _ ("another person"), when);

  gtk_widget_error_bell (GTK_WIDGET (self));
  hemo_place_toast (GTK_WIDGET (self), text);
}

gboolean
hemo_cell_gallery_may_count (HemoCellGallery *self, const HemoGalleryCell *cell)
{
  const HemoCase *data = hemo_bench_case_get (self->bench_case);
  HemoCountedWay way = { 0 };

  if (data == NULL)
    return FALSE;
  if (hemo_counts_tell_way (data->counts, FALSE, cell->image, &way))
    {
      tell_by_key (self, cell, &way);
      return FALSE;
    }
  if (self->both_ways || !hemo_counts_tell_way (data->counts, FALSE, NULL, &way))
    return TRUE;
  ask (self, cell, &way);
  return FALSE;
}
