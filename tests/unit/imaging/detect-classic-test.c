/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The classical method on discs whose number and size are known. */

#include "hemo-detect-private.h"
#include "smear-tools.h"

#include <math.h>
#include <string.h>

#define BACKGROUND 220

static const guint8 red_stain[3] = { 205, 140, 135 };
static const guint8 blue_stain[3] = { 90, 60, 140 };

static HemoField
make_field (int width, int height)
{
  HemoField field = { .pixels = hemo_pixels_new (width, height, NULL) };

  memset (field.pixels->data, BACKGROUND, 3 * (gsize)width * height);
  return field;
}

/* A ring when @hole is more than 0, as the pale middle of a red cell. */
static void
add_disc (HemoField *field, double x, double y, double diameter, double hole, const guint8 stain[3])
{
  for (int j = 0; j < field->pixels->height; j++)
    for (int i = 0; i < field->pixels->width; i++)
      {
        const double far = hypot (i + 0.5 - x, j + 0.5 - y);

        if (far <= diameter / 2 && far >= hole / 2)
          memcpy (hemo_pixels_row (field->pixels, j) + 3 * i, stain, 3);
      }
}

static void
run (HemoField *field, HemoClassic *classic)
{
  hemo_light_measure (field->pixels, &field->light);
  hemo_classic_run (field, HEMO_FIELD_RED_CELL, classic);
}

static guint
count (const HemoClassic *classic, HemoCellKind kind)
{
  guint n = 0;

  for (guint i = 0; i < classic->marks->len; i++)
    n += g_array_index (classic->marks, HemoCellMark, i).kind == kind;
  return n;
}

static void
test_discs (void)
{
  g_auto (HemoField) field = make_field (320, 240);
  g_auto (HemoClassic) classic = { 0 };

  for (int j = 0; j < 4; j++)
    for (int i = 0; i < 6; i++)
      add_disc (&field, 30 + 50 * i, 30 + 55 * j, 28, 0, red_stain);
  run (&field, &classic);
  g_assert_cmpuint (count (&classic, HEMO_CELL_RED), ==, 24);
  g_assert_cmpuint (classic.marks->len, ==, 24);
  g_assert_cmpfloat_with_epsilon (classic.red_cell, 28, 2.5);
  g_assert_cmpfloat_with_epsilon (classic.coverage, 24 * G_PI * 14 * 14 / (320 * 240), 0.02);
  g_assert_cmpfloat_with_epsilon (classic.density, log (BACKGROUND / 140.0), 0.05);
}

/* Each lies where its disc is. */
static void
test_places (void)
{
  g_auto (HemoField) field = make_field (200, 150);
  g_auto (HemoClassic) classic = { 0 };
  const HemoCellMark truth = { HEMO_CELL_RED, 86, 56, 114, 84, 1 };

  add_disc (&field, 100, 70, 28, 0, red_stain);
  run (&field, &classic);
  g_assert_cmpuint (classic.marks->len, ==, 1);
  g_assert_cmpfloat (hemo_mark_overlap (&g_array_index (classic.marks, HemoCellMark, 0), &truth), >,
                     0.85);
}

/* The pale middle belongs to the cell; a gap that cells enclose does not. */
static void
test_rings (void)
{
  g_auto (HemoField) field = make_field (240, 240);
  g_auto (HemoClassic) classic = { 0 };

  add_disc (&field, 40, 40, 28, 12, red_stain);
  add_disc (&field, 100, 40, 28, 16, red_stain);
  for (int i = 0; i < 12; i++)
    add_disc (&field, 120 + 55 * cos (i * G_PI / 6), 150 + 55 * sin (i * G_PI / 6), 30, 0,
              red_stain);
  run (&field, &classic);
  g_assert_cmpint (classic.covered[40 * 240 + 40], !=, 0);
  g_assert_cmpint (classic.covered[150 * 240 + 120], ==, 0);
  g_assert_cmpuint (count (&classic, HEMO_CELL_RED), >=, 12);
  g_assert_cmpuint (count (&classic, HEMO_CELL_RED), <=, 15);
}

/* Cells that touch or overlap a little are cut apart where they are narrow. */
static void
test_touching (void)
{
  for (double apart = 20; apart <= 28; apart += 2)
    {
      g_auto (HemoField) field = make_field (220, 120);
      g_auto (HemoClassic) classic = { 0 };

      add_disc (&field, 50, 60, 28, 0, red_stain);
      add_disc (&field, 50 + apart, 60, 28, 0, red_stain);
      add_disc (&field, 50 + 2 * apart, 60, 28, 0, red_stain);
      run (&field, &classic);
      g_assert_cmpuint (count (&classic, HEMO_CELL_RED), ==, 3);
    }
}

/* An oval cell stays one. */
static void
test_oval (void)
{
  g_auto (HemoField) field = make_field (220, 120);
  g_auto (HemoClassic) classic = { 0 };

  for (int i = 0; i < 12; i++)
    add_disc (&field, 90 + i, 60, 26, 0, red_stain);
  run (&field, &classic);
  g_assert_cmpuint (classic.marks->len, ==, 1);
}

