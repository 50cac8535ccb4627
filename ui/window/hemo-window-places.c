/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The rows of the side bar, in their order. */

#include "hemo-window.h"

#include "hemo-audit-view.h"
#include "hemo-export-view.h"
#include "hemo-patients-view.h"
#include "hemo-reading-view.h"
#include "hemo-safety-view.h"
#include "hemo-settings-view.h"
#include "hemo-worklist-view.h"

#include <glib/gi18n.h>

const HemoPlaceInfo hemo_window_places[] = {
  { "worklist", N_ ("Worklist"), "view-list-symbolic", HEMO_ACTION_CASE_VIEW,
    hemo_worklist_view_get_type },
  { "patients", N_ ("Patients"), "system-users-symbolic", HEMO_ACTION_PATIENT_VIEW,
    hemo_patients_view_get_type },
  { "reading", N_ ("Reading"), "find-location-symbolic", HEMO_ACTION_READING_ANSWER,
    hemo_reading_view_get_type },
  { "export", N_ ("Export"), "drive-removable-media-symbolic", HEMO_ACTION_EXPORT,
    hemo_export_view_get_type },
  { "settings", N_ ("Settings"), "emblem-system-symbolic", HEMO_ACTIONS,
    hemo_settings_view_get_type },
  { "audit", N_ ("Audit Log"), "document-open-recent-symbolic", HEMO_ACTION_AUDIT_VIEW,
    hemo_audit_view_get_type },
  { "safety", N_ ("Safety"), "security-high-symbolic", HEMO_ACTIONS, hemo_safety_view_get_type },
  { NULL },
};
