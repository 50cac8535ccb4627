/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures: what is looked at, decoded, made small and stripped stays within its bounds, and what
 * was stripped is a picture with nothing but its pixels. */

#include "hemo-picture-part.h"
#include "hemo-quality.h"

#include <stdint.h>
#include <stdlib.h>

/* So many pixels at most are decoded here, that a run stays short. */
#define PIXELS_TRIED (512 * 512)

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
check_strip (GBytes *bytes)
{
  g_autoptr (GBytes) plain = hemo_picture_strip (bytes, NULL);
  HemoPictureInfo info;

  if (plain == NULL)
    return;
  if (!hemo_picture_probe (plain, &info, NULL) || info.has_metadata || info.has_exif || info.has_gps
      || info.orientation != 1)
    abort ();
}

static void
check_thumbnail (GBytes *bytes)
{
  g_autoptr (GBytes) small = hemo_picture_thumbnail (bytes, 32, 70, NULL);
  g_autoptr (HemoPixels) pixels = NULL;

  if (small == NULL)
    return;
  pixels = hemo_picture_decode (small, 0, TRUE, NULL);
  if (pixels == NULL || pixels->width > 32 || pixels->height > 32)
    abort ();
}

/* A part at each level, of a place that the bytes say. */
static void
check_parts (GBytes *bytes, const HemoPictureInfo *info)
{
  gsize size;
  const uint8_t *data = g_bytes_get_data (bytes, &size);

  for (int shrink = 1; shrink <= 8; shrink *= 2)
    {
      int width, height;
      HemoPart part;
      g_autoptr (HemoPixels) pixels = NULL;

      hemo_picture_shrunk_size (info, shrink, &width, &height);
      part.x = data[size / 2] % width;
      part.y = data[size / 3] % height;
      part.width = 1 + data[size / 4] % (width - part.x);
      part.height = 1 + data[size / 5] % (height - part.y);
      pixels = hemo_picture_decode_part (bytes, info, shrink, &part, NULL, NULL);
      if (pixels != NULL && (pixels->width != part.width || pixels->height != part.height))
        abort ();
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (HemoPixels) pixels = NULL;
  HemoPictureInfo info;
  HemoQuality quality;

  if (!hemo_picture_probe (bytes, &info, NULL))
    {
      if (hemo_picture_decode (bytes, 0, TRUE, NULL) != NULL)
        abort ();
      return 0;
    }
  if ((int64_t)info.width * info.height > PIXELS_TRIED)
    return 0;
  check_parts (bytes, &info);
  check_strip (bytes);
  check_thumbnail (bytes);
  pixels = hemo_picture_decode (bytes, 0, TRUE, NULL);
  if (pixels == NULL)
    return 0;
  if (pixels->width != (info.orientation < 5 ? info.width : info.height))
    abort ();
  hemo_picture_difference_hash (pixels);
  if (!hemo_quality_measure (pixels, HEMO_QUALITY_FOCUS_NEEDED, &quality, NULL)
      || !(quality.focus >= 0 && quality.focus <= 1))
    abort ();
  return 0;
}
