/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Cases that wait for a pathologist, and the answers. */

#pragma once

#include "hemo-patient.h"
#include "hemo-reading.h"
#include "hemo-txn.h"

G_BEGIN_DECLS

/**
 * hemo_reading_ask:
 * @reading: version 0, with specimen (a slide asks for its tube), urgency and question
 *
 * Who asks and when is filled in. %HEMO_STORE_ERROR_STATE when the specimen was rejected or the
 * case waits for a reading already, or its report was withdrawn.
 */
gboolean hemo_reading_ask (HemoTxn *txn, HemoReading *reading, GError **error);

/* A pathologist takes it in hand: others see who. Takes it over from another as well.
 * %HEMO_STORE_ERROR_CONFLICT when it changed since @reading was read; @reading follows. */
gboolean hemo_reading_accept (HemoTxn *txn, HemoReading *reading, GError **error);

/**
 * hemo_reading_answer:
 * @reading: as it was read, with conclusion and answer
 *
 * By a pathologist, and not by who asked. Who has answered may say it anew; the answer before stays
 * in the record's history. %HEMO_STORE_ERROR_CONFLICT as above; %HEMO_STORE_ERROR_STATE when the
 * report was withdrawn meanwhile.
 */
gboolean hemo_reading_answer (HemoTxn *txn, HemoReading *reading, GError **error);

/* Takes the question back, or declines it; what was answered stays. */
gboolean hemo_reading_cancel (HemoTxn *txn, const char *uuid, const char *reason, GError **error);

/* Whether the newest report of the case of @tube withdraws it: of those that were signed here, or
 * where there is none, every one that came from others. */
gboolean
hemo_reading_is_withdrawn (HemoTxn *txn, const char *tube, gboolean *withdrawn, GError **error);

/* By UUID. Not audited: what tells of the patient is the case. (transfer full) */
HemoReading *hemo_reading_find (HemoTxn *txn, const char *uuid, GError **error);

/**
 * HemoReadingItem: a row of the list of readings
 * @row: its number here
 * @withdrawn: the report of the case was withdrawn, and cannot be answered for any more
 */
typedef struct
{
  gint64 row;
  HemoReading *reading;
  char *accession;
  char *name;
  HemoSex sex;
  HemoBirth birth;
  HemoTests tests;
  int images;
  gboolean withdrawn;
} HemoReadingItem;

void hemo_reading_item_free (HemoReadingItem *self);

/* Numbers of the readings in @states (bits 1 << HemoReadingState): those that wait STAT first, then
 * oldest; where none of them waits, what was changed last first. Not audited. (transfer full)
 * (element-type gint64) */
GArray *hemo_reading_rows (HemoTxn *txn, guint states, GError **error);
/* The items of @rows, in that order; a number that there is no reading for is left out. Not
 * audited. (transfer full) (element-type HemoReadingItem) */
GPtrArray *hemo_reading_load_rows (HemoTxn *txn, const gint64 *rows, guint n_rows, GError **error);

G_END_DECLS
