/* SPDX-License-Identifier: GPL-3.0-or-later */

/* hemogram-cli: to the stick, and labels. */

#include "hemo-cli.h"

#include "hemo-clinic-export.h"

#include <glib/gi18n.h>

static json_object *
result_to_json (const HemoExportResult *result)
{
  json_object *row = json_object_new_object ();

  hemo_cli_add_text (row, "file", result->name);
  hemo_cli_add_int (row, "bytes", (gint64)result->bytes);
  hemo_cli_add_bool (row, "arrived", result->verified);
  hemo_cli_add_bool (row, "was_there", result->kept);
  hemo_cli_add_bool (row, "removed", result->removed);
  hemo_cli_add_text (row, "sha256", result->sha256);
  return row;
}

static void
show_progress (guint64 done, guint64 total, gpointer self)
{
  hemo_cli_progress ((gint64)done, (gint64)total, self);
}

/* What arrived is printed also when the rest did not. */
static gboolean
run_export (HemoCli *self, HemoExportOptions *options, gboolean quiet, GError **error)
{
  g_autoptr (GPtrArray) results = NULL;
  guint elsewhere = 0, unsigned_cases = 0;
  gboolean done;

  options->elsewhere = &elsewhere;
  options->unsigned_cases = &unsigned_cases;
  done = hemo_clinic_export (self->clinic, self->session, options, show_progress, self,
                             self->cancellable, &results, error);

  if (results != NULL && !quiet)
    {
      json_object *rows = json_object_new_array ();

      for (guint i = 0; i < results->len; i++)
        json_object_array_add (rows, result_to_json (g_ptr_array_index (results, i)));
      hemo_cli_print (self, rows, _ ("Nothing was to be written."));
    }
  if (unsigned_cases > 0)
    hemo_cli_say (self,
                  g_dngettext (GETTEXT_PACKAGE, "%u case of this day is not signed and stays out.",
                               "%u cases of this day are not signed and stay out.", unsigned_cases),
                  unsigned_cases);
  if (elsewhere > 0)
    hemo_cli_say (self,
                  g_dngettext (GETTEXT_PACKAGE,
                               "%u original is not on this laptop and was left out. Bring it back "
                               "with 'hemogram-cli sync fetch'.",
                               "%u originals are not on this laptop and were left out. Bring them "
                               "back with 'hemogram-cli sync fetch'.",
                               elsewhere),
                  elsewhere);
  return done;
}

gboolean
hemo_cli_export_case (HemoCli *self, const char *target, const char *specimen, GError **error)
{
  const char *const specimens[] = { specimen, NULL };
  HemoExportOptions options = {
    .specimens = specimens,
    .formats = HEMO_EXPORT_PDF | HEMO_EXPORT_CSV | HEMO_EXPORT_FHIR | HEMO_EXPORT_IMAGES,
    .target = target,
  };

  return run_export (self, &options, TRUE, error);
}

static gboolean export (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autofree char *formats = NULL, *day = NULL;
  g_autoptr (HemoSecret) password = NULL;
  gboolean with_password = FALSE;
  const GOptionEntry entries[] = {
    { "formats", 0, 0, G_OPTION_ARG_STRING, &formats, NULL, NULL },
    { "day", 0, 0, G_OPTION_ARG_STRING, &day, NULL, NULL },
    { "password", 0, 0, G_OPTION_ARG_NONE, &with_password, NULL, NULL },
    { NULL },
  };
  HemoExportOptions options
      = { .formats = HEMO_EXPORT_PDF | HEMO_EXPORT_CSV | HEMO_EXPORT_FHIR | HEMO_EXPORT_IMAGES };

  if (!hemo_cli_parse (entries, &argc, &argv, 1, -1, error)
      || (formats != NULL && !hemo_export_formats_from_codes (formats, &options.formats, error))
      || (day != NULL && !hemo_date_from_iso (day, &options.day, error)))
    return FALSE;
  if ((day == NULL) == (argc == 2))
    {
      g_set_error (error, HEMO_CLI_ERROR, HEMO_CLI_ERROR_USAGE,
                   _ ("Say specimens, or a day with --day."));
      return FALSE;
    }
  if (!hemo_cli_sign_in (self, error))
    return FALSE;
  if (with_password)
    {
      password = hemo_cli_ask (self, _ ("Password of the export: "), TRUE, error);
      if (password == NULL)
        return FALSE;
    }
  options.target = argv[1];
  options.specimens = day == NULL ? (const char *const *)argv + 2 : NULL;
  options.password = password;
  return run_export (self, &options, FALSE, error);
}

static gboolean
label (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autofree char *size_code = NULL;
  int copies = 1, first = 0;
  HemoLabelSize size;
  g_autoptr (GBytes) pdf = NULL;
  const char *specimens[2] = { NULL };
  const GOptionEntry entries[] = {
    { "size", 0, 0, G_OPTION_ARG_STRING, &size_code, NULL, NULL },
    { "copies", 0, 0, G_OPTION_ARG_INT, &copies, NULL, NULL },
    { "first", 0, 0, G_OPTION_ARG_INT, &first, NULL, NULL },
    { NULL },
  };

  if (!hemo_cli_parse (entries, &argc, &argv, 2, 2, error)
      || !hemo_label_size_from_code (size_code != NULL ? size_code : "50x25", &size, error)
      || !hemo_cli_sign_in (self, error))
    return FALSE;
  specimens[0] = argv[1];
  pdf = hemo_clinic_render_labels (self->clinic, self->session, specimens, size, copies, first,
                                   error);
  return pdf != NULL && hemo_cli_write_new_file (argv[2], pdf, error);
}

const HemoCliCommand hemo_cli_export_commands[] = {
  { "export", "DIR SPECIMEN… | DIR --day D [--formats pdf,csv,fhir,images] [--password]",
    N_ ("Write cases to a folder or stick, and read them back"), export },
  { "specimen label", "SPECIMEN FILE [--size 50x25|40x20|a4-3x8] [--copies N] [--first N]",
    N_ ("A label with Code 128 and QR code, as PDF"), label },
  { NULL },
};
