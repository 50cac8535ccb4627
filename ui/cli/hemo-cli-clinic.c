/* SPDX-License-Identifier: GPL-3.0-or-later */

/* hemogram-cli: setting a clinic up, its letterhead, keys, laptops and certificates. */

#include "hemo-cli-sync.h"

#include "hemo-picture.h"

#include <glib/gi18n.h>

/* Shows a code that is told once. */
static void
print_code (HemoCli *self, const char *key, HemoSecret *code, const char *advice)
{
  json_object *object = json_object_new_object ();
  g_autofree char *text
      = g_strndup ((const char *)hemo_secret_get_data (code), hemo_secret_get_size (code));

  hemo_cli_add_text (object, key, text);
  hemo_cli_print (self, object, NULL);
  hemo_cli_say (self, "%s", advice);
  memset (text, 0, strlen (text));
}

static gboolean
init (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autofree char *name = NULL, *address = NULL, *phone = NULL, *pattern = NULL, *station = NULL;
  g_autofree char *administrator = NULL, *language = NULL;
  gboolean endemic = FALSE, month_first = FALSE;
  const GOptionEntry entries[] = {
    { "address", 0, 0, G_OPTION_ARG_STRING, &address, NULL, NULL },
    { "phone", 0, 0, G_OPTION_ARG_STRING, &phone, NULL, NULL },
    { "pattern", 0, 0, G_OPTION_ARG_STRING, &pattern, NULL, NULL },
    { "station", 0, 0, G_OPTION_ARG_STRING, &station, NULL, NULL },
    { "language", 0, 0, G_OPTION_ARG_STRING, &language, NULL, NULL },
    { "administrator", 0, 0, G_OPTION_ARG_STRING, &administrator, NULL, NULL },
    { "endemic-malaria", 0, 0, G_OPTION_ARG_NONE, &endemic, NULL, NULL },
    { "month-first", 0, 0, G_OPTION_ARG_NONE, &month_first, NULL, NULL },
    { NULL },
  };
  g_autoptr (HemoClinicInfo) info = NULL;
  g_autoptr (HemoSecret) passphrase = NULL;
  g_autoptr (HemoSecret) code = NULL;

  if (!hemo_cli_parse (entries, &argc, &argv, 1, 1, error))
    return FALSE;
  if (pattern != NULL && !hemo_accession_pattern_check (pattern, error))
    return FALSE;
  info = hemo_clinic_info_new (argv[1]);
  g_set_str (&info->address, address);
  g_set_str (&info->phone, phone);
  if (pattern != NULL)
    g_set_str (&info->accession_pattern, pattern);
  if (station != NULL)
    g_set_str (&info->station, station);
  if (language != NULL)
    g_set_str (&info->language, language);
  info->endemic_malaria = endemic;
  info->day_first = !month_first;
  if (self->login == NULL)
    self->login = g_strdup ("admin");
  passphrase = hemo_cli_ask (self, _ ("New passphrase of the administrator: "), TRUE, error);
  if (passphrase == NULL)
    return FALSE;
  self->clinic = hemo_clinic_create (self->clinic_path, info, self->login,
                                     administrator != NULL ? administrator : self->login,
                                     passphrase, &code, error);
  if (self->clinic == NULL)
    return FALSE;
  print_code (
      self, "recovery_code", code,
      _ ("Write the recovery code down and keep it locked away: it opens this clinic when every "
         "passphrase is lost."));
  return TRUE;
}

static gboolean
save_info_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  return hemo_clinic_info_save (txn, data, error);
}

static json_object *
info_to_json (const HemoClinicInfo *info)
{
  json_object *object = json_object_new_object ();

  hemo_cli_add_text (object, "uuid", info->uuid);
  hemo_cli_add_text (object, "name", info->name);
  hemo_cli_add_text (object, "address", info->address);
  hemo_cli_add_text (object, "phone", info->phone);
  hemo_cli_add_text (object, "installation", info->installation);
  hemo_cli_add_text (object, "station", info->station);
  hemo_cli_add_text (object, "pattern", info->accession_pattern);
  hemo_cli_add_text (object, "language", info->language);
  hemo_cli_add_int (object, "platelet_factor", info->platelet_factor);
  hemo_cli_add_bool (object, "endemic_malaria", info->endemic_malaria);
  return object;
}

static gboolean
show_clinic (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autoptr (HemoClinicInfo) info = NULL;

  if (!hemo_cli_parse (NULL, &argc, &argv, 0, 0, error) || !hemo_cli_sign_in (self, error)
      || !hemo_cli_load_info (self, &info, error))
    return FALSE;
  hemo_cli_print (self, info_to_json (info), NULL);
  return TRUE;
}

