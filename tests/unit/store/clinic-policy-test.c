/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Each function of a clinic does what the policy says of each role, locked or not, and leaves
 * nothing behind where it refuses. */

#include "files-fixture.h"

#include "hemo-clinic-export.h"

#include <string.h>

typedef struct
{
  Files files;
  HemoImage *image;
  HemoSession *sessions[HEMO_ROLES];
  HemoKeyPair *organisation;
  char *target;
} People;

static void
add_person (People *self, const char *login, HemoRole role)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoSecret) passphrase = secret (OTHER_PASSPHRASE);

  hemo_clinic_add_user (self->files.base.clinic, self->files.base.session, login, "Somebody", role,
                        passphrase, &error);
  g_assert_no_error (error);
  self->sessions[role] = sign_in (self->files.base.clinic, login, OTHER_PASSPHRASE);
}

static void
set_up (People *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  files_set_up (&self->files, data);
  self->image = files_add_image (&self->files, self->files.specimen, 1);
  add_person (self, "bashir", HEMO_ROLE_TECHNICIAN);
  add_person (self, "chan", HEMO_ROLE_PATHOLOGIST);
  self->sessions[HEMO_ROLE_ADMINISTRATOR] = hemo_session_ref (self->files.base.session);
  self->organisation = hemo_key_pair_new ("district", FALSE, &error);
  g_assert_no_error (error);
  self->target = g_build_filename (self->files.base.root, "target", NULL);
}

static void
tear_down (People *self, gconstpointer data)
{
  for (int role = 0; role < HEMO_ROLES; role++)
    g_clear_pointer (&self->sessions[role], hemo_session_unref);
  g_clear_pointer (&self->image, hemo_image_free);
  g_clear_pointer (&self->organisation, hemo_key_pair_free);
  g_clear_pointer (&self->target, g_free);
  files_tear_down (&self->files, data);
}

typedef gboolean (*Call) (People *self, HemoSession *session, GError **error);

static gboolean
is_bytes (GBytes *bytes)
{
  if (bytes != NULL)
    g_bytes_unref (bytes);
  return bytes != NULL;
}

static gboolean
call_add_image (People *self, HemoSession *session, GError **error)
{
  static guint seed = 100;
  g_autoptr (HemoImage) image = hemo_image_new (self->files.specimen);
  g_autoptr (GBytes) bytes = files_picture (seed++, 320, 240);

  return hemo_clinic_add_image (self->files.base.clinic, session, image, bytes, error);
}

static gboolean
call_open_image (People *self, HemoSession *session, GError **error)
{
  return is_bytes (
      hemo_clinic_open_image (self->files.base.clinic, session, self->image->uuid, error));
}

static gboolean
call_open_preview (People *self, HemoSession *session, GError **error)
{
  return is_bytes (
      hemo_clinic_open_preview (self->files.base.clinic, session, self->image->uuid, error));
}

static gboolean
call_in_report (People *self, HemoSession *session, GError **error)
{
  return hemo_clinic_set_image_in_report (self->files.base.clinic, session, self->image->uuid, TRUE,
                                          error);
}

static gboolean
call_sign (People *self, HemoSession *session, GError **error)
{
  const HemoTime now = { 0 };
  g_autofree char *specimen = files_add_specimen (&self->files, "Wairimu", 120);
  g_autoptr (HemoReport) report = hemo_clinic_sign_report (
      self->files.base.clinic, session, specimen, HEMO_REPORT_PRELIMINARY, NULL, now, error);

  return report != NULL;
}

static gboolean
call_labels (People *self, HemoSession *session, GError **error)
{
  const char *specimens[] = { self->files.specimen, NULL };

  return is_bytes (hemo_clinic_render_labels (self->files.base.clinic, session, specimens,
                                              HEMO_LABEL_50X25, 1, 0, error));
}

static gboolean
call_backup (People *self, HemoSession *session, GError **error)
{
  return hemo_clinic_backup (self->files.base.clinic, session, self->target, NULL, NULL, NULL,
                             error);
}

static gboolean
call_verify (People *self, HemoSession *session, GError **error)
{
  g_autoptr (GPtrArray) findings = NULL;

  return hemo_clinic_verify (self->files.base.clinic, session, &findings, NULL, NULL, NULL, error);
}

