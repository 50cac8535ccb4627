/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Piece sizes from what was measured. */

#include "hemo-link.h"

#include <math.h>

/* What is taken before anything was measured: a poor link. */
#define SPEED_UNKNOWN (32.0 * 1024)
#define OVERHEAD_UNKNOWN 0.6
#define LASTS_UNKNOWN 60.0
#define OVERHEAD_LEAST 0.002
#define LASTS_LEAST 1.0

/* Less says more about the way there and back than about speed. */
#define SPEED_FROM (32 * 1024)
/* How much a new measurement counts. */
#define NEWS 0.3
/* A program that is killed sends again at most this part of an object, where that costs no more
 * than an eighth of the time. */
#define AGAIN 64.0
#define EIGHTH 8.0
/* A part of 5 MiB is lost for nothing only where it takes no time. */
#define PART_SECONDS 1.0
/* The way there and back over a satellite, and as much again. Where it is longer than that too:
 * what is on its way in one round trip is all that can arrive in one, so that a limit which is no
 * more than what was measured under it falls with each measurement. Twice as much rises to what the
 * link bears. */
#define IN_FLIGHT_SECONDS 1.5
#define IN_FLIGHT_ROUNDS 2.0
/* Of the time that sending took, what is left when the round trip is taken off, at the least. */
#define SENDING_LEAST 0.125
#define IN_FLIGHT_LEAST (16.0 * 1024)
#define IN_FLIGHT_MOST (128.0 * 1024)

void
hemo_link_init (HemoLink *self)
{
  *self = (HemoLink){ 0 };
}

/* Of things that differ by factors. */
static double
average (double before, double now)
{
  return before > 0 ? exp ((1 - NEWS) * log (before) + NEWS * log (now)) : now;
}

void
hemo_link_note_alive (HemoLink *self, gint64 now)
{
  if (self->up_since == 0)
    self->up_since = now;
  self->alive_at = now;
}

void
hemo_link_note_round_trip (HemoLink *self, gint64 least)
{
  if (least > 0)
    self->round_trip = (double)least / G_USEC_PER_SEC;
}

/* The last byte is acknowledged a round trip after it left. */
static double
without_round_trip (const HemoLink *self, double seconds)
{
  return MAX (seconds - self->round_trip, SENDING_LEAST * seconds);
}

void
hemo_link_note_sent (HemoLink *self, gint64 now, guint64 bytes, gint64 sending, gint64 total)
{
  double seconds = (double)MAX (sending, 1) / G_USEC_PER_SEC;
  double rest = (double)(total - sending) / G_USEC_PER_SEC;

  if (self->up_since == 0)
    self->up_since = now - MAX (total, 0);
  self->alive_at = now;
  if (bytes >= SPEED_FROM)
    {
      self->speed = average (self->speed, (double)bytes / seconds);
      self->rate = average (self->rate, (double)bytes / without_round_trip (self, seconds));
    }
  self->overhead = average (self->overhead, MAX (rest, OVERHEAD_LEAST));
}

void
hemo_link_note_lost (HemoLink *self, gint64 now)
{
  double seconds = (double)(self->alive_at - self->up_since) / G_USEC_PER_SEC;

  if (self->up_since == 0)
    return;
  self->lasts = average (self->lasts, MAX (seconds, LASTS_LEAST));
  self->up_since = 0;
}

static double
speed_of (const HemoLink *self)
{
  return self->speed > 0 ? self->speed : SPEED_UNKNOWN;
}

static double
overhead_of (const HemoLink *self)
{
  return self->overhead > 0 ? self->overhead : OVERHEAD_UNKNOWN;
}

/* One that is up for longer than ever before may last as long again. */
static double
lasts_of (const HemoLink *self, gint64 now)
{
  double up = self->up_since > 0 ? (double)(now - self->up_since) / G_USEC_PER_SEC : 0;

  return MAX (self->lasts > 0 ? self->lasts : LASTS_UNKNOWN, up);
}

/* Each request costs the overhead, each break half of what was under way: the sum is least at
 * sqrt(2 overhead lasts). (J. W. Young, A first order approximation to the optimum checkpoint
 * interval, CACM 17(9), 1974.) */
static double
best_seconds (const HemoLink *self, gint64 now)
{
  return sqrt (2 * overhead_of (self) * lasts_of (self, now));
}

guint64
hemo_link_piece_size (const HemoLink *self, gint64 now, guint64 size)
{
  double speed = speed_of (self);
  double best = best_seconds (self, now) * speed;
  double again = MAX ((double)size / AGAIN, EIGHTH * overhead_of (self) * speed);
  double wanted = MIN (best, again);
  guint64 piece = HEMO_LINK_PIECE_LEAST;

  /* The first measures. */
  if (self->speed <= 0)
    return piece;
  while (piece < HEMO_LINK_PIECE_MOST && (double)piece * 2 <= wanted)
    piece *= 2;
  return piece;
}

guint64
hemo_link_in_flight (const HemoLink *self)
{
  double wanted
      = MAX (self->speed * IN_FLIGHT_SECONDS, self->rate * self->round_trip * IN_FLIGHT_ROUNDS);

  return self->speed > 0 && wanted < IN_FLIGHT_MOST ? (guint64)MAX (wanted, IN_FLIGHT_LEAST) : 0;
}

HemoLinkForm
hemo_link_choose (const HemoLink *self, gint64 now, guint64 size)
{
  double speed = speed_of (self);

  if (size <= HEMO_LINK_PIECE_LEAST)
    return HEMO_LINK_WHOLE;
  if (size <= HEMO_LINK_PIECE_MOST && (double)size / speed <= best_seconds (self, now))
    return HEMO_LINK_WHOLE;
  if (size > HEMO_LINK_PIECE_MOST
      && (double)HEMO_LINK_PART_LEAST / speed <= MIN (PART_SECONDS, best_seconds (self, now)))
    return HEMO_LINK_MULTIPART;
  return HEMO_LINK_PIECES;
}
