/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reference ranges of the site: replaced as a whole set, the old one kept as retired. */

#include "hemo-range-table.h"

#include "hemo-range-table-private.h"
#include "hemo-records-private.h"

#include <glib/gi18n.h>
#include <string.h>

#define SOURCE_MAX 500
#define RANGES_MAX 5000

GPtrArray *
hemo_ranges_shipped (GError **error)
{
  return hemo_ranges_parse (hemo_ranges_default, strlen (hemo_ranges_default), error);
}

static HemoRange *
range_from_row (HemoStatement *statement, GError **error)
{
  g_autoptr (HemoRange) self = hemo_range_new (hemo_statement_get_text (statement, 1));

  if (!hemo_sex_from_code (hemo_statement_get_text (statement, 2), &self->sex, error)
      || !hemo_pregnancy_from_code (hemo_statement_get_text (statement, 3), &self->pregnancy,
                                    error))
    return NULL;
  g_free (self->uuid);
  self->uuid = hemo_statement_dup_text (statement, 0);
  self->age_from_days = (int)hemo_statement_get_int (statement, 4);
  self->age_to_days = (int)hemo_statement_get_int (statement, 5);
  self->low = hemo_statement_get_double (statement, 6);
  self->high = hemo_statement_get_double (statement, 7);
  self->critical_low = hemo_statement_get_double (statement, 8);
  self->critical_high = hemo_statement_get_double (statement, 9);
  self->critical_low_exclusive = hemo_statement_get_int (statement, 10) != 0;
  self->critical_high_exclusive = hemo_statement_get_int (statement, 11) != 0;
  self->delta_percent = hemo_statement_get_double (statement, 12);
  g_free (self->source);
  self->source = hemo_statement_dup_text (statement, 13);
  self->version = hemo_statement_get_int (statement, 14);
  self->age_from_unit = *hemo_statement_get_text (statement, 15);
  self->age_to_unit = *hemo_statement_get_text (statement, 16);
  return g_steal_pointer (&self);
}

GPtrArray *
hemo_ranges_fetch (HemoTxn *txn, GError **error)
{
  g_autoptr (GPtrArray) ranges = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_range_free);
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn),
      "SELECT uuid, analyte, sex, pregnancy, age_from_days, age_to_days, low, high, critical_low, "
      "critical_high, critical_low_exclusive, critical_high_exclusive, delta_percent, source, "
      "version, age_from_unit, age_to_unit FROM reference_range WHERE retired_us IS NULL ORDER BY "
      "id",
      error);
  gboolean row = FALSE;

  if (statement == NULL)
    return NULL;
  while (hemo_statement_next (statement, &row, error))
    {
      HemoRange *range;

      if (!row)
        return ranges->len > 0 ? g_steal_pointer (&ranges) : hemo_ranges_shipped (error);
      range = range_from_row (statement, error);
      if (range == NULL)
        return NULL;
      g_ptr_array_add (ranges, range);
    }
  return NULL;
}

GPtrArray *
hemo_ranges_load (HemoTxn *txn, GError **error)
{
  if (!hemo_txn_require (txn, HEMO_ACTION_CASE_VIEW, "ranges", NULL, error))
    return NULL;
  return hemo_ranges_fetch (txn, error);
}

static gboolean
is_ordered (double low, double high)
{
  return !(low > high);
}

static gboolean
check_range (const HemoRange *range, GError **error)
{
  if (range->analyte == NULL || hemo_analyte_info (range->analyte) == NULL)
    return hemo_record_refuse (error, "A range is for an analyte that is not known.");
  if (hemo_sex_to_code (range->sex) == NULL || hemo_pregnancy_to_code (range->pregnancy) == NULL)
    return hemo_record_refuse (error, "A range is for a sex or pregnancy that is not known.");
  if (range->age_from_days < 0 || range->age_from_days >= range->age_to_days)
    return hemo_record_refuse (error, "A range has to begin at an earlier age than it ends.");
  /* A unit of 0 is found by strchr as well: its end. */
  if (strchr ("ymd", range->age_from_unit) == NULL || strchr ("ymd", range->age_to_unit) == NULL)
    return hemo_record_refuse (error, "An age is in years, months or days.");
  if (!is_ordered (range->low, range->high)
      || !is_ordered (range->critical_low, range->critical_high)
      || !is_ordered (range->critical_low, range->high)
      || !is_ordered (range->low, range->critical_high))
    return hemo_record_refuse (error, "The limits of a range are not in order.");
  if (range->source == NULL || *range->source == '\0')
    return hemo_record_refuse (error, "A range says where its limits come from.");
  return hemo_record_check_text (range->source, SOURCE_MAX, N_ ("source of a range"), error);
}

