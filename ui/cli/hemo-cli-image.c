/* SPDX-License-Identifier: GPL-3.0-or-later */

/* hemogram-cli: bringing fields in, looking at them. */

#include "hemo-cli-sync.h"

#include "hemo-files.h"
#include "hemo-picture.h"
#include "hemo-records.h"

#include <glib/gi18n.h>

static json_object *
image_to_json (const HemoImage *image)
{
  json_object *row = json_object_new_object ();

  hemo_cli_add_int (row, "field", image->field);
  hemo_cli_add_text (row, "uuid", image->uuid);
  hemo_cli_add_text (row, "type", image->media_type);
  hemo_cli_add_int (row, "width", image->width);
  hemo_cli_add_int (row, "height", image->height);
  hemo_cli_add_int (row, "bytes", image->bytes);
  if (image->focus >= 0)
    hemo_cli_add_number (row, "focus", image->focus, 2);
  hemo_cli_add_text (row, "warnings", image->warnings);
  if (image->micrometres_per_pixel > 0)
    hemo_cli_add_number (row, "micrometres_per_pixel", image->micrometres_per_pixel, 5);
  hemo_cli_add_text (row, "sha256", image->sha256);
  hemo_cli_add_bool (row, "in_report", image->in_report);
  return row;
}

/* What is no picture is treated as if it had never come. */
static gboolean
measure (HemoCli *self, HemoImage *image, GBytes *bytes, GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (hemo_clinic_measure_image (self->clinic, self->session, image, bytes, &failure))
    return TRUE;
  if (failure->domain != HEMO_IMAGING_ERROR)
    {
      /* It is on the disk and in the record: who is told that it was refused brings it in twice. */
      hemo_cli_say (self, _ ("The picture was kept, and not measured: %s"), failure->message);
      return TRUE;
    }
  hemo_clinic_discard_image (self->clinic, self->session, image->uuid, NULL);
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* On the disk first, whatever happens then. */
static gboolean
add_one (
    HemoCli *self, const HemoImage *pattern, const char *path, json_object *rows, GError **error)
{
  g_autoptr (HemoImage) image = hemo_image_new (pattern->specimen);
  g_autoptr (GBytes) bytes = hemo_cli_read_file (path, HEMO_IMAGE_LIMIT, error);

  if (bytes == NULL)
    return FALSE;
  g_set_str (&image->objective, pattern->objective);
  image->micrometres_per_pixel = pattern->micrometres_per_pixel;
  image->kept_anyway = pattern->kept_anyway;
  image->in_report = pattern->in_report;
  image->captured_at = hemo_time_now ();
  if (!hemo_clinic_keep_image (self->clinic, self->session, image, bytes, error)
      || !measure (self, image, bytes, error))
    return FALSE;
  json_object_array_add (rows, image_to_json (image));
  return TRUE;
}

static gboolean
add (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autofree char *objective = NULL;
  double scale = 0;
  gboolean keep = FALSE, report = FALSE;
  const GOptionEntry entries[] = {
    { "objective", 0, 0, G_OPTION_ARG_STRING, &objective, NULL, NULL },
    { "micrometres-per-pixel", 0, 0, G_OPTION_ARG_DOUBLE, &scale, NULL, NULL },
    { "keep", 0, 0, G_OPTION_ARG_NONE, &keep, NULL, NULL },
    { "in-report", 0, 0, G_OPTION_ARG_NONE, &report, NULL, NULL },
    { NULL },
  };
  g_autoptr (HemoSpecimen) specimen = NULL;
  g_autoptr (HemoImage) image = NULL;
  g_autoptr (GError) failure = NULL;
  json_object *rows;

  if (!hemo_cli_parse (entries, &argc, &argv, 2, -1, error) || !hemo_cli_sign_in (self, error)
      || !hemo_cli_find_specimen (self, argv[1], &specimen, error))
    return FALSE;
  image = hemo_image_new (specimen->uuid);
  g_set_str (&image->objective, objective);
  image->micrometres_per_pixel = scale;
  image->kept_anyway = keep;
  image->in_report = report;
  rows = json_object_new_array ();
  for (int i = 2; i < argc && failure == NULL && !g_cancellable_is_cancelled (self->cancellable);
       i++)
    {
      if (!add_one (self, image, argv[i], rows, &failure) && argc > 3)
        g_prefix_error (&failure, _ ("File %d of %d: "), i - 1, argc - 2);
      hemo_cli_progress (i - 1, argc - 2, self);
    }
  /* Those before the one that failed are in, and said. */
  hemo_cli_print (self, rows, NULL);
  if (failure != NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  else
    g_cancellable_set_error_if_cancelled (self->cancellable, error);
  return *error == NULL;
}

static gboolean
list (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autoptr (HemoCase) data = NULL;
  json_object *rows;

  if (!hemo_cli_parse (NULL, &argc, &argv, 1, 1, error) || !hemo_cli_sign_in (self, error)
      || !hemo_cli_load_case (self, argv[1], &data, error))
    return FALSE;
  rows = json_object_new_array ();
  for (guint i = 0; i < data->images->len; i++)
    json_object_array_add (rows, image_to_json (g_ptr_array_index (data->images, i)));
  hemo_cli_print (self, rows, _ ("No field has been brought in."));
  return TRUE;
}

static gboolean
get (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  gboolean preview = FALSE, force = FALSE;
  const GOptionEntry entries[] = {
    { "preview", 0, 0, G_OPTION_ARG_NONE, &preview, NULL, NULL },
    { "force", 0, 0, G_OPTION_ARG_NONE, &force, NULL, NULL },
    { NULL },
  };

  if (!hemo_cli_parse (entries, &argc, &argv, 2, 2, error) || !hemo_cli_sign_in (self, error))
    return FALSE;
  bytes = preview ? hemo_clinic_open_preview (self->clinic, self->session, argv[1], error)
                  : hemo_clinic_open_image (self->clinic, self->session, argv[1], error);
  return bytes != NULL && hemo_cli_write_file (argv[2], bytes, force, error);
}

typedef struct
{
  const char *image;
  HemoFieldTally tally;
} Counted;

static gboolean
counted_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  Counted *counted = data;

  return hemo_count_tell_field (txn, counted->image, &counted->tally, error);
}

/* Cells that were counted on it go with it, or stay: neither unsaid. */
static gboolean
discard (HemoCli *self, int argc, char **argv, GError **error)
{
  Counted counted = { 0 };
  int with_cells = 0;
  gboolean keep = FALSE;
  const GOptionEntry entries[] = {
    { "with-cells", 0, 0, G_OPTION_ARG_INT, &with_cells, NULL, NULL },
    { "keep-keyed", 0, 0, G_OPTION_ARG_NONE, &keep, NULL, NULL },
    { NULL },
  };

  if (!hemo_cli_parse (entries, &argc, &argv, 1, 1, error) || !hemo_cli_sign_in (self, error))
    return FALSE;
  counted.image = argv[1];
  if (!hemo_cli_read (self, counted_job, &counted, NULL, error))
    return FALSE;
  if (counted.tally.by_key + counted.tally.found != with_cells)
    {
      g_set_error (error, HEMO_CLI_ERROR, HEMO_CLI_ERROR_USAGE,
                   _ ("Cells of this field are in the differential (counted by key: %d; by its "
                      "marks: %d). They are taken out of the count with it by --with-cells %d; "
                      "what was counted by key at the microscope stays with --keep-keyed."),
                   counted.tally.by_key, counted.tally.found,
                   counted.tally.by_key + counted.tally.found);
      return FALSE;
    }
  return hemo_clinic_discard_field (self->clinic, self->session, argv[1], &counted.tally, keep,
                                    error);
}

static gboolean
choose (HemoCli *self, int argc, char **argv, GError **error)
{
  gboolean leave_out = FALSE;
  const GOptionEntry entries[] = {
    { "leave-out", 0, 0, G_OPTION_ARG_NONE, &leave_out, NULL, NULL },
    { NULL },
  };

  return hemo_cli_parse (entries, &argc, &argv, 1, 1, error) && hemo_cli_sign_in (self, error)
         && hemo_clinic_set_image_in_report (self->clinic, self->session, argv[1], !leave_out,
                                             error);
}

static json_object *
objective_to_json (const HemoObjective *objective)
{
  json_object *row = json_object_new_object ();

  hemo_cli_add_text (row, "name", objective->name);
  hemo_cli_add_int (row, "magnification", objective->magnification);
  hemo_cli_add_bool (row, "oil", objective->oil);
  if (objective->calibration.micrometres_per_pixel > 0)
    {
      hemo_cli_add_number (row, "micrometres_per_pixel",
                           objective->calibration.micrometres_per_pixel, 5);
      hemo_cli_add_number (row, "uncertainty", objective->calibration.uncertainty, 5);
      hemo_cli_add_int (row, "width", objective->calibration.width);
      hemo_cli_add_int (row, "height", objective->calibration.height);
      hemo_cli_add_time (row, "calibrated_at", objective->calibrated_at);
    }
  return row;
}

static gboolean
objectives_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  *result = hemo_objectives_load (txn, error);
  return *result != NULL;
}

