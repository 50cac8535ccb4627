/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the findings, results and calls of a specimen have in common when they are saved and read.
 */

#pragma once

#include "hemo-finding-table.h"
#include "hemo-records-private.h"

G_BEGIN_DECLS

/**
 * HemoRecordPlace:
 * @action: that the policy is asked for
 * @kind: FHIR type
 * @version: that the caller read
 *
 * Where a record belongs.
 */
typedef struct
{
  HemoAction action;
  const char *kind;
  const char *table;
  const char *uuid;
  const char *specimen;
  gint64 version;
} HemoRecordPlace;

/* Policy, version, specimen and reader (NULL: the table has none). UUID of the tube. (transfer
 * full) */
char *
hemo_record_place_check (HemoTxn *txn, const HemoRecordPlace *place, char **reader, GError **error);

/* After the row was written: judges the case anew and logs the change. */
gboolean hemo_record_place_log (HemoTxn *txn,
                                const HemoRecordPlace *place,
                                const char *tube,
                                const char *what,
                                HemoLane lane,
                                GError **error);

#define HEMO_MORPHOLOGY_COLUMNS                                                                    \
  "uuid, specimen, reader, examined_rbc, examined_wbc, examined_plt, findings, comment, at_us, "   \
  "at_offset, at_by_hand, version"
HemoMorphology *hemo_morphology_from_row (HemoStatement *statement, GError **error);

#define HEMO_PLATELETS_COLUMNS                                                                     \
  "uuid, specimen, reader, total, fields, factor, clumps, at_us, at_offset, at_by_hand, version"
HemoPlatelets *hemo_platelets_from_row (HemoStatement *statement);

#define HEMO_MALARIA_COLUMNS                                                                       \
  "uuid, specimen, reader, thick, parasites, wbc, rbc, fields, species, stages, closed, at_us, "   \
  "at_offset, at_by_hand, version, (SELECT user.name FROM user WHERE user.uuid = reader)"
HemoMalaria *hemo_malaria_from_row (HemoStatement *statement, GError **error);

/* @out: (out) (transfer full): the newest decision on films of @tube, or NULL */
gboolean hemo_malaria_decision_fetch (HemoTxn *txn,
                                      const char *tube,
                                      HemoMalariaDecision **out,
                                      GError **error);

#define HEMO_RESULT_COLUMNS                                                                        \
  "uuid, specimen, analyte, value, uncorrected, source, measured_us, measured_offset, "            \
  "measured_by_hand, entered_by, entered_us, entered_offset, entered_by_hand, entered_in_error, "  \
  "version"
HemoResult *hemo_result_from_row (HemoStatement *statement);

#define HEMO_CALL_COLUMNS                                                                          \
  "uuid, specimen, analytes, told, read_back, called_by, at_us, at_offset, at_by_hand, version, "  \
  "(SELECT user.name FROM user WHERE user.uuid = called_by), told_lines, "                         \
  "not_reached"
HemoCriticalCall *hemo_critical_call_from_row (HemoStatement *statement);

G_END_DECLS
