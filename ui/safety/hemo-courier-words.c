/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sentences for numbers. */

#include "hemo-courier-words.h"

#include <glib/gi18n.h>

static guint
sum (const guint *lanes)
{
  return lanes[HEMO_LANE_RESULTS] + lanes[HEMO_LANE_PREVIEWS] + lanes[HEMO_LANE_ORIGINALS];
}

gboolean
hemo_courier_is_suspicious (const HemoCourierSummary *summary)
{
  return summary->strange + summary->damaged > 0;
}

static char *
say_written (const HemoCourierSummary *summary)
{
  guint all = sum (summary->carried);
  guint fresh = sum (summary->written);

  if (all == 0)
    return g_strdup (_ ("Nothing waits that could go onto the stick."));
  if (fresh == 0)
    return g_strdup (summary->left + summary->more == 0
                         ? _ ("All that waits is on the stick already.")
                         : _ ("What can go now is on the stick already."));
  return g_strdup_printf (
      g_dngettext (GETTEXT_PACKAGE,
                   "%u case or picture was written onto the stick. It counts as received when the "
                   "stick brings the proof back.",
                   "%u cases and pictures were written onto the stick. They count as received when "
                   "the stick brings the proof back.",
                   fresh),
      fresh);
}

/* Something for this computer. */
static gboolean
has_come (const HemoCourierSummary *of)
{
  return of->received + of->taken + of->refused + of->conflicts + of->older + of->spoiled > 0;
}

static char *
say_read (const HemoCourierSummary *summary)
{
  guint forwarded = sum (summary->forwarded);

  if (forwarded > 0)
    return g_strdup_printf (
        g_dngettext (GETTEXT_PACKAGE,
                     "%u case or picture of another computer was brought to the servers. Carry the "
                     "stick back: the proof is on it.",
                     "%u cases and pictures of other computers were brought to the servers. Carry "
                     "the stick back: the proofs are on it.",
                     forwarded),
        forwarded);
  if (summary->replied > 0 || summary->answers > 0)
    return g_strdup (_ ("The answers of the servers are on the stick: carry it back."));
  if (has_come (summary))
    return g_strdup (_ ("What came back was taken in."));
  return g_strdup (_ ("There was nothing new for this computer on the stick."));
}

gboolean
hemo_courier_did_something (const HemoCourierSummary *summary, gboolean writes)
{
  return writes ? sum (summary->written) > 0
                : sum (summary->forwarded) + summary->replied + summary->answers > 0
                      || has_come (summary);
}

char *
hemo_courier_say_outcome (const HemoCourierSummary *summary, gboolean writes)
{
  return writes ? say_written (summary) : say_read (summary);
}

const char *
hemo_courier_say_end (const HemoCourierSummary *summary, gboolean writes, gboolean failed)
{
  if (failed)
    return writes ? _ ("Not all was written to the stick") : _ ("Not all was read from the stick");
  if (hemo_courier_is_suspicious (summary))
    return _ ("Something on the stick is not as it should be");
  return writes ? _ ("The stick was written") : _ ("The stick was read");
}

/* A sentence for @number of something; none for none. Takes @text. */
static void
add (GStrvBuilder *lines, guint number, char *text)
{
  if (number > 0)
    g_strv_builder_take (lines, text);
  else
    g_free (text);
}

/* The sentence for @number, which is in it. */
#define SAY(number, one, many)                                                                     \
  add (lines, number, g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, one, many, number), number))

/* What was not used because it should not be there. */
static void
add_bad (GStrvBuilder *lines, const HemoCourierSummary *of)
{
  SAY (
      of->strange + of->damaged,
      "%u file on the stick was changed, damaged or written by nobody of this clinic. Nothing of "
      "it was used; the rest was.",
      "%u files on the stick were changed, damaged or written by nobody of this clinic. Nothing of "
      "them was used; the rest was.");
  SAY (of->elsewhere,
       "%u reply tells of another server than this clinic's, and counts for nothing.",
       "%u replies tell of another server than this clinic's, and count for nothing.");
  SAY (of->clinics, "%u other clinic has something on this stick; it was left as it is.",
       "%u other clinics have something on this stick; it was left as it is.");
}

/* What came back. */
static void
add_came (GStrvBuilder *lines, const HemoCourierSummary *of)
{
  SAY (of->received, "%u item was received by the server: the stick brought the proof.",
       "%u items were received by the servers: the stick brought the proof.");
  SAY (of->taken, "%u change of somebody else came.", "%u changes of others came.");
  SAY (of->waiting, "%u of them waits for a person.", "%u of them wait for a person.");
  SAY (of->strangers, "%u record on the stick concerns nobody here and was left.",
       "%u records on the stick concern nobody here and were left.");
  SAY (of->refused, "%u was refused by the server; see the shelf where it comes from.",
       "%u were refused by the server; see the shelf where they come from.");
  SAY (
      of->conflicts,
      "%u record was changed by somebody else as well. It goes again with the next stick, or waits "
      "for a person where both changed the same.",
      "%u records were changed by somebody else as well. They go again with the next stick, or "
      "wait for a person where both changed the same.");
}

/* What has to be done again, or later. */
static void
add_left (GStrvBuilder *lines, const HemoCourierSummary *of)
{
  SAY (of->spoiled, "%u letter lost its picture on the stick; it has to be written again.",
       "%u letters lost their pictures on the stick; they have to be written again.");
  SAY (
      of->left,
      "%u case or picture cannot go onto a stick as it is: it is damaged here, or somebody else's "
      "change has to be looked at first.",
      "%u cases or pictures cannot go onto a stick as they are: they are damaged here, or somebody "
      "else's change has to be looked at first.");
  if (of->more > 0)
    g_strv_builder_add (lines,
                        _ ("More waits than goes at once: write again when the stick was back."));
  SAY (of->unanswered, "%u letter on the stick has not been brought to a server yet.",
       "%u letters on the stick have not been brought to a server yet.");
  SAY (of->known, "The proof for %u item was known already; nothing was changed by it.",
       "The proofs for %u items were known already; nothing was changed by them.");
  SAY (of->older,
       "%u letter on the stick is older than one that went before it, and changed nothing.",
       "%u letters on the stick are older than ones that went before them, and changed nothing.");
}

GStrv
hemo_courier_say_rest (const HemoCourierSummary *summary)
{
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();

  add_bad (lines, summary);
  add_came (lines, summary);
  add_left (lines, summary);
  return g_strv_builder_end (lines);
}
