/* SPDX-License-Identifier: GPL-3.0-or-later */

/* An age as it is told, or a date of birth. */

#include "hemo-age-entry.h"

#include "hemo-date-entry.h"
#include "hemo-day-text.h"
#include "hemo-failure.h"

#include <glib/gi18n.h>
#include <langinfo.h>
#include <string.h>

struct _HemoAgeEntry
{
  HemoCheckedEntry parent_instance;

  HemoDate today;
  HemoBirth birth;
  char *given_text;
  HemoBirth given;
  gboolean day_first;
};

G_DEFINE_FINAL_TYPE (HemoAgeEntry, hemo_age_entry, HEMO_TYPE_CHECKED_ENTRY)

enum
{
  PROP_DAY_FIRST = 1,
  N_PROPS,
};

enum
{
  BIRTH_CHANGED,
  N_SIGNALS,
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

gboolean
hemo_age_entry_locale_day_first (void)
{
  return hemo_date_format_day_first (nl_langinfo (D_FMT));
}

/* In the units in which the age of a child of that age is told. */
static char *
describe_age (int days, int months)
{
  if (months >= 24)
    return g_strdup_printf (ngettext ("%d year", "%d years", (gulong)(months / 12)), months / 12);
  if (months >= 1)
    return g_strdup_printf (ngettext ("%d month", "%d months", (gulong)months), months);
  return g_strdup_printf (ngettext ("%d day", "%d days", (gulong)days), days);
}

static char *
describe_date (HemoDate date)
{
  g_autoptr (GDateTime) time = g_date_time_new_utc (date.year, MAX (1, date.month), 1, 0, 0, 0);

  if (date.month == 0)
    return g_strdup_printf ("%d", date.year);
  if (date.day == 0)
    /* Translators: a month of a year as hemo_day_text() writes it, 'March 2020'. */
    return hemo_day_text (time, _ ("%OB %Y"));
  return hemo_date_entry_describe (date);
}

/* Reads '34y' off hemo_birth_age_text(), which knows how ages are counted. */
static char *
spell_age (const HemoBirth *birth, HemoDate today)
{
  g_autofree char *text = hemo_birth_age_text (birth, today);
  const char *digits = text + (text[0] == '~' ? 1 : 0);
  const int number = (int)g_ascii_strtoll (digits, NULL, 10);
  const char unit = digits[0] != '\0' ? digits[strlen (digits) - 1] : '?';

  if (unit == 'y')
    return describe_age (0, number * 12);
  if (unit == 'm')
    return describe_age (0, number);
  return describe_age (number, 0);
}

char *
hemo_age_entry_describe (const HemoBirth *birth, HemoDate today)
{
  g_autofree char *age = spell_age (birth, today);
  g_autofree char *date = describe_date (birth->date);

  if (birth->estimated)
    /* Translators: 'About 34 years, born about 1992'. */
    return g_strdup_printf (_ ("About %s, born about %s"), age, date);
  if (birth->date.month == 0 || birth->date.day == 0)
    /* Translators: 'About 34 years, born 1992'. */
    return g_strdup_printf (_ ("About %s, born %s"), age, date);
  /* Translators: '34 years, born 3 March 1992'. */
  return g_strdup_printf (_ ("%s, born %s"), age, date);
}

static void
take (HemoAgeEntry *self, HemoBirth birth)
{
  if (memcmp (&self->birth.date, &birth.date, sizeof birth.date) == 0
      && self->birth.estimated == birth.estimated)
    return;
  self->birth = birth;
  g_signal_emit (self, signals[BIRTH_CHANGED], 0);
}

static HemoDate
get_today (HemoAgeEntry *self)
{
  return self->today.year != 0 ? self->today : hemo_date_of (hemo_time_now ());
}

/* For people: the order of the locale, by its own example. */
static char *
refuse_text (HemoAgeEntry *self, const GError *error)
{
  if (!strstr (error->message, "must be an age"))
    return hemo_failure_say (error->message);
  if (self->day_first)
    return g_strdup (_ ("An age as 34y, 8m, 2w or 12d, a year, or a date: day/month/year."));
  return g_strdup (_ ("An age as 34y, 8m, 2w or 12d, a year, or a date: month/day/year."));
}

static gboolean
hemo_age_entry_read (HemoCheckedEntry *entry, const char *text, char **message)
{
  HemoAgeEntry *self = HEMO_AGE_ENTRY (entry);
  g_autoptr (GError) error = NULL;
  const HemoDate today = get_today (self);
  HemoBirth birth = { 0 };

  if (text == NULL)
    {
      take (self, birth);
      return TRUE;
    }
  if (self->given_text != NULL && g_str_equal (text, self->given_text))
    birth = self->given;
  else if (!hemo_birth_parse (text, today, self->day_first, &birth, &error))
    {
      *message = refuse_text (self, error);
      take (self, (HemoBirth){ 0 });
      return FALSE;
    }
  *message = hemo_age_entry_describe (&birth, today);
  take (self, birth);
  return TRUE;
}

static void
hemo_age_entry_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_DAY_FIRST)
    g_value_set_boolean (value, HEMO_AGE_ENTRY (object)->day_first);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
