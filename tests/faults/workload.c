/* SPDX-License-Identifier: GPL-3.0-or-later */

/* workload COMMAND DIRECTORY PROMISES [OTHER|FIELD…]: see the table at the end. Exit code 0 when it
 * was done, 1 with a message when it was refused cleanly. */

#include "workload.h"

#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

void
workload_promise (Workload *self, const char *format, ...)
{
  va_list arguments;
  g_autofree char *line = NULL;
  g_autofree char *text = NULL;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  line = g_strconcat (text, "\n", NULL);
  if (write (self->promises, line, strlen (line)) != (ssize_t)strlen (line))
    g_printerr ("cannot write the promise\n");
}

HemoSecret *
workload_secret (const char *text)
{
  g_autofree char *copy = g_strdup (text);

  return hemo_secret_new_take (copy, strlen (copy));
}

static gboolean
sign_in_with (Workload *self, const char *passphrase, GError **error)
{
  g_autoptr (HemoSecret) secret = workload_secret (passphrase);

  if (self->clinic == NULL)
    self->clinic = hemo_clinic_open (self->directory, error);
  if (self->clinic == NULL)
    return FALSE;
  self->session = hemo_clinic_sign_in (self->clinic, "admin", secret, error);
  return self->session != NULL;
}

gboolean
workload_sign_in (Workload *self, GError **error)
{
  return sign_in_with (self, WORKLOAD_PASSPHRASE, error);
}

gboolean
workload_sign_out (Workload *self, GError **error)
{
  gboolean signed_out = hemo_clinic_sign_out (self->clinic, self->session, error);

  g_clear_pointer (&self->session, hemo_session_unref);
  hemo_clinic_close (self->clinic);
  g_clear_object (&self->clinic);
  return signed_out;
}

static gboolean
create (Workload *self, GError **error)
{
  g_autoptr (HemoClinicInfo) info = hemo_clinic_info_new ("Faulty Clinic");
  g_autoptr (HemoSecret) secret = workload_secret (WORKLOAD_PASSPHRASE);
  g_autoptr (HemoSecret) code = NULL;

  self->clinic = hemo_clinic_create (self->directory, info, "admin", "The Administrator", secret,
                                     &code, error);
  if (self->clinic == NULL)
    return FALSE;
  workload_promise (self, "clinic");
  hemo_clinic_close (self->clinic);
  g_clear_object (&self->clinic);
  return TRUE;
}

static gboolean
day (Workload *self, GError **error)
{
  return workload_sign_in (self, error) && workload_day (self, error)
         && workload_sign_out (self, error);
}

static gboolean
rotate (Workload *self, GError **error)
{
  if (!workload_sign_in (self, error)
      || !hemo_clinic_rotate_key (self->clinic, self->session, error))
    return FALSE;
  workload_promise (self, "rotated");
  return workload_sign_out (self, error);
}

static gboolean
change_passphrase (Workload *self, GError **error)
{
  g_autoptr (HemoSecret) old = workload_secret (WORKLOAD_PASSPHRASE);
  g_autoptr (HemoSecret) passphrase = workload_secret (WORKLOAD_NEW_PASSPHRASE);

  if (!workload_sign_in (self, error)
      || !hemo_clinic_change_passphrase (self->clinic, self->session, old, passphrase, error))
    return FALSE;
  workload_promise (self, "passphrase");
  return workload_sign_out (self, error);
}

static gboolean
people (Workload *self, GError **error)
{
  g_autoptr (HemoSecret) passphrase = workload_secret (WORKLOAD_NEW_PASSPHRASE);

  if (!workload_sign_in (self, error)
      || !hemo_clinic_add_user (self->clinic, self->session, "tech", "The Technician",
                                HEMO_ROLE_TECHNICIAN, passphrase, error))
    return FALSE;
  workload_promise (self, "user");
  if (!hemo_clinic_disable_user (self->clinic, self->session, "tech", error))
    return FALSE;
  workload_promise (self, "disabled");
  return workload_sign_out (self, error);
}

static gboolean
backup (Workload *self, GError **error)
{
  if (!workload_sign_in (self, error)
      || !hemo_clinic_backup (self->clinic, self->session, self->fields[0], NULL, NULL, NULL,
                              error))
    return FALSE;
  workload_promise (self, "backup");
  return workload_sign_out (self, error);
}

static gboolean
restore (Workload *self, GError **error)
{
  g_autoptr (HemoSecret) secret = workload_secret (WORKLOAD_PASSPHRASE);

  self->clinic = hemo_clinic_restore (self->fields[0], self->directory, "admin", secret, NULL, NULL,
                                      NULL, NULL, error);
  if (self->clinic == NULL)
    return FALSE;
  workload_promise (self, "restored");
  hemo_clinic_close (self->clinic);
  g_clear_object (&self->clinic);
  return TRUE;
}

static gboolean
send (Workload *self, GError **error)
{
  return workload_sign_in (self, error) && workload_send (self, error)
         && workload_sign_out (self, error);
}

static gboolean
prune_ready (Workload *self, GError **error)
{
  return workload_sign_in (self, error) && workload_prune_ready (self, error)
         && workload_sign_out (self, error);
}

static gboolean
prune (Workload *self, GError **error)
{
  return workload_sign_in (self, error) && workload_prune (self, error)
         && workload_sign_out (self, error);
}

/* Signs in with the passphrase, or the new one when a change may have been made. */
static gboolean
check (Workload *self, GError **error)
{
  g_autoptr (GError) first = NULL;

  if (!workload_sign_in (self, &first))
    {
      if (!g_error_matches (first, HEMO_VAULT_ERROR, HEMO_VAULT_ERROR_WRONG_SECRET))
        {
          g_propagate_error (error, g_steal_pointer (&first));
          return FALSE;
        }
      if (!sign_in_with (self, WORKLOAD_NEW_PASSPHRASE, error))
        return FALSE;
    }
  return workload_check (self, self->fields[0], error) && workload_sign_out (self, error);
}

static const struct
{
  const char *name;
  gboolean (*run) (Workload *, GError **);
} commands[] = {
  { "create", create },   { "day", day },
  { "rotate", rotate },   { "passphrase", change_passphrase },
  { "people", people },   { "backup", backup },
  { "restore", restore }, { "check", check },
  { "send", send },       { "prune-ready", prune_ready },
  { "prune", prune },
};

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  Workload self = { 0 };
  gboolean done = FALSE;

  if (argc < 4)
    return 2;
  self.directory = argv[2];
  self.promises = open (argv[3], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  self.fields = argv + 4;
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (argv[1], commands[i].name))
      done = hemo_vault_init (&error) && commands[i].run (&self, &error);
  if (error != NULL)
    g_printerr ("%s:%d: %s\n", g_quark_to_string (error->domain), error->code, error->message);
  /* As a program that ends after an error does. */
  g_clear_pointer (&self.session, hemo_session_unref);
  if (self.clinic != NULL)
    hemo_clinic_close (self.clinic);
  g_clear_object (&self.clinic);
  return done ? 0 : 1;
}