static gboolean
list_objectives (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autoptr (GPtrArray) objectives = NULL;
  json_object *rows;

  if (!hemo_cli_parse (NULL, &argc, &argv, 0, 0, error) || !hemo_cli_sign_in (self, error)
      || !hemo_cli_read (self, objectives_job, NULL, (gpointer *)&objectives, error))
    return FALSE;
  rows = json_object_new_array ();
  for (guint i = 0; i < objectives->len; i++)
    json_object_array_add (rows, objective_to_json (g_ptr_array_index (objectives, i)));
  hemo_cli_print (self, rows, _ ("No objective is in use."));
  return TRUE;
}

/* A new one, or what is said of one that is there. */
static gboolean
set_objective_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  HemoObjective *wanted = data;
  g_autoptr (HemoObjective) stored = hemo_objective_load (txn, wanted->name, NULL);

  if (stored != NULL)
    wanted->version = stored->version;
  return hemo_objective_save (txn, wanted, error);
}

static gboolean
set_objective (HemoCli *self, int argc, char **argv, GError **error)
{
  g_autoptr (HemoObjective) objective = NULL;
  int magnification = 0;
  gboolean oil = FALSE, retired = FALSE;
  const GOptionEntry entries[] = {
    { "magnification", 0, 0, G_OPTION_ARG_INT, &magnification, NULL, NULL },
    { "oil", 0, 0, G_OPTION_ARG_NONE, &oil, NULL, NULL },
    { "retire", 0, 0, G_OPTION_ARG_NONE, &retired, NULL, NULL },
    { NULL },
  };

  if (!hemo_cli_parse (entries, &argc, &argv, 1, 1, error) || !hemo_cli_sign_in (self, error))
    return FALSE;
  objective = hemo_objective_new (argv[1], magnification, oil);
  objective->retired = retired;
  return hemo_cli_write (self, set_objective_job, objective, NULL, error);
}

