/* SPDX-License-Identifier: GPL-3.0-or-later */

/* hemogram-cli: people and their passphrases. */

#include "hemo-cli.h"

#include <glib/gi18n.h>

static gboolean
add (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autoptr (HemoSecret) passphrase = NULL;
  g_autofree char *role_code = NULL;
  HemoRole role = HEMO_ROLE_TECHNICIAN;
  const GOptionEntry entries[] = {
    { "role", 0, 0, G_OPTION_ARG_STRING, &role_code, NULL, NULL },
    { NULL },
  };

  if (!hemo_cli_parse (entries, &argc, &argv, 2, 2, error)
      || (role_code != NULL && !hemo_role_from_code (role_code, &role, error))
      || !hemo_cli_sign_in (self, error))
    return FALSE;
  passphrase = hemo_cli_ask (self, _ ("Passphrase of the new user: "), TRUE, error);
  if (passphrase == NULL
      || !hemo_clinic_add_user (self->clinic, self->session, argv[1], argv[2], role, passphrase,
                                error))
    return FALSE;
  hemo_cli_say (self, _ ("'%s' can sign in."), argv[1]);
  return TRUE;
}

static gboolean
list (HemoCli *self, int argc, char **argv, GError **error)
{
  json_object *rows;
  GPtrArray *users;

  if (!hemo_cli_parse (NULL, &argc, &argv, 0, 0, error) || !hemo_cli_open (self, error))
    return FALSE;
  rows = json_object_new_array ();
  users = hemo_key_file_get_users (hemo_clinic_get_key_file (self->clinic));
  for (guint i = 0; i < users->len; i++)
    {
      const HemoKeyUser *user = g_ptr_array_index (users, i);
      json_object *row = json_object_new_object ();

      hemo_cli_add_text (row, "login", user->login);
      hemo_cli_add_text (row, "name", user->name);
      hemo_cli_add_text (row, "role", user->role);
      json_object_array_add (rows, row);
    }
  hemo_cli_print (self, rows, NULL);
  return TRUE;
}

static gboolean
disable (HemoCli *self, int argc, char **argv, GError **error)
{
  if (!hemo_cli_parse (NULL, &argc, &argv, 1, 1, error) || !hemo_cli_sign_in (self, error)
      || !hemo_clinic_disable_user (self->clinic, self->session, argv[1], error))
    return FALSE;
  hemo_cli_say (self, _ ("'%s' can sign in no more, and the store has a new key."), argv[1]);
  return TRUE;
}

static gboolean
set_role (HemoCli *self, int argc, char **argv, GError **error)
{
  HemoRole role;

  return hemo_cli_parse (NULL, &argc, &argv, 2, 2, error)
         && hemo_role_from_code (argv[2], &role, error) && hemo_cli_sign_in (self, error)
         && hemo_clinic_set_role (self->clinic, self->session, argv[1], role, error);
}

static gboolean
change_passphrase (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autoptr (HemoSecret) old = NULL;
  g_autoptr (HemoSecret) passphrase = NULL;

  if (!hemo_cli_parse (NULL, &argc, &argv, 0, 0, error) || !hemo_cli_sign_in (self, error))
    return FALSE;
  old = hemo_cli_ask (self, _ ("Old passphrase: "), FALSE, error);
  if (old == NULL)
    return FALSE;
  passphrase = hemo_cli_ask (self, _ ("New passphrase: "), TRUE, error);
  if (passphrase == NULL
      || !hemo_clinic_change_passphrase (self->clinic, self->session, old, passphrase, error))
    return FALSE;
  hemo_cli_say (self, _ ("The passphrase is changed."));
  return TRUE;
}

static gboolean
set_pin (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autoptr (HemoSecret) pin = NULL;

  if (!hemo_cli_parse (NULL, &argc, &argv, 0, 0, error) || !hemo_cli_sign_in (self, error))
    return FALSE;
  pin = hemo_cli_ask (self, _ ("New PIN: "), TRUE, error);
  return pin != NULL && hemo_clinic_set_pin (self->clinic, self->session, pin, error);
}

const HemoCliCommand hemo_cli_user_commands[] = {
  { "user add", "LOGIN NAME [--role technician|pathologist|administrator]",
    N_ ("Let somebody sign in"), add },
  { "user list", "", N_ ("Who can sign in"), list },
  { "user disable", "LOGIN", N_ ("Let somebody sign in no more"), disable },
  { "user role", "LOGIN ROLE", N_ ("Change what somebody may do"), set_role },
  { "user passphrase", "", N_ ("Change your own passphrase"), change_passphrase },
  { "user pin", "", N_ ("Set the PIN that unlocks your running session"), set_pin },
  { NULL },
};
