/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The file of weights is taken whole or not at all, and the networks give the same everywhere. */

#include "smear-tools.h"

#include "hemo-network-private.h"

#include <math.h>
#include <string.h>

#define HASH_SIZE 32
/* 'HEMOCELL', three words, four settings, then the first layer's four sizes. */
#define AT_FORMAT 8
#define AT_VERSION 12
#define AT_LAYERS 16
#define AT_SETTINGS 20
#define AT_SHAPE 36
#define AT_VALUES 52

static guint8 *
copy_weights (gsize *size)
{
  *size = hemo_network_weights_size;
  return g_memdup2 (hemo_network_weights, hemo_network_weights_size);
}

static void
hash_again (guint8 *data, gsize size)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize hash_size = HASH_SIZE;

  g_checksum_update (checksum, data, (gssize)(size - HASH_SIZE));
  g_checksum_get_digest (checksum, data + size - HASH_SIZE, &hash_size);
}

static void
expect_error (const guint8 *data, gsize size, int code)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (HemoNetwork) network = hemo_network_new (bytes, &error);

  g_assert_null (network);
  g_assert_error (error, HEMO_IMAGING_ERROR, code);
}

static HemoNetwork *
open_own (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (hemo_network_weights, hemo_network_weights_size);
  g_autoptr (GError) error = NULL;
  HemoNetwork *network = hemo_network_new (bytes, &error);

  g_assert_no_error (error);
  return network;
}

static void
test_own (void)
{
  g_autoptr (HemoNetwork) network = open_own ();

  g_assert_cmpuint (hemo_network_get_version (network), >, 0);
  g_assert_cmpuint (strlen (hemo_network_get_hash (network)), ==, 12);
  for (int kind = 0; kind < HEMO_NETWORK_KINDS; kind++)
    {
      g_assert_cmpfloat (hemo_network_get_threshold (network, kind), >, 0.1);
      g_assert_cmpfloat (hemo_network_get_threshold (network, kind), <, 0.9);
    }
}

/* A byte anywhere, be it in the hash itself. */
static void
test_changed (void)
{
  gsize size;
  g_autofree guint8 *data = copy_weights (&size);

  for (gsize at = 8; at < size; at += size / 23)
    {
      data[at] ^= 0x10;
      expect_error (data, size, HEMO_IMAGING_ERROR_DAMAGED);
      data[at] ^= 0x10;
    }
  data[size - 1] ^= 1;
  expect_error (data, size, HEMO_IMAGING_ERROR_DAMAGED);
}

static void
test_cut_off (void)
{
  gsize size;
  g_autofree guint8 *data = copy_weights (&size);

  for (gsize left = size - 1; left > 100; left /= 2)
    expect_error (data, left, HEMO_IMAGING_ERROR_DAMAGED);
  expect_error (data, 39, HEMO_IMAGING_ERROR_UNSUPPORTED);
  expect_error (data, 0, HEMO_IMAGING_ERROR_UNSUPPORTED);
}

static void
test_foreign (void)
{
  gsize size;
  g_autofree guint8 *data = copy_weights (&size);

  data[0] = 'h';
  expect_error (data, size, HEMO_IMAGING_ERROR_UNSUPPORTED);
  memset (data, 0, size);
  expect_error (data, size, HEMO_IMAGING_ERROR_UNSUPPORTED);
}

/* Well hashed, but not what the program can run. */
static void
test_wrong (void)
{
  static const struct
  {
    gsize at;
    guint32 value;
  } changes[] = {
    { AT_FORMAT, 2 },          { AT_LAYERS, 26 },
    { AT_LAYERS, 0xffffffff }, { AT_SHAPE, 4 },
    { AT_SHAPE + 4, 32 },      { AT_SHAPE + 8, 5 },
    { AT_SHAPE + 12, 0 },      { AT_VALUES, 0x7fc00000 /* no number */ },
    { AT_VALUES, 0x7f800000 }, { AT_SETTINGS, 0x7fc00000 },
    { AT_SETTINGS + 12, 0 },   { AT_SETTINGS + 12, 0xbf800000 /* -1 */ },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      gsize size;
      g_autofree guint8 *data = copy_weights (&size);
      const guint32 value = GUINT32_TO_LE (changes[i].value);

      memcpy (data + changes[i].at, &value, sizeof value);
      hash_again (data, size);
      expect_error (data, size, HEMO_IMAGING_ERROR_DAMAGED);
    }
}

/* More or less than the layers need, well hashed. */
static void
test_wrong_size (void)
{
  gsize size;
  g_autofree guint8 *data = copy_weights (&size);
  g_autofree guint8 *longer = g_malloc0 (size + 64);

  memcpy (longer, data, size - HASH_SIZE);
  hash_again (longer, size + 64);
  expect_error (longer, size + 64, HEMO_IMAGING_ERROR_DAMAGED);
  hash_again (data, size - 4);
  expect_error (data, size - 4, HEMO_IMAGING_ERROR_DAMAGED);
  hash_again (data, 64);
  expect_error (data, 64, HEMO_IMAGING_ERROR_DAMAGED);
}

/* The version is free: other weights of the same form are taken, and tell another hash. */
static void
test_version (void)
{
  gsize size;
  g_autofree guint8 *data = copy_weights (&size);
  const guint32 version = GUINT32_TO_LE (4711);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (HemoNetwork) network = NULL, own = open_own ();

  memcpy (data + AT_VERSION, &version, sizeof version);
  hash_again (data, size);
  bytes = g_bytes_new (data, size);
  network = hemo_network_new (bytes, NULL);
  g_assert_nonnull (network);
  g_assert_cmpuint (hemo_network_get_version (network), ==, 4711);
  g_assert_cmpstr (hemo_network_get_hash (network), !=, hemo_network_get_hash (own));
}

