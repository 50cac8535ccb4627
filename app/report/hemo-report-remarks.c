/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Comments and the critical values that were told. */

#include "hemo-report-sheet-private.h"

#include "hemo-list-words.h"

static const HemoText text_style = { .size = 9, .ink = HEMO_INK_BLACK };

static void
draw_comment (HemoSheet *self, const char *comment)
{
  if (comment == NULL || *comment == '\0')
    return;
  self->y += 2;
  hemo_sheet_paragraph (self, &text_style, comment);
}

gboolean
hemo_sheet_is_comment (const HemoLine *line)
{
  return g_strcmp0 (line->loinc, "58445-8") == 0;
}

static gboolean
has_comment (const HemoSheet *self)
{
  if (self->report->comment != NULL && *self->report->comment != '\0')
    return TRUE;
  for (guint i = 0; i < self->report->lines->len; i++)
    if (hemo_sheet_is_comment (self->report->lines->pdata[i]))
      return TRUE;
  return FALSE;
}

void
hemo_sheet_draw_remarks (HemoSheet *self)
{
  if (!has_comment (self))
    return;
  hemo_sheet_heading (self, hemo_sheet_tr (self, N_ ("Comment")), 16);
  draw_comment (self, self->report->comment);
  for (guint i = 0; i < self->report->lines->len; i++)
    {
      const HemoLine *line = self->report->lines->pdata[i];

      if (hemo_sheet_is_comment (line))
        draw_comment (self, line->text);
    }
}

/* Kept as the labels of the results, in English. (transfer full) */
static char *
format_told (const HemoSheet *self, const char *analytes)
{
  g_auto (GStrv) labels = g_strsplit (analytes != NULL ? analytes : "", ", ", -1);
  g_autofree char *text = NULL;

  for (guint i = 0; labels[i] != NULL; i++)
    {
      g_autofree char *label = labels[i];

      labels[i] = g_strdup (hemo_sheet_tr (self, label));
    }
  text = g_strjoinv (hemo_list_separator_of (self->catalog), labels);
  return hemo_sheet_isolate (self, text);
}

static char *
format_call (const HemoSheet *self, const HemoCriticalCall *call)
{
  g_autofree char *when = hemo_sheet_time (self, call->at);
  g_autofree char *told = hemo_sheet_isolate (self, call->told != NULL ? call->told : "");
  g_autofree char *what = format_told (self, call->analytes);
  g_autofree char *sentence
      = g_strdup_printf (hemo_sheet_tr (self, call->not_reached ? N_ ("%s: %s was NOT reached: %s.")
                                                                : N_ ("%s: told to %s: %s.")),
                         when, told, what);

  g_autofree char *caller = hemo_sheet_isolate (self, call->by_name != NULL ? call->by_name : "?");
  g_autofree char *by = g_strdup_printf (hemo_sheet_tr (self, N_ ("Called by %s.")), caller);

  if (call->not_reached)
    return g_strdup_printf ("%s %s", sentence, by);
  return g_strdup_printf (
      "%s %s %s", sentence, by,
      hemo_sheet_tr (self, call->read_back ? N_ ("Read back: yes.") : N_ ("Read back: NO.")));
}

static gboolean
has_attempt (const GPtrArray *calls)
{
  for (guint i = 0; i < calls->len; i++)
    if (((const HemoCriticalCall *)calls->pdata[i])->not_reached)
      return TRUE;
  return FALSE;
}

void
hemo_sheet_draw_calls (HemoSheet *self)
{
  GPtrArray *calls = self->report->calls;

  if (calls == NULL || calls->len == 0)
    return;
  hemo_sheet_heading (self,
                      hemo_sheet_tr (self, has_attempt (calls) ? N_ ("Calls about critical values")
                                                               : N_ ("Critical values told")),
                      16);
  for (guint i = 0; i < calls->len; i++)
    {
      g_autofree char *text = format_call (self, calls->pdata[i]);

      self->y += 2;
      hemo_sheet_paragraph (self, &text_style, text);
    }
}

/* Counting by key alone is what a differential is taken for: that needs no words. */
static void
draw_ways (HemoSheet *self)
{
  const HemoReport *report = self->report;
  g_autofree char *text = NULL;

  if (report->cells_found == 0)
    return;
  /* Translators: how the white cells of a differential were counted: how many one by one on
   * pictures, how many with the keys at the microscope */
  text = g_strdup_printf (hemo_sheet_tr (self, N_ ("Cells counted on captured fields: %d; by key: "
                                                   "%d.")),
                          report->cells_found, report->cells_by_key);
  self->y += 4;
  hemo_sheet_paragraph (self, &text_style, text);
}

void
hemo_sheet_draw_found (HemoSheet *self)
{
  GPtrArray *found = self->report->found;

  draw_ways (self);
  for (guint i = 0; i < found->len; i++)
    {
      g_auto (GStrv) parts = hemo_found_by_split (found->pdata[i]);
      g_autofree char *version = NULL, *weights = NULL, *name = NULL, *text = NULL;

      if (parts == NULL)
        continue;
      version = hemo_sheet_isolate (self, parts[0]);
      weights = hemo_sheet_isolate (self, parts[1]);
      name = hemo_sheet_isolate (self, parts[2]);
      if (hemo_found_by_is_trained (parts[1]))
        /* Translators: about counted white cells: version of the program, which weights it used,
         * who looked at each cell */
        text = g_strdup_printf (
            hemo_sheet_tr (self, N_ ("Cells found by Hemogram %s, weights %s; confirmed by %s.")),
            version, weights, name);
      else
        /* Translators: the same where no trained detector found them: version of the program, name
         * of the method ('classical 1'), who looked at each cell */
        text = g_strdup_printf (
            hemo_sheet_tr (self,
                           N_ ("Cells found by Hemogram %s by brightness, without the trained "
                               "detector (method %s); confirmed by %s.")),
            version, weights, name);
      self->y += 4;
      hemo_sheet_paragraph (self, &text_style, text);
    }
}
