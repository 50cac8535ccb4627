/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The microscope's objectives and their calibrations. */

#pragma once

#include "hemo-calibration.h"
#include "hemo-txn.h"

G_BEGIN_DECLS

/**
 * HemoObjective:
 * @name: 'x100 oil', as it stands with a picture
 * @magnification: 1 to 200
 * @calibration: @micrometres_per_pixel is 0 when it was never calibrated
 * @calibrated_by: UUID of the user, or NULL
 */
typedef struct
{
  char *name;
  int magnification;
  gboolean oil;
  gboolean retired;
  HemoCalibration calibration;
  char *calibrated_by;
  HemoTime calibrated_at;
  gint64 version;
} HemoObjective;

HemoObjective *hemo_objective_new (const char *name, int magnification, gboolean oil);
HemoObjective *hemo_objective_copy (const HemoObjective *self);
void hemo_objective_free (HemoObjective *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoObjective, hemo_objective_free)

/* Those in use, lowest magnification first. Everybody who may see cases. (transfer full)
 * (element-type HemoObjective) */
GPtrArray *hemo_objectives_load (HemoTxn *txn, GError **error);
/* By name, also a retired one; %HEMO_STORE_ERROR_NOT_FOUND. (transfer full) */
HemoObjective *hemo_objective_load (HemoTxn *txn, const char *name, GError **error);

/* Inserts version 0, else updates all but the calibration and fails with %HEMO_STORE_ERROR_CONFLICT
 * when the stored version is another; sets the new version. Needs settings.edit. */
gboolean hemo_objective_save (HemoTxn *txn, HemoObjective *objective, GError **error);

/* Sets the calibration, as of now and by who is signed in: who looks through the microscope may.
 * What was captured before keeps the scale that it was captured with. */
gboolean hemo_objective_calibrate (HemoTxn *txn,
                                   const char *name,
                                   const HemoCalibration *calibration,
                                   GError **error);

/* Micrometres per pixel in a picture of @width by @height with @name; 0 when it was not calibrated,
 * is not known, or was calibrated with another camera's proportions. FALSE only when it could not
 * look. */
gboolean hemo_objective_scale (
    HemoTxn *txn, const char *name, int width, int height, double *scale, GError **error);

G_END_DECLS