/* A PNG that opens: a letterhead without its logo would be seen only on paper. */
static GBytes *
read_logo (const char *path, GError **error)
{
  HemoPictureInfo info;
  g_autoptr (GBytes) bytes = hemo_cli_read_file (path, 1024 * 1024, error);
  g_autoptr (HemoPixels) pixels = NULL;

  if (bytes == NULL || !hemo_picture_probe (bytes, &info, error))
    return NULL;
  if (!g_str_equal (info.media_type, "image/png"))
    {
      g_set_error (error, HEMO_CLI_ERROR, HEMO_CLI_ERROR_USAGE, _ ("The logo has to be a PNG."));
      return NULL;
    }
  pixels = hemo_picture_decode (bytes, 0, FALSE, error);
  return pixels != NULL ? g_steal_pointer (&bytes) : NULL;
}

static gboolean
set_clinic (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autofree char *name = NULL, *address = NULL, *phone = NULL, *pattern = NULL, *language = NULL;
  g_autofree char *logo = NULL;
  int factor = 0;
  const GOptionEntry entries[] = {
    { "name", 0, 0, G_OPTION_ARG_STRING, &name, NULL, NULL },
    { "address", 0, 0, G_OPTION_ARG_STRING, &address, NULL, NULL },
    { "phone", 0, 0, G_OPTION_ARG_STRING, &phone, NULL, NULL },
    { "pattern", 0, 0, G_OPTION_ARG_STRING, &pattern, NULL, NULL },
    { "language", 0, 0, G_OPTION_ARG_STRING, &language, NULL, NULL },
    { "logo", 0, 0, G_OPTION_ARG_FILENAME, &logo, NULL, NULL },
    { "platelet-factor", 0, 0, G_OPTION_ARG_INT, &factor, NULL, NULL },
    { NULL },
  };
  g_autoptr (HemoClinicInfo) info = NULL;

  if (!hemo_cli_parse (entries, &argc, &argv, 0, 0, error) || !hemo_cli_sign_in (self, error)
      || !hemo_cli_load_info (self, &info, error))
    return FALSE;
  if (name != NULL)
    g_set_str (&info->name, name);
  if (address != NULL)
    g_set_str (&info->address, address);
  if (phone != NULL)
    g_set_str (&info->phone, phone);
  if (pattern != NULL)
    g_set_str (&info->accession_pattern, pattern);
  if (language != NULL)
    g_set_str (&info->language, language);
  if (factor != 0)
    info->platelet_factor = factor;
  if (logo != NULL)
    {
      GBytes *bytes = read_logo (logo, error);
      if (bytes == NULL)
        return FALSE;
      g_clear_pointer (&info->logo, g_bytes_unref);
      info->logo = bytes;
    }
  if (!hemo_cli_write (self, save_info_job, info, NULL, error))
    return FALSE;
  hemo_cli_print (self, info_to_json (info), NULL);
  return TRUE;
}

static gboolean
add_certificate (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autoptr (GBytes) file = NULL;
  g_autoptr (GBytes) certificate = NULL;
  g_autofree char *fingerprint = NULL;
  json_object *object;

  if (!hemo_cli_parse (NULL, &argc, &argv, 2, 2, error))
    return FALSE;
  file = hemo_cli_read_file (argv[2], 64 * 1024, error);
  if (file == NULL)
    return FALSE;
  certificate = hemo_certificate_check (file, error);
  if (certificate == NULL || !hemo_cli_sign_in (self, error)
      || !hemo_clinic_add_certificate (self->clinic, self->session, argv[1], certificate, error))
    return FALSE;
  fingerprint = hemo_certificate_fingerprint (certificate);
  object = json_object_new_object ();
  hemo_cli_add_text (object, "name", argv[1]);
  hemo_cli_add_text (object, "sha256", fingerprint);
  hemo_cli_print (self, object, NULL);
  return TRUE;
}

static gboolean
rotate_key (HemoCli *self, int argc, char **argv, GError **error)
{
  if (!hemo_cli_parse (NULL, &argc, &argv, 0, 0, error) || !hemo_cli_sign_in (self, error)
      || !hemo_clinic_rotate_key (self->clinic, self->session, error))
    return FALSE;
  hemo_cli_say (self,
                _ ("The store has a new key. Make a backup: older ones open with the old key."));
  return TRUE;
}

static gboolean
new_recovery_code (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autoptr (HemoSecret) code = NULL;

  if (!hemo_cli_parse (NULL, &argc, &argv, 0, 0, error) || !hemo_cli_sign_in (self, error))
    return FALSE;
  code = hemo_clinic_new_recovery_code (self->clinic, self->session, error);
  if (code == NULL)
    return FALSE;
  print_code (self, "recovery_code", code, _ ("The code before it opens nothing any more."));
  return TRUE;
}

