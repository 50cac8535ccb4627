/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Who may do what: one table, asked by every function of the store that reads or changes. */

#pragma once

#include "hemo-secret.h"

G_BEGIN_DECLS

typedef enum
{
  HEMO_ROLE_TECHNICIAN,
  HEMO_ROLE_PATHOLOGIST,
  HEMO_ROLE_ADMINISTRATOR,
  HEMO_ROLES,
} HemoRole;

const char *hemo_role_to_code (HemoRole role);
gboolean hemo_role_from_code (const char *code, HemoRole *out, GError **error);

typedef enum
{
  HEMO_ACTION_PATIENT_VIEW,
  HEMO_ACTION_PATIENT_EDIT,
  HEMO_ACTION_PATIENT_MERGE,
  HEMO_ACTION_SPECIMEN_EDIT,
  HEMO_ACTION_CASE_VIEW,
  HEMO_ACTION_IMAGE_ADD,
  HEMO_ACTION_IMAGE_VIEW,
  HEMO_ACTION_COUNT,
  HEMO_ACTION_RESULT_EDIT,
  HEMO_ACTION_REPORT_PRELIMINARY,
  HEMO_ACTION_REPORT_SIGN,
  HEMO_ACTION_REPORT_AMEND,
  HEMO_ACTION_CRITICAL_CALL,
  HEMO_ACTION_EXPORT,
  HEMO_ACTION_USER_MANAGE,
  HEMO_ACTION_SETTINGS_EDIT,
  HEMO_ACTION_RANGE_EDIT,
  HEMO_ACTION_KEY_MANAGE,
  HEMO_ACTION_BACKUP,
  HEMO_ACTION_RESTORE,
  HEMO_ACTION_AUDIT_VIEW,
  HEMO_ACTION_VERIFY,
  HEMO_ACTIONS,
} HemoAction;

/* 'patient.view' … as it stands in the audit log. */
const char *hemo_action_to_code (HemoAction action);

/* The table. */
gboolean hemo_policy_allows (HemoRole role, HemoAction action);

/* The same with HEMO_VAULT_ERROR_DENIED, in words that name the role that may. */
gboolean hemo_policy_check (HemoRole role, HemoAction action, GError **error);

G_END_DECLS
