/* SPDX-License-Identifier: GPL-3.0-or-later */

/* hemogram-cli: what waits goes onto a stick, and what came back is taken in. */

#include "hemo-cli.h"

#include "hemo-courier.h"

#include <glib/gi18n.h>

static const char *const lane_codes[] = { "results", "previews", "originals" };

G_STATIC_ASSERT (G_N_ELEMENTS (lane_codes) == HEMO_LANE_NONE);

typedef gboolean (*CourierRun) (const HemoCourier *self,
                                const char *stick,
                                HemoCourierSummary *summary,
                                GCancellable *cancellable,
                                GError **error);

static json_object *
lanes_to_json (const guint *counts)
{
  json_object *object = json_object_new_object ();

  for (guint i = 0; i < HEMO_LANE_NONE; i++)
    hemo_cli_add_int (object, lane_codes[i], counts[i]);
  return object;
}

static json_object *
summary_to_json (const HemoCourierSummary *summary, gboolean writes)
{
  json_object *object = json_object_new_object ();

  if (writes)
    {
      json_object_object_add (object, "written", lanes_to_json (summary->written));
      json_object_object_add (object, "on_stick", lanes_to_json (summary->carried));
      hemo_cli_add_int (object, "bytes", (gint64)summary->bytes);
      hemo_cli_add_int (object, "left", summary->left);
      hemo_cli_add_bool (object, "more", summary->more > 0);
    }
  else
    {
      json_object_object_add (object, "forwarded", lanes_to_json (summary->forwarded));
      hemo_cli_add_int (object, "replied", summary->replied);
      hemo_cli_add_int (object, "answers", summary->answers);
    }
  hemo_cli_add_int (object, "received", summary->received);
  hemo_cli_add_int (object, "known", summary->known);
  hemo_cli_add_int (object, "refused", summary->refused);
  hemo_cli_add_int (object, "conflicts", summary->conflicts);
  hemo_cli_add_int (object, "older", summary->older);
  hemo_cli_add_int (object, "spoiled", summary->spoiled);
  hemo_cli_add_int (object, "elsewhere", summary->elsewhere);
  hemo_cli_add_int (object, "unanswered", summary->unanswered);
  hemo_cli_add_int (object, "taken", summary->taken);
  hemo_cli_add_int (object, "waiting", summary->waiting);
  hemo_cli_add_int (object, "strangers", summary->strangers);
  hemo_cli_add_int (object, "strange", summary->strange);
  hemo_cli_add_int (object, "damaged", summary->damaged);
  hemo_cli_add_int (object, "other_clinics", summary->clinics);
  return object;
}

/* The sentence for @number of something, which is in it; none for none. */
#define SAY(number, one, many)                                                                     \
  G_STMT_START                                                                                     \
  {                                                                                                \
    if (number > 0)                                                                                \
      hemo_cli_say (self, g_dngettext (GETTEXT_PACKAGE, one, many, number), number);               \
  }                                                                                                \
  G_STMT_END

/* What the servers answered to what was carried. */
static void
say_answers (HemoCli *self, const HemoCourierSummary *of)
{
  SAY (of->received, "%u item was received by the server: the stick brought the proof.",
       "%u items were received by the servers: the stick brought the proof.");
  SAY (of->known, "The proof for %u item was known already; nothing was changed by it.",
       "The proofs for %u items were known already; nothing was changed by them.");
  SAY (of->refused,
       "%u was refused by the server; see hemogram-cli sync shelf where it comes from.",
       "%u were refused by the server; see hemogram-cli sync shelf where they come from.");
  SAY (
      of->conflicts,
      "%u record was changed by somebody else as well. It goes again with the next stick, or waits "
      "for a person where both changed the same.",
      "%u records were changed by somebody else as well. They go again with the next stick, or "
      "wait for a person where both changed the same.");
}

/* What came of others, or in vain. */
static void
say_letters (HemoCli *self, const HemoCourierSummary *of)
{
  SAY (of->older,
       "%u letter on the stick is older than one that went before it, and changed nothing.",
       "%u letters on the stick are older than ones that went before them, and changed nothing.");
  SAY (of->spoiled, "%u letter lost its picture on the stick; it has to be written again.",
       "%u letters lost their pictures on the stick; they have to be written again.");
  SAY (of->taken, "%u change of somebody else came.", "%u changes of others came.");
  SAY (of->waiting, "%u of them waits for a person.", "%u of them wait for a person.");
  SAY (of->strangers, "%u record on the stick concerns nobody here and was left.",
       "%u records on the stick concern nobody here and were left.");
}

/* What on the stick was left alone. */
static void
say_left_alone (HemoCli *self, const HemoCourierSummary *of)
{
  SAY (of->clinics, "%u other clinic has something on this stick; it was left as it is.",
       "%u other clinics have something on this stick; it was left as it is.");
  SAY (of->elsewhere,
       "%u reply tells of another server than this clinic's, and counts for nothing.",
       "%u replies tell of another server than this clinic's, and count for nothing.");
  SAY (of->unanswered, "%u letter on the stick has not been brought to a server yet.",
       "%u letters on the stick have not been brought to a server yet.");
  SAY (
      of->left,
      "%u case or picture cannot go onto a stick as it is: it is damaged here, or somebody else's "
      "change has to be looked at first.",
      "%u cases or pictures cannot go onto a stick as they are: they are damaged here, or somebody "
      "else's change has to be looked at first.");
  if (of->more > 0)
    hemo_cli_say (self, _ ("More waits than goes at once: write again when the stick was back."));
}

/* Files that were not used are told to a script as well. */
static gboolean
check_files (const HemoCourierSummary *summary, GError **error)
{
  guint bad = summary->strange + summary->damaged;

  if (bad == 0)
    return TRUE;
  g_set_error (error, HEMO_CLI_ERROR, HEMO_CLI_ERROR_FOUND,
               g_dngettext (GETTEXT_PACKAGE,
                            "%u file on the stick was changed, damaged or written by nobody of "
                            "this clinic. Nothing of it was used; the rest was.",
                            "%u files on the stick were changed, damaged or written by nobody of "
                            "this clinic. Nothing of them was used; the rest was.",
                            bad),
               bad);
  return FALSE;
}

static gboolean
run (HemoCli *self, int argc, char **argv, gboolean writes, GError **error)
{
  const CourierRun call = writes ? hemo_courier_write : hemo_courier_read;
  HemoCourierSummary summary = { 0 };
  g_autoptr (GError) failure = NULL;

  if (!hemo_cli_parse (NULL, &argc, &argv, 1, 1, error) || !hemo_cli_sign_in (self, error))
    return FALSE;
  const HemoCourier courier = { .clinic = self->clinic, .person = self->session };
  call (&courier, argv[1], &summary, self->cancellable, &failure);
  hemo_cli_print (self, summary_to_json (&summary, writes), NULL);
  say_answers (self, &summary);
  say_letters (self, &summary);
  say_left_alone (self, &summary);
  if (failure == NULL)
    return check_files (&summary, error);
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
write_stick (HemoCli *self, int argc, char **argv, GError **error)
{
  return run (self, argc, argv, TRUE, error);
}

static gboolean
read_stick (HemoCli *self, int argc, char **argv, GError **error)
{
  return run (self, argc, argv, FALSE, error);
}

const HemoCliCommand hemo_cli_courier_commands[] = {
  { "courier write", "DIR", N_ ("What waits for the servers, sealed onto a stick"), write_stick },
  { "courier read", "DIR",
    N_ ("Take in what a stick brings back, and send on what other computers wrote"), read_stick },
  { NULL },
};