static gboolean
enrol_export (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autoptr (HemoSecret) code = NULL;

  if (!hemo_cli_parse (NULL, &argc, &argv, 1, 1, error) || !hemo_cli_sign_in (self, error))
    return FALSE;
  code = hemo_clinic_enrol_export (self->clinic, self->session, argv[1], error);
  if (code == NULL)
    return FALSE;
  print_code (
      self, "one_time_code", code,
      _ ("Carry the file to the other laptop, and tell the code by another way. It holds for "
         "7 days."));
  return TRUE;
}

static gboolean
enrol_import (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autoptr (HemoSecret) code = NULL;
  g_autoptr (HemoSecret) passphrase = NULL;
  g_autofree char *administrator = NULL;
  const GOptionEntry entries[] = {
    { "administrator", 0, 0, G_OPTION_ARG_STRING, &administrator, NULL, NULL },
    { NULL },
  };

  if (!hemo_cli_parse (entries, &argc, &argv, 1, 1, error))
    return FALSE;
  if (self->login == NULL)
    self->login = g_strdup ("admin");
  code = hemo_cli_ask (self, _ ("One-time code: "), FALSE, error);
  if (code == NULL)
    return FALSE;
  passphrase = hemo_cli_ask (self, _ ("New passphrase of the administrator: "), TRUE, error);
  if (passphrase == NULL)
    return FALSE;
  self->clinic = hemo_clinic_enrol_import (self->clinic_path, argv[1], code, self->login,
                                           administrator != NULL ? administrator : self->login,
                                           passphrase, error);
  if (self->clinic == NULL)
    return FALSE;
  hemo_cli_say (self, _ ("This laptop now belongs to %s."),
                hemo_key_file_get_clinic_name (hemo_clinic_get_key_file (self->clinic)));
  return TRUE;
}

static gboolean
recover (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autoptr (HemoSecret) code = NULL;
  g_autoptr (HemoSecret) passphrase = NULL;

  if (!hemo_cli_parse (NULL, &argc, &argv, 1, 1, error) || !hemo_cli_open (self, error))
    return FALSE;
  code = hemo_cli_ask (self, _ ("Recovery code: "), FALSE, error);
  if (code == NULL)
    return FALSE;
  passphrase = hemo_cli_ask (self, _ ("New passphrase: "), TRUE, error);
  if (passphrase == NULL || !hemo_clinic_recover (self->clinic, code, argv[1], passphrase, error))
    return FALSE;
  hemo_cli_say (self, _ ("'%s' has a new passphrase."), argv[1]);
  return TRUE;
}

static gboolean
accept_older (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autoptr (HemoSecret) passphrase = NULL;

  if (!hemo_cli_parse (NULL, &argc, &argv, 1, 1, error) || !hemo_cli_open (self, error))
    return FALSE;
  passphrase = hemo_cli_ask (self, _ ("Passphrase: "), FALSE, error);
  if (passphrase == NULL)
    return FALSE;
  self->session = hemo_clinic_accept_older (self->clinic, argv[1], passphrase, error);
  if (self->session == NULL)
    return FALSE;
  hemo_cli_say (self, _ ("The older store is in use, with a new station code."));
  return TRUE;
}

const HemoCliCommand hemo_cli_clinic_commands[] = {
  { "init",
    "NAME [--address A] [--phone P] [--pattern P] [--station S] [--language L] [--administrator N] "
    "[--endemic-malaria] [--month-first]",
    N_ ("Set a clinic up, with an administrator and a recovery code"), init },
  { "clinic show", "", N_ ("The clinic's letterhead and settings"), show_clinic },
  { "clinic set",
    "[--name N] [--address A] [--phone P] [--pattern P] [--language L] [--logo PNG] "
    "[--platelet-factor N]",
    N_ ("Change them"), set_clinic },
  { "certificate add", "NAME FILE", N_ ("Seal images to an organisation as well"),
    add_certificate },
  { "key rotate", "", N_ ("Give the store a new key"), rotate_key },
  { "key recovery", "", N_ ("Make a new recovery code"), new_recovery_code },
  { "enrol export", "FILE", N_ ("Let another laptop join the clinic"), enrol_export },
  { "enrol import", "FILE [--administrator NAME]", N_ ("Join a clinic, on the other laptop"),
    enrol_import },
  { "enrol rebuild",
    "URL [--id CLINIC|--prefix P] --bucket B --user U [--region R] [--authority FILE] "
    "[--administrator NAME] …",
    N_ ("Make the clinic anew from its servers, with the recovery code"), hemo_cli_enrol_rebuild },
  { "recover", "LOGIN", N_ ("Set a new passphrase with the recovery code"), recover },
  { "accept-older", "LOGIN", N_ ("Go on with a store that was put back from a copy"),
    accept_older },
  { NULL },
};
