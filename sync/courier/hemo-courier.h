/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The courier: what waits goes onto a stick, a computer of the clinic that has internet sends it on
 * from there, and what became of it and what others wrote comes back the same way.
 *
 * Writing to a stick proves nothing: an item is received when a signed reply names the very letter
 * that this computer wrote, the server that this clinic uses, and for each record the version, for
 * each picture the hash, that this server has proven to hold. A stick may be read as often as
 * anybody likes, by whoever: what is known is known, another clinic's files are left as they are.
 *
 * Of what others wrote the computer that has internet brings all, with who wrote it, as it does not
 * know what is here; this one takes what concerns the clinic, by the judgement of
 * hemo_sync_scope_judge(). What does not and is referred to later is asked for then.
 */

#pragma once

#include "hemo-clinic.h"

G_BEGIN_DECLS

/**
 * HemoCourierSummary: what was done, in letters unless said otherwise
 * @written: for each lane, that are new on the stick; @carried: that are on it now, with these
 * @bytes: of pictures that were copied
 * @left: that cannot go: damaged here, or somebody else's change has to be looked at first
 * @more: cases that did not go for their number; they go when others were received
 * @received: items that are proven now; @known: that were known to be
 * @refused: items that a server will never take, on the shelf now
 * @conflicts: records that somebody else changed; they are settled or wait here, and go again
 * @older: that a newer one went before; @spoiled: that have to be written again
 * @elsewhere: that tell of another server than this clinic's; nothing of them counts
 * @unanswered: of this computer, that nobody has brought to a server yet
 * @taken: versions of others that came; @waiting: of these, for a person to look at
 * @strangers: versions of others that concern nobody here, and were left
 * @forwarded: for each lane, that were brought to the servers from here
 * @replied: of others, that have a reply on the stick now, whatever it says
 * @answers: files of answers that were put on the stick
 * @strange: files that pretend to be this clinic's; @damaged: that are not as they were written:
 *   nothing of either was used
 * @clinics: others that have something on this stick
 */
typedef struct
{
  guint written[HEMO_LANE_NONE];
  guint carried[HEMO_LANE_NONE];
  guint64 bytes;
  guint left;
  guint more;
  guint received;
  guint known;
  guint refused;
  guint conflicts;
  guint older;
  guint spoiled;
  guint elsewhere;
  guint unanswered;
  guint taken;
  guint waiting;
  guint strangers;
  guint forwarded[HEMO_LANE_NONE];
  guint replied;
  guint answers;
  guint strange;
  guint damaged;
  guint clinics;
} HemoCourierSummary;

/**
 * HemoCourier:
 * @person: who is signed in, asked for 'sync'
 * @step: told of each file that came to be on the stick, or NULL
 */
typedef struct
{
  HemoClinic *clinic;
  HemoSession *person;
  void (*step) (gpointer data);
  gpointer data;
} HemoCourier;

/**
 * hemo_courier_write:
 * @stick: a folder that is there
 * @summary: (out): also when it fails
 *
 * Takes in what came back, then writes what waits: results, previews, originals. After a failure
 * (%G_IO_ERROR_NO_SPACE: the stick is full) what is there is whole, and the same call goes on.
 * Blocks: not on main.
 */
gboolean hemo_courier_write (const HemoCourier *self,
                             const char *stick,
                             HemoCourierSummary *summary,
                             GCancellable *cancellable,
                             GError **error);

/**
 * hemo_courier_read:
 * @stick: a folder that is there
 * @summary: (out): also when it fails
 *
 * Takes in what came back for this computer, and brings what others of the clinic wrote to the
 * clinic's servers, if there are any set up; the replies go onto the stick. What could not be
 * reached is told as an error when all was tried. Blocks: not on main.
 */
gboolean hemo_courier_read (const HemoCourier *self,
                            const char *stick,
                            HemoCourierSummary *summary,
                            GCancellable *cancellable,
                            GError **error);

G_END_DECLS
