/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A backup or a verification on its way. */

#pragma once

#include "hemo-run.h"

G_BEGIN_DECLS

#define HEMO_TYPE_CARE_RUN (hemo_care_run_get_type ())
G_DECLARE_FINAL_TYPE (HemoCareRun, hemo_care_run, HEMO, CARE_RUN, HemoRun)

/**
 * hemo_care_run_start:
 * @target: folder of a backup; NULL: verifies what is here
 * @stick: (nullable): that @target is on
 * @what: for a window that is closed meanwhile
 */
HemoCareRun *
hemo_care_run_start (HemoDesk *desk, const char *target, HemoStick *stick, const char *what);
gboolean hemo_care_run_is_backup (HemoCareRun *self);
/* What a verification found; NULL when it could not look. (element-type HemoVerifyFinding)
 * (transfer none) */
GPtrArray *hemo_care_run_get_findings (HemoCareRun *self);
/* After a backup: the sentence about originals that are not in it; NULL: there are none. (transfer
 * none) */
const char *hemo_care_run_get_lacking (HemoCareRun *self);

G_END_DECLS
