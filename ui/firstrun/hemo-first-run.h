/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where there is no clinic yet: one is set up, joined or brought back. */

#pragma once

#include "hemo-desk.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define HEMO_TYPE_FIRST_RUN (hemo_first_run_get_type ())
G_DECLARE_FINAL_TYPE (HemoFirstRun, hemo_first_run, HEMO, FIRST_RUN, AdwBin)

/* Signal 'done': the desk has a clinic; somebody is signed in unless it came from a recovery code.
 */
HemoFirstRun *hemo_first_run_new (HemoDesk *desk);

G_END_DECLS
