/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Links that last for half a minute, for a day, or not at all, without waiting for them. */

#include "hemo-link.h"

#include <math.h>

#define SECOND ((double)G_USEC_PER_SEC)
#define KIB 1024.0
#define SPEED_TEST_BYTES 40000

/* A link that is up for @up seconds, then down for @down, for ever. */
typedef struct
{
  double speed;
  double round_trip;
  double up;
  double down;
  double now;
  double carried;
} Simulated;

static double
up_left (const Simulated *self)
{
  double within = self->down > 0 ? fmod (self->now, self->up + self->down) : 0;

  return self->down > 0 ? self->up - within : INFINITY;
}

/* FALSE when it breaks in between: noticed after 18 seconds without a byte. */
static gboolean
send_piece (Simulated *self, HemoLink *link, double bytes)
{
  double sending = bytes / self->speed, total = sending + self->round_trip;
  double left = up_left (self);

  if (left <= 0)
    {
      self->now += 15;
      hemo_link_note_lost (link, (gint64)(self->now * SECOND));
      return FALSE;
    }
  if (total <= left)
    {
      self->now += total;
      self->carried += bytes;
      hemo_link_note_sent (link, (gint64)(self->now * SECOND), (guint64)bytes,
                           (gint64)(sending * SECOND), (gint64)(total * SECOND));
      return TRUE;
    }
  self->carried += MIN (left * self->speed, bytes);
  hemo_link_note_alive (link, (gint64)((self->now + left) * SECOND));
  self->now += left + 18;
  hemo_link_note_lost (link, (gint64)(self->now * SECOND));
  return FALSE;
}

static void
wait_for_link (Simulated *self)
{
  double left = up_left (self);

  if (left <= 0)
    self->now += self->down + left;
}

static void
send_object (Simulated *self, HemoLink *link, double size)
{
  for (double sent = 0; sent < size;)
    {
      gint64 now = (gint64)(self->now * SECOND);
      double piece = (double)hemo_link_piece_size (link, now, (guint64)size);

      if (hemo_link_choose (link, now, (guint64)size) == HEMO_LINK_WHOLE)
        piece = size;
      piece = MIN (piece, size - sent);
      wait_for_link (self);
      if (send_piece (self, link, piece))
        sent += piece;
    }
}

/* The link for which pieces were made: 256 kbit/s, 600 ms, up 30 s, down 60 s. */
static void
test_bad_link (void)
{
  Simulated link = { .speed = 32 * KIB, .round_trip = 0.6, .up = 30, .down = 60, .now = 0.1 };
  HemoLink measured;
  double ideal = 2 * 1024 * KIB / link.speed;

  hemo_link_init (&measured);
  send_object (&link, &measured, 1024 * KIB);
  send_object (&link, &measured, 1024 * KIB);
  g_test_message ("%.2f times the ideal time, %.2f times the payload", link.now / ideal,
                  link.carried / (2 * 1024 * KIB));
  g_assert_cmpfloat (link.now / ideal, <, 4.0);
  g_assert_cmpfloat (link.carried / (2 * 1024 * KIB), <, 1.35);
  for (int i = 0; i < 5; i++)
    send_object (&link, &measured, 1024 * KIB);
  g_assert_cmpuint (hemo_link_piece_size (&measured, (gint64)(link.now * SECOND), 1 << 20), ==,
                    128 * 1024);
  g_assert_cmpint (hemo_link_choose (&measured, (gint64)(link.now * SECOND), 1 << 20), ==,
                   HEMO_LINK_PIECES);
  g_assert_cmpint (hemo_link_choose (&measured, (gint64)(link.now * SECOND), 60 << 10), ==,
                   HEMO_LINK_WHOLE);
}

static void
test_good_link (void)
{
  Simulated link = { .speed = 20 * 1024 * KIB, .round_trip = 0.02, .now = 1 };
  HemoLink measured;
  gint64 now = 0;

  hemo_link_init (&measured);
  for (int i = 0; i < 20; i++)
    send_object (&link, &measured, 2 * 1024 * KIB);
  g_assert_cmpfloat (link.carried, ==, 40 * 1024 * KIB);
  now = (gint64)(link.now * SECOND);
  g_assert_cmpint (hemo_link_choose (&measured, now, 2 << 20), ==, HEMO_LINK_WHOLE);
  g_assert_cmpint (hemo_link_choose (&measured, now, 20 << 20), ==, HEMO_LINK_MULTIPART);
}

/* A program that is killed in the middle of 40 MiB sends little of it again. */
static void
test_killed (void)
{
  Simulated link = { .speed = 2 * 1024 * KIB, .round_trip = 0.03, .now = 1 };
  HemoLink measured;
  gint64 now = 0;

  hemo_link_init (&measured);
  send_object (&link, &measured, 40 * 1024 * KIB);
  now = (gint64)(link.now * SECOND);
  g_assert_cmpint (hemo_link_choose (&measured, now, 40 << 20), ==, HEMO_LINK_PIECES);
  g_assert_cmpuint (hemo_link_piece_size (&measured, now, 40 << 20), <=, (40 << 20) / 50);
  g_assert_cmpuint (hemo_link_piece_size (&measured, now, 40 << 20), >=, 256 << 10);
}

