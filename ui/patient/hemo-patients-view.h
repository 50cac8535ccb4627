/* SPDX-License-Identifier: GPL-3.0-or-later */

/* All patients, the newest first, narrowed down by what is typed. */

#pragma once

#include "hemo-place.h"

G_BEGIN_DECLS

#define HEMO_TYPE_PATIENTS_VIEW (hemo_patients_view_get_type ())
G_DECLARE_FINAL_TYPE (HemoPatientsView, hemo_patients_view, HEMO, PATIENTS_VIEW, HemoPlace)

G_END_DECLS
