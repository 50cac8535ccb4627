/* SPDX-License-Identifier: GPL-3.0-or-later */

/* hemogram-cli: bringing fields in, looking at them. */

#include "hemo-cli.h"

#include "hemo-files.h"
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
  hemo_cli_add_text (row, "sha256", image->sha256);
  hemo_cli_add_bool (row, "in_report", image->in_report);
  return row;
}

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
  if (!hemo_clinic_add_image (self->clinic, self->session, image, bytes, error))
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
  gboolean preview = FALSE;
  const GOptionEntry entries[] = {
    { "preview", 0, 0, G_OPTION_ARG_NONE, &preview, NULL, NULL },
    { NULL },
  };

  if (!hemo_cli_parse (entries, &argc, &argv, 2, 2, error) || !hemo_cli_sign_in (self, error))
    return FALSE;
  bytes = preview ? hemo_clinic_open_preview (self->clinic, self->session, argv[1], error)
                  : hemo_clinic_open_image (self->clinic, self->session, argv[1], error);
  return bytes != NULL && hemo_cli_write_new_file (argv[2], bytes, error);
}

static gboolean
discard (HemoCli *self, int argc, char **argv, GError **error)
{
  return hemo_cli_parse (NULL, &argc, &argv, 1, 1, error) && hemo_cli_sign_in (self, error)
         && hemo_clinic_discard_image (self->clinic, self->session, argv[1], error);
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

const HemoCliCommand hemo_cli_image_commands[] = {
  { "image add",
    "SPECIMEN FILE… [--objective O] [--micrometres-per-pixel F] [--keep] [--in-report]",
    N_ ("Bring fields in, JPEG or PNG"), add },
  { "image list", "SPECIMEN", N_ ("The fields of a specimen"), list },
  { "image get", "IMAGE FILE [--preview]", N_ ("Write the captured bytes to a file"), get },
  { "image report", "IMAGE [--leave-out]", N_ ("Print it in the report, or not"), choose },
  { "image discard", "IMAGE", N_ ("Mark it as entered in error"), discard },
  { NULL },
};
