/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Words for lanes. */

#include "hemo-sending-words.h"

#include "hemo-failure.h"
#include "hemo-format.h"

#include <glib/gi18n.h>

#define MINUTE 60.0
#define HOUR 3600.0

static int
to_count (double number)
{
  return (int)CLAMP (number, 0, (double)G_MAXINT);
}

char *
hemo_sending_describe_rest (double seconds)
{
  int number;

  if (seconds < 1.5 * MINUTE)
    return g_strdup (_ ("about a minute at this speed"));
  if (seconds < 2 * HOUR)
    {
      number = to_count (seconds / MINUTE + 0.5);
      return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "about %d min at this speed",
                                           "about %d min at this speed", (gulong)number),
                              number);
    }
  number = to_count (seconds / HOUR + 0.5);
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "about %d h at this speed",
                                       "about %d h at this speed", (gulong)number),
                          number);
}

static char *
describe_next (gint64 microseconds)
{
  int seconds = to_count ((double)microseconds / G_TIME_SPAN_SECOND + 0.5);
  int minutes = to_count (seconds / MINUTE + 0.5);

  if (seconds < 100)
    return g_strdup_printf (
        g_dngettext (GETTEXT_PACKAGE, "Next try in %d s", "Next try in %d s", (gulong)seconds),
        seconds);
  return g_strdup_printf (
      g_dngettext (GETTEXT_PACKAGE, "Next try in %d min", "Next try in %d min", (gulong)minutes),
      minutes);
}

static char *
describe_activity (const HemoSyncLane *lane, gboolean disputed, gint64 now)
{
  switch (lane->activity)
    {
    case HEMO_LANE_WORKING:
      return g_strdup (lane->tally.waiting > 0 ? _ ("Sending") : _ ("Asking the server"));
    case HEMO_LANE_WAITING:
      return describe_next (MAX (lane->next_at - now, 0));
    case HEMO_LANE_STOPPED:
      return g_strdup (_ ("Stopped: a person is needed"));
    case HEMO_LANE_PAUSED:
      return g_strdup (_ ("Paused"));
    case HEMO_LANE_IDLE:
    default:
      if (lane->tally.waiting > 0)
        return g_strdup (disputed ? _ ("Goes on when a person has decided") : _ ("Goes on soon"));
      return g_strdup (lane->tally.stuck > 0 ? _ ("Nothing more waits; see the shelf")
                                             : _ ("All was received"));
    }
}

static char *
describe_waiting (const HemoSyncLane *lane)
{
  int number = to_count ((double)lane->tally.waiting);
  g_autofree char *size = g_format_size ((guint64)MAX (lane->tally.bytes - lane->tally.sent, 0));

  if (lane->tally.bytes <= 0)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%d waits", "%d wait", (gulong)number),
                            number);
  /* Translators: how many pictures wait, and how large the rest of them is */
  return g_strdup_printf (
      g_dngettext (GETTEXT_PACKAGE, "%d waits, %s", "%d wait, %s", (gulong)number), number, size);
}

static char *
describe_speed (const HemoSyncStatus *status, HemoLane lane)
{
  double rest = hemo_sync_status_get_rest (status, lane);
  g_autofree char *speed = g_format_size ((guint64)status->lanes[lane].bytes_per_second);
  g_autofree char *words = rest >= 0 ? hemo_sending_describe_rest (rest) : NULL;

  if (words == NULL)
    /* Translators: bytes a second */
    return g_strdup_printf (_ ("%s/s"), speed);
  /* Translators: speed, and how long the rest takes: '120 kB/s, about 40 min at this speed' */
  return g_strdup_printf (_ ("%s/s, %s"), speed, words);
}

char *
hemo_sending_describe_lane (const HemoSyncStatus *status, HemoLane lane, gint64 now)
{
  const HemoSyncLane *of = &status->lanes[lane];
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();
  g_auto (GStrv) parts = NULL;

  if (!of->is_set)
    g_strv_builder_add (lines, lane == HEMO_LANE_RESULTS ? _ ("No server for records is set up.")
                                                         : _ ("No server for pictures is set up."));
  else
    g_strv_builder_take (
        lines, describe_activity (of, lane == HEMO_LANE_RESULTS && status->conflicts > 0, now));
  if (of->tally.waiting > 0)
    g_strv_builder_take (lines, describe_waiting (of));
  if (of->tally.waiting > 0 && of->bytes_per_second >= 1)
    g_strv_builder_take (lines, describe_speed (status, lane));
  /* Of the try before; how this one goes is not known yet. */
  if (of->failure != NULL && of->activity != HEMO_LANE_WORKING)
    g_strv_builder_take (lines, hemo_failure_say (of->failure));
  parts = g_strv_builder_end (lines);
  return g_strjoinv ("\n", parts);
}

const char *
hemo_sending_lane_icon (const HemoSyncLane *lane)
{
  if (!lane->is_set)
    return "network-offline-symbolic";
  switch (lane->activity)
    {
    case HEMO_LANE_WORKING:
      return "network-transmit-symbolic";
    case HEMO_LANE_WAITING:
      return "document-open-recent-symbolic";
    case HEMO_LANE_STOPPED:
      return "dialog-warning-symbolic";
    case HEMO_LANE_PAUSED:
      return "media-playback-pause-symbolic";
    case HEMO_LANE_IDLE:
    default:
      if (lane->tally.stuck > 0)
        return "dialog-warning-symbolic";
      return lane->tally.waiting > 0 ? "document-open-recent-symbolic" : "object-select-symbolic";
    }
}

/* (transfer full) (nullable) */
static char *
describe_strange (gint64 strange)
{
  int number = (int)CLAMP (strange, 0, G_MAXINT);

  return number == 0
             ? NULL
             : g_strdup_printf (
                   g_dngettext (
                       GETTEXT_PACKAGE, "%d record there concerns nobody here and was left there.",
                       "%d records there concern nobody here and were left there.", (gulong)number),
                   number);
}

/* (transfer full) (nullable) */
static char *
describe_missing (gint64 missing)
{
  int number = (int)CLAMP (missing, 0, G_MAXINT);

  return number == 0 ? NULL
                     : g_strdup_printf (
                           g_dngettext (GETTEXT_PACKAGE,
                                        "The original of %d picture is only on the server and "
                                        "was not found there: bring it back from a backup.",
                                        "The originals of %d pictures are only on the server and "
                                        "were not found there: bring them back from a backup.",
                                        (gulong)number),
                           number);
}

char *
hemo_sending_describe_reached (const HemoSyncStatus *status)
{
  HemoTime at = { .utc_us = status->reached_us, .offset_minutes = hemo_time_now ().offset_minutes };
  g_autofree char *when = status->reached_us > 0
                              ? hemo_format_time (at)
                              : g_strdup (_ ("Never: nothing was received so far."));
  g_autofree char *strange = status->reached_us > 0 ? describe_strange (status->strange) : NULL;
  g_autofree char *missing = describe_missing (status->missing);

  return g_strjoin ("\n", when, strange != NULL ? strange : missing,
                    strange != NULL ? missing : NULL, NULL);
}