static gboolean
call_add_user (People *self, HemoSession *session, GError **error)
{
  static int number = 0;
  g_autofree char *login = g_strdup_printf ("person%d", number++);
  g_autoptr (HemoSecret) passphrase = secret (OTHER_PASSPHRASE);

  return hemo_clinic_add_user (self->files.base.clinic, session, login, "X", HEMO_ROLE_TECHNICIAN,
                               passphrase, error);
}

static gboolean
call_set_role (People *self, HemoSession *session, GError **error)
{
  return hemo_clinic_set_role (self->files.base.clinic, session, "bashir", HEMO_ROLE_TECHNICIAN,
                               error);
}

static gboolean
call_rotate (People *self, HemoSession *session, GError **error)
{
  return hemo_clinic_rotate_key (self->files.base.clinic, session, error);
}

static gboolean
call_certificate (People *self, HemoSession *session, GError **error)
{
  return hemo_clinic_add_certificate (self->files.base.clinic, session, "District",
                                      self->organisation->certificate, error);
}

static gboolean
call_enrol (People *self, HemoSession *session, GError **error)
{
  g_autofree char *path = g_build_filename (self->files.base.root, "enrol", NULL);
  g_autoptr (HemoSecret) code
      = hemo_clinic_enrol_export (self->files.base.clinic, session, path, error);
  gboolean is_there = g_unlink (path) == 0;

  /* No file without its code. */
  g_assert_true (is_there == (code != NULL));
  return code != NULL;
}

static gboolean
call_recovery (People *self, HemoSession *session, GError **error)
{
  g_autoptr (HemoSecret) code
      = hemo_clinic_new_recovery_code (self->files.base.clinic, session, error);

  return code != NULL;
}

static gboolean
call_export (People *self, HemoSession *session, GError **error)
{
  const HemoTime now = { 0 };
  g_autofree char *target = g_build_filename (self->files.base.root, "export", NULL);
  const char *specimens[] = { self->files.specimen, NULL };
  HemoExportOptions options
      = { .specimens = specimens, .formats = HEMO_EXPORT_PDF, .target = target };
  g_autoptr (HemoReport) report
      = hemo_clinic_sign_report (self->files.base.clinic, self->files.base.session,
                                 self->files.specimen, HEMO_REPORT_FINAL, NULL, now, NULL);
  gboolean done = hemo_clinic_export (self->files.base.clinic, session, &options, NULL, NULL, NULL,
                                      NULL, error);

  g_assert_true (done == g_file_test (target, G_FILE_TEST_IS_DIR));
  remove_tree (target);
  return done;
}

static gboolean
call_disable (People *self, HemoSession *session, GError **error)
{
  g_autoptr (HemoSecret) passphrase = secret (OTHER_PASSPHRASE);

  hemo_clinic_add_user (self->files.base.clinic, self->files.base.session, "leaver", "X",
                        HEMO_ROLE_TECHNICIAN, passphrase, NULL);
  return hemo_clinic_disable_user (self->files.base.clinic, session, "leaver", error);
}

static gboolean
call_discard (People *self, HemoSession *session, GError **error)
{
  static guint seed = 500;
  g_autoptr (HemoImage) image = files_add_image (&self->files, self->files.specimen, seed++);

  return hemo_clinic_discard_image (self->files.base.clinic, session, image->uuid, error);
}

static const struct
{
  const char *name;
  HemoAction action;
  Call call;
} calls[] = {
  { "add-image", HEMO_ACTION_IMAGE_ADD, call_add_image },
  { "open-image", HEMO_ACTION_IMAGE_VIEW, call_open_image },
  { "open-preview", HEMO_ACTION_IMAGE_VIEW, call_open_preview },
  { "in-report", HEMO_ACTION_RESULT_EDIT, call_in_report },
  { "sign", HEMO_ACTION_REPORT_PRELIMINARY, call_sign },
  { "labels", HEMO_ACTION_CASE_VIEW, call_labels },
  { "backup", HEMO_ACTION_BACKUP, call_backup },
  { "verify", HEMO_ACTION_VERIFY, call_verify },
  { "add-user", HEMO_ACTION_USER_MANAGE, call_add_user },
  { "set-role", HEMO_ACTION_USER_MANAGE, call_set_role },
  { "disable-user", HEMO_ACTION_USER_MANAGE, call_disable },
  { "rotate-key", HEMO_ACTION_KEY_MANAGE, call_rotate },
  { "add-certificate", HEMO_ACTION_KEY_MANAGE, call_certificate },
  { "enrol-export", HEMO_ACTION_KEY_MANAGE, call_enrol },
  { "new-recovery-code", HEMO_ACTION_KEY_MANAGE, call_recovery },
  { "export", HEMO_ACTION_EXPORT, call_export },
  { "discard-image", HEMO_ACTION_IMAGE_ADD, call_discard },
};

