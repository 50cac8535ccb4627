/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Objectives: named, retired, calibrated; what was before stays in their history. */

#include "hemo-objective-table.h"

#include "hemo-records-private.h"

#include <glib/gi18n.h>

#define NAME_MAX_LENGTH 60
#define COLUMNS                                                                                    \
  "name, magnification, oil, retired, line_pixels, line_micrometres, line_uncertainty, width, "    \
  "height, micrometres_per_pixel, uncertainty, calibrated_by, at_us, at_offset, at_by_hand, "      \
  "version"

HemoObjective *
hemo_objective_new (const char *name, int magnification, gboolean oil)
{
  HemoObjective *self = g_new0 (HemoObjective, 1);

  self->name = g_strdup (name);
  self->magnification = magnification;
  self->oil = oil;
  return self;
}

HemoObjective *
hemo_objective_copy (const HemoObjective *self)
{
  HemoObjective *copy = g_memdup2 (self, sizeof *self);

  copy->name = g_strdup (self->name);
  copy->calibrated_by = g_strdup (self->calibrated_by);
  return copy;
}

void
hemo_objective_free (HemoObjective *self)
{
  if (self == NULL)
    return;
  g_free (self->name);
  g_free (self->calibrated_by);
  g_free (self);
}

static HemoObjective *
objective_from_row (HemoStatement *row)
{
  HemoObjective *self
      = hemo_objective_new (hemo_statement_get_text (row, 0), (int)hemo_statement_get_int (row, 1),
                            hemo_statement_get_int (row, 2) != 0);

  self->retired = hemo_statement_get_int (row, 3) != 0;
  self->calibration = (HemoCalibration){
    .line_pixels = hemo_statement_get_double (row, 4),
    .line_micrometres = hemo_statement_get_double (row, 5),
    .line_uncertainty = hemo_statement_get_double (row, 6),
    .width = (int)hemo_statement_get_int (row, 7),
    .height = (int)hemo_statement_get_int (row, 8),
    .micrometres_per_pixel = hemo_statement_get_double (row, 9),
    .uncertainty = hemo_statement_get_double (row, 10),
  };
  self->calibrated_by = hemo_statement_dup_text (row, 11);
  self->calibrated_at
      = (HemoTime){ hemo_statement_get_int (row, 12), (gint16)hemo_statement_get_int (row, 13),
                    hemo_statement_get_int (row, 14) != 0 };
  self->version = hemo_statement_get_int (row, 15);
  return self;
}

GPtrArray *
hemo_objectives_load (HemoTxn *txn, GError **error)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify)hemo_objective_free);
  g_autoptr (HemoStatement) statement = NULL;
  gboolean row = FALSE;

  if (!hemo_txn_require (txn, HEMO_ACTION_CASE_VIEW, "objective", NULL, error))
    return NULL;
  statement = hemo_db_prepare (hemo_txn_get_db (txn),
                               "SELECT " COLUMNS " FROM objective WHERE retired = 0 "
                               "ORDER BY magnification, name",
                               error);
  if (statement == NULL)
    return NULL;
  while (hemo_statement_next (statement, &row, error))
    {
      if (!row)
        return g_steal_pointer (&all);
      g_ptr_array_add (all, objective_from_row (statement));
    }
  return NULL;
}

/* NULL without @error when there is none. */
static HemoObjective *
find (HemoTxn *txn, const char *name, GError **error)
{
  g_autoptr (HemoStatement) statement
      = hemo_record_select (txn, "SELECT " COLUMNS " FROM objective WHERE name = ?1", name, error);
  gboolean row = FALSE;

  if (statement == NULL || !hemo_statement_next (statement, &row, error) || !row)
    return NULL;
  return objective_from_row (statement);
}

HemoObjective *
hemo_objective_load (HemoTxn *txn, const char *name, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  HemoObjective *self;

  if (!hemo_txn_require (txn, HEMO_ACTION_CASE_VIEW, "objective", NULL, error))
    return NULL;
  self = find (txn, name, &local_error);
  if (self == NULL && local_error == NULL)
    g_set_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_NOT_FOUND,
                 N_ ("No objective is called '%s'."), name);
  else if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  return self;
}

static gboolean
check (const HemoObjective *self, GError **error)
{
  if (self->name == NULL || *self->name == '\0')
    return hemo_record_refuse (error, N_ ("An objective needs a name, such as 'x100 oil'."));
  if (self->magnification < 1 || self->magnification > 200)
    return hemo_record_refuse (error, N_ ("An objective magnifies 1 to 200 times."));
  return hemo_record_check_text (self->name, NAME_MAX_LENGTH, N_ ("name of an objective"), error);
}

