/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The whole table of who may do what, word by word. */

#include "hemo-policy.h"

/* Action, technician, pathologist, administrator. */
static const struct
{
  HemoAction action;
  const char *code;
  const char *allowed;
} table[] = {
  { HEMO_ACTION_PATIENT_VIEW, "patient.view", "yyy" },
  { HEMO_ACTION_PATIENT_EDIT, "patient.edit", "yny" },
  { HEMO_ACTION_PATIENT_MERGE, "patient.merge", "yny" },
  { HEMO_ACTION_SPECIMEN_EDIT, "specimen.edit", "yny" },
  { HEMO_ACTION_CASE_VIEW, "case.view", "yyy" },
  { HEMO_ACTION_IMAGE_ADD, "image.add", "yyy" },
  { HEMO_ACTION_IMAGE_VIEW, "image.view", "yyy" },
  { HEMO_ACTION_COUNT, "count", "yyy" },
  { HEMO_ACTION_RESULT_EDIT, "result.edit", "yyy" },
  { HEMO_ACTION_REPORT_PRELIMINARY, "report.preliminary", "yyy" },
  { HEMO_ACTION_REPORT_SIGN, "report.sign", "yyy" },
  { HEMO_ACTION_REPORT_AMEND, "report.amend", "yyy" },
  { HEMO_ACTION_REPORT_AMEND_OTHER, "report.amend-other", "nyn" },
  { HEMO_ACTION_SYNC, "sync", "yyy" },
  { HEMO_ACTION_SYNC_APPLY, "sync.apply", "nnn" },
  { HEMO_ACTION_CRITICAL_CALL, "critical.call", "yyy" },
  { HEMO_ACTION_EXPORT, "export", "yyy" },
  { HEMO_ACTION_USER_MANAGE, "user.manage", "nny" },
  { HEMO_ACTION_SETTINGS_EDIT, "settings.edit", "nny" },
  { HEMO_ACTION_RANGE_EDIT, "range.edit", "nny" },
  { HEMO_ACTION_KEY_MANAGE, "key.manage", "nny" },
  { HEMO_ACTION_BACKUP, "backup", "yny" },
  { HEMO_ACTION_RESTORE, "restore", "nny" },
  { HEMO_ACTION_AUDIT_VIEW, "audit.view", "nny" },
  { HEMO_ACTION_VERIFY, "verify", "yny" },
  { HEMO_ACTION_READING_ASK, "reading.ask", "yyy" },
  { HEMO_ACTION_READING_ANSWER, "reading.answer", "nyn" },
  { HEMO_ACTION_IMAGE_PRUNE, "image.prune", "nny" },
};

static void
test_table (void)
{
  g_assert_cmpuint (G_N_ELEMENTS (table), ==, HEMO_ACTIONS);
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_assert_cmpstr (hemo_action_to_code (table[i].action), ==, table[i].code);
      for (guint role = 0; role < HEMO_ROLES; role++)
        {
          gboolean allowed = table[i].allowed[role] == 'y';
          g_autoptr (GError) error = NULL;

          g_assert_cmpint (hemo_policy_allows ((HemoRole)role, table[i].action), ==, allowed);
          g_assert_cmpint (hemo_policy_check ((HemoRole)role, table[i].action, &error), ==,
                           allowed);
          if (allowed)
            g_assert_no_error (error);
          else
            g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
        }
    }
}

static void
test_words (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (hemo_policy_check (HEMO_ROLE_PATHOLOGIST, HEMO_ACTION_BACKUP, &error));
  g_assert_cmpstr (error->message, ==,
                   "Not allowed for a role of pathologist (backup); ask a technician or an "
                   "administrator.");
  g_clear_error (&error);
  g_assert_false (hemo_policy_check (HEMO_ROLE_ADMINISTRATOR, HEMO_ACTION_SYNC_APPLY, &error));
  g_assert_cmpstr (error->message, ==,
                   "No person does this, only the program itself (sync.apply).");
}

static void
test_unknown (void)
{
  g_autoptr (GError) error = NULL;
  HemoRole role = HEMO_ROLE_PATHOLOGIST;

  g_assert_false (hemo_policy_allows (HEMO_ROLES, HEMO_ACTION_PATIENT_VIEW));
  g_assert_false (hemo_policy_allows ((HemoRole)-1, HEMO_ACTION_PATIENT_VIEW));
  g_assert_false (hemo_policy_allows (HEMO_ROLE_ADMINISTRATOR, HEMO_ACTIONS));
  g_assert_false (hemo_policy_check (HEMO_ROLE_ADMINISTRATOR, HEMO_ACTIONS, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
  g_clear_error (&error);
  g_assert_null (hemo_action_to_code (HEMO_ACTIONS));
  g_assert_null (hemo_role_to_code (HEMO_ROLES));
  g_assert_false (hemo_role_from_code ("Technician", &role, &error));
  g_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DAMAGED);
  g_assert_false (hemo_role_from_code (NULL, &role, NULL));
  g_assert_cmpint (role, ==, HEMO_ROLE_PATHOLOGIST);
}

static void
test_roles (void)
{
  for (guint i = 0; i < HEMO_ROLES; i++)
    {
      HemoRole role = HEMO_ROLES;

      g_assert_true (hemo_role_from_code (hemo_role_to_code ((HemoRole)i), &role, NULL));
      g_assert_cmpint (role, ==, (int)i);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/policy/table", test_table);
  g_test_add_func ("/policy/words", test_words);
  g_test_add_func ("/policy/unknown", test_unknown);
  g_test_add_func ("/policy/roles", test_roles);
  return g_test_run ();
}