static void
test_policy (People *self, gconstpointer data)
{
  HemoStore *store = files_store (&self->files);

  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    for (int role = 0; role < HEMO_ROLES; role++)
      for (int locked = 1; locked >= 0; locked--)
        {
          g_autoptr (GError) error = NULL;
          HemoSession *session = self->sessions[role];
          gboolean allowed = !locked && hemo_policy_allows ((HemoRole)role, calls[i].action);
          gint64 refused = store_count (store, "SELECT count(*) FROM audit WHERE what = 'refused'");
          gboolean done;

          /* The administrator's is the one that prepares things. */
          if (locked && role == HEMO_ROLE_ADMINISTRATOR)
            continue;
          if (locked)
            hemo_session_lock (session);
          done = calls[i].call (self, session, &error);
          hemo_session_unlock (session);
          if (done != allowed
              || (!allowed && !g_error_matches (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED)))
            g_error ("%s: role %d, locked %d: %s", calls[i].name, role, locked,
                     error != NULL ? error->message : "was allowed");
          if (!allowed && !locked)
            g_assert_cmpint (
                store_count (store, "SELECT count(*) FROM audit WHERE what = 'refused'"), ==,
                refused + 1);
        }
}

/* Nobody signed in: the functions that need the store say so, and none of them falls over. */
static void
test_before_sign_in (People *self, gconstpointer data)
{
  for (int role = 0; role < HEMO_ROLES; role++)
    g_clear_pointer (&self->sessions[role], hemo_session_unref);
  g_autoptr (HemoSession) stale = hemo_session_ref (self->files.base.session);
  clinic_reopen (&self->files.base);
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      g_autoptr (GError) error = NULL;

      if (calls[i].call == call_sign || calls[i].call == call_disable
          || calls[i].call == call_discard || calls[i].call == call_export)
        continue;
      if (calls[i].call (self, stale, &error))
        g_error ("%s: works in a clinic that nobody has opened", calls[i].name);
      g_assert_nonnull (error);
    }
  self->files.base.session = sign_in (self->files.base.clinic, "amina", PASSPHRASE);
}

