/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A day, as people type it. */

#include "hemo-date-entry.h"

#include "hemo-age-entry.h"
#include "hemo-day-text.h"
#include "hemo-failure.h"

#include <glib/gi18n.h>

struct _HemoDateEntry
{
  HemoCheckedEntry parent_instance;

  HemoDate date;
  gboolean day_first;
};

G_DEFINE_FINAL_TYPE (HemoDateEntry, hemo_date_entry, HEMO_TYPE_CHECKED_ENTRY)

char *
hemo_date_entry_describe (HemoDate date)
{
  g_autoptr (GDateTime) time = g_date_time_new_utc (date.year, date.month, date.day, 0, 0, 0);

  /* Translators: a day as hemo_day_text() writes it, the month as a word: '3 March 2020'. */
  return hemo_day_text (time, _ ("%-d %B %Y"));
}

const char *
hemo_date_entry_hint (gboolean day_first)
{
  /* Translators: the order in which the numbers of a date are typed */
  return day_first ? _ ("day/month/year") : _ ("month/day/year");
}

static gboolean
hemo_date_entry_read (HemoCheckedEntry *entry, const char *text, char **message)
{
  HemoDateEntry *self = HEMO_DATE_ENTRY (entry);
  g_autoptr (GError) error = NULL;

  self->date = (HemoDate){ 0 };
  if (text == NULL)
    return TRUE;
  if (!hemo_date_parse (text, self->day_first, &self->date, &error))
    {
      *message = hemo_failure_say (error->message);
      return FALSE;
    }
  *message = hemo_date_entry_describe (self->date);
  return TRUE;
}

static void
hemo_date_entry_class_init (HemoDateEntryClass *klass)
{
  HEMO_CHECKED_ENTRY_CLASS (klass)->read = hemo_date_entry_read;
}

static void
show_order (HemoDateEntry *self)
{
  const char *hint = hemo_date_entry_hint (self->day_first);

  g_object_set (self, "placeholder-text", hint, NULL);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), hint);
}

static void
hemo_date_entry_init (HemoDateEntry *self)
{
  self->day_first = hemo_age_entry_locale_day_first ();
  g_object_set (self, "width-chars", 14, NULL);
  show_order (self);
}

GtkWidget *
hemo_date_entry_new (void)
{
  return g_object_new (HEMO_TYPE_DATE_ENTRY, NULL);
}

void
hemo_date_entry_set_day_first (HemoDateEntry *self, gboolean day_first)
{
  g_return_if_fail (HEMO_IS_DATE_ENTRY (self));

  if (self->day_first == !!day_first)
    return;
  self->day_first = !!day_first;
  show_order (self);
  hemo_checked_entry_check (HEMO_CHECKED_ENTRY (self));
}

gboolean
hemo_date_entry_get_date (HemoDateEntry *self, HemoDate *date)
{
  g_return_val_if_fail (HEMO_IS_DATE_ENTRY (self), FALSE);

  if (self->date.year == 0)
    return FALSE;
  *date = self->date;
  return TRUE;
}

void
hemo_date_entry_set_date (HemoDateEntry *self, HemoDate date)
{
  g_autofree char *text = hemo_date_to_typed (date, self->day_first);

  g_return_if_fail (HEMO_IS_DATE_ENTRY (self));
  hemo_checked_entry_set_text (HEMO_CHECKED_ENTRY (self), text);
}