/* Something with light and dark, of whole multiples of the grain. */
static HemoMap *
make_field (int width, int height)
{
  HemoMap *map = hemo_map_new (width, height, 3);

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      for (int c = 0; c < 3; c++)
        hemo_map_at (map, x, y)[c]
            = (float)(-0.3 * (1 + sin (x * 0.21 + c)) * (1 + cos (y * 0.17 - c)) / 2);
  return map;
}

static void
test_kinds_agree (void)
{
  g_autoptr (HemoNetwork) network = open_own ();
  g_autoptr (HemoMap) field = make_field (112, 80);
  g_autoptr (HemoMap) plain = hemo_network_find (network, HEMO_SIMD_PLAIN, field);

  g_assert_cmpint (plain->width, ==, 28);
  g_assert_cmpint (plain->height, ==, 20);
  g_assert_cmpint (plain->channels, ==, 16);
  for (int kind = HEMO_SIMD_BEST; kind <= HEMO_SIMD_AVX2; kind++)
    {
      g_autoptr (HemoMap) other = hemo_network_find (network, (HemoSimd)kind, field);

      for (int y = 0; y < plain->height; y++)
        for (int x = 0; x < plain->width; x++)
          for (int k = 0; k < 15; k++)
            g_assert_cmpfloat_with_epsilon (hemo_map_at (plain, x, y)[k],
                                            hemo_map_at (other, x, y)[k], 2e-3);
    }
}

/* What is farther than the reach does not matter: fields are looked at in parts. */
static void
test_reach (void)
{
  g_autoptr (HemoNetwork) network = open_own ();
  const int far = 2 * HEMO_NETWORK_REACH;
  g_autoptr (HemoMap) field = make_field (far + 64, 32);
  g_autoptr (HemoMap) before = hemo_network_find (network, HEMO_SIMD_BEST, field);
  g_autoptr (HemoMap) after = NULL;

  for (int y = 0; y < 32; y++)
    for (int x = 0; x < far - HEMO_NETWORK_REACH; x++)
      hemo_map_at (field, x, y)[1] = -1;
  after = hemo_network_find (network, HEMO_SIMD_BEST, field);
  for (int y = 0; y < after->height; y++)
    for (int x = far / HEMO_NETWORK_STRIDE; x < after->width; x++)
      for (int k = 0; k < 15; k++)
        g_assert_cmpfloat_with_epsilon (hemo_map_at (before, x, y)[k], hemo_map_at (after, x, y)[k],
                                        1e-4);
}

static void
test_types (void)
{
  g_autoptr (HemoNetwork) network = open_own ();
  g_autoptr (HemoMap) cell = make_field (HEMO_NETWORK_TYPE_SIDE, HEMO_NETWORK_TYPE_SIDE);
  double plain[HEMO_NETWORK_TYPES];

  g_assert_true (hemo_network_tell_type (network, HEMO_SIMD_PLAIN, cell, plain));
  for (int kind = HEMO_SIMD_BEST; kind <= HEMO_SIMD_AVX2; kind++)
    {
      double types[HEMO_NETWORK_TYPES], sum = 0;

      g_assert_true (hemo_network_tell_type (network, (HemoSimd)kind, cell, types));
      for (int type = 0; type < HEMO_NETWORK_TYPES; type++)
        {
          g_assert_cmpfloat (types[type], >=, 0);
          g_assert_cmpfloat_with_epsilon (types[type], plain[type], 2e-3);
          sum += types[type];
        }
      g_assert_cmpfloat_with_epsilon (sum, 1, 1e-9);
    }
}

/* As seen in a mirror it is the same cell. */
static void
test_types_mirrored (void)
{
  g_autoptr (HemoNetwork) network = open_own ();
  const int side = HEMO_NETWORK_TYPE_SIDE;
  g_autoptr (HemoMap) cell = make_field (side, side), mirrored = hemo_map_new (side, side, 3);
  double a[HEMO_NETWORK_TYPES], b[HEMO_NETWORK_TYPES];

  for (int y = 0; y < side; y++)
    for (int x = 0; x < side; x++)
      memcpy (hemo_map_at (mirrored, side - 1 - x, y), hemo_map_at (cell, x, y),
              3 * sizeof (float));
  g_assert_true (hemo_network_tell_type (network, HEMO_SIMD_BEST, cell, a));
  g_assert_true (hemo_network_tell_type (network, HEMO_SIMD_BEST, mirrored, b));
  for (int type = 0; type < HEMO_NETWORK_TYPES; type++)
    g_assert_cmpfloat_with_epsilon (a[type], b[type], 1e-3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/network/own", test_own);
  g_test_add_func ("/network/changed", test_changed);
  g_test_add_func ("/network/cut-off", test_cut_off);
  g_test_add_func ("/network/foreign", test_foreign);
  g_test_add_func ("/network/wrong", test_wrong);
  g_test_add_func ("/network/wrong-size", test_wrong_size);
  g_test_add_func ("/network/version", test_version);
  g_test_add_func ("/network/kinds-agree", test_kinds_agree);
  g_test_add_func ("/network/reach", test_reach);
  g_test_add_func ("/network/types", test_types);
  g_test_add_func ("/network/types-mirrored", test_types_mirrored);
  return g_test_run ();
}