static void
test_unknown (void)
{
  HemoLink link;

  hemo_link_init (&link);
  g_assert_cmpint (hemo_link_choose (&link, 1, 60 << 10), ==, HEMO_LINK_WHOLE);
  g_assert_cmpint (hemo_link_choose (&link, 1, 1 << 20), ==, HEMO_LINK_PIECES);
  g_assert_cmpuint (hemo_link_piece_size (&link, 1, 1 << 20), ==, HEMO_LINK_PIECE_LEAST);
  /* What so small a file took says nothing of the speed. */
  hemo_link_note_sent (&link, G_USEC_PER_SEC, 700, 1, 2 * G_USEC_PER_SEC);
  g_assert_cmpuint (hemo_link_piece_size (&link, 1, 1 << 20), ==, HEMO_LINK_PIECE_LEAST);
}

/* Odd measurements do not end in odd sizes. */
static void
test_limits (void)
{
  HemoLink link;

  hemo_link_init (&link);
  hemo_link_note_lost (&link, 5);
  g_assert_cmpfloat (link.lasts, ==, 0);
  hemo_link_note_sent (&link, 10, G_MAXUINT64, 0, -5);
  g_assert_cmpuint (hemo_link_piece_size (&link, 20, G_MAXUINT64), ==, HEMO_LINK_PIECE_MOST);
  hemo_link_note_lost (&link, 30);
  for (int i = 0; i < 50; i++)
    {
      hemo_link_note_sent (&link, 100 + i, SPEED_TEST_BYTES, G_TIME_SPAN_HOUR, G_TIME_SPAN_HOUR);
      hemo_link_note_lost (&link, 101 + i);
    }
  g_assert_cmpuint (hemo_link_piece_size (&link, 200, 1 << 30), ==, HEMO_LINK_PIECE_LEAST);
  g_assert_true (isfinite (link.speed) && isfinite (link.overhead) && isfinite (link.lasts));
}

/* A poor link is not given more than it bears; a good one, and one that is not known, what it
 * takes. */
static void
test_in_flight (void)
{
  HemoLink link;

  hemo_link_init (&link);
  g_assert_cmpuint (hemo_link_in_flight (&link), ==, 0);
  link.speed = 32 * KIB;
  g_assert_cmpuint (hemo_link_in_flight (&link), ==, 48 * 1024);
  link.speed = KIB;
  g_assert_cmpuint (hemo_link_in_flight (&link), ==, 16 * 1024);
  link.speed = 1024 * KIB;
  g_assert_cmpuint (hemo_link_in_flight (&link), ==, 0);
}

/* Over a way of @round_trip seconds, of which a byte is known to be there when it was gone both
 * ways, what is on its way at a time never becomes less than the link bears. */
static void
climb (double round_trip)
{
  const double speed = 32 * KIB, piece = 128 * KIB;
  HemoLink link;
  double now = 0, rate = 0;

  hemo_link_init (&link);
  for (guint i = 0; i < 30; i++)
    {
      double allowed = (double)hemo_link_in_flight (&link), sending;

      rate = allowed > 0 ? MIN (speed, allowed / round_trip) : speed;
      sending = piece / rate + round_trip;
      now += sending + round_trip;
      hemo_link_note_round_trip (&link, (gint64)(round_trip * SECOND));
      hemo_link_note_sent (&link, (gint64)(now * SECOND), (guint64)piece,
                           (gint64)(sending * SECOND), (gint64)((sending + round_trip) * SECOND));
    }
  g_test_message ("%.1f s there and back: %.0f of %.0f bytes a second", round_trip, rate, speed);
  g_assert_cmpfloat (rate, >=, 0.99 * speed);
}

static void
test_long_way (void)
{
  const double ways[] = { 0.1, 0.6, 1, 1.5, 2, 3, 5, 10 };

  for (gsize i = 0; i < G_N_ELEMENTS (ways); i++)
    climb (ways[i]);
}

/* What was measured over a poor way is not what holds for ever: the limit rises with the link. */
static void
test_way_mends (void)
{
  HemoLink link = { .speed = 2 * KIB, .rate = 2 * KIB, .round_trip = 4 };
  double allowed = (double)hemo_link_in_flight (&link);

  g_assert_cmpfloat (allowed, ==, 16 * KIB);
  for (guint i = 0; i < 20 && allowed > 0; i++)
    {
      double sending = 128 * KIB / (allowed / 4) + 4;

      hemo_link_note_round_trip (&link, 4 * G_USEC_PER_SEC);
      hemo_link_note_sent (&link, i + 1, 128 * 1024, (gint64)(sending * SECOND),
                           (gint64)((sending + 4) * SECOND));
      allowed = (double)hemo_link_in_flight (&link);
    }
  g_assert_cmpfloat (allowed, ==, 0);
}

/* The end of a link is when something moved last, not when that was noticed. */
static void
test_lasts (void)
{
  HemoLink link;

  hemo_link_init (&link);
  hemo_link_note_alive (&link, 100 * G_USEC_PER_SEC);
  hemo_link_note_alive (&link, 130 * G_USEC_PER_SEC);
  hemo_link_note_lost (&link, 150 * G_USEC_PER_SEC);
  g_assert_cmpfloat (link.lasts, ==, 30);
  g_assert_cmpint (link.up_since, ==, 0);
  hemo_link_note_lost (&link, 160 * G_USEC_PER_SEC);
  g_assert_cmpfloat (link.lasts, ==, 30);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/link/bad-link", test_bad_link);
  g_test_add_func ("/link/good-link", test_good_link);
  g_test_add_func ("/link/killed", test_killed);
  g_test_add_func ("/link/unknown", test_unknown);
  g_test_add_func ("/link/limits", test_limits);
  g_test_add_func ("/link/lasts", test_lasts);
  g_test_add_func ("/link/in-flight", test_in_flight);
  g_test_add_func ("/link/long-way", test_long_way);
  g_test_add_func ("/link/way-mends", test_way_mends);
  return g_test_run ();
}
