/* SPDX-License-Identifier: GPL-3.0-or-later */

/* hemo-draw-smear: one drawn field as JPEG, with the list of its cells. */

#include "hemo-smear-art.h"

int
main (int argc, char **argv)
{
  HemoSmear smear;
  g_autofree char *out = NULL, *truth = NULL;
  int seed = 1, quality = 90;
  g_autoptr (GOptionContext) context = g_option_context_new ("- draw a field of a blood smear");
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) cells = NULL;
  g_autoptr (GBytes) jpeg = NULL;
  g_autofree char *csv = NULL;
  cairo_surface_t *surface;

  hemo_smear_init (&smear, 1);
  const GOptionEntry entries[] = {
    { "seed", 0, 0, G_OPTION_ARG_INT, &seed, "The same seed draws the same field (1)", "N" },
    { "width", 0, 0, G_OPTION_ARG_INT, &smear.width, "Pixels (1280)", "N" },
    { "height", 0, 0, G_OPTION_ARG_INT, &smear.height, "Pixels (960)", "N" },
    { "red-cell", 0, 0, G_OPTION_ARG_DOUBLE, &smear.red_cell,
      "Diameter of a red cell in pixels (92)", "F" },
    { "white-cells", 0, 0, G_OPTION_ARG_INT, &smear.white_cells, "How many (3)", "N" },
    { "platelets", 0, 0, G_OPTION_ARG_INT, &smear.platelets, "How many (14)", "N" },
    { "infected", 0, 0, G_OPTION_ARG_DOUBLE, &smear.infected,
      "Share of red cells with a parasite (0)", "F" },
    { "crowding", 0, 0, G_OPTION_ARG_DOUBLE, &smear.crowding,
      "Share of the field under red cells (0.34)", "F" },
    { "blur", 0, 0, G_OPTION_ARG_DOUBLE, &smear.blur, "Radius in pixels (0.6)", "F" },
    { "shading", 0, 0, G_OPTION_ARG_DOUBLE, &smear.shading, "Loss of light in the corners (0.12)",
      "F" },
    { "noise", 0, 0, G_OPTION_ARG_DOUBLE, &smear.noise, "Steps of 255 (2.5)", "F" },
    { "quality", 0, 0, G_OPTION_ARG_INT, &quality, "Of the JPEG (90)", "N" },
    { "out", 0, 0, G_OPTION_ARG_FILENAME, &out, "The picture", "FILE" },
    { "truth", 0, 0, G_OPTION_ARG_FILENAME, &truth, "Its cells as CSV", "FILE" },
    { NULL },
  };

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return 2;
    }
  if (out == NULL || smear.width < 16 || smear.height < 16 || smear.width > 16384
      || smear.height > 16384)
    {
      g_printerr ("Say --out, and sides of 16 to 16384 pixels.\n");
      return 2;
    }
  smear.seed = (guint32)seed;
  surface = hemo_smear_draw (&smear, &cells);
  jpeg = hemo_smear_to_jpeg (surface, CLAMP (quality, 1, 100));
  cairo_surface_destroy (surface);
  csv = hemo_smear_cells_to_csv (cells);
  if (!g_file_set_contents (out, g_bytes_get_data (jpeg, NULL), (gssize)g_bytes_get_size (jpeg),
                            &error)
      || (truth != NULL && !g_file_set_contents (truth, csv, -1, &error)))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  return 0;
}