hemo_age_entry_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_DAY_FIRST)
    hemo_age_entry_set_day_first (HEMO_AGE_ENTRY (object), g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
hemo_age_entry_finalize (GObject *object)
{
  g_free (HEMO_AGE_ENTRY (object)->given_text);
  G_OBJECT_CLASS (hemo_age_entry_parent_class)->finalize (object);
}

static void
hemo_age_entry_class_init (HemoAgeEntryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = hemo_age_entry_get_property;
  object_class->set_property = hemo_age_entry_set_property;
  object_class->finalize = hemo_age_entry_finalize;
  HEMO_CHECKED_ENTRY_CLASS (klass)->read = hemo_age_entry_read;
  props[PROP_DAY_FIRST]
      = g_param_spec_boolean ("day-first", NULL, NULL, TRUE,
                              G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[BIRTH_CHANGED] = g_signal_new ("birth-changed", G_TYPE_FROM_CLASS (klass),
                                         G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
show_order (HemoAgeEntry *self)
{
  /* Translators: example of an age in the empty field: 34 years or 8 months. */
  const char *hint
      = self->day_first ? _ ("34y, 8m or day/month/year") : _ ("34y, 8m or month/day/year");

  g_object_set (self, "placeholder-text", hint, NULL);
}

static void
hemo_age_entry_init (HemoAgeEntry *self)
{
  self->day_first = hemo_age_entry_locale_day_first ();
  g_object_set (self, "width-chars", 12, NULL);
  show_order (self);
  hemo_checked_entry_set_label (HEMO_CHECKED_ENTRY (self), _ ("Age or date of birth"));
}

GtkWidget *
hemo_age_entry_new (void)
{
  return g_object_new (HEMO_TYPE_AGE_ENTRY, NULL);
}

void
hemo_age_entry_set_today (HemoAgeEntry *self, HemoDate today)
{
  g_return_if_fail (HEMO_IS_AGE_ENTRY (self));
  self->today = today;
  hemo_checked_entry_check (HEMO_CHECKED_ENTRY (self));
}

void
hemo_age_entry_set_day_first (HemoAgeEntry *self, gboolean day_first)
{
  g_return_if_fail (HEMO_IS_AGE_ENTRY (self));

  if (self->day_first == !!day_first)
    return;
  self->day_first = !!day_first;
  show_order (self);
  hemo_checked_entry_check (HEMO_CHECKED_ENTRY (self));
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DAY_FIRST]);
}

gboolean
hemo_age_entry_get_birth (HemoAgeEntry *self, HemoBirth *birth)
{
  g_return_val_if_fail (HEMO_IS_AGE_ENTRY (self), FALSE);

  if (self->birth.date.year == 0 || !hemo_checked_entry_get_valid (HEMO_CHECKED_ENTRY (self)))
    return FALSE;
  *birth = self->birth;
  return TRUE;
}

void
hemo_age_entry_set_birth (HemoAgeEntry *self, const HemoBirth *birth)
{
  g_autofree char *text = NULL;

  g_return_if_fail (HEMO_IS_AGE_ENTRY (self));
  if (birth != NULL)
    text = hemo_date_to_iso (birth->date);
  self->given = birth != NULL ? *birth : (HemoBirth){ 0 };
  g_set_str (&self->given_text, text);
  hemo_checked_entry_set_text (HEMO_CHECKED_ENTRY (self), text);
  hemo_checked_entry_check (HEMO_CHECKED_ENTRY (self));
}
