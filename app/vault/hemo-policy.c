/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The table of who may do what. */

#include "hemo-policy.h"

#include <glib/gi18n.h>
#include <string.h>

#define T (1u << HEMO_ROLE_TECHNICIAN)
#define P (1u << HEMO_ROLE_PATHOLOGIST)
#define A (1u << HEMO_ROLE_ADMINISTRATOR)

static const char *const roles[HEMO_ROLES] = {
  [HEMO_ROLE_TECHNICIAN] = "technician",
  [HEMO_ROLE_PATHOLOGIST] = "pathologist",
  [HEMO_ROLE_ADMINISTRATOR] = "administrator",
};

static const struct
{
  const char *code;
  guint roles;
} actions[HEMO_ACTIONS] = {
  [HEMO_ACTION_PATIENT_VIEW] = { "patient.view", T | P | A },
  [HEMO_ACTION_PATIENT_EDIT] = { "patient.edit", T | A },
  [HEMO_ACTION_PATIENT_MERGE] = { "patient.merge", T | A },
  [HEMO_ACTION_SPECIMEN_EDIT] = { "specimen.edit", T | A },
  [HEMO_ACTION_CASE_VIEW] = { "case.view", T | P | A },
  [HEMO_ACTION_IMAGE_ADD] = { "image.add", T | P | A },
  [HEMO_ACTION_IMAGE_VIEW] = { "image.view", T | P | A },
  [HEMO_ACTION_COUNT] = { "count", T | P | A },
  [HEMO_ACTION_RESULT_EDIT] = { "result.edit", T | P | A },
  [HEMO_ACTION_REPORT_PRELIMINARY] = { "report.preliminary", T | P | A },
  [HEMO_ACTION_REPORT_SIGN] = { "report.sign", T | P | A },
  [HEMO_ACTION_REPORT_AMEND] = { "report.amend", T | P | A },
  [HEMO_ACTION_CRITICAL_CALL] = { "critical.call", T | P | A },
  [HEMO_ACTION_EXPORT] = { "export", T | P | A },
  [HEMO_ACTION_USER_MANAGE] = { "user.manage", A },
  [HEMO_ACTION_SETTINGS_EDIT] = { "settings.edit", A },
  [HEMO_ACTION_RANGE_EDIT] = { "range.edit", A },
  [HEMO_ACTION_KEY_MANAGE] = { "key.manage", A },
  [HEMO_ACTION_BACKUP] = { "backup", T | A },
  [HEMO_ACTION_RESTORE] = { "restore", A },
  [HEMO_ACTION_AUDIT_VIEW] = { "audit.view", A },
  [HEMO_ACTION_VERIFY] = { "verify", T | A },
  [HEMO_ACTION_REPORT_AMEND_OTHER] = { "report.amend-other", P },
  [HEMO_ACTION_SYNC] = { "sync", T | P | A },
  [HEMO_ACTION_READING_ASK] = { "reading.ask", T | P | A },
  [HEMO_ACTION_READING_ANSWER] = { "reading.answer", P },
  [HEMO_ACTION_IMAGE_PRUNE] = { "image.prune", A },
  [HEMO_ACTION_SYNC_APPLY] = { "sync.apply", 0 },
};

const char *
hemo_role_to_code (HemoRole role)
{
  return (guint)role < HEMO_ROLES ? roles[role] : NULL;
}

gboolean
hemo_role_from_code (const char *code, HemoRole *out, GError **error)
{
  for (guint i = 0; i < HEMO_ROLES; i++)
    if (code != NULL && strcmp (code, roles[i]) == 0)
      {
        *out = (HemoRole)i;
        return TRUE;
      }
  g_set_error_literal (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DAMAGED,
                       "There is no such role; the roles are technician, pathologist and "
                       "administrator.");
  return FALSE;
}

const char *
hemo_action_to_code (HemoAction action)
{
  return (guint)action < HEMO_ACTIONS ? actions[action].code : NULL;
}

gboolean
hemo_policy_allows (HemoRole role, HemoAction action)
{
  return (guint)role < HEMO_ROLES && (guint)action < HEMO_ACTIONS
         && (actions[action].roles & (1u << role)) != 0;
}

gboolean
hemo_policy_allows_sync (HemoAction action)
{
  return action == HEMO_ACTION_SYNC || action == HEMO_ACTION_SYNC_APPLY
         || action == HEMO_ACTION_PATIENT_VIEW || action == HEMO_ACTION_CASE_VIEW
         || action == HEMO_ACTION_IMAGE_VIEW;
}

/* Who may, as bits of the roles. */
static const char *
name_roles (HemoAction action)
{
  static const char *const names[] = {
    [1 << HEMO_ROLE_TECHNICIAN] = N_ ("a technician"),
    [1 << HEMO_ROLE_PATHOLOGIST] = N_ ("a pathologist"),
    [1 << HEMO_ROLE_ADMINISTRATOR] = N_ ("an administrator"),
    [1 << HEMO_ROLE_TECHNICIAN | 1 << HEMO_ROLE_PATHOLOGIST] = N_ ("a technician or a pathologist"),
    [1 << HEMO_ROLE_TECHNICIAN | 1 << HEMO_ROLE_ADMINISTRATOR]
    = N_ ("a technician or an administrator"),
    [1 << HEMO_ROLE_PATHOLOGIST | 1 << HEMO_ROLE_ADMINISTRATOR]
    = N_ ("a pathologist or an administrator"),
  };
  guint bits = 0;

  for (guint i = 0; i < HEMO_ROLES; i++)
    bits |= hemo_policy_allows ((HemoRole)i, action) ? 1U << i : 0;
  return names[bits];
}

gboolean
hemo_policy_check (HemoRole role, HemoAction action, GError **error)
{
  if (hemo_policy_allows (role, action))
    return TRUE;
  if ((guint)role >= HEMO_ROLES || (guint)action >= HEMO_ACTIONS)
    {
      g_set_error_literal (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED,
                           "Nobody may do this: the role or the action is unknown.");
      return FALSE;
    }
  if (actions[action].roles == 0)
    {
      g_set_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED,
                   "No person does this, only the program itself (%s).", actions[action].code);
      return FALSE;
    }
  /* Translators: the role, the name of the action, and who may: 'an administrator' */
  g_set_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED,
               N_ ("Not allowed for a role of %s (%s); ask %s."), roles[role], actions[action].code,
               name_roles (action));
  return FALSE;
}
