/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What backup, restore and verify share. */

#pragma once

#include "hemo-clinic.h"

G_BEGIN_DECLS

#define HEMO_MAINTENANCE_DATABASE "hemogram.db"

/* Settings that tell what is backed up: when (UTC microseconds), and the last change that was in.
 */
#define HEMO_SETTING_BACKUP_AT "backup.at"
#define HEMO_SETTING_BACKUP_CHANGE "backup.change"

/* How far a long work has come. */
typedef struct
{
  HemoProgress progress;
  gpointer data;
  gint64 done;
  gint64 total;
} HemoMeter;

void hemo_meter_add (HemoMeter *self, gint64 bytes);

/* A reading connection of the calling thread's own, so that a long work keeps nobody waiting. Only
 * under hemo_maintenance_keep_key(), which the connection may not outlive. (transfer full) */
HemoDb *hemo_maintenance_open_database (HemoStore *store, GError **error);
/* The store keeps its key as long as the result lives: a change of it waits. Not to be held while
 * waiting for a person, nor for anything but the copy itself. (transfer full) */
GRWLockReaderLocker *hemo_maintenance_keep_key (HemoStore *store);
/* What @db reads from now on is the store as it is at this moment. */
gboolean hemo_maintenance_hold_moment (HemoDb *db, GError **error);

/* Whether @head, as a backup has it, is one of this very log. @session: NULL for nobody */
gboolean hemo_maintenance_knows_head (
    HemoStore *store, HemoSession *session, const char *head, gboolean *knows, GError **error);

gboolean hemo_maintenance_set (HemoTxn *txn, const char *key, gint64 value, GError **error);

/* Tubes that have anything to do with one of the objects that the set 'late' of a query names, its
 * patient and its order included. */
#define HEMO_TUBES_OF                                                                              \
  "SELECT coalesce (parent, uuid) AS tube FROM specimen WHERE uuid IN late OR patient IN late "    \
  "OR lab_order IN late UNION "                                                                    \
  "SELECT coalesce (s.parent, s.uuid) FROM ("                                                      \
  "SELECT specimen FROM image WHERE uuid IN late UNION "                                           \
  "SELECT specimen FROM cell_count WHERE uuid IN late UNION "                                      \
  "SELECT specimen FROM morphology WHERE uuid IN late UNION "                                      \
  "SELECT specimen FROM platelet_count WHERE uuid IN late UNION "                                  \
  "SELECT specimen FROM malaria_film WHERE uuid IN late UNION "                                    \
  "SELECT specimen FROM malaria_decision WHERE uuid IN late UNION "                                \
  "SELECT specimen FROM result WHERE uuid IN late UNION "                                          \
  "SELECT specimen FROM critical_call WHERE uuid IN late UNION "                                   \
  "SELECT specimen FROM reading WHERE uuid IN late UNION "                                         \
  "SELECT specimen FROM report WHERE uuid IN late) AS record "                                     \
  "JOIN specimen AS s ON s.uuid = record.specimen"

/* Of a row 'case_state': something was found or written that no signature stands under. Findings
 * leave with a signed report and with nothing else; those of a rejected tube (state 6) never do. */
#define HEMO_CASE_IS_AHEAD                                                                         \
  "(case_state.touched AND case_state.state <> 6 AND EXISTS ("                                     \
  "SELECT 1 FROM specimen AS part JOIN specimen AS tube "                                          \
  "ON part.uuid = tube.uuid OR part.parent = tube.uuid WHERE tube.id = case_state.specimen AND ("  \
  "EXISTS (SELECT 1 FROM cell_count AS f WHERE f.specimen = part.uuid) OR "                        \
  "EXISTS (SELECT 1 FROM morphology AS f WHERE f.specimen = part.uuid) OR "                        \
  "EXISTS (SELECT 1 FROM platelet_count AS f WHERE f.specimen = part.uuid) OR "                    \
  "EXISTS (SELECT 1 FROM malaria_film AS f WHERE f.specimen = part.uuid) OR "                      \
  "EXISTS (SELECT 1 FROM malaria_decision AS f WHERE f.specimen = part.uuid) OR "                  \
  "EXISTS (SELECT 1 FROM result AS f WHERE f.specimen = part.uuid) OR "                            \
  "EXISTS (SELECT 1 FROM image AS i JOIN field_cells AS f ON f.image = i.uuid "                    \
  "WHERE i.specimen = part.uuid AND f.accepted_by IS NOT NULL AND NOT i.entered_in_error) OR "     \
  "EXISTS (SELECT 1 FROM report AS f WHERE f.specimen = part.uuid AND f.draft IS NOT NULL))))"

/* Of a row 'specimen': HemoReadingMark of the newest reading that was not cancelled; a report that
 * was signed after the answer is read by nobody. */
#define HEMO_READING_MARK_OF                                                                       \
  "(SELECT CASE WHEN reading.state = 'requested' THEN 1 WHEN reading.state = 'accepted' THEN 5 "   \
  "WHEN report_version < (SELECT coalesce (max (v.version), 0) FROM report "                       \
  "JOIN report_version AS v ON v.report = report.uuid WHERE report.specimen = specimen.uuid) "     \
  "THEN 0 WHEN conclusion = 'differs' THEN 3 WHEN conclusion = 'unclear' THEN 4 ELSE 2 END "       \
  "FROM reading WHERE reading.specimen = specimen.uuid AND reading.state <> 'cancelled' "          \
  "ORDER BY reading.id DESC LIMIT 1)"

G_END_DECLS