static void
test_certificates (People *self, gconstpointer data)
{
  g_autofree char *longer = g_strnfill (201, 'n');
  const char *const bad_names[] = { NULL, "", "\xff", longer };
  g_autoptr (GBytes) rubbish = g_bytes_new_static ("no certificate", 14);
  g_autoptr (GError) error = NULL;
  HemoClinic *clinic = self->files.base.clinic;
  HemoSession *session = self->files.base.session;
  HemoStore *store = files_store (&self->files);

  for (guint i = 0; i < G_N_ELEMENTS (bad_names); i++)
    {
      g_assert_false (hemo_clinic_add_certificate (clinic, session, bad_names[i],
                                                   self->organisation->certificate, &error));
      files_assert_error (error, HEMO_MODEL_ERROR, HEMO_MODEL_ERROR_INVALID);
    }
  g_assert_false (hemo_clinic_add_certificate (clinic, session, "District", rubbish, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_cmpint (store_count (store, "SELECT count(*) FROM certificate"), ==, 0);
  /* The same one again is a new name for it. */
  for (int i = 0; i < 2; i++)
    g_assert_true (hemo_clinic_add_certificate (clinic, session, i == 0 ? "District" : "Region",
                                                self->organisation->certificate, &error));
  g_assert_no_error (error);
  g_assert_cmpint (store_count (store, "SELECT count(*) FROM certificate WHERE name = 'Region'"),
                   ==, 1);
}

static gboolean
recipients_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_clinic_dup_recipients (txn, error);
  return *result != NULL;
}

/* Who an image is sealed to: clinic, readers, organisations that are not disabled. */
static void
test_recipients (People *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gpointer found = NULL;

  for (guint wanted = 2; wanted <= 3; wanted++)
    {
      hemo_store_read (files_store (&self->files), NULL, recipients_job, NULL, &found, &error);
      g_assert_no_error (error);
      g_autoptr (GPtrArray) recipients = found;
      g_assert_cmpuint (recipients->len, ==, wanted);
      if (wanted == 3)
        g_assert_true (
            g_bytes_equal (g_ptr_array_index (recipients, 2), self->organisation->certificate));
      call_certificate (self, self->files.base.session, &error);
      g_assert_no_error (error);
    }
}

/* An administrator without the readers' key cannot give it away, nor enrol a laptop that needs it;
 * the recovery code makes it good. */
static void
test_without_reading_key (People *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoSecret) passphrase = secret (OTHER_PASSPHRASE);
  HemoClinic *clinic = self->files.base.clinic;
  HemoSession *session = self->files.base.session;
  HemoStore *store = files_store (&self->files);
  g_autofree char *drop = g_strdup_printf ("DELETE FROM reading_key WHERE holder = '%s'",
                                           hemo_session_get_user (session));

  files_run_sql (&self->files, drop);
  g_assert_false (call_enrol (self, session, &error));
  files_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  g_assert_false (hemo_clinic_add_user (clinic, session, "reader", "X", HEMO_ROLE_PATHOLOGIST,
                                        passphrase, &error));
  files_assert_error (error, HEMO_STORE_ERROR, HEMO_STORE_ERROR_STATE);
  /* Nothing of the one who was not added is left. */
  g_assert_null (hemo_key_file_find_user (hemo_clinic_get_key_file (clinic), "reader"));
  g_assert_cmpint (store_count (store, "SELECT count(*) FROM user WHERE login = 'reader'"), ==, 0);
  g_assert_true (
      hemo_clinic_recover (clinic, self->files.base.recovery_code, "amina", passphrase, &error));
  g_assert_no_error (error);
  g_autoptr (HemoSession) again = sign_in (clinic, "amina", OTHER_PASSPHRASE);
  g_assert_true (hemo_clinic_add_user (clinic, again, "reader", "X", HEMO_ROLE_PATHOLOGIST,
                                       passphrase, &error));
  g_assert_no_error (error);
}

static HemoReport *
withdraw_as (People *self, HemoRole role, const char *specimen, GError **error)
{
  const HemoTime now = { 0 };

  return hemo_clinic_withdraw_report (self->files.base.clinic, self->sessions[role], specimen,
                                      "another patient's tube", now, error);
}

/* What one has signed is withdrawn by oneself or by a pathologist. */
static void
test_withdraw (People *self, gconstpointer data)
{
  const HemoTime now = { 0 };
  g_autoptr (GError) error = NULL;

  for (int by_pathologist = 0; by_pathologist < 2; by_pathologist++)
    {
      g_autofree char *specimen = files_add_specimen (&self->files, "Wairimu", 120);
      g_autoptr (HemoReport) report
          = hemo_clinic_sign_report (self->files.base.clinic, self->sessions[HEMO_ROLE_TECHNICIAN],
                                     specimen, HEMO_REPORT_PRELIMINARY, NULL, now, &error);
      g_autoptr (HemoReport) withdrawn = NULL;

      g_assert_no_error (error);
      g_assert_null (withdraw_as (self, HEMO_ROLE_ADMINISTRATOR, specimen, &error));
      files_assert_error (error, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_DENIED);
      withdrawn = withdraw_as (self, by_pathologist ? HEMO_ROLE_PATHOLOGIST : HEMO_ROLE_TECHNICIAN,
                               specimen, &error);
      g_assert_no_error (error);
      g_assert_cmpint (withdrawn->status, ==, HEMO_REPORT_ENTERED_IN_ERROR);
    }
}

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  hemo_vault_init (&error);
  g_assert_no_error (error);
#define ADD(name, function)                                                                        \
  g_test_add ("/clinic-policy/" name, People, NULL, set_up, function, tear_down)
  ADD ("each-function", test_policy);
  ADD ("before-sign-in", test_before_sign_in);
  ADD ("withdraw", test_withdraw);
  ADD ("certificates", test_certificates);
  ADD ("recipients", test_recipients);
  ADD ("without-reading-key", test_without_reading_key);
  return g_test_run ();
}