static void
test_kinds (void)
{
  g_auto (HemoField) field = make_field (320, 240);
  g_auto (HemoClassic) classic = { 0 };

  for (int i = 0; i < 5; i++)
    add_disc (&field, 40 + 55 * i, 40, 28, 0, red_stain);
  add_disc (&field, 100, 140, 48, 0, blue_stain);
  add_disc (&field, 200, 140, 9, 0, blue_stain);
  add_disc (&field, 240, 180, 10, 0, blue_stain);
  run (&field, &classic);
  g_assert_cmpuint (count (&classic, HEMO_CELL_RED), ==, 5);
  g_assert_cmpuint (count (&classic, HEMO_CELL_WHITE), ==, 1);
  g_assert_cmpuint (count (&classic, HEMO_CELL_PLATELET), ==, 2);
}

/* Few dark nuclei do not hide many pale cells from the threshold. */
static void
test_pale (void)
{
  static const guint8 pale[3] = { 210, 190, 190 };
  g_auto (HemoField) field = make_field (320, 240);
  g_auto (HemoClassic) classic = { 0 };

  for (int i = 0; i < 6; i++)
    for (int j = 0; j < 2; j++)
      add_disc (&field, 30 + 50 * i, 30 + 50 * j, 28, 0, pale);
  add_disc (&field, 160, 180, 56, 0, blue_stain);
  run (&field, &classic);
  g_assert_cmpuint (count (&classic, HEMO_CELL_RED), ==, 12);
}

/* A sliver at the edge is a red cell that lies outside for the most part. */
static void
test_edge (void)
{
  g_auto (HemoField) field = make_field (200, 200);
  g_auto (HemoClassic) classic = { 0 };

  add_disc (&field, -6, 60, 28, 0, red_stain);
  add_disc (&field, 100, 208, 28, 0, red_stain);
  add_disc (&field, 100, 100, 28, 0, red_stain);
  run (&field, &classic);
  g_assert_cmpuint (count (&classic, HEMO_CELL_RED), ==, 3);
  g_assert_cmpuint (count (&classic, HEMO_CELL_PLATELET), ==, 0);
}

static void
test_nothing (void)
{
  static const int sizes[][2] = { { 1, 1 }, { 3, 200 }, { 64, 64 } };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_auto (HemoField) field = make_field (sizes[i][0], sizes[i][1]);
      g_auto (HemoClassic) classic = { 0 };

      run (&field, &classic);
      g_assert_cmpuint (classic.marks->len, ==, 0);
      g_assert_cmpfloat (classic.coverage, <, 0.01);
      g_assert_cmpfloat (classic.red_cell, ==, 0);
    }
}

/* All at random: marks within the field, numbers within bounds. */
static void
test_noise (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (8);
  g_auto (HemoField) field = make_field (130, 170);
  g_auto (HemoClassic) classic = { 0 };

  for (int i = 0; i < 3 * 130 * 170; i++)
    field.pixels->data[i] = (guint8)g_rand_int_range (rand, 0, 256);
  run (&field, &classic);
  g_assert_true (classic.coverage >= 0 && classic.coverage <= 1);
  for (guint i = 0; i < classic.marks->len; i++)
    {
      const HemoCellMark *mark = &g_array_index (classic.marks, HemoCellMark, i);

      g_assert_true (mark->x0 >= 0 && mark->y0 >= 0 && mark->x1 <= 130 && mark->y1 <= 170);
    }
}

/* Without a size nothing is marked, but the size is measured. */
static void
test_size_only (void)
{
  static const double sizes[] = { 18, 28, 40, 60 };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_auto (HemoField) field = make_field (400, 300);
      g_auto (HemoClassic) classic = { 0 };

      for (int k = 0; k < 4; k++)
        for (int j = 0; j < 3; j++)
          add_disc (&field, 50 + 95 * k, 50 + 95 * j, sizes[i], 0, red_stain);
      hemo_light_measure (field.pixels, &field.light);
      hemo_classic_run (&field, 0, &classic);
      g_assert_cmpuint (classic.marks->len, ==, 0);
      g_assert_cmpfloat_with_epsilon (classic.red_cell, sizes[i], 0.15 * sizes[i]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/classic/discs", test_discs);
  g_test_add_func ("/classic/places", test_places);
  g_test_add_func ("/classic/rings", test_rings);
  g_test_add_func ("/classic/touching", test_touching);
  g_test_add_func ("/classic/oval", test_oval);
  g_test_add_func ("/classic/kinds", test_kinds);
  g_test_add_func ("/classic/pale", test_pale);
  g_test_add_func ("/classic/edge", test_edge);
  g_test_add_func ("/classic/nothing", test_nothing);
  g_test_add_func ("/classic/noise", test_noise);
  g_test_add_func ("/classic/size-only", test_size_only);
  return g_test_run ();
}
