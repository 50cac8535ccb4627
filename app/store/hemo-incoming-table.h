/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What others wrote on the server, every version as it came, and what became of it here. */

#pragma once

#include "hemo-txn.h"

G_BEGIN_DECLS

/**
 * HemoIncomingState:
 * @HEMO_INCOMING_APPLIED: taken whole
 * @HEMO_INCOMING_MERGED: field by field, none touched on both sides
 * @HEMO_INCOMING_WAITING: a person decides
 * @HEMO_INCOMING_KEPT: nothing here is changed by it
 * @HEMO_INCOMING_OURS: a person kept what is here
 */
typedef enum
{
  HEMO_INCOMING_APPLIED,
  HEMO_INCOMING_MERGED,
  HEMO_INCOMING_WAITING,
  HEMO_INCOMING_KEPT,
  HEMO_INCOMING_OURS,
} HemoIncomingState;

/**
 * HemoIncoming:
 * @server: identity of the server that it came from; hemo_incoming_add() is told it beside
 * @author: who wrote it, as its Provenance or meta.source says, or NULL
 * @resource: JSON
 * @reason: why it waits, in words, or NULL
 * @settled_by: UUID of the user who decided, or NULL
 */
typedef struct
{
  gint64 sequence;
  char *server;
  char *type;
  char *id;
  char *version_id;
  char *author;
  char *resource;
  HemoIncomingState state;
  char *reason;
  gint64 received_us;
  char *settled_by;
} HemoIncoming;

void hemo_incoming_free (HemoIncoming *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoIncoming, hemo_incoming_free)

/* Whether this version has been seen. */
gboolean hemo_incoming_is_known (HemoTxn *txn,
                                 const char *server,
                                 const char *type,
                                 const char *id,
                                 const char *version_id,
                                 gboolean *known,
                                 GError **error);
/* The same of a version whose JSON is @resource. A server that was put back gives out numbers anew:
 * what it said of another time and in other words was another version, by whatever number. */
gboolean hemo_incoming_is_seen (
    HemoTxn *txn, const char *server, const HemoIncoming *incoming, gboolean *seen, GError **error);
/* Whether the version that the server is known to have was taken in from others, and nothing of
 * this laptop went over it since. */
gboolean hemo_incoming_is_newest (HemoTxn *txn,
                                  const char *server,
                                  const char *type,
                                  const char *id,
                                  gboolean *newest,
                                  GError **error);
/* Keeps it; one that hemo_incoming_is_seen() is left as it is. Audited. @sequence: (out) (optional)
 */
gboolean hemo_incoming_add (HemoTxn *txn,
                            const char *server,
                            const HemoIncoming *incoming,
                            gint64 *sequence,
                            GError **error);

/* A version that was kept, and that nobody had to decide of, stands against what was written here
 * since: it waits now. Nothing for one that is not kept. */
gboolean hemo_incoming_contest (HemoTxn *txn,
                                const char *server,
                                const HemoIncoming *incoming,
                                GError **error);

/* By its number; %HEMO_STORE_ERROR_NOT_FOUND. (transfer full) */
HemoIncoming *hemo_incoming_load (HemoTxn *txn, gint64 sequence, GError **error);

/* How long a decision that was made in the window may be taken back before it is sent. */
#define HEMO_INCOMING_HOLD_US (8 * G_TIME_SPAN_SECOND)
/* SQL: whether a row of incoming keeps its record from being sent. SQLite's clock ends at the
 * millisecond: what was decided in the present one is not held. A clock that was far ahead does not
 * hold for years. */
#define HEMO_INCOMING_NOW_MS "CAST (round (unixepoch ('subsec') * 1000) AS INTEGER)"
#define HEMO_INCOMING_HOLDS                                                                        \
  "(incoming.state = 'waiting' OR incoming.settled_us / 1000 BETWEEN " HEMO_INCOMING_NOW_MS        \
  " + 1 AND " HEMO_INCOMING_NOW_MS " + 60000) "

/* Whether a version of the record @id waits for a person: until then nothing of it is sent, or what
 * somebody else wrote would be overwritten unseen. */
gboolean hemo_incoming_waits (HemoTxn *txn, const char *id, gboolean *waits, GError **error);
/* Whether nobody has decided of it; else, where it waits, the decision may still be taken back. */
gboolean hemo_incoming_is_open (HemoTxn *txn, const char *id, gboolean *open, GError **error);

/* A newer version came: what waited of the record @id waits no more, and is kept. */
gboolean hemo_incoming_supersede (HemoTxn *txn, const char *server, const char *id, GError **error);

/* Those that wait for a person, oldest first. (transfer full) (element-type HemoIncoming) */
GPtrArray *hemo_incoming_waiting (HemoTxn *txn, int limit, GError **error);
gint64 hemo_incoming_count_waiting (HemoTxn *txn, GError **error);
/* Number of the last that came, 0 for none; -1 on failure. */
gint64 hemo_incoming_last (HemoTxn *txn, GError **error);
/* All versions of one record that came, oldest first. (transfer full) (element-type HemoIncoming)
 */
GPtrArray *hemo_incoming_of (HemoTxn *txn, const char *id, GError **error);

/* Notes that the version @sequence is about the case of @tube. */
gboolean hemo_incoming_note_case (HemoTxn *txn, const char *tube, gint64 sequence, GError **error);
/* What came about the case of @tube: results, images and answers of others, of each the newest
 * version, oldest first. (transfer full) (element-type HemoIncoming) */
GPtrArray *hemo_incoming_of_case (HemoTxn *txn, const char *tube, GError **error);
/* Whether a result of others came for the case: a report, an observation or an answer. Cheap, for a
 * list; not audited. */
gboolean hemo_incoming_has_result (HemoTxn *txn, const char *tube, gboolean *has, GError **error);

/* A person has decided, after whatever that changes was written in the same transaction. @state:
 * applied, merged or ours. %HEMO_STORE_ERROR_CONFLICT when somebody has decided before. Audited. */
gboolean
hemo_incoming_settle (HemoTxn *txn, gint64 sequence, HemoIncomingState state, GError **error);
/* The decision that was just made is not sent before %HEMO_INCOMING_HOLD_US have passed. */
gboolean hemo_incoming_hold (HemoTxn *txn, gint64 sequence, GError **error);
/* The decision is taken back: it waits again. Audited. */
gboolean hemo_incoming_reopen (HemoTxn *txn, gint64 sequence, GError **error);

/* Cases with a result of others that nobody here has looked at, in the order in which they came.
 * Cheap; not audited. (transfer full) (element-type utf8): UUIDs of tubes */
GStrv hemo_incoming_unread (HemoTxn *txn, GError **error);
/* Somebody looks at the case of @tube. @changed: (out) (optional): whether it was unread */
gboolean
hemo_incoming_mark_read (HemoTxn *txn, const char *tube, gboolean *changed, GError **error);

G_END_DECLS