static gboolean
write_row (HemoTxn *txn, const HemoObjective *self, GError **error)
{
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      self->version == 0
          ? "INSERT INTO objective (name, magnification, oil, retired, version) "
            "VALUES (?1, ?2, ?3, ?4, ?5 + 1)"
          : "UPDATE objective SET magnification = ?2, oil = ?3, retired = ?4, version = ?5 + 1 "
            "WHERE name = ?1",
      self->name, error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_int (statement, 2, self->magnification);
  hemo_statement_bind_int (statement, 3, self->oil ? 1 : 0);
  hemo_statement_bind_int (statement, 4, self->retired ? 1 : 0);
  hemo_statement_bind_int (statement, 5, self->version);
  return hemo_statement_run (statement, error);
}

gboolean
hemo_objective_save (HemoTxn *txn, HemoObjective *objective, GError **error)
{
  g_autoptr (HemoObjective) stored = NULL;
  g_autoptr (GError) local_error = NULL;

  if (!hemo_txn_require (txn, HEMO_ACTION_SETTINGS_EDIT, "objective", NULL, error)
      || !check (objective, error))
    return FALSE;
  stored = find (txn, objective->name, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if ((stored != NULL ? stored->version : 0) != objective->version)
    {
      g_set_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_CONFLICT,
                   N_ ("The objective '%s' is there already, or was changed meanwhile."),
                   objective->name);
      return FALSE;
    }
  if (!write_row (txn, objective, error)
      || !hemo_txn_log_change (txn, "objective.save", "objective", objective->name,
                               objective->version + 1, HEMO_LANE_NONE, error))
    return FALSE;
  objective->version++;
  return TRUE;
}

static gboolean
write_calibration (HemoTxn *txn, const char *name, const HemoCalibration *line, GError **error)
{
  HemoTime now = hemo_txn_get_time (txn);
  g_autoptr (HemoStatement) statement = hemo_record_select (
      txn,
      "UPDATE objective SET line_pixels = ?2, line_micrometres = ?3, line_uncertainty = ?4, "
      "width = ?5, height = ?6, micrometres_per_pixel = ?7, uncertainty = ?8, calibrated_by = ?9, "
      "at_us = ?10, at_offset = ?11, at_by_hand = ?12, version = version + 1 WHERE name = ?1",
      name, error);

  if (statement == NULL)
    return FALSE;
  hemo_statement_bind_double (statement, 2, line->line_pixels);
  hemo_statement_bind_double (statement, 3, line->line_micrometres);
  hemo_statement_bind_double (statement, 4, line->line_uncertainty);
  hemo_statement_bind_int (statement, 5, line->width);
  hemo_statement_bind_int (statement, 6, line->height);
  hemo_statement_bind_double (statement, 7, line->micrometres_per_pixel);
  hemo_statement_bind_double (statement, 8, line->uncertainty);
  hemo_statement_bind_text (statement, 9, hemo_record_actor (txn));
  hemo_statement_bind_int (statement, 10, now.utc_us);
  hemo_statement_bind_int (statement, 11, now.offset_minutes);
  hemo_statement_bind_int (statement, 12, now.by_hand ? 1 : 0);
  return hemo_statement_run (statement, error);
}

gboolean
hemo_objective_calibrate (HemoTxn *txn,
                          const char *name,
                          const HemoCalibration *calibration,
                          GError **error)
{
  g_autoptr (HemoObjective) stored = NULL;

  if (!hemo_txn_require (txn, HEMO_ACTION_IMAGE_ADD, "objective", NULL, error))
    return FALSE;
  /* Also what is no number fails this. */
  if (!(calibration->micrometres_per_pixel >= HEMO_CALIBRATION_MIN_SCALE
        && calibration->micrometres_per_pixel <= HEMO_CALIBRATION_MAX_SCALE)
      || calibration->width < 1 || calibration->height < 1)
    return hemo_record_refuse (error,
                               N_ ("No light microscope with a camera has such a scale. Draw "
                                   "the line again along the stage micrometer."));
  stored = hemo_objective_load (txn, name, error);
  return stored != NULL && write_calibration (txn, name, calibration, error)
         && hemo_txn_log_change (txn, "objective.calibrate", "objective", name, stored->version + 1,
                                 HEMO_LANE_NONE, error);
}

gboolean
hemo_objective_scale (
    HemoTxn *txn, const char *name, int width, int height, double *scale, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (HemoObjective) stored = NULL;
  double uncertainty;

  if (!hemo_txn_require (txn, HEMO_ACTION_CASE_VIEW, "objective", NULL, error))
    return FALSE;
  stored = name != NULL ? find (txn, name, &local_error) : NULL;
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (stored == NULL || stored->calibration.micrometres_per_pixel <= 0
      || !hemo_calibration_scale (&stored->calibration, width, height, scale, &uncertainty, NULL))
    *scale = 0;
  return TRUE;
}
