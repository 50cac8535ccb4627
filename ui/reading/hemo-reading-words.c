/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Words for states and conclusions. */

#include "hemo-reading-words.h"

#include "hemo-format.h"

#include <glib/gi18n.h>

static const char *
conclusion_words (HemoConclusion conclusion)
{
  switch (conclusion)
    {
    case HEMO_CONCLUSION_AGREES:
      return C_ ("reading", "Agrees with the report");
    case HEMO_CONCLUSION_DIFFERS:
      return C_ ("reading", "Differs from the report");
    case HEMO_CONCLUSION_UNCLEAR:
      return C_ ("reading", "Cannot be told");
    default:
      return C_ ("reading", "Answered");
    }
}

const char *
hemo_reading_state_words (const HemoReading *reading)
{
  switch (reading->state)
    {
    case HEMO_READING_REQUESTED:
      return C_ ("reading", "Waits");
    case HEMO_READING_ACCEPTED:
      return C_ ("reading", "In hand");
    case HEMO_READING_COMPLETED:
      return conclusion_words (reading->conclusion);
    default:
      return C_ ("reading", "Cancelled");
    }
}

char *
hemo_reading_who (const char *name, HemoTime at)
{
  g_autofree char *time = hemo_format_time (at);

  /* Translators: who asked or answered, and when */
  return name != NULL ? g_strdup_printf (_ ("%s, %s"), name, time) : g_steal_pointer (&time);
}

char *
hemo_reading_in_hand (const HemoReading *reading)
{
  g_autofree char *time = hemo_format_time (reading->changed_at);

  if (reading->reader_name == NULL)
    /* Translators: a pathologist whose name is not known has the case in hand; since when */
    return g_strdup_printf (_ ("In hand since %s"), time);
  /* Translators: which pathologist has the case in hand, and since when */
  return g_strdup_printf (_ ("In hand of %s since %s"), reading->reader_name, time);
}
