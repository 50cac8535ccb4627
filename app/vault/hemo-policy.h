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
  HEMO_ACTION_REPORT_AMEND_OTHER,
  HEMO_ACTION_SYNC,
  HEMO_ACTION_READING_ASK,
  HEMO_ACTION_READING_ANSWER,
  HEMO_ACTION_IMAGE_PRUNE,
  HEMO_ACTION_SYNC_APPLY,
  HEMO_ACTIONS,
} HemoAction;

/* 'patient.view' … as it stands in the audit log; NULL if there is none. */
const char *hemo_action_to_code (HemoAction action);

/* The table:
 *
 * | action              | technician | pathologist | administrator |
 * | patient.view        | yes        | yes         | yes           |
 * | patient.edit        | yes        | no          | yes           |
 * | patient.merge       | yes        | no          | yes           |  and to undo it: reversible
 * | specimen.edit       | yes        | no          | yes           |
 * | case.view           | yes        | yes         | yes           |
 * | image.add           | yes        | yes         | yes           |
 * | image.view          | yes        | yes         | yes           |
 * | count               | yes        | yes         | yes           |
 * | result.edit         | yes        | yes         | yes           |
 * | report.preliminary  | yes        | yes         | yes           |
 * | report.sign         | yes        | yes         | yes           |
 * | report.amend        | yes        | yes         | yes           |  one's own
 * | report.amend-other  | no         | yes         | no            |  signed by somebody else
 * | critical.call       | yes        | yes         | yes           |
 * | export              | yes        | yes         | yes           |
 * | user.manage         | no         | no          | yes           |
 * | settings.edit       | no         | no          | yes           |
 * | range.edit          | no         | no          | yes           |
 * | key.manage          | no         | no          | yes           |
 * | backup              | yes        | no          | yes           |
 * | restore             | no         | no          | yes           |
 * | audit.view          | no         | no          | yes           |
 * | verify              | yes        | no          | yes           |
 * | sync                | yes        | yes         | yes           |  send now, pause, try again,
 * settle
 * | reading.ask         | yes        | yes         | yes           |  and to take it back
 * | reading.answer      | no         | yes         | no            |
 * | image.prune         | no         | no          | yes           |  originals off this laptop
 * | sync.apply          | no         | no          | no            |  the sync alone: what others
 * wrote on the clinic's server comes in
 *
 * In a small clinic one person is technician and administrator: an administrator may do all that a
 * technician may. The technician signs, and must be able to correct a report of his own that went
 * to the wrong patient at once; what another has signed only a pathologist changes, so a caller
 * asks for report.amend-other when the signer is not the one who amends. */
gboolean hemo_policy_allows (HemoRole role, HemoAction action);

/* What the program may do for the clinic while nobody is signed in: bring its changes to the
 * servers and take in what others wrote there. It never signs, counts, exports, nor touches users
 * and keys.
 */
gboolean hemo_policy_allows_sync (HemoAction action);

/* The same with HEMO_VAULT_ERROR_DENIED, in words that name the role that may. */
gboolean hemo_policy_check (HemoRole role, HemoAction action, GError **error);

G_END_DECLS