typedef struct
{
  const char *name;
  HemoCalibration line;
} Calibrate;

static gboolean
calibrate_job (HemoTxn *txn, gpointer data, gpointer *result, GError **error)
{
  const Calibrate *calibrate = data;

  return hemo_objective_calibrate (txn, calibrate->name, &calibrate->line, error);
}

/* A line along a stage micrometer, as a person draws it: each end to a pixel. */
static gboolean
calibrate_objective (HemoCli *self, int argc, char **argv, GError **error)
{
  Calibrate calibrate = { 0 };
  double pixels = 0, micrometres = 0;
  int width = 0, height = 0;
  const GOptionEntry entries[] = {
    { "pixels", 0, 0, G_OPTION_ARG_DOUBLE, &pixels, NULL, NULL },
    { "micrometres", 0, 0, G_OPTION_ARG_DOUBLE, &micrometres, NULL, NULL },
    { "width", 0, 0, G_OPTION_ARG_INT, &width, NULL, NULL },
    { "height", 0, 0, G_OPTION_ARG_INT, &height, NULL, NULL },
    { NULL },
  };

  if (!hemo_cli_parse (entries, &argc, &argv, 1, 1, error)
      || !hemo_calibration_measure (pixels, micrometres, 1, width, height, &calibrate.line, error)
      || !hemo_cli_sign_in (self, error))
    return FALSE;
  calibrate.name = argv[1];
  return hemo_cli_write (self, calibrate_job, &calibrate, NULL, error);
}

const HemoCliCommand hemo_cli_image_commands[] = {
  { "image add",
    "SPECIMEN FILE… [--objective O] [--micrometres-per-pixel F] [--keep] [--in-report]",
    N_ ("Bring fields in, JPEG or PNG"), add },
  { "image list", "SPECIMEN", N_ ("The fields of a specimen"), list },
  { "image get", "IMAGE FILE [--preview] [--force]", N_ ("Write the captured bytes to a file"),
    get },
  { "image report", "IMAGE [--leave-out]", N_ ("Print it in the report, or not"), choose },
  { "image discard", "IMAGE [--with-cells N [--keep-keyed]]",
    N_ ("Mark it as entered in error, and N cells counted on it"), discard },
  { "image prune", "BACKUP | --dry-run",
    N_ ("Take originals off this laptop that two other places hold"), hemo_cli_image_prune },
  { "image retention", "[DAYS]", N_ ("How long originals stay after the final report"),
    hemo_cli_image_retention },
  { "objective list", "", N_ ("The microscope's objectives and their scale"), list_objectives },
  { "objective set", "NAME --magnification N [--oil] [--retire]",
    N_ ("Add an objective, or change one"), set_objective },
  { "objective calibrate", "NAME --pixels P --micrometres M --width W --height H",
    N_ ("Set the scale by a line along a stage micrometer"), calibrate_objective },
  { NULL },
};
