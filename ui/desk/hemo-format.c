/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Words, dates and spans in the window's language. */

#include "hemo-format.h"

#include "hemo-day-text.h"
#include "hemo-list-words.h"
#include "hemo-number-words.h"
#include "hemo-result.h"

#include <glib/gi18n.h>
#include <gtk/gtk.h>
#include <math.h>

const char *
hemo_format_role (HemoRole role)
{
  switch (role)
    {
    case HEMO_ROLE_ADMINISTRATOR:
      return _ ("Administrator");
    case HEMO_ROLE_PATHOLOGIST:
      return _ ("Pathologist");
    default:
      return _ ("Technician");
    }
}

const char *
hemo_format_sex (HemoSex sex)
{
  switch (sex)
    {
    case HEMO_SEX_FEMALE:
      return _ ("Female");
    case HEMO_SEX_MALE:
      return _ ("Male");
    case HEMO_SEX_OTHER:
      return C_ ("sex", "Other");
    default:
      return C_ ("sex", "Unknown");
    }
}

const char *
hemo_format_state (HemoState state)
{
  switch (state)
    {
    case HEMO_STATE_COUNTING:
      return C_ ("case", "Counting");
    case HEMO_STATE_TO_SIGN:
      return C_ ("case", "To sign");
    case HEMO_STATE_CRITICAL:
      return C_ ("case", "Critical");
    case HEMO_STATE_PRELIMINARY:
      return C_ ("case", "Preliminary");
    case HEMO_STATE_SIGNED:
      return C_ ("case", "Signed");
    case HEMO_STATE_REJECTED:
      return C_ ("case", "Rejected");
    default:
      return C_ ("case", "Waiting");
    }
}

const char *
hemo_format_urgency (HemoUrgency urgency)
{
  switch (urgency)
    {
    case HEMO_URGENCY_STAT:
      return C_ ("urgency", "STAT");
    case HEMO_URGENCY_URGENT:
      return C_ ("urgency", "Urgent");
    default:
      return C_ ("urgency", "Routine");
    }
}

const char *
hemo_format_specimen_type (HemoSpecimenType type)
{
  switch (type)
    {
    case HEMO_SPECIMEN_CAPILLARY:
      return _ ("Capillary blood");
    case HEMO_SPECIMEN_MARROW:
      return _ ("Bone marrow");
    case HEMO_SPECIMEN_THIN_FILM:
      return _ ("Thin film");
    case HEMO_SPECIMEN_THICK_FILM:
      return _ ("Thick film");
    default:
      return _ ("Venous blood, EDTA");
    }
}

const char *
hemo_format_stain (HemoStain stain)
{
  switch (stain)
    {
    case HEMO_STAIN_GIEMSA:
      return _ ("Giemsa");
    case HEMO_STAIN_WRIGHT:
      return _ ("Wright");
    case HEMO_STAIN_MAY_GRUNWALD_GIEMSA:
      return _ ("May-Grünwald-Giemsa");
    case HEMO_STAIN_LEISHMAN:
      return _ ("Leishman");
    case HEMO_STAIN_FIELD:
      return C_ ("stain", "Field");
    default:
      return C_ ("stain", "None");
    }
}

const char *
hemo_format_rejection (HemoRejection rejection)
{
  switch (rejection)
    {
    case HEMO_REJECTION_CLOTTED:
      return C_ ("specimen", "Clotted");
    case HEMO_REJECTION_HAEMOLYSED:
      return C_ ("specimen", "Haemolysed");
    case HEMO_REJECTION_INSUFFICIENT:
      return C_ ("specimen", "Not enough blood");
    case HEMO_REJECTION_UNLABELLED:
      return C_ ("specimen", "Not labelled, or mislabelled");
    case HEMO_REJECTION_WRONG_TUBE:
      return C_ ("specimen", "Wrong tube");
    case HEMO_REJECTION_TOO_OLD:
      return C_ ("specimen", "Too old");
    case HEMO_REJECTION_BROKEN:
      return C_ ("specimen", "Broken or leaking");
    case HEMO_REJECTION_POOR_SMEAR:
      return C_ ("specimen", "Poor smear");
    case HEMO_REJECTION_OTHER:
      return C_ ("specimen", "Another reason");
    default:
      return C_ ("specimen", "Not rejected");
    }
}

const char *
hemo_format_refusal (HemoRefusalReason reason)
{
  switch (reason)
    {
    case HEMO_REFUSAL_NO_REAGENT:
      return C_ ("order", "No reagent");
    case HEMO_REFUSAL_NOT_DONE:
      return C_ ("order", "Test not done here");
    case HEMO_REFUSAL_NOT_IN_TIME:
      return C_ ("order", "Sample not received in time");
    case HEMO_REFUSAL_OTHER:
    default:
      return C_ ("order", "Another reason");
    }
}

const char *
hemo_format_report_status (HemoReportStatus status)
{
  switch (status)
    {
    case HEMO_REPORT_PRELIMINARY:
      return C_ ("report", "Preliminary");
    case HEMO_REPORT_FINAL:
      return C_ ("report", "Final");
    case HEMO_REPORT_AMENDED:
      return C_ ("report", "Amended");
    case HEMO_REPORT_CORRECTED:
      return C_ ("report", "Corrected");
    case HEMO_REPORT_ENTERED_IN_ERROR:
      return C_ ("report", "Withdrawn");
    case HEMO_REPORT_CANCELLED:
      return C_ ("report", "Cancelled");
    default:
      return C_ ("report", "Draft");
    }
}