static gboolean
insert_range (HemoTxn *txn, const HemoRange *range, GError **error)
{
  const char from[] = { range->age_from_unit, '\0' };
  const char to[] = { range->age_to_unit, '\0' };
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "INSERT INTO reference_range (uuid, analyte, sex, pregnancy, age_from_days, age_to_days, "
      "low, high, critical_low, critical_high, critical_low_exclusive, critical_high_exclusive, "
      "delta_percent, source, version, age_from_unit, age_to_unit) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
      range->uuid, error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_text (statement, 2, range->analyte);
  hemo_statement_bind_text (statement, 3, hemo_sex_to_code (range->sex));
  hemo_statement_bind_text (statement, 4, hemo_pregnancy_to_code (range->pregnancy));
  hemo_statement_bind_int (statement, 5, range->age_from_days);
  hemo_statement_bind_int (statement, 6, range->age_to_days);
  hemo_statement_bind_double (statement, 7, range->low);
  hemo_statement_bind_double (statement, 8, range->high);
  hemo_statement_bind_double (statement, 9, range->critical_low);
  hemo_statement_bind_double (statement, 10, range->critical_high);
  hemo_statement_bind_int (statement, 11, range->critical_low_exclusive ? 1 : 0);
  hemo_statement_bind_int (statement, 12, range->critical_high_exclusive ? 1 : 0);
  hemo_statement_bind_double (statement, 13, range->delta_percent);
  hemo_statement_bind_text (statement, 14, range->source);
  hemo_statement_bind_int (statement, 15, range->version + 1);
  hemo_statement_bind_text (statement, 16, from);
  hemo_statement_bind_text (statement, 17, to);
  return hemo_statement_run (statement, error);
}

static gboolean
retire_ranges (HemoTxn *txn, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn), "UPDATE reference_range SET retired_us = ?1 WHERE retired_us IS NULL",
      error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_int (statement, 1, hemo_txn_get_time (txn).utc_us);
  return hemo_statement_run (statement, error);
}

/* Cases on which something is known and nothing signed: only there a limit can change the state. */
static gboolean
refresh_open_cases (HemoTxn *txn, GError **error)
{
  g_autoptr (GPtrArray) tubes = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (HemoStatement) statement = hemo_db_prepare (
      hemo_txn_get_db (txn),
      "SELECT specimen.uuid FROM case_state JOIN specimen ON specimen.id = case_state.specimen "
      "WHERE state < 5 AND touched",
      error);
  gboolean row = TRUE;

  if (statement == NULL)
    return FALSE;
  while (row)
    {
      if (!hemo_statement_next (statement, &row, error))
        return FALSE;
      if (row)
        g_ptr_array_add (tubes, hemo_statement_dup_text (statement, 0));
    }
  for (guint i = 0; i < tubes->len; i++)
    if (!hemo_case_state_refresh (txn, g_ptr_array_index (tubes, i), error))
      return FALSE;
  return TRUE;
}

gboolean
hemo_ranges_replace (HemoTxn *txn, GPtrArray *ranges, GError **error)
{
  if (!hemo_txn_require (txn, HEMO_ACTION_RANGE_EDIT, "ranges", NULL, error))
    return FALSE;
  if (ranges->len == 0 || ranges->len > RANGES_MAX)
    return hemo_record_refuse (error, "A set of ranges has 1 to 5,000 of them.");
  for (guint i = 0; i < ranges->len; i++)
    if (!check_range (g_ptr_array_index (ranges, i), error))
      return FALSE;
  if (!retire_ranges (txn, error))
    return FALSE;
  for (guint i = 0; i < ranges->len; i++)
    if (!insert_range (txn, g_ptr_array_index (ranges, i), error))
      return FALSE;
  return refresh_open_cases (txn, error)
         && hemo_txn_log_change (txn, "ranges.replace", "ObservationDefinition", "ranges", 1,
                                 HEMO_LANE_NONE, error);
}
