/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One patient: facts, cases, results over time, earlier versions, and merging with another. */

#pragma once

#include "hemo-place.h"

G_BEGIN_DECLS

#define HEMO_TYPE_PATIENT_PAGE (hemo_patient_page_get_type ())
G_DECLARE_FINAL_TYPE (HemoPatientPage, hemo_patient_page, HEMO, PATIENT_PAGE, HemoPlace)

/* @patient: UUID; of a merged record the survivor is shown */
HemoPatientPage *hemo_patient_page_new (HemoDesk *desk, const char *patient);

G_END_DECLS
