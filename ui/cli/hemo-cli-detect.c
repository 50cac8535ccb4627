/* SPDX-License-Identifier: GPL-3.0-or-later */

/* hemogram-cli detect: cells of pictures, without a clinic. */

#include "hemo-cli.h"

#include "hemo-detect.h"
#include "hemo-failure.h"
#include "hemo-picture.h"

#include <glib/gi18n.h>
#include <string.h>
#include <time.h>

/* As a spreadsheet and the lists of drawn cells have them. */
#define HEADING "file,class,x,y,width,height,confidence,counted,type,type_probability,type_sure"

typedef struct
{
  HemoDetector *detector;
  double micrometres_per_pixel;
  gboolean csv;
  guint unreadable;
} Detecting;

/* Time that the processor worked for this thread: what waits for others does not count. */
static double
read_processor_ms (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static json_object *
cell_to_json (const HemoCell *cell)
{
  json_object *object = json_object_new_object ();

  hemo_cli_add_text (object, "class", hemo_cell_kind_get_name (cell->kind));
  hemo_cli_add_number (object, "x", cell->x, 1);
  hemo_cli_add_number (object, "y", cell->y, 1);
  hemo_cli_add_number (object, "width", cell->width, 1);
  hemo_cli_add_number (object, "height", cell->height, 1);
  hemo_cli_add_number (object, "confidence", cell->confidence, 3);
  hemo_cli_add_bool (object, "counted", cell->counted);
  if (cell->kind == HEMO_CELL_WHITE && cell->types[cell->type] > 0)
    {
      hemo_cli_add_text (object, "type", hemo_white_type_get_name (cell->type));
      hemo_cli_add_number (object, "type_probability", cell->types[cell->type], 3);
      hemo_cli_add_bool (object, "type_sure", cell->sure);
    }
  return object;
}

/* 'code: Sentence.' */
static json_object *
warnings_to_json (guint warnings)
{
  json_object *array = json_object_new_array ();

  for (int i = 0; i < HEMO_N_DETECT_WARNINGS; i++)
    if (warnings & 1u << i)
      {
        g_autofree char *text
            = g_strdup_printf ("%s: %s", hemo_detect_warning_get_code ((HemoDetectWarning)i),
                               hemo_detect_warning_get_advice ((HemoDetectWarning)i));

        json_object_array_add (array, json_object_new_string (text));
      }
  return array;
}

static void
print_json (const Detecting *self,
            const char *file,
            const HemoDetection *detection,
            double ms,
            const GError *failure)
{
  json_object *object = json_object_new_object (), *cells = json_object_new_array ();

  hemo_cli_add_text (object, "file", file);
  hemo_cli_add_number (object, "ms", ms, 1);
  json_object_object_add (object, "cells", cells);
  for (guint i = 0; detection != NULL && i < detection->cells->len; i++)
    json_object_array_add (cells, cell_to_json (&g_array_index (detection->cells, HemoCell, i)));
  json_object_object_add (object, "warnings",
                          warnings_to_json (detection != NULL ? detection->warnings : 0));
  if (detection != NULL && detection->micrometres_per_pixel > 0)
    hemo_cli_add_number (object, "micrometres_per_pixel", detection->micrometres_per_pixel, 5);
  if (failure != NULL)
    hemo_cli_add_text (object, "error", failure->message);
  hemo_cli_add_text (object, "detector", hemo_detector_get_name (self->detector));
  g_print ("%s\n", json_object_to_json_string_ext (object, JSON_C_TO_STRING_PLAIN));
  json_object_put (object);
}

/* A name with a comma, a quote or a line's end is quoted. */
static char *
quote_name (const char *file)
{
  g_auto (GStrv) parts = NULL;
  g_autofree char *doubled = NULL;

  if (strpbrk (file, ",\"\r\n") == NULL)
    return g_strdup (file);
  parts = g_strsplit (file, "\"", -1);
  doubled = g_strjoinv ("\"\"", parts);
  return g_strdup_printf ("\"%s\"", doubled);
}

static void
print_csv (const char *file, const HemoDetection *detection)
{
  g_autofree char *name = quote_name (file);

  for (guint i = 0; detection != NULL && i < detection->cells->len; i++)
    {
      const HemoCell *cell = &g_array_index (detection->cells, HemoCell, i);
      const double numbers[5] = { cell->x, cell->y, cell->width, cell->height, cell->confidence };
      char text[5][G_ASCII_DTOSTR_BUF_SIZE], probability[G_ASCII_DTOSTR_BUF_SIZE] = "";
      const char *type = "", *sure = "";

      for (int k = 0; k < 5; k++)
        g_ascii_formatd (text[k], sizeof text[k], k < 4 ? "%.1f" : "%.3f", numbers[k]);
      if (cell->kind == HEMO_CELL_WHITE && cell->types[cell->type] > 0)
        {
          type = hemo_white_type_get_name (cell->type);
          g_ascii_formatd (probability, sizeof probability, "%.3f", cell->types[cell->type]);
          sure = cell->sure ? "1" : "0";
        }
      g_print ("%s,%s,%s,%s,%s,%s,%s,%d,%s,%s,%s\n", name, hemo_cell_kind_get_name (cell->kind),
               text[0], text[1], text[2], text[3], text[4], cell->counted, type, probability, sure);
    }
}

static void
print_people (const char *file, const HemoDetection *detection)
{
  g_print ("%s: ", file);
  g_print (ngettext ("%u red cell, ", "%u red cells, ",
                     hemo_detection_count (detection, HEMO_CELL_RED, FALSE)),
           hemo_detection_count (detection, HEMO_CELL_RED, FALSE));
  g_print (ngettext ("%u white cell, ", "%u white cells, ",
                     hemo_detection_count (detection, HEMO_CELL_WHITE, FALSE)),
           hemo_detection_count (detection, HEMO_CELL_WHITE, FALSE));
  g_print (ngettext ("%u platelet\n", "%u platelets\n",
                     hemo_detection_count (detection, HEMO_CELL_PLATELET, FALSE)),
           hemo_detection_count (detection, HEMO_CELL_PLATELET, FALSE));
}

/* Warnings go to the standard error where the output has no place for them. */
static void
print_warnings (const char *file, const HemoDetection *detection)
{
  for (int i = 0; detection != NULL && i < HEMO_N_DETECT_WARNINGS; i++)
    if (detection->warnings & 1u << i)
      g_printerr ("%s: %s\n", file, _ (hemo_detect_warning_get_advice ((HemoDetectWarning)i)));
}

static HemoDetection *
look (const Detecting *self, const char *file, double *ms, GError **error)
{
  g_autoptr (GBytes) bytes = hemo_cli_read_file (file, HEMO_PICTURE_BYTES_LIMIT, error);
  const double start = read_processor_ms ();
  g_autoptr (HemoPixels) pixels
      = bytes != NULL ? hemo_picture_decode (bytes, 0, FALSE, error) : NULL;
  HemoDetection *detection = NULL;

  if (pixels != NULL)
    detection = hemo_detector_run (self->detector, pixels, self->micrometres_per_pixel, error);
  *ms = read_processor_ms () - start;
  return detection;
}

/* What is wrong with one picture does not keep the others from being looked at. */
static void
detect_one (HemoCli *cli, Detecting *self, const char *file)
{
  g_autoptr (GError) failure = NULL;
  double ms = 0;
  g_autoptr (HemoDetection) detection = look (self, file, &ms, &failure);
  g_autofree char *name = g_filename_display_name (file);

  self->unreadable += detection == NULL;
  if (cli->json)
    {
      print_json (self, name, detection, ms, failure);
      return;
    }
  if (failure != NULL)
    {
      g_autofree char *text = hemo_failure_say (failure->message);

      g_printerr ("%s: %s\n", name, text);
    }
  if (self->csv)
    print_csv (name, detection);
  else if (detection != NULL)
    print_people (name, detection);
  print_warnings (name, detection);
}

static gboolean
detect (HemoCli *cli, int argc, char **argv, GError **error)
{
  Detecting self = { 0 };
  gboolean json = FALSE, classical = FALSE;
  const GOptionEntry entries[] = {
    { "micrometres-per-pixel", 0, 0, G_OPTION_ARG_DOUBLE, &self.micrometres_per_pixel, NULL, NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, NULL, NULL },
    { "csv", 0, 0, G_OPTION_ARG_NONE, &self.csv, NULL, NULL },
    { "classical", 0, 0, G_OPTION_ARG_NONE, &classical, NULL, NULL },
    { NULL },
  };
  g_autoptr (HemoDetector) detector = NULL;

  if (!hemo_cli_parse (entries, &argc, &argv, 1, -1, error))
    return FALSE;
  cli->json = cli->json || json;
  if (cli->json && self.csv)
    {
      g_set_error (error, HEMO_CLI_ERROR, HEMO_CLI_ERROR_USAGE,
                   _ ("Say --json or --csv, not both."));
      return FALSE;
    }
  detector = self.detector
      = classical ? hemo_detector_new_classical () : hemo_detector_new (NULL, error);
  if (detector == NULL)
    return FALSE;
  if (self.csv)
    g_print ("%s\n", HEADING);
  for (int i = 1; i < argc && !g_cancellable_is_cancelled (cli->cancellable); i++)
    detect_one (cli, &self, argv[i]);
  cli->printed = TRUE;
  if (g_cancellable_set_error_if_cancelled (cli->cancellable, error) || self.unreadable == 0)
    return *error == NULL;
  g_set_error (error, HEMO_CLI_ERROR, HEMO_CLI_ERROR_FOUND,
               ngettext ("%u picture could not be looked at.",
                         "%u pictures could not be looked at.", self.unreadable),
               self.unreadable);
  return FALSE;
}

const HemoCliCommand hemo_cli_detect_commands[] = {
  { "detect", "[--micrometres-per-pixel F] [--classical] [--json|--csv] IMAGE…",
    N_ ("Find the cells of pictures; needs no clinic"), detect },
  { NULL },
};
