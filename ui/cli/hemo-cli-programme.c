/* SPDX-License-Identifier: GPL-3.0-or-later */

/* hemogram-cli: a programme's signed file, shown and accepted. */

#include "hemo-cli.h"

#include "hemo-programme.h"

#include <glib/gi18n.h>

typedef struct
{
  HemoProgramme *programme;
  const char *digest;
  const char *trust;
} Accept;

static HemoProgramme *
read_programme (const char *path, GError **error)
{
  g_autoptr (GBytes) file = hemo_cli_read_file (path, HEMO_PROGRAMME_LIMIT, error);

  return file != NULL ? hemo_programme_parse (file, error) : NULL;
}

static gboolean
compare_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_programme_compare (txn, data, error);
}

static gboolean
accept_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Accept *accept = data;

  return hemo_programme_accept (txn, accept->programme, accept->digest, accept->trust, error);
}

static json_object *
programme_to_json (const HemoProgramme *programme)
{
  json_object *object = json_object_new_object ();
  json_object *effects = json_object_new_array ();

  hemo_cli_add_text (object, "programme", programme->programme);
  hemo_cli_add_text (object, "name", programme->name);
  hemo_cli_add_int (object, "serial", programme->serial);
  hemo_cli_add_int (object, "accepted_serial", programme->known_serial);
  hemo_cli_add_text (object, "signer", programme->signer);
  hemo_cli_add_bool (object, "trusted", programme->trusted);
  hemo_cli_add_text (object, "seen", programme->digest);
  for (guint i = 0; i < programme->effects->len; i++)
    {
      const HemoProgrammeEffect *effect = g_ptr_array_index (programme->effects, i);
      json_object *row = json_object_new_object ();

      hemo_cli_add_text (row, "what", effect->what);
      hemo_cli_add_text (row, "object", effect->object);
      hemo_cli_add_text (row, "before", effect->before);
      hemo_cli_add_text (row, "after", effect->after);
      json_object_array_add (effects, row);
    }
  json_object_object_add (object, "effects", effects);
  return object;
}

static gboolean
show_programme (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autoptr (HemoProgramme) programme = NULL;

  if (!hemo_cli_parse (NULL, &argc, &argv, 1, 1, error))
    return FALSE;
  programme = read_programme (argv[1], error);
  /* A job that writes: that somebody may not see it is audited. */
  if (programme == NULL || !hemo_cli_sign_in (self, error)
      || !hemo_cli_write (self, compare_job, programme, NULL, error))
    return FALSE;
  hemo_cli_print (self, programme_to_json (programme), NULL);
  return TRUE;
}

static gboolean
accept_programme (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autofree char *seen = NULL;
  g_autofree char *trust = NULL;
  const GOptionEntry entries[] = {
    { "seen", 0, 0, G_OPTION_ARG_STRING, &seen, NULL, NULL },
    { "trust", 0, 0, G_OPTION_ARG_STRING, &trust, NULL, NULL },
    { NULL },
  };
  g_autoptr (HemoProgramme) programme = NULL;
  Accept accept = { 0 };

  if (!hemo_cli_parse (entries, &argc, &argv, 1, 1, error))
    return FALSE;
  if (seen == NULL)
    {
      g_set_error (error, HEMO_CLI_ERROR, HEMO_CLI_ERROR_USAGE,
                   _ ("Look at what the file changes first, by hemogram-cli programme show; its "
                      "'seen' goes with --seen."));
      return FALSE;
    }
  programme = read_programme (argv[1], error);
  if (programme == NULL || !hemo_cli_sign_in (self, error))
    return FALSE;
  accept = (Accept){ programme, seen, trust };
  if (!hemo_cli_write (self, accept_job, &accept, NULL, error))
    return FALSE;
  hemo_cli_print (self, programme_to_json (programme), NULL);
  return TRUE;
}

const HemoCliCommand hemo_cli_programme_commands[] = {
  { "programme show", "FILE", N_ ("What a programme's signed file would change here"),
    show_programme },
  { "programme accept", "FILE [--trust FINGERPRINT] --seen S",
    N_ ("Take it in, after its effect was looked at"), accept_programme },
  { NULL },
};
