/* SPDX-License-Identifier: GPL-3.0-or-later */

/* JPEG and PNG from outside: looked at before they are decoded, decoded within bounds, made small,
 * and freed of what they tell about where and by whom they were taken. */

#pragma once

#include "hemo-pixels.h"

G_BEGIN_DECLS

/* Largest picture that is taken: bytes, pixels a side, pixels in all, scans of one JPEG. */
#define HEMO_PICTURE_BYTES_LIMIT ((gsize)64 * 1024 * 1024)
#define HEMO_PICTURE_SIDE_LIMIT 16384
#define HEMO_PICTURE_PIXEL_LIMIT 100000000
#define HEMO_PICTURE_SCAN_LIMIT 64
/* Working memory that a picture which cannot be decoded line by line may ask for: a progressive
 * JPEG (all its coefficients), an interlaced PNG (all its pixels). */
#define HEMO_PICTURE_MEMORY_LIMIT ((gsize)256 * 1024 * 1024)

/* At most this many of the 64 bits differ between two pictures of the same field. */
#define HEMO_PICTURE_SAME_DISTANCE 6

/**
 * HemoPictureInfo:
 * @media_type: 'image/jpeg' or 'image/png' (static)
 * @width: pixels as stored, before @orientation
 * @height: pixels as stored, before @orientation
 * @orientation: EXIF 1 to 8; 1 when the file says nothing or nonsense
 * @channels: 1 grey, 3 colour, 4 CMYK, YCCK or with transparency, 2 grey with transparency
 * @progressive: a progressive or otherwise several-scan JPEG, an interlaced PNG
 * @has_exif: carries EXIF
 * @has_gps: its EXIF carries a place
 * @has_metadata: carries anything besides the pixels: EXIF, XMP, profile, comment, trailing bytes
 */
typedef struct
{
  const char *media_type;
  int width;
  int height;
  int orientation;
  int channels;
  gboolean progressive;
  gboolean has_exif;
  gboolean has_gps;
  gboolean has_metadata;
} HemoPictureInfo;

/**
 * hemo_picture_probe:
 * @info: (out caller-allocates) (nullable): untouched on failure
 *
 * Walks through the whole file's structure without decoding or allocating: kind, limits, complete
 * to its end mark. What is wrong inside the compressed data is found by the other functions.
 *
 * Fails with %HEMO_IMAGING_ERROR_UNSUPPORTED, _TOO_LARGE or _DAMAGED.
 */
gboolean hemo_picture_probe (GBytes *bytes, HemoPictureInfo *info, GError **error);

/**
 * hemo_picture_decode:
 * @max_side: longest side wanted, in pixels; 0 for all that there are; never enlarged
 * @upright: whether to apply the orientation
 *
 * Probes, then decodes to RGB; transparent pixels are laid on white, CMYK is converted without a
 * profile. Refuses a picture whose data ends early or is corrupt. (transfer full)
 */
HemoPixels *hemo_picture_decode (GBytes *bytes, int max_side, gboolean upright, GError **error);

/**
 * hemo_picture_thumbnail:
 * @side: longest side, 1 to 4096 pixels
 * @quality: JPEG quality, 1 to 100
 *
 * A small upright baseline JPEG with optimised Huffman tables and no metadata. (transfer full)
 */
GBytes *hemo_picture_thumbnail (GBytes *bytes, int side, int quality, GError **error);

/**
 * hemo_picture_strip:
 *
 * The same picture upright and with nothing but its pixels: no EXIF, GPS, XMP, profile, comment or
 * trailing bytes. Without loss where the pixels stay where they are or can be turned in whole
 * blocks, else encoded again at quality 95. (transfer full)
 */
GBytes *hemo_picture_strip (GBytes *bytes, GError **error);

/**
 * hemo_picture_difference_hash:
 *
 * dHash of 64 bits: which of two neighbours is brighter in a 9 by 8 reduction. Tells the same field
 * captured twice; never used as proof. Source: N. Krawetz, 'Kind of Like That', 2013.
 */
guint64 hemo_picture_difference_hash (const HemoPixels *pixels);
/* Bits in which two hashes differ, 0 to 64. */
int hemo_picture_hash_distance (guint64 a, guint64 b);

G_END_DECLS
