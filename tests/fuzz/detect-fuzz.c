/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Cells of whatever picture: marks lie within it, numbers are numbers, and weights that are not the
 * program's are refused. The first byte says the scale, the rest is a picture or weights. */

#include "hemo-detect-private.h"
#include "hemo-picture.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

/* So many pixels at most are looked at here, that a run stays short. */
#define PIXELS_TRIED (200 * 200)

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
check_cells (const HemoDetection *detection, const HemoPixels *pixels)
{
  for (guint i = 0; i < detection->cells->len; i++)
    {
      const HemoCell *cell = &g_array_index (detection->cells, HemoCell, i);

      if (!(cell->x >= 0 && cell->y >= 0 && cell->width > 0 && cell->height > 0
            && cell->x + cell->width <= pixels->width + 0.01
            && cell->y + cell->height <= pixels->height + 0.01 && cell->confidence >= 0
            && cell->confidence <= 1))
        abort ();
    }
}

static void
check_weights (GBytes *bytes)
{
  g_autoptr (HemoDetector) detector = hemo_detector_new (bytes, NULL);

  if (detector != NULL && hemo_detector_get_name (detector) == NULL)
    abort ();
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static HemoDetector *detector, *classical;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (HemoPixels) pixels = NULL;
  g_autoptr (HemoDetection) detection = NULL, plain = NULL;
  HemoPictureInfo info;
  double scale;

  if (size < 1)
    return 0;
  if (detector == NULL)
    {
      detector = hemo_detector_new (NULL, NULL);
      classical = hemo_detector_new_classical ();
    }
  bytes = g_bytes_new (data + 1, size - 1);
  check_weights (bytes);
  if (!hemo_picture_probe (bytes, &info, NULL) || (int64_t)info.width * info.height > PIXELS_TRIED)
    return 0;
  pixels = hemo_picture_decode (bytes, 0, FALSE, NULL);
  if (pixels == NULL)
    return 0;
  /* Red cells of 15 to 270 pixels, or nothing said. */
  scale = data[0] % 4 == 0 ? 0 : 7.5 / (15 + data[0]);
  detection = hemo_detector_run (detector, pixels, scale, NULL);
  plain = hemo_detector_run (classical, pixels, scale, NULL);
  if (detection == NULL || plain == NULL)
    abort ();
  check_cells (detection, pixels);
  check_cells (plain, pixels);
  return 0;
}