char *
hemo_format_tests (HemoTests tests)
{
  static const struct
  {
    HemoTests test;
    const char *label;
  } all[] = {
    { HEMO_TEST_DIFFERENTIAL, NC_ ("test", "Differential") },
    { HEMO_TEST_MORPHOLOGY, NC_ ("test", "Morphology") },
    { HEMO_TEST_PLATELETS, NC_ ("test", "Platelets") },
    { HEMO_TEST_MALARIA, NC_ ("test", "Malaria") },
    { HEMO_TEST_CBC, NC_ ("test", "Blood count") },
  };
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    {
      if (!(tests & all[i].test))
        continue;
      if (text->len > 0)
        g_string_append (text, hemo_list_separator ());
      g_string_append (text, g_dpgettext2 (NULL, "test", all[i].label));
    }
  return g_string_free (text, FALSE);
}

char *
hemo_format_sex_age (HemoSex sex, const HemoBirth *birth, HemoDate day)
{
  g_autofree char *plain = hemo_birth_age_text (birth, day);
  /* '38y' is never turned round, whatever stands beside it. */
  g_autofree char *age = gtk_widget_get_default_direction () == GTK_TEXT_DIR_RTL
                             ? hemo_format_number (plain)
                             : g_steal_pointer (&plain);

  switch (sex)
    {
    case HEMO_SEX_FEMALE:
      /* Translators: sex and age in a list: F for female */
      return g_strdup_printf (_ ("F\u00a0%s"), age);
    case HEMO_SEX_MALE:
      /* Translators: sex and age in a list: M for male */
      return g_strdup_printf (_ ("M\u00a0%s"), age);
    default:
      return g_steal_pointer (&age);
    }
}

char *
hemo_format_number (const char *number)
{
  /* Left-to-right isolate, pop directional isolate. */
  return g_strconcat ("\u2066", number, "\u2069", NULL);
}

char *
hemo_format_value (const char *value, const char *unit)
{
  /* Words go as their own letters do: first strong isolate. */
  if (unit == NULL)
    return g_strconcat ("\u2068", value, "\u2069", NULL);
  return g_strconcat ("\u2066", value, " ", hemo_ucum_to_text (unit), "\u2069", NULL);
}

static const char *
translate (const char *text, gpointer data)
{
  return gettext (text);
}

char *
hemo_format_line_value (const HemoLine *line)
{
  g_autofree char *value = hemo_line_value_text (line);
  g_auto (GStrv) parts = NULL;

  if (isfinite (line->value))
    return g_steal_pointer (&value);
  /* The model puts together what it has found. */
  parts = g_strsplit (value, ", ", -1);
  for (guint i = 0; parts[i] != NULL; i++)
    if (*parts[i] != '\0')
      {
        char *part = parts[i];

        parts[i] = hemo_number_words_translate (part, translate, NULL);
        g_free (part);
      }
  return hemo_list_say (parts);
}

char *
hemo_format_since (HemoTime then, HemoTime now)
{
  gint64 minutes;

  if (then.utc_us == 0)
    return g_strdup ("");
  minutes = MAX (0, (now.utc_us - then.utc_us) / G_USEC_PER_SEC / 60);
  if (minutes < 60)
    /* Translators: how long a specimen waits; minutes */
    return g_strdup_printf (ngettext ("%d min", "%d min", (gulong)minutes), (int)minutes);
  if (minutes < 48 * 60)
    return g_strdup_printf (ngettext ("%d hour", "%d hours", (gulong)(minutes / 60)),
                            (int)(minutes / 60));
  return g_strdup_printf (ngettext ("%d day", "%d days", (gulong)(minutes / 60 / 24)),
                          (int)(minutes / 60 / 24));
}

char *
hemo_format_date (HemoDate date)
{
  g_autoptr (GDateTime) day = NULL;

  if (date.year == 0)
    return g_strdup ("");
  if (date.month == 0 || date.day == 0)
    return hemo_date_to_iso (date);
  day = g_date_time_new_utc (date.year, date.month, date.day, 0, 0, 0);
  /* Translators: a date, see strftime(3); the month in letters and a whole year, so that nobody
   * reads 08/09/47 in two ways. */
  return day != NULL ? hemo_day_text (day, _ ("%-d %b %Y")) : hemo_date_to_iso (date);
}

char *
hemo_format_time (HemoTime time)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc_usec (time.utc_us);
  g_autoptr (GTimeZone) zone = g_time_zone_new_offset (time.offset_minutes * 60);
  g_autoptr (GDateTime) local = utc != NULL ? g_date_time_to_timezone (utc, zone) : NULL;

  if (time.utc_us == 0 || local == NULL)
    return g_strdup ("");
  /* Translators: date and time of day, see strftime(3) */
  return hemo_day_text (local, _ ("%-d %b %Y %H:%M"));
}
