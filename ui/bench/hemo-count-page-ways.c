/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A white cell counts once: what the marks on fields gave already is told before a key counts. */

#include "hemo-count-page-private.h"

#include "hemo-format.h"

#include <glib/gi18n.h>

/* Of the field that is seen, or with NULL of all. */
static gboolean
tell (HemoCountPage *self, const char *image, HemoCountedWay *way)
{
  const HemoCase *data = hemo_count_page_get_case (self);

  return data != NULL && hemo_counts_tell_way (data->counts, TRUE, image, way);
}

/* Whether the marks of the field that is seen are counted. */
static gboolean
tell_seen (HemoCountPage *self, HemoCountedWay *way)
{
  const char *image = hemo_field_pane_get_stored (self->field);

  return image != NULL && tell (self, image, way);
}

gboolean
hemo_count_page_asks (HemoCountPage *self)
{
  HemoCountedWay way;

  return (tell_seen (self, &way) && !self->elsewhere)
         || (tell (self, NULL, &way) && !self->both_ways);
}

static char *
describe (const HemoCountedWay *way, gboolean seen)
{
  const char *name = way->name != NULL ? way->name : _ ("another person");
  g_autofree char *when = hemo_format_time (way->at);

  if (seen)
    /* Translators: cells, who counted them, when */
    return g_strdup_printf (
        ngettext ("%d cell of this field is counted in the gallery already (%s, %s).",
                  "%d cells of this field are counted in the gallery already (%s, %s).",
                  (gulong)way->cells),
        way->cells, name, when);
  /* Translators: cells, who counted them, when */
  return g_strdup_printf (
      ngettext ("%d cell of captured fields is in this differential already (%s, %s). Count no "
                "cell twice.",
                "%d cells of captured fields are in this differential already (%s, %s). Count no "
                "cell twice.",
                (gulong)way->cells),
      way->cells, name, when);
}

void
hemo_count_page_show_ways (HemoCountPage *self)
{
  HemoCountedWay way = { 0 };
  const gboolean asks = !self->closed && !self->rejected && hemo_count_page_asks (self);
  const gboolean seen = asks && !self->elsewhere && tell_seen (self, &way);
  g_autofree char *text = NULL;

  if (asks && (seen || tell (self, NULL, &way)))
    {
      text = describe (&way, seen);
      adw_banner_set_title (self->ways, text);
      adw_banner_set_button_label (self->ways, seen ? _ ("Count at the _Microscope")
                                                    : _ ("Count _Other Cells"));
    }
  adw_banner_set_revealed (self->ways, text != NULL);
}

void
hemo_count_page_answer (HemoCountPage *self)
{
  HemoCountedWay way;

  self->elsewhere = self->elsewhere || tell_seen (self, &way);
  self->both_ways = TRUE;
  hemo_count_page_show_ways (self);
}

char *
hemo_count_page_dup_image (HemoCountPage *self)
{
  HemoCountedWay way;

  return tell_seen (self, &way) ? NULL : hemo_field_pane_dup_image (self->field);
}
